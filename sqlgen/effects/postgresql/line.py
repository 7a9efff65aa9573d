"""A line of PostgreSQL's table: what one kind of statement does, before the names of its tables are filled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from sqlgen.effects.model import Blocks, Commits, Effect, Lock, Work
from sqlgen.facts.vocabulary import Name

__all__ = [
    "ACCESS_EXCLUSIVE",
    "ACCESS_SHARE",
    "EXCLUSIVE",
    "MANUAL",
    "ROW_EXCLUSIVE",
    "ROW_SHARE",
    "SHARE",
    "SHARE_ROW_EXCLUSIVE",
    "SHARE_UPDATE_EXCLUSIVE",
    "Line",
    "heaviest",
    "lock",
]

MANUAL = "https://www.postgresql.org/docs/current/"

ACCESS_SHARE = "ACCESS SHARE"
ROW_SHARE = "ROW SHARE"
ROW_EXCLUSIVE = "ROW EXCLUSIVE"
SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
SHARE = "SHARE"
SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
EXCLUSIVE = "EXCLUSIVE"
ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"

# PostgreSQL 17, table 13.2 Conflicting Lock Modes: a query takes ACCESS SHARE, a write ROW EXCLUSIVE, and VACUUM, most
# of what works CONCURRENTLY and some ALTER TABLE take SHARE UPDATE EXCLUSIVE. CREATE INDEX takes SHARE: ROW EXCLUSIVE
# keeps it waiting, as it does all stronger ones.
BLOCKS = {
    ACCESS_SHARE: Blocks.NOTHING,
    ROW_SHARE: Blocks.NOTHING,
    ROW_EXCLUSIVE: Blocks.NOTHING,
    SHARE_UPDATE_EXCLUSIVE: Blocks.SCHEMA,
    SHARE: Blocks.WRITES,
    SHARE_ROW_EXCLUSIVE: Blocks.WRITES,
    EXCLUSIVE: Blocks.WRITES,
    ACCESS_EXCLUSIVE: Blocks.ALL,
}


def lock(table: Name, mode: str, *, brief: bool = False, blocks: Blocks | None = None) -> Lock:
    """A lock, with what its mode blocks. `blocks`: where an index that is locked too blocks more than that."""
    return Lock(table, mode, BLOCKS.get(mode, Blocks.ALL) if blocks is None else blocks, brief)


@dataclass(frozen=True, slots=True)
class Line:
    """What one kind of statement does. Fields that `Effect` has too mean the same."""

    id: str
    work: Work
    mode: str = ""
    """The lock on the table that the statement names; the empty string for none."""
    source: str = ""
    """A page of the manual, or a file of PostgreSQL's source."""
    more_sources: tuple[str, ...] = ()
    commits: Commits = Commits.WITH
    reversible: bool = True
    destroys: bool = False
    breaks: bool = False
    may_fail: bool = False
    proven: bool = True

    def on(self, *tables: Name | None, locks: Iterable[Lock] = (), reads: Iterable[Name] = ()) -> Effect:
        """The effect on these tables, which are locked in the line's mode and worked on.

        `locks`: on other tables, or other locks on these. `reads`: other tables that are worked on.
        """
        named = tuple(table for table in tables if table is not None)
        taken = (*(lock(table, self.mode) for table in named if self.mode), *locks)
        return Effect(
            self.id,
            self.work,
            tuple(dict.fromkeys(taken)),
            tuple(dict.fromkeys((*named, *reads))) if self.work >= Work.ROWS else (),
            self.commits,
            None,
            self.reversible,
            self.destroys,
            self.breaks,
            self.may_fail,
            _urls(self.source, self.more_sources),
            self.proven,
        )


@cache
def _urls(source: str, more: tuple[str, ...]) -> tuple[str, ...]:
    """Pages of the manual with its address; files of the source as they are."""
    return tuple(f"{MANUAL}{one}" if ".html" in one else one for one in (source, *more) if one)


def heaviest(effects: Iterable[Effect]) -> Effect:
    """Several things that one statement does at once: the line of the heaviest, what any of them does besides."""
    every = tuple(effects)
    main = max(every, key=lambda one: one.work)
    if len(every) == 1:
        return main
    return replace(
        main,
        locks=tuple(dict.fromkeys(lock for one in every for lock in one.locks)),
        worked_on=tuple(dict.fromkeys(table for one in every for table in one.worked_on)),
        reversible=all(one.reversible for one in every),
        destroys=any(one.destroys for one in every),
        breaks=any(one.breaks for one in every),
        may_fail=any(one.may_fail for one in every),
        sources=tuple(dict.fromkeys(source for one in every for source in one.sources)),
        proven=all(one.proven for one in every),
    )
