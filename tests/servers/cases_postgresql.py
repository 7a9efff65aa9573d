"""The statements that prove the lines of PostgreSQL's effects: each line by at least one, run on a real server."""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.facts.vocabulary import AddColumn, AddConstraint, Column, Constraint, Fact, Kind, Name, SetColumnOption

__all__ = [
    "ALONE",
    "ALONE_WITHOUT_A_TABLE",
    "CASES",
    "DEFAULT_PARTITION",
    "FAILING",
    "PARTITIONED",
    "SHOP",
    "Case",
]

SHOP = """
CREATE TABLE users (
    id integer PRIMARY KEY, email text, note text, name varchar(20), born date,
    CONSTRAINT note_present CHECK (note IS NOT NULL)
);
CREATE TABLE orders (
    id integer PRIMARY KEY, user_id integer, amount integer NOT NULL, label varchar(20), code varchar(9), tag text
);
INSERT INTO users VALUES (1, 'a', 'x', 'Ann', '2001-01-01'), (2, 'b', 'x', 'Bea', NULL), (3, NULL, 'x', 'Eve', NULL);
INSERT INTO orders VALUES (1, 1, 5, 'one', 'a', 'x'), (2, 1, 6, 'two', 'b', 'y'), (3, 2, 7, 'six', 'c', 'z');
"""
KEY = "FOREIGN KEY (user_id) REFERENCES users (id)"
LINKED = f"ALTER TABLE orders ADD CONSTRAINT orders_user {KEY};"
PARTITIONED = """
CREATE TABLE days (day date NOT NULL, n integer) PARTITION BY RANGE (day);
CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
INSERT INTO days VALUES ('2001-02-02', 1), ('2001-02-03', 2);
CREATE TABLE days_2 (day date NOT NULL, n integer);
INSERT INTO days_2 VALUES ('2002-02-02', 1), ('2002-02-03', 2);
"""
DEFAULT_PARTITION = """
CREATE TABLE days_d PARTITION OF days DEFAULT;
INSERT INTO days VALUES ('1999-02-02', 1);
"""
TOTALS = """
CREATE MATERIALIZED VIEW totals AS SELECT id AS n, amount FROM orders;
CREATE UNIQUE INDEX totals_n ON totals (n);
"""
LABELS = "CREATE VIEW labels AS SELECT id, label FROM orders;"
TRIGGER = """
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER noting BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noted();
"""
DOMAIN = """
CREATE DOMAIN percent AS integer CHECK (VALUE < 100);
CREATE DOMAIN plain AS integer;
CREATE TABLE shares (id integer, share plain);
INSERT INTO shares VALUES (1, 1);
"""
STATE = """
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE states (id integer, state state);
INSERT INTO states VALUES (1, 'new');
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A statement, the line that it proves, and what must be there before it, beside SHOP."""

    line: str
    sql: str
    setup: str = ""
    since: int = 12
    until: int = 99
    fact: Fact | None = None
    """Where the parser at hand is older than the statement."""


