"""The type-change matrix of `sqlgen.effects.mysql.matrix`, held against a real MariaDB: each pair of types.

How: the lightest ALGORITHM that the server takes. What becomes of values: each value is changed alone, in the strict
mode that our scripts pin; it is lost when changing the type back does not give it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import pymysql
import pytest

from sqlgen.effects import Algorithm, Server, type_change
from sqlgen.script.mysql.session import SQL_MODE

TEXTS = ["'ab'", "'X'", "'1.5'", "'2020-01-01'", "'a '"]
LONG = [*TEXTS, "REPEAT('a', 70000)", "CONCAT('a', REPEAT(' ', 70000))", "REPEAT('😀', 60)", "'2020-01-01 01:02:03.7'"]
BYTES = ["'ab'", "x'ff'", "'a '"]
VALUES = {
    "tinyint": ["-128", "127", "1"],
    "boolean": ["-1", "127"],
    "tinyint unsigned": ["255"],
    "smallint": ["-32768", "32767"],
    "mediumint": ["-8388608", "8388607"],
    "int": ["-2147483648", "2147483647", "101"],
    "int unsigned": ["4294967295"],
    "bigint": ["-9223372036854775808", "9223372036854775806", "9007199254740993"],
    "bigint unsigned": ["18446744073709551615", "9007199254740993"],
    "decimal(5,0)": ["99999", "-99999"],
    "decimal(10,2)": ["99999999.99", "-99999999.99", "0.55"],
    "decimal(12,2)": ["9999999999.99", "-9999999999.99", "0.55"],
    "decimal(10,4)": ["999999.9999", "-999999.9999", "0.5555"],
    "decimal(20,6)": ["99999999999999.999999", "-99999999999999.999999", "0.555555"],
    "float": ["3.4e38", "0.1", "-1.5", "16777216"],
    "double": ["1.7e308", "0.1", "1.23456789012345", "-1.5"],
    "char(5)": [*TEXTS[:3], "'éèàüö'", "'😀'"],
    "char(10)": [*TEXTS, "'abcdefghij'", "'éèàüöéèàüö'", "'😀'"],
    "varchar(5)": [*TEXTS[:3], "'ab   '", "'éèàüö'", "'😀'"],
    "varchar(20)": [*TEXTS, "REPEAT('é', 20)", "'😀'", "'12:00:01.7'", "CONCAT('a', REPEAT(' ', 19))"],
    "varchar(70)": [*TEXTS, "REPEAT('😀', 70)", "CONCAT('a', REPEAT(' ', 69))", "CONCAT(REPEAT('😀', 63), '       ')"],
    "varchar(300)": [*TEXTS, "REPEAT('😀', 300)", "CONCAT('a', REPEAT(' ', 299))"],
    "varchar(20) character set latin1": [*TEXTS, "REPEAT('é', 20)", "CONCAT('a', REPEAT(' ', 19))"],
    "varchar(20) character set utf8mb3": [*TEXTS, "REPEAT('中', 20)", "CONCAT('a', REPEAT(' ', 19))"],
    "tinytext": [*TEXTS, "REPEAT('a', 255)", "CONCAT('a', REPEAT(' ', 254))", "'😀'"],
    "text": [*TEXTS, "REPEAT('a', 65535)", "CONCAT('a', REPEAT(' ', 60000))", "'😀'"],
    "mediumtext": LONG,
    "longtext": LONG,
    "json": ["1", "'{\"a\": 1}'", "CONCAT('\"', REPEAT('a', 70000), '\"')", "CONCAT('1', REPEAT(' ', 70000))"],
    "binary(5)": ["'abcde'", "x'ff00ff00ff'", "'a    '"],
    "varbinary(5)": [*BYTES, "'abcde'"],
    "varbinary(20)": [*BYTES, "REPEAT('a', 20)"],
    "blob": [*BYTES, "REPEAT('a', 65535)"],
    "longblob": [*BYTES, "REPEAT('a', 70000)"],
    "enum('x','y')": ["'x'", "'y'"],
    "enum('x','y','z')": ["'z'", "'x'"],
    "enum('y','x')": ["'x'"],
    "set('x','y')": ["'x,y'", "''"],
    "set('x','y','z')": ["'x,z'"],
    "date": ["'2020-02-29'", "'1900-01-01'", "'9999-12-31'"],
    "time": ["'12:34:56'", "'-838:59:59'"],
    "time(3)": ["'12:34:56.789'", "'-838:59:59'"],
    "datetime": ["'2020-02-29 12:34:56'", "'1900-01-01 00:00:00'"],
    "datetime(6)": ["'2020-02-29 12:34:56.789123'", "'1900-01-01 00:00:00'"],
    "timestamp": ["'2020-02-29 12:34:56'"],
    "timestamp(6)": ["'2020-02-29 12:34:56.789123'"],
    "year": ["2020", "1901"],
    "bit(1)": ["b'1'"],
    "bit(8)": ["b'11111111'"],
    "uuid": ["'123e4567-e89b-12d3-a456-426655440000'"],
    "inet6": ["'::1'"],
    "point": ["POINT(1, 2)"],
}
FEW = (
    "int", "bigint", "decimal(10,2)", "double", "char(5)", "varchar(20)", "text", "enum('x','y')", "enum('x','y','z')",
    "datetime(6)", "timestamp",
)  # fmt: skip
EXACT = (
    "tinyint", "boolean", "smallint", "mediumint", "int", "bigint", "decimal", "char", "varchar", "tinytext", "text",
    "mediumtext", "longtext", "enum", "date", "time", "datetime", "timestamp",
)  # fmt: skip
"""Types with values for each way to fail or lose among themselves. Of the others too much may be said, never too
little."""
NO_VALUE = {("longtext", "mediumtext"), ("json", "mediumtext")}
"""Longer than max_allowed_packet."""

SERVER = Server("mariadb", (10, 11))


@pytest.fixture
def cursor(mariadb_database: Any) -> Iterator[Any]:
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(f"SET SESSION sql_mode = '{SQL_MODE['mariadb']}', time_zone = '+00:00', NAMES utf8mb4")
        yield cursor


def _pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    names = tuple(names)
    return [(old, new) for old in names for new in names if old != new]


@pytest.mark.parametrize("names", [FEW, pytest.param(tuple(VALUES), marks=pytest.mark.deep)], ids=("few", "all"))
@pytest.mark.parametrize("charset", ["utf8mb4", pytest.param("latin1", marks=pytest.mark.deep)])
def test_the_algorithm_is_the_lightest_that_mariadb_takes(names: tuple[str, ...], charset: str, cursor: Any) -> None:
    wrong = []
    for old in names:
        cursor.execute(f"CREATE OR REPLACE TABLE t (id int, c {old}) CHARACTER SET {charset}")
        for new in (one for one in names if one != old):
            claim = type_change(_written(old, charset), _written(new, charset), SERVER).algorithm
            # Without a character set the type may have either default, so the heavier way is what is said.
            careful = type_change(old, new, SERVER).algorithm
            assert claim is not None
            assert careful is not None
            if careful < claim or not _is_lightest(cursor, new, claim):
                wrong.append((old, new, claim, careful))
            if claim is not Algorithm.COPY:
                cursor.execute(f"CREATE OR REPLACE TABLE t (id int, c {old}) CHARACTER SET {charset}")
    assert not wrong, "\n".join(map(str, wrong))


def _is_lightest(cursor: Any, new: str, claim: Algorithm) -> bool:
    """Whether it is taken, and the next lighter one, which allows what each still lighter one allows, is not."""
    return (claim is Algorithm.INSTANT or not _takes(cursor, new, Algorithm(claim - 1))) and (
        claim is Algorithm.COPY or _takes(cursor, new, claim)
    )


def _takes(cursor: Any, new: str, algorithm: Algorithm) -> bool:
    try:
        cursor.execute(f"ALTER TABLE t MODIFY c {new}, ALGORITHM = {algorithm.name}")
    except pymysql.Error as error:
        if error.args[0] not in (1845, 1846):
            raise
        return False
    return True


def _written(type_: str, charset: str) -> str:
    textual = type_.startswith(("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"))
    return f"{type_} character set {charset}" if textual and "character set" not in type_ else type_


@pytest.mark.parametrize("names", [FEW, pytest.param(tuple(VALUES), marks=pytest.mark.deep)], ids=("few", "all"))
def test_no_value_fails_or_is_lost_where_that_is_not_said(names: tuple[str, ...], cursor: Any) -> None:
    wrong = []
    for old, new in _pairs(names):
        claim = type_change(_written(old, "utf8mb4"), _written(new, "utf8mb4"), SERVER)
        fails, loses = _becomes(cursor, old, new)
        if (fails and not claim.may_fail) or (loses and not claim.loses):
            wrong.append((old, new, fails, loses, claim))
        elif _is_exact(old, new) and (claim.may_fail, claim.loses) != (bool(fails), bool(loses)):
            wrong.append((old, new, "nothing happens", fails, loses, claim))
    assert not wrong, "\n".join(map(str, wrong))


def _is_exact(old: str, new: str) -> bool:
    return all(one.partition("(")[0].split()[0] in EXACT for one in (old, new)) and (
        old, new) not in NO_VALUE and _kind(old) in (_kind(new), None)  # fmt: skip


def _kind(type_: str) -> str | None:
    name = type_.partition("(")[0].split()[0]
    if name in ("date", "time", "datetime", "timestamp"):
        return "time"
    return "text" if name in ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum") else "number"


def _becomes(cursor: Any, old: str, new: str) -> tuple[list[str], list[str]]:
    """The values that make the change fail, and those that it loses."""
    fails, loses = [], []
    for value in VALUES[old]:
        cursor.execute(f"CREATE OR REPLACE TEMPORARY TABLE x (c {old}) CHARACTER SET utf8mb4")
        cursor.execute(f"INSERT INTO x VALUES ({value})")
        cursor.execute("SELECT c, HEX(c) FROM x")
        before = cursor.fetchall()
        try:
            cursor.execute(f"ALTER TABLE x MODIFY c {new}")
        except pymysql.Error:
            fails.append(value)
            continue
        if (old, new) in UNREADABLE:
            continue
        try:
            cursor.execute(f"ALTER TABLE x MODIFY c {old}")
            cursor.execute("SELECT c, HEX(c) FROM x")
            lost = cursor.fetchall() != before
        except pymysql.Error:
            lost = True
        loses += [value] if lost else []
    return fails, loses


UNREADABLE = {("bigint unsigned", new) for new in VALUES if new not in ("double", "float")}
"""18446744073709551615 stays in a text as it is, but MariaDB does not read it back from one."""


OWN = ("int", "decimal(10,2)", "double", "date", "datetime(6)", "year", "bit(8)", "varchar(20)", "text", "blob",
       "enum('x','y')", "uuid", "inet6", "point", "geometry")  # fmt: skip


def test_what_is_refused_is_refused_without_rows_too(cursor: Any) -> None:
    wrong = []
    for old, new in _pairs(OWN):
        cursor.execute(f"CREATE OR REPLACE TEMPORARY TABLE x (c {old})")
        try:
            cursor.execute(f"ALTER TABLE x MODIFY c {new}")
            refused = False
        except pymysql.Error:
            refused = True
        if type_change(old, new, SERVER).refused is not refused:
            wrong.append((old, new, refused))
    assert not wrong, "\n".join(map(str, wrong))
