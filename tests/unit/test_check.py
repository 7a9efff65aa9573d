"""What is rendered of a history, what a branch does to it as rules see it, and how findings of ranges go together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlgen.checking.envfile import maps_models
from sqlgen.checking.facts import branch_facts
from sqlgen.checking.findings import Found
from sqlgen.checking.notes import few, nothing_new
from sqlgen.checking.stretches import newest, stretches
from sqlgen.history import Graph, Revision, build
from sqlgen.history.since import Base, Changes, Deletion, Edit
from sqlgen.lint.branch import DeletedRevision, EditedRevision, ManyHeads, ReparentedRevision, WrongParent
from sqlgen.lint.finding import Finding, Severity
from sqlgen.messages import say
from sqlgen.project import find
from sqlgen.segments import Item, Step
from sqlgen.statements import split
from tests.unit.building import project, write

BASE = Base("origin/main", "c" * 40, "b" * 40)


def rev(id: str, *down: str, needs: tuple[str, ...] = ()) -> Revision:
    return Revision(id, down, needs, (), "", f"/{id}.py", f"{id}.py", 5, 6, 7)


def history(text: str) -> Graph:
    """`a; b a; c a,b; d a +b`: each with what it comes after, and with what it depends on."""
    found = []
    for part in text.split(";"):
        id, *rest = part.split()
        down = tuple(rest[0].split(",")) if rest and rest[0][0] != "+" else ()
        needs = tuple(word[1:] for word in rest if word[0] == "+")
        found.append(rev(id, *down, needs=needs))
    return build(found)


# ---- what is rendered


@dataclass(frozen=True, slots=True)
class Ran:
    ids: str
    judged: str
    lower: tuple[str, ...]


def ran(text: str, new: str, edited: str = "") -> list[Ran]:
    return [
        Ran(" ".join(move.revision.id for move in each.up.steps), " ".join(sorted(each.judged)), each.up.lower)
        for each in stretches(history(text), new.split(), edited.split())
    ]


@pytest.mark.parametrize(
    ("text", "new", "edited", "expected"),
    [
        ("a; b a; c b", "c", "", [Ran("c", "c", ("b",))]),
        ("a; b a; c b; d c", "c d", "", [Ran("c d", "c d", ("b",))]),
        ("a; b a", "a b", "", [Ran("a b", "a b", ())]),
        ("a; b a; x; c b", "c", "", [Ran("c", "c", ("b", "x"))]),
        ("a; b a; c a; m b,c", "c m", "", [Ran("c m", "c m", ("b",))]),
        ("a; x; c a +x", "c", "", [Ran("c", "c", ("a", "x"))]),
        ("a; c a; b c; d b", "c d", "", [Ran("c b d", "c d", ("a",))]),
        ("a; c a; b c", "c", "", [Ran("c", "c", ("a",))]),
        ("a; b a; c b; d c", "d", "b", [Ran("b", "b", ("a",)), Ran("d", "d", ("c",))]),
        ("a; c a; b c; d b", "c d", "b", [Ran("c b d", "b c d", ("a",))]),
        ("a; b a", "", "b a", [Ran("b", "b", ("a",)), Ran("a", "a", ())]),
        ("a; b a", "", "", []),
    ],
    ids=[
        "one",
        "two",
        "a new project",
        "an old branch of its own stands beside it",
        "a merge",
        "depends_on",
        "an old one was put between",
        "an old one was put behind, and nobody needs it",
        "an edited one runs alone",
        "an edited one that has to run anyway",
        "edited ones alone",
        "nothing",
    ],
)
def test_what_is_new_runs_where_the_base_branch_stands(text: str, new: str, edited: str, expected: list[Ran]) -> None:
    assert ran(text, new, edited) == expected


@st.composite
def histories(draw: st.DrawFn) -> Graph:
    found: list[Revision] = []
    for number in range(draw(st.integers(1, 14))):
        ids = [each.id for each in found]
        down = draw(st.lists(st.sampled_from(ids), unique=True, max_size=2)) if ids else []
        needs = draw(st.lists(st.sampled_from(ids), unique=True, max_size=1)) if ids else []
        found.append(rev(f"r{number}", *down, needs=tuple(each for each in needs if each not in down)))
    return build(found)


@given(histories(), st.data())
def test_each_new_or_edited_revision_is_judged_once_after_all_that_it_needs(graph: Graph, data: st.DataObject) -> None:
    ids = st.lists(st.sampled_from(sorted(graph.by_id)), unique=True)
    new = data.draw(ids)
    edited = [id for id in data.draw(ids) if id not in new]
    found = stretches(graph, new, edited)
    assert sorted(id for each in found for id in each.judged) == sorted({*new, *edited})
    for each in found:
        there = graph.ancestors(each.up.lower)
        for move in each.up.steps:
            assert there.issuperset(graph.parents[move.revision.id])
            assert move.revision.id not in there
            there.add(move.revision.id)
        assert [move.revision for move in each.down.steps] == [move.revision for move in reversed(each.up.steps)]
        assert each.up.steps[0].revision.id in each.judged, "what is told of the range is told of something new"
        if each.new:
            assert there - graph.ancestors(each.up.lower) >= set(new)
            assert graph.ancestors(each.up.lower).isdisjoint(new)


@given(histories())
def test_what_is_asked_of_the_models_ends_at_the_heads(graph: Graph) -> None:
    stretch = newest(graph)
    assert stretch is not None
    [move] = stretch.up.steps
    assert move.after == tuple(sorted(graph.effective_heads))
    assert not stretch.judged


# ---- what the branch does, as rules see it


def changes(graph: Graph, base: Graph, **given: Any) -> Changes:
    """A branch on top of a base branch whose tip it may not have."""
    new = tuple(each for each in graph.revisions if each.id not in base.by_id)
    merged = build([*base.revisions, *new])
    values: dict[str, Any] = {
        "base": BASE,
        "new": new,
        "edited": (),
        "deleted": (),
        "reparented": (),
        "base_heads": base.effective_heads,
        "heads": graph.effective_heads,
        "merged_heads": merged.effective_heads,
        "graph": graph,
        "unsound": None,
        "surroundings": (),
        "code_changed": False,
    }
    return Changes(**{**values, **given})


def heads_of(here: str, base: str) -> list[tuple[str, str]]:
    known = history(base) if base else build(())
    return [
        (type(fact).__name__, fact.revision)
        for fact in branch_facts(changes(history(here), known))
        if isinstance(fact, ManyHeads | WrongParent)
    ]


@pytest.mark.parametrize(
    ("here", "base", "expected"),
    [
        ("a; b a; c b", "a; b a", []),
        ("a; c a", "a; b a", [("WrongParent", "c")]),
        ("a; c a; d c", "a; b a", [("WrongParent", "c")]),
        ("a; c a; d a", "a; b a", [("WrongParent", "c"), ("WrongParent", "d")]),
        ("a; c", "a; b a", [("WrongParent", "c")]),
        ("a; b a; c a", "a; b a", [("ManyHeads", "c")]),
        ("a; b a; c b; d b", "a; b a", [("ManyHeads", "d")]),
        ("a; b a; c b; d b; e d", "a; b a", [("ManyHeads", "d")]),
        ("a; b a; c a; m b,c", "a; b a", []),
        ("a; b a; c a; m b,c; d b", "a; b a", [("ManyHeads", "d")]),
        ("a; x; c a; y x", "a; x", []),
        ("a; x; m a,x", "a; x", []),
        ("a; x; c a; y a", "a; x", [("ManyHeads", "y")]),
        ("a; b a", "", []),
        ("a; x", "", [("ManyHeads", "x")]),
        ("a; b a", "a; b a; c b", []),
    ],
)
def test_a_head_too_many_is_told_of_the_revision_that_opens_the_branch(
    here: str, base: str, expected: list[tuple[str, str]]
) -> None:
    assert heads_of(here, base) == expected


@given(histories(), st.data())
def test_heads_are_told_just_when_the_merged_history_has_more_of_them(graph: Graph, data: st.DataObject) -> None:
    """The base has whatever part of the history is closed under what comes before."""
    tops = data.draw(st.lists(st.sampled_from(sorted(graph.by_id)), unique=True))
    known = build([graph.by_id[id] for id in graph.by_id if id in graph.ancestors(tops)])
    found = heads_of_graph(graph, known)
    more = len(graph.effective_heads) - max(1, len(known.effective_heads))
    assert bool(found) == (more > 0)
    assert len({fact.revision for fact in found}) == len(found)
    assert all(fact.revision not in known.by_id for fact in found)


def heads_of_graph(graph: Graph, known: Graph) -> list[ManyHeads | WrongParent]:
    facts = branch_facts(changes(graph, known))
    return [fact for fact in facts if isinstance(fact, ManyHeads | WrongParent)]


def test_old_revisions_are_told_with_their_places() -> None:
    graph = history("a; b a; c b +a")
    gone, moved = rev("x", "a"), rev("c", "x", needs=())
    found = branch_facts(
        changes(
            graph,
            graph,
            edited=(Edit(graph.by_id["b"], rev("b", "a"), 12, ("upgrade",)),),
            deleted=(Deletion(gone, graph.by_id["c"]), Deletion(gone, None)),
            reparented=(Edit(graph.by_id["c"], moved, 6, ()),),
        )
    )
    assert found == (
        DeletedRevision("x", "x.py", "c.py", 7, "origin/main"),
        DeletedRevision("x", "x.py", None, None, "origin/main"),
        ReparentedRevision("c", "c.py", 6, ("x",), ("b", "a"), "origin/main"),
        EditedRevision("b", "b.py", 12, ("upgrade",), "origin/main"),
    )


# ---- findings of several ranges


def step(id: str, direction: Any, *sql: str) -> Step:
    statements = [split(text, "sqlite")[0] for text in sql]
    return Step(id, "", direction, (), (), f"{id}.py", tuple(Item(each, (), None, 1) for each in statements))


def finding(id: str, direction: str, number: int | None) -> Finding:
    said, identity = say("x"), ("", "", "", "", 0)
    return Finding(
        "rule", Severity.ERROR, said, said, None, None, None, None, id, direction, "sqlite", number, "", identity
    )


def test_statements_are_counted_as_if_nothing_but_what_is_judged_had_run() -> None:
    found = Found()
    found.add(
        [finding("a", "upgrade", 1), finding("a", "downgrade", 1)],
        [step("a", "upgrade", "SELECT 1"), step("a", "downgrade", "SELECT 2")],
        frozenset({"a"}),
    )
    ways = [("c", "upgrade", 1), ("b", "upgrade", 2), ("d", "upgrade", 3), ("d", "downgrade", 1), ("c", "downgrade", 3)]
    ran = ("c upgrade", "b upgrade", "d upgrade", "d downgrade", "b downgrade", "c downgrade")
    found.add(
        [*(finding(*way) for way in ways), finding("d", "upgrade", None)],
        [step(*way.split(), "SELECT 3") for way in ran],
        frozenset({"c", "d"}),
    )
    assert [(each.revision, each.direction, each.statement) for each in found.findings] == [
        ("a", "upgrade", 1),
        ("c", "upgrade", 2),
        ("d", "upgrade", 3),
        ("d", "upgrade", None),
        ("a", "downgrade", 1),
        ("d", "downgrade", 2),
        ("c", "downgrade", 3),
    ]
    assert [f"{each.revision} {each.direction}" for each in found.steps] == [
        "a upgrade", "c upgrade", "d upgrade", "a downgrade", "d downgrade", "c downgrade",
    ]  # fmt: skip


def test_a_sentence_names_a_few_and_counts_the_rest() -> None:
    assert few(["a", "b", "c", "d"]) == "a, b, c, d"
    assert few(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


@pytest.mark.parametrize(("text", "told"), [("a", "1 revision,"), ("a; b a", "2 revisions,")])
def test_what_is_as_on_the_base_branch_is_counted(text: str, told: str) -> None:
    graph = history(text)
    assert (
        str(nothing_new(changes(graph, graph), graph))
        == f"nothing new since origin/main (cccccccc): {told} as on the base branch"
    )


# ---- whether env.py has to be run for its models


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("target_metadata = None\ncontext.configure(url=url, target_metadata=target_metadata)\n", False),
        ("target_metadata: MetaData | None = None\n", False),
        ("# target_metadata = mymodel.Base.metadata\ntarget_metadata = None\n", False),
        ("target_metadata = None\nif models:\n    target_metadata = models.Base.metadata\n", True),
        ("target_metadata = Base.metadata\ncontext.configure(target_metadata=target_metadata)\n", True),
        ("context.configure(target_metadata=get_metadata())\n", True),
        ("from company.alembic import *\n", True),
        ("context.configure(url=url)\n", False),
        ("context.configure(**options)\n", True),
        ("if target_metadata == None:\n    pass\n", True),
    ],
)
def test_models_are_looked_for_unless_env_py_says_that_there_are_none(
    text: str, expected: bool, tmp_path: Path
) -> None:
    write(project(tmp_path / "shop") / "migrations" / "env.py", text)
    assert maps_models(find(tmp_path / "shop")) is expected
