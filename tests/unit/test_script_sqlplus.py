"""Scripts for SQL*Plus, held against its rules for lines: no server is at hand."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from sqlgen import facts
from sqlgen.errors import SettingsError, UsageError
from sqlgen.facts.vocabulary import CreateIndex, Kind, Name
from sqlgen.script import Target, Unfaithful, command, read_back, render, resumes_apart
from sqlgen.script.existence.asking import exists
from sqlgen.script.plan import parts
from sqlgen.script.sqlplus.text import joined
from sqlgen.script.things import Thing
from sqlgen.script.undo import Undo
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.statements import Statement, scan
from tests.unit.client_lines.kinds import emitted
from tests.unit.client_lines.sqlplus import Read, executed
from tests.unit.client_lines.sqlplus import read as read_lines

TARGET = Target("oracle", "sqlplus", "19", "prod", "shop", identity="SHOP_A")


def item(sql: str) -> Item:
    statement = Statement("", sql, "", scan(sql, "oracle"), 0, 1, 1)
    return Item(statement, facts.read(statement, "oracle"), Place("versions/x.py", 3, 4, 5), None)


def upgrade(*items: Item | str) -> Step:
    made = tuple(item(each) if isinstance(each, str) else each for each in items)
    return Step("b2", "two", "upgrade", ("a1",), ("b2",), "versions/b2.py", made)


def texts(steps: tuple[Step, ...]) -> tuple[str, ...]:
    return tuple(each.sql for step in steps for each in step.items)


def read(script: str) -> Read:
    """What the client makes of it: nothing to stumble over, blocks alone, and no command but those of the script."""
    found = read_lines(script)
    assert found.faults == []
    assert all(re.match("DECLARE|BEGIN", text) for text in found.run)
    assert len(set(found.run)) >= len(found.run) - 1
    known = re.compile("SET [A-Z]+ |WHENEVER (?:SQL|OS)ERROR EXIT FAILURE ROLLBACK$")
    assert all(known.match(line) for line in found.commands[:-1])
    assert found.commands[0] == "SET DEFINE OFF"
    assert found.commands[-1] == "EXIT SUCCESS ROLLBACK"
    return found


def sent(script: str) -> list[str]:
    """The user statements, as the server gets them: of each block, what runs behind a mark."""
    found = []
    for block in read(script).run:
        marked = re.split(r"^-- sqlgen: statement [^\n]*\n", block, flags=re.MULTILINE)
        found += [executed(piece)[0] for piece in marked[1:]]
    return found


HOSTILE = (
    "INSERT INTO t VALUES ('a\n/\nb')",
    "INSERT INTO t VALUES ('a\n  /  \nb', 'it''s')",
    "INSERT INTO t VALUES ('a\n.\nb -\nc -  \nd-')",
    "INSERT INTO t VALUES ('\n#host ls\n  #x\n@secret.sql\n!ls\n$ls\nexit\nset define on\n')",
    "INSERT INTO t VALUES ('&who and &&where')",
    "INSERT INTO t VALUES ('one;\n\ntwo;\n')",
    "INSERT INTO t VALUES (q'[it's :x]')",
    "INSERT INTO t VALUES ('" + "x''" * 900 + "')",
    "INSERT INTO t VALUES ('" + "书" * 5000 + "\n" + "y" * 30000 + "')",
    "/* a\n/\n*/ SELECT 1 FROM dual",
    "COMMENT ON TABLE t IS 'ends in a hyphen -'",
    "SELECT '-- sqlgen: statement 1, 8 characters, sha256 0000000000000000\n' FROM dual",
    "BEGIN\n  INSERT INTO t VALUES (1);\nEND;",
    "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW\nBEGIN\n  :new.a := ':x';\nEND;",
    "UPDATE t SET a = 1 -\n 1",
)


@pytest.mark.parametrize("sql", HOSTILE)
def test_a_statement_that_looks_like_commands_reaches_the_server_as_it_stands(sql: str) -> None:
    steps = (upgrade("SELECT 7 FROM dual", sql, "DELETE FROM t"),)
    script = render(steps, TARGET)
    assert read_back(script, "oracle") == ("SELECT 7 FROM dual", sql, "DELETE FROM t")
    assert sent(script) == ["SELECT 7 FROM dual", sql, "DELETE FROM t"]


def test_any_text_in_a_literal_reaches_the_server_as_it_stands() -> None:
    chance = random.Random(7)
    pieces = ["/", "\n", " ", "'", ".", "-", "#", "&x", ";", "@", "!", "exit", "/*", "--", "x" * 700, "书" * 300]
    pieces.append("''" * 400)
    made = ["".join(chance.choices(pieces, k=chance.randint(1, 14))).replace("'", "''") for _ in range(400)]
    statements = tuple(f"INSERT INTO t VALUES ('{text}')" for text in made)
    script = render((upgrade(*statements),), TARGET)
    assert read_back(script, "oracle") == statements
    assert sent(script) == list(statements)


def test_a_literal_is_never_longer_than_the_server_takes() -> None:
    for text in ("''" * 20000, "书" * 20000, "a\n" * 20000, "x'" * 12345):
        for literal in re.findall(r"'((?:[^']|'')*)'", "'" + joined(text) + "'"):
            assert len(literal.encode()) <= 32767


@pytest.mark.parametrize("down", [False, True])
def test_what_alembic_renders_reaches_the_server_statement_by_statement(down: bool) -> None:
    steps = emitted("oracle", down=down)
    assert not any(step.gap for step in steps)
    script = render(steps, TARGET)
    assert read_back(script, "oracle") == texts(steps)
    assert tuple(sent(script)) == texts(steps)


def test_no_statement_stands_without_a_condition() -> None:
    found = [block for block in read(render(emitted("oracle"), TARGET)).run if "-- sqlgen: statement " in block]
    assert len(found) > 20
    for block in found:
        before, _, _ = block.partition("-- sqlgen: statement ")
        assert re.search(r"^  IF TO_NUMBER\(NVL\(SYS_CONTEXT\('CLIENTCONTEXT', 'sqlgen_at'\), '-1'\)\) = [0-9]+ THEN$",
                         before, re.MULTILINE)  # fmt: skip
        assert "can not begin" in before
        assert block.endswith(
            "EXCEPTION WHEN OTHERS THEN\n"
            "  ROLLBACK; DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_at', '-1'); RAISE;\nEND;"
        )


def test_each_part_leaves_the_place_at_which_the_next_one_begins() -> None:
    script = render(emitted("oracle"), TARGET)
    asked = r"'sqlgen_at'\), '-1'\)\) = ([0-9]+) THEN\n    EXECUTE IMMEDIATE 'LOCK"
    begins = [int(number) for number in re.findall(asked, script)]
    ends = [int(number) for number in re.findall(r"'sqlgen_at', '([0-9]+)'\)", script)]
    assert begins == list(range(len(ends)))
    assert ends == list(range(1, len(ends) + 1))


def test_ddl_is_recorded_before_and_after_and_data_is_one_transaction() -> None:
    step = upgrade("INSERT INTO t VALUES (1)", "DELETE FROM u", "ALTER TABLE t ADD c NUMBER", "DELETE FROM t")
    script = render((step,), TARGET)
    assert [len(part.items) for part in parts(step, TARGET)] == [2, 1, 1]
    inserted = next(block for block in read(script).run if "INSERT INTO t VALUES (1)" in block)
    assert "DELETE FROM u" in inserted
    assert inserted.count("COMMIT;") == 1
    added = next(block for block in read(script).run if "ADD c NUMBER" in block)
    order = [added.index(word) for word in ("2 of 3 began'", "COMMIT;", "ADD c NUMBER", "2 of 3 stands'")]
    assert order[1:] == sorted(order[1:])
    assert "table_name IN ('T', 't') AND column_name IN ('C', 'c')" in added


def test_many_rows_are_one_transaction_over_several_blocks() -> None:
    step = upgrade(*(f"INSERT INTO t VALUES ({number})" for number in range(100)))
    found = [block for block in read(render((step,), TARGET)).run if "-- sqlgen: statement" in block]
    assert [block.count("-- sqlgen: statement") for block in found] == [40, 40, 20]
    assert ["COMMIT;" in block for block in found] == [False, False, True]
    for before, after in pairwise(found):
        opened = re.search(r"'sqlgen_open', '([0-9.]+)'", before)
        assert opened is not None
        assert f"IF SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_open') = '{opened[1]}' AND " in after


def test_what_does_not_compile_does_not_end_the_block_in_silence() -> None:
    script = render((upgrade("CREATE OR REPLACE PROCEDURE p AS BEGIN nothing; END;", "DROP TABLE t"),), TARGET)
    made, dropped = (next(b for b in read(script).run if text in b) for text in ("CREATE OR REPLACE", "DROP TABLE t'"))
    assert "IF SQLCODE <> -24344 THEN RAISE; END IF;" in made
    assert "24344" not in dropped


@pytest.mark.parametrize(
    ("sql", "fine", "why"),
    [
        ("UPDATE t SET a = :b", "UPDATE t SET a = ':b'", "it waits for a value of :b"),
        ("INSERT INTO t VALUES (1) RETURNING id INTO :ret_0", "SELECT ':ret_0' FROM dual", "a value of :ret_0"),
        ("SELECT my_pkg.do_it(1) FROM dual", "SELECT UPPER('x') FROM dual", "it is a query, which EXECUTE IMMEDIATE"),
        ("SELECT s.NEXTVAL FROM dual", "SELECT 'NEXTVAL' FROM dual", "it is a query, which EXECUTE IMMEDIATE"),
        ("COMMIT", "SELECT 1 AS commits FROM dual", "COMMIT would end"),
        ("ROLLBACK", "SELECT 'ROLLBACK' FROM dual", "ROLLBACK would end"),
        ("SELECT 1 FROM dual\n/", "SELECT '\n/\n' FROM dual", "/ outside quotes is a command"),
        ("SET DEFINE ON", "SET ROLE ALL", "SET DEFINE ON outside quotes"),
        ("ALTER SESSION SET CURRENT_SCHEMA = hr", "ALTER SESSION SET NLS_SORT = BINARY", "leaves the schema"),
    ],
)
def test_what_would_get_past_the_guard_is_refused_by_its_place(sql: str, fine: str, why: str) -> None:
    assert read_back(render((upgrade(fine),), TARGET), "oracle") == (fine,)
    with pytest.raises(Unfaithful, match=re.escape(why)) as refused:
        render((upgrade("DELETE FROM t", sql),), TARGET)
    assert (refused.value.file, refused.value.line) == ("versions/x.py", 3)
    assert "statement 2 of revision b2" in str(refused.value)


# ---- the guard


def test_the_guard_asks_for_what_the_environment_says() -> None:
    script = render((upgrade("CREATE VIEW v AS SELECT 1 AS a FROM dual"),), TARGET)
    for asked in (
        "UPPER(SYS_CONTEXT('USERENV', 'CON_NAME')) = UPPER('shop')",
        "UPPER(NVL(SYS_CONTEXT('USERENV', 'DB_UNIQUE_NAME'), '?')) <> UPPER('SHOP_A')",
        "SYS_CONTEXT('USERENV', 'DATABASE_ROLE') <> 'PRIMARY'",
        "NOT may('VIEW')",
        "(v_rows = 1 AND '{' || v_at || '}' = '{a1}')",
    ):
        assert asked in script
    bare = render((upgrade("DELETE FROM t"),), replace(TARGET, environment=None, database=None, identity=None))
    assert "UPPER('" not in bare
    assert "NOT BOUND TO A DATABASE" in bare
    schema = render((upgrade("DELETE FROM t"),), replace(TARGET, database="shop.sales"))
    assert "UPPER('shop') AND SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') = UPPER('sales')" in schema
    assert "sqlplus -S -L -R 3 /@shop <" in schema


def test_the_one_script_goes_on_where_an_earlier_run_stopped() -> None:
    first = Step("a1", "one", "upgrade", (), ("a1",), None, (item("CREATE TABLE t (a NUMBER)"),))
    step = upgrade("DROP TABLE t", "DROP TABLE u")
    script = render((first, step), TARGET)
    assert "IF v_mark = '-' AND (v_rows = 1 AND '{' || v_at || '}' = '{a1}') THEN v_from := 1; END IF;" in script
    assert re.search(r"half done: part ' AND \(v_rows = 1 [^\n]* THEN\n    v_from := 1 \+ TO_NUMBER", script)
    assert render((first, step), TARGET, resume=True) == script
    assert not resumes_apart(TARGET)


def test_a_statement_whose_end_only_a_person_can_see_is_not_run_twice() -> None:
    script = render((upgrade("BEGIN do_something; END;", "ALTER TABLE t MODIFY a NUMBER"),), TARGET)
    unknown, again = (next(b for b in read(script).run if text in b) for text in ("do_something", "MODIFY a"))
    assert "the catalogs do not say whether it has been" in unknown
    assert "the catalogs do not say" not in again


def test_a_rollback_begins_where_the_upgrade_stopped() -> None:
    index = CreateIndex("ix", Name("t"), ("a",))
    up = upgrade("CREATE TABLE u (a NUMBER)", replace(item("CREATE INDEX ix ON t (a)"), facts=(index,)), "DROP TABLE v")
    down = Step("b2", "two", "downgrade", ("b2",), ("a1",), None,
                (item("CREATE TABLE v (a NUMBER)"), item("DROP INDEX ix"), item("DROP TABLE u")))  # fmt: skip
    undo = Undo(up, parts(up, TARGET), (frozenset(), frozenset({2}), frozenset({1, 2})), frozenset({0, 1, 2}))
    script = render((down,), TARGET, undo={"b2": undo})
    assert read_back(script, "oracle") == texts((down,))
    conditions = re.findall(r"v_done = 0 AND TO_NUMBER\([^\n]*'sqlgen_behind'[^\n]* IN \(([-0-9, ]+)\) THEN", script)
    assert conditions == ["-1, 3", "-1, 2, 3", "-1, 1, 2, 3"]
    assert "IF v_behind IN (0, 1, 2, 3) THEN v_from := 0; END IF;" in script
    assert "'sqlgen: downgrade b2 (" in script
    assert "from part 2 is half done: part 1 of 3 stands" in script
    assert "v_from := 0 + " in script
    assert "v_behind := 2" not in render((down,), TARGET)
    read(script)


def test_a_long_step_stays_within_the_lines_that_the_client_reads() -> None:
    up = upgrade(*(f"DROP TABLE t{number}" for number in range(60)))
    down = Step("b2", "two" * 400 + " - & -", "downgrade", ("b2",), ("a1",), None,
                tuple(item(f"CREATE TABLE t{number} (a NUMBER)") for number in range(60)))  # fmt: skip
    possible = frozenset(range(60))
    undo = Undo(up, parts(up, TARGET), tuple(frozenset({n}) for n in range(60)), possible)
    read(render((down,), TARGET, undo={"b2": undo}, title=["a title; of & many words" * 300 + "-"]))


def test_a_gap_stops_the_script_and_says_so() -> None:
    gapped = replace(upgrade(), gap=Gap("it reads 'rows' & more; " * 90 + "-", "versions/b2.py", 3))
    first = Step("a1", "one", "upgrade", (), ("a1",), None, (item("DELETE FROM t"),))
    script = render((first, gapped), TARGET)
    assert "THIS SCRIPT STOPS before revision b2" in script
    read(script)


def test_what_the_environment_asks_in_vain_is_said() -> None:
    limited = render((upgrade("DELETE FROM t"),), replace(TARGET, statement_timeout_ms=90000, lock_timeout_ms=2500))
    assert "statement_timeout is not set" in limited
    assert "DDL_LOCK_TIMEOUT = 3'" in limited
    assert "statement_timeout" not in render((upgrade("DELETE FROM t"),), TARGET)


def test_a_range_is_no_transaction() -> None:
    assert render((upgrade("DELETE FROM t"),), replace(TARGET, transaction="none"))
    with pytest.raises(UsageError, match="a range is no transaction"):
        render((upgrade("DELETE FROM t"),), replace(TARGET, transaction="range"))


def test_the_header_says_that_no_server_has_run_it_and_what_it_can_not_stop() -> None:
    script = render((upgrade("DELETE FROM t"),), TARGET, title=["release & 7"])
    header = script.split("\nWHENEVER ")[0]
    assert "NOT RUN ON A REAL SERVER" in header
    assert command(TARGET, "apply") in header
    assert "grep -E '^(SP2|ORA|PLS)-' apply.log must find nothing" in header
    assert script.splitlines()[1] == "SET DEFINE OFF"
    read(script)


@pytest.mark.parametrize("name", ["it's", 'a"b', "a&b"])
def test_a_name_that_the_client_would_stumble_over_is_refused(name: str) -> None:
    assert 'FROM "Plain name"' in render((upgrade(),), replace(TARGET, version_table="Plain name"))
    with pytest.raises(SettingsError, match="as a name"):
        render((upgrade(),), replace(TARGET, version_table=name))


def test_the_cost_is_linear() -> None:
    def path(size: int) -> tuple[Step, ...]:
        made = (item("DROP TABLE t"),)
        return tuple(
            Step(f"r{number}", "", "upgrade", (f"r{number - 1}",), (f"r{number}",), None, made)
            for number in range(1, size)
        )

    one, ten = (len(render(path(size), TARGET)) for size in (50, 500))
    assert ten < 11 * one


def test_things_are_looked_for_as_oracle_keeps_their_names() -> None:
    assert "table_name IN ('BOOKS', 'books')" in (exists(Thing("table", "books"), "oracle") or "")
    assert "column_name = 'Isbn'" in (exists(Thing("column", "Isbn", None, "books"), "oracle") or "")
    assert "owner IN ('HR', 'hr')" in (exists(Thing("view", "v", "hr"), "oracle") or "")
    assert "constraint_type = 'P'" in (exists(Thing("constraint", "", None, "t", Kind.PRIMARY_KEY), "oracle") or "")
    assert exists(Thing("enum value", "x", None, "t"), "oracle") is None
