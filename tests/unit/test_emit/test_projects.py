"""What projects may be like: the freedoms of env.py, the layouts, what is left untouched."""

from __future__ import annotations

from typing import Any

import pytest

BEGIN = "from alembic import context\n"
RUN = "context.run_migrations()\n"


# ---- what env.py may do


def test_the_wanted_dialect_replaces_the_url(project: Any) -> None:
    project.write(url="sqlite:///shop.db")
    project.revision("a1", "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True))")
    trace = project.render(dialect="postgresql")
    assert trace.dialect == "postgresql"
    assert "id SERIAL NOT NULL" in trace.revisions[0].statements[0].sql


@pytest.mark.parametrize("env", ["url=None", "url='driver://user:pass@localhost/dbname'", "dialect_name='sqlite'"])
def test_the_wanted_dialect_needs_no_url(project: Any, env: str) -> None:
    project.write(env=f"{BEGIN}context.configure({env})\n{RUN}")
    project.revision("a1", "op.execute('SELECT 1')")
    assert project.render(dialect="mysql").dialect == "mysql"


def test_an_env_file_may_do_without_begin_transaction(project: Any) -> None:
    project.write(env=BEGIN + "context.configure(url='postgresql://localhost/x')\n" + RUN)
    project.revision("a1", "op.execute('SELECT 1')")
    project.revision("b2", "op.execute('SELECT 2')")
    found = [each.transaction for one in project.render().revisions for each in one.statements]
    assert found == [1, 2]


def test_an_engine_is_as_good_as_a_url(project: Any) -> None:
    """Percent signs would be doubled for the driver's sake, were the engine's dialect used."""
    env = (
        BEGIN
        + "from sqlalchemy import create_mock_engine\n"
        + "engine = create_mock_engine('postgresql+psycopg2://localhost/x', None)\n"
        + "engine.url = 'postgresql+psycopg2://localhost/x'\n"
        + "context.configure(connection=engine)\n"
        + RUN
    )
    project.write(env=env)
    project.revision("a1", "op.execute('SELECT 5 % 2')")
    assert project.render().revisions[0].statements[0].sql == "SELECT 5 % 2"


def test_x_arguments_reach_env(project: Any) -> None:
    env = BEGIN + "context.configure(dialect_name=context.get_x_argument(as_dictionary=True)['kind'])\n" + RUN
    project.write(env=env)
    project.revision("a1")
    assert project.render(x=["kind=mssql"]).dialect == "mssql"


def test_arguments_for_the_revisions_are_passed_on(project: Any) -> None:
    project.write(env=BEGIN + "context.configure(dialect_name='sqlite')\ncontext.run_migrations(tenant='a')\n")
    path = project.revision("a1")
    path.write_text(path.read_text().replace("upgrade():", "upgrade(tenant):").replace("pass", "op.execute(tenant)", 1))
    assert [each.sql for each in project.render().revisions[0].statements] == ["a"]


def test_statements_of_env_itself_are_not_lost(project: Any) -> None:
    env = (
        BEGIN
        + "def after(**kw):\n    context.execute('INSERT INTO log VALUES (1)')\n"
        + "context.configure(url='postgresql://h/x', on_version_apply=after)\n"
        + "context.execute('SET search_path TO shop')\n"
        + RUN
        + "context.execute('RESET search_path')\n"
    )
    project.write(env=env)
    project.revision("a1", "op.execute('SELECT 1')")
    project.revision("b2", "op.execute('SELECT 2')")
    first, second = project.render().revisions
    assert [(each.sql, each.source and each.source.line, each.transaction) for each in first.statements] == [
        ("SET search_path TO shop", 5, None),
        ("SELECT 1", 12, 1),
        ("INSERT INTO log VALUES (1)", 3, 1),
    ]
    assert [each.sql for each in second.statements] == ["SELECT 2", "INSERT INTO log VALUES (1)", "RESET search_path"]


