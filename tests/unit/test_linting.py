"""What is common to linting a file and a range: nothing that runs is passed over."""

from __future__ import annotations

import pytest

from sqlgen.facts.vocabulary import Delete, DropTable, Fact, Name, Select
from sqlgen.linting import read_file
from sqlgen.statements import split
from sqlgen.steps import _with_comments


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
@pytest.mark.parametrize(
    ("sql", "line", "facts"),
    [
        ("/*!50000 DROP TABLE x */;\nSELECT 1;", 1, (DropTable(Name("x")),)),
        ("SELECT 1;\n\n/*! DROP TABLE x */;\n", 3, (DropTable(Name("x")),)),
        ("SELECT 1;\n/*! DROP\nTABLE x */", 2, (DropTable(Name("x")),)),
        ("DELETE FROM x /*! WHERE\n a = 1 */;", 1, (Delete(Name("x"), where=True, condition="a = 1"),)),
    ],
)
def test_a_comment_that_the_server_runs_is_read_as_it_runs_it(
    sql: str, line: int, facts: tuple[Fact, ...], dialect: str
) -> None:
    items = read_file(sql, "a.sql", dialect).items
    found = next(item for item in items if item.facts == facts)
    assert found.place is not None
    assert found.place.line == line
    assert "".join(one.statement.leading + one.sql + one.statement.terminator for one in items) in sql


def test_a_comment_of_a_server_that_there_is_not_is_none() -> None:
    assert [item.facts for item in read_file("SELECT 1;\n/*M! DROP TABLE x */", "a.sql", "mysql").items] == [
        (Select(),)
    ]
    for text in ("/*!50701 DROP TABLE x */", "/*M!999999\\- enable the sandbox mode */"):
        assert read_file(text, "a.sql", "mariadb").items == ()


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
