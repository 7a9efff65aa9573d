"""Laying out changes nothing but the layout, and doing it twice gives what doing it once gave."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sqlgen.layout import format_script, layout
from sqlgen.statements import TokenKind, scan, split

DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle", "no such dialect")

PIECES = (
    *("CREATE", "TABLE", "t", "(", ")", "(", ")", ",", ",", "id", "int", "not null", "primary key", "check"),
    *("ALTER TABLE", "add", "column", "drop", "constraint", "references", "on delete", "cascade", "type", "name"),
    *("SELECT", "select", "from", "where", "and", "or", "between", "case", "when", "then", "else", "end", "as", "."),
    *("insert into", "values", "update", "set", "delete", "with", "join", "left", "using", "order by", "desc", "="),
    *("create view", "create index", "create function", "returns", "language", "if", "not", "exists", "begin"),
    *("'text'", "'it''s'", "'a\\'", "E'a\\'b'", '"Quoted"', "`b`", "[c d]", "$$ a;\n b $$", "1", "1.5", "用户", "𠮷"),
    *("-- comment\n", "-- other\n", "# hash\n", "/* block */", "/* two\n lines */", "/*! hint */", "\n", "\n\n", "\r"),
    *(";", ";", "::", "||", "a_rather_long_name_that_helps_to_make_lines_longer_than_they_may_be", "-1", "@x", ":x"),
)
glue = st.sampled_from([" ", " ", " ", "\n", "", "\t", "\n  ", "\r\n"])
HEADS = (
    *(
        "create table t (",
        "create table if not exists s.t (",
        "alter table t ",
        "alter table only t add ",
        "select ",
        "",
    ),
    *("insert into t ", "insert into t values (", "update t set ", "delete from t where ", "with x as (", "/* x */ "),
    *(
        "create view v as ",
        "create index i on t (",
        "create function f() returns trigger ",
        "-- about\n",
        "alter table t\n",
    ),
)
ENDS = (";", ";\n", ";\n\n\n", " ;", "", " -- end\n;")


def balanced(head: str, parts: list[tuple[str, str]], end: str) -> str:
    """A statement whose parentheses match, so that there is something to lay out."""
    text, depth = [head], head.count("(") - head.count(")")
    for piece, space in parts:
        if piece in ("(", ")"):
            if piece == ")" and depth == 0:
                continue
            depth += 1 if piece == "(" else -1
        text += (piece, space)
    return "".join(text) + ")" * depth + end


parts = st.lists(st.tuples(st.sampled_from(PIECES), glue), max_size=40)
shaped = st.builds(balanced, st.sampled_from(HEADS), parts, st.sampled_from(ENDS))
loose = parts.map(lambda pairs: "".join(piece + space for piece, space in pairs))
sql = shaped | shaped | st.builds(str.__add__, shaped, shaped) | loose
dialects = st.sampled_from(DIALECTS)


def bare(text: str, dialect: str) -> list[tuple[TokenKind, str]]:
    """What counts: every token but white space, words without their case."""
    return [
        (token.kind, token.text.upper() if token.kind is TokenKind.WORD else token.text)
        for token in scan(text, dialect)
        if token.kind is not TokenKind.SPACE
    ]


@settings(deadline=None)
@given(sql, dialects)
def test_a_statement_keeps_its_tokens(text: str, dialect: str) -> None:
    for statement in split(text, dialect):
        laid = layout(statement, dialect)
        assert bare(laid.text, dialect) == bare(statement.text, dialect)
        assert "".join(token.text for token in laid.tokens) == laid.text
        assert laid.note is None or laid.text == statement.text


@settings(deadline=None)
@given(sql, dialects)
@example("select 1 -- a\n/* b */ , 2", "mysql")
def test_a_statement_laid_out_twice_is_as_laid_out_once(text: str, dialect: str) -> None:
    for statement in split(text, dialect):
        once = layout(statement, dialect)
        if once.note is None and once.text:
            (again,) = split(once.text, dialect)[:1]
            assert layout(again, dialect).text == once.text


@settings(deadline=None)
@given(sql, dialects)
def test_a_script_keeps_its_tokens_and_its_statements(text: str, dialect: str) -> None:
    laid = format_script(text, dialect)
    assert bare(laid.text, dialect) == bare(text, dialect)
    before = [one for one in split(text, dialect) if one.text]
    after = [one for one in split(laid.text, dialect) if one.text]
    assert [bare(one.text, dialect) for one in after] == [bare(one.text, dialect) for one in before]
    assert [one.terminator.strip() for one in after] == [one.terminator.strip() for one in before]


@settings(deadline=None)
@given(sql, dialects)
def test_a_script_laid_out_twice_is_as_laid_out_once(text: str, dialect: str) -> None:
    once = format_script(text, dialect).text
    assert format_script(once, dialect).text == once


@settings(deadline=None)
@given(st.text(st.characters(codec=None), max_size=80), dialects)
def test_any_text_at_all_keeps_its_tokens(text: str, dialect: str) -> None:
    assert bare(format_script(text, dialect).text, dialect) == bare(text, dialect)
