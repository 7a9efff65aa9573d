"""What stands against building a bundle: all is told at once, and what was overridden stands in the bundle."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.building import (
    REVISIONS,
    SETTINGS,
    Done,
    commit,
    git,
    manifest,
    project,
    review,
    revision,
    sqlgen,
    write,
)

NEW_EACH_TIME = "c3 would have other values in another rendering"
VOLATILE = "import uuid\nop.execute(f\"INSERT INTO books (id) VALUES ('{uuid.uuid4()}')\")"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = project(tmp_path / "shop")
    write(folder / ".gitignore", "*.log\nignored*\n")
    commit(folder)
    return folder


def build(shop: Path, *arguments: str, env: str = "prod", range: str = "base:head") -> Done:
    shutil.rmtree(shop.parent / "out", ignore_errors=True)
    return sqlgen("bundle", range, "--env", env, "-o", "../out", *arguments, cwd=shop)


def test_what_is_committed_is_built_without_a_word_of_a_refusal(shop: Path) -> None:
    done = build(shop)
    assert (done.code, done.err.count("\n")) == (0, 2)
    about = manifest(shop.parent / "out")
    assert (about.overrides, about.commit) == ((), git(shop, "rev-parse", "HEAD"))
    assert [each.blob for each in about.revisions] == [
        git(shop, "rev-parse", f"HEAD:migrations/versions/{id}.py") for id in ("a1", "b2", "c3")
    ]


# ---- a tree that is not what was committed


def change_a_revision(shop: Path) -> None:
    write(shop / "migrations/versions/a1.py", (shop / "migrations/versions/a1.py").read_text() + "# more\n")


def change_a_file_beside(shop: Path) -> None:
    write(shop / "sqlgen.toml", SETTINGS + "# more\n")


def stage_a_file(shop: Path) -> None:
    write(shop / "readme.md", "staged\n")
    git(shop, "add", "readme.md")


def rename_a_revision(shop: Path) -> None:
    git(shop, "mv", "migrations/versions/c3.py", "migrations/versions/c3_index.py")


def remove_a_file(shop: Path) -> None:
    git(shop, "rm", "--quiet", "--cached", "alembic.ini")


def add_a_revision(shop: Path) -> None:
    write(shop / "migrations/versions/d4.py", revision("d4", "c3", "pass", "pass"))


def add_an_ignored_revision(shop: Path) -> None:
    write(shop / "migrations/versions/ignored_d4.py", revision("d4", "c3", "pass", "pass"))


def add_a_file_that_is_read(shop: Path) -> None:
    write(shop / "migrations/env.py", "open('names.txt').close()\n" + (shop / "migrations/env.py").read_text())
    commit(shop)
    write(shop / "names.txt", "alice\n")


def hide_a_change(shop: Path) -> None:
    git(shop, "update-index", "--assume-unchanged", "migrations/versions/b2.py")
    write(shop / "migrations/versions/b2.py", (shop / "migrations/versions/b2.py").read_text() + "# more\n")


def change_a_submodule(shop: Path) -> None:
    write(shop.parent / "models/m.py", "m = 1\n")
    commit(shop.parent / "models")
    git(shop, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", shop.parent / "models", "models")
    commit(shop)
    write(shop / "models/m.py", "m = 2\n")


@pytest.mark.parametrize(
    ("change", "files"),
    [
        (change_a_revision, "migrations/versions/a1.py"),
        (change_a_file_beside, "sqlgen.toml"),
        (stage_a_file, "readme.md"),
        (rename_a_revision, "migrations/versions/c3.py, migrations/versions/c3_index.py"),
        (remove_a_file, "alembic.ini"),
        (add_a_revision, "migrations/versions/d4.py"),
        (add_an_ignored_revision, "migrations/versions/ignored_d4.py"),
        (add_a_file_that_is_read, "names.txt"),
        (hide_a_change, "migrations/versions/b2.py"),
        (change_a_submodule, "models"),
    ],
)
def test_a_tree_that_is_not_what_was_committed_is_refused_and_the_override_is_recorded(
    shop: Path, change: Callable[[Path], None], files: str
) -> None:
    assert build(shop).code == 0
    change(shop)
    done = build(shop, range="base:c3")
    assert done.code == 2
    assert f"error: no bundle was built: the working tree is not what was committed: {files}\n" in done.err
    assert "or add --allow-dirty" in done.err
    assert not (shop.parent / "out").exists()
    done = build(shop, "--allow-dirty", range="base:c3")
    assert (done.code, f"warning: built although the working tree was not what was committed: {files}" in done.err) == (
        0,
        True,
    )
    assert manifest(shop.parent / "out").overrides == ("--allow-dirty",)


def test_the_digest_of_a_changed_revision_is_its_own_and_git_has_no_name_for_it(shop: Path) -> None:
    assert build(shop).code == 0
    before = manifest(shop.parent / "out").revisions
    change_a_revision(shop)
    assert build(shop, "--allow-dirty").code == 0
    after = manifest(shop.parent / "out").revisions
    assert (after[0].blob, after[1:]) == (None, before[1:])
    assert after[0].sha256 != before[0].sha256


def test_variables_in_a_file_are_no_more_in_a_commit_than_others(shop: Path) -> None:
    write(shop / "migrations/env.py", "open('.env').close()\n" + (shop / "migrations/env.py").read_text())
    write(shop / ".gitignore", ".env\n")
    commit(shop)
    write(shop / ".env", "DATABASE_URL=sqlite://\n")
    assert build(shop).code == 0


def test_files_that_can_not_shape_a_bundle_are_no_hindrance(shop: Path) -> None:
    write(shop / "notes.txt", "later\n")
    write(shop / "apply.log", "")
    write(shop.parent / "elsewhere.py", "")
    assert sqlgen("bundle", "base:a1", "--env", "staging", "-o", "earlier", cwd=shop).code == 0
    shutil.copytree(shop / "earlier", shop / "migrations/earlier")
    assert build(shop).code == 0
    assert manifest(shop.parent / "out").overrides == ()


def test_outside_of_git_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    shop = project(tmp_path / "shop")
    assert build(shop).code == 0
    about = manifest(tmp_path / "out")
    assert (about.commit, about.created, about.project, about.overrides) == (None, None, None, ())
    assert all(each.blob is None for each in about.revisions)


# ---- the others


def branch(shop: Path) -> None:
    write(shop / "migrations/versions/d4.py", revision("d4", "b2", "pass", "pass"))


def be_volatile(shop: Path) -> None:
    write(shop / "migrations/versions/c3.py", revision("c3", "b2", VOLATILE, "pass"))


def be_incomplete(shop: Path) -> None:
    write(shop / "migrations/versions/c3.py", revision("c3", "b2", "1 / 0", "pass"))


def be_driven_by_rows(shop: Path) -> None:
    up = "for (id,) in op.get_bind().execute(__import__('sqlalchemy').text('SELECT id FROM books')):\n    pass"
    write(shop / "migrations/versions/c3.py", revision("c3", "b2", up, "pass"))
    write(shop / "sqlgen.toml", 'reads = "empty"\n' + SETTINGS)


def have_findings(shop: Path) -> None:
    write(shop / "migrations/versions/c3.py", revision("c3", "b2", "op.execute('DROP TABLE legacy')", "pass"))


OTHERS = [
    (branch, "--allow-heads", 2, "the history has several heads: c3, d4; this range leaves out d4",
     "built although the history has several heads: c3, d4", 0),
    (be_volatile, "--allow-volatile", 2, f"{NEW_EACH_TIME}, such as those of uuid4() or now()",
     f"built although {NEW_EACH_TIME}", 0),
    (be_incomplete, "--allow-incomplete", 4, "c3 can't be rendered", "built although revisions can't be rendered", 4),
    (be_driven_by_rows, "--allow-incomplete", 4, "what is done for each row is missing in c3",
     "built although something of a revision is missing", 4),
    (have_findings, "--fail-on=never", 1, "findings at or above error stand open",
     "built although findings at or above error stand open", 0),
]  # fmt: skip


@pytest.mark.parametrize(("change", "flag", "code", "reason", "override", "built"), OTHERS)
def test_each_refusal_has_its_flag_and_stands_in_manifest_and_review_where_it_was_overridden(
    shop: Path, change: Callable[[Path], None], flag: str, code: int, reason: str, override: str, built: int
) -> None:
    assert build(shop).code == 0
    change(shop)
    commit(shop)
    done = build(shop, range="base:c3")
    assert done.code == code
    assert f"error: no bundle was built: {reason}\n" in done.err
    assert done.err.count("no bundle was built") == 1
    assert not (shop.parent / "out").exists()
    done = build(shop, flag, range="base:c3")
    assert done.code == built, done.err
    assert f"warning: {override}\n" in done.err
    name = flag.partition("=")[0]
    assert manifest(shop.parent / "out").overrides == (name,)
    assert [each.text for each in review(shop.parent / "out").cautions if each.kind == "override"] == [override]
    assert f"override     {name}\n" in sqlgen("show", "../out", "-v", cwd=shop).out


def test_all_that_stands_against_a_bundle_is_told_at_once_and_the_gravest_gives_the_exit_code(shop: Path) -> None:
    branch(shop)
    be_volatile(shop)
    write(shop / "migrations/versions/e5.py", revision("e5", "c3", "1 / 0", "pass"))
    write(shop / "migrations/versions/f6.py", revision("f6", "e5", "op.execute('DROP TABLE legacy')", "pass"))
    done = build(shop, range="base:f6")
    assert done.code == 2
    assert done.err.count("error: no bundle was built: ") == done.err.count("hint: ") == 5
    flags = ["--allow-dirty", "--allow-heads", "--allow-incomplete", "--allow-volatile", "--fail-on"]
    assert build(shop, "--allow-dirty", "--allow-heads", "--allow-volatile", range="base:f6").code == 4
    assert build(shop, *flags[:4], range="base:f6").code == 1
    assert build(shop, *flags[:4], "--fail-on=never", range="base:f6").code == 4
    about = manifest(shop.parent / "out")
    assert sorted(about.overrides) == flags
    assert about.volatile[0].revision == "c3"


def test_a_stricter_limit_is_no_override_and_a_laxer_one_is(shop: Path) -> None:
    have_findings(shop)
    write(shop / "sqlgen.toml", SETTINGS.replace('fail_on = "error"', 'fail_on = "never"'))
    commit(shop)
    assert build(shop).code == 0
    assert manifest(shop.parent / "out").overrides == ()
    done = build(shop, "--fail-on=warning")
    assert (done.code, "findings at or above warning stand open" in done.err) == (1, True)


def test_several_heads_that_are_all_in_the_range_are_named_without_one_that_is_left_out(shop: Path) -> None:
    branch(shop)
    commit(shop)
    done = build(shop, range="base:heads")
    assert (done.code, "the history has several heads: c3, d4\n" in done.err) == (2, True)
    assert build(shop, "--allow-heads", range="base:heads").code == 0


def test_a_flag_that_was_not_needed_is_no_override(shop: Path) -> None:
    flags = ("--allow-dirty", "--allow-heads", "--allow-incomplete", "--allow-volatile", "--fail-on=never")
    assert build(shop, *flags).code == 0
    about = manifest(shop.parent / "out")
    assert (about.overrides, set(about.options)) == ((), {each.partition("=")[0] for each in flags})
    assert set(REVISIONS) == {each.id for each in about.revisions}


def test_a_bundle_that_is_over_is_built_and_says_so(shop: Path) -> None:
    done = build(shop, "--expires", "2026-02-03")
    assert done.code == 0
    assert "warning: this bundle expired at 2026-02-04T00:00:00Z: nobody can apply it" in done.err
    assert "expired" not in build(shop, "--expires", "2999-01-01").err
