"""A review in, review.json out, and back: `sqlgen.review/1`, whose schema is docs/schemas/review-1.schema.json.

A key a line, and an element a line in every list of statements, findings and the like: `grep` finds the statement that
names a table, and `diff` shows which of them differ. Keys are sorted, the text is ASCII, the same review always gives
the same bytes, and only those bytes give that review.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from sqlgen.documents import in_ascii, plain
from sqlgen.documents import read as read_values
from sqlgen.errors import Message, VerificationError, say
from sqlgen.review.document.model import SCHEMA, Document, Place
from sqlgen.review.document.numbers import wrong_number

MAX_TEXT = 64 * 1024 * 1024
"""Octets of a text that is read at all: all that a verifier lets a bundle hold."""
_DIGITS = 19
"""Rows, bytes and milliseconds have no more: all of them fit into 64 bits."""
_ESCAPE = re.compile(r"\\ud[89ab]..\\ud[c-f]..|\\(ud[89a-f]..)|\\.")
"""In JSON that is ASCII: a character of two halves, half of one, any other."""


def write(document: Document) -> str:
    """The text of review.json."""
    return "\n".join(_laid({**plain(document), "schema": SCHEMA}, "")) + "\n"


def _laid(value: object, indent: str) -> list[str]:
    """Lines of JSON, the first without indent: a mapping has a line for each key, a list of mappings one for each."""
    deeper = f"{indent}  "
    match value:
        case {}:
            keys = sorted(value)
            inner = [f"{_text(key)}: " + "\n".join(_laid(value[key], deeper)) for key in keys]
            opens, closes = "{", "}"
        case [{}, *_]:
            inner = [_text(each) for each in value]
            opens, closes = "[", "]"
        case _:
            return [_text(value)]
    if not inner:
        return [f"{opens}{closes}"]
    return [opens, *(f"{deeper}{each}," for each in inner[:-1]), f"{deeper}{inner[-1]}", f"{indent}{closes}"]


def _text(value: object) -> str:
    r"""In ASCII. Half of a surrogate pair, as exceptions and names of files may hold, is no text: it is written out, as
    people read it."""
    text = in_ascii(value)
    if "\\ud" not in text:
        return text
    return _ESCAPE.sub(lambda found: found[0] if found[1] is None else f"\\\\{found[1]}", text)


def read(text: str) -> Document:
    """The review. Its text may come from anybody: all that stands in it is held against the model.

    Raises VerificationError for what `write` does not write: another schema, unknown words and keys, other types,
    numbers of statements that are not there, addresses that a browser would not fetch from a web server.
    """
    if len(text) > MAX_TEXT:
        raise _none(say("it is larger than {octets} octets", octets=MAX_TEXT))
    try:
        values = json.loads(text, parse_int=_whole, parse_float=_no_number, parse_constant=_no_number)
        if not isinstance(values, Mapping):
            raise TypeError("it is no object")
        if values.get("schema") != SCHEMA:
            raise _none(say("its schema is not {schema}", schema=SCHEMA))
        document = read_values(Document, values)
        json.dumps(values, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _none(say("{what}", what=_short(error))) from None
    if (wrong := wrong_number(document)) is not None:
        raise _none(wrong)
    for place in _places(document):
        if place.url is not None and place.address is None:
            raise _none(say("{url} is no address of a web server", url=_short(place.url)))
    if write(document) != text:
        raise _none(say("it is not written as sqlgen writes it, or says a thing twice"))
    return document


def _places(document: Document) -> Iterator[Place]:
    statements = (*document.statements, *document.rollback)
    for places in (
        (each.place for each in statements),
        (each.place for each in document.revisions),
        (each.place for each in document.findings),
        (each.place for each in document.cautions),
    ):
        yield from filter(None, places)


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS or digits.startswith("-"):
        raise ValueError(f"{digits[:_DIGITS]}… is no number of anything")
    return int(digits)


def _no_number(text: str) -> object:
    raise ValueError(f"{text[:_DIGITS]} is no whole number")


def _short(what: object) -> str:
    text = f"{type(what).__name__}: {what}" if isinstance(what, KeyError) else str(what)
    return text if len(text) <= 200 else f"{text[:200]}…"


def _none(why: Message) -> VerificationError:
    return VerificationError(
        say("review.json is no review: {why}", why=why),
        hint=say("Ask for the bundle again, from where it was built; or read its SQL."),
    )
