"""A bundle in, what there is to say about it out: data for `sqlgen show`. Shows broken bundles too; trusts nothing.

With a trust folder: its verdict, what its ledger says of the bundle, and how it differs from those that were rejected.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlgen.bundle.asked import Unmet, asked, unmet
from sqlgen.bundle.known import Known, known
from sqlgen.bundle.manifest import Manifest, parse
from sqlgen.bundle.reading import Opened, open_bundle
from sqlgen.bundle.reject import Rejected, rejections
from sqlgen.bundle.renew import read_renewal
from sqlgen.bundle.ssh import allowed, fits, made_by
from sqlgen.bundle.verify import (
    MANIFEST,
    MAX_FILE,
    Policy,
    namespace,
    newest,
    utc,
    verify,
    version_folder,
)
from sqlgen.errors import UsageError, VerificationError, say

_TEXTS = ("review.json", "apply.sql", "resume.sql", "rollback.sql")


@dataclass(frozen=True, slots=True)
class Claim:
    """A signature as it says of itself. Only a trust folder can tell whether the key belongs to that person."""

    role: str
    principal: str
    key: str | None
    """The fingerprint of the key inside it, `SHA256:…`; None: the file is no signature."""
    fits: bool
    """It was made over this bundle, or the one that it renews, for this role and environment, by the key inside it."""
    allowed: bool | None = None
    """What the trust folder says of this person, key, role and environment; None: none was given."""

    @property
    def counts(self) -> bool:
        """As far as is known."""
        return self.fits if self.allowed is None else self.allowed


@dataclass(frozen=True, slots=True)
class Missing:
    """A role in which too few people have signed, by the policy of the trust folder, else by the manifest."""

    role: str
    have: int
    """Signatures in this role that count, and those that the policy of the trust folder carries."""
    need: int
    carried: int = 0
    """Without a trust folder: approvals of the renewed bundle that a policy may count besides."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a bundle is and claims."""

    manifest: Manifest | None
    """None when MANIFEST.json can't be read; without a bundle id, what it says may have been changed."""
    problem: VerificationError | None
    """Why these are not the files that were built, or not a renewal; None: nothing was added, removed or changed."""
    bundle_id: str | None = None
    """None when the files are not those that were built: then it is no bundle's id."""
    claims: tuple[Claim, ...] = ()
    """Sorted by role and name; empty without a bundle id."""
    carried: tuple[Claim, ...] = ()
    """Approvals of the bundle that this one renews."""
    rejections: tuple[Rejected, ...] = ()
    """Those in the bundle."""
    missing: tuple[Missing, ...] = ()
    policy: Policy | None = None
    """The trust folder's for this bundle; None: none was given, or it can't be trusted."""
    unmet: tuple[Unmet, ...] = ()
    """Conditions of that policy."""
    expired: bool = False
    refusal: VerificationError | None = None
    """What the trust folder says against it; None when there is nothing, or when none was given."""
    verified: bool = False
    """A trust folder was given, and accepts it for the environment that it names."""
    ledger: Known | None = None
    """What the trust folder's ledger says; None: none was given, or it can't be trusted, as `refusal` then says."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The files that its review is shown from, by name: review.json and scripts. Empty without a bundle id."""


def show(bundle: Path, *, now: datetime, trust: Path | None = None) -> Shown:
    """Look at a bundle; with a trust folder, verify it too, for the environment it names.

    Raises UsageError when a folder is not there, ToolMissing when there are signatures and no ssh-keygen to read them.
    """
    if not bundle.is_dir():
        raise UsageError(say("there is no bundle {path}", path=bundle), hint=say("Give the folder of a bundle."))
    with ExitStack() as undo:
        try:
            opened = open_bundle(bundle, undo)
        except VerificationError as changed:
            return Shown(_manifest(bundle), changed)
        manifest, problem = opened.manifest, _no_renewal(opened)
        version = None if trust is None else _version(trust)
        shown = Shown(
            manifest,
            problem,
            opened.bundle_id,
            claims=_claims(opened, version),
            carried=_claims(opened, version, "renewal/") if problem is None else (),
            rejections=rejections(opened),
            expired=manifest.expires is not None and utc(now) >= manifest.expires,
            texts={name: opened.read(name).decode(errors="replace") for name in _TEXTS if name in opened.digests()},
        )
        # in an emergency another policy counts, of which the builder's settings say nothing
        roles = manifest.required_roles if manifest.breakglass is None else {}
        shown = replace(shown, missing=_missing(roles, shown, None))
        return shown if trust is None else _judged(shown, opened, trust, bundle, now)


