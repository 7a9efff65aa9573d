"""What git knows of a folder, in real repositories."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from sqlgen.errors import UsageError
from sqlgen.history import git as gits
from sqlgen.history.git import Repository, changes, checked_out, committed, repository
from tests.unit.building import commit, git, write


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "书 店"
    write(folder / "a.py", "a = 1\n")
    write(folder / "sub/b c.py", "b = 1\n")
    write(folder / "sub/书.py", "s = 1\n")
    commit(folder)
    return folder


def opened(folder: Path) -> Repository:
    found = repository(folder)
    assert found is not None
    return found


def test_the_commit_and_the_top_are_found_from_a_folder_below(repo: Path) -> None:
    found = opened(repo / "sub")
    assert found.top == repo.resolve()
    assert found.commit is not None
    assert (found.commit.id, found.commit.time.isoformat()) == (
        git(repo, "rev-parse", "HEAD"),
        "2026-02-01T02:00:00+00:00",
    )
    assert [found.name(path) for path in (repo, repo / "sub/b c.py", repo.parent)] == [".", "sub/b c.py", None]


def test_outside_of_git_without_git_and_before_the_first_commit_there_is_less(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert repository(tmp_path) is None
    git(tmp_path, "init", "--quiet", "empty")
    assert opened(tmp_path / "empty").commit is None
    assert committed(opened(tmp_path / "empty"), ["a.py"]) == {}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert repository(repo) is None


def test_a_folder_that_is_committed_as_a_bare_repository_is_not_asked(repo: Path, tmp_path: Path) -> None:
    """git would take its branches and its settings for ours."""
    git(tmp_path, "clone", "--quiet", "--bare", repo, tmp_path / "bare")
    for name in ("HEAD", "config", "objects", "packed-refs", "refs"):
        (tmp_path / "bare" / name).rename(repo / "sub" / name)
    git(repo, "--git-dir", repo / "sub", "config", "core.worktree", repo)
    with pytest.raises(UsageError, match="bare repository"):
        repository(repo / "sub")
    assert opened(repo).top == repo.resolve()


def test_a_repository_of_somebody_else_is_an_error_and_not_no_repository(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(repo)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(UsageError, match="belongs to another user") as caught:
        repository(repo)
    assert "safe.directory" in str(caught.value.hint)


def test_what_a_hook_is_told_does_not_lead_to_another_repository(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert opened(repo).top == repo.resolve()
    assert changes(opened(repo)).tracked == ()


def test_a_clean_tree_has_no_changes_and_each_kind_of_change_is_told(repo: Path) -> None:
    assert changes(opened(repo)) == changes(opened(repo / "sub"))
    assert (changes(opened(repo)).tracked, changes(opened(repo)).untracked) == ((), ())
    write(repo / "a.py", "a = 2\n")
    write(repo / "new/n\nl.py", "")
    git(repo, "mv", "sub/b c.py", "sub/d.py")
    (repo / "sub/书.py").unlink()
    found = changes(opened(repo / "sub"))
    assert found.tracked == ("a.py", "sub/b c.py", "sub/d.py", "sub/书.py")
    assert found.untracked == ("new/n\nl.py",)


@pytest.mark.parametrize("hide", ["--assume-unchanged", "--skip-worktree"])
def test_a_change_that_git_is_told_not_to_look_at_is_a_change(repo: Path, hide: str) -> None:
    git(repo, "update-index", hide, "a.py")
    assert changes(opened(repo)).tracked == ()
    write(repo / "a.py", "a = 2\n")
    assert git(repo, "status", "--porcelain") == ""
    assert changes(opened(repo)).tracked == ("a.py",)


def test_a_submodule_is_looked_into_though_its_settings_say_not_to(repo: Path, tmp_path: Path) -> None:
    write(tmp_path / "models/m.py", "m = 1\n")
    commit(tmp_path / "models")
    git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", tmp_path / "models", "models")
    git(repo, "config", "-f", ".gitmodules", "submodule.models.ignore", "all")
    commit(repo)
    assert changes(opened(repo)).tracked == ()
    write(repo / "models/m.py", "m = 2\n")
    assert changes(opened(repo)).tracked == ("models",)


def test_looking_changes_nothing_and_starts_no_program_of_the_repository(repo: Path, tmp_path: Path) -> None:
    write(tmp_path / "monitor", f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    (tmp_path / "monitor").chmod(0o755)
    git(repo, "config", "core.fsmonitor", tmp_path / "monitor")
    write(repo / ".git/hooks/post-checkout", f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    (repo / ".git/hooks/post-checkout").chmod(0o755)
    os.utime(repo / "a.py", (1, 1))
    before = {path: path.read_bytes() for path in (repo / ".git").rglob("*") if path.is_file()}
    found = opened(repo)
    assert changes(found).tracked == ()
    with checked_out(found, git(repo, "rev-parse", "HEAD")) as tree:
        assert (tree / "sub/书.py").read_bytes() == b"s = 1\n"
    assert before == {path: path.read_bytes() for path in (repo / ".git").rglob("*") if path.is_file()}
    assert not (tmp_path / "ran").exists()


def test_contents_are_those_of_the_commit_whatever_the_checkout_did_to_line_ends(repo: Path, tmp_path: Path) -> None:
    names = ["a.py", "sub/b c.py", "sub/书.py", "sub", "none.py", "new\nline"]
    kept = committed(opened(repo), names)
    assert sorted(kept) == sorted(names[:3])
    assert kept["sub/书.py"].data == b"s = 1\n"
    assert kept["sub/书.py"].sha256 == hashlib.sha256(b"s = 1\n").hexdigest()
    assert kept["a.py"].id == git(repo, "rev-parse", "HEAD:a.py")
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", repo, "windows")
    assert (tmp_path / "windows/a.py").read_bytes() == b"a = 1\r\n"
    assert committed(opened(tmp_path / "windows"), names) == kept
    assert changes(opened(tmp_path / "windows")).tracked == ()


def test_a_shallow_clone_and_a_working_tree_of_its_own_are_repositories(repo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repo}", "shallow")
    git(repo, "worktree", "add", "--quiet", "--detach", tmp_path / "beside")
    for folder in (tmp_path / "shallow", tmp_path / "beside"):
        assert opened(folder).commit == opened(repo).commit
        assert committed(opened(folder), ["a.py"]) == committed(opened(repo), ["a.py"])


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_the_working_tree_of_a_commit_is_gone_afterwards(repo: Path, error: type[BaseException]) -> None:
    first = git(repo, "rev-parse", "HEAD")
    write(repo / "a.py", "a = 2\n")
    commit(repo)
    seen = []

    def look_and_fail() -> None:
        with checked_out(opened(repo), first) as tree:
            seen.append(tree)
            assert (tree / "a.py").read_bytes() == b"a = 1\n"
            write(tree / "left.py", "")
            raise error

    with pytest.raises(error):
        look_and_fail()
    assert not seen[0].parent.exists()
    assert git(repo, "worktree", "list").count("\n") == 0
    assert not (repo / ".git/worktrees").exists() or not list((repo / ".git/worktrees").iterdir())


@pytest.mark.parametrize("id", ["0" * 40, "HEAD", "--detach", "main"])
def test_a_commit_that_is_not_there_or_is_none_says_how_to_get_it(repo: Path, id: str) -> None:
    with pytest.raises(UsageError, match="does not have the commit") as caught, checked_out(opened(repo), id):
        pytest.fail("checked out")
    assert "git fetch" in str(caught.value.hint)


def test_a_repository_that_can_not_be_written_says_what_git_says(repo: Path) -> None:
    id = git(repo, "rev-parse", "HEAD")
    with checked_out(opened(repo), id):
        pass
    shutil.rmtree(repo / ".git/worktrees", ignore_errors=True)
    write(repo / ".git/worktrees", "in the way\n")
    tree = checked_out(opened(repo), id)
    with pytest.raises(UsageError, match=r"git can't check out the commit .*: fatal: ") as caught, tree:
        pytest.fail("checked out")
    assert "clone of your own" in str(caught.value.hint)


def test_names_become_commits_and_what_is_none_is_none_of_them(repo: Path) -> None:
    first = git(repo, "rev-parse", "HEAD")
    git(repo, "tag", "-m", "annotated", "v1")
    git(repo, "update-ref", "refs/remotes/origin/书", first)
    names = [
        "HEAD",
        "v1",
        "main",
        "refs/remotes/origin/书",
        first[:8],
        "v2",
        "HEAD:a.py",
        "HEAD\nHEAD",
        "-h",
        "",
        "^HEAD",
    ]
    assert gits.commits(opened(repo), names) == [first] * 5 + [None] * 6
    assert gits.commits(opened(repo), []) == []
    assert gits.refs(opened(repo)) == ("main", "origin/书", "v1")


def test_where_two_commits_meet_is_known_unless_they_never_do_or_the_clone_is_shallow(
    repo: Path, tmp_path: Path
) -> None:
    first = git(repo, "rev-parse", "HEAD")
    here = commit(repo, "second")
    git(repo, "checkout", "--quiet", "-b", "other", first)
    there = commit(repo, "other")
    git(repo, "checkout", "--quiet", "--orphan", "alien")
    alien = commit(repo, "alien")
    found = opened(repo)
    assert (gits.merge_base(found, here, there), gits.merge_base(found, here, alien)) == (first, None)
    assert not gits.is_shallow(found)
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{repo}", "shallow")
    assert gits.is_shallow(opened(tmp_path / "shallow"))
    assert gits.merge_base(opened(tmp_path / "shallow"), here, there) is None
    assert gits.parents(opened(tmp_path / "shallow"), here) == gits.parents(found, here) == (first,)
    assert (gits.parents(found, alien), gits.parents(found, "0" * 40)) == ((), ())


def test_a_tree_has_the_paths_and_nothing_is_a_pattern(repo: Path) -> None:
    write(repo / "s*b/:(top)x", "1\n")
    (repo / "link").symlink_to("sub/b c.py")
    id = commit(repo)
    found = gits.tree(opened(repo), id, ["s*b", "link", "none", "a.py"])
    assert list(found) == ["a.py", "link", "s*b/:(top)x"]
    assert found["link"].mode == gits.SYMLINK
    assert found["a.py"].id == git(repo, "rev-parse", "HEAD:a.py")
    assert set(gits.tree(opened(repo), id, ["."])) == {*found, "sub/b c.py", "sub/书.py"}
    assert gits.tree(opened(repo), id, []) == {}


def test_contents_are_read_by_id_by_path_and_through_links(repo: Path, tmp_path: Path) -> None:
    write(tmp_path / "outside.py", "o = 1\n")
    for name, target in (("link", "sub/b c.py"), ("out", tmp_path / "outside.py"), ("round", "round"), ("gone", "no")):
        (repo / name).symlink_to(target)
    id = commit(repo)
    names = [f"{id}:link", f"{id}:out", f"{id}:round", f"{id}:gone", f"{id}:sub", "0" * 40, f"{id}:a\nb", f"{id}:a.py"]
    found = gits.blobs(opened(repo), names, follow=True)
    assert [None if blob is None else blob.data for blob in found] == [b"b = 1\n", *[None] * 6, b"a = 1\n"]
    followed, plain = (
        gits.blobs(opened(repo), [f"{id}:link"], follow=True)[0],
        gits.blobs(opened(repo), [f"{id}:link"])[0],
    )
    assert followed is not None
    assert plain is not None
    assert (followed.id, plain.data) == (gits.blob_id(b"b = 1\n", like=id), b"sub/b c.py")
    assert gits.blob_id(b"", like="0" * 64) == "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"


def test_the_working_tree_differs_from_a_commit_by_what_git_follows(repo: Path) -> None:
    first = git(repo, "rev-parse", "HEAD")
    write(repo / ".gitignore", "*.log\n")
    write(repo / "committed.py", "")
    second = commit(repo)
    write(repo / "a.py", "a = 2\n")
    write(repo / "staged.py", "")
    git(repo, "add", "staged.py")
    write(repo / "new/n\nl.py", "")
    write(repo / "x.log", "")
    git(repo, "mv", "sub/b c.py", "sub/d.py")
    (repo / "sub/书.py").unlink()
    os.utime(repo / "committed.py", (1, 1))
    found = opened(repo)
    ours = {"a.py", "staged.py", "sub/b c.py", "sub/d.py", "sub/书.py"}
    assert gits.differing(found, second) == ours
    assert gits.differing(found, first) == ours | {".gitignore", "committed.py"}
    assert gits.untracked(found) == {"new/n\nl.py"}
    assert set(gits.between(found, first, second)) == {".gitignore", "committed.py"}
    back = gits.between(found, second, first)
    assert set(back.values()) == {None}
    git(repo, "config", "diff.external", "false")
    git(repo, "config", "diff.renames", "copies")
    assert gits.differing(found, second) == ours


def test_the_repository_around_a_submodule_is_found_from_within_alone(repo: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "outer")
    git(tmp_path / "outer", "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", repo, "inner")
    assert gits.superproject(opened(tmp_path / "outer/inner")) == (tmp_path / "outer").resolve()
    assert gits.superproject(opened(tmp_path / "outer")) is None
