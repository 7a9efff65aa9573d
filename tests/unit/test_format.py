"""`sqlgen format` on files as they lie in repositories: all or nothing, line ends kept, the same again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sqlgen.cli.main import main

UGLY = "select  1 ;\n\n\n\nupdate orders set a=1,b=2 where id=3;\n"


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "sqlgen.toml").write_text('dialect = "postgresql"\n')
    return tmp_path


@pytest.fixture
def run(here: Path, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: str) -> Done:
        code = main(["format", *arguments])
        shown = capsys.readouterr()
        return Done(code, shown.out, shown.err)

    return call


def laid(here: Path, run, text: str) -> str:
    (here / "x.sql").write_text(text, newline="")
    assert run("-q", "x.sql").code == 0
    return (here / "x.sql").read_bytes().decode()


def test_a_file_is_laid_out_in_place_and_a_second_run_finds_nothing_to_do(here: Path, run) -> None:
    (here / "a.sql").write_text(UGLY)
    done = run("a.sql")
    assert (done.code, done.out, done.err) == (0, "", "a.sql formatted\n")
    once = (here / "a.sql").read_text()
    assert once != UGLY
    again = run("a.sql")
    assert (again.code, again.out, again.err) == (0, "", "")
    assert (here / "a.sql").read_text() == once


def test_check_writes_nothing_and_exits_with_1(here: Path, run) -> None:
    (here / "a.sql").write_text(UGLY)
    done = run("--check", "a.sql")
    assert (done.code, done.out, done.err) == (1, "", "a.sql would be formatted\n")
    assert (here / "a.sql").read_text() == UGLY
    assert run("a.sql").code == 0
    assert run("--check", "a.sql").code == 0


def test_the_diff_can_be_applied_by_patch(here: Path, run) -> None:
    (here / "a.sql").write_text(UGLY.removesuffix("\n") + "\n-- \u2028 no end")
    done = run("--diff", "a.sql")
    assert done.code == 1
    expected = laid(here, run, (here / "a.sql").read_text())
    subprocess.run(["git", "apply", "--unsafe-paths", "-p0"], cwd=here, input=done.out.encode(), check=True)
    assert (here / "a.sql").read_text() == expected
    assert run("--diff", "a.sql") == Done(0, "", "")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_line_ends_and_the_byte_order_mark_stay_as_they_are(here: Path, run, mark: bytes, end: bytes) -> None:
    text = UGLY + "insert into t values ('two\nlines');\n-- 商店\n"
    (here / "a.sql").write_bytes(mark + text.encode().replace(b"\n", end))
    assert run("a.sql").code == 0
    expected = laid(here, run, text).encode()
    assert b"'two\nlines'" in expected
    assert (here / "a.sql").read_bytes() == mark + expected.replace(b"\n", end)
    assert run("--check", "a.sql").code == 0


def test_a_value_with_the_other_line_end_keeps_it(here: Path, run) -> None:
    (here / "a.sql").write_bytes(b"select  'a\r\nb';\nselect  'c\nd';\n")
    assert run("a.sql").code == 0
    assert (here / "a.sql").read_bytes() == b"SELECT 'a\r\nb';\nSELECT 'c\nd';\n"


def test_a_folder_stands_for_the_sql_files_below_it(here: Path, run) -> None:
    for name in ("sql/b.sql", "sql/deep/a.sql", "sql/.hidden/c.sql", "sql/venv/d.sql", "sql/e.txt"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(UGLY)
    done = run("sql", "sql/b.sql")
    assert done.err.splitlines() == ["sql/b.sql formatted", "sql/deep/a.sql formatted"]
    (here / "empty").mkdir()
    assert "there is no .sql file in empty" in run("empty").err


@pytest.mark.parametrize("bad", ["gone.sql", "utf16.sql", "latin1.sql", "x.py"])
def test_one_file_that_can_not_be_read_leaves_the_others_as_they_were(here: Path, run, bad: str) -> None:
    (here / "a.sql").write_text(UGLY)
    (here / "utf16.sql").write_bytes("select 1;".encode("utf-16"))
    (here / "latin1.sql").write_bytes(b"select '\xe9';\n")
    (here / "x.py").write_text("")
    assert run("a.sql", bad).code == 2
    assert (here / "a.sql").read_text() == UGLY


def test_one_file_that_can_not_be_written_leaves_the_others_as_they_were(
    here: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "a.sql").write_text(UGLY)
    (here / "b.sql").write_text(UGLY)
    real = __import__("os").access
    monkeypatch.setattr("os.access", lambda path, mode: Path(path).name != "b.sql" and real(path, mode))  # root may all
    done = run("a.sql", "b.sql")
    assert done.code == 2
    assert "b.sql can't be written" in done.err
    assert (here / "a.sql").read_text() == UGLY
    assert sorted(path.name for path in here.glob("*.sql*")) == ["a.sql", "b.sql"]


def test_a_statement_that_can_not_be_proven_unchanged_stays_and_is_told(here: Path, run) -> None:
    text = "select 1;\nselect 'never ends;\n"
    (here / "a.sql").write_text(text)
    done = run("a.sql")
    assert done.code == 0
    assert "left as it was" in done.err
    assert (here / "a.sql").read_text().endswith("select 'never ends;\n")
    (here / "a.sql").write_text(text)
    assert run("-q", "a.sql").err == ""


def test_the_dialect_is_that_of_the_settings_beside_the_file(here: Path, run) -> None:
    for name, dialect, sql in (("one", "mysql", "select  `a`;\n"), ("two", "mssql", "select  [a]\nGO\n")):
        (here / name).mkdir()
        (here / name / "sqlgen.toml").write_text(f'dialect = "{dialect}"\n')
        (here / name / "x.sql").write_text(sql)
    assert run("-q", "one/x.sql", "two/x.sql").code == 0
    assert (here / "one" / "x.sql").read_text() == "SELECT `a`;\n"
    assert "SELECT [a]" in (here / "two" / "x.sql").read_text()


def test_without_a_dialect_nothing_is_guessed(here: Path, run) -> None:
    (here / "sqlgen.toml").unlink()
    (here / "a.sql").write_text(UGLY)
    done = run("a.sql")
    assert (done.code, "which database is the SQL for?" in done.err) == (2, True)


def formatted(here: Path, data: bytes, arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "sqlgen", "format", *arguments]
    return subprocess.run(command, cwd=here, input=data, capture_output=True)


def test_stdin_goes_to_stdout_with_its_line_ends(here: Path) -> None:
    done = formatted(here, b"select  1;\r\nselect  2;\r\n", ["-"])
    assert (done.returncode, done.stdout, done.stderr) == (0, b"SELECT 1;\r\nSELECT 2;\r\n", b"")
    checked = formatted(here, b"select  1;\n", ["--check"])
    assert (checked.returncode, checked.stdout, checked.stderr) == (1, b"", b"<stdin> would be formatted\n")
    assert formatted(here, b"SELECT 1;\n", ["--check", "-"]).returncode == 0
