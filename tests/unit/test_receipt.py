"""From a bundle that was really run, by the real sqlite3, to an entry of the ledger; and what logs may not do."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tracemalloc
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from sqlgen.bundle.ledger import logs
from sqlgen.bundle.ledger.logs import read
from sqlgen.bundle.ledger.runs import Run, run
from sqlgen.bundle.manifest import Manifest, RevisionFile
from sqlgen.errors import UsageError

VERIFIERS = Path(__file__).resolve().parents[2] / "sqlgen/bundle"
SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"
MANIFEST = Manifest(
    content_id="01" * 32,
    environment="prod",
    dialect="postgresql",
    server_version="16",
    client="psql",
    database="shop",
    lower=("a1",),
    upper=("c3",),
    revisions=(RevisionFile("b2", "b2.py", "ab" * 32), RevisionFile("c3", "c3.py", "ab" * 32)),
    commit=None,
    created=None,
    expires=None,
)


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


def sqlgen(*arguments: object, cwd: Path) -> Done:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "sqlgen", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


# ---- what a log says


def log(folder: Path, *lines: str, name: str = "apply.log") -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ("sqlgen result: APPLIED: database shop is at {c3}", "APPLIED: database shop is at {c3}"),
        (" sqlgen result: APPLIED: database shop is at {c3}", "APPLIED: database shop is at {c3}"),
        ("| sqlgen result: APPLIED: database shop is at {c3}   |", "APPLIED: database shop is at {c3}"),
        ('"sqlgen result: APPLIED: database shop is at {c3}"', "APPLIED: database shop is at {c3}"),
        ("psql:apply.sql:9: ERROR:  sqlgen result: NOT APPLIED: step 2 needs {b2}", "NOT APPLIED: step 2 needs {b2}"),
        (
            "Runtime error near line 9: CHECK constraint failed: sqlgen result: NOT APPLIED: no (19)",
            "NOT APPLIED: no (19)",
        ),
        ("sqlgen result: APPLIED: at {c3} \x1b[2J\x1b]0;x\x07", "APPLIED: at {c3} \\x1b[2J\\x1b]0;x\\x07"),
        ("SELECT 'sqlgen result: APPLIED: database shop is at {c3}';", None),
        ("-- sqlgen result: APPLIED: tells that it is done", None),
        ('  CONSTRAINT "sqlgen result: NOT APPLIED: nothing"', None),
        ("sqlgen result: everything is fine", None),
        ("sqlgen result: APPLIED up to part 1 of 2 of b2: database shop is at {a1}", None),
        ("a password: hunter2", None),
    ],
)
def test_the_result_line_is_found_in_what_clients_print(tmp_path: Path, line: str, result: str | None) -> None:
    assert read(log(tmp_path, "something before", line, "something behind")).result == result


def test_the_last_result_line_counts(tmp_path: Path) -> None:
    lines = (
        "NOT APPLIED yet: at {a1}; step 1 of 2 (b2) is running",
        "NOT APPLIED",
        "APPLIED: database shop is at {c3}",
    )
    said = read(log(tmp_path, *(f"sqlgen result: {line}" for line in lines)))
    assert (said.outcome, said.heads, said.database) == ("APPLIED", ("c3",), "shop")


def test_a_long_result_line_is_cut(tmp_path: Path) -> None:
    assert len(read(log(tmp_path, f"sqlgen result: NOT APPLIED: {'x' * 100_000}")).result or "") == 2000


@pytest.mark.parametrize(("encoding", "mark"), [("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)])
def test_a_log_of_powershell_is_read(tmp_path: Path, encoding: str, mark: bytes) -> None:
    path = tmp_path / "apply.log"
    path.write_bytes(mark + "书名\r\nsqlgen result: APPLIED: database shop is at {c3}\r\n".encode(encoding))
    assert read(path).result == "APPLIED: database shop is at {c3}"


def test_a_log_that_can_not_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"apply\.log can't be read: No such file"):
        read(tmp_path / "apply.log")


def ran(
    folder: Path, *lines: str, name: str = "out.txt", script: str | None = None, code: int | None = None, **more: Any
) -> Run:
    manifest = replace(MANIFEST, **more)
    return run(read(log(folder, *lines, name=name), [each.id for each in manifest.revisions]), manifest, script, code)


def test_the_log_tells_which_script_it_was(tmp_path: Path) -> None:
    up, down = "sqlgen result: APPLIED: database shop is at {c3}", "sqlgen result: APPLIED: database shop is at {a1}"
    assert ran(tmp_path, up) == Run("apply.sql", "applied")
    assert ran(tmp_path, down) == Run("rollback.sql", "undone")
    assert ran(tmp_path, "[sqlgen] step 1 of 2 (b2) is running") == Run("apply.sql", "failed")
    assert ran(tmp_path, "[sqlgen] step 1 of 2 (c3) is running") == Run("rollback.sql", "failed")
    assert ran(tmp_path, "sqlgen result: APPLIED", script="apply.sql") == Run("apply.sql", "failed")  # and where?
    assert ran(tmp_path, "psql:/tmp/x/rollback.sql:9: ERROR:  no") == Run("rollback.sql", "failed")
    refused = "psql: error: connection refused"
    assert ran(tmp_path, refused, name="prod-resume.log", code=2) == Run("resume.sql", "failed")
    assert ran(tmp_path, refused, script="apply.sql", code=2) == Run("apply.sql", "failed")
    with pytest.raises(UsageError, match="does not say which script it is of"):
        ran(tmp_path, refused, code=2)
    with pytest.raises(UsageError, match="does not say which script it is of"):
        ran(tmp_path, up, dialect="mysql")  # apply.sql or resume.sql
    assert ran(tmp_path, up, dialect="mysql", name="resume.log") == Run("resume.sql", "applied")


@pytest.mark.parametrize(
    ("line", "script", "why"),
    [
        ("sqlgen result: APPLIED: database shop is at {z9}", None, "is not of this bundle: it ends at z9"),
        ("sqlgen result: APPLIED: database shop is at {}", None, "is not of this bundle: it ends at base"),
        ("step 1 of 2 (z9) is running", "apply.sql", "it runs revision z9, which the bundle does not hold"),
        ("sqlgen result: APPLIED: database test is at {c3}", None, "the log is of database test"),
        ("sqlgen result: APPLIED: database shop is at {c3}", "rollback.sql", r"is not of rollback\.sql"),
        ("sqlgen result: PREFLIGHT OK: database shop", None, r"is the log of preflight\.sql, which changes nothing"),
        ("sqlgen result: POSTCHECK FAILED: database shop", None, r"is the log of postcheck\.sql"),
        ("psql:preflight.sql:3: ERROR:  no", None, r"is the log of preflight\.sql"),
        ("nothing", "preflight.sql", r"preflight\.sql is no script that changes a database"),
    ],
)
def test_a_log_of_something_else_is_refused(tmp_path: Path, line: str, script: str | None, why: str) -> None:
    assert ran(tmp_path, "sqlgen result: APPLIED: database shop is at {c3}") == Run("apply.sql", "applied")
    with pytest.raises(UsageError, match=why):
        ran(tmp_path, line, script=script)


@pytest.mark.parametrize("line", ["", "root:x:0:0:root:/root:/bin/bash", "psql: error: connection refused"])
def test_a_file_with_no_trace_of_the_bundle_is_a_log_only_where_the_client_failed(tmp_path: Path, line: str) -> None:
    revisions = (RevisionFile("b2f0c4", "b2.py", "ab" * 32),)
    assert ran(tmp_path, line, script="apply.sql", code=127) == Run("apply.sql", "failed")
    assert ran(tmp_path, line, "[sqlgen] the guard", script="apply.sql") == Run("apply.sql", "failed")
    assert ran(tmp_path, line, "key (b2f0c4)", script="apply.sql", revisions=revisions) == Run("apply.sql", "failed")
    for code in (None, 0):
        with pytest.raises(UsageError, match="holds nothing that a run of this bundle prints") as caught:
            ran(tmp_path, line, script="apply.sql", code=code)
        assert "--exit-code N" in str(caught.value.hint)


@pytest.mark.parametrize("file", sorted((SAMPLE / "expected").glob("*/release/*.sql")), ids=lambda each: each.name)
def test_a_script_is_never_a_log(tmp_path: Path, file: Path) -> None:
    assert ran(tmp_path, "sqlgen result: APPLIED: database shop is at {c3}") == Run("apply.sql", "applied")
    for end in (b"\n", b"\r\n"):
        path = tmp_path / "apply.log"
        path.write_bytes(file.read_bytes().replace(b"\n", end))
        with pytest.raises(UsageError, match="is a script, not the log of its run"):
            run(read(path), MANIFEST, "apply.sql", 1)


def test_a_log_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the pieces cut in two: a line, a line end, a character, a result."""
    path = tmp_path / "apply.log"
    data = "书名\r\n".encode() + b"x" * 1000 + b"\r\nsqlgen result: APPLIED: database shop is at {c3}\r\n"
    path.write_bytes(data)
    whole = read(path)
    assert (whole.sha256, whole.heads) == (hashlib.sha256(data).hexdigest(), ("c3",))
    for size in (1, 2, 7, 64):
        monkeypatch.setattr(logs, "_PIECE", size)
        assert read(path) == whole


