"""A cursor over the significant tokens of one statement, for the readers that have no parser of their own.

A reader takes the words it knows. Whatever it does not know raises Unread, and the statement, or the part of it,
becomes Opaque: a cursor never skips what it was not told to skip.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from sqlgen.facts.vocabulary import Fact, Name, Opaque
from sqlgen.messages import Message, say
from sqlgen.statements.model import Statement, Token, TokenKind

__all__ = ["Cursor", "Unread", "read_whole", "words"]


def words(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())


_DEPTH = {"(": 1, ")": -1}


class Unread(Exception):
    """The reader does not know what stands here."""

    def __init__(self, reason: Message):
        super().__init__(reason)
        self.reason = reason


def read_whole(cursor: Cursor, reading: Callable[[Cursor], Iterator[Fact]]) -> tuple[Fact, ...]:
    """The facts of a statement that is read to its end, else Opaque: what only begins like a statement is none.

    Where another statement follows in the same text, the first one's facts stand, and the other is Opaque.
    """
    try:
        facts = tuple(reading(cursor))
        more = cursor.kind() is TokenKind.TERMINATOR
        while cursor.kind() is TokenKind.TERMINATOR:
            cursor.number += 1
        if cursor.done():
            return facts
        return (*(facts if more else ()), Opaque(cursor.unread().reason))
    except Unread as unread:
        return (Opaque(unread.reason),)


class Cursor:
    """Where a reader stands. Token numbers count significant tokens, without white space and comments."""

    __slots__ = ("_starts", "_words", "default_schema", "dialect", "number", "text", "tokens")

    def __init__(self, statement: Statement, dialect: str, default_schema: str | None = None):
        self.text = statement.text
        self.dialect = dialect
        self.default_schema = default_schema
        self.tokens: list[Token] = []
        self._starts: list[int] = []
        words: list[str] = []
        start = 0
        for token in statement.tokens:
            kind = token.kind
            if kind is not TokenKind.SPACE and kind is not TokenKind.COMMENT:
                self.tokens.append(token)
                self._starts.append(start)
                words.append(token.text.upper() if kind is TokenKind.WORD or kind is TokenKind.SYMBOL else "")
            start += len(token.text)
        self._words = tuple(words)
        self.number = 0

    # ---- looking

    def done(self) -> bool:
        return self.number >= len(self.tokens)

    def word(self, ahead: int = 0) -> str:
        """The word or symbol in upper case; the empty string for anything else, and at the end."""
        number = self.number + ahead
        return self._words[number] if number < len(self._words) else ""

    def kind(self, ahead: int = 0) -> TokenKind | None:
        number = self.number + ahead
        return self.tokens[number].kind if number < len(self.tokens) else None

    def at(self, *words: str) -> bool:
        return self._words[self.number : self.number + len(words)] == words

    def at_end_of_item(self) -> bool:
        return self.done() or self.word() in (",", ")")

    # ---- taking

    def take(self, *words: str) -> bool:
        """Go past these words if they stand here."""
        if self._words[self.number : self.number + len(words)] != words:
            return False
        self.number += len(words)
        return True

    def take_any(self, words: Collection[str]) -> str:
        """Go past one of these words; the empty string when none stands here."""
        word = self.word()
        if not word or word not in words:
            return ""
        self.number += 1
        return word

    def expect(self, *words: str) -> None:
        if not self.take(*words):
            raise self.unread()

    def skip(self) -> str:
        """Go past one token, whatever it is; its text."""
        if self.done():
            raise self.unread()
        self.number += 1
        return self.tokens[self.number - 1].text

    def unread(self) -> Unread:
        """What to raise where the reader is at a loss."""
        if self.done():
            return Unread(say("it ends where more was expected"))
        start = self._starts[self.number]
        return Unread(
            say("sqlgen does not read this part of it: {sql}", sql=" ".join(self.text[start : start + 60].split()))
        )

    def identifier(self) -> str:
        """A name: a word, a quoted name, or for SQLite a string in its place."""
        kind = self.kind()
        if kind is TokenKind.WORD:
            self.number += 1
            text = self.tokens[self.number - 1].text
            return text.lower() if self.dialect == "oracle" else text
        if kind is TokenKind.QUOTED and self.dialect == "oracle":
            self.number += 1
            return folded(unquoted(self.tokens[self.number - 1].text))
        if kind is TokenKind.QUOTED or (kind is TokenKind.STRING and self.dialect == "sqlite"):
            self.number += 1
            return unquoted(self.tokens[self.number - 1].text)
        raise self.unread()

    def name(self) -> Name:
        """A name with or without a schema (for MySQL: a database; for SQL Server a database before it, or more)."""
        schema, name = None, self.identifier()
        while self.take("."):
            schema = name if schema is None else f"{schema}.{name}"
            # SQL Server's shop..orders: in the default schema of another database
            name = "" if self.dialect == "mssql" and self.at(".") else self.identifier()
            if self.dialect != "mssql":
                break
        if self.dialect == "oracle" and self.take("@"):  # of the database behind a link
            name = f"{name}@{self.identifier()}"
            while self.take("."):
                name = f"{name}.{self.identifier()}"
        if schema is not None and schema.lower() == self.default_schema:
            schema = None
        return Name(name, schema)

    def string(self) -> str:
        """The content of a literal in quotes; adjacent literals are one."""
        if self.kind() is not TokenKind.STRING:
            raise self.unread()
        parts = []
        while self.kind() is TokenKind.STRING:
            parts.append(literal(self.tokens[self.number].text, self.dialect))
            self.number += 1
        return "".join(parts)

    def group(self) -> tuple[int, int]:
        """Go past (…); the numbers of the first token inside and of the closing parenthesis."""
        if not self.at("("):
            raise self.unread()
        start = self.number + 1
        for number in self._level(start):
            if self._words[number] == ")":
                self.number = number + 1
                return start, number
        self.number = len(self.tokens)
        raise Unread(say("a parenthesis is not closed"))

    def skip_to(self, stops: Collection[str]) -> str:
        """Go to the first of these words at this level, or to the end: the word, or the empty string."""
        for number in self._level(self.number):
            if self._words[number] in stops or self._words[number] == ")":
                self.number = number
                return self._words[number] if self._words[number] in stops else ""
        self.number = len(self.tokens)
        return ""

    def finds(self, words: Collection[str]) -> bool:
        """Whether one of these words stands further on, at this level."""
        return any(self._words[number] in words for number in self._level(self.number) if self._words[number])

    def slice(self, start: int, stop: int | None = None) -> str:
        """The text from token `start` up to, not with, token `stop` (where the cursor stands)."""
        stop = self.number if stop is None else stop
        if start >= stop:
            return ""
        return self.text[self._starts[start] : self._starts[stop - 1] + len(self.tokens[stop - 1].text)]

    def rest(self) -> str:
        """Go to the end; the text up to there, white space squeezed."""
        start, self.number = self.number, len(self.tokens)
        return " ".join(self.slice(start).split())

    def end_statement(self) -> None:
        """Go to the end of the statement. What comes after a terminator is another one, which stays unread."""
        while not self.done() and self.kind() is not TokenKind.TERMINATOR:
            self.number += 1

    def _level(self, start: int) -> Iterator[int]:
        """The tokens at the level of `start`, with the parenthesis that closes it."""
        depth = 0
        for number in range(start, len(self.tokens)):
            word = self._words[number]
            change = _DEPTH.get(word, 0)
            if depth + change < 0:
                yield number
                return
            if depth == 0:
                yield number
            depth += change


def unquoted(text: str) -> str:
    """A quoted name without its quotes: "a""b", `a``b` and SQL Server's [a]]b] double it."""
    if text.startswith("["):
        return text[1:-1].replace("]]", "]")
    quote = text[-1]
    return text[text.index(quote) + 1 : -1].replace(quote * 2, quote)


def folded(name: str) -> str:
    """A quoted name of Oracle as SQLAlchemy spells it: what is upper case there is lower case here.

    Oracle folds names without quotes to upper case, SQLAlchemy writes those in lower case (docs, dialects/oracle,
    "Identifier Casing"). So ORDERS, orders and "ORDERS" are `orders`, "Orders" is itself. "orders" in quotes is another
    table for Oracle; SQLAlchemy quotes reserved words alone so ("date"), and to us too they are one name.
    """
    return name.lower() if name == name.upper() else name


def literal(text: str, dialect: str) -> str:
    """The content of a literal in quotes, prefix left out. MySQL's backslash escapes are kept as written."""
    quote = text[-1]
    if dialect == "oracle" and text[: text.index(quote)].lower().endswith("q"):  # q'[it's]'
        return text[text.index(quote) + 2 : -2]
    inside = text[text.index(quote) + 1 : -1].replace(quote * 2, quote)
    if dialect not in ("mysql", "mariadb"):
        return inside
    return inside.replace(f"\\{quote}", quote).replace("\\\\", "\\")
