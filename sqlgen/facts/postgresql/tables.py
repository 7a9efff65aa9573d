"""CREATE TABLE and ALTER TABLE in, facts out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from sqlgen.facts.postgresql.definitions import column, constraint, identity_kind, is_constraint, sequence_options
from sqlgen.facts.postgresql.expressions import volatility
from sqlgen.facts.postgresql.library import pb
from sqlgen.facts.postgresql.names import relation, words
from sqlgen.facts.postgresql.written import Lost, Written
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterObject,
    AttachIndex,
    AttachPartition,
    CreateTable,
    Default,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropNotNull,
    Fact,
    Name,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetTableOption,
    ValidateConstraint,
)

__all__ = ["alter", "create"]

_CASCADE = 2  # pg_query.proto, DropBehavior


def create(node: pb.CreateStmt, written: Written) -> CreateTable:
    """CREATE TABLE, with LIKE, INHERITS, PARTITION OF and OF type."""
    columns, constraints, like = [], [], []
    including: tuple[str, ...] = ()
    for element in node.table_elts:
        if element.HasField("column_def"):
            columns.append(column(element.column_def, written))
        elif element.HasField("table_like_clause"):
            like.append(relation(element.table_like_clause.relation))
            including = _including(element.table_like_clause.options)
        elif element.HasField("constraint") and is_constraint(element.constraint):
            constraints.append(constraint(element.constraint, written))
    return CreateTable(
        relation(node.relation),
        tuple(columns),
        tuple(constraints),
        if_not_exists=node.if_not_exists,
        temporary=node.relation.relpersistence == "t",
        from_query=node.HasField("of_typename"),  # OF type: the columns are the type's
        like=(*like, *(relation(parent.range_var) for parent in node.inh_relations)),
        including=including if len(like) == 1 and not node.inh_relations else None,
        partition_by=_partitioning(node.partspec, written) if node.HasField("partspec") else None,
        partition_of=relation(node.inh_relations[0].range_var) if node.HasField("partbound") else None,
        unlogged=node.relation.relpersistence == "u",
    )


def _partitioning(node: pb.PartitionSpec, written: Written) -> str:
    """PARTITION BY RANGE (day): the strategy and its columns, as written."""
    start = written.find("BY", written.token(node.location)) + 1
    return " ".join(written.slice(start, written.group(written.find("(", start))[1] + 1).split())


def _including(bits: int) -> tuple[str, ...]:
    """parsenodes.h, TableLikeOption: one bit each."""
    return tuple(name for number, name in enumerate(_LIKE_OPTIONS) if bits >> number & 1)


_LIKE_OPTIONS = (
    "comments",
    "compression",
    "constraints",
    "defaults",
    "generated",
    "identity",
    "indexes",
    "statistics",
    "storage",
)


def alter(node: pb.AlterTableStmt, written: Written) -> Iterator[Fact]:
    """ALTER TABLE: one fact for each of its actions."""
    table = relation(node.relation)
    kind = words(pb.ObjectType.Name(node.objtype), "OBJECT_")
    actions = _Actions(node, written)
    for number, command in enumerate(node.cmds):
        if kind in ("table", "foreign table"):
            yield _action(table, command.alter_table_cmd, actions, number)
        elif command.alter_table_cmd.subtype == pb.AT_AttachPartition:  # ALTER INDEX
            yield AttachIndex(table, relation(getattr(command.alter_table_cmd, "def").partition_cmd.name))
        else:
            yield AlterObject(kind, table, actions.text(number).lower())


class _Actions:
    """Where each action of an ALTER TABLE stands in the text; cut up only when one needs it."""

    def __init__(self, node: pb.AlterTableStmt, written: Written):
        self._node = node
        self.written = written

    @cached_property
    def _parts(self) -> list[tuple[int, int]]:
        start = self.written.behind(self._node.relation.location)
        while self.written.word(start) in ("*", ")"):
            start += 1
        parts = self.written.parts(start)
        if len(parts) != len(self._node.cmds):
            raise Lost
        return parts

    def part(self, number: int) -> tuple[int, int]:
        return self._parts[number]

    def text(self, number: int) -> str:
        return " ".join(self.written.slice(*self._parts[number]).split())

    def text_behind(self, number: int, name: pb.RangeVar) -> str:
        """What an action says behind a name, white space squeezed."""
        start, stop = self.written.behind(name.location), self._parts[number][1]
        return " ".join(self.written.slice(start, stop).split())

    def after(self, number: int, word: str) -> str:
        """What an action says after a reserved word."""
        start, stop = self._parts[number]
        return self.written.expression(self.written.find(word, start, stop) + 1, stop)


def _action(table: Name, command: pb.AlterTableCmd, actions: _Actions, number: int) -> Fact:
    definition: pb.Node = getattr(command, "def")
    cascade = command.behavior == _CASCADE
    match pb.AlterTableType.Name(command.subtype):
        case "AT_AddColumn":
            return AddColumn(table, column(definition.column_def, actions.written), command.missing_ok)
        case "AT_DropColumn":
            return DropColumn(table, command.name, command.missing_ok, cascade)
        case "AT_AlterColumnType":
            to = definition.column_def
            using = actions.after(number, "USING") if to.HasField("raw_default") else None
            return AlterColumnType(
                table, command.name, actions.written.type(to.type_name.location), using, _collation(to)
            )
        case "AT_ColumnDefault":
            default = None
            if command.HasField("def"):
                default = Default(actions.after(number, "DEFAULT"), volatility(definition))
            return SetDefault(table, command.name, default)
        case "AT_SetNotNull":
            return SetNotNull(table, command.name)
        case "AT_DropNotNull":
            return DropNotNull(table, command.name)
        case "AT_AddConstraint":
            return AddConstraint(table, constraint(definition.constraint, actions.written))
        case "AT_ValidateConstraint":
            return ValidateConstraint(table, command.name)
        case "AT_DropConstraint":
            return DropConstraint(table, command.name, None, command.missing_ok, cascade)
        case "AT_AttachPartition":
            partition = definition.partition_cmd.name
            bound = actions.text_behind(number, partition)
            return AttachPartition(table, relation(partition), bound)
        case "AT_DetachPartition":
            partition_cmd = definition.partition_cmd
            return DetachPartition(table, relation(partition_cmd.name), partition_cmd.concurrent)
        case subtype if subtype in _ON_A_COLUMN:
            return _column_option(table, command, subtype, actions.text(number))
        case _:
            return SetTableOption(table, actions.text(number))


def _collation(column: pb.ColumnDef) -> str | None:
    return column.coll_clause.collname[-1].string.sval if column.HasField("coll_clause") else None


def _column_option(table: Name, command: pb.AlterTableCmd, subtype: str, text: str) -> SetColumnOption:
    definition: pb.Node = getattr(command, "def")
    identity: str | None = None
    options: tuple[tuple[str, int], ...] = ()
    match subtype:
        case "AT_AddIdentity":
            identity = identity_kind(definition.constraint.generated_when)
            options = sequence_options(definition.constraint.options)
        case "AT_SetIdentity":
            for item in definition.list.items:
                if item.def_elem.defname == "generated":
                    identity = identity_kind(chr(item.def_elem.arg.integer.ival))
            options = sequence_options(definition.list.items)
        case "AT_DropIdentity":
            identity = ""
    return SetColumnOption(table, command.name, text, identity, options, subtype == "AT_DropExpression")


_ON_A_COLUMN = (
    "AT_SetExpression",
    "AT_DropExpression",
    "AT_SetStatistics",
    "AT_SetOptions",
    "AT_ResetOptions",
    "AT_SetStorage",
    "AT_SetCompression",
    "AT_AlterColumnGenericOptions",
    "AT_AddIdentity",
    "AT_SetIdentity",
    "AT_DropIdentity",
)
