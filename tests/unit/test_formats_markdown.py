"""Comments on pull requests: always short enough, inert whatever stands in the pull request, and readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlgen.lint.finding import Allowed, Severity
from sqlgen.linting import read_file
from sqlgen.markdown import code, fenced, prose
from sqlgen.messages import say, visible
from sqlgen.review import formats
from sqlgen.review.comment import key
from sqlgen.review.formats import Style, markdown
from sqlgen.review.hosts import COMMENT_BYTES
from sqlgen.review.report import Part, Report, Trouble
from sqlgen.segments import Gap
from tests.unit.hostile_reports import EVIL, TEXT, finding, part, report, reports, since, step

OURS = frozenset(
    {"h3", "h4", "p", "strong", "code", "pre", "ul", "li", "br", "details", "summary"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)


def html(text: str) -> str:
    """As GitHub's own parser renders it, raw HTML and all."""
    return str(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))


def shown(told: Report, limit: int | None = None) -> str:
    return formats.render("markdown", told, Style(limit=limit))


@dataclass
class Page(HTMLParser):
    """What a rendered comment holds."""

    tags: set[str] = field(default_factory=set)
    open: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """Text that hosts look for mentions and links in: all but code."""
    blocks: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag != "br":
            self.open.append(tag)
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th"):
            self.cells[-1].append("")
        if tag == "pre":
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, text: str) -> None:
        if "code" not in self.open and "pre" not in self.open:
            self.words.append(text)
        if "pre" in self.open:
            self.blocks[-1] += text
        if {"td", "th"} & {*self.open}:
            self.cells[-1][-1] += text

    def handle_comment(self, text: str) -> None:
        self.comments.append(text)


def read(text: str) -> Page:
    page = Page()
    page.feed(html(text))
    page.close()
    assert page.open == []
    return page


# What GitHub and GitLab make links of in text that is not code.
REFERENCES = re.compile(
    r"@|#\w|://|www\.|\bGH-\d|\b[A-Z]+-\d|\b[0-9a-f]{7,}\b|[!%$~&]\w|\[\w*\]|:[a-z]+:|\[!", re.IGNORECASE
)


def assert_inert(text: str) -> None:
    page = read(text)
    assert page.tags <= OURS
    assert len(page.comments) == text.startswith("<!-- sqlgen:report key=")
    for words in page.words:
        assert REFERENCES.search(words) is None, words
    assert all(OUR_LINES.match(line) for line in outside_of_blocks(text) if line)


# No line begins with what a pull request brings: GitLab and many a robot obey lines such as `/approve`.
OUR_LINES = re.compile(r"<!-- sqlgen:report|</?details>|[#|` A-Z…0-9]|- |(?:sqlgen|nothing|not checked|no project)\b")


def outside_of_blocks(text: str) -> Iterator[str]:
    fence = ""
    for line in text.split("\n"):
        if fence:
            fence = "" if line == fence else fence
        elif line.startswith("```"):
            fence = line[: len(line) - len(line.lstrip("`"))]
        else:
            yield line


# ---- laws


@settings(max_examples=60, deadline=None)
@given(reports(), st.sampled_from((2_000, 2_500, 4_000, 8_000, 65_536)))
def test_a_comment_fits_and_is_inert_whatever_is_in_the_pull_request(told: Report, limit: int) -> None:
    text = shown(told, limit)
    assert len(text) <= limit
    assert len(text.encode()) <= COMMENT_BYTES
    assert text.startswith(f"<!-- sqlgen:report key={key(told)} -->\n### sqlgen: **")
    assert text.endswith("\n")
    assert all(visible(line) == line for line in text.split("\n"))
    assert_inert(text)


WHOLE = st.sampled_from(("", '# sqlgen: allow drop-column because "…"', "down_revision = 'c3';"))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(TEXT | WHOLE, max_size=4).flatmap(lambda parts: st.sampled_from((" ".join(parts), "".join(parts)))),
    st.booleans(),
)
def test_prose_is_inert_and_loses_no_word(text: str, in_table: bool) -> None:
    told = prose(text, in_table=in_table)
    page = read(f"| a |\n| - |\n| {told} |\n" if in_table else f"- x {told}\n")
    assert page.tags <= OURS
    assert all(REFERENCES.search(words) is None for words in page.words)
    (*_, seen) = page.cells[-1] if in_table else ["".join(page.words)]
    if in_table:
        assert seen.split() == visible(" ".join(text.split())).split()


