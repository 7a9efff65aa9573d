"""What there is to say about a bundle in, lines for people or JSON out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from sqlgen.bundle.manifest import Manifest
from sqlgen.bundle.show import Shown
from sqlgen.cli import show_people
from sqlgen.errors import Message, say
from sqlgen.messages import heads

_SCHEMA = "sqlgen.show/1"
_FEW = 6
"""As many revisions are named one by one."""

Lines = Iterator[Message | str]


def lines(shown: Shown) -> Lines:
    """What people read: who rejected it, what it is, what to know before it is applied, who signed, what is missing."""
    manifest = shown.manifest
    if manifest is None:
        return
    yield from show_people.rejected(shown)
    yield say("bundle id    {id}", id=shown.bundle_id or say("none: the files are not those that were built"))
    yield from _what(manifest)
    yield from _where(manifest)
    yield from _when(manifest, expired=shown.expired)
    yield from _beware(manifest)
    yield from show_people.who(shown)
    yield from show_people.missing(shown)
    yield from show_people.ledger(shown)
    if manifest.breakglass is not None and shown.policy is None and shown.refusal is None:
        yield say(
            "note         who must sign an emergency is said by the breakglass policy of a trust folder (--trust)"
        )
    if shown.verified:
        yield say("verified     the trust folder accepts it for this environment")
    elif (shown.claims or shown.carried or shown.rejections) and shown.refusal is None:
        yield say("note         signatures are shown as they claim; only a trust folder can tell who signed (--trust)")


def _what(manifest: Manifest) -> Lines:
    ids = [each.id for each in manifest.revisions]
    named = ", ".join(ids) if len(ids) <= _FEW else f"{ids[0]} … {ids[-1]}"
    yield say("content id   {id}", id=manifest.content_id)
    if manifest.service is not None:
        yield say("service      {service}", service=manifest.service)
    yield say("range        {lower} to {upper}", lower=heads(manifest.lower), upper=heads(manifest.upper))
    yield say("revisions    {count}{named}", count=len(ids), named=f": {named}" if ids else "")
    if manifest.hotfix is not None:
        yield say(
            "hotfix       {file} by hand, outside of the history, at {at}; it stamps {revision}",
            file=manifest.hotfix.file,
            at=heads(manifest.hotfix.at),
            revision=manifest.hotfix.revision,
        )
    if manifest.promoted_from is not None:
        yield say(
            "promoted     from {environment}, where the same content was applied as bundle {bundle}",
            environment=manifest.promoted_from.environment,
            bundle=manifest.promoted_from.bundle,
        )
    if manifest.renews is not None:
        yield say("renews       {bundle}: all but its last day is the same", bundle=manifest.renews)


def _where(manifest: Manifest) -> Lines:
    server = f"{manifest.dialect} {manifest.server_version or ''}".rstrip()
    schema = say(", schema {schema}", schema=manifest.schema) if manifest.schema else ""
    identity = say(", on {identity}", identity=manifest.identity) if manifest.identity else ""
    yield say(
        "environment  {environment}, database {database}{schema}{identity}",
        environment=manifest.environment or say("none"),
        database=manifest.database or say("NOT BOUND TO A DATABASE"),
        schema=schema,
        identity=identity,
    )
    if manifest.tenants:
        yield say(
            "tenants      {count} {kind}, {first} first: {names}",
            count=len(manifest.tenants),
            kind=manifest.tenants_are,
            first=manifest.tenants[0],
            names=", ".join(manifest.tenants),
        )
    yield say("engine       {server}, run by {client}", server=server, client=manifest.client)
    if manifest.transaction is not None:
        yield say("transaction  {mode}", mode=_commits(manifest.transaction))
    project = say(", project {project}", project=manifest.project) if manifest.project else ""
    yield say("commit       {commit}{project}", commit=manifest.commit or say("none"), project=project)


def _commits(mode: str) -> Message:
    match mode:
        case "range":
            return say("all of it commits together")
        case "revision":
            return say("each revision commits for itself")
        case "none":
            return say("no transaction: each statement commits for itself")
        case _:
            return say("{mode}", mode=mode)


def _when(manifest: Manifest, *, expired: bool) -> Lines:
    yield say("created      {created}", created=manifest.created or say("unknown"))
    gone = say(" (expired)") if expired else ""
    yield say("expires      {expires}{gone}", expires=manifest.expires or say("never"), gone=gone)
    if manifest.ticket is not None:
        yield say("ticket       {ticket}", ticket=manifest.ticket)


def _beware(manifest: Manifest) -> Lines:
    """What somebody who applies it must know."""
    if manifest.breakglass is not None:
        yield say("EMERGENCY    {why}; a review must follow", why=manifest.breakglass)
    for flag in manifest.overrides:
        yield say("override     {flag}", flag=flag)
    for table in manifest.destroys:
        yield say("destroys     data of {table}", table=table)
    if manifest.no_rollback:
        yield say("no rollback  there is no rollback.sql: no-rollback.md says what to do instead")
    for stop in manifest.no_way_back:
        yield say(
            "no way back  {revision}: {reason} ({where})", revision=stop.revision, reason=stop.reason, where=stop.where
        )
    for hole in manifest.incomplete:
        yield say("incomplete   {revision}: {reason}", revision=hole.revision, reason=hole.reason)
    for driven in manifest.row_driven:
        yield say("row-driven   {revision}: what it does for each row is not in the script", revision=driven.revision)
    for each in manifest.volatile:
        yield say(
            "volatile     {revision}, {direction}: {value} is another one each time it is rendered",
            revision=each.revision,
            direction=each.direction,
            value=each.value,
        )
    for assumed in manifest.assumptions:
        asked = ", ".join(each for each in assumed.arguments if each is not None)
        yield say(
            "assumed      {revision} was told {question}({asked}) of the schema at the start ({where})",
            revision=assumed.revision,
            question=assumed.question,
            asked=asked,
            where=assumed.where,
        )
    for recorded in manifest.recorded:
        yield say("recorded     {revision}: from a run on an empty database", revision=recorded.revision)
    for written in manifest.handwritten:
        yield say("by hand      {revision}: {file}", revision=written.revision, file=written.file)
    if manifest.not_run is not None:
        yield say("not run      {warning}", warning=manifest.not_run)
    for option, value in sorted(manifest.built_with.items()):
        yield say("built with   {option} {value}", option=option, value=value)
    for allowance in manifest.allowances:
        until = say(" until {date}", date=allowance.until) if allowance.until else ""
        yield say(
            "allowed      {rule} in {revision}: {because}{until}",
            rule=allowance.rule,
            revision=allowance.revision,
            because=allowance.because,
            until=until,
        )


def as_json(shown: Shown) -> str:
    """The same as JSON; the manifest is as in MANIFEST.json."""
    document: dict[str, Any] = {
        "schema": _SCHEMA,
        "bundle_id": shown.bundle_id,
        "problem": None if shown.problem is None else str(shown.problem),
        "expired": shown.expired,
        "verified": shown.verified,
        "refusal": None if shown.refusal is None else str(shown.refusal),
        "manifest": None if shown.manifest is None else json.loads(shown.manifest.to_text()),
        **{
            name: [dataclasses.asdict(each) for each in getattr(shown, name)]
            for name in ("claims", "carried", "rejections", "missing", "unmet")
        },
        "policy": None,
        "ledger": None,
    }
    if shown.policy is not None:
        document["policy"] = {
            "roles": dict(shown.policy.roles),
            "after": list(shown.policy.after),
            "carry": sorted(shown.policy.carry),
            "ticket": shown.policy.ticket,
        }
    if shown.ledger is not None:
        document["ledger"] = {
            "entries": [json.loads(each.to_text()) for each in shown.ledger.entries],
            "earlier": [
                {
                    "rejection": json.loads(each.rejection.to_text()),
                    "same_content": each.same_content,
                    "changes": [dataclasses.asdict(change) for change in each.changes],
                }
                for each in shown.ledger.earlier
            ],
        }
    return json.dumps(document, indent=2) + "\n"
