"""One worker process: a job goes in, records come out, what it prints is kept apart."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import tempfile
import threading
import time
import weakref
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from sqlgen.emit.forked import Forked, possible
from sqlgen.emit.interpreter import Interpreter
from sqlgen.errors import ToolMissing, say

Record = dict[str, Any]

_MAIN = Path(__file__).parent / "worker" / "__main__.py"
MOST_PRINTED = 200_000_000
"""Bytes that a process may print."""
_MOST_OUTPUT = 1_000_000
"""Characters of printed text that are kept."""
_PATIENCE = 10.0
"""Seconds for one that another worker makes to come to be; else one is started."""


class TimedOut(Exception):
    """The worker gave no record in time."""


class PrintedTooMuch(Exception):
    """What is printed is kept in a file, which would fill the disk."""


class Worker:
    """Its standard input and output are pipes that it keeps from the code it runs; its standard error is a file, which
    takes all that is printed."""

    def __init__(
        self, interpreter: Interpreter, folder: Path, environ: Mapping[str, str], forks: Forked | None = None
    ) -> None:
        """forks: the process that it makes once it has loaded all that each worker needs. Raises ToolMissing."""
        printed = tempfile.TemporaryFile()  # noqa: SIM115 (stop() closes it)
        ends = () if forks is None else forks.ends
        try:
            process = subprocess.Popen(
                [str(interpreter.path), "-X", "utf8", "-u", "-B", str(_MAIN), *map(str, ends)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                cwd=folder,
                env=_environment(environ),
                pass_fds=ends,
            )
        except OSError as error:
            printed.close()
            raise ToolMissing(
                say("{path} can't be run: {reason}", path=interpreter.path, reason=error.strerror),
                hint=say("Give a Python interpreter that has the project's packages: --python PATH"),
            ) from error
        self._attend(process, printed)

    def _attend(self, process: subprocess.Popen[bytes] | Forked, printed: IO[bytes]) -> None:
        self._process = process
        self._printed = printed
        self._noise: list[str] = []
        self._chunks: SimpleQueue[bytes] = SimpleQueue()
        """What the process wrote, as it came; empty: that was all."""
        self._lines: deque[bytes] = deque()
        self._begun: list[bytes] = []
        """The parts of a line whose end has not come."""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._writer = threading.Thread(target=self._write, daemon=True)  # a pipe may be full until the worker reads
        self._writer.start()

    def send(self, record: Record) -> None:
        """Give it its job, or an answer. It may have died: then the records say so."""
        self._outbox.put(json.dumps(record).encode() + b"\n")

    def _write(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
            while (line := self._outbox.get()) is not None:
                pipe.write(line)
                pipe.flush()

    def receive(self, timeout: float | None) -> Record | None:
        """The next record; None when the process has ended. Raises TimedOut after `timeout` seconds without one, and
        PrintedTooMuch."""
        end = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            while self._lines:
                record = self._record(self._lines.popleft())
                if record is not None:
                    return record
            try:
                chunk = self._chunks.get(timeout=max(0.0, min(0.5, end - time.monotonic())))
            except Empty:
                if os.fstat(self._printed.fileno()).st_size > MOST_PRINTED:
                    raise PrintedTooMuch from None
                if time.monotonic() >= end:
                    raise TimedOut from None
            else:
                if not self._take(chunk):
                    return None

    def _take(self, chunk: bytes) -> bool:
        """Cut what came into lines; whether more may come."""
        part, *rest = chunk.split(b"\n")
        self._begun.append(part)
        for next_part in rest:
            self._lines.append(b"".join(self._begun))
            self._begun = [next_part]
        if not chunk:
            self._noise.append(b"".join(self._begun).partition(b"\x1e")[0].decode("utf-8", "replace"))
        return bool(chunk)

    def _record(self, line: bytes) -> Record | None:
        """None: it is text that was printed before the process kept the pipe for itself."""
        before, mark, record = line.rpartition(b"\x1e")
        noise = before if mark else record + b"\n"
        if noise:
            self._noise.append(noise.decode("utf-8", "replace"))
        return json.loads(record.decode("utf-8", "surrogatepass")) if mark else None

    def ending(self) -> str:
        """Wait for its end, and say it in words: "exit code 1", "SIGSEGV"."""
        code = self._process.wait()
        if code is None:
            return "killed or crashed"
        if code >= 0:
            return f"exit code {code}"
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"

    def ask_where(self) -> None:
        """Let it print its stack: it takes too long. Where there are no such signals, nothing happens."""
        if hasattr(signal, "SIGUSR1") and self._process.poll() is None:
            self._process.send_signal(signal.SIGUSR1)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.2)

    def stop(self) -> str:
        """End the process if it still runs, and give what it printed."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join()
        self._outbox.put(None)
        self._writer.join()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        with self._printed as file:
            file.seek(0)
            printed = file.read(_MOST_OUTPUT * 4).decode("utf-8", "replace")[:_MOST_OUTPUT]
        return "".join(self._noise) + printed

    def _read(self) -> None:
        """As much at a time as there is: for each time it has to wait for its turn in this process."""
        assert self._process.stdout is not None
        while chunk := os.read(self._process.stdout.fileno(), 1 << 16):
            self._chunks.put(chunk)
        self._chunks.put(b"")


class Twin(Worker):
    """A worker that another one made."""

    def __init__(self, process: Forked, printed: IO[bytes]) -> None:
        self._attend(process, printed)
        self._forked = process

    def is_ready(self) -> bool:
        """Whether it came to be, and waits for its job; waits for it."""
        while not any(b"\x1e" in line for line in self._lines):
            try:
                chunk = self._chunks.get(timeout=_PATIENCE)
            except Empty:
                return False
            if not self._take(chunk):
                return False
        first = next(line for line in self._lines if b"\x1e" in line)
        record = json.loads(first.rpartition(b"\x1e")[2])
        return record["kind"] == "ready" and self._forked.hold(record["pid"])


class Spare:
    """A worker without a job: its interpreter and Alembic load while the job is put together."""

    def __init__(
        self, interpreter: Interpreter, folder: Path, environ: Mapping[str, str], worker: Worker | None = None
    ) -> None:
        """worker: one that was started already. Raises ToolMissing when the interpreter can't be used."""
        self.interpreter = interpreter
        self._folder = folder
        self._environ = environ
        self._worker: Worker | None = worker or Worker(interpreter, folder, environ)
        self._unused = weakref.finalize(self, self._worker.stop)

    def take(self) -> Worker:
        """The worker; from the second time on a new one."""
        worker, self._worker = self._worker, None
        self._unused.detach()
        if isinstance(worker, Twin) and not worker.is_ready():
            worker.stop()
            worker = None
        return worker or Worker(self.interpreter, self._folder, self._environ)

    def stop(self) -> None:
        """It will not be taken."""
        self._unused()


def two(interpreter: Interpreter, folder: Path, environ: Mapping[str, str]) -> tuple[Spare, Spare]:
    """Two of them, of which one makes the other where that is possible. Raises ToolMissing."""
    if not possible():
        return Spare(interpreter, folder, environ), Spare(interpreter, folder, environ)
    printed = tempfile.TemporaryFile()  # noqa: SIM115 (stop() closes it)
    forked = Forked(printed.fileno())
    twin = Twin(forked, printed)
    try:
        first = Worker(interpreter, folder, environ, forked)
    except ToolMissing:
        forked.given_away()
        twin.stop()
        raise
    forked.given_away()
    other = Spare(interpreter, folder, environ, twin)  # at the end, what came first is stopped last
    return Spare(interpreter, folder, environ, first), other


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    return {
        **os.environ,
        **extra,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }
