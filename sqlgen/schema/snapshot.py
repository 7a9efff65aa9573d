"""A schema as JSON text, and back. Loading gives equal answers to every question."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import MISSING, fields
from typing import Any

from sqlgen.errors import UsageError, say
from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Default, Kind, Name, Part, Volatility
from sqlgen.messages import of_plain, plain
from sqlgen.schema.draft import Draft
from sqlgen.schema.fold import Schema
from sqlgen.schema.newness import Newness, Thing
from sqlgen.schema.objects import Object, Objects
from sqlgen.schema.state import State

__all__ = ["FORMAT", "is_snapshot", "load", "save"]

FORMAT = 1
"""Counted up when a text of today could not be loaded any more, or would mean something else."""

_MARK = '{"sqlgen-schema":'
_HEAD = re.compile(r'\{"sqlgen-schema":(\d{1,9}),"sha256":"([0-9a-f]{64})","schema":')
_CLASSES = (Name, Default, Part, Constraint, Column, CreateIndex, Object)
_BY_NAME: dict[str, Any] = {each.__name__: each for each in _CLASSES}
_REQUIRED = {
    each: tuple(
        (field.name, field.default, field.default is MISSING and field.default_factory is MISSING)
        for field in fields(each)
    )
    for each in _CLASSES
}


def is_snapshot(text: str) -> bool:
    """Whether a text was made by `save`, by its first characters."""
    return text.startswith(_MARK)


def save(schema: Schema, heads: tuple[str, ...]) -> str:
    """The schema, and the revisions after which it stands so. Equal schemas give equal texts."""
    body = json.dumps({"heads": heads, **_state(schema.state())}, ensure_ascii=False, separators=(",", ":"))
    return f'{_MARK}{FORMAT},"sha256":"{_digest(body)}","schema":{body}}}\n'


def load(text: str) -> tuple[Schema, tuple[str, ...]]:
    """What was saved. Raises UsageError for a damaged text, and for one of a newer format."""
    hint = say("make the snapshot again with this version of sqlgen")
    found = _HEAD.match(text)
    if found is None:
        raise UsageError(say("the schema snapshot is damaged"), hint=hint)
    version, digest = int(found[1]), found[2]
    if version != FORMAT:
        message = say(
            "the schema snapshot has the format {version}; this sqlgen reads {known}", version=version, known=FORMAT
        )
        raise UsageError(message, hint=hint)
    body = text.rstrip()[found.end() : -1]
    if _digest(body) != digest:
        raise UsageError(say("the schema snapshot is damaged: its content does not match its digest"), hint=hint)
    try:
        read = json.loads(body, object_hook=_made)
        return Schema.of(_from_state(read)), tuple(read["heads"])
    except (KeyError, TypeError, ValueError, RecursionError):
        raise UsageError(say("the schema snapshot is damaged"), hint=hint) from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


# ---- values of the vocabulary


def _encode(value: Any) -> Any:
    """A value of the vocabulary as an object with its class's name under "$", without what is as by default."""
    if isinstance(value, tuple):
        return [_encode(one) for one in value]
    known = _REQUIRED.get(type(value))
    if known is None:
        return value
    found: dict[str, Any] = {"$": type(value).__name__}
    for name, default, required in known:
        part = getattr(value, name)
        if required or part != default:
            found[name] = _encode(part)
    return found


def _made(value: dict[str, Any]) -> Any:
    """What json.loads has found an object to be: a value of the vocabulary where a class stands in it."""
    name = value.pop("$", None)
    if name is None:
        return value
    for key, part in value.items():
        if type(part) is list:
            value[key] = tuple([tuple(one) if type(one) is list else one for one in part])
    made = _BY_NAME[name]
    if made is Constraint:
        value["kind"] = Kind(value["kind"])
    elif made is Default:
        value["volatility"] = Volatility(value["volatility"])
    return made(**value)


# ---- the state


def _state(state: State) -> dict[str, Any]:
    return {
        "dialect": state.dialect,
        "seen": state.seen,
        "from_empty": state.from_empty,
        "why": plain(state.why),
        "tables": [_draft(draft) for draft in state.tables.values()],
        "keys": [list(key) for key in state.tables],
        "homes": _pairs(state.homes),
        "referrers": _sets(state.referrers),
        "owners": _sets(state.owners),
        "gone_at": _pairs(state.gone_at),
        "doubtful": sorted(state.doubtful),
        "names": {name: _sorted(getattr(state.names, name)) for name in _NAMES},
        "objects": [[list(key), _encode(thing)] for key, thing in state.objects.standing.items()],
    }


_NAMES = ("standing", "created", "unsure", "left", "gone")


def _from_state(body: dict[str, Any]) -> State:
    state = State(
        body["dialect"],
        {
            _key(key): _from_draft(draft, body["dialect"])
            for key, draft in zip(body["keys"], body["tables"], strict=True)
        },
        {_key(key): _key(value) for key, value in body["homes"]},
        {_key(key): {_key(one) for one in values} for key, values in body["referrers"]},
        {_key(key): {_key(one) for one in values} for key, values in body["owners"]},
        body["seen"],
        body["from_empty"],
        of_plain(body["why"]),
        {_thing(key): value for key, value in body["gone_at"]},
        set(body.get("doubtful", ())),
    )
    state.names = Newness(body["dialect"], *({_thing(one) for one in body["names"][name]} for name in _NAMES))
    state.objects = Objects(body["dialect"], {_thing(key): thing for key, thing in body["objects"]})
    return state


def _key(value: list[Any]) -> tuple[str | None, str]:
    schema, name = value
    return schema, name


def _thing(value: list[Any]) -> Thing:
    kind, key = value
    return kind, _key(key)


def _order(value: object) -> str:
    return json.dumps(value)


def _sorted(values: Iterable[Any]) -> list[Any]:
    return sorted(values, key=_order)


def _pairs(values: dict[Any, Any]) -> list[Any]:
    return [[key, values[key]] for key in _sorted(values)]


def _sets(values: dict[Any, set[Any]]) -> list[Any]:
    return [[key, _sorted(values[key])] for key in _sorted(values)]


# ---- tables

_PLAIN = ("whole", "seen", "comment", "temporary", "met", "proofs", "checked", "settings", "order")
_PARTITIONS = ("partition_by", "partition_of")


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "name": _encode(draft.name),
        "columns": [_encode(one) for one in draft.columns.values()],
        "constraints": [_encode(one) for one in draft.constraints],
        "indexes": [[key, _encode(one)] for key, one in draft.indexes.items()],
        "brought": [[key, _encode(one)] for key, one in draft.brought.items()],
        "sequences": [[key, _encode(one)] for key, one in draft.sequences.items()],
        **{name: getattr(draft, name) for name in _PLAIN},
        **{name: _encode(getattr(draft, name)) for name in _PARTITIONS if getattr(draft, name) is not None},
    }


def _from_draft(body: dict[str, Any], dialect: str) -> Draft:
    draft = Draft(body["name"], dialect, body["whole"], body["seen"])
    for column in body["columns"]:
        draft.columns[draft.key(column.name)] = column
    draft.constraints = body["constraints"]
    for name in ("indexes", "brought", "sequences"):
        setattr(draft, name, dict(body[name]))
    for name in _PLAIN:
        setattr(draft, name, body[name])
    for name in _PARTITIONS:  # older texts have none
        setattr(draft, name, body.get(name))
    return draft
