"""`sqlgen bundle --check`: the bundle is built again from its commit, and the first difference is named."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sqlgen.bundle import pack
from sqlgen.bundle.manifest import PromotedFrom
from tests.unit.building import (
    REVISIONS,
    SETTINGS,
    Done,
    commit,
    contents,
    git,
    manifest,
    people,
    project,
    sqlgen,
    write,
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project in a folder of its repository, and a bundle of it beside that."""
    top = tmp_path / "repo"
    folder = project(top / "services/shop")
    write(top / "readme.md", "")
    commit(top)
    done = sqlgen("bundle", "base:head", "--env", "prod", "-o", tmp_path / "out", "--expires", "14d", cwd=folder)
    assert done.code == 0, done.err
    return folder


def check(shop: Path, *arguments: str | Path, cwd: Path | None = None, **environ: str) -> Done:
    return sqlgen("bundle", "--check", shop.parents[2] / "out", *arguments, cwd=cwd or shop, **environ)


def same(shop: Path, done: Done) -> bool:
    id = hashlib.sha256((shop.parents[2] / "out/SHA256SUMS").read_bytes()).hexdigest()
    about = manifest(shop.parents[2] / "out")
    begins = f"the same, byte for byte, from commit {about.commit}\nbundle id {id}\n"
    rest = done.out.removeprefix(begins).splitlines()
    return (
        (done.code, done.err) == (0, "")
        and done.out.startswith(begins)
        and rest[0] == f"taken as the manifest says: created {about.created}"
        and all(line.startswith("taken as the manifest says: ") for line in rest)
    )


def again(bundle: Path, **changes: bytes) -> None:
    """Change files, and make sums that fit, as anybody can."""
    files = {name: data for name, data in contents(bundle).items() if name != "SHA256SUMS"}
    shutil.rmtree(bundle)
    pack.write({**files, **{name.replace("__", "/").replace("_dot_", "."): data for name, data in changes.items()}},
               bundle, force=False)  # fmt: skip


