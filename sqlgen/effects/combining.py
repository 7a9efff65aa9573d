"""The effects of several actions of one statement in, the effect of the statement out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlgen.effects.model import Algorithm, Blocks, Commits, Effect, Lock, Work

__all__ = ["combined"]


def combined(effects: Sequence[Effect]) -> Effect | None:
    """What several actions do that one statement makes together; None where there are none.

    The heaviest decides: the strongest lock of each table, the most work, the heaviest algorithm. The line is that of
    the heaviest action; it counts as proven where each action is. In MySQL and MariaDB some actions are heavier
    together than each alone, and a new primary key is lighter beside the drop of the old one.
    """
    if not effects:
        return None
    effects = _with_new_key(effects)
    heaviest = max(effects, key=_weight)
    known = [effect.algorithm for effect in effects if effect.algorithm is not None]
    commits = {effect.commits for effect in effects}
    whole = replace(
        heaviest,
        work=max(effect.work for effect in effects),
        locks=_strongest([lock for effect in effects for lock in effect.locks]),
        worked_on=tuple(dict.fromkeys(name for effect in effects for name in effect.worked_on)),
        commits=next(one for one in (Commits.ALONE, Commits.IMPLICITLY, Commits.WITH) if one in commits),
        algorithm=max(known, default=None),
        reversible=all(effect.reversible for effect in effects),
        destroys=any(effect.destroys for effect in effects),
        breaks=any(effect.breaks for effect in effects),
        may_fail=any(effect.may_fail for effect in effects),
        sources=tuple(dict.fromkeys(source for effect in effects for source in effect.sources)),
        proven=all(effect.proven for effect in effects),
    )
    return _heavier_together(whole, effects)


def _weight(effect: Effect) -> tuple[Work, Algorithm, int]:
    blocks = max((lock.blocks for lock in effect.locks if not lock.brief), default=0)
    return effect.work, effect.algorithm or Algorithm.INSTANT, blocks


def _strongest(locks: Sequence[Lock]) -> tuple[Lock, ...]:
    """Of each table the strongest lock that is held, and the strongest brief one."""
    found: dict[tuple[object, bool], Lock] = {}
    for lock in locks:
        key = (lock.table, lock.brief)
        if key not in found or found[key].blocks < lock.blocks:
            found[key] = lock
    return tuple(found.values())


# ---- MySQL and MariaDB. MySQL 8.4, 17.12.1, Primary Key Operations and Column Operations; MariaDB seen on a server.


def _with_new_key(effects: Sequence[Effect]) -> Sequence[Effect]:
    """Dropping a primary key copies the table; with another one in its place it is a rebuild that lets writes go on."""
    lines = {effect.line for effect in effects}
    if "drop-primary-key" not in lines or not lines & {"add-primary-key", "add-primary-key-special-index"}:
        return effects
    return [effect for effect in effects if effect.line != "drop-primary-key"]


_ROW_CHANGES = (
    "add-column", "add-column-check", "drop-column", "drop-column-indexed", "drop-stored-column", "move-column",
)  # fmt: skip
"""What is made at once by a note of how rows look from now on. Where it can't be made so, the table is rebuilt."""


def _heavier_together(whole: Effect, effects: Sequence[Effect]) -> Effect:
    if whole.algorithm in (None, Algorithm.COPY):
        return whole
    lines = {effect.line for effect in effects}
    if "rename-column" in lines and lines & {"add-virtual-column", "drop-virtual-column"}:
        return _made_by(whole, "rename-beside-virtual-column", Algorithm.COPY, "SHARED_NO_WRITE", Blocks.WRITES)
    changes = [effect for effect in effects if effect.line in _ROW_CHANGES and effect.work is Work.METADATA]
    # An index can't be built beside it; MySQL makes nothing at all beside it that is not INSTANT as well.
    others = any(effect.work is Work.INDEX or effect.algorithm is Algorithm.INPLACE for effect in effects)
    if changes and others and whole.work < Work.REWRITE:
        return _made_by(whole, "rebuild-by-several-actions", Algorithm.INPLACE, "SHARED_UPGRADABLE", Blocks.SCHEMA)
    return whole


def _made_by(whole: Effect, line: str, algorithm: Algorithm, mode: str, blocks: Blocks) -> Effect:
    table = whole.locks[0].table
    locks = _strongest([*whole.locks, Lock(table, mode, blocks)])
    return replace(whole, line=line, work=Work.REWRITE, algorithm=algorithm, locks=locks, worked_on=(table,))
