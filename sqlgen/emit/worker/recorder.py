"""Constructs in, recorded statements out: takes the place of the part of Alembic that prints."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from .failures import failure
from .offline import Offline, short
from .sources import Place, Sources
from .threads import check

Origin = tuple["str | None", "Place | None"]
"""The operation's class and the call."""

Statement = list[Any]
"""[sql, op, construct, source, transaction, autocommit, read]: the fields of trace.Emitted."""


class Recorder:
    """What was emitted since the last revision ended, what was asked, and where in the run's transactions we are."""

    def __init__(self, sources: Sources, transactions: int) -> None:
        self.sources = sources
        self.statements: list[Statement] = []
        self.version: list[str] = []
        """Statements on Alembic's version table, where they are observed."""
        self.reads: list[list[object]] = []
        """[sql, what, source]: the fields of trace.Read."""
        self.assumptions: list[list[object]] = []
        """[question, arguments, answer, source, statements before]: the fields of trace.Assumption."""
        self.notes: list[list[object]] = []
        """[kind, text, source]: the fields of trace.Note."""
        self.refused: dict[str, Any] | None = None
        """The first thing that could not be given, though the revision may have caught the exception."""
        self.left_behind: set[object] = set()
        """Threads of revisions that are over."""
        self.incomplete = False
        """Whether the statements of an earlier revision may not be all that it makes."""
        self.op: Origin | None = None
        """The operation that runs now."""
        self.queued: Origin | None = None
        """While a batch is flushed: the operation whose queued change runs now."""
        self.batch: Origin | None = None
        """While a batch is flushed: what stands for a statement of the whole batch."""
        self._transactions = transactions
        self.sent = 0
        """How many of the statements the parent has, because it was asked something."""

    def begin(self) -> int:
        self._transactions += 1
        return self._transactions

    def add(
        self, sql: str, construct: str | None = None, transaction: int | None = None, *, autocommit: bool = False
    ) -> Statement | None:
        """Record a statement; None for a text without one."""
        if not sql:
            return None
        check(self)
        op, source = self.op or self.queued or self.batch or (None, self.sources.here())
        statement: Statement = [sql, op, construct, source, transaction, autocommit, False]
        self.statements.append(statement)
        return statement

    def read(self, statement: Statement | None, what: str) -> None:
        """The result of a statement is looked at."""
        sql = "" if statement is None else str(statement[0])
        if statement is not None and what != "rowcount":
            statement[6] = True
        self.reads.append([short(sql), what, self.sources.here()])

    def assume(self, question: str, arguments: tuple[Any, ...], answer: Any, spell: Callable[[Any], str] = str) -> None:
        """What a revision was told of the schema. `spell`: how types are written."""
        if self.sources.revision is not None:
            names = [None if each is None else str(each) for each in arguments]
            before = len(self.statements)
            self.assumptions.append([question, names, _plain(answer, spell), self.sources.here(), before])

    def note(self, kind: str, text: str) -> None:
        """Something that people should know of this revision."""
        entry: list[object] = [kind, text, self.sources.here()]
        if entry not in self.notes:
            self.notes.append(entry)

    @contextlib.contextmanager
    def refusing(self) -> Iterator[None]:
        """Remember what could not be given, even if the revision catches the exception."""
        try:
            yield
        except Exception as error:
            if self.refused is None and isinstance(error, Offline):
                self.refused = failure(error, self.sources)
                if self.refused["line"] is None and (place := self.sources.here()) is not None:
                    self.refused["file"], self.refused["line"] = place[0], place[1]
            raise

    def add_text(self, text: str) -> None:
        """Text that was written to the script as it is. Comments there are Alembic's, or meant for its script alone."""
        if any(line.strip() and not line.lstrip().startswith("--") for line in text.splitlines()):
            self.add(text.strip())

    def interrupted(self) -> None:
        """An exception went through operations and batches: none of them runs any more."""
        self.op = self.queued = self.batch = None
        self.incomplete = True

    def unsent(self) -> list[str]:
        """The statements of this revision that the parent does not have yet. It has them now."""
        statements, self.sent = self.statements[self.sent :], len(self.statements)
        return [statement[0] for statement in statements]

    def take(self) -> dict[str, Any]:
        """What was recorded, and begin anew."""
        self.incomplete = self.incomplete or self.refused is not None or bool(self.reads)
        taken = {
            "statements": self.statements,
            "version": self.version,
            "reads": self.reads,
            "assumptions": self.assumptions,
            "notes": self.notes,
            "sent": self.sent,
        }
        self.statements, self.version, self.reads, self.assumptions, self.notes = [], [], [], [], []
        self.refused, self.sent = None, 0
        return taken


def _plain(answer: Any, spell: Callable[[Any], str]) -> Any:
    """An answer as JSON has it: types as they are written."""
    return _decode(json.JSONEncoder(default=spell, sort_keys=True).encode(answer))


_decode = json.JSONDecoder().decode


class Buffer(io.TextIOBase):
    """The script's file as env.py and revisions see it. Alembic's own text does not pass here."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def write(self, text: str) -> int:
        self._recorder.add_text(text)
        return len(text)
