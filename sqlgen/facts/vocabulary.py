"""The closed vocabulary of what one SQL statement does. Standard library only.

A statement is read into one or more facts; what can't be read is `Opaque`, with the reason. Names are folded as the
engine folds them (PostgreSQL: unquoted names to lower case), and the default schema (`public`, `main`) is left out,
so that equal names mean the same object. Types, defaults and expressions are kept as written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlgen.durations import milliseconds
from sqlgen.messages import Message


@dataclass(frozen=True, slots=True)
class Name:
    """A table, index, type or other object, `schema` only where it was written and is not the default one."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return self.name if self.schema is None else f"{self.schema}.{self.name}"


class Volatility(StrEnum):
    """How often the engine evaluates a default when the column is added to existing rows."""

    CONSTANT = "constant"
    """A literal, or an expression over literals."""
    STABLE = "stable"
    """Once per statement: now(), CURRENT_TIMESTAMP, current_user."""
    VOLATILE = "volatile"
    """Once per row: gen_random_uuid(), random(), nextval(), clock_timestamp()."""
    UNKNOWN = "unknown"
    """A function that this tool does not know."""


@dataclass(frozen=True, slots=True)
class Default:
    """A column default as written, and how it behaves."""

    text: str
    volatility: Volatility

    @property
    def is_null(self) -> bool:
        return self.text.upper() == "NULL"


class Kind(StrEnum):
    """Kinds of constraint."""

    PRIMARY_KEY = "primary key"
    UNIQUE = "unique"
    FOREIGN_KEY = "foreign key"
    CHECK = "check"
    EXCLUDE = "exclude"
    NOT_NULL = "not null"


@dataclass(frozen=True, slots=True)
class Part:
    """How an index holds one of its columns or expressions."""

    length: int | None = None
    """MySQL: only this many characters or bytes of the column."""
    descending: bool = False
    nulls_first: bool | None = None
    """As written; None when nothing is."""
    collation: str | None = None
    opclass: str | None = None
    expression: bool = False
    """What stands in `columns` is an expression, not a name."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A table constraint; one written at a column has that column in `columns`."""

    kind: Kind
    name: str | None = None
    columns: tuple[str, ...] = ()
    references: Name | None = None
    referred_columns: tuple[str, ...] = ()
    expression: str | None = None
    """The CHECK expression as written, without its outer parentheses."""
    not_valid: bool = False
    """PostgreSQL NOT VALID: existing rows are not checked."""
    using_index: str | None = None
    """PostgreSQL USING INDEX: the constraint adopts an index that exists."""
    on_delete: str | None = None
    """"CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"; None when not written."""
    on_update: str | None = None
    match: str | None = None
    """"FULL", "PARTIAL", "SIMPLE"; None when not written."""
    deferrable: bool | None = None
    initially: str | None = None
    """"DEFERRED" or "IMMEDIATE"; None when not written."""
    include: tuple[str, ...] = ()
    """PostgreSQL INCLUDE: columns that the index of a key carries along."""
    nulls_not_distinct: bool = False
    no_inherit: bool = False
    method: str | None = None
    """USING of an EXCLUDE constraint or a MySQL key; of a SQL Server key "clustered" or "nonclustered"."""
    parts: tuple[Part, ...] = ()
    """One for each of a key's columns; empty when all of them are plain."""
    comment: str | None = None
    operators: tuple[str, ...] = ()
    """The operators of an EXCLUDE constraint, one for each column."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column definition. `type` is as written, None where there is none (SQLite)."""

    name: str
    type: str | None
    nullable: bool = True
    default: Default | None = None
    constraints: tuple[Constraint, ...] = ()
    """Written at the column: PRIMARY KEY, UNIQUE, REFERENCES, CHECK."""
    generated: str | None = None
    """"stored", "virtual", "identity", "auto_increment" or "serial"; None for a plain column."""
    expression: str | None = None
    """What a generated column is computed from, without its outer parentheses."""
    identity: str | None = None
    """"always" or "by default"."""
    identity_options: tuple[tuple[str, int], ...] = ()
    """start, increment, minvalue, maxvalue, cache, cycle (0 or 1): those that are written."""
    collation: str | None = None
    """PostgreSQL and SQLite. MySQL's stands in the type."""
    comment: str | None = None
    on_update: str | None = None
    """MySQL ON UPDATE CURRENT_TIMESTAMP, as written."""
    invisible: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where MySQL puts a column: behind another one, or first."""

    after: str | None


# ---- tables and columns


@dataclass(frozen=True, slots=True)
class CreateTable:
    """CREATE TABLE."""

    table: Name
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[CreateIndex, ...] = ()
    """Written inside CREATE TABLE (MySQL KEY, UNIQUE KEY is a constraint)."""
    if_not_exists: bool = False
    temporary: bool = False
    from_query: bool = False
    """CREATE TABLE … AS SELECT: its columns are not known from the text."""
    comment: str | None = None
    like: tuple[Name, ...] = ()
    """LIKE, INHERITS, PARTITION OF: it has the columns of these tables too."""
    settings: tuple[tuple[str, str], ...] = ()
    """MySQL's table options, names in lower case: engine, charset, collate, row_format, …."""
    including: tuple[str, ...] | None = None
    """What LIKE copies beside columns: "defaults", "indexes", …; None when the table is not like just one other."""
    index_places: tuple[int, ...] = ()
    """For each of `indexes`, how many of `constraints` stand before it; empty when all of them do."""
    partition_by: str | None = None
    """As written: "RANGE (day)", "HASH (id)"; None for a table that has no partitions."""
    partition_of: Name | None = None
    """PostgreSQL PARTITION OF: the parent that it is a partition of."""
    unlogged: bool = False


