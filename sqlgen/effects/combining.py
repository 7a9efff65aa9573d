"""The effects of several actions of one statement in, the effect of the statement out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlgen.effects.model import Algorithm, Commits, Effect, Lock, Work

__all__ = ["combined"]


def combined(effects: Sequence[Effect]) -> Effect | None:
    """What several actions do that one statement makes together; None where there are none.

    The heaviest decides: the strongest lock of each table, the most work, the heaviest algorithm. The line is that of
    the heaviest action; it counts as proven where each action is.

    MySQL and MariaDB: dropping a primary key copies the table, but another one in the same statement makes it a
    rebuild that lets writes go on (MySQL 8.4, 17.12.1, Primary Key Operations).
    """
    if not effects:
        return None
    effects = _with_new_key(effects)
    heaviest = max(effects, key=_weight)
    known = [effect.algorithm for effect in effects if effect.algorithm is not None]
    commits = {effect.commits for effect in effects}
    return replace(
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


def _with_new_key(effects: Sequence[Effect]) -> Sequence[Effect]:
    lines = {effect.line for effect in effects}
    if "drop-primary-key" not in lines or not lines & {"add-primary-key", "add-primary-key-special-index"}:
        return effects
    return [effect for effect in effects if effect.line != "drop-primary-key"]
