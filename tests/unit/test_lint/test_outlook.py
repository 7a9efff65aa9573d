"""What an UPDATE leaves without NULL."""

from __future__ import annotations

import pytest

from sqlgen.facts.vocabulary import Name, Update
from sqlgen.lint.outlook import filled

USERS = Name("users")


@pytest.mark.parametrize(
    ("where", "condition", "columns"),
    [
        (False, None, {"email", "name"}),
        (True, None, set()),
        (True, "email IS NULL", {"email"}),
        (True, '"users"."Email" is null AND id BETWEEN 1 AND 500', {"email"}),
        (True, "(email IS NULL) AND (name IS NULL)", {"email", "name"}),
        (True, "id = 1", set()),
        (True, "email IS NOT NULL", set()),
        (True, "phone IS NULL", set()),
    ],
)
def test_an_update_fills_what_it_sets_everywhere_or_where_it_is_null(
    where: bool, condition: str | None, columns: set[str]
) -> None:
    assert filled(Update(USERS, where, ("Email", "name"), condition)) == columns
