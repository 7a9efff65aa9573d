"""What of a table decides how it can be altered: asked of the schema, which knows only what it saw being made."""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.effects.model import Server
from sqlgen.facts.vocabulary import Column, CreateIndex, Fact, Kind, Name
from sqlgen.schema import Schema, Table
from sqlgen.schema.naming import mentions, part_key

__all__ = ["Shape"]


@dataclass(slots=True)
class Shape:
    """A table, as far as it is known. Of one that is not known, nothing special is assumed."""

    name: Name
    schema: Schema
    dialect: str
    _asked: bool = False
    _table: Table | None = None

    @property
    def table(self) -> Table | None:
        """Asked for when it is needed: that may mean that a history is replayed."""
        if not self._asked:
            self._asked, self._table = True, self.schema.table(self.name)
        return self._table

    @property
    def settings(self) -> dict[str, str]:
        return {} if self.table is None else dict(self.table.settings)

    @property
    def is_temporary(self) -> bool:
        """One that was made by the statements at hand: no other one is there, as each session has its own."""
        return self.schema.created(self.name) and self.table is not None and self.table.temporary

    @property
    def is_other_engine(self) -> bool:
        """MyISAM, Aria, …: no online DDL at all."""
        return self.settings.get("engine", "innodb").lower() != "innodb"

    @property
    def is_compressed(self) -> bool:
        settings = self.settings
        return settings.get("row_format", "").lower() == "compressed" or settings.get("key_block_size", "0") != "0"

    @property
    def is_redundant(self) -> bool:
        return self.settings.get("row_format", "").lower() == "redundant"

    @property
    def is_partitioned(self) -> bool:
        return self.table is not None and self.table.partition_by is not None

    @property
    def indexes(self) -> tuple[CreateIndex, ...]:
        return () if self.table is None else (*self.table.indexes, *self.table.brought)

    @property
    def has_fulltext(self) -> bool:
        return any(index.method == "fulltext" for index in self.indexes)

    @property
    def columns(self) -> tuple[Column, ...]:
        return () if self.table is None else self.table.columns

    def has_generated(self, kind: str) -> bool:
        return any(column.generated == kind for column in self.columns)

    def column(self, name: str) -> Column | None:
        key = part_key(name, self.dialect)
        return next((one for one in self.columns if part_key(one.name, self.dialect) == key), None)

    def every_key(self) -> tuple[tuple[Kind | None, str | None, tuple[str, ...]], ...]:
        """Kind (None: a plain index), name and columns of each index, those of constraints too."""
        if self.table is None:
            return ()
        kinds = (Kind.PRIMARY_KEY, Kind.UNIQUE)
        constraints = [(one.kind, one.name, one.columns) for one in self.table.constraints if one.kind in kinds]
        return (*constraints, *((Kind.UNIQUE if one.unique else None, one.name, one.columns) for one in self.indexes))

    def keys_of(self, column: str) -> tuple[tuple[Kind | None, tuple[str, ...]], ...]:
        """The indexes that hold the column."""
        key = part_key(column, self.dialect)
        return tuple(
            (kind, columns)
            for kind, _, columns in self.every_key()
            if any(
                part_key(one, self.dialect) == key or ("(" in one and mentions(one, key, self.dialect))
                for one in columns
            )
        )

    @property
    def has_indexed_virtual(self) -> bool:
        return any(column.generated == "virtual" and self.keys_of(column.name) for column in self.columns)

    @property
    def has_special_index(self) -> bool:
        """A FULLTEXT index, or in MariaDB one over a virtual column: no INSTANT, and a rebuild keeps writes out."""
        return self.has_fulltext or (self.dialect == "mariadb" and self.has_indexed_virtual)

    def clusters(self, index: str) -> bool:
        """Whether rows lie in the order of this unique key: InnoDB takes the first one over NOT NULL columns where
        there is no primary key (MySQL 8.4, 17.6.2.1)."""
        if self.table is None or not self.table.complete:
            return False
        keys = self.every_key()
        if any(kind is Kind.PRIMARY_KEY for kind, _, _ in keys):
            return False
        for kind, name, columns in keys:
            found = [self.column(one) for one in columns]
            if kind is Kind.UNIQUE and all(one is not None and not one.nullable for one in found):
                return name is not None and part_key(name, self.dialect) == part_key(index, self.dialect)
        return False

    @property
    def cascades(self) -> bool:
        """Whether a foreign key of it changes its rows by itself, which a copy that lets writes go on would miss."""
        changing = ("CASCADE", "SET NULL", "SET DEFAULT")
        constraints = () if self.table is None else self.table.constraints
        return any(one.on_delete in changing or one.on_update in changing for one in constraints)

    def copies_online(self, server: Server, fact: Fact) -> bool:
        """MariaDB, Online Schema Change: since 11.2 a copy lets writes go on, but for these."""
        return server.dialect == "mariadb" and server.at_least(11, 2) and not self.cascades and not self.is_other_engine
