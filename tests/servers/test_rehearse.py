"""`sqlgen rehearse` on real servers: what it finds, and that nothing but its own databases is touched."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sqlgen.rehearsal.clients import find

ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
if context.is_offline_mode():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = engine_from_config(config.get_section(config.config_ini_section), "sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
ALSO = "import sqlalchemy as sa\nfrom alembic import context, op\n"
TABLES = """
    def upgrade():
        op.create_table("roles", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(40)))
        op.execute("INSERT INTO roles (id, name) VALUES (1, 'admin'), (2, '书 100%')")
    def downgrade():
        op.drop_table("roles")
"""
COLUMN = """
    def upgrade():
        op.add_column("roles", sa.Column("note", sa.String(20), nullable=True))
        op.execute("UPDATE roles SET note = 'x' WHERE id = 1")
    def downgrade():
        op.drop_column("roles", "note")
"""
KEEPS_THE_COLUMN = COLUMN.replace('op.drop_column("roles", "note")', "pass")
SLEEPS = {"postgresql": "SELECT pg_sleep(60)", "mariadb": "SELECT SLEEP(60)"}


@dataclass(frozen=True, slots=True)
class Project:
    """An Alembic project whose alembic.ini names a database that is somebody's: it holds a table, and must keep it."""

    root: Path
    dialect: str
    server: str
    """The URL of the server, without a database; for SQLite there is none."""
    precious: Any

    def revision(self, id: str, down: str | None, body: str) -> None:
        text = f"{ALSO}revision, down_revision = {id!r}, {down!r}\n{textwrap.dedent(body)}"
        (self.root / "migrations" / "versions" / f"{id}.py").write_text(text, encoding="utf-8")

    def command(self, range_: str, *options: str) -> list[str]:
        on = ["--on", self.server] if self.server else []
        return [sys.executable, "-m", "sqlgen", "rehearse", range_, "--dialect", self.dialect, *on, *options]

    def rehearse(self, range_: str, *options: str, **env: str) -> Run:
        done = subprocess.run(
            self.command(range_, *options), cwd=self.root, env={**os.environ, **env}, capture_output=True, text=True
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def report(self, range_: str) -> tuple[int, dict[str, Any]]:
        done = self.rehearse(range_, "--output-format", "json", "-q")
        assert done.out, done.err
        return done.code, json.loads(done.out)

    def databases(self) -> set[str]:
        """Those that rehearsals made."""
        if self.dialect == "sqlite":
            return {path.name for path in Path(tempfile.gettempdir()).glob("sqlgen_rehearsal_*")}
        names = "SELECT datname FROM pg_database" if self.dialect == "postgresql" else "SHOW DATABASES"
        return {name for (name,) in self.precious.rows(names) if name.startswith("sqlgen_rehearsal")}

    def left(self, before: set[str] = frozenset()) -> set[str]:  # type: ignore[assignment]
        """What was made and does not go away; other tests may be rehearsing just now."""
        found = self.databases() - before
        end = time.monotonic() + 30
        while found and time.monotonic() < end:
            time.sleep(0.1)
            found &= self.databases()
        return found


@dataclass(frozen=True, slots=True)
class Run:
    code: int
    out: str
    err: str


def phases(report: dict[str, Any]) -> dict[str, str]:
    return {phase["name"]: phase["outcome"] for phase in report["phases"]}


DEEP_MARIADB = pytest.param("mariadb", marks=pytest.mark.deep)
on_one_server = pytest.mark.parametrize("project", ["postgresql", DEEP_MARIADB, "sqlite"], indirect=True)
"""For what is not the servers' own: MariaDB is asked in make deep only."""


@pytest.fixture(params=["postgresql", "mariadb", "sqlite"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fixture = "sqlite_file" if request.param == "sqlite" else f"{request.param}_database"
    precious = request.getfixturevalue(fixture)
    url = f"sqlite:///{precious.path}" if request.param == "sqlite" else precious.url
    root = tmp_path / "project"
    (root / "migrations" / "versions").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "alembic.ini").write_text(f"[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {url}\n")
    (root / "migrations" / "env.py").write_text(ENV)
    server = "" if request.param == "sqlite" else precious.url.rpartition("/")[0] + "/"
    made = Project(root, request.param, server, precious)
    made.revision("a1", None, TABLES)
    precious.rows("CREATE TABLE roles (id INTEGER PRIMARY KEY, name VARCHAR(9))")
    precious.rows("INSERT INTO roles VALUES (7, 'precious')")
    yield made
    assert precious.rows("SELECT * FROM roles") == [(7, "precious")]
    with pytest.raises(Exception, match="alembic_version"):
        precious.rows("SELECT * FROM alembic_version")


def test_a_sound_range_is_the_same_all_the_way_and_nothing_is_left(project: Project) -> None:
    project.revision("b2", "a1", COLUMN)
    code, report = project.report("a1:b2")
    assert (code, report["verdict"], report["differences"]) == (0, "THE SAME", []), report
    assert phases(report) == dict.fromkeys(
        ["start", "preflight", "up", "reference", "down", "up again"], "ok"
    ) or "postcheck" in phases(report)
    up = next(phase for phase in report["phases"] if phase["name"] == "up")
    assert "APPLIED" in up["how"]
    assert project.left() == set()


def test_a_downgrade_that_does_not_restore_is_shown_with_its_column(project: Project) -> None:
    project.revision("b2", "a1", KEEPS_THE_COLUMN)
    project.revision("c3", "b2", TABLES.replace("roles", "others"))
    done = project.rehearse("a1:c3")
    assert done.code == 1, done.out + done.err
    assert "NOT THE SAME" in done.out
    assert "before and after the way back: the schema differs" in done.out
    assert any(line.strip().startswith("+") and "note" in line for line in done.out.splitlines()), done.out
    assert project.left() == set()


def test_a_revision_that_does_something_else_online_is_found(project: Project) -> None:
    project.revision(
        "b2",
        "a1",
        """
        def upgrade():
            length = 20 if context.is_offline_mode() else 30
            op.add_column("roles", sa.Column("note", sa.String(length)))
            op.execute("UPDATE roles SET note = 'offline'" if length == 20 else "UPDATE roles SET note = 'online'")
        def downgrade():
            op.drop_column("roles", "note")
        """,
    )
    code, report = project.report("a1:b2")
    assert code == 1
    whats = [difference["what"] for difference in report["differences"]]
    assert whats == [
        "Alembic's upgrade and the script's: the schema differs",
        "Alembic's upgrade and the script's: the rows differ",
    ]
    schema, rows = ("\n".join(difference["diff"]).lower() for difference in report["differences"])
    assert "(30)" in schema
    assert "(20)" in schema
    assert "-roles: id=1, name=admin, note=online" in rows
    assert "+roles: id=1, name=admin, note=offline" in rows


@on_one_server
def test_a_script_that_fails_says_why_and_alembic_is_asked_nevertheless(project: Project) -> None:
    broken = "INSERT INTO roles (id, name) VALUES (3, 'c'), (1, 'twice')"
    project.revision("b2", "a1", f"def upgrade():\n    op.execute({broken!r})\ndef downgrade():\n    pass\n")
    code, report = project.report("a1:b2")
    assert code == 1
    assert (phases(report)["up"], phases(report)["reference"]) == ("failed", "failed")
    assert "down" not in phases(report)
    up = next(phase for phase in report["phases"] if phase["name"] == "up")
    assert any("unique" in line.lower() or "duplicate" in line.lower() for line in up["log"]), up
    assert project.left() == set()


def test_over_a_gate_alembic_goes_and_the_script_goes_on_behind_it(project: Project) -> None:
    project.revision(
        "b2",
        "a1",
        """
        def upgrade():
            for id, in op.get_bind().execute(sa.text("SELECT id FROM roles")).fetchall():
                op.execute(f"INSERT INTO roles (id, name) VALUES ({id + 10}, 'no. {id}')")
        def downgrade():
            op.execute("DELETE FROM roles WHERE id > 10")
        """,
    )
    project.revision("c3", "b2", COLUMN)
    code, report = project.report("a1:c3")
    assert code == 4, report
    up = next(phase for phase in report["phases"] if phase["name"] == "up")
    assert up["outcome"] == "ok", up
    assert "over 1 gate(s) by Alembic online: b2" in up["how"]
    assert report["differences"] == []
    assert phases(report)["up again"] == "ok"
    assert project.left() == set()


@on_one_server
def test_without_a_way_back_it_stops_there_and_is_incomplete(project: Project) -> None:
    project.revision("b2", "a1", COLUMN.replace('op.drop_column("roles", "note")', "raise RuntimeError('no way back')"))
    code, report = project.report("a1:b2")
    assert code == 4
    assert phases(report)["down"] == "skipped"
    down = next(phase for phase in report["phases"] if phase["name"] == "down")
    assert "no way back over b2" in down["how"]
    assert report["differences"] == []


@pytest.mark.parametrize("project", ["postgresql"], indirect=True)
def test_rows_that_get_the_next_number_the_second_time_are_no_difference(project: Project) -> None:
    project.revision("a0", None, "def upgrade():\n    pass\ndef downgrade():\n    pass\n")
    project.revision(
        "a1", "a0", TABLES.replace("(id, name)", "(name)").replace("(1, 'admin'), (2, '书 100%')", "('admin')")
    )
    names = "INSERT INTO roles (name) VALUES ('next')"
    down = "DELETE FROM roles WHERE name = 'next'"
    project.revision(
        "b2", "a1", f"def upgrade():\n    op.execute({names!r})\ndef downgrade():\n    op.execute({down!r})\n"
    )
    code, report = project.report("a1:b2")
    assert (code, report["differences"]) == (0, []), report
    assert any("roles.id" in note for note in report["notes"]), report["notes"]


@pytest.mark.parametrize("project", ["postgresql"], indirect=True)
def test_times_and_random_ids_are_no_differences(project: Project) -> None:
    project.revision(
        "b2",
        "a1",
        """
        import datetime, uuid
        def upgrade():
            op.create_table("runs", sa.Column("id", sa.String(36), primary_key=True),
                            sa.Column("at", sa.DateTime, server_default=sa.func.now()), sa.Column("n", sa.Integer))
            op.execute(f"INSERT INTO runs (id, n) VALUES ('{uuid.uuid4()}', 5)")
        def downgrade():
            op.drop_table("runs")
        """,
    )
    code, report = project.report("a1:b2")
    assert (code, report["differences"]) == (0, []), report
    assert any("runs.id" in note for note in report["notes"]), report["notes"]


@pytest.mark.parametrize("project", ["postgresql", DEEP_MARIADB], indirect=True)
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_who_is_stopped_leaves_nothing_behind(project: Project, how: str) -> None:
    project.revision(
        "b2",
        "a1",
        f"def upgrade():\n    op.execute({SLEEPS[project.dialect]!r})\ndef downgrade():\n    pass\n",
    )
    before = project.databases()
    with subprocess.Popen(
        project.command("a1:b2"), cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        until(lambda: _sleeping(project))
        assert project.databases() - before
        process.send_signal(getattr(signal, how))
        out = process.stdout.read()
    assert process.returncode == (130 if how == "SIGINT" else -getattr(signal, how)), out
    assert project.left(before) == set()


def _sleeping(project: Project) -> bool:
    if project.dialect == "postgresql":
        ask = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname LIKE 'sqlgen\\_rehearsal%'"
        )
    else:
        ask = "SELECT count(*) FROM information_schema.processlist WHERE state = 'User sleep' AND db LIKE 'sqlgen_reh%'"
    return bool(project.precious.rows(ask)[0][0])


def until(holds: Any) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("project", ["postgresql", DEEP_MARIADB], indirect=True)
def test_the_database_that_the_url_names_is_only_a_place_to_connect(project: Project) -> None:
    project.revision("b2", "a1", COLUMN)
    named = project.server + project.precious.name
    done = project.rehearse("base:b2", "--on", named)
    assert done.code == 0, done.out + done.err
    assert project.left() == set()


@on_one_server
def test_what_reaches_beyond_the_scratch_database_is_not_run(project: Project) -> None:
    if project.dialect == "sqlite":
        wild = f"ATTACH '{project.precious.path}' AS p"
    elif project.dialect == "postgresql":
        wild = f"COMMENT ON DATABASE {project.precious.name} IS 'reached'"
    else:
        wild = f"DELETE FROM {project.precious.name}.roles"
    project.revision("b2", "a1", f"def upgrade():\n    op.execute({wild!r})\ndef downgrade():\n    pass\n")
    done = project.rehearse("a1:b2")
    assert done.code == 2
    assert "b2 would change more than the scratch database" in done.err
    assert "b2.py:" in done.err
    assert project.left() == set()


@on_one_server
def test_a_driver_that_connects_by_itself_is_refused(project: Project) -> None:
    module = {"postgresql": "psycopg2", "mariadb": "pymysql", "sqlite": "sqlite3"}[project.dialect]
    arguments = {"postgresql": "''", "mariadb": "", "sqlite": repr(str(getattr(project.precious, "path", "")))}
    project.revision(
        "b2",
        "a1",
        f"""
        def upgrade():
            if not context.is_offline_mode():
                import {module}
                {module}.connect({arguments[project.dialect]})
        def downgrade():
            pass
        """,
    )
    code, report = project.report("a1:b2")
    assert code == 1
    reference = next(phase for phase in report["phases"] if phase["name"] == "reference")
    assert "b2.py:8" in reference["how"]
    assert "connects to a server by itself" in reference["how"]


@pytest.mark.parametrize("project", ["postgresql", DEEP_MARIADB], indirect=True)
def test_a_password_stands_in_no_argument_and_in_no_output(project: Project, tmp_path: Path) -> None:
    project.revision("b2", "a1", COLUMN)
    program = "psql" if project.dialect == "postgresql" else "mariadb"
    log = tmp_path / "called"
    bin = tmp_path / "bin"
    bin.mkdir()
    spy = bin / program
    spy.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" "env: $PGPASSWORD$MYSQL_PWD" >> {log}\nexec {shutil.which(program)} "$@"\n'
    )
    spy.chmod(spy.stat().st_mode | stat.S_IXUSR)
    secret = "s3cret"
    env = {"PATH": f"{bin}{os.pathsep}{os.environ['PATH']}"}
    command = [word for word in project.command("a1:b2") if word not in ("--on", project.server)]
    with login(project, secret) as url:
        env["SQLGEN_ON"] = url
        done = subprocess.run(command, cwd=project.root, env={**os.environ, **env}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    called = log.read_text().splitlines()
    assert "ON_ERROR_STOP=1" in called or "--batch" in called
    assert f"env: {secret}" in called
    assert not any(secret in line for line in called if not line.startswith("env: "))
    assert secret not in done.stdout + done.stderr


@contextmanager
def login(project: Project, secret: str) -> Iterator[str]:
    """The server's URL with a password. PostgreSQL trusts everybody here, whatever they say."""
    if project.dialect == "postgresql":
        yield project.server.replace("@", f":{secret}@")
        return
    user = f"sqlgen_{uuid.uuid4().hex[:8]}"
    project.precious.rows(f"CREATE USER {user}@'%' IDENTIFIED BY '{secret}'")
    try:
        project.precious.rows(f"GRANT ALL ON *.* TO {user}@'%'")
        scheme, _, place = project.server.partition("://")
        yield f"{scheme}://{user}:{secret}@{place.rpartition('@')[2]}"
    finally:
        project.precious.rows(f"DROP USER {user}@'%'")


@pytest.mark.parametrize("project", ["postgresql", DEEP_MARIADB], indirect=True)
def test_a_server_that_is_not_there_is_said_with_a_hint(project: Project) -> None:
    scheme = project.server.partition("://")[0]
    done = project.rehearse("base:a1", "--on", f"{scheme}://somebody:s3cret@127.0.0.1:1/")
    assert done.code == 2
    assert "error: the server given with --on can't be reached: " in done.err
    assert "hint: Check the URL" in done.err
    assert "s3cret" not in done.err


@on_one_server
def test_another_kind_of_server_or_none_is_refused(project: Project) -> None:
    if project.dialect == "sqlite":
        other = project.rehearse("base:a1", "--on", "postgresql://postgres@127.0.0.1:5432/")
        assert "--on leads to postgresql, and the SQL is for sqlite" in other.err
        file = project.rehearse("base:a1", "--on", f"sqlite:///{project.precious.path}")
        assert (file.code, "no rehearsal can be held on sqlite" in file.err) == (2, True)
        oracle = project.rehearse("base:a1", "--dialect", "oracle")
        assert (oracle.code, "no rehearsal can be held for oracle" in oracle.err) == (2, True)
        return
    wanted = "mysql" if project.dialect == "mariadb" else "mariadb"
    other = project.rehearse("base:a1", "--dialect", wanted)
    assert other.code == 2
    assert f"--on leads to {project.dialect}, and the SQL is for {wanted}" in other.err
    none = subprocess.run(
        [sys.executable, "-m", "sqlgen", "rehearse", "base:a1", "--dialect", project.dialect],
        cwd=project.root, capture_output=True, text=True,
    )  # fmt: skip
    assert none.returncode == 2
    assert f"a rehearsal for {project.dialect} needs a server" in none.stderr


def test_without_the_client_the_driver_runs_the_statements(project: Project, tmp_path: Path) -> None:
    project.revision("b2", "a1", COLUMN)
    done = project.rehearse("base:b2", PATH=str(tmp_path))
    assert done.code == 0, done.out + done.err
    assert "is not on PATH: the driver runs the statements" in done.out
    assert project.left() == set()


@on_one_server
def test_keep_leaves_the_scripts_database_and_says_its_name(project: Project) -> None:
    done = project.rehearse("base:a1", "--keep")
    assert done.code == 0, done.out + done.err
    (name,) = [line.removeprefix("still there: ") for line in done.out.splitlines() if line.startswith("still there")]
    if project.dialect == "sqlite":
        assert Path(name).is_file()
        shutil.rmtree(Path(name).parents[1])
        return
    assert name.startswith("sqlgen_rehearsal_")
    assert name in project.databases()
    project.precious.rows(f"DROP DATABASE {name}")


@pytest.mark.parametrize("project", ["postgresql"], indirect=True)  # the others here do not show their locks
def test_locks_on_a_table_that_was_there_are_seen(project: Project) -> None:
    project.revision(
        "b2",
        "a1",
        """
        def upgrade():
            op.add_column("roles", sa.Column("note", sa.String(20)))
            op.execute("SELECT pg_sleep(0.2)")
        def downgrade():
            op.drop_column("roles", "note")
        """,
    )
    code, report = project.report("a1:b2")
    assert code == 0, report
    (lock,) = [lock for lock in report["locks"] if (lock["table"], lock["mode"]) == ("roles", "AccessExclusiveLock")]
    assert 0.2 <= lock["seconds"] < 5
    assert not lock["waited"]


@pytest.mark.parametrize("project", ["postgresql"], indirect=True)
def test_an_engine_of_the_applications_own_for_another_kind_of_database_is_led_there_too(project: Project) -> None:
    project.revision("b2", "a1", COLUMN)
    other = project.root / "other.db"
    made = f"import sqlalchemy\nengine = sqlalchemy.create_engine('sqlite:///{other}', connect_args={{'timeout': 9}})\n"
    (project.root / "shop.py").write_text(made)
    ini = project.root / "alembic.ini"
    ini.write_text(ini.read_text() + "prepend_sys_path = .\n")
    first = ENV.index("    engine = engine_from_config")
    last = ENV.index("    with engine.connect()")
    (project.root / "migrations" / "env.py").write_text(ENV[:first] + "    from shop import engine\n" + ENV[last:])
    code, report = project.report("a1:b2")
    assert (code, report["verdict"]) == (0, "THE SAME"), report
    assert not other.exists()


@pytest.mark.parametrize("project", ["postgresql", DEEP_MARIADB], indirect=True)
def test_where_env_py_can_not_run_online_the_start_is_made_by_our_own_script(project: Project) -> None:
    project.revision("b2", "a1", COLUMN)
    env = project.root / "migrations" / "env.py"
    env.write_text(
        ENV.replace("    engine = engine_from", "    raise RuntimeError('no vault here')\n    engine = engine_from")
    )
    code, report = project.report("a1:b2")
    assert code == 1
    start = report["phases"][0]
    assert start["outcome"] == "ok"
    assert "RuntimeError: no vault here), so by sqlgen's own script from base" in start["how"]
    outcomes = phases(report)
    assert (outcomes["up"], outcomes["reference"], outcomes["up again"]) == ("ok", "failed", "ok")
    assert report["verdict"] == "FAILED"
    assert project.left() == set()


@pytest.mark.parametrize("project", ["postgresql"], indirect=True)
def test_a_version_table_in_a_schema_of_its_own_and_a_baseline(project: Project, tmp_path: Path) -> None:
    project.revision("a1", None, COLUMN)
    project.revision("b2", "a1", TABLES.replace("roles", "others"))
    env = project.root / "migrations" / "env.py"
    env.write_text(ENV.replace("configure(", "configure(version_table_schema='own', "))
    dump = tmp_path / "dump.sql"
    dump.write_text("CREATE TABLE public.roles (id integer NOT NULL, name character varying(9));\n")
    done = project.rehearse("a1:b2", "--baseline", str(dump))
    assert done.code == 0, done.out + done.err
    assert "THE SAME" in done.out


BOOKSHOP = Path(__file__).resolve().parents[2] / "samples" / "bookshop"


def test_the_sample_is_the_same_all_the_way(project: Project, tmp_path: Path) -> None:
    shop = tmp_path / "bookshop"
    shutil.copytree(BOOKSHOP, shop, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    code, report = Project(shop, project.dialect, project.server, project.precious).report("base:head")
    assert (code, report["verdict"]) == (0, "THE SAME"), report
    assert set(phases(report).values()) == {"ok"}
    assert not list(shop.glob("*.db"))


def test_the_clients_are_found() -> None:
    """Else all tests above would show the driver."""
    assert find("sqlite", None) is not None
