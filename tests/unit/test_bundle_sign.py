"""Signing with real keys: in files, in an agent, on hardware; and what can't be signed."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sqlgen.bundle.reject import reject
from sqlgen.bundle.renew import renew
from sqlgen.bundle.sign import sign, take_back
from sqlgen.bundle.verify import verify
from sqlgen.errors import SigningError, SqlgenError, UsageError, VerificationError
from tests.attacks import worlds
from tests.attacks.worlds import World
from tests.unit import fido
from tests.unit.bundles import bundle_id, good, here, keygen, make, signed_by_hand, tree

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SOFTHSM = next(
    (
        path
        for path in (
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/lib64/pkcs11/libsofthsm2.so",
            "/opt/homebrew/lib/softhsm/libsofthsm2.so",
        )
        if Path(path).exists() and shutil.which("softhsm2-util") and shutil.which("pkcs11-tool")
    ),
    None,
)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make(tmp_path / "bundle")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return keygen(tmp_path / "key")


def refusal(kind: type[SqlgenError], bundle: Path, **how: object) -> str:
    """Message and hint of the error, when nothing was written."""
    before = tree(bundle.parent)
    with pytest.raises(kind) as caught:
        sign(bundle, **{"role": "dba", "principal": None, **how})  # type: ignore[arg-type]
    assert tree(bundle.parent) == before
    return f"{caught.value} | {caught.value.hint}"


def test_what_is_signed_verifies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "keys").mkdir()
    world = worlds.make(tmp_path, tmp_path / "keys")
    shutil.rmtree(world.bundle / "sig")
    for role, who in (("review", "alice"), ("review", "bob"), ("dba", "dora")):
        signed = sign(world.bundle, role=role, key=world.key(who), principal=None)
    verified = verify(world.trust, "prod", world.bundle, now=NOW)
    shutil.rmtree(verified.copy.parent)
    assert [(each.role, each.principal) for each in verified.signatures] == [
        ("dba", "dora@example.com"),
        ("review", "alice@example.com"),
        ("review", "bob@example.com"),
    ]
    assert verified.signatures[0].key == signed.key == world.fingerprint("dora")
    assert verified.bundle_id == signed.bundle_id == bundle_id(world.bundle)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_key_of_each_kind_signs(bundle: Path, tmp_path: Path, kind: str) -> None:
    key = keygen(tmp_path / "key", kind=kind)
    signed = sign(bundle, role="dba", key=key, principal=None)
    assert signed.file == bundle / "sig/dba/alice@example.com.sig"
    assert good(signed.file, (bundle / "SHA256SUMS").read_bytes(), "dba.prod.v1@sqlgen", key)
    assert not good(signed.file, b"other bytes", "dba.prod.v1@sqlgen", key)
    assert not good(signed.file, (bundle / "SHA256SUMS").read_bytes(), "review.prod.v1@sqlgen", key)


def test_a_dsa_key_is_refused(bundle: Path, tmp_path: Path) -> None:
    """OpenSSH 9.8 and later can't make one at all."""
    try:
        key = keygen(tmp_path / "key", kind="dsa")
    except subprocess.CalledProcessError:
        pytest.skip("this ssh-keygen makes no DSA keys")
    assert "is of a kind that no trust folder takes" in refusal(SigningError, bundle, key=key)


def test_a_short_rsa_key_is_refused(bundle: Path, tmp_path: Path) -> None:
    command = ["ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-C", "a", "-f", tmp_path / "key"]
    subprocess.run(command, check=True)
    assert "is of a kind that no trust folder takes" in refusal(SigningError, bundle, key=tmp_path / "key")


def test_an_emergency_is_signed_in_its_own_namespace(tmp_path: Path, key: Path) -> None:
    bundle = make(tmp_path / "b", breakglass="orders are lost", ticket="OPS-42")
    signed = sign(bundle, role="dba", key=key, principal=None)
    data = (bundle / "SHA256SUMS").read_bytes()
    assert good(signed.file, data, "dba.prod.breakglass.v1@sqlgen", key)
    assert not good(signed.file, data, "dba.prod.v1@sqlgen", key)
    said = here("sign", bundle, "--role", "dba", "--key", key)
    assert "note: this is an emergency, and counts by the breakglass policy: orders are lost" in said.err


