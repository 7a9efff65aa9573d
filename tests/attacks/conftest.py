"""A genuine bundle with real keys, made once; every attack gets a copy of it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sqlgen.bundle import pack, trust
from sqlgen.bundle.manifest import Manifest, RevisionFile
from sqlgen.bundle.verify import Verified, verify
from sqlgen.errors import VerificationError

PEOPLE = ("alice", "bob", "dora", "eve")
APPLY = b"CREATE TABLE books (\n  id integer PRIMARY KEY\n);\n"
MANIFEST = Manifest(
    content_id=pack.content_id([APPLY.decode()], dialect="postgresql", lower=(), upper=("a1",)),
    environment="prod",
    dialect="postgresql",
    server_version="16",
    client="psql",
    database="shop",
    lower=(),
    upper=("a1",),
    revisions=(RevisionFile("a1", "migrations/versions/a1_books.py", hashlib.sha256(b"a1").hexdigest()),),
    commit=None,
    created="2026-01-01T00:00:00Z",
    expires="2999-01-01T00:00:00Z",
    required_roles={"review": 2, "dba": 1},
)
SHELLS = tuple(command for command in (("dash",), ("busybox", "sh")) if shutil.which(command[0])) or (("sh",),)


@dataclass(frozen=True, slots=True)
class World:
    """A bundle, the trust folder of those who will apply it, and everybody's keys."""

    root: Path
    keys: Path

    @property
    def bundle(self) -> Path:
        return self.root / "bundle"

    @property
    def trust(self) -> Path:
        return self.root / "trust"

    def key(self, who: str) -> Path:
        return self.keys / who

    def public(self, who: str) -> str:
        return " ".join(self.key(who).with_suffix(".pub").read_text().split()[:2])

    def sums(self) -> None:
        """Write a SHA256SUMS that fits the files, as anybody can."""
        names = sorted(
            path.relative_to(self.bundle).as_posix()
            for path in self.bundle.rglob("*")
            if path.is_file() and not path.is_relative_to(self.bundle / "sig") and path.name != "SHA256SUMS"
        )
        lines = (f"{hashlib.sha256((self.bundle / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
        (self.bundle / "SHA256SUMS").write_text("".join(lines))

    def sign(self, role: str, who: str, *, name: str | None = None, scope: str | None = None) -> Path:
        """Sign whatever SHA256SUMS holds now, without any of sqlgen's checks."""
        file = self.bundle / "sig" / role / f"{name or who + '@example.com'}.sig"
        file.parent.mkdir(parents=True, exist_ok=True)
        result = subprocess.run(
            ["ssh-keygen", "-Y", "sign", "-f", self.key(who), "-n", scope or f"{role}.prod.v1@sqlgen"],
            input=(self.bundle / "SHA256SUMS").read_bytes(),
            capture_output=True,
            check=True,
        )
        file.write_bytes(result.stdout)
        return file

    def sign_all(self) -> None:
        """The signatures that the policy wants."""
        shutil.rmtree(self.bundle / "sig", ignore_errors=True)
        self.sign("review", "alice")
        self.sign("review", "bob")
        self.sign("dba", "dora")

    def seal(self) -> None:
        """Sums and signatures over what the bundle holds now: those who may sign were careless, or attack."""
        self.sums()
        self.sign_all()

    def manifest(self, **changes: object) -> None:
        (self.bundle / "MANIFEST.json").write_text(replace(MANIFEST, **changes).to_text())  # type: ignore[arg-type]
        self.seal()

    def python(self, environment: str = "prod") -> Verified | str:
        """What sqlgen says: what it verified, or the reason against it."""
        try:
            return verify(self.trust, environment, self.bundle, now=datetime.now(UTC))
        except VerificationError as error:
            return str(error)

    def shell(
        self, shell: tuple[str, ...], environment: str = "prod", variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        script = self.trust / "verify.sh"
        return subprocess.run(
            [*shell, str(script), str(self.trust), environment, str(self.bundle)],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(variables or {})},
        )


@pytest.fixture(scope="session")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A bundle that two reviewers and a DBA have signed. Every verifier must accept it first."""
    world = World(tmp_path_factory.mktemp("genuine"), tmp_path_factory.mktemp("keys"))
    for who in PEOPLE:
        comment = f"{who}@example.com"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", world.key(who)], check=True)
    trust.init(world.trust, roles={"review": 2, "dba": 1})
    for who, role in (("alice", "review"), ("bob", "review"), ("dora", "dba")):
        trust.add(world.trust, world.key(who).with_suffix(".pub"), roles=[role], environments=["staging", "prod"])
    files = {
        "MANIFEST.json": MANIFEST.to_text().encode(),
        "apply.sql": APPLY,
        "rollback.sql": b"DROP TABLE books;\n",
        "evidence/findings.json": b"{}\n",
        "review.md": b"# Review\n",
    }
    pack.write(files, world.bundle, force=False)
    world.sign_all()
    verified = world.python()
    assert isinstance(verified, Verified), verified
    for shell in SHELLS:
        result = world.shell(shell)
        assert result.returncode == 0, result.stderr
        assert f"bundle id {verified.bundle_id}\n" in result.stdout
    return world


@pytest.fixture(params=SHELLS, ids="-".join)
def shell(request: pytest.FixtureRequest) -> tuple[str, ...]:
    command: tuple[str, ...] = request.param
    return command


@pytest.fixture
def world(genuine: World, tmp_path: Path) -> World:
    """A copy of the genuine bundle and trust folder, to attack."""
    shutil.copytree(genuine.root, tmp_path / "w")
    return World(tmp_path / "w", genuine.keys)


@pytest.fixture(autouse=True)
def private_copies_go_where_the_test_can_see_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder
