"""The traffic light: every reason that turns it, and what does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from sqlgen.review.document import model
from sqlgen.review.document.deploy import deploy
from sqlgen.review.document.findings import cautions
from sqlgen.review.document.revisions import revisions
from sqlgen.review.document.source import Source
from sqlgen.review.document.verdict import verdict
from sqlgen.segments import Query
from tests.unit import ranges

TABLE = "CREATE TABLE tags (id INTEGER PRIMARY KEY)"
INDEX = "CREATE INDEX i ON users (email)"
DROP = "ALTER TABLE users DROP COLUMN phone"


def finding(
    number: int | None, severity: model.Severity = "error", *, allowed: bool = False, rule: str = "drop-column"
) -> model.Finding:
    why = model.Allowed("agreed", None, "versions/r1.py:3", None) if allowed else None
    return model.Finding(rule, severity, "it is gone", "keep it", "upgrade", "r1", number, None, why)


def judged(made: Source, *findings: model.Finding, estimate: int | None = None) -> model.Verdict:
    _, shown, transactions = ranges.forward(made)
    if estimate is not None:
        shown = tuple(replace(each, estimate=model.Estimate(0, estimate, "rows")) for each in shown)
    return verdict(made, shown, findings, cautions(made), deploy(made, shown), transactions)


def of(
    *sql: str | None, findings: Sequence[model.Finding] = (), estimate: int | None = None, **more: object
) -> model.Verdict:
    back = ["SELECT 1" for _ in sql]
    made = ranges.source(*sql, **{"back": back, **more})  # type: ignore[arg-type]
    return judged(made, *findings, estimate=estimate)


def told(found: model.Verdict) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(each.light, each.text, each.statements) for each in found.reasons]


def test_green_has_no_reasons() -> None:
    assert of(TABLE) == model.Verdict("green", "GREEN: nothing was found that stands against it", ())


def test_the_light_is_that_of_its_worst_reason_and_says_its_name() -> None:
    yellow = of("DROP VIEW v")
    assert (yellow.light, yellow.title.split(":")[0], len(yellow.reasons)) == ("yellow", "YELLOW", 1)
    red = of("DROP VIEW v", INDEX)
    assert (red.light, red.title.split(":")[0]) == ("red", "RED")
    assert [each.light for each in red.reasons] == ["red", "yellow"]


# ---- what is missing


def test_a_gate_is_red_and_one_on_the_way_back_is_yellow() -> None:
    assert ("red", "the script stops before what could not be rendered: r1", ()) in told(of(None, TABLE))
    made = ranges.source(TABLE, back=["SELECT 1"])
    (down,) = made.range.down
    gap = ranges.source(None).range.up[0].gap
    stopped = replace(made, range=replace(made.range, down=(replace(down, items=(), gap=gap),)))
    assert told(judged(stopped)) == [("yellow", "the way back is not whole: r1", ())]


def test_what_is_done_for_each_row_is_red() -> None:
    made = ranges.source(TABLE, back=["SELECT 1"])
    driven = replace(made.range.up[0], queries=(Query("SELECT id FROM users", "fetchall", None),))
    found = told(judged(replace(made, range=replace(made.range, up=(driven,)))))
    assert found == [("red", "what is done for each row is not in the script: r1", ())]


def test_no_way_back_is_yellow() -> None:
    assert told(of(TABLE, back=None)) == [("yellow", "there is no way back by script", ())]
    assert told(of(TABLE, back=[""])) == [("yellow", "there is no way back by script", ())]


# ---- findings and data


def test_open_findings_of_one_rule_are_one_reason() -> None:
    found = of(
        TABLE, f"{INDEX}x", findings=[finding(1), finding(2), finding(1, "warning", rule="b"), finding(1, "info")]
    )
    assert told(found)[0] == ("red", "open error drop-column: it is gone (and 1 more of this rule)", (1, 2))
    assert ("yellow", "open warning b: it is gone", (1,)) in told(found)
    assert of(TABLE, findings=[finding(1, allowed=True)]).light == "green"
    back = replace(finding(1), direction="downgrade")
    assert of(TABLE, findings=[back]).light == "green"


def test_data_that_goes_is_red_until_somebody_has_said_that_it_may() -> None:
    text = "data is destroyed: column users.phone, with its values"
    assert ("red", text, (1,)) in told(of(DROP, findings=[finding(1)]))
    assert ("yellow", text, (1,)) in told(of(DROP, findings=[finding(1, allowed=True)]))
    assert ("yellow", text, (1,)) in told(of(DROP))  # no rule was asked
    assert ("red", text, (1,)) in told(of(DROP, back=[""], findings=[finding(1, allowed=True)]))


def test_much_data_is_one_reason() -> None:
    drops = [f"ALTER TABLE users DROP COLUMN c{number}" for number in range(7)]
    before = f"CREATE TABLE users (id INTEGER, {', '.join(f'c{number} INTEGER' for number in range(7))});"
    (light, text, numbers) = next(each for each in told(of(*drops, before=before)) if "data is" in each[1])
    assert (light, numbers) == ("yellow", (1, 2, 3, 4, 5, 6, 7))
    assert text.startswith("data is destroyed: column users.c0, with its values; column users.c1")
    assert text.endswith("; and 2 more")


# ---- order


def test_deploy_order() -> None:
    assert told(of("ALTER TABLE users RENAME TO people"))[0][::2] == ("red", (1,))
    split = told(of(TABLE, "DROP VIEW v"))
    assert [each[::2] for each in split] == [("yellow", (1, 2))]
    assert told(of("CALL tidy()"))[0][0] == "yellow"


# ---- who waits


WAITS = "nobody writes users while every row is read or written of: users"


def test_an_index_that_blocks_writes() -> None:
    assert told(of(INDEX)) == [("red", WAITS, (1,))]
    assert told(of(INDEX.replace("INDEX", "INDEX CONCURRENTLY"))) == []
    assert told(of(INDEX, findings=[finding(1, allowed=True)])) == [("yellow", WAITS, (1,))]
    assert told(of(INDEX, estimate=900)) == [("yellow", WAITS, (1,))]
    assert told(of(INDEX, estimate=1_000)) == [("red", WAITS, (1,))]


def test_what_the_script_has_made_keeps_nobody_waiting() -> None:
    assert told(of(f"{TABLE}; CREATE INDEX i ON tags (id)")) == []
    assert told(of(f"ALTER TABLE users ADD COLUMN n INTEGER; {TABLE}; CREATE INDEX i ON tags (id)")) == []


def test_a_lock_that_is_held_while_something_else_works() -> None:
    sql = ("ALTER TABLE books ADD COLUMN n INTEGER", INDEX)
    held = "nobody reads or writes books while every row is read or written of: users"
    assert ("red", held, (2,)) in told(of("; ".join(sql)))
    assert ("red", WAITS, (2,)) in told(of("; ".join(sql)))
    assert told(of(*sql)) == [("red", WAITS, (2,))]  # the first one has committed


def test_a_lock_for_a_moment_is_no_reason_but_without_a_timeout() -> None:
    sql = "ALTER TABLE users ADD COLUMN n INTEGER"
    assert told(of(sql)) == []
    for_ever = replace(ranges.TARGETS["postgresql"], lock_timeout_ms=0)
    (reason,) = told(of(sql, target=for_ever))
    assert (reason[0], reason[2]) == ("yellow", (1,))
    assert "there is no lock timeout" in reason[1]
    assert reason[1].endswith(": users")


def test_sqlite_has_one_lock_for_all() -> None:
    copy = "CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email VARCHAR(200), phone VARCHAR(40));"
    rest = (
        "INSERT INTO _alembic_tmp_users (id, email, phone) SELECT id, email, phone FROM users; DROP TABLE users;"
        "ALTER TABLE _alembic_tmp_users RENAME TO users; CREATE INDEX i ON books (title)"
    )
    found = [each for each in told(of(copy + rest, dialect="sqlite")) if "nobody" in each[1]]
    assert len(found) == 1
    assert found[0][:2] == (
        "yellow",
        "nobody else writes the database while every row is read or written of: books",
    )


# ---- what is not known, and what must be known


def test_a_statement_that_is_not_read_is_yellow() -> None:
    found = told(of("CALL tidy()", "CALL tidy()"))
    assert next(each for each in found if "what it does is not known" in each[1])[2] == (1, 2)


@pytest.mark.parametrize(
    ("dialect", "word"),
    [("oracle", "no Oracle"), ("postgresql", None)],
)
def test_a_client_that_nobody_has_tried_is_yellow(dialect: str, word: str | None) -> None:
    made = ranges.source("CREATE TABLE t (id INTEGER)", back=["DROP TABLE t"], dialect=dialect)
    kinds = {each.kind for each in cautions(made)}
    assert ("unproven" in kinds) is (word is not None)
    assert judged(made).light == ("green" if word is None else "yellow")


def test_overrides_and_emergencies_are_yellow() -> None:
    made = replace(ranges.source(TABLE, back=["SELECT 1"]), emergency=True, overrides=["--allow-dirty: not committed"])
    assert [each[0] for each in told(judged(made))] == ["yellow", "yellow"]


# ---- revisions


def test_revisions_have_their_statements_in_both_directions() -> None:
    made = ranges.source(f"{TABLE}; {INDEX}", None, DROP, back=["", "SELECT 1; SELECT 2", "SELECT 3"])
    _up, shown, _ = ranges.forward(made)
    back = [replace(each, revision="r3", number=1) for each in shown[:1]]
    found = revisions(made, shown, back)
    assert [(one.id, one.parents, one.statements, one.rollback, one.origin) for one in found] == [
        ("r1", ("r0",), (1, 2), (), "rendered"),
        ("r2", ("r1",), (), (), "gap"),
        ("r3", ("r2",), (3,), (1,), "rendered"),
    ]
    assert (found[1].note, found[1].place) == ("it asks", model.Place("versions/r2.py", 31, None, None))
