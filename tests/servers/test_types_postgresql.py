"""The type-change matrix of PostgreSQL, held against real servers: pairs of many types, with values at their limits.

Each pair is altered on an empty table (is it refused, written anew, its index built anew?), and each value is assigned
(does it fail, does it come back as it was?). `make deep` does it on PostgreSQL 12 to 18.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from sqlgen.effects import Server, Work, type_change
from sqlgen.linting import read_file
from sqlgen.schema import Schema
from tests.servers.old_postgresql import SERVERS, a_database, a_server
from tests.servers.types_postgresql import COMMON, DEFINITIONS, PROBE, SINCE, TYPES


@pytest.fixture(scope="module", params=SERVERS)
def matrix(request: pytest.FixtureRequest) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """A connection, and the types to be tried."""
    names = COMMON if request.param is None else tuple(TYPES)
    with a_server(request) as server, a_database(server) as database, closing(database.connect()) as connection:
        with closing(connection.cursor()) as cursor:
            cursor.execute(DEFINITIONS + PROBE)
            names = tuple(one for one in names if connection.server_version >= SINCE.get(one, 0) * 10000)
            for number, name in enumerate(names):
                cursor.execute(f"CREATE TEMP TABLE given_{number} (n serial, c {name})")
                cursor.execute(f"CREATE TEMP TABLE got_{number} (c {name})")
                for sample in TYPES[name]:
                    cursor.execute(f"INSERT INTO given_{number} (c) VALUES (%s)", (sample,))
            # In UTC timestamp and timestamptz have the same bytes.
            cursor.execute("SET TimeZone = 'Europe/Berlin'; SET client_min_messages = warning")
        yield connection, names


@pytest.fixture(scope="module")
def schema() -> Schema:
    schema = Schema("postgresql")
    for item in read_file(DEFINITIONS, "definitions.sql", "postgresql").items:
        for fact in item.facts:
            schema.apply(fact)
    return schema


@pytest.mark.parametrize("written", [False, True], ids=["assigned", "cast in USING"])
def test_each_pair_of_types_is_as_the_matrix_says(
    matrix: tuple[Any, tuple[str, ...]], schema: Schema, written: bool
) -> None:
    connection, names = matrix
    server = Server("postgresql", (connection.server_version // 10000,))
    wrong = []
    with closing(connection.cursor()) as cursor:
        for number, old in enumerate(names):
            cursor.execute(
                "SELECT new, p.* FROM unnest(%s) WITH ORDINALITY AS news (new, n),"
                " pair(%s, %s, new, 'got_' || n - 1, %s) AS p",
                (list(names), old, f"given_{number}", written),
            )
            for new, work, fails, loses in cursor.fetchall():
                said = type_change(old, new, server, column="c", using=f"c::{new}" if written else None, schema=schema)
                # A text that is read as another type counts as the value that it stands for.
                seen = (work, fails, loses and not (_is_string(old) and not _is_string(new)))
                claim = (_word(said.work), said.may_fail, said.loses)
                if (said.refused or work == "refused") and said.refused != (work == "refused"):
                    wrong.append(f"{old} → {new}: said refused {said.refused}, seen {work}")
                elif not said.refused and claim != seen:
                    wrong.append(f"{old} → {new}: said {claim}, seen {seen}")
    assert not wrong, "\n".join(wrong)


def _is_string(type_: str) -> bool:
    return type_.partition("(")[0] in ("varchar", "text", "char", "bpchar", "citext", "name", "plain")


def _word(work: Work) -> str:
    return {Work.NONE: "metadata"}.get(work, work.name.lower())
