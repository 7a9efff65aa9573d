"""A project's files in, the database that it is for, out: only where they say so, never a URL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from sqlgen.alembic_options import IniOptions
from sqlgen.project import Project

_URL = re.compile(r"\b(postgresql|postgres|mysql|mariadb|sqlite|mssql|oracle)(?:\+[a-z0-9_]+)?://")
_DRIVERS = {
    "psycopg": "postgresql",
    "psycopg2": "postgresql",
    "psycopg2-binary": "postgresql",
    "asyncpg": "postgresql",
    "pg8000": "postgresql",
    "pymysql": "mysql",
    "mysqlclient": "mysql",
    "aiomysql": "mysql",
    "asyncmy": "mysql",
    "mysql-connector-python": "mysql",
    "mariadb": "mariadb",
    "pyodbc": "mssql",
    "pymssql": "mssql",
    "aioodbc": "mssql",
    "oracledb": "oracle",
    "cx-oracle": "oracle",
}
"""https://docs.sqlalchemy.org/en/20/dialects/ names them."""
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Guess:
    """A dialect, and the file that says so."""

    dialect: str
    source: str


def guess(project: Project, env: str, databases: Sequence[str]) -> Guess | None:
    """What sqlalchemy.url says, else a URL that env.py or the files it may ask name, else the one driver required.

    None where nothing says it, where two things are said, and for the placeholder `driver://` of `alembic init`.
    """
    urls = {_named(url) for url in _urls(project, databases)} - {None}
    if urls:
        return _one(urls, project.config.name)
    for path in (project.script_location / "env.py", *_around(project)):
        text = env if path.name == "env.py" else _text(path)
        if found := {_named(match[0]) for match in _URL.finditer(_without_comments(text))}:
            return _one(found, path.name)
    for path in (project.root / "pyproject.toml", project.root / "requirements.txt", project.root / "Pipfile"):
        words = {word.lower().replace("_", "-") for word in _WORD.findall(_without_comments(_text(path)))}
        if drivers := {_DRIVERS[word] for word in words if word in _DRIVERS}:
            return _one({*drivers}, path.name)
    return None


def _urls(project: Project, databases: Sequence[str]) -> list[str]:
    if not databases or project.ini is None:
        return [project.url or ""]
    return [IniOptions.read(project.ini, each).written().get("sqlalchemy.url", "") for each in databases]


def _around(project: Project) -> list[Path]:
    """Where small applications keep their URL: beside the project, not deep in it."""
    return [project.root / ".env", project.root / ".env.example", *sorted(project.root.glob("*.py"))[:50]]


def _named(url: str) -> str | None:
    found = _URL.match(url.strip())
    return None if found is None else {"postgres": "postgresql"}.get(found[1], found[1])


def _one(found: AbstractSet[str | None], source: str) -> Guess | None:
    """The dialect, where there is one and no other."""
    (first, *more) = found
    return None if more or first is None else Guess(first, source)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _without_comments(text: str) -> str:
    return re.sub(r"^\s*[#;].*$", "", text, flags=re.M)
