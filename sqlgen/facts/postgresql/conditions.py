"""WHERE clauses in: whether they restrict anything, bound the number of rows, guard an INSERT."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from sqlgen.facts.postgresql.library import pb

__all__ = ["always", "guards", "has_limit", "is_limited"]


def always(node: pb.Node) -> bool | None:
    """Whether a condition over constants holds or not: TRUE, 1 = 1, 'a' = 'a', NOT false; None when it depends."""
    match node.WhichOneof("node"):
        case "a_const":
            return node.a_const.boolval.boolval if node.a_const.HasField("boolval") else None
        case "type_cast":
            return _cast(node.type_cast)
        case "bool_expr":
            return _combined(node.bool_expr)
        case "a_expr":
            return _compared(node.a_expr)
        case "null_test":
            constant = node.null_test.arg.a_const
            known = node.null_test.arg.HasField("a_const") and not constant.isnull
            return node.null_test.nulltesttype == pb.IS_NOT_NULL if known else None
        case _:
            return None


def _cast(node: pb.TypeCast) -> bool | None:
    """'t'::boolean, as SQLAlchemy and ORMs write constants."""
    to = node.type_name.names[-1].string.sval if node.type_name.names else ""
    if to != "bool" or not node.arg.a_const.HasField("sval"):
        return always(node.arg) if to == "bool" else None
    return {"t": True, "true": True, "f": False, "false": False}.get(node.arg.a_const.sval.sval.lower())


def _combined(node: pb.BoolExpr) -> bool | None:
    parts = [always(part) for part in node.args]
    match node.boolop:
        case pb.AND_EXPR:
            return False if False in parts else None if None in parts else True
        case pb.OR_EXPR:
            return True if True in parts else None if None in parts else False
        case _:
            return None if parts[0] is None else not parts[0]


def _compared(node: pb.A_Expr) -> bool | None:
    """Two constants of the same kind with = or <> between them. NULL equals nothing."""
    operator = node.name[-1].string.sval if node.kind == pb.AEXPR_OP and node.name else ""
    left, right = node.lexpr, node.rexpr
    if operator not in ("=", "<>") or not (left.HasField("a_const") and right.HasField("a_const")):
        return None
    kind = left.a_const.WhichOneof("val")
    if kind is None or kind != right.a_const.WhichOneof("val"):
        return None
    one, other = getattr(left.a_const, kind), getattr(right.a_const, kind)
    return bool((one == other) == (operator == "="))


def is_limited(node: pb.UpdateStmt | pb.DeleteStmt) -> bool:
    """Whether the rows come from a query with LIMIT: WHERE id IN (SELECT … LIMIT n), FROM (SELECT … LIMIT n), WITH.

    A scalar sub-query with LIMIT 1 gives one value, which many rows may have.
    """
    joined = node.from_clause if isinstance(node, pb.UpdateStmt) else node.using_clause
    if any(has_limit(one.range_subselect.subquery.select_stmt) for one in joined):
        return True
    if node.HasField("with_clause"):
        named = {
            one.common_table_expr.ctename
            for one in node.with_clause.ctes
            if has_limit(one.common_table_expr.ctequery.select_stmt)
        }
        if any(one.range_var.relname in named for one in joined):
            return True
        if any(_reads(link.subselect, named) for link in _links(node.where_clause) if _gives_keys(link)):
            return True
    return any(has_limit(link.subselect.select_stmt) for link in _links(node.where_clause) if _gives_keys(link))


def has_limit(node: pb.SelectStmt) -> bool:
    return bool(node.HasField("limit_count"))


def _gives_keys(link: pb.SubLink) -> bool:
    return link.sub_link_type in (pb.ANY_SUBLINK, pb.ARRAY_SUBLINK)


def _reads(query: pb.Node, names: set[str]) -> bool:
    return any(one.range_var.relname in names for one in query.select_stmt.from_clause)


def guards(node: pb.SelectStmt) -> bool:
    """Whether INSERT … SELECT takes only what is not there: WHERE NOT EXISTS (…), NOT IN (SELECT …), EXCEPT."""
    return node.op == pb.SETOP_EXCEPT or any(map(_is_absence, _ands(node.where_clause)))


def _is_absence(node: pb.Node) -> bool:
    if not (node.HasField("bool_expr") and node.bool_expr.boolop == pb.NOT_EXPR):
        return False
    inside = node.bool_expr.args[0]
    return inside.HasField("sub_link") and inside.sub_link.sub_link_type in (pb.EXISTS_SUBLINK, pb.ANY_SUBLINK)


def _ands(node: pb.Node) -> Iterator[pb.Node]:
    if node.HasField("bool_expr") and node.bool_expr.boolop == pb.AND_EXPR:
        for part in node.bool_expr.args:
            yield from _ands(part)
    else:
        yield node


def _links(node: Message) -> Iterator[pb.SubLink]:
    """The sub-queries of an expression, without those inside of them."""
    if isinstance(node, pb.SubLink):
        yield node
        return
    for field, value in node.ListFields():
        if field.message_type is not None:
            for child in value if field.is_repeated else (value,):
                yield from _links(child)
