"""Steps in, a script for SQL*Plus and SQLcl out.

There is no session that refuses DDL, and DDL commits by itself: a plain script could not be kept from running on where
a tool goes on after errors. So every statement stands in a PL/SQL block, behind a condition, and the one script is also
the one that resumes. WHENEVER SQLERROR ends SQL*Plus at the first error; errors of SQL*Plus itself (SP2-…) do not fire
it, so the log is to be searched for them. NOT RUN ON A REAL SERVER: made by the documents, and tested against the
client's rules for lines.

Sources: SQL*Plus User's Guide and Reference, WHENEVER SQLERROR ("triggered by SQL command or PL/SQL block errors, and
not by SQL*Plus command errors"), SET, EXIT, "sqlplus -RESTRICT"; SQL Language Reference, COMMIT.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.errors import SettingsError
from sqlgen.messages import Message, say
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header, left_out, unbound
from sqlgen.script.marks import Numbers, end_mark
from sqlgen.script.path import Heads, after_gate, file_of, first_gap, gate, shell, text
from sqlgen.script.positions import Turn, turns
from sqlgen.script.sqlplus.blocks import (
    DECLARE,
    INVALID,
    NONE,
    WHY,
    dynamic,
    failed,
    holds,
    is_mark,
    progress,
    read,
)
from sqlgen.script.sqlplus.guard import guard
from sqlgen.script.sqlplus.parts import pins, render_turn
from sqlgen.script.sqlplus.text import comment, literal, told
from sqlgen.script.target import Target
from sqlgen.segments import Step


def render(steps: Sequence[Step], target: Target, form: Form) -> str:
    """The whole script, ending with a newline; the same with and without `form.resume`. Raises SettingsError for a
    name that the client would stumble over."""
    _check_names(target)
    gap = first_gap(steps)
    runnable = steps if gap is None else steps[:gap]
    end = steps[0].before if not runnable else runnable[-1].after
    all_turns = turns(runnable, len(steps), target, form.undo)
    made = header(
        steps,
        target,
        title=form.title,
        run=command(target, file_of(steps)),
        needs=_needs(target),
        result=_result_help(file_of(steps)),
        after_gate=after_gate(steps),
    )
    first, *rest = map(comment, made)
    lines = [
        first,
        "SET DEFINE OFF",
        *rest,
        *_session(target),
        "",
        "-- The guard: does this script belong to this database, as it stands?",
        *guard(steps, all_turns, gap, end, target),
    ]
    numbers = Numbers()
    for turn in all_turns:
        if turn.first:
            lines += map(comment, banner(turn.step, turn.number, len(steps), _note(turn)))
        lines += render_turn(turn, target, numbers)
    lines += [*_result(steps, gap, end, target), end_mark(numbers.count)]
    return "\n".join(lines) + "\n"


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of this name. -R 3: no shell and no files; so it comes by standard input.
    NLS_LANG says that the script is UTF-8."""
    name = "TNS" if len(target.databases) != 1 else shell(target.databases[0].partition(".")[0])
    return f"NLS_LANG=AMERICAN_AMERICA.AL32UTF8 sqlplus -S -L -R 3 /@{name} < {file}.sql > {file}.log 2>&1"


def _check_names(target: Target) -> None:
    names = (target.version_table, target.version_table_schema, target.environment, target.identity, *target.databases)
    for name in names:
        if name is not None and any(mark in name for mark in ("'", '"', "&")):
            raise SettingsError(
                say("{name} can't stand in a script for sqlplus as a name", name=repr(name)),
                hint=say("Use a name without quotes and without & in the settings."),
            )


def _needs(target: Target) -> Iterator[Message]:
    yield say(
        "Oracle Database 12.2 or newer. NOT RUN ON A REAL SERVER: made by Oracle's documents, and tested against "
        "the client's rules for lines"
    )
    yield say("SQL*Plus or SQLcl; /@NAME takes the login from a wallet, else write USER/PASSWORD@NAME")
    yield say("EXECUTE on DBMS_LOCK for the user, else a second operator is not kept away")
    yield say("no other session that changes the same rows: for row locks Oracle waits without a limit")
    if target.statement_timeout_ms:
        yield say("statement_timeout is not set: a session of Oracle has none")


