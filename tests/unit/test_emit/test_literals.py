"""Literals as text; that servers store what an online run stores is shown in tests/servers/test_literals.py."""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
import enum
import math
import sqlite3
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import mssql, mysql, postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialects
from sqlalchemy.ext.compiler import compiles

from sqlgen.emit.unwritable import unwritable
from sqlgen.emit.worker.compiling import compiled, make_strict
from sqlgen.emit.worker.literals import literal
from sqlgen.emit.worker.offline import Offline

ZONE = dt.timezone(dt.timedelta(hours=2))
MOMENT = dt.datetime(2024, 2, 29, 12, 30, 1, 5)


class Mood(enum.Enum):
    SAD = "s'ad"


class Marked(sa.types.TypeDecorator[str]):
    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return f"<{value}>"


def _dialect(name: str) -> Any:
    return {"postgresql": postgresql.dialect, "mysql": mysql.dialect, "sqlite": sqlite_dialects.dialect}[name](
        paramstyle="named"
    )


CASES: list[tuple[Any, Any, str, str, str]] = [
    # value, type, PostgreSQL, MySQL, SQLite
    ("it's", sa.String(), "'it''s'", "'it''s'", "'it''s'"),
    ("a\\b\tc\n%:x", None, "'a\\b\tc\n%:x'", "'a\\\\b\tc\n%:x'", "'a\\b\tc\n%:x'"),
    ("a\r\n\\", sa.Text(), "E'a\\r\n\\\\'", "'a\\r\n\\\\'", "replace('a\\r\n\\', '\\r', char(13))"),
    ("\r\\r", None, "E'\\r\\\\r'", "'\\r\\\\r'", "replace('\\r1\\r', '\\r1', char(13))"),
    ("书🙂", sa.Unicode(), "'书🙂'", "'书🙂'", "'书🙂'"),
    (b"\x00a'", sa.LargeBinary(), "'\\x006127'::bytea", "_binary X'006127'", "X'006127'"),
    (b"", None, "'\\x'::bytea", "_binary X''", "X''"),
    (True, sa.Boolean(), "true", "true", "1"),
    (-5, sa.Integer(), "-5", "-5", "-5"),
    (1.5, sa.Float(), "1.5", "1.5e0", "1.5"),
    (5e-324, None, "5e-324", "5e-324", None),
    (0.1 + 0.2, None, "0.30000000000000004", "0.30000000000000004e0",
     "(CAST(1351079888211149 AS REAL) / 4503599627370496)"),
    (math.inf, sa.Float(), "'Infinity'::float", "literal-number", "9e999"),
    (math.nan, sa.Float(), "'NaN'::float", "literal-number", "NULL"),
    (decimal.Decimal("1E+5"), sa.Numeric(), "1E+5", "100000", "100000.0"),
    (decimal.Decimal("1.10"), sa.Numeric(), "1.10", "1.10", "1.1"),
    (decimal.Decimal("NaN"), None, "'NaN'::numeric", "literal-number", "literal-type"),
    (decimal.Decimal("Infinity"), None, "literal-drivers", "literal-number", "literal-type"),
    (2**63, sa.BigInteger(), str(2**63), str(2**63), "literal-number"),
    (dt.date(1, 1, 1), sa.Date(), "'0001-01-01'::date", "'0001-01-01'", "'0001-01-01'"),
    (MOMENT, sa.DateTime(), "'2024-02-29 12:30:01.000005'::timestamp", "'2024-02-29 12:30:01.000005'",
     "'2024-02-29 12:30:01.000005'"),
    (MOMENT.replace(microsecond=0, tzinfo=ZONE), sa.DateTime(timezone=True),
     "'2024-02-29 12:30:01+02:00'::timestamptz", "'2024-02-29 12:30:01'", "'2024-02-29 12:30:01.000000'"),
    (dt.time(1, 2), sa.Time(), "'01:02:00'::time", "'01:02:00'", "'01:02:00.000000'"),
    (dt.timedelta(days=-1, seconds=5), sa.Interval(), None, "'1969-12-31 00:00:05'", "'1969-12-31 00:00:05.000000'"),
    (dt.timedelta(days=-1, seconds=5), None, "'-1 days 5 seconds'::interval", "'-23:59:55'", "literal-type"),
    (uuid.UUID(int=1), sa.Uuid(), None, f"'{uuid.UUID(int=1).hex}'", f"'{uuid.UUID(int=1).hex}'"),
    (Mood.SAD, sa.Enum(Mood), "'SAD'", "'SAD'", "'SAD'"),
    (Mood.SAD, None, "literal-enum", "literal-enum", "literal-enum"),
    ("x", Marked(), "'<x>'", "'<x>'", "'<x>'"),
    (None, Marked(), "'<None>'", "'<None>'", "'<None>'"),
    (None, sa.Integer(), "NULL", "NULL", "NULL"),
    (None, sa.JSON(none_as_null=True), "NULL", "NULL", "NULL"),
    ({"a": [math.nan]}, sa.JSON(), "literal-json", "literal-json", "'{\"a\": [NaN]}'"),
    ((1, "a"), None, "(1, 'a')", "(1, 'a')", "literal-type"),
    ("a\x00b", None, "literal-nul", "'a\\0b'", "replace('a\\0b', '\\0', char(0))"),
    ("\x1b[", None, "E'\\x1b['", "_utf8mb4 X'1b5b'", "replace('\\x1b[', '\\x1b', char(27))"),
    ("\ud800", sa.String(), "literal-surrogate", "literal-surrogate", "literal-surrogate"),
    ("x", sa.Boolean(), "literal-conversion", "literal-conversion", "literal-conversion"),
    (object, None, "literal-type", "literal-type", "literal-type"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "type_", "expected", "name"), [
    (value, type_, text, name)
    for value, type_, *texts in CASES
    for name, text in zip(("postgresql", "mysql", "sqlite"), texts, strict=True)
    if text is not None
])  # fmt: skip
def test_a_value_is_written_as_its_driver_sends_it(value: Any, type_: Any, expected: str, name: str) -> None:
    assert _written(value, type_, name) == expected


