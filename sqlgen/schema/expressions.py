"""An SQL expression in, its tree out: as much of the language as defaults, checks and indexes are written in.

What it does not know raises Unparsed: the caller then keeps the text as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.facts.reader import words
from sqlgen.statements.model import Token, TokenKind
from sqlgen.statements.scan import scan

__all__ = ["Node", "Unparsed", "parse"]


class Unparsed(Exception):
    """The expression holds something that is not known here."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node: `kind` says what `text` and `args` are.

    number, string: the literal as written · word: TRUE, NULL, CURRENT_TIMESTAMP, …, upper case · column: its name ·
    call: function and arguments · cast: target type and operand · op: operator and one or two operands · and, or, not ·
    is: what follows IS, upper case · in, not in: operand and list · between, not between: three operands ·
    array: elements · collate: collation and operand · zone: AT TIME ZONE, two operands · any, all: operator, two
    operands · extract: field and operand
    """

    kind: str
    text: str = ""
    args: tuple[Node, ...] = ()


def parse(text: str, dialect: str) -> Node:
    """The tree of a whole expression. Raises Unparsed."""
    tokens = [
        token
        for token in scan(text, dialect)
        if token.kind is not TokenKind.SPACE and token.kind is not TokenKind.COMMENT
    ]
    parser = _Parser(tokens, dialect)
    try:
        node = parser.expression(0)
    except RecursionError:
        raise Unparsed from None
    if parser.number != len(tokens):
        raise Unparsed
    return node


_WORDS = words("""
    TRUE FALSE NULL DEFAULT CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME LOCALTIMESTAMP LOCALTIME CURRENT_USER
    SESSION_USER USER CURRENT_ROLE CURRENT_CATALOG CURRENT_SCHEMA
    """)
_NEVER_NAMES = words("CASE SELECT EXISTS CAST INTERVAL ROW POSITION SUBSTRING OVERLAY TRIM BINARY MATCH")
_COMPARISONS = ("=", "<", ">", "<=", ">=", "<>", "!=", "<=>")
_OR, _AND, _NOT, _IS, _COMPARE, _LIKE, _OTHER, _ADD, _MULTIPLY, _POWER, _ZONE, _COLLATE, _UNARY, _CAST = range(1, 15)
_TYPE_TAILS = ("VARYING", "PRECISION", "UNSIGNED", "SIGNED")


class _Parser:
    """Precedence climbing. Source of the levels: PostgreSQL manual, 4.1.6; MySQL 8.0 manual, 12.4.1."""

    def __init__(self, tokens: list[Token], dialect: str):
        self.tokens = tokens
        self.dialect = dialect
        self.number = 0

    def word(self, ahead: int = 0) -> str:
        number = self.number + ahead
        if number >= len(self.tokens) or self.tokens[number].kind in (TokenKind.QUOTED, TokenKind.STRING):
            return ""
        return self.tokens[number].text.upper()

    def take(self, *expected: str) -> bool:
        if all(self.word(ahead) == word for ahead, word in enumerate(expected)):
            self.number += len(expected)
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise Unparsed

    def expression(self, floor: int) -> Node:
        left = self._prefix()
        while (further := self._infix(left, floor)) is not None:
            left = further
        return left

    def _prefix(self) -> Node:
        if self.number >= len(self.tokens):
            raise Unparsed
        token = self.tokens[self.number]
        if self.take("NOT") or (self.dialect != "postgresql" and self.take("!")):
            return Node("not", "", (self.expression(_NOT),))
        if self.take("-") or self.take("+"):
            return Node("op", token.text, (self.expression(_UNARY),))
        if self.take("("):
            inner = self.expression(0)
            self.expect(")")
            return inner
        if token.kind is TokenKind.NUMBER:
            self.number += 1
            return Node("number", token.text)
        if token.kind is TokenKind.STRING:
            return self._string()
        if self.word() == "ARRAY" and self.word(1) == "[":
            self.number += 2
            return Node("array", "", self._list("]"))
        if self.take("CAST", "("):
            operand = self.expression(0)
            self.expect("AS")
            type_ = self._type()
            self.expect(")")
            return Node("cast", type_, (operand,))
        return self._name()

    def _string(self) -> Node:
        token = self.tokens[self.number]
        if not token.text.startswith("'") and not (token.text.startswith('"') and self.dialect != "postgresql"):
            raise Unparsed  # E'', U&'', X'', dollar quotes
        self.number += 1
        return Node("string", token.text)

    def _name(self) -> Node:
        token = self.tokens[self.number]
        if token.kind is TokenKind.WORD and self.word() in _WORDS:
            self.number += 1
            inside = self._list(")") if self.take("(") else ()
            return Node("word", token.text.upper(), inside)
        if token.kind is TokenKind.WORD and (self.word() in _NEVER_NAMES and self.word(1) != "("):
            raise Unparsed
        if self.take("EXTRACT", "("):
            field = self._identifier()
            self.expect("FROM")
            operand = self.expression(0)
            self.expect(")")
            return Node("extract", field, (operand,))
        if self.word() in ("POSITION", "SUBSTRING", "OVERLAY", "TRIM", "CASE", "EXISTS", "ROW", "MATCH"):
            raise Unparsed
        if token.kind not in (TokenKind.WORD, TokenKind.QUOTED):
            raise Unparsed
        parts = [self._identifier()]
        while self.take("."):
            parts.append(self._identifier())
        if self.take("("):
            return Node("call", ".".join(parts), self._list(")"))
        following = self.tokens[self.number].kind if self.number < len(self.tokens) else None
        if following is TokenKind.STRING and token.kind is TokenKind.WORD:  # DATE '2020-01-01'
            return Node("cast", parts[0], (self._string(),))
        return Node("column", parts[-1])

    def _identifier(self) -> str:
        if self.number >= len(self.tokens):
            raise Unparsed
        token = self.tokens[self.number]
        self.number += 1
        if token.kind is TokenKind.QUOTED:
            return token.text[1:-1].replace(token.text[-1] * 2, token.text[-1])
        if token.kind is not TokenKind.WORD:
            raise Unparsed
        return token.text.lower() if self.dialect == "postgresql" else token.text

    def _list(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.take(end):
            if found:
                self.expect(",")
            found.append(self.expression(0))
        return tuple(found)

    def _type(self) -> str:
        parts = [self.tokens[self.number].text]
        self.number += 1
        while self.take("."):
            parts += [".", self.tokens[self.number].text]
            self.number += 1
        while self.word() in _TYPE_TAILS:
            parts += [" ", self.word().lower()]
            self.number += 1
        if self.take("("):
            parts.append("(" + ",".join(one.text for one in self._list(")")) + ")")
        if self.word() in ("WITH", "WITHOUT") and self.word(1) == "TIME":
            parts.append(f" {self.word().lower()} time zone")
            self.number += 3
        while self.take("[", "]"):
            parts.append("[]")
        return "".join(parts)

    def _infix(self, left: Node, floor: int) -> Node | None:
        word = self.word()
        level = self._level(word)
        if level <= floor:
            return None
        if self.take("::"):
            return Node("cast", self._type(), (left,))
        if self.take("AT", "TIME", "ZONE"):
            return Node("zone", "", (left, self.expression(_ZONE)))
        if self.take("COLLATE"):
            return Node("collate", self._identifier(), (left,))
        if self.take("AND") or (self.dialect != "postgresql" and self.take("&&")):
            return _flat("and", left, self.expression(_AND))
        if self.take("OR") or (self.dialect != "postgresql" and self.take("||")):
            return _flat("or", left, self.expression(_OR))
        if self.take("IS"):
            return self._is(left)
        negated = "not " if self.take("NOT") else ""
        if self.take("IN"):
            self.expect("(")
            return Node(f"{negated}in", "", (left, *self._list(")")))
        if self.take("BETWEEN"):
            low = self.expression(_LIKE)
            self.expect("AND")
            return Node(f"{negated}between", "", (left, low, self.expression(_LIKE)))
        operator = self.tokens[self.number].text.upper()
        self.number += 1
        if self.word() in ("ANY", "SOME", "ALL") and self.word(1) == "(":
            kind = "all" if self.word() == "ALL" else "any"
            self.number += 2
            right = self.expression(0)
            self.expect(")")
            return Node(kind, operator, (left, right))
        return Node("op", f"{negated.upper()}{operator}", (left, self.expression(level)))

    def _is(self, left: Node) -> Node:
        negated = "NOT " if self.take("NOT") else ""
        for word in ("NULL", "TRUE", "FALSE", "UNKNOWN"):
            if self.take(word):
                return Node("is", f"{negated}{word}", (left,))
        raise Unparsed

    def _level(self, word: str) -> int:
        """How tightly what stands here binds; 0 when nothing that goes on stands here."""
        if word == "NOT":
            word = self.word(1) if self.word(1) in ("IN", "BETWEEN", "LIKE", "ILIKE") else ""
        if self.dialect != "postgresql":
            word = {"||": "OR", "&&": "AND"}.get(word, word)
        if word in _LEVELS:
            return _LEVELS[word]
        if word in _COMPARISONS:
            return _COMPARE
        if self.number >= len(self.tokens) or self.tokens[self.number].kind is not TokenKind.SYMBOL:
            return 0
        return 0 if word in (",", ")", "]", "(", "[", ".", ";", ":", "") else _OTHER


_LEVELS = {
    "OR": _OR,
    "AND": _AND,
    "IS": _IS,
    "IN": _LIKE,
    "BETWEEN": _LIKE,
    "LIKE": _LIKE,
    "ILIKE": _LIKE,
    "REGEXP": _LIKE,
    "RLIKE": _LIKE,
    "+": _ADD,
    "-": _ADD,
    "*": _MULTIPLY,
    "/": _MULTIPLY,
    "%": _MULTIPLY,
    "DIV": _MULTIPLY,
    "MOD": _MULTIPLY,
    "^": _POWER,
    "AT": _ZONE,
    "COLLATE": _COLLATE,
    "::": _CAST,
}


def _flat(kind: str, left: Node, right: Node) -> Node:
    """a AND b AND c is one node: both engines print it without parentheses inside."""
    before = left.args if left.kind == kind else (left,)
    return Node(kind, "", (*before, right))
