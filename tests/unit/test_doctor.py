"""What the doctor says of a history: each status for its reason, one revision apart from the other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sqlgen import doctor, pipeline
from sqlgen.doctor import Row, examine
from sqlgen.history import between, resolve
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

URLS = {"postgresql": "postgresql://", "mariadb": "mysql+pymysql://", "sqlite": "sqlite://"}

ENV = """\
from alembic import context

context.configure(url=context.config.get_main_option("sqlalchemy.url"), render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
"""

HISTORY: dict[str, tuple[str, str]] = {
    "first": (
        """op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("x", sa.Integer()))""",
        """op.drop_table("a")""",
    ),
    "asks": (
        """
        if not sa.inspect(op.get_bind()).has_table("b"):
            op.create_table("b", sa.Column("id", sa.Integer(), primary_key=True))
        """,
        """
        if sa.inspect(op.get_bind()).has_table("b"):
            op.drop_table("b")
        """,
    ),
    "rows": (
        """
        for (id,) in op.get_bind().execute(sa.text("SELECT id FROM a")):
            op.execute(f"UPDATE a SET x = 1 WHERE id = {id}")
        """,
        """pass""",
    ),
    "one_row": (
        """op.get_bind().execute(sa.text("SELECT id FROM a ORDER BY x")).fetchone()[0]""",
        """raise NotImplementedError("no way back")""",
    ),
    "fails": (
        """
        op.execute("UPDATE a SET x = 2")
        raise RuntimeError("broken here")
        """,
        """op.execute("UPDATE a SET x = 3")""",
    ),
    "dies": ("""import os; os._exit(3)""", """import os; os._exit(4)"""),
    "offline": (
        """
        from alembic import context
        if not context.is_offline_mode():
            op.execute("UPDATE a SET x = 4")
        """,
        """op.execute("UPDATE a SET x = 5")""",
    ),
    "nothing": ("""pass""", """pass"""),
}


def history(root: Path, revisions: dict[str, tuple[str, str]], dialect: str = "postgresql") -> Path:
    versions = root / "migrations" / "versions"
    versions.mkdir(parents=True)
    (root / "alembic.ini").write_text(f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {URLS[dialect]}\n")
    (root / "migrations" / "env.py").write_text(ENV)
    down: str | None = None
    for name, (upgrade, downgrade) in revisions.items():
        head = f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = {name!r}\ndown_revision = {down!r}\n"
        bodies = [
            f"\n\ndef {function}():\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"
            for function, body in (("upgrade", upgrade), ("downgrade", downgrade))
            if body
        ]
        (versions / f"{name}.py").write_text(head + "".join(bodies), encoding="utf-8")
        down = name
    return root


def examined(root: Path, *, jobs: int = 1, span: str = "base:head") -> dict[tuple[str, str], Row]:
    workspace = open_workspace(Request(root))
    rows = examine(workspace, resolve(workspace.graph, span).steps, jobs=jobs).rows
    return {(row.revision, row.direction): row for row in rows}


@pytest.mark.parametrize("dialect", URLS)
def test_each_revision_has_the_status_it_deserves(tmp_path: Path, dialect: str) -> None:
    rows = examined(history(tmp_path, HISTORY, dialect))
    assert {key: row.status for key, row in rows.items()} == {
        ("first", "upgrade"): "exact",
        ("first", "downgrade"): "exact",
        ("asks", "upgrade"): "assumed",
        ("asks", "downgrade"): "assumed",
        ("rows", "upgrade"): "row-driven",
        ("rows", "downgrade"): "no-downgrade",
        ("one_row", "upgrade"): "needs-shadow",
        ("one_row", "downgrade"): "no-downgrade",
        ("fails", "upgrade"): "cannot-run",
        ("fails", "downgrade"): "exact",
        ("dies", "upgrade"): "cannot-run",
        ("dies", "downgrade"): "cannot-run",
        ("offline", "upgrade"): "assumed",
        ("offline", "downgrade"): "exact",
        ("nothing", "upgrade"): "exact",
        ("nothing", "downgrade"): "exact",
    }
    one_row = rows["one_row", "upgrade"]
    assert (one_row.file, one_row.line) == ("migrations/versions/one_row.py", 9)
    assert "SELECT id FROM a ORDER BY x" in str(one_row.reason)
    assert "--shadow" in str(one_row.hint)
    assert "broken here" in str(rows["fails", "upgrade"].reason)
    assert rows["one_row", "downgrade"].line == 13
    assert all(row.hint is not None for row in rows.values() if row.status in ("row-driven", "needs-shadow"))


ASKING: dict[str, tuple[str, str]] = {
    f"r{number}": (
        f"""
        tables = sa.inspect(op.get_bind()).get_table_names()
        op.create_table("t{number}", sa.Column("id", sa.Integer(), primary_key=True), *(
            sa.Column(f"of_{{name}}", sa.Integer()) for name in sorted(tables) if name.startswith("t")
        ))
        """,
        f"""
        assert sa.inspect(op.get_bind()).has_table("t{number}")
        for column in sa.inspect(op.get_bind()).get_columns("t{number}"):
            op.execute("SELECT '" + column["name"] + "'")
        op.drop_table("t{number}")
        {"raise RuntimeError('stop')" if number % 3 == 2 else ""}
        """,
    )
    for number in range(7)
}


@pytest.mark.parametrize("dialect", URLS)
def test_a_revision_is_judged_as_if_it_were_rendered_alone(tmp_path: Path, dialect: str) -> None:
    """A downgrade that fails leaves its table standing in a run over the history; here it does not."""
    root = history(tmp_path, ASKING, dialect)
    rows = examined(root)
    for number in range(7):
        up, down = rows[f"r{number}", "upgrade"], rows[f"r{number}", "downgrade"]
        assert (up.status, up.statements) == ("assumed", 1)
        assert (down.status, down.statements) == ("cannot-run" if number % 3 == 2 else "assumed", number + 2)
    workspace = open_workspace(Request(root))
    for number in (1, 6):
        range_ = resolve(workspace.graph, f"prev:r{number}")
        up = pipeline.emit(workspace, range_.steps).steps[0]
        down = pipeline.emit(workspace, between(workspace.graph, range_.lower, range_.upper, down=True).steps).steps[0]
        assert len(up.assumptions) == rows[f"r{number}", "upgrade"].assumptions
        assert len(down.assumptions) == rows[f"r{number}", "downgrade"].assumptions
        assert len(down.items) == rows[f"r{number}", "downgrade"].statements


@pytest.mark.parametrize("dialect", URLS)
def test_several_processes_say_what_one_says(tmp_path: Path, dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = ("one_row", "fails", "dies")  # after them, less is known for sure
    sound = {name: bodies for name, bodies in HISTORY.items() if name not in failing}
    root = history(tmp_path, {**sound, **ASKING, **{name: HISTORY[name] for name in failing}}, dialect)
    alone = examined(root)
    monkeypatch.setattr(doctor, "LEAST", 2)
    together = examined(root, jobs=3)
    assert {key: replace(row, hint=None) for key, row in together.items()} == {
        key: replace(row, hint=None) for key, row in alone.items()
    }
    assert alone["r6", "upgrade"].status == "assumed"


def test_a_range_starts_from_what_is_before_it(tmp_path: Path) -> None:
    root = history(tmp_path, ASKING)
    whole, part = examined(root), examined(root, span="r3:head")
    assert list(part) == [(f"r{number}", way) for number in (4, 5, 6) for way in ("upgrade", "downgrade")]
    assert all(part[key] == whole[key] for key in part)


def test_branches_and_their_merge_are_judged_each_from_its_own_rows(tmp_path: Path) -> None:
    create = """op.create_table("{0}", sa.Column("id", sa.Integer(), primary_key=True))"""
    drop = """assert sa.inspect(op.get_bind()).has_table("{0}")\nop.drop_table("{0}")"""
    names = ("base1", "left", "right", "merge", "after")
    root = history(tmp_path, {name: (create.format(name), drop.format(name)) for name in names})
    for name, down in (("right", "'base1'"), ("merge", "('left', 'right')")):
        path = root / "migrations" / "versions" / f"{name}.py"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(f"down_revision = {down}\n" if "down_rev" in line else line for line in lines))
    rows = examined(root)
    assert {row.status for row in rows.values()} == {"exact", "assumed"}
    assert len(rows) == 10


def sqlgen(root: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "sqlgen", "doctor", *arguments], cwd=root, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_says_where_and_what_to_do(tmp_path: Path) -> None:
    root = history(tmp_path, HISTORY)
    code, out, err = sqlgen(root, "--output-format", "text", "--output-format", "json=found.json")
    assert (code, err) == (4, "")
    assert "migrations/versions/rows.py:9: row-driven rows\n" in out
    assert "migrations/versions/fails.py:10: cannot run fails\n    RuntimeError: broken here\n    help: " in out
    assert re.search(r"^exact +2  25.0 % +4  50.0 %  the same SQL everywhere$", out, re.MULTILINE)
    document: dict[str, Any] = json.loads((root / "found.json").read_text())
    assert document["schema"] == "sqlgen.doctor/1"
    assert document["dialect"] == "postgresql"
    assert document["summary"]["upgrade"] == {
        "exact": 2, "assumed": 2, "row-driven": 1, "needs-shadow": 1, "cannot-run": 2, "no-downgrade": 0,
    }  # fmt: skip
    (read,) = next(row for row in document["rows"] if row["revision"] == "rows")["reads"]
    assert read == {"sql": "SELECT id FROM a", "what": "fetchone", "file": "migrations/versions/rows.py", "line": 9}


def test_a_sound_history_gives_0_and_a_file_that_does_not_parse_is_one_row(tmp_path: Path) -> None:
    root = history(tmp_path, {name: HISTORY[name] for name in ("first", "asks", "nothing")})
    assert sqlgen(root)[0] == 0
    path = root / "migrations" / "versions" / "asks.py"
    path.write_text(path.read_text() + "\n    )\n")
    code, out, _ = sqlgen(root)
    assert code == 4
    assert "asks.py:17: cannot run asks\n    SyntaxError: unmatched ')'" in out
    assert "exact                2" in out


def test_a_revision_that_is_told_that_it_is_online_does_what_it_does_there(tmp_path: Path) -> None:
    root = history(tmp_path, {"offline": HISTORY["offline"]})
    row = examined(root)["offline", "upgrade"]
    assert (row.status, row.statements) == ("assumed", 0)
    assert "--online-branches" in str(row.hint)
    code, out, _ = sqlgen(root, "--online-branches", "--output-format", "json")
    assert code == 0
    (up, down) = json.loads(out)["rows"]
    assert (up["status"], up["statements"], down["status"]) == ("exact", 1, "exact")
    assert up["notes"][0]["kind"] == "offline-branch"


def test_a_wrong_number_of_jobs_is_refused(tmp_path: Path) -> None:
    code, _, err = sqlgen(history(tmp_path, HISTORY), "--jobs", "0")
    assert code == 2
    assert "--jobs can't be 0" in err