def test_the_commit_that_stands_here_is_taken_as_it_is(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert same(shop, check(shop))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")  # it is dated as it was
    assert same(shop, check(shop))


@pytest.mark.parametrize("where", ["services/shop", ".", "elsewhere/below"])
def test_another_commit_is_checked_out_wherever_in_the_repository_one_stands(shop: Path, where: str) -> None:
    top = shop.parents[1]
    (top / "elsewhere/below").mkdir(parents=True)
    write(shop / "migrations/versions/a1.py", "broken(\n")
    commit(top)
    assert same(shop, check(shop, cwd=top / where))
    assert git(top, "worktree", "list").count("\n") == 0


def test_another_commit_is_checked_out_also_where_the_project_is_named_or_gone(shop: Path) -> None:
    top = shop.parents[1]
    git(top, "mv", "services/shop", "other")
    commit(top)
    assert same(shop, check(shop, cwd=top))
    assert same(shop, check(shop, "--project", shop, cwd=top.parent))
    assert same(shop, check(shop, "--project", shop / "alembic.ini", cwd=top.parent))


def test_a_dirty_tree_is_not_what_is_built(shop: Path) -> None:
    write(shop / "migrations/versions/a1.py", "broken(\n")
    assert same(shop, check(shop))
    git(shop, "checkout", "--quiet", ".")
    write(shop / "migrations/versions/d4.py", "broken(\n")
    assert same(shop, check(shop))


def test_from_outside_of_its_repository_it_says_where_to_go(shop: Path) -> None:
    done = check(shop, cwd=shop.parents[2])
    assert (done.code, "is in no git repository, or git is not installed" in done.err) == (2, True)
    assert "run this in a clone that has it" in done.err
    done = check(shop, PATH=str(shop.parents[2]))
    assert (done.code, "is in no git repository, or git is not installed" in done.err) == (2, True)


def test_a_commit_that_was_not_fetched_says_how_to_fetch_it(shop: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "clone")
    project(tmp_path / "clone/services/shop")
    write(tmp_path / "clone/other.md", "")
    git(tmp_path / "clone", "add", "--all")
    git(tmp_path / "clone", "commit", "--quiet", "-m", "another history")
    done = check(shop, cwd=tmp_path / "clone/services/shop")
    assert (done.code, "does not have the commit" in done.err, "git fetch" in done.err) == (2, True, True)


def test_what_was_edited_is_named_with_file_line_and_both_texts(shop: Path, tmp_path: Path) -> None:
    script = contents(tmp_path / "out")["apply.sql"].decode()
    line = next(number for number, text in enumerate(script.split("\n"), 1) if text.startswith("CREATE TABLE tags"))
    again(tmp_path / "out", apply_dot_sql=script.replace("CREATE TABLE tags", "CREATE TABLE \x1b[8mtags").encode()
          .replace(b"\x1b[8m", b"more_"))  # fmt: skip
    done = check(shop)
    assert done.code == 3
    assert done.out.splitlines() == [
        "the content id is the same: the statements are",
        "files that differ: apply.sql",
        f"first difference: apply.sql, line {line}",
        "  in the bundle: CREATE TABLE more_tags (",
        "  built now:     CREATE TABLE tags (",
    ]
    assert done.err == f"the bundle is not what commit {manifest(tmp_path / 'out').commit} gives\n"


def test_a_file_that_was_added_or_taken_out_is_named(shop: Path, tmp_path: Path) -> None:
    again(tmp_path / "out", more_dot_sql=b"DROP TABLE books;\n")
    done = check(shop)
    assert done.code == 3
    assert "first difference: more.sql, line 1\n  in the bundle: DROP TABLE books;\n" in done.out
    (tmp_path / "out/more.sql").unlink()
    (tmp_path / "out/preflight.sql").unlink()
    again(tmp_path / "out")
    done = check(shop)
    assert (done.code, "first difference: preflight.sql, line 1\n  in the bundle: (no such line)\n" in done.out) == (
        3,
        True,
    )


def test_what_the_manifest_says_of_itself_is_compared_too(shop: Path, tmp_path: Path) -> None:
    text = contents(tmp_path / "out")["MANIFEST.json"]
    again(tmp_path / "out", MANIFEST_dot_json=text.replace(b'"allowances": []', b'"allowances": [{"because": "x", '
          b'"revision": "a1", "rule": "drop-table", "until": null, "where": "y"}]'))  # fmt: skip
    done = check(shop)
    assert (done.code, "files that differ: MANIFEST.json" in done.out) == (3, True)


def test_a_bundle_that_was_changed_without_new_sums_is_refused(shop: Path, tmp_path: Path) -> None:
    write(tmp_path / "out/apply.sql", "SELECT 1;\n")
    done = check(shop)
    assert (done.code, "REFUSED: step 8: a checksum does not match" in done.err) == (3, True)


def test_other_versions_of_tools_are_named_as_the_cause(shop: Path, tmp_path: Path) -> None:
    text = contents(tmp_path / "out")["MANIFEST.json"].decode()
    again(tmp_path / "out", MANIFEST_dot_json=re.sub('"alembic": "[^"]*"', '"alembic": "1.0.0"', text).encode())
    done = check(shop)
    assert done.code == 3
    assert done.out.startswith("it was built with alembic 1.0.0, and here is 1.")


def test_nothing_else_can_be_asked_of_a_check(shop: Path, tmp_path: Path) -> None:
    for more in (["base:head"], ["-o", "x"], ["--expires", "14d"], ["--allow-dirty"], ["--sql", "x.sql"], ["--force"]):
        done = check(shop, *more)
        assert (done.code, "nothing else can be asked of it" in done.err) == (2, True)


def test_a_bundle_that_is_none_is_told(shop: Path, tmp_path: Path) -> None:
    done = sqlgen("bundle", "--check", tmp_path / "nowhere", cwd=shop)
    assert (done.code, "there is no bundle" in done.err) == (2, True)


# ---- bundles that need more to be built again


def rebuilt(shop: Path, arguments: list[str], *missing: str, name: str = "out") -> Done:
    """Build with these arguments, then check from another commit."""
    out = shop.parents[2] / name
    shutil.rmtree(out, ignore_errors=True)
    commit(shop.parents[1])
    done = sqlgen("bundle", *arguments, "-o", out, cwd=shop)
    assert done.code in (0, 4), done.err
    write(shop / "migrations/versions/a1.py", "broken(\n")
    commit(shop.parents[1])
    return done


def test_values_that_no_manifest_holds_are_asked_for_again(shop: Path, tmp_path: Path) -> None:
    env = (shop / "migrations/env.py").read_text()
    write(shop / "migrations/env.py", env + "\nassert context.get_x_argument(as_dictionary=True)['tenant'] == 'a'\n")
    write(tmp_path / "dump.sql", "CREATE TABLE old (id INTEGER PRIMARY KEY);\n")
    rebuilt(shop, ["base:head", "--env", "prod", "-x", "tenant=a", "--baseline", str(tmp_path / "dump.sql")])
    done = check(shop)
    assert done.code == 2
    assert "this bundle was built with --baseline, -x tenant=, whose values it does not hold" in done.err
    assert same(shop, check(shop, "-x", "tenant=a", "--baseline", tmp_path / "dump.sql"))


def test_options_stand_in_the_manifest_and_are_taken_again(shop: Path) -> None:
    words = (
        "base:head --env prod --dialect postgresql --server-version 16 --client plain --timeout 30s --reads empty"
        " --fail-on never --ticket OPS-42 --stub nothing --online-branches --expires 2999-01-01"
    )
    arguments = [*words.split(), "--breakglass", "books can't be sold"]
    rebuilt(shop, arguments)
    assert same(shop, check(shop))


def test_overridden_bundles_are_built_again_with_their_overrides(shop: Path) -> None:
    write(shop / "migrations/versions/c3.py", (shop / "migrations/versions/c3.py").read_text().replace(
        "def upgrade():\n", "def upgrade():\n    op.execute('DROP TABLE legacy')\n"))  # fmt: skip
    text = (shop / "migrations/versions/c3.py").read_text()
    write(shop / "migrations/versions/d4.py", text.replace("'c3'", "'d4'").replace("'b2'", "'c3'").replace(
        "op.execute('DROP TABLE legacy')", "1 / 0"))  # fmt: skip
    write(shop / "migrations/versions/e5.py", text.replace("'c3'", "'e5'"))
    rebuilt(shop, ["base:d4", "--env", "prod", "--fail-on", "never", "--allow-incomplete", "--allow-heads"])
    assert manifest(shop.parents[2] / "out").overrides == ("--allow-heads", "--allow-incomplete", "--fail-on")
    assert same(shop, check(shop))


def test_volatile_values_are_named_as_the_cause(shop: Path) -> None:
    up = "import uuid; op.execute(f\"INSERT INTO books (id) VALUES ('{uuid.uuid4()}')\")"
    c3 = shop / "migrations/versions/c3.py"
    write(c3, c3.read_text().replace("def upgrade():\n", f"def upgrade():\n    {up}\n"))
    rebuilt(shop, ["base:head", "--env", "prod", "--allow-volatile"])
    done = check(shop)
    assert done.code == 3
    assert done.out.startswith("it holds values that another rendering does not have\n")
    assert "  in the bundle: " in done.out


def test_what_was_built_from_uncommitted_work_is_never_said_to_come_from_its_commit(shop: Path) -> None:
    c3, out = shop / "migrations/versions/c3.py", shop.parents[2] / "out"
    write(c3, c3.read_text().replace("ix_tags", "ix_more"))
    shutil.rmtree(out)
    done = sqlgen("bundle", "base:head", "--env", "prod", "--allow-dirty", "-o", out, cwd=shop)
    assert done.code == 0
    done = check(shop)
    assert (done.code, done.out.splitlines()[0]) == (
        0,
        "the same as the working tree here gives; it was built from work that was not committed",
    )
    assert "from commit" not in done.out
    git(shop, "checkout", "--quiet", ".")
    done = check(shop)
    assert done.code == 3
    assert done.out.startswith("it was built from a working tree that was not what was committed\n")
    assert re.search(r"  in the bundle: .*ix_more.*\n  built now: .*ix_tags", done.out)
    assert done.err == "the bundle is not what the working tree here gives\n"


@pytest.mark.parametrize(
    ("body", "file"),
    [
        ("open('seed.txt').read()", "seed.txt"),
        ("open(b'seed.txt').read()", "seed.txt"),
        ("__import__('helper').SQL", "helper.py"),
        ("(__import__('helper'), __import__('sys').modules.pop('helper'))[0].SQL", "helper.py"),
    ],
)
def test_an_ignored_file_that_is_read_or_imported_is_work_that_was_not_committed(
    shop: Path, tmp_path: Path, body: str, file: str
) -> None:
    a1 = shop / "migrations/versions/a1.py"
    write(a1, a1.read_text().replace("'CREATE TABLE books (id INTEGER PRIMARY KEY)'", body, 1))
    write(shop / "alembic.ini", (shop / "alembic.ini").read_text() + "prepend_sys_path = .\n")
    write(shop.parents[1] / ".gitignore", f"{file}\n__pycache__\n*.log\n")
    env = shop / "migrations/env.py"  # what is only written decides nothing
    write(env, env.read_text() + "\nopen('run.log', 'a').close()\n")
    commit(shop.parents[1])
    sql = "CREATE TABLE books (id INTEGER PRIMARY KEY)"
    write(shop / file, f"SQL = {sql!r}\n" if file == "helper.py" else sql)
    build = ("bundle", "base:head", "--env", "prod", "-o", tmp_path / "again")
    for _ in range(2):  # the second time its byte code is read
        done = sqlgen(*build, cwd=shop)
        assert done.code == 2
        assert f"the working tree is not what was committed: services/shop/{file}\n" in done.err
    assert sqlgen(*build, "--allow-dirty", cwd=shop).code == 0
    done = sqlgen("bundle", "--check", tmp_path / "again", cwd=shop)
    assert (done.code, "from commit" in done.out) == (0, False)
    git(shop, "add", "--force", file)
    git(shop, "commit", "--quiet", "-m", "seed")
    shutil.rmtree(tmp_path / "again")
    assert sqlgen(*build, cwd=shop).code == 0
    done = sqlgen("bundle", "--check", tmp_path / "again", cwd=shop)
    assert (done.code, done.out.startswith("the same, byte for byte, from commit ")) == (0, True)


def test_ignored_files_that_lie_here_do_not_take_part(shop: Path) -> None:
    """The genuine bundle was built without it; here it would be read, were the commit not checked out."""
    write(shop.parents[1] / ".git/info/exclude", "sqlgen_rules\n*.py\n")
    write(shop / "alembic.py", "raise SystemExit('imported in place of Alembic')\n")
    assert same(shop, check(shop))


def test_a_package_that_leads_to_the_working_tree_is_not_the_commit(shop: Path, tmp_path: Path) -> None:
    c3, lib = shop / "migrations/versions/c3.py", shop.parents[1] / "lib/shop_tables.py"
    write(c3, c3.read_text().replace("'CREATE INDEX ix_tags ON tags (id)'", "__import__('shop_tables').SQL"))
    write(lib, "SQL = 'CREATE INDEX ix_tags ON tags (id)'\n")
    commit(shop.parents[1])
    shutil.rmtree(tmp_path / "out")
    build = ("bundle", "base:head", "--env", "prod", "-o", tmp_path / "out")
    assert sqlgen(*build, cwd=shop, PYTHONPATH=str(lib.parent)).code == 0
    write(shop / "more.md", "")  # so that the commit is checked out
    assert same(shop, check(shop, PYTHONPATH=str(lib.parent)))
    write(lib, "SQL = 'CREATE INDEX ix_tags  ON tags (id)'\n")
    done = check(shop, PYTHONPATH=str(lib.parent))
    assert (done.code, done.out) == (2, "")
    assert "files of the working tree here were read, and the commit has others: lib/shop_tables.py\n" in done.err


@pytest.mark.parametrize("name", ["evidence/receipts/evil.sql", "evidence/receipts/prod.json", "renewal/evil.sql"])
def test_what_was_put_where_receipts_and_renewals_lie_is_a_difference(shop: Path, tmp_path: Path, name: str) -> None:
    again(tmp_path / "out", **{name.replace("/", "__").replace(".", "_dot_"): b"DROP TABLE books;\n"})
    done = check(shop)
    assert done.code == 3
    assert f"the manifest knows nothing of {name}\n" in done.out
    assert f"files that differ: {name}\n" in done.out


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ({"renews": "ab" * 32}, "step 12: the renewal is incomplete (renewal/sha256sums.txt)"),
        (
            {"promoted_from": PromotedFrom("ab" * 32, "staging")},
            "it was promoted from staging, and its receipt does not say so",
        ),
    ],
)
def test_a_forged_past_is_a_difference(shop: Path, tmp_path: Path, claim: dict[str, Any], reason: str) -> None:
    about = replace(manifest(tmp_path / "out"), **claim)
    again(tmp_path / "out", MANIFEST_dot_json=about.to_text().encode())
    done = check(shop)
    assert (done.code, reason in done.out, "files that differ: MANIFEST.json\n" in done.out) == (3, True, True)


