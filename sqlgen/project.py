"""A folder in, the Alembic project it belongs to out. Reads configuration files; imports nothing of the project's."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from sqlgen.alembic_options import IniOptions, TomlOptions
from sqlgen.errors import ProjectError
from sqlgen.messages import say

_NO_PROJECTS_IN = frozenset({"node_modules", "venv", "env", "site-packages", "__pycache__", "build", "dist"})


@dataclass(frozen=True, slots=True)
class Project:
    """An Alembic project. Every path is absolute, symbolic links resolved."""

    root: Path
    """The folder from which relative paths in the configuration count, and in which env.py runs: the one that holds the
    configuration file; for Flask-Migrate the parent of migrations/; for `alembic -c DIR/alembic.ini` the folder above
    from which script_location leads to an env.py."""
    config: Path
    """The file that gives script_location."""
    kind: Literal["ini", "pyproject"]
    ini: Path | None
    """For Alembic's Config(file_=…)."""
    pyproject: Path | None
    """For Alembic's Config(toml_file=…)."""
    section: str
    """The main section of the ini file, as `alembic --name` gives it."""
    script_location: Path
    version_locations: tuple[Path, ...]
    recursive_version_locations: bool
    sourceless: bool
    url: str | None
    """sqlalchemy.url as written: never connect to it, never print it."""
    options: Mapping[str, str] = field(hash=False)
    """The main section's options as written, uninterpolated; those of [tool.alembic] that are texts included."""

    @property
    def top(self) -> Path:
        """The top of its repository; the root outside one."""
        return top(self.root)

    @property
    def within(self) -> str:
        """Where the root lies below the top of its repository, with `/`; empty at the top, and outside a repository."""
        found = top(self.root)
        return "" if found == self.root else self.root.relative_to(found).as_posix()

    @property
    def likely_dialect(self) -> str | None:
        """What sqlalchemy.url names. env.py may say otherwise: this is for what can be loaded early, not to decide."""
        named = re.match("postgresql|mysql|mariadb|sqlite", self.url or "")
        return None if named is None else named[0]


def find(start: Path, *, config: Path | None = None, name: str = "alembic", folders: bool = True) -> Project:
    """Find the project that `start` belongs to: alembic.ini, [tool.alembic] in pyproject.toml or Flask-Migrate's
    migrations/alembic.ini, in that folder or a parent, up to the folder that holds .git.

    `config`, or `start` when it is a file, is taken as the configuration file; `name` is the ini file's main section.
    folders: those of the revisions have to be there, too.
    Raises ProjectError when there is none, when there are two in one place, and when its configuration is not usable.
    """
    chosen = config if config is not None else start
    if not chosen.exists():
        raise ProjectError(
            say("{path} does not exist", path=chosen),
            hint=say("Give the folder of the Alembic project, or its alembic.ini or pyproject.toml."),
        )
    chosen = chosen.resolve()
    if chosen.is_file():
        return _project(*_chosen(chosen, name), folders=folders)
    for folder in _upwards(chosen):
        found = _in_folder(folder, name)
        if found is not None:
            return _project(*found, folders=folders)
    raise _nothing_found(chosen)


def top(folder: Path) -> Path:
    """The top of the repository that holds a folder: the nearest one with .git in it; outside one the folder itself."""
    return next((each for each in _upwards(folder) if (each / ".git").exists()), folder)


# ---- which files


def _upwards(folder: Path) -> Iterator[Path]:
    """The folder and its parents, up to the one that holds .git."""
    for each in (folder, *folder.parents):
        yield each
        if (each / ".git").exists():
            return


def _chosen(file: Path, name: str) -> tuple[IniOptions | None, TomlOptions | None]:
    """The file that was asked for, with its neighbour where both say the same, since Alembic reads the two together."""
    ini = IniOptions.read(file, name) if file.name != "pyproject.toml" else _beside(file, name)
    toml = TomlOptions.read(file if ini is None or file != ini.file else file.with_name("pyproject.toml"))
    if toml is None and file.name == "pyproject.toml":
        raise ProjectError(
            say("the file has no [tool.alembic] table"),
            hint=say('Add [tool.alembic] with `script_location = "%(here)s/migrations"`, or give an alembic.ini.'),
            file=file,
        )
    if ini is None or toml is None or _agree(ini, toml):
        return ini, toml
    return (None, toml) if toml.file == file else (ini, None)


