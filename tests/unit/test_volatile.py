"""What two runs of a revision do not share is named, statement by statement."""

from __future__ import annotations

import pytest

from sqlgen import volatile
from sqlgen.emit.trace import Emitted, Rendered
from sqlgen.history import Move, Revision
from sqlgen.policies import Policies
from sqlgen.steps import step


def _rendered(*texts: str) -> Rendered:
    return Rendered("a1", "upgrade", tuple(Emitted(text, None, None, None, 1) for text in texts))


def _named(first: Rendered, second: Rendered) -> list[tuple[str, ...]]:
    revision = Revision("a1", (), (), (), "", "/a1.py", "a1.py", 1, 1, 1)
    move = Move(revision, "upgrade", (), ("a1",))
    made = step(move, volatile.mark(first, second, "postgresql"), "postgresql", Policies())
    return [item.volatile for item in made.items]


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        (("SELECT 1",), ("SELECT 1",), [()]),
        (("UPDATE t SET a = 'x', b = 'y'",), ("UPDATE t SET a = 'z', b = 'y'",), [("'x'",)]),
        (("DELETE FROM a; DELETE FROM b WHERE c = 1",), ("DELETE FROM a; DELETE FROM b WHERE c = 2",), [(), ("1",)]),
        (("SELECT 1", "SELECT 2"), ("SELECT 1",), [(), ("SELECT 2",)]),
        (("SELECT 5",), ("SELECT -5",), [("SELECT 5",)]),
        (
            ("DELETE FROM a; DELETE FROM b WHERE c = 5",),
            ("DELETE FROM a; DELETE FROM b WHERE c = -5",),
            [("DELETE FROM a; DELETE FROM b WHERE c = 5",)] * 2,
        ),
    ],
)
def test_values_that_another_run_would_not_have_are_named(
    first: tuple[str, ...], second: tuple[str, ...], named: list[tuple[str, ...]]
) -> None:
    assert _named(_rendered(*first), _rendered(*second)) == named
