"""sqlgen beside stock Alembic, in one run on one machine, as a Markdown table of ratios.

    make bench                                        or: python benchmarks/run.py 100 1000 5000 --runs 3

Each time is the least of several runs, of processor time (user and system, children included), so that a busy machine
disturbs it less; the commands are run in turn, not one after the other's runs, so that a slow minute hits all alike.
There are no limits here: nothing fails because a machine is slow.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))
from generate import generate

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Measured:
    """One command's best run."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    """Of its largest process."""


def measure(command: list[str], folder: Path, codes: tuple[int, ...]) -> Measured:
    """Run it once. Raises SystemExit when it ends with a code not in `codes`: a failed run is no measurement."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{errors.decode(errors='replace')[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes on macOS, KiB on Linux
    return Measured(cpu, time.perf_counter() - started, usage.ru_maxrss * unit / 1e6)


def best(commands: dict[str, tuple[list[str], tuple[int, ...]]], folder: Path, runs: int) -> dict[str, Measured]:
    """The least of each command's runs, the commands taking turns."""
    results: dict[str, list[Measured]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, (command, codes) in commands.items():
            results[name].append(measure(command, folder, codes))
    return {name: min(measured, key=lambda one: one.cpu_s) for name, measured in results.items()}


def histories(counts: list[int], runs: int) -> None:
    print("| revisions | command | CPU s | ratio | per revision ms | wall s | peak MB |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    sqlgen, alembic = str(BIN / "sqlgen"), str(BIN / "alembic")
    for count in counts:
        with tempfile.TemporaryDirectory() as temporary:
            folder = generate(count, Path(temporary) / "project")
            commands = {
                "alembic upgrade base:head --sql": ([alembic, "upgrade", "base:head", "--sql"], (0,)),
                "sqlgen emit base:head": ([sqlgen, "emit", "base:head"], (0,)),
                "sqlgen lint base:head": ([sqlgen, "lint", "base:head"], (0, 1)),
                "sqlgen lint prev:head": ([sqlgen, "lint", "prev:head"], (0, 1)),
            }
            measured = best(commands, folder, max(1, runs if count < 5000 else runs // 2))
        stock = measured["alembic upgrade base:head --sql"].cpu_s
        for name, one in measured.items():
            print(
                f"| {count} | `{name}` | {one.cpu_s:.2f} | {one.cpu_s / stock:.2f} | {one.cpu_s / count * 1000:.2f} "
                f"| {one.wall_s:.2f} | {one.peak_mb:.0f} |",
                flush=True,
            )


def start_up(runs: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "change.sql").write_text("ALTER TABLE orders ADD COLUMN note text;\n")
        sqlgen = str(BIN / "sqlgen")
        lines = {
            "python -c pass": ([sys.executable, "-c", "pass"], (0,)),
            "alembic --help": ([str(BIN / "alembic"), "--help"], (0,)),
            "sqlgen --help": ([sqlgen, "--help"], (0,)),
            "sqlgen rules": ([sqlgen, "rules"], (0,)),
            "sqlgen explain drop-column": ([sqlgen, "explain", "drop-column"], (0,)),
            "sqlgen verify (of a bundle that is not there)": ([sqlgen, "verify", "trust", "prod", "bundle"], (2, 3)),
            "sqlgen lint FILE.sql (postgresql)": ([sqlgen, "lint", "change.sql", "--dialect", "postgresql"], (0, 1)),
            "sqlgen lint FILE.sql (sqlite)": ([sqlgen, "lint", "change.sql", "--dialect", "sqlite"], (0, 1)),
        }
        measured = best(lines, folder, max(5, runs))
    print("| command | CPU s | wall s |")
    print("| --- | ---: | ---: |")
    for name, one in measured.items():
        print(f"| `{name}` | {one.cpu_s:.2f} | {one.wall_s:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description="sqlgen beside stock Alembic")
    parser.add_argument("counts", nargs="*", type=int, default=[100, 1000, 5000], help="lengths of the histories")
    parser.add_argument("--runs", type=int, default=3, help="how often each command runs (5000 revisions: half)")
    arguments = parser.parse_args()
    busy = psutil.cpu_percent(interval=1)
    versions = ", ".join(f"{name} {version(name)}" for name in ("alembic", "sqlalchemy", "typer", "postgast"))
    print(
        f"Python {platform.python_version()}, {versions}; {psutil.cpu_count()} cores, {busy:.0f} % busy at the start.\n"
    )
    start_up(arguments.runs)
    print()
    histories(arguments.counts, arguments.runs)


if __name__ == "__main__":
    main()
