"""The ledger with real keys: who may append what, what stands by it, and what nobody gets to believe."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sqlgen.bundle import trust as trust_folder
from sqlgen.bundle.known import known
from sqlgen.bundle.ledger import Entry, Receipt, Restored, Word, about, append, entries, standing, word
from sqlgen.bundle.ledger.checking import check
from sqlgen.bundle.ledger.entry import Approval
from sqlgen.bundle.ledger.places import place_of, places, untouched, way_out
from sqlgen.bundle.ledger.restoring import restored, unheard_of
from sqlgen.bundle.ledger.reviewing import review
from sqlgen.bundle.ledger.status import status
from sqlgen.bundle.manifest import Manifest, RevisionFile
from sqlgen.cli.main import main
from sqlgen.errors import OutputError, SigningError, SqlgenError, UsageError, VerificationError

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ONE, TWO = "1" * 64, "2" * 64
MANIFEST = Manifest(
    content_id="01" * 32,
    environment="prod",
    dialect="postgresql",
    server_version="16",
    client="psql",
    database="shop",
    lower=(),
    upper=("a1",),
    revisions=(RevisionFile("a1", "migrations/versions/a1.py", "ab" * 32),),
    commit=None,
    created=None,
    expires="2026-07-01T00:00:00Z",
    required_roles={"review": 1, "dba": 1},
    service="shop",
    ticket="OPS-1",
)


def keygen(path: Path, name: str) -> None:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"{name}@example.com", "-f", path]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys, and a trust folder: alice and bob review, dora is the DBA, both may reject."""
    folder = tmp_path_factory.mktemp("made")
    for name in ("root", "alice", "bob", "dora", "eve"):
        keygen(folder / name, name)
    trust = folder / "trust"
    policies = {name: {"review": 1, "dba": 1} for name in ("staging", "prod")}
    trust_folder.init(trust, policies=policies, roots=[(folder / "root.pub", None)])
    for name, role in (("alice", "review"), ("bob", "review"), ("dora", "dba")):
        trust_folder.add(trust, folder / f"{name}.pub", roles=[role], environments=["staging", "prod"])
    assert trust_folder.sign(trust, folder / "root") == 1
    return folder


