"""What a revision records on the offline connection leaves what the revision leaves online, on every server.

Each case is the body of an upgrade(). A history of all of them runs twice: by Alembic itself on a server, and recorded;
the record is then run by the server's own client on an empty database. The two dumps have to be equal.
"""

# ruff: noqa: E501  # a line of a case is cut where Python would cut it

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sqlgen.emit import Run
from sqlgen.emit.replay import Replay, Start
from sqlgen.emit.trace import Direction, Rendered
from sqlgen.schema import Schema

PYTHON = os.environ.get("SQLGEN_TEST_PYTHON")
"""Another interpreter for Alembic and the worker: one that has the lowest supported SQLAlchemy and Alembic, say."""

ENV = """\
from alembic import context
from sqlalchemy import create_engine

url = context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url).connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
"""

TOP = '''\
"""{name}"""
import contextlib
import datetime as dt
import sqlalchemy as sa
from alembic import context, op
from sqlalchemy import orm
from sqlalchemy.dialects import mysql, postgresql, sqlite

revision = {name!r}
down_revision = {down!r}


def books(bind, metadata=None):
    """A table with an id and a name."""
    made = sa.Table("T_books", metadata or sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
                    sa.Column("name", sa.String(50)), sa.Column("n", sa.Integer))
    made.create(bind)
    return made


def upgrade():
{body}
'''

ALL = ("postgresql", "mariadb", "sqlite")


@dataclass(frozen=True)
class Case:
    body: str
    dialects: tuple[str, ...] = ALL


def case(body: str, *dialects: str) -> Case:
    return Case(body, dialects or ALL)


