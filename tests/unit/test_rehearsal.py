"""What a rehearsal is made of, without a server."""

from __future__ import annotations

import datetime
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from sqlgen.cli.rehearsal_report import as_json, as_text
from sqlgen.emit.worker.beyond import reaches
from sqlgen.errors import ExitCode, say
from sqlgen.rehearsal.clients import Client, _run, _steps, _without_redirections, client_environment
from sqlgen.rehearsal.comparing import State, compare
from sqlgen.rehearsal.desk import Made, Place
from sqlgen.rehearsal.dumps import Dump, _blocks, _sqlite
from sqlgen.rehearsal.report import Difference, Lock, Phase, Report, StepTime

REACHES = {
    "postgresql": (
        "DROP DATABASE shop",
        "/* a */ -- b\n alter  database shop SET work_mem = '1MB'",
        "CREATE ROLE app",
        "ALTER SYSTEM SET fsync = off",
        "COMMENT ON DATABASE shop IS 'x'",
        "REASSIGN OWNED BY a TO b",
        "COPY t TO '/tmp/t.csv'",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "COPY t (a, b) FROM PROGRAM 'cat'",
        "SELECT dblink_exec('dbname=shop', 'DROP TABLE orders')",
        "SELECT lo_export(1, '/tmp/x')",
    ),
    "mariadb": (
        "USE shop",
        "DROP DATABASE IF EXISTS shop",
        "ALTER DATABASE shop CHARACTER SET utf8",
        "GRANT SELECT ON t TO app",
        "SET GLOBAL max_connections = 1",
        "DELETE FROM shop.orders",
        "INSERT INTO t SELECT * FROM `shop`.`orders`",
        "UPDATE a, shop.orders SET a.x = 1",
        "CREATE INDEX ix ON shop.orders (a)",
        "RENAME TABLE orders TO shop.orders",
        "CREATE TABLE t (a int REFERENCES SHOP.orders (id))",
        "SELECT * FROM t INTO OUTFILE '/tmp/t'",
    ),
    "sqlite": ("ATTACH 'x.db' AS x", "VACUUM INTO 'copy.db'", "VACUUM main INTO 'copy.db'"),
}
STAYS = {
    "postgresql": (
        "CREATE USER MAPPING FOR a SERVER s",
        "DROP TABLE database",
        "GRANT SELECT ON t TO app",
        "SELECT 1",
        "COPY t FROM STDIN",
        "UPDATE t SET copy = 'a' FROM u WHERE u.x = 'b'",
        "INSERT INTO dblinks (a) VALUES (1)",
    ),
    "mariadb": (
        "ALTER DATABASE DEFAULT CHARACTER SET utf8",
        "UPDATE orders AS shop SET x = 1 WHERE shop.id = 2",
        "DELETE FROM shopping.orders",
        "CREATE TABLE shop (id int)",
        "ALTER TABLE shop ADD COLUMN a int",
    ),
    "sqlite": ("VACUUM", "DROP TABLE attach_points"),
}


@pytest.mark.parametrize(("dialect", "sql"), [(dialect, sql) for dialect in REACHES for sql in REACHES[dialect]])
def test_what_changes_more_than_its_database_is_seen(dialect: str, sql: str) -> None:
    found = reaches(sql, dialect, ["shop"])
    assert found is not None
    assert found == " ".join(sql.split())


@pytest.mark.parametrize(("dialect", "sql"), [(dialect, sql) for dialect in STAYS for sql in STAYS[dialect]])
def test_what_stays_in_its_database_may_run(dialect: str, sql: str) -> None:
    assert reaches(sql, dialect, ["shop"]) is None


def table(name: str, columns: list[str], *rows: list[str]) -> dict[str, Any]:
    digests = ["|".join(sorted(column)) for column in zip(*rows, strict=True)] or [""] * len(columns)
    return {"name": name, "columns": columns, "count": len(rows), "digests": digests, "rows": sorted(rows)}


