"""Constructs in, recorded statements out: takes the place of the part of Alembic that prints."""

from __future__ import annotations

import contextlib
import io
import types
from collections.abc import Iterator
from typing import Any

import sqlalchemy
from alembic.ddl.impl import DefaultImpl

from .compiling import compiled, make_strict
from .offline import OfflineConnection, in_order
from .sources import Place, Sources

Origin = tuple["str | None", "Place | None"]
"""The operation's class and the call."""


class Recorder:
    """What was emitted since the last revision ended, and where in the run's transactions we are."""

    def __init__(self, sources: Sources, transactions: int, *, observe: bool) -> None:
        self.sources = sources
        self.observe = observe
        """Whether the statements on the version table are wanted; compiling them takes a fifth of the time."""
        self.statements: list[list[object]] = []
        """[sql, op, construct, source, transaction, autocommit]: the fields of trace.Emitted."""
        self.version: list[str] = []
        """Statements on Alembic's version table."""
        self.version_table: Any = None
        self.op: Origin | None = None
        """The operation that runs now."""
        self.queued: Origin | None = None
        """While a batch is flushed: the operation whose queued change runs now."""
        self.batch: Origin | None = None
        """While a batch is flushed: what stands for a statement of the whole batch."""
        self._transactions = transactions
        self._transaction: int | None = None
        self._autocommit = 0

    def begin(self) -> None:
        self._transactions += 1
        self._transaction = self._transactions

    def commit(self) -> None:
        self._transaction = None

    @contextlib.contextmanager
    def autocommit(self) -> Iterator[None]:
        self._autocommit += 1
        try:
            yield
        finally:
            self._autocommit -= 1

    def add(self, sql: str, construct: Any = None) -> None:
        if sql:
            op, source = self.op or self.queued or self.batch or (None, self.sources.here())
            kind = None if construct is None else type(construct).__name__
            self.statements.append([sql, op, kind, source, self._transaction, self._autocommit > 0])

    def add_text(self, text: str) -> None:
        """Text that was written to the script as it is. Comments there are Alembic's, or meant for its script alone."""
        if any(line.strip() and not line.lstrip().startswith("--") for line in text.splitlines()):
            self.add(text.strip())

    def is_version(self, construct: Any) -> bool:
        """Whether a statement is Alembic's own bookkeeping."""
        of = getattr(construct, "table", None)
        return (of if of is not None else getattr(construct, "element", None)) is self.version_table

    def interrupted(self) -> None:
        """An exception went through operations and batches: none of them runs any more."""
        self.op = self.queued = self.batch = None

    def take(self) -> tuple[list[list[object]], list[str]]:
        """What was recorded, and begin anew."""
        taken = self.statements, self.version
        self.statements, self.version = [], []
        return taken


class Buffer(io.TextIOBase):
    """The script's file as env.py and revisions see it. Alembic's own text does not pass here."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def write(self, text: str) -> int:
        self._recorder.add_text(text)
        return len(text)


class RecordingImpl:
    """Mixed into the dialect's own impl class."""

    _recorder: Recorder
    _third_party = False
    """Its `_exec` is not Alembic's: what that one prints is taken, since it may change the statement."""
    _printed: list[str] | None = None

    def static_output(self, text: str) -> None:
        if self._printed is not None:
            self._printed.append(text)
        else:
            self._recorder.add_text(text)

    def emit_begin(self) -> None:
        self._recorder.begin()

    def emit_commit(self) -> None:
        self._recorder.commit()

    def create_table(self, table: Any, **kw: Any) -> None:
        in_order(table)
        super().create_table(table, **kw)  # type: ignore[misc]

    def _exec(self, construct: Any, execution_options: Any = None, multiparams: Any = None, params: Any = None) -> None:
        if multiparams is not None or params:
            raise TypeError("SQL parameters not allowed with as_sql")
        if isinstance(construct, str):
            construct = sqlalchemy.text(construct)
        if self._recorder.is_version(construct):
            if self._recorder.observe:
                self._recorder.version.append(compiled(construct, self.dialect))  # type: ignore[attr-defined]
            return
        text = compiled(construct, self.dialect)  # type: ignore[attr-defined]
        if self._third_party:
            text = self._as_printed(construct, execution_options)
        self._recorder.add(text, construct)

    def _as_printed(self, construct: Any, execution_options: Any) -> str:
        self._printed = []
        try:
            super()._exec(construct, execution_options)  # type: ignore[misc]
            return "\n".join(self._printed).removesuffix(self.command_terminator)  # type: ignore[attr-defined]
        finally:
            self._printed = None


def record(context: Any, recorder: Recorder) -> None:
    """Make a configured MigrationContext give its statements to the recorder."""
    impl: DefaultImpl = context.impl
    base = type(impl)
    make_strict(context.dialect)
    kind: Any = types.new_class("Recording" + base.__name__, (RecordingImpl, base))
    kind._recorder = recorder
    kind._third_party = not base._exec.__module__.startswith("alembic.")
    impl.__class__ = kind  # made anew, an impl of a third party may touch the connection
    context.connection = OfflineConnection(context.dialect, impl._exec)
    impl.connection = context.connection
    recorder.version_table = context._version
    stock = context.autocommit_block

    @contextlib.contextmanager
    def autocommit_block() -> Iterator[None]:
        with stock(), recorder.autocommit():
            yield

    context.autocommit_block = autocommit_block
