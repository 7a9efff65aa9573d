"""What each kind of SQL Server statement is read as."""

from __future__ import annotations

import pytest

from sqlgen.facts import read
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterObject,
    Begin,
    Block,
    Column,
    Commit,
    Constraint,
    CreateIndex,
    CreateObject,
    CreateTable,
    Default,
    Delete,
    Describe,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropObject,
    DropPartition,
    DropTable,
    External,
    Fact,
    Grant,
    Insert,
    Kind,
    Maintain,
    Name,
    Opaque,
    Part,
    RenameColumn,
    RenameObject,
    RenameTable,
    Rollback,
    Savepoint,
    Select,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetOption,
    SetTableOption,
    Truncate,
    Update,
    ValidateConstraint,
    Volatility,
)
from sqlgen.schema import Schema
from sqlgen.statements import Statement, scan, split
from tests.unit.opaque import Unread

T = Name("t")
CONSTANT, STABLE, VOLATILE, UNKNOWN = Volatility.CONSTANT, Volatility.STABLE, Volatility.VOLATILE, Volatility.UNKNOWN
GUARD, PLAIN = Block("t-sql", True), Block("t-sql", False)


def batch(sql: str) -> tuple[Fact, ...]:
    """The text as one statement, as op.execute hands it on."""
    return read(Statement("", sql, "", scan(sql, "mssql"), 0, 1, 1), "mssql")


def script(sql: str) -> list[tuple[Fact, ...]]:
    """The text cut as sqlcmd's."""
    return [read(one, "mssql") for one in split(sql, "mssql") if one.text]


def foreign_key(name: str | None, on_delete: str | None = None, *, not_valid: bool = False) -> Constraint:
    return Constraint(Kind.FOREIGN_KEY, name, ("a",), Name("o"), ("id",), on_delete=on_delete, not_valid=not_valid)


