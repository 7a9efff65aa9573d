"""Messages: values from users' files are shown, never obeyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlgen.durations import milliseconds
from sqlgen.messages import say, visible


def test_a_value_is_shown_as_it_is_when_it_is_harmless() -> None:
    assert str(say("building {index} blocks writes", index="ix_订单")) == "building ix_订单 blocks writes"


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\r", "\n", "\x00", "\u202e", "\u200b", "\ufeff", "\u2028", "\ud800"])
def test_what_moves_hides_or_reorders_text_becomes_a_code_point(hidden: str) -> None:
    shown = str(say("table {name}", name=f"a{hidden}b"))
    assert hidden not in shown
    assert "\\" in shown


@given(st.text())
def test_nothing_visible_returns_can_act_on_a_terminal(text: str) -> None:
    shown = visible(text)
    assert all(char.isprintable() or char == "\u00a0" or char.isspace() for char in shown)
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in shown)


def test_a_value_that_is_not_given_is_our_mistake_and_found_at_once() -> None:
    with pytest.raises(KeyError):
        say("{missing}")


@pytest.mark.parametrize(
    ("text", "ms"),
    [("5s", 5000), ("'500ms'", 500), ("2min", 120_000), ("0", 0), ("250", 250), ("1.5s", 1500), ("1 h", 3_600_000)],
)
def test_durations_are_read_as_postgresql_reads_them(text: str, ms: int) -> None:
    assert milliseconds(text) == ms


@pytest.mark.parametrize("text", ["soon", "", "5 fortnights", "s"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert milliseconds(text) is None
