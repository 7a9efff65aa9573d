"""Source text in, the comments that may hold an allowance out, with the lines that each stands on or above."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from sqlgen.statements import Statement, Token, TokenKind, scan


@dataclass(frozen=True, slots=True)
class Note:
    """A comment without its marks."""

    text: str
    line: int
    lines: frozenset[int]
    """Its own lines; when it stands alone also the line of code directly below; and, in the body of a
    `with op.batch_alter_table(…)`, the line of the `with`, where Alembic makes the statements."""
    direction: str | None
    """"upgrade" or "downgrade" when it stands in that function of a revision file."""
    conditional: bool
    """Inside an `if`, a loop or a `try`, so that the code below it need not run."""
    astray: bool = False
    """On and above lines of a Python file from which nothing can be emitted, such as that of `def upgrade():`."""


def in_python(text: str) -> Iterator[Note]:
    """The comments of a Python file that begin with `sqlgen`. Text that is not Python has none."""
    lines = text.splitlines()
    found: list[tuple[int, int, str]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            body = token.string.lstrip("#").strip()
            if token.type == tokenize.COMMENT and body.startswith("sqlgen"):
                found.append((*token.start, body))
        tree = ast.parse(text)
    except (SyntaxError, tokenize.TokenError, ValueError):
        return
    for line, column, body in found:
        covered = {line}
        if not lines[line - 1][:column].strip():
            below = line + 1
            while below <= len(lines) and lines[below - 1].lstrip().startswith("#"):
                below += 1
            covered.add(below)
        direction, conditional, batches = _surroundings(tree, line)
        yield Note(body, line, frozenset(covered | batches), direction, conditional, _is_astray(tree, covered))


def in_strings(text: str, dialect: str) -> Iterator[Note]:
    """The comments that begin with `sqlgen` in SQL that stands in strings of a Python file, by their place in it.

    Docstrings are prose. Of an f-string the values are left as they are written.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    lines = text.split("\n")
    for node, sql in _strings(tree):
        for token in scan(sql, dialect) if "sqlgen" in sql else ():
            body = bare(token.text) if _is_comment(token) else ""
            if body.startswith("sqlgen"):
                last = node.end_lineno or node.lineno
                own = range(node.lineno, last + 1)
                first = body.partition("\n")[0].rstrip()
                line = next((number for number in own if first in lines[number - 1]), node.lineno)
                direction, conditional, _ = _surroundings(tree, node.lineno)
                yield Note(body, line, frozenset(own), direction, conditional)


def _strings(tree: ast.Module) -> list[tuple[ast.expr, str]]:
    """The strings in the order in which they stand."""
    found: list[tuple[ast.expr, str]] = []
    skipped: set[int] = set()
    for node in ast.walk(tree):  # parents before their children
        if isinstance(node, ast.Expr):
            skipped.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            skipped.update(map(id, node.values))
            parts = (str(each.value) if isinstance(each, ast.Constant) else ast.unparse(each) for each in node.values)
            found.append((node, "".join(parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            found.append((node, node.value))
    return sorted(found, key=lambda each: (each[0].lineno, each[0].col_offset))


_CONDITIONAL = (ast.If, ast.For, ast.While, ast.Try, ast.TryStar, ast.Match)


def _surroundings(tree: ast.Module, line: int) -> tuple[str | None, bool, set[int]]:
    """The direction of the function around a line, whether it may be skipped, and the lines of batch blocks around."""
    direction: str | None = None
    conditional = False
    batches: set[int] = set()
    body: list[ast.stmt] = tree.body
    while (node := next((n for n in body if n.lineno < line <= (n.end_lineno or n.lineno)), None)) is not None:
        if isinstance(node, ast.FunctionDef) and node.name in ("upgrade", "downgrade"):
            direction = node.name
        if isinstance(node, _CONDITIONAL):
            conditional = True
        if isinstance(node, ast.With) and any(_is_batch(item.context_expr) for item in node.items):
            batches.add(node.lineno)
        body = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    return direction, conditional, batches


def _is_astray(tree: ast.Module, lines: set[int]) -> bool:
    """Whether no line is in the body of anything, nor calls anything."""
    for node in tree.body:
        body = getattr(node, "body", None)
        calls = body is None and any(isinstance(each, ast.Call | ast.Lambda) for each in ast.walk(node))
        first = body[0].lineno if body else node.lineno if calls else None
        if first is not None and any(first <= line <= (node.end_lineno or first) for line in lines):
            return False
    return True


def _is_batch(expression: ast.expr) -> bool:
    if not isinstance(expression, ast.Call):
        return False
    called = expression.func
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name == "batch_alter_table"


def in_sql(text: str, dialect: str) -> Iterator[Note]:
    """The comments of an SQL file that begin with `sqlgen`."""
    found: list[tuple[int, int, bool, str]] = []
    only_comments: set[int] = set()
    line, alone = 1, True
    for token in scan(text, dialect):
        end = line + token.text.count("\n")
        if _is_comment(token):
            if alone:
                only_comments.update(range(line, end + 1))
            found.append((line, end, alone, bare(token.text)))
        elif token.kind is TokenKind.SPACE:
            alone = alone or "\n" in token.text
        else:
            alone = token.text.endswith("\n")
            only_comments.discard(line)
        line = end
    for first, last, alone, body in found:
        if not body.startswith("sqlgen"):
            continue
        covered = set(range(first, last + 1))
        if alone:
            below = last + 1
            while below in only_comments:
                below += 1
            covered.add(below)
        yield Note(body, first, frozenset(covered), None, False)


class Stands(Enum):
    """How a comment of a text with several statements stands to the statement it came with."""

    OWN = auto()
    """In it, or on a line above it."""
    PREVIOUS = auto()
    """At the end of the line on which the statement before it ends."""
    EITHER = auto()
    """Before it, on the line on which the statement before it ends: it may have been written for that one."""


def in_statement(statement: Statement, dialect: str) -> Iterator[tuple[Stands, str]]:
    """The comments in and before a statement that begin with `sqlgen`."""
    if "sqlgen" in statement.leading:
        broken = False
        tokens = scan(statement.leading, dialect)
        for index, token in enumerate(tokens):
            if _is_comment(token) and bare(token.text).startswith("sqlgen"):
                ends_a_line = any("\n" in later.text for later in tokens[index + 1 :])
                yield Stands.OWN if broken else Stands.PREVIOUS if ends_a_line else Stands.EITHER, bare(token.text)
            broken = broken or "\n" in token.text
    if "sqlgen" in statement.text:
        for token in statement.tokens:
            if _is_comment(token) and bare(token.text).startswith("sqlgen"):
                yield Stands.OWN, bare(token.text)


def _is_comment(token: Token) -> bool:
    # The mysql client takes a line that begins with -- for itself, and drops it: to a reader it is a comment.
    return token.kind is TokenKind.COMMENT or (token.kind is TokenKind.CLIENT and token.text.startswith("--"))


def bare(comment: str) -> str:
    """A comment's text without its marks: `-- x`, `# x` and `/* x */` are all `x`."""
    if comment.startswith("/*"):
        return comment.removeprefix("/*").removesuffix("*/").strip()
    return comment.lstrip("-#").strip()
