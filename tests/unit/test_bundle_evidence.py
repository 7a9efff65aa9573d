"""evidence/effects.json and evidence/source-map.json: every statement once, in its order, with lines that are true, and
nothing said that is not known."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest

from sqlgen.bundle import evidence
from sqlgen.bundle.effects_json import _FIELDS
from sqlgen.bundle.pack import MAX_FILE
from sqlgen.bundle.source_map import mapped
from sqlgen.effects import combined, effect
from sqlgen.effects.model import Server
from sqlgen.facts.vocabulary import Fact
from sqlgen.script import folder, read_back, without_unfaithful
from sqlgen.script.runbook.page import Range
from sqlgen.segments import Query
from tests.unit.made_ranges import CLIENTS, SAMPLE, ranged, rendered, schema


class Evidence:
    """The scripts of a range, and what is said of them."""

    def __init__(self, range: Range) -> None:
        self.range = range
        self.texts = folder.files(range)
        self.files = evidence.files(range, self.texts)
        self.effects = json.loads(self.files["evidence/effects.json"])
        self.map = json.loads(self.files["evidence/source-map.json"])["scripts"]
        self.steps = {"apply.sql": range.up, "resume.sql": range.up, "rollback.sql": range.down}

    def told(self, name: str = "apply.sql") -> list[dict[str, Any]]:
        """Of the statements of a script."""
        return [each for each in self.effects["scripts"][name] if "statement" in each]

    def others(self, name: str = "apply.sql") -> list[dict[str, Any]]:
        """What stands between them."""
        return [each for each in self.effects["scripts"][name] if "statement" not in each]


def told(up: str, dialect: str = "postgresql", version: str | None = None) -> list[dict[str, Any]]:
    """What is said of the statements of an upgrade that stands alone."""
    return Evidence(ranged((up, ""), dialect=dialect, version=version)).told()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence") / "bookshop"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    return folder


# ---- the laws, held by every case below


def unquoted(text: str) -> str:
    """A statement in whatever literal of whatever client: what differs between literal and statement is taken out."""
    return re.sub(r"[\s'|+N\\()]|NCHAR92|TO_CLOB", "", text)


def check_lines(made: Evidence) -> None:
    """Each statement of each script, once, in order; the lines hold that text, and no line less would."""
    for name, told in made.map.items():
        script, steps = made.texts[name], made.steps[name]
        texts = read_back(script, made.range.target.dialect)
        assert [each["statement"] for each in told] == list(range(1, len(texts) + 1))
        assert [each["sha256"] for each in told] == [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        written = [(step, item) for step in steps for item in step.items][: len(texts)]
        assert [item.sql for _, item in written] == list(texts)
        lines = script.split("\n")
        for each, (step, item) in zip(told, written, strict=True):
            assert (each["revision"], each["direction"]) == (step.revision, step.direction)
            there = lines[each["line"] - 1 : each["end_line"]]
            text = item.sql.split("\n")
            assert unquoted(item.sql) in unquoted("\n".join(there))
            assert unquoted(text[0])[:40] in unquoted(there[0])
            assert unquoted(text[-1])[-40:] in unquoted(there[-1])
            marks = [line for line in lines[: each["line"] - 1] if line.startswith("-- sqlgen: statement ")]
            assert marks[-1].startswith(f"-- sqlgen: statement {each['statement']}, ")
            if item.place is not None:
                place = item.place
                assert (each["source"]["file"], each["source"]["line"]) == (place.file, place.line)
                assert (each["source"]["end_line"], each["source"]["column"]) == (place.end_line, place.column)


def check_effects(made: Evidence) -> None:
    """The statements of the scripts, with the numbers and sources that the map has. resume.sql is left out where it
    holds those of apply.sql."""
    again = made.map.get("resume.sql")
    same = again is not None and len(again) == len(made.map["apply.sql"])
    assert set(made.effects["scripts"]) == set(made.map) - ({"resume.sql"} if same else set())
    for name in made.effects["scripts"]:
        wanted = [(one["statement"], one["revision"], one["direction"], one["source"]) for one in made.map[name]]
        found = [(one["statement"], one["revision"], one["direction"], one["source"]) for one in made.told(name)]
        assert found == wanted
        assert {(one["revision"], one["direction"]) for one in made.others(name)} <= {
            (step.revision, step.direction) for step in made.steps[name]
        }
        for each in made.told(name):
            assert bool(each["unknown"]) == (each["work"] == "unknown")
            assert each["facts"]


def check(made: Evidence) -> Evidence:
    check_lines(made)
    check_effects(made)
    for text in made.files.values():
        assert text.isascii()
        document = json.loads(text)
        rows = [row for found in document["scripts"].values() for row in found]
        assert [line.strip().rstrip(",") for line in text.splitlines() if line.startswith(" " * 6)] == list(
            map(json.dumps, rows)
        )
    assert evidence.files(made.range, made.texts) == made.files
    return made


# ---- bookshop: from a line of a script to a line of a revision


def source_of(made: Evidence, script: str, line: int) -> dict[str, Any] | None:
    """What a reviewer does who looks at a line of a script."""
    return next((one["source"] for one in made.map[script] if one["line"] <= line <= one["end_line"]), None)


@pytest.mark.parametrize("dialect", CLIENTS)
def test_a_line_of_a_script_leads_to_the_line_of_the_revision_that_wrote_it(dialect: str, shop: Path) -> None:
    env = {} if dialect == "mssql" else {"env": "prod"}
    made = check(Evidence(rendered(shop, "0004_orders:head", {"dialect": dialect, **env})))
    assert set(made.map) == {"apply.sql", "rollback.sql", *(["resume.sql"] if dialect in ("mysql", "mssql") else [])}
    wanted = {
        ("apply.sql", "ALTER TABLE users DROP COLUMN phone"): ("0013_drop_phone", "phone"),
        ("apply.sql", "DROP TABLE wishlists"): ("0014_drop_wishlists", 'op.drop_table("wishlists")'),
        ("rollback.sql", "CREATE TABLE wishlists"): ("0014_drop_wishlists", "op.create_table"),
    }
    for (script, sql), (revision, code) in wanted.items():
        lines = made.texts[script].split("\n")
        (number,) = (n for n, line in enumerate(lines, start=1) if sql in line and not line.startswith("-- "))
        source = source_of(made, script, number)
        assert source is not None
        assert source["file"] == f"migrations/versions/{revision}.py"
        written = (shop / source["file"]).read_text(encoding="utf-8").split("\n")
        assert code in "\n".join(written[source["line"] - 1 : source["end_line"]])
    assert source_of(made, "apply.sql", 1) is None
    for one in (one for each in made.map.values() for one in each):
        written = (shop / one["source"]["file"]).read_text(encoding="utf-8").split("\n")
        call = one["source"]["op"].removeprefix("op.")
        assert call in written[one["source"]["line"] - 1], one


def test_the_whole_history_of_bookshop_is_told_on_an_empty_database(shop: Path) -> None:
    made = check(Evidence(rendered(shop, "base:head", {"dialect": "postgresql", "env": "staging"})))
    drops = [each for each in made.told() if each["facts"][0]["fact"] == "DropTable"]
    assert [each["facts"] for each in drops] == [[{"fact": "DropTable", "table": "wishlists", "new": True}]]
    assert drops[0]["destroys"] == []
    assert drops[0]["breaks_old_code"] is False


# ---- every dialect: gates, and what stands behind them


@pytest.mark.parametrize("client", [*CLIENTS, "plain postgresql", "plain sqlite", "plain mariadb"])
def test_a_gate_and_what_a_script_leaves_out_behind_it_are_told(client: str) -> None:
    dialect = client.removeprefix("plain ")
    whole = [
        ("ALTER TABLE users ADD c1 INTEGER", "ALTER TABLE users DROP COLUMN c1"),
        ("ALTER TABLE users ADD c2 INTEGER", "ALTER TABLE users DROP COLUMN c2"),
        ("ALTER TABLE books ADD c3 INTEGER; ALTER TABLE books ADD c4 INTEGER", "ALTER TABLE books DROP COLUMN c3"),
    ]
    used = "plain" if client.startswith("plain ") else None
    genuine = check(Evidence(ranged(*whole, dialect=dialect, client=used)))
    assert [len(genuine.told(name)) for name in ("apply.sql", "rollback.sql")] == [4, 3]
    assert genuine.others() == genuine.others("rollback.sql") == []

    made = check(Evidence(ranged(whole[0], (None, None), whole[2], dialect=dialect, client=used)))
    gate = {"gap": "it reads rows", "file": "versions/r2.py", "line": 31}
    assert made.others()[0] == {"revision": "r2", "direction": "upgrade", **gate}
    assert made.others("rollback.sql")[0] == {"revision": "r2", "direction": "downgrade", **gate}
    on = {"postgresql": ["apply.sql", "rollback.sql"], "mariadb": ["apply.sql", "rollback.sql"],
          "mysql": ["resume.sql", "rollback.sql"]}  # fmt: skip
    goes_on = on.get(client, [])  # once the version table shows r2
    for name, held in made.map.items():
        before, behind = (["r3"], ["r1"]) if name == "rollback.sql" else (["r1"], ["r3", "r3"])
        assert [each["revision"] for each in held] == before + (behind if name in goes_on else [])
    for name in made.effects["scripts"]:
        stops = {"revision": "r1" if name == "rollback.sql" else "r3", "left_out": f"{name} stops before r2"}
        told = [{key: each[key] for key in ("revision", "left_out")} for each in made.others(name)[1:]]
        assert told == ([] if name in goes_on else [stops])


def test_a_revision_that_the_client_can_not_run_is_a_gate_although_it_has_statements() -> None:
    ups = [f"ALTER TABLE users ADD c{number} INTEGER" for number in range(3)]
    downs = ["DROP TABLE books", "COPY users FROM STDIN; DROP TABLE books", "DROP TABLE users"]
    whole = ranged(*zip(ups, downs, strict=True))
    down = without_unfaithful(whole.down, whole.target)
    assert [(each.gap is None, len(each.items)) for each in down] == [(True, 1), (False, 2), (True, 1)]
    made = Evidence(Range.of(whole.up, down, whole.target, whole.before, whole.content_id))
    assert [each["revision"] for each in made.map["rollback.sql"]] == ["r3", "r1"]
    assert [(each["statement"], each["revision"]) for each in made.told("rollback.sql")] == [(1, "r3"), (2, "r1")]


def test_without_a_way_back_there_is_nothing_to_tell_of_it() -> None:
    made = check(Evidence(ranged(("DROP TABLE books", None))))
    assert "rollback.sql" not in made.texts
    assert set(made.effects["scripts"]) == set(made.map) == {"apply.sql"}


@pytest.mark.parametrize("dialect", CLIENTS)
def test_lines_are_true_of_texts_that_clients_would_take_for_their_own(dialect: str) -> None:
    texts = (
        "INSERT INTO books VALUES (1, 'it''s\n-- sqlgen: statement 2, 1 characters, sha256 0000000000000000\nx\n')",
        "INSERT INTO books VALUES (2, '\nGO\n/\n:r x\n$(HOME) - \n" + "long " * 300 + "\n')",
        "INSERT INTO books VALUES (3, '\u4e66\u540d \U0001f4d6 \u00e9 -- sqlgen: end, 1 statement')",
        "UPDATE books\nSET title = 'a'\nWHERE id = 1",
    )
    made = check(Evidence(ranged((";\n".join(texts), ""), dialect=dialect)))
    assert len(made.told()) == 4
    assert made.map["apply.sql"][3]["end_line"] - made.map["apply.sql"][3]["line"] == 2


def test_a_script_that_is_not_that_of_its_steps_is_a_mistake_that_is_seen() -> None:
    range = ranged(("ALTER TABLE users ADD a INTEGER; ALTER TABLE users ADD b INTEGER", ""))
    other = ranged(("ALTER TABLE users ADD a INTEGER; ALTER TABLE users ADD c INTEGER", ""))
    less = ranged(("ALTER TABLE users ADD a INTEGER", ""))
    text = folder.apply(range)
    assert len(mapped(text, range.up, range.target)) == 2
    with pytest.raises(ValueError, match="statement 2 of the script is not that of r1"):
        mapped(text, other.up, range.target)
    with pytest.raises(ValueError, match="the script holds 2 statements, its steps 1"):
        mapped(text, less.up, range.target)
    with pytest.raises(ValueError, match="the script holds 1 statements, its steps 2"):
        mapped(folder.apply(less), range.up, range.target)


# ---- where statements come from: a real project on SQLite

ENV = """\
from alembic import context

