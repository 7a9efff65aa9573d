"""Columns and constraints as SQL Server writes them: a cursor in, definitions out.

Source: Transact-SQL reference, CREATE TABLE, column_definition and table_constraint.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlgen.facts.columns import default
from sqlgen.facts.keys import constraint_name, index_parts, references
from sqlgen.facts.reader import Cursor
from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Default, Kind, Name
from sqlgen.statements.model import TokenKind

__all__ = ["column", "constraint", "default_for", "index_options", "type_"]


@dataclass(slots=True)
class _Draft:
    """A column as far as it is read."""

    name: str
    table: Name
    nullable: bool | None = None
    """None: not written."""
    default: Default | None = None
    generated: str | None = None
    identity_options: tuple[tuple[str, int], ...] = ()
    constraints: list[Constraint] = field(default_factory=list)
    indexes: list[CreateIndex] = field(default_factory=list)
    expression: str | None = None
    collation: str | None = None


def column(cursor: Cursor, table: Name) -> tuple[Column, tuple[CreateIndex, ...]]:
    """A column definition up to the comma or parenthesis behind it, and the indexes that are written at it."""
    draft = _Draft(cursor.identifier(), table)
    written = None
    if cursor.take("AS"):
        draft.expression = cursor.slice(*cursor.group())
        draft.generated = "stored" if cursor.take("PERSISTED") else "virtual"
    else:
        written = type_(cursor)
    while not cursor.at_end_of_item() and _attribute(cursor, draft):
        pass
    key = any(one.kind is Kind.PRIMARY_KEY for one in draft.constraints)
    # Transact-SQL, CREATE TABLE: what is not written is NULL (ANSI_NULL_DFLT_ON, which all drivers set), but for a
    # primary key and an identity, which take none.
    nullable = not key and draft.generated != "identity" if draft.nullable is None else draft.nullable
    made = Column(
        draft.name,
        written,
        nullable,
        draft.default,
        tuple(draft.constraints),
        draft.generated,
        draft.expression,
        identity_options=draft.identity_options,
        collation=draft.collation,
    )
    return made, tuple(draft.indexes)


def type_(cursor: Cursor) -> str:
    """A type as written: NVARCHAR(max), double precision, [dbo].[money_type]."""
    start = cursor.number
    cursor.identifier()
    while cursor.take("."):
        cursor.identifier()
    while cursor.take_any(("VARYING", "PRECISION", "CHARACTER", "CHAR", "TEXT")):
        pass
    if cursor.at("("):
        cursor.group()
    return cursor.slice(start)


def _attribute(cursor: Cursor, draft: _Draft) -> bool:
    """One attribute of a column; False, and the cursor where it was, where none begins."""
    if cursor.take("NOT", "NULL"):
        draft.nullable = False
    elif cursor.take("NULL"):
        draft.nullable = True
    elif cursor.take("IDENTITY"):
        draft.generated = "identity"
        draft.identity_options = _seed(cursor)
    elif cursor.take("COLLATE"):
        draft.collation = cursor.identifier()
    elif cursor.take("INDEX"):
        draft.indexes.append(_index_at(cursor, draft))
    elif cursor.take("GENERATED", "ALWAYS", "AS"):
        # temporal and ledger tables: ROW START, ROW END, TRANSACTION_ID START, …
        cursor.skip()
        cursor.take_any(("START", "END"))
        cursor.take("HIDDEN")
        draft.generated = "stored"
    elif cursor.take("MASKED", "WITH") or cursor.take("ENCRYPTED", "WITH"):
        cursor.group()
    elif not (
        cursor.take("NOT", "FOR", "REPLICATION")
        or cursor.take_any(("SPARSE", "FILESTREAM", "ROWGUIDCOL", "PERSISTED", "HIDDEN"))
    ):
        return _constraint_at(cursor, draft)
    return True


def _seed(cursor: Cursor) -> tuple[tuple[str, int], ...]:
    """(seed, increment); both are 1 where nothing is written."""
    if not cursor.at("("):
        return ()
    numbers = cursor.slice(*cursor.group()).replace(" ", "").split(",")
    try:
        return tuple(zip(("start", "increment"), (int(number) for number in numbers), strict=True))
    except ValueError:
        raise cursor.unread() from None


def _index_at(cursor: Cursor, draft: _Draft) -> CreateIndex:
    """INDEX name [UNIQUE] [CLUSTERED | NONCLUSTERED] at a column."""
    name = cursor.identifier()
    unique, clustered = cursor.take("UNIQUE"), _clustered(cursor)
    index = CreateIndex(name, draft.table, (draft.name,), unique, clustered=bool(clustered))
    return replace(index, settings=tuple(index_options(cursor)))


def _constraint_at(cursor: Cursor, draft: _Draft) -> bool:
    start = cursor.number
    name = constraint_name(cursor)
    here = (draft.name,)
    if cursor.take("DEFAULT"):
        draft.default = default(cursor)
        cursor.take("WITH", "VALUES")
        return True
    if (found := _key(cursor, name, here)) is not None:
        draft.constraints.append(found)
        return True
    if cursor.at("FOREIGN") or cursor.at("REFERENCES"):
        cursor.take("FOREIGN", "KEY")
        draft.constraints.append(_reference(cursor, name, here))
        return True
    if cursor.at("CHECK"):
        draft.constraints.append(_check(cursor, name, here))
        return True
    cursor.number = start
    return False


def constraint(cursor: Cursor) -> Constraint | None:
    """A table constraint; None, and the cursor where it was, when none stands here."""
    start = cursor.number
    name = constraint_name(cursor)
    if (found := _key(cursor, name, ())) is not None:
        return found
    if cursor.take("FOREIGN", "KEY"):
        return _reference(cursor, name, index_parts(cursor)[0])
    if cursor.at("CHECK") and cursor.word(1) in ("(", "NOT"):
        return _check(cursor, name, ())
    cursor.number = start
    return None


def default_for(cursor: Cursor) -> tuple[str, Default] | None:
    """[CONSTRAINT name] DEFAULT value FOR column: the column and its default; None when none stands here."""
    start = cursor.number
    constraint_name(cursor)
    if not cursor.take("DEFAULT"):
        cursor.number = start
        return None
    value = default(cursor)
    cursor.expect("FOR")
    name = cursor.identifier()
    cursor.take("WITH", "VALUES")
    return name, value


def _key(cursor: Cursor, name: str | None, columns: tuple[str, ...]) -> Constraint | None:
    """PRIMARY KEY or UNIQUE; `columns` where it stands at one."""
    if cursor.take("PRIMARY", "KEY"):
        kind = Kind.PRIMARY_KEY
    elif cursor.take("UNIQUE"):
        kind = Kind.UNIQUE
    else:
        return None
    clustered = _clustered(cursor)
    cursor.take("HASH")
    found = Constraint(kind, name, columns, method=clustered)
    if not columns or cursor.at("("):
        names, parts = index_parts(cursor)
        found = replace(found, columns=names, parts=parts)
    for _ in index_options(cursor):
        pass
    cursor.take("NOT", "ENFORCED")  # Azure Synapse and Fabric
    return found


def _clustered(cursor: Cursor) -> str | None:
    return cursor.take_any(("CLUSTERED", "NONCLUSTERED")).lower() or None


def index_options(cursor: Cursor) -> Iterator[tuple[str, str]]:
    """WITH (ONLINE = ON, MAXDOP = 2), ON filegroup, TEXTIMAGE_ON filegroup: names in lower case, values as written."""
    while True:
        start = cursor.number
        if cursor.take("WITH"):
            yield from _options(cursor)
        elif (
            cursor.at("ON") and cursor.kind(1) in (TokenKind.WORD, TokenKind.QUOTED) and cursor.word(1) not in _ACTIONS
        ):
            cursor.skip()
            cursor.name()
            if cursor.at("("):
                cursor.group()
        elif cursor.take_any(("FILESTREAM_ON", "TEXTIMAGE_ON")):
            cursor.name()
        if cursor.number == start:
            return


def _options(cursor: Cursor) -> Iterator[tuple[str, str]]:
    if not cursor.at("("):  # WITH FILLFACTOR = 70, the old spelling
        yield _option(cursor)
        return
    start, stop = cursor.group()
    after, cursor.number = cursor.number, start
    while cursor.number < stop:
        yield _option(cursor)
        cursor.take(",")
    cursor.number = after


_ACTIONS = ("DELETE", "UPDATE")


def _option(cursor: Cursor) -> tuple[str, str]:
    name = cursor.identifier().lower()
    cursor.take("=")
    start = cursor.number
    cursor.skip_to((",",))
    return name, cursor.slice(start)


def _check(cursor: Cursor, name: str | None, columns: tuple[str, ...]) -> Constraint:
    cursor.expect("CHECK")
    cursor.take("NOT", "FOR", "REPLICATION")
    return Constraint(Kind.CHECK, name, columns, expression=cursor.slice(*cursor.group()))


def _reference(cursor: Cursor, name: str | None, columns: tuple[str, ...]) -> Constraint:
    found = references(cursor, name, columns)
    cursor.take("NOT", "FOR", "REPLICATION")
    return found
