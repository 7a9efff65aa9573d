"""A rendered revision in, a Step out: formatted, read, with its places; or a Gap, as the policies say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain

from sqlgen import facts, layout, volatile
from sqlgen.emit.trace import Emitted, Rendered, Source
from sqlgen.errors import say
from sqlgen.facts.vocabulary import CreateIndex, DropIndex, Maintain, Select
from sqlgen.facts.volatility import changes_nothing
from sqlgen.history import Move
from sqlgen.linting import has_executable_comment
from sqlgen.policies import Override, Policies
from sqlgen.recording import Recording
from sqlgen.segments import Assumption, Gap, Item, Note, Place, Query, Step
from sqlgen.statements import Statement, TokenKind, scan, split


def step(move: Move, rendered: Rendered, dialect: str, policies: Policies) -> Step:
    """The Step of a move."""
    bare = Step(
        revision=move.revision.id,
        message=move.revision.message,
        direction=move.direction,
        before=move.before,
        after=move.after,
        file=move.revision.file,
        items=(),
    )
    override = policies.overrides.get((move.revision.id, move.direction))
    if override is not None:
        return replace(
            bare, items=tuple(_by_hand(override, rendered, dialect)), origin="override", override=override.file
        )
    bare = replace(bare, queries=_queries(rendered), notes=_notes(rendered, online=policies.online_branches))
    if exact(rendered) or (policies.of(move.revision.id) == "empty" and rendered.failure is None):
        return _with_items(bare, rendered, dialect)
    return replace(bare, assumptions=_assumptions(rendered, ()), gap=_gap(move, rendered))


def from_recording(gapped: Step, recording: Recording | None, dialect: str) -> Step:
    """What a revision that can't be rendered did on an empty database; a gap still, if it was not run there, or failed.

    recording: None where there is no such database.
    """
    assert gapped.gap is not None
    recorded = None if recording is None else recording.moves.get((gapped.revision, gapped.direction))
    if recorded is not None and recorded.failure is None:
        notes = _notes(recorded, online=True, recorded=True)
        bare = replace(gapped, gap=None, origin="recorded", queries=_queries(recorded), notes=notes)
        return _with_items(bare, recorded, dialect)
    if recorded is not None and recorded.failure is not None:
        more = say("on the shadow database: {reason}", reason=recorded.failure.reason)
    elif recording is not None and recording.stopped is not None:
        at, reason = recording.stopped
        more = say("it was not recorded, since the shadow database stopped at {at}: {reason}", at=at, reason=reason)
    else:
        more = say("it can be recorded on an empty database, given with --shadow URL")
    return replace(gapped, gap=replace(gapped.gap, reason=say("{why}; {more}", why=gapped.gap.reason, more=more)))


def exact(rendered: Rendered) -> bool:
    """Whether nothing is missing: it did not fail, and looked at no rows."""
    return rendered.failure is None and not rendered.reads


_OF_THE_FILE = ("no-function", "renamed", "module", "input", "stub", "socket", "process", "database-file")
"""Failures that no database mends."""


def needs_a_database(rendered: Rendered) -> bool:
    """Whether a revision that can't be rendered may well do on a database what it does not do here."""
    return bool(rendered.reads) or rendered.failure is None or rendered.failure.kind not in _OF_THE_FILE


def _gap(move: Move, rendered: Rendered) -> Gap:
    """Why the revision can't be rendered: it looked at rows, it failed, perhaps because there were none."""
    file, line, why = move.revision.file, None, say("")
    if rendered.reads:
        read = rendered.reads[0]
        why = say(
            "it reads the result of `{sql}` ({what}), and offline there is no database to ask",
            sql=read.sql,
            what=read.what,
        )
        if read.source is not None:
            file, line = read.source.file, read.source.line
    if rendered.failure is not None:
        failure = rendered.failure
        if rendered.reads:
            more = say("told that there are no rows, it then fails: {reason}", reason=failure.reason)
            why = say("{why}; {more}", why=why, more=more)
        else:
            file, line, why = failure.file or file, failure.line, failure.reason
    return Gap(why, file, line)


def _with_items(bare: Step, rendered: Rendered, dialect: str) -> Step:
    items = [tuple(_shown_items(emitted, dialect)) for emitted in rendered.statements]
    assumptions = _assumptions(rendered, [*map(len, items)])
    return replace(bare, items=tuple(chain.from_iterable(items)), assumptions=assumptions)


def _assumptions(rendered: Rendered, sizes: Sequence[int]) -> tuple[Assumption, ...]:
    """sizes: how many items each statement became."""
    if not rendered.assumptions:
        return ()
    before = [0, *accumulate(sizes)]
    return tuple(
        Assumption(each.question, each.arguments, each.answer, _place(each.source), before[min(each.after, len(sizes))])
        for each in rendered.assumptions
    )


def _queries(rendered: Rendered) -> tuple[Query, ...]:
    return tuple(dict.fromkeys(Query(each.sql, each.what, _place(each.source), each.rows) for each in rendered.reads))


