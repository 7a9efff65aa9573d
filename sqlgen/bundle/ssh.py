"""A key and bytes in, an OpenSSH signature out. ssh-keygen signs, so agents and hardware keys work.

Approvals, rejections, entries of the ledger and versions of a trust folder are all signed by `ssh_sign`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sqlgen.bundle.verify import good_name, signer_line, ssh_keygen
from sqlgen.errors import OutputError, SigningError, ToolMissing, say

# OpenSSH's own form has the public half in it; of these it wants KEY.pub.
_PEM = re.compile(rb"-----BEGIN (?:(?:ENCRYPTED|RSA|EC) )?PRIVATE KEY-----")


def public_key(armored: bytes) -> bytes:
    """The public key inside a signature, as in SSH's wire format. Raises ValueError for anything that is no signature.

    The layout is OpenSSH's PROTOCOL.sshsig: "SSHSIG", a 4-byte version, then the public key with its 4-byte length.
    """
    lines = armored.decode("ascii").splitlines()
    if len(lines) < 3:
        raise ValueError("no signature")
    try:
        blob = base64.b64decode("".join(lines[1:-1]), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    length = int.from_bytes(blob[10:14], "big")
    if blob[:6] != b"SSHSIG" or len(blob) < 14 + length:
        raise ValueError("no SSHSIG")
    return blob[14 : 14 + length]


def fingerprint_of(key: bytes) -> str:
    """`SHA256:…` as ssh-keygen prints it, for a public key in wire format."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def signer(key: Path, given: str | None) -> str:
    """Whose key this is: the name that was given, else the key's comment. Raises SigningError when it is no key."""
    _check_key(key)
    return _principal(key, given)


def made_by(armored: bytes) -> str | None:
    """The fingerprint of the key inside a signature, `SHA256:…`; None: it is no signature."""
    try:
        return fingerprint_of(public_key(armored))
    except ValueError:
        return None


def fits(armored: bytes, scope: str, data: bytes) -> bool:
    """Whether the key inside a signature made it, over `data` and for the namespace `scope`. Says nothing of whose key
    it is. Raises ToolMissing."""
    with _aside(signature=armored) as folder:
        check = ["check-novalidate", "-n", scope, "-s", str(folder / "signature")]
        return ssh_keygen(check, data).returncode == 0


def allowed(armored: bytes, name: str, scope: str, data: bytes, version: Path) -> bool:
    """Whether a version of a trust folder lets this person sign so, with this key. Raises ToolMissing."""
    with _aside(signature=armored) as folder:
        by = ["-f", str(version / "allowed_signers"), "-r", str(version / "revoked_keys"), "-I", name]
        return ssh_keygen(["verify", *by, "-n", scope, "-s", str(folder / "signature")], data).returncode == 0


@contextmanager
def _aside(**files: bytes) -> Iterator[Path]:
    """A folder with these files, for ssh-keygen, which reads no signature but from a file."""
    with ExitStack() as undo:
        try:
            folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="sqlgen-sign.")))
            for name, data in files.items():
                (folder / name).write_bytes(data)
        except OSError as error:
            raise OutputError(
                say("no temporary file can be written: {why}", why=error.strerror or error),
                hint=say("Make space in {folder}, or set TMPDIR to another folder.", folder=tempfile.gettempdir()),
            ) from error
        yield folder


def _check_key(key: Path) -> None:
    if not key.is_file():
        public = key.with_name(key.name + ".pub") if key.name else key
        raise SigningError(
            say("there is no key {path}", path=key),
            hint=say("Sign with --key {path}, if ssh-agent holds its private half.", path=public)
            if public.is_file()
            else say("Give your key with --key, or make one: ssh-keygen -t ed25519 -C you@example.com -f KEY"),
        )
    with suppress(OSError):  # ssh-keygen says what is wrong with a file that can't be read
        if not key.read_bytes().startswith((b"-----BEGIN ", b"ssh-", b"ecdsa-", b"sk-")):
            raise SigningError(
                say("{path} is not an SSH key", path=key),
                hint=say("Give the private key file, or the .pub of a key that ssh-agent holds."),
            )


def _principal(key: Path, given: str | None) -> str:
    name = given if given is not None else _comment(key)
    if name is None:
        raise SigningError(
            say("the key {path} does not say whose it is", path=key),
            hint=say("Say it with --as NAME, as it stands in allowed_signers: --as you@example.com"),
        )
    if "/" in name or not good_name(f"sig/x/{name}.sig") or name.endswith("."):
        raise SigningError(
            say("{name} can't be a signer's name", name=repr(name)),
            hint=say("Say it with --as NAME: small letters, digits and _ . @ + -, as in --as you@example.com"),
        )
    return name


def _comment(key: Path) -> str | None:
    """The comment of the public key: in KEY or KEY.pub, else from a private key that has no passphrase."""
    for path in (key, key.with_name(key.name + ".pub")):
        with suppress(OSError, UnicodeDecodeError):
            text = path.read_text(encoding="utf-8")
            if not text.startswith("-----"):
                return _third_word(text)
    try:
        result = subprocess.run(["ssh-keygen", "-y", "-P", "", "-f", str(key)], capture_output=True, check=False)
    except OSError:
        return None  # signing says so next, with the hint
    return _third_word(result.stdout.decode("utf-8", "replace")) if result.returncode == 0 else None


