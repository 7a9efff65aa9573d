"""What the settings say, and what the command line asks for: frozen values."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlgen.errors import SettingsError, UsageError, say
from sqlgen.messages import ENGLISH

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
"""The client whose script language is written for each dialect, unless another is asked for."""
PLAIN = ("postgresql", "mysql", "mariadb", "sqlite")
"""Those of which scripts can be SQL alone: the client called plain."""
SERVER_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
FAIL_ON = ("error", "warning", "never")
READS = ("error", "empty", "shadow")
"""What becomes of a revision that looks at rows: a gap, rendered as if there were none, recorded on a database."""
SERVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SEVERITIES = ("error", "warning", "info", "off")
PRESETS = ("default", "strict")
Transaction = Literal["range", "revision", "none"]
TRANSACTIONS: tuple[Transaction, ...] = ("range", "revision", "none")
"""What of a script commits together; what a client can't do is refused when a script is made."""


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
    """What the script's guard asserts; None, and no tenants: the script is NOT BOUND TO A DATABASE."""
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
    schema: str | None = None
    """PostgreSQL: the search_path of the script."""
    identity: str | None = None
    """What the server must call itself; see Target.identity."""
    client: str | None = None
    server_version: str | None = None
    transaction: Transaction | None = None
    """None: what is usual for the client."""
    tenants: tuple[str, ...] = ()
    """The databases or schemas in which the one script runs, in their order; the first is the canary."""
    tenants_are: Literal["databases", "schemas"] = "databases"


@dataclass(frozen=True, slots=True)
class AllowSetting:
    """One `[[tool.sqlgen.allow]]`: an allowance for code that is frozen."""

    rule: str
    because: str
    revision: str | None = None
    until: str | None = None
    owner: str | None = None
    """Who answers for it."""


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
    language: str | None = None
    """Of what is written for others, and of the terminal; None: not said. See `written_in`."""
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
    trust: str | None = None
    """The trust folder, whose ledger says where each environment stands; relative to the settings file."""
    service: str | None = None
    """Which of the organisation's services this is; the ledger tells them apart by it."""
    source_url: str | None = None
    """Where people see a line of a file at a commit; an address with {commit}, {path} and {line}."""
    source: Path | None = None
    """The file they came from; None: there is none, these are the defaults."""

    @property
    def written_in(self) -> str:
        """The language of files and of formats for machines: English, unless the settings say another."""
        return self.language or ENGLISH

    @property
    def trust_folder(self) -> Path | None:
        """Where the trust folder is, None where the settings name none."""
        return None if self.trust is None or self.source is None else self.source.parent / self.trust

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
    transaction: Transaction | None = None
    """What of a script commits together."""
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
