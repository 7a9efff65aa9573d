"""Projects as the tools make them: all templates of `alembic init` and `flask db init`, untouched but for the URL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sqlgen.emit import Run
from sqlgen.emit.trace import Direction, Trace
from sqlgen.errors import EnvironmentFailed, UsageError
from sqlgen.project import find

URLS = {
    "postgresql": "postgresql+asyncpg://u:p%%40ss@db.example.com/shop",
    "mysql": "mysql+aiomysql://u@db.example.com/shop",
    "sqlite": "sqlite+aiosqlite:///shop.db",
}
"""The drivers are not installed."""

BODY = """\
import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {down!r}
branch_labels = None
depends_on = None


def upgrade({arguments}):
    op.create_table({table!r}, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
    {more}


def downgrade({arguments}):
    op.drop_table({table!r})
"""


def _python() -> str:
    """The interpreter that runs the projects: SQLGEN_TEST_PYTHON names another, with other versions."""
    return os.environ.get("SQLGEN_TEST_PYTHON", sys.executable)


def _alembic(root: Path, *words: str) -> None:
    done = subprocess.run(
        [_python(), "-c", "from alembic.config import main; main()", *words], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _templates() -> set[str]:
    done = subprocess.run(
        [_python(), "-c", "import alembic, os; print(*os.listdir(os.path.dirname(alembic.__file__) + '/templates'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split()) - {"__pycache__"}


def _set_url(root: Path, url: str) -> None:
    ini = root / "alembic.ini"
    text = ini.read_text()
    assert "driver://user:pass@localhost/dbname" in text
    ini.write_text(text.replace("driver://user:pass@localhost/dbname", url))


def _revisions(folder: Path, arguments: str = "", more: str = "") -> None:
    for number, id in enumerate(("a1", "b2")):
        text = BODY.format(id=id, down=None if number == 0 else "a1", arguments=arguments, table=f"t_{id}", more=more)
        (folder / f"{id}.py").write_text(text)


def _render(root: Path, direction: Direction = "upgrade", **options: Any) -> Trace:
    project = find(root)
    moves = [("a1", direction), ("b2", direction)]
    start: tuple[str, ...] = ()
    if direction == "downgrade":
        moves, start = moves[::-1], ("b2",)
    arguments: dict[str, Any] = {"root": project.root, "moves": moves, "start": start, "python": Path(_python())}
    with Run(project.config, section=project.section, **{**arguments, **options}) as run:
        return run.trace


def _tables(trace: Trace) -> list[tuple[str, list[str]]]:
    """Each revision with the tables that it creates or drops."""
    assert [each.failure for each in trace.revisions] == [None, None], trace.output
    return [
        (each.revision, [" ".join(statement.sql.split("(")[0].split()) for statement in each.statements])
        for each in trace.revisions
    ]


UP = [("a1", ["CREATE TABLE t_a1"]), ("b2", ["CREATE TABLE t_b2"])]
DOWN = [("b2", ["DROP TABLE t_b2"]), ("a1", ["DROP TABLE t_a1"])]


def _files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture(params=sorted({"generic", "async", "pyproject", "pyproject_async"}))
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder in which `alembic init` has just been run."""
    template = request.param
    if template not in _templates():
        pytest.skip(f"this Alembic has no template {template}")
    _alembic(tmp_path, "init", "-t", template, "migrations")
    return tmp_path


@pytest.mark.parametrize("dialect", URLS)
def test_a_template_is_rendered_both_ways(made: Path, dialect: str) -> None:
    _set_url(made, URLS[dialect])
    _revisions(made / "migrations" / "versions")
    before = _files(made)
    up, down = _render(made), _render(made, "downgrade")
    assert up.dialect == down.dialect == dialect
    assert _tables(up) == UP
    assert _tables(down) == DOWN
    assert _files(made) == before


def test_a_template_without_its_offline_branch_is_rendered_as_well(made: Path) -> None:
    """It connects as it would online, to nothing; what it executes there is the migration's."""
    env = made / "migrations" / "env.py"
    text = env.read_text()
    _set_url(made, URLS["postgresql"] if "async" in text else "postgresql+psycopg://u@db.example.com/shop")
    begin = text.index("if context.is_offline_mode():")
    text = text[:begin] + "run_migrations_online()\n"
    assert "context.configure(\n" in text or "context.configure(connection" in text
    text = text.replace(
        "with connectable.connect() as connection:\n",
        "with connectable.connect() as connection:\n"
        "        connection.exec_driver_sql('CREATE SCHEMA IF NOT EXISTS shop')\n"
        "        connection.commit()\n",
    )
    env.write_text(text)
    _revisions(made / "migrations" / "versions")
    up, down = _render(made), _render(made, "downgrade")
    asynchronous = "async" in text
    first = [] if asynchronous else ["CREATE SCHEMA IF NOT EXISTS shop"]
    assert _tables(up) == [("a1", [*first, "CREATE TABLE t_a1"]), UP[1]]
    assert _tables(down) == [("b2", [*first, "DROP TABLE t_b2"]), DOWN[1]]


def test_run_async_gives_a_connection_that_records(made: Path) -> None:
    _set_url(made, URLS["postgresql"])
    (made / "migrations" / "versions" / "a1.py").write_text(
        "from alembic import op\nfrom sqlalchemy import text\n\nrevision = 'a1'\ndown_revision = None\n\n\n"
        "async def fill(connection, name):\n"
        "    await connection.execute(text('INSERT INTO t VALUES (:name)'), {'name': name})\n"
        "    await connection.run_sync(lambda sync: sync.execute(text('SELECT 2')))\n\n\n"
        'def upgrade():\n    op.run_async(fill, "o\'clock")\n'
    )
    (rendered,) = _render(made, moves=[("a1", "upgrade")]).revisions
    assert rendered.failure is None
    assert [each.sql for each in rendered.statements] == ["INSERT INTO t VALUES ('o''clock')", "SELECT 2"]
    assert rendered.statements[0].source is not None
    assert (rendered.statements[0].source.file, rendered.statements[0].source.line) == ("migrations/versions/a1.py", 9)


# ---- several databases


@pytest.fixture
def multidb(tmp_path: Path) -> Path:
    _alembic(tmp_path, "init", "-t", "multidb", "migrations")
    ini = tmp_path / "alembic.ini"
    text = ini.read_text()
    assert text.count("driver://user:pass@localhost/dbname") == 2
    text = text.replace("driver://user:pass@localhost/dbname", "postgresql://h/one", 1)
    ini.write_text(text.replace("driver://user:pass@localhost/dbname2", "mysql+pymysql://h/two"))
    for id, down in (("a1", None), ("b2", "a1")):
        (tmp_path / "migrations" / "versions" / f"{id}.py").write_text(
            f"from alembic import op\nrevision = {id!r}\ndown_revision = {down!r}\n"
            "def upgrade(engine_name): globals()['upgrade_' + engine_name]()\n"
            "def downgrade(engine_name): globals()['downgrade_' + engine_name]()\n"
            f"def upgrade_engine1(): op.execute('CREATE TABLE t_{id}_one (id int)')\n"
            f"def upgrade_engine2(): op.execute('CREATE TABLE t_{id}_two (id int)')\n"
            f"def downgrade_engine1(): op.execute('DROP TABLE t_{id}_one')\n"
            f"def downgrade_engine2(): op.execute('DROP TABLE t_{id}_two')\n"
        )
    return tmp_path


def test_each_database_has_a_script_of_its_own(multidb: Path) -> None:
    (multidb / "engine1.sql").write_text("mine")
    before = _files(multidb)
    one, two = _render(multidb, target="engine1"), _render(multidb, target="engine2")
    assert (one.dialect, two.dialect) == ("postgresql", "mysql")
    assert _tables(one) == [("a1", ["CREATE TABLE t_a1_one"]), ("b2", ["CREATE TABLE t_b2_one"])]
    assert _tables(two) == [("a1", ["CREATE TABLE t_a1_two"]), ("b2", ["CREATE TABLE t_b2_two"])]
    assert _tables(_render(multidb, "downgrade", target="engine2")) == [
        ("b2", ["DROP TABLE t_b2_two"]),
        ("a1", ["DROP TABLE t_a1_two"]),
    ]
    assert _files(multidb) == before
    (note, *_) = one.revisions[0].notes
    assert (note.kind, note.text) == ("env-file", "engine1.sql")


@pytest.mark.parametrize("online", [False, True])
def test_without_a_target_all_are_named(multidb: Path, online: bool) -> None:
    if online:
        env = multidb / "migrations" / "env.py"
        text = env.read_text()
        env.write_text(text[: text.index("if context.is_offline_mode():")] + "run_migrations_online()\n")
    with pytest.raises(UsageError) as caught:
        _render(multidb)
    assert str(caught.value.message) == "env.py runs the migrations for 2 databases; a script is for one"
    assert str(caught.value.hint) == "Choose one: --target engine1, or --target engine2"
    with pytest.raises(UsageError) as caught:
        _render(multidb, target="engine3")
    assert "no migrations for engine3" in str(caught.value)
    assert _tables(_render(multidb, target="engine2")) == [
        ("a1", ["CREATE TABLE t_a1_two"]),
        ("b2", ["CREATE TABLE t_b2_two"]),
    ]


@pytest.mark.parametrize("opened", ["open('out.sql', 'w')", "Path('out.sql').open('w')", "open('out.sql', mode='a')"])
def test_a_file_that_env_opens_for_the_sql_keeps_what_it_holds(project: Any, opened: str) -> None:
    (project.root / "out.sql").write_text("mine")
    project.write(
        env=f"from pathlib import Path\nfrom alembic import context\nwith {opened} as file:\n"
        "    context.configure(url='postgresql://h/x', output_buffer=file)\n    context.run_migrations()\n"
        "assert open('out.sql').read() == 'mine'\n"
    )
    project.revision("a1", "op.execute('SELECT 1')")
    (rendered,) = project.render().revisions
    assert [each.sql for each in rendered.statements] == ["SELECT 1"]
    assert [(each.kind, each.text) for each in rendered.notes] == [("env-file", "out.sql")]
    assert (project.root / "out.sql").read_text() == "mine"


def test_databases_without_names_are_numbered(project: Any) -> None:
    project.write(
        env="from alembic import context\n"
        "for schema in ('red', 'blue'):\n"
        "    context.configure(dialect_name='postgresql', version_table_schema=schema)\n"
        "    context.execute(f'SET search_path TO {schema}')\n"
        "    context.run_migrations(depth=1)\n"
        "    context.execute(f'RESET search_path -- {schema}')\n"
    )
    path = project.revision("a1", "op.execute('SELECT 1')")
    path.write_text(path.read_text().replace("upgrade()", "upgrade(depth)"))
    with pytest.raises(UsageError) as caught:
        project.render()
    assert str(caught.value.hint) == "Choose one: --target 1, or --target 2"
    for target, schema in (("1", "red"), ("2", "blue")):
        trace = project.render(target=target)
        assert trace.version_table_schema == schema
        assert [each.sql for each in trace.revisions[0].statements] == [
            f"SET search_path TO {schema}",
            "SELECT 1",
            f"RESET search_path -- {schema}",
        ]


def test_migrations_that_are_run_twice_are_two_targets(project: Any) -> None:
    project.write(
        env="from alembic import context\ncontext.configure(dialect_name='sqlite')\n"
        "context.run_migrations()\ncontext.run_migrations()\n"
    )
    project.revision("a1")
    with pytest.raises(UsageError, match="for 2 databases"):
        project.render()


# ---- Flask-Migrate


APP = """\
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
migrate = Migrate()


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    {binds}
    db.init_app(app)
    migrate.init_app(app, db)
    return app


class Person(db.Model):
    id = db.Column(db.Integer, primary_key=True)
"""

# The tests have these packages, in whatever interpreter runs them; another one may be named.
FLASK = os.environ.get("SQLGEN_TEST_FLASK", sys.executable)


@pytest.fixture(scope="session")
def flask() -> Path:
    """An interpreter that has Flask-Migrate and Flask-SQLAlchemy."""
    done = subprocess.run([FLASK, "-c", "import flask_migrate, flask_sqlalchemy"], capture_output=True)
    if done.returncode:
        pytest.skip("Flask-Migrate is not installed; SQLGEN_TEST_FLASK may name an interpreter that has it")
    return Path(FLASK)


def _flask_project(root: Path, python: Path, *options: str, binds: str = "pass", file: str = "shop.py") -> None:
    text = APP.format(binds=binds)
    (root / file).write_text(text.replace("mysql+pymysql://u@h/audit", "sqlite://"))
    done = subprocess.run(
        [str(python), "-m", "flask", "--app", file.removesuffix(".py"), "db", "init", *options],
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    (root / file).write_text(
        text.replace("sqlite://", "postgresql+psycopg://u:p@db.example.com/shop")
    )  # no such driver


def test_flask_migrate_finds_the_application_as_flask_does(flask: Path, tmp_path: Path) -> None:
    _flask_project(tmp_path, flask)
    _revisions(tmp_path / "migrations" / "versions")
    before = _files(tmp_path)
    named = _render(tmp_path, python=flask, environ={"FLASK_APP": "shop"})
    assert (named.dialect, _tables(named)) == ("postgresql", UP)
    called = _render(tmp_path, "downgrade", python=flask, environ={"FLASK_APP": "shop:create_app"})
    assert _tables(called) == DOWN
    assert _files(tmp_path) == before


@pytest.mark.parametrize(
    ("file", "more"), [("app.py", {}), ("wsgi.py", {}), ("shop.py", {".flaskenv": "FLASK_APP=shop\n"})]
)
def test_flask_migrate_needs_no_name_where_flask_needs_none(
    flask: Path, tmp_path: Path, file: str, more: dict[str, str]
) -> None:
    _flask_project(tmp_path, flask, file=file)
    for name, text in more.items():
        (tmp_path / name).write_text(text)
    _revisions(
        tmp_path / "migrations" / "versions", more="from flask import current_app; current_app.config['TESTING']"
    )
    assert _tables(_render(tmp_path, python=flask)) == UP


def test_flask_migrate_with_several_databases(flask: Path, tmp_path: Path) -> None:
    _flask_project(
        tmp_path,
        flask,
        "--multidb",
        binds="app.config['SQLALCHEMY_BINDS'] = {'audit': 'mysql+pymysql://u@h/audit'}",
        file="app.py",
    )
    _revisions(tmp_path / "migrations" / "versions", arguments="engine_name")
    with pytest.raises(UsageError) as caught:
        _render(tmp_path, python=flask)
    assert str(caught.value.hint) == "Choose one: --target default, or --target audit"
    for target, dialect in (("default", "postgresql"), ("audit", "mysql")):
        trace = _render(tmp_path, python=flask, target=target)
        assert (trace.dialect, _tables(trace)) == (dialect, UP)


@pytest.mark.parametrize(
    ("change", "variables", "facts", "hint"),
    [
        ("", {}, ("needs the Flask application", "Could not locate a Flask application"), "FLASK_APP = "),
        ("", {"FLASK_APP": "shop:nothing"}, ("needs the Flask application", "nothing"), "FLASK_APP = "),
        (
            "migrate.init_app(app, db)",
            {"FLASK_APP": "shop"},
            ("needs Flask-Migrate", "shop has none"),
            "migrate.init_app",
        ),
        ("import shop_base\n", {"FLASK_APP": "shop"}, ("the module shop_base is not installed",), "--stub shop_base"),
    ],
)
def test_an_application_that_is_not_found_is_explained(
    flask: Path, tmp_path: Path, change: str, variables: dict[str, str], facts: tuple[str, ...], hint: str
) -> None:
    _flask_project(tmp_path, flask)
    shop = tmp_path / "shop.py"
    text = shop.read_text()
    shop.write_text(text.replace(change, "pass") if change in text else change + text)
    if not change:
        shop.write_text(text)
    _revisions(tmp_path / "migrations" / "versions")
    with pytest.raises(EnvironmentFailed) as caught:
        _render(tmp_path, python=flask, environ=variables)
    assert all(fact in str(caught.value.message) for fact in facts), caught.value
    assert hint in str(caught.value.hint)
