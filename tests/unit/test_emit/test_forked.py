"""Two workers of which one makes the other: each does its own job, and none is left behind."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from sqlgen.emit import forked, process
from sqlgen.emit.forked import Forked
from sqlgen.emit.interpreter import Interpreter
from sqlgen.emit.process import Spare, TimedOut, Twin, Worker, two
from sqlgen.errors import ToolMissing, say

needs_descriptors = pytest.mark.skipif(not forked.possible(), reason="this system has no descriptors of processes")
HERE = Interpreter(Path(sys.executable), say("this test"))


def spares(folder: Path, interpreter: Interpreter = HERE) -> tuple[Spare, Spare]:
    return two(interpreter, folder, {})


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pid_of(worker: Worker) -> int:
    record = worker.receive(20)
    assert record is not None
    assert record["kind"] == "ready"
    return int(record["pid"])


@needs_descriptors
def test_both_are_ready_and_the_second_is_made_by_the_first(tmp_path: Path) -> None:
    one, other = (spare.take() for spare in spares(tmp_path))
    try:
        first, second = pid_of(one), pid_of(other)
        assert isinstance(other, Twin)
        assert Path(f"/proc/{second}/stat").read_text().rpartition(")")[2].split()[1] == str(first)
    finally:
        one.stop()
        other.stop()
    assert not alive(first)
    assert not alive(second)


@needs_descriptors
@pytest.mark.parametrize("first", [0, 1])
def test_either_goes_on_when_the_other_is_stopped(first: int, tmp_path: Path) -> None:
    workers = [spare.take() for spare in spares(tmp_path)]
    pids = [pid_of(each) for each in workers]
    workers[first].stop()
    try:
        assert not alive(pids[first])
        assert alive(pids[1 - first])
        with pytest.raises(TimedOut):
            workers[1 - first].receive(0.05)  # it still waits for its job
    finally:
        workers[1 - first].stop()
    assert not alive(pids[1 - first])


@needs_descriptors
def test_one_that_was_killed_is_over(tmp_path: Path) -> None:
    one, other = (spare.take() for spare in spares(tmp_path))
    try:
        os.kill(pid_of(other), signal.SIGKILL)
        assert other.receive(20) is None
        assert other.ending() == "killed or crashed"
    finally:
        one.stop()
        assert other.stop() == ""


@needs_descriptors
def test_nobody_waits_for_two_that_are_not_used(tmp_path: Path) -> None:
    one, other = spares(tmp_path)
    workers = [spare._worker for spare in (one, other)]
    del one, other
    for worker in workers:
        assert worker is not None
        last = worker.receive(20)
        assert last is None or worker.receive(20) is None  # "ready" at most, then the end


@needs_descriptors
def test_where_none_is_made_a_new_one_is_started(tmp_path: Path) -> None:
    """Here the first is stopped before it can make one."""
    one, other = spares(tmp_path)
    one.take().stop()
    worker = other.take()
    try:
        assert not isinstance(worker, Twin)
        assert alive(pid_of(worker))
    finally:
        worker.stop()


@needs_descriptors
def test_one_that_does_not_come_in_time_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_PATIENCE", 0.01)
    one, other = spares(tmp_path)
    worker = other.take()
    try:
        assert not isinstance(worker, Twin)
    finally:
        worker.stop()
        one.take().stop()


def test_without_descriptors_each_is_started_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "possible", lambda: False)
    workers = [spare.take() for spare in spares(tmp_path)]
    try:
        assert len({pid_of(each) for each in workers}) == 2
        assert not any(isinstance(each, Twin) for each in workers)
    finally:
        for each in workers:
            each.stop()


def test_an_interpreter_that_is_none_leaves_no_pipe_open(tmp_path: Path) -> None:
    nothing = Interpreter(tmp_path / "python", say("this test"))
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0
    with pytest.raises(ToolMissing):
        spares(tmp_path, nothing)
    after = len(os.listdir("/proc/self/fd")) if before else 0
    assert after == before


@needs_descriptors
def test_a_number_that_has_become_another_process_is_not_taken(tmp_path: Path) -> None:
    with (tmp_path / "printed").open("wb") as printed:
        made = Forked(printed.fileno())
        made.given_away()  # nobody has the other ends: as if it had ended
        assert not made.hold(os.getpid())
        made.kill()  # it would end this process
        made.stdout.close()
