"""Which line a change of a column is on, in MySQL and MariaDB."""

from __future__ import annotations

from dataclasses import replace

from sqlgen.effects.combining import combined
from sqlgen.effects.model import Effect, Server, Work
from sqlgen.effects.mysql.keys import constrain
from sqlgen.effects.mysql.lines import altering
from sqlgen.effects.mysql.shape import Shape
from sqlgen.effects.mysql_types import type_change
from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    Column,
    DropColumn,
    Kind,
    Place,
    RedefineColumn,
    RenameColumn,
    Volatility,
)
from sqlgen.facts.volatility import of_function
from sqlgen.schema.naming import part_key
from sqlgen.schema.options import TEXTUAL
from sqlgen.statements.model import TokenKind
from sqlgen.statements.scan import scan

__all__ = ["add", "drop", "redefine", "rename"]


def add(fact: AddColumn, shape: Shape, server: Server) -> Effect:
    """ADD COLUMN."""
    column = fact.column
    required = not column.nullable and column.default is None and column.generated is None
    return altering(
        _adding(fact, shape, server),
        fact.table,
        server,
        online=shape.copies_online(server, fact) and not _counts(column),
        breaks=required,
        may_fail=any(_checks_rows(column, one.kind, server) for one in column.constraints)
        or (required and _has_no_zero(column, server)),
    )


def _adding(fact: AddColumn, shape: Shape, server: Server) -> str:
    column = fact.column
    kinds = {one.kind for one in column.constraints}
    mariadb = server.dialect == "mariadb"
    if shape.is_other_engine:
        return "add-column-other-engine"
    if column.generated == "stored":
        return "add-stored-column"
    if fact.place is not None and mariadb and shape.has_generated("virtual"):
        return "add-column-in-between-virtual"
    if column.generated == "virtual":
        if kinds & {Kind.UNIQUE, Kind.PRIMARY_KEY}:
            return "add-virtual-column-key"
        return "add-virtual-column-partitioned" if shape.is_partitioned else "add-virtual-column"
    if _counts(column):
        return "add-auto-increment-column"
    if Kind.FOREIGN_KEY in kinds and (mariadb or server.at_least(9)):
        return "add-column-references"  # MySQL before 9.0 reads REFERENCES at a column and ignores it
    if Kind.CHECK in kinds and not mariadb:
        return "add-column-check"
    if _is_computed(column, server):
        return "add-column-expression-default"
    if shape.has_special_index:
        return "add-column-special-index"
    if kinds & {Kind.UNIQUE, Kind.PRIMARY_KEY}:
        return "add-column-key"
    if shape.is_compressed:
        return "add-column-compressed-table"
    if not mariadb and not server.at_least(*((8, 0, 12) if fact.place is None else (8, 0, 29))):
        return "add-column-rebuild"
    return "add-column-check" if Kind.CHECK in kinds else "add-column"


def _counts(column: Column) -> bool:
    return column.generated in ("auto_increment", "serial") or (column.type or "").lower() == "serial"


def _has_no_zero(column: Column, server: Server) -> bool:
    """Rows get the zero of the type; '0000-00-00' is none with NO_ZERO_DATE, which MySQL has on and MariaDB off."""
    return server.dialect != "mariadb" and canonical(column.type or "", "mysql").name in _DATES


_DATES = ("date", "datetime", "timestamp")


def _checks_rows(column: Column, kind: Kind, server: Server) -> bool:
    """Whether the rows that are there, which all get the same value, may break the constraint.

    MariaDB does not ask them for a CHECK: it only notes the value, and rows stand that break it.
    """
    if kind is Kind.CHECK and server.dialect == "mariadb":
        return False
    has_value = column.default is not None and not column.default.is_null
    return kind in (Kind.UNIQUE, Kind.PRIMARY_KEY, Kind.CHECK, Kind.FOREIGN_KEY) and (has_value or not column.nullable)


