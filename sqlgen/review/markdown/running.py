"""The rest of review.md: what nobody may overlook, what is lost, how it is run, what was checked, who signs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from sqlgen.markdown import code, prose
from sqlgen.messages import say
from sqlgen.review.document import model, wording
from sqlgen.review.markdown.first import SIGNS
from sqlgen.review.markdown.parts import block, heading, items, paragraph, place, table
from sqlgen.review.room import extent, fitting, why_named
from sqlgen.script.runbook.failure_map import columns


def cautions(document: model.Document) -> Iterator[str]:
    if not document.cautions:
        return
    yield from heading(say("What nobody may overlook"))
    for each in document.cautions:
        light, word = wording.caution(each.kind)
        about = "" if each.revision is None else f" {code(each.revision, in_table=False)}"
        at = place(each.place)
        todo = "" if each.what_to_do is None else f" → {prose(each.what_to_do, in_table=False)}"
        text = f"{prose(each.text, in_table=False)}{todo}{f' ({at})' if at else ''}"
        yield f"- {SIGNS[light]} **{word}**{about}{say(': ')}{text}"
    yield ""


def losses(document: model.Document) -> Iterator[str]:
    """Data that is gone once apply.sql has run."""
    if not document.losses:
        return
    yield from heading(say("Data that is destroyed"))
    yield f"**{say('Dump it first: the guide below has the commands, and those that bring it back.')}**"
    yield ""
    yield from table(
        (say("revision"), say("where"), say("what is gone"), "#"),
        ((code(each.revision), code(each.where), prose(each.what), each.statement or "") for each in document.losses),
    )


def guide(document: model.Document) -> Iterator[str]:
    yield from heading(say("How to run it"))
    yield from _todos(document.guide.steps)
    if document.guide.back:
        yield from heading(say("Going back"))
        yield from _todos(document.guide.back)


def _todos(todos: Sequence[model.Todo]) -> Iterator[str]:
    for number, each in enumerate(todos, start=1):
        indent = " " * (len(str(number)) + 2)
        yield f"{number}. {prose(each.text, in_table=False)}"
        if each.commands:
            yield from block("\n".join(each.commands), "sh", indent)
        for note in each.notes:
            yield ""
            yield f"{indent}{prose(note, in_table=False)}"
    yield ""


def failures(document: model.Document) -> Iterator[str]:
    if not document.guide.failures:
        return
    yield from heading(say("If it stops"))
    yield from table(
        columns(),
        (
            (
                prose(each.stopped),
                code(each.version_table),
                *map(prose, (each.stands, each.old_code, each.new_code, each.onward, each.back)),
            )
            for each in document.guide.failures
        ),
    )
    yield from items(prose(note, in_table=False) for note in document.guide.failure_notes)


def evidence(document: model.Document) -> Iterator[str]:
    if not document.evidence:
        return
    yield from heading(say("Evidence"))
    yield from table((say("what"), say("result")), ((prose(each.name), prose(each.text)) for each in document.evidence))


def sign_off(document: model.Document) -> Iterator[str]:
    """A line for each signature that is needed, to be printed and filled in."""
    yield from heading(say("Sign-off"))
    yield from paragraph(document.sign_off)
    head = (say("role"), say("signatures needed"), say("name"), say("date"), say("signature"))
    yield from table(head, ((code(role), code(str(count)), "", "", "") for role, count in document.roles.items()))
    content = code(document.about.content_id, in_table=False)
    yield f"{say('content id')}{say(': ')}{content}"


def scripts(found: Mapping[str, str], used: int, *, beside: bool) -> Iterator[str]:
    """Whole as far as there is room behind the `used` bytes; those that are files beside it are named."""
    if not found:
        return
    yield from heading(say("Scripts"))
    drawn = {name: "\n".join(block(text.removesuffix("\n"), "sql")) for name, text in found.items()}
    whole = frozenset() if beside else fitting(drawn, used)
    if named := {name: text for name, text in found.items() if name not in whole}:
        head = (say("file"), say("size"), say("SHA-256"))
        yield from table(head, ((code(name), extent(text), code(_digest(text))) for name, text in named.items()))
        if not beside:
            yield from paragraph(str(why_named()))
    for name in found:
        if name in whole:
            yield from heading(code(name, in_table=False), 3)
            yield drawn[name]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
