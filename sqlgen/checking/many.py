"""Globs in, projects out; projects in, one report out, the same however many processes check them.

A project that can't be checked becomes the trouble of its part, and the others go on.
"""

from __future__ import annotations

import glob
import re
import signal
import sys
import traceback
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from sqlgen.checking.check import check
from sqlgen.errors import ExitCode, Message, SqlgenError, UsageError, say
from sqlgen.messages import speak, spoken

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sqlgen.checking.looking import Tell
    from sqlgen.pipeline import Progress
    from sqlgen.review.report import Part, Report
    from sqlgen.settings import Request

_NO_PROJECTS_IN = frozenset({"node_modules", "venv", "env", "site-packages", "__pycache__", "build", "dist"})
_GLOB = re.compile(r"[*?\[]")
_PATIENCE = 5.0
"""Seconds for a process to end by itself."""
_SHARD = re.compile(r"(\d{1,6})/(\d{1,6})")


class One(Protocol):
    """How one project is checked; where there are several processes, a value that can be pickled."""

    def __call__(self, project: Path, *, tell: Tell, progress: Progress | None) -> Part: ...


def one(project: Path, *, request: Request, tell: Tell, progress: Progress | None, **options: Any) -> Part:
    """check(), for a partial of it: `options` are its own."""
    return check(replace(request, project=project), tell=tell, progress=progress, **options)


# ---- which projects


def find(globs: Sequence[str], here: Path) -> tuple[Path, ...]:
    """The Alembic projects that these name, each once, sorted; a folder, or a configuration file.

    What has no `*`, `?` or `[` is a project's folder or file, as everywhere. Of a glob, what holds no project counts
    for nothing; hidden folders, and those of packages, are not searched. Raises UsageError for one that names none.
    """
    found: dict[Path, Path] = {}
    for text in globs:
        named = [(here / text).resolve()] if not _GLOB.search(text) else list(_matches(text, here))
        if not named or not all(path.exists() for path in named):
            raise _nothing(text, here)
        for path in named:
            found.setdefault((_configuration(path) or path).resolve(), path)
    return tuple(sorted(found.values()))


def _matches(text: str, here: Path) -> Iterator[Path]:
    for name in sorted(glob.iglob(text, root_dir=here, recursive=True)):
        path = (here / name).resolve()
        if not _NO_PROJECTS_IN.intersection(Path(name).parts) and _configuration(path) is not None:
            yield path


def _configuration(path: Path) -> Path | None:
    """The file that makes a folder, or the file itself, an Alembic project; None where it is none."""
    if path.is_dir():
        inner = (path / "alembic.ini", path / "pyproject.toml", path / "migrations" / "alembic.ini")
        return next((each for each in inner if each.is_file() and _configuration(each)), None)
    try:
        text = path.read_bytes() if path.suffix in (".ini", ".toml") else b""
    except OSError:
        return None
    wanted = b"[tool.alembic" if path.name == "pyproject.toml" else b"script_location"
    return path if wanted in text or (path.name == "alembic.ini" and text) else None


def _nothing(text: str, here: Path) -> UsageError:
    if not _GLOB.search(text):
        return UsageError(
            say("{path} does not exist", path=text),
            hint=say("Give the folder of an Alembic project, its alembic.ini or pyproject.toml, or a glob in quotes."),
        )
    return UsageError(
        say("no Alembic project matches {glob}", glob=text),
        hint=say(
            "Globs begin at {here}, and match folders or files: 'services/*', '**/alembic.ini'; quote them, so that "
            "the shell leaves them alone.",
            here=here,
        ),
    )


def names(projects: Sequence[Path], top: Path) -> tuple[str, ...]:
    """How a report calls them: the folder below the top, with `/`; the file too, where two share a folder."""
    folders = [_folder(path) for path in projects]
    return tuple(
        _below(path if folders.count(folder) > 1 else folder, top)
        for path, folder in zip(projects, folders, strict=True)
    )


def _folder(path: Path) -> Path:
    """Of Flask-Migrate's migrations/alembic.ini the folder above."""
    if path.is_dir():
        return path
    return path.parent.parent if (path.parent / "env.py").is_file() else path.parent


