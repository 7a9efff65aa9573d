"""`sqlgen emit`: what it writes where."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sqlgen.script import read_back

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


def emit(shop: Path, *arguments: str) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", "sqlgen", "emit", *arguments],
        cwd=shop,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the sample, outside git."""
    folder = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    (tmp_path / ".git").mkdir()
    return folder


def written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().decode() for path in folder.iterdir()}


def test_a_folder_gets_the_script_with_all_that_belongs_to_it(shop: Path) -> None:
    done = emit(shop, "base:0004", "-o", "out/")
    assert (done.code, done.out) == (0, "")
    files = written(shop / "out")
    assert set(done.err.strip().removeprefix("out/: ").split(", ")) == set(files)
    assert set(files) == {"runbook.md", "preflight.sql", "apply.sql", "postcheck.sql", "rollback.sql"}
    for name, options in {
        "apply.sql": (),
        "rollback.sql": ("--down",),
        "preflight.sql": ("--preflight",),
        "postcheck.sql": ("--postcheck",),
    }.items():
        assert files[name] == emit(shop, "base:0004", *options).out, name


def test_a_rollback_has_a_folder_of_its_own(shop: Path) -> None:
    assert emit(shop, "base:0004", "--down", "-q", "-o", "out/") == Done(0, "", "")
    files = written(shop / "out")
    assert set(files) == {"preflight.sql", "rollback.sql", "postcheck.sql"}
    assert "from 0004_orders to base" in files["preflight.sql"]
    assert emit(shop, "base:0004", "-q", "-o", "other/").code == 0
    done = emit(shop, "base:0004", "--down", "-o", "other")  # the folder is there: no slash
    assert done.code == 2
    assert "error: other holds apply.sql, which is of another run" in done.err


def test_a_script_that_mysql_needs_to_go_on_with_is_another_file(shop: Path) -> None:
    assert emit(shop, "base:0003", "--dialect", "mysql", "-q", "-o", "out/").code == 0
    files = written(shop / "out")
    assert files["resume.sql"] == emit(shop, "base:0003", "--dialect", "mysql", "--resume").out
    assert files["resume.sql"] != files["apply.sql"]
    assert emit(shop, "base:0003", "--dialect", "mysql", "-q", "--split", "revision", "-o", "parts/").code == 0
    names = [
        f"{number}{end}"
        for number in ("001-0001_users", "002-0002_roles", "003-0003_books")
        for end in (".resume.sql", ".sql")
    ]
    parts = written(shop / "parts")
    assert sorted(parts) == names
    for name, text in parts.items():
        assert f" < {name} " in text, name


def test_the_script_of_an_environment_with_tenants_comes_with_the_loop_over_them(shop: Path) -> None:
    settings = shop / "sqlgen.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + '\n[env.shops]\ntenants = ["north.db", "south.db"]\n', encoding="utf-8")
    assert emit(shop, "base:0004", "--env", "shops", "-q", "-o", "out/").code == 0
    files = written(shop / "out")
    assert '"$what" 2 south.db 2-south.db' in files["tenants.sh"]
    assert "one of north.db, south.db (the guard refuses any other)" in files["apply.sql"]
    settings.write_text(text + '\n[env.shops]\ntenants = ["north.db", "-delete"]\n', encoding="utf-8")
    done = emit(shop, "base:0004", "--env", "shops")
    assert (done.code, done.out) == (2, "")
    assert "sqlite3 would not take '-delete' for the name of a database" in done.err


def test_a_folder_with_files_of_another_run_is_left_alone(shop: Path) -> None:
    assert emit(shop, "base:0004", "--split", "revision", "-o", "out/").code == 0
    before = written(shop / "out")
    assert emit(shop, "base:0004", "--split", "revision", "-o", "out/").code == 0  # the same files again
    assert written(shop / "out") == before
    for options in (("--split", "revision"), ()):
        done = emit(shop, "base:0003", *options, "-o", "out/")
        assert done.code == 2
        assert re.search(r"error: out holds 00[14]-000._\w+\.sql, which is of another run", done.err)
        assert "hint: Name an empty folder" in done.err
        assert written(shop / "out") == before


def test_nothing_is_written_where_one_of_the_files_can_not_be(shop: Path) -> None:
    (shop / "out" / "preflight.sql").mkdir(parents=True)
    done = emit(shop, "base:0004", "-o", "out/")
    assert done.code == 2
    assert "error: out can't be written: Is a directory" in done.err
    assert [path.name for path in (shop / "out").iterdir()] == ["preflight.sql"]


