"""What `sqlgen show` makes of the review inside a bundle: one screen, and its page with bundle id and signatures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sqlgen.bundle.renew import renew
from sqlgen.bundle.show import Shown, show
from sqlgen.bundle.sign import sign
from sqlgen.cli.show_review import signed
from sqlgen.messages import speaking
from sqlgen.review.document import file
from sqlgen.review.document.model import About, Document, Row
from tests.attacks import worlds
from tests.attacks.worlds import World
from tests.unit.bundles import MANIFEST, bundle_id, here, keygen, make
from tests.unit.review_sample import sample

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FAR = "2999-07-01T00:00:00Z"


def document(**about: object) -> Document:
    """The review of the bundles that `make` makes."""
    named = {"content_id": MANIFEST.content_id, "environment": "prod", "database": "shop.db", "dialect": "sqlite"}
    changed: About = replace(sample().about, **{**named, **about})
    return replace(sample(), about=changed)


def bundle_with(out: Path, review: str, **changes: object) -> Path:
    files = {"review.json": review.encode(), "rollback.sql": b"SELECT 2;\n"}
    return make(out, files=files, **{"expires": FAR, **changes})


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return bundle_with(tmp_path / "bundle", file.write(document()))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return keygen(tmp_path / "key")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "keys").mkdir()
    made = worlds.make(tmp_path, tmp_path / "keys")
    manifest = made.values()
    about = {"content_id": manifest["content_id"], "environment": "prod", "database": manifest["database"]}
    (made.bundle / "review.json").write_text(file.write(document(**about, dialect=manifest["dialect"])))
    made.seal()
    return made


# ---- the screen


def test_the_review_and_who_has_signed_stand_on_one_screen(bundle: Path, key: Path) -> None:
    done = sign(bundle, role="dba", key=key, principal=None)
    said = here("show", bundle)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == f"X {sample().verdict.title}"
    assert lines[lines.index("! signatures are missing") + 1 :] == [
        f"bundle id       {bundle_id(bundle)}",
        f"signed          dba alice@example.com {done.key}",
        f"expires         {FAR}",
        "missing         author: 0 of 1",
        "note            signatures are shown as they claim; only a trust folder can tell who signed",
        "                (--trust)",
    ]
    assert len(lines) < 50
    assert not [line for line in lines if line.startswith("revisions")]


def test_all_that_the_manifest_says_stands_below_it_on_demand(bundle: Path) -> None:
    brief, whole = here("show", bundle).out, here("show", bundle, "-v").out
    assert whole.startswith(brief)
    assert whole.removeprefix(brief).splitlines()[:4] == [
        "",
        f"content id   {'01' * 32}",
        "range        base to a1",
        "revisions    1: a1",
    ]


def test_json_has_the_verdict(bundle: Path, tmp_path: Path) -> None:
    told = json.loads(here("show", bundle, "--output-format", "json").out)
    assert told["verdict"] == {"light": "red", "title": sample().verdict.title}
    plain = make(tmp_path / "plain")
    assert json.loads(here("show", plain, "--output-format", "json").out)["verdict"] is None


def test_a_review_in_chinese_says_in_chinese_who_has_signed(tmp_path: Path, key: Path) -> None:
    bundle = bundle_with(tmp_path / "b", file.write(replace(document(), language="zh-CN")))
    sign(bundle, role="dba", key=key, principal=None)
    text = here("show", bundle).out
    assert "bundle id" not in text
    assert "发布包编号" in text
    page = tmp_path / "review.html"
    assert here("show", bundle, "--html", page).code == 0
    assert 'lang="zh-CN"' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("review", "why"),
    [
        ("{}\n", "review.json is no review: its schema is not sqlgen.review/1"),
        (file.write(document()).replace('"light": "red"', '"light": "blue"', 1), "review.json is no review"),
        (file.write(document(content_id="02" * 32)), "review.json is about another content"),
        (file.write(document(environment="staging")), "review.json is about another content"),
        (file.write(document(database=None)), "review.json is about another content"),
        (file.write(document(dialect="mysql")), "review.json is about another content"),
    ],
    ids=["empty", "light", "content", "environment", "database", "dialect"],
)
def test_a_review_that_is_none_or_another_ones_is_not_shown(tmp_path: Path, review: str, why: str) -> None:
    bundle = bundle_with(tmp_path / "b", review)
    said = here("show", bundle)
    first, second, *_ = said.out.splitlines()
    assert first.startswith(f"NO REVIEW    {why}")
    assert second == f"bundle id    {bundle_id(bundle)}"
    page = tmp_path / "review.html"
    refused = here("show", bundle, "--html", page)
    assert (refused.code, refused.out, page.exists()) == (3, "", False)
    assert why in refused.err
    assert json.loads(here("show", bundle, "--output-format", "json").out)["verdict"] is None


def test_a_review_full_of_escape_sequences_moves_no_cursor(tmp_path: Path) -> None:
    hostile = document()
    evil = "\x1b[2J\u202e[bold]"
    verdict = replace(hostile.verdict, title=evil)
    about = replace(hostile.about, rows=(Row(evil, evil),))
    bundle = bundle_with(tmp_path / "b", file.write(replace(hostile, verdict=verdict, about=about)))
    text = here("show", bundle).out
    assert "\x1b" not in text
    assert text.startswith("X \\x1b[2J\\u202e[bold]\n")


# ---- the page


def test_the_page_has_the_bundle_id_and_who_has_signed(bundle: Path, key: Path, tmp_path: Path) -> None:
    done = sign(bundle, role="dba", key=key, principal=None)
    page = tmp_path / "review.html"
    said = here("show", bundle, "--html", page)
    assert (said.code, said.out) == (0, "")
    text = page.read_text(encoding="utf-8")
    for each in (bundle_id(bundle), done.key, "alice@example.com", "author: 0 of 1", "SELECT 2;"):
        assert each in text
    with_text = here("show", bundle, "--html", page, "--output-format", "text")
    assert with_text.out == here("show", bundle).out


def test_without_a_review_there_is_no_page(tmp_path: Path) -> None:
    page = tmp_path / "review.html"
    said = here("show", make(tmp_path / "plain"), "--html", page)
    assert (said.code, page.exists()) == (2, False)
    assert "this bundle has no review.json" in said.err


def test_of_a_bundle_that_was_changed_there_is_no_page_and_no_screen(bundle: Path, tmp_path: Path) -> None:
    (bundle / "apply.sql").write_text("DROP TABLE books;\n")
    page = tmp_path / "review.html"
    said = here("show", bundle, "--html", page)
    assert (said.code, page.exists()) == (3, False)
    assert "a checksum does not match (apply.sql)" in said.err
    assert here("show", bundle).out.startswith("bundle id    none: ")


# ---- who has signed


def state(shown: Shown) -> tuple[str, str]:
    found = signed(shown)
    return found.state, found.title


def test_what_a_trust_folder_says_is_the_state(world: World) -> None:
    assert state(show(world.bundle, now=NOW, trust=world.trust)) == (
        "green",
        "the trust folder accepts it for this environment",
    )
    assert state(show(world.bundle, now=NOW)) == (
        "yellow",
        "signatures are shown as they claim; only a trust folder can tell who signed (--trust)",
    )
    said = here("show", world.bundle, "--trust", world.trust)
    assert (said.code, "+ the trust folder accepts it" in said.out) == (0, True)


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (lambda world: shutil.rmtree(world.bundle / "sig/review"), "the trust folder refuses it: step 13"),
        (lambda world: world.reject("bob"), "somebody has rejected this bundle"),
        (lambda world: (world.bundle / "apply.sql").write_text("x"), "this bundle is not as it was built: "),
    ],
    ids=["missing", "rejected", "changed"],
)
def test_the_worst_that_holds_is_the_state(world: World, change: Callable[[World], object], title: str) -> None:
    change(world)
    light, told = state(show(world.bundle, now=NOW, trust=world.trust))
    assert light == "red"
    assert told.startswith(title)


def test_an_expired_bundle_is_red_and_one_that_nobody_signed_is_not_green(bundle: Path) -> None:
    assert state(show(bundle, now=NOW)) == ("yellow", "signatures are missing")
    assert state(show(bundle, now=datetime(3000, 1, 1, tzinfo=UTC))) == ("red", "this bundle has expired")


def test_a_signature_that_does_not_count_says_why(world: World) -> None:
    world.sign("dba", "dora").unlink()
    world.sign("dba", "eve")
    found = signed(show(world.bundle, now=NOW, trust=world.trust))
    eve = next(each for each in found.signatures if each.name == "eve@example.com")
    assert (eve.counts, eve.text) == (False, "not allowed by the trust folder")
    assert [each.counts for each in found.signatures] == [False, True, True]
    with speaking("zh-CN"):
        assert signed(show(world.bundle, now=NOW, trust=world.trust)).title != found.title


def test_what_a_renewed_bundle_brings_is_shown_with_where_it_comes_from(world: World, tmp_path: Path) -> None:
    renew(world.bundle, tmp_path / "out", expires=datetime(2998, 1, 1, tzinfo=UTC), now=NOW)
    found = signed(show(tmp_path / "out", now=NOW, trust=world.trust))
    assert [(each.role, each.counts, each.text) for each in found.signatures] == [
        ("dba", False, "not carried, from the bundle that it renews"),
        ("review", True, "carried, from the bundle that it renews"),
        ("review", True, "carried, from the bundle that it renews"),
    ]
