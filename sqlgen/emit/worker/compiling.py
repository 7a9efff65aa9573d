"""A dialect in, the same dialect out, whose compiler refuses to write NULL for a value that nobody gave."""

from __future__ import annotations

import types
from typing import Any

from sqlalchemy.sql.ddl import DDLElement

from .offline import Offline


class StrictCompiler:
    """Mixed into the dialect's own SQL compiler, which DDL uses for expressions too."""

    def render_literal_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> str:
        given = args or "render_literal_value" in kw or bindparam.key in getattr(self, "_collected_params", ())
        if bindparam.required and not given and bindparam.value is None and bindparam.callable is None:
            raise Offline("unbound", name=str(bindparam.key))
        return super().render_literal_bindparam(bindparam, *args, **kw)  # type: ignore[misc, no-any-return]

    def visit_textclause(self, textclause: Any, *args: Any, **kw: Any) -> str:
        try:
            return super().visit_textclause(textclause, *args, **kw)  # type: ignore[misc, no-any-return]
        except Offline as problem:
            if problem.kind == "unbound":
                raise Offline("colon", **problem.values) from None
            raise


def make_strict(dialect: Any) -> None:
    """Change this one dialect object; the class and other objects of it stay as they are."""
    base = dialect.statement_compiler
    dialect.statement_compiler = types.new_class("Strict" + base.__name__, (StrictCompiler, base))


def compiled(construct: Any, dialect: Any) -> str:
    """The text of a statement with every value written into it, tabs and all, without a terminator.

    Raises Offline when a value is missing or a placeholder would be left; SQLAlchemy's CompileError for what it can't
    write.
    """
    if isinstance(construct, DDLElement):
        return str(construct.compile(dialect=dialect)).strip()
    result = construct.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    left = getattr(result, "binds", None) or {}
    for name, bind in left.items():
        if bind.required and bind.value is None and bind.callable is None:
            raise Offline("unbound", name=str(name))
    if left:
        raise Offline("placeholder", names=", ".join(sorted(map(str, left))))
    return str(result).strip()
