"""One row per attack on the archive that a bundle came in: whatever an unpacker makes of it, the folder is verified.

Signatures are over contents, never over a container: two programs can unpack different files from one zip.
"""

from __future__ import annotations

import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.asking import all_accept, all_refuse, ask
from tests.attacks.worlds import World

EVIL = b"DROP TABLE books;\n"
Pack = Callable[[zipfile.ZipFile], object]
Unpack = Callable[[Path, Path], object]


def by_python(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)


def by_unzip(archive: Path, folder: Path) -> None:
    if shutil.which("unzip") is None:
        pytest.skip("unzip is not installed")
    # It ends with 1 for what it corrects and 3 for what it can't read; what it left in the folder is judged.
    subprocess.run(["unzip", "-q", "-n", archive, "-d", folder], capture_output=True, check=False)


UNPACKERS = [pytest.param(each, id=each.__name__) for each in (by_python, by_unzip)]


def packed(world: World, *more: Pack, first: Pack | None = None) -> Path:
    """The genuine bundle in a zip, with what `first` writes before it and `more` behind it."""
    archive = world.root / "bundle.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        if first is not None:
            first(opened)
        for file in sorted(world.bundle.rglob("*")):
            if file.is_file():
                opened.write(file, file.relative_to(world.bundle).as_posix())
        for each in more:
            each(opened)
    return archive


def unpacked(world: World, archive: Path, unpack: Unpack) -> None:
    genuine = world.bundle
    world.bundle = world.root / "unpacked"
    world.bundle.mkdir()
    unpack(archive, world.bundle)
    shutil.rmtree(genuine)


def named(name: str, data: bytes = EVIL) -> Pack:
    return lambda opened: opened.writestr(name, data)


def link(opened: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("evidence/passwd")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    opened.writestr(info, "/etc/passwd")


ROWS = (
    ("a zip with a path upwards", named("../evil.sql"), "step 7: a file is not in SHA256SUMS (evil.sql)"),
    ("a zip with an absolute path", named("/evil.sql"), "step 7: a file is not in SHA256SUMS (evil.sql)"),
    ("a zip with a file more", named("evil.sql"), "step 7: a file is not in SHA256SUMS (evil.sql)"),
    ("a zip with a case twin", named("Apply.sql"), "step 3: a name is not allowed (Apply.sql)"),
    ("a zip with a backslash", named("x\\evil.sql"), ("step 3: a name is not allowed", "step 7: a file is not in")),
    ("a zip with a link", link, ("step 4: a link or special file", "step 7: a file is not in SHA256SUMS")),
    ("a zip that unpacks into too much", named("big.sql", bytes((1 << 24) + 1)), "step 4: a file is too big (big.sql)"),
)
NAMES = (
    *(name for name, _, _ in ROWS),
    "a zip with two files of one name",
    "a zip behind a zip",
    "a zip that names a file in two ways",
)


@pytest.mark.parametrize("unpack", UNPACKERS)
def test_a_genuine_zip_is_accepted(world: World, unpack: Unpack) -> None:
    unpacked(world, packed(world), unpack)
    all_accept(world)


@pytest.mark.parametrize("unpack", UNPACKERS)
@pytest.mark.parametrize(
    ("pack", "reason"), [pytest.param(pack, reason, id=name.replace(" ", "-")) for name, pack, reason in ROWS]
)
def test_every_verifier_refuses(world: World, unpack: Unpack, pack: Pack, reason: str | tuple[str, ...]) -> None:
    """Unpackers differ in what they make of a link or a backslash; each outcome has its reason."""
    unpacked(world, packed(world, pack), unpack)
    assert not (world.root / "evil.sql").exists()
    if isinstance(reason, str):
        all_refuse(world, reason)
    else:
        said = {each.reason for each in ask(world).values()}
        assert len(said) == 1
        assert said.pop().startswith(reason)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("unpack", UNPACKERS)
@pytest.mark.parametrize("order", ["evil first", "evil last"])
def test_of_two_files_of_one_name_the_one_that_is_there_counts(world: World, unpack: Unpack, order: str) -> None:
    evil = named("apply.sql")
    unpacked(world, packed(world, first=evil) if order == "evil first" else packed(world, evil), unpack)
    if (world.bundle / "apply.sql").read_bytes() == EVIL:
        all_refuse(world, "step 8: a checksum does not match (apply.sql)")
    else:
        all_accept(world)


@pytest.mark.parametrize("unpack", UNPACKERS)
def test_of_two_zips_in_one_the_one_that_is_unpacked_counts(world: World, unpack: Unpack) -> None:
    (world.root / "evil").mkdir()
    archive = packed(world)
    good = archive.read_bytes()
    (world.bundle / "apply.sql").write_bytes(EVIL)
    evil = packed(world).read_bytes()
    archive.write_bytes(good + evil)
    unpacked(world, archive, unpack)
    all_refuse(world, "step 8: a checksum does not match (apply.sql)")


@pytest.mark.parametrize("unpack", UNPACKERS)
def test_a_name_that_the_zip_says_in_two_ways_brings_no_other_file_in(world: World, unpack: Unpack) -> None:
    """a zip that names a file in two ways"""
    archive = packed(world, named("evil.sql"))
    data = archive.read_bytes()
    at = data.index(b"evil.sql")  # the local header; the directory at the end has it again
    archive.write_bytes(data[:at] + b"good.sql" + data[at + 8 :])
    if unpack is by_python:
        with pytest.raises(zipfile.BadZipFile):
            by_python(archive, world.root / "nothing")
        return
    unpacked(world, archive, unpack)
    all_refuse(world, "step 7: a file is not in SHA256SUMS")
