"""The schema before a range: from the history, from a baseline, from the cache; the same each time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

import sqlgen.emit.run as emit_run
from sqlgen import pipeline
from sqlgen.emit.process import Worker
from sqlgen.errors import UsageError
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

URLS = {"postgresql": "postgresql://", "mariadb": "mysql+pymysql://", "sqlite": "sqlite://"}

ENV = """\
import os
import pathlib
import helper
from alembic import context

helper.SUFFIX += os.environ.get("SUFFIX", "")
context.configure(url=context.config.get_main_option("sqlalchemy.url"), render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
"""

REVISIONS = {
    "one": """op.create_table("users" + helper.SUFFIX, sa.Column("id", sa.Integer(), primary_key=True))""",
    "two": """
        for line in pathlib.Path("names.txt").read_text().splitlines():
            op.add_column("users" + helper.SUFFIX, sa.Column(line, sa.String(20)))
    """,
    "three": """op.create_table("more", sa.Column("id", sa.Integer(), primary_key=True))""",
    "four": """
        for table in sorted(sa.inspect(op.get_bind()).get_table_names()):
            for column in sa.inspect(op.get_bind()).get_columns(table):
                op.execute(f"-- nothing\\nSELECT '{table}.{column['name']}'")
    """,
    "five": """op.execute(f"SELECT '{sorted(sa.inspect(op.get_bind()).get_table_names())}'".replace("'", "''")[:7])""",
}


@dataclass
class Project:
    root: Path
    request: Request
    workers: list[Any] = field(default_factory=list)

    def told(self, span: str = "three:four", **changes: Any) -> list[str]:
        """The columns of which revision four is told."""
        workspace = open_workspace(replace(self.request, **changes))
        steps = pipeline.emit(workspace, pipeline.resolve(workspace, span).steps).steps
        assert all(step.gap is None for step in steps), [step.gap for step in steps]
        return [name for step in steps for item in step.items for name in re.findall(r"'(\w+\.\w+)'", item.sql)]

    def started(self, work: Callable[[], Any]) -> int:
        """How many workers it needs."""
        before = len(self.workers)
        work()
        return len(self.workers) - before


@pytest.fixture(params=["postgresql", "sqlite"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """On a dialect whose schema the parent folds, and on the one whose schema the worker holds."""
    root = tmp_path / "project"
    versions = root / "migrations" / "versions"
    versions.mkdir(parents=True)
    ini = f"[alembic]\nscript_location = migrations\nprepend_sys_path = .\nsqlalchemy.url = {URLS[request.param]}\n"
    (root / "alembic.ini").write_text(ini)
    (root / "migrations" / "env.py").write_text(ENV)
    (root / "helper.py").write_text("SUFFIX = ''\n")
    (root / "names.txt").write_text("first\nlast\n")
    down = None
    for name, body in REVISIONS.items():
        head = "import pathlib\nimport helper\nimport sqlalchemy as sa\nfrom alembic import op\n\n"
        ids = f"revision = {name!r}\ndown_revision = {down!r}\n\n\n"
        upgrade = "def upgrade():\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
        (versions / f"{name}.py").write_text(f"{head}{ids}{upgrade}\n\n\ndef downgrade():\n    pass\n")
        down = name
    monkeypatch.setenv("SQLGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("sqlgen.cache._own_code", lambda: "")  # sqlgen may be worked on while its tests run
    made = Project(root, Request(root, dialect=request.param))

    class Counted(Worker):
        def send(self, record: dict[str, Any]) -> None:
            if "moves" in record:
                made.workers.append(record["moves"])
            super().send(record)

    monkeypatch.setattr(emit_run, "Worker", Counted)
    monkeypatch.setattr("sqlgen.emit.process.Worker", Counted)
    return made


COLUMNS = ["more.id", "users.first", "users.id", "users.last"]


def test_the_second_time_nothing_before_the_range_is_run(project: Project) -> None:
    first = project.started(lambda: project.told())
    again: list[str] = []
    assert first == 2
    assert project.started(lambda: again.extend(project.told())) == 1
    assert sorted(name for name in again if "version" not in name) == COLUMNS
    os.environ["SQLGEN_CACHE"] = "off"
    assert project.told() == again
    assert project.started(lambda: project.told()) == 2


def test_what_is_known_of_an_earlier_revision_is_gone_on_from(project: Project) -> None:
    project.told("two:three")  # asks nothing
    assert project.started(lambda: project.told("three:four")) == 2
    told: list[str] = []
    assert project.started(lambda: told.extend(project.told("four:five"))) == 2
    assert project.workers[-1] == [("four", "upgrade")]
    assert project.started(lambda: project.told("four:five")) == 1


def edit(project: Project, name: str, old: str, new: str) -> None:
    path = project.root / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


EDITS = {
    "migrations/versions/one.py": ('"id"', '"number"'),
    "migrations/env.py": ('+= os.environ.get("SUFFIX", "")', '+= "_x"'),
    "helper.py": ("''", "'_y'"),
    "names.txt": ("last", "surname"),
    "alembic.ini": ("[alembic]", "[alembic]\n# changed"),
}


@pytest.mark.parametrize("project", [pytest.param("postgresql", marks=pytest.mark.deep), "sqlite"], indirect=True)
@pytest.mark.parametrize("name", EDITS)
def test_any_file_that_was_read_counts(project: Project, name: str) -> None:
    before = project.told()
    edit(project, name, *EDITS[name])
    after: list[str] = []
    assert project.started(lambda: after.extend(project.told())) == 2
    assert (after == before) == (name == "alembic.ini")
    os.environ["SQLGEN_CACHE"] = "off"
    assert project.told() == after


def test_a_file_that_was_not_read_does_not_count(project: Project) -> None:
    project.told()
    (project.root / "helper_of_others.py").write_text("x = 1\n")
    edit(project, "migrations/versions/five.py", "upgrade", "upgrade")
    (project.root / "migrations" / "versions" / "five.py").touch()
    assert project.started(lambda: project.told()) == 1


@pytest.mark.parametrize("project", [pytest.param("postgresql", marks=pytest.mark.deep), "sqlite"], indirect=True)
def test_variables_that_env_py_asks_for_and_options_count(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.told()
    monkeypatch.setenv("UNRELATED", "1")
    assert project.started(lambda: project.told()) == 1
    monkeypatch.setenv("SUFFIX", "_z")
    after: list[str] = []
    assert project.started(lambda: after.extend(project.told())) == 2
    assert "users_z.id" in after
    for changes in ({"server_version": "10.6"}, {"x": ("a=b",)}):
        assert project.started(lambda changes=changes: project.told(**changes)) == 2  # type: ignore[misc]
        assert project.started(lambda changes=changes: project.told(**changes)) == 1  # type: ignore[misc]


@pytest.mark.parametrize("project", [pytest.param("postgresql", marks=pytest.mark.deep), "sqlite"], indirect=True)
def test_entries_that_are_damaged_or_open_to_others_are_not_trusted(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    told = project.told()
    (entry,) = folder.iterdir()
    assert (entry.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    whole = entry.read_text()
    for damaged in ("", whole[:-20], whole.replace("first", "worst"), "x" * 64 + "\n{}", whole.split("\n")[0] + "\n{}"):
        entry.write_text(damaged)
        again: list[str] = []
        assert project.started(lambda again=again: again.extend(project.told())) == 2  # type: ignore[misc]
        assert again == told
    assert project.started(lambda: project.told()) == 1
    folder.chmod(0o777)
    assert project.started(lambda: project.told()) == 2


# ---- baselines

DUMPS = {
    "postgresql": """--
-- PostgreSQL database dump
--
CREATE TABLE public.old (
    id integer NOT NULL,
    note text
);
ALTER TABLE ONLY public.old ADD CONSTRAINT old_pkey PRIMARY KEY (id);
""",
    "mariadb": """-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `old`;
CREATE TABLE `old` (
  `id` int(11) NOT NULL,
  `note` text DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
""",
    "sqlite": "CREATE TABLE old (id INTEGER NOT NULL, note TEXT, PRIMARY KEY (id));\nCREATE INDEX ix ON old (note);\n",
}


BOTH_AND_MARIADB = pytest.mark.parametrize("project", URLS, indirect=True)


@BOTH_AND_MARIADB
def test_a_dump_is_what_the_history_begins_at(project: Project, tmp_path: Path) -> None:
    dialect = str(project.request.dialect)
    dump = tmp_path / "schema.sql"
    dump.write_text(DUMPS[dialect])
    for span in ("three:four", "base:four"):
        told = project.told(span, baseline=dump)
        assert sorted(name for name in told if "version" not in name) == sorted([*COLUMNS, "old.id", "old.note"])
    (project.root / "sqlgen.toml").write_text('baseline = "../schema.sql"\n')
    assert sorted(project.told("base:four")) == sorted(project.told("base:four", baseline=dump))


def test_a_snapshot_is_a_baseline_from_which_only_the_rest_is_run(project: Project, tmp_path: Path) -> None:
    os.environ["SQLGEN_CACHE"] = "off"
    told = project.told()
    file = tmp_path / "snapshot"
    options = ["--project", str(project.root), "--dialect", str(project.request.dialect)]
    command = [sys.executable, "-P", "-m", "sqlgen", "snapshot"]
    done = subprocess.run([*command, "two", *options, "-o", str(file)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    again: list[str] = []
    assert project.started(lambda: again.extend(project.told(baseline=file))) == 2
    assert again == told
    assert project.workers[-1] == [("three", "upgrade")]
    subprocess.run([*command, "three", *options, "-o", str(file)], check=True)
    assert project.started(lambda: project.told(baseline=file)) == 1
    with pytest.raises(UsageError, match="the baseline stands at three, which does not come before base"):
        project.told("base:four", baseline=file)
    text = file.read_text()
    file.write_text(text.replace('"three"', '"threw"') if project.request.dialect == "sqlite" else text[:-9])
    with pytest.raises(UsageError, match=r"threw, which this history does not have|damaged"):
        project.told(baseline=file)


@BOTH_AND_MARIADB
def test_a_baseline_that_is_none_is_refused(project: Project, tmp_path: Path) -> None:
    dialect = str(project.request.dialect)
    other = tmp_path / "other.sql"
    wrong = "postgresql" if dialect != "postgresql" else "mariadb"
    for text, said in (
        ("", "is empty"),
        ("SELECT 1;\n", "makes no table that can be read"),
        (DUMPS[wrong], f"is of {'postgresql' if dialect != 'postgresql' else 'mysql'}, not of {dialect}"),
    ):
        other.write_text(text)
        with pytest.raises(UsageError, match=said):
            project.told(baseline=other)
    other.write_bytes("CREATE TABLE a (b INT)".encode("utf-16"))
    with pytest.raises(UsageError, match="is not UTF-8"):
        project.told(baseline=other)
    with pytest.raises(UsageError, match="can't be read: No such file"):
        project.told(baseline=tmp_path / "nowhere.sql")


def test_a_snapshot_is_text_that_can_be_kept_beside_the_code(project: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "sqlgen", "snapshot", "--dialect", str(project.request.dialect)],
        cwd=project.root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    again = subprocess.run(
        [sys.executable, "-P", "-m", "sqlgen", "snapshot", "head", "--dialect", str(project.request.dialect)],
        cwd=project.root,
        capture_output=True,
        text=True,
    )
    assert again.stdout == done.stdout
    if project.request.dialect == "sqlite":
        assert done.stdout.startswith('-- sqlgen-snapshot: {"heads": ["five"]}\nCREATE TABLE ')
    else:
        assert json.loads(done.stdout)["schema"]["heads"] == ["five"]
