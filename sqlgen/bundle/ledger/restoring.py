"""A database that was set back and a key in; the entry that says where it stands now out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlgen.bundle.ledger.appending import Appended, append
from sqlgen.bundle.ledger.entry import Entry, OfBundle, Receipt, Restored
from sqlgen.bundle.ledger.reading import entries, environments
from sqlgen.errors import Message, UsageError, VerificationError, say

_ROW = re.compile(r"""[^\s"$*+,:;@\\'`-]+""")
"""A revision id, as verifiers take it. Blanks and controls are none, whatever their script."""
Place = tuple[str | None, str | None]
"""Service and database."""


def restored(
    trust: Path,
    environment: str,
    at: str,
    key: Path,
    *,
    because: str,
    service: str | None = None,
    database: str | None = None,
    principal: str | None = None,
) -> Appended:
    """Say that a database was set back, from a dump, a backup or a copy of another one, and where it stands now.

    `at`: the rows of its version table with commas between them, or base. `service`, `database`: whose it is, where the
    ledger knows several. Raises UsageError for what is no row, and for a place that the ledger does not know;
    SigningError for one who may not write receipts there.
    """
    if not because.strip():
        raise UsageError(
            say("it is not said why the database was set back"),
            hint=say('Say it: --because "refreshed from production\'s dump of Sunday"'),
        )
    rows = _rows(at)
    place = _place(entries(trust, environment), environment, service, database)
    entry = Restored(
        kind="restored",
        because=" ".join(because.split()),
        environment=environment,
        rows=rows,
        service=place[0],
        database=place[1],
    )
    return append(trust, environment, entry, key, principal)


def unheard_of(trust: Path, rows: Sequence[str]) -> tuple[str, ...]:
    """Those rows that no entry of any environment names: perhaps they are not written as the table has them."""
    named: set[str] = set()
    for environment in environments(trust):
        found: Sequence[Entry] = ()
        with suppress(VerificationError):  # another environment's is another matter
            found = entries(trust, environment)
        for entry in found:
            if isinstance(entry, OfBundle):
                named.update((*entry.lower, *entry.upper, *(each.id for each in entry.revisions)))
    return tuple(row for row in rows if row not in named)


def _rows(at: str) -> tuple[str, ...]:
    if at.strip() == "base":
        return ()
    rows = tuple(sorted({each.strip() for each in at.split(",")}))
    for row in rows:
        if not _ROW.fullmatch(row) or not row.isprintable():
            raise UsageError(
                say("{row} is no revision id", row=repr(row)),
                hint=say(
                    "Give what SELECT version_num FROM alembic_version shows now, with commas between several rows, "
                    "or base where there is none: --at ae1027a6acf0"
                ),
            )
    return rows


def _place(found: Sequence[Entry], environment: str, service: str | None, database: str | None) -> Place:
    """The one place that is meant."""
    places = dict.fromkeys(each.place for each in found if isinstance(each, Receipt))
    fitting = [
        place for place in places if service in (None, place[0]) and database in (None, place[1])
    ]  # fmt: skip
    if len(fitting) == 1:
        return fitting[0]
    known = "; ".join(str(_words(place)) for place in fitting or places)
    if not places:
        raise UsageError(
            say(
                "the ledger has no receipt of {environment}, so nothing in it has to be taken back",
                environment=environment,
            ),
            hint=say("Environments are told apart as in ledger/ENV; sqlgen ledger status lists what was applied."),
        )
    if fitting:
        raise UsageError(
            say("the ledger of {environment} knows several databases: {known}", environment=environment, known=known),
            hint=say("Say which one was set back: --service NAME, or --database NAME too; one entry for each."),
        )
    raise UsageError(
        say("the ledger of {environment} has no receipt of that service and database", environment=environment),
        hint=say("It knows these: {known}.", known=known),
    )


def _words(place: Place) -> Message:
    service, database = place
    if service is None:
        return say("database {database}", database=database or "-")
    return say("service {service}, database {database}", service=service, database=database or "-")
