"""Scanning loses nothing, splitting loses nothing, and positions point at the statement."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sqlgen.statements import TokenKind, scan, split

DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle", "no such dialect")

PIECES = (
    *("'", '"', "`", "[", "]", "\\", "$$", "$a$", "$1", "E'", "U&'", "N'", "_utf8'", "q'["),
    *(
        "/*",
        "*/",
        "/*!",
        "--",
        "-- ",
        "#",
        "\n",
        "\r",
        "\r\n",
        "\0",
        "\v",
        "\f",
        "\t",
        " ",
        "\u00a0",
        "\u2028",
        "\ufeff",
    ),
    *(";", ";;", "(", ")", ",", ".", ":", "::", ":=", "+", "-", "*", "/", "<", ">", "=", "@", "!", "|", "%", "?", "~"),
    *("BEGIN", "END", "CASE", "IF", "LOOP", "CREATE", "TRIGGER", "PROCEDURE", "FUNCTION", "OR", "REPLACE", "NOT"),
    *("SELECT", "COPY", "FROM", "STDIN", "DELIMITER", "DELIMITER //", "//", "go", "\\g", "\\!", "\\.", ".shell", "1e5"),
    *("0x1F", "1.5", "1..2", "été", "用户", "𠮷", "\ud800", "a", "_", "x'"),
)
sql = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.text(st.characters(codec=None), max_size=60),
)
dialects = st.sampled_from(DIALECTS)


@settings(deadline=None)
@given(sql, dialects)
@example("\ufeff\ufeff;", "sqlite")
def test_joining_the_tokens_gives_the_text_back(text: str, dialect: str) -> None:
    assert "".join(token.text for token in scan(text, dialect)) == text


@settings(deadline=None)
@given(sql, dialects)
def test_no_token_is_empty_and_only_the_last_can_be_unclosed(text: str, dialect: str) -> None:
    tokens = scan(text, dialect)
    assert all(token.text for token in tokens)
    assert all(token.kind is not TokenKind.UNCLOSED for token in tokens[:-1])


@settings(deadline=None)
@given(sql, dialects)
def test_joining_the_statements_gives_the_script_back(text: str, dialect: str) -> None:
    statements = split(text, dialect)
    assert "".join(one.leading + one.text + one.terminator for one in statements) == text
    assert all(one.text for one in statements[:-1])
    assert all("".join(token.text for token in one.tokens) == one.text for one in statements)


@settings(deadline=None)
@given(sql, dialects)
def test_positions_point_at_the_statement(text: str, dialect: str) -> None:
    for one in split(text, dialect):
        before = text[: one.offset]
        assert text.startswith(one.text, one.offset)
        assert one.line == before.count("\n") + 1
        assert one.column == len(before) - (before.rfind("\n") + 1) + 1


@settings(deadline=None)
@given(sql, dialects)
def test_a_statement_begins_and_ends_with_something_that_counts(text: str, dialect: str) -> None:
    around = (TokenKind.SPACE, TokenKind.COMMENT, TokenKind.CLIENT)
    for one in split(text, dialect):
        if one.tokens:
            assert one.tokens[0].kind not in (*around, TokenKind.TERMINATOR)
            assert one.tokens[-1].kind not in around


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "piece",
    ["'", '"', "/*", "/*!", "$a$ ", "$a", "<", "+-", "-+", "--\n", "(", "''", "E'\\", "a", "\\", "1e", "BEGIN ", "'\n"],
)
def test_the_cost_is_linear_even_for_text_made_to_be_slow(dialect: str, piece: str) -> None:
    # 60,000 characters: a scanner that looks again at what it has seen would need a minute, not a tenth of a second.
    text = "SELECT 1 " + piece * (60_000 // len(piece))
    begun = perf_counter()
    assert "".join(token.text for token in scan(text, dialect)) == text
    assert perf_counter() - begun < 10
