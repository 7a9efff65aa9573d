"""An expression as written in, as PostgreSQL prints it out: pg_get_expr(), pg_get_constraintdef(), pg_get_indexdef().

PostgreSQL stores the tree with every type resolved and prints that. Here the same is derived for what people write in
defaults, checks and indexes; what can't be derived raises Unparsed. Source: PostgreSQL 15, ruleutils.c, parse_oper.c.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlgen.schema.expressions import Node, Unparsed, parse
from sqlgen.schema.naming import quote
from sqlgen.schema.postgresql.functions import FUNCTIONS, SPECIAL
from sqlgen.schema.postgresql.literals import constant, escaped
from sqlgen.schema.postgresql.types import PgType
from sqlgen.schema.postgresql.types import parse as parse_type

__all__ = ["Printer"]

_UNKNOWN = PgType("unknown")
_BOOLEAN, _TEXT, _INTEGER, _NUMERIC = PgType("boolean"), PgType("text"), PgType("integer"), PgType("numeric")
_DOUBLE, _STAMP = PgType("double precision"), PgType("timestamp with time zone")
_WORDS = {
    "CURRENT_TIMESTAMP": _STAMP,
    "CURRENT_DATE": PgType("date"),
    "CURRENT_TIME": PgType("time with time zone"),
    "LOCALTIMESTAMP": PgType("timestamp without time zone"),
    "LOCALTIME": PgType("time without time zone"),
    "CURRENT_USER": PgType("name"),
    "SESSION_USER": PgType("name"),
}
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
_LIKES = {"LIKE": "~~", "NOT LIKE": "!~~", "ILIKE": "~~*", "NOT ILIKE": "!~~*"}
_COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
_MATCHES = ("~~", "!~~", "~~*", "!~~*", "~", "~*", "!~", "!~*")


@dataclass(frozen=True, slots=True)
class _Text:
    """Printed text, its type, and what its outermost node is, for parentheses."""

    text: str
    type: PgType
    kind: str
    """const, simple (a column, a function), cast, op, is, bool, unknown (a literal whose type is open)."""
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints the expressions of one table."""

    columns: Mapping[str, PgType]
    domain: Callable[[PgType], PgType]
    """What a domain stands for; the type itself for anything else."""
    version: tuple[int, ...]
    spelled: str | None = None
    """VALUE, in the checks of a domain."""
    reread: bool = False
    """Whether the text is to be read again, as when a column's type changes."""

    def default(self, text: str, type_: PgType) -> str | None:
        """A default, None where PostgreSQL keeps none. Raises Unparsed."""
        node = parse(text, "postgresql")
        base = self.domain(type_)
        if node == Node("word", "NULL"):
            # heap.c, AddRelationNewConstraints: NULL is not kept, unless a cast to the type's length stands around it
            return f"NULL::{self._label(base)}" if base.args and base.own is None else None
        if node.kind == "string":
            return constant(_content(node.text), base)
        number = _signed(node)
        if number is not None and base.name in _NUMBERS:
            return _number(number).text
        printed = self._print(node, pretty=False)
        if printed.kind == "unknown":
            raise Unparsed
        return printed.text

    def condition(self, text: str, pretty: bool) -> str:
        """A check or an index's WHERE. Raises Unparsed."""
        return self._print(parse(text, "postgresql"), pretty).text

    def value(self, text: str, pretty: bool, type_: PgType | None = None) -> str:
        """An index's expression, or what a generated column of a type is computed from. Raises Unparsed."""
        printed = self._print(parse(text, "postgresql"), pretty)
        if type_ is not None and printed.kind == "unknown":
            return constant(_content(printed.text), type_)
        return printed.text

    # ---- nodes

    def _print(self, node: Node, pretty: bool) -> _Text:
        match node.kind:
            case "string":
                return _Text(node.text, _UNKNOWN, "unknown")
            case "number":
                return _number(node.text)
            case "word":
                return self._word(node)
            case "column":
                return self._column(node.text)
            case "cast":
                return self._cast(node, pretty)
            case "call":
                return self._call(node, pretty)
            case "op":
                return self._operator(node, pretty)
            case "and" | "or":
                return self._junction(node, pretty)
            case "not":
                inner = self._print(node.args[0], pretty)
                return _wrap(f"NOT {self._inside(inner, 'not', pretty)}", _BOOLEAN, "bool", pretty, "not")
            case "is":
                return self._is(node, pretty)
            case "in" | "not in":
                return self._in(node, pretty)
            case "between" | "not between":
                return self._between(node, pretty)
            case "any" | "all":
                return self._any(node, pretty)
            case "array":
                return self._array(node, pretty)
            case "extract" if self.version >= (14,):
                inside = self._print(node.args[0], pretty)
                if inside.kind == "unknown":
                    raise Unparsed
                return _Text(f"EXTRACT({node.text.lower()} FROM {inside.text})", _NUMERIC, "simple")
            case "zone":
                return self._zone(node, pretty)
            case _:
                raise Unparsed

    def _word(self, node: Node) -> _Text:
        if node.text in ("TRUE", "FALSE") and not node.args:
            return _Text(node.text.lower(), _BOOLEAN, "const")
        if node.text not in _WORDS:
            raise Unparsed
        inside = f"({node.args[0].text})" if node.args else ""
        return _Text(f"{node.text}{inside}", _WORDS[node.text], "simple")

    def _column(self, name: str) -> _Text:
        if name not in self.columns:
            raise Unparsed
        return _Text(self.spelled or quote(name), self.columns[name], "simple")

    def _cast(self, node: Node, pretty: bool) -> _Text:
        type_ = parse_type(node.text)
        if type_.name == "bpchar":  # what CHARACTER is called where it has no length
            type_ = PgType("character", (), type_.array)
        if node.args[0].kind == "string":
            if type_.args and type_.name not in ("character varying", "character"):
                raise Unparsed
            text = constant(_content(node.args[0].text), type_)
            if type_.args:
                return (
                    _Text(f"({text})::{type_}", type_, "cast")
                    if not pretty
                    else _Text(f"{text}::{type_}", type_, "cast")
                )
            return _Text(text, type_, "const")
        if node.args[0].kind == "word" and node.args[0].text == "NULL":
            return _Text(f"NULL::{type_}", type_, "const")
        if node.args[0] == Node("array"):
            return _Text(f"ARRAY[]::{type_}", type_, "simple")
        operand = self._print(node.args[0], pretty)
        if node.args[0].kind == "array" or operand.kind == "unknown":
            raise Unparsed
        if operand.type == type_:
            return operand
        return self._casted(operand, str(type_), type_, pretty)

    def _casted(self, operand: _Text, label: str, type_: PgType, pretty: bool) -> _Text:
        simple = pretty and operand.kind in ("simple", "const", "cast")
        inside = operand.text if simple or (operand.text.startswith("(") and not pretty) else f"({operand.text})"
        return _Text(f"{inside}::{label}", type_, "cast")

    def _label(self, type_: PgType) -> str:
        return "bpchar" if type_.name == "character" and not type_.array else type_.bare

    def _to(self, operand: _Text, type_: PgType, pretty: bool) -> _Text:
        """The operand as an operator or a function takes it: an implicit cast is printed."""
        if operand.kind == "unknown":
            return _Text(constant(_content(operand.text), type_), type_, "const")
        base = self.domain(operand.type)
        if (base.name, base.array) == (type_.name, type_.array):
            return operand if base == operand.type else self._casted(operand, self._label(type_), type_, pretty)
        return self._casted(operand, self._label(type_), PgType(type_.name, (), type_.array), pretty)

    def _call(self, node: Node, pretty: bool) -> _Text:
        name = node.text.removeprefix("pg_catalog.").removeprefix("public.")
        args = [self._print(one, pretty) for one in node.args]
        if name in SPECIAL:
            common = self._common(args)
            text = ", ".join(self._to(one, common, pretty).text for one in args)
            return _Text(f"{name.upper()}({text})", common, "simple")
        printed = ".".join(quote(part) for part in _FUNCTION_NAMES.get(name, name).split("."))
        if name not in FUNCTIONS:
            if any(one.kind == "unknown" for one in args):
                raise Unparsed
            return _Text(f"{printed}({', '.join(one.text for one in args)})", PgType("?"), "simple")
        taken, given = FUNCTIONS[name]
        if len(args) > len(taken):
            raise Unparsed
        wanted = [PgType(one) if one != "same" else args[number].type for number, one in enumerate(taken[: len(args)])]
        text = ", ".join(self._to(one, type_, pretty).text for one, type_ in zip(args, wanted, strict=True))
        result = args[-1].type if given == "last" else PgType(given)
        return _Text(f"{printed}({text})", result, "simple")

    def _common(self, args: list[_Text]) -> PgType:
        types = {self.domain(one.type).name: one.type for one in args if one.kind != "unknown"}
        if not types:
            return _TEXT
        numbers = [name for name in _NUMBERS if name in types]
        if numbers and len(numbers) == len(types):
            return PgType(numbers[-1])
        if len(types) > 1:
            raise Unparsed
        return next(iter(types.values()))

    def _operator(self, node: Node, pretty: bool) -> _Text:
        if len(node.args) == 1:
            number = _signed(node)
            if number is None:
                raise Unparsed
            return _number(number)
        operator = _LIKES.get(node.text, "<>" if node.text == "!=" else node.text.lower())
        left, right = (self._print(one, pretty) for one in node.args)
        first, second, result = self._resolve(operator, left, right)
        left = self._to(left, first, pretty) if first is not None else left
        right = self._to(right, second, pretty) if second is not None else right
        text = f"{self._inside(left, operator, pretty)} {operator} {self._inside(right, operator, pretty, right=True)}"
        return _wrap(text, result, "op", pretty, operator)

    def _resolve(self, operator: str, left: _Text, right: _Text) -> tuple[PgType | None, PgType | None, PgType]:
        """The types that the operator takes (None: as they are), and the one that it gives."""
        one, other = self.domain(left.type), self.domain(right.type)
        if operator in ("||",) and _is_string(one) and _is_string(other):
            return _TEXT, _TEXT, _TEXT
        if operator in _MATCHES:
            return _TEXT, _TEXT, _BOOLEAN
        if operator in ("->>", "->") and one.name in ("json", "jsonb"):
            given = _TEXT if operator == "->>" else one
            return None, None if right.kind == "const" else _TEXT, given
        if operator not in (*_COMPARISONS, "+", "-", "*", "/", "%"):
            raise Unparsed
        result = _BOOLEAN if operator in _COMPARISONS else _UNKNOWN
        both = self._operand_type(left, right, one, other)
        if both is None:
            wider = one if _NUMBERS.index(one.name) > _NUMBERS.index(other.name) else other
            return None, None, wider if result is _UNKNOWN else result
        return both, both, both if result is _UNKNOWN else result

    def _operand_type(self, left: _Text, right: _Text, one: PgType, other: PgType) -> PgType | None:
        """The type that both operands are cast to; None for integers of two sizes: operators take both."""
        if "unknown" in (left.kind, right.kind):
            known = other if left.kind == "unknown" else one
            if known.name in ("unknown", "?"):
                raise Unparsed
            return _TEXT if known.name == "character varying" else known
        if one.name in _NUMBERS and other.name in _NUMBERS:
            integers = _NUMBERS[:3]
            if one.name in integers and other.name in integers:
                return None
            rank = max(_NUMBERS.index(one.name), _NUMBERS.index(other.name))
            if {one.name, other.name} == {"real", "double precision"}:
                return None
            # a float and anything but a float: both as double precision (func_select_candidate, preferred type)
            return _DOUBLE if rank >= _NUMBERS.index("real") and one.name != other.name else PgType(_NUMBERS[rank])
        if _is_string(one) and _is_string(other):
            same = one.name == other.name == "character"
            return one if same else _TEXT
        if (one.name, one.array) == (other.name, other.array):
            return one
        raise Unparsed

    # ---- conditions

    def _junction(self, node: Node, pretty: bool) -> _Text:
        parts = [self._inside(self._print(one, pretty), node.kind, pretty) for one in node.args]
        return _wrap(f" {node.kind.upper()} ".join(parts), _BOOLEAN, "bool", pretty, node.kind)

    def _is(self, node: Node, pretty: bool) -> _Text:
        operand = self._print(node.args[0], pretty)
        if operand.kind == "unknown":
            raise Unparsed
        return _wrap(f"{self._inside(operand, 'is', pretty)} IS {node.text}", _BOOLEAN, "is", pretty, "is")

    def _between(self, node: Node, pretty: bool) -> _Text:
        value, low, high = node.args
        if node.kind == "between":
            tests = (Node("op", ">=", (value, low)), Node("op", "<=", (value, high)))
            return self._junction(Node("and", "", tests), pretty)
        return self._junction(Node("or", "", (Node("op", "<", (value, low)), Node("op", ">", (value, high)))), pretty)

    def _in(self, node: Node, pretty: bool) -> _Text:
        value, *items = node.args
        operator, word = ("=", "ANY") if node.kind == "in" else ("<>", "ALL")
        if len(items) == 1:
            return self._operator(Node("op", operator, (value, items[0])), pretty)
        left = self._print(value, pretty)
        base = self.domain(left.type)
        printed = [self._print(one, pretty) for one in items]
        if any(one.kind not in ("unknown", "const") for one in printed) or not printed:
            raise Unparsed
        known = [one.type for one in printed if one.kind == "const"]
        if any(type_.name != base.name for type_ in known):
            raise Unparsed
        inside = ", ".join(self._to(one, PgType(base.name, (), False, base.own), pretty).text for one in printed)
        array = f"ARRAY[{inside}]"
        if base.name == "character varying":
            left = self._to(left, _TEXT, pretty)
            array = f"{array}::text[]" if pretty else f"({array})::text[]"
            if self.reread:
                array = f"ARRAY[{', '.join(f'{one}::text' for one in inside.split(', '))}]"
        close = array if pretty or "]::" not in array else f"({array})"
        text = f"{self._inside(left, operator, pretty)} {operator} {word} ({close})"
        return _wrap(text, _BOOLEAN, "op", pretty, operator)

    def _any(self, node: Node, pretty: bool) -> _Text:
        """a = ANY (ARRAY['x'::varchar, …]::text[]): as PostgreSQL itself, and so pg_dump, writes an IN."""
        left, right = node.args
        if right.kind == "array" and all(one.kind == "cast" and one.args[0].kind == "cast" for one in right.args):
            inside = ", ".join(self._print(one, pretty).text for one in right.args)
            value = self._to(self._print(left, pretty), _TEXT, pretty)
            text = f"{self._inside(value, node.text, pretty)} {node.text} {node.kind.upper()} (ARRAY[{inside}])"
            return _wrap(text, _BOOLEAN, "op", pretty, node.text)
        while right.kind == "cast" and right.text.endswith("[]"):
            right = right.args[0]
        if right.kind != "array" or len(right.args) < 2 or node.text not in ("=", "<>"):
            raise Unparsed
        items = []
        for one in right.args:
            while one.kind == "cast":
                one = one.args[0]
            items.append(one)
        while left.kind == "cast":
            left = left.args[0]
        return self._in(Node("in" if node.kind == "any" else "not in", "", (left, *items)), pretty)

    def _array(self, node: Node, pretty: bool) -> _Text:
        printed = [self._print(one, pretty) for one in node.args]
        if not printed:
            raise Unparsed
        common = self._common(printed)
        inside = ", ".join(self._to(one, common, pretty).text for one in printed)
        return _Text(f"ARRAY[{inside}]", PgType(common.name, (), True), "simple")

    def _zone(self, node: Node, pretty: bool) -> _Text:
        value, zone = (self._print(one, pretty) for one in node.args)
        name = self._to(zone, _TEXT, pretty)
        plain = value.type.name == "timestamp without time zone"
        result = _STAMP if plain else PgType("timestamp without time zone")
        if self.version < (14,):
            return _Text(f"timezone({name.text}, {value.text})", result, "simple")
        return _wrap(f"{self._inside(value, 'zone', pretty)} AT TIME ZONE {name.text}", result, "op", pretty, "zone")

    def _inside(self, one: _Text, parent: str, pretty: bool, right: bool = False) -> str:
        """The operand of something: with parentheses where ruleutils.c (isSimpleNode) puts them."""
        if not pretty:
            if one.kind == "cast" and not one.text.startswith("("):
                return one.text
            return one.text
        if one.kind in ("simple", "const", "cast"):
            return one.text
        if parent in ("and", "or"):
            return one.text if one.kind != "bool" or one.operator in (parent, "and", "not") else f"({one.text})"
        if parent == "not" and one.kind in ("op", "is"):
            return f"({one.text})" if one.kind == "is" or one.kind == "op" else one.text
        if parent in ("+", "-", "*", "/", "%") and one.operator in ("+", "-", "*", "/", "%"):
            mine, theirs = _rank(one.operator), _rank(parent)
            return one.text if mine > theirs or (mine == theirs and not right) else f"({one.text})"
        return f"({one.text})"


