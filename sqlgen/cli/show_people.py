"""What there is to say about a bundle in; who said what of it and what is missing out, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.bundle.known import Earlier
from sqlgen.bundle.ledger import Entry, Receipt, Restored, Word
from sqlgen.bundle.show import Claim, Shown
from sqlgen.bundle.verify import Policy
from sqlgen.errors import Message, say

Lines = Iterator[Message | str]


def who(shown: Shown) -> Lines:
    for claim in shown.claims:
        fits = _doubt(claim)
        yield say(
            "signed       {role} {principal} {key}{fits}",
            role=claim.role,
            principal=claim.principal,
            key=claim.key or say("no key"),
            fits=fits,
        )
    for each in shown.carried:
        yield say(
            "{carried}{role} {principal} {key}, from the bundle that it renews{doubt}",
            carried=_carried(each, shown.policy),
            role=each.role,
            principal=each.principal,
            key=each.key,
            doubt=_doubt(each),
        )


def _carried(each: Claim, policy: Policy | None) -> Message:
    if policy is None:
        return say("may carry    ")
    return say("carried      ") if each.role in policy.carry else say("not carried  ")


def rejected(shown: Shown) -> Lines:
    for rejection in shown.rejections:
        fits = "" if rejection.fits else say(" (not a rejection of this bundle)")
        yield say(
            "REJECTED     by {principal} at {at}: {because}{fits}",
            principal=rejection.principal,
            at=rejection.at or say("an unknown time"),
            because=rejection.because or say("no reason that can be read"),
            fits=fits,
        )
    said = {rejection.principal for rejection in shown.rejections if rejection.fits}
    for word in () if shown.ledger is None else shown.ledger.standing.rejections:
        if word.name not in said:
            yield say(
                "REJECTED     by {name} at {at}: {because} (entry {number} of the ledger)",
                name=word.name,
                at=word.at,
                because=word.because,
                number=word.number,
            )


def missing(shown: Shown) -> Lines:
    """Conditions first: for those it is built again, and every signature with it."""
    for condition in shown.unmet:
        if condition.environment is None:
            yield say("missing      ticket: the policy needs one (--ticket)")
        elif condition.found:
            yield say(
                "missing      receipt of {env}: the one that is there does not say, signed, that this was applied",
                env=condition.environment,
            )
        else:
            yield say("missing      receipt of {env}: apply it there first, then promote it", env=condition.environment)
    for role in shown.missing:
        more = say("; a policy that carries it counts {count} more", count=role.carried) if role.carried else ""
        yield say(
            "missing      {role}: {have} of {need}{more}",
            role=role.role,
            have=role.have,
            need=role.need,
            more=more,
        )


def _doubt(claim: Claim) -> Message | str:
    if not claim.fits:
        return say(" (not a signature of this bundle)")
    return say(" (not allowed by the trust folder)") if claim.allowed is False else ""


def ledger(shown: Shown) -> Lines:
    if shown.ledger is None:
        return
    for entry in shown.ledger.entries:
        yield _entry(entry)
    if not shown.ledger.entries:
        yield say("ledger       says nothing of it")
    for each in shown.ledger.earlier:
        yield from _earlier(each)


def _entry(entry: Entry) -> Message:
    if isinstance(entry, Receipt):
        more = say("; {result}", result=entry.result) if entry.result else ""
        unverified = "" if entry.verified else say("; the bundle did not verify: {why}", why=entry.why_not)
        more = f"{more}{unverified}"
    else:
        more = say(": {because}", because=entry.because) if isinstance(entry, Word | Restored) else ""
    return say(
        "ledger       {number}, {kind} at {at} by {name}{more}",
        number=entry.number,
        kind=entry.kind,
        at=entry.at,
        name=entry.name,
        more=more,
    )


def _earlier(each: Earlier) -> Lines:
    said = each.rejection
    yield say(
        "earlier      {bundle} was rejected by {name} at {at}: {because}",
        bundle=f"{said.bundle[:12]}…",
        name=said.name,
        at=said.at,
        because=said.because,
    )
    for change in each.changes:
        yield say("  since then {how}: {id}", how=change.how, id=change.id)
    if each.same_content:
        yield say("  since then the statements did not change")
    elif not each.changes:
        yield say("  since then no revision's file changed, but the statements did")
