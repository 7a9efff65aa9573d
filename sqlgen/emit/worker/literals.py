"""A Python value and its SQLAlchemy type in, the SQL text that stores what a driver would have sent out.

The type's own conversions are those of an online run: its bind processor, on a dialect without a driver. What comes
out of that is written as psycopg2, PyMySQL, sqlite3, pyodbc and oracledb send it: the server sees the same value
of the same type. Where the common drivers send different values, none is written.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import types as sqltypes

from .literals_mssql import mssql
from .literals_mysql import mysql
from .literals_oracle import oracle
from .literals_postgresql import postgresql
from .literals_sqlite import sqlite
from .offline import Offline
from .texts import text
from .unwritable import named, shown

Write = Callable[[Any, Any, Any, bool], str]
"""The value as the driver gets it, the dialect's own type or None, the dialect, in a definition → SQL."""

_TEXTS = frozenset({sqltypes.String, sqltypes.Text, sqltypes.VARCHAR, sqltypes.Unicode, sqltypes.UnicodeText})
_INTEGERS = frozenset({sqltypes.Integer, sqltypes.BigInteger, sqltypes.SmallInteger, sqltypes.INTEGER, sqltypes.BIGINT})
"""Types that pass a str or an int on as it is. They are most of all values, so these take the short way."""


def writes(dialect: Any, *, definition: bool = False) -> bool:
    """Whether this module knows how the dialect's literals are written; others keep what SQLAlchemy does.

    In a definition SQL Server and Oracle keep it too.
    """
    return dialect.name in _WRITERS and not (definition and dialect.name in ("mssql", "oracle"))


def literal(value: object, type_: Any, dialect: Any, *, definition: bool = False) -> str:
    """The value as SQL. `type_`: None and NullType say nothing, then the value's own class decides.

    definition: the literal stands in DDL, where an online run has SQLAlchemy write it into the text as well. It then
    looks as SQLAlchemy's do, so that the catalog holds the same expression.

    Raises Offline with a kind literal-… for what can't be written right.
    """
    write = _WRITERS.get(dialect.name)
    if write is None:
        written = dialect.statement_compiler(dialect, None).render_literal_value(value, type_ or sqltypes.NULLTYPE)
        return str(written)
    plain = dialect.name not in ("mssql", "oracle")
    if plain and type(value) is str and type(type_) in _TEXTS and not type_._variant_mapping:
        return text(value, dialect.name, definition)
    if type(value) is int and type(type_) in _INTEGERS and not type_._variant_mapping and abs(value) < 2**63:
        return str(value)
    neutral = _without_driver(dialect)
    try:
        sent, impl = _sent(value, type_, neutral, definition)
    except Offline:
        raise
    except Exception as error:
        raise Offline("literal-conversion", value=shown(value), type=named(type_), reason=_reason(error)) from error
    return write(sent, impl, neutral, definition)


def _sent(value: Any, type_: Any, dialect: Any, definition: bool) -> tuple[Any, Any]:
    """What the driver gets, and the type it is for, as the dialect has it; None when nothing is known."""
    if type_ is None or type_._isnull:
        return value, None
    if definition and isinstance(type_, sqltypes.TypeDecorator) and type_._has_literal_processor:
        return _sent(type_.process_literal_param(value, dialect), type_.impl_instance, dialect, definition)
    impl = type_._unwrapped_dialect_impl(dialect)
    if definition and isinstance(value, decimal.Decimal) and isinstance(impl, type(type_)):
        return value, impl  # SQLAlchemy's literal has all digits, even where the driver gets a float
    if isinstance(value, (set, frozenset)) and getattr(impl, "__visit_name__", "") == "SET":
        # A set's order changes from run to run; the server keeps that of the definition.
        value = [each for each in impl.values if each in value] + sorted(value.difference(impl.values))
    processor = type_._cached_bind_processor(dialect)
    sent = value if processor is None else processor(value)
    if isinstance(impl, sqltypes.JSON) and isinstance(sent, str):
        _check_json(sent, dialect.name, impl)
    return sent, impl


def _without_driver(dialect: Any) -> Any:
    """The same dialect without what its driver adds, which wants that driver's classes: made once per dialect."""
    known: Any = vars(dialect).get("_sqlgen_without_driver")
    if known is None:
        base = next((each for each in type(dialect).__mro__ if _is_base(each)), type(dialect))
        kept = {name: value for name, value in vars(dialect).items() if name not in ("_type_memos", "dbapi")}
        known = object.__new__(base)
        vars(known).update(kept, dbapi=None, driver=getattr(dialect, "driver", ""))
        # What each of their drivers says; sqlite3 takes no Decimal.
        known.supports_native_decimal = dialect.name != "sqlite"
        dialect._sqlgen_without_driver = known
    return known


def _is_base(each: type) -> bool:
    """PGDialect, MySQLDialect, MariaDBDialect, SQLiteDialect."""
    module = each.__module__.split(".")
    return module[:2] == ["sqlalchemy", "dialects"] and module[-1] in ("base", "mariadb")


_WRITERS: dict[str, Write] = {
    "postgresql": postgresql,
    "mysql": mysql,
    "mariadb": mysql,
    "sqlite": sqlite,
    "mssql": mssql,
    "oracle": oracle,
}


def _check_json(document: str, dialect: str, impl: Any) -> None:
    """json.dumps writes NaN and Infinity, which are not JSON; SQLite stores the text as it is."""
    if dialect != "sqlite" and re.search(r"NaN|Infinity", re.sub(r'"(?:[^"\\]|\\.)*"', "", document)):
        raise Offline("literal-json", value=shown(document))
    if getattr(impl, "__visit_name__", "") == "JSONB" and re.search(r"(?<!\\)(?:\\\\)*\\u0000", document):
        raise Offline("literal-nul", value=shown(document))


def _reason(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
