"""Revisions that look at rows, ask whether this is offline mode, or have a SQL file in their place: what becomes of
them, from the settings to the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sqlgen import pipeline, script
from sqlgen.errors import SettingsError, UsageError
from sqlgen.history import between
from sqlgen.segments import Step
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace
from tests.unit.building import review

ENV = """\
from alembic import context

context.configure(url="{url}", literal_binds=True)
with context.begin_transaction():
    context.run_migrations()
"""
URLS = {"postgresql": "postgresql://nowhere/shop", "sqlite": "sqlite:///gone/shop.db"}

BODIES = {
    "a1": """
        def upgrade():
            op.create_table("roles", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(40)))
            op.create_table("grants", sa.Column("role_id", sa.Integer))
        def downgrade():
            op.drop_table("grants")
            op.drop_table("roles")
    """,
    "b2": """
        def upgrade():
            rows = op.get_bind().execute(sa.text("SELECT id FROM roles")).fetchall()
            for row in rows:
                op.execute(f"INSERT INTO grants VALUES ({row.id})")
            op.add_column("grants", sa.Column("what", sa.String(9)))
        def downgrade():
            op.drop_column("grants", "what")
    """,
    "c3": """
        def upgrade():
            assert sa.inspect(op.get_bind()).has_table("roles")
            name = op.get_bind().execute(sa.text("SELECT name FROM roles")).fetchone()[0]
            op.execute(f"INSERT INTO roles (name) VALUES ('{name}')")
        def downgrade():
            pass
    """,
    "d4": """
        def upgrade():
            columns = [each["name"] for each in sa.inspect(op.get_bind()).get_columns("roles")]
            op.create_index("ix_roles_" + "_".join(columns), "roles", columns)
        def downgrade():
            op.drop_index("ix_roles_id_name", "roles")
    """,
}


class Project:
    """A folder with env.py, and revisions in a line."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "migrations" / "versions").mkdir(parents=True)
        (root / ".git").mkdir()
        (root / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
        self.last: str | None = None
        self.database("postgresql")

    def database(self, dialect: str) -> None:
        (self.root / "migrations" / "env.py").write_text(ENV.format(url=URLS[dialect]))

    def revision(self, id: str, body: str) -> None:
        head = f'"""make {id}"""\nimport sqlalchemy as sa\nfrom alembic import context, op\n'
        head += f"revision, down_revision = {id!r}, {self.last!r}\n"
        (self.root / "migrations" / "versions" / f"{id}.py").write_text(head + textwrap.dedent(body).lstrip())
        self.last = id

    def settings(self, text: str) -> None:
        (self.root / "sqlgen.toml").write_text(textwrap.dedent(text), encoding="utf-8")

    def steps(self, text: str = "base:head", *, down: bool = False, **request: Any) -> dict[str, Step]:
        workspace = open_workspace(Request(self.root, **request))
        emission = pipeline.emit(workspace, pipeline.resolve(workspace, text, down=down).steps)
        return {step.revision: step for step in emission.steps}

    def sqlgen(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "sqlgen", *arguments], cwd=self.root, capture_output=True, encoding="utf-8"
        )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SQLGEN_SHADOW", raising=False)
    made = Project(tmp_path / "shop")
    for id, body in BODIES.items():
        made.revision(id, body)
    return made


def sql(step: Step) -> list[str]:
    return [" ".join(item.sql.split()) for item in step.items]


# ---- error and empty


def test_a_statement_that_the_client_would_not_hand_on_as_it_stands_stops_the_script_and_not_the_rest(
    project: Project,
) -> None:
    project.revision("e5", 'def upgrade():\n    op.execute("SELECT (1")\n')
    project.revision("f6", 'def upgrade():\n    op.execute("SELECT 6")\n')
    shown = project.sqlgen("emit", "d4:head")
    assert shown.returncode == 4
    assert "e5.py:6: incomplete: revision e5 can't be rendered: statement 1 of revision e5 can't be" in shown.stderr
    assert "THIS SCRIPT STOPS before revision e5" in shown.stdout
    assert "SELECT (1" not in shown.stdout
    assert "SELECT 6;" in shown.stdout


