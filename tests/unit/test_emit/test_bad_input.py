"""A revision may do anything: it is reported, the others are rendered as if it were not there, and nothing is left."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sqlgen.emit.replay import Replay, Start
from sqlgen.emit.trace import Rendered, Trace
from sqlgen.schema import Schema

AFTER = """
import decimal, json, logging, os, signal, sys, time, warnings
op.execute(sa.text("INSERT INTO seen VALUES (:a, :b)").bindparams(a="it's", b=decimal.Decimal(1) / 3))
seen = {
    "folder": os.path.basename(os.getcwd()) != "elsewhere",
    "variables": "LEFT" not in os.environ and "HOME" in os.environ,
    "path": "/left" not in sys.path, "arguments": "left" not in sys.argv, "depth": sys.getrecursionlimit() == 1000,
    "json": json.dumps([1]) == "[1]", "printing": print("printed") is None and sys.stdout.fileno() == 1,
    "alarm": signal.getitimer(signal.ITIMER_REAL) == (0, 0),
    "handler": signal.getsignal(signal.SIGALRM) == signal.SIG_DFL,
    "warnings": not any(each[0] == "error" for each in warnings.filters),
    "logging": logging.root.level == logging.WARNING, "disabled": logging.root.manager.disable == 0,
    "write": os.write(1, b"") == 0, "zone": time.tzname[0] != "CST", "modules": sys.modules["sqlalchemy"] is sa,
    "builtins": len("ab") == 2, "tracing": sys.gettrace() is None, "hook": sys.excepthook is not None,
}
for name, fine in seen.items():
    op.execute(f"-- nothing\\nSELECT '{name} {fine}'")