context.configure(url="sqlite:///gone/shop.db", literal_binds=True)
with context.begin_transaction():
    context.run_migrations()
"""
BODIES = {
    "a1": """
        def upgrade():
            op.create_table("roles", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(40)))
        def downgrade():
            op.drop_table("roles")
    """,
    "b2": """
        def upgrade():
            for row in op.get_bind().execute(sa.text("SELECT id FROM roles")).fetchall():
                op.execute(f"INSERT INTO roles (name) VALUES ('{row.id}')")
            op.add_column("roles", sa.Column("what", sa.String(9)))
        def downgrade():
            op.drop_column("roles", "what")
    """,
    "c3": """
        def upgrade():
            name = op.get_bind().execute(sa.text("SELECT name FROM roles")).fetchone()[0]
        def downgrade():
            pass
    """,
    "d4": """
        def upgrade():
            op.execute("INSERT INTO roles (name) VALUES ('d4')")
            count = op.get_bind().execute(sa.text("SELECT count(*) FROM roles")).scalar()
            op.execute(f"UPDATE roles SET what = '{count}'")
        def downgrade():
            op.execute("DELETE FROM roles WHERE name = 'd4'")
    """,
    "e5": """
        def upgrade():
            op.execute("INSERT INTO roles (name) VALUES ('e5')")
            raise RuntimeError("ask somebody")
        def downgrade():
            raise NotImplementedError("restore the backup")
    """,
}
SETTINGS = """
[env.prod]
database = "shop.db"
[revision.b2]
reads = "empty"
[revision.c3]
upgrade = "c3.sql"
[revision.d4]
reads = "shadow"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SQLGEN_SHADOW", raising=False)
    root, last = tmp_path / "shop", None
    (root / "migrations" / "versions").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (root / "migrations" / "env.py").write_text(ENV)
    for id, body in BODIES.items():
        head = f'"""make {id}"""\nimport sqlalchemy as sa\nfrom alembic import op\n'
        head += f"revision, down_revision = {id!r}, {last!r}\n"
        (root / "migrations" / "versions" / f"{id}.py").write_text(head + textwrap.dedent(body).lstrip())
        last = id
    (root / "sqlgen.toml").write_text(SETTINGS)
    (root / "c3.sql").write_text(
        "-- by hand\nINSERT INTO roles (name)\nVALUES ('first');\nUPDATE roles SET name = '';\n"
    )
    return root


