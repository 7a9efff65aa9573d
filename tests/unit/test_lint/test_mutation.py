"""In each rule, negating a condition changes what one of its examples or cases finds: what no example needs is not
known to be right. Long: only in `make deep`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from sqlgen.lint import allowances, engine
from sqlgen.lint.asking import RuleFailed
from sqlgen.lint.book import Book, BookRule, load
from sqlgen.lint.branch import BranchFact
from sqlgen.lint.branching import judge_branch
from sqlgen.lint.pages import Page, pages
from sqlgen.lint.rule import Rule
from sqlgen.linting import read_file
from sqlgen.schema import Schema
from sqlgen.schema.model import Model
from sqlgen.segments import Step
from tests.unit.test_lint import branches
from tests.unit.test_lint.test_cases import CASES
from tests.unit.test_lint.test_examples import _FOLDERS, history, judged, model, rendered

pytestmark = pytest.mark.deep

PAGES = {page.id: page for page in pages(["standard"], Path())}

EQUIVALENT = {
    # rule: conditions, as written, that no finding depends on, and why
    "create-guard": {"not make.if_not_exists": 'policy = "forbid": test_rules_of_loss.py'},
}  # type: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Probe:
    """Something that a rule is asked about."""

    steps: tuple[Step, ...]
    dialect: str
    start: Schema
    server: tuple[int, ...] | None = None
    runs: str = "bundle"
    lock_timeout_ms: int | None = 5000
    model: Model | None = None
    text: str | None = None
    """The script, which may hold allowances."""

    def found(self, book: Book) -> list[tuple[int | None, str, str]]:
        """What the rules of the book say, and where."""
        if any(step.direction == "downgrade" for step in self.steps):
            both = judged(self.steps, book, self.dialect, self.start, runs=self.runs, model=self.model)
            return [(one.line, str(one.message), str(one.help)) for one in both if one.allowed is None]
        said = engine.lint(
            self.steps,
            book,
            dialect=self.dialect,
            server_version=self.server,
            runs=self.runs,
            lock_timeout_ms=self.lock_timeout_ms,
            model=self.model,
            schema=Schema(self.dialect, lambda: self.start),
            allowances=allowances.collect(
                self.steps, lambda file: self.text or (_FOLDERS[self.dialect] / file).read_text(), dialect=self.dialect
            ),
            today=date(2026, 1, 1),
        )
        return [(one.line, str(one.message), str(one.help)) for one in said if one.allowed is None]


def _schema(sql: str, dialect: str, *, empty: bool = False) -> Schema:
    start = Schema.empty(dialect) if empty else Schema(dialect)
    for item in read_file(sql, "before.sql", dialect).items:
        for fact in item.facts:
            start.apply(fact)
    return start


@dataclass(frozen=True, slots=True)
class BranchProbe:
    """A branch that a rule is asked about."""

    facts: tuple[BranchFact, ...]
    dialect: str = "postgresql"

    def found(self, book: Book) -> list[tuple[int | None, str, str]]:
        """What the rules of the book say, and where."""
        said = judge_branch(self.facts, book, dialect=self.dialect, project="", today=date(2026, 1, 1))
        return [(one.line, str(one.message), str(one.help)) for one in said]


def _probes(page: Page, folder: Callable[[str], Path]) -> Iterator[Probe | BranchProbe]:
    for number, example in enumerate(page.examples):
        if example.language == "history":
            yield BranchProbe(branches.facts(example.sql, folder(f"{page.id}-{number}"), "postgresql")[0])
            continue
        for dialect in example.dialects if example.verdict != "before" else ():
            start = _schema(history(page, example, dialect), dialect)
            if example.language == "python":
                steps = tuple(rendered(dialect, folder(dialect))[page.id, example.line])
            else:
                steps = (read_file(example.sql, "script.sql", dialect),)
            text = None if example.language == "python" else example.sql
            models = model(page, example, dialect)
            yield Probe(steps, dialect, start, runs=example.runs, model=models, text=text)
    yield from _cases()


@cache
def _cases() -> tuple[Probe, ...]:
    return tuple(probe for path in CASES for probe in _case(path.read_text()))


def _case(text: str) -> Iterator[Probe]:
    def header(key: str) -> str:
        found = re.search(rf"^-- {key}: (.+)$", text, re.MULTILINE)
        return found.group(1).strip() if found else ""

    before, _, script = text.partition("-- range\n")
    server = tuple(int(part) for part in header("server").split(".") if part) or None
    for dialect in header("dialect").split():
        step = read_file(script, "script.sql", dialect)
        start = _schema(before, dialect, empty=header("from") == "empty")
        yield Probe((step,), dialect, start, server, header("runs") or "bundle", text=script)


# ---- mutants


class _Negate(ast.NodeTransformer):
    """Negates the condition with a number, and says which one that was."""

    def __init__(self, number: int):
        self.left = number
        self.told = ""

    def _maybe(self, condition: ast.expr) -> ast.expr:
        self.left -= 1
        if self.left != -1:
            return condition
        self.told = ast.unparse(condition)
        return ast.copy_location(ast.UnaryOp(ast.Not(), condition), condition)

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        node.test = self._maybe(node.test)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        node.test = self._maybe(node.test)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        node.values = [self._maybe(value) for value in node.values]
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.ifs = [self._maybe(test) for test in node.ifs]
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        self.generic_visit(node)
        if node.guard is not None:
            node.guard = self._maybe(node.guard)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.value, ast.Compare):
            node.value = self._maybe(node.value)
        return node


def mutants(source: str) -> Iterator[tuple[str, ast.Module]]:
    """(the condition that is negated, the module)"""
    number = 0
    while True:
        negate = _Negate(number)
        tree = ast.fix_missing_locations(negate.visit(ast.parse(source)))
        if not negate.told:
            return
        yield negate.told, tree
        number += 1


def _mutated(rule: BookRule, tree: ast.Module) -> BookRule:
    module = ModuleType(f"mutant_of_{rule.path.stem}")
    sys.modules[module.__name__] = module  # dataclasses look a class's module up by name
    try:
        exec(compile(tree, str(rule.path), "exec", dont_inherit=True), module.__dict__)
    finally:
        del sys.modules[module.__name__]
    (declared,) = (value for value in vars(module).values() if isinstance(value, Rule))
    options = None if declared.options is None else declared.options()
    return replace(rule, rule=declared, options=options, severity=declared.severity)


def _killed(book: Book, probes: Sequence[Probe | BranchProbe], expected: Sequence[object]) -> bool:
    try:
        return any(probe.found(book) != said for probe, said in zip(probes, expected, strict=True))
    except RuleFailed:
        return True


@pytest.mark.parametrize("id", sorted(PAGES))
def test_each_condition_of_a_rule_is_needed_by_an_example_or_a_case(
    id: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (rule,) = (rule for rule in _book().rules if rule.id == id)
    rule = replace(rule, severity=rule.rule.severity)
    probes = [p for p in _probes(PAGES[id], lambda d: _folder(d, tmp_path_factory)) if rule.rule.claims(p.dialect)]
    expected = [probe.found(Book((rule,))) for probe in probes]
    negated = list(mutants(rule.path.read_text(encoding="utf-8")))
    assert any(expected) or not negated, "none of its examples is found: there is nothing to compare"
    survivors = [
        condition
        for condition, tree in negated
        if condition not in EQUIVALENT.get(id, {}) and not _killed(Book((_mutated(rule, tree),)), probes, expected)
    ]
    assert survivors == []


@cache
def _book() -> Book:
    return load(["standard"], root=Path())


def _folder(dialect: str, factory: pytest.TempPathFactory) -> Path:
    if dialect not in _FOLDERS:
        _FOLDERS[dialect] = factory.mktemp(f"mutants-{dialect}")
    return _FOLDERS[dialect]