"""
"""What the next revision finds."""

# name → (body of upgrade(), what the failure says, a text on its line); no text: it does not fail
REFUSED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "input": ("input('sure? ')", ("it asks for input",), "input("),
    "reads_standard_input": ("import sys\nassert sys.stdin.read() == 'yes'", ("AssertionError",), "assert"),
    "exit": ("import sys\nsys.exit('that is all')", ("it ends the program: sys.exit(that is all)",), "sys.exit"),
    "quit": ("raise KeyboardInterrupt", ("KeyboardInterrupt",), "raise"),
    "closed": ("raise GeneratorExit('no more')", ("GeneratorExit: no more",), "raise"),
    "cancelled": ("import asyncio\nraise asyncio.CancelledError", ("CancelledError",), "raise"),
    "recursion": ("def again(): again()\nagain()", ("RecursionError",), "def again"),
    "memory": ("raise MemoryError", ("MemoryError",), "raise"),
    "too_large": ("'x' * 10**18", ("MemoryError",), "10**18"),
    "socket": (
        "import socket\nsocket.create_connection(('127.0.0.1', 9))",
        ("it opens a network connection to 127.0.0.1:9", "--allow-connect"),
        "create_connection",
    ),
    "looks_up": (
        "import urllib.request\nurllib.request.urlopen('http://db.example.com/')",
        ("it opens a network connection to db.example.com:80",),
        "urlopen",
    ),
    "swallows": (
        "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9))\nexcept Exception:\n    pass",
        ("it opens a network connection to 127.0.0.1:9",),
        "create_connection",
    ),
    "engine": (
        "sa.create_engine('postgresql+psycopg2://u@127.0.0.1:1/x').connect()",
        ("it connects to the database by itself", "op.get_bind()", "--allow-connect"),
        "create_engine",
    ),
    "session": (
        "from sqlalchemy.orm import Session\n"
        "with Session(sa.create_engine('mysql+pymysql://u@127.0.0.1:1/x')) as session:\n"
        "    session.execute(sa.text('SELECT 1'))",
        ("it connects to the database by itself",),
        "session.execute",
    ),
    "driver": (
        "import psycopg2\npsycopg2.connect('postgresql://u@127.0.0.1:1/x')",
        ("it connects to the database by itself",),
        "psycopg2.connect",
    ),
    "python_driver": (
        "import pymysql\npymysql.connect(host='127.0.0.1', port=1)",
        ("it opens a network connection to 127.0.0.1:1",),
        "pymysql.connect",
    ),
    "sqlite": (
        "import sqlite3\nsqlite3.connect('shop.db')",
        ("it opens the SQLite database shop.db by itself",),
        "sqlite3.connect",
    ),
    "process": (
        "import subprocess\nsubprocess.run(['echo', 'hello'])",
        ("it runs another program: echo hello", "--allow-connect"),
        "subprocess.run",
    ),
    "system": ("import os\nos.system('echo hello')", ("it runs another program: echo hello",), "os.system"),
    "fork": ("import os\nif os.fork() == 0:\n    os._exit(0)", ("it runs another program: os.fork()",), "os.fork"),
    "thread": (
        "import threading\n"
        "thread = threading.Thread(target=lambda: op.execute('SELECT 9'), name='filler')\n"
        "thread.start(); thread.join()",
        ("the thread filler executes a statement",),
        "target=lambda",
    ),
    "surrogates": (
        "raise ValueError('half a character: \\ud800 \\x00 \\x1e')",
        ("ValueError: half a character",),
        "raise",
    ),
    "unprintable": (
        "class Bad(Exception):\n    def __str__(self): raise RuntimeError('never')\nraise Bad",
        ("Bad",),
        "raise Bad",
    ),
    "deletes_its_folder": (
        "import os, tempfile\nfolder = tempfile.mkdtemp()\nos.chdir(folder)\n"
        "os.rmdir(folder)\nraise ValueError('gone')",
        ("ValueError: gone",),
        "raise",
    ),
}

# name → body of upgrade(): it is rendered, and the next revision finds nothing of it
LEFT_BEHIND: dict[str, str] = {
    "prints": "print('SELECT 666'); print('x' * 100_000)",
    "folder": "import os, tempfile\nos.makedirs(tempfile.gettempdir() + '/elsewhere', exist_ok=True)\n"
    "os.chdir(tempfile.gettempdir() + '/elsewhere')",
    "variables": "import os\nos.environ['LEFT'] = '1'\ndel os.environ['HOME']",
    "all_variables": "import os\nos.environ.clear()\nos.environ = {}",
    "path": "import sys\nsys.path.insert(0, '/left')\nsys.argv.append('left')",
    "other_path": "import sys\nsys.path = ['/left']\nsys.argv = ['left']\nsys.meta_path.clear()",
    "recursion": "import sys\nsys.setrecursionlimit(50_000)",
    "handler": "import signal\nsignal.signal(signal.SIGALRM, lambda *_: 1 / 0)\n"
    "signal.setitimer(signal.ITIMER_REAL, 0.2)",
    "warnings": "import warnings\nwarnings.simplefilter('error')",
    "more_warnings": "import warnings\nwarnings.filters = [('error', None, Warning, None, 0)]",
    "logging": "import logging\nlogging.basicConfig(level=0)\nlogging.disable()",
    "closes": "import os\nos.close(1); os.close(2)",
    "closes_streams": "import sys\nsys.stdout.close(); sys.stderr.close()",
    "replaces_streams": "import io, sys\nsys.stdout = sys.stderr = io.StringIO()\nprint('SELECT 666')",
    "redirects": "import os\nos.dup2(os.open(os.devnull, os.O_WRONLY), 1)",
    "json": "import json\njson.dumps = json.loads = lambda *_, **__: 'nothing'\njson.JSONEncoder.encode = None",
    "os_write": "import os\nos.write = os.read = lambda *_: 0",
    "builtins": "import builtins\nbuiltins.len = lambda _: 7\nbuiltins.print = None",
    "modules": "import sys\nfor name in [each for each in sys.modules if each.startswith('sqlalchemy')]:\n"
    "    del sys.modules[name]",
    "op": "import alembic.op\nalembic.op.execute = print",
    "decimal": "import decimal\ndecimal.getcontext().prec = 2",
    "zone": "import os, time\nos.environ['TZ'] = 'Asia/Shanghai'\ntime.tzset()",
    "at_exit": "import atexit, time\natexit.register(lambda: time.sleep(3600))",
    "trace": "import sys\nsys.settrace(lambda *_: None)",
    "hook": "import sys\nsys.excepthook = None",
    "faults": "import faulthandler\nfaulthandler.disable()",
    "transaction": "op.execute('BEGIN'); op.get_bind().commit()",
}


def _render(project: Any, body: str, **options: Any) -> Trace:
    project.revision("a1", "op.execute('SELECT 1')")
    project.revision("b2", "op.execute('SELECT 2')\n" + body)
    project.revision("c3", AFTER)
    trace: Trace = project.render(**options)
    return trace


@pytest.fixture(scope="module")
def next_one(new_project: Callable[[], Any]) -> Rendered:
    """What c3 gives when b2 does nothing."""
    rendered = _render(new_project(), "").revisions[2]
    assert rendered.failure is None
    texts = [each.sql for each in rendered.statements]
    assert [text for text in texts[1:] if not text.endswith("True'")] == []
    assert len(texts) > 15
    return rendered


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_that_revision_alone(project: Any, next_one: Rendered, name: str) -> None:
    body, facts, line = REFUSED[name]
    first, second, third = _render(project, body).revisions
    assert (first.failure, [each.sql for each in first.statements]) == (None, ["SELECT 1"])
    assert second.failure is not None
    assert all(fact in str(second.failure.reason) for fact in facts), str(second.failure.reason)
    assert "\n" not in str(second.failure.reason)
    assert (second.failure.file, second.failure.line) == ("migrations/versions/b2.py", project.line_of("b2", line))
    assert "SELECT 9" not in [each.sql for each in second.statements]
    assert third == next_one


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_nothing_that_a_revision_leaves_behind_reaches_the_next(project: Any, next_one: Rendered, name: str) -> None:
    _, second, third = _render(project, LEFT_BEHIND[name]).revisions
    assert second.failure is None, second.failure
    assert second.statements[0].sql == "SELECT 2"
    assert third == next_one


def test_what_was_replaced_is_said(project: Any) -> None:
    (note,) = _render(project, LEFT_BEHIND["os_write"]).revisions[1].notes
    assert (note.kind, note.text) == ("replaced", "os.read, os.write")


# ---- the process itself


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("import os; os._exit(0)", "the worker process ended while it ran: exit code 0"),
        ("import os; os.abort()", "the worker process ended while it ran: SIGABRT"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "the worker process ended while it ran: SIGKILL"),
        ("import os; os.closerange(3, 200)", "the worker process ended while it ran: "),
        ("import ctypes; ctypes.string_at(0)", "the worker process ended while it ran: SIGSEGV"),
    ],
)
def test_a_revision_that_ends_the_process(project: Any, next_one: Rendered, body: str, reason: str) -> None:
    first, second, third = _render(project, body).revisions
    assert first.failure is None
    assert second.failure is not None
    assert str(second.failure.reason).startswith(reason)
    assert third.statements[0].sql == next_one.statements[0].sql
    assert [each.sql for each in third.statements] == [each.sql for each in next_one.statements]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("while True:\n    pass", marks=pytest.mark.deep),
        "while True:\n    try:\n        import time; time.sleep(60)\n    except BaseException:\n        pass",
        pytest.param("while True:\n    sa.inspect(op.get_bind()).get_table_names()", marks=pytest.mark.deep),
        pytest.param(
            "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass", marks=pytest.mark.deep
        ),
        "import re\nre.match('(a+)+$', 'a' * 64 + 'b')",
    ],
)
def test_a_revision_without_end_is_given_up(project: Any, next_one: Rendered, body: str) -> None:
    project.revision("a1", "op.execute('SELECT 1')")
    project.revision("b2", body)
    project.revision("c3", AFTER)
    first, second, third = project.render(timeout=4.0, server=Replay(lambda dialect: Start(Schema(dialect)))).revisions
    assert first.failure is None
    assert second.failure is not None
    assert str(second.failure.reason) == "it did not finish within 4 s (--timeout gives it longer)"
    assert second.failure.file == "migrations/versions/b2.py"
    assert [each.sql for each in third.statements] == [each.sql for each in next_one.statements]


def test_a_revision_that_prints_without_end_is_given_up(project: Any, next_one: Rendered) -> None:
    _, second, third = _render(project, "while True:\n    print('x' * 1_000_000)").revisions
    assert second.failure is not None
    assert str(second.failure.reason) == "it printed more than 200 MB"
    assert [each.sql for each in third.statements] == [each.sql for each in next_one.statements]


def test_what_a_thread_sends_that_nobody_waits_for_is_refused(project: Any) -> None:
    body = "import threading\nthreading.Thread(target=lambda: op.execute('SELECT 9'), name='filler').start()"
    project.revision("a1", body)
    (only,) = project.render().revisions
    assert only.failure is not None
    assert "the thread filler executes a statement" in str(only.failure.reason)
    assert not only.statements


def test_a_thread_that_goes_on_is_named_and_reaches_no_other_revision(project: Any, next_one: Rendered) -> None:
    body = """
    import threading, time
    def fill():
        time.sleep(0.3)
        op.execute("SELECT 9")
    threading.Thread(target=fill, name="late", daemon=True).start()
    """
    project.revision("a1", "op.execute('SELECT 1')")
    project.revision("b2", body)
    project.revision("c3", "import time; time.sleep(1)\n" + AFTER)
    _, second, third = project.render().revisions
    assert [(each.kind, each.text) for each in second.notes] == [("thread", "late")]
    assert third.failure is None
    assert [each.sql for each in third.statements] == [each.sql for each in next_one.statements]


# ---- files


def test_files_that_are_written_are_named(project: Any) -> None:
    outside = Path.home() / f"sqlgen-test-{os.getpid()}"
    body = f"""
    import os, pathlib, shutil, tempfile
    open("report.txt", "w").close()
    pathlib.Path("made").mkdir()
    pathlib.Path("made", "data.csv").write_text("a")
    os.rename("report.txt", "made/renamed.txt")
    shutil.rmtree("made")
    open({str(outside)!r}, "x").close()
    os.remove({str(outside)!r})
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
    open(os.devnull, "w").write("x")
    open("alembic.ini").read()
    op.execute("SELECT 1")
    """
    project.revision("a1", body)
    (rendered,) = project.render().revisions
    assert rendered.failure is None
    notes = [(each.text, each.source.line - project.line_of("a1", "import os")) for each in rendered.notes]
    assert notes == [
        ("report.txt", 1),
        ("made", 2),
        ("made/data.csv", 3),
        ("report.txt", 4),
        ("made/renamed.txt", 4),
        ("made", 5),
        (str(outside), 6),
        (str(outside), 7),
    ]
    assert {each.kind for each in rendered.notes} == {"wrote-file"}


# ---- permission to connect


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of a socket that somebody may connect to."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_what_is_permitted_is_done(project: Any, listening: int) -> None:
    body = f"""
    import socket, sqlite3, subprocess
    socket.create_connection(("127.0.0.1", {listening})).close()
    engine = sa.create_engine("sqlite:///other.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (id int)")
        (number,) = connection.exec_driver_sql("SELECT 41 + 1").fetchone()
    word = subprocess.run(["echo", "hello"], capture_output=True, text=True).stdout.strip()
    op.execute(f"SELECT {{number}} -- {{word}}")
    """
    project.revision("a1", body)
    (refused,) = project.render().revisions
    assert refused.failure is not None
    (rendered,) = project.render(allow_connect=True).revisions
    assert rendered.failure is None
    assert [each.sql for each in rendered.statements] == ["SELECT 42 -- hello"]


def test_a_database_in_memory_needs_no_permission(project: Any) -> None:
    project.revision("a1", "import sqlite3\nsqlite3.connect(':memory:').execute('SELECT 1')")
    assert project.render().revisions[0].failure is None


def test_the_application_may_connect_to_nothing_while_it_is_imported(project: Any) -> None:
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    project.write(
        models="""
        import sqlalchemy as sa
        from sqlalchemy.orm import Session
        engine = sa.create_engine("postgresql+psycopg2://u@127.0.0.1:1/x", pool_pre_ping=True, echo=False)
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True))
        metadata.create_all(engine)
        with Session(engine) as session:
            assert session.execute(sa.text("SELECT name FROM settings")).fetchall() == []
        assert sa.inspect(engine).get_table_names() == []
        """,
        env="from alembic import context\nimport models\n"
        "context.configure(url='postgresql://h/x', target_metadata=models.metadata)\ncontext.run_migrations()\n",
    )
    project.revision("a1", "op.execute('SELECT 1')")
    project.revision("b2", "import models\nmodels.engine.connect().execute(sa.text('SELECT 1'))")
    first, second = project.render().revisions
    assert [each.sql for each in first.statements] == ["SELECT 1"]
    assert second.failure is not None
    assert "it connects to the database by itself" in str(second.failure.reason)


# ---- laws


def test_a_bad_revision_changes_nothing_for_the_others_wherever_it_stands(new_project: Callable[[], Any]) -> None:
    """Everything that can be put back, at once, before and between revisions that say what they find."""
    bad = [body for body, _, _ in REFUSED.values()] + list(LEFT_BEHIND.values())
    project, expected = new_project(), new_project()
    for number, body in enumerate(bad):
        project.revision(f"bad{number}", body)
        for each in (project, expected):
            each.revision(f"good{number}", AFTER)
    found = [rendered for rendered in project.render().revisions if rendered.revision.startswith("good")]
    wanted = expected.render().revisions
    for number, (one, other) in enumerate(zip(found, wanted, strict=True)):
        assert one.failure is None, (one.failure, bad[number])
        assert [each.sql for each in one.statements] == [each.sql for each in other.statements], bad[number]


def test_nothing_is_left_running(project: Any) -> None:
    """No process of the worker's goes on after a run."""
    mark = f"sqlgen-test-{os.getpid()}"
    _render(project, "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)", environ={"SQLGEN_MARK": mark})
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in entry.read_bytes():
                found.append(entry)
        except OSError:
            continue
    assert found == []


