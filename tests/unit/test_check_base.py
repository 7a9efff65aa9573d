"""The base of a branch: what the command line and CI hosts say, on clones as those hosts make them."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from sqlgen.checking.base import find_base
from sqlgen.errors import ToolMissing, UsageError
from sqlgen.history.git import repository
from sqlgen.history.since import Base
from tests.unit.building import commit, git, write

ZEROS = "0" * 40


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a host has: main, four commits long, `work` that left it at the second one, and their merge for a request.
    Tags name the commits: main1 to main4, work1 to work3, merged."""
    top = tmp_path_factory.mktemp("origin") / "shop"

    def step(name: str) -> None:
        write(top / f"{name}.txt", name)
        commit(top, name)
        git(top, "tag", name)

    step("main1")
    step("main2")
    git(top, "checkout", "--quiet", "-b", "work")
    for name in ("work1", "work2", "work3"):
        step(name)
    git(top, "checkout", "--quiet", "main")
    step("main3")
    step("main4")
    git(top, "checkout", "--quiet", "--detach", "main")
    git(top, "merge", "--quiet", "--no-ff", "-m", "merge", "work")
    git(top, "tag", "merged")
    git(top, "update-ref", "refs/pull/7/merge", "HEAD")
    git(top, "checkout", "--quiet", "--orphan", "alien")
    step("alien")
    git(top, "checkout", "--quiet", "main")
    git(top, "config", "uploadpack.allowAnySHA1InWant", "true")
    return top


def id_of(origin: Path, name: str) -> str:
    return git(origin, "rev-parse", f"{name}^{{commit}}")


def runner(origin: Path, folder: Path, ref: str = "refs/pull/7/merge", depth: int = 1) -> Path:
    """A clone as CI hosts make it: one ref, so many commits deep, 0 for all, and no branch checked out."""
    top = folder / "runner"
    git(folder, "init", "--quiet", "--initial-branch=main", top)
    git(top, "remote", "add", "origin", f"file://{origin}")
    options = [f"--depth={depth}"] if depth else []
    specs = [f"+{ref}:refs/remotes/ci/it"]
    if not depth:
        specs.append("+refs/heads/*:refs/remotes/origin/*")
    git(top, "fetch", "--quiet", "--no-tags", *options, "origin", *specs)
    git(top, "checkout", "--quiet", "--detach", "refs/remotes/ci/it")
    return top


def clone(origin: Path, folder: Path, *options: str) -> Path:
    git(folder, "clone", "--quiet", *options, f"file://{origin}", "clone")
    return folder / "clone"


def found(top: Path, since: str | None = None, environ: Mapping[str, str] | None = None) -> Base:
    return find_base(repository(top), since, environ or {})


def refused(top: Path, since: str | None = None, environ: Mapping[str, str] | None = None) -> UsageError:
    with pytest.raises(UsageError) as caught:
        found(top, since, environ)
    return caught.value


def run_what_it_says(error: UsageError, top: Path) -> None:
    """Run the git command of a hint, as it stands there."""
    command = re.search(r"git (-C \S+ )?fetch .*?(?=\.$|\.? Or |, or )", str(error.hint))
    assert command is not None, error.hint
    words = shlex.split(command[0])
    assert subprocess.run([words[0], "-c", "protocol.file.allow=always", *words[1:]], cwd=top).returncode == 0


def request(origin: Path) -> dict[str, str]:
    return {
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_BASE_REF": "main",
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_SHA": id_of(origin, "merged"),
    }


def event(folder: Path, name: str, payload: object, **more: str) -> dict[str, str]:
    path = folder / "event.json"
    path.write_text(json.dumps(payload))
    return {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path), **more}


# ---- at home


