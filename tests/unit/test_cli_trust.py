"""`sqlgen trust` as its keepers meet it: what is said, what is asked, and the exit codes."""

from __future__ import annotations

import hashlib
import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with keys, in which commands are run."""

    folder: Path

    def __call__(self, *words: str, code: int = 0, **environment: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "sqlgen", "trust", *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "XDG_STATE_HOME": str(self.folder / "state"), **environment},
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def keygen(self, who: str, passphrase: str = "") -> None:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", f"{who}@example.com", "-f", who]
        subprocess.run(command, cwd=self.folder, check=True)

    def fingerprint(self, who: str) -> str:
        done = subprocess.run(["ssh-keygen", "-l", "-f", self.folder / f"{who}.pub"], capture_output=True, text=True)
        return done.stdout.split()[1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    for who in ("root", "alice", "dora"):
        made.keygen(who)
    return made


@pytest.fixture
def kept(desk: Desk) -> Desk:
    """With a trust folder whose version 1 is signed."""
    desk("init", "trust", "--root", "root", "--policy", "prod:review=1,dba=1")
    desk("add", "trust", "alice.pub", "--role", "review", "--env", "prod")
    desk("add", "trust", "dora.pub", "--role", "dba", "--env", "prod")
    desk("sign", "trust", "--key", "root")
    return desk


def test_from_nothing_to_the_first_version(desk: Desk) -> None:
    done = desk("init", "trust", "--root", "root", "--policy", "prod:review=1,dba=1", "--policy", "staging:review=1")
    assert done.out == (
        "made trust; version 1 is in next/, and nobody has signed it yet\n"
        "now add everybody who signs: sqlgen trust add trust KEY.pub --role ROLE --env prod\n"
        "then sign it: sqlgen trust sign trust --key ROOTKEY\n"
    )
    assert desk("check", "trust").out.startswith(
        "no version yet: verifiers refuse this trust folder\nnext/, version 1: "
    )
    done = desk("add", "trust", "alice.pub", "--role", "review", "--env", "prod", "--env", "staging", "--receipt")
    assert done.out == (
        "  alice@example.com may: receipt, reject, review in prod; receipt, reject, review in staging "
        f"(key {desk.fingerprint('alice')})\n"
        "next/, version 1: not signed yet; needs 1 of root@example.com\n"
    )
    desk("add", "trust", "dora.pub", "--role", "dba", "--env", "prod")
    done = desk("sign", "trust", "--key", "root")
    assert done.err.startswith(f"this version says:\n  root key: root@example.com {desk.fingerprint('root')}\n")
    assert "  prod needs: review 1, dba 1\n  staging needs: review 1\n" in done.err
    id = hashlib.sha256((desk.folder / "trust/versions/1/SHA256SUMS").read_bytes()).hexdigest()
    assert done.out == (
        "signed: version 1 holds now. Commit it: versions/1 is new, next/ is gone\n"
        f"its id, to tell to everybody who verifies: {id}\n"
    )
    done = desk("check", "trust")
    assert done.out.startswith(f"trust folder {id}, version 1\n  root key: ")
    assert "warning" not in done.out


def test_a_change_can_be_signed_at_once(kept: Desk) -> None:
    done = kept("policy", "trust", "prod", "review=1", "dba=1", "--need-ticket", "--key", "root")
    assert done.err == ("this version says:\n  prod needs: review 1, dba 1, need ticket; until now: review 1, dba 1\n")
    assert done.out == "signed: version 2 holds now. Commit it: versions/2 is new, next/ is gone\n"
    assert (kept.folder / "trust/versions/2/policy/prod").read_text() == "review 1\ndba 1\nneed ticket\n"


def test_a_mistyped_name_is_told_at_once_and_before_it_is_signed(kept: Desk) -> None:
    warning = "warning: alice@example.com is review in prd, which has no policy; did you mean prod?\n"
    done = kept("add", "trust", "alice.pub", "--role", "review", "--env", "prd")
    assert done.err == warning
    assert warning not in kept("policy", "trust", "prod", "review=1", "dba=1", "--need-ticket").err
    done = kept("check", "trust")
    assert "  to throw these changes away: rm -r trust/next\n" in done.out
    assert f"warning: next/: {warning.removeprefix('warning: ')}" in done.out
    assert warning in kept("sign", "trust", "--key", "root").err
    done = kept("check", "trust")
    assert warning in done.out
    assert "throw" not in done.out


def test_what_is_so_already_makes_no_version(kept: Desk) -> None:
    done = kept("policy", "trust", "prod", "review=1", "dba=1", "--key", "root")
    assert done.out == "that is so already; nothing was changed\n"
    assert not (kept.folder / "trust/next").exists()


def test_every_option_of_a_policy_arrives(kept: Desk) -> None:
    conditions = ("--after", "staging", "--carry", "review", "--need-ticket")
    kept("policy", "trust", "prod", "review=2", "dba=1", *conditions)
    kept("policy", "trust", "prod", "dba=2", "--breakglass")
    folder = kept.folder / "trust/next/policy"
    assert (folder / "prod").read_text() == "review 2\ndba 1\nafter staging\ncarry review\nneed ticket\n"
    assert (folder / "prod.breakglass").read_text() == "dba 2\n"
    kept("policy", "trust", "prod", "--breakglass", "--remove")
    assert not (folder / "prod.breakglass").exists()


def test_every_option_of_add_arrives(kept: Desk) -> None:
    kept.keygen("eve")
    days = ("--valid-after", "2026-01-31", "--valid-before", "2027-01-31")
    roles = ("--role", "dba", "--role", "review", "--breakglass", "--no-receipt")
    kept("add", "trust", "eve.pub", "--env", "prod", *roles, *days, "--as", "eve.ops")
    line = (kept.folder / "trust/next/allowed_signers").read_text().splitlines()[-1]
    assert line.startswith(
        'eve.ops namespaces="dba.prod.breakglass.v1@sqlgen,reject.prod.v1@sqlgen,review.prod.breakglass.v1@sqlgen"'
        ',valid-after="20260131",valid-before="20270131" ssh-ed25519 '
    )


def test_revoking_and_removing_say_what_they_do(kept: Desk) -> None:
    done = kept("revoke", "trust", "--key-of", "alice@example.com", "--because", "laptop lost")
    assert done.out.splitlines()[0] == (f"  revoked: key {kept.fingerprint('alice')} alice@example.com: laptop lost")
    done = kept("revoke", "trust", "--bundle", "ab" * 32, "--because", "wrong table")
    assert done.out.splitlines()[0] == f"  revoked: bundle {'ab' * 32}: wrong table"
    done = kept("remove", "trust", "dora@example.com", "--role", "receipt")
    assert done.out.splitlines()[0] == (
        f"  dora@example.com may no longer: receipt in prod (key {kept.fingerprint('dora')})"
    )
    done = kept("check", "trust")
    assert "next/, version 2: not signed yet; needs 1 of root@example.com\n" in done.out
    assert "wrong table" in done.out


def test_two_keepers_sign_one_after_the_other(desk: Desk) -> None:
    desk.keygen("rita")
    desk("init", "trust", "--root", "root", "--root", "rita@work=rita.pub", "--need", "2", "--policy", "prod:dba=1")
    desk("add", "trust", "dora.pub", "--role", "dba", "--env", "prod")
    done = desk("sign", "trust", "--key", "rita", "--as", "rita@work")
    assert done.out == "signed; 1 more of root@example.com must sign: pass next/ on\n"
    done = desk("check", "trust")
    assert "next/, version 1: signed by rita@work; needs 2 of rita@work, root@example.com\n" in done.out
    assert "version 1 holds now" in desk("sign", "trust", "--key", "root").out


def test_root_keys_are_rotated(kept: Desk) -> None:
    kept.keygen("rita")
    done = kept("roots", "trust", "--add", "rita.pub", "--remove", "root@example.com", "--key", "root")
    assert done.err.splitlines()[1:] == [
        f"  root key taken away: root@example.com {kept.fingerprint('root')}",
        f"  root key: rita@example.com {kept.fingerprint('rita')}",
    ]
    assert "version 3 holds" in kept("policy", "trust", "staging", "dba=1", "--key", "rita").out
    refused = kept("policy", "trust", "staging", "dba=2", "--key", "root", code=2)
    assert "root is not the root key of anybody" in refused.err


def test_a_changed_version_is_refused_with_its_step_and_exit_code_3(kept: Desk) -> None:
    with (kept.folder / "trust/versions/1/allowed_signers").open("a") as file:
        file.write("# nothing\n")
    done = kept("check", "trust", code=3)
    assert done.err.startswith("REFUSED: step 2: the trust folder is not as it was signed (allowed_signers)\nhint: ")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("init trust --root root --policy prod", "'prod' is no policy"),
        ("init trust --root root --policy prod:dba", "'dba' does not say how many people in a role"),
        ("init trust --root root --policy prod:dba=1,dba=2", "'dba=2' does not say how many people in a role"),
        ("init trust --root root --policy prod:dba=1 --policy prod:dba=2", "an environment has two policies"),
        ("init trust --root nowhere --policy prod:dba=1", "nowhere can't be read: No such file or directory"),
        ("init trust --policy prod:dba=1", "missing option '--root'"),
        ("policy nowhere prod dba=1", "there is no trust folder nowhere"),
        ("add nowhere alice.pub --role dba --env prod", "there is no trust folder nowhere"),
        ("check nowhere", "there is no trust folder nowhere"),
        ("sign nowhere --key root", "there is no trust folder nowhere"),
        ("verifiers nowhere", "there is no trust folder nowhere"),
        ("frobnicate trust", "no such command 'frobnicate'"),
    ],
)
def test_a_wrong_turn_is_told_what_to_do(desk: Desk, words: str, why: str) -> None:
    before = sorted(desk.folder.rglob("*"))
    done = desk(*words.split(), code=2)
    assert done.err.startswith(f"error: {why}")
    assert "\nhint: " in done.err
    assert sorted(desk.folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("policy trust prod", "a policy without a role would accept everything"),
        ("policy trust prod dba=1 --remove", "a policy that is removed asks for nothing"),
        ("add trust alice.pub --role dba --env prod --valid-before soon", "soon is not a date"),
        ("revoke trust", "it must be one thing that is revoked"),
        ("revoke trust --key-of alice@example.com --bundle trust", "it must be one thing that is revoked"),
        ("roots trust", "there is nothing to change"),
        ("sign trust --key root", "there is nothing to sign"),
    ],
)
def test_a_wrong_turn_in_a_folder_that_is_there_changes_nothing(kept: Desk, words: str, why: str) -> None:
    before = sorted(kept.folder.rglob("*"))
    assert kept(*words.split(), code=2).err.startswith(f"error: {why}")
    assert sorted(kept.folder.rglob("*")) == before


def test_a_passphrase_that_nobody_can_be_asked_for_leaves_the_change_unsigned(desk: Desk) -> None:
    desk.keygen("locked", passphrase="secret")
    desk("init", "trust", "--root", "locked", "--policy", "prod:dba=1")
    words = ["add", "trust", "dora.pub", "--role", "dba", "--env", "prod", "--key", "locked"]
    done = desk(*words, code=2, SSH_ASKPASS_REQUIRE="never")
    assert "has a passphrase that was not given" in done.err
    assert "dora@example.com" in (desk.folder / "trust/next/allowed_signers").read_text()
    assert not (desk.folder / "trust/versions").exists()


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"n\n", 1), (b"\x04", 130)])
def test_on_a_terminal_a_person_is_asked(kept: Desk, answer: bytes, code: int) -> None:
    kept("policy", "trust", "prod", "dba=1")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sqlgen", "trust", "sign", "trust", "--key", "root"],
        cwd=kept.folder, env={**os.environ, "XDG_STATE_HOME": str(kept.folder / "state")},
        stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while b"Sign it?" not in shown:
        shown += os.read(ours, 1000)
    assert b"prod needs: dba 1; until now: review 1, dba 1" in shown
    os.write(ours, answer)
    process.communicate(timeout=20)
    assert process.returncode == code
    if code == 1:
        while b"not signed" not in shown:
            shown += os.read(ours, 1000)
        assert b"not signed; to throw these changes away: rm -r trust/next" in shown
    os.close(ours)
    assert (kept.folder / "trust/versions/2").exists() == (code == 0)
    assert (kept.folder / "trust/next").exists() == (code != 0)


def test_a_clone_has_the_bytes_that_were_signed_whatever_git_does_to_line_ends(kept: Desk) -> None:
    git = ["git", "-c", "user.name=k", "-c", "user.email=k@example.com", "-c", "core.autocrlf=true"]
    trust = kept.folder / "trust"
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "trust"]):
        subprocess.run([*git, *words], cwd=trust, check=True)
    subprocess.run([*git, "clone", "-q", trust, kept.folder / "clone"], check=True)
    first, second = kept("check", "trust"), kept("check", "clone")
    assert first.out == second.out
    assert os.access(kept.folder / "clone/verify.sh", os.X_OK)
