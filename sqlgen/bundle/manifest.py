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

from sqlgen.bundle.verify import ENVIRONMENT, FORMAT, RESERVED_ROLES, ROLE, manifest_lines, utc
from sqlgen.errors import UsageError, VerificationError, say

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class RevisionFile:
    """A revision of the range and the file it was read from."""

    id: str
    file: str
    """Relative to the project, with `/`."""
    sha256: str
    """Of the file's bytes."""


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


@dataclass(frozen=True, slots=True)
class NoWayBack:
    """A revision for which no downgrade could be rendered, or whose downgrade does nothing."""

    revision: str
    where: str
    """`file:line`, or the file."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that MANIFEST.json says. Order within the tuples is kept; mappings are written sorted by key."""

    content_id: str
    """64 hex digits, from `pack.content_id`."""
    environment: str | None
    """None: NOT BOUND TO A DATABASE; such a bundle can't be signed or verified."""
    dialect: str
    server_version: str | None
    client: str
    database: str | None
    """The name that the guard asserts."""
    lower: tuple[str, ...]
    """`from`: the heads that the database must be at; empty is base."""
    upper: tuple[str, ...]
    """`to`: the heads that it will be at."""
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
    row_driven: tuple[RowDrivenRevision, ...] = ()
    recorded: tuple[RecordedRevision, ...] = ()
    handwritten: tuple[OverriddenRevision, ...] = ()
    destroys: tuple[str, ...] = ()
    """Tables that apply.sql takes data from."""
    no_way_back: tuple[NoWayBack, ...] = ()
    """Why there is no rollback.sql, or why it does not bring everything back to where it was."""
    no_rollback: bool = False
    """There is no-rollback.md in place of rollback.sql."""
    not_run: str | None = None
    """That such scripts were never run on a real server, in words."""
    transaction: str | None = None
    """What commits together, where it was asked for: range, revision, none."""
    schema: str | None = None
    identity: str | None = None
    """What the server must call itself."""
    tenants: tuple[str, ...] = ()
    """In their order; the first is the canary."""
    tenants_are: str | None = None
    """databases or schemas, where there are tenants."""
    overrides: tuple[str, ...] = ()
    """Refusals of the build that were overridden, by the names of their flags."""
    language: str = "en"
    tools: Mapping[str, str] = field(default_factory=dict)
    """Program or package → version."""
    options: tuple[str, ...] = ()
    """Names of the options given, without values."""
    x_names: tuple[str, ...] = ()
    """Names given with -x, without values: they may be secrets."""

    def to_text(self) -> str:
        """MANIFEST.json. Raises UsageError for an environment, role or time that the format has no place for."""
        _check(self)
        keys = _keys(self)
        lines = [f"  {_json(key)}: {_json(keys[key])}" for key in sorted(keys)]
        return "{\n" + ",\n".join(lines) + "\n}\n"


def created_at(seconds: int) -> str:
    """Unix time → the form that `created` and `expires` have."""
    return utc(datetime.fromtimestamp(seconds, UTC))


def parse(data: bytes) -> Manifest:
    """Read MANIFEST.json. Raises VerificationError unless `data` is exactly what `to_text` writes."""
    lines = manifest_lines(data)
    if lines is None:
        raise _ill_formed("it does not have one sorted key a line")
    if lines.get("format") != _json(FORMAT):
        raise VerificationError(
            say("MANIFEST.json has an unknown format: {format}", format=lines.get("format", "none")),
            hint=say("This sqlgen reads {format}. Use the version that the bundle was made with.", format=FORMAT),
        )
    try:
        manifest = _build(json.loads(data))
        text = manifest.to_text()
    except (ValueError, KeyError, TypeError, RecursionError, UsageError) as error:
        raise _ill_formed(f"{type(error).__name__}: {error}") from error
    if text.encode() != data:
        raise _ill_formed("it is not written as sqlgen writes it")
    return manifest


def _ill_formed(why: str) -> VerificationError:
    return VerificationError(
        say("MANIFEST.json is ill-formed: {why}", why=why), hint=say("Ask for the bundle as sqlgen wrote it.")
    )


def _json(value: object) -> str:
    # json leaves DEL as it is, and the line grammar has printable ASCII only.
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(", ", ": ")).replace("\x7f", "\\u007f")


def _keys(manifest: Manifest) -> dict[str, object]:
    """Keys of what most bundles have none of stand only where there is some."""
    rare: dict[str, object] = {
        "destroys": list(manifest.destroys),
        "identity": manifest.identity,
        "no_rollback": manifest.no_rollback,
        "no_way_back": [{"reason": n.reason, "revision": n.revision, "where": n.where} for n in manifest.no_way_back],
        "not_run": manifest.not_run,
        "schema": manifest.schema,
        "tenants": list(manifest.tenants),
        "tenants_are": manifest.tenants_are,
        "transaction": manifest.transaction,
        "handwritten": [
            {"direction": h.direction, "file": h.file, "revision": h.revision, "sha256": h.sha256}
            for h in manifest.handwritten
        ],
        "recorded": [{"direction": r.direction, "revision": r.revision} for r in manifest.recorded],
        "row_driven": [
            {"direction": r.direction, "file": r.file, "line": r.line, "revision": r.revision, "sql": r.sql}
            for r in manifest.row_driven
        ],
    }
    return _usual(manifest) | {key: value for key, value in rare.items() if value}


