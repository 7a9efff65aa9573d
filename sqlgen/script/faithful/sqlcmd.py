"""What sqlcmd and Management Studio would not hand to SQL Server as it stands, or what would get past the script's own
guard. What only looks like a command is no problem: it is written in a literal that is cut; see sqlcmd.text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.facts.vocabulary import Rollback
from sqlgen.messages import Message, say
from sqlgen.script.plan import parts
from sqlgen.script.sqlcmd.batches import loose, stands_alone
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step
from sqlgen.statements import Token, TokenKind

UNLOCKS = frozenset({"noexec", "xact_abort", "parseonly", "fmtonly", "implicit_transactions", "sp_releaseapplock"})
"""Settings that the script's own guard stands on."""


def problems(tokens: Sequence[Token], item: Item) -> Iterator[tuple[Message, Message]]:
    """What is wrong with one statement, and what to do."""
    for token in tokens:
        if token.kind is TokenKind.CLIENT or (token.kind is TokenKind.TERMINATOR and token.text != ";"):
            yield (
                say("{text} outside quotes is a command to the client", text=token.text.strip()[:40]),
                say("Remove it from the migration, and give each batch an op.execute of its own."),
            )
    significant = [token for token in tokens if token.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    first = significant[0].text.upper() if significant else ""
    if first == "USE":
        yield (
            say("USE leaves the database that the guard has checked"),
            say("Remove it; write the database's name in front of the names."),
        )
    if any(isinstance(fact, Rollback) for fact in item.facts[:1]):
        yield (
            say("it rolls back the transaction that the script runs the revision in"),
            say("Remove the ROLLBACK; take statements that must not run out of the migration."),
        )
    leaves = {token.text.lower() for token in significant if token.kind is TokenKind.WORD} & {"return", "goto"}
    if leaves and not stands_alone(item):
        yield (
            say("{word} leaves its batch, and the script gives each statement a batch", word=min(leaves).upper()),
            say("Write the condition with IF … BEGIN … END in one op.execute."),
        )


def of_step(step: Step, target: Target) -> tuple[int, tuple[Message, Message]] | None:
    """A statement (by its number in the step, from 0) that uses a variable which nothing before it declares."""
    before = 0
    for part in parts(step, target):
        found = loose(part.items)
        if found is not None:
            return before + found[0], (
                say("it uses {name}, which no statement of its batch declares", name=found[1].lower()),
                say("Declare it in the same op.execute: a variable lives in its batch."),
            )
        before += len(part.items)
    return None
