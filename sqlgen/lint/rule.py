"""What a rule is, and what it sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlgen.facts.vocabulary import Block, Name
from sqlgen.lint.finding import Severity
from sqlgen.messages import Message

if TYPE_CHECKING:
    from sqlgen.schema import Schema, Table


@dataclass(frozen=True, slots=True)
class Before:
    """What holds just before the statement that a rule looks at."""

    dialect: str
    server_version: tuple[int, ...] | None
    """(16,), (10, 11); None when nobody said: rules then assume the oldest version they know."""
    runs: str
    """"bundle": sqlgen's script runs the migrations; "alembic": alembic upgrade does; "file": a .sql file as it stands."""
    schema: Schema
    in_transaction: bool
    lock_timeout_ms: int | None
    """0: waits for ever, set explicitly; None: nobody set one, the engine's default holds."""
    block: Block | None
    """The DO or BEGIN … END block of this statement that the fact stands in."""
    revision: str
    direction: str
    allowed: frozenset[str]
    """The rules that an allowance names for this statement, so that a guard can accept a reasoned drop."""

    def created(self, table: Name) -> bool:
        """Whether the table (or other object) was made earlier in this range, so that it can hold no rows yet."""
        return self.schema.created(table)

    def table(self, name: Name) -> Table | None:
        """The table as it stands, None when it is not known."""
        return self.schema.table(name)


Check = Callable[..., "Message | None"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its file declares it. The loader adds the id (the file's name) and the page (the docstring)."""

    check: Check
    severity: Severity
    dialects: frozenset[str]
    help: Message
    since: str
    default: bool
    """Whether it is on without being named in the settings."""
    sees: tuple[type, ...]
    """The types of the check's first parameter: facts, Statement, Step, …"""
    options: Any | None
    """The Options dataclass of the rule's file, None where it has none."""
