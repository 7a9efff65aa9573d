"""What a downgrade leaves: the tables that are not as the upgrade found them."""

from __future__ import annotations

from sqlgen import facts
from sqlgen.lint.roundtrip import Trips
from sqlgen.schema import Schema
from sqlgen.segments import Item, Step
from sqlgen.statements import split

COLUMNS = ("age", "city", "email", "fax", "name", "phone")


def _step(sql: str, direction: str) -> Step:
    items = tuple(Item(one, facts.read(one, "postgresql"), None, 1) for one in split(sql, "postgresql"))
    return Step("0001", "", direction, (), ("0001",), "0001.py", items)  # type: ignore[arg-type]


def _differences(upgrade: str, downgrade: str) -> list[list[str]]:
    schema, trips = Schema("postgresql"), Trips()
    for item in _step("CREATE TABLE users (id integer, name text);", "upgrade").items:
        for fact in item.facts:
            schema.apply(fact)
    there, back = _step(upgrade, "upgrade"), _step(downgrade, "downgrade")
    trips.begin(there, schema)
    for item in (*there.items, *back.items):
        for fact in item.facts:
            schema.apply(fact)
    return [[str(each) for each in trip.differences] for trip in trips.end(back, schema)]


def test_a_table_that_is_as_it_was_is_not_named() -> None:
    assert _differences("ALTER TABLE users ADD age integer;", "ALTER TABLE users DROP age;") == []


def test_differences_come_in_the_order_of_the_table() -> None:
    added = [f"extra_{name}" for name in COLUMNS]
    upgrade = "".join(f"ALTER TABLE users ADD {name} text; CREATE INDEX ON users ({name});" for name in added)

    assert _differences(upgrade, "SELECT 1;") == [
        [
            *(f"the column {name} is still there" for name in added),
            *(f"the index users_{name}_idx is still there" for name in added),
        ]
    ]


def test_a_downgrade_that_does_nothing_at_all_is_for_another_rule() -> None:
    assert _differences("ALTER TABLE users ADD age integer;", "") == []
