"""CREATE, ALTER, DROP and TRUNCATE of SQL Server: a cursor in, facts out.

Source: Transact-SQL reference, the statements of these names.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts import mssql_indexes as indexes
from sqlgen.facts import mssql_tables as tables
from sqlgen.facts.mssql_batches import to_next
from sqlgen.facts.queries import sources
from sqlgen.facts.reader import Cursor, words
from sqlgen.facts.vocabulary import (
    AlterObject,
    CreateObject,
    DropObject,
    DropPartition,
    DropTable,
    Fact,
    Grant,
    Name,
    RenameTable,
    Truncate,
)

__all__ = ["alter", "create", "drop", "truncate"]

_STORED = ("procedure", "function", "trigger")
"""Their bodies go to the end of the batch."""
_SHORT = {"PROC": "procedure"}
_OBJECTS = words("""
    PROC PROCEDURE FUNCTION TRIGGER VIEW SCHEMA SEQUENCE SYNONYM TYPE USER LOGIN ROLE DATABASE STATISTICS ASSEMBLY
    AGGREGATE RULE DEFAULT CERTIFICATE CREDENTIAL QUEUE SERVICE CONTRACT ROUTE ENDPOINT
    """)
_PHRASES = (
    *(("PARTITION", "FUNCTION"), ("PARTITION", "SCHEME"), ("FULLTEXT", "CATALOG"), ("FULLTEXT", "STOPLIST")),
    *(("XML", "SCHEMA", "COLLECTION"), ("EXTERNAL", "TABLE"), ("EXTERNAL", "DATA", "SOURCE")),
    *(("EXTERNAL", "FILE", "FORMAT"), ("EXTERNAL", "LIBRARY"), ("APPLICATION", "ROLE"), ("SERVER", "ROLE")),
    *(("SECURITY", "POLICY"), ("SYMMETRIC", "KEY"), ("ASYMMETRIC", "KEY"), ("COLUMN", "MASTER", "KEY")),
    *(("COLUMN", "ENCRYPTION", "KEY"), ("DATABASE", "SCOPED", "CREDENTIAL"), ("EVENT", "SESSION")),
    *(("EVENT", "NOTIFICATION"), ("SEARCH", "PROPERTY", "LIST"), ("WORKLOAD", "GROUP"), ("RESOURCE", "POOL")),
    ("SERVER", "AUDIT"),
)


def _kind(cursor: Cursor) -> str:
    """The kind of object, in lower case words."""
    for phrase in _PHRASES:
        if cursor.take(*phrase):
            return " ".join(phrase).lower()
    word = cursor.take_any(_OBJECTS)
    if not word:
        raise cursor.unread()
    return _SHORT.get(word, word.lower())


def create(cursor: Cursor) -> Iterator[Fact]:
    """CREATE, from behind the word."""
    if cursor.take("TABLE"):
        yield from tables.create(cursor)
        return
    index = indexes.create_index(cursor)
    if index is not None:
        yield from index
        return
    or_replace = cursor.take("OR", "ALTER")
    kind = _kind(cursor)
    if kind == "schema" and cursor.take("AUTHORIZATION"):
        yield CreateObject(kind, Name(cursor.identifier()))
        return
    name = cursor.name()
    yield _object(cursor, kind, name, or_replace)


def _object(cursor: Cursor, kind: str, name: Name, or_replace: bool) -> CreateObject:
    """From behind the name."""
    table = None
    if kind == "trigger":
        cursor.expect("ON")
        if not (cursor.take("DATABASE") or cursor.take("ALL", "SERVER")):
            table = cursor.name()
    options = _options(cursor) if kind in (*_STORED, "view") else ()
    start = cursor.number
    if kind in (*_STORED, "view"):
        cursor.number = len(cursor.tokens)  # CREATE VIEW too must be the only statement of its batch
    else:
        to_next(cursor)
    reads = sources(cursor, start, cursor.number) if kind == "view" else None
    return CreateObject(kind, name, or_replace, False, table, reads=reads, options=options)


_UNNAMED_OPTIONS = words("SCHEMABINDING ENCRYPTION NATIVE_COMPILATION RECOMPILE VIEW_METADATA")


def _options(cursor: Cursor) -> tuple[tuple[str, str], ...]:
    """WITH SCHEMABINDING, EXECUTE AS OWNER between the parameters and AS; the cursor stays where it is."""
    start, found = cursor.number, []
    if cursor.skip_to(("WITH", "AS", "BEGIN", "FOR", "AFTER")) == "WITH":
        cursor.skip()
        while True:
            if cursor.take("EXECUTE", "AS") or cursor.take("EXEC", "AS"):
                found.append(("execute as", cursor.skip()))
            elif word := cursor.take_any(_UNNAMED_OPTIONS):
                found.append((word.lower(), "on"))
            elif cursor.skip_to((",", "AS")) != ",":
                break
            if not cursor.take(","):
                break
    cursor.number = start
    return tuple(found)


def alter(cursor: Cursor) -> Iterator[Fact]:
    """ALTER, from behind the word."""
    if cursor.take("TABLE"):
        yield from tables.alter(cursor)
    elif cursor.take("INDEX"):
        yield from indexes.alter_index(cursor)
    elif cursor.take("SCHEMA"):
        to = cursor.identifier()
        cursor.expect("TRANSFER")
        if cursor.word(1) == "::":
            if not cursor.take("OBJECT"):
                raise cursor.unread()
            cursor.skip()
        name = cursor.name()
        yield RenameTable(name, Name(name.name, None if to.lower() == "dbo" else to))
    elif cursor.take("AUTHORIZATION"):
        cursor.expect("ON")
        start = cursor.number
        cursor.skip_to(("TO",))
        on = " ".join(cursor.slice(start).split())
        cursor.expect("TO")
        to = "schema owner" if cursor.take("SCHEMA", "OWNER") else cursor.identifier()
        yield Grant(f"alter {on.lower()} owner to {to}", ("owner",), on, (to,))
    else:
        yield from _alter_object(cursor)


def _alter_object(cursor: Cursor) -> Iterator[Fact]:
    kind = _kind(cursor)
    name = cursor.name()
    if kind in (*_STORED, "view"):  # the whole is given anew
        yield _object(cursor, kind, name, True)
    elif kind.endswith("role") and (verb := cursor.take_any(("ADD", "DROP"))):
        cursor.expect("MEMBER")
        action = "grant" if verb == "ADD" else "revoke"
        yield Grant(f"{action} role {name}", (str(name),), None, (cursor.identifier(),))
    else:
        start = cursor.number
        while True:
            to_next(cursor)  # ALTER DATABASE shop SET RECOVERY FULL: its own SET begins no statement
            if not cursor.at("SET") or cursor.number > start + 1:
                break
            cursor.skip()
        yield AlterObject(kind, name, " ".join(cursor.slice(start).lower().split()))


def drop(cursor: Cursor) -> Iterator[Fact]:
    """DROP, from behind the word."""
    if cursor.take("TABLE"):
        if_exists = cursor.take("IF", "EXISTS")
        yield from (DropTable(name, if_exists) for name in _names(cursor))
    elif cursor.take("INDEX"):
        yield from indexes.drop_index(cursor)
    elif cursor.take("CONSTRAINT"):  # of an old dialect: DROP CONSTRAINT belongs to ALTER TABLE
        raise cursor.unread()
    elif cursor.take("FULLTEXT", "INDEX", "ON"):
        name = cursor.name()
        yield DropObject("fulltext index", name, table=name)
    else:
        yield from _drop_object(cursor)


def _drop_object(cursor: Cursor) -> Iterator[Fact]:
    kind = _kind(cursor)
    if_exists = cursor.take("IF", "EXISTS")
    names = _names(cursor)
    if kind == "trigger" and cursor.take("ON") and not (cursor.take("DATABASE") or cursor.take("ALL", "SERVER")):
        raise cursor.unread()
    if kind in ("event session", "event notification", "server audit", "assembly"):
        to_next(cursor)
    yield from (DropObject(kind, name, if_exists) for name in names)


def _names(cursor: Cursor) -> tuple[Name, ...]:
    names = [cursor.name()]
    while cursor.take(","):
        names.append(cursor.name())
    return tuple(names)


def truncate(cursor: Cursor) -> Iterator[Fact]:
    """TRUNCATE, from behind the word: TABLE name [WITH (PARTITIONS (2, 4 TO 6))]."""
    cursor.expect("TABLE")
    table = cursor.name()
    if not cursor.take("WITH"):
        yield Truncate(table)
        return
    cursor.expect("(")
    cursor.expect("PARTITIONS")
    partitions = cursor.slice(*cursor.group())
    cursor.expect(")")
    yield DropPartition(table, tuple(one.strip() for one in partitions.split(",")), truncate=True)
