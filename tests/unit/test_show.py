"""What `sqlgen show` says of a bundle, of those who signed it, and of what a ledger knows."""

from __future__ import annotations

import dataclasses
import json
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sqlgen.bundle.asked import Unmet
from sqlgen.bundle.diff import diff
from sqlgen.bundle.manifest import (
    AllowedFinding,
    Assumed,
    Hotfix,
    IncompleteRevision,
    Manifest,
    NoWayBack,
    OverriddenRevision,
    PromotedFrom,
    RecordedRevision,
    RevisionFile,
    RowDrivenRevision,
    VolatileValue,
)
from sqlgen.bundle.reject import reject
from sqlgen.bundle.renew import renew
from sqlgen.bundle.show import Missing, show
from sqlgen.bundle.sign import sign
from sqlgen.cli import show_report
from sqlgen.cli.show_review import look
from sqlgen.errors import UsageError, VerificationError
from tests.attacks import worlds
from tests.attacks.worlds import World
from tests.unit.bundles import bundle_id, here, keygen, make, signed_by_hand

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WHY = "it locks books for an hour"
EVERYTHING = {
    "allowances": (AllowedFinding("drop-column", "a1", "nobody reads it", "2026-12-31", "versions/a1.py:3"),),
    "assumptions": (Assumed("a1", "has_table", ("books", None), "versions/a1.py:7"),),
    "breakglass": "orders are lost",
    "built_with": {"--reads": "empty"},
    "commit": "c0ffee" * 6 + "c0ff",
    "created": "2026-05-01T00:00:00Z",
    "destroys": ("books", "shop.authors"),
    "handwritten": (OverriddenRevision("a2", "upgrade", "sql/a2.sql", "02" * 32),),
    "hotfix": Hotfix(("a0",), "h1", "hotfix/fix.sql", None),
    "identity": "db-7.example.com",
    "incomplete": (IncompleteRevision("a3", "versions/a3.py", 4, "it reads rows"),),
    "no_rollback": True,
    "no_way_back": (NoWayBack("a1", "versions/a1.py:9", "downgrade() does nothing"),),
    "not_run": "scripts for Oracle were never run on a server",
    "overrides": ("--allow-incomplete",),
    "project": "services/shop",
    "promoted_from": PromotedFrom("0b" * 32, "staging"),
    "recorded": (RecordedRevision("a4", "upgrade"),),
    "row_driven": (RowDrivenRevision("a5", "upgrade", "SELECT 1", None, None),),
    "schema": "sales",
    "service": "shop",
    "tenants": ("canary", "north", "south"),
    "tenants_are": "schemas",
    "ticket": "OPS-42",
    "transaction": "revision",
    "volatile": (VolatileValue("a6", "upgrade", "uuid4()"),),
}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make(tmp_path / "bundle")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return keygen(tmp_path / "key")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "keys").mkdir()
    return worlds.make(tmp_path, tmp_path / "keys")


def lines(*arguments: str | Path, code: int = 0) -> list[str]:
    said = here("show", *arguments)
    assert said.code == code, said.err
    return said.out.splitlines()


def test_all_that_a_manifest_says_is_said(tmp_path: Path) -> None:
    text = "\n".join(lines(make(tmp_path / "b", **EVERYTHING)))
    for line in (
        f"bundle id    {bundle_id(tmp_path / 'b')}",
        f"content id   {'01' * 32}",
        "service      shop",
        "range        base to a1",
        "revisions    1: a1",
        "hotfix       hotfix/fix.sql by hand, outside of the history, at a0; it stamps h1",
        f"promoted     from staging, where the same content was applied as bundle {'0b' * 32}",
        "environment  prod, database shop.db, schema sales, on db-7.example.com",
        "tenants      3 schemas, canary first: canary, north, south",
        "engine       sqlite, run by sqlite3",
        "transaction  each revision commits for itself",
        f"commit       {EVERYTHING['commit']}, project services/shop",
        "built at     2026-05-01T00:00:00Z",
        "ticket       OPS-42",
        "EMERGENCY    orders are lost; a review must follow",
        "override     --allow-incomplete",
        "destroys     data of books",
        "destroys     data of shop.authors",
        "no rollback  there is no rollback.sql: no-rollback.md says what to do instead",
        "no way back  a1: downgrade() does nothing (versions/a1.py:9)",
        "incomplete   a3: it reads rows",
        "row-driven   a5: what it does for each row is not in the script",
        "volatile     a6, upgrade: uuid4() is another one each time it is rendered",
        "assumed      a1 was told has_table(books) of the schema at the start (versions/a1.py:7)",
        "recorded     a4: from a run on an empty database",
        "by hand      a2: sql/a2.sql",
        "not run      scripts for Oracle were never run on a server",
        "built with   --reads empty",
        "allowed      drop-column in a1: nobody reads it until 2026-12-31",
    ):
        assert f"{line}\n" in f"{text}\n"