def state(*tables: dict[str, Any], schema: tuple[tuple[str, ...], ...] = ()) -> State:
    return State(Dump(schema), tables)


def compared(one: State, other: State, own: frozenset[str] = frozenset(), counted_on: bool = False) -> Any:
    about: Any = {"names": ("a", "b"), "version_table": "alembic_version", "own": own, "counted_on": counted_on}
    return compare(say("x"), one, other, **about)


def test_the_same_is_the_same() -> None:
    one = state(table("t", ["a", "b"], ["1", "x"], ["2", "y"]), schema=(("CREATE TABLE t (", " a,", " b", ")"),))
    assert compared(one, one) == compared(one, one)
    assert (compared(one, one).differences, compared(one, one).notes) == ((), ())


def test_columns_in_another_order_are_told_and_are_no_difference() -> None:
    one = state(table("t", ["a", "b"], ["1", "x"]), schema=(("CREATE TABLE t (", " a,", " b", ")"),))
    other = state(table("t", ["b", "a"], ["x", "1"]), schema=(("CREATE TABLE t (", " b,", " a", ")"),))
    found = compared(one, other)
    assert found.differences == ()
    (note,) = found.notes
    assert "in another order" in str(note)


def test_a_column_of_another_type_is_a_difference_in_the_schema() -> None:
    one = state(schema=(("CREATE TABLE t (", " a int,", " b", ")"),))
    other = state(schema=(("CREATE TABLE t (", " a text,", " b", ")"),))
    (difference,) = compared(one, other).differences
    assert "the schema differs" in str(difference.what)
    assert {"- a int", "+ a text"} <= set(difference.lines)


def test_times_of_today_and_random_ids_are_passed_over_and_other_values_are_not() -> None:
    today = str(datetime.datetime.now(datetime.UTC).date())
    ids = ("0e7aa6e0-7a9d-4ac0-9a57-3f1d3c9a8f11", "5d1f7b9c-11aa-4ef0-8a57-000000000001")
    one = state(table("t", ["id", "at", "n"], [ids[0], f"{today} 01:02:03", "1"]))
    other = state(table("t", ["id", "at", "n"], [ids[1], f"{today} 01:02:04.5", "1"]))
    found = compared(one, other)
    assert found.differences == ()
    assert "t.at, t.id" in str(found.notes[0])
    old = state(table("t", ["id", "at", "n"], [ids[1], "2001-01-01 00:00:00", "2"]))
    (difference,) = compared(one, old).differences
    assert any("at=2001-01-01" in line and "n=2" in line and "id=" not in line for line in difference.lines)


def test_what_a_revision_writes_from_python_anew_each_time_is_passed_over_in_its_table_alone() -> None:
    one, other = state(table("t", ["k"], ["abc"])), state(table("t", ["k"], ["def"]))
    assert compared(one, other).differences
    assert compared(one, other, frozenset({"t"})).differences == ()


def test_a_sequence_that_goes_on_is_no_difference_the_second_time() -> None:
    one = state(table("t", ["id", "n"], ["1", "a"], ["2", "b"]))
    other = state(table("t", ["id", "n"], ["1", "a"], ["3", "b"]))
    assert compared(one, other).differences
    found = compared(one, other, counted_on=True)
    assert found.differences == ()
    assert "t.id" in str(found.notes[0])
    lower = state(table("t", ["id", "n"], ["1", "a"], ["0", "b"]))
    assert compared(one, lower, counted_on=True).differences


def test_a_missing_row_is_a_difference_even_where_the_values_are_new_each_time() -> None:
    one, other = state(table("t", ["k"], ["abc"], ["def"])), state(table("t", ["k"], ["abc"]))
    (difference,) = compared(one, other, frozenset({"t"})).differences
    assert {"-t: 2 row(s)", "+t: 1 row(s)"} <= set(difference.lines)


