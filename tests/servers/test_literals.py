"""A value that stands in a script is stored as an online run stores it, whatever its type and the way it is given.

For every cell (a type, a value, a way of giving it) the same Python code runs twice: online, through SQLAlchemy and the
usual driver, and offline, where its text is run by the real command-line client. What the server then shows of the two
tables has to be equal. What is refused stands in REFUSED, with its kind, so that a new refusal is seen.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import ipaddress
import math
import random
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import mysql, postgresql, sqlite

from sqlgen.emit.worker.connection import ConnectionLog
from sqlgen.emit.worker.dialect import engine as offline_engine
from sqlgen.emit.worker.dialect import offline_dialect
from sqlgen.emit.worker.offline import Offline
from sqlgen.emit.worker.recorder import Recorder
from sqlgen.emit.worker.sources import Sources

if TYPE_CHECKING:
    from conftest import Database, File


class Mood(enum.Enum):
    """Its names, values and labels differ."""

    SAD = "s'ad"
    OK = "o\\k"


class Word(enum.StrEnum):
    ONE = "one"


class Upper(sa.types.TypeDecorator[str]):
    """Changes a value each time that it is applied, and None."""

    impl = sa.String(200)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return "none" if value is None else f"<{value}>"


class TwoWays(sa.types.TypeDecorator[str]):
    impl = sa.String(200)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return f"bound {value}"

    def process_literal_param(self, value: Any, dialect: Any) -> Any:
        return f"literal {value}"


TEXTS = [
    "",
    "plain",
    "it's ''quoted''",
    '"double" `back`',
    "back\\slash \\",
    "\\' \\n \\r \\0 \\\\",
    "\\:name \\:: :name ::cast 10:30 @x $1 ? %s %(x)s %% %",
    "tab\tnew\nline\n\n  end  ",
    "cr\r\nlf\rcr \\r \\\\r1\r",
    "\r",
    " lead and trail ",
    ";;; -- no comment\n# none /* none */ */",
    "\n\\q\n.quit\ndelimiter //\ngo\n/\n",
    "\x01\x02\x07\x08\x0b\x0c\x0e\x1a\x1b[31m\x7f",
    "\x85\u2028\u200b\u202e\ufeff",
    "书名 🙂 𝔘 é e\u0301",
    "\U0010ffff\ud7ff\ue000",
    "x" * 70_000 + "'" * 1_000,
    "line\r\n" * 3_000,
    "null\x00 \\0 \\\\0 \r\n",
    "\x00",
    "\ud800",
]
BYTES = [b"", b"plain", bytes(range(256)), b"\\x41'\"", b"\x00", b"x" * 70_000, bytearray(b"ab\x00"), memoryview(b"cd")]
INTS = [0, 1, -1, 2**31 - 1, -(2**31), True]
BIG = [2**63 - 1, -(2**63), 2**53 + 1]
HUGE = [2**63, -(2**64), 10**30]
FLOATS = [
    0.0,
    -0.0,
    1.5,
    -2.25,
    0.1,
    0.1 + 0.2,
    1 / 3,
    1e308,
    1.7976931348623157e308,
    2.2250738585072014e-308,
    5e-324,
    1e22,
    1e23,
    123456789.123456789,
    3.4179685045679183e-304,
    9007199254740993.0,
    7,
    -1e-7,
    math.nan,
    math.inf,
    -math.inf,
    decimal.Decimal("1.25"),
]
DECIMALS = [
    decimal.Decimal(each)
    for each in (
        "0",
        "-0.00",
        "1.10",
        "-12345678901234567890.123456789",
        "1E+5",
        "1E-9",
        "12E+20",
        "NaN",
        "Infinity",
        "-Infinity",
    )
] + [5, 0.1]
ZONE = dt.timezone(dt.timedelta(hours=-3, minutes=-30))
DATES = [dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2024, 2, 29), "2024-01-01"]
DATETIMES = [
    dt.datetime(1, 1, 1),
    dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
    dt.datetime(2024, 2, 29, 12, 30, 1, 5),
    dt.datetime(2024, 2, 29, 12, 30, tzinfo=ZONE),
    dt.datetime(2024, 2, 29, 12, 30, tzinfo=dt.UTC),
    dt.date(2024, 1, 2),
]
TIMES = [dt.time(0), dt.time(23, 59, 59, 999999), dt.time(1, 2, 3, 40), dt.time(12, 30, tzinfo=ZONE)]
DELTAS = [
    dt.timedelta(0),
    dt.timedelta(days=3, seconds=5, microseconds=7),
    dt.timedelta(seconds=-1),
    dt.timedelta(days=-2, hours=5),
    dt.timedelta(hours=30),
    dt.timedelta(microseconds=-1),
]
UUIDS = [uuid.UUID(int=0), uuid.UUID("12345678-1234-5678-9abc-def012345678")]
JSONS = [
    None,
    sa.JSON.NULL,
    sa.null(),
    {},
    [],
    "text",
    5,
    1.5,
    True,
    False,
    {"a": [1, {"b": None}], "书": "🙂 \u2028", "q": 'it\'s "quoted" \\ %s :x \\:y', "c": "\r\n\t\x1b NaN"},
    [math.nan],
    {"x": math.inf},
    {"zero": "\x00"},
    {"fake": "\\u0000"},
    "Infinity",
]


@dataclass(frozen=True)
class Cell:
    """A column's type and its values."""

    name: str
    type: Any
    values: list[Any]
    compares: bool = True
    """Whether the type has an equality that can be asked for."""
    untyped: bool = True
    """Whether the way that gives no type is tried."""


