"""A transaction pooler: between psql and the server, it hands each transaction to another server connection.

Simple query protocol, as psql speaks it. Source: PostgreSQL manual, 55.2 Message Flow, 55.7 Message Formats.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.servers.conftest import Server

_SSL, _GSS = 80877103, 80877104


@contextmanager
def pooler(server: Server, changes_after: int) -> Iterator[int]:
    """The port of a pooler in front of a server. A client's first transactions go to one server connection; behind so
    many of them, each one goes to the other of two."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, server, changes_after), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _serve(listener: socket.socket, server: Server, changes_after: int) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            with client, suppress(OSError, EOFError):
                _session(client, server, changes_after)


def _session(client: socket.socket, server: Server, changes_after: int) -> None:
    startup = _startup(client)
    address = (str(server.url.hostname), int(server.url.port or 5432))
    with socket.create_connection(address) as first, socket.create_connection(address) as second:
        for peer in (client, first, second):
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for backend in (first, second):
            backend.sendall(startup)
            for kind, message in _until_ready(backend):
                if backend is first or kind == b"E":
                    client.sendall(message)
        done = 0
        while True:
            kind, message = _message(client)
            if kind == b"X":
                return
            backend = first if done <= changes_after or (done - changes_after) % 2 == 0 else second
            backend.sendall(message)
            answers = b"".join(answer for _, answer in _until_ready(backend))
            client.sendall(answers)
            done += answers.endswith(b"I")  # ReadyForQuery, idle: not in a transaction


def _startup(client: socket.socket) -> bytes:
    """The startup message; encryption is declined."""
    while True:
        length = _exactly(client, 4)
        message = length + _exactly(client, struct.unpack("!I", length)[0] - 4)
        if struct.unpack("!I", message[4:8])[0] not in (_SSL, _GSS):
            return message
        client.sendall(b"N")


def _until_ready(backend: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    kind = b""
    while kind != b"Z":
        kind, message = _message(backend)
        yield kind, message


def _message(peer: socket.socket) -> tuple[bytes, bytes]:
    kind, length = _exactly(peer, 1), _exactly(peer, 4)
    return kind, kind + length + _exactly(peer, struct.unpack("!I", length)[0] - 4)


def _exactly(peer: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        chunk = peer.recv(size - len(found))
        if not chunk:
            raise EOFError
        found += chunk
    return found
