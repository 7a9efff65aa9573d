"""One step of a history at a time, through the project's own Alembic and env.py. Standard library and Alembic only."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep
from alembic.script import ScriptDirectory


class History:
    """The revisions of a project, imported once, and run one by one."""

    def __init__(self, ini: str, url: str | None = None) -> None:
        self.output = io.StringIO()
        self._config = Config(ini, output_buffer=self.output)
        if url is not None:
            self._config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        self._directory = ScriptDirectory.from_config(self._config)
        self.order = [step.revision.revision for step in self._directory._upgrade_revs("heads", "base")]

    def parents(self, revision: str) -> tuple[str, ...]:
        return tuple(self._directory.get_revision(revision)._versioned_down_revisions)

    def dependencies(self, revision: str) -> tuple[str, ...]:
        return tuple(self._directory.get_revision(revision)._resolved_dependencies)

    def file(self, revision: str) -> str:
        return str(self._directory.get_revision(revision).path)

    def before(self, revision: str) -> tuple[str, ...]:
        """The rows of the version table when everything before it in the order has run."""
        rows: list[str] = []
        for each in self.order[: self.order.index(revision)]:
            rows = [row for row in rows if row not in self.parents(each)] + [each]
        return tuple(rows)

    def after(self, revision: str) -> tuple[str, ...]:
        return (*(row for row in self.before(revision) if row not in self.parents(revision)), revision)

    def step(
        self,
        revision: str,
        direction: str,
        around: Callable[[Callable[..., None]], Callable[..., None]],
        offline: bool = False,
    ) -> None:
        """Run one revision through env.py. `around` takes its function and gives what is run in its place.

        Raises whatever the revision or env.py raises.
        """
        script = self._directory.get_revision(revision)
        make = MigrationStep.upgrade_from_script if direction == "upgrade" else MigrationStep.downgrade_from_script
        step: Any = make(self._directory.revision_map, script)
        step.migration_fn = around(step.migration_fn)
        options: dict[str, Any] = {"fn": lambda heads, context: [step], "as_sql": offline}
        if offline:
            options["starting_rev"] = (
                self.before(revision) if direction == "upgrade" else self.after(revision)
            ) or "base"
        with EnvironmentContext(self._config, self._directory, **options):
            self._directory.run_env()
