"""alembic.ini or pyproject.toml in, Alembic's options out, read as Alembic 1.13 to 1.20 reads them."""

from __future__ import annotations

import configparser
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlgen.errors import ProjectError
from sqlgen.messages import Message, say

# Alembic 1.20.1, Config._get_file_separator_char; 1.13 knows version_path_separator alone, without "newline".
_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
_LEGACY_SEPARATOR = re.compile(r", *|(?: +)")


@dataclass(frozen=True, slots=True)
class IniOptions:
    """One section of an ini file. Interpolation is ConfigParser's, with %(here)s for the file's folder."""

    file: Path
    parser: configparser.ConfigParser
    section: str

    @classmethod
    def read(cls, file: Path, section: str) -> IniOptions:
        """Raises ProjectError when the file is not UTF-8 or not an ini file. The section may be missing."""
        parser = configparser.ConfigParser({"here": file.parent.as_posix()})
        try:
            parser.read_string(_text(file), source=file.name)
        except configparser.Error as error:
            raise ProjectError(
                say("the file is not an ini file: {reason}", reason=" ".join(str(error).split())),
                hint=say("Correct it; `alembic current` stops at the same place."),
                file=file,
                line=getattr(error, "lineno", None),
            ) from error
        return cls(file, parser, section)

    def has_section(self) -> bool:
        return self.parser.has_section(self.section)

    def sections_with(self, option: str) -> tuple[str, ...]:
        return tuple(name for name in self.parser.sections() if self.parser.has_option(name, option))

    def text(self, option: str) -> str | None:
        try:
            return self.parser.get(self.section, option, fallback=None)
        except configparser.InterpolationError as error:
            raise ProjectError(
                say("{option} can't be interpolated: {reason}", option=option, reason=" ".join(str(error).split())),
                hint=say("Write %% for a per cent sign."),
                file=self.file,
            ) from error

    def flag(self, option: str) -> bool | None:
        value = self.text(option)
        return None if value is None else value == "true"  # as Config.get_alembic_boolean_option: "True" is false

    def paths(self, option: str) -> tuple[str, ...] | None:
        value = self.text(option)
        if not value:
            return None
        chosen = self.text("path_separator") or self.text("version_path_separator")
        if chosen is None:
            return tuple(part for part in _LEGACY_SEPARATOR.split(value.strip()) if part)
        if chosen not in _SEPARATORS:
            raise ProjectError(
                say("path_separator can't be {value}", value=chosen),
                hint=say("Write `path_separator = os`; space, newline, : and ; are known too."),
                file=self.file,
            )
        return tuple(part.strip() for part in value.split(_SEPARATORS[chosen]) if part.strip())

    def written(self) -> dict[str, str]:
        """Every option of the section as it is written, uninterpolated."""
        options = self.parser.items(self.section, raw=True) if self.has_section() else []
        return {key: value for key, value in options if key != "here"}


@dataclass(frozen=True, slots=True)
class TomlOptions:
    """[tool.alembic] of a pyproject.toml. Interpolation is Python's %, with %(here)s for the file's folder."""

    file: Path
    table: dict[str, Any]

    @classmethod
    def read(cls, file: Path) -> TomlOptions | None:
        """None when there is no such file, or no [tool.alembic] in it. Raises ProjectError when it is not TOML."""
        if not file.is_file():
            return None
        try:
            tool = tomllib.loads(_text(file)).get("tool")
        except tomllib.TOMLDecodeError as error:
            raise ProjectError(
                say("the file is not valid TOML: {reason}", reason=error),
                hint=say("Correct it; Alembic reads it too, from version 1.16 on."),
                file=file,
            ) from error
        table = tool.get("alembic") if isinstance(tool, dict) else None
        return cls(file, table) if isinstance(table, dict) else None

    def text(self, option: str) -> str | None:
        value = self.table.get(option)
        return None if value is None else self._interpolated(option, value)

    def flag(self, option: str) -> bool | None:
        value = self.table.get(option)
        if value is None or isinstance(value, bool):
            return value
        raise self._wrong(option, say("{option} is not true or false", option=option))

    def paths(self, option: str) -> tuple[str, ...] | None:
        value = self.table.get(option)
        if value is None:
            return None
        if not isinstance(value, list):
            raise self._wrong(option, say("{option} is not a list of texts", option=option))
        return tuple(self._interpolated(option, each) for each in value)

    def written(self) -> dict[str, str]:
        """Every option that is a text, as it is written, uninterpolated."""
        return {key: value for key, value in self.table.items() if isinstance(value, str)}

    def _interpolated(self, option: str, value: object) -> str:
        if not isinstance(value, str):
            raise self._wrong(option, say("{option} is not a text", option=option))
        try:
            return value % {"here": self.file.parent.as_posix()}
        except (KeyError, ValueError, TypeError) as error:
            raise self._wrong(
                option, say("{option} can't be interpolated: {reason}", option=option, reason=error)
            ) from error

    def _wrong(self, option: str, message: Message) -> ProjectError:
        hint = say(
            "Correct {option} under [tool.alembic]; write %(here)s for this folder, %% for a per cent sign.",
            option=option,
        )
        return ProjectError(message, hint=hint, file=self.file)


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        message = say("the file can't be read: {reason}", reason=error.strerror)
        raise ProjectError(message, hint=say("Make it readable for you."), file=file) from error
    if b"\0" in data or data.startswith(b"\xef\xbb\xbf"):
        raise ProjectError(
            say("the file is not plain UTF-8 text: PowerShell's `>` writes UTF-16, some editors a byte order mark"),
            hint=say("Save it as UTF-8 without a byte order mark; Alembic can't read it as it is."),
            file=file,
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ProjectError(
            say("the file is not UTF-8 text"), hint=say("Save it as UTF-8."), file=file, line=line
        ) from error
