"""A script and a scratch database in, the real client's run of it out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlgen.errors import Message, say
from sqlgen.messages import either
from sqlgen.rehearsal.desk import Made, Place
from sqlgen.rehearsal.report import StepTime

_PROGRAMS = {
    "postgresql": ("psql",),
    "mysql": ("mysql", "mariadb"),
    "mariadb": ("mariadb", "mysql"),
    "sqlite": ("sqlite3",),
}
# libpq manual, 34.15 Environment Variables: those of the parameters that a URL may hold.
_LIBPQ = {
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
_STEP = re.compile(r"\bstep (\d+) of \d+ \(([^()\s]+)\) is running")
_DONE = re.compile(r"\bstep \d+ of \d+ \(([^()\s]+)\) (?:done in|took) ([\d.]+) s")
_RESULT = "sqlgen result: "


@dataclass(frozen=True, slots=True)
class Ran:
    """What a client did."""

    code: int | None
    """None: it took too long, and was ended."""
    log: tuple[str, ...]
    seconds: float
    steps: tuple[StepTime, ...]

    @property
    def result(self) -> str:
        """The last result line, from the word behind `sqlgen result: ` on."""
        lines = [line.partition(_RESULT) for line in self.log]
        return next((said for before, mark, said in reversed(lines) if mark and "'" not in before), "")


@dataclass(frozen=True, slots=True)
class Client:
    """A program that runs scripts for one server."""

    program: str
    version: str
    place: Place | None
    """None for SQLite."""

    def run(self, text: str, file: str, command: str, database: Made, folder: Path, limit: float | None) -> Ran:
        """Run FILE.sql by the shell command in its header, but for how the server is reached.

        limit: seconds; None: none. A password is passed in the environment alone.
        """
        path = folder / f"{file}.sql"
        path.write_text(text, encoding="utf-8", newline="\n")
        words, reads = _without_redirections(command)
        words = [self.program, *self._reach(words[1:], database)]
        env = client_environment(self.place, database)
        with path.open("rb") as script:
            return _run(words, script.fileno() if reads else None, env, folder, limit)

    def _reach(self, words: list[str], database: Made) -> list[str]:
        """The options, with the server's place in them."""
        if self.place is None:
            return [database.name if word == Path(database.name).name else word for word in words]
        if Path(self.program).name == "psql":
            return words
        found = ["--unbuffered"] if "--unbuffered" not in words else []
        for word in words:
            match word:
                case "HOST":
                    found.append(self.place.host or "127.0.0.1")
                case "USER":
                    found.append(self.place.user or "")
                case "-p":  # it would ask for a password
                    pass
                case "--no-defaults":
                    found = [word, *mysql_place(self.place), *found]  # it must stand first
                case _:
                    found.append(word)
        return found


def mysql_place(place: Place) -> list[str]:
    """Port, socket and certificates as options of MySQL's and MariaDB's programs. The host stands elsewhere."""
    socket = place.query.get("unix_socket")
    found = ["--protocol=SOCKET", f"--socket={socket}"] if socket else ["--protocol=TCP"]
    if place.port is not None:
        found.append(f"--port={place.port}")
    for name in ("ssl_ca", "ssl_cert", "ssl_key"):
        if name in place.query:
            found.append(f"--{name.replace('_', '-')}={place.query[name]}")
    return found


def client_environment(place: Place | None, database: Made) -> dict[str, str]:
    """Where libpq's programs find the server; and the password, which stands nowhere else."""
    found = dict(os.environ)
    if place is None:
        return found
    mine: dict[str, str | None] = {"MYSQL_PWD": place.password}
    if database.url.startswith("postgresql"):
        mine = {
            "PGHOST": place.host,
            "PGPORT": None if place.port is None else str(place.port),
            "PGUSER": place.user,
            "PGPASSWORD": place.password,
            "PGDATABASE": database.name,
            **{_LIBPQ[name]: str(value) for name, value in place.query.items() if name in _LIBPQ},
        }
    found.update({name: value for name, value in mine.items() if value is not None})
    return found


def find(dialect: str, place: Place | None) -> Client | None:
    """The client on PATH; None where there is none."""
    for name in _PROGRAMS[dialect]:
        program = shutil.which(name)
        if program is not None:
            asked = subprocess.run([program, "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
            first = next(iter(asked.stdout.splitlines()), name)
            return Client(program, first.strip(), place)
    return None


def no_client(dialect: str) -> Message:
    """Why the driver runs the statements."""
    return say(
        "{programs} is not on PATH: the driver runs the statements, without the script's guards, gates and results",
        programs=either(_PROGRAMS[dialect]),
    )


def _without_redirections(text: str) -> tuple[list[str], bool]:
    """The words of a shell command; and whether it reads the script on its standard input."""
    words: list[str] = []
    reads = False
    skip = False
    for word in shlex.split(text):
        if skip:
            skip = False
        elif word in ("<", ">"):
            reads, skip = reads or word == "<", True
        elif word != "2>&1":
            words.append(word)
    return words, reads


def _run(words: list[str], stdin: int | None, env: Mapping[str, str], folder: Path, limit: float | None) -> Ran:
    began = time.monotonic()
    with subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=dict(env),
    ) as process:
        lines: list[tuple[float, str]] = []
        assert process.stdout is not None
        stream = process.stdout

        def read() -> None:
            for line in stream:
                lines.append((time.monotonic(), line.decode("utf-8", "replace").rstrip("\n")))

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        try:
            code: int | None = process.wait(limit)
        except subprocess.TimeoutExpired:
            process.kill()
            code = None
        except BaseException:
            process.kill()
            raise
        reader.join()
    ended = time.monotonic()
    return Ran(code, tuple(text for _, text in lines), ended - began, _steps(lines, ended))


def _steps(lines: list[tuple[float, str]], ended: float) -> tuple[StepTime, ...]:
    """As the script says; else from one step's first line to the next step's, and nothing where the client keeps its
    lines until the end."""
    if said := [found for _, text in lines if (found := _DONE.search(text))]:
        return tuple(StepTime(found[1], float(found[2])) for found in said)
    begun: dict[str, tuple[float, str]] = {}
    for at, text in lines:
        if found := _STEP.search(text):
            begun.setdefault(found[1], (at, found[2]))
    starts = list(begun.values())
    if not starts or (len(starts) > 1 and starts[-1][0] - starts[0][0] < 1e-4 * len(starts)):
        return ()
    ends = [*(at for at, _ in starts[1:]), ended]
    return tuple(StepTime(revision, end - at) for (at, revision), end in zip(starts, ends, strict=True))