def _is_computed(column: Column, server: Server) -> bool:
    """Whether each row gets a value of its own. MySQL copies for each expression in parentheses (worklog 9418);
    MariaDB only for those that it must run for each row: uuid(), another column. For rand() it does not: all rows get
    the same."""
    default = column.default
    if default is None:
        return False
    if server.dialect != "mariadb":
        return default.text.startswith("(") or default.volatility in (Volatility.VOLATILE, Volatility.UNKNOWN)
    if default.volatility is Volatility.VOLATILE:
        return any(of_function(word) is Volatility.VOLATILE for word in _words(default.text) if word != "rand")
    return default.volatility is Volatility.UNKNOWN


def _words(text: str) -> list[str]:
    return [token.text.lower() for token in scan(text, "mariadb") if token.kind is TokenKind.WORD]


def drop(fact: DropColumn, shape: Shape, server: Server) -> Effect:
    """DROP COLUMN."""
    known = shape.column(fact.column)
    computed = known is not None and known.generated in ("stored", "virtual")
    return altering(
        _dropping(fact.column, known, shape, server),
        fact.table,
        server,
        online=shape.copies_online(server, fact),
        reversible=computed,
        destroys=not computed,
        breaks=True,
    )


def _dropping(column: str, known: Column | None, shape: Shape, server: Server) -> str:
    mariadb = server.dialect == "mariadb"
    keys = shape.keys_of(column)
    if shape.is_other_engine:
        return "drop-column-other-engine"
    if any(kind is Kind.PRIMARY_KEY for kind, _ in keys):
        return "drop-column-primary-key"
    if known is not None and known.generated == "virtual":
        return "drop-column-indexed" if keys else "drop-virtual-column"
    if mariadb and shape.has_indexed_virtual:
        return "drop-column-virtual-index-table"
    if shape.has_special_index:
        return "drop-column-special-index"
    if any(len(columns) > 1 for _, columns in keys):
        return "drop-column-of-index"
    if shape.is_compressed:
        return "drop-column-compressed-table"
    if keys:
        return "drop-column-indexed"
    if known is not None and known.generated == "stored":
        return "drop-stored-column"
    return "drop-column" if mariadb or server.at_least(8, 0, 29) else "drop-column-rebuild"


def rename(fact: RenameColumn, server: Server) -> Effect:
    """RENAME COLUMN."""
    return altering(_renaming(server), fact.table, server, breaks=True)


def _renaming(server: Server) -> str:
    return "rename-column" if server.dialect == "mariadb" or server.at_least(8, 0, 28) else "rename-column-in-place"


_MADE = (Kind.PRIMARY_KEY, Kind.UNIQUE)
"""What MODIFY makes where it is written, even when the column has one already. A CHECK takes the place of the old one,
and MariaDB does not ask the rows for it."""


def redefine(fact: RedefineColumn, shape: Shape, server: Server) -> Effect:
    """MODIFY, CHANGE: all that differs from the column as it stands, made in one go."""
    old, new = shape.column(fact.column), fact.to
    if old is None or old.type is None or new.type is None:
        effect = altering("change-type", fact.table, server, online=shape.copies_online(server, fact))
        # Nothing is known of the column: the locks are those of the heaviest way.
        return replace(effect, line="redefine-column-unknown", work=Work.UNKNOWN, algorithm=None, proven=False,
                       breaks=fact.column != new.name, may_fail=True)  # fmt: skip
    parts = [
        _retyped(fact, old, shape, server),
        *_renullabled(fact, old, shape, server),
        *_recomputed(fact, old, shape, server),
        *(constrain(AddConstraint(fact.table, one), shape, server) for one in new.constraints if one.kind in _MADE),
    ]
    if part_key(fact.column, server.dialect) != part_key(new.name, server.dialect):
        parts.append(altering(_renaming(server), fact.table, server, breaks=True))
    if server.dialect != "mariadb" and any(one.kind is Kind.CHECK for one in new.constraints):
        parts.append(altering("add-check", fact.table, server, may_fail=True))
    if fact.place is not None and not _stays(fact.column, fact.place, shape):
        parts.append(altering(_moving(new, shape), fact.table, server))
    return combined([part for part in parts if part is not None]) or altering(
        "change-column-attributes", fact.table, server
    )