def common() -> list[Cell]:
    return [
        Cell("text", sa.Text(), [*TEXTS, None, 5, Word.ONE, Mood.OK]),
        Cell("string", sa.String(200), ["a'b", "\\", None]),
        Cell("unicode", sa.Unicode(200), ["书\\'"]),
        Cell("binary", sa.LargeBinary(), [*BYTES, None]),
        Cell("pickle", sa.PickleType(), [{"a": [1, "x\\'"]}, None], compares=False, untyped=False),
        Cell("integer", sa.Integer(), [*INTS, None, "12", Word]),
        Cell("big", sa.BigInteger(), [*BIG, *HUGE, enum.IntEnum("Number", {"ONE": 1}).ONE]),
        Cell("float", sa.Float(), FLOATS),
        Cell("double", sa.Double(), FLOATS),
        Cell("numeric", sa.Numeric(40, 10), [*DECIMALS, None]),
        Cell("numeric_float", sa.Numeric(20, 5, asdecimal=False), [1.5, decimal.Decimal("1.5")]),
        Cell("boolean", sa.Boolean(), [True, False, None, 1, 0, 2, "x"]),
        Cell("date", sa.Date(), [*DATES, dt.datetime(2024, 1, 1, 12), None]),
        Cell("datetime", sa.DateTime(), [*DATETIMES, None]),
        Cell("datetime_zone", sa.DateTime(timezone=True), [*DATETIMES, None]),
        Cell("time", sa.Time(), [*TIMES, None]),
        Cell("interval", sa.Interval(), [*DELTAS, None]),
        Cell("interval_epoch", sa.Interval(native=False), DELTAS, untyped=False),
        Cell("uuid", sa.Uuid(), [*UUIDS, None]),
        Cell("uuid_text", sa.Uuid(as_uuid=False), [str(each) for each in UUIDS], untyped=False),
        Cell("uuid_char", sa.Uuid(native_uuid=False), UUIDS, untyped=False),
        Cell("json", sa.JSON(), JSONS, compares=False, untyped=False),
        Cell("json_none", sa.JSON(none_as_null=True), [None, {"a": None}], compares=False, untyped=False),
        Cell("enum_names", sa.Enum(Mood, name="mood_names"), [Mood.SAD, "OK", None, "bad"], untyped=False),
        Cell(
            "enum_values",
            sa.Enum(Mood, name="mood_values", values_callable=lambda kind: [each.value for each in kind]),
            [Mood.SAD, Mood.OK],
            untyped=False,
        ),
        Cell("enum_text", sa.Enum(Mood, native_enum=False, length=50), [Mood.SAD, Mood.OK], untyped=False),
        Cell("enum_words", sa.Enum("a", "b'c", "%%", name="words"), ["a", "b'c", "%%"], untyped=False),
        Cell("decorated", Upper(), ["x", "\\", None], untyped=False),
        Cell("decorated_twice", TwoWays(), ["x"], untyped=False),
        Cell("variant", sa.String(50).with_variant(sa.Text(), "mysql", "mariadb"), ["a\\b"]),
    ]


def ranges() -> list[Cell]:
    from sqlalchemy.dialects.postgresql import Range

    days = Range(dt.date(2024, 1, 1), dt.date(2024, 2, 1), bounds="[]")
    moments = Range(dt.datetime(2024, 1, 1, 1), None)
    zoned = Range(None, dt.datetime(2024, 1, 1, tzinfo=ZONE), bounds="(]")
    some = [
        Range(1, 5),
        Range(None, 3),
        Range(1, None, bounds="()"),
        Range(None, None),
        Range(empty=True),
        "[1,3]",
        None,
    ]
    return [
        Cell("int4range", postgresql.INT4RANGE(), some, untyped=False),
        Cell("int8range", postgresql.INT8RANGE(), [Range(-(2**62), 2**62)], untyped=False),
        Cell(
            "numrange", postgresql.NUMRANGE(), [Range(decimal.Decimal("1.5"), decimal.Decimal("2E+3"))], untyped=False
        ),
        Cell("daterange", postgresql.DATERANGE(), [days, Range(empty=True)], untyped=False),
        Cell("tsrange", postgresql.TSRANGE(), [moments], untyped=False),
        Cell("tstzrange", postgresql.TSTZRANGE(), [zoned], untyped=False),
        Cell("int4multirange", postgresql.INT4MULTIRANGE(), [[], [Range(1, 5), Range(7, None)]], untyped=False),
        Cell("datemultirange", postgresql.DATEMULTIRANGE(), [[], [days]], untyped=False),
    ]


