"""The names of rule packs in, their files out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import sqlgen
from sqlgen.errors import SettingsError, say

STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file of a pack."""

    id: str
    """The file's name with hyphens: index_create_blocking.py is index-create-blocking."""
    harm: str
    """The folder it stands in."""
    name: str
    """`standard/locking/index_create_blocking.py`: the pack, then the path in it, the same on every machine."""
    path: Path
    shipped: bool = False
    """Whether it is part of sqlgen, as its modules are."""


def rule_files(packs: Sequence[str], root: Path) -> Iterator[RuleFile]:
    """Every rule file of the packs, pack by pack, each in the order of its paths.

    A pack is "standard", a folder relative to `root`, or an importable package that carries rule files. Every .py file
    of a pack is a rule, but for `__init__.py`. Raises SettingsError for a pack that does not exist or holds nothing,
    and for a file whose name can't be a rule's.
    """
    for pack in packs:
        folder = pack_folder(pack, root)
        paths = sorted(path for path in folder.rglob("*.py") if path.name != "__init__.py")
        if not paths:
            raise SettingsError(
                say("the rule pack {pack} holds no rule file", pack=pack),
                hint=say("Put rule files into it, or take it out of rules = […]."),
                file=folder,
            )
        for path in paths:
            if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", path.stem):
                raise SettingsError(
                    say("{name} can't be the name of a rule", name=path.name),
                    hint=say("Name the file in lower case with underscores, as in drop_column.py; each .py is a rule."),
                    file=path,
                )
            inside = path.relative_to(folder).as_posix()
            yield RuleFile(
                path.stem.replace("_", "-"), path.parent.name, f"{_short(pack)}/{inside}", path, pack == STANDARD
            )


def pack_folder(pack: str, root: Path) -> Path:
    """The folder of a pack. Raises SettingsError when there is none."""
    if pack == STANDARD:
        return _standard()
    folder = (root / pack).resolve()
    if folder.is_dir():
        return folder
    if re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", pack):
        try:
            spec = find_spec(pack)
        except ModuleNotFoundError:
            spec = None
        if spec is not None and spec.submodule_search_locations:
            return Path(next(iter(spec.submodule_search_locations)))
    raise SettingsError(
        say("there is no rule pack {pack}", pack=pack),
        hint=say('Write "standard", a folder relative to the project such as "./db-rules", or an installed package.'),
    )


def _standard() -> Path:
    package = Path(sqlgen.__file__).resolve().parent
    shipped = package / "rules"
    if shipped.is_dir():
        return shipped
    project = package.parent / "pyproject.toml"
    if project.is_file() and _is_ours(project):
        return package.parent / "rules"
    raise SettingsError(
        say("the standard rules are missing from this installation of sqlgen"),
        hint=say("Install it again: pip install --force-reinstall alembic-sqlgen"),
    )


def _is_ours(project: Path) -> bool:
    import tomllib

    named = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {}).get("name")
    return bool(named == "alembic-sqlgen")


def _short(pack: str) -> str:
    return Path(pack).name or pack
