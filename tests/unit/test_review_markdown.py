"""review.md: all of a review, in its order; whatever stands in names, SQL and messages is shown, and nothing else."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import unquote

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqlgen.messages import cells, speaking, visible
from sqlgen.review.document.model import Document, Revision
from sqlgen.review.markdown import render
from sqlgen.review.markdown.history import graph
from tests.unit.hostile_reports import EVIL
from tests.unit.review_sample import sample, scripts
from tests.unit.reviews import documents, with_texts

OURS = frozenset(
    {"h1", "h2", "h3", "p", "strong", "code", "pre", "ul", "ol", "li", "br", "a"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
# What hosts make links of in text that is not code.
REFERENCES = re.compile(
    r"@|#\w|://|www\.|\bGH-\d|\b[A-Z]+-\d|\b[0-9a-f]{7,}\b|[!%$~&]\w|\[\w*\]|:[a-z]+:|\[!", re.IGNORECASE
)


class Page(HTMLParser):
    """What GitHub's own parser makes of a page, raw HTML and all."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.targets: list[str | None] = []
        self.open: list[str] = []
        self.words: list[str] = []
        """Text that is not code."""
        self.blocks: list[str] = []
        self.headings: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.targets += [value for name, value in attributes if name == "href"]
        if tag != "br":
            self.open.append(tag)
        match tag:
            case "pre":
                self.blocks.append("")
            case "h1" | "h2" | "h3":
                self.headings.append("")
            case "tr":
                self.rows.append([])
            case "td" | "th":
                self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, text: str) -> None:
        if not {"code", "pre"} & {*self.open}:
            self.words.append(text)
        if "pre" in self.open:
            self.blocks[-1] += text
        if {"h1", "h2", "h3"} & {*self.open}:
            self.headings[-1] += text
        if {"td", "th"} & {*self.open}:
            self.rows[-1][-1] += text

    def handle_comment(self, text: str) -> None:
        raise AssertionError(text)


def assert_inert(text: str) -> Page:
    page = Page(text)
    assert {*page.tags} <= OURS
    for words in page.words:
        assert REFERENCES.search(words.replace("SHA-256", "")) is None, words
    assert all(visible(line) == line for line in text.split("\n"))
    text.encode()
    return page


# ---- laws


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents(), st.booleans())
def test_a_page_is_inert_whatever_is_in_the_review(document: Document, beside: bool) -> None:
    held = {"apply.sql": "\n".join(EVIL[:9]), "rollback.sql": "```\n# out\n"}
    page = assert_inert(render(document, held, beside=beside))
    addresses = {"https://git.example.com/shop/blob/c0ffee/a.py#L3", "http://git.example.com:8080/a%20b"}
    assert {*page.targets} <= addresses


MARKUP = [evil for evil in EVIL if evil.strip() and evil != "\ud800" and not evil.isalpha()]


@pytest.mark.parametrize("evil", MARKUP, ids=repr)
def test_a_page_of_markup_has_the_elements_of_its_benign_twin(evil: str) -> None:
    """Each text of the review ends with it; in the twin, with one that is a name and nothing else."""
    hostile = assert_inert(render(with_texts(sample(), lambda text: f"{text} {evil}"), scripts(), beside=True))
    assert elements(hostile) == elements(benign())


@cache
def benign() -> Page:
    return assert_inert(render(with_texts(sample(), lambda text: f"{text} a.b"), scripts(), beside=True))


def elements(page: Page) -> Counter[str]:
    """All but inline code: how many words stand in one depends on the words."""
    return Counter({tag: count for tag, count in page.tags.items() if tag != "code"})


# ---- what it says


def sections(page: Page) -> list[str]:
    return [title for title in page.headings if not title[:1].isdigit()]


def test_all_parts_stand_in_the_order_of_the_review() -> None:
    page = Page(render(sample(), scripts()))
    wanted = [
        "Review of 9000 to 0a9b", "Deploy order", "At a glance", "Timeline", "Revisions", "Tables", "Statements",
        "Rollback", "What nobody may overlook", "Data that is destroyed", "How to run it", "Going back",
        "If it stops", "Evidence", "Sign-off", "Scripts",
    ]  # fmt: skip
    assert [title for title in sections(page) if title in wanted] == wanted


def texts_of(value: Any) -> Iterator[str]:
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_of(each)
    elif isinstance(value, dict):
        yield from value
    elif isinstance(value, str):
        yield value


