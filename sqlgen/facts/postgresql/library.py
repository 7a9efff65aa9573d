"""libpg_query, by way of postgast: its trees, and the four functions of it that are used here.

postgast's `__init__` also makes a deparser and classes for all nodes, which takes as long as everything that is used of
it: a twentieth of a short run. So the package is entered without running it; it runs when somebody asks the package
for something else.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from typing import Any


def _enter(name: str) -> None:
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    package, loader = module_from_spec(spec), spec.loader

    def rest(attribute: str) -> Any:  # PEP 562
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        del package.__dict__["__getattr__"]
        loader.exec_module(package)
        return getattr(package, attribute)

    package.__dict__["__getattr__"] = rest
    sys.modules[name] = package


if "postgast" not in sys.modules:
    _enter("postgast")

import postgast.pg_query_pb2 as pb  # noqa: E402
from postgast.errors import PgQueryError  # noqa: E402
from postgast.fingerprint import fingerprint  # noqa: E402
from postgast.parse import parse  # noqa: E402
from postgast.plpgsql import parse_plpgsql  # noqa: E402

__all__ = ["PgQueryError", "fingerprint", "parse", "parse_plpgsql", "pb"]
