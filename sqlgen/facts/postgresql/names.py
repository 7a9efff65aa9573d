"""Parse tree nodes that name something in, Names out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlgen.facts.vocabulary import Name

if TYPE_CHECKING:
    from sqlgen.facts.postgresql.library import pb

DEFAULT_SCHEMA = "public"


def relation(node: pb.RangeVar) -> Name:
    return Name(node.relname, _schema(node.schemaname))


def dotted(parts: Iterable[str]) -> Name:
    """The last part is the name, the one before it the schema; a database name before those is left out."""
    *before, name = parts
    return Name(name, _schema(before[-1]) if before else None)


def strings(nodes: Iterable[pb.Node]) -> tuple[str, ...]:
    return tuple(node.string.sval for node in nodes)


def typed(node: pb.TypeName) -> Name:
    """The name of a type as an object: CREATE TYPE, DROP TYPE."""
    return dotted(strings(node.names))


def role(node: pb.RoleSpec) -> str:
    return node.rolename or _ROLES.get(node.roletype, "current_user")


# pg_query.proto, RoleSpecType: roles that are words, not names
_ROLES = {2: "current_role", 3: "current_user", 4: "session_user", 5: "public"}


def words(enum_name: str, prefix: str) -> str:
    """`OBJECT_EVENT_TRIGGER` becomes `event trigger`; PostgreSQL's abbreviations are written out."""
    bare = enum_name.removeprefix(prefix).lower()
    return _SPELLED.get(bare, bare.replace("_", " "))


_SPELLED = {
    "matview": "materialized view",
    "tabconstraint": "constraint",
    "domconstraint": "domain constraint",
    "fdw": "foreign data wrapper",
    "foreign_server": "server",
    "statistic_ext": "statistics",
    "opclass": "operator class",
    "opfamily": "operator family",
    "tsconfiguration": "text search configuration",
    "tsdictionary": "text search dictionary",
    "tsparser": "text search parser",
    "tstemplate": "text search template",
    "largeobject": "large object",
}


def of_object(node: pb.Node) -> Name:
    """The name in a node of DROP, COMMENT, ALTER … OWNER: a string, a list, a type or a function with arguments."""
    match node.WhichOneof("node"):
        case "string":
            return dotted((node.string.sval,))
        case "list":
            parts = [_part(item) for item in node.list.items]
            return dotted(parts) if parts else Name("")
        case "type_name":
            return typed(node.type_name)
        case "object_with_args":
            return dotted(strings(node.object_with_args.objname) or ("",))
        case "role_spec":
            return Name(role(node.role_spec))
        case "range_var":
            return relation(node.range_var)
        case _:
            return Name("")


def _part(node: pb.Node) -> str:
    return node.string.sval if node.HasField("string") else of_object(node).name


def _schema(name: str) -> str | None:
    return None if name in ("", DEFAULT_SCHEMA) else name
