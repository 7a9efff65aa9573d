"""Files in, a bundle out, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from sqlgen.bundle import pack
from sqlgen.bundle.manifest import Manifest
from sqlgen.errors import OutputError, VerificationError

MANIFEST = Manifest(
    content_id="01" * 32,
    environment="prod",
    dialect="sqlite",
    server_version=None,
    client="sqlite3",
    database="shop.db",
    lower=(),
    upper=("a1",),
    revisions=(),
    commit=None,
    created=None,
    expires=None,
)
FILES = {
    "apply.sql": b"SELECT 1;\n",
    "evidence/findings.json": b"{}\n",
    "MANIFEST.json": MANIFEST.to_text().encode(),
    "evidence.txt": b"",
}


def test_the_sums_are_in_the_order_of_the_c_locale(tmp_path: Path) -> None:
    pack.write(FILES, tmp_path / "b", force=False)
    lines = (tmp_path / "b/SHA256SUMS").read_text().splitlines()
    assert [line[66:] for line in lines] == ["MANIFEST.json", "apply.sql", "evidence.txt", "evidence/findings.json"]


def test_the_id_depends_on_the_files_alone(tmp_path: Path) -> None:
    first = pack.write(FILES, tmp_path / "b", force=False)
    old = os.umask(0o077)
    try:
        second = pack.write(dict(reversed(FILES.items())), tmp_path / "deep/er/c", force=False)
    finally:
        os.umask(old)
    assert first == second
    assert pack.write({**FILES, "apply.sql": b"SELECT 2;\n"}, tmp_path / "d", force=False) != first


def test_everybody_may_read_what_was_written(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        pack.write(FILES, tmp_path / "b", force=False)
    finally:
        os.umask(old)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "b").rglob("*") if p.is_file()}
    assert modes == {0o644}
    assert stat.S_IMODE((tmp_path / "b/evidence").stat().st_mode) == 0o755


BAD_NAMES = (
    *("SHA256SUMS", "sig/dba/x.sig", "sig", "../x", "/etc/passwd", "a//b", "A.sql"),
    *("con.sql", "a.", "manifest.json", "é.sql", "x" * 201, ""),
)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_verifiers_refuse_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="can't hold a file named"):
        pack.write({**FILES, name: b""}, tmp_path / "b", force=False)
    assert not list(tmp_path.iterdir())


def test_a_control_character_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"apply\.sql, line 2, has a control character"):
        pack.write({**FILES, "apply.sql": b"SELECT 1;\n-- \r\n"}, tmp_path / "b", force=False)


def test_text_of_any_language_is_no_control_character(tmp_path: Path) -> None:
    pack.write({**FILES, "apply.sql": "SELECT 'é 漢字 😀 \u200c \xa0', \t1;\n".encode()}, tmp_path / "b", force=False)


@pytest.mark.parametrize(
    "files",
    [
        {"big.sql": b" " * (pack.MAX_FILE + 1)},
        {f"f{i}.txt": b" " * pack.MAX_FILE for i in range(5)},
        {f"f{i}": b"" for i in range(1000)},
    ],
    ids=["a big file", "many big files", "many files"],
)
def test_what_verifiers_find_too_big_is_not_written(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(OutputError) as caught:
        pack.write({**FILES, **files}, tmp_path / "b", force=False)
    assert "Cut the range in two" in str(caught.value.hint)


def test_a_name_is_not_both_a_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="evidence is both a file and a folder"):
        pack.write({**FILES, "evidence": b""}, tmp_path / "b", force=False)


def test_files_without_a_good_manifest_are_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(VerificationError, match="ill-formed"):
        pack.write({**FILES, "MANIFEST.json": b"{}\n"}, tmp_path / "b", force=False)


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "b"
    pack.write(FILES, out, force=False)
    (out / "sig/dba").mkdir(parents=True)
    (out / "sig/dba/dora@example.com.sig").write_text("…")
    with pytest.raises(OutputError, match="is there already") as caught:
        pack.write({**FILES, "apply.sql": b""}, out, force=False)
    assert "its 1 signatures are lost" in str(caught.value.hint)
    assert (out / "apply.sql").read_bytes() == FILES["apply.sql"]
    assert pack.signatures_of(out) == ("dba/dora@example.com",)


def test_force_replaces_a_bundle_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "b"
    pack.write({**FILES, "old.sql": b""}, out, force=False)
    (out / "sig/dba").mkdir(parents=True)
    (out / "sig/dba/x.sig").write_text("…")
    pack.write(FILES, out, force=True)
    names = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert names == {*FILES, "SHA256SUMS"}
    assert [p.name for p in tmp_path.iterdir()] == ["b"]


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_force_replaces_nothing_but_a_bundle(tmp_path: Path, kind: str) -> None:
    out, bundle = tmp_path / "b", tmp_path / "real"
    pack.write(FILES, bundle, force=False)
    match kind:
        case "folder":
            out.mkdir()
            (out / "thesis.txt").write_text("years of work")
        case "file":
            out.write_text("years of work")
        case _:
            out.symlink_to(bundle)
    before = sorted(p.name for p in tmp_path.rglob("*"))
    with pytest.raises(OutputError):
        pack.write(FILES, out, force=True)
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


def test_an_empty_folder_is_replaced_with_force(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    pack.write(FILES, tmp_path / "b", force=True)
    assert (tmp_path / "b/apply.sql").is_file()


def test_a_parent_that_is_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="can't be written"):
        pack.write(FILES, tmp_path / "file/b", force=False)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack.write(FILES, tmp_path / "b", force=False)

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left on device"):
        pack.write({**FILES, "apply.sql": b""}, tmp_path / "b", force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["b"]
    assert (tmp_path / "b/apply.sql").read_bytes() == FILES["apply.sql"]


def test_a_failing_rename_brings_the_old_bundle_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "b"
    pack.write(FILES, out, force=False)
    rename = Path.rename

    def fail_for_the_new_one(self: Path, target: Path) -> Path:
        if target == out and (self / "new.sql").exists():
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_new_one)
    with pytest.raises(OutputError, match="Permission denied"):
        pack.write({**FILES, "new.sql": b""}, out, force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["b"]
    assert not (out / "new.sql").exists()
    assert (out / "apply.sql").is_file()


def content(*statements: str, **changes: object) -> str:
    given: dict[str, object] = {"dialect": "sqlite", "lower": ("a",), "upper": ("b", "c"), **changes}
    return pack.content_id(statements, **given)  # type: ignore[arg-type]


def test_the_content_id_is_frozen() -> None:
    canonical = b"sqlgen.content/1\n1\n6:sqlite\n1\n1:a\n2\n1:b\n1:c\n2\n8:SELECT 1\n11:SELECT '\xc3\xa9'\n0\n"
    assert content("SELECT 1", "SELECT 'é'") == hashlib.sha256(canonical).hexdigest()


def test_the_content_id_does_not_see_the_order_of_heads() -> None:
    assert content("SELECT 1", upper=("c", "b")) == content("SELECT 1")


def test_the_content_id_sees_everything_else() -> None:
    others = [
        content("SELECT 1", "SELECT 2"),
        content("SELECT 2", "SELECT 1"),
        content("SELECT 1;SELECT 2"),
        content("SELECT 1"),
        content("SELECT 1", rollback=("SELECT 2",)),
        content("SELECT 1", "SELECT 2", dialect="mysql"),
        content("SELECT 1", "SELECT 2", lower=()),
        content("SELECT 1", "SELECT 2", lower=("a", "b"), upper=("c",)),
        content("SELECT 1", "SELECT 2", upper=("bc",)),
        content("SELECT 1", "SELECT 2", upper=("b",)),
    ]
    assert len(set(others)) == len(others)


def test_the_content_id_is_the_same_over_environments(tmp_path: Path) -> None:
    staging = replace(MANIFEST, environment="staging", content_id=content("SELECT 1"))
    one = pack.write({**FILES, "MANIFEST.json": staging.to_text().encode()}, tmp_path / "s", force=False)
    other = replace(staging, environment="prod")
    two = pack.write({**FILES, "MANIFEST.json": other.to_text().encode()}, tmp_path / "p", force=False)
    assert one != two
    assert staging.content_id == other.content_id
