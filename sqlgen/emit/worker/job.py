"""One job in, one record per finished revision out: {"kind": "header" | "revision" | "environment" | "end", …}."""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import inspect
import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import alembic
import alembic.command
import sqlalchemy
from alembic.config import Config
from alembic.script import Script, ScriptDirectory

from .engines import make_inert, refuse_connection
from .environment import RecordingEnvironment
from .failures import failure
from .flask_app import context_of
from .guarding import guard
from .inputs import Inputs
from .models import describe
from .offline import Offline
from .recorder import Recorder
from .restoring import State
from .revisions import Step, absent, make_lazy, mentions
from .sources import Sources
from .standins import StandIns
from .stubs import MARK, Stubs
from .threads import running, settle, unfinished
from .variables import watch
from .volatile import volatile_calls
from .watching import Watch, keep_files_of

Record = dict[str, Any]

# Revisions may put other things in their places: these are the ones that were there in the beginning.
_encode = json.JSONEncoder(ensure_ascii=False).encode
_decode = json.JSONDecoder().decode
_write = os.write


def main(requests: int, answers: int) -> None:
    """Say ready, wait for the job, do it."""
    faulthandler.enable()  # a crash, and the parent's question before it gives up, print where we are
    if hasattr(signal, "SIGUSR1"):
        faulthandler.register(signal.SIGUSR1)
    with os.fdopen(requests, encoding="utf-8") as file:
        run = Run(file, answers)
        run.send({"kind": "ready", "executable": sys.executable, "pid": os.getpid()})
        line = file.readline()
        if line:  # else the parent has gone
            _do(run, file, json.loads(line))


def _do(run: Run, requests: TextIO, job: Record) -> None:
    match job.get("kind"):
        case "scratch":
            from . import scratch

            scratch.serve(job, requests, run.send)
        case "online":
            from . import online

            online.run(job, run.send, _config)
        case _:
            run.do(job)


