"""What a revision looks at is said with its line, whatever it looks through; what it only passes on is not."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sqlgen.emit.trace import Rendered

PYTHON = os.environ.get("SQLGEN_TEST_PYTHON")
"""Another interpreter for the worker: one that has the lowest supported SQLAlchemy and Alembic, say."""

TOP = """
from sqlalchemy import orm

t = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.String(20)))

class Base(orm.DeclarativeBase):
    pass

class Thing(Base):
    __tablename__ = "thing"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(20))
    stamp = sa.Column(sa.String(20), server_default="x")

class Part(Base):
    __tablename__ = "part"
    id = sa.Column(sa.Integer, primary_key=True)
    thing_id = sa.Column(sa.ForeignKey("thing.id"))
    thing = orm.relationship(Thing)

SELECT = "SELECT id, a FROM t"
INSERT = t.insert().values(a="x")

"""

# a name → the body, whose line with "# here" reads
READS = {
    "scalar": "bind.execute(sa.text(SELECT)).scalar()  # here",
    "connection_scalar": "bind.scalar(sa.text(SELECT))  # here",
    "scalars": "list(bind.execute(sa.text(SELECT)).scalars())  # here",
    "connection_scalars": "bind.scalars(sa.select(t.c.id)).all()  # here",
    "later": "result = bind.execute(sa.text(SELECT))\nop.execute('SELECT 1')\nrows = result.fetchall()  # here",
    "first": "bind.execute(sa.text(SELECT)).first()  # here",
    "one": "bind.execute(sa.text(SELECT)).one()  # here",
    "one_caught": "try:\n    bind.execute(sa.text(SELECT)).one()  # here\nexcept sa.exc.NoResultFound:\n    pass",
    "one_or_none": "bind.execute(sa.text(SELECT)).one_or_none()  # here",
    "all": "bind.execute(sa.select(t)).all()  # here",
    "mappings": "for row in bind.execute(sa.select(t)).mappings():  # here\n    op.execute('SELECT 7')",
    "partitions": "for rows in bind.execute(sa.select(t)).partitions(10):  # here\n    pass",
    "loop": "for id, a in bind.execute(sa.text(SELECT)):  # here\n    op.execute('SELECT 7')",
    "unique": "bind.execute(sa.select(t)).unique().all()  # here",
    "columns": "bind.execute(sa.select(t)).columns('id').all()  # here",
    "fetchmany": "bind.execute(sa.select(t)).fetchmany(3)  # here",
    "subscript": "bind.execute(sa.text(SELECT)).fetchone()[0]  # here",
    "attribute": "bind.execute(sa.text(SELECT)).fetchone().id  # here",
    "unpacked": "id, a = bind.execute(sa.text(SELECT)).fetchone()  # here",
    "streamed": "for row in bind.execute(sa.select(t), execution_options={'stream_results': True}):  # here\n    pass",
    "yield_per": "for row in bind.execute(sa.select(t), execution_options={'yield_per': 5}):  # here\n    pass",
    "driver_sql": "bind.exec_driver_sql(SELECT).fetchall()  # here",
    "cursor": "cursor = bind.connection.cursor()\ncursor.execute(SELECT)\nfor row in cursor:  # here\n    pass",
    "returning": "bind.execute(t.insert().values(a='x').returning(t.c.id)).scalar()  # here",
    "returning_text": "bind.execute(sa.text('DELETE FROM t RETURNING id')).fetchall()  # here",
    "show": "bind.execute(sa.text('SHOW search_path')).scalar()  # here",
    "current_database": "bind.execute(sa.text('SELECT current_database()')).scalar()  # here",
    "version": "bind.execute(sa.text('SELECT version()')).scalar()  # here",
    "session_get": "orm.Session(bind).get(Thing, 1)  # here",
    "session_scalars": "orm.Session(bind).scalars(sa.select(Thing)).all()  # here",
    "query_all": "orm.Session(bind).query(Thing).all()  # here",
    "query_count": "orm.Session(bind).query(Thing).count()  # here",
    "query_first": "orm.Session(bind).query(Thing).filter_by(name='x').first()  # here",
    "query_loop": "for each in orm.Session(bind).query(Thing):  # here\n    each.name = 'y'",
    "query_exists": "s = orm.Session(bind)\ns.query(s.query(Thing).exists()).scalar()  # here",
    "from_statement": "orm.Session(bind).query(Thing).from_statement(sa.text('SELECT * FROM thing')).all()  # here",
    "columns_of_text": "bind.execute(sa.text(SELECT).columns(t.c.id, t.c.a)).all()  # here",
    "pandas_like": "result = bind.execute(sa.text(SELECT))\nkeys = result.keys()\nresult.fetchall()  # here",
    "lazy": """
        session = orm.Session(bind)
        thing = Thing(id=1, name="x")
        session.add(thing)
        session.commit()
        thing.stamp  # here
        """,
}  # fmt: skip

COUNTS = {
    "rowcount": "if bind.execute(t.update().values(a='x')).rowcount:  # here\n    pass",
    "rowcount_compared": "bind.execute(t.delete()).rowcount == 1  # here",
    "rowcount_printed": "print(f'{bind.execute(t.delete()).rowcount} rows')  # here",
    "rowcount_summed": "n = 0\nfor _ in range(2):\n    n += bind.execute(t.delete()).rowcount\nprint(n)  # here",
    "query_update_count": "if orm.Session(bind).query(Thing).update({'name': 'x'}):  # here\n    pass",
}

# a name → the body; every statement is emitted and nothing is said
SILENT = {
    "select": "bind.execute(sa.text(SELECT))",
    "select_construct": "bind.execute(sa.select(t))",
    "with_effect": "bind.execute(sa.text(\"SELECT setval('t_id_seq', 7)\"))",
    "count_kept": "n = bind.execute(t.delete()).rowcount\nm = n",
    "flush": "session = orm.Session(bind)\nsession.add(Thing(name='x'))\nsession.flush()",
    "keyed_parts": "session = orm.Session(bind)\nsession.add(Part(id=3, thing=Thing(id=4)))\nsession.commit()",
    "keys_kept": "key = bind.execute(t.insert().values(a='x')).inserted_primary_key\nother = key[0]",
    "key_is_there": """
        thing = Thing(name="x")
        session = orm.Session(bind)
        session.add(thing)
        session.flush()
        assert thing.id is not None
        assert thing in session
        things = {thing.id: thing}
        """,
    "many_keyless": """
        session = orm.Session(bind)
        things = [Thing(name=str(n)) for n in range(3)]
        session.add_all(things)
        session.flush()
        """,
    "returning_unread": "bind.execute(t.insert().values(a='x').returning(t.c.id))",
    "closed": "bind.execute(sa.select(t)).close()",
}

# a name → the body, whose line with "# here" uses a key that the server makes
KEYS = {
    "bound": "key = bind.execute(INSERT).inserted_primary_key[0]\n"
    "bind.execute(t.update().where(t.c.id == key).values(a='y'))  # here",
    "lastrowid": "key = bind.execute(INSERT).lastrowid\nprint(key)  # here",
    "compared": "key = bind.execute(INSERT).inserted_primary_key[0]\nassert key == 1  # here",
    "formatted": "key = bind.execute(INSERT).inserted_primary_key[0]\nop.execute(f'SELECT {key}')  # here",
    "added": "key = bind.execute(INSERT).inserted_primary_key[0]\nother = key + 1  # here",
    "truth": "if bind.execute(INSERT).inserted_primary_key[0]:  # here\n    pass",
    "caught": "key = bind.execute(INSERT).lastrowid\ntry:\n    str(key)  # here\nexcept Exception:\n    pass",
    "of_an_object": """
        session = orm.Session(bind)
        thing = Thing(name="x")
        session.add(thing)
        session.flush()
        op.execute(f"UPDATE t SET a = {thing.id}")  # here
        """,
    "related": """
        session = orm.Session(bind)
        session.add(Part(thing=Thing(name="x")))
        session.flush()  # here
        """,
}


@pytest.fixture(scope="module")
def rendered(new_project: Callable[[], Any]) -> tuple[Any, dict[str, Rendered]]:
    project = new_project()
    bodies = {f"read_{name}": body for name, body in (READS | COUNTS).items()}
    bodies |= {f"silent_{name}": body for name, body in SILENT.items()}
    bodies |= {f"key_{name}": body for name, body in KEYS.items()}
    for name, body in bodies.items():
        project.revision(name, "bind = op.get_bind()\n" + _plain(body), top=TOP)
    trace = project.render(python=None if PYTHON is None else Path(PYTHON))
    return project, {each.revision: each for each in trace.revisions}


def _plain(body: str) -> str:
    return textwrap.dedent(body).strip("\n")


@pytest.mark.parametrize("name", [*READS, *COUNTS])
def test_a_result_that_is_looked_at_has_the_line_of_the_look(rendered: Any, name: str) -> None:
    project, found = rendered
    one = found[f"read_{name}"]
    assert {read.source.line for read in one.reads if read.source} == {project.line_of(f"read_{name}", "# here")}
    assert one.reads[0].what.startswith("fetch" if name in READS else "rowcount")
    if name in READS and "RETURNING" not in one.reads[0].sql:
        assert [each.read for each in one.statements if each.sql.split()[0] in ("SELECT", "SHOW")].count(True) == 1


@pytest.mark.parametrize("name", SILENT)
def test_what_is_not_looked_at_is_emitted_and_nothing_said(rendered: Any, name: str) -> None:
    one = rendered[1][f"silent_{name}"]
    assert one.failure is None, one.failure.detail
    assert one.reads == ()
    assert one.statements
    assert not any(each.read for each in one.statements)


@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_the_server_makes_can_be_passed_on_and_not_used(rendered: Any, name: str) -> None:
    project, found = rendered
    one = found[f"key_{name}"]
    assert one.failure is not None
    assert one.failure.line == project.line_of(f"key_{name}", "# here")
    assert "INSERT INTO t" in str(one.failure.reason)
    assert one.statements[0].sql.startswith("INSERT INTO t")


@pytest.mark.parametrize(
    ("url", "sql", "answer"),
    [
        ("postgresql://", "SELECT version()", "PostgreSQL 15.4"),
        ("postgresql://", "SHOW server_version;", "15.4"),
        ("mysql+pymysql://", "SELECT VERSION()", "15.4"),
        ("mysql+pymysql://", "select @@version", "15.4"),
        ("sqlite://", "select sqlite_version()", "15.4"),
    ],
)
def test_the_version_is_told_where_the_settings_tell_it(project: Any, url: str, sql: str, answer: str) -> None:
    project.write(url=url)
    project.revision("a1", f"op.execute('SELECT ' + repr(op.get_bind().execute(sa.text({sql!r})).scalar()))")
    (one,) = project.render(server_version="15.4").revisions
    assert [each.sql for each in one.statements] == [f"SELECT '{answer}'"]
    assert one.reads == ()
    assert [(each.question, each.answer) for each in one.assumptions] == [("server_version", "15.4")]
    (one,) = project.render().revisions
    assert [read.sql for read in one.reads] == [sql]


ASYNC = """
async def fill(connection, count):
    await connection.execute(sa.text("INSERT INTO t (id) VALUES (:id)"), [{"id": n} for n in range(count)])
    await connection.execute(t.update().where(t.c.id == 1).values(a="it's"))
    await connection.exec_driver_sql("DELETE FROM t")
    await connection.run_sync(t.create, checkfirst=False)
    async with connection.begin_nested():
        await connection.execute(sa.text("SELECT 1"))
    await orm_fill(connection)
    return count

