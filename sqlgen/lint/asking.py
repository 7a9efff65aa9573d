"""A rule's answer in, messages with their statements out. A rule that raises stops the run: it is never skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlgen.errors import ExitCode, SettingsError, say
from sqlgen.lint.book import BookRule, line_in
from sqlgen.lint.rule import Advice, Before
from sqlgen.messages import Message
from sqlgen.segments import Item


class RuleFailed(SettingsError):
    """A rule raised, or returned what is not a Message: nothing was judged by it."""

    exit_code = ExitCode.BUG


def asker(rule: BookRule) -> Callable[[object, Before], Any]:
    """The rule's check as a function of what it sees and of what holds before it: most rules say nothing of most
    statements, so that asking must cost next to nothing."""
    check, options = rule.rule.check, rule.options
    match rule.rule.takes:
        case 1:
            return lambda subject, before: check(subject)
        case 2:
            return check
        case _:
            return lambda subject, before: check(subject, before, options)


def answers(rule: BookRule, said: object, item: Item | None) -> Iterator[tuple[Item | None, Message | Advice]]:
    """What the rule said, each with the statement it is about; `item` where the rule does not say.

    Raises RuleFailed, naming the rule's file and line.
    """
    try:
        told = [said] if isinstance(said, (Message, Advice)) else list(said)  # type: ignore[call-overload]
    except (Exception, SystemExit) as error:  # a rule may be a generator
        raise failed(rule, error, item) from error
    for answer in told:
        match answer:
            case Message() | Advice():
                yield item, answer
            case (Item() as other, Message() | Advice() as message):
                yield other, message
            case _:
                raise RuleFailed(
                    say("the rule {id} returned {type}, not a Message", id=rule.id, type=type(answer).__name__),
                    hint=say('Return None or say("…", …) from the check of {name}.', name=rule.name),
                    file=rule.path,
                )


def failed(rule: BookRule, error: BaseException, item: Item | None) -> RuleFailed:
    """A rule file's own code raised: whatever it was, nothing was judged."""
    return RuleFailed(
        say(
            "the rule {id} raised {type}: {error}{where}",
            id=rule.id,
            type=type(error).__name__,
            error=error,
            where=f" at {item.sql[:80]}" if item is not None else "",
        ),
        hint=say('Correct the rule {name}; until then severity = "off" switches it off.', name=rule.name),
        file=rule.path,
        line=line_in(rule.path, error),
    )
