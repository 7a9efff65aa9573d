"""`sqlgen check` beside `alembic upgrade PREVIOUS:HEAD --sql | squawk`, on a repository with one new revision.

    make bench                                        or: python benchmarks/check.py 2000 --runs 5

A branch adds one revision to a long history, whose revisions have 1.4 kB each. First without byte code, as in a CI job
that has just cloned, and without a cache of schemas; then with both. The new revision adds a column to a table that the
history made, and an index on it.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from generate import generate
from run import ALEMBIC, BIN, SQLGEN, Command, Measured, best, times

STOCK, OURS = "alembic upgrade PREVIOUS:HEAD --sql, piped to squawk", "sqlgen check"

_NEW = '''"""one new column"""
from alembic import op
import sqlalchemy as sa

revision = "new"
down_revision = {parent!r}


def upgrade() -> None:
    op.add_column("t00001", sa.Column("email", sa.String(length=80), nullable=False))
    op.create_index("ix_t00001_email", "t00001", ["email"])


def downgrade() -> None:
    op.drop_index("ix_t00001_email", table_name="t00001")
    op.drop_column("t00001", "email")
'''


def repository(count: int, folder: Path) -> Path:
    """A git repository with so many revisions on main, and one more on a branch."""
    project = generate(count, folder, operations=4)
    (project / ".gitignore").write_text("__pycache__\n")
    _git(project, "init", "--quiet", "--initial-branch=main")
    _git(project, "add", ".")
    _git(project, "commit", "--quiet", "--message=history")
    _git(project, "switch", "--quiet", "--create", "branch")
    (project / "migrations/versions/new.py").write_text(_NEW.format(parent=f"r{count:05d}"))
    _git(project, "add", ".")
    _git(project, "commit", "--quiet", "--message=new")
    return project


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True)


def commands(count: int, environ: dict[str, str]) -> dict[str, Command]:
    squawk = shlex.quote(str(BIN / "squawk"))
    stock = f"{shlex.quote(ALEMBIC)} upgrade r{count:05d}:new --sql | {squawk}"
    check = (SQLGEN, "check", "--since", "main", "--output-format", "text")
    return {STOCK: Command(("sh", "-c", stock), (0, 1), environ), OURS: Command(check, (1,), environ)}


def measure(count: int, folder: Path, runs: int) -> Iterator[str]:
    """The table, row by row; then which limits held."""
    project = repository(count, folder / "project")
    times(Command((SQLGEN, "check", "--since", "main"), (1,)), project)  # so that all but the revisions has byte code
    subprocess.run(["git", "clean", "-fdxq"], cwd=project, check=True)
    bare = {"PYTHONDONTWRITEBYTECODE": "1", "SQLGEN_CACHE": "off"}
    yield "| repository | command | wall s | ratio | CPU s | peak MB |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    cold = best(commands(count, bare), project, runs)
    yield from _rows(f"{count} old revisions, no byte code, no cache", cold)
    warm = best(commands(count, {"SQLGEN_CACHE": str(folder / "cache")}), project, runs)
    yield from _rows(f"{count} old revisions, byte code and cache", warm)
    yield ""
    ratio = cold[OURS].wall_s / cold[STOCK].wall_s
    held = "held" if ratio <= 0.5 else "NOT HELD"
    yield f"- sqlgen check to stock Alembic and squawk, no byte code, no cache: {ratio:.2f}, at most 0.5: {held}"
    yield f"- the same, byte code and cache: {warm[OURS].wall_s / warm[STOCK].wall_s:.2f}"


def _rows(what: str, measured: dict[str, Measured]) -> Iterator[str]:
    first = measured[STOCK]
    for name, one in measured.items():
        ratio = f"{one.wall_s / first.wall_s:.2f}"
        yield f"| {what} | `{name}` | {one.wall_s:.2f} | {ratio} | {one.cpu_s:.2f} | {one.peak_mb:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description="sqlgen check beside stock Alembic and squawk")
    parser.add_argument("count", nargs="?", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for line in measure(arguments.count, Path(temporary), arguments.runs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
