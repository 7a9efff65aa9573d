"""SET, LOCK, GRANT, maintenance and what only asks, of MySQL and MariaDB: a cursor in, facts out.

Sources: MySQL 8.0 manual, 13.3.6 LOCK TABLES, 13.7 Database Administration Statements.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.changes import calls
from sqlgen.facts.external import external, target
from sqlgen.facts.mysql_grants import grant
from sqlgen.facts.reader import Cursor, literal
from sqlgen.facts.vocabulary import External, Fact, Grant, Insert, LockTable, Maintain, Opaque, Select, SetOption
from sqlgen.messages import say
from sqlgen.statements.model import TokenKind

__all__ = ["read"]

_SCOPES = ("GLOBAL", "SESSION", "LOCAL", "PERSIST", "PERSIST_ONLY")
_ASKING = ("SHOW", "DESCRIBE", "DESC", "EXPLAIN", "HELP")
_LATER = {
    "CALL": say("what the procedure does is not known here"),
    "PREPARE": say("what it prepares runs later"),
    "EXECUTE": say("what was prepared is not known here"),
    "HANDLER": say("it reads past the SQL layer"),
    "XA": say("distributed transactions are not read"),
    "SIGNAL": say("it raises an error"),
}


def read(cursor: Cursor) -> Iterator[Fact]:
    """The facts of a statement about session, locks or server; nothing when it is none."""
    match cursor.word():
        case "SET":
            cursor.skip()
            yield from _set(cursor)
        case "USE":
            cursor.skip()
            yield SetOption("database", cursor.identifier())
        case "LOCK":
            yield from _lock(cursor)
        case "UNLOCK":
            cursor.rest()
            yield Maintain("UNLOCK TABLES")
        case "GRANT" | "REVOKE":
            yield grant(cursor)
        case "ANALYZE" | "OPTIMIZE" | "CHECK" | "REPAIR" | "CHECKSUM":
            yield from _tables(cursor)
        case "FLUSH" | "RESET" | "PURGE" | "KILL" | "CACHE":
            yield Maintain(cursor.rest().upper())
        case "DO":
            cursor.skip()
            yield Select(calls(cursor, cursor.number))
            yield from external(cursor)
            cursor.end_statement()
        case "INSTALL" | "UNINSTALL":
            yield from _plugin(cursor)
        case "LOAD":
            yield from _load(cursor)
        case word if word in _ASKING:
            cursor.end_statement()
            yield Select()
        case "DEALLOCATE":
            cursor.end_statement()
            yield Select()
        case word if word in _LATER:
            cursor.end_statement()
            yield Opaque(say("{word}: {why}", word=word, why=_LATER[word]))
        case _:
            return


def _set(cursor: Cursor) -> Iterator[Fact]:
    if cursor.take("NAMES"):
        yield SetOption("names", _value(cursor))
        return
    if cursor.take("CHARACTER", "SET") or cursor.take("CHARSET"):
        yield SetOption("character set", _value(cursor))
        return
    if cursor.at("PASSWORD") or cursor.at("ROLE") or cursor.at("DEFAULT", "ROLE"):
        yield Grant(f"set {cursor.skip().lower()}")
        cursor.end_statement()
        return
    if cursor.at("TRANSACTION") or cursor.word(1) == "TRANSACTION":
        scope = "global." if cursor.take_any(_SCOPES) == "GLOBAL" else ""
        cursor.skip()
        yield SetOption(f"{scope}transaction", cursor.rest().lower())
        return
    if cursor.take("STATEMENT"):  # MariaDB: SET STATEMENT max_statement_time = 1 FOR …
        raise cursor.unread()
    while True:
        yield _assignment(cursor)
        if not cursor.take(","):
            return


def _assignment(cursor: Cursor) -> SetOption:
    """name = value, GLOBAL name = value, @@session.name = value, @user_variable := value."""
    name = ""
    if cursor.take("@"):
        name = "@" + (cursor.string() if cursor.kind() is TokenKind.STRING else cursor.identifier())
    else:
        cursor.take("@@")
        scope = cursor.take_any(_SCOPES)
        cursor.take(".")
        name = cursor.identifier()
        while cursor.take("."):
            name = f"{name}.{cursor.identifier()}"
        if scope in ("GLOBAL", "PERSIST", "PERSIST_ONLY"):
            name = f"global.{name}"
    if not cursor.take_any(("=", ":=")):
        raise cursor.unread()
    return SetOption(name.lower(), _value(cursor))


def _value(cursor: Cursor) -> str | None:
    """Up to the next comma: a literal without its quotes, None for DEFAULT, an expression as written."""
    start = cursor.number
    while not cursor.done() and cursor.kind() is not TokenKind.TERMINATOR and not cursor.at(","):
        if cursor.at("("):
            cursor.group()
        else:
            cursor.skip()
    if cursor.number == start:
        raise cursor.unread()
    token = cursor.tokens[start]
    if cursor.number == start + 1 and token.kind is TokenKind.STRING:
        return literal(token.text, cursor.dialect)
    text = cursor.slice(start)
    return None if text.upper() == "DEFAULT" else text


def _lock(cursor: Cursor) -> Iterator[Fact]:
    cursor.expect("LOCK")
    if cursor.take("INSTANCE"):
        cursor.rest()
        yield Maintain("LOCK INSTANCE")
        return
    if not cursor.take_any(("TABLE", "TABLES")):
        raise cursor.unread()
    while True:
        table = cursor.name()
        start = cursor.number
        cursor.skip_to((",", "READ", "WRITE", "LOW_PRIORITY"))
        start = cursor.number
        while not cursor.done() and not cursor.at(","):
            cursor.skip()
        yield LockTable(table, cursor.slice(start).upper())
        if not cursor.take(","):
            return


def _tables(cursor: Cursor) -> Iterator[Fact]:
    command = cursor.take_any(("ANALYZE", "OPTIMIZE", "CHECK", "REPAIR", "CHECKSUM"))
    cursor.take_any(("NO_WRITE_TO_BINLOG", "LOCAL"))
    if not cursor.take_any(("TABLE", "TABLES")):
        if command == "ANALYZE":  # MariaDB: ANALYZE statement runs it
            raise cursor.unread()
        cursor.rest()
        yield Maintain(command)
        return
    while True:
        yield Maintain(f"{command} TABLE", cursor.name())
        if not cursor.take(","):
            cursor.end_statement()
            return


def _load(cursor: Cursor) -> Iterator[Fact]:
    cursor.expect("LOAD")
    what = cursor.take_any(("DATA", "XML"))
    if not what:
        cursor.rest()
        yield Maintain("LOAD")
        return
    cursor.take_any(("LOW_PRIORITY", "CONCURRENT"))
    local = "LOCAL " if cursor.take("LOCAL") else ""
    cursor.expect("INFILE")
    file = target(cursor, 0)
    cursor.skip_to(("IGNORE", "REPLACE", "INTO"))
    how = cursor.take_any(("IGNORE", "REPLACE"))
    cursor.expect("INTO", "TABLE")
    yield Insert(cursor.name(), None, None, how == "IGNORE", how == "REPLACE")
    yield External(f"LOAD {what} {local}INFILE", file)
    cursor.end_statement()


def _plugin(cursor: Cursor) -> Iterator[Fact]:
    """INSTALL PLUGIN p SONAME 'lib.so', INSTALL COMPONENT 'file://…': code from the server's files runs."""
    verb = cursor.skip().upper()
    kind = cursor.take_any(("PLUGIN", "COMPONENT", "SONAME"))
    if not kind:
        raise cursor.unread()
    last = cursor.tokens[-1]
    yield Maintain(f"{verb} {kind}")
    if verb == "INSTALL":
        yield External(f"INSTALL {kind}", literal(last.text, cursor.dialect) if last.kind is TokenKind.STRING else None)
    cursor.end_statement()