@dataclass(frozen=True, slots=True)
class DropTable:
    """DROP TABLE, one fact a table."""

    table: Name
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameTable:
    """ALTER TABLE … RENAME TO, RENAME TABLE, SET SCHEMA."""

    table: Name
    to: Name


@dataclass(frozen=True, slots=True)
class AddColumn:
    """ALTER TABLE … ADD COLUMN."""

    table: Name
    column: Column
    if_not_exists: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class DropColumn:
    """ALTER TABLE … DROP COLUMN."""

    table: Name
    column: str
    if_exists: bool = False
    cascade: bool = False
    unused: bool = False
    """Oracle SET UNUSED: its values stay on disk until DROP UNUSED COLUMNS; nothing can read them."""


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """ALTER TABLE … RENAME COLUMN."""

    table: Name
    column: str
    to: str


@dataclass(frozen=True, slots=True)
class AlterColumnType:
    """ALTER COLUMN … TYPE. MySQL's MODIFY and CHANGE are `RedefineColumn`."""

    table: Name
    column: str
    type: str
    using: str | None = None
    collation: str | None = None


@dataclass(frozen=True, slots=True)
class RedefineColumn:
    """MySQL MODIFY or CHANGE: the whole definition is given anew; attributes not repeated are lost."""

    table: Name
    column: str
    to: Column
    """`to.name` differs from `column` when CHANGE renames as well."""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class SetNotNull:
    """ALTER COLUMN … SET NOT NULL."""

    table: Name
    column: str


@dataclass(frozen=True, slots=True)
class DropNotNull:
    """ALTER COLUMN … DROP NOT NULL."""

    table: Name
    column: str


@dataclass(frozen=True, slots=True)
class SetDefault:
    """SET DEFAULT; `default` is None for DROP DEFAULT."""

    table: Name
    column: str
    default: Default | None


@dataclass(frozen=True, slots=True)
class AddConstraint:
    """ALTER TABLE … ADD CONSTRAINT."""

    table: Name
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class ValidateConstraint:
    """ALTER TABLE … VALIDATE CONSTRAINT."""

    table: Name
    constraint: str


