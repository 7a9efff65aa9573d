"""Entries of one environment in, where each service stands there out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlgen.bundle.ledger.entry import Entry, Receipt, Restored
from sqlgen.bundle.ledger.standing import same_content, standing
from sqlgen.errors import Message, say

_UNTOUCHED = re.compile(
    r"; nothing was changed$|everything was rolled back$|^NOT APPLIED: the guard at the top refused"
)

_AT = re.compile(r"\bat \{([^{}?]*)\}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one service stands in one environment."""

    service: str | None
    database: str | None
    """Of the last entry."""
    decided: Receipt | Restored | None
    """The entry by which it stands where it does; None: nothing was ever applied there. A run that found the same
    content applied already is not that."""
    failed: Receipt | None
    """A failure with no success of the service behind it, whose bundle nobody rejected since, on a database that was
    not set back since."""

    @property
    def heads(self) -> tuple[str, ...] | None:
        """The rows of the version table; None: the ledger does not know."""
        if self.decided is None:
            return None
        if isinstance(self.decided, Restored):
            return self.decided.rows
        return self.decided.upper if self.decided.kind == "applied" else self.decided.lower

    @property
    def in_the_middle(self) -> bool:
        """Whether the failure may have left the database between two places."""
        if self.failed is None:
            return False
        return not untouched(self.failed)

    @property
    def stopped(self) -> tuple[str, ...] | None:
        """The rows at which the failure left it, by its result; None: there is none, or it does not say."""
        found = _AT.search(self.failed.result or "") if self.failed is not None and self.in_the_middle else None
        return None if found is None else tuple(sorted(filter(None, found[1].split(","))))

    @property
    def was_there(self) -> bool:
        """Whether what failed is what stands applied: it was run once more, or a wrong log was recorded."""
        done, failed = self.decided, self.failed
        return (
            done is not None
            and failed is not None
            and failed.script != "rollback.sql"
            and isinstance(done, Receipt)
            and done.kind == "applied"
            and same_content(done, failed)
        )


def way_out(place: Place) -> Message:
    """What settles the failure."""
    if place.was_there:
        assert place.decided is not None
        return say(
            "Entry {number} says that it was applied before. If it is, run apply.sql once more and record its log, "
            "which says ALREADY APPLIED: sqlgen receipt. The next bundle that is applied settles it, too.",
            number=place.decided.number,
        )
    return say(
        "Run it to its end or roll it back, and record that: sqlgen receipt. If it was never run, reject the bundle: "
        "sqlgen sign --reject --because WORDS."
    )


def untouched(receipt: Receipt) -> bool:
    """Whether a failure left the database as it was, by the words of its result."""
    result, back = receipt.result or "", receipt.script == "rollback.sql"
    at_start = f"NOT APPLIED yet: at {{{','.join(receipt.upper if back else receipt.lower)}}}; "
    # SQLite's scripts are one transaction; a way back may begin in the middle of an upgrade
    undone = "nothing stands before the end" in result or ("it is rolled back if it fails" in result and not back)
    return bool(_UNTOUCHED.search(result)) or (result.startswith(at_start) and undone)


def places(entries: Sequence[Entry]) -> tuple[Place, ...]:
    """A place for each service, sorted; where no service is said, for each database."""
    groups: dict[tuple[str, str], list[Receipt | Restored]] = {}
    for entry in entries:
        if isinstance(entry, Receipt | Restored):
            key = (entry.service, "") if entry.service is not None else ("", entry.database or "")
            groups.setdefault(key, []).append(entry)
    return tuple(_place(entries, groups[key]) for key in sorted(groups))


def place_of(entries: Sequence[Entry], service: str | None, revisions: Collection[str]) -> Place | None:
    """Where this service stands; without a name, what the ledger says of these revisions and names no service for.

    None: the ledger says nothing of it.
    """
    own = [entry for entry in entries if isinstance(entry, Receipt | Restored) and entry.service == service]
    if service is None:
        databases = {each.database for each in own if _holds(each, revisions)}
        own = [
            each
            for each in own
            if _holds(each, revisions) or (isinstance(each, Restored) and each.database in databases)
        ]
    return _place(entries, own) if own else None


def _holds(entry: Receipt | Restored, revisions: Collection[str]) -> bool:
    """Whether it is a run of a bundle with one of these revisions."""
    return isinstance(entry, Receipt) and any(each.id in revisions for each in entry.revisions)


def _place(entries: Sequence[Entry], own: Sequence[Receipt | Restored]) -> Place:
    last = own[-1]
    decided: Receipt | Restored | None = None
    for each in own:
        if isinstance(each, Restored) or (each.kind != "failed" and not _again(decided, each)):
            decided = each
    failed = last if isinstance(last, Receipt) and last.kind == "failed" else None
    if failed is not None and standing(entries, {failed.bundle}).rejections:
        failed = None
    return Place(last.service, last.database, decided, failed)


def _again(before: Receipt | Restored | None, now: Receipt) -> bool:
    """Whether a run found nothing to do, since an earlier one had brought the same content there."""
    if not isinstance(before, Receipt):
        return False
    found = now.kind == before.kind and (now.result or "").startswith("ALREADY APPLIED")
    return found and same_content(before, now)
