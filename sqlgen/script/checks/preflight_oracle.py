"""What an Oracle database knows of itself, as checks before a script runs. NOT RUN ON A REAL SERVER.

Sources: SQL Language Reference, SYS_CONTEXT (USERENV); Oracle Database Reference, PRODUCT_COMPONENT_VERSION,
SESSION_PRIVS, USER_TAB_PRIVS, ALL_TABLES, V$TRANSACTION, V$SESSION, V$LOCKED_OBJECT, V$DATAGUARD_STATS,
V$RMAN_BACKUP_JOB_DETAILS: the V$ views want SELECT_CATALOG_ROLE or grants of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.vocabulary import CreateObject, CreateTable, Name
from sqlgen.messages import say
from sqlgen.script.checks import preflight_checks as shared
from sqlgen.script.checks.model import Check
from sqlgen.script.checks.preflight_checks import Asked, holds, none, note
from sqlgen.script.checks.preflight_touched import Touched
from sqlgen.script.checks.sqlplus import AT as AT
from sqlgen.script.path import quoted, text
from sqlgen.script.plan import in_parts, mark_prefix
from sqlgen.script.sqlplus.blocks import DECLARE, put, read
from sqlgen.script.sqlplus.text import literal as block_literal

HEADS = "SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_heads', 4000)"
_MARK = "SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_mark', 4000)"
_SCHEMA = "SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')"


def literal(value: str) -> str:
    return quoted(value)


def begin(asked: Asked) -> Iterator[str]:
    """CLIENTCONTEXT: sqlgen_heads is what the version table holds, sqlgen_mark the record of a half-done step,
    sqlgen_place where on its path the script stands."""
    target, steps = asked.target, asked.steps
    missing = text(say("there is no table {table} in this schema", table=target.version_table))
    yield from DECLARE
    yield "  v_heads VARCHAR2(4000); v_place NUMBER;"
    yield "BEGIN"
    yield from read(target)
    absent = block_literal(missing if steps[0].before else "base")
    yield f"  v_heads := CASE WHEN v_there = 0 THEN {absent} WHEN v_rows = 0 THEN 'base' ELSE v_at END;"
    yield f"  v_place := {shared.place(steps, target, 'v_heads', block_literal)};"
    for number, step in enumerate(steps):
        if in_parts(step, target):
            prefix = mark_prefix(step)
            begins = f"SUBSTR(v_mark, 1, {len(prefix)}) = {block_literal(prefix)}"
            yield f"  IF v_place = {number} AND {begins} THEN v_place := {number}.5; END IF;"
    yield f"  {put('sqlgen_heads', 'v_heads')}"
    yield f"  {put('sqlgen_mark', 'v_mark')}"
    yield f"  {put('sqlgen_place', 'TO_CHAR(v_place * 2)')}"
    yield "END;"
    yield "/"


def look(asked: Asked) -> Iterator[str]:
    """Nothing more."""
    del asked
    return iter(())


def identity(asked: Asked) -> Iterator[Check]:
    """Which database and schema it is: NAME is the pluggable database, NAME.SCHEMA its current schema too."""
    target = asked.target
    con = "SYS_CONTEXT('USERENV', 'CON_NAME')"
    here = f"{con} || '.' || {_SCHEMA}"
    if target.databases:
        known = []
        for database in target.databases:
            name, _, owner = database.partition(".")
            asserted = f" AND {_SCHEMA} = UPPER({quoted(owner)})" if owner else ""
            known.append(f"(UPPER({con}) = UPPER({quoted(name)}){asserted})")
        wanted = " or ".join(target.databases)
        yield holds(say("the database"), f"({' OR '.join(known)})", wanted, here, quoted)
    else:
        yield shared.database(target, here, quoted)
    if target.identity is not None:
        unique = "SYS_CONTEXT('USERENV', 'DB_UNIQUE_NAME')"
        same = f"UPPER({unique}) = UPPER({quoted(target.identity)})"
        yield holds(say("DB_UNIQUE_NAME"), same, target.identity, unique, quoted)
    if target.environment is not None:
        yield note(say("the environment that the script is for"), quoted(target.environment))


def record(asked: Asked) -> Iterator[Check]:
    """No step is left half done."""
    del asked
    yield holds(say("record of a half-done step"), f"{_MARK} = '-'", "none", _MARK, quoted)


def server(asked: Asked) -> Iterator[Check]:
    """What the script needs of the server and the session."""
    here = "(SELECT MAX(version) FROM product_component_version WHERE product LIKE 'Oracle%')"
    same = f"{here} || '.' LIKE {quoted((asked.target.server_version or '') + '.%')}"
    yield shared.version(asked.target, here, same, quoted)
    yield note(say("the user"), "USER")
    yield Check(text(say("the database is")), "SYS_CONTEXT('USERENV', 'DATABASE_ROLE')", "PRIMARY", shows=True)


def path(asked: Asked) -> Iterator[Check]:
    """The version table: what it holds."""
    yield from shared.path(asked, AT, HEADS, quoted)
    ours = f"{_MARK} = '-' OR {AT} <> TRUNC({AT})"
    if asked.steps[0].direction == "downgrade":
        ours += f" OR {_MARK} LIKE 'sqlgen: upgrade %'"
    yield holds(say("no step is half done but by this script"), ours, "none", _MARK, quoted)
    told = say("only the script itself can tell: its lock is one of DBMS_LOCK")
    yield note(say("another sqlgen script in this schema"), quoted(text(told)))


_CREATES = {
    "view": "VIEW",
    "materialized view": "MATERIALIZED VIEW",
    "procedure": "PROCEDURE",
    "function": "PROCEDURE",
    "trigger": "TRIGGER",
    "sequence": "SEQUENCE",
    "type": "TYPE",
}


def rights(asked: Asked) -> Iterator[Check]:
    """The owner may do everything to its tables; rights on those of others are not asked for."""
    wanted = {"TABLE": None} if asked.steps else {}
    for fact in (fact for step in asked.steps for item in step.items for fact in item.facts):
        if isinstance(fact, CreateObject) and fact.kind in _CREATES:
            wanted[_CREATES[fact.kind]] = None
        elif isinstance(fact, CreateTable):
            wanted["TABLE"] = None
    for kind in wanted:
        may = f"EXISTS (SELECT 1 FROM session_privs WHERE privilege IN ('CREATE {kind}', 'CREATE ANY {kind}'))"
        yield holds(say("this user may CREATE {kind}", kind=kind), may, "yes", "'no'", quoted)
    own = f"{_SCHEMA} = USER"
    others = f"'no, it is ' || {_SCHEMA}"
    yield note(say("the current schema is the user's own"), f"CASE WHEN {own} THEN 'yes' ELSE {others} END")


def _is(name: str) -> str:
    return f"IN ({quoted(name.upper())}, {quoted(name)})" if name == name.lower() else f"= {quoted(name)}"


def _owner(name: Name) -> str:
    return f"= {_SCHEMA}" if name.schema is None else _is(name.schema)


def tables(asked: Asked) -> Iterator[Check]:
    """How large they are, and what is wrong with them."""
    for one in asked.tables:
        rows = (
            "NVL(TO_CHAR(num_rows), 'never counted') || ' rows at ' || NVL(TO_CHAR(last_analyzed, 'YYYY-MM-DD'), '-')"
        )
        size = "NVL(TO_CHAR(blocks), '?') || ' blocks'"
        found = f"(SELECT MAX({rows} || ', ' || {size}) FROM all_tables WHERE {_of(one)})"
        yield note(say("size of {table}", table=one.table), f"NVL({found}, 'not there')")
    if asked.tables:
        listed = " OR ".join(
            f"(table_owner {_owner(one.table)} AND table_name {_is(one.table.name)})" for one in asked.tables
        )
        invalid = "SELECT LISTAGG(index_name || ' of ' || table_name, '; ') WITHIN GROUP (ORDER BY index_name)"
        source = f"FROM all_indexes WHERE status = 'UNUSABLE' AND ({listed})"
        yield none(say("invalid indexes of these tables"), f"({invalid} {source})")


def _of(one: Touched) -> str:
    return f"owner {_owner(one.table)} AND table_name {_is(one.table.name)}"


_WHO = (
    "'session ' || s.sid || ',' || s.serial# || ', user ' || s.username || ', ' || LOWER(s.status) || ', since ' "
    "|| t.start_time"
)
_OLD = "TO_DATE(t.start_time, 'MM/DD/RR HH24:MI:SS') < SYSDATE - {} / 86400"


def sessions(asked: Asked) -> Iterator[Check]:
    """Who is in the way."""
    seconds = shared.waits(asked.target)
    if asked.tables:
        listed = " OR ".join(
            f"(o.owner {_owner(one.table)} AND o.object_name {_is(one.table.name)})" for one in asked.tables
        )
        entry = f"o.object_name || ': mode ' || l.locked_mode || ', ' || {_WHO}"
        source = (
            "v$locked_object l JOIN all_objects o ON o.object_id = l.object_id "
            "JOIN v$session s ON s.sid = l.session_id "
            f"JOIN v$transaction t ON t.ses_addr = s.saddr WHERE ({listed}) AND {_OLD.format(seconds)}"
        )
        told = say("locks that the script would wait for, held for more than {seconds} s", seconds=seconds)
        yield none(told, f"(SELECT {_list(entry)} FROM {source})")
    source = f"v$transaction t JOIN v$session s ON s.saddr = t.ses_addr WHERE {_OLD.format(60)}"
    yield note(say("transactions older than 1 minute"), f"NVL((SELECT {_list(_WHO)} FROM {source}), 'none')")


def _list(entry: str) -> str:
    return f"LISTAGG({entry}, CHR(10) ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY t.start_time)"


def safety(asked: Asked) -> Iterator[Check]:
    """Standbys, and the last backup that the server knows of."""
    del asked
    lag = "LISTAGG(name || ' ' || value, '; ') WITHIN GROUP (ORDER BY name)"
    yield note(say("standbys (v$dataguard_stats)"), f"NVL((SELECT {lag} FROM v$dataguard_stats), 'none')")
    told = "input_type || ' ended at ' || TO_CHAR(end_time, 'YYYY-MM-DD HH24:MI:SS')"
    last = f"MAX({told}) KEEP (DENSE_RANK LAST ORDER BY end_time)"
    source = "v$rman_backup_job_details WHERE status LIKE 'COMPLETED%'"
    yield note(say("backup"), f"NVL((SELECT {last} FROM {source}), 'none in v$rman_backup_job_details')")
