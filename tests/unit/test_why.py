"""What made a table or column what it is: renames followed back, rebuilds seen through, and who applied what."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sqlgen import facts
from sqlgen.bundle import trust as trust_folder
from sqlgen.bundle.ledger import Approval, Receipt, Recorded, about, append
from sqlgen.bundle.ledger.restoring import restored
from sqlgen.bundle.ledger.reviewing import review
from sqlgen.bundle.manifest import parse
from sqlgen.errors import UsageError
from sqlgen.schema import Schema
from sqlgen.segments import Item, Place, Step
from sqlgen.statements import split
from sqlgen.why.traces import traces
from sqlgen.why.tracing import find, touches

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"


def history(dialect: str, *scripts: str) -> tuple[Step, ...]:
    """A revision for each script."""
    steps = []
    for number, script in enumerate(scripts, start=1):
        items = tuple(
            Item(each, facts.read(each, dialect), Place(f"r{number}.py", each.line, each.line, 1), 1)
            for each in split(script, dialect)
            if each.text
        )
        before = () if number == 1 else (f"r{number - 1}",)
        steps.append(Step(f"r{number}", "", "upgrade", before, (f"r{number}",), f"r{number}.py", items))
    return tuple(steps)


def asked(steps: Sequence[Step], text: str, dialect: str) -> list[tuple[int, str, str]]:
    """(revision from 1, verbs, the names before and after a rename) of each statement that is told."""
    traced = tuple(traces(steps, Schema.empty(dialect)))
    return [
        (each.step + 1, " ".join(each.verbs), f"{each.was} -> {each.thing}" if each.was else "")
        for each in touches(steps, traced, find(traced, text, dialect))
    ]


POSTGRESQL = (
    "CREATE TABLE users (id int PRIMARY KEY, mail text); CREATE TABLE orders (id int, mail text)",
    "ALTER TABLE users RENAME COLUMN mail TO email",
    "UPDATE users SET email = lower(email); UPDATE orders SET mail = ''",
    "ALTER TABLE users RENAME TO people; CREATE TABLE users (id int, email text)",
    "CREATE INDEX ix_mail ON people (lower(email)); CREATE INDEX ix_id ON people (id) WHERE email IS NOT NULL",
    "ALTER TABLE people ADD CONSTRAINT uq UNIQUE (email); ALTER TABLE people ALTER COLUMN email SET NOT NULL",
    "DROP INDEX ix_mail; ALTER TABLE people ADD COLUMN age int; COMMENT ON COLUMN people.email IS 'x'",
    "ALTER TABLE people DROP CONSTRAINT uq; ALTER TABLE people DROP COLUMN age; GRANT SELECT ON people TO app",
)


def test_a_column_is_followed_back_through_both_renames() -> None:
    assert asked(history("postgresql", *POSTGRESQL), "people.email", "postgresql") == [
        (1, "created", ""),
        (2, "column-renamed", "users.mail -> users.email"),
        (3, "data", ""),
        (4, "renamed", "users.email -> people.email"),
        (5, "altered", ""),
        (5, "altered", ""),
        (6, "altered", ""),
        (6, "altered", ""),
        (7, "altered", ""),
        (7, "altered", ""),
        (8, "altered", ""),
    ]


def test_who_took_the_old_name_is_another_table() -> None:
    steps = history("postgresql", *POSTGRESQL)
    told = asked(steps, "users.email", "postgresql")
    assert told[-1] == (4, "created", "")
    assert (3, "data", "") in told  # it was called so before
    assert not [each for each in told if each[0] > 4]
    assert asked(steps, "orders", "postgresql") == [(1, "created", ""), (3, "data", "")]


def test_a_column_that_was_dropped_is_still_explained() -> None:
    told = asked(history("postgresql", *POSTGRESQL), "people.age", "postgresql")
    assert told == [(4, "renamed", "users.age -> people.age"), (7, "column-added", ""), (8, "column-dropped", "")]


def test_all_of_a_table_is_told_without_a_column() -> None:
    told = asked(history("postgresql", *POSTGRESQL), "people", "postgresql")
    assert [step for step, _, _ in told] == [1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 7, 8, 8]
    assert (4, "renamed", "users -> people") in told


def test_what_can_not_be_read_is_told_where_it_names_the_table() -> None:
    steps = history(
        "postgresql",
        "CREATE TABLE a (id int)",
        "DO $$ BEGIN EXECUTE (SELECT text FROM a); END $$",
        "DO $$ BEGIN EXECUTE (SELECT text FROM b); END $$",
    )
    assert asked(steps, "a", "postgresql") == [(1, "created", ""), (2, "perhaps", "")]


BATCH = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)",
    "CREATE TABLE _alembic_tmp_t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT);"
    "INSERT INTO _alembic_tmp_t (id, a, b) SELECT id, a, b FROM t; DROP TABLE t;"
    "ALTER TABLE _alembic_tmp_t RENAME TO t",
    "CREATE TABLE _alembic_tmp_t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, c TEXT);"
    "INSERT INTO _alembic_tmp_t (id, a, c) SELECT id, a, b FROM t; DROP TABLE t;"
    "ALTER TABLE _alembic_tmp_t RENAME TO t",
    "CREATE TABLE _alembic_tmp_t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, c TEXT, UNIQUE (c));"
    "INSERT INTO _alembic_tmp_t (id, a, c) SELECT id, a, c FROM t; DROP TABLE t;"
    "ALTER TABLE _alembic_tmp_t RENAME TO t",
)


def test_a_rebuild_counts_for_the_columns_that_it_changes() -> None:
    steps = history("sqlite", *BATCH)
    assert asked(steps, "t.a", "sqlite") == [(1, "created", ""), (2, "rebuilt", "")]
    assert asked(steps, "t.c", "sqlite") == [(1, "created", ""), (3, "rebuilt", "t.b -> t.c"), (4, "rebuilt", "")]
    assert asked(steps, "t", "sqlite") == [
        (1, "created", ""),
        (2, "rebuilt", ""),
        (3, "rebuilt", ""),
        (4, "rebuilt", ""),
    ]
    assert asked(steps, "T.ID", "sqlite") == [(1, "created", "")]


def test_mysql_renames_a_column_with_change() -> None:
    steps = history(
        "mysql",
        "CREATE TABLE t (id int, a varchar(10))",
        "ALTER TABLE t CHANGE a b varchar(20)",
        "ALTER TABLE t MODIFY b varchar(30)",
        "RENAME TABLE t TO u",
    )
    assert asked(steps, "u.b", "mysql") == [
        (1, "created", ""),
        (2, "column-renamed", "t.a -> t.b"),
        (3, "altered", ""),
        (4, "renamed", "t.b -> u.b"),
    ]


def test_names_are_found_as_people_write_them() -> None:
    steps = history("postgresql", 'CREATE TABLE shop.orders (id int, "Total" int); CREATE TABLE b (x int)')
    traced = tuple(traces(steps, Schema.empty("postgresql")))

    def found(text: str) -> str:
        return str(find(traced, text, "postgresql"))

    assert [found(text) for text in ("orders", "ORDERS", "shop.orders")] == ["shop.orders"] * 3
    assert [found(text) for text in ("orders.total", "shop.orders.Total")] == ["shop.orders.Total"] * 2
    for text, message, hint in (
        ("ordres", "no revision has to do with a table ordres", "Did you mean shop.orders?"),
        ("orders.totl", "no revision has to do with a column totl of that table", "Did you mean Total?"),
        ("b.zzz", "column zzz", "Leave the column out"),
        ("a.b.c.d", "no revision has to do with a table a.b", "Write TABLE, TABLE.COLUMN"),
    ):
        with pytest.raises(UsageError) as caught:
            found(text)
        assert message in str(caught.value)
        assert hint in str(caught.value.hint)


# ---- the command


def sqlgen(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sqlgen", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, text=True)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample in git, and a trust folder beside it in which dora may sign receipts."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "shop"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    git = ["git", "-C", folder, "-c", "user.name=Alice", "-c", "user.email=alice@example.com"]
    subprocess.run(["git", "init", "-q", folder], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "All"], check=True)
    for name in ("root", "dora"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"{name}@example.com", "-f", tmp_path / name]
        subprocess.run(command, check=True)
    trust = tmp_path / "trust"
    trust_folder.init(trust, policies={"prod": {"dba": 1}}, roots=[(tmp_path / "root.pub", None)])
    trust_folder.add(trust, tmp_path / "dora.pub", roles=["dba"], environments=["prod"])
    trust_folder.sign(trust, tmp_path / "root")
    return folder


def applied(shop: Path, *revisions: str, kind: str = "applied", **more: Any) -> None:
    """An entry that says that a bundle with these revisions was run."""
    files = [(each, (shop / f"migrations/versions/{each}.py").read_bytes()) for each in revisions]
    entry = Receipt(
        kind=kind,
        bundle=hashlib.sha256("".join(revisions).encode()).hexdigest(),
        content_id="01" * 32,
        environment="prod",
        lower=(),
        upper=revisions[-1:],
        revisions=tuple(Recorded(id, hashlib.sha256(data).hexdigest()) for id, data in files),
        ticket="OPS-7",
        client="sqlite3",
        exit_code=0,
        log_sha256=os.urandom(32).hex(),
        result="APPLIED: the database is at {x}",
        script="apply.sql",
        signatures=(
            Approval("SHA256:y", "dan@example.com", "dba"),
            Approval("SHA256:x", "alice@example.com", "review", carried=True),
        ),
        verified=True,
        **more,
    )
    append(shop.parent / "trust", "prod", entry, shop.parent / "dora")


def test_the_command_tells_who_wrote_approved_and_applied_it(shop: Path) -> None:
    plain = sqlgen("why", "users.email", cwd=shop)
    assert plain.returncode == 0, plain
    assert "where it was applied is not known" in plain.stdout
    assert "  migrations/versions/0006_lowercase_emails.py:23: rows changed\n" in plain.stdout
    assert "\x1b" not in plain.stdout
    applied(shop, "0001_users")
    applied(shop, "0006_lowercase_emails", kind="failed")
    applied(shop, "0006_lowercase_emails")
    changed = shop / "migrations/versions/0006_lowercase_emails.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "# later\n", encoding="utf-8")
    done = sqlgen("why", "users.email", "--trust", "../trust", cwd=shop)
    assert done.returncode == 0, done
    lines = done.stdout.splitlines()
    assert lines[0] == "users.email"
    assert [line.split()[0] for line in lines if line[:1] == "0"] == [
        "0001_users",
        "0006_lowercase_emails",
        "0007_unique_email",
    ]
    assert "    written by Alice, " in done.stdout
    assert [line for line in lines if line.startswith("  prod: ")] == [
        "  prod: applied (entry 1)",
        "  prod: failed (entry 2), applied (entry 3)",
        "  prod: no run in the ledger",
    ]
    told = lines[lines.index("in the ledger of prod") + 1 :]
    assert [line.split()[:3] for line in told if line.startswith("  entry")] == [
        ["entry", "1:", "applied"],
        ["entry", "2:", "failed"],
        ["entry", "3:", "applied"],
    ]
    assert " by dora@example.com, bundle" in told[0]
    assert told[0].endswith(", ticket OPS-7")
    assert told[1:3] == [
        "    result: APPLIED: the database is at {x}",
        "    approved by: dba dan@example.com, review alice@example.com (carried from the bundle that it renews)",
    ]
    assert done.stdout.count("the file is not the one that was applied") == 1


def test_a_run_is_told_once_however_many_revisions_it_had(shop: Path) -> None:
    applied(shop, "0001_users", "0006_lowercase_emails")
    done = sqlgen("why", "users.email", "--trust", "../trust", cwd=shop)
    assert done.stdout.count("  prod: applied (entry 1)\n") == 2
    assert done.stdout.count("approved by: ") == done.stdout.count("  entry 1: ") == 1


def test_an_emergency_is_told_with_its_review(shop: Path) -> None:
    applied(shop, "0001_users", breakglass="prod is down")
    trust, bob = shop.parent / "trust", shop.parent / "bob"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bob@example.com", "-f", bob]
    subprocess.run(command, check=True)
    trust_folder.add(trust, bob.with_suffix(".pub"), roles=["review"], environments=["prod"])
    trust_folder.sign(trust, shop.parent / "root")
    before = sqlgen("why", "users.email", "--trust", "../trust", cwd=shop).stdout
    assert "    an emergency: prod is down\n    not reviewed: nobody has looked at the emergency since\n" in before
    bundle = hashlib.sha256(b"0001_users").hexdigest()
    review(trust, "prod", bundle, bob, because="the index was needed; kept")
    after = sqlgen("why", "users.email", "--trust", "../trust", cwd=shop).stdout
    assert re.search(r"\n    reviewed \S+Z by bob@example\.com: the index was needed; kept\n", after)
    assert "not reviewed" not in after


def test_a_hotfix_is_what_was_applied_once_its_revision_is_in_the_history(shop: Path) -> None:
    fix, undo, out = shop.parent / "fix.sql", shop.parent / "undo.sql", shop.parent / "hotfix"
    fix.write_bytes(b"ALTER TABLE users ADD COLUMN nick TEXT;\r\n")
    undo.write_text("ALTER TABLE users DROP COLUMN nick;\n")
    asked = ("--at", "0014_drop_wishlists", "--env", "prod", "--ticket", "OPS-9", "--breakglass", "they need nicks")
    done = sqlgen("bundle", "--sql", fix, "--rollback", undo, *asked, "--fail-on", "never", "-o", out, cwd=shop)
    assert done.returncode == 0, done
    manifest = parse((out / "MANIFEST.json").read_bytes())
    entry = Receipt(
        kind="applied",
        client="sqlite3",
        exit_code=0,
        log_sha256=os.urandom(32).hex(),
        result=None,
        script="apply.sql",
        signatures=(),
        verified=True,
        **about(manifest, "7" * 64),
    )
    append(shop.parent / "trust", "prod", entry, shop.parent / "dora")
    file = shop / "migrations/versions/hotfix.py"
    shutil.copy(out / "hotfix/revision.py", file)
    done = sqlgen("why", "users.nick", "--trust", "../trust", cwd=shop)
    assert "  prod: applied (entry 1)\n" in done.stdout, done
    assert "    an emergency: they need nicks\n" in done.stdout
    assert "the file is not the one" not in done.stdout
    file.write_text(file.read_text(encoding="utf-8").replace("nick TEXT", "nick TEXT NULL"), encoding="utf-8")
    done = sqlgen("why", "users.nick", "--trust", "../trust", cwd=shop)
    assert "the file is not the one that was applied" in done.stdout


def test_a_run_before_the_database_was_set_back_says_so(shop: Path) -> None:
    trust, dora = shop.parent / "trust", shop.parent / "dora"
    applied(shop, "0001_users")
    restored(trust, "prod", "base", dora, because="Sunday's dump")
    restored(trust, "prod", "0001_users", dora, because="another one")
    applied(shop, "0001_users")
    done = sqlgen("why", "users.email", "--trust", "../trust", cwd=shop)
    assert "  prod: applied (entry 1), restored (entry 2), applied (entry 4)\n" in done.stdout
    assert done.stdout.count("    set back ") == 1
    assert " by dora@example.com, to base (entry 2): Sunday's dump\n" in done.stdout
    done = sqlgen("why", "users.email", "--trust", "../trust", "--output-format", "json", cwd=shop)
    runs = json.loads(done.stdout)["revisions"][0]["applied"]
    assert [run["set_back"] and (run["set_back"]["entry"], run["set_back"]["rows"]) for run in runs] == [(2, []), None]


def test_machines_get_the_same(shop: Path) -> None:
    applied(shop, "0001_users")
    done = sqlgen("why", "users.email", "--trust", "../trust", "--output-format", "json", cwd=shop)
    found: dict[str, Any] = json.loads(done.stdout)
    assert (found["schema"], found["environments"]) == ("sqlgen.why/1", ["prod"])
    assert (found["table"], found["column"]) == ("users", "email")
    first, *_, last = found["revisions"]
    assert (first["revision"], first["changed_since"]) == ("0001_users", False)
    (statement,) = first["statements"]
    assert (statement["what"], statement["line"], statement["author"]) == (["created"], 23, "Alice")
    assert statement["sql"].startswith("CREATE TABLE users (")
    assert [(run["environment"], run["by"], run["verified"]) for run in first["applied"]] == [
        ("prod", "dora@example.com", True)
    ]
    (run,) = first["applied"]
    assert [(each["name"], each["carried"]) for each in run["approved"]] == [
        ("dan@example.com", False),
        ("alice@example.com", True),
    ]
    assert run["reviews"] == []
    assert (last["revision"], last["applied"]) == ("0007_unique_email", [])


def test_an_allowance_is_told_with_its_reason(shop: Path) -> None:
    done = sqlgen("why", "users.phone", "--dialect", "postgresql", cwd=shop)
    why = "allowed: drop-column, because nothing reads it since release 4.2, and the numbers must go"
    assert f"    {why} (migrations/versions/0013_drop_phone.py:23)\n" in done.stdout


def test_what_could_not_be_rendered_is_said(shop: Path) -> None:
    path = shop / "migrations/versions/0005_publishers.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("def upgrade() -> None:\n", "def upgrade() -> None:\n    1 / 0\n"), encoding="utf-8")
    done = sqlgen("why", "users.email", cwd=shop)
    assert done.returncode == 0
    assert "the history can't tell what these do" in done.stdout
    assert "0005_publishers: ZeroDivisionError" in done.stdout


def test_a_ledger_that_can_not_be_believed_is_refused(shop: Path) -> None:
    applied(shop, "0001_users")
    assert sqlgen("why", "users", "--trust", "../trust", cwd=shop).returncode == 0
    entry = shop.parent / "trust/ledger/prod/000001.json"
    entry.write_bytes(entry.read_bytes().replace(b"OPS-7", b"OPS-8"))
    done = sqlgen("why", "users", "--trust", "../trust", cwd=shop)
    assert (done.returncode, done.stdout) == (3, "")
    assert "step 14: an entry of the ledger is not signed by one who may (1)" in done.stderr
    assert "there is no trust folder nowhere" in sqlgen("why", "users", "--trust", "nowhere", cwd=shop).stderr
