"""Reviews with anything in them: each text of a review replaced by one that would like to be more than text."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from sqlgen.review.document.model import Document, Signed
from tests.unit.review_sample import sample, scripts, signed

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></textarea></pre></details><h1>x",
    "]]><!-- --!> <!doctype html> <?php",
    "javascript:alert(1)",
    'https://example.org/" onclick="alert(1)',
    "data:text/html,<script>alert(1)</script>",
    "http://example.org/<b>\u202e",
    "\x1b[31mred\x1b[0m \x1b]8;;http://example.org\x07",
    "\u202eright to left\u2066\u200b\u00ad\ufeff",
    "a\0b\r\n\tc\x85\u2028d",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "\\3c script\\3e ; } @import url(http://example.org/x.css); {",
    "W" * 300,
    "渠道" * 120,
    "{names} {0} %s $1 `${x}`",
    "\ud800",
    "<svg/onload=alert(1)><math><mtext></p><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "",
)
Value = TypeVar("Value")


def hostile() -> tuple[Document, dict[str, str], Signed]:
    """The sample, with other texts."""
    texts = cycle(EVIL)
    held = {next(texts) + name: "".join(EVIL) for name in scripts()}
    return _other(sample(), texts), held, _other(signed(), texts)


def _other(value: Value, texts: Iterator[str]) -> Value:
    """A dataclass with its texts replaced."""
    hints = get_type_hints(type(value))
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}  # type: ignore[arg-type]
    made = {name: _of(hints[name], field, texts) for name, field in fields.items()}
    return dataclasses.replace(value, **made)  # type: ignore[type-var]


def _of(hint: Any, value: Any, texts: Iterator[str]) -> Any:
    kind, inner = get_origin(hint), get_args(hint)
    if value is None or kind is Literal:
        return value
    if kind in (Union, types.UnionType):
        return _of(inner[0], value, texts)
    if kind is tuple:
        return tuple(_of(inner[0], each, texts) for each in value)
    if kind is Mapping:
        return {next(texts): number for number in value.values()}
    if dataclasses.is_dataclass(value):
        return _other(value, texts)
    return next(texts) if isinstance(value, str) else value
