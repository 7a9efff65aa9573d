"""A bundle that was run, the client's log and a key in; an entry of the ledger out."""

from __future__ import annotations

import hashlib
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlgen.bundle.ledger.appending import Appended, append
from sqlgen.bundle.ledger.entry import Approval, Receipt, about
from sqlgen.bundle.ledger.logs import Log
from sqlgen.bundle.ledger.logs import read as read_log
from sqlgen.bundle.ledger.runs import run
from sqlgen.bundle.manifest import Manifest, parse
from sqlgen.bundle.ssh import fingerprint_of, public_key
from sqlgen.bundle.verify import MANIFEST, MAX_FILE, SUMS, Verified, verify
from sqlgen.errors import Message, UsageError, VerificationError, say

_LOGS = ("preflight.log", "apply.log", "resume.log", "rollback.log", "postcheck.log")
"""What the commands in the scripts write beside them, so that it lies in the copy that was verified."""


@dataclass(frozen=True, slots=True)
class Made:
    """What recording gave."""

    appended: Appended
    receipt: Receipt
    refusal: VerificationError | None
    """Why the bundle did not verify; the entry says so, too."""
    notes: tuple[Message, ...]
    """What verifying had to say beside that."""


def record(
    trust: Path,
    bundle: Path,
    log: Path,
    key: Path,
    *,
    now: datetime,
    principal: str | None = None,
    exit_code: int | None = None,
    script: str | None = None,
) -> Made:
    """Put what was run, and what came out, into the ledger of the bundle's environment.

    A failure is an entry, too, and so is a bundle that does not verify: what was done is recorded as it was. Raises
    UsageError for a log that is not of this bundle or that is in the ledger already, SigningError for one who may not
    sign receipts there, VerificationError for a trust folder that is not good; then nothing was written.
    """
    if not bundle.is_dir():
        raise UsageError(say("there is no bundle {path}", path=bundle), hint=say("Give the folder that was run."))
    manifest, bundle_id = _manifest(bundle)
    if manifest.environment is None:
        raise UsageError(
            say("this bundle is bound to no environment, so no ledger has a place for it"),
            hint=say("Build it with --env ENV."),
        )
    said = read_log(log, [each.id for each in manifest.revisions])
    _refuse_own_file(bundle, said)
    ran = run(said, manifest, script, exit_code)
    with _as_it_was(bundle, manifest) as folder:
        signatures = _claimed(folder)
        found = _judged(trust, manifest.environment, folder, now, rollback=ran.back)
    refusal = found if isinstance(found, VerificationError) else None
    entry = Receipt(
        kind=ran.kind,
        client=manifest.client,
        exit_code=exit_code,
        log_sha256=said.sha256,
        result=said.result,
        script=ran.script,
        signatures=(*signatures, *_carried(found)),
        verified=refusal is None,
        why_not=None if refusal is None else str(refusal),
        **about(manifest, bundle_id),
    )
    appended = append(trust, manifest.environment, entry, key, principal, renews=manifest.renews)
    assert isinstance(appended.entry, Receipt)
    return Made(appended, appended.entry, refusal, found.notes if isinstance(found, Verified) else ())


def _manifest(bundle: Path) -> tuple[Manifest, str]:
    """What the bundle says it is, and its id."""
    return parse(_plain(bundle / MANIFEST)), hashlib.sha256(_plain(bundle / SUMS)).hexdigest()


def _plain(path: Path) -> bytes:
    """A plain file's bytes. Raises UsageError where it is none."""
    with suppress(OSError):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_FILE:
            return path.read_bytes()
    raise UsageError(
        say("{path} is missing or can't be read", path=path), hint=say("Give the folder of the bundle that was run.")
    )


@contextmanager
def _as_it_was(bundle: Path, manifest: Manifest) -> Iterator[Path]:
    """The bundle without what its own commands write into the folder in which they are run."""
    made: tuple[str, ...] = _LOGS
    if manifest.dialect == "sqlite" and manifest.database is not None:  # a file's name, so it is made there, too
        made = (*_LOGS, *(f"{manifest.database}{end}" for end in ("", "-journal", "-wal", "-shm")))
    strays = [name for name in made if (bundle / name).is_file() and name not in _listed(bundle)]
    if not strays:
        yield bundle
        return
    with tempfile.TemporaryDirectory(prefix="sqlgen-receipt.") as folder:
        copy = Path(folder, "bundle")
        try:
            shutil.copytree(bundle, copy, symlinks=True, ignore=lambda at, _: strays if Path(at) == bundle else [])
        except (OSError, shutil.Error) as error:
            raise UsageError(
                say("the bundle can't be copied: {why}", why=error),
                hint=say("Move the logs out of its folder: it holds only what was signed."),
            ) from error
        yield copy


def _listed(bundle: Path) -> dict[str, str]:
    """The names in SHA256SUMS, each with its digest."""
    return {line[66:]: line[:64] for line in _plain(bundle / SUMS).decode("latin-1").splitlines()}


def _refuse_own_file(bundle: Path, log: Log) -> None:
    name = next((name for name, digest in _listed(bundle).items() if digest == log.sha256), None)
    if name is not None:
        raise UsageError(
            say("{path} is the bundle's {name}, not the log of a run", path=log.path, name=name),
            hint=say("Give the file that the client's output went to: --log apply.log"),
        )


def _claimed(bundle: Path) -> tuple[Approval, ...]:
    """Who signed, as the signatures say of themselves; whether that holds is told by `verified`."""
    found = []
    for file in sorted(bundle.glob("sig/*/*.sig")):
        if file.parent.name == "reject":
            continue
        with suppress(OSError, ValueError):
            if stat.S_ISREG(file.lstat().st_mode):
                found.append(Approval(fingerprint_of(public_key(file.read_bytes())), file.stem, file.parent.name))
    return tuple(found)


def _carried(found: Verified | VerificationError) -> tuple[Approval, ...]:
    """Approvals of the bundle that this one renews, as far as the policy lets them count."""
    carried = found.carried if isinstance(found, Verified) else ()
    return tuple(Approval(each.key, each.principal, each.role, carried=True) for each in carried)


def _judged(
    trust: Path, environment: str, bundle: Path, now: datetime, *, rollback: bool
) -> Verified | VerificationError:
    """What verifying says of the bundle; no copy is left behind."""
    try:
        verified = verify(trust, environment, bundle, now=now, rollback=rollback)
    except VerificationError as error:
        if str(error).startswith(("step 1:", "step 2:")):
            raise  # the trust folder itself: no entry could be believed
        return error
    shutil.rmtree(verified.copy.parent, ignore_errors=True)
    return verified
