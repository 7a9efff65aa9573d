"""Which shape a statement gets: what stands on a line of its own, what stays together."""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.layout import cuts
from sqlgen.layout.tree import Group, Leaf, Node, width, word
from sqlgen.layout.writer import INDENT, WIDEST, Writer
from sqlgen.statements.model import TokenKind

__all__ = ["write"]


def write(writer: Writer, nodes: Sequence[Node]) -> None:
    """Write a whole statement, which may begin with comments."""
    start = 0
    while start < len(nodes):
        comment = nodes[start]
        if isinstance(comment, Group) or comment.kind is not TokenKind.COMMENT:
            break
        writer.leaf(comment)
        if comment.own_line or comment.ends_line:
            writer.newline(0)
        start += 1
    _statement(writer, nodes[start:])


def _statement(writer: Writer, nodes: Sequence[Node]) -> None:
    head = [word(node) for node in nodes[:8]]
    columns = cuts.column_list(nodes, head)
    if columns is not None:
        return _create_table(writer, nodes, columns)
    match head:
        case ["ALTER", "TABLE", *_] | ["ALTER", "ONLINE" | "IGNORE" | "FOREIGN", "TABLE", *_]:
            return _alter_table(writer, nodes, head.index("TABLE"))
        case [first, *_] if first in cuts.QUERIES:
            return _query(writer, nodes, 0)
        case ["COMMENT", "ON", *_]:
            return writer.flat(nodes)
        case ["CREATE", *modifiers] if "INDEX" in modifiers[:3]:
            return _stacked(writer, nodes, INDENT, cuts.index_part_begins)
        case ["CREATE", *modifiers] if "TRIGGER" in modifiers[:4]:
            return _stacked(writer, nodes, INDENT, cuts.trigger_part_begins)
        case ["CREATE", *modifiers] if "FUNCTION" in modifiers or "PROCEDURE" in modifiers:
            return _routine(writer, nodes)
        case ["CREATE", *modifiers] if "VIEW" in modifiers or "TABLE" in modifiers:
            return _defined_by_query(writer, nodes, 0)
        case _:
            return _fill(writer, nodes, 0)


# ---- definitions


def _create_table(writer: Writer, nodes: Sequence[Node], columns: int) -> None:
    writer.flat(nodes[:columns])
    group = nodes[columns]
    assert isinstance(group, Group)
    if group.inside:
        _open(writer, group, 0)
    else:
        writer.flat([group])
    _defined_by_query(writer, nodes[columns + 1 :], 0)


def _defined_by_query(writer: Writer, nodes: Sequence[Node], indent: int) -> None:
    """What ends in AS SELECT, or does not: CREATE VIEW, CREATE TABLE, what follows a table's columns."""
    query = _query_behind_as(nodes)
    if query is None:
        return _stacked(writer, nodes, indent, cuts.partition_begins)
    if writer.fits(nodes):
        return writer.flat(nodes)
    _fill(writer, nodes[:query], indent)
    writer.newline(indent)
    return _query(writer, nodes[query:], indent)


def _query_behind_as(nodes: Sequence[Node]) -> int | None:
    for index in range(1, len(nodes)):
        if word(nodes[index - 1]) == "AS" and word(nodes[index]) in cuts.QUERIES:
            return index
    return None


def _alter_table(writer: Writer, nodes: Sequence[Node], table: int) -> None:
    end = cuts.name_end(nodes, table + 1)
    if end < len(nodes) and word(nodes[end]) == "*":
        end += 1
    actions = list(cuts.items(nodes[end:]))
    if len(actions) < 2 and writer.fits(nodes):
        return writer.flat(nodes)
    writer.flat(nodes[:end])
    for action in actions:
        writer.newline(INDENT)
        _fill(writer, action, INDENT)
    return None


def _routine(writer: Writer, nodes: Sequence[Node]) -> None:
    """The head of CREATE FUNCTION; its body is one token."""
    if any(isinstance(node, Leaf) and "\n" in node.text for node in nodes):
        return _parts(writer, nodes, 0, cuts.routine_part_begins)
    return _stacked(writer, nodes, 0, cuts.routine_part_begins)


# ---- queries