def of_postgresql() -> list[Cell]:
    array = postgresql.ARRAY
    mood = postgresql.ENUM("s'ad", "o\\k", "a,b", name="array_mood")
    words = ["a'b", None, 'c"\\,{}', "", "NULL", "书\r"]
    pairs = {"a": "1", 'q"\\': None, "书": "it's, =>"}
    addresses = [ipaddress.ip_address("10.0.0.1"), ipaddress.ip_interface("10.0.0.1/8")]
    return [
        Cell("jsonb", postgresql.JSONB(), JSONS, untyped=False),
        Cell("texts", array(sa.Text()), [[], words, [None], [["a"], ["b"]], None]),
        Cell("strings", array(sa.String(3)), [["abc", "d"]]),
        Cell("ints", array(sa.Integer()), [[1, None, -2], [], [[1, 2], [3, 4]], (5, 6), None]),
        Cell("generic_array", sa.ARRAY(sa.Integer()), [[1], []]),
        Cell("numerics", array(sa.Numeric()), [[decimal.Decimal("1.10"), decimal.Decimal("NaN")]]),
        Cell("floats", array(sa.Float()), [[1.5, math.nan, math.inf]]),
        Cell("booleans", array(sa.Boolean()), [[True, None, False]]),
        Cell("array_of_enum", array(mood), [["s'ad", "o\\k", "a,b", None], []], untyped=False),
        Cell("array_of_json", array(postgresql.JSONB()), [[{"a": "it's"}, [1]], [None]], untyped=False),
        Cell("array_of_uuid", array(sa.Uuid()), [UUIDS]),
        Cell("array_of_bytes", array(sa.LargeBinary()), [[b"\x00\\", b""]]),
        Cell("array_of_dates", array(sa.Date()), [[dt.date(2024, 1, 1), None]]),
        Cell("array_of_times", array(sa.DateTime(timezone=True)), [[DATETIMES[3]]]),
        Cell("array_of_intervals", array(sa.Interval()), [DELTAS]),
        Cell("array_of_ranges", array(postgresql.INT4RANGE()), [[postgresql.Range(1, 2), None]], untyped=False),
        Cell("array_decorated", array(Upper()), [["x", None]], untyped=False),
        Cell("hstore", postgresql.HSTORE(), [{}, pairs, None, {"n": 1}], untyped=False),
        Cell("inet", postgresql.INET(), ["10.0.0.1/24", "::1", None]),
        Cell("inet_object", postgresql.INET(), ["10.0.0.1", *addresses]),
        Cell("cidr", postgresql.CIDR(), ["10.0.0.0/8"]),
        Cell("macaddr", postgresql.MACADDR(), ["08:00:2b:01:02:03"]),
        Cell("tsvector", postgresql.TSVECTOR(), ["'it''s' a:1", None]),
        Cell("bit", postgresql.BIT(5), ["10101"]),
        Cell("varbit", postgresql.BIT(varying=True), ["", "101"]),
        Cell("money", postgresql.MONEY(), ["12.34", decimal.Decimal("-5.5"), 7]),
        Cell("oid", postgresql.OID(), [12, 2**31]),
        Cell("time_zone", sa.Time(timezone=True), TIMES),
        Cell("interval_fields", postgresql.INTERVAL(fields="DAY TO SECOND"), DELTAS),
        Cell("citext_like", sa.Text(collation="C"), ["é"]),
        Cell("domain", postgresql.DOMAIN("short", sa.String(20)), ["a'b"]),
        *ranges(),
    ]