def test_an_empty_version_table_is_like_none_and_its_rows_count() -> None:
    none, empty = state(), state(table("alembic_version", ["version_num"]))
    assert compared(none, empty).differences == ()
    assert compared(empty, state(table("alembic_version", ["version_num"], ["a1"]))).differences


def test_sqlites_texts_are_the_same_whoever_wrote_them() -> None:
    alembic = (
        "CREATE TABLE roles (\n\tid INTEGER NOT NULL, \n\tname VARCHAR(40), \n\tPRIMARY KEY (id), \n\tCHECK (id > 0)\n)"
    )
    ours = 'create table "roles" (id INTEGER NOT NULL, name VARCHAR(40), CHECK (id > 0), PRIMARY KEY (id))'
    (one,) = _sqlite([("table", "roles", alembic)], "alembic_version")
    (other,) = _sqlite([("table", "roles", ours)], "alembic_version")
    assert one == other
    assert "name varchar (40)" in one
    (default,) = _sqlite([("table", "t", "CREATE TABLE t (a TEXT DEFAULT 'It''s, (A)')")], "alembic_version")
    assert "a text default 'It''s, (A)'" in default
    assert list(_sqlite([("table", "alembic_version", "CREATE TABLE alembic_version (a)")], "alembic_version")) == []


def test_a_dump_loses_what_is_chance_and_keeps_what_is_schema() -> None:
    postgresql = (
        "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\nSET lock_timeout = 0;\n"
        "CREATE TABLE public.t (\n    a integer\n);\n\n"
        "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT k PRIMARY KEY (a);\n"
    )
    assert list(_blocks(postgresql, "postgresql", "sqlgen_rehearsal_1")) == [
        ("CREATE TABLE public.t (", "    a integer", ");"),
        ("ALTER TABLE ONLY public.t", "    ADD CONSTRAINT k PRIMARY KEY (a);"),
    ]
    mariadb = (
        "/*M!999999\\- enable the sandbox mode */ \n/*!40101 SET @saved_cs_client     = @@character_set_client */;\n"
        "CREATE TABLE `t` (\n  `a` int(11) NOT NULL AUTO_INCREMENT\n) ENGINE=InnoDB AUTO_INCREMENT=7;\n"
        "CREATE VIEW v AS SELECT 1 FROM `sqlgen_rehearsal_1`.`t`;\n"
    )
    assert list(_blocks(mariadb, "mariadb", "sqlgen_rehearsal_1")) == [
        ("CREATE TABLE `t` (", "  `a` int(11) NOT NULL AUTO_INCREMENT", ") ENGINE=InnoDB;"),
        ("CREATE VIEW v AS SELECT 1 FROM `scratch`.`t`;",),
    ]


PLACE = Place("db.example", 5433, "ann", "s3cret", {"sslmode": "require", "unix_socket": "/tmp/s", "ssl_ca": "ca.pem"})


def test_a_password_goes_into_the_environment_alone() -> None:
    url = "postgresql+psycopg2://ann:s3cret@db.example:5433/x"
    env = client_environment(PLACE, Made("x", url))
    wanted = {"PGHOST": "db.example", "PGPORT": "5433", "PGUSER": "ann", "PGPASSWORD": "s3cret", "PGDATABASE": "x"}
    assert {name: env[name] for name in wanted} == wanted
    assert env["PGSSLMODE"] == "require"
    assert "MYSQL_PWD" not in set(env) - set(os.environ)
    client = Client("mariadb", "", PLACE)
    words, reads = _without_redirections(
        "mariadb --no-defaults --batch -h HOST -u USER -p 'the shop' < apply.sql > apply.log 2>&1"
    )
    assert reads
    found = client._reach(words[1:], Made("the shop", "mysql+pymysql://ann:s3cret@db.example:5433/x"))
    assert found[0] == "--no-defaults"
    assert "-p" not in found
    assert not any("s3cret" in word for word in found)
    assert found[-6:] == ["--batch", "-h", "db.example", "-u", "ann", "the shop"]
    assert {"--protocol=SOCKET", "--socket=/tmp/s", "--port=5433", "--ssl-ca=ca.pem"} <= set(found)