def _query(writer: Writer, nodes: Sequence[Node], indent: int) -> None:
    if writer.fits(nodes):
        return writer.flat(nodes)
    for number, clause in enumerate(cuts.cut(nodes, cuts.clause_begins)):
        if number:
            writer.newline(indent)
        _clause(writer, clause, indent)
    return None


def _clause(writer: Writer, nodes: Sequence[Node], indent: int) -> None:
    items = list(cuts.items(nodes))
    many_rows = word(nodes[0]) == "VALUES" and len(items) > 1
    if writer.fits(nodes) and not many_rows:
        return writer.flat(nodes)
    match word(nodes[0]):
        case "WHERE" | "HAVING" | "JOIN" | "LEFT" | "RIGHT" | "FULL" | "INNER" | "CROSS" | "NATURAL":
            _condition(writer, nodes, indent, indent + INDENT)
        case "SELECT" | "SET" | "VALUES" | "FROM" | "GROUP" | "ORDER" | "RETURNING" if len(items) > 1:
            first = cuts.head_length(nodes)
            writer.flat(nodes[:first])
            for item in cuts.items(nodes[first:]):
                writer.newline(indent + INDENT)
                _fill(writer, item, indent + INDENT)
        case "WITH":
            for number, item in enumerate(items):
                if number:
                    writer.newline(indent)
                _expand(writer, item, indent)
        case _:
            _fill(writer, nodes, indent)
    return None


def _condition(writer: Writer, nodes: Sequence[Node], indent: int, inner: int) -> None:
    """Break before every AND and OR that stands outside parentheses."""
    if writer.fits(nodes):
        return writer.flat(nodes)
    for number, part in enumerate(cuts.cut(nodes, cuts.condition_begins)):
        if number:
            writer.newline(inner)
        _fill(writer, part, inner if number else indent)
    return None


# ---- whatever there is


def _stacked(writer: Writer, nodes: Sequence[Node], indent: int, begins: cuts.Begins) -> None:
    """All on one line, or each part on a line of its own."""
    if writer.fits(nodes):
        return writer.flat(nodes)
    return _parts(writer, nodes, indent, begins)


def _parts(writer: Writer, nodes: Sequence[Node], indent: int, begins: cuts.Begins) -> None:
    for number, part in enumerate(cuts.cut(nodes, begins)):
        if number:
            writer.newline(indent)
        _fill(writer, part, indent)


def _fill(writer: Writer, nodes: Sequence[Node], indent: int) -> None:
    """Fill lines: what does not fit any more goes on, indented, at the next place where a definition may be cut."""
    if writer.fits(nodes):
        return writer.flat(nodes)
    here = indent
    for number, part in enumerate(cuts.cut(nodes, cuts.part_begins)):
        if number and not writer.fits(part) and not _opens_here(writer, part, indent + INDENT):
            here = indent + INDENT
            writer.newline(here)
        _expand(writer, part, here)
    return None


def _opens_here(writer: Writer, part: Sequence[Node], indent: int) -> bool:
    """Whether a part that is too long for any line can be opened at a parenthesis on this one."""
    group = next((index for index, node in enumerate(part) if isinstance(node, Group)), None)
    return group is not None and indent + width(part) > WIDEST and writer.fits(part[:group])


def _expand(writer: Writer, nodes: Sequence[Node], indent: int) -> None:
    """Write nodes on one line, with the groups opened that do not fit on it."""
    if writer.fits(nodes):
        return writer.flat(nodes)
    for node in nodes:
        if isinstance(node, Group) and node.inside and not writer.fits([node]):
            _open(writer, node, indent)
        else:
            writer.flat([node])
    return None


def _open(writer: Writer, group: Group, indent: int) -> None:
    """Write a group over several lines: a query clause by clause, a list item by item, a condition part by part."""
    inner = indent + INDENT
    writer.leaf(group.opening)
    writer.newline(inner)
    items = list(cuts.items(group.inside))
    if _is_query(group.inside):
        _query(writer, group.inside, inner)
    elif len(items) < 2:
        _condition(writer, group.inside, inner, inner)
    else:
        for item in items:
            writer.newline(inner)
            _fill(writer, item, inner)
    writer.newline(indent)
    writer.leaf(group.closing)


def _is_query(nodes: Sequence[Node]) -> bool:
    """A column may be called `replace`, and a list of columns may begin with it."""
    return len(nodes) > 1 and word(nodes[0]) in cuts.QUERIES and word(nodes[1]) != ","
