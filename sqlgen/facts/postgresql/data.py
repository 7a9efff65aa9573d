"""INSERT, UPDATE, DELETE, MERGE, SELECT and COPY in, facts out."""

from __future__ import annotations

from collections.abc import Iterator

from postgast import pg_query_pb2 as pb

from sqlgen.facts.postgresql.expressions import functions
from sqlgen.facts.postgresql.names import relation
from sqlgen.facts.vocabulary import CreateTable, Delete, Fact, Insert, Opaque, Select, Update

__all__ = ["copy", "delete", "insert", "merge", "query", "select", "update"]


def insert(node: pb.InsertStmt) -> Iterator[Fact]:
    yield from _with(node)
    rows = None
    if not node.HasField("select_stmt"):
        rows = 1  # DEFAULT VALUES
    elif values := node.select_stmt.select_stmt.values_lists:
        rows = len(values)
    yield Insert(relation(node.relation), rows)


def update(node: pb.UpdateStmt) -> Iterator[Fact]:
    yield from _with(node)
    yield Update(relation(node.relation), node.HasField("where_clause") or bool(node.from_clause))


def delete(node: pb.DeleteStmt) -> Iterator[Fact]:
    yield from _with(node)
    yield Delete(relation(node.relation), node.HasField("where_clause") or bool(node.using_clause))


def merge(node: pb.MergeStmt) -> Iterator[Fact]:
    """MERGE: one fact for each kind of change it can make; its ON always restricts the rows."""
    yield from _with(node)
    table = relation(node.relation)
    commands = {clause.merge_when_clause.command_type for clause in node.merge_when_clauses}
    if pb.CMD_UPDATE in commands:
        yield Update(table, True)
    if pb.CMD_DELETE in commands:
        yield Delete(table, True)
    if pb.CMD_INSERT in commands:
        yield Insert(table, None)


def select(node: pb.SelectStmt) -> Iterator[Fact]:
    yield from _with(node)
    if node.HasField("into_clause"):
        into = node.into_clause.rel
        yield CreateTable(relation(into), temporary=into.relpersistence == "t", from_query=True)
        return
    yield Select(functions(node))


def copy(node: pb.CopyStmt) -> Iterator[Fact]:
    if not node.is_from:
        yield Opaque("COPY … TO writes outside the database") if node.filename else Select(functions(node))
        return
    yield Insert(relation(node.relation), None)
    if not node.filename:
        yield Opaque("COPY … FROM STDIN takes its rows from the client")


def query(node: pb.Node) -> Iterator[Fact]:
    """A statement that may stand where a query may: in WITH, EXPLAIN, PREPARE, CREATE TABLE AS, a cursor."""
    match node.WhichOneof("node"):
        case "select_stmt":
            yield from select(node.select_stmt)
        case "insert_stmt":
            yield from insert(node.insert_stmt)
        case "update_stmt":
            yield from update(node.update_stmt)
        case "delete_stmt":
            yield from delete(node.delete_stmt)
        case "merge_stmt":
            yield from merge(node.merge_stmt)
        case other:
            yield Opaque(f"a query of the kind {other} is not read")


def _with(node: pb.InsertStmt | pb.UpdateStmt | pb.DeleteStmt | pb.MergeStmt | pb.SelectStmt) -> Iterator[Fact]:
    """WITH … AS (DELETE … RETURNING …): statements that change data run as part of this one."""
    if node.HasField("with_clause"):
        for entry in node.with_clause.ctes:
            inner = entry.common_table_expr.ctequery
            if not inner.HasField("select_stmt"):
                yield from query(inner)
