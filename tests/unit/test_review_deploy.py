"""Before or after the new code: what the review says, held against codes that read and write."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sqlgen.facts.vocabulary import Name
from sqlgen.messages import CHINESE, speaking
from sqlgen.review.document import model
from sqlgen.review.document.deploy import deploy
from sqlgen.schema.model import Model, ModelColumn, ModelTable
from tests.unit import ranges
from tests.unit.building import sqlgen

BOOKSHOP = Path(__file__).parents[2] / "samples/bookshop"


def of(*revisions: str | None, **more: object) -> model.Deploy:
    made = ranges.source(*revisions, **more)  # type: ignore[arg-type]
    return deploy(made, ranges.forward(made)[1])


ADD = "ALTER TABLE books ADD COLUMN isbn VARCHAR(13)"
REQUIRED = "ALTER TABLE books ADD COLUMN isbn VARCHAR(13) NOT NULL"
TABLE = "CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT)"
DROP = "ALTER TABLE users DROP COLUMN phone"
RENAME = "ALTER TABLE users RENAME COLUMN email TO mail"


@pytest.mark.parametrize(
    ("sql", "when", "old", "new"),
    [
        (ADD, "before", [], ["books.isbn"]),
        (TABLE, "before", [], ["tags"]),
        (f"{TABLE}; INSERT INTO tags VALUES (1, 'x')", "before", [], ["tags", "tags"]),
        (f"{TABLE}; ALTER TABLE tags ADD COLUMN colour TEXT", "before", [], ["tags"]),
        (
            "ALTER TABLE users RENAME TO people; ALTER TABLE people ADD COLUMN n INTEGER",
            "stop",
            ["users"],
            ["people", "people.n"],
        ),
        ("ALTER TABLE books ALTER COLUMN title DROP NOT NULL", "before", [], ["books.title"]),
        ("ALTER TABLE users ALTER COLUMN email TYPE VARCHAR(300)", "before", [], ["users.email"]),
        ("UPDATE users SET email = lower(email)", "before", [], ["users"]),
        (DROP, "after", ["users.phone"], []),
        ("DROP TABLE users", "after", ["users"], []),
        ("ALTER TABLE users ALTER COLUMN email SET NOT NULL", "after", ["users.email"], []),
        ("ALTER TABLE users ALTER COLUMN email TYPE VARCHAR(100)", "after", ["users.email"], []),
        ("ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0) NOT VALID", "after", ["users"], []),
        ("CREATE INDEX i ON users (email)", "either", [], []),
        ("COMMENT ON TABLE users IS 'people'", "either", [], []),
        (f"{TABLE}; DROP TABLE tags", "either", [], []),
        ("ALTER TABLE users ADD COLUMN n INTEGER; ALTER TABLE users DROP COLUMN n", "either", [], []),
        (RENAME, "stop", ["users.email"], ["users.mail"]),
        ("ALTER TABLE users RENAME TO people", "stop", ["users"], ["people"]),
        (REQUIRED, "stop", ["books.isbn"], ["books.isbn"]),
        ("ALTER TABLE books DROP COLUMN title", "stop", ["books.title"], ["books.title"]),
        (
            "ALTER TABLE users ALTER COLUMN phone TYPE INTEGER USING phone::int",
            "stop",
            ["users.phone"],
            ["users.phone"],
        ),
        (f"{ADD}; {DROP}", "stop", ["users.phone"], ["books.isbn"]),
        ("CREATE UNIQUE INDEX u ON users (email)", "unknown", ["users"], ["users"]),
        ("CALL tidy()", "unknown", [None], [None]),
        ("DELETE FROM users WHERE id = 1", "unknown", ["users"], ["users"]),
        ("DROP TRIGGER t ON users", "unknown", ["users"], ["users"]),
        ("CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()", "before", ["users"], ["t"]),
        ("REVOKE SELECT ON users FROM app", "after", [None], []),
        ("GRANT SELECT ON users TO app", "before", [], [None]),
        ("ALTER TYPE status RENAME VALUE 'a' TO 'b'", "stop", ["status"], ["status"]),
        ("ALTER TABLE books ALTER COLUMN title DROP DEFAULT", "after", ["books.title"], []),
        ("CREATE TABLE IF NOT EXISTS users (id INTEGER)", "either", [], []),
        ("ALTER TABLE users ADD COLUMN IF NOT EXISTS phone TEXT NOT NULL", "either", [], []),
        (None, "unknown", [None], [None]),
    ],
)
def test_what_one_revision_means(sql: str | None, when: str, old: list[str | None], new: list[str | None]) -> None:
    found = of(sql)
    assert found.when == when
    assert [one.name for one in found.old_code] == old
    assert [one.name for one in found.new_code] == new
    assert not found.cuts


def test_a_foreign_key_that_goes_with_its_column_is_no_need_of_the_new_code() -> None:
    before = f"{ranges.SHOP}; ALTER TABLE books ADD COLUMN u INTEGER CONSTRAINT fk REFERENCES users (id);"
    found = of("ALTER TABLE books DROP CONSTRAINT fk; ALTER TABLE books DROP COLUMN u", before=before)
    assert (found.when, [one.certain for one in found.new_code]) == ("after", [False])


@pytest.mark.parametrize(
    "required",
    [
        "ALTER TABLE users ALTER COLUMN n SET NOT NULL",
        "ALTER TABLE users ADD CONSTRAINT c CHECK (n IS NOT NULL) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT c;"
        "ALTER TABLE users ALTER COLUMN n SET NOT NULL",
        "ALTER TABLE users DROP CONSTRAINT users_pkey; ALTER TABLE users ADD PRIMARY KEY (n)",
    ],
)
def test_a_new_column_that_is_required_later_ends_the_old_code_then(required: str) -> None:
    found = of("ALTER TABLE users ADD COLUMN n INTEGER", "UPDATE users SET n = 0", required)
    assert [(one.name, one.revision) for one in found.old_code if one.certain] == [("users.n", "r3")]
    assert [cut.range for cut in found.cuts] == ["r0:r2", "r2:r3"]


def test_what_stands_behind_a_test_is_not_certain() -> None:
    found = of("DO $$ BEGIN IF now() > '2026-01-01' THEN ALTER TABLE users DROP COLUMN phone; END IF; END $$")
    assert [(one.name, one.certain) for one in found.old_code] == [("users.phone", False)]


def test_reasons_name_statement_and_revision() -> None:
    found = of(f"{TABLE}; {ADD}", f"COMMENT ON TABLE users IS 'x'; {DROP}")
    assert [(one.revision, one.statement, one.text) for one in (*found.new_code, *found.old_code)] == [
        ("r1", 1, "table tags"),
        ("r1", 2, "column books.isbn"),
        ("r2", 4, "column users.phone is gone"),
    ]


def test_a_gate_is_no_statement() -> None:
    found = of(None, ADD)
    assert [(one.revision, one.statement, one.certain) for one in found.new_code] == [
        ("r1", None, False),
        ("r2", 1, True),
    ]


def test_an_empty_database_has_no_old_code() -> None:
    assert of(f"{TABLE}; {DROP}", before="").when == "before"
    assert of(DROP, before=None).when == "after"  # nothing is known of what is there


# ---- cuts


def test_a_range_that_expands_and_then_contracts_is_cut_between() -> None:
    found = of(ADD, TABLE, "CREATE INDEX i ON users (email)", DROP, "COMMENT ON TABLE users IS 'x'")
    assert found.when == "split"
    assert [(cut.range, cut.when) for cut in found.cuts] == [("r0:r3", "before"), ("r3:r5", "after")]
    assert "table tags" in found.cuts[0].text
    assert "column users.phone is gone" in found.cuts[1].text


def test_where_it_contracts_first_no_cut_serves() -> None:
    found = of(DROP, ADD)
    assert (found.when, found.cuts) == ("stop", ())
    assert "column users.phone is gone" in found.title
    assert "column books.isbn" in found.title


def test_a_revision_that_does_both_is_named() -> None:
    found = of(ADD, f"ALTER TABLE books ADD COLUMN n INTEGER; {RENAME}", DROP)
    assert found.when == "stop"
    assert "In r2," in found.title


def test_branches_are_cut_across() -> None:
    beside = {"r1": ("r0",), "r2": ("r0",), "r3": ("r1",), "r4": ("r2", "r3")}
    found = of(DROP, ADD, "DROP TABLE users", "", parents=beside)
    assert [(cut.range, cut.when) for cut in found.cuts] == [("r0:r2", "before"), ("r2:r4", "after")]
    two = {"r1": ("r0",), "r2": ("r0",), "r3": ("r0",)}
    found = of(TABLE, DROP, ADD, parents=two)
    assert [cut.range for cut in found.cuts] == ["r0:r1,r3", "r1,r3:r1,r2,r3"]
    across = {"r1": ("r0",), "r2": ("r0",), "r3": ("r1", "r2")}
    assert of(DROP, "", ADD, parents=across).when == "stop"


def test_a_way_back_is_cut_as_it_is_typed() -> None:
    made = replace(ranges.source(TABLE, "CREATE INDEX i ON users (email)", DROP), down_only=True)
    found = deploy(made, ranges.forward(made)[1])
    assert [cut.range for cut in found.cuts] == ["r2:r0 --down", "r3:r2 --down"]  # its first step is that of r0
    assert found.title.startswith("Here the old code is the one that runs now")


def test_the_parts_of_the_sample_are_what_is_said_of_them() -> None:
    """Typed as they are shown."""

    def reviewed(range: str) -> dict[str, Any]:
        asked = ("review", range, "--project", BOOKSHOP, "--dialect", "postgresql", "--output-format", "json")
        found: dict[str, Any] = json.loads(sqlgen(*asked, cwd=BOOKSHOP).out)["deploy"]
        return found

    whole = reviewed("0005_publishers:head")
    assert whole["when"] == "split"
    assert [reviewed(cut["range"])["when"] for cut in whole["cuts"]] == ["before", "after"]


# ---- what comes back


def test_tables_that_change_their_names_and_back() -> None:
    away = "ALTER TABLE users RENAME TO a; ALTER TABLE books RENAME TO users;"
    back = "ALTER TABLE users RENAME TO books; ALTER TABLE a RENAME TO users;"
    assert of(away + back).when == "either"  # one transaction
    found = of(away, back)
    assert found.when == "stop"
    assert "until statement 4 brings it back" in found.old_code[0].text


def test_a_copy_that_takes_the_name_of_its_table() -> None:
    copy = "CREATE TABLE new (id INTEGER PRIMARY KEY, email VARCHAR(200), phone VARCHAR(40){more});"
    swap = "INSERT INTO new (id, email) SELECT id, email FROM users; DROP TABLE users; ALTER TABLE new RENAME TO users;"
    same = of(copy.format(more="") + swap, dialect="sqlite")
    assert [one for one in (*same.old_code, *same.new_code) if one.certain] == []
    wider = of(copy.format(more=", fax TEXT") + swap, dialect="sqlite")
    assert (wider.when, [one.name for one in wider.new_code if one.certain]) == ("before", ["users.fax"])


BATCH = (
    "CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email VARCHAR(200){email}, phone VARCHAR(40){phone});"
    "INSERT INTO _alembic_tmp_users (id, email, phone) SELECT id, email, phone FROM users;"
    "DROP TABLE users; ALTER TABLE _alembic_tmp_users RENAME TO users;"
)


@pytest.mark.parametrize(
    ("email", "phone", "when"),
    [
        ("", "", "either"),
        (" NOT NULL", "", "after"),
        (" NOT NULL DEFAULT ''", "", "before"),
        (" UNIQUE", "", "unknown"),
        ("", ", fax TEXT", "before"),
        ("", ", fax TEXT NOT NULL", "stop"),
    ],
)
def test_a_rebuild_of_sqlite_is_what_it_changes(email: str, phone: str, when: str) -> None:
    assert of(BATCH.format(email=email, phone=phone), dialect="sqlite").when == when


@pytest.mark.parametrize(
    ("sql", "when"),
    [
        ("ALTER TABLE users MODIFY email VARCHAR(200) NOT NULL", "after"),
        ("ALTER TABLE users MODIFY email VARCHAR(300)", "before"),
        ("ALTER TABLE users MODIFY email VARCHAR(100)", "after"),
        ("ALTER TABLE books MODIFY title VARCHAR(200)", "before"),
        ("ALTER TABLE users CHANGE email mail VARCHAR(200)", "stop"),
        ("ALTER TABLE users MODIFY email VARCHAR(200)", "either"),
    ],
)
@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_a_column_that_is_given_anew_is_what_it_changes(sql: str, when: str, dialect: str) -> None:
    assert of(sql, dialect=dialect).when == when


# ---- models


def mapping(**tables: tuple[ModelColumn, ...]) -> Model:
    made = {Name(name): ModelTable(Name(name), {one.name: one for one in columns}) for name, columns in tables.items()}
    return Model("postgresql", made)


def columns(*names: str) -> tuple[ModelColumn, ...]:
    return tuple(ModelColumn(name, "TEXT", nullable=True) for name in names)


def test_what_the_models_still_map_must_not_go() -> None:
    models = mapping(users=columns("id", "email", "phone"), books=columns("id", "title"))
    found = of(DROP, models=models)
    assert found.when == "stop"
    assert "users.phone" in found.title
    assert found.models == ("The models at the head still map users.phone: queries of the new code fail without it.",)
    whole = of("DROP TABLE users", models=models)
    assert (whole.when, "still map users:" in whole.models[0]) == ("stop", True)


def test_what_the_models_do_not_map_may_go() -> None:
    found = of(DROP, models=mapping(users=columns("id", "email")))
    assert (found.when, found.models) == ("after", ("The models at the head map nothing that it takes away.",))
    back = of(DROP, "ALTER TABLE users ADD COLUMN phone TEXT", models=mapping(users=columns("id", "phone")))
    assert not any("still map" in one for one in back.models)


def test_a_default_that_python_alone_knows() -> None:
    counted = replace(columns("n")[0], python_default=True)
    models = mapping(books=(*columns("id", "title"), counted))
    assert "in Python alone" in of("ALTER TABLE books ADD COLUMN n INTEGER", models=models).models[0]
    required = of("ALTER TABLE books ADD COLUMN n INTEGER NOT NULL", models=models)
    assert "and must have a value" in required.models[0]
    assert of("ALTER TABLE books ADD COLUMN n INTEGER DEFAULT 0", models=models).models == ()
    assert of("CREATE TABLE n (id INTEGER); ALTER TABLE n ADD COLUMN n INTEGER", models=models).models == ()


# ---- the law: codes that read every column they know, and give no value that they need not give


@dataclass(frozen=True)
class Col:
    name: str
    width: int = 200
    nullable: bool = True
    default: bool = False

    @property
    def must(self) -> bool:
        return not self.nullable and not self.default


@dataclass(frozen=True)
class State:
    tables: dict[str, dict[str, Col]] = field(default_factory=dict)

    def with_table(self, name: str, columns: dict[str, Col]) -> State:
        return State({**self.tables, name: columns})


def works(code: State, at: State) -> bool:
    """Whether code that was written for a state works at another one."""
    for name, known in code.tables.items():
        there = at.tables.get(name)
        if there is None or not known.keys() <= there.keys():
            return False
        if any(there[column].width < one.width for column, one in known.items()):
            return False
        given = {column for column, one in known.items() if one.must}
        if any(one.must and column not in given for column, one in there.items()):
            return False
    return True


START = State({"users": {"id": Col("id", 0, nullable=False), "a": Col("a"), "b": Col("b", nullable=False)}})
START_SQL = "CREATE TABLE users (id INTEGER PRIMARY KEY, a VARCHAR(200), b VARCHAR(200) NOT NULL);"


def spelled(dialect: str, table: str, was: Col, now: Col) -> str:
    """What makes one definition of a column of the other: one thing is changed."""
    null = "" if now.nullable else " NOT NULL"
    default = " DEFAULT 'x'" if now.default else ""
    if dialect == "mariadb":
        return f"ALTER TABLE {table} MODIFY {now.name} VARCHAR({now.width}){default}{null}"
    alter = f"ALTER TABLE {table} ALTER COLUMN {now.name}"
    if was.width != now.width:
        return f"{alter} TYPE VARCHAR({now.width})"
    if was.nullable != now.nullable:
        return f"{alter} {'DROP' if now.nullable else 'SET'} NOT NULL"
    return f"{alter} {'SET DEFAULT ' + repr('x') if now.default else 'DROP DEFAULT'}"


@st.composite
def operations(draw: st.DrawFn, state: State, dialect: str, fresh: list[int]) -> tuple[str, State]:
    """A statement, and the state behind it. Names that are new were never there."""
    fresh[0] += 1
    new = f"n{fresh[0]}"
    if not state.tables or draw(st.integers(0, 9)) == 0:
        return f"CREATE TABLE {new} (id INTEGER PRIMARY KEY)", state.with_table(
            new, {"id": Col("id", 0, nullable=False)}
        )
    table = draw(st.sampled_from(sorted(state.tables)))
    known = state.tables[table]
    rest = {name: each for name, each in state.tables.items() if name != table}
    names = sorted(known.keys() - {"id"})
    kind = draw(
        st.sampled_from(["add", "drop table", "rename table", *(["drop", "rename", "change"] * 2 if names else [])])
    )
    if kind == "add":
        col = Col(new, 200, draw(st.booleans()), draw(st.booleans()))
        tail = (" DEFAULT 'x'" if col.default else "") + ("" if col.nullable else " NOT NULL")
        return f"ALTER TABLE {table} ADD COLUMN {new} VARCHAR(200){tail}", state.with_table(table, {**known, new: col})
    if kind == "drop table":
        return f"DROP TABLE {table}", State(rest)
    if kind == "rename table":
        back = [name for name in START.tables if name not in state.tables]
        to = draw(st.sampled_from([new, *back]))
        return f"ALTER TABLE {table} RENAME TO {to}", State({**rest, to: known})
    name = draw(st.sampled_from(names))
    others = {column: one for column, one in known.items() if column != name}
    if kind == "drop":
        return f"ALTER TABLE {table} DROP COLUMN {name}", state.with_table(table, others)
    if kind == "rename":
        return (
            f"ALTER TABLE {table} RENAME COLUMN {name} TO {new}",
            state.with_table(table, {**others, new: replace(known[name], name=new)}),
        )
    was = known[name]
    now = draw(
        st.sampled_from(
            [
                replace(was, width=draw(st.sampled_from([w for w in (100, 200, 300) if w != was.width]))),
                replace(was, nullable=not was.nullable),
                replace(was, default=not was.default),
            ]
        )
    )
    return spelled(dialect, table, was, now), state.with_table(table, {**others, name: now})


@st.composite
def histories(draw: st.DrawFn, most: int) -> tuple[str, list[str], list[State]]:
    """A dialect, the revisions, and the states before, between and behind them."""
    dialect = draw(st.sampled_from(["postgresql", "mariadb"]))
    revisions, states, fresh = [], [START], [0]
    for _ in range(draw(st.integers(1, 4))):
        state, told = states[-1], []
        for _ in range(draw(st.integers(1, most))):
            sql, state = draw(operations(state, dialect, fresh))
            told.append(sql)
        revisions.append("; ".join(told))
        states.append(state)
    return dialect, revisions, states


def served(states: list[State], cut: int) -> bool:
    """Whether the new code may come when so many revisions have run: no code ever fails."""
    return all(works(states[0], state) for state in states[: cut + 1]) and all(
        works(states[-1], state) for state in states[cut:]
    )


@settings(max_examples=150, deadline=None)
@given(histories(3))
def test_what_is_said_holds_for_every_code(history: tuple[str, list[str], list[State]]) -> None:
    dialect, revisions, states = history
    found = of(*revisions, before=START_SQL, dialect=dialect)
    end = len(revisions)
    match found.when:
        case "before":
            assert served(states, end)
        case "after":
            assert served(states, 0)
        case "either":
            assert served(states, 0)
            assert served(states, end)
        case "split":
            (first, second) = found.cuts
            cut = int(first.range.removeprefix("r0:r"))
            assert (first.range, second.range) == (f"r0:r{cut}", f"r{cut}:r{end}")
            assert served(states, cut)


@settings(max_examples=150, deadline=None)
@given(histories(1))
def test_where_something_serves_the_code_need_not_stop(history: tuple[str, list[str], list[State]]) -> None:
    """One statement a revision. What is changed twice is left out: it may be changed back, and is then said to be cut
    or stopped all the same."""
    dialect, revisions, states = history
    changed = [match[1] for each in revisions if (match := re.search(r"(?:ALTER COLUMN|MODIFY) (\w+)", each))]
    assume(len(changed) == len(set(changed)))
    found = of(*revisions, before=START_SQL, dialect=dialect)
    if found.when == "stop":
        assert not any(served(states, cut) for cut in range(len(revisions) + 1))


def test_what_code_minds_is_named_in_the_language_that_is_spoken() -> None:
    standing = f"{ranges.SHOP}CREATE VIEW readers AS SELECT id FROM users;"
    with speaking(CHINESE):
        (gone,) = of("DROP VIEW readers", before=standing).old_code
        (brought,) = of("CREATE SEQUENCE numbers").new_code
    assert (gone.text, brought.text) == ("视图 readers 已不存在", "序列 numbers")
