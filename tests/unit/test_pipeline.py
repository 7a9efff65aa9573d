"""The order of the stages: nothing is rendered more often than it must be."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sqlgen import pipeline
from sqlgen.history import between
from sqlgen.linting import load_book
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"


def test_both_directions_of_a_range_ask_for_the_history_before_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    workspace = open_workspace(Request(copy, dialect="postgresql"))
    up = pipeline.resolve(workspace, "0004_orders:head")
    down = between(workspace.graph, up.lower, up.upper, down=True)
    emission = pipeline.emit(workspace, (*up.steps, *down.steps))
    asked: list[Any] = []
    schema_at = pipeline._schema_at

    def counted(*arguments: Any) -> Any:
        asked.append(arguments[-1])
        return schema_at(*arguments)

    monkeypatch.setattr(pipeline, "_schema_at", counted)
    judged = pipeline.lint(workspace, emission, load_book(workspace.settings, copy), today=date(2026, 1, 1))
    assert asked == [("0004_orders",)]
    # Each direction needs what was there before: SMALLINT to INTEGER on the way up, books on the way down.
    assert "changing orders.quantity from smallint to integer" in " ".join(str(each.message) for each in judged.forward)
    assert any(each.rule == "drop-column" and "publisher_id" in str(each.message) for each in judged.rollback)


@pytest.mark.parametrize(("dialect", "limited"), [("postgresql", True), ("mssql", False)])
def test_where_sqlgen_writes_no_script_the_range_is_judged_as_alembic_runs_it(
    tmp_path: Path, dialect: str, limited: bool
) -> None:
    copy = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    workspace = open_workspace(Request(copy, dialect=dialect))
    assert workspace.settings.runs == "bundle"
    emission = pipeline.emit(workspace, pipeline.resolve(workspace, "0004_orders:0005_publishers").steps)
    judged = pipeline.lint(workspace, emission, load_book(workspace.settings, copy), today=date(2026, 1, 1))
    assert all(each.rule != "lock-timeout-missing" for each in judged.forward) == limited
