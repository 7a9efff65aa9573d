"""The schema, moved forward by one fact at a time.

It holds what the facts of a range say. What was there before the range is asked for once, when a question comes up
that the range does not answer; then the range's facts are folded onto it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Fact, Name
from sqlgen.messages import Message, say
from sqlgen.schema.draft import Draft
from sqlgen.schema.guarded import Doubtful, Tainted, certainty
from sqlgen.schema.naming import object_key, part_key
from sqlgen.schema.objects import Object
from sqlgen.schema.state import Change, State
from sqlgen.schema.table import Table

__all__ = ["Schema"]


class Schema:
    """What stands in the database. It never raises; what it does not know it says by None, False or `complete`.

    `start` gives the schema before the first fact; it is called at most once. Without it, nothing is known to be there.
    """

    def __init__(self, dialect: str, start: Callable[[], Schema] | None = None):
        self.dialect = dialect
        self._state = State(dialect)
        self._start = start
        self._before: Schema | None = None
        """What `start` gave."""
        self._facts: list[Change] = []

    @classmethod
    def empty(cls, dialect: str) -> Schema:
        """The schema of a new database: what was not seen being made is not there."""
        schema = cls(dialect)
        schema._state.from_empty = True
        return schema

    @classmethod
    def of(cls, state: State) -> Schema:
        """A schema that goes on from a state."""
        schema = cls(state.dialect)
        schema._state = state
        return schema

    def fork(self, tables: Iterable[Name]) -> Schema:
        """A schema of its own that holds these tables alone, as they stand; facts about others are lost on it."""
        return Schema.of(self._all().copy({object_key(name, self.dialect) for name in tables}))

    def beginning(self) -> Schema:
        """The schema before the first fact that was applied here. Not to be changed."""
        self._all()
        if self._before is not None:
            return self._before
        return Schema.empty(self.dialect) if self._state.from_empty else Schema(self.dialect)

    def state(self) -> State:
        """All that is known, with what was there before. Not to be changed."""
        return self._all()

    def apply(self, fact: Fact, *, certain: bool = True) -> None:
        """Move forward by one fact. Takes time in the size of the table at most, never of the schema.

        certain: it happens whenever its statement runs; not so behind a test, in DO … IF … THEN.
        """
        self._take(fact if certain else Doubtful(fact))

    def apply_all(self, facts: Iterable[Fact]) -> None:
        """Move forward by all facts of one statement."""
        for fact, certain in certainty(facts):
            self.apply(fact, certain=certain)

    def _take(self, change: Change) -> None:
        if self._start is not None:
            self._facts.append(change)
        self._state.apply(change)

    def taint(self, name: Name | None = None) -> None:
        """Say that something unknown may have changed a table, or, without a name, anything."""
        self._take(Tainted(name))

    # ---- questions

    def table(self, name: Name) -> Table | None:
        """The table as it stands; None when there is none, or none is known."""
        draft = self._whole(name)
        return None if draft is None else draft.view(self._state.is_complete(draft))

    def is_complete(self, name: Name) -> bool:
        """Whether there is such a table and all of it is known: as its `complete` says, in no time."""
        draft = self._whole(name)
        return draft is not None and self._state.is_complete(draft)

    def tables(self) -> tuple[Table, ...]:
        """All tables that are known, in the order in which they were made."""
        state = self._all()
        return tuple(draft.view(state.is_complete(draft)) for draft in state.tables.values())

    def created(self, name: Name, kind: str = "table", on: Name | None = None) -> bool:
        """Whether a table, view, sequence, type or index was made by the facts applied here, and is still new.

        A new table that took over an old one's name (SQLite's batch mode; CREATE, copy, swap) is not: it has its rows.
        What has names of its own beside those (function, trigger, schema, extension, role) is asked for by its kind.
        MySQL's and SQL Server's index names are per table: ask for the table. `on`: the table of a trigger, rule or
        policy. SQL Server's #tables are always new: they live as long as the session.
        """
        if self.dialect == "mssql" and name.name.startswith("#"):
            return True
        thing = self._state.names.thing(self._state.names.kind(kind, on), name)
        if thing in self._state.names.unsure:
            self._all()
        return thing in self._state.names.created

    def unread(self) -> str | Message | None:
        """Why something may have changed without being seen: the last such thing; None when all was read."""
        state = self._all()
        return None if state.seen == 0 else state.why or say("something ran that sqlgen did not see")

    def may_hold_more(self) -> bool:
        """Whether there may be things that were not seen being made, though all was read."""
        return bool(self._all().doubtful)

    def has_table(self, name: Name) -> bool | None:
        """Whether a table of this name stands; None when that can't be known."""
        return self._all().has_table(name)

    def has_object(self, kind: str, name: Name) -> bool | None:
        """Whether a view, materialized view, sequence, type, domain or schema stands; None when that can't be known."""
        return self._all().has_object(kind, name)

    def object(self, kind: str, name: Name) -> Object | None:
        """A view, materialized view, sequence, type, domain or schema; None when none is known."""
        return self._all().objects.get(kind, name)

    def objects(self, kind: str) -> tuple[Object, ...]:
        """All of a kind that are known."""
        return tuple(one for one in self._all().objects.standing.values() if one.kind == kind)

    def readers(self, name: Name) -> tuple[Object, ...]:
        """The views that are known to read from a table or a view."""
        return tuple(self._all().objects.readers(name))

    def referrers(self, name: Name) -> tuple[Table, ...]:
        """The tables with a foreign key to a table, in the order in which they were made; some may have lost it."""
        state = self._all()
        keys = state.referrers.get(object_key(name, self.dialect))
        if not keys:
            return ()
        return tuple(draft.view(state.is_complete(draft)) for key, draft in state.tables.items() if key in keys)

    def column(self, table: Name, column: str) -> Column | None:
        """A column as it stands; None when there is none, or none is known."""
        key = part_key(column, self.dialect)
        here = self._state.find(table)
        if here is not None and key in here.columns:
            return here.columns[key]
        draft = self._whole(table)
        return None if draft is None else draft.columns.get(key)

    def constraint(self, table: Name, name: str) -> Constraint | None:
        """A constraint by its name, the one the engine gave it included."""
        here = self._state.find(table)
        found = None if here is None else here.constraint(name)
        if found is not None:
            return found
        draft = self._whole(table)
        return None if draft is None else draft.constraint(name)

    def index(self, name: Name, table: Name | None = None) -> CreateIndex | None:
        """An index by its name; on MySQL, where names are per table, of this table. Not those of constraints."""
        found = self._state.index(name, table)
        if found is not None or self._state.is_gone(name):
            return found
        return self._all().index(name, table)

    def backs(self, index: Name, table: Name | None = None) -> tuple[Name, Constraint] | None:
        """The constraint that brought an index, or adopted it, and its table. `table`: where names are per table."""
        here = self._state.constraint_of_index(index, table)
        if here is not None or self.index(index, table) is not None or self._state.is_gone(index):
            return here
        return self._all().constraint_of_index(index, table)

    def dropped(self, name: Name, kind: str = "table") -> bool:
        """Whether the range drops what has this name, or had it, so that it is certainly not there."""
        return self._state.names.thing(kind, name) in self._state.names.gone

    def proves_not_null(self, table: Name, column: str) -> bool:
        """Whether NOT NULL, a primary key or a validated CHECK (column IS NOT NULL) keeps NULL out of a column."""
        here = self._state.find(table)
        if here is not None and here.proves_not_null(column, self._state.seen):
            return True
        draft = self._whole(table)
        return draft is not None and draft.proves_not_null(column, self._state.seen)

    # ---- what was there before

    def _whole(self, name: Name) -> Draft | None:
        """The table with what it had before the range; the range alone answers for tables that it made or dropped."""
        here = self._state.find(name)
        if (here is not None and here.whole) or (here is None and self._state.is_gone(name)):
            return here
        return self._all().find(name)

    def _all(self) -> State:
        """The state with everything that was there before, fetched now if it was not yet."""
        if self._start is not None:
            start, self._start = self._start, None
            self._before = start()
            state = self._before._all().copy()
            for fact in self._facts:
                state.apply(fact)
            self._state, self._facts = state, []
        return self._state