def test_the_version_table_is_the_one_env_names(project: Any) -> None:
    configure = "context.configure(url='postgresql://h/x', version_table='shop_version', version_table_schema='meta')\n"
    project.write(env=BEGIN + configure + RUN)
    project.revision("a1")
    with project.run(observe=True) as run:
        trace = run.trace
    assert (trace.version_table, trace.version_table_schema) == ("shop_version", "meta")
    assert "meta.shop_version" in run.observed["a1", "upgrade"][0]


def test_prints_and_logs_are_output_and_never_sql(project: Any) -> None:
    project.write(
        env="import sys\nprint('héllo from env', flush=False)\nprint('err', file=sys.stderr)\n"
        + BEGIN
        + "context.configure(url='sqlite://')\n"
        + RUN
    )
    project.revision("a1", "print('SELECT 666')\nimport os; os.write(1, b'raw\\n')\nop.execute('SELECT 1')")
    trace = project.render()
    assert [each.sql for each in trace.revisions[0].statements] == ["SELECT 1"]
    assert sorted(trace.output.split("\n")) == ["", "SELECT 666", "err", "héllo from env", "raw"]


def test_what_a_revision_writes_to_the_script_itself_is_recorded(project: Any) -> None:
    project.revision(
        "a1",
        """
        op.get_context().impl.static_output("-- a remark")
        op.get_context().impl.static_output("GRANT SELECT ON t TO reader;")
        op.get_context().output_buffer.write("VACUUM;\\n")
        """,
    )
    assert [each.sql for each in project.render().revisions[0].statements] == [
        "GRANT SELECT ON t TO reader;",
        "VACUUM;",
    ]


def test_the_server_version_is_what_the_dialect_goes_by(project: Any) -> None:
    project.write(url="mysql+pymysql://h/x")
    body = "op.create_table('t', sa.Column('n', sa.Integer, server_default=sa.text('uuid_short()')))"
    project.revision("a1", body)
    old, new = (project.render(server_version=version).revisions[0].statements[0].sql for version in ("5.7", "8.0"))
    assert "DEFAULT uuid_short()" in old
    assert "DEFAULT (uuid_short())" in new


@pytest.mark.parametrize("configured", ["url='mysql+pymysql://h/x'", "dialect_name='mysql'", "url='sqlite:///x.db'"])
def test_mariadb_behind_a_mysql_url_keeps_the_options_for_mysql(project: Any, configured: str) -> None:
    project.write(env=f"{BEGIN}context.configure({configured})\n{RUN}")
    columns = "sa.Column('name', sa.Text), sa.Column('key', sa.Integer, server_default=sa.text('uuid_short()'))"
    project.revision(
        "a1",
        f"op.create_table('t', {columns}, mysql_ENGINE='InnoDB', mysql_DEFAULT_CHARSET='UTF8')\n"
        "op.create_index('ix_t_name', 't', ['name'], mysql_length=64)\n"
        "op.execute(op.get_bind().dialect.name)",
    )
    trace = project.render(dialect="mariadb", server_version="10.11")
    table, index, name = (statement.sql for statement in trace.revisions[0].statements)
    assert trace.dialect == "mariadb"
    assert "DEFAULT CHARSET=UTF8" in table
    assert "ENGINE=InnoDB" in table
    assert "DEFAULT (uuid_short())" in table
    assert index.rstrip(";") == "CREATE INDEX ix_t_name ON t (name(64))"
    assert name.rstrip(";") == "mysql"


def test_a_comment_on_sql_server_needs_no_connection(project: Any) -> None:
    project.write(url="mssql+pyodbc://h/x")
    project.revision("a1", "op.create_table('t', sa.Column('n', sa.Integer), comment='all of it')")
    (rendered,) = project.render().revisions
    assert rendered.failure is None
    assert rendered.statements[1].sql.startswith("execute sp_addextendedproperty 'MS_Description', N'all of it'")


# ---- the project's layout