TABLES: list[tuple[str, Fact]] = [
    ("ALTER TABLE t ADD c INTEGER NULL", AddColumn(T, Column("c", "INTEGER"))),
    ("ALTER TABLE dbo.t ADD c int", AddColumn(T, Column("c", "int"))),
    ("ALTER TABLE [sales].[t] ADD [c]]c] [int] NOT NULL", AddColumn(Name("t", "sales"), Column("c]c", "[int]", False))),
    ("ALTER TABLE shop..t ADD c int", AddColumn(Name("t", "shop."), Column("c", "int"))),
    (
        "ALTER TABLE t ADD c VARCHAR(20) NOT NULL DEFAULT 'it''s'",
        AddColumn(T, Column("c", "VARCHAR(20)", False, Default("'it''s'", CONSTANT))),
    ),
    (
        "ALTER TABLE t ADD c int NULL CONSTRAINT df_c DEFAULT (0) WITH VALUES",
        AddColumn(T, Column("c", "int", True, Default("(0)", CONSTANT))),
    ),
    ("ALTER TABLE t ADD c AS (a*2)", AddColumn(T, Column("c", None, generated="virtual", expression="a*2"))),
    (
        "ALTER TABLE t ADD c AS (a*2) PERSISTED NOT NULL",
        AddColumn(T, Column("c", None, False, generated="stored", expression="a*2")),
    ),
    (
        "ALTER TABLE t ADD c bigint IDENTITY(5,-1)",
        AddColumn(
            T,
            Column("c", "bigint", False, generated="identity", identity_options=(("start", 5), ("increment", -1))),
        ),
    ),
    (
        "ALTER TABLE t ADD c nvarchar(max) COLLATE Latin1_General_CI_AS SPARSE NULL",
        AddColumn(T, Column("c", "nvarchar(max)", collation="Latin1_General_CI_AS")),
    ),
    ("ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY(a) REFERENCES dbo.o (id)", AddConstraint(T, foreign_key("fk"))),
    (
        "ALTER TABLE t WITH NOCHECK ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES o (id) ON DELETE NO ACTION"
        " NOT FOR REPLICATION",
        AddConstraint(T, foreign_key("fk", "NO ACTION", not_valid=True)),
    ),
    ("ALTER TABLE t WITH CHECK ADD FOREIGN KEY (a) REFERENCES o (id)", AddConstraint(T, foreign_key(None))),
    (
        "ALTER TABLE t ADD CONSTRAINT k CHECK NOT FOR REPLICATION (a > 0)",
        AddConstraint(T, Constraint(Kind.CHECK, "k", expression="a > 0")),
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY NONCLUSTERED (a, b DESC) WITH (ONLINE = ON) ON [PRIMARY]",
        AddConstraint(
            T,
            Constraint(Kind.PRIMARY_KEY, "p", ("a", "b"), method="nonclustered", parts=(Part(), Part(descending=True))),
        ),
    ),
    ("ALTER TABLE t ADD UNIQUE (a)", AddConstraint(T, Constraint(Kind.UNIQUE, None, ("a",)))),
    ("ALTER TABLE t ADD DEFAULT '5' FOR a", SetDefault(T, "a", Default("'5'", CONSTANT))),
    ("ALTER TABLE t ADD CONSTRAINT df DEFAULT getdate() FOR [a]", SetDefault(T, "a", Default("getdate()", STABLE))),
    ("ALTER TABLE t DROP CONSTRAINT k", DropConstraint(T, "k")),
    ("ALTER TABLE t DROP k", DropConstraint(T, "k")),
    ("ALTER TABLE t DROP CONSTRAINT IF EXISTS k WITH (ONLINE = ON)", DropConstraint(T, "k", if_exists=True)),
    ("ALTER TABLE t DROP COLUMN IF EXISTS a", DropColumn(T, "a", True)),
    ("ALTER TABLE t WITH CHECK CHECK CONSTRAINT fk", ValidateConstraint(T, "fk")),
    ("ALTER TABLE t CHECK CONSTRAINT fk", SetTableOption(T, "CHECK CONSTRAINT fk")),
    ("ALTER TABLE t NOCHECK CONSTRAINT ALL", SetTableOption(T, "NOCHECK CONSTRAINT ALL")),
    ("ALTER TABLE t WITH CHECK CHECK CONSTRAINT ALL", SetTableOption(T, "WITH CHECK CHECK CONSTRAINT ALL")),
    ("ALTER TABLE t ENABLE TRIGGER ALL", SetTableOption(T, "ENABLE TRIGGER ALL")),
    ("ALTER TABLE t SET (LOCK_ESCALATION = DISABLE)", SetTableOption(T, "SET (LOCK_ESCALATION = DISABLE)")),
    ("ALTER TABLE t SWITCH PARTITION 3 TO u", SetTableOption(T, "SWITCH PARTITION 3 TO u")),
    (
        "ALTER TABLE t ALTER COLUMN c ADD MASKED WITH (FUNCTION = 'default()')",
        SetColumnOption(T, "c", "ADD MASKED WITH (FUNCTION = 'default()')"),
    ),
    (
        "CREATE TABLE #t (a int PRIMARY KEY)",
        CreateTable(
            Name("#t"),
            (Column("a", "int", False, constraints=(Constraint(Kind.PRIMARY_KEY, columns=("a",)),)),),
            temporary=True,
        ),
    ),
    ("SELECT * INTO #x FROM t", CreateTable(Name("#x"), from_query=True, temporary=True)),
    ("DROP TABLE IF EXISTS dbo.t", DropTable(T, True)),
    ("TRUNCATE TABLE t", Truncate(T)),
    ("TRUNCATE TABLE t WITH (PARTITIONS (2, 4 TO 6))", DropPartition(T, ("2", "4 TO 6"), True)),
    ("CREATE INDEX ix ON t (a)", CreateIndex("ix", T, ("a",))),
    (
        "CREATE UNIQUE CLUSTERED INDEX ix ON t (a, b DESC) WITH (ONLINE = ON (WAIT_AT_LOW_PRIORITY (WAIT = 5)))",
        CreateIndex(
            "ix",
            T,
            ("a", "b"),
            True,
            parts=(Part(), Part(descending=True)),
            settings=(("online", "ON (WAIT_AT_LOW_PRIORITY (WAIT = 5))"),),
            online=True,
            clustered=True,
        ),
    ),
    (
        "CREATE NONCLUSTERED INDEX ix ON t (a) INCLUDE ([user]) WHERE a > 0 AND b IS NOT NULL WITH (MAXDOP = 2) ON fg",
        CreateIndex("ix", T, ("a",), where="a > 0 AND b IS NOT NULL", include=("user",), settings=(("maxdop", "2"),)),
    ),
    ("CREATE CLUSTERED COLUMNSTORE INDEX cs ON t", CreateIndex("cs", T, (), method="columnstore", clustered=True)),
    ("DROP INDEX IF EXISTS ix ON dbo.t", DropIndex(Name("ix"), T, True)),
    ("DROP INDEX ix ON t WITH (ONLINE = ON)", DropIndex(Name("ix"), T, online=True)),
    ("DROP INDEX s.t.ix", DropIndex(Name("ix"), Name("t", "s"))),
    ("ALTER INDEX ix ON t REBUILD WITH (ONLINE = ON)", Maintain("ALTER INDEX ix REBUILD ONLINE", T, True)),
    ("ALTER INDEX ALL ON t REORGANIZE", Maintain("ALTER INDEX ALL REORGANIZE", T)),
]

