"""Expressions of PL/pgSQL in, the texts that they always have out: what EXECUTE runs, where no row decides it.

Source: PostgreSQL 17, 9.4.1 format; 43.5.4 Executing Dynamic Commands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlgen.facts.postgresql.library import pb
from sqlgen.facts.postgresql.names import strings
from sqlgen.facts.postgresql.parsing import Refused, tree

__all__ = ["array", "text", "variables"]

Node = dict[str, Any]


def text(expression: str, names: Mapping[str, str]) -> str | None:
    """The text of an expression; None where it is not known before it runs. `names`: variables that never change."""
    return _text(_parsed(expression), names)


def array(expression: str, names: Mapping[str, str]) -> list[str] | None:
    """The texts of ARRAY['a', 'b']."""
    node = _parsed(expression)
    if not node.HasField("a_array_expr"):
        return None
    found = [_text(each, names) for each in node.a_array_expr.elements]
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else None


def variables(function: Node) -> dict[str, str]:
    """The variables with a constant default that nothing in the block writes to."""
    datums = function.get("datums", [])
    often = Counter(each.get("PLpgSQL_var", {}).get("refname") for each in datums)
    written = set(_written(function.get("action", {})))
    rows = (each["PLpgSQL_row"] for each in datums if "PLpgSQL_row" in each)
    written.update(each.get("varno") for row in rows for each in row.get("fields", []))
    found: dict[str, str] = {}
    for number, each in enumerate(datums):
        variable = each.get("PLpgSQL_var", {})
        default = variable.get("default_val", {}).get("PLpgSQL_expr", {}).get("query")
        name = variable.get("refname", "")
        value = None if default is None or number in written or often[name] > 1 else text(default, found)
        if value is not None:
            found[name] = value
    return found


def _written(node: Any) -> Iterator[int]:
    """The numbers of the variables that statements name as targets."""
    if isinstance(node, dict):
        if "varno" in node:
            yield node["varno"]
        for each in node.values():
            yield from _written(each)
    elif isinstance(node, list):
        for each in node:
            yield from _written(each)


def _parsed(expression: str) -> pb.Node:
    try:
        return tree(f"SELECT {expression}").stmts[0].stmt.select_stmt.target_list[0].res_target.val
    except (Refused, IndexError):
        return pb.Node()


def _text(node: pb.Node, names: Mapping[str, str]) -> str | None:
    match node.WhichOneof("node"):
        case "a_const" if node.a_const.HasField("sval"):
            return str(node.a_const.sval.sval)
        case "a_const" if node.a_const.HasField("ival"):
            return str(node.a_const.ival.ival)
        case "type_cast":
            return _text(node.type_cast.arg, names)
        case "column_ref" if len(node.column_ref.fields) == 1:
            return names.get(node.column_ref.fields[0].string.sval)
        case "a_expr" if node.a_expr.kind == pb.AEXPR_OP and strings(node.a_expr.name) == ("||",):
            left, right = _text(node.a_expr.lexpr, names), _text(node.a_expr.rexpr, names)
            return None if left is None or right is None else left + right
        case "func_call":
            return _called(node.func_call, names)
        case _:
            return None


def _called(node: pb.FuncCall, names: Mapping[str, str]) -> str | None:
    found = [_text(each, names) for each in node.args]
    values = [each for each in found if each is not None]
    if not values or len(values) < len(found):
        return None
    match strings(node.funcname)[-1]:
        case "quote_ident" if len(values) == 1:
            return _identifier(values[0])
        case "quote_literal" if len(values) == 1:
            return _literal(values[0])
        case "concat":
            return "".join(values)
        case "format":
            return _formatted(values[0], values[1:])
        case _:
            return None


def _formatted(pattern: str, values: list[str]) -> str | None:
    """format() with %s, %I, %L and %%; None for positions and widths, and where a value is missing."""
    pieces = pattern.split("%")
    done, left = [pieces[0]], list(values)
    rest = iter(pieces[1:])
    for piece in rest:
        if not piece:
            done += ["%", next(rest, "")]
            continue
        if piece[0] not in "sIL" or not left:
            return None
        value = left.pop(0)
        done += [{"s": value, "I": _identifier(value), "L": _literal(value)}[piece[0]], piece[1:]]
    return "".join(done)


def _identifier(name: str) -> str:
    """In quotes always: PostgreSQL leaves them out where they change nothing."""
    return '"' + name.replace('"', '""') + '"'


def _literal(value: str) -> str:
    quoted = "'" + value.replace("'", "''") + "'"
    return f"E{quoted}".replace("\\", "\\\\") if "\\" in value else quoted
