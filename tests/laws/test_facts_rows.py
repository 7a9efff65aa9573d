"""Law: what is read of a statement without most of its constants is what PostgreSQL's parser finds in all of it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sqlgen.facts.postgresql import _read
from sqlgen.facts.postgresql.rows import of_constants, shortened
from sqlgen.facts.vocabulary import Delete, Fact, Opaque, Update
from sqlgen.statements import scan

PIECES = (
    "(",
    ")",
    ",",
    ", ",
    " ",
    "1",
    "-",
    "+",
    "2.5e3",
    "'a'",
    "'it''s'",
    "NULL",
    "true",
    "DEFAULT",
    "f(1)",
    "E'a'",
    "1_0",
    "x",
)
CONSTANTS = ("1", "-2", "+3", "1.5", "'a'", "''", "'it''s; ('", "NULL", "DEFAULT")


def whole(sql: str) -> tuple[Fact, ...]:
    return _read(sql, scan(sql, "postgresql"))


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(("INSERT INTO t ", "INSERT INTO s.t (a, b) ")))
def test_rows_of_constants_are_those_that_the_parser_takes(pieces: list[str], head: str) -> None:
    sql = f"{head}VALUES {''.join(pieces)}".rstrip()
    found = of_constants(scan(sql, "postgresql"))
    if found is None:
        return
    text, rows = found
    (insert,) = whole(sql)
    assert not isinstance(insert, Opaque)
    (short,) = whole(text)
    assert replace(short, rows=rows) == insert  # type: ignore[call-arg]


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(CONSTANTS), min_size=1, max_size=4), min_size=1, max_size=6))
def test_rows_that_people_write_are_counted_without_a_tree(rows: list[list[str]]) -> None:
    values = ", ".join("(" + ", ".join(row) + ")" for row in rows)
    sql = f"INSERT INTO t VALUES {values}"
    found = of_constants(scan(sql, "postgresql"))
    assert found == ("INSERT INTO t VALUES (0)", len(rows))


CLAUSES = ("a IN ({})", "f(a, {})", "b = ANY (ARRAY[{}])", "a IN (SELECT x FROM u WHERE y IN ({}))", "(a, b) = ({}, c)")


@settings(deadline=None)
@given(st.sampled_from(CLAUSES), st.lists(st.sampled_from(CONSTANTS[:7]), min_size=4, max_size=40), st.booleans())
def test_a_shortened_statement_does_what_the_whole_one_does(clause: str, values: list[str], update: bool) -> None:
    start = "UPDATE t SET x = 1" if update else "DELETE FROM t"
    sql = f"{start} WHERE {clause.format(', '.join(values))} AND pg_read_file('x') = ''"
    short = shortened(scan(sql, "postgresql"))
    if short is not None:
        assert [_plain(fact) for fact in whole(short)] == [_plain(fact) for fact in whole(sql)]


def _plain(fact: Fact) -> Fact:
    return replace(fact, condition=None) if isinstance(fact, Update | Delete) else fact


def test_a_statement_is_shortened_at_all() -> None:
    sql = f"DELETE FROM t WHERE a IN ({', '.join(map(str, range(99)))})"
    assert shortened(scan(sql, "postgresql")) == "DELETE FROM t WHERE a IN (0, 1, 2)"
