"""A `history` block of a page in, facts about a real branch of a real git repository out."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import create_mock_engine

from sqlgen import project
from sqlgen.checking.facts import baseline_grown, branch_facts
from sqlgen.emit import records
from sqlgen.emit.worker.models import describe
from sqlgen.facts.vocabulary import Name
from sqlgen.history import git
from sqlgen.history.since import Base, changes
from sqlgen.lint import histories
from sqlgen.lint.allowances import Allowances, collect
from sqlgen.lint.baseline import FILE, Baseline, Known
from sqlgen.lint.branch import BranchFact
from sqlgen.lint.drift import drift
from sqlgen.linting import read_file
from sqlgen.schema import Schema
from sqlgen.schema.model import Model
from sqlgen.segments import Step

VERSIONS = "migrations/versions"
DRIVERS = {"mariadb": "mysql+pymysql", "mysql": "mysql+pymysql"}


def facts(text: str, folder: Path, dialect: str) -> tuple[tuple[BranchFact, ...], Allowances]:
    """What the block tells of, and the allowances that stand in its revisions."""
    told = histories.read(text)
    found: list[BranchFact] = []
    if told.base or told.here or told.baselines:
        found += _of_repository(told, folder)
    if told.models is not None:
        found += drift(
            schema(told.schema or {}, dialect), model(told.models, dialect), version_table=Name("alembic_version")
        )
    steps = [Step(id, "", "upgrade", (), (), f"{VERSIONS}/{id}.py", ()) for id in told.here]
    return tuple(found), collect(steps, lambda file: _text(folder / file), dialect=dialect)


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


# ---- a repository


def _of_repository(told: histories.History, folder: Path) -> list[BranchFact]:
    versions = folder / VERSIONS
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
    (folder / "migrations" / "env.py").write_text("")
    on_base, here = told.baselines or ((), ())
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _write(versions, told.fork)
    _write_baseline(folder, on_base)
    merge_base = tip = _commit(folder)
    if told.base != told.fork:
        _write(versions, told.base)
        tip = _commit(folder)
        _git(folder, "checkout", "--quiet", "-b", "work", merge_base)
    _write(versions, told.here, told)
    _write_baseline(folder, here)
    repository = git.repository(folder)
    assert repository is not None
    base = Base("main", tip, merge_base)
    its = project.find(folder)
    return [*branch_facts(changes(its, repository, base)), *baseline_grown(its, repository, base)]


def _write(versions: Path, parents: Mapping[str, tuple[str, ...]], told: histories.History | None = None) -> None:
    for file in versions.iterdir():
        file.unlink()
    for id, down in parents.items():
        if told is None:
            (versions / f"{id}.py").write_text(revision(id, down))
        elif id not in told.missing:
            edited = {part for part, of in told.edited if of == id}
            allowed = [rule for rule, of in told.allowed if of == id]
            (versions / f"{id}.py").write_text(revision(id, down, edited, allowed))


def revision(id: str, down: tuple[str, ...], edited: set[str] | None = None, allowed: list[str] | None = None) -> str:
    """A revision file; each part of it may be written otherwise than it was."""
    statement = {part: "SELECT 2" if part in (edited or ()) else "SELECT 1" for part in ("upgrade", "downgrade")}
    lines = [f'# sqlgen: allow {rule} because "no database ran it"' for rule in allowed or ()]
    lines += ["# as it was" if "comment" in (edited or ()) else "", "from alembic import op", ""]
    lines += [f"revision, down_revision = {id!r}, {down[0] if len(down) == 1 else down or None!r}", ""]
    for name, sql in statement.items():
        lines += ["", f"def {name}():", f'    op.execute("{sql}")', ""]
    return "\n".join(lines)


def _write_baseline(folder: Path, rules: tuple[str, ...]) -> None:
    known = [Known(rule, "a1", f"{VERSIONS}/a1.py", sha256(rule.encode()).hexdigest()) for rule in sorted(rules)]
    if known:
        (folder / FILE).write_text(Baseline(tuple(known)).text())


def _commit(folder: Path) -> str:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--allow-empty", "--message=as it is")
    return _git(folder, "rev-parse", "HEAD").strip()


def _git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


# ---- models


def schema(tables: histories.Tables, dialect: str) -> Schema:
    """What CREATE TABLE makes of them in a new database."""
    made = Schema.empty(dialect)
    for name, columns in tables.items():
        inside = ", ".join(f"{one.name} {one.type}{'' if one.nullable else ' NOT NULL'}" for one in columns)
        for item in read_file(f"CREATE TABLE {name} ({inside});", "before.sql", dialect).items:
            made.apply_all(item.facts)
    return made


def model(tables: histories.Tables, dialect: str) -> Model:
    """What the worker says of such models."""
    metadata = sa.MetaData()
    for name, columns in tables.items():
        sa.Table(name, metadata, *(sa.Column(one.name, _type(one.type), nullable=one.nullable) for one in columns))
    return of_metadata(metadata, dialect)


def of_metadata(metadata: sa.MetaData, dialect: str) -> Model:
    described = describe(metadata, spelling(dialect))
    assert described is not None
    return records.model(described, dialect)


@cache
def spelling(dialect: str) -> Any:
    return create_mock_engine(f"{DRIVERS.get(dialect, dialect)}://", lambda *_: None).dialect


def _type(text: str) -> Any:
    name, _, size = text.partition("(")
    return getattr(sa, name)(*map(int, re.findall(r"\d+", size)))
