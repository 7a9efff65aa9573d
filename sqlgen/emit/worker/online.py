"""The project's env.py, run online as `alembic upgrade` runs it, on one database and no other."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import alembic.context
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from .environment import target_of
from .failures import failure
from .flask_app import context_of
from .offline import Offline
from .redirecting import Redirected, redirect
from .sources import Sources
from .stubs import Stubs

Record = dict[str, Any]


class OnlineEnvironment(EnvironmentContext):
    """What `alembic.context` stands for while env.py runs: Alembic's own, that tells what it does.

    target: the database for which the migrations run, where env.py runs them for several.
    """

    def __init__(self, config: Any, script: Any, done: Callable[[Any], None], target: str | None, **opts: Any) -> None:
        super().__init__(config, script, **opts)
        self._done = done
        self._target = target
        self._targets: list[str] = []

    def configure(self, connection: Any = None, *args: Any, **kw: Any) -> None:
        if connection is not None and not isinstance(connection.dialect, Redirected):
            raise Offline("elsewhere", name=str(getattr(connection.engine.url, "database", "")))
        told = kw.get("on_version_apply") or ()
        kw["on_version_apply"] = (*(told if isinstance(told, (list, tuple)) else (told,)), self._applied)
        super().configure(connection, *args, **kw)

    def _applied(self, *, step: Any, **kw: Any) -> None:
        self._done(step)

    def run_migrations(self, **kw: Any) -> None:
        self._targets.append(target_of(kw, len(self._targets) + 1))
        if self._targets[-1] == self._target if self._target else len(self._targets) == 1:
            super().run_migrations(**kw)

    def check_targets(self) -> None:
        """Raises Offline when env.py did not run them."""
        if not self._targets:
            raise Offline("never-run" if self._migration_context is not None else "never-configured")
        if self._target and self._target not in self._targets:
            raise Offline("no-target", name=self._target, names="\n".join(dict.fromkeys(self._targets)))


def run(job: Record, send: Callable[[Record], None], config_of: Callable[[Record], Any]) -> None:
    """Upgrade to each revision of job["to"] in turn; {"kind": "step" | "failed" | "end"}."""
    sources = Sources(job["root"], "")
    sys.meta_path.append(Stubs(job["stub"], lambda name: None))
    redirect(make_url(job["url"]), job["others"], allow_connect=job["allow_connect"])
    began = time.monotonic()

    def done(step: Any) -> None:
        nonlocal began
        send({"kind": "step", "revision": step.up_revision_id, "seconds": time.monotonic() - began})
        began = time.monotonic()

    try:
        config = config_of(job)
        directory = ScriptDirectory.from_config(config)
        sources.env = os.path.abspath(os.path.join(directory.dir, "env.py"))
        with context_of(sources.env):
            for revision in job["to"]:
                _upgrade(config, directory, revision, done, job["target"])
    except BaseException as error:  # the boundary: whatever the project's code raises is its own
        sys.stdout.flush()
        send({"kind": "failed", "failure": {**failure(error, sources), "missed": []}})
        return
    sys.stdout.flush()
    send({"kind": "end"})


def _upgrade(config: Any, directory: ScriptDirectory, to: str, done: Callable[[Any], None], target: str | None) -> None:
    """As alembic.command.upgrade does it."""

    def steps(heads: Any, context: Any) -> Any:
        return directory._upgrade_revs(to, heads)

    options = {"fn": steps, "as_sql": False, "starting_rev": None, "destination_rev": to, "tag": None}
    environment = OnlineEnvironment(config, directory, done, target, **options)
    with environment:
        directory.run_env()
        environment.check_targets()


# As in environment.py: the module's functions find the running context by its exact class.
OnlineEnvironment.create_module_class_proxy(vars(alembic.context), vars(alembic.context))
