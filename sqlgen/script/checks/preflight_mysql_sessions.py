"""Who uses a MySQL or MariaDB server, as checks before a script runs: long transactions, locks that are held.

Sources: MySQL 8.4 manual, 28.4.28 INNODB_TRX, 29.12.13 metadata_locks; MariaDB knowledge base, METADATA_LOCK_INFO
Plugin. Tested on MariaDB 10.11.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.messages import say
from sqlgen.script.checks import preflight_checks as shared
from sqlgen.script.checks.model import Check
from sqlgen.script.checks.mysql import prepared
from sqlgen.script.checks.preflight_checks import Asked, none, note
from sqlgen.script.mysql.blocks import literal

_INFO = "information_schema"


def look(asked: Asked) -> Iterator[str]:
    """@sqlgen_long and @sqlgen_locks: NULL where this user may not see them. @sqlgen_grantee says who it is, and
    @sqlgen_process whether it may see the sessions of others."""
    yield "SET @sqlgen_long = NULL, @sqlgen_locks = NULL;"
    yield from prepared(f"IF(@sqlgen_process, {literal(_LONG)}, 'DO 0')")
    if asked.tables:
        yield f"SET @sqlgen_sees_locks = {_SEES_LOCKS[asked.target.dialect]};"
        yield from prepared(f"IF(@sqlgen_sees_locks, {literal(_locks(asked))}, 'DO 0')")


_ENTRY = (
    "CONCAT('connection ', t.trx_mysql_thread_id, ', user ', COALESCE(p.user, '?'), ', ', LOWER(t.trx_state), ', for', "
    "' ', TIMEDIFF(NOW(), t.trx_started), ', ', COALESCE(LEFT(REGEXP_REPLACE(COALESCE(t.trx_query, p.info), "
    "'[[:space:]]+', ' '), 80), LOWER(p.command), '?'))"
)
_LONG = (
    f"SELECT COALESCE(GROUP_CONCAT({_ENTRY} ORDER BY t.trx_started SEPARATOR '\\n'), 'none') INTO @sqlgen_long "
    f"FROM {_INFO}.innodb_trx AS t LEFT JOIN {_INFO}.processlist AS p ON p.id = t.trx_mysql_thread_id "
    "WHERE t.trx_started < NOW() - INTERVAL 1 MINUTE AND t.trx_mysql_thread_id <> CONNECTION_ID()"
)
_SEES_LOCKS = {
    "mariadb": f"EXISTS (SELECT 1 FROM {_INFO}.plugins WHERE plugin_name = 'METADATA_LOCK_INFO' AND plugin_status = "
    "'ACTIVE')",
    "mysql": f"@@performance_schema AND EXISTS (SELECT 1 FROM {_INFO}.user_privileges WHERE privilege_type = 'SELECT' "
    "AND grantee = @sqlgen_grantee)",
}


def _locks(asked: Asked) -> str:
    """Metadata locks of others on the tables. ALTER TABLE waits for any of them at its beginning or end."""
    names = ", ".join(literal(one.table.name) for one in asked.tables)
    seconds = shared.waits(asked.target)
    if asked.target.dialect == "mariadb":
        connection, source = "l.thread_id", f"{_INFO}.metadata_lock_info AS l"
        where = f"l.table_schema = DATABASE() AND l.table_name IN ({names})"
        entry = "l.table_name, ': ', LOWER(l.lock_mode)"
    else:
        connection = "s.processlist_id"
        threads = "performance_schema.threads AS s ON s.thread_id = l.owner_thread_id"
        source = f"performance_schema.metadata_locks AS l JOIN {threads}"
        where = f"l.object_type = 'TABLE' AND l.object_schema = DATABASE() AND l.object_name IN ({names})"
        entry = "l.object_name, ': ', LOWER(l.lock_type)"
    held = f"p.time >= {seconds} OR t.trx_started < NOW() - INTERVAL {seconds} SECOND"
    return (
        f"SELECT GROUP_CONCAT(DISTINCT CONCAT({entry}, ', connection ', {connection}, ', user ', "
        "COALESCE(p.user, '?'), ', for ', COALESCE(TIMEDIFF(NOW(), t.trx_started), p.time)) SEPARATOR '\\n') "
        f"INTO @sqlgen_locks FROM {source} "
        f"LEFT JOIN {_INFO}.processlist AS p ON p.id = {connection} "
        f"LEFT JOIN {_INFO}.innodb_trx AS t ON t.trx_mysql_thread_id = {connection} "
        f"WHERE {where} AND {connection} <> CONNECTION_ID() AND ({held})"
    )


def sessions(asked: Asked) -> Iterator[Check]:
    """Who is in the way."""
    if asked.tables:
        told = say(
            "locks that the script would wait for, held for more than {seconds} s", seconds=shared.waits(asked.target)
        )
        listed = none(told, "@sqlgen_locks")
        yield Check(listed.told, f"IF(@sqlgen_sees_locks, {listed.found}, NULL)", listed.expected, listed.level)
    yield note(say("transactions older than 1 minute"), "@sqlgen_long")
