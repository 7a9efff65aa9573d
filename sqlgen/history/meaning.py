"""Two texts of a revision file in, whether they do the same out, and where the first difference stands.

What runs is compared: not comments, docstrings, layout, annotations and the order of imports, nor what the file
declares of its place in the history, which is compared apart. Where the file may look at such things, they count as
well. Nothing is run.
"""

from __future__ import annotations

import ast
import re
import sys
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from sqlgen.errors import HistoryError
from sqlgen.history import looking
from sqlgen.history.files import parse

MODULE = "module"
"""The name of all that stands in no function and no class."""

_DECLARED = frozenset({"revision", "down_revision", "depends_on", "branch_labels"})
_ALLOWED = r"[ \t]*(?:--[ \t]*sqlgen:[ \t]*allow\b[^\n]*|/\*[ \t]*sqlgen:[ \t]*allow\b(?:(?!\*/).)*\*/)"
_ALLOWANCE = re.compile(rf"^{_ALLOWED}[ \t]*(?:\n|\Z)|{_ALLOWED}", re.DOTALL | re.MULTILINE)
"""In SQL, with the line that it has for itself."""
_WITHOUT_EFFECT = (frozenset({"alembic", "sqlalchemy", "typing_extensions"}) | sys.stdlib_module_names) - {
    "antigravity"
}
"""Packages that change nothing when they are imported and not used: formatters add and remove such imports."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What two texts do not share."""

    functions: tuple[str, ...]
    """Names of functions and classes, and MODULE; in the order of the later text, then those that it lacks."""
    line: int | None
    """The first line of the later text that means something else; None when it only lacks something."""


Parts = dict[str, list[ast.AST]]
"""What runs, by the name of the function or class."""


def difference(now: bytes, before: bytes, file: str) -> Difference | None:
    """Where the two do not mean the same. Raises HistoryError when `now` does not parse."""
    if now == before or _with_lf(now) == _with_lf(before):
        return None
    here = whole(now, file)
    try:
        there = whole(before, file)
    except HistoryError:  # what does not run is nothing like what does
        before = b""
        there = whole(before, file)
    if looking.reads_itself(now) or looking.reads_itself(before):
        return _by_lines(now, before)
    try:
        if here is None or there is None or looking.looks(here) or looking.looks(there):
            return _by_words(now, before)
        return _difference(_parts(here), _parts(there))
    except RecursionError:
        return _by_words(now, before)


def _difference(here: Parts, there: Parts) -> Difference | None:
    names: list[str] = []
    lines: list[int] = []
    for name in dict.fromkeys((*here, *there)):
        same, line = _compare(here.get(name, []), there.get(name, []))
        if not same:
            names.append(name)
            lines += [line] if line is not None else []
    return Difference(tuple(names), min(lines, default=None)) if names else None


def _by_lines(now: bytes, before: bytes) -> Difference:
    """The first line that is another one."""
    here, there = (_with_lf(source).split(b"\n") for source in (now, before))
    pairs = enumerate(zip(here, there, strict=False), 1)
    return Difference((MODULE,), next((number for number, (one, other) in pairs if one != other), None))


def _by_words(now: bytes, before: bytes) -> Difference | None:
    """The same question to the tokens: a docstring counts, comments and layout do not."""
    here, there = ([*_words(_with_lf(source))] for source in (now, before))
    for (word, line), (other, _) in zip(here, there, strict=False):
        if word != other:
            return Difference((MODULE,), line)
    return None if len(here) == len(there) else Difference((MODULE,), None)


def _words(source: bytes) -> Iterator[tuple[tuple[int, str], int]]:
    """What the tokens are, with their lines."""
    for token in tokenize.tokenize(BytesIO(source).readline):
        if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.ENCODING):
            yield (token.type, token.string), token.start[0]