@dataclass(frozen=True, slots=True)
class DropConstraint:
    """ALTER TABLE … DROP CONSTRAINT, DROP FOREIGN KEY, DROP PRIMARY KEY."""

    table: Name
    constraint: str | None
    """None where the engine has no name for it (MySQL DROP PRIMARY KEY)."""
    kind: Kind | None = None
    """None when the text does not say."""
    if_exists: bool = False
    cascade: bool = False
    columns: tuple[str, ...] = ()
    """Those that it is on, where they are written in place of a name: Oracle's DROP UNIQUE (a, b), and what Alembic
    writes for SQL Server, whose script looks the name up."""


@dataclass(frozen=True, slots=True)
class SetTableOption:
    """ALTER TABLE … that changes storage, owner, charset, row security, partitions: `option` in the text's words."""

    table: Name
    option: str
    settings: tuple[tuple[str, str], ...] = ()
    """MySQL's table options as in `CreateTable`; "convert" for CONVERT TO CHARACTER SET."""


@dataclass(frozen=True, slots=True)
class AttachPartition:
    """PostgreSQL ALTER TABLE … ATTACH PARTITION."""

    table: Name
    """The parent."""
    partition: Name
    bound: str | None = None
    """As written: "FOR VALUES FROM (1) TO (10)", "DEFAULT"."""


@dataclass(frozen=True, slots=True)
class DetachPartition:
    """PostgreSQL ALTER TABLE … DETACH PARTITION."""

    table: Name
    partition: Name
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class AttachIndex:
    """PostgreSQL ALTER INDEX … ATTACH PARTITION: a partition's index becomes part of its parent's."""

    index: Name
    partition: Name
    """The index of the partition."""


@dataclass(frozen=True, slots=True)
class DropPartition:
    """MySQL, MariaDB, Oracle: ALTER TABLE … DROP or TRUNCATE PARTITION: its rows are gone."""

    table: Name
    partitions: tuple[str, ...]
    truncate: bool = False


@dataclass(frozen=True, slots=True)
class SetColumnOption:
    """ALTER COLUMN … SET STATISTICS, STORAGE, COMPRESSION, identity: `option` in the text's words."""

    table: Name
    column: str
    option: str
    identity: str | None = None
    """PostgreSQL: "always" or "by default" from now on; "" when it is dropped; None when it stays as it is."""
    identity_options: tuple[tuple[str, int], ...] = ()
    plain: bool = False
    """PostgreSQL DROP EXPRESSION: the column is not generated any more."""


# ---- indexes


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """CREATE INDEX, ADD INDEX."""

    name: str | None
    table: Name
    columns: tuple[str, ...]
    """Column names, or expressions as written."""
    unique: bool = False
    concurrently: bool = False
    if_not_exists: bool = False
    where: str | None = None
    method: str | None = None
    """btree, gin, fulltext, spatial, …; None when not written."""
    include: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    """One for each of `columns`; empty when all of them are plain columns."""
    nulls_not_distinct: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    """PostgreSQL WITH (fillfactor = 70)."""
    comment: str | None = None
    only: bool = False
    """PostgreSQL ON ONLY: of a partitioned table, not of its partitions. Such an index is invalid until all attach."""
    online: bool = False
    """SQL Server WITH (ONLINE = ON), Oracle ONLINE."""
    clustered: bool = False
    """SQL Server."""


@dataclass(frozen=True, slots=True)
class DropIndex:
    """DROP INDEX."""

    index: Name
    table: Name | None = None
    """MySQL names the table; PostgreSQL and SQLite do not."""
    if_exists: bool = False
    concurrently: bool = False
    cascade: bool = False
    online: bool = False
    """SQL Server WITH (ONLINE = ON), Oracle ONLINE."""


# ---- other objects


