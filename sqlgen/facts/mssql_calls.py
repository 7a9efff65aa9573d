"""EXEC of SQL Server: a cursor in, facts out. What a procedure of the user's own does is not known.

Source: Transact-SQL reference, EXECUTE; System stored procedures: sp_rename, sp_addextendedproperty, sp_executesql.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlgen.facts.mssql_batches import to_next
from sqlgen.facts.mssql_literals import inside, path
from sqlgen.facts.reader import Cursor, literal
from sqlgen.facts.vocabulary import (
    Describe,
    External,
    Fact,
    Grant,
    Maintain,
    Name,
    Opaque,
    RenameColumn,
    RenameObject,
    RenameTable,
    Select,
    SetOption,
    SetTableOption,
)
from sqlgen.messages import say
from sqlgen.statements.model import TokenKind

__all__ = ["execute"]


def execute(cursor: Cursor, reading: Callable[[Cursor], Iterator[Fact]]) -> Iterator[Fact]:
    """EXEC and EXECUTE, from behind the word; `reading` reads the text of a literal that is run as SQL."""
    if cursor.at("("):
        yield from _text(cursor, reading)
        return
    if cursor.take("AS"):  # EXECUTE AS USER = 'x': who the session is
        start = cursor.number
        to_next(cursor)
        yield SetOption("execute as", cursor.slice(start))
        return
    if cursor.word().startswith("@") and cursor.word(1) == "=":
        cursor.skip()
        cursor.skip()
    if cursor.word().startswith("@"):
        to_next(cursor)
        yield Opaque(say("EXEC: the procedure's name is in a variable"))
        return
    procedure = cursor.name()
    name = procedure.name.lower()
    if name == "sp_executesql":
        yield from _executesql(cursor, reading)
        return
    arguments = _arguments(cursor)
    if name.startswith(("xp_", "sp_oa")):
        yield External(name.upper(), arguments[0][1] if arguments else None)
        return
    known = _known(name, arguments)
    unknown = say("EXEC: what the procedure {name} does is not known here", name=procedure)
    yield known if known is not None else Opaque(unknown)


def _text(cursor: Cursor, reading: Callable[[Cursor], Iterator[Fact]]) -> Iterator[Fact]:
    """EXEC ('…' + '…') [AS USER = 'x'] [AT server]."""
    start, stop = cursor.group()
    after = cursor.number
    text = _constant(cursor, start, stop)
    cursor.number = after
    if cursor.take("AS"):
        cursor.skip()
        cursor.expect("=")
        cursor.string()
    if cursor.take("AT"):
        yield External("EXEC AT", cursor.identifier())
    elif text is None:
        yield Opaque(say("EXEC: the text is put together when it runs"))
    else:
        yield from reading(inside(text))


def _constant(cursor: Cursor, start: int, stop: int) -> str | None:
    """Literals with + between them, as one text; None where anything else stands."""
    parts, cursor.number = [], start
    while cursor.number < stop:
        if cursor.kind() is not TokenKind.STRING:
            return None
        parts.append(literal(cursor.skip(), "mssql"))
        if cursor.number < stop and not cursor.take("+"):
            return None
    return "".join(parts)


def _executesql(cursor: Cursor, reading: Callable[[Cursor], Iterator[Fact]]) -> Iterator[Fact]:
    if cursor.word().startswith("@") and cursor.word(1) == "=":
        cursor.skip()
        cursor.skip()
    text = None
    if cursor.kind() is TokenKind.STRING:
        text = literal(cursor.skip(), "mssql")
        if not cursor.at(",") and cursor.word() == "+":
            text = None
    to_next(cursor)
    if text is None:
        yield Opaque(say("sp_executesql: the text is put together when it runs"))
    else:
        yield from reading(inside(text))


_Arguments = list[tuple[str, str | None]]


def _arguments(cursor: Cursor) -> _Arguments:
    """Names in lower case (empty where none is written) and values: names and literals without their quotes."""
    found: _Arguments = []
    while not cursor.done() and cursor.kind() is not TokenKind.TERMINATOR:
        name = ""
        if cursor.word().startswith("@") and cursor.word(1) == "=":
            name = cursor.skip().lower()
            cursor.skip()
        start = cursor.number
        kind = cursor.kind()
        stop = to_next(cursor, (",",))
        if cursor.number == start:
            return found
        text: str | None = cursor.slice(start)
        if cursor.number == start + 1 and kind is TokenKind.STRING:
            text = literal(cursor.tokens[start].text, "mssql")
        elif kind is TokenKind.QUOTED and cursor.number == start + 1:
            here, cursor.number = cursor.number, start
            text, cursor.number = cursor.identifier(), here
        elif text is not None and text.startswith("@"):
            text = None
        found.append((name, text))
        if not stop:
            return found
        cursor.skip()
    return found


def _known(name: str, arguments: _Arguments) -> Fact | None:
    """What a procedure of the system does; None for one that is not known, or arguments that are variables."""
    match name:
        case "sp_rename":
            return _rename(arguments)
        case "sp_addextendedproperty" | "sp_updateextendedproperty" | "sp_dropextendedproperty":
            return _property(name, arguments)
        case "sp_getapplock" | "sp_releaseapplock" | "sp_help" | "sp_helptext" | "sp_helpindex" | "sp_who" | "sp_lock":
            return Select((name,))
        case "sp_recompile" | "sp_updatestats" | "sp_refreshview" | "sp_refreshsqlmodule" | "sp_createstats":
            table = arguments[0][1] if arguments else None
            return Maintain(name.upper(), None if table is None else path(table))
        case "sp_tableoption" | "sp_changeobjectowner" if arguments and arguments[0][1] is not None:
            return SetTableOption(path(arguments[0][1]), " ".join(value or "?" for _, value in arguments[1:]) or "?")
        case "sp_addrolemember" | "sp_droprolemember" | "sp_addsrvrolemember" | "sp_dropsrvrolemember":
            return _member(name, arguments)
        case "sp_configure":
            return SetOption("global." + (arguments[0][1] or "?" if arguments else "?").lower(), _value(arguments, 1))
        case "sp_set_session_context":
            return SetOption("session context", _value(arguments, 0))
        case _:
            return None


def _value(arguments: _Arguments, number: int) -> str | None:
    return arguments[number][1] if number < len(arguments) else None


def _member(name: str, arguments: _Arguments) -> Grant:
    values = [value or "?" for _, value in arguments]
    role, member = [*values, "?", "?"][:2]
    if "srv" in name:
        role, member = member, role
    verb = "grant" if "add" in name else "revoke"
    return Grant(f"{verb} role {role}", (role,), None, (member,))


def _named(arguments: _Arguments, *names: str) -> list[str | None] | None:
    """The values in the order of the parameters; None where one is not known."""
    values: dict[str, str | None] = {}
    for number, (name, value) in enumerate(arguments):
        if number >= len(names) or value is None:
            return None
        values[name or names[number]] = value
    return [values.get(name) for name in names]


_CONSTRAINTS = ("pk_", "fk_", "uq_", "ck_", "df_", "pk__", "uk_", "chk_")


def _rename(arguments: _Arguments) -> Fact | None:
    """sp_rename @objname, @newname, @objtype.

    Without a type, and with OBJECT, it may be a table or a constraint: by its prefix it is told which.
    """
    values = _named(arguments, "@objname", "@newname", "@objtype")
    if values is None or values[0] is None or values[1] is None:
        return None
    old, new, kind = path(values[0]), values[1], (values[2] or "OBJECT").upper()
    schema, _, owner = (old.schema or "").rpartition(".")
    table = Name(owner, None if schema.lower() in ("", "dbo") else schema)
    match kind:
        case "COLUMN" if owner:
            return RenameColumn(table, old.name, new)
        case "INDEX" if owner:
            return RenameObject("index", Name(old.name), new, table)
        case "OBJECT" if old.name.lower().startswith(_CONSTRAINTS):
            return RenameObject("constraint", old, new)
        case "OBJECT":
            return RenameTable(old, Name(new, old.schema))
        case "USERDATATYPE":
            return RenameObject("type", old, new)
        case "DATABASE" | "STATISTICS":
            return RenameObject(kind.lower(), old, new)
        case _:
            return None


_LEVELS = ("@level0type", "@level0name", "@level1type", "@level1name", "@level2type", "@level2name")


def _property(procedure: str, arguments: _Arguments) -> Fact | None:
    """An extended property: MS_Description is what tools show as the comment."""
    given = ("@name",) if procedure == "sp_dropextendedproperty" else ("@name", "@value")
    values = _named(arguments, *given, *_LEVELS)
    if values is None:
        return None
    comment = values[1] if len(given) == 2 else None
    name = values[0]
    levels = [value for value in values[len(given) :] if value is not None]
    names = dict(zip((kind.lower() for kind in levels[::2]), levels[1::2], strict=False))
    schema = names.get("schema") or names.get("user")
    schema = None if schema is None or schema.lower() == "dbo" else schema
    if (name or "").lower() != "ms_description" or "table" not in names:
        kind = levels[-2].lower() if len(levels) > 1 else "database"
        return Describe(f"extended property {name} of a {kind}", Name(levels[-1] if levels else "", schema), comment)
    table = Name(names["table"], schema)
    if len(levels) < 6:
        return Describe("table", table, comment)
    return Describe(levels[4].lower(), Name(levels[5], str(table)), comment, table)
