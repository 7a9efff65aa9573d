"""The variables of a CI host in, where it says that the base is out, and how its clone is made deep enough.

GitHub     https://docs.github.com/en/actions/reference/workflows-and-actions/variables
           https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
           https://github.com/actions/checkout#usage: fetch-depth is 1, and 0 for all branches
GitLab     https://docs.gitlab.com/ci/variables/predefined_variables/
           https://docs.gitlab.com/ci/pipelines/settings/#limit-the-number-of-changes-fetched-during-clone: 20
Bitbucket  https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
           https://support.atlassian.com/bitbucket-cloud/docs/git-clone-behavior/: depth is 50, `full` for all
Azure      https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables#system-variables
           https://learn.microsoft.com/en-us/azure/devops/pipelines/yaml-schema/steps-checkout: fetchDepth
Jenkins    https://www.jenkins.io/doc/book/pipeline/multibranch/#additional-environment-variables
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlgen.errors import Message, UsageError, say

ID = re.compile(r"[0-9a-fA-F]{7,64}")
NO_BRANCH = re.compile(r"^[-/.]|[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|[/.]$|\.lock$")
"""What `git check-ref-format` refuses, and a dash in front."""

FIRST_PARENT = "HEAD^1"
_MERGED = re.compile(r"refs/pull/[0-9]+/merge")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the base may be found."""

    shown: str
    """What people call it: a branch, or what the host calls the commit."""
    name: str
    """What git finds it by."""


@dataclass(frozen=True, slots=True)
class Host:
    """What a CI host says."""

    places: tuple[Place, ...]
    """The first one that the clone has is the base."""
    deeper: Message | None = None
    """What to write so that it clones more."""
    branch: str | None = None
    """What to fetch."""


def host(environ: Mapping[str, str], head: str) -> Host | None:
    """The host that runs this, when it says what the base is. `head` is the commit that is checked out.

    Raises UsageError for a variable that can be no name of a branch or commit.
    """
    for read in (_github, _gitlab, _jenkins, _bitbucket, _azure):
        found = read(_Variables(environ), head)
        if found is not None:
            return found
    return None


