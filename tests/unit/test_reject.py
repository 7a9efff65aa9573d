"""Rejecting a bundle with real keys, and taking that back; what the ledger is told."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sqlgen.bundle.reject import read, reject, withdraw
from sqlgen.bundle.renew import renew
from sqlgen.bundle.sign import sign
from sqlgen.bundle.verify import verify
from sqlgen.errors import SigningError, UsageError, VerificationError
from tests.attacks import worlds
from tests.attacks.worlds import World
from tests.unit.bundles import bundle_id, good, here, keygen, make, tree

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WHY = "it locks books for an hour"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make(tmp_path / "bundle")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return keygen(tmp_path / "key", comment="bob@example.com")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "keys").mkdir()
    return worlds.make(tmp_path, tmp_path / "keys")


def test_a_rejection_is_what_the_format_says(bundle: Path, key: Path) -> None:
    said = reject(bundle, because=WHY, key=key, principal=None, now=NOW)
    text = (bundle / "sig/reject/bob@example.com.json").read_text()
    assert text == (
        "{\n"
        '  "at": "2026-06-01T00:00:00Z",\n'
        f'  "because": "{WHY}",\n'
        f'  "bundle": "{bundle_id(bundle)}",\n'
        '  "environment": "prod",\n'
        '  "format": "sqlgen.rejection/1",\n'
        '  "name": "bob@example.com"\n'
        "}\n"
    )
    assert read(text.encode()).because == WHY
    assert good(bundle / "sig/reject/bob@example.com.sig", text.encode(), "reject.prod.v1@sqlgen", key)
    assert (said.bundle_id, said.principal, said.entry) == (bundle_id(bundle), "bob@example.com", None)


def test_a_reason_in_any_language_is_kept(bundle: Path, key: Path) -> None:
    reject(bundle, because="  锁表\n一小时 \x1b[31m ", key=key, principal=None, now=NOW)
    data = (bundle / "sig/reject/bob@example.com.json").read_bytes()
    assert data.isascii()
    assert read(data).because == "锁表 一小时 \x1b[31m"
    shown = here("show", bundle).out
    assert "锁表 一小时 \\x1b[31m" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("because", ["", " \n\t", "x" * 1001])
def test_a_rejection_has_a_reason(bundle: Path, key: Path, because: str) -> None:
    with pytest.raises(UsageError, match="there is no reason, or one of more than 1000 characters"):
        reject(bundle, because=because, key=key, principal=None, now=NOW)
    assert not (bundle / "sig").exists()


def test_nobody_rejects_twice_before_it_is_taken_back(bundle: Path, key: Path) -> None:
    reject(bundle, because="first", key=key, principal=None, now=NOW)
    before = tree(bundle)
    for because in ("first", "second"):
        with pytest.raises(UsageError, match=r"bob@example\.com rejected this bundle already: first") as caught:
            reject(bundle, because=because, key=key, principal=None, now=NOW)
        assert "take it back first: sqlgen sign DIR --withdraw --key KEY" in str(caught.value.hint)
        assert tree(bundle) == before
    withdraw(bundle, because=None, key=key, principal=None)
    reject(bundle, because="second", key=key, principal=None, now=NOW)
    assert read((bundle / "sig/reject/bob@example.com.json").read_bytes()).because == "second"


def test_what_is_no_rejection_of_this_bundle_gives_way_to_one(bundle: Path, key: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other", ticket="OPS-1")
    reject(other, because="of the other", key=key, principal=None, now=NOW)
    shutil.copytree(other / "sig", bundle / "sig")
    reject(bundle, because=WHY, key=key, principal=None, now=NOW)
    file = bundle / "sig/reject/bob@example.com.json"
    file.write_text("junk")
    reject(bundle, because="second", key=key, principal=None, now=NOW)
    assert read(file.read_bytes()).because == "second"
    assert good(file.with_suffix(".sig"), file.read_bytes(), "reject.prod.v1@sqlgen", key)
    assert len(list((bundle / "sig/reject").iterdir())) == 2


def test_several_people_reject_and_each_takes_back_their_own(bundle: Path, key: Path, tmp_path: Path) -> None:
    other = keygen(tmp_path / "other")
    reject(bundle, because="one", key=key, principal=None, now=NOW)
    reject(bundle, because="two", key=other, principal=None, now=NOW)
    withdraw(bundle, because=None, key=key, principal=None)
    assert sorted(path.name for path in (bundle / "sig/reject").iterdir()) == [
        "alice@example.com.json",
        "alice@example.com.sig",
    ]
    withdraw(bundle, because=None, key=other, principal=None)
    assert not (bundle / "sig").exists()


def test_taking_back_leaves_all_else_as_it_was(bundle: Path, key: Path, tmp_path: Path) -> None:
    sign(bundle, role="dba", key=keygen(tmp_path / "other"), principal=None)
    before = tree(bundle)
    reject(bundle, because=WHY, key=key, principal=None, now=NOW)
    assert tree(bundle) != before
    withdraw(bundle, because=None, key=key, principal=None)
    assert tree(bundle) == before


def test_nobody_takes_back_what_another_said(bundle: Path, key: Path, tmp_path: Path) -> None:
    other = keygen(tmp_path / "other")
    with pytest.raises(SigningError, match=r"alice@example\.com has not rejected this bundle"):
        withdraw(bundle, because=None, key=other, principal=None)
    reject(bundle, because=WHY, key=key, principal=None, now=NOW)
    before = tree(bundle)
    with pytest.raises(SigningError, match=r"alice@example\.com has not rejected this bundle"):
        withdraw(bundle, because=None, key=other, principal=None)
    with pytest.raises(SigningError, match=r"another key made the rejection by bob@example\.com: SHA256:"):
        withdraw(bundle, because=None, key=other, principal="bob@example.com")
    assert tree(bundle) == before


def test_who_rejected_a_bundle_does_not_sign_it(bundle: Path, key: Path) -> None:
    reject(bundle, because=WHY, key=key, principal=None, now=NOW)
    with pytest.raises(SigningError, match=r"bob@example\.com rejected this bundle"):
        sign(bundle, role="dba", key=key, principal=None)
    withdraw(bundle, because=None, key=key, principal=None)
    sign(bundle, role="dba", key=key, principal=None)


def test_who_signed_may_reject_later_and_others_still_sign(bundle: Path, key: Path, tmp_path: Path) -> None:
    sign(bundle, role="author", key=key, principal=None)
    reject(bundle, because=WHY, key=key, principal=None, now=NOW)
    sign(bundle, role="dba", key=keygen(tmp_path / "other"), principal=None)


def test_a_changed_bundle_is_not_rejected_but_refused(bundle: Path, key: Path) -> None:
    """It has no id that a rejection could name."""
    (bundle / "apply.sql").write_text("DROP TABLE books;\n")
    with pytest.raises(VerificationError, match="a checksum does not match"):
        reject(bundle, because=WHY, key=key, principal=None, now=NOW)


def test_a_bundle_that_is_bound_to_nothing_is_not_rejected(tmp_path: Path, key: Path) -> None:
    with pytest.raises(SigningError, match="bound to no environment"):
        reject(make(tmp_path / "b", environment=None), because=WHY, key=key, principal=None, now=NOW)


@pytest.mark.parametrize(
    "change", [{"more": "x"}, {"at": 7}, {"format": "sqlgen.rejection/2"}, {"because": None}], ids=str
)
def test_a_rejection_that_says_otherwise_is_ill_formed(bundle: Path, key: Path, change: dict[str, object]) -> None:
    reject(bundle, because=WHY, key=key, principal=None, now=NOW)
    data = (bundle / "sig/reject/bob@example.com.json").read_bytes()
    assert read(worlds.in_lines(json.loads(data))).name == "bob@example.com"
    with pytest.raises(VerificationError, match="a rejection is ill-formed"):
        read(worlds.in_lines({**json.loads(data), **change}))
    with pytest.raises(VerificationError, match="a rejection is ill-formed"):
        read(data.replace(b": ", b":  ", 1))


# The command.


def test_the_command_says_one_thing_of_a_bundle(bundle: Path, key: Path) -> None:
    for options in ((), ("--role", "dba", "--reject"), ("--reject", "--withdraw"), ("--because", "x")):
        said = here("sign", bundle, "--key", key, *options)
        assert (said.code, said.out) == (2, "")
        assert "say one thing of a bundle: --role ROLE, --reject or --withdraw" in said.err
    for options in (("--role", "dba"), ("--role", "dba", "--withdraw")):
        said = here("sign", bundle, "--key", key, *options, "--because", "x")
        assert "--because is of a rejection" in said.err
    assert not (bundle / "sig").exists()


def test_without_a_trust_folder_a_note_says_that_only_this_copy_knows(bundle: Path, key: Path) -> None:
    said = here("sign", bundle, "--reject", "--because", WHY, "--key", key)
    assert said.code == 0, said.err
    assert said.out.startswith("rejected for prod by bob@example.com with SHA256:")
    assert "note: only this copy says so; with --trust TRUST the ledger does, too" in said.err
    said = here("sign", bundle, "--withdraw", "--key", key)
    assert said.code == 0, said.err
    assert said.out.startswith("withdrawn: the rejection for prod by bob@example.com")
    assert "note: this copy alone was looked at" in said.err


# With a trust folder.


def test_the_ledger_keeps_what_is_deleted_in_the_folder(world: World) -> None:
    copy = verify(world.trust, "prod", world.bundle, now=NOW).copy
    shutil.rmtree(copy.parent)
    said = reject(world.bundle, because=WHY, key=world.key("bob"), principal=None, now=NOW, trust=world.trust)
    assert said.entry == 4
    with pytest.raises(VerificationError, match=r"step 14: the bundle was rejected \(bob@example\.com\)"):
        verify(world.trust, "prod", world.bundle, now=NOW)
    shutil.rmtree(world.bundle / "sig/reject")
    with pytest.raises(VerificationError, match=r"step 14: the bundle was rejected \(bob@example\.com\)"):
        verify(world.trust, "prod", world.bundle, now=NOW)
    said = withdraw(world.bundle, because="bob measured again", key=world.key("bob"), principal=None, trust=world.trust)
    assert said.entry == 5
    assert json.loads(world.ledger()[-1].read_text())["because"] == "bob measured again"
    shutil.rmtree(verify(world.trust, "prod", world.bundle, now=NOW).copy.parent)


def test_who_may_not_reject_leaves_it_in_this_copy_alone(world: World) -> None:
    with pytest.raises(
        SigningError, match=r"stands in this copy alone: eve@example\.com may not sign as reject for prod"
    ):
        reject(world.bundle, because=WHY, key=world.key("eve"), principal=None, now=NOW, trust=world.trust)
    assert len(world.ledger()) == 3
    assert (world.bundle / "sig/reject/eve@example.com.json").exists()
    assert (world.bundle / "sig/reject/eve@example.com.sig").exists()


def test_folder_and_ledger_never_say_two_things(world: World) -> None:
    bob = {"key": world.key("bob"), "principal": None, "now": NOW, "trust": world.trust}
    assert reject(world.bundle, because=WHY, **bob).entry == 4  # type: ignore[arg-type]
    before = tree(world.root)
    already = r"bob@example\.com rejected this bundle already: it locks books for an hour \(entry 4 of the ledger\)"
    for because in (WHY, "another reason"):
        with pytest.raises(UsageError, match=already):
            reject(world.bundle, because=because, **bob)  # type: ignore[arg-type]
        assert tree(world.root) == before
    shutil.rmtree(world.bundle / "sig/reject")
    with pytest.raises(UsageError, match=already):
        reject(world.bundle, because=WHY, **bob)  # type: ignore[arg-type]
    assert not (world.bundle / "sig/reject").exists()
    withdraw(world.bundle, because="measured", key=world.key("bob"), principal=None, trust=world.trust)
    assert reject(world.bundle, because="another reason", **bob).entry == 6  # type: ignore[arg-type]


def test_the_same_words_bring_a_rejection_of_this_copy_into_the_ledger(world: World) -> None:
    bob = {"key": world.key("bob"), "principal": None, "now": NOW}
    reject(world.bundle, because=WHY, **bob)  # type: ignore[arg-type]
    before = tree(world.root)
    with pytest.raises(UsageError, match="rejected this bundle already: it locks") as caught:
        reject(world.bundle, because="other words", trust=world.trust, **bob)  # type: ignore[arg-type]
    assert "To put it into the ledger, give the same words" in str(caught.value.hint)
    assert tree(world.root) == before
    assert reject(world.bundle, because=WHY, trust=world.trust, **bob).entry == 4  # type: ignore[arg-type]
    assert json.loads(world.ledger()[-1].read_text())["because"] == WHY
    assert tree(world.bundle) == {
        name.removeprefix("bundle/"): data
        for name, data in before.items()
        if name.startswith("bundle/") and name != "bundle/"
    }


def test_a_ledger_that_is_not_to_be_believed_is_said_before_anything_is_written(world: World) -> None:
    world.sign_entry(world.ledger()[-1], "eve")
    before = tree(world.root)
    with pytest.raises(VerificationError, match="not signed by one who may"):
        reject(world.bundle, because=WHY, key=world.key("bob"), principal=None, now=NOW, trust=world.trust)
    assert tree(world.root) == before


def test_a_rejection_of_what_is_renewed_is_taken_back_through_the_renewed_one(world: World, tmp_path: Path) -> None:
    renew(world.bundle, tmp_path / "out", expires=datetime(2998, 1, 1, tzinfo=UTC), now=NOW)
    world.entry("rejected", "bob", because=WHY)
    with pytest.raises(UsageError, match="rejected this bundle already"):
        reject(tmp_path / "out", because=WHY, key=world.key("bob"), principal=None, now=NOW, trust=world.trust)
    bob = world.key("bob")
    assert withdraw(tmp_path / "out", because="measured", key=bob, principal=None, trust=world.trust).entry == 5


def test_taking_back_in_the_ledger_needs_a_reason_too(world: World) -> None:
    reject(world.bundle, because=WHY, key=world.key("bob"), principal=None, now=NOW, trust=world.trust)
    before = tree(world.bundle)
    with pytest.raises(UsageError, match="there is no reason"):
        withdraw(world.bundle, because=None, key=world.key("bob"), principal=None, trust=world.trust)
    assert tree(world.bundle) == before
    assert len(world.ledger()) == 4


def test_a_lost_key_is_no_reason_to_keep_a_rejection(world: World, tmp_path: Path) -> None:
    """bob has another key now; the trust folder knows that it is his."""
    reject(world.bundle, because=WHY, key=world.key("bob"), principal=None, now=NOW, trust=world.trust)
    new = keygen(tmp_path / "new", comment="bob@example.com")
    with pytest.raises(SigningError, match="another key made the rejection"):
        withdraw(world.bundle, because="solved", key=new, principal=None)
    public = " ".join(new.with_suffix(".pub").read_text().split()[:2])
    signers = world.version() / "allowed_signers"
    signers.write_text(signers.read_text() + worlds.signer("bob@example.com", ("reject.prod",), public))
    world.seal_version()
    assert withdraw(world.bundle, because="solved", key=new, principal=None, trust=world.trust).entry == 5
    assert not (world.bundle / "sig/reject").exists()


def test_what_only_the_copy_says_is_taken_back_without_an_entry(world: World) -> None:
    reject(world.bundle, because=WHY, key=world.key("bob"), principal=None, now=NOW)
    said = here("sign", world.bundle, "--withdraw", "--because", "x", "--key", world.key("bob"), "--trust", world.trust)
    assert said.code == 0, said.err
    assert "note: the ledger holds no such rejection, so nothing was written there" in said.err
    assert len(world.ledger()) == 3


def test_a_person_with_stock_tools_checks_a_rejection(world: World) -> None:
    reject(world.bundle, because=WHY, key=world.key("bob"), principal=None, now=NOW, trust=world.trust)
    for file in (world.bundle / "sig/reject/bob@example.com.json", world.ledger()[-1]):
        command = f"ssh-keygen -Y verify -f {world.version() / 'allowed_signers'} -I bob@example.com"
        command += f" -n reject.prod.v1@sqlgen -s {file.with_suffix('.sig')}"
        subprocess.run(command.split(), input=file.read_bytes(), check=True, capture_output=True)
