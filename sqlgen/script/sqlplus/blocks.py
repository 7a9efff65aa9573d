"""The pieces of PL/SQL that every part of a sqlplus script is made of.

How far the script has come stands in the session's context CLIENTCONTEXT, which every session may write, and which no
ROLLBACK touches; a new session has none, and nothing runs in it. Sources: SQL Language Reference, SYS_CONTEXT; PL/SQL
Packages and Types Reference, DBMS_SESSION.SET_CONTEXT, DBMS_LOCK, DBMS_OUTPUT.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.script.path import Heads
from sqlgen.script.plan import progress_table
from sqlgen.script.positions import WHOLE
from sqlgen.script.sqlplus.text import literal, named
from sqlgen.script.target import Target

AT, OPEN, BEHIND, WHY, INVALID = "sqlgen_at", "sqlgen_open", "sqlgen_behind", "sqlgen_why", "sqlgen_invalid"
"""Keys: how many parts stand, -1 where nothing may run; which blocks of a part have run; behind how many parts of its
upgrade a downgrade began; why the script refused; whether something did not compile."""

NONE = "-"
"""The record where no step is half done: to Oracle an empty text is NULL."""

DECLARE = (
    "DECLARE",
    "  v_rows NUMBER := 0; v_at VARCHAR2(4000); v_mark VARCHAR2(400) := '-'; v_there NUMBER; v_done NUMBER := 0;",
)


def table(target: Target) -> str:
    return named(target.version_table, target.version_table_schema)


def progress(target: Target) -> str:
    return named(progress_table(target), target.version_table_schema)


def get(key: str) -> str:
    """SQL: a number of the session's context; -1 where there is none."""
    return f"TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', '{key}'), '-1'))"


def put(key: str, value: str) -> str:
    """value: a literal or a variable, of text."""
    return f"DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', '{key}', {value});"


def dynamic(statement: str) -> str:
    """PL/SQL that runs a statement of ours: what it names need not be there when the block is compiled."""
    return f"EXECUTE IMMEDIATE {literal(statement)}"


def is_there(name: str, schema: str | None) -> str:
    """SQL for the condition of a query: there is such a table."""
    owner = "SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')" if schema is None else f"'{_stored(schema)}'"
    return f"owner = {owner} AND table_name = '{_stored(name)}'"


def _stored(name: str) -> str:
    """A name as Oracle keeps it, by how `named` writes it."""
    return name.upper() if named(name) == name else name


def read(target: Target) -> Iterator[str]:
    """Read the version table into v_rows and v_at (by bytes, with a comma between), the record into v_mark; where they
    are there: v_there and v_done say so."""
    schema = target.version_table_schema
    yield "  SELECT COUNT(*) INTO v_there FROM all_tables"
    yield f"  WHERE {is_there(target.version_table, schema)};"
    yield "  SELECT COUNT(*) INTO v_done FROM all_tables"
    yield f"  WHERE {is_there(progress_table(target), schema)};"
    rows, mark = read_now(target)
    yield f"  IF v_there = 1 THEN\n  {rows}\n  END IF;"
    yield f"  IF v_done = 1 THEN\n  {mark}\n  END IF;"


def read_now(target: Target) -> tuple[str, str]:
    """The same, where both tables are there."""
    order = "WITHIN GROUP (ORDER BY NLSSORT(version_num, 'NLS_SORT=BINARY'))"
    rows = f"SELECT COUNT(*), LISTAGG(version_num, ',') {order} FROM {table(target)}"
    mark = f"SELECT NVL(MAX(mark), '{NONE}') FROM {progress(target)}"
    return f"  {dynamic(rows)}\n      INTO v_rows, v_at;", f"  {dynamic(mark)} INTO v_mark;"


def holds(rows: Heads) -> str:
    """PL/SQL: the rows read last are exactly these, by bytes: NLS_COMP is BINARY. A NULL row counts, but is not in the
    text; the braces keep a blank at the end apart."""
    return f"(v_rows = {len(rows)} AND '{{' || v_at || '}}' = '{{{','.join(rows)}}}')"


def is_mark(mark: str) -> str:
    return f"v_mark = '{mark or NONE}'"


def record(target: Target, marks: dict[int, str]) -> Iterator[str]:
    """Write how far the step has come, in the transaction that is open. marks: by what stood of the upgrade."""
    yield f"    {dynamic(f'UPDATE {progress(target)} SET mark = :1')} USING {choose(marks)};"
    yield "    IF SQL%ROWCOUNT <> 1 THEN RAISE_APPLICATION_ERROR(-20001, 'sqlgen: the record is not there'); END IF;"


def choose(marks: dict[int, str]) -> str:
    """PL/SQL: the one for what stood of the upgrade when the downgrade began."""
    whole = f"'{marks[WHOLE]}'"
    if len(marks) == 1:
        return whole
    cases = "".join(f"\n      WHEN {behind} THEN '{mark}'" for behind, mark in marks.items() if behind != WHOLE)
    return f"CASE {get(BEHIND)}{cases} ELSE {whole} END"


def failed() -> Iterator[str]:
    """The end of a block: after an error nothing else runs, in tools that go on after errors too."""
    yield "EXCEPTION WHEN OTHERS THEN"
    yield f"  ROLLBACK; {put(AT, chr(39) + '-1' + chr(39))} RAISE;"
    yield "END;"
    yield "/"


CLOCK = "TO_CHAR(SYSDATE, 'HH24:MI:SS')"
