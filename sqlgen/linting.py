"""SQL files in, findings out; and what linting a file shares with linting a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlgen import facts
from sqlgen.facts.vocabulary import Begin, Commit, Insert, Rollback
from sqlgen.lint import allowances, book, engine
from sqlgen.lint.book import Book
from sqlgen.lint.finding import Finding
from sqlgen.schema import Schema
from sqlgen.segments import Item, Place, Step
from sqlgen.settings import Environment, Settings
from sqlgen.statements import Statement, TokenKind, scan, split
from sqlgen.statements.executable import opened


def load_book(settings: Settings, root: Path, environment: Environment | None = None) -> Book:
    """The rules that the settings name, as they hold for an environment.

    Raises SettingsError: a pack that does not load stops everything, and so does the name of a rule that there is not,
    in any environment.
    """
    rules = settings.rules_for(environment)
    others = {id for each in settings.env.values() for id in each.rule}
    return book.load(
        settings.rules,
        root=settings.source.parent if settings.source else root,
        options={id: dict(rule.options) for id, rule in rules.items()},
        severities={id: rule.severity for id, rule in rules.items() if rule.severity is not None},
        preset=settings.preset_for(environment),
        named=others,
    )


def lint_file(
    text: str, file: str, rules: Book, settings: Settings, dialect: str, *, today: date, project: str = ""
) -> tuple[Step, list[Finding]]:
    """Read and judge one .sql file as it stands: nothing is known of the database before it.

    file: what findings call it, and know it by. project: Finding.project.
    """
    step = read_file(text, file, dialect)
    found = engine.lint(
        [step],
        rules,
        dialect=dialect,
        server_version=numbers(settings.server_version),
        runs="file",
        lock_timeout_ms=None,
        schema=Schema(dialect),
        allowances=allowances.collect(
            [step],
            lambda _file: text,
            dialect=dialect,
            entries=settings.allow,
            entries_file=settings.file,
        ),
        today=today,
        project=project,
    )
    return step, [_for_sql(finding) for finding in found]


def _for_sql(finding: Finding) -> Finding:
    """Rules show allowances as Python comments; in a .sql file one begins with two hyphens."""
    if "# sqlgen: allow " not in finding.help.template:
        return finding
    template = finding.help.template.replace("# sqlgen: allow ", "-- sqlgen: allow ")
    return replace(finding, help=replace(finding.help, template=template))


def read_file(text: str, file: str, dialect: str) -> Step:
    """A .sql file as it stands: one step, nothing formatted, each statement with its own place."""
    items: list[Item] = []
    transaction, number = None, 0
    plain = opened(text, dialect)
    for cut in split(plain, dialect):
        cut = _without_rows(cut, items)
        statement = cut if cut.text else _client_lines(cut, dialect)
        if statement is None:
            continue
        read = facts.read(statement, dialect) if statement.text else ()
        if plain is not text:
            statement = _as_written(statement, text, dialect)
        if any(isinstance(fact, Begin) for fact in read):
            number += 1
            transaction = number
        place = Place(file, statement.line, statement.end_line, statement.column)
        items.append(Item(statement, read, place, transaction))
        if any(isinstance(fact, Commit | Rollback) for fact in read):
            transaction = None
    return Step("", "", "upgrade", (), (), file, tuple(items))


def _as_written(cut: Statement, script: str, dialect: str) -> Statement:
    """A statement as it stands in the script, with the marks of the comments that were opened to read it."""
    end = cut.offset + len(cut.text)
    text = script[cut.offset : end]
    tokens = cut.tokens if text == cut.text else scan(text, dialect)
    leading, terminator = script[cut.offset - len(cut.leading) : cut.offset], script[end : end + len(cut.terminator)]
    return replace(cut, leading=leading, text=text, terminator=terminator, tokens=tokens)


def _without_rows(cut: Statement, items: Sequence[Item]) -> Statement:
    """A statement without the rows of the COPY … FROM STDIN before it: they are data, whatever they look like."""
    if not items or items[-1].sql[:4].upper() != "COPY" or not any(isinstance(one, Insert) for one in items[-1].facts):
        return cut
    end = cut.leading.find("\n\\.")
    return replace(cut, leading=cut.leading[end:] if end >= 0 else "")


def _client_lines(last: Statement, dialect: str) -> Statement | None:
    """What follows the last statement, when it holds lines for the client: a statement without a text."""
    line = last.line - last.leading.count("\n")
    for token in scan(last.leading, dialect):
        if token.kind is TokenKind.CLIENT and not token.text.startswith("\\."):
            return replace(last, line=line, column=1)
        line += token.text.count("\n")
    return None


def has_executable_comment(text: str, dialect: str) -> bool:
    """Whether the server runs a comment of the text: /*! … */ on MySQL and MariaDB."""
    return dialect in ("mysql", "mariadb") and any(token.executable for token in scan(text, dialect))


def numbers(version: str | None) -> tuple[int, ...] | None:
    """ "10.11" → (10, 11)."""
    return None if version is None else tuple(int(part) for part in version.split("."))