def whole(source: bytes, file: str) -> ast.Module | None:
    """The whole file, parsed; None where it is nested too deep for that, as a sum of thousands of texts is: Python
    runs it all the same. Raises HistoryError, with file and line, when it does not parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a migration is not this command's business
        try:
            return parse(_with_lf(source), file)
        except HistoryError as error:
            if isinstance(error.__cause__, SyntaxError):
                raise
            return None


def _with_lf(source: bytes) -> bytes:
    return source.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")


# ---- what runs


def _parts(tree: ast.Module) -> Parts:
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    cleaned = _Clean(tree).visit(tree)
    assert isinstance(cleaned, ast.Module)
    parts: Parts = {}
    imports: list[ast.stmt] = []
    for statement in cleaned.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                parts.setdefault(name, []).append(statement)
            case ast.Import() | ast.ImportFrom():
                imports += _each(statement)
            case _ if not _declares(statement, used):
                parts.setdefault(MODULE, []).append(statement)
    needed = _used(parts, imports)
    if needed:
        parts[MODULE] = [*needed, *parts.get(MODULE, [])]
    return parts


def _declares(statement: ast.stmt, used: set[str]) -> bool:
    """Whether it only sets names by which Alembic knows the place of the file, and which the file itself does not
    use."""
    match statement:
        case ast.Assign(targets=targets):
            names = {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
            plain = all(isinstance(target, ast.Name | ast.Tuple) for target in targets)
            return plain and names <= _DECLARED and not names & used and looking.is_value(statement.value)
    return False


def _each(statement: ast.Import | ast.ImportFrom) -> Iterator[ast.stmt]:
    """An import for each name."""
    for alias in statement.names:
        match statement:
            case ast.Import():
                one: ast.stmt = ast.Import(names=[alias])
            case ast.ImportFrom(module=module, level=level):
                one = ast.ImportFrom(module=module, names=[alias], level=level)
        yield ast.copy_location(one, alias)


def _used(parts: Parts, imports: list[ast.stmt]) -> list[ast.AST]:
    """The imports that do something, in an order that is always the same."""
    names = {
        node.id for each in parts.values() for part in each for node in ast.walk(part) if isinstance(node, ast.Name)
    }
    kept: dict[str, ast.AST] = {}
    for statement in imports:
        match statement:
            case ast.Import(names=[alias]):
                origin, name = alias.name, alias.asname or alias.name.partition(".")[0]
            case ast.ImportFrom(names=[alias], module=module, level=level):
                origin, name = "." * level + (module or ""), alias.asname or alias.name
            case _:
                continue
        if origin.partition(".")[0] not in _WITHOUT_EFFECT or name in names or name == "*":
            kept.setdefault(ast.dump(statement), statement)
    return [kept[text] for text in sorted(kept)]


class _Clean(ast.NodeTransformer):
    """Takes away what does not run: docstrings and other bare constants, `pass`, annotations, `if TYPE_CHECKING`. What
    is decorated, or handed to others, stays as it is: they may read it."""

    def __init__(self, tree: ast.Module) -> None:
        self.shown = looking.shown(tree)
        self.never = looking.type_checking(tree)
        self.sql = looking.sql_texts(tree)

    def visit_Module(self, node: ast.Module) -> ast.AST:
        node.body = [each for each in node.body if not self.is_never(each)]
        return self.generic_visit(node)

    def is_never(self, node: ast.stmt) -> bool:
        return isinstance(node, ast.If) and not node.orelse and ast.unparse(node.test) in self.never

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Pass(self, node: ast.Pass) -> None:
        return None

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        if node.decorator_list or node.bases or node.keywords or node.name in self.shown:
            return node
        kept = [self.visit(each) if not isinstance(each, ast.AnnAssign) else each for each in node.body]
        node.body = [each for each in kept if each is not None]  # a dataclass is made of its annotations
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None or not isinstance(node.target, ast.Name) or not looking.is_plain(node.annotation):
            return self.generic_visit(node)
        return ast.copy_location(ast.Assign(targets=[node.target], value=self.visit(node.value)), node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None if looking.is_plain(node.annotation) else node.annotation
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self.function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.function(node)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if node.decorator_list or node.name in self.shown:
            return node
        node.returns = None if looking.is_plain(node.returns) else node.returns
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        node.kind = None  # u"…"
        if isinstance(node.value, str) and "sqlgen:" in node.value and id(node) in self.sql:
            node.value = _without_allowances(node.value)
        return node


def _without_allowances(sql: str) -> str:
    """What looks like one inside of a literal is data."""
    found = [*_ALLOWANCE.finditer(sql)]
    if all(looking.is_comment(sql, *match.span()) for match in found):
        return _ALLOWANCE.sub("", sql)
    return sql


# ---- the first difference


def _compare(now: object, before: object) -> tuple[bool, int | None]:
    """Whether they are the same, and the first line of `now` that is not."""
    match now, before:
        case list(), list():
            for one, other in zip(now, before, strict=False):
                same, line = _compare(one, other)
                if not same:
                    return False, line
            if len(now) == len(before):
                return True, None
            more = now[len(before) :]
            return False, getattr(more[0], "lineno", None) if more else _last_line(now)
        case ast.AST(), ast.AST() if type(now) is type(before):
            for field in now._fields:
                same, line = _compare(getattr(now, field, None), getattr(before, field, None))
                if not same:
                    return False, line if line is not None else getattr(now, "lineno", None)
            return True, None
        case ast.AST(), _:
            return False, getattr(now, "lineno", None)
    return (type(now), now) == (type(before), before), None


def _last_line(nodes: list[object]) -> int | None:
    return getattr(nodes[-1], "end_lineno", None) if nodes else None