@given(TEXT)
def test_a_name_in_a_table_is_shown_as_it_is(text: str) -> None:
    page = read(f"| a | b |\n| - | - |\n| {code(text)} | after |\n")
    assert [each.strip() for each in page.cells[-1]] == [visible(text).strip(), "after"]


@given(st.text(st.sampled_from("`~a\n <"), max_size=40))
def test_nothing_leaves_a_code_block(text: str) -> None:
    page = read("\n".join(["<details><summary>SQL</summary>", "", *fenced(text, "sql"), "", "</details>"]) + "\n")
    assert page.blocks == [f"{text}\n"]
    assert page.tags == {"details", "summary", "pre", "code"}


def large() -> Iterator[Report]:
    name = "订单表_😀" * 30
    long = [finding(n, message=say("drops {what}", what=f"{name}{n}"), file=f"{name}/a.py") for n in range(200)]
    one = step(f"SELECT '{'表😀' * 400}';\n" * 3, message=name)
    many = tuple(replace(one, revision=f"r{n}") for n in range(60))
    yield report(part(*long))
    yield report(part(*long, steps=many, since=since(*(each.revision for each in many), base=name)))
    wide = step("CREATE TABLE t (a INT);\n" * 20)
    wide = replace(wide, items=wide.items * 120)
    yield report(part(finding(), steps=(wide,), since=since("a1")))
    deep = step("SELECT 1;\n", message=name * 30, file="x" * 9000)
    yield report(part(finding(message=say("{x}", x="@a" * 40_000)), steps=(deep,), notes=(say("{x}", x=name * 99),)))
    services = [
        part(finding(n), name=f"services/{name}{n}", since=since("a1", base=name * 9), environment=name)
        for n in range(100)
    ]
    yield report(*services)
    trouble = Trouble(name * 50, name * 50, None, None, 2)
    yield report(*(part(name=f"{name * 9}{n}", trouble=trouble) for n in range(20)))
    yield report(part(*(finding(n, allowed=Allowed(name * 9, "2030-01-01", "x", name * 9)) for n in range(200))))
    holed = [replace(one, revision=f"h{n}", items=(), gap=Gap(name * 9, None, None)) for n in range(200)]
    yield report(part(steps=tuple(holed)))


LARGE = [*large()]


@pytest.mark.parametrize("limit", [2_000, 32_767, 150_000])
@pytest.mark.parametrize("number", range(len(LARGE)))
def test_a_large_report_is_told_as_fully_as_it_fits(number: int, limit: int) -> None:
    text = shown(LARGE[number], limit)
    assert len(text) <= limit
    assert limit > 65_536 or len(text.encode()) <= COMMENT_BYTES
    if limit <= 65_536:
        assert_inert(text)
        assert "not fit here" in text or "`…" in text
        assert len(text) > min(limit, 5_000) / 12  # it is not empty for that


def test_it_becomes_shorter_in_steps() -> None:
    one = step("SELECT 1;\n" * 300)
    steps = tuple(replace(one, revision=f"r{n}") for n in range(8))
    told = report(part(*(finding(n) for n in range(200)), steps=steps, since=since("r0")))
    texts = [shown(told, limit) for limit in (1_000_000, 25_000, 20_000, 10_500, 4_500, 2_000, 400)]
    assert [len(text) for text in texts] == sorted((len(text) for text in texts), reverse=True)
    assert len({*texts}) == len(texts)
    assert [text.count("SELECT 1;") for text in texts] == [2400, 400, 0, 0, 0, 0, 0]
    assert [text.count("| error | `drop-table`") for text in texts] == [200, 200, 200, 100, 30, 10, 0]
    assert ["who waits" in text for text in texts] == [True, True, True, False, False, False, False]
    assert "… 250 more lines, which do not fit here." in texts[1]
    assert "… and 100 more, which do not fit here." in texts[3]
    assert "200 errors" in texts[-1]


@pytest.mark.parametrize(
    ("version", "said"),
    [("16", "Locks and work: postgresql 16."), (None, "postgresql 12, the oldest that is supported.")],
)
def test_locks_are_those_of_the_server_that_the_settings_name(version: str | None, said: str) -> None:
    made = read_file("DROP TABLE books", "drop.sql", "postgresql")
    text = shown(report(replace(part(steps=(made,)), server_version=version)), 60_000)
    assert said in text


