"""A bundle and a day in, the same bundle with another last day out; its approvals lie in renewal/.

Whoever approved the bundle that is renewed has approved all of the new one but its last day. A policy may count that
(`carry`). docs/bundle-format.md, section 5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlgen.bundle import pack
from sqlgen.bundle.manifest import Manifest, parse
from sqlgen.bundle.reading import Opened, digests, environment_of, open_bundle
from sqlgen.bundle.ssh import fits, made_by
from sqlgen.bundle.verify import MANIFEST, namespace, utc
from sqlgen.errors import Message, UsageError, VerificationError, say

_FOLDER = "renewal/"
_SUMS, _MANIFEST, _SIGNATURES = "renewal/sha256sums.txt", "renewal/manifest.json", "renewal/sig/"


@dataclass(frozen=True, slots=True)
class Approval:
    """A signature on the bundle that was renewed. Only a trust folder can tell whether the key is that person's."""

    role: str
    principal: str
    key: str
    """The key's fingerprint, `SHA256:…`."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewed bundle brings of the bundle that it renews: proved to differ in its last day alone."""

    bundle_id: str
    """Of the bundle that is renewed."""
    expires: str | None
    """When that one expires."""
    approvals: tuple[Approval, ...]
    """Sorted by role and name."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """What renewing a bundle gave."""

    bundle_id: str
    content_id: str
    environment: str
    expires: str
    of: Renewal


def renew(bundle: Path, out: Path, *, expires: datetime, now: datetime) -> Renewed:
    """Write a bundle that differs from `bundle` in its last day alone. A renewal of a renewal renews the first one.

    Raises VerificationError when the bundle is not as it was built, was rejected, or has a signature that does not fit;
    UsageError for a day that is over or the same; OutputError. Nothing is written then.
    """
    with ExitStack() as undo:
        opened = open_bundle(bundle, undo)
        environment = environment_of(opened.manifest)
        _not_rejected(opened)
        day = _day(opened.manifest, utc(expires), now)
        _outside(bundle, out)
        files = {name: (opened.copy / name).read_bytes() for name in opened.digests()}
        if opened.manifest.renews is None:
            files |= _renewal_files(opened)
        manifest = replace(opened.manifest, expires=day, renews=opened.manifest.renews or opened.bundle_id)
    files[MANIFEST] = manifest.to_text().encode()
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    renewal = _check(manifest, sums, lambda name: files.get(name, b""))
    return Renewed(pack.write(files, out, force=False), manifest.content_id, environment, day, renewal)


def read_renewal(opened: Opened) -> Renewal | None:
    """What a renewed bundle brings of the one that it renews; None: it is no renewal.

    Raises VerificationError when it differs from that one in more than its last day, or brings what does not fit.
    """
    if opened.manifest.renews is None:
        return None
    return _check(opened.manifest, opened.digests(), opened.read)


def _not_rejected(opened: Opened) -> None:
    for path in sorted(opened.copy.glob("sig/reject/*.json")):
        raise VerificationError(
            say("{name} rejected this bundle", name=path.stem),
            hint=say("See why with sqlgen show DIR, and build another one: a renewal would be refused, too."),
        )


def _day(manifest: Manifest, day: str, now: datetime) -> str:
    if day <= utc(now):
        raise UsageError(
            say("{day} is over", day=day),
            hint=say("Write a later day, or days from now, such as --expires 14d."),
        )
    if day == manifest.expires:
        raise UsageError(
            say("the bundle expires at {day} already", day=day), hint=say("Write another day, or leave it as it is.")
        )
    return day


def _outside(bundle: Path, out: Path) -> None:
    if out.resolve().is_relative_to(bundle.resolve()):
        raise UsageError(
            say("{out} lies in the bundle that is renewed", out=out),
            hint=say("Give a folder beside it with -o: nothing can be added to a bundle."),
        )


def _renewal_files(opened: Opened) -> dict[str, bytes]:
    files = {_SUMS: opened.sums, _MANIFEST: opened.read(MANIFEST)}
    for path in sorted(opened.copy.glob("sig/*/*.sig")):
        files[_FOLDER + path.relative_to(opened.copy).as_posix()] = path.read_bytes()
    return files


def _check(manifest: Manifest, sums: Mapping[str, str], read: Callable[[str], bytes]) -> Renewal:
    for name in (_SUMS, _MANIFEST):
        if name not in sums:
            raise _bad(say("step 12: the renewal is incomplete ({file})", file=name))
    old_sums, old_manifest = read(_SUMS), read(_MANIFEST)
    try:
        old = digests(old_sums)
    except ValueError:
        raise _bad(say("step 12: the renewal is incomplete ({file})", file=_SUMS)) from None
    if (sums[_MANIFEST], hashlib.sha256(old_sums).hexdigest()) != (old.get(MANIFEST), manifest.renews):
        raise _bad(say("step 12: the renewal is not of the bundle that it names"))
    before = parse(old_manifest)
    changed = old.items() ^ {name: digest for name, digest in sums.items() if not _of_the_renewal(name)}.items()
    for name in sorted({name for name, _ in changed} - {MANIFEST}):
        raise _bad(say("step 12: the renewal changes more than the expiry ({what})", what=name))
    if replace(manifest, expires=before.expires, renews=None) != before:
        raise _bad(say("step 12: the renewal changes more than the expiry ({what})", what=MANIFEST))
    names = sorted(name for name in sums if name.startswith(_SIGNATURES))
    return Renewal(
        str(manifest.renews), before.expires, tuple(_approval(name, read(name), before, old_sums) for name in names)
    )


def _of_the_renewal(name: str) -> bool:
    return name in (_SUMS, _MANIFEST) or name.startswith(_SIGNATURES)


def _approval(name: str, armored: bytes, manifest: Manifest, sums: bytes) -> Approval:
    role, _, file = name.removeprefix(_SIGNATURES).partition("/")
    scope = namespace(role, manifest.environment or "", breakglass=manifest.breakglass is not None)
    key = made_by(armored)
    if key is None or not fits(armored, scope, sums):
        raise _bad(say("step 11: a signature does not fit this bundle, role and environment ({name})", name=name))
    return Approval(role, file.removesuffix(".sig"), key)


def _bad(reason: Message) -> VerificationError:
    return VerificationError(reason, hint=say("Renew the bundle that was signed, as it was signed."))