@dataclass(frozen=True, slots=True)
class CreateEnum:
    """CREATE TYPE … AS ENUM."""

    type: Name
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddEnumValue:
    """ALTER TYPE … ADD VALUE."""

    type: Name
    value: str
    if_not_exists: bool = False
    before: str | None = None
    after: str | None = None
    """The neighbour that BEFORE or AFTER names; without one the value goes to the end."""


@dataclass(frozen=True, slots=True)
class CreateObject:
    """A view, sequence, schema, domain, function, trigger, extension, policy, …: `kind` in lower case words."""

    kind: str
    name: Name
    or_replace: bool = False
    if_not_exists: bool = False
    table: Name | None = None
    """What a trigger, rule or policy stands on."""
    domain: Column | None = None
    """What a domain is: type, nullability, default and checks."""
    reads: tuple[Name, ...] | None = None
    """The tables and views that a view reads from; None where they are not known."""
    options: tuple[tuple[str, str], ...] = ()
    """What a function, procedure, view, trigger or event is made with: names in lower case, values as written:
    ("security", "definer"), ("search_path", "pg_catalog, pg_temp"), ("language", "plpgsql"), ("definer", "root@%")."""


@dataclass(frozen=True, slots=True)
class AlterObject:
    """ALTER of something that is not a table: `kind` and `change` in lower case words."""

    kind: str
    name: Name
    change: str
    renamed_value: tuple[str, str] | None = None
    """ALTER TYPE … RENAME VALUE old TO new."""
    owned_by: tuple[Name, str] | None = None
    """ALTER SEQUENCE … OWNED BY: table and column."""


@dataclass(frozen=True, slots=True)
class DropObject:
    """DROP of a view, materialized view, type, sequence, schema, function, trigger, …: `kind` in lower case words."""

    kind: str
    name: Name
    if_exists: bool = False
    cascade: bool = False
    table: Name | None = None


@dataclass(frozen=True, slots=True)
class RenameObject:
    """Rename of an index, constraint, type, view, sequence, schema: `kind` in lower case words."""

    kind: str
    name: Name
    to: str
    table: Name | None = None


@dataclass(frozen=True, slots=True)
class Describe:
    """COMMENT ON: changes no data and no structure."""

    kind: str
    name: Name
    comment: str | None = None
    table: Name | None = None
    """Of a column, constraint, trigger, rule or policy."""


@dataclass(frozen=True, slots=True)
class Grant:
    """GRANT, REVOKE, ALTER DEFAULT PRIVILEGES, ownership: `action` in lower case words."""

    action: str
    privileges: tuple[str, ...] = ()
    """In lower case: "select", "all"; the names of roles, where roles are granted."""
    on: str | None = None
    """What they are on, as written: "orders", "all tables in schema public"; None for roles."""
    to: tuple[str, ...] = ()
    """Who gets them, or loses them; "public" in lower case is everybody."""
    grant_option: bool = False
    """WITH GRANT OPTION, WITH ADMIN OPTION."""


# ---- data


@dataclass(frozen=True, slots=True)
class Insert:
    """INSERT, REPLACE."""

    table: Name
    rows: int | None
    """How many literal rows; None for INSERT … SELECT."""
    columns: tuple[str, ...] | None = None
    """Those that are named; None where none are."""
    guarded: bool = False
    """ON CONFLICT, ON DUPLICATE KEY, INSERT IGNORE, OR IGNORE, MERGE, WHERE NOT EXISTS: it may run twice."""
    replaces: bool = False
    """REPLACE, INSERT OR REPLACE: rows that are in its way are deleted."""


@dataclass(frozen=True, slots=True)
class Update:
    """UPDATE."""

    table: Name
    where: bool
    """Whether there is a WHERE, JOIN or LIMIT that restricts the rows. One that is always true restricts nothing."""
    columns: tuple[str, ...] = ()
    """Those that are set."""
    condition: str | None = None
    """The WHERE as written, white space squeezed."""
    limited: bool = False
    """Whether it stops after a number of rows: LIMIT, a range of keys from a query with LIMIT."""


