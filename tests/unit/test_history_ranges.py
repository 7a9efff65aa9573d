"""A range means one thing, or it is refused with what to type instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sqlgen.errors import HistoryError, SqlgenError, UsageError
from sqlgen.history import Graph, Range, Revision, build, resolve


def revision(id: str, *down: str, needs: tuple[str, ...] = (), labels: tuple[str, ...] = ()) -> Revision:
    path = f"/shop/versions/{id}_.py"
    return Revision(id, down, needs, labels, f"make {id}", path, f"versions/{id}_.py", 3, 4, 6)


@pytest.fixture(scope="module")
def line() -> Graph:
    """aa01 ← bb02 ← cc03 ← dd04"""
    return build([revision("aa01"), revision("bb02", "aa01"), revision("cc03", "bb02"), revision("dd04", "cc03")])


@pytest.fixture(scope="module")
def forked() -> Graph:
    """main01 ← main02 ← main03, and billing01 ← billing02 on main01; report01 stands alone and depends on main02."""
    return build(
        [
            revision("main01"),
            revision("main02", "main01"),
            revision("main03", "main02"),
            revision("bill01", "main01", labels=("billing",)),
            revision("bill02", "bill01"),
            revision("repo01", needs=("main02",), labels=("reports",)),
        ]
    )


@pytest.fixture(scope="module")
def merged() -> Graph:
    """root ← left, right ← both ← last"""
    return build(
        [
            revision("root"),
            revision("left", "root"),
            revision("right", "root"),
            revision("both", "left", "right"),
            revision("last", "both"),
        ]
    )


def ids(found: Range) -> list[str]:
    return [move.revision.id for move in found.steps]


def refusal(graph: Graph, text: str, *, down: bool = False) -> tuple[str, str]:
    with pytest.raises(SqlgenError) as caught:
        resolve(graph, text, down=down)
    assert isinstance(caught.value, UsageError)
    return str(caught.value), str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("base:head", ["aa01", "bb02", "cc03", "dd04"]),
        ("base:heads", ["aa01", "bb02", "cc03", "dd04"]),
        ("aa01:cc03", ["bb02", "cc03"]),
        ("aa:cc", ["bb02", "cc03"]),
        (" aa01 : cc03 ", ["bb02", "cc03"]),
        ("aa01:+2", ["bb02", "cc03"]),
        ("base:+1", ["aa01"]),
        ("base:base+2", ["aa01", "bb02"]),
        ("cc03-1:cc03", ["cc03"]),
        ("cc03-3:cc03", ["aa01", "bb02", "cc03"]),
        ("head-1:head", ["dd04"]),
        ("-2:head", ["cc03", "dd04"]),
        ("aa01:aa01+1", ["bb02"]),
        ("prev:cc03", ["cc03"]),
        ("prev:aa01", ["aa01"]),
        ("prev:head", ["dd04"]),
    ],
)
def test_a_range_on_one_line(line: Graph, text: str, expected: list[str]) -> None:
    found = resolve(line, text)
    assert ids(found) == expected
    assert found.upper == (expected[-1],)
    assert found.lower == line.by_id[expected[0]].down
    assert [move.before for move in found.steps] == [line.by_id[id].down for id in expected]
    assert [move.after for move in found.steps] == [(id,) for id in expected]


@pytest.mark.parametrize(
    ("text", "lower", "upper", "expected"),
    [
        ("main01:billing@head", ("main01",), ("bill02",), ["bill01", "bill02"]),
        ("main01:billing", ("main01",), ("bill01",), ["bill01"]),
        ("main01:billing@+2", ("main01",), ("bill02",), ["bill01", "bill02"]),
        ("main01:main01+1", None, None, []),
        ("base:reports@head", (), ("repo01",), ["main01", "main02", "repo01"]),
        ("billing@base:billing@head", (), ("bill02",), ["main01", "bill01", "bill02"]),
        ("main02,bill01:main03,bill01", ("bill01", "main02"), ("bill01", "main03"), ["main03"]),
        ("main03,bill02:heads", ("bill02", "main03"), ("bill02", "main03", "repo01"), ["repo01"]),
        ("prev:main03,bill02", ("bill01", "main02"), ("bill02", "main03"), ["main03", "bill02"]),
        ("main01:billing@bill", None, None, []),
        ("main02:main02,bill01", ("main02",), ("bill01", "main02"), ["bill01"]),
    ],
)
def test_a_range_over_branches(
    forked: Graph, text: str, lower: tuple[str, ...] | None, upper: tuple[str, ...] | None, expected: list[str]
) -> None:
    if lower is None:
        refusal(forked, text)
        return
    found = resolve(forked, text)
    assert (found.lower, found.upper) == (lower, upper)
    assert sorted(ids(found)) == sorted(expected)
    assert (found.steps[0].before, found.steps[-1].after) == (lower, upper)


def test_a_merge_needs_the_other_branch_too(merged: Graph) -> None:
    found = resolve(merged, "left:both")
    assert [(move.revision.id, move.before, move.after) for move in found.steps] == [
        ("right", ("left",), ("left", "right")),
        ("both", ("left", "right"), ("both",)),
    ]


def test_before_a_merge_stand_both_branches(merged: Graph) -> None:
    found = resolve(merged, "prev:both")
    assert (found.lower, ids(found)) == (("left", "right"), ["both"])


def test_a_downgrade_is_the_way_back_to_exactly_the_start(merged: Graph) -> None:
    found = resolve(merged, "left:last", down=True)
    assert (found.lower, found.upper) == (("left",), ("last",))
    assert [(move.revision.id, move.direction, move.before, move.after) for move in found.steps] == [
        ("last", "downgrade", ("last",), ("both",)),
        ("both", "downgrade", ("both",), ("left", "right")),
        ("right", "downgrade", ("left", "right"), ("left",)),
    ]


def test_an_id_wins_over_a_word() -> None:
    graph = build([revision("prev"), revision("head", "prev"), revision("a,b", "head")])
    assert ids(resolve(graph, "prev:head")) == ["head"]
    assert ids(resolve(graph, "head:a,b")) == ["a,b"]


def test_a_range_without_start_is_never_guessed(line: Graph) -> None:
    message, hint = refusal(line, "cc")
    assert message == "cc does not say where the database stands"
    assert "prev:cc03 for that revision alone (prev is bb02)" in hint
    assert "base:cc03 for all that lead to it: base recreates everything" in hint


def test_upgrade_head_as_in_tutorials_gets_real_ids(line: Graph) -> None:
    assert "prev:dd04" in refusal(line, "head")[1]


@pytest.mark.parametrize(
    ("text", "down", "hint"),
    [
        ("base", True, "base:dd04 --down"),
        ("base", False, "base:dd04"),
        ("bb02", True, "bb02:dd04 --down"),
        ("-1", True, "head-1:head --down"),
        ("-1", False, "head-1:head --down"),
        ("+1", False, "A:+1"),
        ("head:-1", True, "head-1:head --down"),
        ("aa01..cc03", False, "aa01:cc03"),
        ("aa01...cc03", False, "aa01:cc03"),
        ("", False, "base:head"),
        (":", False, "START:END"),
        ("aa01:", False, "START:END"),
        (":head", False, "START:END"),
        ("aa01:bb02:cc03", False, "START:END"),
        ("head:base", False, "base:dd04 --down"),
        ("head:base", True, "base:dd04 --down"),
        ("dd04:bb02", False, "bb02:dd04 --down"),
        ("bb02:bb02", False, "prev:bb02"),
        ("base:base", False, "base:head"),
        ("git:main..git:HEAD", False, "START:END"),
    ],
)
def test_a_wrong_turn_is_told_what_to_type(line: Graph, text: str, down: bool, hint: str) -> None:
    assert hint in refusal(line, text, down=down)[1]


def test_downgrade_heads_takes_back_the_newest_of_every_branch(forked: Graph) -> None:
    hint = refusal(forked, "heads", down=True)[1]
    assert hint.startswith("Write prev:bill02,main03,repo01 --down ")
    assert ids(resolve(forked, "prev:bill02,main03,repo01", down=True)) == ["main03", "bill02", "repo01"]


def test_downgrade_head_as_in_tutorials_is_answered_with_the_rollback_of_the_newest(line: Graph) -> None:
    assert "prev:dd04 --down" in refusal(line, "head", down=True)[1]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("base:cc04", "there is no revision cc04", "Did you mean cc03?"),
        ("base:haed", "there is no revision haed", "Did you mean head"),
        ("base:zzzzzz", "there is no revision zzzzzz", "sqlgen history"),
        ("base:@head", "a revision id is missing in the range", "billing@head"),
        ("base:aa01,", "a revision id is missing in the range", "one comma"),
        ("base:x@y@z", "there is no revision x@y@z", "sqlgen history"),
        ("base:99", "there is no revision 99", "A:+99"),
        ("base:+9", "+9 goes too far: only 4 revisions come after base", "base:heads"),
        ("aa01:aa01+9", "+9 goes too far: only 3 revisions come after aa01", "aa01:heads"),
        ("bb02-3:bb02", "-3 goes too far: only 2 revisions lead to bb02", "base:bb02"),
        ("base:aa01,cc03", "aa01,cc03 names aa01, which comes before another one of them", "Write cc03"),
    ],
)
def test_an_end_that_is_not_found_is_answered_with_what_is_near(
    line: Graph, text: str, message: str, hint: str
) -> None:
    said, help = refusal(line, text)
    assert said == message
    assert hint in help


def test_a_beginning_that_fits_several_lists_them(forked: Graph) -> None:
    message, hint = refusal(forked, "base:main")
    assert message == "3 revisions begin with main: main01, main02, main03"
    assert hint == "Write more of the id."


def test_several_heads_are_listed_where_one_is_needed(forked: Graph) -> None:
    message, hint = refusal(forked, "base:head")
    assert message == "there are 3 heads: main03, bill02, repo01"
    assert "Write heads for all of them" in hint
    assert "alembic merge heads" in hint


def test_counting_stops_at_a_fork(forked: Graph) -> None:
    assert refusal(forked, "main01:+1")[0] == "+1 meets a fork after main01: main02, bill01"
    assert refusal(forked, "base:+1")[0] == "+1 meets a fork after base: main01, repo01"


def test_counting_back_stops_at_a_merge(merged: Graph) -> None:
    message, hint = refusal(merged, "last-2:last")
    assert message == "-2 meets the merge both of left, right"
    assert "left,right" in hint


def test_counting_needs_one_revision(forked: Graph) -> None:
    assert "are several" in refusal(forked, "main02,bill01:+1")[0]


def test_an_end_on_another_branch_is_answered_with_both(forked: Graph) -> None:
    message, hint = refusal(forked, "bill02:main03")
    assert message == "main03 does not come after bill02: they are on different branches"
    assert "Write bill02:bill02,main03" in hint
    assert ids(resolve(forked, "bill02:bill02,main03")) == ["main02", "main03"]


def test_a_revision_of_another_branch_is_named(forked: Graph) -> None:
    assert refusal(forked, "base:reports@bill02")[0] == "revision bill02 is not on the branch reports"


def test_a_label_that_could_not_be_read_is_said() -> None:
    graph = build([revision("aa01"), replace(revision("bb02", "aa01"), unread_labels=9)])
    assert ids(resolve(graph, "base:head")) == ["aa01", "bb02"]
    message, hint = refusal(graph, "base:contract@head")
    assert message == "there is no revision contract"
    assert "versions/bb02_.py:9 can't be read without running it" in hint


def test_a_history_without_revisions_says_so() -> None:
    with pytest.raises(HistoryError, match="holds no revision"):
        resolve(build([]), "base:head")


def test_a_range_text_cannot_move_the_cursor(line: Graph) -> None:
    assert "\x1b" not in refusal(line, "base:\x1b[2J")[0]
