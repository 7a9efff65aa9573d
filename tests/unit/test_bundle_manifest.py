"""Manifest to MANIFEST.json and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sqlgen.bundle.manifest import (
    DOES_NOTHING,
    AllowedFinding,
    Hotfix,
    IncompleteRevision,
    Manifest,
    NoWayBack,
    OverriddenRevision,
    PromotedFrom,
    RecordedRevision,
    RevisionFile,
    RowDrivenRevision,
    created_at,
    parse,
)
from sqlgen.errors import UsageError, VerificationError
from sqlgen.messages import CHINESE, speaking

GOLDEN = Path(__file__).parents[1] / "golden" / "bundle" / "bundle"

FULL = Manifest(
    content_id="01" * 32,
    environment="prod",
    dialect="postgresql",
    server_version="16",
    client="psql",
    database="shop",
    lower=("1f0c",),
    upper=("27ab", "9d3e"),
    revisions=(
        RevisionFile("27ab", "migrations/versions/27ab_add_status.py", "23" * 32),
        RevisionFile("9d3e", "migrations/versions/9d3e_drop_fax.py", "45" * 32),
    ),
    commit="67" * 20,
    created="2026-01-31T09:30:00Z",
    expires=None,
    required_roles={"review": 2, "dba": 1},
    rules={"drop-column": "89" * 32},
    allowances=(
        AllowedFinding("drop-column", "9d3e", "emptied in 8c1d, “done” \x7f é", "2026-12-31", "versions/9d3e.py:12"),
    ),
    incomplete=(
        IncompleteRevision("77aa", "versions/77aa.py", 31, "reads data"),
        IncompleteRevision("88", None, None, ""),
    ),
    row_driven=(
        RowDrivenRevision("27ab", "upgrade", "SELECT id FROM “books”", "versions/27ab.py", 12),
        RowDrivenRevision("9d3e", "downgrade", "", None, None),
    ),
    recorded=(RecordedRevision("27ab", "upgrade"),),
    handwritten=(OverriddenRevision("9d3e", "upgrade", "sql/9d3e.sql", "ab" * 32),),
    destroys=("users", "sales.“orders”"),
    no_way_back=(NoWayBack("9d3e", "versions/9d3e.py:31", "NotImplementedError"),),
    no_rollback=True,
    not_run="NOT RUN ON A REAL SERVER",
    transaction="none",
    schema="sales",
    identity="7301",
    tenants=("shop_a", "shop_b"),
    tenants_are="databases",
    overrides=("--fail-on",),
    language="zh-CN",
    tools={"sqlgen": "0.1.0", "alembic": "1.13.0"},
    options=("--env", "-x"),
    x_names=("tenant",),
)
BARE = replace(
    FULL, environment=None, server_version=None, database=None, lower=(), commit=None, created=None, revisions=(),
    required_roles={}, rules={}, allowances=(), incomplete=(), overrides=(), tools={}, options=(), x_names=(),
    row_driven=(), recorded=(), handwritten=(), destroys=(), no_way_back=(), no_rollback=False, not_run=None,
    transaction=None, schema=None, identity=None, tenants=(), tenants_are=None,
)  # fmt: skip


@pytest.mark.parametrize("manifest", [FULL, BARE], ids=["full", "bare"])
def test_what_is_written_is_read_back(manifest: Manifest) -> None:
    assert parse(manifest.to_text().encode()) == manifest


def test_one_sorted_ascii_key_stands_on_each_line() -> None:
    text = FULL.to_text()
    keys = [line.split('"')[1] for line in text.splitlines()[1:-1]]
    assert keys == sorted(json.loads(text))
    assert all(" " <= char <= "~" or char == "\n" for char in text)
    assert json.loads(text)["allowances"][0]["because"] == "emptied in 8c1d, “done” \x7f é"


def test_what_most_bundles_have_none_of_has_no_key_there() -> None:
    rare = json.loads(FULL.to_text()).keys() - json.loads(BARE.to_text()).keys()
    assert rare == {
        *("row_driven", "recorded", "handwritten", "destroys", "no_way_back", "no_rollback", "not_run", "transaction"),
        *("schema", "identity", "tenants", "tenants_are"),
    }


def test_the_order_of_mappings_does_not_show() -> None:
    assert replace(FULL, tools={"alembic": "1.13.0", "sqlgen": "0.1.0"}).to_text() == FULL.to_text()


def change(old: str, new: str) -> bytes:
    text = FULL.to_text()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "one sorted key a line"),
        (b"{}\n", "one sorted key a line"),
        (b"\xff\xfe{\x00", "one sorted key a line"),
        (change("}\n", "}"), "one sorted key a line"),
        (change("\n", "\r\n"), "one sorted key a line"),
        (change('  "dialect"', '   "dialect"'), "one sorted key a line"),
        (change('"client": "psql",\n', '"client": "psql",\n  "client": "psql",\n'), "one sorted key a line"),
        (change('  "client": "psql",\n', ""), "KeyError: 'client'"),
        (change('"client": "psql"', '"client": 1'), "TypeError: 1 is no text"),
        (change('"client": "psql"', '"client": "psql", "x": 1'), "not written as sqlgen writes it"),
        (change('  "commit"', '  "clone": 1,\n  "commit"'), "not written as sqlgen writes it"),
        (change('"review": 2', '"review": true'), "TypeError: True is no whole number"),
        (change('"review": 2', '"review": 0'), "review = 0 is no role"),
        (change('"review": 2', '"review": ' + "9" * 5000), "ValueError"),
        (change('"from": ["1f0c"]', '"from": ["1f0c" ]'), "not written as sqlgen writes it"),
        (change('"from": ["1f0c"]', '"from": ' + "[" * 100_000), "RecursionError"),
        (change(', "line": 12, "revision": "27ab"', ', "line": true, "revision": "27ab"'), "True is no whole number"),
        (change('"no_rollback": true', '"no_rollback": 1'), "TypeError: 1 is no true or false"),
        (
            BARE.to_text().replace('  "required_roles"', '  "recorded": [],\n  "required_roles"').encode(),
            "not written as sqlgen",
        ),
        (change('"from": ["1f0c"]', '"from": NaN'), "TypeError: nan is no list"),
        (change('"zh-CN"', '"\\u007ah-CN"'), "not written as sqlgen writes it"),
        (change("2026-01-31T09", "2026-02-30T09"), "no time in UTC"),
        (change("sqlgen.bundle/1", "sqlgen.bundle/2"), "unknown format"),
        (change("sqlgen.bundle/1", "else"), "unknown format"),
        (change("0101", "01"), "content_id is no sha256"),
    ],
)
def test_anything_else_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(VerificationError) as caught:
        parse(data)
    assert reason in str(caught.value)
    assert str(caught.value.hint)


@pytest.mark.parametrize("environment", ["Prod", "", "prod.eu", "prod eu", "-x", "a\nb"])
def test_an_environment_that_no_namespace_can_hold_is_refused(environment: str) -> None:
    with pytest.raises(UsageError, match="no environment name"):
        replace(FULL, environment=environment).to_text()


@pytest.mark.parametrize("expires", ["2026-12-31", "2026-12-31T00:00:00+01:00", "2026-13-01T00:00:00Z", "soon"])
def test_a_time_must_be_in_utc(expires: str) -> None:
    with pytest.raises(UsageError, match="no time in UTC"):
        replace(FULL, expires=expires).to_text()


def test_a_receipt_is_no_role() -> None:
    with pytest.raises(UsageError, match="receipt = 1"):
        replace(FULL, required_roles={"receipt": 1}).to_text()


def in_lines(values: dict[str, object]) -> bytes:
    """The grammar of the manifest, by hand: what is refused can't be written otherwise."""
    rows = [f"  {json.dumps(key)}: {json.dumps(values[key], sort_keys=True)}" for key in sorted(values)]
    return ("{\n" + ",\n".join(rows) + "\n}\n").encode()


