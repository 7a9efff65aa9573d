"""The schema that facts leave behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sqlgen.facts import read
from sqlgen.facts.vocabulary import (
    Column,
    Constraint,
    CreateIndex,
    Kind,
    Name,
    Opaque,
)
from sqlgen.schema import Schema
from sqlgen.schema.naming import spelled
from sqlgen.statements import split

T = Name("t")


def folded(sql: str, dialect: str = "postgresql", start: Callable[[], Schema] | None = None) -> Schema:
    schema = Schema(dialect, start)
    for statement in split(sql, dialect):
        if statement.text:
            for fact in read(statement, dialect):
                assert not isinstance(fact, Opaque) or "CALL" in statement.text, fact
            schema.apply_all(read(statement, dialect))
    return schema


class Before:
    """A schema before the range, which counts how often it is asked for."""

    def __init__(self, sql: str, dialect: str = "postgresql"):
        self.sql, self.dialect, self.asked = sql, dialect, 0

    def __call__(self) -> Schema:
        self.asked += 1
        return folded(self.sql, self.dialect)


def columns(schema: Schema, table: str = "t") -> list[tuple[str, str | None, bool]]:
    found = schema.table(Name(table))
    assert found is not None
    return [(column.name, column.type, column.nullable) for column in found.columns]


# ---- tables and columns


def test_columns_are_folded_in_the_order_of_the_table() -> None:
    schema = folded(
        """CREATE TABLE t (a int PRIMARY KEY, b text, c int);
        ALTER TABLE t ADD d int DEFAULT 1, DROP c, ALTER b TYPE varchar(9), ALTER b SET NOT NULL;
        ALTER TABLE t RENAME a TO z"""
    )
    assert columns(schema) == [("z", "int", False), ("b", "varchar(9)", False), ("d", "int", True)]
    table = schema.table(T)
    assert table is not None
    assert table.complete
    assert [(one.kind, one.name, one.columns) for one in table.constraints] == [(Kind.PRIMARY_KEY, "t_pkey", ("z",))]


def test_a_mysql_column_defined_anew_loses_what_is_not_repeated() -> None:
    schema = folded(
        "CREATE TABLE t (a INT NOT NULL DEFAULT 1, b INT, KEY ix (a)); ALTER TABLE t CHANGE a z BIGINT", "mysql"
    )
    assert schema.column(T, "Z") == Column("z", "BIGINT")
    assert columns(schema) == [("z", "BIGINT", True), ("b", "INT", True)]
    assert schema.index(Name("ix"), T) == CreateIndex("ix", T, ("z",))


def test_a_default_and_a_null_mark_come_and_go() -> None:
    schema = folded("CREATE TABLE t (a int NOT NULL)")
    for sql in ("ALTER TABLE t ALTER a SET DEFAULT 7", "ALTER TABLE t ALTER a DROP NOT NULL"):
        for fact in read(split(sql, "postgresql")[0], "postgresql"):
            schema.apply(fact)
    found = schema.column(T, "a")
    assert found is not None
    assert found.default is not None
    assert (found.default.text, found.nullable) == ("7", True)


def test_a_dropped_table_is_gone_and_its_name_can_be_taken_again() -> None:
    schema = folded("CREATE TABLE t (a int); CREATE INDEX ix ON t (a); DROP TABLE t")
    assert schema.table(T) is None
    assert schema.index(Name("ix")) is None
    assert columns(folded("CREATE TABLE t (a int); DROP TABLE t; CREATE TABLE t (b int)")) == [("b", "int", True)]


def test_tables_are_listed_in_the_order_in_which_they_were_made() -> None:
    schema = folded("CREATE TABLE b (x int); CREATE TABLE a (x int); ALTER TABLE b RENAME TO c")
    assert [table.name.name for table in schema.tables()] == ["a", "c"]


def test_a_table_like_another_has_its_columns_but_may_have_more() -> None:
    schema = folded("CREATE TABLE u (a int); CREATE TABLE t (LIKE u, b int)")
    table = schema.table(T)
    assert table is not None
    assert [column.name for column in table.columns] == ["a", "b"]
    assert not table.complete


@pytest.mark.parametrize("sql", ["CREATE TABLE t AS SELECT 1 AS a", "ALTER TABLE t ADD b int"])
def test_a_table_that_was_not_seen_whole_is_not_complete(sql: str) -> None:
    table = folded(sql).table(T)
    assert table is not None
    assert not table.complete


@pytest.mark.parametrize(("dialect", "same"), [("sqlite", True), ("postgresql", False), ("mysql", False)])
def test_names_of_tables_are_compared_as_the_engine_does(dialect: str, same: bool) -> None:
    schema = folded("CREATE TABLE t (a int)", dialect)
    assert (schema.table(Name("T")) is not None) is same


@pytest.mark.parametrize(("dialect", "same"), [("sqlite", True), ("postgresql", False), ("mysql", True)])
def test_names_of_columns_are_compared_as_the_engine_does(dialect: str, same: bool) -> None:
    schema = folded("CREATE TABLE t (a int)", dialect)
    assert (schema.column(T, "A") is not None) is same


# ---- constraints and indexes


def test_constraints_have_the_names_that_postgresql_gives_them() -> None:
    schema = folded(
        """CREATE TABLE t (a int UNIQUE, b int REFERENCES o, c int CHECK (c > 0), d int, CHECK (a > d), CHECK (d > 0),
            UNIQUE (a, b), PRIMARY KEY (a));
        ALTER TABLE t ADD UNIQUE (b); ALTER TABLE t ADD UNIQUE (b);
        CREATE INDEX ON t (d); CREATE INDEX ON t (lower(d))"""
    )
    table = schema.table(T)
    assert table is not None
    # as PostgreSQL 15 named them, for the same statements: it makes one of UNIQUE and PRIMARY KEY over the same column
    assert sorted(one.name or "" for one in table.constraints) == [
        "t_a_b_key",
        "t_b_fkey",
        "t_b_key",
        "t_b_key1",
        "t_c_check",
        "t_check",
        "t_d_check",
        "t_pkey",
    ]
    assert [index.name for index in table.indexes] == ["t_d_idx", "t_lower_idx"]


def test_a_constraint_is_found_by_the_name_that_the_engine_gave_it_and_dropped_by_it() -> None:
    schema = folded("CREATE TABLE t (a int UNIQUE)")
    assert schema.constraint(T, "t_a_key") == Constraint(Kind.UNIQUE, "t_a_key", ("a",))
    assert (
        folded("CREATE TABLE t (a int UNIQUE); ALTER TABLE t DROP CONSTRAINT t_a_key").constraint(T, "t_a_key") is None
    )


def test_mysql_names_keys_by_their_first_column() -> None:
    schema = folded("CREATE TABLE t (a INT, b INT, UNIQUE (a, b), KEY (a), FOREIGN KEY (b) REFERENCES o (id))", "mysql")
    assert schema.constraint(T, "a") is not None
    assert schema.index(Name("a_2"), T) is not None
    assert schema.constraint(T, "t_ibfk_1") is not None


def test_a_unique_index_becomes_a_constraint() -> None:
    schema = folded(
        "CREATE TABLE t (a int); CREATE UNIQUE INDEX ix ON t (a); ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX ix"
    )
    assert schema.constraint(T, "u") == Constraint(Kind.UNIQUE, "u", ("a",), using_index="ix")
    assert schema.index(Name("ix")) is None


def test_constraints_follow_renames_and_go_with_their_columns() -> None:
    schema = folded(
        """CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES o (id), b int, CHECK (b > 0));
        CREATE INDEX ix ON t (b, lower(b));
        ALTER TABLE o RENAME id TO key; ALTER TABLE o RENAME TO p; ALTER TABLE t RENAME b TO "B B" """
    )
    table = schema.table(T)
    assert table is not None
    assert [(one.references, one.referred_columns, one.expression) for one in table.constraints] == [
        (Name("p"), ("key",), None),
        (None, (), '"B B" > 0'),
    ]
    assert table.indexes[0].columns == ("B B", 'lower("B B")')
    after = folded("CREATE TABLE t (a int, b int, CHECK (b > 0)); CREATE INDEX ix ON t (a, b); ALTER TABLE t DROP b")
    left = after.table(T)
    assert left is not None
    assert (left.constraints, left.indexes) == ((), ())


def test_mysql_takes_a_dropped_column_out_of_its_indexes() -> None:
    schema = folded("CREATE TABLE t (a INT, b INT, KEY ix (a, b)); ALTER TABLE t DROP b", "mysql")
    assert schema.index(Name("ix"), T) == CreateIndex("ix", T, ("a",))


def test_two_mysql_tables_may_have_an_index_of_the_same_name() -> None:
    schema = folded(
        "CREATE TABLE t (a INT, KEY ix (a)); CREATE TABLE u (b INT, KEY ix (b)); DROP INDEX ix ON t", "mysql"
    )
    assert schema.index(Name("ix"), T) is None
    assert schema.index(Name("ix"), Name("u")) is not None


def test_a_renamed_index_keeps_its_columns() -> None:
    schema = folded("CREATE TABLE t (a int); CREATE INDEX ix ON t (a); ALTER INDEX ix RENAME TO iy")
    assert schema.index(Name("iy")) == CreateIndex("iy", T, ("a",))
    assert schema.index(Name("ix")) is None


def test_postgresql_renames_a_constraint_and_its_index_together() -> None:
    schema = folded("CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t RENAME TO u; ALTER INDEX t_pkey RENAME TO k")
    assert schema.constraint(Name("u"), "k") is not None
    schema = folded("CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t RENAME CONSTRAINT t_pkey TO k")
    assert schema.constraint(T, "k") is not None
    assert schema.index(Name("k")) is None  # it is the constraint's


def test_mysql_calls_every_primary_key_primary() -> None:
    schema = folded("CREATE TABLE t (a INT, CONSTRAINT pk PRIMARY KEY (a))", "mysql")
    assert schema.constraint(T, "PRIMARY") is not None
    assert schema.constraint(T, "pk") is None


# ---- NOT NULL


@pytest.mark.parametrize(
    ("sql", "proved"),
    [
        ("CREATE TABLE t (a int)", False),
        ("CREATE TABLE t (a int NOT NULL)", True),
        ("CREATE TABLE t (a int PRIMARY KEY)", True),
        ("CREATE TABLE t (a int, PRIMARY KEY (a))", True),
        ("CREATE TABLE t (a int, CHECK (a IS NOT NULL))", True),
        ('CREATE TABLE t (a int, CHECK (((a > 1) AND ("a" IS NOT NULL))))', True),
        ("CREATE TABLE t (a int, CHECK (a IS NOT NULL OR b))", False),
        ("CREATE TABLE t (a int, CHECK (NOT a IS NOT NULL))", False),
        ("CREATE TABLE t (a int, CHECK (b IS NOT NULL))", False),
        ("CREATE TABLE t (a int, CHECK (x BETWEEN 1 AND a IS NOT NULL))", False),
        ("ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL)", True),
        ("ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL) NOT VALID", False),
        ("ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k", True),
        ("ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT j", False),
        ("ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL); ALTER TABLE t DROP CONSTRAINT k", False),
        ("ALTER TABLE t ADD CONSTRAINT k NOT NULL a", True),
        ("ALTER TABLE t ADD CONSTRAINT k NOT NULL a NOT VALID", False),
        ("ALTER TABLE t ALTER a SET NOT NULL", True),
        ("ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t ALTER a DROP NOT NULL", False),
        ("ALTER TABLE t ALTER b SET NOT NULL; ALTER TABLE t RENAME b TO a", True),
        ("ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t RENAME a TO b; ALTER TABLE t ADD a int", False),
        ("CREATE TABLE t (a int, CHECK (a IS NOT NULL)); ALTER TABLE t RENAME a TO b; ALTER TABLE t ADD a int", False),
        ("ALTER TABLE t ALTER a SET NOT NULL; CALL p()", False),
        ("CALL p(); ALTER TABLE t ALTER a SET NOT NULL", True),
        ("CREATE TABLE t (a int, CHECK (a IS NOT NULL)); CALL p()", False),
    ],
)
def test_not_null_is_proved_by_what_holds_for_every_row(sql: str, proved: bool) -> None:
    assert folded(sql).proves_not_null(T, "a") is proved


def test_a_validated_check_from_before_the_range_proves_not_null() -> None:
    before = Before("CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL) NOT VALID")
    schema = folded("ALTER TABLE t VALIDATE CONSTRAINT k", start=before)
    assert schema.proves_not_null(T, "a")
    assert before.asked == 1


# ---- what is new


def test_what_the_range_made_is_new_and_what_was_there_is_not() -> None:
    before = Before("CREATE TABLE old (a int)")
    schema = folded(
        """CREATE TABLE t (a int); CREATE INDEX ix ON t (a); CREATE TYPE mood AS ENUM ('a'); CREATE SEQUENCE q;
        CREATE VIEW v AS SELECT 1; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS ''""",
        start=before,
    )
    assert all(schema.created(Name(name)) for name in ("t", "ix", "mood", "q", "v"))
    assert schema.created(Name("f"), "function")
    assert not schema.created(Name("f"))
    assert not schema.created(Name("old"))
    assert before.asked == 0


def test_being_new_follows_a_rename_and_ends_with_a_drop() -> None:
    schema = folded("CREATE TABLE a (x int); ALTER TABLE a RENAME TO b; CREATE TABLE c (x int); DROP TABLE c")
    assert [schema.created(Name(name)) for name in "abc"] == [False, True, False]


def test_a_table_dropped_and_made_again_is_new() -> None:
    assert folded("DROP TABLE t; CREATE TABLE t (a int)").created(T)


BATCH = """CREATE TABLE _alembic_tmp_t (a INTEGER NOT NULL, b TEXT);
    INSERT INTO _alembic_tmp_t (a, b) SELECT t.a, t.b FROM t;
    DROP TABLE t;
    ALTER TABLE _alembic_tmp_t RENAME TO t"""


def test_a_table_that_sqlite_rebuilt_is_not_new() -> None:
    before = Before("CREATE TABLE t (a INTEGER, b TEXT)", "sqlite")
    schema = folded(BATCH, "sqlite", before)
    assert not schema.created(T)
    assert not schema.created(Name("_alembic_tmp_t"))
    assert columns(schema) == [("a", "INTEGER", False), ("b", "TEXT", True)]
    assert before.asked == 0


def test_a_table_that_is_new_stays_new_when_sqlite_rebuilds_it() -> None:
    assert folded(f"CREATE TABLE t (a INTEGER, b TEXT); {BATCH}", "sqlite").created(T)


def test_a_copy_that_takes_over_an_old_name_is_not_new() -> None:
    schema = folded("CREATE TABLE n (a int); ALTER TABLE t RENAME TO o; ALTER TABLE n RENAME TO t")
    assert not schema.created(T)
    assert not schema.created(Name("o"))


@pytest.mark.parametrize(("before", "new"), [("CREATE TABLE t (a int)", False), ("CREATE TABLE u (a int)", True)])
def test_create_if_not_exists_makes_something_new_only_where_nothing_was(before: str, new: bool) -> None:
    asked = Before(before)
    schema = folded("CREATE TABLE IF NOT EXISTS t (b int)", start=asked)
    assert schema.created(T) is new
    assert asked.asked == 1
    assert columns(schema) == [("b" if new else "a", "int", True)]


def test_a_trigger_does_not_make_a_table_of_its_name_new() -> None:
    schema = folded("CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION f()")
    assert not schema.created(T)


# ---- what was there before


def test_what_was_there_before_is_asked_for_once_and_only_when_the_range_does_not_answer() -> None:
    before = Before("CREATE TABLE t (a varchar(30), b int); CREATE INDEX ix ON t (a)")
    schema = folded("ALTER TABLE t ADD c int; CREATE TABLE n (x int); DROP TABLE gone", start=before)
    assert schema.table(Name("n")) is not None
    assert schema.table(Name("gone")) is None
    assert schema.column(T, "c") == Column("c", "int")
    assert before.asked == 0
    assert schema.column(T, "a") == Column("a", "varchar(30)")
    assert [name for name, _, _ in columns(schema)] == ["a", "b", "c"]
    assert schema.index(Name("ix")) == CreateIndex("ix", T, ("a",))
    assert schema.table(Name("never")) is None
    assert before.asked == 1


def test_facts_after_the_question_are_folded_too_and_leave_the_start_alone() -> None:
    start = folded("CREATE TABLE t (a int)")
    schema = Schema("postgresql", lambda: start)
    assert [name for name, _, _ in columns(schema)] == ["a"]
    for fact in read(split("ALTER TABLE t ADD b int", "postgresql")[0], "postgresql"):
        schema.apply(fact)
    assert [name for name, _, _ in columns(schema)] == ["a", "b"]
    assert [name for name, _, _ in columns(start)] == ["a"]


# ---- what can't be known


def test_what_cannot_be_read_leaves_nothing_certain_that_stood_before_it() -> None:
    schema = folded("CREATE TABLE t (a int); CALL p(); CREATE TABLE u (a int)")
    old, new = schema.table(T), schema.table(Name("u"))
    assert old is not None
    assert new is not None
    assert (old.complete, new.complete) == (False, True)


def test_one_table_can_be_tainted_before_and_after_the_start_is_known() -> None:
    before = Before("CREATE TABLE t (a int NOT NULL); CREATE TABLE u (a int NOT NULL)")
    schema = Schema("postgresql", before)
    schema.taint(T)
    old, other = schema.table(T), schema.table(Name("u"))
    assert old is not None
    assert other is not None
    assert (old.complete, other.complete) == (False, True)
    assert not schema.proves_not_null(T, "a")
    schema.taint()
    other = schema.table(Name("u"))
    assert other is not None
    assert not other.complete


def test_dropping_a_type_with_cascade_drops_its_columns_and_the_domains_over_it() -> None:
    sql = "CREATE DOMAIN d AS mood; CREATE TABLE t (a mood, b int, c mood[], e d); DROP TYPE mood CASCADE"
    table = folded(sql).table(T)
    assert table is not None
    assert [column.name for column in table.columns] == ["b"]
    assert table.complete


def test_dropping_an_extension_with_cascade_leaves_nothing_certain() -> None:
    table = folded("CREATE TABLE t (a citext); DROP EXTENSION citext CASCADE").table(T)
    assert table is not None
    assert not table.complete


def test_the_constraint_behind_an_index_is_found_by_the_index() -> None:
    before = folded("CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE); CREATE INDEX i ON t (b)")
    now = Schema("postgresql", lambda: before)

    def found(name: str) -> str | None:
        behind = now.backs(Name(name))
        return None if behind is None else f"{behind[1].kind} of {behind[0]}"

    assert [found(name) for name in ("t_pkey", "t_b_key", "i", "unknown")] == [
        "primary key of t",
        "unique of t",
        None,
        None,
    ]
    for statement in split("ALTER TABLE t DROP CONSTRAINT t_b_key; CREATE UNIQUE INDEX t_b_key ON t (b)", "postgresql"):
        for fact in read(statement, "postgresql"):
            now.apply(fact)
    assert found("t_b_key") is None


def test_what_the_range_dropped_is_certainly_not_there() -> None:
    schema = folded("DROP INDEX IF EXISTS i; DROP INDEX j; CREATE INDEX j ON t (a)")

    assert [schema.dropped(Name(name), "index") for name in ("i", "j", "k")] == [True, False, False]


# ---- what may or may not have happened


def guarded(act: str, before: str = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL)") -> Schema:
    """A new database in which `act` ran only if some test held."""
    schema = Schema.empty("postgresql")
    for statement in split(f"{before}; DO $$ BEGIN IF x() THEN {act}; END IF; END $$", "postgresql"):
        schema.apply_all(read(statement, "postgresql"))
    return schema


def test_what_a_test_may_have_kept_from_being_made_is_not_said_to_be_there() -> None:
    schema = guarded("CREATE TABLE u (id int); CREATE TYPE mood AS ENUM ('a'); CREATE SCHEMA s")
    assert schema.has_table(Name("u")) is None
    assert schema.has_object("type", Name("mood")) is None
    assert schema.has_object("schema", Name("s")) is None
    assert schema.has_table(T) is True


def test_what_a_test_may_have_kept_from_being_dropped_is_not_said_to_be_gone() -> None:
    schema = guarded("DROP TABLE t")
    assert schema.has_table(T) is None
    assert not schema.dropped(T)
    table = schema.table(T)
    assert table is not None
    assert not table.complete


@pytest.mark.parametrize(
    ("act", "column"),
    [
        ("ALTER TABLE t ALTER COLUMN a TYPE bigint", None),
        ("ALTER TABLE t DROP COLUMN a", None),
        ("ALTER TABLE t RENAME COLUMN a TO b", None),
        ("ALTER TABLE t ALTER COLUMN a DROP NOT NULL", Column("a", "int")),
        ("ALTER TABLE t ALTER COLUMN a SET DEFAULT 1", Column("a", "int", False)),
    ],
)
def test_a_column_that_may_have_changed_proves_nothing(act: str, column: Column | None) -> None:
    schema = guarded(act)
    assert schema.column(T, "a") == column
    assert not schema.proves_not_null(T, "a")
    table = schema.table(T)
    assert table is not None
    assert not table.complete


def test_a_column_that_may_have_been_added_is_not_known() -> None:
    assert guarded("ALTER TABLE t ADD COLUMN a text").column(T, "a") == Column("a", "int", False)
    assert guarded("ALTER TABLE t ADD COLUMN b text").column(T, "b") is None


def test_a_key_or_an_index_that_may_have_been_made_is_not_known() -> None:
    schema = guarded("ALTER TABLE t ADD CONSTRAINT k UNIQUE (a); CREATE INDEX i ON t (a)")
    assert schema.constraint(T, "k") is None
    assert schema.index(Name("i")) is None
    table = schema.table(T)
    assert table is not None
    assert not table.complete


def test_what_was_there_before_is_not_new_because_a_block_may_have_made_it() -> None:
    act = "DO $$ BEGIN IF x() THEN CREATE TABLE t (id int); END IF; END $$"
    assert not folded(act, start=Before("CREATE TABLE t (id int)")).created(T)
    assert folded(act, start=Before("CREATE TABLE u (a int)")).created(T)


def test_a_cascade_that_may_have_happened_leaves_everything_unsure() -> None:
    schema = guarded("DROP TABLE t CASCADE", "CREATE TABLE t (id int); CREATE TABLE u (id int)")
    assert schema.has_table(Name("u")) is None


@pytest.mark.parametrize(
    ("name", "dialect", "text"),
    [
        (Name("users", "shop"), "postgresql", "shop.users"),
        (Name("Users", "shop"), "postgresql", 'shop."Users"'),
        (Name("Users"), "mysql", "Users"),
        (Name("order"), "mariadb", "`order`"),
        (Name("a ]b", "dbo"), "mssql", "dbo.[a ]]b]"),
        (Name("order"), "oracle", '"order"'),
        ("day of week", "sqlite", '"day of week"'),
    ],
)
def test_a_name_is_spelled_so_that_it_can_be_pasted(name: Name | str, dialect: str, text: str) -> None:
    assert spelled(name, dialect) == text
