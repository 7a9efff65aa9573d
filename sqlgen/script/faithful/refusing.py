"""Refuses a statement that the client would not hand to the server exactly as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlgen.errors import SqlgenError
from sqlgen.facts.vocabulary import Begin, Commit, Rollback, SetOption
from sqlgen.messages import Message, say
from sqlgen.script.faithful import sqlcmd as faithful_sqlcmd
from sqlgen.script.faithful import sqlplus as faithful_sqlplus
from sqlgen.script.faithful import transactions as faithful_transactions
from sqlgen.script.plain import script as plain
from sqlgen.script.target import Target
from sqlgen.segments import Gap, Item, Step
from sqlgen.statements import Token, TokenKind, scan, split

_SPACE, _COMMENT, _SYMBOL = TokenKind.SPACE, TokenKind.COMMENT, TokenKind.SYMBOL
_OPAQUE = (TokenKind.STRING, TokenKind.QUOTED, TokenKind.COMMENT, TokenKind.SPACE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

# PostgreSQL manual, psql: Variables; psql 17. psql sets them itself, so `:PORT` outside quotes always means them.
_SET_BY_PSQL = (
    "AUTOCOMMIT COMP_KEYWORD_CASE DBNAME ECHO ECHO_HIDDEN ENCODING ERROR FETCH_COUNT HIDE_TABLEAM "
    "HIDE_TOAST_COMPRESSION HISTCONTROL HISTFILE HISTSIZE HOST IGNOREEOF LASTOID LAST_ERROR_MESSAGE LAST_ERROR_"
    "SQLSTATE ON_ERROR_ROLLBACK ON_ERROR_STOP PORT PROMPT1 PROMPT2 PROMPT3 QUIET ROW_COUNT SERVER_VERSION_NAME SERVER_"
    "VERSION_NUM SERVICE SHELL_ERROR SHELL_EXIT_CODE SHOW_ALL_RESULTS SHOW_CONTEXT SINGLELINE SINGLESTEP SQLSTATE USER "
    "VERBOSITY VERSION VERSION_NAME VERSION_NUM WATCH_INTERVAL"
)
PSQL_VARIABLES = frozenset(_SET_BY_PSQL.split())
_VARIABLE = r"[^\x00-/:-@\[-^`{-\x7f]+"  # a range up to U+10FFFF compiles slowly
_INTERPOLATED = re.compile(rf":(?:({_VARIABLE})|'({_VARIABLE})'|\"({_VARIABLE})\"|(\{{\?))")

# Client words that MySQL's and MariaDB's clients take where a statement begins; client/mysql.cc, commands[].
_MYSQL_COMMANDS = (
    "? CHARSET CLEAR CONNECT DELIMITER EDIT EGO EXIT GO HELP NOPAGER NOTEE NOWARNING PAGER PRINT PROMPT "
    "QUERY_ATTRIBUTES QUIT REHASH RESETCONNECTION SANDBOX SOURCE SSL_SESSION_DATA_PRINT STATUS SYSTEM TEE USE WARNINGS"
)
_MYSQL_CLIENT = frozenset(_MYSQL_COMMANDS.split())
_UNLOCKS = {
    "psql": {"default_transaction_read_only", "transaction_read_only"},
    "mysql": {"tx_read_only", "transaction_read_only"},
    "sqlite3": {"writable_schema"},
    "plain": {"default_transaction_read_only", "transaction_read_only", "tx_read_only", "writable_schema"},
    "sqlcmd": faithful_sqlcmd.UNLOCKS,
    "sqlplus": faithful_sqlplus.UNLOCKS,
}
"""Settings that the script's own guard stands on."""
_LIKE = {"postgresql": "psql", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite3"}
"""Whose rules hold for plain SQL too: what would break the guard, or the reading of the script."""
_MYSQL_LEXING = re.compile(r"no_backslash_escapes|ansi|db2|maxdb|mssql|oracle|postgresql", re.IGNORECASE)


class Unfaithful(SqlgenError):
    """A statement that the client would not hand to the server as it stands."""


def refuse_unfaithful(steps: Sequence[Step], target: Target) -> None:
    """Raises Unfaithful, naming the statement's place, for the first statement that this client would change, act on,
    cut elsewhere, or that would switch the script's own guard off."""
    for step in steps:
        problem = _refusal(step, target)
        if problem is not None:
            raise problem


def without_unfaithful(steps: Sequence[Step], target: Target) -> tuple[Step, ...]:
    """The steps, those that hold such a statement as gaps: the script stops before the first one."""
    return tuple(
        step if (problem := _refusal(step, target)) is None else replace(step, gap=_gap(problem)) for step in steps
    )


def _gap(problem: Unfaithful) -> Gap:
    return Gap(say("{why}. {hint}", why=problem.message, hint=problem.hint), problem.file, problem.line)


def _refusal(step: Step, target: Target) -> Unfaithful | None:
    if step.gap is None:
        for number, item in enumerate(step.items, start=1):
            problem = next(_problems(item, target), None)
            if problem is not None:
                return _unfaithful(step, number, item, problem, target)
        if (found := faithful_transactions.of_step(step, target)) is not None:
            return _unfaithful(step, found[0] + 1, step.items[found[0]], found[1], target)
        if target.client == "sqlcmd" and (found := faithful_sqlcmd.of_step(step, target)) is not None:
            return _unfaithful(step, found[0] + 1, step.items[found[0]], found[1], target)
    return None


def _unfaithful(step: Step, number: int, item: Item, problem: tuple[Message, Message], target: Target) -> Unfaithful:
    what, hint = problem
    return Unfaithful(
        say(
            "statement {number} of revision {revision} can't be run faithfully by {client}: {what}",
            number=number,
            revision=step.revision,
            client=target.client,
            what=what,
        ),
        hint=hint,
        file=step.file if item.place is None else item.place.file,
        line=None if item.place is None else item.place.line,
    )


def _problems(item: Item, target: Target) -> Iterator[tuple[Message, Message]]:
    text = item.sql
    control = _CONTROL.search(text)
    if control is not None:
        yield (
            say("it holds the control character U+{code}", code=f"{ord(control[0]):04X}"),
            say("Write the character with the database's own escape: E'\\r' or chr(13), CHAR(13), char(13)."),
        )
        return
    tokens = item.statement.tokens
    if "".join([token.text for token in tokens]) != text:
        tokens = scan(text, target.dialect)
    if not tokens or TokenKind.UNCLOSED in [token.kind for token in tokens]:
        yield say("it is empty, or a quote or comment in it never ends"), say("Close it, or remove the statement.")
        return
    words = {token.text.lower() for token in tokens if token.kind is not _SPACE and token.kind is not _COMMENT}
    if target.client == "plain":
        yield from plain.problems(item, target)
    unlocks = _unlocks(words, target.client)
    if unlocks:
        yield (
            say("it sets {name}, which the guard of the script stands on", name=sorted(unlocks)[0]),
            say("Remove the statement from the migration: the script opens and closes its transactions itself."),
        )
    match _LIKE.get(target.dialect) if target.client == "plain" else target.client:
        case "psql":
            yield from _psql(text, tokens, words, item)
        case "mysql":
            yield from _mysql(text, tokens, words)
        case "sqlcmd":
            yield from faithful_sqlcmd.problems(tokens, item)
        case "sqlplus":
            yield from faithful_sqlplus.problems(tokens, item)
        case _:
            yield from _sqlite3(text, tokens, words, item)


def _unlocks(words: set[str], client: str) -> set[str]:
    """The settings that the guard stands on, as far as a statement names them."""
    names, together = _UNLOCKS[client], "\n".join(words)
    if not any(name in together for name in names):  # nearly always, and found out faster
        return set()
    return set(names & {word.strip("'\"`@") for word in words})


def _commands(text: str, tokens: Sequence[Token]) -> Iterator[tuple[Message, Message]]:
    if "\\" not in text and TokenKind.CLIENT not in [token.kind for token in tokens]:
        return
    for token in tokens:
        if token.kind is TokenKind.CLIENT or ("\\" in token.text and token.kind not in _OPAQUE):
            yield (
                say("{text} outside quotes is a command to the client", text=token.text.strip()[:40]),
                say("Remove it from the migration; inside a literal or a comment it would be plain text."),
            )


def _cut(text: str, tokens: Sequence[Token], words: set[str], dialect: str) -> Iterator[tuple[Message, Message]]:
    """Whether the client ends the statement where we do."""
    if ";" not in text and not _nests(text, tokens, words):
        return
    cut = split(f"{text};\nSELECT 1;\n", dialect)
    if len(cut) < 2 or cut[0].leading + cut[0].text != text or cut[1].text != "SELECT 1":
        yield (
            say("the client would not end it where it ends"),
            say("Balance its parentheses and BEGIN … END, and give each statement an op.execute of its own."),
        )


def _nests(text: str, tokens: Sequence[Token], words: set[str]) -> bool:
    """Whether the semicolon behind the statement might not end it, or a line in it might. Most statements are plain."""
    edges = (tokens[0].kind, tokens[-1].kind)
    if _SPACE in edges or _COMMENT in edges or "begin" in words or "trigger" in words or _ENDS_BY_LINE.search(text):
        return True
    depth = 0
    for mark in [token.text for token in tokens if token.kind is _SYMBOL]:
        if mark == "(":
            depth += 1
        elif mark == ")" and depth:
            depth -= 1
    return depth > 0


_ENDS_BY_LINE = re.compile(r"^\s*(?:/|go)\s*$", re.IGNORECASE | re.MULTILINE)


def _psql(text: str, tokens: Sequence[Token], words: set[str], item: Item) -> Iterator[tuple[Message, Message]]:
    if _first(tokens) == "COPY" and "from" in words and "stdin" in words:
        yield say("COPY … FROM STDIN reads data from the script itself"), say("Write the rows as INSERT statements.")
    yield from _commands(text, tokens)
    yield from _cut(text, tokens, words, "postgresql")
    for name in interpolated(text, tokens):
        if name in PSQL_VARIABLES or name.startswith("sqlgen_") or name.endswith(("?", "$")):
            yield (
                say("psql would put a variable's value in the place of :{name}", name=name),
                say("Put a space behind the colon, or write the expression without it."),
            )
    bare = " ".join([token.text for token in tokens if token.kind is not _SPACE and token.kind is not _COMMENT])
    named = any("standard_conforming_strings" in word for word in words if not word.startswith("$"))
    if named and _KEEPS_STRINGS.fullmatch(bare) is None:
        yield (
            say("it changes how the rest of the script is read (standard_conforming_strings)"),
            say("Remove the statement and write the literals as E'…'."),
        )
    if _sets_encoding(bare):
        yield (
            say("it changes the encoding in which the rest of the script is read"),
            say("Remove the statement: the script is UTF-8 and says so."),
        )
    if any(isinstance(fact, SetOption) and _is_of_the_guard(fact.name) for fact in item.facts):
        yield (
            say("it takes back the settings by which the script knows its session"),
            say("Reset what the revision has set by name: RESET lock_timeout."),
        )
    if any(isinstance(fact, Rollback) for fact in item.facts[:1]):
        yield (
            say("it rolls back the transaction that the script runs the revision in"),
            say("Remove the ROLLBACK; take statements that must not run out of the migration."),
        )


def _is_of_the_guard(setting: str) -> bool:
    return setting == "all" or setting.startswith("sqlgen.")


_KEEPS_STRINGS = re.compile(
    r"SET\s+(?:SESSION\s+)?standard_conforming_strings\s*(?:=|TO)\s*'?(?:on|true|1)'?", re.IGNORECASE
)
_ENCODING = re.compile(
    r"SET\s+(?:SESSION\s+|LOCAL\s+)?(?:client_encoding\s*(?:=|TO)|NAMES)\s*'?([\w-]*)", re.IGNORECASE
)


def _sets_encoding(bare: str) -> bool:
    setting = _ENCODING.match(bare)
    return setting is not None and setting[1].lower().replace("-", "") not in ("utf8", "unicode")


def interpolated(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """The names that psql would look up as its own variables: `:name`, `:'name'`, `:"name"`; `{?` for `:{?name}`.

    A name in front of a `$` comes with it: to psql the `$` may open a literal, to the server it belongs to the name.
    `::` and `:=` are operators. Source: src/fe_utils/psqlscan.l, rules typecast, colon_equals, ":"{variable_char}+.
    """
    position = 0
    for token in tokens if ":" in text else ():
        if token.kind not in _OPAQUE and token.text.endswith(":") and token.text != "::":
            found = _INTERPOLATED.match(text, position + len(token.text) - 1)
            if found is not None:
                dollar = "$" if text.startswith("$", found.end()) else ""
                yield next(group for group in found.groups() if group) + dollar
        position += len(token.text)


def _mysql(text: str, tokens: Sequence[Token], words: set[str]) -> Iterator[tuple[Message, Message]]:
    yield from _commands(text, tokens)
    for token in tokens if "/*" in text else ():
        if token.executable:
            yield (
                say("{text} looks like a comment and is executed", text=token.text[:20]),
                say("Write the statement plainly, without /*! */."),
            )
        if token.kind is TokenKind.COMMENT and token.text.startswith("/*") and "/*" in token.text[2:]:
            yield (
                say("a comment begins in a comment, which the client ends elsewhere than the server"),
                say("Take the inner /* out of the comment."),
            )
    yield from _cut(text, tokens, words, "mysql")
    if "@" in words and any(word.strip("`'\"").startswith("sqlgen_") for word in words):
        yield (
            say("it names a variable of the session that begins with sqlgen_, as the script's own do"),
            say("Give the variable another name."),
        )
    first = _first(tokens)
    if first in _MYSQL_CLIENT:
        yield (
            say("{word} is a command to the client where a statement begins", word=first),
            say("Remove it: the script stays in the database that its guard checked."),
        )
    if first in ("START", "SET") and {"transaction", "write"} <= words:
        yield say("it opens a transaction past the guard"), say("Remove it: the script opens its own transactions.")
    if first == "SET" and "sql_mode" in " ".join(words) and _MYSQL_LEXING.search(" ".join(words)):
        yield say("it changes how the rest of the script is read (sql_mode)"), say("Remove the statement.")
    charset = {"names", "character_set_client", "charset"} & words or {"character", "set"} < words
    if first == "SET" and charset and not {"utf8mb4", "utf8mb3", "utf8", "'utf8mb4'", "'utf8'"} & words:
        yield (
            say("it changes the encoding in which the rest of the script is read"),
            say("Remove the statement: the script is UTF-8 and says so."),
        )


def _sqlite3(text: str, tokens: Sequence[Token], words: set[str], item: Item) -> Iterator[tuple[Message, Message]]:
    yield from _commands(text, tokens)
    yield from _cut(text, tokens, words, "sqlite")
    first = _first(tokens)
    if text.startswith((".", "#")):
        yield say("a line that begins with . or # is for the client"), say("Begin the statement with an SQL word.")
    if first in ("ATTACH", "DETACH", "VACUUM"):
        yield (
            say("{word} can't run in the script's transaction", word=first),
            say("Take it out of the migration and run it by hand."),
        )
    for name in _outside(tokens) if _FILE_FUNCTION.search(text) else ():
        yield say("{name}() reaches outside the database", name=name), say("Remove the call from the migration.")
    if any(isinstance(fact, Begin | Commit | Rollback) for fact in item.facts[:1]):
        yield (
            say("{word} would break the one transaction that the script runs in", word=first),
            say("Remove it from the migration: on SQLite the script commits the whole range at once."),
        )


_FILE_FUNCTION = re.compile("load_extension|writefile|readfile|edit", re.IGNORECASE | re.ASCII)


def _outside(tokens: Sequence[Token]) -> Iterator[str]:
    """Calls of the shell's functions that read or write files; a table may well be called edit."""
    significant = [token for token in tokens if token.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    for before, name, after in zip(significant, significant[1:], significant[2:], strict=False):
        called = _FILE_FUNCTION.fullmatch(name.text.strip('"`[]')) is not None
        if called and after.text == "(" and before.text.upper() not in ("TABLE", "INTO", "EXISTS", "REFERENCES", "ON"):
            yield name.text


def _first(tokens: Sequence[Token]) -> str:
    return next((token.text.upper() for token in tokens if token.kind not in (_SPACE, _COMMENT)), "")
