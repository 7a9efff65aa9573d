"""Small bundles and real keys, for tests of what is done with bundles."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlgen.bundle import pack
from sqlgen.bundle.manifest import Manifest, RevisionFile
from tests.unit import building

MANIFEST = Manifest(
    content_id="01" * 32,
    environment="prod",
    dialect="sqlite",
    server_version=None,
    client="sqlite3",
    database="shop.db",
    lower=(),
    upper=("a1",),
    revisions=(RevisionFile("a1", "versions/a1_books.py", "a1" * 32),),
    commit=None,
    created=None,
    expires="2026-07-01T00:00:00Z",
    required_roles={"author": 1, "dba": 1},
)


def keygen(path: Path, *, comment: str = "alice@example.com", passphrase: str = "", kind: str = "ed25519") -> Path:
    size = ["-b", "2048"] if kind == "rsa" else []  # larger ones take seconds to make
    command = ["ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-C", comment, "-f", path]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def make(out: Path, *, files: Mapping[str, bytes] | None = None, **changes: Any) -> Path:
    """A bundle whose manifest has these changes."""
    contents = {"apply.sql": b"SELECT 1;\n", **(files or {})}
    manifest = replace(MANIFEST, **changes)
    pack.write({"MANIFEST.json": manifest.to_text().encode(), **contents}, out, force=False)
    return out


def bundle_id(bundle: Path) -> str:
    return hashlib.sha256((bundle / "SHA256SUMS").read_bytes()).hexdigest()


def signed_by_hand(bundle: Path, role: str, key: Path, name: str, *, scope: str | None = None) -> Path:
    """What a person without sqlgen does."""
    file = bundle / f"sig/{role}/{name}.sig"
    file.parent.mkdir(parents=True, exist_ok=True)
    command = ["ssh-keygen", "-Y", "sign", "-f", key, "-n", scope or f"{role}.prod.v1@sqlgen"]
    data = (bundle / "SHA256SUMS").read_bytes()
    file.write_bytes(subprocess.run(command, input=data, capture_output=True, check=True).stdout)
    return file


def good(file: Path, data: bytes, scope: str, key: Path) -> bool:
    """Whether ssh-keygen, without any of our code, takes the signature for one by this key."""
    signers = file.parent.parent.parent.with_name("signers-of-one")
    public = key if key.suffix == ".pub" else key.with_name(key.name + ".pub")
    signers.write_text(f'somebody namespaces="{scope}" {public.read_text()}')
    command = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "somebody", "-n", scope, "-s", file]
    return subprocess.run(command, input=data, capture_output=True, check=False).returncode == 0


def tree(folder: Path) -> dict[str, bytes]:
    """Everything in a folder; folders end in a slash."""
    return {
        path.relative_to(folder).as_posix() + "/" * path.is_dir(): b"" if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


def sqlgen(*arguments: str | Path, **how: Any) -> subprocess.CompletedProcess[str]:
    """The real command, in a process of its own."""
    command = [sys.executable, "-m", "sqlgen", *map(str, arguments)]
    options = {"capture_output": True, "text": True, "check": False, "stdin": subprocess.DEVNULL, **how}
    return subprocess.run(command, **options)


def here(*arguments: str | Path, folder: Path | None = None) -> building.Done:
    """The command in this process, which is faster."""
    return building.sqlgen(*arguments, cwd=folder or Path.cwd())


def without_terminal() -> dict[str, str]:
    """Our variables, but for what would show a window or find an agent."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "SSH_ASKPASS", "SSH_AUTH_SOCK", "SSH_ASKPASS_REQUIRE"}
    return {name: value for name, value in os.environ.items() if name not in hidden}
