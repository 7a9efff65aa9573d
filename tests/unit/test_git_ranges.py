"""`git:X..git:Y`: a range between the heads of two commits, in real repositories."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sqlgen import project as projects
from sqlgen.errors import HistoryError, SqlgenError, UsageError
from sqlgen.history import read
from sqlgen.history.at_refs import from_git
from tests.unit.building import commit, git, project, revision, sqlgen, write

VERSIONS = "migrations/versions"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """v0 has no revision, v1 a1 and b2, v2 c3 as well; main has d4 and a new comment in a1."""
    top = tmp_path_factory.mktemp("ranges") / "shop"
    project(top, revisions={"a1": ("op.execute('SELECT 1')", "pass"), "b2": ("op.execute('SELECT 2')", "pass")})
    shutil.move(top / VERSIONS, top / "kept")
    write(top / VERSIONS / "README", "")
    (top / "kept").rename(top.parent / "kept")
    commit(top)
    git(top, "tag", "v0")
    for file in (top.parent / "kept").iterdir():
        shutil.copy(file, top / VERSIONS / file.name)
    commit(top)
    git(top, "tag", "v1")
    write(top / VERSIONS / "c3.py", revision("c3", "b2", "op.execute('SELECT 3')", "pass"))
    commit(top)
    git(top, "tag", "-m", "annotated", "v2")
    write(top / VERSIONS / "d4.py", revision("d4", "c3", "op.execute('SELECT 4')", "pass"))
    commit(top)
    return top


@pytest.fixture
def shop(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "shop"))


def plain(top: Path, text: str) -> str:
    found = projects.find(top)
    return from_git(found, read(found), text)


def refused(error: type[SqlgenError], top: Path, text: str) -> SqlgenError:
    with pytest.raises(error) as caught:
        plain(top, text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("git:v1..git:v2", "b2:c3"),
        (" git:v1 .. git:main ", "b2:d4"),
        ("git:v1..head", "b2:head"),
        ("git:HEAD~1..+1", "c3:+1"),
        ("base..git:v1", "base:b2"),
        ("git:v2~1..git:v2^{commit}", "b2:c3"),
        ("a1:head", "a1:head"),
    ],
)
def test_a_ref_stands_for_the_heads_that_the_history_had_there(shop: Path, text: str, expected: str) -> None:
    assert plain(shop, text) == expected


def test_several_heads_are_all_of_them(shop: Path) -> None:
    write(shop / VERSIONS / "e5.py", revision("e5", "b2", "pass", "pass"))
    commit(shop)
    assert plain(shop, "git:v1..git:HEAD") == "b2:d4,e5"


def test_every_command_that_takes_a_range_takes_it(shop: Path) -> None:
    for command in ("history", "emit", "lint", "doctor"):
        done = sqlgen(command, "git:v1..git:v2", cwd=shop)
        same = sqlgen(command, "b2:c3", cwd=shop)
        assert (done.code, done.out) == (0, same.out), (command, done.err)
    done = sqlgen("emit", "git:v1..git:v2", "--down", cwd=shop)
    assert done.code == 0, done.err


def test_files_that_were_moved_since_or_have_other_line_ends_are_the_same(shop: Path, tmp_path: Path) -> None:
    git(shop, "mv", f"{VERSIONS}/a1.py", f"{VERSIONS}/2026_a1.py")
    assert plain(shop, "git:v1..git:v2") == "b2:c3"
    commit(shop)
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", shop, "windows")
    assert plain(tmp_path / "windows", "git:v1..git:v2") == "b2:c3"


def test_a_revision_that_is_another_one_at_the_end_is_an_error_and_after_it_none(shop: Path) -> None:
    write(shop / VERSIONS / "d4.py", revision("d4", "c3", "op.execute('SELECT 5')", "pass"))
    assert plain(shop, "git:v1..git:v2") == "b2:c3"
    write(shop / VERSIONS / "a1.py", revision("a1", None, "op.execute('SELECT 5')", "pass"))
    error = refused(HistoryError, shop, "git:v1..git:v2")
    assert (error.file, "not what it is at v2" in str(error.message)) == (f"{VERSIONS}/a1.py", True)
    assert "git checkout v2" in str(error.hint)
    assert plain(shop, "git:v1..head") == "b2:head"


def test_a_revision_that_is_gone_here_is_an_error(shop: Path) -> None:
    git(shop, "checkout", "--quiet", "v1")
    error = refused(HistoryError, shop, "git:v1..git:v2")
    assert "at v2 there is the revision c3, which this history does not have" in str(error.message)
    error = refused(HistoryError, shop, "git:v2..head")
    assert "at v2 there is the revision c3" in str(error.message)


def test_a_file_that_can_not_be_read_there_is_an_error(shop: Path) -> None:
    text = (shop / VERSIONS / "b2.py").read_bytes()
    write(shop / VERSIONS / "b2.py", "revision = x(\n")
    commit(shop)
    (shop / VERSIONS / "b2.py").write_bytes(text)
    error = refused(HistoryError, shop, "git:HEAD..head")
    assert (error.file, error.line) == (f"{VERSIONS}/b2.py", 1)
    assert "at HEAD the file can't be read" in str(error.message)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("git:v2..git:main~1", "both stand at c3"),
        ("git:v9..git:v2", "git knows no v9 here"),
        ("git:--help..git:v2", "is not a range"),
        ("git:v1..git:--help", "is not a range"),
        ("git:v1", "is not a range"),
        ("git:v1:git:v2", "is not a range"),
        ("git:v1...git:v2", "is not a range"),
        ("git:v1..", "is not a range"),
        ("git:..git:v1", "is not a range"),
        ("git:v1..git:v2..git:v3", "is not a range"),
        ("git:v1..git:HEAD:README", "is not a range"),
        ("git:v0..git:v1", "at v0 the history holds no revision"),
    ],
)
def test_what_is_no_such_range_says_so(shop: Path, text: str, said: str) -> None:
    error = refused(UsageError, shop, text)
    assert said in str(error.message)
    assert str(error.hint)


def test_outside_of_a_repository_there_are_no_refs(shop: Path) -> None:
    shutil.rmtree(shop / ".git")
    assert "in no repository" in str(refused(UsageError, shop, "git:v1..git:v2").message)


def test_a_shallow_clone_says_what_to_fetch(shop: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-tags", f"file://{shop}", "shallow")
    error = refused(UsageError, tmp_path / "shallow", "git:v1..head")
    assert "git fetch --unshallow --tags origin" in str(error.hint)
    git(tmp_path / "shallow", "fetch", "--quiet", "--unshallow", "--tags", "origin")
    assert plain(tmp_path / "shallow", "git:v1..head") == "b2:head"
