"""samples/bookshop/expected: two bundles for each dialect, byte for byte. `make golden` rewrites them.

`all` takes an empty staging database through the whole history; `release` takes production on from where it stands, so
that the tables have rows and the findings stand open.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"
EXPECTED = SAMPLE / "expected"
DIALECTS = ("postgresql", "mariadb", "mysql", "sqlite")
EPOCH = "1767225600"  # 2026-01-01T00:00:00Z: the sample is copied out of git, so there is no commit to take a time from


RANGES = {"all": ("base:head", "staging"), "release": ("0004_orders:head", "prod")}


def bundle(folder: Path, dialect: str, which: str, **environment: str) -> Path:
    """Copy the sample into `folder`, outside git, and build the bundle there."""
    revisions, env = RANGES[which]
    copy, out = folder / "bookshop", folder / "bundle"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    command = [sys.executable, "-m", "sqlgen", "bundle", revisions, "--env", env, "--dialect", dialect]
    done = subprocess.run(
        [*command, "--fail-on", "never", "-o", str(out)],
        cwd=copy,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "GIT_CEILING_DIRECTORIES": str(folder), **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.mark.parametrize("which", RANGES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_bundle_is_the_expected_one_byte_for_byte(dialect: str, which: str, tmp_path: Path) -> None:
    made, wanted = bundle(tmp_path, dialect, which), EXPECTED / dialect / which
    if os.environ.get("SQLGEN_WRITE_GOLDEN") == "1":
        shutil.rmtree(wanted, ignore_errors=True)
        shutil.copytree(made, wanted)
    have, want = contents(made), contents(wanted)
    assert sorted(have) == sorted(want)
    for name in (name for name in have if name not in ("MANIFEST.json", "SHA256SUMS")):
        assert have[name].decode() == want[name].decode(), f"{name}: run make golden and look at the diff"
    assert have == want  # the two that name the others


def test_locale_time_zone_hash_seed_and_path_change_no_byte(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "a longer path" / "书店"
    here.mkdir()
    there.mkdir(parents=True)
    usual = bundle(here, "postgresql", "release", LC_ALL="C.UTF-8", TZ="UTC", PYTHONHASHSEED="1")
    other = bundle(there, "postgresql", "release", LC_ALL="zh_CN.UTF-8", TZ="Asia/Shanghai", PYTHONHASHSEED="4711")
    assert contents(usual) == contents(other)
