"""The first page of review.md: the verdict and its reasons, what it is, and when it runs."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.markdown import code, prose
from sqlgen.messages import Message, say
from sqlgen.review.document import labels, model, wording
from sqlgen.review.markdown.parts import heading, items, paragraph, table

SIGNS: dict[model.Light, str] = {"green": "🟢", "yellow": "🟡", "red": "🔴"}
"""With a word beside them: who prints in black and white sees three discs."""


def verdict(document: model.Document) -> Iterator[str]:
    about, judged = document.about, document.verdict
    yield f"# {say('Review of {before} to {after}', before=code(about.lower), after=code(about.upper))}"
    yield ""
    yield f"{SIGNS[judged.light]} **{prose(judged.title, in_table=False) or wording.light(judged.light)}**"
    yield ""
    yield from items(
        f"{SIGNS[reason.light]} {prose(reason.text, in_table=False)}{labels.behind(reason.statements)}"
        for reason in judged.reasons
    )
    if document.cautions:
        kinds = dict.fromkeys(str(wording.caution(each.kind)[1]) for each in document.cautions)
        told = say("Nobody may overlook, below: {kinds}", kinds=", ".join(kinds))
        yield f"**{told}**"
        yield ""
    yield from table(("", ""), ((name, value) for name, value in _about(document)))


def _about(document: model.Document) -> Iterator[tuple[Message | str, str]]:
    about = document.about
    yield say("from"), code(about.lower)
    yield say("to"), code(about.upper)
    yield say("environment"), _or(about.environment, say("none"))
    yield say("database"), _or(about.database, say("NOT BOUND TO A DATABASE"))
    yield say("engine"), prose(str(labels.engine(document)))
    yield say("client"), code(about.client)
    yield say("statements"), str(len(document.statements))
    yield say("findings"), prose(document.summary)
    yield say("content id"), code(about.content_id)
    if about.commit is not None:
        yield say("commit"), code(about.commit)
    if about.project:
        yield say("project"), code(about.project)
    if about.service is not None:
        yield say("service"), code(about.service)
    for row in about.rows:
        yield prose(row.name), prose(row.text)


def _or(text: str | None, otherwise: Message) -> str:
    return str(otherwise) if text is None else code(text)


def deploy(document: model.Document) -> Iterator[str]:
    order = document.deploy
    yield from heading(say("Deploy order"))
    yield f"**{labels.deploy(order.when)}**"
    yield ""
    yield from paragraph(order.title)
    yield from table(
        (say("part"), say("when"), say("why")),
        ((code(cut.range), labels.deploy(cut.when), prose(cut.text)) for cut in order.cuts),
    )
    yield from _reasons(say("What the old code minds:"), order.old_code)
    yield from _reasons(say("What the new code needs:"), order.new_code)
    if order.models:
        yield f"{say('What the models say:')}"
        yield ""
        yield from items(prose(text, in_table=False) for text in order.models)


def _reasons(title: Message, reasons: tuple[model.CodeReason, ...]) -> Iterator[str]:
    if not reasons:
        return
    yield f"{title}"
    yield ""
    yield from items(map(_reason, reasons))


def _reason(reason: model.CodeReason) -> str:
    told = prose(reason.text, in_table=False)
    if reason.name is not None:
        told = f"{code(reason.name, in_table=False)}{say(': ')}{told}"
    if reason.revision:
        told = str(say("{one}, {other}", one=told, other=code(reason.revision, in_table=False)))
    sure = "" if reason.certain else f" **{say('not certain')}**"
    return f"{told}{labels.behind(() if reason.statement is None else (reason.statement,))}{sure}"
