"""What people read before they sign, as plain values: one model, which html, markdown, JSON and the terminal show.

Sentences are text already, in the document's language; what machines compare are numbers, names and fixed words. It is
made by `make`, written and read as review.json, and never holds what the bundle's own id depends on: who signed stands
in `Signed`, beside it.

Statements of apply.sql are numbered from 1, and so are those of rollback.sql, in the order of each script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SCHEMA = "sqlgen.review/1"
_ADDRESS = re.compile(r"https?://[^\s/]\S*")

Severity = Literal["error", "warning", "info"]
CautionKind = Literal[
    "gate",
    "emergency",
    "override",
    "incomplete",
    "handwritten",
    "recorded",
    "volatile",
    "note",
    "assumption",
    "unproven",
]
Possible = Literal["whole", "part", "none"]
Light = Literal["green", "yellow", "red"]
Blocking = Literal["nothing", "schema", "writes", "all"]
"""What others can't do with a table: sqlgen.effects.Blocks in lower case."""
Working = Literal["none", "metadata", "rows", "scan", "index", "rewrite", "unknown"]
"""sqlgen.effects.Work in lower case."""


@dataclass(frozen=True, slots=True)
class Document:
    """All of a review."""

    language: Literal["en", "zh-CN"]
    about: About
    verdict: Verdict
    deploy: Deploy
    statements: tuple[Statement, ...]
    """Of apply.sql, in its order; of rollback.sql where nothing else was asked for (`about.down_only`)."""
    rollback: tuple[Statement, ...]
    transactions: tuple[Transaction, ...]
    """Of `statements`: each stands in exactly one."""
    revisions: tuple[Revision, ...]
    """Of the range, in the order in which they are applied."""
    tables: tuple[TableView, ...]
    """Those that the range touches, in the order of the first statement that does."""
    findings: tuple[Finding, ...]
    """On what is applied, then on the way back; allowed ones too, those of the baseline left out."""
    summary: str
    """One line of counts."""
    cautions: tuple[Caution, ...]
    """What nobody may overlook: gates, what is incomplete, overridden, assumed, by hand, recorded, volatile."""
    losses: tuple[Lost, ...]
    """Data that apply.sql destroys."""
    way_back: WayBack
    guide: Guide
    evidence: tuple[Evidence, ...]
    roles: Mapping[str, int]
    """Which signatures the environment asks for, and how many of each."""
    sign_off: str
    """A sentence that says who signs."""


# ---- the first page


@dataclass(frozen=True, slots=True)
class About:
    """What it is."""

    lower: str
    """Where the range begins: revisions, as `a, b`, or `base`."""
    upper: str
    environment: str | None
    database: str | None
    dialect: str
    server_version: str | None
    judged_as: str
    """The version that is assumed: what was said, else the oldest that is supported."""
    client: str
    content_id: str
    commit: str | None
    project: str | None
    service: str | None
    down_only: bool
    rows: tuple[Row, ...]
    """More for the first page, such as ticket, emergency, hotfix, tenants; in words."""


@dataclass(frozen=True, slots=True)
class Row:
    """A name and what it says."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The traffic light. Green: nothing is open and nobody waits long; yellow: read before you sign; red: stop."""

    light: Light
    title: str
    reasons: tuple[Reason, ...]
    """What set it, the worst first; not empty unless it is green."""


@dataclass(frozen=True, slots=True)
class Reason:
    light: Light
    text: str
    statements: tuple[int, ...] = ()
    """Which of them it is about."""


@dataclass(frozen=True, slots=True)
class Deploy:
    """Whether it runs before or after the new code, from what statements do and what the models map."""

    when: Literal["before", "after", "either", "stop", "split", "unknown"]
    """before: old code goes on working, new code needs it. after: new code lives without it, old code does not. either:
    no code minds. stop: neither works with the other's schema, so that the old code has to stop first. split: cut as
    `cuts` says, then each part is one of the others."""
    title: str
    old_code: tuple[CodeReason, ...]
    """Why code of before the range may fail once a statement has run."""
    new_code: tuple[CodeReason, ...]
    """What code of behind the range needs of a statement."""
    models: tuple[str, ...]
    """What target_metadata says to it: a dropped column that is still mapped, and the like."""
    cuts: tuple[Cut, ...]
    """The parts, where it is to be cut; empty otherwise."""