def of_mysql() -> list[Cell]:
    return [
        Cell("set", mysql.SET("a", "b", "c d"), [{"a", "c d"}, set(), "b", None], compares=False, untyped=False),
        Cell(
            "set_bitwise",
            mysql.SET("", "a", "b", retrieve_as_bitwise=True),
            [{"", "b"}, set()],
            compares=False,
            untyped=False,
        ),
        Cell("mysql_enum", mysql.ENUM("a", "b'c"), ["a", "b'c", None]),
        Cell("bit", mysql.BIT(8), [5, b"\x07"], compares=False),
        Cell("year", mysql.YEAR(), [1999, "2024"]),
        Cell("time_fsp", mysql.TIME(fsp=6), [*TIMES, *DELTAS]),
        Cell("datetime_fsp", mysql.DATETIME(fsp=6), DATETIMES),
        Cell("timestamp", mysql.TIMESTAMP(fsp=3), [dt.datetime(2024, 2, 29, 12, 30, 1, 5)]),
        Cell("longtext", mysql.LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin"), ["书🙂"]),
        Cell("varbinary", mysql.VARBINARY(300), [b"\x00\xff'\\", bytes(range(256))]),
        Cell("decimal", mysql.DECIMAL(30, 10), [decimal.Decimal("1E+10"), decimal.Decimal("1E-10")]),
        Cell("double_unsigned", mysql.DOUBLE(), [1e308, 5e-324]),
    ]


def of_sqlite() -> list[Cell]:
    return [
        Cell(
            "day", sqlite.DATE(storage_format="%(year)04d/%(month)02d/%(day)02d"), [dt.date(2024, 1, 1)], untyped=False
        ),
        Cell("moment", sqlite.DATETIME(truncate_microseconds=True), DATETIMES[:3], untyped=False),
    ]


# ---- the ways of giving a value

Way = Callable[[Any, sa.Table, int, Any, Any], None]


def _values(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.execute(table.insert().values(id=key, v=value))


def _rows(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.execute(table.insert().values([{"id": key, "v": value}, {"id": key + 10_000_000, "v": value}]))


def _bulk_insert(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.bulk_insert(table, [{"id": key, "v": value}])


def _update(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.execute(table.insert().values(id=key))
    op.execute(table.update().where(table.c.id == key).values(v=value))


def _literal(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.execute(table.insert().values(id=key, v=sa.literal(value, type_)))


def _text(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    statement = sa.text(f"INSERT INTO {table.name} (id, v) /* \\:x */ VALUES (:id, :v)")
    op.execute(statement.bindparams(sa.bindparam("v", value, type_=type_), id=key))


def _untyped(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.execute(sa.text(f"INSERT INTO {table.name} (id, v) VALUES (:id, :v)").bindparams(id=key, v=value))


def _where(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.execute(table.insert().values(id=key, v=value))
    op.execute(table.update().where(table.c.id == key, table.c.v == value).values(hit=1))


def _in(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.execute(table.insert().values(id=key, v=value))
    op.execute(table.update().where(table.c.id == key, table.c.v.in_([value, value])).values(hit=1))


def _parameters(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    """Beside the statement."""
    op.get_bind().execute(table.insert(), {"id": key, "v": value})


def _many(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.get_bind().execute(table.insert(), [{"id": key, "v": value}, {"id": key + 10_000_000, "v": value}])


def _text_in(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.execute(table.insert().values(id=key, v=value))
    statement = sa.text(f"UPDATE {table.name} SET hit = 1 WHERE id = :id AND v IN :values")
    values = sa.bindparam("values", [value, value], type_=type_, expanding=True)
    op.execute(statement.bindparams(values, id=key))


def _minus(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    op.execute(sa.text(f"INSERT INTO {table.name} (id, v) VALUES (:id, 0-:v)").bindparams(id=key, v=value))
    op.execute(table.update().where(table.c.id == key).values(hit=sa.cast(-sa.literal(value), sa.Integer)))


def _driver(op: Any, table: Any, key: int, value: Any, type_: Any) -> None:
    place = "?" if op.get_bind().dialect.name == "sqlite" else "%s"
    op.get_bind().exec_driver_sql(f"INSERT INTO {table.name} (id, v) VALUES ({place}, {place})", (key, value))


WAYS: list[Way] = [
    _values,
    _rows,
    _bulk_insert,
    _update,
    _literal,
    _text,
    _untyped,
    _where,
    _in,
    _parameters,
    _many,
    _text_in,
    _minus,
    _driver,
]


@dataclass
class Outcome:
    """What became of a dialect's cells. A name is `type value way`."""

    equal: Counter[str] = field(default_factory=Counter)
    """How many cells of a type are the same."""
    refused: dict[str, str] = field(default_factory=dict)
    """The kind of the refusal, by `type value`."""
    more: set[str] = field(default_factory=set)
    """`type value` of what the script stores though the driver refuses it."""
    wrong: list[str] = field(default_factory=list)
    log: str = ""

    def check(self, cells: list[Cell], refused: dict[str, str], more: set[str]) -> None:
        assert not self.wrong, "\n".join([*self.wrong[:40], self.log[-2000:]])
        assert self.refused == refused
        assert self.more == more
        assert not [cell.name for cell in cells if not self.equal[cell.name] and cell.values]


@dataclass
class Cells:
    """Each cell with its tables, its key and what it is called."""

    cells: list[Cell]
    places: dict[tuple[int, int], tuple[Any, Way]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[int, Cell, int, Any, Way]]:
        for number, cell in enumerate(self.cells):
            for place, value in enumerate(cell.values):
                for index, way in enumerate(WAYS):
                    if self._sensible(cell, value, way):
                        key = place * 100 + index + 1
                        self.places[number, key] = value, way
                        yield number, cell, key, value, way

    def _sensible(self, cell: Cell, value: Any, way: Way) -> bool:
        if way is _minus:
            return type(value) in (int, float, decimal.Decimal) and math.isfinite(value) and abs(value) < 2**30
        if isinstance(value, sa.sql.elements.Null):
            return way in (_values, _update)
        return (cell.untyped or way not in (_untyped, _driver)) and (
            cell.compares or way not in (_where, _in, _text_in)
        )


def _table(prefix: str, number: int, cell: Cell) -> sa.Table:
    key = sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)
    return sa.Table(f"{prefix}_{number}", sa.MetaData(), key, sa.Column("v", cell.type), sa.Column("hit", sa.Integer))


def _offline(url: str) -> tuple[Operations, Recorder]:
    """On the worker's own connection, which records."""

    def ask(question: dict[str, Any]) -> Any:
        raise AssertionError(question)

    recorder = Recorder(Sources("/nowhere", ""), 0)
    log = ConnectionLog(recorder, ask)
    log.dialect = offline_dialect(sa.make_url(url), {}, log, ())
    connection = offline_engine(log.dialect, sa.make_url(url)).connect()
    return Operations(MigrationContext.configure(connection)), recorder


def _emitted(recorder: Recorder) -> list[str]:
    statements = [str(statement[0]) for statement in recorder.take()["statements"]]
    assert not any(re.search(r"[\x00-\x08\x0b-\x1f\x7f]|POSTCOMPILE", each) for each in statements)
    return [f"{each};\n" for each in statements]


def compare(
    cells: list[Cell], online: sa.Engine, url: str, run: Callable[[str], Any], show: Callable[[Cell], str]
) -> Outcome:
    """Run all cells both ways. `run` feeds a script to the client; `show` writes a column as the server sees it."""
    outcome, script, failed, every = Outcome(), [], set(), Cells(cells)
    op, recorder = _offline(url)
    with online.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        real = Operations(MigrationContext.configure(connection))
        for number, cell in enumerate(cells):
            for prefix in ("online", "script"):
                _table(prefix, number, cell).create(connection, checkfirst=True)
        at_once = {"mysql": "START TRANSACTION", "mariadb": "START TRANSACTION", "sqlite": "BEGIN"}
        if begin := at_once.get(connection.dialect.name):
            connection.exec_driver_sql(begin)
            script.append(f"{begin};\n")
        for number, cell, key, value, way in every:
            try:
                way(real, _table("online", number, cell), key, value, cell.type)
            except Exception:  # what a driver raises for a value is its own affair
                failed.add((number, key))
            try:
                way(op, _table("script", number, cell), key, value, cell.type)
                script += _emitted(recorder)
            except Offline as problem:
                recorder.take()
                if (number, key) not in failed:
                    outcome.refused[f"{cell.name} {_short(value)}"] = problem.kind
                    failed.add((number, key))
            except sa.exc.SQLAlchemyError:
                recorder.take()
                if (number, key) not in failed:
                    raise
        if begin:
            connection.exec_driver_sql("COMMIT")
            script.append("COMMIT;\n")
        outcome.log = run("".join(script))
        for number, cell in enumerate(cells):
            left, right = (
                {
                    row[0]: row[1:]
                    for row in connection.exec_driver_sql(f"SELECT id, {show(cell)}, hit FROM {prefix}_{number}")
                }
                for prefix in ("online", "script")
            )
            for key in sorted(left.keys() | right.keys()):
                place = number, key % 10_000_000
                value, way = every.places[place]
                name = f"{cell.name} {_short(value)}"
                if place in failed:
                    if name not in outcome.refused and key in right and repr(left.get(key)) != repr(right[key]):
                        outcome.more.add(name)
                elif repr(left.get(key)) == repr(right.get(key)):
                    outcome.equal[cell.name] += 1
                else:
                    shown = [_short(side.get(key), 200) for side in (left, right)]
                    outcome.wrong.append(f"{name} {way.__name__}: online {shown[0]}, script {shown[1]}")
    return outcome


def _short(value: Any, size: int = 40) -> str:
    shown = type(value).__name__ if isinstance(value, memoryview) else ascii(value)
    return shown if len(shown) <= size else f"{shown[:size]}…{len(shown)}"


pytestmark = pytest.mark.filterwarnings("ignore")  # SQLAlchemy's and drivers', about the values
ZONED = "-c timezone=Asia/Kathmandu -c synchronous_commit=off"


def test_postgresql_stores_what_an_online_run_stores(postgresql_database: Database) -> None:
    postgresql_database.rows("CREATE EXTENSION IF NOT EXISTS hstore")
    cells = [*common(), *of_postgresql()]
    head = "SET client_encoding = 'UTF8'; SET TIME ZONE 'Asia/Kathmandu'; SET synchronous_commit = off;\n"
    online = sa.create_engine(postgresql_database.url, connect_args={"options": ZONED})
    outcome = compare(
        cells,
        online,
        postgresql_database.url,
        lambda script: postgresql_database.client(head + script, "-q").log,
        lambda cell: "encode(convert_to(v::text, 'UTF8'), 'hex'), v IS NULL",
    )
    online.dispose()
    # psycopg2 sends an infinite Decimal as NaN, -0.0 without its sign and a time without its zone; psycopg doesn't.
    zoned = "datetime.time(12, 30, tzinfo=datetime.ti…91"
    refused = dict.fromkeys(
        [
            "float -0.0",
            "double -0.0",
            "numeric Decimal('Infinity')",
            "numeric Decimal('-Infinity')",
            f"time {zoned}",
            f"time_zone {zoned}",
        ],
        "literal-drivers",
    )
    more = {  # psycopg2 knows no class for these, or compares them with another type; psycopg does not
        "integer True",
        "text 5",
        "inet_object IPv4Address('10.0.0.1')",
        "inet_object IPv4Interface('10.0.0.1/8')",
        "int4multirange [Range(lower=1, upper=5, bounds='[)', em…105",
        "datemultirange [Range(lower=datetime.date(2024, 1, 1), …99",
    }
    outcome.check(cells, refused, more)


def test_mariadb_stores_what_an_online_run_stores(mariadb_database: Database) -> None:
    cells = [*common(), *of_mysql()]
    url = mariadb_database.url.replace("mysql+", "mariadb+")
    online = sa.create_engine(url)
    outcome = compare(
        cells,
        online,
        url,
        lambda script: mariadb_database.client(script, "--force", "--default-character-set=utf8mb4").log,
        lambda cell: "HEX(v)" if cell.name in ("binary", "pickle", "varbinary", "bit") else "HEX(CAST(v AS CHAR))",
    )
    online.dispose()
    refused = {"text <Mood.OK: 'o\\\\k'>": "literal-enum", "binary memoryview": "literal-type"}
    outcome.check(cells, refused, set())


def test_sqlite_stores_what_an_online_run_stores(sqlite_file: File) -> None:
    cells = [*common(), *of_sqlite()]
    online = sa.create_engine(f"sqlite:///{sqlite_file.path}")
    outcome = compare(
        cells, online, "sqlite://", lambda script: sqlite_file.client(script).log, lambda cell: "typeof(v), v"
    )
    online.dispose()
    outcome.check(cells, {}, set())


# ---- any text, any bytes

PIECES = [*"'\"\\\r\n\t\x00\x1a\x01\x02%;r0E书🙂\x85", ":x", "--", "/*", "$$"]


def _random(seed: int) -> list[tuple[str, bytes]]:
    choice = random.Random(seed)
    return [
        ("".join(choice.choices(PIECES, k=choice.randrange(30))), choice.randbytes(choice.randrange(40)))
        for _ in range(400)
    ]


def _read_back(url: str, drop: str, run: Callable[[str], Any], rows: Callable[[str], list[Any]]) -> None:
    """What the server holds after the script is what the revision gave."""
    op, recorder = _offline(url)
    columns = [sa.Column("id", sa.Integer), sa.Column("a", sa.Text), sa.Column("b", sa.LargeBinary)]
    table = sa.Table("t", sa.MetaData(), *columns)
    values = [(text.replace(drop, "") if drop else text, data) for text, data in _random(7)]
    recorder.add(str(sa.schema.CreateTable(table).compile(dialect=op.get_bind().dialect)))
    op.bulk_insert(table, [{"id": key, "a": text, "b": data} for key, (text, data) in enumerate(values)])
    log = run("".join(_emitted(recorder)))
    stored = [(bytes(row[0]), bytes(row[1])) for row in rows("SELECT {} FROM t ORDER BY id")]
    assert stored == [(text.encode(), data) for text, data in values], log[-1000:]


def test_postgresql_holds_any_text_and_bytes(postgresql_database: Database) -> None:
    database = postgresql_database
    _read_back(
        database.url,
        "\x00",
        lambda script: database.client(script, "-q").log,
        lambda sql: database.rows(sql.format("convert_to(a, 'UTF8'), b")),
    )


def test_mariadb_holds_any_text_and_bytes(mariadb_database: Database) -> None:
    database = mariadb_database
    _read_back(
        database.url,
        "",
        lambda script: database.client(script, "--default-character-set=utf8mb4").log,
        lambda sql: database.rows(sql.format("CAST(a AS BINARY), b")),
    )


def test_sqlite_holds_any_text_and_bytes(sqlite_file: File) -> None:
    _read_back(
        "sqlite://",
        "",
        lambda script: sqlite_file.client(script).log,
        lambda sql: sqlite_file.rows(sql.format("CAST(a AS BLOB), b")),
    )


# ---- values inside of expressions


def _expressions(dialect: str) -> list[Any]:
    moment = sa.literal(DATETIMES[2])
    document = sa.literal({"a": ["x'\\", {"k'": 5}], "%": "%s", "书": None}, sa.JSON())
    both = [
        sa.func.coalesce(None, "it's"),
        sa.literal("100%") + sa.literal("\\"),
        sa.cast(5, sa.String(10)),
        sa.case((sa.literal("x'") == "x'", "it's \\ %s :x"), else_="no"),
        sa.case((sa.literal("a%b").like("a\\%b", escape="\\"), "like"), else_="unlike"),
        sa.case((sa.literal("50%").contains("%", autoescape=True), "holds"), else_="does not"),
        sa.case((sa.tuple_(sa.literal(1), sa.literal("a'")).in_([(1, "a'"), (2, "b")]), "in"), else_="out"),
        sa.cast(sa.literal(7) % 4, sa.String(10)),
        sa.cast(sa.literal(5) - sa.literal(-3), sa.String(10)),
        sa.cast(-sa.literal(-5), sa.String(10)),
        sa.select(sa.literal("sub'query\\")).limit(1).offset(0).scalar_subquery(),
        sa.text("CASE WHEN 1 -:n = 2 THEN :text END").bindparams(n=-1, text="\\:text"),
        document["a"][0].as_string(),
        document[("a", 1, "k'")].as_string(),
        document["%"].as_string(),
    ]
    match dialect:
        case "postgresql":
            percent = sa.literal("%", postgresql.JSONB())
            jsonb = sa.literal({"a": {"b": "x'"}, "k": [1]}, postgresql.JSONB())
            return [
                *both,
                postgresql.array(["a'", "\\"])[1],
                sa.cast(sa.literal([1, 2], postgresql.ARRAY(sa.Integer))[2], sa.Text),
                jsonb[("a", "b")].astext,
                sa.cast(jsonb.has_key("a"), sa.Text),
                sa.cast(jsonb.contains({"k": [1]}), sa.Text),
                sa.cast(sa.func.jsonb_set(jsonb, postgresql.array(["a", "b"]), percent), sa.Text),
                sa.func.to_char(moment, "YYYY-MM-DD HH24:MI:SS.US"),
                sa.cast(moment + sa.literal(dt.timedelta(days=1, seconds=-1)), sa.Text),
                sa.cast(sa.literal(DATES[2]) - sa.literal(dt.timedelta(hours=1)), sa.Text),
                sa.cast(sa.func.pg_typeof(sa.literal(DATES[2])), sa.Text),
                sa.cast(sa.func.pg_typeof(sa.literal(UUIDS[1])), sa.Text),
                sa.cast(sa.func.pg_typeof(sa.literal(decimal.Decimal("1.5"))), sa.Text),
                sa.func.encode(sa.literal(b"\x00\\"), "hex"),
                sa.func.regexp_replace("a.b", r"\.", r"\\"),
            ]  # fmt: skip
        case "sqlite":
            return [*both, sa.func.strftime("%Y-%m", moment), sa.func.printf("%s%%", "x")]
        case _:
            return [
                *both,
                sa.func.date_format(moment, "%Y-%m-%d"),
                sa.func.hex(sa.literal(b"\x00\\")),
                sa.cast(sa.func.date_add(moment, sa.text("INTERVAL :n DAY").bindparams(n=-2)), sa.String(30)),
            ]


def _express(op: Any, table: sa.Table, dialect: str) -> Iterator[None]:
    """A row for each; those that the server refuses are left out by who asks for the next."""
    for key, expression in enumerate(_expressions(dialect), 1):
        op.execute(table.insert().values(id=key, v=expression))
        yield
    upsert: Any = {"postgresql": postgresql, "sqlite": sqlite}.get(dialect, mysql).insert(table).values(id=1, v="x'")
    new = "it's \\ %s :x"
    if dialect in ("postgresql", "sqlite"):
        op.execute(upsert.on_conflict_do_update(index_elements=["id"], set_={"v": table.c.v + new}))
    else:
        op.execute(upsert.on_duplicate_key_update(v=sa.func.concat(table.c.v, new)))
    yield


def _compare_expressions(online: sa.Engine, url: str, run: Callable[[str], Any]) -> None:
    op, recorder = _offline(url)
    cell = Cell("text", sa.Text(), [])
    with online.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        tables = [_table(prefix, 0, cell) for prefix in ("online", "script")]
        for table in tables:
            table.create(connection)
        name = connection.dialect.name
        for _ in _express(Operations(MigrationContext.configure(connection)), tables[0], name):
            pass
        for _ in _express(op, tables[1], name):
            pass
        log = run("".join(_emitted(recorder)))
        left, right = (connection.execute(table.select().order_by(table.c.id)).all() for table in tables)
    assert left == right, log[-1000:]
    assert len(left) == len(_expressions(name))


def test_postgresql_reads_values_in_expressions_as_online(postgresql_database: Database) -> None:
    online = sa.create_engine(postgresql_database.url)
    _compare_expressions(online, postgresql_database.url, lambda script: postgresql_database.client(script, "-q").log)
    online.dispose()


def test_mariadb_reads_values_in_expressions_as_online(mariadb_database: Database) -> None:
    url = mariadb_database.url.replace("mysql+", "mariadb+")
    online = sa.create_engine(url)
    run = lambda script: mariadb_database.client(script, "--force", "--default-character-set=utf8mb4").log  # noqa: E731
    _compare_expressions(online, url, run)
    online.dispose()


def test_sqlite_reads_values_in_expressions_as_online(sqlite_file: File) -> None:
    online = sa.create_engine(f"sqlite:///{sqlite_file.path}")
    _compare_expressions(online, "sqlite://", lambda script: sqlite_file.client(script).log)
    online.dispose()


# ---- literals in DDL, which an online run writes into the text as well

DEFAULTS: list[tuple[Any, Any]] = [
    *((sa.String(200), each) for each in TEXTS if len(each) < 100),
    *((sa.String(200), sa.literal(each, sa.String())) for each in TEXTS if len(each) < 100),
    *((sa.Integer(), sa.literal(each)) for each in (0, -5)),
    (sa.Integer(), "7"),
    *((sa.Float(), sa.literal(each, sa.Float())) for each in (0.1, -1.5, 0.1 + 0.2, 1e300)),
    *((sa.Numeric(20, 5), sa.literal(each, sa.Numeric())) for each in (decimal.Decimal("1.10"), decimal.Decimal("-2"))),
    *((sa.Boolean(), each) for each in (sa.true(), sa.literal(True), sa.literal(False))),
    (sa.Date(), sa.literal(DATES[2], sa.Date())),
    *((sa.DateTime(), sa.literal(each, sa.DateTime())) for each in DATETIMES[1:3]),
    (sa.DateTime(timezone=True), sa.literal(DATETIMES[2], sa.DateTime())),
    (sa.Time(), sa.literal(TIMES[2], sa.Time())),
    *((sa.Interval(), sa.literal(each, sa.Interval())) for each in DELTAS),
    (sa.Uuid(), sa.literal(UUIDS[1], sa.Uuid())),
    (sa.Enum(Mood, name="default_mood"), sa.literal(Mood.SAD, sa.Enum(Mood, name="default_mood"))),
    (sa.Enum(Mood, name="default_mood_2"), "OK"),
    (Upper(), sa.literal("x", Upper())),
    (TwoWays(), sa.literal("x", TwoWays())),
]
ARRAYS: list[tuple[Any, Any]] = [
    (postgresql.ARRAY(sa.Text()), sa.literal(["a'b", None], postgresql.ARRAY(sa.Text()))),
    (postgresql.ARRAY(sa.Integer()), sa.literal([[1], [2]], postgresql.ARRAY(sa.Integer()))),
]


def _defined(op: Any, prefix: str, defaults: list[tuple[Any, Any]], known: dict[int, str]) -> Iterator[int]:
    """Tables with a default each; what is not made is left out. Refusals go into `known`."""
    for number, (type_, default) in enumerate(defaults):
        table = f"{prefix}_{number}"
        added = sa.Column("w", type_, server_default=default)
        try:
            op.create_table(
                table,
                sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                sa.Column("v", type_, server_default=default),
            )
            op.add_column(table, added)
        except Offline as problem:
            known[number] = problem.kind
        except Exception:
            continue
        else:
            yield number


def compare_defaults(
    defaults: list[tuple[Any, Any]], online: sa.Engine, url: str, run: Callable[[str], Any], catalog: str, show: str
) -> dict[int, str]:
    op, recorder = _offline(url)
    refused: dict[int, str] = {}
    with online.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        real = list(_defined(Operations(MigrationContext.configure(connection)), "online", defaults, {}))
        for type_ in ("default_mood", "default_mood_2"):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"DROP TYPE {type_} CASCADE")
        script = []
        for _ in _defined(op, "script", defaults, refused):
            script += _emitted(recorder)
        log = run("".join(script))
        equal = 0
        for number in real:
            if number in refused or (
                connection.dialect.name == "postgresql" and isinstance(defaults[number][0], sa.Enum)
            ):
                continue
            seen = []
            for prefix in ("online", "script"):
                connection.exec_driver_sql(f"INSERT INTO {prefix}_{number} (id) VALUES (1)")
                rows = connection.exec_driver_sql(f"SELECT {show} FROM {prefix}_{number}").all()
                seen.append((rows, connection.exec_driver_sql(catalog.format(f"{prefix}_{number}")).all()))
            assert repr(seen[0]) == repr(seen[1]), (defaults[number], log[-500:])
            equal += 1
    assert equal > 30
    return {_named(defaults[number]): kind for number, kind in refused.items() if number in real}


def _named(default: tuple[Any, Any]) -> str:
    return _short(getattr(default[1], "value", default[1]))


def test_postgresql_defaults_are_those_of_an_online_run(postgresql_database: Database) -> None:
    online = sa.create_engine(postgresql_database.url)
    refused = compare_defaults(
        DEFAULTS + ARRAYS,
        online,
        postgresql_database.url,
        lambda script: postgresql_database.client(script, "-q").log,
        "SELECT attname, pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid"
        " AND attnum = adnum WHERE adrelid = '{}'::regclass ORDER BY 1",
        "v::text, w::text",
    )
    online.dispose()
    assert refused == {}


def test_mariadb_defaults_are_those_of_an_online_run(mariadb_database: Database) -> None:
    url = mariadb_database.url.replace("mysql+", "mariadb+")
    online = sa.create_engine(url)
    refused = compare_defaults(
        DEFAULTS,
        online,
        url,
        lambda script: mariadb_database.client(script, "--force", "--default-character-set=utf8mb4").log,
        "SELECT column_name, column_default FROM information_schema.columns WHERE table_name = '{}' ORDER BY 1",
        "HEX(CAST(v AS CHAR)), HEX(CAST(w AS CHAR))",
    )
    online.dispose()
    assert set(refused.values()) == {"literal-control"}
    assert all("\\x01" in each for each in refused)


def test_sqlite_defaults_are_those_of_an_online_run(sqlite_file: File) -> None:
    online = sa.create_engine(f"sqlite:///{sqlite_file.path}")
    refused = compare_defaults(
        DEFAULTS,
        online,
        "sqlite://",
        lambda script: sqlite_file.client(script).log,
        "SELECT name, dflt_value FROM pragma_table_info('{}')",
        "typeof(v), v, typeof(w), w",
    )
    online.dispose()
    assert set(refused.values()) == {"literal-control"}
    assert all("\\r" in each or "\\x0" in each for each in refused)