def _notes(rendered: Rendered, *, online: bool, recorded: bool = False) -> tuple[Note, ...]:
    """online: a revision that asked was told that this is not offline mode."""
    return tuple(
        Note(each.kind, "online" if each.kind == "offline-branch" and online else each.text, _place(each.source))
        for each in rendered.notes
        if each.kind != volatile.CALLS or recorded
    )


def _place(source: Source | None) -> Place | None:
    return None if source is None else Place(source.file, source.line, source.end_line, source.column)


# ---- statements


def _shown_items(emitted: Emitted, dialect: str) -> Iterator[Item]:
    """What was only asked changes nothing where the script runs: it is left out."""
    for item in _items(emitted, dialect):
        if not (emitted.read and _only_asks(item)):
            yield item


def _only_asks(item: Item) -> bool:
    """Whether it is a query that calls nothing that may have an effect."""
    return bool(item.facts) and all(
        isinstance(fact, Select) and all(map(changes_nothing, fact.functions)) for fact in item.facts
    )


def _items(emitted: Emitted, dialect: str, *, written: str | None = None) -> Iterator[Item]:
    """One text → its statements, each with its comments: some of them run (/*! … */).

    written: the SQL file that the text is; each statement then has a place of its own.
    """
    place = _place(emitted.source)
    for statement, cut in _with_comments(split(emitted.sql, dialect), dialect):
        laid = layout.layout(statement, dialect)
        ready = replace(statement, text=laid.text, tokens=laid.tokens)
        if written is not None:
            place = Place(written, cut.line, cut.end_line, cut.column)
        yield Item(
            statement=ready,
            facts=facts.read(ready, dialect),
            place=place,
            transaction=emitted.transaction,
            op=emitted.op,
            autocommit=emitted.autocommit,
            layout_note=laid.note,
            volatile=tuple(value for value in emitted.volatile if value in statement.text or statement.text in value),
        )


def _by_hand(override: Override, rendered: Rendered, dialect: str) -> Iterator[Item]:
    """The statements of a file, in the transaction that Alembic would give the revision."""
    transaction = next((each.transaction for each in rendered.statements), None)
    return written(override.text, override.file.name, dialect, transaction)


def written(text: str, file: str, dialect: str, transaction: int | None) -> Iterator[Item]:
    """The statements of a hand-written file in a transaction; what the server refuses in one stands outside."""
    for item in _items(Emitted(text, None, None, None, transaction), dialect, written=file):
        alone = any(_refuses_a_transaction(fact) for fact in item.facts)
        yield replace(item, transaction=None) if alone else item


def _refuses_a_transaction(fact: object) -> bool:
    """Source: PostgreSQL 17, CREATE INDEX, DROP INDEX, REINDEX, VACUUM."""
    match fact:
        case CreateIndex(concurrently=True) | DropIndex(concurrently=True):
            return True
        case Maintain(command="REINDEX", concurrently=concurrently):
            return concurrently
        case Maintain(command=command):
            return command.startswith("VACUUM")
        case _:
            return False


def _with_comments(statements: Sequence[Statement], dialect: str) -> Iterator[tuple[Statement, Statement]]:
    """Statements with the comments around them above their first word, so that each ends where its SQL does; with
    each, the statement as it was cut.

    A comment on the line on which a statement ends is that statement's, one above a statement is the next one's.
    Comments alone are dropped, but for those that run (/*! … */). A terminator other than `;` stays: what follows
    judges it as what it is, a word to the client. One between two statements of a line could be either's, and stays in
    the leading of the second one as well.
    """
    cuts = [_line_end(statement.leading, dialect) if number else 0 for number, statement in enumerate(statements)]
    for number, statement in enumerate(statements):
        behind = statements[number + 1].leading[: cuts[number + 1]] if number + 1 < len(statements) else ""
        before, end = statement.leading[cuts[number] :], statement.terminator.removesuffix(";") + behind
        glued = statement.leading if number and "\n" not in statement.leading else ""
        if statement.text and not (before + end).strip():
            yield (statement if glued or not cuts[number] else replace(statement, leading=before)), statement
        elif statement.text or has_executable_comment(before, dialect):
            tokens = [token for token in scan(end, dialect) if token.kind is not TokenKind.SPACE]
            comments = [token.text for token in tokens if token.kind is TokenKind.COMMENT]
            text = statement.text + "".join(token.text for token in tokens if token.kind is not TokenKind.COMMENT)
            whole = "\n".join(part for part in (before.strip(), *comments, text) if part)
            yield Statement(glued, whole, "", scan(whole, dialect), 0, 1, 1), statement


def _line_end(leading: str, dialect: str) -> int:
    """How much of it still stands on the line on which the statement before it ends; a comment is never cut."""
    length = 0
    for token in scan(leading, dialect):
        if "\n" in token.text:
            return length
        length += len(token.text)
    return length