def test_a_package_that_env_py_goes_on_without_is_named_once_in_script_and_review(
    project: Project, tmp_path: Path
) -> None:
    env = project.root / "migrations" / "env.py"
    env.write_text("from nowhere_to_be_found import Redis\nRedis.of(1); Redis.of(2)\n" + env.read_text())
    stub = ("--stub", "nowhere_to_be_found")
    text = project.sqlgen("emit", "base:a1", *stub).stdout
    named = "migrations/env.py:1: uses nowhere_to_be_found of a package that is not installed"
    assert text.count("MADE WITHOUT") == text.count(named) == 1
    built = project.sqlgen("bundle", "base:a1", *stub, "--fail-on", "never", "-q", "-o", str(tmp_path / "out"))
    assert built.returncode == 0, built.stderr
    assert any(named in each.text for each in review(tmp_path / "out").cautions)
    assert named in (tmp_path / "out" / "apply.sql").read_text()


def test_a_revision_that_reads_is_a_gap_with_all_that_it_read_and_the_next_ones_are_rendered(project: Project) -> None:
    project.settings('[revision.c3]\nupgrade = "c3.sql"\n')
    (project.root / "c3.sql").write_text("")
    steps = project.steps()
    gap = steps["b2"].gap
    assert gap is not None
    assert (gap.file, gap.line) == ("migrations/versions/b2.py", 6)
    assert "it reads the result of `SELECT id FROM roles` (fetchall)" in str(gap.reason)
    assert [query.sql for query in steps["b2"].queries] == ["SELECT id FROM roles"]
    assert steps["b2"].items == ()
    assert sql(steps["d4"]) == ["CREATE INDEX ix_roles_id_name ON roles (id, name)"]


def test_a_revision_that_fails_for_want_of_rows_says_what_it_read_first(project: Project) -> None:
    for reads in ("error", "empty"):
        gap = project.steps(reads=reads)["c3"].gap
        assert gap is not None
        read, _, failed = str(gap.reason).partition("; told that there are no rows, it then fails: ")
        assert read.startswith("it reads the result of `SELECT name FROM roles` (fetchone)")
        assert failed.startswith("TypeError: 'NoneType'")
        assert gap.line == 7


def test_empty_renders_what_does_not_depend_on_rows_without_the_query_and_marks_the_revision(project: Project) -> None:
    step = project.steps(reads="empty")["b2"]
    assert sql(step) == ["ALTER TABLE grants ADD COLUMN what VARCHAR(9)"]
    assert step.gap is None
    assert step.row_driven
    assert step.incomplete
    assert [(each.sql, each.what, each.rows) for each in step.queries] == [("SELECT id FROM roles", "fetchall", None)]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("SELECT count(*), max(id) FROM roles", False),
        ("SELECT version()", False),
        ("SELECT current_setting('search_path')", False),
        ("WITH r AS (SELECT id FROM roles) SELECT lower('x') FROM r", False),
        ("SELECT setval('roles_id_seq', 9)", True),
        ("SELECT nextval('roles_id_seq')", True),
        ("SELECT our_function(1)", True),
        ("SELECT public.count(1)", True),
        ("WITH gone AS (DELETE FROM roles RETURNING id) SELECT id FROM gone", True),
        ("UPDATE roles SET name = 'x' RETURNING id", True),
        ("INSERT INTO roles (name) VALUES ('x') RETURNING id", True),
    ],
)
def test_a_query_that_was_read_is_left_out_unless_it_may_change_something(
    project: Project, query: str, kept: bool
) -> None:
    body = f'def upgrade():\n    op.get_bind().execute(sa.text("""{query}""")).fetchall()\ndef downgrade(): pass\n'
    project.revision("e5", body)
    step = project.steps("d4:e5", reads="empty", server_version="15")["e5"]
    assert step.gap is None
    assert bool(step.items) is kept


def test_what_counts_nothing_is_0_and_a_revision_may_go_on(project: Project) -> None:
    project.revision(
        "e5",
        """
        def upgrade():
            bind = op.get_bind()
            if bind.execute(sa.text("SELECT count(*) FROM roles")).scalar() > 0:
                raise RuntimeError("there are roles")
            if bind.scalar(sa.select(sa.exists(sa.select(sa.literal_column("1")).select_from(sa.table("roles"))))):
                raise RuntimeError("there are roles")
            op.drop_table("grants")
        def downgrade():
            pass
        """,
    )
    step = project.steps("d4:e5", reads="empty")["e5"]
    assert step.gap is None, str(step.gap.reason)
    assert sql(step) == ["DROP TABLE grants"]
    assert len(step.queries) == 2


