"""Which shape a statement gets: what stands on a line of its own, what stays together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlgen.layout.tree import Group, Leaf, Node, word
from sqlgen.layout.words import words as _words
from sqlgen.layout.writer import INDENT, Writer
from sqlgen.statements.model import TokenKind

__all__ = ["write"]

Head = Callable[[Sequence[Node], int], bool]
"""Whether a new line may begin at nodes[index]."""

_QUERIES = frozenset({"SELECT", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE", "VALUES", "MERGE"})
_CLAUSES = _words("FROM WHERE HAVING LIMIT OFFSET FETCH WINDOW RETURNING UNION INTERSECT EXCEPT SELECT VALUES SET JOIN")
_JOIN_WORDS = frozenset({"LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL"})
_PHRASES = {"ORDER": ("BY",), "GROUP": ("BY",), "ON": ("CONFLICT", "DUPLICATE"), "FOR": ("UPDATE", "SHARE")}
_PARTS = _words(
    "REFERENCES FOREIGN CHECK CONSTRAINT DEFAULT COMMENT COLLATE GENERATED DEFERRABLE USING WHERE WITH INCLUDE ON FOR "
    "FROM TO IN RETURNS LANGUAGE AS EXECUTE WHEN ELSE END AND OR PARTITION INHERITS TABLESPACE SUBPARTITION"
)
"""Where a definition that is too long for its line may be cut."""
_NAME_MODIFIERS = frozenset({"IF", "NOT", "EXISTS", "ONLY"})


def write(writer: Writer, nodes: Sequence[Node]) -> None:
    """Write a whole statement, which may begin with comments."""
    start = next((index for index, node in enumerate(nodes) if not _is_comment(node)), len(nodes))
    for comment in nodes[:start]:
        writer.flat([comment])
        if isinstance(comment, Leaf) and (comment.own_line or comment.ends_line):
            writer.newline(0)
    _statement(writer, nodes[start:])


def _is_comment(node: Node) -> bool:
    return isinstance(node, Leaf) and node.kind is TokenKind.COMMENT


def _statement(writer: Writer, nodes: Sequence[Node]) -> None:
    words = [word(node) for node in nodes[:8]]
    columns = _column_list(nodes, words)
    if columns is not None:
        return _create_table(writer, nodes, columns)
    match words:
        case ["ALTER", "TABLE", *_] | ["ALTER", "ONLINE" | "IGNORE" | "FOREIGN", "TABLE", *_]:
            return _alter_table(writer, nodes, words.index("TABLE"))
        case [first, *_] if first in _QUERIES:
            return _query(writer, nodes, 0)
        case ["CREATE", *_] if "VIEW" in words or "TABLE" in words:
            return _defined_by_query(writer, nodes)
        case ["CREATE", *_] if "FUNCTION" in words or "PROCEDURE" in words:
            return _routine(writer, nodes)
        case _:
            return _fill(writer, nodes, 0)


def _name_end(nodes: Sequence[Node], index: int) -> int:
    """The index after IF NOT EXISTS, ONLY and a name with its schema."""
    while index < len(nodes) and word(nodes[index]) in _NAME_MODIFIERS:
        index += 1
    index += 1
    while index + 1 < len(nodes) and word(nodes[index]) == ".":
        index += 2
    return index


# ---- CREATE TABLE


def _column_list(nodes: Sequence[Node], words: Sequence[str]) -> int | None:
    """Where the columns of a CREATE TABLE are; None when it has none, or is something else."""
    if words[:1] != ["CREATE"] or "TABLE" not in words[1:4]:
        return None
    index = _name_end(nodes, words.index("TABLE") + 1)
    return index if index < len(nodes) and isinstance(nodes[index], Group) else None


def _create_table(writer: Writer, nodes: Sequence[Node], columns: int) -> None:
    writer.flat(nodes[:columns])
    group = nodes[columns]
    assert isinstance(group, Group)
    _open(writer, group, 0)
    tail = nodes[columns + 1 :]
    query = next(
        (index for index, node in enumerate(tail) if word(node) in ("SELECT", "WITH") and _after_as(tail, index)), None
    )
    if query is None:
        return _segments(writer, tail, 0, _partitions)
    _fill(writer, tail[:query], 0)
    writer.newline(0)
    return _query(writer, tail[query:], 0)


def _partitions(nodes: Sequence[Node], index: int) -> bool:
    return word(nodes[index]) in ("PARTITION", "SUBPARTITION") and word(nodes[min(index + 1, len(nodes) - 1)]) == "BY"


def _after_as(nodes: Sequence[Node], index: int) -> bool:
    return word(nodes[index]) == "SELECT" or (index > 0 and word(nodes[index - 1]) == "AS")


def _open(writer: Writer, group: Group, indent: int) -> None:
    """Write a group over several lines: one item on each."""
    writer.leaf(group.opening)
    inner = indent + INDENT
    if group.inside and word(group.inside[0]) in _QUERIES and not _has_rows(group.inside):
        writer.newline(inner)
        _query(writer, group.inside, inner)
    else:
        items = list(_items(group.inside))
        for item in items:
            writer.newline(inner)
            if len(items) > 1:
                _item(writer, item, inner)
            else:
                _condition(writer, item, inner, inner)
    writer.newline(indent)
    writer.leaf(group.closing)


def _has_rows(nodes: Sequence[Node]) -> bool:
    """A column may be named `values` or `replace`; what follows a query's first word is no comma."""
    return len(nodes) == 1 or word(nodes[1]) == ","


