"""What reaches a client out of texts: each trick is run against the real client, and then against our defences.

First the trick itself, as a file: it reaches the shell, or another file, or it does not (measured, per client); what
does is found by a rule. Then the same text as a statement of a migration: the script is refused, or runs without
effect. Then as everything that stands in comments and messages of a script: it stays text.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sqlgen.linting import lint_file, load_book
from sqlgen.script import Target, Unfaithful, render
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.settings import Settings
from sqlgen.statements import Statement

if TYPE_CHECKING:
    from conftest import Database, File

    from sqlgen.lint.book import Book

RULES = {
    "client-metacommand",
    "client-variable-substitution",
    "executable-comment",
    "file-or-program-access",
    "unicode-bidi-invisible",
    "unparsed-statement",
}
"""One of these must speak of a trick that works."""


@dataclass(frozen=True, slots=True)
class Trick:
    """A text that may do more than SQL does. `touch pwned` makes the file by which that is seen."""

    name: str
    text: str
    works: bool
    """Whether it does, with the client's usual options: as measured."""


PSQL = (
    Trick("a command on a line of its own", "SELECT 1;\n\\! touch pwned\nSELECT 2", True),
    Trick("a command in the middle of a line", "SELECT 1 \\! touch pwned", True),
    Trick("in a literal of several lines", "SELECT 'a\n\\! touch pwned\n'", False),
    Trick("in a dollar-quoted literal", "SELECT $$a\n\\! touch pwned\n$$", False),
    Trick("in a comment", "SELECT 1 -- \\! touch pwned\n", False),
    Trick("in a block comment", "SELECT 1 /* a\n\\! touch pwned\n*/", False),
    Trick("in a nested block comment", "SELECT 1 /* /* a */\n\\! touch pwned\n*/", False),
    Trick("in a quoted name", 'SELECT 1 AS "a\n\\! touch pwned\n"', False),
    Trick("a carriage return ends a comment", "SELECT 1 -- a\r\\! touch pwned\n", True),
    Trick("a line separator ends no comment", "SELECT 1 -- a\u2028\\! touch pwned\n", False),
    Trick("a vertical tab ends no comment", "SELECT 1 -- a\x0b\\! touch pwned\n", False),
    Trick("a newline in what was a comment", "-- Running upgrade a -> b\n\\! touch pwned\n;SELECT 1", True),
    Trick("a backslash closes a literal after all", "SELECT '\\'\n\\! touch pwned\n", True),
    Trick("an escape literal", "SELECT E'\\'' \\! touch pwned", True),
    Trick("backquotes in \\set", "\\set x `touch pwned`\nSELECT 1", True),
    Trick("\\g into a program", "SELECT 1 \\g |touch pwned", True),
    Trick("\\o into a program", "\\o |touch pwned\nSELECT 1", True),
    Trick("\\copy from a program", "\\copy t from program 'touch pwned; echo 1'\nSELECT 1", True),
    Trick("a NUL cuts the line", "SELECT 1; \x00 '\n\\! touch pwned\n", True),
    Trick("\\gexec runs what a query returns", "SELECT 'CREATE TABLE pwned ()' \\gexec", False),
    Trick("\\setenv and an editor", "\\setenv EDITOR 'touch pwned;'\n\\e\nSELECT 1", True),
    Trick("a variable with backquotes in it is text", "SELECT :'HOST' \\; SELECT 2", False),
    Trick("behind the data of a COPY", "COPY t FROM STDIN;\n7\n\\.\n\\! touch pwned\nSELECT 1", True),
    Trick("in the data of a COPY", "COPY t FROM STDIN;\n7\n\\! touch pwned\n\\.\nSELECT 1", False),
)
MYSQL = (
    Trick("a command on a line of its own", "SELECT 1;\n\\! touch pwned\nSELECT 2", True),
    Trick("system", "system touch pwned\nSELECT 1", True),
    Trick("a command in the middle of a statement", "SELECT 1 \\! touch pwned\n", True),
    Trick("a newline in what was a comment", "-- Running upgrade a -> b\n\\! touch pwned\n;SELECT 1", True),
    Trick("in an executable comment", "SELECT 1 /*! \\! touch pwned\n */", True),
    Trick("in a literal", "SELECT 'a\n\\! touch pwned\nsystem touch pwned\n'", False),
    Trick("in a double-quoted literal", 'SELECT "a\n\\! touch pwned\n"', False),
    Trick("in a comment", "SELECT 1 -- \\! touch pwned\n", False),
    Trick("in a # comment", "SELECT 1 # \\! touch pwned\n", False),
    Trick("in a block comment", "SELECT 1 /* a\n\\! touch pwned\n*/", False),
    Trick("a carriage return ends no comment here", "SELECT 1 -- a\r\\! touch pwned\n", False),
    Trick("tee into a file", "tee pwned\nSELECT 1", False),
    Trick("pager", "pager touch pwned\nSELECT 1", False),
    Trick("a backslash at the end of a literal", "SELECT 'a\\' \\! touch pwned\n'", False),
    Trick("the other delimiter", "DELIMITER x\nSELECT 1x\n\\! touch pwned\nDELIMITER ;\nSELECT 1", True),
)
SQLITE = (
    Trick(".shell where a line begins", ".shell touch pwned\nSELECT 1", True),
    Trick("an indented .shell", " .shell touch pwned\nSELECT 1", False),
    Trick("in a literal", "SELECT 'a\n.shell touch pwned\n'", False),
    Trick("in a block comment", "/* a\n.shell touch pwned\n*/ SELECT 1", False),
    Trick("behind a comment line", "-- Running upgrade a -> b\n.shell touch pwned\nSELECT 1", True),
    Trick("behind a statement and a comment", "SELECT 1; -- a\n.shell touch pwned\nSELECT 2", True),
    Trick("in an open statement", "SELECT 1\n.shell touch pwned\n", False),
    Trick("a carriage return", "SELECT 1 -- a\r.shell touch pwned\n", False),
    Trick("writefile()", "SELECT writefile('pwned', 'x')", True),
    Trick("ATTACH makes a file", "ATTACH 'pwned' AS p; CREATE TABLE p.t (a)", True),
    Trick("VACUUM INTO", "VACUUM INTO 'pwned'", True),
    Trick(".import from a program", ".import '|touch pwned; echo 1' t\nSELECT 1", True),
    Trick(".output", ".output pwned\nSELECT 1", True),
    Trick(".open", ".open pwned\nCREATE TABLE t (a)", True),
    Trick("a # line", "# .shell touch pwned\nSELECT 1", False),
    Trick("edit()", "SELECT edit('x', 'touch pwned;')", True),
)
"""Where a trick begins a text with a command, the client takes it before any SQL: as a whole line."""

