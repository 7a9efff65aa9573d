"""A revision file in, whether one of its functions does anything out. Nothing in it is run."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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
    module = _parsed(_source(path))
    found = None if module is None else _function(module, name)
    if found is None:
        return None
    return found if isinstance(found, Empty) else _empty(found)


Words = frozenset[str] | None


def downgrade(path: Path) -> tuple[Literal["missing", "empty", "raises", "present"], Words] | None:
    """What the file of a revision has for the way back, as `segments.Downgrade` says; None where that can't be seen."""
    source = _source(path)
    # the last definition counts, and what stands above it can't undo it: most of a file need not be parsed
    start = source.rfind(b"\ndef downgrade(")
    module = (_parsed(source[start:]) if start >= 0 else None) or _parsed(source)
    found = None if module is None else _function(module, "downgrade")
    match found:
        case None:
            return None
        case Empty():
            return "missing", None
        case function:
            empty = _empty(function)
            if empty is not None:
                return ("raises" if empty.raises else "empty"), None
            return "present", _words(function)


_ALEMBIC = ("op", "sa", "sqlalchemy", "alembic", "mysql", "postgresql", "sqlite", "mssql", "oracle", "batch_op")


def _words(function: ast.FunctionDef) -> Words:
    """All words of the strings in a function whose statements are calls of Alembic's operations; None for another."""
    known = {*_ALEMBIC}
    for node in ast.walk(function):
        match node:
            case ast.With(items=items):
                known.update(each.optional_vars.id for each in items if isinstance(each.optional_vars, ast.Name))
            case ast.Name(id=name) if name not in known:
                return None
            case ast.For() | ast.While() | ast.If() | ast.Import() | ast.ImportFrom() | ast.JoinedStr():
                return None
    texts = [
        node.value for node in ast.walk(function) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return frozenset(word for text in texts for word in re.findall(r"\w+", text.lower()))


def _source(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b"\0"  # which is no Python


def _parsed(source: bytes) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a migration is not this module's business
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _function(module: ast.Module, name: str) -> ast.FunctionDef | Empty | None:
    """The function; Empty where there is none; None where that can't be seen: the name is imported or assigned."""
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
    return found


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
