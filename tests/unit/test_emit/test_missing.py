"""What is not installed, or not set: named all at once; and stand-ins to go on with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sqlgen.emit.missing import missing
from sqlgen.errors import EnvironmentFailed

BEGIN = "from alembic import context\n"
RUN = "context.configure(url='postgresql://h/x')\ncontext.run_migrations()\n"


# ---- packages


def test_packages_that_revisions_lack_are_one_list(project: Any) -> None:
    project.revision(
        "a1", "op.execute('SELECT 1')", top="import shop_types\nfrom shop_more.inner import Thing\nimport json\n"
    )
    project.revision("b2", "import shop_types.text\nop.execute('SELECT 2')")
    project.revision("c3", "op.execute('SELECT 3')")
    revisions = project.render().revisions
    assert missing(revisions) == (("shop_more", ("a1",)), ("shop_types", ("a1", "b2")))
    assert [each.sql for each in revisions[2].statements] == ["SELECT 3"]
    assert revisions[1].failure is not None
    assert "--stub shop_types" in str(revisions[1].failure.reason)


def test_a_stand_in_goes_on_and_is_named(project: Any) -> None:
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    project.write(
        env=BEGIN + "import models\n" + RUN,
        models="""
        from shop_base import Base, mixins
        import shop_base.deep.er as er
        from shop_base.decorators import audited, LIMIT
        from sqlalchemy.orm import DeclarativeBase
        class Real(DeclarativeBase): pass
        class Other(Real, mixins.Named, mixins.Dated):
            __tablename__ = "other"
            id = __import__("sqlalchemy").Column("id", primary_key=True)
        class Made(Base, table=True): pass
        assert Made(name="x").name is not None
        class Person(Base, mixins.Named):
            __tablename__ = "person"
            size = LIMIT * 2 + 1
            @audited(level=LIMIT)
            def method(self): return 7
        Person.metadata.create_all
        for each in er.THINGS: raise ValueError
        with er.opened() as file: pass
        assert not isinstance(3, er.Kind)
        """,
    )
    project.revision("a1", "op.execute('SELECT 1')")
    project.revision("b2", "from shop_base import quote\nquote('x')\nop.execute('SELECT 2')")
    project.revision("c3", "import models\nop.execute('SELECT 3')")
    trace = project.render(stub=["shop_base"])
    assert [each.failure for each in trace.revisions] == [None] * 3
    assert [[(note.kind, note.text) for note in each.notes] for each in trace.revisions] == [
        [("stub", "shop_base")],  # what env.py goes on without
        [("stub", "shop_base.quote")],
        [],
    ]


@pytest.mark.parametrize(
    "body",
    [
        "op.execute(f'CREATE TABLE {NAME} (id int)')",
        "op.execute('CREATE TABLE ' + str(NAME))",
        "op.create_table(str(NAME), sa.Column('id', sa.Integer))",
        "op.execute(sa.text('SELECT :name').bindparams(name=NAME))",
        "op.add_column('t', sa.Column('a', shop_base.Guid()))",
        "op.add_column('t', sa.Column('a', sa.String(shop_base.LENGTH)))",
        "op.execute('SELECT %d' % shop_base.LENGTH)",
        "try:\n    op.execute(f'SELECT {NAME}')\nexcept Exception:\n    pass",
    ],
)
def test_the_value_of_a_stand_in_never_stands_in_a_script(project: Any, body: str) -> None:
    project.revision("a1", "op.execute('SELECT 1')\n" + body, top="import shop_base\nfrom shop_base import NAME\n")
    project.revision("b2", "op.execute('SELECT 2')")
    first, second = project.render(stub=["shop_base"]).revisions
    assert first.failure is not None, [each.sql for each in first.statements]
    assert first.failure.line is not None
    assert second.failure is None


def test_what_is_installed_is_not_replaced(project: Any) -> None:
    project.revision("a1", "import json, decimal\nop.execute(json.dumps([1]))")
    (rendered,) = project.render(stub=["json", "alembic", "shop"]).revisions
    assert [each.sql for each in rendered.statements] == ["[1]"]
    assert rendered.notes == ()


def test_a_module_that_is_missing_in_a_package_that_is_there_is_not_replaced(project: Any) -> None:
    project.revision("a1", "import json.nothing")
    (rendered,) = project.render(stub=["shop_base"]).revisions
    assert rendered.failure is not None


# ---- settings objects


@pytest.fixture(scope="session")
def pydantic() -> Path:
    """An interpreter that has pydantic-settings."""
    python = os.environ.get("SQLGEN_TEST_FLASK", sys.executable)
    if subprocess.run([python, "-c", "import pydantic_settings, alembic"], capture_output=True).returncode:
        pytest.skip("pydantic-settings is not installed; SQLGEN_TEST_FLASK may name an interpreter that has it")
    return Path(python)


SETTINGS = """
from pydantic import BaseModel, Field, PostgresDsn
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mail(BaseModel):
    host: str


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="shop_", env_nested_delimiter="__")
    database_url: PostgresDsn
    secret: str = Field(alias="APP_SECRET")
    mail: Mail
    debug: bool = False


settings = Settings()
"""


def test_variables_that_settings_want_are_named_at_once(project: Any, pydantic: Path) -> None:
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    env = (
        BEGIN
        + "from config import settings\ncontext.configure(url=str(settings.database_url))\ncontext.run_migrations()\n"
    )
    project.write(env=env, config=SETTINGS)
    project.revision("a1", "op.execute('SELECT 1')")
    with pytest.raises(EnvironmentFailed) as caught:
        project.render(python=pydantic)
    names = ("APP_SECRET", "SHOP_DATABASE_URL", "SHOP_MAIL")
    assert str(caught.value.message) == f"the settings want environment variables: {', '.join(names)}"
    assert str(caught.value.hint).startswith("Add " + ", ".join(f'{name} = "…"' for name in names))
    assert (caught.value.file, caught.value.line) == ("config.py", 18)
    given = {"APP_SECRET": "x", "SHOP_DATABASE_URL": "postgresql://u@h/x", "SHOP_MAIL": '{"host": "h"}'}
    trace = project.render(python=pydantic, environ=given)
    assert (trace.dialect, [each.sql for each in trace.revisions[0].statements]) == ("postgresql", ["SELECT 1"])


def test_settings_with_values_that_are_wrong_say_what_pydantic_says(project: Any, pydantic: Path) -> None:
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    project.write(env=BEGIN + "import config\n", config=SETTINGS)
    project.revision("a1")
    given = {"APP_SECRET": "x", "SHOP_DATABASE_URL": "nonsense", "SHOP_MAIL": '{"host": "h"}'}
    with pytest.raises(EnvironmentFailed, match=r"ValidationError: .*database_url"):
        project.render(python=pydantic, environ=given)