def test_sqlites_file_is_opened_where_it_is() -> None:
    words, reads = _without_redirections("sqlite3 -batch -init /dev/null rehearsal.db < apply.sql > apply.log 2>&1")
    found = Client("sqlite3", "", None)._reach(words[1:], Made("/tmp/a b/rehearsal.db", "sqlite://"))
    assert reads
    assert found == ["-batch", "-init", "/dev/null", "/tmp/a b/rehearsal.db"]


def test_the_time_of_a_step_is_what_the_script_says_else_when_its_line_came() -> None:
    lines = ["step 1 of 2 (a1) is running; x", "step 1 of 2 (a1) done in 0.25 s", "step 2 of 2 (b2) is running"]
    assert _steps([(0.0, line) for line in lines], 5.0) == (StepTime("a1", 0.25),)
    running = [(1.0, lines[0]), (2.5, lines[2])]
    assert _steps(running, 3.0) == (StepTime("a1", 1.5), StepTime("b2", 0.5))
    assert _steps([(1.0, text) for _, text in running], 3.0) == ()


def report(**more: Any) -> Report:
    return Report("postgresql", "postgresql 15", "psql 15", "base -> a1", **more)


def test_exit_codes() -> None:
    bad = [Phase("up", "failed")]
    assert report().exit_code is ExitCode.CLEAN
    assert report(phases=bad).exit_code is ExitCode.FINDINGS
    assert report(differences=[Difference(say("x"), ())]).exit_code is ExitCode.FINDINGS
    assert report(phases=bad, incomplete=True).exit_code is ExitCode.INCOMPLETE


def test_what_is_shown_and_what_is_json_say_the_same() -> None:
    found = report(
        phases=[
            Phase("up", "ok", 1.5, say("APPLIED"), (), (StepTime("a1", 0.4),)),
            Phase("down", "failed", log=("\x1b",)),
        ],
        differences=[Difference(say("rows differ"), ("-a", "+b"))],
        locks=[Lock("t", "AccessExclusiveLock", 0.2, False), Lock("n", "ShareLock", 0.1, False, True)],
        locks_seen=say("how"),
        kept=["sqlgen_rehearsal_1"],
    )
    text, read = as_text(found), json.loads(as_json(found))
    assert text.startswith("rehearsal of base -> a1: NOT THE SAME\n")
    assert "t: AccessExclusiveLock at most 0.200 s" in text
    assert "n:" not in text
    assert "tables that the range itself makes: 1" in text
    assert "\\x1b" in text
    assert "\x1b" not in text
    assert text.endswith("still there: sqlgen_rehearsal_1\n")
    assert (read["verdict"], read["exit_code"]) == ("NOT THE SAME", 1)
    assert [phase["outcome"] for phase in read["phases"]] == ["ok", "failed"]
    assert read["phases"][0]["steps"] == [{"revision": "a1", "seconds": 0.4}]
    assert read["differences"] == [{"what": "rows differ", "diff": ["-a", "+b"]}]


def test_the_worker_does_not_import_the_parent() -> None:
    """It runs in the project's interpreter, where sqlgen need not be."""
    import sqlgen.emit

    worker = Path(sqlgen.emit.__file__).parent / "worker"
    for name in ("beyond", "contents", "lock_watch", "online", "redirecting", "reflected_lines", "scratch"):
        assert "sqlgen." not in (worker / f"{name}.py").read_text(encoding="utf-8").replace("sqlgen_rehearsal", "")


def test_a_client_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    began = time.monotonic()
    ran = _run(["sh", "-c", "echo begun; exec sleep 30"], None, os.environ, tmp_path, 0.3)
    assert time.monotonic() - began < 10
    assert (ran.code, ran.log) == (None, ("begun",))
    assert _run(["sh", "-c", "cat; exit 3"], None, os.environ, tmp_path, 10).code == 3
