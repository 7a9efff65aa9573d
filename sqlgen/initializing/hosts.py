"""The runs of `sqlgen check` in, the files that make a CI system do them, out: from the templates beside this package.

A file that is there and says something else is never changed: what it needs is text to paste.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlgen import __version__
from sqlgen.errors import UsageError
from sqlgen.initializing.files import File, new_file
from sqlgen.initializing.runs import Run
from sqlgen.initializing.sites import Found, Site
from sqlgen.messages import Message, say

HOSTS = ("github", "gitlab", "jenkins", "azure", "pre-commit")
_WORD = re.compile(r"[\w./@:+*=,-]+")
_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Paste:
    """What a file that is there needs."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What a host needs."""

    files: tuple[File, ...]
    pastes: tuple[Paste, ...] = ()
    notes: tuple[Message, ...] = ()


def host_files(host: str, found: Found, runs: Sequence[Run]) -> Planned:
    """The files for one of HOSTS. Raises UsageError for a name that no CI file could pass on as one word."""
    for word in (word for run in runs for word in run.words):
        if not _WORD.fullmatch(word):
            raise UsageError(
                say("{word} can't stand in a file for CI: there, words end at spaces and quotes", word=repr(word)),
                hint=say("Rename it; or write that file yourself, and run sqlgen init --ci none."),
            )
    plans: dict[str, Callable[[Found, Sequence[Run]], Planned]] = {
        "github": _github,
        "gitlab": _gitlab,
        "jenkins": _jenkins,
        "azure": _azure,
        "pre-commit": _pre_commit,
    }
    return plans[host](found, runs)


def _github(found: Found, runs: Sequence[Run]) -> Planned:
    folder = found.top / ".github" / "workflows"
    matrix = [line for run in runs for line in (f"- name: {run.name}", f'  arguments: "{run.arguments}"')]
    check = _filled("github-check.yml", MATRIX=matrix, INSTALL=installing(found))
    return Planned(
        (
            new_file(folder / "sqlgen.yml", check),
            new_file(folder / "sqlgen-comment.yml", _filled("github-comment.yml")),
        ),
        notes=(
            say("comments are posted once sqlgen-comment.yml is on the default branch: GitHub takes it from there"),
        ),
    )


def _gitlab(found: Found, runs: Sequence[Run]) -> Planned:
    parallel = ["parallel:", "  matrix:", "    - SQLGEN_ARGUMENTS:", *(f'        - "{run.arguments}"' for run in runs)]
    install = [line if line.startswith("#") else f"- {line}" for line in installing(found)]
    job = _filled("gitlab.yml", INSTALL=install, PARALLEL=parallel if len(runs) > 1 else [])
    job = job.replace("@FIRST@", runs[0].arguments)
    mine = new_file(found.top / ".gitlab" / "sqlgen.gitlab-ci.yml", job)
    return _unless_there(found.top / ".gitlab-ci.yml", _filled("gitlab-ci.yml"), mine)


def _jenkins(found: Found, runs: Sequence[Run]) -> Planned:
    checks = [f"check {run.name} {run.arguments}".rstrip() for run in runs]
    text = _filled("Jenkinsfile", INSTALL=installing(found), CHECKS=checks)
    return _unless_there(found.top / "Jenkinsfile", text)


def _azure(found: Found, runs: Sequence[Run]) -> Planned:
    matrix: list[str] = []
    for run in runs:
        # "Matrix configuration names must contain only basic Latin alphabet letters, numbers and underscores, and must
        # start with a letter": learn.microsoft.com, jobs.job.strategy definition.
        name = "run_" + "".join(char if char.isalnum() else "_" for char in run.name)
        matrix += [f"{name}:", f"  report: {run.name}", f'  arguments: "{run.arguments}"']
    text = _filled("azure-pipelines.yml", MATRIX=matrix, INSTALL=installing(found)).replace("@BRANCH@", found.branch)
    return _unless_there(found.top / "azure-pipelines.yml", text)


def _pre_commit(found: Found, runs: Sequence[Run]) -> Planned:
    first, *more = runs
    entry = f"sqlgen check {first.arguments}".rstrip()
    text = _filled("pre-commit-config.yaml").replace("@VERSION@", __version__)
    text = text.replace("entry: sqlgen check\n", f"entry: {entry}\n")
    for run in reversed(more):
        text = _one_more(text, run)
    return _unless_there(found.top / ".pre-commit-config.yaml", text)


def _one_more(text: str, run: Run) -> str:
    """The hook again, for another run."""
    begin, end = text.index("      - id: sqlgen-lint\n"), text.index("      - id: sqlgen-format\n")
    lines = text[begin:end].splitlines(keepends=True)
    own = {"- id": f"      - id: sqlgen-lint-{run.name}\n", "name": f"        name: sqlgen check, {run.name}\n"}
    own["entry"] = f"        entry: sqlgen check {run.arguments}\n"
    again = "".join(own.get(line.strip().partition(":")[0], line) for line in lines)
    return text[:end] + again + text[end:]


def _unless_there(path: Path, text: str, *others: File) -> Planned:
    """A file of the repository's own: written where there is none, else what to paste into it."""
    if not path.is_file():
        return Planned((*others, new_file(path, text)))
    if path.read_bytes() == text.encode() or "sqlgen" in path.read_text(encoding="utf-8", errors="replace"):
        return Planned(others, notes=(say("{file} mentions sqlgen already: it stays as it is", file=path.name),))
    return Planned(others, (Paste(path.name, text),))


def _filled(name: str, **blocks: Sequence[str]) -> str:
    """A template; a line that is nothing but @NAME@ becomes the lines of that name, as far indented."""
    lines = []
    for line in (_TEMPLATES / name).read_text(encoding="utf-8").splitlines():
        key = line.strip().strip("@")
        if line.strip() == f"@{key}@" and key in blocks:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + each for each in blocks[key]]
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


# ---- what has to be installed


def installing(found: Found) -> tuple[str, ...]:
    """Shell lines: what env.py imports, then sqlgen. Packages go where python's do, or into .venv by the project."""
    lines = list(dict.fromkeys(line for site in found.sites for line in _requirements(site, found.top)))
    own = f"python -m pip install alembic-sqlgen=={__version__}"
    return (*(lines or ["# what env.py imports: python -m pip install -r requirements.txt"]), own)


def _requirements(site: Site, top: Path) -> list[str]:
    for folder in dict.fromkeys((site.project.root, top)):
        name = "." if folder == top else folder.relative_to(top).as_posix()
        prefix = "" if name == "." else f"{name}/"
        if folder == site.project.root and (folder / "uv.lock").is_file():
            return ["python -m pip install uv", f"uv sync --frozen --project {name}"]
        if (folder / "requirements.txt").is_file():
            return [f"python -m pip install -r {prefix}requirements.txt"]
        if _is_package(folder / "pyproject.toml"):
            return [f"python -m pip install {'.' if name == '.' else './' + name}"]
    return []


def _is_package(path: Path) -> bool:
    """Whether pip can install it: PEP 621's [project], or [tool.poetry]."""
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError):
        return False
    return "project" in table or "poetry" in table.get("tool", {})