def test_a_renewal_with_more_than_a_renewal_has_is_a_difference(shop: Path, tmp_path: Path) -> None:
    people(tmp_path, "dora")
    assert sqlgen("sign", tmp_path / "out", "--role", "dba", "--key", tmp_path / "dora", cwd=tmp_path).code == 0
    renewed = ("renew", tmp_path / "out", "--expires", "2999-01-01", "-o", tmp_path / "renewed")
    assert sqlgen(*renewed, cwd=tmp_path).code == 0
    shutil.rmtree(tmp_path / "out")
    (tmp_path / "renewed").rename(tmp_path / "out")
    assert same(shop, check(shop))
    again(tmp_path / "out", renewal__evil_dot_sql=b"DROP TABLE books;\n")
    done = check(shop)
    assert done.code == 3
    assert "step 12: the renewal changes more than the expiry (renewal/evil.sql)\n" in done.out


def test_what_only_the_manifest_says_is_told(shop: Path, tmp_path: Path) -> None:
    about = replace(manifest(tmp_path / "out"), ticket=None, options=("--zzz",), created="2026-01-01T00:00:00Z")
    again(tmp_path / "out", MANIFEST_dot_json=about.to_text().encode())
    done = check(shop)
    assert done.code == 0
    assert done.out.splitlines()[2:] == [
        "taken as the manifest says: created 2026-01-01T00:00:00Z",
        f"taken as the manifest says: expires {about.expires}",
        "taken as the manifest says: options --zzz",
    ]


