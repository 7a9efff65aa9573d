"""Whatever the shape of a history: order, rows and ranges are Alembic's own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alembic.config import Config
from alembic.runtime.migration import HeadMaintainer, RevisionStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, String, Table

from sqlgen.history import Graph, between, log, read, resolve
from sqlgen.project import find

Shape = list[dict[str, Any]]


@st.composite
def histories(draw: st.DrawFn, most: int = 12, redundant: bool = False) -> Shape:
    """Revisions, oldest first, under names whose order tells nothing. With `redundant`, a parent may come before
    another parent of the same revision: Alembic accepts such files, but stumbles over them."""
    count = draw(st.integers(1, most))
    names = draw(st.permutations([f"{index:02x}{'fade'}" for index in range(count)]))
    shape: Shape = []
    before: dict[str, set[str]] = {}
    for index, name in enumerate(names):
        earlier = names[max(0, index - 5) : index]
        some = st.lists(st.sampled_from(earlier), max_size=3, unique=True) if earlier else st.just([])
        down = draw(some)
        if index and not down and draw(st.booleans()):
            down = [names[index - 1]]
        needs = [each for each in (draw(some) if draw(st.integers(0, 3)) == 0 else []) if each not in down]
        if not redundant:
            down = [each for each in down if not any(each in before[other] for other in down)]
            over = set().union(*(before[each] | {each} for each in down)) if down else set()
            needs = [each for each in needs if each not in over and not any(each in before[other] for other in needs)]
            down = [each for each in down if not any(each in before[other] for other in needs)]
        before[name] = set().union(*(before[each] | {each} for each in (*down, *needs))) if down or needs else set()
        label = f"label{index}" if draw(st.integers(0, 4)) == 0 else None
        shape.append({"id": name, "down": down, "needs": needs, "label": label})
    by_label = {each["id"]: each["label"] for each in shape if each["label"]}
    for each in shape:
        each["needs"] = [by_label[need] if need in by_label and draw(st.booleans()) else need for need in each["needs"]]
    return shape


def written(shape: Shape, folder: Path) -> tuple[Graph, ScriptDirectory]:
    """The history as files, read by sqlgen and by Alembic."""
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "migrations" / "env.py").write_text("")
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\npath_separator = os\n")
    for each in shape:
        (folder / "migrations" / "versions" / f"{each['id']}_.py").write_text(
            f"revision = {each['id']!r}\ndown_revision = {tuple(each['down']) or None!r}\n"
            f"depends_on = {tuple(each['needs']) or None!r}\nbranch_labels = {each['label']!r}\n"
            "def upgrade():\n    pass\ndef downgrade():\n    pass\n"
        )
    graph = read(find(folder))
    script = ScriptDirectory.from_config(Config(folder / "alembic.ini"))
    with_fixed_dependencies(script)
    return graph, script


def with_fixed_dependencies(script: ScriptDirectory) -> None:
    """Alembic keeps several dependencies of one revision in the order of a set: any order is one of its own."""
    for revision in script.walk_revisions("base", "heads"):
        kept = set(revision._normalized_resolved_dependencies)
        revision._normalized_resolved_dependencies = tuple(d for d in revision._resolved_dependencies if d in kept)


def alembic_rows(script: ScriptDirectory, start: Iterable[str], steps: list[RevisionStep]) -> list[tuple[str, ...]]:
    """The rows that Alembic's HeadMaintainer holds at the start and after each step."""
    table = Table("alembic_version", MetaData(), Column("version_num", String(32)))
    context = SimpleNamespace(impl=SimpleNamespace(_exec=lambda sql: None), _version=table, as_sql=True)
    maintainer = HeadMaintainer(context, tuple(start))  # type: ignore[arg-type]
    rows = [tuple(sorted(maintainer.heads))]
    for step in steps:
        maintainer.update_to_step(step)
        rows.append(tuple(sorted(maintainer.heads)))
    return rows


def alembic_downgrade(script: ScriptDirectory, upper: tuple[str, ...], lower: tuple[str, ...]) -> list[str]:
    """What Alembic takes back from `upper` to one revision or base; nothing where it refuses, as for a dependency."""
    try:
        steps = script._downgrade_revs(lower[0] if lower else "base", upper)  # type: ignore[arg-type]
    except CommandError:
        return []
    return [step.revision.revision for step in steps]