def test_there_is_room_for_a_line_of_who_posts_it() -> None:
    longest = max(len(shown(report(part(*(finding(n) for n in range(count)))))) for count in range(740, 820, 8))
    assert 60_000 < longest <= 65_536 - 500


def test_as_many_bytes_as_are_left_are_taken_and_no_more() -> None:
    told = report(part(*(finding(n) for n in range(200)), steps=(step("SELECT '😀😀😀';\n" * 900),)))
    whole = len((markdown.fit(told) or "").encode())
    assert markdown.fit(told, octets=whole) == markdown.fit(told)
    for octets in (whole - 1, 9_000, 3_000):
        assert len((markdown.fit(told, octets=octets) or "").encode()) <= octets
    assert markdown.fit(told, octets=100) is None


# ---- what it says


def test_the_verdict_comes_first_and_is_the_worst_that_holds() -> None:
    trouble = Trouble("the file has no [tool.alembic] table", "Add it.", "pyproject.toml", None, 2)
    holed = step(gap=Gap("it reads the database", "migrations/versions/a1.py", 7))
    verdicts = {
        "**failed**, not everything could be checked": report(part(finding(), trouble=trouble)),
        "**failed**, not everything could be rendered": report(part(finding(), steps=(holed,))),
        "**failed**": report(part(finding(), steps=(step(),))),
        "**passed**, no new revision": report(part(since=since())),
        "**passed**": report(part(finding(severity=Severity.WARNING), steps=(step(),))),
    }
    for verdict, told in verdicts.items():
        assert shown(told).split("\n")[1] == f"### sqlgen: {verdict}"


def test_the_key_is_the_same_as_long_as_the_projects_and_environments_are() -> None:
    one, other = part(finding(), name="a"), part(name="b", environment="prod")
    assert key(report(one, other)) == key(report(part(name="a"), other))
    assert len({key(report(one, other)), key(report(one)), key(report(replace(one, environment="prod")))}) == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('say so: # sqlgen: allow drop-column because "…"', 'say so: `# sqlgen: allow drop-column because "…"`'),
        ("Write down_revision = 'c3' into a_b.py; or", "Write `down_revision = 'c3'` into `a_b.py`; or"),
        ("write down_revision = 'c3'; or join", "write `down_revision = 'c3'`; or join"),
        ("x=down_revision = 'c3'", "`x=down_revision =` 'c3'"),
    ],
)
def test_what_people_shall_write_is_one_piece_of_code(text: str, told: str) -> None:
    assert prose(text) == told


def test_an_operation_is_called_as_in_sql() -> None:
    told = report(part(steps=(step("COMMENT ON TABLE orders IS 'all of them';\n"),), since=since("a1")))
    (row,) = [each for each in read(shown(told)).cells if each[0] == "a1 add orders"]
    assert row[2] == "COMMENT"


def test_a_row_says_what_a_revision_does_to_others() -> None:
    down = step("CREATE TABLE users (y INT);\n", direction="downgrade")
    text = shown(report(part(finding(), steps=(step(), down), since=since("a1"))))
    (row,) = [each for each in read(text).cells if each[0] == "a1 add orders"]
    assert row[1:] == [
        "a (new)ordersusers",
        "CREATE TABLECREATE INDEXDROP COLUMN",
        "ACCESS EXCLUSIVE on users: reads and writes waitSHARE on orders: writes wait",
        "builds an index of orders",
        "loses data",
        "1 error",
    ]


def test_a_table_that_is_rebuilt_is_not_dropped() -> None:
    sql = """CREATE TABLE _alembic_tmp_users (id INT, name TEXT);
INSERT INTO _alembic_tmp_users (id, name) SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE _alembic_tmp_users RENAME TO users;
"""
    up = replace(read_file(sql, "a.sql", "sqlite"), revision="a1")
    text = shown(report(of_sqlite(part(steps=(up, replace(up, direction="downgrade"))))))
    (row,) = [each for each in read(text).cells if each[0] == "a1"]
    assert row[1:6] == ["users", "REBUILD", "RESERVED on users: writes wait", "rewrites users", "there is one"]


def of_sqlite(told: Part) -> Part:
    return replace(told, judged=replace(told.judged, dialect="sqlite"))


def test_a_cell_that_is_not_known_says_so() -> None:
    strange = step("GRANT nothing !! TO nobody;\n")
    text = shown(report(part(steps=(strange, step("", "b2", gap=Gap("no", None, None))))))
    first, second = [each for each in read(text).cells if each[0].startswith(("a1", "b2"))][:2]
    assert (first[3], first[4], first[5]) == ("not known", "not known", "not looked at")
    assert second[1:5] == ["not known"] * 4


