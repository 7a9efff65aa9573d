"""A whole review, made by hand: every field of the model is used, with Chinese names, long names, gates and estimates.

`sample()` is the document, `signed()` what stands beside it, `scripts()` the files. It is a shop on PostgreSQL
that adds a channel to its orders, builds an index, drops a column, and has one revision that can't be rendered.
"""

from __future__ import annotations

from dataclasses import replace

from sqlgen.review.document import model
from sqlgen.review.document.model import Estimate, Held, Line, Link, Lock, Place, Statement

CONTENT = "sha256:6f1c9f0f4be5c2f7a0f6e8d9b3a1c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LONG = "customer_notification_preferences_per_channel_and_region_v2"
HOST = f"https://git.example.com/shop/web/blob/{COMMIT}/"

REVISIONS = {
    "a1f3": "orders get a channel",
    "b2c4": "索引：按渠道查订单",
    "c3d5": "find users by e-mail",
    "d4e6": "合并两个分支",
    "e5f7": "forget phone numbers",
    "f6a8": "backfill from the old shop",
    "0a9b": "drop wishlists",
}

_DATES = "PostgreSQL 17, 5.1: ALTER TABLE … ADD COLUMN with a constant default rewrites nothing"


def place(revision: str, line: int) -> Place:
    file = f"migrations/versions/{revision}_{'订单' if revision == 'b2c4' else 'change'}.py"
    return Place(file, line, line + 2, f"{HOST}{file}#L{line}")


_PLAIN = Statement(
    number=0,
    revision="a1f3",
    sql="",
    place=None,
    op=None,
    operation="",
    tables=(),
    locks=(),
    work="metadata",
    worked_on=(),
    algorithm=None,
    transaction=1,
    reversible=True,
    destroys=(),
    breaks_old_code=False,
    may_fail=False,
    unknown=(),
    lock_timeout_ms=2000,
    statement_timeout_ms=0,
    claim="",
    sources=(),
    proven=True,
    estimate=None,
    notes=(),
    undone_by=(),
    checks_before=(),
    checks_after=(),
)


def _locked(table: str, mode: str = "ACCESS EXCLUSIVE", blocks: model.Blocking = "all", **other: bool) -> Lock:
    return Lock(table, mode, blocks, other.get("brief", False), other.get("new", False))


