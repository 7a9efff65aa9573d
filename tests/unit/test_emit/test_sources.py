"""Every statement knows the call that made it."""

from __future__ import annotations

from typing import Any

import pytest

from sqlgen.emit.trace import Emitted


def _places(project: Any, revision: str, statements: tuple[Emitted, ...]) -> list[tuple[str | None, str, int, int]]:
    """Operation, the text at the place, and how many lines the call has."""
    lines = (project.versions / f"{revision}.py").read_text(encoding="utf-8").splitlines()
    found = []
    for each in statements:
        source = each.source
        assert source is not None
        assert source.file == f"migrations/versions/{revision}.py"
        text = lines[source.line - 1][source.column - 1 :]
        found.append((each.op, text, source.end_line - source.line + 1, source.column))
    return found


def test_a_statement_has_the_lines_of_its_call(project: Any) -> None:
    project.revision(
        "a1",
        """
        op.create_table(
            "t",
            sa.Column("a", sa.Integer, index=True),
        )
        for name in ("x", "y"):
            op.add_column("t", sa.Column(
                name, sa.Integer))
        größe = "Ärger"; op.execute("SELECT 1"); op.get_bind().execute(sa.text("SELECT 2"))
        """,
    )
    (rendered,) = project.render().revisions
    assert _places(project, "a1", rendered.statements) == [
        ("CreateTableOp", "op.create_table(", 4, 5),
        ("CreateTableOp", "op.create_table(", 4, 5),
        ("AddColumnOp", 'op.add_column("t", sa.Column(', 2, 9),
        ("AddColumnOp", 'op.add_column("t", sa.Column(', 2, 9),
        ("ExecuteSQLOp", 'op.execute("SELECT 1"); op.get_bind().execute(sa.text("SELECT 2"))', 1, 22),
        (None, 'op.get_bind().execute(sa.text("SELECT 2"))', 1, 46),
    ]
    assert [each.construct for each in rendered.statements] == [
        "CreateTable",
        "CreateIndex",
        "AddColumn",
        "AddColumn",
        "TextClause",
        "TextClause",
    ]


def test_helpers_of_the_project_are_named_between_the_call_and_alembic(project: Any) -> None:
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    project.write(
        helping="""
        from alembic import op

        def outer():
            inner()

        def inner():
            op.execute("SELECT 1")
        """
    )
    project.revision("a1", "import helping\n\ndef local():\n    helping.outer()\nlocal()")
    (rendered,) = project.render().revisions
    (emitted,) = rendered.statements
    assert emitted.source is not None
    assert emitted.source.line == project.line_of("a1", "helping.outer()")
    assert emitted.source.helpers == ("helping.py:5", "helping.py:8")


def test_an_upgrade_that_stands_elsewhere_has_its_place_there(project: Any) -> None:
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    project.write(shared='from alembic import op\n\ndef upgrade():\n    op.execute("SELECT 1")\n')
    path = project.revision("a1")
    path.write_text("from shared import upgrade\nrevision = 'a1'\ndown_revision = None\n")
    (emitted,) = project.render().revisions[0].statements
    assert emitted.source is not None
    assert (emitted.source.file, emitted.source.line, emitted.source.column) == ("shared.py", 4, 5)


def test_a_change_in_a_batch_has_its_own_line(project: Any) -> None:
    project.revision(
        "a1",
        """
        with op.batch_alter_table("t") as batch:
            batch.add_column(sa.Column("a", sa.Integer, sa.ForeignKey("u.id", name="fk_a")))
            batch.alter_column(
                "b",
                nullable=False,
            )
            batch.drop_constraint("uq_c", type_="unique")
        """,
    )
    (rendered,) = project.render().revisions
    assert [(*place[:1], *place[2:]) for place in _places(project, "a1", rendered.statements)] == [
        ("AddColumnOp", 1, 9),
        ("AddColumnOp", 1, 9),
        ("AlterColumnOp", 4, 9),
        ("DropConstraintOp", 1, 9),
    ]


RECREATED = """
table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer), sa.Column("b", sa.Integer), sa.Column("c", sa.Integer))
with op.batch_alter_table("t", copy_from=table) as batch:
    batch.drop_column("a")
"""


def test_a_table_recreated_for_one_change_has_that_changes_line(project: Any) -> None:
    project.write(url="sqlite://")
    project.revision("a1", RECREATED)
    (rendered,) = project.render().revisions
    places = _places(project, "a1", rendered.statements)
    assert len(places) == 4
    assert set(places) == {("DropColumnOp", 'batch.drop_column("a")', 1, 9)}


