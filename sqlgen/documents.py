"""Values in, JSON with one sorted ASCII key a line out, and back: MANIFEST.json, entries of the ledger, rejections.

`grep` reads such a text, and `diff` shows what differs. The same value always gives the same bytes, and only those
bytes give that value. The grammar is in docs/bundle-format.md, section 3.

A document is a frozen dataclass of texts, whole numbers, flags, one of some words (Literal), tuples and mappings of
texts, and of such dataclasses.
The names of its fields are its keys, unless `Key` says another one.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Document = TypeVar("Document")
Value = TypeVar("Value")


@dataclasses.dataclass(frozen=True)
class Key:
    """A field that is called otherwise in JSON: `lower: Annotated[tuple[str, ...], Key("from")]`."""

    name: str


RARE = object()
Rare = Annotated[Value, RARE]
"""A field that is written only where there is something to say: not None, False, zero or empty. It has a default."""


def write(document: object, **more: object) -> str:
    """The document's text. `more`: keys besides its fields, such as `format`."""
    values = {**plain(document), **more}
    lines = [f"  {in_ascii(name)}: {in_ascii(values[name])}" for name in sorted(values)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read(kind: type[Document], values: Mapping[str, object]) -> Document:
    """A document from parsed JSON. Raises KeyError, TypeError; surplus keys show when it is written again."""
    fields = {}
    for each in _fields(kind):
        if each.key in values or not each.rare:
            fields[each.name] = _read(each.hint, values[each.key])
    return kind(**fields)


def in_ascii(value: object) -> str:
    """One line of JSON in printable ASCII, keys sorted."""
    # json leaves DEL as it is, and the line grammar has printable ASCII only.
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(", ", ": ")).replace("\x7f", "\\u007f")


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    name: str
    key: str
    hint: Any
    rare: bool


def _find(kind: Any) -> tuple[_Field, ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_field(field.name, hints[field.name]) for field in dataclasses.fields(kind))


_fields: Callable[[Any], tuple[_Field, ...]] = functools.cache(_find)
"""What is found once holds for as long as the class does."""


def _field(name: str, hint: Any) -> _Field:
    if get_origin(hint) is not Annotated:
        return _Field(name, name, hint, rare=False)
    inner, *said = get_args(hint)
    key = next((each.name for each in said if isinstance(each, Key)), name)
    return _Field(name, key, inner, rare=RARE in said)


def plain(document: Any) -> dict[str, object]:
    """The document as what json writes: mappings, lists, texts, whole numbers, flags and None."""
    values = {each: getattr(document, each.name) for each in _fields(type(document))}
    return {each.key: _plain(value) for each, value in values.items() if value or not each.rare}


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return plain(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value


def _read(hint: Any, value: object) -> Any:
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, types.UnionType):
        return None if value is None and type(None) in inner else _read(inner[0], value)
    if kind is Literal:
        if value not in inner:
            raise TypeError(f"{value!r} is none of {inner}")
        return value
    if kind is tuple:
        return tuple(_read(inner[0], each) for each in _of(list, value))
    if kind is not None:  # a Mapping
        return {_of(str, name): _read(inner[1], each) for name, each in _of(dict, value).items()}
    if dataclasses.is_dataclass(hint):
        return read(hint, _of(dict, value))  # type: ignore[arg-type]  # is_dataclass takes instances too
    return _of(hint, value)


_KINDS = {str: "text", int: "whole number", bool: "true or false", list: "list", dict: "object"}


def _of(kind: Any, value: object) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{value!r} is no {_KINDS[kind]}")
    return value