def _written(value: Any, type_: Any, name: str) -> str:
    try:
        return literal(value, type_, _dialect(name))
    except Offline as problem:
        return problem.kind


@pytest.mark.parametrize(("value", "type_", "expected"), [
    ([], postgresql.ARRAY(sa.Integer()), "ARRAY[]::INTEGER[]"),
    (["a'", None], postgresql.ARRAY(sa.Text()), "ARRAY['a''', NULL]::TEXT[]"),
    ([[1], [2]], sa.ARRAY(sa.Integer()), "ARRAY[[1], [2]]::INTEGER[]"),
    ([MOMENT.date()], None, "ARRAY['2024-02-29'::date]"),
    ([], None, "'{}'"),
    ({"a": None, "b": 'q"'}, postgresql.HSTORE(), '\'"a"=>NULL, "b"=>"q\\""\'::HSTORE'),
    (postgresql.Range(1, None, bounds="(]"), postgresql.INT4RANGE(), "'(1,]'::INT4RANGE"),
    (postgresql.Range(empty=True), postgresql.INT4RANGE(), "'empty'::INT4RANGE"),
    (postgresql.Range(MOMENT, None), postgresql.TSRANGE(), "'[\"2024-02-29 12:30:01.000005\",)'::TSRANGE"),
    ([postgresql.Range(1, 2)], postgresql.INT4MULTIRANGE(), "'{[1,2)}'::INT4MULTIRANGE"),
])  # fmt: skip
def test_postgresql_has_types_of_its_own(value: Any, type_: Any, expected: str) -> None:
    assert literal(value, type_, _dialect("postgresql")) == expected


@pytest.mark.parametrize("name", ["postgresql", "mysql", "sqlite"])
def test_a_definition_has_the_text_that_sqlalchemy_writes(name: str) -> None:
    stock, strict = _dialect(name), _dialect(name)
    if name == "postgresql":
        stock._backslash_escapes = False
    make_strict(strict)
    columns = [("a", sa.String(9), "it's \\ 100%"), ("b", sa.Date(), sa.literal(dt.date(2024, 1, 1), sa.Date())),
               ("c", sa.Float(), sa.literal(0.1, sa.Float())), ("d", sa.Boolean(), sa.literal(False)),
               ("e", sa.Numeric(), sa.literal(decimal.Decimal("1.10"), sa.Numeric()))]  # fmt: skip
    table = sa.Table("t", sa.MetaData(), *(sa.Column(key, type_, server_default=text) for key, type_, text in columns),
                     sa.CheckConstraint(sa.column("a") != "x'%"), comment="it's")  # fmt: skip
    create = sa.schema.CreateTable(table)
    assert compiled(create, strict) == str(create.compile(dialect=stock)).strip()