def test_what_a_package_asks_of_the_system_when_it_is_imported_is_not_the_revisions_doing(project: Any) -> None:
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    project.write(
        asking="import socket, subprocess\nsubprocess.run(['true'])\nsocket.socket().bind(('127.0.0.1', 0))\n"
    )
    project.revision("a1", "op.execute('SELECT 1')", top="import asking\n")
    project.revision("b2", "import subprocess; subprocess.run(['true'])")
    first, second = project.render().revisions
    assert first.failure is None
    assert second.failure is not None
    assert "true" in str(second.failure.reason)


# ---- on the command line


def _sqlgen(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sqlgen", *words], cwd=root, capture_output=True, text=True)


def test_the_options_say_what_is_permitted(project: Any, listening: int) -> None:
    project.revision("a1", "op.execute('CREATE TABLE t (id int)')")
    project.revision("b2", f"import socket\nsocket.create_connection(('127.0.0.1', {listening}))", "pass")
    project.revision("c3", "import shop_types\nop.execute('CREATE TABLE u (id int)')")
    project.revision("d4", "import shop_more, time; time.sleep(30)")
    done = _sqlgen(project.root, "emit", "base:head", "--timeout", "4")
    assert done.returncode == 4
    assert "CREATE TABLE t" in done.stdout
    assert "CREATE TABLE u" not in done.stdout
    assert (
        f"b2.py:13: incomplete: revision b2 can't be rendered: it opens a network connection to 127.0.0.1:{listening}"
        in (done.stderr)
    )
    assert "these packages are not installed: shop_more (d4), shop_types (c3)" in done.stderr
    assert "--stub shop_more --stub shop_types" in done.stderr
    words = ("--allow-connect", "--stub", "shop_types", "--stub", "shop_more", "--timeout", "4s")
    done = _sqlgen(project.root, "emit", "base:head", *words)
    assert done.returncode == 4
    assert "CREATE TABLE u" in done.stdout
    assert "revision b2" not in done.stderr
    assert "revision d4 can't be rendered: it did not finish within 4 s (--timeout gives it longer)" in done.stderr


def test_the_settings_may_say_it_as_well(project: Any) -> None:
    (project.root / "sqlgen.toml").write_text('stub = ["shop_types"]\ntimeout = "4s"\n')
    project.revision("a1", "import shop_types\nop.execute('CREATE TABLE u (id int)')")
    project.revision("b2", "while True: pass")
    done = _sqlgen(project.root, "emit", "base:head")
    assert "CREATE TABLE u" in done.stdout
    assert "it did not finish within 4 s" in done.stderr


@pytest.mark.parametrize("text", ["soon", "-1", "5 parsecs"])
def test_a_time_that_is_none_is_refused(project: Any, text: str) -> None:
    done = _sqlgen(project.root, "emit", "base:head", f"--timeout={text}")
    assert done.returncode == 2
    assert f"--timeout can't be {text}" in done.stderr


def test_several_databases_are_a_question(project: Any) -> None:
    project.write(
        env="from alembic import context\nfor name in ('shop', 'audit log'):\n"
        "    context.configure(url='postgresql://h/x')\n    context.run_migrations(name=name)\n"
    )
    path = project.revision("a1", "op.execute('CREATE TABLE t (id int)')")
    path.write_text(path.read_text().replace("upgrade()", "upgrade(name)").replace("downgrade()", "downgrade(name)"))
    done = _sqlgen(project.root, "emit", "base:head")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--target shop, or --target 'audit log'" in done.stderr
    for words in (("emit", "base:head"), ("lint", "base:head")):
        assert _sqlgen(project.root, *words, "--target", "audit log").returncode in (0, 1)
