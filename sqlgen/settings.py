"""`[tool.sqlgen]` in pyproject.toml, or sqlgen.toml, in; frozen Settings out."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlgen.durations import milliseconds
from sqlgen.errors import Message, SettingsError, UsageError, say

DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle")
"""Those that are read. Scripts are written for those in CLIENTS."""
CLIENTS = {
    "postgresql": "psql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite3",
    "mssql": "sqlcmd",
    "oracle": "sqlplus",
}
"""The client whose script language is written for each dialect."""
SERVER_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
FAIL_ON = ("error", "warning", "never")
READS = ("error", "empty", "shadow")
"""What becomes of a revision that looks at rows: a gap, rendered as if there were none, recorded on a database."""
SEVERITIES = ("error", "warning", "info", "off")
PRESETS = ("default", "strict")


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """One `[tool.sqlgen.rule.ID]`."""

    severity: str | None = None
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """One `[tool.sqlgen.env.NAME]`."""

    name: str
    database: str | None = None
    """What the script's guard asserts; None: the script is NOT BOUND TO A DATABASE."""
    lock_timeout_ms: int = 5000
    statement_timeout_ms: int = 0
    role: str | None = None
    roles: tuple[tuple[str, int], ...] = ()
    """Which signatures a bundle needs: (("author", 1), ("dba", 1))."""
    fail_on: str | None = None
    preset: str | None = None
    """In place of the project's."""
    rule: Mapping[str, RuleSetting] = field(default_factory=dict)
    """On top of the project's: `[tool.sqlgen.env.NAME.rule.ID]`, option by option."""