def test_a_log_takes_no_more_memory_than_a_piece_of_it(tmp_path: Path) -> None:
    path = tmp_path / "apply.log"
    with path.open("wb") as file:
        for _ in range(64):
            file.write(b"x" * (1 << 20))
        file.write(b"\nsqlgen result: APPLIED: database shop is at {c3}\n")
    tracemalloc.start()
    assert read(path).heads == ("c3",)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 16 << 20


def test_a_log_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_LOG", 10 << 20)
    with pytest.raises(UsageError, match=r"the log /dev/zero is too big: more than 10 MiB"):
        read(Path("/dev/zero"))


def test_of_tenants_all_must_be_done(tmp_path: Path) -> None:
    tenants = {"tenants": ("north", "south"), "tenants_are": "databases", "database": None}
    assert ran(tmp_path, "tenants.sh: apply: DONE in 2 of 2", **tenants) == Run("apply.sql", "applied")
    assert ran(tmp_path, "tenants.sh: rollback: DONE in 2 of 2", **tenants) == Run("rollback.sql", "undone")
    stopped = "tenants.sh: apply: NOT DONE; done in 1 of 2, stopped by south"
    assert ran(tmp_path, stopped, **tenants) == Run("apply.sql", "failed")
    assert read(tmp_path / "out.txt").result == stopped
    with pytest.raises(UsageError, match="1 of 2 tenants are done, and the others are still to come"):
        ran(tmp_path, "tenants.sh: apply: DONE in 1 of 2", **tenants)
    with pytest.raises(UsageError, match="the log is of one of them"):
        ran(tmp_path, "sqlgen result: APPLIED: database north is at {c3}", **tenants)
    with pytest.raises(UsageError, match="the log is of 3 tenants"):
        ran(tmp_path, "tenants.sh: apply: DONE in 3 of 3", **tenants)
    with pytest.raises(UsageError, match=r"is the log of preflight\.sql"):
        ran(tmp_path, "tenants.sh: preflight: DONE in 2 of 2", **tenants)


