"""Small Alembic projects in real git repositories, and the command line run in this process."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlgen.bundle.manifest import Manifest, parse
from sqlgen.cli.main import main
from sqlgen.review.document import file
from sqlgen.review.document.model import Document

ENV = """\
from alembic import context

context.configure(url=context.config.get_main_option("sqlalchemy.url"), dialect_opts={"paramstyle": "named"})
with context.begin_transaction():
    context.run_migrations()
"""
URLS = {"sqlite": "sqlite:///shop", "postgresql": "postgresql://db/shop", "mysql": "mysql+pymysql://db/shop",
        "mariadb": "mariadb+pymysql://db/shop"}  # fmt: skip
SETTINGS = """\
fail_on = "error"

[env.staging]
database = "shop_staging"
roles = { dba = 1 }

[env.prod]
database = "shop"
roles = { review = 1, dba = 1 }
"""
REVISIONS = {
    "a1": ("op.execute('CREATE TABLE books (id INTEGER PRIMARY KEY)')", "op.execute('DROP TABLE books')"),
    "b2": ("op.execute('CREATE TABLE tags (id INTEGER PRIMARY KEY)')", "op.execute('DROP TABLE tags')"),
    "c3": ("op.execute('CREATE INDEX ix_tags ON tags (id)')", "op.execute('DROP INDEX ix_tags')"),
}


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


def sqlgen(*arguments: str | Path, cwd: Path, **environ: str) -> Done:
    """The command line as it is run in `cwd`."""
    out, err, before = io.StringIO(), io.StringIO(), dict(os.environ)
    os.environ.update(environ)
    try:
        with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([str(each) for each in arguments])
    finally:
        os.environ.clear()
        os.environ.update(before)
    return Done(code, out.getvalue(), err.getvalue())


def revision(id: str, down: str | tuple[str, ...] | None, up: str, back: str) -> str:
    bodies = ["\n".join(f"    {line}" for line in body.split("\n")) for body in (up, back)]
    return (
        f'"""make {id}"""\n\nfrom alembic import op\n\nrevision = {id!r}\ndown_revision = {down!r}\n\n\n'
        f"def upgrade():\n{bodies[0]}\n\n\ndef downgrade():\n{bodies[1]}\n"
    )


def project(
    folder: Path,
    *,
    dialect: str = "sqlite",
    revisions: Mapping[str, tuple[str, str]] = REVISIONS,
    settings: str = SETTINGS,
) -> Path:
    """A linear history; outside of git."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    write(folder / "alembic.ini", f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {URLS[dialect]}\n")
    write(folder / "migrations/env.py", ENV)
    write(folder / "sqlgen.toml", settings)
    down = None
    for id, (up, back) in revisions.items():
        write(versions / f"{id}.py", revision(id, down, up, back))
        down = id
    return folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def git(folder: Path, *arguments: str | Path) -> str:
    """Run git as somebody whose own settings say nothing."""
    environ = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "alice@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        **{f"GIT_{who}_DATE": "2026-02-01T10:00:00+0800" for who in ("AUTHOR", "COMMITTER")},
    }
    done = subprocess.run(["git", *map(str, arguments)], cwd=folder, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout.strip()


def commit(folder: Path, message: str = "shop") -> str:
    """Commit all there is, in a repository that is made where there is none; the commit's id."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def manifest(bundle: Path) -> Manifest:
    return parse((bundle / "MANIFEST.json").read_bytes())


def review(bundle: Path) -> Document:
    """The review that a bundle holds."""
    return file.read((bundle / "review.json").read_text(encoding="utf-8"))


def contents(bundle: Path) -> dict[str, bytes]:
    return {path.relative_to(bundle).as_posix(): path.read_bytes() for path in bundle.rglob("*") if path.is_file()}


def people(folder: Path, *names: str) -> None:
    """A key for each of them, NAME and NAME.pub."""
    for name in names:
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"{name}@example.com", "-f", str(folder / name)]
        subprocess.run(key, check=True, stdin=subprocess.DEVNULL)


def trust_folder(folder: Path, *, after: str | None = None) -> Path:
    """A trust folder of rita's in which dora is the DBA of staging and prod, and dana of emergencies in prod."""
    people(folder, "rita", "dora", "dana", "eve")
    for words in (
        "init trust --root rita.pub --policy prod:dba=1 --policy staging:dba=1",
        "policy trust prod dba=1 --breakglass",
        f"policy trust prod dba=1 --after {after}" if after else "",
        "add trust dora.pub --env prod --env staging --role dba",
        "add trust dana.pub --env prod --role dba --breakglass",
        "sign trust --key rita --yes",
    ):
        if words:
            done = sqlgen("trust", *words.split(), cwd=folder)
            assert done.code == 0, done.err
    return folder / "trust"
