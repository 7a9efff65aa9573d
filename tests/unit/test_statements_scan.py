"""Traps in SQL text: what is a string, a comment, a name, a command, per dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _parser  # type: ignore[attr-defined]  # how Python itself reads a pattern
from typing import Any

import pytest

from sqlgen.statements import TokenKind, scan
from sqlgen.statements.scan import _lexer

K = TokenKind


def seen(text: str, dialect: str) -> list[tuple[str, str]]:
    """Every token but white space, as (kind, text)."""
    return [(token.kind.name, token.text) for token in scan(text, dialect) if token.kind is not K.SPACE]


def only(text: str, dialect: str) -> str:
    """The kind of a text that is one token."""
    tokens = scan(text, dialect)
    assert [token.text for token in tokens] == [text]
    return tokens[0].kind.name


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgresql", "'it''s'"),
        ("postgresql", r"'\'"),
        ("postgresql", r"E'\''"),
        ("postgresql", r"e'a\\\'b'"),
        ("postgresql", "E'a'\n  'b\\'c'"),
        ("postgresql", "'a' -- goes on\n\n 'b'"),
        ("postgresql", "U&'d\\0061t'"),
        ("postgresql", "x'1F'"),
        ("postgresql", "$$ it's; -- fine $$"),
        ("postgresql", "$tag$ $$ ; $other$ $tag$"),
        ("postgresql", "$用户$ ; $用户$"),
        ("mysql", r"'it\'s'"),
        ("mysql", r"'\\'"),
        ("mysql", '"a;b"'),
        ("mysql", "_utf8mb4'it''s'"),
        ("mysql", "N'x'"),
        ("mariadb", "X'4D7953514C'"),
        ("sqlite", r"'\'"),
        ("sqlite", "x'00'"),
        ("mssql", "N'it''s'"),
        ("oracle", "q'[it's; here]'"),
        ("oracle", "nq'!it's!'"),
        ("no such dialect", "'it''s'"),
    ],
)
def test_a_string_is_one_token_with_its_prefix(dialect: str, text: str) -> None:
    assert only(text, dialect) == "STRING"


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgresql", '"a""b"'),
        ("postgresql", 'U&"d\\0061t"'),
        ("mysql", "`a``b`"),
        ("sqlite", '"a""b"'),
        ("sqlite", "`a``b`"),
        ("sqlite", "[a b]"),
        ("mssql", "[a]]b]"),
    ],
)
def test_a_quoted_name_is_one_token(dialect: str, text: str) -> None:
    assert only(text, dialect) == "QUOTED"


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgresql", "/* a /* b */ ; */"),
        ("mssql", "/* a /* b */ ; */"),
        ("postgresql", "-- a ; \u2028 \v b"),
        ("mysql", "# a ; b"),
        ("mysql", "-- a ; b"),
        ("mysql", "--\tx"),
        ("mysql", "--"),
        ("mysql", "-- a\rDROP TABLE t"),
        ("mysql", "/*!50000 SELECT '*/' */"),
        ("mysql", "/*M!100100 SELECT 1 */"),
        ("mysql", "/*+ NO_INDEX(t) */"),
        ("sqlite", "-- a\rDROP TABLE t"),
    ],
)
def test_a_comment_is_one_token(dialect: str, text: str) -> None:
    assert only(text, dialect) == "COMMENT"


def test_a_bare_carriage_return_ends_a_comment_in_postgresql() -> None:
    assert seen("-- x\rDROP TABLE t", "postgresql")[:2] == [("COMMENT", "-- x"), ("WORD", "DROP")]


def test_two_dashes_are_no_comment_in_mysql_without_a_space_after_them() -> None:
    assert seen("SELECT 5--1", "mysql") == [
        ("WORD", "SELECT"),
        ("NUMBER", "5"),
        ("SYMBOL", "-"),
        ("SYMBOL", "-"),
        ("NUMBER", "1"),
    ]
    assert seen("SELECT 5--1", "postgresql")[-1] == ("COMMENT", "--1")


def test_mysql_skips_a_line_that_begins_with_dashes_where_a_statement_may_begin() -> None:
    assert seen("--x\nSELECT 1", "mysql")[0] == ("CLIENT", "--x")


def test_comments_nest_in_postgresql_but_not_in_mysql_or_sqlite() -> None:
    text = "/* a /* b */ c"
    assert seen(text, "postgresql") == [("UNCLOSED", text)]
    for dialect in ("mysql", "sqlite"):
        assert seen(text, dialect) == [("COMMENT", "/* a /* b */"), ("WORD", "c")]


def test_a_hash_is_an_operator_in_postgresql() -> None:
    assert seen("SELECT 1 #> 2", "postgresql")[2] == ("SYMBOL", "#>")


@pytest.mark.parametrize(
    ("text", "operators"),
    [
        ("a::int", ["::"]),
        ("a->>'b'", ["->>"]),
        ("a=-1", ["=", "-"]),
        ("a<>-1", ["<>", "-"]),
        ("a@-1", ["@-"]),
        ("a+-1", ["+", "-"]),
        ("a||/**/b", ["||"]),
        ("a=--1\n", ["="]),
        ("a<@b", ["<@"]),
        ("a[1:2]", ["[", ":", "]"]),
        ("f(a => 1)", ["(", "=>", ")"]),
        ("a != b", ["!="]),
        ("a ?| b", ["?|"]),
    ],
)
def test_postgresql_cuts_operators_as_its_lexer_does(text: str, operators: list[str]) -> None:
    assert [found for kind, found in seen(text, "postgresql") if kind == "SYMBOL"] == operators


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite", "mssql"])
@pytest.mark.parametrize("number", ["1", "1.5", ".5", "1e5", "1.5E-3", "0x1F"])
def test_a_number_is_one_token(dialect: str, number: str) -> None:
    assert seen(f"SELECT {number}", dialect)[1:] == [("NUMBER", number)]


def test_a_range_of_numbers_keeps_its_dots_apart() -> None:
    assert seen("1..10", "postgresql") == [("NUMBER", "1"), ("SYMBOL", ".."), ("NUMBER", "10")]


def test_a_name_may_begin_with_a_digit_in_mysql() -> None:
    assert only("2fa_codes", "mysql") == "WORD"


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite", "mssql", "oracle"])
@pytest.mark.parametrize("name", ["用户", "été", "a\u00a0b", "𠮷", "\u3000"])
def test_every_character_beyond_ascii_is_part_of_a_name(dialect: str, name: str) -> None:
    assert only(name, dialect) == "WORD"


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite"])
def test_a_byte_order_mark_is_white_space_at_the_start_only(dialect: str) -> None:
    assert [token.kind for token in scan("\ufeffa\ufeff", dialect)] == [K.SPACE, K.WORD]


def test_a_vertical_tab_is_white_space_in_mysql_and_kept_as_a_symbol_elsewhere() -> None:
    assert scan("a\vb", "mysql")[1].kind is K.SPACE
    assert scan("a\vb", "postgresql")[1].kind is K.SYMBOL
    assert scan("a\vb", "sqlite")[1].kind is K.SYMBOL


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgresql", "'a"),
        ("postgresql", r"E'a\'"),
        ("postgresql", "$$ a $x$"),
        ("postgresql", "/* a /* b */"),
        ("mysql", r"'a\'"),
        ("mysql", "`a"),
        ("mysql", "/*! 'a */"),
        ("sqlite", "[a"),
        ("sqlite", "/* a"),
    ],
)
def test_what_does_not_end_is_unclosed_up_to_the_end(dialect: str, text: str) -> None:
    assert only(text + ";\nSELECT 1", dialect) == "UNCLOSED"


def test_psql_takes_a_backslash_outside_quotes_for_a_command_to_the_end_of_the_line() -> None:
    text = "\\set ON_ERROR_STOP on\nSELECT 1 \\gset x_\nSELECT '\\! in a string';"
    assert [found for kind, found in seen(text, "postgresql") if kind == "CLIENT"] == [
        "\\set ON_ERROR_STOP on",
        "\\gset x_",
    ]


def test_sqlite_takes_dot_commands_only_at_the_start_of_a_line_before_a_statement() -> None:
    assert seen(".bail on\nSELECT 1;\n.quit", "sqlite")[0] == ("CLIENT", ".bail on")
    assert ("CLIENT", ".shell x") not in seen("SELECT 1\n.shell x", "sqlite")
    assert ("CLIENT", ".shell x") not in seen("  .shell x", "sqlite")
    assert seen("-- a comment\n.shell x", "sqlite")[1] == ("CLIENT", ".shell x")


def test_sqlite_and_sqlcmd_end_a_statement_at_a_line_that_says_go() -> None:
    assert seen("SELECT 1\n go \nSELECT 2", "sqlite")[2] == ("TERMINATOR", " go ")
    assert seen("SELECT 1\nGO 5\nSELECT 2", "mssql")[2] == ("TERMINATOR", "GO 5")
    assert seen("SELECT go\nFROM t", "sqlite")[1] == ("WORD", "go")
    assert seen("BEGIN NULL; END;\n/\nSELECT 1", "oracle")[5] == ("TERMINATOR", "/")


def test_mysql_finds_its_delimiter_even_inside_what_would_be_a_word() -> None:
    text = "DELIMITER $$\nBEGIN SELECT 1; END$$\nDELIMITER ;\nSELECT 2;"
    assert seen(text, "mysql") == [
        ("CLIENT", "DELIMITER $$"),
        ("WORD", "BEGIN"),
        ("WORD", "SELECT"),
        ("NUMBER", "1"),
        ("SYMBOL", ";"),
        ("WORD", "END"),
        ("TERMINATOR", "$$"),
        ("CLIENT", "DELIMITER ;"),
        ("WORD", "SELECT"),
        ("NUMBER", "2"),
        ("TERMINATOR", ";"),
    ]


def test_copy_data_is_the_clients_until_its_end_mark() -> None:
    text = "COPY t (a) FROM stdin;\nit's data; -- all of it\n\\.\nSELECT 1;"
    tokens = seen(text, "postgresql")
    assert ("CLIENT", "it's data; -- all of it\n\\.\n") in tokens
    assert tokens[-3:] == [("WORD", "SELECT"), ("NUMBER", "1"), ("TERMINATOR", ";")]


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite", "mssql", "oracle"])
@pytest.mark.parametrize("delimiter", [None, "$$"])
def test_no_possessive_group_can_go_back_inside(dialect: str, delimiter: str | None) -> None:
    """Python 3.11.2 loses its place there (cpython gh-106052), and a script is cut where the server does not cut it."""
    lexer = _lexer(dialect, delimiter)
    for pattern in (lexer.start.pattern, lexer.inside.pattern):
        assert [*going_back(_parser.parse(pattern, re.DOTALL))] == []
    broken = _parser.parse(r"(?:(?!--)[-+])*+", re.DOTALL)
    assert [*going_back(broken)] != []


def going_back(pattern: Any, possessive: bool = False) -> Iterator[object]:
    """What stands in a possessive group of more than one character, and may have to go back."""
    for operation, argument in pattern:
        name = str(operation)
        if possessive and (name in ("ASSERT", "ASSERT_NOT", "MAX_REPEAT", "MIN_REPEAT") or not fixed(name, argument)):
            yield operation, argument
        for inner in parts(argument):
            yield from going_back(
                inner, possessive=name == "POSSESSIVE_REPEAT" or (possessive and name != "ATOMIC_GROUP")
            )


def fixed(name: str, argument: Any) -> bool:
    """Whether a choice is between texts of one length, such as a doubled quote and an escaped character."""
    return name != "BRANCH" or {each.getwidth() for each in argument[1]} == {(2, 2)}


def parts(argument: Any) -> Iterator[Any]:
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, list | tuple):
        for each in argument:
            yield from parts(each)
