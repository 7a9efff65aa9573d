"""samples/bookshop: what the recorder gives is what `alembic … --sql` prints, statement for statement."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sqlgen.emit import Run
from sqlgen.history import read, resolve
from sqlgen.project import find
from sqlgen.statements import split

SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "bookshop"
URLS = {
    "postgresql": "postgresql+psycopg2://u@db.example.com/shop",
    "mysql": "mysql+pymysql://u@db.example.com/shop",
    "mariadb": "mariadb+pymysql://u@db.example.com/shop",
    "sqlite": "sqlite:///bookshop.db",
}


def statements(texts: list[str], dialect: str) -> list[str]:
    """The user's statements. Alembic's batch mode writes the constraints of a copied table in an order that changes
    from run to run (it iterates a set), so the lines of such a CREATE TABLE are sorted."""
    found = [statement.text.replace("\t", "    ") for text in texts for statement in split(text, dialect)]
    user = [text for text in found if text and text not in ("BEGIN", "COMMIT") and "alembic_version" not in text]
    return [_sorted(text) if text.startswith("CREATE TABLE _alembic_tmp") else text for text in user]


def _sorted(create: str) -> str:
    return "\n".join(sorted(line.strip().rstrip(",") for line in create.splitlines()))


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("dialect", URLS)
def test_the_sample_is_rendered_as_stock_alembic_renders_it(dialect: str, down: bool, tmp_path: Path) -> None:
    copy = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    ini = copy / "alembic.ini"
    ini.write_text(ini.read_text(encoding="utf-8").replace("sqlite:///bookshop.db", URLS[dialect]), encoding="utf-8")
    arguments = ["downgrade", "head:base"] if down else ["upgrade", "base:head"]
    stock = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments, "--sql"],
        cwd=copy,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    project = find(copy)
    within = resolve(read(project), "base:head", down=down)
    with Run(
        project.config,
        section=project.section,
        root=project.root,
        moves=[(move.revision.id, move.direction) for move in within.steps],
        start=within.steps[0].before,
        files=[move.revision for move in within.steps],
    ) as run:
        trace = run.trace
    assert [each.failure for each in trace.revisions] == [None] * 14
    ours = statements([each.sql for one in trace.revisions for each in one.statements], dialect)
    assert ours == statements([stock], dialect)
    assert len(ours) > 15
