"""A package that is missing in, modules that have whatever is asked for out, and who used them.

Its values may be called, inherited from and passed on. They have no text: where one reaches a statement, that is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

MARK = "sqlgen-stub:"
"""Stands in the text of a value that a stand-in made."""


class Stubs(MetaPathFinder, Loader):
    """Comes last in sys.meta_path: what is installed is found before. `used` is told the name of each thing used."""

    def __init__(self, packages: Sequence[str], used: Callable[[str], None]) -> None:
        self._packages = tuple(packages)
        self._used = used

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not any(fullname == package or fullname.startswith(package + ".") for package in self._packages):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return StubModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["_sqlgen_used"] = self._used


class StubModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.__name__}.{name}"
        vars(self)["_sqlgen_used"](full)
        return stub(full)


class Stub(type):
    """A class that can be called, inherited from, asked for every attribute, and reckoned with."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return stub(f"{cls.__stub__}.{name}")

    def __call__(cls, *args: Any, **kw: Any) -> Any:
        if cls.__dict__.get("__stub__") is None:  # a class of the project's that inherits from a stand-in
            return super().__call__(*args, **kw)
        return stub(f"{cls.__stub__}()")

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    def __len__(cls) -> int:
        return 0

    def __bool__(cls) -> bool:
        return True

    def __contains__(cls, item: object) -> bool:
        return False

    def __enter__(cls) -> Any:
        return cls

    def __exit__(cls, *args: object) -> None:
        return None

    def __str__(cls) -> str:
        return f"{MARK}{cls.__stub__}"

    __repr__ = __str__
    __hash__ = type.__hash__

    def __getitem__(cls, key: object) -> Any:
        return stub(f"{cls.__stub__}[…]")

    def __int__(cls) -> int:
        raise TypeError(str(cls))

    def _reckoned(cls, *others: object) -> Any:
        return stub(f"{cls.__stub__}…")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _reckoned
    __floordiv__ = __mod__ = __pow__ = __or__ = __ror__ = __and__ = __rand__ = __neg__ = __invert__ = _reckoned

    def _compared(cls, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _compared

    @property
    def __stub__(cls) -> str:
        for each in type.mro(cls):
            if "__stub__" in vars(each):
                return str(vars(each)["__stub__"])
        return cls.__name__


class Base:
    """What every stand-in inherits from: an object of a project's class that has one as its base."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return stub(f"{type(self).__name__}.{name}")


def stub(name: str) -> Any:
    """Something of that full name."""
    return Stub(name.rpartition(".")[2], (Base,), {"__stub__": name, "__module__": __name__})
