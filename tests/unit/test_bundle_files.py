"""Which files a bundle holds, and that the manifest and the tops of the scripts say the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"
REVIEW = {"review.html", "review.json", "review.md"}
ALWAYS = {"MANIFEST.json", "SHA256SUMS", "apply.sql", "evidence", "postcheck.sql", "preflight.sql", *REVIEW}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    return folder


def bundle(shop: Path, dialect: str) -> tuple[Path, dict[str, Any]]:
    command = ["bundle", "0004_orders:head", "--env", "prod", "--dialect", dialect, "--fail-on", "never", "-o", "out"]
    done = subprocess.run(
        [sys.executable, "-m", "sqlgen", *command],
        cwd=shop,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(shop.parent)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    out = shop / "out"
    return out, json.loads((out / "MANIFEST.json").read_text(encoding="utf-8"))


def without_downgrade(shop: Path, revision: str, body: str) -> None:
    """Replace downgrade() of a revision."""
    path = shop / "migrations" / "versions" / f"{revision}.py"
    text = path.read_text(encoding="utf-8")
    start = text.index("def downgrade")
    path.write_text(f"{text[:start]}def downgrade() -> None:\n    {body}\n", encoding="utf-8")


def test_the_way_back_is_a_script_where_there_is_one(shop: Path) -> None:
    out, manifest = bundle(shop, "postgresql")
    assert {path.name for path in out.iterdir()} == {*ALWAYS, "rollback.sql", "runbook.md"}
    assert manifest["destroys"] == ["users", "wishlists"]
    assert [each["revision"] for each in manifest["no_way_back"]] == ["0006_lowercase_emails"]
    assert "no_rollback" not in manifest
    assert "not_run" not in manifest
    apply, rollback = ((out / name).read_text(encoding="utf-8") for name in ("apply.sql", "rollback.sql"))
    assert "table wishlists, with its rows\n" in apply.partition("-- What:")[0]
    assert "table wishlists is there again, but without its rows\n" in rollback.partition("-- What:")[0]
    assert "NOT UNDONE, their downgrade() does nothing: 0006_lowercase_emails" in rollback
    golden = json.loads((SAMPLE / "expected/postgresql/release/MANIFEST.json").read_text(encoding="utf-8"))
    assert manifest["content_id"] == golden["content_id"]


def test_a_client_that_can_not_skip_has_a_script_of_its_own_to_go_on(shop: Path) -> None:
    out, manifest = bundle(shop, "mysql")
    assert {path.name for path in out.iterdir()} == {*ALWAYS, "resume.sql", "rollback.sql", "runbook.md"}
    assert manifest["not_run"].startswith("NOT RUN ON A REAL SERVER")


def test_a_page_says_why_where_there_is_no_way_back(shop: Path) -> None:
    without_downgrade(shop, "0014_drop_wishlists", 'raise NotImplementedError("restore the backup")')
    out, manifest = bundle(shop, "postgresql")
    assert {path.name for path in out.iterdir()} == {*ALWAYS, "no-rollback.md", "runbook.md"}
    assert manifest["no_rollback"] is True
    first = manifest["no_way_back"][0]
    assert (first["revision"], first["reason"]) == ("0014_drop_wishlists", "NotImplementedError: restore the backup")
    assert "THERE IS NO WAY BACK by script" in (out / "apply.sql").read_text(encoding="utf-8").partition("-- What:")[0]
    for name in ("no-rollback.md", "review.md", "runbook.md"):
        text = (out / name).read_text(encoding="utf-8")
        assert "no way back" in text.lower(), name
        assert "-f rollback.sql" not in text, name
