"""A trust folder in, whether the ledgers of its environments can be believed out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlgen.bundle.ledger.entry import Entry
from sqlgen.bundle.ledger.reading import check_links, environments, linked
from sqlgen.bundle.verify import Link, Versions, check_remembered, check_versions
from sqlgen.errors import UsageError, VerificationError, say

_HEAD = re.compile(r"([a-z0-9][a-z0-9_-]*):([1-9][0-9]*):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one environment's ledger."""

    environment: str
    entries: tuple[Entry, ...]
    """Those that could be read; all, where there is no problem."""
    head: str | None
    """`ENV:NUMBER:DIGEST` of the last entry: who keeps it elsewhere can tell later that nothing was cut off."""
    problem: VerificationError | None


def check(trust: Path, heads: Sequence[str] = ()) -> tuple[Checked, ...]:
    """Check the trust folder's versions, then every chain and every signature.

    `heads`: entries that somebody kept, as `Checked.head` gives them; the ledgers must still have them. Raises
    UsageError for one that is none, VerificationError for a trust folder that can't be believed.
    """
    kept = [_head(text) for text in heads]
    versions = check_versions(trust, everything=True)
    here = environments(trust)
    expected = (*here, *(environment for environment, _, _ in kept), *sorted(versions.memory.ledger or ()))
    return tuple(_check(trust, versions, environment, kept) for environment in dict.fromkeys(expected))


def _head(text: str) -> tuple[str, int, str]:
    found = _HEAD.fullmatch(text)
    if found is None:
        raise UsageError(
            say("{text} is no entry of a ledger", text=text),
            hint=say("Write ENV:NUMBER:DIGEST, as sqlgen ledger check prints it."),
        )
    return found[1], int(found[2]), found[3]


def _check(trust: Path, versions: Versions, environment: str, kept: Sequence[tuple[str, int, str]]) -> Checked:
    try:
        found = linked(trust, environment)
    except VerificationError as error:
        return Checked(environment, (), None, error)
    entries = tuple(entry for _, entry in found)
    head = f"{environment}:{found[-1][0].number}:{found[-1][0].digest}" if found else None
    own = [(number, digest) for name, number, digest in kept if name == environment]
    try:
        _has(found, own)
        check_remembered(versions, environment, [link for link, _ in found])
        check_links(trust, [link for link, _ in found])
    except VerificationError as error:
        return Checked(environment, entries, head, error)
    return Checked(environment, entries, head, None)


def _has(found: Sequence[tuple[Link, Entry]], kept: Sequence[tuple[int, str]]) -> None:
    for number, digest in kept:
        if not any(link.number == number and link.digest == digest for link, _ in found):
            raise VerificationError(
                say("the ledger does not have the entry that was kept ({number})", number=number),
                hint=say("Entries were cut off or replaced. Bring the trust folder up to date, then look who did it."),
            )
