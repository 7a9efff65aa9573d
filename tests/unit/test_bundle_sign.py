"""Signing with real keys, and what is said when it can't be done."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sqlgen.bundle import pack, trust
from sqlgen.bundle.manifest import Manifest
from sqlgen.bundle.show import Missing, show
from sqlgen.bundle.sign import sign
from sqlgen.bundle.verify import verify
from sqlgen.errors import OutputError, SigningError, SqlgenError, ToolMissing, UsageError, VerificationError

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def keygen(path: Path, *, comment: str = "alice@example.com", passphrase: str = "", kind: str = "ed25519") -> Path:
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", comment, "-f", path]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def make(out: Path, *, environment: str | None = "prod", expires: str | None = None) -> Path:
    manifest = Manifest(
        content_id="01" * 32,
        environment=environment,
        dialect="sqlite",
        server_version=None,
        client="sqlite3",
        database="shop.db",
        lower=(),
        upper=("a1",),
        revisions=(),
        commit=None,
        created=None,
        expires=expires,
        required_roles={"author": 1, "dba": 1},
    )
    files = {"MANIFEST.json": manifest.to_text().encode(), "apply.sql": b"SELECT 1;\n"}
    pack.write(files, out, force=False)
    return out


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make(tmp_path / "bundle")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return keygen(tmp_path / "key")


def refusal(kind: type[SqlgenError], bundle: Path, **how: object) -> str:
    """Message and hint of the error, when nothing was written."""
    before = sorted(bundle.rglob("*"))
    with pytest.raises(kind) as caught:
        sign(bundle, **{"role": "dba", "principal": None, **how})  # type: ignore[arg-type]
    assert sorted(bundle.rglob("*")) == before
    return f"{caught.value} | {caught.value.hint}"


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_what_is_signed_verifies(bundle: Path, tmp_path: Path, kind: str) -> None:
    author, dba = keygen(tmp_path / "a", kind=kind), keygen(tmp_path / "d", kind=kind, comment="dora@example.com")
    folder = tmp_path / "trust"
    trust.init(folder, roles={"author": 1, "dba": 1})
    for role, key in (("author", author), ("dba", dba)):
        trust.add(folder, key.with_suffix(".pub"), roles=[role], environments=["prod"])
        signed = sign(bundle, role=role, key=key, principal=None)
        assert signed.file.stat().st_mode & 0o777 == 0o644
    assert signed.file == bundle / "sig/dba/dora@example.com.sig"
    verified = verify(folder, "prod", bundle, now=NOW)
    assert [(s.role, s.principal) for s in verified.signatures] == [
        ("author", "alice@example.com"),
        ("dba", "dora@example.com"),
    ]
    assert verified.signatures[1].key == signed.key
    assert verified.bundle_id == signed.bundle_id
    assert (verified.copy / "apply.sql").read_bytes() == b"SELECT 1;\n"
    assert verified.copy.parent.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(verified.copy.parent)


def test_an_older_signature_gives_way(bundle: Path, key: Path) -> None:
    stale = bundle / "sig/dba/alice@example.com.sig"
    stale.parent.mkdir(parents=True)
    stale.write_text("stale")
    sign(bundle, role="dba", key=key, principal=None)
    assert stale.read_text().startswith("-----BEGIN SSH SIGNATURE-----\n")


def test_a_changed_bundle_is_never_signed(bundle: Path, key: Path) -> None:
    (bundle / "apply.sql").write_text("DROP TABLE books;\n")
    assert "step 7: a checksum does not match (apply.sql)" in refusal(VerificationError, bundle, key=key)


def test_a_bundle_that_is_bound_to_nothing_is_not_signed(tmp_path: Path, key: Path) -> None:
    unbound = make(tmp_path / "unbound", environment=None)
    assert "bound to no environment" in refusal(SigningError, unbound, key=key)


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


@pytest.mark.parametrize("role", ["Dba", "dba.prod", "../dba", "", "receipt", "reject"])
def test_a_role_that_no_policy_can_ask_for_is_refused(bundle: Path, key: Path, role: str) -> None:
    assert "is no role that can sign" in refusal(SigningError, bundle, key=key, role=role)


def test_a_role_that_is_not_asked_for_is_named_with_those_that_are(bundle: Path, key: Path) -> None:
    said = refusal(SigningError, bundle, key=key, role="reviewer")
    assert "does not ask for the role reviewer | Sign in one of its roles: author, dba." in said


def test_nobody_signs_in_two_roles(bundle: Path, key: Path, tmp_path: Path) -> None:
    sign(bundle, role="author", key=key, principal=None)
    assert "alice@example.com signed this already as author" in refusal(SigningError, bundle, key=key)
    other = keygen(tmp_path / "other")
    assert "alice@example.com signed this already as author" in refusal(SigningError, bundle, key=other)


def test_one_key_does_not_sign_under_two_names(bundle: Path, key: Path) -> None:
    sign(bundle, role="author", key=key, principal=None)
    said = refusal(SigningError, bundle, key=key, role="author", principal="alice2")
    assert "alice@example.com signed this already as author" in said


def test_a_key_that_others_may_read_is_refused(bundle: Path, key: Path) -> None:
    key.chmod(0o644)
    said = refusal(SigningError, bundle, key=key)
    assert "others may read the key" in said
    assert f"chmod 600 {key}" in said


def test_no_key_no_signature(bundle: Path, tmp_path: Path) -> None:
    assert "there is no key" in refusal(SigningError, bundle, key=tmp_path / "nothing")
    (tmp_path / "text").write_text("hello\n")
    assert "is not an SSH key" in refusal(SigningError, bundle, key=tmp_path / "text")
    (tmp_path / "broken").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nhello\n-----END OPENSSH PRIVATE KEY-----\n")
    (tmp_path / "broken").chmod(0o600)
    assert "ssh-keygen can't sign with" in refusal(SigningError, bundle, key=tmp_path / "broken", principal="x")


def test_a_public_key_without_agent_is_refused(bundle: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    public = key.with_suffix(".pub")
    key.unlink()
    assert "the private half of" in refusal(SigningError, bundle, key=public)


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    socket = f"/tmp/sqlgen-agent.{os.getpid()}"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL)
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
def test_an_agent_signs_with_the_public_key_alone(bundle: Path, key: Path) -> None:
    subprocess.run(["ssh-add", "-q", key], check=True)
    key.unlink()
    assert sign(bundle, role="dba", key=key.with_suffix(".pub"), principal=None).principal == "alice@example.com"


def run_sign(bundle: Path, key: Path) -> list[str]:
    code = (
        "import sys; from pathlib import Path\n"
        "from sqlgen.bundle.sign import sign; from sqlgen.errors import SqlgenError\n"
        "try: print('signed', sign(Path(sys.argv[1]), role='dba', key=Path(sys.argv[2]), principal=None).principal)\n"
        "except SqlgenError as error: print(type(error).__name__, error, '|', error.hint)\n"
    )
    return [sys.executable, "-c", code, str(bundle), str(key)]


def test_a_passphrase_without_a_terminal_fails_cleanly(bundle: Path, tmp_path: Path) -> None:
    key = keygen(tmp_path / "secret", passphrase="correct horse")
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "SSH_ASKPASS"}}
    result = subprocess.run(
        run_sign(bundle, key),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env=environment,
        timeout=20,
        check=True,
    )
    assert result.stdout.startswith("SigningError the key ")
    assert "has a passphrase that was not given" in result.stdout
    assert "ssh-add" in result.stdout
    assert not (bundle / "sig").exists()


def test_a_passphrase_can_be_typed_on_a_terminal(bundle: Path, tmp_path: Path) -> None:
    key = keygen(tmp_path / "secret", passphrase="correct horse")
    pid, terminal = pty.fork()
    if pid == 0:  # the child has a terminal of its own
        command = run_sign(bundle, key)
        os.execv(command[0], command)
    said = b""
    while b"passphrase" not in said:
        said += os.read(terminal, 4096)
    os.write(terminal, b"correct horse\n")
    while chunk := read(terminal):
        said += chunk
    os.waitpid(pid, 0)
    os.close(terminal)
    assert b"signed alice@example.com" in said


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux: the child closed its end
        return b""


def test_a_missing_ssh_keygen_is_said(bundle: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "ssh-keygen is missing | Install OpenSSH 8.2 or later" in refusal(ToolMissing, bundle, key=key)


def test_an_old_ssh_keygen_is_said(bundle: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "old"
    old.mkdir()
    # What OpenSSH 8.0 says.
    (old / "ssh-keygen").write_text("#!/bin/sh\necho 'unknown option -- Y' >&2\nexit 1\n")
    (old / "ssh-keygen").chmod(0o755)
    monkeypatch.setenv("PATH", f"{old}:{os.environ['PATH']}")
    assert "ssh-keygen is too old" in refusal(ToolMissing, bundle, key=key)


def test_an_ssh_keygen_that_signs_badly_is_found_out(
    bundle: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It signs, but not what it was given."""
    real, bad = shutil.which("ssh-keygen"), tmp_path / "bad"
    bad.mkdir()
    script = f'#!/bin/sh\ncase $2 in sign) echo other | {real} "$@" ;; *) exec {real} "$@" ;; esac\n'
    (bad / "ssh-keygen").write_text(script)
    (bad / "ssh-keygen").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bad}:{os.environ['PATH']}")
    assert "made a signature that does not verify" in refusal(SigningError, bundle, key=key)