OTHERS: list[tuple[str, Fact]] = [
    ("EXEC sp_rename 'orders.[user]', [Name X], 'COLUMN'", RenameColumn(Name("orders"), "user", "Name X")),
    ("EXEC sp_rename 's.t.n', m, 'COLUMN'", RenameColumn(Name("t", "s"), "n", "m")),
    ("EXEC sp_rename 't', [order]", RenameTable(T, Name("order"))),
    ("EXEC sp_rename 's.t', o2", RenameTable(Name("t", "s"), Name("o2", "s"))),
    ("EXECUTE sys.sp_rename @objname = N'dbo.t', @newname = N'u', @objtype = 'OBJECT'", RenameTable(T, Name("u"))),
    ("EXEC sp_rename N'dbo.t.ix', N'iy', N'INDEX'", RenameObject("index", Name("ix"), "iy", T)),
    ("EXEC sp_rename 'dbo.PK_t', 'pk_u', 'OBJECT'", RenameObject("constraint", Name("PK_t"), "pk_u")),
    ("sp_rename 't', 'u'", RenameTable(T, Name("u"))),
    (
        "execute sp_addextendedproperty 'MS_Description', N'it''s', 'schema', dbo, 'table', t",
        Describe("table", T, "it's"),
    ),
    (
        "exec sp_updateextendedproperty 'MS_Description', N'x', 'schema', s, 'table', t, 'column', [c c]",
        Describe("column", Name("c c", "s.t"), "x", Name("t", "s")),
    ),
    (
        "exec sp_dropextendedproperty 'MS_Description', 'schema', dbo, 'table', t, 'column', c",
        Describe("column", Name("c", "t"), None, T),
    ),
    (
        "EXEC sp_addextendedproperty 'owner', 'me', 'schema', 'dbo', 'view', 'v'",
        Describe("extended property owner of a view", Name("v"), "me"),
    ),
    ("SET IDENTITY_INSERT dbo.t ON", SetOption("identity_insert", "t ON")),
    ("SET LOCK_TIMEOUT 5000", SetOption("lock_timeout", "5000")),
    ("SET LOCK_TIMEOUT -1", SetOption("lock_timeout", "-1")),
    ("SET TRANSACTION ISOLATION LEVEL SNAPSHOT", SetOption("transaction isolation level", "snapshot")),
    ("USE shop", SetOption("database", "shop")),
    ("BEGIN TRAN", Begin()),
    ("BEGIN TRANSACTION upd WITH MARK", Begin()),
    ("COMMIT TRANSACTION", Commit()),
    ("ROLLBACK", Rollback()),
    ("SAVE TRAN s", Savepoint("s")),
    ("PRINT 'x'", Select()),
    ("DECLARE @x int = 1, @y nvarchar(max)", Select()),
    ("SET @x = (SELECT count(*) FROM t)", Select()),
    ("RAISERROR ('x', 16, 1) WITH NOWAIT", Select()),
    ("SELECT TOP (5) * FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY", Select()),
    ("SELECT 1 UNION ALL SELECT 2", Select()),
    ("UPDATE STATISTICS t WITH FULLSCAN", Maintain("UPDATE STATISTICS", T)),
    ("DBCC CHECKIDENT ('dbo.t', RESEED, 10)", Maintain("DBCC CHECKIDENT", T)),
    ("CREATE SEQUENCE dbo.s AS bigint START WITH 1", CreateObject("sequence", Name("s"))),
    ("CREATE SCHEMA [x] AUTHORIZATION [dbo]", CreateObject("schema", Name("x"))),
    (
        "CREATE OR ALTER VIEW v WITH SCHEMABINDING AS SELECT a FROM dbo.t",
        CreateObject("view", Name("v"), True, reads=(T,), options=(("schemabinding", "on"),)),
    ),
    (
        "CREATE PROC p @x int WITH EXECUTE AS OWNER AS BEGIN SELECT 1; DELETE FROM t END",
        CreateObject("procedure", Name("p"), options=(("execute as", "OWNER"),)),
    ),
    (
        "CREATE TRIGGER g ON dbo.t AFTER INSERT, UPDATE AS UPDATE u SET a = 1",
        CreateObject("trigger", Name("g"), table=T),
    ),
    ("ALTER SCHEMA s TRANSFER OBJECT::dbo.t", RenameTable(T, Name("t", "s"))),
    ("ALTER ROLE r ADD MEMBER joe", Grant("grant role r", ("r",), None, ("joe",))),
    (
        "ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON",
        AlterObject("database", Name("CURRENT"), "set read_committed_snapshot on"),
    ),
    ("DROP PROC IF EXISTS p", DropObject("procedure", Name("p"), True)),
    (
        "GRANT SELECT, INSERT ON SCHEMA::sales TO [joe], PUBLIC WITH GRANT OPTION",
        Grant(
            "grant select, insert on schema::sales to [joe], public with grant option",
            ("select", "insert"),
            "SCHEMA::sales",
            ("joe", "public"),
            True,
        ),
    ),
    (
        "DENY VIEW DEFINITION TO joe",
        Grant("deny view definition to joe", ("view definition",), None, ("joe",)),
    ),
    ("INSERT t (a) VALUES (1), (2)", Insert(T, 2, ("a",))),
    ("INSERT INTO t DEFAULT VALUES", Insert(T, 1)),
    ("INSERT INTO t (a) OUTPUT inserted.id INTO @ids (id) VALUES (1)", Insert(T, 1, ("a",))),
    ("INSERT INTO t EXEC p", Insert(T, None)),
    (
        "INSERT INTO t (a) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM t WHERE a = 1)",
        Insert(T, None, ("a",), guarded=True),
    ),
    ("UPDATE t SET a = 1", Update(T, False, ("a",))),
    ("UPDATE t SET a = 1 WHERE 1 = 1", Update(T, False, ("a",), "1 = 1")),
    ("UPDATE TOP (500) t SET a = 1 WHERE a IS NULL", Update(T, True, ("a",), "a IS NULL", True)),
    (
        "UPDATE x SET x.a = CASE WHEN b = 1 THEN 2 ELSE 3 END, [c] = 4 FROM dbo.t AS x WHERE x.b > 1 OPTION (MAXDOP 1)",
        Update(T, True, ("a", "c"), "x.b > 1"),
    ),
    ("UPDATE x SET a = 1 FROM t x JOIN u ON u.id = x.id", Update(T, True, ("a",))),
    ("DELETE t", Delete(T, False)),
    ("DELETE TOP (10) FROM t", Delete(T, True, limited=True)),
    ("DELETE x OUTPUT deleted.id FROM t x WHERE x.a = 1", Delete(T, True, "x.a = 1")),
    (
        "WITH q AS (SELECT TOP (10) * FROM t WHERE a = 1) DELETE FROM q",
        Delete(T, True, limited=True),
    ),
    ("UPDATE @t SET a = 1", Select()),
]