def test_a_bundle_that_was_built_outside_of_git_is_compared_with_this_folder(tmp_path: Path) -> None:
    shop = project(tmp_path / "a/b/c")
    assert sqlgen("bundle", "base:head", "--env", "prod", "-o", tmp_path / "out", cwd=shop).code == 0
    done = sqlgen("bundle", "--check", tmp_path / "out", cwd=shop)
    assert (done.code, "from this folder (the bundle says no commit)\n" in done.out) == (0, True)
    commit(shop)
    assert sqlgen("bundle", "--check", tmp_path / "out", cwd=shop).code == 0
    write(shop / "migrations/versions/c3.py", (shop / "migrations/versions/c3.py").read_text().replace("ix_", "iy_"))
    assert sqlgen("bundle", "--check", tmp_path / "out", cwd=shop).code == 3


def test_hotfixes_are_built_again_from_what_they_bring(shop: Path, tmp_path: Path) -> None:
    write(tmp_path / "Fix it.sql", "-- mend\nUPDATE books SET id = 8 WHERE id = 7;\n")
    write(tmp_path / "undo.sql", "UPDATE books SET id = 7 WHERE id = 8;\n")
    fix = ["--sql", str(tmp_path / "Fix it.sql"), "--rollback", str(tmp_path / "undo.sql"), "--at", "b2"]
    rebuilt(shop, [*fix, "--env", "prod"])
    (tmp_path / "Fix it.sql").unlink()
    assert same(shop, check(shop))


