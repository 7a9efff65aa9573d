"""A package that is missing in, modules that have whatever is asked for out, and who used them.

Their values may be called, inherited from, reckoned with and passed on. They have no text: where one reaches a
statement, that is seen.
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


class Permissive:
    """What a stand-in takes: nearly everything."""

    def _stub(self) -> str:
        """Its full name."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __contains__(self, item: object) -> bool:
        return False

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: object) -> None:
        return None

    def __str__(self) -> str:
        return f"{MARK}{self._stub()}"

    __repr__ = __str__

    def __getitem__(self, key: object) -> Any:
        return Stub(f"{self._stub()}[…]")

    def _reckoned(self, *others: object) -> Any:
        return Stub(f"{self._stub()}…")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _reckoned
    __floordiv__ = __mod__ = __pow__ = __or__ = __ror__ = __and__ = __rand__ = __neg__ = __invert__ = _reckoned

    def _compared(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _compared

    def __call__(self, *args: Any, **kw: Any) -> Any:
        return Stub(f"{self._stub()}()")

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type[Any], ...]:
        """A class of its own for each use as a base. It has every attribute, unless another base has a metaclass."""
        others = [base for base in bases if not isinstance(base, Permissive)]
        kind: type[Any] = type if any(type(base) is not type for base in others) else AnyAttribute
        return (kind(self._stub().rpartition(".")[2], (Base,), {"__module__": __name__}),)

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def __subclasscheck__(self, subclass: type) -> bool:
        return False


class StubModule(Permissive, ModuleType):
    def _stub(self) -> str:
        return self.__name__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.__name__}.{name}"
        vars(self)["_sqlgen_used"](full)
        return Stub(full)


class Stub(Permissive):
    """A class, a function, a constant: whatever it is taken for."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.__name__ = self.__qualname__ = name.rpartition(".")[2]

    def _stub(self) -> str:
        return self._name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Stub(f"{self._name}.{name}")


class AnyAttribute(type):
    """The metaclass of a class that inherits from a stand-in alone."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Stub(f"{cls.__name__}.{name}")


class Base:
    """What a class has that inherits from a stand-in."""

    def __init_subclass__(cls, **kw: Any) -> None:
        pass

    def __init__(self, *args: Any, **kw: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Stub(f"{type(self).__name__}.{name}")

    def __str__(self) -> str:
        return f"{MARK}{type(self).__name__}"

    __repr__ = __str__
