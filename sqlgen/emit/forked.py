"""A worker that another one makes, by fork, before either has a job: to load Alembic takes longer than most jobs do.

It is no child of this process, so it is held by a descriptor (pidfd_open(2), Linux 5.3), since its number may be that
of another process once it has ended. Where there are no such descriptors, each worker is started by itself.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys


def possible() -> bool:
    """Whether this system has descriptors of processes."""
    if sys.platform != "linux" or not hasattr(signal, "pidfd_send_signal"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


class Forked:
    """As much of subprocess.Popen as a Worker asks for. How it ended is known to its parent alone."""

    def __init__(self, printed: int) -> None:
        """printed: the file that takes what it prints."""
        requests, asking = os.pipe()
        answering, answers = os.pipe()
        self.ends = (requests, answers, printed)
        """What it will have of the pipes, and the file: for the process that makes it."""
        self.stdin = os.fdopen(asking, "wb")
        self.stdout = os.fdopen(answering, "rb")
        self._process: int | None = None
        """Its descriptor; None as long as it has not said who it is, and once it has ended."""
        self._ended = False

    def given_away(self) -> None:
        """The process that makes it has its ends: they are closed here, so that its end is seen."""
        for each in self.ends[:2]:
            os.close(each)

    def hold(self, pid: int) -> bool:
        """It says that this is its number; whether it is still there."""
        try:
            self._process = os.pidfd_open(pid)
        except OSError:
            return False
        poll = select.poll()
        poll.register(self.stdout, 0)
        if poll.poll(0):  # its end of the pipe is closed: the number may be another's by now
            self._let_go()
        return self._process is not None

    def poll(self) -> int | None:
        """None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return 0 if self._ended else None

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end; nobody says how it was. Of one that has not said who it is, only its pipe tells."""
        if self._process is not None:
            poll = select.poll()
            poll.register(self._process, select.POLLIN)
            if not poll.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired("worker", timeout or 0)
            self._let_go()
        return None

    def kill(self) -> None:
        """One that has not said who it is has no job either: it ends where it finds no request."""
        if self._process is None:
            self.stdin.close()
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, number)

    def _let_go(self) -> None:
        if self._process is not None:
            os.close(self._process)
        self._process, self._ended = None, True
