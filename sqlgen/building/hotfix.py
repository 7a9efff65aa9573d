"""Hand-written SQL and where a database stands in; the same draft out that a range gives.

A hotfix goes through lint, layout, guard and signatures as a revision does. It is a revision, too: the script stamps an
id that is new, and the bundle holds the revision file that brings it into the history, where a merge joins it with what
the others have done meanwhile.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlgen import pipeline
from sqlgen.building import make
from sqlgen.building import origin as origins
from sqlgen.building.order import HotfixOrder, Order
from sqlgen.building.sources import HOTFIX_REVISION
from sqlgen.bundle.manifest import Hotfix
from sqlgen.bundle.verify import good_name
from sqlgen.errors import UsageError, say
from sqlgen.history import Range, between
from sqlgen.history.endpoints import before, rows
from sqlgen.history.git import with_lf
from sqlgen.linting import load_book
from sqlgen.messages import speaking
from sqlgen.pipeline import Emission
from sqlgen.segments import Gap, Step
from sqlgen.statements import scan
from sqlgen.statements.model import TokenKind
from sqlgen.steps import written
from sqlgen.workspace import Workspace, open_workspace

_FOLDER = "hotfix/"
_TAG = re.compile(r"v?\d+(\.\d+)+\S*|v\d+\S*|\S+/\S+")
"""What people call releases, and revision files hardly ever."""
_ID = re.compile(r"[A-Za-z0-9_]{1,32}")


def draft(order: Order, progress: pipeline.Progress | None = None) -> make.Draft:
    """Read and judge a hotfix. Raises UsageError for files that can't be read and a place that is not in the history,
    and what the stages raise."""
    asked = order.hotfix
    assert asked is not None
    texts = _texts(asked)
    workspace = open_workspace(order.rendering)
    with speaking(workspace.settings.written_in):
        return _draft(workspace, order, asked, texts, progress)


def _draft(
    workspace: Workspace,
    order: Order,
    asked: HotfixOrder,
    texts: list[tuple[str, str]],
    progress: pipeline.Progress | None,
) -> make.Draft:
    origin = origins.origin(workspace.project.root, order)
    make.check(order, origin)
    at = _place(workspace, asked)
    id = asked.revision or _made_from(at, texts[0][1])
    _check_id(workspace, asked, id)
    rules = load_book(workspace.settings, workspace.project.root, workspace.environment)
    # One revision is rendered, to learn what env.py says of dialect, version table and transactions.
    last = between(workspace.graph, before(workspace.graph, at), at).steps[-1]
    known = pipeline.emit(workspace, [last], progress, inputs=origin.repository is not None)
    transaction = _transaction(known)
    _for_the_server_alone(asked, texts, known.dialect)
    there, back = _steps(texts, at, id, known.dialect, transaction)
    if not there.items:
        raise UsageError(
            say("{file} holds no statement", file=asked.sql), hint=say("Write the SQL that the database shall run.")
        )
    revision = revision_file(there, back, transactional=transaction is not None)
    return make.judge(
        order,
        workspace,
        Range(at, (id,), ()),
        replace(known, steps=(there, back)),
        rules,
        origin,
        hotfix=Hotfix(at, id, *(name for name, _ in texts), *([None] if len(texts) == 1 else [])),
        more={**{name: text.encode() for name, text in texts}, HOTFIX_REVISION: revision.encode()},
    )


def _texts(asked: HotfixOrder) -> list[tuple[str, str]]:
    """The hotfix and, where there is one, its way back: name in the bundle, and text."""
    paths = [path for path in (asked.sql, asked.rollback) if path is not None]
    texts = [(_name(path), _read(path)) for path in paths]
    if len({name for name, _ in texts}) < len(texts):
        raise UsageError(
            say("the hotfix and its way back have the same name in the bundle: {name}", name=texts[0][0]),
            hint=say("Rename one of the two files."),
        )
    return texts


def _place(workspace: Workspace, asked: HotfixOrder) -> tuple[str, ...]:
    try:
        at = rows(workspace.graph, asked.at)
    except UsageError as error:
        if not _TAG.fullmatch(asked.at):
            raise
        raise UsageError(
            error.message,
            hint=say(
                "--at takes a revision id, and {at} looks like a tag of git. Find the revision with sqlgen history.",
                at=asked.at,
            ),
        ) from None
    if not at:
        raise UsageError(
            say("a hotfix for an empty database is none"), hint=say("Say where the database stands: --at REVISION.")
        )
    return at


def _made_from(at: tuple[str, ...], sql: str) -> str:
    return f"hotfix_{hashlib.sha256(chr(0).join((*at, sql)).encode()).hexdigest()[:12]}"


def _check_id(workspace: Workspace, asked: HotfixOrder, id: str) -> None:
    if not _ID.fullmatch(id):
        raise UsageError(
            say("{id} can't be the hotfix's revision id", id=repr(id)),
            hint=say("Use letters, digits and _, at most 32: that is what Alembic's version table holds."),
        )
    if id in workspace.graph.by_id:
        raise UsageError(
            say("the history has a revision {id} already", id=id),
            hint=say(
                "Build it as a range: sqlgen bundle {at}:{id}; or name another with --revision.", at=asked.at, id=id
            ),
        )


def _transaction(known: Emission) -> int | None:
    """The transaction in which the hotfix's statements stand; None: the engine has none for DDL."""
    shown = next((item.transaction for step in known.steps for item in step.items if item.transaction), None)
    return 1 if shown is None and known.dialect in ("postgresql", "mssql") else shown


