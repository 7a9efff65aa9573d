"""The schema at the heads and the application's models in, how they differ out; only what is certain.

Compared is what `alembic check` compares without options (autogenerate/compare: tables.py, types.py, constraints.py
_compare_nullable), and as leniently: the arguments of a type count where both sides have as many. Where a table may
have been changed by something that can't be read, nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.facts.reader import words
from sqlgen.facts.types import SqlType, canonical
from sqlgen.facts.vocabulary import Column, Kind, Name
from sqlgen.lint.branch import ModelDrift
from sqlgen.schema import Schema, Table
from sqlgen.schema.model import Model, ModelColumn, ModelTable
from sqlgen.schema.naming import object_key, part_key

__all__ = ["drift"]

NOT_TABLES = ("view", "materialized view")
"""What a model may be mapped to, and Alembic does not look at."""


def drift(schema: Schema, model: Model, *, version_table: Name) -> tuple[ModelDrift, ...]:
    """Every certain difference, in the order of the models, then what only the history has.

    `schema` is what the history leaves at its heads, folded from an empty database on: of another one, tables that are
    missing are not told, nor where most of them are. Not told are also the version table, and what a model says not to
    be a table of Alembic's.
    """
    return tuple(_differences(schema, model, version_table))


def _differences(schema: Schema, model: Model, version_table: Name) -> Iterator[ModelDrift]:
    tables = {object_key(table.name, schema.dialect): table for table in schema.tables()}
    managed = [mapped for mapped in model.tables.values() if mapped.managed and mapped.name != version_table]
    missing = _missing(managed, schema)
    for mapped in managed:
        table = tables.get(object_key(mapped.name, schema.dialect))
        if table is not None:
            yield from _columns(table, mapped, schema)
        elif mapped.name in missing:
            yield ModelDrift("table", "models", str(mapped.name), None, None, None)
    maps = {_word(mapped.name) for mapped in model.tables.values()}
    for table in tables.values():
        if _word(table.name) not in maps and _is_of_the_history(table, schema, version_table):
            yield ModelDrift("table", "history", str(table.name), None, None, None)


def _word(name: Name) -> str:
    """What is left of a name where search_path, schema_translate_map or other letters may make it another one."""
    return name.name.lower()


def _missing(managed: Sequence[ModelTable], schema: Schema) -> frozenset[Name]:
    """The tables that no revision makes, where the revisions make the database: those of a project that came to Alembic
    late go on from tables that were there."""
    if not schema.state().from_empty or schema.unread() is not None:
        return frozenset()
    standing = {_word(table.name) for table in schema.tables()}
    standing |= {_word(one.name) for kind in NOT_TABLES for one in schema.objects(kind)}
    found = [mapped.name for mapped in managed if _word(mapped.name) not in standing]
    if 2 * len(found) > len(managed):
        return frozenset()
    return frozenset(name for name in found if _is_absent(name, schema))


def _is_absent(name: Name, schema: Schema) -> bool:
    no_view = all(schema.has_object(kind, name) is False for kind in NOT_TABLES)
    return schema.has_table(name) is False and no_view


def _is_of_the_history(table: Table, schema: Schema, version_table: Name) -> bool:
    if table.name == version_table or table.temporary or table.partition_of is not None:
        return False
    return schema.has_table(table.name) is True and not table.name.name.startswith("_alembic_tmp_")


# ---- columns


def _columns(table: Table, mapped: ModelTable, schema: Schema) -> Iterator[ModelDrift]:
    if not table.complete or not mapped.columns:
        return
    dialect, name = schema.dialect, str(table.name)
    standing = {part_key(column.name, dialect): column for column in table.columns}
    keys = {
        part_key(column, dialect) for one in table.constraints if one.kind is Kind.PRIMARY_KEY for column in one.columns
    }
    for column in mapped.columns.values():
        key = part_key(column.name, dialect)
        there = standing.pop(key, None)
        if there is None:
            yield ModelDrift("column", "models", name, column.name, column.type, None)
            continue
        if column.type is not None and there.type is not None and _other_type(column.type, there.type, schema):
            yield ModelDrift("type", "both", name, column.name, column.type, there.type)
        if column.nullable is not there.nullable and key not in keys and _nullable_counts(column, there, dialect):
            yield ModelDrift("nullable", "both", name, column.name, _null(column.nullable), _null(there.nullable))
    for there in standing.values():
        if not there.invisible:
            yield ModelDrift("column", "history", name, there.name, None, there.type)


def _null(nullable: bool) -> str:
    return "NULL" if nullable else "NOT NULL"


def _nullable_counts(column: ModelColumn, there: Column, dialect: str) -> bool:
    """Whether the engine takes NOT NULL for these as it is written. Keys, and what the database computes or numbers,
    are NOT NULL by themselves; so is MySQL's TIMESTAMP without explicit_defaults_for_timestamp (manual, 7.1.8)."""
    if column.primary_key or column.generated or there.generated is not None:
        return False
    by_itself = dialect in ("mysql", "mariadb") and canonical(there.type or "", dialect).name == "timestamp"
    return not by_itself