async def orm_fill(connection):
    from sqlalchemy.ext.asyncio import AsyncSession
    async with AsyncSession(connection) as session:
        session.add(Thing(id=3, name="x"))
        await session.flush()
        await session.commit()

async def look(connection):
    return (await connection.execute(sa.text("SELECT id FROM t"))).all()  # look
"""


@pytest.mark.parametrize("url", ["postgresql+asyncpg", "mysql+aiomysql", "sqlite+aiosqlite", "postgresql+psycopg"])
def test_asynchronous_functions_run_on_the_connection(project: Any, url: str) -> None:
    project.write(url=f"{url}://user@db.example.com/shop" if url != "sqlite+aiosqlite" else f"{url}:///shop.db")
    if url == "postgresql+psycopg":
        project.write(url="postgresql+psycopg_async://user@db.example.com/shop")
    project.revision("a1", "assert op.run_async(fill, 2) == 2", top=TOP + ASYNC)
    project.revision("b2", "op.run_async(look)", top=TOP + ASYNC)
    first, second = project.render(python=None if PYTHON is None else Path(PYTHON)).revisions
    assert first.failure is None, first.failure.detail
    assert [each.sql.partition("(")[0].strip() for each in first.statements] == [
        "INSERT INTO t",
        "INSERT INTO t",
        "UPDATE t SET a='it''s' WHERE t.id = 1",
        "DELETE FROM t",
        "CREATE TABLE t",
        *(["SAVEPOINT sa_savepoint_1"] if "mysql" not in url else ["START TRANSACTION"]),
        "SELECT 1",
        *(["RELEASE SAVEPOINT sa_savepoint_1"] if "mysql" not in url else ["COMMIT"]),
        "INSERT INTO thing",
    ]
    assert {each.source.file for each in first.statements if each.source} == {"migrations/versions/a1.py"}
    lines = (project.versions / "b2.py").read_text().splitlines()
    assert [lines[read.source.line - 1][-6:] for read in second.reads if read.source] == ["# look"]


ROLLBACKS = ("bind.rollback()  # here", "s = orm.Session(bind)\ns.add(Thing(id=1))\ns.flush()\ns.rollback()  # here")


@pytest.mark.parametrize("way", ROLLBACKS, ids=["connection", "session"])
def test_a_rollback_of_the_migration_is_refused(project: Any, way: str) -> None:
    project.revision("a1", f"bind = op.get_bind()\nop.execute('DELETE FROM t')\n{way}", top=TOP)
    project.revision("b2", "op.get_bind().execute(sa.text('SELECT 1'))\nop.get_bind().rollback()")
    first, second = project.render(python=None if PYTHON is None else Path(PYTHON)).revisions
    assert first.failure is not None
    assert str(first.failure.reason).startswith("it rolls back the transaction of its migration")
    assert first.failure.line == project.line_of("a1", "# here")
    assert second.failure is None


def test_a_connection_of_its_own_is_noted(project: Any) -> None:
    project.revision("a1", "with op.get_bind().engine.begin() as other:\n    other.execute(sa.text('DELETE FROM t'))")
    (one,) = project.render(python=None if PYTHON is None else Path(PYTHON)).revisions
    assert one.failure is None
    assert [note.kind for note in one.notes] == ["own-transaction"]
    assert [(each.sql, each.transaction) for each in one.statements] == [("DELETE FROM t", 2)]


# ---- what fails online at once

FAILING = {
    "caught": """
        try:
            op.create_table("t", sa.Column("id", sa.Integer))  # fails
        except sa.exc.DBAPIError:
            op.execute("SELECT 'it was there'")
        """,
    "caught_inside": """
        try:
            with op.get_bind().begin_nested():
                op.add_column("t", sa.Column("a", sa.String(20)))  # fails
        except sa.exc.DBAPIError:
            op.execute("SELECT 'it was there'")
        """,
    "uncaught": "op.create_index('ix', 't', ['a'])\nop.create_index('ix', 't', ['id'])  # fails",
    "unknown": "op.execute('ALTER TABLE elsewhere ADD COLUMN x INTEGER')",
    "taken_back": """
        nested = op.get_bind().begin_nested()
        op.create_table("passing", sa.Column("id", sa.Integer))
        nested.rollback()
        assert not sa.inspect(op.get_bind()).has_table("passing")
        """,
}


@pytest.fixture
def failing(project: Any) -> dict[str, Rendered]:
    project.write(url="sqlite:///shop.db")
    project.revision("first", "op.create_table('t', sa.Column('id', sa.Integer), sa.Column('a', sa.String(20)))")
    for name, body in FAILING.items():
        project.revision(name, body)
    trace = project.render(python=None if PYTHON is None else Path(PYTHON))
    return {each.revision: each for each in trace.revisions}


@pytest.mark.parametrize("name", ["caught", "caught_inside"])
def test_a_statement_that_fails_fails_where_the_revision_is_made_for_that(
    failing: dict[str, Rendered], name: str
) -> None:
    one = failing[name]
    assert one.failure is None, one.failure.detail
    texts = [each.sql for each in one.statements if "SAVEPOINT" not in each.sql]
    assert texts == ["SELECT 'it was there'"]
    assert [note.kind for note in one.notes] == ["left-out"]


def test_a_statement_that_fails_where_nobody_catches_is_said(failing: dict[str, Rendered], project: Any) -> None:
    one = failing["uncaught"]
    assert one.failure is None
    assert [(note.kind, note.text, note.source and note.source.line) for note in one.notes] == [
        ("refused", "CREATE INDEX ix ON t (id): index ix already exists", project.line_of("uncaught", "# fails"))
    ]
    assert [each.sql for each in one.statements] == ["CREATE INDEX ix ON t (a)", "CREATE INDEX ix ON t (id)"]


def test_what_is_not_there_may_be_elsewhere(failing: dict[str, Rendered]) -> None:
    one = failing["unknown"]
    assert one.failure is None
    assert [(note.kind, note.text) for note in one.notes] == [
        ("refused", "ALTER TABLE elsewhere ADD COLUMN x INTEGER: no such table: elsewhere")
    ]
    assert len(one.statements) == 1


def test_what_is_taken_back_is_not_there(failing: dict[str, Rendered]) -> None:
    one = failing["taken_back"]
    assert one.failure is None, one.failure.detail
    assert [each.sql.partition("(")[0].strip() for each in one.statements] == [
        "SAVEPOINT sa_savepoint_1",
        "CREATE TABLE passing",
        "ROLLBACK TO SAVEPOINT sa_savepoint_1",
    ]


def test_the_version_that_the_dialect_knows_is_an_assumption(project: Any) -> None:
    project.revision("a1", "if op.get_bind().dialect.server_version_info >= (12,):  # here\n    op.execute('SELECT 1')")
    project.revision("b2", "op.create_table('t', sa.Column('id', sa.Integer))")
    first, second = project.render(server_version="15.4").revisions
    (assumption,) = first.assumptions
    assert (assumption.question, assumption.answer) == ("server_version_info", [15, 4])
    assert assumption.source is not None
    assert assumption.source.line == project.line_of("a1", "# here")
    assert second.assumptions == ()
