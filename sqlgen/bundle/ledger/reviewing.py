"""A bundle that was applied in an emergency and a key in; the review of it, as an entry of the ledger, out."""

from __future__ import annotations

import re
from pathlib import Path

from sqlgen.bundle.ledger.appending import Appended, append
from sqlgen.bundle.ledger.entry import Entry, Receipt, Word
from sqlgen.bundle.ledger.reading import entries
from sqlgen.errors import UsageError, say


def review(
    trust: Path, environment: str, bundle: str, key: Path, *, because: str, principal: str | None = None
) -> Appended:
    """Say that an emergency was looked at afterwards, and with which outcome.

    `bundle`: its id, or the first 8 digits or more. Raises UsageError where there is nothing to review, SigningError
    for one who signed the bundle or may not review there.
    """
    if not because.strip():
        raise UsageError(
            say("a review says what was found"), hint=say('Say it: --because "the index was needed; kept"')
        )
    receipt = _receipt(entries(trust, environment), bundle)
    entry = Word(
        kind="reviewed",
        because=" ".join(because.split()),
        bundle=receipt.bundle,
        content_id=receipt.content_id,
        environment=environment,
        lower=receipt.lower,
        upper=receipt.upper,
        revisions=receipt.revisions,
        breakglass=receipt.breakglass,
        database=receipt.database,
        service=receipt.service,
        ticket=receipt.ticket,
    )
    return append(trust, environment, entry, key, principal)


def _receipt(found: tuple[Entry, ...], bundle: str) -> Receipt:
    if not re.fullmatch(r"[0-9a-f]{8,64}", bundle):
        raise UsageError(
            say("{bundle} is no bundle id", bundle=bundle),
            hint=say("Give its first 8 digits or more, as sqlgen ledger status shows them."),
        )
    receipts = [each for each in found if isinstance(each, Receipt) and each.bundle.startswith(bundle)]
    if len({each.bundle for each in receipts}) != 1:
        raise UsageError(
            say("{bundle} could be several bundles of the ledger", bundle=bundle)
            if receipts
            else say("the ledger has no receipt of bundle {bundle}", bundle=bundle),
            hint=say("Give the whole id, as the receipt has it.")
            if receipts
            else say("sqlgen ledger status lists the reviews that are due."),
        )
    return receipts[-1]
