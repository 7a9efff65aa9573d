"""Two versions of a trust folder in, what changed in words out: what a root key's owner reads before signing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlgen.bundle.trust.draft import REVOKED_BUNDLES, REVOKED_KEYS, ROOTS, SIGNERS, Draft, entries
from sqlgen.bundle.trust.keys import role_of, signers
from sqlgen.bundle.verify import Signer, fingerprint_of
from sqlgen.errors import Message, say
from sqlgen.messages import apart


def changes(before: Draft | None, after: Draft) -> tuple[Message, ...]:
    """What a version changes, those who lose something first. `before` None: all that the first version says.

    Never empty where the files differ: where only comments or the order of lines do, it says so.
    """
    old, new = before or Draft({}), after
    said = (
        *_root_keys(old, new, need=None if before is None else before.need),
        *_policies(old, new),
        *_people(old, new),
        *_revoked(old, new),
    )
    if said or before is None or _content(old) == _content(new):
        return said
    return (say("comments, or the order of lines, and nothing else"),)


def _content(draft: Draft) -> dict[str, str]:
    return {name: text for name, text in draft.files.items() if name != "version"}


def _root_keys(old: Draft, new: Draft, *, need: int | None) -> Iterator[Message]:
    before, after = _listed(old, ROOTS), _listed(new, ROOTS)
    for key in [key for key in before if key not in after]:
        yield say("root key taken away: {name} {key}", name=before[key].name, key=fingerprint_of(before[key].key))
    for key, signer in after.items():
        if key not in before:
            yield say("root key: {name} {key}", name=signer.name, key=fingerprint_of(signer.key))
    if need != new.need:
        was = "" if need is None else str(say(", until now {need}", need=need))
        yield say("root keys that must sign a version: {need}{was}", need=new.need, was=was)


def _policies(old: Draft, new: Draft) -> Iterator[Message]:
    for file in sorted({name for name in (*old.files, *new.files) if name.startswith("policy/")}):
        environment, _, emergency = file.removeprefix("policy/").partition(".")
        name = say("{environment} in an emergency", environment=environment) if emergency else environment
        before, after = policy_words(old.files.get(file)), policy_words(new.files.get(file))
        if before == after:
            continue
        if after is None:
            yield say("no policy any more for {name}: {before}", name=name, before=before)
        elif before is None:
            yield say("{name} needs: {after}", name=name, after=after)
        else:
            yield say("{name} needs: {after}; until now: {before}", name=name, after=after, before=before)


def policy_words(text: str | None) -> str | None:
    """`review 1, dba 1, need ticket`; None where there is no such policy."""
    return None if text is None else ", ".join(entries(text))


def _people(old: Draft, new: Draft) -> Iterator[Message]:
    before, after = _listed(old, SIGNERS), _listed(new, SIGNERS)
    for key, signer in before.items():
        lost = set(signer.scopes) - set(after[key].scopes if key in after else ())
        if lost:
            yield _may(say("{name} may no longer", name=signer.name), lost, signer)
    for key, signer in after.items():
        gained = set(signer.scopes) - set(before[key].scopes if key in before else ())
        if gained:
            yield _may(say("{name} may", name=signer.name), gained, signer)


def _may(who: Message, scopes: Iterable[str], signer: Signer) -> Message:
    what, key = scope_words(scopes), fingerprint_of(signer.key)
    return say("{who}: {what} (key {key}{when})", who=who, what=what, key=key, when=_when(signer))


def scope_words(scopes: Iterable[str]) -> Message:
    """`dba, receipt, reject in prod`, one group for each environment; emergencies have groups of their own."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for scope in sorted(scopes):
        role, environment, emergency = role_of(scope)
        groups.setdefault((environment, emergency), []).append(role)
    return apart(
        say("{roles} in {environment} in an emergency", roles=", ".join(roles), environment=environment)
        if emergency
        else say("{roles} in {environment}", roles=", ".join(roles), environment=environment)
        for (environment, emergency), roles in sorted(groups.items())
    )


def _when(signer: Signer) -> str:
    parts = signer.valid.replace('"', "").split(",") if signer.valid else []
    return "".join(
        str(say(" from {day}", day=day) if word == "valid-after" else say(" until {day}", day=day))
        for word, _, day in (part.partition("=") for part in parts)
    )


def _revoked(old: Draft, new: Draft) -> Iterator[Message]:
    for file, what in ((REVOKED_KEYS, say("key")), (REVOKED_BUNDLES, say("bundle"))):
        before, after = _reasons(old.files.get(file, "")), _reasons(new.files.get(file, ""))
        for each in [each for each in before if each not in after]:
            yield say("revoked no longer: {what} {which}", what=what, which=_which(each))
        for each, because in after.items():
            if each not in before:
                yield say("revoked: {what} {which}{because}", what=what, which=_which(each), because=because)


def _which(entry: str) -> str:
    """A bundle's id as it is, a key by its fingerprint and owner."""
    words = entry.split(" ", 2)
    if len(words) == 1 or len(words[0]) == 64:
        return entry
    return " ".join((fingerprint_of(words[1]), *words[2:]))


def _reasons(text: str) -> dict[str, str]:
    """Each entry with the comment above it."""
    reasons, because = {}, ""
    for line in text.split("\n"):
        if line and not line.startswith("#"):
            reasons[line] = f": {because}" if because else ""
            because = ""
        else:
            because = line.removeprefix("#").strip()
    return reasons


def _listed(draft: Draft, file: str) -> Mapping[tuple[str, str, str], Signer]:
    """By name, key and time: ssh-keygen takes a key where one of its lines is valid, so a line more is a right more."""
    listed: dict[tuple[str, str, str], Signer] = {}
    for signer in signers(draft.files.get(file, ""), file):
        key = (signer.name, signer.key, signer.valid)
        more = listed[key].scopes if key in listed else ()
        listed[key] = replace(signer, scopes=(*more, *signer.scopes))
    return listed
