"""A bundle, a role and a key in; sig/ROLE/NAME.sig out. ssh-keygen signs, so agents and hardware keys work.

The signature covers SHA256SUMS; role and environment are its namespace, so an approval can't be moved to another
bundle, role or environment.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import subprocess
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlgen.bundle.manifest import Manifest, parse
from sqlgen.bundle.verify import MANIFEST, RESERVED_ROLES, ROLE, SUMS, check_integrity, good_name, namespace, ssh_keygen
from sqlgen.errors import OutputError, SigningError, ToolMissing, UsageError, say


@dataclass(frozen=True, slots=True)
class Signed:
    """What signing a bundle gave."""

    file: Path
    """The signature that was written."""
    bundle_id: str
    role: str
    environment: str
    principal: str
    key: str
    """The key's fingerprint, `SHA256:…`."""


def sign(bundle: Path, *, role: str, key: Path, principal: str | None) -> Signed:
    """Sign a bundle in a role. `key` is a private key file, or a public one whose private half ssh-agent holds.

    `principal` is the signer's name in allowed_signers; None: the key's comment. An older signature by the same name in
    the same role is replaced. Raises VerificationError when the bundle is not as it was built, SigningError when this
    key, name or role can't sign it, ToolMissing, OutputError. Nothing is written unless the new signature verifies.
    """
    if not bundle.is_dir():
        raise UsageError(say("there is no bundle {path}", path=bundle), hint=say("Give the folder of a bundle."))
    _check_key(key)
    name = _principal(key, principal)
    with ExitStack() as undo:
        copy, bundle_id = check_integrity(bundle, undo)
        data = (copy / SUMS).read_bytes()
        manifest = parse((copy / MANIFEST).read_bytes() if (copy / MANIFEST).is_file() else b"")
        environment = _environment(manifest, role)
        armored = _ssh_sign(key, namespace(role, environment), data)
        fingerprint = _check_own(armored, name, namespace(role, environment), data)
        _nobody_twice(copy, role, name, fingerprint)
    file = bundle / "sig" / role / f"{name}.sig"
    _write(file, armored)
    return Signed(file, bundle_id, role, environment, name, fingerprint)


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


def _check_key(key: Path) -> None:
    if not key.is_file():
        raise SigningError(
            say("there is no key {path}", path=key),
            hint=say("Give your key with --key, or make one: ssh-keygen -t ed25519 -C you@example.com -f KEY"),
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
    except FileNotFoundError:
        return None  # signing says so next, with the hint
    return _third_word(result.stdout.decode("utf-8", "replace")) if result.returncode == 0 else None


def _third_word(line: str) -> str | None:
    words = line.split(maxsplit=2)
    return words[2].strip() if len(words) == 3 else None


def _environment(manifest: Manifest, role: str) -> str:
    if not ROLE.fullmatch(role) or role in RESERVED_ROLES:
        raise SigningError(
            say("{role} is no role that can sign", role=repr(role)),
            hint=say("Use one of the policy's roles: --role review"),
        )
    if manifest.required_roles and role not in manifest.required_roles:
        raise SigningError(
            say("this bundle does not ask for the role {role}", role=role),
            hint=say("Sign in one of its roles: {roles}.", roles=", ".join(sorted(manifest.required_roles))),
        )
    if manifest.environment is None:
        raise SigningError(
            say("this bundle is bound to no environment, so there is nothing to approve it for"),
            hint=say("Build it with --env ENV: a signature holds for one environment."),
        )
    return manifest.environment


def _nobody_twice(copy: Path, role: str, name: str, fingerprint: str) -> None:
    """Say now what verification would refuse later: one person or one key with two signatures."""
    for other in sorted(copy.glob("sig/*/*.sig")):
        if (other.parent.name, other.stem) == (role, name):
            continue
        same_key = False
        with suppress(ValueError):
            same_key = fingerprint_of(public_key(other.read_bytes())) == fingerprint
        if other.stem == name or same_key:
            raise SigningError(
                say("{who} signed this already as {role}", who=other.stem, role=other.parent.name),
                hint=say("Let another person, with another key, sign as {role}: nobody counts twice.", role=role),
            )


def _ssh_sign(key: Path, scope: str, data: bytes) -> bytes:
    # Data on stdin, signature on stdout: with a file name, an older .sig stays and the exit code is 0 (OpenSSH 9.2).
    arguments = ["sign", "-f", str(key), "-n", scope]
    result = _loud(arguments, data) if _on_hardware(key) else ssh_keygen(arguments, data)
    if result.returncode == 0 and result.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----\n"):
        return result.stdout
    said = (result.stderr or b"").decode("utf-8", "replace")
    if "too open" in said:
        raise SigningError(
            say("others may read the key {path}, so ssh-keygen does not use it", path=key),
            hint=say("Run: chmod 600 {path}", path=key),
        )
    if "incorrect passphrase" in said:
        raise SigningError(
            say("the key {path} has a passphrase that was not given, or not the right one", path=key),
            hint=say("Sign on a terminal, or run ssh-add {path} first and sign with --key {path}.pub", path=key),
        )
    if "No private key found" in said or "agent" in said:
        raise SigningError(
            say("the private half of {path} is not here", path=key),
            hint=say("Load it into ssh-agent with ssh-add, or give the private key with --key."),
        )
    raise SigningError(
        say("ssh-keygen can't sign with {path}: {why}", path=key, why=_last_line(said) or f"exit {result.returncode}"),
        hint=say("Give an OpenSSH key with --key, or make one: ssh-keygen -t ed25519 -C you@example.com -f KEY"),
    )


def _on_hardware(key: Path) -> bool:
    for path in (key, key.with_name(key.name + ".pub")):
        with suppress(OSError):
            if path.read_bytes().startswith(b"sk-"):
                return True
    return False


def _loud(arguments: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    """As `ssh_keygen`, but what it says ("Confirm user presence") reaches the person who must touch the key."""
    try:
        return subprocess.run(["ssh-keygen", "-Y", *arguments], input=data, stdout=subprocess.PIPE, check=False)
    except FileNotFoundError as error:
        raise ToolMissing(say("ssh-keygen is missing"), hint=say("Install OpenSSH 8.2 or later.")) from error


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2].strip()


def _check_own(armored: bytes, name: str, scope: str, data: bytes) -> str:
    """Verify the new signature as a verifier would; gives the key's fingerprint."""
    try:
        key = public_key(armored)
        kind = key[4 : 4 + int.from_bytes(key[:4], "big")].decode("ascii")
    except ValueError as error:
        raise _no_good() from error
    with tempfile.TemporaryDirectory(prefix="sqlgen-sign.") as folder:
        signature, signers = Path(folder, "signature"), Path(folder, "allowed_signers")
        signature.write_bytes(armored)
        signers.write_text(f'{name} namespaces="{scope}" {kind} {base64.b64encode(key).decode()}\n', encoding="ascii")
        check = ["verify", "-f", str(signers), "-I", name, "-n", scope, "-s", str(signature)]
        if ssh_keygen(check, data).returncode != 0:
            raise _no_good()
    return fingerprint_of(key)


def _no_good() -> SigningError:
    return SigningError(
        say("ssh-keygen made a signature that does not verify"),
        hint=say("Try another key, and check your OpenSSH: ssh -V"),
    )


def _write(file: Path, armored: bytes) -> None:
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(armored)
        part.chmod(0o644)
        os.replace(part, file)
    except OSError as error:
        raise OutputError(
            say("{path} can't be written: {why}", path=file, why=error.strerror or error),
            hint=say("Make sure that you may write into the bundle's folder and that it has space."),
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