def _no_renewal(opened: Opened) -> VerificationError | None:
    """Why a bundle is not the renewal that it says it is."""
    try:
        read_renewal(opened)
    except VerificationError as problem:
        return problem
    return None


def _version(trust: Path) -> Path | None:
    """The newest version's folder; None where there is none, as the refusal then says."""
    try:
        return version_folder(trust, newest(trust))
    except VerificationError:
        return None


def _manifest(bundle: Path) -> Manifest | None:
    """What a changed bundle says it is, when that can be read at all."""
    try:
        return parse(_read(bundle / MANIFEST))
    except VerificationError:
        return None


def _read(path: Path) -> bytes:
    """A plain file's bytes; nothing for a link, a pipe or a file of unlikely size, which parse then refuses."""
    try:
        status = path.lstat()
        return path.read_bytes() if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_FILE else b""
    except OSError:
        return b""


def _claims(opened: Opened, version: Path | None, below: str = "") -> tuple[Claim, ...]:
    """The signatures of the bundle; `below` renewal/, of the one that it renews."""
    manifest = opened.manifest
    data = opened.read("renewal/sha256sums.txt") if below else opened.sums
    claims = []
    for file in sorted(opened.copy.glob(f"{below}sig/*/*.sig")):
        role, armored = file.parent.name, file.read_bytes()
        if role == "reject":
            continue
        scope = namespace(role, manifest.environment or "", breakglass=manifest.breakglass is not None)
        key = made_by(armored)
        good = key is not None and fits(armored, scope, data)
        may = None if version is None else good and allowed(armored, file.stem, scope, data, version)
        claims.append(Claim(role, file.stem, key, good, may))
    return tuple(claims)


def _missing(roles: Mapping[str, int], shown: Shown, carry: Collection[str] | None) -> tuple[Missing, ...]:
    """`carry`: the roles in which the approvals of the renewed bundle count; None: nobody knows."""
    signed = {(each.role, each.principal) for each in shown.claims if each.counts}
    brought = {(each.role, each.principal) for each in shown.carried if each.counts} - signed
    missing = []
    for role, need in roles.items():
        have, more = (sum(each == role for each, _ in people) for people in (signed, brought))
        if carry is not None:
            have, more = have + more * (role in carry), 0
        if have < need:
            missing.append(Missing(role, have, need, more))
    return tuple(missing)


def _judged(shown: Shown, opened: Opened, trust: Path, bundle: Path, now: datetime) -> Shown:
    """The same, with the trust folder's verdict, and with all that is missing, whatever the verdict is about."""
    manifest = opened.manifest
    if manifest.environment is None:
        unbound = say("step 9: the bundle is bound to no environment")
        return replace(shown, refusal=VerificationError(unbound, hint=say("Build it with --env ENV.")))
    try:
        shutil.rmtree(verify(trust, manifest.environment, bundle, now=now).copy.parent, ignore_errors=True)
        shown = replace(shown, verified=True)
    except VerificationError as refusal:
        shown = replace(shown, refusal=refusal)
    try:
        asks = asked(trust, manifest)
        missing = _missing(dict(asks.policy.roles), shown, asks.policy.carry)
        shown = replace(shown, policy=asks.policy, missing=missing, unmet=unmet(asks, opened))
        return replace(shown, ledger=known(trust, manifest, opened.bundle_id))
    except VerificationError as problem:
        return replace(shown, refusal=shown.refusal or problem, verified=False)
