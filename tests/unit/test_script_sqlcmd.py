"""Scripts for sqlcmd, held against the clients' rules for lines: no server is at hand."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from sqlgen import facts
from sqlgen.errors import SettingsError
from sqlgen.facts.vocabulary import CreateIndex, Kind, Name
from sqlgen.script import Target, Unfaithful, command, read_back, render, resumes_apart
from sqlgen.script.existence.asking import exists
from sqlgen.script.plan import parts
from sqlgen.script.sqlcmd.batches import batches
from sqlgen.script.things import Thing
from sqlgen.script.undo import Undo
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.statements import Statement, scan
from tests.unit.client_lines.kinds import emitted
from tests.unit.client_lines.sqlcmd import Read, executed, go_sqlcmd, heedless

TARGET = Target("mssql", "sqlcmd", "2022", "prod", "shop", identity="SQL01")
GATE = re.compile(r"IF @@ERROR <> 0(?: OR [^\n]*)? BEGIN IF @@TRANCOUNT > 0 ROLLBACK; SET NOEXEC ON; END")


def item(sql: str, *, transaction: int | None = 1) -> Item:
    statement = Statement("", sql, "", scan(sql, "mssql"), 0, 1, 1)
    return Item(statement, facts.read(statement, "mssql"), Place("versions/x.py", 3, 4, 5), transaction)


def upgrade(*items: Item | str) -> Step:
    made = tuple(item(each) if isinstance(each, str) else each for each in items)
    return Step("b2", "two", "upgrade", ("a1",), ("b2",), "versions/b2.py", made)


def texts(steps: tuple[Step, ...]) -> tuple[str, ...]:
    return tuple(each.sql for step in steps for each in step.items)


def read(script: str) -> Read:
    """What both kinds of client make of it, which must be the same."""
    strict, loose = go_sqlcmd(script), heedless(script)
    assert strict.batches == loose.batches
    assert strict.commands == loose.commands == [":on error exit"]
    assert (loose.variables, strict.variables, strict.open) == ([], [], "")
    assert all(line.startswith("--") for line in strict.rest.splitlines())
    return strict


def sent(script: str) -> list[str]:
    """The batches that hold user statements, as the server gets them: those behind a mark that ends a batch."""
    found = []
    for before, batch in pairwise(read(script).batches):
        if re.search(r"^-- sqlgen: statement [^\n]*\Z", before, re.MULTILINE):
            told = executed(batch)
            found.append(batch if told is None else told)
    return found


def as_sent(steps: tuple[Step, ...], *, dynamic: bool) -> list[list[str]]:
    """The statements of each batch."""
    return [
        [each.sql for each in batch.items]
        for step in steps
        for part in parts(step, TARGET)
        for batch in batches(part.items, dynamic=dynamic)
    ]


HOSTILE = (
    "INSERT INTO t VALUES (N'a\nGO\nb')",
    "INSERT INTO t VALUES (N'a\n  go 5\nb', 'it''s')",
    "INSERT INTO t VALUES (N'\n:r secret.sql\n:setvar a b\n!!dir\n\t:!!dir\nexit\nquit\ned\nreset\non error ignore\n')",
    "INSERT INTO t VALUES (N'$(HOME) and $(no such')",
    "INSERT INTO t VALUES (N'C:\\', N'\\\\', '\\''')",
    "INSERT INTO t VALUES (N'one\\\nline')",
    "/* /* */\n:!! dir\n*/ SELECT 1",
    "-- it's\nSELECT 1",
    "SELECT 1 AS [it's], 2 AS [a\"b]",
    'SELECT "it\'s" FROM t',
    "SELECT 1 -- GO\n, 2",
    "SELECT '-- sqlgen: statement 1, 8 characters, sha256 0000000000000000\nGO\n'",
)


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("sql", HOSTILE)
def test_a_statement_that_looks_like_commands_reaches_the_server_as_it_stands(sql: str, resume: bool) -> None:
    steps = (upgrade("SELECT 7", sql, "SELECT 8"),)
    script = render(steps, TARGET, resume=resume)
    assert read_back(script, "mssql") == ("SELECT 7", sql, "SELECT 8")
    assert [text.removesuffix(";") for text in sent(script)] == ["SELECT 7", sql, "SELECT 8"]


def test_any_text_in_a_literal_reaches_the_server_as_it_stands() -> None:
    chance = random.Random(7)
    pieces = ["GO", "\n", " ", "'", "\\", "$(", ")", ":", "!!", "exit", '"', "[", "/*", "*/", "--", "x", "书", ";"]
    made = ["".join(chance.choices(pieces, k=chance.randint(1, 12))).replace("'", "''") for _ in range(400)]
    statements = tuple(f"INSERT INTO t VALUES (N'{text}')" for text in made)
    for resume in (False, True):
        script = render((upgrade(*statements),), TARGET, resume=resume)
        assert read_back(script, "mssql") == statements
        assert [text.removesuffix(";") for text in sent(script)] == list(statements)


@pytest.mark.parametrize(("down", "resume"), [(False, False), (False, True), (True, False)])
def test_what_alembic_renders_reaches_the_server_batch_by_batch(down: bool, resume: bool) -> None:
    steps = emitted("mssql", down=down)
    assert not any(step.gap for step in steps)
    script = render(steps, TARGET, resume=resume)
    assert read_back(script, "mssql") == texts(steps)
    wanted = as_sent(steps, dynamic=down or resume)
    for got, batch in zip(sent(script), wanted, strict=True):
        assert all(statement in got for statement in batch)
        assert len(batch) == 1 + got.count("-- sqlgen: statement ")
    assert ["DECLARE @n int = 5", "UPDATE books SET price = @n"] in wanted or down


def test_what_the_server_keeps_of_a_module_is_its_text_and_nothing_else() -> None:
    steps = emitted("mssql")
    for resume in (False, True):
        kept = [text for text in sent(render(steps, TARGET, resume=resume)) if "CREATE " in text[:7]]
        modules = [text for text in kept if re.match("CREATE (?:VIEW|TRIGGER|PROCEDURE)", text)]
        assert len(modules) == 3
        assert set(modules) <= set(texts(steps))


@pytest.mark.parametrize("resume", [False, True])
def test_a_gate_stands_before_each_statement_and_after_the_last(resume: bool) -> None:
    steps = emitted("mssql")
    found = read(render(steps, TARGET, resume=resume)).batches
    count = 0
    for before, batch, after in zip(found, found[1:], found[2:], strict=False):
        if re.search(r"^-- sqlgen: statement [^\n]*\Z", before, re.MULTILINE):
            count += 1
            gate, mark = before.split("\n")
            assert GATE.fullmatch(gate)
            assert mark.startswith("-- sqlgen: statement ")
            assert GATE.match(after)
            assert "@@ERROR" not in batch
    assert count == len(as_sent(steps, dynamic=resume))


def test_in_the_skipping_form_no_statement_stands_without_a_condition() -> None:
    steps = emitted("mssql")
    found = read(render(steps, TARGET, resume=True)).batches
    held = [
        after for before, after in pairwise(found) if before.splitlines()[-1:][0].startswith("-- sqlgen: statement")
    ]
    assert held
    for batch in held:
        lines = batch.splitlines()
        where = next(
            n for n, line in enumerate(lines) if line.startswith("IF ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.part')")
        )
        assert lines[where + 1].startswith(("EXEC (", "SET IDENTITY_INSERT "))
        assert where == 0 or lines[0].startswith("DECLARE @sqlgen nvarchar(max)")
    assert sum("SET IDENTITY_INSERT tags" in batch for batch in held) == 2


def test_nothing_runs_between_the_last_gate_and_the_result_but_what_the_script_does() -> None:
    found = read(render(emitted("mssql"), TARGET)).batches
    last = found.index("\n-- The result, computed from the database.\nSET NOEXEC OFF;")
    assert GATE.match(found[last - 2])
    assert "PRINT N'sqlgen result: ' + @result;" in found[last + 1]
    assert len(found) == last + 2


# ---- batches


def test_statements_share_a_batch_where_they_share_a_variable_and_only_there() -> None:
    def cut(*sql: str, dynamic: bool = False) -> list[list[str]]:
        return [[each.sql for each in batch.items] for batch in batches([*map(item, sql)], dynamic=dynamic)]

    declare, use = "DECLARE @n int, @m int = (1 + 2)", "SELECT @m = 1"
    assert cut(declare, use, "SELECT 1") == [[declare, use], ["SELECT 1"]]
    assert cut(declare, "SELECT 1", use) == [[declare, "SELECT 1", use]]
    assert cut(declare, use, declare, use) == [[declare, use], [declare, use]]
    assert cut("EXEC p @n = 1", "EXEC p @n = 2") == [["EXEC p @n = 1"], ["EXEC p @n = 2"]]
    assert cut("IF 1 = 1 SELECT 1", "ELSE SELECT 2") == [["IF 1 = 1 SELECT 1", "ELSE SELECT 2"]]
    made = ("CREATE TABLE #t (a int)", "INSERT INTO #t VALUES (1)")
    assert cut(*made) == [[made[0]], [made[1]]]
    assert cut(*made, dynamic=True) == [[*made]]


def test_what_asks_for_the_statement_before_it_stands_in_its_batch() -> None:
    def cut(*made: Item) -> list[list[str]]:
        return [[each.sql for each in batch.items] for batch in batches(made)]

    update, insert, other = item("UPDATE t SET a = 1"), item("INSERT INTO t VALUES (1)"), item("DELETE FROM u")
    asks, identity = item("IF @@ROWCOUNT = 0 INSERT INTO t VALUES (1)"), item("UPDATE t SET b = SCOPE_IDENTITY()")
    assert cut(update, asks) == [[update.sql, asks.sql]]
    assert cut(other, update, asks) == [[other.sql], [update.sql, asks.sql]]
    assert cut(insert, other, identity) == [[insert.sql, other.sql, identity.sql]]
    elsewhere = Place("versions/x.py", 9, 9, 1)
    assert cut(replace(update, place=elsewhere), asks) == [[update.sql, asks.sql]]
    assert cut(replace(insert, place=elsewhere), identity) == [[insert.sql], [identity.sql]]
    module = item("CREATE PROCEDURE p AS UPDATE t SET a = 1; IF @@ROWCOUNT = 0 SELECT 1")
    assert cut(update, module, asks) == [[update.sql], [module.sql], [asks.sql]]


def test_a_change_of_user_outlasts_its_batch() -> None:
    skipping = render((upgrade("EXECUTE AS USER = 'x'", "SELECT 1", "REVERT"),), TARGET, resume=True)
    assert re.search(r"^IF [^\n]* = 1\nEXECUTE AS USER = 'x';\nGO$", skipping, re.MULTILINE)
    assert re.search(r"^IF [^\n]* = 1\nREVERT;\nGO$", skipping, re.MULTILINE)
    assert "EXEC (N'SELECT 1');" in skipping


@pytest.mark.parametrize(
    ("sql", "fine", "why"),
    [
        ("UPDATE t SET a = @n", "DECLARE @n int; UPDATE t SET a = @n", "@n, which no statement of its batch declares"),
        ("USE master", "SELECT 1 AS [use]", "USE leaves the database"),
        ("ROLLBACK", "SELECT 1 AS [rollback]", "rolls back the transaction"),
        ("SELECT 1\nGO", "SELECT 'x\nGO\n'", "GO outside quotes is a command"),
        (":r other.sql", "SELECT ':r other.sql'", ":r other.sql outside quotes"),
        ("IF 1 = 1 RETURN", "CREATE PROCEDURE p AS RETURN", "RETURN leaves its batch"),
        ("SET NOEXEC OFF", "SET NOCOUNT OFF", "it sets noexec"),
        ("SET XACT_ABORT OFF", "SET ANSI_NULLS ON", "it sets xact_abort"),
    ],
)
def test_what_would_get_past_the_guard_is_refused_by_its_place(sql: str, fine: str, why: str) -> None:
    assert read_back(render((upgrade(fine),), TARGET), "mssql") == (fine,)
    with pytest.raises(Unfaithful, match=re.escape(why)) as refused:
        render((upgrade("SELECT 1", sql),), TARGET)
    assert (refused.value.file, refused.value.line) == ("versions/x.py", 3)
    assert "statement 2 of revision b2" in str(refused.value)


# ---- transactions, parts, stamps


def count(script: str, line: str) -> int:
    return sum(each.strip() == line for each in script.splitlines())


def test_each_revision_is_a_transaction_or_the_range_or_each_statement() -> None:
    first = Step("a1", "one", "upgrade", (), ("a1",), None, (item("SELECT 1"), item("CREATE TABLE t (a int)")))
    steps = (first, upgrade("SELECT 2", "SELECT 3"))
    opened = {}
    for mode in ("range", "revision", "none"):
        script = render(steps, replace(TARGET, transaction=mode))
        opened[mode] = count(script, "BEGIN TRANSACTION;"), script.count("WHILE @@TRANCOUNT > 0 COMMIT TRANSACTION;")
        assert read_back(script, "mssql") == texts(steps)
    assert opened["range"] == (1, 1)
    assert opened["revision"] == (2, 2)
    assert opened["none"] == (8, 4)  # for each of four statements: the record before, the record or the stamp after


def test_a_step_in_parts_is_recorded_and_its_record_goes_with_the_stamp() -> None:
    step = upgrade("SELECT 1", item("CREATE INDEX ix ON t (a)", transaction=None), "SELECT 2")
    script = render((step,), TARGET)
    for word in ("1 of 3 stands", "2 of 3 began", "2 of 3 stands"):
        assert re.search(rf"INSERT INTO \[alembic_version_sqlgen\] \(mark\) VALUES \(N'[^']*part {word}'\)", script)
    assert "3 of 3" not in "".join(re.findall(r"VALUES \(N'[^']*'\)", script))
    assert script.count("DROP TABLE [alembic_version_sqlgen]") == 1
    assert "N'DATABASE', N'CREATE TABLE') = 0" in script
    assert "AND EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID(N'[t]') AND name = N'ix')" in script
    whole = render((upgrade("SELECT 1"),), TARGET)
    assert "alembic_version_sqlgen] (mark" not in whole
    assert "CREATE TABLE" not in whole


def test_a_statement_whose_end_only_a_person_can_see_is_not_run_twice() -> None:
    script = render((upgrade(item("UPDATE t SET a = a + 1", transaction=None)),), TARGET, resume=True)
    assert "the catalogs do not say whether it has been done" in script


def test_the_version_table_is_made_from_base_alone() -> None:
    first = Step("a1", "one", "upgrade", (), ("a1",), None, ())
    assert "CREATE TABLE [alembic_version]" in render((first,), TARGET)
    assert "CREATE TABLE [alembic_version]" not in render((upgrade(),), TARGET)
    named = replace(TARGET, version_table="ver]sion", version_table_schema="app")
    assert "CREATE TABLE [app].[ver]]sion]" in render((first,), named)


def test_each_stamp_must_hit_one_row() -> None:
    merge = Step("m", "merge", "upgrade", ("a1", "b1"), ("m",), None, ())
    script = render((merge,), TARGET)
    assert "DELETE FROM [alembic_version] WHERE version_num = 'b1';\n  IF @@ROWCOUNT <> 1 SET @hit = 0;" in script
    assert "SET version_num = 'm' WHERE version_num = 'a1';\n  IF @@ROWCOUNT <> 1 SET @hit = 0;" in script
    assert "(@rows = 2 AND @at + N'}' = N'a1,b1}' COLLATE Latin1_General_BIN2)" in script


def test_the_users_own_commit_ends_the_part_that_its_record_stands_in() -> None:
    step = upgrade("SELECT 1", "COMMIT", "SELECT 2")
    script = render((step,), TARGET)
    assert read_back(script, "mssql") == ("SELECT 1", "COMMIT", "SELECT 2")
    skipping = render((step,), TARGET, resume=True)
    assert re.search(r"^IF [^\n]*'sqlgen.part'\) AS int\), 0\) = 1\nCOMMIT;\nGO$", skipping, re.MULTILINE)
    recorded, committed = script.index("part 1 of 2 stands"), script.index("\nCOMMIT;\n")
    assert recorded < committed < script.index("part 2 of 2")


# ---- the guard


def test_the_guard_asks_for_what_the_environment_says() -> None:
    script = render((upgrade("DELETE FROM t"),), TARGET)
    for asked in (
        "DB_NAME() COLLATE Latin1_General_BIN2 NOT IN (N'shop')",
        "UPPER(ISNULL(@@SERVERNAME, N'')) <> UPPER(N'SQL01')",
        "@environment + N'}' <> N'prod}' COLLATE Latin1_General_BIN2",
        "'Updateability') <> 'READ_WRITE' OR @primary = 0",
        "HAS_PERMS_BY_NAME(N'[t]', N'OBJECT', N'DELETE') = 0",
        "sys.sp_getapplock @Resource = N'sqlgen', @LockMode = N'Exclusive', @LockOwner = N'Session'",
    ):
        assert asked in script
    bare = render((upgrade("DELETE FROM t"),), replace(TARGET, environment=None, database=None, identity=None))
    assert "NOT IN (N'" not in bare
    assert "@@SERVERNAME" not in bare
    assert "NOT BOUND TO A DATABASE" in bare
    tenants = render((upgrade("DELETE FROM t"),), replace(TARGET, tenants=("one", "two")))
    assert "NOT IN (N'one', N'two')" in tenants


def test_the_plain_form_sends_a_half_done_database_to_resume() -> None:
    first = Step("a1", "one", "upgrade", (), ("a1",), None, ())
    plain, skipping = (render((first, upgrade("SELECT 1")), TARGET, resume=resume) for resume in (False, True))
    at_a1 = "(@rows = 1 AND @at + N'}' = N'a1}' COLLATE Latin1_General_BIN2)"
    assert f"IF @why = N'' AND ({at_a1})" in plain
    assert "Go on with resume.sql" in plain
    assert f"IF @mark = N'' AND {at_a1} SET @from = 1;" in skipping
    assert "resume.sql or" not in skipping
    assert resumes_apart(TARGET)


def test_a_rollback_begins_where_the_upgrade_stopped() -> None:
    index = CreateIndex("ix", Name("t"), ("a",))
    made = replace(item("CREATE INDEX ix ON t (a)", transaction=None), facts=(index,))
    up = upgrade("CREATE TABLE u (a int)", made, "CREATE TABLE v (a int)")
    down = Step("b2", "two", "downgrade", ("b2",), ("a1",), None,
                (item("DROP TABLE v"), item("DROP INDEX ix ON t"), item("DROP TABLE u")))  # fmt: skip
    runs = (frozenset(), frozenset({2}), frozenset({1, 2}))
    undo = Undo(up, parts(up, TARGET), runs, frozenset({0, 1, 2}))
    script = render((down,), TARGET, undo={"b2": undo})
    assert read_back(script, "mssql") == texts((down,))
    conditions = re.findall(r"sqlgen\.behind'\) AS int\), 0\) IN \(([-0-9, ]+)\)\nEXEC", script)
    assert conditions == ["-1, 3", "-1, 2, 3", "-1, 1, 2, 3"]
    assert re.search(r"part 2 of 3 began' [^\n]*AND EXISTS [^\n]* SET @behind = 2;", script)
    assert "IF @behind IN (0, 1, 2, 3) SET @from = 0;" in script
    alone = render((down,), TARGET)
    assert "@behind = 2" not in alone
    read(script)


def test_a_gap_stops_the_script_and_says_so() -> None:
    gapped = replace(upgrade(), gap=Gap("it reads 'rows' $(x) \\", "versions/b2.py", 3))
    first = Step("a1", "one", "upgrade", (), ("a1",), None, (item("SELECT 1"),))
    script = render((first, gapped), TARGET)
    assert "THIS SCRIPT STOPS before revision b2" in script
    read(script)


# ---- what it says


def test_the_header_says_that_no_server_has_run_it_and_how_to_run_it() -> None:
    script = render((upgrade("SELECT 1"),), TARGET, title=["release $(7)"])
    header = script.split("\n:on error exit\n")[0]
    assert "NOT RUN ON A REAL SERVER" in header
    assert f"-- Run it with: {command(TARGET, 'apply')}\n" in header
    assert "-i apply.sql > apply.log 2>&1" in header
    assert "-i resume.sql" in render((upgrade("SELECT 1"),), TARGET, resume=True)
    read(script)


def test_a_file_whose_name_looks_like_a_variable_is_told_without_one() -> None:
    made = [replace(item(sql), place=Place("versions/$(it's).py", 3, 4, 5)) for sql in ("SELECT 1", "SELECT 'GO\nGO'")]
    declared = [replace(item(sql), place=Place("x/$(it's).py", 3, 4, 5)) for sql in ("DECLARE @n int", "SELECT @n")]
    for resume in (False, True):
        script = render((upgrade(*made, *declared),), TARGET, resume=resume)
        assert read_back(script, "mssql") == ("SELECT 1", "SELECT 'GO\nGO'", "DECLARE @n int", "SELECT @n")
        assert "versions/$ (it's).py:3" in script
        assert len(sent(script)) == 3


def test_the_name_of_an_instance_may_hold_a_backslash() -> None:
    script = render((upgrade("SELECT 1"),), replace(TARGET, identity="SQL01\\SHOP"))
    assert "UPPER(N'SQL01\\SHOP')" in script
    read(script)
    for name in ("SQL01\\", "a\\b"):
        with pytest.raises(SettingsError, match="as a name"):
            render((upgrade(),), replace(TARGET, **{"identity" if name.endswith("\\") else "database": name}))


@pytest.mark.parametrize("name", ["it's", 'a"b', "$(x)"])
def test_a_name_that_the_clients_would_stumble_over_is_refused(name: str) -> None:
    assert render((upgrade(),), replace(TARGET, version_table="plain name"))
    with pytest.raises(SettingsError, match="as a name"):
        render((upgrade(),), replace(TARGET, version_table=name))


def test_time_limits_are_set_where_the_server_or_the_client_has_them() -> None:
    limited = replace(TARGET, statement_timeout_ms=90500, lock_timeout_ms=2500)
    script = render((upgrade("SELECT 1"),), limited)
    assert "SET LOCK_TIMEOUT 2500;" in script
    assert " -t 91 -i apply.sql" in script
    assert "statement_timeout is the option -t alone" in script
    unlimited = render((upgrade("SELECT 1"),), replace(TARGET, lock_timeout_ms=0))
    assert "SET LOCK_TIMEOUT -1;" in unlimited
    assert " -t " not in unlimited


def test_the_cost_is_linear() -> None:
    def path(size: int) -> tuple[Step, ...]:
        return tuple(
            Step(f"r{n}", "", "upgrade", (f"r{n - 1}",), (f"r{n}",), None, (item("SELECT 1"),)) for n in range(1, size)
        )

    for resume in (False, True):
        one, ten = (len(render(path(size), TARGET, resume=resume)) for size in (50, 500))
        assert ten < 11 * one


def test_things_are_looked_for_by_name_and_kind() -> None:
    primary = Thing("constraint", "", None, "books", Kind.PRIMARY_KEY)
    assert exists(Thing("table", "books", "app"), "mssql") == "(OBJECT_ID(N'[app].[books]', N'U') IS NOT NULL)"
    assert exists(Thing("column", "it's", None, "a]b"), "mssql") == "(COL_LENGTH(N'[a]]b]', N'it''s') IS NOT NULL)"
    assert "type = 'PK'" in (exists(primary, "mssql") or "")
    assert exists(Thing("index", "ix"), "mssql") is None