def test_renewed_bundles_are_built_again(shop: Path, tmp_path: Path) -> None:
    people(tmp_path, "dora", "alice")
    for role, who in (("dba", "dora"), ("review", "alice")):
        assert sqlgen("sign", tmp_path / "out", "--role", role, "--key", tmp_path / who, cwd=tmp_path).code == 0
    done = sqlgen("renew", tmp_path / "out", "--expires", "2999-01-01", "-o", tmp_path / "renewed", cwd=tmp_path)
    assert done.code == 0, done.err
    done = sqlgen("bundle", "--check", tmp_path / "renewed", cwd=shop)
    assert (done.code, done.out[:26]) == (0, "the same, byte for byte, f")
    assert manifest(tmp_path / "renewed").renews is not None


def test_settings_above_the_project_are_found_again(tmp_path: Path) -> None:
    top = tmp_path / "repo"
    project(top / "db")
    (top / "db/sqlgen.toml").unlink()
    write(top / "sqlgen.toml", 'alembic = "db/alembic.ini"\n' + SETTINGS)
    commit(top)
    assert sqlgen("bundle", "base:head", "--env", "prod", "-o", tmp_path / "out", cwd=top).code == 0
    assert manifest(tmp_path / "out").project == "db"
    write(top / "db/migrations/versions/a1.py", "broken(\n")
    commit(top)
    for cwd in (top, top / "db"):
        assert sqlgen("bundle", "--check", tmp_path / "out", cwd=cwd).code == 0
    assert os.listdir(top / "db/migrations/versions").count("a1.py") == len(REVISIONS) - 2


