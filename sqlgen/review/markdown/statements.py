"""The statements in review.md: a row for each, then a card for each, then those of the rollback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlgen.markdown import code, prose
from sqlgen.messages import Message, apart, say
from sqlgen.review.document import labels, model, wording
from sqlgen.review.document.attached import attached
from sqlgen.review.document.labels import DASH
from sqlgen.review.markdown.parts import block, heading, items, names, paragraph, place, table

Found = Mapping[int, Sequence[model.Finding]]
"""Of each statement."""
Column = tuple[Message | str, Callable[[model.Statement], object]]
"""A heading, and what its cell says of a statement."""


def glance(document: model.Document) -> Iterator[str]:
    """A row for each statement."""
    yield from heading(say("At a glance"))
    found = attached(document)
    columns = [*_first(), *_middle(document), *_last(found)]
    yield from _glance(document.statements, columns)
    if not document.statements:
        yield f"{say('No statements: only the version table changes.')}"
        yield ""


def _glance(statements: Sequence[model.Statement], columns: Sequence[Column]) -> Iterator[str]:
    head = [title for title, _ in columns]
    yield from table(head, ([tell(each) for _, tell in columns] for each in statements))


def _first() -> Iterator[Column]:
    yield "#", lambda each: each.number
    yield say("revision"), lambda each: code(each.revision)
    yield say("tables"), lambda each: names(each.tables)
    yield say("operation"), lambda each: prose(each.operation)
    yield say("lock"), lambda each: "<br>".join(map(_lock, each.locks)) or DASH
    yield say("blocks"), lambda each: "<br>".join(str(labels.waits(lock)) for lock in each.locks) or DASH
    yield say("work"), lambda each: wording.worked(each)


def _middle(document: model.Document) -> Iterator[Column]:
    """What is not known of a rollback."""
    if any(each.estimate is not None for each in document.statements):
        yield say("estimate"), lambda each: DASH if each.estimate is None else wording.estimate(each.estimate)
    yield say("transaction"), lambda each: labels.within(document, each)
    yield say("reversible"), lambda each: wording.yes_no(each.reversible)


def _last(found: Found) -> Iterator[Column]:
    yield say("data loss"), lambda each: f"**{labels.loses(each)}**" if each.destroys else labels.loses(each)
    yield say("findings"), lambda each: "<br>".join(map(_rule, found.get(each.number, ()))) or DASH


def _rule(found: model.Finding) -> str:
    how = wording.severity(found.severity) if found.allowed is None else say("allowed")
    return f"{how} {code(found.rule)}"


def _lock(lock: model.Lock) -> str:
    return f"{code(lock.mode)} {code(lock.table)}"


# ---- cards


def cards(document: model.Document) -> Iterator[str]:
    yield from heading(say("Statements"))
    found = attached(document)
    first: dict[int, int] = {}
    for each in document.statements:
        yield from _card(each, found.get(each.number, ()))
        yield from _back(document, each, first)
    others = [each for each in document.findings if each.statement is None]
    if others:
        yield from heading(say("Findings that are about no single statement"), 3)
        yield from items(line for each in others for line in _finding(each))


def _back(document: model.Document, each: model.Statement, first: dict[int, int]) -> Iterator[str]:
    """What takes a statement back: its SQL where it is named first, as `first` keeps in mind, and the place of that
    where others are taken back by the same: those that rebuild a table are."""
    undone = [document.rollback[number - 1] for number in each.undone_by if number <= len(document.rollback)]
    if not undone:
        return
    shown = {first.setdefault(one.number, each.number) for one in undone}
    if shown == {each.number}:
        places = " · ".join(dict.fromkeys(filter(None, (place(one.place) for one in undone))))
        yield str(
            say(
                "Taken back by rollback.sql, {statements}: {places}",
                statements=labels.numbers(each.undone_by),
                places=places,
            )
        )
        yield from block(";\n\n".join(one.sql for one in undone), "sql")
    else:
        told = say(
            "Taken back by rollback.sql, {statements}: see {others}",
            statements=labels.numbers(each.undone_by),
            others=labels.numbers(tuple(sorted(shown - {each.number}))),
        )
        yield f"{told}"
        yield ""


def _card(each: model.Statement, found: Sequence[model.Finding]) -> Iterator[str]:
    yield from heading(f"{each.number}. {prose(each.operation, in_table=False)}", 3)
    about = [code(each.revision, in_table=False), place(each.place)]
    if each.op is not None:
        about.append(code(each.op, in_table=False))
    yield " · ".join(filter(None, about))
    yield from block(each.sql, "sql")
    yield from items(_facts(each))
    yield from items(line for one in found for line in _finding(one, each))


def _facts(each: model.Statement) -> Iterator[str]:
    for lock in each.locks:
        mode, table = code(lock.mode, in_table=False), code(lock.table, in_table=False)
        yield f"{say('{mode} on {table}: {waits}', mode=mode, table=table, waits=labels.waits(lock))}"
    yield f"{say('work')}{say(': ')}{wording.worked(each)}{_worked_on(each)}"
    if each.estimate is not None:
        yield f"{wording.estimate(each.estimate)}{say(': ')}{prose(each.estimate.because, in_table=False)}"
    waiting, running = wording.limit(each.lock_timeout_ms), wording.limit(each.statement_timeout_ms)
    yield f"{say('timeouts: of locks {lock}, of statements {statement}', lock=waiting, statement=running)}"
    yield from _losses(each)
    if each.breaks_old_code is not False:
        yield f"{say('breaks old code')}{say(': ')}{wording.yes_no(each.breaks_old_code)}"
    if each.may_fail is not False:
        yield f"{say('rows that are there may make it fail')}{say(': ')}{wording.yes_no(each.may_fail)}"
    for title, texts in (
        (say("not known"), each.unknown),
        (say("note"), each.notes),
        (say("asked before"), each.checks_before),
        (say("asked after"), each.checks_after),
    ):
        yield from (f"{title}{say(': ')}{prose(text, in_table=False)}" for text in texts)
    if each.claim:
        claim = code(each.claim, in_table=False)
        if each.proven:
            proof = say("so says {claim}, which tests run on a real server", claim=claim)
        else:
            proof = say("so says {claim}, by the manual's word", claim=claim)
        yield f"{apart([proof, *(code(source, in_table=False) for source in each.sources)])}"


def _losses(each: model.Statement) -> Iterator[str]:
    for destroyed in each.destroys or ():
        yield f"**{say('data loss')}**{say(': ')}{prose(destroyed, in_table=False)}"
    if each.destroys is None:
        yield f"**{say('data loss')}**{say(': ')}{say('not known')}"


def _worked_on(each: model.Statement) -> str:
    """The tables and MySQL's algorithm."""
    named = [*each.worked_on, *([] if each.algorithm is None else [each.algorithm])]
    told = ", ".join(code(name, in_table=False) for name in named)
    return f"{say(' ({what})', what=told)}" if told else ""


