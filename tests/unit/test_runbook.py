"""The runbook: every state that a script can leave, what works there, and which way leads out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from sqlgen.facts.vocabulary import Name
from sqlgen.schema import Schema
from sqlgen.script import command
from sqlgen.script.losses.range import losses
from sqlgen.script.runbook import no_rollback as runbook_no_rollback
from sqlgen.script.runbook import page as runbook
from sqlgen.script.runbook.backup import backup, everything
from sqlgen.script.runbook.code import codes
from sqlgen.script.runbook.states import State, states
from sqlgen.script.runbook.ways import Map
from sqlgen.script.target import Mode, Target
from sqlgen.script.undo import undos
from sqlgen.segments import Gap, Query, Step
from tests.unit.ranges import SHOP, TARGETS, items, schema


def ranged(*revisions: tuple[str, str | None], dialect: str) -> tuple[list[Step], list[Step]]:
    """r1, r2, … on top of r0, each from its upgrade and its downgrade; None could not be rendered."""
    up, down = [], []
    for number, (forward, back) in enumerate(revisions, start=1):
        old, new = (f"r{number - 1}",), (f"r{number}",)
        file = f"versions/r{number}.py"
        up.append(Step(new[0], f"make r{number}", "upgrade", old, new, file, items(forward, dialect)))
        step = Step(new[0], f"make r{number}", "downgrade", new, old, file, items(back or "", dialect))
        down.append(step if back is not None else gapped(step))
    return up, down[::-1]


def gapped(step: Step) -> Step:
    return replace(step, items=(), gap=Gap("it reads | the <b>database</b>", step.file, 31))


def before(dialect: str) -> Schema:
    return schema(SHOP, dialect)


def rows(
    *revisions: tuple[str, str | None],
    dialect: str = "postgresql",
    gate: int | None = None,
    mode: Mode | None = None,
    client: str | None = None,
) -> tuple[State, ...]:
    up, down = ranged(*revisions, dialect=dialect)
    if gate is not None:
        up[gate] = gapped(up[gate])
    target, schema = replace(TARGETS[dialect], transaction=mode), before(dialect)
    target = replace(target, client=client or target.client)
    nowhere = losses(up, down, target, schema).nowhere
    undo = undos(up, down, target, schema)
    return states(Map(up, down, target, undo, codes(up, target, schema), nowhere))


def shown(found: Sequence[State], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(str(getattr(state, column)) for column in columns) for state in found]


TABLE = ("CREATE TABLE tags (id INTEGER PRIMARY KEY)", "DROP TABLE tags")
COLUMN = ("ALTER TABLE books ADD COLUMN isbn VARCHAR(13)", "ALTER TABLE books DROP COLUMN isbn")
GONE = ("ALTER TABLE users DROP COLUMN phone", "ALTER TABLE users ADD COLUMN phone VARCHAR(40)")
TITLE = ("ALTER TABLE books ADD COLUMN price INTEGER", "ALTER TABLE books DROP COLUMN price")


# ---- which code works


def test_old_code_works_until_something_is_gone_and_new_code_once_all_is_there() -> None:
    found = rows(TABLE, COLUMN, GONE, ("CREATE INDEX i ON books (title)", "DROP INDEX i"))
    gone = "may fail since step 3: column users.phone is gone"
    assert shown(found, "at", "old", "new") == [
        ("('r0',)", "works", "may fail until step 2 is done: column books.isbn"),
        ("('r1',)", "works", "may fail until step 2 is done: column books.isbn"),
        ("('r2',)", "works", "works"),
        ("('r3',)", gone, "works"),
        ("('r4',)", gone, "works"),
    ]


@pytest.mark.parametrize(
    ("sql", "old", "new"),
    [
        ("ALTER TABLE users RENAME COLUMN email TO mail", "column users.email is mail now", "column users.mail"),
        ("ALTER TABLE users RENAME TO people", "table users is people now", "table people"),
        ("DROP TABLE users", "table users is gone", "works"),
        ("ALTER TABLE books ADD COLUMN n INTEGER NOT NULL", "column books.n must have a value", "column books.n"),
        ("ALTER TABLE users ALTER COLUMN email SET NOT NULL", "column users.email must have a value", "works"),
        ("ALTER TABLE books ALTER COLUMN title DROP NOT NULL", "works", "books.title may be NULL"),
        ("ALTER TABLE books DROP COLUMN title", "column books.title is gone", "books.title, which must have a value"),
        ("CREATE UNIQUE INDEX u ON users (email)", "not known since step 1: users refuses", "not known until step 1"),
        ("CREATE INDEX u ON users (email)", "works", "works"),
        ("UPDATE users SET email = 'x'", "works", "not known until step 1 is done: the rows of users"),
        ("CALL tidy_up()", "not known since step 1", "not known until step 1"),
        ("ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0)", "not known since step 1", "works"),
        ("CREATE VIEW v AS SELECT 1", "works", "view v"),
        ("DROP VIEW v", "view v is gone", "works"),
        ("CREATE VIEW v AS SELECT 1; DROP VIEW v", "works", "works"),
        ("CREATE TABLE t (id INTEGER); ALTER TABLE t RENAME TO u; DROP TABLE u", "works", "works"),
    ],
)
def test_what_each_change_means_to_code(sql: str, old: str, new: str) -> None:
    found = rows((sql, "SELECT 1"))
    assert old in str(found[-1].old)
    assert new in str(found[0].new)
    assert str(found[0].old) == "works"
    assert str(found[-1].new) == "works"


def test_where_there_was_nothing_no_code_is_old() -> None:
    up, _down = ranged(("CREATE TABLE a (id INTEGER); CALL tidy()", ""), ("DROP TABLE users", ""), dialect="postgresql")
    assert str(codes(up, TARGETS["postgresql"], before("postgresql")).old_works(2, 0)) != "works"
    assert str(codes(up, TARGETS["postgresql"], Schema.empty("postgresql")).old_works(2, 0)) == "works"


def test_a_rebuild_of_sqlite_breaks_only_what_its_copy_lacks() -> None:
    copy = "CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email VARCHAR(200), fax TEXT);"
    rest = (
        "INSERT INTO _alembic_tmp_users (id, email) SELECT id, email FROM users; DROP TABLE users;"
        "ALTER TABLE _alembic_tmp_users RENAME TO users;"
    )
    first, last = rows((copy + rest, "SELECT 1"), dialect="sqlite")
    assert str(last.old) == "may fail since step 1: column users.phone is gone"
    assert str(first.new) == "may fail until step 1 is done: column users.fax"
    whole = (copy + rest).replace("fax TEXT", "phone VARCHAR(40)").replace("id, email", "id, email, phone")
    first, last = rows((whole, "SELECT 1"), dialect="sqlite")
    assert (str(last.old), str(first.new)) == ("works", "works")


def test_a_name_that_is_given_back_is_missed_no_more() -> None:
    away = "RENAME TABLE users TO a_old, books TO users"
    back = "RENAME TABLE users TO books, a_old TO users"
    inside = rows((f"{away}; {back}; ALTER TABLE books ADD COLUMN n INTEGER", ""), dialect="mariadb")
    found = [(str(state.old), state.last.part if state.last else None) for state in inside]
    away_now = "may fail since step 1: table users is a_old now"
    assert found == [(away_now, 2), ("works", 3), ("works", None)]  # what was begun may be done, or not
    there = "ALTER TABLE users RENAME TO a_old; ALTER TABLE books RENAME TO users"
    later = rows((there, ""), ("ALTER TABLE users RENAME TO books; ALTER TABLE a_old RENAME TO users", ""))
    assert [str(state.old)[:8] for state in later] == ["works", "may fail", "works"]
    column = rows(
        ("ALTER TABLE users RENAME email TO m; ALTER TABLE users RENAME m TO n", ""),
        ("ALTER TABLE users RENAME n TO email", ""),
    )
    assert [str(state.old)[:8] for state in column] == ["works", "may fail", "works"]
    another = rows((there, ""))
    assert str(another[-1].old) == "may fail since step 1: table users is a_old now"


def test_what_is_done_for_each_row_is_not_known() -> None:
    up, _down = ranged(TABLE, dialect="postgresql")
    driven = replace(up[0], queries=(Query("SELECT id FROM users", "fetchall", None),))
    whole, missing = (codes([one], TARGETS["postgresql"], before("postgresql")) for one in (up[0], driven))
    assert str(whole.new_works(1, 0)) == str(missing.new_works(1, 0)) == "works"
    assert str(whole.new_works(0, 1)) == "works"
    assert (
        str(missing.new_works(0, 1)) == "not known until step 1 is done: what r1 does for each row is not in the script"
    )


# ---- what stands, per engine


def test_a_step_of_psql_is_rolled_back_as_a_whole() -> None:
    first, second, _end = rows((TABLE[0] + ";" + COLUMN[0], "SELECT 1"), GONE)
    assert str(first.stands) == "all before it, nothing of it"
    assert str(first.back) == "nothing to undo"
    assert (second.at, str(second.onward), str(second.back)) == (("r1",), "apply.sql", "rollback.sql")


def test_an_index_built_concurrently_may_have_got_done() -> None:
    index = ("CREATE INDEX CONCURRENTLY i ON books (title)", "DROP INDEX CONCURRENTLY i")
    found = rows(TABLE, (f"{COLUMN[0]}; {index[0]}", f"{index[1]}; {COLUMN[1]}"), GONE)
    inside = [state for state in found if state.first is not None and state.first.part]
    assert shown(inside, "stands", "back") == [
        ("all before it, nothing of it", "rollback.sql"),
        ("all before it; whether it got done itself, the script finds out", "rollback.sql"),
    ]
    assert {state.at for state in inside} == {("r1",)}


def test_only_a_person_can_tell_whether_a_change_of_rows_outside_of_a_transaction_got_done() -> None:
    found = rows(("CALL tidy(); UPDATE users SET email = 'x'", "SELECT 1"), mode="none")
    assert shown(found[:2], "stands", "back") == [
        (
            "all before it; whether it got done itself, only a person can tell (versions/x.py:11)",
            "look whether it got done; rollback.sql then says whether it can",
        ),
        ("all before it, nothing of it", "not from here: finish r1 first, with apply.sql"),
    ]


def test_to_look_is_only_asked_for_where_it_opens_a_way_back() -> None:
    backs = {
        str(state.first.part): str(state.back)
        for state in rows(("CALL a(); CALL b(); CALL c()", "CALL undo()"), mode="none")
        if state.first is not None and "only a person can tell" in str(state.stands)
    }
    can, not_from_here = "look whether it got done; rollback.sql then says whether it can", "not from here: finish r1"
    assert backs.pop("1") == can  # not done: nothing stands
    assert backs.pop("3") == can  # done: the whole downgrade runs
    assert [each.startswith(not_from_here) for each in backs.values()] == [True]


@pytest.mark.parametrize(("dialect", "again"), [("mariadb", "apply.sql"), ("mysql", "resume.sql")])
def test_engines_that_commit_each_statement_stop_between_them(dialect: str, again: str) -> None:
    found = rows((f"{TABLE[0]}; {COLUMN[0]}", f"{COLUMN[1]}; {TABLE[1]}"), TITLE, dialect=dialect)
    stops = [(state.first.step, state.first.part) for state in found if state.first]
    assert stops[0] == (1, 1)
    assert found[-1].first is None
    assert {str(state.onward) for state in found[:-1]} == {again}
    assert {str(state.back) for state in found} == {"rollback.sql"}
    assert "the script finds out" in str(found[0].stands)


def test_a_way_back_that_is_not_known_is_not_promised() -> None:
    odd = ("ALTER TABLE users DROP COLUMN phone; ALTER TABLE books ADD COLUMN isbn VARCHAR(13)", "CALL repair()")
    found = rows(odd, TABLE, dialect="mariadb")
    inside = [str(state.back) for state in found if state.first is not None and state.first.step == 1]
    assert any("finish r1" in text for text in inside)
    assert str(found[-1].back) == "rollback.sql"


def test_of_sqlite_nothing_stands_or_everything() -> None:
    found = rows(TABLE, COLUMN, GONE, dialect="sqlite")
    assert shown(found, "at", "stands", "onward", "back") == [
        ("('r0',)", "nothing: all of it is rolled back", "apply.sql", "nothing to undo"),
        ("('r3',)", "everything", "nothing to do: apply.sql says ALREADY APPLIED", "rollback.sql"),
    ]


def test_a_plain_script_goes_from_its_start_to_its_end() -> None:
    found = rows(TABLE, COLUMN, GONE, client="plain")
    there = "the script that this makes: sqlgen emit {} (AT: what the version table holds)"
    assert shown(found, "onward", "back") == [
        ("apply.sql", "nothing to undo"),
        (there.format("AT:r3"), there.format("r0:AT --down")),
        (there.format("AT:r3"), there.format("r0:AT --down")),
        ("nothing to do: apply.sql says ALREADY APPLIED", "rollback.sql"),
    ]
    inside = rows((f"{TABLE[0]}; {COLUMN[0]}", f"{COLUMN[1]}; {TABLE[1]}"), dialect="mariadb", client="plain")
    assert shown(inside[:1], "onward", "back") == [
        (
            "the script that this makes: sqlgen emit r0:r1 --client mysql",
            "the script that this makes: sqlgen emit r0:r1 --down --client mysql",
        ),
    ]


def test_a_range_in_one_transaction_goes_back_to_its_start() -> None:
    found = rows(TABLE, COLUMN, GONE, mode="range")
    assert [state.at for state in found] == [("r0",), ("r0",), ("r3",)]
    assert str(found[1].stands) == "all steps before r1, nothing from there on"


def test_a_gate_says_what_is_done_by_hand() -> None:
    found = rows(TABLE, COLUMN, GONE, gate=1)
    (gate,) = [state for state in found if "could not be rendered" in str(state.stands)]
    assert (gate.at, str(gate.onward)) == (("r1",), "by hand to r2 (the version table must show it), then apply.sql")
    assert str(gate.old) == "works"
    after = found[found.index(gate) + 1]
    assert str(after.old) == "not known since step 2: what is done by hand for r2 is not known"
    assert str(found[-1].old).startswith("may fail since step 3")
    lite = rows(TABLE, COLUMN, GONE, gate=1, dialect="sqlite")
    there = "by hand to r2 (the version table must show it), then the script that this makes: sqlgen emit r2:r3"
    assert str(lite[-1].onward) == there
    assert len(lite) == 2


def test_a_way_back_ends_where_a_downgrade_is_missing() -> None:
    found = rows(TABLE, (COLUMN[0], None), GONE)
    assert [str(state.back) for state in found] == [
        "nothing to undo",
        "rollback.sql",
        "no way back over r2: no downgrade could be rendered",
        "rollback.sql, as far as r2",
    ]
    nowhere = rows(TABLE, (COLUMN[0], None))
    assert [str(state.back) for state in nowhere][-1] == "no way back: no-rollback.md"


def test_the_map_of_200_steps_stays_readable() -> None:
    many = [(f"CREATE TABLE t{n} (id INTEGER); CREATE INDEX i{n} ON t{n} (id)", f"DROP TABLE t{n}") for n in range(200)]
    assert len(rows(*many)) == 3
    assert len(rows(*many, dialect="mysql")) <= 5


# ---- the page


def page(*revisions: tuple[str, str | None], target: Target = TARGETS["postgresql"]) -> str:
    dialect = target.dialect
    up, down = ranged(*revisions, dialect=dialect)
    schema = before(dialect)
    undo = undos(up, down, target, schema)
    return runbook.render(runbook.Range(up, down, target, losses(up, down, target, schema), undo, schema, "c" * 64))


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb", "sqlite"])
def test_the_commands_stand_in_their_order(dialect: str) -> None:
    target = TARGETS[dialect]
    text = page(TABLE, GONE, target=target)
    order = [command(target, file) for file in ("preflight", "apply", "postcheck", "rollback")]
    places = [text.index(line) for line in order]
    assert places == sorted(places)
    dump = backup([Name("users")], [], target, "before-apply").keep[0]
    assert places[0] < text.index(dump) < places[1]
    assert (command(target, "resume") in text) == (dialect == "mysql")
    assert ("NOT RUN ON A REAL SERVER" in text) == (dialect == "mysql")


def test_a_range_that_destroys_nothing_asks_for_no_dump() -> None:
    assert "pg_dump" in page(GONE)
    assert "pg_dump" not in page(("CREATE INDEX i ON books (title)", "DROP INDEX i"))
    assert "Nothing is lost on the way back" in page(("CREATE INDEX i ON books (title)", "DROP INDEX i"))


def test_the_dump_before_a_rollback_has_the_names_behind_the_upgrade() -> None:
    renamed = ("ALTER TABLE books RENAME TO items", "ALTER TABLE items RENAME TO books")
    text = page(COLUMN, renamed, TABLE)
    assert "--table=tags --table=items -f before-rollback.dump" in text
    assert "Where it stopped before `versions/x.py:11` (`r2`), `items` is still called `books`: dump that." in text
    there, back = "ALTER TABLE books RENAME TO b", "ALTER TABLE b RENAME TO books"
    twice = page((f"{there}; {back}; {COLUMN[0]}", COLUMN[1]))
    assert "between `versions/x.py:11` and `versions/x.py:12` (`r1`), `books` is called `b`: dump that." in twice
    assert "--table=books -f before-rollback.dump" in twice
    assert "still called" not in page(COLUMN, TABLE) + twice
    assert "leave out what is not there yet" in page(COLUMN, TABLE)
    assert "leave out what is not there yet" not in page(COLUMN, TABLE, target=TARGETS["sqlite"])


def test_the_dump_before_apply_has_the_names_before_it() -> None:
    gone = ("ALTER TABLE users RENAME TO people; ALTER TABLE people DROP COLUMN phone; DROP TABLE people", "SELECT 1")
    text = page(gone)
    assert "--strict-names --table=users -f before-apply.dump" in text
    assert "--table=users before-apply.dump" in text


def test_without_a_way_back_no_rollback_is_named() -> None:
    text = page(TABLE, (COLUMN[0], None))
    assert "rollback.sql" not in text.replace("no-rollback", "")
    assert "There is no way back by script: no-rollback.md says why" in text


def test_tables_stay_tables_whatever_the_names_are() -> None:
    odd = 'ALTER TABLE users ADD COLUMN "a|b`<b>*c*" TEXT'
    text = page((odd, 'ALTER TABLE users DROP COLUMN "a|b`<b>*c*"'))
    body = [line.replace(r"\|", "") for line in text.splitlines() if line.startswith("| ")]
    assert any(r"a\|b\`\<b\>\*c\*" in line for line in text.splitlines())
    assert {line.count("|") for line in body} <= {4, 8}


def test_tenants_are_taken_one_after_the_other() -> None:
    several = replace(TARGETS["postgresql"], database=None, tenants=("shop_a", "shop_b"))
    text = page(TABLE, target=several)
    assert "the first is the canary" in text
    assert text.index("    shop_a\n    shop_b\n") > 0
    lines = [line.strip() for line in text.splitlines() if "tenants.sh" in line]
    assert lines[:4] == [f"sh tenants.sh {what}" for what in ("preflight all", "canary", "all", "postcheck all")]
    assert lines[-1] == "sh tenants.sh rollback only NAME"


# ---- no-rollback.md


def test_no_rollback_says_why_by_place_and_what_to_do_instead() -> None:
    up, down = ranged(TABLE, (COLUMN[0], None), dialect="postgresql")
    target = TARGETS["postgresql"]
    text = runbook_no_rollback.render(down, target, losses(up, down, target, before("postgresql")))
    assert "# No rollback from r2 to r0" in text
    assert "its first step would be r2, and no downgrade of it could be rendered" in text
    assert r"| `r2` | `versions/r2.py:31` | THERE IS NO WAY BACK from it: it reads \| the" in text
    assert "sqlgen emit r0:r1 --down" in text
    assert everything(target, "before-apply").keep[0] in text


def test_downgrades_that_do_nothing_are_no_rollback() -> None:
    up, down = ranged((TABLE[0], ""), (COLUMN[0], ""), dialect="postgresql")
    target = TARGETS["postgresql"]
    text = runbook_no_rollback.render(down, target, losses(up, down, target, before("postgresql")))
    assert "no downgrade() of the range does anything" in text
    assert "column books.isbn stays" in text
    assert "by hand" not in text


# ---- the commands of a backup


ODD = Name('Or"der$', "Sales")


@pytest.mark.parametrize(
    ("dialect", "wanted"),
    [
        ("postgresql", """pg_dump -Fc -d shop --strict-names --table='"Sales"."Or""der$"' --table=users -f b.dump"""),
        (
            "mysql",
            "mysqldump -h HOST -u USER -p --single-transaction --hex-blob --default-character-set=utf8mb4 "
            """--set-gtid-purged=OFF --no-tablespaces --result-file=b-Sales-data.sql Sales 'Or"der$'""",
        ),
        ("sqlite", "sqlite3 shop.db '.backup b.db'"),
        ("mssql", r"""bcp "[Sales].[Or\"der$]" out "b-Sales.Or\"der$.bcp" -S HOST -d shop -T -n"""),
        (
            "oracle",
            "expdp USER@SERVICE DIRECTORY=DATA_PUMP_DIR DUMPFILE=b.dmp "
            """'TABLES="Sales"."Or"der$",USERS' FLASHBACK_TIME=SYSTIMESTAMP""",
        ),
    ],
)
def test_names_are_quoted_as_each_tool_reads_them(dialect: str, wanted: str) -> None:
    assert wanted in backup([ODD, Name("users")], [], TARGETS[dialect], "b").keep


def test_tables_are_dumped_from_the_schemas_of_the_tenants() -> None:
    tenants = replace(TARGETS["postgresql"], tenants=("a", "B"), tenants_are="schemas")
    assert """--table=a.users --table='"B".users' -f""" in backup([Name("users")], [], tenants, "b").keep[0]
    one = replace(TARGETS["postgresql"], schema="sales")
    assert "--table=sales.users -f" in backup([Name("users")], [], one, "b").keep[0]


def test_only_tables_that_went_as_a_whole_are_filled_again() -> None:
    for target in TARGETS.values():
        assert backup([Name("users")], [], target, "b").over == ()
        assert "users" in backup([Name("users")], [Name("users")], target, "b").over[0].lower()
