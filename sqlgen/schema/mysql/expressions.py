"""An expression as written in, as SHOW CREATE TABLE prints it out. Source: MariaDB 10.11, item.cc and item_func.h."""

from __future__ import annotations

from collections.abc import Container

from sqlgen.schema.expressions import Node, Unparsed, parse
from sqlgen.statements.model import TokenKind
from sqlgen.statements.scan import scan

__all__ = ["printed", "quote"]

_LEVELS = {"or": 1, "and": 2, "compare": 4, "add": 6, "multiply": 7}
_OPERATORS = {
    **dict.fromkeys(("=", "<", ">", "<=", ">=", "<>", "<=>", "LIKE", "NOT LIKE", "REGEXP", "RLIKE"), "compare"),
    **dict.fromkeys(("+", "-"), "add"),
    **dict.fromkeys(("*", "/", "DIV", "MOD"), "multiply"),
}
_RENAMED = {"now": "current_timestamp", "length": "octet_length", "substr": "substr", "ucase": "ucase"}
_WORDS = {"TRUE": "1", "FALSE": "0", "NULL": "NULL", "CURRENT_DATE": "curdate()", "CURRENT_TIME": "curtime()"}


def quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def printed(text: str, columns: Container[str], dialect: str) -> str:
    """An expression as the server prints it; as far as that can be derived, else as written with names in quotes.

    `columns`: the columns of the table, in lower case.
    """
    try:
        node = parse(text, dialect)
        return _Printer(columns, dialect).text(node, 0)
    except Unparsed:
        return _quoted(text, columns, dialect)


def _quoted(text: str, columns: Container[str], dialect: str) -> str:
    parts = [
        quote(token.text) if token.kind is TokenKind.WORD and token.text.lower() in columns else token.text
        for token in scan(text, dialect)
    ]
    return " ".join("".join(parts).split())


class _Printer:
    """MariaDB puts the parentheses that precedence needs; MySQL puts them around every operation."""

    def __init__(self, columns: Container[str], dialect: str):
        self.columns = columns
        self.everywhere = dialect == "mysql"

    def text(self, node: Node, floor: int) -> str:
        match node.kind:
            case "number":
                return node.text
            case "string":
                return f"_utf8mb4{_escaped(node.text)}" if self.everywhere else _escaped(node.text)
            case "word":
                return self._word(node)
            case "column":
                if node.text.lower() not in self.columns:
                    raise Unparsed
                return quote(node.text)
            case "call":
                name = _RENAMED.get(node.text.lower(), node.text.lower())
                return f"{name}({','.join(self.text(one, 0) for one in node.args)})"
            case "and" | "or":
                level = _LEVELS[node.kind]
                return self._wrap(f" {node.kind} ".join(self.text(one, level + 1) for one in node.args), level, floor)
            case "is":
                return self._wrap(f"{self.text(node.args[0], 5)} is {node.text.lower()}", 4, floor)
            case "in" | "not in":
                value, *items = node.args
                inside = ",".join(self.text(one, 0) for one in items)
                return self._wrap(f"{self.text(value, 5)} {node.kind} ({inside})", 4, floor)
            case "between" | "not between":
                operand, low, high = (self.text(one, 5) for one in node.args)
                return self._wrap(f"{operand} {node.kind} {low} and {high}", 3, floor)
            case "op":
                return self._operator(node, floor)
            case _:
                raise Unparsed

    def _word(self, node: Node) -> str:
        if node.text == "CURRENT_TIMESTAMP" or node.text.startswith("LOCALTIME"):
            return f"current_timestamp({node.args[0].text if node.args else ''})"
        if node.text not in _WORDS:
            raise Unparsed
        return _WORDS[node.text]

    def _operator(self, node: Node, floor: int) -> str:
        if len(node.args) == 1:
            if node.args[0].kind != "number":
                raise Unparsed
            return f"{'-' if node.text == '-' else ''}{node.args[0].text}"
        operator = {"!=": "<>", "%": "MOD"}.get(node.text, node.text)
        if operator not in _OPERATORS:
            raise Unparsed
        level = _LEVELS[_OPERATORS[operator]]
        shown = operator.lower() if operator in ("LIKE", "NOT LIKE", "REGEXP", "RLIKE") else operator
        left, right = node.args
        return self._wrap(f"{self.text(left, level)} {shown} {self.text(right, level + 1)}", level, floor)

    def _wrap(self, text: str, level: int, floor: int) -> str:
        return f"({text})" if level < floor or self.everywhere else text


def _escaped(text: str) -> str:
    if text.startswith('"'):
        return "'" + text[1:-1].replace('""', '"').replace("'", "''") + "'"
    return text