def test_a_pyproject_alone_is_enough(project: Any) -> None:
    project.ini.unlink()
    pyproject = project.root / "pyproject.toml"
    pyproject.write_text('[tool.alembic]\nscript_location = "%(here)s/migrations"\n')
    project.write(env=BEGIN + "context.configure(dialect_name='sqlite')\n" + RUN)
    project.revision("a1", "op.execute('SELECT 1')")
    trace = project.render(project_config=pyproject)
    assert [each.sql for each in trace.revisions[0].statements] == ["SELECT 1"]


def test_flask_migrate_keeps_its_ini_beside_env(project: Any) -> None:
    ini = project.root / "migrations" / "alembic.ini"
    ini.write_text("[alembic]\n")
    project.ini.unlink()
    project.write(env=BEGIN + "context.configure(dialect_name='sqlite')\n" + RUN)
    project.revision("a1", "op.execute('SELECT 1')")
    trace = project.render(project_config=ini)
    assert [each.sql for each in trace.revisions[0].statements] == ["SELECT 1"]


def test_another_main_section_may_be_named(project: Any) -> None:
    project.ini.write_text(project.ini.read_text() + "\n[audit]\nscript_location = %(here)s/migrations\n")
    env = BEGIN + "context.configure(dialect_name='sqlite' if context.config.config_ini_section == 'audit' else None)\n"
    project.write(env=env + RUN)
    project.revision("a1")
    assert project.render(section="audit").dialect == "sqlite"


def test_only_the_files_of_the_range_are_imported(project: Any) -> None:
    project.revision("a1", top="print('a1 imported')\n")
    project.revision("b2", top="print('b2 imported')\n")
    project.revision("c3", top="print('c3 imported')\n")
    trace = project.render(moves=[("b2", "upgrade")], start=("a1",))
    assert trace.output == "b2 imported\n"
    assert [each.revision for each in trace.revisions] == ["b2"]


def test_without_the_list_of_files_alembic_finds_them(project: Any) -> None:
    project.revision("a1")
    project.revision("b2", "op.execute('SELECT 2')")
    trace = project.render(moves=[("b2", "upgrade")], start=("a1",), files=None)
    assert [each.sql for each in trace.revisions[0].statements] == ["SELECT 2"]


def test_nothing_is_written_into_the_project(project: Any) -> None:
    project.revision("a1")
    before = sorted(project.root.rglob("*"))
    project.render()
    assert sorted(project.root.rglob("*")) == before


def test_two_runs_give_the_same(project: Any) -> None:
    body = """
    op.create_table("t", *[sa.Column(name, sa.Integer, index=True) for name in "abcdef"])
    table = sa.Table(
        "u", sa.MetaData(), *[sa.Column(name, sa.Integer, index=True, unique=True) for name in "fedcba"]
    )
    table.create(op.get_bind())
    foreign = sa.ForeignKey("u.a", name="fk_t_g")
    op.add_column("t", sa.Column("g", sa.Integer, foreign, sa.CheckConstraint("g > 0", name="ck_t_g"), unique=True))
    """
    project.revision("a1", body)
    first, second = project.render().revisions, project.render().revisions
    assert first == second
    texts = [each.sql for each in first[0].statements]
    assert texts[1:7] == [f"CREATE INDEX ix_t_{name} ON t ({name})" for name in "abcdef"]
    assert texts[-3:] == [
        "ALTER TABLE t ADD COLUMN g INTEGER CONSTRAINT ck_t_g CHECK (g > 0)",
        "ALTER TABLE t ADD UNIQUE (g)",
        "ALTER TABLE t ADD CONSTRAINT fk_t_g FOREIGN KEY(g) REFERENCES u (a)",
    ]


# ---- what projects add to Alembic