def test_row_driven_recorded_and_hand_written_revisions_are_told_as_what_they_are(project: Path) -> None:
    range = rendered(project, "base:head", {"env": "prod"})
    assert [step.origin for step in range.up] == ["rendered", "rendered", "override", "recorded", "rendered"]
    made = check(Evidence(range))
    of = {each["revision"]: each for each in made.others()}
    assert set(of) == {"b2", "d4", "e5"}
    assert of["b2"]["row_driven"].startswith("it was told that there are no rows; what it does for each row is missing")
    assert of["d4"]["row_driven"].startswith("it was recorded on an empty database")
    assert of["e5"]["gap"].startswith("RuntimeError: ask somebody")
    assert of["e5"]["file"] == "migrations/versions/e5.py"
    order = [each["revision"] for each in made.effects["scripts"]["apply.sql"]]
    assert order == ["a1", "b2", "b2", "c3", "c3", "d4", "d4", "d4", "e5"]
    by_hand = [each["source"] for each in made.told() if each["revision"] == "c3"]
    assert [(each["file"], each["line"], each["end_line"]) for each in by_hand] == [("c3.sql", 2, 3), ("c3.sql", 4, 4)]
    recorded = [each["source"]["line"] for each in made.told() if each["revision"] == "d4"]
    text = (project / "migrations/versions/d4.py").read_text().split("\n")
    assert ["INSERT" in text[recorded[0] - 1], "UPDATE" in text[recorded[1] - 1]] == [True, True]