def statements() -> tuple[Statement, ...]:
    return (
        replace(
            _PLAIN,
            number=1,
            sql="ALTER TABLE orders ADD COLUMN channel VARCHAR(40) DEFAULT 'web' NOT NULL",
            place=place("a1f3", 24),
            op="op.add_column",
            operation="add column",
            tables=("orders",),
            locks=(_locked("orders"),),
            claim="add-column-constant-default",
            sources=(_DATES,),
            undone_by=(6,),
            checks_before=("orders has no column channel",),
            checks_after=("orders.channel is VARCHAR(40) NOT NULL",),
        ),
        replace(
            _PLAIN,
            number=2,
            sql="UPDATE orders\nSET channel = 'shop' -- 门店\nWHERE note LIKE '门店%'\n  AND channel = 'web'",
            place=place("a1f3", 31),
            op="op.execute",
            operation="update rows",
            tables=("orders",),
            locks=(_locked("orders", "ROW EXCLUSIVE", "nothing"),),
            work="rows",
            worked_on=("orders",),
            reversible=False,
            destroys=("the old values of orders (channel), which an UPDATE overwrites where note LIKE '门店%'",),
            claim="update",
            sources=("PostgreSQL 17, 13.3.2",),
            proven=False,
            estimate=Estimate(40_000, 600_000, "48,000,000 rows of orders, 20,000 to 200,000 rows a second"),
            notes=("left as it was written: its WHERE has no parser",),
        ),
        replace(
            _PLAIN,
            number=3,
            sql="COMMENT ON COLUMN orders.channel IS '渠道：网店、门店、电话'",
            place=place("a1f3", 36),
            op="op.execute",
            operation="comment",
            tables=("orders",),
            locks=(_locked("orders", "SHARE UPDATE EXCLUSIVE", "schema"),),
            claim="comment",
            sources=("PostgreSQL 17, COMMENT",),
            undone_by=(5,),
        ),
        replace(
            _PLAIN,
            number=4,
            revision="b2c4",
            sql='CREATE INDEX CONCURRENTLY "ix_订单_渠道" ON orders (channel, placed_at DESC)',
            place=place("b2c4", 19),
            op="op.create_index",
            operation="create index concurrently",
            tables=("orders",),
            locks=(_locked("orders", "SHARE UPDATE EXCLUSIVE", "schema"),),
            work="index",
            worked_on=("orders",),
            transaction=2,
            may_fail=None,
            unknown=("whether it waits for a transaction that is open elsewhere",),
            statement_timeout_ms=None,
            claim="create-index-concurrently",
            sources=("PostgreSQL 17, CREATE INDEX: Building Indexes Concurrently",),
            estimate=Estimate(95_000, 1_900_000, "6.2 GB of orders, 5 to 100 MB a second"),
            undone_by=(4,),
            checks_after=('index "ix_订单_渠道" is valid',),
        ),
        replace(
            _PLAIN,
            number=5,
            revision="c3d5",
            sql="CREATE UNIQUE INDEX uq_users_email ON users (lower(email))",
            place=place("c3d5", 22),
            op="op.create_index",
            operation="create unique index",
            tables=("users",),
            locks=(_locked("users", "SHARE", "writes"),),
            work="index",
            worked_on=("users",),
            transaction=3,
            may_fail=True,
            lock_timeout_ms=None,
            claim="create-index",
            sources=("PostgreSQL 17, 13.3.1: SHARE conflicts with ROW EXCLUSIVE",),
            estimate=Estimate(800, 12_000, "410 MB of users, 35 to 500 MB a second"),
            undone_by=(3,),
            checks_before=("no two users have the same lower(email)", "users has a column email"),
        ),
        replace(
            _PLAIN,
            number=6,
            revision="c3d5",
            sql=f"CREATE TABLE {LONG} (\n    id BIGSERIAL NOT NULL,\n    user_id BIGINT NOT NULL,\n"
            "    渠道 VARCHAR(20),\n    PRIMARY KEY (id),\n    FOREIGN KEY(user_id) REFERENCES users (id)\n)",
            place=place("c3d5", 27),
            op="op.create_table",
            operation="create table",
            tables=(LONG, "users"),
            locks=(
                _locked(LONG, new=True),
                _locked("users", "SHARE ROW EXCLUSIVE", "writes", brief=True),
            ),
            transaction=3,
            claim="create-table",
            sources=("PostgreSQL 17, CREATE TABLE",),
            undone_by=(2,),
            checks_before=(f"there is no table {LONG}",),
        ),
        replace(
            _PLAIN,
            number=7,
            revision="e5f7",
            sql="ALTER TABLE users DROP COLUMN phone",
            place=place("e5f7", 18),
            op="op.drop_column",
            operation="drop column",
            tables=("users",),
            locks=(_locked("users"),),
            transaction=4,
            reversible=False,
            destroys=("column users.phone, with its values",),
            breaks_old_code=True,
            claim="drop-column",
            sources=("PostgreSQL 17, 5.1", "https://www.postgresql.org/docs/17/sql-altertable.html"),
            algorithm="instant",
            undone_by=(1,),
            notes=("the rollback brings the column back, and none of its values",),
        ),
        replace(
            _PLAIN,
            number=8,
            revision="0a9b",
            sql="DROP TABLE wishlists",
            place=replace(place("0a9b", 20), url=None),
            op="op.drop_table",
            operation="drop table",
            tables=("wishlists",),
            locks=(_locked("wishlists"), _locked("users")),
            work="unknown",
            transaction=5,
            reversible=None,
            destroys=None,
            breaks_old_code=None,
            unknown=("what stands in wishlists: its history could not be read",),
            claim="drop-table",
            sources=("PostgreSQL 17, DROP TABLE",),
        ),
    )


def rollback() -> tuple[Statement, ...]:
    def back(number: int, revision: str, sql: str, operation: str, *locks: Lock, **other: object) -> Statement:
        made = replace(
            _PLAIN,
            number=number,
            revision=revision,
            sql=sql,
            place=place(revision, 40 + number),
            op="op.execute",
            operation=operation,
            tables=tuple(lock.table for lock in locks),
            locks=locks,
            claim="x",
        )
        return replace(made, **other)  # type: ignore[arg-type]

    return (
        back(1, "e5f7", "ALTER TABLE users ADD COLUMN phone VARCHAR(20)", "add column", _locked("users")),
        back(2, "c3d5", f"DROP TABLE {LONG}", "drop table", _locked(LONG), destroys=(f"table {LONG}, with its rows",)),
        back(3, "c3d5", "DROP INDEX uq_users_email", "drop index", _locked("users")),
        back(
            4,
            "b2c4",
            'DROP INDEX CONCURRENTLY "ix_订单_渠道"',
            "drop index concurrently",
            _locked("orders", "SHARE UPDATE EXCLUSIVE", "schema"),
        ),
        back(
            5,
            "a1f3",
            "COMMENT ON COLUMN orders.channel IS NULL",
            "comment",
            _locked("orders", "SHARE UPDATE EXCLUSIVE", "schema"),
        ),
        back(
            6,
            "a1f3",
            "ALTER TABLE orders DROP COLUMN channel",
            "drop column",
            _locked("orders"),
            destroys=("column orders.channel, with its values",),
        ),
    )


