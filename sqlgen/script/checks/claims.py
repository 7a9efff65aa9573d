"""What revisions were told of the schema in, what must hold of the database where the script begins out.

A claim is compared as text: what was expected, and what the database's catalogs say in the same words. What the range
itself had made, dropped or changed before a revision asked is no claim about its start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlgen.facts.vocabulary import (
    AlterObject,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    DropIndex,
    DropObject,
    DropTable,
    Fact,
    Insert,
    Maintain,
    Name,
    Opaque,
    RenameObject,
    RenameTable,
    Select,
    Truncate,
    Update,
)
from sqlgen.messages import Message, in_english, say, visible
from sqlgen.script.checks.answers import CONTENTS, EXISTENCE, LISTS, NONE, NOT_THERE, THERE, What, name_of
from sqlgen.script.checks.touching import changed, changed_elsewhere
from sqlgen.script.target import Target
from sqlgen.segments import Assumption, Step


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a revision was told, as far as catalogs can confirm it."""

    what: What
    name: str | None
    """Of the table, or of the thing itself; None: of lists."""
    schema: str | None
    expected: str
    revision: str
    file: str | None
    line: int | None
    part: str | None = None
    """The index's name."""
    without: tuple[str, ...] = ()
    """Lists: names that the range decides."""
    untyped: tuple[str, ...] = ()
    """Columns whose type can't be compared."""
    loose: tuple[str, ...] = ()
    """Columns whose NOT NULL can't be compared."""
    whole: bool = False
    """Indexes are compared with what statements say of them, which reflection does not tell."""
    others: int = 0
    """How many more places rely on it."""
    until: int = 0
    """It holds where at most so many steps of the script are done: what the steps before it do leaves it as it is."""

    @property
    def is_existence(self) -> bool:
        """Whether it says no more than that something is there, or is not."""
        return self.expected in (THERE, NOT_THERE)

    def subject(self) -> Message:
        """What it is about."""
        name = self.name if self.schema is None else f"{self.schema}.{self.name}"
        match self.what:
            case "server version":
                return say("the server's version")
            case "relation":
                return say("table or view {name}", name=name)
            case "index":
                return say("index {index} of {name}", index=self.part, name=name)
            case "sequence" | "type" | "schema":
                return say("{what} {name}", what=self.what, name=name)
            case "tables" | "views" | "materialized views" | "sequences" | "enums":
                without = f", {say('without {names}', names=', '.join(self.without))}" if self.without else ""
                within = "" if self.schema is None else str(say(" in {schema}", schema=self.schema))
                return say("all {what}{within}{without}", what=self.what, within=within, without=without)
            case _:
                return say("{what} of {name}", what=self.what, name=name)


def claims(steps: Sequence[Step], target: Target) -> tuple[Claim, ...]:
    """In the order in which they were asked, each once. Nothing behind a revision that could not be rendered counts."""
    found: dict[object, Claim] = {}
    walk = _Walk(target)
    for done, step in enumerate(steps):
        if step.gap is not None:
            break
        waiting = list(step.assumptions)
        if step.origin != "rendered":  # its statements are not those between which it asked
            waiting = [replace(each, after=len(step.items)) for each in waiting]
        for number, item in enumerate(step.items):
            while waiting and waiting[0].after <= number:
                _note(found, walk.claim(step, waiting.pop(0)), done)
            for fact in item.facts:
                walk.apply(fact)
        for assumption in waiting:
            _note(found, walk.claim(step, assumption), done)
    return tuple(found.values())


def _note(found: dict[object, Claim], claim: Claim | None, done: int) -> None:
    if claim is None or not _plain(claim):
        return
    key = (claim.what, claim.name, claim.schema, claim.part, claim.expected, claim.without)
    known = found.get(key)
    if known is None:
        found[key] = replace(claim, until=done)
    elif (known.file, known.line) != (claim.file, claim.line):
        found[key] = replace(known, others=known.others + 1, until=done)
    else:
        found[key] = replace(known, until=done)


def _plain(claim: Claim) -> bool:
    """Whether it can stand in a script: a client may take a control character for something else."""
    texts = (claim.expected, claim.name, claim.schema, claim.part, *claim.without, *claim.untyped)
    return all(text is None or visible(text) == text for text in texts)


_Key = tuple[str | None, str]