def test_in_an_emergency_the_roles_are_those_of_another_policy(tmp_path: Path, key: Path) -> None:
    bundle = make(tmp_path / "b", breakglass="orders are lost", ticket="OPS-42")
    assert sign(bundle, role="oncall", key=key, principal=None).role == "oncall"


def test_notes_say_what_a_signature_does_not_help(tmp_path: Path, key: Path) -> None:
    bundle = make(tmp_path / "b", expires="2020-01-01T00:00:00Z")
    bob = keygen(tmp_path / "bob", comment="bob@example.com")
    reject(bundle, because="it locks", key=bob, principal=None, now=NOW)
    said = here("sign", bundle, "--role", "dba", "--key", key)
    assert said.code == 0
    assert "note: bob@example.com rejected this bundle, so it can't be applied" in said.err
    assert "note: this bundle expired at 2020-01-01T00:00:00Z" in said.err
    said = here("sign", make(tmp_path / "c", expires=None), "--role", "dba", "--key", key)
    assert said.err == ""


def test_a_machine_signs_in_its_role(tmp_path: Path) -> None:
    bundle = make(tmp_path / "b", required_roles={"ci": 1, "dba": 1})
    robot = keygen(tmp_path / "robot", comment="robot@example.com")
    assert sign(bundle, role="ci", key=robot, principal=None).role == "ci"
    assert "robot@example.com signed this already as ci" in refusal(SigningError, bundle, key=robot)


def test_an_older_signature_gives_way(bundle: Path, key: Path) -> None:
    stale = bundle / "sig/dba/alice@example.com.sig"
    stale.parent.mkdir(parents=True)
    stale.write_text("stale")
    sign(bundle, role="dba", key=key, principal=None)
    assert stale.read_text().startswith("-----BEGIN SSH SIGNATURE-----\n")


def test_nothing_is_left_beside_the_signature(bundle: Path, key: Path) -> None:
    before = tree(bundle.parent)
    sign(bundle, role="dba", key=key, principal=None)
    new = tree(bundle.parent).keys() - before.keys()
    assert new == {"bundle/sig/", "bundle/sig/dba/", "bundle/sig/dba/alice@example.com.sig"}


@pytest.mark.parametrize(("umask", "folder", "file"), [(0o002, 0o775, 0o664), (0o077, 0o755, 0o644)])
def test_a_team_that_shares_a_folder_goes_on_sharing_it(
    bundle: Path, key: Path, umask: int, folder: int, file: int
) -> None:
    """And everybody can read it, or nobody else could verify it."""
    before = os.umask(umask)
    try:
        signed = sign(bundle, role="dba", key=key, principal=None).file
    finally:
        os.umask(before)
    assert [path.stat().st_mode & 0o777 for path in (signed, signed.parent, signed.parent.parent)] == [
        file,
        folder,
        folder,
    ]


def test_a_changed_bundle_is_never_signed(bundle: Path, key: Path) -> None:
    (bundle / "apply.sql").write_text("DROP TABLE books;\n")
    assert "a checksum does not match (apply.sql)" in refusal(VerificationError, bundle, key=key)


def test_a_bundle_that_is_bound_to_nothing_is_not_signed(tmp_path: Path, key: Path) -> None:
    assert "bound to no environment" in refusal(SigningError, make(tmp_path / "b", environment=None), key=key)


def test_no_bundle_is_a_usage_error(tmp_path: Path, key: Path) -> None:
    assert "there is no bundle" in refusal(UsageError, tmp_path / "nothing", key=key)


def test_the_name_is_the_one_given_or_the_comment(bundle: Path, tmp_path: Path) -> None:
    key = keygen(tmp_path / "k", comment="Alice Smith")
    assert "'Alice Smith' can't be a signer's name | Say it with --as NAME" in refusal(SigningError, bundle, key=key)
    assert sign(bundle, role="dba", key=key, principal="alice").principal == "alice"


