"""What a statement looks like when it is laid out, and what is left alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

import sqlgen.facts.postgresql
from sqlgen.layout import layout
from sqlgen.statements import scan, split


def laid(sql: str, dialect: str = "postgresql") -> str:
    (statement,) = split(sql, dialect)
    result = layout(statement, dialect)
    assert result.note is None, str(result.note)
    return result.text


def note(sql: str, dialect: str = "postgresql") -> str:
    (statement,) = split(sql, dialect)
    result = layout(statement, dialect)
    assert result.text == statement.text
    return str(result.note)


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite"])
def test_each_column_and_constraint_of_a_table_has_its_line(dialect: str) -> None:
    sql = "create table t (\n\tid INTEGER NOT NULL, \n\tname VARCHAR(50), \n\tPRIMARY KEY(id), \n\tUNIQUE (name)\n)"
    assert laid(sql, dialect) == (
        "CREATE TABLE t (\n    id INTEGER NOT NULL,\n    name VARCHAR(50),\n    PRIMARY KEY (id),\n    UNIQUE (name)\n)"
    )


def test_what_follows_the_columns_stays_behind_the_parenthesis() -> None:
    assert laid("CREATE TABLE t (id INT)ENGINE=InnoDB COMMENT='x y'", "mysql") == (
        "CREATE TABLE t (\n    id INT\n) ENGINE=InnoDB COMMENT='x y'"
    )


def test_several_actions_of_an_alter_table_stand_below_each_other_and_one_stays() -> None:
    assert laid("alter table t add column a int, drop column b") == (
        "ALTER TABLE t\n    ADD COLUMN a int,\n    DROP COLUMN b"
    )
    assert laid("alter table t\n  add column a int") == "ALTER TABLE t ADD COLUMN a int"


def test_a_long_check_is_broken_at_and_but_not_at_the_and_of_between() -> None:
    condition = " AND ".join(f"length(a_column_with_a_long_name_{i}) BETWEEN {i} AND {i + 9}" for i in range(3))
    assert laid(f"ALTER TABLE t ADD CONSTRAINT c CHECK ({condition})") == (
        "ALTER TABLE t\n"
        "    ADD CONSTRAINT c CHECK (\n"
        "        length(a_column_with_a_long_name_0) BETWEEN 0 AND 9\n"
        "        AND length(a_column_with_a_long_name_1) BETWEEN 1 AND 10\n"
        "        AND length(a_column_with_a_long_name_2) BETWEEN 2 AND 11\n"
        "    )"
    )


def test_a_long_list_of_enum_values_has_a_value_per_line() -> None:
    values = [f"'value number {i}'" for i in range(8)]
    assert laid(f"CREATE TYPE mood AS ENUM ({','.join(values)})").splitlines() == [
        "CREATE TYPE mood AS ENUM (",
        *(f"    {value}," for value in values[:-1]),
        f"    {values[-1]}",
        ")",
    ]


def test_a_thousand_rows_are_a_thousand_lines() -> None:
    rows = ",".join(f"({i}, 'row {i}')" for i in range(1000))
    lines = laid(f"INSERT INTO t (id, name) VALUES {rows}").splitlines()
    assert lines[:3] == ["INSERT INTO t (id, name)", "VALUES", "    (0, 'row 0'),"]
    assert lines[-1] == "    (999, 'row 999')"
    assert len(lines) == 1002


def test_a_short_query_stays_on_one_line_and_a_long_one_has_a_line_per_clause() -> None:
    assert laid("select a\nfrom t\nwhere b = 1") == "SELECT a FROM t WHERE b = 1"
    names = ", ".join(f"a_column_called_{i}" for i in range(4))
    assert laid(f"select {names} from t left outer join u using (id) where a is distinct from b order by 1 desc") == (
        f"SELECT {names}\nFROM t\nLEFT OUTER JOIN u USING (id)\nWHERE a IS DISTINCT FROM b\nORDER BY 1 DESC"
    )


def test_comments_keep_their_text_and_their_lines() -> None:
    sql = """create table t (-- first
  id int, -- the number
 /* what it is called */
  name /* inline */ text
 -- last
)"""
    assert (
        laid(sql)
        == """CREATE TABLE t ( -- first
    id int, -- the number
    /* what it is called */
    name /* inline */ text
    -- last
)"""
    )


def test_a_line_comment_never_swallows_what_follows() -> None:
    assert laid("select 1 -- one\n, 2") == "SELECT\n    1 -- one\n    , 2"


def test_comments_around_a_statement_stay_around_it() -> None:
    (statement,) = split("x", "postgresql")
    sql = "-- before\n/* and */ create table t (a int) -- behind"
    result = layout(replace(statement, text=sql, tokens=scan(sql, "postgresql")), "postgresql")
    assert result.text == "-- before\n/* and */ CREATE TABLE t (\n    a int\n) -- behind"


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("postgresql", r"SELECT 'a\', E'b\'c', $$ select ; $$, U&'\0061', x'1f'"),
        ("mysql", r"""SELECT 'a\'', "select, from", _utf8mb4'x', N'y', X'1F'"""),
        ("sqlite", "SELECT 'a\\', \"select\", [from where], `as is`, x'1f'"),
        ("postgresql", "SELECT '用户,  select', \"名  字\", '𠮷'"),
        ("postgresql", "SELECT 'one'\n   'literal'"),
        ("mysql", "SELECT count (*), a--1, a- -1"),
        ("postgresql", "SELECT a->>'b', c::int, d[1:2], - -1, @-1"),
    ],
)
def test_literals_names_and_operators_are_untouched(dialect: str, sql: str) -> None:
    assert laid(sql, dialect) == sql


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite"])
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name, type, date, value, role FROM comment",
        "SELECT a AS user_, b AS name FROM t AS first",
        "ALTER TABLE t ADD COLUMN type int",
        "UPDATE t SET status = 1, position = 2",
        "SELECT t.order_, t.value FROM public_.event AS t",
        "INSERT INTO role (name, type) VALUES (1, 2)",
        "DROP TABLE event",
        "CREATE INDEX type ON event (value)",
        "ALTER TABLE action RENAME TO view_",
    ],
)
def test_words_that_can_be_names_keep_their_case(dialect: str, sql: str) -> None:
    assert laid(sql, dialect) == sql


def test_a_keyword_that_is_a_name_behind_a_dot_keeps_its_case() -> None:
    assert laid("SELECT t.select, t.from FROM t", "mysql") == "SELECT t.select, t.from FROM t"
    assert laid("SELECT * FROM t ORDER BY desc", "sqlite") == "SELECT * FROM t ORDER BY desc"


def test_keywords_become_upper_case() -> None:
    assert laid(
        "create unique index concurrently if not exists i on t using btree (a desc nulls last) where a is not null"
    ) == (
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i\n"
        "    ON t USING btree (a DESC NULLS LAST)\n"
        "    WHERE a IS NOT NULL"
    )
    assert laid("alter table t alter column type type text, add value int") == (
        "ALTER TABLE t\n    ALTER COLUMN type TYPE text,\n    ADD value int"
    )
    assert laid("insert into t values (1) on duplicate key update a = 2", "mysql") == (
        "INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 2"
    )
    assert laid("drop table if exists t cascade") == "DROP TABLE IF EXISTS t CASCADE"


def test_the_body_of_a_function_stays_as_it_is() -> None:
    body = "$f$\nbegin\n  select 1;   -- as  it  was\nend\n$f$"
    assert laid(f"create function f() returns trigger language plpgsql as {body}") == (
        f"CREATE FUNCTION f()\nRETURNS trigger\nLANGUAGE plpgsql\nAS {body}"
    )


@pytest.mark.parametrize(
    ("dialect", "sql", "why"),
    [
        ("postgresql", "create function f() returns int begin atomic select 1; end", "it holds statements of its own"),
        ("mysql", "create procedure p() begin select 1; end", "it holds statements of its own"),
        ("sqlite", "create trigger t after insert on a begin select 1; end", "it holds statements of its own"),
        ("postgresql", "select 'not closed", "it holds a quote or comment that is not closed"),
        ("postgresql", "select 1 \\echo x\n, 2", "it holds a command for the client: \\echo x"),
        ("postgresql", "selec  1", "PostgreSQL's parser can't read it"),
        ("mysql", "select (1", "its parentheses do not match, or nest too deeply to be laid out"),
        ("mysql", "select " + "(" * 99 + ")" * 99, "its parentheses do not match, or nest too deeply to be laid out"),
        (
            "mysql",
            "create view v as select count(distinct a) from t",
            "a column of it has no AS, so its name is its text",
        ),
        (
            "sqlite",
            "create table u as select a,case when b then 1 end from t",
            "a column of it has no AS, so its name is its text",
        ),
    ],
)
def test_what_cannot_be_proven_is_left_and_the_reason_is_said(dialect: str, sql: str, why: str) -> None:
    assert note(sql, dialect) == why


@pytest.mark.parametrize("sql", ["create view v as select a, t.b, t.*, c d from t", "create view v as select 1 as one"])
def test_a_view_whose_columns_have_names_is_laid_out(sql: str) -> None:
    assert laid(sql, "sqlite").startswith("CREATE VIEW v AS SELECT")


def test_the_parsers_fingerprint_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlgen.facts.postgresql, "fingerprint", lambda text: text)
    assert note("select  1") == "PostgreSQL's parser would read it differently"


def test_a_line_that_would_become_a_command_for_the_client_is_not_made() -> None:
    values = ", ".join(f"a_long_column_name_number_{i}" for i in range(4))
    sql = f"SELECT {values}, go"
    assert note(sql, "sqlite") == "its layout could not be changed without changing its tokens"


def test_widths_are_counted_in_cells_of_a_terminal() -> None:
    wide = laid(f"ALTER TABLE t ADD COLUMN {'字' * 30} varchar(20) DEFAULT 'abc' NOT NULL")
    assert "\n" in wide
    assert "\n" not in laid(f"ALTER TABLE t ADD COLUMN {'z' * 30} varchar(20) DEFAULT 'abc' NOT NULL")


def test_sqlparse_is_not_loaded_before_something_is_laid_out() -> None:
    code = "import sys, sqlgen.layout; sys.exit('sqlparse' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
