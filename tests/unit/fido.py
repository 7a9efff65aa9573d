"""A FIDO key in software, behind an ssh-agent of our own: what hardware would do, but for the touch.

The agent's protocol is draft-ietf-sshm-ssh-agent; keys and signatures are those of OpenSSH's PROTOCOL.u2f.
"""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KIND = b"sk-ssh-ed25519@openssh.com"
_APPLICATION = b"ssh:"
_FAILURE, _LIST, _LISTED, _SIGN, _SIGNED = 5, 11, 12, 13, 14


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _strings(data: bytes) -> Iterator[bytes]:
    while len(data) > 4:
        length = int.from_bytes(data[:4], "big")
        yield data[4 : 4 + length]
        data = data[4 + length :]


class Token:
    """A key whose private half is in a file that only this class reads."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "token.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self.file], check=True)
        command = ["openssl", "pkey", "-in", self.file, "-pubout", "-outform", "DER"]
        raw = subprocess.run(command, check=True, capture_output=True).stdout[-32:]
        self.blob = _string(KIND) + _string(raw) + _string(_APPLICATION)
        self.counter = 0
        self.present = True
        """Somebody touches it."""

    def public(self, name: str) -> str:
        return f"{KIND.decode()} {base64.b64encode(self.blob).decode()} {name}\n"

    def sign(self, data: bytes) -> bytes:
        self.counter += 1
        tail = bytes([1]) + self.counter.to_bytes(4, "big")
        message = self.file.with_suffix(".bin")
        message.write_bytes(hashlib.sha256(_APPLICATION).digest() + tail + hashlib.sha256(data).digest())
        command = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.file, "-in", message]
        signature = subprocess.run(command, check=True, capture_output=True).stdout
        return _string(KIND) + _string(signature) + tail

    def answer(self, request: bytes) -> bytes:
        if request[0] == _LIST:
            return bytes([_LISTED]) + (1).to_bytes(4, "big") + _string(self.blob) + _string(b"a token")
        if request[0] == _SIGN and self.present:
            blob, data, *_ = _strings(request[1:])
            if blob == self.blob:
                return bytes([_SIGNED]) + _string(self.sign(data))
        return bytes([_FAILURE])


@contextmanager
def agent(token: Token) -> Iterator[str]:
    """The path of a socket at which an ssh-agent has this key."""
    path = f"/tmp/sqlgen-fido.{os.getpid()}"
    Path(path).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        threading.Thread(target=_serve, args=(server, token), daemon=True).start()
        try:
            yield path
        finally:
            server.shutdown(socket.SHUT_RDWR)
            Path(path).unlink(missing_ok=True)


def _serve(server: socket.socket, token: Token) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # the test is over
            return
        with connection, connection.makefile("rb") as requests:
            while len(size := requests.read(4)) == 4:
                connection.sendall(_string(token.answer(requests.read(int.from_bytes(size, "big")))))