def test_no_key_of_a_manifest_is_forgotten() -> None:
    """A new one is to be shown, or to be left out on purpose: here."""
    left_out = {"language", "options", "rules", "tools", "x_names"}
    plain = {"content_id", "environment", "dialect", "server_version", "client", "database", "lower", "upper"}
    others = {"revisions", "expires", "required_roles", "renews"}
    assert {each.name for each in dataclasses.fields(Manifest)} == {*EVERYTHING, *plain, *others, *left_out}


def test_what_comes_from_files_moves_no_cursor(tmp_path: Path) -> None:
    text = "\n".join(lines(make(tmp_path / "b", breakglass="\x1b[2Jnothing to see\u202e")))
    assert "EMERGENCY    \\x1b[2Jnothing to see\\u202e" in text


def test_who_signed_and_what_is_missing(bundle: Path, key: Path) -> None:
    assert show(bundle, now=NOW).missing == (Missing("author", 0, 1), Missing("dba", 0, 1))
    signed = sign(bundle, role="dba", key=key, principal=None)
    shown = show(bundle, now=NOW)
    assert (shown.problem, shown.bundle_id) == (None, signed.bundle_id)
    assert [(c.role, c.principal, c.key, c.fits) for c in shown.claims] == [
        ("dba", "alice@example.com", signed.key, True)
    ]
    assert shown.missing == (Missing("author", 0, 1),)
    assert not shown.verified
    assert lines(bundle)[-3:] == [
        f"signed       dba alice@example.com {signed.key}",
        "missing      author: 0 of 1",
        "note         signatures are shown as they claim; only a trust folder can tell who signed (--trust)",
    ]