def test_the_policy_of_a_revision_goes_before_the_default_and_the_option(project: Project) -> None:
    project.settings('reads = "error"\n[revision.b2]\nreads = "empty"\n')
    steps = project.steps()
    assert steps["b2"].gap is None
    assert steps["c3"].gap is not None
    project.settings('reads = "empty"\n[revision.b2]\nreads = "error"\n')
    steps = project.steps(reads="empty")
    assert steps["b2"].gap is not None
    with pytest.raises(UsageError, match="--reads can't be emtpy"):
        project.steps(reads="emtpy")


def test_a_refusal_that_the_revision_catches_marks_it_too(project: Project) -> None:
    project.revision(
        "e5",
        """
        def upgrade():
            try:
                op.get_bind().execute(sa.insert(sa.table("roles", sa.column("name"))), {"name": object()})
            except Exception:
                pass
            op.drop_table("grants")
        def downgrade():
            pass
        """,
    )
    gap = project.steps("d4:e5", reads="empty")["e5"].gap
    assert gap is not None
    assert gap.line == 7


# ---- marking


def test_everything_that_people_read_says_what_is_missing(project: Project, tmp_path: Path) -> None:
    project.settings('[env.prod]\ndatabase = "shop"\n[revision.c3]\nupgrade = "c3.sql"\n')
    (project.root / "c3.sql").write_text("INSERT INTO roles (name) VALUES ('first');\n")
    emitted = project.sqlgen("emit", "base:head", "--reads", "empty")
    assert emitted.returncode == 4
    header, _, steps = emitted.stdout.partition("-- step 1 of 4")
    assert "-- INCOMPLETE: these revisions depend on rows" in header
    assert "b2.py:6: SELECT id FROM roles (fetchall)" in header
    at_the_step = steps.partition("-- step 2 of 4")[2].partition("BEGIN READ WRITE")[0]
    assert "INCOMPLETE: it was told that there are no rows" in at_the_step
    assert "b2.py:6: incomplete: revision b2 depends on rows" in emitted.stderr
    assert script.read_back(emitted.stdout, "postgresql")[2] == "ALTER TABLE grants ADD COLUMN what VARCHAR(9)"

    linted = project.sqlgen("lint", "base:head", "--reads", "empty", "--output-format", "json")
    assert linted.returncode == 4
    (told,) = json.loads(linted.stdout)["incomplete"]
    assert (told["revision"], told["rendered"], told["line"]) == ("b2", True, 6)
    assert told["reads"] == [
        {
            "sql": "SELECT id FROM roles",
            "what": "fetchall",
            "file": "migrations/versions/b2.py",
            "line": 6,
            "rows": None,
        }
    ]
    for form in ("text", "markdown"):
        shown = project.sqlgen("lint", "base:head", "--reads", "empty", "--output-format", form)
        assert "1 incomplete revision" in shown.stdout
        assert "SELECT id FROM roles" in shown.stdout
        assert "written by hand in c3.sql" in shown.stdout.replace("`", "")

    refused = project.sqlgen("bundle", "base:head", "--env", "prod", "--reads", "empty", "-o", str(tmp_path / "out"))
    assert refused.returncode == 4
    assert "what is done for each row is missing in b2" in refused.stderr
    assert not (tmp_path / "out").exists()
    options = ("--reads", "empty", "--allow-incomplete", "--fail-on", "never", "-q", "-o", str(tmp_path / "out"))
    built = project.sqlgen("bundle", "base:head", "--env", "prod", *options)
    assert built.returncode == 4, built.stderr
    manifest = json.loads((tmp_path / "out" / "MANIFEST.json").read_text())
    assert [(row["revision"], row["line"]) for row in manifest["row_driven"]] == [("b2", 6)]
    assert [(row["revision"], row["file"]) for row in manifest["handwritten"]] == [("c3", "c3.sql")]
    assert manifest["incomplete"] == []
    assert "--allow-incomplete" in manifest["overrides"]
    told = review(tmp_path / "out")
    assert [(each.kind, each.revision) for each in told.cautions][:2] == [("override", None), ("incomplete", "b2")]
    assert told.verdict.light == "red"
    assert "INCOMPLETE" in (tmp_path / "out" / "review.md").read_text().partition("\n## ")[0]


