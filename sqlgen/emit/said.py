"""A message in, one text that comes back from the worker as it is; and the message out of that text again."""

from __future__ import annotations

import json

from sqlgen.messages import Message, of_plain, plain


def packed(message: Message) -> str:
    return json.dumps(plain(message))


def unpacked(text: str) -> str | Message:
    """Any other text is what it is."""
    try:
        return of_plain(json.loads(text))
    except (ValueError, TypeError, RecursionError):
        return text