def _beside(file: Path, name: str) -> IniOptions | None:
    ini = file.with_name("alembic.ini")
    return IniOptions.read(ini, name) if ini.is_file() else None


def _in_folder(folder: Path, name: str) -> tuple[IniOptions | None, TomlOptions | None] | None:
    outer, flask, pyproject = folder / "alembic.ini", folder / "migrations" / "alembic.ini", folder / "pyproject.toml"
    toml = TomlOptions.read(pyproject) if pyproject.is_file() else None
    if flask.is_file() and (outer.is_file() or toml is not None):
        raise _two_found(folder, outer if outer.is_file() else pyproject, flask)
    file = outer if outer.is_file() else flask if flask.is_file() else None
    ini = None if file is None else IniOptions.read(file, name)
    if ini is None and toml is None:
        return None
    if ini is not None and toml is not None and not _agree(ini, toml):
        raise _two_found(folder, ini.file, toml.file)
    return ini, toml


def _agree(ini: IniOptions, toml: TomlOptions) -> bool:
    """Whether both lead to the same revisions: only one of them gives script_location, or they give the same."""
    first, second = ini.text("script_location"), toml.text("script_location")
    return first is None or second is None or _locate(first, ini)[1] == _locate(second, toml)[1]


def _two_found(folder: Path, first: Path, second: Path) -> ProjectError:
    one, other = (path.relative_to(folder).as_posix() for path in (first, second))
    return ProjectError(
        say("there are two Alembic projects in {folder}: {one} and {other}", folder=folder, one=one, other=other),
        hint=say(
            "Choose one: --project {one} or --project {other}",
            one=_shown(first, Path.cwd()),
            other=_shown(second, Path.cwd()),
        ),
    )


def _nothing_found(start: Path) -> ProjectError:
    message = say("there is no Alembic project in {folder} or above it", folder=start)
    below = [_shown(path, Path.cwd()) for path in _below(start, levels=2) if _holds_project(path)]
    if not below:
        return ProjectError(
            message, hint=say("Go to the folder that holds alembic.ini, or give it with --project DIR.")
        )
    named = ", ".join(below[:5])
    if len(below) > 5:
        named = str(say("{names} and {count} more", names=named, count=len(below) - 5))
    return ProjectError(
        message,
        hint=say(
            "Say which, for example --project {folder}; found: {named}", folder=shlex.quote(below[0]), named=named
        ),
    )


def _below(folder: Path, levels: int) -> Iterator[Path]:
    try:
        inner = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:  # a folder that may not be listed holds no project for this user
        return
    for path in inner:
        if path.name.startswith(".") or path.name in _NO_PROJECTS_IN:
            continue
        yield path
        if levels > 1:
            yield from _below(path, levels - 1)


def _holds_project(folder: Path) -> bool:
    if (folder / "alembic.ini").is_file():
        return True
    try:
        return b"[tool.alembic" in (folder / "pyproject.toml").read_bytes()
    except OSError:
        return False


# ---- what they say


def _project(ini: IniOptions | None, toml: TomlOptions | None, *, folders: bool) -> Project:
    """Alembic asks the ini file first and [tool.alembic] for what it does not say: Config.get_alembic_option."""
    both = tuple(options for options in (ini, toml) if options is not None)
    source, root, location = _script_location(ini, toml)
    if not (location / "env.py").is_file():
        raise _no_environment(source, location)
    versions = next((paths for paths in (options.paths("version_locations") for options in both) if paths), None)
    written = {key: value for options in reversed(both) for key, value in options.written().items()}
    return Project(
        root=root,
        config=source.file,
        kind="ini" if source is ini else "pyproject",
        ini=None if ini is None else ini.file,
        pyproject=None if toml is None else toml.file,
        section="alembic" if ini is None else ini.section,
        script_location=location,
        version_locations=_version_locations(versions, root, location, source, there=folders),
        recursive_version_locations=_flag(both, "recursive_version_locations"),
        sourceless=_flag(both, "sourceless"),
        url=written.get("sqlalchemy.url"),
        options=MappingProxyType(dict(sorted(written.items()))),
    )


def _flag(both: tuple[IniOptions | TomlOptions, ...], option: str) -> bool:
    return next((value for value in (options.flag(option) for options in both) if value is not None), False)


