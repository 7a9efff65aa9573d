"""Attributes that are there only because somebody imported them.

Alembic imports every revision file before it runs one, so `import shop` in one file finds `shop.models.types` where
another file, or what it imports, imported that. Where only the files of a range are imported, the package imports such
a submodule when it is asked for it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


def find_submodules(revision: ModuleType, seen: dict[str, set[str]]) -> None:
    """Let the packages that a revision file names import their submodules.

    seen: for each outermost package, the modules that were looked at; one dict for all revisions.
    """
    tops = {value.__name__.partition(".")[0] for value in vars(revision).values() if isinstance(value, ModuleType)}
    for top in tops - sys.stdlib_module_names:
        _look(top, seen.setdefault(top, set()))


def _look(top: str, known: set[str]) -> None:
    """The packages below `top` that were imported since the last look."""
    if len(known) == len(sys.modules):  # as long as nothing was imported since
        return
    for name in sys.modules.keys() - known:
        module = sys.modules[name]
        if name.partition(".")[0] == top and hasattr(module, "__path__"):
            own = vars(module).get("__getattr__")
            module.__getattr__ = _importing(module, own, lambda: _look(top, known))  # type: ignore[method-assign]
    known.update(sys.modules)


def _importing(package: ModuleType, own: Callable[[str], Any] | None, look: Callable[[], None]) -> Callable[[str], Any]:
    """A module's __getattr__ (PEP 562)."""

    def __getattr__(name: str) -> Any:
        if own is not None:
            try:
                value = own(name)
            except AttributeError:
                pass
            else:
                look()  # it may have imported what it gives
                return value
        full = f"{package.__name__}.{name}"
        if not name.startswith("__") and importlib.util.find_spec(full) is not None:
            found = importlib.import_module(full)
            look()
            return found
        raise AttributeError(f"module {package.__name__!r} has no attribute {name!r}")

    return __getattr__
