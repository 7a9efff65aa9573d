"""What a MySQL or MariaDB server knows of itself, as checks before a script runs.

Sources: MySQL 8.4 manual, 28 INFORMATION_SCHEMA, 29 Performance Schema, 14.14 Locking Functions, 8.2.2 Privileges;
MariaDB knowledge base, Information Schema. Tested on MariaDB 10.11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sqlgen.facts.vocabulary import AlterObject, CreateObject, CreateTable, DropObject, Name, RenameTable
from sqlgen.messages import Message, say
from sqlgen.script.checks import preflight_checks as shared
from sqlgen.script.checks import preflight_mysql_engines, preflight_mysql_sessions
from sqlgen.script.checks.model import Check
from sqlgen.script.checks.mysql import prepared
from sqlgen.script.checks.preflight_checks import Asked, holds, note
from sqlgen.script.checks.preflight_mysql_sessions import sessions as sessions
from sqlgen.script.mysql.blocks import LOCK, progress, table
from sqlgen.script.mysql.blocks import literal as literal
from sqlgen.script.mysql.server import OBJECTS
from sqlgen.script.path import text
from sqlgen.script.plan import in_parts, mark_prefix, progress_table
from sqlgen.script.target import Target

AT, HEADS = "@sqlgen_at", "@sqlgen_heads"
_INFO = "information_schema"
_USER = "CURRENT_USER()"
_GRANTEE = (
    f"CONCAT('''', SUBSTRING({_USER}, 1, CHAR_LENGTH({_USER}) - CHAR_LENGTH(SUBSTRING_INDEX({_USER}, '@', -1)) - 1), "
    f"'''@''', SUBSTRING_INDEX({_USER}, '@', -1), '''')"
)
_HAS_ROLE = "COALESCE(CURRENT_ROLE(), 'NONE') <> 'NONE'"


def begin(asked: Asked) -> Iterator[str]:
    """@sqlgen_heads: what the version table holds; @sqlgen_at: where on its path the script stands."""
    target, steps = asked.target, asked.steps
    missing = text(say("there is no table {table} in this database", table=target.version_table))
    rows = "COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), 'base')"
    yield f"SET @sqlgen_heads = {literal(missing if steps[0].before else 'base')};"
    read = literal(f"SELECT {rows} INTO @sqlgen_heads FROM {table(target)}")
    yield from prepared(f"IF({_there(target, target.version_table)}, {read}, 'DO 0')")
    yield "SET @sqlgen_mark = '';"
    record = literal(f"SELECT COALESCE(MAX(record), '') INTO @sqlgen_mark FROM {progress(target)}")
    yield from prepared(f"IF({_there(target, progress_table(target))}, {record}, 'DO 0')")
    binary = "CAST(@sqlgen_heads AS BINARY)"
    yield f"SET @sqlgen_at = {shared.place(steps, target, binary, lambda value: f'CAST({literal(value)} AS BINARY)')};"
    for number, step in enumerate(steps):
        if in_parts(step, target):
            begins = f"LOCATE({literal(mark_prefix(step))}, @sqlgen_mark) = 1"
            yield f"SET @sqlgen_at = IF(@sqlgen_at = {number} AND {begins}, {number}.5, @sqlgen_at);"


def look(asked: Asked) -> Iterator[str]:
    """What is asked of tables that not every server has, or shows to everybody."""
    target = asked.target
    process = (
        f"EXISTS (SELECT 1 FROM {_INFO}.user_privileges WHERE privilege_type = 'PROCESS' AND grantee = @sqlgen_grantee)"
    )
    yield f"SET @sqlgen_grantee = {_GRANTEE};"
    yield f"SET @sqlgen_process = {process}, @sqlgen_backup = NULL;"
    yield from preflight_mysql_sessions.look(asked)
    running = f"(SELECT variable_value > 0 FROM {_INFO}.global_status WHERE variable_name = 'SLAVES_RUNNING')"
    yield f"SET @sqlgen_replica = {f'COALESCE({running}, 0)' if target.dialect == 'mariadb' else '0'};"
    channels = "performance_schema.replication_connection_configuration"
    count = literal(f"SELECT COUNT(*) + @sqlgen_replica INTO @sqlgen_replica FROM {channels}")
    yield from prepared(f"IF({_sees('performance_schema', channels.partition('.')[2])}, {count}, 'DO 0')")
    for schema, name in _BACKUPS:
        last = f"SELECT CONCAT('{schema}.{name}: ', COALESCE(MAX(end_time), 'no row')) INTO @sqlgen_backup"
        yield from prepared(f"IF({_sees(schema, name)}, {literal(f'{last} FROM {schema}.{name}')}, 'DO 0')")


def _there(target: Target, name: str) -> str:
    schema = "DATABASE()" if target.version_table_schema is None else literal(target.version_table_schema)
    return f"EXISTS (SELECT 1 FROM {_INFO}.tables WHERE table_schema = {schema} AND table_name = {literal(name)})"


_BACKUPS = (
    ("mysql", "backup_history"),
    ("mysql", "mariadb_backup_history"),
    ("PERCONA_SCHEMA", "xtrabackup_history"),
)
"""Where MySQL Enterprise Backup, mariadb-backup --history (10.11 and newer; before that, and xtrabackup) write."""


def _sees(schema: str, name: str) -> str:
    """SQL: a table is there, and this user may read it: else information_schema does not list it."""
    return f"EXISTS (SELECT 1 FROM {_INFO}.tables WHERE table_schema = '{schema}' AND table_name = '{name}')"


def identity(asked: Asked) -> Iterator[Check]:
    """Which database it is."""
    target = asked.target
    databases = target.databases or target.schemas
    if databases:
        names = ", ".join(f"CAST({literal(name)} AS BINARY)" for name in databases)
        here, one_of = "COALESCE(DATABASE(), 'none')", f"CAST(DATABASE() AS BINARY) IN ({names})"
        yield holds(say("the database"), one_of, " or ".join(databases), here, literal)
    else:
        yield shared.database(target, "COALESCE(DATABASE(), 'none')", literal)
    if target.identity is not None:
        uuid = _identity(target)
        yield holds(say("the server's id"), f"{uuid} = {literal(target.identity)}", target.identity, uuid, literal)
    yield from _environment(target)


def _environment(target: Target) -> Iterator[Check]:
    """The mark that a DBA may set: ALTER DATABASE shop COMMENT = 'sqlgen.environment=prod'. MySQL has none."""
    if target.environment is None:
        return
    if target.dialect == "mysql":
        yield note(say("the environment that the script is for"), literal(target.environment))
        return
    comment = f"(SELECT schema_comment FROM {_INFO}.schemata WHERE schema_name = DATABASE())"
    marked = f"REGEXP_SUBSTR({comment}, '(?<=sqlgen\\\\.environment=)[^,;]*')"
    wanted = f"{target.environment}, or not marked"
    same = f"{marked} IN ('', {literal(target.environment)})"
    yield holds(say("the environment (comment of the database)"), same, wanted, marked, literal)


def record(asked: Asked) -> Iterator[Check]:
    """No step is left half done."""
    del asked
    yield holds(say("record of a half-done step"), "@sqlgen_mark = ''", "none", "@sqlgen_mark", literal)


def server(asked: Asked) -> Iterator[Check]:
    """What the script needs of the server and the session."""
    target = asked.target
    wanted = literal((target.server_version or "") + ".%")
    same = f"CONCAT(SUBSTRING_INDEX(VERSION(), '-', 1), '.') LIKE {wanted}"
    yield shared.version(target, "VERSION()", same, literal)
    engine = "mariadb" if target.dialect == "mariadb" else "mysql"
    here = "IF(VERSION() LIKE '%mariadb%', 'mariadb', 'mysql')"
    yield Check(text(say("the engine")), here, engine, shows=True)
    if target.role is not None:
        role = "COALESCE(CURRENT_ROLE(), 'NONE')"
        same = f"REPLACE(SUBSTRING_INDEX({role}, '@', 1), '`', '') = {literal(target.role)}"
        yield holds(say("the role"), same, target.role, role, literal)
    yield note(say("the user"), _USER)
    writable = "IF(@@global.read_only = 0 AND @@innodb_read_only = 0, 'writable', 'read-only')"
    yield Check(text(say("the server is")), writable, "writable", shows=True)
    replica = "IF(@sqlgen_replica = 0, 'no replica', 'a replica')"
    yield Check(text(say("the server is, as far as this user may see")), replica, "no replica", shows=True)
    yield Check("sql_log_bin", "IF(@@sql_log_bin = 0, 'off', 'on')", "on", shows=True)


def _identity(target: Target) -> str:
    """MariaDB has had a server_uid since 10.5.26 and 10.11.9."""
    if target.dialect == "mysql":
        return "@@server_uuid"
    variable = f"(SELECT variable_value FROM {_INFO}.global_variables WHERE variable_name = 'SERVER_UID')"
    return f"COALESCE({variable}, '?')"


def path(asked: Asked) -> Iterator[Check]:
    """The version table: what it holds, whether anybody else is at work."""
    yield from shared.path(asked, AT, "@sqlgen_heads", literal)
    ours = "@sqlgen_mark = '' OR @sqlgen_at <> FLOOR(@sqlgen_at)"
    if asked.steps[0].direction == "downgrade":
        ours += " OR @sqlgen_mark LIKE 'sqlgen: upgrade %'"
    yield holds(say("no step is half done but by this script"), ours, "none", "@sqlgen_mark", literal)
    busy = f"IS_FREE_LOCK({LOCK}) = 1"
    holder = f"CONCAT('connection ', COALESCE(IS_USED_LOCK({LOCK}), '?'))"
    yield holds(say("no other sqlgen script is running in this database"), busy, "none", holder, literal)


_NEEDS = {"alter": ("alter",), "index": ("index",), "drop": ("drop",), "truncate": ("drop",)}
"""MySQL 8.4 manual, 15.1.9 ALTER TABLE, 15.1.15 CREATE INDEX, 15.1.32 DROP TABLE, 15.1.37 TRUNCATE TABLE."""

_REFERS = "references, or any right on rows"
_ANY_OF = {_REFERS: ("REFERENCES", "SELECT", "INSERT", "UPDATE", "DELETE")}
"""MySQL 8.4 manual, 15.1.20.5: REFERENCES. MariaDB 10.11 takes any of these for a foreign key; measured: SELECT alone
is enough, none of them is refused."""


def rights(asked: Asked) -> Iterator[Check]:
    """What this user may do, against what the statements do; what roles give is not in the tables of privileges."""
    target = asked.target
    version_table = Name(target.version_table, target.version_table_schema)
    yield _rights(version_table, ("select", "insert", "update", "delete"), None)
    for one in asked.tables:
        wanted = [word for right in one.privileges for word in _NEEDS.get(right, (right,))]
        if target.dialect == "mariadb":
            wanted = [_REFERS if right == "references" else right for right in wanted]
        if wanted:
            yield _rights(one.table, tuple(dict.fromkeys(wanted)), (0, one.last))
    wanted = list(_in_database(asked))
    if wanted:
        yield _checked(say("rights in the database"), wanted, lambda right: _granted(right, None), None)


def _in_database(asked: Asked) -> Iterable[str]:
    found: dict[str, None] = {}
    for step in asked.steps:
        if in_parts(step, asked.target):
            found.update({"create": None, "drop": None})  # the table that keeps how far the step came
        for fact in (fact for item in step.items for fact in item.facts):
            match fact:
                case CreateTable(temporary=False) | RenameTable():
                    found["create"] = None
                case CreateObject(kind=kind, name=Name(schema=None)):
                    found.update((right.lower(), None) for right in OBJECTS.get(kind, ()))
                case (
                    AlterObject(kind="event", name=Name(schema=None)) | DropObject(kind="event", name=Name(schema=None))
                ):
                    found["event"] = None
    return found


def _rights(name: Name, wanted: tuple[str, ...], states: tuple[int, int] | None) -> Check:
    return _checked(say("rights on {table}", table=name), wanted, lambda right: _granted(right, name), states)


def _checked(
    told: Message, wanted: Iterable[str], granted: Callable[[str], str], states: tuple[int, int] | None
) -> Check:
    has = {right: granted(right) for right in wanted}
    listed = ", ".join(f"IF({sql}, '{right}', NULL)" for right, sql in has.items())
    missing = f"IF({_HAS_ROLE}, NULL, COALESCE(NULLIF(CONCAT_WS(', ', {listed}), ''), 'none'))"
    return holds(told, "\n      AND ".join(has.values()), ", ".join(has), missing, literal, states)


def _granted(right: str, name: Name | None) -> str:
    schema = "DATABASE()" if name is None or name.schema is None else literal(name.schema)
    some = ", ".join(f"'{one}'" for one in _ANY_OF.get(right, (right.upper(),)))
    mine = f"privilege_type IN ({some}) AND grantee = @sqlgen_grantee"
    found = [
        f"EXISTS (SELECT 1 FROM {_INFO}.user_privileges WHERE {mine})",
        f"EXISTS (SELECT 1 FROM {_INFO}.schema_privileges WHERE {mine} AND {schema} LIKE table_schema)",
    ]
    if name is not None:
        of = f"table_schema = {schema} AND table_name = {literal(name.name)}"
        found.append(f"EXISTS (SELECT 1 FROM {_INFO}.table_privileges WHERE {mine} AND {of})")
    return f"({' OR '.join(found)})"


def tables(asked: Asked) -> Iterator[Check]:
    """Whether a failure could take back what is done to them, and how large they are."""
    yield from preflight_mysql_engines.checks(asked)
    for one in asked.tables:
        schema = "DATABASE()" if one.table.schema is None else literal(one.table.schema)
        size = "data_length + index_length"
        rows = "'about ', COALESCE(table_rows, '?'), ' rows, '"
        told = f"CONCAT({rows}, ROUND(({size}) / 1048576, 1), ' MB with its indexes (', {size}, ' bytes)')"
        of = f"table_schema = {schema} AND table_name = {literal(one.table.name)}"
        found = f"COALESCE((SELECT COALESCE({told}, table_type) FROM {_INFO}.tables WHERE {of}), 'not there')"
        yield note(say("size of {table}", table=one.table), found)


def safety(asked: Asked) -> Iterator[Check]:
    """Replicas, and the last backup that the server knows of."""
    count = f"(SELECT COUNT(*) FROM {_INFO}.processlist WHERE command LIKE 'Binlog Dump%')"
    found = f"IF(@sqlgen_process, CONCAT({count}, ' connected; how far behind they are, only they know'), NULL)"
    yield note(say("replicas"), found)
    unknown = text(say("the server knows of none (mysqldump, snapshots and the like leave no trace in it)"))
    yield note(say("backup"), f"COALESCE(@sqlgen_backup, {literal(unknown)})")