def test_a_key_without_its_public_half_still_says_whose_it_is(bundle: Path, key: Path) -> None:
    key.with_suffix(".pub").unlink()
    assert sign(bundle, role="dba", key=key, principal=None).principal == "alice@example.com"


def test_a_key_without_comment_needs_a_name(bundle: Path, tmp_path: Path) -> None:
    assert "does not say whose it is" in refusal(SigningError, bundle, key=keygen(tmp_path / "k", comment=""))


@pytest.mark.parametrize("name", ["../x", "a/b", "", "A", "x.", "con", "-I", "a b", "é", "x" * 200])
def test_a_name_that_no_file_can_have_is_refused(bundle: Path, key: Path, name: str) -> None:
    assert "can't be a signer's name" in refusal(SigningError, bundle, key=key, principal=name)


@pytest.mark.parametrize(
    "role", ["Dba", "dba.prod", "../dba", "", "receipt", "reject", "trust", "after", "carry", "need"]
)
def test_a_role_that_no_policy_can_ask_for_is_refused(bundle: Path, key: Path, role: str) -> None:
    assert "is no role that can sign" in refusal(SigningError, bundle, key=key, role=role)


def test_a_role_that_is_not_asked_for_is_named_with_those_that_are(bundle: Path, key: Path) -> None:
    said = refusal(SigningError, bundle, key=key, role="reviewer")
    assert "does not ask for the role reviewer | Sign in one of its roles: author, dba." in said
    assert "Where the policy asks for reviewer, show it: --trust TRUST" in said


def test_nobody_signs_in_two_roles(bundle: Path, key: Path, tmp_path: Path) -> None:
    sign(bundle, role="author", key=key, principal=None)
    assert "alice@example.com signed this already as author" in refusal(SigningError, bundle, key=key)
    other = keygen(tmp_path / "other")
    assert "alice@example.com signed this already as author" in refusal(SigningError, bundle, key=other)


def test_one_key_does_not_sign_under_two_names(bundle: Path, key: Path) -> None:
    sign(bundle, role="author", key=key, principal=None)
    said = refusal(SigningError, bundle, key=key, role="author", principal="alice2")
    assert "alice@example.com signed this already as author" in said


def test_what_people_do_by_hand_counts(bundle: Path, key: Path) -> None:
    signed_by_hand(bundle, "author", key, "alice@example.com")
    assert "alice@example.com signed this already as author" in refusal(SigningError, bundle, key=key)


# Taking one's own approval back.


def test_an_approval_is_taken_back_and_given_in_another_role(bundle: Path, key: Path, tmp_path: Path) -> None:
    sign(bundle, role="dba", key=keygen(tmp_path / "dora", comment="dora@example.com"), principal=None)
    before = tree(bundle)
    sign(bundle, role="author", key=key, principal=None)
    said = refusal(SigningError, bundle, key=key, role="dba")
    assert "or take that one back: sqlgen sign DIR --withdraw --role author --key KEY" in said
    done = here("sign", bundle, "--withdraw", "--role", "author", "--key", key)
    assert done.code == 0, done.err
    assert done.out.startswith("withdrawn: the approval as author for prod by alice@example.com with SHA256:")
    assert tree(bundle) == before
    sign(bundle, role="dba", key=key, principal=None)


def test_the_last_approval_leaves_no_empty_folder(bundle: Path, key: Path) -> None:
    before = tree(bundle.parent)
    sign(bundle, role="author", key=key, principal=None)
    take_back(bundle, role="author", key=key, principal=None)
    assert tree(bundle.parent) == before


