"""A dialect in, the same dialect out, whose compiler writes literals as a driver would send their values."""

from __future__ import annotations

import re
import types
from typing import Any

from sqlalchemy.sql.ddl import DDLElement

from .literals import literal, writes
from .marks import MARK
from .offline import Offline

_MINUS = re.compile("-(?=" + MARK[0] + ")")
"""A minus before a value's place: with a negative value, the two would begin a comment."""


class StrictCompiler:
    """Mixed into the dialect's own SQL compiler, which DDL uses for expressions too."""

    dialect: Any
    statement: Any = None

    def visit_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> str:
        if self.statement is None:  # DDL has no parameters, though functions of projects may forget to say so
            kw["literal_binds"] = True
        return super().visit_bindparam(bindparam, *args, **kw)  # type: ignore[misc, no-any-return]

    def render_literal_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> str:
        given = args or "render_literal_value" in kw or bindparam.key in getattr(self, "_collected_params", ())
        if given or bindparam.value is not None or bindparam.callable is not None:
            return super().render_literal_bindparam(bindparam, *args, **kw)  # type: ignore[misc, no-any-return]
        if bindparam.required:
            raise Offline("unbound", name=str(bindparam.key))
        # SQLAlchemy would write NULL. As a parameter the type sees it: JSON makes 'null' of it.
        return self.render_literal_value(None, bindparam.type)

    def render_literal_value(self, value: Any, type_: Any) -> str:
        if writes(self.dialect, definition=self.statement is None):
            return literal(value, type_, self.dialect, definition=self.statement is None)
        return super().render_literal_value(value, type_)  # type: ignore[misc, no-any-return]

    def render_bind_cast(self, type_: Any, dbapi_type: Any, sqltext: str) -> str:
        """The literal that takes the placeholder's place has the cast, where one is needed."""
        if writes(self.dialect):
            return sqltext
        return super().render_bind_cast(type_, dbapi_type, sqltext)  # type: ignore[misc, no-any-return]

    def visit_textclause(self, textclause: Any, *args: Any, **kw: Any) -> str:
        try:
            written = super().visit_textclause(textclause, *args, **kw)  # type: ignore[misc]
        except Offline as problem:
            if problem.kind == "unbound":
                raise Offline("colon", **problem.values) from None
            raise
        return _MINUS.sub("- ", written)

    def _generate_generic_unary_operator(self, unary: Any, opstring: str, **kw: Any) -> str:
        written: str = super()._generate_generic_unary_operator(unary, opstring, **kw)  # type: ignore[misc]
        return _MINUS.sub("- ", written)


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
    left = getattr(result, "binds", None) or {}
    if left:
        raise Offline("placeholder", names=", ".join(sorted(map(str, left))))
    return str(result).strip()
