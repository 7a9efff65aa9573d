"""What is common to linting a file and a range: nothing that runs is passed over."""

from __future__ import annotations

import pytest

from sqlgen.facts.vocabulary import Opaque, Select
from sqlgen.linting import read_file
from sqlgen.statements import split
from sqlgen.steps import _with_comments

RUNS = Opaque("it holds SQL in an executable comment, /*! … */")


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("/*!50000 DROP TABLE x */;\nSELECT 1;", 2),
        ("SELECT 1 /*! INTO OUTFILE 'x' */;", 1),
        ("SELECT 1;\n\n/*! DROP TABLE x */;\n", 3),
        ("/*M! DROP TABLE x */", 1),
    ],
)
def test_a_comment_that_the_server_runs_is_never_passed_over(sql: str, line: int, dialect: str) -> None:
    last = read_file(sql, "a.sql", dialect).items[-1]
    assert RUNS in last.facts
    assert last.place is not None
    assert last.place.line == line


def test_to_other_engines_it_is_a_comment() -> None:
    assert [item.facts for item in read_file("SELECT 1;\n/*! DROP TABLE x */", "a.sql", "postgresql").items] == [
        (Select(()),)
    ]


@pytest.mark.parametrize(
    ("sql", "dialect", "texts"),
    [
        ("SELECT 1; -- c\nSELECT 2 -- d\n;\n-- e\n", "postgresql", ["-- c\nSELECT 1", "-- d\nSELECT 2"]),
        ("SELECT 1;\n/*! no */", "postgresql", ["SELECT 1"]),
        ("SELECT 1;\n/*! DROP TABLE x */", "mysql", ["SELECT 1", "/*! DROP TABLE x */"]),
        ("DELIMITER //\nSELECT 1//\n", "mysql", ["DELIMITER //\nSELECT 1//"]),
        ("SELECT 1\\G\n", "mysql", ["SELECT 1\\G"]),
    ],
)
def test_a_statement_takes_its_comments_along_and_loses_no_word(sql: str, dialect: str, texts: list[str]) -> None:
    assert [statement.text for statement, _ in _with_comments(split(sql, dialect), dialect)] == texts