@dataclass(frozen=True, slots=True)
class CodeReason:
    text: str
    name: str | None
    """The table, `table.column`, or other name that it is about."""
    revision: str
    statement: int | None
    certain: bool
    """False: whether code minds is not known."""


@dataclass(frozen=True, slots=True)
class Cut:
    range: str
    """As it is given on the command line: `a:b`."""
    when: Literal["before", "after", "either", "stop", "unknown"]
    text: str
    """When it runs, and why."""


# ---- statements


@dataclass(frozen=True, slots=True)
class Statement:
    number: int
    revision: str
    sql: str
    """As it stands in the script."""
    place: Place | None
    op: str | None
    """The operation that made it, as scripts name it: op.add_column."""
    operation: str
    """What it does, in a few words: add column, create index concurrently."""
    tables: tuple[str, ...]
    """What it touches: tables, or other things where it touches no table."""
    locks: tuple[Lock, ...]
    work: Working
    worked_on: tuple[str, ...]
    """The tables whose rows are read or written."""
    algorithm: str | None
    """MySQL and MariaDB: instant, nocopy, inplace, copy."""
    transaction: int
    """The number of its Transaction; 0 in the rollback, whose transactions are not drawn."""
    reversible: bool | None
    """None: not known; so below."""
    destroys: tuple[str, ...] | None
    """What is gone afterwards, in words."""
    breaks_old_code: bool | None
    may_fail: bool | None
    """Whether rows that are there may make it fail."""
    unknown: tuple[str, ...]
    """Why something of the above is not known."""
    lock_timeout_ms: int | None
    statement_timeout_ms: int | None
    claim: str
    """The line of the engine's table of effects that says so."""
    sources: tuple[str, ...]
    proven: bool
    """Whether a test of ours runs that line on a real server."""
    estimate: Estimate | None
    """Only from statistics that a DBA gave."""
    notes: tuple[str, ...]
    """Left as it was written, values that are volatile, and the like."""
    undone_by: tuple[int, ...]
    """The statements of the rollback that take it back; empty in the rollback itself, and where none does."""
    checks_before: tuple[str, ...]
    """What preflight.sql asks for it."""
    checks_after: tuple[str, ...]
    """What postcheck.sql asks of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written."""

    file: str
    line: int | None
    end_line: int | None
    url: str | None
    """The same at the commit, on the host of the repository; None where the settings don't name it."""

    @property
    def address(self) -> str | None:
        """The url, where it is https or http, of a host, and holds nothing that a reader can't see."""
        url = self.url
        return url if url is not None and url.isprintable() and _ADDRESS.fullmatch(url) else None


@dataclass(frozen=True, slots=True)
class Lock:
    table: str
    mode: str
    blocks: Blocking
    brief: bool
    """For a moment at its start and end only."""
    new: bool
    """The script itself has made the table: nobody waits."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A range, not a promise."""

    low_ms: int
    high_ms: int
    because: str
    """Which rows and bytes, at which rates."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """Statements that commit together, or one that commits by itself."""

    number: int
    """From 1."""
    first: int
    """The numbers of its statements, both included."""
    last: int
    revisions: tuple[str, ...]
    ends: Literal["commit", "itself", "implicit", "stop"]
    """commit: a COMMIT of the script; itself: outside of a transaction; implicit: the engine commits it; stop: the
    script ends or waits before a gate."""
    holds: tuple[Held, ...]
    """What it holds in the end, on tables that others use; in the order in which it is taken."""
    estimate: Estimate | None
    gate: str | None = None
    """Why the script stops behind it, before a revision that could not be rendered."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lock, the strongest that the transaction has taken on the table."""

    table: str
    mode: str
    blocks: Blocking
    since: int
    """The statement that takes it. It is held until the transaction ends."""


# ---- history and tables