@dataclass(slots=True)
class _Walk:
    """What the range has done so far."""

    target: Target
    decided: set[_Key] = field(default_factory=set)
    """Names that it has made, dropped or renamed."""
    touched: dict[_Key, frozenset[What]] = field(default_factory=dict)
    """Tables that it has changed, and what of them."""
    elsewhere: set[What] = field(default_factory=set)
    """What other tables than those may show in another way now."""
    indexes_unsure: bool = False
    """An index was dropped, and of which table is not said."""
    wild: bool = False
    """It did something whose reach is not known."""

    def key(self, name: str, schema: str | None) -> _Key:
        if self.target.dialect == "postgresql":
            return None if schema == "public" else schema, name
        return schema, name.casefold()

    def _touched(self, key: _Key, what: What) -> bool:
        return what in self.elsewhere or what in self.touched.get(key, ())

    def _names(self, *names: Name) -> set[_Key]:
        return {self.key(name.name, name.schema) for name in names}

    def apply(self, fact: Fact) -> None:
        if not (
            isinstance(fact, RenameTable) and self._names(fact.table) <= self.decided
        ):  # nothing old names that one
            self.elsewhere |= changed_elsewhere(fact)
        match fact:
            case Select() | Insert() | Update() | Delete() | Truncate() | Maintain():
                return
            case CreateTable(table=table):
                self.decided |= self._names(table)
            case DropTable(table=table, cascade=cascade):
                self.decided |= self._names(table)
                self.wild |= cascade
            case RenameTable(table=table, to=to):
                self.decided |= self._names(table, to)
            case CreateEnum(type=name) | CreateObject(name=name) | AlterObject(name=name):
                self.decided |= self._names(name)
            case DropObject(name=name, cascade=cascade):
                self.decided |= self._names(name)
                self.wild |= cascade
            case RenameObject(name=name, to=to):
                self.decided |= self._names(name, Name(to, name.schema))
                self.indexes_unsure |= fact.kind == "index" and fact.table is None
            case DropIndex(table=None):
                self.indexes_unsure = True
            case Opaque():
                self.wild |= self.target.dialect == "sqlite" and _changes(fact)
        for attribute in ("table", "to"):
            of = getattr(fact, attribute, None)
            if isinstance(of, Name):
                for key in self._names(of):
                    self.touched[key] = self.touched.get(key, frozenset()) | changed(fact)
        if isinstance(fact, CreateIndex) and fact.name is not None:
            self.decided.add(self.key(fact.name, fact.table.schema))

    def claim(self, step: Step, assumption: Assumption) -> Claim | None:
        """None for what is no claim about the start, and for what catalogs can't confirm."""
        if self.wild:
            return None
        place = assumption.place
        bare = Claim(
            "relation", None, None, "", step.revision, place.file if place else step.file, place.line if place else None
        )
        arguments = [*assumption.arguments, None, None, None]
        if assumption.question in LISTS:
            return self._list(replace(bare, schema=arguments[0]), assumption)
        return self._one(replace(bare, name=arguments[0], schema=arguments[1]), assumption, arguments)

    def _list(self, bare: Claim, assumption: Assumption) -> Claim | None:
        what, spell = LISTS[assumption.question]
        if what == "sequences" and (self.touched or self.decided):
            return None  # tables bring theirs, and take them with them
        version = self.target.version_table
        without = {version, *(name for schema, name in self.decided if schema in (bare.schema, None))}
        listed = [spell(entry) for entry in assumption.answer or () if name_of(entry) not in without]
        shown = tuple(sorted(without)) if what == "tables" or len(without) > 1 else ()
        return replace(bare, what=what, expected=", ".join(sorted(listed, key=str.encode)) or NONE, without=shown)

    def _one(self, bare: Claim, assumption: Assumption, arguments: list[str | None]) -> Claim | None:
        if assumption.question == "server_version":
            return replace(bare, what="server version", name=None, expected=str(assumption.answer))
        if bare.name is None or bare.name.casefold() == self.target.version_table.casefold():
            return None
        key, answer = self.key(bare.name, bare.schema), assumption.answer
        match assumption.question:
            case "has_table" | "has_sequence" | "has_type" | "has_schema":
                what = EXISTENCE[assumption.question]
                of_touched = what == "sequence" and any(bare.name.startswith(f"{table}_") for _, table in self.touched)
                if key in self.decided or of_touched:
                    return None
                return replace(bare, what=what, expected=THERE if answer else NOT_THERE)
            case "has_index":
                index, schema = arguments[1], arguments[2]
                key = self.key(bare.name, schema)
                unsure = key in self.decided or self._touched(key, "indexes") or self.indexes_unsure
                if index is None or unsure or self.key(index, schema) in self.decided:
                    return None
                return replace(bare, what="index", part=index, schema=schema, expected=THERE if answer else NOT_THERE)
        if key in self.decided:
            return None
        if answer is None:
            return replace(bare, expected=NOT_THERE)
        spelled = CONTENTS.get(assumption.question)
        if spelled is None:
            return None
        what, spell = spelled
        if self._touched(key, what):
            return None
        if what in ("indexes", "unique constraints") and self.indexes_unsure:
            return None
        if what == "checks" and self.target.dialect == "sqlite":
            return None  # there is no catalog of them
        return replace(bare, what=what, **spell(answer, self.target.dialect))


def _changes(fact: Opaque) -> bool:
    return in_english(fact.why) != ""
