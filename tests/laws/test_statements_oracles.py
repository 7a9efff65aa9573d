"""Our scanner agrees with the engines' own: libpg_query's lexer, and SQLite's test for a complete statement."""

from __future__ import annotations

import sqlite3

import postgast
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sqlgen.statements import TokenKind, scan, split

SHARED = (
    *("'", "'", '"', "''", "$$", "$a$", "$1", "E'", "U&'", "x'", "B'", "\\'", "\\"),
    *("/*", "*/", "--", "-- ", "\n", "\n", "\r", "\t", "\f", " ", " ", "\u00a0", "用户"),
    *("(", ")", ",", ".", ":", "::", ":=", "..", "+", "-", "*", "/", "<", ">", "=", "@", "!", "|", "%", "?", "~", "#"),
    *("a", "b1", "_c", "SELECT", "1", "2.5", "1e5", "0x1F", ".5", "[", "]"),
)
words = st.lists(st.sampled_from(SHARED), max_size=25).map("".join)


@settings(deadline=None)
@given(words)
@example("E'a'\n'\\''")
@example("a<@-1+-2=-3")
def test_tokens_begin_and_end_where_postgresqls_own_lexer_says(text: str) -> None:
    try:
        theirs = postgast.scan(text).tokens
    except postgast.PgQueryError:
        assume(False)
    ours = scan(text, "postgresql")
    assume(all(token.kind is not TokenKind.CLIENT for token in ours))  # a backslash outside quotes is psql's
    edges, offset = [], 0
    for token in ours:
        length = len(token.text.encode())
        if token.kind is not TokenKind.SPACE:
            edges.append((offset, offset + length))
        offset += length
    assert edges == [(token.start, token.end) for token in theirs]


TRIGGER = (
    *("CREATE ", "TEMP ", "TRIGGER ", "TABLE ", "BEGIN ", "END", " END ", ";", ";", "; ", "SELECT 1", "EXPLAIN "),
    *("'", '"', "`", "[", "]", "/*", "*/", "-- ", "\n", " ", "x", "CASE ", "#", "1"),
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(TRIGGER), max_size=20).map("".join))
@example("CREATE TRIGGER t BEGIN SELECT 1; END;")
@example("CREATE TRIGGER t BEGIN SELECT 1; END; SELECT 1")
def test_a_script_is_complete_where_sqlite_says_so(text: str) -> None:
    tokens = scan(text, "sqlite")
    assume(all(token.kind is not TokenKind.CLIENT for token in tokens))
    real = [one for one in split(text, "sqlite") if one.text]
    assume(real and tokens[-1].kind is not TokenKind.UNCLOSED)
    assert bool(real[-1].terminator) == sqlite3.complete_statement(text)
