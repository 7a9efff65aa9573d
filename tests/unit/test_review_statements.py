"""The statements of a review: numbered as in scripts, said in words, with what takes them back and what is asked."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from sqlgen import facts
from sqlgen.facts.vocabulary import AddConstraint, Column, Constraint, Fact, Kind, Name
from sqlgen.messages import Message, say
from sqlgen.review.document import model
from sqlgen.review.document.statements import statements
from sqlgen.review.document.told import told
from sqlgen.review.document.words import operation, words
from sqlgen.script import folder, read_back
from sqlgen.script.checks.preflight_needs import needed
from sqlgen.script.existence.asking import exists
from sqlgen.script.runbook.page import Range
from sqlgen.statements import split
from tests.unit.made_ranges import CLIENTS, of_the_sample, ranged, source


def made(range: Range) -> tuple[tuple[model.Statement, ...], tuple[model.Statement, ...]]:
    one = source(range)
    return statements(one, *told(one))


def one(sql: str, dialect: str = "postgresql", down: str | None = "") -> model.Statement:
    """The last of an upgrade's statements."""
    return made(ranged((sql, down), dialect=dialect))[0][-1]


@pytest.fixture(scope="module", params=CLIENTS)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Range:
    return of_the_sample(request.param, tmp_path_factory.mktemp("statements"))


# ---- in words


def filled(hint: Any) -> Any:
    """Some value of a field that has no default."""
    kinds = {
        Name: Name("orders"),
        str: "word",
        Message: say("why"),
        bool: False,
        Column: Column("note", "TEXT"),
        Constraint: Constraint(Kind.CHECK),
    }
    if get_origin(hint) in (Union, types.UnionType):
        return None
    return () if get_origin(hint) is tuple else kinds[hint]


def test_every_fact_has_words_of_its_own() -> None:
    said = {kind.__name__: str(words(_fact(kind))) for kind in get_args(Fact)}
    assert len(set(said.values())) == len(said), said


def _fact(kind: Any) -> Fact:
    hints = get_type_hints(kind)
    needed_ones = [each for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING]
    made: Fact = kind(**{each.name: filled(hints[each.name]) for each in needed_ones})
    return made


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_constraint_has_words(kind: Kind) -> None:
    text = {Kind.EXCLUDE: "exclusion"}.get(kind, kind.value)
    added = AddConstraint(Name("users"), Constraint(kind, not_valid=kind is Kind.CHECK))
    assert text.lower() in str(words(added)).lower()
    assert str(words(added)).endswith(", not validated") is (kind is Kind.CHECK)


@pytest.mark.parametrize(
    ("dialect", "sql", "said"),
    [
        ("postgresql", "ALTER TABLE users ADD COLUMN age integer", "add column"),
        ("postgresql", "CREATE UNIQUE INDEX CONCURRENTLY ix ON users (email)", "create unique index concurrently"),
        ("postgresql", "ALTER TABLE u ALTER a SET NOT NULL, ALTER b TYPE int", "set NOT NULL, change type of column"),
        ("postgresql", "ALTER TABLE users ADD COLUMN a int, ADD COLUMN b int", "add column"),
        ("postgresql", "ALTER TABLE users FROBNICATE", "can't be read"),
        (
            "postgresql",
            "ALTER TABLE users ADD a int, DROP email, ALTER id SET DEFAULT 1, ALTER phone SET NOT NULL",
            "add column, drop column, set default and 1 more",
        ),
        ("postgresql", "CREATE TABLE users_2024 PARTITION OF users FOR VALUES IN (1)", "create partition"),
        ("postgresql", "ALTER TABLE users SET SCHEMA old", "move table to another schema"),
        ("postgresql", "ALTER TABLE users RENAME TO people", "rename table"),
        ("postgresql", "UPDATE users SET visits = 0", "update all rows"),
        ("postgresql", "DELETE FROM users WHERE id = 1", "delete rows"),
        ("postgresql", "CREATE MATERIALIZED VIEW seen AS SELECT 1", "create materialized view"),
        ("postgresql", "ALTER TABLE users OWNER TO app", "change options of the table"),
        ("postgresql", "REASSIGN OWNED BY old TO app", "change owner"),
        ("postgresql", "GRANT SELECT ON users TO app", "grant rights"),
        ("postgresql", "REVOKE SELECT ON users FROM app", "take rights away"),
        ("postgresql", "SELECT pg_sleep(1)", "call functions"),
        ("postgresql", "VACUUM users", "VACUUM"),
        ("mysql", "ALTER TABLE users CHANGE email mail VARCHAR(100)", "rename and redefine column"),
        ("mysql", "INSERT INTO users (id) SELECT id FROM books", "insert rows of a query"),
        ("mysql", "REPLACE INTO users (id) VALUES (1)", "insert or replace rows"),
        ("mssql", "CREATE INDEX ix ON users (email) WITH (ONLINE = ON)", "create index online"),
        ("oracle", "ALTER TABLE users SET UNUSED (email)", "set column unused"),
    ],
)  # fmt: skip
def test_a_statement_is_said_in_a_few_words(dialect: str, sql: str, said: str) -> None:
    read = facts.read(next(iter(split(sql, dialect))), dialect)
    assert str(operation(read)) == said


