"""sqlgen beside stock Alembic, in one run on one machine, as Markdown tables of ratios.

    make bench                                        or: python benchmarks/run.py 100 1000 5000 --runs 3

Each time is the least of several runs, of the clock and of processor time (user and system, children included); the
commands are run in turn, not one after the other's runs, so that a slow minute hits all alike. Memory is that of a
command and all its processes together, sampled in a run of its own. The last lines say which limits held. Nothing
fails because a machine is slow.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))
from generate import generate

BIN = Path(sys.executable).parent
SQLGEN, ALEMBIC = str(BIN / "sqlgen"), str(BIN / "alembic")


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, and the exit codes of a run that counts."""

    words: tuple[str, ...]
    codes: tuple[int, ...] = (0,)
    environ: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """One command's best values, each of its own run."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    """Of all its processes together."""


def start(command: Command, folder: Path) -> subprocess.Popen[bytes]:
    # Both would be measured too: a stream without a buffer, and byte code that is compiled again in every run.
    switches = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")
    environ = {name: value for name, value in os.environ.items() if name not in switches} | command.environ
    return subprocess.Popen(
        command.words, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def check(command: Command, code: int) -> None:
    """Raises SystemExit: a failed run is no measurement."""
    if code not in command.codes:
        sys.exit(f"{' '.join(command.words)} ended with {code}")


def times(command: Command, folder: Path) -> tuple[float, float]:
    """Run it once: seconds of processors and of the clock."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    check(command, start(command, folder).wait())
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def memory(command: Command, folder: Path) -> float:
    """Run it once: the most megabytes that it and its children held at one moment, as far as looking often tells."""
    process = start(command, folder)
    root, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        peak = max(peak, sum(_resident(root)))
        time.sleep(0.01)
    check(command, process.returncode)
    return peak / 1e6


def _resident(root: psutil.Process) -> Iterator[int]:
    try:
        for process in (root, *root.children(recursive=True)):
            yield process.memory_info().rss
    except psutil.Error:  # it has just ended
        return


def best(commands: dict[str, Command], folder: Path, runs: int) -> dict[str, Measured]:
    """The least of each command's runs, the commands taking turns. The first turn warms the caches and takes memory."""
    peaks = {name: memory(command, folder) for name, command in commands.items()}
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            results[name].append(times(command, folder))
    return {
        name: Measured(min(cpu for cpu, _ in found), min(wall for _, wall in found), peaks[name])
        for name, found in results.items()
    }


STOCK, EMIT, RECORD = "alembic upgrade base:head --sql", "sqlgen emit base:head", "schema of base:head, recorded"
STOCK_NEWEST, EMIT_NEWEST = "alembic upgrade HEAD^:HEAD --sql", "sqlgen emit prev:head"


def whole() -> dict[str, Command]:
    """The whole history."""
    record = str(Path(__file__).with_name("record.py"))
    return {
        STOCK: Command((ALEMBIC, "upgrade", "base:head", "--sql")),
        RECORD: Command((sys.executable, record)),
        EMIT: Command((SQLGEN, "emit", "base:head")),
        "sqlgen lint base:head": Command((SQLGEN, "lint", "base:head"), (0, 1)),
    }


def newest(count: int, *, bytecode: bool) -> dict[str, Command]:
    """Its newest revision. Without byte code none is written either, so that no run finds what another one left."""
    environ = {} if bytecode else {"PYTHONDONTWRITEBYTECODE": "1"}
    ids = f"r{count - 1:05d}:r{count:05d}"
    return {
        STOCK_NEWEST: Command((ALEMBIC, "upgrade", ids, "--sql"), environ=environ),
        EMIT_NEWEST: Command((SQLGEN, "emit", "prev:head"), environ=environ),
        "sqlgen lint prev:head": Command((SQLGEN, "lint", "prev:head"), (0, 1), environ),
    }


Results = dict[tuple[int, str], dict[str, Measured]]
"""By the length of the history and by what was asked of it."""

NO_BYTECODE, BYTECODE, WHOLE = "newest, no byte code of the revisions", "newest, byte code", "whole range, byte code"


