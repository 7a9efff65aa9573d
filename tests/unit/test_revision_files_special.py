"""Revisions and a baseline that are no files with an end: a pull request can link to a device."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sqlgen.errors import HistoryError, UsageError
from sqlgen.history.files import read_file
from sqlgen.lint.baseline import read


@pytest.fixture(params=["a device", "a pipe"])
def endless(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "a1.py"
    if request.param == "a pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    return path


def test_a_revision_without_an_end_is_refused(endless: Path) -> None:
    with pytest.raises(HistoryError, match="no regular file"):
        read_file(str(endless), "a1.py", {})


def test_a_baseline_without_an_end_is_refused(endless: Path) -> None:
    with pytest.raises(UsageError, match="no regular file"):
        read(endless)
