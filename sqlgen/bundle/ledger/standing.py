"""Entries of one environment in, how a bundle stands there out: the one place where that is decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlgen.bundle.ledger.entry import Entry, OfBundle, Receipt, Restored, Word


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger says of a bundle, and of the one that it renews."""

    receipts: tuple[Receipt, ...] = ()
    """All of them, in their order."""
    rejections: tuple[Word, ...] = ()
    """Those that stand: nobody took them back."""
    reviews: tuple[Word, ...] = ()
    """By people who did not sign the bundle."""
    restored: Restored | None = None
    """The last entry by which its database was set back: no receipt before it says what is there now."""

    @property
    def since(self) -> tuple[Receipt, ...]:
        """The receipts since the database was set back."""
        return tuple(each for each in self.receipts if self.restored is None or each.number > self.restored.number)

    @property
    def decided(self) -> Receipt | None:
        """The last receipt that says where the database is now: applied or undone."""
        return next((each for each in reversed(self.since) if each.kind != "failed"), None)

    @property
    def back_open(self) -> Receipt | None:
        """A run of rollback.sql that failed, with no success behind it: it may be applied, or not."""
        return self.failed if self.failed is not None and self.failed.script == "rollback.sql" else None

    @property
    def applied(self) -> Receipt | None:
        """The receipt by which it stands applied."""
        return self.decided if self.decided is not None and self.decided.kind == "applied" else None

    @property
    def undone(self) -> Receipt | None:
        """The receipt by which it was applied and stands no more."""
        return self.decided if self.decided is not None and self.decided.kind == "undone" else None

    @property
    def failed(self) -> Receipt | None:
        """A failure with no success behind it, on a database that was not set back since."""
        return self.since[-1] if self.since and self.since[-1].kind == "failed" else None

    @property
    def review_due(self) -> Receipt | None:
        """The first receipt of an emergency with no review behind it."""
        seen = self.reviews[-1].number if self.reviews else 0
        return next((each for each in self.receipts if each.breakglass and each.number > seen), None)


Content = tuple[str, str | None, str | None]
"""A content id, and the service and the database that it is for."""


def content(entry: OfBundle) -> Content:
    """What an entry's bundle does, and to whom; others with the same one do the same."""
    return entry.content_id, *entry.place


def same_content(one: OfBundle, other: OfBundle) -> bool:
    """Whether their bundles do the same to the same database."""
    return content(one) == content(other)


def standing(entries: Iterable[Entry], bundles: Collection[str], alike: Content | None = None) -> Standing:
    """How a bundle stands. `bundles`: its id, and the id of the bundle that it renews. `alike`: receipts of all bundles
    with this content count, too."""
    receipts: list[Receipt] = []
    rejections: dict[str, Word] = {}
    reviews: list[Word] = []
    restored = None
    places = set() if alike is None else {alike[1:]}
    for entry in entries:
        own = isinstance(entry, OfBundle) and entry.bundle in bundles
        match entry:
            case Restored():
                restored = entry if entry.place in places else restored
            case Receipt() if own or content(entry) == alike:
                receipts.append(entry)
                places.add(entry.place)
            case _ if not own:
                pass
            case Word(kind="rejected"):
                rejections[entry.name] = entry
            case Word(kind="withdrawn"):
                rejections.pop(entry.name, None)
            case Word():
                reviews.append(entry)
    signed = {approval.name for receipt in receipts for approval in receipt.signatures}
    counted = tuple(each for each in reviews if each.name not in signed)
    return Standing(tuple(receipts), tuple(rejections.values()), counted, restored)