class _Variables:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def __getitem__(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def branch(self, name: str) -> str | None:
        return _branch(self[name], name)

    def commit(self, name: str) -> str | None:
        return _commit(self[name], name)


def _branch(text: str, name: str) -> str | None:
    """The branch that a variable names; None when it is empty."""
    branch = text.removeprefix("refs/heads/")
    if branch and NO_BRANCH.search(branch):
        raise _refused(text, name)
    return branch or None


def _commit(text: str, name: str) -> str | None:
    """The commit that a variable names; None when it is empty, or all zeros, which is what hosts write for none."""
    if text and not ID.fullmatch(text):
        raise _refused(text, name)
    return text if text.strip("0") else None


def _refused(text: str, name: str) -> UsageError:
    return UsageError(
        say("{name} is {text}, which names no branch and no commit", name=name, text=repr(text)),
        hint=say("Correct it, or name the base: sqlgen check --since origin/main."),
    )


def _on_origin(branch: str) -> tuple[Place, Place]:
    shown = f"origin/{branch}"
    return Place(shown, f"refs/remotes/{shown}"), Place(branch, f"refs/heads/{branch}")


# ---- one function for each host


def _github(variables: _Variables, head: str) -> Host | None:
    event = _event(variables["GITHUB_EVENT_PATH"]) if variables["GITHUB_EVENT_NAME"] else {}
    deeper = say("Write `fetch-depth: 0` under `with:` of actions/checkout.")
    target = variables.branch("GITHUB_BASE_REF")  # of pull_request and pull_request_target
    if target is not None:
        places: tuple[Place, ...] = _on_origin(target)
        if _MERGED.fullmatch(variables["GITHUB_REF"]) and variables["GITHUB_SHA"] == head:
            # "Last merge commit on the GITHUB_REF branch": the target's tip is its first parent
            places = (*places, Place(f"origin/{target}", FIRST_PARENT))
            deeper = say("Write `fetch-depth: 2` under `with:` of actions/checkout, or 0 for all of the history.")
        return Host(places, deeper, target)
    group = event.get("merge_group")
    if isinstance(group, dict):
        commit = _commit(str(group.get("base_sha") or ""), "merge_group.base_sha")
        target = _branch(str(group.get("base_ref") or ""), "merge_group.base_ref")
        shown = f"origin/{target}" if target else "merge_group.base_sha"
        return None if commit is None else Host((Place(shown, commit),), deeper, target)
    if variables["GITHUB_EVENT_NAME"]:
        repository = event.get("repository")
        text = repository.get("default_branch") if isinstance(repository, dict) else None
        default = _branch(str(text or ""), "repository.default_branch")
        here = variables["GITHUB_REF"].removeprefix("refs/heads/")
        commit = _commit(str(event.get("before") or ""), "before")
        return _pushed(commit if here == default else None, default, commit, deeper)
    return None


def _gitlab(variables: _Variables, head: str) -> Host | None:
    deeper = say('Write `GIT_DEPTH: "0"` under `variables:` of the job.')
    target = variables.branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    # TARGET_BRANCH_SHA is there in pipelines for merged results alone. DIFF_BASE_SHA is where the branch left its
    # target, so what the target has since then is not seen: it is taken where the clone has nothing better.
    tip = variables.commit("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")
    base = variables.commit("CI_MERGE_REQUEST_DIFF_BASE_SHA")
    if target is not None:
        left = say("the merge base with {branch}", branch=target)
        places = (
            *((Place(f"origin/{target}", tip),) if tip else ()),
            *_on_origin(target),
            *((Place(str(left), base),) if base else ()),
        )
        return Host(places, deeper, target)
    default = variables.branch("CI_DEFAULT_BRANCH")
    before = variables.commit("CI_COMMIT_BEFORE_SHA")
    return _pushed(before if variables["CI_COMMIT_BRANCH"] == default else None, default, before, deeper)


def _jenkins(variables: _Variables, head: str) -> Host | None:
    target = variables.branch("CHANGE_TARGET")
    if target is None:
        return None
    return Host(_on_origin(target), say("Switch `Shallow clone` off among the job's clone behaviours."), target)


def _bitbucket(variables: _Variables, head: str) -> Host | None:
    commit = variables.commit("BITBUCKET_PR_DESTINATION_COMMIT")
    target = variables.branch("BITBUCKET_PR_DESTINATION_BRANCH")
    if commit is None and target is None:
        return None
    shown = f"origin/{target}" if target else "BITBUCKET_PR_DESTINATION_COMMIT"
    places = (*((Place(shown, commit),) if commit else ()), *(_on_origin(target) if target else ()))
    return Host(places, say("Write `depth: full` under `clone:` of the step."), target)


def _azure(variables: _Variables, head: str) -> Host | None:
    target = variables.branch("SYSTEM_PULLREQUEST_TARGETBRANCH")  # refs/heads/main, or main for GitHub's repositories
    if target is None:
        return None
    places: tuple[Place, ...] = _on_origin(target)
    deeper = say("Write `fetchDepth: 0` under `- checkout: self`.")
    if _MERGED.fullmatch(variables["BUILD_SOURCEBRANCH"]) and variables["BUILD_SOURCEVERSION"] == head:
        places = (*places, Place(f"origin/{target}", FIRST_PARENT))
        deeper = say("Write `fetchDepth: 2` under `- checkout: self`, or 0 for all of the history.")
    return Host(places, deeper, target)


def _pushed(commit: str | None, branch: str | None, otherwise: str | None, deeper: Message) -> Host | None:
    """The commit, and then nothing else, as a branch is what was pushed to; else the branch, else the other commit."""
    if commit is not None:
        return Host((Place(commit[:12], commit),), deeper, branch)
    if branch is not None:
        return Host(_on_origin(branch), deeper, branch)
    return None if otherwise is None else Host((Place(otherwise[:12], otherwise),), deeper)


def _event(path: str) -> Mapping[str, Any]:
    """The payload of GitHub's webhook; empty where it can't be read."""
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
