"""Checks in, the PL/SQL block that asks Oracle for them out: a line for each, then the result.

Each question is run by itself; what a user may not see is an error of its own (ORA-00942, ORA-01031), told as such.
NOT RUN ON A REAL SERVER. Sources: PL/SQL Language Reference, EXECUTE IMMEDIATE; PL/SQL Packages and Types Reference,
DBMS_OUTPUT; SQL*Plus User's Guide and Reference, WHENEVER SQLERROR.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.script.checks.model import INDENT, NOT_VISIBLE, Check, Report, result
from sqlgen.script.path import shell
from sqlgen.script.sqlplus.text import literal, told
from sqlgen.script.target import Target

AT = "TO_NUMBER(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_place')) / 2"
"""SQL for how many steps are done: kept doubled, for no decimal character is the same in every session."""
_MOST = 3500
"""Bytes of what can be compared: the server lists up to 4000."""
_SETTINGS = (
    "WHENEVER OSERROR EXIT FAILURE ROLLBACK",
    "WHENEVER SQLERROR EXIT FAILURE ROLLBACK",
    "SET ESCAPE OFF",
    "SET SQLPREFIX #",
    "SET BLOCKTERMINATOR ON",
    "SET SQLTERMINATOR ON",
    "SET SQLBLANKLINES ON",
    "SET CMDSEP OFF",
    "SET ECHO OFF",
    "SET VERIFY OFF",
    "SET FEEDBACK OFF",
    "SET TIMING OFF",
    "SET TAB OFF",
    "SET LINESIZE 32767",
    "SET TRIMOUT ON",
    "SET SERVEROUTPUT ON SIZE UNLIMITED FORMAT WRAPPED",
)
_ASK = (
    "  v_asked NUMBER := 0; v_failed NUMBER := 0; v_warned NUMBER := 0;",
    "  PROCEDURE ask(p_level VARCHAR2, p_told VARCHAR2, p_fine VARCHAR2, p_expected VARCHAR2, p_due VARCHAR2,",
    "    p_found VARCHAR2) IS",
    "    v_found VARCHAR2(32767); v_due NUMBER := 1;",
    "  BEGIN",
    "    IF p_due IS NOT NULL THEN",
    "      EXECUTE IMMEDIATE 'SELECT COUNT(*) FROM dual WHERE ' || p_due INTO v_due;",
    "    END IF;",
    "    IF v_due = 0 THEN RETURN; END IF;",
    "    BEGIN",
    "      EXECUTE IMMEDIATE 'SELECT ' || p_found || ' FROM dual' INTO v_found;",
    "    EXCEPTION WHEN OTHERS THEN",
    "      IF SQLCODE NOT IN (-942, -1031) THEN RAISE; END IF;",
    "    END;",
    f"    v_found := REPLACE(REPLACE(v_found, CHR(13), '?'), CHR(10), CHR(10) || '{INDENT}');",
    "    IF p_expected IS NULL OR v_found IS NULL THEN",
    f"      DBMS_OUTPUT.PUT_LINE('note ' || p_told || ': ' || NVL(v_found, {told(NOT_VISIBLE)}));",
    "      RETURN;",
    "    END IF;",
    "    IF p_expected = v_found THEN",
    "      v_asked := v_asked + 1;",
    "      DBMS_OUTPUT.PUT_LINE('ok   ' || p_fine);",
    "      RETURN;",
    "    END IF;",
    "    IF p_level = 'warn' THEN",
    "      v_warned := v_warned + 1;",
    "      DBMS_OUTPUT.PUT_LINE('WARN ' || p_told);",
    "    ELSE",
    "      v_asked := v_asked + 1; v_failed := v_failed + 1;",
    "      DBMS_OUTPUT.PUT_LINE('FAIL ' || p_told);",
    "    END IF;",
    "    DBMS_OUTPUT.PUT_LINE('       expected: ' || p_expected);",
    "    DBMS_OUTPUT.PUT_LINE('       found:    ' || v_found);",
    "  END;",
)


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of checks."""
    name = "TNS" if len(target.databases) != 1 else shell(target.databases[0].partition(".")[0])
    return f"NLS_LANG=AMERICAN_AMERICA.AL32UTF8 sqlplus -S -L -R 3 /@{name} < {file}.sql > {file}.log 2>&1"


def body(report: Report, target: Target) -> Iterator[str]:
    """The session, and one block that ends with an error where something failed."""
    del target
    yield from _SETTINGS
    yield from report.begin
    yield "DECLARE"
    yield from _ASK
    yield "BEGIN"
    for line in report.lines:
        if isinstance(line, str):
            yield f"  DBMS_OUTPUT.PUT_LINE({literal(line)});"
        else:
            yield from _asked(line)
    good, bad = (_joined(each) for each in result(report.word, "v_failed", "v_asked", "v_warned"))
    key = "sqlgen_failed"
    yield f"  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', '{key}', TO_CHAR(v_failed));"
    yield "  IF v_failed = 0 THEN"
    yield f"    DBMS_OUTPUT.PUT_LINE({good});"
    yield "  ELSE"
    yield f"    DBMS_OUTPUT.PUT_LINE({bad});"
    yield "  END IF;"
    yield "END;"
    yield "/"
    yield "BEGIN"  # a block that ends with an error prints nothing of its own
    yield f"  IF SYS_CONTEXT('CLIENTCONTEXT', '{key}') <> '0' THEN"
    yield "    RAISE_APPLICATION_ERROR(-20001, 'sqlgen: a check failed, the lines above say which');"
    yield "  END IF;"
    yield "END;"
    yield "/"
    yield "EXIT SUCCESS ROLLBACK"


def _asked(check: Check) -> Iterator[str]:
    """What is too long to be compared is told only."""
    expected = check.expected
    if expected is not None and len(expected.encode()) > _MOST:
        expected = None
    due = check.due(AT)
    yield f"  ask('{check.level}', {literal(check.told)},"
    yield f"    {literal(check.fine[:_MOST])},"
    yield f"    {'NULL' if expected is None else literal(expected)}, {'NULL' if due is None else literal(due)},"
    yield f"    {literal(' '.join(check.found.split(chr(10))))});"


def _joined(pieces: list[str]) -> str:
    return " || ".join(piece if number % 2 else literal(piece) for number, piece in enumerate(pieces))