def test_split_writes_a_whole_script_for_each_revision_named_in_its_own_command(shop: Path) -> None:
    done = emit(shop, "base:0004", "--split", "revision", "-o", "out/", "--dialect", "postgresql")
    assert done.code == 0
    names = ["001-0001_users.sql", "002-0002_roles.sql", "003-0003_books.sql", "004-0004_orders.sql"]
    files = written(shop / "out")
    assert sorted(files) == names
    statements: list[str] = []
    for number, name in enumerate(names, 1):
        assert f"-- File {number} of 4 of base -> 0004_orders: run them in their order.\n" in files[name]
        assert f" -f {name} " in files[name]
        statements += read_back(files[name], "postgresql")
    assert tuple(statements) == read_back(emit(shop, "base:0004", "--dialect", "postgresql").out, "postgresql")


def test_segments_are_files_where_each_revision_has_one_and_else_the_revision_is_named(shop: Path) -> None:
    assert emit(shop, "base:0004", "--split", "segment", "-o", "out/", "--dialect", "postgresql").code == 0
    assert len(written(shop / "out")) == 4
    done = emit(shop, "base:0004", "--split", "segment", "-o", "other/", "--dialect", "mariadb")
    assert done.code == 2
    assert "error: revision 0002_roles commits in 3 parts" in done.err
    assert "hint: Use --split revision" in done.err
    assert not (shop / "other").exists()
    range_ = ("--transaction", "range", "--dialect", "postgresql")
    done = emit(shop, "base:0004", "--split", "revision", *range_, "-o", "other/")
    assert (done.code, "a range that is one transaction can't be cut into files" in done.err) == (2, True)


def test_raw_is_the_statements_with_their_places_and_says_that_nothing_guards_them(shop: Path) -> None:
    done = emit(shop, "0002:0004", "--raw", "--dialect", "postgresql")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "-- NOT GUARDED: the bare statements of upgrade, 0002_roles -> 0004_orders, for postgresql."
    assert "-- 1. 0003_books  create books and wishlists  (migrations/versions/0003_books.py)" in lines
    assert "-- migrations/versions/0003_books.py:23 op.create_table" in lines
    assert "alembic_version" not in "\n".join(line for line in lines if not line.startswith("--"))
    bare = [part.strip() for part in re.sub(r"^--.*\n", "", done.out, flags=re.M).split(";\n") if part.strip()]
    script = emit(shop, "0002:0004", "--dialect", "postgresql").out
    assert tuple(bare) == read_back(script, "postgresql")


def test_raw_says_what_is_missing(shop: Path) -> None:
    path = shop / "migrations" / "versions" / "0003_books.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("def upgrade() -> None:\n", "def upgrade() -> None:\n    1 / 0\n"), encoding="utf-8")
    done = emit(shop, "0002:0004", "--raw", "--dialect", "postgresql")
    assert done.code == 4
    assert "-- INCOMPLETE: what could not be rendered is missing below.\n" in done.out
    assert re.search(r"--    MISSING, it could not be rendered: .*0003_books.py:\d+: .*ZeroDivisionError", done.out)
    assert "CREATE TABLE orders" in done.out


def test_a_downgrade_that_can_not_be_rendered_is_said_where_its_rollback_is_written(shop: Path) -> None:
    path = shop / "migrations" / "versions" / "0003_books.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("def downgrade() -> None:\n", "def downgrade() -> None:\n    1 / 0\n"), encoding="utf-8"
    )
    assert emit(shop, "0002:0004").err == ""
    done = emit(shop, "0002:0004", "-o", "out/")
    assert done.code == 0
    assert re.search(r"0003_books.py:\d+: incomplete: revision 0003_books can't be rendered: ZeroDivision", done.err)
    assert emit(shop, "0002:0004", "--down").code == 4


@pytest.mark.parametrize("dialect", ["postgresql", "mariadb", "sqlite", "mssql", "oracle"])
def test_an_autocommit_block_is_seen_on_every_engine(shop: Path, dialect: str) -> None:
    script = emit(shop, "0008_wider_columns:0010_isbn_index", "--dialect", dialect).out
    (mark,) = [line for line in script.splitlines() if line.startswith("-- sqlgen: statement")]
    assert mark.endswith("0010_isbn_index.py:24 op.create_index in autocommit_block()")
