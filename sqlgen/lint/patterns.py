"""A pattern for names, from a rule's options, in; a ValueError out where it is none."""

from __future__ import annotations

import re

from sqlgen.messages import say


def required_pattern(text: str) -> str:
    """The text itself. Raises ValueError for what is no regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(say("{text} is no regular expression: {error}", text=text, error=error)) from error
    return text
