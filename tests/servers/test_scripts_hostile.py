"""What the real clients make of hostile input: they run nothing of it, and cut statements where we do."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sqlgen.errors import SqlgenError
from sqlgen.script import Target, render
from sqlgen.script.faithful.refusing import refuse_unfaithful
from sqlgen.segments import Gap, Item, Step
from sqlgen.statements import Statement

if TYPE_CHECKING:
    from conftest import Database, File, Running

PIECES = [
    *(
        "'",
        "''",
        '"',
        "`",
        "\\",
        "\\\\",
        "\n",
        "\r",
        " ",
        ";",
        "--",
        "-- ",
        "/*",
        "*/",
        "/*!",
        "#",
        "$$",
        "$a$",
        "E'",
        "U&'",
    ),
    *("\\! touch pwned", "\n\\! touch pwned\n", "\n.shell touch pwned\n", "\nsystem touch pwned\n", "\\g |touch pwned"),
    *(
        ":USER",
        ":'USER'",
        ":x",
        "::int",
        ":=",
        "(",
        ")",
        "[",
        "]",
        "1",
        "a",
        ",",
        "{",
        "%",
        "\n/\n",
        "\ngo\n",
        "\nDELIMITER x\n",
    ),
    *(
        "CREATE FUNCTION f() ",
        " BEGIN ",
        " END ",
        " CASE ",
        "CREATE TRIGGER t ",
        "x'",
        "N'",
        "\\.",
        "\x00",
        "书",
        "\ufeff",
    ),
]


def candidates(dialect: str, client: str, count: int) -> list[str]:
    """Texts that go through as statements, out of random ones; the seed is fixed."""
    chance = random.Random(20260101)
    target = Target(dialect, client, None, None, None)
    found: list[str] = []
    for _ in range(count):
        text = "SELECT " + "".join(chance.choices(PIECES, k=chance.randint(1, 9)))
        item = Item(Statement("", text.rstrip(), "", (), 0, 1, 1), (), None, 1)
        step = Step("b", "", "upgrade", ("a",), ("b",), None, (item,))
        try:
            refuse_unfaithful([step], target)
        except SqlgenError:
            continue
        found.append(item.sql)
    assert len(found) > count / 40
    return found


def check(started: Running, texts: list[str], here: Path) -> None:
    """Run the texts one after another with errors ignored: each is cut off where it ends, and none reaches a shell."""
    script = "".join(f"{text};\nSELECT 'ran {number} whole';\n" for number, text in enumerate(texts))
    log = started.finish(script).log
    lost = [text for number, text in enumerate(texts) if f"ran {number} whole" not in log]
    assert lost == []
    assert list(here.iterdir()) == []


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_psql_cuts_what_we_let_through_where_we_do_and_runs_no_command(
    postgresql_database: Database, here: Path
) -> None:
    check(postgresql_database.start("-X", "-A", "-t"), candidates("postgresql", "psql", 6000), here)


def test_mariadb_cuts_what_we_let_through_where_we_do_and_runs_no_command(
    mariadb_database: Database, here: Path
) -> None:
    started = mariadb_database.start("--no-defaults", "--batch", "--force", "--default-character-set=utf8mb4")
    check(started, candidates("mariadb", "mysql", 6000), here)


def test_sqlite3_cuts_what_we_let_through_where_we_do_and_runs_no_command(sqlite_file: File, here: Path) -> None:
    check(sqlite_file.start("-init", "/dev/null"), candidates("sqlite", "sqlite3", 6000), here)


HOSTILE = (
    "m\n\\! touch pwned\n.shell touch pwned\nsystem touch pwned\n`touch pwned` $sqlgen$ ' \" ; */ -- % :USER "
    "\r\\! touch pwned"
)


def hostile() -> list[Step]:
    gap = Gap(HOSTILE, HOSTILE, 3)
    return [
        Step("a1", HOSTILE, "upgrade", (), ("a1",), HOSTILE, ()),
        Step("b2", HOSTILE, "upgrade", ("a1",), ("b2",), HOSTILE, (), gap),
    ]


def test_psql_runs_nothing_of_messages_and_names(postgresql_database: Database, here: Path) -> None:
    target = Target("postgresql", "psql", HOSTILE, None, postgresql_database.name)
    ran = postgresql_database.client(render(hostile(), target, title=[HOSTILE]), "-X")
    assert ran.result == "NOT APPLIED: at {a1}; the script stops before revision b2"
    assert list(here.iterdir()) == []


def test_mariadb_runs_nothing_of_messages_and_names(mariadb_database: Database, here: Path) -> None:
    target = Target("mariadb", "mysql", HOSTILE, None, mariadb_database.name)
    ran = mariadb_database.client(render(hostile(), target, title=[HOSTILE]), "--no-defaults", "--batch")
    assert ran.result.startswith("NOT APPLIED: at {a1}; the script stops before revision b2")
    assert list(here.iterdir()) == []