# ---- as the scripts have them


def test_they_are_numbered_as_in_the_scripts(whole: Range) -> None:
    texts = folder.files(whole)
    for name, found in zip(("apply.sql", "rollback.sql"), made(whole), strict=True):
        assert [each.sql for each in found] == list(read_back(texts[name], whole.target.dialect))
        assert [each.number for each in found] == list(range(1, len(found) + 1))


def test_what_a_gap_left_out_has_no_number() -> None:
    shop = ranged(("DROP TABLE users", ""), (None, None), ("DROP TABLE books", ""))
    forward, _ = made(shop)
    assert [(each.number, each.revision) for each in forward] == [(1, "r1"), (2, "r3")]
    assert [each.sql for each in forward] == list(read_back(folder.files(shop)["apply.sql"], "postgresql"))


def test_tables_are_those_that_it_names_and_those_that_it_locks() -> None:
    fk = one("ALTER TABLE books ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES users (id)")
    assert fk.tables == ("books", "users")
    assert one("CREATE TYPE mood AS ENUM ('good')").tables == ("mood",)
    assert one("ALTER TABLE users RENAME TO people").tables == ("users", "people")
    assert one("CREATE INDEX ix ON users (email); DROP INDEX ix").tables == ("users",)


def test_nothing_is_said_that_is_not_known() -> None:
    strange = one("SELECT frobnicate()")
    assert strange.work == "unknown"
    assert (strange.reversible, strange.breaks_old_code, strange.may_fail) == (None, None, None)
    assert strange.unknown
    known = one("ALTER TABLE users ADD COLUMN age integer")
    assert (known.reversible, known.destroys, known.breaks_old_code, known.unknown) == (True, (), False, ())


def test_what_it_destroys_is_said() -> None:
    [gone] = one("ALTER TABLE users DROP COLUMN phone").destroys or ()
    assert "phone" in gone


# ---- what takes it back


MINE = {
    "a column": (
        "ALTER TABLE users ADD COLUMN age integer; UPDATE users SET age = 1; CREATE INDEX ix ON users (age, id)",
        "ALTER TABLE users DROP COLUMN age",
        [(1,), (1,), (1,)],
    ),
    "an index that goes by itself before its column": (
        "ALTER TABLE users ADD COLUMN age integer; CREATE INDEX ix ON users (age)",
        "DROP INDEX ix; ALTER TABLE users DROP COLUMN age",
        [(2,), (1,)],
    ),
    "rows of another table": ("INSERT INTO users (id) VALUES (1)", "DELETE FROM books WHERE id = 1", [()]),
    "rows": ("INSERT INTO users (id) VALUES (1)", "DELETE FROM users WHERE id = 1", [(1,)]),
    "other columns": ("UPDATE users SET visits = 0", "UPDATE users SET phone = ''", [()]),
    "a table with all that is in it": (
        "CREATE TABLE a (id integer); INSERT INTO a VALUES (1); CREATE INDEX ix ON a (id); COMMENT ON TABLE a IS 'a'",
        "DROP TABLE a",
        [(1,), (1,), (1,), ()],
    ),
    "a table that was there before": ("UPDATE users SET visits = 0", "DROP TABLE users", [()]),
    "renamed in between": (
        "ALTER TABLE users ADD COLUMN age integer; ALTER TABLE users RENAME TO people; "
        "ALTER TABLE people RENAME age TO years",
        "ALTER TABLE people RENAME TO users; ALTER TABLE users DROP COLUMN years",
        [(2,), (1,), (2,)],
    ),
    "a column of the same name in another table": (
        "ALTER TABLE users ADD COLUMN age integer",
        "ALTER TABLE books DROP COLUMN age",
        [()],
    ),
    "a name that changed hands": (
        "ALTER TABLE users RENAME TO old; CREATE TABLE users (id integer)",
        "DROP TABLE users; ALTER TABLE old RENAME TO users",
        [(2,), (1,)],
    ),
    "NOT NULL twice": (
        "ALTER TABLE users ALTER email SET NOT NULL; ALTER TABLE users ALTER phone SET NOT NULL",
        "ALTER TABLE users ALTER phone DROP NOT NULL; ALTER TABLE users ALTER email SET NOT NULL",
        [(), (1,)],
    ),
    "a constraint that is validated later": (
        "ALTER TABLE users ADD CONSTRAINT ck CHECK (id > 0) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT ck",
        "ALTER TABLE users DROP CONSTRAINT ck",
        [(1,), (1,)],
    ),
    "a type, a view, rights": (
        "CREATE TYPE mood AS ENUM ('good'); CREATE VIEW seen AS SELECT 1; GRANT SELECT ON users TO app; "
        "CREATE EXTENSION citext",
        "DROP EXTENSION citext; REVOKE SELECT ON users FROM app; DROP VIEW seen; DROP TYPE mood",
        [(4,), (3,), (2,), (1,)],
    ),
    "a dropped table, made and filled again": (
        "DROP TABLE books",
        "CREATE TABLE books (id integer); INSERT INTO books VALUES (1); CREATE INDEX ix ON books (id)",
        [(1, 2, 3)],
    ),
    "what can't be read": ("FROBNICATE users", "FROBNICATE users BACK", [()]),
}  # fmt: skip


