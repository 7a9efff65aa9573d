"""Renewing a bundle: its last day changes, nothing else does, and its approvals go with it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sqlgen.bundle.reject import reject
from sqlgen.bundle.renew import renew
from sqlgen.bundle.show import show
from sqlgen.bundle.sign import sign
from sqlgen.bundle.verify import verify
from sqlgen.errors import OutputError, SigningError, SqlgenError, UsageError, VerificationError
from tests.attacks import worlds
from tests.attacks.worlds import World
from tests.unit.bundles import bundle_id, here, keygen, make, tree

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LATER = datetime(2026, 8, 1, tzinfo=UTC)
LATEST = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make(tmp_path / "bundle", files={"evidence/findings.json": b"{}\n"})


@pytest.fixture
def signed(bundle: Path, tmp_path: Path) -> Path:
    sign(bundle, role="author", key=keygen(tmp_path / "alice"), principal=None)
    sign(bundle, role="dba", key=keygen(tmp_path / "dora", comment="dora@example.com"), principal=None)
    return bundle


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "keys").mkdir()
    return worlds.make(tmp_path, tmp_path / "keys")


def refusal(kind: type[SqlgenError], bundle: Path, out: Path, *, expires: datetime = LATER) -> str:
    """Message and hint of the error, when nothing was written."""
    before = tree(bundle.parent)
    with pytest.raises(kind) as caught:
        renew(bundle, out, expires=expires, now=NOW)
    assert tree(bundle.parent) == before
    return f"{caught.value} | {caught.value.hint}"


def test_only_the_last_day_changes(signed: Path, tmp_path: Path) -> None:
    renewed = renew(signed, tmp_path / "out", expires=LATER, now=NOW)
    old, new = (json.loads((folder / "MANIFEST.json").read_text()) for folder in (signed, tmp_path / "out"))
    assert new == {**old, "expires": "2026-08-01T00:00:00Z", "renews": bundle_id(signed)}
    before, after = tree(signed), tree(tmp_path / "out")
    same = before.keys() - {"MANIFEST.json", "SHA256SUMS"} - {name for name in before if name.startswith("sig/")}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert {name for name in after.keys() - before.keys() if not name.endswith("/")} == {
        "renewal/manifest.json",
        "renewal/sha256sums.txt",
        "renewal/sig/author/alice@example.com.sig",
        "renewal/sig/dba/dora@example.com.sig",
    }
    assert renewed.bundle_id == bundle_id(tmp_path / "out") != bundle_id(signed)
    assert renewed.content_id == old["content_id"]
    assert [(each.role, each.principal) for each in renewed.of.approvals] == [
        ("author", "alice@example.com"),
        ("dba", "dora@example.com"),
    ]


def test_what_is_renewed_lies_in_it_byte_for_byte(signed: Path, tmp_path: Path) -> None:
    renew(signed, tmp_path / "out", expires=LATER, now=NOW)
    for old, new in (
        ("SHA256SUMS", "sha256sums.txt"),
        ("MANIFEST.json", "manifest.json"),
        ("sig/dba/dora@example.com.sig", "sig/dba/dora@example.com.sig"),
    ):
        assert (tmp_path / "out/renewal" / new).read_bytes() == (signed / old).read_bytes()


def test_a_renewal_of_a_renewal_renews_the_first_one(signed: Path, tmp_path: Path) -> None:
    renew(signed, tmp_path / "second", expires=LATER, now=NOW)
    sign(tmp_path / "second", role="dba", key=tmp_path / "dora", principal=None)
    renewed = renew(tmp_path / "second", tmp_path / "third", expires=LATEST, now=NOW)
    assert renewed.of.bundle_id == bundle_id(signed)
    assert renewed.of.expires == "2026-07-01T00:00:00Z"
    assert len(renewed.of.approvals) == 2
    assert tree(tmp_path / "third/renewal") == tree(tmp_path / "second/renewal")
    assert not (tmp_path / "third/sig").exists()
    renew(signed, tmp_path / "direct", expires=LATEST, now=NOW)
    assert tree(tmp_path / "direct") == tree(tmp_path / "third")


def test_a_policy_that_carries_accepts_it_once_the_others_signed_again(world: World, tmp_path: Path) -> None:
    """prod asks for two reviewers, whom it carries, and a DBA."""
    renew(world.bundle, tmp_path / "out", expires=LATER, now=NOW)
    with pytest.raises(VerificationError, match=r"step 13: too few signatures for a role \(dba: 0 of 1\)"):
        verify(world.trust, "prod", tmp_path / "out", now=NOW)
    assert [(each.role, each.have) for each in show(tmp_path / "out", now=NOW, trust=world.trust).missing] == [
        ("dba", 0)
    ]
    sign(tmp_path / "out", role="dba", key=world.key("dora"), principal=None)
    verified = verify(world.trust, "prod", tmp_path / "out", now=NOW)
    shutil.rmtree(verified.copy.parent)
    assert [(each.role, each.principal) for each in verified.signatures] == [("dba", "dora@example.com")]


def test_an_emergency_is_renewed_with_the_signatures_of_its_namespace(tmp_path: Path) -> None:
    bundle = make(tmp_path / "b", breakglass="orders are lost", ticket="OPS-1")
    sign(bundle, role="dba", key=keygen(tmp_path / "key"), principal=None)
    assert len(renew(bundle, tmp_path / "out", expires=LATER, now=NOW).of.approvals) == 1


def test_an_expired_bundle_is_renewed(signed: Path, tmp_path: Path) -> None:
    after = datetime(2026, 7, 2, tzinfo=UTC)
    assert show(signed, now=after).expired
    renew(signed, tmp_path / "out", expires=LATER, now=after)
    assert not show(tmp_path / "out", now=after).expired


def test_a_day_that_is_over_or_the_same_is_refused(signed: Path, tmp_path: Path) -> None:
    assert "2026-06-01T00:00:00Z is over" in refusal(UsageError, signed, tmp_path / "out", expires=NOW)
    same = datetime(2026, 7, 1, tzinfo=UTC)
    assert "the bundle expires at 2026-07-01T00:00:00Z already" in refusal(
        UsageError, signed, tmp_path / "out", expires=same
    )


def test_a_rejected_bundle_is_not_renewed(signed: Path, tmp_path: Path) -> None:
    reject(signed, because="it locks", key=keygen(tmp_path / "bob", comment="bob@example.com"), principal=None, now=NOW)
    assert "bob@example.com rejected this bundle" in refusal(VerificationError, signed, tmp_path / "out")


def test_a_changed_bundle_is_not_renewed(signed: Path, tmp_path: Path) -> None:
    (signed / "apply.sql").write_text("DROP TABLE books;\n")
    assert "a checksum does not match (apply.sql)" in refusal(VerificationError, signed, tmp_path / "out")


def test_a_signature_of_something_else_is_not_carried_over(signed: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other", ticket="OPS-2")
    stranger = sign(other, role="dba", key=keygen(tmp_path / "eve", comment="eve@example.com"), principal=None).file
    shutil.copy(stranger, signed / "sig/dba")
    said = refusal(VerificationError, signed, tmp_path / "out")
    assert "a signature does not fit this bundle, role and environment (renewal/sig/dba/eve@example.com.sig)" in said


def test_a_bundle_that_is_bound_to_nothing_is_not_renewed(tmp_path: Path) -> None:
    unbound = make(tmp_path / "b", environment=None)
    assert "bound to no environment" in refusal(SigningError, unbound, tmp_path / "out")


def test_it_goes_neither_into_the_bundle_nor_over_another(signed: Path, tmp_path: Path) -> None:
    assert "lies in the bundle that is renewed" in refusal(UsageError, signed, signed / "out")
    assert "lies in the bundle that is renewed" in refusal(UsageError, signed, signed)
    make(tmp_path / "there")
    assert "is there already" in refusal(OutputError, signed, tmp_path / "there")


def reseal(folder: Path) -> None:
    worlds.write_sums(folder)


def more_sql(folder: Path) -> None:
    (folder / "apply.sql").write_text("DROP TABLE books;\n")


def another_ticket(folder: Path) -> None:
    file = folder / "MANIFEST.json"
    file.write_bytes(worlds.in_lines({**json.loads(file.read_text()), "ticket": "OPS-9"}))


def one_more_file(folder: Path) -> None:
    (folder / "more.md").write_text("more\n")


def other_sums(folder: Path) -> None:
    file = folder / "renewal/sha256sums.txt"
    file.write_text(file.read_text().replace("a", "b", 1))


def no_sums(folder: Path) -> None:
    (folder / "renewal/sha256sums.txt").unlink()


def other_manifest(folder: Path) -> None:
    file = folder / "renewal/manifest.json"
    file.write_bytes(worlds.in_lines({**json.loads(file.read_text()), "ticket": "OPS-9"}))


def junk_for_sums(folder: Path) -> None:
    """Named rightly, so that only its form is wrong."""
    junk = b"\xff junk"
    (folder / "renewal/sha256sums.txt").write_bytes(junk)
    file = folder / "MANIFEST.json"
    renews = hashlib.sha256(junk).hexdigest()
    file.write_bytes(worlds.in_lines({**json.loads(file.read_text()), "renews": renews}))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (more_sql, "the renewal changes more than the expiry (apply.sql)"),
        (another_ticket, "the renewal changes more than the expiry (MANIFEST.json)"),
        (one_more_file, "the renewal changes more than the expiry (more.md)"),
        (other_sums, "the renewal is not of the bundle that it names"),
        (no_sums, "the renewal is incomplete (renewal/sha256sums.txt)"),
        (other_manifest, "the renewal is not of the bundle that it names"),
        (junk_for_sums, "the renewal is incomplete (renewal/sha256sums.txt)"),
    ],
)
def test_what_only_claims_to_be_a_renewal_is_neither_renewed_nor_shown_as_one(
    signed: Path, tmp_path: Path, change: Callable[[Path], None], reason: str
) -> None:
    renew(signed, tmp_path / "out", expires=LATER, now=NOW)
    assert len(show(tmp_path / "out", now=NOW).carried) == 2
    change(tmp_path / "out")
    reseal(tmp_path / "out")
    assert reason in refusal(VerificationError, tmp_path / "out", tmp_path / "again", expires=LATEST)
    shown = show(tmp_path / "out", now=NOW)
    assert reason in str(shown.problem)
    assert (shown.carried, shown.bundle_id) == ((), bundle_id(tmp_path / "out"))
    assert here("show", tmp_path / "out").code == 3


# The command.


def test_the_command_says_what_may_be_carried(signed: Path, tmp_path: Path) -> None:
    said = here("renew", signed, "--expires", "2999-12-31", "-o", tmp_path / "out")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0] == f"bundle id {bundle_id(tmp_path / 'out')}"
    assert lines[1:4] == [
        f"content id {'01' * 32}, as before",
        "expires 3000-01-01T00:00:00Z, before 2026-07-01T00:00:00Z",
        f"renews {bundle_id(signed)}",
    ]
    assert [line.rpartition(" ")[0] for line in lines[4:]] == [
        "may be carried: author alice@example.com",
        "may be carried: dba dora@example.com",
    ]
    assert "they count in the roles that the policy of prod carries" in said.err


def test_days_count_from_now(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOW.timestamp())))
    said = here("renew", bundle, "--expires", "14d", "-o", tmp_path / "out")
    assert said.code == 0, said.err
    assert "expires 2026-06-15T00:00:00Z" in said.out
    assert "nobody has signed the bundle that is renewed" in said.err


@pytest.mark.parametrize("day", ["2026-05-31", "soon", "0d", "-1d", ""])
def test_a_day_that_can_not_be_is_said(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOW.timestamp())))
    said = here("renew", bundle, "--expires", day, "-o", tmp_path / "out")
    assert (said.code, said.out) == (2, "")
    assert "is over" in said.err or "is not a date" in said.err
    assert not (tmp_path / "out").exists()