# T_ stands for the case's name. op.get_bind() is `bind`, and a plain table is made by books(bind).
CASES = {
    # ---- the ways to the connection
    "ways": case("""
        books(bind)
        for number, each in enumerate((bind, op.get_bind(), op.get_context().bind, context.get_bind(),
                                       op.get_context().connection, context.get_context().connection)):
            each.execute(sa.text("INSERT INTO T_books (id, name) VALUES (:i, :n)"), {"i": number + 1, "n": "a:b%c%%'\\\\x"})
    """),
    "engine": case("""
        books(bind)
        bind.commit() if False else None
        assert bind.engine.url.database is not None
        assert bind.dialect.name == bind.engine.dialect.name == bind.engine.name == op.get_context().dialect.name
        assert isinstance(bind.dialect.server_version_info, tuple)
        assert bind.engine.url.get_backend_name() in ("postgresql", "mysql", "sqlite")
        assert str(bind.engine.url)
        quoted = bind.dialect.identifier_preparer.quote("T_Select")
        op.execute(f"CREATE TABLE {quoted} (x INTEGER)")
        op.execute("CREATE TABLE " + bind.dialect.identifier_preparer.quote_identifier("T_order by") + " (x INTEGER)")
    """),
    # ---- asking for the schema
    "inspects": case("""
        b = books(bind)
        op.create_index("T_ix", "T_books", ["name"])
        op.create_table("T_other", sa.Column("id", sa.Integer, primary_key=True), sa.Column("book_id", sa.Integer,
                        sa.ForeignKey("T_books.id", name="T_fk")), sa.Column("u", sa.String(20), nullable=False),
                        sa.UniqueConstraint("u", name="T_uq"))
        inspector = sa.inspect(bind)
        seen = []
        seen.append(inspector.has_table("T_books"))
        seen.append(inspector.has_table("T_none"))
        seen.append("T_books" in inspector.get_table_names())
        seen.append([c["name"] for c in inspector.get_columns("T_books")])
        seen.append([(c["name"], c["nullable"]) for c in inspector.get_columns("T_other")])
        seen.append([i["name"] for i in inspector.get_indexes("T_books")])
        seen.append([f["name"] for f in inspector.get_foreign_keys("T_other")])
        seen.append([u["name"] for u in inspector.get_unique_constraints("T_other")])
        seen.append(inspector.get_pk_constraint("T_books")["constrained_columns"])
        seen.append([c["name"] for c in inspector.get_check_constraints("T_books")])
        seen.append(inspector.has_index("T_books", "T_ix"))
        seen.append(inspector.get_view_names() == [] or True)
        seen.append(bind.dialect.has_table(bind, "T_books"))
        seen.append(bind.dialect.has_table(bind, "T_nothing"))
        seen.append(inspector.get_sorted_table_and_fkc_names()[-1][0] is None)
        seen.append([t for t, _ in inspector.get_sorted_table_and_fkc_names() if t and t.startswith("T_")])
        seen.append(inspector.default_schema_name is not None)
        op.create_table("T_seen", sa.Column("n", sa.Integer), sa.Column("what", sa.String(200)))
        op.bulk_insert(sa.table("T_seen", sa.column("n", sa.Integer), sa.column("what", sa.String)),
                       [{"n": n, "what": str(each)} for n, each in enumerate(seen)])
    """),
    "inspects_all": case("""
        books(bind)
        inspector = sa.inspect(bind)
        seen = [len([k for k in inspector.get_multi_columns() if k[1] == "T_books"]),
                len([k for k in inspector.get_multi_indexes() if k[1] == "T_books"]),
                len([k for k in inspector.get_multi_pk_constraint() if k[1] == "T_books"]),
                len([k for k in inspector.get_multi_foreign_keys() if k[1] == "T_books"]),
                len([k for k in inspector.get_multi_unique_constraints() if k[1] == "T_books"]),
                len([k for k in inspector.get_multi_check_constraints() if k[1] == "T_books"])]
        try:
            inspector.get_columns("T_nothing")
        except sa.exc.NoSuchTableError:
            seen.append("none")
        try:
            seen.append(inspector.get_table_comment("T_books"))
        except NotImplementedError:
            pass
        try:
            inspector.get_table_options("T_books")
        except NotImplementedError:
            pass
        seen.append(bool(inspector.get_schema_names()))
        seen.append(inspector.get_temp_table_names() if bind.dialect.name == "sqlite" else [])
        op.create_table("T_seen", sa.Column("what", sa.String(200)))
        bind.execute(sa.table("T_seen", sa.column("what", sa.String)).insert().values(what=str(seen)))
    """),
    "reflects": case("""
        books(bind)
        op.create_table("T_child", sa.Column("id", sa.Integer, primary_key=True),
                        sa.Column("book_id", sa.Integer, sa.ForeignKey("T_books.id")))
        metadata = sa.MetaData()
        t = sa.Table("T_books", metadata, autoload_with=bind)
        bind.execute(t.insert(), [{"id": 1, "name": "x", "n": 2}, {"id": 2, "name": None, "n": None}])
        bind.execute(t.update().where(t.c.id == 1).values(name=t.c.name + "y"))
        metadata.reflect(bind=bind, only=["T_child"])
        child = metadata.tables["T_child"]
        bind.execute(child.insert().values(id=7, book_id=2))
        other = sa.MetaData()
        other.reflect(bind, only=lambda name, _: name.startswith("T_"))
        assert sorted(other.tables) == ["T_books", "T_child"]
        assert list(other.tables["T_child"].foreign_keys)[0].column is other.tables["T_books"].c.id
        other.tables["T_child"].drop(bind)
        other.tables["T_child"].create(bind)
    """),
    "guards": case("""
        if not sa.inspect(bind).has_table("T_a"):
            op.create_table("T_a", sa.Column("id", sa.Integer))
        if not sa.inspect(bind).has_table("T_a"):
            op.create_table("T_b", sa.Column("id", sa.Integer))
        if "x" not in [c["name"] for c in sa.inspect(bind).get_columns("T_a")]:
            op.add_column("T_a", sa.Column("x", sa.String(20)))
        if "x" not in [c["name"] for c in sa.inspect(bind).get_columns("T_a")]:
            op.add_column("T_a", sa.Column("y", sa.String(20)))
        import alembic
        if tuple(map(int, alembic.__version__.split(".")[:2])) >= (1, 14):
            op.create_table("T_a", sa.Column("id", sa.Integer), if_not_exists=True)
            op.drop_table("T_zz", if_exists=True)
    """),
    "checkfirst": case("""
        metadata = sa.MetaData()
        t = sa.Table("T_a", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("k", sa.String(5), index=True))
        u = sa.Table("T_b", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a_id", sa.ForeignKey(t.c.id)))
        t.create(bind, checkfirst=True)
        t.create(bind, checkfirst=True)
        metadata.create_all(bind)
        metadata.create_all(bind)
        sa.Index("T_extra", t.c.k, t.c.id).create(bind, checkfirst=True)
        sa.Index("T_extra", t.c.k, t.c.id).create(bind, checkfirst=True)
        gone = sa.MetaData()
        sa.Table("T_never", gone, sa.Column("id", sa.Integer))
        gone.drop_all(bind)
        u.drop(bind, checkfirst=True)
        u.drop(bind, checkfirst=True)
    """),
    "drop_all": case("""
        metadata = sa.MetaData()
        t = sa.Table("T_a", metadata, sa.Column("id", sa.Integer, primary_key=True))
        sa.Table("T_b", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a_id", sa.ForeignKey(t.c.id)))
        metadata.create_all(bind=bind)
        metadata.drop_all(bind=bind)
        books(bind)
    """),
    "enums": case(
        """
        kind = postgresql.ENUM("a", "b", name="T_kind")
        kind.create(bind, checkfirst=True)
        kind.create(bind, checkfirst=True)
        op.create_table("T_t", sa.Column("k", postgresql.ENUM("a", "b", name="T_kind", create_type=False)))
        op.create_table("T_u", sa.Column("k", sa.Enum("x", "y", name="T_made")))
        op.create_table("T_v", sa.Column("k", sa.Enum("x", "y", name="T_made2")))
        op.drop_table("T_v")
        sa.Enum(name="T_made2").drop(bind, checkfirst=True)
        sa.Enum(name="T_made2").drop(bind, checkfirst=True)
        sa.Enum("q", name="T_third").create(bind)
        op.execute("ALTER TYPE \\"T_third\\" ADD VALUE IF NOT EXISTS 'r'" if False else "SELECT 1")
        op.add_column("T_t", sa.Column("third", postgresql.ENUM("q", name="T_third", create_type=False), server_default="q"))
        names = sorted(e["name"] for e in sa.inspect(bind).get_enums() if e["name"].startswith("T_"))
        bind.execute(sa.text("CREATE TABLE \\"T_names\\" AS SELECT CAST(:x AS TEXT) AS x").bindparams(x=str(names)))
    """,
        "postgresql",
    ),
    "sequences": case(
        """
        seq = sa.Sequence("T_seq", start=5)
        t = sa.Table("T_t", sa.MetaData(), sa.Column("id", sa.Integer, seq, primary_key=True), sa.Column("x", sa.Integer))
        t.create(bind)
        assert bind.dialect.has_sequence(bind, "T_seq")
        assert sa.inspect(bind).has_sequence("T_seq")
        assert not sa.inspect(bind).has_sequence("T_sequins")
        seq.create(bind, checkfirst=True)
        bind.execute(t.insert().values(x=1))
        bind.execute(t.insert().values(id=seq.next_value(), x=2))
        bind.execute(t.insert(), [{"x": 3}, {"x": 4}])
        bind.execute(sa.text("SELECT setval('\\"T_seq\\"', 100)"))
        bind.execute(t.insert().values(x=5))
        other = sa.Sequence("T_gone")
        other.create(bind)
        other.drop(bind)
        other.drop(bind, checkfirst=True)
    """,
        "postgresql",
    ),
    "sequences_mariadb": case(
        """
        seq = sa.Sequence("T_seq", start=5, nocache=True) if False else sa.Sequence("T_seq", start=5)
        bind.execute(sa.schema.CreateSequence(seq))
        t = sa.Table("T_t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Integer))
        t.create(bind)
        bind.execute(t.insert().values(id=seq.next_value(), x=2))
    """,
        "mariadb",
    ),
    # ---- writing
    "executemany": case("""
        b = books(bind)
        bind.execute(b.insert(), [{"id": i + 1, "name": f"n{i}", "n": None if i % 2 else i} for i in range(5)])
        bind.execute(sa.text("INSERT INTO T_books (id, name) VALUES (:a, :b)"), [{"a": 10, "b": "x"}, {"a": 11, "b": None}])
        bind.execute(b.update().where(b.c.id == sa.bindparam("which")).values(n=sa.bindparam("to")),
                     [{"which": 1, "to": 100}, {"which": 2, "to": 200}])
        bind.execute(b.delete().where(b.c.id == sa.bindparam("which")), [{"which": 3}, {"which": 4}])
        bind.execute(b.insert().values([{"id": 20, "name": "m"}, {"id": 21, "name": "n"}]))
        bind.execute(b.insert().values({"id": 22}))
        bind.execute(b.insert().values((23, "tuple", 1)))
        bind.execute(b.insert(), {"id": 24, "name": "dict"})
        bind.execute(b.insert().values(id=25), {"name": "both"})
    """),
    "in_lists": case("""
        b = books(bind)
        bind.execute(b.insert(), [{"id": i + 1, "name": f"n{i}", "n": 0} for i in range(6)])
        bind.execute(b.update().where(b.c.id.in_([1, 2])).values(n=1))
        bind.execute(b.update().where(b.c.id.in_([])).values(n=9))
        bind.execute(b.update().where(b.c.id.not_in([])).values(name=b.c.name + "!"))
        bind.execute(sa.text("UPDATE T_books SET n = 2 WHERE name IN :names").bindparams(sa.bindparam("names", expanding=True)),
                     {"names": ["n3!", "it's"]})
        bind.execute(sa.text("UPDATE T_books SET n = 3 WHERE id IN :ids").bindparams(sa.bindparam("ids", expanding=True)), {"ids": [4]})
        bind.execute(b.delete().where(sa.tuple_(b.c.id, b.c.name).in_([(5, "n5!"), (0, "nope")])))
        bind.execute(sa.text("UPDATE T_books SET n = 4 WHERE id IN :ids").bindparams(sa.bindparam("ids", value=[], expanding=True)))
    """),
    "from_select": case("""
        b = books(bind)
        bind.execute(b.insert(), [{"id": i + 1, "name": f"n{i}", "n": i} for i in range(4)])
        bind.execute(b.insert().from_select(["id", "name"], sa.select(b.c.id + 100, sa.func.upper(b.c.name)).where(b.c.n > 1)))
        bind.execute(b.update().values(n=sa.select(sa.func.count()).select_from(sa.text("T_books")).scalar_subquery()).where(b.c.id == 0)
                     if bind.dialect.name != "mysql" else b.update().values(n=6).where(b.c.id == 0))
        other = sa.table("T_books").alias("o")
        bind.execute(b.delete().where(sa.exists().where(b.c.id == 3)))
    """),
    "cte": case(
        """
        b = books(bind)
        bind.execute(b.insert(), [{"id": i + 1, "name": f"n{i}", "n": i} for i in range(4)])
        some = sa.select(b.c.id.label("i")).where(b.c.n > 1).cte("some")
        bind.execute(b.update().where(b.c.id.in_(sa.select(some.c.i))).values(name="many"))
        bind.execute(sa.text("WITH x AS (SELECT id FROM T_books WHERE n = :n) UPDATE T_books SET name = 'w' WHERE id IN (SELECT id FROM x)"), {"n": 1})
    """,
        "postgresql",
        "sqlite",
    ),
    "cte_writes": case(
        """
        b = books(bind)
        bind.execute(b.insert(), [{"id": i + 1, "name": f"n{i}", "n": i} for i in range(4)])
        gone = b.delete().where(b.c.id == 1).returning(b.c.id).cte("gone")
        bind.execute(b.insert().from_select(["id", "name"], sa.select(gone.c.id + 50, sa.literal("from cte"))))
        bind.execute(sa.text("WITH d AS (DELETE FROM \\"T_books\\" WHERE id = 2 RETURNING id) SELECT * FROM d"))
    """,
        "postgresql",
    ),
    "upsert": case(
        """
        b = books(bind)
        bind.execute(b.insert(), [{"id": 1, "name": "a"}])
        insert = (postgresql if bind.dialect.name == "postgresql" else sqlite).insert
        s = insert(b).values([{"id": 1, "name": "b"}, {"id": 2, "name": "c"}])
        bind.execute(s.on_conflict_do_update(index_elements=["id"], set_={"name": s.excluded.name, "n": 5}, where=b.c.id < 10))
        bind.execute(insert(b).on_conflict_do_nothing(), [{"id": 2, "name": "zz"}, {"id": 3, "name": "q"}])
    """,
        "postgresql",
        "sqlite",
    ),
    "upsert_mysql": case(
        """
        b = books(bind)
        bind.execute(b.insert(), [{"id": 1, "name": "a"}])
        s = mysql.insert(b).values([{"id": 1, "name": "b%"}, {"id": 2, "name": "c"}])
        bind.execute(s.on_duplicate_key_update(name=s.inserted.name, n=7))
        bind.execute(mysql.insert(b).prefix_with("IGNORE"), [{"id": 2, "name": "zz"}, {"id": 3, "name": "q"}])
        bind.execute(sa.text("REPLACE INTO T_books (id, name) VALUES (:a, :b)"), {"a": 3, "b": "replaced"})
    """,
        "mariadb",
    ),
    "defaults": case("""
        t = sa.Table("T_t", sa.MetaData(),
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("static", sa.String(20), default="st'at"),
            sa.Column("called", sa.Integer, default=lambda: 41),
            sa.Column("ctx", sa.Integer, default=lambda c: c.get_current_parameters()["id"] + 1),
            sa.Column("expr", sa.String(20), default=sa.func.lower("ABC")),
            sa.Column("sub", sa.Integer, default=sa.select(sa.literal(12)).scalar_subquery()),
            sa.Column("upd", sa.Integer, onupdate=lambda: 77),
            sa.Column("updexpr", sa.String(20), onupdate=sa.func.upper("up")),
            sa.Column("server", sa.Integer, server_default="5"),
            sa.Column("flag", sa.Boolean, default=False))
        t.create(bind)
        bind.execute(t.insert().values(id=1))
        bind.execute(t.insert(), [{"id": 2}, {"id": 3}])
        bind.execute(t.insert(), [{"id": 4, "static": "x"}, {"id": 5, "static": None}])
        bind.execute(t.update().where(t.c.id == 2).values(static="new"))
    """),
    "autoincrement": case("""
        b = books(bind)
        bind.execute(b.insert(), [{"name": "a"}, {"name": "b"}])
        bind.execute(b.insert().values(name="c"))
        bind.execute(sa.text("INSERT INTO T_books (name) VALUES ('d')"))
        bind.execute(b.insert().values(name="e").inline())
        op.bulk_insert(b, [{"name": "f"}, {"name": "g"}])
    """),
    "bulk_insert": case("""
        t = op.create_table("T_t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50)),
                            sa.Column("day", sa.Date), sa.Column("at", sa.DateTime))
        op.bulk_insert(t, [{"name": "a:b", "day": dt.date(2020, 1, 2), "at": dt.datetime(2020, 1, 2, 3, 4, 5)},
                           {"name": "50%", "day": None, "at": None}])
        op.bulk_insert(t, [{"id": 8, "name": op.inline_literal("in'line")}], multiinsert=False)
        op.bulk_insert(t, [])
        op.execute(t.update().where(t.c.name == op.inline_literal("50%")).values({"name": op.inline_literal("fifty%")}))
    """),
    # ---- the ORM
    "orm": case("""
        Base = orm.declarative_base()
        class Book(Base):
            __tablename__ = "T_b"
            id = sa.Column(sa.Integer, primary_key=True)
            name = sa.Column(sa.String(30))
            n = sa.Column(sa.Integer, default=3)
        Base.metadata.create_all(bind)
        session = orm.Session(bind=bind)
        session.add(Book(id=1, name="one"))
        session.add_all([Book(id=2, name="two"), Book(id=3, name="three")])
        session.flush()
        session.bulk_insert_mappings(Book, [{"id": 10, "name": "x"}, {"id": 11, "name": "y"}])
        session.bulk_save_objects([Book(id=12, name="z")])
        session.bulk_update_mappings(Book, [{"id": 10, "name": "xx"}, {"id": 11, "name": "yy"}])
        session.query(Book).filter(Book.id > 10).update({"n": Book.n + 1}, synchronize_session=False)
        session.query(Book).filter_by(id=12).update({Book.name: "zz"})
        session.query(Book).filter_by(id=3).delete()
        session.execute(sa.update(Book).where(Book.name == "two").values(n=50))
        session.execute(sa.insert(Book), [{"id": 20, "name": "i"}, {"id": 21, "name": "j"}])
        session.execute(sa.text("UPDATE \\"T_b\\" SET n = :n WHERE id = 1" if bind.dialect.name != "mysql" else "UPDATE T_b SET n = :n WHERE id = 1"), {"n": 99})
        session.commit()
    """),
    "orm_keyless": case("""
        class Base(orm.DeclarativeBase):
            pass
        class Book(Base):
            __tablename__ = "T_b"
            id = sa.Column(sa.Integer, primary_key=True)
            name = sa.Column(sa.String(30))
            day = sa.Column(sa.Date, server_default=sa.func.current_date())
        Base.metadata.create_all(bind)
        with orm.Session(bind) as session:
            one = Book(name="one")
            session.add(one)
            session.flush()
            session.add_all([Book(name="two"), Book(name="three")])
            session.add(Book(name="four"))
            session.commit()
            session.execute(sa.insert(Book), [{"name": "five"}, {"name": "six"}])
            session.bulk_save_objects([Book(name="seven"), Book(name="eight")])
            session.bulk_insert_mappings(Book, [{"name": "nine"}, {"name": "ten"}])
            session.commit()
        t = sa.Table("T_t", sa.MetaData(), sa.Column("id", sa.String(50), primary_key=True, default=sa.func.lower("KEY")),
                     sa.Column("x", sa.Integer))
        t.create(bind)
        bind.execute(t.insert().values(x=1))
    """),
    "orm_changes": case("""
        class Base(orm.DeclarativeBase):
            pass
        class Parent(Base):
            __tablename__ = "T_p"
            id = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
            name = sa.Column(sa.String(30), onupdate=lambda: "upd")
            kids = orm.relationship("Kid", back_populates="parent")
        class Kid(Base):
            __tablename__ = "T_k"
            id = sa.Column(sa.Integer, primary_key=True)
            parent_id = sa.Column(sa.ForeignKey("T_p.id"))
            parent = orm.relationship(Parent, back_populates="kids")
        Base.metadata.create_all(bind)
        with orm.Session(bind) as session:
            p = Parent(id=1, name="p", kids=[Kid(id=1), Kid(id=2)])
            session.add(p)
            session.add(Kid(id=3, parent=Parent(id=2, name="q")))
            session.flush()
            p.name = "changed"
            session.flush()
            session.delete(p.kids[0])
            session.flush()
            session.commit()
    """),
    # ---- transactions
    "transactions": case("""
        b = books(bind)
        with bind.begin_nested():
            bind.execute(b.insert().values(id=1))
        nested = bind.begin_nested()
        bind.execute(b.insert().values(id=2))
        nested.commit()
        nested = bind.begin_nested()
        bind.execute(b.insert().values(id=3))
        nested.rollback()
        try:
            with bind.begin_nested():
                bind.execute(b.insert().values(id=4))
                raise KeyError("x")
        except KeyError:
            bind.execute(b.insert().values(id=5))
        with bind.begin_nested():
            with bind.begin_nested():
                bind.execute(b.insert().values(id=6))
            bind.execute(b.insert().values(id=7))
    """),
    "session_rolled_back": case("""
        b = books(bind)
        session = orm.Session(bind, join_transaction_mode="create_savepoint") if sa.__version__ >= "2.0.0" else None
        session.execute(b.insert().values(id=1))
        session.rollback()
        session.execute(b.insert().values(id=2))
        session.commit()
    """),
    "begins": case("""
        b = books(bind)
        try:
            with bind.begin():
                bind.execute(b.insert().values(id=1))
        except sa.exc.InvalidRequestError:
            bind.execute(b.insert().values(id=2))
        bind.execute(b.insert().values(id=3, n=int(bind.in_transaction()), name=str(bind.in_nested_transaction())))
    """),
    "commits": case("""
        b = books(bind)
        bind.execute(b.insert().values(id=1))
        bind.execute(sa.text("COMMIT"))
        bind.execute(sa.text("INSERT INTO T_books (id) VALUES (2)"))
    """),
    "autocommit_block": case("""
        b = books(bind)
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY \\"T_ix\\" ON \\"T_books\\" (name)" if bind.dialect.name == "postgresql"
                       else "CREATE INDEX T_ix ON T_books (name)")
            op.get_bind().execute(b.insert().values(id=1))
        op.get_bind().execute(b.insert().values(id=2))
        bind.execute(b.insert().values(id=3))
    """),
    "isolation": case("""
        b = books(bind)
        engine = bind.engine.execution_options(isolation_level="AUTOCOMMIT")
        assert engine.url == bind.engine.url
        bind.execute(b.insert().execution_options(foo=1).values(id=2))
        bind.execution_options(compiled_cache=None).execute(b.insert().values(id=3))
    """),
    # ---- the driver's own
    "driver": case("""
        books(bind)
        mark = "?" if bind.dialect.name == "sqlite" else "%s"
        bind.exec_driver_sql(f"INSERT INTO T_books (id, name) VALUES ({mark}, {mark})", (1, "it's %s 50% \\\\ ?"))
        bind.exec_driver_sql(f"INSERT INTO T_books (id, name) VALUES ({mark}, {mark})", [(2, "b"), (3, None)])
        bind.exec_driver_sql("INSERT INTO T_books (id, name) VALUES (4, '%s ? :x')".replace("%s", "50% %s %%" if mark == "?" else "50%% %%s"))
        bind.exec_driver_sql("INSERT INTO T_books (id, name) VALUES (9, '50% %s %% ? :x')", execution_options={"no_parameters": True})
        if bind.dialect.name != "sqlite":
            bind.exec_driver_sql("INSERT INTO T_books (id, name) VALUES (%(i)s, '100%% %(x)s')".replace("%(x)s", "x"), {"i": 5})
            bind.exec_driver_sql("INSERT INTO T_books (id, name) VALUES (%s, '100%%')", (6,))
            bind.exec_driver_sql("INSERT INTO T_books (id, name) VALUES (%(i)s, %(n)s)", [{"i": 7, "n": "x"}, {"i": 8, "n": "%%"}])
        else:
            bind.exec_driver_sql("INSERT INTO T_books (id, name) VALUES (:i, :n)", {"i": 5, "n": "named ?"})
            bind.exec_driver_sql("INSERT INTO T_books (id, name) VALUES (?2, ?1)", ("numbered", 6))
    """),
    "cursors": case("""
        books(bind)
        mark = "?" if bind.dialect.name == "sqlite" else "%s"
        cursor = bind.connection.cursor()
        cursor.execute("INSERT INTO T_books (id, name) VALUES (1, '50% %%')")
        cursor.execute(f"INSERT INTO T_books (id, name) VALUES ({mark}, {mark})", (2, "b"))
        cursor.execute(f"INSERT INTO T_books (id, name) VALUES ({mark}, {mark})", [3, "c"])
        cursor.executemany(f"INSERT INTO T_books (id, name) VALUES ({mark}, {mark})", [(4, "d"), (5, "it's")])
        cursor.close()
        raw = bind.connection.dbapi_connection
        other = raw.cursor()
        other.execute("UPDATE T_books SET n = 1")
        other.close()
    """),
    "percent": case("""
        books(bind)
        bind.execute(sa.text("INSERT INTO T_books (id, name) VALUES (1, '%'), (2, '%%'), (3, '%s'), (4, '%(X)s')".replace("X", "x" if sa.__version__ >= "2.0.1" else "")))
        bind.execute(sa.text("UPDATE T_books SET name = name || '%' || :x WHERE id = 4" if bind.dialect.name != "mysql"
                             else "UPDATE T_books SET name = concat(name, '%', :x) WHERE id = 4"), {"x": "%%"})
        op.execute("UPDATE T_books SET n = 7 % 4")
        t = sa.table("T_books", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("n", sa.Integer))
        bind.execute(t.update().where(t.c.name.like("%s%%")).values(n=t.c.n % 2))
        bind.execute(t.update().where(t.c.name.contains("%", autoescape=True)).values(n=t.c.n + 10))
        op.execute(t.update().values(n=t.c.n % 5))
    """),
    "unread": case("""
        books(bind)
        bind.execute(sa.text("SELECT 1"))
        bind.execute(sa.text("SELECT set_config('x.y', 'z', true)") if bind.dialect.name == "postgresql" else sa.text("SELECT 2"))
        bind.execute(sa.select(sa.literal(1)))
    """),
    "functions": case(
        """
        bind.execute(sa.text("CREATE FUNCTION T_f(a integer) RETURNS integer AS $$ BEGIN RETURN a + 1; -- :x 50%\\nEND $$ LANGUAGE plpgsql".replace(":x", "\\\\:x")))
        op.execute("COMMENT ON FUNCTION T_f IS 'a % b'")
        op.execute("DO $$ BEGIN CREATE TABLE T_done (x int); END $$")
        op.execute(sa.text("CREATE VIEW T_v AS SELECT T_f(1) AS x, '10\\\\:20' AS t"))
    """,
        "postgresql",
    ),
    "domains": case(
        """
        op.execute("CREATE DOMAIN T_email AS VARCHAR(50) DEFAULT 'x' CONSTRAINT T_at CHECK (VALUE LIKE '%@%')")
        op.execute("CREATE DOMAIN T_count AS integer NOT NULL CHECK (VALUE >= 0)")
        op.execute("CREATE TABLE T_t (a T_email, b T_count, c T_email NOT NULL)")
        inspector = sa.inspect(bind)
        seen = [d["name"] for d in inspector.get_domains() if d["name"].startswith("T_")]
        seen += [str(c["type"].compile(dialect=bind.dialect)) for c in inspector.get_columns("T_t")]
        op.create_table("T_seen", sa.Column("what", sa.Text))
        bind.execute(sa.table("T_seen", sa.column("what", sa.Text)).insert().values(what=str(seen)))
        t = sa.Table("T_t", sa.MetaData(), autoload_with=bind)
        t.drop(bind)
        t.create(bind)
    """,
        "postgresql",
    ),
    "ddl_events": case("""
        metadata = sa.MetaData()
        t = sa.Table("T_a", metadata, sa.Column("id", sa.Integer, primary_key=True))
        sa.event.listen(t, "after_create", sa.DDL("CREATE INDEX T_by_ddl ON %(fullname)s (id)"))
        sa.event.listen(t, "after_create", sa.DDL("CREATE INDEX T_never ON T_a (id)").execute_if(dialect="oracle"))
        metadata.create_all(bind)
        bind.execute(sa.DDL("CREATE TABLE T_ddl (x INTEGER DEFAULT 7 %% 4)" if bind.dialect.name == "postgresql" else "CREATE TABLE T_ddl (x INTEGER)"))
        bind.execute(sa.schema.CreateTable(sa.Table("T_c", metadata, sa.Column("x", sa.Integer))))
        bind.execute(sa.schema.DropTable(metadata.tables["T_c"]))
        op.execute(sa.schema.CreateIndex(sa.Index("T_ix2", t.c.id)))
    """),
    "temporary": case("""
        op.execute("CREATE TEMPORARY TABLE T_tmp (id INTEGER)")
        op.execute("INSERT INTO T_tmp VALUES (3)")
        books(bind)
        op.execute("INSERT INTO T_books (id) SELECT id FROM T_tmp")
        op.execute("DROP TABLE T_tmp")
    """),
    "other_engine": case("""
        b = books(bind)
        events = []
        sa.event.listen(bind, "before_cursor_execute", lambda *a: events.append(a[2]))
        bind.execute(b.insert().values(id=1))
        bind.execute(b.insert().values(id=len(events) + 5))
    """),
    "batch": case("""
        op.create_table("T_t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.String(10)))
        bind.execute(sa.text("INSERT INTO T_t (id, a) VALUES (1, 'x')"))
        with op.batch_alter_table("T_t") as batch:
            batch.add_column(sa.Column("b", sa.Integer, server_default="4"))
            batch.alter_column("a", new_column_name="c", existing_type=sa.String(10), nullable=True)
        with op.batch_alter_table("T_t") as batch:
            batch.create_unique_constraint("T_uq", ["c"])
            batch.drop_column("b")
    """),
}


