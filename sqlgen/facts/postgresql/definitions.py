"""Column, constraint and index nodes in, their definitions in the vocabulary out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlgen.facts.postgresql.expressions import volatility
from sqlgen.facts.postgresql.names import relation, strings
from sqlgen.facts.postgresql.written import Written
from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Default, Kind, Part

if TYPE_CHECKING:
    from sqlgen.facts.postgresql.library import pb

__all__ = ["column", "constraint", "domain", "identity_kind", "index", "is_constraint", "sequence_options"]

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

# A column's DEFERRABLE … stand as constraints of their own behind the one they are about.
_DEFERRAL: dict[int, dict[str, Any]] = {
    11: {"deferrable": True},
    12: {"deferrable": False},
    13: {"deferrable": True, "initially": "DEFERRED"},
    14: {"initially": "IMMEDIATE"},
}

# PostgreSQL manual, 8.1.4 Serial Types: not true types, and each implies NOT NULL
_SERIAL = ("serial", "bigserial", "smallserial", "serial2", "serial4", "serial8")


def column(node: pb.ColumnDef, written: Written) -> Column:
    """One column definition, with the constraints written at it."""
    return _column(node.colname, node, written)


def domain(node: pb.CreateDomainStmt, written: Written) -> Column:
    """What a domain is, as a column of its name."""
    return _column(node.domainname[-1].string.sval, node, written)


def _column(name: str, node: pb.ColumnDef | pb.CreateDomainStmt, written: Written) -> Column:
    parts = [part.constraint for part in node.constraints]
    clauses = {written.token(part.location) for part in parts} if len(parts) > 1 else set[int]()
    constraints: list[Constraint] = []
    nullable, default, generated = True, None, _serial(node.type_name)
    expression: str | None = None
    identity: str | None = None
    options: tuple[tuple[str, int], ...] = ()
    collation = None
    if node.HasField("coll_clause"):
        collation = strings(node.coll_clause.collname)[-1]
        clauses = {*clauses, written.token(node.coll_clause.location)}
    for part in parts:
        if part.contype in (_NOT_NULL, _PRIMARY, _IDENTITY):
            nullable = False
        if part.contype == _DEFAULT:
            text = written.expression(written.token(part.location) + 1, clauses=clauses)
            default = Default(text, volatility(part.raw_expr))
        elif part.contype == _IDENTITY:
            generated = "identity"
            identity, options = identity_kind(part.generated_when), sequence_options(part.options)
        elif part.contype == _GENERATED:
            generated = "virtual" if part.generated_kind == "v" else "stored"
            expression = written.slice(*written.group(written.find("(", written.token(part.location))))
        elif part.contype in _DEFERRAL:
            constraints[-1:] = [replace(one, **_DEFERRAL[part.contype]) for one in constraints[-1:]]
        elif part.contype in _KINDS and part.contype != _NOT_NULL:
            constraints.append(constraint(part, written, name))
    type_ = written.type(node.type_name.location) if node.HasField("type_name") else None
    return Column(
        name,
        type_,
        nullable and generated != "serial",
        default,
        tuple(constraints),
        generated,
        expression,
        identity,
        options,
        collation,
    )


def identity_kind(letter: str) -> str:
    """pg_attribute.attidentity: a for always, d for by default."""
    return "always" if letter == "a" else "by default"


def sequence_options(nodes: Iterable[pb.Node]) -> tuple[tuple[str, int], ...]:
    """START, INCREMENT, MINVALUE, MAXVALUE, CACHE and CYCLE of an identity column, those that are given a value."""
    found = []
    for node in nodes:
        option = node.def_elem
        match option.arg.WhichOneof("node"):
            case "integer":
                found.append((option.defname, option.arg.integer.ival))
            case "float":
                found.append((option.defname, int(option.arg.float.fval)))
            case "boolean":
                found.append((option.defname, int(option.arg.boolean.boolval)))
    return tuple((name, value) for name, value in found if name in _SEQUENCE)


_SEQUENCE = ("start", "increment", "minvalue", "maxvalue", "cache", "cycle")


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
        on_delete=_action(node.fk_del_action, node.fk_del_set_cols),
        on_update=_action(node.fk_upd_action, ()),
        match="FULL" if node.fk_matchtype == "f" else None,
        deferrable=node.deferrable or None,
        initially="DEFERRED" if node.initdeferred else None,
        include=strings(node.including),
        nulls_not_distinct=node.nulls_not_distinct,
        no_inherit=node.is_no_inherit,
        method=node.access_method or None,
        parts=_parts([item.list.items[0].index_elem for item in node.exclusions]) if node.exclusions else (),
        operators=tuple(strings(item.list.items[1].list.items)[-1] for item in node.exclusions),
    )


# pg_constraint.confdeltype; no action is the default, and does not say whether it was written
_ACTIONS = {"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


def _action(letter: str, columns: Iterable[pb.Node]) -> str | None:
    action, only = _ACTIONS.get(letter), ", ".join(strings(columns))
    return f"{action} ({only})" if action and only else action


def _parts(nodes: Iterable[pb.IndexElem]) -> tuple[Part, ...]:
    """How the columns of an index are sorted and compared; empty when nothing is said of any."""
    parts = tuple(
        Part(
            descending=node.ordering == _DESCENDING,
            nulls_first=_NULLS.get(node.nulls_ordering),
            collation=strings(node.collation)[-1] if node.collation else None,
            opclass=strings(node.opclass)[-1] if node.opclass else None,
            expression=not node.name,
        )
        for node in nodes
    )
    return parts if any(part != _PLAIN for part in parts) else ()


_PLAIN = Part()
_DESCENDING = 3  # pg_query.proto, SortByDir
_NULLS = {2: True, 3: False}  # pg_query.proto, SortByNulls


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
        tuple(param.index_elem.name for param in node.index_including_params),
        _parts([param.index_elem for param in node.index_params]),
        node.nulls_not_distinct,
        tuple((option.def_elem.defname, _value(option.def_elem.arg)) for option in node.options),
        only=not node.relation.inh,
    )


def _value(node: pb.Node) -> str:
    """The value of a storage parameter as text; the empty string stands for true."""
    match node.WhichOneof("node"):
        case "integer":
            return str(node.integer.ival)
        case "float":
            return str(node.float.fval)
        case "string":
            return str(node.string.sval)
        case "type_name":
            return strings(node.type_name.names)[-1]
        case _:
            return "true"


def _elements(nodes: Iterable[pb.IndexElem], start: int, stop: int, written: Written) -> tuple[str, ...]:
    parts = written.parts(start, stop)
    return tuple(
        node.name or _expression(first, last, written) for node, (first, last) in zip(nodes, parts, strict=True)
    )


def _expression(first: int, last: int, written: Written) -> str:
    """`(lower(a) || b) text_ops DESC` and `lower(a) DESC`: the expression ends with its parentheses."""
    start = first if written.word(first) == "(" else written.find("(", first, last)
    return written.slice(first, written.group(start)[1] + 1)
