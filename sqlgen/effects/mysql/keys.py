"""Which line a change of an index or a constraint is on, in MySQL and MariaDB."""

from __future__ import annotations

from sqlgen.effects.model import Blocks, Effect, Lock, Server
from sqlgen.effects.mysql.lines import altering
from sqlgen.effects.mysql.shape import Shape
from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import (
    AddConstraint,
    Column,
    CreateIndex,
    DropConstraint,
    DropIndex,
    Kind,
    Name,
    Part,
    RenameObject,
)

__all__ = ["constrain", "drop_constraint", "drop_index", "index", "referred", "rename_index"]

_LONG = ("tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob")


def index(fact: CreateIndex, shape: Shape, server: Server) -> Effect:
    """CREATE INDEX, ADD INDEX, ADD UNIQUE."""
    return altering(
        _indexing(fact, shape, server),
        fact.table,
        server,
        online=shape.copies_online(server, fact),
        may_fail=fact.unique,
    )


def _indexing(fact: CreateIndex, shape: Shape, server: Server) -> str:
    if shape.is_other_engine:
        return "add-index-other-engine"
    if fact.method == "fulltext":
        return "add-fulltext-index" if shape.has_fulltext else "add-fulltext-index-first"
    if fact.method == "spatial":
        return "add-spatial-index"
    if not fact.unique:
        return "add-index"
    parts = fact.parts or tuple(Part() for _ in fact.columns)
    pairs = zip(fact.columns, parts, strict=False)
    hashed = any(part.length is None and _is_long(shape.column(name)) for name, part in pairs)
    return "add-unique-hash" if hashed and server.dialect == "mariadb" else "add-unique"


def _is_long(column: Column | None) -> bool:
    """MariaDB keeps a unique key over a whole TEXT or BLOB as a hash in a hidden column."""
    return column is not None and canonical(column.type or "", "mariadb").name in _LONG


def constrain(fact: AddConstraint, shape: Shape, server: Server) -> Effect:
    """ADD CONSTRAINT."""
    one = fact.constraint
    online = shape.copies_online(server, fact)
    match one.kind:
        case Kind.PRIMARY_KEY:
            line = "add-primary-key-special-index" if shape.has_special_index else "add-primary-key"
            line = "add-index-other-engine" if shape.is_other_engine else line
            return altering(line, fact.table, server, online=online, may_fail=True)
        case Kind.UNIQUE:
            same = CreateIndex(one.name, fact.table, one.columns, unique=True, parts=one.parts)
            return index(same, shape, server)
        case Kind.FOREIGN_KEY:
            locks = () if one.references is None else (referred(one.references, server),)
            return altering("add-foreign-key", fact.table, server, locks=locks, may_fail=True)
        case _:
            return altering("add-check", fact.table, server, online=online, may_fail=True)


def referred(table: Name, server: Server) -> Lock:
    """The lock on the table that a new foreign key refers to: it must not change while the rows are compared.

    MariaDB: seen on a server. MySQL 8 takes the other table's metadata lock to write down the key (8.4, 10.11.4).
    """
    if server.dialect == "mariadb":
        return Lock(table, "SHARED_NO_WRITE", Blocks.WRITES)
    return Lock(table, "EXCLUSIVE", Blocks.ALL, brief=True)


def drop_constraint(fact: DropConstraint, shape: Shape, server: Server) -> Effect:
    """DROP PRIMARY KEY, DROP FOREIGN KEY, DROP CHECK, DROP CONSTRAINT."""
    known = _known(fact, shape)
    online = shape.copies_online(server, fact)
    match fact.kind or known:
        case Kind.PRIMARY_KEY:
            return altering("drop-primary-key", fact.table, server, online=online)
        case Kind.FOREIGN_KEY:
            return altering("drop-foreign-key", fact.table, server)
        case Kind.UNIQUE:
            return altering(_unindexing(fact.constraint or "", shape), fact.table, server, online=online)
        case _:
            return altering("drop-check", fact.table, server)


def _known(fact: DropConstraint, shape: Shape) -> Kind | None:
    if fact.constraint is None:
        return Kind.PRIMARY_KEY
    constraints = () if shape.table is None else shape.table.constraints
    wanted = fact.constraint.lower()
    return next((one.kind for one in constraints if (one.name or "").lower() == wanted), None)


def drop_index(fact: DropIndex, shape: Shape, server: Server) -> Effect:
    """DROP INDEX, of a unique key too."""
    if fact.table is None:
        return altering("drop-index", fact.index, server)
    online = shape.copies_online(server, fact)
    if fact.index.name.upper() == "PRIMARY":
        return altering("drop-primary-key", fact.table, server, online=online)
    return altering(_unindexing(fact.index.name, shape), fact.table, server, online=online)


def _unindexing(name: str, shape: Shape) -> str:
    if shape.is_other_engine:
        return "drop-index-other-engine"
    return "drop-index-clustering" if shape.clusters(name) else "drop-index"


def rename_index(fact: RenameObject, server: Server) -> Effect:
    """RENAME INDEX."""
    return altering("rename-index", fact.table or fact.name, server)
