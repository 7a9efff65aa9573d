"""Table statistics: read strictly, found by the names of statements, and what estimates make of them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlgen.errors import UsageError, VerificationError
from sqlgen.facts.vocabulary import Name
from sqlgen.review.document import model, stats
from sqlgen.review.document.estimates import CHANGE, INDEX, READ, REWRITE
from sqlgen.review.document.statements import statements
from sqlgen.review.document.stats import Lookup, Stats, TableStats
from sqlgen.review.document.timeline import timeline
from sqlgen.review.document.told import told
from sqlgen.script.runbook.page import Range
from tests.unit.made_ranges import SAMPLE, ranged, rendered, source

ORDERS = {"name": "orders", "rows": 12, "bytes": 8192}
GOOD: dict[str, Any] = {
    "schema": "sqlgen.stats/1",
    "server": "PostgreSQL 16.2",
    "taken": "2026-01-31",
    "tables": [ORDERS],
}


def file(tmp_path: Path, content: bytes | str | dict[str, Any]) -> Path:
    path = tmp_path / "stats.json"
    text = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# ---- reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_it_is_read_as_clients_write_it(tmp_path: Path, encoding: str) -> None:
    """PowerShell redirects UTF-16, and editors add a mark."""
    tables = [{**ORDERS, "schema": "用户"}, ORDERS]
    text = json.dumps({**GOOD, "tables": tables}, ensure_ascii=False, indent=1).replace("\n", "\r\n")
    read = stats.read(file(tmp_path, text.encode(encoding)))
    assert (read.server, read.taken) == ("PostgreSQL 16.2", "2026-01-31")
    assert read.tables == (TableStats("orders", "用户", 12, 8192), TableStats("orders", None, 12, 8192))


WRONG = {
    "": "it is not JSON",
    "NULL": "it is not JSON",
    "[" * 100_000: "it is not JSON",
    "\udc00": "it is not JSON",
    "[]": 'it does not say "schema": "sqlgen.stats/1"',
    '{"schema": "sqlgen.stats/2"}': 'it does not say "schema": "sqlgen.stats/1"',
    '{"schema": "sqlgen.stats/1", "schema": "sqlgen.stats/1"}': "key schema stands twice in one object",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:30] or "empty")
def test_what_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as refused:
        stats.read(file(tmp_path, text.encode(errors="surrogatepass")))
    assert str(refused.value).endswith(f"this is no sqlgen.stats/1: {WRONG[text]}")
    assert "docs/table-stats.md" in str(refused.value.hint)


FLAWED: dict[str, tuple[dict[str, Any], str]] = {
    "a key too many": ({"host": "db1"}, "key host is not known"),
    "no server": ({"server": " "}, "server must be a text"),
    "a server that is no text": ({"server": 16}, "server must be a text"),
    "no date": ({"taken": "yesterday"}, "taken must be a date, as 2026-01-31"),
    "a date in another form": ({"taken": "20260131"}, "taken must be a date, as 2026-01-31"),
    "tables by name": ({"tables": {"orders": 1}}, "tables must be a list"),
    "a table that is a name": ({"tables": ["orders"]}, "table 1: it must be an object"),
    "a table without bytes": ({"tables": [ORDERS, {"name": "a", "rows": 1}]}, "table 2: key bytes is missing"),
    "a key too many in a table": ({"tables": [{**ORDERS, "size": 1}]}, "table 1: key size is not known"),
    "a table without a name": ({"tables": [{**ORDERS, "name": ""}]}, "table 1: name must be a text"),
    "a schema that is no text": ({"tables": [{**ORDERS, "schema": 1}]}, "table 1: schema must be a text"),
    "an empty schema": ({"tables": [{**ORDERS, "schema": ""}]}, "table 1: schema must be a text"),
    "the same table twice": ({"tables": [ORDERS, {**ORDERS, "rows": 1}]}, "table orders stands there twice"),
    **{
        f"{key} {value!r}": (
            {"tables": [{**ORDERS, key: value}]},
            f"table 1: {key} must be a whole number, not negative",
        )
        for key in ("rows", "bytes")
        for value in (-1, 1.5, "12", None, True, 2**63)
    },
}


@pytest.mark.parametrize("case", FLAWED)
def test_what_is_wrong_in_it_is_named(tmp_path: Path, case: str) -> None:
    change, said = FLAWED[case]
    assert stats.read(file(tmp_path, GOOD)).tables
    with pytest.raises(UsageError) as refused:
        stats.read(file(tmp_path, {**GOOD, **change}))
    assert str(refused.value).endswith(f"stats.json: this is no sqlgen.stats/1: {said}")


SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "docs/schemas/stats-1.schema.json").read_text(encoding="utf-8"))
)


@pytest.mark.parametrize("case", FLAWED)
def test_the_published_schema_says_the_same(case: str) -> None:
    assert SCHEMA.is_valid(GOOD)
    assert SCHEMA.is_valid({**GOOD, **FLAWED[case][0]}) is (case == "the same table twice")


@pytest.mark.parametrize("key", GOOD)
def test_no_key_may_be_missing(tmp_path: Path, key: str) -> None:
    with pytest.raises(UsageError, match=key):
        stats.read(file(tmp_path, {name: value for name, value in GOOD.items() if name != key}))


def test_a_file_that_is_too_large_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="more than 8388608 bytes"):
        stats.read(file(tmp_path, json.dumps(GOOD) + " " * 8 * 2**20))
    with pytest.raises(UsageError, match="can't be read"):
        stats.read(tmp_path / "nothing.json")
    with pytest.raises(UsageError, match="can't be read"):
        stats.read(tmp_path)


NAMES = st.text(min_size=1, max_size=5)
TABLES = st.lists(
    st.builds(TableStats, NAMES, st.none() | NAMES, st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1)),
    max_size=4,
    unique_by=lambda one: (one.schema, one.name),
)


@given(tables=TABLES, server=st.text(min_size=1).filter(str.strip), taken=st.dates())
def test_what_is_written_is_read_again(tables: Sequence[TableStats], server: str, taken: Any) -> None:
    known = Stats(server, taken.isoformat(), tuple(tables))
    text = stats.write(known)
    assert stats.write(stats.parse(text)) == text
    assert text.isascii()
    assert SCHEMA.is_valid(json.loads(text))
    assert sorted(stats.parse(text).tables, key=repr) == sorted(tables, key=repr)
    assert stats.write(replace(known, tables=tuple(reversed(tables)))) == text


@pytest.mark.parametrize("change", [("12", "12.0"), ("  ", " "), ('"rows": 12', '"rows": -12'), ("stats/1", "stats/2")])
def test_a_bundle_holds_what_sqlgen_has_written_or_nothing(change: tuple[str, str]) -> None:
    text = stats.write(Stats("PostgreSQL 16", "2026-01-31", (TableStats("orders", None, 12, 8192),)))
    assert stats.parse(text).tables
    with pytest.raises(VerificationError, match="table statistics"):
        stats.parse(text.replace(*change))


# ---- finding a table


def lookup(dialect: str, *names: str) -> Lookup:
    """Tables by `name` or `schema.name`; each has as many rows as tables stand before it."""
    found = []
    for number, text in enumerate(names):
        schema, _, name = text.rpartition(".")
        found.append(TableStats(name, schema or None, number, 0))
    return Lookup(Stats("x", "2026-01-31", tuple(found)), dialect)


@pytest.mark.parametrize(
    ("dialect", "there", "asked", "wanted"),
    [
        ("postgresql", ["public.orders"], "orders", 0),
        ("postgresql", ["public.orders"], "Orders", None),
        ("postgresql", ["old.orders", "public.orders"], "orders", 1),
        ("postgresql", ["old.orders", "new.orders"], "orders", None),
        ("postgresql", ["old.orders"], "orders", 0),
        ("postgresql", ["old.orders", "public.orders"], "old.orders", 0),
        ("postgresql", ["public.orders"], "old.orders", None),
        ("postgresql", ["orders"], "old.orders", 0),
        ("postgresql", ["orders", "new.orders"], "old.orders", None),
        ("mysql", ["shop.Orders"], "orders", 0),
        ("mysql", ["shop.Orders", "shop.orders"], "orders", 1),
        ("mysql", ["shop.Orders", "shop.ORDERS"], "orders", None),
        ("mysql", ["shop.orders"], "shop.orders", 0),
        ("mariadb", ["shop.orders"], "other.orders", None),
        ("sqlite", ["Orders"], "orders", 0),
        ("mssql", ["dbo.Orders"], "orders", 0),
        ("mssql", ["Dbo.Orders", "sales.orders"], "Sales.orders", 1),
        ("oracle", ["SHOP.ORDERS"], "orders", 0),
        ("oracle", ["SHOP.ORDERS"], "shop.orders", 0),
        ("oracle", ["SHOP.Orders"], "orders", None),
        ("oracle", ["SHOP.Orders"], "Orders", 0),
        ("sqlite", ["orders"], "users", None),
    ],
)
def test_a_table_is_found_as_its_engine_compares_names(
    dialect: str, there: Sequence[str], asked: str, wanted: int | None
) -> None:
    schema, _, name = asked.rpartition(".")
    found = lookup(dialect, *there).table(Name(name, schema or None))
    assert (None if found is None else found.rows) == wanted


# ---- estimates


@pytest.mark.parametrize("page", ["table-stats.md", "table-stats.zh-CN.md"])
def test_the_page_says_which_rates_are_assumed(page: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    table = re.compile(r"\|[^|]*\|( [0-9,]+ \S+ [0-9,]+ \|){2}")
    rows = [re.findall(r"[0-9][0-9,]*", line) for line in text.splitlines() if table.match(line)]
    rates = (READ, INDEX, REWRITE, CHANGE)
    wanted = [(one.slow_bytes // 10**6, one.fast_bytes // 10**6, one.slow_rows, one.fast_rows) for one in rates]
    assert [tuple(int(number.replace(",", "")) for number in row) for row in rows] == wanted


def test_a_name_without_a_schema_is_in_the_one_that_the_script_runs_in() -> None:
    tables = lookup("mysql", "shop.orders", "old.orders").stats
    assert [getattr(Lookup(tables, "mysql", default).table(Name("orders")), "rows", None) for default in
            ("shop", "old", "other", None)] == [0, 1, None, None]  # fmt: skip
    assert Lookup(tables, "mysql", "shop").table(Name("orders", "shop")) is not None
    both = lookup("postgresql", "public.orders", "app.orders").stats
    assert Lookup(both, "postgresql", "app").table(Name("orders")) == both.tables[1]


LARGE = Stats(
    "x",
    "2026-01-31",
    (TableStats("users", None, 10**6, 10**9), TableStats("books", None, 10**7, 10**9)),
)


def drawn(range: Range, known: Stats | None = LARGE) -> tuple[list[model.Estimate | None], list[model.Estimate | None]]:
    """Of the statements of an upgrade, and of its transactions; the laws hold for all of them."""
    one = source(range, known)
    up, down = told(one)
    forward, back = statements(one, up, down)
    transactions, forward = timeline(one, up, forward)
    for estimate in (*(each.estimate for each in (*forward, *back)), *(each.estimate for each in transactions)):
        if estimate is not None:
            assert 0 <= estimate.low_ms <= estimate.high_ms
            assert estimate.because
    for statement in (*forward, *back):
        assert statement.estimate is None or statement.work not in ("none", "metadata", "unknown")
        assert statement.estimate is None or known is not None
    return [each.estimate for each in forward], [each.estimate for each in transactions]


def last(sql: str, dialect: str = "postgresql", known: Stats | None = LARGE) -> model.Estimate | None:
    return drawn(ranged((sql, ""), dialect=dialect), known)[0][-1]


NOT_NULL = "ALTER TABLE users ALTER COLUMN email SET NOT NULL"


def test_what_is_read_takes_as_long_as_reading_it() -> None:
    found = last(NOT_NULL)
    assert found is not None
    assert (found.low_ms, found.high_ms) == (10**9 * 1000 // READ.fast_bytes, 10**9 * 1000 // READ.slow_bytes)
    assert found.because.startswith("read: users (1,000,000 rows, 1,000.0 MB), at ")


@pytest.mark.parametrize(
    ("sql", "fast", "slow", "table"),
    [
        ("CREATE INDEX ix ON books (title)", INDEX, INDEX, "books"),
        ("CREATE INDEX CONCURRENTLY ix ON books (title)", INDEX, INDEX, "books"),
        ("ALTER TABLE users ALTER COLUMN visits TYPE bigint", REWRITE, REWRITE, "users"),
        ("UPDATE books SET title = ''", CHANGE, CHANGE, "books"),
        ("DELETE FROM users", CHANGE, CHANGE, "users"),
        ("VACUUM FULL users", REWRITE, REWRITE, "users"),
    ],
)
def test_each_kind_of_work_has_its_rates(sql: str, fast: Any, slow: Any, table: str) -> None:
    found = last(sql)
    size = Lookup(LARGE, "postgresql").table(Name(table))
    assert found is not None
    assert size is not None
    assert (found.low_ms, found.high_ms) == (fast.low_ms(size), slow.high_ms(size))


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE users ADD COLUMN a integer",  # as long for any table
        "DROP TABLE users",
        "UPDATE users SET visits = 0 WHERE id = 1",  # how many rows, nobody knows
        "INSERT INTO users (id) VALUES (1)",
        "INSERT INTO users (id) SELECT id FROM books",
        "SELECT frobnicate()",
        "FROBNICATE users",
        "DO $$ BEGIN FOR i IN 1..9 LOOP UPDATE users SET visits = 0; END LOOP; END $$",
        "CREATE TABLE a (id integer); CREATE INDEX ix ON a (id)",
        "CREATE INDEX ix ON others (id)",
        "REINDEX DATABASE shop",
    ],
)
def test_nothing_is_estimated_that_is_not_known(sql: str) -> None:
    assert last(sql) is None


def test_without_statistics_nothing_is_estimated() -> None:
    assert last(NOT_NULL, known=None) is None
    assert last(NOT_NULL, known=Stats("x", "2026-01-31", ())) is None
    assert last(NOT_NULL) is not None


def test_where_one_of_two_tables_is_not_known_nothing_is_estimated() -> None:
    fk = "ALTER TABLE users ADD CONSTRAINT fk FOREIGN KEY (visits) REFERENCES books (id)"
    both, alone = last(fk), last(fk, known=replace(LARGE, tables=LARGE.tables[:1]))
    assert both is not None
    assert "users" in both.because
    assert "books" in both.because
    assert alone is None


def test_a_larger_table_never_takes_less_time() -> None:
    def at(rows: int, size: int) -> model.Estimate:
        known = Stats("x", "2026-01-31", (TableStats("users", None, rows, size),))
        found = last(NOT_NULL, known=known)
        assert found is not None
        return found

    sizes = [at(rows, size) for rows, size in ((0, 0), (10, 8192), (10**6, 8192), (10**6, 10**9), (10**9, 10**12))]
    assert [one.low_ms for one in sizes] == sorted(one.low_ms for one in sizes)
    assert [one.high_ms for one in sizes] == sorted(one.high_ms for one in sizes)
    assert sizes[-1].low_ms > sizes[1].high_ms


def test_actions_of_one_statement_take_at_least_the_longest_and_at_most_all() -> None:
    one, other = last("ALTER TABLE users ALTER email SET NOT NULL"), last("ALTER TABLE users ALTER visits TYPE bigint")
    both = last("ALTER TABLE users ALTER email SET NOT NULL, ALTER visits TYPE bigint")
    assert one is not None
    assert other is not None
    assert both is not None
    assert both.low_ms == max(one.low_ms, other.low_ms)
    assert both.high_ms == one.high_ms + other.high_ms
    assert both.because == f"{one.because}; {other.because}"


def test_a_table_is_known_by_its_name_before_the_range() -> None:
    renamed = last("ALTER TABLE users RENAME TO people; CREATE INDEX ix ON people (email)")
    assert renamed == last("CREATE INDEX ix ON users (email)")
    other = "ALTER TABLE users RENAME TO old; CREATE TABLE users (id integer); CREATE INDEX ix ON users (id)"
    assert last(other) is None


def test_a_rebuild_copies_the_table() -> None:
    rebuild = (
        "CREATE TABLE _alembic_tmp_users (id INTEGER); INSERT INTO _alembic_tmp_users (id) SELECT id FROM users; "
        "DROP TABLE users; ALTER TABLE _alembic_tmp_users RENAME TO users; CREATE INDEX ix ON users (id)"
    )
    made, copied, dropped, renamed, index = drawn(ranged((rebuild, ""), dialect="sqlite"))[0]
    assert (made, dropped, renamed) == (None, None, None)
    assert copied is not None
    assert copied.because.startswith("copied: users (")
    assert index == last("CREATE INDEX ix ON users (id)", "sqlite")


def test_mysql_reads_all_rows_for_a_where_and_may_change_them() -> None:
    size = Lookup(LARGE, "mysql").table(Name("users"))
    found = last("UPDATE users SET visits = 0 WHERE phone = '1'", "mysql")
    assert size is not None
    assert found is not None
    assert (found.low_ms, found.high_ms) == (READ.low_ms(size), CHANGE.high_ms(size))


def test_a_transaction_takes_as_long_as_its_statements_one_after_another() -> None:
    index, change = "CREATE INDEX ix ON books (title)", "UPDATE users SET visits = 0"
    (one, other, none), [both] = drawn(ranged((f"{index}; {change}; ALTER TABLE users ADD a integer", "")))
    assert one is not None
    assert other is not None
    assert none is None
    assert both is not None
    assert (both.low_ms, both.high_ms) == (one.low_ms + other.low_ms, one.high_ms + other.high_ms)
    assert both.because == "the sum of 2 statements"
    (alone, _), [unsure] = drawn(ranged((f"{index}; UPDATE users SET visits = 0 WHERE id = 1", "")))
    assert alone is not None
    assert unsure == replace(alone, because=f"{alone.because}; of 1 more it can't be said")
    assert drawn(ranged(("ALTER TABLE users ADD a integer", "")))[1] == [None]


@pytest.mark.parametrize("dialect", ["postgresql", "mssql"])
def test_of_the_sample(dialect: str, tmp_path: Path) -> None:
    shop = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, shop, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    env = {} if dialect == "mssql" else {"env": "prod"}
    range = rendered(shop, "0008_wider_columns:0009_order_date_index", {"dialect": dialect, **env})
    names = ("users", "books", "orders")
    known = Stats("x", "2026-01-31", tuple(TableStats(name, None, 10**6, 10**8) for name in names))
    [*_, index], _ = drawn(range, known)
    assert index is not None
    assert index.high_ms == 25_000
    assert all(one is None for one in drawn(range, None)[0])
