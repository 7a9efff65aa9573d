"""A checkout in, what Alembic does online out: which revisions run, what they send, and what they leave.

Two runs up tell which values differ from run to run; then one goes down to base, and one goes down and up again after
each revision.
"""

from __future__ import annotations

import ast
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.databases import Data, Database, volatile
from corpus.fetch import Checkout

Json = dict[str, Any]
_SIDE = Path(__file__).parent / "alembic_side"


@dataclass(frozen=True, slots=True)
class Oracle:
    """What happened online."""

    order: tuple[str, ...]
    """Every revision, as Alembic runs them from base to heads."""
    files: dict[str, str]
    parents: dict[str, list[str]]
    """revision → the rows of the version table that it replaces, and what it depends on."""
    up: dict[str, str | None]
    """revision → None, or why it doesn't run on an empty database."""
    down: dict[str, str | None]
    """The same, of those that have a downgrade and run up."""
    sent: dict[str, list[Json]]
    """revision → its statements as sent on the way up."""
    sent_again: dict[str, list[Json]]
    """The same of the second run, where it sent something else: uuid4(), now()."""
    sent_down: dict[str, list[Json]]
    back: dict[str, str | None]
    """The same as `down`, of a downgrade from the heads to base in one go, in its order."""
    sent_back: dict[str, list[Json]]
    schema: str
    data: Data
    volatile: dict[str, list[str]]

    @property
    def fails(self) -> tuple[str, ...]:
        return tuple(revision for revision, error in self.up.items() if error is not None)


def consult(checkout: Checkout) -> Oracle:
    """From the kept result, or by running it."""
    kept = checkout.kept("oracle.json")
    if not kept.exists():
        kept.write_text(json.dumps(_run(checkout)), encoding="utf-8")
    stored = json.loads(kept.read_text(encoding="utf-8"))
    data = {table: (tuple(columns), [tuple(row) for row in rows]) for table, (columns, rows) in stored["data"].items()}
    return Oracle(**{**stored, "order": tuple(stored["order"]), "data": data})


def _run(checkout: Checkout) -> Json:
    case = checkout.case
    with Database(case.dialect, f"{case.name}_a") as one, Database(case.dialect, f"{case.name}_b") as other:
        first = online(checkout, one)
        second = online(checkout, other)
        schema, data = one.schema(), one.data()
        differs = volatile(data, other.data())
        up = {step["revision"]: step["error"] for step in first["steps"]}
        down: list[Json] = []
        back: list[Json] = []
        downgrades = [revision for revision, path in first["files"].items() if has_downgrade(Path(path))]
        if downgrades:
            fails = [revision for revision, error in up.items() if error is not None]
            back = online(checkout, other, back=True)["steps"]
            down = online(checkout, other, reset=True, downgrades=downgrades, fails=fails)["steps"]
    sent = {step["revision"]: step["statements"] for step in first["steps"]}
    again = {step["revision"]: step["statements"] for step in second["steps"]}
    return {
        "order": first["order"],
        "parents": first["parents"],
        "files": {revision: str(Path(path).relative_to(checkout.folder)) for revision, path in first["files"].items()},
        "up": up,
        "down": {step["revision"]: step["error"] for step in down},
        "sent": sent,
        "sent_again": {revision: again[revision] for revision in sent if sent[revision] != again[revision]},
        "sent_down": {step["revision"]: step["statements"] for step in down},
        "back": {step["revision"]: step["error"] for step in back},
        "sent_back": {step["revision"]: step["statements"] for step in back},
        "schema": schema,
        "data": data,
        "volatile": differs,
    }


def online(checkout: Checkout, database: Database, **job: Any) -> Json:
    """Run the history, or the `revisions` named, online on a database, in the project's interpreter."""
    asked = {"ini": str(checkout.ini), "url": database.url, "reset": False, "revisions": None}
    asked |= {"stamp": [], "fails": [], "downgrades": None, "back": False, **job}
    return dict(alembic_side(checkout, "online.py", asked))


def alembic_side(checkout: Checkout, program: str, job: Json) -> Any:
    """Run a program of ours in the project's interpreter: JSON in, JSON out."""
    done = subprocess.run(
        [checkout.python, "-W", "ignore", _SIDE / program],
        input=json.dumps(job),
        cwd=checkout.folder,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"{program} of {checkout.case.name} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout)


def has_downgrade(path: Path) -> bool:
    """Whether a revision file has a downgrade that does something."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == "downgrade":
            return any(not isinstance(each, ast.Pass | ast.Raise) and not _is_text(each) for each in node.body)
    return False


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
