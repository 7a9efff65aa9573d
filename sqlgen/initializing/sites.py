"""A folder in, the Alembic projects in it and what surrounds them out. Reads files; runs and imports nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlgen import project
from sqlgen.alembic_options import IniOptions
from sqlgen.errors import ProjectError
from sqlgen.initializing.dialects import Guess, guess
from sqlgen.messages import Message, say

_PASSED_OVER = frozenset({"node_modules", "venv", "env", "site-packages", "__pycache__", "build", "dist"})
_DEEPEST = 5
"""Folders below the top: services/shop/backend/db has its project one deeper."""

_FLASK_FINDS = ("app.py", "app", "wsgi.py", "wsgi", ".flaskenv")
"""https://flask.palletsprojects.com/en/stable/cli/: "If --app is not set, the command will try to import "app" or
"wsgi" (as a ".py" file, or package)"; FLASK_APP may stand in .flaskenv."""

_MARKS = (
    ("github", ".github"),
    ("gitlab", ".gitlab-ci.yml"),
    ("jenkins", "Jenkinsfile"),
    ("azure", "azure-pipelines.yml"),
)
_ORIGINS = (
    ("github", re.compile(r"\bgithub\.")),
    ("gitlab", re.compile(r"\bgitlab\.")),
    ("azure", re.compile(r"\b(dev\.azure|visualstudio)\.com\b")),
)
"""Of the host in a URL. Servers of one's own mostly bear the product's name."""
_ORIGIN = re.compile(r'^\[remote "origin"\](?:\n[ \t]+.*)*?\n[ \t]+url[ \t]*=[ \t]*(\S+)', re.MULTILINE)
_HOST = re.compile(r"^(?:[a-z+]+://)?(?:[^/@]*@)?([^/:]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Site:
    """An Alembic project, and what its files say of how it is run."""

    project: project.Project
    kind: str
    """As people call it: "Alembic", "Flask-Migrate"."""
    dialect: Guess | None
    asynchronous: bool
    targets: tuple[str, ...]
    """The databases for which env.py runs the migrations; empty for one."""
    unnamed_targets: bool
    """env.py runs them for several, and only the application knows their names."""
    sections: tuple[str, ...]
    """Other sections of the ini file that are projects of their own: `alembic -n NAME`."""
    named: bool
    """Its folder holds two: the settings must say which."""
    without_app: bool
    """Flask finds no application without FLASK_APP."""

    def within(self, top: Path) -> str:
        """Its folder below the top, `.` for the top itself."""
        root = self.project.root
        return root.relative_to(top).as_posix() if root.is_relative_to(top) else root.as_posix()


@dataclass(frozen=True, slots=True)
class Found:
    """What there is."""

    top: Path
    sites: tuple[Site, ...]
    hosts: tuple[str, ...]
    """CI systems that the repository has files of, else the one of the host that it was cloned from."""
    branch: str
    """The default branch, as far as this clone knows."""
    in_git: bool
    troubles: tuple[Message, ...]
    """Projects that can't be read, and why."""


def look(start: Path, *, name: str = "alembic", targets: tuple[str, ...] = ()) -> Found:
    """What there is in a folder and below it; a file is taken as the configuration of the one project that counts.

    targets: the databases of projects whose env.py asks the application for them.

    Raises ProjectError where there is no project at all, or none that can be read.
    """
    start = start.resolve()
    folder = start if start.is_dir() else start.parent
    top = project.top(folder)
    in_git = (top / ".git").exists()
    sites: dict[Path, Site] = {}
    troubles: list[ProjectError] = []
    for place in [start] if start.is_file() else [*_upwards(folder), *_downwards(folder)]:
        try:
            found = project.find(place, name=name)
        except ProjectError as error:
            troubles.append(error)
            continue
        sites.setdefault(found.config, _site(found, targets))
    if not sites:
        raise troubles[0] if troubles else _none(start)
    if not in_git:  # the lowest folder that holds them all
        top = Path(os.path.commonpath([folder, *(site.project.root for site in sites.values())]))
    return Found(
        top,
        tuple(sorted(sites.values(), key=lambda site: site.within(top))),
        tuple(host for host, mark in _MARKS if (top / mark).exists()) or _host_of_origin(top),
        _branch(top),
        in_git,
        tuple(say("{error} {hint}", error=error, hint=error.hint) for error in troubles),
    )


def _none(start: Path) -> ProjectError:
    try:
        project.find(start)
    except ProjectError as error:
        return error
    raise AssertionError("a folder without a project has one")


def _upwards(folder: Path) -> Iterator[Path]:
    """The nearest folder that has a project, up to the one that holds .git: for those who stand inside of one."""
    for each in (folder, *folder.parents):
        if _has(each):
            yield each
            return
        if (each / ".git").exists():
            return


def _downwards(folder: Path) -> Iterator[Path]:
    for path, folders, _ in os.walk(folder):
        here = Path(path)
        deep = len(here.relative_to(folder).parts)
        folders[:] = sorted(
            each for each in folders if deep < _DEEPEST and not each.startswith(".") and each not in _PASSED_OVER
        )
        if here != folder and _has(here) and not (here.name == "migrations" and (here / "env.py").is_file()):
            yield here


def _has(folder: Path) -> bool:
    if (folder / "alembic.ini").is_file() or (folder / "migrations" / "alembic.ini").is_file():
        return True
    try:
        return re.search(rb"^\s*\[tool\.alembic[].]", (folder / "pyproject.toml").read_bytes(), re.M) is not None
    except OSError:
        return False


def _site(found: project.Project, told: tuple[str, ...]) -> Site:
    env = _text(found.script_location / "env.py")
    flask = "current_app" in env and (found.ini is None or found.config.parent == found.script_location)
    databases = tuple(each for each in re.split(r",\s*", found.options.get("databases", "").strip()) if each)
    # Alembic's template multidb asks for the option `databases`; Flask-Migrate's asks the application for its binds.
    several = "databases" in env and bool(databases)
    asynchronous = re.search(r"\basync_engine_from_config\b|\bcreate_async_engine\b|\bAsyncEngine\b", env)
    binds = "bind_names" in env and "SQLALCHEMY_BINDS" in env
    others = () if found.ini is None else IniOptions.read(found.ini, found.section).sections_with("script_location")
    return Site(
        project=found,
        kind="Flask-Migrate" if flask else "Alembic",
        dialect=guess(found, env, databases if several else ()),
        asynchronous=asynchronous is not None,
        targets=databases if several else told if binds else (),
        unnamed_targets=binds,
        sections=tuple(each for each in others if each not in (found.section, "DEFAULT")),
        named=_named(found),
        without_app=flask and not any((found.root / each).exists() for each in _FLASK_FINDS),
    )


def _named(found: project.Project) -> bool:
    """Whether its folder alone does not lead to it."""
    try:
        return project.find(found.root, name=found.section).config != found.config
    except ProjectError:
        return True


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _branch(top: Path) -> str:
    """What origin's HEAD points to in this clone, else the one of main and master that there is, else main.

    gitrepository-layout(5): `refs/remotes/origin/HEAD` is a file that says `ref: refs/remotes/origin/NAME`.
    """
    folder = _git_folder(top)
    head = folder / "refs/remotes/origin/HEAD"
    if head.is_file() and (named := re.fullmatch(r"ref: refs/remotes/origin/(\S+)\s*", _text(head))):
        return named[1]
    packed = _text(folder / "packed-refs") if (folder / "packed-refs").is_file() else ""
    for name in ("main", "master"):
        if (folder / "refs/heads" / name).is_file() or f" refs/heads/{name}\n" in packed:
            return name
    return "main"


def _git_folder(top: Path) -> Path:
    """Where git keeps what all its working trees share."""
    folder = top / ".git"
    if folder.is_file():  # a worktree or a submodule: gitdir: PATH, and there commondir
        pointed = Path(_text(folder).removeprefix("gitdir:").strip())
        folder = (top / pointed).resolve()
        if (folder / "commondir").is_file():
            folder = (folder / _text(folder / "commondir").strip()).resolve()
    return folder


def _host_of_origin(top: Path) -> tuple[str, ...]:
    """By the name of the host in origin's URL: `git@github.com:me/shop.git`, `https://gitlab.example.com/shop`."""
    config = _git_folder(top) / "config"
    origin = _ORIGIN.search(_text(config)) if config.is_file() else None
    named = None if origin is None else _HOST.match(origin[1])
    return () if named is None else tuple(host for host, pattern in _ORIGINS if pattern.search(named[1].lower()))
