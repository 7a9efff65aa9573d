"""What `sqlgen init` is told on the command line, or asks at a terminal: both are held to the same words."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlgen.cli.output import tell
from sqlgen.errors import SqlgenError, UsageError
from sqlgen.initializing import HOSTS, Found, Wishes
from sqlgen.messages import ENGLISH, Message, either, say, spoken
from sqlgen.settings import SERVER_VERSION, known_dialect

T = TypeVar("T")
RUNS = ("bundle", "alembic")


def checked_wishes(dialect: str | None, version: str | None, runs: str | None, env: list[str] | None) -> Wishes:
    """Whose terminal is not English wants the reports of CI in that language, too. Raises UsageError for what the
    settings could not say."""
    language = None if spoken() == ENGLISH else spoken()
    environments = _environments(env or [])
    return Wishes(known_dialect(dialect), _version(version), _runs(runs), environments, language=language)


def checked_hosts(text: str | None) -> tuple[str, ...] | None:
    """`github,gitlab`; () for none, None where nothing is said. Raises UsageError."""
    if text is None:
        return None
    words = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    if words == ("none",):
        return ()
    for word in words:
        if word not in HOSTS:
            raise UsageError(
                say("there is no CI called {word} here", word=word),
                hint=say("Use {known}, with commas, or none.", known=", ".join(HOSTS)),
            )
    return words


def _version(text: str | None) -> str | None:
    if text is not None and not SERVER_VERSION.fullmatch(text):
        raise UsageError(
            say("{version} is not a server version", version=text), hint=say("Write numbers, such as 16 or 10.11.")
        )
    return text


def _runs(text: str | None) -> str | None:
    if text not in (None, *RUNS):
        raise UsageError(say("--runs can't be {text}", text=text), hint=say("Use {known}.", known=either(RUNS)))
    return text


def _environments(texts: list[str]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for text in texts:
        name, _, database = (part.strip() for part in text.partition("="))
        if not name or not database or name in found:
            raise UsageError(
                say("--env can't be {text}", text=text),
                hint=say("Write each name once, with its database: --env prod=shop."),
            )
        found[name] = database
    return tuple(found.items())


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody at the terminal; or nobody, and what was found counts."""

    there: bool

    def wishes(self, found: Found, told: Wishes) -> Wishes:
        """What the settings shall say: what was told, else what is answered."""
        if not self.there:
            return told
        guesses = {site.dialect.dialect if site.dialect else None for site in found.sites}
        guessed = guesses.pop() if len(guesses) == 1 else None
        if told.dialect is None and not guesses:
            question = say("Which database? postgresql, mysql, mariadb, sqlite, mssql, oracle")
            told = replace(told, dialect=self._ask(question, guessed, known_dialect))
        if told.server_version is None:
            told = replace(told, server_version=self._ask(say("Which version of it? 16, 10.11, …"), None, _version))
        if told.runs is None:
            question = say("Who runs migrations in production? bundle (a DBA, with sqlgen's script), or alembic")
            told = replace(told, runs=self._ask(question, "bundle", _runs))
        if not told.environments:
            question = say("Environments and their databases? prod=shop, staging=shop_staging")
            answer = self._ask(question, None, lambda text: _environments(_words(text)))
            told = replace(told, environments=answer or ())
        return told

    def hosts(self, found: Found, told: tuple[str, ...] | None) -> tuple[str, ...]:
        """Which CI: what was told, else what is answered, else those that the repository has files of."""
        if told is not None or not self.there:
            return found.hosts if told is None else told
        question = say("Which CI? github, gitlab, jenkins, azure, pre-commit, or none")
        return self._ask(question, ",".join(found.hosts) or "none", checked_hosts) or ()

    def agrees(self, question: Message, *, default: bool = False) -> bool:
        """Yes or no; no where nobody is there."""
        if not self.there:
            return False
        answer = self._line(f"{question} [{'Y/n' if default else 'y/N'}] ").lower()
        return answer in ("y", "yes", "是") if answer else default

    def _ask(self, question: Message, default: str | None, parse: Callable[[str | None], T]) -> T | None:
        """Ask until the answer can be used; an empty one is the default, or nothing."""
        while True:
            answer = self._line(f"{question} [{default or say('leave it out')}] ") or default
            if not answer:
                return None
            try:
                return parse(answer)
            except SqlgenError as error:
                tell(say("{error}. {hint}", error=error, hint=error.hint))

    def _line(self, prompt: str) -> str:
        sys.stderr.write(prompt)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:  # the end of it: nobody is there any more
            raise KeyboardInterrupt
        return line.strip()


def _words(text: str | None) -> list[str]:
    return [word for word in (text or "").replace(",", " ").split() if word]
