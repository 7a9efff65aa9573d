"""Files that are no SQL, or too much of it: a finding or an error that says where, never a crash or a clean pass."""

from __future__ import annotations

import resource
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from sqlgen.cli.sql_files import read_sql
from sqlgen.errors import UsageError
from sqlgen.facts.vocabulary import Delete, Insert, Name, Update
from sqlgen.layout import format_script
from sqlgen.lint.book import Book, load
from sqlgen.lint.finding import Finding
from sqlgen.linting import lint_file, read_file
from sqlgen.settings import Settings
from tests.unit.opaque import Unread

DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle")


@pytest.fixture(scope="module")
def rules() -> Book:
    return load(["standard"], root=Path())


def lint(text: str, dialect: str, rules: Book) -> list[Finding]:
    return lint_file(text, "a.sql", rules, Settings(), dialect, today=date(2026, 1, 1))[1]


# ---- bytes


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("DROP TABLE t; -- é\n".encode("latin-1"), "a.sql:1:18 is not UTF-8"),
        (b"SELECT 1;\n-- \xc3\xa4\xff\n", "a.sql:2:5 is not UTF-8"),
        (b"\xef\xbb\xbf-- \xff\n", "a.sql:1:4 is not UTF-8"),
        (b"SELECT '\xed\xa0\x80';", "a.sql:1:9 is not UTF-8"),
        ("DROP TABLE t;\n".encode("utf-16"), "a.sql is UTF-16, not UTF-8"),
        ("﻿DROP TABLE t;\n".encode("utf-16-be"), "a.sql is UTF-16, not UTF-8"),
        ("DROP TABLE t;\n".encode("utf-16-le"), "a.sql is UTF-16, not UTF-8"),
        ("DROP TABLE t;\n".encode("utf-16-be"), "a.sql is UTF-16, not UTF-8"),
    ],
)
def test_a_file_that_is_not_utf_8_is_refused_with_its_place(
    data: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.sql").write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_sql("a.sql")
    assert str(caught.value.message) == message


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfDROP TABLE t;\n", b"DROP TABLE t;\r\n", b"DROP TABLE t;", b"", b"\n"])
def test_a_mark_at_the_beginning_and_windows_lines_are_no_error(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.sql").write_bytes(data)
    assert read_sql("a.sql") == data.decode("utf-8-sig")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("nul", ["SELECT 1\0", "SELECT '\0'", "DROP\0TABLE t", "\0"])
def test_a_nul_is_never_passed_over(nul: str, dialect: str, rules: Book) -> None:
    found = lint(f"SELECT 2;\n{nul};\n", dialect, rules)
    assert [(one.rule, one.line) for one in found][:1] == [("unparsed-statement", 2)]
    assert "NUL" in str(found[0].message)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_windows_lines_change_no_finding(dialect: str, rules: Book) -> None:
    text = "CREATE TABLE t (\n  a int\n);\n\nDROP TABLE u;\n"
    unix, windows = lint(text, dialect, rules), lint(text.replace("\n", "\r\n"), dialect, rules)
    assert [(one.rule, one.line, one.column) for one in windows] == [(one.rule, one.line, one.column) for one in unix]


# ---- what is not closed, what nests, what is long


@dataclass(frozen=True, slots=True)
class Bad:
    """A text, and where the finding that it can't be read stands; None: it may be read."""

    sql: str
    line: int | None = None
    dialects: tuple[str, ...] = DIALECTS


def bad(size: int) -> dict[str, Bad]:
    """By name; `size` is how much of it there is."""
    words, ours = range(size), ("mysql", "mariadb", "sqlite")
    return {
        "a quote": Bad("SELECT 1;\nINSERT INTO t VALUES (1,\n 'a);\nDROP TABLE u;\n" + "x\n" * size, 2),
        "a comment": Bad("SELECT 1;\n\n/* a\nDROP TABLE u;\n" + "x\n" * size, 3),
        "comments": Bad("/*" * size, 1),
        "quotes": Bad("'" * (2 * size + 1), 1),
        "a dollar quote": Bad("SELECT 1;\nDO $$ BEGIN\n" + "DROP TABLE t;\n" * size, 2, ("postgresql",)),
        "dollar quotes": Bad("SELECT " + " ".join(f"$t{n}$" for n in words), 1, ("postgresql",)),
        "a parenthesis": Bad("SELECT " + "(" * size, 1, ("postgresql",)),
        "parentheses": Bad(f"SELECT {'(' * size}1{')' * size};"),
        "concatenation": Bad(f"UPDATE t SET a = {' || '.join(['b'] * size)};"),
        "ANDs": Bad(f"DELETE FROM t WHERE {' AND '.join(f'a{n} = {n}' for n in words)};"),
        "NOTs": Bad(f"SELECT {'NOT ' * size}1;"),
        "operators": Bad(f"SELECT 1 {'+' * size} 1;"),
        "cases": Bad(f"SELECT {'CASE WHEN 1 THEN ' * size}1{' END' * size};"),
        "sub-queries": Bad(f"SELECT * FROM {'(SELECT * FROM ' * size}t{') x' * size};"),
        "unions": Bad(" UNION ALL ".join(["SELECT 1"] * size)),
        "joins": Bad(f"SELECT 1 FROM a {' '.join(f'JOIN a{n} ON 1 = 1' for n in words)};"),
        "blocks": Bad(f"DO $$ BEGIN {'BEGIN ' * size}DROP TABLE t; {'END; ' * size}END $$;", None, ("postgresql",)),
        "ifs": Bad(
            f"DO $$ BEGIN {'IF a() THEN ' * size}DROP TABLE t;{' END IF;' * size} END $$;", None, ("postgresql",)
        ),
        "begins": Bad(f"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN {'BEGIN ' * size}", None),
        "arrays": Bad(f"SELECT {'ARRAY[' * size}1{']' * size};", None, ("postgresql",)),
        "a long name": Bad(f"SELECT {'.'.join(['a'] * size)};"),
        "columns": Bad(f"CREATE TABLE t ({', '.join(f'c{n} varchar(3) NOT NULL' for n in words)});"),
        "added columns": Bad(f"ALTER TABLE t {', '.join(f'ADD COLUMN c{n} int' for n in words)};", None, ours[:2]),
        "values": Bad(f"INSERT INTO t VALUES {', '.join(f'({n}, NULL)' for n in words)};"),
        "a list": Bad(f"DELETE FROM t WHERE a IN ({', '.join(map(str, words))});"),
        "a long text": Bad(f"INSERT INTO t VALUES ('{'x' * 10 * size}');"),
        "semicolons": Bad(";" * size),
        "backslashes": Bad("\\" * size),
        "spaces": Bad(" " * size),
        "statements": Bad("INSERT INTO t (a, b) VALUES (1, 'it''s; x');\n" * size),
        "rows": Bad("COPY t (a, b) FROM stdin;\n" + "1\tx; it's :a\n" * size + "\\.\n", None, ("postgresql",)),
        "executable comments": Bad("/*!" * size, 1, ("mysql", "mariadb")),
        "another dialect": Bad(
            "ALTER TABLE `t` MODIFY COLUMN `a` INT NOT NULL AFTER `b`;\nSELECT TOP 10 * FROM [dbo].[t]\nGO\n"
            "BEGIN DBMS_OUTPUT.PUT_LINE('x'); END;\n/\nPRAGMA foreign_keys = OFF;\n"
            "CREATE INDEX CONCURRENTLY i ON t (a);\n" * max(1, size // 100)
        ),
    }


SMALL = 600


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", bad(1))
def test_whatever_is_in_a_file_it_is_judged_and_laid_out(name: str, dialect: str, rules: Book) -> None:
    case = bad(SMALL)[name]
    found = lint(case.sql, dialect, rules)
    if case.line is not None and dialect in case.dialects:
        unread = [one for one in found if one.rule == "unparsed-statement"]
        assert [one.line for one in unread] == [case.line]
        assert all(len(str(one.message)) < 400 for one in unread), "a finding is no place for a file"
    assert format_script(case.sql, dialect).text.split() != [] or not case.sql.split()


def test_what_is_not_closed_says_where_it_opens(rules: Book) -> None:
    (item,) = read_file("INSERT INTO t\nVALUES (1,\n  'a);\n", "a.sql", "mysql").items
    assert item.facts == (Unread("a quote or a comment in it is not closed: it opens in line 3 of it"),)


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite"])
def test_what_is_only_long_is_read(dialect: str) -> None:
    cases = bad(5_000)
    (item,) = read_file(cases["values"].sql, "a.sql", dialect).items
    assert item.facts == (Insert(Name("t"), 5_000),)
    for name in ("ANDs", "a list"):
        (item,) = read_file(cases[name].sql, "a.sql", dialect).items
        assert [type(fact) for fact in item.facts] == [Delete], name
    (item,) = read_file(bad(500)["concatenation"].sql, "a.sql", dialect).items
    assert item.facts == (Update(Name("t"), False, ("a",)),) or dialect == "postgresql"


def test_rows_of_a_dump_are_no_statements(rules: Book) -> None:
    sql = "COPY t (a) FROM stdin;\nDROP TABLE u;\n\\! rm\n:x 'open\n\\.\n\nDROP TABLE v;\n"
    items = read_file(sql, "a.sql", "postgresql").items
    assert [item.statement.text for item in items] == ["COPY t (a) FROM stdin", "DROP TABLE v"]
    assert {one.line for one in lint(sql, "postgresql", rules)} == {7}


@pytest.mark.parametrize(
    ("sql", "dialect", "line"),
    [
        ("\\! ls\n", "postgresql", 1),
        ("SELECT 1;\n\n-- so\n\\! ls\n", "postgresql", 4),
        ("COPY t (a) FROM stdin;\n1\n\\.\n\\! ls\n", "postgresql", 4),
        ("SELECT 1;\nsource x.sql\n", "mysql", 2),
        (".shell ls\n", "sqlite", 1),
    ],
)
def test_a_command_for_the_client_behind_all_statements_is_found(
    sql: str, dialect: str, line: int, rules: Book
) -> None:
    found = [one for one in lint(sql, dialect, rules) if one.rule == "client-metacommand"]
    assert [one.line for one in found] == [line]


# ---- real sizes


_LIMIT_BYTES = 1_500_000_000


def _run(command: str, dialect: str, file: Path) -> subprocess.CompletedProcess[str]:
    """`sqlgen lint` or `format --check` of a file, in a process with bounded memory: a crash is an exit code."""
    words = [sys.executable, "-P", "-m", "sqlgen", command, str(file), "--dialect", dialect]
    return subprocess.run(
        [*words, *(["--check"] if command == "format" else [])],
        capture_output=True,
        text=True,
        timeout=600,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_LIMIT_BYTES, _LIMIT_BYTES)),
    )


@pytest.mark.deep
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", bad(1))
def test_much_of_it_ends_no_process(name: str, dialect: str, tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text(bad(20_000)[name].sql, encoding="utf-8")
    for command in ("lint", "format"):
        done = _run(command, dialect, file)
        assert done.returncode in (0, 1), done.stderr[-500:]
        assert "Traceback" not in done.stderr


DUMPS = {
    "INSERTs": ("INSERT INTO t (id, name, note) VALUES (%d, 'name %d', 'it''s; text');\n", 1, ""),
    "long INSERTs": ("INSERT INTO t VALUES %s;\n", 20_000, ""),
    "rows": ("%d\tname %d\tit's; text\n", 1, "COPY t (id, name, note) FROM stdin;\n"),
    "one list": ("DELETE FROM t WHERE id IN (%s);\n", 1_200_000, ""),
}


@pytest.mark.deep
@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite"])
@pytest.mark.parametrize("name", DUMPS)
def test_a_dump_of_fifty_megabytes_is_linted(name: str, dialect: str, tmp_path: Path) -> None:
    if name == "rows" and dialect != "postgresql":
        pytest.skip("COPY is PostgreSQL's")
    line, each, head = DUMPS[name]
    file = tmp_path / "dump.sql"
    with file.open("w", encoding="utf-8") as out:
        out.write(head)
        number = 0
        while out.tell() < 50_000_000:
            if "%s" in line:
                row = "(%d, 'x')" if "VALUES" in line else "%d"
                out.write(line % ", ".join(row % n for n in range(number, number + each)))
            else:
                out.write(line % (number, number))
            number += each
            if each > 1_000_000:
                break
        out.write("\\.\n" if head else "")
    done = _run("lint", dialect, file)
    assert done.returncode in (0, 1), done.stderr[-500:]
