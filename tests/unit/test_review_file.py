"""review.json: the same review always gives the same text, and nothing but such a text gives a review."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
import types
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from sqlgen.documents import in_ascii
from sqlgen.errors import VerificationError
from sqlgen.review.document import file
from sqlgen.review.document.model import SCHEMA, Document
from tests.unit.review_sample import sample
from tests.unit.reviews import documents

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = json.loads((ROOT / "docs/schemas/review-1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(PUBLISHED)
ALL_SORTS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


# ---- laws


@ALL_SORTS
@given(documents())
def test_a_review_is_read_as_it_was_written(document: Document) -> None:
    text = file.write(document)
    assert file.read(text) == document
    assert text.isascii()
    assert all(line.isprintable() for line in text.split("\n"))
    VALIDATOR.validate(json.loads(text))


def test_the_sample_is_read_as_it_was_written() -> None:
    text = file.write(sample())
    assert file.read(text) == sample()
    VALIDATOR.validate(json.loads(text))


def test_a_statement_a_finding_and_a_reason_have_a_line_each() -> None:
    lines = file.write(sample()).split("\n")
    assert len([line for line in lines if "CREATE UNIQUE INDEX uq_users_email" in line]) == 1
    assert len([line for line in lines if '"rule": ' in line]) == len(sample().findings)
    assert len([line for line in lines if '"light": "' in line]) == 1 + len(sample().verdict.reasons)
    assert '  "schema": "sqlgen.review/1",' in lines
    assert [line for line in lines if line.startswith('  "')] == sorted(
        line for line in lines if line.startswith('  "')
    )


# ---- what is none


@cache
def genuine() -> str:
    return file.write(sample())


Change = Callable[[dict[str, Any]], object]


def written(values: dict[str, Any]) -> str:
    """Values as `write` lays them out: what is wrong with them is what they say."""
    return "\n".join(file._laid(values, "")) + "\n"


CHANGES: dict[str, tuple[Change, str]] = {
    "another schema": (lambda it: it.update(schema="sqlgen.review/2"), "its schema is not sqlgen.review/1"),
    "no schema": (lambda it: it.pop("schema"), "its schema is not sqlgen.review/1"),
    "a key too few": (lambda it: it.pop("guide"), "KeyError: 'guide'"),
    "a key too many": (lambda it: it.update(more=1), "not written as sqlgen writes it"),
    "a key too many inside": (lambda it: it["statements"][0].update(more=1), "not written as sqlgen writes it"),
    "an unknown light": (lambda it: it["verdict"].update(light="blue"), "'blue' is none of"),
    "an unknown language": (lambda it: it.update(language="fr"), "'fr' is none of"),
    "a text that is a number": (lambda it: it.update(summary=3), "3 is no text"),
    "a number that is a flag": (lambda it: it["statements"][0].update(number=True), "True is no whole number"),
    "a list that is an object": (lambda it: it.update(statements={}), "{} is no list"),
    "a negative number": (lambda it: it["tables"][0].update(rows=-1), "is no number of anything"),
    "a number of many digits": (lambda it: it["tables"][0].update(rows=10**19), "is no number of anything"),
    "a fraction": (lambda it: it["tables"][0].update(rows=1.5), "1.5 is no whole number"),
    "no number": (lambda it: it["tables"][0].update(rows=float("inf")), "Infinity is no whole number"),
    "a script for an address": (
        lambda it: it["statements"][0]["place"].update(url="javascript:alert(1)"),
        "javascript:alert(1) is no address of a web server",
    ),
    "a file for an address": (
        lambda it: it["revisions"][0]["place"].update(url="file:///etc/passwd"),
        "file:///etc/passwd is no address of a web server",
    ),
    "an address with a blank": (
        lambda it: it["findings"][0]["place"].update(url="https://a/ b"),
        "https://a/ b is no address of a web server",
    ),
    "an address without a host": (
        lambda it: it["cautions"][0]["place"].update(url="https:///x"),
        "https:///x is no address of a web server",
    ),
    "an address that turns around": (
        lambda it: it["rollback"][0]["place"].update(url="https://a/\u202e"),
        "is no address of a web server",
    ),
    "statements from 2": (lambda it: it["statements"].pop(0), "not numbered from 1"),
    "statements in another order": (lambda it: it["rollback"].reverse(), "not numbered from 1"),
    "a transaction too few": (lambda it: it["transactions"].pop(), "do not hold each statement once"),
    "transactions that overlap": (
        lambda it: it["transactions"][1].update(first=3),
        "do not hold each statement once",
    ),
    "a statement in another transaction": (
        lambda it: it["statements"][0].update(transaction=2),
        "do not hold each statement once",
    ),
    "a transaction of all numbers": (
        lambda it: it["transactions"][4].update(last=10**17),
        "do not hold each statement once",
    ),
}  # fmt: skip
NAMES: dict[str, tuple[Change, int]] = {
    "a reason": (lambda it: it["verdict"]["reasons"][1].update(statements=[9]), 9),
    "old code": (lambda it: it["deploy"]["old_code"][0].update(statement=0), 0),
    "new code": (lambda it: it["deploy"]["new_code"][0].update(statement=99), 99),
    "a lock that is held": (lambda it: it["transactions"][0]["holds"][0].update(since=77), 77),
    "a revision": (lambda it: it["revisions"][0].update(statements=[9]), 9),
    "a revision's way back": (lambda it: it["revisions"][0].update(rollback=[7]), 7),
    "a table": (lambda it: it["tables"][0].update(statements=[9]), 9),
    "a loss": (lambda it: it["losses"][0].update(statement=9), 9),
    "a finding": (lambda it: it["findings"][0].update(statement=9), 9),
    "a finding on the way back": (lambda it: it["findings"][3].update(statement=7), 7),
    "what takes a statement back": (lambda it: it["statements"][0].update(undone_by=[7]), 7),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_no_review_is_refused_with_the_reason(name: str) -> None:
    change, why = CHANGES[name]
    assert why in refused(change)


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(VerificationError, match="surrogates not allowed"):
        file.read(genuine().replace('"summary": "', '"summary": "\\ud800', 1))


@pytest.mark.parametrize("name", NAMES)
def test_a_statement_that_is_not_there_is_named_by_nothing(name: str) -> None:
    change, number = NAMES[name]
    assert f"it names statement {number}, which is not there" in refused(change)


def refused(change: Change) -> str:
    values = json.loads(genuine())
    assert written(copy.deepcopy(values)) == genuine()
    change(values)
    with pytest.raises(VerificationError) as error:
        file.read(written(values))
    assert str(error.value.hint)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"),
        ("[]", "it is no object"),
        ("null", "it is no object"),
        ("[" * 100_000, "recursion"),
        ("{" * 100_000, "Expecting property name"),
        ('{"a": ' * 100_000, "recursion"),
        ("1" * 5_000, "is no number of anything"),
        ('{"schema": "sqlgen.review/1", "schema": "sqlgen.review/2"}', "its schema is not"),
    ],
)
def test_a_text_that_is_no_review_at_all_is_refused(text: str, why: str) -> None:
    with pytest.raises(VerificationError, match=why):
        file.read(text)


def test_only_the_bytes_that_are_written_are_read() -> None:
    text = genuine()
    for other in (
        text.rstrip("\n"),
        f"{text}\n",
        text.replace("  ", " ", 1),
        text.replace('"findings": [', '"findings":  [', 1),
        text.replace("\n", "\r\n"),
        text.replace(r"\u7f51", "网", 1),
        text.replace('"light": "red"', '"light": "red", "light": "red"', 1),
        json.dumps(json.loads(text)),
    ):
        assert other != text
        with pytest.raises(VerificationError, match="it is not written as sqlgen writes it"):
            file.read(other)


def test_a_text_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MAX_TEXT", len(genuine()) - 1)
    with pytest.raises(VerificationError, match="it is larger than"):
        file.read(genuine())
    monkeypatch.setattr(file, "MAX_TEXT", len(genuine()))
    assert file.read(genuine()) == sample()


def test_a_large_value_is_not_told_whole() -> None:
    told = refused(lambda it: it.update(language="x" * 100_000))
    assert len(told) < 400


def test_whatever_becomes_of_its_bytes_it_is_read_or_refused() -> None:
    chance, read = random.Random(8), 0
    for _ in range(300):
        text = genuine()
        for _ in range(chance.choice((1, 2))):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(('"', "9", "[]", "{}", "null", "\\", "\u202e", "")) + text[at + 1 :]
        try:
            read += file.write(file.read(text)) == text
        except VerificationError:
            continue
    assert 0 < read < 300


# ---- the published schema


def test_the_published_schema_is_that_of_the_model() -> None:
    Draft202012Validator.check_schema(PUBLISHED)
    wanted = _object(Document)
    wanted["properties"]["schema"] = {"const": SCHEMA}
    wanted["required"] = sorted(wanted["properties"])
    assert {key: _bare(PUBLISHED[key]) for key in wanted} == wanted
    assert {name: _bare(each) for name, each in PUBLISHED["$defs"].items()} == dict(_definitions(Document))


def _bare(schema: Any) -> Any:
    """Without what people read, and without the pattern of addresses, which `read` checks."""
    if isinstance(schema, dict):
        return {key: _bare(each) for key, each in schema.items() if key not in ("description", "pattern")}
    return [_bare(each) for each in schema] if isinstance(schema, list) else schema


def _named(kind: Any) -> str:
    return f"{kind.__name__[0].lower()}{kind.__name__[1:]}"


def _object(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    properties = {field.name: _value(hints[field.name]) for field in dataclasses.fields(kind)}
    required = sorted(properties)
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _value(hint: Any) -> dict[str, Any]:
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, types.UnionType):
        value = _value(inner[0])
        return {**value, "type": [value["type"], "null"]} if "type" in value else {"anyOf": [value, {"type": "null"}]}
    if kind is Literal:
        return {"enum": [*inner]}
    if kind is Mapping:
        return {"type": "object", "additionalProperties": _value(inner[1])}
    if kind is tuple:
        return {"type": "array", "items": _value(inner[0])}
    if dataclasses.is_dataclass(hint):
        return {"$ref": f"#/$defs/{_named(hint)}"}
    return {"type": {str: "string", int: "integer", bool: "boolean"}[hint], **({"minimum": 0} if hint is int else {})}


def _definitions(kind: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for hint in get_type_hints(kind).values() if dataclasses.is_dataclass(kind) else get_args(kind):
        if dataclasses.is_dataclass(hint):
            yield _named(hint), _object(hint)
        yield from _definitions(hint)


def test_an_address_that_is_none_does_not_hold_to_the_schema() -> None:
    values = json.loads(genuine())
    values["statements"][0]["place"]["url"] = "javascript:alert(1)"
    assert [each.validator for each in VALIDATOR.iter_errors(values)] == ["anyOf"]


def test_keys_are_ascii_and_sorted_wherever_they_stand() -> None:
    values = json.loads(genuine())
    assert in_ascii(values["statements"][0]) in genuine()
