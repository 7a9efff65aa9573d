"""SQLite statements in, facts out, by a reader over our own tokens. Source: SQLite, lang.html."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.changes import change, transaction
from sqlgen.facts.columns import column
from sqlgen.facts.external import target
from sqlgen.facts.keys import constraint, index_parts
from sqlgen.facts.queries import sources
from sqlgen.facts.reader import Cursor, Unread, read_whole
from sqlgen.facts.vocabulary import (
    AddColumn,
    CreateIndex,
    CreateObject,
    CreateTable,
    DropColumn,
    DropIndex,
    DropObject,
    DropTable,
    External,
    Fact,
    Maintain,
    Name,
    Opaque,
    RenameColumn,
    RenameTable,
    Select,
    SetOption,
)
from sqlgen.messages import say
from sqlgen.statements.model import Statement, TokenKind

__all__ = ["read"]

_READING_PRAGMAS = (
    # pragma.html: these answer a question about their argument and set nothing
    "collation_list",
    "compile_options",
    "database_list",
    "foreign_key_check",
    "foreign_key_list",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "module_list",
    "pragma_list",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
)


def read(statement: Statement) -> tuple[Fact, ...]:
    """What an SQLite statement does. Never raises, never returns nothing."""
    kinds = {token.kind for token in statement.tokens}
    if TokenKind.UNCLOSED in kinds:
        return (Opaque(say("a quote or a comment in it is not closed")),)
    if TokenKind.CLIENT in kinds:
        return (Opaque(say("it holds a command for the sqlite3 shell")),)
    cursor = Cursor(statement, "sqlite", "main")
    if cursor.done():
        return (Opaque(say("there is no statement in it")),)
    return read_whole(cursor, _statement)


def _statement(cursor: Cursor) -> Iterator[Fact]:
    if (fact := transaction(cursor)) is not None:
        yield fact
    elif cursor.take("CREATE"):
        yield from _create(cursor)
    elif cursor.take("ALTER", "TABLE"):
        yield _alter(cursor, cursor.name())
    elif cursor.take("DROP"):
        yield _drop(cursor)
    elif cursor.take("PRAGMA"):
        yield _pragma(cursor)
    elif cursor.take("EXPLAIN"):
        cursor.rest()
        yield Select()
    elif command := cursor.take_any(("VACUUM", "ANALYZE", "REINDEX")):
        name = None if cursor.done() or cursor.at("INTO") else cursor.name()
        yield Maintain(command, name)
        if cursor.take("INTO"):
            yield External("VACUUM INTO", target(cursor, 0))
            cursor.rest()
    elif command := cursor.take_any(("ATTACH", "DETACH")):
        cursor.take("DATABASE")
        if command == "ATTACH":
            yield External("ATTACH DATABASE", target(cursor, 0))
        yield Maintain(f"{command} DATABASE")
        cursor.rest()
    else:
        changes = tuple(change(cursor))
        if not changes:
            raise cursor.unread()
        yield from changes


def _create(cursor: Cursor) -> Iterator[Fact]:
    temporary = bool(cursor.take_any(("TEMP", "TEMPORARY")))
    if cursor.take("TABLE"):
        yield from _table(cursor, temporary)
    elif cursor.take("UNIQUE", "INDEX"):
        yield _index(cursor, unique=True)
    elif cursor.take("INDEX"):
        yield _index(cursor, unique=False)
    elif cursor.take("TRIGGER"):
        if_not_exists = cursor.take("IF", "NOT", "EXISTS")
        name = cursor.name()
        cursor.skip_to(("ON",))
        cursor.expect("ON")
        yield CreateObject("trigger", name, False, if_not_exists, cursor.name())
        cursor.rest()
    elif cursor.take("VIEW") or cursor.take("VIRTUAL", "TABLE"):
        kind = "view" if cursor.word(-1) == "VIEW" else "virtual table"
        if_not_exists = cursor.take("IF", "NOT", "EXISTS")
        name, start = cursor.name(), cursor.number
        cursor.end_statement()
        reads = sources(cursor, start, cursor.number) if kind == "view" else None
        yield CreateObject(kind, name, False, if_not_exists, reads=reads)
    else:
        raise cursor.unread()


def _table(cursor: Cursor, temporary: bool) -> Iterator[CreateTable]:
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    table = cursor.name()
    if cursor.take("AS"):
        cursor.end_statement()
        yield CreateTable(table, if_not_exists=if_not_exists, temporary=temporary, from_query=True)
        return
    cursor.expect("(")
    columns, constraints = [], []
    while True:
        found = constraint(cursor)
        if found is None:
            columns.append(column(cursor))
        else:
            constraints.append(found)
        if not cursor.take(","):
            break
    cursor.expect(")")
    while cursor.take("WITHOUT", "ROWID") or cursor.take("STRICT"):
        cursor.take(",")
    yield CreateTable(table, tuple(columns), tuple(constraints), (), if_not_exists, temporary)


def _index(cursor: Cursor, unique: bool) -> CreateIndex:
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    index = cursor.name()
    cursor.expect("ON")
    table = Name(cursor.identifier(), index.schema)
    columns, parts = index_parts(cursor)
    where = None
    if cursor.take("WHERE"):
        start = cursor.number
        cursor.end_statement()
        where = cursor.slice(start)
    return CreateIndex(index.name, table, columns, unique, False, if_not_exists, where, parts=parts)


def _alter(cursor: Cursor, table: Name) -> Fact:
    """SQLite, lang_altertable.html: RENAME, ADD COLUMN and DROP COLUMN are all there is."""
    if cursor.at("ALTER") or cursor.at("MODIFY") or cursor.at("CHANGE"):
        raise Unread(say("SQLite can't alter a column (Alembic: batch_alter_table)"))
    if cursor.at("ADD", "CONSTRAINT") or cursor.at("DROP", "CONSTRAINT"):
        raise Unread(say("SQLite can't add or drop a constraint (Alembic: batch_alter_table)"))
    if cursor.take("RENAME", "TO"):
        return RenameTable(table, Name(cursor.identifier(), table.schema))
    if cursor.take("RENAME"):
        cursor.take("COLUMN")
        old = cursor.identifier()
        cursor.expect("TO")
        return RenameColumn(table, old, cursor.identifier())
    if cursor.take("ADD"):
        cursor.take("COLUMN")
        return AddColumn(table, column(cursor))
    cursor.expect("DROP")
    cursor.take("COLUMN")
    return DropColumn(table, cursor.identifier())


def _drop(cursor: Cursor) -> Fact:
    kind = cursor.take_any(("TABLE", "INDEX", "VIEW", "TRIGGER"))
    if not kind:
        raise cursor.unread()
    if_exists = cursor.take("IF", "EXISTS")
    name = cursor.name()
    match kind:
        case "TABLE":
            return DropTable(name, if_exists)
        case "INDEX":
            return DropIndex(name, None, if_exists)
        case _:
            return DropObject(kind.lower(), name, if_exists)


def _pragma(cursor: Cursor) -> Fact:
    """PRAGMA name, name = value, name(value). One without a value asks; some with an argument ask as well."""
    name = cursor.name().name.lower()
    start = cursor.number
    if cursor.take("("):
        start = cursor.number
        cursor.skip_to(())
        value = cursor.slice(start)
        cursor.expect(")")
    elif cursor.take("="):
        start = cursor.number
        cursor.end_statement()
        value = cursor.slice(start)
    else:
        return Select((f"pragma {name}",))
    if name in _READING_PRAGMAS:
        return Select((f"pragma {name}",))
    return SetOption(name, value.strip("'\""))
