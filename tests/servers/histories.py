"""Random histories of DDL, as migrations write them. Statements may fail on a server: those are left out."""

from __future__ import annotations

from random import Random

__all__ = ["history"]

TABLES = ("a", "b", "Cc")
COLUMNS = ("x", "y", "z", "w", "Up")

POSTGRESQL_TYPES = (
    ("INTEGER", "0", "'1'", "-5"),
    ("BIGINT", "0", "'1'"),
    ("VARCHAR(20)", "'x'", "'it''s'"),
    ("TEXT", "'x'", "''"),
    ("BOOLEAN", "true", "'false'"),
    ("NUMERIC(10, 2)", "0", "'1.5'"),
    ("TIMESTAMP WITH TIME ZONE", "now()", "CURRENT_TIMESTAMP"),
    ("DATE", "'2020-01-01'"),
    ("JSONB", "'{}'"),
    ("mood", "'sad'"),
    ("SERIAL",),
    ("UUID", "gen_random_uuid()"),
    ("TEXT[]", "'{}'"),
    ("FLOAT", "0.5"),
    ("CHAR(3)", "'abc'"),
)
MARIADB_TYPES = (
    ("INTEGER", "0", "'1'", "-5"),
    ("BIGINT UNSIGNED", "0", "'1'"),
    ("VARCHAR(20)", "'x'", "'it''s'"),
    ("TEXT", "'x'"),
    ("BOOL", "true", "'0'"),
    ("NUMERIC(10, 2)", "0", "'1.5'"),
    ("DATETIME", "now()", "CURRENT_TIMESTAMP"),
    ("TIMESTAMP", "CURRENT_TIMESTAMP", "now() ON UPDATE now()"),
    ("DATE", "'2020-01-01'"),
    ("ENUM('sad','ok')", "'sad'"),
    ("VARCHAR(30) CHARACTER SET latin1",),
    ("JSON",),
    ("DOUBLE", "0.5"),
)


def history(seed: int, dialect: str, length: int = 40) -> list[str]:
    """Statements, the first of which make tables."""
    random = Random(seed)
    writer = _Writer(random, dialect)
    start = ["CREATE TYPE mood AS ENUM ('sad', 'ok')"] if dialect == "postgresql" else []
    return [*start, *(writer.create(table) for table in TABLES), *(writer.any() for _ in range(length))]