PLACED = replace(
    FULL,
    project="services/shop",
    hotfix=Hotfix(("27ab",), "h1", "hotfix/fix.sql", "hotfix/undo.sql"),
    promoted_from=PromotedFrom("ab" * 32, "staging"),
)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("project", value) for value in ("../evil", "a/../../b", "/etc", ".", "", "a//b", "a\\..\\..\\b", "C:\\x")),
        *(
            ("file", value)
            for value in ("/etc/fix.sql", "hotfix/../../fix.sql", "fix.sql", "hotfix/a/b.sql", "hotfix/x")
        ),
        *(("rollback", value) for value in ("/etc/fix.sql", "../fix.sql", "hotfix/a\\b.sql")),
        *(("environment", value) for value in ("../prod", "a/b", "")),
        ("bundle", "../x"),
    ],
)
def test_nothing_leads_out_of_the_repository_or_the_bundle(key: str, value: str) -> None:
    values = json.loads(PLACED.to_text())
    assert parse(in_lines(values)) == PLACED
    place = values["hotfix" if key in ("file", "rollback") else "promoted_from"]
    (values if key == "project" else place)[key] = value
    with pytest.raises(VerificationError, match=r"MANIFEST\.json is ill-formed: ValueError"):
        parse(in_lines(values))


def test_unix_time_becomes_utc() -> None:
    assert created_at(1_769_851_800) == "2026-01-31T09:30:00Z"


def test_the_frozen_bundle_is_still_written_this_way() -> None:
    data = (GOLDEN / "MANIFEST.json").read_bytes()
    assert parse(data).to_text().encode() == data


def test_the_reason_by_which_bundles_are_known_never_changes() -> None:
    assert str(DOES_NOTHING) == "downgrade() does nothing"
    with speaking(CHINESE):
        assert str(DOES_NOTHING) == "downgrade() 什么都没做"
