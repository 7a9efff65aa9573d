"""A dialect and a server version in, the dialect as SQLAlchemy leaves it after its first connection out."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

# PostgreSQL, 5.10.2: new databases have a schema "public". SQL Server, ALTER USER: the default schema is "dbo".
# Alembic's comments on SQL Server read it, and fail on None.
_DEFAULT_SCHEMAS = {"mssql": "dbo", "postgresql": "public"}

# What revisions see that ask, when the settings say nothing.
_NEWEST = {
    "mariadb": (11, 8, 0),
    "mssql": (16, 0, 0, 0),
    "mysql": (8, 4, 0),
    "oracle": (23, 0, 0, 0, 0),
    "postgresql": (18, 0),
    "sqlite": sqlite3.sqlite_version_info,
}

# What decides how statements are written, of what SQLAlchemy 2.1.9 sets in each dialect's initialize(). Names that a
# version of SQLAlchemy does not have are passed over; it then looks at server_version_info itself.
_SINCE: dict[str, tuple[tuple[str, tuple[int, ...]], ...]] = {
    "postgresql": (
        ("supports_identity_columns", (10,)),
        ("_supports_jsonb_subscripting", (14,)),
        ("supports_virtual_generated_columns", (18,)),
    ),
    "mysql": (
        ("_support_default_function", (8, 0, 13)),
        ("_support_float_cast", (8, 0, 17)),
        ("_requires_alias_for_on_duplicate_key", (8, 0, 20)),
    ),
    "mariadb": (
        ("_support_default_function", (10, 2, 1)),
        ("_support_float_cast", (10, 4, 5)),
    ),
    "oracle": (
        ("supports_identity_columns", (12,)),
        ("supports_native_boolean", (23,)),
    ),
}


def describe_server(dialect: Any, version: Sequence[int]) -> None:
    """Change this one dialect object. Without a version it is the newest: what it writes is what stock Alembic writes.

    Parts that are not given count as new enough: (8, 0) has what came with 8.0.13.
    """
    if dialect.default_schema_name is None:
        dialect.default_schema_name = _DEFAULT_SCHEMAS.get(dialect.name)
    if hasattr(dialect, "_backslash_escapes") and dialect.name == "postgresql":
        # PostgreSQL, 20.13.1: standard_conforming_strings is on since 9.1. SQLAlchemy 2.0 doubles backslashes until it
        # has asked.
        dialect._backslash_escapes = False
    product = "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name  # MariaDB at a mysql:// URL
    if product == "mariadb" and hasattr(dialect, "_allows_uuid_binds"):
        # Since 2.1: a dialect reached as mysql:// learns only from the server that it is MariaDB, which has UUID since
        # 10.7 (MariaDB knowledge base, UUID Data Type).
        dialect._allows_uuid_binds = True
        dialect.supports_native_uuid = not version or tuple(version) >= (10, 7)[: len(version)]
    if not version:
        if product in _NEWEST:
            dialect.server_version_info = _NEWEST[product]
        return
    dialect.server_version_info = tuple(version)
    for attribute, least in _SINCE.get(product, ()):
        if hasattr(dialect, attribute) and not isinstance(getattr(type(dialect), attribute, None), property):
            setattr(dialect, attribute, tuple(version) >= least[: len(version)])
