"""CREATE, ALTER, DROP, RENAME and COMMENT of anything in, facts out."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from sqlgen.facts.postgresql.library import pb
from sqlgen.facts.postgresql.names import DEFAULT_SCHEMA, dotted, of_object, relation, role, strings, typed, words
from sqlgen.facts.postgresql.options import of_object_made
from sqlgen.facts.vocabulary import (
    AddEnumValue,
    AlterObject,
    CreateEnum,
    CreateObject,
    Describe,
    DropIndex,
    DropObject,
    DropTable,
    Fact,
    Name,
    RenameColumn,
    RenameObject,
    RenameTable,
)

__all__ = ["alter", "alter_enum", "comment", "create", "create_enum", "drop", "rename", "set_schema"]

_CREATED = {
    # statement: its kind, and the field that holds the name
    "create_seq_stmt": ("sequence", "sequence"),
    "create_schema_stmt": ("schema", "schemaname"),
    "create_extension_stmt": ("extension", "extname"),
    "composite_type_stmt": ("type", "typevar"),
    "create_range_stmt": ("type", "type_name"),
    "create_trig_stmt": ("trigger", "trigname"),
    "create_policy_stmt": ("policy", "policy_name"),
    "rule_stmt": ("rule", "rulename"),
    "create_event_trig_stmt": ("event trigger", "trigname"),
    "create_fdw_stmt": ("foreign data wrapper", "fdwname"),
    "create_foreign_server_stmt": ("server", "servername"),
    "create_user_mapping_stmt": ("user mapping", "servername"),
    "create_am_stmt": ("access method", "amname"),
    "create_plang_stmt": ("language", "plname"),
    "create_role_stmt": ("role", "role"),
    "createdb_stmt": ("database", "dbname"),
    "create_table_space_stmt": ("tablespace", "tablespacename"),
    "create_op_class_stmt": ("operator class", "opclassname"),
    "create_op_family_stmt": ("operator family", "opfamilyname"),
    "create_conversion_stmt": ("conversion", "conversion_name"),
    "create_cast_stmt": ("cast", "targettype"),
    "create_transform_stmt": ("transform", "type_name"),
    "create_stats_stmt": ("statistics", "defnames"),
    "create_publication_stmt": ("publication", "pubname"),
    "create_subscription_stmt": ("subscription", "subname"),
    "define_stmt": ("", "defnames"),  # aggregate, operator, type, collation, text search …: the node says which
    "create_function_stmt": ("function", "funcname"),
}

_ALTERED = {
    "alter_seq_stmt": ("sequence", "sequence"),
    "alter_domain_stmt": ("domain", "type_name"),
    "alter_type_stmt": ("type", "type_name"),
    "alter_function_stmt": ("function", "func"),
    "alter_extension_stmt": ("extension", "extname"),
    "alter_extension_contents_stmt": ("extension", "extname"),
    "alter_policy_stmt": ("policy", "policy_name"),
    "alter_collation_stmt": ("collation", "collname"),
    "alter_table_space_options_stmt": ("tablespace", "tablespacename"),
    "alter_table_move_all_stmt": ("tablespace", "orig_tablespacename"),
    "alter_fdw_stmt": ("foreign data wrapper", "fdwname"),
    "alter_foreign_server_stmt": ("server", "servername"),
    "alter_user_mapping_stmt": ("user mapping", "servername"),
    "alter_event_trig_stmt": ("event trigger", "trigname"),
    "alter_role_stmt": ("role", "role"),
    "alter_role_set_stmt": ("role", "role"),
    "alter_stats_stmt": ("statistics", "defnames"),
    "alter_operator_stmt": ("operator", "opername"),
    "alter_op_family_stmt": ("operator family", "opfamilyname"),
    "alter_database_stmt": ("database", "dbname"),
    "alter_database_set_stmt": ("database", "dbname"),
    "alter_database_refresh_coll_stmt": ("database", "dbname"),
    "alter_tsdictionary_stmt": ("text search dictionary", "dictname"),
    "alter_tsconfiguration_stmt": ("text search configuration", "cfgname"),
    "alter_publication_stmt": ("publication", "pubname"),
    "alter_subscription_stmt": ("subscription", "subname"),
}

_DROPPED = {
    "drop_table_space_stmt": ("tablespace", "tablespacename"),
    "drop_user_mapping_stmt": ("user mapping", "servername"),
    "drop_subscription_stmt": ("subscription", "subname"),
    "dropdb_stmt": ("database", "dbname"),
}

_CASCADE = 2  # pg_query.proto, DropBehavior
_ON_A_TABLE = ("trigger", "rule", "policy")


def create(statement: str, node: Message) -> CreateObject | None:
    """CREATE of what has no fact of its own; None when the statement is not one."""
    if statement not in _CREATED:
        return None
    kind, field = _CREATED[statement]
    if statement == "define_stmt":
        kind = words(pb.ObjectType.Name(_number(node, "kind")), "OBJECT_")
    if statement == "create_function_stmt" and _flag(node, "is_procedure"):
        kind = "procedure"
    return CreateObject(
        kind,
        _named(node, field),
        _flag(node, "replace"),
        _flag(node, "if_not_exists"),
        _named(node, "table" if kind == "policy" else "relation") if kind in _ON_A_TABLE else None,
        options=of_object_made(statement, node),
    )


def create_enum(node: pb.CreateEnumStmt) -> CreateEnum:
    return CreateEnum(dotted(strings(node.type_name)), strings(node.vals))


def alter(statement: str, node: Message, text: str) -> AlterObject | None:
    """ALTER of what has no fact of its own; None when the statement is not one. The change is the whole text."""
    if statement not in _ALTERED:
        return None
    kind, field = _ALTERED[statement]
    change = " ".join(text.lower().split())
    return AlterObject(kind, _named(node, field), change, owned_by=_owner(node) if kind == "sequence" else None)


def _owner(node: Message) -> tuple[Name, str] | None:
    """OWNED BY table.column of a sequence; NONE is one word."""
    for option in getattr(node, "options", ()):
        if option.def_elem.defname == "owned_by":
            *table, column = strings(option.def_elem.arg.list.items)
            return (dotted(table), column) if table else None
    return None


def alter_enum(node: pb.AlterEnumStmt) -> AddEnumValue | AlterObject:
    name = dotted(strings(node.type_name))
    if node.old_val:
        change = f"rename value '{node.old_val}' to '{node.new_val}'"
        return AlterObject("type", name, change, (node.old_val, node.new_val))
    beside = node.new_val_neighbor or None
    before, after = (None, beside) if node.new_val_is_after else (beside, None)
    return AddEnumValue(name, node.new_val, node.skip_if_new_val_exists, before, after)


def drop(statement: str, node: Message) -> Iterator[Fact]:
    """DROP: one fact for each object named; nothing when the statement is not one."""
    if isinstance(node, pb.DropStmt):
        yield from (_dropped(node, item) for item in node.objects)
    elif isinstance(node, pb.DropRoleStmt):
        yield from (DropObject("role", Name(role(item.role_spec)), node.missing_ok) for item in node.roles)
    elif isinstance(node, pb.DropOwnedStmt):
        yield from (DropObject("all objects owned by", Name(role(item.role_spec))) for item in node.roles)
    elif statement in _DROPPED:
        kind, field = _DROPPED[statement]
        yield DropObject(kind, _named(node, field), _flag(node, "missing_ok"))


def _dropped(node: pb.DropStmt, item: pb.Node) -> Fact:
    name, cascade = of_object(item), node.behavior == _CASCADE
    kind = words(pb.ObjectType.Name(node.remove_type), "OBJECT_")
    match kind:
        case "table" | "foreign table":
            return DropTable(name, node.missing_ok, cascade)
        case "index":
            return DropIndex(name, None, node.missing_ok, node.concurrent, cascade)
        case "trigger" | "rule" | "policy":
            *table, last = strings(item.list.items)
            return DropObject(kind, Name(last), node.missing_ok, cascade, dotted(table))
        case "operator class" | "operator family":
            _, *parts = strings(item.list.items)  # the first is the access method
            return DropObject(kind, dotted(parts), node.missing_ok, cascade)
        case _:
            return DropObject(kind, name, node.missing_ok, cascade)


def rename(node: pb.RenameStmt) -> Fact:
    kind = words(pb.ObjectType.Name(node.rename_type), "OBJECT_")
    table = relation(node.relation) if node.HasField("relation") else None
    if kind in ("table", "foreign table") and table is not None:
        return RenameTable(table, Name(node.newname, table.schema))
    if kind == "column" and table is not None:
        if pb.ObjectType.Name(node.relation_type) in ("OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"):
            return RenameColumn(table, node.subname, node.newname)
        return RenameObject(kind, Name(node.subname), node.newname, table)
    if kind in ("constraint", *_ON_A_TABLE):
        return RenameObject(kind, Name(node.subname), node.newname, table)
    if kind in ("attribute", "domain constraint"):
        of = table or of_object(node.object)
        return RenameObject(kind, Name(node.subname), node.newname, of)
    if table is not None:  # an index, a view, a sequence
        return RenameObject(kind, table, node.newname)
    name = of_object(node.object) if node.HasField("object") else Name(node.subname)
    return RenameObject(kind, name, node.newname)


def set_schema(node: pb.AlterObjectSchemaStmt) -> Fact:
    """SET SCHEMA takes a table away from its old name, as a rename does."""
    kind = words(pb.ObjectType.Name(node.object_type), "OBJECT_")
    if kind in ("table", "foreign table"):
        table = relation(node.relation)
        return RenameTable(table, Name(table.name, None if node.newschema == DEFAULT_SCHEMA else node.newschema))
    name = relation(node.relation) if node.HasField("relation") else of_object(node.object)
    return AlterObject(kind, name, f"set schema {node.newschema}")


def comment(node: pb.CommentStmt | pb.SecLabelStmt) -> Describe:
    kind = words(pb.ObjectType.Name(node.objtype), "OBJECT_")
    if kind in ("column", "constraint", *_ON_A_TABLE) and node.object.HasField("list"):
        *before, last = strings(node.object.list.items)
        table = dotted(before) if before else None
        return Describe(kind, Name(last, None if table is None else str(table)), _comment(node), table)
    return Describe(kind, of_object(node.object), _comment(node))


def _comment(node: pb.CommentStmt | pb.SecLabelStmt) -> str | None:
    """IS NULL and IS '' both take the comment away: PostgreSQL, comment.c CreateComments."""
    return node.comment or None if isinstance(node, pb.CommentStmt) else None


def _named(node: Message, field: str) -> Name:
    value = getattr(node, field)
    if isinstance(value, str):
        return Name(value)
    if isinstance(value, pb.RangeVar):
        return relation(value)
    if isinstance(value, pb.RoleSpec):
        return Name(role(value))
    if isinstance(value, pb.TypeName):
        return typed(value)
    if isinstance(value, pb.ObjectWithArgs):
        return dotted(strings(value.objname) or ("",))
    return dotted(strings(value) or ("",))


def _flag(node: Message, field: str) -> bool:
    return bool(getattr(node, field, False))


def _number(node: Message, field: str) -> int:
    return int(getattr(node, field))
