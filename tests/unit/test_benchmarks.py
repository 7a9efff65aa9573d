"""What the benchmark says of its limits is what it measured."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sqlgen.history import read
from sqlgen.project import find

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses looks its module up by name
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    pytest.importorskip("psutil", reason="psutil is of the bench extra")
    return load("run", monkeypatch)


def results(run: ModuleType, wall_s: float, peak_mb: float) -> Any:
    """Stock Alembic takes one second and one megabyte everywhere."""
    stock, ours = run.Measured(1.0, 1.0, 1.0), run.Measured(9.0, wall_s, peak_mb)
    newest = {run.STOCK_NEWEST: stock, run.EMIT_NEWEST: ours}
    whole = {run.STOCK: stock, run.RECORD: ours, run.EMIT: ours}
    shorter = {**whole, run.EMIT: run.Measured(1.0, 0.25, 1.0)}
    return {
        (1000, run.WHOLE): shorter,
        (5000, run.NO_BYTECODE): newest,
        (5000, run.BYTECODE): newest,
        (5000, run.WHOLE): whole,
    }


@pytest.mark.parametrize(
    ("wall_s", "peak_mb", "held"),
    [
        (0.35, 2.5, [True, True, True, True, True, True]),
        (0.36, 2.6, [False, True, True, True, False, True]),
        (1.5, 1.0, [False, False, True, True, True, True]),
        (1.7, 1.0, [False, False, False, True, True, False]),
        (2.1, 1.0, [False, False, False, False, True, False]),
    ],
)
def test_each_limit_is_said_to_hold_when_it_does(
    run: ModuleType, wall_s: float, peak_mb: float, held: list[bool]
) -> None:
    lines = list(run.limits(results(run, wall_s, peak_mb)))
    assert [line.endswith(": held") for line in lines] == held
    assert [line.endswith(": NOT HELD") for line in lines] == [not one for one in held]


def test_without_a_history_of_5000_nothing_is_said(run: ModuleType) -> None:
    assert list(run.limits({(1000, run.WHOLE): {}})) == []


def test_the_same_number_makes_the_same_sound_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate = load("generate", monkeypatch).generate
    one, other = generate(30, tmp_path / "one"), generate(30, tmp_path / "other")
    files = sorted(path.relative_to(one) for path in one.rglob("*.py"))
    assert [(one / file).read_bytes() for file in files] == [(other / file).read_bytes() for file in files]
    graph = read(find(one))
    assert (graph.bases, graph.heads, len(graph.revisions)) == (("r00001",), ("r00030",), 30)
