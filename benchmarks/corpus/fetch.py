"""A case in, a small Alembic project around its revision files out. What has been fetched is used again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from corpus.projects import Case, Project

ROOT = Path(__file__).resolve().parents[2] / ".corpus"
ALEMBIC = "1.20.1"
DRIVERS = ("psycopg2-binary", "pymysql")

# Nothing listens there: offline, nobody may connect.
_OFFLINE = {
    "postgresql": "postgresql+psycopg2://offline.invalid/corpus",
    "mariadb": "mysql+pymysql://offline.invalid/corpus",
    "sqlite": "sqlite:///offline.db",
}


@dataclass(frozen=True, slots=True)
class Checkout:
    """A case on disk."""

    case: Case
    folder: Path
    """Holds alembic.ini and migrations/."""
    python: Path
    """The interpreter of the project's virtual environment."""

    @property
    def ini(self) -> Path:
        return self.folder / "alembic.ini"

    def kept(self, name: str) -> Path:
        """Where a result of this case is kept."""
        return ROOT / "results" / self.case.name / name


def fetch(case: Case) -> Checkout:
    """Install the project where it is not installed yet, and write its Alembic project."""
    python = _environment(case.project)
    checkout = Checkout(case, ROOT / "cases" / case.name, python)
    migrations = checkout.folder / "migrations"
    if not (migrations / "versions").is_dir():
        source = _site_packages(python) / case.project.versions[case.dialect]
        shutil.copytree(source, migrations / "versions", ignore=shutil.ignore_patterns("__pycache__", "__init__.py"))
    template = (Path(__file__).parent / "env_template.py").read_text(encoding="utf-8")
    env = template.replace("NAMING: dict[str, str] = {}", f"NAMING: dict[str, str] = {case.project.naming!r}")
    _write(migrations / "env.py", env)
    url = _OFFLINE[case.dialect]
    _write(checkout.ini, f"[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {url}\n")
    by_hand = case.project.by_hand.get(case.dialect, {})
    for revision, sql in by_hand.items():
        _write(checkout.folder / f"{revision}.sql", sql)
    settings = [f'[tool.sqlgen.revision.{revision}]\nupgrade = "{revision}.sql"\n' for revision in by_hand]
    if settings:
        _write(checkout.folder / "pyproject.toml", "\n".join(settings))
    checkout.kept("").mkdir(parents=True, exist_ok=True)
    return checkout


def _environment(project: Project) -> Path:
    folder = ROOT / "venvs" / f"{project.name}-{project.version}"
    python, ready = folder / "bin" / "python", folder / ".ready"
    if not ready.exists():
        print(f"installing {project.name} {project.version}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        wanted = [f"{project.name}=={project.version}", f"alembic=={ALEMBIC}", *DRIVERS]
        pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([str(python), *pip, *wanted], check=True)
        ready.touch()
    return python


def _site_packages(python: Path) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip())


def _write(path: Path, text: str) -> None:
    """Only when it differs: a new time stamp makes byte code stale."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
