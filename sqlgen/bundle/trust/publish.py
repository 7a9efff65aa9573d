"""`next/` and a root key in, its signature out; with enough of them a version of the trust folder."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlgen.bundle.ssh import public_key, signer, ssh_sign
from sqlgen.bundle.trust.advice import advice, unasked
from sqlgen.bundle.trust.changes import changes
from sqlgen.bundle.trust.draft import NEXT, ROOTS, TRUST_SCOPE, Draft, follows, pending, publish, revoked_keys, save
from sqlgen.bundle.trust.keys import signers
from sqlgen.bundle.verify import Version, check_versions, read_version, root_signatures, version_folder
from sqlgen.errors import Message, SigningError, UsageError, VerificationError, say


@dataclass(frozen=True, slots=True)
class Standing:
    """How far `next/` is."""

    number: int
    signed: tuple[str, ...]
    """The names of root keys with good signatures."""
    missing: tuple[str, ...]
    """Those who may sign as well."""
    need: int
    changes: tuple[Message, ...]
    """What it changes, in words."""


def sign(
    folder: Path,
    key: Path | None,
    *,
    principal: str | None = None,
    look: Callable[[Sequence[Message], Sequence[Message]], None] = lambda _says, _warnings: None,
) -> int | None:
    """Sign `next/` with a root key; with enough signatures it becomes `versions/N`, and N is given.

    `key` is a private key, or a public one whose private half ssh-agent holds; None: there are enough signatures
    already, as where two keepers signed on different branches. `principal` is its name in `roots`, None: the one under
    which it stands there. `look` gets what the version changes, in words, and what keepers should look at in it, before
    anything is signed, and may raise.
    Raises VerificationError when the versions are not as they were signed, UsageError when there is nothing to sign,
    SigningError for a version that verifiers would refuse or a key
    that is no root key, ToolMissing, OutputError. What was there is still there then.
    """
    if key is not None:
        signer(key, principal or "root")  # whether it is a key at all
    draft, before = _to_sign(folder)
    look(changes(before, draft), advice(check_form(draft), datetime.now(UTC)))
    signatures = dict(draft.signatures)
    if key is not None:
        name, armored = _signature(draft, before or draft, key, principal)
        signatures[name] = armored
    good = _good(folder, draft, signatures)
    if key is not None and name not in good:
        raise SigningError(
            say("ssh-keygen made a signature that does not verify"),
            hint=say("Try another key, and check your OpenSSH: ssh -V"),
        )
    enough = len(good) >= (before or draft).need
    if key is None and not enough:
        raise UsageError(
            say("too few root keys have signed next/: {names}", names=", ".join(good) or "-"),
            hint=say("Sign it with another one: --key ROOTKEY"),
        )
    signed = replace(draft, signatures=good)
    save(folder, signed)
    if not enough:
        return None
    publish(folder, signed)
    return draft.number


def where_it_stands(folder: Path) -> Standing | None:
    """Who signed `next/`, who may, and what it changes; None where there is none. Raises UsageError: it is not next."""
    draft = pending(folder)
    if draft is None:
        return None
    before = follows(folder, draft)
    allowed = signers((before or draft).files.get(ROOTS, ""), ROOTS)
    signed = _good(folder, draft, draft.signatures)
    return Standing(
        draft.number,
        tuple(signed),
        tuple(each.name for each in allowed if each.name not in signed),
        (before or draft).need,
        changes(before, draft),
    )


def typos(before: Draft, after: Draft) -> tuple[Message, ...]:
    """Names that no policy has, as advice has them, which came with a change; none where the form is not good."""
    known, found = (_unasked(draft) for draft in (before, after))
    return tuple(each for each in found if each not in known)


def _unasked(draft: Draft) -> list[Message]:
    try:
        return list(unasked(check_form(draft)))
    except SigningError:  # there is nobody yet, for one
        return []


def _to_sign(folder: Path) -> tuple[Draft, Draft | None]:
    draft = pending(folder)
    if draft is None:
        raise UsageError(
            say("there is nothing to sign: the trust folder has no next/"),
            hint=say("Change something first: sqlgen trust add, policy, revoke, remove or roots."),
        )
    before = follows(folder, draft)
    if before is not None:  # what changes is said as against a version that was signed itself
        check_versions(folder, everything=True)
    if before is not None and draft.with_version(number=before.number, previous=before.previous).files == before.files:
        raise UsageError(
            say("next/ changes nothing"),
            hint=say("Remove it: rm -r {path}", path=folder / NEXT),
        )
    return draft, before


def check_form(draft: Draft) -> Version:
    """The version as verifiers read it. Raises SigningError where they would refuse it, or no other could follow."""
    with tempfile.TemporaryDirectory(prefix="sqlgen-trust.") as temporary:
        save(Path(temporary), Draft(draft.files))
        try:
            version = read_version(Path(temporary, NEXT), None)
        except VerificationError as error:
            raise SigningError(
                say("verifiers would refuse this version: {why}", why=error.message), hint=error.hint
            ) from error
    able = {root.key for root in signers(draft.files[ROOTS], ROOTS)} - revoked_keys(draft)
    if len(able) < draft.need:
        few = say("{left} of {need} root keys", left=len(able), need=draft.need)
        raise SigningError(
            say("after this version no other could be signed: {few}", few=few),
            hint=say("The others are revoked: sqlgen trust roots --add KEY.pub --remove NAME"),
        )
    return version


def _signature(draft: Draft, by: Draft, key: Path, principal: str | None) -> tuple[str, bytes]:
    """The root key's name and its signature. `by`: the version whose root keys sign this one."""
    allowed = signers(by.files[ROOTS], ROOTS)
    armored = ssh_sign(key, TRUST_SCOPE, draft.sums)
    blob = base64.b64encode(public_key(armored)).decode()
    name = next((each.name for each in allowed if each.key == blob), None)
    if name is None or principal not in (None, name):
        raise SigningError(
            say("{key} is not the root key of {who}", key=key, who=principal or say("anybody")),
            hint=say("The root keys are those of: {names}", names=", ".join(each.name for each in allowed)),
        )
    if blob in revoked_keys(by):
        raise SigningError(
            say("{key} is revoked", key=key),
            hint=say("Let another root key sign; and take this one out: sqlgen trust roots --remove NAME"),
        )
    return name, armored


def _good(trust: Path, draft: Draft, signatures: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of the signatures over the draft that are good, by the root keys of the version before, or its own."""
    good: dict[str, bytes] = {}
    keys: set[str] = set()
    for name, armored in sorted(signatures.items()):
        with tempfile.TemporaryDirectory(prefix="sqlgen-trust.") as temporary, suppress(VerificationError):
            one = Path(temporary, NEXT)
            save(Path(temporary), replace(draft, signatures={name: armored}))
            by = version_folder(trust, draft.number - 1) if draft.number > 1 else one
            new = {signature.key for signature in root_signatures(one, by)} - keys
            if new:
                good[name] = armored
                keys |= new
    return good