class _Writer:
    def __init__(self, random: Random, dialect: str):
        self.random = random
        self.postgresql = dialect == "postgresql"
        self.types = POSTGRESQL_TYPES if self.postgresql else MARIADB_TYPES

    def quoted(self, name: str) -> str:
        mark = '"' if self.postgresql else "`"
        return name if name == name.lower() else f"{mark}{name}{mark}"

    def table(self) -> str:
        return self.quoted(self.random.choice(TABLES))

    def column(self) -> str:
        return self.quoted(self.random.choice(COLUMNS))

    def some(self, least: int = 1) -> str:
        return ", ".join(map(self.quoted, self.random.sample(COLUMNS, self.random.randint(least, 2))))

    def maybe(self, text: str, often: float = 0.5) -> str:
        return text if self.random.random() < often else ""

    def definition(self, column: str) -> str:
        number = column == "x" and self.random.random() < 0.7  # so that foreign keys fit
        type_, *defaults = self.types[0] if number else self.random.choice(self.types)
        default = f" DEFAULT {self.random.choice(defaults)}" if defaults and self.random.random() < 0.5 else ""
        unique = self.maybe(" UNIQUE", 0.15)
        check = self.maybe(f" CHECK ({column} IS NOT NULL)", 0.1)
        comment = "" if self.postgresql else self.maybe(" COMMENT 'why'", 0.15)
        return f"{column} {type_}{default}{self.maybe(' NOT NULL', 0.3)}{comment}{unique}{check}"

    def create(self, table: str) -> str:
        columns = [self.quoted(name) for name in COLUMNS[: self.random.randint(2, len(COLUMNS))]]
        parts = ["id SERIAL NOT NULL" if self.postgresql else "id INTEGER NOT NULL AUTO_INCREMENT"]
        parts += [self.definition(column) for column in columns]
        parts.append(f"{self.maybe(f'CONSTRAINT pk_{table.lower()} ', 0.3)}PRIMARY KEY (id)")
        parts += [f"{self.name('uq')}UNIQUE ({', '.join(columns[:2])})"] if self.random.random() < 0.4 else []
        if self.random.random() < 0.2:
            parts.append(f"{self.name('fk')}FOREIGN KEY ({columns[0]}) REFERENCES {self.table()} (id)")
        if not self.postgresql and self.random.random() < 0.4:
            parts.append(f"KEY {self.maybe('ik')} ({columns[0]})")
        return f"CREATE TABLE {self.quoted(table)} ({', '.join(parts)})"

    def name(self, label: str) -> str:
        return self.maybe(f"CONSTRAINT {label}{self.random.randint(1, 3)} ")

    def any(self) -> str:
        shared = (
            self.add, self.add, self.drop_column, self.rename_column, self.rename_table, self.index, self.index,
            self.unique, self.foreign, self.foreign, self.check, self.drop_constraint, self.drop_index, self.recreate,
            self.drop_default, self.default,
        )  # fmt: skip
        own = (
            (self.type, self.not_null, self.rename_constraint, self.rename_index, self.comment, self.label, self.like)
            if self.postgresql
            else (self.modify, self.modify, self.change, self.rename_key, self.drop_key, self.like, self.options)
        )
        return self.random.choice((*shared, *own))()

    def add(self) -> str:
        place = "" if self.postgresql else self.random.choice(("", " FIRST", f" AFTER {self.column()}"))
        return f"ALTER TABLE {self.table()} ADD COLUMN {self.definition(self.column())}{place}"

    def drop_column(self) -> str:
        return f"ALTER TABLE {self.table()} DROP COLUMN {self.column()}{self.maybe(' CASCADE', 0.3)}"

    def rename_column(self) -> str:
        return f"ALTER TABLE {self.table()} RENAME COLUMN {self.column()} TO {self.column()}"

    def rename_table(self) -> str:
        return f"ALTER TABLE {self.table()} RENAME TO {self.table()}"

    def recreate(self) -> str:
        if self.random.random() < 0.5:
            return f"DROP TABLE {self.table()}{self.maybe(' CASCADE')}"
        return self.create(self.random.choice(TABLES))

    def index(self) -> str:
        unique, part = self.maybe("UNIQUE ", 0.3), self.some()
        if not self.postgresql:
            return f"CREATE {unique}INDEX ix{self.random.randint(1, 4)} ON {self.table()} ({part})"
        part = self.random.choice(
            (part, part, f"{self.column()} DESC", f"lower({self.column()})", f"{self.column()}, id")
        )
        where = self.random.choice(("", "", f" WHERE {self.column()} IS NOT NULL", " WHERE id > 5"))
        name = self.maybe(f"ix{self.random.randint(1, 4)} ", 0.7)
        return f"CREATE {unique}INDEX {name}ON {self.table()} ({part}){where}"

    def unique(self) -> str:
        return f"ALTER TABLE {self.table()} ADD {self.name('uq')}UNIQUE ({self.some()})"

    def foreign(self) -> str:
        action = self.random.choice(
            ("", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE", " ON DELETE NO ACTION")
        )
        return (
            f"ALTER TABLE {self.table()} ADD {self.name('fk')}FOREIGN KEY ({self.random.choice(('x', self.column()))})"
            f" REFERENCES {self.table()} (id){action}"
        )

    def check(self) -> str:
        column = self.column()
        tests = (f"{column} > 0", f"{column} IS NOT NULL OR id > 1", f"{column} IN ('x', 'y')")
        test = self.random.choice(tests if self.postgresql else tests[:2])
        return f"ALTER TABLE {self.table()} ADD {self.name('ck')}CHECK ({test})"

    def drop_constraint(self) -> str:
        table = self.random.choice(TABLES)
        chosen = self.random.choice(("uq", "fk", "ck")) + str(self.random.randint(1, 3))
        if self.postgresql:
            auto = self.random.choice(
                (f"{table}_{self.random.choice(COLUMNS)}_fkey", f"{table}_pkey", f"{table}_x_y_key")
            )
            name = self.random.choice((chosen, auto))
            return f'ALTER TABLE {self.quoted(table)} DROP CONSTRAINT "{name}"{self.maybe(" CASCADE")}'
        auto = f"{table}_ibfk_{self.random.randint(1, 3)}"
        if self.random.random() < 0.6:
            return f"ALTER TABLE {self.quoted(table)} DROP FOREIGN KEY {self.random.choice((chosen, auto))}"
        return f"ALTER TABLE {self.quoted(table)} DROP CONSTRAINT {chosen}"

    def drop_index(self) -> str:
        name = f"ix{self.random.randint(1, 4)}"
        return f"DROP INDEX {name}" if self.postgresql else f"DROP INDEX {name} ON {self.table()}"

    def default(self) -> str:
        value = self.random.choice(("0", "'x'", "NULL"))
        return f"ALTER TABLE {self.table()} ALTER COLUMN {self.column()} SET DEFAULT {value}"

    def drop_default(self) -> str:
        return f"ALTER TABLE {self.table()} ALTER COLUMN {self.column()} DROP DEFAULT"

    # ---- PostgreSQL

    def type(self) -> str:
        column, type_ = self.column(), self.random.choice(self.types[:-1])[0].replace("SERIAL", "BIGINT")
        using = self.maybe(f" USING {column}::text::{type_}")
        return f"ALTER TABLE {self.table()} ALTER COLUMN {column} TYPE {type_}{using}"

    def not_null(self) -> str:
        return f"ALTER TABLE {self.table()} ALTER COLUMN {self.column()} {self.random.choice(('SET', 'DROP'))} NOT NULL"

    def rename_constraint(self) -> str:
        label = self.random.choice(("uq", "fk", "ck"))
        one, other = (f"{label}{self.random.randint(1, 3)}" for _ in range(2))
        return f"ALTER TABLE {self.table()} RENAME CONSTRAINT {one} TO {other}"

    def rename_index(self) -> str:
        return f"ALTER INDEX {self.random.choice(('ix1', 'uq1', 'a_pkey'))} RENAME TO ix{self.random.randint(1, 4)}"

    def comment(self) -> str:
        return f"COMMENT ON COLUMN {self.table()}.{self.column()} IS {self.random.choice(('NULL', repr('x')))}"

    def label(self) -> str:
        return f"ALTER TYPE mood ADD VALUE 'm{self.random.randint(1, 3)}' BEFORE 'ok'"

    def like(self) -> str:
        including = self.maybe(" INCLUDING ALL EXCLUDING INDEXES EXCLUDING DEFAULTS") if self.postgresql else ""
        one, other = self.table(), self.table()
        return (
            f"CREATE TABLE {one} (LIKE {other}{including})" if self.postgresql else f"CREATE TABLE {one} LIKE {other}"
        )

    # ---- MariaDB

    def modify(self) -> str:
        place = self.random.choice(("", " FIRST", f" AFTER {self.column()}"))
        return f"ALTER TABLE {self.table()} MODIFY {self.definition(self.column())}{place}"

    def change(self) -> str:
        return f"ALTER TABLE {self.table()} CHANGE {self.column()} {self.definition(self.column())}"

    def rename_key(self) -> str:
        name = self.random.choice(("ix1", "uq1", *COLUMNS))
        return f"ALTER TABLE {self.table()} RENAME INDEX {self.quoted(name)} TO ix{self.random.randint(1, 4)}"

    def drop_key(self) -> str:
        return f"ALTER TABLE {self.table()} DROP INDEX {self.quoted(self.random.choice(COLUMNS))}"

    def options(self) -> str:
        said = ("COMMENT 'x'", "CONVERT TO CHARACTER SET latin1", "DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        return f"ALTER TABLE {self.table()} {self.random.choice(said)}"
