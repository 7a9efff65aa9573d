"""What a SQL Server knows of itself, as checks before a script runs. NOT RUN ON A REAL SERVER.

Sources: Transact-SQL reference, SERVERPROPERTY, HAS_PERMS_BY_NAME, APPLOCK_TEST, sys.dm_tran_session_transactions,
sys.dm_tran_locks, sys.dm_exec_sessions, sys.dm_db_partition_stats, msdb.dbo.backupset,
sys.dm_hadr_database_replica_states (VIEW SERVER STATE).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.vocabulary import CreateObject, CreateTable, Name
from sqlgen.messages import say
from sqlgen.script.checks import preflight_checks as shared
from sqlgen.script.checks.model import Check
from sqlgen.script.checks.preflight_checks import Asked, holds, none, note
from sqlgen.script.checks.preflight_touched import Touched
from sqlgen.script.path import text
from sqlgen.script.plan import in_parts, mark_prefix
from sqlgen.script.sqlcmd.blocks import DECLARE, read, table
from sqlgen.script.sqlcmd.text import exact, named
from sqlgen.script.sqlcmd.text import literal as literal

AT, HEADS = "@place", "@heads"
_BYTES = "COLLATE Latin1_General_BIN2"


def begin(asked: Asked) -> Iterator[str]:
    """@heads: what the version table holds; @mark: the record of a half-done step; @place: where the script stands."""
    target, steps = asked.target, asked.steps
    missing = text(say("there is no table {table} in this database", table=target.version_table))
    there = f"OBJECT_ID({literal(table(target))}, N'U') IS NOT NULL"
    yield DECLARE
    yield "DECLARE @heads nvarchar(max), @place decimal(9, 1);"
    yield from read(target, locked=False)
    absent = literal(missing if steps[0].before else "base")
    yield f"SET @heads = CASE WHEN NOT ({there}) THEN {absent} WHEN @rows = 0 THEN N'base' ELSE @at END;"
    yield f"SET @place = {shared.place(steps, target, f'@heads {_BYTES}', literal)};"
    for number, step in enumerate(steps):
        if in_parts(step, target):
            begins = f"LEFT(@mark, {len(mark_prefix(step))}) = {exact(mark_prefix(step))} {_BYTES}"
            yield f"IF @place = {number} AND {begins} SET @place = {number}.5;"


def look(asked: Asked) -> Iterator[str]:
    """Nothing more."""
    del asked
    return iter(())


def identity(asked: Asked) -> Iterator[Check]:
    """Which database it is."""
    target = asked.target
    yield shared.database(target, f"DB_NAME() {_BYTES}", literal)
    if target.identity is not None:
        same = f"UPPER(ISNULL(@@SERVERNAME, N'')) = UPPER({literal(target.identity)})"
        yield holds(say("the server's name"), same, target.identity, "ISNULL(@@SERVERNAME, N'?')", literal)
    if target.environment is not None:
        mark = "WHERE class = 0 AND name = N'sqlgen.environment'"
        here = f"ISNULL((SELECT CAST(value AS nvarchar(400)) FROM sys.extended_properties {mark}), N'not marked')"
        known = f"{here} {_BYTES} IN (N'not marked', {literal(target.environment)})"
        told = say("the environment (extended property sqlgen.environment)")
        yield holds(told, known, f"{target.environment}, or not marked", here, literal)


def record(asked: Asked) -> Iterator[Check]:
    """No step is left half done."""
    del asked
    yield holds(say("record of a half-done step"), "@mark = N''", "none", "@mark", literal)


def server(asked: Asked) -> Iterator[Check]:
    """What the script needs of the server and the session."""
    here = "CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(40))"
    same = f"{here} + N'.' LIKE {literal((asked.target.server_version or '') + '.%')}"
    yield shared.version(asked.target, here, same, literal)
    yield note(say("the user"), "SUSER_SNAME() + N', in the database ' + USER_NAME()")
    writable = "CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS nvarchar(40))"
    yield Check(text(say("the database is")), writable, "READ_WRITE", shows=True)
    yield Check("@@TRANCOUNT", "CAST(@@TRANCOUNT AS nvarchar(10))", "0", shows=True)


def path(asked: Asked) -> Iterator[Check]:
    """The version table: what it holds, whether anybody else is at work."""
    yield from shared.path(asked, AT, HEADS, literal)
    ours = "@mark = N'' OR @place <> FLOOR(@place)"
    if asked.steps[0].direction == "downgrade":
        ours += " OR @mark LIKE N'sqlgen: upgrade %'"
    yield holds(say("no step is half done but by this script"), ours, "none", "@mark", literal)
    free = "APPLOCK_TEST(N'public', N'sqlgen', N'Exclusive', N'Session') = 1"
    yield holds(say("no other sqlgen script is running in this database"), free, "none", "N'another session'", literal)


_CREATES = {
    "view": "CREATE VIEW",
    "procedure": "CREATE PROCEDURE",
    "function": "CREATE FUNCTION",
    "schema": "CREATE SCHEMA",
}
_RIGHTS = {"index": "alter", "drop": "control", "truncate": "alter"}
"""CREATE INDEX and TRUNCATE TABLE want ALTER, DROP TABLE wants CONTROL, or ALTER on the schema. T-SQL reference."""


def rights(asked: Asked) -> Iterator[Check]:
    """What this login may do, against what the statements do."""
    target = asked.target
    version_table = Name(target.version_table, target.version_table_schema)
    yield _rights(version_table, ("select", "insert", "update", "delete"), None)
    for one in asked.tables:
        wanted = dict.fromkeys(_RIGHTS.get(right, right) for right in one.privileges)
        if wanted:
            yield _rights(one.table, tuple(wanted), (0, one.last))
    creates: dict[str, None] = {}
    for fact in (fact for step in asked.steps for item in step.items for fact in item.facts):
        if isinstance(fact, CreateTable):
            creates["CREATE TABLE"] = None
        elif isinstance(fact, CreateObject) and fact.kind in _CREATES:
            creates[_CREATES[fact.kind]] = None
    for right in creates:
        may = f"HAS_PERMS_BY_NAME(DB_NAME(), N'DATABASE', {literal(right)}) = 1"
        yield holds(say("this login may {right}", right=right), may, "yes", "N'no'", literal)


def _rights(name: Name, wanted: tuple[str, ...], states: tuple[int, int] | None) -> Check:
    """HAS_PERMS_BY_NAME gives NULL for what is not there, or not visible."""
    on = literal(named(name.name, name.schema))
    has = {right: f"HAS_PERMS_BY_NAME({on}, N'OBJECT', {literal(right.upper())}) = 1" for right in wanted}
    found = " + ".join(f"CASE WHEN {sql} THEN N'{right} ' ELSE N'' END" for right, sql in has.items())
    listed = f"ISNULL(NULLIF(RTRIM({found}), N''), N'none')"
    when = f"OBJECT_ID({on}) IS NOT NULL"
    return holds(
        say("rights on {table}", table=name), " AND ".join(has.values()), ", ".join(has), listed, literal, states, when
    )


def tables(asked: Asked) -> Iterator[Check]:
    """How large they are, and what is wrong with them."""
    for one in asked.tables:
        rows = "SUM(CASE WHEN index_id IN (0, 1) THEN row_count ELSE 0 END)"
        size = "SUM(reserved_page_count) * 8192"
        told = f"N'about ' + CAST({rows} AS nvarchar(30)) + N' rows, ' + CAST({size} AS nvarchar(30)) + N' bytes'"
        found = f"(SELECT {told} FROM sys.dm_db_partition_stats WHERE object_id = {_object(one)})"
        yield note(say("size of {table}", table=one.table), found)
    if asked.tables:
        listed = ", ".join(_object(one) for one in asked.tables)
        entry = "N'; ' + name + N' of ' + OBJECT_NAME(object_id)"
        source = f"FROM sys.indexes WHERE is_disabled = 1 AND object_id IN ({listed})"
        yield none(say("invalid indexes of these tables"), _list(entry, source))


def _object(one: Touched) -> str:
    return f"OBJECT_ID({literal(named(one.table.name, one.table.schema))})"


def _list(entry: str, source: str) -> str:
    return f"STUFF((SELECT {entry} {source} FOR XML PATH(N''), TYPE).value(N'.', N'nvarchar(max)'), 1, 2, N'')"


_SEES = "HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW SERVER STATE') = 1"
_WHO = (
    "N', session ' + CAST(s.session_id AS nvarchar(10)) + N', login ' + s.login_name + N', ' + s.status + N', since ' "
    "+ CONVERT(nvarchar(30), t.transaction_begin_time, 120)"
)
_TRANSACTIONS = (
    "sys.dm_tran_session_transactions AS x JOIN sys.dm_tran_active_transactions AS t "
    "ON t.transaction_id = x.transaction_id JOIN sys.dm_exec_sessions AS s ON s.session_id = x.session_id"
)


def sessions(asked: Asked) -> Iterator[Check]:
    """Who is in the way: of those that this login may see."""
    seconds = shared.waits(asked.target)
    if asked.tables:
        listed = ", ".join(_object(one) for one in asked.tables)
        source = (
            f"FROM sys.dm_tran_locks AS l JOIN {_TRANSACTIONS} ON x.session_id = l.request_session_id "
            "WHERE l.resource_type = N'OBJECT' AND l.resource_database_id = DB_ID() AND s.session_id <> @@SPID "
            f"AND l.resource_associated_entity_id IN ({listed}) "
            f"AND t.transaction_begin_time < DATEADD(second, -{seconds}, SYSDATETIME())"
        )
        entry = f"N'; ' + OBJECT_NAME(l.resource_associated_entity_id) + N': ' + l.request_mode + {_WHO}"
        told = say("locks that the script would wait for, held for more than {seconds} s", seconds=seconds)
        warning = none(told, _list(entry, source))
        found = f"CASE WHEN {_SEES} THEN {warning.found} END"
        yield Check(warning.told, found, warning.expected, warning.level, shows=True)
    source = (
        f"FROM {_TRANSACTIONS} WHERE s.database_id = DB_ID() AND s.session_id <> @@SPID "
        "AND t.transaction_begin_time < DATEADD(minute, -1, SYSDATETIME())"
    )
    found = f"CASE WHEN {_SEES} THEN ISNULL({_list(_WHO, source)}, N'none') END"
    yield note(say("transactions older than 1 minute"), found)


def safety(asked: Asked) -> Iterator[Check]:
    """Replicas, and the last backup that the server knows of."""
    del asked
    entry = (
        "N'; ' + CASE is_primary_replica WHEN 1 THEN N'primary' ELSE N'secondary' END + N' ' + "
        "synchronization_state_desc + N', ' + ISNULL(CAST(redo_queue_size AS nvarchar(30)), N'?') + N' KB to redo'"
    )
    source = "FROM sys.dm_hadr_database_replica_states WHERE database_id = DB_ID()"
    yield note(say("availability replicas"), f"CASE WHEN {_SEES} THEN ISNULL({_list(entry, source)}, N'none') END")
    last = (
        "(SELECT TOP (1) CASE type WHEN 'D' THEN N'full' WHEN 'I' THEN N'differential' WHEN 'L' THEN N'log' "
        "ELSE type END + N' backup finished at ' + CONVERT(nvarchar(30), backup_finish_date, 120) "
        "FROM msdb.dbo.backupset "
        "WHERE database_name = DB_NAME() ORDER BY backup_finish_date DESC)"
    )
    yield note(say("backup"), f"ISNULL({last}, N'none in msdb.dbo.backupset')")