# ---- the whole way


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys, a project, a trust folder, and a bundle for prod that author and DBA signed."""
    if shutil.which("sqlite3") is None:
        pytest.skip("the client sqlite3 is not installed")
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(SAMPLE, folder / "shop", ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    settings = folder / "shop/sqlgen.toml"
    settings.write_text('service = "shop"\ntrust = "../trust"\n' + settings.read_text(encoding="utf-8"))
    (folder / ".git").mkdir()
    (folder / "keys").mkdir()
    for name in ("root", "alice", "dora"):
        comment = f"{name}@example.com"
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", folder / "keys" / name]
        subprocess.run(command, check=True)
    for arguments in (
        "trust init trust --root keys/root.pub --policy prod:author=1,dba=1",
        "trust add trust keys/alice.pub --role author --env prod",
        "trust add trust keys/dora.pub --role dba --env prod",
        "trust sign trust --key keys/root",
        "bundle base:0004_orders --project shop --env prod -o one --allow-dirty",
        "sign one --role author --key keys/alice",
        "sign one --role dba --key keys/dora",
    ):
        done = sqlgen(*arguments.split(), cwd=folder)
        assert done.code == 0, (arguments, done)
    return folder


@pytest.fixture(autouse=True)
def this_host_remembers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "copies").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "copies"))


@pytest.fixture
def here(built: Path, tmp_path: Path) -> Path:
    """All of it, with nothing run yet."""
    shutil.copytree(built, tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture(scope="session")
def recorded(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, once the bundle was run and recorded; the log beside it."""
    folder = tmp_path_factory.mktemp("recorded") / "here"
    shutil.copytree(built, folder)
    command = "sqlite3 -batch -bail -safe -init /dev/null bookshop < one/apply.sql > apply.log 2>&1"
    subprocess.run(["sh", "-c", command], cwd=folder, check=True)
    done = receipt(folder, "one", "--log", "apply.log", "--key", "keys/dora")
    assert done.code == 0, done
    return folder


