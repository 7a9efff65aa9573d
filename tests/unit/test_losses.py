"""What a range destroys, and what its rollback loses: named by table and column, and nothing that was not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sqlgen import facts
from sqlgen.schema import Schema
from sqlgen.script.losses.range import Losses, WayBack, losses, title_down, title_up, told
from sqlgen.script.target import Target
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.statements import split

BEFORE = """
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200), phone VARCHAR(40), visits BIGINT);
CREATE TABLE wishlists (id INTEGER PRIMARY KEY, note VARCHAR(40));
"""
CLIENTS = {"postgresql": "psql", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite3"}


def target(dialect: str) -> Target:
    return Target(dialect, CLIENTS.get(dialect, "plain"), None, "prod", "shop")


def items(sql: str, dialect: str) -> tuple[Item, ...]:
    return tuple(
        Item(statement, facts.read(statement, dialect), Place("versions/x.py", number, number, 5), 1)
        for number, statement in enumerate((one for one in split(sql, dialect) if one.text), start=11)
    )


def before(dialect: str) -> Schema:
    schema = Schema.empty(dialect)
    for item in items(BEFORE, dialect):
        schema.apply_all(item.facts)
    return schema


def pair(up: str, down: str | None, dialect: str, *, revision: str = "b2", start: str = "a1") -> tuple[Step, Step]:
    """A revision in both directions; without a downgrade that could be rendered, where it is None."""
    upgrade = Step(revision, "", "upgrade", (start,), (revision,), f"versions/{revision}.py", items(up, dialect))
    downgrade = Step(
        revision, "", "downgrade", (revision,), (start,), f"versions/{revision}.py", items(down or "", dialect)
    )
    gap = Gap("NotImplementedError: restore the backup", f"versions/{revision}.py", 31)
    return upgrade, downgrade if down is not None else replace(downgrade, gap=gap)


def found(up: str, down: str | None = "", dialect: str = "postgresql") -> Losses:
    upgrade, downgrade = pair(up, down, dialect)
    schema = before(dialect)
    made = losses([upgrade], [downgrade], target(dialect), schema)
    assert schema.has_table(next(iter(schema.tables())).name), "the schema was changed"
    return made


def destroyed(up: str, dialect: str = "postgresql") -> list[str]:
    return [str(loss.what) for loss in found(up, "", dialect).up]


# ---- what apply.sql destroys


@pytest.mark.parametrize("dialect", [*CLIENTS, "mssql", "oracle"])
def test_a_dropped_table_and_column_are_named(dialect: str) -> None:
    loss = found("DROP TABLE wishlists; ALTER TABLE users DROP COLUMN phone;", "", dialect).up
    assert [(one.kind, str(one.table), one.where) for one in loss] == [
        ("table", "wishlists", "versions/x.py:11"),
        ("column", "users", "versions/x.py:12"),
    ]
    assert [str(one.what) for one in loss] == [
        "table wishlists, with its rows",
        "column users.phone, with its values",
    ]


@pytest.mark.parametrize("dialect", CLIENTS)
def test_what_these_very_steps_made_was_not_there_to_be_lost(dialect: str) -> None:
    assert destroyed("DROP TABLE wishlists", dialect)
    assert (
        destroyed("CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1); DELETE FROM t; DROP TABLE t", dialect) == []
    )
    added = (
        "ALTER TABLE users ADD COLUMN fax VARCHAR(9); UPDATE users SET fax = phone; ALTER TABLE users DROP COLUMN fax"
    )
    assert destroyed(added, dialect) == []


@pytest.mark.parametrize("dialect", CLIENTS)
def test_rows_and_values_that_go_are_told_with_their_condition(dialect: str) -> None:
    assert destroyed("DELETE FROM users WHERE visits = 0; UPDATE users SET email = lower(email)", dialect) == [
        "rows of users: visits = 0",
        "the old values of users (email), which an UPDATE overwrites",
    ]


def test_to_fill_what_is_null_overwrites_nothing() -> None:
    assert destroyed("UPDATE users SET phone = '-' WHERE phone IS NULL") == []
    assert destroyed("UPDATE users SET phone = '-', visits = 0 WHERE phone IS NULL") == [
        "the old values of users (visits), which an UPDATE overwrites where phone IS NULL"
    ]


def test_a_type_that_holds_less_is_told_with_both_types() -> None:
    (loss,) = destroyed("ALTER TABLE users ALTER COLUMN visits TYPE double precision")
    assert loss == "the values of users.visits as they were: BIGINT becomes double precision"
    (loss,) = destroyed("ALTER TABLE users MODIFY email VARCHAR(20)", "mysql")
    assert "VARCHAR(20)" in loss
    assert destroyed("ALTER TABLE users ALTER COLUMN email TYPE text") == []


def test_a_rebuild_loses_what_its_copy_leaves_out_and_nothing_else() -> None:
    copy = "CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email TEXT, visits BIGINT);"
    rest = "INSERT INTO _alembic_tmp_users SELECT id, email, visits FROM users; DROP TABLE users;"
    rename = "ALTER TABLE _alembic_tmp_users RENAME TO users;"
    assert destroyed(copy + rest + rename, "sqlite") == ["column users.phone, with its values"]
    whole = copy.replace("email TEXT", "email TEXT, phone VARCHAR(40)")
    assert destroyed(whole + rest.replace("email,", "email, phone,") + rename, "sqlite") == []
    assert destroyed(copy + "DROP TABLE users;" + rename, "sqlite") == ["table users, with its rows"]  # never filled


REBUILD = """
CREATE TABLE _alembic_tmp_log (id INTEGER PRIMARY KEY, what TEXT, n INTEGER);
INSERT INTO _alembic_tmp_log SELECT id, what, n FROM log;
DROP TABLE log;
ALTER TABLE _alembic_tmp_log RENAME TO log;
"""
LOG = "CREATE TABLE log (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT COLLATE NOCASE, n INTEGER"
FILL = "CREATE TRIGGER fill AFTER UPDATE ON log BEGIN SELECT 1; END;"


@pytest.mark.parametrize("here", [False, True])
def test_a_rebuild_takes_the_triggers_of_the_table(here: bool) -> None:
    plain = "CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT, n INTEGER);"
    schema = Schema.empty("sqlite")
    for item in items("" if here else plain + FILL, "sqlite"):
        schema.apply_all(item.facts)
    start = plain + FILL if here else ""

    def lost(sql: str) -> list[tuple[str, str]]:
        up, down = pair(start + sql, "", "sqlite")
        made = losses([up], [down], target("sqlite"), schema)
        assert made.tables_up == ()
        return [(loss.kind, str(loss.what)) for loss in made.up]

    assert lost(REBUILD) == [("definition", "triggers of log, which is rebuilt (known in the database: fill)")]
    assert lost(REBUILD + FILL) == []
    assert lost("DROP TRIGGER fill;" + REBUILD) == []


def test_of_a_schema_that_may_hold_more_triggers_are_named_all_the_same() -> None:
    up, down = pair(REBUILD, "", "sqlite")
    made = losses([up], [down], target("sqlite"), Schema("sqlite"))
    assert str(made.up[0].what) == "triggers of log, which is rebuilt, if it has any"
    assert "GONE WITH A REBUILT TABLE, make these again afterwards:" in title_up(made)


def test_a_rebuild_names_what_its_copy_does_not_say() -> None:
    schema = Schema.empty("sqlite")
    more = ", CONSTRAINT ck CHECK (n > 0)); CREATE INDEX ix_n ON log (n); CREATE INDEX ix_what ON log (what);"
    for item in items(LOG + more, "sqlite"):
        schema.apply_all(item.facts)
    up, down = pair(REBUILD + "CREATE INDEX ix_what ON log (what);", "", "sqlite")
    (loss,) = losses([up], [down], target("sqlite"), schema).up
    assert str(loss.what) == (
        "of log, which is rebuilt, its copy lacks: id AUTOINCREMENT; what COLLATE NOCASE; CHECK ck; INDEX ix_n"
    )


def test_a_backup_has_the_names_of_where_the_script_starts() -> None:
    made = found(
        "ALTER TABLE users RENAME TO people; ALTER TABLE people DROP COLUMN phone;"
        "ALTER TABLE wishlists ADD COLUMN n INT",
        "ALTER TABLE people ADD COLUMN phone TEXT; ALTER TABLE people RENAME TO users; DELETE FROM users;"
        "ALTER TABLE wishlists DROP COLUMN n",
    )
    assert [str(name) for name in made.tables_up] == ["users"]
    assert [str(name) for name in made.tables_back] == ["people", "wishlists"]
    assert [(str(name), str(was.old), was.where) for name, was in made.renamed] == [
        ("people", "users", "versions/x.py:11")
    ]
    assert "column users.phone is there again, but without its values" in said(made.back[0])


def test_a_rebuilt_table_keeps_its_name() -> None:
    copy = "CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email TEXT);"
    rest = "INSERT INTO _alembic_tmp_users SELECT id, email FROM users; DROP TABLE users;"
    made = found(copy + rest + "ALTER TABLE _alembic_tmp_users RENAME TO users; DELETE FROM users;", "", "sqlite")
    assert [str(name) for name in made.tables_up] == ["users"]


def test_what_took_over_an_old_name_is_dumped_under_it() -> None:
    swap = "CREATE TABLE n (id INT); ALTER TABLE users RENAME TO old; ALTER TABLE n RENAME TO users; DROP TABLE old;"
    assert [str(name) for name in found(swap).tables_up] == ["users"]


def test_rows_of_a_partitioned_table_are_in_its_partitions() -> None:
    schema = Schema.empty("postgresql")
    tables = (
        "CREATE TABLE ord (id int, d date, st text) PARTITION BY RANGE (d);"
        "CREATE TABLE ord_1 PARTITION OF ord FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (id);"
        "CREATE TABLE ord_1_a PARTITION OF ord_1 FOR VALUES IN (1);"
    )
    for item in items(tables, "postgresql"):
        schema.apply_all(item.facts)
    more = "CREATE TABLE ord_2 PARTITION OF ord FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');"
    drop, make = "ALTER TABLE ord DROP COLUMN st", "ALTER TABLE ord ADD COLUMN st text; ALTER TABLE ord DROP COLUMN id"
    up, down = pair(more + "ALTER TABLE ord_1 RENAME TO ord_one;" + drop, make, "postgresql")
    made = losses([up], [down], target("postgresql"), schema)
    assert sorted(map(str, made.tables_up)) == ["ord", "ord_1", "ord_1_a"]
    assert sorted(map(str, made.tables_back)) == ["ord", "ord_1_a", "ord_2", "ord_one"]


def test_what_can_not_be_read_is_never_passed_as_harmless() -> None:
    (loss,) = found("CALL tidy_up()").up
    assert loss.kind == "unknown"
    lines = title_up(found("CALL tidy_up()"))
    assert "NOT KNOWN, whether these destroy data:" in lines
    assert "DATA IS DESTROYED:" not in lines


def test_the_version_table_is_not_the_users_data() -> None:
    assert destroyed("DELETE FROM users")
    assert destroyed("DELETE FROM alembic_version WHERE version_num = 'x'") == []


# ---- what the way back loses


def way(up: str, down: str | None, dialect: str = "postgresql") -> WayBack:
    return found(up, down, dialect).back[0]


def said(one: WayBack) -> list[str]:
    return [str(text) for text in told(one)]


@pytest.mark.parametrize("dialect", CLIENTS)
def test_what_is_made_again_is_empty(dialect: str) -> None:
    again = "CREATE TABLE wishlists (id INTEGER PRIMARY KEY, note VARCHAR(40))"
    assert said(way("DROP TABLE wishlists", again, dialect)) == ["table wishlists is there again, but without its rows"]
    back = "ALTER TABLE users ADD COLUMN phone VARCHAR(40)"
    assert said(way("ALTER TABLE users DROP COLUMN phone", back, dialect)) == [
        "column users.phone is there again, but without its values"
    ]


def test_what_is_not_made_again_does_not_come_back() -> None:
    lost = said(way("ALTER TABLE users DROP COLUMN phone", "SELECT 1"))
    assert lost[0] == "column users.phone does not come back, nor do its values"
    assert lost[1] == "not as it was: users: the column phone is missing"


def test_what_was_written_since_the_upgrade_goes_with_what_it_made() -> None:
    back = way("CREATE TABLE tags (id INTEGER); ALTER TABLE users ADD COLUMN fax TEXT",
               "ALTER TABLE users DROP COLUMN fax; DROP TABLE tags")  # fmt: skip
    assert said(back) == [
        "destroys column users.fax, with its values",
        "destroys table tags, with its rows",
    ]


def test_an_index_comes_and_goes_without_loss() -> None:
    assert found("CREATE INDEX i ON users (email)", "DROP INDEX i").back[0].whole
    assert title_down(found("CREATE INDEX i ON users (email)", "DROP INDEX i")) == ()


def test_rows_that_nobody_takes_out_again_are_told() -> None:
    assert said(way("INSERT INTO users (id) VALUES (1)", "SELECT 1")) == [
        "not as it was: the rows that its upgrade put into users stay"
    ]
    assert "stay" not in " ".join(said(way("INSERT INTO users (id) VALUES (1)", "DELETE FROM users WHERE id = 1")))


def test_a_label_of_an_enum_stays() -> None:
    schema = before("postgresql")
    for item in items("CREATE TYPE mood AS ENUM ('sad')", "postgresql"):
        schema.apply_all(item.facts)

    def differs(up: str, down: str) -> list[str]:
        there, back = pair(up, down, "postgresql")
        made = losses([there], [back], target("postgresql"), schema)
        return [text for text in said(made.back[0]) if "happy" in text]

    add = "ALTER TYPE mood ADD VALUE 'happy'"
    assert differs(add, "SELECT 1") == ["not as it was: label happy of type mood stays"]
    assert differs(add, "DROP TYPE mood") == []
    assert differs(add, "DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad')") == []
    made = "CREATE TYPE glad AS ENUM ('a'); ALTER TYPE glad ADD VALUE 'happy'"
    assert differs(made, "DROP TYPE glad") == []


def test_an_update_that_has_an_update_back_is_told_as_such() -> None:
    one = way("UPDATE users SET visits = visits + 1", "UPDATE users SET visits = visits - 1")
    assert said(one)[0].startswith("only its own UPDATE says what becomes of")
    assert said(way("UPDATE users SET visits = 0", "SELECT 1"))[0].startswith(
        "not brought back: the old values of users"
    )


def test_a_downgrade_that_does_nothing_is_said_to_undo_nothing() -> None:
    empty = way("CREATE TABLE tags (id INTEGER); ALTER TABLE users DROP COLUMN phone", "")
    assert empty.state == "does nothing"
    assert said(empty) == [
        "NOT UNDONE: its downgrade() does nothing, and the version table goes back all the same",
        "column users.phone does not come back, nor do its values",
        "table tags stays",
    ]


def test_a_merge_has_nothing_to_undo() -> None:
    up = Step("m", "", "upgrade", ("a1", "b2"), ("m",), "versions/m.py", ())
    down = Step("m", "", "downgrade", ("m",), ("a1", "b2"), "versions/m.py", ())
    made = losses([up], [down], target("postgresql"), before("postgresql"))
    assert made.back[0].whole
    assert not made.nowhere


# ---- no way back at all


def both(*pairs: tuple[Step, Step]) -> Losses:
    up, down = [one for one, _ in pairs], [one for _, one in reversed(pairs)]
    return losses(up, down, target("postgresql"), before("postgresql"))


DROP, MAKE = "DROP TABLE tags", "CREATE TABLE tags (id INTEGER)"


def test_there_is_no_way_back_where_the_first_step_of_it_is_missing() -> None:
    whole = both(pair(MAKE, DROP, "postgresql"), pair("SELECT 1", "SELECT 1", "postgresql", revision="c3", start="b2"))
    assert not whole.nowhere
    last = both(pair(MAKE, DROP, "postgresql"), pair("SELECT 1", None, "postgresql", revision="c3", start="b2"))
    assert last.nowhere
    assert said(last.back[0]) == ["THERE IS NO WAY BACK from it: NotImplementedError: restore the backup"]


def test_a_hole_in_the_middle_leaves_a_way_to_it() -> None:
    middle = both(pair(MAKE, None, "postgresql"), pair(MAKE, DROP, "postgresql", revision="c3", start="b2"))
    assert not middle.nowhere
    assert [one.state for one in middle.back] == ["runs", "is missing"]


def test_downgrades_that_all_do_nothing_are_no_way_back() -> None:
    assert both(pair(MAKE, "", "postgresql"), pair(MAKE, "", "postgresql", revision="c3", start="b2")).nowhere
    assert not both(pair(MAKE, "", "postgresql"), pair(MAKE, DROP, "postgresql", revision="c3", start="b2")).nowhere


def test_the_top_of_the_scripts_names_tables_and_places() -> None:
    made = found("DROP TABLE wishlists", "")
    assert title_up(made) == (
        "",
        "DATA IS DESTROYED:",
        "  b2 (versions/x.py:11): table wishlists, with its rows",
        "Dump these tables first: runbook.md of the bundle has the commands, or that of: sqlgen emit RANGE -o DIR/",
        "",
        "THERE IS NO WAY BACK by script: no-rollback.md says why, and what to do instead.",
    )
    assert not any("NO WAY BACK" in line for line in title_up(found("DROP TABLE wishlists", "SELECT 1")))
    assert title_down(made)[1:4] == (
        "WHAT THIS ROLLBACK LOSES:",
        "  b2 (versions/b2.py)",
        "    NOT UNDONE: its downgrade() does nothing, and the version table goes back all the same",
    )
