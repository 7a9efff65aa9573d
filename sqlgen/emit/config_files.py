"""Alembic's configuration file in, the two that the worker is told of out."""

from __future__ import annotations

from pathlib import Path


def config_files(config: Path) -> tuple[str | None, str | None]:
    """The ini file and the pyproject.toml, each where it is there. Alembic reads both."""
    pyproject = config if config.name == "pyproject.toml" else None
    ini = config if pyproject is None else config.with_name("alembic.ini")
    beside = config.with_name("pyproject.toml")
    if pyproject is None and beside.is_file() and b"[tool.alembic" in beside.read_bytes():
        pyproject = beside
    return str(ini) if ini.is_file() else None, None if pyproject is None else str(pyproject)
