"""Histories of operations as people write them, for Hypothesis: each act is one call of `op`.

Nothing is looked up offline, so that a history need not be one that a database would take.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from hypothesis import strategies as st
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql

Act = Callable[[Operations], object]

NAMES = st.sampled_from(
    ("users", "orders", "order", "Camel", "odd name", "größe", "a_rather_long_name_for_a_table", "x")
)
SCHEMAS = st.sampled_from((None, None, None, "shop", "Shop"))
TEXTS = st.sampled_from(("", "x", "it's", 'say "hi"', "a; b", "-- no", "100 percent", "naïve"))
ACTIONS = st.sampled_from((None, "CASCADE", "SET NULL", "RESTRICT", "NO ACTION", "set default"))

_COMMON: tuple[Any, ...] = (
    sa.Integer(),
    sa.BigInteger(),
    sa.SmallInteger(),
    sa.String(30),
    sa.Unicode(40),
    sa.Text(),
    sa.Boolean(),
    sa.Numeric(10, 2),
    sa.Float(),
    sa.Double(),
    sa.Date(),
    sa.DateTime(),
    sa.DateTime(timezone=True),
    sa.Time(),
    sa.LargeBinary(),
    sa.Uuid(),
    sa.CHAR(3),
    sa.Enum("a", "it's", name="kinds", native_enum=False, length=20),
)
_OWN: dict[str, tuple[Any, ...]] = {
    "postgresql": (
        sa.JSON(),
        sa.Enum("a", "b c", name="Moods"),
        postgresql.JSONB(),
        postgresql.ARRAY(sa.String(5)),
        postgresql.ARRAY(sa.Integer(), dimensions=2),
        postgresql.INTERVAL(precision=3),
        postgresql.TIMESTAMP(timezone=True, precision=3),
        postgresql.INET(),
        postgresql.TSVECTOR(),
        postgresql.BIT(3, varying=True),
        sa.String(9, collation="C"),
    ),
    "mysql": (
        sa.JSON(),
        mysql.TINYINT(display_width=1),
        mysql.INTEGER(unsigned=True),
        mysql.LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin"),
        mysql.ENUM("a", "it's"),
        mysql.SET("a", "b"),
        mysql.DATETIME(fsp=6),
        mysql.VARCHAR(20, charset="latin1"),
        mysql.DECIMAL(8, 3, unsigned=True),
    ),
    "sqlite": (sa.JSON(), sa.String(9, collation="NOCASE")),
    "mssql": (
        mssql.NVARCHAR(None),
        mssql.VARCHAR(None),
        mssql.DATETIMEOFFSET(3),
        mssql.UNIQUEIDENTIFIER(),
        mssql.MONEY(),
        mssql.TINYINT(),
        sa.String(9, collation="Latin1_General_CI_AS"),
    ),
    "oracle": (
        oracle.NUMBER(10, 0),
        oracle.VARCHAR2(20),
        oracle.TIMESTAMP(timezone=True),
        oracle.RAW(16),
        oracle.CLOB(),
    ),
}
_OWN["mariadb"] = _OWN["mysql"]


def types(dialect: str) -> st.SearchStrategy[Any]:
    return st.sampled_from((*_COMMON, *_OWN[dialect]))


DEFAULTS = st.one_of(
    st.none(),
    TEXTS,
    st.sampled_from((sa.text("0"), sa.text("-1.5"), sa.text("NULL"), sa.func.now(), sa.text("CURRENT_TIMESTAMP"))),
)


@st.composite
def columns(draw: st.DrawFn, dialect: str, *, name: str | None = None, keys: bool = True) -> sa.Column[Any]:
    """A column; keys: it may be a primary key, unique, indexed, or refer to another table."""
    name = draw(NAMES) if name is None else name
    special = draw(st.sampled_from(("", "", "", "", "computed", "identity", "key", "reference", "check")))
    options: dict[str, Any] = {"nullable": draw(st.booleans()), "comment": draw(st.none() | TEXTS.filter(bool))}
    if special == "computed" and dialect != "oracle":
        return sa.Column(
            name, sa.Integer(), sa.Computed("x + 1", persisted=draw(st.sampled_from((None, True)))), **options
        )
    if special == "identity":
        identity = sa.Identity(
            always=draw(st.booleans()), start=draw(st.sampled_from((1, 7))), increment=draw(st.sampled_from((1, 5)))
        )
        return sa.Column(name, sa.Integer(), identity, comment=options["comment"], nullable=False)
    if special == "key" and keys:
        return sa.Column(name, draw(st.sampled_from((sa.Integer(), sa.BigInteger(), sa.String(9)))), primary_key=True)
    if special == "reference" and keys:
        target = sa.ForeignKey(f"{draw(NAMES)}.id", name=draw(st.none() | st.just("fk_x")), ondelete=draw(ACTIONS))
        return sa.Column(name, sa.Integer(), target, **options)
    if special == "check":
        return sa.Column(
            name, sa.Integer(), sa.CheckConstraint("x > 0", name=draw(st.none() | st.just("ck_x"))), **options
        )
    unique = keys and draw(st.sampled_from((False, False, True)))
    return sa.Column(name, draw(types(dialect)), server_default=draw(DEFAULTS), unique=unique or None, **options)


@st.composite
def create_table(draw: st.DrawFn, dialect: str) -> Act:
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.lower))
    parts: list[Any] = [draw(columns(dialect, name=name)) for name in names]
    if draw(st.booleans()):
        parts.append(sa.UniqueConstraint(*names[:2], name=draw(st.none() | NAMES)))
    if draw(st.booleans()):
        parts.append(sa.CheckConstraint("x <> 'a, b'", name=draw(st.none() | st.just("ck_more"))))
    if draw(st.booleans()):
        parts.append(
            sa.ForeignKeyConstraint(
                names[:1], [f"{draw(NAMES)}.id"], onupdate=draw(ACTIONS), deferrable=draw(st.none() | st.booleans())
            )
        )
    table, within, comment = draw(NAMES), draw(SCHEMAS), draw(st.none() | TEXTS.filter(bool))
    exists = draw(st.sampled_from((None, True)))
    return lambda op: op.create_table(
        table,
        *parts,
        schema=within,
        comment=comment,
        if_not_exists=exists,
    )


@st.composite
def change_table(draw: st.DrawFn, dialect: str) -> Act:
    table, within, other = draw(NAMES), draw(SCHEMAS), draw(NAMES)
    column, exists = draw(columns(dialect, keys=False)), draw(st.sampled_from((None, True)))
    acts: tuple[Act, ...] = (
        lambda op: op.drop_table(table, schema=within, if_exists=exists),
        lambda op: op.rename_table(table, other, schema=within),
        lambda op: op.add_column(table, column, schema=within, if_not_exists=exists),
        lambda op: op.drop_column(table, other, schema=within, if_exists=exists),
        lambda op: op.drop_column(
            table, other, mssql_drop_default=True, mssql_drop_check=True, mssql_drop_foreign_key=True
        ),
        lambda op: op.create_table_comment(table, "it's", schema=within),
        lambda op: op.drop_table_comment(table, schema=within, existing_comment="x"),
    )
    return draw(st.sampled_from(acts))


@st.composite
def change_column(draw: st.DrawFn, dialect: str) -> Act:
    table, within, column, new = draw(NAMES), draw(SCHEMAS), draw(NAMES), draw(types(dialect))
    old, options = draw(types(dialect)), {}
    what = draw(st.sets(st.sampled_from(("type", "null", "default", "name", "comment")), min_size=1))
    if "type" in what:
        options["type_"] = new
    if "null" in what:
        options["nullable"] = draw(st.booleans())
    if "default" in what:
        options["server_default"] = draw(DEFAULTS)
    if "name" in what:
        options["new_column_name"] = draw(NAMES)
    if "comment" in what:
        options["comment"] = draw(st.none() | TEXTS)
    existing = draw(
        st.sampled_from(({}, {"existing_nullable": False}, {"existing_server_default": "x"}, {"existing_comment": "y"}))
    )
    if draw(st.sampled_from((False, False, False, True))):
        identity = sa.Identity(always=draw(st.booleans()), start=3)
        add = draw(st.booleans())
        return lambda op: op.alter_column(
            table,
            column,
            existing_type=sa.Integer(),
            server_default=identity if add else None,
            existing_server_default=None if add else identity,
        )
    using = {"postgresql_using": "x::text"} if "type" in what and draw(st.booleans()) else {}
    return lambda op: op.alter_column(table, column, schema=within, existing_type=old, **options, **existing, **using)


@st.composite
def change_keys(draw: st.DrawFn, dialect: str) -> Act:
    name, table, within = draw(NAMES), draw(NAMES), draw(SCHEMAS)
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=str.lower))
    actions = {
        "ondelete": draw(ACTIONS),
        "onupdate": draw(ACTIONS),
        "match": draw(st.sampled_from((None, None, "FULL"))),
    }
    later = draw(
        st.sampled_from(
            (
                {},
                {"deferrable": True},
                {"deferrable": False},
                {"deferrable": True, "initially": "DEFERRED"},
                {"initially": "IMMEDIATE"},
            )
        )
    )
    kind, not_valid = draw(st.sampled_from(("foreignkey", "unique", "primary", "check"))), draw(st.booleans())
    acts: tuple[Act, ...] = (
        lambda op: op.create_foreign_key(
            name, table, "orgs", names, [f"id{n}" for n in range(len(names))], source_schema=within, **actions, **later
        ),
        lambda op: op.create_foreign_key(None, table, "orgs", names[:1], ["id"], postgresql_not_valid=not_valid),
        lambda op: op.create_unique_constraint(name, table, names, schema=within),
        lambda op: op.create_primary_key(name, table, names, schema=within),
        lambda op: op.create_check_constraint(
            name, table, sa.column("x") > 1, schema=within, postgresql_not_valid=not_valid
        ),
        lambda op: op.drop_constraint(name, table, type_=kind, schema=within),
    )
    return draw(st.sampled_from(acts))


_INDEXES: dict[str, tuple[dict[str, Any], ...]] = {
    "postgresql": (
        {"postgresql_using": "gin"},
        {"postgresql_concurrently": True},
        {"postgresql_include": ["a", "b"]},
        {"postgresql_where": sa.text("x > 1")},
        {"postgresql_where": sa.column("x").is_(None)},
        {"postgresql_ops": {"x": "text_pattern_ops"}},
        {"postgresql_nulls_not_distinct": True},
        {"postgresql_with": {"fillfactor": 70}},
    ),
    "mysql": ({"mysql_length": 10}, {"mysql_length": {"x": 5}}, {"mysql_prefix": "FULLTEXT"}, {"mysql_using": "hash"}),
    "mariadb": ({"mariadb_length": 10}, {"mariadb_length": {"x": 5}}, {"mariadb_prefix": "FULLTEXT"}),
    "sqlite": ({"sqlite_where": sa.text("x > 1")},),
    "mssql": ({"mssql_clustered": True}, {"mssql_include": ["a"]}, {"mssql_where": sa.text("x > 1")}),
    "oracle": ({"oracle_bitmap": True}, {"oracle_compress": 1}),
}


@st.composite
def change_index(draw: st.DrawFn, dialect: str) -> Act:
    name, table, within = draw(NAMES), draw(NAMES), draw(SCHEMAS)
    names: list[Any] = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=str.lower))
    if draw(st.booleans()):
        names = [*names, draw(st.sampled_from((sa.text("lower(x)"), sa.text("x DESC"), sa.func.lower(sa.column("y")))))]
    options = draw(st.sampled_from(({}, *_INDEXES[dialect])))
    if any(key.endswith("_length") for key in options):
        names = [name for name in names if isinstance(name, str)]  # SQLAlchemy looks for the name of each column
    unique, exists = draw(st.booleans()), draw(st.sampled_from((None, True)))
    acts: tuple[Act, ...] = (
        lambda op: op.create_index(name, table, names, schema=within, unique=unique, if_not_exists=exists, **options),
        lambda op: op.drop_index(name, table, schema=within, if_exists=exists),
    )
    return draw(st.sampled_from((acts[0], acts[0], acts[1])))


@st.composite
def change_rows(draw: st.DrawFn, dialect: str) -> Act:
    table = sa.table(draw(NAMES), sa.column("id", sa.Integer), sa.column("Name", sa.String), schema=draw(SCHEMAS))
    rows, text = [{"id": n, "Name": draw(TEXTS)} for n in range(draw(st.integers(1, 3)))], draw(TEXTS)
    condition = draw(
        st.sampled_from((table.c.id == 1, table.c.id.in_([1, 2]), table.c.Name.is_(None), table.c.Name == text))
    )
    acts: tuple[Act, ...] = (
        lambda op: op.bulk_insert(table, rows),
        lambda op: op.bulk_insert(table, rows, multiinsert=False),
        lambda op: op.execute(table.insert().values(rows)),
        lambda op: op.execute(table.insert().values(id=1)),
        lambda op: op.execute(table.update().values(Name=text)),
        lambda op: op.execute(table.update().where(condition).values(Name=text, id=2)),
        lambda op: op.execute(table.delete()),
        lambda op: op.execute(table.delete().where(condition)),
    )
    return draw(st.sampled_from(acts))


@st.composite
def change_objects(draw: st.DrawFn, dialect: str) -> Act:
    name, within = draw(NAMES), draw(SCHEMAS)
    acts: list[Act] = [lambda op: op.execute(sa.schema.CreateSchema(name))]
    if dialect in ("postgresql", "mariadb", "mssql", "oracle"):
        sequence = sa.Sequence(name, schema=within)
        acts += [
            lambda op: op.execute(sa.schema.CreateSequence(sequence)),
            lambda op: op.execute(sa.schema.DropSequence(sequence)),
        ]
    if dialect == "postgresql":
        enum = postgresql.ENUM("a", "it's", name=name, schema=within)
        acts += [
            lambda op: op.execute(postgresql.CreateEnumType(enum)),
            lambda op: op.execute(postgresql.DropEnumType(enum)),
            lambda op: op.create_exclude_constraint("ex", name, (sa.column("x"), "="), ("y", "&&"), using="gist"),
        ]
    return draw(st.sampled_from(acts))


def histories(dialect: str) -> st.SearchStrategy[list[Act]]:
    """Up to ten calls of `op`."""
    kinds = (create_table, change_table, change_column, change_keys, change_index, change_rows, change_objects)
    return st.lists(st.one_of([kind(dialect) for kind in kinds]), min_size=1, max_size=10)