# ---- what a revision catches: a statement that fails online is not in the record

CAUGHT = {
    "made_twice": case("""
        books(bind)
        for make in (lambda: op.create_table("T_books", sa.Column("x", sa.Integer)),
                     lambda: op.add_column("T_books", sa.Column("name", sa.Text)),
                     lambda: op.create_index("T_ix", "T_books", ["name"]),
                     lambda: op.create_index("T_ix", "T_books", ["n"]),
                     lambda: op.execute("ALTER TABLE T_books ADD COLUMN m INTEGER"),
                     lambda: op.execute("ALTER TABLE T_books ADD COLUMN m INTEGER")):
            try:
                with bind.begin_nested() if bind.dialect.name == "postgresql" else contextlib.nullcontext():
                    make()
            except sa.exc.DBAPIError:
                bind.execute(sa.text("INSERT INTO T_books (name) VALUES ('failed')"))
    """),
    "dropped_twice": case("""
        books(bind)
        op.create_index("T_ix", "T_books", ["name"])
        for drop in (lambda: op.drop_index("T_ix", table_name="T_books"), lambda: op.drop_index("T_ix", table_name="T_books"),
                     lambda: op.drop_table("T_never"),
                     lambda: op.drop_column("T_books", "n"), lambda: op.drop_column("T_books", "n")):
            try:
                with bind.begin_nested() if bind.dialect.name == "postgresql" else contextlib.nullcontext():
                    drop()
            except Exception:
                bind.execute(sa.text("INSERT INTO T_books (name) VALUES ('failed')"))
    """),
    "types_twice": case("""
        books(bind)
        for _ in range(2):
            try:
                with bind.begin_nested():
                    op.execute("CREATE TYPE T_kind AS ENUM ('a')")
                    op.execute("CREATE SEQUENCE T_seq")
            except sa.exc.ProgrammingError:
                bind.execute(sa.text("INSERT INTO T_books (name) VALUES ('failed')"))
        with op.get_context().autocommit_block():
            for _ in range(2):
                try:
                    op.create_index("T_ix", "T_books", ["n"], postgresql_concurrently=True)
                except sa.exc.ProgrammingError:
                    op.execute("INSERT INTO T_books (name) VALUES ('failed')")
    """, "postgresql"),
    "constraints_twice": case("""
        books(bind)
        for _ in range(2):
            try:
                with bind.begin_nested() if bind.dialect.name == "postgresql" else contextlib.nullcontext():
                    op.create_unique_constraint("T_uq", "T_books", ["name"])
            except sa.exc.DBAPIError:
                op.execute("INSERT INTO T_books (name) VALUES ('failed')")
        for _ in range(2):
            try:
                with bind.begin_nested() if bind.dialect.name == "postgresql" else contextlib.nullcontext():
                    op.drop_constraint("T_uq", "T_books", type_="unique")
            except sa.exc.DBAPIError:
                op.execute("INSERT INTO T_books (name) VALUES ('failed twice')")
    """, "postgresql", "mariadb"),
}  # fmt: skip


