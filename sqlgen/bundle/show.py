"""A bundle in, what there is to say about it out: data for `sqlgen show`. Shows broken bundles too; trusts nothing."""

from __future__ import annotations

import shutil
import stat
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlgen.bundle.manifest import Manifest, parse
from sqlgen.bundle.sign import fingerprint_of, public_key
from sqlgen.bundle.verify import MANIFEST, MAX_FILE, SUMS, check_integrity, namespace, ssh_keygen, utc, verify
from sqlgen.errors import UsageError, VerificationError, say


@dataclass(frozen=True, slots=True)
class Claim:
    """A signature as it says of itself. Only a trust folder can tell whether the key belongs to that person."""

    role: str
    principal: str
    key: str | None
    """The fingerprint of the key inside it, `SHA256:…`; None: the file is no signature."""
    fits: bool
    """It was made over this bundle, for this role and environment, by the key inside it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A role that the manifest asks for and in which too few people have signed."""

    role: str
    have: int
    """Signatures in this role that fit."""
    need: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a bundle is and claims."""

    manifest: Manifest | None
    """None when MANIFEST.json can't be read; with a `problem`, what it says may have been changed."""
    problem: VerificationError | None
    """Why these are not the files that were built; None: nothing was added, removed or changed."""
    bundle_id: str | None
    """None with a `problem`: then it is no bundle's id."""
    claims: tuple[Claim, ...]
    """Sorted by role and name; empty with a `problem`."""
    missing: tuple[Missing, ...]
    expired: bool
    refusal: VerificationError | None
    """What the trust folder says against it; None when there is nothing, or when none was given."""
    verified: bool
    """A trust folder was given, and accepts it for the environment that it names."""


def show(bundle: Path, *, now: datetime, trust: Path | None = None) -> Shown:
    """Look at a bundle; with a trust folder, verify it too, for the environment it names.

    Raises UsageError when a folder is not there, ToolMissing when there are signatures and no ssh-keygen to read them.
    """
    if not bundle.is_dir():
        raise UsageError(say("there is no bundle {path}", path=bundle), hint=say("Give the folder of a bundle."))
    with ExitStack() as undo:
        try:
            copy, bundle_id = check_integrity(bundle, undo)
            manifest = parse(_read(copy / MANIFEST))
        except VerificationError as problem:
            return Shown(_manifest(bundle), problem, None, (), (), False, None, False)
        claims = _claims(copy, manifest.environment)
    expired = manifest.expires is not None and utc(now) >= manifest.expires
    refusal = None if trust is None else _refusal(trust, manifest.environment, bundle, now)
    verified = trust is not None and refusal is None
    return Shown(manifest, None, bundle_id, claims, _missing(manifest, claims), expired, refusal, verified)


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


def _claims(copy: Path, environment: str | None) -> tuple[Claim, ...]:
    data = (copy / SUMS).read_bytes()
    claims = []
    for file in sorted(copy.glob("sig/*/*.sig")):
        role = file.parent.name
        try:
            key = fingerprint_of(public_key(file.read_bytes()))
        except (ValueError, OSError):
            claims.append(Claim(role, file.stem, None, fits=False))
            continue
        scope = namespace(role, environment or "")
        fits = ssh_keygen(["check-novalidate", "-n", scope, "-s", str(file)], data).returncode == 0
        claims.append(Claim(role, file.stem, key, fits))
    return tuple(claims)


def _missing(manifest: Manifest, claims: tuple[Claim, ...]) -> tuple[Missing, ...]:
    counts = {role: sum(c.fits and c.role == role for c in claims) for role in manifest.required_roles}
    return tuple(
        Missing(role, counts[role], need) for role, need in manifest.required_roles.items() if counts[role] < need
    )


def _refusal(trust: Path, environment: str | None, bundle: Path, now: datetime) -> VerificationError | None:
    if environment is None:
        return VerificationError(
            say("step 8: the bundle is bound to no environment"), hint=say("Build it with --env ENV.")
        )
    try:
        verified = verify(trust, environment, bundle, now=now)
    except VerificationError as error:
        return error
    shutil.rmtree(verified.copy.parent, ignore_errors=True)
    return None