@pytest.fixture
def after(recorded: Path, tmp_path: Path) -> Path:
    """All of it, once the bundle was run and recorded."""
    shutil.copytree(recorded, tmp_path / "after")
    return tmp_path / "after"


def verified(here: Path, *options: str) -> tuple[Path, str]:
    """The copy that may be applied, and the command that applies it."""
    done = sqlgen("verify", *options, "trust", "prod", "one", cwd=here)
    assert done.code == 0, done
    lines = done.out.splitlines()
    return Path(lines[0].removeprefix("VERIFIED ")), lines[-1].removeprefix("run: ")


def apply(here: Path, *options: str) -> Path:
    """Run what verifying says; the copy that was run."""
    copy, command = verified(here, *options)
    subprocess.run(["sh", "-c", command], cwd=here)
    return copy


def ledger(here: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(here.glob("trust/ledger/prod/*.json"))]


def receipt(here: Path, *arguments: object) -> Done:
    return sqlgen("receipt", *arguments, "--trust", "trust", cwd=here)


def test_what_was_verified_and_run_as_it_is_told_becomes_an_entry(here: Path) -> None:
    copy, command = verified(here)
    ended = subprocess.run(["sh", "-c", command], cwd=here).returncode
    done = receipt(here, copy, "--log", "apply.log", "--key", "keys/dora", "--exit-code", ended)
    assert done.code == 0, done
    assert done.out.splitlines()[:2] == [
        "entry 1 of prod: applied, apply.sql by dora@example.com",
        "result: APPLIED: the database is at {0004_orders}",
    ]
    assert "commit and push trust/ledger/prod/000001.json and its .sig" in done.err
    (entry,) = ledger(here)
    assert (entry["verified"], entry["exit_code"], entry["service"]) == (True, 0, "shop")
    assert [each["name"] for each in entry["signatures"]] == ["alice@example.com", "dora@example.com"]
    again = receipt(here, copy, "--log", "apply.log", "--key", "keys/dora")
    assert (again.code, again.out) == (2, "")
    assert "this log is in the ledger already: entry 1, applied" in again.err
    refused = sqlgen("verify", "trust", "prod", "one", cwd=here)
    assert refused.code == 3
    assert "step 14: the bundle was applied already" in refused.err
    assert not list((here.parent / "copies").glob("sqlgen-receipt.*"))


def test_the_way_back_and_there_again(here: Path) -> None:
    apply(here)
    assert receipt(here, "one", "--log", "apply.log", "--key", "keys/dora").code == 0
    back = apply(here, "--rollback")
    done = receipt(here, back, "--log", "rollback.log", "--key", "keys/dora")
    assert done.code == 0, done
    assert [(each["kind"], each["verified"]) for each in ledger(here)] == [("applied", True), ("undone", True)]
    assert sqlgen("verify", "trust", "prod", "one", cwd=here).code == 0  # it may be applied again