def fixed_words(hint: Any) -> Iterator[str]:
    """Of the model: all that its Literals hold."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    elif dataclasses.is_dataclass(hint):
        for each in get_type_hints(hint).values():
            yield from fixed_words(each)
    else:
        for each in get_args(hint):
            yield from fixed_words(each)


def test_nothing_of_a_review_is_left_out() -> None:
    text = render(sample(), scripts())
    targets = map(unquote, map(str, Page(text).targets))
    told = " ".join([*text.replace("`", "").replace("\\|", "|").split(), *targets])
    lost = {text for text in texts_of(sample()) if " ".join(text.split()) not in told}
    assert lost <= {*fixed_words(Document)}


def test_a_row_says_what_a_statement_does_to_others() -> None:
    page = Page(render(sample(), {}))
    head = next(row for row in page.rows if row[0] == "#")
    row = dict(zip(head, next(row for row in page.rows if row[0] == "7"), strict=True))
    assert row == {
        "#": "7",
        "revision": "e5f7",
        "tables": "users",
        "operation": "drop column",
        "lock": "ACCESS EXCLUSIVE users",
        "blocks": "blocks reads and writes",
        "work": "metadata only",
        "estimate": "–",
        "transaction": "4",
        "reversible": "no",
        "data loss": "yes",
        "findings": "allowed drop-column",
    }


def test_sql_and_commands_stand_in_blocks_as_they_are() -> None:
    document = sample()
    page = Page(render(document, scripts()))
    for each in document.statements:
        assert f"{each.sql}\n" in page.blocks
    assert "pg_dump -d shop -t users -Fc -f users.dump\npg_dump -d shop -t wishlists -Fc -f wishlists.dump\n" in (
        page.blocks
    )
    assert scripts()["apply.sql"] in page.blocks


def test_what_takes_several_statements_back_stands_with_the_first_of_them() -> None:
    document = sample()
    statements = tuple(replace(each, undone_by=(1, 2) if each.number < 4 else ()) for each in document.statements)
    text = render(replace(document, statements=statements), {})
    both = f"{document.rollback[0].sql};\n\n{document.rollback[1].sql}\n"
    assert Page(text).blocks.count(both) == 1
    assert text.count("Taken back by rollback.sql, statements 1–2") == 3
    assert text.count(": see statement 1\n") == 2


def test_scripts_that_lie_beside_it_are_named_with_their_digests() -> None:
    text = render(sample(), scripts(), beside=True)
    assert hashlib.sha256(scripts()["apply.sql"].encode()).hexdigest() in text
    assert "\\set ON_ERROR_STOP" not in text


def test_a_place_leads_to_the_commit_and_to_nothing_that_is_no_web_server() -> None:
    document = sample()
    at = document.statements[0].place
    assert at is not None
    assert at.url in Page(render(document, {})).targets
    for url in ("javascript:alert(1)", "data:text/html,x", "//example.org", "https:///x", "https://a b"):
        first = replace(document.statements[0], place=replace(at, url=url))
        page = Page(render(replace(document, statements=(first, *document.statements[1:])), {}))
        assert not [target for target in page.targets if target is None or not target.startswith("https://git.")]


def test_a_file_name_can_not_end_its_link() -> None:
    document = sample()
    at = document.statements[0].place
    assert at is not None
    url = "https://git.example.com/a)[x](https://evil.example.com/<b>`|\\"
    first = replace(document.statements[0], place=replace(at, url=url))
    page = assert_inert(render(replace(document, statements=(first, *document.statements[1:])), {}))
    assert "https://git.example.com/a%29%5Bx%5D%28https://evil.example.com/%3Cb%3E%60%7C%5C" in page.targets


def revision(id: str, *parents: str) -> Revision:
    return Revision(id, f"does {id}", parents, (), (), None, (), (), "rendered", None)


def test_branches_stand_beside_each_other_in_the_graph() -> None:
    found = [revision("a"), revision("b", "a"), revision("c", "a"), revision("d", "b"), revision("e", "c", "d")]
    assert [line.split("  ")[0] for line in graph(found)] == ["●", "│ ●", "● │", "│ ●", "●"]


def test_columns_of_chinese_are_aligned_by_cells() -> None:
    with speaking("en"):
        lines = render(replace(sample(), language="zh-CN"), {}).split("\n")
    (at,) = [number for number, line in enumerate(lines) if "VARCHAR(40) DEFAULT" in line and line.startswith("+")]
    other = next(line for line in lines[at:] if "ix_订单_渠道" in line)
    assert cells(lines[at].split("VARCHAR")[0]) == cells(other.split("(channel")[0])


def test_a_thousand_statements_are_less_than_two_megabytes() -> None:
    document = sample()
    one, back = document.statements[0], document.rollback[0]
    many = replace(
        document,
        statements=tuple(replace(one, number=n, undone_by=(n,), transaction=1) for n in range(1, 1001)),
        rollback=tuple(replace(back, number=n) for n in range(1, 1001)),
        transactions=(replace(document.transactions[0], last=1000, holds=()),),
    )
    assert len(render(many, {"apply.sql": "x" * 300_000}, beside=True).encode()) < 2_000_000


def test_a_script_that_has_no_room_is_named_and_the_short_one_stands() -> None:
    long = "-- a long line\n" * 80_000
    made = render(sample(), {"apply.sql": long, "rollback.sql": "-- short\n"})
    assert "a long line" not in made
    assert "80,000 lines, 1.2 MB" in made
    assert hashlib.sha256(long.encode()).hexdigest() in made
    assert "-- short" in made
    assert len(made.encode()) < 1_000_000
