"""Projects as the tutorials make them: with Alembic's own commands, run where nothing but Alembic is installed."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from sqlgen import history, project
from sqlgen.emit import Run
from sqlgen.emit.trace import Trace

# Runs at the interpreter's start: these are not found on its path, as on a machine that does not have them.
NOT_FOUND = """\
from importlib.machinery import PathFinder

stock = PathFinder.find_spec
absent = {"psycopg2", "psycopg", "asyncpg", "pymysql", "MySQLdb", "aiosqlite", "aiomysql", "greenlet"}

def find_spec(name, path=None, target=None):
    return None if name.partition(".")[0] in absent - allowed else stock(name, path, target)

PathFinder.find_spec = find_spec
"""

# Stock Alembic can't do without it where env.py imports sqlalchemy.ext.asyncio, even offline; nothing of it is used.
GREENLET = "class greenlet:\n    pass\n\ndef getcurrent():\n    pass\n"

END = "\x1e"
ALEMBIC = """\
import json, sys
from alembic.config import main

for argv in json.loads(sys.argv[1]):
    main(argv, prog="alembic")
    print("\\x1e", end="")
"""


@dataclass(frozen=True, slots=True)
class Tutorial:
    """A folder in which a reader follows a tutorial."""

    folder: Path
    environ: dict[str, str]

    def alembic(self, *lines: str) -> list[str]:
        """What each of the command lines prints: `alembic upgrade base:head --sql`."""
        argv = json.dumps([line.split()[1:] for line in lines])
        done = subprocess.run(
            [sys.executable, "-B", "-c", ALEMBIC, argv],
            cwd=self.folder,
            env={**self.environ, "PYTHONPATH": f"{self.environ['PYTHONPATH']}-but-greenlet"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split(END)[:-1]

    def change(self, file: str, *changes: tuple[str, str]) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, f"{file} does not hold {old}"
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def emit(self, range_: str, *, down: bool = False, dialect: str | None = None) -> Trace:
        """As `sqlgen emit` does it."""
        found = project.find(self.folder)
        graph = history.read(found)
        steps = history.resolve(graph, range_, down=down).steps
        with Run(
            found.config,
            section=found.section,
            root=found.root,
            moves=[(step.revision.id, step.direction) for step in steps],
            start=steps[0].before,
            dialect=dialect,
            environ={"PYTHONPATH": self.environ["PYTHONPATH"]},
        ) as run:
            return run.trace

    def agree(self, expected: dict[str, Trace]) -> None:
        """What an `alembic … --sql` line writes to its script is what we recorded, but for what Alembic adds."""
        for script, trace in zip(self.alembic(*expected), expected.values(), strict=True):
            assert not [each.failure for each in trace.revisions if each.failure]
            ours = [each.sql.replace("\t", "    ") for one in trace.revisions for each in one.statements]
            assert statements(script) == ours
            assert ours


def statements(script: str) -> list[str]:
    """The user's statements of a script: Alembic ends each with a semicolon and an empty line."""
    texts = [text.strip() for text in re.split(r";\n\n", re.sub(r"^--.*\n", "", script, flags=re.MULTILINE))]
    return [text for text in texts if text and text not in ("BEGIN", "COMMIT") and "alembic_version" not in text]


@pytest.fixture
def tutorial(tmp_path: Path) -> Callable[..., Tutorial]:
    def make(template: str = "generic", folder: str = "alembic") -> Tutorial:
        blocker, for_stock = tmp_path / "no-drivers", tmp_path / "no-drivers-but-greenlet"
        for path, allowed in ((blocker, "set()"), (for_stock, "{'greenlet'}")):
            path.mkdir()
            (path / "sitecustomize.py").write_text(f"allowed = {allowed}\n{NOT_FOUND}")
        (for_stock / "greenlet.py").write_text(GREENLET)
        shop = tmp_path / "shop"
        shop.mkdir()
        made = Tutorial(shop, {"PYTHONPATH": str(blocker), "PATH": "/usr/bin:/bin"})
        config = Config(shop / "alembic.ini", toml_file=shop / "pyproject.toml", stdout=io.StringIO())
        command.init(config, str(shop / folder), template)
        for path in (shop / "alembic.ini", shop / "pyproject.toml"):  # as if it had been run in the folder
            if path.exists():
                path.write_text(path.read_text().replace(f"{shop}/", ""))
        return made

    return make
