"""Columns, constraints and indexes of SQLAlchemy in, their definitions in the vocabulary out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import schema
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import desc_op

from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Default, Kind, Name, Part, Volatility

DEFAULT_SCHEMAS = {"postgresql": "public", "sqlite": "main", "mssql": "dbo"}
_NUMBERED = {"postgresql": "serial", "mysql": "auto_increment", "mariadb": "auto_increment", "mssql": "identity"}
_SERIALS = {"BIGINT": "BIGSERIAL", "SMALLINT": "SMALLSERIAL"}


class Parts:
    """Reads the parts of one dialect."""

    def __init__(self, dialect: sa.Dialect):
        self.dialect = dialect
        self.name = dialect.name
        self.ddl = dialect.ddl_compiler(dialect, None)

    # ---- names and texts

    def table(self, name: str, within: str | None) -> Name:
        default = DEFAULT_SCHEMAS.get(self.name)
        return Name(str(name), None if not within or within == default else str(within))

    def of(self, table: Any) -> Name:
        return self.table(table.name, table.schema)

    def expression(self, clause: Any) -> str:
        """The text that stands for an expression in DDL: values written out, no table before a column."""
        if isinstance(clause, str):
            return clause
        return str(self.ddl.sql_compiler.process(clause, literal_binds=True, include_table=False))

    def type(self, type_: Any, column: Any = None) -> str:
        kind = self.dialect.type_compiler_instance
        text = str(kind.process(type_, type_expression=column))
        collation = getattr(type_, "collation", None)
        if collation and self.name in ("postgresql", "sqlite", "mssql", "oracle"):
            text = text.partition(" COLLATE ")[0]
        return text

    def collation(self, type_: Any) -> str | None:
        """MySQL's is part of the type."""
        return None if self.name in ("mysql", "mariadb") else getattr(type_, "collation", None)

    # ---- columns

    def column(self, column: sa.Column[Any], *, inline: bool = True) -> Column:
        """inline: its CHECKs are written at the column."""
        generated = self._generated(column)
        type_: str | None = self.type(column.type, column)
        if generated == "serial":
            type_ = _SERIALS.get((type_ or "").upper(), "SERIAL")
        identity = column.identity if generated == "identity" and column.identity is not None else None
        if self.name == "mssql" and column.computed is not None:
            type_ = None
        constraints = [self.constraint(one) for one in column.constraints] if inline else []
        return Column(
            column.name,
            type_,
            bool(column.nullable) and generated not in ("serial", "identity"),
            self.default(column),
            tuple(one for one in constraints if one is not None),
            generated,
            self.expression(column.computed.sqltext) if column.computed is not None else None,
            None if identity is None or self.name == "mssql" else "always" if identity.always else "by default",
            () if identity is None else self.identity_options(identity),
            self.collation(column.type),
            column.comment if self.name in ("mysql", "mariadb") else None,
        )

    def identity_options(self, identity: sa.Identity) -> tuple[tuple[str, int], ...]:
        names = ("increment", "start", "minvalue", "maxvalue", "cycle", "cache")
        values = ((name, getattr(identity, name)) for name in names)
        return tuple(sorted((name, int(value)) for name, value in values if value is not None))

    def default(self, column: sa.Column[Any]) -> Default | None:
        if column.computed is not None or (column.identity is not None and self.name in ("postgresql", "oracle")):
            return None
        text = self.ddl.get_column_default_string(column)
        return None if text is None else Default(str(text), Volatility.UNKNOWN)

    def _generated(self, column: sa.Column[Any]) -> str | None:
        if column.computed is not None:
            return "stored" if column.computed.persisted else "virtual"
        if column.identity is not None and self.name in ("postgresql", "oracle", "mssql"):
            return "identity"
        numbered = column.table is not None and column is column.table._autoincrement_column
        if not numbered or column.server_default is not None or column.default is not None:
            return None
        return _NUMBERED.get(self.name)

    # ---- constraints

    def constraint(self, constraint: Any) -> Constraint | None:
        """None for what stands in no statement: a NULL type's check, an unbound one."""
        name = None
        if constraint.name is not None:
            written = self.ddl.preparer.format_constraint(constraint)  # None where a convention gives none
            name = None if written is None else _unquoted(str(written))
        match constraint:
            case ExcludeConstraint():
                return self._exclude(constraint, name)
            case schema.PrimaryKeyConstraint():
                return Constraint(Kind.PRIMARY_KEY, name, tuple(one.name for one in constraint.columns_autoinc_first))
            case schema.UniqueConstraint():
                return Constraint(
                    Kind.UNIQUE,
                    name,
                    tuple(constraint.columns.keys()),
                    deferrable=constraint.deferrable or None,
                    initially=constraint.initially,
                    nulls_not_distinct=bool(constraint.dialect_kwargs.get("postgresql_nulls_not_distinct")),
                    include=tuple(constraint.dialect_kwargs.get("postgresql_include") or ()),
                )
            case schema.ForeignKeyConstraint():
                return self._foreign(constraint, name)
            case schema.CheckConstraint():
                not_valid = bool(constraint.dialect_kwargs.get("postgresql_not_valid"))
                text = self.expression(constraint.sqltext)
                return Constraint(Kind.CHECK, name, expression=text, not_valid=self.name == "postgresql" and not_valid)
            case _:
                return None

    def _foreign(self, constraint: schema.ForeignKeyConstraint, name: str | None) -> Constraint | None:
        elements = list(constraint.elements)
        target = elements[0].column.table
        if self.name == "sqlite" and target.schema != constraint.parent.schema:
            return None  # SQLiteDDLCompiler writes none: it could not refer to another file
        return Constraint(
            Kind.FOREIGN_KEY,
            name,
            tuple(one.parent.name for one in elements),
            self.of(target),
            tuple(one.column.name for one in elements),
            not_valid=bool(constraint.dialect_kwargs.get("postgresql_not_valid")) and self.name == "postgresql",
            on_delete=constraint.ondelete.upper() if constraint.ondelete else None,
            on_update=constraint.onupdate.upper() if constraint.onupdate and self.name != "oracle" else None,
            match=constraint.match.upper() if constraint.match else None,
            deferrable=constraint.deferrable,
            initially=constraint.initially.upper() if constraint.initially else None,
        )

    def _exclude(self, constraint: ExcludeConstraint, name: str | None) -> Constraint:
        exprs = list(constraint._render_exprs)  # the construct has no public name for them
        return Constraint(
            Kind.EXCLUDE,
            name,
            tuple(self.expression(one) for one, _, _ in exprs),
            method=constraint.using,
            operators=tuple(operator for _, _, operator in exprs),
        )

    # ---- indexes

    def index(self, index: schema.Index, **fields: Any) -> CreateIndex:
        options = index.dialect_options.get(self.name, {})
        columns, parts = [], []
        for clause in index.expressions:
            text, part = self._part(clause, options)
            columns.append(text)
            parts.append(part)
        where = options.get("where")
        method = options.get("using") or options.get("prefix") or ("bitmap" if options.get("bitmap") else None)
        include = tuple(one if isinstance(one, str) else one.name for one in options.get("include") or ())
        return CreateIndex(
            None if index.name is None else str(index.name),
            self.of(index.table),
            tuple(columns),
            bool(index.unique),
            where=None if where is None else self.expression(where),
            method=method.lower() if method else None,
            include=include,
            parts=tuple(parts) if any(one != Part() for one in parts) else (),
            nulls_not_distinct=bool(options.get("nulls_not_distinct")),
            clustered=bool(options.get("clustered")),
            **fields,
        )

    def _part(self, clause: Any, options: Any) -> tuple[str, Part]:
        descending = isinstance(clause, UnaryExpression) and clause.modifier is desc_op
        inner = clause.element if descending else clause
        plain = isinstance(inner, schema.Column)
        length = options.get("length")
        length = length.get(inner.name) if isinstance(length, dict) and plain else length
        operator = (options.get("ops") or {}).get(inner.key) if plain else None
        text = inner.name if plain else self.expression(inner)
        if not plain and text.endswith((" ASC", " DESC")):  # text("x DESC")
            bare = text.removesuffix(" ASC").removesuffix(" DESC")
            return bare, Part(None, text.endswith(" DESC"), expression="(" in bare)
        return text, Part(length, descending, opclass=operator, expression=not plain)


def _unquoted(name: str) -> str:
    if name[:1] in '"`[':
        return name[1:-1].replace('""', '"').replace("``", "`").replace("]]", "]")
    return name
