"""Moves in, rendered revisions out, one by one as the worker finishes them."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlgen.emit import environment_problems, problems, records
from sqlgen.emit.config_files import config_files
from sqlgen.emit.interpreter import choose
from sqlgen.emit.process import PrintedTooMuch, Record, Spare, TimedOut, Worker
from sqlgen.emit.revision_files import RevisionFile, needed
from sqlgen.emit.said import packed
from sqlgen.emit.server import Server
from sqlgen.emit.shadow import Shadow, unusable
from sqlgen.emit.trace import Direction, Failure, Header, Inputs, Rendered, Trace
from sqlgen.errors import EnvironmentFailed, Message, say


class Run:
    """A run of Alembic in offline mode: `with Run(…) as run: for rendered in run: …`, and `run.trace` at the end.

    A revision that crashes the worker or takes too long becomes a Failure, and a new worker goes on after it.
    """

    def __init__(
        self,
        project_config: Path,
        *,
        section: str = "alembic",
        root: Path,
        moves: Sequence[tuple[str, Direction]],
        start: Sequence[str] = (),
        dialect: str | None = None,
        server_version: str | None = None,
        environ: Mapping[str, str] | None = None,
        x: Sequence[str] = (),
        python: Path | None = None,
        timeout: float = 60.0,
        startup_timeout: float = 120.0,
        progress: Callable[[int, int], None] | None = None,
        files: Sequence[RevisionFile] | None = None,
        rows: Sequence[tuple[str, ...]] | None = None,
        spare: Spare | None = None,
        observe: bool = False,
        server: Server | None = None,
        online_branches: bool = False,
        stub: Sequence[str] = (),
        allow_connect: bool = False,
        target: str | None = None,
        aside: bool = False,
        inputs: bool = False,
        models: bool = False,
        given: Mapping[tuple[str, Direction], Sequence[str]] | None = None,
        shadow: Shadow | None = None,
    ) -> None:
        """project_config: alembic.ini, or a pyproject.toml with [tool.alembic]; section: the ini file's main section.

        root: where env.py runs and what file names are relative to. moves: full revision ids, in order.
        start: the rows of the version table before the first move. dialect: what to compile for when it is not what
        env.py says; server_version: "16", "10.11.6". environ: added to the worker's environment. x: `-x` arguments.
        timeout: seconds for each revision; startup_timeout: for env.py, until it runs the migrations.
        files: every revision of the history; None: Alembic imports all of them to find out.
        rows: what the version table holds after each move; None: Alembic works it out, for which it needs all files.
        spare: a worker that was started before; its interpreter is taken.
        observe: fill `observed`.
        server: what knows the schema; None: nothing is known of it.
        aside: each downgrade stands behind the upgrade of its revision, and is taken back before the next move.
        inputs: fill `inputs`. models: say in the header what target_metadata maps.
        online_branches: answer that this is not offline mode when a revision asks.
        stub: packages that stand-ins take the place of, where they are missing. allow_connect: env.py and revisions may
        connect to servers and run programs by themselves. target: for which database the migrations are rendered,
        where env.py runs them for several.
        given: texts that stand for what a move would emit; its function is not run.
        shadow: an empty database to run on; the run ends after the first revision that fails there.

        Raises ToolMissing when the interpreter can't be used.
        """
        self._config = project_config
        self._section = section
        self._root = root
        self._moves = [(revision, direction) for revision, direction in moves]
        self._rows = None if rows is None else [tuple(each) for each in rows]
        self._start = tuple(start)
        self._observe = observe
        self._server = server
        self._online_branches = online_branches
        self._stub = tuple(stub)
        self._allow_connect = allow_connect
        self._target = target
        self._absent: list[str] = []
        """Packages that env.py lacks, as far as they are known."""
        self._lacking: Record | None = None
        self._aside = aside
        self._watch_inputs = inputs
        self._models = models
        self.inputs: Inputs | None = None
        """What the run depended on, once it is over; None when that is not known: a worker died."""
        self._lost = False
        self._given = {f"{direction} {revision}": list(texts) for (revision, direction), texts in (given or {}).items()}
        self._shadow = shadow
        self.made: str | None = None
        """The database that was made for this run, and is still there."""
        self._dialect = dialect
        self._server_version = server_version
        self._environ = dict(environ or {})
        self._x = tuple(x)
        self._timeout = timeout
        self._startup_timeout = startup_timeout
        self._progress = progress
        self._files = None if files is None else needed(files, self._moves if rows is not None else None)
        self._spare = spare
        self.interpreter = spare.interpreter if spare else choose(python, root, {**os.environ, **self._environ})
        self.observed: dict[tuple[str, Direction], tuple[str, ...]] = {}
        """The statements on the version table that Alembic would have sent: sqlgen writes its own."""
        self._worker: Worker | None = None
        self._header: Header | None = None
        self._records: Iterator[Rendered] | None = None
        self._done: list[Rendered] = []
        self._output: list[str] = []
        self._transactions = 0
        self._told = 0
        """How many statements of the current revision the server has seen."""

    # ---- use

    def __enter__(self) -> Self:
        self._begin(skip=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    @property
    def header(self) -> Header:
        """What env.py configured. Waits for it. Raises EnvironmentFailed, ToolMissing."""
        while self._header is None:
            self._header = self._await_header()
        return self._header

    @property
    def versions(self) -> tuple[tuple[str, str], ...] | None:
        """The header's, if that has come."""
        return None if self._header is None else self._header.versions

    def __iter__(self) -> Iterator[Rendered]:
        """Every move, in order. Raises EnvironmentFailed, at the end too, when env.py fails after the last revision."""
        if self._records is None:
            self._records = self._render()
        return self._records

    @property
    def output(self) -> str:
        """What env.py and the revisions printed, once the run is over."""
        return "".join(self._output)

    @property
    def trace(self) -> Trace:
        """The whole run; what of it was not iterated is waited for."""
        for _ in self:
            pass
        self._end()
        header = self.header
        return Trace(
            dialect=header.dialect,
            version_table=header.version_table,
            version_table_schema=header.version_table_schema,
            revisions=tuple(self._done),
            output=self.output,
            python=str(self.interpreter.path),
            versions=header.versions,
        )

    # ---- the worker

    def _begin(self, *, skip: int) -> None:
        if self._server is not None:
            self._server.begun()
        self._worker = self._spare.take() if self._spare else Worker(self.interpreter, self._root, self._environ)
        ini, pyproject = config_files(self._config)
        self._worker.send(
            {
                "ini": ini,
                "pyproject": pyproject,
                "section": self._section,
                "root": str(self._root),
                "moves": self._moves,
                "rows": self._rows,
                "skip": skip,
                "transactions": self._transactions,
                "start": self._start,
                "dialect": self._dialect,
                "server_version": _numbers(self._server_version),
                "x": self._x,
                "files": self._files,
                "observe": self._observe,
                "online_branches": self._online_branches,
                "stub": (*self._stub, *self._absent),
                "allow_connect": self._allow_connect,
                "target": self._target,
                "aside": self._aside,
                "inputs": self._watch_inputs,
                "models": self._models,
                "given": self._given,
                "shadow": None if self._shadow is None else {"url": self._shadow.url, "before": self._shadow.before},
                "keep": self._server is not None and self._server.keep,
            }
        )

    def _end(self) -> None:
        if self._worker is not None:
            self._output.append(self._worker.stop())
            self._worker = None

    def _receive(self, timeout: float) -> Record | None:
        """The next record that is not a question: those are answered here, in time that does not count."""
        assert self._worker is not None, "a Run is used inside its with statement"
        end = time.monotonic() + timeout
        while True:
            record = self._worker.receive(max(0.0, end - time.monotonic()))
            if record is None or record["kind"] != "ask":
                return record
            asked = time.monotonic()
            self._told += len(record["statements"])
            self._worker.send(self._answer(record))
            end += time.monotonic() - asked

    def _answer(self, record: Record) -> Record:
        question = record["question"]
        if self._server is None:
            known: Record = {"start": {"answer": []}, "refused": {"answer": None}}
            return known.get(question["of"]) or {"unsure": packed(say("nothing is known of the schema"))}
        self._server.observe(record["statements"])
        table, schema = record["version_table"]
        return self._server.answer(question, record["dialect"], table, schema)

    def _await_header(self) -> Header:
        ready = False
        while True:
            try:
                record = self._receive(self._startup_timeout)
            except TimedOut:
                raise EnvironmentFailed(
                    say("env.py did not start the migrations within {seconds} s", seconds=f"{self._startup_timeout:g}"),
                    hint=say("Look for what it waits for: a connection, a lock, an answer; it runs with no input"),
                ) from None
            except PrintedTooMuch:
                raise EnvironmentFailed(
                    problems.printed_too_much(), hint=say("Let env.py print less: its output is kept until it ends")
                ) from None
            if self._absent and not self._lacks_more(record):
                raise environment_problems.packages_missing(self._absent, self._lacking, self.interpreter)
            match record:
                case None:
                    raise self._dead(ready=ready)
                case {"kind": "environment", "failure": failure} if self._lacks_more(record):
                    self._lacking = self._lacking or failure
                    self._absent.append(failure["values"]["name"].partition(".")[0])
                    self._end()
                    self._begin(skip=len(self._done))
                    ready = False
                case {"kind": "environment", "failure": {"kind": str() as kind, "values": values}} if kind.startswith(
                    "shadow-"
                ):
                    raise unusable(kind, values)
                case {"kind": "missing"}:
                    raise problems.interpreter_unfit(record, self.interpreter)
                case {"kind": "environment", "failure": failure}:
                    raise environment_problems.environment_failed(failure, self.interpreter)
                case {"kind": "header"}:
                    self.made = record["made"]
                    return records.header(record)
                case _:
                    ready = True

    def _lacks_more(self, record: Record | None) -> bool:
        """Whether env.py lacks a package that is not known yet. The next worker gets a stand-in for it, only so that
        all can be named at once."""
        match record:
            case {"kind": "environment", "failure": {"kind": "module", "values": {"name": str() as name}}}:
                known = (*self._absent, *self._stub)
                return name.partition(".")[0] not in known and not environment_problems.in_project(name, self._root)
            case {"kind": "ready" | "shadow"}:
                return True
            case _:
                return False

    def _dead(self, *, ready: bool) -> Exception:
        assert self._worker is not None
        ending = self._worker.ending()
        self._end()
        return problems.worker_died(ready, ending, self.interpreter, self.output)

    def _render(self) -> Iterator[Rendered]:
        _ = self.header
        while len(self._done) < len(self._moves):
            rendered = self._next()
            if rendered is None:
                return
            self._done.append(rendered)
            if self._progress is not None:
                self._progress(len(self._done), len(self._moves))
            yield rendered
        self._await_end()

    def _next(self) -> Rendered | None:
        """None: a shadow run ended before its last move."""
        if self._shadow is not None and self._worker is None:
            return None
        if self._server is not None:
            self._server.turn(aside=self._aside and self._moves[len(self._done)][1] == "downgrade")
        try:
            record = self._receive(self._timeout)
        except TimedOut:
            assert self._worker is not None
            self._worker.ask_where()
            return self._given_up(problems.took_too_long(self._timeout))
        except PrintedTooMuch:
            assert self._worker is not None
            self._worker.ask_where()
            return self._given_up(problems.printed_too_much())
        match record:
            case None:
                assert self._worker is not None
                return self._given_up(problems.crashed(self._worker.ending()))
            case {"kind": "environment", "failure": failure}:
                raise environment_problems.environment_failed(failure, self.interpreter)
            case {"kind": "end"} if self._shadow is not None:
                self.made = None  # it was dropped
                return None
            case {"kind": "end"}:
                raise problems.ended_early(len(self._done), len(self._moves))
            case _:
                return self._rendered(record)

    def _await_end(self) -> None:
        """env.py goes on after the last revision."""
        if self._worker is None:
            return
        try:
            record = self._receive(self._timeout)
        except (TimedOut, PrintedTooMuch):
            return
        if record is not None and record["kind"] == "environment":
            raise environment_problems.environment_failed(record["failure"], self.interpreter)
        if record is not None and record["kind"] == "end":
            self.made = None  # it was dropped
        if record is not None and self._server is not None and record.get("schema") is not None:
            self._server.keep_statements(record["schema"])
        if record is not None and record.get("inputs") is not None and not self._lost:
            self.inputs = records.inputs(record["inputs"])

    def _given_up(self, reason: Message) -> Rendered:
        """The revision that was running did not come back: its failure, and a new worker for those after it."""
        revision, direction = self._moves[len(self._done)]
        self._lost = True
        self._end()
        path = next((file["path"] for file in self._files or () if file["id"] == revision), None)
        file, line = problems.last_place(self._output[-1], self._root, path)
        self._transactions += 1
        self._told = 0
        if self._server is not None:
            self._server.lost(revision, None)
        if len(self._done) + 1 < len(self._moves) and self._shadow is None:
            self._begin(skip=len(self._done) + 1)
            self._await_header()
        return Rendered(revision, direction, (), Failure(reason, file, line))

    def _rendered(self, record: Record) -> Rendered:
        rendered = records.rendered(record)
        self._transactions = max([self._transactions, *(each.transaction or 0 for each in rendered.statements)])
        self.observed[rendered.revision, rendered.direction] = tuple(record["version"])
        if self._server is not None:
            self._server.observe([each.sql for each in rendered.statements[self._told :]])
            if rendered.failure is not None:
                self._server.lost(rendered.revision, rendered.failure)
        self._told = 0
        return rendered


def _numbers(version: str | None) -> list[int]:
    """ "10.11.6-MariaDB" → [10, 11, 6], as a dialect's server_version_info."""
    match = re.match(r"\d+(\.\d+)*", version or "")
    return [int(part) for part in match[0].split(".")] if match else []
