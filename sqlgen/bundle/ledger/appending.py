"""A trust folder, an entry and a key in; the next file of the ledger and its signature out, both or none.

The signature is created first, exclusively: who has made NNNNNN.sig owns that number. The entry is then renamed to its
place, and only with it does the number count for a reader.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlgen.bundle.ledger.entry import Entry
from sqlgen.bundle.ledger.reading import believed
from sqlgen.bundle.ledger.replay import refuse_replay
from sqlgen.bundle.ssh import signer, ssh_sign
from sqlgen.bundle.verify import namespace, newest, ssh_keygen, utc, version_folder
from sqlgen.errors import OutputError, SigningError, say

_NOTHING = "0" * 64


@dataclass(frozen=True, slots=True)
class Appended:
    """An entry that is in the ledger now."""

    entry: Entry
    file: Path
    """Its signature lies beside it."""


def append(
    trust: Path, environment: str, entry: Entry, key: Path, principal: str | None = None, *, renews: str | None = None
) -> Appended:
    """Sign an entry and put it at the end of an environment's ledger.

    What it says is kept, but for `at`, `name`, `number`, `previous` and `trust_version`, which are set here. `key` and
    `principal` are as in sign.sign. `renews`: as the bundle's manifest has it.

    Raises UsageError for what the ledger says already, SigningError for one who may not sign it, VerificationError for
    a broken ledger, OutputError, ToolMissing; then nothing was written.
    """
    name = signer(key, principal)
    folder = trust / "ledger" / environment
    _refuse_half(folder)
    found = believed(trust, environment)
    last = found[-1][0] if found else None
    ready = replace(
        entry,
        environment=environment,
        at=utc(datetime.now(UTC)),
        name=name,
        number=1 if last is None else last.number + 1,
        previous=_NOTHING if last is None else last.digest,
        trust_version=newest(trust),
    )
    refuse_replay([each for _, each in found], ready, renews)
    file = folder / f"{ready.number:06}.json"
    data = ready.to_text().encode()
    armored = ssh_sign(key, namespace(ready.role, environment), data)
    _may(version_folder(trust, ready.trust_version), ready, data, armored)
    _write(file, data, armored)
    return Appended(ready, file)


def _may(version: Path, entry: Entry, data: bytes, armored: bytes) -> None:
    """Raises SigningError where no verifier would take the signature."""
    scope = namespace(entry.role, entry.environment)
    with tempfile.TemporaryDirectory(prefix="sqlgen-ledger.") as folder:
        signature = Path(folder, "signature")
        signature.write_bytes(armored)
        check = ["verify", "-f", str(version / "allowed_signers"), "-I", entry.name, "-n", scope, "-s", str(signature)]
        if ssh_keygen([*check, "-r", str(version / "revoked_keys")], data).returncode == 0:
            return
        revoked = ssh_keygen(check, data).returncode == 0
    if revoked:
        raise SigningError(
            say("the key of {name} is revoked", name=entry.name),
            hint=say("Sign with another key, or let somebody else who has the role {role} do it.", role=entry.role),
        )
    raise SigningError(
        say(
            "{name} may not sign as {role} for {environment} with this key",
            name=entry.name,
            role=entry.role,
            environment=entry.environment,
        ),
        hint=say(
            "Name the signer as allowed_signers does with --as, or let that be allowed: "
            "sqlgen trust add TRUST KEY.pub {option} --env {environment}",
            option={"receipt": "--receipt", "review": "--role review"}.get(entry.role, "--role ROLE"),
            environment=entry.environment,
        ),
    )


def _refuse_half(folder: Path) -> None:
    """A signature without its entry: whoever wrote it was interrupted, or is writing at this moment."""
    for signature in sorted(folder.glob("*.sig")):
        if not os.path.lexists(signature.with_suffix(".json")):
            raise OutputError(
                say("{path} is there without its entry: somebody was interrupted, or is writing now", path=signature),
                hint=say("Run this again in a moment. If it stays, remove it: rm {path}", path=signature),
            )


def _write(file: Path, data: bytes, armored: bytes) -> None:
    signature, part = file.with_suffix(".sig"), file.with_name(f".{file.name}.part-{os.getpid()}")
    owned = False
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.chmod(0o644)
        with open(signature, "xb") as written:
            owned = True
            written.write(armored)
        signature.chmod(0o644)
        os.replace(part, file)
    except FileExistsError as error:
        raise OutputError(
            say("somebody else wrote entry {number} at the same time", number=int(file.stem)),
            hint=say("Run this again: it takes the next number."),
        ) from error
    except OSError as error:
        raise OutputError(
            say("{path} can't be written: {why}", path=file, why=error.strerror or error),
            hint=say("Make sure that you may write into {folder} and that it has space.", folder=file.parent),
        ) from error
    finally:
        # an interruption may come between any two lines: the signature goes only where its entry is not there
        for left in (part, signature) if owned and not file.exists() else (part,):
            with suppress(OSError):
                left.unlink()
