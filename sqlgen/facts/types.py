"""A column type as written in, one spelling per type out, so that an old and a new type can be compared.

Facts keep types as written (`character varying(50)`, `INT(11) UNSIGNED`); comparing them is this module's work.

Sources: PostgreSQL manual, 8.1 Numeric Types to 8.5 Date/Time Types, table 8.1 Data Types; MySQL 8.0 manual, 11.1
Numeric Data Types (display width is ignored since 8.0.17), 11.3 String Data Types; MariaDB knowledge base, JSON.
SQLite has no synonyms: it looks at the words only for their affinity (datatype3.html, 3.1). Transact-SQL reference,
Data Types and Data Type Synonyms; Oracle Database SQL Language Reference, Data Types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["SqlType", "canonical"]


@dataclass(frozen=True, slots=True)
class SqlType:
    """A type in its one spelling. Equal values mean the same type."""

    name: str
    """Lower case: varchar, integer, timestamptz, double precision; a type of the user's own as the engine folds it."""
    args: tuple[str, ...] = ()
    """Length, precision and scale as digits; the values of ENUM and SET without their quotes."""
    array: bool = False
    """PostgreSQL: integer[]. Bounds and dimensions are not enforced (manual, 8.15.1), so they do not count."""
    modifiers: tuple[str, ...] = ()
    """MySQL: unsigned, zerofill, "character set latin1", "collate x", sorted."""

    def __str__(self) -> str:
        args = f"({','.join(self.args)})" if self.args else ""
        return " ".join((f"{self.name}{args}{'[]' if self.array else ''}", *self.modifiers))


def canonical(type: str, dialect: str) -> SqlType:
    """The one spelling of a type. Never raises: what is not known is kept, in lower case."""
    match dialect:
        case "postgresql":
            return _postgresql(type)
        case "mysql" | "mariadb":
            return _mysql(type, dialect)
        case "mssql":
            return _mssql(type)
        case "oracle":
            return _oracle(type)
        case _:
            words, args, rest = _parts(type)
            return SqlType(" ".join((*words, *rest)), args)


_TOKEN = re.compile(r"""\s*("(?:[^"]|"")*"|'(?:[^'\\]|''|\\.)*'|[^\W\d][\w$]*|\d+|.)""", re.DOTALL)


def _parts(text: str) -> tuple[list[str], tuple[str, ...], list[str]]:
    """Words before the parenthesis, arguments inside it, words behind it; words unquoted or in lower case."""
    before: list[str] = []
    after: list[str] = []
    args: list[str] = []
    words, inside, seen = before, False, False
    for token in _TOKEN.findall(text.strip()):
        if token == "(" and not seen:
            inside = seen = True
        elif token == ")" and inside:
            inside, words = False, after
        elif inside:
            args += [] if token == "," else [_bare(token) if token[0] in "'\"" else token.lower()]
        else:
            words.append(_bare(token) if token[0] == '"' else token.lower())
    return before, tuple(args), after


def _bare(token: str) -> str:
    return token[1:-1].replace(token[0] * 2, token[0])


_POSTGRESQL = {
    **dict.fromkeys(("int", "int4", "integer", "serial", "serial4"), "integer"),
    **dict.fromkeys(("int8", "bigint", "bigserial", "serial8"), "bigint"),
    **dict.fromkeys(("int2", "smallint", "smallserial", "serial2"), "smallint"),
    **dict.fromkeys(("float8", "double precision"), "double precision"),
    **dict.fromkeys(("float4", "real"), "real"),
    **dict.fromkeys(("decimal", "dec", "numeric"), "numeric"),
    **dict.fromkeys(("bool", "boolean"), "boolean"),
    **dict.fromkeys(("character varying", "char varying", "nchar varying", "varchar"), "varchar"),
    **dict.fromkeys(("national character varying", "national char varying"), "varchar"),
    **dict.fromkeys(("character", "char", "nchar", "national character", "national char"), "char"),
    **dict.fromkeys(("bit varying", "varbit"), "varbit"),
    **dict.fromkeys(("timestamp with time zone", "timestamptz"), "timestamptz"),
    **dict.fromkeys(("timestamp", "timestamp without time zone"), "timestamp"),
    **dict.fromkeys(("time with time zone", "timetz"), "timetz"),
    **dict.fromkeys(("time", "time without time zone"), "time"),
}
_MICROSECONDS = ("timestamp", "timestamptz", "time", "timetz", "interval")


def _postgresql(text: str) -> SqlType:
    words, args, rest = _parts(text)
    array = any(word in ("[", "array") for word in (*words, *rest))
    words = _until(words, "[", "array")
    rest = _until(rest, "[", "array")
    if text.lstrip().startswith('"char"'):
        return SqlType('"char"', (), array)  # an internal type of one byte
    name = "".join(words) if "." in words else " ".join((*words, *rest))
    name = name.removeprefix("pg_catalog.").removeprefix("public.")
    if name == "float":
        name = "real" if args and args[0].isdigit() and int(args[0]) <= 24 else "double precision"
        return SqlType(name, (), array)
    name = _POSTGRESQL.get(name, name)
    if name == "numeric" and len(args) == 1:
        args = (*args, "0")
    if name in ("char", "bit") and not args:
        args = ("1",)
    if name == "bpchar" and args:
        name = "char"
    if name in _MICROSECONDS and args == ("6",):
        args = ()
    return SqlType(name, args, array)


def _until(words: list[str], *stops: str) -> list[str]:
    for number, word in enumerate(words):
        if word in stops:
            return words[:number]
    return words