# ---- effects: what is said is what the engine's table says, with the schema that stands just before


def test_a_lock_on_an_old_table_is_told_apart_from_one_on_a_table_of_the_script() -> None:
    old, made, new = told("CREATE INDEX a ON users (email); CREATE TABLE t (id INTEGER); CREATE INDEX b ON t (id)")
    lock = {"mode": "SHARE", "blocks": "writes", "brief": False}
    assert old["locks"] == [{"table": "users", **lock, "new": False}]
    assert new["locks"] == [{"table": "t", **lock, "new": True}]
    assert (old["work"], old["worked_on"], old["claim"], old["proven"]) == ("index", ["users"], "create-index", True)
    assert old["sources"][0].startswith("https://www.postgresql.org/docs/")
    assert made["facts"] == [{"fact": "CreateTable", "table": "t"}]


def test_what_stands_before_a_statement_decides() -> None:
    """INTEGER to BIGINT is a rewrite; after it BIGINT to BIGINT is nothing; of a table that nobody knows it can't be
    said."""
    change = "ALTER TABLE users ALTER COLUMN visits TYPE BIGINT"
    first, second, unknown = told(f"{change}; {change}; {change.replace('users', 'strangers')}")
    assert (first["work"], second["work"], unknown["work"]) == ("rewrite", "none", "unknown")
    assert (first["unknown"], second["unknown"]) == ([], [])
    assert unknown["unknown"] == ["AlterColumnType: alter column type unknown"]
    assert (first["reversible"], first["destroys"]) == (True, [])
    assert (unknown["reversible"], unknown["destroys"], unknown["may_fail"]) == (None, None, None)


