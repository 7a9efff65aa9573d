"""Steps in, a script for sqlcmd (ODBC's and go-sqlcmd) and SQL Server Management Studio out.

`:on error exit` ends sqlcmd at the first error. Management Studio without SQLCMD mode does not know it, reports a
syntax error for that batch and goes on, after any other error too: so a guard that fails, and a gate before each
statement, switch NOEXEC on; what follows is compiled and not run, up to the result. Visual Studio's own scripts do the
same. NOT RUN ON A REAL SERVER: made by the documents, and tested against the clients' rules for lines.

Sources: learn.microsoft.com, "sqlcmd utility" (options; `:on error`); Transact-SQL reference, SET XACT_ABORT, SET
NOEXEC, SET LOCK_TIMEOUT, sp_getapplock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.errors import SettingsError
from sqlgen.messages import Message, say
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header, left_out, unbound
from sqlgen.script.marks import Numbers, end_mark
from sqlgen.script.path import Heads, after_gate, first_gap, gate, shell, text
from sqlgen.script.plan import mode
from sqlgen.script.positions import Turn, turns
from sqlgen.script.sqlcmd.blocks import DECLARE, OK, holds, read
from sqlgen.script.sqlcmd.guard import guard, reset
from sqlgen.script.sqlcmd.parts import PINS, render_turn
from sqlgen.script.sqlcmd.text import comment, literal, told
from sqlgen.script.target import Target
from sqlgen.segments import Step


def render(steps: Sequence[Step], target: Target, form: Form) -> str:
    """The whole script, ending with a newline. Raises SettingsError for a name that the clients would stumble over."""
    _check_names(target)
    gap = first_gap(steps)
    runnable = steps if gap is None else steps[:gap]
    end = steps[0].before if not runnable else runnable[-1].after
    skipping = form.resume or steps[0].direction == "downgrade"
    all_turns = turns(runnable, len(steps), target, form.undo)
    lines = [
        *_header(steps, target, form, skipping=skipping),
        *_session(target),
        "",
        "-- The guard: does this script belong to this database, as it stands?",
        *guard(steps, all_turns, gap, end, target, skipping=skipping),
        "GO",
    ]
    numbers = Numbers()
    for turn in all_turns:
        if turn.first:
            lines += map(comment, banner(turn.step, turn.number, len(steps), _note(turn, target)))
        lines += render_turn(turn, target, numbers, skipping=skipping)
    lines += [*_result(steps, gap, end, target), end_mark(numbers.count)]
    return "\n".join(lines) + "\n"


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of this name. -x: no variables; -f 65001: UTF-8; -X1: no shell."""
    database = "DATABASE" if len(target.databases) != 1 else shell(target.databases[0])
    options = "-b -I -x -X1 -f 65001"
    if target.statement_timeout_ms:
        options += f" -t {-(-target.statement_timeout_ms // 1000)}"
    return f"sqlcmd -S HOST -E -d {database} {options} -i {file}.sql > {file}.log 2>&1"


def _check_names(target: Target) -> None:
    names = (target.version_table, target.version_table_schema, target.environment, target.identity, *target.databases)
    for name in names:
        if name is not None and (any(mark in name for mark in ("'", '"', "$(")) or name.endswith("\\")):
            raise SettingsError(
                say("{name} can't stand in a script for sqlcmd as a name", name=repr(name)),
                hint=say("Use a name without quotes and without $( in the settings."),
            )


def _header(steps: Sequence[Step], target: Target, form: Form, *, skipping: bool) -> Iterator[str]:
    file = "resume" if form.resume else "apply" if steps[0].direction == "upgrade" else "rollback"
    made = header(
        steps,
        target,
        title=form.title,
        run=command(target, file),
        needs=_needs(target),
        result=_result_help(skipping=skipping),
        after_gate=after_gate(steps),
    )
    yield from map(comment, made)


def _needs(target: Target) -> Iterator[Message]:
    yield say(
        "SQL Server 2016 or newer, or Azure SQL. NOT RUN ON A REAL SERVER: made by Microsoft's documents, and "
        "tested against the clients' rules for lines"
    )
    yield say("ODBC's sqlcmd or go-sqlcmd, with these options (-U USER in place of -E for a login of the server's own)")
    yield say(
        "Management Studio as a second choice: a new window, SQLCMD mode or not; without it the first batch is "
        "reported as an error, which does no harm"
    )
    if target.statement_timeout_ms:
        yield say("statement_timeout is the option -t alone: SQL Server has none, and Management Studio its own")
    yield say("to mark a database as an environment's: EXEC sp_addextendedproperty 'sqlgen.environment', 'prod'")


def _result_help(*, skipping: bool) -> Message:
    if skipping:
        return say(
            'the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
            "sqlcmd ends with 0 for the first two, else with 1. Run again after an error, it goes on where it stopped."
        )
    return say(
        'the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "sqlcmd ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).\n"
        "After an error the steps before the one that failed stand; go on with resume.sql."
    )


def _session(target: Target) -> Iterator[str]:
    yield ""
    yield ":on error exit"
    yield "GO"
    yield "-- The session. A NOEXEC that an earlier script left on would pass over all of this one in silence."
    yield "SET NOEXEC OFF;"
    yield "GO"
    yield from PINS
    yield f"SET LOCK_TIMEOUT {target.lock_timeout_ms or -1};"
    yield from reset()
    yield "GO"


def _note(turn: Turn, target: Target) -> Message:
    if turn.in_parts:
        return say("{count} parts", count=turn.count)
    if mode(target) == "range":
        return say("in one transaction with the other steps")
    return say("one transaction")


def _result(steps: Sequence[Step], gap: int | None, end: Heads, target: Target) -> Iterator[str]:
    yield ""
    yield "-- The result, computed from the database."
    yield "SET NOEXEC OFF;"
    yield "GO"
    yield "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;"
    yield DECLARE
    yield "DECLARE @why nvarchar(3900) = ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.why') AS nvarchar(3900)), N''),"
    yield "  @result nvarchar(3900);"
    yield from read(target, locked=False)
    about = literal(f"}}{unbound(target)}{left_out(steps)}")
    at = f"N': database ' + DB_NAME() + N' is at {{' + @at + {about}"
    done = f"N'APPLIED' + {at}" if gap is None else literal(text(gate(steps, gap)) + unbound(target))
    first = say("; the first error above says why")
    half = say("; it stopped in the middle of a step: ")
    yield "SET @result = CASE"
    yield "  WHEN @why <> N'' THEN @why"
    yield f"  WHEN ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.{OK}') AS int), 0) = 1 AND @mark = N'' AND {holds(end)}"
    yield f"    THEN {done}"
    yield f"  WHEN @mark <> N'' THEN N'NOT APPLIED' + {at} + {told(half)} + SUBSTRING(@mark, 9, 400)"
    yield f"  ELSE N'NOT APPLIED' + {at} + {literal(text(first))} END;"
    yield "PRINT N'sqlgen result: ' + @result;"
    yield "IF APPLOCK_MODE(N'public', N'sqlgen', N'Session') <> N'NoLock'"
    yield "  EXEC sys.sp_releaseapplock @Resource = N'sqlgen', @LockOwner = N'Session';"
    stopped = say("sqlgen: the line above says why")
    yield f"IF @result LIKE N'NOT APPLIED%' BEGIN SET @told = {told(stopped)}; RAISERROR(N'%s', 16, 1, @told); END"
    yield "GO"
