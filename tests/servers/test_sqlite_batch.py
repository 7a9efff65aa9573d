"""SQLite's batch mode, offline: the script leaves the same tables, rows and references as Alembic online.

The cases follow the chapter "Running “Batch” Migrations for SQLite and Other Databases" of Alembic's documentation.
"""

# ruff: noqa: E501  # a line of a case is cut where Python would cut it

from __future__ import annotations

import importlib.util
import re
import sys
import textwrap
from pathlib import Path
from typing import Any


def _sibling(name: str) -> Any:
    """Another module of this folder, which is no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses looks its module up by name
    spec.loader.exec_module(module)
    return module


law = _sibling("test_offline_connection")

START = """
op.execute("CREATE TABLE T_author (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) COLLATE NOCASE, born DATE)")
op.execute('''CREATE TABLE T_book (
    id INTEGER NOT NULL,
    title VARCHAR(50) DEFAULT 'it''s; "un%named"' NOT NULL,
    price NUMERIC(10, 2) DEFAULT 1.50,
    pages INTEGER DEFAULT (1 + 2),
    sold BOOLEAN,
    made TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    author_id INTEGER,
    editor_id INTEGER REFERENCES T_author (id),
    next_id INTEGER REFERENCES T_book (id),
    CONSTRAINT T_pk PRIMARY KEY (id),
    CONSTRAINT T_fk_author FOREIGN KEY (author_id) REFERENCES T_author (id) ON DELETE CASCADE,
    CONSTRAINT T_uq_title UNIQUE (title),
    UNIQUE (author_id, pages),
    CONSTRAINT T_ck_price CHECK (price > 0),
    CHECK (pages < 10000)
)''')
op.execute("CREATE TABLE T_review (id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL REFERENCES T_book (id), text TEXT)")
op.execute("CREATE INDEX T_ix_pages ON T_book (pages, price)")
op.execute("CREATE UNIQUE INDEX T_ix_made ON T_book (made)")
op.execute("INSERT INTO T_author (id, name) VALUES (1, 'Ann'), (2, NULL)")
op.execute("INSERT INTO T_book (id, title, author_id, editor_id, next_id, made, pages) VALUES"
           " (1, 'one', 1, 2, NULL, '2020-01-01 00:00:00', 7), (2, 'two ''quoted''\\n-- x;', 2, NULL, 1, '2021-01-01', NULL)")
op.execute("INSERT INTO T_review (id, book_id, text) VALUES (1, 2, 'a\\tb')")
"""

NAMED = """
convention = {"uq": "uq_%(table_name)s_%(column_0_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
              "pk": "pk_%(table_name)s"}
"""

COPY = """
metadata = sa.MetaData()
sa.Table("T_author", metadata, sa.Column("id", sa.Integer, primary_key=True))
book = sa.Table("T_book", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("title", sa.String(80), nullable=False),
                sa.Column("author_id", sa.ForeignKey("T_author.id")), sa.Column("pages", sa.Integer),
                sa.UniqueConstraint("title", name="T_u"), sa.CheckConstraint("pages > 1", name="T_c"), sa.Index("T_i", "pages"))
