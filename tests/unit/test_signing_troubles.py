"""What goes wrong on real machines while people sign, reject and renew: a clear error, and nothing lost.

Wherever the machine lets us, the trouble is the real one: a file system that is full or read-only, a process that is
killed, a terminal that is not there.
"""

from __future__ import annotations

import json
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import pytest

from sqlgen.bundle.sign import sign
from sqlgen.errors import SigningError, SqlgenError, ToolMissing
from tests.unit.bundles import good, keygen, make, sqlgen, tree, without_terminal


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make(tmp_path / "bundle")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return keygen(tmp_path / "key")


def refusal(kind: type[SqlgenError], bundle: Path, key: Path) -> str:
    """Message and hint of the error, when nothing was written."""
    before = tree(bundle.parent)
    with pytest.raises(kind) as caught:
        sign(bundle, role="dba", key=key, principal=None)
    assert tree(bundle.parent) == before
    return f"{caught.value} | {caught.value.hint}"


# The key.


def test_a_key_that_is_not_there(bundle: Path, tmp_path: Path) -> None:
    assert "there is no key" in refusal(SigningError, bundle, tmp_path / "nothing")
    assert "there is no key" in refusal(SigningError, bundle, tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello\n", "is not an SSH key"),
        ("", "is not an SSH key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nhello\n-----END OPENSSH PRIVATE KEY-----\n", "can't sign with"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nhello\n", "can't sign with"),
        ("-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n", "can't sign with"),
        ("ssh-ed25519 hello you@example.com\n", "can't sign with"),
    ],
)
def test_a_file_that_is_no_key(bundle: Path, tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "text"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(SigningError) as caught:
        sign(bundle, role="dba", key=file, principal="x")
    assert reason in str(caught.value)
    assert "ssh" in str(caught.value.hint)
    assert not (bundle / "sig").exists()


def test_a_public_half_that_is_there_alone_is_named(bundle: Path, key: Path) -> None:
    key.unlink()
    assert f"there is no key {key} | Sign with --key {key}.pub" in refusal(SigningError, bundle, key)


def test_a_certificate_is_no_key(bundle: Path, key: Path, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-s", keygen(tmp_path / "ca"), "-I", "x", key.with_suffix(".pub")], check=True)
    said = refusal(SigningError, bundle, tmp_path / "key-cert.pub")
    assert "is of a kind that no trust folder takes | Give the key that it certifies" in said
    sign(bundle, role="dba", key=key, principal=None)


def test_a_key_in_another_form_needs_its_public_half(bundle: Path, tmp_path: Path) -> None:
    """ssh-keygen can read PKCS#8, but it wants to see the public half first."""
    key = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-t", "ecdsa", "-m", "PKCS8", "-N", "", "-C", "alice@example.com", "-f", key]
    subprocess.run(command, check=True)
    sign(bundle, role="dba", key=key, principal=None)
    key.with_suffix(".pub").rename(tmp_path / "away")
    with pytest.raises(SigningError, match="finds no public half of the key") as caught:
        sign(bundle, role="dba", key=key, principal="alice@example.com")
    assert str(caught.value.hint) == f"Make it: ssh-keygen -y -f {key} > {key}.pub"


def test_a_key_that_others_may_read(bundle: Path, key: Path) -> None:
    key.chmod(0o644)
    said = refusal(SigningError, bundle, key)
    assert "others may read the key" in said
    assert f"chmod 600 {key}" in said


def test_a_public_key_without_agent(bundle: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    public = key.with_suffix(".pub")
    key.unlink()
    assert "the private half of" in refusal(SigningError, bundle, public)


def test_a_passphrase_without_a_terminal(bundle: Path, tmp_path: Path) -> None:
    key = keygen(tmp_path / "secret", passphrase="correct horse")
    command = ("sign", bundle, "--role", "dba", "--key", key)
    said = sqlgen(*command, start_new_session=True, env=without_terminal(), timeout=20)
    assert said.returncode == 2
    assert said.stdout == ""
    assert f"error: the key {key} has a passphrase that was not given" in said.stderr
    assert f"ssh-add {key}" in said.stderr
    assert not (bundle / "sig").exists()


@pytest.mark.parametrize(("typed", "signed"), [(b"correct horse\n", True), (b"wrong\n", False)])
def test_a_passphrase_on_a_terminal(bundle: Path, tmp_path: Path, typed: bytes, signed: bool) -> None:
    key = keygen(tmp_path / "secret", passphrase="correct horse")
    command = [sys.executable, "-m", "sqlgen", "sign", str(bundle), "--role", "dba", "--key", str(key)]
    leader, follower = pty.openpty()
    # setsid gives it a terminal of its own
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", *command], stdin=follower, stdout=follower, stderr=follower, close_fds=True
    )
    os.close(follower)
    said = b""
    while b"passphrase" not in said:
        said += read(leader)
    os.write(leader, typed)
    while chunk := read(leader):
        said += chunk
    assert process.wait() == (0 if signed else 2)
    os.close(leader)
    assert (b"signed as dba" in said) == signed
    assert (b"not the right one" in said) != signed
    assert (bundle / "sig").exists() == signed


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux: the child closed its end
        return b""


# ssh-keygen.


@contextmanager
def instead(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another ssh-keygen, a shell script in which $real is the genuine one."""
    folder.mkdir()
    (folder / "ssh-keygen").write_text(f"#!/bin/sh\nreal={shutil.which('ssh-keygen')}\n{dedent(script)}")
    (folder / "ssh-keygen").chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        yield


def test_no_ssh_keygen(bundle: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "ssh-keygen is missing | Install OpenSSH 8.2 or later" in refusal(ToolMissing, bundle, key)


def test_an_old_ssh_keygen(bundle: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What OpenSSH 8.0 says."""
    with instead(tmp_path / "old", "echo 'unknown option -- Y' >&2; exit 1", monkeypatch):
        assert "ssh-keygen is too old" in refusal(ToolMissing, bundle, key)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ('case $2 in sign) echo other | $real "$@" ;; *) exec $real "$@" ;; esac', "made a signature that does not"),
        ('case $2 in sign) exit 0 ;; *) exec $real "$@" ;; esac', "can't sign with"),
        ('case $2 in sign) $real "$@" | head -c 100 ;; *) exec $real "$@" ;; esac', "made a signature that does not"),
        ('case $2 in sign) $real "$@"; echo more ;; *) exec $real "$@" ;; esac', "made a signature that does not"),
        ('case $2 in sign) kill -9 $$ ;; *) exec $real "$@" ;; esac', "can't sign with"),
    ],
)
def test_an_ssh_keygen_that_signs_badly(
    bundle: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    with instead(tmp_path / "bad", 'exec $real "$@"', monkeypatch):
        sign(bundle, role="dba", key=key, principal=None)
    old = tree(bundle)
    with instead(tmp_path / "worse", script, monkeypatch), pytest.raises(SigningError, match=reason):
        sign(bundle, role="dba", key=key, principal=None)
    assert tree(bundle) == old


# Where it is written.


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A file system of its own; skips where that is not permitted."""
    folder.mkdir(exist_ok=True)
    command = ["mount", *options, folder]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> None:
    """Write until nothing more fits."""
    with (folder / "filler").open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass


Command = Callable[[Path, Path], tuple[str | Path, ...]]
COMMANDS: dict[str, Command] = {
    "sign": lambda bundle, key: ("sign", bundle, "--role", "dba", "--key", key),
    "reject": lambda bundle, key: ("sign", bundle, "--reject", "--because", "it locks", "--key", key),
    "renew": lambda bundle, key: ("renew", bundle, "--expires", "2999-01-01", "-o", bundle.with_name("out")),
}


@pytest.mark.parametrize("what", COMMANDS)
def test_a_disk_that_is_full(tmp_path: Path, key: Path, what: str) -> None:
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=256k", "none") as small:
        bundle = make(small / "bundle")
        fill(small)
        before = tree(bundle)
        said = sqlgen(*COMMANDS[what](bundle, key))
        assert (said.returncode, said.stdout) == (2, "")
        assert "No space left on device" in said.stderr
        assert "has space" in said.stderr
        assert tree(bundle) == before
        assert sorted(path.name for path in small.iterdir()) == ["bundle", "filler"]
        (small / "filler").unlink()
        assert sqlgen(*COMMANDS[what](bundle, key)).returncode == 0


@pytest.mark.parametrize("what", COMMANDS)
def test_a_target_that_is_read_only(tmp_path: Path, key: Path, what: str) -> None:
    home = tmp_path / "home"
    make(home / "bundle")
    with mounted(tmp_path / "mnt", "--bind", str(home)) as folder:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        before = tree(folder)
        said = sqlgen(*COMMANDS[what](folder / "bundle", key))
        assert (said.returncode, said.stdout) == (2, "")
        assert "Read-only file system" in said.stderr
        assert "Make sure that you may write into" in said.stderr
        assert tree(folder) == before


def test_what_can_not_be_taken_out_stays_whole(tmp_path: Path, key: Path) -> None:
    home = tmp_path / "home"
    sign(make(home / "bundle"), role="dba", key=key, principal=None)
    words = ("sign", "bundle", "--withdraw", "--role", "dba", "--key", key)
    with mounted(tmp_path / "mnt", "--bind", str(home)) as folder:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        before = tree(folder)
        said = sqlgen(*words, cwd=folder)
        assert (said.returncode, said.stdout) == (2, "")
        assert "Read-only file system" in said.stderr
        assert "Nothing was changed" in said.stderr
        assert tree(folder) == before
    assert sqlgen(*words, cwd=home).returncode == 0
    assert not (home / "bundle/sig").exists()


@pytest.mark.parametrize("kind", [("-t", "tmpfs"), ("--bind",)], ids=" ".join)
def test_a_bundle_that_is_a_mount_of_its_own(tmp_path: Path, key: Path, kind: tuple[str, ...]) -> None:
    """As containers have them. Nothing can be renamed into it from beside it."""
    make(tmp_path / "bundle")
    (tmp_path / "source").mkdir()
    with mounted(tmp_path / "mnt", *kind, str(tmp_path / "source")) as folder:
        shutil.copytree(tmp_path / "bundle", folder, dirs_exist_ok=True)
        sign(folder, role="dba", key=key, principal=None)
        assert good(folder / "sig/dba/alice@example.com.sig", (folder / "SHA256SUMS").read_bytes(), SCOPE, key)
        assert {path.name for path in folder.iterdir()} == {"MANIFEST.json", "SHA256SUMS", "apply.sql", "sig"}


# For root nothing is forbidden, so root becomes nobody. What python loads may lie where nobody may read: it is loaded
# by a first run.
AS_NOBODY = """
import json, os, sys
from sqlgen.cli.main import main
first, second, key = json.loads(sys.argv[1])
assert main(first) == 0
if os.geteuid() == 0:
    os.chown(key, 65534, 65534)
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.stdout.flush()
sys.exit(main(second))
"""


@pytest.mark.parametrize("what", COMMANDS)
def test_a_bundle_that_belongs_to_somebody_else(what: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        ours, theirs, key = make(folder / "ours/bundle"), make(folder / "theirs/bundle"), keygen(folder / "key")
        for path in (theirs, theirs.parent):
            path.chmod(0o555)
        before = tree(theirs.parent)
        runs = [[str(each) for each in COMMANDS[what](bundle, key)] for bundle in (ours, theirs)]
        command = [sys.executable, "-c", AS_NOBODY, json.dumps([*runs, str(key)])]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        assert tree(theirs.parent) == before
        for path in (theirs.parent, theirs):
            path.chmod(0o755)
        assert said.returncode == 2
        assert "can't be written: Permission denied" in said.stderr


def test_a_parent_that_can_not_be_written(tmp_path: Path, key: Path) -> None:
    """The bundle can, and that is enough."""
    home = tmp_path / "home"
    make(home / "bundle")
    with mounted(tmp_path / "mnt", "--bind", str(home)) as outer:
        subprocess.run(["mount", "-o", "remount,ro,bind", outer], check=True)
        with mounted(outer / "bundle", "--bind", str(home / "bundle")) as inner:
            sign(inner, role="dba", key=key, principal=None)
            assert (inner / "sig/dba/alice@example.com.sig").exists()
            assert {path.name for path in inner.iterdir()} == {"MANIFEST.json", "SHA256SUMS", "apply.sql", "sig"}


@pytest.mark.parametrize("what", COMMANDS)
def test_a_temporary_folder_that_is_too_small(tmp_path: Path, key: Path, what: str) -> None:
    bundle = make(tmp_path / "bundle", files={"apply.sql": b"SELECT 1;\n" * 20_000})
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=64k", "none") as small:
        before = tree(bundle)
        said = sqlgen(*COMMANDS[what](bundle, key), env={**os.environ, "TMPDIR": str(small)})
        assert said.returncode == 3
        assert "the bundle can't be read or copied" in said.stderr
        assert "there is space in TMPDIR" in said.stderr
        assert tree(bundle) == before
        assert not list(small.iterdir())


def test_a_bundle_that_goes_while_it_is_signed(
    bundle: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f'case $2 in sign) rm -r {bundle} ;; esac; exec $real "$@"'
    with instead(tmp_path / "bad", script, monkeypatch):
        said = sqlgen("sign", bundle, "--role", "dba", "--key", key)
    assert said.returncode == 2
    assert "No such file or directory" in said.stderr
    assert not bundle.exists()
    assert not list(tmp_path.glob(".bundle.*"))


# Interruptions.

SCOPE = "dba.prod.v1@sqlgen"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_an_interruption_at_any_moment(
    bundle: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    """The older signature stays, or the new one is there: never half of one, and the bundle is good."""
    signature = sign(bundle, role="dba", key=key, principal=None).file
    other = keygen(tmp_path / "other")
    sums = (bundle / "SHA256SUMS").read_bytes()
    names = tree(bundle).keys()
    moments = random.Random(20261121)
    with instead(tmp_path / "slow", 'touch $BEGAN; sleep 0.2; exec $real "$@"', monkeypatch):
        for number in range(5):
            began = tmp_path / f"began{number}"
            command = [sys.executable, "-m", "sqlgen", "sign", str(bundle), "--role", "dba", "--key", str(other)]
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                env={**os.environ, "BEGAN": str(began)},
            )
            time.sleep(moments.uniform(0.1, 1.2))
            # as a terminal does: everything in the foreground gets it
            os.killpg(process.pid, how)
            out, err = process.communicate()
            assert b"Traceback" not in err or not began.exists()  # python may say so while it starts
            if out:
                assert out.startswith(b"signed as dba")
            assert tree(bundle).keys() == names
            assert good(signature, sums, SCOPE, key) or good(signature, sums, SCOPE, other)
    sign(bundle, role="dba", key=key, principal=None)
    assert good(signature, sums, SCOPE, key)


# A process that kills itself at its nth write, for each n: the moments that random ones hardly meet.
DIES = """
import os, shutil, signal, sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from sqlgen.bundle.inside import put, take
from sqlgen.bundle import pack
from sqlgen.bundle.reading import open_bundle

what, bundle, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
new = {"sig/reject/bob.json": b"new json" * 9, "sig/reject/bob.sig": b"new sig" * 9}
one = {"sig/dba/dora.sig": b"new" * 9}
if what == "take":
    put(bundle, new)
if what == "replace":
    put(bundle, {"sig/dba/dora.sig": b"old" * 9})
shutil.copytree(bundle, out / "before")

def change(bundle):
    match what:
        case "put": put(bundle, new)
        case "replace": put(bundle, one)
        case "take": take(bundle, new)
        case "pack":
            files = {path.name: path.read_bytes() for path in bundle.iterdir() if path.name != "SHA256SUMS"}
            pack.write(files, bundle.with_name("out"), force=False)

WRITES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "tempfile.mkdtemp"}
for number in range(1, 200):
    place = out / str(number)
    place.mkdir()
    shutil.copytree(out / "before", place / "bundle")
    child = os.fork()
    if child == 0:
        left = number
        def hook(event, arguments):
            global left
            writes = event in WRITES or event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
            if writes:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
        change(place / "bundle")
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
print(number)
"""


@pytest.mark.parametrize("what", ["put", "replace", "take", "pack"])
def test_a_process_that_dies_at_any_of_its_writes(bundle: Path, tmp_path: Path, what: str) -> None:
    """The bundle is as it was or as it should be, in every file and folder of it; in between there is nothing."""
    command = [sys.executable, "-c", DIES, what, str(bundle), str(tmp_path / "runs")]
    (tmp_path / "runs").mkdir()
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    last = int(result.stdout)
    assert last > 4
    before = tree(tmp_path / "runs/before")
    after = tree(tmp_path / f"runs/{last}/bundle")
    seen = []
    for number in range(1, last + 1):
        place = tmp_path / f"runs/{number}"
        assert tree(place / "bundle") in (before, after)
        seen.append(tree(place / "bundle") == after)
        if (place / "out").exists():
            assert tree(place / "out") == tree(tmp_path / f"runs/{last}/out")
    assert seen[-1]
    assert what == "pack" or not seen[0]


def test_several_people_sign_at_once(tmp_path: Path) -> None:
    """On a shared folder, each from their own desk; the folders under sig/ are made by whoever comes first."""
    people = [f"person{number}@example.com" for number in range(6)]
    keys = [keygen(tmp_path / name, comment=name) for name in people]
    for turn in range(3):
        bundle = make(tmp_path / f"bundle{turn}")
        with ThreadPoolExecutor(len(keys)) as pool:
            list(pool.map(lambda key: sign(bundle, role="dba", key=key, principal=None), keys))  # noqa: B023
        assert sorted(path.stem for path in (bundle / "sig/dba").iterdir()) == people
        assert {path.name for path in bundle.iterdir()} == {"MANIFEST.json", "SHA256SUMS", "apply.sql", "sig"}
