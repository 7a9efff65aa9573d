"""The review in a bundle: made from the same steps as the scripts, made again by --check, carried and renewed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sqlgen.bundle import pack
from sqlgen.review.document import stats
from sqlgen.review.faces import HTML, JSON, MARKDOWN
from tests.unit.building import Done, commit, contents, manifest, project, review, sqlgen, write

URL = "https://git.example.com/shop/blob/{commit}/{path}#L{line}"
SETTINGS = f"""\
source_url = "{URL}"

[env.staging]
database = "shop_staging"

[env.prod]
database = "shop"
"""
REVISIONS = {
    "a1": ("op.execute('CREATE TABLE books (id INTEGER PRIMARY KEY)')", "op.execute('DROP TABLE books')"),
    "b2": ("op.execute('CREATE INDEX ix_books ON books (id)')", "op.execute('DROP INDEX ix_books')"),
}
STATS = {"schema": "sqlgen.stats/1", "server": "PostgreSQL 16.4", "taken": "2026-03-01",
         "tables": [{"schema": "public", "name": "books", "rows": 90_000_000, "bytes": 9_000_000_000}]}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = project(tmp_path / "shop", dialect="postgresql", revisions=REVISIONS, settings=SETTINGS)
    commit(folder)
    return folder


def build(shop: Path, *arguments: str | Path, out: str = "out", env: str = "prod") -> Path:
    words = ("bundle", "a1:b2", "--env", env, "--fail-on", "never", "-o", f"../{out}", *arguments)
    done = sqlgen(*words, cwd=shop)
    assert done.code == 0, done.err
    return shop.parent / out


def check(shop: Path, bundle: str = "out") -> Done:
    return sqlgen("bundle", "--check", f"../{bundle}", cwd=shop)


def changed(bundle: Path, name: str, old: bytes, new: bytes) -> None:
    """Change a file, and make sums that fit, as anybody can."""
    files = {each: data for each, data in contents(bundle).items() if each != "SHA256SUMS"}
    assert old in files[name]
    shutil.rmtree(bundle)
    pack.write({**files, name: files[name].replace(old, new)}, bundle, force=False)


def test_a_review_that_says_something_else_is_named_by_check(shop: Path) -> None:
    bundle = build(shop)
    assert check(shop).code == 0
    assert review(bundle).verdict.light == "red"
    for name in (HTML, MARKDOWN, JSON):
        changed(bundle, name, b"index-create-blocking", b"nothing-to-see-there-")
    done = check(shop)
    assert (done.code, "files that differ: review.html, review.json, review.md\n" in done.out) == (3, True)
    assert "first difference: review.html, line " in done.out


def test_statistics_stay_in_the_bundle_so_that_anybody_makes_the_same_review(shop: Path) -> None:
    write(shop.parent / "stats.json", json.dumps(STATS, indent=8))
    without = review(build(shop, out="without"))
    bundle = build(shop, "--stats", "../stats.json")
    [statement] = review(bundle).statements
    assert statement.estimate is not None
    assert "90" in statement.estimate.because
    assert without.statements[0].estimate is None
    assert {each.name: each.text for each in review(bundle).evidence}["statistics"] == (
        "of PostgreSQL 16.4, taken 2026-03-01"
    )
    assert manifest(bundle).options == ("--fail-on", "--stats")
    assert manifest(bundle).built_with == {"--fail-on": "never"}
    held = contents(bundle)["evidence/stats.json"].decode()
    assert held == stats.write(stats.read(shop.parent / "stats.json"))
    (shop.parent / "stats.json").unlink()
    done = check(shop)
    assert done.code == 0, done.out
    assert "taken from the bundle: evidence/stats.json\n" in done.out


def test_statistics_that_sqlgen_did_not_write_are_not_taken(shop: Path) -> None:
    write(shop.parent / "stats.json", json.dumps(STATS))
    changed(build(shop, "--stats", "../stats.json"), "evidence/stats.json", b'"rows": 90000000', b'"rows":  90000000')
    done = check(shop)
    assert (done.code, "the table statistics of the bundle can't be read" in done.err) == (3, True)


def test_statistics_that_the_bundle_does_not_say_it_has_are_a_difference(shop: Path) -> None:
    bundle = build(shop)
    files = {each: data for each, data in contents(bundle).items() if each != "SHA256SUMS"}
    shutil.rmtree(bundle)
    write(shop.parent / "stats.json", json.dumps(STATS))
    text = stats.write(stats.read(shop.parent / "stats.json"))
    pack.write({**files, "evidence/stats.json": text.encode()}, bundle, force=False)
    done = check(shop)
    assert (done.code, "files that differ: evidence/stats.json\n" in done.out) == (3, True)


def test_promote_takes_statistics_along_unless_there_are_better_ones(shop: Path) -> None:
    write(shop.parent / "stats.json", json.dumps(STATS))
    build(shop, "--stats", "../stats.json", env="staging", out="staging")
    words = ("promote", "../staging", "--env", "prod", "--without-receipt", "-q", "-o")
    assert sqlgen(*words, "../along", cwd=shop).code == 0
    write(shop.parent / "better.json", json.dumps({**STATS, "taken": "2026-04-01"}))
    assert sqlgen(*words, "../better", "--stats", "../better.json", cwd=shop).code == 0
    taken = {
        name: stats.parse(contents(shop.parent / name)["evidence/stats.json"].decode()).taken
        for name in ("along", "better")
    }
    assert taken == {"along": "2026-03-01", "better": "2026-04-01"}
    assert check(shop, "along").code == 0


def test_a_renewal_carries_the_review_byte_for_byte(shop: Path) -> None:
    bundle = build(shop, "--expires", "2030-01-01")
    assert sqlgen("renew", "../out", "--expires", "2031-01-01", "-o", "../again", cwd=shop).code == 0
    before, after = contents(bundle), contents(shop.parent / "again")
    assert {name: before[name] for name in (HTML, MARKDOWN, JSON)} == {
        name: after[name] for name in (HTML, MARKDOWN, JSON)
    }
    assert check(shop, "again").code == 0


def test_the_sql_of_a_hotfix_has_no_page_at_the_commit(shop: Path) -> None:
    write(shop.parent / "fix.sql", "-- mend\nCREATE INDEX ix_two ON books (id);\n")
    words = ("bundle", "--sql", "../fix.sql", "--at", "b2", "--env", "prod", "--fail-on", "never", "-o", "../out")
    assert sqlgen(*words, "--revision", "mend_1", cwd=shop).code == 0
    told = review(shop.parent / "out")
    assert told.about.commit is not None
    [statement] = told.statements
    assert statement.place is not None
    assert (statement.place.file, statement.place.url) == ("hotfix/fix.sql", None)
    assert [(each.id, each.parents) for each in told.revisions] == [("mend_1", ("b2",))]
    assert "hotfix/fix.sql" in contents(shop.parent / "out")[HTML].decode()


def test_one_document_stands_behind_all_three_faces(shop: Path) -> None:
    bundle = build(shop)
    told, files = review(bundle), contents(bundle)
    page, text = files[HTML].decode(), files[MARKDOWN].decode()
    for said in (told.verdict.title, told.about.content_id, told.sign_off, told.guide.failure_notes[0]):
        assert said in page
        assert said in text
    assert told.about.content_id == manifest(bundle).content_id


def test_a_file_with_a_character_that_no_text_of_a_bundle_may_hold_is_named_all_the_same(shop: Path) -> None:
    (shop / "migrations/versions/b2.py").rename(shop / "migrations/versions/b2\x7f.py")
    commit(shop)
    bundle = build(shop)
    evidence = json.loads(contents(bundle)["evidence/source-map.json"])
    [statement] = evidence["scripts"]["apply.sql"]
    assert statement["source"]["file"] == "migrations/versions/b2\x7f.py"
    assert all(b"\x7f" not in data for data in contents(bundle).values())
    assert review(bundle).statements[0].place is not None
    assert check(shop).code == 0