@pytest.mark.parametrize("name", ["postgresql", "mysql", "sqlite"])
@given(text=st.text(), data=st.binary())
def test_any_text_and_bytes_can_be_read_back_from_sqlite_and_hold_no_raw_return(
    name: str, text: str, data: bytes
) -> None:
    written = _written(text, None, name)
    if written.startswith("literal-"):
        assert name == "postgresql"
        assert "\x00" in text
        return
    assert not any(ord(char) < 32 or ord(char) == 127 for char in written if char not in "\t\n")
    if name == "sqlite":
        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            assert connection.execute(f"SELECT {written}, {literal(data, None, _dialect(name))}").fetchone() == (
                text,
                data,
            )


@given(value=st.floats(allow_nan=False))
def test_any_float_can_be_read_back_from_sqlite(value: float) -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        (read,) = connection.execute(f"SELECT {literal(value, None, _dialect('sqlite'))}").fetchone()
    assert float(read) == value
    assert math.copysign(1, read) == math.copysign(1, value)


def test_a_function_that_forgets_its_arguments_leaves_no_placeholder_in_ddl() -> None:
    class CreateView(sa.schema.DDLElement):
        query = sa.select(sa.literal("it's")).where(sa.column("x").in_([1, 2]))

    @compiles(CreateView)
    def _create(element: Any, compiler: Any, **kw: Any) -> str:
        return "CREATE VIEW v AS " + str(compiler.sql_compiler.process(element.query))

    dialect = _dialect("postgresql")
    make_strict(dialect)
    text = " ".join(compiled(CreateView(), dialect).split())
    assert text == "CREATE VIEW v AS SELECT 'it''s' AS anon_1 WHERE x IN (1, 2)"


def test_a_driver_is_not_needed() -> None:
    dialect = sa.make_url("postgresql+psycopg2://").get_dialect()(paramstyle="named")
    assert literal(postgresql.Range(1, 2), postgresql.INT4RANGE(), dialect) == "'[1,2)'::INT4RANGE"
    assert literal({"a": 1}, sa.JSON(), dialect).startswith("'{\"a\": 1}'")


def test_the_json_serializer_of_the_engine_is_used() -> None:
    dialect = postgresql.dialect(json_serializer=lambda value: f"[{value}]")
    assert literal(1, sa.JSON(), dialect).startswith("'[1]'")


def test_other_dialects_keep_what_sqlalchemy_writes() -> None:
    dialect = mssql.dialect()
    make_strict(dialect)
    assert literal("it's", sa.Unicode(), dialect) == "N'it''s'"


REFUSED = {
    "a\x00b": ("'a\\x00b' holds the character NUL", "leave it out"),
    "\ud800": ("the text holds '\\ud800'", "half a character"),
    Mood.SAD: ('<Mood.SAD: "s\'ad"> is a member of an enum', "write .value"),
    object: ("the value <class 'object'> (type) can't be written for the type String",),
    decimal.Decimal("Infinity"): ("the drivers of this database store Decimal('Infinity') in different ways",),
}


@pytest.mark.parametrize("value", REFUSED, ids=str)
def test_a_refusal_says_what_is_wrong_and_where(project: Any, value: Any) -> None:
    source = {Mood.SAD: "Mood.SAD", object: "object"}.get(value, f"decimal.{value!r}".replace("decimal.'", "'"))
    top = 'import decimal, enum\nclass Mood(enum.Enum):\n    SAD = "s\'ad"\n\n\n'
    body = f"""
        table = sa.table("t", sa.column("a", sa.String))
        op.execute("SELECT 1")
        op.bulk_insert(table, [{{"a": {source}}}])
    """
    project.revision("a1", body, top=top)
    (rendered,) = project.render().revisions
    assert rendered.failure is not None
    assert all(part in str(rendered.failure.reason) for part in REFUSED[value])
    assert (rendered.failure.file, rendered.failure.line) == (
        "migrations/versions/a1.py",
        project.line_of("a1", "op.bulk_insert"),
    )
    assert [each.sql for each in rendered.statements] == ["SELECT 1"]


@pytest.mark.parametrize(("kind", "values"), [
    ("literal-control", {"value": "'a\\r'"}),
    ("literal-json", {"value": "'[NaN]'"}),
    ("literal-number", {"value": "NaN", "dialect": "mysql"}),
    ("literal-conversion", {"value": "'x'", "type": "Boolean", "reason": "TypeError: Not a boolean"}),
])  # fmt: skip
def test_each_refusal_has_a_sentence_of_its_own(kind: str, values: dict[str, str]) -> None:
    sentence = str(unwritable(kind, values))
    assert "can't be written for" not in sentence
    assert all(value in sentence for value in values.values())
