"""The baseline of findings here and on the base branch in, the part of it that counts for this branch out.

A baseline is for what was there before. A line that this branch itself adds must not hide what the same branch brings:
what it does to the history, the growth of the baseline among it; and where it makes the first baseline, which is no
growth, what is found in its own revisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlgen.history import git
from sqlgen.history.since import Base, Changes
from sqlgen.lint import baseline
from sqlgen.lint.baseline import Baseline, baseline_of
from sqlgen.lint.branch import BRANCH_FACTS, ModelDrift
from sqlgen.lint.finding import Finding
from sqlgen.project import Project

if TYPE_CHECKING:
    from sqlgen.lint.book import Book


def at_base(project: Project, repository: git.Repository, base: Base) -> Baseline | None:
    """What the base branch has, at its tip and where this branch began, together; None where it has none. By the
    file's own place: where a symbolic link leads, decides whoever makes it. Raises UsageError for one that is none."""
    root = repository.name(project.root)
    if root is None:
        return None
    name = baseline.FILE if root == "." else f"{root}/{baseline.FILE}"
    names = [f"{commit}:{name}" for commit in dict.fromkeys((base.commit, base.merge_base))]
    blobs = [blob for blob in git.blobs(repository, names, follow=True) if blob is not None]
    kept = [baseline.parse(blob.data, project.root / baseline.FILE) for blob in blobs]
    return baseline_of(each for one in kept for each in one.findings) if kept else None


def cover(
    findings: tuple[Finding, ...], project: Project, repository: git.Repository, found: Changes, rules: Book | None
) -> tuple[Finding, ...]:
    """The findings; those that the baseline holds, and that it may hold here, are allowed by it. Raises UsageError."""
    here = baseline.read(project.root / baseline.FILE)
    if here is None:
        return findings
    base = at_base(project, repository, found.base)
    old = frozenset[str]() if base is None else base.fingerprints
    brought = frozenset[str]() if rules is None else _about_branches(rules)
    own = {each.id for each in found.new} | {each.now.id for each in found.edited}

    def counts(finding: Finding) -> bool:
        if finding.fingerprint in old:
            return True
        return finding.rule not in brought and (base is not None or finding.revision not in own)

    covered = here.cover(findings)
    return tuple(after if counts(before) else before for before, after in zip(findings, covered, strict=True))


def _about_branches(rules: Book) -> frozenset[str]:
    """What they find, this branch did. Where models differ from the history, that may have been there before."""
    facts = BRANCH_FACTS - {ModelDrift}
    return frozenset(each.id for each in rules.rules if not facts.isdisjoint(each.rule.sees))
