"""`ledger:ENV..END` or `git:X..git:Y` in, START:END out: where the ledger says that this project stands in ENV, or what
its heads are at a commit.

The ledger is that of the trust folder which the settings name. Its chain is checked, and the signature of the entry
that decides: an entry that nobody may sign never moves the start of a range.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlgen.errors import HistoryError, UsageError, say
from sqlgen.history import Graph, between
from sqlgen.settings import Settings
from sqlgen.workspace import Workspace

if TYPE_CHECKING:
    from sqlgen.bundle.ledger.entry import Receipt
    from sqlgen.bundle.ledger.places import Place

_FORM = re.compile(r"ledger:(?P<environment>[^.:]*)\.\.(?P<end>[^:]*)")


def plain(workspace: Workspace, text: str) -> str:
    """A range as START:END. Raises what `from_ledger` and `from_git` raise."""
    from sqlgen.history.at_refs import from_git

    return from_git(workspace.project, workspace.graph, from_ledger(workspace, text))


def from_ledger(workspace: Workspace, text: str) -> str:
    """A range without `ledger:`; one that does not begin with it is given back as it is.

    Raises UsageError where the ledger does not say where this project stands, VerificationError where it can't be
    believed.
    """
    text = text.strip()
    if not text.startswith("ledger:"):
        return text
    found = _FORM.fullmatch(text)
    if found is None or not found["environment"] or not found["end"].strip():
        raise UsageError(
            say("{text} is not a range", text=text),
            hint=say("Write ledger:ENV..END: ledger:prod..head is what prod does not have yet."),
        )
    environment, end = found["environment"], found["end"].strip()
    start = ",".join(_heads(workspace, environment, end)) or "base"
    if _spelled(workspace.graph, end) == start:
        raise UsageError(
            say("{env} stands at {start}, so nothing is pending up to {end}", env=environment, start=start, end=end),
            hint=say("There is nothing to do; sqlgen ledger status shows who brought it there."),
        )
    return f"{start}:{end}"


def missing(graph: Graph, heads: tuple[str, ...]) -> tuple[str, ...] | None:
    """The revisions of the history that a database at these rows does not have, in the order in which they run; None
    where the history does not have one of the rows."""
    if any(head not in graph.by_id for head in heads):
        return None
    return tuple(move.revision.id for move in between(graph, heads, tuple(sorted(graph.effective_heads))).steps)


def _heads(workspace: Workspace, environment: str, end: str) -> tuple[str, ...]:
    """The rows at which the project stands there."""
    from sqlgen.bundle.ledger import believed
    from sqlgen.bundle.ledger.places import place_of
    from sqlgen.bundle.verify import check_link

    trust, service, graph = _trust(workspace.settings), workspace.settings.service, workspace.graph
    found = believed(trust, environment)
    if not found:
        raise UsageError(
            say("the ledger says nothing of {environment}", environment=environment),
            hint=say("Write the range with its revisions: START:{end}; sqlgen receipt writes the ledger.", end=end),
        )
    place = place_of([entry for _, entry in found], service, graph.by_id.keys())
    if place is None or place.decided is None or place.heads is None:
        raise _never(environment, service, end)
    links = {link.number: link for link, _ in found}
    check_link(trust, links[place.decided.number])
    if place.failed is not None and place.in_the_middle:
        check_link(trust, links[place.failed.number])
        raise _half_way(environment, place, place.failed, end)
    unknown = next((head for head in place.heads if head not in graph.by_id), None)
    if unknown is not None:
        raise HistoryError(
            say(
                "{environment} stands at {revision} (entry {number} of the ledger), which this history does not have",
                environment=environment,
                revision=unknown,
                number=place.decided.number,
            ),
            hint=say("Fetch the branch that has it, or write the range with its revisions: START:{end}.", end=end),
        )
    return place.heads


def _never(environment: str, service: str | None, end: str) -> UsageError:
    if service is not None:
        return UsageError(
            say("by the ledger nothing of {service} was applied in {env}", service=service, env=environment),
            hint=say("Write the range with its revisions: START:{end}, where base is an empty database.", end=end),
        )
    return UsageError(
        say("by the ledger nothing of this history was applied in {environment}", environment=environment),
        hint=say('Say which service this is, service = "…" in the settings, or write START:{end}.', end=end),
    )


def _half_way(environment: str, place: Place, failed: Receipt, end: str) -> UsageError:
    from sqlgen.bundle.ledger.places import way_out

    return UsageError(
        say(
            "the last run in {environment} failed half-way: entry {number}, {script}, by {name}",
            environment=environment,
            number=failed.number,
            script=failed.script,
            name=failed.name,
        ),
        hint=say("{way} Or write the range with its revisions: START:{end}.", way=way_out(place), end=end),
    )


def _trust(settings: Settings) -> Path:
    trust = settings.trust_folder
    if trust is None:
        raise UsageError(
            say("ledger: asks for a trust folder, and the settings name none"),
            hint=say('Name it beside the other settings: trust = "../trust", relative to the settings file.'),
        )
    if not trust.is_dir():
        raise UsageError(
            say("there is no trust folder {path}", path=trust),
            hint=say("Correct trust in {file}; it is relative to that file.", file=settings.file),
        )
    return trust


def _spelled(graph: Graph, end: str) -> str | None:
    """An end as its rows; None for one that only means something beside its start."""
    from sqlgen.history.endpoints import rows

    if re.search(r"[+-]\d+$", end):
        return None
    return ",".join(rows(graph, end)) or "base"
