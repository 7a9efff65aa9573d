"""Mapped classes in, where they are written and whether this branch changed them out. Nothing is run for that."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlgen.history import git
from sqlgen.segments import Place

_PACKAGES = frozenset({"site-packages", "dist-packages"})
"""Also those of a .venv in the repository."""
Code = Sequence[tuple[str, str]]
"""(file, qualified name) of a class and of all that it inherits from."""


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a project, as they are and as they were at the merge base."""

    root: Path
    """The project's."""
    repository: git.Repository
    merge_base: str
    _parsed: dict[tuple[str, bool], ast.Module | None] = field(default_factory=dict)

    def place(self, code: Code, column: str | None) -> Place | None:
        """The attribute of that column, else the class; None outside of the project."""
        for number, (file, name) in enumerate(code):
            found = _class(self._module(file, before=False), name)
            if found is None or not Path(file).is_relative_to(self.root):
                continue
            attribute = next((each for each in found.body if column in _targets(each)), None)
            if attribute is not None or number == 0:
                at = attribute or found
                last = at.lineno if attribute is None else at.end_lineno or at.lineno
                shown = Path(file).relative_to(self.root).as_posix()
                return Place(shown, at.lineno, last, at.col_offset + 1)
        return None

    def changed(self, code: Code) -> bool | None:
        """Whether one of these classes is another one than at the merge base, or what stands beside classes and
        functions in its file; None where that is not known."""
        known = False
        for file, name in code:
            if not Path(file).is_relative_to(self.repository.top) or _PACKAGES.intersection(Path(file).parts):
                continue
            now, before = self._module(file, before=False), self._module(file, before=True)
            if now is None:
                return None
            known = True
            if before is None or _shape(now, name) != _shape(before, name):
                return True
        return False if known else None

    def _module(self, file: str, *, before: bool) -> ast.Module | None:
        key = file, before
        if key not in self._parsed:
            self._parsed[key] = self._parse(file, before=before)
        return self._parsed[key]

    def _parse(self, file: str, *, before: bool) -> ast.Module | None:
        try:
            if not before:
                return ast.parse(Path(file).read_bytes())
            name = Path(file).relative_to(self.repository.top).as_posix()
            [blob] = git.blobs(self.repository, [f"{self.merge_base}:{name}"])
            return None if blob is None else ast.parse(blob.data)
        except (OSError, ValueError, SyntaxError, RecursionError):
            return None


def _class(module: ast.Module | None, name: str) -> ast.ClassDef | None:
    """By its qualified name; None for one that a function made."""
    body: Sequence[ast.stmt] = () if module is None else module.body
    found = None
    for part in name.split("."):
        found = next((each for each in _classes(body) if each.name == part), None)
        if found is None:
            return None
        body = found.body
    return found


def _classes(body: Sequence[ast.stmt]) -> Iterator[ast.ClassDef]:
    """Also those under `if` and `try`."""
    for each in body:
        if isinstance(each, ast.ClassDef):
            yield each
        elif isinstance(each, (ast.If, ast.Try)):
            yield from _classes([*each.body, *each.orelse])


def _targets(statement: ast.stmt) -> set[str | None]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return {name}
        case _:
            return set()


def _shape(module: ast.Module, name: str) -> tuple[str | None, list[str]]:
    found = _class(module, name)
    beside = [each for each in module.body if isinstance(each, (ast.Assign, ast.AnnAssign))]
    return None if found is None else ast.dump(found), [*map(ast.dump, beside)]