@pytest.mark.parametrize(("sql", "fact"), [*TABLES, *OTHERS])
def test_a_statement_is_read_as_one_fact(sql: str, fact: Fact) -> None:
    assert batch(sql) == (fact,)
    assert script(f"{sql};\nGO\n") == [(fact,)]


def test_a_table_is_read_with_columns_keys_and_indexes() -> None:
    sql = """CREATE TABLE [dbo].[orders](
        [id] [int] IDENTITY(1,1) NOT NULL,
        email nvarchar(50) NULL,
        n int NOT NULL CONSTRAINT df_n DEFAULT ((0)),
        at datetime2(7) GENERATED ALWAYS AS ROW START HIDDEN NOT NULL,
        u int FOREIGN KEY REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT [pk] PRIMARY KEY CLUSTERED ([id] ASC) WITH (PAD_INDEX = OFF) ON [PRIMARY],
        CONSTRAINT uq UNIQUE (email),
        INDEX ix NONCLUSTERED (n),
        PERIOD FOR SYSTEM_TIME (at, till)
    ) ON ps (at) WITH (SYSTEM_VERSIONING = ON)"""
    fk = Constraint(Kind.FOREIGN_KEY, None, ("u",), Name("users"), ("id",), on_delete="CASCADE")
    orders = Name("orders")
    assert batch(sql) == (
        CreateTable(
            orders,
            (
                Column(
                    "id",
                    "[int]",
                    False,
                    generated="identity",
                    identity_options=(("start", 1), ("increment", 1)),
                ),
                Column("email", "nvarchar(50)"),
                Column("n", "int", False, Default("((0))", CONSTANT)),
                Column("at", "datetime2(7)", False, generated="stored"),
                Column("u", "int", constraints=(fk,)),
            ),
            (
                Constraint(Kind.PRIMARY_KEY, "pk", ("id",), method="clustered"),
                Constraint(Kind.UNIQUE, "uq", ("email",)),
            ),
            (CreateIndex("ix", orders, ("n",)),),
            settings=(("system_versioning", "ON"),),
            partition_by="ps (at)",
        ),
    )