def test_operations_of_the_project_are_recorded(project: Any) -> None:
    """As the cookbook's replaceable objects, registered where env.py imports them."""
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    project.write(
        env="from alembic import context\nimport operations\n"
        "context.configure(url='postgresql://h/x')\ncontext.run_migrations()\n",
        operations="""
        from alembic.operations import MigrateOperation, Operations

        class View:
            def __init__(self, name, sqltext):
                self.name, self.sqltext = name, sqltext

        class Reversible(MigrateOperation):
            def __init__(self, target):
                self.target = target

            @classmethod
            def invoke_for_target(cls, operations, target=None, replaces=None):
                if replaces is not None:
                    module, name = replaces.split(".")
                    script = operations.get_context().script.get_revision(module).module
                    operations.invoke(cls(target).reverse(getattr(script, name)))
                return operations.invoke(cls(target))

            def reverse(self, old):
                return DropView(old)

        @Operations.register_operation("create_view", "invoke_for_target")
        class CreateView(Reversible):
            pass

        @Operations.register_operation("drop_view", "invoke_for_target")
        class DropView(Reversible):
            pass

        @Operations.implementation_for(CreateView)
        def create_view(operations, operation):
            operations.execute(f"CREATE VIEW {operation.target.name} AS {operation.target.sqltext}")

        @Operations.implementation_for(DropView)
        def drop_view(operations, operation):
            operations.execute(f"DROP VIEW {operation.target.name}")
        """,
    )
    top = "from operations import View\nview = View('v', 'SELECT {}')\n"
    project.revision("a1", "op.create_view(view)", top=top.format(1))
    project.revision("b2", "op.create_view(view, replaces='a1.view')", top=top.format(2))
    first, second = project.render().revisions
    assert (first.failure, second.failure) == (None, None)
    assert [(each.sql, each.op) for each in first.statements] == [("CREATE VIEW v AS SELECT 1", "CreateView")]
    assert [each.sql for each in second.statements] == ["DROP VIEW v", "CREATE VIEW v AS SELECT 2"]
    assert {each.source and each.source.file for each in second.statements} == {"migrations/versions/b2.py"}


def test_an_operation_that_replaces_one_of_alembics_is_recorded(project: Any) -> None:
    project.write(
        env="from alembic import context\n"
        "from alembic.operations import Operations, ops\n"
        "@Operations.implementation_for(ops.DropTableOp, replace=True)\n"
        "def drop_table(operations, operation):\n"
        "    operations.execute(f'ALTER TABLE {operation.table_name} RENAME TO old_{operation.table_name}')\n"
        "context.configure(url='postgresql://h/x')\ncontext.run_migrations()\n",
    )
    project.revision("a1", "op.drop_table('t')")
    assert [each.sql for each in project.render().revisions[0].statements] == ["ALTER TABLE t RENAME TO old_t"]


def test_naming_conventions_and_schemas_of_env_count(project: Any) -> None:
    project.write(
        env="import sqlalchemy as sa\nfrom alembic import context\n"
        "metadata = sa.MetaData(naming_convention={'pk': 'pk_%(table_name)s',"
        " 'ix': 'ix_%(table_name)s_%(column_0_name)s',"
        " 'uq': 'uq_%(table_name)s_%(column_0_name)s'})\n"
        "context.configure(url='postgresql://h/x', target_metadata=metadata, include_schemas=True,"
        " version_table_schema='meta', transaction_per_migration=True, compare_type=True)\n"
        "with context.begin_transaction():\n    context.run_migrations()\n"
    )
    project.revision(
        "a1",
        "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True), sa.Column('a', sa.Integer, index=True),"
        " sa.Column('b', sa.Integer, unique=True), schema='shop')",
    )
    trace = project.render()
    table, index = (each.sql for each in trace.revisions[0].statements)
    assert "CONSTRAINT pk_t PRIMARY KEY (id)" in table
    assert "CONSTRAINT uq_t_b UNIQUE (b)" in table
    assert index == "CREATE INDEX ix_t_a ON shop.t (a)"
    assert trace.version_table_schema == "meta"