def test_a_failure_is_recorded_and_a_success_behind_it(here: Path) -> None:
    broken = log(here, "Error: unable to open database", name="apply.log")
    unsaid = receipt(here, "one", "--log", broken, "--key", "keys/dora")
    assert (unsaid.code, ledger(here)) == (2, [])
    assert "holds nothing that a run of this bundle prints" in unsaid.err
    done = receipt(here, "one", "--log", broken, "--key", "keys/dora", "--exit-code", "1")
    assert done.code == 0
    assert "entry 1 of prod: failed, apply.sql by dora@example.com\nresult: the log has no result line" in done.out
    status = sqlgen("ledger", "status", "trust", cwd=here)
    assert status.code == 1
    assert "open in prod, entry 1: apply.sql failed" in status.out
    copy = apply(here)
    assert receipt(here, copy, "--log", "apply.log", "--key", "keys/dora").code == 0
    assert sqlgen("ledger", "status", "trust", cwd=here).code == 0
    assert [each["kind"] for each in ledger(here)] == ["failed", "applied"]


@pytest.mark.parametrize("name", ["apply.sql", "MANIFEST.json", "evidence/findings.json"])
def test_a_file_of_the_bundle_is_never_its_log(here: Path, name: str) -> None:
    for file in (f"one/{name}", shutil.copy(here / "one" / name, here / "apply.log")):
        done = receipt(here, "one", "--log", file, "--key", "keys/dora", "--exit-code", "1")
        assert (done.code, ledger(here)) == (2, [])
        assert f"is the bundle's {name}, not the log of a run" in done.err
    apply(here)
    assert receipt(here, "one", "--log", "apply.log", "--key", "keys/dora").code == 0


def test_what_was_run_without_enough_approvals_is_recorded_as_that(here: Path) -> None:
    apply(here)
    shutil.rmtree(here / "one/sig/dba")
    done = receipt(here, "one", "--log", "apply.log", "--key", "keys/dora")
    assert done.code == 3
    assert "entry 1 of prod: applied" in done.out
    assert "warning: the bundle does not verify, and the entry says so: step 13: too few signatures" in done.err
    (entry,) = ledger(here)
    assert entry["verified"] is False
    assert re.match("step 13: too few signatures for a role", str(entry["why_not"]))


def test_a_run_that_found_all_of_it_done_is_recorded_with_a_warning(here: Path) -> None:
    copy = apply(here)
    apply(here)
    done = receipt(here, copy, "--log", "apply.log", "--key", "keys/dora", "--exit-code", "1")
    assert done.code == 0
    assert "ALREADY APPLIED" in str(ledger(here)[0]["result"])
    assert "the log does not show who brought it there" in done.err


def test_nothing_of_the_log_but_its_result_line_is_kept(here: Path) -> None:
    copy = apply(here)
    with (here / "apply.log").open("a") as file:
        file.write("password=hunter2\n")
    assert receipt(here, copy, "--log", "apply.log", "--key", "keys/dora").code == 0
    assert b"hunter2" not in b"".join(path.read_bytes() for path in here.glob("trust/ledger/prod/*"))


def test_who_may_not_sign_receipts_writes_nothing(here: Path) -> None:
    copy = apply(here)
    done = receipt(here, copy, "--log", "apply.log", "--key", "keys/alice")
    assert done.code == 2
    assert "alice@example.com may not sign as receipt for prod with this key" in done.err
    assert ledger(here) == []
    assert receipt(here, copy, "--log", "apply.log", "--key", "keys/dora").code == 0


def test_a_trust_folder_that_is_not_as_it_was_signed_gets_no_entry(here: Path) -> None:
    copy = apply(here)
    policy = here / "trust/versions/1/policy/prod"
    policy.write_text("author 1\n")
    done = receipt(here, copy, "--log", "apply.log", "--key", "keys/dora")
    assert done.code == 3
    assert "step 2: the trust folder is not as it was signed (policy/prod)" in done.err
    assert ledger(here) == []