# ---- types


def _other_type(models: str, history: str, schema: Schema) -> bool:
    """Whether the two are certainly not the same type."""
    dialect = schema.dialect
    one, other = canonical(models, dialect), canonical(history, dialect)
    if dialect in ("mysql", "mariadb") and "enum" in (one.name, other.name):
        # an Enum of SQLAlchemy that is kept as text goes with either
        return one.name == other.name and set(one.args) != set(other.args)
    if _family(one, dialect) != _family(other, dialect):
        return _is_known(one, schema) and _is_known(other, schema)
    if one.array is not other.array:
        return True
    if one.name in _UNSIZED or (dialect == "oracle" and one.name == "number"):
        return False  # Oracle: SQLAlchemy and the catalog have several spellings of each number
    # As Alembic has it, a type with fewer arguments is less specific, and not another one.
    return _arguments(models) == _arguments(history) and _sizes(one) != _sizes(other)


def _arguments(text: str) -> int:
    """How many are written."""
    inside = text.partition("(")[2].partition(")")[0]
    return inside.count(",") + 1 if inside.strip() else 0


def _sizes(type: SqlType) -> list[str]:
    return [arg.split()[0] for arg in type.args]  # Oracle: 50 CHAR


_SYNONYMS = {
    # Alembic 1.20, type_synonyms in ddl/impl.py, mysql.py, postgresql.py, mssql.py and oracle.py; and what engines take
    # for the same that these don't name
    "postgresql": (("real", "double precision"), ("bpchar", "char")),
    "mysql": (("json", "longtext"), ("float", "double"), ("national varchar", "varchar"), ("nchar", "char", "uuid")),
    "mssql": (("varchar", "nvarchar"), ("char", "nchar"), ("text", "ntext"), ("real", "float")),
    "oracle": (
        ("number", "bigint", "boolean"),
        ("float", "double", "double_precision", "binary_double", "binary_float"),
    ),
    "sqlite": (("integer", "int"), ("boolean", "bool"), ("numeric", "decimal"), ("float", "double", "real")),
}
_SIZED = words("text blob")
"""MySQL: whose size chooses another type, TEXT(70000) is a MEDIUMTEXT."""
_UNSIZED = _SIZED | words("float double real")
"""Whose size is not kept."""
_SQLITE = words("""
    integer bigint smallint varchar nvarchar char nchar text date datetime time timestamp boolean numeric float blob
    json uuid
    """)
"""What SQLAlchemy spells there. Any other word is a type too, which Alembic sees by its affinity alone."""


def _family(type: SqlType, dialect: str) -> str:
    """The name of a type, or of the first of its synonyms."""
    if dialect == "postgresql" and type.name.startswith("interval "):
        return "interval"  # DAY TO SECOND: which fields it keeps
    synonyms = _SYNONYMS["mysql" if dialect == "mariadb" else dialect]
    return next((names[0] for names in synonyms if type.name in names), type.name)


def _is_known(type: SqlType, schema: Schema) -> bool:
    """Whether a type of this name is surely not another one under a name of its own."""
    if schema.dialect == "sqlite":
        return _family(type, "sqlite") in _SQLITE
    if "." in type.name:
        return False  # with its schema on one side, it may be without on the other
    if schema.dialect in ("mysql", "mariadb"):
        return not (type.args and type.name in _SIZED)
    domain = schema.object("domain", Name(type.name))
    return domain is None or domain.domain is None
