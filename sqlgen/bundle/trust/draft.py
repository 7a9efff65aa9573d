"""A trust folder in, the version in the making out; and back to `next/`, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlgen.bundle.verify import SUMS, newest, version_folder
from sqlgen.errors import OutputError, UsageError, say

NEXT = "next"
_NEW, _OLD = ".next.new", ".next.old"
"""What `next/` is called while it is written, and while another takes its place."""
SIGNERS, ROOTS, REVOKED_KEYS, REVOKED_BUNDLES = "allowed_signers", "roots", "revoked_keys", "revoked_bundles"
TRUST_SCOPE = "trust.v1@sqlgen"
"""The namespace in which root keys sign."""
NOTHING = "0" * 64
"""The digest that stands for the version before the first."""
_VERSION = re.compile(r"number ([1-9][0-9]*)\nprevious ([0-9a-f]{64})\nneed ([1-9])\n")


@dataclass(frozen=True, slots=True)
class Draft:
    """A version of a trust folder: its files, and the signatures over their sums."""

    files: Mapping[str, str]
    """Path in the version's folder → text, without SHA256SUMS and sig/."""
    signatures: Mapping[str, bytes] = field(default_factory=dict)
    """Name of a root key → its signature in armor. Any change to the files makes them void."""

    @property
    def sums(self) -> bytes:
        """SHA256SUMS: what root keys sign."""
        names = sorted(self.files, key=str.encode)
        lines = (f"{hashlib.sha256(encoded(self.files[name])).hexdigest()}  {name}\n" for name in names)
        return "".join(lines).encode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.sums).hexdigest()

    @property
    def number(self) -> int:
        return int(self._version[0])

    @property
    def previous(self) -> str:
        return self._version[1]

    @property
    def need(self) -> int:
        """How many root keys sign the version after this one; this one itself, where it is the first."""
        return int(self._version[2])

    @property
    def _version(self) -> tuple[str, str, str]:
        match = _VERSION.fullmatch(self.files.get("version", ""))
        if match is None:
            raise UsageError(
                say("the file version is ill-formed"),
                hint=say("It has three lines: number N, previous DIGEST, need K. Remove next/ to start again."),
                file="next/version",
            )
        return match[1], match[2], match[3]

    def with_file(self, name: str, text: str | None) -> Draft:
        """The same with another text in a file, or without the file; signatures are void then."""
        files = {**self.files, name: text} if text is not None else {k: v for k, v in self.files.items() if k != name}
        return self if files == self.files else Draft(files)

    def with_version(self, *, number: int | None = None, previous: str | None = None, need: int | None = None) -> Draft:
        return self.with_file(
            "version",
            f"number {number or self.number}\nprevious {previous or self.previous}\nneed {need or self.need}\n",
        )


def entries(text: str) -> list[str]:
    """The lines of a file of a version that say something."""
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def appended(text: str, *lines: str) -> str:
    """The text with lines more at its end."""
    return text + ("" if not text or text.endswith("\n") else "\n") + "".join(f"{line}\n" for line in lines)


def revoked_keys(draft: Draft) -> frozenset[str]:
    """Each key that no longer counts, in base64."""
    return frozenset(line.split(" ")[1] for line in entries(draft.files.get(REVOKED_KEYS, "")) if " " in line)


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def version(trust: Path, number: int) -> Draft:
    """A version as it was signed."""
    return _read(version_folder(trust, number))


def standing(trust: Path) -> Draft | None:
    """The newest version; None where there is none yet. Raises UsageError where there is no trust folder."""
    number = _newest(trust)
    return version(trust, number) if number else None


def pending(trust: Path) -> Draft | None:
    """`next/` as it lies there, whether it follows or not; None where there is none.

    Signatures count only for the files that they were made for: where somebody edited a file since, there are none.
    """
    folder = trust / NEXT
    with suppress(OSError):  # it can only be read: then there was nobody who could be killed
        _recover(trust)
    if not folder.is_dir():
        _newest(trust)
        return None
    draft = _read(folder)
    before = standing(trust)
    if before is not None and draft.digest == before.digest:
        return None  # the version was made, and then something kept next/ from being removed
    with suppress(OSError):
        if (folder / SUMS).read_bytes() == draft.sums:
            return draft
    return replace(draft, signatures={})


