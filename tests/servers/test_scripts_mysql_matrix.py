"""Every state × every way to run a script for MariaDB: a wrong state never changes anything, and the last line and the
exit code never claim otherwise than the database."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sqlgen.script import Target, render
from tests.servers import histories_mysql as history

if TYPE_CHECKING:
    from conftest import Database, Story

WAYS = ("documented", "force", "stdin", "source", "hostile")
HOSTILE = """
[client]
{word}
[mysql]
force
reconnect
safe-updates
delimiter = $$
init-command = "SET autocommit = 0, sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', {init}; START TRANSACTION"
"""
INIT = "foreign_key_checks = 0, completion_type = 2, @sqlgen_ok = 1, @sqlgen_run = 1, @sqlgen_step = 0"
STATES: dict[str, tuple[tuple[str, ...] | None, str]] = {
    "right start": (("a1",), "APPLIED: database {name} is at {{d4}}"),
    "wrong start": (("zzzz",), "NOT APPLIED: this script goes from {{a1}} to {{d4}}; alembic_version holds {{zzzz}}."),
    "empty version table": ((), "NOT APPLIED: this script goes from {{a1}} to {{d4}}; alembic_version holds {{}}."),
    "two heads": (("a1", "x"), "NOT APPLIED: this script goes from {{a1}} to {{d4}}; alembic_version holds {{a1,x}}."),
    "no table": (None, "NOT APPLIED: there is no table alembic_version in database {name}."),
    "wrong database": (("a1",), "NOT APPLIED: this script is for database shop, this one is {name}."),
    "second run": (("a1",), "ALREADY APPLIED: database {name} is at {{d4}}"),
}


class Way:
    """One way to run a script."""

    def __init__(self, database: Database, folder: Path, way: str) -> None:
        self.database, self.folder, self.way = database, folder, way

    def run(self, script: str) -> tuple[int, str]:
        """Exit code and log."""
        path = self.folder / "apply.sql"
        path.write_text(script, encoding="utf-8", newline="\n")
        login = self.database.server.login
        word = f"password={login['password']}" if login["password"] else ""
        (self.folder / "my.cnf").write_text(HOSTILE.format(word=word, init=INIT), encoding="utf-8")
        at = f"-h {login['host']} -P {login['port']} -u {login['user']}"
        match self.way:
            case "documented":
                line = next(line for line in script.splitlines() if line.startswith("-- Run it with:"))
                command = line.partition(": ")[2].replace("-h HOST -u USER -p", at)
                command = re.sub(r"(\S+) < apply", f"{self.database.name} < apply", command)
            case "force":
                command = (
                    f"mariadb --no-defaults --batch --force {at} {self.database.name} < apply.sql > apply.log 2>&1"
                )
            case "stdin":
                command = f"cat apply.sql | mariadb --no-defaults {at} {self.database.name} > apply.log 2>&1"
            case "source":
                typed = f"{{ echo 'source {path}'; echo exit; }}"
                terminal = f"{sys.executable} -c 'import pty, sys; pty.spawn(sys.argv[1:])'"
                command = f"{typed} | {terminal} mariadb --no-defaults {at} {self.database.name} > apply.log 2>&1"
            case _:
                options = f"--defaults-file={self.folder}/my.cnf"
                command = f"mariadb {options} {at} {self.database.name} < apply.sql > apply.log 2>&1"
        env = {**os.environ, "MYSQL_PWD": login["password"]}
        code = subprocess.run(["bash", "-c", command], cwd=self.folder, env=env, check=False).returncode
        log = (self.folder / "apply.log").read_text(encoding="utf-8")
        return code, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\(B|\r", "", log)


def results(log: str) -> list[str]:
    """The result lines of a log, in a frame or without; not a statement that the client repeats."""
    return re.findall(r"^(?:\| )?sqlgen result: (.*?)(?: +\|)?$", log, re.MULTILINE)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("state", STATES)
def test_what_the_last_line_says_is_so(
    mariadb_database: Database, story: Story, tmp_path: Path, state: str, way: str
) -> None:
    rows, says = STATES[state]
    database, runs = mariadb_database, Way(mariadb_database, tmp_path, way)
    name = "shop" if state == "wrong database" else database.name
    script = render(story.steps("mysql", start=1), Target("mariadb", "mysql", None, "prod", name))
    database.rows("CREATE TABLE books (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(40))")
    if rows is not None:
        database.rows("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    for row in rows or ():
        database.rows(f"INSERT INTO alembic_version VALUES ('{row}')")
    if state == "second run":
        assert runs.run(script)[0] == 0
    before = history.state(database)
    code, log = runs.run(script)
    assert ("MariaDB [" in log) == (way == "source")  # at a prompt
    last = results(log)[-1]
    assert last.startswith(says.format(name=database.name)), log
    if state == "right start":
        after = history.state(database)
        assert set(after) == {"alembic_version", "books", "tags", "triggers"}
        assert after["alembic_version"][1] == (("d4",),)
        assert (code, len(after["tags"][1]), len(after["books"][1])) == (0, 1, 1)
        return
    assert history.state(database) == before
    if not last.startswith("NOT APPLIED"):
        assert code == 0, log
    elif way in ("documented", "stdin"):
        assert code == 1, log


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ("-- The result", "APPLIED: database {name} is at {{d4}} (the connection was lost on the way, behind"),
        ("-- step 4 of 4", "NOT APPLIED: database {name} is at {{c3}}; the first error above says why"),
    ],
)
def test_a_client_that_connects_again_runs_nothing_more_and_tells_what_stands(
    mariadb_database: Database, story: Story, tmp_path: Path, before: str, says: str
) -> None:
    """At a prompt the client connects again by itself, and `source` goes on."""
    database, runs = mariadb_database, Way(mariadb_database, tmp_path, "source")
    script = render(story.steps("mysql"), Target("mariadb", "mysql", None, "prod", database.name))
    assert script.count(f"\n{before}") == 1
    log = runs.run(script.replace(f"\n{before}", f"\nKILL CONNECTION_ID();\n{before}"))[1]
    assert "Trying to reconnect" in log
    assert results(log)[-1].startswith(says.format(name=database.name)), log
    again = Way(database, tmp_path, "documented").run(script)
    assert (again[0], results(again[1])[-1]) == (
        0,
        f"{'ALREADY ' * ('lost' in says)}APPLIED: database {database.name} is at {{d4}}",
    )
    assert set(history.state(database)) == {"alembic_version", "books", "tags", "triggers"}
