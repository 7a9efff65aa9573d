"""The top level of a Python file in, the names that hold constants out. Nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

Constant = str | int | float | complex | bytes | bool | None | tuple["Constant", ...]
"""Lists are kept as tuples, sets as sorted tuples: Alembic turns all of them into tuples."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A name and the last value it gets at the top level of a file."""

    line: int
    """The line of the assignment, from 1."""
    value: Constant
    known: bool
    """False: the value is computed, imported, or set under a condition; `value` is then None."""


class _Computed(Exception):
    """An expression is not made of constants."""


def assigned(body: list[ast.stmt]) -> dict[str, Assigned]:
    """Every name that the top level of a file sets. Literals, names of constants, `+` and f-strings are folded."""
    names: dict[str, Assigned] = {}
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name):
                names[name] = Assigned(statement.lineno, None, known=False)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    _assign(target, value, names)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                _assign(target, value, names)
            case ast.AnnAssign() | ast.Expr():
                pass
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                added = ast.BinOp(ast.Name(name, ast.Load()), ast.Add(), value)
                names[name] = _fold_at(statement.lineno, added, names)
            case _:
                names |= {name: Assigned(line, None, known=False) for name, line in _bound(statement)}
    return names


def _assign(target: ast.expr, value: ast.expr, names: dict[str, Assigned]) -> None:
    match target, value:
        case ast.Name(id=name), _:
            names[name] = _fold_at(target.lineno, value, names)
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for one, its in zip(targets, values, strict=True):
                _assign(one, its, names)
        case _:
            names |= {name: Assigned(line, None, known=False) for name, line in _bound(target)}


def _fold_at(line: int, value: ast.expr, names: dict[str, Assigned]) -> Assigned:
    try:
        return Assigned(line, _fold(value, names), known=True)
    except (_Computed, RecursionError):  # a sum of a thousand texts is nested a thousand deep
        return Assigned(line, None, known=False)


def _fold(node: ast.expr, names: dict[str, Assigned]) -> Constant:
    match node:
        case ast.Constant(value=str() | bytes() | int() | float() | complex() | None as value):
            return value
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return tuple(_fold(part, names) for part in parts)
        case ast.Set(elts=parts):
            return tuple(sorted({_text(part, names) for part in parts}))
        case ast.Name(id=name) if name in names and names[name].known:
            return names[name].value
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _add(_fold(left, names), _fold(right, names))
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, names) for part in parts)
        case ast.FormattedValue(value=part, conversion=-1, format_spec=None):
            return _text(part, names)
    raise _Computed


def _text(node: ast.expr, names: dict[str, Assigned]) -> str:
    match _fold(node, names):
        case str(text):
            return text
    raise _Computed


def _add(left: Constant, right: Constant) -> Constant:
    match left, right:
        case str(), str():
            return left + right
        case tuple(), tuple():
            return left + right
    raise _Computed


def _bound(statement: ast.AST) -> Iterator[tuple[str, int]]:
    """The names that a statement may set, with their lines: an import, a def, or anything inside if, try, with, for."""
    todo = [statement]
    while todo:
        match todo.pop():
            case ast.FunctionDef(name=name, lineno=line) | ast.AsyncFunctionDef(name=name, lineno=line):
                yield name, line
            case ast.ClassDef(name=name, lineno=line):
                yield name, line
            case ast.Import(names=aliases, lineno=line) | ast.ImportFrom(names=aliases, lineno=line):
                yield from ((alias.asname or alias.name.partition(".")[0], line) for alias in aliases)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del(), lineno=line):
                yield name, line
            case node:
                todo.extend(reversed(list(ast.iter_child_nodes(node))))
