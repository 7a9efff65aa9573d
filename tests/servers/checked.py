"""Scripts of checks under the real clients, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlgen import facts
from sqlgen.segments import Item, Place, Step
from sqlgen.statements import split

DIALECTS = ("postgresql", "mariadb", "sqlite")
CLIENTS = {"postgresql": "psql", "mariadb": "mysql", "mysql": "mysql", "sqlite": "sqlite3"}
OPTIONS = {
    "postgresql": ("-X", "-v", "ON_ERROR_STOP=1"),
    "mariadb": ("--no-defaults", "--binary-mode", "--batch", "--raw", "--skip-column-names", "--skip-reconnect"),
    "sqlite": ("-batch", "-bail", "-readonly", "-init", "/dev/null"),
}
"""What the header of each script of checks says to run it with."""
APPLYING = {**OPTIONS, "sqlite": ("-batch", "-bail", "-safe", "-init", "/dev/null")}
PASTED = {**OPTIONS, "postgresql": ("-X", "-q", "-t", "-A"), "sqlite": ("-batch", "-init", "/dev/null")}
"""As a tool without commands of its own runs a script: on after errors."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a script of checks said."""

    code: int
    log: str
    lines: tuple[str, ...]
    failures: tuple[str, ...]
    """Of each: what it is about, expected and found, on one line each."""
    warnings: tuple[str, ...]

    @property
    def result(self) -> str:
        """The last line with `sqlgen result:`."""
        return [line for line in self.lines if line.startswith("sqlgen result: ")][-1].removeprefix("sqlgen result: ")

    @property
    def fine(self) -> bool:
        word = self.result.partition(" ")[0]
        assert (self.code == 0) == self.result.startswith(f"{word} OK: "), self.log
        return self.code == 0


def checked(database: Any, dialect: str, script: str) -> Said:
    """Run it as its header says."""
    run = database.client(script, *OPTIONS[dialect])
    lines = tuple(run.log.splitlines())
    return Said(run.code, run.log, lines, tuple(_told(lines, "FAIL ")), tuple(_told(lines, "WARN ")))


def _told(lines: tuple[str, ...], verdict: str) -> list[str]:
    return [
        "\n".join([line.removeprefix(verdict), *(each.strip() for each in lines[at + 1 : at + 3])])
        for at, line in enumerate(lines)
        if line.startswith(verdict)
    ]


def database_of(request: Any, dialect: str) -> Any:
    """A fresh database."""
    return request.getfixturevalue("sqlite_file" if dialect == "sqlite" else f"{dialect}_database")


def name_of(database: Any) -> str:
    """As the guard knows it."""
    path: Path | None = getattr(database, "path", None)
    return str(database.name) if path is None else path.name


def steps_of(dialect: str, *upgrades: str) -> tuple[Step, ...]:
    """Base → a1 → b2 → …: each text is one revision."""
    found: list[Step] = []
    for number, sql in enumerate(upgrades):
        revision = f"{'abcdefgh'[number]}{number + 1}"
        before = found[-1].after if found else ()
        at = Place(f"versions/{revision}.py", 7, 7, 5)
        items = tuple(Item(each, facts.read(each, dialect), at, number) for each in split(sql, dialect) if each.text)
        found.append(Step(revision, "", "upgrade", before, (revision,), at.file, items))
    return tuple(found)