def test_carried_approvals_stand_in_the_receipt_and_every_verifier_reads_it(here: Path) -> None:
    for arguments in (
        "trust policy trust prod author=1 dba=1 --carry author",
        "trust sign trust --key keys/root --yes",
        "renew one -o two --expires 2999-01-01",
        "sign two --role dba --key keys/dora",
    ):
        done = sqlgen(*arguments.split(), cwd=here)
        assert done.code == 0, (arguments, done)
    (here / "one").rename(here / "old")
    (here / "two").rename(here / "one")
    apply(here)
    done = receipt(here, "one", "--log", "apply.log", "--key", "keys/dora", "--exit-code", "0")
    assert done.code == 0, done
    (entry,) = ledger(here)
    said = [(each["role"], each["name"], each.get("carried")) for each in entry["signatures"]]
    assert said == [("dba", "dora@example.com", None), ("author", "alice@example.com", True)]
    assert all(each["key"].startswith("SHA256:") for each in entry["signatures"])
    told = sqlgen("why", "users.email", "--trust", "../trust", cwd=here / "shop").out
    people = "dba dora@example.com, author alice@example.com (carried from the bundle that it renews)"
    assert f"    approved by: {people}\n" in told
    for verifier in ("verify.py", "verify.sh"):
        shutil.copy(VERIFIERS / verifier, here / "trust" / verifier)
    for command in (
        [sys.executable, "-m", "sqlgen", "verify"],
        [sys.executable, "trust/verify.py"],
        ["sh", "trust/verify.sh"],
    ):
        audited = subprocess.run(
            [*command, "--audit", "--as-of", "1", "trust", "prod", "one"], cwd=here, capture_output=True
        )
        assert audited.stdout.startswith(f"WAS VALID {entry['at']}, applied by dora".encode()), audited
        again = subprocess.run([*command, "trust", "prod", "old"], cwd=here, capture_output=True)
        assert b"step 14: the bundle was applied already (1)" in again.stderr, again
    status = sqlgen("ledger", "status", "trust", "old", "one", cwd=here).out
    assert f"applied as {entry['bundle'][:12]}" in status


def test_a_failure_that_was_recorded_by_mistake_is_settled_by_one_more_run(after: Path) -> None:
    project = after / "shop"
    wrong = log(after, "psql: error: connection refused", name="wrong.log")
    arguments = ("one", "--log", wrong, "--script", "apply.sql", "--exit-code", "2", "--key", "keys/dora")
    done = receipt(after, *arguments)
    assert (done.code, [each["kind"] for each in ledger(after)]) == (3, ["applied", "failed"])
    assert "the entry says so: step 14: the bundle was applied already (1)" in done.err
    done = sqlgen("history", "ledger:prod..head", cwd=project)
    assert done.code == 2
    assert "hint: Entry 1 says that it was applied before. If it is, run apply.sql once more" in done.err
    status = sqlgen("ledger", "status", "trust", cwd=after)
    assert "help: Entry 1 says that it was applied before" in status.out
    command = "sqlite3 -batch -bail -safe -init /dev/null bookshop < one/apply.sql > apply.log 2>&1"
    subprocess.run(["sh", "-c", command], cwd=after)
    receipt(after, "one", "--log", "apply.log", "--key", "keys/dora", "--exit-code", "1")
    assert [each["kind"] for each in ledger(after)] == ["applied", "failed", "applied"]
    assert sqlgen("history", "ledger:prod..head", cwd=project).code == 0
    first = ledger(after)[0]
    status = sqlgen("ledger", "status", "trust", "--output-format", "json", cwd=after)
    (place,) = json.loads(status.out)["places"]
    assert (status.code, place["entry"], place["since"]) == (0, 1, first["at"])


# ---- ranges and status


