"""A dialect in, the same dialect out, whose compiler writes each value as a literal, and never NULL for one that nobody
gave."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from typing import Any

from sqlalchemy.sql.ddl import DDLElement
from sqlalchemy.sql.dml import ValuesBase

from .literals import literal, writes
from .offline import Offline

_HELD = re.compile("\x00([0-9]+)\x00")
"""Stands for a literal in a text until the text's own escapes are gone."""


class StrictCompiler:
    """Mixed into the dialect's own SQL compiler, which DDL uses for expressions too."""

    dialect: Any
    statement: Any = None
    _held: list[str] | None = None

    def visit_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> str:
        if self.statement is None:  # DDL has no parameters, though functions of projects may forget to say so
            kw["literal_binds"] = True
        return super().visit_bindparam(bindparam, *args, **kw)  # type: ignore[misc, no-any-return]

    def render_literal_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> str:
        values = kw.pop(_DEFAULTS, None)
        if values is not None and bindparam.value is None and bindparam.key in values:
            kw["render_literal_value"] = values[bindparam.key]
        given = args or "render_literal_value" in kw or bindparam.key in getattr(self, "_collected_params", ())
        if given or bindparam.value is not None or bindparam.callable is not None:
            written = super().render_literal_bindparam(bindparam, *args, **kw)  # type: ignore[misc]
        elif bindparam.required:
            raise Offline("unbound", name=str(bindparam.key))
        else:  # online, the type sees it: JSON makes 'null' of it
            written = self.render_literal_value(None, bindparam.type)
        if self._held is None:
            return str(written)
        self._held.append(written)
        return f"\x00{len(self._held) - 1}\x00"

    def render_literal_value(self, value: Any, type_: Any) -> str:
        if writes(self.dialect):
            return literal(value, type_, self.dialect, definition=self.statement is None)
        return super().render_literal_value(value, type_)  # type: ignore[misc, no-any-return]

    def render_bind_cast(self, type_: Any, dbapi_type: Any, sqltext: str) -> str:
        """The literal that takes the placeholder's place has the cast, where one is needed."""
        if writes(self.dialect):
            return sqltext
        return super().render_bind_cast(type_, dbapi_type, sqltext)  # type: ignore[misc, no-any-return]

    def visit_textclause(self, textclause: Any, *args: Any, **kw: Any) -> str:
        """SQLAlchemy writes the values first, and then takes the backslash from each `\\:`, those in values too."""
        outer, self._held = self._held, []
        try:
            written: str = super().visit_textclause(textclause, *args, **kw)  # type: ignore[misc]
            held = self._held
        except Offline as problem:
            if problem.kind == "unbound":
                raise Offline("colon", **problem.values) from None
            raise
        finally:
            self._held = outer
        return _HELD.sub(lambda found: _behind(written[: found.start()], held[int(found[1])]), written)

    def _generate_generic_unary_operator(self, unary: Any, opstring: str, **kw: Any) -> str:
        written: str = super()._generate_generic_unary_operator(unary, opstring, **kw)  # type: ignore[misc]
        return "- " + written[1:] if written.startswith("--") else written


_DEFAULTS = "sqlgen_defaults"
"""The argument that hands a statement's Python-side defaults to its bind parameters."""


def _behind(before: str, written: str) -> str:
    """A minus behind a minus would begin a comment."""
    return " " + written if written.startswith("-") and before.endswith("-") else written


def make_strict(dialect: Any) -> None:
    """Change this one dialect object; the class and other objects of it stay as they are."""
    base = dialect.statement_compiler
    dialect.statement_compiler = types.new_class("Strict" + base.__name__, (StrictCompiler, base))


def compiled(construct: Any, dialect: Any) -> str:
    """The text of a statement with every value written into it, tabs and all, without a terminator.

    Raises Offline when a value is missing, can't be written, or a placeholder would be left; SQLAlchemy's CompileError
    for what it can't write.
    """
    if isinstance(construct, DDLElement):
        return str(construct.compile(dialect=dialect)).strip()
    result = construct.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    if isinstance(construct, ValuesBase) and (result.insert_prefetch or result.update_prefetch):
        values = _python_defaults(construct, result, dialect)
        result = construct.compile(dialect=dialect, compile_kwargs={"literal_binds": True, _DEFAULTS: values})
    left = getattr(result, "binds", None) or {}
    for name, bind in left.items():
        if bind.required and bind.value is None and bind.callable is None:
            raise Offline("unbound", name=str(name))
    if left:
        raise Offline("placeholder", names=", ".join(sorted(map(str, left))))
    return str(result).strip()


# ---- Column(default=…) and Column(onupdate=…), which a connection evaluates


def _python_defaults(construct: Any, result: Any, dialect: Any) -> dict[str, object]:
    """The values of the columns that the statement does not name, by the key of the parameter that waits for one."""
    context = _Context(construct, dialect)
    values: dict[str, object] = {}
    for column, default in _prefetched(result):
        if getattr(default, "is_scalar", False):
            value = default.arg
        elif getattr(default, "is_callable", False):
            value = default.arg(context)
        else:
            raise Offline("default", column=str(column.key))
        values[column.key] = value
        if not getattr(column, "_is_multiparam_column", False):
            values[f"{column.key}_m0"] = value  # its name in the first of several rows
            context.filled[column.key] = value
    return values


def _prefetched(result: Any) -> Iterator[tuple[Any, Any]]:
    for column in result.insert_prefetch:
        yield column, column.default
    for column in result.update_prefetch:
        yield column, column.onupdate


class _Context:
    """What a default's function may ask of the execution: the values of the row."""

    def __init__(self, construct: Any, dialect: Any) -> None:
        self.dialect = dialect
        self.filled: dict[str, object] = {}
        """The defaults so far."""
        self._construct = construct

    @property
    def current_parameters(self) -> dict[str, object]:
        return self.get_current_parameters()

    def get_current_parameters(self, isolate_multiinsert_groups: bool = True) -> dict[str, object]:
        if getattr(self._construct, "_multi_values", None):
            raise Offline("default", column="-")
        values = {str(getattr(key, "key", key)): value for key, value in (self._construct._values or {}).items()}
        return {key: getattr(value, "effective_value", value) for key, value in values.items()} | self.filled
