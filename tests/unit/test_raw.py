"""Statements alone: what stands between them, and how each is told apart."""

from __future__ import annotations

import ast
import inspect

import pytest
from alembic.operations import ops

from sqlgen.script import Target, raw
from sqlgen.script.marks import origin
from sqlgen.script.plain.text import needs
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.statements import split
from sqlgen.statements.model import Statement

TARGETS = {
    dialect: Target(dialect, client, None, None, None)
    for dialect, client in {
        "postgresql": "psql",
        "mysql": "mysql",
        "mariadb": "mysql",
        "sqlite": "sqlite3",
        "mssql": "sqlcmd",
        "oracle": "sqlplus",
    }.items()
}
BODY = "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET NEW.a = 1; SET NEW.b = '//'; END"
BLOCK = "CREATE OR REPLACE TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN :NEW.a := 1; END;"


def item(sql: str, dialect: str, op: str | None = "ExecuteSQLOp", transaction: int | None = 1) -> Item:
    statement = Statement("", sql, "", split(f"{sql};", dialect)[0].tokens, 0, 1, 1)
    return Item(statement, (), Place("versions/a1.py", 12, 12, 5), transaction, op)


def bare(dialect: str, *items: Item, client: str | None = None) -> list[str]:
    """The lines below the last revision's."""
    target = TARGETS[dialect] if client is None else Target(dialect, client, None, None, None)
    step = Step("a1", "first", "upgrade", (), ("a1",), "versions/a1.py", items)
    text = raw.render([step], target)
    assert text.startswith(f"-- NOT GUARDED: the bare statements of upgrade, base -> a1, for {dialect}.\n")
    return text.partition("--    base -> a1\n")[2].splitlines()


def test_each_statement_has_its_place_and_call_above_it() -> None:
    found = bare("sqlite", item("SELECT 1", "sqlite"), item("SELECT 2", "sqlite", None, None))
    assert found == [
        "",
        "-- versions/a1.py:12 op.execute",
        "SELECT 1;",
        "",
        "-- versions/a1.py:12, outside of any transaction",
        "SELECT 2;",
    ]


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_a_body_gets_a_delimiter_that_is_not_in_it_where_a_client_needs_one(dialect: str) -> None:
    wanted = ["DELIMITER $$", BODY, "$$", "DELIMITER ;"]
    assert bare(dialect, item(BODY, "mysql"))[2:] == wanted
    assert bare(dialect, item(BODY, "mysql"), client="plain")[2:] == [f"{BODY};"]
    assert bare(dialect, item("SELECT ';'", "mysql"))[2:] == ["SELECT ';';"]


def test_batches_and_blocks_end_as_their_clients_want_it() -> None:
    assert bare("mssql", item("SELECT 1", "mssql"))[2:] == ["SELECT 1;", "GO"]
    assert bare("oracle", item("SELECT 1 FROM dual", "oracle"))[2:] == ["SELECT 1 FROM dual;"]
    assert bare("oracle", item(BLOCK, "oracle"))[2:] == [BLOCK, "/"]


def test_a_revision_that_is_missing_is_said_to_be() -> None:
    gap = Step("a1", "first", "upgrade", (), ("a1",), "versions/a1.py", (), Gap("it\n\\! fails", "versions/a1.py", 7))
    text = raw.render([gap], TARGETS["postgresql"])
    assert "-- INCOMPLETE: what could not be rendered is missing below.\n" in text
    assert "--    MISSING, it could not be rendered: versions/a1.py:7: it \\! fails\n" in text
    assert all(line.startswith("--") or not line for line in text.splitlines())


def test_calls_are_named_as_alembic_registers_them() -> None:
    names = {
        each.name: next(argument.value for argument in call.args if isinstance(argument, ast.Constant))
        for each in ast.parse(inspect.getsource(ops)).body
        if isinstance(each, ast.ClassDef)
        for call in each.decorator_list
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Operations.register_operation"
    }
    assert len(names) > 15
    for name, call in names.items():
        assert origin(item("SELECT 1", "sqlite", name)) == f"versions/a1.py:12 op.{call}"
    assert origin(item("SELECT 1", "sqlite", "batch_alter_table")).endswith(" op.batch_alter_table")
    assert origin(item("SELECT 1", "sqlite", "CreateViewOp")).endswith(" CreateViewOp")  # a team's own


@pytest.mark.parametrize("sql", ["SELECT '${name}'", "UPDATE t SET a = :name"])
def test_a_plain_script_says_which_tool_would_put_values_into_it(sql: str) -> None:
    step = Step("a1", "", "upgrade", (), ("a1",), None, (item(sql, "postgresql"),))
    assert [str(need) for need in needs([step])] == [
        "DBeaver: SQL processing > Parameters and Variables switched off, for it holds ${ or : with a name"
    ]
