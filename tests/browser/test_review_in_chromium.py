"""review.html in a real browser: from a file, on paper, in the dark, by keyboard, and where its style is forbidden."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sqlgen.messages import visible
from sqlgen.review.html import render
from tests.browser.chromium import Browser, Page
from tests.unit.hostile_review import hostile
from tests.unit.review_sample import CONTENT, sample, scripts, signed
from tests.unit.test_review_html import long

VISIBLE = "[...document.querySelectorAll('table.glance tbody tr')].filter((row) => row.getClientRects().length).length"
CARDS = "[...document.querySelectorAll('article')].filter((card) => card.getClientRects().length).length"
WHERE = "document.activeElement.id || document.activeElement.tagName"

OVERLAPS = """
(() => {
  const boxes = [...document.querySelectorAll(
    'h1, h2, h3, h4, p, li, dt, dd, pre, th, td, label, input, select, output, button, nav a, text, summary')]
    .filter((each) => each.getClientRects().length && !each.closest('.sr'))
    .filter((each) => each.closest('summary') || !each.closest('details:not([open])'))
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && box.height > 1 && box.bottom > 0);
  const found = [];
  boxes.sort(([, one], [, other]) => one.top - other.top);
  for (let i = 0; i < boxes.length; i++) {
    const [one, a] = boxes[i];
    for (let j = i + 1; j < boxes.length; j++) {
      const [other, b] = boxes[j];
      if (b.top >= a.bottom - 1) break;
      if (one.contains(other) || other.contains(one)) continue;
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1)
        found.push([one, other].map((each) => `${each.tagName} ${each.textContent.slice(0, 40)}`).join(' | '));
    }
  }
  return found;
})()
"""
"""Pairs of boxes, none of which is in the other, that lie on each other."""

CUT = """
[...document.querySelectorAll('main *, header *, nav *')].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.width > 1 && !each.closest('.x') && (box.right > innerWidth + 1 || box.left < -1);
}).concat([...document.querySelectorAll('svg text')].filter((each) => {
  const text = each.getBoundingClientRect(), svg = each.ownerSVGElement.getBoundingClientRect();
  return text.left < svg.left || text.right > svg.right || text.bottom > svg.bottom;
})).map((each) => each.outerHTML.slice(0, 90))
"""
"""What stands out of the page, but for what scrolls in its own box; what stands out of a drawing."""

CONTRAST = """
(() => {
  const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (each) => {
    for (; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
  };
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let count = 0;
  while (texts.nextNode()) {
    const each = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || ['SCRIPT', 'OPTION'].includes(each.tagName)) continue;
    const one = light(parts(getComputedStyle(each).color)), other = light(behind(each));
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    count += 1;
    if (ratio < 4.5) found.add(`${ratio.toFixed(2)} ${each.outerHTML.slice(0, 60)}`);
  }
  return [count, [...found]];
})()
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, a hostile one and a long one, as files."""
    made = tmp_path_factory.mktemp("pages")
    (made / "review.html").write_text(render(sample(), scripts(), signed()), encoding="utf-8")
    (made / "hostile.html").write_text(render(*hostile()), encoding="utf-8")
    (made / "chinese.html").write_text(
        render(replace(sample(), language="zh-CN"), scripts(), signed()), encoding="utf-8"
    )
    (made / "long.html").write_text(render(long(), {}), encoding="utf-8")
    return made


@pytest.fixture
def url(folder: Path) -> str:
    return (folder / "review.html").as_uri()


def squeezed(text: str) -> str:
    return "".join(text.split())


# ---- from a file


def test_it_opens_from_a_file_with_one_request_and_a_silent_console(browser: Browser, url: str) -> None:
    with browser.page(url) as page:
        assert page.requests() == [url]
        assert page.messages() == []
        assert page.run("document.title") == "Review of 9000 to 0a9b"


def test_the_probe_sees_requests_and_messages(browser: Browser, tmp_path: Path) -> None:
    """The test above would pass for ever if it were blind."""
    (tmp_path / "loud.html").write_text("<img src=none.png><script>console.log('x'); alert</script>")
    with browser.page((tmp_path / "loud.html").as_uri()) as page:
        assert len(page.requests()) == 2
        assert len(page.messages()) == 2


def test_anchors_lead_to_cards(browser: Browser, url: str) -> None:
    with browser.page(url) as page:
        page.run("document.querySelector('.glance a[href=\"#s5\"]').click()")
        assert page.run("document.querySelector(':target').id") == "s5"
        page.run("document.getAnimations().length")
        assert page.run("new Promise((done) => setTimeout(() => done(scrollY > 500), 700))")


def test_the_filter_shows_rows_and_their_cards(browser: Browser, url: str) -> None:
    def choose(id: str, value: str) -> None:
        page.run(
            f"(() => {{ const box = document.getElementById('{id}'); box.value = '{value}';"
            "box.dispatchEvent(new Event('input', {bubbles: true})); })()"
        )

    with browser.page(url) as page:
        assert (page.run(VISIBLE), page.run(CARDS)) == (8, 8)
        choose("by-severity", "error")
        assert (page.run(VISIBLE), page.run(CARDS)) == (1, 1)
        assert page.run("document.getElementById('shown').textContent") == "1 of 8 statements"
        choose("by-severity", "")
        choose("by-table", "users")
        assert page.run(VISIBLE) == 3
        choose("by-blocks", "reads and writes")
        assert page.run(VISIBLE) == 1
        choose("by-table", "")
        assert page.run(VISIBLE) == 3
        page.press("Escape")
        assert page.run(VISIBLE) == 8
        choose("find", "DROP-COLUMN")
        assert page.run(VISIBLE) == 1
        page.run("location.hash = '#s1'")  # a card that is filtered away
        assert page.run(f"new Promise((done) => setTimeout(() => done({CARDS}), 100))") == 8


def test_it_is_used_by_keyboard(browser: Browser, url: str) -> None:
    with browser.page(url) as page:
        page.press("Tab")
        assert page.run("document.activeElement.hash") == "#main"
        assert page.run("document.activeElement.getBoundingClientRect().top >= 0"), "the skip link is not seen"
        assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.press("/", "Slash")
        assert page.run(WHERE) == "find"
        for key in "wish":
            page.press(key)
        assert page.run("document.getElementById('find').value") == "wish"
        assert page.run(VISIBLE) == 1
        page.press("Escape")
        reached = set()
        for _ in range(60):
            page.press("Tab")
            reached.add(page.run("document.activeElement.id || document.activeElement.className || 'other'"))
        assert {"by-blocks", "by-severity", "by-table", "x"} <= reached


def test_commands_and_sql_are_copied(browser: Browser, url: str) -> None:
    with browser.page(url) as page:
        page.browser.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        page.call("Page.bringToFront")
        page.call("Emulation.setFocusEmulationEnabled", enabled=True)
        buttons = page.run("document.querySelectorAll('button.copy').length")
        assert buttons == page.run("document.querySelectorAll('pre').length")
        page.run("document.querySelector('#s4 button.copy').click()")
        assert page.run("new Promise((done) => setTimeout(() => done(navigator.clipboard.readText()), 100))") == (
            'CREATE INDEX CONCURRENTLY "ix_订单_渠道" ON orders (channel, placed_at DESC)'
        )
        assert page.run("document.querySelector('#s4 button.copy').textContent") == "Copied"


def test_without_a_clipboard_the_older_way_copies(browser: Browser, url: str) -> None:
    with browser.page(url) as page:
        page.call("Page.bringToFront")
        page.run("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        page.run("addEventListener('copy', () => { window.heard = String(document.activeElement.value); })")
        page.run("document.querySelector('#s7 button.copy').click()")
        assert page.run("window.heard") == "ALTER TABLE users DROP COLUMN phone"


# ---- how it looks


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_each_text_stands_out_in_both_schemes(browser: Browser, url: str, dark: bool) -> None:
    with browser.page(url, dark=dark) as page:
        behind = page.run("getComputedStyle(document.body).backgroundColor")
        assert behind == ("rgb(16, 20, 25)" if dark else "rgb(255, 255, 255)")
        count, low = page.run(CONTRAST)
        assert count > 500
        assert low == []


@pytest.mark.parametrize("name", ["review", "chinese", "hostile", "long"])
def test_nothing_overlaps_and_nothing_is_cut(browser: Browser, folder: Path, name: str) -> None:
    with browser.page((folder / f"{name}.html").as_uri()) as page:
        for width in (360, 1280, 1920) if name != "long" else (1280,):
            page.size(width)
            assert page.run("document.documentElement.scrollWidth") <= width
            assert page.run(CUT) == [], width
            assert page.run(OVERLAPS) == [], width


# ---- on paper


def printed(page: Page, tmp_path: Path) -> list[str]:
    """The text of each page."""
    if shutil.which("pdftotext") is None:
        assert "SQLGEN_REQUIRE_SERVERS" not in os.environ, "pdftotext is missing"
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    (tmp_path / "review.pdf").write_bytes(page.pdf())
    command = ["pdftotext", "-layout", str(tmp_path / "review.pdf"), "-"]
    found = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    return found.split("\f")[:-1]


def test_on_paper_everything_stands_and_each_page_names_the_content(browser: Browser, url: str, tmp_path: Path) -> None:
    with browser.page(url, dark=True) as page:
        pages = printed(page, tmp_path)
    assert len(pages) > 5
    for number, text in enumerate(pages, 1):
        assert CONTENT in text, number
        assert f"{number} / {len(pages)}" in text, number
    whole = squeezed("".join(pages))
    for each in (*sample().rollback, *sample().statements):
        assert squeezed(each.sql) in whole, each.sql
    assert "Thekeyisnotinthetrustfolder".lower() in whole.lower()
    assert squeezed("-- sqlgen: end") in whole, "closed sections are printed"
    assert "索引：按渠道查订单" in whole
    assert "网店" in whole
    assert "Presstofilter" not in whole
    assert "Copy" not in whole


# ---- where a host forbids style and script


class Jenkins(SimpleHTTPRequestHandler):
    """Serves files as Jenkins does by default."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "sandbox; default-src 'none'; img-src 'self'; style-src 'self';")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Jenkins, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_without_style_and_script_all_of_it_can_be_read(browser: Browser, served: str, url: str) -> None:
    with browser.page(url) as page:
        styled = page.run("document.body.innerText")
    with browser.page(f"{served}/review.html") as page:
        assert page.run("getComputedStyle(document.body).maxWidth") == "none", "the style is not blocked"
        assert page.run("document.querySelectorAll('button').length") == 0, "the script is not blocked"
        assert page.run("document.getElementById('filter').getClientRects().length") == 0
        bare = squeezed(page.run("document.body.innerText"))
        assert page.run("document.querySelectorAll('h2').length") >= 13
        page.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert "--sqlgen:end" in squeezed(page.run("document.body.innerText"))
    for line in styled.splitlines():
        words = squeezed(re.sub(r"^(Copy|Filter|blocks|findings|tables)\b.*", "", line))
        for cell in line.split("\t") if words else ():
            if not re.match(r"Copy|Press /|8 of 8", cell.strip()):
                assert squeezed(cell) in bare, cell


# ---- hostile


def test_a_hostile_review_does_nothing(browser: Browser, folder: Path, url: str) -> None:
    shape = """[...document.querySelectorAll('*')].flatMap((each) =>
        [each.tagName, ...[...each.attributes].map((one) => each.tagName + ' ' + one.name)])"""
    with browser.page(url) as page:
        benign = set(page.run(shape))
    hostile_url = (folder / "hostile.html").as_uri()
    with browser.page(hostile_url) as page:
        assert set(page.run(shape)) <= benign
        assert page.requests() == [hostile_url]
        assert page.messages() == []
        assert page.seen("Page.javascriptDialogOpening") == []
        assert visible("<script>alert(1)</script>") in page.run("document.body.innerText")
        assert page.run("[...document.links].every((each) => /^(file|https?):$/.test(each.protocol))")
