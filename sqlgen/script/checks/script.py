"""Checks in, the whole read-only script for one client out; and the command that runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from sqlgen.messages import Message, say
from sqlgen.script.checks.claims import Claim
from sqlgen.script.checks.model import Check, Report
from sqlgen.script.header import bound
from sqlgen.script.path import text
from sqlgen.script.target import Target


class Catalog(Protocol):
    """What there is of each engine: a module."""

    def found(self, claim: Claim, target: Target) -> str | None:
        """SQL for a text; None for what is not asked of this engine."""


class _Writer(Protocol):
    """What there is of each client: a module."""

    def command(self, target: Target, file: str) -> str: ...
    def body(self, report: Report, target: Target) -> Iterator[str]: ...


def render(report: Report, target: Target, *, file: str, what: Iterable[Message]) -> str:
    """The script, ending with a newline. `what` says what it is about; `file` is its name."""
    ok, failed = f"{report.word} OK", f"{report.word} FAILED"
    plain = target.client == "plain"
    ends = (
        say("the last line of the one result that has lines: {ok} or {failed}", ok=ok, failed=failed)
        if plain
        else say('the LAST line with "sqlgen result:" tells: {ok} or {failed};', ok=ok, failed=failed)
    )
    lines = [f"-- {text(say('sqlgen: read-only checks for {client}', client=target.client))}", "--"]
    lines += [f"-- What:        {text(message)}" for message in what]
    if target.dialect in ("mssql", "oracle"):
        lines.append(f"-- Needs:       {text(say('NOT RUN ON A REAL SERVER: made by the manuals'))}")
    lines += [f"-- Database:    {text(bound(target))}", f"-- Run it with: {command(target, file)}"]
    lines.append(f"-- Result:      {text(ends)}")
    if not plain:
        lines.append(f"--              {text(say('the client ends with 0 for the first one.'))}")
    lines += [f"--              {text(say('Catalogs are read, nothing is changed.'))}", "--"]
    lines = [*_commented(lines, target), *_writer(target).body(report, target)]
    return "\n".join(lines) + "\n"


def _commented(lines: list[str], target: Target) -> list[str]:
    """What no client takes for its own."""
    match target.dialect:
        case "mssql":
            from sqlgen.script.sqlcmd import text as sqlcmd_text

            return [sqlcmd_text.comment(line) for line in lines]
        case "oracle":
            from sqlgen.script.sqlplus import text as sqlplus_text

            first, *rest = map(sqlplus_text.comment, lines)
            return [first, "SET DEFINE OFF", *rest]
        case _:
            return lines


def command(target: Target, file: str) -> str:
    """The shell command that runs FILE.sql, a script of checks."""
    if target.client == "plain":
        return text(say("run {file}.sql as one script with any client, and look at its last result", file=file))
    return _writer(target).command(target, file)


def claimed(
    claim: Claim, told: str, target: Target, literal: Callable[[str], str], states: tuple[int, int] | None = None
) -> Check:
    """What a claim asks of the catalogs; where they are not asked, that is told, and never passes as ok."""
    found = catalog(target).found(claim, target)
    if found is None:
        return Check(told, literal(text(say("not asked"))), states=states)
    return Check(told, found, claim.expected, states=states, shows=claim.is_existence)


def catalog(target: Target) -> Catalog:
    """The engine's module, loaded when it is first asked."""
    match target.dialect:
        case "postgresql":
            from sqlgen.script.checks import catalog_postgresql

            return catalog_postgresql
        case "mysql" | "mariadb":
            from sqlgen.script.checks import catalog_mysql

            return catalog_mysql
        case "mssql":
            from sqlgen.script.checks import catalog_mssql

            return catalog_mssql
        case "oracle":
            from sqlgen.script.checks import catalog_oracle

            return catalog_oracle
        case _:
            from sqlgen.script.checks import catalog_sqlite

            return catalog_sqlite


def _writer(target: Target) -> _Writer:
    match target.dialect:
        case "postgresql":
            from sqlgen.script.checks import psql as checks_psql

            return checks_psql
        case "mysql" | "mariadb":
            from sqlgen.script.checks import mysql as checks_mysql

            return checks_mysql
        case "mssql":
            from sqlgen.script.checks import sqlcmd as checks_sqlcmd

            return checks_sqlcmd
        case "oracle":
            from sqlgen.script.checks import sqlplus as checks_sqlplus

            return checks_sqlplus
        case _:
            from sqlgen.script.checks import sqlite3 as checks_sqlite3

            return checks_sqlite3
