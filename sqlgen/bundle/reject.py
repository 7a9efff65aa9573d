"""A bundle, a reason and a key in; sig/reject/NAME.json and its signature out: nobody may apply it. And back.

Whoever holds the folder can delete the two files. So the ledger of a trust folder keeps the rejection, too.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlgen import documents
from sqlgen.bundle.inside import put, take
from sqlgen.bundle.ledger import Word, append, believed, standing, word
from sqlgen.bundle.manifest import Manifest
from sqlgen.bundle.reading import Opened, environment_of, open_bundle
from sqlgen.bundle.ssh import check_own, fits, made_by, signer, ssh_sign
from sqlgen.bundle.verify import manifest_lines, namespace, utc
from sqlgen.errors import SigningError, SqlgenError, UsageError, VerificationError, say

FORMAT = "sqlgen.rejection/1"
MOST = 1000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Somebody says that a bundle must not be applied."""

    name: str
    because: str
    at: str
    """As `2026-01-31T09:30:00Z`."""
    bundle: str
    """The bundle id."""
    environment: str

    def to_text(self) -> str:
        """NAME.json."""
        return documents.write(self, format=FORMAT)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rejection in a bundle, as it says of itself."""

    principal: str
    because: str | None
    """None: it can't be read."""
    at: str | None
    fits: bool
    """It is about this bundle, and signed by the key inside the signature."""


@dataclass(frozen=True, slots=True)
class Said:
    """What rejecting a bundle, or taking that back, gave."""

    bundle_id: str
    environment: str
    principal: str
    key: str
    """The key's fingerprint, `SHA256:…`."""
    entry: int | None
    """The number of the ledger's entry; None: no trust folder was given, so only this copy of the bundle knows."""


def reject(
    bundle: Path, *, because: str, key: Path, principal: str | None, now: datetime, trust: Path | None = None
) -> Said:
    """Say that a bundle must not be applied, and why.

    What the ledger of a trust folder says is looked at first, then the files are written, both or none, and then the
    ledger's entry. Raises as `sign` does, UsageError for a reason that is none and for who rejected it already, and
    what the ledger says when this person may not write into it: then it stands in this copy, and saying the same again
    with the trust folder writes the entry alone.
    """
    because = _reason(because)
    with ExitStack() as undo:
        opened = open_bundle(bundle, undo)
        name = signer(key, principal)
        environment = environment_of(opened.manifest)
        here = next((each for each in rejections(opened) if each.principal == name and each.fits), None)
        _not_again(name, because, here, trust, opened)
        text = Rejection(name, because, utc(now), opened.bundle_id, environment).to_text().encode()
        scope = namespace("reject", environment)
        armored = ssh_sign(key, scope, text)
        fingerprint = check_own(armored, name, scope, text)
    if here is None:
        put(bundle, {f"sig/reject/{name}.json": text, f"sig/reject/{name}.sig": armored})
    try:
        entry = None if trust is None else _write_down(trust, "rejected", opened, because, key, name)
    except SqlgenError as error:
        here_alone = say("the rejection stands in this copy alone: {why}", why=error)
        raise type(error)(here_alone, hint=error.hint) from error
    return Said(opened.bundle_id, environment, name, fingerprint, entry)


def _not_again(name: str, because: str, here: Rejected | None, trust: Path | None, opened: Opened) -> None:
    """Folder and ledger never say two things: what stands is taken back before other words are written."""
    told = None if trust is None else _told(trust, opened, name)
    if told is not None:
        raise UsageError(
            say(
                "{name} rejected this bundle already: {because} (entry {number} of the ledger)",
                name=name,
                because=told.because,
                number=told.number,
            ),
            hint=say(
                "To say it otherwise, take it back first: "
                'sqlgen sign DIR --withdraw --because "…" --key KEY --trust TRUST'
            ),
        )
    if here is not None and (trust is None or here.because != because):
        raise UsageError(
            say("{name} rejected this bundle already: {because}", name=name, because=here.because),
            hint=say("To say it otherwise, take it back first: sqlgen sign DIR --withdraw --key KEY")
            if trust is None
            else say(
                "To put it into the ledger, give the same words; to say it otherwise, take it back first: "
                "sqlgen sign DIR --withdraw --key KEY"
            ),
        )


