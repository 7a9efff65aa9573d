"""The same commit gives the same bundle id, wherever, whenever and by whomever it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.building import commit, contents, git, project, revision, write

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """\
rules = ["standard", "./db-rules"]
baseline = "schema.sql"
fail_on = "never"

[env.prod]
database = "shop"
roles = { dba = 1 }

[revision.b2]
upgrade = "by hand/b2.sql"
downgrade = "by hand/b2_back.sql"

[[allow]]
rule = "drop-table"
because = "nobody reads it"
until = "2026-12-31"
"""
TEXT = """op.execute('''-- 书: more than
-- one line
INSERT INTO books (id, title) VALUES (1, 'two
lines')''')
op.execute(open('seed.sql', encoding='utf-8').read())"""


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with all that shapes a bundle: revisions, SQL by hand, rules, a baseline, an allowance."""
    top = tmp_path_factory.mktemp("origin") / "repo"
    books = "op.execute('CREATE TABLE books (\\n  id INTEGER PRIMARY KEY,\\n  title TEXT\\n)')"
    shop = project(
        top / "services/shop",
        dialect="postgresql",
        revisions={
            "a1": (books, "op.execute('DROP TABLE books')"),
            "b2": ("1 / 0", "1 / 0"),
            "c3": (TEXT, "op.execute('DELETE FROM books')"),
        },
        settings=SETTINGS,
    )
    write(shop / "migrations/versions/d4.py", revision("d4", "c3", "1 / 0", "raise NotImplementedError('no\\nway')"))
    write(
        shop / "by hand/b2.sql",
        "-- by hand\nCREATE TABLE tags (\n  id INTEGER\n);\n/* two\nlines */\nDROP TABLE old;\n",
    )
    write(shop / "by hand/b2_back.sql", "DROP TABLE tags;\n")
    write(shop / "schema.sql", "CREATE TABLE old (\n  id INTEGER,\n  note TEXT DEFAULT 'a\nb'\n);\n")
    write(shop / "seed.sql", "INSERT INTO books (id, title) VALUES (2, 'b\nc');\n")
    shutil.copytree(ROOT / "samples/team-rules", shop / "db-rules", ignore=shutil.ignore_patterns("__pycache__"))
    commit(top)
    write(top / "readme.md", "more\n")
    commit(top)
    return top


def build(
    checkout: Path, out: Path, *, cwd: Path | None = None, python: str = sys.executable, umask: int = -1, **environ: str
) -> dict[str, bytes]:
    shop = checkout / "services/shop"
    command = [python, "-m", "sqlgen", "bundle", "base:head", "--env", "prod", "--allow-incomplete", "--expires", "14d"]
    done = subprocess.run(
        [*command, "--ticket", "OPS-42", "-o", out, *(["--project", shop] if cwd else [])],
        cwd=cwd or shop,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        umask=umask,
    )
    assert done.returncode == 4, done.stderr  # d4 can't be rendered, which the bundle says
    return contents(out)


@pytest.fixture(scope="module")
def usual(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return build(origin, tmp_path_factory.mktemp("usual") / "out", LC_ALL="C.UTF-8", TZ="UTC", PYTHONHASHSEED="1")


def clone(origin: Path, to: Path, *options: str) -> Path:
    to.parent.mkdir(parents=True, exist_ok=True)
    git(origin, "clone", "--quiet", *options, f"file://{origin}", to)
    return to


def with_autocrlf(origin: Path, folder: Path) -> Path:
    made = clone(origin, folder / "windows", "-c", "core.autocrlf=true")
    assert b"\r\n" in (made / "services/shop/schema.sql").read_bytes()
    return made


def with_crlf_by_attributes(origin: Path, folder: Path) -> Path:
    made = clone(origin, folder / "attributes", "--no-checkout")
    write(made / ".git/info/attributes", "* text eol=crlf\n")
    git(made, "checkout", "--quiet", "main")
    assert b"\r\n" in (made / "services/shop/migrations/versions/c3.py").read_bytes()
    return made


def shallow(origin: Path, folder: Path) -> Path:
    return clone(origin, folder / "shallow", "--depth=1")


def a_working_tree(origin: Path, folder: Path) -> Path:
    git(origin, "worktree", "add", "--quiet", "--detach", folder / "beside")
    return folder / "beside"


def behind_a_link(origin: Path, folder: Path) -> Path:
    (folder / "link").symlink_to(clone(origin, folder / "linked"))
    return folder / "link"


@pytest.mark.parametrize(
    "checkout",
    [with_autocrlf, with_crlf_by_attributes, shallow, a_working_tree, behind_a_link],
)
def test_the_checkout_changes_no_byte(
    origin: Path, usual: dict[str, bytes], tmp_path: Path, checkout: Callable[[Path, Path], Path]
) -> None:
    assert build(checkout(origin, tmp_path), tmp_path / "out") == usual


def test_place_locale_time_zone_hash_seed_and_umask_change_no_byte(
    origin: Path, usual: dict[str, bytes], tmp_path: Path
) -> None:
    made = clone(origin, tmp_path / "a longer path" / "书 店")
    other = build(
        made, tmp_path / "out", umask=0o077, LC_ALL="zh_CN.UTF-8", TZ="Asia/Shanghai", PYTHONHASHSEED="4711",
        SQLGEN_CACHE="off",
        COLUMNS="40", LANGUAGE="zh_CN", HOME=str(tmp_path),
    )  # fmt: skip
    assert other == usual
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert modes == {0o644}


def test_the_folder_from_which_it_is_built_changes_no_byte(
    origin: Path, usual: dict[str, bytes], tmp_path: Path
) -> None:
    made = clone(origin, tmp_path / "repo")
    assert build(made, tmp_path / "one", cwd=made) == usual
    assert build(made, tmp_path / "two", cwd=tmp_path) == usual


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_another_python_changes_no_byte(origin: Path, usual: dict[str, bytes], tmp_path: Path, version: str) -> None:
    """With the packages of this one: the same versions of them are part of what is built."""
    found = [*Path.home().glob(f".pyenv/versions/{version}.*/bin/python"), shutil.which(f"python{version}")]
    path = os.pathsep.join([str(ROOT), *(each for each in sys.path if each.endswith("site-packages"))])
    for python in filter(None, found):
        asked = [str(python), "-c", "import sqlgen.cli.main, alembic, sqlalchemy, sqlparse, typer"]
        if subprocess.run(asked, env={**os.environ, "PYTHONPATH": path}, capture_output=True).returncode == 0:
            assert (
                build(clone(origin, tmp_path / "repo"), tmp_path / "out", python=str(python), PYTHONPATH=path) == usual
            )
            return
    pytest.skip(f"there is no Python {version} that imports the packages of this one")
