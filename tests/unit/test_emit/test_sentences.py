"""Whatever the worker refuses, the parent has a sentence for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sqlgen.emit
from sqlgen.emit import environment_problems, problems, shadow
from sqlgen.emit.interpreter import Interpreter
from sqlgen.errors import say

WORKER = Path(sqlgen.emit.__file__).parent / "worker"


def _kinds() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each kind with the names of its values, as the worker's sources have them."""
    for path in sorted(WORKER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Offline" | "Missing"), args=[kind, *_], keywords=keywords):
                    names = tuple(each.arg for each in keywords if each.arg is not None) or _elsewhere(kind)
                    for text in _texts(kind):
                        yield text, names
                case ast.Return(value=ast.Tuple(elts=[kind, ast.Dict(keys=keys)])) if path.name == "failures.py":
                    for text in _texts(kind):
                        yield text, tuple(key.value for key in keys if isinstance(key, ast.Constant))
                case ast.FunctionDef(name="_by_text"):
                    for each in ast.walk(node):
                        if isinstance(each, ast.Return) and isinstance(each.value, ast.Constant):
                            yield str(each.value.value), ()
                        elif isinstance(each, ast.Tuple) and len(each.elts) == 2:
                            for text in _texts(each.elts[1]):
                                yield text, ()


def _texts(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _elsewhere(kind: ast.AST) -> tuple[str, ...]:
    """Offline("colon", **problem.values) passes on what another refusal had."""
    return ("name",) if list(_texts(kind)) == ["colon"] else ()


KINDS = sorted(set(_kinds()))

OF_SHADOW = frozenset({"shadow-driver", "shadow-full", "shadow-unreachable", "shadow-url", "shadow-vendor"})
"""What is told of --shadow before anything is run."""

OF_ERRORS = frozenset(
    {"async", "batch", "connects", "dialect", "exception", "exit", "input", "interpolation", "length", "literal",
     "module", "percent", "settings", "unconfigured", "unreadable", "url", "variable"}
)  # fmt: skip
"""Kinds that failures.py finds in exceptions of others, which are shown."""


def test_the_kinds_are_found() -> None:
    kinds = {kind for kind, _ in KINDS}
    assert {"colon", "own-connection", "socket", "targets", "module", "batch", "exception", "no-app"} <= kinds
    assert len(kinds) > 40


@pytest.mark.parametrize(("kind", "names"), KINDS)
def test_every_kind_has_its_sentence(kind: str, names: tuple[str, ...]) -> None:
    record: dict[str, Any] = {
        "kind": kind,
        "type": "TypeOfError",
        "text": "text of error",
        "values": {name: f"value-of-{name}" for name in names},
        "file": None,
        "line": None,
        "detail": "",
        "missed": [],
    }
    if kind in OF_SHADOW:
        values = {"url": "", "why": "", **record["values"]}
        assert all(value in str(shadow.unusable(kind, values)) for value in record["values"].values())
        return
    of_env = environment_problems.environment_failed(record, Interpreter(Path("python"), say("here")))
    assert str(of_env.message)
    assert str(of_env.hint)
    own = environment_problems.ONLY_FOR_ENV
    if kind in own:
        with pytest.raises(ValueError, match=kind):
            problems.failure(record)
        return
    reason = str(problems.failure(record).reason)
    assert kind in PLAIN or reason != "TypeOfError: text of error", kind
    told = {*record["values"].values(), "TypeOfError: text of error"}
    assert not names or any(value in reason for value in told), reason


@pytest.mark.parametrize(("kind", "names"), sorted({each for each in KINDS if each[0] not in OF_ERRORS}))
def test_no_sentence_shows_how_the_worker_refuses(kind: str, names: tuple[str, ...]) -> None:
    record: dict[str, Any] = {
        "kind": kind,
        "type": "Offline",
        "text": f"('{kind}', {{}})",
        "values": {name: f"value-of-{name}" for name in names},
        "file": None,
        "line": None,
        "detail": "",
        "missed": [],
    }
    if kind in OF_SHADOW:
        return
    of_env = environment_problems.environment_failed(record, Interpreter(Path("python"), say("here")))
    assert "Offline" not in str(of_env.message)
    if kind not in environment_problems.ONLY_FOR_ENV:
        assert "Offline" not in str(problems.failure(record).reason)


PLAIN = frozenset({"exception", "interpolation", "percent", "unreadable"})
"""What the exception says is said."""
