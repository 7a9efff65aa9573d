"""What reflection is answered, and when it is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sqlgen.facts import read
from sqlgen.facts.vocabulary import Name
from sqlgen.schema import Schema, reflected
from sqlgen.schema.snapshot import load, save
from sqlgen.statements import split

T = Name("t")


def folded(script: str, dialect: str = "postgresql") -> Schema:
    schema = Schema(dialect)
    for statement in split(script, dialect):
        for fact in read(statement, dialect) if statement.text else ():
            schema.apply(fact)
    return schema


def table(schema: Schema, name: Name = T) -> dict[str, Any] | None:
    return reflected.table(schema, name, server_version=None)


def refusal(schema: Schema, name: Name = T) -> str:
    with pytest.raises(reflected.Unsure) as caught:
        table(schema, name)
    return str(caught.value)


OPAQUE = "CALL p()"


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb"])
def test_what_is_answered_can_go_through_a_pipe(dialect: str) -> None:
    schema = folded("CREATE TABLE t (id INTEGER NOT NULL, b VARCHAR(5) DEFAULT 'x', PRIMARY KEY (id))", dialect)
    for answer in (table(schema), reflected.names(schema, None)):
        assert json.loads(json.dumps(answer)) == answer


def test_a_table_that_is_not_there_is_told_apart_from_one_that_may_be() -> None:
    assert table(folded("CREATE TABLE u (a int)")) is None
    assert table(folded("CREATE TABLE t (a int); DROP TABLE t")) is None
    assert refusal(folded(OPAQUE)) == (
        "t may have been made, changed or dropped: CALL p: what the procedure does is not known here"
    )
    assert table(folded(f"CREATE TABLE t (a int); {OPAQUE}; DROP TABLE t")) is None


def test_a_table_that_something_unread_may_have_changed_is_refused_until_it_is_made_anew() -> None:
    assert "may have been made" in refusal(folded(f"CREATE TABLE t (a int); {OPAQUE}"))
    touched = folded(f"CREATE TABLE t (a int); {OPAQUE}; ALTER TABLE t ADD b int")
    assert reflected.exists(touched, "table", T)
    assert "known only in part" in refusal(touched)
    assert table(folded(f"CREATE TABLE t (a int); {OPAQUE}; DROP TABLE t; CREATE TABLE t (a int)")) is not None


def test_a_table_that_was_not_seen_being_made_is_known_in_part() -> None:
    schema = folded("ALTER TABLE t ADD b int")
    assert reflected.exists(schema, "table", T)
    assert refusal(schema) == "t is known only in part"


def test_in_a_new_database_if_not_exists_makes_the_table() -> None:
    schema = Schema.empty("postgresql")
    (fact,) = read(split("CREATE TABLE IF NOT EXISTS t (a int)", "postgresql")[0], "postgresql")
    schema.apply(fact)
    schema.apply(fact)
    assert table(schema) is not None
    assert refusal(folded("CREATE TABLE IF NOT EXISTS t (a int)")) == "t is known only in part"


def test_in_a_new_database_an_alter_of_nothing_makes_nothing() -> None:
    schema = Schema.empty("postgresql")
    for sql in ("ALTER TABLE IF EXISTS t ADD a int", "ALTER TABLE IF EXISTS t RENAME TO u"):
        for fact in read(split(sql, "postgresql")[0], "postgresql"):
            schema.apply(fact)
    assert (table(schema), table(schema, Name("u"))) == (None, None)
    assert reflected.names(schema, None)["tables"] == []


def test_a_table_that_a_crashed_revision_names_may_or_may_not_be_there() -> None:
    schema = folded("CREATE TABLE t (a int); CREATE TABLE u (a int)")
    schema.taint(T)
    assert refusal(schema) == "a step that did not run to its end may have changed t"
    assert table(schema, Name("u")) is not None
    with pytest.raises(reflected.Unsure, match="whether t is there is not known"):
        reflected.names(schema, None)
    schema.taint()
    with pytest.raises(reflected.Unsure):
        table(schema, Name("u"))


MADE = """
    CREATE TABLE t (a int); CREATE TABLE s.t (a int); CREATE TABLE u (a int, CONSTRAINT u_ok CHECK (a > 0));
    CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE v (m mood); CREATE TABLE w (a int); CREATE INDEX w_a ON w (a)
    """


@pytest.mark.parametrize(
    ("word", "doubtful"),
    [
        ("t", {"t", "s.t"}),
        ("u_ok", {"u"}),
        ("w_a", {"w"}),
        ("mood", set()),
        ("nothing", set()),
    ],
)
def test_what_a_failed_revision_names_is_not_known_and_the_rest_is(word: str, doubtful: set[str]) -> None:
    """Whatever it is the name of: a table in any schema, an index, a constraint."""
    schema = Schema.empty("postgresql")
    for statement in split(MADE.strip(), "postgresql"):
        for fact in read(statement, "postgresql"):
            schema.apply(fact)
    schema.taint(Name(word))
    for name in (Name("t"), Name("t", "s"), Name("u"), Name("v"), Name("w")):
        if str(name) in doubtful:
            with pytest.raises(reflected.Unsure):
                table(schema, name)
        else:
            assert table(schema, name) is not None
    with pytest.raises(reflected.Unsure):
        reflected.names(schema, None)
    if word == "mood":
        with pytest.raises(reflected.Unsure, match="may have changed mood"):
            reflected.types(schema, None)
    else:
        assert reflected.types(schema, None)["enums"][0]["labels"] == ["sad"]


@pytest.mark.parametrize("kind", ["table", "view", "materialized view", "sequence", "type", "schema"])
@pytest.mark.parametrize("name", [Name("x"), Name("x", "s")])
def test_in_a_new_database_a_failed_revision_may_have_made_what_it_names(kind: str, name: Name) -> None:
    schema = Schema.empty("postgresql")
    assert not reflected.exists(schema, kind, name)
    schema.taint(Name("x"))
    again, _ = load(save(schema, ()))
    for each in (schema, again):
        with pytest.raises(reflected.Unsure):
            reflected.exists(each, kind, name)
        assert not reflected.exists(each, kind, Name("y"))


def test_what_is_made_or_dropped_after_a_failed_revision_is_known() -> None:
    schema = Schema.empty("postgresql")

    def run(sql: str) -> None:
        for fact in read(split(sql, "postgresql")[0], "postgresql"):
            schema.apply(fact)

    schema.taint(T)
    run("CREATE TABLE IF NOT EXISTS t (a int)")
    assert refusal(schema) == "t is known only in part"
    run("DROP TABLE t")
    assert table(schema) is None
    run("CREATE TABLE IF NOT EXISTS t (a int)")
    assert table(schema) is not None
    schema.taint(T)
    run("ALTER TABLE t RENAME TO u")
    assert table(schema) is None
    with pytest.raises(reflected.Unsure):
        table(schema, Name("u"))
    schema.taint(Name("u"))
    run("DROP TABLE u")
    schema.taint(Name("u"))
    with pytest.raises(reflected.Unsure):
        table(schema, Name("u"))


@pytest.mark.parametrize(
    ("kind", "name", "there"),
    [
        ("table", T, True),
        ("table", Name("t", "public"), True),
        ("table", Name("u"), False),
        ("view", Name("v"), True),
        ("table", Name("v"), False),
        ("materialized view", Name("m"), True),
        ("sequence", Name("t_id_seq"), True),
        ("sequence", Name("q", "s"), True),
        ("type", Name("mood"), True),
        ("domain", Name("d"), True),
        ("type", Name("temper"), False),
        ("schema", Name("s"), True),
        ("schema", Name("public"), True),
        ("schema", Name("gone"), False),
        ("function", Name("f"), True),
        ("function", Name("g"), False),
    ],
)
def test_what_exists(kind: str, name: Name, there: bool) -> None:
    schema = folded(
        "CREATE SCHEMA s; CREATE TABLE t (id serial); CREATE VIEW v AS SELECT 1; CREATE SEQUENCE s.q;"
        "CREATE MATERIALIZED VIEW m AS SELECT 1; CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN d AS int;"
        "CREATE SCHEMA gone; DROP SCHEMA gone; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    )
    assert reflected.exists(schema, kind, name) is there


def test_names_are_refused_when_something_may_be_missing() -> None:
    with pytest.raises(reflected.Unsure, match="something may be missing: CALL p"):
        reflected.names(folded(OPAQUE), None)


def test_the_columns_of_a_view_are_refused() -> None:
    assert refusal(folded("CREATE VIEW t AS SELECT 1")) == "t is a view, whose columns are not known"


def test_views_that_a_cascade_may_have_taken_are_refused() -> None:
    gone = folded("CREATE TABLE t (a int); CREATE VIEW v AS SELECT * FROM t; DROP TABLE t CASCADE")
    assert not reflected.exists(gone, "view", Name("v"))
    schema = folded("CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t DROP b CASCADE")
    with pytest.raises(reflected.Unsure):
        reflected.exists(schema, "view", Name("v"))


def test_enums_of_every_schema_are_told_beside_those_of_one() -> None:
    names = reflected.names(folded("CREATE TYPE m AS ENUM ('a'); CREATE TYPE s.m AS ENUM ('b')"), None)
    assert names["enums"] == [{"name": "m", "schema": None, "labels": ["a"]}]
    assert [enum["schema"] for enum in names["all_enums"]] == [None, "s"]


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("`a` int NOT NULL AUTO_INCREMENT,", (8, 0, 36)),
        ("`b` tinyint(1) DEFAULT '1',", (8, 0, 36)),
        ("`c` decimal(10,2) DEFAULT '1.50',", (8, 0, 36)),
        ("`d` text,", (8, 0, 36)),
        ("`e` datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),", (8, 0, 36)),
        ("`f` json DEFAULT NULL,", (8, 0, 36)),
        ("`g` char(36) DEFAULT (uuid()),", (8, 0, 36)),
        ("CONSTRAINT `t_chk_1` CHECK ((`a` > 0))", (8, 0, 36)),
        (") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci", (8, 0, 36)),
    ],
)
def test_mysql_8_is_told_in_its_own_style(line: str, version: tuple[int, ...]) -> None:
    """MySQL 8.0 manual, 13.7.7.10 SHOW CREATE TABLE; its print differs from MariaDB's in these lines."""
    schema = folded(
        "CREATE TABLE t (a INTEGER NOT NULL AUTO_INCREMENT, b BOOL DEFAULT true, c DECIMAL(10, 2) DEFAULT 1.5, d TEXT,"
        " e DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), f JSON,"
        " g CHAR(36) DEFAULT (uuid()),"
        " PRIMARY KEY (a), CHECK (a > 0))",
        "mysql",
    )
    answer = reflected.table(schema, T, server_version=version)
    assert answer is not None
    assert line in [one.strip() for one in answer["show_create"].splitlines()]
