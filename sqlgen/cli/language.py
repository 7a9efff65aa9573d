"""What the environment and the settings say in; the language of the terminal, and that of what is written, out.

Two languages may hold at a time (docs/decisions/0025-two-languages.md): people at this terminal read one; files, and
formats that machines and other people read, are in the one that the project's settings say, whoever runs the command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlgen.errors import SqlgenError, UsageError, say
from sqlgen.messages import CHINESE, ENGLISH, speak, speaking

if TYPE_CHECKING:
    from sqlgen.settings import Settings

VARIABLE = "SQLGEN_LANGUAGE"
FOR_PEOPLE = frozenset({"text", "concise", "toml"})
"""The formats that are read at the terminal: in its language."""

_terminal = ENGLISH
_said = False
"""Whether the variable says the terminal's language: no settings change it then."""
_written = ENGLISH


def begin(environ: Mapping[str, str]) -> None:
    """Speak the language that SQLGEN_LANGUAGE says, else that of the locale, else English.

    Raises UsageError for a language that there is not; English is spoken then.
    """
    global _said, _written
    _said, _written = False, ENGLISH
    _speak(ENGLISH)
    asked = environ.get(VARIABLE, "").strip()
    if not asked:
        _speak(_of_locale(environ))
        return
    known = {"en": ENGLISH, "zh-cn": CHINESE, "zh": CHINESE}.get(asked.replace("_", "-").lower())
    if known is None:
        raise UsageError(
            say("{variable} can't be {language}", variable=VARIABLE, language=asked),
            hint=say("Use en or zh-CN; or leave it out, for the language of the settings or of the locale."),
        )
    _said = True
    _speak(known)


def _of_locale(environ: Mapping[str, str]) -> str:
    """POSIX.1-2024, 8.2: the first of them that is not empty. Chinese that is written in traditional characters is a
    language that there is no catalogue for."""
    names = (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next((name for name in names if name), "")
    language, _, rest = name.partition("_")
    region = rest.partition(".")[0].partition("@")[0]
    language = language.partition(".")[0]
    return CHINESE if language == "zh" and region in ("", "CN", "SG", "Hans") else ENGLISH


def _speak(language: str) -> None:
    global _terminal
    _terminal = language
    speak(language)


def settle(settings: Settings) -> None:
    """What the settings say of both, unless the variable says the terminal's."""
    global _written
    _written = settings.written_in
    if settings.language is not None and not _said:
        _speak(settings.language)


def settle_for(project: Path | None) -> None:
    """The same, of the project that will be worked on. Settings that can't be read say nothing of it here: whoever
    needs them says what is wrong."""
    from sqlgen.settings import load

    start = (project or Path()).resolve()
    with suppress(SqlgenError):
        settle(load(start if start.is_dir() else start.parent))


@contextmanager
def at_terminal() -> Iterator[None]:
    """Speak the terminal's language for a while."""
    with speaking(_terminal):
        yield


@contextmanager
def for_others() -> Iterator[None]:
    """Speak the language of what is written: neither the locale nor SQLGEN_LANGUAGE says it."""
    with speaking(_written):
        yield


@contextmanager
def of_format(name: str, *, in_file: bool) -> Iterator[None]:
    """Speak the language of a format: what people get at the terminal is in theirs."""
    with at_terminal() if name in FOR_PEOPLE and not in_file else for_others():
        yield