def bodies(dialect: str, cases: dict[str, Case] = CASES) -> dict[str, str]:
    """The source of each case that runs there; the cases are written with T_ for their own name.

    Names without quotes are small ones on PostgreSQL.
    """
    found = {}
    for name, each in cases.items():
        if dialect in each.dialects:
            text = "bind = op.get_bind()\n" + textwrap.dedent(each.body).strip("\n")
            found[name] = re.sub("(?<![A-Z])T_", f"{name}_", text)
    return found


@dataclass(frozen=True, slots=True)
class File:
    """As history.Revision."""

    id: str
    down: tuple[str, ...]
    depends_on: tuple[str, ...]
    labels: tuple[str, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class History:
    """A project whose revisions are the cases."""

    root: Path
    files: list[File]
    dialect: str

    @classmethod
    def write(cls, root: Path, url: str, dialect: str, found: dict[str, str]) -> History:
        (root / "migrations" / "versions").mkdir(parents=True)
        (root / "alembic.ini").write_text(
            f"[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {url}\npath_separator = os\n"
        )
        (root / "migrations" / "env.py").write_text(ENV)
        files: list[File] = []
        for name, body in found.items():
            down = files[-1].id if files else None
            path = root / "migrations" / "versions" / f"{name}.py"
            text = TOP.format(name=name, down=down, body=textwrap.indent(body, "    "))
            path.write_text(text.replace("T_books", f"{name}_books"))
            files.append(File(name, () if down is None else (down,), (), (), path))
        return cls(root, files, dialect)

    def online(self) -> None:
        """Alembic itself; its traceback names the revision."""
        words = [PYTHON or sys.executable, "-W", "ignore", "-m", "alembic", "upgrade", "head"]
        done = subprocess.run(words, cwd=self.root, capture_output=True, text=True)
        assert done.returncode == 0, _said(done.stderr)

    def recorded(self, **options: Any) -> tuple[Rendered, ...]:
        moves: list[tuple[str, Direction]] = [(each.id, "upgrade") for each in self.files]
        with Run(
            self.root / "alembic.ini",
            root=self.root,
            moves=moves,
            files=self.files,
            dialect=self.dialect,
            server=Replay(lambda dialect: Start(Schema(dialect))),
            python=None if PYTHON is None else Path(PYTHON),
            **options,
        ) as run:
            return run.trace.revisions


def _said(stderr: str) -> str:
    """The revision's line, and the last lines of a traceback."""
    own = [line.strip() for line in stderr.splitlines() if "/versions/" in line]
    return "\n".join([*own[-1:], stderr[-600:]])


def script(rendered: tuple[Rendered, ...]) -> str:
    """For the client, with the transactions as recorded."""
    lines, open_ = [], None
    for each in (each for one in rendered for each in one.statements):
        if each.transaction != open_:
            lines += ["COMMIT;"] if open_ is not None else []
            lines += ["BEGIN;"] if each.transaction is not None else []
            open_ = each.transaction
        lines.append(each.sql + ("\n;" if "--" in each.sql else ";"))
    return "\n".join([*lines, *(["COMMIT;"] if open_ is not None else [])]) + "\n"


CLIENT = {
    "postgresql": ("-X", "-q", "-v", "ON_ERROR_STOP=1"),
    "mariadb": ("--binary-mode",),
    "sqlite": ("-batch", "-bail"),
}


def dump(database: Any, dialect: str) -> list[str]:
    """Schema and rows, one entry for each statement of a dump."""
    match dialect:
        case "postgresql":
            login = database.server.login
            command = ["pg_dump", "--inserts", "-h", login["host"], "-p", str(login["port"]), "-U", login["user"]]
            text = subprocess.run([*command, database.name], capture_output=True, text=True, check=True).stdout
            text = "\n".join(line for line in text.splitlines() if not line.startswith(("--", "\\", "SET ")))
            return _without_versions(text.split("\n\n"))
        case "mariadb":
            login = database.server.login
            command = ["mariadb-dump", "--skip-comments", "--skip-extended-insert", "-h", login["host"]]
            command += ["-P", str(login["port"]), "-u", login["user"], database.name]
            text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            return _without_versions(re.split(r";\n", text))
        case _:
            found = [
                str(row) for row in database.rows("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2")
            ]
            for (name,) in database.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"):
                found += [f"{name} {row}" for row in database.rows(f'SELECT * FROM "{name}" ORDER BY 1')]
            return _without_versions(found)


def _without_versions(parts: list[str]) -> list[str]:
    """Nor what MySQL's dump does to its session."""
    kept = [part.strip() for part in parts if "alembic_version" not in part]
    return [part for part in kept if part and not part.startswith(("/*", "UNLOCK TABLES"))]


@pytest.fixture(params=ALL)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Any, str]:
    dialect = request.param
    if dialect == "sqlite":
        file = request.getfixturevalue("sqlite_file")
        return dialect, file, f"sqlite:///{file.path}"
    database = request.getfixturevalue({"postgresql": "postgresql_database", "mariadb": "mariadb_database"}[dialect])
    return dialect, database, database.url


