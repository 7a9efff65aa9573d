"""Small Alembic projects, written by the test that needs them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sqlgen.emit import Run
from sqlgen.emit.trace import Direction, Trace

INI = """\
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = {url}
"""

ENV = """\
from alembic import context

context.configure(
    url=context.config.get_main_option("sqlalchemy.url"),
    literal_binds=True,
    dialect_opts={"paramstyle": "named"},
)
with context.begin_transaction():
    context.run_migrations()
"""

HEAD = '''\
"""{revision}"""
import sqlalchemy as sa
from alembic import op

revision = {revision!r}
down_revision = {down!r}
branch_labels = None
depends_on = None


'''


@dataclass(frozen=True, slots=True)
class File:
    """As history.Revision."""

    id: str
    down: tuple[str, ...]
    depends_on: tuple[str, ...]
    labels: tuple[str, ...]
    path: Path


class Project:
    """A folder with alembic.ini and migrations/; its revisions stand in a line unless `down` says otherwise."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ini = root / "alembic.ini"
        self.versions = root / "migrations" / "versions"
        self.versions.mkdir(parents=True)
        self.files: list[File] = []
        self.write(url="postgresql://user@db.example.com/shop", env=ENV)

    def write(self, *, url: str | None = None, env: str | None = None, **files: str) -> None:
        if url is not None:
            self.ini.write_text(INI.format(url=url))
        if env is not None:
            (self.root / "migrations" / "env.py").write_text(env, encoding="utf-8")
        for name, text in files.items():
            (self.root / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")

    def revision(
        self, revision: str, upgrade: str = "pass", downgrade: str = "pass", *, down: Any = ..., top: str = ""
    ) -> Path:
        """The bodies of the two functions, dedented. `top` stands between the imports and them."""
        if down is ...:
            down = self.files[-1].id if self.files else None
        path = self.versions / f"{revision}.py"
        bodies = [
            f"def {name}():\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"
            for name, body in (("upgrade", upgrade), ("downgrade", downgrade))
        ]
        text = HEAD.format(revision=revision, down=down) + textwrap.dedent(top) + "\n\n".join(bodies)
        path.write_text(text, encoding="utf-8")
        downs = () if down is None else (down,) if isinstance(down, str) else tuple(down)
        self.files.append(File(revision, downs, (), (), path))
        return path

    def line_of(self, revision: str, text: str) -> int:
        lines = (self.versions / f"{revision}.py").read_text(encoding="utf-8").splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith("def "))
        return next(number for number, line in enumerate(lines, 1) if number > first and text in line)

    def arguments(self, **options: Any) -> dict[str, Any]:
        """For Run: an upgrade over everything, unless they say otherwise."""
        moves: list[tuple[str, Direction]] = [(file.id, "upgrade") for file in self.files]
        return {"project_config": self.ini, "root": self.root, "moves": moves, "files": self.files, **options}

    def render(self, **options: Any) -> Trace:
        with self.run(**options) as run:
            return run.trace

    def run(self, **options: Any) -> Run:
        return Run(**self.arguments(**options))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="module")
def new_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    return lambda: Project(tmp_path_factory.mktemp("project"))
