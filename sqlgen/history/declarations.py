"""The source of a revision file in, its Revision out, when it is written as nearly all are: without a full parse.

The files of one history look alike: the same imports, the same four assignments, other ids. So a file's head, from
behind its docstring to its first function, is cut into its form and the ids in it, and each form is parsed once.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import accumulate

from sqlgen.history.revision import Revision

# Comments, and a docstring that holds no escape and ends its line.
_TOP = re.compile(rb'(?>(?:[ \t]*(?:\#[^\n]*)?\n)*)"""([^"\\]*(?:"(?!"")[^"\\]*)*)"""[ \t]*\n')
_OTHER_ENCODING = re.compile(rb"coding[:=](?![ \t]*utf-?8(?![-\w.]))")  # PEP 263
_ID = re.compile(rb"""(["'])([A-Za-z0-9_]+)\1""")

# What stands behind the first function sets no name that matters, when every line there that begins at the margin
# begins one of these; a string whose lines begin at the margin is no such line.
_BODY = re.compile(rb"\n(?:(?:def|async def|class)[ \t]|@)")
_OTHER = re.compile(
    rb"\n(?!(?:def|async def|class)[ \t]+(?!(?:revision|down_revision|depends_on|branch_labels)\b)|[@#)\]} \t]"
    rb"|\n|\Z)"
)
_NAMES = ("revision", "down_revision", "depends_on", "branch_labels")
_NAMED = re.compile(rb"revision|depends_on|branch_labels")


@dataclass(frozen=True, slots=True)
class Form:
    """A head without its ids. The numbers say which of the ids, in the order in which they stand, mean what."""

    id: int
    down: tuple[int, ...]
    depends_on: tuple[int, ...]
    labels: tuple[int, ...]
    line: int
    """Lines count from 0, the one behind the docstring."""
    down_line: int
    depends_line: int


Forms = dict[bytes, Form | None]
"""The forms that a reading of a history has met; None: it is not so simple, parse the file."""


def end_of_head(source: bytes, start: int = 0) -> int | None:
    """Where the first function begins, when nothing from there on sets a name that matters; else None.

    The end may lie within a string that holds such a line: then the head does not parse. To Python a bare CR ends a
    line as well: such sources must not be given.
    """
    body = _BODY.search(source, start)
    if body is None:
        return None
    if _OTHER.search(source, body.start()) and (not source.isascii() or _NAMED.search(source, body.end())):
        return None  # outside ASCII a name can be spelled in several ways
    return body.start() + 1


def declared(source: bytes, forms: Forms, path: str, file: str) -> Revision | None:
    """What a file declares: exactly what ast gives. None: not written in such a way, or not right. New forms are added.

    `source` has no CR and no NUL. `path` and `file` are the Revision's `absolute` and `file`.
    """
    top = _TOP.match(source)
    if top is None or _OTHER_ENCODING.search(source, 0, top.start(1)):
        return None
    start = top.end()
    end = end_of_head(source, start - 1)
    if end is None:
        return None
    head = source[start:end]
    parts = _ID.split(head)  # text, quote, id, text, quote, id, …, text
    ids = parts[2::3]
    del parts[2::3]
    key = b"\0".join(parts)
    try:
        form = forms[key]
    except KeyError:
        form = forms[key] = _form(head)
    if form is None:
        return None
    try:
        source[: top.start(1)].decode()  # Python reads the comments too
        docstring = top[1].decode()
    except UnicodeDecodeError:
        return None
    above = source.count(b"\n", 0, start) + 1
    return Revision(
        ids[form.id].decode(),
        _texts(ids, form.down),
        _texts(ids, form.depends_on),
        _texts(ids, form.labels),
        docstring.strip().split("\n", 1)[0].strip(),
        path,
        file,
        form.line + above,
        form.down_line + above,
        form.depends_line + above,
    )


def _texts(ids: list[bytes], chosen: tuple[int, ...]) -> tuple[str, ...]:
    """Each once, as Alembic's dedupe_tuple keeps them."""
    if len(chosen) < 2:
        return (ids[chosen[0]].decode(),) if chosen else ()
    return tuple(dict.fromkeys(ids[index].decode() for index in chosen))


def _form(head: bytes) -> Form | None:
    """The form of a head of imports and assignments.

    Every id in it is a text of its own, not a part of one, nor of a comment: then a head that differs in its ids alone
    is cut into the same tokens, since within such quotes letters, digits and _ stand for nothing else.
    """
    if not head.isascii():
        return None
    try:
        tree = ast.parse(head)
    except (SyntaxError, RecursionError, MemoryError):
        return None
    starts = list(accumulate((len(line) + 1 for line in head.split(b"\n")), initial=0))
    texts = {
        (starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset): node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.end_lineno is not None and node.end_col_offset is not None
    }
    spans = [match.span() for match in _ID.finditer(head)]
    if any(span not in texts for span in spans):
        return None
    values = _assigned(tree.body)
    if values is None or not {"revision", "down_revision"} <= values.keys():
        return None
    numbers = {texts[span]: index for index, span in enumerate(spans)}
    chosen = {name: _chosen(values[name][1], numbers) if name in values else () for name in _NAMES}
    own, down, depends_on, labels = (chosen[name] for name in _NAMES)
    if own is None or len(own) != 1 or not isinstance(values["revision"][1], ast.Constant):
        return None
    if down is None or depends_on is None or labels is None:
        return None
    line = values["revision"][0] - 1
    depends_line = values["depends_on"][0] - 1 if "depends_on" in values else line
    return Form(own[0], down, depends_on, labels, line, values["down_revision"][0] - 1, depends_line)


def _assigned(body: list[ast.stmt]) -> dict[str, tuple[int, ast.expr]] | None:
    """The names that matter, with line and value; None when anything but an import or an assignment stands there."""
    values: dict[str, tuple[int, ast.expr]] = {}
    for statement in body:
        match statement:
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                if any((alias.asname or alias.name).partition(".")[0] in _NAMES for alias in aliases):
                    return None
            case (
                ast.Assign(targets=[ast.Name(id=name, lineno=line)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name, lineno=line), value=ast.expr() as value)
            ):
                values[name] = line, value
            case _:
                return None
    return values


def _chosen(value: ast.expr, numbers: dict[ast.Constant, int]) -> tuple[int, ...] | None:
    """Which ids a value is made of: None, a text, a tuple or a list of texts. None: it is made of something else."""
    match value:
        case ast.Constant(value=None):
            return ()
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            pass
        case _:
            parts = [value]
    found = [numbers[part] for part in parts if isinstance(part, ast.Constant) and part in numbers]
    return tuple(found) if len(found) == len(parts) else None
