"""What was found in, the baseline of findings as it is to be written out: made, or with what is gone taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlgen import pipeline
from sqlgen.errors import ExitCode, SqlgenError
from sqlgen.lint.baseline import Baseline, Known, baseline_of, made_of
from sqlgen.lint.book import Book
from sqlgen.lint.finding import Finding
from sqlgen.pipeline import Emission
from sqlgen.schema import Schema
from sqlgen.workspace import Workspace


class WouldGrow(SqlgenError):
    """The baseline would hold findings that it does not hold yet, and nobody has said that it may."""

    exit_code = ExitCode.FINDINGS


def everything(workspace: Workspace, emission: Emission, rules: Book, *, today: date) -> tuple[Finding, ...]:
    """What is found when the range is linted, and when one of its revisions is linted alone: there a table that an
    older revision made is not new, and holds rows. Each finding once."""
    whole = pipeline.find(workspace, emission, rules, today=today)
    once = {each.fingerprint: each for each in (*_alone(workspace, emission, rules, today), *whole)}
    return tuple(once.values())


def _alone(workspace: Workspace, emission: Emission, rules: Book, today: date) -> Iterator[Finding]:
    def here() -> Schema:
        return schema

    first = emission.steps[0].before
    schema = Schema(emission.dialect, lambda: pipeline.schema_at(workspace, emission.dialect, emission.versions, first))
    for step in emission.steps:
        # The models are what they are behind the last revision.
        model = emission.model if step is emission.steps[-1] else None
        alone = replace(emission, steps=(step,), model=model)
        yield from pipeline.find(workspace, alone, rules, today=today, before=here)
        for item in step.items:
            schema.apply_all(item.facts)
        if step.gap is not None:
            schema.taint()


def created(
    before: Baseline | None, found: Iterable[Finding], *, whole: bool, unjudged: Collection[str] = ()
) -> Baseline:
    """The baseline that holds what was found.

    whole: all of the history was looked at, so that what was not found is gone; but for SQL files, and for `unjudged`,
    revisions that could not be rendered. Else it holds all that it held before, too.
    """
    old = () if before is None else before.findings
    stay = [known for known in old if not whole or known.in_sql or known.revision in unjudged]
    return baseline_of((*stay, *made_of(found).findings))


def pruned(before: Baseline, found: Iterable[Finding], *, unjudged: Collection[str]) -> Baseline:
    """The same baseline without what is not found any more in the history and in the SQL files that it names."""
    now = {known.fingerprint: known for known in made_of(found).findings}
    stay = [known for known in before.findings if known.fingerprint not in now and known.revision in unjudged]
    return baseline_of((*stay, *(now[known.fingerprint] for known in before.findings if known.fingerprint in now)))


def new_in(after: Baseline, before: Baseline | None) -> tuple[Known, ...]:
    """What stands in `after` alone; nothing where there was none before."""
    old = after.fingerprints if before is None else before.fingerprints
    return tuple(known for known in after.findings if known.fingerprint not in old)


def unjudged(emission: Emission) -> tuple[str, ...]:
    """The revisions that could not be rendered: what is found in them is not all."""
    return tuple(step.revision for step in emission.steps if step.gap is not None)


def is_whole(workspace: Workspace, emission: Emission) -> bool:
    """Whether every revision of the history was looked at."""
    return {step.revision for step in emission.steps} == workspace.graph.by_id.keys()


def sql_files(before: Baseline) -> Sequence[str]:
    """The SQL files whose findings it holds."""
    return sorted({str(known.file) for known in before.findings if known.in_sql})
