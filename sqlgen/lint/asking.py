"""A rule and its subject in, what it says out. A rule that raises stops the run: it is never skipped."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.errors import ExitCode, SettingsError, say
from sqlgen.lint.book import BookRule, line_in
from sqlgen.lint.rule import Advice, Before
from sqlgen.messages import Message
from sqlgen.segments import Item


class RuleFailed(SettingsError):
    """A rule raised, or returned what is not a Message: nothing was judged by it."""

    exit_code = ExitCode.BUG


def ask(
    rule: BookRule, subject: object, before: Before, item: Item | None
) -> Iterator[tuple[Item | None, Message | Advice]]:
    """What the rule says of the subject, each with the statement it is about; `item` where the rule does not say.

    Raises RuleFailed, naming the rule's file and line.
    """
    try:
        said = rule.rule.check(*(subject, before, rule.options)[: rule.rule.takes])
        if said is None:
            return
        answers = [said] if isinstance(said, (Message, Advice)) else list(said)
    except Exception as error:  # a rule file's own code: whatever it raises, nothing was judged
        raise RuleFailed(
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
        ) from error
    for answer in answers:
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
