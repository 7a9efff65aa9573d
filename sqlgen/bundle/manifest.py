"""What a bundle is, as a Manifest; Manifest to MANIFEST.json and back.

The text has one key a line, sorted, in ASCII, so that `grep` reads it and `diff` shows what differs. The grammar is in
docs/bundle-format.md. The same Manifest always gives the same bytes, and only those bytes give that Manifest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated

from sqlgen.bundle.verify import ENVIRONMENT, FORMAT, RESERVED_ROLES, ROLE, good_name, manifest_lines, utc
from sqlgen.documents import Key, Rare, in_ascii, read, write
from sqlgen.errors import Message, UsageError, VerificationError, say

_DIGEST = re.compile(r"[0-9a-f]{64}")
_HOTFIX = re.compile(r"hotfix/[^/]+\.sql")
TICKET = re.compile(r"[A-Za-z0-9._/#:@+-]{1,200}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class RevisionFile:
    """A revision of the range and the file it was read from."""

    id: str
    file: str
    """Relative to the project, with `/`."""
    sha256: str
    """Of the file's content as git keeps it; outside of git of its bytes, CRLF taken as LF."""
    blob: Rare[str | None] = None
    """The id that git gives that content; None outside of git."""


@dataclass(frozen=True, slots=True)
class AllowedFinding:
    """A finding that an allowance covers: somebody decided that it may stand."""

    rule: str
    revision: str
    because: str
    until: str | None
    """ISO date, the last day on which it holds."""
    where: str
    """`file:line`, or the settings key."""


@dataclass(frozen=True, slots=True)
class IncompleteRevision:
    """A revision that could not be rendered: the script stops before it."""

    revision: str
    file: str | None
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class RowDrivenRevision:
    """A revision that is rendered, but for what it does for each row that it looks at."""

    revision: str
    direction: str
    sql: str
    """The beginning of the first query."""
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class OverriddenRevision:
    """A revision in whose place a hand-written file stands."""

    revision: str
    direction: str
    file: str
    """Relative to the project, with `/`."""
    sha256: str
    """Of the file's bytes."""


@dataclass(frozen=True, slots=True)
class RecordedRevision:
    """A revision whose statements come from a run on an empty database."""

    revision: str
    direction: str


DOES_NOTHING = say("downgrade() does nothing")
"""The reason of a NoWayBack that is no gate. Bundles are known by it, so that neither text may ever change."""


@dataclass(frozen=True, slots=True)
class NoWayBack:
    """A revision for which no downgrade could be rendered, or whose downgrade does nothing."""

    revision: str
    where: str
    """`file:line`, or the file."""
    reason: str


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a revision was told of the schema where the range begins."""

    revision: str
    question: str
    """The method of SQLAlchemy's dialects: has_table, get_columns, …"""
    arguments: tuple[str | None, ...]
    where: str
    """`file:line`, or the file."""


@dataclass(frozen=True, slots=True)
class VolatileValue:
    """A value that another rendering would not have: uuid4(), now(), random() of Python."""

    revision: str
    direction: str
    value: str


@dataclass(frozen=True, slots=True)
class Hotfix:
    """Hand-written SQL outside of the history."""

    at: tuple[str, ...]
    """The heads that the database must be at."""
    revision: str
    """The revision id that it is at afterwards."""
    file: str
    """In the bundle: hotfix/NAME.sql."""
    rollback: str | None
    """The way back, in the bundle; None: there is none."""


@dataclass(frozen=True, slots=True)
class PromotedFrom:
    """Where the same content was applied before."""

    bundle: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that MANIFEST.json says. Order within the tuples is kept; mappings are written sorted by key.

    `Rare` fields are written only where there is something to say.
    """

    content_id: str
    """64 hex digits, from `pack.content_id`."""
    environment: str | None
    """None: NOT BOUND TO A DATABASE; such a bundle can't be signed or verified."""
    dialect: str
    server_version: str | None
    client: str
    database: str | None
    """The name that the guard asserts."""
    lower: Annotated[tuple[str, ...], Key("from")]
    """The heads that the database must be at; empty is base."""
    upper: Annotated[tuple[str, ...], Key("to")]
    """The heads that it will be at."""
    revisions: tuple[RevisionFile, ...]
    """In the order in which they are applied."""
    commit: str | None
    created: str | None
    """The commit's time or SOURCE_DATE_EPOCH, as `2026-01-31T09:30:00Z`; None when there is neither."""
    expires: str | None
    """The first moment at which it is no longer valid; None: never."""
    required_roles: Mapping[str, int] = field(default_factory=dict)
    """What the builder's settings ask for. The verifier's own policy decides."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """Rule id → sha256 of the rule's file."""
    allowances: tuple[AllowedFinding, ...] = ()
    incomplete: tuple[IncompleteRevision, ...] = ()
    overrides: tuple[str, ...] = ()
    """Refusals of the build that were overridden, by the names of their flags."""
    language: str = "en"
    tools: Mapping[str, str] = field(default_factory=dict)
    """Program or package → version."""
    options: tuple[str, ...] = ()
    """Names of the options given, without values."""
    x_names: tuple[str, ...] = ()
    """Names given with -x, without values: they may be secrets."""
    assumptions: Rare[tuple[Assumed, ...]] = ()
    breakglass: Rare[str | None] = None
    """Why this is an emergency."""
    built_with: Rare[Mapping[str, str]] = field(default_factory=dict)
    """Option → value, of those that are neither secrets nor paths: what a rebuild needs."""
    destroys: Rare[tuple[str, ...]] = ()
    """Tables that apply.sql takes data from."""
    handwritten: Rare[tuple[OverriddenRevision, ...]] = ()
    hotfix: Rare[Hotfix | None] = None
    identity: Rare[str | None] = None
    """What the server must call itself."""
    no_rollback: Rare[bool] = False
    """There is no-rollback.md in place of rollback.sql."""
    no_way_back: Rare[tuple[NoWayBack, ...]] = ()
    """Why there is no rollback.sql, or why it does not bring everything back to where it was."""
    not_run: Rare[str | None] = None
    """That such scripts were never run on a real server, in words."""
    project: Rare[str | None] = None
    """Where the project lies in its git repository, with `/`; None: at its top, or not in git."""
    promoted_from: Rare[PromotedFrom | None] = None
    recorded: Rare[tuple[RecordedRevision, ...]] = ()
    renews: Rare[str | None] = None
    """The bundle id of the one that this one renews."""
    row_driven: Rare[tuple[RowDrivenRevision, ...]] = ()
    schema: Rare[str | None] = None
    service: Rare[str | None] = None
    """Which of the organisation's services this is."""
    tenants: Rare[tuple[str, ...]] = ()
    """In their order; the first is the canary."""
    tenants_are: Rare[str | None] = None
    """databases or schemas, where there are tenants."""
    ticket: Rare[str | None] = None
    """Where this was asked for; TICKET is its grammar."""
    transaction: Rare[str | None] = None
    """What commits together, where it was asked for: range, revision, none."""
    volatile: Rare[tuple[VolatileValue, ...]] = ()

    def to_text(self) -> str:
        """MANIFEST.json. Raises UsageError for an environment, role or time that the format has no place for."""
        _check(self)
        return write(self, format=FORMAT)