def test_without_a_word_it_is_the_default_branch_of_the_clone(origin: Path, tmp_path: Path) -> None:
    top = clone(origin, tmp_path, "--branch=work")
    main, fork = id_of(origin, "main4"), id_of(origin, "main2")
    assert found(top) == Base("origin/HEAD", main, fork)
    git(top, "remote", "set-head", "origin", "--delete")
    assert found(top) == Base("origin/main", main, fork)
    git(top, "branch", "master", "origin/work~1")
    git(top, "update-ref", "-d", "refs/remotes/origin/main")
    assert found(top) == Base("master", id_of(origin, "work2"), id_of(origin, "work2"))
    git(top, "branch", "main", "main2")
    assert found(top) == Base("main", fork, fork)


@pytest.mark.parametrize(
    ("since", "ref", "commit", "merge_base"),
    [
        ("origin/main", "origin/main", "main4", "main2"),
        ("main", "origin/main", "main4", "main2"),
        ("main3", "main3", "main3", "main2"),
        ("HEAD~1", "HEAD~1", "work2", "work2"),
        ("work2", "work2", "work2", "work2"),
        ("refs/remotes/origin/main~1", "refs/remotes/origin/main~1", "main3", "main2"),
    ],
)
def test_since_is_any_name_of_a_commit_and_comes_before_all_variables(
    origin: Path, tmp_path: Path, since: str, ref: str, commit: str, merge_base: str
) -> None:
    top = clone(origin, tmp_path, "--branch=work")
    expected = Base(ref if since != "main" else "origin/main", id_of(origin, commit), id_of(origin, merge_base))
    assert found(top, since, request(origin)) == expected


@pytest.mark.parametrize("since", ["main", "origin/main"])
def test_a_tag_with_the_name_of_a_branch_does_not_choose_the_base(origin: Path, tmp_path: Path, since: str) -> None:
    top = clone(origin, tmp_path)
    git(top, "tag", since, "HEAD~1")
    error = refused(top, since)
    assert f"{since} is several things here, at different commits: refs/tags/{since}, refs/" in str(error.message)
    assert found(top, str(error.hint).split()[-1].removesuffix(".")).commit == id_of(origin, "main4")
    git(top, "tag", "--force", since, "main4")
    assert found(top, since).commit == id_of(origin, "main4")


def test_a_part_of_an_id_is_a_name(origin: Path, tmp_path: Path) -> None:
    top = clone(origin, tmp_path, "--branch=work")
    id = id_of(origin, "main3")
    assert found(top, id[:9]) == Base(id[:9], id, id_of(origin, "main2"))


@pytest.mark.parametrize("since", ["--upload-pack=touch ran", "-h", "", "  ", "a\nb", "a\0b"])
def test_what_could_be_an_option_or_two_lines_never_comes_to_git(origin: Path, tmp_path: Path, since: str) -> None:
    error = refused(clone(origin, tmp_path), since)
    assert "is no name of a branch or commit" in str(error.message)


def test_an_unknown_ref_says_the_nearest_or_what_to_fetch(origin: Path, tmp_path: Path) -> None:
    top = clone(origin, tmp_path)
    error = refused(top, "origin/mian")
    assert str(error.message) == "git knows no origin/mian here"
    assert str(error.hint).startswith("Did you mean origin/main")
    assert str(refused(top, "release/2.x").hint) == (
        "Run git fetch origin +refs/heads/release/2.x:refs/remotes/origin/release/2.x."
    )
    assert str(refused(top, "f" * 40).hint) == f"Run git fetch origin {'f' * 40}."
    assert str(refused(top, "zz~3").hint) == "Run git fetch origin."


def test_histories_that_share_nothing_say_so(origin: Path, tmp_path: Path) -> None:
    error = refused(clone(origin, tmp_path), "origin/alien")
    assert "have no commit in common" in str(error.message)
    assert "--since" in str(error.hint)