def _below(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else path.as_posix()


def shard(projects: Sequence[Path], text: str) -> tuple[Path, ...]:
    """The i-th of n shares, "i/n": together they are all of them, none twice, and no share has two more than another.

    Which one a project is in depends on the projects alone. Raises UsageError.
    """
    found = _SHARD.fullmatch(text)
    number, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= count:
        raise UsageError(
            say("--shard can't be {text}", text=text),
            hint=say("Write which of how many: --shard 1/4, 2/4, 3/4 and 4/4 are all projects."),
        )
    return tuple(sorted(projects)[number - 1 :: count])


# ---- all of them


def check_all(
    projects: Sequence[Path],
    one: One,
    *,
    names: Sequence[str],
    top: Path,
    jobs: int,
    tell: Tell,
    progress: Progress | None = None,
) -> Report:
    """Check them, so many at a time, each in a process of its own where there are several jobs.

    What is told of one is told in one piece then, in the order of the names; and there is no progress to be shown.
    """
    parts = []
    alone = jobs == 1 or len(projects) < 2
    results = _in_turn(projects, one, names, tell, progress) if alone else _in_processes(projects, one, jobs)
    for name, (part, lines) in zip(names, results, strict=True):
        for line, detail in lines:
            tell(_named(name, line), detail)
        parts.append(replace(part, name=name))
    from sqlgen.review.report import Report

    return Report(tuple(sorted(parts, key=lambda part: part.name)), top)


Told = list[tuple[Message | str, bool]]


def _named(name: str, line: Message | str) -> Message | str:
    return say("{name}: {line}", name=name, line=line) if name else line


def _in_turn(
    projects: Sequence[Path], one: One, names: Sequence[str], tell: Tell, progress: Progress | None
) -> Iterator[tuple[Part, Told]]:
    for project, name in zip(projects, names, strict=True):
        yield _checked(project, one, partial(_tell_of, tell, name), progress), []


def _tell_of(tell: Tell, name: str, line: Message | str, detail: bool) -> None:
    tell(_named(name, line), detail)


def _checked(project: Path, one: One, tell: Tell, progress: Progress | None) -> Part:
    """One project, whatever goes wrong with it."""
    try:
        return one(project, tell=tell, progress=progress)
    except SqlgenError as error:
        for note in getattr(error, "__notes__", ()):
            tell(note.rstrip(), True)
        return _failed(project, error, error.exit_code)
    except Exception:  # the boundary, as in cli/main: a bug of ours in one project says nothing of the others
        for line in traceback.format_exc().splitlines():
            tell(line, False)
        hint = say("Report it with the traceback that was printed, and the command.")
        return _failed(project, SqlgenError(say("this is a bug in sqlgen"), hint=hint), ExitCode.BUG)


def _failed(project: Path, error: SqlgenError, code: int) -> Part:
    from sqlgen.review.report import Part, Trouble
    from sqlgen.review.summary import judge

    trouble = Trouble(error.message, error.hint, error.file, error.line, int(code))
    return Part(_folder(project), judge((), (), ""), trouble=trouble)


# ---- processes


def _in_processes(projects: Sequence[Path], one: One, jobs: int) -> Generator[tuple[Part, Told], None, None]:
    """The results in the order of the projects."""
    from concurrent.futures import ThreadPoolExecutor  # one project alone needs neither threads nor processes

    count = min(jobs, len(projects))
    hands = [_Hand(one) for _ in range(count)]
    idle: SimpleQueue[_Hand] = SimpleQueue()
    for hand in hands:
        idle.put(hand)

    def checked(project: Path) -> tuple[Part, Told]:
        hand = idle.get()
        try:
            return hand.check(project)
        finally:
            idle.put(hand)

    with ThreadPoolExecutor(count) as threads:
        try:
            waiting = [threads.submit(checked, project) for project in projects]
            yield from (each.result() for each in waiting)
        finally:  # also when somebody presses Ctrl-C
            threads.shutdown(wait=False, cancel_futures=True)
            for hand in hands:
                hand.end()


class _Hand:
    """A process that checks one project after another."""

    def __init__(self, one: One) -> None:
        self._one = one
        self._over = False
        self._start()

    def _start(self) -> None:
        from multiprocessing import get_context

        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, self._one, spoken()), daemon=True)
        self._process.start()
        theirs.close()

    def check(self, project: Path) -> tuple[Part, Told]:
        try:
            self._pipe.send(project)
            part, lines = self._pipe.recv()
        except (EOFError, OSError):
            return self._died(project), []
        return part, lines

    def _died(self, project: Path) -> Part:
        self._process.join()
        code = self._process.exitcode
        if not self._over:
            self._start()
        message = say("the process that checked it ended with exit code {code}", code=code)
        hint = say("Look for a lack of memory: --jobs 1 checks one project at a time.")
        return _failed(project, SqlgenError(message, hint=hint), ExitCode.BUG)

    def end(self) -> None:
        """Let it end, and what it has started with it."""
        self._over = True
        self._process.terminate()
        self._process.join(_PATIENCE)
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _work(pipe: Connection, one: One, language: str) -> None:
    """In a process of its own. Ctrl-C reaches it as well; the one that it works for ends it."""
    speak(language)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    while True:
        try:
            project = pipe.recv()
        except EOFError:
            return
        lines: Told = []
        part = _checked(project, one, partial(_keep, lines), None)
        pipe.send((part, lines))


def _leave(_signal: int, _frame: object) -> None:
    """As an exception, so that no worker is left behind."""
    sys.exit(1)


def _keep(lines: Told, line: Message | str, detail: bool) -> None:
    lines.append((line, detail))
