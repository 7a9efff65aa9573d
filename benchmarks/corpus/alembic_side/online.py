"""An online run, revision by revision, with every statement as the driver sent it: a job on stdin, JSON on stdout.

The job: {"ini", "url", "reset": drop and create the database first, "revisions": null for all, or ids to run,
"stamp": ids that only move the version table, "downgrades": ids to run down and up again after they ran up,
"back": down from the heads to base instead}.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from steps import History

Json = dict[str, Any]


class Recorder:
    """What was sent while a revision's own function ran; Alembic's version table is not of interest."""

    def __init__(self) -> None:
        self._statements: list[Json] = []
        self._running = False
        self._traced: list[str] = []
        event.listen(Engine, "connect", self._connected)
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)

    def around(self, function: Callable[..., None]) -> Callable[..., None]:
        def run(**arguments: Any) -> None:
            self._running = True
            try:
                function(**arguments)
            finally:
                self._running = False

        return run

    def take(self) -> list[Json]:
        statements, self._statements = self._statements, []
        return statements

    def _connected(self, connection: Any, record: Any) -> None:
        """Never wait for a lock for ever: a revision that connects twice can block itself."""
        module = type(connection).__module__.partition(".")[0]
        if module == "sqlite3":
            connection.set_trace_callback(self._traced.append)
            return
        wait = "SET lock_timeout = '20s'" if module == "psycopg2" else "SET SESSION lock_wait_timeout = 20"
        with connection.cursor() as cursor:
            cursor.execute(wait)
        connection.commit()

    def _before(self, connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if not self._running:
            return
        self._traced.clear()
        rows = parameters if many else [parameters]
        self._statements.append(
            {
                "statement": statement,
                "parameters": [_tagged(row) for row in rows],
                "executemany": many,
                "sent": [_text(cursor.mogrify(statement, row)) for row in rows] if hasattr(cursor, "mogrify") else [],
                "returns": False,
            }
        )

    def _after(self, connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if not self._running:
            return
        last = self._statements[-1]
        last["returns"] = cursor.description is not None
        if not last["sent"]:  # SQLite: the text with its parameters, as SQLite itself expands it
            last["sent"] = [text for text in self._traced if not text.startswith("--") and text != "BEGIN "]


def _tagged(row: Any) -> Any:
    if isinstance(row, dict):
        return {name: [type(value).__name__, str(value)] for name, value in row.items()}
    return [[type(value).__name__, str(value)] for value in row or ()]


def _text(sent: Any) -> str:
    return sent.decode("utf-8", "surrogateescape") if isinstance(sent, bytes) else str(sent)


class Runner:
    """The history on one database."""

    def __init__(self, job: Json) -> None:
        self.job = job
        self.recorder = Recorder()
        if job["reset"]:
            self.reset()
        self.history = History(job["ini"], job["url"])

    def reset(self) -> None:
        """An empty database of that name."""
        url = make_url(self.job["url"])
        if url.get_backend_name() == "sqlite":
            Path(url.database or "").unlink(missing_ok=True)
            return
        postgresql = url.get_backend_name() == "postgresql"
        engine = create_engine(url.set(database="postgres" if postgresql else None), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            force, empty = (" WITH (FORCE)", " TEMPLATE template0") if postgresql else ("", "")
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {url.database}{force}")
            connection.exec_driver_sql(f"CREATE DATABASE {url.database}{empty}")
        engine.dispose()

    def step(self, revision: str, direction: str) -> Json:
        error = None
        try:
            self.history.step(revision, direction, self.recorder.around)
        except (Exception, SystemExit) as problem:  # whatever the project's code raises
            error = f"{type(problem).__name__}: {problem}"[:2000]
        return {"revision": revision, "direction": direction, "error": error, "statements": self.recorder.take()}

    def stamp(self, revision: str) -> None:
        self.history.step(revision, "upgrade", lambda function: _nothing)

    def up(self, revisions: list[str]) -> list[Json]:
        """Every revision; one that fails is stamped over."""
        results = []
        for revision in revisions:
            if revision in self.job["stamp"]:
                self.stamp(revision)
                continue
            result = self.step(revision, "upgrade")
            if result["error"] is not None:
                self.stamp(revision)
            results.append(result)
        return results

    def back(self, revisions: list[str]) -> list[Json]:
        """Down to base; one that fails is stamped over."""
        results = []
        for revision in reversed(revisions):
            result = self.step(revision, "downgrade")
            if result["error"] is not None:
                self.history.step(revision, "downgrade", lambda function: _nothing)
            results.append(result)
        return results

    def down_and_up(self, revisions: list[str]) -> list[Json]:
        """Every revision up; those with a downgrade down and up again. What does not come back is built anew."""
        results = []
        for number, revision in enumerate(revisions):
            (done,) = self.up([revision])
            if done["error"] is not None and revision not in self.job["fails"]:  # an earlier downgrade left something
                self.reset()
                self.up(revisions[: number + 1])
            if revision not in self.job["downgrades"] or revision in self.job["fails"]:
                continue
            result = self.step(revision, "downgrade")
            again = self.step(revision, "upgrade") if result["error"] is None else None
            results.append({**result, "again": again and again["error"]})
            if again is None or again["error"] is not None:
                self.reset()
                self.up(revisions[: number + 1])
        return results


def _nothing(**arguments: Any) -> None:
    """In place of a revision that can't run: only the version moves."""


def main() -> None:
    job = json.load(sys.stdin)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the project's code prints is no answer
    runner = Runner(job)
    history = runner.history
    revisions = history.order if job["revisions"] is None else job["revisions"]
    if job["back"]:
        steps = runner.back(revisions)
    else:
        steps = runner.up(revisions) if job["downgrades"] is None else runner.down_and_up(revisions)
    files = {revision: history.file(revision) for revision in history.order}
    parents = {revision: [*history.parents(revision), *history.dependencies(revision)] for revision in history.order}
    json.dump({"order": history.order, "files": files, "parents": parents, "steps": steps}, answers)
    answers.close()


main()