class Run:
    """Runs env.py once; Alembic's loop over the steps then asks `_steps` for one after the other."""

    def __init__(self, requests: TextIO, answers: int) -> None:
        self._requests = requests
        self._answers = answers
        self._last: Record | None = None
        self._stubs: set[str] = set()

    def send(self, record: Record) -> None:
        data = b"\x1e" + _encode(record).encode("utf-8", "surrogatepass") + b"\n"
        while data:
            data = data[_write(self._answers, data) :]

    def ask(self, question: Record) -> Any:
        """What the parent knows of the schema, after what was emitted so far. Raises Offline when it is not sure."""
        with self._recorder.refusing():
            context = self._environment.get_context()
            about = {
                "dialect": _dialect_name(context.dialect),
                "version_table": [context.version_table, context.version_table_schema],
                "statements": self._recorder.unsent(),
            }
            self.send({"kind": "ask", "question": question, **about})
            line = self._requests.readline()
            if not line:
                raise SystemExit("the process that asked for this has gone")
            reply = _decode(line)
            if "unsure" in reply:
                raise Offline("unsure", why=reply["unsure"])
            return reply["answer"]

    def do(self, job: Record) -> None:
        self._job = job
        self._sources = Sources(job["root"], "")
        self._recorder = Recorder(self._sources, job["transactions"])
        sys.meta_path += [StandIns(), Stubs(job["stub"], self._stubbed)]
        if not job["allow_connect"]:
            make_inert(self._recorder, job["server_version"])
            guard(lambda: refuse_connection(self._recorder))
        Watch(self._recorder, job["root"], allow_connect=job["allow_connect"] or job["shadow"] is not None).start()
        self._inputs = Inputs() if job["inputs"] else None
        if self._inputs is not None:
            self._inputs.start()
        missed = watch(self._sources.ours)
        try:
            config = _config(job)
            self._directory = ScriptDirectory.from_config(config)
            self._sources.env = os.path.abspath(os.path.join(self._directory.dir, "env.py"))
            keep_files_of(self._sources.env, self._recorder)
            if job["files"] is not None:
                make_lazy(self._directory, job["files"])
            with context_of(self._sources.env):
                self._run_env(config)
        except BaseException as error:  # the boundary: whatever the project's code raises is its own
            sys.stdout.flush()
            if hasattr(self, "_environment"):
                self._environment.close()
            self.send({"kind": "environment", "failure": {**failure(error, self._sources), "missed": missed}})
            return
        self._finish()

    def _stubbed(self, name: str) -> None:
        """Once for a package that env.py and the application use, which is told with the first revision."""
        package = name.partition(".")[0]
        if self._sources.revision is not None:
            self._recorder.note("stub", name)
        elif package not in self._stubs:
            self._stubs.add(package)
            self._recorder.note("stub", package)

    def _run_env(self, config: Config) -> None:
        start = self._job["start"]
        options = {
            "fn": self._steps,
            "as_sql": True,
            "starting_rev": "base" if not start else start[0] if len(start) == 1 else tuple(start),
            "destination_rev": self._job["moves"][-1][0] if self._job["moves"] else None,
            "tag": None,
        }
        environment = RecordingEnvironment(
            config, self._directory, self._recorder, self._job, self.ask, self._send_last, **options
        )
        self._environment = environment
        with environment:
            self._directory.run_env()
            environment.check_targets()

    def _steps(self, heads: object, context: Any) -> Iterator[Step]:
        self._header(context)
        self._state = State()
        moves, rows = self._job["moves"], self._job["rows"]
        for number, (revision, direction) in enumerate(moves):
            script = self._directory.get_revision(revision)
            after = None if rows is None else rows[number]
            aside = self._job["aside"] and direction == "downgrade"
            if number < self._job["skip"]:
                if not aside:
                    yield Step(self._directory, script, direction, _nothing, after)
                    self._recorder.take()
                continue
            self._send_last()
            incomplete = self._recorder.incomplete
            self._failure: Record | None = None
            self._environment.end_transaction()
            self._sources.revision = script.path
            with self._environment.aside() if aside else contextlib.nullcontext():
                self._environment.revision_begins()
                yield Step(self._directory, script, direction, self._migrate, after)
                self._environment.revision_ended(revision, self._failure)
            self._sources.revision = None
            self._sources.forget()
            self._last = {"revision": revision, "direction": direction, "failure": self._failure}
            if self._environment.over:
                return
            if aside:
                self._send_last()
                yield Step(self._directory, script, "upgrade", _nothing, None if rows is None else rows[number - 1])
                self._recorder.take()
                self._recorder.incomplete = incomplete  # what went wrong aside was taken back

    def _migrate(self, script: Script, direction: str, **kw: Any) -> None:
        before = running()
        try:
            with self._state.kept() as replaced:
                self._call(script, direction, **kw)
                settle(before)
        except BaseException as error:  # the boundary: one revision never hides the rest
            self._failure = failure(error, self._sources)
            if self._failure["kind"] == "module":
                self._failure["packages"] = absent(script, self._failure["values"]["name"])
            self._recorder.interrupted()
            self._environment.interrupted()
            if self._environment.over and not isinstance(error, Offline):
                self._failure["kind"] = "exception"  # in a database's own words
        else:
            self._failure = self._recorder.refused or self._stub_in_sql()
        if self._failure is not None:
            self._failure["mentions"] = mentions(script)
        if replaced:
            self._recorder.notes.append(["replaced", ", ".join(sorted(replaced)), None])
        for name in unfinished(before, self._recorder):
            self._recorder.notes.append(["thread", name, None])

    def _stub_in_sql(self) -> Record | None:
        """A stand-in's value has no text of its own: a statement with one says nothing."""
        for sql, _, _, source, *_ in self._recorder.statements if self._job["stub"] else ():
            if found := re.search(f"{MARK}([\\w.]+)", sql):
                refused = failure(Offline("stub", name=found[1]), self._sources)
                place = source[:2] if source else (refused["file"], None)
                return {**refused, "file": place[0], "line": place[1]}
        return None

    def _call(self, script: Script, direction: str, **kw: Any) -> None:
        given = self._job["given"].get(f"{direction} {script.revision}")
        if given is not None:
            self._environment.given(given)
            return
        module = script.module
        if getattr(module, "revision", script.revision) != script.revision:
            raise Offline("renamed", found=str(module.revision), expected=script.revision)
        if not hasattr(module, direction):
            raise Offline("no-function", name=direction)
        calls = volatile_calls(module, direction, self._sources.ours)
        if calls:
            self._recorder.notes.append(["volatile-call", ", ".join(calls), None])
        getattr(module, direction)(**kw)

    def _send_last(self) -> None:
        """A revision's record is kept until the next begins, since on_version_apply and env.py may emit after it."""
        if self._last is not None:
            self.send({"kind": "revision", **self._last, **self._recorder.take()})
            self._last = None

    def _header(self, context: Any) -> None:
        dialect = context.dialect
        self.send(
            {
                "kind": "header",
                "dialect": _dialect_name(dialect),
                "made": self._environment.made,
                "version_table": context.version_table,
                "version_table_schema": context.version_table_schema,
                "transaction_per_migration": self._environment.transaction_per_migration,
                "model": describe(context.opts.get("target_metadata"), dialect) if self._job["models"] else None,
                "versions": {
                    "alembic": alembic.__version__,
                    "python": "{}.{}".format(*sys.version_info[:2]),
                    "sqlalchemy": sqlalchemy.__version__,
                },
            }
        )

    def _finish(self) -> None:
        self._send_last()
        self._environment.close()
        sys.stdout.flush()
        log = self._environment.log
        replica = None if log is None or not self._job["keep"] else log.replica
        schema = None if replica is None else replica.statements()
        self.send({"kind": "end", "schema": schema, "inputs": self._inputs and self._inputs.report()})


def _dialect_name(dialect: Any) -> str:
    """MariaDB may be reached as mysql://."""
    return "mariadb" if getattr(dialect, "is_mariadb", False) else str(dialect.name)


def _nothing(script: Script, direction: str, **kw: Any) -> None:
    """A step that only moves the version: the parent has its statements, or has given it up."""


def _config(job: Record) -> Config:
    """As the alembic command makes it, which env.py may look at."""
    online = job.get("kind") == "online"
    direction = job["moves"][0][1] if not online and job["moves"] else "upgrade"
    sys.argv = ["alembic", direction, *((*job["to"][:1],) if online else ("--sql",))]
    command = alembic.command.downgrade if direction == "downgrade" else alembic.command.upgrade
    options = argparse.Namespace(
        x=job["x"] or None, name=job["section"], sql=not online, tag=None, raiseerr=False, config=None, quiet=False,
        cmd=(command, ["revision"], ["sql", "tag"]),
    )  # fmt: skip
    arguments: dict[str, Any] = {"ini_section": job["section"], "cmd_opts": options}
    if job["pyproject"] is not None:
        if "toml_file" not in inspect.signature(Config.__init__).parameters:
            raise Offline("no-toml", version=alembic.__version__)
        arguments["toml_file"] = job["pyproject"]
    config = Config(job["ini"], **arguments)
    if job["ini"] is not None and not config.file_config.has_option(job["section"], "script_location"):
        folder = os.path.dirname(job["ini"])
        if os.path.exists(os.path.join(folder, "env.py")):  # Flask-Migrate sets it in its own command
            config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