def rejections(opened: Opened) -> tuple[Rejected, ...]:
    """Those in the bundle, by name, whatever they are worth."""
    found = []
    for name in sorted({file.stem for file in opened.copy.glob("sig/reject/*")}):
        data, armored = (opened.read(f"sig/reject/{name}{end}") for end in (".json", ".sig"))
        try:
            said = read(data)
        except VerificationError:
            found.append(Rejected(name, None, None, fits=False))
            continue
        environment = opened.manifest.environment or ""
        about = (said.name, said.bundle, said.environment) == (name, opened.bundle_id, environment)
        good = about and made_by(armored) is not None and fits(armored, namespace("reject", environment), data)
        found.append(Rejected(name, said.because, said.at, good))
    return tuple(found)


def withdraw(bundle: Path, *, because: str | None, key: Path, principal: str | None, trust: Path | None = None) -> Said:
    """Take one's own rejection back: remove the files and, with a trust folder, say so and why in the ledger, first.

    Raises SigningError when there is no rejection by this name, or when another key made it, and as `reject` does.
    """
    with ExitStack() as undo:
        opened = open_bundle(bundle, undo)
        name = signer(key, principal)
        environment = environment_of(opened.manifest)
        files = [f"sig/reject/{name}{end}" for end in (".json", ".sig")]
        here = any((opened.copy / file).exists() for file in files)
        stands = trust is not None and _told(trust, opened, name) is not None
        if not here and not stands:
            raise SigningError(
                say("{name} has not rejected this bundle", name=name),
                hint=say("See who has: sqlgen show DIR. Only they can take it back, or --as NAME is missing."),
            )
        text = f"sqlgen: {name} takes back the rejection of {opened.bundle_id}\n".encode()
        scope = namespace("reject", environment)
        armored = ssh_sign(key, scope, text)
        fingerprint = check_own(armored, name, scope, text)
        if here and trust is None:
            _same_key(opened.copy / files[1], name, fingerprint)
    entry = None
    if trust is not None and stands:
        entry = _write_down(trust, "withdrawn", opened, _reason(because or ""), key, name)
    if here:
        take(bundle, files)
    return Said(opened.bundle_id, environment, name, fingerprint, entry)


def read(data: bytes) -> Rejection:
    """NAME.json as a Rejection. Raises VerificationError unless `data` is exactly what `to_text` writes."""
    lines = manifest_lines(data)
    if lines is not None and lines.get("format") == documents.in_ascii(FORMAT):
        try:
            rejection = documents.read(Rejection, json.loads(data))
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        else:
            if rejection.to_text().encode() == data:
                return rejection
    raise VerificationError(
        say("a rejection is ill-formed"), hint=say("Let that person reject the bundle again: sqlgen sign DIR --reject")
    )


def _reason(because: str) -> str:
    text = " ".join(because.split())
    if not text or len(text) > MOST:
        raise UsageError(
            say("there is no reason, or one of more than {most} characters", most=MOST),
            hint=say('Say why, in words that help whoever builds the next one: --because "…"'),
        )
    return text


def _same_key(signature: Path, name: str, fingerprint: str) -> None:
    key = made_by(signature.read_bytes()) if signature.is_file() else None
    # what is no signature holds for nobody: whoever it names may clear it away
    if key not in (None, fingerprint):
        raise SigningError(
            say("another key made the rejection by {name}: {key}", name=name, key=key),
            hint=say(
                "Take it back with that key; where it is lost, with --trust TRUST, which knows whose key this is."
            ),
        )


def _told(trust: Path, opened: Opened, name: str) -> Word | None:
    """This person's rejection, where it stands in the ledger: of this bundle, or of the one that it renews."""
    found = believed(trust, environment_of(opened.manifest))
    about = {opened.bundle_id, opened.manifest.renews or opened.bundle_id}
    said = standing((entry for _, entry in found), about)
    return next((each for each in said.rejections if each.name == name), None)


def _write_down(trust: Path, kind: str, opened: Opened, because: str, key: Path, name: str) -> int:
    manifest: Manifest = opened.manifest
    entry = word(kind, manifest, opened.bundle_id, because)
    return append(trust, environment_of(manifest), entry, key, name, renews=manifest.renews).entry.number
