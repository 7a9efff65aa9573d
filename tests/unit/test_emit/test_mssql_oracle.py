"""Revisions rendered for SQL Server and Oracle, whose drivers are not installed."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, oracle

from sqlgen.emit.replay import Replay, Start
from sqlgen.emit.worker.compiling import compiled, make_strict
from sqlgen.emit.worker.literals import literal
from sqlgen.emit.worker.offline import Offline
from sqlgen.schema import Schema

URLS = {"mssql": "mssql+pyodbc://sa:x@h/shop?driver=x", "oracle": "oracle+oracledb://u:p@h/?service_name=x"}
MOMENT = dt.datetime(2024, 2, 29, 12, 30, 1, 5)
ZONE = dt.timezone(dt.timedelta(hours=2))
LONG = "é" * 2001


def dialect(name: str) -> Any:
    return {"mssql": mssql.dialect, "oracle": oracle.dialect}[name](paramstyle="named")


CASES: list[tuple[Any, Any, str, str]] = [
    # value, type, SQL Server, Oracle
    ("it's", sa.String(), "'it''s'", "'it''s'"),
    ("x", sa.Unicode(), "N'x'", "'x'"),
    ("书", sa.String(), "N'书'", "'书'"),
    ("", None, "''", "''"),
    ("a\r\nb", None, "('a' + NCHAR(13) + '\nb')", "('a' || CHR(13) || '\nb')"),
    ("\x00", None, "NCHAR(0)", "CHR(0)"),
    ("a\\\nb", None, "('a\\' + '\nb')", "'a\\\nb'"),
    (LONG, None, f"N'{LONG}'", f"(TO_CLOB('{LONG[:1000]}') || TO_CLOB('{LONG[:1000]}') || TO_CLOB('é'))"),
    ("\r" + "x" * 4000, None, f"(CAST(N'' AS nvarchar(max)) + NCHAR(13) + '{'x' * 4000}')", ""),
    (b"\x00a'", sa.LargeBinary(), "0x006127", "HEXTORAW('006127')"),
    (b"x" * 2001, None, f"0x{'78' * 2001}", "literal-type"),
    (True, sa.Boolean(), "1", "TRUE"),
    (True, sa.Integer(), "1", "1"),
    (-5, sa.Integer(), "-5", "-5"),
    (1.5, sa.Float(), "1.5e0", "1.5"),
    (math.nan, None, "literal-number", "literal-number"),
    (decimal.Decimal("1E+5"), sa.Numeric(), "100000", "100000"),
    (dt.date(2024, 1, 2), sa.Date(), "CAST('2024-01-02T00:00:00' AS datetime2)", "DATE '2024-01-02'"),
    (dt.date(2024, 1, 2), None, "CAST('2024-01-02' AS date)", "DATE '2024-01-02'"),
    (
        MOMENT,
        sa.DateTime(),
        "CAST('2024-02-29T12:30:01.000005' AS datetime2)",
        "TIMESTAMP '2024-02-29 12:30:01.000005'",
    ),
    (
        MOMENT.replace(microsecond=0),
        None,
        "CAST('2024-02-29T12:30:01' AS datetime2)",
        "TO_DATE('2024-02-29 12:30:01', 'YYYY-MM-DD HH24:MI:SS')",
    ),
    (
        MOMENT.replace(microsecond=0, tzinfo=ZONE),
        sa.DateTime(timezone=True),
        "CAST('2024-02-29T12:30:01+02:00' AS datetimeoffset)",
        "TIMESTAMP '2024-02-29 12:30:01 +02:00'",
    ),
    (dt.timedelta(days=-1, microseconds=5), None, "literal-type", "NUMTODSINTERVAL(-86399.999995, 'SECOND')"),
    (uuid.UUID(int=1), sa.Uuid(), f"'{uuid.UUID(int=1)}'", f"'{uuid.UUID(int=1).hex}'"),
    ("\ud800", None, "literal-surrogate", "literal-surrogate"),
    (object, None, "literal-type", "literal-type"),
]


@pytest.mark.parametrize(
    ("value", "type_", "expected", "name"),
    [
        (value, type_, text, name)
        for value, type_, *texts in CASES
        for name, text in zip(("mssql", "oracle"), texts, strict=True)
        if text
    ],
)
def test_a_value_is_written_whatever_the_settings_of_the_session(
    value: Any, type_: Any, expected: str, name: str
) -> None:
    assert written(value, type_, name) == expected


def written(value: Any, type_: Any, name: str) -> str:
    try:
        return literal(value, type_, dialect(name))
    except Offline as problem:
        return problem.kind


@pytest.mark.parametrize("name", ["mssql", "oracle"])
def test_a_definition_has_the_text_that_sqlalchemy_writes(name: str) -> None:
    stock, strict = dialect(name), dialect(name)
    make_strict(strict)
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("a", sa.Unicode(9), server_default="it's é"),
        sa.Column("b", sa.Date(), server_default=sa.literal(dt.date(2024, 1, 1), sa.Date())),
        sa.CheckConstraint(sa.column("a") != "x'"),
    )
    create = sa.schema.CreateTable(table)
    assert compiled(create, strict) == str(create.compile(dialect=stock)).strip()


def rendered(project: Any, name: str, upgrade: str) -> list[str]:
    project.write(url=URLS[name])
    project.revision("a1", upgrade)
    replay = Replay(lambda dialect: Start(Schema.empty(dialect)))
    (revision,) = project.render(server=replay).revisions
    assert revision.failure is None
    return [" ".join(statement.sql.rstrip(";").split()) for statement in revision.statements]


def test_rows_with_their_own_identity_are_let_in_once(project: Any) -> None:
    found = rendered(
        project,
        "mssql",
        """
        t = op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
        op.bulk_insert(t, [{"id": 1, "n": 2}, {"id": 2, "n": 3}])
        op.get_bind().execute(t.insert().values(n=5))
        """,
    )
    assert found[1:] == [
        "SET IDENTITY_INSERT t ON",
        "INSERT INTO t (id, n) VALUES (1, 2)",
        "INSERT INTO t (id, n) VALUES (2, 3)",
        "SET IDENTITY_INSERT t OFF",
        "INSERT INTO t (n) VALUES (5)",
    ]


def test_alembics_operations_for_sql_server(project: Any) -> None:
    found = rendered(
        project,
        "mssql",
        """
        op.alter_column("t", "n", server_default=None)
        op.alter_column("t", "n", type_=sa.BigInteger(), existing_nullable=False)
        op.alter_column("t", "n", new_column_name="user")
        op.drop_column("t", "user", mssql_drop_foreign_key=True)
        op.create_table_comment("t", "it's")
        """,
    )
    assert found[0].startswith("declare @const_name varchar(256) select @const_name = ")
    assert found[0].endswith("exec('alter table t drop constraint ' + @const_name)")
    assert found[1] == "ALTER TABLE t ALTER COLUMN n BIGINT NOT NULL"
    assert found[2] == "EXEC sp_rename 't.n', [user], 'COLUMN'"
    assert "sys.foreign_keys fk join sys.foreign_key_columns fkc" in found[3]
    assert found[5] == "execute sp_addextendedproperty 'MS_Description', N'it''s', 'schema', dbo, 'table', t"


def test_alembics_operations_for_oracle(project: Any) -> None:
    found = rendered(
        project,
        "oracle",
        """
        op.alter_column("t", "n", type_=sa.String(20), nullable=False, server_default="x", comment="it's")
        op.get_bind().execute(sa.text("UPDATE t SET at = :at"), {"at": __import__("datetime").date(2024, 1, 2)})
        s = sa.Sequence("s")
        op.execute(sa.table("t", sa.column("n")).insert().values(n=s.next_value()))
        """,
    )
    assert found == [
        "ALTER TABLE t MODIFY n NOT NULL",
        "ALTER TABLE t MODIFY n DEFAULT 'x'",
        "ALTER TABLE t MODIFY n VARCHAR2(20 CHAR)",
        "COMMENT ON COLUMN t.n IS 'it''s'",
        "UPDATE t SET at = DATE '2024-01-02'",
        "INSERT INTO t (n) VALUES (s.nextval)",
    ]


@pytest.mark.parametrize("name", ["mssql", "oracle"])
def test_guards_are_told_what_is_there(project: Any, name: str) -> None:
    found = rendered(
        project,
        name,
        """
        op.create_table("t", sa.Column("n", sa.Integer))
        asked = sa.inspect(op.get_bind())
        op.execute(f"DROP TABLE {asked.has_table('t')}_{asked.has_table('u')}_{'_'.join(asked.get_table_names())}")
        op.rename_table("t", "u")
        asked.clear_cache()
        op.execute(f"DROP TABLE {asked.has_table('t')}_{asked.has_table('u')}")
        """,
    )
    assert found[1] == "DROP TABLE True_False_alembic_version_t"
    assert found[-1] == "DROP TABLE False_True"


@pytest.mark.parametrize("name", ["mssql", "oracle"])
def test_what_a_table_is_like_is_refused(project: Any, name: str) -> None:
    project.write(url=URLS[name])
    project.revision("a1", "sa.inspect(op.get_bind()).get_columns('t')")
    (revision,) = project.render().revisions
    assert revision.failure is not None
    assert "it asks the database for get_columns" in str(revision.failure.reason)
