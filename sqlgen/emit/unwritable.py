"""Why the worker wrote no literal in, the sentence out."""

from __future__ import annotations

from collections.abc import Mapping

from sqlgen.errors import Message, say

PREFIX = "literal-"
"""What the kinds of these refusals begin with."""


def unwritable(kind: str, values: Mapping[str, str]) -> Message:
    """What is wrong with the value, and what to write instead."""
    match kind:
        case "literal-nul":
            return say("{value} holds the character NUL, which PostgreSQL can't store in text; leave it out", **values)
        case "literal-surrogate":
            return say("the text holds {value}, half a character, which no encoding has; leave it out", **values)
        case "literal-control":
            return say(
                "{value} holds a control character, which can't stand in a script as it is, and a definition of this "
                "database takes no function for it; leave it out",
                **values,
            )
        case "literal-json":
            return say("{value} is no JSON: it has no NaN and no Infinity; write null or a text", **values)
        case "literal-number":
            return say("{dialect} has no number {value}; write NULL, or a number that it has", **values)
        case "literal-drivers":
            return say(
                "the drivers of this database store {value} in different ways as {type}; write it as SQL text: "
                "sa.text(…) or op.execute",
                **values,
            )
        case "literal-conversion":
            return say("the type {type} does not take the value {value}: {reason}", **values)
        case "literal-enum":
            return say("{value} is a member of an enum, and no Enum type says how to store it; write .value", **values)
        case _:
            return say(
                "the value {value} ({python}) can't be written for the type {type}; give it a type that takes it, or "
                "the SQL text: sa.text(…)",
                **values,
            )
