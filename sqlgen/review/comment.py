"""A report in, the Markdown of a comment on a pull request out, as long or as short as it is asked to be.

It links nothing, and whatever stands in it of the pull request's own text is inline code or in a code block.
"""

from __future__ import annotations

import hashlib
import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlgen import __version__
from sqlgen.markdown import code, fenced, prose
from sqlgen.messages import Message, heads, say, visible
from sqlgen.review.counts import closing, not_checked, summary
from sqlgen.review.report import Entry, Part, Report
from sqlgen.review.risk import Risk
from sqlgen.review.section import NAMED, Detail, Section, name, short, table

_COMMAND = 300
"""A command that is longer is left out: it is whole, or not there."""


def text(report: Report, detail: Detail, known: dict[int, tuple[Risk, ...]] | None = None) -> str:
    """The comment, with a final newline. It is never cut: what is left out is whole, and said to be.

    known: kept between comments on one report, so that what its revisions do is worked out once.
    """
    known = {} if known is None else known
    entries: dict[int, list[Entry]] = defaultdict(list)
    for entry in report.entries:
        entries[id(entry.part)].append(entry)
    lines = [
        f"<!-- sqlgen:report key={key(report)} -->",
        f"### sqlgen{say(': ')}{_verdict(report)}",
        "",
        f"{closing(report)}",
    ]
    if detail.rows == 0:
        lines += _counts_alone(report)
    elif len(report.parts) == 1:
        lines += Section(report.parts[0], report.entries, detail, known).lines()
    else:
        lines += _projects(report, entries, detail, known)
    lines += _reproduce(report, detail)
    return "\n".join(lines) + "\n"


def key(report: Report) -> str:
    """What a comment is known by, to be replaced by the next one: the same for the same projects and environments."""
    known = sorted((report.path(part, "."), part.environment or "") for part in report.parts)
    return hashlib.sha256(repr(known).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _verdict(report: Report) -> Message:
    """What comes of it; the counts come next."""
    troubled = sum(1 for part in report.parts if part.trouble is not None)
    if troubled:
        return say("**failed**, not everything could be checked")
    if report.incomplete:
        return say("**failed**, not everything could be rendered")
    if report.fails:
        return say("**failed**")
    if report.parts and all(part.since is not None and not part.since.new for part in report.parts):
        return say("**passed**, no new revision")
    return say("**passed**")


def _counts_alone(report: Report) -> Iterator[str]:
    yield ""
    yield f"{say('The rest does not fit here: the log of the check has all of it.')}"
    bases = {(part.since.base, part.since.commit) for part in report.parts if part.since is not None}
    if len(bases) == 1:
        ((base, commit),) = bases
        compared = say("Compared with {base}, {commit}.", base="{base}", commit="{commit}")
        yield ""
        yield str(compared).format(base=name(base), commit=name(commit[:12]))


# ---- several projects


def _projects(
    report: Report, entries: Mapping[int, Sequence[Entry]], detail: Detail, known: dict[int, tuple[Risk, ...]]
) -> Iterator[str]:
    """A table of those with something to say, the worst first; the others in a line; then each of them by itself."""
    telling = sorted(filter(_is_telling, report.parts), key=lambda part: (part.trouble is None, not part.fails))
    clean = [part for part in report.parts if not _is_telling(part)]
    if telling:
        names = (say("project"), say("new revisions"), say("found"))
        yield from table(names, [*map(_project, telling)], detail)
    if clean:
        shown = ", ".join(name(part.name or ".") for part in clean[:NAMED])
        more = say(" and {count} more", count=len(clean) - NAMED) if len(clean) > NAMED else ""
        yield ""
        yield f"{say('Nothing found in {names}{more}.', names='{names}', more=more)}".replace("{names}", shown)
    for part in telling[: detail.rows]:
        yield ""
        yield f"#### {name(part.name or '.')}"
        yield from Section(part, entries.get(id(part), ()), detail, known).lines()


def _is_telling(part: Part) -> bool:
    judged = part.judged
    new = part.since is not None and bool(part.since.new or part.since.edited or part.since.deleted)
    return bool(part.trouble or part.fails or new or judged.findings or judged.incomplete)


def _project(part: Part) -> tuple[str, ...]:
    found = not_checked(part) if part.trouble is not None else summary(part.judged)
    return code(short(part.name or ".")), "" if part.since is None else str(len(part.since.new)), prose(str(found))


# ---- the same on another machine


def _reproduce(report: Report, detail: Detail) -> Iterator[str]:
    commands = [_command(report, part) for part in report.parts if _is_telling(part)]
    shown = [each for each in dict.fromkeys(commands) if each is not None and len(each) <= _COMMAND]
    if detail.rows is not None:
        shown = shown[: min(detail.rows, 3) or 1]
    yield ""
    if not shown:
        yield f"sqlgen {__version__}"
        return
    again = say("The same on your machine, from the top of the repository, with sqlgen {v}:", v=__version__)
    yield f"{again}"
    yield ""
    yield from fenced("\n".join(shown), "sh")


def _command(report: Report, part: Part) -> str | None:
    """What to type; None where that is not known."""
    words = _asked(part)
    if not words:
        return None
    folder = report.path(part, ".")
    project = [] if folder == "." or words[-1].endswith(".sql") else ["--project", folder]
    environment = [] if part.environment is None else ["--env", part.environment]
    return " ".join(map(shlex.quote, map(visible, ["sqlgen", *words, *project, *environment, *part.options])))


def _asked(part: Part) -> list[str]:
    if part.since is not None:
        return ["check", "--since", part.since.base]
    if part.trouble is not None or not part.steps:
        return []
    steps = [step for step in part.steps if step.direction == "upgrade"]
    if not steps:
        return ["lint", f"{heads(part.steps[-1].after)}:{heads(part.steps[0].before)}", "--down"]
    if not steps[0].revision:
        files = [step.file or "<stdin>" for step in steps]
        return ["lint", "--dialect", part.judged.dialect, *files] if "<stdin>" not in files else []
    return ["lint", f"{heads(steps[0].before)}:{heads(steps[-1].after)}".replace(", ", ",")]
