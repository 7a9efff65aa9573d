"""Reviews of projects whose author wants their reader misled, or sqlgen to fall over: real ones, built and shown."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from sqlgen.emit.said import packed, unpacked
from sqlgen.markdown import prose
from sqlgen.messages import say
from sqlgen.review import html, markdown
from sqlgen.review.document import file
from tests.unit.building import Done, commit, project, review, revision, sqlgen
from tests.unit.review_sample import sample

SETTINGS = """\
fail_on = "never"
source_url = "https://git.example.com/shop/blob/{commit}/{path}#L{line}"

[env.prod]
database = "shop"
"""
TABLE = "op.execute('CREATE TABLE %s (id INTEGER PRIMARY KEY)')"
DROP = "op.execute('DROP TABLE %s')"
RAISE = "raise RuntimeError('no')"


def build(shop: Path, *arguments: str | Path) -> Done:
    words = ("bundle", "base:head", "--env", "prod", "-q", "--allow-incomplete", "-o", "../out", *arguments)
    return sqlgen(*words, cwd=shop)


def show(shop: Path) -> Done:
    """The screen and the page of what was built; the review is not refused."""
    done = sqlgen("show", "../out", "--html", "../shown.html", "--output-format", "text", cwd=shop)
    assert done.code == 0, done.err
    assert "NO REVIEW" not in done.out
    return done


# ---- what is no text


def test_names_and_messages_that_are_no_text_are_written_out(tmp_path: Path) -> None:
    told = {"a1": ("raise RuntimeError('\\ud800 {x} %s')", "pass"), "b2": (TABLE % "b", DROP % "b")}
    shop = project(tmp_path / "shop", dialect="postgresql", revisions=told, settings=SETTINGS)
    versions = shop / "migrations/versions"
    (versions / "b2.py").unlink()
    text = revision("b2", "a1", TABLE % "b", DROP % "b").replace("make b2", "\\ud800 \\U0001f600 \\x1b[2J")
    Path(os.fsdecode(os.fsencode(versions) + b"/b\xff.py")).write_text(text)
    commit(shop)
    done = build(shop)
    assert done.code == 4, done.err
    show(shop)
    reviewed = review(tmp_path / "out")
    gate, made = reviewed.revisions
    assert gate.note is not None
    assert gate.note.endswith("RuntimeError: \\ud800 {x} %s")
    assert made.message == "\\ud800 \U0001f600 \x1b[2J"
    assert made.place is not None
    assert (made.place.file, made.place.url) == ("migrations/versions/b\\udcff.py", None)
    assert "\\x1b[2J" in (tmp_path / "shown.html").read_text(encoding="utf-8")


def test_sql_that_is_no_text_is_named_and_the_rest_reviewed(tmp_path: Path) -> None:
    told = {"a1": (TABLE % "a", DROP % "a"), "b2": ("op.execute(\"SELECT '\\ud800'\")", "pass")}
    shop = project(tmp_path / "shop", dialect="postgresql", revisions=told, settings=SETTINGS)
    commit(shop)
    done = build(shop)
    assert done.code == 2
    assert "it holds the control character U+D800" in done.err
    assert sqlgen("review", "base:head", "-o", "../out", cwd=shop).code == 4
    assert [each.origin for each in review(tmp_path / "out").revisions] == ["rendered", "gap"]


def test_half_a_character_is_written_out_in_json_and_whole_ones_stay() -> None:
    told = "\ud800 \U0001f600 \udc00\ud800 \\ud800 \\\ud800"
    text = file.write(replace(sample(), summary=told))
    assert file.read(text).summary == "\\ud800 \U0001f600 \\udc00\\ud800 \\ud800 \\\\ud800"


# ---- reviews of what can't be rendered are those of their scripts


@pytest.mark.parametrize("dialect", ["sqlite", "mysql"])
def test_the_review_of_a_bundle_with_gates_in_both_directions_is_shown(tmp_path: Path, dialect: str) -> None:
    told = {
        "a1": (TABLE % "a", DROP % "a"),
        "b2": (TABLE % "b", f"{DROP % 'b'}\n{RAISE}"),
        "c3": (f"{TABLE % 'c'}\n{RAISE}", "pass"),
        "d4": (TABLE % "d", DROP % "d"),
    }
    shop = project(tmp_path / "shop", dialect=dialect, revisions=told, settings=SETTINGS)
    commit(shop)
    assert build(shop).code == 4
    show(shop)


def test_revisions_that_all_stand_on_all_others_are_listed_and_not_drawn() -> None:
    """Laid out, they took minutes."""
    ids = [f"x{number}" for number in range(500)]
    first = replace(sample().revisions[0], statements=(), rollback=())
    told = tuple(replace(first, id=id, parents=tuple(ids[:number])) for number, id in enumerate(ids))
    assert "<title>Revision graph" in html.render(replace(sample(), revisions=told[:3]), {})
    page = html.render(replace(sample(), revisions=told), {})
    assert "<title>Revision graph" not in page
    assert "x499" in page


# ---- names that look like others


@pytest.mark.parametrize("twin", ["us\ufe0fers", "users\U000e0101", "users\u3164", "\u034fusers", "users\u2800"])
def test_a_name_that_looks_the_same_as_another_one_does_not_in_a_review(twin: str) -> None:
    told = replace(sample(), summary=f"DROP TABLE {twin}", sign_off="❤️ 1️⃣ 葛󠄀城 渠道")
    page, text = html.render(told, {}), markdown.render(told, {})
    written = twin.encode("unicode_escape").decode()
    assert all(written in face and twin not in face for face in (page, text))
    assert all("❤️ 1️⃣ 葛󠄀城 渠道" in face for face in (page, text.replace("`", "")))


# ---- numbers, long texts, templates


def test_sizes_of_64_bits_are_read_again(tmp_path: Path) -> None:
    most = 2**63 - 1
    told = {"a1": ("op.execute('CREATE INDEX i ON t (a)')", "op.execute('DROP INDEX i')")}
    shop = project(tmp_path / "shop", dialect="postgresql", revisions=told, settings=SETTINGS)
    commit(shop)
    tables = [{"schema": "public", "name": "t", "rows": most, "bytes": most}]
    stats = {"schema": "sqlgen.stats/1", "server": "\x1b[2J<b>{x}", "taken": "2026-01-01", "tables": tables}
    (tmp_path / "stats.json").write_text(json.dumps(stats))
    assert build(shop, "--stats", "../stats.json").code == 0
    show(shop)
    assert [(each.rows, each.bytes) for each in review(tmp_path / "out").tables] == [(most, most)]


@pytest.mark.parametrize("text", ["." * 10**6 + "x", '"' * 10**6 + "-", "f" + "(" * 10**6 + ")" * 10**6, "a-" * 10**6])
def test_a_name_of_a_million_marks_is_a_name(text: str) -> None:
    """With a regular expression that looks at each mark from each other one it took hours."""
    assert prose(text).replace("`", "") == text


def test_values_that_are_templates_of_ours_stay_what_they_are(tmp_path: Path) -> None:
    values = ("no way back", "GREEN: nothing was found that stands against it", "{revision}: {reason}", "none", "base")
    told = {"a1": ("\n".join(f"op.execute('CREATE TABLE \"{each}\" (id INTEGER)')" for each in values), RAISE)}
    told["b2"] = ("raise RuntimeError('downgrade() does nothing')", "pass")
    shop = project(tmp_path / "shop", revisions=told, settings=f'language = "zh-CN"\n{SETTINGS}')
    commit(shop)
    assert build(shop).code == 4
    show(shop)
    reviewed = review(tmp_path / "out")
    assert reviewed.language == "zh-CN"
    assert tuple(each.name for each in reviewed.tables) == values
    assert [each.tables for each in reviewed.statements] == [(each,) for each in values]
    assert str(reviewed.revisions[1].note).endswith("RuntimeError: downgrade() does nothing")


@pytest.mark.parametrize(
    "text",
    ["5", "[1, []]", '["{x}", []]', '["{a.b}", [["a.b", "x"]]]', '["{a:>999999999}", [["a", "x"]]]',
     '["{0}", [["0", "x"]]]', '["{a!r}", [["a", "x"]]]', '["{", []]', '["x", [["a", ["{y}", []]]]]', "[" * 10**5],
)  # fmt: skip
def test_what_is_no_message_of_ours_is_text(text: str) -> None:
    genuine = say("{revision}: {reason}", revision="{x}", reason=say("none"))
    assert unpacked(packed(genuine)) == genuine
    assert str(unpacked(text)) == text
