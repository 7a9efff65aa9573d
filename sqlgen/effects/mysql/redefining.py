"""Which lines MODIFY and CHANGE are on, in MySQL and MariaDB: all that differs from the column as it stands."""

from __future__ import annotations

from dataclasses import replace

from sqlgen.effects.combining import combined
from sqlgen.effects.model import Effect, Server, Work
from sqlgen.effects.mysql.columns import counts, renaming
from sqlgen.effects.mysql.keys import constrain
from sqlgen.effects.mysql.lines import altering
from sqlgen.effects.mysql.matrix import type_change
from sqlgen.effects.mysql.shape import Shape
from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import AddConstraint, Column, Kind, Place, RedefineColumn
from sqlgen.schema.naming import part_key
from sqlgen.schema.options import TEXTUAL

__all__ = ["redefine"]

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
        parts.append(altering(renaming(server), fact.table, server, breaks=True))
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
    filled = new.default is not None or counts(new)
    online = shape.copies_online(server, fact)
    return [altering(line, fact.table, server, online=online, may_fail=not nullable, breaks=not (nullable or filled))]


def _recomputed(fact: RedefineColumn, old: Column, shape: Shape, server: Server) -> list[Effect]:
    """AUTO_INCREMENT and generated columns."""
    new = fact.to
    online = shape.copies_online(server, fact)
    found = []
    if counts(new) != counts(old):
        line = "add-auto-increment" if counts(new) else "drop-auto-increment"
        found.append(altering(line, fact.table, server, online=online and not counts(new)))
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
