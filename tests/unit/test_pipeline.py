"""The order of the stages: nothing is rendered more often than it must be."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sqlgen import pipeline
from sqlgen.errors import SqlgenError
from sqlgen.history import between
from sqlgen.linting import load_book
from sqlgen.script import Target
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"


def test_both_directions_of_a_range_ask_for_the_history_before_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    workspace = open_workspace(Request(copy, dialect="postgresql"))
    up = pipeline.resolve(workspace, "0004_orders:head")
    down = between(workspace.graph, up.lower, up.upper, down=True)
    emission = pipeline.emit(workspace, (*up.steps, *down.steps))
    asked: list[Any] = []
    schema_at = pipeline.schema_at

    def counted(*arguments: Any) -> Any:
        asked.append(arguments[-1])
        return schema_at(*arguments)

    monkeypatch.setattr(pipeline, "schema_at", counted)
    judged = pipeline.lint(workspace, emission, load_book(workspace.settings, copy), today=date(2026, 1, 1))
    assert asked == [("0004_orders",)]
    # Each direction needs what was there before: SMALLINT to INTEGER on the way up, books on the way down.
    assert "changing orders.quantity from smallint to integer" in " ".join(str(each.message) for each in judged.forward)
    assert any(each.rule == "drop-column" and "publisher_id" in str(each.message) for each in judged.rollback)


def target(tmp_path: Path, settings: str, **asked: Any) -> Target:
    """What a script is made for, with these lines in the settings and these options."""
    copy = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    (copy / "sqlgen.toml").write_text(settings, encoding="utf-8")
    workspace = open_workspace(Request(copy, **asked))
    return pipeline.target(workspace, pipeline.emit(workspace, pipeline.resolve(workspace, "base:0001_users").steps))


ENVIRONMENT = """
dialect = "postgresql"
client = "psql"
server_version = "12"
[env.prod]
database = "shop"
schema = "app"
identity = "7301234567890123456"
client = "plain"
server_version = "16"
transaction = "range"
lock_timeout = "2s"
statement_timeout = "1min"
role = "migrator"
"""


def test_the_command_line_goes_over_the_environment_and_that_over_the_settings(tmp_path: Path) -> None:
    found = target(tmp_path / "a", ENVIRONMENT, env="prod")
    assert found == Target(
        "postgresql",
        "plain",
        "16",
        "prod",
        "shop",
        lock_timeout_ms=2000,
        statement_timeout_ms=60_000,
        role="migrator",
        transaction="range",
        schema="app",
        identity="7301234567890123456",
    )
    asked = target(tmp_path / "b", ENVIRONMENT, env="prod", client="psql", server_version="17", transaction="none")
    assert (asked.client, asked.server_version, asked.transaction) == ("psql", "17", "none")
    bare = target(tmp_path / "c", ENVIRONMENT)
    assert bare == Target("postgresql", "psql", "12", None, None)


@pytest.mark.parametrize(
    ("settings", "asked", "message", "hint"),
    [
        ('dialect = "mssql"\nclient = "plain"', {}, "plain does not run mssql scripts", "--client sqlcmd"),
        (
            'dialect = "mysql"',
            {"client": "psql"},
            "psql does not run mysql scripts",
            "--client mysql, or --client plain",
        ),
        ('dialect = "mysql"', {"transaction": "range"}, "a range is no transaction", "Leave --transaction (or"),
        ('[env.prod]\nschema = "app"', {"env": "prod"}, "says schema, and sqlite has none", "Leave it out"),
        ('[env.prod]\nrole = "app"', {"env": "prod"}, "says role, and sqlite has none", "Leave it out"),
        (
            'dialect = "mariadb"\n[env.prod]\ntenants = ["a"]\ntenants_are = "schemas"',
            {"env": "prod"},
            'says tenants_are = "schemas", and mariadb has none',
            "Leave it out",
        ),
    ],
)
def test_what_an_engine_or_a_client_can_not_do_is_refused(
    tmp_path: Path, settings: str, asked: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(SqlgenError, match=re.escape(message)) as caught:
        target(tmp_path, settings, **asked)
    assert hint in str(caught.value.hint)