def test_a_bundle_that_can_not_be_written_is_said(bundle: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(source: object, target: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("os.replace", read_only)
    with pytest.raises(OutputError, match="Read-only file system"):
        sign(bundle, role="dba", key=key, principal=None)
    assert not list(bundle.rglob("*.sig*"))


def test_no_bundle_is_a_usage_error(tmp_path: Path, key: Path) -> None:
    with pytest.raises(UsageError, match="there is no bundle"):
        sign(tmp_path / "nothing", role="dba", key=key, principal=None)


# show


def test_show_says_who_signed_and_what_is_missing(bundle: Path, key: Path) -> None:
    assert show(bundle, now=NOW).missing == (Missing("author", 0, 1), Missing("dba", 0, 1))
    signed = sign(bundle, role="dba", key=key, principal=None)
    shown = show(bundle, now=NOW)
    assert shown.problem is None
    assert shown.bundle_id == signed.bundle_id
    assert shown.manifest is not None
    assert shown.manifest.upper == ("a1",)
    assert [(c.role, c.principal, c.key, c.fits) for c in shown.claims] == [
        ("dba", "alice@example.com", signed.key, True)
    ]
    assert shown.missing == (Missing("author", 0, 1),)
    assert not shown.verified


def test_show_does_not_count_what_does_not_fit(bundle: Path, key: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other", environment="staging")
    sign(other, role="dba", key=key, principal=None)
    shutil.copytree(other / "sig", bundle / "sig")
    (bundle / "sig/author").mkdir()
    (bundle / "sig/author/x.sig").write_text("junk")
    shown = show(bundle, now=NOW)
    assert [(c.role, c.fits, c.key is None) for c in shown.claims] == [("author", False, True), ("dba", False, False)]
    assert shown.missing == (Missing("author", 0, 1), Missing("dba", 0, 1))


def test_show_says_what_a_changed_bundle_claims_to_be(bundle: Path) -> None:
    (bundle / "apply.sql").write_text("DROP TABLE books;\n")
    shown = show(bundle, now=NOW)
    assert "step 7" in str(shown.problem)
    assert shown.bundle_id is None
    assert shown.manifest is not None
    (bundle / "MANIFEST.json").unlink()
    assert show(bundle, now=NOW).manifest is None


def test_show_with_a_trust_folder_verifies(bundle: Path, key: Path, tmp_path: Path) -> None:
    folder = tmp_path / "trust"
    trust.init(folder, roles={"dba": 1})
    trust.add(folder, key.with_suffix(".pub"), roles=["dba"], environments=["prod"])
    assert "too few signatures" in str(show(bundle, now=NOW, trust=folder).refusal)
    sign(bundle, role="dba", key=key, principal=None)
    assert show(bundle, now=NOW, trust=folder).verified
    unbound = make(tmp_path / "unbound", environment=None)
    assert "bound to no environment" in str(show(unbound, now=NOW, trust=folder).refusal)


def test_show_says_expired(tmp_path: Path) -> None:
    old = make(tmp_path / "old", expires="2026-06-01T00:00:00Z")
    assert show(old, now=NOW).expired
    assert not show(old, now=datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC)).expired


# trust


def test_a_trust_folder_is_not_made_over_another(tmp_path: Path) -> None:
    trust.init(tmp_path / "trust", roles={"dba": 1})
    with pytest.raises(OutputError, match="is there already"):
        trust.init(tmp_path / "trust", roles={"dba": 1})


@pytest.mark.parametrize("roles", [{}, {"dba": 0}, {"dba": 10}, {"DBA": 1}, {"receipt": 1}])
def test_a_policy_that_would_accept_too_much_is_not_written(tmp_path: Path, roles: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        trust.init(tmp_path / "trust", roles=roles)
    assert not (tmp_path / "trust").exists()


def test_verify_sh_comes_with_the_trust_folder(tmp_path: Path) -> None:
    trust.init(tmp_path / "trust", roles={"dba": 1})
    script = tmp_path / "trust/verify.sh"
    assert script.stat().st_mode & 0o777 == 0o755
    assert script.read_text().startswith("#!/bin/sh\n")


def test_only_good_public_keys_are_let_in(tmp_path: Path, key: Path) -> None:
    folder = tmp_path / "trust"
    trust.init(folder, roles={"dba": 1})
    before = (folder / "allowed_signers").read_text()
    short = keygen(tmp_path / "short", kind="rsa")
    words = short.with_suffix(".pub").read_text().split()
    short.with_suffix(".pub").write_text(f"ssh-rsa {words[1][:204]} x@example.com\n")
    for path, reason in ((key, "holds no public key"), (short.with_suffix(".pub"), "holds no public key")):
        with pytest.raises(SigningError, match=reason):
            trust.add(folder, path, roles=["dba"], environments=["prod"], principal="x")
    with pytest.raises(SigningError, match="can't be read"):
        trust.add(folder, tmp_path / "nothing", roles=["dba"], environments=["prod"])
    with pytest.raises(SigningError, match="signer's name"):
        trust.add(folder, key.with_suffix(".pub"), roles=["dba"], environments=["prod"], principal="*")
    with pytest.raises(UsageError):
        trust.add(folder, key.with_suffix(".pub"), roles=["*"], environments=["prod"])
    assert (folder / "allowed_signers").read_text() == before
