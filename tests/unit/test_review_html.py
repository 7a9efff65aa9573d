"""review.html: what stands in it and where, that nothing in it is alive, and how large it is."""

from __future__ import annotations

import re
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlgen.messages import visible
from sqlgen.review.document import model
from sqlgen.review.html import layers, render
from sqlgen.review.html.lanes import lay_out
from sqlgen.review.html.markup import Html, anchor, el, link
from tests.unit.hostile_review import EVIL, hostile
from tests.unit.review_sample import CONTENT, LONG, sample, scripts, signed

VOID = ("meta", "br", "input", "col")


class Page(HTMLParser):
    """Elements with their attributes, ids, links, and the text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self._silent = ""
        self.feed(markup)
        self.close()
        self.text = " ".join("".join(self.pieces).split())
        self.ids = [attributes["id"] for _, attributes in self.elements if "id" in attributes]
        self.links = [attributes["href"] or "" for _, attributes in self.elements if "href" in attributes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute of {tag} stands twice"
        self.elements.append((tag, dict(attrs)))
        self._silent = tag if tag in ("script", "style") else ""
        self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")

    def shape(self) -> set[tuple[str, str]]:
        """Which attributes which elements have."""
        return {(tag, name) for tag, attributes in self.elements for name in ("", *attributes)}


@pytest.fixture(scope="module")
def text() -> str:
    return render(sample(), scripts(), signed())


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def has(page: Page, said: str) -> None:
    """Whether people can read it, wherever lines and elements end."""
    wanted = "".join(visible(part) for part in said.split())
    assert wanted in "".join(page.text.split()), said


# ---- what stands in it


def strings(value: object) -> Iterator[str]:
    """All texts of a value, but fixed words."""
    match value:
        case str():
            yield value
        case tuple():
            for each in value:
                yield from strings(each)
        case model.Place():
            yield value.file if value.line is None else f"{value.file}:{value.line}"
        case _ if hasattr(value, "__dataclass_fields__"):
            for name, field in value.__dataclass_fields__.items():
                if "Literal" not in str(field.type) and field.type not in FIXED:
                    yield from strings(getattr(value, name))


FIXED = ("Severity", "CautionKind", "Possible", "Light", "Blocking", "Working")


def test_every_text_of_the_review_can_be_read(page: Page) -> None:
    document = sample()
    left_out = {document.language, "x", "instant"}  # a claim of the rollback; a word that is shown in capitals
    for said in (*strings(document), *strings(signed()), *document.roles, *scripts().values()):
        if said not in left_out:
            has(page, said)


def test_the_order_is_that_of_reading(page: Page) -> None:
    order = (
        "verdict", "cautions", "deploy", "glance", "timeline", "graph", "tables", "statements", "data", "guide",
        "failures", "evidence", "sign-off", "scripts",
    )  # fmt: skip
    assert [id for id in page.ids if id in order] == list(order)


def test_each_link_leads_to_a_place_and_each_place_stands_once(page: Page) -> None:
    assert [id for id, count in Counter(page.ids).items() if count > 1] == []
    inside = [target[1:] for target in page.links if target.startswith("#")]
    assert set(inside) <= set(page.ids)
    assert {*(f"s{number}" for number in range(1, 9)), *(f"r{number}" for number in range(1, 7))} <= set(page.ids)
    assert {anchor("rev-", each.id) for each in sample().revisions} <= set(page.ids)


def test_a_statement_leads_to_its_line_at_the_commit(page: Page) -> None:
    place = sample().statements[0].place
    assert place is not None
    assert place.url in page.links


def test_an_estimate_never_stands_without_its_sign_and_word(text: str) -> None:
    for found in re.finditer(r"40 s", text):
        assert text[found.start() - 2 : found.start()] == "≈ "
        assert "(estimate)" in text[found.end() : found.end() + 40]


def test_a_review_of_nothing_has_no_estimate_and_says_that_nothing_runs() -> None:
    empty = replace(sample(), statements=(), rollback=(), transactions=(), tables=(), findings=(), revisions=())
    made = Page(render(empty, {}))
    has(made, "No statements: only the version table changes.")
    assert "(estimate)" not in made.text


def test_without_a_way_back_beside_it_a_card_says_so(page: Page) -> None:
    has(page, "No statement of rollback.sql takes it back.")


def test_what_only_the_way_back_holds_has_no_rollback_beside_it() -> None:
    document = replace(sample(), about=replace(sample().about, down_only=True), rollback=())
    made = Page(render(document, {}))
    assert "aside" not in {tag for tag, _ in made.elements}


def test_signatures_that_are_missing_are_rows_to_fill_in(text: str) -> None:
    sign = text[text.index("id=sign-off") :]
    assert sign.count("<tr class=open>") == 2  # one reviewer of two, one dba
    assert "does not count" in sign
    unsigned = render(sample(), scripts())
    assert unsigned.count("<tr class=open>") == 4
    assert "bundle id" not in unsigned


def test_a_script_that_has_no_room_is_named_and_never_cut() -> None:
    long = "-- a long line\n" * 80_000
    made = render(sample(), {"apply.sql": long, "rollback.sql": "-- short\n"})
    assert "a long line" not in made
    assert f"sha256:{sha256(long.encode()).hexdigest()}" in made
    assert "<pre class=w>-- short\n</pre>" in made
    assert len(made.encode()) < 1_000_000


def test_it_is_made_in_the_language_of_the_document() -> None:
    assert "<html lang=en>" in render(sample(), {})
    assert "<html lang=zh-CN>" in render(replace(sample(), language="zh-CN"), {})


def test_the_same_review_gives_the_same_bytes(text: str) -> None:
    assert render(sample(), scripts(), signed()) == text


def test_a_command_that_is_copied_runs_nothing_but_sqlgen() -> None:
    cut = model.Cut("a1:b2;reboot", "before", "x")
    document = replace(sample(), deploy=replace(sample().deploy, cuts=(cut,)))
    document = replace(document, about=replace(document.about, environment="prod $(reboot)"))
    has(Page(render(document, {})), "sqlgen bundle 'a1:b2;reboot' --env 'prod $(reboot)' -o part-1")


# ---- nothing in it is alive


def test_the_policy_allows_our_style_and_script_and_nothing_else(text: str) -> None:
    held = {name: re.search(f"<{name}>(.*?)</{name}>", text, re.S) for name in ("style", "script")}
    hashes = {}
    for name, found in held.items():
        assert found
        hashes[name] = f"sha256-{b64encode(sha256(found[1].encode()).digest()).decode()}"
    assert (
        f"default-src 'none'; style-src '{hashes['style']}'; script-src '{hashes['script']}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    ) in Page(text).elements[3][1].values()


def test_the_page_loads_nothing_and_handles_nothing_by_attributes(page: Page) -> None:
    names = {name for _, attributes in page.elements for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("style", "src", "action", "srcset")]
    assert all(re.match(r"#|https://git\.example\.com/|https://www\.postgresql\.org/", target) for target in page.links)


def test_a_hostile_review_is_text(page: Page) -> None:
    document, texts, who = hostile()
    made = render(document, texts, who)
    found = Page(made)
    assert found.shape() <= page.shape()
    assert not [target for target in found.links if not re.match(r"#|https?://example\.org/", target)]
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2066-\u2069\ufeff]", made)
    made.encode()  # no lone surrogate


def test_each_hostile_text_is_one_that_the_naive_way_would_let_through() -> None:
    for evil in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'):
        assert evil in EVIL
        assert ("script", "") in Page(f"<p>{evil}").shape() or ("img", "onerror") in Page(f"<p>{evil}").shape()


@given(st.text())
@settings(max_examples=200)
def test_any_text_is_text_and_any_attribute_a_value(anything: str) -> None:
    made = Page(el("p", anything, title=anything).markup + el("b", "end").markup)
    assert [tag for tag, _ in made.elements] == ["p", "b"]
    expected = "\n".join("\t".join(map(visible, line.split("\t"))) for line in anything.split("\n"))
    assert made.elements[0][1] == {"title": expected}
    assert "".join(made.pieces) == f" {expected} end"


@pytest.mark.parametrize("name", ["onclick", "style", "href", "src", "onload_"])
def test_attributes_that_could_run_or_load_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="written by hand"):
        el("p", **{name: "x"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://git.example.com/a?b=c&d", True),
        ("http://host/x", True),
        ("javascript:alert(1)", False),
        (" https://x", False),
        ("java\nscript:x", False),
        ("//host/x", False),
        ("https:///x", False),
        ("http://[", False),
        ("HTTPS://host", True),
        ("file:///etc/passwd", False),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str, safe: bool) -> None:
    assert link(url, "x").markup.startswith("<a ") is safe
    assert isinstance(link(url, "x"), Html)


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_names_never_share_an_anchor(one: str, other: str) -> None:
    assert (anchor("x", one) == anchor("x", other)) is (one == other)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", anchor("x", one))


def test_a_content_id_can_not_leave_its_string_in_the_style_sheet() -> None:
    evil = '"}</style><script>alert(1)</script>\\'
    document = replace(sample(), about=replace(sample().about, content_id=evil))
    made = render(document, {})
    style = made[made.index("<style>") : made.index("</style>")]
    assert re.search(r'@bottom-left\{content:"[A-Za-z0-9:_\\-]*"\}', style)
    assert made.count("<script>") == 1


# ---- style


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_text_stands_out_from_what_is_behind_it(scheme: str) -> None:
    style = (files("sqlgen.review.html") / "style.css").read_text()
    light, dark = re.findall(r":root \{(.*?)\}", style, re.S)
    found = colours(light if scheme == "light" else dark)
    assert set(found) == set(colours(light))
    pairs = [(text, behind) for text in ("ink", "soft", "link") for behind in ("bg", "panel")]
    pairs += [(text, "panel") for text in ("word", "literal")]
    pairs += [(shade, f"{shade}-bg") for shade in ("red", "amber", "green")]
    pairs += [("ink", f"{shade}-bg") for shade in ("red", "amber", "green")]
    for text, behind in pairs:
        assert contrast(found[text], found[behind]) >= 4.5, (text, behind)
    assert contrast(found["strong"], found["bg"]) >= 3  # what tells brackets and inputs from the page
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


# ---- lanes


@given(st.data())
def test_no_line_runs_through_a_node_or_on_another_line(data: st.DataObject) -> None:
    order = [str(number) for number in range(data.draw(st.integers(1, 9)))]
    some = {
        each: data.draw(st.lists(st.sampled_from(order[:at]), max_size=3, unique=True)) if at else []
        for at, each in enumerate(order)
    }
    also = {
        each: data.draw(st.lists(st.sampled_from(order[:at]), max_size=2, unique=True)) if at else []
        for at, each in enumerate(order)
    }
    lanes = lay_out(order, some, also)
    drawn = {(edge.parent, edge.child) for edge in lanes.edges}
    assert drawn == {(p, c) for c in order for p in {*some[c], *also[c]}}
    rows = {each: at for at, each in enumerate(order)}
    for edge in lanes.edges:
        between = range(rows[edge.parent] + 1, rows[edge.child])
        assert all(lanes.lane[order[row]] != edge.lane for row in between), "through a node"
        for other in lanes.edges:
            if other is not edge and other.lane == edge.lane:
                assert rows[other.child] <= rows[edge.parent] or rows[edge.child] <= rows[other.parent], "on a line"
    assert all(0 <= lane < lanes.width for lane in lanes.lane.values())


@given(st.data())
def test_boxes_stand_apart_and_lines_run_between_them(data: st.DataObject) -> None:
    names = [str(number) for number in range(data.draw(st.integers(1, 8)))]
    pair = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda each: each[0] != each[1])
    refers = data.draw(st.lists(pair, max_size=12, unique=True)) if len(names) > 1 else []
    drawn = layers.lay_out({name: data.draw(st.integers(10, 300)) for name in names}, refers)
    for name, box in drawn.boxes.items():
        assert 0 <= box.left <= box.left + box.width <= drawn.width
        for other, beside in drawn.boxes.items():
            if other != name and box.layer == beside.layer:
                assert box.left + box.width < beside.left or beside.left + beside.width < box.left
    assert {frozenset((line.upper, line.lower)) for line in drawn.lines} == {frozenset(each) for each in refers}
    for line in drawn.lines:
        upper, lower = drawn.boxes[line.upper], drawn.boxes[line.lower]
        assert [layer for _, layer in line.points] == list(range(upper.layer, lower.layer + 1))
        assert upper.layer < lower.layer
        assert upper.left < line.points[0][0] < upper.left + upper.width
        assert lower.left < line.points[-1][0] < lower.left + lower.width
        for x, layer in line.points[1:-1]:
            assert not [b for b in drawn.boxes.values() if b.layer == layer and b.left <= x <= b.left + b.width]


# ---- size


def long(count: int = 1000, revisions: int = 50) -> model.Document:
    """Statements of some 120 bytes, each with a rollback, every third with a finding."""
    document, share = sample(), count // revisions
    made, back, history, ends = [], [], [], []
    for number in range(1, count + 1):
        id, table = f"{(number - 1) // share:04x}c0ffee12", f"customer_orders_{number % 83:03}"
        column = f"delivery_window_{number}"
        lock = model.Lock(table, "ACCESS EXCLUSIVE", "all", brief=False, new=False)
        base = replace(document.statements[0], revision=id, tables=(table,), locks=(lock,), checks_before=())
        place = model.Place(f"migrations/versions/{id}_change.py", number, number, None)
        forward = f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(120) DEFAULT 'standard' NOT NULL"
        after = (f"compared with what the revisions make of {table}: columns",)
        made.append(
            replace(
                base,
                number=number,
                sql=f"{forward} /* {'x' * 20} */",
                place=place,
                transaction=(number - 1) // share + 1,
                undone_by=(count + 1 - number,),
                checks_after=after,
            )
        )
        taken = f"ALTER TABLE {table} DROP COLUMN delivery_window_{count + 1 - number}"
        back.append(replace(base, number=number, sql=taken, operation="drop column", destroys=(), undone_by=()))
    for number in range(revisions):
        first, last = number * share + 1, (number + 1) * share
        id = made[first - 1].revision
        history.append(replace(document.revisions[0], id=id, parents=(), depends_on=(), statements=(), rollback=()))
        held = model.Held(made[first - 1].tables[0], "ACCESS EXCLUSIVE", "all", first)
        ends.append(model.Transaction(number + 1, first, last, (id,), "commit", (held,), None))
    finding = document.findings[0]
    findings = tuple(
        replace(finding, statement=each.number, revision=each.revision, place=each.place) for each in made[::3]
    )
    return replace(
        document,
        statements=tuple(made),
        rollback=tuple(back),
        revisions=tuple(history),
        transactions=tuple(ends),
        findings=findings,
    )


def test_a_thousand_statements_fit_into_a_megabyte() -> None:
    document = long()
    assert sum(len(each.sql) for each in document.statements) / 1000 > 110
    began = time.process_time()
    made = render(document, {"apply.sql": "-- x\n" * 80_000, "rollback.sql": "-- x\n" * 80_000})
    assert time.process_time() - began < 5, "some ten times what it takes"
    assert len(made.encode()) < 1_000_000
    found = Page(made)
    assert {f"s{number}" for number in range(1, 1001)} <= set(found.ids)
    assert {f"r{number}" for number in range(1, 1001)} <= set(found.ids)


def test_long_names_stand_whole(page: Page) -> None:
    has(page, LONG)
    has(page, CONTENT)


def test_four_questions_are_answered_first() -> None:
    page = Page(render(sample(), {}))
    first = page.text[page.text.index("deploy order") : page.text.index("content id")]
    for question in ("deploy order", "who waits", "data loss", "way back"):
        assert question in first
    losses = (model.RevisionLoss("a1", "versions/a1.py", ("the rows of users",)),)
    lossy = replace(sample(), way_back=model.WayBack("whole", "All the way.", losses), losses=())
    has(Page(render(lossy, {})), "whole, but it loses data")
    whole = replace(lossy, way_back=model.WayBack("whole", "All the way.", ()))
    assert "but it loses data" not in Page(render(whole, {})).text


def test_what_changes_every_row_is_not_said_to_read_it() -> None:
    one = replace(sample().statements[0], number=1, claim="update-all", work="scan")
    document = replace(sample(), statements=(one,), transactions=(), findings=())
    text = Page(render(document, {})).text
    assert "changes all rows" in text
    assert "reads all rows" not in text