def _retyped(fact: RedefineColumn, old: Column, shape: Shape, server: Server) -> Effect | None:
    new = fact.to
    change = type_change(_placed(old.type, shape), _placed(new.type, shape), server)
    if change.work is Work.NONE:
        return None
    if shape.is_other_engine:
        line = "change-type-other-engine"
    elif change.work > Work.METADATA:
        line = "change-type"
    elif _recollates(old, new, shape) and shape.keys_of(fact.column):
        # In place since MariaDB 10.6 (MDEV-26294).
        in_place = server.dialect != "mariadb" or server.at_least(10, 6)
        line = "change-type-index" if in_place else "change-type"
    elif canonical(new.type or "", server.dialect).name in ("enum", "set"):
        line = "change-type-instant"
    else:
        line = "change-type-in-place"
    return altering(
        line,
        fact.table,
        server,
        online=shape.copies_online(server, fact),
        may_fail=change.may_fail,
        destroys=change.loses,
        reversible=not change.loses,
    )


def _placed(type_: str | None, shape: Shape) -> str:
    """The type with the character set and collation that the table gives it, where those are known."""
    text = type_ or ""
    known = canonical(text, shape.dialect)
    settings = shape.settings
    named = any(word.startswith(("character set", "collate")) for word in known.modifiers)
    if known.name not in TEXTUAL or named or text.strip().lower() == "json":
        return text
    charset, collation = settings.get("charset"), settings.get("collate")
    if not charset:
        return text
    return f"{text} CHARACTER SET {charset}" + (f" COLLATE {collation}" if collation else "")


def _recollates(old: Column, new: Column, shape: Shape) -> bool:
    """Whether only the order of the values changes: an index over them is built anew."""

    def words(column: Column) -> set[str]:
        return {word for word in canonical(_placed(column.type, shape), shape.dialect).modifiers if "collate" in word}

    return words(old) != words(new)


def _renullabled(fact: RedefineColumn, old: Column, shape: Shape, server: Server) -> list[Effect]:
    new = fact.to
    computed = new.generated in ("stored", "virtual")
    in_key = any(kind is Kind.PRIMARY_KEY for kind, _ in shape.keys_of(fact.column))
    nullable = new.nullable and not in_key and not any(one.kind is Kind.PRIMARY_KEY for one in new.constraints)
    if old.nullable == nullable or computed or (in_key and not nullable):
        return []
    kind = "drop-not-null" if nullable else "set-not-null"
    if shape.is_other_engine:
        line = "change-type-other-engine"
    elif not nullable and (shape.has_generated("stored") or shape.has_indexed_virtual):
        line = "set-not-null-generated-column-table"
    elif shape.has_special_index:
        line = f"{kind}-special-index"
    else:
        line = "drop-not-null-redundant" if nullable and shape.is_redundant else kind
    filled = new.default is not None or _counts(new)
    online = shape.copies_online(server, fact)
    return [altering(line, fact.table, server, online=online, may_fail=not nullable, breaks=not (nullable or filled))]


def _recomputed(fact: RedefineColumn, old: Column, shape: Shape, server: Server) -> list[Effect]:
    """AUTO_INCREMENT and generated columns."""
    new = fact.to
    online = shape.copies_online(server, fact)
    found = []
    if _counts(new) != _counts(old):
        line = "add-auto-increment" if _counts(new) else "drop-auto-increment"
        found.append(altering(line, fact.table, server, online=online and not _counts(new)))
    elif new.generated == "stored" and (old.generated, old.expression) != (new.generated, new.expression):
        found.append(altering("change-stored-expression", fact.table, server, online=online, destroys=True))
    elif new.generated == "virtual" and old.expression != new.expression:
        found.append(altering("change-virtual-expression", fact.table, server))
    return found


def _moving(column: Column, shape: Shape) -> str:
    if column.generated in ("stored", "virtual"):
        return "move-generated-column"
    if shape.has_special_index:
        return "move-column-special-index"
    return "move-column-rebuild" if shape.is_compressed or shape.is_other_engine else "move-column"


def _stays(column: str, place: Place, shape: Shape) -> bool:
    """Whether the column stands there already."""
    order = [part_key(one.name, shape.dialect) for one in shape.columns]
    key = part_key(column, shape.dialect)
    if key not in order:
        return False
    at = order.index(key)
    before = order[at - 1] if at else None
    return before == (None if place.after is None else part_key(place.after, shape.dialect))