def test_nobody_takes_back_what_another_key_signed(bundle: Path, key: Path, tmp_path: Path) -> None:
    other = keygen(tmp_path / "other")
    sign(bundle, role="author", key=key, principal=None)
    before = tree(bundle)
    with pytest.raises(SigningError, match=r"another key made the approval by alice@example\.com: SHA256:"):
        take_back(bundle, role="author", key=other, principal=None)
    with pytest.raises(SigningError, match=r"alice@example\.com has not signed this bundle as dba") as caught:
        take_back(bundle, role="dba", key=key, principal=None)
    assert str(caught.value.hint) == "That name signed as: author"
    with pytest.raises(SigningError, match=r"bob has not signed this bundle as author"):
        take_back(bundle, role="author", key=key, principal="bob")
    for role in ("../author", "reject"):
        with pytest.raises(SigningError, match="is no role that can sign"):
            take_back(bundle, role=role, key=key, principal=None)
    assert tree(bundle) == before
    (bundle / "sig/author/alice@example.com.sig").write_text("junk")
    take_back(bundle, role="author", key=other, principal=None)
    assert not (bundle / "sig").exists()


# With a trust folder.


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Nobody has signed its bundle."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "keys").mkdir()
    made = worlds.make(tmp_path, tmp_path / "keys")
    shutil.rmtree(made.bundle / "sig")
    return made


def signed_by(world: World, who: str, role: str, bundle: Path | None = None) -> list[str]:
    """What the trust folder has against it."""
    done = sign(bundle or world.bundle, role=role, key=world.key(who), principal=None, trust=world.trust)
    return [str(each) for each in done.doubts]


def test_a_role_that_the_policy_alone_asks_for_is_signed_with_the_trust_folder(world: World) -> None:
    world.manifest(required_roles={"author": 1, "dba": 1})
    shutil.rmtree(world.bundle / "sig")
    assert "show it: --trust TRUST" in refusal(SigningError, world.bundle, key=world.key("alice"), role="review")
    assert signed_by(world, "alice", "review") == []
    with pytest.raises(SigningError, match="the policy prod does not ask for the role author") as caught:
        signed_by(world, "bob", "author")
    assert str(caught.value.hint) == "Sign in one of its roles: review, dba."
    assert (signed_by(world, "bob", "review"), signed_by(world, "dora", "dba")) == ([], [])
    shutil.rmtree(verify(world.trust, "prod", world.bundle, now=NOW).copy.parent)


def test_a_key_that_may_not_sign_is_told_at_once_and_takes_its_signature_back(world: World) -> None:
    done = here("sign", world.bundle, "--role", "dba", "--key", world.key("eve"), "--trust", world.trust)
    assert done.code == 0, done.err
    assert "warning: the trust folder does not let eve@example.com sign as dba for prod with this key" in done.err
    with pytest.raises(VerificationError, match="step 11"):
        verify(world.trust, "prod", world.bundle, now=NOW)
    take_back(world.bundle, role="dba", key=world.key("eve"), principal=None)
    (world.version() / "revoked_keys").write_text(world.public("alice") + "\n")
    world.seal_version()
    (doubt,) = signed_by(world, "alice", "review")
    assert doubt.startswith("the trust folder revokes this key")


def test_what_no_signature_helps_is_told_to_who_signs(world: World) -> None:
    world.policy("review 2\ndba 1\nafter staging\nneed ticket\n")
    assert signed_by(world, "dora", "dba") == [
        "the policy prod needs a ticket, which this bundle does not have",
        "the policy prod needs a receipt of staging, which this bundle does not have",
    ]
    world.policy("review 2\ndba 1\n")
    (world.version() / "revoked_bundles").write_text(f"{world.bundle_id} wrong\n")
    world.seal_version()
    world.entry("applied")
    assert signed_by(world, "dora", "dba") == [
        "the trust folder revokes this bundle",
        "this bundle was applied already: entry 4 of the ledger",
    ]


def test_a_rejection_that_only_the_ledger_has_is_known_when_it_is_signed(world: World) -> None:
    world.entry("rejected", "bob")
    with pytest.raises(SigningError, match=r"bob@example\.com rejected this bundle"):
        signed_by(world, "bob", "review")
    done = here("sign", world.bundle, "--role", "dba", "--key", world.key("dora"), "--trust", world.trust)
    assert "note: bob@example.com rejected this bundle, so it can't be applied" in done.err