def test_what_does_not_fit_is_not_counted(bundle: Path, key: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other", environment="staging")
    sign(other, role="dba", key=key, principal=None)
    shutil.copytree(other / "sig", bundle / "sig")
    (bundle / "sig/author").mkdir()
    (bundle / "sig/author/x.sig").write_text("junk")
    shown = show(bundle, now=NOW)
    assert [(c.role, c.fits, c.key is None) for c in shown.claims] == [("author", False, True), ("dba", False, False)]
    assert shown.missing == (Missing("author", 0, 1), Missing("dba", 0, 1))


def test_an_emergency_needs_signatures_of_its_own_namespace(tmp_path: Path, key: Path) -> None:
    bundle = make(tmp_path / "b", breakglass="orders are lost", ticket="OPS-1")
    signed_by_hand(bundle, "dba", key, "dora")
    assert not show(bundle, now=NOW).claims[0].fits
    sign(bundle, role="dba", key=key, principal="dora")
    assert show(bundle, now=NOW).claims[0].fits


def test_a_rejection_is_shown_with_its_reason(bundle: Path, key: Path) -> None:
    reject(bundle, because=WHY, key=key, principal=None, now=NOW)
    assert lines(bundle)[0] == f"REJECTED     by alice@example.com at 2026-06-01T00:00:00Z: {WHY}"
    (rejection,) = show(bundle, now=NOW).rejections
    assert (rejection.because, rejection.fits) == (WHY, True)


def test_a_rejection_of_another_bundle_or_in_another_name_is_said_to_be_none(
    bundle: Path, key: Path, tmp_path: Path
) -> None:
    other = make(tmp_path / "other", ticket="OPS-1")
    reject(other, because=WHY, key=key, principal=None, now=NOW)
    shutil.copytree(other / "sig", bundle / "sig")
    assert not show(bundle, now=NOW).rejections[0].fits
    reject(bundle, because=WHY, key=key, principal=None, now=NOW)
    assert show(bundle, now=NOW).rejections[0].fits
    for end in ("json", "sig"):
        shutil.copy(bundle / f"sig/reject/alice@example.com.{end}", bundle / f"sig/reject/bob@example.com.{end}")
    assert [each.fits for each in show(bundle, now=NOW).rejections] == [True, False]
    (bundle / "sig/reject/eve@example.com.json").write_text("junk")
    assert [each.because for each in show(bundle, now=NOW).rejections] == [WHY, WHY, None]
    unknown = "REJECTED     by eve@example.com at an unknown time: no reason that can be read"
    assert f"{unknown} (not a rejection of this bundle)" in lines(bundle)


def test_a_renewed_bundle_says_what_may_be_carried(bundle: Path, key: Path, tmp_path: Path) -> None:
    old = sign(bundle, role="author", key=key, principal=None)
    renew(bundle, tmp_path / "out", expires=datetime(2999, 1, 1, tzinfo=UTC), now=NOW)
    said = lines(tmp_path / "out")
    assert f"renews       {bundle_id(bundle)}: all but its last day is the same" in said
    assert f"may carry    author alice@example.com {old.key}, from the bundle that it renews" in said
    assert "missing      author: 0 of 1; a policy that carries it counts 1 more" in said
    assert "missing      dba: 0 of 1" in said
    sign(tmp_path / "out", role="author", key=key, principal=None)
    assert show(tmp_path / "out", now=NOW).missing == (Missing("dba", 0, 1),)


def test_a_changed_bundle_is_shown_as_what_it_claims_and_refused(bundle: Path) -> None:
    (bundle / "apply.sql").write_text("DROP TABLE books;\n")
    shown = show(bundle, now=NOW)
    assert "a checksum does not match (apply.sql)" in str(shown.problem)
    assert shown.bundle_id is None
    assert shown.manifest is not None
    assert lines(bundle, code=3)[0] == "bundle id    none: the files are not those that were built"
    (bundle / "MANIFEST.json").unlink()
    assert show(bundle, now=NOW).manifest is None
    assert lines(bundle, code=3) == []


def test_an_expired_bundle_says_so(tmp_path: Path) -> None:
    old = make(tmp_path / "old", expires="2026-06-01T00:00:00Z")
    assert show(old, now=NOW).expired
    assert not show(old, now=datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC)).expired
    assert "expires      2026-06-01T00:00:00Z (expired)" in lines(old)


def test_no_bundle_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no bundle"):
        show(tmp_path / "nothing", now=NOW)


def test_a_folder_above_bundles_names_those_that_lie_in_it(tmp_path: Path, key: Path) -> None:
    release = tmp_path / "release"
    for name in ("shop-staging", "shop-prod"):
        make(release / name)
    (release / "index.md").write_text("# release\n")
    (release / "logs").mkdir()
    for command in (("show",), ("sign", "--role", "dba", "--key", key)):
        said = here(*command, release)
        assert (said.code, said.out) == (2, "")
        assert said.err == (
            f"error: {release} is no bundle; these lie in it: shop-prod, shop-staging\n"
            f"hint: Give one of them: {release}/shop-prod\n"
        )
    (release / "MANIFEST.json").write_text("{}\n")
    assert here("show", release).code == 3


# With a trust folder.


def test_the_verdict_of_a_trust_folder(world: World) -> None:
    shown = show(world.bundle, now=NOW, trust=world.trust)
    assert (shown.verified, shown.missing, shown.refusal) == (True, (), None)
    assert lines(world.bundle, "--trust", world.trust)[-2:] == [
        "ledger       says nothing of it",
        "verified     the trust folder accepts it for this environment",
    ]


def test_the_policy_says_what_is_missing_not_the_bundle(world: World) -> None:
    world.manifest(required_roles={"dba": 9})
    shutil.rmtree(world.bundle / "sig/review")
    shown = show(world.bundle, now=NOW, trust=world.trust)
    assert shown.missing == (Missing("review", 0, 2),)
    assert "step 13: too few signatures for a role (review: 0 of 2)" in str(shown.refusal)
    assert show(world.bundle, now=NOW).missing == (Missing("dba", 1, 9),)


