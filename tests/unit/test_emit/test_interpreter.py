"""Which Python runs the project, and what is said of one that can't."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from sqlgen.emit.interpreter import choose
from sqlgen.errors import ToolMissing


def _environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return python


def test_the_first_of_option_active_environment_and_neighbour_is_taken(tmp_path: Path) -> None:
    given, active, beside = (_environment(tmp_path / name) for name in ("given", "active", ".venv"))
    variables = {"VIRTUAL_ENV": str(tmp_path / "active")}
    assert choose(given, tmp_path, variables).path == given
    assert choose(tmp_path / "given", tmp_path, variables).path == given
    assert choose(None, tmp_path, variables).path == active
    assert choose(None, tmp_path, {}).path == beside
    assert choose(None, tmp_path / "elsewhere", {}).path == Path(sys.executable)


def test_the_environment_that_pre_commit_made_for_its_hook_is_not_the_projects(tmp_path: Path) -> None:
    beside = _environment(tmp_path / ".venv")
    hook = {"VIRTUAL_ENV": sys.prefix, "PRE_COMMIT": "1"}
    assert choose(None, tmp_path, hook).path == beside
    assert choose(None, tmp_path, {"VIRTUAL_ENV": sys.prefix}).path == Path(sys.executable)
    active = _environment(tmp_path / "active")
    assert choose(None, tmp_path, {**hook, "VIRTUAL_ENV": str(tmp_path / "active")}).path == active


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    """It is what makes the interpreter a virtual environment's."""
    assert choose(None, tmp_path, {"VIRTUAL_ENV": str(tmp_path)}).path == Path(sys.executable)
    python = _environment(tmp_path)
    assert choose(None, tmp_path, {"VIRTUAL_ENV": str(tmp_path)}).path == python


def test_an_interpreter_without_alembic_is_named(project: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    project.revision("a1")
    bare = tmp_path_factory.mktemp("bare") / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    bare.chmod(0o755)
    with pytest.raises(ToolMissing) as caught:
        project.render(python=bare)
    assert str(caught.value.message) == f"{bare} (--python) has no sqlalchemy"
    assert "--python PATH" in str(caught.value.hint)


def test_a_program_that_is_no_python_is_named(project: Any) -> None:
    project.revision("a1")
    with pytest.raises(ToolMissing, match="does not work as a Python interpreter"):
        project.render(python=Path("/bin/false"))


def test_a_path_that_leads_nowhere_is_named(project: Any) -> None:
    project.revision("a1")
    with pytest.raises(ToolMissing, match="--python /no/such/python is not a program that can be run"):
        project.render(python=Path("/no/such/python"))


def test_what_an_interpreter_prints_at_its_start_does_not_disturb(project: Any) -> None:
    """A .pth file or sitecustomize may print before our code runs."""
    (project.root / "sitecustomize.py").write_text("print('hello from site'); print('no newline', end='')")
    project.revision("a1", "op.execute('SELECT 1')")
    trace = project.render(environ={"PYTHONPATH": str(project.root)})
    assert [each.sql for each in trace.revisions[0].statements] == ["SELECT 1"]
    assert trace.output.startswith("hello from site\nno newline")
