"""Alembic's MigrationContext in, the same one out: it runs as online, on a connection that records."""

from __future__ import annotations

import sys
import types
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy.schema import CreateTable

from .offline import in_order, keep_order
from .recorder import Recorder


class RecordingImpl:
    """Mixed into the dialect's own impl class."""

    _recorder: Recorder
    _version_table: Any
    _observed: Any
    """How to write a statement on the version table; None where nobody wants it."""

    def static_output(self, text: str) -> None:
        self._recorder.add_text(text)

    def create_table(self, table: Any, **kw: Any) -> None:
        in_order(table)
        super().create_table(table, **kw)  # type: ignore[misc]

    def _exec(self, construct: Any, *args: Any, **kw: Any) -> Any:
        if construct is UNWANTED:
            return None
        if subject(construct) is self._version_table:
            if self._observed is not None:
                self._recorder.version.append(self._observed(construct))
            return None
        return super()._exec(construct, *args, **kw)  # type: ignore[misc]


class Unwanted:
    """Stands for the version table where nobody wants its statements: each of them is this object, made at no cost."""

    @property
    def c(self) -> Unwanted:
        return self

    version_num = c
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Unwanted:  # type: ignore[override]
        """Else Python asks the other side, and SQLAlchemy makes an expression of it."""
        return self

    def insert(self, *args: Any, **kw: Any) -> Unwanted:
        return self

    update = delete = values = where = insert


UNWANTED = Unwanted()


def subject(construct: Any) -> Any:
    """The table of a statement."""
    of = getattr(construct, "table", None)
    return of if of is not None else getattr(construct, "element", None)


class RecordingContext(MigrationContext):
    """`start` are the rows of the version table; what asks whether this is offline gets the answer of `offline`."""

    start: tuple[str, ...]
    offline: Any
    version_table_made: Any
    """The version table, as Alembic would make it."""

    def get_current_heads(self) -> tuple[str, ...]:
        return self.start

    def _ensure_version_table(self, purge: bool = False) -> None:
        """sqlgen's script makes it. The statement goes where the others on this table go."""
        if self._version is not UNWANTED:  # type: ignore[comparison-overlap]
            self.impl._exec(CreateTable(self._version))

    @property
    def as_sql(self) -> bool:  # type: ignore[override]
        """Alembic itself is told the truth: it executes on a connection. For the project this is offline mode."""
        if str(sys._getframe(1).f_globals.get("__name__")).startswith("alembic."):
            return False
        return bool(self.offline())


def record(context: Any, recorder: Recorder, start: tuple[str, ...], offline: Any, observed: Any) -> None:
    """Make a configured MigrationContext give its statements to the recorder.

    observed: writes a statement on the version table as text; None: they are not wanted.
    """
    keep_order()
    impl = context.impl
    base = type(impl)
    kind: Any = types.new_class("Recording" + base.__name__, (RecordingImpl, base))
    kind._recorder = recorder
    kind._version_table = context._version
    kind._observed = staticmethod(observed) if observed is not None else None
    context.version_table_made = context._version
    if observed is None:
        context._version = UNWANTED
    impl.__class__ = kind  # made anew, an impl of a third party may touch the connection
    context.__dict__.pop("as_sql", None)
    context.__class__ = RecordingContext
    context.start, context.offline = start, offline