"""

CASES: dict[str, str | tuple[str, ...]] = {
    "add": 'with op.batch_alter_table("T_book") as batch:\n    batch.add_column(sa.Column("x", sa.Integer))',
    "add_always": """
        with op.batch_alter_table("T_book", recreate="always") as batch:
            batch.add_column(sa.Column("x", sa.Integer, server_default="5"), insert_before="title")
            batch.add_column(sa.Column("y", sa.String(5)), insert_after="price")
    """,
    "add_never": """
        with op.batch_alter_table("T_book", recreate="never") as batch:
            batch.add_column(sa.Column("x", sa.Integer, server_default="5"))
    """,
    "drop_column": 'with op.batch_alter_table("T_book") as batch:\n    batch.drop_column("sold")',
    "drop_indexed": """
        with op.batch_alter_table("T_book") as batch:
            batch.drop_index("T_ix_made")
            batch.drop_column("made")
    """,
    "rename": 'with op.batch_alter_table("T_book") as batch:\n    batch.alter_column("title", new_column_name="name")',
    "rename_key": 'with op.batch_alter_table("T_review") as batch:\n    batch.alter_column("id", new_column_name="key")',
    "types": """
        with op.batch_alter_table("T_book") as batch:
            batch.alter_column("title", type_=sa.Text(), existing_type=sa.String(50), existing_nullable=False)
            batch.alter_column("pages", type_=sa.BigInteger(), server_default="0")
            batch.alter_column("price", server_default=None)
            batch.alter_column("sold", type_=sa.Integer(), existing_type=sa.Boolean())
    """,
    "nullable": 'with op.batch_alter_table("T_author") as batch:\n    batch.alter_column("id", existing_type=sa.Integer(), nullable=False)',
    "constraints": """
        with op.batch_alter_table("T_book") as batch:
            batch.drop_constraint("T_uq_title", type_="unique")
            batch.drop_constraint("T_ck_price", type_="check")
            batch.drop_constraint("T_fk_author", type_="foreignkey")
            batch.create_unique_constraint("T_uq_new", ["title", "price"])
            batch.create_check_constraint("T_ck_new", "price >= 0 AND title <> 'x'")
            batch.create_foreign_key("T_fk_new", "T_author", ["author_id"], ["id"], ondelete="SET NULL", onupdate="CASCADE")
    """,
    "constraints_of_expressions": """
        with op.batch_alter_table("T_book") as batch:
            batch.create_check_constraint("T_ck_new", sa.column("price") >= 0)
            batch.create_check_constraint("T_ck_in", sa.column("title").not_in(["x", "it's"]))
    """,
    "primary_key": """
        op.execute("CREATE TABLE T_plain (a INTEGER NOT NULL, b INTEGER)")
        op.execute("INSERT INTO T_plain VALUES (1, 2), (2, NULL)")
        with op.batch_alter_table("T_plain") as batch:
            batch.create_primary_key("T_pk_new", ["a"])
    """,
    "indexes": """
        with op.batch_alter_table("T_book") as batch:
            batch.create_index("T_ix_new", ["title"], unique=True)
            batch.drop_index("T_ix_pages")
    """,
    "indexes_recreated": """
        with op.batch_alter_table("T_book", recreate="always") as batch:
            batch.create_index("T_ix_new", ["title", "id"])
            batch.drop_index("T_ix_pages")
            batch.alter_column("pages", new_column_name="count")
    """,
    "partial_index": """
        op.execute("CREATE INDEX T_ix_part ON T_author (name) WHERE born IS NOT NULL AND name <> 'x'")
        with op.batch_alter_table("T_author", recreate="always") as batch:
            batch.add_column(sa.Column("x", sa.Integer))
    """,
    "expression_index": """
        op.execute("CREATE INDEX T_ix_lower ON T_author (lower(name), id DESC)")
        with op.batch_alter_table("T_author", recreate="always") as batch:
            batch.add_column(sa.Column("x", sa.Integer))
    """,
    "expression_index_made": """
        with op.batch_alter_table("T_author") as batch:
            batch.create_index("T_ix_lower", [sa.text("lower(name)")])
            batch.create_index("T_ix_part", ["name"], sqlite_where=sa.text("born IS NULL"))
    """,
    "named": (NAMED, """
        with op.batch_alter_table("T_book", naming_convention=convention) as batch:
            batch.drop_constraint("uq_T_book_author_id", type_="unique")
            batch.drop_constraint("fk_T_book_editor_id_T_author", type_="foreignkey")
    """),
    "table_args": """
        with op.batch_alter_table("T_book", table_args=(sa.CheckConstraint("pages < 500", name="T_args"),
                                  sa.UniqueConstraint("editor_id", "id", name="T_uargs"))) as batch:
            batch.add_column(sa.Column("x", sa.Integer, sa.CheckConstraint("x > 1", name="T_x")))
            batch.alter_column("title", nullable=True)
    """,
    "table_kwargs": """
        op.execute("CREATE TABLE T_auto (id INTEGER PRIMARY KEY, a TEXT)")
        op.execute("INSERT INTO T_auto (a) VALUES ('x'), ('y')")
        with op.batch_alter_table("T_auto", recreate="always", table_kwargs={"sqlite_autoincrement": True}) as batch:
            batch.alter_column("a", nullable=False)
        op.execute("INSERT INTO T_auto (a) VALUES ('z')")
    """,
    "copy_from": (COPY, """
        with op.batch_alter_table("T_book", copy_from=book) as batch:
            batch.alter_column("title", type_=sa.String(90))
            batch.drop_constraint("T_u", type_="unique")
    """),
    "reflect_args": """
        with op.batch_alter_table("T_book", reflect_args=[sa.Column("sold", sa.Boolean(create_constraint=True, name="T_bool")),
                                                         sa.Column("title", sa.String(99), nullable=False)]) as batch:
            batch.alter_column("price", type_=sa.Float())
    """,
    "reflect_kwargs": """
        def listen(inspector, table, column_info):
            if isinstance(column_info["type"], sa.String):
                column_info["type"] = sa.String(200)
        with op.batch_alter_table("T_book", reflect_kwargs={"listeners": [("column_reflect", listen)]}) as batch:
            batch.alter_column("price", nullable=True)
            batch.drop_column("sold")
            batch.drop_column("next_id")
    """,
    "reordered": """
        with op.batch_alter_table("T_author", recreate="always", partial_reordering=[("born", "name", "id")]) as batch:
            batch.add_column(sa.Column("x", sa.Integer))
    """,
    "boolean": """
        with op.batch_alter_table("T_book") as batch:
            batch.alter_column("sold", existing_type=sa.Boolean(), type_=sa.String(5))
            batch.add_column(sa.Column("flag", sa.Boolean(create_constraint=True, name="T_flag"), server_default=sa.false()))
            batch.add_column(sa.Column("kind", sa.Enum("a", "it's", name="T_kind", create_constraint=True)))
    """,
    "drop_boolean": """
        with op.batch_alter_table("T_book", recreate="always") as batch:
            batch.add_column(sa.Column("flag", sa.Boolean(create_constraint=True, name="T_flag")))
        with op.batch_alter_table("T_book") as batch:
            batch.drop_constraint("T_flag", type_="check")
            batch.drop_column("flag")
    """,
    "computed_added": """
        with op.batch_alter_table("T_book") as batch:
            batch.add_column(sa.Column("twice", sa.Integer, sa.Computed("pages * 2", persisted=True)))
    """,
    "collated": """
        with op.batch_alter_table("T_author") as batch:
            batch.alter_column("name", type_=sa.String(80, collation="RTRIM"))
    """,
    "collation_kept": 'with op.batch_alter_table("T_author") as batch:\n    batch.alter_column("born", server_default="1")',
    "without_rowid": """
        op.execute("CREATE TABLE T_wr (a TEXT PRIMARY KEY, b INTEGER) WITHOUT ROWID")
        op.execute("INSERT INTO T_wr VALUES ('k', 1)")
        with op.batch_alter_table("T_wr", recreate="always") as batch:
            batch.add_column(sa.Column("c", sa.Integer))
        with op.batch_alter_table("T_wr", recreate="always", table_kwargs={"sqlite_with_rowid": False}) as batch:
            batch.add_column(sa.Column("d", sa.Integer))
    """,
    "references": """
        op.execute("PRAGMA foreign_keys=OFF")
        with op.batch_alter_table("T_author") as batch:
            batch.alter_column("name", type_=sa.Text(), server_default="-")
        with op.batch_alter_table("T_review") as batch:
            batch.create_foreign_key("T_fk_r", "T_author", ["id"], ["id"])
        op.execute("PRAGMA foreign_keys=ON")
    """,
    "self_reference": """
        with op.batch_alter_table("T_book") as batch:
            batch.create_foreign_key("T_fk_self", "T_book", ["editor_id"], ["id"])
    """,
    "view_and_trigger": """
        op.execute("CREATE TRIGGER T_tr AFTER INSERT ON T_author BEGIN UPDATE T_author SET name = 'tr' WHERE id = new.id; END")
        with op.batch_alter_table("T_author", recreate="always") as batch:
            batch.add_column(sa.Column("x", sa.Integer))
        op.execute("INSERT INTO T_author (id) VALUES (9)")
    """,
    "odd_names": '''
        op.execute('CREATE TABLE "T_od d-1" ("select" INTEGER PRIMARY KEY, "a b" TEXT, "c%d" TEXT, "Ü" TEXT)')
        op.execute("""INSERT INTO "T_od d-1" VALUES (1, 'x', 'y', 'z')""")
        with op.batch_alter_table("T_od d-1") as batch:
            batch.alter_column("a b", type_=sa.String(5))
            batch.alter_column("Ü", new_column_name="u")
    ''',
    "renamed_table": """
        op.rename_table("T_author", "T_writer")
        with op.batch_alter_table("T_writer") as batch:
            batch.alter_column("born", type_=sa.DateTime())
        with op.batch_alter_table("T_book") as batch:
            batch.alter_column("price", nullable=False)
    """,
    "twice": """
        with op.batch_alter_table("T_book") as batch:
            batch.add_column(sa.Column("x", sa.Integer))
        bind.execute(sa.text("UPDATE T_book SET x = :v"), {"v": 7})
        with op.batch_alter_table("T_book") as batch:
            batch.alter_column("x", nullable=False, new_column_name="y")
        with op.batch_alter_table("T_book") as batch:
            batch.drop_column("y")
    """,
    "reflected_since": """
        with op.batch_alter_table("T_book") as batch:
            batch.alter_column("made", new_column_name="since", type_=sa.Date())
        for column in sa.inspect(bind).get_columns("T_book"):
            op.execute(f"INSERT INTO T_author (name) VALUES ('{column['name']} {column['type']} {column['nullable']}')")
        t = sa.Table("T_book", sa.MetaData(), autoload_with=bind)
        bind.execute(t.insert().values(id=8, title="eight", author_id=1, since=dt.date(2020, 2, 2)))
    """,
    "data": """
        op.execute("INSERT INTO T_author VALUES (10, X'00FF', 1.5), (11, 9223372036854775807, 'text'), (12, 1e300, NULL)")
        with op.batch_alter_table("T_author", recreate="always") as batch:
            batch.add_column(sa.Column("x", sa.Integer))
    """,
    "autoload_off": """
        with op.batch_alter_table("T_book", schema=None, recreate="auto") as batch:
            batch.batch_alter = None
            batch.alter_column("title", comment="ignored", existing_type=sa.String(50), existing_nullable=False, nullable=True)
    """,
}  # fmt: skip


def bodies() -> dict[str, str]:
    found = {}
    for name, body in CASES.items():
        parts = [START, body] if isinstance(body, str) else [START, *body]
        text = "bind = op.get_bind()\n" + "".join(textwrap.dedent(part) for part in parts)
        found[name] = re.sub("(?<![A-Z])T_", f"{name}_", text)
    return found


def state(database: Any) -> list[str]:
    """Every object with the lines of its definition sorted, since online the order of constraints changes from run to
    run; every row; and what refers to nothing."""
    found = []
    for kind, name, table, sql in database.rows("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        lines = [re.sub(r"[\s,]+\Z", "", line.strip()) for line in (sql or "").splitlines()]
        found.append(f"{kind} {name} {table} {sorted(line for line in lines if line)}")
    tables = [name for (name,) in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in tables:
        columns = database.rows(f'PRAGMA table_xinfo("{name}")')
        found.append(f"{name} {[column[1:3] for column in columns]}")
        found += [f"{name} {row}" for row in database.rows(f'SELECT * FROM "{name}"')]
    found += [f"refers to nothing: {row}" for row in database.rows("PRAGMA foreign_key_check")]
    return sorted(part for part in found if "alembic_version" not in part)


def test_a_script_leaves_what_the_batches_leave_online(sqlite_file: Any, tmp_path: Path) -> None:
    history = law.History.write(tmp_path / "project", f"sqlite:///{sqlite_file.path}", "sqlite", bodies())
    history.online()
    expected = state(sqlite_file)
    sqlite_file.path.unlink()
    rendered = history.recorded()
    assert [(each.revision, str(each.failure.reason), each.failure.line) for each in rendered if each.failure] == []
    assert [(each.revision, each.reads) for each in rendered if each.reads] == []
    run = sqlite_file.client("BEGIN;\n" + law.script(rendered) + "COMMIT;\n", *law.CLIENT["sqlite"])
    assert run.code == 0, run.log
    found = state(sqlite_file)
    assert sorted(set(found) - set(expected)) == sorted(set(expected) - set(found)) == []
    assert found == expected


def test_two_runs_write_the_same(sqlite_file: Any, tmp_path: Path) -> None:
    """Sets are in another order in each process: their order is that of hashes or of addresses."""
    history = law.History.write(tmp_path / "project", f"sqlite:///{sqlite_file.path}", "sqlite", bodies())
    texts = {
        law.script(history.recorded(environ={"PYTHONHASHSEED": seed, "SQLGEN_TEST_PADDING": "x" * int(seed)}))
        for seed in ("1", "77", "4001")
    }
    assert len(texts) == 1
