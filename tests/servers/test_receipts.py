"""What a receipt reads in the logs of real clients: which script it was, how it ended, and of which bundle. And
what the ledger says of a database that was set back from a dump."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sqlgen.bundle.ledger.logs import read
from sqlgen.bundle.ledger.runs import Run, run
from sqlgen.bundle.manifest import Manifest, RevisionFile
from sqlgen.errors import UsageError
from sqlgen.script import Target, render
from tests.unit.building import SETTINGS, commit, project, sqlgen, trust_folder, write

if TYPE_CHECKING:
    from conftest import Story

PSQL = ("-X", "-v", "ON_ERROR_STOP=1")
MYSQL = ("--no-defaults", "--binary-mode", "--batch", "--skip-column-names", "--skip-reconnect", "--unbuffered")
SQLITE = ("-batch", "-bail", "-safe", "-init", "/dev/null")
DOCUMENTED = {"psql": PSQL, "mysql": MYSQL, "sqlite3": SQLITE}
LOUD = {"psql": (*PSQL, "-a"), "mysql": (*MYSQL, "-v", "-v", "-v"), "sqlite3": ("-init", "/dev/null", "-echo")}
"""With these the client repeats what it runs."""
CLIENTS = [
    pytest.param("postgresql", "psql", "postgresql_database", id="psql"),
    pytest.param("mariadb", "mysql", "mariadb_database", id="mariadb"),
    pytest.param("sqlite", "sqlite3", "sqlite_file", id="sqlite3"),
    pytest.param("postgresql", "plain", "postgresql_database", id="plain-psql"),
    pytest.param("sqlite", "plain", "sqlite_file", id="plain-sqlite3"),
]


class Scene:
    """A database, scripts for it, and a folder for logs."""

    def __init__(self, dialect: str, client: str, database: Any, story: Story, folder: Path):
        self.dialect, self.client, self.database, self.folder = dialect, client, database, folder
        self.name = database.path.name if dialect == "sqlite" else database.name
        target = Target(dialect, client, None, "prod", self.name)
        kind = "mysql" if dialect == "mariadb" else dialect
        self.up = render(story.steps(kind), target)
        self.down = render(story.rollback(kind), target)
        self.program = {"postgresql": "psql", "mariadb": "mysql", "sqlite": "sqlite3"}[dialect]
        self.manifest = Manifest(
            content_id="01" * 32,
            environment="prod",
            dialect=dialect,
            server_version=None,
            client=client,
            database=self.name,
            lower=(),
            upper=("d4",),
            revisions=tuple(RevisionFile(id, f"{id}.py", "ab" * 32) for id in ("a1", "b2", "c3", "d4")),
            commit=None,
            created=None,
            expires=None,
        )

    def log(self, text: str, name: str, options: tuple[str, ...] | None = None) -> Path:
        """Run a script with the real client; where its output went."""
        done = self.database.client(text, *(DOCUMENTED[self.program] if options is None else options))
        path = self.folder / name
        path.write_text(done.log, encoding="utf-8")
        return path

    def read(self, log: Path, script: str | None = None, exit_code: int | None = None) -> Run:
        return run(read(log, [each.id for each in self.manifest.revisions]), self.manifest, script, exit_code)


@pytest.fixture
def scene(request: pytest.FixtureRequest, story: Story, tmp_path: Path) -> Callable[..., Scene]:
    def make(dialect: str, client: str, fixture: str) -> Scene:
        return Scene(dialect, client, request.getfixturevalue(fixture), story, tmp_path)

    return make


@pytest.mark.parametrize(("dialect", "client", "fixture"), CLIENTS)
def test_there_again_and_back(scene: Callable[..., Scene], dialect: str, client: str, fixture: str) -> None:
    it = scene(dialect, client, fixture)
    assert it.read(it.log(it.up, "apply.log")) == Run("apply.sql", "applied")
    assert read(it.folder / "apply.log").heads == ("d4",)
    again = it.log(it.up, "apply.log")
    assert it.read(again) == Run("apply.sql", "applied")
    assert read(again).outcome == "ALREADY APPLIED"
    back = it.log(it.down, "there.log")
    assert it.read(back, "rollback.sql") == Run("rollback.sql", "undone")
    if dialect != "mariadb":  # whether resume.sql or apply.sql was run can only be told by its name
        assert it.read(back) == Run("rollback.sql", "undone")


@pytest.mark.parametrize(("dialect", "client", "fixture"), CLIENTS)
def test_a_client_that_repeats_what_it_runs(
    scene: Callable[..., Scene], dialect: str, client: str, fixture: str
) -> None:
    it = scene(dialect, client, fixture)
    log = it.log(it.up, "apply.log", LOUD[it.program])
    assert it.read(log) == Run("apply.sql", "applied")
    assert (read(log).result or "").startswith("APPLIED: ")


@pytest.mark.parametrize(("dialect", "client", "fixture"), CLIENTS)
def test_a_failure_on_the_way(scene: Callable[..., Scene], dialect: str, client: str, fixture: str) -> None:
    it = scene(dialect, client, fixture)
    broken = it.up.replace("ALTER TABLE books ADD COLUMN isbn", "ALTER TABLE nowhere ADD COLUMN isbn")
    assert broken != it.up
    log = it.log(broken, "apply.log")
    assert it.read(log, exit_code=1) == Run("apply.sql", "failed")
    if client != "plain":
        assert (read(log).result or "").startswith("NOT APPLIED")


@pytest.mark.parametrize(("dialect", "client", "fixture"), CLIENTS[:3])
def test_a_guard_that_refuses(scene: Callable[..., Scene], dialect: str, client: str, fixture: str) -> None:
    it = scene(dialect, client, fixture)
    log = it.log(it.down, "rollback.log")
    assert it.read(log).kind in ("failed", "undone")  # a new database is at base, where the way back ends
    assert it.read(log).back
    it.log(it.up, "apply.log")
    other = render_other(it)
    assert it.read(it.log(other, "apply.log")) == Run("apply.sql", "failed")


def render_other(it: Scene) -> str:
    """The script for another database."""
    return it.up.replace(it.name, it.name[:-1] + "X")


@pytest.mark.parametrize(("dialect", "client", "fixture"), CLIENTS)
def test_the_log_of_another_bundle_is_refused(
    scene: Callable[..., Scene], dialect: str, client: str, fixture: str
) -> None:
    it = scene(dialect, client, fixture)
    log = it.log(it.up, "apply.log")
    assert it.read(log).kind == "applied"
    later = replace(it.manifest, lower=("e5",), upper=("f6",), revisions=(RevisionFile("f6", "f6.py", "cd" * 32),))
    with pytest.raises(UsageError, match="is not of this bundle"):
        run(read(log), later, None)
    with pytest.raises(
        UsageError, match=r"is not of (apply\.sql|this bundle)"
    ):  # the next one begins where this one ends
        run(read(log), replace(later, lower=("d4",)), None)
    with pytest.raises(UsageError, match=r"is not of rollback\.sql"):
        it.read(log, "rollback.sql")
    if dialect != "sqlite":  # whose scripts say nothing of the file's name at their end
        with pytest.raises(UsageError, match=f"the log is of database {it.name}, and the bundle is for other"):
            run(read(log), replace(it.manifest, database="other"), None)


def test_psql_says_in_its_errors_which_script_it_was(scene: Callable[..., Scene], tmp_path: Path) -> None:
    it = scene("postgresql", "psql", "postgresql_database")
    script = tmp_path / "apply.sql"
    script.write_text(it.up.replace("ALTER TABLE books", "ALTER TABLE nowhere"), encoding="utf-8")
    login = it.database.server.login
    place = ["-h", login["host"], "-p", str(login["port"]), "-U", login["user"], "-d", it.name]
    log = tmp_path / "out.txt"
    with log.open("wb") as out:
        subprocess.run(["psql", *PSQL, *place, "-f", script], stdout=out, stderr=subprocess.STDOUT)
    assert it.read(log) == Run("apply.sql", "failed")
    assert read(log).file == "apply"


class Staging:
    """A project with two bundles for a real database, people who sign them, and a ledger."""

    def __init__(self, folder: Path, database: Any, env: dict[str, str]):
        self.folder, self.database, self.env = folder, database, {**os.environ, **env}
        settings = SETTINGS.replace("shop_staging", database.name)
        settings = f'service = "shop"\ntrust = "../trust"\n{settings}'
        commit(project(folder / "shop", dialect="postgresql", settings=settings))
        trust_folder(folder)
        for name, range in (("one", "base:a1"), ("two", "a1:head")):
            self.sqlgen("bundle", range, "--env", "staging", "-o", f"../{name}")
            self.sqlgen("sign", f"../{name}", "--role", "dba", "--key", "../dora")

    def sqlgen(self, *arguments: str) -> str:
        done = sqlgen(*arguments, cwd=self.folder / "shop")
        assert done.code == 0, done.err
        return done.out

    def shell(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True)

    def verdicts(self, bundle: str) -> dict[str, str]:
        """What each verifier says of it: its command, or why it refuses."""
        said = {}
        for program in (
            "sh trust/verify.sh",
            f"{sys.executable} trust/verify.py",
            f"{sys.executable} -m sqlgen verify",
        ):
            done = self.shell(*program.split(), "trust", "staging", bundle)
            assert done.returncode in (0, 3), done
            last = done.stdout.splitlines()[-1:] or [line for line in done.stderr.splitlines() if "REFUSED" in line]
            said[program] = last[0]
        return said

    def refused(self, bundle: str) -> str:
        (why,) = set(self.verdicts(bundle).values())
        assert why.startswith("REFUSED: ")
        return why

    def apply(self, bundle: str) -> str:
        """Every verifier accepts it; it is run as the last one says, and recorded. Gives the result."""
        for command in (said := self.verdicts(bundle)).values():
            assert command.startswith("run: psql "), said
        self.shell("sh", "-c", command.removeprefix("run: "))
        record = ("receipt", f"../{bundle}", "--trust", "../trust", "--log", "../apply.log", "--key", "../dora")
        return self.sqlgen(*record).splitlines()[1]


def test_a_database_that_was_set_back_from_a_dump_gets_the_same_bundle_again(
    postgresql_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Staging is refreshed: until somebody says so, the ledger has it where it was."""
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    login = postgresql_database.server.login
    env = {"PGHOST": login["host"], "PGPORT": str(login["port"]), "PGUSER": login["user"]}
    it = Staging(tmp_path, postgresql_database, {**env, "PGPASSWORD": login["password"]})
    name = postgresql_database.name

    assert it.apply("one") == f"result: APPLIED: database {name} is at {{a1}}"
    postgresql_database.rows("INSERT INTO books VALUES (7)")
    dump = it.shell("pg_dump", "--clean", "--if-exists", name)
    assert dump.returncode == 0, dump.stderr
    write(tmp_path / "dump.sql", dump.stdout)
    assert it.apply("two") == f"result: APPLIED: database {name} is at {{c3}}"
    assert it.refused("two").endswith("step 14: the bundle was applied already (2)")

    postgresql_database.rows("DROP TABLE tags, books, alembic_version")
    assert it.shell("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", name, "-f", "dump.sql").returncode == 0
    assert it.refused("two").endswith("step 14: the bundle was applied already (2)")
    nothing = sqlgen("history", "ledger:staging..head", cwd=tmp_path / "shop")
    assert "staging stands at c3, so nothing is pending" in nothing.err
    it.sqlgen(
        "ledger", "restored", "../trust", "staging", "--at", "a1", "--because", "Sunday's dump", "--key", "../dora"
    )
    assert it.sqlgen("history", "ledger:staging..head") == it.sqlgen("history", "a1:head")

    # The dump holds what the first bundle brought: verifiers know no history, and the guard knows the database.
    assert it.apply("one").startswith(f"result: ALREADY APPLIED: database {name} is at {{a1}}")
    assert it.apply("two") == f"result: APPLIED: database {name} is at {{c3}}"
    assert postgresql_database.rows("SELECT version_num FROM alembic_version") == [("c3",)]
    assert postgresql_database.rows("SELECT id FROM books") == [(7,)]
    assert it.refused("two").endswith("step 14: the bundle was applied already (5)")
    it.sqlgen("ledger", "status", "../trust")

    # Said of a database that nobody set back, it opens the way to the guard, and no further.
    it.sqlgen("ledger", "restored", "../trust", "staging", "--at", "a1", "--because", "a mistake", "--key", "../dora")
    assert it.apply("two").startswith(f"result: ALREADY APPLIED: database {name} is at {{c3}}")
    assert it.sqlgen("ledger", "check", "../trust").count("staging:7:") == 1
