"""A review that was read in, what is wrong with its numbers out: whether what they name is there, once."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.errors import Message, say
from sqlgen.review.document.attached import of_rollback
from sqlgen.review.document.model import Document


def wrong_number(document: Document) -> Message | None:
    """None where statements are numbered from 1, where what names one names one that is there, and where transactions
    share them out."""
    forward, back = len(document.statements), len(document.rollback)
    for statements, count in ((document.statements, forward), (document.rollback, back)):
        if [each.number for each in statements] != [*range(1, count + 1)]:
            return say("its statements are not numbered from 1")
    if not _shared_out(document):
        return say("its transactions do not hold each statement once")
    for numbers, count in ((_forward(document), forward), (_back(document), back)):
        for number in numbers:
            if number is not None and not 1 <= number <= count:
                return say("it names statement {number}, which is not there", number=number)
    return None


def _shared_out(document: Document) -> bool:
    at = 0
    for number, each in enumerate(document.transactions, 1):
        if (each.number, each.first) != (number, at + 1) or not at <= each.last <= len(document.statements):
            return False
        if any(statement.transaction != number for statement in document.statements[at : each.last]):
            return False
        at = each.last
    return at == len(document.statements)


def _forward(document: Document) -> Iterator[int | None]:
    """Numbers of `statements`."""
    for reason in document.verdict.reasons:
        yield from reason.statements
    for code in (*document.deploy.old_code, *document.deploy.new_code):
        yield code.statement
    for transaction in document.transactions:
        yield from (held.since for held in transaction.holds)
    for revision in document.revisions:
        yield from revision.statements
    for table in document.tables:
        yield from table.statements
    yield from (lost.statement for lost in document.losses)
    yield from (each.statement for each in document.findings if not of_rollback(document, each))


def _back(document: Document) -> Iterator[int | None]:
    """Numbers of `rollback`."""
    for revision in document.revisions:
        yield from revision.rollback
    for statement in document.statements:
        yield from statement.undone_by
    yield from (each.statement for each in document.findings if of_rollback(document, each))