def transactions() -> tuple[model.Transaction, ...]:
    piled = (
        Held("orders", "ACCESS EXCLUSIVE", "all", 1),
        Held("alembic_version", "SHARE ROW EXCLUSIVE", "writes", 3),
    )
    return (
        model.Transaction(1, 1, 3, ("a1f3",), "commit", piled, Estimate(40_000, 610_000, "the UPDATE of orders")),
        model.Transaction(
            2,
            4,
            4,
            ("b2c4",),
            "itself",
            (Held("orders", "SHARE UPDATE EXCLUSIVE", "schema", 4),),
            Estimate(95_000, 1_900_000, "6.2 GB of orders"),
        ),
        model.Transaction(3, 5, 6, ("c3d5",), "commit", (Held("users", "SHARE", "writes", 5),), None),
        model.Transaction(
            4,
            7,
            7,
            ("d4e6", "e5f7"),
            "stop",
            (Held("users", "ACCESS EXCLUSIVE", "all", 7),),
            None,
            "The script stops before f6a8, which could not be rendered.",
        ),
        model.Transaction(
            5,
            8,
            8,
            ("0a9b",),
            "implicit",
            (Held("wishlists", "ACCESS EXCLUSIVE", "all", 8), Held("users", "ACCESS EXCLUSIVE", "all", 8)),
            None,
        ),
    )


def revisions() -> tuple[model.Revision, ...]:
    def one(
        id: str, parents: tuple[str, ...], statements: tuple[int, ...], rollback: tuple[int, ...], **other: object
    ) -> model.Revision:
        made = model.Revision(id, REVISIONS[id], parents, (), (), place(id, 1), statements, rollback, "rendered", None)
        return replace(made, **other)  # type: ignore[arg-type]

    return (
        one("a1f3", ("9000",), (1, 2, 3), (5, 6), labels=("shop",)),
        one("b2c4", ("a1f3",), (4,), (4,), origin="recorded", note="recorded on a shadow database"),
        one("c3d5", ("9000",), (5, 6), (2, 3), depends_on=("a1f3",)),
        one("d4e6", ("b2c4", "c3d5"), (), (), note="No statements: only the version table changes."),
        one("e5f7", ("d4e6",), (7,), (1,), origin="override", note="its SQL stands in migrations/sql/e5f7.sql"),
        one("f6a8", ("e5f7",), (), (), origin="gap", note="It reads rows: SELECT id FROM legacy_orders"),
        one("0a9b", ("f6a8",), (8,), ()),
    )


