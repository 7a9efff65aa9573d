"""The review on one screen: no line is wider than the terminal, nothing in it moves the cursor, the worst is on it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqlgen.cli.review_screen import render, screen
from sqlgen.messages import cells, visible
from sqlgen.review.document.model import Document, Finding, Reason, Signed
from tests.unit.review_sample import LONG, sample, signed
from tests.unit.reviews import documents, each, with_texts

STYLE = re.compile(r"\x1b\[[0-9;]*m")
WIDTHS = st.sampled_from((60, 80, 100, 120))


def lines(document: Document, who: Signed | None = None, width: int = 80) -> list[str]:
    return screen(document, who, width, False).splitlines()


# ---- laws


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents(), st.none() | each(Signed), WIDTHS, st.booleans())
def test_no_line_is_wider_than_the_terminal_and_none_moves_the_cursor(
    document: Document, who: Signed | None, width: int, color: bool
) -> None:
    text = screen(document, who, width, color)
    bare = STYLE.sub("", text)
    assert color or bare == text
    assert all(visible(line) == line and cells(line) <= width for line in bare.split("\n"))
    assert text == screen(document, who, width, color)


@pytest.mark.parametrize(
    "evil", ["\x1b[2J", "\u202egnp", "[bold red]x[/]", ":warning:", "a\rb\nc", "\x9b31m"], ids=repr
)
def test_what_comes_from_files_is_text(evil: str) -> None:
    document = with_texts(sample(), lambda text: f"{evil}{text}"[:60])
    text = screen(document, with_texts(signed(), lambda text: f"{evil}{text}"[:60]), 120, True)
    bare = STYLE.sub("", text)
    assert all(visible(line) == line for line in bare.split("\n"))
    assert visible(evil) in bare


def many(count: int) -> Document:
    document = sample()
    plain, *_ = document.statements
    harmless = replace(plain, locks=(), destroys=(), undone_by=())
    statements = tuple(replace(harmless, number=number, transaction=1) for number in range(1, count + 1))
    transaction = replace(document.transactions[0], last=count, holds=())
    return replace(document, statements=statements, findings=(), transactions=(transaction,))


def at(document: Document, number: int, **changes: object) -> Document:
    statements = [
        replace(each, **changes) if each.number == number else each  # type: ignore[arg-type]
        for each in document.statements
    ]
    return replace(document, statements=tuple(statements))


def rows(found: list[str]) -> list[int]:
    """The numbers of the statements in the table."""
    start = next(number for number, line in enumerate(found) if re.match(" *# ", line))
    numbers = [re.match(r" *(\d+) ", line) for line in found[start + 1 :]]
    return [int(number[1]) for number in numbers if number is not None]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("count", [1, 12, 13, 1000])
def test_it_is_one_screen_however_many_statements_there_are(count: int, width: int) -> None:
    document = many(count)
    reasons = tuple(Reason("red", f"the reason {number}", (number,)) for number in range(1, count + 1))
    document = replace(document, verdict=replace(document.verdict, reasons=reasons))
    found = lines(document, signed(), width)
    assert len(found) <= 50
    assert len(rows(found)) == min(count, 12)
    assert (f"… and {count - 12} more statements" in found) == (count > 12)
    assert any("more reasons" in line for line in found) == (count > 5)


# ---- what it says


@pytest.mark.parametrize(
    "changes",
    [
        {"destroys": ("column users.phone",)},
        {"destroys": None},
        {"work": "unknown"},
        {"work": "rewrite"},
        {"breaks_old_code": True},
        {"locks": sample().statements[0].locks},
    ],
    ids=str,
)
def test_of_many_statements_those_that_matter_are_shown(changes: dict[str, object]) -> None:
    assert 77 not in rows(lines(many(100)))
    assert 77 in rows(lines(at(many(100), 77, **changes)))


def test_an_open_error_comes_before_all_others() -> None:
    document = many(100)
    for number in range(30, 50):
        document = at(document, number, destroys=("column users.phone",))
    found = Finding("drop-table", "error", "it is gone", "Keep it.", "upgrade", "a1f3", 99, None, None)
    assert 99 not in rows(lines(document))
    assert 99 in rows(lines(replace(document, findings=(found,))))


def test_the_first_page_stands_on_it() -> None:
    found = lines(sample(), width=120)
    assert found[0] == "X RED: stop, and read why"
    assert found[1:3] == [
        "  X f6a8 can't be rendered; the script stops before it",
        "  X writes to users wait while uq_users_email is built (statement 5)",
    ]
    for line in (
        "range           9000 to 0a9b: 7 revisions, 8 statements",
        "environment     prod, database shop",
        "engine          postgresql 16.4, run by psql",
        f"content id      {sample().about.content_id}",
        "deploy order    Cut it in two: one part runs before the new code, the other after the old code is gone.",
        "                9000:d4e6: before the new code",
        "way back        rollback.sql stops before f6a8: no downgrade could be rendered.",
        "ticket          OPS-7",
    ):
        assert line in found


def row(document: Document, number: int, width: int = 120) -> list[str]:
    (line,) = [each for each in lines(document, width=width) if re.match(rf" *{number}  ", each)]
    return re.split("  +", line.strip())


def test_a_row_says_what_a_statement_does_to_others() -> None:
    assert row(sample(), 1) == ["1", "add column", "orders", "everybody", "catalog", "–", "–", "–"]
    assert row(sample(), 2) == ["2", "update rows", "orders", "–", "rows", "40 s to 10 min", "DATA", "–"]
    assert row(sample(), 5)[3:6] == ["writers", "index", "800 ms to 12 s"]
    assert row(sample(), 6)[2:4] == [f"{LONG[:23]}…", "writers, briefly"]
    assert row(sample(), 7)[-1] == "allowed"
    assert row(sample(), 8) == ["8", "drop table", "wishlists", "everybody", "unknown", "–", "unknown", "–"]


def test_who_has_signed_and_what_is_missing_stands_below() -> None:
    found = lines(sample(), signed(), 120)
    start = found.index("! Signed by 2 of 4: one more reviewer and a dba have to sign.")
    assert found[start + 1 :] == [
        f"bundle id       {signed().bundle_id}",
        "signed          author alice SHA256:kq1c5rYbXgL0",
        "signed          reviewer bob SHA256:mB7d3tUvWeR8 (carried over from an equal bundle)",
        "does not count  reviewer 李雷 no key (the key is not in the trust folder)",
        "missing         reviewer, dba",
        "valid until     2027-01-31",
    ]


def test_a_bundle_that_was_changed_has_no_id() -> None:
    changed = replace(signed(), bundle_id=None, state="red", signatures=(), rows=())
    assert lines(sample(), changed)[-1].startswith("bundle id       none: ")


def test_columns_of_chinese_names_are_aligned_by_cells() -> None:
    document = sample()
    names = ("用户订单渠道表", "a", "客户")
    statements = [replace(each, tables=(name,)) for each, name in zip(document.statements[:3], names, strict=True)]
    document = replace(document, statements=(*statements, *document.statements[3:]))
    starts = [
        cells(line[: line.rindex(f" {word}")])
        for line, word in zip(lines(document)[-8:-5], ("catalog", "rows", "catalog"), strict=True)
    ]
    assert len({*starts}) == 1


def test_a_review_in_chinese_is_chinese() -> None:
    text = "\n".join(lines(replace(sample(), language="zh-CN")))
    assert "range  " not in text
    assert "环境" in text


# ---- where it goes


def test_colours_are_left_out_where_they_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    assert "\x1b[" in render(sample(), "always")
    assert "\x1b[" not in render(sample(), "never")
    assert "\x1b[" not in render(sample(), "auto")  # stdout is no terminal here
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in render(sample(), "auto")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in render(sample(), "auto")


def test_the_words_are_the_same_with_and_without_colours() -> None:
    colored = STYLE.sub("", screen(sample(), signed(), 80, True)).splitlines()
    assert [line.rstrip() for line in colored] == lines(sample(), signed())


def test_what_is_drawn_can_be_encoded_on_a_chinese_console() -> None:
    """cp936, as cmd.exe has it in China: `backslashreplace` would show through the lines."""
    text = screen(sample(), signed(), 80, False)
    assert text.encode("gbk").decode("gbk") == text
