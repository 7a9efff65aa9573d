"""What was done with bundles, environment by environment: entries in, the ledger of a trust folder out, and back."""

from __future__ import annotations

from sqlgen.bundle.ledger.appending import Appended, append
from sqlgen.bundle.ledger.entry import Approval, Entry, OfBundle, Receipt, Recorded, Restored, Word, about, word
from sqlgen.bundle.ledger.reading import believed, entries, environments, linked, signed
from sqlgen.bundle.ledger.standing import Standing, standing

__all__ = [
    "Appended",
    "Approval",
    "Entry",
    "OfBundle",
    "Receipt",
    "Recorded",
    "Restored",
    "Standing",
    "Word",
    "about",
    "append",
    "believed",
    "entries",
    "environments",
    "linked",
    "signed",
    "standing",
    "word",
]
