"""A project and a base in, a Part out: what its branch does to the history, and what is to be said of what is new.

    project → repository → base → changes → stretches      beginning: workers start where something is to run
                                     └► emit → lint → …    looking: findings → Part

Once it is known what the branch does, what goes wrong is told beside what was found until then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlgen.checking.beginning import begin
from sqlgen.errors import Message, SqlgenError
from sqlgen.settings import Request
from sqlgen.settings.again import again

if TYPE_CHECKING:
    from sqlgen.pipeline import Progress
    from sqlgen.review.report import Part


def check(
    request: Request,
    *,
    since: str | None,
    environ: Mapping[str, str],
    fail_on: str | None,
    today: date,
    progress: Progress | None = None,
    rehearse: str | None = None,
    models: bool = True,
    tell: Callable[[Message | str, bool], None] = lambda _line, _detail: None,
) -> Part:
    """Check one project. `rehearse`: the URL of a server on which the new revisions are run, up, down and up again.
    `models`: compare them with the history, where this branch may have made a difference. `tell`: see looking.Tell.

    Raises SqlgenError where it is not even known what the branch does: no project, no settings, no base.
    """
    begun, repository = begin(request, since=since, environ=environ, models=models)
    from sqlgen.checking.looking import Looking, trouble_of  # while the workers start

    looking = Looking(begun, repository, today, progress, tell)
    trouble = None
    try:
        looking.run(rehearse=rehearse)
    except SqlgenError as error:
        trouble = trouble_of(error, tell)
    part = looking.part(fail_on, trouble)
    return replace(part, options=again(request, begun.workspace.project.top, fail_on=fail_on, models=models))
