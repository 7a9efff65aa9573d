"""The way back from the middle of an upgrade: found by replaying, and only where it ends where the upgrade began."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from sqlgen import facts
from sqlgen.schema import Schema
from sqlgen.script.target import Target
from sqlgen.script.undo import Undo, undos
from sqlgen.segments import Item, Step
from sqlgen.statements import split

MARIADB = Target("mariadb", "mysql", None, None, None)
BEFORE = """
CREATE TABLE books (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(40) NOT NULL, price INTEGER);
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(200));
"""


def items(sql: str, dialect: str, transaction: int | None = 1) -> tuple[Item, ...]:
    return tuple(Item(one, facts.read(one, dialect), None, transaction) for one in split(sql, dialect) if one.text)


def schema(sql: str, dialect: str) -> Schema:
    made = Schema.empty(dialect)
    for item in items(sql, dialect):
        made.apply_all(item.facts)
    return made


def undo(up: str, down: str, dialect: str = "mariadb", target: Target = MARIADB) -> Undo:
    steps = (
        Step("b2", "", "upgrade", ("a1",), ("b2",), None, items(up, dialect)),
        Step("b2", "", "downgrade", ("b2",), ("a1",), None, items(down, dialect)),
    )
    return undos(steps[:1], steps[1:], target, schema(BEFORE, dialect))["b2"]


def chosen(found: Undo, behind: int) -> list[int]:
    return [number for number, runs in enumerate(found.runs, start=1) if behind in runs]


def test_each_state_is_undone_by_the_statements_that_fit_it() -> None:
    found = undo(
        "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY); ALTER TABLE books ADD COLUMN isbn VARCHAR(13);"
        "CREATE INDEX ix_isbn ON books (isbn); ALTER TABLE books MODIFY title VARCHAR(80) NOT NULL;",
        "ALTER TABLE books MODIFY title VARCHAR(40) NOT NULL; DROP INDEX ix_isbn ON books;"
        "ALTER TABLE books DROP COLUMN isbn; DROP TABLE tags;",
    )
    assert found.possible == {0, 1, 2, 3, 4}
    assert [chosen(found, behind) for behind in (1, 2, 3)] == [[4], [3, 4], [2, 3, 4]]


def test_a_renamed_column_is_renamed_back_only_where_it_was_renamed() -> None:
    found = undo(
        "ALTER TABLE books CHANGE price cents INTEGER; ALTER TABLE users ADD COLUMN phone VARCHAR(20);",
        "ALTER TABLE users DROP COLUMN phone; ALTER TABLE books CHANGE cents price INTEGER;",
    )
    assert chosen(found, 1) == [2]


def test_data_is_put_back_only_where_the_upgrade_is_through_with_the_table() -> None:
    found = undo(
        "CREATE TABLE old_emails (id INTEGER, email VARCHAR(200));"
        "INSERT INTO old_emails SELECT id, email FROM users; ALTER TABLE users DROP COLUMN email;"
        "CREATE TABLE tags (id INTEGER);",
        "DROP TABLE tags; ALTER TABLE users ADD COLUMN email VARCHAR(200); UPDATE users SET email = 'lost';"
        "DROP TABLE old_emails;",
    )
    assert chosen(found, 1) == [4]  # users is as it was: the UPDATE would overwrite what is there
    assert chosen(found, 2) == [4]
    assert chosen(found, 3) == [2, 3, 4]


def test_what_the_upgrade_has_not_begun_to_write_is_left_as_it_is() -> None:
    found = undo(
        "ALTER TABLE users ADD COLUMN name VARCHAR(9); UPDATE users SET name = email;"
        "ALTER TABLE users DROP COLUMN email;",
        "ALTER TABLE users ADD COLUMN email VARCHAR(200); UPDATE users SET email = name;"
        "ALTER TABLE users DROP COLUMN name;",
    )
    assert found.possible == {0, 1, 2, 3}
    assert (chosen(found, 1), chosen(found, 2)) == ([3], [3])  # the UPDATE would write NULLs over the addresses


def test_rows_and_columns_of_one_table_are_told_apart() -> None:
    found = undo(
        "UPDATE books SET price = price + 1; ALTER TABLE users ADD COLUMN phone INTEGER; INSERT INTO books VALUES (9);"
        "ALTER TABLE users ADD COLUMN fax INTEGER; DELETE FROM books WHERE id = 2; CREATE TABLE tags (id INTEGER);",
        "DROP TABLE tags; INSERT INTO users VALUES (1); ALTER TABLE users DROP COLUMN fax;"
        "DELETE FROM books WHERE id = 9; ALTER TABLE users DROP COLUMN phone; UPDATE books SET price = price - 1;",
    )
    assert 1 not in found.possible  # of the rows of users the upgrade writes none: what that INSERT undoes is not known
    found = undo(
        "UPDATE books SET price = price + 1; ALTER TABLE users ADD COLUMN phone INTEGER; INSERT INTO books VALUES (9);"
        "ALTER TABLE users ADD COLUMN fax INTEGER;",
        "ALTER TABLE users DROP COLUMN fax; DELETE FROM books WHERE id = 9; ALTER TABLE users DROP COLUMN phone;"
        "UPDATE books SET price = price - 1;",
    )
    assert [chosen(found, behind) for behind in (1, 2, 3)] == [[4], [3, 4], [2, 3, 4]]


@pytest.mark.parametrize(
    ("more", "back", "known"),
    [
        ("UPDATE books SET title = 'x'", "price = 7", True),
        ("UPDATE books SET title = 'x'", "price = length(title)", False),  # reads what is not written yet
        ("INSERT INTO books VALUES (9)", "price = (SELECT max(id) FROM books)", False),  # so may this
        ("UPDATE books SET price = 8", "price = 7", False),  # half of two changes
        ("ALTER TABLE books RENAME COLUMN price TO cents", "price = 7", True),
    ],
)
def test_data_is_put_back_by_what_reads_nothing_that_is_still_to_come(more: str, back: str, known: bool) -> None:
    up = f"UPDATE books SET price = price + 1; ALTER TABLE users ADD COLUMN phone INTEGER; {more};"
    renamed = "ALTER TABLE books RENAME COLUMN cents TO price;" if "RENAME" in more else ""
    found = undo(up, f"{renamed} ALTER TABLE users DROP COLUMN phone; UPDATE books SET {back};")
    assert (1 in found.possible, 2 in found.possible) == (known, known)
    if known:
        last = len(found.runs)
        assert (chosen(found, 1), chosen(found, 2)) == ([last], [last - 1, last])


@pytest.mark.parametrize(
    ("rename", "back"),
    [
        ("ALTER TABLE books RENAME TO volumes", "UPDATE volumes SET price = 1; ALTER TABLE volumes RENAME TO books"),
        (
            "ALTER TABLE books CHANGE price cents INTEGER",
            "UPDATE books SET cents = 1; ALTER TABLE books CHANGE cents price INTEGER",
        ),
    ],
)
def test_data_that_is_put_back_under_a_later_name_has_no_known_way_back_before_it(rename: str, back: str) -> None:
    """It ends with the right schema, and with the wrong data: to leave the UPDATE out is no way back."""
    found = undo(f"UPDATE books SET price = 2; {rename}; CREATE TABLE tags (id INTEGER);", f"DROP TABLE tags; {back};")
    assert (1 in found.possible, chosen(found, 2)) == (False, [2, 3])


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("ALTER TABLE books DROP COLUMN price; CREATE TABLE tags (id INTEGER);", "DROP TABLE tags;"),
        ("CREATE TABLE tags (id INTEGER); CALL fill_tags(); CREATE TABLE more (id INTEGER);", "DROP TABLE tags;"),
    ],
)
def test_a_way_that_is_not_known_to_end_at_the_start_is_none(up: str, down: str) -> None:
    found = undo(up, down)
    last = len(found.parts) - 1
    if "CALL" in up:
        assert last not in found.possible
    else:  # as far back as the whole downgrade comes
        assert found.possible == {0, 1, 2}


def test_what_the_downgrade_forgets_makes_no_state_impossible_that_ends_as_the_whole_downgrade_does() -> None:
    found = undo(
        "ALTER TABLE books ADD COLUMN isbn INTEGER; CREATE TABLE tags (id INTEGER); CREATE TABLE more (id INTEGER);",
        "DROP TABLE more; DROP TABLE tags;",
    )
    assert found.possible == {0, 1, 2, 3}
    assert [chosen(found, behind) for behind in (1, 2, 3)] == [[], [2], [1, 2]]


def test_postgresql_has_ways_back_for_what_commits_in_parts_alone() -> None:
    target = Target("postgresql", "psql", None, None, None)
    up = (
        *items("ALTER TABLE books ADD COLUMN isbn VARCHAR(13)", "postgresql", 1),
        *items("CREATE INDEX CONCURRENTLY ix_isbn ON books (isbn)", "postgresql", None),
        *items("ALTER TABLE users ADD COLUMN phone VARCHAR(20)", "postgresql", 2),
    )
    down = items(
        "ALTER TABLE users DROP COLUMN phone; DROP INDEX ix_isbn; ALTER TABLE books DROP COLUMN isbn", "postgresql"
    )
    steps = (
        Step("b2", "", "upgrade", ("a1",), ("b2",), None, up),
        Step("b2", "", "downgrade", ("b2",), ("a1",), None, down),
    )
    found = undos(steps[:1], steps[1:], target, schema(BEFORE, "postgresql"))["b2"]
    assert (found.possible, chosen(found, 1), chosen(found, 2)) == ({0, 1, 2, 3}, [3], [2, 3])
    plain = (Step("b2", "", "upgrade", ("a1",), ("b2",), None, up[:1]), steps[1])
    assert undos(plain[:1], plain[1:], target, schema(BEFORE, "postgresql")) == {}


def test_the_schema_that_it_begins_with_is_left_alone() -> None:
    before = schema(BEFORE, "mariadb")
    steps: Sequence[Any] = (
        Step("b2", "", "upgrade", ("a1",), ("b2",), None, items("DROP TABLE users; DROP TABLE books;", "mariadb")),
        Step("b2", "", "downgrade", ("b2",), ("a1",), None, ()),
    )
    undos(steps[:1], steps[1:], MARIADB, before)
    assert [str(table.name.name) for table in before.tables()] == ["books", "users"]
