"""CREATE FUNCTION, VIEW, TRIGGER, POLICY, ROLE and EXTENSION in, what they are made with out: (name, value) pairs.

Names are in lower case and the words of the statement; a value is as written. Passwords are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.protobuf.message import Message

from sqlgen.facts.postgresql.library import pb
from sqlgen.facts.postgresql.names import role, strings
from sqlgen.facts.postgresql.session import set_option

__all__ = ["of_object_made", "of_view"]

Options = tuple[tuple[str, str], ...]


def of_object_made(statement: str, node: Message) -> Options:
    """The options of what `statement` makes; nothing where none are kept."""
    match statement:
        case "create_function_stmt":
            return tuple(_function(node.options))
        case "create_trig_stmt":
            return tuple(_trigger(node))
        case "create_policy_stmt":
            return tuple(_policy(node))
        case "create_role_stmt" | "create_extension_stmt":
            return tuple(_plain(node.options))
        case _:
            return ()


def of_view(node: pb.ViewStmt) -> Options:
    check = {pb.LOCAL_CHECK_OPTION: "local", pb.CASCADED_CHECK_OPTION: "cascaded"}.get(node.with_check_option)
    temporary = (("temporary", "true"),) if node.view.relpersistence == "t" else ()
    return (*temporary, *_plain(node.options), *((("check option", check),) if check else ()))


def _function(options: Iterable[pb.Node]) -> Iterator[tuple[str, str]]:
    for item in options:
        option = item.def_elem
        match option.defname:
            case "security":
                yield "security", "definer" if option.arg.boolean.boolval else "invoker"
            case "set":
                setting = set_option(option.arg.variable_set_stmt)
                yield setting.name, setting.value if setting.value is not None else "default"
            case "as":
                pass
            case name:
                yield name, _value(option.arg)


def _trigger(node: pb.CreateTrigStmt) -> Iterator[tuple[str, str]]:
    """CREATE TRIGGER. pg_trigger.h, TRIGGER_TYPE_*: one bit each."""
    yield "timing", {2: "before", 64: "instead of"}.get(node.timing, "after")
    yield "events", ", ".join(name for bit, name in _EVENTS if node.events & bit)
    yield "for each", "row" if node.row else "statement"
    yield "function", ".".join(strings(node.funcname))
    if node.isconstraint:
        yield "constraint", "true"


_EVENTS = ((4, "insert"), (8, "delete"), (16, "update"), (32, "truncate"))


def _policy(node: pb.CreatePolicyStmt) -> Iterator[tuple[str, str]]:
    yield "command", node.cmd_name
    yield "permissive", "true" if node.permissive else "false"
    yield "to", ", ".join(role(item.role_spec) for item in node.roles)


def _plain(options: Iterable[pb.Node]) -> Iterator[tuple[str, str]]:
    for item in options:
        if item.def_elem.defname != "password":
            yield item.def_elem.defname, _value(item.def_elem.arg)


def _value(node: pb.Node) -> str:
    match node.WhichOneof("node"):
        case "string":
            return str(node.string.sval)
        case "boolean":
            return "true" if node.boolean.boolval else "false"
        case "integer":
            return str(node.integer.ival)
        case "float":
            return str(node.float.fval)
        case "list":
            return ", ".join(
                role(item.role_spec) if item.HasField("role_spec") else item.string.sval for item in node.list.items
            )
        case "type_name":
            return strings(node.type_name.names)[-1]
        case _:
            return "true"