def test_a_rollback_begins_with_the_schema_that_the_upgrade_leaves() -> None:
    change = "ALTER TABLE users ALTER COLUMN visits TYPE {}"
    made = check(Evidence(ranged((change.format("BIGINT"), change.format("INTEGER")))))
    (up,), (down,) = made.told(), made.told("rollback.sql")
    assert (up["work"], up["may_fail"]) == ("rewrite", False)
    assert (down["work"], down["may_fail"]) == ("rewrite", True)


def test_what_can_not_be_read_is_said_with_its_reason_and_no_comfort() -> None:
    clear, dark = told("DO $$ BEGIN UPDATE users SET visits = 0; END $$; DO $$ BEGIN EXECUTE lower('X'); END $$")
    assert (clear["work"], clear["unknown"], clear["commits"]) == ("scan", [], "with its transaction")
    (why,) = (fact["why"] for fact in dark["facts"] if fact["fact"] == "Opaque")
    assert dark["work"] == "unknown"
    assert dark["unknown"] == [why]
    assert why
    comfort = ("commits", "reversible", "breaks_old_code", "may_fail")
    assert [dark[key] for key in comfort] == [None, None, None, None]
    assert [loss["kind"] for loss in dark["destroys"]] == ["unknown"]


def test_the_actions_of_one_statement_count_together() -> None:
    """MySQL 8.4, 17.12.1: an added column is instant, an index is not; together the table is rebuilt."""
    sql = "ALTER TABLE users ADD COLUMN fax VARCHAR(9), ADD INDEX ix_email (email)"
    range = ranged((sql, ""), dialect="mysql", version="8.4")
    (statement,) = Evidence(range).told()
    before, server = schema("mysql"), Server("mysql", (8, 4))
    alone = [effect(fact, before, server) for fact in range.up[0].items[0].facts]
    whole = combined(alone)
    assert whole is not None
    assert [each.work.name for each in alone] == ["METADATA", "INDEX"]
    assert (statement["work"], statement["algorithm"]) == (whole.work.name.lower(), "inplace") == ("rewrite", "inplace")
    assert statement["claim"] == "rebuild-by-several-actions"
    assert [fact["fact"] for fact in statement["facts"]] == ["AddColumn", "CreateIndex"]
    assert statement["commits"] == "implicitly"


def test_what_can_not_stand_in_a_transaction_is_told() -> None:
    inside, alone = told("CREATE INDEX a ON users (email); CREATE INDEX CONCURRENTLY b ON users (phone)")
    assert (inside["commits"], alone["commits"]) == ("with its transaction", "alone")
    assert [lock["blocks"] for lock in alone["locks"]] == ["schema"]


def test_limits_are_those_that_hold_when_the_statement_begins() -> None:
    sql = "UPDATE users SET visits = 0 WHERE id = 1"
    before, _, after = told(f"{sql}; SET lock_timeout = '250ms'; {sql}")
    assert before["limits"] == {"lock_timeout_ms": 5000, "statement_timeout_ms": 0}
    assert after["limits"] == {"lock_timeout_ms": 250, "statement_timeout_ms": 0}


