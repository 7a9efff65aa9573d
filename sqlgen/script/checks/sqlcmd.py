"""Checks in, the batch that asks SQL Server for them out: each answer into a table variable, then a line for each.

What a login may not see is an error of its own (TRY … CATCH), and is told as such. NOT RUN ON A REAL SERVER.
Sources: Transact-SQL reference, TRY...CATCH, PRINT (4000 characters), RAISERROR; "sqlcmd utility", `:on error`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.script.checks.model import INDENT, NOT_VISIBLE, Check, Report, result
from sqlgen.script.path import shell
from sqlgen.script.sqlcmd.parts import PINS
from sqlgen.script.sqlcmd.text import literal, told
from sqlgen.script.target import Target

_NEWLINE = "NCHAR(10)"


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of checks."""
    database = "DATABASE" if len(target.databases) != 1 else shell(target.databases[0])
    return f"sqlcmd -S HOST -E -d {database} -b -I -x -X1 -f 65001 -i {file}.sql > {file}.log 2>&1"


def body(report: Report, target: Target) -> Iterator[str]:
    """The session, the questions, the lines, and an error where something failed."""
    del target
    yield ":on error exit"
    yield "GO"
    yield from PINS
    yield "SET LOCK_TIMEOUT 5000;"
    yield "GO"
    yield "DECLARE @found nvarchar(max);"
    yield "DECLARE @sqlgen TABLE (number int, level nvarchar(10), told nvarchar(max), fine nvarchar(max),"
    yield "  expected nvarchar(max), found nvarchar(max));"
    yield from report.begin
    lines = report.lines
    for number, line in enumerate(lines, start=1):
        yield from _insert(number, line)
    yield from _print(report)
    yield "GO"


_NOT_ALLOWED = "208, 229, 262, 297, 300, 371, 916"
"""Errors of a login that may not see something, or of a server that has no such view. sys.messages."""
_GIVEN = "@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)"


def _insert(number: int, line: str | Check) -> Iterator[str]:
    """By sp_executesql: an error of a name that can't be resolved is caught only outside of its own batch."""
    if isinstance(line, str):
        yield f"INSERT @sqlgen VALUES ({number}, N'title', {literal(line)}, NULL, NULL, NULL);"
        return
    expected = "NULL" if line.expected is None else literal(line.expected)
    due = line.due("@place")
    if due is not None:
        yield f"IF {due}"
    yield "BEGIN"
    yield "  SET @found = NULL;"
    yield "  BEGIN TRY"
    yield "    EXEC sys.sp_executesql"
    yield f"      {literal(f'SELECT @found = CAST({_flat(line.found)} AS nvarchar(max))')},"
    yield f"      N'{_GIVEN}', @found OUTPUT, @place, @heads, @mark;"
    yield "  END TRY"
    yield "  BEGIN CATCH"
    yield f"    IF ERROR_NUMBER() NOT IN ({_NOT_ALLOWED}) BEGIN; THROW; END"
    yield "  END CATCH"
    yield f"  INSERT @sqlgen VALUES ({number}, N'{line.level}', {literal(line.told)}, {literal(line.fine)},"
    yield f"    {expected}, @found);"
    yield "END"


def _flat(sql: str) -> str:
    return " ".join(sql.split("\n"))


def _print(report: Report) -> Iterator[str]:
    judged = "expected COLLATE Latin1_General_BIN2 = found"
    clean = f"REPLACE(REPLACE(found, NCHAR(13), N'?'), {_NEWLINE}, {_NEWLINE} + N'{INDENT}')"
    both = f"{_NEWLINE} + N'       expected: ' + expected + {_NEWLINE} + N'       found:    ' + {clean}"
    asked = "level <> N'title' AND expected IS NOT NULL AND found IS NOT NULL"
    yield "DECLARE @number int = 0, @line nvarchar(max), @asked int, @failed int, @warned int;"
    yield "SELECT @asked = COUNT(*),"
    yield f"  @failed = ISNULL(SUM(CASE WHEN level = N'fail' AND NOT ({judged}) THEN 1 ELSE 0 END), 0),"
    yield f"  @warned = ISNULL(SUM(CASE WHEN level = N'warn' AND NOT ({judged}) THEN 1 ELSE 0 END), 0)"
    yield f"FROM @sqlgen WHERE {asked};"
    yield "WHILE 1 = 1"
    yield "BEGIN"
    yield "  SELECT TOP (1) @number = number, @line = CASE"
    yield "    WHEN level = N'title' THEN told"
    yield "    WHEN expected IS NULL OR found IS NULL THEN N'note ' + told + N': '"
    yield f"      + ISNULL({clean}, {told(NOT_VISIBLE)})"
    yield f"    WHEN {judged} THEN N'ok   ' + fine"
    yield "    ELSE CASE level WHEN N'warn' THEN N'WARN ' ELSE N'FAIL ' END + told"
    yield f"      + {both} END"
    yield "  FROM @sqlgen WHERE number > @number ORDER BY number;"
    yield "  IF @@ROWCOUNT = 0 BREAK;"
    yield "  WHILE LEN(@line) > 3900"
    yield "  BEGIN"
    yield "    PRINT LEFT(@line, 3900);"
    yield f"    SET @line = N'{INDENT}' + SUBSTRING(@line, 3901, LEN(@line));"
    yield "  END"
    yield "  PRINT @line;"
    yield "END"
    numbers = ("@failed", "@asked - @warned", "@warned")
    texts = [f"CAST({one} AS nvarchar(10))" for one in numbers]
    good, bad = (_concatenated(each) for each in result(report.word, *texts))
    yield f"IF @failed = 0 PRINT {good};"
    yield "ELSE"
    yield "BEGIN"
    yield f"  PRINT {bad};"
    yield "  RAISERROR(N'sqlgen: a check failed, the lines above say which', 16, 1);"
    yield "END"


def _concatenated(pieces: list[str]) -> str:
    return " + ".join(piece if number % 2 else literal(piece) for number, piece in enumerate(pieces))
