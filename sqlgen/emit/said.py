"""A message in, one text that comes back from the worker as it is; and the message out of that text again."""

from __future__ import annotations

import json

from sqlgen.messages import Message


def packed(message: Message) -> str:
    """Its template and its values, so that it can still be translated when it comes back."""
    return json.dumps(_plain(message))


def unpacked(text: str) -> Message:
    return _message(json.loads(text))


def _plain(value: str | Message) -> object:
    return value if isinstance(value, str) else [value.template, [[name, _plain(each)] for name, each in value.values]]


def _message(plain: list[object]) -> Message:
    template, values = plain
    assert isinstance(template, str)
    assert isinstance(values, list)
    return Message(template, tuple((name, each if isinstance(each, str) else _message(each)) for name, each in values))
