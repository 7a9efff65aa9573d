"""A key file in, a key that may stand in a trust folder out; lines of signers, taken apart and put together."""

from __future__ import annotations

import base64
import binascii
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlgen.bundle.verify import ENVIRONMENT, Signer, good_name, signer_line
from sqlgen.errors import SigningError, ToolMissing, UsageError, say

_FIELDS = {
    "ssh-ed25519": 2,
    "sk-ssh-ed25519@openssh.com": 3,
    "ecdsa-sha2-nistp256": 3,
    "ecdsa-sha2-nistp384": 3,
    "ecdsa-sha2-nistp521": 3,
    "sk-ecdsa-sha2-nistp256@openssh.com": 4,
    "ssh-rsa": 3,
}
"""How many fields a public key of this type has on the wire, its type included (RFC 4253, 5656, 8709; PROTOCOL.u2f)."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An OpenSSH public key that may sign."""

    kind: str
    """ssh-ed25519, …"""
    key: str
    """In base64."""
    comment: str


def signer_of(name: str, scopes: tuple[str, ...], key: PublicKey, valid: str = "") -> Signer:
    return Signer(name, scopes, key.kind, key.key, valid)


def written(signer: Signer) -> str:
    """The line of `allowed_signers` or `roots`."""
    valid = f",{signer.valid}" if signer.valid else ""
    return f'{signer.name} namespaces="{",".join(signer.scopes)}"{valid} {signer.kind} {signer.key}'


def role_of(scope: str) -> tuple[str, str, bool]:
    """Role, environment and whether for emergencies, of a namespace."""
    role, environment, *rest = scope.removesuffix(".v1@sqlgen").split(".")
    return role, environment, bool(rest)


def signers(text: str, file: str) -> tuple[Signer, ...]:
    """The signers of a file of a version. Raises UsageError for a line that has not its form."""
    return tuple(signer for _, signer in numbered(text, file))


def numbered(text: str, file: str) -> Iterator[tuple[int, Signer]]:
    """As `signers`, each with its line's index."""
    for index, line in enumerate(text.split("\n")):
        if not line or line.startswith("#"):
            continue
        # A root key's only namespace has no environment; otherwise the two files have the same lines.
        if not signer_line(line.replace('"trust.v1@sqlgen"', '"root.trust.v1@sqlgen"') if file == "roots" else line):
            raise UsageError(
                say("{file} has an ill-formed line", file=file),
                hint=say('A line is: alice@example.com namespaces="review.prod.v1@sqlgen" ssh-ed25519 AAAA…'),
                file=f"next/{file}",
                line=index + 1,
            )
        name, options, kind, key = line.split(" ")[:4]
        scopes, _, valid = options.removeprefix('namespaces="').partition('"')
        yield index, Signer(name, tuple(scopes.split(",")), kind, key, valid.removeprefix(","))


def read_key(path: Path, *, private: bool = False) -> PublicKey:
    """The public key in a file. `private`: a private key is fine as well, its public half is taken.

    Raises SigningError for anything else, and for keys that are too weak.
    """
    text = _text(path)
    if text.startswith("-----BEGIN"):
        if not private:
            raise SigningError(
                say("{path} is a private key", path=path),
                hint=say("Give the public one: {path}.pub. The private key stays with its owner.", path=path),
            )
        text = _public_half(path)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        raise SigningError(
            say("{path} holds more than one key", path=path), hint=say("Give a file with one public key.")
        )
    words = lines[0].split(maxsplit=2) if lines else []
    why = _unfit(words)
    if why is not None:
        raise SigningError(
            say("{path} {why}", path=path, why=why),
            hint=say("Give an OpenSSH public key (.pub) of type ed25519, ecdsa or rsa: ssh-keygen -t ed25519"),
        )
    return PublicKey(words[0], words[1], words[2].strip() if len(words) == 3 else "")


def revoked(path: Path) -> SigningError:
    return SigningError(
        say("the key {path} is revoked", path=path), hint=say("Ask its owner for a new one: ssh-keygen -t ed25519")
    )


def signer_name(given: str | None, key: PublicKey) -> str:
    """Under which name a key's owner signs: as given, or by the key's comment. Raises SigningError for no good name."""
    name = key.comment if given is None else given
    if "/" in name or not good_name(f"sig/x/{name}.sig") or name.endswith("."):
        raise SigningError(
            say("{name} can't be a signer's name", name=repr(name)),
            hint=say("Say it with --as NAME: small letters, digits and _ . @ + -, as in --as you@example.com"),
        )
    return name


def check_environment(environment: str) -> str:
    """The name, where it is one. Raises UsageError."""
    if not ENVIRONMENT.fullmatch(environment):
        raise UsageError(
            say("{name} is no environment name", name=repr(environment)),
            hint=say("Use small letters, digits, - and _, as in prod."),
        )
    return environment


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else say("it is not text")
        raise SigningError(
            say("{path} can't be read: {why}", path=path, why=why or error),
            hint=say("Give the public key, which ends in .pub."),
        ) from error


def _public_half(path: Path) -> str:
    beside = path.with_name(path.name + ".pub")
    if beside.is_file():
        return _text(beside)
    try:
        found = subprocess.run(["ssh-keygen", "-y", "-P", "", "-f", str(path)], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise ToolMissing(say("ssh-keygen is missing"), hint=say("Install OpenSSH 8.2 or later.")) from error
    if found.returncode != 0:
        raise SigningError(
            say("the public half of {path} is not beside it", path=path),
            hint=say("Write it there: ssh-keygen -y -f {path} > {path}.pub", path=path),
        )
    return found.stdout.decode("utf-8", "replace")


def _unfit(words: list[str]) -> str | None:
    """Why these words are no public key that may sign; None where they are one."""
    kind = words[0] if words else ""
    if kind == "ssh-dss":
        return str(say("is a DSA key, which OpenSSH no longer takes"))
    if kind.endswith("-cert-v01@openssh.com"):
        return str(say("is a certificate; a trust folder names keys"))
    if len(words) < 2 or kind not in _FIELDS or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", words[1]):
        return str(say("holds no public key that may sign"))
    fields = _fields(words[1])
    if fields is None or len(fields) != _FIELDS[kind] or fields[0] != kind.encode():
        return str(say("holds a broken public key"))
    bits = int.from_bytes(fields[2], "big").bit_length() if kind == "ssh-rsa" else 2048
    return str(say("is an RSA key of {bits} bits, fewer than 2048", bits=bits)) if bits < 2048 else None


def _fields(text: str) -> list[bytes] | None:
    """A public key's fields: each is a length of 4 bytes and as many bytes."""
    try:
        rest = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    fields = []
    while rest:
        length = int.from_bytes(rest[:4], "big")
        if len(rest) < 4 + length:
            return None
        fields.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    return fields