def _third_word(line: str) -> str | None:
    words = line.split(maxsplit=2)
    return words[2].strip() if len(words) == 3 else None


def ssh_sign(key: Path, scope: str, data: bytes) -> bytes:
    """Let ssh-keygen sign `data` in the namespace `scope`: the armored signature. Raises SigningError, ToolMissing."""
    # Data on stdin, signature on stdout: with a file name, an older .sig stays and the exit code is 0 (OpenSSH 9.2).
    arguments = ["sign", "-f", str(key), "-n", scope]
    result = _loud(arguments, data) if _on_hardware(key) else ssh_keygen(arguments, data)
    if result.returncode == 0 and result.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----\n"):
        return result.stdout
    raise _why_not(key, result)


def _why_not(key: Path, result: subprocess.CompletedProcess[bytes]) -> SigningError:
    """What ssh-keygen says, in words that help."""
    if result.stderr is None:
        return SigningError(
            say("the hardware key {path} did not sign", path=key),
            hint=say("ssh-keygen said why. Plug it in, touch it when it blinks, and run this again."),
        )
    said = result.stderr.decode("utf-8", "replace")
    if "too open" in said:
        return SigningError(
            say("others may read the key {path}, so ssh-keygen does not use it", path=key),
            hint=say("Run: chmod 600 {path}", path=key),
        )
    if "incorrect passphrase" in said:
        return SigningError(
            say("the key {path} has a passphrase that was not given, or not the right one", path=key),
            hint=say("Sign on a terminal, or run ssh-add {path} first and sign with --key {path}.pub", path=key),
        )
    if "load public key" in said and _PEM.match(key.read_bytes()):
        return SigningError(
            say("ssh-keygen finds no public half of the key {path}", path=key),
            hint=say("Make it: ssh-keygen -y -f {path} > {path}.pub", path=key),
        )
    if "agent refused operation" in said:
        return SigningError(
            say("ssh-agent refused to sign with {path}", path=key),
            hint=say("Confirm what it asks, unlock it (ssh-add -X), or touch the key, and run this again."),
        )
    if "No private key found" in said or "agent" in said:
        return SigningError(
            say("the private half of {path} is not here", path=key),
            hint=say("Load it into ssh-agent with ssh-add, or give the private key with --key."),
        )
    return SigningError(
        say(
            "ssh-keygen can't sign with {path}: {why}",
            path=key,
            why=said.strip().rpartition("\n")[2].strip() or f"exit {result.returncode}",
        ),
        hint=say("Give an OpenSSH key with --key, or make one: ssh-keygen -t ed25519 -C you@example.com -f KEY"),
    )


def _on_hardware(key: Path) -> bool:
    """Whether it must be touched; a private key file has its type in clear, also behind a passphrase."""
    for path in (key, key.with_name(key.name + ".pub")):
        with suppress(OSError, ValueError):
            text = path.read_bytes()
            if text.startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----"):
                text = base64.b64decode(b"".join(text.splitlines()[1:-1])).partition(b"sk-")[1]
            if text.startswith(b"sk-"):
                return True
    return False


def _loud(arguments: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    """As `ssh_keygen`, but what it says ("Confirm user presence") reaches the person who must touch the key."""
    try:
        return subprocess.run(["ssh-keygen", "-Y", *arguments], input=data, stdout=subprocess.PIPE, check=False)
    except FileNotFoundError as error:
        raise ToolMissing(say("ssh-keygen is missing"), hint=say("Install OpenSSH 8.2 or later.")) from error


def check_own(armored: bytes, name: str, scope: str, data: bytes) -> str:
    """Verify a new signature as a verifier would; gives the key's fingerprint. Raises SigningError, ToolMissing."""
    try:
        key = public_key(armored)
        kind = key[4 : 4 + int.from_bytes(key[:4], "big")].decode("ascii")
    except ValueError as error:
        raise _no_good() from error
    if not signer_line(f'x namespaces="dba.prod.v1@sqlgen" {kind} {base64.b64encode(key).decode()}'):
        raise SigningError(
            say("the key of {name}, {kind}, is of a kind that no trust folder takes", name=name, kind=kind),
            hint=say("Give the key that it certifies: the .pub without -cert.")
            if "-cert-" in kind
            else say("Make another one: ssh-keygen -t ed25519 -C {name} -f KEY", name=name),
        )
    line = f'{name} namespaces="{scope}" {kind} {base64.b64encode(key).decode()}\n'
    with _aside(signature=armored, allowed_signers=line.encode()) as folder:
        by = ["-f", str(folder / "allowed_signers"), "-I", name]
        if ssh_keygen(["verify", *by, "-n", scope, "-s", str(folder / "signature")], data).returncode != 0:
            raise _no_good()
    return fingerprint_of(key)


def _no_good() -> SigningError:
    return SigningError(
        say("ssh-keygen made a signature that does not verify"),
        hint=say("Try another key, and check your OpenSSH: ssh -V"),
    )
