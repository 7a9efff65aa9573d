"""effect() and type_change() are total; the main lines of SQL Server and Oracle, as their documentation has them."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest

from sqlgen.effects import Blocks, Commits, Effect, Server, Work, combined, effect, type_change
from sqlgen.facts import read, vocabulary
from sqlgen.facts.vocabulary import Column, Constraint, Fact, Name
from sqlgen.schema import Schema
from sqlgen.statements import split

SERVERS = [
    Server("mysql"), Server("mysql", (5, 7)), Server("mysql", (8, 0, 11)), Server("mysql", (8, 4)),
    Server("mysql", (9,)),
    Server("mariadb"), Server("mariadb", (10, 11)), Server("mariadb", (11, 8)), Server("sqlite"), Server("mssql"),
    Server("mssql", (16,)), Server("oracle"), Server("oracle", (23,)),
]  # fmt: skip


def _value(annotation: Any, full: bool) -> Any:
    """Some value of a field's type: the least one, or (`full`) one with something in it."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        options = [one for one in typing.get_args(annotation) if one is not type(None)]
        return _value(options[0], full) if full else None
    if origin is tuple:
        inner = [one for one in typing.get_args(annotation) if one is not Ellipsis]
        if len(inner) > 1 or Ellipsis not in typing.get_args(annotation):
            return tuple(_value(one, full) for one in inner)
        return (_value(inner[0], full),) if full else ()
    if dataclasses.is_dataclass(annotation):
        return _made(annotation, full)
    if isinstance(annotation, type) and issubclass(annotation, vocabulary.StrEnum):
        return next(iter(annotation))
    return {str: "id", bool: full, int: 1, object: None}.get(annotation)


def _made(of: Any, full: bool) -> Any:
    hints = typing.get_type_hints(of)
    return of(**{one.name: _value(hints[one.name], full) for one in dataclasses.fields(of)})


def _facts() -> Iterator[Fact]:
    for fact in typing.get_args(vocabulary.Fact):
        for full in (False, True):
            yield _made(fact, full)


@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_every_fact_has_an_effect(server: Server) -> None:
    schema = Schema.empty(server.dialect)
    schema.apply(vocabulary.CreateTable(Name("id"), (Column("id", "int"),), (Constraint(vocabulary.Kind.CHECK, "id"),)))
    for known in (Schema(server.dialect), schema):
        for fact in _facts():
            found = effect(fact, known, server)
            assert isinstance(found, Effect)
            assert found.sources or found.work is Work.UNKNOWN, fact
            assert not (found.proven and server.dialect in ("mysql", "mssql", "oracle"))


@pytest.mark.parametrize("server", SERVERS, ids=str)
@pytest.mark.parametrize("types", [("", ""), ("int", ""), ("varchar(x)", "varchar(y)"), ("decimal(x,y)", "decimal"),
                                   ("enum()", "enum('a')"), ("number(*)", "number(3,1)"), ("💥", "varchar(max)"),
                                   ("decimal(5)", "int"), ("bit", "bit(3)")])  # fmt: skip
def test_every_pair_of_types_has_a_cell(server: Server, types: tuple[str, str]) -> None:
    for old, new in (types, types[::-1]):
        assert type_change(old, new, server).work in Work


NOTHING, SCHEMA, WRITES, ALL = Blocks.NOTHING, Blocks.SCHEMA, Blocks.WRITES, Blocks.ALL

