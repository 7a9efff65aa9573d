"""`[tool.sqlgen]` in pyproject.toml, or sqlgen.toml, in; frozen Settings out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlgen.errors import SettingsError, say
from sqlgen.messages import LANGUAGES
from sqlgen.settings.environments import environment, rule_setting
from sqlgen.settings.model import (
    CLIENTS,
    DIALECTS,
    FAIL_ON,
    PRESETS,
    READS,
    AllowSetting,
    RevisionSetting,
    Settings,
)
from sqlgen.settings.reader import Reader


def load(start: Path) -> Settings:
    """The settings that hold in the folder `start`: the nearest sqlgen.toml or pyproject.toml with [tool.sqlgen], up to
    the folder that holds .git. Defaults where there are none.

    Raises SettingsError for a key, a value or a file that is not as it must be.
    """
    for folder in (start, *start.parents):
        own, project = folder / "sqlgen.toml", folder / "pyproject.toml"
        if own.is_file():
            return _build(_inherit(read_toml(own), own, ()), own)
        if project.is_file() and "sqlgen" in (tool := read_toml(project).get("tool", {})):
            return _build(_inherit(tool["sqlgen"], project, ()), project)
        if (folder / ".git").exists():
            break
    return Settings()


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file's tables. Raises SettingsError, with the line where there is one."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise SettingsError(
            say("not a TOML file: {reason}", reason=error),
            hint=say("Mend the line; strings need quotes, tables need [brackets]."),
            file=path,
            line=int(line[1]) if line else None,
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(
            say("the file is not UTF-8"), hint=say("Save it as UTF-8; PowerShell's > writes UTF-16."), file=path
        ) from None
    except OSError as error:
        raise SettingsError(
            say("the settings can't be read: {reason}", reason=error.strerror or error),
            hint=say("Check the path in extends and the file's permissions."),
            file=path,
        ) from None


def _inherit(table: dict[str, Any], path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    """`extends = "../sqlgen.toml"`: that file's keys, with this one's on top, tables merged key by key."""
    if "extends" not in table:
        return table
    parent = (path.parent / str(table["extends"])).resolve()
    if parent in seen or parent == path.resolve():
        raise SettingsError(
            say("extends goes round in a circle through {parent}", parent=parent),
            hint=say("Remove one extends."),
            file=path,
        )
    base = read_toml(parent)
    base = base.get("tool", {}).get("sqlgen", {}) if parent.name == "pyproject.toml" else base
    own = {key: value for key, value in table.items() if key != "extends"}
    return _merge(_inherit(base, parent, (*seen, path.resolve())), own)


def _merge(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in top.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _build(table: dict[str, Any], path: Path) -> Settings:
    reader = Reader(path)
    values = reader.table(
        table,
        "",
        {
            "dialect": reader.one_of(DIALECTS),
            "server_version": reader.version,
            "client": reader.one_of((*dict.fromkeys(CLIENTS.values()), "plain")),
            "runs": reader.one_of(("bundle", "alembic")),
            "rules": reader.strings,
            "preset": reader.one_of(PRESETS),
            "fail_on": reader.one_of(FAIL_ON),
            "language": reader.one_of(LANGUAGES),
            "alembic": reader.string,
            "python": reader.string,
            "stub": reader.strings,
            "timeout": reader.duration,
            "baseline": reader.filled,
            "reads": reader.one_of(READS),
            "trust": reader.filled,
            "service": reader.service,
            "source_url": reader.source_url,
            "revision": reader.each(_revision(reader)),
            "rule": reader.each(rule_setting(reader)),
            "environ": reader.each(lambda key, value: reader.string(key, value)),
            "env": reader.each(environment(reader)),
            "allow": reader.entries(_allowance(reader)),
        },
    )
    if "timeout" in values:
        values["timeout_ms"] = values.pop("timeout")
    return Settings(**values, source=path)


def _revision(reader: Reader) -> Callable[[str, Any], RevisionSetting]:
    def build(key: str, value: Any) -> RevisionSetting:
        keys = {"reads": reader.one_of(READS), "upgrade": reader.filled, "downgrade": reader.filled}
        return RevisionSetting(**reader.table(reader.a_table(key, value), key + ".", keys))

    return build


def _allowance(reader: Reader) -> Callable[[str, Any], AllowSetting]:
    def build(key: str, value: Any) -> AllowSetting:
        keys = {
            "rule": reader.string,
            "because": reader.string,
            "revision": reader.string,
            "owner": reader.filled,
            "until": reader.date,
        }
        values = reader.table(reader.a_table(key, value), key + ".", keys)
        for needed in ("rule", "because"):
            if not values.get(needed):
                raise reader.failed(
                    key,
                    say("{key} has no {needed}", key=key, needed=needed),
                    say('Every allowance names its rule and its reason: rule = "drop-table", because = "…".'),
                )
        return AllowSetting(**values)

    return build
