"""What a test in a DO block may have kept from happening is not taken for certain by what follows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlgen import facts
from sqlgen.emit.replay import _refused
from sqlgen.lint import engine
from sqlgen.lint.book import load
from sqlgen.schema import Schema
from sqlgen.segments import Item, Place, Step
from sqlgen.statements import split

ASKING = '''"""What the schema says.

Sources:
- https://www.postgresql.org/docs/current/sql-commands.html
"""

from sqlgen.rulekit import Before, CreateIndex, Message, Severity, rule, say


@rule(severity=Severity.ERROR, dialects={"postgresql"}, since="0.1", help=say("Nothing."))
def check(index: CreateIndex, before: Before) -> Message:
    known = before.table(index.table)
    return say(
        "created {created} complete {complete} null {null} born {born}",
        created=before.created(index.table),
        complete=None if known is None else known.complete,
        null=not before.schema.proves_not_null(index.table, "a"),
        born=before.born(index.table, "b"),
    )
'''


def told(sql: str, folder: Path, was: str = "") -> str:
    """What a rule is told just before the last statement of `sql`."""
    pack = folder / "pack"
    (pack / "running").mkdir(parents=True)
    (pack / "running" / "asking.py").write_text(ASKING, encoding="utf-8")
    before = Schema.empty("postgresql")
    for statement in split(was, "postgresql"):
        before.apply_all(facts.read(statement, "postgresql"))
    items = tuple(
        Item(one, facts.read(one, "postgresql"), Place("r.py", one.line, one.end_line, 1), 1)
        for one in split(f"{sql}; CREATE INDEX last ON t (a);", "postgresql")
        if one.text
    )
    step = Step("r", "r", "upgrade", (), (), "r.py", items)
    book = load((str(pack),), root=folder)
    found = engine.lint(
        [step], book, dialect="postgresql", schema=Schema("postgresql", lambda: before), today=date(2026, 1, 1)
    )
    return str(found[-1].message)


def test_a_table_that_a_block_may_have_made_is_new_if_it_was_not_there_before(tmp_path: Path) -> None:
    act = "DO $$ BEGIN IF x() THEN CREATE TABLE t (a int NOT NULL); END IF; END $$"
    assert told(act, tmp_path / "1") == "created True complete False null True born True"
    assert told(act, tmp_path / "2", "CREATE TABLE t (a int)") == "created False complete False null True born False"


def test_a_column_that_a_block_may_have_added_is_not_born_here(tmp_path: Path) -> None:
    act = "DO $$ BEGIN {} ALTER TABLE t ADD COLUMN b int; {} END $$"
    was = "CREATE TABLE t (a int NOT NULL)"
    assert told(act.format("", ""), tmp_path / "1", was) == "created False complete True null False born True"
    tested = act.format("IF x() THEN", "END IF;")
    assert told(tested, tmp_path / "2", was) == "created False complete False null True born False"


def test_a_table_that_a_block_may_have_dropped_and_is_made_again_is_new(tmp_path: Path) -> None:
    act = "DO $$ BEGIN IF x() THEN DROP TABLE t; END IF; END $$; CREATE TABLE t (a int NOT NULL)"
    assert told(act, tmp_path, "CREATE TABLE t (a int)") == "created True complete True null False born True"


def test_a_constraint_behind_a_test_proves_nothing(tmp_path: Path) -> None:
    act = "DO $$ BEGIN {} ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL); {} END $$"
    was = "CREATE TABLE t (a int)"
    assert told(act.format("", ""), tmp_path / "1", was) == "created False complete True null False born False"
    tested = act.format("IF x() THEN", "END IF;")
    assert told(tested, tmp_path / "2", was) == "created False complete False null True born False"


def test_no_server_refuses_what_a_test_keeps_from_running() -> None:
    schema = Schema.empty("postgresql")
    for statement in split("CREATE TYPE mood AS ENUM ('a')", "postgresql"):
        schema.apply_all(facts.read(statement, "postgresql"))
    make = "DO $$ BEGIN {} CREATE TYPE mood AS ENUM ('a'); {} END $$"
    assert _refused(schema, make.format("", "")) == "mood is already there"
    assert _refused(schema, make.format("IF NOT EXISTS (SELECT 1) THEN", "END IF;")) is None
    assert _refused(schema, make.format("", "EXCEPTION WHEN duplicate_object THEN NULL;")) is None
