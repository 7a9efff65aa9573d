"""What a manifest says in; labels and what stands beside them, for people, out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.bundle.manifest import Manifest
from sqlgen.errors import Message, say
from sqlgen.messages import heads

_FEW = 6
"""As many revisions are named one by one."""

Line = tuple[Message, Message | str]
"""A label, and what it says."""
Lines = Iterator[Line]


def what(manifest: Manifest) -> Lines:
    ids = [each.id for each in manifest.revisions]
    named = ", ".join(ids) if len(ids) <= _FEW else f"{ids[0]} … {ids[-1]}"
    yield say("content id"), manifest.content_id
    if manifest.service is not None:
        yield say("service"), manifest.service
    yield say("range"), say("{lower} to {upper}", lower=heads(manifest.lower), upper=heads(manifest.upper))
    count = str(len(ids))
    yield say("revisions"), say("{count}: {named}", count=count, named=named) if ids else count
    if manifest.hotfix is not None:
        yield (
            say("hotfix"),
            say(
                "{file} by hand, outside of the history, at {at}; it stamps {revision}",
                file=manifest.hotfix.file,
                at=heads(manifest.hotfix.at),
                revision=manifest.hotfix.revision,
            ),
        )
    if manifest.promoted_from is not None:
        yield (
            say("promoted"),
            say(
                "from {environment}, where the same content was applied as bundle {bundle}",
                environment=manifest.promoted_from.environment,
                bundle=manifest.promoted_from.bundle,
            ),
        )
    if manifest.renews is not None:
        yield say("renews"), say("{bundle}: all but its last day is the same", bundle=manifest.renews)


def where(manifest: Manifest) -> Lines:
    server = f"{manifest.dialect} {manifest.server_version or ''}".rstrip()
    schema = say(", schema {schema}", schema=manifest.schema) if manifest.schema else ""
    identity = say(", on {identity}", identity=manifest.identity) if manifest.identity else ""
    yield (
        say("environment"),
        say(
            "{environment}, database {database}{schema}{identity}",
            environment=manifest.environment or say("none"),
            database=manifest.database or say("NOT BOUND TO A DATABASE"),
            schema=schema,
            identity=identity,
        ),
    )
    if manifest.tenants:
        yield say("tenants"), _tenants(manifest)
    yield say("engine"), say("{server}, run by {client}", server=server, client=manifest.client)
    if manifest.transaction is not None:
        yield say("transaction"), _commits(manifest.transaction)
    project = say(", project {project}", project=manifest.project) if manifest.project else ""
    yield say("commit"), say("{commit}{project}", commit=manifest.commit or say("none"), project=project)


def _tenants(manifest: Manifest) -> Message:
    told = {
        "count": len(manifest.tenants),
        "first": manifest.tenants[0],
        "names": ", ".join(manifest.tenants),
    }
    if manifest.tenants_are == "schemas":
        return say("{count} schemas, {first} first: {names}", **told)
    return say("{count} databases, {first} first: {names}", **told)


def _commits(mode: str) -> Message | str:
    match mode:
        case "range":
            return say("all of it commits together")
        case "revision":
            return say("each revision commits for itself")
        case "none":
            return say("no transaction: each statement commits for itself")
        case _:
            return mode


def when(manifest: Manifest, *, expired: bool) -> Lines:
    yield say("built at"), manifest.created or say("unknown")
    gone = say(" (expired)") if expired else ""
    yield say("expires"), say("{expires}{gone}", expires=manifest.expires or say("never"), gone=gone)
    if manifest.ticket is not None:
        yield say("ticket"), manifest.ticket


def beware(manifest: Manifest) -> Lines:
    """What somebody who applies it must know."""
    if manifest.breakglass is not None:
        yield say("EMERGENCY"), say("{why}; a review must follow", why=manifest.breakglass)
    for flag in manifest.overrides:
        yield say("override"), flag
    for table in manifest.destroys:
        yield say("destroys"), say("data of {table}", table=table)
    if manifest.no_rollback:
        yield say("no rollback"), say("there is no rollback.sql: no-rollback.md says what to do instead")
    for stop in manifest.no_way_back:
        yield (
            say("no way back"),
            say("{revision}: {reason} ({where})", revision=stop.revision, reason=stop.reason, where=stop.where),
        )
    for hole in manifest.incomplete:
        yield say("incomplete"), say("{revision}: {reason}", revision=hole.revision, reason=hole.reason)
    for driven in manifest.row_driven:
        yield (
            say("row-driven"),
            say("{revision}: what it does for each row is not in the script", revision=driven.revision),
        )
    for each in manifest.volatile:
        yield (
            say("volatile"),
            say(
                "{revision}, {direction}: {value} is another one each time it is rendered",
                revision=each.revision,
                direction=each.direction,
                value=each.value,
            ),
        )
    for assumed in manifest.assumptions:
        asked = ", ".join(each for each in assumed.arguments if each is not None)
        yield (
            say("assumed"),
            say(
                "{revision} was told {question}({asked}) of the schema at the start ({where})",
                revision=assumed.revision,
                question=assumed.question,
                asked=asked,
                where=assumed.where,
            ),
        )
    for recorded in manifest.recorded:
        yield say("recorded"), say("{revision}: from a run on an empty database", revision=recorded.revision)
    for written in manifest.handwritten:
        yield say("by hand"), say("{revision}: {file}", revision=written.revision, file=written.file)
    if manifest.not_run is not None:
        yield say("not run"), manifest.not_run
    for option, value in sorted(manifest.built_with.items()):
        yield say("built with"), say("{option} {value}", option=option, value=value)
    for allowance in manifest.allowances:
        until = say(" until {date}", date=allowance.until) if allowance.until else ""
        yield (
            say("allowed"),
            say(
                "{rule} in {revision}: {because}{until}",
                rule=allowance.rule,
                revision=allowance.revision,
                because=allowance.because,
                until=until,
            ),
        )
