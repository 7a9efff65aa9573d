"""INSERT, UPDATE, DELETE, MERGE, SELECT and COPY in, facts out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlgen.facts.postgresql.conditions import always, guards, is_limited
from sqlgen.facts.postgresql.expressions import functions
from sqlgen.facts.postgresql.external import calls_out
from sqlgen.facts.postgresql.library import pb
from sqlgen.facts.postgresql.names import relation, strings
from sqlgen.facts.postgresql.written import Written
from sqlgen.facts.vocabulary import CreateTable, Delete, External, Fact, Insert, Opaque, Select, Update
from sqlgen.messages import say

__all__ = ["copy", "query"]


def query(node: pb.Node, written: Written) -> Iterator[Fact]:
    """SELECT, INSERT, UPDATE, DELETE or MERGE, on its own or in EXPLAIN, with what it calls outside the database."""
    yield from _query(node, written)
    yield from calls_out(node, written.text)


def _query(node: pb.Node, written: Written) -> Iterator[Fact]:
    match node.WhichOneof("node"):
        case "select_stmt":
            yield from _select(node.select_stmt, written)
        case "insert_stmt":
            yield from _insert(node.insert_stmt, written)
        case "update_stmt":
            yield from _update(node.update_stmt, written)
        case "delete_stmt":
            yield from _delete(node.delete_stmt, written)
        case "merge_stmt":
            yield from _merge(node.merge_stmt, written)
        case other:
            yield Opaque(say("a query of the kind {kind} is not read", kind=other))


def _insert(node: pb.InsertStmt, written: Written) -> Iterator[Fact]:
    yield from _with(node, written)
    rows = None
    query = node.select_stmt.select_stmt
    if not node.HasField("select_stmt"):
        rows = 1  # DEFAULT VALUES
    elif values := query.values_lists:
        rows = len(values)
    guarded = node.HasField("on_conflict_clause") or guards(query)
    yield Insert(relation(node.relation), rows, _columns(node.cols) or None, guarded)


def _update(node: pb.UpdateStmt, written: Written) -> Iterator[Fact]:
    yield from _with(node, written)
    where, condition = _where(node, written)
    yield Update(relation(node.relation), where, _columns(node.target_list), condition, is_limited(node))


def _delete(node: pb.DeleteStmt, written: Written) -> Iterator[Fact]:
    yield from _with(node, written)
    where, condition = _where(node, written)
    yield Delete(relation(node.relation), where, condition, is_limited(node))


def _where(node: pb.UpdateStmt | pb.DeleteStmt, written: Written) -> tuple[bool, str | None]:
    """Whether the rows are restricted, and the WHERE as written.

    FROM and USING without a WHERE restrict nothing: every row is joined with what stands there.
    """
    if not node.HasField("where_clause"):
        return False, None
    start = written.find("WHERE", written.token(node.relation.location)) + 1
    stop = next((at for at in written.level(start) if written.word(at) == "RETURNING"), None)
    text = " ".join(written.slice(start, written.close(start) if stop is None else stop).split())
    return always(node.where_clause) is not True, text


def _merge(node: pb.MergeStmt, written: Written) -> Iterator[Fact]:
    """MERGE: one fact for each kind of change it can make; its ON restricts the rows, unless it is always true."""
    yield from _with(node, written)
    table = relation(node.relation)
    clauses = [one.merge_when_clause for one in node.merge_when_clauses]
    where = always(node.join_condition) is not True
    if updates := [one for one in clauses if one.command_type == pb.CMD_UPDATE]:
        columns = dict.fromkeys(column for one in updates for column in _columns(one.target_list))
        yield Update(table, where, tuple(columns))
    if any(one.command_type == pb.CMD_DELETE for one in clauses):
        yield Delete(table, where)
    for one in clauses:
        if one.command_type == pb.CMD_INSERT:
            yield Insert(table, None, _columns(one.target_list) or None, guarded=True)


def _columns(targets: Iterable[pb.Node]) -> tuple[str, ...]:
    return tuple(one.res_target.name for one in targets)


def _select(node: pb.SelectStmt, written: Written) -> Iterator[Fact]:
    yield from _with(node, written)
    if node.HasField("into_clause"):
        into = node.into_clause.rel
        temporary, unlogged = into.relpersistence == "t", into.relpersistence == "u"
        yield CreateTable(relation(into), temporary=temporary, from_query=True, unlogged=unlogged)
        return
    yield Select(functions(node))


def copy(node: pb.CopyStmt, written: Written) -> Iterator[Fact]:
    """COPY. Rows from the client (FROM STDIN) are an INSERT like any other; files and programs are the server's."""
    if node.is_from:
        yield Insert(relation(node.relation), None, strings(node.attlist) or None)
    elif node.HasField("query"):
        yield from query(node.query, written)
    else:
        yield Select()
    if node.filename:
        what = "PROGRAM" if node.is_program else "FROM FILE" if node.is_from else "TO FILE"
        yield External(f"COPY {what}", node.filename)


def _with(
    node: pb.InsertStmt | pb.UpdateStmt | pb.DeleteStmt | pb.MergeStmt | pb.SelectStmt, written: Written
) -> Iterator[Fact]:
    """WITH … AS (DELETE … RETURNING …): statements that change data run as part of this one."""
    if node.HasField("with_clause"):
        for entry in node.with_clause.ctes:
            inner = entry.common_table_expr.ctequery
            if not inner.HasField("select_stmt"):
                yield from _query(inner, written)