def test_nothing_to_compare_with_is_told_for_what_it_is(
    origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "is in no git repository" in str(refused(tmp_path).message)
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk", "new")
    assert "has no commit yet" in str(refused(tmp_path / "new").message)
    commit(tmp_path / "new")
    error = refused(tmp_path / "new")
    assert (str(error.message), "--since REF" in str(error.hint)) == (
        "there is no base to compare with: neither main nor master is here, and no origin/HEAD",
        True,
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="git is not installed"):
        found(tmp_path / "new")


def test_a_shallow_clone_at_home_says_the_command_and_it_helps(origin: Path, tmp_path: Path) -> None:
    top = clone(origin, tmp_path, "--depth=1", "--branch=work")
    error = refused(top)
    assert "--unshallow" in str(error.hint)
    error = refused(top, "main")
    run_what_it_says(error, top)
    assert found(top, "main") == Base("origin/main", id_of(origin, "main4"), id_of(origin, "main2"))


def test_a_shallow_clone_that_has_all_that_is_needed_just_works(origin: Path, tmp_path: Path) -> None:
    top = clone(origin, tmp_path, "--depth=4", "--no-single-branch", "--branch=work")
    assert found(top) == Base("origin/HEAD", id_of(origin, "main4"), id_of(origin, "main2"))


# ---- GitHub


def test_github_in_a_whole_clone_compares_with_the_branch(origin: Path, tmp_path: Path) -> None:
    top = runner(origin, tmp_path, depth=0)
    main = id_of(origin, "main4")
    assert found(top, None, request(origin)) == Base("origin/main", main, main)


def test_github_s_merge_commit_has_the_base_as_its_first_parent(origin: Path, tmp_path: Path) -> None:
    top = runner(origin, tmp_path, depth=2)
    main = id_of(origin, "main4")
    assert found(top, None, request(origin)) == Base("origin/main", main, main)
    error = refused(top, None, request(origin) | {"GITHUB_SHA": id_of(origin, "work3")})
    assert "fetch-depth: 0" in str(error.hint)


def test_github_s_merge_commit_and_the_base_fetched_one_deep_are_enough(origin: Path, tmp_path: Path) -> None:
    top = runner(origin, tmp_path, depth=1)
    main = id_of(origin, "main4")
    git(top, "fetch", "--quiet", "--depth=1", "origin", main)
    assert found(top, None, request(origin)) == Base("origin/main", main, main)
    git(top, "update-ref", "refs/remotes/origin/main", main)
    assert found(top, None, request(origin)) == Base("origin/main", main, main)


def test_github_with_one_commit_says_what_to_write_and_what_to_run(origin: Path, tmp_path: Path) -> None:
    top = runner(origin, tmp_path, depth=1)
    error = refused(top, None, request(origin))
    assert str(error.message) == "the base, origin/main, is not in this clone"
    assert str(error.hint) == (
        "Write `fetch-depth: 2` under `with:` of actions/checkout, or 0 for all of the history. "
        "Or run git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main."
    )
    run_what_it_says(error, top)
    assert found(top, None, request(origin)).commit == id_of(origin, "main4")


def test_github_with_the_head_of_the_request_checked_out(origin: Path, tmp_path: Path) -> None:
    top = runner(origin, tmp_path, "refs/heads/work", depth=2)
    error = refused(top, None, request(origin))
    assert "fetch-depth: 0" in str(error.hint)
    git(top, "fetch", "--quiet", "--depth=1", "origin", "+refs/heads/main:refs/remotes/origin/main")
    error = refused(top, None, request(origin))
    assert "too shallow to know where the branch left origin/main" in str(error.message)
    run_what_it_says(error, top)
    assert found(top, None, request(origin)) == Base("origin/main", id_of(origin, "main4"), id_of(origin, "main2"))


def test_github_s_merge_queue_names_the_commit(origin: Path, tmp_path: Path) -> None:
    base = id_of(origin, "main3")
    payload = {"merge_group": {"base_sha": base, "base_ref": "refs/heads/main"}}
    environ = event(tmp_path, "merge_group", payload, GITHUB_REF="refs/heads/gh-readonly-queue/main/pr-7-x")
    assert found(runner(origin, tmp_path, depth=0), None, environ) == Base("origin/main", base, base)


def test_github_s_push_to_the_default_branch_is_compared_with_what_was_there(origin: Path, tmp_path: Path) -> None:
    payload = {"before": id_of(origin, "main2"), "repository": {"default_branch": "main"}}
    environ = event(tmp_path, "push", payload, GITHUB_REF="refs/heads/main")
    top = runner(origin, tmp_path, "refs/heads/main", depth=1)
    error = refused(top, None, environ)
    assert "fetch-depth: 0" in str(error.hint)
    run_what_it_says(error, top)
    before = id_of(origin, "main2")
    assert found(top, None, environ) == Base(before[:12], before, before)


@pytest.mark.parametrize("before", ["work2", None])
def test_github_s_push_to_another_branch_is_compared_with_the_default_branch(
    origin: Path, tmp_path: Path, before: str | None
) -> None:
    """What was pushed before is no base: a revision that is not merged yet may be edited."""
    payload = {"before": id_of(origin, before) if before else ZEROS, "repository": {"default_branch": "main"}}
    environ = event(tmp_path, "push", payload, GITHUB_REF="refs/heads/work")
    top = runner(origin, tmp_path, "refs/heads/work", depth=0)
    assert found(top, None, environ) == Base("origin/main", id_of(origin, "main4"), id_of(origin, "main2"))


@pytest.mark.parametrize("text", ["", "[", "[]", "null", '{"merge_group": 1, "repository": 2, "before": 3e9}'])
def test_an_event_that_says_nothing_leaves_the_default_branch(origin: Path, tmp_path: Path, text: str) -> None:
    top = clone(origin, tmp_path, "--branch=work")
    (tmp_path / "event.json").write_text(text)
    environ = {"GITHUB_EVENT_NAME": "schedule", "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}
    if "before" in text:
        assert "names no branch and no commit" in str(refused(top, None, environ).message)
    else:
        assert found(top, None, environ).ref == "origin/HEAD"


# ---- the others


def test_gitlab_s_merge_request(origin: Path, tmp_path: Path) -> None:
    environ = {
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": id_of(origin, "main2"),
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "",
        "CI_COMMIT_BEFORE_SHA": ZEROS,
        "CI_DEFAULT_BRANCH": "main",
    }
    top = runner(origin, tmp_path, "refs/heads/work", depth=1)
    error = refused(top, None, environ)
    assert 'Write `GIT_DEPTH: "0"` under `variables:` of the job. Or run git fetch --unshallow' in str(error.hint)
    fork = id_of(origin, "main2")
    git(top, "fetch", "--quiet", "--depth=4", "origin", "+refs/heads/work:refs/remotes/ci/it")
    assert found(top, None, environ) == Base("the merge base with main", fork, fork)
    run_what_it_says(error, top)
    assert found(top, None, environ) == Base("origin/main", id_of(origin, "main4"), fork)


def test_gitlab_s_merged_results_name_the_tip(origin: Path, tmp_path: Path) -> None:
    main = id_of(origin, "main4")
    environ = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": main}
    assert found(runner(origin, tmp_path, depth=2), None, environ) == Base("origin/main", main, main)


@pytest.mark.parametrize(
    ("branch", "before", "expected"),
    [("main", "main2", "main2"), ("main", None, "main4"), ("work", "work2", "main4"), ("work", None, "main4")],
)
def test_gitlab_s_branch_pipelines(
    origin: Path, tmp_path: Path, branch: str, before: str | None, expected: str
) -> None:
    environ = {
        "CI_COMMIT_BRANCH": branch,
        "CI_DEFAULT_BRANCH": "main",
        "CI_COMMIT_BEFORE_SHA": id_of(origin, before) if before else ZEROS,
    }
    top = runner(origin, tmp_path, f"refs/heads/{branch}", depth=0)
    base = found(top, None, environ)
    commit = id_of(origin, expected)
    assert (base.ref, base.commit) == (commit[:12] if expected == "main2" else "origin/main", commit)


@pytest.mark.parametrize("target", ["refs/heads/main", "main"])
def test_azure_s_pull_request_is_a_merge_commit(origin: Path, tmp_path: Path, target: str) -> None:
    merged, main = id_of(origin, "merged"), id_of(origin, "main4")
    environ = {
        "SYSTEM_PULLREQUEST_TARGETBRANCH": target,
        "BUILD_SOURCEBRANCH": "refs/pull/7/merge",
        "BUILD_SOURCEVERSION": merged,
    }
    top = runner(origin, tmp_path, depth=1)
    error = refused(top, None, environ)
    assert "Write `fetchDepth: 2` under `- checkout: self`" in str(error.hint)
    git(top, "fetch", "--quiet", "--depth=2", "origin", "+refs/pull/7/merge:refs/remotes/ci/it")
    assert found(top, None, environ) == Base("origin/main", main, main)
    run_what_it_says(error, top)
    assert found(top, None, environ) == Base("origin/main", main, main)


def test_bitbucket_s_pull_request(origin: Path, tmp_path: Path) -> None:
    main, fork = id_of(origin, "main4"), id_of(origin, "main2")
    environ = {"BITBUCKET_PR_DESTINATION_BRANCH": "main", "BITBUCKET_PR_DESTINATION_COMMIT": main[:12]}
    top = runner(origin, tmp_path, "refs/heads/work", depth=1)
    error = refused(top, None, environ)
    assert "Write `depth: full` under `clone:` of the step. Or run git fetch" in str(error.hint)
    run_what_it_says(error, top)
    assert found(top, None, environ) == Base("origin/main", main, fork)
    del environ["BITBUCKET_PR_DESTINATION_COMMIT"]
    assert found(top, None, environ) == Base("origin/main", main, fork)


def test_jenkins_change_request(origin: Path, tmp_path: Path) -> None:
    top = runner(origin, tmp_path, "refs/heads/work", depth=0)
    environ = {"CHANGE_TARGET": "main", "CHANGE_ID": "7"}
    assert found(top, None, environ) == Base("origin/main", id_of(origin, "main4"), id_of(origin, "main2"))
    error = refused(top, None, {"CHANGE_TARGET": "release"})
    assert "the base, origin/release, is not in this clone" in str(error.message)
    assert "Shallow clone" in str(error.hint)
    assert "Run git fetch origin +refs/heads/release:" in str(error.hint).replace("run", "Run")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_BASE_REF", "--upload-pack=x"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main^{/x}"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "main"),
        ("CHANGE_TARGET", "a b"),
        ("CHANGE_TARGET", "a..b"),
        ("BITBUCKET_PR_DESTINATION_COMMIT", "-h"),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main:x"),
    ],
)
def test_a_variable_that_names_no_branch_is_refused_by_its_name(
    origin: Path, tmp_path: Path, name: str, value: str
) -> None:
    error = refused(clone(origin, tmp_path), None, {name: value})
    assert str(error.message).startswith(f"{name} is ")
    assert "--since" in str(error.hint)


