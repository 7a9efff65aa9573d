"""A bundle in, its files that were not built but brought from elsewhere out: a receipt, the bundle that it renews, and
statistics of tables.

The first two have signatures of their own, so no rebuild can make them. Nothing else may lie where they lie.
"""

from __future__ import annotations

import json

from sqlgen.bundle.build import STATS
from sqlgen.bundle.ledger.entry import Receipt, parse
from sqlgen.bundle.manifest import PromotedFrom
from sqlgen.bundle.reading import Opened
from sqlgen.bundle.renew import read_renewal
from sqlgen.errors import VerificationError, say
from sqlgen.review.document.stats import Stats
from sqlgen.review.document.stats import parse as parse_stats

_RECEIPTS, _RENEWAL = "evidence/receipts/", "renewal/"


def brought(opened: Opened) -> dict[str, bytes]:
    """File → bytes. Raises VerificationError for a renewal or a receipt that is not what the manifest says, and for a
    file that is neither."""
    read_renewal(opened)
    names = set(_receipt(opened))
    if opened.manifest.renews is not None:
        names |= {name for name in opened.digests() if name.startswith(_RENEWAL)}  # read_renewal knows them all
    for name in sorted(opened.digests().keys() - names):
        if name.startswith((_RECEIPTS, _RENEWAL)):
            raise VerificationError(
                say("the manifest knows nothing of {name}", name=name),
                hint=say("Nobody built it: ask for the bundle as sqlgen wrote it."),
            )
    return {name: opened.read(name) for name in sorted(names)}


def statistics(opened: Opened) -> Stats | None:
    """The statistics by which its review estimates; None: it was built without. Raises VerificationError for some that
    sqlgen did not write."""
    if STATS not in opened.digests() or "--stats" not in opened.manifest.options:
        return None
    return parse_stats(opened.read(STATS).decode(errors="replace"))


def _receipt(opened: Opened) -> tuple[str, ...]:
    """The receipt and its signature; nothing where the bundle was not promoted."""
    came = opened.manifest.promoted_from
    if came is None:
        return ()
    names = tuple(f"{_RECEIPTS}{came.environment}.{kind}" for kind in ("json", "sig"))
    if not set(names) <= opened.digests().keys() or not _says_so(opened, came, names[0]):
        raise VerificationError(
            say("it was promoted from {place}, and its receipt does not say so", place=came.environment),
            hint=say("Promote it again: sqlgen promote DIR --env ENV --trust TRUST -o OUT"),
        )
    return names


def _says_so(opened: Opened, came: PromotedFrom, name: str) -> bool:
    """Whether the entry is of this content, applied there by a bundle that verified; a policy asks who signed it."""
    try:
        entry = parse(json.loads(opened.read(name)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    if not isinstance(entry, Receipt) or not entry.verified:
        return False
    said = (entry.kind, entry.environment, entry.content_id)
    return said == ("applied", came.environment, opened.manifest.content_id)