def test_a_table_recreated_for_several_changes_has_the_line_of_the_batch(project: Any) -> None:
    project.write(url="sqlite://")
    project.revision("a1", RECREATED + '    batch.drop_column("b")\n')
    (rendered,) = project.render().revisions
    line = project.line_of("a1", "with op.batch")
    places = [(each.op, each.source and each.source.line) for each in rendered.statements]
    assert places == [("batch_alter_table", line)] * 4


def test_an_operation_made_of_others_is_one_operation(project: Any) -> None:
    top = """
    from alembic.operations import MigrateOperation, Operations

    @Operations.register_operation("make_view")
    class MakeView(MigrateOperation):
        @classmethod
        def make_view(cls, operations, name):
            return operations.invoke(cls())

    @Operations.implementation_for(MakeView)
    def make_view(operations, operation):
        operations.execute("CREATE VIEW v AS SELECT 1")


    """
    project.revision("a1", "op.make_view('v')", top=top)
    (rendered,) = project.render().revisions
    assert rendered.failure is None
    (emitted,) = rendered.statements
    assert (emitted.op, emitted.sql) == ("MakeView", "CREATE VIEW v AS SELECT 1")


# ---- transactions


def test_an_autocommit_block_ends_one_transaction_and_begins_another(project: Any) -> None:
    project.revision(
        "a1",
        """
        op.execute("SELECT 1")
        with op.get_context().autocommit_block():
            op.execute("SELECT 2")
        op.execute("SELECT 3")
        """,
    )
    project.revision("b2", "op.execute('SELECT 4')")
    found = [(e.sql[-1], e.transaction, e.autocommit) for one in project.render().revisions for e in one.statements]
    assert found == [("1", 1, False), ("2", None, True), ("3", 2, False), ("4", 3, False)]


def test_an_autocommit_block_is_seen_where_nothing_is_transactional(project: Any) -> None:
    project.write(url="mysql+pymysql://h/x")
    project.revision(
        "a1", 'with op.get_context().autocommit_block():\n    op.execute("SELECT 1")\nop.execute("SELECT 2")'
    )
    found = [(e.transaction, e.autocommit) for e in project.render().revisions[0].statements]
    assert found == [(None, True), (None, False)]


# ---- text


def test_text_is_kept_to_the_byte(project: Any) -> None:
    project.revision("a1", r'op.execute("INSERT INTO t VALUES (\'a\tb  c\n\td\'); -- done  \n/* end */")')
    (emitted,) = project.render().revisions[0].statements
    assert emitted.sql == "INSERT INTO t VALUES ('a\tb  c\n\td'); -- done  \n/* end */"


def test_an_impl_of_a_third_party_has_its_say(project: Any) -> None:
    env = """
from alembic import context
from alembic.ddl.sqlite import SQLiteImpl

class Impl(SQLiteImpl):
    __dialect__ = "sqlite"
    def _exec(self, construct, *args, **kw):
        super()._exec(construct, *args, **kw)
        self.static_output("ANALYZE")

context.configure(dialect_name="sqlite")
context.run_migrations()
"""
    project.write(env=env)
    project.revision("a1", "op.execute('SELECT 1')")
    assert [each.sql for each in project.render().revisions[0].statements] == ["SELECT 1", "ANALYZE"]


ODD = """
名 = "\u2028\x0c𠮷野家 😀"; op.execute("SELECT 1"); op.add_column(
    "订单", sa.Column("备注", sa.Integer),
)
if 名:
\top.execute("SELECT 2"); 助手.跑(
\t\t"SELECT 3"
\t)
# 注
[op.execute(f"SELECT {each}") for each in (4,)]; 甲 = "é"; op.\\
    execute("SELECT 5")
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_column_counts_characters_whatever_the_file_is_written_in(project: Any, newline: str, encoding: str) -> None:
    """Astral characters are one, tabs are one, and what only str.splitlines takes for the end of a line is none."""
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    project.write(助手="from alembic import op\n\ndef 跑(sql): op.execute(sql)\n")
    path = project.revision("a1", ODD, top="import 助手\n")
    text = path.read_text(encoding="utf-8")
    text = f"# coding: {encoding}\n{text}" if encoding == "gb18030" else text
    path.write_bytes(text.replace("\n", newline).encode(encoding))
    (rendered,) = project.render().revisions
    lines = text.split("\n")
    found = []
    for each in rendered.statements:
        assert each.source is not None
        at = lines[each.source.line - 1][each.source.column - 1 :]
        found.append((at, each.source.end_line - each.source.line, each.source.helpers))
    assert found == [
        ('op.execute("SELECT 1"); op.add_column(', 0, ()),
        ("op.add_column(", 2, ()),
        ('op.execute("SELECT 2"); 助手.跑(', 0, ()),
        ("助手.跑(", 2, ("助手.py:3",)),
        ('op.execute(f"SELECT {each}") for each in (4,)]; 甲 = "é"; op.\\', 0, ()),
        ("op.\\", 1, ()),
    ]
