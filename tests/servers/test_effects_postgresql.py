"""What PostgreSQL's lines say, held against real servers: locks, work, transactions, failures, what is lost and broken.

Each statement of tests/servers/cases_postgresql.py is judged by `effect` and run; both must say the same. `make deep`
does it on PostgreSQL 12 to 18.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType

import psycopg2
import pytest

from sqlgen.effects import Blocks, Commits, Effect, Server, Work, effect
from sqlgen.effects.postgresql import column_types, columns, constraints, indexes, objects, running, tables
from sqlgen.effects.postgresql.line import BLOCKS, Line
from sqlgen.facts.vocabulary import Name
from sqlgen.linting import read_file
from sqlgen.schema import Schema
from tests.servers.cases_postgresql import (
    ALONE,
    ALONE_WITHOUT_A_TABLE,
    CASES,
    DEFAULT_PARTITION,
    FAILING,
    PARTITIONED,
    SHOP,
    Case,
)
from tests.servers.observing_postgresql import MODES, Observatory, Observed
from tests.servers.old_postgresql import SERVERS, a_database, a_server

MODULES: tuple[ModuleType, ...] = (column_types, columns, constraints, indexes, objects, running, tables)


MADE_ANEW = ("insert", "update", "update-all", "alter-column-type-rewrite", "rename-enum-value", "set-expression")
"""Lines that add values, or replace them by others, as they are meant to: what that destroys is not seen."""


@pytest.fixture(scope="module", params=SERVERS)
def observatory(request: pytest.FixtureRequest) -> Iterator[Observatory]:
    with a_server(request) as server, a_database(server) as database, Observatory.of(database) as found:
        yield found


def lines() -> dict[str, Line]:
    """All lines, by id."""
    found = [one for module in MODULES for one in vars(module).values() if isinstance(one, Line)]
    assert len({one.id for one in found}) == len(found)
    return {one.id: one for one in found}


def claimed(case: Case, version: tuple[int, ...]) -> Effect:
    """What the table says of a case."""
    schema = Schema("postgresql")
    for item in read_file(SHOP + case.setup, "setup.sql", "postgresql").items:
        for fact in item.facts:
            schema.apply(fact)
    facts = [case.fact] if case.fact else [
        fact for item in read_file(case.sql, "case.sql", "postgresql").items for fact in item.facts
    ]  # fmt: skip
    return effect(facts[0], schema, Server("postgresql", version))


def test_every_proven_line_has_a_case_and_every_case_a_line() -> None:
    exercised = {case.line for case in (*CASES, *ALONE, *ALONE_WITHOUT_A_TABLE, *FAILING)}

    assert exercised == {one.id for one in lines().values() if one.proven}


def test_every_line_says_where_it_comes_from() -> None:
    assert [one.id for one in lines().values() if one.proven and not one.source] == []


# ---- with its transaction


def test_locks_and_work_are_those_that_the_server_shows(observatory: Observatory) -> None:
    wrong = []
    for case in sorted(CASES, key=lambda case: case.setup):
        if case.since <= observatory.version[0] <= case.until:
            wrong += _differences(case, observatory)
    assert not wrong, "\n".join(wrong)


def _differences(case: Case, observatory: Observatory) -> list[str]:
    said = claimed(case, observatory.version)
    try:
        observatory.prepare(SHOP + case.setup)
        seen = observatory.observe(case.sql)
    except psycopg2.Error as error:
        return [f"{case.sql}: {error}"]
    found = []
    if said.line != case.line:
        found.append(f"line: {said.line}, not {case.line}")
    locks = {str(lock.table): lock.mode for lock in said.locks}
    if locks != {name: mode for name, mode in seen.locks.items() if _counts(name, mode, locks, seen)}:
        found.append(f"locks: said {locks}, seen {seen.locks}")
    if said.commits is not Commits.WITH or not seen.restored:
        found.append("transaction")
    blocks = {name: _blocks(said, name, seen) for name in seen.blocks}
    if blocks != seen.blocks:
        found.append(f"blocks: said {blocks}, seen {seen.blocks}")
    if seen.lost != said.destroys and said.line not in MADE_ANEW:
        found.append(f"destroys: said {said.destroys}, seen {seen.lost}")
    if seen.broken and not said.breaks:
        found.append(f"breaks: seen {seen.broken}")
    return [f"{case.sql}: {one}" for one in (*found, *_work(said, seen))]


def _blocks(said: Effect, name: str, seen: Observed) -> Blocks:
    """What waits for a table: its own locks, and those on its indexes that queries look at too."""
    found = [lock.blocks for lock in said.locks if str(lock.table) == name]
    found += [
        lock.blocks for lock in said.locks if seen.tables.get(str(lock.table)) == name and lock.blocks is Blocks.ALL
    ]
    return max(found, default=Blocks.NOTHING)


def _counts(name: str, mode: str, claimed: dict[str, str], seen: Observed) -> bool:
    """Whether a lock must be claimed: what blocks anything on a table or view. What is claimed must be there."""
    strong = MODES.index(mode) >= MODES.index("SHARE UPDATE EXCLUSIVE")
    return name in claimed or (seen.kinds[name] in "rpvm" and strong)


def _work(said: Effect, seen: Observed) -> Iterator[str]:
    worked = {str(table) for table in said.worked_on}
    if said.line == "truncate":
        assert seen.rewritten  # new files, though empty ones
    elif said.work is Work.ROWS:
        if seen.rewritten or seen.indexed:
            yield f"work: said rows, seen {seen.work.name}"
    elif max(said.work, Work.METADATA) != seen.work:
        yield f"work: said {said.work.name}, seen {seen.work.name} of {seen.worked_on}"
    elif not seen.worked_on <= worked:
        yield f"worked on: said {worked}, seen {seen.worked_on}"


def test_of_a_default_partition_less_is_said_than_the_server_does(observatory: Observatory) -> None:
    """Facts do not say which partition is the default one: that it is locked and read is not known here."""
    case = Case(
        "create-partition",
        "CREATE TABLE d3 PARTITION OF days FOR VALUES FROM ('2003-01-01') TO ('2004-01-01')",
        PARTITIONED + DEFAULT_PARTITION,
    )
    said = claimed(case, observatory.version)
    observatory.prepare(SHOP + case.setup)
    seen = observatory.observe(case.sql)

    assert (seen.locks["days_d"], seen.scanned) == ("ACCESS EXCLUSIVE", {"days_d"})
    assert (said.lock(Name("days_d")), said.work) == (None, Work.METADATA)


# ---- alone


def test_what_is_refused_inside_a_transaction_is_said_to_be(observatory: Observatory) -> None:
    wrong = []
    for case in (*ALONE, *ALONE_WITHOUT_A_TABLE):
        if case.since <= observatory.version[0]:
            observatory.prepare(SHOP + case.setup)
            said = claimed(case, observatory.version)
            refused = observatory.refused_inside_a_transaction(case.sql)
            if not refused or said.commits is not Commits.ALONE or said.line != case.line:
                wrong.append((case.sql, said.line, refused))
    assert wrong == []


def test_what_runs_alone_waits_for_the_lock_that_is_said(observatory: Observatory) -> None:
    wrong = []
    for case in ALONE:
        if case.since > observatory.version[0]:
            continue
        (lock,) = [one for one in claimed(case, observatory.version).locks if not one.brief]
        observatory.prepare(SHOP + case.setup)
        asked = observatory.asks_for(case.sql, str(lock.table), "SHARE UPDATE EXCLUSIVE")
        if asked != lock.mode:
            wrong.append((case.sql, lock.mode, asked))
    assert wrong == []


def test_a_partition_that_is_detached_concurrently_is_locked_for_a_moment(observatory: Observatory) -> None:
    if observatory.version < (14,):
        pytest.skip("DETACH … CONCURRENTLY came with PostgreSQL 14")
    case = ALONE[-1]
    (lock,) = [one for one in claimed(case, observatory.version).locks if one.brief]
    observatory.prepare(SHOP + case.setup)

    assert observatory.asks_for(case.sql, str(lock.table), "ACCESS SHARE") == lock.mode


# ---- failures


def test_what_may_fail_because_of_rows_does(observatory: Observatory) -> None:
    wrong = []
    for case in FAILING:
        if not case.since <= observatory.version[0] <= case.until:
            continue
        said = claimed(case, observatory.version)
        observatory.prepare(SHOP + case.setup)
        failed = observatory.fails(case.sql)
        if not failed or not said.may_fail or said.line != case.line:
            wrong.append((case.sql, said.line, failed, said.may_fail))
    assert wrong == []


def test_each_line_that_may_fail_has_a_case_that_fails() -> None:
    assert {one.id for one in lines().values() if one.proven and one.may_fail} <= {case.line for case in FAILING}


# ---- modes


def test_a_mode_blocks_what_the_conflict_table_says(observatory: Observatory) -> None:
    assert set(BLOCKS) == set(MODES)
    seen = {}
    for mode in MODES:
        observatory.prepare("CREATE TABLE t (n integer)")
        seen[mode] = observatory.observe(f"LOCK TABLE t IN {mode} MODE").blocks["t"]

    assert seen == BLOCKS


def test_no_module_of_lines_is_left_out() -> None:
    from sqlgen.effects import postgresql

    modules = {one for one in vars(postgresql).values() if inspect.ismodule(one)}
    with_lines = {one for one in modules if any(isinstance(each, Line) for each in vars(one).values())}

    assert with_lines == set(MODULES)