@dataclass(frozen=True, slots=True)
class Delete:
    """DELETE."""

    table: Name
    where: bool
    condition: str | None = None
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Truncate:
    """TRUNCATE, one fact a table."""

    table: Name
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A query at the top level. `functions` are the functions it calls, in lower case: they may have side effects."""

    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class External:
    """What leaves the database: COPY … PROGRAM or a server's file, LOAD DATA, INTO OUTFILE, xp_cmdshell, OPENROWSET,
    UTL_FILE, dblink, ATTACH DATABASE. It comes beside the other facts of its statement."""

    what: str
    """In the engine's words, upper case: "COPY PROGRAM", "LOAD DATA INFILE"."""
    target: str | None = None
    """The file, program or server, as written."""


# ---- session and transaction


@dataclass(frozen=True, slots=True)
class SetOption:
    """SET name = value, PRAGMA name = value. Names in lower case; `value` None for RESET or DEFAULT."""

    name: str
    value: str | None
    local: bool = False
    """PostgreSQL SET LOCAL: until the transaction ends."""

    @property
    def milliseconds(self) -> int | None:
        """The value as a time, in ms: PostgreSQL's units; None when it is not one. 0 means no limit."""
        return None if self.value is None else milliseconds(self.value)


@dataclass(frozen=True, slots=True)
class Begin:
    """BEGIN, START TRANSACTION."""


@dataclass(frozen=True, slots=True)
class Commit:
    """COMMIT, END."""


@dataclass(frozen=True, slots=True)
class Rollback:
    """ROLLBACK of the whole transaction."""


@dataclass(frozen=True, slots=True)
class Savepoint:
    """SAVEPOINT, RELEASE or ROLLBACK TO."""

    name: str


@dataclass(frozen=True, slots=True)
class LockTable:
    """LOCK TABLE, one fact a table."""

    table: Name
    mode: str
    """As written, upper case; PostgreSQL's default is ACCESS EXCLUSIVE."""


@dataclass(frozen=True, slots=True)
class Maintain:
    """VACUUM, ANALYZE, REINDEX, CLUSTER, REFRESH MATERIALIZED VIEW, OPTIMIZE TABLE: `command` upper case."""

    command: str
    name: Name | None = None
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A DO or BEGIN … END block. The facts of the statements inside follow it, in the same statement."""

    language: str
    checks: bool
    """Whether it tests something (IF … THEN) before it acts."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A statement, or a part of one, that can't be read: it is said, never passed as clean."""

    why: Message


Fact = (
    CreateTable
    | DropTable
    | RenameTable
    | AddColumn
    | DropColumn
    | RenameColumn
    | AlterColumnType
    | RedefineColumn
    | SetNotNull
    | DropNotNull
    | SetDefault
    | AddConstraint
    | ValidateConstraint
    | DropConstraint
    | SetTableOption
    | AttachPartition
    | DetachPartition
    | AttachIndex
    | DropPartition
    | SetColumnOption
    | CreateIndex
    | DropIndex
    | CreateEnum
    | AddEnumValue
    | CreateObject
    | AlterObject
    | DropObject
    | RenameObject
    | Describe
    | Grant
    | Insert
    | Update
    | Delete
    | Truncate
    | Select
    | External
    | SetOption
    | Begin
    | Commit
    | Rollback
    | Savepoint
    | LockTable
    | Maintain
    | Block
    | Opaque
)


def constraints_of(fact: Fact) -> tuple[Constraint, ...]:
    """The constraints that a fact makes: those written at columns, then those of the table."""
    match fact:
        case CreateTable(columns=columns, constraints=constraints):
            return (*(one for column in columns for one in column.constraints), *constraints)
        case AddColumn(column=column):
            return column.constraints
        case AddConstraint(constraint=constraint):
            return (constraint,)
        case _:
            return ()
