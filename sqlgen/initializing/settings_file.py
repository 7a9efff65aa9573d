"""What was answered in, the settings files that say it out: each proven to load before it is written."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlgen.errors import SettingsError, UsageError
from sqlgen.initializing.files import File
from sqlgen.initializing.sites import Found, Site
from sqlgen.messages import Message, say
from sqlgen.settings import Settings, load


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the settings shall say; None and () for what nobody asked for."""

    dialect: str | None = None
    server_version: str | None = None
    runs: str | None = None
    environments: tuple[tuple[str, str], ...] = field(default=())
    """Name and database."""
    flask_app: str | None = None
    """What FLASK_APP says, where Flask needs it said."""
    language: str | None = None
    """Of what is written for others. Settings that are there keep theirs."""


def settings_files(found: Found, wishes: Wishes) -> tuple[tuple[File, ...], tuple[Message, ...]]:
    """The settings to write, and what is said of those that are there already.

    Projects that say the same share a file at the top. Raises UsageError where settings that are there say otherwise
    than was asked for, SettingsError where what was asked for can't be said.
    """
    files, notes = [], []
    for folder, sites in _places(found, wishes).items():
        there = _there(folder)
        if there is not None:
            notes.append(_kept(there, wishes))
            continue
        file = _file(folder, sites, wishes)
        _loads(file)
        files.append(file)
    return tuple(files), tuple(notes)


def _places(found: Found, wishes: Wishes) -> dict[Path, list[Site]]:
    """Which folder gets settings, and for which projects."""
    said = {(wishes.dialect or (site.dialect.dialect if site.dialect else None), site.named) for site in found.sites}
    if len(found.sites) > 1 and len(said) == 1 and not any(site.named for site in found.sites):
        return {found.top: list(found.sites)}
    if len(found.sites) > 1 and wishes.environments:
        first = found.sites[0].within(found.top)
        raise UsageError(
            say("there are several projects, and --env does not say for which"),
            hint=say("Run it for each: sqlgen init --project {folder} --env …", folder=first),
        )
    places: dict[Path, list[Site]] = {}
    for site in found.sites:
        places.setdefault(site.project.root, []).append(site)
    return places


def _there(folder: Path) -> Settings | None:
    """The settings that hold in a folder, where there are any."""
    settings = load(folder)
    return None if settings.source is None else settings


def _kept(settings: Settings, wishes: Wishes) -> Message:
    """Raises UsageError where they say otherwise."""
    wanted = []
    if wishes.dialect not in (None, settings.dialect):
        wanted.append(f'dialect = "{wishes.dialect}"')
    if wishes.server_version not in (None, settings.server_version):
        wanted.append(f'server_version = "{wishes.server_version}"')
    if wishes.runs not in (None, settings.runs):
        wanted.append(f'runs = "{wishes.runs}"')
    for name, database in wishes.environments:
        if name not in settings.env or settings.env[name].database != database:
            wanted.append(f"env.{_key(name)}.database = {_string(database)}")
    if wanted:
        raise UsageError(
            say("{file} has settings already, and they say otherwise", file=_seen(settings)),
            hint=say("Write it there yourself: {lines}", lines="; ".join(wanted)),
        )
    return say("{file} has settings already: they stay as they are", file=_seen(settings))


def _seen(settings: Settings) -> str:
    """The file, from where one stands."""
    return os.path.relpath(settings.source or ".").replace(os.sep, "/")


def _file(folder: Path, sites: Sequence[Site], wishes: Wishes) -> File:
    """[tool.sqlgen] behind all that a pyproject.toml says; a sqlgen.toml where there is none."""
    path = folder / "pyproject.toml"
    if path.is_file():
        before = path.read_bytes()
        newline = "\r\n" if b"\r\n" in before else "\n"
        gap = "" if before.endswith(b"\n") or not before else newline
        text = _text(folder, sites, wishes, "tool.sqlgen").replace("\n", newline)
        after = before + (gap + newline + text).encode()
        if _is_toml(after):
            return File(path, before, after, grows=True)
    own = folder / "sqlgen.toml"
    return File(own, None, _text(folder, sites, wishes, "").encode())


def _is_toml(data: bytes) -> bool:
    """Not where `tool` is a table in one line: nothing can stand behind it."""
    try:
        tomllib.loads(data.decode("utf-8-sig"))
    except ValueError:
        return False
    return True


def _text(folder: Path, sites: Sequence[Site], wishes: Wishes, prefix: str) -> str:
    dialect = wishes.dialect or (sites[0].dialect.dialect if sites[0].dialect else None)
    lines = [f"[{prefix}]"] if prefix else []
    lines.append(f'dialect = "{dialect}"' if dialect else '# dialect = "postgresql"  # else what env.py says')
    if wishes.server_version:
        lines.append(f'server_version = "{wishes.server_version}"')
    else:
        lines.append('# server_version = "16"  # rules judge by it')
    if wishes.runs:
        lines.append(f'runs = "{wishes.runs}"')
    if wishes.language:
        lines.append(f'language = "{wishes.language}"')
    if sites[0].named:
        config = sites[0].project.config
        lines.append(f"alembic = {_string(config.relative_to(folder).as_posix())}")
    if wishes.flask_app and any(site.without_app for site in sites):
        lines += ["", f"[{prefix}{'.' if prefix else ''}environ]", f"FLASK_APP = {_string(wishes.flask_app)}"]
    for name, database in wishes.environments:
        lines += ["", f"[{prefix}{'.' if prefix else ''}env.{_key(name)}]", f"database = {_string(database)}"]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _string(name)


def _string(text: str) -> str:
    """JSON's strings are TOML's (TOML 1.0, basic strings)."""
    return json.dumps(text, ensure_ascii=False)


def _loads(file: File) -> None:
    """Raises SettingsError where it would not."""
    with TemporaryDirectory(prefix="sqlgen-init.") as folder:
        trial = Path(folder).resolve() / file.path.name
        trial.write_bytes(file.after)
        try:
            load(trial.parent)
        except SettingsError as error:
            raise SettingsError(error.message, hint=error.hint, file=file.path) from None
