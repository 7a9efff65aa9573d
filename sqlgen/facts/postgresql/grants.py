"""GRANT, REVOKE, ALTER DEFAULT PRIVILEGES and changes of owner in, facts out."""

from __future__ import annotations

from collections.abc import Iterable

from sqlgen.facts.postgresql.library import pb
from sqlgen.facts.postgresql.names import of_object, relation, role, strings, words
from sqlgen.facts.vocabulary import Grant

__all__ = ["grant", "owner"]


def grant(statement: str, node: pb.Node) -> Grant:
    match statement:
        case "grant_stmt":
            return _privileges(node.grant_stmt, _on(node.grant_stmt))
        case "grant_role_stmt":
            return _roles(node.grant_role_stmt)
        case "alter_default_privileges_stmt":
            return _default_privileges(node.alter_default_privileges_stmt)
        case _:
            to, old = role(node.reassign_owned_stmt.newrole), _names(node.reassign_owned_stmt.roles)
            on = f"all owned by {', '.join(old)}"
            return Grant(f"reassign owned to {to}", ("owner",), on, (to,))


def owner(node: pb.AlterOwnerStmt) -> Grant:
    kind = words(pb.ObjectType.Name(node.object_type), "OBJECT_")
    name = relation(node.relation) if node.HasField("relation") else of_object(node.object)
    to = role(node.newowner)
    on = str(name) if kind == "table" else f"{kind} {name}"
    return Grant(f"alter {kind} {name} owner to {to}", ("owner",), on, (to,))


def _roles(node: pb.GrantRoleStmt) -> Grant:
    granted = tuple(item.access_priv.priv_name for item in node.granted_roles)
    options = {item.def_elem.defname: item.def_elem.arg.boolean.boolval for item in node.opt}
    verb = "grant" if node.is_grant else "revoke"
    action = f"{verb} role {', '.join(granted)}"
    return Grant(action, granted, None, _names(node.grantee_roles), options.get("admin", False))


def _default_privileges(node: pb.AlterDefaultPrivilegesStmt) -> Grant:
    """ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT … ON TABLES: on "tables in schema s"."""
    schemas = [
        name
        for item in node.options
        if item.def_elem.defname == "schemas"
        for name in strings(item.def_elem.arg.list.items)
    ]
    on = _plural(node.action) + (f" in schema {', '.join(schemas)}" if schemas else "")
    granted = _privileges(node.action, on)
    return Grant(f"alter default privileges {granted.action}", granted.privileges, on, granted.to, granted.grant_option)


def _privileges(node: pb.GrantStmt, on: str) -> Grant:
    names = ", ".join(item.access_priv.priv_name for item in node.privileges) or "all"
    kind = words(pb.ObjectType.Name(node.objtype), "OBJECT_")
    to = _names(node.grantees)
    verb, preposition = ("grant", "to") if node.is_grant else ("revoke", "from")
    action = f"{verb} {names} on {kind} {preposition} {', '.join(to)}"
    return Grant(action, _privilege_names(node), on, to, node.grant_option)


def _privilege_names(node: pb.GrantStmt) -> tuple[str, ...]:
    """ALL is a privilege without a name. Columns of a privilege are part of what it is on, and left out here."""
    return tuple(dict.fromkeys(item.access_priv.priv_name or "all" for item in node.privileges)) or ("all",)


def _names(nodes: Iterable[pb.Node]) -> tuple[str, ...]:
    return tuple(role(item.role_spec) for item in nodes)


def _plural(node: pb.GrantStmt) -> str:
    return f"{words(pb.ObjectType.Name(node.objtype), 'OBJECT_')}s"


def _on(node: pb.GrantStmt) -> str:
    """orders · sequence q · all tables in schema public."""
    names = ", ".join(str(of_object(item)) for item in node.objects)
    if node.targtype == pb.ACL_TARGET_ALL_IN_SCHEMA:
        return f"all {_plural(node)} in schema {names}"
    kind = words(pb.ObjectType.Name(node.objtype), "OBJECT_")
    return names if kind == "table" else f"{kind} {names}"