def empty(database: Any, dialect: str) -> None:
    match dialect:
        case "postgresql":
            with closing(database.connect()) as connection, closing(connection.cursor()) as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
                cursor.execute(
                    "COMMENT ON SCHEMA public IS 'standard public schema'; GRANT USAGE ON SCHEMA public TO PUBLIC"
                )
        case "mariadb":
            with closing(database.connect()) as connection, closing(connection.cursor()) as cursor:
                cursor.execute(f"DROP DATABASE {database.name}")
                cursor.execute(f"CREATE DATABASE {database.name}")
        case _:
            database.path.unlink()


@pytest.mark.parametrize("cases", [CASES, CAUGHT], ids=["cases", "caught"])
def test_the_record_leaves_what_the_revision_leaves(
    place: tuple[str, Any, str], cases: dict[str, Case], tmp_path: Path
) -> None:
    dialect, database, url = place
    history = History.write(tmp_path / "project", url, dialect, bodies(dialect, cases))
    history.online()
    expected = dump(database, dialect)
    empty(database, dialect)
    rendered = history.recorded()
    assert [(each.revision, str(each.failure.reason), each.failure.line) for each in rendered if each.failure] == []
    assert [(each.revision, each.reads) for each in rendered if each.reads] == []
    run = database.client(script(rendered), *CLIENT[dialect])
    assert run.code == 0, run.log
    found = dump(database, dialect)
    assert sorted(set(found) - set(expected)) == sorted(set(expected) - set(found)) == []
    assert found == expected