def test_who_may_not_sign_is_not_counted(world: World) -> None:
    world.sign("dba", "dora").unlink()
    world.sign("dba", "eve")
    assert show(world.bundle, now=NOW).missing == ()
    assert show(world.bundle, now=NOW, trust=world.trust).missing == (Missing("dba", 0, 1),)
    said = lines(world.bundle, "--trust", world.trust, code=3)
    eve = f"signed       dba eve@example.com {world.fingerprint('eve')} (not allowed by the trust folder)"
    assert said[said.index(eve) + 1].startswith("signed       review alice@example.com SHA256:")
    world.sign("dba", "dora")
    (world.version() / "revoked_keys").write_text(world.public("bob") + "\n")
    world.seal_version()
    assert show(world.bundle, now=NOW, trust=world.trust).missing == (Missing("review", 1, 2),)


def test_the_policy_for_emergencies_counts_in_one(world: World) -> None:
    world.manifest(breakglass="orders are lost", ticket="OPS-1")
    shutil.rmtree(world.bundle / "sig")
    assert show(world.bundle, now=NOW, trust=world.trust).missing == (Missing("dba", 0, 1),)
    world.sign("dba", "dora", scope="dba.prod.breakglass")
    assert show(world.bundle, now=NOW, trust=world.trust).verified


def test_carried_approvals_count_where_the_policy_carries_them(world: World, tmp_path: Path) -> None:
    renew(world.bundle, tmp_path / "out", expires=datetime(2998, 1, 1, tzinfo=UTC), now=NOW)
    assert show(tmp_path / "out", now=NOW, trust=world.trust).missing == (Missing("dba", 0, 1),)
    said = lines(tmp_path / "out", "--trust", world.trust, code=3)
    assert f"carried      review alice@example.com {world.fingerprint('alice')}, from the bundle that it renews" in said
    assert f"not carried  dba dora@example.com {world.fingerprint('dora')}, from the bundle that it renews" in said


def test_an_emergency_asks_for_nothing_of_other_days(world: World) -> None:
    world.manifest(breakglass="orders are lost", ticket="OPS-1")
    shutil.rmtree(world.bundle / "sig")
    assert show(world.bundle, now=NOW).missing == ()
    said = lines(world.bundle)
    assert not [line for line in said if line.startswith("missing")]
    assert said[-1] == (
        "note         who must sign an emergency is said by the breakglass policy of a trust folder (--trust)"
    )
    world.manifest(ticket="OPS-1")
    shutil.rmtree(world.bundle / "sig")
    assert show(world.bundle, now=NOW).missing == (Missing("dba", 0, 1), Missing("review", 0, 2))


def test_all_that_is_missing_is_told_from_the_start(world: World) -> None:
    """Whatever the verdict is about: here, the first thing is that nobody has signed."""
    world.policy("review 2\ndba 1\nafter staging\nneed ticket\n")
    shutil.rmtree(world.bundle / "sig")
    said = here("show", world.bundle, "--trust", world.trust)
    assert said.code == 3
    assert "step 13" in said.err
    assert [line for line in said.out.splitlines() if line.startswith("missing")] == [
        "missing      ticket: the policy needs one (--ticket)",
        "missing      receipt of staging: apply it there first, then promote it",
        "missing      review: 0 of 2",
        "missing      dba: 0 of 1",
    ]
    document = json.loads(here("show", world.bundle, "--trust", world.trust, "--output-format", "json").out)
    assert document["unmet"] == [
        {"kind": "ticket", "environment": None, "found": False},
        {"kind": "receipt", "environment": "staging", "found": False},
    ]
    assert document["policy"] == {"roles": {"review": 2, "dba": 1}, "after": ["staging"], "carry": [], "ticket": True}


def with_receipt(world: World, change: Callable[[dict[str, object]], object] = lambda _: None) -> None:
    """Put the receipt of staging into the bundle, or what it is changed to."""
    (file,) = world.ledger("staging")
    values = json.loads(file.read_text())
    change(values)
    receipts = world.bundle / "evidence/receipts"
    receipts.mkdir(parents=True, exist_ok=True)
    (receipts / "staging.json").write_bytes(worlds.in_lines(values))
    (receipts / "staging.sig").write_bytes(world.signature("dora", "receipt.staging", worlds.in_lines(values)))
    world.seal()


