"""A revision file in, whether one of its functions does anything out. Nothing in it is run."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from sqlgen.errors import Message, say


@dataclass(frozen=True, slots=True)
class Empty:
    """Why a function does nothing."""

    said: Message
    line: int | None
    raises: bool = False
    """It does not even pretend to."""


def without_effect(path: Path, name: str) -> Empty | None:
    """Why `upgrade` or `downgrade` does nothing: there is none, it is empty, or all it does is to raise.

    None where it does something, or where that can't be seen: the name is imported or assigned.
    """
    try:
        module = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    found: ast.FunctionDef | None = None
    others: set[str] = set()
    for statement in module.body:
        match statement:
            case ast.FunctionDef(name=defined) if defined == name:
                found = statement
            case ast.FunctionDef() | ast.ClassDef() | ast.Expr():
                pass
            case _:
                others |= _bound(statement)
    if name in others or (found is None and "*" in others):
        return None
    if found is None:
        return Empty(say("the file has no function {name}()", name=name), None, raises=True)
    return _empty(found)


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a statement may bind."""
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    aliases = [node for node in ast.walk(statement) if isinstance(node, ast.alias)]
    functions = [node.name for node in ast.walk(statement) if isinstance(node, ast.FunctionDef)]
    return {*names, *(alias.asname or alias.name for alias in aliases), *functions}


def _empty(function: ast.FunctionDef) -> Empty | None:
    for statement in function.body:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Return(value=None | ast.Constant()):
                pass
            case ast.Raise():
                said = say("{name}() does nothing but raise an exception", name=function.name)
                return Empty(said, statement.lineno, raises=True)
            case _:
                return None
    return Empty(say("{name}() is empty", name=function.name), function.lineno)
