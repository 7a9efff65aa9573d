"""The emitted script applied to an empty database by the database's own client, beside what the online run left.

Where the script says that it stops, Alembic takes the one revision online, and the script that it names goes on.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from itertools import groupby

from corpus.databases import Database, without
from corpus.fetch import Checkout
from corpus.oracle import Oracle, online
from corpus.projects import Dialect
from corpus.rendering import script
from corpus.spelling import statements

_MOST_SCRIPTS = 200


@dataclass(slots=True)
class Applied:
    """What became of it."""

    scripts: int = 0
    gates: list[str] = field(default_factory=list)
    """Revisions that Alembic took online, since the script stops before them."""
    refused: list[str] = field(default_factory=list)
    """Revisions that don't run online either, and are stamped over on both sides."""
    failed: list[str] = field(default_factory=list)
    """Where a script that was to run did not: `revision: what the client said`."""
    schema: list[str] = field(default_factory=list)
    """The lines of the dumps that differ."""
    data: list[str] = field(default_factory=list)
    """The tables whose rows differ, each with one row."""

    @property
    def equal(self) -> bool:
        return not (self.failed or self.schema or self.data)


def apply(checkout: Checkout, oracle: Oracle, *arguments: str) -> Applied:
    """From base to the heads; then compare. `arguments` are of `sqlgen emit`."""
    result = Applied()
    with Database(checkout.case.dialect, f"{checkout.case.name}_apply") as database:
        while result.scripts < _MOST_SCRIPTS and (following := _next(oracle, _rows(database))) is not None:
            if following in oracle.fails:
                online(checkout, database, revisions=[following])
                result.refused.append(following)
            elif not _go_on(checkout, oracle, database, result, arguments):
                return result
        _compare(database, oracle, result)
    return result


def _go_on(checkout: Checkout, oracle: Oracle, database: Database, result: Applied, arguments: tuple[str, ...]) -> bool:
    """One script, to the next revision that does not run online or to the heads. False: nothing can follow."""
    rows = _rows(database)
    span = f"{','.join(rows) or 'base'}:{_end(oracle, rows)}"
    made = script(checkout, span, *arguments, name="part.sql")
    result.scripts += 1
    if not made.path.exists():
        result.failed.append(f"{span}: exit code {made.code}: {made.said.strip()[-500:]}")
        return False
    _, said = database.client(made.path)
    last = next((line for line in reversed(said.splitlines()) if "sqlgen result: " in line), "")
    if re.search(r"sqlgen result: (APPLIED|ALREADY APPLIED)", last):
        return _rows(database) != rows or _failed(result, span, said)
    gate = re.search(r"the script stops before revision (\w+)", last)
    if gate is None:
        return _failed(result, _next(oracle, _rows(database)) or span, said)
    (step,) = online(checkout, database, revisions=[gate[1]])["steps"]
    result.gates.append(gate[1])
    if step["error"] is not None:
        result.failed.append(f"{gate[1]}: online at the gate: {step['error'][:300]}")
    return True


def _failed(result: Applied, where: str, said: str) -> bool:
    lines = [line for line in said.splitlines() if "ERROR" in line or "rror near line" in line or "result: NOT" in line]
    result.failed.append(f"{where}: {' / '.join(lines[:3] or said.splitlines()[-3:])[:600]}")
    return False


def _rows(database: Database) -> list[str]:
    """Of the version table; none where there is no such table."""
    if not any("alembic_version" in table for table in database.data()):
        return []
    return sorted(str(row[0]) for row in database.rows("SELECT version_num FROM alembic_version"))


def _next(oracle: Oracle, rows: list[str]) -> str | None:
    """The first revision that has not been applied."""
    applied: set[str] = set()
    todo = list(rows)
    while todo:
        revision = todo.pop()
        if revision not in applied:
            applied.add(revision)
            todo += oracle.parents[revision]
    return next((revision for revision in oracle.order if revision not in applied), None)


def _end(oracle: Oracle, rows: list[str]) -> str:
    """Up to the next one that is known not to run; such histories are linear."""
    start = _next(oracle, rows)
    assert start is not None
    for revision in oracle.order[oracle.order.index(start) :]:
        if revision in oracle.fails:
            return oracle.parents[revision][0]
    return "heads"


# ---- the comparison


def _compare(database: Database, oracle: Oracle, result: Applied) -> None:
    dialect = database.dialect
    one, other = _lines(oracle.schema, dialect), _lines(database.schema(), dialect)
    changed = difflib.unified_diff(one, other, "online", "script", lineterm="", n=0)
    result.schema = [line for line in changed if not line.startswith(("---", "+++", "@@"))]
    expected, found = without(oracle.data, oracle.volatile), without(database.data(), oracle.volatile)
    for table in sorted({*expected, *found}):
        ours, theirs = found.get(table), expected.get(table)
        if ours == theirs:
            continue
        missing = [row for row in (theirs[1] if theirs else []) if not ours or row not in ours[1]][:1]
        extra = [row for row in (ours[1] if ours else []) if not theirs or row not in theirs[1]][:1]
        counts = f"{len(theirs[1]) if theirs else None} rows online, {len(ours[1]) if ours else None} by script"
        result.data.append(f"{table}: {counts}; only online {missing}; only by script {extra}"[:700])


def _lines(schema: str, dialect: Dialect) -> list[str]:
    """The lines of a dump that count.

    SQLite keeps the texts of statements: their layout does not count. MariaDB lists a table's keys in the order in
    which they were made: Alembic makes a new table's indexes in the order of a Python set, which varies.
    """
    if dialect == "postgresql":
        return [line for line in schema.splitlines() if line.strip()]
    if dialect == "mariadb":
        return _with_sorted_keys([line for line in schema.splitlines() if line.strip()])
    return [
        line if line.startswith("--") else " ".join(token for tokens in statements(line, dialect) for token in tokens)
        for part in re.split(r"(?m)^(?=-- )", schema)
        for line in part.split("\n", 1)
        if line.strip()
    ]


def _with_sorted_keys(lines: list[str]) -> list[str]:
    found: list[str] = []
    for is_key, group in groupby(lines, key=lambda line: bool(re.match(r"  (UNIQUE |FULLTEXT |SPATIAL )?KEY ", line))):
        same = [line.rstrip(",") for line in group]
        found += sorted(same) if is_key else same
    return found
