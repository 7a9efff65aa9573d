"""What the ledger says and the next entry in; an error out where the ledger says that already, or the contrary."""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.bundle.ledger.entry import Entry, Receipt, Word
from sqlgen.bundle.ledger.standing import Standing, content, standing
from sqlgen.errors import SigningError, UsageError, say


def refuse_replay(entries: Sequence[Entry], entry: Entry, renews: str | None) -> None:
    """`renews`: the bundle that the entry's one renews; what is said of it holds for this one, too. Raises UsageError,
    or SigningError for one who may not say that."""
    if not isinstance(entry, Receipt | Word):
        return  # a database may be set back to the same place every week
    ids = {entry.bundle} if renews is None else {entry.bundle, renews}
    # whichever bundle brought the content there, another one with the same content may take it back
    stands = standing(entries, ids, content(entry) if entry.kind == "undone" else None)
    match entry:
        case Receipt():
            _receipt(stands, entry)
        case Word(kind="reviewed"):
            _review(stands, entry)
        case Word():
            _rejection(stands, entry)


def _receipt(stands: Standing, entry: Receipt) -> None:
    same = next((each for each in stands.receipts if each.log_sha256 == entry.log_sha256), None)
    if same is not None:
        raise UsageError(
            say("this log is in the ledger already: entry {number}, {kind}", number=same.number, kind=same.kind),
            hint=say("There is nothing to add. If the script ran once more since then, give the log of that run."),
        )
    if stands.failed is not None:
        return  # it stopped somewhere between, so that both ways may lead on
    if stands.restored is not None and stands.decided is None:
        return  # what it was set back to may hold it, or not
    if entry.kind == "applied" and stands.applied is not None:
        raise UsageError(
            say("the bundle stands applied already: entry {number}", number=stands.applied.number),
            hint=say(
                "There is nothing to add. If it was rolled back since then, record the log of rollback.sql first."
            ),
        )
    if entry.kind == "undone" and stands.applied is None:
        raise UsageError(
            say("the bundle does not stand applied, so it can't be undone"),
            hint=say("If it was applied, record the log of apply.sql first."),
        )


def _rejection(stands: Standing, entry: Word) -> None:
    own = next((each for each in stands.rejections if each.name == entry.name), None)
    if entry.kind == "rejected" and own is not None:
        raise UsageError(
            say("{name} rejected this bundle already: entry {number}", name=entry.name, number=own.number),
            hint=say("There is nothing to add: {because}", because=own.because),
        )
    if entry.kind == "withdrawn" and own is None:
        others = ", ".join(each.name for each in stands.rejections)
        raise UsageError(
            say("there is no rejection by {name} that could be withdrawn", name=entry.name),
            hint=say("Those of others stand until they withdraw them: {names}", names=others)
            if others
            else say("The ledger holds no rejection of this bundle."),
        )


def _review(stands: Standing, entry: Word) -> None:
    signed = {approval.name for receipt in stands.receipts for approval in receipt.signatures}
    if entry.name in signed:
        raise SigningError(
            say("{name} signed this bundle, and can't review it", name=entry.name),
            hint=say("Let somebody do it who did not sign it."),
        )
    if stands.review_due is None:
        raise UsageError(
            say("no review of this bundle is due"),
            hint=say("Only a bundle that was applied as an emergency needs one: sqlgen ledger status lists them."),
        )
