"""The pieces of SQL that every step of a mysql script is made of."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.messages import Message
from sqlgen.script.path import Heads, text
from sqlgen.script.plan import progress_table
from sqlgen.script.target import Target

# MariaDB 10.11 rejects the name transaction_read_only (it came with 11.1); MySQL 8.0 removed tx_read_only.
READ_ONLY = {"mariadb": "tx_read_only", "mysql": "transaction_read_only"}
LOCK = "CONCAT('sqlgen.', MD5(COALESCE(DATABASE(), '')))"
"""SQL for the name of the lock against a second runner: one per database; MySQL allows 64 characters."""
ROWS = "COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '')"
"""SQL for how many rows the version table has, and the rows, sorted by bytes; GROUP_CONCAT leaves a NULL out."""


def literal(value: str) -> str:
    """A literal, where a backslash escapes: with the sql_mode that the script sets."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def quoted_name(name: str, schema: str | None = None) -> str:
    """A name in backticks."""
    quoted = "`" + name.replace("`", "``") + "`"
    return quoted if schema is None else f"{quoted_name(schema)}.{quoted}"


def table(target: Target) -> str:
    """The version table's quoted name."""
    return quoted_name(target.version_table, target.version_table_schema)


def progress(target: Target) -> str:
    """The quoted name of the table with the record of a half-done step."""
    return quoted_name(progress_table(target), target.version_table_schema)


def told_as(message: Message) -> str:
    """A result line as a literal."""
    return literal("sqlgen result: " + text(message))


def keep(message: Message) -> str:
    """One line, with the space at its end that joins it to what SQL adds."""
    return text(message) + (" " if str(message).endswith(" ") else "")


def same(sql: str, value: str) -> str:
    """SQL: an expression is exactly this text, by bytes; false where it is NULL."""
    return f"CAST({sql} AS BINARY) <=> CAST({literal(value)} AS BINARY)"


def holds(rows: Heads) -> str:
    """SQL: the rows read last are exactly these, by bytes. A NULL row counts, but is not in the text."""
    return f"(@sqlgen_rows = {len(rows)} AND {same('@sqlgen_at', ','.join(rows))})"


def unlock(target: Target, condition: str) -> str:
    """Open the session where a condition holds, else lock it; a new connection has no variables and is locked."""
    return f"SET SESSION {READ_ONLY[target.dialect]} = 1 - COALESCE({condition}, 0);"


def prepared(statement: str) -> Iterator[str]:
    """Run the statement that an SQL expression makes."""
    yield f"SET @sqlgen_sql = {statement};"
    yield "PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;"


def stop(condition: str, why: str) -> Iterator[str]:
    """Where the condition does not hold, an error that ends the client: an unknown column whose name says why (at most
    64 characters)."""
    yield from prepared(f"IF({condition}, 'DO 0', {literal(f'SELECT `{why[:63]}`')})")