def test_a_receipt_is_missing_until_it_is_a_good_one(world: World) -> None:
    world.policy("review 2\ndba 1\nafter staging\n")
    with_receipt(world)
    shown = show(world.bundle, now=NOW, trust=world.trust)
    assert (shown.verified, shown.unmet) == (True, ())
    changes: tuple[Callable[[dict[str, object]], object], ...] = (
        lambda values: values.update(kind="failed"),
        lambda values: values.update(content_id="0c" * 32),
        lambda values: values.update(verified=False, why_not="it expired"),
        lambda values: values.update(name="eve@example.com"),
        lambda values: values.update(trust_version=7),
        lambda values: values.pop("verified"),
    )
    for change in changes:
        with_receipt(world, change)
        shown = show(world.bundle, now=NOW, trust=world.trust)
        assert shown.unmet == (Unmet("receipt", "staging", found=True),)
        assert not shown.verified
    said = lines(world.bundle, "--trust", world.trust, code=3)
    assert "missing      receipt of staging: the one that is there does not say, signed, that this was applied" in said
    with_receipt(world)
    world.next_version()
    (world.version() / "revoked_keys").write_text(world.public("dora") + "\n")
    world.seal_version()
    assert show(world.bundle, now=NOW, trust=world.trust).unmet == (Unmet("receipt", "staging", found=True),)


def test_a_bundle_that_is_bound_to_nothing_is_refused(world: World, tmp_path: Path) -> None:
    unbound = make(tmp_path / "unbound", environment=None)
    assert "bound to no environment" in str(show(unbound, now=NOW, trust=world.trust).refusal)


def test_the_ledger_says_when_it_was_applied_and_undone_and_by_whom(world: World) -> None:
    world.entry("applied")
    world.entry("undone")
    said = lines(world.bundle, "--trust", world.trust)
    applied, undone = [line for line in said if line.startswith("ledger")]
    assert applied == "ledger       4, applied at 2026-02-01T12:00:03Z by dora@example.com; sqlgen result: APPLIED"
    assert undone == "ledger       5, undone at 2026-02-01T12:00:04Z by dora@example.com; sqlgen result: UNDONE"
    assert said[-1].startswith("verified")
    world.entry("applied")
    shown = show(world.bundle, now=NOW, trust=world.trust)
    assert "step 14: the bundle was applied already" in str(shown.refusal)
    assert shown.ledger is not None
    assert shown.ledger.standing.applied is not None


def test_a_rejection_that_only_the_ledger_has_is_shown(world: World) -> None:
    world.entry("rejected", "bob", because=WHY)
    said = here("show", world.bundle, "--trust", world.trust)
    assert said.code == 3
    rejected = f"REJECTED     by bob@example.com at 2026-02-01T12:00:03Z: {WHY} (entry 4 of the ledger)"
    assert said.out.splitlines()[0] == rejected
    assert f"ledger       4, rejected at 2026-02-01T12:00:03Z by bob@example.com: {WHY}" in said.out
    world.reject("bob")
    assert lines(world.bundle, "--trust", world.trust, code=3)[1].startswith("bundle id")
    assert "REFUSED: step 14: the bundle was rejected (bob@example.com)" in said.err


def test_what_changed_since_a_rejected_bundle(world: World) -> None:
    """alice rejected one with a1 and a2; the new one has another a1 and a3."""
    a1, a2 = {"id": "a1", "sha256": "0a" * 32}, {"id": "a2", "sha256": "02" * 32}
    world.entry("rejected", "alice", because=WHY, bundle=worlds.OTHER, revisions=[a1, a2], content_id="0c" * 32)
    world.manifest(revisions=(RevisionFile("a1", "a1.py", "1a" * 32), RevisionFile("a3", "a3.py", "03" * 32)))
    said = lines(world.bundle, "--trust", world.trust)
    start = said.index(
        f"earlier      {worlds.OTHER[:12]}… was rejected by alice@example.com at 2026-02-01T12:00:03Z: {WHY}"
    )
    assert said[start + 1 : start + 4] == [
        "since then   changed: a1",
        "since then   new: a3",
        "since then   gone: a2",
    ]
    assert said[-1].startswith("verified")


def test_a_rejected_bundle_under_another_id_is_known_by_its_content(world: World) -> None:
    content = world.values()["content_id"]
    world.entry("rejected", "alice", because=WHY, bundle=worlds.OTHER, content_id=content)
    assert "since then   the statements did not change" in lines(world.bundle, "--trust", world.trust)


@pytest.mark.parametrize("change", [{"service": "other"}, {"from": ["a0"]}])
def test_what_was_rejected_elsewhere_is_not_brought_up(world: World, change: dict[str, object]) -> None:
    world.entry("rejected", "alice", because=WHY, bundle=worlds.OTHER, **change)
    shown = show(world.bundle, now=NOW, trust=world.trust)
    assert shown.ledger is not None
    assert shown.ledger.earlier == ()