@pytest.mark.parametrize("case", MINE)
def test_what_takes_a_statement_back(case: str) -> None:
    up, down, wanted = MINE[case]
    assert [each.undone_by for each in made(ranged((up, down)))[0]] == wanted


def test_another_revision_takes_nothing_back() -> None:
    add, drop = "ALTER TABLE users ADD COLUMN age integer", "ALTER TABLE users DROP COLUMN age"
    forward, back = made(ranged((add, ""), ("CREATE INDEX ix ON books (title)", f"DROP INDEX ix; {drop}")))
    assert [each.undone_by for each in forward] == [(), (1,)]
    assert [each.revision for each in back] == ["r2", "r2"]


def test_a_primary_key_has_no_name_in_mysql() -> None:
    up, down = "ALTER TABLE logs ADD CONSTRAINT pk PRIMARY KEY (id)", "ALTER TABLE logs DROP PRIMARY KEY"
    shop = ranged((up, down), dialect="mysql", before="CREATE TABLE logs (id INTEGER)")
    assert [each.undone_by for each in made(shop)[0]] == [(1,)]


def test_a_rebuild_is_taken_back_as_one_change() -> None:
    rebuild = (
        "CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email {}); "
        "INSERT INTO _alembic_tmp_users (id, email) SELECT id, email FROM users; "
        "DROP TABLE users; ALTER TABLE _alembic_tmp_users RENAME TO users"
    )
    up, down = rebuild.format("TEXT NOT NULL"), rebuild.format("TEXT")
    forward, _ = made(ranged((up + "; CREATE INDEX ix ON books (title)", f"DROP INDEX ix; {down}"), dialect="sqlite"))
    assert [each.undone_by for each in forward] == [(2, 3, 4, 5)] * 4 + [(1,)]


def test_where_there_is_no_rollback_nothing_takes_anything_back() -> None:
    shop = ranged(("ALTER TABLE users ADD COLUMN age integer", None))
    assert "rollback.sql" not in folder.files(shop)
    assert [each.undone_by for each in made(shop)[0]] == [()]


def test_what_is_listed_belongs_to_the_downgrade_of_the_same_revision(whole: Range) -> None:
    forward, back = made(whole)
    listed = [(each, back[number - 1]) for each in forward for number in each.undone_by]
    assert len(listed) >= len(back)
    assert all(here.revision == there.revision for here, there in listed)
    assert all(list(each.undone_by) == sorted(set(each.undone_by)) for each in forward)
    lowered = [each for each in forward if each.revision == "0006_lowercase_emails"]
    assert [each.undone_by for each in lowered] == [()]


# ---- what is asked of a database


def test_what_the_preflight_asks() -> None:
    adds = "ALTER TABLE users ADD COLUMN age integer; ALTER TABLE users ADD CONSTRAINT ck CHECK (age > 0)"
    first, second = made(ranged((adds, "")))[0]
    assert first.checks_before == ("column age of users must not be there", "table users must be there")
    assert second.checks_before == ("constraint ck of users must not be there", "table users must be there")
    assert one("CREATE TYPE mood AS ENUM ('good')").checks_before == ("type mood must not be there",)
    filled = one("CREATE TABLE a (id integer); INSERT INTO a VALUES (1)")
    assert filled.checks_before == ()  # the range itself makes it


def test_what_the_postcheck_asks() -> None:
    assert one("ALTER TABLE users ADD COLUMN age integer").checks_after == (
        "compared with what the revisions make of users: columns, their types and NOT NULL",
    )
    assert one("CREATE INDEX ix ON users (email)").checks_after == (
        "compared with what the revisions make of users: indexes",
    )
    assert one("DROP TABLE users").checks_after == ("table or view users must not be there",)
    assert one("UPDATE users SET visits = 0").checks_after == ()
    renamed = made(ranged(("ALTER TABLE users ADD COLUMN age integer; ALTER TABLE users RENAME TO people", "")))[0]
    assert renamed[0].checks_after == (
        "compared with what the revisions make of people: columns, their types and NOT NULL",
    )


def test_every_thing_that_the_preflight_asks_for_is_said_at_a_statement(whole: Range) -> None:
    dialect = whole.target.dialect
    said = {text for each in made(whole)[0] for text in each.checks_before}
    asked = [need for need in needed(whole.up, dialect) if exists(need.thing, dialect) is not None]
    assert asked
    for need in asked:
        name = need.thing.name or "primary key"
        assert any(name in text and text.endswith(f"must {'' if need.there else 'not '}be there") for text in said)


def test_of_a_rollback_nothing_is_asked(whole: Range) -> None:
    _, back = made(whole)
    assert all((each.undone_by, each.checks_before, each.checks_after) == ((), (), ()) for each in back)
