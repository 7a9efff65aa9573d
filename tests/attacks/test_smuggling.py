"""Nothing from a revision becomes a command to the client: one row per attempt, the genuine statement first."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sqlgen.errors import HistoryError, SettingsError, SqlgenError
from sqlgen.facts.vocabulary import Commit, Fact, Rollback
from sqlgen.script import Target, read_back, render
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.statements import Statement

CLIENT = {"postgresql": "psql", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite3"}


def step(sql: str, *facts: Fact, message: str = "a message", file: str | None = "versions/x.py") -> Step:
    statement = Statement("", sql, "", (), 0, 1, 1)
    return Step("b2", message, "upgrade", ("a1",), ("b2",), file, (Item(statement, facts, Place("x.py", 7, 7, 1), 1),))


def script(dialect: str, *steps: Step, **more: object) -> str:
    target = Target(dialect, CLIENT[dialect], None, "prod", "shop", **more)  # type: ignore[arg-type]
    return render(steps, target)


GENUINE = [
    ("postgresql", "SELECT a::text, b[1:2], c[:3], d[1:n], '\\', E'\\'\\\\', $x$\\! ls$x$ -- \\! ls\n, f(x := 1)"),
    ("postgresql", 'SELECT "a\\b", \':PORT\', ":PORT", $$:PORT$$ /* \\! /* nested */ :PORT */ FROM t'),
    ("postgresql", "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)"),
    ("postgresql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END"),
    ("postgresql", "SET standard_conforming_strings = on"),
    ("postgresql", "SET client_encoding TO 'UTF8'"),
    ("postgresql", "-- why\nDROP TABLE x"),
    ("mysql", "-- why\nDROP TABLE x"),
    ("sqlite", "-- why\nDROP TABLE x"),
    ("postgresql", "-- why\nSET standard_conforming_strings = on"),
    ("postgresql", "COPY t TO STDOUT"),
    ("postgresql", "CREATE TABLE t (a text DEFAULT 'line\n\\! ls\n.shell ls\n-- sqlgen: end, 0 statements\n')"),
    ("mysql", "INSERT INTO t (status, system) VALUES ('\\! ls\nsystem ls\n', \"\\\\\") -- \\! ls\n, (1, 2)"),
    ("mysql", "SELECT `a\\! b` /* \\! ls */ /*+ MAX_EXECUTION_TIME(1) */ FROM t # \\! ls\nWHERE 1"),
    ("mariadb", "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW\nBEGIN\n  SET NEW.a = '//';\nEND"),
    ("mysql", "SET NAMES utf8mb4"),
    ("mysql", "SET sql_mode = ''"),
    ("sqlite", "CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t; SELECT 1; END"),
    ("sqlite", "INSERT INTO edit (a, readfile) VALUES ('\n.shell ls\n/\ngo\n', \"#\" -- .shell\n/* \n.shell\n/\n*/)"),
    ("sqlite", "PRAGMA foreign_keys = ON"),
]


@pytest.mark.parametrize(("dialect", "sql"), GENUINE)
def test_what_only_looks_like_a_command_goes_through_unchanged(dialect: str, sql: str) -> None:
    assert read_back(script(dialect, step(sql)), dialect) == (sql,)


ATTACKS = [
    ("postgresql", "SELECT 1 \\! touch pwned", "outside quotes is a command to the client"),
    ("postgresql", "SELECT 1\n\\! touch pwned\n", "outside quotes is a command to the client"),
    ("postgresql", "SELECT 1 \\g |touch pwned", "outside quotes is a command to the client"),
    ("postgresql", "SELECT 1 \\gexec", "outside quotes is a command to the client"),
    ("postgresql", "SELECT 1 \\; SELECT 2", "is a command to the client"),
    ("postgresql", "\\copy t from program 'touch pwned'", "outside quotes is a command to the client"),
    ("postgresql", "SELECT '\\' \\! touch pwned ' '", "outside quotes is a command to the client"),
    ("postgresql", "SELECT 1 -- a\r\\! touch pwned", "control character U+000D"),
    ("postgresql", "SELECT 1 -- a\x00\\! touch pwned", "control character U+0000"),
    ("postgresql", "SELECT '\x1b]0;pwned\x07'", "control character U+001B"),
    ("postgresql", "SELECT a[1:PORT]", "a variable's value in the place of :PORT"),
    ("postgresql", "SELECT :'USER'", "a variable's value in the place of :USER"),
    ("postgresql", 'SELECT :"HOST"', "a variable's value in the place of :HOST"),
    ("postgresql", "SELECT a:::USER", "a variable's value in the place of :USER"),
    ("postgresql", "SELECT :{?USER}", "a variable's value in the place of"),
    ("postgresql", "SELECT a[1:n$$], '\\! touch pwned$$'", "a variable's value in the place of :n$"),
    ("postgresql", "SELECT :sqlgen_run", "a variable's value in the place of :sqlgen_run"),
    ("postgresql", "COPY t FROM STDIN", "reads data from the script itself"),
    ("postgresql", "COPY t (a) FROM\nstdin WITH (FORMAT csv)", "reads data from the script itself"),
    ("postgresql", "SELECT (1", "would not end it where it ends"),
    ("postgresql", "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'", "would not end it where it ends"),
    ("postgresql", "SELECT 1 -- the semicolon would be part of this", "would not end it where it ends"),
    ("postgresql", "SELECT 1; DROP TABLE t", "would not end it where it ends"),
    ("postgresql", "SELECT 'open", "never ends"),
    ("postgresql", "SELECT 1 /* open", "never ends"),
    ("postgresql", "SELECT $a$ open $b$", "never ends"),
    ("postgresql", "", "it is empty"),
    ("postgresql", "SET standard_conforming_strings = off", "changes how the rest of the script is read"),
    (
        "postgresql",
        "SELECT set_config('standard_conforming_strings', 'off', false)",
        "how the rest of the script is read",
    ),
    ("postgresql", "SET client_encoding = 'SJIS'", "changes the encoding"),
    ("postgresql", "-- why\nSET /* x */ client_encoding = 'SJIS'", "changes the encoding"),
    ("postgresql", "SET NAMES 'GBK'", "changes the encoding"),
    ("postgresql", "SET default_transaction_read_only = off", "which the guard of the script stands on"),
    (
        "postgresql",
        "SELECT set_config('transaction_read_only', 'off', true)",
        "which the guard of the script stands on",
    ),
    ("mysql", "SELECT 1 \\! touch pwned", "outside quotes is a command to the client"),
    ("mysql", "SELECT 1\n\\. /tmp/x", "outside quotes is a command to the client"),
    ("mysql", "SELECT '\\\\' \\! touch pwned", "outside quotes is a command to the client"),
    ("mysql", "system touch pwned", "is a command to the client"),
    ("mysql", "source /tmp/x", "is a command to the client"),
    ("mysql", "USE other", "is a command to the client where a statement begins"),
    ("mysql", "delimiter //", "is a command to the client"),
    ("mysql", "tee /tmp/x", "is a command to the client"),
    ("mysql", "/*!50000 DROP TABLE t */", "looks like a comment and is executed"),
    ("mariadb", "SELECT 1 /*M!100000 + 1 */", "looks like a comment and is executed"),
    ("mysql", "/*! \\! touch pwned */", "is executed"),
    ("mysql", "SELECT 1;\ngo\n\nsystem touch pwned", "would not end it where it ends"),
    ("mysql", "SELECT /* /*! */ 1", "a comment begins in a comment"),
    ("mysql", "SELECT 1 -- a\x00\\! touch pwned", "control character U+0000"),
    ("mysql", "SELECT 'open\\'", "never ends"),
    ("mysql", "SELECT 1 # a", "would not end it where it ends"),
    ("sqlite", "SELECT 1 -- a", "would not end it where it ends"),
    ("mysql", "SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "changes how the rest of the script is read"),
    (
        "mysql",
        "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')",
        "changes how the rest of the script is read",
    ),
    ("mysql", "SET NAMES gbk", "changes the encoding"),
    ("mysql", "SET character_set_client = sjis", "changes the encoding"),
    ("mysql", "SET SESSION TRANSACTION READ WRITE", "past the guard"),
    ("mysql", "START TRANSACTION READ WRITE", "past the guard"),
    ("mysql", "SET SESSION transaction_read_only = 0", "which the guard of the script stands on"),
    ("mariadb", "SET @@session.tx_read_only = 0", "which the guard of the script stands on"),
    ("sqlite", ".shell touch pwned", "is a command to the client"),
    ("sqlite", "# comment\nSELECT 1", "is a command to the client"),
    ("sqlite", "SELECT 1\n/\n.shell touch pwned\n", "is a command to the client"),
    ("sqlite", "SELECT 6\n  go  \n, 2", "would not end it where it ends"),
    ("sqlite", "SELECT 1;\n.shell touch pwned", "is a command to the client"),
    ("sqlite", "SELECT writefile('pwned', 'x')", "reaches outside the database"),
    ("sqlite", "SELECT load_extension ('x')", "reaches outside the database"),
    ("sqlite", "SELECT \"readfile\"('/etc/passwd')", "reaches outside the database"),
    ("sqlite", "SELECT edit('x', 'touch pwned')", "reaches outside the database"),
    ("sqlite", "ATTACH 'other.db' AS o", "can't run in the script's transaction"),
    ("sqlite", "VACUUM INTO 'other.db'", "can't run in the script's transaction"),
    ("sqlite", "PRAGMA writable_schema = ON", "which the guard of the script stands on"),
    ("sqlite", "SELECT 'a\x00'", "control character U+0000"),
    ("sqlite", "SELECT [open", "never ends"),
]


@pytest.mark.parametrize(("dialect", "sql", "reason"), ATTACKS)
def test_a_statement_that_the_client_would_act_on_is_refused(dialect: str, sql: str, reason: str) -> None:
    with pytest.raises(SqlgenError, match=re.escape(reason)) as refused:
        script(dialect, step(sql))
    assert (refused.value.file, refused.value.line) == ("x.py", 7)
    assert "statement 1 of revision b2" in str(refused.value)
    assert str(refused.value.hint)


def test_ending_the_scripts_own_transaction_is_refused() -> None:
    for dialect, sql, fact in (("sqlite", "COMMIT", Commit()), ("postgresql", "ROLLBACK", Rollback())):
        with pytest.raises(SqlgenError, match="transaction that the script runs"):
            script(dialect, step(sql, fact))


def test_a_variable_that_psql_does_not_set_itself_is_unset_instead_of_refused() -> None:
    text = script("postgresql", step("SELECT a[1:n], b[1:2]"))
    assert "\\unset n\n" in text
    assert text.index("\\unset n\n") < text.index("SELECT a[1:n]")


HOSTILE = [
    "one\n\\! touch pwned",
    "one\r\\! touch pwned",
    "one\n.shell touch pwned",
    "one\u2028\\! touch pwned",
    "one\x0b\\! touch pwned\x0c\x00\x1b[2J",
    "$sqlgen$; DROP TABLE books; DO $sqlgen$",
    "'; DROP TABLE books; --",
    "`touch pwned` :'USER' %s %% {} */ /*! \u202e",
    "a\n-- sqlgen: statement 1, 0 characters, sha256 e3b0c44298fc1c14\n",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("dialect", ["postgresql", "mariadb", "sqlite"])
def test_what_people_write_around_statements_stays_in_comments_and_literals(dialect: str, text: str) -> None:
    hostile = step("SELECT 1", message=text, file=f"versions/{text}.py")
    gap = Step("c3", text, "upgrade", ("b2",), ("c3",), text, (), Gap(text, text, 3))
    target = Target(dialect, CLIENT[dialect], text, None, None)
    made = render([hostile, gap], target, title=[text])
    harmless = render(
        [
            step("SELECT 1", message="m", file="f"),
            Step("c3", "m", "upgrade", ("b2",), ("c3",), "f", (), Gap("m", "f", 3)),
        ],
        target,
        title=["t"],
    )
    assert read_back(made, dialect) == ("SELECT 1",)
    assert made.count("\n") == harmless.count("\n")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u202e]", made)
    for line, same in zip(made.splitlines(), harmless.splitlines(), strict=True):
        if line != same:
            assert line.startswith("--") == same.startswith("--")
            assert line.split(maxsplit=1)[0] == same.split(maxsplit=1)[0]
    assert made.count("$sqlgen$") == harmless.count("$sqlgen$")


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the client sqlite3 is not installed")
@pytest.mark.parametrize("text", HOSTILE)
def test_sqlite3_runs_none_of_it(text: str, tmp_path: Path) -> None:
    first = Step("a1", text, "upgrade", (), ("a1",), text, ())
    gap = Step("b2", text, "upgrade", ("a1",), ("b2",), text, (), Gap(text, text, 3))
    made = render([first, gap], Target("sqlite", "sqlite3", None, None, None), title=[text])
    here = tmp_path / "here"
    here.mkdir()
    command = ["sqlite3", "-init", "/dev/null", "shop.db"]
    ran = subprocess.run(command, input=made.encode(), cwd=here, capture_output=True, check=False)
    assert b"NOT APPLIED: at {a1}; the script stops before revision b2" in ran.stdout
    assert [file.name for file in here.iterdir()] == ["shop.db"]


@pytest.mark.parametrize(
    "revision", ["b2\n\\! touch pwned", "b'2", "b2;", "$sqlgen$", "b\\2", "b,2", "-b", "", "b 2", "b\u20282", "{b}"]
)
@pytest.mark.parametrize("dialect", ["postgresql", "mariadb", "sqlite"])
def test_a_revision_id_that_could_be_more_than_an_id_is_refused(dialect: str, revision: str) -> None:
    with pytest.raises(HistoryError, match="can't stand in a script"):
        script(dialect, Step(revision, "", "upgrade", ("a1",), (revision,), None, ()))


@pytest.mark.parametrize("name", ["a\nb", "a$sqlgen$b", "", "a\\b", "a\x00", "a\u202eb"])
@pytest.mark.parametrize("field", ["version_table", "version_table_schema", "role"])
def test_a_name_that_could_be_more_than_a_name_is_refused(field: str, name: str) -> None:
    with pytest.raises(SettingsError, match="can't stand in a script as a name"):
        script("postgresql", step("SELECT 1"), **{field: name})


def test_a_quote_in_a_name_stays_in_it() -> None:
    made = script("postgresql", step("SELECT 1"), version_table="a\"b'c", role="d'e")
    assert "to_regclass('\"a\"\"b''c\"')" in made
    assert "set_config('role', 'd''e', false)" in made