def created_at(seconds: int) -> str:
    """Unix time → the form that `created` and `expires` have."""
    return utc(datetime.fromtimestamp(seconds, UTC))


def parse(data: bytes) -> Manifest:
    """Read MANIFEST.json. Raises VerificationError unless `data` is exactly what `to_text` writes."""
    lines = manifest_lines(data)
    if lines is None:
        raise _ill_formed(say("it does not have one sorted key a line"))
    if lines.get("format") != in_ascii(FORMAT):
        raise VerificationError(
            say("MANIFEST.json has an unknown format: {format}", format=lines.get("format", "none")),
            hint=say("This sqlgen reads {format}. Use the version that the bundle was made with.", format=FORMAT),
        )
    try:
        manifest = read(Manifest, json.loads(data))
        text = manifest.to_text()
    except (ValueError, KeyError, TypeError, RecursionError, UsageError) as error:
        raise _ill_formed(say("{kind}: {error}", kind=type(error).__name__, error=error)) from error
    if text.encode() != data:
        raise _ill_formed(say("it is not written as sqlgen writes it"))
    return manifest


def _ill_formed(why: Message) -> VerificationError:
    return VerificationError(
        say("MANIFEST.json is ill-formed: {why}", why=why), hint=say("Ask for the bundle as sqlgen wrote it.")
    )


def _check(manifest: Manifest) -> None:
    if manifest.environment is not None and not ENVIRONMENT.fullmatch(manifest.environment):
        raise UsageError(
            say("{name} is no environment name", name=repr(manifest.environment)),
            hint=say("Rename the environment in the settings: small letters, digits, - and _."),
        )
    for role, need in manifest.required_roles.items():
        if not ROLE.fullmatch(role) or role in RESERVED_ROLES or not 1 <= need <= 9:
            raise UsageError(
                say("{role} = {need} is no role that can be required", role=role, need=need),
                hint=say("Write it as in roles = {{ review = 1, dba = 2 }}; receipt, reject, trust are reserved."),
            )
    for moment in (manifest.created, manifest.expires):
        if moment is not None and not _is_moment(moment):
            raise UsageError(
                say("{moment} is no time in UTC", moment=repr(moment)),
                hint=say("Write it as 2026-01-31T09:30:00Z."),
            )
    if manifest.ticket is not None:
        check_ticket(manifest.ticket)
    if not _DIGEST.fullmatch(manifest.content_id):
        raise ValueError(f"content_id is no sha256: {manifest.content_id}")
    _check_places(manifest)


def _check_places(manifest: Manifest) -> None:
    """Whoever builds the bundle again goes where these lead: raises ValueError for one that leads out."""
    project = manifest.project
    if project is not None and (
        PurePosixPath(project).as_posix() != project
        or project == "."
        or PureWindowsPath(project).anchor
        or not {".", ".."}.isdisjoint(PureWindowsPath(project).parts)
    ):
        raise ValueError(f"project does not lie in its repository: {project!r}")
    hotfix = manifest.hotfix
    for file in (hotfix.file, hotfix.rollback) if hotfix is not None else ():
        if file is not None and (not _HOTFIX.fullmatch(file) or not good_name(file)):
            raise ValueError(f"a hotfix does not lie in hotfix/: {file!r}")
    came = manifest.promoted_from
    if came is not None and not (ENVIRONMENT.fullmatch(came.environment) and _DIGEST.fullmatch(came.bundle)):
        raise ValueError(f"promoted_from names no bundle of an environment: {came}")


def check_ticket(ticket: str) -> None:
    """Raises UsageError for one that no manifest can hold."""
    if not TICKET.fullmatch(ticket):
        raise UsageError(
            say("{ticket} can't be a ticket", ticket=repr(ticket)),
            hint=say("Give its number or address: letters, digits and . _ / # : @ + -, at most 200."),
        )


def _is_moment(text: str) -> bool:
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
