"""The engine: one pass, in order, that never skips a rule and never loses a place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sqlgen import facts
from sqlgen.effects import Blocks, Effect, Lock, Work
from sqlgen.errors import ExitCode
from sqlgen.facts.vocabulary import Name, RenameTable, SetOption
from sqlgen.lint import engine
from sqlgen.lint.allowances import collect
from sqlgen.lint.book import Book, load
from sqlgen.lint.engine import RuleFailed
from sqlgen.lint.finding import Finding
from sqlgen.lint.session import Session, Transaction, preamble_options
from sqlgen.linting import read_file
from sqlgen.schema import Schema
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.statements import split

TODAY = date(2026, 11, 21)


def _step(revision: str, sql: str, *, transaction: int | None = 1, gap: Gap | None = None) -> Step:
    file = f"versions/{revision}.py"
    items = tuple(
        Item(statement, facts.read(statement, "postgresql"), Place(file, line, line, 5), transaction)
        for line, statement in enumerate(split(sql, "postgresql"), 10)
    )
    return Step(revision, "", "upgrade", (), (revision,), file, items, gap)


def _lint(book: Book, *steps: Step, dialect: str = "postgresql") -> tuple[Finding, ...]:
    return engine.lint(
        steps, book, dialect=dialect, lock_timeout_ms=5000, schema=Schema(dialect), today=TODAY, runs="bundle"
    )


def _pack(folder: Path, **rules: str) -> Book:
    folder.mkdir(exist_ok=True)
    for name, body in rules.items():
        page = f'"""{name} says so."""\nfrom sqlgen.rulekit import *\n\n'
        declared = body.replace("@rule", '@rule(severity=Severity.ERROR, since="1", help=say("Do it."))', 1)
        (folder / f"{name}.py").write_text(page + declared)
    return load([str(folder)], root=folder)


def test_findings_come_in_the_order_of_steps_statements_and_rules(standard: Book) -> None:
    b = _step("b", "DROP TABLE t; DROP INDEX CONCURRENTLY v", transaction=None)
    found = _lint(standard, b, _step("a", "DROP TABLE u", transaction=None))

    assert [(f.revision, f.statement, f.line, f.rule) for f in found] == [
        ("b", 1, 10, "drop-table"),
        ("b", 1, 10, "unguarded-drop"),
        ("b", 2, 11, "unguarded-drop"),
        ("a", 3, 10, "drop-table"),
        ("a", 3, 10, "unguarded-drop"),
    ]


def test_a_finding_carries_its_place_and_its_statement(standard: Book) -> None:
    (finding,) = _lint(standard, _step("a", "UPDATE t SET x = 1"))

    assert (finding.file, finding.line, finding.end_line, finding.column) == ("versions/a.py", 10, 10, 5)
    assert (finding.sql, finding.direction, finding.dialect) == ("UPDATE t SET x = 1", "upgrade", "postgresql")
    assert finding.severity.label == "warning"


def test_each_finding_has_a_fingerprint_of_its_own_that_outlives_moved_lines(standard: Book) -> None:
    twice = _lint(standard, _step("a", "DELETE FROM t; DELETE FROM t"), _step("b", "DELETE FROM t"))
    moved = _lint(standard, _step("a", "SELECT 1; DELETE   FROM\n t; DELETE FROM t"))

    prints = [f.fingerprint for f in twice]
    assert len(set(prints)) == 3
    assert [f.fingerprint for f in moved] == prints[:2]


def test_beside_a_revision_that_could_not_be_rendered_the_others_are_judged(standard: Book) -> None:
    gap = Gap("it reads the database", "versions/a.py", 7)
    found = _lint(standard, _step("a", "", gap=gap), _step("b", "DELETE FROM t"))

    assert [f.revision for f in found] == ["b"]


def test_after_a_revision_that_could_not_be_rendered_nothing_is_taken_as_proven(standard: Book) -> None:
    proof = "CREATE VIEW v AS SELECT 1; ALTER TABLE t ADD CONSTRAINT c CHECK (x IS NOT NULL) NOT VALID;"
    proven = _step("a", f"{proof} ALTER TABLE t VALIDATE CONSTRAINT c", transaction=None)
    gap = _step("b", "", gap=Gap("it reads the database", "versions/b.py", 7))
    last = _step("c", "ALTER TABLE t ALTER COLUMN x SET NOT NULL")

    assert _lint(standard, proven, last) == ()
    assert "set-not-null-scan" in {f.rule for f in _lint(standard, proven, gap, last)}


def test_nothing_to_judge_gives_no_findings(standard: Book) -> None:
    assert _lint(standard) == ()
    assert _lint(standard, _step("a", "")) == ()


def test_what_an_earlier_revision_of_the_range_made_is_new(standard: Book) -> None:
    assert _lint(standard, _step("a", "CREATE TABLE t (id int)"), _step("b", "DROP TABLE t")) == ()


def test_the_limit_of_a_lock_is_missed_once_per_revision(standard: Book) -> None:
    steps = [_step(name, f"ALTER TABLE {name} ADD x int; ALTER TABLE {name} ADD y int") for name in "ab"]
    by_alembic = engine.lint(
        steps,
        standard,
        dialect="postgresql",
        runs="alembic",
        lock_timeout_ms=5000,  # a preamble that alembic upgrade never runs
        schema=Schema("postgresql"),
        today=TODAY,
    )

    assert [(f.rule, f.revision, f.statement) for f in by_alembic] == [
        ("lock-timeout-missing", "a", 1),
        ("lock-timeout-missing", "b", 3),
    ]
    assert _lint(standard, *steps) == ()


def test_set_local_ends_with_its_transaction(fired: Callable[..., list[str]]) -> None:
    alter = "ALTER TABLE t ADD x int;"
    inside = f"BEGIN; SET LOCAL lock_timeout = '1s'; {alter} COMMIT;"

    assert fired(inside, lock_timeout_ms=None) == []
    assert fired(f"{inside} {alter}", lock_timeout_ms=None) == ["lock-timeout-missing"]
    assert fired(f"SET LOCAL lock_timeout = '1s'; {alter}", lock_timeout_ms=None) == ["lock-timeout-missing"]


def test_a_set_that_is_rolled_back_never_happened(fired: Callable[..., list[str]]) -> None:
    alter = "ALTER TABLE t ADD x int;"
    begun = "BEGIN; SET lock_timeout = '1s';"

    assert fired(f"{begun} COMMIT; {alter}", lock_timeout_ms=None) == []
    assert fired(f"{begun} ROLLBACK; {alter}", lock_timeout_ms=None) == ["lock-timeout-missing"]
    assert fired(f"SET lock_timeout = '1s'; RESET lock_timeout; {alter}", lock_timeout_ms=None) == [
        "lock-timeout-missing"
    ]


def test_what_follows_a_commit_of_the_migration_itself_stands_in_no_transaction(standard: Book) -> None:
    build = "CREATE INDEX CONCURRENTLY i ON t (x)"
    by_hand = _step("a", f"COMMIT; {build}")
    begun_again = _step("a", f"COMMIT; BEGIN; {build}")
    rules = {f.rule for f in _lint(standard, by_hand)}, {f.rule for f in _lint(standard, begun_again)}

    assert ["concurrently-in-transaction" in found for found in rules] == [False, True]
    # The next revision has a transaction of its own again.
    after = _lint(standard, by_hand, _step("b", build, transaction=2))
    assert [f.revision for f in after if f.rule == "concurrently-in-transaction"] == ["b"]


@pytest.mark.parametrize(
    ("dialect", "value", "limit_ms"),
    [
        ("mssql", "5000", 5000),
        ("mssql", "0", 1),
        ("mssql", "-1", 0),
        ("oracle", "30", 30_000),
        ("sqlite", "0", 1),
        ("postgresql", "0", 0),
        ("mysql", "5", 5000),
    ],
)
def test_each_engine_counts_the_limit_of_a_lock_in_its_own_way(dialect: str, value: str, limit_ms: int) -> None:
    name = {"mssql": "lock_timeout", "oracle": "ddl_lock_timeout", "sqlite": "busy_timeout"}
    session = Session(dialect, {})
    fact = SetOption(name.get(dialect, "lock_timeout" if dialect == "postgresql" else "lock_wait_timeout"), value)
    item = Item(split("SELECT 1", "postgresql")[0], (fact,), None, None)
    session.enter(item)
    session.apply(item, fact, Effect("set", Work.NONE), lambda _: False)

    assert session.lock_timeout_ms == limit_ms


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"])
def test_no_limit_in_the_settings_is_no_limit_where_0_of_the_engine_s_own_is_one_at_once(dialect: str) -> None:
    """Each client's script waits for ever then: SQL Server's says SET LOCK_TIMEOUT -1."""
    limits = [Session(dialect, preamble_options(dialect, value_ms, None)).lock_timeout_ms for value_ms in (0, 5000)]
    assert limits == [0, 5000]


def test_a_script_for_sql_server_that_waits_for_ever_is_reported(fired: Callable[..., list[str]]) -> None:
    alter = "ALTER TABLE t ADD x int;"
    assert fired(alter, "mssql", lock_timeout_ms=5000) == []
    assert fired(alter, "mssql", lock_timeout_ms=0) == ["lock-timeout-missing"]


def test_alembic_runs_all_revisions_in_one_transaction_unless_it_is_told_otherwise(standard: Book) -> None:
    add = _step("a", "ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0) NOT VALID")
    validate = _step("b", "ALTER TABLE t VALIDATE CONSTRAINT c", transaction=2)

    def rules(*steps: Step, runs: str, joined: bool) -> set[str]:
        start = Schema("postgresql")
        found = engine.lint(
            steps,
            standard,
            dialect="postgresql",
            runs=runs,
            joined=joined,
            schema=start,
            today=TODAY,
            lock_timeout_ms=9,
        )
        return {f.rule for f in found} & {"constraint-validate-same-tx"}

    assert rules(add, validate, runs="alembic", joined=True) == {"constraint-validate-same-tx"}
    assert rules(add, validate, runs="alembic", joined=False) == set()
    assert rules(add, validate, runs="bundle", joined=True) == set()
    # An autocommit_block commits what stands before it.
    alone = _step("c", "CREATE INDEX CONCURRENTLY i ON u (x)", transaction=None)
    assert rules(add, alone, validate, runs="alembic", joined=True) == set()


def test_a_lock_follows_its_table_through_a_rename() -> None:
    transaction = Transaction()
    item = Item(split("SELECT 1", "postgresql")[0], (), None, 1)
    old, new = Name("t"), Name("u")
    lock = Lock(old, "ACCESS EXCLUSIVE", Blocks.ALL)
    transaction.add(item, RenameTable(old, new), Effect("rename-table", Work.METADATA, (lock,)), lambda _: False)

    assert transaction.locks == {new: replace(lock, table=new)}


def test_a_limit_of_zero_is_no_limit_even_after_a_preamble(judge: Callable[..., tuple[Finding, ...]]) -> None:
    (finding,) = judge("SET lock_timeout = 0; ALTER TABLE t ADD x int;")

    assert str(finding.message).startswith("the limit is 0: this waits for t for ever")


def test_mysql_counts_seconds_and_forgets_global_settings(fired: Callable[..., list[str]]) -> None:
    alter = "ALTER TABLE t ADD x int;"

    assert fired(f"SET SESSION lock_wait_timeout = 5; {alter}", "mysql", lock_timeout_ms=None) == []
    assert fired(f"SET GLOBAL lock_wait_timeout = 5; {alter}", "mysql", lock_timeout_ms=None) == [
        "lock-timeout-missing"
    ]


def test_a_rule_that_raises_stops_the_run_and_is_named(tmp_path: Path) -> None:
    book = _pack(tmp_path / "ours", broken="@rule\ndef check(delete: Delete) -> Message:\n    return {}['x']\n")

    with pytest.raises(RuleFailed, match="the rule broken raised KeyError: 'x' at DELETE FROM t") as raised:
        _lint(book, _step("a", "DELETE FROM t"))

    assert raised.value.exit_code is ExitCode.BUG
    assert (raised.value.file, raised.value.line) == (str(tmp_path / "ours" / "broken.py"), 6)


def test_a_rule_that_returns_something_else_stops_the_run(tmp_path: Path) -> None:
    book = _pack(tmp_path / "ours", chatty="@rule\ndef check(delete: Delete) -> str:\n    return ['text']\n")

    with pytest.raises(RuleFailed, match="the rule chatty returned str, not a Message"):
        _lint(book, _step("a", "DELETE FROM t"))


def test_a_rule_may_see_statements_segments_steps_and_the_range(tmp_path: Path) -> None:
    book = _pack(
        tmp_path / "ours",
        sees_item="@rule\ndef check(item: Item) -> Message | None:\n    return say('item {sql}', sql=item.sql)\n",
        sees_range="@rule\ndef check(steps: Range):\n    yield (steps[1].items[0], say('the second'))\n",
        sees_segment="@rule\ndef check(s: Segment) -> Message | None:\n    return say('of {n}', n=len(s.items))\n",
        sees_statement="@rule\ndef check(s: Statement) -> Message | None:\n    return say('{t}', t=s.text)\n",
        sees_step="@rule\ndef check(step: Step) -> Message | None:\n    return say('step {r}', r=step.revision)\n",
        sees_union="@rule\ndef check(d: Delete | Update, before: Before) -> Message | None:\n    return say('data')\n",
    )
    found = _lint(book, _step("a", "DELETE FROM t; SELECT 1"), _step("b", "UPDATE t SET x = 1"))

    assert [(f.rule, str(f.message), f.revision, f.statement, f.line) for f in found] == [
        ("sees-step", "step a", "a", None, None),
        ("sees-item", "item DELETE FROM t", "a", 1, 10),
        ("sees-segment", "of 2", "a", 1, 10),
        ("sees-statement", "DELETE FROM t", "a", 1, 10),
        ("sees-union", "data", "a", 1, 10),
        ("sees-item", "item SELECT 1", "a", 2, 11),
        ("sees-statement", "SELECT 1", "a", 2, 11),
        ("sees-step", "step b", "b", None, None),
        ("sees-item", "item UPDATE t SET x = 1", "b", 3, 10),
        ("sees-range", "the second", "b", 3, 10),
        ("sees-segment", "of 1", "b", 3, 10),
        ("sees-statement", "UPDATE t SET x = 1", "b", 3, 10),
        ("sees-union", "data", "b", 3, 10),
    ]


def test_an_unknown_dialect_is_judged_by_the_rules_that_hold_everywhere(standard: Book) -> None:
    statement = split("DROP TABLE t", "postgresql")[0]
    item = Item(statement, facts.read(statement, "informix"), None, None)
    step = Step("a", "", "upgrade", (), ("a",), "a.py", (item,))

    (finding,) = _lint(standard, step, dialect="informix")

    assert (finding.rule, finding.file, finding.line) == ("unparsed-statement", "a.py", None)


def test_preflight_is_a_guard_only_in_our_script_and_for_what_the_history_made(
    judge: Callable[..., tuple[Finding, ...]],
) -> None:
    book = load(["standard"], root=Path(), options={"unguarded-drop": {"accept": ["preflight"]}})

    def drops(sql: str, runs: str) -> list[str]:
        found = judge(sql, history="CREATE TABLE t (id int, c int); CREATE INDEX i ON t (c)", runs=runs, book=book)
        return [f.rule for f in found if f.rule == "unguarded-drop"]

    known = "DROP INDEX i; ALTER TABLE t DROP COLUMN c; DROP TABLE t"
    assert drops(known, "bundle") == []
    assert drops(known, "alembic") == ["unguarded-drop"] * 3
    assert drops("DROP TABLE other; DROP INDEX other_i", "bundle") == ["unguarded-drop"] * 2
    assert drops("DROP TABLE IF EXISTS t", "alembic") == ["unguarded-drop"], "if-exists is not accepted here"


def test_constant_defaults_can_be_refused(judge: Callable[..., tuple[Finding, ...]]) -> None:
    book = load(["standard"], root=Path(), options={"add-required-column": {"constant_default": False}})
    found = judge("ALTER TABLE t ADD x int NOT NULL DEFAULT 0; ALTER TABLE t ADD y int DEFAULT 0", book=book)

    assert [(f.rule, str(f.message)) for f in found] == [
        ("add-required-column", "t.x is added NOT NULL, not nullable first")
    ]


def test_the_cost_grows_with_the_input_and_not_faster(standard: Book) -> None:
    def seconds(steps: int) -> float:
        text = "CREATE TABLE t{0} (id int); ALTER TABLE t{0} ADD x int NOT NULL; DROP INDEX i{0};"
        text += "CREATE INDEX j{0} ON o{0} (x)"
        made = [_step(f"r{n}", text.format(n)) for n in range(steps)]
        source = 'def upgrade():\n    pass  # sqlgen: allow drop-table because "gone"\n'
        held = collect(made, lambda _file: source, dialect="postgresql")
        best = 9.0
        for _ in range(3):
            begin = time.process_time()
            engine.lint(made, standard, dialect="postgresql", schema=Schema("postgresql"), allowances=held, today=TODAY)
            best = min(best, time.process_time() - begin)
        return best

    assert seconds(400) < 8 * 2 * seconds(50), "eight times the input may not take sixteen times as long"


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE t ADD COLUMN x int; ALTER TABLE t RENAME x TO y; ALTER TABLE t RENAME z TO x;",
        "ALTER TABLE t ADD COLUMN x int; ALTER TABLE t RENAME TO u; ALTER TABLE s RENAME TO t;",
    ],
)
def test_an_old_column_that_takes_the_name_of_a_new_one_is_old(standard: Book, sql: str) -> None:
    alone = _lint(standard, _step("a", "ALTER TABLE t ADD COLUMN x int; ALTER TABLE t DROP COLUMN x"))
    after = _lint(standard, _step("a", f"{sql} ALTER TABLE t DROP COLUMN x"))

    assert "drop-column" not in {f.rule for f in alone}
    assert "drop-column" in {f.rule for f in after}


def test_a_new_column_is_new_after_its_table_was_rebuilt(standard: Book) -> None:
    rebuild = "CREATE TABLE c (a int, x int); INSERT INTO c SELECT * FROM t; DROP TABLE t; ALTER TABLE c RENAME TO t;"
    new = _step("a", f"ALTER TABLE t ADD COLUMN x int; {rebuild} ALTER TABLE t DROP COLUMN x")
    old = _step("a", f"{rebuild} ALTER TABLE t DROP COLUMN x")

    assert "drop-column" not in {f.rule for f in _lint(standard, new, dialect="sqlite")}
    assert "drop-column" in {f.rule for f in _lint(standard, old, dialect="sqlite")}


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        ("ALTER TABLE alembic_version ALTER COLUMN version_num TYPE integer USING 1", "postgresql"),
        ("ALTER TABLE alembic_version MODIFY version_num VARCHAR(255) NOT NULL", "mysql"),
        ("INSERT INTO alembic_version VALUES ('a1')", "sqlite"),
    ],
)
def test_no_rule_speaks_of_what_is_done_to_the_version_table(sql: str, dialect: str, standard: Book) -> None:
    def found(table: str) -> tuple[Finding, ...]:
        step = read_file(sql.replace("alembic_version", table), "a1.sql", dialect)
        return engine.lint([step], standard, dialect=dialect, schema=Schema(dialect), today=TODAY)

    assert found("alembic_version") == ()
    assert found("orders") != ()
