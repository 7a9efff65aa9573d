"""What the command line and a CI host say in, the Base that a branch is compared with out.

`--since` counts first, then what the host says, then the default branch as the clone knows it. Nothing is fetched: what
is missing is said, with the command that brings it.
"""

from __future__ import annotations

import difflib
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from sqlgen.checking.hosts import FIRST_PARENT, ID, NO_BRANCH, Host, Place, host
from sqlgen.errors import Message, ToolMissing, UsageError, say
from sqlgen.history import git
from sqlgen.history.since import Base

_DEFAULTS = (
    Place("origin/HEAD", "refs/remotes/origin/HEAD"),
    Place("origin/main", "refs/remotes/origin/main"),
    Place("origin/master", "refs/remotes/origin/master"),
    Place("main", "refs/heads/main"),
    Place("master", "refs/heads/master"),
)


def find_base(repository: git.Repository | None, since: str | None, environ: Mapping[str, str]) -> Base:
    """The base of the branch that is checked out.

    Raises UsageError, with what to run or to write on this host, where there is none, and where the clone is too
    shallow to know it; ToolMissing without git.
    """
    if repository is None:
        raise _outside()
    if repository.commit is None:
        raise UsageError(
            say(
                "the repository {folder} has no commit yet, so there is nothing to compare with", folder=repository.top
            ),
            hint=say("Commit the history as it is; sqlgen lint RANGE judges it without a base."),
        )
    if since is not None:
        return _given(repository, repository.commit.id, since)
    said = host(environ, repository.commit.id)
    if said is not None and (around := git.superproject(repository)) is not None:
        said = _of_submodule(repository, around, environ)  # what the host says is about what it checked out
    return _base(repository, repository.commit.id, said or Host(_DEFAULTS))


def _given(repository: git.Repository, head: str, since: str) -> Base:
    if since.startswith("-") or not since.strip() or not since.isprintable():
        raise UsageError(
            say("{ref} is no name of a branch or commit", ref=repr(since)),
            hint=say("Name a branch, a tag or a commit: --since origin/main."),
        )
    _refuse_ambiguous(repository, since)
    places = (Place(since, since), Place(f"origin/{since}", f"refs/remotes/origin/{since}"))
    if any(git.commits(repository, [each.name for each in places])):
        branch = since.removeprefix("refs/heads/").removeprefix("refs/remotes/").removeprefix("origin/")
        return _base(repository, head, Host(places, branch=None if NO_BRANCH.search(branch) else branch))
    near = difflib.get_close_matches(since, git.refs(repository), n=3)
    hint = (
        say("Did you mean {refs}?", refs=", ".join(near))
        if near
        else say("Run {command}.", command=_fetch(repository, since))
    )
    raise UsageError(say("git knows no {ref} here", ref=since), hint=hint)


def _refuse_ambiguous(repository: git.Repository, since: str) -> None:
    """git takes a tag for it, whatever branch has the same name: whoever may push a tag chose the base."""
    refs = [f"refs/{kind}/{since}" for kind in ("tags", "heads", "remotes")]
    found = {ref: commit for ref, commit in zip(refs, git.commits(repository, refs), strict=True) if commit}
    if len({*found.values()}) > 1:
        raise UsageError(
            say("{ref} is several things here, at different commits: {refs}", ref=since, refs=", ".join(found)),
            hint=say("Write which one: --since {ref}.", ref=list(found)[-1]),
        )


def _of_submodule(repository: git.Repository, around: Path, environ: Mapping[str, str]) -> Host | None:
    """The commit at which the base of the repository around it has a submodule; None where it does not have it."""
    outer = git.repository(around)
    name = None if outer is None else outer.name(repository.top)
    if outer is None or name is None:
        return None
    base = find_base(outer, None, environ)
    link = git.tree(outer, base.commit, [name]).get(name)
    if link is None or link.mode != git.GITLINK:
        return None
    deeper = say("Run git -C {path} fetch origin {commit}.", path=name, commit=link.id)
    return Host((Place(f"{base.ref}:{name}", link.id),), deeper)


def _base(repository: git.Repository, head: str, said: Host) -> Base:
    names = [_name(repository, head, each) for each in said.places]
    found = git.commits(repository, names)
    place, commit = next(((place, id) for place, id in zip(said.places, found, strict=True) if id), (None, None))
    if place is None or commit is None:
        message = say("the base, {ref}, is not in this clone", ref=said.places[0].shown)
        if said.places is _DEFAULTS:
            message = say("there is no base to compare with: neither main nor master is here, and no origin/HEAD")
        raise UsageError(message, hint=_advice(repository, said))
    merge_base = git.merge_base(repository, commit, head)
    if merge_base is None and commit in git.parents(repository, head):  # each of them fetched by itself, one deep
        merge_base = commit
    if merge_base is None and git.is_shallow(repository):
        raise UsageError(
            say("this clone is too shallow to know where the branch left {ref}", ref=place.shown),
            hint=_advice(repository, said),
        )
    if merge_base is None:
        raise UsageError(
            say("{ref} and what is checked out have no commit in common", ref=place.shown),
            hint=say("Name the branch that this one was made from: --since REF."),
        )
    return Base(place.shown, commit, merge_base)


def _name(repository: git.Repository, head: str, place: Place) -> str:
    """What git finds a place by. A shallow clone does not know HEAD^1, and may have that commit all the same."""
    if place.name != FIRST_PARENT:
        return place.name
    parents = git.parents(repository, head)
    return parents[0] if len(parents) > 1 else ""


def _advice(repository: git.Repository, said: Host) -> Message:
    if said.places is _DEFAULTS and not git.is_shallow(repository):
        return say("Name the branch that this one will be merged into: --since REF.")
    if said.places is _DEFAULTS:
        return say("Run {command}, or name the base: --since REF.", command=_fetch(repository, None))
    if said.deeper is None:
        return say("Run {command}.", command=_fetch(repository, said.branch))
    if said.branch is None:
        return said.deeper
    return say("{write} Or run {command}.", write=said.deeper, command=_fetch(repository, said.branch))


def _fetch(repository: git.Repository, wanted: str | None) -> str:
    """The command that brings a branch or a commit, and what it shares with this one."""
    words = ["git", "fetch", *(["--unshallow"] if git.is_shallow(repository) else []), "origin"]
    branch = "" if wanted is None else wanted.removeprefix("origin/")
    if ID.fullmatch(branch):
        words.append(branch)
    elif branch and not NO_BRANCH.search(branch):
        words.append(f"+refs/heads/{branch}:refs/remotes/origin/{branch}")
    return shlex.join(words)


def _outside() -> UsageError | ToolMissing:
    if shutil.which("git") is None:
        return ToolMissing(
            say("git is not installed, and the base of a branch is found with it"),
            hint=say("Install git, and add it to PATH; sqlgen lint RANGE works without it."),
        )
    return UsageError(
        say("this folder is in no git repository, so there is no base to compare with"),
        hint=say("Run it in a clone, with its .git folder; sqlgen lint RANGE works without one."),
    )
