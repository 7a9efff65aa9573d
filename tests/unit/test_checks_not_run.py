"""Preflight and postcheck for SQL Server and Oracle, held against the clients' rules for lines: no server here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from sqlgen import facts
from sqlgen.facts.vocabulary import Select
from sqlgen.schema import Schema
from sqlgen.script.checks import postcheck, preflight
from sqlgen.script.target import Target
from sqlgen.segments import Assumption, Place, Step
from sqlgen.statements import split
from tests.unit.client_lines import sqlcmd, sqlplus
from tests.unit.client_lines.kinds import emitted

TARGETS = {
    "mssql": Target("mssql", "sqlcmd", "16", "prod", "shop", identity="SQL01"),
    "oracle": Target("oracle", "sqlplus", "19", "prod", "shop", identity="SHOP_A"),
}
HOSTILE = ("$(HOME)", "it's", "a & b", "[x]", 'q"q', "-", "C:\\", "ends;", ":!!", "/")
BOTH = pytest.mark.parametrize("dialect", TARGETS)


def steps(dialect: str) -> tuple[Step, ...]:
    """What Alembic renders, told hostile names."""
    first, *rest = emitted(dialect)
    at = Place("versions/a & $(x) -.py", 7, 7, 5)
    asked = [Assumption("has_table", (name, None), True, at) for name in HOSTILE]
    columns = [
        {"name": "a", "type": "VARCHAR(5)", "nullable": False},
        {"name": "it's", "type": "NULL", "nullable": True},
    ]
    asked.append(Assumption("get_columns", ("old", "other"), columns, at))
    return (replace(first, assumptions=tuple(asked)), *rest)


def scripts(dialect: str) -> list[str]:
    up = steps(dialect)
    target = TARGETS[dialect]
    return [
        preflight.render(up, target),
        preflight.render(emitted(dialect, down=True), target),
        postcheck.render(up, target, Schema.empty(dialect)),
        postcheck.render(up[1:], replace(target, database=None, identity=None), Schema(dialect)),
    ]


def test_sqlcmd_hands_over_its_batches_and_finds_no_command_in_them() -> None:
    for script in scripts("mssql"):
        strict, loose = sqlcmd.go_sqlcmd(script), sqlcmd.heedless(script)
        assert strict.batches == loose.batches
        assert strict.commands == loose.commands == [":on error exit"]
        assert (loose.variables, strict.variables, strict.open) == ([], [], "")
        assert len(strict.batches) == 3  # comments, the session, the questions
        changing = r"(?<!@)\b(?:CREATE|ALTER|DROP|UPDATE|DELETE|MERGE|TRUNCATE)\s"
        assert not re.search(changing, re.sub(r"N'(?:[^']|'')*'", "", strict.batches[2]))


def test_sqlplus_hands_over_blocks_and_stumbles_over_nothing() -> None:
    for script in scripts("oracle"):
        found = sqlplus.read(script)
        assert found.faults == []
        assert len(found.run) == 3
        assert all(re.match("DECLARE|BEGIN", text) for text in found.run)
        assert found.commands[0] == "SET DEFINE OFF"
        assert found.commands[-1] == "EXIT SUCCESS ROLLBACK"
        changing = r"\b(?:CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COMMIT)\b"
        assert not re.search(changing, re.sub(r"'(?:[^']|'')*'", "", "".join(found.run)))


def asked(dialect: str, script: str) -> list[str]:
    """The questions, as the server gets them."""
    if dialect == "mssql":
        found = re.findall(r"EXEC sys.sp_executesql\n\s+N'((?:[^']|'')*)'", script)
    else:
        part = r"'(?:[^']|'')*'(?:\|\|\n'(?:[^']|'')*')*"
        calls = re.findall(rf"ask\((?:(?:{part}|NULL),\s+){{5}}({part})\);", script)
        found = ["SELECT " + re.sub(r"'\|\|\n'", "", call)[1:-1] + " FROM dual" for call in calls]
    return [text.replace("''", "'") for text in found]


@BOTH
def test_each_question_can_be_parsed_and_changes_nothing(dialect: str) -> None:
    for script in scripts(dialect):
        questions = asked(dialect, script)
        lines = script.count("sp_executesql") if dialect == "mssql" else script.count("  ask('")
        assert len(questions) == lines > 10
        for question in questions:
            (statement,) = split(question, dialect)
            assert all(isinstance(fact, Select) for fact in facts.read(statement, dialect)), question
            assert question.count("(") == question.count(")"), question


@BOTH
def test_what_the_catalogs_are_not_asked_for_is_told_and_never_passes(dialect: str) -> None:
    first, *rest = emitted(dialect)
    at = Place("versions/a.py", 7, 7, 5)
    given = (
        Assumption("has_table", ("old", None), True, at),
        Assumption("get_table_comment", ("old", None), {"text": "of old"}, at),
        Assumption("get_materialized_view_names", (None,), ["of_old"], at),
    )
    script = preflight.render((replace(first, assumptions=given), *rest), TARGETS[dialect])
    assert re.search(r"table or view old: there',\n\s+N?'there', ", script)
    for told in ("comment of old", "all materialized views"):
        assert script.count(f"{told}',\n    NULL, ") == 1
    questions = asked(dialect, script)
    assert sum("'not asked'" in question for question in questions) == 2
    assert not any("'of old'" in question or "'of_old'" in question for question in questions)


@BOTH
def test_the_header_says_that_it_never_ran(dialect: str) -> None:
    for script in scripts(dialect):
        assert "NOT RUN ON A REAL SERVER" in script


WHAT: dict[str, Callable[[str], bool]] = {
    "versions": lambda line: "the server''s version: " in line,
    "the database": lambda line: "the database: shop" in line,
    "its own name": lambda line: "SQL01" in line or "SHOP_A" in line,
    "sizes": lambda line: "size of books" in line,
    "long transactions": lambda line: "transactions older than 1 minute" in line,
    "invalid indexes": lambda line: "invalid indexes of these tables" in line,
    "a backup": lambda line: "msdb.dbo.backupset" in line or "v$rman_backup_job_details" in line,
    "locks": lambda line: "locks that the script would wait for" in line,
    "standbys": lambda line: "dm_hadr_database_replica_states" in line or "v$dataguard_stats" in line,
}


@BOTH
@pytest.mark.parametrize("what", WHAT)
def test_it_asks_for(dialect: str, what: str) -> None:
    script = preflight.render(steps(dialect)[1:], TARGETS[dialect])
    assert any(map(WHAT[what], script.splitlines()))


@BOTH
def test_what_is_expected_is_in_the_catalog_s_words(dialect: str) -> None:
    script = postcheck.render(steps(dialect), TARGETS[dialect], Schema.empty(dialect))
    wanted = {
        "mssql": "id int not null, title nvarchar(200) not null, Isbn varchar(13), price numeric(10,2) not null",
        "oracle": "id integer not null, title varchar2(200) not null, Isbn varchar2(13), price number(10,2) not null",
    }
    assert f"'{wanted[dialect]}'" in script
