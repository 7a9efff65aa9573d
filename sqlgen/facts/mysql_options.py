"""What CREATE TABLE and ALTER TABLE of MySQL and MariaDB say beside columns and keys: a cursor in, settings out.

Sources: MySQL 8.0 manual, 13.1.20 CREATE TABLE, 13.1.9 ALTER TABLE; MariaDB knowledge base, the same names.
"""

from __future__ import annotations

from sqlgen.facts.reader import Cursor, words
from sqlgen.facts.vocabulary import Name, SetTableOption
from sqlgen.statements.model import TokenKind

__all__ = ["table_option", "table_options"]


def table_options(cursor: Cursor) -> tuple[tuple[tuple[str, str], ...], str | None, bool]:
    """ENGINE=InnoDB COMMENT='…' …, PARTITION BY …, AS SELECT …: settings, partitioning, whether there is a query."""
    settings: dict[str, str] = {}
    while not cursor.done():
        if cursor.take("COMMENT"):
            cursor.take("=")
            settings["comment"] = cursor.string()
        elif cursor.word() in ("AS", "SELECT", "WITH", "IGNORE", "REPLACE", "(", "VALUES") and not cursor.at(
            "WITH", "SYSTEM"
        ):
            cursor.end_statement()
            return tuple(settings.items()), None, True
        elif cursor.at("PARTITION", "BY"):
            query = cursor.finds(("AS", "SELECT"))
            partition_by = _partitioning(cursor)
            settings["partition by"] = cursor.rest()
            return tuple(settings.items()), partition_by, query
        elif cursor.take("WITH", "SYSTEM", "VERSIONING") or cursor.take(","):
            pass
        elif cursor.kind() is TokenKind.WORD:
            name, value = _option(cursor)
            settings[name] = value
        else:
            raise cursor.unread()
    return tuple(settings.items()), None, False


def _partitioning(cursor: Cursor) -> str:
    """RANGE (id) of PARTITION BY RANGE (id) (PARTITION p0 …): the way and its columns; the cursor stays."""
    here = cursor.number
    cursor.expect("PARTITION", "BY")
    start = cursor.number
    cursor.skip_to(("(",))
    if cursor.at("("):
        cursor.group()
    text, cursor.number = " ".join(cursor.slice(start).split()), here
    return text


def _option(cursor: Cursor) -> tuple[str, str]:
    """NAME = value, NAME value, DEFAULT CHARACTER SET = value, UNION = (a, b)."""
    cursor.take("DEFAULT")
    start = cursor.number
    if not (cursor.take("CHARACTER", "SET") or cursor.take("DATA", "DIRECTORY") or cursor.take("INDEX", "DIRECTORY")):
        cursor.identifier()
    name = " ".join(cursor.slice(start).lower().split()).replace("character set", "charset")
    cursor.take("=")
    start = cursor.number
    if cursor.at("("):
        cursor.group()
    elif cursor.kind() in (TokenKind.WORD, TokenKind.STRING, TokenKind.NUMBER, TokenKind.QUOTED):
        cursor.skip()
    else:
        raise cursor.unread()
    return name, cursor.slice(start)


def table_option(cursor: Cursor, table: Name, start: int) -> SetTableOption:
    """Everything that is neither a column nor a constraint: ENGINE, CONVERT TO, ALGORITHM, partitions, …."""
    if cursor.word() not in _OPTIONS and cursor.word(-1) not in ("INDEX", "KEY", "CHECK", "CONSTRAINT"):
        raise cursor.unread()
    if cursor.word() in ("ORDER", "PARTITION") or cursor.word(1) == "PARTITION":
        cursor.end_statement()  # what may hold commas of its own stands last
    else:
        cursor.skip_to((",",))
    text = " ".join(cursor.slice(start).split())
    stop, cursor.number = cursor.number, start
    settings = _settings(cursor, stop)
    cursor.number = stop
    return SetTableOption(table, text, settings)


_KEPT = ("COMMENT", "ENGINE", "DEFAULT", "CHARACTER", "CHARSET", "COLLATE", "ROW_FORMAT", "AUTO_INCREMENT")


def _settings(cursor: Cursor, stop: int) -> tuple[tuple[str, str], ...]:
    """The settings from here to token `stop` that SHOW CREATE TABLE tells; nothing where anything else stands."""
    found = []
    if cursor.take("CONVERT", "TO"):
        cursor.take("CHARACTER", "SET") or cursor.take("CHARSET")
        found.append(("convert", cursor.skip()))
    while cursor.number < stop:
        if cursor.take("COMMENT"):
            cursor.take("=")
            found.append(("comment", cursor.string()))
        elif cursor.word() in _KEPT:
            found.append(_option(cursor))
        else:
            return ()
    return tuple(found)


_OPTIONS = words("""
    ADD DROP ENGINE CONVERT DEFAULT CHARACTER CHARSET COLLATE ALGORITHM LOCK FORCE ORDER ENABLE DISABLE DISCARD
    IMPORT WITH WITHOUT AUTO_INCREMENT COMMENT ROW_FORMAT AVG_ROW_LENGTH CHECKSUM COMPRESSION CONNECTION DATA INDEX
    DELAY_KEY_WRITE ENCRYPTION INSERT_METHOD KEY_BLOCK_SIZE MAX_ROWS MIN_ROWS PACK_KEYS PASSWORD STATS_AUTO_RECALC
    STATS_PERSISTENT STATS_SAMPLE_PAGES TABLESPACE UNION PAGE_CHECKSUM PAGE_COMPRESSED TRANSACTIONAL PARTITION
    COALESCE REORGANIZE EXCHANGE ANALYZE CHECK OPTIMIZE REBUILD REPAIR REMOVE TRUNCATE SECONDARY_ENGINE
    SECONDARY_LOAD SECONDARY_UNLOAD ENGINE_ATTRIBUTE SECONDARY_ENGINE_ATTRIBUTE AUTOEXTEND_SIZE NOWAIT WAIT
    """)
"""Words that begin an action about neither a column nor a key. ADD and DROP: PARTITION, SYSTEM VERSIONING, PERIOD."""
