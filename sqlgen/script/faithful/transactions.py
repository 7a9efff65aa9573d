"""Refuses a statement that needs a transaction where the script runs it in none: such a script could never end."""

from __future__ import annotations

from sqlgen.facts.vocabulary import LockTable, Savepoint
from sqlgen.messages import Message, say
from sqlgen.script.plan import parts
from sqlgen.script.target import Target
from sqlgen.segments import Step


def of_step(step: Step, target: Target) -> tuple[int, tuple[Message, Message]] | None:
    """The number, from 0, of the first such statement, and the problem with its hint.

    PostgreSQL manual, SAVEPOINT and LOCK; MySQL manual, 15.3.4: a savepoint ends with its transaction. On SQLite the
    script is always one transaction.
    """
    if target.dialect == "sqlite":
        return None
    needs = (Savepoint, LockTable) if target.dialect == "postgresql" else (Savepoint,)
    number = 0
    for part in parts(step, target):
        if not part.transaction and any(isinstance(fact, needs) for fact in part.items[0].facts):
            return number, (
                say("it needs a transaction, and the script runs it outside of any"),
                say("Take it out of the migration; or let it run in a transaction: no autocommit_block, no mode none."),
            )
        number += len(part.items)
    return None