@pytest.mark.parametrize(
    ("name", "claim", "reason"),
    [
        ("evidence/receipts/evil.sql", {}, "the manifest knows nothing of evidence/receipts/evil.sql"),
        ("renewal/evil.sql", {}, "the manifest knows nothing of renewal/evil.sql"),
        (None, {"renews": "ab" * 32}, "step 12: the renewal is incomplete (renewal/sha256sums.txt)"),
    ],
)
def test_what_was_put_where_receipts_and_renewals_lie_is_not_signed(
    shop: Path, tmp_path: Path, name: str | None, claim: dict[str, Any], reason: str
) -> None:
    people(tmp_path, "dora")
    signing = ("sign", tmp_path / "out", "--role", "dba", "--key", tmp_path / "dora")
    assert sqlgen(*signing, cwd=tmp_path).code == 0
    files = {"MANIFEST_dot_json": replace(manifest(tmp_path / "out"), **claim).to_text().encode()}
    if name is not None:
        files[name.replace("/", "__").replace(".", "_dot_")] = b"DROP TABLE books;\n"
    shutil.rmtree(tmp_path / "out/sig")
    again(tmp_path / "out", **files)
    done = sqlgen(*signing, cwd=tmp_path)
    assert (done.code, reason in done.err, (tmp_path / "out/sig").exists()) == (3, True, False)