def ends(graph: Graph, draw: st.DataObject) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Two sets of rows, one before the other."""
    ids = [revision.id for revision in graph.revisions]
    upper = graph.rows(graph.ancestors(draw.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3))))
    inside = sorted(graph.ancestors(upper))
    lower = graph.rows(graph.ancestors(draw.draw(st.lists(st.sampled_from(inside), max_size=3))))
    return lower, upper


@settings(max_examples=80, deadline=None)
@given(shape=histories(), draw=st.data())
def test_an_upgrade_runs_as_alembic_runs_it(shape: Shape, draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        graph, script = written(shape, Path(folder))
        lower, upper = ends(graph, draw)
        steps = script._upgrade_revs(upper, lower)  # type: ignore[arg-type]
        ours = between(graph, lower, upper)
        assert [move.revision.id for move in ours.steps] == [step.revision.revision for step in steps]
        rows = alembic_rows(script, lower, steps)
        assert [move.before for move in ours.steps] == rows[:-1]
        assert [move.after for move in ours.steps] == rows[1:]
        assert rows[-1] == upper


@settings(max_examples=80, deadline=None)
@given(shape=histories(), draw=st.data())
def test_a_downgrade_moves_the_rows_as_alembic_does_and_ends_at_the_start(shape: Shape, draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        graph, script = written(shape, Path(folder))
        lower, upper = ends(graph, draw)
        ours = between(graph, lower, upper, down=True)
        steps = [RevisionStep(script.revision_map, script.get_revision(move.revision.id), False) for move in ours.steps]
        rows = alembic_rows(script, upper, steps)
        assert [move.before for move in ours.steps] == rows[:-1]
        assert [move.after for move in ours.steps] == rows[1:]
        assert rows[-1] == lower
        if len(lower) < 2:
            theirs = alembic_downgrade(script, upper, lower)
            if sorted(theirs) == sorted(move.revision.id for move in ours.steps):
                assert theirs == [move.revision.id for move in ours.steps]


@settings(max_examples=60, deadline=None)
@given(shape=histories(redundant=True), draw=st.data())
def test_where_a_parent_comes_before_another_parent_no_row_is_kept_twice(shape: Shape, draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        graph, script = written(shape, Path(folder))
        lower, upper = ends(graph, draw)
        steps = script._upgrade_revs(upper, lower)  # type: ignore[arg-type]
        ours = between(graph, lower, upper)
        assert [move.revision.id for move in ours.steps] == [step.revision.revision for step in steps]
        for move in ours.steps:
            assert move.after == graph.rows(graph.ancestors(move.after))
        try:
            rows = alembic_rows(script, lower, steps)
        except KeyError:  # Alembic deletes a row that is not there
            return
        assert [move.after for move in ours.steps] == rows[1:]


@settings(max_examples=60, deadline=None)
@given(shape=histories(), draw=st.data())
def test_names_in_a_range_mean_what_they_mean_to_alembic(shape: Shape, draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        graph, script = written(shape, Path(folder))
        assert graph.heads == tuple(script.get_heads())
        assert graph.bases == tuple(script.get_bases())
        assert graph.effective_heads == tuple(script.get_heads(consider_depends_on=True))
        assert resolve(graph, "base:heads").upper == tuple(sorted(graph.effective_heads))
        for label in graph.labels:
            theirs = {revision.revision for revision in script.get_revisions(f"{label}@heads")}
            assert set(graph.heads) & graph.lineage(graph.labels[label]) == theirs
        id = draw.draw(st.sampled_from([revision.id for revision in graph.revisions]))
        assert resolve(graph, f"base:{id[:4]}").upper == (id,)
        last = resolve(graph, f"prev:{id}")
        assert [move.revision.id for move in last.steps] == [id]
        assert last.steps[0].before == last.lower


@settings(max_examples=40, deadline=None)
@given(shape=histories())
def test_the_log_holds_every_revision_once_after_its_parents(shape: Shape) -> None:
    with tempfile.TemporaryDirectory() as folder:
        graph, script = written(shape, Path(folder))
        seen: set[str] = set()
        for entry in log(graph):
            assert seen.issuperset(graph.parents[entry.revision.id])
            seen.add(entry.revision.id)
            theirs = script.get_revision(entry.revision.id)
            assert entry.branch_point == theirs.is_branch_point
            assert entry.merge == theirs.is_merge_point
            assert entry.head == theirs._is_real_head
            assert (entry.head or entry.effective_head) == theirs.is_head
        assert seen == set(graph.by_id)


def test_a_downgrade_over_a_merge_runs_in_alembics_order(tmp_path: Path) -> None:
    shape = [
        {"id": "aaaa", "down": [], "needs": [], "label": None},
        {"id": "cccc", "down": ["aaaa"], "needs": [], "label": None},
        {"id": "bbbb", "down": ["aaaa"], "needs": [], "label": None},
        {"id": "dddd", "down": ["cccc", "bbbb"], "needs": [], "label": None},
    ]
    graph, script = written(shape, tmp_path)
    ours = resolve(graph, "base:head", down=True)
    assert [move.revision.id for move in ours.steps] == alembic_downgrade(script, ("dddd",), ())
    assert alembic_downgrade(script, ("dddd",), ("bbbb",)) == ["dddd"]
    assert [move.revision.id for move in resolve(graph, "bbbb:head", down=True).steps] == ["dddd", "cccc"]


def test_the_oracle_tells_a_wrong_order_from_a_right_one(tmp_path: Path) -> None:
    shape = [
        {"id": "aaaa", "down": [], "needs": [], "label": None},
        {"id": "bbbb", "down": ["aaaa"], "needs": [], "label": None},
    ]
    graph, script = written(shape, tmp_path)
    steps = script._upgrade_revs("heads", None)  # type: ignore[arg-type]
    assert alembic_rows(script, (), steps) == [(), ("aaaa",), ("bbbb",)]
    assert [move.after for move in between(graph, (), ("bbbb",)).steps] == [("aaaa",), ("bbbb",)]
    down = [RevisionStep(script.revision_map, script.get_revision(id), False) for id in ("aaaa", "bbbb")]
    with pytest.raises((KeyError, AssertionError)):
        alembic_rows(script, ("bbbb",), down)
