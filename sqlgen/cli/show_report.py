"""What there is to say about a bundle in, lines for people or JSON out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from sqlgen.bundle.show import Shown
from sqlgen.cli import show_manifest, show_people
from sqlgen.cli.show_manifest import Line, Lines
from sqlgen.errors import say
from sqlgen.messages import cells, visible
from sqlgen.review.document.model import Document

_SCHEMA = "sqlgen.show/1"
_LABELS = 11
"""Cells of the widest label in English."""


def text(said: Iterable[Line]) -> str:
    """Lines with their labels in a column, by the cells that they take on a terminal."""
    told = [(str(label), value if isinstance(value, str) else str(value)) for label, value in said]
    width = max([_LABELS, *(cells(label) for label, _ in told)])
    return "".join(f"{label}{' ' * (width - cells(label))}  {visible(value)}\n" for label, value in told)


def lines(shown: Shown) -> Lines:
    """What people read: who rejected it, what it is, what to know before it is applied, who signed, what is missing."""
    if shown.manifest is None:
        return
    yield from show_people.rejected(shown)
    yield say("bundle id"), shown.bundle_id or say("none: the files are not those that were built")
    yield from of_manifest(shown)
    yield from show_people.who(shown)
    yield from show_people.missing(shown)
    yield from show_people.ledger(shown)
    yield from show_people.notes(shown)


def of_manifest(shown: Shown) -> Lines:
    """All that the manifest says."""
    if shown.manifest is not None:
        yield from show_manifest.what(shown.manifest)
        yield from show_manifest.where(shown.manifest)
        yield from show_manifest.when(shown.manifest, expired=shown.expired)
        yield from show_manifest.beware(shown.manifest)


def as_json(shown: Shown, review: Document | None) -> str:
    """The same as JSON; the manifest is as in MANIFEST.json, and of a review that is believed there is the verdict."""
    document: dict[str, Any] = {
        "schema": _SCHEMA,
        "bundle_id": shown.bundle_id,
        "problem": None if shown.problem is None else str(shown.problem),
        "expired": shown.expired,
        "verified": shown.verified,
        "refusal": None if shown.refusal is None else str(shown.refusal),
        "manifest": None if shown.manifest is None else json.loads(shown.manifest.to_text()),
        **{
            name: [dataclasses.asdict(each) for each in getattr(shown, name)]
            for name in ("claims", "carried", "rejections", "missing", "unmet")
        },
        "policy": None,
        "ledger": None,
        "verdict": None if review is None else {"light": review.verdict.light, "title": review.verdict.title},
    }
    if shown.policy is not None:
        document["policy"] = {
            "roles": dict(shown.policy.roles),
            "after": list(shown.policy.after),
            "carry": sorted(shown.policy.carry),
            "ticket": shown.policy.ticket,
        }
    if shown.ledger is not None:
        document["ledger"] = {
            "entries": [json.loads(each.to_text()) for each in shown.ledger.entries],
            "earlier": [
                {
                    "rejection": json.loads(each.rejection.to_text()),
                    "same_content": each.same_content,
                    "changes": [dataclasses.asdict(change) for change in each.changes],
                }
                for each in shown.ledger.earlier
            ],
        }
    return json.dumps(document, indent=2) + "\n"
