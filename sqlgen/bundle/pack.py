"""Files in, a bundle's folder out, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlgen.bundle.manifest import parse
from sqlgen.bundle.verify import (
    MANIFEST,
    MAX_ENTRIES,
    MAX_FILE,
    MAX_SUMS,
    MAX_TOTAL,
    SUMS,
    TEXTS,
    good_name,
    good_text,
    manifest_lines,
)
from sqlgen.errors import OutputError, SqlgenError, say

_SIGNATURE_ROOM = 100
"""Entries that are left for signatures."""


def content_id(
    statements: Sequence[str],
    *,
    dialect: str,
    lower: tuple[str, ...],
    upper: tuple[str, ...],
    rollback: Sequence[str] = (),
) -> str:
    """64 hex digits for the user's statements, their order, the range (heads before and after) and the dialect.

    It is the same over environments, expiry, guards and squash merges. `statements` are the formatted texts without
    terminators, `rollback` those of the way back. Every part is written with its length, so that no two inputs share a
    canonical form; docs/bundle-format.md has it.
    """
    digest = hashlib.sha256(b"sqlgen.content/1\n")
    for group in ((dialect,), sorted(lower), sorted(upper), statements, rollback):
        digest.update(b"%d\n" % len(group))
        for text in group:
            data = text.encode(errors="surrogatepass")  # which no script can hold, as whoever renders it says
            digest.update(b"%d:%b\n" % (len(data), data))
    return digest.hexdigest()


def write(files: Mapping[str, bytes], out: Path, *, force: bool) -> str:
    """Write a bundle and give its id, the sha256 of its SHA256SUMS.

    `files` are all of its files by their `/` paths, MANIFEST.json among them; SHA256SUMS is made here, sig/ by signing.
    With `force` an older bundle at `out` is replaced as a whole, its signatures too. Raises OutputError; then `out`
    is as it was.
    """
    sums = _sums(files)
    _check(files, sums)
    check_place(out, force)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        for name, data in sorted({**files, SUMS: sums}.items()):
            _write_file(fresh, name, data)
        fresh.chmod(0o755)
        _put(fresh, out)
    except OSError as error:
        raise _unwritable(out, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return hashlib.sha256(sums).hexdigest()


def identify(files: Mapping[str, bytes]) -> str:
    """The bundle id that these files give, without writing them."""
    return hashlib.sha256(_sums(files)).hexdigest()


def signatures_of(out: Path) -> tuple[str, ...]:
    """`ROLE/NAME` for each signature of the bundle at `out`, sorted: what replacing it would make void."""
    return tuple(sorted(f"{path.parent.name}/{path.stem}" for path in out.glob("sig/*/*.sig")))


def _sums(files: Mapping[str, bytes]) -> bytes:
    names = sorted(files)  # code points of ASCII names: the order of LC_ALL=C
    return b"".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n".encode() for name in names)


def _check(files: Mapping[str, bytes], sums: bytes) -> None:
    """Refuse what the verifiers would refuse, while the one who builds can still do something about it."""
    for name, data in sorted(files.items()):
        if name == SUMS or name.split("/")[0] == "sig" or not good_name(name):
            raise OutputError(
                say("a bundle can't hold a file named {name}", name=repr(name)),
                hint=say("Use small letters, digits and _ . @ + - in file names, and no name that Windows reserves."),
            )
        if len(data) > MAX_FILE:
            raise OutputError(
                say(
                    "{name} has {size} bytes; a file of a bundle holds at most {most}",
                    name=name,
                    size=len(data),
                    most=MAX_FILE,
                ),
                hint=say("Cut the range in two: sqlgen bundle FROM:MIDDLE, then MIDDLE:TO."),
            )
        if name.endswith(TEXTS) and not good_text(data):
            raise OutputError(
                say(
                    "{name}, line {line}, has a control character, which no bundle may hold",
                    name=name,
                    line=_line(data),
                ),
                hint=say("Write it as an escape in the migration: E'\\r', CHAR(13), U&'\\202E'."),
            )
    for parent in sorted({parent for name in files for parent in _parents(name)} & files.keys()):
        raise OutputError(
            say("{name} is both a file and a folder of the bundle", name=parent), hint=say("Rename one of the two.")
        )
    entries = len(files) + len({parent for name in files for parent in _parents(name)})
    if entries > MAX_ENTRIES - _SIGNATURE_ROOM or len(sums) > MAX_SUMS or sum(map(len, files.values())) > MAX_TOTAL:
        raise OutputError(
            say(
                "the bundle would have {count} files of {size} bytes",
                count=len(files),
                size=sum(map(len, files.values())),
            ),
            hint=say("Cut the range in two: sqlgen bundle FROM:MIDDLE, then MIDDLE:TO."),
        )
    parse(files.get(MANIFEST, b""))


def _parents(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _line(data: bytes) -> int:
    return next(number for number, line in enumerate(data.split(b"\n"), start=1) if not good_text(line))


def check_place(out: Path, force: bool) -> None:
    """Whether a bundle may be written there. Raises OutputError; it looks only, and leaves all as it is."""
    if not os.path.lexists(out):
        return
    if out.is_symlink() or not out.is_dir():
        raise OutputError(say("{path} is there and is no folder", path=out), hint=say("Give another folder: -o DIR"))
    replaceable = is_bundle(out) or not any(out.iterdir())
    lost = len(signatures_of(out)) if replaceable else 0
    if not force:
        raise OutputError(
            say("the folder {path} is there already", path=out),
            hint=say(
                "Give another folder with -o DIR, or replace it with --force: its {count} signatures are lost.",
                count=lost,
            )
            if lost
            else say("Give another folder with -o DIR, or replace it with --force.")
            if replaceable
            else say("Give another folder with -o DIR."),
        )
    if not replaceable:
        raise OutputError(
            say("{path} is no bundle, so --force does not replace it", path=out),
            hint=say("Give another folder with -o DIR, or remove this one yourself."),
        )


def is_bundle(folder: Path) -> bool:
    """Whether it looks like the folder of a bundle; nothing is verified."""
    try:
        lines = manifest_lines((folder / MANIFEST).read_bytes())
    except OSError:
        return False
    return lines is not None and lines.get("format", "").startswith('"sqlgen.bundle/') and (folder / SUMS).is_file()


def _write_file(root: Path, name: str, data: bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    # whatever the umask is: others must be able to verify it
    path.chmod(0o644)
    for parent in _parents(name):
        (root / parent).chmod(0o755)


def _put(fresh: Path, out: Path) -> None:
    """Rename `fresh` to `out`; an older folder steps aside first and comes back when that fails."""
    if not out.exists():
        fresh.rename(out)
        return
    aside = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    old = out.rename(aside / out.name)
    try:
        fresh.rename(out)
    except OSError:
        old.rename(out)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _unwritable(out: Path, error: OSError) -> SqlgenError:
    return OutputError(
        say("{path} can't be written: {why}", path=out, why=error.strerror or error),
        hint=say(
            "Make sure that you may write into {parent} and that it has space, or give -o DIR.", parent=out.parent
        ),
    )
