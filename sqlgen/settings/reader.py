"""One value of a settings file in, what it means out; every complaint names the file, the line and the key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlgen.durations import milliseconds
from sqlgen.errors import Message, SettingsError, say
from sqlgen.settings.model import SERVER_VERSION, SERVICE

_WEB = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[!#-;=?-\[\]_a-z{|}~]*")
"""An address on a host that is named, of characters that addresses have (RFC 3986); without a user and a password."""
_FIELD = re.compile(r"{\w*}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Checks the values of one file, one at a time."""

    path: Path

    def wrong(self, key: str, expected: Message, given: Any) -> SettingsError:
        return self.failed(key, say("{key} can't be {given}", key=key, given=repr(given)), expected)

    def failed(self, key: str, what: Message, hint: Message) -> SettingsError:
        return SettingsError(what, hint=hint, file=self.path, line=self._line(key))

    def _line(self, key: str) -> int | None:
        """Where the key's last part is assigned; a guess that only points the reader to the place."""
        last = re.escape(key.rsplit(".", 1)[-1])
        pattern = re.compile(rf"""^\s*(\[.*\b{last}\]|["']?{last}["']?\s*=)""")
        lines = self.path.read_text(encoding="utf-8-sig").splitlines()
        return next((number for number, line in enumerate(lines, 1) if pattern.match(line)), None)

    def table(
        self, table: dict[str, Any], prefix: str, keys: Mapping[str, Callable[[str, Any], Any]]
    ) -> dict[str, Any]:
        for key in table:
            if key == "tool" and not prefix:
                raise self.failed(
                    key,
                    say("there is no setting tool"),
                    say("Leave out [tool.sqlgen] in sqlgen.toml; its tables are [env.prod], [rule.drop-table], …"),
                )
            if key not in keys:
                close = difflib.get_close_matches(key, keys, 1)
                hint = (
                    say("Did you mean {close}?", close=close[0])
                    if close
                    else say("Known keys: {known}.", known=", ".join(keys))
                )
                raise SettingsError(
                    say("there is no setting {key}", key=prefix + key), hint=hint, file=self.path, line=self._line(key)
                )
        return {key: keys[key](prefix + key, value) for key, value in table.items()}

    def a_table(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(key, say("Make it a table: [tool.sqlgen.{key}].", key=key), value)
        return value

    def string(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, say("Put it in quotes."), value)
        return value

    def filled(self, key: str, value: Any) -> str:
        if not self.string(key, value).strip():
            raise self.wrong(key, say("Write a name, or leave the line out."), value)
        return str(value)

    def service(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not SERVICE.fullmatch(value):
            raise self.wrong(key, say("Write its name with letters, digits and . _ -, such as shop."), value)
        return value

    def source_url(self, key: str, value: Any) -> str:
        """An address of web pages with its three fields: nothing else may become a link."""
        example = 'source_url = "https://github.com/acme/shop/blob/{commit}/{path}#L{line}"'
        if not isinstance(value, str) or not _WEB.fullmatch(value):
            raise self.wrong(key, say("Write an address that begins with https://: {example}", example=example), value)
        fields = re.findall(r"{(\w*)}", value)
        if sorted(fields) != ["commit", "line", "path"] or {"{", "}"} & set(_FIELD.sub("", value)):
            raise self.wrong(
                key, say("Put {{commit}}, {{path}} and {{line}} into it, each once: {example}", example=example), value
            )
        return value

    def strings(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, say('Make it a list of strings: ["standard"].'), value)
        return tuple(value)

    def names(self, key: str, value: Any) -> tuple[str, ...]:
        found = self.strings(key, value)
        if not found or not all(name.strip() for name in found):
            raise self.wrong(key, say('Write names: ["a", "b"], or leave the line out.'), value)
        twice = next((name for number, name in enumerate(found) if name in found[:number]), None)
        if twice is not None:
            raise self.failed(
                key, say("{key} names {name} twice", key=key, name=twice), say("Write each name once, in their order.")
            )
        return found

    def version(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not SERVER_VERSION.fullmatch(value):
            raise self.wrong(key, say('Write the server\'s version as a string of numbers: "16" or "10.11".'), value)
        return value

    def date(self, key: str, value: Any) -> str:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            raise self.wrong(key, say("Write the date as 2026-12-31."), value) from None

    def duration(self, key: str, value: Any) -> int:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | str)
            or (ms := milliseconds(str(value))) is None
            or ms < 0
        ):
            raise self.wrong(key, say('Write a time with its unit: "5s", "500ms", "2min"; 0 means no limit.'), value)
        return ms

    def counts(self, key: str, value: Any) -> tuple[tuple[str, int], ...]:
        table = self.a_table(key, value)
        for role, count in table.items():
            if not isinstance(count, int) or isinstance(count, bool) or count < 1:
                raise self.wrong(f"{key}.{role}", say("Write how many signatures the role needs: 1 or more."), count)
            if not re.fullmatch(r"[a-z]+", role):
                raise self.wrong(f"{key}.{role}", say("Use lower-case letters in a role's name."), role)
        return tuple(sorted(table.items()))

    def one_of(self, known: tuple[str, ...]) -> Callable[[str, Any], str]:
        def check(key: str, value: Any) -> str:
            if value in known:
                return str(value)
            close = difflib.get_close_matches(str(value), known, 1)
            hint = (
                say("Did you mean {close}?", close=close[0])
                if close
                else say("Known values: {known}.", known=", ".join(known))
            )
            raise self.wrong(key, hint, value)

        return check

    def each(self, build: Callable[[str, Any], Any]) -> Callable[[str, Any], dict[str, Any]]:
        return lambda key, value: {
            name: build(f"{key}.{name}", item) for name, item in sorted(self.a_table(key, value).items())
        }

    def entries(self, build: Callable[[str, Any], Any]) -> Callable[[str, Any], tuple[Any, ...]]:
        def check(key: str, value: Any) -> tuple[Any, ...]:
            if not isinstance(value, list):
                table = f"tool.sqlgen.{key}" if self.path.name == "pyproject.toml" else key
                raise self.wrong(key, say("Write each one as its own table: [[{table}]].", table=table), value)
            return tuple(build(f"{key}[{number}]", item) for number, item in enumerate(value, 1))

        return check