def _rank(operator: str) -> int:
    return 1 if operator in ("+", "-") else 2


_FUNCTION_NAMES = {"char_length": "char_length", "character_length": "character_length", "trim": "btrim"}


def _wrap(text: str, type_: PgType, kind: str, pretty: bool, operator: str = "") -> _Text:
    return _Text(text if pretty else f"({text})", type_, kind, operator)


def _content(literal: str) -> str:
    return literal[1:-1].replace("''", "'")


def _signed(node: Node) -> str | None:
    """A number with or without a sign."""
    if node.kind == "number":
        return node.text
    if node.kind == "op" and len(node.args) == 1 and node.text in "+-" and node.args[0].kind == "number":
        return ("-" if node.text == "-" else "") + node.args[0].text
    return None


def _number(text: str) -> _Text:
    """scan.l and make_const: digits are integer, bigint or numeric by their size."""
    if re.fullmatch(r"-?\d+", text):
        value = int(text)
        if -(2**31) <= value < 2**31:
            return _Text(f"'{value}'::integer" if value < 0 else str(value), _INTEGER, "const")
        name = "bigint" if -(2**63) <= value < 2**63 else "numeric"
        return _Text(f"'{value}'::{name}", PgType(name), "const")
    if not re.fullmatch(r"-?\d*\.\d+", text):
        raise Unparsed
    text = text.replace("-.", "-0.") if text.startswith("-") else f"0{text}" if text.startswith(".") else text
    return _Text(f"{escaped(text)}::numeric" if text.startswith("-") else text, _NUMERIC, "const")


def _is_string(type_: PgType) -> bool:
    return type_.name in ("text", "character varying", "character", "unknown", "name") and not type_.array
