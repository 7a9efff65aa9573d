"""Revisions recorded on real databases: the script gives what an online upgrade gives, and nothing else is touched."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from sqlgen import pipeline, script
from sqlgen.emit.worker.catalog import asks_catalog
from sqlgen.errors import UsageError
from sqlgen.segments import Step
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

PYTHON = os.environ.get("SQLGEN_TEST_PYTHON")
"""Another interpreter for Alembic and the worker: one that has the lowest supported SQLAlchemy and Alembic, say."""

ENV = """\
import os
from alembic import context
from sqlalchemy import create_engine

if context.is_offline_mode():
    context.configure(url=context.config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(os.environ["SHOP_URL"]).connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
"""

TABLES = """
def upgrade():
    op.create_table(
        "roles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(60), unique=True),
        sa.Column("born", sa.DateTime),
        sa.Column("price", sa.Numeric(9, 3)),
    )
    op.create_table("grants", sa.Column("role_id", sa.Integer), sa.Column("what", sa.String(80)))
    op.execute("INSERT INTO roles (name) VALUES ('admin'), ('o''reader 100% 书')")
def downgrade():
    op.drop_table("grants")
    op.drop_table("roles")
"""

READS = {
    "rows in a loop, values bound and written": """
        def upgrade():
            bind = op.get_bind()
            for row in bind.execute(sa.text("SELECT id, name FROM roles ORDER BY id")).fetchall():
                bind.execute(sa.text("INSERT INTO grants VALUES (:id, :what)"), {"id": row.id, "what": "% " + row.name})
                op.execute(grants.insert().values(role_id=row.id, what=sa.func.lower(row.name)))
            bind.execute(grants.update().where(grants.c.role_id.in_([1, 2, 9])).values(what=grants.c.what + "!"))
    """,
    "several rows at once, of Python's types": """
        def upgrade():
            bind = op.get_bind()
            number = bind.scalar(sa.select(sa.func.count()).select_from(roles))
            born = datetime.datetime(2026, 1, 31, 9, 30, 0)
            price = decimal.Decimal("1.250")
            made = [{"name": f"n{each} \\\\ \\t '", "born": born, "price": price} for each in range(number)]
            bind.execute(roles.insert(), made)
            op.bulk_insert(grants, [{"role_id": 7, "what": None}, {"role_id": 8, "what": ""}])
    """,
    "a session of the ORM, with keys that the server makes": """
        class Base(orm.DeclarativeBase):
            pass
        class Role(Base):
            __tablename__ = "roles"
            id = sa.Column(sa.Integer, primary_key=True)
            name = sa.Column(sa.String(60))
        def upgrade():
            session = orm.Session(bind=op.get_bind())
            first = session.query(Role).order_by(Role.id).first()
            first.name = first.name.upper()
            made = Role(name="made")
            session.add(made)
            session.flush()
            session.execute(grants.insert().values(role_id=made.id, what="by its key"))
            session.commit()
    """,
    "the driver's own cursor and SQL in its style": """
        def upgrade():
            bind = op.get_bind()
            cursor = bind.connection.cursor()
            cursor.execute("SELECT id, name FROM roles WHERE id < %s ORDER BY id", (9,))
            for id, name in cursor.fetchall():
                cursor.execute("INSERT INTO grants VALUES (%s, %s)", (id, name))
            bind.exec_driver_sql("INSERT INTO grants VALUES (%s, %s)", (5, "50% 'off'"))
    """,
    "a savepoint that is rolled back": """
        def upgrade():
            bind = op.get_bind()
            bind.execute(sa.text("SELECT id FROM roles")).fetchall()
            try:
                with bind.begin_nested():
                    op.execute("INSERT INTO grants VALUES (1, 'lost')")
                    op.execute("INSERT INTO grants VALUES (1, 'fails', 'too many')")
            except sa.exc.DBAPIError:
                op.execute("INSERT INTO grants VALUES (1, 'kept')")
            with bind.begin_nested():
                op.execute("INSERT INTO grants VALUES (2, 'kept')")
    """,
}
ALSO = (
    "import datetime, decimal\nimport sqlalchemy as sa\nfrom alembic import context, op\nfrom sqlalchemy import orm\n"
)
ALSO += 'grants = sa.table("grants", sa.column("role_id", sa.Integer), sa.column("what", sa.String))\n'
ALSO += 'roles = sa.table("roles", sa.column("id"), sa.column("name"), sa.column("born"), sa.column("price"))\n'


@dataclass(frozen=True, slots=True)
class Shop:
    """An Alembic project for one kind of server."""

    root: Path
    dialect: str
    server: str
    """The URL of the server, without a database."""
    database: Any

    def revision(self, id: str, down: str | None, body: str) -> None:
        head = f"{ALSO}revision, down_revision = {id!r}, {down!r}\n"
        text = textwrap.dedent(body)
        if "def downgrade" not in text:
            text += "\ndef downgrade():\n    pass\n"
        (self.root / "migrations" / "versions" / f"{id}.py").write_text(head + text, encoding="utf-8")

    def emit(self, text: str = "base:head", **request: Any) -> tuple[Step, ...]:
        workspace = open_workspace(
            Request(self.root, dialect=self.dialect, python=Path(PYTHON) if PYTHON else None, **request)
        )
        return pipeline.emit(workspace, pipeline.resolve(workspace, text).steps).steps

    def script(self, **request: Any) -> str:
        workspace = open_workspace(
            Request(self.root, dialect=self.dialect, python=Path(PYTHON) if PYTHON else None, **request)
        )
        emission = pipeline.emit(workspace, pipeline.resolve(workspace, "base:head").steps)
        return script.render(emission.steps, pipeline.target(workspace, emission))

    def online(self) -> None:
        done = subprocess.run(
            [PYTHON or sys.executable, "-m", "alembic", "upgrade", "head"],
            cwd=self.root,
            env={**os.environ, "SHOP_URL": self.database.url},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    def rows(self) -> list[Any]:
        grants = "SELECT role_id, what FROM grants ORDER BY role_id, what"
        return [self.database.rows("SELECT id, name, born, price FROM roles ORDER BY id"), self.database.rows(grants)]

    def left(self) -> set[str]:
        """Databases that were made for a recording and don't go away; other tests may be recording just now."""
        found = self._made()
        end = time.monotonic() + 30
        while found and time.monotonic() < end:
            time.sleep(0.2)
            found &= self._made()
        return found

    def _made(self) -> set[str]:
        names = "SELECT datname FROM pg_database" if self.dialect == "postgresql" else "SHOW DATABASES"
        return {name for (name,) in self.database.rows(names) if name.startswith("sqlgen_shadow")}

    def empty(self) -> None:
        for table in ("grants", "roles", "alembic_version"):
            self.database.rows(f"DROP TABLE IF EXISTS {table}")


@pytest.fixture(params=["postgresql", "mariadb"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    database = request.getfixturevalue(f"{request.param}_database")
    root = tmp_path / "shop"
    (root / "migrations" / "versions").mkdir(parents=True)
    (root / ".git").mkdir()
    plain = "postgresql+psycopg2://nowhere/x" if request.param == "postgresql" else "mysql+pymysql://nowhere/x"
    (root / "alembic.ini").write_text(f"[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {plain}\n")
    (root / "migrations" / "env.py").write_text(ENV)
    made = Shop(root, request.param, database.url.rpartition("/")[0] + "/", database)
    made.revision("a1", None, TABLES)
    return made


def run(shop: Shop, text: str) -> None:
    options = ("-X", "-q", "-v", "ON_ERROR_STOP=1") if shop.dialect == "postgresql" else ("--binary-mode", "--batch")
    done = shop.database.client(text, *options)
    assert done.code == 0, done.log
    assert done.result.startswith("APPLIED"), done.log


@pytest.mark.parametrize("what", READS)
def test_the_script_of_a_recording_gives_what_an_online_upgrade_gives(shop: Shop, what: str) -> None:
    shop.revision("b2", "a1", READS[what])
    shop.online()
    wanted = shop.rows()
    assert any(wanted)
    shop.empty()
    text = shop.script(shadow=shop.server)
    assert "-- RECORDED" in text
    run(shop, text)
    assert shop.rows() == wanted
    assert shop.left() == set()


def test_a_hand_written_file_runs_there_as_in_the_script(shop: Shop) -> None:
    """What a transaction may not hold stands outside; percent signs after it are those of the revision."""
    shop.revision("b2", "a1", "def upgrade():\n    raise RuntimeError('by hand')\n")
    shop.revision(
        "c3",
        "b2",
        """
        def upgrade():
            for id, in op.get_bind().execute(sa.text("SELECT id FROM roles WHERE name LIKE '%100%% 书'")).fetchall():
                op.execute(f"INSERT INTO grants VALUES ({id}, '5 % 2')")
            for what, in op.get_bind().execute(sa.text("SELECT what FROM grants")).fetchall():
                op.execute(grants.update().values(what="read: " + what))
        """,
    )
    concurrently = "CONCURRENTLY" if shop.dialect == "postgresql" else ""
    by_hand = f"INSERT INTO grants VALUES (3, '1 % 3');\n-- slowly\nCREATE INDEX {concurrently} ix ON grants (what);\n"
    (shop.root / "b2.sql").write_text(by_hand)
    (shop.root / "pyproject.toml").write_text('[tool.sqlgen.revision.b2]\nupgrade = "b2.sql"\n')
    _, _, last = shop.emit(shadow=shop.server)
    assert last.origin == "recorded", last.gap
    assert [item.sql for item in last.items if "UPDATE" not in item.sql] == ["INSERT INTO grants VALUES (2, '5 % 2')"]
    assert sorted(item.sql.split("'")[1] for item in last.items[1:]) == ["read: 1 % 3", "read: 5 % 2"]


def test_rows_that_were_seen_are_counted_and_what_changed_them_stays(shop: Shop) -> None:
    shop.revision("b2", "a1", READS["rows in a loop, values bound and written"])
    _, step = shop.emit(shadow=shop.server)
    assert step.origin == "recorded", step.gap
    assert step.row_driven
    (query,) = step.queries
    assert (query.sql, query.what, query.rows) == ("SELECT id, name FROM roles ORDER BY id", "fetchall", 2)
    assert query.place is not None
    assert (query.place.file, query.place.line) == ("migrations/versions/b2.py", 11)
    assert len(step.items) == 5
    assert not any("SELECT id" in item.sql for item in step.items)


def test_a_question_to_the_catalog_depends_on_no_rows(shop: Shop) -> None:
    shop.revision(
        "b2",
        "a1",
        """
        def upgrade():
            bind = op.get_bind()
            columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'grants'"
            names = [name for (name,) in bind.execute(sa.text(columns))]
            assert sa.inspect(bind).has_table("roles")
            assert len(sa.Table("roles", sa.MetaData(), autoload_with=bind).c) == 4
            for name in sorted(names):
                op.create_index("ix_" + name, "grants", [name])
        """,
    )
    _, step = shop.emit(shadow=shop.server)
    assert step.origin == "recorded", step.gap
    assert not step.incomplete
    assert [item.sql for item in step.items] == [
        "CREATE INDEX ix_role_id ON grants (role_id)",
        "CREATE INDEX ix_what ON grants (what)",
    ]
    assert "asks-catalog" in {note.kind for note in step.notes}
    asked = [(each.question, each.arguments[0]) for each in step.assumptions]
    assert asked.count(("has_table", "roles")) == 1
    assert asked.count(("get_columns", "roles")) == 1


@pytest.mark.parametrize(
    ("sql", "catalog"),
    [
        (
            "SELECT 1 FROM information_schema.columns c JOIN pg_catalog.pg_class k ON k.relname = c.table_name",
            True,
        ),
        ("SELECT 1 FROM pg_type WHERE typname = 'from users'", True),
        ('SELECT "a" FROM "pg_catalog"."pg_enum" e, pg_type t', True),
        ("SHOW TABLES", True),
        ("SELECT version()", True),
        ("SELECT DATABASE(), @@version", True),
        ("SELECT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = 'x')", True),
        ("SELECT 1 FROM pg_class c, users u", False),
        ("SELECT 1 FROM pg_class JOIN users ON true", False),
        ("SELECT (SELECT count(*) FROM users) FROM pg_class", False),
        ("SELECT relname FROM pg_class WHERE oid IN (SELECT oid FROM users)", False),
        ("SELECT nextval('s')", False),
        ("SELECT f(current_schema())", False),
        ("SELECT 1", False),
        ("SELECT id FROM users WHERE name = 'information_schema.tables'", False),
        ("SELECT id FROM pg.users", False),
        ("WITH u AS (SELECT id FROM users) SELECT * FROM pg_class", False),
    ],
)
def test_what_asks_the_catalog_alone(sql: str, catalog: bool) -> None:
    assert asks_catalog(sql) is catalog


def test_a_database_that_is_not_empty_is_refused_and_left_as_it_is(shop: Shop) -> None:
    shop.revision("b2", "a1", READS["a savepoint that is rolled back"])
    shop.database.rows("CREATE TABLE precious (id INTEGER)")
    with pytest.raises(UsageError, match=r"is not empty: it holds (public\.)?precious") as caught:
        shop.emit(shadow=shop.database.url)
    assert "Give --shadow an empty database" in str(caught.value.hint)
    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema IN ('public', DATABASE())"
    if shop.dialect == "postgresql":
        tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    assert shop.database.rows(tables) == [("precious",)]


def test_an_empty_database_is_used_and_what_was_made_stays(shop: Shop) -> None:
    shop.revision("b2", "a1", READS["rows in a loop, values bound and written"])
    workspace = open_workspace(Request(shop.root, dialect=shop.dialect, shadow=shop.database.url))
    emission = pipeline.emit(workspace, pipeline.resolve(workspace, "base:head").steps)
    _, step = emission.steps
    assert f"the shadow database {shop.database.name} now holds" in str(emission.shadow_left)
    assert step.origin == "recorded", step.gap
    assert len(shop.rows()[1]) == 4
    assert shop.left() == set()


def test_no_database_is_touched_where_nothing_reads(shop: Shop) -> None:
    (step,) = shop.emit(shadow="postgresql://nobody:secret@127.0.0.1:1/gone")
    assert step.origin == "rendered"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite://", "the shadow database is sqlite, and the SQL is for"),
        ("no url", "--shadow is not a database URL"),
        ("{server}sqlgen_is_not_there", "the shadow database .*sqlgen_is_not_there can't be used"),
    ],
)
def test_a_database_that_can_not_be_used_is_an_error(shop: Shop, url: str, message: str) -> None:
    shop.revision("b2", "a1", READS["a savepoint that is rolled back"])
    with pytest.raises(UsageError, match=message):
        shop.emit(shadow=url.format(server=shop.server))


def test_the_password_of_the_shadow_is_said_nowhere(shop: Shop) -> None:
    shop.revision("b2", "a1", READS["a savepoint that is rolled back"])
    server = shop.server.partition("://")[0]
    with pytest.raises(UsageError) as caught:
        shop.emit(shadow=f"{server}://nobody:Zecret9@127.0.0.1:1/gone")
    notes = " ".join(getattr(caught.value, "__notes__", ()))
    assert "Zecret9" not in f"{caught.value} {caught.value.hint} {notes}"


def test_a_revision_that_fails_there_is_a_gap_with_the_words_of_the_database(shop: Shop) -> None:
    body = """
        def upgrade():
            op.get_bind().execute(sa.text("SELECT id FROM roles")).fetchall()
            op.execute("INSERT INTO nowhere VALUES (1)")
    """
    shop.revision("b2", "a1", body)
    shop.revision("c3", "b2", READS["rows in a loop, values bound and written"])
    _, failed, later = shop.emit(shadow=shop.server)
    assert failed.gap is not None
    assert later.gap is not None
    assert "on the shadow database: ProgrammingError" in str(failed.gap.reason)
    assert "nowhere" in str(failed.gap.reason)
    assert "it was not recorded, since the shadow database stopped at b2" in str(later.gap.reason)
    assert shop.left() == set()


def test_an_error_of_the_connection_is_said_in_the_words_of_the_database(shop: Shop) -> None:
    what = "SELECT 1 / (id - id) FROM roles" if shop.dialect == "postgresql" else "SIGNAL SQLSTATE '45000'"
    shop.revision(
        "b2",
        "a1",
        f"""
        def upgrade():
            op.get_bind().execute(sa.text("SELECT id FROM roles")).fetchall()
            op.execute("{what}")
    """,
    )
    _, step = shop.emit(shadow=shop.server)
    assert step.gap is not None
    said = str(step.gap.reason).partition("on the shadow database: ")[2]
    assert said.startswith(("DataError", "OperationalError: (pymysql.err.OperationalError) (1644"))


def test_keys_and_counts_that_are_looked_at_are_named(shop: Shop) -> None:
    shop.revision(
        "b2",
        "a1",
        """
        def upgrade():
            bind = op.get_bind()
            made = bind.execute(sa.insert(table).values(name="x"))
            op.execute(grants.insert().values(role_id=made.inserted_primary_key[0], what="key"))
            changed = bind.execute(sa.text("UPDATE roles SET price = 1"))
            op.execute(grants.insert().values(role_id=changed.rowcount, what="count"))
            bind.execute(sa.insert(table).values(name="y"))
            bind.execute(sa.text("UPDATE roles SET price = 2"))
        columns = (sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
        table = sa.Table("roles", sa.MetaData(), *columns)
    """,
    )
    _, step = shop.emit(shadow=shop.server)
    assert step.origin == "recorded", step.gap
    assert [(query.what, query.place and query.place.line) for query in step.queries] == [
        ("inserted key", 12),
        ("rowcount", 14),
    ]
    written = [item.sql.partition("VALUES ")[2] for item in step.items if "grants" in item.sql]
    assert written == ["(3, 'key')", "(3, 'count')"]


def test_a_crash_leaves_a_gap_and_says_what_is_left_behind(shop: Shop) -> None:
    shop.revision(
        "b2",
        "a1",
        """
        import os
        def upgrade():
            op.get_bind().execute(sa.text("SELECT id FROM roles")).fetchall()
            os._exit(3)
    """,
    )
    workspace = open_workspace(Request(shop.root, dialect=shop.dialect, shadow=shop.server))
    emission = pipeline.emit(workspace, pipeline.resolve(workspace, "base:head").steps)
    gap = emission.steps[1].gap
    assert gap is not None
    assert "on the shadow database: the worker process ended while it ran: exit code 3" in str(gap.reason)
    name = re.search(r"sqlgen_shadow_\w+", str(emission.shadow_left))
    assert name is not None
    shop.database.rows(f"DROP DATABASE {name[0]}")


def test_a_statement_that_names_the_shadow_database_is_refused(shop: Shop) -> None:
    body = """
        def upgrade():
            op.get_bind().execute(sa.text("SELECT id FROM roles")).fetchall()
            name = op.get_bind().engine.url.database
            op.execute(f"INSERT INTO grants VALUES (1, 'made in {name}')")
    """
    shop.revision("b2", "a1", body)
    shop.revision("c3", "b2", READS["a savepoint that is rolled back"])
    _, named, later = shop.emit(shadow=shop.server)
    assert named.gap is not None
    assert "names the shadow database sqlgen_shadow_" in str(named.gap.reason)
    assert later.origin == "recorded"  # the database itself was as it must be


def test_a_failed_statement_that_a_revision_gets_over_is_named(shop: Shop) -> None:
    shop.revision("b2", "a1", READS["a savepoint that is rolled back"])
    _, step = shop.emit(shadow=shop.server)
    assert step.gap is None, str(step.gap.reason)
    assert [query.what.partition(":")[0] for query in step.queries] == ["fetchall", "failed"]
    assert not any("too many" in item.sql for item in step.items)


def test_a_hand_written_file_and_a_baseline_are_there_first(shop: Shop) -> None:
    shop.revision("b2", "a1", "def upgrade():\n    raise SystemExit\n")
    shop.revision(
        "c3",
        "b2",
        """
        def upgrade():
            for row in op.get_bind().execute(sa.text("SELECT name FROM old ORDER BY name")).fetchall():
                op.execute(f"INSERT INTO grants (role_id, what) VALUES (1, '{row.name}')")
        """,
    )
    (shop.root / "b2.sql").write_text("INSERT INTO old VALUES ('one'); -- ;\nINSERT INTO old VALUES ('two');\n")
    (shop.root / "sqlgen.toml").write_text('[revision.b2]\nupgrade = "b2.sql"\n')
    baseline = shop.root / "baseline.sql"
    heading = "-- PostgreSQL database dump\n" if shop.dialect == "postgresql" else "-- MariaDB dump 10.19\n"
    baseline.write_text(f"{heading}CREATE TABLE old (name varchar(20));\n")
    _, _, step = shop.emit(shadow=shop.server, baseline=baseline)
    assert step.gap is None, step.gap
    written = [item.sql.partition("VALUES ")[2] for item in step.items]
    assert written == ["(1, 'one')", "(1, 'two')"]


def test_autocommit_and_what_a_revision_does_online_are_recorded(shop: Shop) -> None:
    if shop.dialect != "postgresql":
        pytest.skip("only PostgreSQL has statements that refuse a transaction")
    body = """
        def upgrade():
            op.get_bind().execute(sa.text("SELECT id FROM roles")).fetchall()
            op.execute("INSERT INTO grants VALUES (1, 'x')")
            if not context.is_offline_mode():
                with op.get_context().autocommit_block():
                    op.create_index("i", "grants", ["what"], postgresql_concurrently=True)
            op.execute("INSERT INTO grants VALUES (2, 'x')")
    """
    shop.revision("b2", "a1", body)
    _, step = shop.emit(shadow=shop.server)
    kinds = [(item.sql.split()[0], item.transaction is None) for item in step.items]
    assert kinds == [("INSERT", False), ("CREATE", True), ("INSERT", False)]
    assert step.items[0].transaction != step.items[2].transaction
    run(shop, shop.script(shadow=shop.server))
    with closing(psycopg2.connect(dbname=shop.database.name, **shop.database.server.login)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")
        assert cursor.fetchall() == [(True,)]


def test_a_shadow_of_the_other_kind_of_mysql_is_refused(shop: Shop) -> None:
    if shop.dialect != "mariadb":
        pytest.skip("a question of MySQL and MariaDB")
    shop.revision("b2", "a1", READS["a savepoint that is rolled back"])
    workspace = open_workspace(Request(shop.root, dialect="mysql", shadow=shop.server))
    with pytest.raises(UsageError, match="the shadow database is mariadb, and the SQL is for mysql"):
        pipeline.emit(workspace, pipeline.resolve(workspace, "base:head").steps)
    assert shop.left() == set()