def follows(trust: Path, draft: Draft) -> Draft | None:
    """The version before this one, None before the first. Raises UsageError when `next/` is not next any more."""
    before = standing(trust)
    number, digest = (0, NOTHING) if before is None else (before.number, before.digest)
    if (draft.number, draft.previous) != (number + 1, digest):
        raise UsageError(
            say("next/ does not follow from version {number}, the newest", number=number),
            hint=say(
                "Another version was signed since next/ was made. See what next/ changes with "
                "sqlgen trust check {path}, remove it (rm -r {path}/next) and make the changes again.",
                path=trust,
            ),
        )
    return before


def begin(trust: Path) -> Draft:
    """The version to change: `next/`, or where there is none, what follows the newest version as it is."""
    draft = pending(trust)
    if draft is not None:
        follows(trust, draft)
        return draft
    before = standing(trust)
    assert before is not None, "a trust folder has next/ or a version"
    return Draft(before.files).with_version(number=before.number + 1, previous=before.digest)


def save(trust: Path, draft: Draft) -> None:
    """Write `next/`: a new folder beside it takes its place. Raises OutputError; the old one is there then."""
    place, old = trust / NEXT, trust / _OLD
    try:
        _recover(trust)
        new = written_aside(trust, draft)
        if place.exists():
            os.replace(place, old)
        try:
            os.replace(new, place)
        except OSError:
            if old.exists():
                os.replace(old, place)
            raise
    except OSError as error:
        raise unwritable(trust, error) from error
    finally:
        shutil.rmtree(trust / _NEW, ignore_errors=True)
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)


def _recover(trust: Path) -> None:
    """Who was killed between the two renames left `next/` under its other name. Raises OSError."""
    if (trust / _OLD).is_dir() and not (trust / NEXT).exists():
        os.replace(trust / _OLD, trust / NEXT)
    shutil.rmtree(trust / _OLD, ignore_errors=True)


def save_change(trust: Path, before: Draft, after: Draft) -> None:
    """Write `next/` where something differs. Raises OutputError."""
    if after != before:
        save(trust, after)


def publish(trust: Path, draft: Draft) -> None:
    """Make it `versions/N`, and `next/` go. Raises OutputError; then `next/` is still there."""
    try:
        (trust / "versions").mkdir(exist_ok=True)
        os.rename(written_aside(trust, draft), version_folder(trust, draft.number))
    except OSError as error:
        raise unwritable(trust, error) from error
    finally:
        shutil.rmtree(trust / _NEW, ignore_errors=True)
    shutil.rmtree(trust / NEXT, ignore_errors=True)


def unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        say("{path} can't be written: {why}", path=path, why=error.strerror or error),
        hint=say("Make sure that you may write into this folder and that its disk has space; nothing was changed."),
    )


def _newest(trust: Path) -> int:
    """The newest version's number; 0 where there is only `next/`. Raises UsageError, and VerificationError."""
    versions = trust / "versions"
    with suppress(OSError):
        if (trust / NEXT).is_dir() and not (versions.exists() and any(versions.iterdir())):
            return 0
    if not versions.is_dir():
        raise UsageError(
            say("there is no trust folder {path}", path=trust),
            hint=say("Make one: sqlgen trust init {path} --root KEY --policy prod:review=1,dba=1", path=trust),
        )
    return newest(trust)


def _read(folder: Path) -> Draft:
    """The files of a version's folder. What they must look like is asked when it is signed."""
    files, signatures = {}, {}
    try:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise UsageError(
                    say("{path} is no plain file", path=path), hint=say("Remove it: a version is made of plain files.")
                )
            if path.is_dir() or name == SUMS:
                continue
            if name.startswith("sig/"):
                signatures[name.removeprefix("sig/").removesuffix(".sig")] = path.read_bytes()
            else:
                files[name] = path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise UsageError(
            say("{path} can't be read: {why}", path=error.filename or folder, why=error.strerror or error),
            hint=say("Make sure that you may read every file of the trust folder."),
        ) from error
    return Draft(files, signatures)


def written_aside(trust: Path, draft: Draft) -> Path:
    """A new folder in the trust folder, which holds the version. Raises OSError, and leaves nothing then."""
    new = trust / _NEW
    shutil.rmtree(new, ignore_errors=True)  # of one who was killed
    contents = {name: encoded(text) for name, text in draft.files.items()} | {SUMS: draft.sums}
    contents |= {f"sig/{name}.sig": armored for name, armored in draft.signatures.items()}
    try:
        new.mkdir()
        for name, data in contents.items():
            file = new / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return new
