"""Alembic's op in, the same op out, whose calls are known to the recorder while they run."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from .offline import in_order
from .recorder import Origin, Recorder

BATCH = "batch_alter_table"
"""The op of a statement that several calls of a batch made together."""


def trace(op: Any, recorder: Recorder) -> None:
    """Every directive, of op and of a batch, goes through `invoke`: it is replaced on this one object."""
    stock = op.batch_alter_table

    @contextlib.contextmanager
    def batch_alter_table(*args: Any, **kw: Any) -> Iterator[Any]:
        origin: Origin = (BATCH, recorder.sources.here())
        if kw.get("copy_from") is not None:
            in_order(kw["copy_from"])
        try:
            with stock(*args, **kw) as batch:
                queue = Queue(recorder)
                batch.impl.batch = queue
                _trace_invoke(batch, recorder)
                yield batch
                recorder.batch = queue.only or origin
        finally:
            recorder.batch = None

    op.__dict__["batch_alter_table"] = batch_alter_table
    _trace_invoke(op, recorder)


def _trace_invoke(op: Any, recorder: Recorder) -> None:
    stock: Callable[[Any], Any] = op.invoke

    def invoke(operation: Any) -> Any:
        if recorder.op is not None:  # an operation made of others: the outer one is what the revision says
            return stock(operation)
        recorder.op = (type(operation).__name__, recorder.sources.here())
        try:
            return stock(operation)
        finally:
            recorder.op = None

    op.__dict__["invoke"] = invoke


class Queue(list[Any]):
    """The changes a batch has put off. Going through them tells the recorder whose change comes next."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder
        self._origins: list[Origin | None] = []

    def append(self, change: Any) -> None:
        super().append(change)
        self._origins.append(self._recorder.op)

    def __iter__(self) -> Iterator[Any]:
        changes = list(super().__iter__())
        try:
            for change, origin in zip(changes, self._origins, strict=True):
                self._recorder.queued = origin
                yield change
        finally:
            self._recorder.queued = None

    @property
    def only(self) -> Origin | None:
        """The origin of all changes, when there is just one call."""
        first = self._origins[0] if self._origins else None
        return first if all(origin is first for origin in self._origins) else None