def test_approvals_that_the_policy_carries_count_as_theirs(world: World, tmp_path: Path) -> None:
    """prod carries review: alice and bob have signed the renewed bundle there."""
    world.sign_all()
    renew(world.bundle, tmp_path / "out", expires=datetime(2998, 1, 1, tzinfo=UTC), now=NOW)
    with pytest.raises(SigningError, match=r"bob@example\.com signed as review what this bundle renews") as caught:
        signed_by(world, "bob", "dba", tmp_path / "out")
    assert "Nobody counts twice" in str(caught.value.hint)
    (doubt,) = signed_by(world, "alice", "review", tmp_path / "out")
    assert doubt.startswith("the policy carries your approval")
    assert signed_by(world, "dora", "dba", tmp_path / "out") == []
    shutil.rmtree(verify(world.trust, "prod", tmp_path / "out", now=NOW).copy.parent)


def test_in_an_emergency_the_breakglass_policy_says_which_roles_there_are(world: World) -> None:
    world.manifest(breakglass="orders are lost", ticket="OPS-42")
    shutil.rmtree(world.bundle / "sig")
    with pytest.raises(SigningError, match=r"the policy prod\.breakglass does not ask for the role review"):
        signed_by(world, "alice", "review")
    assert signed_by(world, "dora", "dba") == []
    shutil.rmtree(verify(world.trust, "prod", world.bundle, now=NOW).copy.parent)
    done = here("sign", world.bundle, "--role", "review", "--key", world.key("alice"))
    assert "note: that policy decides whether review is asked for: --trust TRUST" in done.err


def test_a_trust_folder_that_is_not_as_it_was_signed_is_not_asked(world: World) -> None:
    (world.version() / "policy/prod").write_text("dba 1\n")
    before = tree(world.bundle)
    with pytest.raises(VerificationError, match="step 2: the trust folder is not as it was signed"):
        signed_by(world, "dora", "dba")
    assert tree(world.bundle) == before


# Keys that are not in files.


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    socket = f"/tmp/sqlgen-agent.{os.getpid()}"
    # -P: the modules that it may load
    process = subprocess.Popen(["ssh-agent", "-D", "-P", "/usr/*,/opt/*", "-a", socket], stdout=subprocess.DEVNULL)
    for _ in range(100):
        if Path(socket).exists():
            break
        time.sleep(0.02)
    monkeypatch.setenv("SSH_AUTH_SOCK", socket)
    yield
    process.terminate()
    process.wait()
    Path(socket).unlink(missing_ok=True)


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_an_agent_signs_with_the_public_key_alone(bundle: Path, tmp_path: Path, kind: str) -> None:
    key = keygen(tmp_path / "key", kind=kind)
    subprocess.run(["ssh-add", "-q", key], check=True)
    key.unlink()
    signed = sign(bundle, role="dba", key=key.with_suffix(".pub"), principal=None)
    assert signed.principal == "alice@example.com"
    assert good(signed.file, (bundle / "SHA256SUMS").read_bytes(), "dba.prod.v1@sqlgen", key)


@pytest.mark.usefixtures("agent")
def test_an_agent_with_other_keys_is_said(bundle: Path, tmp_path: Path) -> None:
    subprocess.run(["ssh-add", "-q", keygen(tmp_path / "other")], check=True)
    public = keygen(tmp_path / "key").with_suffix(".pub")
    (tmp_path / "key").unlink()
    said = refusal(SigningError, bundle, key=public)
    assert f"the private half of {public} is not here | Load it into ssh-agent with ssh-add" in said


