"""A bundle of one environment in, the draft of the same content for another one out, with the receipt as evidence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from sqlgen import pipeline
from sqlgen.building import make
from sqlgen.building.make import Draft
from sqlgen.building.order import Order, again
from sqlgen.building.rebuild import hotfix_of
from sqlgen.building.source import at_commit, interpreter, known, trust_of
from sqlgen.bundle.brought import statistics
from sqlgen.bundle.content import identify
from sqlgen.bundle.ledger import Entry, OfBundle, Receipt, believed
from sqlgen.bundle.manifest import Manifest, PromotedFrom
from sqlgen.bundle.reading import open_bundle
from sqlgen.bundle.verify import check_link
from sqlgen.errors import Message, UsageError, VerificationError, say
from sqlgen.settings import Request

Change = Callable[[Order], Order]


def promote(
    bundle: Path,
    request: Request,
    change: Change,
    finish: Callable[[Draft], int],
    *,
    trust: Path | None,
    receipted: bool = True,
    progress: pipeline.Progress | None = None,
) -> int:
    """Render the bundle's range again, from its commit, for the environment of `request`; `finish` gets the draft while
    the commit is checked out. `change`: what the one who promotes says otherwise (expiry, ticket, flags). `trust` None:
    the trust folder of the settings. Not `receipted`: the bundle does not say that this was applied before.

    Raises VerificationError for a bundle that is not as it was built, and when the other environment's settings give
    other statements; UsageError when it was not applied where it comes from, by the ledger of `trust`.
    """
    with ExitStack() as undo:
        opened = open_bundle(bundle, undo)
        manifest = opened.manifest
        where = _from(manifest, request)
        known(manifest, request)
        evidence = {}
        if receipted:
            evidence = receipt(_trust(trust, manifest, request), where, manifest, opened.bundle_id)
        folder, _source = undo.enter_context(at_commit(manifest, request))
        order = again(manifest, request)
        asked = replace(
            order.request,
            env=request.env,
            project=folder,
            server_version=request.server_version or order.request.server_version,
            client=request.client or order.request.client,
        )
        order = replace(
            order,
            request=asked,
            interpreter=interpreter(manifest, request),
            recorded=None,
            breakglass=None,  # an emergency is said where it is one
            hotfix=hotfix_of(manifest, opened.copy),
            expires_at=None,
            evidence=evidence,
            stats=statistics(opened),
            promoted_from=PromotedFrom(opened.bundle_id, where) if receipted else None,
        )
        draft = make.drafted(change(order), progress)
        content = identify(draft.up, draft.down, pipeline.target(draft.workspace, draft.emission))
        if content != manifest.content_id:
            raise VerificationError(
                say("{to} would get other statements than {where} had", to=request.env, where=where),
                hint=say(
                    "What was tried in {where} is not this content. Build a bundle for {to} and compare: "
                    "sqlgen diff {bundle} OTHER.",
                    where=where,
                    to=request.env,
                    bundle=bundle,
                ),
            )
        return finish(draft)


def _from(manifest: Manifest, request: Request) -> str:
    if request.env is None:
        raise UsageError(say("it is not said where to promote to"), hint=say("Name the environment: --env prod."))
    if manifest.environment is None or manifest.environment == request.env:
        raise UsageError(
            say("the bundle is for {environment}", environment=manifest.environment or say("no environment")),
            hint=say("Promote a bundle from one environment to another: sqlgen promote DIR --env prod -o OUT."),
        )
    return manifest.environment


def _trust(given: Path | None, manifest: Manifest, request: Request) -> Path:
    found = given or trust_of(manifest, request)
    if found is None:
        raise UsageError(
            say("it is not said whose ledger knows that the bundle was applied"),
            hint=say(
                "Give the trust folder with --trust, or name it in the settings; --without-receipt makes a bundle of "
                "the same content that does not say that it was tried."
            ),
        )
    return found


def receipt(trust: Path, environment: str, manifest: Manifest, bundle_id: str) -> dict[str, bytes]:
    """The ledger's newest entry that says that this content was applied there, by a bundle that verified, and its
    signature, as files of a bundle.

    Raises UsageError when there is none, VerificationError for a ledger that can't be believed.
    """
    if not trust.is_dir():
        raise UsageError(
            say("there is no trust folder {path}", path=trust),
            hint=say("Give the folder whose ledger has the receipt: --trust TRUST."),
        )
    about = [
        (link, entry)
        for link, entry in believed(trust, environment)  # that the database was set back since changes nothing
        if isinstance(entry, OfBundle) and entry.content_id == manifest.content_id
    ]
    told = [(link, entry) for link, entry in about if entry.kind == "undone" or _counts(entry)]
    last = told[-1] if told else None
    if last is None or last[1].kind != "applied":
        unverified = [entry for _, entry in about if entry.kind == "applied" and not _counts(entry)]
        if last is None and unverified:
            raise _unverified(environment, unverified[-1])
        raise UsageError(
            _not_applied(environment, bundle_id, undone=last is not None),
            hint=say(
                "Apply it there first, and sign the receipt: sqlgen receipt DIR --trust TRUST --log apply.log --key KEY"
            ),
        )
    link = last[0]
    check_link(trust, link)
    name = f"evidence/receipts/{environment}"
    return {f"{name}.json": link.path.read_bytes(), f"{name}.sig": link.path.with_suffix(".sig").read_bytes()}


def _counts(entry: Entry) -> bool:
    """What was applied without being verified is no evidence; verifiers say so, too."""
    return isinstance(entry, Receipt) and entry.kind == "applied" and entry.verified


def _unverified(environment: str, entry: Entry) -> UsageError:
    return UsageError(
        say(
            "in {environment} this content was applied, but not verified before (entry {number})",
            environment=environment,
            number=entry.number,
        ),
        hint=say(
            "It is no evidence for another environment. Roll it back, verify and apply it again, and record both; "
            "or promote it without a receipt, if the policy there asks for none."
        ),
    )


def _not_applied(environment: str, bundle_id: str, *, undone: bool) -> Message:
    if undone:
        return say("in {environment} this content was rolled back again, by the ledger", environment=environment)
    return say(
        "the ledger does not say that {id} was applied in {environment}", id=bundle_id[:12], environment=environment
    )
