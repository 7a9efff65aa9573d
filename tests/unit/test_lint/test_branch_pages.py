"""Histories on a page: how they are written, what is wrong with one, how `sqlgen explain` shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqlgen.cli.highlight import page_text
from sqlgen.errors import SettingsError
from sqlgen.lint.histories import Column, read
from sqlgen.lint.packs import RuleFile
from sqlgen.lint.pages import Page, page

PAGE = '''"""A harm.

{block}
"""

@rule(severity=Severity.ERROR, since="1", help=say("Do not."))
def check(edited: EditedRevision) -> Message: ...
'''


def _page(block: str, folder: Path) -> Page:
    path = folder / "some_rule.py"
    path.write_text(PAGE.format(block=block))
    return page(RuleFile("some-rule", "history", "ours/some_rule.py", path))


@pytest.mark.parametrize(
    ("written", "parents"),
    [
        ("a1", {"a1": ()}),
        ("a1 -> b2 -> c3", {"a1": (), "b2": ("a1",), "c3": ("b2",)}),
        ("a1 -> b2; a1 -> c3", {"a1": (), "b2": ("a1",), "c3": ("a1",)}),
        ("a1 -> b2, c3 -> d4", {"a1": (), "b2": ("a1",), "c3": ("a1",), "d4": ("b2", "c3")}),
        ("a1; b2; a1, b2 -> c3", {"a1": (), "b2": (), "c3": ("a1", "b2")}),
        ("b2 -> c3; a1 -> b2", {"b2": ("a1",), "c3": ("b2",), "a1": ()}),
    ],
)
def test_a_history_is_written_with_its_parents_first(written: str, parents: dict[str, tuple[str, ...]]) -> None:
    assert read(f"base: {written}").base == parents


def test_what_a_block_does_not_say_is_as_on_the_base_branch() -> None:
    told = read("base: a1 -> b2")

    assert told.fork == told.base == told.here
    assert (told.edited, told.missing, told.allowed) == ((), frozenset(), ())
    assert (told.schema, told.models, told.baselines) == (None, None, None)


def test_all_lines_of_a_block() -> None:
    told = read(
        "fork: a1  # it left there\n\n"
        "base: a1 -> b2\n"
        "here: a1 -> c3\n"
        "edited: upgrade of a1, comment of c3\n"
        "missing: c3\n"
        "allowed: parent-not-head in c3\n"
        "schema: users(id INTEGER NOT NULL, price NUMERIC(10, 2))\n"
        "schema: orders(id INTEGER)\n"
        "models: users(id INTEGER)\n"
        "baseline here: drop-table, drop-column\n"
    )

    assert (told.fork, told.base, told.here) == ({"a1": ()}, {"a1": (), "b2": ("a1",)}, {"a1": (), "c3": ("a1",)})
    assert told.edited == (("upgrade", "a1"), ("comment", "c3"))
    assert told.missing == {"c3"}
    assert told.allowed == (("parent-not-head", "c3"),)
    assert told.schema == {
        "users": (Column("id", "INTEGER", nullable=False), Column("price", "NUMERIC(10, 2)", nullable=True)),
        "orders": (Column("id", "INTEGER", nullable=True),),
    }
    assert told.models == {"users": (Column("id", "INTEGER", nullable=True),)}
    assert told.baselines == ((), ("drop-table", "drop-column"))


@pytest.mark.parametrize(
    ("block", "why", "line"),
    [
        ("```history worse\nbase: a1\n```", "does not say what it is", 3),
        ("```history bad postgresql\nbase: a1\n```", "does not say what it is", 3),
        ("```history bad\nbase: a1\nbranch: a1\n```", "a line begins with one of fork, base, here", 5),
        ("```history bad\n\nbase a1\n```", "a line begins with one of", 5),
        ("```history bad\nbase: a1 -> \n```", "nothing is not a revision", 4),
        ("```history bad\nbase: a1 <- b2\n```", "a1 <- b2 is not a revision", 4),
        ("```history bad\nedited: b2\n```", "b2 is not PART of REVISION, with upgrade, downgrade or comment", 4),
        ("```history bad\nallowed: b2\n```", "b2 is not RULE in REVISION", 4),
        ("```history bad\nbaseline here: Drop\n```", "Drop is not a rule", 4),
        ("```history bad\nbase: a1\nmodels: users\n```", "users is not a table with its columns", 5),
        ("```history bad\nmodels: users(id)\n```", "id is not a column with its type", 4),
    ],
)
def test_a_history_that_can_t_be_read_is_an_error_at_its_line(block: str, why: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=why) as raised:
        _page(block, tmp_path)

    assert raised.value.line == line
    assert str(raised.value.hint)


def test_explain_shows_what_each_line_tells_of(tmp_path: Path) -> None:
    read = _page("```history bad\nbase: a1 -> b2    # main\nhere: a1\n```", tmp_path)
    shown = page_text(read.text, lambda style, text: f"<{style}>{text}</>")

    assert [(one.verdict, one.language, one.dialects, one.line) for one in read.examples] == [
        ("bad", "history", ("*",), 4)
    ]
    assert shown.splitlines() == [
        "  <error>bad</>",
        "    <bold>base:</> a1 -> b2    <dim># main</>",
        "    <bold>here:</> a1",
    ]