def _script_location(ini: IniOptions | None, toml: TomlOptions | None) -> tuple[IniOptions | TomlOptions, Path, Path]:
    """Who gives script_location, the project's root, and the folder."""
    for options in (ini, toml):
        text = None if options is None else options.text("script_location")
        if options is not None and text:
            return options, *_locate(text, options)
    if ini is not None and ini.has_section() and (ini.file.parent / "env.py").is_file():
        # Flask-Migrate's Migrate.get_config sets script_location to its folder; flask runs in the folder above.
        return ini, ini.file.parent.parent, ini.file.parent
    raise _no_script_location(ini, toml)


def _locate(text: str, options: IniOptions | TomlOptions) -> tuple[Path, Path]:
    """The project's root, and script_location: absolute, relative, or `package:folder`. Nothing is imported."""
    folder, path = options.file.parent, Path(text)
    if path.is_absolute():
        return folder, path.resolve()
    if ":" in text:
        return folder, _in_package(text, options)
    # `alembic -c deploy/alembic.ini` runs in the folder above, and Alembic takes script_location from where it runs.
    root = next((base for base in _upwards(folder) if (base / path / "env.py").is_file()), folder)
    return root, (root / path).resolve()


def _in_package(text: str, options: IniOptions | TomlOptions) -> Path:
    """`package:folder`, as util.coerce_resource_to_filename finds it, but without importing the package."""
    package, *inner = text.split(":")
    top, *below = package.split(".")
    for base in _upwards(options.file.parent):
        for folder in (base, base / "src", *(base / each for each in options.paths("prepend_sys_path") or ())):
            found = folder.joinpath(top, *below, *inner)
            if found.is_dir():
                return found.resolve()
    try:
        spec = importlib.util.find_spec(top)  # of a top-level package this only looks, it does not import
    except (ImportError, ValueError):
        spec = None
    for location in (spec.submodule_search_locations or ()) if spec is not None else ():
        found = Path(location).joinpath(*below, *inner)
        if found.is_dir():
            return found.resolve()
    raise ProjectError(
        say("{text} is not found: no folder of a package {package} leads there", text=text, package=package),
        hint=say("Write the folder itself: `%(here)s/…`."),
        file=options.file,
    )


def _version_locations(
    written: tuple[str, ...] | None,
    root: Path,
    script_location: Path,
    options: IniOptions | TomlOptions,
    *,
    there: bool,
) -> tuple[Path, ...]:
    folders: tuple[Path, ...] = (script_location / "versions",)
    if written is not None:
        folders = tuple(
            _in_package(text, options) if ":" in text and not Path(text).is_absolute() else (root / text).resolve()
            for text in written
        )
    for folder in folders:
        # Alembic passes over a missing folder in silence, and with it over its revisions.
        if there and not folder.is_dir():
            raise ProjectError(
                say("the folder of revisions {path} does not exist", path=_shown(folder, root)),
                hint=say("Create it, or correct version_locations."),
                file=options.file,
            )
    return folders


def _shown(path: Path, root: Path) -> str:
    """Relative to a folder when it lies inside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _no_script_location(ini: IniOptions | None, toml: TomlOptions | None) -> ProjectError:
    options = ini if ini is not None else toml
    assert options is not None
    folder = options.file.parent
    if isinstance(options, IniOptions) and not options.has_section():
        message = say("the file has no [{section}] section", section=options.section)
        others = options.sections_with("script_location")
        if others:
            return ProjectError(
                message, hint=say("Name one of these: --name {names}.", names=", ".join(others)), file=options.file
            )
    else:
        message = say("the file gives no script_location")
    found = next((path.parent.name for path in sorted(folder.glob("*/env.py"))), "migrations")
    line = (
        f'script_location = "%(here)s/{found}"'
        if isinstance(options, TomlOptions)
        else f"script_location = %(here)s/{found}"
    )
    where = "[tool.alembic]" if isinstance(options, TomlOptions) else f"[{options.section}]"
    return ProjectError(message, hint=say("Add `{line}` under {where}.", line=line, where=where), file=options.file)


def _no_environment(options: IniOptions | TomlOptions, location: Path) -> ProjectError:
    shown = _shown(location, options.file.parent)
    if not location.is_dir():
        return ProjectError(
            say("script_location leads to {path}, which is no folder", path=shown),
            hint=say("Correct script_location; it is the folder that holds env.py."),
            file=options.file,
        )
    return ProjectError(
        say("there is no env.py in {path}, where script_location leads", path=shown),
        hint=say("Correct script_location, or restore env.py; `alembic init` makes one in a new folder."),
        file=options.file,
    )
