"""Who imports whom, and what a quick command must never load."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

QUICK = {
    "--help": ["--help"],
    "--version": ["--version"],
    "rules": ["rules"],
    "explain": ["explain", "drop-column"],
    "verify": ["verify", "trust", "staging", "bundle"],
    "lint FILE.sql": ["lint", "change.sql", "--dialect", "postgresql"],
}
"""Commands that answer in a fraction of a second, so they load neither Alembic nor SQLAlchemy."""


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("arguments", QUICK.values(), ids=QUICK.keys())
def test_a_quick_command_loads_neither_alembic_nor_sqlalchemy(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "change.sql").write_text("CREATE TABLE t (id integer);\n")
    loaded = modules_after(arguments, tmp_path)
    assert "sqlgen.cli.main" in loaded
    assert not {"alembic", "sqlalchemy"} & loaded


def test_the_probe_sees_what_a_slow_command_loads(tmp_path: Path) -> None:
    """The tests above would pass for ever if the probe were blind."""
    assert "decimal" in modules_after(["--help"], tmp_path, before="import decimal")


@pytest.mark.parametrize("arguments", [["--help"], ["verify", "trust", "staging", "bundle"]], ids=["--help", "verify"])
def test_help_and_verify_load_no_sql_parser(arguments: list[str], tmp_path: Path) -> None:
    assert not {"postgast", "sqlparse"} & modules_after(arguments, tmp_path)


@pytest.mark.parametrize("command", [["emit", "prev:head"], ["lint", "prev:head"]], ids=["emit", "lint"])
def test_the_worker_is_started_before_the_stages_are_loaded(command: list[str], tmp_path: Path) -> None:
    """They load while it imports Alembic, which takes longer than all of them together."""
    project = tmp_path / "shop"
    shutil.copytree(ROOT / "samples" / "bookshop", project)
    stop = "import subprocess\ndef refuse(*_, **__): raise OSError(1, 'not now')\nsubprocess.Popen = refuse"
    loaded = modules_after([*command, "--project", str(project)], tmp_path, before=stop)
    assert "sqlgen.emit.process" in loaded
    stages = ("history", "statements", "layout", "facts", "schema", "segments", "lint", "script", "pipeline")
    assert not {f"sqlgen.{stage}" for stage in stages} & loaded


def modules_after(arguments: list[str], folder: Path, before: str = "") -> set[str]:
    """The names of all modules that are loaded once the command line has run."""
    report = folder / "modules.json"
    program = f"""
import json, pathlib, sys
{before}
from sqlgen.cli.main import main
main({arguments!r})
pathlib.Path({str(report)!r}).write_text(json.dumps(sorted(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    return set(json.loads(report.read_text()))


def test_verifying_needs_errors_and_the_standard_library_alone() -> None:
    verify = ROOT / "sqlgen" / "bundle" / "verify.py"
    ours = {name for name in imported(verify) if name.split(".")[0] not in sys.stdlib_module_names}
    assert ours <= {"sqlgen.errors"}
    assert list(imported(ROOT / "sqlgen" / "bundle" / "__init__.py")) == []  # it is loaded along with verify


def test_a_rule_imports_the_rulekit_and_the_standard_library_alone() -> None:
    files = sorted((ROOT / "rules").rglob("*.py"))
    assert files
    for file in files:
        ours = {name for name in imported(file) if name.split(".")[0] not in sys.stdlib_module_names}
        assert ours <= {"sqlgen.rulekit"}, file


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module):
                yield module or "."
