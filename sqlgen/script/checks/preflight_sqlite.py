"""What a SQLite database knows of itself, as checks before a script runs.

Sources: sqlite.org, pragma.html, lang_attach.html (names are looked for in temp, main, then in the order of ATTACH),
uri.html. Tested on 3.40.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.messages import say
from sqlgen.script.checks import preflight_checks as shared
from sqlgen.script.checks.model import Check
from sqlgen.script.checks.preflight_checks import Asked, holds, note
from sqlgen.script.path import named, quoted, text

AT = "(SELECT at FROM temp.sqlgen_at)"
HEADS = "(SELECT heads FROM temp.sqlgen_at)"


def literal(value: str) -> str:
    return quoted(value)


def begin(asked: Asked) -> Iterator[str]:
    """temp.sqlgen_at: what the version table holds, and where on its path the script stands.

    SQLite can't ask for a table only if it is there; an empty one of its name in a database in memory stands in for it.
    """
    target = asked.target
    table = named(target.version_table, target.version_table_schema)
    if target.version_table_schema is None:
        memory = ":memory:" if target.client == "plain" else "file:sqlgen?mode=memory"
        yield f"ATTACH {quoted(memory)} AS sqlgen_none;"
        yield f"CREATE TABLE sqlgen_none.{table} (version_num TEXT);"
    master = named("sqlite_master", target.version_table_schema or "main")
    there = (
        f"EXISTS (SELECT 1 FROM {master} WHERE type = 'table' AND name = {quoted(target.version_table)} COLLATE NOCASE)"
    )
    missing = text(say("there is no table {table} in this database", table=target.version_table))
    rows = (
        f"(SELECT coalesce(group_concat(version_num, ','), 'base') FROM (SELECT version_num FROM {table} ORDER BY 1))"
    )
    yield "DROP TABLE IF EXISTS temp.sqlgen_at;"
    yield "CREATE TEMP TABLE sqlgen_at (heads TEXT, at NUMERIC);"
    yield "INSERT INTO temp.sqlgen_at"
    found = f"CASE WHEN {there} THEN {rows} ELSE {quoted(missing)} END" if asked.steps[0].before else rows
    yield f"  SELECT heads, {shared.place(asked.steps, target, 'heads', quoted)} FROM (SELECT {found} AS heads);"
    if target.version_table_schema is None:
        yield "DETACH sqlgen_none;"


def look(asked: Asked) -> Iterator[str]:
    """Nothing more."""
    del asked
    return iter(())


def record(asked: Asked) -> Iterator[Check]:
    """Nothing is ever half done: the script is one transaction."""
    del asked
    return iter(())


def identity(asked: Asked) -> Iterator[Check]:
    """Which database it is."""
    target = asked.target
    file = "(SELECT file FROM pragma_database_list WHERE name = 'main')"
    if target.databases:
        ends = [
            f"replace('/' || {file}, '\\', '/') LIKE {quoted('%/' + _like(name))} ESCAPE '~'"
            for name in target.databases
        ]
        yield holds(say("the database file"), f"({' OR '.join(ends)})", " or ".join(target.databases), file, quoted)
    else:
        yield note(say("the database file (the script is NOT BOUND TO A DATABASE)"), file)
    if target.identity is not None:
        here = "(SELECT CAST(application_id AS TEXT) FROM pragma_application_id)"
        yield holds(say("application_id"), f"{here} = {quoted(target.identity)}", target.identity, here, quoted)


def server(asked: Asked) -> Iterator[Check]:
    """What the script needs of the library."""
    target = asked.target
    same = f"sqlite_version() || '.' LIKE {quoted((target.server_version or '') + '.%')}"
    yield shared.version(target, "sqlite_version()", same, quoted)
    if target.environment is not None:
        yield note(say("the environment that the script is for"), quoted(target.environment))


def _like(name: str) -> str:
    for char in "~%_":
        name = name.replace(char, f"~{char}")
    return name


def path(asked: Asked) -> Iterator[Check]:
    """The version table: what it holds."""
    return shared.path(asked, AT, HEADS, quoted)


def rights(asked: Asked) -> Iterator[Check]:
    """SQLite knows no users."""
    told = say("the file and its folder must be writable for the user that runs the script; SQL can't see that")
    yield note(say("rights"), quoted(text(told)))


def tables(asked: Asked) -> Iterator[Check]:
    """Sizes are known of the file alone; rows would have to be counted."""
    size = "(SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)"
    free = "(SELECT freelist_count FROM pragma_freelist_count) * (SELECT page_size FROM pragma_page_size)"
    yield note(say("size of the file, in bytes"), f"({size}) || ', ' || ({free}) || ' of them free'")
    for one in asked.tables:
        there = f"EXISTS (SELECT 1 FROM pragma_table_xinfo({quoted(one.table.name)}))"
        unknown = text(say("SQLite has no estimate; SELECT count(*) reads all of it"))
        yield note(
            say("rows of {table}", table=one.table), f"CASE WHEN {there} THEN {quoted(unknown)} ELSE 'not there' END"
        )


def sessions(asked: Asked) -> Iterator[Check]:
    """SQLite has no list of those who use it."""
    told = say("not visible in SQL; the script waits for them up to {seconds} s", seconds=shared.waits(asked.target))
    yield note(say("others that use the file"), quoted(text(told)))
    yield note(say("journal mode"), "(SELECT journal_mode FROM pragma_journal_mode)")
    broken = "(SELECT CAST(count(*) AS TEXT) FROM pragma_foreign_key_check)"
    yield note(say("violations of foreign keys that are there already"), broken)


def safety(asked: Asked) -> Iterator[Check]:
    """The file is the database."""
    told = say('SQLite knows of none; sqlite3 FILE ".backup COPY" makes one while others use the file')
    yield note(say("backup"), quoted(text(told)))
