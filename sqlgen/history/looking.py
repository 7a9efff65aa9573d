"""A revision file, parsed, in; what of it may be looked at out, that elsewhere counts for nothing.

A docstring can be executed as SQL, a comment by who reads the file, an annotation calls what it names, and of two
imports of one name the later one counts. Nearly no revision does any of that; of one that may, more is compared. What
a module that it imports looks at, nobody can see here.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

Def = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_READS_ITSELF = re.compile(
    rb"\b(?:getsource|getcomments|getsourcelines|findsource|linecache|get_data)\b|\b__loader__\b"
    rb"|\bopen\s*\(\s*__file__\b|\bPath\s*\(\s*__file__\s*\)\s*\.\s*(?:read|open)"
)
_LOOKS = frozenset({
    "__annotations__", "__builtins__", "__closure__", "__code__", "__dict__", "__doc__", "__globals__",
    "__type_params__", "_getframe", "attrgetter", "currentframe", "get_annotations", "get_type_hints", "getdoc",
    "getfullargspec", "getmembers", "pydoc", "signature",
})  # fmt: skip
_LOOKS_BY_ITSELF = frozenset({"__import__", "compile", "eval", "exec", "getattr", "globals", "locals", "vars"})
"""Built-in functions; re.compile() is none of them."""
_RUNS_SQL = frozenset({"execute", "exec_driver_sql", "text", "DDL"})
_SQL = re.compile(
    r"""(?P<comment>--[ \t][^\n]*|/\*(?![!+])(?:(?!/\*|\*/).)*\*/)
    |(?<![qQ])'[^'\\]*'|"[^"\\]*"|`[^`\\]*`|\[[^]'"`]*\]|-(?!-)|/(?!\*)|[^-/'"`\[$\#\\]""",
    re.VERBOSE | re.DOTALL,
)
"""What all engines read alike. Not: $$, backslashes, the # of MySQL, q'[…]', and comments in comments."""


def reads_itself(source: bytes) -> bool:
    """Whether its own text, with all comments, may be what runs."""
    return _READS_ITSELF.search(source) is not None


def looks(tree: ast.Module) -> bool:
    """Whether docstrings, annotations or the order of what stands in the file may make a difference anywhere."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) if name in _LOOKS:
                return True
            case ast.Name(id=name) if name in _LOOKS_BY_ITSELF:
                return True
            case ast.Constant(value=str(text)) if text in _LOOKS and text.startswith("__"):
                return True
    return _is_bound_again(tree) or sum(_is_decorated(each) for each in tree.body) > 1


def _is_decorated(node: ast.AST) -> bool:
    return isinstance(node, Def) and bool(node.decorator_list)


def _is_bound_again(tree: ast.Module) -> bool:
    """Whether a name of the module means this or that by the order of what binds it; `import *` binds any."""
    bound: defaultdict[str, set[str]] = defaultdict(set)
    for number, statement in enumerate(tree.body):
        for name, what in _bound(statement):
            bound[name].add(what or str(number))
    ordered = {
        name for each in tree.body if isinstance(each, Def | ast.Import | ast.ImportFrom) for name, _ in _bound(each)
    }
    return "*" in ordered or any(len(bound[name]) > 1 or hasattr(builtins, name) for name in ordered)


def _bound(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """(name, what it is then) as far as a statement of the module binds them; "": what nothing else is."""
    match statement:
        case ast.Import(names=aliases):
            for alias in aliases:
                root = alias.name.partition(".")[0]
                yield alias.asname or root, f"{alias.name if alias.asname else root}:"
        case ast.ImportFrom(names=aliases, module=module, level=level):
            for alias in aliases:
                yield alias.asname or alias.name, f"{'.' * level}{module}:{alias.name}"
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, ""
            for node in ast.walk(statement):
                if isinstance(node, ast.Global):
                    yield from ((each, "global") for each in node.names)
        case _:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                    yield node.id, "value"
                elif isinstance(node, ast.Import | ast.ImportFrom | Def) and node is not statement:
                    yield from _bound(node)


def shown(tree: ast.Module) -> frozenset[str]:
    """Functions and classes that are handed to others, which may read what stands in them."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return frozenset(
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called
    )


def is_plain(annotation: ast.expr | None) -> bool:
    """Whether an annotation, should it be evaluated, does nothing but name types."""
    allowed = ast.Name | ast.Attribute | ast.Subscript | ast.Constant | ast.Tuple | ast.List | ast.BinOp | ast.BitOr
    return annotation is None or all(isinstance(node, allowed | ast.expr_context) for node in ast.walk(annotation))


def is_value(node: ast.expr) -> bool:
    """Whether a value is made of constants and names alone: to make it does nothing."""
    allowed = ast.Name | ast.Constant | ast.Tuple | ast.List | ast.Set | ast.BinOp | ast.Add | ast.expr_context
    return all(isinstance(each, allowed) for each in ast.walk(node))


def type_checking(tree: ast.Module) -> frozenset[str]:
    """How the file calls typing.TYPE_CHECKING, which is false when it runs."""
    names: set[str] = set()
    for statement in tree.body:
        match statement:
            case ast.ImportFrom(module="typing" | "typing_extensions", level=0, names=aliases):
                names |= {each.asname or each.name for each in aliases if each.name == "TYPE_CHECKING"}
            case ast.Import(names=aliases):
                names |= {f"{each.asname or each.name}.TYPE_CHECKING" for each in aliases if each.name == "typing"}
    return frozenset(names)


# ---- SQL


def sql_texts(tree: ast.Module) -> frozenset[int]:
    """id() of the constants that are sent as SQL and are nothing else: given to execute(), by themselves or by a
    name."""
    given = [argument for node in ast.walk(tree) if isinstance(node, ast.Call) for argument in _sent(node)]
    asked = {id(each) for each in given}
    loads: defaultdict[str, list[bool]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            loads[node.id].append(id(node) in asked)
    texts = {id(each) for each in given if isinstance(each, ast.Constant)}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() as value) if all(loads[name] or [False]):
                texts.add(id(value))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant() as value) if all(loads[name] or [False]):
                texts.add(id(value))
    return frozenset(texts)


def _sent(call: ast.Call) -> Iterable[ast.expr]:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _RUNS_SQL:
            return (
                *call.args[:1],
                *(each.value for each in call.keywords if each.arg in ("sqltext", "statement", "text")),
            )
    return ()


def is_comment(text: str, start: int, end: int) -> bool:
    """Whether this part of a text of SQL is one comment, with space around it, beyond doubt to all engines."""
    at = 0
    while at < end and (token := _SQL.match(text, at)) is not None:
        at = token.end()
        if at > start and token["comment"] is None and not token[0].isspace():
            return False
    return at >= end
