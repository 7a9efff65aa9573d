"""PostgreSQL statements in, facts out, by PostgreSQL's own parser (libpg_query). The only home of postgast."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from sqlgen.facts.postgresql import blocks, data, grants, objects, rows, session, tables
from sqlgen.facts.postgresql.definitions import domain, index
from sqlgen.facts.postgresql.expressions import functions, relations
from sqlgen.facts.postgresql.external import calls_out
from sqlgen.facts.postgresql.library import pb
from sqlgen.facts.postgresql.names import dotted, relation, strings
from sqlgen.facts.postgresql.options import of_view
from sqlgen.facts.postgresql.parsing import Refused, fingerprint, tree
from sqlgen.facts.postgresql.written import Lost, Written
from sqlgen.facts.vocabulary import (
    AlterObject,
    CreateObject,
    CreateTable,
    Delete,
    External,
    Fact,
    Insert,
    Name,
    Opaque,
    Select,
    SetOption,
    Update,
)
from sqlgen.messages import say
from sqlgen.statements.model import Statement, Token
from sqlgen.statements.scan import scan

__all__ = ["fingerprint", "read"]

_LOST = say("sqlgen's tokens and PostgreSQL's parser do not agree on it")


def read(statement: Statement) -> tuple[Fact, ...]:
    """What a PostgreSQL statement does. Never raises, never returns nothing."""
    if (constant := rows.of_constants(statement.tokens)) is not None:
        text, count = constant
        facts = _of_constants(text)
        if len(facts) == 1 and isinstance(facts[0], Insert):
            return facts if count == 1 else (replace(facts[0], rows=count),)
    if len(statement.text) > _LONG and (short := rows.shortened(statement.tokens)) is not None:
        return tuple(_cut(fact) for fact in _read(short, None))
    return _read(statement.text, statement.tokens)


@lru_cache(maxsize=128)
def _of_constants(text: str) -> tuple[Fact, ...]:
    # A dump says the same a hundred thousand times.
    return _read(text, None)


_LONG = 100_000
"""Characters from which a statement is read without most of its constants."""


def _cut(fact: Fact) -> Fact:
    """A fact of a shortened statement: its condition is not all of the WHERE."""
    if isinstance(fact, Update | Delete) and fact.condition is not None:
        return replace(fact, condition=f"{fact.condition} …")
    return fact


def _read_text(text: str) -> tuple[Fact, ...]:
    return _read(text, None)


def _read(text: str, tokens: Sequence[Token] | None) -> tuple[Fact, ...]:
    def scanned() -> Sequence[Token]:
        return scan(text, "postgresql") if tokens is None else tokens

    try:
        parsed = tree(text, tokens)
        facts = tuple(_all(parsed, text, scanned))
    except Refused as refused:
        return (Opaque(refused.reason),)
    except Lost:
        return (Opaque(_LOST),)
    except RecursionError:
        return (Opaque(say("it nests too deeply to be read")),)
    return facts or (Opaque(say("there is no statement in it")),)


def _all(parsed: pb.ParseResult, text: str, tokens: Callable[[], Sequence[Token]]) -> Iterator[Fact]:
    written = Written(text, tokens)
    for raw in parsed.stmts:
        yield from _statement(raw.stmt, written)


def _statement(node: pb.Node, written: Written) -> Iterator[Fact]:
    kind = node.WhichOneof("node")
    match kind:
        case "select_stmt" | "insert_stmt" | "update_stmt" | "delete_stmt" | "merge_stmt":
            yield from data.query(node, written)
        case "alter_table_stmt":
            yield from tables.alter(node.alter_table_stmt, written)
        case "create_stmt":
            yield tables.create(node.create_stmt, written)
        case "create_foreign_table_stmt":
            yield tables.create(node.create_foreign_table_stmt.base_stmt, written)
        case "create_table_as_stmt":
            yield from _create_from_query(node.create_table_as_stmt, written)
        case "index_stmt":
            yield index(node.index_stmt, written)
        case "rename_stmt":
            yield objects.rename(node.rename_stmt)
        case "create_enum_stmt":
            yield objects.create_enum(node.create_enum_stmt)
        case "alter_enum_stmt":
            yield objects.alter_enum(node.alter_enum_stmt)
        case "comment_stmt":
            yield objects.comment(node.comment_stmt)
        case "sec_label_stmt":
            yield objects.comment(node.sec_label_stmt)
        case "alter_object_schema_stmt":
            yield objects.set_schema(node.alter_object_schema_stmt)
        case "alter_owner_stmt":
            yield grants.owner(node.alter_owner_stmt)
        case "variable_set_stmt":
            yield session.set_option(node.variable_set_stmt)
        case "transaction_stmt":
            yield session.transaction(node.transaction_stmt)
        case "lock_stmt":
            yield from session.lock(node.lock_stmt)
        case "truncate_stmt":
            yield from session.truncate(node.truncate_stmt)
        case "copy_stmt":
            yield from data.copy(node.copy_stmt, written)
        case "do_stmt":
            yield from blocks.do(node.do_stmt, written.text, _read_text)
        case "grant_stmt" | "grant_role_stmt" | "alter_default_privileges_stmt" | "reassign_owned_stmt":
            yield grants.grant(kind, node)
        case _:
            yield from _rare(kind, node, written)


def _rare(kind: str | None, node: pb.Node, written: Written) -> Iterator[Fact]:
    match kind:
        case None:
            yield Opaque(say("PostgreSQL's parser gives no tree for it"))
        case "create_schema_stmt":
            yield CreateObject("schema", _schema_name(node), False, node.create_schema_stmt.if_not_exists)
            for element in node.create_schema_stmt.schema_elts:
                yield from _statement(element, written)
        case "view_stmt":
            view = node.view_stmt
            yield CreateObject(
                "view", relation(view.view), view.replace, reads=relations(view.query), options=of_view(view)
            )
        case "create_domain_stmt":
            definition = domain(node.create_domain_stmt, written)
            yield CreateObject("domain", dotted(strings(node.create_domain_stmt.domainname)), domain=definition)
        case "explain_stmt":
            yield from _explain(node.explain_stmt, written)
        case "variable_show_stmt" | "fetch_stmt" | "close_portal_stmt" | "deallocate_stmt":
            yield Select()
        case "declare_cursor_stmt":
            yield Select(functions(node.declare_cursor_stmt.query))
            yield from calls_out(node.declare_cursor_stmt.query, written.text)
        case "load_stmt":
            yield External("LOAD", node.load_stmt.filename)
        case "alter_system_stmt":
            yield AlterObject("system", Name(node.alter_system_stmt.setstmt.name), _squeezed(written.text))
        case "prepare_stmt":
            yield Opaque(say("PREPARE {name}: what it prepares runs later", name=node.prepare_stmt.name))
        case "execute_stmt":
            yield Opaque(say("EXECUTE {name}: what was prepared is not known here", name=node.execute_stmt.name))
        case "call_stmt":
            name = ".".join(strings(node.call_stmt.funccall.funcname))
            yield Opaque(say("CALL {name}: what the procedure does is not known here", name=name))
        case "constraints_set_stmt":
            deferred = "deferred" if node.constraints_set_stmt.deferred else "immediate"
            yield SetOption("constraints", deferred, local=True)
        case _:
            statement = getattr(node, kind)
            known = objects.create(kind, statement) or objects.alter(kind, statement, written.text)
            dropped = tuple(objects.drop(kind, statement))
            yield from (known,) if known else dropped or session.maintain(kind, node)


def _schema_name(node: pb.Node) -> Name:
    """CREATE SCHEMA AUTHORIZATION joe: the schema has the role's name."""
    schema = node.create_schema_stmt
    return Name(schema.schemaname or schema.authrole.rolename)


def _squeezed(text: str) -> str:
    return " ".join(text.lower().split())


def _create_from_query(node: pb.CreateTableAsStmt, written: Written) -> Iterator[Fact]:
    into = node.into.rel
    if node.objtype == pb.OBJECT_MATVIEW:
        options = (("data", "no"),) if node.into.skip_data else ()
        reads = relations(node.query)
        yield CreateObject("materialized view", relation(into), False, node.if_not_exists, reads=reads, options=options)
        return
    yield CreateTable(
        relation(into),
        if_not_exists=node.if_not_exists,
        temporary=into.relpersistence == "t",
        from_query=True,
        unlogged=into.relpersistence == "u",
    )
    yield from calls_out(node.query, written.text)


def _explain(node: pb.ExplainStmt, written: Written) -> Iterator[Fact]:
    """EXPLAIN ANALYZE runs what it explains."""
    if any(option.def_elem.defname == "analyze" for option in node.options):
        yield from data.query(node.query, written)
    else:
        yield Select()