@dataclass(frozen=True, slots=True)
class AllowSetting:
    """One `[[tool.sqlgen.allow]]`: an allowance for code that is frozen."""

    rule: str
    because: str
    revision: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class RevisionSetting:
    """One `[tool.sqlgen.revision.ID]`: how it is rendered where Alembic alone can't say."""

    reads: str | None = None
    upgrade: str | None = None
    """A SQL file that stands for upgrade(), relative to the settings file."""
    downgrade: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the project's settings say; each command-line option goes before them."""

    dialect: str | None = None
    """None: what the project's env.py says."""
    server_version: str | None = None
    client: str | None = None
    runs: str = "bundle"
    rules: tuple[str, ...] = ("standard",)
    preset: str = "default"
    """Which rules are on without being named. default: safety, little noise; strict: all but a team's own policy."""
    fail_on: str = "error"
    language: str = "en"
    alembic: str | None = None
    """The Alembic configuration file, relative to the settings file, where the project has several."""
    python: str | None = None
    baseline: str | None = None
    """What is there before the first revision: a dump or a snapshot, relative to the settings file."""
    stub: tuple[str, ...] = ()
    """Packages that stand-ins take the place of, where they are missing."""
    timeout_ms: int = 60_000
    """For each revision; 0: no limit."""
    reads: str = "error"
    """One of READS."""
    revision: Mapping[str, RevisionSetting] = field(default_factory=dict)
    """By the revision's full id."""
    rule: Mapping[str, RuleSetting] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, Environment] = field(default_factory=dict)
    allow: tuple[AllowSetting, ...] = ()
    source: Path | None = None
    """The file they came from; None: there is none, these are the defaults."""

    @property
    def file(self) -> str | None:
        """The settings file's name, as findings show it."""
        return None if self.source is None else self.source.name

    def rules_for(self, environment: Environment | None) -> dict[str, RuleSetting]:
        """What is set of each rule, the environment's on top of the project's."""
        found = dict(self.rule)
        for id, own in (environment.rule if environment else {}).items():
            base = found.get(id, RuleSetting())
            options = tuple(sorted({**dict(base.options), **dict(own.options)}.items()))
            found[id] = RuleSetting(own.severity or base.severity, options)
        return found

    def preset_for(self, environment: Environment | None) -> str:
        """Which rules are on without being named."""
        return (environment.preset if environment else None) or self.preset

    def limit(self, environment: Environment | None) -> str:
        """From which severity on findings fail: the environment's `fail_on`, else the project's."""
        return (environment.fail_on if environment else None) or self.fail_on

    def environment(self, name: str | None) -> Environment | None:
        """The environment `name`; None for None. Raises SettingsError when there is no such environment."""
        if name is None:
            return None
        if name not in self.env:
            close = difflib.get_close_matches(name, self.env, 1)
            known = ", ".join(sorted(self.env))
            raise SettingsError(
                say("there is no environment {name}", name=name),
                hint=say("Did you mean --env {close}?", close=close[0])
                if close
                else say("Known environments: {known}.", known=known)
                if known
                else say('Add [tool.sqlgen.env.{name}] with database = "…" to the settings.', name=name),
                file=self.source,
            )
        return self.env[name]


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for. None everywhere means: as the settings say."""

    project: Path | None = None
    name: str = "alembic"
    """The section of alembic.ini."""
    dialect: str | None = None
    server_version: str | None = None
    client: str | None = None
    env: str | None = None
    python: Path | None = None
    x: tuple[str, ...] = ()
    online_branches: bool = False
    """A revision that asks whether this is offline mode is told that it is not."""
    reads: str | None = None
    """One of READS."""
    shadow: str | None = None
    """The URL of an empty database, to run revisions on. It may hold a password: it is never written anywhere."""
    baseline: Path | None = None
    """What is there before the first revision: a dump or a snapshot."""
    timeout_ms: int | None = None
    stub: tuple[str, ...] = ()
    """Added to those of the settings."""
    allow_connect: bool = False
    """env.py and revisions may connect to servers and run programs by themselves."""
    target: str | None = None
    """For which database the migrations are rendered, where env.py runs them for several."""


def known_dialect(name: str | None) -> str | None:
    """The dialect's name as sqlgen spells it. Raises UsageError for one it doesn't know."""
    if name is None or name in DIALECTS:
        return name
    usual = {"postgres": "postgresql", "pg": "postgresql", "sqlserver": "mssql"}.get(name, name)
    close = difflib.get_close_matches(usual, DIALECTS, 1)
    raise UsageError(
        say("there is no dialect {name}", name=name),
        hint=say("Did you mean --dialect {close}?", close=close[0])
        if close
        else say("Use one of {known}.", known=", ".join(DIALECTS)),
    )


def load(start: Path) -> Settings:
    """The settings that hold in the folder `start`: the nearest sqlgen.toml or pyproject.toml with [tool.sqlgen], up to
    the folder that holds .git. Defaults where there are none.

    Raises SettingsError for a key, a value or a file that is not as it must be.
    """
    for folder in (start, *start.parents):
        own, project = folder / "sqlgen.toml", folder / "pyproject.toml"
        if own.is_file():
            return _build(_inherit(_read(own), own, ()), own)
        if project.is_file() and "sqlgen" in (tool := _read(project).get("tool", {})):
            return _build(_inherit(tool["sqlgen"], project, ()), project)
        if (folder / ".git").exists():
            break
    return Settings()


def _read(path: Path) -> dict[str, Any]:
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
    base = _read(parent)
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
    reader = _Reader(path)
    values = reader.table(
        table,
        "",
        {
            "dialect": reader.one_of(DIALECTS),
            "server_version": reader.version,
            "client": reader.one_of(tuple(dict.fromkeys(CLIENTS.values()))),
            "runs": reader.one_of(("bundle", "alembic")),
            "rules": reader.strings,
            "preset": reader.one_of(PRESETS),
            "fail_on": reader.one_of(FAIL_ON),
            "language": reader.one_of(("en", "zh-CN")),
            "alembic": reader.string,
            "python": reader.string,
            "stub": reader.strings,
            "timeout": reader.duration,
            "baseline": reader.filled,
            "reads": reader.one_of(READS),
            "revision": reader.each(_revision(reader)),
            "rule": reader.each(_rule(reader)),
            "environ": reader.each(lambda key, value: reader.string(key, value)),
            "env": reader.each(_environment(reader)),
            "allow": reader.entries(_allowance(reader)),
        },
    )
    if "timeout" in values:
        values["timeout_ms"] = values.pop("timeout")
    return Settings(**values, source=path)


def _rule(reader: _Reader) -> Callable[[str, Any], RuleSetting]:
    def build(key: str, value: Any) -> RuleSetting:
        options = dict(reader.a_table(key, value))
        severity = options.pop("severity", None)
        if severity is not None:
            reader.one_of(SEVERITIES)(f"{key}.severity", severity)
        return RuleSetting(severity, tuple(sorted(options.items())))

    return build


def _revision(reader: _Reader) -> Callable[[str, Any], RevisionSetting]:
    def build(key: str, value: Any) -> RevisionSetting:
        keys = {"reads": reader.one_of(READS), "upgrade": reader.filled, "downgrade": reader.filled}
        return RevisionSetting(**reader.table(reader.a_table(key, value), key + ".", keys))

    return build


def _environment(reader: _Reader) -> Callable[[str, Any], Environment]:
    def build(key: str, value: Any) -> Environment:
        name = key.rsplit(".", 1)[-1]
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
            raise reader.failed(
                key,
                say("an environment can't be called {name}", name=name),
                say("Use lower-case letters, digits and hyphens, such as [tool.sqlgen.env.prod]."),
            )
        values = reader.table(
            reader.a_table(key, value),
            key + ".",
            {
                "database": reader.filled,
                "lock_timeout": reader.duration,
                "statement_timeout": reader.duration,
                "role": reader.filled,
                "roles": reader.counts,
                "fail_on": reader.one_of(FAIL_ON),
                "preset": reader.one_of(PRESETS),
                "rule": reader.each(_rule(reader)),
            },
        )
        for option in ("lock_timeout", "statement_timeout"):
            if option in values:
                values[f"{option}_ms"] = values.pop(option)
        return Environment(name, **values)

    return build


def _allowance(reader: _Reader) -> Callable[[str, Any], AllowSetting]:
    def build(key: str, value: Any) -> AllowSetting:
        keys = {"rule": reader.string, "because": reader.string, "revision": reader.string, "until": reader.date}
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


@dataclass(frozen=True, slots=True)
class _Reader:
    """Checks one value at a time; every complaint names the file, the line and the key."""

    path: Path

    def wrong(self, key: str, expected: Message, given: Any) -> SettingsError:
        return self.failed(key, say("{key} can't be {given}", key=key, given=repr(given)), expected)

    def failed(self, key: str, what: Message, hint: Message) -> SettingsError:
        return SettingsError(what, hint=hint, file=self.path, line=self._line(key))

    def _line(self, key: str) -> int | None:
        """Where the key's last part is assigned; a guess that only points the reader to the place."""
        last = re.escape(key.rsplit(".", 1)[-1])
        pattern = re.compile(rf"""^\s*(\[.*\b{last}\]|["']?{last}["']?\s*=)""")
        lines = self.path.read_text(encoding="utf-8-sig").splitlines()
        return next((number for number, line in enumerate(lines, 1) if pattern.match(line)), None)

    def table(
        self, table: dict[str, Any], prefix: str, keys: Mapping[str, Callable[[str, Any], Any]]
    ) -> dict[str, Any]:
        for key in table:
            if key == "tool" and not prefix:
                raise self.failed(
                    key,
                    say("there is no setting tool"),
                    say("Leave out [tool.sqlgen] in sqlgen.toml; its tables are [env.prod], [rule.drop-table], …"),
                )
            if key not in keys:
                close = difflib.get_close_matches(key, keys, 1)
                hint = (
                    say("Did you mean {close}?", close=close[0])
                    if close
                    else say("Known keys: {known}.", known=", ".join(keys))
                )
                raise SettingsError(
                    say("there is no setting {key}", key=prefix + key), hint=hint, file=self.path, line=self._line(key)
                )
        return {key: keys[key](prefix + key, value) for key, value in table.items()}

    def a_table(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(key, say("Make it a table: [tool.sqlgen.{key}].", key=key), value)
        return value

    def string(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, say("Put it in quotes."), value)
        return value

    def filled(self, key: str, value: Any) -> str:
        if not self.string(key, value).strip():
            raise self.wrong(key, say("Write a name, or leave the line out."), value)
        return str(value)

    def strings(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, say('Make it a list of strings: ["standard"].'), value)
        return tuple(value)

    def version(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not SERVER_VERSION.fullmatch(value):
            raise self.wrong(key, say('Write the server\'s version as a string of numbers: "16" or "10.11".'), value)
        return value

    def date(self, key: str, value: Any) -> str:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            raise self.wrong(key, say("Write the date as 2026-12-31."), value) from None

    def duration(self, key: str, value: Any) -> int:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | str)
            or (ms := milliseconds(str(value))) is None
            or ms < 0
        ):
            raise self.wrong(key, say('Write a time with its unit: "5s", "500ms", "2min"; 0 means no limit.'), value)
        return ms

    def counts(self, key: str, value: Any) -> tuple[tuple[str, int], ...]:
        table = self.a_table(key, value)
        for role, count in table.items():
            if not isinstance(count, int) or isinstance(count, bool) or count < 1:
                raise self.wrong(f"{key}.{role}", say("Write how many signatures the role needs: 1 or more."), count)
            if not re.fullmatch(r"[a-z]+", role):
                raise self.wrong(f"{key}.{role}", say("Use lower-case letters in a role's name."), role)
        return tuple(sorted(table.items()))

    def one_of(self, known: tuple[str, ...]) -> Callable[[str, Any], str]:
        def check(key: str, value: Any) -> str:
            if value in known:
                return str(value)
            close = difflib.get_close_matches(str(value), known, 1)
            hint = (
                say("Did you mean {close}?", close=close[0])
                if close
                else say("Known values: {known}.", known=", ".join(known))
            )
            raise self.wrong(key, hint, value)

        return check

    def each(self, build: Callable[[str, Any], Any]) -> Callable[[str, Any], dict[str, Any]]:
        return lambda key, value: {
            name: build(f"{key}.{name}", item) for name, item in sorted(self.a_table(key, value).items())
        }

    def entries(self, build: Callable[[str, Any], Any]) -> Callable[[str, Any], tuple[Any, ...]]:
        def check(key: str, value: Any) -> tuple[Any, ...]:
            if not isinstance(value, list):
                raise self.wrong(key, say("Write each one as its own table: [[tool.sqlgen.allow]]."), value)
            return tuple(build(f"{key}[{number}]", item) for number, item in enumerate(value, 1))

        return check
