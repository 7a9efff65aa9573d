"""An env.py that does not get as far as its migrations: one clear sentence, the place, and what to write."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from sqlgen.errors import EnvironmentFailed

BEGIN = "from alembic import context\n"
RUN = "context.run_migrations()\n"

# name → (env.py, the line it names, parts of the message, parts of the hint)
CASES: dict[str, tuple[str, int | None, tuple[str, ...], tuple[str, ...]]] = {
    "raises": (BEGIN + "raise RuntimeError('not today')", 2, ("RuntimeError: not today",), ("--sql",)),
    "lacks a module": (
        BEGIN + "import shop_models.of_another_place",
        2,
        ("module shop_models is not installed for", os.path.basename(sys.executable)),
        ("--python", "--stub shop_models"),
    ),
    "lacks several": (
        BEGIN + "import shop_models.here\nfrom shop_base import Base\nimport shop_last\nraise ValueError",
        2,
        ("these modules are not installed for", "shop_models, shop_base, shop_last"),
        ("--python", "--stub shop_models --stub shop_base --stub shop_last"),
    ),
    "lacks a package beside a variable": (
        BEGIN + "import os, shop_models\nos.environ['SHOP_DATABASE_URL']",
        2,
        ("module shop_models is not installed for",),
        ("--stub shop_models",),
    ),
    "lacks the project's own module": (
        BEGIN + "import inside",
        2,
        ("module inside can't be imported",),
        ("prepend_sys_path = .",),
    ),
    "wants a variable": (
        BEGIN + "import os\nurl = os.environ['SHOP_DATABASE_URL']",
        3,
        ("environment variable SHOP_DATABASE_URL",),
        ('SHOP_DATABASE_URL = "…"', "[tool.sqlgen.environ]"),
    ),
    "wants variables that are None": (
        BEGIN + "import os\nu, p = os.getenv('SHOP_USER'), os.environ.get('SHOP_PORT', '5432')\nu.strip()",
        4,
        ("AttributeError", "not set: SHOP_USER, SHOP_PORT"),
        ('SHOP_USER = "…", SHOP_PORT = "…"', "[tool.sqlgen.environ]"),
    ),
    "gives a variable that is None as its url": (
        BEGIN + "import os\ncontext.configure(url=os.getenv('SHOP_DATABASE_URL'))\n" + RUN,
        3,
        ("not set: SHOP_DATABASE_URL",),
        ('SHOP_DATABASE_URL = "…"', "[tool.sqlgen.environ]"),
    ),
    "never configures": (BEGIN, None, ("never called context.configure()",), ("is_offline_mode",)),
    "never runs": (
        BEGIN + "context.configure(dialect_name='sqlite')",
        None,
        ("never called context.run_migrations()",),
        ("is_offline_mode",),
    ),
    "runs before it configures": (BEGIN + RUN, 2, ("before context.configure()",), ("context.configure(url=…) first",)),
    "exits": (BEGIN + "import sys\nsys.exit(2)", 3, ("sys.exit(2)",), ("is_offline_mode",)),
    "dies": (BEGIN + "import os\nos._exit(5)", None, ("ended the worker process: exit code 5",), ("is_offline_mode",)),
    "has no url": (BEGIN + "context.configure(url=None)\n" + RUN, 2, ("no database URL",), ("--dialect postgresql",)),
    "has an empty url": (BEGIN + "context.configure(url='')\n" + RUN, 2, ("no database URL",), ("--dialect",)),
    "has the url that init writes": (
        BEGIN + "context.configure(url='driver://user:pass@localhost/dbname')\n" + RUN,
        2,
        ("no SQLAlchemy dialect driver",),
        ("sqlalchemy.url",),
    ),
    "has an old url": (
        BEGIN + "context.configure(url='postgres://localhost/dbname')\n" + RUN,
        2,
        ("no SQLAlchemy dialect postgres",),
        ("Write postgresql",),
    ),
    "connects": (
        BEGIN + "import socket\nsocket.create_connection(('127.0.0.1', 1))",
        3,
        ("it connects to the database",),
        ("if context.is_offline_mode():",),
    ),
    "asks": (BEGIN + "name = input('which? ')", 2, ("asks for input",), ("is_offline_mode",)),
    "fails at its end": (
        BEGIN + "context.configure(dialect_name='sqlite')\n" + RUN + "raise OSError('disk full')",
        4,
        ("OSError: disk full",),
        ("--sql",),
    ),
    "has a percent sign too much": (
        BEGIN + "context.configure(url=context.config.get_main_option('other.url'))\n" + RUN,
        2,
        ("other.url holds %(shop_url)s", "nothing gives shop_url a value"),
        ("Write %% for a percent sign",),
    ),
    "has a percent sign": (
        BEGIN + "context.configure(url=context.config.get_main_option('third.url'))\n" + RUN,
        2,
        ("third.url holds a single percent sign",),
        ("Write %% for it",),
    ),
    "does not parse": (BEGIN + "context.configure(", 2, ("SyntaxError",), ("--sql",)),
}


@pytest.mark.parametrize("name", CASES)
def test_an_env_file_that_fails_is_explained(project: Any, name: str) -> None:
    env, line, facts, hints = CASES[name]
    project.write(env=env, inside="")
    project.ini.write_text(project.ini.read_text() + "other.url = %(SHOP_URL)s\nthird.url = mysql://u:a%b@h/x\n")
    project.revision("a1")
    with pytest.raises(EnvironmentFailed) as caught:
        project.render()
    error = caught.value
    assert all(part in str(error.message) for part in facts), error
    assert all(part in str(error.hint) for part in hints), error.hint
    assert "\n" not in str(error)
    assert (error.file, error.line) == (None if line is None else "migrations/env.py", line)


def test_an_env_file_that_hides_an_exception_is_not_taken_for_done(project: Any) -> None:
    env = (
        BEGIN
        + "def after(**kw):\n    raise RuntimeError\n"
        + "context.configure(dialect_name='sqlite', on_version_apply=after)\n"
        + "try:\n    context.run_migrations()\nexcept RuntimeError:\n    pass\n"
    )
    project.write(env=env)
    project.revision("a1")
    project.revision("b2")
    with pytest.raises(EnvironmentFailed, match=r"env\.py ended after 0 of 2 revisions"):
        project.render()


def test_an_error_below_env_names_the_file_that_raised(project: Any) -> None:
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    project.write(env=BEGIN + "import models", models="import os\n\nURL = os.environ['SHOP_URL']\n")
    project.revision("a1")
    with pytest.raises(EnvironmentFailed) as caught:
        project.render()
    assert (caught.value.file, caught.value.line) == ("models.py", 3)


def test_a_variable_from_the_settings_is_there(project: Any) -> None:
    env = BEGIN + "import os\ncontext.configure(url=os.environ['SHOP_DATABASE_URL'])\n" + RUN
    project.write(env=env)
    project.revision("a1", "op.execute('SELECT 1')")
    assert project.render(environ={"SHOP_DATABASE_URL": "mariadb+pymysql://u@db.example.com/s"}).dialect == "mariadb"


def test_an_env_file_that_waits_is_given_up(project: Any) -> None:
    project.write(env="import time\ntime.sleep(60)")
    project.revision("a1")
    with pytest.raises(EnvironmentFailed, match="did not start the migrations within 2 s"):
        project.render(startup_timeout=2.0)


def test_the_run_still_has_what_was_printed_before_the_error(project: Any) -> None:
    project.write(env="print('first')\nraise RuntimeError('then')")
    project.revision("a1")
    with project.run() as run, pytest.raises(EnvironmentFailed):
        _ = run.header
    assert "first" in run.output


def test_an_unknown_dialect_is_named(project: Any) -> None:
    project.revision("a1")
    with pytest.raises(EnvironmentFailed) as caught:
        project.render(dialect="cobol")
    assert str(caught.value.message) == "there is no SQLAlchemy dialect cobol"
    assert "postgresql, mysql, mariadb, sqlite, mssql or oracle" in str(caught.value.hint)


def test_an_env_file_that_may_not_be_read_is_named(project: Any) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    project.revision("a1")
    (project.root / "migrations" / "env.py").chmod(0)
    with pytest.raises(EnvironmentFailed) as caught:
        project.render()
    assert str(caught.value.message) == "migrations/env.py can't be read: Permission denied"


def test_a_driver_that_is_missing_where_connecting_is_permitted_is_named(project: Any) -> None:
    env = BEGIN + "import sqlalchemy\nsqlalchemy.create_engine('mysql+mysqldb://root@127.0.0.1/shop').connect()"
    project.write(env=env)
    project.revision("a1")
    with pytest.raises(EnvironmentFailed) as caught:
        project.render(allow_connect=True)
    assert "it connects to the database" in str(caught.value.message)
    assert "MySQLdb is not installed" in str(caught.value.message)
    with pytest.raises(EnvironmentFailed, match=r"never called context\.configure"):
        project.render()


def test_a_missing_script_folder_is_named(project: Any) -> None:
    project.ini.write_text("[alembic]\nscript_location = %(here)s/elsewhere\n")
    project.revision("a1")
    with pytest.raises(EnvironmentFailed, match="Path doesn't exist"):
        project.render()
