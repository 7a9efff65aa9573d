"""The graph as the parent read it in, Alembic's revision map out, whose modules are imported when a step runs."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from types import CodeType, ModuleType
from typing import Any

from alembic import util
from alembic.runtime.migration import RevisionStep
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import Revision, RevisionMap
from alembic.util.pyfiles import load_module_py

from .submodules import find_submodules

File = dict[str, Any]
"""id, path, down, depends_on, labels: see emit.RevisionFile."""


class LazyScript(Script):
    """A revision whose file is imported on demand."""

    def __init__(self, file: File, packages: dict[str, set[str]]) -> None:
        self._packages = packages
        self.path = file["path"]
        self._module: ModuleType | None = None
        Revision.__init__(
            self,
            file["id"],
            tuple(file["down"]) or None,
            dependencies=tuple(file["depends_on"]),
            branch_labels=tuple(file["labels"]),
        )

    @property
    def module(self) -> ModuleType:  # type: ignore[override]
        if self._module is None:
            self._module = _load(self.path)
            find_submodules(self._module, self._packages)
        return self._module


def _load(path: str) -> ModuleType:
    """As Alembic does it; where the file is there, without its search for byte code that stands alone."""
    folder, name = os.path.split(path)
    if name.endswith(".py") and os.path.exists(path):
        module: ModuleType = load_module_py(re.sub(r"\W", "_", name), path)
        return module
    return util.load_python_file(folder, name)


def make_lazy(directory: ScriptDirectory, files: list[File]) -> None:
    """Give the directory its graph, so that it imports nothing to know it."""

    packages: dict[str, set[str]] = {}

    def load() -> Iterator[LazyScript]:
        return (LazyScript(file, packages) for file in files)

    directory.revision_map = RevisionMap(load)


class Step(RevisionStep):
    """One move. `run` is called in place of upgrade() or downgrade(), with env.py's arguments for it.

    after: the rows of the version table after it, so that nobody has to work them out; None: Alembic does.
    """

    def __init__(
        self,
        directory: ScriptDirectory,
        script: Script,
        direction: str,
        run: Callable[..., None],
        after: Sequence[str] | None,
    ) -> None:
        def migrate(**kw: Any) -> None:
            run(script, direction, **kw)

        migrate.__name__ = direction
        self.revision_map = directory.revision_map
        self.revision = script
        self.is_upgrade = direction == "upgrade"
        self.migration_fn = migrate
        self._after = None if after is None else set(after)

    def _change(self, heads: set[str]) -> tuple[list[str], list[str]]:
        """Rows that go, rows that come."""
        assert self._after is not None
        return sorted(heads - self._after), sorted(self._after - heads)

    def should_delete_branch(self, heads: set[str]) -> bool:
        return super().should_delete_branch(heads) if self._after is None else not self._change(heads)[1]

    def should_create_branch(self, heads: set[str]) -> bool:
        return super().should_create_branch(heads) if self._after is None else not self._change(heads)[0]

    def should_merge_branches(self, heads: set[str]) -> bool:
        return super().should_merge_branches(heads) if self._after is None else len(self._change(heads)[0]) > 1

    def should_unmerge_branches(self, heads: set[str]) -> bool:
        return super().should_unmerge_branches(heads) if self._after is None else len(self._change(heads)[1]) > 1

    def merge_branch_idents(self, heads: set[str]) -> tuple[list[str], str, str]:
        if self._after is None:
            return super().merge_branch_idents(heads)
        (last, *rest), (new,) = self._change(heads)
        return rest, last, new

    def unmerge_branch_idents(self, heads: set[str]) -> tuple[str, str, tuple[str, ...]]:
        if self._after is None:
            return super().unmerge_branch_idents(heads)
        (old,), (first, *rest) = self._change(heads)
        return old, first, tuple(rest)

    def update_version_num(self, heads: set[str]) -> tuple[str, str]:
        if self._after is None:
            return super().update_version_num(heads)
        (old,), (new,) = self._change(heads)
        return old, new


def mentions(script: Script) -> list[str]:
    """The words in the texts of a revision's code: names of tables, in SQL or by themselves."""
    try:
        with open(script.path, "rb") as file:
            codes = [compile(file.read(), script.path, "exec")]
    except (OSError, SyntaxError, ValueError):
        return []
    words: set[str] = set()
    for code in codes:  # it grows
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                codes.append(constant)
            elif isinstance(constant, (str, tuple)):
                words.update(
                    re.findall(r"\w+", " ".join(map(str, constant)) if isinstance(constant, tuple) else constant)
                )
    return sorted(words)


def absent(script: Script, found: str) -> list[str]:
    """The packages that a revision's file imports and that are not installed, `found` among them."""
    try:
        with open(script.path, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return [found.partition(".")[0]]
    names = {found.partition(".")[0]}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(str(node.module).partition(".")[0])
    return sorted(name for name in names if not _there(name))


def _there(name: str) -> bool:
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
