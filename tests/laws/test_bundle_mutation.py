"""Any change to a bundle is refused, by a VerificationError and nothing else, unless it changes no byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sqlgen.bundle.verify import verify
from sqlgen.errors import VerificationError

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden/bundle"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
FILES = sorted(p.relative_to(GOLDEN / "bundle").as_posix() for p in (GOLDEN / "bundle").rglob("*") if p.is_file())

Change = Callable[[Path], None]
file = st.sampled_from(FILES)
name = st.one_of(
    file,
    st.sampled_from(
        ["A", "a.sql", "sig/x", "sig/dba/a.sig", "sig/ci/a.sig", "x/y/z", "con", ".x", "-", "a\nb", "\x1b"]
    ),
    st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1, max_size=20).filter(
        lambda text: text not in {".", ".."}
    ),
)


@st.composite
def byte_changes(draw: st.DrawFn) -> Change:
    path, at, what = draw(file), draw(st.integers(0, 2000)), draw(st.binary(max_size=3))
    cut = draw(st.integers(0, 3))

    def change(bundle: Path) -> None:
        if not (bundle / path).is_file():
            return  # an earlier change took it away
        data = (bundle / path).read_bytes()
        where = at % (len(data) + 1)
        (bundle / path).write_bytes(data[:where] + what + data[where + cut :])

    return change


@st.composite
def line_changes(draw: st.DrawFn) -> Change:
    path, at = draw(file), draw(st.integers(0, 100))
    how = draw(st.sampled_from(["swap", "double", "drop", "crlf"]))

    def change(bundle: Path) -> None:
        if not (bundle / path).is_file() or not (bundle / path).read_bytes():
            return
        lines = (bundle / path).read_bytes().splitlines(keepends=True)
        where = at % len(lines)
        if how == "swap":
            lines[where], lines[0] = lines[0], lines[where]
        elif how == "double":
            lines.insert(where, lines[where])
        elif how == "drop":
            lines.pop(where)
        else:
            lines = [line.replace(b"\n", b"\r\n") for line in lines]
        (bundle / path).write_bytes(b"".join(lines))

    return change


@st.composite
def tree_changes(draw: st.DrawFn) -> Change:
    path, other = draw(file), draw(name)
    how = draw(st.sampled_from(["add", "remove", "rename", "link", "hard link", "folder", "pipe", "copy"]))

    def change(bundle: Path) -> None:
        target = bundle / other
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if how == "add":
                target.write_bytes(b"SELECT 1;\n")
            elif how == "remove":
                (bundle / path).unlink()
            elif how == "rename":
                (bundle / path).rename(target)
            elif how == "link":
                target.symlink_to(bundle / path)
            elif how == "hard link":
                os.link(bundle / path, target)
            elif how == "folder":
                target.mkdir()
            elif how == "pipe":
                os.mkfifo(target)
            else:
                shutil.copy(bundle / path, target)
        except OSError:
            return  # the name is taken: this change changes nothing

    return change


changes = st.lists(st.one_of(byte_changes(), line_changes(), tree_changes()), min_size=1, max_size=3)


def tree(bundle: Path) -> dict[str, bytes | str]:
    return {
        p.relative_to(bundle).as_posix(): "folder" if p.is_dir() else p.read_bytes() if p.is_file() else "special"
        for p in bundle.rglob("*")
        if not p.is_symlink()
    } | {p.relative_to(bundle).as_posix(): "link" for p in bundle.rglob("*") if p.is_symlink()}


GENUINE = tree(GOLDEN / "bundle")


def judge(how: list[Change], *, shell: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder, "bundle")
        shutil.copytree(GOLDEN / "bundle", bundle)
        for change in how:
            change(bundle)
        changed = tree(bundle) != GENUINE or any(p.lstat().st_nlink > 1 for p in bundle.rglob("*") if p.is_file())
        reason = ""
        try:
            shutil.rmtree(verify(GOLDEN / "trust", "prod", bundle, now=NOW).copy.parent)
        except VerificationError as error:
            reason = str(error)
        assert bool(reason) == changed, reason
        if shell:
            command = ["sh", str(ROOT / "sqlgen/bundle/verify.sh"), str(GOLDEN / "trust"), "prod", str(bundle)]
            result = subprocess.run(command, capture_output=True, env={**os.environ, "TMPDIR": folder}, check=False)
            assert result.returncode == (3 if changed else 0), result.stderr
            assert result.stderr.startswith(b"REFUSED: step " if changed else b"")
            if changed:
                assert result.stderr.count(b"REFUSED") == 1
                assert result.stderr.split(b":")[1] == reason.split(":")[0].replace("step", " step").encode()


def nothing(bundle: Path) -> None:
    assert bundle.is_dir()


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(changes)
@example([nothing])
def test_python_refuses_every_change(how: list[Change]) -> None:
    judge(how, shell=False)


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(changes)
@example([nothing])
def test_both_verifiers_refuse_every_change_in_the_same_step(how: list[Change]) -> None:
    judge(how, shell=True)


@pytest.mark.deep
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes)
def test_both_verifiers_refuse_two_thousand_changes(how: list[Change]) -> None:
    judge(how, shell=True)
