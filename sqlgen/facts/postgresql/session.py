"""SET, transactions, locks, grants and maintenance in, facts out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.postgresql.library import pb
from sqlgen.facts.postgresql.names import relation
from sqlgen.facts.vocabulary import (
    Begin,
    Commit,
    Fact,
    LockTable,
    Maintain,
    Name,
    Opaque,
    Rollback,
    Savepoint,
    SetOption,
    Truncate,
)
from sqlgen.messages import say

__all__ = ["lock", "maintain", "set_option", "transaction", "truncate"]

# PostgreSQL manual, 13.3.1 Table-Level Locks; numbers from src/include/storage/lockdefs.h
_MODES = (
    "",
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)


def transaction(node: pb.TransactionStmt) -> Fact:
    match pb.TransactionStmtKind.Name(node.kind):
        case "TRANS_STMT_BEGIN" | "TRANS_STMT_START":
            return Begin()
        case "TRANS_STMT_COMMIT" | "TRANS_STMT_PREPARE" | "TRANS_STMT_COMMIT_PREPARED":
            return Commit()
        case "TRANS_STMT_ROLLBACK" | "TRANS_STMT_ROLLBACK_PREPARED":
            return Rollback()
        case _:
            return Savepoint(node.savepoint_name)


def set_option(node: pb.VariableSetStmt) -> SetOption:
    """SET, SET LOCAL, RESET, SET TRANSACTION, SET TIME ZONE. Lists are joined with commas."""
    match pb.VariableSetKind.Name(node.kind):
        case "VAR_RESET_ALL":
            return SetOption("all", None)
        case "VAR_SET_VALUE":
            return SetOption(node.name.lower(), ", ".join(map(_value, node.args)), node.is_local)
        case "VAR_SET_MULTI":
            values = (
                f"{item.def_elem.defname.replace('_', ' ')} {_value(item.def_elem.arg)}"
                for item in node.args
                if item.HasField("def_elem")
            )
            return SetOption(node.name.lower(), ", ".join(values) or None, node.is_local)
        case _:
            return SetOption(node.name.lower(), None, node.is_local)


def _value(node: pb.Node) -> str:
    if node.HasField("type_cast"):  # SET TIME ZONE INTERVAL '…'
        return _value(node.type_cast.arg)
    constant = node.a_const
    match constant.WhichOneof("val"):
        case "ival":
            return str(constant.ival.ival)
        case "fval":
            return str(constant.fval.fval)
        case "sval":
            return str(constant.sval.sval)
        case "boolval":
            return "true" if constant.boolval.boolval else "false"
        case _:
            return ""


def lock(node: pb.LockStmt) -> Iterator[LockTable]:
    for item in node.relations:
        yield LockTable(relation(item.range_var), _MODES[node.mode])


def truncate(node: pb.TruncateStmt) -> Iterator[Truncate]:
    for item in node.relations:
        yield Truncate(relation(item.range_var), node.behavior == pb.DROP_CASCADE)


def maintain(statement: str, node: pb.Node) -> Iterator[Fact]:
    """VACUUM, ANALYZE, REINDEX, CLUSTER, REFRESH and what else changes neither structure nor data."""
    match statement:
        case "vacuum_stmt":
            vacuum = node.vacuum_stmt
            full = any(_on(item.def_elem, "full") for item in vacuum.options)
            command = "ANALYZE" if not vacuum.is_vacuumcmd else "VACUUM FULL" if full else "VACUUM"
            for item in vacuum.rels:
                yield Maintain(command, relation(item.vacuum_relation.relation))
            if not vacuum.rels:
                yield Maintain(command)
        case "reindex_stmt":
            reindex = node.reindex_stmt
            kind = pb.ReindexObjectType.Name(reindex.kind).removeprefix("REINDEX_OBJECT_")
            name = relation(reindex.relation) if reindex.HasField("relation") else Name(reindex.name)
            concurrently = any(_on(item.def_elem, "concurrently") for item in reindex.params)
            yield Maintain(f"REINDEX {kind}", name, concurrently)
        case "cluster_stmt":
            cluster = node.cluster_stmt
            yield Maintain("CLUSTER", relation(cluster.relation) if cluster.HasField("relation") else None)
        case "refresh_mat_view_stmt":
            refresh = node.refresh_mat_view_stmt
            yield Maintain("REFRESH MATERIALIZED VIEW", relation(refresh.relation), refresh.concurrent)
        case "discard_stmt":
            mode = pb.DiscardMode.Name(node.discard_stmt.target).removeprefix("DISCARD_")
            yield Maintain(f"DISCARD {mode}")
            if mode == "ALL":
                yield SetOption("all", None)
        case "check_point_stmt":
            yield Maintain("CHECKPOINT")
        case "notify_stmt" | "listen_stmt" | "unlisten_stmt":
            yield Maintain(statement.removesuffix("_stmt").upper())
        case _:
            yield Opaque(
                say(
                    "a statement of the kind {kind} is not read",
                    kind=statement.removesuffix("_stmt").replace("_", " "),
                )
            )


def _on(option: pb.DefElem, name: str) -> bool:
    """Whether an option in parentheses is set: a bare name means on."""
    if option.defname != name:
        return False
    arg = option.arg
    text = arg.string.sval if arg.HasField("string") else str(arg.integer.ival) if arg.HasField("integer") else "on"
    if arg.HasField("boolean"):
        return bool(arg.boolean.boolval)
    return text.lower() not in ("off", "false", "0")
