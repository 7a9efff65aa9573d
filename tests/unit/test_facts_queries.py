"""The tables and views that a view reads from, on the dialects that have no parser of their own."""

from __future__ import annotations

import pytest

from sqlgen import facts
from sqlgen.facts.vocabulary import CreateObject
from sqlgen.statements import split

EVERY = ("mysql", "mariadb", "sqlite", "mssql", "oracle")


def reads(query: str, dialect: str) -> list[str] | None:
    (statement,) = split(f"CREATE VIEW v AS {query}", dialect)
    (fact,) = facts.read(statement, dialect)
    assert isinstance(fact, CreateObject)
    return None if fact.reads is None else [str(name) for name in fact.reads]


@pytest.mark.parametrize("dialect", EVERY)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT a FROM t", ["t"]),
        ("SELECT 1", []),
        ("SELECT t.a, (SELECT max(b) FROM u) FROM t WHERE a IN (SELECT a FROM w)", ["u", "t", "w"]),
        ("SELECT * FROM t LEFT JOIN u ON (t.id = u.id) INNER JOIN w ON w.id = u.id", ["t", "u", "w"]),
        ("SELECT * FROM t x, u y WHERE x.a = y.a ORDER BY x.a, y.b", ["t", "u"]),
        ("SELECT * FROM (SELECT a FROM t) x, u", ["t", "u"]),
        ("SELECT * FROM (t JOIN u ON t.a = u.a)", ["t", "u"]),
        ("SELECT a FROM t UNION ALL SELECT b, c FROM u", ["t", "u"]),
        ("WITH a AS (SELECT x FROM t), b (y) AS (SELECT x FROM a) SELECT * FROM a JOIN b ON 1 = 1", ["t"]),
        ("SELECT other.t.a FROM other.t", ["other.t"]),
        ("SELECT a FROM t GROUP BY a, b HAVING count(*) > 1", ["t"]),
    ],
)
def test_it_reads_what_stands_behind_from_and_join(dialect: str, query: str, expected: list[str]) -> None:
    assert reads(query, dialect) == expected


@pytest.mark.parametrize(
    ("dialect", "query", "expected"),
    [
        ("mysql", "SELECT extract(year FROM day), trim(BOTH 'x' FROM a) FROM `my table`", ["my table"]),
        ("mysql", "SELECT * FROM t, json_table(t.doc, '$[*]' COLUMNS (id INT PATH '$')) j", ["t"]),
        ("mysql", "SELECT * FROM t STRAIGHT_JOIN u", ["t", "u"]),
        ("sqlite", "SELECT * FROM t, json_each(t.doc) WHERE a IS DISTINCT FROM b", ["t"]),
        ("mssql", "SELECT * FROM [t] CROSS APPLY rows_of(t.id) x", ["t"]),
        ("oracle", 'SELECT * FROM t MINUS SELECT * FROM "U"', ["t", "u"]),
        ("mysql", "(SELECT a FROM t)", ["t"]),
    ],
)
def test_what_gives_rows_and_is_no_table_is_left_out(dialect: str, query: str, expected: list[str]) -> None:
    assert reads(query, dialect) == expected