def _finding(found: model.Finding, of: model.Statement | None = None) -> Iterator[str]:
    """A line for what it says, and one for the allowance. On a card its revision, and often its place, are told."""
    about = f", {code(found.revision, in_table=False)}" if of is None and found.revision else ""
    at = place(None if of is not None and found.place == of.place else found.place)
    yield (
        f"**{wording.severity(found.severity)}** {code(found.rule, in_table=False)}{about}{say(': ')}"
        f"{prose(found.message, in_table=False)} → {prose(found.help, in_table=False)}{f' ({at})' if at else ''}"
    )
    if found.allowed is not None:
        yield _allowed(found.allowed)


def _allowed(allowed: model.Allowed) -> str:
    told = [prose(allowed.because, in_table=False)]
    told += [f"{say('until')} {code(allowed.until, in_table=False)}"] if allowed.until is not None else []
    told += [f"{say('owner')} {code(allowed.owner, in_table=False)}"] if allowed.owner is not None else []
    told += [code(allowed.where, in_table=False)] if allowed.where else []
    return f"**{say('allowed')}**{say(': ')}{' · '.join(filter(None, told))}"


# ---- the way back


def rollback(document: model.Document) -> Iterator[str]:
    """A row for each statement of rollback.sql, and the text of those that stand on no card yet."""
    if document.about.down_only:
        return
    way = document.way_back
    yield from heading(say("Rollback"))
    yield from paragraph(way.title)
    for lost in way.losses:
        what = apart(prose(each, in_table=False) for each in lost.what)
        yield f"- {code(lost.revision, in_table=False)}{say(': ')}{what}"
    yield ""
    found = attached(document, back=True)
    yield from _glance(document.rollback, [*_first(), *_last(found)])
    shown = {number for each in document.statements for number in each.undone_by}
    for each in document.rollback:
        told = [*_losses(each), *(line for one in found.get(each.number, ()) for line in _finding(one, each))]
        if each.number in shown and not told:
            continue
        yield from heading(f"{each.number}. {prose(each.operation, in_table=False)}", 3)
        if each.number not in shown:
            yield " · ".join(filter(None, [code(each.revision, in_table=False), place(each.place)]))
            yield from block(each.sql, "sql")
        yield from items(told)
