"""Steps in, sentences out: what of a script is missing, or was not rendered as Alembic says, in the same words
everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import Message, place, say
from sqlgen.segments import Note, Query, Step


def row_driven(step: Step) -> Message:
    """That something is missing of a step which looked at rows, and what to do."""
    if step.origin == "recorded":
        return say(
            "it was recorded on an empty database, with the rows that it found there; the rows of another one may need "
            "more: do that by hand, or write the revision as a SQL file ({key} in [tool.sqlgen.revision.{revision}])",
            key=step.direction,
            revision=step.revision,
        )
    return say(
        "it was told that there are no rows; what it does for each row is missing here: "
        "do that by hand, or write the revision as a SQL file ({key} in [tool.sqlgen.revision.{revision}])",
        key=step.direction,
        revision=step.revision,
    )


def query(read: Query) -> Message:
    """What was read, where."""
    at = read.place
    where = "" if at is None else place(at.file, at.line)
    if read.rows is None:
        return say("{where}{sql} ({what})", where=where, sql=read.sql, what=read.what)
    return say("{where}{sql} ({what}; rows seen: {rows})", where=where, sql=read.sql, what=read.what, rows=read.rows)


def origin(step: Step) -> Message | None:
    """Where the statements of a step come from, when not from Alembic's offline mode."""
    if step.override is not None:
        return say("written by hand in {file}, sha256 {sha}", file=step.override.name, sha=step.override.sha256)
    if step.origin == "recorded":
        return say("recorded on an empty database, since it can't be rendered offline")
    return None


def note(told: Note) -> Message:
    """Something that the SQL of a revision does not show."""
    where = "" if told.place is None else place(told.place.file, told.place.line)
    match told.kind:
        case "offline-branch" if told.text == "online":
            return say("{where}asks whether this is offline mode, and was told that it is not", where=where)
        case "offline-branch":
            return say("{where}asks whether this is offline mode", where=where)
        case "asks-catalog":
            return say("{where}asks the database's catalog: {sql}", where=where, sql=told.text)
        case "volatile-call":
            return say("{where}calls {names}; the values are those of the recording", where=where, names=told.text)
        case "wrote-file":
            return say("{where}wrote the file {file}", where=where, file=told.text)
        case "env-file":
            return say("{where}opens the file {file} for the SQL; it was left as it is", where=where, file=told.text)
        case "env-read":
            return say("{where}env.py asks {sql}, and was told that there are no rows", where=where, sql=told.text)
        case "on-connect":
            return say("{where}each connection executes {sql}; the script does not", where=where, sql=told.text)
        case "refused":
            return say(
                "{where}the database will refuse a statement, as far as its schema is known: {text}",
                where=where,
                text=told.text,
            )
        case "thread":
            return say(
                "{where}the thread {name} went on after it; what it did then is not known", where=where, name=told.text
            )
        case "stub":
            return say("{where}uses {name} of a package that is not installed", where=where, name=told.text)
        case "replaced":
            return say("{where}replaced {names}; that was taken back", where=where, names=told.text)
        case "kept-file":
            return say("{where}would remove the file {file}; it was kept", where=where, file=told.text)
        case _:
            text = f": {told.text}" if told.text else ""
            return say("{where}{kind}{text}", where=where, kind=told.kind.replace("-", " "), text=text)


def summary(steps: Sequence[Step]) -> Iterator[tuple[Message, list[tuple[Step, list[Message]]]]]:
    """What readers must know of several steps: a heading, and the steps that it is about, each with its lines."""
    rendered = [step for step in steps if step.gap is None]
    kinds = (
        (
            say(
                "INCOMPLETE: these revisions depend on rows; what the rows of your database need is NOT in this "
                "script. Each step below says what to do:"
            ),
            [(step, [*map(query, step.queries)]) for step in rendered if step.row_driven],
        ),
        (say("RECORDED on an empty database, since they can't be rendered offline:"), _of(rendered, "recorded")),
        (say("WRITTEN BY HAND:"), _of(rendered, "override")),
        (
            say("OTHERWISE OFFLINE: when Alembic runs these revisions on a server, they may do something else"),
            [(step, told) for step in rendered if (told := [*map(note, filter(asks_offline, step.notes))])],
        ),
        (
            say("MADE WITHOUT packages that are not installed: where they are, these revisions may do something else"),
            [(step, told) for step in rendered if (told := [*map(note, filter(_misses_a_package, step.notes))])],
        ),
    )
    yield from ((heading, told) for heading, told in kinds if told)


def _of(steps: Sequence[Step], wanted: str) -> list[tuple[Step, list[Message]]]:
    return [(step, [*_file(step)]) for step in steps if step.origin == wanted]


def _file(step: Step) -> Iterator[Message]:
    if step.override is not None:
        yield say("{file}, sha256 {sha}", file=step.override.name, sha=step.override.sha256)


def asks_offline(told: Note) -> bool:
    """Whether a revision did what it does offline, and perhaps something else online."""
    return told.kind == "offline-branch" and told.text != "online"


def _misses_a_package(told: Note) -> bool:
    return told.kind == "stub"