_MYSQL = {
    **dict.fromkeys(("int", "integer", "int4"), "int"),
    **dict.fromkeys(("bool", "boolean", "tinyint", "int1"), "tinyint"),
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
_INTEGERS = ("tinyint", "smallint", "mediumint", "int", "bigint")


def _mysql(text: str, dialect: str) -> SqlType:
    words, args, rest = _parts(text)
    words, modifiers = _mysql_modifiers([*words, *rest])
    name = " ".join(words)
    if name == "serial":
        return SqlType("bigint", (), False, ("unsigned",))
    name = _MYSQL.get(name, name)
    if name == "json" and dialect == "mariadb":
        name = "longtext"
    if name in _INTEGERS:
        args = ()
    if name == "decimal":
        args = (*args, *("10", "0")[len(args) :])
    if name in ("char", "binary", "bit") and not args:
        args = ("1",)
    return SqlType(name, args, False, tuple(sorted(modifiers)))


def _mysql_modifiers(words: list[str]) -> tuple[list[str], set[str]]:
    """The words of the type itself, and its modifiers."""
    name: list[str] = []
    modifiers: set[str] = set()
    queue = [word for word in words if word not in ("=", "signed")]
    while queue:
        word = queue.pop(0)
        if word in ("unsigned", "zerofill"):
            modifiers |= {"unsigned", word}  # ZEROFILL makes a column UNSIGNED
        elif word in ("character", "char") and queue[:1] == ["set"] and len(queue) > 1:
            modifiers.add(f"character set {queue[1]}")
            del queue[:2]
        elif word in ("charset", "collate") and queue:
            modifiers.add(f"{'character set' if word == 'charset' else word} {queue.pop(0)}")
        else:
            name.append(word)
    return name, modifiers


_MSSQL = {
    **dict.fromkeys(("int", "integer"), "int"),
    **dict.fromkeys(("decimal", "dec", "numeric"), "decimal"),
    **dict.fromkeys(("float", "double precision"), "float"),
    **dict.fromkeys(("varchar", "character varying", "char varying"), "varchar"),
    **dict.fromkeys(("char", "character"), "char"),
    **dict.fromkeys(("nvarchar", "national character varying", "national char varying"), "nvarchar"),
    **dict.fromkeys(("nchar", "national character", "national char"), "nchar"),
    **dict.fromkeys(("varbinary", "binary varying"), "varbinary"),
    **dict.fromkeys(("ntext", "national text"), "ntext"),
    **dict.fromkeys(("timestamp", "rowversion"), "rowversion"),
}
# What a column has where no length or precision is written.
_MSSQL_ARGS = {
    **dict.fromkeys(("varchar", "char", "nvarchar", "nchar", "varbinary", "binary"), ("1",)),
    **dict.fromkeys(("datetime2", "datetimeoffset", "time"), ("7",)),
    "decimal": ("18", "0"),
}


def _mssql(text: str) -> SqlType:
    words, args, rest = _parts(text.replace("[", "").replace("]", ""))
    words = [word.lower() for word in words]
    name = "".join(words) if "." in words else " ".join((*words, *rest))
    name = name.removeprefix("sys.").removeprefix("dbo.")
    if name == "sysname":
        return SqlType("nvarchar", ("128",))
    name = _MSSQL.get(name, name)
    if name == "float":
        single = len(args) == 1 and args[0].isdigit() and int(args[0]) <= 24
        return SqlType("real" if single else "float")
    if name in _MSSQL_ARGS:
        args = (*args, *_MSSQL_ARGS[name][len(args) :])
    return SqlType(name, args)


_ORACLE = {
    **dict.fromkeys(("varchar2", "varchar", "character varying", "char varying"), "varchar2"),
    **dict.fromkeys(("char", "character"), "char"),
    **dict.fromkeys(("nvarchar2", "national character varying", "national char varying", "nchar varying"), "nvarchar2"),
    **dict.fromkeys(("nchar", "national character", "national char"), "nchar"),
    **dict.fromkeys(("number", "decimal", "dec", "numeric"), "number"),
    **dict.fromkeys(("integer", "int", "smallint"), "integer"),
    **dict.fromkeys(("boolean", "bool"), "boolean"),
    **dict.fromkeys(("float", "double precision", "real"), "float"),
}
_ORACLE_BITS = {"float": "126", "double precision": "126", "real": "63"}
_TIMESTAMPS = ("timestamp", "timestamp with time zone", "timestamp with local time zone")


def _oracle(text: str) -> SqlType:
    words, args, rest = _parts(text)
    words = [word.lower() for word in words]
    written = "".join(words) if "." in words else " ".join((*words, *rest))
    if words[:1] == ["interval"]:  # each of its fields may have a precision: kept as written
        return SqlType(" ".join(text.lower().split()))
    name = _ORACLE.get(written, written)
    if name == "integer":  # and DECIMAL without a precision: NUMBER(38), as the catalog has it
        return SqlType("number", ("38", "0"))
    if name == "number" and (args or written != "number"):
        args = ("38" if not args or args[0] == "*" else args[0], args[1] if len(args) > 1 else "0")
    if name == "float":
        args = args or (_ORACLE_BITS[written],)
    if name in ("char", "nchar") and not args:
        args = ("1",)
    if name in ("varchar2", "char") and args:  # (50 BYTE) is (50), unless NLS_LENGTH_SEMANTICS says otherwise
        args = (" ".join(one for one in args if one != "byte"),)
    if name in _TIMESTAMPS and not args:
        args = ("6",)
    return SqlType(name, args)
