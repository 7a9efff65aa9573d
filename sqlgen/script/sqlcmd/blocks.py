"""The pieces of T-SQL that every step of a sqlcmd script is made of.

What one batch must know of another stands in the session's context, which no ROLLBACK touches. Sources: Transact-SQL
reference, sp_set_session_context and SESSION_CONTEXT (SQL Server 2016), SET NOEXEC, @@ERROR, SET XACT_ABORT.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.script.path import Heads
from sqlgen.script.plan import progress_table
from sqlgen.script.positions import WHOLE, Turn
from sqlgen.script.sqlcmd.text import exact, literal, named
from sqlgen.script.target import Target

OK, PART, FROM, BEHIND, SKIP, WHY = "ok", "part", "from", "behind", "skip", "why"
"""Keys of the session's context: 1 when the guard passed; which part is open; how many parts stood at the start; behind
how many parts of its upgrade a downgrade began; whether the part's statement had been done; why the script refused."""

NEVER = 2147483647
"""As many parts as none has: nothing runs."""

DECLARE = "DECLARE @rows int = 0, @at nvarchar(max) = N'', @mark nvarchar(400) = N'', @told nvarchar(3900);"


def table(target: Target) -> str:
    return named(target.version_table, target.version_table_schema)


def progress(target: Target) -> str:
    return named(progress_table(target), target.version_table_schema)


def get(key: str) -> str:
    """SQL: a number of the session's context; 0 where it has none, as in a new session."""
    return f"ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.{key}') AS int), 0)"


def put(key: str, value: object) -> str:
    """value: a literal or a variable, as a procedure takes them."""
    return f"EXEC sys.sp_set_session_context @key = N'sqlgen.{key}', @value = {value};"


def read(target: Target, *, locked: bool, indent: str = "") -> Iterator[str]:
    """Read the version table into @rows and @at (by bytes, with a comma between), the record into @mark."""
    hint = " WITH (TABLOCKX, HOLDLOCK)" if locked else ""
    yield f"{indent}IF OBJECT_ID({literal(table(target))}, N'U') IS NOT NULL"
    yield f"{indent}  SELECT @rows = COUNT(*), @at = ISNULL(STUFF((SELECT N',' + CAST(version_num AS nvarchar(400))"
    yield f"{indent}    FROM {table(target)} ORDER BY version_num COLLATE Latin1_General_BIN2"
    yield f"{indent}    FOR XML PATH('')), 1, 1, N''), N'') FROM {table(target)}{hint};"
    yield f"{indent}IF OBJECT_ID({literal(progress(target))}, N'U') IS NOT NULL"
    yield f"{indent}  SELECT @mark = ISNULL(MAX(mark), N'') FROM {progress(target)};"


def holds(rows: Heads) -> str:
    """SQL: the rows read last are exactly these. A NULL row counts, but is not in the text; the brace keeps a blank at
    the end apart, which comparisons pass over."""
    return f"(@rows = {len(rows)} AND @at + N'}}' = {exact(','.join(rows) + '}')} COLLATE Latin1_General_BIN2)"


def is_mark(mark: str) -> str:
    return f"@mark = {exact(mark)} COLLATE Latin1_General_BIN2"


def refuse(why: str) -> Iterator[str]:
    """Roll back, and stop: sqlcmd by the error, Management Studio by NOEXEC. `why`: a message as SQL."""
    yield "  IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;"
    yield f"  SET @told = {why};"
    yield "  RAISERROR(N'%s', 16, 1, @told);"
    yield "  SET NOEXEC ON;"


def gate(turn: Turn, *, skipping: bool) -> str:
    """Before each statement: has it, and has all before it, gone well? Else the rest is compiled, not run.

    XACT_ABORT rolls back where a statement fails, but not where a batch can't be compiled: so @@ERROR is asked too, by
    the batch's first statement. Without a transaction that tells, the session's context does. In the skipping form
    each statement has a condition of its own, and no transaction is open where the part is skipped.
    """
    ours = f"{get(PART)} = {turn.position}"
    if turn.part.transaction:
        broken = f"@@ERROR <> 0 OR ({ours} AND @@TRANCOUNT = 0)" if skipping else "@@ERROR <> 0 OR @@TRANCOUNT = 0"
    else:
        broken = "@@ERROR <> 0" if skipping else f"@@ERROR <> 0 OR NOT {ours}"
    return f"IF {broken} BEGIN IF @@TRANCOUNT > 0 ROLLBACK; SET NOEXEC ON; END"


def record(turn: Turn, marks: dict[int, str], target: Target) -> Iterator[str]:
    """Write how far the step has come, in the transaction that is open. marks: by what stood of the upgrade."""
    yield f"  IF OBJECT_ID({literal(progress(target))}, N'U') IS NULL"
    yield f"    CREATE TABLE {progress(target)} (mark nvarchar(400) NOT NULL);"
    yield f"  DELETE FROM {progress(target)};"
    yield f"  INSERT INTO {progress(target)} (mark) VALUES ({choose(marks)});"


def unrecord(target: Target) -> Iterator[str]:
    yield f"  IF OBJECT_ID({literal(progress(target))}, N'U') IS NOT NULL DROP TABLE {progress(target)};"


def choose(marks: dict[int, str]) -> str:
    """SQL: the one for what stood of the upgrade when the downgrade began."""
    whole = exact(marks[WHOLE])
    if len(marks) == 1:
        return whole
    cases = " ".join(f"WHEN {behind} THEN {exact(mark)}" for behind, mark in marks.items() if behind != WHOLE)
    return f"CASE {get(BEHIND)} {cases} ELSE {whole} END"


CLOCK = "CONVERT(nvarchar(8), GETDATE(), 108)"
"""SQL for the time of day. Transact-SQL reference, CAST and CONVERT, style 108."""
