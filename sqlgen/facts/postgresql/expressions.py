"""Expression nodes in: how volatile they are, which functions they call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from google.protobuf.message import Message

from sqlgen.facts.postgresql.names import relation, strings
from sqlgen.facts.vocabulary import Name, Volatility
from sqlgen.facts.volatility import of_function, worst

if TYPE_CHECKING:
    from sqlgen.facts.postgresql.library import pb

__all__ = ["functions", "relations", "volatility"]


def volatility(node: pb.Node) -> Volatility:
    """How often PostgreSQL evaluates a default for existing rows.

    Casts and operators over constants are constant: PostgreSQL 15 marks no operator of its own volatile, and those
    that are stable (timestamptz + interval) have stable operands already.
    """
    match node.WhichOneof("node"):
        case None | "a_const":
            return Volatility.CONSTANT
        case "sqlvalue_function":
            return Volatility.STABLE
        case "func_call":
            names = strings(node.func_call.funcname)
            schema = names[-2] if len(names) > 1 else None
            return worst((of_function(names[-1], schema), *map(volatility, node.func_call.args)))
        case "type_cast":
            return volatility(node.type_cast.arg)
        case "collate_clause":
            return volatility(node.collate_clause.arg)
        case "a_expr":
            return worst((volatility(node.a_expr.lexpr), volatility(node.a_expr.rexpr)))
        case "bool_expr":
            return worst(map(volatility, node.bool_expr.args))
        case "coalesce_expr":
            return worst(map(volatility, node.coalesce_expr.args))
        case "min_max_expr":
            return worst(map(volatility, node.min_max_expr.args))
        case "a_array_expr":
            return worst(map(volatility, node.a_array_expr.elements))
        case "row_expr":
            return worst(map(volatility, node.row_expr.args))
        case "list":
            return worst(map(volatility, node.list.items))
        case "null_test":
            return volatility(node.null_test.arg)
        case _:
            return Volatility.UNKNOWN


def functions(tree: Message) -> tuple[str, ...]:
    """The functions that a tree calls, in lower case, each once, in the order of the tree."""
    return tuple(dict.fromkeys(_calls(tree)))


def relations(tree: Message) -> tuple[Name, ...]:
    """The tables and views that a tree names, each once. Names of WITH queries are among them."""
    return tuple(dict.fromkeys(_relations(tree)))


def _relations(tree: Message) -> Iterator[Name]:
    if tree.DESCRIPTOR.name == "RangeVar":
        yield relation(tree)
    for field, value in tree.ListFields():
        if field.message_type is None:
            continue
        for child in value if field.is_repeated else (value,):
            yield from _relations(child)


def _calls(tree: Message) -> Iterator[str]:
    if tree.DESCRIPTOR.name == "FuncCall":
        names = strings(tree.funcname)
        yield ".".join(name for name in names if name != "pg_catalog").lower()
    for field, value in tree.ListFields():
        if field.message_type is None:
            continue
        for child in value if field.is_repeated else (value,):
            yield from _calls(child)