def test_an_implementation_of_a_third_party_keeps_its_own_ways(project: Any) -> None:
    project.write(
        env="from alembic import context\nfrom alembic.ddl.postgresql import PostgresqlImpl\n"
        "class ShopImpl(PostgresqlImpl):\n"
        "    __dialect__ = 'postgresql'\n"
        "    transactional_ddl = False\n"
        "    def add_column(self, table, column, **kw):\n"
        "        super().add_column(table, column, **kw)\n"
        "        self._exec('SELECT audit()')\n"
        "context.configure(url='postgresql://h/x')\ncontext.run_migrations()\n"
    )
    project.revision("a1", "op.add_column('t', sa.Column('a', sa.Integer))")
    (rendered,) = project.render().revisions
    assert [(each.sql, each.transaction) for each in rendered.statements] == [
        ("ALTER TABLE t ADD COLUMN a INTEGER", None),
        ("SELECT audit()", None),
    ]


def test_what_is_done_on_each_version_belongs_to_its_revision(project: Any) -> None:
    project.write(
        env="from alembic import context\n"
        "def log(ctx, step, heads, run_args, **kw):\n"
        "    ctx.connection.exec_driver_sql(f\"INSERT INTO log VALUES ('{step.up_revision_id} {run_args['by']}')\")\n"
        "context.configure(url='postgresql://h/x', on_version_apply=[log])\ncontext.run_migrations(by='me')\n"
    )
    for id in ("a1", "b2"):
        path = project.revision(id, f"op.execute('SELECT 1 -- {id}')")
        path.write_text(path.read_text().replace("upgrade()", "upgrade(by)"))
    assert [[each.sql for each in one.statements] for one in project.render().revisions] == [
        ["SELECT 1 -- a1", "INSERT INTO log VALUES ('a1 me')"],
        ["SELECT 1 -- b2", "INSERT INTO log VALUES ('b2 me')"],
    ]


def test_statements_on_connect_are_told_and_not_repeated(project: Any) -> None:
    project.write(
        env="from alembic import context\nimport sqlalchemy as sa\n"
        "engine = sa.create_engine('postgresql+psycopg2://h/x')\n"
        "@sa.event.listens_for(engine, 'connect')\n"
        "def connected(connection, record):\n"
        "    connection.cursor().execute('SET search_path TO shop')\n"
        "with engine.connect() as connection:\n"
        "    connection.execute(sa.text('SELECT pg_advisory_xact_lock(:key)'), {'key': 7})\n"
        "    context.configure(connection=connection)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n"
    )
    project.revision("a1", "op.execute('SELECT 1')")
    (rendered,) = project.render().revisions
    assert [each.sql for each in rendered.statements] == ["SELECT pg_advisory_xact_lock(7)", "SELECT 1"]
    assert rendered.statements[0].source is not None
    assert (rendered.statements[0].source.file, rendered.statements[0].source.line) == ("migrations/env.py", 8)
    assert [(each.kind, each.text) for each in rendered.notes] == [("on-connect", "SET search_path TO shop")]


def test_rows_that_env_reads_are_no_statements_and_named(project: Any) -> None:
    project.write(
        env="from alembic import context\nimport sqlalchemy as sa\n"
        "engine = sa.create_engine('postgresql+psycopg2://h/x')\n"
        "with engine.connect() as connection:\n"
        "    tenants = [row.name for row in connection.execute(sa.text('SELECT name FROM tenants'))]\n"
        "    assert not sa.inspect(connection).has_table('tenants')\n"
        "    context.configure(connection=connection)\n"
        "    context.run_migrations()\n"
    )
    project.revision("a1", "op.execute('SELECT 1')")
    (rendered,) = project.render().revisions
    assert [each.sql for each in rendered.statements] == ["SELECT 1"]
    (note,) = rendered.notes
    assert (note.kind, note.text) == ("env-read", "SELECT name FROM tenants")
    assert note.source is not None
    assert note.source.line == 5
