"""Steps and a book in, findings out. One pass, in the order in which the statements run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlgen.effects import Effect, Server
from sqlgen.errors import say
from sqlgen.facts.vocabulary import Block, Fact, Name
from sqlgen.lint.allowances import (
    NONE,
    Allowance,
    Allowances,
    ExpiredAllowance,
    HeldAllowance,
    MalformedAllowance,
    OneRevision,
    UnusedAllowance,
)
from sqlgen.lint.asking import RuleFailed, answers, asker, failed
from sqlgen.lint.book import Book, BookRule, nearest
from sqlgen.lint.coverage import Coverage
from sqlgen.lint.finding import Allowed, Finding
from sqlgen.lint.findings import CommentAt, Findings, Spot
from sqlgen.lint.memory import Memory
from sqlgen.lint.outlook import NOTHING, Outlook, outlook
from sqlgen.lint.roundtrip import RoundTrip, Trips
from sqlgen.lint.rule import Before
from sqlgen.lint.session import Session, preamble_options
from sqlgen.schema import Schema
from sqlgen.schema.model import Model
from sqlgen.segments import Item, Segment, Step, segments

__all__ = ["VERSION_TABLE", "RuleFailed", "lint"]

VERSION_TABLE = Name("alembic_version")


def lint(
    steps: Sequence[Step],
    book: Book,
    *,
    dialect: str,
    server_version: tuple[int, ...] | None = None,
    runs: str = "bundle",
    lock_timeout_ms: int | None = None,
    statement_timeout_ms: int | None = None,
    env_options: Mapping[str, str | None] | None = None,
    joined: bool = False,
    version_table: Name = VERSION_TABLE,
    model: Model | None = None,
    trips: Trips | None = None,
    schema: Schema,
    allowances: Allowances = NONE,
    today: date,
    project: str = "",
) -> tuple[Finding, ...]:
    """Judge the steps, in the order in which they run, by every rule of the book that is on and claims the dialect.

    Findings come in the order of steps, statements and rules; allowed ones stay among them.

    `schema` is the schema just before the first step; it is folded forward as the steps are read. The timeouts are
    what the script's preamble sets; they count where `runs` is "bundle", since nothing else runs that preamble.
    `env_options`: what env.py sets in its session (`env_file.session_options`); it counts where no preamble does.
    `joined`: env.py lets Alembic run all revisions in one transaction; it counts where no preamble does. No rule is
    asked about what a statement does to the version table. `model` is what env.py's target_metadata maps. `trips`
    goes from the upgrades' run to that of their downgrades, and compares. `today` decides whether an allowance has
    expired; `project` is Finding.project. Raises RuleFailed when a rule raises.
    """
    limits = preamble_options(dialect, lock_timeout_ms, statement_timeout_ms)
    preamble = limits if runs == "bundle" else env_options or {}
    session = Session(dialect, preamble, joined=joined and runs == "alembic")
    server = Server(dialect, server_version)
    run = _Run(steps, book, server, runs, session, version_table, model, trips, schema, allowances, today, project)
    return run.judge()


class _Run:
    def __init__(
        self,
        steps: Sequence[Step],
        book: Book,
        server: Server,
        runs: str,
        session: Session,
        version_table: Name,
        model: Model | None,
        trips: Trips | None,
        schema: Schema,
        allowances: Allowances,
        today: date,
        project: str,
    ):
        self.steps = steps
        self.book = book
        self.server = server
        self.runs = runs
        self.session = session
        self.version_table = version_table
        self.model = model
        self.trips = trips
        self.schema = schema
        self.allowances = allowances
        self.today = today
        self.coverage = Coverage([each for each in allowances.held if not each.expired(today)])
        self.findings = Findings(server.dialect, project)
        self.seers: dict[type, list[tuple[BookRule, Callable[[object, Before], Any]]]] = {}
        for rule in book.on(server.dialect):
            for kind in rule.rule.sees:
                self.seers.setdefault(kind, []).append((rule, asker(rule)))
        self.said_once: set[tuple[str, int]] = set()
        self.memory = Memory()
        self.statements = 0
        self.spots: dict[int, Spot] = {}
        """id(item) → its spot, made when a rule about more than one statement first names one."""

    def judge(self) -> tuple[Finding, ...]:
        for number, step in enumerate(self.steps):
            self.step(Spot(step, number))
        if self.steps:
            self.ask(tuple, tuple(self.steps), Spot(self.steps[0], 0))
        self.judge_allowances()
        return self.findings.ordered()

    # ---- the pass

    def step(self, spot: Spot) -> None:
        self.ask(Step, spot.step, spot)
        if self.trips is not None and spot.step.direction == "upgrade" and RoundTrip in self.seers:
            self.trips.begin(spot.step, self.schema)
        ahead = outlook(spot.step)
        index = 0
        for segment in segments(spot.step):
            first = segment.items[0]
            self.session.enter(first)
            self.ask(Segment, segment, Spot(spot.step, spot.step_number, first, index, self.statements + 1))
            for item in segment.items:
                self.statements += 1
                self.item(Spot(spot.step, spot.step_number, item, index, self.statements), item, ahead)
                index += 1
        if self.trips is not None and spot.step.direction == "downgrade" and RoundTrip in self.seers:
            for trip in self.trips.end(spot.step, self.schema):
                if trip.table != self.version_table:
                    self.ask(RoundTrip, trip, spot)
        if spot.step.gap is not None:
            self.schema.taint()  # what a revision that was not rendered does is not known to those after it

    def item(self, spot: Spot, item: Item, ahead: Outlook) -> None:
        self.session.enter(item)
        self.coverage.enter(spot.step_number, spot.item_number, spot.step.revision, item.place)
        before = self.before(spot, ahead=ahead)
        self.ask(Item, self.of_the_user(item), spot, before)
        self.ask(type(item.statement), item.statement, spot, before)
        block: Block | None = None
        for number, fact in enumerate(item.facts):
            copy = ahead.rebuilds.get((spot.item_number, number))
            if number or copy is not None:  # behind the first fact, the schema and the session are others
                before = self.before(spot, block, copy, ahead)
            done = before.effect(fact)
            if not self.is_bookkeeping(fact):
                self.ask(type(fact), fact, spot, before)
            if isinstance(fact, Block):
                block = fact
            self.apply(item, fact, copy, done, certain=block is None or not block.checks)

    def is_bookkeeping(self, fact: Fact) -> bool:
        return getattr(fact, "table", None) == self.version_table

    def of_the_user(self, item: Item) -> Item:
        """The statement without what it does to the version table; its text stays, which may hold anything."""
        if not any(map(self.is_bookkeeping, item.facts)):
            return item
        return replace(item, facts=tuple(fact for fact in item.facts if not self.is_bookkeeping(fact)))

    def apply(self, item: Item, fact: Fact, rebuilt_as: Name | None, done: Effect, *, certain: bool) -> None:
        """certain: it happens whenever the statement runs, and not only where a test in a block allows it."""
        table = getattr(fact, "table", None)
        created = isinstance(table, Name) and self.schema.created(table)
        if certain:
            self.memory.apply(fact, rebuilt_as=rebuilt_as, created=created, schema=self.schema)
        self.session.apply(item, fact, done, self.schema.created)
        self.schema.apply(fact, certain=certain)

    # ---- asking the rules

    def ask(self, kind: type, subject: object, spot: Spot, before: Before | None = None) -> None:
        rules = self.seers.get(kind)
        if not rules:
            return
        before = before or self.before(spot)
        for rule, check in rules:
            if rule.rule.once and (rule.id, spot.step_number) in self.said_once:
                continue
            try:
                said = check(subject, before)
            except (Exception, SystemExit) as error:
                raise failed(rule, error, spot.item) from error
            if said is not None:
                self.take(rule, said, spot)
        if before.spared and spot.item is not None:
            self.coverage.spare()

    def take(self, rule: BookRule, said: object, spot: Spot) -> None:
        for item, message in answers(rule, said, spot.item):
            self.said_once.add((rule.id, spot.step_number))
            at = spot if item is spot.item or item is None else self.spot_of(item, spot)
            self.findings.at_statement(rule, message, at, self.allowed(rule, at))

    def before(
        self,
        spot: Spot,
        block: Block | None = None,
        rebuilt_as: Name | None = None,
        ahead: Outlook = NOTHING,
    ) -> Before:
        return Before(
            dialect=self.server.dialect,
            server_version=self.server.version,
            runs=self.runs,
            schema=self.schema,
            in_transaction=self.session.in_transaction,
            lock_timeout_ms=self.session.lock_timeout_ms,
            block=block,
            revision=spot.step.revision,
            direction=spot.step.direction,
            allowed=self.coverage.named if spot.item is not None else frozenset(),
            options=self.session.options,
            rebuilt_as=rebuilt_as,
            views_made=ahead.views,
            columns_made=ahead.columns,
            row_driven=spot.step.row_driven,
            born_parts=self.memory.born,
            filled_columns=self.memory.filled,
            unique_until_now=self.memory.was_unique,
            transaction=self.session.transaction,
            statement_timeout_ms=self.session.statement_timeout_ms,
            model=self.model,
        )

    def spot_of(self, item: Item, otherwise: Spot) -> Spot:
        """The spot of a statement that a rule about a segment, a step or the range named."""
        if not self.spots:
            count = 0
            for number, step in enumerate(self.steps):
                for index, each in enumerate(step.items):
                    count += 1
                    self.spots[id(each)] = Spot(step, number, each, index, count)
        return self.spots.get(id(item), otherwise)

    def allowed(self, rule: BookRule, spot: Spot) -> Allowed | None:
        place = None if spot.item is None else spot.item.place
        held = self.coverage.use(rule.id, spot.step_number, spot.item_number, spot.step.revision, place)
        return None if held is None else held.allowed

    # ---- allowances that are findings themselves

    def judge_allowances(self) -> None:
        """Those for what a branch does to the history are judged where that is looked at: in `branching`."""
        spots: dict[tuple[str, str | None], Spot] = {}
        for number, step in enumerate(self.steps):
            spots.setdefault((step.direction, step.file), Spot(step, number))
            spots[step.direction, None] = Spot(step, number)
        others = self.book.of_branches
        on = {rule.id for rule in self.book.on(self.server.dialect)} - others
        malformed = [each for each in self.allowances.malformed if not each.names(others)]
        for wrong in (*malformed, *_unknown_rules(self.allowances.held, self.book)):
            self.ask_of(wrong, wrong.direction, CommentAt(wrong.file, wrong.line, wrong.text), spots)
        revisions = {None, *(step.revision for step in self.steps)}
        for each in self.allowances.held:
            if others.issuperset(each.rules):
                continue
            at = _place_of(each)
            if each.expired(self.today):
                self.ask_of(ExpiredAllowance(each, self.today), each.direction, at, spots)
            elif not isinstance(each.scope, OneRevision) or each.scope.revision in revisions:
                self.ask_of(HeldAllowance(each, self.today), each.direction, at, spots)
        for each, rule in self.coverage.unused(self.steps):
            if rule in on:
                self.ask_of(UnusedAllowance(each, rule), each.direction, _place_of(each), spots)

    def ask_of(
        self,
        subject: object,
        direction: str | None,
        comment: CommentAt,
        spots: Mapping[tuple[str, str | None], Spot],
    ) -> None:
        """Ask the rules about an allowance, once: one that has no direction is judged with the upgrade."""
        way = direction or "upgrade"
        spot = spots.get((way, comment.file), spots.get((way, None)))
        if spot is None:
            return
        for rule, check in self.seers.get(type(subject), []):
            try:
                said = check(subject, self.before(spot))
            except (Exception, SystemExit) as error:
                raise failed(rule, error, None) from error
            for _, message in answers(rule, said, None) if said is not None else ():
                self.findings.at_comment(rule, message, spot, comment)


def _place_of(allowance: Allowance) -> CommentAt:
    scope = allowance.scope
    revision = scope.revision if isinstance(scope, OneRevision) else None
    return CommentAt(allowance.file, allowance.line, allowance.text, revision or "")


def _unknown_rules(held: Iterable[Allowance], book: Book) -> Iterator[MalformedAllowance]:
    ids = book.ids
    for each in held:
        for name in each.rules:
            if name not in ids:
                offer = nearest(name, ids, say("sqlgen rules shows the names"))
                why = say("there is no rule {name}: {offer}", name=name, offer=offer)
                yield MalformedAllowance(each.text, why, each.where, each.file, each.line, each.direction)