def _items(nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    """Cut at commas; each item ends with its comma."""
    begin = 0
    for index, node in enumerate(nodes):
        if word(node) == ",":
            yield nodes[begin : index + 1]
            begin = index + 1
    if begin < len(nodes):
        yield nodes[begin:]


def _item(writer: Writer, nodes: Sequence[Node], indent: int) -> None:
    _fill(writer, nodes, indent)


# ---- ALTER TABLE


def _alter_table(writer: Writer, nodes: Sequence[Node], table: int) -> None:
    end = _name_end(nodes, table + 1)
    if end < len(nodes) and word(nodes[end]) == "*":
        end += 1
    actions = list(_items(nodes[end:]))
    if len(actions) < 2 and writer.fits(nodes):
        return writer.flat(nodes)
    writer.flat(nodes[:end])
    for action in actions:
        writer.newline(INDENT)
        _item(writer, action, INDENT)
    return None


# ---- queries


def _query(writer: Writer, nodes: Sequence[Node], indent: int) -> None:
    if writer.fits(nodes):
        return writer.flat(nodes)
    for number, clause in enumerate(_cut(nodes, _clause_begins)):
        if number:
            writer.newline(indent)
        _clause(writer, clause, indent)
    return None


def _clause_begins(nodes: Sequence[Node], index: int) -> bool:
    current = word(nodes[index])
    before = word(nodes[index - 1]) if index else ""
    after = word(nodes[index + 1]) if index + 1 < len(nodes) else ""
    if before == "." or after == ".":
        return False
    if current == "FROM":
        return before not in ("DELETE", "DISTINCT")
    if current == "JOIN":
        return before not in _JOIN_WORDS and before != "OUTER"
    if current in _JOIN_WORDS:
        return after in ("JOIN", "OUTER", "INNER") or after in _JOIN_WORDS
    if current == "VALUES":  # MySQL has a function of that name: a = VALUES(a)
        previous = nodes[index - 1]
        return isinstance(previous, Group) or previous.kind in (TokenKind.WORD, TokenKind.QUOTED)
    if current in _PHRASES:
        return after in _PHRASES[current]
    if current in ("INSERT", "UPDATE", "DELETE", "MERGE"):
        return word(nodes[0]) == "WITH" and isinstance(nodes[index - 1], Group)
    if current == "SELECT":
        return before not in ("EXPLAIN", "ANALYZE")
    return current in _CLAUSES


def _clause(writer: Writer, nodes: Sequence[Node], indent: int) -> None:
    items = list(_items(nodes))
    many_rows = word(nodes[0]) == "VALUES" and len(items) > 1
    if writer.fits(nodes) and not many_rows:
        return writer.flat(nodes)
    match word(nodes[0]):
        case "WHERE" | "HAVING" | "JOIN" | "LEFT" | "RIGHT" | "FULL" | "INNER" | "CROSS" | "NATURAL":
            _condition(writer, nodes, indent, indent + INDENT)
        case "SELECT" | "SET" | "VALUES" | "FROM" | "GROUP" | "ORDER" | "RETURNING" if len(items) > 1:
            first = _head_length(nodes)
            writer.flat(nodes[:first])
            for item in _items(nodes[first:]):
                writer.newline(indent + INDENT)
                _item(writer, item, indent + INDENT)
        case "WITH":
            for number, item in enumerate(items):
                if number:
                    writer.newline(indent)
                _expand(writer, item, indent)
        case _:
            _fill(writer, nodes, indent)
    return None


def _head_length(nodes: Sequence[Node]) -> int:
    """How many nodes of a clause come before its first item."""
    if len(nodes) > 1 and word(nodes[1]) in ("BY", "DISTINCT", "ALL"):
        return 3 if len(nodes) > 2 and word(nodes[2]) == "ON" else 2
    return 1


def _defined_by_query(writer: Writer, nodes: Sequence[Node]) -> None:
    """CREATE VIEW … AS SELECT, CREATE TABLE … AS SELECT."""
    query = next(
        (
            index
            for index, node in enumerate(nodes)
            if index and word(node) in _QUERIES and word(nodes[index - 1]) == "AS"
        ),
        None,
    )
    if query is None or writer.fits(nodes):
        return _fill(writer, nodes, 0)
    _fill(writer, nodes[:query], 0)
    writer.newline(0)
    return _query(writer, nodes[query:], 0)


def _condition(writer: Writer, nodes: Sequence[Node], indent: int, inner: int) -> None:
    """Break before every AND and OR that stands outside parentheses."""
    if writer.fits(nodes):
        return writer.flat(nodes)
    for number, part in enumerate(_cut(nodes, _joins_conditions)):
        if number:
            writer.newline(inner)
        _fill(writer, part, inner if number else indent)
    return None


def _joins_conditions(nodes: Sequence[Node], index: int) -> bool:
    if word(nodes[index]) == "OR":
        return True
    if word(nodes[index]) != "AND":
        return False
    for node in reversed(nodes[max(0, index - 12) : index]):
        if word(node) in ("AND", "OR"):
            return True
        if word(node) == "BETWEEN":
            return False
    return True


# ---- everything else


def _routine(writer: Writer, nodes: Sequence[Node]) -> None:
    """The head of CREATE FUNCTION; its body is one token."""
    if writer.fits(nodes) and not any(isinstance(node, Leaf) and "\n" in node.text for node in nodes):
        return writer.flat(nodes)
    return _segments(writer, nodes, 0, lambda nodes, index: word(nodes[index]) in ("RETURNS", "LANGUAGE", "AS"))


def _segments(writer: Writer, nodes: Sequence[Node], indent: int, begins: Head) -> None:
    for number, part in enumerate(_cut(nodes, begins)):
        if number:
            writer.newline(indent)
        _fill(writer, part, indent)


def _fill(writer: Writer, nodes: Sequence[Node], indent: int) -> None:
    """Fill lines: what does not fit any more goes on, indented, at the next place where a definition may be cut."""
    if writer.fits(nodes):
        return writer.flat(nodes)
    for number, part in enumerate(_cut(nodes, _part_begins)):
        if number and not writer.fits(part):
            writer.newline(indent + INDENT)
        _expand(writer, part, indent + INDENT if number else indent)
    return None


def _part_begins(nodes: Sequence[Node], index: int) -> bool:
    current = word(nodes[index])
    if current not in _PARTS:
        return False
    if current in ("AND", "OR"):
        return _joins_conditions(nodes, index)
    before = word(nodes[index - 1])
    return before not in (".", "IS", "DISTINCT", "DELETE", "INSERT", "NOT", "=") and current != before


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


def _cut(nodes: Sequence[Node], begins: Head) -> Iterator[Sequence[Node]]:
    start = 0
    for index in range(1, len(nodes)):
        if begins(nodes, index):
            yield nodes[start:index]
            start = index
    if start < len(nodes):
        yield nodes[start:]