def test_nothing_is_said_of_a_range_without_reads(project: Project) -> None:
    done = project.sqlgen("emit", "base:a1", "-v")
    assert done.returncode == 0
    for word in ("INCOMPLETE", "RECORDED", "BY HAND", "OFFLINE"):
        assert word not in done.stdout
    assert done.stderr == ""


# ---- a SQL file in a revision's place


def test_a_sql_file_stands_for_a_revision_which_is_not_run_and_the_next_ones_see_what_it_does(
    project: Project, tmp_path: Path
) -> None:
    (project.root / "migrations" / "versions" / "b2.py").write_text(
        'revision, down_revision = "b2", "a1"\nraise SystemExit("this file was run")\n'
    )
    (project.root / "sql").mkdir()
    text = "-- as agreed\nALTER TABLE roles ADD COLUMN what text;\n\nCREATE INDEX CONCURRENTLY i\n  ON roles (what);\n"
    (project.root / "sql" / "b2.sql").write_text(text)
    project.settings(
        '[revision.b2]\nupgrade = "sql/b2.sql"\ndowngrade = "sql/down.sql"\n[revision.c3]\nupgrade = "sql/c3.sql"\n'
    )
    (project.root / "sql" / "c3.sql").write_text("-- nothing\n")
    (project.root / "sql" / "down.sql").write_text("ALTER TABLE roles DROP COLUMN what")
    for dialect in ("postgresql", "sqlite"):
        if dialect == "sqlite":
            (project.root / "sql" / "b2.sql").write_text(text.replace(" CONCURRENTLY", ""))
        project.database(dialect)
        steps = project.steps()
        step = steps["b2"]
        assert step.origin == "override"
        assert step.override is not None
        assert step.override.name == "sql/b2.sql"
        assert len(step.override.sha256) == 64
        assert not step.incomplete
        places = [(item.place.file, item.place.line, item.place.end_line) for item in step.items if item.place]
        assert places == [("sql/b2.sql", 2, 2), ("sql/b2.sql", 4, 5)]
        assert sql(steps["d4"]) == ["CREATE INDEX ix_roles_id_name_what ON roles (id, name, what)"]
        (alone,) = project.steps("c3:d4").values()  # what came before is replayed, the file included
        assert sql(alone) == ["CREATE INDEX ix_roles_id_name_what ON roles (id, name, what)"]
        if dialect == "postgresql":
            one, other = step.items
            assert one.transaction is not None
            assert other.transaction is None
            down = project.steps("a1:b2", down=True)["b2"]
            assert sql(down) == ["ALTER TABLE roles DROP COLUMN what"]


@pytest.mark.parametrize(
    ("settings", "data", "message", "hint"),
    [
        ('[revision.b22]\nreads = "empty"', b"", "there is no revision b22", "[tool.sqlgen.revision.b2]?"),
        ('[revision.b]\nreads = "empty"', b"", "there is no revision b,", "[tool.sqlgen.revision.b2]?"),
        ('[revision.zzzzz]\nreads = "empty"', b"", "there is no revision zzzzz", "full id"),
        ('[revision.b2]\nupgrade = "gone.sql"', b"", "gone.sql can't be read", "relative to the settings file"),
        ('[revision.b2]\nupgrade = "x.sql"', "SELECT 1".encode("utf-16"), "x.sql is not UTF-8", "Save the file"),
    ],
)
def test_a_revision_or_a_file_that_is_not_there_is_an_error(
    project: Project, settings: str, data: bytes, message: str, hint: str
) -> None:
    (project.root / "x.sql").write_bytes(data)
    project.settings(settings)
    with pytest.raises(SettingsError) as caught:
        project.steps("base:a1")
    assert message in str(caught.value)
    assert hint in str(caught.value.hint)


# ---- offline mode


BRANCHES = """
    def upgrade():
        if context.is_offline_mode():
            op.execute("UPDATE roles SET name = 'offline'")
        else:
            op.execute("UPDATE roles SET name = 'online'")
        if op.get_context().as_sql:
            op.execute("UPDATE roles SET name = 'as_sql'")
    def downgrade():
        pass
"""


