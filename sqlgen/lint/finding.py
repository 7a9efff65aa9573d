"""Findings: what a rule says of one statement, revision or range."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum

from sqlgen.messages import Message


class Severity(IntEnum):
    """How bad. A number, so that severities compare; `label` is what people and files see."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Allowed:
    """The allowance that covers a finding."""

    because: str | Message
    until: str | None
    """ISO date, the last day on which it holds."""
    where: str
    """`file:line`, or the settings key."""
    owner: str | None = None
    """Who answers for it, as written: @dba, a name, an address."""
    baseline: bool = False
    """It was there when the baseline was made: nobody has allowed it by itself."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of one statement."""

    rule: str
    severity: Severity
    message: Message
    help: Message
    file: str | None
    line: int | None
    end_line: int | None
    column: int | None
    """In characters, from 1."""
    revision: str
    direction: str
    dialect: str
    statement: int | None
    """Which statement of the run, from 1, over all steps; None when it is about a revision or the range."""
    sql: str
    identity: tuple[str, str, str, str, int]
    """What stays the same when lines move: rule, revision (or file), direction, the statement with its white space
    folded, and which occurrence of the same four it is, from 0."""
    allowed: Allowed | None = None
    project: str = ""
    """The project's folder below the top of its repository, with `/`; empty at the top, and outside a repository."""

    @property
    def fingerprint(self) -> str:
        """64 hex digits: sha256 over the project, where it is not at the top, and the identity. What SARIF, GitLab and
        the baseline know the finding by: the same as long as the statement is, wherever it stands."""
        parts = (*((self.project,) if self.project else ()), *map(str, self.identity))
        return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