CASES = [
    *(pytest.param("psql", trick, id=f"psql: {trick.name}") for trick in PSQL),
    *(pytest.param("mysql", trick, id=f"mysql: {trick.name}") for trick in MYSQL),
    *(pytest.param("sqlite3", trick, id=f"sqlite3: {trick.name}") for trick in SQLITE),
]
DIALECT = {"psql": "postgresql", "mysql": "mariadb", "sqlite3": "sqlite"}


@dataclass(frozen=True, slots=True)
class Lab:
    """The real clients, each in an empty folder of its own."""

    databases: dict[str, Database | File]
    here: Path

    def run(self, client: str, text: str, *options: str) -> str:
        database = self.databases[client]
        usual = {"psql": ("-X",), "mysql": ("--no-defaults", "--batch", "--force"), "sqlite3": ("-init", "/dev/null")}
        return database.client(text, *(options or usual[client])).log

    def pwned(self) -> bool:
        """Whether something was made in the folder; it is empty again afterwards."""
        found = list(self.here.iterdir())
        for path in found:
            path.unlink()
        return bool(found)


@pytest.fixture
def lab(
    postgresql_database: Database,
    mariadb_database: Database,
    sqlite_file: File,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Lab:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for database in (postgresql_database, mariadb_database, sqlite_file):
        database.rows("CREATE TABLE t (a INTEGER)")
    return Lab({"psql": postgresql_database, "mysql": mariadb_database, "sqlite3": sqlite_file}, here)


@pytest.fixture(scope="module")
def book() -> Book:
    return load_book(Settings(), Path.cwd())


def rendered(step: Step, target: Target) -> str | Unfaithful:
    try:
        return render([step], target)
    except Unfaithful as refused:
        return refused


@pytest.mark.parametrize(("client", "trick"), CASES)
def test_a_trick_that_works_is_found_by_a_rule_and_never_reaches_the_client(
    lab: Lab, book: Book, client: str, trick: Trick
) -> None:
    dialect = DIALECT[client]
    lab.run(client, f"{trick.text};\n")
    assert lab.pwned() == trick.works

    _, findings = lint_file(trick.text + ";\n", "hotfix.sql", book, Settings(), dialect, today=date(2026, 1, 1))
    found = {finding.rule for finding in findings}
    if trick.works:
        assert found & RULES

    item = Item(Statement("", trick.text.rstrip(";"), "", (), 0, 1, 1), (), Place("x.py", 1, 1, 1), None)
    step = Step("b2", "a trick", "upgrade", ("a1",), ("b2",), "x.py", (item,))
    target = Target(dialect, client, None, None, None)
    script = rendered(step, target)
    if isinstance(script, Unfaithful):
        assert (bool(script.hint), script.file) == (True, "x.py")
    else:
        assert not trick.works
        lab.databases[client].rows("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        lab.databases[client].rows("INSERT INTO alembic_version VALUES ('a1')")
        lab.run(client, script)
        assert not lab.pwned()


@pytest.mark.parametrize("text", ["SELECT :'USER' AS who", "SELECT ARRAY[1, 2, 3][1:PORT] AS who"])
def test_what_psql_would_replace_is_found_and_refused(lab: Lab, book: Book, text: str) -> None:
    echoed = lab.run("psql", f"{text};\n", "-X", "-e")
    assert text not in echoed  # psql shows what it sends
    _, findings = lint_file(f"{text};\n", "hotfix.sql", book, Settings(), "postgresql", today=date(2026, 1, 1))
    if "'" in text:  # a slice up to a variable of psql's own is refused where it would run, and no finding elsewhere
        assert "client-variable-substitution" in {finding.rule for finding in findings}
    item = Item(Statement("", text, "", (), 0, 1, 1), (), None, None)
    with pytest.raises(Unfaithful, match=r"a variable's value in the place of :(USER|PORT)"):
        render(
            [Step("b2", "", "upgrade", ("a1",), ("b2",), "x.py", (item,))], Target("postgresql", "psql", *3 * [None])
        )


@pytest.mark.parametrize("client", DIALECT)
def test_texts_of_a_history_stay_texts(lab: Lab, client: str) -> None:
    """All tricks at once, as message, file, environment, reason of a gap, and title of a script."""
    dialect = DIALECT[client]
    every = "\n".join(trick.text for trick in {"psql": PSQL, "mysql": MYSQL, "sqlite3": SQLITE}[client])
    steps = [
        Step("a1", every, "upgrade", (), ("a1",), every, ()),
        Step("b2", every, "upgrade", ("a1",), ("b2",), every, (), Gap(every, every, 3)),
    ]
    log = lab.run(client, render(steps, Target(dialect, client, every, None, None), title=[every]))
    assert not lab.pwned()
    assert "sqlgen result: NOT APPLIED: at {a1}; the script stops before revision b2" in log


def test_a_documented_command_keeps_a_file_from_the_shell_too(lab: Lab) -> None:
    """Whatever got past us: --binary-mode of mysql and -safe of sqlite3 run none of it."""
    for trick in MYSQL:
        lab.run("mysql", f"{trick.text};\n", "--no-defaults", "--batch", "--binary-mode", "--force")
        assert not lab.pwned(), trick.name
    for trick in SQLITE:
        lab.run("sqlite3", f"{trick.text};\n", "-batch", "-safe", "-init", "/dev/null")
        assert not lab.pwned(), trick.name


def test_the_measurement_itself_can_fail(lab: Lab) -> None:
    subprocess.run(["touch", "pwned"], check=True, env=dict(os.environ))
    assert lab.pwned()
    assert not lab.pwned()