def _result_help(file: str) -> Message:
    return say(
        'the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "SQL*Plus ends with 0 for the first two, else with 1. Its own errors do not stop it: afterwards\n"
        "grep -E '^(SP2|ORA|PLS)-' {file}.log must find nothing. Where a tool goes on after errors,\n"
        "no statement runs after the first one. Run again after an error, the script goes on where it stopped.\n"
        "Oracle commits each DDL statement by itself: what stood before an error stands.",
        file=file,
    )


_SETTINGS = (
    "WHENEVER OSERROR EXIT FAILURE ROLLBACK",
    "WHENEVER SQLERROR EXIT FAILURE ROLLBACK",
    "SET ESCAPE OFF",
    "SET SQLPREFIX #",
    "SET BLOCKTERMINATOR ON",
    "SET SQLTERMINATOR ON",
    "SET SQLBLANKLINES ON",
    "SET SQLCASE MIXED",
    "SET CMDSEP OFF",
    "SET AUTOCOMMIT OFF",
    "SET EXITCOMMIT OFF",
    "SET ECHO OFF",
    "SET VERIFY OFF",
    "SET FEEDBACK OFF",
    "SET TIMING OFF",
    "SET TAB OFF",
    "SET LINESIZE 32767",
    "SET TRIMOUT ON",
    "SET SERVEROUTPUT ON SIZE UNLIMITED FORMAT WORD_WRAPPED",
)
"""All that changes how the rest is read; before them DEFINE is off, by which & would mean something in a comment too.
ON sets a terminator back to what is usual. SQL*Plus User's Guide and Reference, SET System Variable Summary."""


def _session(target: Target) -> Iterator[str]:
    yield ""
    yield from _SETTINGS
    yield "BEGIN"
    yield from (f"  {dynamic(pin)};" for pin in pins(target))
    yield "END;"
    yield "/"


def _note(turn: Turn) -> Message:
    if turn.in_parts:
        return say("{count} parts; each DDL statement commits by itself", count=turn.count)
    return say("one transaction")


def _result(steps: Sequence[Step], gap: int | None, end: Heads, target: Target) -> Iterator[str]:
    yield ""
    yield "-- The result, computed from the database."
    yield from DECLARE
    yield "  v_result VARCHAR2(32767) := NULLIF(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_why', 4000), '-');"
    yield "BEGIN"
    yield "  ROLLBACK;"
    yield from read(target)
    about = literal("}" + unbound(target) + left_out(steps))
    at = f"': database ' || SYS_CONTEXT('USERENV', 'CON_NAME') || ' is at {{' || v_at || {about}"
    done = f"'APPLIED' || {at}" if gap is None else literal(text(gate(steps, gap)) + unbound(target))
    yield "  IF v_result IS NULL THEN"
    yield f"    IF {is_mark(NONE)} AND {holds(end)} THEN"
    yield f"      v_result := {done};"
    yield f"      IF SYS_CONTEXT('CLIENTCONTEXT', '{INVALID}') = '1' THEN"
    yield f"        v_result := v_result || {told(say('; something was created with compilation errors'))};"
    yield "      END IF;"
    yield f"    ELSIF {is_mark(NONE)} THEN"
    yield f"      v_result := 'NOT APPLIED' || {at} || {told(say('; the first error above says why'))};"
    yield "    ELSE"
    half = told(say("; it stopped in the middle of a step: "))
    yield f"      v_result := 'NOT APPLIED' || {at} || {half} || SUBSTR(v_mark, 9);"
    yield "    END IF;"
    yield f"    DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', '{WHY}', SUBSTRB(v_result, 1, 3900));"
    yield "  END IF;"
    yield "  DBMS_OUTPUT.PUT_LINE('sqlgen result: ' || v_result);"
    yield from failed()
    yield "-- The record goes where nothing is half done."
    yield from DECLARE
    yield "BEGIN"
    yield f"  IF SYS_CONTEXT('CLIENTCONTEXT', '{WHY}', 4000) LIKE 'NOT APPLIED%' THEN"
    yield f"    RAISE_APPLICATION_ERROR(-20001, {told(say('sqlgen: the line above says why'))});"
    yield "  END IF;"
    yield from read(target)
    yield f"  IF v_done = 1 AND {is_mark(NONE)} THEN"
    yield f"    {dynamic(f'DROP TABLE {progress(target)} PURGE')};"
    yield "  END IF;"
    yield from failed()
    yield "EXIT SUCCESS ROLLBACK"