def test_a_revision_that_asks_for_offline_mode_is_named_and_can_be_told_otherwise(project: Project) -> None:
    project.revision("e5", BRANCHES)
    offline, online = project.steps("d4:e5")["e5"], project.steps("d4:e5", online_branches=True)["e5"]
    assert sql(offline) == ["UPDATE roles SET name = 'offline'", "UPDATE roles SET name = 'as_sql'"]
    assert sql(online) == ["UPDATE roles SET name = 'online'"]
    assert {(note.kind, note.text) for note in offline.notes} == {("offline-branch", "")}
    assert {(note.kind, note.text) for note in online.notes} == {("offline-branch", "online")}
    told = project.sqlgen("emit", "d4:e5", "-v")
    assert told.returncode == 0
    assert "-- OTHERWISE OFFLINE" in told.stdout
    assert "e5.py:6: asks whether this is offline mode" in told.stderr
    other = project.sqlgen("emit", "d4:e5", "--online-branches", "-v")
    assert "OTHERWISE OFFLINE" not in other.stdout
    assert "was told that it is not" in other.stderr


# ---- recorded in memory


def test_sqlite_needs_no_database_to_record(project: Project) -> None:
    project.database("sqlite")
    project.settings('[revision.c3]\nupgrade = "c3.sql"\n')
    (project.root / "c3.sql").write_text("-- nothing")
    project.revision(
        "e5",
        """
        def upgrade():
            op.execute("INSERT INTO roles (name) VALUES ('it''s')")
            for row in op.get_bind().execute(sa.text("SELECT id, name FROM roles ORDER BY id")):
                op.execute(sa.text("INSERT INTO grants (role_id, what) VALUES (:id, :name)").bindparams(**row._mapping))
        def downgrade():
            pass
        """,
    )
    steps = project.steps("d4:e5", reads="shadow")
    assert steps["e5"].origin == "recorded"
    assert sql(steps["e5"]) == [
        "INSERT INTO roles (name) VALUES ('it''s')",
        "INSERT INTO grants (role_id, what) VALUES (1, 'it''s')",
    ]
    assert [each.rows for each in steps["e5"].queries] == [1]


def test_where_the_recording_fails_the_gap_says_what_the_database_said_and_what_came_after(project: Project) -> None:
    project.database("sqlite")
    steps = project.steps(reads="shadow")
    assert steps["b2"].origin == "recorded"
    gap = steps["c3"].gap
    assert gap is not None
    assert "; on the shadow database: TypeError: 'NoneType'" in str(gap.reason)
    project.revision("e5", BODIES["b2"].replace("grants", "roles"))
    late = project.steps(reads="shadow")["e5"].gap
    assert late is not None
    assert "it was not recorded, since the shadow database stopped at c3: TypeError" in str(late.reason)


def test_without_a_database_the_gap_says_how_to_give_one(project: Project) -> None:
    project.settings('reads = "shadow"')
    gap = project.steps()["b2"].gap
    assert gap is not None
    assert str(gap.reason).endswith("it can be recorded on an empty database, given with --shadow URL")


def test_both_directions_are_recorded_in_one_run(project: Project) -> None:
    project.database("sqlite")
    project.settings('[revision.c3]\nupgrade = "c3.sql"\n')
    (project.root / "c3.sql").write_text("INSERT INTO roles (name) VALUES ('a');")
    project.revision(
        "e5",
        """
        def upgrade():
            pass
        def downgrade():
            for row in op.get_bind().execute(sa.text("SELECT name FROM roles")):
                op.execute(f"DELETE FROM roles WHERE name = '{row.name}'")
        """,
    )
    workspace = open_workspace(Request(project.root, reads="shadow"))
    up = pipeline.resolve(workspace, "d4:e5")
    down = between(workspace.graph, up.lower, up.upper, down=True)
    _, undone = pipeline.emit(workspace, (*up.steps, *down.steps)).steps
    assert undone.origin == "recorded"
    assert sql(undone) == ["DELETE FROM roles WHERE name = 'a'"]


def test_a_statement_that_the_database_will_refuse_is_said_without_being_asked(tmp_path: Path) -> None:
    project = Project(tmp_path / "lite")
    project.database("sqlite")
    project.revision("a1", 'def upgrade():\n    op.create_table("t", sa.Column("id", sa.Integer))\n')
    project.revision("b2", 'def upgrade():\n    op.create_index("ix", "t", ["gone"])\n')
    shown = project.sqlgen("emit", "base:head")
    assert "warning: b2: migrations/versions/b2.py:6: the database will refuse a statement" in shown.stderr
    told = project.sqlgen("doctor", "base:head").stdout
    assert "migrations/versions/b2.py:6: assumed b2\n    the database will refuse a statement of it" in told