def _usual(manifest: Manifest) -> dict[str, object]:
    return {
        "allowances": [
            {"because": a.because, "revision": a.revision, "rule": a.rule, "until": a.until, "where": a.where}
            for a in manifest.allowances
        ],
        "client": manifest.client,
        "commit": manifest.commit,
        "content_id": manifest.content_id,
        "created": manifest.created,
        "database": manifest.database,
        "dialect": manifest.dialect,
        "environment": manifest.environment,
        "expires": manifest.expires,
        "format": FORMAT,
        "from": list(manifest.lower),
        "incomplete": [
            {"file": i.file, "line": i.line, "reason": i.reason, "revision": i.revision} for i in manifest.incomplete
        ],
        "language": manifest.language,
        "options": list(manifest.options),
        "overrides": list(manifest.overrides),
        "required_roles": dict(manifest.required_roles),
        "revisions": [{"file": r.file, "id": r.id, "sha256": r.sha256} for r in manifest.revisions],
        "rules": dict(manifest.rules),
        "server_version": manifest.server_version,
        "to": list(manifest.upper),
        "tools": dict(manifest.tools),
        "x_names": list(manifest.x_names),
    }


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
    if not _DIGEST.fullmatch(manifest.content_id):
        raise ValueError(f"content_id is no sha256: {manifest.content_id}")


def _is_moment(text: str) -> bool:
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _build(values: dict[str, object]) -> Manifest:
    """A Manifest from parsed JSON. Raises KeyError, TypeError; surplus keys show when it is written again."""
    return Manifest(
        content_id=_text(values["content_id"]),
        environment=_text_or_none(values["environment"]),
        dialect=_text(values["dialect"]),
        server_version=_text_or_none(values["server_version"]),
        client=_text(values["client"]),
        database=_text_or_none(values["database"]),
        lower=_texts(values["from"]),
        upper=_texts(values["to"]),
        revisions=tuple(_revision(row) for row in _objects(values["revisions"])),
        commit=_text_or_none(values["commit"]),
        created=_text_or_none(values["created"]),
        expires=_text_or_none(values["expires"]),
        required_roles={role: _whole(need) for role, need in _object(values["required_roles"]).items()},
        rules={rule: _text(digest) for rule, digest in _object(values["rules"]).items()},
        allowances=tuple(_allowed(row) for row in _objects(values["allowances"])),
        incomplete=tuple(_incomplete(row) for row in _objects(values["incomplete"])),
        row_driven=tuple(_row_driven(row) for row in _objects(values.get("row_driven", []))),
        recorded=tuple(
            RecordedRevision(_text(row["revision"]), _text(row["direction"]))
            for row in _objects(values.get("recorded", []))
        ),
        handwritten=tuple(
            OverriddenRevision(*(_text(row[key]) for key in ("revision", "direction", "file", "sha256")))
            for row in _objects(values.get("handwritten", []))
        ),
        destroys=_texts(values.get("destroys", [])),
        no_way_back=tuple(
            NoWayBack(*(_text(row[key]) for key in ("revision", "where", "reason")))
            for row in _objects(values.get("no_way_back", []))
        ),
        no_rollback=_flag(values.get("no_rollback", False)),
        not_run=_text_or_none(values.get("not_run")),
        transaction=_text_or_none(values.get("transaction")),
        schema=_text_or_none(values.get("schema")),
        identity=_text_or_none(values.get("identity")),
        tenants=_texts(values.get("tenants", [])),
        tenants_are=_text_or_none(values.get("tenants_are")),
        overrides=_texts(values["overrides"]),
        language=_text(values["language"]),
        tools={tool: _text(version) for tool, version in _object(values["tools"]).items()},
        options=_texts(values["options"]),
        x_names=_texts(values["x_names"]),
    )


def _revision(row: dict[str, object]) -> RevisionFile:
    return RevisionFile(id=_text(row["id"]), file=_text(row["file"]), sha256=_text(row["sha256"]))


def _allowed(row: dict[str, object]) -> AllowedFinding:
    return AllowedFinding(
        rule=_text(row["rule"]),
        revision=_text(row["revision"]),
        because=_text(row["because"]),
        until=_text_or_none(row["until"]),
        where=_text(row["where"]),
    )


def _incomplete(row: dict[str, object]) -> IncompleteRevision:
    line = row["line"]
    return IncompleteRevision(
        revision=_text(row["revision"]),
        file=_text_or_none(row["file"]),
        line=None if line is None else _whole(line),
        reason=_text(row["reason"]),
    )


def _row_driven(row: dict[str, object]) -> RowDrivenRevision:
    line = row["line"]
    return RowDrivenRevision(
        revision=_text(row["revision"]),
        direction=_text(row["direction"]),
        sql=_text(row["sql"]),
        file=_text_or_none(row["file"]),
        line=None if line is None else _whole(line),
    )


def _objects(value: object) -> list[dict[str, object]]:
    return [_object(row) for row in _list(value)]


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(item) for item in _list(value))


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is no true or false")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no object")
    return value