@pytest.mark.parametrize("dialect", CLIENTS)
def test_what_is_destroyed_is_what_the_tops_of_the_scripts_say(dialect: str) -> None:
    up = (
        "CREATE TABLE t (id INTEGER); DROP TABLE t; ALTER TABLE users DROP COLUMN phone; DELETE FROM books WHERE id = 1"
    )
    down = "ALTER TABLE users ADD phone VARCHAR(40); DROP TABLE books"
    made = check(Evidence(ranged((up, down), dialect=dialect)))
    lost = [[(one["kind"], one["table"], one["column"]) for one in each["destroys"]] for each in made.told()]
    assert lost == [[], [], [("column", "users", "phone")], [("rows", "books", None)]]
    back = [[one["what"] for one in each["destroys"]] for each in made.told("rollback.sql")]
    assert back == [[], ["table books, with its rows"]]
    top = made.texts["apply.sql"].partition("Run it with")[0]
    assert all(loss["what"] in top for each in made.told() for loss in each["destroys"])
    assert [each["breaks_old_code"] for each in made.told()][:3] == [False, False, True]


def test_a_rebuild_of_sqlite_names_the_copy_that_takes_the_table_s_name() -> None:
    copy = (
        "CREATE TABLE _alembic_tmp_books (id INTEGER PRIMARY KEY, title TEXT);"
        "INSERT INTO _alembic_tmp_books SELECT id, title FROM books;"
        "DROP TABLE books; ALTER TABLE _alembic_tmp_books RENAME TO books"
    )
    _, _, drop, rename = told(copy, "sqlite")
    assert drop["facts"] == [{"fact": "DropTable", "table": "books", "rebuilt_as": "_alembic_tmp_books"}]
    assert drop["destroys"] == []
    index, *_, bare, _ = told(f"CREATE INDEX ix_books_title ON books (title); {copy}", "sqlite")
    assert (index["destroys"], [loss["kind"] for loss in bare["destroys"]]) == ([], ["definition"])
    assert rename["facts"] == [{"fact": "RenameTable", "table": "_alembic_tmp_books", "to": "books", "new": True}]
    assert rename["breaks_old_code"] is False


def test_what_a_revision_does_to_the_version_table_is_told_too() -> None:
    (statement,) = told("DELETE FROM alembic_version WHERE version_num = 'x'")
    assert statement["facts"] == [{"fact": "Delete", "table": "alembic_version"}]
    assert [lock["table"] for lock in statement["locks"]] == ["alembic_version"]


def test_the_version_by_which_it_was_judged_is_told() -> None:
    known, guessed = (Evidence(ranged(("", ""), version=version)).effects["server"] for version in ("16", None))
    assert known == {"dialect": "postgresql", "version": "16", "judged_as": "16"}
    assert guessed == {"dialect": "postgresql", "version": None, "judged_as": "12"}


def test_every_name_that_a_fact_is_about_is_told() -> None:
    """The tables that a table is like, or a partition of, stand in its text."""
    told: set[str] = set()
    for kind in get_args(Fact):
        about = {each.name for each in fields(kind) if each.type in ("Name", "Name | None", "Column", "Constraint")}
        assert about - set(_FIELDS) <= {"partition_of", "domain"}, kind
        told |= about
    assert {"table", "column", "constraint", "index", "name"} <= told


def test_a_query_that_was_looked_at_stands_before_the_statements_of_its_revision() -> None:
    range = ranged(("UPDATE users SET visits = 0", ""))
    up = [replace(range.up[0], queries=(Query("SELECT 1", "fetchall", None),))]
    made = check(Evidence(replace(range, up=up)))
    first, second = made.effects["scripts"]["apply.sql"]
    assert ("row_driven" in first, second["statement"]) == (True, 1)


def test_a_range_of_a_thousand_statements_stays_far_below_what_a_file_may_hold() -> None:
    def of(count: int) -> Sequence[int]:
        sql = ";\n".join(
            f"ALTER TABLE users ADD COLUMN c{number} INTEGER NOT NULL DEFAULT 0" for number in range(count)
        )
        made = evidence.files(found := ranged((sql, "")), folder.files(found))
        return [len(text) for text in made.values()]

    assert max(of(1000)) < MAX_FILE / 8
