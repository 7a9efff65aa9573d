"""A MySQL or MariaDB column type as written in, what SHOW CREATE TABLE prints out.

Sources: MySQL 8.0 manual, 11.1 to 11.5, 13.1.20.7 Silent Column Specification Changes; MariaDB knowledge base, Data
Types; sql_show.cc and field.cc of MariaDB 10.11.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.facts.reader import literal
from sqlgen.statements.model import Token, TokenKind
from sqlgen.statements.scan import scan

__all__ = ["MyType", "parse"]


@dataclass(frozen=True, slots=True)
class MyType:
    """A type: `name` in lower case, `args` as printed, `charset` and `collation` where the column has its own."""

    name: str
    args: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    charset: str | None = None
    collation: str | None = None
    is_json: bool = False
    """MariaDB's JSON: a LONGTEXT with a check."""

    def __str__(self) -> str:
        args = f"({','.join(self.args)})" if self.args else ""
        return " ".join((f"{self.name}{args}", *self.modifiers))


_NAMES = {
    **dict.fromkeys(("int", "integer", "int4"), "int"),
    **dict.fromkeys(("bool", "boolean"), "tinyint"),
    **dict.fromkeys(("tinyint", "int1"), "tinyint"),
    **dict.fromkeys(("smallint", "int2"), "smallint"),
    **dict.fromkeys(("mediumint", "middleint", "int3"), "mediumint"),
    **dict.fromkeys(("bigint", "int8"), "bigint"),
    **dict.fromkeys(("decimal", "dec", "numeric", "fixed"), "decimal"),
    **dict.fromkeys(("double", "double precision", "real", "float8"), "double"),
    **dict.fromkeys(("float", "float4"), "float"),
    **dict.fromkeys(("varchar", "char varying", "character varying", "varcharacter"), "varchar"),
    **dict.fromkeys(("char", "character"), "char"),
    **dict.fromkeys(("long", "long varchar"), "mediumtext"),
    "long varbinary": "mediumblob",
}
_NATIONAL = {
    **dict.fromkeys(("nchar", "national char", "national character"), "char"),
    **dict.fromkeys(("nvarchar", "national varchar", "nchar varchar", "national char varying"), "varchar"),
    **dict.fromkeys(("national character varying", "nchar varying"), "varchar"),
}
_WIDTHS = {"tinyint": (4, 3), "smallint": (6, 5), "mediumint": (9, 8), "int": (11, 10), "bigint": (20, 20)}
"""Of MariaDB's integers: signed, and unsigned."""
_SIZES = ((255, "tiny"), (65_535, ""), (16_777_215, "medium"), (4_294_967_295, "long"))
_MODIFIERS = ("unsigned", "signed", "zerofill", "binary", "ascii", "unicode")


def parse(text: str, dialect: str) -> MyType:
    """A type as printed. What is not known is kept, in lower case."""
    tokens = [one for one in scan(text, dialect) if one.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    words, args, rest = _parts(tokens)
    rest, charset, collation = _character_set(rest)
    name = " ".join(words)
    modifiers = {word for word in rest if word in ("unsigned", "zerofill")}
    if name == "serial":
        name, modifiers = "bigint", {"unsigned"}
    if name in ("bool", "boolean"):
        args = ["1"]
    if name in _NATIONAL:
        name, charset = _NATIONAL[name], "utf8mb3"
    is_json = name == "json" and dialect == "mariadb"
    if is_json:
        return MyType("longtext", (), (), "utf8mb4", "utf8mb4_bin", True)
    name = _NAMES.get(name, name)
    if "zerofill" in modifiers:
        modifiers.add("unsigned")
    name, args = _sized(name, args, modifiers, dialect)
    ordered = tuple(word for word in ("unsigned", "zerofill") if word in modifiers)
    return MyType(name, tuple(args), ordered, charset, collation)


def _sized(name: str, args: list[str], modifiers: set[str], dialect: str) -> tuple[str, list[str]]:
    if name in _WIDTHS:
        width = args or [str(_WIDTHS[name]["unsigned" in modifiers])]
        shown = dialect == "mariadb" or "zerofill" in modifiers or (name == "tinyint" and args == ["1"])
        return name, width if shown else []
    if name == "float" and len(args) == 1:
        return ("double" if int(args[0]) > 24 else "float"), []
    if name == "decimal":
        return name, [*args, *("10", "0")[len(args) :]]
    if name in ("char", "binary", "bit") and not args:
        return name, ["1"]
    if name == "year":
        return name, ["4"] if dialect == "mariadb" else []
    if name in ("text", "blob") and args:
        size = int(args[0]) * (4 if name == "text" else 1)
        return next(f"{prefix}{name}" for limit, prefix in _SIZES if size <= limit), []
    if name in ("datetime", "timestamp", "time") and args == ["0"]:
        return name, []
    return name, args


def _parts(tokens: list[Token]) -> tuple[list[str], list[str], list[str]]:
    """Words before the parenthesis and modifiers taken off, arguments as printed, all words behind."""
    words: list[str] = []
    args: list[str] = []
    rest: list[str] = []
    inside = False
    for token in tokens:
        word = token.text.lower()
        if word in ("(", ")"):
            inside = word == "("
        elif inside:
            args += [] if word == "," else [_argument(token)]
        elif (
            rest
            or args
            or (words and word in _MODIFIERS)
            or word in ("collate", "charset")
            or (word == "set" and words)
        ):
            if word == "set" and not (rest or args) and words[-1] in ("character", "char"):
                rest.append(words.pop())
            rest.append(_bare(token))
        else:
            words.append(word)
    return words, args, rest


def _bare(token: Token) -> str:
    return token.text.strip("`'\"").lower()


def _argument(token: Token) -> str:
    if token.kind is not TokenKind.STRING:
        return token.text.lower()
    return "'" + literal(token.text, "mysql").rstrip(" ").replace("\\", "\\\\").replace("'", "''") + "'"


def _character_set(words: list[str]) -> tuple[list[str], str | None, str | None]:
    """The words without CHARACTER SET x COLLATE y, and x and y."""
    charset, collation, kept = None, None, []
    queue = [word for word in words if word != "="]
    while queue:
        word = queue.pop(0)
        if word in ("character", "char") and queue[:1] == ["set"] and len(queue) > 1:
            charset = queue[1]
            del queue[:2]
        elif word == "charset" and queue:
            charset = queue.pop(0)
        elif word == "collate" and queue:
            collation = queue.pop(0)
        else:
            kept.append(word)
    return kept, charset, collation
