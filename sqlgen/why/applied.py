"""A trust folder and a service in, what its ledgers say of each revision out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlgen.bundle.ledger import Entry, Receipt, Restored, Word, environments, signed, standing


@dataclass(frozen=True, slots=True)
class Applied:
    """A run of a bundle that holds the revision."""

    environment: str
    receipt: Receipt
    sha256: str
    """Of the revision's file, as it was in the bundle."""
    reviews: tuple[Word, ...] = ()
    """Of the emergency that it was, by people who did not sign the bundle."""
    restored: Restored | None = None
    """The first entry behind it by which its database was set back: it may hold the revision still, or not."""

    @property
    def review_due(self) -> bool:
        """Whether nobody has looked at the emergency since."""
        return bool(self.receipt.breakglass) and not self.reviews


def runs(trust: Path, service: str | None) -> Mapping[str, tuple[Applied, ...]]:
    """Revision → the runs of its bundles, by environment and number. Without a name all services count.

    Raises VerificationError for a ledger that can't be believed.
    """
    found: dict[str, list[Applied]] = {}
    for environment in environments(trust):
        entries = signed(trust, environment)
        for entry in entries:
            if isinstance(entry, Receipt) and service in (None, entry.service):
                reviews, restored = _reviews(entries, entry), _set_back(entries, entry)
                for revision in entry.revisions:
                    run = Applied(environment, entry, revision.sha256, reviews, restored)
                    found.setdefault(revision.id, []).append(run)
    return {revision: tuple(each) for revision, each in found.items()}


def _reviews(entries: Sequence[Entry], receipt: Receipt) -> tuple[Word, ...]:
    """Those behind the receipt of an emergency."""
    if not receipt.breakglass:
        return ()
    return tuple(each for each in standing(entries, {receipt.bundle}).reviews if each.number > receipt.number)


def _set_back(entries: Sequence[Entry], receipt: Receipt) -> Restored | None:
    behind = (each for each in entries if isinstance(each, Restored) and each.number > receipt.number)
    return next((each for each in behind if each.place == receipt.place), None)