@pytest.mark.parametrize(
    ("sql", "after"),
    [
        ("ALTER TABLE t ALTER COLUMN c BIGINT NOT NULL", SetNotNull(T, "c")),
        ("ALTER TABLE t ALTER COLUMN c BIGINT NULL", DropNotNull(T, "c")),
        ("ALTER TABLE t ALTER COLUMN c BIGINT", DropNotNull(T, "c")),
    ],
)
def test_a_type_is_changed_together_with_nullability_which_is_null_where_it_is_not_written(
    sql: str, after: Fact
) -> None:
    assert batch(sql) == (AlterColumnType(T, "c", "BIGINT"), after)


def test_one_alter_table_adds_and_drops_several_things() -> None:
    assert batch("ALTER TABLE t ADD a int, CONSTRAINT k CHECK (a > 0), b bit") == (
        AddColumn(T, Column("a", "int")),
        AddConstraint(T, Constraint(Kind.CHECK, "k", expression="a > 0")),
        AddColumn(T, Column("b", "bit")),
    )
    assert batch("ALTER TABLE t DROP CONSTRAINT k, l, COLUMN a, b") == (
        DropConstraint(T, "k"),
        DropConstraint(T, "l"),
        DropColumn(T, "a"),
        DropColumn(T, "b"),
    )


LOOKUP = """declare @const_name varchar(256)
select @const_name = {name} from sys.{catalog}
where parent_object_id = object_id('s.t')
and col_name(parent_object_id, parent_column_id) = 'c c'
exec('alter table s.t drop constraint ' + @const_name)"""
FOREIGN_KEY_LOOKUP = """declare @const_name varchar(256)
select @const_name = {name} from
sys.foreign_keys fk join sys.foreign_key_columns fkc
on fk.object_id=fkc.constraint_object_id
where fkc.parent_object_id = object_id('t')
and col_name(fkc.parent_object_id, fkc.parent_column_id) = 'c'
exec('alter table t drop constraint ' + @const_name)"""


@pytest.mark.parametrize("name", ["QUOTENAME([name])", "[name]"])
def test_what_alembic_looks_up_to_drop_a_constraint_is_the_drop(name: str) -> None:
    table = Name("t", "s")
    assert batch(LOOKUP.format(name=name, catalog="default_constraints")) == (SetDefault(table, "c c", None),)
    assert batch(LOOKUP.format(name=name, catalog="check_constraints")) == (
        DropConstraint(table, None, Kind.CHECK, columns=("c c",)),
    )
    assert batch(FOREIGN_KEY_LOOKUP.format(name=name)) == (DropConstraint(T, None, Kind.FOREIGN_KEY, columns=("c",)),)


def test_what_only_looks_like_alembics_lookup_is_opaque() -> None:
    sql = LOOKUP.format(name="[name]", catalog="key_constraints")
    assert Unread("EXEC: the text is put together when it runs") in batch(sql)


