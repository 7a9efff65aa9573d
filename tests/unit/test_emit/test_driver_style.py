"""Values that a statement has no place for are refused, as the driver refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from sqlgen.emit.worker.driver_style import written


@pytest.mark.parametrize(
    ("style", "sql", "values", "wanted"),
    [
        ("qmark", "SELECT ?, '?'", (1,), "SELECT 1, '?'"),
        ("qmark", "SELECT :a", {"a": 1, "b": 2}, "SELECT 1"),  # sqlite3 does not mind names that it does not need
        ("qmark", "SELECT ?2, ?1", (1, 2), "SELECT 2, 1"),
        ("numeric_dollar", "SELECT $2, $1, '$1'", (1, 2), "SELECT 2, 1, '$1'"),
        ("numeric_dollar", "SELECT 1", {}, "SELECT 1"),
    ],
)
def test_each_value_stands_where_the_driver_puts_it(style: str, sql: str, values: Any, wanted: str) -> None:
    assert written(sql, values, style, repr) == wanted


@pytest.mark.parametrize(
    ("style", "sql", "values", "reason"),
    [
        ("qmark", "SELECT ?", (1, 2), "there are 2 values, and the statement has places for 1"),
        ("qmark", "SELECT 1", (1,), "there are 1 values, and the statement has places for 0"),
        ("numeric_dollar", "SELECT %s", (1,), "there are 1 values, and the statement has places for 0"),
        ("numeric_dollar", "SELECT %(a)s", {"a": 1}, "the values have names"),
        ("pyformat", "SELECT 1", (1,), "not all arguments converted"),
    ],
)
def test_values_without_a_place_are_refused(style: str, sql: str, values: Any, reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        written(sql, values, style, repr)
