"""Where a line may begin: pure questions about the nodes of a statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlgen.layout.tree import Group, Leaf, Node, word
from sqlgen.layout.words import words
from sqlgen.statements.model import TokenKind

__all__ = [
    "QUERIES",
    "Begins",
    "clause_begins",
    "column_list",
    "condition_begins",
    "cut",
    "head_length",
    "index_part_begins",
    "items",
    "name_end",
    "names_columns_by_text",
    "part_begins",
    "partition_begins",
    "routine_part_begins",
    "trigger_part_begins",
]

Begins = Callable[[Sequence[Node], int], bool]
"""Whether a new line may begin at nodes[index]."""

QUERIES = frozenset({"SELECT", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE", "VALUES", "MERGE"})
_CLAUSES = words("FROM WHERE HAVING LIMIT OFFSET FETCH WINDOW RETURNING UNION INTERSECT EXCEPT SELECT VALUES SET JOIN")
_JOIN_WORDS = frozenset({"LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL"})
_PHRASES = {"ORDER": ("BY",), "GROUP": ("BY",), "ON": ("CONFLICT", "DUPLICATE"), "FOR": ("UPDATE", "SHARE")}
_PARTS = words(
    "REFERENCES FOREIGN CHECK CONSTRAINT DEFAULT COMMENT COLLATE GENERATED DEFERRABLE USING WHERE WITH INCLUDE ON FOR "
    "FROM TO IN RETURNS LANGUAGE AS EXECUTE WHEN ELSE END AND OR PARTITION INHERITS TABLESPACE SUBPARTITION"
)
"""Where a definition that is too long for its line may be cut."""
_NOT_BEFORE_PART = frozenset({".", "IS", "DISTINCT", "DELETE", "INSERT", "NOT", "=", "VALUES"})
_VALUES = frozenset({"NULL", "TRUE", "FALSE", "CASE", "NOT"})
_NAME_MODIFIERS = frozenset({"IF", "NOT", "EXISTS", "ONLY"})


def cut(nodes: Sequence[Node], begins: Begins) -> Iterator[Sequence[Node]]:
    """Cut before every node at which a part begins."""
    start = 0
    for index in range(1, len(nodes)):
        if begins(nodes, index):
            yield nodes[start:index]
            start = index
    if start < len(nodes):
        yield nodes[start:]


def items(nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    """Cut at commas. An item ends with its comma; behind a line comment the comma begins the next item.

    Comments with lines of their own, behind the last item, are cut off too.
    """
    begin = 0
    for index, node in enumerate(nodes):
        if word(node) == ",":
            before = nodes[index - 1] if index > begin else None
            end = index if isinstance(before, Leaf) and before.ends_line else index + 1
            if end > begin:
                yield nodes[begin:end]
            begin = end
    last = len(nodes)
    while last > begin + 1 and _stands_alone(nodes[last - 1]):
        last -= 1
    if begin < last:
        yield nodes[begin:last]
    for index in range(last, len(nodes)):
        yield nodes[index : index + 1]


def _stands_alone(node: Node) -> bool:
    return isinstance(node, Leaf) and node.own_line


def name_end(nodes: Sequence[Node], index: int) -> int:
    """The index after IF NOT EXISTS, ONLY and a name with its schema."""
    while index < len(nodes) and word(nodes[index]) in _NAME_MODIFIERS:
        index += 1
    index += 1
    while index + 1 < len(nodes) and word(nodes[index]) == ".":
        index += 2
    return index


def column_list(nodes: Sequence[Node], head: Sequence[str]) -> int | None:
    """Where the columns of a CREATE TABLE are; None when it has none, or is something else."""
    if head[:1] != ["CREATE"] or "TABLE" not in head[1:4]:
        return None
    index = name_end(nodes, head.index("TABLE") + 1)
    return index if index < len(nodes) and isinstance(nodes[index], Group) else None


def clause_begins(nodes: Sequence[Node], index: int) -> bool:
    """FROM, WHERE, LEFT JOIN, ORDER BY, …: the clauses of a query."""
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


def head_length(nodes: Sequence[Node]) -> int:
    """How many nodes of a clause come before its first item."""
    if len(nodes) > 1 and word(nodes[1]) in ("BY", "DISTINCT", "ALL"):
        return 3 if len(nodes) > 2 and word(nodes[2]) == "ON" else 2
    return 1


def condition_begins(nodes: Sequence[Node], index: int) -> bool:
    """AND and OR, but not the AND of BETWEEN."""
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


def part_begins(nodes: Sequence[Node], index: int) -> bool:
    """Where anything may be cut that has no shape of its own."""
    current = word(nodes[index])
    if current not in _PARTS:
        return False
    if current in ("AND", "OR"):
        return condition_begins(nodes, index)
    if current in ("FROM", "TO") and isinstance(nodes[index - 1], Group):
        return False
    return word(nodes[index - 1]) not in _NOT_BEFORE_PART and word(nodes[index - 1]) != current


def partition_begins(nodes: Sequence[Node], index: int) -> bool:
    """PARTITION BY and SUBPARTITION BY behind the columns of a table."""
    return word(nodes[index]) in ("PARTITION", "SUBPARTITION") and word(nodes[min(index + 1, len(nodes) - 1)]) == "BY"


def index_part_begins(nodes: Sequence[Node], index: int) -> bool:
    """The lines of a CREATE INDEX."""
    return word(nodes[index]) in ("ON", "INCLUDE", "WITH", "TABLESPACE", "WHERE")


def trigger_part_begins(nodes: Sequence[Node], index: int) -> bool:
    """The lines of a CREATE TRIGGER."""
    return word(nodes[index]) in ("BEFORE", "AFTER", "INSTEAD", "FOR", "WHEN", "EXECUTE")


def routine_part_begins(nodes: Sequence[Node], index: int) -> bool:
    """The lines of a CREATE FUNCTION."""
    return word(nodes[index]) in ("RETURNS", "LANGUAGE", "AS")


def names_columns_by_text(nodes: Sequence[Node]) -> bool:
    """Whether a view or table is made from a query with a column that is neither plain nor has an AS.

    MySQL and SQLite name such a column after the text of its expression, white space and case included:
    MySQL manual, 15.1.23 CREATE VIEW and 11.2 Schema Object Names; sqlite.org/c3ref/column_name.html.
    """
    if not nodes or word(nodes[0]) != "CREATE":
        return False
    for index, node in enumerate(nodes):
        if isinstance(node, Group):
            if node.inside and word(node.inside[0]) in ("SELECT", "WITH"):
                return names_columns_by_text([nodes[0], *node.inside])
        elif word(node) == "WITH" and index and word(nodes[index - 1]) == "AS":
            return True
        elif word(node) == "SELECT":
            query = nodes[index:]
            columns = next(cut(query, clause_begins))[head_length(query) :]
            return not all(_is_named(item) for item in items(columns))
    return False


def _is_named(column: Sequence[Node]) -> bool:
    """Whether it is a name (`a`, `t.a`, `t.*`), a name with another name behind it, or has an AS."""
    if any(word(node) == "AS" for node in column):
        return True
    parts = 0
    for before, node in zip((None, *column), column, strict=False):
        if isinstance(node, Group) or (node.kind is TokenKind.SYMBOL and node.text not in (".", "*", ",")):
            return False
        if node.kind in (TokenKind.NUMBER, TokenKind.STRING) or word(node) in _VALUES:
            return False
        dotted = before is not None and word(before) == "."
        parts += not dotted and word(node) not in (".", ",") and node.kind is not TokenKind.COMMENT
    return parts <= 2