def test_a_range_begins_where_the_ledger_says_that_the_database_stands(here: Path, after: Path) -> None:
    project = after / "shop"
    nothing = sqlgen("history", "ledger:prod..head", cwd=here / "shop")
    assert nothing.code == 2
    assert "the ledger says nothing of prod" in nothing.err
    for command_name in ("history", "emit"):
        said = sqlgen(command_name, "ledger:prod..head", cwd=project)
        plain = sqlgen(command_name, "0004_orders:head", cwd=project)
        assert (said.code, said.out) == (plain.code, plain.out)
    assert sqlgen("history", "ledger:prod..+2", cwd=project).out == sqlgen("history", "0004_orders:+2", cwd=project).out
    same = sqlgen("history", "ledger:prod..0004_orders", cwd=project)
    assert same.code == 2
    assert "prod stands at 0004_orders, so nothing is pending up to 0004_orders" in same.err
    status = json.loads(
        sqlgen("ledger", "status", "trust", "one", "--project", "shop", "--output-format", "json", cwd=after).out
    )
    assert [(each["environment"], each["at"], len(each["pending"])) for each in status["places"]] == [
        ("prod", ["0004_orders"], 10),
        ("staging", None, 14),
    ]
    assert [each["state"] for each in status["bundles"]] == ["applied"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ledger:prod", "is not a range"),
        ("ledger:..head", "is not a range"),
        ("ledger:prod..", "is not a range"),
        ("ledger:nowhere..head", "the ledger says nothing of nowhere"),
        ("ledger:PROD..head", "'PROD' is no environment name"),
    ],
)
def test_a_range_of_the_ledger_that_means_nothing_is_refused(here: Path, text: str, why: str) -> None:
    done = sqlgen("history", text, cwd=here / "shop")
    assert done.code == 2
    assert why in done.err


def test_a_range_of_the_ledger_needs_a_ledger_that_can_be_believed(after: Path) -> None:
    project = after / "shop"
    assert sqlgen("history", "ledger:prod..head", cwd=project).code == 0
    entry = after / "trust/ledger/prod/000001.json"
    entry.write_bytes(entry.read_bytes().replace(b'"to": ["0004_orders"]', b'"to": ["0003_books"]'))
    done = sqlgen("history", "ledger:prod..head", cwd=project)
    assert done.code == 3
    assert "step 14: an entry of the ledger is not signed by one who may (1)" in done.err


def test_a_range_behind_a_failure_half_way_is_refused(after: Path) -> None:
    project = after / "shop"
    failed = log(after, "Error: disk I/O error", name="rollback.log")
    assert receipt(after, "one", "--log", failed, "--key", "keys/dora", "--exit-code", "1").code == 0
    done = sqlgen("history", "ledger:prod..head", cwd=project)
    assert done.code == 2
    assert "the last run in prod failed half-way: entry 2, rollback.sql, by dora@example.com" in done.err


def test_a_place_that_this_history_does_not_have_is_said(after: Path) -> None:
    project = after / "shop"
    settings = project / "sqlgen.toml"
    for path in sorted((project / "migrations/versions").glob("*.py")):
        path.write_text(path.read_text(encoding="utf-8").replace("0004_orders", "0004_renamed"), encoding="utf-8")
    done = sqlgen("history", "ledger:prod..head", cwd=project)
    assert done.code == 2
    assert "prod stands at 0004_orders (entry 1 of the ledger), which this history does not have" in done.err
    settings.write_text(settings.read_text(encoding="utf-8").replace('service = "shop"', 'service = "other"'))
    other = sqlgen("history", "ledger:prod..head", cwd=project)
    assert "by the ledger nothing of other was applied in prod" in other.err
    settings.write_text(settings.read_text(encoding="utf-8").replace('trust = "../trust"\n', ""))
    assert "the settings name none" in sqlgen("history", "ledger:prod..head", cwd=project).err
    settings.write_text('trust = "../nowhere"\n' + settings.read_text(encoding="utf-8"))
    assert "there is no trust folder" in sqlgen("history", "ledger:prod..head", cwd=project).err
