"""A manifest, scripts and a review in; what the review says otherwise than they do, out.

All three come from the same hands, so this finds mistakes and clumsy forgeries: what the review says *of* its
statements is proven by nothing but making it again, as `sqlgen bundle --check` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlgen.bundle.content import gate
from sqlgen.bundle.manifest import DOES_NOTHING, Manifest
from sqlgen.bundle.pack import content_id
from sqlgen.errors import Message, say
from sqlgen.messages import LANGUAGES, heads, speaking
from sqlgen.review.document.model import CautionKind, Document, Light, Statement
from sqlgen.script.marks import find

UP, DOWN = ("apply.sql", "resume.sql"), "rollback.sql"


def contradiction(document: Document, manifest: Manifest, scripts: Mapping[str, str]) -> Message | None:
    """None where the review is about this bundle, names what its manifest warns of, has the traffic light of its own
    reasons, and the statements of the bundle's scripts, whose content id is the manifest's. `scripts`: file → text.

    Raises VerificationError for a script that was changed since it was written.
    """
    for key, (there, here) in _about(document, manifest).items():
        if there != here:
            return say("review.json is about another {key} than MANIFEST.json", key=key)
    if unsaid := sorted(_warned(manifest) - {each.kind for each in document.cautions}):
        return say("review.json does not say what MANIFEST.json warns of: {what}", what=", ".join(unsaid))
    if manifest.destroys and not document.losses:
        return say("review.json does not say what MANIFEST.json warns of: {what}", what="destroys")
    if document.verdict.light != _worst(document):
        return say("the traffic light of review.json is not that of its reasons")
    for name in _other_statements(document, manifest, scripts):
        return say("review.json shows other statements than {script} has", script=name)
    if _content_id(document, manifest) != manifest.content_id:
        return say("the content id is not that of these statements")
    return None


def _about(document: Document, manifest: Manifest) -> Mapping[str, tuple[object, object]]:
    about = document.about
    return {
        "content_id": (about.content_id, manifest.content_id),
        "environment": (about.environment, manifest.environment),
        "database": (about.database, manifest.database),
        "dialect": (about.dialect, manifest.dialect),
        "server_version": (about.server_version, manifest.server_version),
        "client": (about.client, manifest.client),
        "from": (about.lower, heads(manifest.lower)),
        "to": (about.upper, heads(manifest.upper)),
        "commit": (about.commit, manifest.commit),
        "project": (about.project, manifest.project),
        "service": (about.service, manifest.service),
        "required_roles": (document.roles, manifest.required_roles),
        "revisions": ([each.id for each in document.revisions], [each.id for each in manifest.revisions]),
        "incomplete": (_gaps(document), {each.revision for each in manifest.incomplete}),
        "direction": (about.down_only, False),
    }


def _gaps(document: Document) -> set[str]:
    return {each.id for each in document.revisions if each.origin == "gap"}


def _warned(manifest: Manifest) -> set[CautionKind]:
    """What must stand among the review's cautions: nobody may overlook it, and its first page is all that is shown."""
    said: dict[CautionKind, object] = {
        "gate": manifest.incomplete,
        "emergency": manifest.breakglass,
        "override": manifest.overrides,
        "incomplete": manifest.row_driven,
        "volatile": manifest.volatile,
        "assumption": manifest.assumptions,
        "unproven": manifest.not_run,
    }
    if not (manifest.incomplete or manifest.no_way_back):  # of what can't be rendered nobody says who wrote it
        said |= {"handwritten": manifest.handwritten, "recorded": manifest.recorded}
    return {kind for kind, what in said.items() if what}


def _worst(document: Document) -> Light:
    lights = {each.light for each in document.verdict.reasons}
    return "red" if "red" in lights else "yellow" if "yellow" in lights else "green"


# ---- statements


def _other_statements(document: Document, manifest: Manifest, scripts: Mapping[str, str]) -> Iterator[str]:
    """The scripts that have others, or are not there."""
    order = [each.id for each in manifest.revisions]
    for name in UP:
        if name == UP[0] or name in scripts:
            held = _held(document.statements, order, _gaps(document))
            if name not in scripts or _texts(scripts[name]) not in held:
                yield name
    if DOWN in scripts or not manifest.no_rollback:
        held = _held(document.rollback, order[::-1], _no_way_back(manifest))
        if DOWN not in scripts or _texts(scripts[DOWN]) not in held:
            yield DOWN


def _texts(script: str) -> list[str]:
    return [each.sql for each in find(script)]


def _held(statements: Sequence[Statement], order: Sequence[str], gaps: Collection[str]) -> tuple[list[str], ...]:
    """What a script has: all of them; or, of some clients, those before the first revision that is not rendered."""
    first = next((number for number, id in enumerate(order) if id in gaps), len(order))
    before = set(order[:first])
    return [each.sql for each in statements], [each.sql for each in statements if each.revision in before]


def _no_way_back(manifest: Manifest) -> set[str]:
    """The revisions whose downgrade could not be rendered; that of others does nothing."""
    nothing = set()
    for language in LANGUAGES:
        with speaking(language):
            nothing.add(str(DOES_NOTHING))
    return {each.revision for each in manifest.no_way_back if each.reason not in nothing}


def _content_id(document: Document, manifest: Manifest) -> str | None:
    """As those who built it made it; None where a statement is of no revision of the range."""
    order = [each.id for each in manifest.revisions]
    if not {each.revision for each in (*document.statements, *document.rollback)} <= set(order):
        return None
    return content_id(
        list(_content(document.statements, order, _gaps(document))),
        dialect=manifest.dialect,
        lower=manifest.lower,
        upper=manifest.upper,
        rollback=list(_content(document.rollback, order[::-1], _no_way_back(manifest))),
    )


def _content(statements: Sequence[Statement], order: Sequence[str], gaps: Collection[str]) -> Iterator[str]:
    by_revision: dict[str, list[str]] = {id: [gate(id)] if id in gaps else [] for id in order}
    for each in statements:
        by_revision[each.revision].append(each.sql)
    for texts in by_revision.values():
        yield from texts
