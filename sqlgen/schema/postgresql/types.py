"""A PostgreSQL column type as written in, what format_type() prints out.

Sources: PostgreSQL 15, format_type.c; manual, table 8.1 Data Types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlgen.facts.vocabulary import Name
from sqlgen.schema.naming import plain_type, quoted
from sqlgen.statements.model import TokenKind
from sqlgen.statements.scan import scan

__all__ = ["PgType", "parse"]


@dataclass(frozen=True, slots=True)
class PgType:
    """A type: `name` as format_type() prints it without length, `args` the length, precision or modifiers."""

    name: str
    args: tuple[str, ...] = ()
    array: bool = False
    own: Name | None = None
    """A type that is not PostgreSQL's own: an enum, a domain, one of an extension."""

    def __str__(self) -> str:
        inside = f"({','.join(self.args)})" if self.args else ""
        name = self.name
        if inside and name in _BEFORE_THE_ZONE:
            word, _, rest = name.partition(" ")
            return f"{word}{inside} {rest}{'[]' if self.array else ''}"
        return f"{name}{inside}{'[]' if self.array else ''}"

    @property
    def bare(self) -> str:
        """Without length: what stands behind :: in an expression."""
        return f"{self.name}{'[]' if self.array else ''}"


_BEFORE_THE_ZONE = (
    "timestamp with time zone",
    "timestamp without time zone",
    "time with time zone",
    "time without time zone",
)

_NAMES = {
    **dict.fromkeys(("int", "int4", "integer"), "integer"),
    **dict.fromkeys(("int8", "bigint"), "bigint"),
    **dict.fromkeys(("int2", "smallint"), "smallint"),
    **dict.fromkeys(("float8", "double precision"), "double precision"),
    **dict.fromkeys(("float4", "real"), "real"),
    **dict.fromkeys(("decimal", "dec", "numeric"), "numeric"),
    **dict.fromkeys(("bool", "boolean"), "boolean"),
    **dict.fromkeys(("character varying", "char varying", "nchar varying", "varchar"), "character varying"),
    **dict.fromkeys(("national character varying", "national char varying"), "character varying"),
    **dict.fromkeys(("character", "char", "nchar", "national character", "national char"), "character"),
    **dict.fromkeys(("bit varying", "varbit"), "bit varying"),
    **dict.fromkeys(("timestamp with time zone", "timestamptz"), "timestamp with time zone"),
    **dict.fromkeys(("timestamp", "timestamp without time zone"), "timestamp without time zone"),
    **dict.fromkeys(("time with time zone", "timetz"), "time with time zone"),
    **dict.fromkeys(("time", "time without time zone"), "time without time zone"),
}

_BUILTIN = (
    frozenset(
        (*_NAMES.values(), "text", "date", "json", "jsonb", "uuid", "bytea", "interval", "inet", "cidr", "macaddr")
    )
    | frozenset(("macaddr8", "money", "xml", "tsvector", "tsquery", "point", "line", "lseg", "box", "path", "polygon"))
    | {
        *(
            "circle",
            "oid",
            "name",
            "regclass",
            "regtype",
            "regproc",
            "regconfig",
            "pg_lsn",
            "txid_snapshot",
            "xid",
            "xid8",
        ),
        *(
            "int4range",
            "int8range",
            "numrange",
            "tsrange",
            "tstzrange",
            "daterange",
            "jsonpath",
            "bpchar",
            '"char"',
            "bit",
        ),
        *(
            "int4multirange",
            "int8multirange",
            "nummultirange",
            "tsmultirange",
            "tstzmultirange",
            "datemultirange",
            "tid",
        ),
        *(
            "regprocedure",
            "regoper",
            "regoperator",
            "regrole",
            "regnamespace",
            "regdictionary",
            "regcollation",
            "refcursor",
        ),
        *("aclitem", "cid", "pg_snapshot", "oidvector", "int2vector"),
    }
)


def parse(text: str) -> PgType:
    """A type in the spelling of format_type(). What is not PostgreSQL's own is taken for a type of the user's."""
    text = plain_type(text.strip()) or ""
    words, args, array = _parts(text)
    if words == ['"char"']:
        return PgType('"char"', (), array)
    own = Name(_bare(words[-1]), _bare(words[-3]) if len(words) > 2 and words[-2] == "." else None)
    if own.schema in ("pg_catalog", "public"):
        words, own = words[-1:], Name(own.name)
    name = " ".join(words).lower()
    if name.startswith("interval"):
        return PgType(name, args, array) if not args or args != ("6",) else PgType(name, (), array)
    if name == "float":
        single = bool(args) and args[0].isdigit() and int(args[0]) <= 24
        return PgType("real" if single else "double precision", (), array)
    name = _NAMES.get(name, name)
    if own.schema is not None or name not in _BUILTIN:
        return PgType(quoted(own), args, array, own)
    if name == "numeric" and len(args) == 1:
        args = (*args, "0")
    if name == "bpchar" and args:
        name = "character"
    if name in ("character", "bit") and not args:
        args = ("1",)
    return PgType(name, args, array)


def _parts(text: str) -> tuple[list[str], tuple[str, ...], bool]:
    """The words of a name, what stands in parentheses, and whether there are brackets."""
    words: list[str] = []
    args: list[str] = []
    depth, array = 0, False
    for token in scan(text, "postgresql"):
        if token.kind is TokenKind.SPACE or token.kind is TokenKind.COMMENT:
            continue
        if token.text in ("(", ")"):
            depth += 1 if token.text == "(" else -1
        elif token.text == "[" or token.text.upper() == "ARRAY":
            array = True
        elif depth:
            args += [] if token.text == "," else [token.text]
        elif not array:
            words.append(token.text)
    return words or [""], tuple(args), array


def _bare(word: str) -> str:
    return re.sub('""', '"', word[1:-1]) if word.startswith('"') else word.lower()
