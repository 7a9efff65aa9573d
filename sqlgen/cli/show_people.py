"""What there is to say about a bundle in; who said what of it and what is missing out, as lines for people."""

from __future__ import annotations

from sqlgen.bundle.known import Earlier, RevisionChange
from sqlgen.bundle.ledger import Entry, Receipt, Restored, Word
from sqlgen.bundle.show import Claim, Shown
from sqlgen.bundle.verify import Policy
from sqlgen.cli.show_manifest import Line, Lines
from sqlgen.errors import Message, say


def who(shown: Shown) -> Lines:
    for claim in shown.claims:
        fits = _doubted(claim)
        yield (
            say("signed"),
            say(
                "{role} {principal} {key}{fits}",
                role=claim.role,
                principal=claim.principal,
                key=claim.key or say("no key"),
                fits=fits,
            ),
        )
    for each in shown.carried:
        told = say(
            "{role} {principal} {key}, from the bundle that it renews{doubt}",
            role=each.role,
            principal=each.principal,
            key=each.key,
            doubt=_doubted(each),
        )
        yield carried(each, shown.policy), told


def carried(each: Claim, policy: Policy | None) -> Message:
    if policy is None:
        return say("may carry")
    return say("carried") if each.role in policy.carry else say("not carried")


def rejected(shown: Shown) -> Lines:
    for rejection in shown.rejections:
        fits = "" if rejection.fits else say(" (not a rejection of this bundle)")
        yield (
            say("REJECTED"),
            say(
                "by {principal} at {at}: {because}{fits}",
                principal=rejection.principal,
                at=rejection.at or say("an unknown time"),
                because=rejection.because or say("no reason that can be read"),
                fits=fits,
            ),
        )
    said = {rejection.principal for rejection in shown.rejections if rejection.fits}
    for word in () if shown.ledger is None else shown.ledger.standing.rejections:
        if word.name not in said:
            yield (
                say("REJECTED"),
                say(
                    "by {name} at {at}: {because} (entry {number} of the ledger)",
                    name=word.name,
                    at=word.at,
                    because=word.because,
                    number=word.number,
                ),
            )


def missing(shown: Shown) -> Lines:
    """Conditions first: for those it is built again, and every signature with it."""
    for condition in shown.unmet:
        if condition.environment is None:
            yield say("missing"), say("ticket: the policy needs one (--ticket)")
        elif condition.found:
            yield (
                say("missing"),
                say(
                    "receipt of {env}: the one that is there does not say, signed, that this was applied",
                    env=condition.environment,
                ),
            )
        else:
            yield (
                say("missing"),
                say("receipt of {env}: apply it there first, then promote it", env=condition.environment),
            )
    for role in shown.missing:
        more = say("; a policy that carries it counts {count} more", count=role.carried) if role.carried else ""
        yield (
            say("missing"),
            say(
                "{role}: {have} of {need}{more}",
                role=role.role,
                have=role.have,
                need=role.need,
                more=more,
            ),
        )


def doubt(claim: Claim) -> Message | None:
    """Why a signature does not count; None where nothing says that it does not."""
    if not claim.fits:
        return say("not a signature of this bundle")
    return say("not allowed by the trust folder") if claim.allowed is False else None


def _doubted(claim: Claim) -> Message | str:
    """The same behind a sentence."""
    why = doubt(claim)
    return "" if why is None else say(" ({why})", why=why)


def ledger(shown: Shown) -> Lines:
    if shown.ledger is None:
        return
    for entry in shown.ledger.entries:
        yield _entry(entry)
    if not shown.ledger.entries:
        yield say("ledger"), say("says nothing of it")
    for each in shown.ledger.earlier:
        yield from _earlier(each)


def _entry(entry: Entry) -> Line:
    if isinstance(entry, Receipt):
        more = say("; {result}", result=entry.result) if entry.result else ""
        unverified = "" if entry.verified else say("; the bundle did not verify: {why}", why=entry.why_not)
        more = f"{more}{unverified}"
    else:
        more = say(": {because}", because=entry.because) if isinstance(entry, Word | Restored) else ""
    told = say(
        "{number}, {kind} at {at} by {name}{more}",
        number=entry.number,
        kind=_kind(entry.kind),
        at=entry.at,
        name=entry.name,
        more=more,
    )
    return say("ledger"), told


def _kind(kind: str) -> Message | str:
    match kind:
        case "applied":
            return say("applied")
        case "failed":
            return say("failed")
        case "undone":
            return say("undone")
        case "rejected":
            return say("rejected")
        case "withdrawn":
            return say("withdrawn")
        case "reviewed":
            return say("reviewed")
        case "restored":
            return say("restored")
        case _:
            return kind


def _earlier(each: Earlier) -> Lines:
    said = each.rejection
    told = say(
        "{bundle} was rejected by {name} at {at}: {because}",
        bundle=f"{said.bundle[:12]}…",
        name=said.name,
        at=said.at,
        because=said.because,
    )
    yield say("earlier"), told
    for change in each.changes:
        yield say("since then"), _change(change)
    if each.same_content:
        yield say("since then"), say("the statements did not change")
    elif not each.changes:
        yield say("since then"), say("no revision's file changed, but the statements did")


def _change(change: RevisionChange) -> Message:
    match change.how:
        case "new":
            return say("new: {revision}", revision=change.id)
        case "gone":
            return say("gone: {revision}", revision=change.id)
        case _:
            return say("changed: {revision}", revision=change.id)


def notes(shown: Shown) -> Lines:
    """What to make of all this."""
    manifest = shown.manifest
    if manifest is not None and manifest.breakglass is not None and shown.policy is None and shown.refusal is None:
        emergency = say("who must sign an emergency is said by the breakglass policy of a trust folder (--trust)")
        yield say("note"), emergency
    if shown.verified:
        yield say("verified"), say("the trust folder accepts it for this environment")
    elif (shown.claims or shown.carried or shown.rejections) and shown.refusal is None:
        yield say("note"), say("signatures are shown as they claim; only a trust folder can tell who signed (--trust)")