def tables() -> tuple[model.TableView, ...]:
    return (
        model.TableView(
            "orders",
            None,
            "changed",
            (
                Line("column", "id", "BIGINT NOT NULL", "BIGINT NOT NULL"),
                Line("column", "note", "TEXT", "TEXT"),
                Line("column", "placed_at", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
                Line("column", "channel", None, "VARCHAR(40) DEFAULT 'web' NOT NULL"),
                Line("key", "orders_pkey", "PRIMARY KEY (id)", "PRIMARY KEY (id)"),
                Line("index", "ix_订单_渠道", None, "(channel, placed_at DESC)"),
            ),
            True,
            (1, 2, 3, 4),
            (Link("orders", ("user_id",), "users", ("id",), "stays"),),
            48_000_000,
            6_657_199_308,
        ),
        model.TableView(
            "users",
            "customers",
            "changed",
            (
                Line("column", "id", "BIGINT NOT NULL", "BIGINT NOT NULL"),
                Line("column", "email", "VARCHAR(254) NOT NULL", "VARCHAR(254) NOT NULL"),
                Line("column", "phone", "VARCHAR(20)", None),
                Line("index", "uq_users_email", None, "UNIQUE (lower(email))"),
                Line("other", "comment", "'顾客'", "'顾客'"),
            ),
            False,
            (5, 6, 7),
            (
                Link("orders", ("user_id",), "users", ("id",), "stays"),
                Link(LONG, ("user_id",), "users", ("id",), "new"),
                Link("wishlists", ("user_id",), "users", ("id",), "gone"),
            ),
            2_100_000,
            429_916_160,
        ),
        model.TableView(
            LONG,
            None,
            "new",
            (
                Line("column", "id", None, "BIGSERIAL NOT NULL"),
                Line("column", "user_id", None, "BIGINT NOT NULL"),
                Line("column", "渠道", None, "VARCHAR(20)"),
                Line("key", "PRIMARY KEY", None, "(id)"),
            ),
            True,
            (6,),
            (Link(LONG, ("user_id",), "users", ("id",), "new"),),
            None,
            None,
        ),
        model.TableView("wishlists", None, "unknown", (), False, (8,), (), None, None),
    )


def findings() -> tuple[model.Finding, ...]:
    return (
        model.Finding(
            "index-create-blocking",
            "error",
            "building uq_users_email holds a SHARE lock, which blocks writes to users",
            "Add CONCURRENTLY, outside a transaction.",
            "upgrade",
            "c3d5",
            5,
            place("c3d5", 22),
            None,
        ),
        model.Finding(
            "drop-column",
            "warning",
            "dropping users.phone breaks code that still reads it",
            "Stop reading it in one release, drop it in the next.",
            "upgrade",
            "e5f7",
            7,
            place("e5f7", 18),
            model.Allowed(
                "用户已确认：电话不再使用", "2027-03-31", "migrations/versions/e5f7_change.py:17", "team-accounts"
            ),
        ),
        model.Finding(
            "timeout-missing",
            "info",
            "no lock_timeout is set for the CREATE INDEX",
            "Set one: SET lock_timeout = '2s'.",
            "upgrade",
            "c3d5",
            None,
            None,
            None,
        ),
        model.Finding(
            "downgrade-loses",
            "warning",
            f"going back drops {LONG} with its rows",
            "Dump it first.",
            "downgrade",
            "c3d5",
            2,
            place("c3d5", 44),
            None,
        ),
    )


def cautions() -> tuple[model.Caution, ...]:
    def one(kind: model.CautionKind, text: str, revision: str | None = None, todo: str | None = None) -> model.Caution:
        return model.Caution(kind, text, revision, None if revision is None else place(revision, 20), todo)

    return (
        one(
            "gate",
            "f6a8 can't be rendered: it reads rows (SELECT id FROM legacy_orders). The script stops before it.",
            "f6a8",
            "Apply f6a8 with Alembic, then run resume.sql.",
        ),
        one("emergency", "This is an emergency: the breakglass policy of your trust folder decides who signs."),
        one("override", "Built although index-create-blocking stands open: 老板批准, ticket OPS-7"),
        one("incomplete", "what e5f7 does for each row of audit is missing", "e5f7", "Do it by hand."),
        one("handwritten", "the statements of e5f7 were written by hand: migrations/sql/e5f7.sql", "e5f7"),
        one("recorded", "the statements of b2c4 were recorded on a shadow database", "b2c4"),
        one("volatile", "uuid4() gives another value in each run", "c3d5"),
        one("note", "env.py printed 3 lines", None),
        one("assumption", "PostgreSQL 16.4 is assumed, as the settings say"),
        one("unproven", "no test of ours runs the effect update on a server"),
    )


def deploy() -> model.Deploy:
    return model.Deploy(
        "split",
        "Cut it in two: one part runs before the new code, the other after the old code is gone.",
        (
            model.CodeReason("old code that reads users.phone fails", "users.phone", "e5f7", 7, True),
            model.CodeReason("old code may read wishlists", "wishlists", "0a9b", 8, False),
        ),
        (model.CodeReason("new code writes orders.channel", "orders.channel", "a1f3", 1, True),),
        ("users.phone is dropped, and Account.phone still maps it (shop/models.py)",),
        (
            model.Cut("9000:d4e6", "before", "Run it before the new code: it only adds."),
            model.Cut("d4e6:0a9b", "after", "Run it once no old code is left: it drops users.phone."),
        ),
    )


def guide() -> model.Guide:
    apply = "psql -X -v ON_ERROR_STOP=1 -d shop -f apply.sql > apply.log 2>&1"
    return model.Guide(
        (
            model.Todo("Verify the bundle", ("sh trust/verify.sh prod bundle/",), ("It names a private copy.",)),
            model.Todo("Look first; it only reads", ("psql -X -d shop -f preflight.sql",)),
            model.Todo(
                "Dump what is destroyed: users, wishlists",
                ("pg_dump -d shop -t users -Fc -f users.dump", "pg_dump -d shop -t wishlists -Fc -f wishlists.dump"),
            ),
            model.Todo("Apply", (apply, "grep 'sqlgen result:' apply.log | tail -n 1")),
            model.Todo("Look again", ("psql -X -d shop -f postcheck.sql",)),
            model.Todo("Keep the logs", (), ("归档 apply.log",)),
        ),
        (model.Todo("Go back", ("psql -X -v ON_ERROR_STOP=1 -d shop -f rollback.sql",), ("It asks first.",)),),
        (
            model.Failure(
                "before step 1",
                "{9000}",
                "nothing is changed",
                "works",
                "does not work",
                "Remove the cause, run apply.sql again.",
                "Nothing to do.",
            ),
            model.Failure(
                "in step 2, b2c4",
                "{a1f3} … {a1f3}",
                'an invalid index "ix_订单_渠道" may stand',
                "works",
                "works",
                "Run apply.sql again: it drops the invalid index first.",
                "Run rollback.sql.",
            ),
        ),
        ("A row is a state in which the script may stop.",),
    )


def sample() -> model.Document:
    return model.Document(
        language="en",
        about=model.About(
            lower="9000",
            upper="0a9b",
            environment="prod",
            database="shop",
            dialect="postgresql",
            server_version="16.4",
            judged_as="16.4",
            client="psql",
            content_id=CONTENT,
            commit=COMMIT,
            project="services/shop",
            service="网店",
            down_only=False,
            rows=(model.Row("ticket", "OPS-7"), model.Row("tenants", "customer_a, customer_b")),
        ),
        verdict=model.Verdict(
            "red",
            "RED: stop, and read why",
            (
                model.Reason("red", "f6a8 can't be rendered; the script stops before it"),
                model.Reason("red", "writes to users wait while uq_users_email is built", (5,)),
                model.Reason("yellow", "data is destroyed: users.phone, wishlists", (7, 8)),
                model.Reason("green", "the index on orders is built without blocking writes", (4,)),
            ),
        ),
        deploy=deploy(),
        statements=statements(),
        rollback=rollback(),
        transactions=transactions(),
        revisions=revisions(),
        tables=tables(),
        findings=findings(),
        summary="1 error, 1 warning, 1 note; 1 allowed",
        cautions=cautions(),
        losses=(
            model.Lost("e5f7", "users.phone", "column users.phone, with its values", 7),
            model.Lost("0a9b", "wishlists", "table wishlists, with its rows", None),
        ),
        way_back=model.WayBack(
            "part",
            "rollback.sql stops before f6a8: no downgrade could be rendered.",
            (
                model.RevisionLoss(
                    "a1f3", "migrations/versions/a1f3_change.py", ("column orders.channel, with its values",)
                ),
            ),
        ),
        guide=guide(),
        evidence=(
            model.Evidence("lint", "84 rules looked at 8 statements"),
            model.Evidence("rehearsal", "staging: applied as receipt 000012"),
        ),
        roles={"author": 1, "reviewer": 2, "dba": 1},
        sign_off="These signatures are needed before a verifier accepts the bundle.",
    )


def signed() -> model.Signed:
    return model.Signed(
        "sha256:" + "9d" * 32,
        "yellow",
        "Signed by 2 of 4: one more reviewer and a dba have to sign.",
        (
            model.Signature("author", "alice", "SHA256:kq1c5rYbXgL0", True, ""),
            model.Signature("reviewer", "bob", "SHA256:mB7d3tUvWeR8", True, "carried over from an equal bundle"),
            model.Signature("reviewer", "李雷", None, False, "the key is not in the trust folder"),
        ),
        (model.Row("missing", "reviewer, dba"), model.Row("valid until", "2027-01-31")),
    )


def scripts() -> dict[str, str]:
    """Texts as long and as odd as real ones: they are shown, not read."""
    document = sample()
    return {
        "apply.sql": _script("apply.sql", document.statements),
        "rollback.sql": _script("rollback.sql", document.rollback),
    }


def _script(name: str, held: tuple[Statement, ...]) -> str:
    head = f"-- sqlgen: a script for psql\n-- {name}: <not> & markup\n\\set ON_ERROR_STOP on\n\n"
    return head + "".join(f"-- statement {each.number}\n{each.sql};\n" for each in held) + "-- sqlgen: end\n"
