"""A target in, the session that a mysql script runs in out: locked, and set as each step is to find it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.messages import say
from sqlgen.script.mysql.blocks import quoted_name, told_as
from sqlgen.script.target import Target

# MariaDB 10.11 and MySQL 8.0 manuals, sql_mode: the servers' own defaults, so that a migration meets the same modes
# wherever it runs, and neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES, which change how the script is read.
SQL_MODE = {
    "mariadb": "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION",
    "mysql": "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION",
}


def session(target: Target) -> Iterator[str]:
    yield ""
    yield "-- The session: read-only until the guard opens it. A transaction left open would be past that lock."
    yield "DELIMITER ;"
    yield "ROLLBACK AND NO CHAIN NO RELEASE;"
    yield "SET SESSION TRANSACTION READ ONLY;"
    yield "SET NAMES utf8mb4;"
    told = say("NOT APPLIED yet: the guard has not passed; nothing was changed")
    yield f"SELECT {told_as(told)} AS sqlgen;"
    yield from pins(target)


def pins(target: Target) -> Iterator[str]:
    """What each step finds, whatever options, the operator's files and the statements of earlier steps have set.

    sql_mode decides how the script is read and what a value may be; autocommit and completion_type what COMMIT does;
    foreign_key_checks, unique_checks and sql_safe_updates (the client's --safe-updates, which brings sql_select_limit
    and max_join_size) what a statement may do; time_zone what a TIMESTAMP means: the server's own, as the application's
    connections have it; default_storage_engine which engine a table gets that names none, and so whether its foreign
    keys hold: the server's own too. The waits: the default for metadata locks is a day on MariaDB, a year on MySQL.
    """
    seconds = -(-target.lock_timeout_ms // 1000) if target.lock_timeout_ms else 31536000
    waits = f"SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {min(seconds, 1073741824)}"
    limits = "SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT"
    limit = (
        "" if target.dialect == "mysql" else f", SESSION max_statement_time = {target.statement_timeout_ms / 1000:g}"
    )
    yield f"SET SESSION sql_mode = '{SQL_MODE[target.dialect]}', SESSION time_zone = DEFAULT;"
    yield "SET SESSION default_storage_engine = DEFAULT;"
    yield "SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;"
    yield f"SET {limits}, SESSION group_concat_max_len = 1048576;"
    yield f"SET {waits}{limit};"
    if target.role is not None:
        yield f"SET ROLE {quoted_name(target.role)};"
