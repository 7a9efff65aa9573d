"""A review in, which of its findings are about which statement of which script out: one answer for all faces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlgen.review.document.model import Document, Finding

__all__ = ["attached", "of_rollback"]


def attached(document: Document, *, back: bool = False) -> Mapping[int, Sequence[Finding]]:
    """Findings by the number of the statement that they are about: of `statements`, or `back`, of `rollback`. A
    statement without any has no entry."""
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    for each in document.findings:
        if each.statement is not None and of_rollback(document, each) == back:
            found[each.statement].append(each)
    return dict(found)


def of_rollback(document: Document, finding: Finding) -> bool:
    """Whether its number is one of `rollback`. Where nothing but the way back was asked for, that is `statements`."""
    return finding.direction == "downgrade" and not document.about.down_only
