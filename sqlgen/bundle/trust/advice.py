"""A version of a trust folder in, what will keep people from their work out: unfilled policies, keys that end, …"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches

from sqlgen.bundle.trust.keys import role_of
from sqlgen.bundle.verify import MACHINE, Policy, Signer, Version, fingerprint_of, namespace
from sqlgen.errors import Message, say

SOON = timedelta(days=30)
"""A key that ends in less time is one that its owner should replace."""
ALWAYS = frozenset({"receipt", "reject"})
"""Roles that no policy asks for and that everybody may have."""


def advice(version: Version, now: datetime) -> list[Message]:
    """What the keepers of a trust folder should look at, the worst first."""
    return [
        *_policies(version, now),
        *_keys(version, now),
        *_roles(version),
        *unasked(version),
        *_machines(version),
        *_root_keys(version),
    ]


def _policies(version: Version, now: datetime) -> Iterator[Message]:
    for name, policy in sorted(version.policies.items()):
        environment, _, emergency = name.partition(".")
        what = say("{environment} in an emergency", environment=environment) if emergency else environment
        able = {
            role: {
                signer.name
                for signer in version.signers
                if namespace(role, environment, breakglass=bool(emergency)) in signer.scopes
                and _usable(signer, version, now)
            }
            for role, _ in policy.roles
        }
        yield from _unfilled(what, policy, able)
        if all(role == MACHINE for role, _ in policy.roles):
            yield say("{what} needs no person at all: whoever has a machine's key applies what they like", what=what)
        for before in policy.after:
            if not _anybody(version, namespace("receipt", before), now):
                yield say(
                    "{what} needs a receipt of {before}, and nobody may sign one (--receipt)", what=what, before=before
                )
        if emergency and not _anybody(version, namespace("review", environment), now):
            yield say("after an emergency in {environment}, nobody may sign the review", environment=environment)
        if not emergency and not _anybody(version, namespace("receipt", environment), now):
            yield say(
                "nobody may sign what was run in {environment} (--receipt), so the ledger stays empty",
                environment=environment,
            )


def _unfilled(what: Message | str, policy: Policy, able: Mapping[str, set[str]]) -> Iterator[Message]:
    short = [(role, need) for role, need in policy.roles if len(able[role]) < need]
    for role, need in short:
        yield say(
            "{what} can't be signed: {role} needs {need}, and {have} can",
            what=what,
            role=role,
            need=need,
            have=len(able[role]),
        )
    seats = [role for role, need in policy.roles for _ in range(need)]
    if not short and (filled := _filled(seats, able)) < len(seats):
        yield say(
            "{what} can't be signed: it needs {need} different people, and {have} can: nobody counts in two roles",
            what=what,
            need=len(seats),
            have=filled,
        )


def _filled(seats: list[str], able: Mapping[str, set[str]]) -> int:
    """How many seats can be taken when nobody takes two: a maximum matching, by augmenting paths."""
    taken: dict[str, int] = {}

    def seat(index: int, seen: set[str]) -> bool:
        for person in able[seats[index]] - seen:
            seen.add(person)
            if person not in taken or seat(taken[person], seen):
                taken[person] = index
                return True
        return False

    return sum(seat(index, set()) for index in range(len(seats)))


def _keys(version: Version, now: datetime) -> Iterator[Message]:
    usable = {signer.name for signer in version.signers if _usable(signer, version, now)}
    for signer in version.signers:
        key = fingerprint_of(signer.key)
        begin, end = _validity(signer)
        if signer.key in version.revoked_keys:
            yield say("{name}: the key {key} is revoked", name=signer.name, key=key)
        elif begin is not None and now < begin:
            yield say("{name}: the key {key} is not valid before {day}", name=signer.name, key=key, day=begin.date())
        elif end is not None and end <= now:
            yield say("{name}: the key {key} is not valid since {day}", name=signer.name, key=key, day=end.date())
        elif end is not None and end - now < SOON:
            yield say("{name}: the key {key} is valid until {day}", name=signer.name, key=key, day=end.date())
    for name in sorted({signer.name for signer in version.signers} - usable):
        yield say("{name} has no key that can sign now", name=name)


def _roles(version: Version) -> Iterator[Message]:
    for signer in version.signers:
        if all(role_of(scope)[0] == "reject" for scope in signer.scopes):
            yield say("{name} has no role: all that this key may do is to reject", name=signer.name)


def unasked(version: Version) -> Iterator[Message]:
    """Names that nothing else has, as those that were mistyped: of environments and of roles."""
    environments = {name.partition(".")[0] for name in version.policies}
    for name, policy in sorted(version.policies.items()):
        for before in policy.after:
            if before not in environments:
                yield say(
                    "{what} comes after {before}, which has no policy{close}",
                    what=name.replace(".breakglass", " (breakglass)"),
                    before=before,
                    close=_close(before, environments - {name.partition(".")[0]}),
                )
    yield from _empty(version, environments)
    yield from _unasked_roles(version, environments)


def _empty(version: Version, environments: Set[str]) -> Iterator[Message]:
    """Environments in which nobody may do anything, where another has almost the same name."""
    peopled = {role_of(scope)[1] for signer in version.signers for scope in signer.scopes}
    for environment in sorted(environments - peopled):
        if close := _close(environment, environments & peopled):
            yield say(
                "{environment} has a policy, and nobody has a role there{close}", environment=environment, close=close
            )


def _close(name: str, known: Iterable[str]) -> Message | str:
    """The name that was meant, perhaps."""
    close = get_close_matches(name, sorted(known), n=1)
    return say("; did you mean {close}?", close=close[0]) if close else ""


def _unasked_roles(version: Version, environments: Set[str]) -> Iterator[Message]:
    """What people may sign that nobody asks for."""
    asked = {
        namespace(role, name.partition(".")[0], breakglass="." in name)
        for name, policy in version.policies.items()
        for role, _ in policy.roles
    }
    reviewed = {namespace("review", name.partition(".")[0]) for name in version.policies if "." in name}
    for signer in version.signers:
        nowhere: dict[str, list[str]] = {}
        for scope in signer.scopes:
            role, environment, emergency = role_of(scope)
            if environment not in environments:
                nowhere.setdefault(environment, []).append(role)
            elif role not in ALWAYS and scope not in asked | reviewed:
                policy = version.policies.get(f"{environment}.breakglass" if emergency else environment)
                yield say(
                    "{name} is {role} in {where}, whose policy has no such role{close}",
                    name=signer.name,
                    role=role,
                    where=say("{env} in an emergency", env=environment) if emergency else environment,
                    close=_close(role, () if policy is None else [each for each, _ in policy.roles]),
                )
        for environment, roles in nowhere.items():
            yield say(
                "{name} is {roles} in {environment}, which has no policy{close}",
                name=signer.name,
                roles=", ".join([role for role in roles if role not in ALWAYS] or roles),
                environment=environment,
                close=_close(environment, environments),
            )


def _machines(version: Version) -> Iterator[Message]:
    for signer in version.signers:
        if any(role_of(scope)[0] == MACHINE for scope in signer.scopes):
            yield say(
                "{name} is a machine: its signature says that a job ran, and nothing of what a person saw",
                name=signer.name,
            )


def _root_keys(version: Version) -> Iterator[Message]:
    for root in version.roots:
        if root.key in version.revoked_keys:
            yield say(
                "the root key of {name} is revoked: what it signs does not count. sqlgen trust roots --remove {name}",
                name=root.name,
            )


def _anybody(version: Version, scope: str, now: datetime) -> bool:
    return any(scope in signer.scopes and _usable(signer, version, now) for signer in version.signers)


def _usable(signer: Signer, version: Version, now: datetime) -> bool:
    begin, end = _validity(signer)
    return signer.key not in version.revoked_keys and (begin is None or begin <= now) and (end is None or now < end)


def _validity(signer: Signer) -> tuple[datetime | None, datetime | None]:
    """From when until when the key is valid. The times are UTC, with or without a Z: YYYYMMDD, then HHMM, then SS."""
    times: dict[str, datetime] = {}
    for part in filter(None, signer.valid.split(",")):
        word, _, quoted = part.partition("=")
        digits = quoted.strip('"Z').ljust(14, "0")
        times[word] = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return times.get("valid-after"), times.get("valid-before")
