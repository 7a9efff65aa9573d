"""A small history with each kind of operation, as Alembic renders it for SQL Server and Oracle."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlgen import pipeline
from sqlgen.segments import Step
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

_ENV = """
from alembic import context
context.configure(dialect_name="{dialect}", literal_binds=True, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
"""
_A1 = '''"""create books"""
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table(
        "books",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.Unicode(40), nullable=False, server_default="none"),
        sa.Column("Isbn", sa.String(13), comment="the ISBN\\n/\\nof it; 'quoted' -\\nGO"),
        sa.Column("price", sa.Numeric(10, 2), server_default="0", nullable=False),
    )
    op.create_index("ix_isbn", "books", ["Isbn"], unique=True)
    tags = op.create_table(
        "tags",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40)),
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id", name="fk_tags_books")),
    )
    op.bulk_insert(tags, [
        {{"id": 1, "name": "it's", "book_id": None}},
        {{"id": 2, "name": "line\\n/\\ntwo -\\n; & more\\n.\\nGO\\n:exit\\n!!dir\\n#x\\nC:\\\\", "book_id": None}},
        {{"id": 3, "name": "书名 $(HOME) :x", "book_id": None}},
    ])

def downgrade():
    op.drop_table("tags")
    op.drop_index("ix_isbn", "books")
    op.drop_table("books")
'''
_B2 = '''"""change"""
revision = "b2"
down_revision = "a1"
from alembic import op
import sqlalchemy as sa

def upgrade():
    mssql = op.get_context().dialect.name == "mssql"
    op.add_column("books", sa.Column("stock", sa.Integer, nullable=False, server_default="5"))
    op.alter_column("books", "title", existing_type=sa.Unicode(40), type_=sa.Unicode(200), existing_nullable=False)
    op.alter_column("books", "price", server_default="1", existing_type=sa.Numeric(10, 2), existing_nullable=False)
    op.drop_column("books", "stock", mssql_drop_default=True, mssql_drop_check=True)
    op.alter_column("tags", "name", new_column_name="label", existing_type=sa.String(40))
    op.create_unique_constraint("uq_label", "tags", ["label"])
    op.create_check_constraint("ck_label", "tags", "label <> ''")
    op.execute("UPDATE tags SET label = 'y' WHERE id = 1; DELETE FROM tags WHERE id = 9")
    op.rename_table("tags", "labels")
    op.execute("CREATE VIEW v_books AS SELECT id, title FROM books")
    op.execute("GRANT SELECT ON books TO public")
    if mssql:
        op.execute("CREATE TRIGGER tr ON books AFTER INSERT AS BEGIN SET NOCOUNT ON; UPDATE books SET price = 2 END")
        op.execute("CREATE PROCEDURE p_books @a int AS BEGIN SELECT @a; SELECT 2; END;")
        op.execute("CREATE SCHEMA hr")
        op.execute("DECLARE @n int; SELECT @n = COUNT(*) FROM books; IF @n = 0 UPDATE books SET price = @n")
        op.execute("DECLARE @n int = 5; UPDATE books SET price = @n")
    else:
        op.execute("CREATE TRIGGER tr BEFORE INSERT ON books FOR EACH ROW\\nBEGIN\\n \\\\:new.price := 2;\\nEND;")
        op.execute("CREATE PROCEDURE p_books (a NUMBER) AS BEGIN NULL; END;")
        op.execute("CREATE SEQUENCE s_books START WITH 5")
        op.execute("BEGIN UPDATE books SET price = 3; END;")
    op.drop_constraint("uq_label", "labels", type_="unique")
    with op.batch_alter_table("books") as batch:
        batch.add_column(sa.Column("pages", sa.Integer))
        batch.drop_column("pages")

def downgrade():
    op.execute("DROP VIEW v_books")
    op.execute("DROP TRIGGER tr")
    op.execute("DROP PROCEDURE p_books")
    op.drop_constraint("ck_label", "labels", type_="check")
    op.rename_table("labels", "tags")
    op.alter_column("tags", "label", new_column_name="name", existing_type=sa.String(40))
'''
_C3 = '''"""outside"""
revision = "c3"
down_revision = "b2"
from alembic import op

def upgrade():
    op.execute("INSERT INTO labels (id, label) VALUES (8, 'x')")
    with op.get_context().autocommit_block():
        op.create_index("ix_price", "books", ["price"])
    op.execute("INSERT INTO labels (id, label) VALUES (9, 'x')")

def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_price", "books")
    op.execute("DELETE FROM labels WHERE id IN (8, 9)")
'''


@cache
def emitted(dialect: str, *, down: bool = False) -> tuple[Step, ...]:
    """base → a1 → b2 → c3, or back."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "versions").mkdir()
        (folder / "alembic.ini").write_text("[alembic]\nscript_location = .\n")
        (folder / "env.py").write_text(_ENV.format(dialect=dialect))
        for revision, text in (("a1", _A1.format()), ("b2", _B2), ("c3", _C3)):
            (folder / "versions" / f"{revision}.py").write_text(text, encoding="utf-8")
        workspace = open_workspace(Request(folder))
        moves = pipeline.resolve(workspace, "base:head", down=down).steps
        return pipeline.emit(workspace, moves).steps