def histories(counts: list[int], runs: int) -> Results:
    print("| revisions | what | command | wall s | ratio | CPU s | ratio | peak MB | ratio |")
    print("| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    results: Results = {}
    for count in counts:
        with tempfile.TemporaryDirectory() as temporary:
            folder = generate(count, Path(temporary) / "project")
            times(Command((SQLGEN, "emit", "prev:head")), folder)  # so that all but the revisions has its byte code
            shutil.rmtree(folder / "migrations" / "versions" / "__pycache__", ignore_errors=True)
            for what, commands, most in (
                (NO_BYTECODE, newest(count, bytecode=False), runs),
                (BYTECODE, newest(count, bytecode=True), runs),
                (WHOLE, whole(), runs if count < 5000 else max(1, runs // 2)),
            ):
                results[count, what] = best(commands, folder, most)
                show(count, what, results[count, what])
    return results


def show(count: int, what: str, measured: dict[str, Measured]) -> None:
    stock = next(iter(measured.values()))
    for name, one in measured.items():
        cells = (
            f"{one.wall_s:.2f} | {one.wall_s / stock.wall_s:.2f}",
            f"{one.cpu_s:.2f} | {one.cpu_s / stock.cpu_s:.2f}",
            f"{one.peak_mb:.0f} | {one.peak_mb / stock.peak_mb:.2f}",
        )
        print(f"| {count} | {what} | `{name}` | {' | '.join(cells)} |", flush=True)


def limits(results: Results) -> Iterator[str]:
    """What is promised of a history of 5,000 revisions, and whether it held."""
    newest_cold, newest_warm = results.get((5000, NO_BYTECODE)), results.get((5000, BYTECODE))
    large, small = results.get((5000, WHOLE)), results.get((1000, WHOLE))
    if newest_cold is None or newest_warm is None or large is None:
        return
    for what, measured in ((NO_BYTECODE, newest_cold), (BYTECODE, newest_warm)):
        ratio = measured[EMIT_NEWEST].wall_s / measured[STOCK_NEWEST].wall_s
        yield _limit(f"time, {what}", ratio, 0.35 if what is NO_BYTECODE else 0.5)
    yield _limit("time, whole range, recorded with sources and schema", large[RECORD].wall_s / large[STOCK].wall_s, 1.6)
    yield _limit("time, whole range, formatted script", large[EMIT].wall_s / large[STOCK].wall_s, 2.0)
    yield _limit("memory, whole range, all processes", large[EMIT].peak_mb / large[STOCK].peak_mb, 2.5)
    if small is not None:
        yield _limit("time, whole range, 5,000 revisions to 1,000", large[EMIT].wall_s / small[EMIT].wall_s, 6)


def _limit(what: str, ratio: float, most: float) -> str:
    return f"- {what}: {ratio:.2f}, at most {most:g}: {'held' if ratio <= most else 'NOT HELD'}"


def start_up(runs: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "change.sql").write_text("ALTER TABLE orders ADD COLUMN note text;\n")
        lines = {
            "python -c pass": Command((sys.executable, "-c", "pass")),
            "alembic --help": Command((ALEMBIC, "--help")),
            "sqlgen --help": Command((SQLGEN, "--help")),
            "sqlgen rules": Command((SQLGEN, "rules")),
            "sqlgen explain drop-column": Command((SQLGEN, "explain", "drop-column")),
            "sqlgen verify (of a bundle that is not there)": Command((SQLGEN, "verify", "trust", "prod", "b"), (2, 3)),
            "sqlgen lint FILE.sql (postgresql)": Command(
                (SQLGEN, "lint", "change.sql", "--dialect", "postgresql"), (0, 1)
            ),
            "sqlgen lint FILE.sql (sqlite)": Command((SQLGEN, "lint", "change.sql", "--dialect", "sqlite"), (0, 1)),
        }
        measured = best(lines, folder, max(5, runs))
    print("| command | CPU s | wall s |")
    print("| --- | ---: | ---: |")
    for name, one in measured.items():
        print(f"| `{name}` | {one.cpu_s:.2f} | {one.wall_s:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description="sqlgen beside stock Alembic")
    parser.add_argument("counts", nargs="*", type=int, default=[100, 1000, 5000], help="lengths of the histories")
    parser.add_argument("--runs", type=int, default=3, help="how often each command runs (all 5000 revisions: half)")
    arguments = parser.parse_args()
    busy = psutil.cpu_percent(interval=1)
    versions = ", ".join(f"{name} {version(name)}" for name in ("alembic", "sqlalchemy", "typer", "postgast"))
    print(
        f"Python {platform.python_version()}, {versions}; {psutil.cpu_count()} cores, {busy:.0f} % busy at the start.\n"
    )
    start_up(arguments.runs)
    print()
    print("\n" + "\n".join(limits(histories(arguments.counts, arguments.runs))))


if __name__ == "__main__":
    main()