CASES = (
    # ---- columns
    Case("add-column", "ALTER TABLE users ADD COLUMN x integer"),
    Case("add-column", "ALTER TABLE users ADD COLUMN x integer DEFAULT NULL"),
    Case("add-column", "ALTER TABLE shares ADD COLUMN x plain", DOMAIN),
    Case("add-column-constant-default", "ALTER TABLE users ADD COLUMN x integer NOT NULL DEFAULT 5"),
    Case("add-column-constant-default", "ALTER TABLE users ADD COLUMN x jsonb DEFAULT '{}'::jsonb"),
    Case("add-column-constant-default", "ALTER TABLE states ADD COLUMN x state DEFAULT 'new'", STATE),
    Case("add-column-stable-default", "ALTER TABLE users ADD COLUMN x timestamptz NOT NULL DEFAULT now()"),
    Case("add-column-stable-default", "ALTER TABLE users ADD COLUMN x date DEFAULT CURRENT_DATE"),
    Case("add-column-volatile-default", "ALTER TABLE users ADD COLUMN x float DEFAULT random()"),
    Case("add-column-volatile-default", "ALTER TABLE users ADD COLUMN x timestamptz DEFAULT clock_timestamp()"),
    Case("add-column-volatile-default", "ALTER TABLE users ADD COLUMN x uuid DEFAULT gen_random_uuid()", since=13),
    Case("add-column-not-null-without-default", "ALTER TABLE users ADD COLUMN x integer NOT NULL", "DELETE FROM users"),
    Case("add-column-serial", "ALTER TABLE users ADD COLUMN x serial"),
    Case("add-column-identity", "ALTER TABLE users ADD COLUMN x integer GENERATED ALWAYS AS IDENTITY"),
    Case("add-column-stored-generated", "ALTER TABLE users ADD COLUMN x integer GENERATED ALWAYS AS (id * 2) STORED"),
    Case(
        "add-column-virtual-generated",
        "ALTER TABLE users ADD COLUMN x integer GENERATED ALWAYS AS (id * 2) VIRTUAL",
        since=18,
        fact=AddColumn(Name("users"), Column("x", "integer", generated="virtual", expression="id * 2")),
    ),
    Case("add-column-constrained-domain", "ALTER TABLE users ADD COLUMN x percent", DOMAIN),
    Case("add-column-constrained-domain", "ALTER TABLE users ADD COLUMN x percent DEFAULT 5", DOMAIN),
    Case("add-column-check", "ALTER TABLE orders ADD COLUMN x text CHECK (x <> '')"),
    Case("add-column-check", "ALTER TABLE orders ADD COLUMN x text DEFAULT 'a' CHECK (x <> '')"),
    Case("add-column-unique", "ALTER TABLE users ADD COLUMN x text UNIQUE"),
    Case("add-column-serial", "ALTER TABLE users ADD COLUMN x serial UNIQUE"),
    Case("add-column-primary-key",
         "ALTER TABLE bare ADD COLUMN id integer PRIMARY KEY", "CREATE TABLE bare (n integer)"),
    Case("add-column-references", "ALTER TABLE orders ADD COLUMN x integer REFERENCES users (id)"),
    Case("add-column-references-with-default",
         "ALTER TABLE orders ADD COLUMN x integer DEFAULT 1 REFERENCES users (id)"),
    Case("drop-column", "ALTER TABLE orders DROP COLUMN amount"),
    Case("drop-column", "ALTER TABLE orders DROP COLUMN user_id", LINKED),
    Case("drop-column", "ALTER TABLE users DROP COLUMN id CASCADE", LINKED),
    Case("rename-column", "ALTER TABLE orders RENAME COLUMN amount TO total"),
    Case("set-not-null", "ALTER TABLE users ALTER COLUMN name SET NOT NULL"),
    Case("set-not-null-proven", "ALTER TABLE users ALTER COLUMN note SET NOT NULL"),
    Case("set-not-null-proven", "ALTER TABLE users ALTER COLUMN id SET NOT NULL"),
    Case(
        "set-not-null",
        "ALTER TABLE users ALTER COLUMN name SET NOT NULL",
        "ALTER TABLE users ADD CONSTRAINT named CHECK (name IS NOT NULL) NOT VALID",
    ),
    Case("drop-not-null", "ALTER TABLE orders ALTER COLUMN amount DROP NOT NULL"),
    Case("set-default", "ALTER TABLE orders ALTER COLUMN amount SET DEFAULT 5"),
    Case("set-default", "ALTER TABLE orders ALTER COLUMN amount SET DEFAULT random()"),
    Case("drop-default", "ALTER TABLE orders ALTER COLUMN amount DROP DEFAULT"),
    Case("set-statistics", "ALTER TABLE orders ALTER COLUMN amount SET STATISTICS 500"),
    Case("set-column-options", "ALTER TABLE orders ALTER COLUMN amount SET (n_distinct = 5)"),
    Case("set-column-options", "ALTER TABLE orders ALTER amount RESET (n_distinct)"),
    Case("set-storage", "ALTER TABLE users ALTER COLUMN note SET STORAGE EXTERNAL"),
    Case("set-compression", "ALTER TABLE users ALTER COLUMN note SET COMPRESSION pglz", since=14),
    Case("alter-identity", "ALTER TABLE users ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY"),
    Case("set-identity-always", "ALTER TABLE users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY"),
    Case(
        "drop-identity",
        "ALTER TABLE users ALTER COLUMN id DROP IDENTITY",
        "ALTER TABLE users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
    ),
    Case(
        "drop-expression",
        "ALTER TABLE orders ALTER COLUMN twice DROP EXPRESSION",
        "ALTER TABLE orders ADD COLUMN twice integer GENERATED ALWAYS AS (amount * 2) STORED",
        since=13,
    ),
    Case(
        "set-expression",
        "ALTER TABLE orders ALTER COLUMN twice SET EXPRESSION AS (amount + amount)",
        "ALTER TABLE orders ADD COLUMN twice integer GENERATED ALWAYS AS (amount * 2) STORED",
        since=17,
        fact=SetColumnOption(Name("orders"), "twice", "ALTER COLUMN twice SET EXPRESSION AS (amount + amount)"),
    ),
    # ---- types
    Case("alter-column-type-same", "ALTER TABLE orders ALTER COLUMN amount TYPE int4"),
    Case("alter-column-type-metadata", "ALTER TABLE orders ALTER COLUMN label TYPE varchar(40)"),
    Case("alter-column-type-metadata", "ALTER TABLE orders ALTER COLUMN label TYPE text USING label::text"),
    Case("alter-column-type-metadata", "ALTER TABLE shares ALTER COLUMN share TYPE integer", DOMAIN),
    Case(
        "alter-column-type-metadata",
        "ALTER TABLE orders ALTER COLUMN label TYPE text",
        "CREATE INDEX orders_label ON orders (label)",
    ),
    Case(
        "alter-column-type-metadata",
        "ALTER TABLE orders ALTER COLUMN label TYPE varchar(40)",
        "CREATE INDEX orders_label ON orders (id) INCLUDE (label)",
    ),
    Case(
        "alter-column-type-metadata",
        "ALTER TABLE users ALTER COLUMN name TYPE varchar(40)",
        "ALTER TABLE users ADD UNIQUE (name);"
        "ALTER TABLE orders ADD FOREIGN KEY (label) REFERENCES users (name) NOT VALID",
    ),
    Case(
        "alter-column-type-metadata",
        "ALTER TABLE orders ALTER COLUMN label TYPE varchar(40)",
        "ALTER TABLE orders ADD EXCLUDE USING btree (label WITH =)",
    ),
    Case(
        "alter-column-type-check",
        "ALTER TABLE orders ALTER COLUMN label TYPE varchar(40)",
        "ALTER TABLE orders ADD CHECK (label <> '')",
    ),
    Case(
        "alter-column-type-index",
        'ALTER TABLE orders ALTER COLUMN tag TYPE text COLLATE "C"',
        'CREATE INDEX orders_tag ON orders (tag)',
    ),
    Case(
        "alter-column-type-index",
        "ALTER TABLE orders ALTER COLUMN label TYPE varchar(40)",
        "CREATE INDEX orders_label ON orders (lower(label))",
    ),
    Case(
        "alter-column-type-index",
        "ALTER TABLE orders ALTER COLUMN label TYPE varchar(40)",
        "CREATE INDEX orders_some ON orders (amount) WHERE label <> 'x'",
    ),
    Case("alter-column-type-rewrite", "ALTER TABLE orders ALTER COLUMN amount TYPE bigint"),
    Case("alter-column-type-rewrite", "ALTER TABLE orders ALTER COLUMN label TYPE varchar(10)"),
    Case("alter-column-type-rewrite", "ALTER TABLE orders ALTER COLUMN label TYPE text USING upper(label)"),
    Case("alter-column-type-rewrite", "ALTER TABLE orders ALTER COLUMN user_id TYPE bigint", LINKED),
    Case("alter-column-type-rewrite", "ALTER TABLE users ALTER COLUMN id TYPE bigint", LINKED),
    Case("alter-column-type-rewrite", "ALTER TABLE orders ALTER COLUMN amount TYPE percent", DOMAIN),
    Case("alter-column-type-rewrite", "ALTER TABLE states ALTER COLUMN state TYPE text", STATE),
    # ---- constraints
    Case("add-check", "ALTER TABLE orders ADD CONSTRAINT c CHECK (amount > 0)"),
    Case("add-check-not-valid", "ALTER TABLE orders ADD CONSTRAINT c CHECK (amount > 0) NOT VALID"),
    Case("add-foreign-key", f"ALTER TABLE orders ADD CONSTRAINT f {KEY}"),
    Case("add-foreign-key", "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES orders (id)"),
    Case("add-foreign-key-not-valid", f"ALTER TABLE orders ADD CONSTRAINT f {KEY} NOT VALID"),
    Case("add-unique", "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (code)"),
    Case("add-primary-key", "ALTER TABLE bare ADD PRIMARY KEY (n)", "CREATE TABLE bare (n integer)"),
    Case("add-primary-key", "ALTER TABLE bare ADD PRIMARY KEY (n)", "CREATE TABLE bare (n integer NOT NULL)"),
    Case("add-exclude", "ALTER TABLE orders ADD CONSTRAINT e EXCLUDE USING btree (code WITH =)"),
    Case(
        "add-unique-using-index",
        "ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX orders_code",
        "CREATE UNIQUE INDEX orders_code ON orders (code)",
    ),
    Case(
        "add-primary-key-using-index",
        "ALTER TABLE bare ADD PRIMARY KEY USING INDEX bare_n",
        "CREATE TABLE bare (n integer NOT NULL); INSERT INTO bare VALUES (1); CREATE UNIQUE INDEX bare_n ON bare (n)",
    ),
    Case(
        "add-primary-key-using-index",
        "ALTER TABLE bare ADD PRIMARY KEY USING INDEX bare_n",
        "CREATE TABLE bare (n integer CHECK (n IS NOT NULL)); INSERT INTO bare VALUES (1);"
        "CREATE UNIQUE INDEX bare_n ON bare (n)",
    ),
    Case(
        "add-primary-key-using-index-nullable",
        "ALTER TABLE bare ADD PRIMARY KEY USING INDEX bare_n",
        "CREATE TABLE bare (n integer); INSERT INTO bare VALUES (1); CREATE UNIQUE INDEX bare_n ON bare (n)",
    ),
    Case(
        "add-not-null",
        "ALTER TABLE users ADD CONSTRAINT named NOT NULL name",
        since=18,
        fact=AddConstraint(Name("users"), Constraint(Kind.NOT_NULL, "named", ("name",))),
    ),
    Case(
        "add-not-null-proven",
        "ALTER TABLE users ADD CONSTRAINT noted NOT NULL note",
        since=18,
        fact=AddConstraint(Name("users"), Constraint(Kind.NOT_NULL, "noted", ("note",))),
    ),
    Case(
        "add-not-null-not-valid",
        "ALTER TABLE users ADD CONSTRAINT mailed NOT NULL email NOT VALID",
        since=18,
        fact=AddConstraint(Name("users"), Constraint(Kind.NOT_NULL, "mailed", ("email",), not_valid=True)),
    ),
    Case(
        "validate-constraint",
        "ALTER TABLE orders VALIDATE CONSTRAINT c",
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (amount > 0) NOT VALID",
    ),
    Case(
        "validate-foreign-key",
        "ALTER TABLE orders VALIDATE CONSTRAINT f",
        f"ALTER TABLE orders ADD CONSTRAINT f {KEY} NOT VALID",
    ),
    Case("drop-constraint", "ALTER TABLE users DROP CONSTRAINT note_present"),
    Case("drop-constraint", "ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE", LINKED),
    Case("drop-foreign-key", "ALTER TABLE orders DROP CONSTRAINT orders_user", LINKED),
    Case("alter-constraint", "ALTER TABLE orders ALTER CONSTRAINT orders_user DEFERRABLE", LINKED),
    # ---- a partitioned table
    Case("add-column-volatile-default", "ALTER TABLE days ADD COLUMN x float DEFAULT random()", PARTITIONED),
    Case("set-not-null", "ALTER TABLE days ALTER COLUMN n SET NOT NULL", PARTITIONED),
    Case("alter-column-type-rewrite", "ALTER TABLE days ALTER COLUMN n TYPE bigint", PARTITIONED),
    Case("add-check", "ALTER TABLE days ADD CONSTRAINT c CHECK (n > 0)", PARTITIONED),
    Case("validate-constraint", "ALTER TABLE days VALIDATE CONSTRAINT c",
         PARTITIONED + "ALTER TABLE days ADD CONSTRAINT c CHECK (n > 0) NOT VALID"),
    Case("add-unique", "ALTER TABLE days ADD CONSTRAINT u UNIQUE (day, n)", PARTITIONED),
    Case("add-primary-key", "ALTER TABLE days ADD PRIMARY KEY (day, n)", PARTITIONED),
    Case("add-foreign-key", "ALTER TABLE days ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES users (id)", PARTITIONED),
    Case("create-partition", "CREATE TABLE d3 PARTITION OF days FOR VALUES FROM ('2003-01-01') TO ('2004-01-01')",
         PARTITIONED + "ALTER TABLE days ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES users (id)"),
    Case("attach-partition",
         "ALTER TABLE days ATTACH PARTITION days_2 FOR VALUES FROM ('2002-01-01') TO ('2003-01-01')",
         PARTITIONED + "ALTER TABLE days ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES users (id)"),
    Case("attach-partition-index",
         "ALTER TABLE days ATTACH PARTITION days_2 FOR VALUES FROM ('2002-01-01') TO ('2003-01-01')",
         PARTITIONED + "CREATE INDEX days_n ON days (n)"),
    Case("attach-partition-proven",
         "ALTER TABLE days ATTACH PARTITION days_2 FOR VALUES FROM ('2002-01-01') TO ('2003-01-01')",
         PARTITIONED + "ALTER TABLE days_2 ADD CHECK (day >= '2002-01-01' AND day < '2003-01-01')"),
    Case("analyze", "ANALYZE days", PARTITIONED),
    Case("drop-index", "DROP INDEX days_n", PARTITIONED + "CREATE INDEX days_n ON days (n)"),
    Case("drop-constraint", "ALTER TABLE days DROP CONSTRAINT u",
         PARTITIONED + "ALTER TABLE days ADD CONSTRAINT u UNIQUE (day, n)"),
    # ---- indexes
    Case("create-index", "CREATE INDEX i ON users (email)"),
    Case("create-index", "CREATE UNIQUE INDEX i ON users (email)"),
    Case("create-index", "CREATE INDEX i ON days (n)", PARTITIONED),
    Case("create-index-on-only", "CREATE INDEX i ON ONLY days (n)", PARTITIONED),
    Case("create-index", "CREATE INDEX i ON ONLY users (email)"),
    Case("drop-index", "DROP INDEX users_email", "CREATE INDEX users_email ON users (email)"),
    Case(
        "attach-index",
        "ALTER INDEX days_n ATTACH PARTITION days_1_n",
        PARTITIONED + "CREATE INDEX days_n ON ONLY days (n); CREATE INDEX days_1_n ON days_1 (n)",
    ),
    # ---- tables
    Case("create-table", f"CREATE TABLE more (id integer PRIMARY KEY, user_id integer, {KEY})"),
    Case("create-table", "CREATE TABLE more (id serial PRIMARY KEY, user_id integer REFERENCES users)"),
    Case("create-table", "CREATE TABLE more (LIKE users INCLUDING ALL)"),
    Case("create-table-inherits", "CREATE TABLE more (n integer) INHERITS (orders)"),
    Case("create-partition", "CREATE TABLE d3 PARTITION OF days FOR VALUES FROM ('2003-01-01') TO ('2004-01-01')",
         PARTITIONED),
    Case("create-table-as", "CREATE TABLE more AS SELECT * FROM users"),
    Case("drop-table", "DROP TABLE orders", LINKED),
    Case("drop-table", "DROP TABLE users CASCADE", LINKED),
    Case("drop-table", "DROP TABLE orders CASCADE", LABELS),
    Case("drop-table", "DROP TABLE days_1", PARTITIONED),
    Case("drop-table", "DROP TABLE days", PARTITIONED),
    Case("rename-table", "ALTER TABLE users RENAME TO people"),
    Case("set-schema", "ALTER TABLE users SET SCHEMA other", "CREATE SCHEMA other"),
    Case("truncate", "TRUNCATE orders", LINKED),
    Case("truncate", "TRUNCATE users CASCADE", LINKED),
    Case("attach-partition",
         "ALTER TABLE days ATTACH PARTITION days_2 FOR VALUES FROM ('2002-01-01') TO ('2003-01-01')",
         PARTITIONED),
    Case("detach-partition", "ALTER TABLE days DETACH PARTITION days_1", PARTITIONED),
    Case("set-logged", "ALTER TABLE users SET LOGGED", "ALTER TABLE users SET UNLOGGED"),
    Case("set-unlogged", "ALTER TABLE users SET UNLOGGED"),
    Case("set-tablespace", "ALTER TABLE users SET TABLESPACE sqlgen_space"),
    Case("set-access-method", "ALTER TABLE users SET ACCESS METHOD sqlgen_heap", since=15),
    Case("set-cluster", "ALTER TABLE users CLUSTER ON users_pkey"),
    Case("set-cluster", "ALTER TABLE users SET WITHOUT CLUSTER"),
    Case("set-storage-parameters", "ALTER TABLE users SET (fillfactor = 70, autovacuum_enabled = false)"),
    Case("set-storage-parameters", "ALTER TABLE users RESET (fillfactor)"),
    Case("set-user-catalog-table", "ALTER TABLE users SET (user_catalog_table = true)"),
    Case("set-owner", "ALTER TABLE users OWNER TO pg_read_all_stats"),
    Case("enable-trigger", "ALTER TABLE orders DISABLE TRIGGER noting", TRIGGER),
    Case("enable-trigger", "ALTER TABLE orders ENABLE REPLICA TRIGGER noting", TRIGGER),
    Case("enable-rule", "ALTER TABLE orders DISABLE RULE quiet",
         "CREATE RULE quiet AS ON DELETE TO orders DO INSTEAD NOTHING"),
    Case("enable-row-security", "ALTER TABLE users ENABLE ROW LEVEL SECURITY"),
    Case("row-security", "ALTER TABLE users DISABLE ROW LEVEL SECURITY"),
    Case("row-security", "ALTER TABLE users FORCE ROW LEVEL SECURITY"),
    Case("inherit", "ALTER TABLE child INHERIT orders", "CREATE TABLE child (LIKE orders INCLUDING ALL)"),
    Case("no-inherit", "ALTER TABLE child NO INHERIT orders", "CREATE TABLE child () INHERITS (orders)"),
    Case("replica-identity", "ALTER TABLE users REPLICA IDENTITY FULL"),
    Case("of-type", "ALTER TABLE bare OF thing", "CREATE TYPE thing AS (n integer); CREATE TABLE bare (n integer)"),
    # ---- objects
    Case("create-object", "CREATE SEQUENCE s"),
    Case("create-object", "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
    Case("create-object", "CREATE SCHEMA other"),
    Case("create-object", "CREATE DOMAIN d AS integer"),
    Case("create-object", "CREATE EXTENSION citext"),
    Case("create-trigger",
         "CREATE TRIGGER twice BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION noted()", TRIGGER),
    Case(
        "create-trigger",
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON orders DEFERRABLE FOR EACH ROW EXECUTE FUNCTION noted()",
        TRIGGER,
    ),
    Case("create-rule", "CREATE RULE quiet AS ON DELETE TO orders DO INSTEAD NOTHING"),
    Case("create-policy", "CREATE POLICY own ON orders USING (true)"),
    Case("create-view", "CREATE VIEW labels AS SELECT label FROM orders"),
    Case("create-view", "CREATE OR REPLACE VIEW labels AS SELECT label FROM orders"),
    Case("replace-view", "CREATE OR REPLACE VIEW labels AS SELECT id, label FROM orders", LABELS),
    Case("create-materialized-view", "CREATE MATERIALIZED VIEW m AS SELECT * FROM orders"),
    Case("create-enum", "CREATE TYPE color AS ENUM ('red')"),
    Case("add-enum-value", "ALTER TYPE state ADD VALUE 'sent'", STATE),
    Case("rename-enum-value", "ALTER TYPE state RENAME VALUE 'new' TO 'fresh'", STATE),
    Case("alter-object", "ALTER FUNCTION noted() SET search_path = public", TRIGGER),
    Case("alter-object", "ALTER TYPE state SET SCHEMA other", STATE + "CREATE SCHEMA other"),
    Case("alter-view", "ALTER VIEW labels ALTER COLUMN id SET DEFAULT 1", LABELS),
    Case("alter-view", "ALTER VIEW labels SET SCHEMA other", LABELS + "CREATE SCHEMA other"),
    Case("alter-policy", "ALTER POLICY own ON orders USING (false)", "CREATE POLICY own ON orders USING (true)"),
    Case("alter-sequence", "ALTER SEQUENCE s RESTART", "CREATE SEQUENCE s"),
    Case("alter-index", "ALTER INDEX users_pkey SET (fillfactor = 70)"),
    Case("set-index-tablespace", "ALTER INDEX users_pkey SET TABLESPACE sqlgen_space"),
    Case("alter-domain", "ALTER DOMAIN plain SET DEFAULT 1", DOMAIN),
    Case("alter-domain", "ALTER DOMAIN plain ADD CONSTRAINT small CHECK (VALUE < 9) NOT VALID", DOMAIN),
    Case("alter-domain-check", "ALTER DOMAIN plain ADD CONSTRAINT small CHECK (VALUE < 9)", DOMAIN),
    Case("alter-domain-check", "ALTER DOMAIN plain SET NOT NULL", DOMAIN),
    Case("alter-domain-check", "ALTER DOMAIN plain VALIDATE CONSTRAINT small",
         DOMAIN + "ALTER DOMAIN plain ADD CONSTRAINT small CHECK (VALUE < 9) NOT VALID"),
    Case("comment-on", "COMMENT ON FUNCTION noted() IS 'x'", TRIGGER),
    Case("comment-on-table", "COMMENT ON TABLE orders IS 'x'"),
    Case("comment-on-table", "COMMENT ON COLUMN orders.id IS 'x'"),
    Case("comment-on", "COMMENT ON CONSTRAINT orders_pkey ON orders IS 'x'"),
    Case("comment-on", "COMMENT ON TRIGGER noting ON orders IS 'x'", TRIGGER),
    Case("comment-on-table", "COMMENT ON VIEW labels IS 'x'", LABELS),
    Case("comment-on-table", "COMMENT ON INDEX orders_pkey IS 'x'"),
    Case("grant", "GRANT SELECT ON orders TO public"),
    Case("grant", "ALTER FUNCTION noted() OWNER TO pg_read_all_stats", TRIGGER),
    Case("rename-object", "ALTER TYPE state RENAME TO states_of", STATE),
    Case("alter-object", "ALTER DOMAIN plain RENAME CONSTRAINT small TO little",
         DOMAIN + "ALTER DOMAIN plain ADD CONSTRAINT small CHECK (VALUE < 9)"),
    Case("rename-index", "ALTER INDEX users_pkey RENAME TO users_key"),
    Case("rename-constraint", "ALTER TABLE users RENAME CONSTRAINT note_present TO noted"),
    Case("rename-trigger", "ALTER TRIGGER noting ON orders RENAME TO noted", TRIGGER),
    Case("rename-trigger", "ALTER POLICY own ON orders RENAME TO mine", "CREATE POLICY own ON orders USING (true)"),
    Case("rename-trigger", "ALTER RULE quiet ON orders RENAME TO silent",
         "CREATE RULE quiet AS ON DELETE TO orders DO INSTEAD NOTHING"),
    Case("rename-view", "ALTER SEQUENCE s RENAME TO t", "CREATE SEQUENCE s"),
    Case("rename-view", "ALTER VIEW labels RENAME TO tags", LABELS),
    Case("rename-view", "ALTER VIEW labels RENAME COLUMN label TO tag", LABELS, since=13),
    Case("drop-object", "DROP TYPE state", "CREATE TYPE state AS ENUM ('new')"),
    Case("drop-object", "DROP FUNCTION noted()", "CREATE FUNCTION noted() RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
    Case("drop-trigger", "DROP TRIGGER noting ON orders", TRIGGER),
    Case("drop-trigger", "DROP POLICY own ON orders", "CREATE POLICY own ON orders USING (true)"),
    Case("drop-trigger", "DROP RULE quiet ON orders", "CREATE RULE quiet AS ON DELETE TO orders DO INSTEAD NOTHING"),
    Case("drop-view", "DROP VIEW labels", LABELS),
    Case("drop-view", "DROP VIEW labels CASCADE", LABELS + "CREATE VIEW tags AS SELECT label FROM labels"),
    Case("drop-view", "DROP MATERIALIZED VIEW totals", TOTALS),
    Case("drop-sequence", "DROP SEQUENCE s", "CREATE SEQUENCE s"),
    Case("drop-type-cascade", "DROP TYPE state CASCADE", STATE),
    Case("drop-schema-cascade",
         "DROP SCHEMA other CASCADE",
         "CREATE SCHEMA other; CREATE TABLE other.things (n integer); INSERT INTO other.things VALUES (1)"),
    # ---- rows and maintenance
    Case("session", "SET LOCAL lock_timeout = '5s'"),
    Case("select", "SELECT 1"),
    Case("insert", "INSERT INTO orders (id, user_id, amount) VALUES (9, 1, 1)", LINKED),
    Case("update", "UPDATE orders SET amount = 1 WHERE id = 1"),
    Case("update-all", "UPDATE orders SET amount = 1"),
    Case("delete", "DELETE FROM orders WHERE id = 1"),
    Case("delete-all", "DELETE FROM orders"),
    Case("lock-table", "LOCK TABLE orders"),
    Case("lock-table", "LOCK TABLE orders IN SHARE MODE"),
    Case("lock-table", "LOCK TABLE days IN EXCLUSIVE MODE", PARTITIONED),
    Case("analyze", "ANALYZE orders"),
    Case("cluster", "CLUSTER orders USING orders_pkey"),
    Case("reindex-index", "REINDEX INDEX orders_pkey"),
    Case("reindex-table", "REINDEX TABLE orders"),
    Case("refresh-materialized-view", "REFRESH MATERIALIZED VIEW totals", TOTALS),
    Case("refresh-materialized-view-concurrently", "REFRESH MATERIALIZED VIEW CONCURRENTLY totals", TOTALS),
)  # fmt: skip

ALONE = (
    Case("create-index-concurrently", "CREATE INDEX CONCURRENTLY i ON users (email)"),
    Case("drop-index-concurrently", "DROP INDEX CONCURRENTLY i", "CREATE INDEX i ON users (email)"),
    Case("reindex-concurrently", "REINDEX TABLE CONCURRENTLY users"),
    Case("reindex-concurrently", "REINDEX INDEX CONCURRENTLY users_pkey"),
    Case("vacuum", "VACUUM users"),
    Case("vacuum-full", "VACUUM FULL users"),
    Case("detach-partition-concurrently", "ALTER TABLE days DETACH PARTITION days_1 CONCURRENTLY", PARTITIONED, 14),
)
"""What is refused inside a transaction, and waits for a lock of its own mode on the table."""

ALONE_WITHOUT_A_TABLE = (
    Case("create-alone", "CREATE DATABASE sqlgen_never"),
    Case("create-alone", "CREATE TABLESPACE sqlgen_never LOCATION '/nowhere'"),
    Case("create-alone", "CREATE SUBSCRIPTION sqlgen_never CONNECTION 'dbname=none' PUBLICATION none"),
    Case("drop-alone", "DROP TABLESPACE sqlgen_never"),
    Case("drop-database", "DROP DATABASE IF EXISTS sqlgen_never"),
    Case("alter-object-alone", "ALTER SYSTEM SET work_mem = '4MB'"),
    Case("cluster-all", "CLUSTER"),
    Case("cluster-all", "CLUSTER days USING days_n", PARTITIONED + "CREATE INDEX days_n ON days (n)", since=15),
    Case("reindex-partitioned", "REINDEX TABLE days", PARTITIONED, since=14),
    Case("reindex-partitioned", "REINDEX INDEX days_n", PARTITIONED + "CREATE INDEX days_n ON days (n)", since=14),
    Case("reindex-database", "REINDEX SCHEMA public"),
    Case("discard-all", "DISCARD ALL"),
)
"""What is refused inside a transaction; not run."""

FAILING = (
    Case("alter-column-type-refused", "ALTER TABLE orders ALTER COLUMN label TYPE integer"),
    Case("alter-column-type-rewrite", "ALTER TABLE orders ALTER COLUMN label TYPE varchar(2)"),
    Case("add-column-not-null-without-default", "ALTER TABLE users ADD COLUMN x integer NOT NULL"),
    Case("add-column-stored-generated",
         "ALTER TABLE users ADD COLUMN x integer GENERATED ALWAYS AS (1 / (id - 1)) STORED"),
    Case("add-column-check", "ALTER TABLE users ADD COLUMN x integer DEFAULT 1 CHECK (x > 1)"),
    Case("add-column-unique", "ALTER TABLE users ADD COLUMN x integer DEFAULT 1 UNIQUE"),
    Case("add-column-primary-key", "ALTER TABLE bare ADD COLUMN id integer PRIMARY KEY",
         "CREATE TABLE bare (n integer); INSERT INTO bare VALUES (1)"),
    Case("add-column-references-with-default",
         "ALTER TABLE orders ADD COLUMN x integer DEFAULT 9 REFERENCES users (id)"),
    Case("add-column-constrained-domain", "ALTER TABLE users ADD COLUMN x percent DEFAULT 500", DOMAIN),
    Case("set-not-null", "ALTER TABLE users ALTER COLUMN email SET NOT NULL"),
    Case("set-expression", "ALTER TABLE orders ALTER COLUMN twice SET EXPRESSION AS (1 / (id - 1))",
         "ALTER TABLE orders ADD COLUMN twice integer GENERATED ALWAYS AS (amount * 2) STORED", since=17,
         fact=SetColumnOption(Name("orders"), "twice", "ALTER COLUMN twice SET EXPRESSION AS (1 / (id - 1))")),
    Case("add-check", "ALTER TABLE orders ADD CONSTRAINT c CHECK (amount > 5)"),
    Case("add-foreign-key", "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (amount) REFERENCES users (id)"),
    Case("add-unique", "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (user_id)"),
    Case("add-primary-key", "ALTER TABLE bare ADD PRIMARY KEY (n)",
         "CREATE TABLE bare (n integer); INSERT INTO bare VALUES (NULL)"),
    Case("add-exclude", "ALTER TABLE orders ADD CONSTRAINT e EXCLUDE USING btree (user_id WITH =)"),
    Case("add-primary-key-using-index-nullable", "ALTER TABLE bare ADD PRIMARY KEY USING INDEX bare_n",
         "CREATE TABLE bare (n integer); INSERT INTO bare VALUES (NULL); CREATE UNIQUE INDEX bare_n ON bare (n)"),
    Case("add-not-null", "ALTER TABLE users ADD CONSTRAINT mailed NOT NULL email", since=18,
         fact=AddConstraint(Name("users"), Constraint(Kind.NOT_NULL, "mailed", ("email",)))),
    Case("validate-constraint", "ALTER TABLE orders VALIDATE CONSTRAINT c",
         "ALTER TABLE orders ADD CONSTRAINT c CHECK (amount > 5) NOT VALID"),
    Case("validate-foreign-key", "ALTER TABLE orders VALIDATE CONSTRAINT f",
         "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (amount) REFERENCES users (id) NOT VALID"),
    Case("create-index", "CREATE UNIQUE INDEX i ON orders (user_id)"),
    Case("create-index-concurrently", "CREATE UNIQUE INDEX CONCURRENTLY i ON orders (user_id)"),
    Case("attach-partition",
         "ALTER TABLE days ATTACH PARTITION days_2 FOR VALUES FROM ('2003-01-01') TO ('2004-01-01')",
         PARTITIONED),
    Case("attach-partition-index",
         "ALTER TABLE days ATTACH PARTITION days_2 FOR VALUES FROM ('2003-01-01') TO ('2004-01-01')",
         PARTITIONED + "CREATE INDEX days_n ON days (n)"),
    Case("alter-domain-check", "ALTER DOMAIN plain ADD CONSTRAINT small CHECK (VALUE < 1)", DOMAIN),
)  # fmt: skip
"""Statements that fail because of the rows that are there: the proof of `may_fail`."""
