"""Column, constraint and index nodes in, their definitions in the vocabulary out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from sqlgen.facts.postgresql.expressions import volatility
from sqlgen.facts.postgresql.names import relation, strings
from sqlgen.facts.postgresql.written import Written
from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Default, Kind

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

__all__ = ["column", "constraint", "index", "is_constraint"]

# pg_query.proto, ConstrType
_NULL, _NOT_NULL, _DEFAULT, _IDENTITY, _GENERATED, _CHECK, _PRIMARY, _UNIQUE, _EXCLUSION, _FOREIGN = range(1, 11)

_KINDS = {
    _NOT_NULL: Kind.NOT_NULL,
    _CHECK: Kind.CHECK,
    _PRIMARY: Kind.PRIMARY_KEY,
    _UNIQUE: Kind.UNIQUE,
    _EXCLUSION: Kind.EXCLUDE,
    _FOREIGN: Kind.FOREIGN_KEY,
}

# PostgreSQL manual, 8.1.4 Serial Types: not true types, and each implies NOT NULL
_SERIAL = ("serial", "bigserial", "smallserial", "serial2", "serial4", "serial8")


def column(node: pb.ColumnDef, written: Written) -> Column:
    """One column definition, with the constraints written at it."""
    parts = [part.constraint for part in node.constraints]
    clauses = {written.token(part.location) for part in parts} if len(parts) > 1 else frozenset[int]()
    nullable, default, generated, constraints = True, None, _serial(node.type_name), []
    for part in parts:
        if part.contype in (_NOT_NULL, _PRIMARY, _IDENTITY):
            nullable = False
        if part.contype == _DEFAULT:
            text = written.expression(written.token(part.location) + 1, clauses=clauses)
            default = Default(text, volatility(part.raw_expr))
        elif part.contype == _IDENTITY:
            generated = "identity"
        elif part.contype == _GENERATED:
            generated = "virtual" if part.generated_kind == "v" else "stored"
        elif part.contype in _KINDS and part.contype != _NOT_NULL:
            constraints.append(constraint(part, written, node.colname))
    type_ = written.type(node.type_name.location) if node.HasField("type_name") else None
    return Column(node.colname, type_, nullable and generated != "serial", default, tuple(constraints), generated)


def _serial(node: pb.TypeName) -> str | None:
    return "serial" if len(node.names) == 1 and node.names[0].string.sval in _SERIAL else None


def is_constraint(node: pb.Constraint) -> bool:
    return node.contype in _KINDS


def constraint(node: pb.Constraint, written: Written, at_column: str | None = None) -> Constraint:
    """A table constraint, or the one written at a column."""
    columns = strings(node.keys) or strings(node.fk_attrs) or _excluded(node.exclusions, written, node)
    expression = None
    if node.contype == _CHECK:
        inside = written.group(written.find("CHECK", written.token(node.location)) + 1)
        expression = written.slice(*inside)
    return Constraint(
        _KINDS[node.contype],
        node.conname or None,
        (at_column,) if at_column is not None and not columns else columns,
        relation(node.pktable) if node.HasField("pktable") else None,
        strings(node.pk_attrs),
        expression,
        node.skip_validation,
        node.indexname or None,
    )


def _excluded(nodes: Collection[pb.Node], written: Written, node: pb.Constraint) -> tuple[str, ...]:
    """EXCLUDE USING gist (room WITH =, during WITH &&): the columns or expressions before WITH."""
    if not nodes:
        return ()
    start = written.find("EXCLUDE", written.token(node.location))
    elements = (item.list.items[0].index_elem for item in nodes)
    return _elements(elements, *written.group(written.find("(", start)), written)


def index(node: pb.IndexStmt, written: Written) -> CreateIndex:
    """CREATE INDEX. A method is None when it was not written: PostgreSQL then takes btree."""
    after_name = written.token(node.relation.location)
    inside = written.group(written.find("(", after_name))
    where = None
    if node.HasField("where_clause"):
        where = written.expression(written.find("WHERE", inside[1] + 1) + 1)
    return CreateIndex(
        node.idxname or None,
        relation(node.relation),
        _elements((param.index_elem for param in node.index_params), *inside, written),
        node.unique,
        node.concurrent,
        node.if_not_exists,
        where,
        node.access_method if written.has("USING", after_name, inside[0]) else None,
    )


def _elements(nodes: Iterable[pb.IndexElem], start: int, stop: int, written: Written) -> tuple[str, ...]:
    parts = written.parts(start, stop)
    return tuple(
        node.name or _expression(first, last, written) for node, (first, last) in zip(nodes, parts, strict=True)
    )


def _expression(first: int, last: int, written: Written) -> str:
    """`(lower(a) || b) text_ops DESC` and `lower(a) DESC`: the expression ends with its parentheses."""
    start = first if written.word(first) == "(" else written.find("(", first, last)
    return written.slice(first, written.group(start)[1] + 1)
