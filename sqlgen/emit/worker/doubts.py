"""What a revision that failed may have changed in: which questions about the schema can't be answered any more.

SQLite's replica stands as if such a revision had not run: the names in its texts are doubtful until they are made anew,
or dropped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from .offline import Offline

_NAME = r"""(?:(?:"\w+"|\w+)\s*\.\s*)?("[^"]+"|`[^`]+`|\[[^\]]+\]|'[^']+'|\w+)"""
_LEADING = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_CREATES = re.compile(rf"{_LEADING}CREATE\s+TABLE\s+(?!IF\s+NOT\s){_NAME}", re.IGNORECASE | re.DOTALL)
_DROPS = re.compile(rf"{_LEADING}DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?{_NAME}", re.IGNORECASE | re.DOTALL)
_RENAMES = re.compile(rf"{_LEADING}ALTER\s+TABLE\s+{_NAME}\s+RENAME\s+TO\s+{_NAME}", re.IGNORECASE | re.DOTALL)
_PRAGMA = re.compile(rf"{_LEADING}PRAGMA\s+(?:\S+?\.)?(\w+)\s*(?:(?:\(|=)\s*{_NAME})?", re.IGNORECASE | re.DOTALL)
_OF_NO_TABLE = ("database_list", "collation_list", "compile_options")
_LIKE = re.compile(r"\bLIKE\s+'(?:[^']|'')*'(?:\s+ESCAPE\s+'[^']*')?", re.IGNORECASE)
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_KINDS = frozenset({"table", "view", "index", "trigger"})
_KEPT = re.compile(r"-- not known since (\S+): (.+)\Z")

ALL = "*"
"""What an interpreter that crashed may have changed in."""


class Doubts:
    """Names in lower case, each with the last revision that may have done something to it."""

    def __init__(self) -> None:
        self._since: dict[str, str] = {}
        self._known: set[str] = set()
        """What was made or dropped since everything became doubtful."""

    def any(self) -> bool:
        """Whether there are any."""
        return bool(self._since)

    def copy(self) -> Doubts:
        same = Doubts()
        same._since, same._known = dict(self._since), set(self._known)
        return same

    def and_then(self, later: Doubts) -> Doubts:
        """These, and those that came after them."""
        both = self.copy()
        for name, revision in later._since.items():
            both.add([name], revision)
        return both

    def add(self, names: Collection[str], revision: str) -> None:
        for name in names:
            self._since[name.lower()] = revision
            self._known.discard(name.lower())
        if ALL in names:
            self._known.clear()

    def take(self, text: str) -> bool:
        """Take a text that was made by texts(). Whether it was one."""
        found = _KEPT.match(text)
        if found is not None:
            self.add([found[2]], found[1])
        return found is not None

    def texts(self) -> Iterator[str]:
        """Comments that stand for them among the statements that make a schema."""
        return (f"-- not known since {revision}: {name}" for name, revision in sorted(self._since.items()))

    def settle(self, statement: str) -> None:
        """What has just been made or dropped is known again."""
        if not self._since:
            return
        if (found := _CREATES.match(statement) or _DROPS.match(statement)) is not None:
            self._forget(_plain(found[1]))
        elif (found := _RENAMES.match(statement)) is not None:
            old, new = _plain(found[1]), _plain(found[2])
            revision = self._of(old)
            self._forget(old)
            self._forget(new)
            if revision is not None:
                self.add([new], revision)

    def check(self, sql: str) -> None:
        """Raises Offline when a question asks for what is not known."""
        if not self._since:
            return
        names = _asked(sql)
        for name in names:
            if (revision := self._of(name)) is not None:
                raise Offline("doubted", name=name, revision=revision)
        if names == set():
            raise Offline("doubted-all", revision=list(self._since.values())[-1])

    def _of(self, name: str) -> str | None:
        """The revision since which a name is doubtful."""
        everything = None if name in self._known or not name else self._since.get(ALL)
        return self._since.get(name) or everything

    def _forget(self, name: str) -> None:
        self._since.pop(name, None)
        if ALL in self._since:
            self._known.add(name)


def words(texts: Iterable[str]) -> set[str]:
    """All that may be names in some SQL."""
    return {word for text in texts for word in re.findall(r"\w+", text)}


def _asked(sql: str) -> set[str]:
    """The names in a question about the schema; empty: it asks for everything there is. Without any: {""}."""
    if (pragma := _PRAGMA.match(sql)) is not None:
        if pragma[2] is not None:
            return {_plain(pragma[2])}
        return {""} if pragma[1].lower() in _OF_NO_TABLE else set()
    return {literal.replace("''", "'").lower() for literal in _LITERAL.findall(_LIKE.sub("", sql))} - _KINDS


def _plain(name: str) -> str:
    return (name[1:-1] if name[0] in "\"`['" else name).lower()