def test_findings_come_worst_first_allowed_ones_last_and_those_of_the_baseline_are_counted() -> None:
    allowed = finding(1, allowed=Allowed("emptied in 8c1d", "2030-12-31", "a.py:2", "@dba"))
    old = finding(2, allowed=Allowed("", None, "sqlgen-baseline.json", baseline=True))
    warning = finding(3, severity=Severity.WARNING)
    text = shown(report(part(allowed, old, warning, finding(4))))
    rows = [each for each in read(text).cells if len(each) == 5][1:]
    assert [row[0] for row in rows] == ["error", "warning", "allowed"]
    assert rows[0][1:] == [
        "drop-table",
        "a1.py:3",
        "dropping orders destroys its rows",
        "Keep it.",
    ]
    assert "\nFound in `migrations/versions/`:\n" in text
    assert rows[2][4] == "because emptied in 8c1d until 2030-12-31 (@dba)"
    assert "1 allowed, 1 in the baseline" in text


def test_files_of_several_folders_are_named_in_full() -> None:
    text = shown(report(part(finding(), finding(1, file="migrations/versions/2026/b2.py"))))
    assert [row[2] for row in read(text).cells if len(row) == 5][1:] == [
        "migrations/versions/a1.py:3",
        "migrations/versions/2026/b2.py:3",
    ]


def test_new_sql_is_folded_and_nothing_of_a_rollback_is_in_it() -> None:
    down = step("CREATE TABLE gone (y INT);\n", direction="downgrade")
    page = read(shown(report(part(steps=(step(), down), since=since("a1")))))
    assert page.blocks[0].split(";")[0] == "CREATE TABLE a (id INT)"
    assert "gone" not in "".join(page.blocks)
    assert {"details", "summary"} <= page.tags


def test_what_going_back_loses_is_one_line() -> None:
    back, lost = finding(direction="downgrade"), (say("going back loses: {what}", what="a.b"),)
    checked = shown(report(part(back, since=since("a1"), notes=lost)))
    assert "\n- going back loses: `a.b`\n" in checked
    assert "rollback: " not in checked
    assert "\n- rollback: drop-table 1 (" in shown(report(part(back)))


def test_it_says_what_was_compared_and_how_to_see_it_again() -> None:
    told = since("a1", "b2", edited=("c3",), deleted=("d4",), reparented=("e5",))
    text = shown(report(part(finding(), name="services/a b", since=told, environment="prod"), part(name="z")))
    assert (
        "Compared with `origin/main`, `aaaaaaaaaaaa`; the branch began at `bbbbbbbbbbbb`; environment `prod`." in text
    )
    assert "- new: `a1`, `b2`\n- edited: `c3`\n- deleted: `d4`\n- re-parented: `e5`\n" in text
    assert read(text).blocks[-1] == "sqlgen check --since origin/main --project 'services/a b' --env prod\n"


def test_a_name_can_not_run_anything_on_the_machine_of_who_pastes_the_command() -> None:
    text = shown(report(part(finding(), since=since("a1", base="x; rm -rf /\n`id`$(id)"))))
    assert read(text).blocks[-1] == "sqlgen check --since 'x; rm -rf /\\n`id`$(id)'\n"


def test_several_projects_are_a_table_and_clean_ones_a_line() -> None:
    clean = [part(name=f"clean{n}", since=since()) for n in range(7)]
    trouble = Trouble("it has no env.py", "Make one.", "env.py", None, 2)
    text = shown(report(part(finding(), name="bad", since=since("a1")), *clean, part(name="worse", trouble=trouble)))
    rows = [each for each in read(text).cells if len(each) == 3]
    assert [row[0] for row in rows] == ["project", "worse", "bad"]
    assert "Nothing found in `clean0`, `clean1`, `clean2`, `clean3`, `clean4` and 2 more." in text
    assert text.index("#### `worse`") < text.index("#### `bad`")
    assert "#### `clean0`" not in text


def test_evil_is_what_it_says() -> None:
    """Else the laws above would prove nothing: as it is, most of it is a link, a tag or a mention."""
    tags = re.compile("<(a|img|script|em|del|h1|li|!--)")
    texts = [text for text in EVIL if text.isprintable()]
    alive = [text for text in texts if tags.search(html(text)) or REFERENCES.search(text)]
    assert len(alive) > len(EVIL) / 2