@dataclass(frozen=True, slots=True)
class Revision:
    id: str
    message: str
    parents: tuple[str, ...]
    """down_revision; some may stand before the range."""
    depends_on: tuple[str, ...]
    labels: tuple[str, ...]
    place: Place | None
    statements: tuple[int, ...]
    rollback: tuple[int, ...]
    origin: Literal["rendered", "recorded", "override", "gap"]
    note: str | None
    """Why it is a gate, what is missing of it, where its statements come from."""


@dataclass(frozen=True, slots=True)
class TableView:
    """A table before and after the range."""

    name: str
    """Its name behind the range; of a dropped one, that before."""
    was: str | None
    """What it was called before, where that is another name."""
    state: Literal["changed", "new", "dropped", "rows", "unknown"]
    """rows: its rows alone; unknown: the schema before it is not known."""
    lines: tuple[Line, ...]
    """Columns in their order, then keys, then indexes: unchanged ones too."""
    complete: bool
    """Whether all of it is known."""
    statements: tuple[int, ...]
    links: tuple[Link, ...]
    """Foreign keys behind the range (before it, of a dropped one), of it and to it."""
    rows: int | None
    """From the statistics that a DBA gave."""
    bytes: int | None


@dataclass(frozen=True, slots=True)
class Line:
    kind: Literal["column", "key", "index", "other"]
    name: str
    before: str | None
    """Its definition, such as `VARCHAR(40) NOT NULL DEFAULT 'x'`; None: it is not there."""
    after: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key."""

    table: str
    columns: tuple[str, ...]
    to: str
    to_columns: tuple[str, ...]
    state: Literal["stays", "new", "gone"]


# ---- what is found, and what must be known


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    severity: Severity
    message: str
    help: str
    direction: Literal["upgrade", "downgrade"]
    revision: str
    statement: int | None
    """The number of its statement in `statements`, or, on the way back, in `rollback`."""
    place: Place | None
    allowed: Allowed | None


@dataclass(frozen=True, slots=True)
class Allowed:
    because: str
    until: str | None
    """ISO date, the last day."""
    where: str
    owner: str | None


@dataclass(frozen=True, slots=True)
class Caution:
    kind: CautionKind
    text: str
    revision: str | None
    place: Place | None
    what_to_do: str | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """Data that is gone."""

    revision: str
    where: str
    what: str
    statement: int | None


@dataclass(frozen=True, slots=True)
class WayBack:
    possible: Possible
    title: str
    """One sentence."""
    losses: tuple[RevisionLoss, ...]
    """What going back loses, a revision each; those that lose nothing are left out."""


@dataclass(frozen=True, slots=True)
class RevisionLoss:
    revision: str
    where: str
    what: tuple[str, ...]


# ---- running it


@dataclass(frozen=True, slots=True)
class Guide:
    steps: tuple[Todo, ...]
    """In their order: verify, preflight, dump, apply, postcheck, keep the logs."""
    back: tuple[Todo, ...]
    """Going back, and bringing data back."""
    failures: tuple[Failure, ...]
    """The failure map."""
    failure_notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Todo:
    text: str
    commands: tuple[str, ...]
    """Lines of shell, exact."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A row of the failure map: one state in which the script may stop."""

    stopped: str
    version_table: str
    stands: str
    old_code: str
    new_code: str
    onward: str
    back: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was checked, by what, with which result."""

    name: str
    text: str


# ---- beside it: what is known only once it is signed


@dataclass(frozen=True, slots=True)
class Signed:
    """What `sqlgen show` adds: nothing of it stands in review.json, as it comes after the bundle."""

    bundle_id: str | None
    """None: the files are not those that were built."""
    state: Light
    title: str
    """One sentence: verified by a trust folder, signed as it claims, changed, rejected."""
    signatures: tuple[Signature, ...]
    rows: tuple[Row, ...]
    """What is missing, who rejected it, expiry, what the ledger says."""


@dataclass(frozen=True, slots=True)
class Signature:
    role: str
    name: str
    key: str | None
    """SHA256:…"""
    counts: bool
    text: str
    """Why it does not count; that it is carried; empty where there is nothing to say."""
