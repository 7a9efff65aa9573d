"""What a branch does to the history and a book in, findings out.

No statement is judged here: nothing has to be rendered, and the dialect need not be known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import assert_never

from sqlgen.errors import HistoryError
from sqlgen.lint.allowances import (
    NONE,
    Allowance,
    Allowances,
    ExpiredAllowance,
    HeldAllowance,
    Lines,
    MalformedAllowance,
    OneRevision,
    OneStatement,
    UnusedAllowance,
)
from sqlgen.lint.asking import answers, asker, failed
from sqlgen.lint.book import Book, BookRule
from sqlgen.lint.branch import (
    BaselineGrown,
    BranchFact,
    DeletedRevision,
    EditedRevision,
    ManyHeads,
    ModelDrift,
    ReparentedRevision,
    UnsoundHistory,
    WrongParent,
)
from sqlgen.lint.finding import Allowed, Finding
from sqlgen.lint.rule import Advice, Before
from sqlgen.messages import in_english
from sqlgen.schema import Schema

__all__ = ["judge_branch"]


def judge_branch(
    facts: Sequence[BranchFact],
    book: Book,
    *,
    dialect: str,
    project: str,
    allowances: Allowances = NONE,
    today: date,
) -> tuple[Finding, ...]:
    """Judge what a branch does to the history by the rules of the book that are on, in the order of the facts.

    A comment covers what is found in its file where it stands outside upgrade() and downgrade(), or at the line; an
    entry of the settings what is found of its revision. Allowances may be those of the run over the new revisions:
    each of the two judges the allowances for its own rules. `dialect` may be empty.

    Raises RuleFailed; and HistoryError for a history that is not sound where no rule that is on says so, since nothing
    else could be judged.
    """
    judging = _Judging(book, dialect, project, allowances, today)
    for fact in facts:
        judging.fact(fact)
    judging.allowances_themselves(sound=not any(isinstance(fact, UnsoundHistory) for fact in facts))
    return tuple(judging.findings)


class _Judging:
    def __init__(self, book: Book, dialect: str, project: str, allowances: Allowances, today: date):
        self.dialect = dialect
        self.project = project
        self.allowances = allowances
        self.today = today
        self.of_branches = book.of_branches
        self.on = book.on(dialect)
        self.used: set[tuple[int, str]] = set()
        """(number of the allowance, rule)"""
        self.said: set[tuple[str, str]] = set()
        """(rule, revision)"""
        self.findings: list[Finding] = []
        self.occurrences: Counter[tuple[str, str, str, str]] = Counter()

    def fact(self, fact: BranchFact) -> None:
        revision, file, line, words = _about(fact)
        drift = fact if isinstance(fact, ModelDrift) else None
        for rule in self.on:
            if rule.rule.once and (rule.id, revision) in self.said:
                continue
            for said in self.ask(rule, fact, revision):
                self.said.add((rule.id, revision))
                self.add(rule, said, revision, file, line, words, self.allowed(rule.id, fact), drift)
        if isinstance(fact, UnsoundHistory) and not any(UnsoundHistory in rule.rule.sees for rule in self.on):
            raise HistoryError(fact.why, hint=fact.hint, file=file, line=line)

    def ask(self, rule: BookRule, subject: object, revision: str) -> Iterator[Advice]:
        """What the rule says of it, with what to do."""
        if type(subject) not in rule.rule.sees:
            return
        try:
            said = asker(rule)(subject, _before(self.dialect, revision))
        except (Exception, SystemExit) as error:  # a rule file's own code
            raise failed(rule, error, None) from error
        for _, told in answers(rule, said, None) if said is not None else ():
            yield told if isinstance(told, Advice) else Advice(told, rule.rule.help)

    def add(
        self,
        rule: BookRule,
        said: Advice,
        revision: str,
        file: str | None,
        line: int | None,
        words: str,
        allowed: Allowed | None = None,
        drift: ModelDrift | None = None,
    ) -> None:
        assert rule.severity is not None, "only rules that are on are asked"
        end_line = None if drift is None else drift.end_line
        # A drift is the same one wherever its model moves, and when its revision is no longer new.
        key = (rule.id, "" if drift is not None else revision or file or "", "", words)
        occurrence = self.occurrences[key]
        self.occurrences[key] += 1
        finding = Finding(
            rule=rule.id,
            severity=rule.severity,
            message=said.message,
            help=said.help,
            file=file,
            line=line,
            end_line=end_line or line,
            column=None if drift is None else drift.begin,
            revision=revision,
            direction="upgrade",
            dialect=self.dialect,
            statement=None,
            sql="",
            identity=(*key, occurrence),
            allowed=allowed,
            project=self.project,
        )
        self.findings.append(finding)

    # ---- allowances

    def allowed(self, rule: str, fact: BranchFact) -> Allowed | None:
        for number, each in enumerate(self.allowances.held):
            if rule in each.rules and not each.expired(self.today) and _covers(each, fact):
                self.used.add((number, rule))
                return each.allowed
        return None

    def allowances_themselves(self, *, sound: bool) -> None:
        """What is to be said of those that are for rules about branches.

        Where the history is not sound, most was not looked at, so that nothing is unused. Neither is an entry of the
        settings, which may be there for another branch.
        """
        for wrong in self.allowances.malformed:
            if wrong.names(self.of_branches):
                self.tell(wrong, wrong)
        on = {rule.id for rule in self.on} & self.of_branches
        for number, each in enumerate(self.allowances.held):
            in_settings = isinstance(each.scope, OneRevision)
            used = [rule for rule in each.rules if (number, rule) in self.used]
            for_branches = self.of_branches.issuperset(each.rules)
            if each.expired(self.today):
                if for_branches:
                    self.tell(ExpiredAllowance(each, self.today), each)
                continue
            if for_branches and (used or not in_settings):
                self.tell(HeldAllowance(each, self.today), each)
            if sound and not in_settings:
                for rule in each.rules:
                    if rule in on and rule not in used:
                        self.tell(UnusedAllowance(each, rule), each)

    def tell(
        self,
        subject: MalformedAllowance | ExpiredAllowance | HeldAllowance | UnusedAllowance,
        at: Allowance | MalformedAllowance,
    ) -> None:
        for rule in self.on:
            for said in self.ask(rule, subject, ""):
                self.add(rule, said, "", at.file, at.line, " ".join(at.text.split()))


def _covers(allowance: Allowance, fact: BranchFact) -> bool:
    if isinstance(fact, UnsoundHistory):
        return False  # no reason makes a history run that has no order
    revision, file, line, _ = _about(fact)
    match allowance.scope:
        case Lines(of, lines, direction):
            return of == file and (direction is None or line in lines)
        case OneRevision(of):
            return of is None or of == revision
        case OneStatement():
            return False


def _about(fact: BranchFact) -> tuple[str, str | None, int | None, str]:
    """(revision, file, line, what else tells it from other findings of its rule)

    The last is the same as long as the harm is: neither lines nor what others do on the base branch count.
    """
    match fact:
        case EditedRevision(revision, file, line, functions):
            return revision, file, line, " ".join(functions)
        case DeletedRevision(revision, was, file, line):
            return revision, file, line, was
        case ReparentedRevision(revision, file, line, before, now):
            return revision, file, line, f"{', '.join(before)} → {', '.join(now)}"
        case ManyHeads(revision=revision, file=file, line=line):
            return revision, file, line, ""
        case WrongParent(revision, file, line, parents):
            return revision, file, line, ", ".join(parents)
        case UnsoundHistory(why, _, file, line):
            return "", file, line, in_english(why)
        case ModelDrift(kind, side, table, column, models, history, revision, file, line):
            words = " ".join(part or "-" for part in (kind, side, table, column, models, history))
            return revision, file, line, words
        case BaselineGrown(file, line, _, rules):
            return "", file, line, " ".join(rules)
    assert_never(fact)


def _before(dialect: str, revision: str) -> Before:
    """Nothing runs: what holds before it is not known."""
    return Before(
        dialect=dialect,
        server_version=None,
        runs="bundle",
        schema=Schema(dialect),
        in_transaction=False,
        lock_timeout_ms=None,
        block=None,
        revision=revision,
        direction="upgrade",
        allowed=frozenset(),
    )
