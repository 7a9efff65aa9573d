"""Whole files: comments, blank lines, terminators and client lines between statements."""

from __future__ import annotations

import pytest

from sqlgen.layout import format_script


def laid(text: str, dialect: str = "postgresql") -> str:
    result = format_script(text, dialect)
    assert result.notes == ()
    return result.text


def test_every_statement_begins_a_line_and_one_blank_line_is_the_most() -> None:
    assert laid("select 1;select 2;\nselect 3;\n\n\n\nselect 4") == "SELECT 1;\nSELECT 2;\nSELECT 3;\n\nSELECT 4\n"


def test_comments_stay_on_their_lines() -> None:
    text = "\n\n-- first\nselect 1; -- behind\n-- before\n\n/* on the line */ select 2;\n\n\n-- last"
    assert laid(text) == ("-- first\nSELECT 1; -- behind\n-- before\n\n/* on the line */ SELECT 2;\n\n-- last\n")


def test_a_semicolon_moves_to_its_statement_but_not_past_a_comment() -> None:
    assert laid("select 1 \n ;\nselect 2 -- two\n;") == "SELECT 1;\nSELECT 2 -- two\n;\n"


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgresql", "\\set ON_ERROR_STOP on\n\\echo 'select'\nSELECT 1 \\gset\n\\if :x\nSELECT 2;\n\\endif\n"),
        ("postgresql", "COPY t (a) FROM stdin;\nit's  data;\n\n\n\\.\nSELECT 1;\n"),
        ("mysql", "DELIMITER //\nCREATE TABLE t (\n    a int\n)//\nDELIMITER ;\nSELECT 1;\n"),
        ("sqlite", ".bail on\nSELECT 1\ngo\n.quit\n"),
        ("mssql", "SELECT 1\nGO\nSELECT 2\nGO\n"),
        ("mysql", "/*!40101 SET NAMES utf8mb4 */;\nSELECT 1;\n"),
        ("postgresql", ""),
        ("postgresql", "-- nothing\n"),
    ],
)
def test_client_lines_terminators_and_data_are_not_touched(dialect: str, text: str) -> None:
    assert laid(text, dialect) == text


def test_what_is_left_as_it_was_is_said_with_its_line() -> None:
    result = format_script("select 1;\n\nselec  2;\nselect 3;", "postgresql")
    assert result.text == "SELECT 1;\n\nselec  2;\nSELECT 3;\n"
    assert [str(note) for note in result.notes] == ["line 3 is left as it was: PostgreSQL's parser can't read it"]


def test_a_file_whose_tokens_would_change_is_left_as_it_was() -> None:
    # On a line of its own, sqlite3 would take the second statement for a command.
    result = format_script("select 1; .5", "sqlite")
    assert result.text == "select 1; .5"
    assert [str(note) for note in result.notes] == ["the file is left as it was: its tokens would change"]


def test_windows_line_ends_become_line_feeds_outside_of_tokens() -> None:
    assert laid("select 'a\r\nb';\r\n\r\nselect 2;\r\n") == "SELECT 'a\r\nb';\n\nSELECT 2;\n"


def test_a_byte_order_mark_goes() -> None:
    assert laid("\ufeffselect 1;") == "SELECT 1;\n"


def test_a_batch_keeps_its_lines_and_go_its_own() -> None:
    batch = "declare @n int\nselect @n = 1\nexec('drop table t')"
    result = format_script(f"{batch};\nGO\nselect  1\nGO 5\ncreate table t (a int)\nGO\n", "mssql")
    assert result.text == f"{batch};\nGO\nSELECT 1\nGO 5\nCREATE TABLE t (\n    a int\n)\nGO\n"
    assert [str(note) for note in result.notes] == ["line 1 is left as it was: it holds statements of its own"]


def test_oracle_slashes_stay_on_lines_of_their_own_and_blocks_as_they_are() -> None:
    block = "BEGIN\n  execute immediate 'drop table t';\nEND;\n/"
    text = f"SET DEFINE OFF\n{block}\nselect  1 from dual\n/\ndrop table  t;\n"
    assert format_script(text, "oracle").text == f"SET DEFINE OFF\n{block}\nSELECT 1 FROM dual\n/\nDROP TABLE t;\n"
