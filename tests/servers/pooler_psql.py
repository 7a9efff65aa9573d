"""A transaction pooler: between psql and the server, it hands each transaction to another server connection.

Simple query protocol, as psql speaks it. Source: PostgreSQL manual, 55.2 Message Flow, 55.7 Message Formats.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.servers.conftest import Server

_SSL, _GSS = 80877103, 80877104


@contextmanager
def pooler(server: Server, changes_after: int) -> Iterator[int]:
    """The port of a pooler in front of a server, with two connections to it, which it keeps. A client's first
    transactions go to one of them; behind so many, each one goes to the other. The next client begins with the other.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, server, changes_after), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _serve(listener: socket.socket, server: Server, changes_after: int) -> None:
    address = (str(server.url.hostname), int(server.url.port or 5432))
    greeting = b""
    with suppress(OSError), socket.create_connection(address) as first, socket.create_connection(address) as second:
        while True:
            client, _ = listener.accept()
            with client, suppress(EOFError):
                startup = _startup(client)
                for peer in (first, second) if not greeting else ():
                    peer.sendall(startup)
                    greeting = b"".join(_until_ready(peer))
                client.sendall(greeting)
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _session(client, first, second, changes_after)
                for peer in (first, second):  # what a client leaves open ends with it
                    peer.sendall(b"Q" + struct.pack("!I", 13) + b"ROLLBACK\0")
                    deque(_until_ready(peer), maxlen=0)
            first, second = second, first


def _session(client: socket.socket, first: socket.socket, second: socket.socket, changes_after: int) -> None:
    done = 0
    while (message := _message(client))[:1] != b"X":
        backend = first if done <= changes_after or (done - changes_after) % 2 == 0 else second
        backend.sendall(message)
        answer = b"".join(_until_ready(backend))
        client.sendall(answer)
        done += answer.endswith(b"I")  # ReadyForQuery, idle: not in a transaction


def _startup(client: socket.socket) -> bytes:
    """The startup message; encryption is declined."""
    while True:
        length = _exactly(client, 4)
        message = length + _exactly(client, struct.unpack("!I", length)[0] - 4)
        if struct.unpack("!I", message[4:8])[0] not in (_SSL, _GSS):
            return message
        client.sendall(b"N")


def _until_ready(backend: socket.socket) -> Iterator[bytes]:
    message = b""
    while not message.startswith(b"Z"):
        message = _message(backend)
        yield message


def _message(peer: socket.socket) -> bytes:
    start = _exactly(peer, 5)
    return start + _exactly(peer, struct.unpack("!I", start[1:])[0] - 4)


def _exactly(peer: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        chunk = peer.recv(size - len(found))
        if not chunk:
            raise EOFError
        found += chunk
    return found
