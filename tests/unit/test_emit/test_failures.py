"""A revision that can't be rendered says why and where, and hides no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sqlgen.emit.trace import Rendered, Trace

# revision id → (body, the reason's beginning and other parts of it, a text on the line that it names)
CASES = {
    "raises": ("raise ValueError('no such\\nthing')", ("ValueError: no such thing",), "raise ValueError"),
    "names_an_object": ("raise ValueError(object())", ("ValueError: <object object>",), "raise ValueError"),
    "exits": ("import sys; sys.exit(3)", ("it ends the program: sys.exit(3)",), "sys.exit"),
    "asks": ("input('sure?')", ("it asks for input", "EOFError"), "input("),
    "colon": (
        """op.execute("UPDATE t SET a = '{\\"x\\":1}'")""",
        ("the SQL text holds :1", "NULL", "write \\\\:1 for a colon", "bindparams"),
        "UPDATE t",
    ),
    "colon_in_default": (
        """op.add_column("t", sa.Column("a", sa.JSON, server_default=sa.text("'{\\"x\\":true}'")))""",
        ("the SQL text holds :true", "write \\\\:true"),
        "op.add_column",
    ),
    "imports": (
        "import nothing_of_that_name",
        ("ModuleNotFoundError: No module named 'nothing_of_that_name'", "--python"),
        "import nothing",
    ),
    "variable": (
        "import os; os.environ['SHOP_TENANT']",
        ("it wants the environment variable SHOP_TENANT", "[tool.sqlgen.environ]"),
        "os.environ",
    ),
    "batch_half_way": (
        "with op.batch_alter_table('t') as batch:\n    batch.alter_column('a', type_=sa.Enum('x'))",
        ("CompileError: PostgreSQL ", "requires a name"),
        "with op.batch",
    ),
    "untyped": (
        "op.bulk_insert(sa.table('t', sa.column('a')), [{'a': object}])",
        ("the value <class 'object'>",),
        "op.bulk_insert",
    ),
    "helped": ("import helping\nhelping.fail()", ("RuntimeError: in the helper",), "helping.fail()"),
}


@pytest.fixture(scope="module")
def trace(new_project: Callable[[], Any]) -> tuple[Any, Trace]:
    project = new_project()
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    project.write(helping="def fail():\n    raise RuntimeError('in the helper')\n")
    for name, (body, _, _) in CASES.items():
        project.revision(name, f"op.execute('SELECT 1')\n{body}\nop.execute('SELECT 2')")
    project.revision("without_upgrade").write_text("revision = 'without_upgrade'\ndown_revision = 'helped'\n")
    project.revision("broken").write_text("revision = 'broken'\ndown_revision = 'without_upgrade'\ndef upgrade(:\n")
    project.revision("renamed").write_text("revision = 'other'\ndown_revision = 'broken'\ndef upgrade(): pass\n")
    project.revision("last", "op.execute('SELECT 3')")
    return project, project.render()


def _of(trace: tuple[Any, Trace], revision: str) -> Rendered:
    return next(each for each in trace[1].revisions if each.revision == revision)


@pytest.mark.parametrize("revision", CASES)
def test_a_revision_says_why_it_fails_and_where(trace: tuple[Any, Trace], revision: str) -> None:
    failure = _of(trace, revision).failure
    _, (begin, *parts), line = CASES[revision]
    assert failure is not None
    assert str(failure.reason).startswith(begin)
    assert all(part in str(failure.reason) for part in parts)
    assert "\n" not in str(failure.reason)
    assert (failure.file, failure.line) == (
        f"migrations/versions/{revision}.py",
        trace[0].line_of(revision, line),
    )
    assert failure.detail.startswith("Traceback")


@pytest.mark.parametrize("revision", CASES)
def test_what_was_emitted_before_the_failure_is_kept_and_no_more(trace: tuple[Any, Trace], revision: str) -> None:
    sent = [each.sql for each in _of(trace, revision).statements]
    assert sent[0] == "SELECT 1"
    assert "SELECT 2" not in sent


def test_the_others_are_rendered(trace: tuple[Any, Trace]) -> None:
    last = _of(trace, "last")
    assert last.failure is None
    assert [each.sql for each in last.statements] == ["SELECT 3"]
    assert last.statements[0].transaction == len(trace[1].revisions)


def test_a_file_without_the_function_fails(trace: tuple[Any, Trace]) -> None:
    failure = _of(trace, "without_upgrade").failure
    assert failure is not None
    assert (str(failure.reason), failure.line) == ("the file has no function upgrade()", None)


def test_a_file_that_does_not_parse_fails_with_its_line(trace: tuple[Any, Trace]) -> None:
    failure = _of(trace, "broken").failure
    assert failure is not None
    assert str(failure.reason).startswith("SyntaxError: ")
    assert (failure.file, failure.line) == ("migrations/versions/broken.py", 3)


def test_a_file_whose_revision_is_another_when_run_fails(trace: tuple[Any, Trace]) -> None:
    failure = _of(trace, "renamed").failure
    assert failure is not None
    assert str(failure.reason) == "when run, the file says it is revision other, and not renamed"


def test_a_string_without_length_on_mysql_names_what_to_write(project: Any) -> None:
    project.write(url="mysql+pymysql://u@db.example.com/shop")
    project.revision("a1", "op.create_table('t', sa.Column('name', sa.String))")
    (rendered,) = project.render().revisions
    assert rendered.failure is not None
    assert "VARCHAR requires a length on dialect mysql" in str(rendered.failure.reason)
    assert str(rendered.failure.reason).endswith("give a length, such as String(255)")
    assert (rendered.failure.file, rendered.failure.line) == (
        "migrations/versions/a1.py",
        project.line_of("a1", "op.create_table"),
    )


def test_escaped_colons_and_casts_are_not_parameters(project: Any) -> None:
    project.revision("a1", r"""op.execute("UPDATE t SET a = '10\\:30', b = c::text, d = 'at: 1'")""")
    (rendered,) = project.render().revisions
    assert rendered.failure is None
    assert rendered.statements[0].sql == "UPDATE t SET a = '10:30', b = c::text, d = 'at: 1'"


def test_null_that_is_meant_stays_null(project: Any) -> None:
    project.revision(
        "a1",
        """
        t = sa.table("t", sa.column("a", sa.Integer))
        op.execute(t.update().values(a=None))
        op.execute(sa.text("UPDATE t SET a = :a").bindparams(a=None))
        op.bulk_insert(t, [{"a": None}])
        """,
    )
    (rendered,) = project.render().revisions
    assert rendered.failure is None
    assert [each.sql for each in rendered.statements] == [
        "UPDATE t SET a=NULL",
        "UPDATE t SET a = NULL",
        "INSERT INTO t (a) VALUES (NULL)",
    ]


# ---- the worker dies


def test_a_crash_is_that_revision_alone(project: Any) -> None:
    project.revision("a1", "op.execute('SELECT 1')")
    project.revision("b2", "op.execute('SELECT 2')\nimport os; os._exit(7)")
    project.revision("c3", "op.execute('SELECT 3')")
    project.revision("d4", "import faulthandler\nfaulthandler._sigsegv()")
    project.revision("e5", "op.execute('SELECT 5')")
    seen: list[tuple[int, int]] = []
    with project.run(progress=lambda done, of: seen.append((done, of)), observe=True) as run:
        trace = run.trace
    reasons = [each.failure and str(each.failure.reason) for each in trace.revisions]
    assert reasons == [
        None,
        "the worker process ended while it ran: exit code 7",
        None,
        "the worker process ended while it ran: SIGSEGV",
        None,
    ]
    crash = trace.revisions[3].failure
    assert crash is not None
    assert (crash.file, crash.line) == ("migrations/versions/d4.py", project.line_of("d4", "_sigsegv"))
    numbers = [each.transaction for one in trace.revisions for each in one.statements]
    assert numbers == sorted(set(numbers))
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    assert run.observed["e5", "upgrade"][0].startswith("UPDATE alembic_version SET version_num='e5'")


def test_a_revision_that_takes_too_long_is_that_revision_alone(project: Any) -> None:
    project.revision("a1", "op.execute('SELECT 1')")
    project.revision("b2", "import time\nwhile True:\n    time.sleep(0.1)")
    project.revision("c3", "op.execute('SELECT 3')")
    trace = project.render(timeout=4.0)
    assert [[each.sql for each in one.statements] for one in trace.revisions] == [["SELECT 1"], [], ["SELECT 3"]]
    failure = trace.revisions[1].failure
    assert failure is not None
    assert str(failure.reason) == "it did not finish within 4 s (--timeout gives it longer)"
    assert failure.file == "migrations/versions/b2.py"
    assert failure.line == project.line_of("b2", "time.sleep")


def test_the_last_revision_may_crash_too(project: Any) -> None:
    project.revision("a1", "import os; os._exit(0)")
    (rendered,) = project.render().revisions
    assert rendered.failure is not None
    assert str(rendered.failure.reason) == "the worker process ended while it ran: exit code 0"