def test_the_schema_follows_a_drop_by_column() -> None:
    schema = Schema.empty("mssql")
    for fact in batch("CREATE TABLE T (a int REFERENCES o (id), b int REFERENCES o (id), c int DEFAULT 1)"):
        schema.apply(fact)
    schema.apply(DropConstraint(T, None, Kind.FOREIGN_KEY, columns=("A",)))
    table = schema.table(T)
    assert table is not None
    assert [one.columns for one in table.constraints] == [("b",)]


def test_indexes_of_the_same_name_stand_beside_each_other() -> None:
    schema = Schema.empty("mssql")
    for fact in batch(
        "CREATE TABLE a (i int) CREATE TABLE b (i int) CREATE INDEX ix ON a (i) CREATE INDEX ix ON b (i)"
    ):
        schema.apply(fact)
    schema.apply(DropIndex(Name("IX"), Name("b")))
    assert schema.index(Name("ix"), Name("a")) is not None
    assert schema.index(Name("ix"), Name("b")) is None
    assert schema.created(Name("a"))


def test_a_table_with_a_number_sign_is_always_new() -> None:
    schema = Schema("mssql")
    assert schema.created(Name("#t"))
    assert not schema.created(T)


# ---- batches and blocks


def test_a_batch_needs_no_terminators() -> None:
    sql = """DECLARE @n int SET NOCOUNT ON
    CREATE TABLE t (a int)
    INSERT t SELECT 1 UNION SELECT 2
    UPDATE t SET a = CASE a WHEN 1 THEN 2 END
    DELETE t WHERE a = 1
    IF EXISTS (SELECT 1 FROM t) DROP TABLE t ELSE PRINT 'gone'
    COMMIT"""
    assert batch(sql) == (
        Select(),
        SetOption("nocount", "ON"),
        CreateTable(T, (Column("a", "int"),)),
        Insert(T, None),
        Update(T, False, ("a",)),
        Delete(T, True, "a = 1"),
        GUARD,
        DropTable(T),
        Select(),
        PLAIN,
        Commit(),
    )


def test_a_guard_holds_its_block_together() -> None:
    sql = """IF NOT EXISTS (SELECT * FROM sys.objects WHERE object_id = OBJECT_ID(N'dbo.t'))
    BEGIN
        CREATE TABLE t (a int);
        CREATE INDEX ix ON t (a);
    END
    GO
    DROP TABLE t
    """
    assert script(sql) == [
        (GUARD, CreateTable(T, (Column("a", "int"),)), CreateIndex("ix", T, ("a",))),
        (DropTable(T),),
    ]
    assert script("IF COL_LENGTH('t', 'c') IS NULL ALTER TABLE t ADD c int;") == [
        (GUARD, AddColumn(T, Column("c", "int")))
    ]


def test_a_test_counts_for_what_it_guards_alone() -> None:
    drop = DropTable(T)
    assert batch("IF 1 = 1 DROP TABLE t DROP TABLE t") == (GUARD, drop, PLAIN, drop)
    assert batch("IF 1 = 1 BEGIN IF 2 = 2 DROP TABLE t; DROP TABLE t; BEGIN DROP TABLE t; END END; DROP TABLE t") == (
        *(GUARD, GUARD, drop, drop, GUARD, drop),
        *(PLAIN, drop),
    )
    assert batch("IF 1 = 1 DROP TABLE t; ELSE DROP TABLE t; DROP TABLE t") == (GUARD, drop, drop, PLAIN, drop)


def test_a_try_block_is_read_and_its_catch_ends_no_transaction() -> None:
    sql = """BEGIN TRY
        BEGIN TRAN;
        DROP TABLE t;
        COMMIT;
    END TRY
    BEGIN CATCH
        IF @@TRANCOUNT > 0 ROLLBACK TRAN;
        THROW;
    END CATCH"""
    assert script(sql) == [(PLAIN, Begin(), DropTable(T), Commit())]


def test_a_loop_is_read() -> None:
    sql = """WHILE 1 = 1
    BEGIN
        UPDATE TOP (500) t SET a = 1 WHERE a IS NULL;
        IF @@ROWCOUNT = 0 BREAK;
    END"""
    assert script(sql) == [(PLAIN, Update(T, True, ("a",), "a IS NULL", True), GUARD, Select())]


