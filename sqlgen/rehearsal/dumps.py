"""A database in, its schema as lines that can be compared out: by the server's own tool where there is one.

The version table is left out: it comes with the first script and stays behind the last one, as under Alembic.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlgen.errors import Message, SqlgenError, say
from sqlgen.rehearsal.clients import client_environment, mysql_place
from sqlgen.rehearsal.desk import Desk, Made
from sqlgen.script.target import Target
from sqlgen.statements import TokenKind, scan


@dataclass(frozen=True, slots=True)
class Dump:
    """A schema: blocks of lines, one for each object, in the order in which the tool writes them."""

    blocks: tuple[tuple[str, ...], ...]

    def lines(self, *, ordered: bool) -> list[str]:
        """ordered: with the columns where they stand; else those of each object by name."""
        found: list[str] = []
        for block in self.blocks if ordered else sorted(map(_sorted, self.blocks)):
            found += block
        return found


class Dumper:
    """How the schemas of a rehearsal are read: all of them in the same way."""

    def __init__(self, desk: Desk, target: Target) -> None:
        self._desk = desk
        self._target = target
        names = {"postgresql": ("pg_dump",), "sqlite": ()}.get(target.dialect, ("mariadb-dump", "mysqldump"))
        self._worked = False
        self._program = next((path for path in map(shutil.which, names) if path), None)

    @property
    def how(self) -> Message:
        """By what."""
        if self._target.dialect == "sqlite":
            return say("sqlite_master")
        if self._program is None:
            return say("SQLAlchemy's reflection")
        return say("{program}", program=Path(self._program).name)

    def dump(self, name: str, database: Made) -> Dump:
        """The schema of one of the desk's databases."""
        if self._target.dialect == "sqlite":
            return Dump(tuple(_sqlite(self._desk.sqlite_master(name), self._target.version_table)))
        if self._program is not None:
            done = self._run(database)
            if done.returncode == 0:
                self._worked = True
                return Dump(tuple(_blocks(done.stdout, self._target.dialect, database.name)))
            if self._worked:  # what was read in two ways can't be compared
                raise SqlgenError(
                    say("{program} failed: {why}", program=Path(self._program).name, why=done.stderr.strip()),
                    hint=say("Look at the server's log; a table that it can't read, or a lock, may be the reason."),
                )
            self._program = None  # pg_dump refuses servers newer than itself
        table = f"table {self._target.version_table}"
        lines = [line for line in self._desk.reflect(name) if not re.match(rf"{re.escape(table)}(:|$)", line)]
        return Dump(tuple((line,) for line in lines))

    def _run(self, database: Made) -> subprocess.CompletedProcess[str]:
        assert self._program is not None
        assert self._desk.place is not None
        place, table = self._desk.place, self._target.version_table
        if self._target.dialect == "postgresql":
            schema = self._target.version_table_schema
            pattern = f'"{table}"' if schema is None else f'"{schema}"."{table}"'
            words = [self._program, "--schema-only", f"--exclude-table={pattern}"]
        else:
            words = [self._program, "--no-defaults", *mysql_place(place), f"--host={place.host or '127.0.0.1'}"]
            words += [f"--user={place.user or ''}", "--no-data", "--routines", "--triggers", "--events"]
            words += ["--skip-comments", "--skip-add-drop-table", "--no-tablespaces"]
            words += [f"--ignore-table={database.name}.{table}", database.name]
        env = client_environment(place, database)
        return subprocess.run(
            words, env=env, capture_output=True, text=True, encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL
        )


def _blocks(text: str, dialect: str, database: str) -> Iterator[tuple[str, ...]]:
    """Statements of a dump, without what is the same in every dump or different in each."""
    block: list[str] = []
    for line in text.splitlines():
        line = line.replace(database, "scratch").rstrip()
        if _noise(line, dialect):
            continue
        block.append(re.sub(r" AUTO_INCREMENT=\d+", "", line))
        if line.endswith((";", ";;")) or line.startswith("DELIMITER"):
            yield tuple(block)
            block = []
    if block:
        yield tuple(block)


def _noise(line: str, dialect: str) -> bool:
    if not line or line.startswith("--"):
        return True
    if dialect == "postgresql":
        return line.startswith(("SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict"))
    return re.fullmatch(r"/\*M?!\d+(\\-| SET\b).*\*/;?", line) is not None and "sql_mode" not in line.lower()


def _sorted(block: tuple[str, ...]) -> tuple[str, ...]:
    """A table's columns and constraints by name."""
    if len(block) < 3 or not block[0].lower().startswith("create table"):
        return block
    return (block[0], *sorted(line.rstrip(",") for line in block[1:-1]), block[-1])


def _sqlite(rows: Sequence[tuple[str, str, str]], version_table: str) -> Iterator[tuple[str, ...]]:
    """SQLite keeps the text of each statement: here without what only a writer's style decides. When Alembic copies a
    table, the order of its constraints differs from run to run."""
    texts = [(kind, sql) for kind, table, sql in rows if table != version_table]
    for kind, sql in sorted(texts, key=lambda each: (each[0] != "table", _words(each[1]))):
        words = _words(sql)
        if kind != "table" or "(" not in words:
            yield (_line(words),)
            continue
        first = words.index("(")
        parts, rest = _parts(words[first + 1 :])
        columns = [part for part in parts if not _is_constraint(part)]
        yield (" ".join(words[: first + 1]), *columns, *sorted(filter(_is_constraint, parts)), f") {rest}".rstrip())


_CONSTRAINTS = ("constraint ", "primary key", "unique ", "foreign key", "check ")


def _is_constraint(part: str) -> bool:
    return part.lower().startswith(_CONSTRAINTS)


def _parts(words: Sequence[str]) -> tuple[list[str], str]:
    """What stands between commas up to the closing parenthesis; and what comes behind that."""
    parts: list[list[str]] = [[]]
    depth = 0
    for number, word in enumerate(words):
        if word == ")" and depth == 0:
            return [_line(part) for part in parts], _line(words[number + 1 :])
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(word)
    return [_line(part) for part in parts], ""


def _line(words: Sequence[str]) -> str:
    return re.sub(r"\( ", "(", re.sub(r" ([),])", r"\1", " ".join(words)))


def _words(sql: str) -> list[str]:
    """Tokens; words in lower case, quotes taken off the names that do not need them."""
    found = []
    for token in scan(sql, "sqlite"):
        if token.kind in (TokenKind.SPACE, TokenKind.COMMENT):
            continue
        text = token.text
        if re.fullmatch(r'"[A-Za-z_]\w*"|`[A-Za-z_]\w*`|\[[A-Za-z_]\w*\]', text):
            text = text[1:-1]
        found.append(text if text.startswith("'") else text.lower())
    return found
