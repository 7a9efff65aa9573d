"""Findings as Markdown: the body of a comment on a pull request, always short enough for its host.

It begins with a mark that nobody sees, `<!-- sqlgen:report key=… -->`: who posts it replaces the comment that has the
same one. What does not fit is left out in steps, whole revisions and rows at a time, and said to be left out.
"""

from __future__ import annotations

from sqlgen.review import comment
from sqlgen.review.formats import Style
from sqlgen.review.hosts import COMMENT_BYTES, comment_limit
from sqlgen.review.report import Report
from sqlgen.review.risk import Risk
from sqlgen.review.section import Detail

_DETAILS = (
    Detail(),
    Detail(sql_lines=50),
    Detail(sql_lines=0),
    *(Detail(sql_lines=0, risks=False, rows=rows) for rows in (100, 30, 10, 3)),
    Detail(sql_lines=0, risks=False, rows=0),
)
"""From all to counts alone."""
SHORTEST = 2_000
"""Counts alone take no more characters, whatever the report."""

_ROOM = 500
"""Characters for who posts it: a mark of their own, a link to the run."""


def render(report: Report, style: Style) -> str:
    """GitHub-flavoured Markdown with a final newline, of at most `style.limit` characters; GitHub's without one."""
    limit = style.limit or comment_limit(None)
    octets = COMMENT_BYTES if limit <= comment_limit("github") else None
    return fit(report, limit - _ROOM if limit > SHORTEST + _ROOM else limit, octets) or comment.text(
        report, _DETAILS[-1]
    )


def fit(report: Report, characters: int | None = None, octets: int | None = None) -> str | None:
    """As much as fits into so many code points and so many bytes of UTF-8; None where not even the counts do."""
    known: dict[int, tuple[Risk, ...]] = {}
    for detail in _DETAILS:
        text = comment.text(report, detail, known)
        if characters is not None and len(text) > characters:
            continue
        if octets is None or len(text.encode()) <= octets:
            return text
    return None
