"""A history that is not sound is refused with file and line; a sound one knows its shape."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from sqlgen.errors import HistoryError
from sqlgen.history import Graph, Revision, between, build, log, resolve


def revision(id: str, *down: str, needs: tuple[str, ...] = (), labels: tuple[str, ...] = ()) -> Revision:
    path = f"/shop/versions/{id}_.py"
    return Revision(id, down, needs, labels, f"make {id}", path, f"versions/{id}_.py", 3, 4, 6)


def graph(*revisions: Revision) -> Graph:
    return build(revisions)


def refusal(*revisions: Revision) -> HistoryError:
    with pytest.raises(HistoryError) as caught:
        build(revisions)
    assert str(caught.value.hint)
    return caught.value


def test_two_files_with_one_id_are_both_named() -> None:
    copy = Revision("a1", (), (), (), "", Path("/shop/versions/copy.py"), "versions/copy.py", 9, 9, 9)
    assert str(refusal(revision("a1"), copy)) == "versions/copy.py:9: revision a1 is declared in versions/a1_.py:3 too"


def test_a_missing_parent_is_named_with_the_line_and_what_is_near() -> None:
    error = refusal(revision("1975ea83b712"), revision("b2", "1975ea83b721"))
    assert str(error) == "versions/b2_.py:4: the parent of revision b2, 1975ea83b721, is in no file"
    assert "near: 1975ea83b712" in str(error.hint)


def test_a_shortened_parent_is_answered_with_the_whole_id() -> None:
    assert "near: 1975ea83b712" in str(refusal(revision("1975ea83b712"), revision("b2", "1975")).hint)


def test_a_deleted_parent_without_anything_near_is_to_be_restored() -> None:
    assert "Restore its file" in str(refusal(revision("a1"), revision("b2", "zzzzzz")).hint)


def test_a_branch_label_is_no_parent() -> None:
    error = refusal(revision("a1", labels=("billing",)), revision("b2", "billing"))
    assert "Write the revision's id, a1" in str(error.hint)


def test_a_missing_dependency_is_named_with_its_own_line() -> None:
    error = refusal(revision("a1"), revision("b2", "a1", needs=("c3",)))
    assert str(error) == "versions/b2_.py:6: revision b2 depends on c3, which is in no file"


def test_a_missing_dependency_may_be_a_label_that_could_not_be_read() -> None:
    error = refusal(replace(revision("a1"), unread_labels=5), revision("b2", needs=("expand",)))
    assert "the branch_labels in versions/a1_.py:5 can't be read" in str(error.hint)


def test_a_cycle_is_shown_whole() -> None:
    error = refusal(
        revision("a1"), revision("b2", "d4"), revision("c3", "b2"), revision("d4", "c3"), revision("e5", "d4")
    )
    assert (
        str(error) == "versions/b2_.py:4: revisions form a cycle, each with the next as its parent: b2 → d4 → c3 → b2"
    )


def test_a_cycle_over_a_dependency_is_shown_too() -> None:
    error = refusal(revision("a1", needs=("b2",)), revision("b2", "a1"))
    assert str(error) == "versions/a1_.py:6: revisions form a cycle, each with the next as its parent: a1 → b2 → a1"


def test_a_revision_that_is_its_own_parent_is_named() -> None:
    assert str(refusal(revision("a1", "a1"))) == "versions/a1_.py:4: revision a1 is its own parent"


def test_a_label_may_stand_once() -> None:
    error = refusal(revision("a1", labels=("x",)), revision("b2", "a1", labels=("x",)))
    assert str(error) == "versions/b2_.py:3: the branch label x is taken by revision a1 in versions/a1_.py"


def test_a_label_may_not_be_an_id() -> None:
    assert "is taken by revision b2" in str(refusal(revision("a1", labels=("b2",)), revision("b2", "a1")))


def test_heads_and_effective_heads_differ_over_a_dependency() -> None:
    found = graph(revision("a1"), revision("b1"), revision("b2", "b1", needs=("a1",)))
    assert found.bases == ("a1", "b1")
    assert found.heads == ("a1", "b2")
    assert found.effective_heads == ("b2",)


def test_a_dependency_that_an_earlier_revision_has_is_not_repeated() -> None:
    found = graph(revision("a1"), revision("b1", needs=("a1",)), revision("b2", "b1", needs=("a1",)))
    assert found.parents["b2"] == ("b1",)


def test_a_dependency_may_be_a_branch_label() -> None:
    assert graph(revision("a1", labels=("x",)), revision("b1", needs=("x",))).parents["b1"] == ("a1",)


def test_the_log_marks_heads_branch_points_and_merges() -> None:
    found = graph(
        revision("a"),
        revision("b", "a"),
        revision("c", "a"),
        revision("m", "b", "c"),
        revision("x"),
        revision("y", "x", needs=("m",)),
    )
    assert {entry.revision.id: entry.marks for entry in log(found)} == {
        "a": ("branchpoint",),
        "b": (),
        "c": (),
        "m": ("effective head", "mergepoint"),
        "x": (),
        "y": ("head",),
    }
    assert [entry.revision.id for entry in log(found, resolve(found, "a:m"))] == ["c", "b", "m"]
    assert log(found, resolve(found, "a:m", down=True)) == log(found, resolve(found, "a:m"))


def test_an_empty_history_has_an_empty_log() -> None:
    assert log(graph()) == ()


def seconds(found: list[Revision]) -> float:
    began = time.process_time()
    whole = build(found)
    between(whole, (), tuple(sorted(whole.effective_heads)))
    return time.process_time() - began


@pytest.mark.parametrize("shape", ["line", "merges", "contract"])
def test_ten_times_the_revisions_cost_about_ten_times_the_time(shape: str) -> None:
    def history(count: int) -> list[Revision]:
        match shape:
            case "line":
                return [revision(f"r{n}", *([f"r{n - 1}"] if n else [])) for n in range(count)]
            case "merges":  # a fork and a merge, again and again
                return [revision("m0")] + [
                    each
                    for n in range(1, count // 3)
                    for each in (
                        revision(f"a{n}", f"m{n - 1}"),
                        revision(f"b{n}", f"m{n - 1}"),
                        revision(f"m{n}", f"a{n}", f"b{n}"),
                    )
                ]
            case _:  # two long branches; each revision of the second depends on one of the first
                first = [revision(f"e{n}", *([f"e{n - 1}"] if n else [])) for n in range(count // 2)]
                return first + [
                    revision(f"c{n}", *([f"c{n - 1}"] if n else []), needs=(f"e{n}",)) for n in range(count // 2)
                ]

    seconds(history(200))
    small = min(seconds(history(500)) for _ in range(3))
    large = min(seconds(history(5000)) for _ in range(2))
    assert large < 30 * small, f"500 revisions: {small:.4f} s, 5,000: {large:.4f} s"