@pytest.fixture
def trust(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shutil.copytree(made / "trust", tmp_path / "trust")
    return tmp_path / "trust"


def receipt(kind: str = "applied", bundle: str = ONE, manifest: Manifest = MANIFEST, **more: object) -> Receipt:
    values: dict[str, object] = {
        "exit_code": 0,
        "log_sha256": os.urandom(32).hex(),
        "result": "APPLIED: database shop is at {a1}" if kind != "failed" else None,
        "script": "rollback.sql" if kind == "undone" else "apply.sql",
        "signatures": (Approval("SHA256:x", "alice@example.com", "review"),),
        "verified": True,
        **more,
    }
    return Receipt(kind=kind, client="psql", **about(manifest, bundle), **values)  # type: ignore[arg-type]


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(kind: type[SqlgenError], trust: Path, entry: Entry, key: Path, principal: str | None = None) -> str:
    """Message and hint of the error, when nothing was written."""
    before = tree(trust)
    with pytest.raises(kind) as caught:
        append(trust, "prod", entry, key, principal)
    assert tree(trust) == before
    return f"{caught.value} | {caught.value.hint}"


# ---- appending


def test_an_entry_is_written_with_its_place_in_the_chain_and_its_signature(trust: Path, made: Path) -> None:
    first = append(trust, "prod", receipt("failed"), made / "dora")
    second = append(trust, "prod", receipt(), made / "dora")
    assert (first.entry.number, second.entry.number) == (1, 2)
    assert [each.kind for each in entries(trust, "prod")] == ["failed", "applied"]
    assert second.entry.name == "dora@example.com"
    assert second.entry.trust_version == 1
    folder = trust / "ledger/prod"
    assert sorted(path.name for path in folder.iterdir()) == ["000001.json", "000001.sig", "000002.json", "000002.sig"]
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o644
    stock = ["ssh-keygen", "-Y", "verify", "-f", trust / "versions/1/allowed_signers", "-I", "dora@example.com"]
    scope = ["-n", "receipt.prod.v1@sqlgen", "-s", second.file.with_suffix(".sig")]
    assert subprocess.run([*stock, *scope], input=second.file.read_bytes(), capture_output=True).returncode == 0
    assert json.loads(second.file.read_bytes())["exit_code"] == 0
    assert json.loads(first.file.read_bytes())["result"] is None
    assert entries(trust, "staging") == ()


def test_only_who_has_the_role_writes(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt("failed"), made / "dora")
    said = refusal(SigningError, trust, receipt(), made / "alice")
    assert "alice@example.com may not sign as receipt for prod with this key | " in said
    assert "sqlgen trust add TRUST KEY.pub --receipt --env prod" in said
    assert "may not sign as receipt" in refusal(SigningError, trust, receipt(), made / "eve")
    assert "may not sign as receipt" in refusal(SigningError, trust, receipt(), made / "eve", "dora@example.com")


def test_a_revoked_key_writes_no_more(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt("failed"), made / "dora")
    trust_folder.revoke_key(trust, public_key=made / "dora.pub", because="lost")
    assert trust_folder.sign(trust, made / "root") == 2
    assert "the key of dora@example.com is revoked" in refusal(SigningError, trust, receipt(), made / "dora")
    assert check(trust)[0].problem is None  # what it signed before still holds


def test_the_same_is_not_said_twice(trust: Path, made: Path) -> None:
    first = receipt()
    append(trust, "prod", first, made / "dora")
    assert "this log is in the ledger already: entry 1, applied" in refusal(UsageError, trust, first, made / "dora")
    assert "stands applied already: entry 1" in refusal(UsageError, trust, receipt(), made / "dora")
    append(trust, "prod", receipt("undone"), made / "dora")
    assert "so it can't be undone" in refusal(UsageError, trust, receipt("undone"), made / "dora")
    assert "this log is in the ledger already" in refusal(UsageError, trust, first, made / "dora")
    append(trust, "prod", receipt(), made / "dora")
    assert [each.kind for each in entries(trust, "prod")] == ["applied", "undone", "applied"]


def test_what_was_never_applied_can_not_be_undone_but_a_failure_can(trust: Path, made: Path) -> None:
    assert "so it can't be undone" in refusal(UsageError, trust, receipt("undone"), made / "dora")
    append(trust, "prod", receipt("failed"), made / "dora")
    append(trust, "prod", receipt("undone"), made / "dora")
    assert standing(entries(trust, "prod"), {ONE}).undone is not None


def test_behind_a_rollback_that_failed_both_ways_lead_on(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt(), made / "dora")
    append(trust, "prod", receipt("failed", script="rollback.sql"), made / "dora")
    assert standing(entries(trust, "prod"), {ONE}).applied is not None
    append(trust, "prod", receipt(), made / "dora")
    assert standing(entries(trust, "prod"), {ONE}).failed is None


def test_a_renewed_bundle_is_not_applied_beside_the_one_that_it_renews(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt(), made / "dora")
    with pytest.raises(UsageError, match="stands applied already: entry 1"):
        append(trust, "prod", receipt(bundle=TWO), made / "dora", renews=ONE)
    append(trust, "prod", receipt(bundle=TWO), made / "dora")


def test_a_rejection_is_taken_back_by_the_same_person_alone(trust: Path, made: Path) -> None:
    append(trust, "prod", word("rejected", MANIFEST, ONE, "the index blocks"), made / "bob")
    again = refusal(UsageError, trust, word("rejected", MANIFEST, ONE, "still"), made / "bob")
    assert "bob@example.com rejected this bundle already: entry 1 | There is nothing to add: the index blocks" in again
    other = refusal(UsageError, trust, word("withdrawn", MANIFEST, ONE, "fine"), made / "alice")
    assert "there is no rejection by alice@example.com" in other
    assert "bob@example.com" in other.partition(" | ")[2]
    assert [each.name for each in standing(entries(trust, "prod"), {ONE}).rejections] == ["bob@example.com"]
    append(trust, "prod", word("withdrawn", MANIFEST, ONE, "it does not"), made / "bob")
    assert standing(entries(trust, "prod"), {ONE}).rejections == ()


def test_a_second_writer_takes_the_next_number(trust: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else signs and writes while we sign."""
    from sqlgen.bundle.ledger import appending

    real = appending.ssh_sign

    def slow(key: Path, scope: str, data: bytes) -> bytes:
        monkeypatch.setattr(appending, "ssh_sign", real)
        append(trust, "prod", receipt(bundle=TWO), made / "dora")
        return real(key, scope, data)

    monkeypatch.setattr(appending, "ssh_sign", slow)
    with pytest.raises(OutputError, match="somebody else wrote entry 1 at the same time") as caught:
        append(trust, "prod", receipt(), made / "dora")
    assert "it takes the next number" in str(caught.value.hint)
    assert [each.bundle for each in entries(trust, "prod")] == [TWO]
    assert append(trust, "prod", receipt(), made / "dora").entry.number == 2
    assert check(trust)[0].problem is None


def test_a_full_disk_leaves_nothing(trust: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(trust, "prod", receipt("failed"), made / "dora")

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert "No space left on device" in refusal(OutputError, trust, receipt(), made / "dora")


def test_an_interruption_leaves_nothing(trust: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(source: object, target: object) -> None:
        raise KeyboardInterrupt

    before = tree(trust)
    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        append(trust, "prod", receipt(), made / "dora")
    assert tree(trust) == before


def test_an_interruption_behind_the_last_step_leaves_a_whole_entry(
    trust: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def late(source: str, target: str) -> None:
        real(source, target)
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", late)
    with pytest.raises(KeyboardInterrupt):
        append(trust, "prod", receipt(), made / "dora")
    monkeypatch.undo()
    monkeypatch.setenv("XDG_STATE_HOME", str(trust.parent / "state"))
    assert check(trust)[0].problem is None
    assert len(entries(trust, "prod")) == 1


def test_a_half_entry_of_a_killed_writer_is_recognised(trust: Path, made: Path) -> None:
    """SIGKILL between the signature and the entry."""
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "import tests_ledger as t\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "t.append(Path(sys.argv[1]), 'prod', t.receipt(), Path(sys.argv[2]))\n"
    )
    helper = trust.parent / "tests_ledger.py"
    shutil.copy(__file__, helper)
    killed = subprocess.run(
        [sys.executable, "-c", code, str(trust), str(made / "dora")],
        env={**os.environ, "PYTHONPATH": f"{trust.parent}{os.pathsep}{Path(__file__).parents[2]}"},
        capture_output=True,
    )
    assert killed.returncode == -9, killed.stderr
    signature = trust / "ledger/prod/000001.sig"
    assert signature.exists()
    said = refusal(OutputError, trust, receipt(), made / "dora")
    assert "000001.sig is there without its entry" in said
    assert f"rm {signature}" in said
    assert "the ledger is broken (1)" in str(check(trust)[0].problem)
    signature.unlink()
    assert append(trust, "prod", receipt(), made / "dora").entry.number == 1


# ---- checking


def ledger(trust: Path, made: Path) -> Path:
    """Three entries, and the folder that holds them."""
    append(trust, "prod", receipt("failed"), made / "dora")
    append(trust, "prod", receipt(), made / "dora")
    append(trust, "prod", word("rejected", MANIFEST, TWO, "no"), made / "bob")
    assert check(trust)[0].problem is None
    return trust / "ledger/prod"


def problem(trust: Path, *kept: str) -> str:
    return str(check(trust, kept)[0].problem)


def test_a_changed_entry_breaks_the_chain_behind_it(trust: Path, made: Path) -> None:
    folder = ledger(trust, made)
    first = folder / "000001.json"
    first.write_bytes(first.read_bytes().replace(b'"psql"', b'"mysql"'))
    assert problem(trust) == "step 14: the ledger is broken (2)"


def test_a_changed_last_entry_is_not_signed(trust: Path, made: Path) -> None:
    folder = ledger(trust, made)
    last = folder / "000003.json"
    last.write_bytes(last.read_bytes().replace(b'"no"', b'"yes"'))
    assert problem(trust) == "step 14: an entry of the ledger is not signed by one who may (3)"


def test_an_entry_of_another_environment_does_not_count(trust: Path, made: Path) -> None:
    folder = ledger(trust, made)
    shutil.copytree(folder, trust / "ledger/staging")
    found = {each.environment: each.problem for each in check(trust)}
    assert found["prod"] is None
    assert str(found["staging"]) == "step 14: the ledger is broken (1)"


def test_an_entry_taken_out_is_missed(trust: Path, made: Path) -> None:
    folder = ledger(trust, made)
    for name in ("000002.json", "000002.sig"):
        (folder / name).unlink()
    assert problem(trust) == "step 14: the ledger is broken (2)"


def test_a_ledger_that_was_cut_off_is_found_out_by_the_head_that_was_kept(trust: Path, made: Path) -> None:
    folder = ledger(trust, made)
    head = check(trust)[0].head
    assert head is not None
    assert check(trust, [head])[0].problem is None
    for name in ("000003.json", "000003.sig"):
        (folder / name).unlink()
    assert check(trust)[0].problem is None
    assert "does not have the entry that was kept (3)" in problem(trust, head)
    shutil.rmtree(folder)
    assert "does not have the entry that was kept (3)" in problem(trust, head)
    with pytest.raises(UsageError, match="is no entry of a ledger"):
        check(trust, ["prod:3"])


def test_what_this_host_has_seen_can_not_go_away(trust: Path, made: Path) -> None:
    """Neither an entry, nor a whole ledger: nothing is appended to what is left, and nothing of it is believed."""
    folder = ledger(trust, made)
    id = hashlib.sha256((trust / "versions/1/SHA256SUMS").read_bytes()).hexdigest()
    seen = hashlib.sha256((folder / "000003.json").read_bytes()).hexdigest()
    memory = trust.parent / "state/sqlgen/trust" / id
    memory.parent.mkdir(parents=True)
    memory.write_text(f"ledger prod 3 {seen}\npath {trust.resolve()}\nversion 1 {id}\n")
    assert check(trust)[0].problem is None
    for name in ("000003.json", "000003.sig"):
        (folder / name).unlink()
    assert problem(trust) == "step 14: the ledger is not what this host has seen"
    assert "not what this host has seen" in refusal(VerificationError, trust, receipt(), made / "dora")
    with pytest.raises(VerificationError, match="the ledger of prod: step 14: the ledger is not what this host has"):
        status(trust, now=NOW)
    shutil.rmtree(folder)
    assert problem(trust) == "step 14: the ledger is not what this host has seen"


def test_an_entry_that_is_written_otherwise_is_none(trust: Path, made: Path) -> None:
    folder = ledger(trust, made)
    last = folder / "000003.json"
    last.write_bytes(last.read_bytes().replace(b'"because": "no"', b'"because":  "no"'))
    with pytest.raises(VerificationError, match=r"step 14: the ledger is broken \(3\)"):
        entries(trust, "prod")


# ---- what stands


def test_where_a_service_stands_follows_from_applied_and_undone(trust: Path, made: Path) -> None:
    later = replace(MANIFEST, lower=("a1",), upper=("b2",))
    append(trust, "prod", receipt(), made / "dora")
    append(trust, "prod", receipt(bundle=TWO, manifest=later), made / "dora")
    (place,) = places(entries(trust, "prod"))
    assert (place.service, place.heads, place.failed) == ("shop", ("b2",), None)
    append(trust, "prod", receipt("undone", bundle=TWO, manifest=later), made / "dora")
    assert place_of(entries(trust, "prod"), "shop", ()).heads == ("a1",)  # type: ignore[union-attr]
    assert place_of(entries(trust, "prod"), "billing", ()) is None


def test_a_run_that_found_it_applied_moves_nothing(trust: Path, made: Path) -> None:
    again = "ALREADY APPLIED: database shop is at {a1}"
    append(trust, "prod", receipt(), made / "dora")
    append(trust, "prod", receipt("failed", result="NOT APPLIED: no"), made / "dora")
    (place,) = places(entries(trust, "prod"))
    assert place.in_the_middle
    assert place.was_there
    assert "Entry 1 says that it was applied before" in str(way_out(place))
    append(trust, "prod", receipt(result=again), made / "dora")
    append(trust, "prod", receipt(bundle=TWO, result=again), made / "dora")
    (place,) = places(entries(trust, "prod"))
    assert place.failed is None
    assert place.decided is not None
    assert (place.decided.number, place.decided.bundle) == (1, ONE)
    append(trust, "prod", receipt("undone"), made / "dora")
    append(trust, "prod", receipt(result=again), made / "dora")  # somebody did it in between, and told nobody
    assert place_of(entries(trust, "prod"), "shop", ()).decided.number == 6  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("result", "stopped"),
    [
        ("NOT APPLIED yet: at {b2}; step 2 of 2 (c3) is running; it commits by itself (10:00:00)", ("b2",)),
        ("NOT APPLIED: at {b2,x9}; the script stops before revision c3, which could not be rendered", ("b2", "x9")),
        ("NOT APPLIED: database shop is at {}, behind step 1", ()),
        ("NOT APPLIED: database shop is at {?}", None),
        ("NOT APPLIED: step 2 failed", None),
        (None, None),
        ("NOT APPLIED: the database is at {z9}, and the script begins at {a1}; nothing was changed", None),
    ],
)
def test_where_a_failure_stopped_is_what_its_result_says(
    trust: Path, made: Path, result: str | None, stopped: tuple[str, ...] | None
) -> None:
    append(trust, "prod", receipt("failed", result=result), made / "dora")
    (place,) = places(entries(trust, "prod"))
    assert place.stopped == stopped
    assert not place.was_there
    assert "reject the bundle" in str(way_out(place))


def test_without_a_service_the_revisions_tell_whose_entries_they_are(trust: Path, made: Path) -> None:
    nameless = replace(MANIFEST, service=None)
    append(trust, "prod", receipt(manifest=nameless), made / "dora")
    assert place_of(entries(trust, "prod"), None, {"a1"}).heads == ("a1",)  # type: ignore[union-attr]
    assert place_of(entries(trust, "prod"), None, {"zz"}) is None


@pytest.mark.parametrize(
    ("result", "script", "same"),
    [
        ("NOT APPLIED: this script is for database shop, this one is test; nothing was changed", "apply.sql", True),
        ("NOT APPLIED: the guard, a statement or a stamp failed; everything was rolled back", "apply.sql", True),
        ("NOT APPLIED yet: at {a1}; step 1 of 2 (b2) is running; it is rolled back if it fails", "apply.sql", True),
        ("NOT APPLIED yet: at {b2}; step 2 of 2 (c3) is running; it is rolled back if it fails", "apply.sql", False),
        ("NOT APPLIED yet: at {a1}; step 1 of 2 (b2) is running; it commits by itself", "apply.sql", False),
        ("NOT APPLIED yet: at {a1}; step 1 of 2 (b2) is running; it is rolled back if it fails", "rollback.sql", False),
        ("NOT APPLIED yet: at {a1}; step 2 of 2 (c3) is running; nothing stands before the end", "apply.sql", True),
        ("NOT APPLIED yet: at {b2}; step 2 of 2 (c3) is running; nothing stands before the end", "apply.sql", False),
        ("NOT APPLIED yet: at {c3}; step 1 of 2 (c3) is running; nothing stands before the end", "rollback.sql", True),
        ("NOT APPLIED yet: at {c3}; step 1 of 2 (c3) is running; it is rolled back if it fails", "rollback.sql", False),
        (None, "apply.sql", False),
    ],
)
def test_whether_a_failure_left_the_database_as_it_was(result: str | None, script: str, same: bool) -> None:
    manifest = replace(MANIFEST, lower=("a1",), upper=("c3",))
    assert untouched(receipt("failed", manifest=manifest, result=result, script=script)) is same


def test_status_says_what_is_open(trust: Path, made: Path) -> None:
    emergency = replace(MANIFEST, breakglass="prod is down")
    append(trust, "prod", receipt(manifest=emergency), made / "dora")
    append(trust, "staging", replace(receipt("failed", bundle=TWO), environment="staging"), made / "dora")
    other = replace(MANIFEST, content_id="02" * 32)
    found = status(trust, [("one", MANIFEST, ONE), ("late", other, TWO)], now=NOW)
    assert [(each.kind, each.environment, each.receipt.bundle) for each in found.due] == [
        ("review", "prod", ONE),
        ("failure", "staging", TWO),
    ]
    assert [(each.name, each.state) for each in found.bundles] == [("one", "applied"), ("late", "pending")]
    late = datetime(2026, 7, 1, tzinfo=UTC)
    assert status(trust, [("late", other, TWO)], now=late).bundles[0].state == "expired"
    append(trust, "prod", word("rejected", other, TWO, "no"), made / "bob")
    assert status(trust, [("late", other, TWO)], now=late).bundles[0].state == "rejected"
    trust_folder.revoke_bundle(trust, TWO, because="lost")
    assert trust_folder.sign(trust, made / "root") == 2
    assert status(trust, [("late", other, TWO)], now=late).bundles[0].state == "revoked"


def test_the_same_content_is_applied_as_whatever_bundle_it_came(trust: Path, made: Path) -> None:
    """A bundle, its renewal, and a second one of the same revisions; of another service that says nothing."""
    renewed = replace(MANIFEST, renews=ONE, expires="2026-09-01T00:00:00Z")
    others = (
        ("of billing", replace(MANIFEST, service="billing"), "5" * 64),
        ("of another database", replace(MANIFEST, database="shop2"), "6" * 64),
        ("of tenants", replace(MANIFEST, tenants=("a",), tenants_are="databases"), "7" * 64),
    )
    asked = [("old", MANIFEST, ONE), ("new", renewed, TWO), ("again", MANIFEST, "3" * 64), *others]

    def states() -> list[tuple[str, str | None]]:
        return [(each.state, each.other) for each in status(trust, asked, now=NOW).bundles]

    assert states() == [("pending", None)] * 6
    append(trust, "prod", receipt(bundle=TWO), made / "dora", renews=ONE)
    assert states() == [("applied", TWO), ("applied", None), ("applied", TWO), *[("pending", None)] * 3]
    append(trust, "prod", receipt("failed", bundle=TWO, script="rollback.sql"), made / "dora", renews=ONE)
    assert states()[:2] == [("failed", TWO), ("failed", None)]
    append(trust, "prod", receipt("undone"), made / "dora")  # by the old bundle's rollback.sql, which is the same
    assert states()[:2] == [("undone", None), ("undone", ONE)]


def test_an_emergency_is_reviewed_by_one_who_did_not_sign_it(trust: Path, made: Path) -> None:
    emergency = replace(MANIFEST, breakglass="prod is down")
    append(trust, "prod", receipt(manifest=emergency), made / "dora")
    with pytest.raises(SigningError, match=r"alice@example\.com signed this bundle, and can't review it"):
        review(trust, "prod", ONE, made / "alice", because="fine")
    with pytest.raises(SigningError, match=r"dora@example\.com may not sign as review"):
        review(trust, "prod", ONE, made / "dora", because="fine")
    with pytest.raises(UsageError, match="the ledger has no receipt of bundle 22222222"):
        review(trust, "prod", "22222222", made / "bob", because="fine")
    with pytest.raises(UsageError, match="says what was found"):
        review(trust, "prod", ONE, made / "bob", because=" ")
    assert len(status(trust, now=NOW).due) == 1
    made_entry = review(trust, "prod", ONE[:8], made / "bob", because="the index was\nneeded").entry
    assert isinstance(made_entry, Word)
    assert (made_entry.kind, made_entry.because) == ("reviewed", "the index was needed")
    assert status(trust, now=NOW).due == ()
    with pytest.raises(UsageError, match="no review of this bundle is due"):
        review(trust, "prod", ONE, made / "bob", because="again")
    assert check(trust)[0].problem is None


def test_who_approved_the_bundle_that_it_renews_signed_it_too(trust: Path, made: Path) -> None:
    carried = (Approval("SHA256:x", "bob@example.com", "review", carried=True),)
    append(trust, "prod", receipt(manifest=replace(MANIFEST, breakglass="down"), signatures=carried), made / "dora")
    assert b'{"carried": true, "key": "SHA256:x", "name": "bob' in (trust / "ledger/prod/000001.json").read_bytes()
    with pytest.raises(SigningError, match=r"bob@example\.com signed this bundle, and can't review it"):
        review(trust, "prod", ONE, made / "bob", because="fine")
    assert isinstance(review(trust, "prod", ONE, made / "alice", because="fine").entry, Word)


def test_a_failure_is_closed_by_a_success_or_by_a_rejection_of_its_bundle(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt("failed"), made / "dora")
    assert [each.kind for each in status(trust, now=NOW).due] == ["failure"]
    append(trust, "prod", word("rejected", MANIFEST, ONE, "it fails"), made / "bob")
    assert status(trust, now=NOW).due == ()
    append(trust, "prod", receipt("failed", bundle=TWO), made / "dora")
    append(trust, "prod", receipt(bundle=TWO), made / "dora")
    assert status(trust, now=NOW).due == ()


# ---- a database that was set back

LATER = replace(MANIFEST, lower=("a1",), upper=("b2",), content_id="02" * 32)


def set_back(trust: Path, made: Path, at: str = "a1", **more: str) -> Restored:
    entry = restored(trust, "prod", at, made / "dora", because="restored from\nSunday's dump", **more).entry
    assert isinstance(entry, Restored)
    return entry


def stand(trust: Path) -> tuple[str, ...] | None:
    return place_of(entries(trust, "prod"), "shop", ()).heads  # type: ignore[union-attr]


def state(trust: Path, manifest: Manifest = MANIFEST, bundle: str = ONE) -> str:
    return status(trust, [("it", manifest, bundle)], now=NOW).bundles[0].state


def test_behind_it_no_receipt_before_it_says_what_is_there(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt(), made / "dora")
    append(trust, "prod", receipt(bundle=TWO, manifest=LATER), made / "dora")
    entry = set_back(trust, made)
    assert (entry.number, entry.rows, entry.service, entry.database) == (3, ("a1",), "shop", "shop")
    assert entry.because == "restored from Sunday's dump"
    assert stand(trust) == ("a1",)
    assert [state(trust), state(trust, LATER, TWO)] == ["pending", "pending"]
    with pytest.raises(UsageError, match="this log is in the ledger already: entry 2"):
        append(trust, "prod", replace(entries(trust, "prod")[1]), made / "dora")
    append(trust, "prod", receipt(bundle=TWO, manifest=LATER), made / "dora")
    assert stand(trust) == ("b2",)
    assert [state(trust), state(trust, LATER, TWO)] == ["pending", "applied"]
    assert "stands applied already: entry 4" in refusal(
        UsageError, trust, receipt(bundle=TWO, manifest=LATER), made / "dora"
    )
    assert check(trust)[0].problem is None


def test_it_is_written_in_one_way(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt(), made / "dora")
    rows = set_back(trust, made, "z9, 修订 ,b2,z9").rows
    assert rows == ("b2", "z9", "修订")
    values = json.loads((trust / "ledger/prod/000002.json").read_bytes())
    rare = {"database", "service"}
    every = {"at", "because", "environment", "format", "kind", "name", "number", "previous", "rows", "trust_version"}
    assert values.keys() == every | rare
    assert b'  "rows": ["b2", "z9", "\\u4fee\\u8ba2"],\n' in (trust / "ledger/prod/000002.json").read_bytes()
    assert set_back(trust, made, "base").rows == ()
    assert stand(trust) == ()
    assert check(trust)[0].problem is None


def test_what_it_was_set_back_to_may_be_rolled_back_or_applied(trust: Path, made: Path) -> None:
    """Nobody asked what the dump held."""
    append(trust, "prod", receipt(), made / "dora")
    set_back(trust, made)
    append(trust, "prod", receipt("undone"), made / "dora")
    assert stand(trust) == ()
    assert "so it can't be undone" in refusal(UsageError, trust, receipt("undone"), made / "dora")
    set_back(trust, made)
    append(trust, "prod", receipt(result="ALREADY APPLIED: database shop is at {a1}"), made / "dora")
    place = place_of(entries(trust, "prod"), "shop", ())
    assert place is not None
    assert place.decided is not None
    assert (place.decided.number, place.heads) == (5, ("a1",))


def test_a_copy_of_another_database_may_hold_what_was_never_applied_here(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt(), made / "dora")
    never = receipt("undone", bundle=TWO, manifest=LATER)
    assert "so it can't be undone" in refusal(UsageError, trust, never, made / "dora")
    set_back(trust, made, "b2")
    append(trust, "prod", never, made / "dora")
    assert stand(trust) == ("a1",)


def test_it_ends_an_open_failure_and_never_the_review_of_an_emergency(trust: Path, made: Path) -> None:
    emergency = replace(LATER, breakglass="prod is down")
    append(trust, "prod", receipt(bundle=TWO, manifest=emergency), made / "dora")
    append(trust, "prod", receipt("failed"), made / "dora")
    assert [each.kind for each in status(trust, now=NOW).due] == ["review", "failure"]
    set_back(trust, made)
    (place,) = places(entries(trust, "prod"))
    assert (place.failed, place.in_the_middle, place.stopped, place.was_there) == (None, False, None, False)
    assert [(each.kind, each.receipt.number) for each in status(trust, now=NOW).due] == [("review", 1)]
    append(trust, "prod", receipt("failed"), made / "dora")  # and this one is open
    assert [each.kind for each in status(trust, now=NOW).due] == ["review", "failure"]
    review(trust, "prod", TWO, made / "bob", because="it was needed")
    assert [each.kind for each in status(trust, now=NOW).due] == ["failure"]


def test_a_rejection_outlives_it(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt("failed"), made / "dora")
    append(trust, "prod", word("rejected", MANIFEST, ONE, "it fails"), made / "bob")
    set_back(trust, made)
    assert state(trust) == "rejected"
    assert [each.name for each in standing(entries(trust, "prod"), {ONE}).rejections] == ["bob@example.com"]


def test_only_who_may_write_receipts_says_it(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt(), made / "dora")
    before = tree(trust)
    for who in ("alice", "eve"):
        with pytest.raises(SigningError, match="may not sign as receipt for prod with this key"):
            restored(trust, "prod", "a1", made / who, because="so")
    assert tree(trust) == before


@pytest.mark.parametrize(
    ("at", "because", "why"),
    [
        ("a1", " \n", "it is not said why the database was set back"),
        ("", "so", "'' is no revision id"),
        ("a1,", "so", "'' is no revision id"),
        ("a1 b2", "so", "'a1 b2' is no revision id"),
        ("a1:b2", "so", "'a1:b2' is no revision id"),
        ("head-1", "so", "'head-1' is no revision id"),
        ("a'1", "so", "is no revision id"),
        ("a\u202e1", "so", r"'a\\u202e1' is no revision id"),
    ],
)
def test_what_is_no_row_or_no_reason_is_not_written(trust: Path, made: Path, at: str, because: str, why: str) -> None:
    append(trust, "prod", receipt(), made / "dora")
    before = tree(trust)
    with pytest.raises(UsageError, match=why):
        restored(trust, "prod", at, made / "dora", because=because)
    assert tree(trust) == before


def test_whose_database_it_was_is_asked_where_there_are_several(trust: Path, made: Path) -> None:
    with pytest.raises(UsageError, match="the ledger has no receipt of prod"):
        set_back(trust, made)
    append(trust, "prod", receipt(), made / "dora")
    billing = replace(MANIFEST, service="billing", database="bills")
    append(trust, "prod", receipt(bundle=TWO, manifest=billing), made / "dora")
    with pytest.raises(UsageError, match="knows several databases: service shop, database shop; service billing"):
        set_back(trust, made)
    with pytest.raises(UsageError, match="no receipt of that service and database") as caught:
        set_back(trust, made, service="biling")
    assert "service billing, database bills" in str(caught.value.hint)
    assert set_back(trust, made, service="billing", at="base").database == "bills"
    assert {(each.service, each.heads) for each in places(entries(trust, "prod"))} == {
        ("shop", ("a1",)),
        ("billing", ()),
    }
    assert [state(trust), state(trust, billing, TWO)] == ["applied", "pending"]
    assert set_back(trust, made, database="shop", at="base").service == "shop"
    assert state(trust) == "pending"


def test_without_a_service_the_database_tells_whose_it_is(trust: Path, made: Path) -> None:
    for database, revision, bundle in (("shop", "a1", ONE), ("hr", "h1", TWO)):
        files = (RevisionFile(revision, f"{revision}.py", "ab" * 32),)
        manifest = replace(MANIFEST, service=None, database=database, upper=(revision,), revisions=files)
        append(trust, "prod", receipt(bundle=bundle, manifest=manifest), made / "dora")
    assert set_back(trust, made, database="hr", at="base").service is None
    assert place_of(entries(trust, "prod"), None, {"h1"}).heads == ()  # type: ignore[union-attr]
    assert place_of(entries(trust, "prod"), None, {"a1"}).heads == ("a1",)  # type: ignore[union-attr]
    assert [each.heads for each in places(entries(trust, "prod"))] == [(), ("a1",)]


def test_what_is_said_of_a_bundle_says_it_too(trust: Path, made: Path) -> None:
    set_aside = replace(MANIFEST, content_id="03" * 32)
    append(trust, "prod", receipt(bundle=TWO, manifest=LATER), made / "dora")
    set_back(trust, made)
    append(trust, "prod", receipt(), made / "dora")
    set_back(trust, made, "base")
    found = known(trust, MANIFEST, ONE)
    assert [(each.number, each.kind) for each in found.entries] == [(3, "applied"), (4, "restored")]
    assert found.standing.applied is None
    assert known(trust, set_aside, "3" * 64).entries == ()


def test_a_row_that_no_ledger_names_is_told(trust: Path, made: Path) -> None:
    append(trust, "prod", receipt(), made / "dora")
    append(trust, "staging", replace(receipt(bundle=TWO, manifest=LATER), environment="staging"), made / "dora")
    assert unheard_of(trust, ("a1", "b2", "c3")) == ("c3",)
    (trust / "ledger/staging/000001.json").write_text("x\n")
    assert unheard_of(trust, ("a1", "b2", "c3")) == ("b2", "c3")


# ---- the commands


Sqlgen = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sqlgen(capsys: pytest.CaptureFixture[str]) -> Sqlgen:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(each) for each in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_status_is_a_table_by_the_cells_that_text_takes(trust: Path, made: Path, sqlgen: Sqlgen) -> None:
    shops = replace(MANIFEST, service="书店")
    append(trust, "prod", receipt(), made / "dora")
    append(trust, "prod", receipt(bundle=TWO, manifest=shops), made / "dora")
    code, out, err = sqlgen("ledger", "status", trust)
    assert (code, err) == (0, "")
    head, first, second = out.splitlines()
    assert head.startswith("service  environment  at  since")
    assert first.startswith("shop     prod         a1  2")
    assert second.startswith("书店     prod         a1  2")  # two cells each
    assert "\x1b" not in out
    assert sqlgen("ledger", "status", trust, "--color", "always")[1].startswith("\x1b[1mservice")


def test_status_tells_machines_and_people_what_is_open(trust: Path, made: Path, sqlgen: Sqlgen) -> None:
    emergency = replace(MANIFEST, breakglass="prod is down")
    append(trust, "prod", receipt(manifest=emergency), made / "dora")
    append(trust, "prod", receipt("failed", script="rollback.sql"), made / "dora")
    code, out, _ = sqlgen("ledger", "status", trust)
    assert code == 1
    assert "open in prod, entry 1: an emergency without a review: prod is down (dora@example.com, " in out
    assert f"help: sqlgen ledger review TRUST prod {ONE[:12]} --key KEY" in out
    assert "open in prod, entry 2: rollback.sql failed (dora@example.com, " in out
    assert "a1, then a failure" in out
    code, out, _ = sqlgen("ledger", "status", trust, "--output-format", "json")
    found = json.loads(out)
    assert (code, found["schema"]) == (1, "sqlgen.ledger-status/1")
    assert [(each["kind"], each["entry"]) for each in found["open"]] == [("review", 1), ("failure", 2)]
    assert [(each["at"], each["failed_since"]) for each in found["places"]] == [(["a1"], True)]


def test_a_review_is_written_by_the_command(trust: Path, made: Path, sqlgen: Sqlgen) -> None:
    append(trust, "prod", receipt(manifest=replace(MANIFEST, breakglass="prod is down")), made / "dora")
    arguments = ("ledger", "review", trust, "prod", ONE[:8], "--because", "the index was needed", "--key")
    code, out, err = sqlgen(*arguments, made / "alice")
    assert (code, out) == (2, "")
    assert "alice@example.com signed this bundle, and can't review it" in err
    code, out, err = sqlgen(*arguments, made / "bob")
    assert (code, err) == (0, "")
    assert out.startswith(f"entry 2 of prod: reviewed by bob@example.com\nbundle id {ONE}\n")
    assert sqlgen("ledger", "status", trust)[0] == 0


def test_a_database_that_was_set_back_is_recorded_by_the_command(trust: Path, made: Path, sqlgen: Sqlgen) -> None:
    append(trust, "prod", receipt(), made / "dora")
    arguments = ("ledger", "restored", trust, "prod", "--because", "from Sunday's dump", "--key", made / "dora")
    code, out, err = sqlgen(*arguments)
    assert (code, out) == (2, "")
    assert "--at" in err
    code, out, err = sqlgen(*arguments, "--at", "z9,a1")
    file = trust / "ledger/prod/000002.json"
    assert (code, out) == (
        0,
        f"entry 2 of prod: restored, by dora@example.com\nservice shop, database shop\nat a1, z9\nfile {file}\n",
    )
    assert err.splitlines() == [
        "note: no entry of the ledger names revision z9: is it as the version table has it?",
        f"note: commit and push {file} and its .sig: others see the entry when they have both",
    ]
    code, out, _ = sqlgen("ledger", "status", trust)
    assert code == 0
    line = out.splitlines()[1].split()
    assert (line[:4], line[-2:]) == (["shop", "prod", "a1,", "z9"], ["dora@example.com", "restored"])
    (place,) = json.loads(sqlgen("ledger", "status", trust, "--output-format", "json")[1])["places"]
    said = [place[key] for key in ("at", "kind", "entry", "bundle")]
    assert said == [["a1", "z9"], "restored", 2, None]


def test_verifiers_that_may_not_know_the_entry_are_told_of(trust: Path, made: Path, sqlgen: Sqlgen) -> None:
    append(trust, "prod", receipt(), made / "dora")
    (trust / "verify.sh").write_text("#!/bin/sh\n")
    arguments = ("ledger", "restored", trust, "prod", "--at", "a1", "--because", "so", "--key", made / "dora")
    code, _, err = sqlgen(*arguments)
    assert code == 0
    assert "warning: verify.sh is not that of this sqlgen." in err
    assert f"sqlgen trust verifiers {trust}. Old ones call this ledger broken" in err


def test_check_says_which_ledger_can_not_be_believed(trust: Path, made: Path, sqlgen: Sqlgen) -> None:
    assert sqlgen("ledger", "check", trust) == (0, "there is no ledger yet: sqlgen receipt writes it\n", "")
    folder = ledger(trust, made)
    append(trust, "staging", replace(receipt(), environment="staging"), made / "dora")
    code, out, err = sqlgen("ledger", "check", trust)
    assert (code, err) == (0, "")
    head = out.splitlines()[1].split()[-1]
    assert head.startswith("prod:3:")
    assert sqlgen("ledger", "check", trust, "--has", head)[0] == 0
    first = folder / "000001.json"
    first.write_bytes(first.read_bytes().replace(b'"psql"', b'"mysql"'))
    code, out, err = sqlgen("ledger", "check", trust)
    assert code == 3
    assert [line.split()[0] for line in out.splitlines()] == ["environment", "prod", "staging"]
    assert "NOT TO BE BELIEVED" in out.splitlines()[1]
    assert "the ledger of prod:\nREFUSED: step 14: the ledger is broken (2)\nhint: " in err
    code, out, _ = sqlgen("ledger", "check", trust, "--output-format", "json")
    assert [each["problem"] for each in json.loads(out)["ledgers"]] == ["step 14: the ledger is broken (2)", None]
    code, out, err = sqlgen("ledger", "status", trust)
    assert (code, out) == (3, "")
    assert "REFUSED: the ledger of prod: step 14: the ledger is broken (2)" in err


def stranger(trust: Path, made: Path) -> Path:
    """What a host remembers that saw an entry 1 for staging, and one for prod which is gone."""
    append(trust, "staging", replace(receipt(), environment="staging"), made / "dora")
    append(trust, "prod", receipt(), made / "dora")
    id = hashlib.sha256((trust / "versions/1/SHA256SUMS").read_bytes()).hexdigest()
    heads = [(each.environment, (each.head or "").rpartition(":")[2]) for each in check(trust)]
    lines = [f"ledger {name} 1 {digest}" for name, digest in heads]
    memory = trust.parent / "state/sqlgen/trust" / id
    memory.parent.mkdir(parents=True)
    memory.write_text("".join(f"{line}\n" for line in [*lines, f"path {trust.resolve()}", f"version 1 {id}"]))
    assert check(trust)[0].problem is None
    shutil.rmtree(trust / "ledger/prod")
    return memory


def test_a_host_forgets_an_entry_that_never_got_into_the_ledger(trust: Path, made: Path, sqlgen: Sqlgen) -> None:
    memory = stranger(trust, made)
    lines = memory.read_text().splitlines()
    assert "not what this host has seen" in refusal(VerificationError, trust, receipt("failed"), made / "dora")
    code, out, err = sqlgen("ledger", "forget", trust, "prod")
    assert (code, out) == (2, "")
    assert f"this host remembers entry 1, {lines[0].split()[-1]}\nthere is no ledger of prod now\n" in err
    assert "nobody is at a terminal to be asked" in err
    assert memory.read_text().splitlines() == lines
    code, out, _ = sqlgen("ledger", "forget", trust, "prod", "--yes")
    assert (code, out) == (0, "forgotten; the next bundle that verifies is what this host remembers\n")
    assert memory.read_text().splitlines() == lines[1:]
    assert memory.stat().st_mode & 0o777 == 0o600
    assert append(trust, "prod", receipt("failed"), made / "dora").entry.number == 1
    code, _, err = sqlgen("ledger", "forget", trust, "prod", "--yes")
    assert code == 2
    assert "this host remembers nothing of the ledger of prod" in err
    code, _, err = sqlgen("ledger", "forget", trust, "staging", "--yes")
    assert code == 2
    assert "the ledger has entry 1 as this host remembers it" in err


def test_forgetting_shows_what_is_there_now_and_asks(
    trust: Path, made: Path, sqlgen: Sqlgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = stranger(trust, made)
    aside = memory.rename(trust.parent / "aside")  # somebody else's host writes
    for _ in range(2):
        append(trust, "prod", receipt("failed"), made / "dora")
    before = aside.rename(memory).read_bytes()
    digest = hashlib.sha256((trust / "ledger/prod/000001.json").read_bytes()).hexdigest()
    answers = iter([False, True])
    monkeypatch.setattr("typer.confirm", lambda *_, **__: next(answers))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    code, out, err = sqlgen("ledger", "forget", trust, "prod")
    assert (code, out) == (1, "")
    assert f"now it is {digest}, failed by dora@example.com at " in err
    assert err.endswith(", and there are 2 entries\nnothing was forgotten\n")
    assert memory.read_bytes() == before
    assert sqlgen("ledger", "forget", trust, "prod")[0] == 0
    assert check(trust)[0].problem is None


def test_what_can_not_be_believed_is_not_forgotten_for(trust: Path, made: Path, sqlgen: Sqlgen) -> None:
    memory = stranger(trust, made)
    before = memory.read_bytes()
    (trust / "ledger/prod").mkdir()
    (trust / "ledger/prod/000001.json").write_text("<<<<<<< HEAD\n")
    (trust / "ledger/prod/000001.sig").write_text("<<<<<<< HEAD\n")
    code, _, err = sqlgen("ledger", "forget", trust, "prod", "--yes")
    assert code == 3
    assert "step 14: the ledger is broken (1)" in err
    assert memory.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (("ledger", "forget", "nowhere", "prod"), "there is no trust folder nowhere", "versions/ and ledger/"),
        (("ledger", "status", "nowhere"), "there is no trust folder nowhere", "versions/ and ledger/"),
        (("ledger", "check", "nowhere"), "there is no trust folder nowhere", "versions/ and ledger/"),
        (("ledger", "stat"), "no such command 'stat'", "See sqlgen ledger --help."),
        (("ledger", "status"), "missing argument 'TRUST'", "See sqlgen ledger status --help."),
        (("ledger",), "missing command", "See sqlgen ledger --help."),
    ],
)
def test_each_wrong_turn_is_told(sqlgen: Sqlgen, arguments: tuple[str, ...], said: str, hint: str) -> None:
    code, out, err = sqlgen(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert hint in err