MSSQL = """CREATE TABLE p (id int NOT NULL PRIMARY KEY);
CREATE TABLE t (id int NOT NULL PRIMARY KEY, a varchar(20) NULL, n int NULL, d decimal(10, 2) NULL)"""
SQL_SERVER = [
    ("ALTER TABLE t ADD x int NULL", Work.METADATA, ALL),
    ("ALTER TABLE t ADD x int NOT NULL DEFAULT 5", Work.REWRITE, ALL),
    ("ALTER TABLE t ADD x int NULL DEFAULT 5", Work.METADATA, ALL),
    ("ALTER TABLE t DROP COLUMN a", Work.METADATA, ALL),
    ("ALTER TABLE t ALTER COLUMN a varchar(50) NULL", Work.METADATA, ALL),
    ("ALTER TABLE t ALTER COLUMN a varchar(max) NULL", Work.METADATA, ALL),
    ("ALTER TABLE t ALTER COLUMN a varchar(10) NULL", Work.SCAN, ALL),
    ("ALTER TABLE t ALTER COLUMN a varchar(20) NOT NULL", Work.SCAN, ALL),
    ("ALTER TABLE t ALTER COLUMN n bigint NULL", Work.REWRITE, ALL),
    ("ALTER TABLE t WITH NOCHECK ADD CONSTRAINT c CHECK (n > 0)", Work.METADATA, ALL),
    ("ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0)", Work.SCAN, ALL),
    ("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p (id)", Work.SCAN, ALL),
    ("ALTER TABLE t WITH CHECK CHECK CONSTRAINT c", Work.SCAN, ALL),
    ("ALTER TABLE t ADD CONSTRAINT u UNIQUE (n)", Work.INDEX, ALL),
    ("CREATE INDEX i ON t (a)", Work.INDEX, WRITES),
    ("CREATE INDEX i ON t (a) WITH (ONLINE = ON)", Work.INDEX, SCHEMA),
    ("CREATE CLUSTERED INDEX i ON t (a)", Work.REWRITE, ALL),
    ("DROP INDEX i ON t", Work.METADATA, ALL),
    ("EXEC sp_rename 't.a', 'b', 'COLUMN'", Work.METADATA, ALL),
    ("TRUNCATE TABLE t", Work.METADATA, ALL),
    ("UPDATE t SET n = 1", Work.SCAN, ALL),
    ("UPDATE t SET n = 1 WHERE id = 1", Work.ROWS, SCHEMA),
]  # fmt: skip
ORACLE = """CREATE TABLE p (id NUMBER(10) PRIMARY KEY);
CREATE TABLE t (id NUMBER(10) PRIMARY KEY, a VARCHAR2(20 CHAR), n NUMBER(5))"""
ORACLES = [
    ("ALTER TABLE t ADD x NUMBER(10)", Work.METADATA, NOTHING),
    ("ALTER TABLE t ADD (x NUMBER(10) DEFAULT 5 NOT NULL)", Work.METADATA, NOTHING),
    ("ALTER TABLE t DROP COLUMN a", Work.REWRITE, WRITES),
    ("ALTER TABLE t SET UNUSED (a)", Work.METADATA, NOTHING),
    ("ALTER TABLE t DROP UNUSED COLUMNS", Work.REWRITE, WRITES),
    ("ALTER TABLE t MODIFY a VARCHAR2(50 CHAR)", Work.METADATA, NOTHING),
    ("ALTER TABLE t MODIFY n NUMBER(10)", Work.METADATA, NOTHING),
    ("ALTER TABLE t MODIFY n NUMBER(3)", Work.SCAN, WRITES),
    ("ALTER TABLE t MODIFY a NOT NULL", Work.SCAN, WRITES),
    ("ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0)", Work.SCAN, WRITES),
    ("ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) ENABLE NOVALIDATE", Work.METADATA, NOTHING),
    ("ALTER TABLE t MODIFY CONSTRAINT c VALIDATE", Work.SCAN, SCHEMA),
    ("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p (id)", Work.SCAN, WRITES),
    ("CREATE INDEX i ON t (a)", Work.INDEX, WRITES),
    ("CREATE INDEX i ON t (a) ONLINE", Work.INDEX, SCHEMA),
    ("ALTER TABLE t RENAME COLUMN a TO b", Work.METADATA, NOTHING),
    ("TRUNCATE TABLE t", Work.METADATA, ALL),
    ("DROP TABLE t", Work.METADATA, ALL),
]  # fmt: skip


def _claim(dialect: str, setup: str, sql: str) -> Effect:
    schema = Schema.empty(dialect)
    for text in setup.split(";\n"):
        for fact in read(split(text, dialect)[0], dialect):
            schema.apply(fact)
    found = combined([effect(one, schema, Server(dialect)) for one in read(split(sql, dialect)[0], dialect)])
    assert found is not None
    return found


@pytest.mark.parametrize(("sql", "work", "blocks"), SQL_SERVER)
def test_sql_server(sql: str, work: Work, blocks: Blocks) -> None:
    claim = _claim("mssql", MSSQL, sql)
    assert (claim.work, claim.blocks(Name("t")), claim.commits) == (work, blocks, Commits.WITH)


@pytest.mark.parametrize(("sql", "work", "blocks"), ORACLES)
def test_oracle(sql: str, work: Work, blocks: Blocks) -> None:
    claim = _claim("oracle", ORACLE, sql)
    (table,) = {lock.table for lock in claim.locks} - {Name("p"), Name("P")}
    assert (claim.work, claim.blocks(table), claim.commits) == (work, blocks, Commits.IMPLICITLY)