def test_constant_text_that_is_run_is_read() -> None:
    for sql in (
        "EXEC('DROP ' + N'TABLE t')",
        "EXEC sp_executesql N'DROP TABLE t'",
        "EXEC sp_executesql @stmt=N'DROP TABLE t'",
    ):
        assert batch(sql) == (DropTable(T),)
    assert batch("EXEC('EXEC(''DROP TABLE t'')')") == (DropTable(T),)


def test_merge_is_what_it_does_with_the_rows() -> None:
    sql = """MERGE INTO t USING s ON t.id = s.id
    WHEN MATCHED AND t.a <> s.a THEN UPDATE SET a = CASE WHEN s.a = 1 THEN 2 ELSE 3 END
    WHEN NOT MATCHED THEN INSERT (id, a) VALUES (s.id, s.a)
    WHEN NOT MATCHED BY SOURCE THEN DELETE;"""
    assert script(sql) == [(Update(T, True), Insert(T, None, ("id", "a"), guarded=True), Delete(T, True))]


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("EXEC master..xp_cmdshell 'dir'", (External("XP_CMDSHELL", "dir"),)),
        ("BULK INSERT t FROM 'c:\\x.csv'", (Insert(T, None), External("BULK INSERT", "c:\\x.csv"))),
        (
            "INSERT t SELECT * FROM OPENROWSET('SQLNCLI', 'x', 'SELECT 1') AS a",
            (Insert(T, None), External("OPENROWSET", "SQLNCLI")),
        ),
        ("EXEC ('DROP TABLE t') AT other", (External("EXEC AT", "other"),)),
    ],
)
def test_what_leaves_the_server_is_said(sql: str, found: tuple[Fact, ...]) -> None:
    assert batch(sql) == found


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("EXEC dbo.p 1, @x = 2", "EXEC: what the procedure p does is not known here"),
        ("EXEC('DROP TABLE ' + @t)", "EXEC: the text is put together when it runs"),
        ("EXEC sp_executesql @sql", "sp_executesql: the text is put together when it runs"),
        ("EXEC @p", "EXEC: the procedure's name is in a variable"),
        ("EXEC sp_rename @old, 'b'", "EXEC: what the procedure sp_rename does is not known here"),
        ("FROBNICATE t", "sqlgen does not read this part of it: FROBNICATE t"),
        ("DROP TABLE t FOO", "sqlgen does not read this part of it: FOO"),
        ("CREATE TABLE t (a int", "it ends where more was expected"),
        ("SELECT 'a", "a quote or a comment in it is not closed"),
        (":setvar x 1\nSELECT 1", "it holds a command for sqlcmd"),
    ],
)
def test_what_cannot_be_read_is_opaque_with_its_reason(sql: str, why: str) -> None:
    assert Unread(why) in batch(sql)


def test_after_what_cannot_be_read_the_next_statement_is() -> None:
    assert batch("FROBNICATE t; DROP TABLE t") == (
        Unread("sqlgen does not read this part of it: FROBNICATE t; DROP TABLE t"),
        DropTable(T),
    )


def test_blocks_nested_too_deep_are_opaque() -> None:
    assert {type(fact) for fact in batch("BEGIN " * 5000 + "END " * 5000)} == {Opaque}


@pytest.mark.parametrize(
    ("default", "volatility"),
    [
        ("((0))", CONSTANT),
        ("N'x'", CONSTANT),
        ("CONVERT([bit],(0))", STABLE),
        ("CAST(0 AS bit)", CONSTANT),
        ("'a' + 'b'", CONSTANT),
        ("getdate()", STABLE),
        ("(sysutcdatetime())", STABLE),
        ("(newid())", VOLATILE),
        ("newsequentialid()", VOLATILE),
        ("NEXT VALUE FOR dbo.s", VOLATILE),
        ("dbo.f()", UNKNOWN),
    ],
)
def test_a_default_is_kept_as_written_with_its_volatility(default: str, volatility: Volatility) -> None:
    assert batch(f"ALTER TABLE t ADD c INT DEFAULT {default} NOT NULL") == (
        AddColumn(T, Column("c", "INT", False, Default(default, volatility))),
    )
