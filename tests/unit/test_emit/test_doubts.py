"""A revision that fails on SQLite: what it may have changed is not answered from a schema without it."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import pytest

from sqlgen.emit.replay import Replay, Start
from sqlgen.emit.trace import Failure
from sqlgen.emit.worker.doubts import Doubts
from sqlgen.emit.worker.offline import Offline
from sqlgen.emit.worker.replica import Replica
from sqlgen.schema import Schema

COLUMNS = 'PRAGMA main.table_xinfo("{}")'
TABLES = "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"


def answer(replica: Replica, sql: str) -> list[str]:
    """The second column of a PRAGMA, the only one of other questions."""
    known = replica.ask(sql)
    assert known is not None
    return [str(row[-1] if len(row) == 1 else row[1]) for row in known[1]]


@pytest.fixture(params=["empty", "asked", "lazy"])
def replica(request: pytest.FixtureRequest) -> Replica:
    """With two tables, of which only one will be doubtful."""
    empty = request.param == "empty"
    made = Replica(lambda: [] if empty else ["CREATE TABLE a (id INTEGER)", "CREATE TABLE b (id INTEGER)"], empty=empty)
    made.begin()
    if empty:
        made.apply("CREATE TABLE a (id INTEGER)")
        made.apply("CREATE TABLE b (id INTEGER)")
    if request.param == "asked":
        assert answer(made, COLUMNS.format("a")) == ["id"]
    made.end()
    return made


def fail(replica: Replica, *statements: str, mentions: tuple[str, ...] = ("a",)) -> None:
    replica.begin()
    for sql in statements:
        replica.apply(sql)
    replica.lose(mentions, "r1")


def test_what_a_failed_revision_mentions_is_not_answered_and_the_rest_is(replica: Replica) -> None:
    fail(replica, mentions=("a", "gone", "name"))
    for table in ("a", "A", "gone"):
        with pytest.raises(Offline) as raised:
            replica.ask(COLUMNS.format(table))
        assert raised.value.values == {"name": table.lower(), "revision": "r1"}
    assert answer(replica, COLUMNS.format("b")) == ["id"]
    assert answer(replica, "SELECT sql FROM sqlite_master WHERE name = 'b' AND type = 'table'")
    with pytest.raises(Offline):
        replica.ask(TABLES)


def test_half_a_batch_drops_no_table(replica: Replica) -> None:
    fail(replica, "CREATE TABLE _alembic_tmp_b (id INTEGER)", "DROP TABLE b", mentions=())
    with pytest.raises(Offline):  # it was changed, though no text of the revision names it
        replica.ask(COLUMNS.format("b"))
    assert [sql for sql in replica.statements() if "TABLE b" in sql] == ["CREATE TABLE b (id INTEGER)"]
    assert answer(replica, COLUMNS.format("a")) == ["id"]


def test_savepoints_that_it_left_open_are_taken_back_too(replica: Replica) -> None:
    replica.begin()
    replica.savepoint("SAVEPOINT sa_savepoint_1")
    replica.apply("DROP TABLE b")
    replica.lose((), "r1")
    assert any("TABLE b" in sql for sql in replica.statements())


def test_what_is_made_anew_is_known(replica: Replica) -> None:
    fail(replica, mentions=("a", "c"))
    replica.apply("CREATE TABLE IF NOT EXISTS c (id INTEGER)")
    with pytest.raises(Offline):
        replica.ask(COLUMNS.format("c"))
    replica.apply("DROP TABLE a")
    assert answer(replica, COLUMNS.format("a")) == []
    replica.apply("CREATE TABLE a (x INTEGER)")
    assert answer(replica, COLUMNS.format("a")) == ["x"]
    replica.apply("DROP TABLE c")
    assert answer(replica, TABLES) == ["a", "b"]


def test_a_doubtful_table_is_doubtful_under_its_new_name(replica: Replica) -> None:
    fail(replica, mentions=("a",))
    replica.apply('ALTER TABLE a RENAME TO "n"')
    with pytest.raises(Offline):
        replica.ask(COLUMNS.format("n"))
    assert answer(replica, COLUMNS.format("a")) == []


def test_what_is_aside_casts_no_doubt_on_what_comes_after(replica: Replica) -> None:
    with replica.aside():
        fail(replica, "DROP TABLE b", mentions=("a",))
        with pytest.raises(Offline):
            replica.ask(COLUMNS.format("a"))
    assert answer(replica, TABLES) == ["a", "b"]
    fail(replica)
    with replica.aside():
        replica.apply("DROP TABLE a")
        assert answer(replica, COLUMNS.format("a")) == []
    with pytest.raises(Offline):
        replica.ask(COLUMNS.format("a"))


def test_doubts_stand_among_the_statements_that_make_a_schema(replica: Replica) -> None:
    """For another worker, which goes on from there."""
    fail(replica, mentions=("a",))
    replica.apply("CREATE TABLE d (id INTEGER)")
    again = Replica(replica.statements)
    assert answer(again, COLUMNS.format("d")) == ["id"]
    with pytest.raises(Offline):
        again.ask(COLUMNS.format("a"))
    sqlite3.connect(":memory:").executescript(";\n".join(re.sub(r"(?m)^--.*", "", sql) for sql in again.statements()))


def test_a_table_that_was_made_before_is_not_settled_by_that() -> None:
    again = Replica(lambda: ["CREATE TABLE a (id INTEGER)", "-- not known since r1: a", "CREATE TABLE b (id INTEGER)"])
    assert answer(again, COLUMNS.format("b")) == ["id"]
    with pytest.raises(Offline):
        again.ask(COLUMNS.format("a"))


def test_after_a_crash_only_what_is_made_anew_is_known() -> None:
    doubts = Doubts()
    assert doubts.take("-- not known since r1: *")
    doubts.settle("CREATE TABLE main.b (id INTEGER)")
    doubts.check(COLUMNS.format("b"))
    doubts.check("PRAGMA database_list")
    for question in (COLUMNS.format("a"), TABLES, "PRAGMA table_list"):
        with pytest.raises(Offline):
            doubts.check(question)
    doubts.add(["*"], "r2")
    with pytest.raises(Offline):
        doubts.check(COLUMNS.format("b"))


@pytest.mark.parametrize(
    ("fails", "since"),
    [
        ("raise RuntimeError('half a batch')", "t, which is not known since revision b2 could not be rendered"),
        ("import os; os._exit(0)", "u, which is not known since revision b2 could not be rendered"),
    ],
)
def test_revisions_behind_one_that_failed_are_answered_what_is_known(project: Any, fails: str, since: str) -> None:
    """A crash may have changed anything; another worker goes on after it."""
    project.write(url="sqlite://")
    made = "op.create_table('t', sa.Column('a', sa.Integer))\nop.create_table('u', sa.Column('a', sa.Integer))"
    project.revision("a1", made)
    project.revision("b2", f"op.drop_table('t')\n{fails}", down="a1")
    look = "op.execute('-- ' + str(sa.inspect(op.get_bind()).get_columns({!r})[0]['name']) + '\\nSELECT 1')"
    project.revision("c3", look.format("t"), down="b2")
    project.revision("d4", look.format("u"), down="c3")
    project.revision("e5", "op.create_table('w', sa.Column('a', sa.Integer))\n" + look.format("w"), down="d4")
    replay = Replay(lambda dialect: Start(Schema.empty(dialect)))
    rendered = {each.revision: each for each in project.render(server=replay).revisions}
    assert rendered["b2"].failure is not None
    refused = rendered["d4" if since.startswith("u") else "c3"].failure
    assert refused is not None
    assert since in str(refused.reason)
    assert (rendered["d4"].failure is None) == since.startswith("t")
    assert rendered["e5"].failure is None
    assert rendered["e5"].statements[-1].sql == "-- a\nSELECT 1"


def test_what_a_failed_revision_changed_is_not_known_on_a_server_either() -> None:
    """Though none of its texts names it."""
    replay = Replay(lambda dialect: Start(Schema.empty(dialect)))
    replay.turn(aside=False)
    replay.observe(("CREATE TABLE t (a INTEGER)", "CREATE TABLE u (a INTEGER)"))
    replay.turn(aside=False)
    replay.observe(("ALTER TABLE t ADD COLUMN b INTEGER",))
    replay.lost("b2", Failure("it fails", None, None))

    def asked(name: str) -> Any:
        return replay.answer({"of": "table", "name": name, "schema": None}, "postgresql", "alembic_version", None)

    assert "unsure" in asked("t")
    assert [column["name"] for column in asked("u")["answer"]["columns"]] == ["a"]
