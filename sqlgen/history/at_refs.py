"""`git:X..git:Y` in, START:END out, where each ref stands for the heads that the history had there.

What is rendered are the files at hand, so a revision that is another one at Y is an error.
"""

from __future__ import annotations

import shlex

from sqlgen.errors import HistoryError, UsageError
from sqlgen.history import git
from sqlgen.history.endpoints import spelled
from sqlgen.history.graph import Graph
from sqlgen.history.here import Here, read_here
from sqlgen.history.since import standing
from sqlgen.history.versions import Kept, versions
from sqlgen.messages import say
from sqlgen.project import Project


def from_git(project: Project, graph: Graph, text: str) -> str:
    """A range without `git:`; one that has none in it is given back as it is.

    Raises UsageError for what is no such range and for an unknown ref, HistoryError where the history at a ref is not
    known here, or is another one.
    """
    text = text.strip()
    if "git:" not in text:
        return text
    start, dots, end = (each.strip() for each in text.partition(".."))
    if not dots or not all(_is_end(each) for each in (start, end)):
        raise UsageError(
            say("{text} is not a range", text=text),
            hint=say("Write git:X..git:Y or git:X..head, where X and Y are tags, branches or commits."),
        )
    repository = git.repository(project.root)
    if repository is None or repository.commit is None:
        raise UsageError(
            say("{text} asks git, and this folder is in no repository that has a commit", text=text),
            hint=say("Write the revisions: START:END, as `sqlgen history` shows them."),
        )
    lower, upper = start, end
    here = read_here(project, graph)
    if start.startswith("git:"):
        lower = _heads(project, repository, graph, here, start.removeprefix("git:"), whole=False)
    if end.startswith("git:"):
        upper = _heads(project, repository, graph, here, end.removeprefix("git:"), whole=True)
    if lower == upper:
        raise UsageError(
            say(
                "{start} and {end} both stand at {heads}, so nothing lies between them",
                start=start,
                end=end,
                heads=lower,
            ),
            hint=say("There is nothing to do; `git diff` of the two shows what else differs."),
        )
    return f"{lower}:{upper}"


def _is_end(text: str) -> bool:
    """`git:REF`, or what stands for revisions."""
    ref = text.removeprefix("git:")
    return bool(ref) and ":" not in ref and ".." not in ref and ref.isprintable() and not ref.startswith("-")


def _heads(project: Project, repository: git.Repository, graph: Graph, here: Here, ref: str, *, whole: bool) -> str:
    """The rows of the version table at a ref. whole: all that is there must be here, and the same."""
    (commit,) = git.commits(repository, [ref])
    if commit is None:
        option = " --unshallow" if git.is_shallow(repository) else ""
        raise UsageError(
            say("git knows no {ref} here", ref=ref),
            hint=say("Run git fetch{option} --tags origin, or correct it: git:v1.0, git:origin/main.", option=option),
        )
    found = versions(project, repository, commit, commit, here)
    if found.unread:
        raise HistoryError(
            say("at {ref} the file can't be read: {reason}", ref=ref, reason=found.unread[0].error.message),
            hint=say("Write the revisions in place of git:{ref}.", ref=ref),
            file=found.unread[0].file,
            line=found.unread[0].error.line,
        )
    there = found.tip.by_id
    if not there:
        raise UsageError(
            say("at {ref} the history holds no revision", ref=ref),
            hint=say("Write base in place of git:{ref}, if the database is empty there.", ref=ref),
        )
    heads = standing(found.tip.revisions())
    for id in there if whole else heads:
        if id not in graph.by_id:
            raise HistoryError(
                say("at {ref} there is the revision {id}, which this history does not have", ref=ref, id=id),
                hint=say("Check out a commit that has it: git checkout {ref}", ref=shlex.quote(ref)),
                file=there[id][0].revision.file,
            )
        if whole and not any(_same(graph, id, kept) for kept in there[id]):
            raise HistoryError(
                say("the file is not what it is at {ref}, and what is rendered is the file at hand", ref=ref),
                hint=say("Check out that commit: git checkout {ref}", ref=shlex.quote(ref)),
                file=graph.by_id[id].file,
            )
    return spelled(tuple(sorted(heads)))


def _same(graph: Graph, id: str, kept: Kept) -> bool:
    """Whether a commit has the very file that is at hand, whatever its name and its line ends."""
    now = graph.by_id[id]
    return kept.revision is now or git.with_lf(kept.source()) == git.with_lf(now.path.read_bytes())
