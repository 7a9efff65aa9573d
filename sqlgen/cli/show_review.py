"""What there is to say about a bundle in; its review out, and who signed it, as html and terminal show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.bundle.reviewed import contradiction
from sqlgen.bundle.show import Shown
from sqlgen.cli import show_people
from sqlgen.cli.show_manifest import Lines
from sqlgen.errors import Message, UsageError, VerificationError, say
from sqlgen.messages import speaking
from sqlgen.review.document import file
from sqlgen.review.document.model import Document, Light, Row, Signature, Signed

REVIEW = "review.json"


def review(shown: Shown) -> Document | None:
    """None for a bundle without one, and for files that are not those that were built.

    Raises VerificationError for a review.json that is none, or that says otherwise than the manifest and the scripts.
    """
    manifest, text = shown.manifest, shown.texts.get(REVIEW)
    if manifest is None or text is None:
        return None
    document = file.read(text)
    scripts = {name: script for name, script in shown.texts.items() if name != REVIEW}
    if (wrong := contradiction(document, manifest, scripts)) is not None:
        raise VerificationError(
            wrong,
            hint=say("Don't trust this bundle: ask where it was built. sqlgen bundle --check builds it again."),
        )
    return document


@dataclass(frozen=True, slots=True)
class Looked:
    """A bundle's review, or why it is not to be believed; neither of a bundle without one."""

    document: Document | None = None
    problem: VerificationError | None = None


def look(shown: Shown) -> Looked:
    """Read the review and compare it with the scripts: once, for all that is shown of it."""
    try:
        return Looked(review(shown))
    except VerificationError as problem:
        return Looked(problem=problem)


def screen(document: Document, shown: Shown, color: str) -> str:
    """The review on one screen, and who signed it."""
    from sqlgen.cli.review_screen import render

    with speaking(document.language):
        who = signed(shown)
    return render(document, color, who)


def page(shown: Shown, looked: Looked) -> str:
    """review.html of the bundle, with its id and who signed it, in the language of the review.

    Raises UsageError for a bundle that has none, VerificationError for one that was changed, or is not believed.
    """
    from sqlgen.review import faces, html

    if shown.bundle_id is None and shown.problem is not None:
        raise shown.problem
    if looked.problem is not None:
        raise looked.problem
    document = looked.document
    if document is None:
        raise UsageError(
            say("this bundle has no review.json, which its page is made from"),
            hint=say("Read its review.md; or build it again."),
        )
    scripts = {name: shown.texts[name] for name in faces.SHOWN if name in shown.texts}
    with speaking(document.language):
        who = signed(shown)
    return html.render(document, scripts, who)


def signed(shown: Shown) -> Signed:
    """What is known only once it is signed, in the language that is spoken."""
    state, title = _state(shown)
    rows = [
        *show_people.rejected(shown),
        *_until(shown),
        *show_people.missing(shown),
        *show_people.ledger(shown),
        *((label, told) for label, told in show_people.notes(shown) if told != title),
        (say("note"), say("the review is the word of who built it: sqlgen bundle --check makes it again")),
    ]
    return Signed(
        shown.bundle_id,
        state,
        str(title),
        tuple(_signatures(shown)),
        tuple(Row(str(label), str(told)) for label, told in rows),
    )


def _until(shown: Shown) -> Lines:
    if shown.manifest is not None and shown.manifest.expires is not None:
        gone = say(" (expired)") if shown.expired else ""
        yield say("expires"), say("{expires}{gone}", expires=shown.manifest.expires, gone=gone)


def _state(shown: Shown) -> tuple[Light, Message]:
    """The worst that holds, in a sentence."""
    if shown.problem is not None:
        return "red", say("this bundle is not as it was built: {why}", why=shown.problem.message)
    if any(True for _ in show_people.rejected(shown)):
        return "red", say("somebody has rejected this bundle")
    if shown.refusal is not None:
        return "red", say("the trust folder refuses it: {why}", why=shown.refusal.message)
    if shown.expired:
        return "red", say("this bundle has expired")
    if shown.verified:
        return "green", say("the trust folder accepts it for this environment")
    if shown.missing or not shown.claims:
        return "yellow", say("signatures are missing")
    return "yellow", say("signatures are shown as they claim; only a trust folder can tell who signed (--trust)")


def _signatures(shown: Shown) -> Iterator[Signature]:
    for claim in shown.claims:
        yield Signature(claim.role, claim.principal, claim.key, claim.counts, str(show_people.doubt(claim) or ""))
    for claim in shown.carried:
        told = say("{carried}, from the bundle that it renews", carried=show_people.carried(claim, shown.policy))
        counts = claim.counts and shown.policy is not None and claim.role in shown.policy.carry
        yield Signature(claim.role, claim.principal, claim.key, counts, str(show_people.doubt(claim) or told))
