"""What several faces of a review say of its parts alike. In the language that is spoken."""

from __future__ import annotations

from sqlgen.messages import Message, say
from sqlgen.review.document import wording
from sqlgen.review.document.model import Document, Line, Link, Lock, Revision, Statement, TableView, Transaction

DASH = "–"
"""There is nothing to say."""


def engine(document: Document) -> Message:
    """The server, and the version that is assumed where nobody said which one runs."""
    about = document.about
    if about.server_version is None:
        return say(
            "{dialect}, judged as {version} (the oldest that is supported: no version was named)",
            dialect=about.dialect,
            version=about.judged_as,
        )
    return say("{dialect} {version}", dialect=about.dialect, version=about.server_version)


def numbers(found: tuple[int, ...]) -> Message:
    """Which statements something is about."""
    if len(found) == 1:
        return say("statement {number}", number=found[0])
    return say("statements {numbers}", numbers=wording.numbers(found))


def behind(found: tuple[int, ...]) -> Message | str:
    """The same, behind a sentence; empty where it names none."""
    return say(" ({what})", what=numbers(found)) if found else ""


def waits(lock: Lock) -> Message:
    """What a lock keeps others from."""
    if lock.new:
        return say("nobody waits: the table is new")
    if lock.brief and lock.blocks != "nothing":
        return say("{blocks}, for a moment", blocks=wording.blocks(lock.blocks))
    return wording.blocks(lock.blocks)


def loses(statement: Statement) -> Message:
    """Whether it destroys data."""
    return wording.yes_no(None if statement.destroys is None else bool(statement.destroys))


def within(document: Document, statement: Statement) -> Message | str:
    """In which transaction a statement runs."""
    if not 0 < statement.transaction <= len(document.transactions):
        return DASH
    transaction = document.transactions[statement.transaction - 1]
    if transaction.ends in ("itself", "implicit") and transaction.first == transaction.last:
        return say("by itself")
    return str(transaction.number)


def ends(transaction: Transaction) -> Message:
    """How a transaction ends."""
    match transaction.ends:
        case "commit":
            return say("COMMIT")
        case "itself":
            return say("it commits by itself")
        case "implicit":
            return say("the engine commits it")
        case "stop":
            return say("COMMIT; here the script stops")


def deploy(when: str) -> Message:
    """The words of Deploy.when and Cut.when."""
    match when:
        case "before":
            return say("before the new code")
        case "after":
            return say("after the new code")
        case "either":
            return say("before or after the new code")
        case "stop":
            return say("while no code runs")
        case "split":
            return say("in parts")
        case _:
            return say("not known")


def table_state(table: TableView) -> Message:
    match table.state:
        case "changed":
            return say("changed")
        case "new":
            return say("new")
        case "dropped":
            return say("dropped")
        case "rows":
            return say("rows alone")
        case "unknown":
            return say("not known before")


def link_state(link: Link) -> Message:
    match link.state:
        case "stays":
            return say("stays")
        case "new":
            return say("new")
        case "gone":
            return say("gone")


def line_kind(line: Line) -> Message:
    match line.kind:
        case "column":
            return say("column")
        case "key":
            return say("constraint")
        case "index":
            return say("index")
        case "other":
            return say("other")


def origin(revision: Revision) -> Message | None:
    """Where its statements come from; None where Alembic rendered them."""
    match revision.origin:
        case "rendered":
            return None
        case "recorded":
            return say("recorded")
        case "override":
            return say("by hand")
        case "gap":
            return say("not rendered")