# ---- submodules


def test_what_the_host_says_of_the_repository_around_gives_the_submodule_s_commit(origin: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    write(outer / "README", "")
    commit(outer)
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", "-b", "main", origin, "shop")
    git(outer / "shop", "checkout", "--quiet", "--detach", "main1")
    commit(outer)
    git(outer, "checkout", "--quiet", "-b", "work")
    git(outer / "shop", "checkout", "--quiet", "--detach", "work3")
    commit(outer)
    git(outer, "update-ref", "refs/remotes/origin/main", "main")
    environ = {"CHANGE_TARGET": "main"}
    first = id_of(origin, "main1")
    assert found(outer / "shop", None, environ) == Base("origin/main:shop", first, first)
    assert found(outer / "shop", "main3") == Base("main3", id_of(origin, "main3"), id_of(origin, "main2"))
    assert found(outer / "shop").ref == "origin/HEAD"
    git(outer, "update-index", "--cacheinfo", f"160000,{'f' * 40},shop")
    git(outer, "commit", "--quiet", "-m", "unknown")
    git(outer, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert str(refused(outer / "shop", None, environ).hint) == f"Run git -C shop fetch origin {'f' * 40}."
    git(outer, "update-ref", "refs/remotes/origin/main", "main~1")
    assert found(outer / "shop", None, environ).ref == "origin/HEAD"
