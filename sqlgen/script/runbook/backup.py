"""Tables in, the commands that keep a copy of them and bring it back out: those of the engine's own tools.

Sources: PostgreSQL manual, pg_dump (--table takes patterns: a quoted name is taken as it is; of a pattern that matches
nothing it says nothing, but for --strict-names), pg_restore, createdb;
MySQL 8.4 manual 6.5.4 mysqldump; MariaDB, mariadb-dump; SQLite, Command Line Shell 10 (.backup, .restore) and ATTACH;
SQL Server, bcp Utility and BACKUP (Transact-SQL); Oracle 19c Utilities, Data Pump Export and Import. The commands for
PostgreSQL, MariaDB and SQLite are run by tests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlgen.facts.vocabulary import Name
from sqlgen.messages import Message, say
from sqlgen.script.mysql.blocks import quoted_name
from sqlgen.script.path import named, shell
from sqlgen.script.sqlcmd.text import named as bracketed
from sqlgen.script.target import Target

__all__ = ["Backup", "backup", "everything"]


@dataclass(frozen=True, slots=True)
class Backup:
    """How a copy is kept and brought back. Lines that begin with `#` are remarks, all others are for a shell."""

    keep: tuple[str, ...]
    notes: tuple[Message, ...]
    beside: tuple[str, ...]
    """Brings what was kept back beside the database, so that the live tables stay as they are."""
    over: tuple[str, ...]
    """Brings rows back into tables that are empty: those that were dropped and made again."""


def backup(tables: Sequence[Name], emptied: Sequence[Name], target: Target, file: str) -> Backup:
    """tables: those to keep; emptied: those of them of which every row goes. `file`: the name of what is kept, without
    its extension."""
    match target.dialect:
        case "postgresql":
            return _postgresql(_placed(tables, target), _placed(emptied, target), target, file)
        case "mysql" | "mariadb":
            return _mysql(tables, emptied, target, file)
        case "sqlite":
            return _sqlite(emptied, target, file)
        case "mssql":
            return _mssql(tables, emptied, target, file)
        case _:
            return _oracle(tables, emptied, file)


def everything(target: Target, file: str) -> Backup:
    """How the whole database is kept, and restored beside itself."""
    database = _database(target)
    copy = f"{database}_{file.replace('-', '_')}"
    beside: tuple[str, ...]
    match target.dialect:
        case "postgresql":
            keep = f"pg_dump -Fc -d {shell(database)} -f {file}-whole.dump"
            beside = (f"createdb -T template0 {shell(copy)}", f"pg_restore -d {shell(copy)} {file}-whole.dump")
        case "mysql" | "mariadb":
            dump, client, options = _programs(target)
            keep = f"{dump} {options} --routines --events --result-file={file}-whole.sql {shell(database)}"
            make = _told(f"CREATE DATABASE {quoted_name(copy)}")
            beside = (f"{client} -e {make}", f"{client} {shell(copy)} < {file}-whole.sql")
        case "sqlite":
            return backup((), (), target, file)
        case "mssql":
            found = backup((), (), target, file)
            return Backup(found.keep, (), found.beside, ())
        case _:
            common = f"DIRECTORY=DATA_PUMP_DIR DUMPFILE={file}-whole.dmp"
            keep = f"expdp USER@SERVICE {common} SCHEMAS=SCHEMA FLASHBACK_TIME=SYSTIMESTAMP"
            beside = (f"impdp USER@SERVICE {common} REMAP_SCHEMA=SCHEMA:SCHEMA_KEPT",)
    return Backup((keep,), (), beside, ())


def _database(target: Target) -> str:
    return target.database or "DATABASE"


def _placed(tables: Sequence[Name], target: Target) -> list[Name]:
    """With the schemas that are known: those of the tenants, or the one that the script works in."""
    schemas = target.schemas or (target.schema,)
    return [table if table.schema else Name(table.name, schema) for table in tables for schema in schemas]


# ---- PostgreSQL

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def _postgresql(tables: Sequence[Name], emptied: Sequence[Name], target: Target, file: str) -> Backup:
    database = _database(target)
    copy = shell(f"{database}_{file.replace('-', '_')}")
    on = shell(database)
    named = " ".join(f"--table={shell(_pattern(table))}" for table in tables)
    rows = f"pg_restore -d {on} --data-only --single-transaction"
    over = [f"{rows}{_in_schema(table)} --table={shell(table.name)} {file}.dump" for table in emptied]
    return Backup(
        keep=(
            f"pg_dump -Fc -d {on} --strict-names {named} -f {file}.dump",
            f"pg_dump -Fc -d {on} --schema-only -f {file}-schema.dump",
            f"pg_restore --list {file}.dump",
        ),
        notes=(
            say("The last command lists what was kept: look for TABLE DATA of each of these tables."),
            say(
                "A partitioned table has its rows in its partitions: look for TABLE DATA of each. Name those that no "
                "revision made with --table, too, or write --table-and-children (pg_dump 16)."
            ),
        ),
        beside=(
            f"createdb -T template0 {copy}",
            f"pg_restore -d {copy} --no-owner --no-acl --section=pre-data {file}-schema.dump",
            f"pg_restore -d {copy} --data-only {file}.dump",
        ),
        over=tuple(over),
    )


def _pattern(table: Name) -> str:
    return ".".join(_part(part) for part in (table.schema, table.name) if part is not None)


def _part(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else named(name)


def _in_schema(table: Name) -> str:
    return "" if table.schema is None else f" --schema={shell(table.schema)}"


# ---- MySQL and MariaDB


def _mysql(tables: Sequence[Name], emptied: Sequence[Name], target: Target, file: str) -> Backup:
    dump, client, options = _programs(target)
    keep, beside, over = [], [], []
    for schema in dict.fromkeys(table.schema or _database(target) for table in tables):
        its = [table for table in tables if (table.schema or _database(target)) == schema]
        to = file if schema == _database(target) else f"{file}-{schema}"
        names = " ".join(shell(table.name) for table in its)
        copy = f"{schema}_{file.replace('-', '_')}"
        keep.append(f"{dump} {options} --result-file={shell(to + '-data.sql')} {shell(schema)} {names}")
        beside.append(f"{client} -e {_told(f'CREATE DATABASE {quoted_name(copy)}')}")
        beside.append(f"{client} {shell(copy)} < {shell(to + '-data.sql')}")
        for table in (one for one in its if one in emptied):
            into, of = quoted_name(table.name, schema), quoted_name(table.name, copy)
            over.append(f"{client} -e {_told(f'INSERT INTO {into} SELECT * FROM {of}')}")
    notes = [
        say("--single-transaction reads one moment of InnoDB tables only; stop writers to tables of other engines.")
    ]
    if over:
        notes.append(say("To bring rows back, first load them beside the database."))
    return Backup(tuple(keep), tuple(notes), tuple(beside), tuple(over))


def _programs(target: Target) -> tuple[str, str, str]:
    """The program that dumps, the client with how it logs in, and the options of the first one."""
    login = "-h HOST -u USER -p"
    options = f"{login} --single-transaction --hex-blob --default-character-set=utf8mb4"
    if target.dialect == "mariadb":
        return "mariadb-dump", f"mariadb {login}", options
    # A dump with the server's GTIDs can't be loaded into it again, and tablespaces need the PROCESS privilege.
    return "mysqldump", f"mysql {login}", f"{options} --set-gtid-purged=OFF --no-tablespaces"


def _told(sql: str) -> str:
    """An SQL text for a shell: between single quotes, where backticks mean nothing."""
    return "'" + sql.replace("'", "'\\''") + "'"


# ---- SQLite


def _sqlite(emptied: Sequence[Name], target: Target, file: str) -> Backup:
    database = shell(target.database or "DATABASE.db")
    over = [f"INSERT INTO {named(table.name, 'main')} SELECT * FROM kept.{named(table.name)};" for table in emptied]
    attach = f"ATTACH '{file}.db' AS kept;"
    return Backup(
        keep=(f"sqlite3 {database} {_told(f'.backup {file}.db')}",),
        notes=(say("The whole file is kept, while others may go on reading and writing."),),
        beside=(f"sqlite3 {file}.db",),
        over=tuple(f"sqlite3 -bail {database} {_told(f'{attach} {sql}')}" for sql in over),
    )


# ---- SQL Server


def _mssql(tables: Sequence[Name], emptied: Sequence[Name], target: Target, file: str) -> Backup:
    database = _database(target)
    files = f"RESTORE FILELISTONLY FROM DISK = N'{file}.bak'"
    whole = f"BACKUP DATABASE {bracketed(database)} TO DISK = N'{file}.bak' WITH COPY_ONLY, CHECKSUM, INIT"

    def bcp(table: Name, way: str, more: str) -> str:
        name = bracketed(table.name, table.schema or "dbo")
        to = _plain(f"{file}-{table.schema or 'dbo'}.{table.name}.bcp")
        return f"bcp {_anywhere(name)} {way} {to} -S HOST -d {_plain(database)} -T -n{more}"

    return Backup(
        keep=(f"sqlcmd -S HOST -E -b -Q {_anywhere(whole)}", *(bcp(table, "out", "") for table in tables)),
        notes=(say("BACKUP writes on the server, into its folder for backups; bcp writes here."),),
        beside=(
            f"# {say('RESTORE DATABASE the backup under another name, WITH MOVE for each file that this lists:')}",
            f"sqlcmd -S HOST -E -b -Q {_anywhere(files)}",
        ),
        over=tuple(bcp(table, "in", " -E -k -h CHECK_CONSTRAINTS") for table in emptied),
    )


def _anywhere(text: str) -> str:
    """Between double quotes, for a shell and for cmd.exe."""
    return '"' + text.replace('"', '\\"') + '"'


def _plain(word: str) -> str:
    return word if shell(word) == word else _anywhere(word)


# ---- Oracle


def _oracle(tables: Sequence[Name], emptied: Sequence[Name], file: str) -> Backup:
    common = f"DIRECTORY=DATA_PUMP_DIR DUMPFILE={file}.dmp"
    names = ",".join(_oracle_name(table) for table in tables)
    beside = [
        f"impdp USER@SERVICE {common} {_told(f'TABLES={_oracle_name(table)}')} "
        f"{_told(f'REMAP_TABLE={_oracle_name(table)}:{_kept(table)}')} EXCLUDE=CONSTRAINT,REF_CONSTRAINT,INDEX,TRIGGER"
        for table in tables
    ]
    over = [
        f"impdp USER@SERVICE {common} {_told(f'TABLES={_oracle_name(table)}')} CONTENT=DATA_ONLY "
        "TABLE_EXISTS_ACTION=APPEND"
        for table in emptied
    ]
    return Backup(
        keep=(f"expdp USER@SERVICE {common} {_told(f'TABLES={names}')} FLASHBACK_TIME=SYSTIMESTAMP",),
        notes=(say("The file is written on the server, into DATA_PUMP_DIR; an older one of that name is in its way."),),
        beside=tuple(beside),
        over=tuple(over),
    )


def _oracle_name(table: Name) -> str:
    return ".".join(_oracle_part(part) for part in (table.schema, table.name) if part is not None)


def _oracle_part(part: str) -> str:
    """As the engine has it: facts spell names in lower case that it folds to upper case."""
    return part.upper() if re.fullmatch(r"[a-z][a-z0-9_$#]*", part) else '"' + part + '"'


def _kept(table: Name) -> str:
    return _oracle_part(f"{table.name[:123]}_kept")
