"""A table in, the text of SHOW CREATE TABLE out, as MariaDB 10.11 and MySQL 8.0 print it.

Source: MariaDB 10.11, sql_show.cc show_create_table; MySQL 8.0, the same. The next AUTO_INCREMENT value depends on
rows, and is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlgen.facts.vocabulary import Column, Constraint, Kind, Name, Part
from sqlgen.schema.mysql.expressions import printed, quote
from sqlgen.schema.mysql.keys import Key, is_hashed, keys
from sqlgen.schema.mysql.types import MyType, parse
from sqlgen.schema.options import TEXTUAL, charset_of, default_collation
from sqlgen.schema.table import Table

__all__ = ["show_create"]


def show_create(table: Table, dialect: str, version: tuple[int, ...]) -> str:
    """The text, without the AUTO_INCREMENT counter."""
    writer = _Writer(table, dialect, charset_of(dict(table.settings), dialect))
    lines = [
        *(writer.column(column) for column in table.columns),
        *writer.keys(),
        *(writer.foreign(one) for one in sorted(table.constraints, key=_by_name) if one.kind is Kind.FOREIGN_KEY),
        *(writer.check(one) for one in table.constraints if one.kind is Kind.CHECK and not writer.is_inline(one)),
    ]
    temporary = "TEMPORARY " if table.temporary else ""
    body = ",\n".join(f"  {line}" for line in lines)
    return f"CREATE {temporary}TABLE {quote(table.name.name)} (\n{body}\n) {writer.options()}"


def _by_name(one: Constraint) -> str:
    return one.name or ""


@dataclass(frozen=True, slots=True)
class _Writer:
    table: Table
    dialect: str
    charset: tuple[str, str]

    # ---- columns

    def column(self, column: Column) -> str:
        type_ = parse(column.type or "", self.dialect)
        words = [quote(column.name), str(type_), *self._charset(type_, column)]
        if column.expression is not None:
            words.append(f"GENERATED ALWAYS AS ({self._printed(column.expression)}) {(column.generated or '').upper()}")
            if self.dialect == "mysql" and not column.nullable:
                words.append("NOT NULL")
        else:
            words += self._value(column, type_)
        if column.comment:
            words.append(f"COMMENT {_literal(column.comment)}")
        if type_.is_json and not self._inline(column):
            words.append(f"CHECK (json_valid({quote(column.name)}))")
        words += [f"CHECK ({self._printed(one.expression)})" for one in self._inline(column)]
        return " ".join(words)

    def _charset(self, type_: MyType, column: Column) -> list[str]:
        if type_.name not in TEXTUAL or (type_.charset, type_.collation, column.collation) == (None, None, None):
            return []
        collation = type_.collation or (column.collation or "").strip("`'\"").lower() or None
        collation = None if collation is None else collation.replace("utf8_", "utf8mb3_")
        charset = type_.charset or (collation or "").partition("_")[0]
        charset = "utf8mb3" if charset == "utf8" else charset
        collation = collation or default_collation(charset, self.dialect)
        return [] if (charset, collation) == self.charset else [f"CHARACTER SET {charset} COLLATE {collation}"]

    def _value(self, column: Column, type_: MyType) -> list[str]:
        words = [] if column.nullable else ["NOT NULL"]
        if column.nullable and type_.name == "timestamp":
            words.append("NULL")
        if column.invisible and self.dialect == "mariadb":
            words.append("INVISIBLE")
        default = self._default(column, type_)
        if default is not None:
            words.append(f"DEFAULT {default}")
        if column.on_update is not None:
            words.append(f"ON UPDATE {self._function(column.on_update)}")
        if column.generated == "auto_increment":
            words.append("AUTO_INCREMENT")
        if column.invisible and self.dialect == "mysql":
            words.append("/*!80023 INVISIBLE */")
        return words

    def _default(self, column: Column, type_: MyType) -> str | None:
        if column.generated == "auto_increment":
            return None
        if column.default is None or column.default.is_null:
            has_none = self.dialect == "mysql" and type_.name.endswith(("text", "blob"))
            return "NULL" if column.nullable and not has_none else None
        text = column.default.text
        if re.match(r"(?i)\(?\s*(current_timestamp|now|localtime|localtimestamp)\b", text):
            return self._function(text)
        if text.startswith("("):
            inside = self._printed(text[1:-1])
            call = re.fullmatch(r"\w+\(.*\)", inside, re.DOTALL) is not None
            return inside if self.dialect == "mariadb" and call else f"({inside})"
        if re.fullmatch(r"[\w.]+\s*\(.*\)", text, re.DOTALL):
            return self._printed(text)
        return self._constant(text, type_)

    def _function(self, text: str) -> str:
        precision = "".join(re.findall(r"\d+", text))
        if self.dialect == "mysql":
            return f"CURRENT_TIMESTAMP({precision})" if precision else "CURRENT_TIMESTAMP"
        return f"current_timestamp({precision})"

    def _constant(self, text: str, type_: MyType) -> str:
        if re.match(r"(?i)[bx]'|0x|0b", text):
            return text
        quoted_text = text[:1] in ("'", '"')
        value = _unquoted(text) if quoted_text else {"true": "1", "false": "0"}.get(text.lower(), text)
        if type_.name == "decimal":
            value = _fixed(value, int(type_.args[1]))
        if type_.name in ("datetime", "timestamp", "date") and value == "0":
            value = "0000-00-00" if type_.name == "date" else "0000-00-00 00:00:00"
        if type_.name in ("datetime", "timestamp") and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            value += " 00:00:00"
        if type_.name == "bit":
            return f"b'{int(value):b}'" if value.isdigit() else text
        if self.dialect == "mariadb" and not quoted_text and type_.name.endswith(("text", "blob")):
            return value  # kept as an expression
        number = re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", value) is not None
        if self.dialect == "mariadb" and number and type_.name in _NUMERIC:
            return value
        return _literal(value)

    def _printed(self, text: str | None) -> str:
        return printed(text or "", {column.name.lower() for column in self.table.columns}, self.dialect)

    # ---- keys and constraints

    def keys(self) -> list[str]:
        return [self._key(key) for key in keys(self.table, self.dialect)]

    def _key(self, key: Key) -> str:
        name = "" if key.label == "PRIMARY KEY" else f" {quote(key.name or '')}"
        parts = key.parts or tuple(Part() for _ in key.columns)
        inside = ",".join(self._part(text, part) for text, part in zip(key.columns, parts, strict=True))
        method = "hash" if is_hashed(key, self.table, self.dialect) else key.method
        using = f" USING {method.upper()}" if method and method not in ("fulltext", "spatial") else ""
        comment = f" COMMENT {_literal(key.comment)}" if key.comment else ""
        return f"{key.label}{name} ({inside}){using}{comment}"

    def _part(self, text: str, part: Part) -> str:
        if part.expression:
            return f"({self._printed(text.strip('()') if text.startswith('((') else text)})"
        known = {column.name.lower(): column.name for column in self.table.columns}
        length = f"({part.length})" if part.length and self._is_shorter(text, part.length) else ""
        return f"{quote(known.get(text.lower(), text))}{length}{' DESC' if part.descending else ''}"

    def _is_shorter(self, name: str, length: int) -> bool:
        """A length that is that of the whole column is not kept."""
        for column in self.table.columns:
            if column.name.lower() == name.lower():
                args = parse(column.type or "", self.dialect).args
                return not (args and args[0].isdigit() and int(args[0]) <= length)
        return True

    def foreign(self, one: Constraint) -> str:
        columns = ", ".join(map(quote, one.columns))
        referred = ", ".join(map(quote, one.referred_columns))
        actions = "".join(
            f" ON {event} {action}"
            for event, action in (("DELETE", one.on_delete), ("UPDATE", one.on_update))
            if action is not None and action != ("RESTRICT" if self.dialect == "mariadb" else "NO ACTION")
        )
        table = self._referred(one.references or Name(""))
        return f"CONSTRAINT {quote(one.name or '')} FOREIGN KEY ({columns}) REFERENCES {table} ({referred}){actions}"

    def _referred(self, name: Name) -> str:
        same = name.schema is None or name.schema == self.table.name.schema
        return quote(name.name) if same else f"{quote(name.schema or '')}.{quote(name.name)}"

    def check(self, one: Constraint) -> str:
        inside = self._printed(one.expression)
        if self.dialect == "mysql":
            enforced = " /*!80016 NOT ENFORCED */" if one.not_valid else ""
            return f"CONSTRAINT {quote(one.name or '')} CHECK ({inside}){enforced}"
        return f"CONSTRAINT {quote(one.name or '')} CHECK ({inside})"

    def is_inline(self, one: Constraint) -> bool:
        """MariaDB prints a check without a name that was written at a column there."""
        return self.dialect == "mariadb" and one.name is None and len(one.columns) == 1

    def _inline(self, column: Column) -> list[Constraint]:
        return [
            one
            for one in self.table.constraints
            if one.kind is Kind.CHECK and self.is_inline(one) and one.columns[0].lower() == column.name.lower()
        ]

    # ---- options

    def options(self) -> str:
        settings = dict(self.table.settings)
        charset, collation = self.charset
        words = [f"ENGINE={_ENGINES.get(settings.get('engine', 'innodb').lower(), settings.get('engine', ''))}"]
        words.append(f"DEFAULT CHARSET={charset}")
        primary = collation == default_collation(charset, self.dialect)
        if self.dialect == "mariadb" or not primary or charset == "utf8mb4":
            words.append(f"COLLATE={collation}")
        if settings.get("row_format", "default").lower() != "default":
            words.append(f"ROW_FORMAT={settings['row_format'].upper()}")
        if self.table.comment:
            words.append(f"COMMENT={_literal(self.table.comment)}")
        return " ".join(words)


_NUMERIC = ("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year")
_ENGINES = {"innodb": "InnoDB", "myisam": "MyISAM", "memory": "MEMORY", "aria": "Aria", "archive": "ARCHIVE"}


def _unquoted(text: str) -> str:
    return text[1:-1].replace(text[-1] * 2, text[-1]).replace(f"\\{text[-1]}", text[-1]).replace("\\\\", "\\")


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n") + "'"


def _fixed(value: str, scale: int) -> str:
    """A decimal with as many digits behind the point as its column has."""
    if re.fullmatch(r"-?\d+(\.\d+)?", value) is None:
        return value
    whole, _, fraction = value.partition(".")
    if len(fraction) > scale:
        return value
    return f"{whole}.{fraction.ljust(scale, '0')}" if scale else whole
