"""What `sqlgen show` makes of the review inside a bundle: one screen, and its page with bundle id and signatures."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sqlgen.bundle.manifest import IncompleteRevision, RevisionFile
from sqlgen.bundle.pack import content_id
from sqlgen.bundle.renew import renew
from sqlgen.bundle.show import Shown, show
from sqlgen.bundle.sign import sign
from sqlgen.cli.show_review import look, page, review, signed
from sqlgen.errors import VerificationError
from sqlgen.messages import speaking
from sqlgen.review.document import file
from sqlgen.review.document.model import Document, Row, Statement
from sqlgen.script.marks import end_mark
from tests.attacks import worlds
from tests.attacks.worlds import World
from tests.unit.bundles import bundle_id, here, keygen, make
from tests.unit.review_sample import sample

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FAR = "2999-07-01T00:00:00Z"


def document(roles: Mapping[str, int] | None = None, **about: object) -> Document:
    """A review of which bundles can be made."""
    told = replace(sample(), roles=roles or {"author": 1, "dba": 1})
    return replace(told, about=replace(told.about, content_id=content_of(told), **about))  # type: ignore[arg-type]


def content_of(told: Document) -> str:
    up = []
    for revision in told.revisions:
        up += [f"-- sqlgen: gate {revision.id}"] if revision.origin == "gap" else []
        up += [told.statements[number - 1].sql for number in revision.statements]
    down = [each.sql for each in told.rollback]
    at = told.about
    return content_id(up, dialect=at.dialect, lower=(at.lower,), upper=(at.upper,), rollback=down)


def manifest_of(told: Document) -> dict[str, Any]:
    """What the manifest of its bundle says."""
    about = told.about
    return {
        **{name: getattr(about, name) for name in ABOUT},
        "lower": (about.lower,),
        "upper": (about.upper,),
        "revisions": tuple(RevisionFile(each.id, f"versions/{each.id}.py", "a1" * 32) for each in told.revisions),
        "incomplete": tuple(
            IncompleteRevision(each.id, None, None, "it reads rows") for each in told.revisions if each.origin == "gap"
        ),
        "required_roles": told.roles,
        "expires": FAR,
    }


ABOUT = ("content_id", "environment", "database", "dialect", "server_version", "client", "commit", "project", "service")


def scripts_of(told: Document) -> dict[str, bytes]:
    return {"apply.sql": script(told.statements), "rollback.sql": script(told.rollback)}


def script(statements: tuple[Statement, ...]) -> bytes:
    """Its statements with their marks, and nothing else."""
    lines = [
        f"-- sqlgen: statement {each.number}, {len(each.sql)} characters, sha256 {_digest(each.sql)}\n{each.sql};"
        for each in statements
    ]
    return "\n".join([*lines, end_mark(len(lines)), ""]).encode()


def _digest(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()[:16]


def bundle_with(out: Path, review: str, **changes: object) -> Path:
    """A bundle of `document()` with this review.json."""
    genuine = document()
    files = {"review.json": review.encode(), **scripts_of(genuine)}
    return make(out, files=files, **{**manifest_of(genuine), **changes})


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
    told = document({"review": 2, "dba": 1})
    for name, data in {**scripts_of(told), "review.json": file.write(told).encode()}.items():
        (made.bundle / name).write_bytes(data)
    made.manifest(**manifest_of(told))
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
        "note            the review is the word of who built it: sqlgen bundle --check makes it again",
    ]
    assert len(lines) < 50
    assert not [line for line in lines if line.startswith("revisions")]


def test_all_that_the_manifest_says_stands_below_it_on_demand(bundle: Path) -> None:
    brief, whole = here("show", bundle).out, here("show", bundle, "-v").out
    assert whole.startswith(brief)
    assert whole.removeprefix(brief).splitlines()[:4] == [
        "",
        f"content id   {document().about.content_id}",
        "service      网店",
        "range        9000 to 0a9b",
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
    assert "lang=zh-CN" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("review", "why"),
    [
        ("{}\n", "review.json is no review: its schema is not sqlgen.review/1"),
        (file.write(document()).replace('"light": "red"', '"light": "blue"', 1), "review.json is no review"),
        (file.write(document(environment="staging")), "review.json is about another environment than MANIFEST.json"),
    ],
    ids=["empty", "light", "environment"],
)
def test_a_review_that_is_none_or_another_ones_is_not_shown(tmp_path: Path, review: str, why: str) -> None:
    bundle = bundle_with(tmp_path / "b", review)
    said = here("show", bundle)
    assert (said.code, why in said.err) == (3, True)
    first, second, *_ = said.out.splitlines()
    assert first.startswith(f"NO REVIEW    {why}")
    assert second == f"bundle id    {bundle_id(bundle)}"
    page = tmp_path / "review.html"
    refused = here("show", bundle, "--html", page)
    assert (refused.code, refused.out, page.exists()) == (3, "", False)
    assert why in refused.err
    assert json.loads(here("show", bundle, "--output-format", "json").out)["verdict"] is None


def other_sql(told: Document) -> Document:
    """With a statement that does no harm in the place of one that does."""
    return replace(told, statements=(replace(told.statements[0], sql="SELECT 1"), *told.statements[1:]))


def other_way_back(told: Document) -> Document:
    return replace(told, rollback=(replace(told.rollback[0], sql="SELECT 1"), *told.rollback[1:]))


def of_another_revision(told: Document) -> Document:
    return replace(told, statements=(replace(told.statements[0], revision="f6a8"), *told.statements[1:]))


def swapped(told: Document) -> Document:
    """The right texts, not in the order in which they run."""
    one, two, *rest = told.statements
    return replace(told, statements=(replace(one, sql=two.sql), replace(two, sql=one.sql), *rest))


def without_caution(kind: str) -> Callable[[Document], Document]:
    return lambda told: replace(told, cautions=tuple(each for each in told.cautions if each.kind != kind))


def rendered(told: Document) -> Document:
    return replace(told, revisions=tuple(replace(each, origin="rendered") for each in told.revisions))


@pytest.mark.parametrize(
    ("forge", "manifest", "why"),
    [
        (other_sql, {}, "review.json shows other statements than apply.sql has"),
        (swapped, {}, "review.json shows other statements than apply.sql has"),
        (other_way_back, {}, "review.json shows other statements than rollback.sql has"),
        (of_another_revision, {}, "the content id is not that of these statements"),
        (lambda told: replace(told, about=replace(told.about, content_id="02" * 32)), {"content_id": "02" * 32},
         "the content id is not that of these statements"),
        (rendered, {}, "review.json is about another incomplete than MANIFEST.json"),
        (lambda told: replace(told, revisions=told.revisions[1:]), {}, "review.json is about another revisions than"),
        (lambda told: replace(told, roles={}), {}, "review.json is about another required_roles than MANIFEST.json"),
        (without_caution("gate"), {}, "review.json does not say what MANIFEST.json warns of: gate"),
        (without_caution("emergency"), {"breakglass": "orders are lost"}, "MANIFEST.json warns of: emergency"),
        (without_caution("override"), {"overrides": ("--allow-dirty",)}, "MANIFEST.json warns of: override"),
        (lambda told: replace(told, verdict=replace(told.verdict, light="green")), {},
         "the traffic light of review.json is not that of its reasons"),
        (lambda told: replace(told, losses=()), {"destroys": ("orders",)}, "MANIFEST.json warns of: destroys"),
        *(
            (lambda told, name=name: replace(told, about=replace(told.about, **{name: None})), {},
             f"review.json is about another {name} than MANIFEST.json")
            for name in ("environment", "database", "server_version", "commit", "project", "service")
        ),
    ],
)  # fmt: skip
def test_a_forged_review_is_not_shown(
    tmp_path: Path, forge: Callable[[Document], Document], manifest: dict[str, Any], why: str
) -> None:
    forged = forge(document())
    assert forged != document()
    bundle = bundle_with(tmp_path / "b", file.write(forged), **manifest)
    shown = show(bundle, now=NOW)
    with pytest.raises(VerificationError) as refused:
        review(shown)
    assert why in str(refused.value)
    with pytest.raises(VerificationError):
        page(shown, look(shown))


@pytest.mark.parametrize(
    "text", ["end, {many} statements", "statement {many}, 1 characters, sha256 0123456789abcdef", "end, 01 statement"]
)
def test_a_mark_with_a_number_of_any_length_is_none(tmp_path: Path, text: str) -> None:
    script = f"-- sqlgen: {text.format(many='9' * 5000)}\n".encode()
    files = {"review.json": file.write(document()).encode(), **scripts_of(document()), "apply.sql": script}
    with pytest.raises(VerificationError, match="does not end with the mark"):
        review(show(make(tmp_path / "b", files=files, **manifest_of(document())), now=NOW))


@pytest.mark.parametrize("name", ["apply.sql", "rollback.sql"])
def test_a_review_of_a_script_that_is_not_there_or_was_cut_is_not_shown(tmp_path: Path, name: str) -> None:
    genuine = document()
    parts = {"review.json": file.write(genuine).encode(), **scripts_of(genuine)}
    cut = make(tmp_path / "cut", files={**parts, name: parts[name][:-10]}, **manifest_of(genuine))
    gone = make(tmp_path / "gone", files={**parts, name: b""}, **manifest_of(genuine))
    for bundle in (cut, gone):
        with pytest.raises(VerificationError, match="does not end with the mark"):
            review(show(bundle, now=NOW))


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
    for each in (
        bundle_id(bundle),
        done.key,
        "alice@example.com",
        "author: 0 of 1",
        document().rollback[0].sql.splitlines()[0],
    ):
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
