"""A folder of revision files in, what each of their constructs says and the text that Alembic wrote for it out.

    PYTHONPATH=<this checkout> python -m tests.laws.constructs.on_disk MIGRATIONS DIALECT > said.pickle

Runs in the interpreter of the project that the revisions belong to. What reads, or looks the schema up, ends there:
offline there is no connection. That is no loss here; each statement before it counts.
"""

from __future__ import annotations

import pickle
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory

from sqlgen.facts.vocabulary import Fact
from tests.laws.constructs.capture import capturing
from tests.laws.constructs.reading import Reader


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of a history."""

    revision: str
    construct: str
    facts: tuple[Fact, ...] | None
    """None where the construct does not say: a text, mostly."""
    text: str


def history(migrations: Path, dialect: str) -> list[Said]:
    """Every revision both ways, in the order of the history."""
    scripts = ScriptDirectory(str(migrations))
    revisions = [each for each in scripts.walk_revisions() if each is not None][::-1]
    return [said for each in revisions for way in ("upgrade", "downgrade") for said in _revision(each, way, dialect)]


def _revision(revision: object, way: str, dialect: str) -> list[Said]:
    with warnings.catch_warnings(), capturing(dialect) as (_, captured):
        warnings.simplefilter("ignore")
        try:
            getattr(revision.module, way)()  # type: ignore[attr-defined]
        except Exception as error:  # whatever somebody's revision raises when it finds no database
            print(f"{revision.revision} {way}: {error!r:.100}", file=sys.stderr)  # type: ignore[attr-defined]
    reader = Reader(captured.dialect)
    return [
        Said(revision.revision, type(construct).__name__, reader.read(construct), text)  # type: ignore[attr-defined]
        for construct, text in captured.statements
    ]


if __name__ == "__main__":
    said = history(Path(sys.argv[1]), sys.argv[2])
    sys.stdout.buffer.write(pickle.dumps([(one.revision, one.construct, one.facts, one.text) for one in said]))
