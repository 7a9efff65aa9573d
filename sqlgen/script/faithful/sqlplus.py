"""What can't be run from a PL/SQL block as it stands, or what would get past the script's own guard. What only looks
like a command of SQL*Plus is no problem: every statement stands in a literal that is cut; see sqlplus.text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlgen.facts.vocabulary import Begin, Commit, Rollback, Select
from sqlgen.facts.volatility import changes_nothing
from sqlgen.messages import Message, say
from sqlgen.segments import Item
from sqlgen.statements import Token, TokenKind

UNLOCKS = frozenset({"sqlgen_run"})
"""Names that the script's own guard stands on."""


def problems(tokens: Sequence[Token], item: Item) -> Iterator[tuple[Message, Message]]:
    """What is wrong with one statement, and what to do."""
    significant = [token for token in tokens if token.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    for token in significant:
        if token.kind is TokenKind.CLIENT or (token.kind is TokenKind.TERMINATOR and token.text.strip() != ";"):
            yield (
                say("{text} outside quotes is a command to the client", text=token.text.strip()[:40]),
                say("Remove it from the migration, and give each statement an op.execute of its own."),
            )
    words = [token.text.upper() for token in significant]
    bind = _bind(significant, words)
    if bind is not None:
        yield (
            say("it waits for a value of :{name}", name=bind),
            say("Write the value into the statement; the script has none to give."),
        )
    if any(isinstance(fact, Begin | Commit | Rollback) for fact in item.facts[:1]):
        yield (
            say("{word} would end the script's own transaction", word=words[0]),
            say("Remove it from the migration: the script commits where Oracle lets it."),
        )
    if _is_query_with_effects(words, item):
        yield (
            say("it is a query, which EXECUTE IMMEDIATE does not run, and what it calls may change something"),
            say("Write it as DECLARE … BEGIN SELECT … INTO …; END; in one op.execute, or take it out."),
        )
    if words[:3] in (["ALTER", "SESSION", "SET"],) and "CURRENT_SCHEMA" in words[3:4]:
        yield (
            say("it leaves the schema that the guard has checked"),
            say("Remove it; write the schema's name in front of the names."),
        )


def _is_query_with_effects(words: Sequence[str], item: Item) -> bool:
    """Source: PL/SQL Language Reference, EXECUTE IMMEDIATE Statement: a SELECT without INTO never runs."""
    if words[:1] not in (["SELECT"], ["WITH"]):
        return False
    called = (name for fact in item.facts if isinstance(fact, Select) for name in fact.functions)
    return words[0] == "WITH" or "NEXTVAL" in words or not all(map(changes_nothing, called))


def _bind(significant: Sequence[Token], words: Sequence[str]) -> str | None:
    """A name behind a colon, but for :NEW and :OLD of a trigger, or its own names for them.

    Source: PL/SQL Language Reference, CREATE TRIGGER, "Correlation Names"; EXECUTE IMMEDIATE, which wants a USING for
    each placeholder.
    """
    if words[:1] in (["CREATE"], ["ALTER"]) and "TRIGGER" in words[1:5]:
        return None
    for colon, name in pairwise(significant):
        if colon.text == ":" and name.kind in (TokenKind.WORD, TokenKind.NUMBER, TokenKind.QUOTED):
            return name.text
    return None