def test_a_rejection_that_was_taken_back_is_not_brought_up(world: World) -> None:
    world.entry("rejected", "alice", because=WHY, bundle=worlds.OTHER)
    world.entry("rejected", "bob", because=WHY, bundle=worlds.OTHER)
    world.entry("withdrawn", "alice", bundle=worlds.OTHER)
    shown = show(world.bundle, now=NOW, trust=world.trust)
    assert shown.ledger is not None
    assert [each.rejection.name for each in shown.ledger.earlier] == ["bob@example.com"]


def test_a_rejection_that_nobody_signed_is_not_believed(world: World) -> None:
    world.entry("rejected", "alice", because=WHY, bundle=worlds.OTHER, revisions=[])
    assert show(world.bundle, now=NOW, trust=world.trust).verified
    world.sign_entry(world.ledger()[-1], "eve")
    shown = show(world.bundle, now=NOW, trust=world.trust)
    assert shown.ledger is None
    assert not shown.verified
    assert "step 14: an entry of the ledger is not signed by one who may (4)" in str(shown.refusal)


# JSON.


def test_json_says_the_same(world: World, tmp_path: Path) -> None:
    world.entry("rejected", "alice", because=WHY, bundle=worlds.OTHER)
    world.entry("failed")
    file = tmp_path / "show.json"
    assert lines(world.bundle, "--trust", world.trust, "--output-format", f"json={file}") == []
    document = json.loads(file.read_text())
    assert document["schema"] == "sqlgen.show/1"
    assert document["bundle_id"] == bundle_id(world.bundle)
    assert document["manifest"] == json.loads((world.bundle / "MANIFEST.json").read_text())
    assert (document["verified"], document["refusal"], document["problem"]) == (True, None, None)
    assert [(each["role"], each["principal"], each["fits"]) for each in document["claims"]] == [
        ("dba", "dora@example.com", True),
        ("review", "alice@example.com", True),
        ("review", "bob@example.com", True),
    ]
    assert [each["kind"] for each in document["ledger"]["entries"]] == ["failed"]
    assert document["ledger"]["earlier"][0]["rejection"]["because"] == WHY


def test_json_of_a_changed_bundle_says_why(bundle: Path) -> None:
    (bundle / "apply.sql").write_text("DROP TABLE books;\n")
    said = here("show", bundle, "--output-format", "json")
    assert said.code == 3
    assert "a checksum does not match" in json.loads(said.out)["problem"]


def test_whatever_a_bundle_holds_it_is_shown_compared_or_refused(tmp_path: Path, key: Path) -> None:
    """Bytes of every file are changed, with sums that fit, as whoever sends a bundle can."""
    # Nobody signs a promotion without its receipt.
    said = {**EVERYTHING, "promoted_from": None}
    genuine = make(tmp_path / "genuine", files={"evidence/findings.json": b'{"findings": [{}]}\n'}, **said)
    sign(genuine, role="dba", key=key, principal=None)
    renew(genuine, tmp_path / "renewed", expires=datetime(2999, 1, 1, tzinfo=UTC), now=NOW)
    reject(tmp_path / "renewed", because=WHY, key=key, principal=None, now=NOW)
    chance, shown = random.Random(4), 0
    for number in range(60):
        bundle = tmp_path / f"mutant-{number}"
        shutil.copytree(tmp_path / "renewed", bundle)
        file = chance.choice([path for path in sorted(bundle.rglob("*")) if path.is_file()])
        data = bytearray(file.read_bytes())
        for _ in range(chance.choice((1, 1, 3))):
            place = chance.randrange(len(data))
            data[place : place + chance.choice((0, 1, 4))] = chance.choice((b"", b"\0", b"\xff", b"9", b'"', b"\n"))
        file.write_bytes(data)
        if file.name != "SHA256SUMS":
            worlds.write_sums(bundle)
        found = show(bundle, now=NOW)
        shown += found.problem is None
        if found.manifest is not None:
            assert list(show_report.lines(found))
        json.loads(show_report.as_json(found, look(found).document))
        try:
            diff(tmp_path / "renewed", bundle)
            assert found.bundle_id is not None
        except VerificationError:
            assert found.bundle_id is None
    assert 0 < shown < 60
