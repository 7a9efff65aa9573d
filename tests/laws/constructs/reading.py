"""A construct in, the facts of the statement that it compiles to out; None where the construct does not say."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.ddl import base, mssql, mysql, postgresql
from sqlalchemy import schema
from sqlalchemy.dialects.postgresql import CreateEnumType, DropEnumType
from sqlalchemy.sql import dml

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    Column,
    CreateEnum,
    CreateObject,
    CreateTable,
    Default,
    Delete,
    Describe,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropObject,
    DropTable,
    Fact,
    Insert,
    Kind,
    Name,
    RedefineColumn,
    RenameColumn,
    RenameTable,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetTableOption,
    Update,
    Volatility,
)
from tests.laws.constructs.parts import Parts

Facts = tuple[Fact, ...]
_KINDS = {
    schema.PrimaryKeyConstraint: Kind.PRIMARY_KEY,
    schema.UniqueConstraint: Kind.UNIQUE,
    schema.ForeignKeyConstraint: Kind.FOREIGN_KEY,
    schema.CheckConstraint: Kind.CHECK,
}


_NOT_FOR_SQLITE = (
    base.ColumnNullable,
    base.ColumnType,
    base.ColumnDefault,
    base.ColumnComment,
    schema.SetTableComment,
    schema.DropTableComment,
    schema.CreateSchema,
)
"""SQLite has no statement for these: Alembic writes one all the same, and it is refused."""


_NEVER_ASK = ("mssql", "oracle")
"""IF NOT EXISTS of columns and indexes is left out by their compilers."""


def _is_conditional(construct: Any) -> bool:
    """ADD COLUMN IF NOT EXISTS, DROP COLUMN IF EXISTS: not for SQLite either."""
    column = isinstance(construct, base.AddColumn | base.DropColumn)
    return column and bool(getattr(construct, "if_not_exists", None) or getattr(construct, "if_exists", None))


class Reader:
    """Reads the constructs of one dialect."""

    def __init__(self, dialect: sa.Dialect):
        self.dialect = dialect
        self.name = dialect.name
        self.parts = Parts(dialect)

    def read(self, construct: Any) -> Facts | None:
        if self.name == "sqlite" and (isinstance(construct, _NOT_FOR_SQLITE) or _is_conditional(construct)):
            return None
        match construct:
            case base.AlterTable():
                return self._altered(construct)
            case schema.DDLElement():
                return self._ddl(construct)
            case mssql._ExecDropConstraint() | mssql._ExecDropFKConstraint():
                return self._looked_up(construct)
            case dml.Insert() | dml.Update() | dml.Delete():
                return self._rows(construct)
            case _:
                return None  # text

    # ---- ALTER TABLE

    def _altered(self, construct: Any) -> Facts | None:
        table = self.parts.table(construct.table_name, construct.schema)
        match construct:
            case base.RenameTable():
                return (RenameTable(table, Name(str(construct.new_table_name), table.schema)),)
            case base.AddColumn():
                return self._added(table, construct)
            case base.DropColumn():
                return (DropColumn(table, construct.column.name, bool(construct.if_exists)),)
            case mysql.MySQLChangeColumn():
                return (RedefineColumn(table, construct.column_name, self._redefined(construct)),)
            case base.AlterColumn():
                return self._column_altered(table, construct.column_name, construct)
        return None

    def _added(self, table: Name, construct: base.AddColumn) -> Facts:
        column = self.parts.column(construct.column, inline=self.name not in ("mssql", "oracle"))
        return (AddColumn(table, column, bool(construct.if_not_exists) and self.name not in _NEVER_ASK),)

    def _redefined(self, construct: mysql.MySQLChangeColumn) -> Column:
        default = construct.default
        return Column(
            str(construct.newname),
            self.parts.type(construct.type_),
            bool(construct.nullable),
            self._default(default) if default is not False and default is not None else None,
            generated="auto_increment" if construct.autoincrement else None,
            comment=construct.comment if isinstance(construct.comment, str) else None,
        )

    def _default(self, default: Any) -> Default | None:
        column = sa.Column("x", sa.Integer, server_default=default)
        return self.parts.default(column)

    def _column_altered(self, table: Name, column: str, construct: base.AlterColumn) -> Facts | None:
        match construct:
            case base.ColumnNullable(nullable=nullable):
                return self._nullable(table, column, construct, nullable)
            case postgresql.PostgresqlColumnType(type_=type_):
                using = None if not construct.using else str(construct.using)
                return (AlterColumnType(table, column, self.parts.type(type_), using, self.parts.collation(type_)),)
            case base.ColumnType(type_=type_):
                changed = AlterColumnType(table, column, self.parts.type(type_), None, self.parts.collation(type_))
                if self.name == "mssql":  # ALTER COLUMN without NOT NULL makes the column nullable
                    return (changed, DropNotNull(table, column))
                return (changed,)
            case base.ColumnName(newname=newname):
                return (RenameColumn(table, column, str(newname)),)
            case base.ColumnDefault(default=default) | mysql.MySQLAlterDefault(default=default):
                if default is None and self.name == "oracle":
                    return (SetDefault(table, column, Default("NULL", Volatility.UNKNOWN)),)
                return (SetDefault(table, column, None if default is None else self._default(default)),)
            case base.ColumnComment(comment=comment):
                return self._column_comment(table, column, comment)
            case base.IdentityColumnDefault():
                return self._identity(table, column, construct)
            case _:
                return None

    def _column_comment(self, table: Name, column: str, comment: str | None) -> Facts | None:
        if self.name == "oracle":
            # alembic/ddl/oracle.py writes neither quotes nor the schema
            if any(self.parts.ddl.preparer.quote(name) != name for name in (table.name, column)):
                return None
            table = Name(table.name)
        return (Describe("column", Name(column, str(table)), self._commented(comment), table),)

    def _commented(self, comment: str | None) -> str | None:
        """An empty comment is none, but for SQL Server's property, which is there and empty."""
        return comment if self.name == "mssql" else comment or None

    def _identity(self, table: Name, column: str, construct: base.IdentityColumnDefault) -> Facts | None:
        """Added or dropped; what a change of one says depends on what Alembic finds to differ."""
        identity = construct.default
        if identity is None:
            return (SetColumnOption(table, column, "", ""),)
        if construct.existing_server_default not in (None, False):
            return None
        kind = "always" if identity.always else "by default"
        return (SetColumnOption(table, column, "", kind, self.parts.identity_options(identity)),)

    def _nullable(self, table: Name, column: str, construct: base.ColumnNullable, nullable: bool) -> Facts:
        set_ = DropNotNull(table, column) if nullable else SetNotNull(table, column)
        if self.name == "mssql":  # the whole column is given: its type as well
            type_ = construct.existing_type
            return (AlterColumnType(table, column, self.parts.type(type_), None, self.parts.collation(type_)), set_)
        return (set_,)

    def _looked_up(self, construct: Any) -> Facts:
        """Alembic's batch for SQL Server that looks a constraint's name up."""
        table = self.parts.table(construct.tname, construct.schema)
        column = str(getattr(construct.colname, "name", construct.colname))
        if isinstance(construct, mssql._ExecDropFKConstraint):
            return (DropConstraint(table, None, Kind.FOREIGN_KEY, columns=(column,)),)
        if construct.type_ == "sys.check_constraints":
            return (DropConstraint(table, None, Kind.CHECK, columns=(column,)),)
        return (SetDefault(table, column, None),)

    # ---- CREATE, DROP, COMMENT

    def _ddl(self, construct: Any) -> Facts | None:
        match construct:
            case schema.CreateTable():
                return self._created(construct)
            case schema.DropTable(element=table):
                return (DropTable(self.parts.of(table), construct.if_exists),)
            case schema.CreateIndex(element=index):
                return self._index(index, construct)
            case schema.DropIndex(element=index):
                return self._index_dropped(index, construct)
            case schema.AddConstraint(element=constraint):
                found = self.parts.constraint(constraint)
                return None if found is None else (AddConstraint(self.parts.of(constraint.table), found),)
            case schema.DropConstraint(element=constraint):
                return self._constraint_dropped(constraint, construct)
            case schema.SetTableComment(element=table):
                return self._table_comment(table, table.comment)
            case schema.DropTableComment(element=table):
                return self._table_comment(table, None)
            case schema.SetColumnComment(element=column):
                return self._comment(column, column.comment)
            case schema.DropColumnComment(element=column):
                return self._comment(column, None)
            case CreateEnumType(element=enum):
                return (CreateEnum(self.parts.table(enum.name, enum.schema), tuple(enum.enums)),)
            case DropEnumType(element=enum):
                return (DropObject("type", self.parts.table(enum.name, enum.schema)),)
            case schema.CreateSequence(element=sequence):
                return (CreateObject("sequence", self.parts.table(sequence.name, sequence.schema)),)
            case schema.DropSequence(element=sequence):
                return (DropObject("sequence", self.parts.table(sequence.name, sequence.schema)),)
            case schema.CreateSchema(element=name):
                kind = "database" if self.name in ("mysql", "mariadb") else "schema"
                return (CreateObject(kind, Name(str(name)), if_not_exists=construct.if_not_exists),)
            case _:
                return None

    def _created(self, construct: schema.CreateTable) -> Facts | None:
        table = construct.element
        if construct.if_not_exists and self.name == "mssql":
            return None  # SQL Server has no CREATE TABLE IF NOT EXISTS
        constraints = [self.parts.constraint(one) for one in self._of_table(table)]
        made = CreateTable(
            self.parts.of(table),
            tuple(self.parts.column(one.element) for one in construct.columns if not one.element.system),
            tuple(one for one in constraints if one is not None),
            if_not_exists=construct.if_not_exists,
            temporary=any(word.upper().startswith("TEMP") for word in table._prefixes),
            comment=table.comment if self.name in ("mysql", "mariadb") else None,
        )
        return (made,)

    def _of_table(self, table: sa.Table) -> list[Any]:
        """The constraints that CREATE TABLE holds: DDLCompiler.create_table_constraints."""
        primary = [table.primary_key] if table.primary_key and table.primary_key.columns else []
        rest = [one for one in table._sorted_constraints if one is not table.primary_key]
        return [
            one
            for one in (*primary, *rest)
            if (one._create_rule is None or one._create_rule(self.parts.ddl))
            and not (getattr(one, "use_alter", False) and self.dialect.supports_alter)
        ]

    def _index(self, index: schema.Index, construct: schema.CreateIndex) -> Facts | None:
        options = index.dialect_options.get(self.name, {})
        if self.name == "oracle" and index.unique and options.get("bitmap"):
            return None  # Oracle has no such index
        concurrently = self.name == "postgresql" and bool(options.get("concurrently"))
        asks = construct.if_not_exists and self.name not in _NEVER_ASK
        return (self.parts.index(index, concurrently=concurrently, if_not_exists=asks),)

    def _index_dropped(self, index: schema.Index, construct: schema.DropIndex) -> Facts:
        table = self.parts.of(index.table) if index.table is not None else None
        name = Name(str(index.name), table.schema if table and self.name not in ("mysql", "mariadb", "mssql") else None)
        on = table if self.name in ("mysql", "mariadb", "mssql") else None
        options = index.dialect_options.get(self.name, {})
        concurrently = self.name == "postgresql" and bool(options.get("concurrently"))
        return (DropIndex(name, on, construct.if_exists, concurrently),)

    def _constraint_dropped(self, constraint: Any, construct: schema.DropConstraint) -> Facts:
        kind = next((kind for each, kind in _KINDS.items() if isinstance(constraint, each)), None)
        table, name = self.parts.of(constraint.table), str(constraint.name)
        if self.name in ("mysql", "mariadb"):
            if kind is Kind.UNIQUE:
                return (DropIndex(Name(name), table),)
            if kind is Kind.PRIMARY_KEY:
                return (DropConstraint(table, None, kind),)
            return (DropConstraint(table, name, None if self.dialect.is_mariadb and kind is Kind.CHECK else kind),)
        return (DropConstraint(table, name, None, bool(construct.if_exists), bool(construct.cascade)),)

    def _table_comment(self, table: Any, comment: str | None) -> Facts | None:
        if self.name in ("mysql", "mariadb"):
            return (SetTableOption(self.parts.of(table), "", (("comment", comment or ""),)),)
        return (Describe("table", self.parts.of(table), self._commented(comment)),)

    def _comment(self, column: Any, comment: str | None) -> Facts:
        table = self.parts.of(column.table)
        return (Describe("column", Name(column.name, str(table)), self._commented(comment), table),)

    # ---- rows

    def _rows(self, construct: Any) -> Facts | None:
        table = self.parts.of(construct.table)
        if isinstance(construct, dml.Insert):
            values = construct._multi_values
            if construct.select is not None or (construct._values is None and not values):
                return None
            rows = sum(len(each) for each in values) if values else 1
            names = list(values[0][0] if values else construct._values or {})
            return (Insert(table, rows, tuple(str(getattr(one, "name", one)) for one in names)),)
        where = construct.whereclause
        text = None
        if where is not None:
            compiler = self.dialect.statement_compiler(self.dialect, None)
            text = " ".join(str(compiler.process(where, literal_binds=True)).split())
        if isinstance(construct, dml.Delete):
            return (Delete(table, where is not None, text),)
        columns = tuple(str(getattr(one, "name", one)) for one in construct._values or {})
        return (Update(table, where is not None, columns, text),)
