"""A history of twelve statements for the mysql scripts: each on a table of its own, so that each can be made to fail.

DDL and data are mixed; what is done twice shows in the rows. The way back is there for all of it.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from sqlgen.facts import read
from sqlgen.schema import Schema
from sqlgen.script import Target, render
from sqlgen.script.undo import Undo, undos
from sqlgen.segments import Item, Place, Step
from sqlgen.statements import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Database

COUNT = 12
START = tuple(
    f"CREATE TABLE t{number} (id INT NOT NULL PRIMARY KEY, v INT) ENGINE = InnoDB" for number in range(1, COUNT + 1)
)
TRIGGER = (
    "CREATE TRIGGER g8 BEFORE INSERT ON t8 FOR EACH ROW\nBEGIN\n  SET NEW.v = 1; -- it's 1\n"
    "  SET NEW.v = NEW.v + '\\\\' + 1;\nEND"
)
UP = {
    "r1": (
        "ALTER TABLE t1 ADD COLUMN c VARCHAR(9) DEFAULT 'a''b\\\\'",
        "CREATE TABLE n2 (id INT NOT NULL PRIMARY KEY, v INT) SELECT id, v FROM t2",
        "INSERT INTO t3 (id, v) VALUES (31, 0), (32, 0)",
    ),
    "r2": ("INSERT INTO t4 (id, v) VALUES (41, 0)", "UPDATE t5 SET v = v + 1"),
    "r3": (
        "CREATE INDEX i6 ON t6 (v)",
        "INSERT INTO t7 (id, v) SELECT id + 100, v FROM t7 AS old",
        TRIGGER,
        "UPDATE t9 SET v = v + 1",
        "RENAME TABLE t10 TO u10",
    ),
    "r4": ("ALTER TABLE t11 ADD CONSTRAINT q11 UNIQUE (v)", "ALTER TABLE t12 MODIFY COLUMN v BIGINT"),
}
DOWN = {
    "r4": ("ALTER TABLE t12 MODIFY COLUMN v INT", "ALTER TABLE t11 DROP INDEX q11"),
    "r3": (
        "RENAME TABLE u10 TO t10",
        "UPDATE t9 SET v = v - 1",
        "DROP TRIGGER g8",
        "DELETE FROM t7 WHERE id > 100",
        "DROP INDEX i6 ON t6",
    ),
    "r2": ("UPDATE t5 SET v = v - 1", "DELETE FROM t4 WHERE id = 41"),
    "r1": ("DELETE FROM t3 WHERE id > 30", "DROP TABLE n2", "ALTER TABLE t1 DROP COLUMN c"),
}


def item(sql: str) -> Item:
    statement = split(sql, "mysql")[0]
    if statement.text != sql:
        statement = split(f"DELIMITER //\n{sql}\n//\n", "mysql")[0]
    assert statement.text == sql
    return Item(statement, read(statement, "mysql"), Place("versions/it's.py", 3, 3, 5), 1)


def steps(texts: dict[str, tuple[str, ...]], direction: Any) -> tuple[Step, ...]:
    names = list(UP)
    found = []
    for revision, sqls in texts.items():
        at = names.index(revision)
        below, here = (names[at - 1] if at else "r0",), (revision,)
        before, after = (below, here) if direction == "upgrade" else (here, below)
        items = tuple(map(item, sqls))
        found.append(Step(revision, f"make {revision}", direction, before, after, "versions/it's.py", items))
    return tuple(found)


def without_trigger(texts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """MySQL prepares no CREATE TRIGGER and no DROP TRIGGER."""
    other = {TRIGGER: "ALTER TABLE t8 ADD COLUMN w INT", "DROP TRIGGER g8": "ALTER TABLE t8 DROP COLUMN w"}
    return {name: tuple(other.get(sql, sql) for sql in sqls) for name, sqls in texts.items()}


def way_back(up: tuple[Step, ...], down: tuple[Step, ...], target: Target) -> dict[str, Undo]:
    schema = Schema(target.dialect)
    for sql in START:
        schema.apply_all(item(sql).facts)
    return undos(up, down, target, schema)


def apply_and_rollback(target: Target) -> tuple[str, str]:
    up, down = UP, DOWN
    if target.dialect == "mysql":
        up, down = without_trigger(up), without_trigger(down)
    forward, back = steps(up, "upgrade"), steps(down, "downgrade")
    undo = way_back(forward, back, target)
    return render(forward, target), render(back, target, undo=undo)


def prepare(database: Database) -> None:
    """The tables with which the history begins."""
    with closing(database.connect()) as connection, closing(connection.cursor()) as cursor:
        for number, sql in enumerate(START, start=1):
            cursor.execute(sql)
            cursor.execute(f"INSERT INTO t{number} VALUES (1, 5), (2, 6)")
        cursor.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        cursor.execute("INSERT INTO alembic_version VALUES ('r0')")


def state(database: Database) -> dict[str, Any]:
    """All tables as the server writes them, their rows, and the triggers."""
    with closing(database.connect()) as connection, closing(connection.cursor()) as cursor:
        found: dict[str, Any] = {}
        cursor.execute("SHOW TABLES")
        for (name,) in cursor.fetchall():
            cursor.execute(f"SHOW CREATE TABLE `{name}`")
            made = cursor.fetchone()
            cursor.execute(f"SELECT * FROM `{name}` ORDER BY 1")
            found[name] = (made, cursor.fetchall())
        cursor.execute(
            "SELECT trigger_name, action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
        )
        found["triggers"] = cursor.fetchall()
        return found


@contextmanager
def hidden(database: Database, number: int, *, back: bool = False) -> Iterator[None]:
    """The table of one statement is away: that statement fails, and no other; then the cause is mended."""
    table = "u10" if back and number == 10 else f"t{number}"
    database.rows(f"RENAME TABLE {table} TO hidden")
    yield
    database.rows(f"RENAME TABLE hidden TO {table}")
