"""The type-change matrix of PostgreSQL: types as written in, with domains and enums looked up, a cell out."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from sqlgen.effects.model import Server, TypeChange, Work
from sqlgen.effects.postgresql.casts import STRINGS, Allowed, allowed
from sqlgen.effects.postgresql.cells import cell
from sqlgen.effects.postgresql.line import MANUAL
from sqlgen.effects.postgresql.names import BUILT_IN, base_of, is_constrained_domain, object_of
from sqlgen.effects.postgresql.using import casts, is_at_time_zone
from sqlgen.facts.types import SqlType, canonical
from sqlgen.schema import Schema

__all__ = ["type_change"]

SOURCES = (
    f"{MANUAL}sql-altertable.html#SQL-ALTERTABLE-NOTES",
    "https://www.postgresql.org/docs/release/9.2.0/",
    "src/backend/commands/tablecmds.c",
)
ANYTHING = TypeChange(Work.REWRITE, may_fail=True, loses=True)
# Of types that nobody here knows, nothing is said but that.
UNKNOWN = TypeChange(Work.UNKNOWN)
REFUSED = TypeChange(Work.REWRITE, may_fail=True, refused=True)


def type_change(
    old: str, new: str, server: Server, *, column: str = "", using: str | None = None, schema: Schema | None = None
) -> TypeChange:
    """The cell for these two types. Never raises.

    `schema` knows what domains stand for and what enums are; without it, types of the user's own are not known.
    """
    return replace(_change(old, new, server, column, using, schema), sources=SOURCES)


def _change(old: str, new: str, server: Server, column: str, using: str | None, schema: Schema | None) -> TypeChange:
    if using is None:
        return _step(old, new, False, server, schema)
    steps = casts(using, column)
    if steps is not None:
        return _steps(old, (*steps, new), server, schema)
    between = (_spelled(old).name, _spelled(new).name)
    if is_at_time_zone(using, column) and between == ("timestamp", "timestamptz"):
        return TypeChange(Work.REWRITE)
    return ANYTHING


def _steps(old: str, steps: tuple[str, ...], server: Server, schema: Schema | None) -> TypeChange:
    """Casts that are written, one after the other, and the assignment of what comes out to the new type."""
    found = []
    for number, new in enumerate(steps):
        found.append(_step(old, new, number < len(steps) - 1, server, schema))
        old = new
    return TypeChange(
        max(one.work for one in found),
        may_fail=any(one.may_fail for one in found),
        loses=any(one.loses for one in found),
        refused=any(one.refused for one in found),
    )


def _step(old: str, new: str, explicit: bool, server: Server, schema: Schema | None) -> TypeChange:
    """One cast, or the assignment."""
    before, after = _spelled(old), _spelled(new)
    if before == after:
        return TypeChange(Work.NONE)
    source, target = _spelled(base_of(old, schema)), _spelled(base_of(new, schema))
    found = _types(source, target, explicit, server, schema)
    if before != source and target.args and found.work < Work.REWRITE:
        found = replace(found, work=Work.REWRITE)  # the length of what is below a domain is looked at anew
    if found.work is Work.NONE:
        found = replace(found, work=Work.METADATA)
    if schema is not None and is_constrained_domain(new, schema):
        return replace(found, work=max(found.work, Work.REWRITE), may_fail=True)
    return found


@lru_cache(maxsize=1024)
def _spelled(type_: str) -> SqlType:
    """The one spelling of a type; the fields of an interval are said beside its name."""
    found = canonical(type_, "postgresql")
    name, _, span = found.name.partition(" ")
    return replace(found, name=name, modifiers=(span,)) if name == "interval" and span else found


def _types(old: SqlType, new: SqlType, explicit: bool, server: Server, schema: Schema | None) -> TypeChange:
    if old.array or new.array:
        return _arrays(old, new, explicit, server, schema)
    if old.name in BUILT_IN and new.name in BUILT_IN:
        needed = Allowed.EXPLICITLY if explicit else Allowed.BY_ASSIGNMENT
        found = cell(old, new, explicit, server)
        return found if allowed(old.name, new.name, server) >= needed else REFUSED
    return _of_the_user(old, new, explicit, schema)


def _arrays(old: SqlType, new: SqlType, explicit: bool, server: Server, schema: Schema | None) -> TypeChange:
    """Element by element, in which case all is written anew."""
    if old.array and new.array:
        found = _types(replace(old, array=False), replace(new, array=False), explicit, server, schema)
        return found if found.work is Work.NONE else replace(found, work=max(found.work, Work.REWRITE))
    if old.array and new.name in STRINGS:
        return cell(SqlType("array"), new, explicit, server)
    if new.array and old.name in STRINGS and explicit:
        return TypeChange(Work.REWRITE, may_fail=True)
    known = all(one.name in BUILT_IN or _labels(one, schema) is not None for one in (old, new))
    return REFUSED if known else UNKNOWN


def _of_the_user(old: SqlType, new: SqlType, explicit: bool, schema: Schema | None) -> TypeChange:
    """An enum has no casts but those by its text; of other types of the user's own nothing is known."""
    before, after = _labels(old, schema), _labels(new, schema)
    if before is not None and new.name in STRINGS:
        limit = int(new.args[0]) if new.args and new.args[0].isdigit() else 63 if new.name == "name" else None
        cuts = limit is not None and any(len(label) > limit for label in before)
        return TypeChange(Work.REWRITE, may_fail=cuts and not explicit, loses=cuts and explicit)
    if after is not None and old.name in STRINGS and explicit:
        return TypeChange(Work.REWRITE, may_fail=True)
    if (before is not None or old.name in BUILT_IN) and (after is not None or new.name in BUILT_IN):
        return REFUSED
    return UNKNOWN


def _labels(type_: SqlType, schema: Schema | None) -> tuple[str, ...] | None:
    found = None if schema is None or type_.name in BUILT_IN else object_of(type_.name, schema)
    return None if found is None else found.labels
