"""Threads that revisions start: what they send is refused, since its place in the script would be chance."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from .offline import Offline

if TYPE_CHECKING:
    from .recorder import Recorder

_OURS = threading.get_ident()
_PATIENCE = 0.2
"""Seconds, for all threads of a revision together."""


def check(recorder: Recorder) -> None:
    """Raises Offline when a statement comes from another thread than the one in which revisions run."""
    if threading.get_ident() == _OURS:
        return
    thread = threading.current_thread()
    problem = Offline("thread", name=thread.name)
    if thread in recorder.left_behind:  # an earlier revision's: no fault of the one that runs now
        raise problem
    with recorder.refusing():
        raise problem


def running() -> set[threading.Thread]:
    """All of them; none where only ours does."""
    return set(threading.enumerate()) if threading.active_count() > 1 else set()


def settle(before: set[threading.Thread]) -> None:
    """Give threads that a revision has just started the time to send what they have: it is refused there and then."""
    if threading.active_count() == 1:
        return
    until = time.monotonic() + _PATIENCE
    for each in _started(before):
        each.join(max(0.0, until - time.monotonic()))


def unfinished(before: set[threading.Thread], recorder: Recorder) -> list[str]:
    """The names of threads that a revision started and that still run."""
    if threading.active_count() == 1:
        return []
    left = _started(before)
    recorder.left_behind.update(left)
    return sorted(thread.name for thread in left)


def _started(before: set[threading.Thread]) -> list[threading.Thread]:
    ours = threading.main_thread()
    return [each for each in threading.enumerate() if each not in before and each is not ours and each.is_alive()]