def _for_the_server_alone(asked: HotfixOrder, texts: list[tuple[str, str]], dialect: str) -> None:
    """Raises UsageError for a line that a client would act on: no script can hold it, and none may leave it out."""
    for path, (_, text) in zip((asked.sql, asked.rollback), texts, strict=False):
        line = 1
        for token in scan(text, dialect):
            if token.kind is TokenKind.CLIENT:
                raise UsageError(
                    say("this line is a command to the client: {text}", text=token.text.strip()),
                    hint=say("Write SQL alone, each statement ended by a semicolon."),
                    file=path,
                    line=line,
                )
            line += token.text.count("\n")


def _steps(
    texts: list[tuple[str, str]], at: tuple[str, ...], id: str, dialect: str, transaction: int | None
) -> tuple[Step, Step]:
    (name, sql), *rest = texts
    message = _message(sql, dialect) or "hotfix"
    there = Step(id, message, "upgrade", at, (id,), name, tuple(written(sql, name, dialect, transaction)))
    back = Step(id, message, "downgrade", (id,), at, name, ())
    if not rest:
        why = say("no way back was written for this hotfix (--rollback FILE)")
        return there, replace(back, gap=Gap(why, name, None))
    [(name, sql)] = rest
    return there, replace(back, file=name, items=tuple(written(sql, name, dialect, transaction)))


def _read(path: Path) -> str:
    try:
        return with_lf(path.read_bytes()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            say("{path} is not UTF-8", path=path),
            hint=say("Save the file as UTF-8 (byte {offset} is not).", offset=error.start),
        ) from None
    except OSError as error:
        raise UsageError(
            say("{path} can't be read: {why}", path=path, why=error.strerror or error),
            hint=say("Give the file with the SQL: --sql FILE."),
        ) from None


def _name(path: Path) -> str:
    """Its name in the bundle. Raises UsageError for a name that no bundle may hold."""
    name = f"{_FOLDER}{path.name.lower().replace(' ', '-')}"
    if not good_name(name) or not name.endswith(".sql"):
        raise UsageError(
            say("a bundle can't hold a SQL file named {name}", name=path.name),
            hint=say("Rename it: small letters, digits and _ . @ + -, with .sql at its end."),
        )
    return name


def _message(sql: str, dialect: str) -> str:
    """The first line of the comment with which the file begins."""
    for token in scan(sql, dialect):
        if token.kind is TokenKind.COMMENT:
            lines = (line.strip("-/*# \t") for line in token.text.split("\n"))
            return next((line for line in lines if line and not line.startswith("sqlgen:")), "")
        if token.kind is not TokenKind.SPACE:
            break
    return ""


def revision_file(up: Step, down: Step, *, transactional: bool) -> str:
    """The revision file that brings the hotfix into the history: rendered there, it gives the same statements.

    transactional: Alembic runs DDL in transactions there, so a statement without one stands in an autocommit_block().
    """
    at = up.before[0] if len(up.before) == 1 else up.before
    plain = up.message.isprintable() and not {'"', "\\"} & set(up.message)
    lines = [
        f"# {say('A hotfix that databases may have already: their version table then shows {id}.', id=up.revision)}",
        f"# {say('Put this file where the revisions are, then join the heads: alembic merge heads -m merge')}",
        f'"""{up.message}"""' if plain else repr(up.message),
        "",
        "from alembic import op",
        "",
        f"revision = {up.revision!r}",
        f"down_revision = {at!r}",
        "branch_labels = None",
        "depends_on = None",
        "",
        "",
        "def upgrade():",
        *_body(up, transactional),
        "",
        "",
        "def downgrade():",
        *_body(down, transactional),
    ]
    return "\n".join(lines) + "\n"


def _body(step: Step, transactional: bool) -> Iterator[str]:
    if step.gap is not None:
        yield f"    raise NotImplementedError({str(step.gap.reason)!r})"
    outside = False
    for item in step.items:
        alone = transactional and item.transaction is None
        if alone and not outside:
            yield "    with op.get_context().autocommit_block():"
        outside = alone
        yield f"{'        ' if alone else '    '}op.execute({_literal(item.sql)})"


_WORD = r"(?:[\w$]+(?![:\w$])|\w+(?![:\w]))"
_PARAMETER = re.compile(rf"(?<![:\w\\])(?=:{_WORD})|(?=\\:{_WORD})|(?=\\:(?![:\w]))")
"""Where op.execute would see a parameter, `:name`, or take a backslash for the mark of none: BIND_PARAMS and
BIND_PARAMS_ESC in sqlalchemy.sql.compiler, of 1.4 and 2.0, and of 2.1. One more backslash makes it what it says."""


def _literal(sql: str) -> str:
    """The statement as a Python literal for op.execute."""
    text = escaped(sql)
    if '"""' in text or text.endswith(('"', "\\")) or not text.replace("\n", "").isprintable():
        return repr(text)
    raw = "r" if "\\" in text else ""
    return f'{raw}"""{text}"""'


def escaped(sql: str) -> str:
    """What op.execute takes for this statement, without parameters."""
    return _PARAMETER.sub(r"\\", sql)