@pytest.mark.usefixtures("agent")
def test_an_agent_that_asks_first_and_hears_no_is_said(
    bundle: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with `ssh-add -c`; here nobody is there who could confirm."""
    subprocess.run(["ssh-add", "-q", "-c", key], check=True, capture_output=True)
    key.unlink()
    said = refusal(SigningError, bundle, key=key.with_suffix(".pub"))
    assert "ssh-agent refused to sign with" in said


@pytest.mark.usefixtures("agent")
@pytest.mark.skipif(SOFTHSM is None, reason="softhsm2 and opensc are not installed")
def test_a_key_behind_pkcs11_signs_through_an_agent(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SoftHSM2 is a token in software; the key never leaves it."""
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    askpass = tmp_path / "askpass"
    askpass.write_text("#!/bin/sh\necho 1234\n")
    askpass.chmod(0o755)
    start = "softhsm2-util --init-token --free --label dora --pin 1234 --so-pin 1234"
    pair = f"pkcs11-tool --module {SOFTHSM} --login --pin 1234 --keypairgen --key-type EC:prime256v1 --id 01"
    for command in (start, pair):
        subprocess.run(command.split(), check=True, capture_output=True)
    # the agent was started without the token's configuration, so it has one of its own
    socket = f"/tmp/sqlgen-agent-hsm.{os.getpid()}"
    agent = subprocess.Popen(["ssh-agent", "-D", "-P", "/usr/*,/opt/*", "-a", socket], stdout=subprocess.DEVNULL)
    try:
        while not Path(socket).exists():
            time.sleep(0.02)
        monkeypatch.setenv("SSH_AUTH_SOCK", socket)
        asked = {**os.environ, "SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force"}
        subprocess.run(["ssh-add", "-s", SOFTHSM], check=True, capture_output=True, env=asked)  # type: ignore[list-item]
        listed = subprocess.run(["ssh-add", "-L"], check=True, capture_output=True, text=True).stdout
        (tmp_path / "token.pub").write_text(listed)
        signed = sign(bundle, role="dba", key=tmp_path / "token.pub", principal="dora@example.com")
        assert good(signed.file, (bundle / "SHA256SUMS").read_bytes(), "dba.prod.v1@sqlgen", tmp_path / "token.pub")
    finally:
        agent.terminate()
        agent.wait()
        Path(socket).unlink(missing_ok=True)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_fido_key_signs_when_it_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = make(tmp_path / "bundle")
    token = fido.Token(tmp_path)
    public = tmp_path / "token.pub"
    public.write_text(token.public("dora@example.com"))
    with fido.agent(token) as socket:
        monkeypatch.setenv("SSH_AUTH_SOCK", socket)
        signed = sign(bundle, role="dba", key=public, principal=None)
        assert signed.principal == "dora@example.com"
        assert good(signed.file, (bundle / "SHA256SUMS").read_bytes(), "dba.prod.v1@sqlgen", public)
        old = tree(bundle)
        token.present = False
        with pytest.raises(SigningError, match=r"the hardware key \S+ did not sign") as caught:
            sign(bundle, role="dba", key=public, principal=None)
        assert "touch it when it blinks" in str(caught.value.hint)
        assert tree(bundle) == old
    monkeypatch.delenv("SSH_AUTH_SOCK")
    with pytest.raises(SigningError, match=r"the hardware key \S+ did not sign"):
        sign(bundle, role="dba", key=public, principal=None)


def test_what_ssh_keygen_asks_of_a_person_is_not_swallowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The file of a FIDO key holds no secret but a handle; with an ordinary key ssh-keygen has nothing to ask."""
    blob = b"openssh-key-v1\0" + b"\0\0\0\x1a" + fido.KIND
    handle = tmp_path / "handle"
    armor = base64.b64encode(blob).decode()
    handle.write_text(f"-----BEGIN OPENSSH PRIVATE KEY-----\n{armor}\n-----END OPENSSH PRIVATE KEY-----\n")
    asks = tmp_path / "bin/ssh-keygen"
    asks.parent.mkdir()
    asks.write_text("#!/bin/sh\ncat >/dev/null\necho 'Confirm user presence for key' >&2\nexit 1\n")
    asks.chmod(0o755)
    key = keygen(tmp_path / "key")
    monkeypatch.setenv("PATH", f"{asks.parent}:{os.environ['PATH']}")
    bundle = make(tmp_path / "bundle")
    with pytest.raises(SigningError, match="the hardware key"):
        sign(bundle, role="dba", key=handle, principal="dora")
    assert "Confirm user presence" in capfd.readouterr().err
    with pytest.raises(SigningError, match="Confirm user presence"):
        sign(bundle, role="dba", key=key, principal="dora")
    assert capfd.readouterr().err == ""
