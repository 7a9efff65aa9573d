"""What was judged in; what was checked, by what, with which result, out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.lint.finding import Severity
from sqlgen.messages import Message, say
from sqlgen.review.document import model
from sqlgen.review.document.source import Source


def evidence(source: Source) -> tuple[model.Evidence, ...]:
    """A row for each check."""
    return tuple(model.Evidence(str(name), str(text)) for name, text in _evidence(source))


def _evidence(source: Source) -> Iterator[tuple[Message, Message]]:
    judged = source.judged
    if source.rules:
        yield (
            say("rules"),
            say(
                "{rules} rules have looked at it: open errors {errors}, open warnings {warnings}, allowed {allowed}",
                rules=source.rules,
                errors=judged.count(Severity.ERROR),
                warnings=judged.count(Severity.WARNING),
                allowed=judged.allowed,
            ),
        )
    yield say("layout"), say("formatting has changed the layout alone: token by token, the statements are the same")
    yield say("effects"), _proven(source)
    if source.range.down and not source.range.losses.nowhere:
        yield say("round trip"), _round_trip(source)
    for environment in source.rehearsed:
        yield say("receipt"), say("the same content was applied in {environment}", environment=environment)
    if source.stats is not None:
        yield (
            say("statistics"),
            say("of {server}, taken {taken}", server=source.stats.server, taken=source.stats.taken),
        )
    if source.tools:
        versions = ", ".join(f"{name} {version}" for name, version in sorted(source.tools.items()))
        yield say("made with"), say("{versions}", versions=versions)


def _proven(source: Source) -> Message:
    dialect = source.range.target.dialect
    if dialect in ("postgresql", "mariadb", "sqlite"):
        return say(
            "locks and work are those of {dialect}; each statement says whether sqlgen's tests run that case on a real "
            "server, or whether it is the manual's word",
            dialect=dialect,
        )
    return say("locks and work are the manual's word: sqlgen's tests have no {dialect} server", dialect=dialect)


def _round_trip(source: Source) -> Message:
    differing = [way.step.revision for way in source.range.losses.back if way.differs]
    if differing:
        return say(
            "replayed offline, upgrade and downgrade: the schema is another one behind {revisions}",
            revisions=", ".join(differing),
        )
    return say("replayed offline, upgrade and downgrade: the schema is the same again, as far as it is known")
