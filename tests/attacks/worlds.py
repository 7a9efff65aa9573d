"""Two empty folders in; a bundle, a trust folder and a ledger out, signed by real keys, and what it takes to attack.

Nothing here goes through sqlgen's own code for signing, trust folders and ledgers: `ssh-keygen` and the page
docs/bundle-format.md are enough to write all of it by hand, and a mistake in sqlgen does not hide in its own tests.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlgen.bundle import pack
from sqlgen.bundle.manifest import Manifest, RevisionFile

ZEROS = "0" * 64
PEOPLE = ("alice", "bob", "dora", "eve", "robot", "ruth", "rolf", "rita")
"""Reviewers, a DBA, a stranger, a machine, and keepers of root keys, the last of whom comes later."""
APPLY = b"""-- Run it with: psql -X -v ON_ERROR_STOP=1 -d shop -f apply.sql > apply.log 2>&1
CREATE TABLE books (
  id integer PRIMARY KEY
);
"""
ROLLBACK = b"""-- Run it with: psql -X -v ON_ERROR_STOP=1 -d shop -f rollback.sql > rollback.log 2>&1
DROP TABLE books;
"""
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
SIGNERS = {
    "alice": ("review.prod", "review.staging", "reject.prod"),
    "bob": ("review.prod", "review.staging", "reject.prod"),
    "dora": ("dba.prod", "dba.prod.breakglass", "receipt.prod", "receipt.staging", "reject.prod"),
    "robot": ("ci.prod", "ci.staging"),
}
POLICIES = {
    "prod": "review 2\ndba 1\ncarry review\n",
    "staging": "review 1\n",
    "prod.breakglass": "dba 1\n",
}
OTHER = hashlib.sha256(b"another bundle").hexdigest()
"""Of other content."""
LEFT_OUT = object()
"""The value of a key that an entry lacks."""
TWIN = hashlib.sha256(b"a bundle of the same content").hexdigest()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def in_lines(values: Mapping[str, object]) -> bytes:
    """JSON in the line grammar of section 3."""
    lines = [f'  "{key}": {json.dumps(values[key], sort_keys=True)}' for key in sorted(values)]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


@dataclass(slots=True)
class World:
    """A bundle, the trust folder of those who will apply it, with its ledger, and everybody's keys."""

    root: Path
    keys: Path
    environment: str = "prod"
    mode: tuple[str, ...] = ()
    """Arguments before TRUST ENV DIR."""
    unprivileged: bool = False
    """The verifiers run without root's right to read everything."""
    bundle: Path = field(init=False)
    trust: Path = field(init=False)

    def __post_init__(self) -> None:
        self.bundle, self.trust = self.root / "bundle", self.root / "trust"

    # Keys.

    def key(self, who: str) -> Path:
        return self.keys / who

    def public(self, who: str) -> str:
        return " ".join(self.key(who).with_suffix(".pub").read_text().split()[:2])

    def fingerprint(self, who: str) -> str:
        blob = base64.b64decode(self.public(who).split()[1])
        return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")

    def rsa_key(self, who: str) -> None:
        """Give them an RSA key, too, under their name and `-rsa`."""
        if not self.key(f"{who}-rsa").exists():
            make = ["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-C", "x", "-f", self.key(f"{who}-rsa")]
            subprocess.run(make, check=True)

    def respelled(self, who: str) -> str:
        """The same RSA key with a zero before its exponent, which ssh-keygen reads as the same key."""
        data = base64.b64decode(self.public(who).split()[1])
        assert data[11:18] == b"\0\0\0\3\1\0\1"
        return "ssh-rsa " + base64.b64encode(data[:11] + b"\0\0\0\4\0\1\0\1" + data[18:]).decode()

    def signature(self, who: str, scope: str, data: bytes) -> bytes:
        """Over `data`, in `ROLE.ENV` or in a namespace that is given in full."""
        scope = f"{scope}.v1@sqlgen" if "." in scope and "@" not in scope else scope
        command = ["ssh-keygen", "-Y", "sign", "-f", self.key(who), "-n", scope]
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout

    # The bundle.

    @property
    def bundle_id(self) -> str:
        return digest((self.bundle / "SHA256SUMS").read_bytes())

    def sums(self) -> None:
        """Write a SHA256SUMS that fits the files, as anybody can."""
        write_sums(self.bundle)

    def sign(self, role: str, who: str, *, name: str | None = None, scope: str | None = None) -> Path:
        """Sign whatever SHA256SUMS holds now, without any of sqlgen's checks."""
        file = self.bundle / "sig" / role / f"{name or who + '@example.com'}.sig"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.signature(who, scope or f"{role}.prod", (self.bundle / "SHA256SUMS").read_bytes()))
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

    def manifest(self, **changes: Any) -> None:
        (self.bundle / "MANIFEST.json").write_text(replace(MANIFEST, **changes).to_text())
        self.seal()

    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads((self.bundle / "MANIFEST.json").read_text())
        return values

    def reject(self, who: str, *, key: str | None = None, scope: str = "reject.prod", **changes: object) -> None:
        """Put a rejection into the bundle."""
        name = f"{who}@example.com"
        values = {
            "at": "2026-01-20T12:00:00Z",
            "because": "it locks books for an hour",
            "bundle": self.bundle_id,
            "environment": "prod",
            "format": "sqlgen.rejection/1",
            "name": name,
        }
        data = in_lines({**values, **changes})
        folder = self.bundle / "sig/reject"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_bytes(data)
        (folder / f"{name}.sig").write_bytes(self.signature(key or who, scope, data))

    # The trust folder.

    @property
    def newest(self) -> int:
        return max(int(path.name) for path in (self.trust / "versions").iterdir())

    def version(self, number: int | None = None) -> Path:
        return self.trust / "versions" / str(number or self.newest)

    @property
    def trust_id(self) -> str:
        return digest((self.version(1) / "SHA256SUMS").read_bytes())

    def seal_version(self, number: int | None = None, *, by: Sequence[str] = ("ruth", "rolf")) -> None:
        """Sums and root signatures over what a version holds now."""
        folder = self.version(number)
        write_sums(folder)
        shutil.rmtree(folder / "sig", ignore_errors=True)
        for who in by:
            self.root_signature(who, number)

    def root_signature(self, who: str, number: int | None = None, *, name: str | None = None) -> None:
        folder = self.version(number)
        (folder / "sig").mkdir(exist_ok=True)
        data = (folder / "SHA256SUMS").read_bytes()
        (folder / "sig" / f"{name or who + '@example.com'}.sig").write_bytes(
            self.signature(who, "trust.v1@sqlgen", data)
        )

    def next_version(self, *, need: int = 2, previous: str | None = None) -> Path:
        """The newest version under the next number, not sealed yet."""
        old = self.version()
        new = self.trust / "versions" / str(self.newest + 1)
        shutil.copytree(old, new, ignore=shutil.ignore_patterns("sig", "SHA256SUMS"))
        before = previous or digest((old / "SHA256SUMS").read_bytes())
        (new / "version").write_text(f"number {new.name}\nprevious {before}\nneed {need}\n")
        return new

    def add_signer(self, name: str, scopes: str, who: str) -> None:
        with (self.version() / "allowed_signers").open("a") as file:
            file.write(signer(name, scopes, self.public(who)))
        self.seal_version()

    def policy(self, text: str, name: str = "prod") -> None:
        (self.version() / "policy" / name).write_text(text)
        self.seal_version()

    # The ledger.

    def ledger(self, environment: str = "prod") -> list[Path]:
        return sorted((self.trust / "ledger" / environment).glob("*.json"))

    def entry(
        self, kind: str, who: str = "dora", *, environment: str = "prod", key: str | None = None, **changes: object
    ) -> Path:
        """Add an entry about this bundle, unless `changes` say another one, signed by the one it names."""
        entries = self.ledger(environment)
        manifest = self.values()
        receipt = kind in ("applied", "failed", "undone")
        values: dict[str, object] = {
            "at": f"2026-02-01T12:00:{len(entries):02}Z",
            "bundle": self.bundle_id,
            "content_id": digest(b"other content") if changes.get("bundle") == OTHER else manifest["content_id"],
            "environment": environment,
            "format": "sqlgen.ledger/1",
            "from": manifest["from"],
            "kind": kind,
            "name": f"{who}@example.com",
            "number": len(entries) + 1,
            "previous": digest(entries[-1].read_bytes()) if entries else ZEROS,
            "revisions": [{"id": each["id"], "sha256": each["sha256"]} for each in manifest["revisions"]],
            "to": manifest["to"],
            "trust_version": self.newest,
        }
        rare = ("breakglass", "database", "service", "ticket")
        values |= {key: manifest[key] for key in rare if manifest.get(key) is not None}
        if receipt:
            values |= {
                "client": "psql",
                "exit_code": 3 if kind == "failed" else 0,
                "log_sha256": digest(b"log"),
                "result": f"sqlgen result: {kind.upper()}",
                "script": "rollback.sql" if kind == "undone" else "apply.sql",
                "signatures": self.signatures(),
                "verified": True,
            }
        else:
            values["because"] = "we talked about it"
        if kind == "restored":
            values |= {"because": "restored from the dump of Sunday", "rows": []}
            for name in ("bundle", "content_id", "from", "revisions", "ticket", "to"):
                values.pop(name, None)
        file = self.trust / "ledger" / environment / f"{len(entries) + 1:06}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        given = {**values, **changes}
        file.write_bytes(in_lines({name: value for name, value in given.items() if value is not LEFT_OUT}))
        self.sign_entry(file, key or who)
        return file

    def sign_entry(self, file: Path, who: str, *, scope: str | None = None) -> None:
        values = json.loads(file.read_text())
        role = {"rejected": "reject", "withdrawn": "reject", "reviewed": "review"}.get(values["kind"], "receipt")
        scope = scope or f"{role}.{values['environment']}"
        file.with_suffix(".sig").write_bytes(self.signature(who, scope, file.read_bytes()))

    def rechain(self, environment: str = "prod") -> None:
        """Numbers and hashes as if nothing had been changed: anybody who may write the ledger can do that."""
        previous = ZEROS
        for number, file in enumerate(self.ledger(environment), start=1):
            values = {**json.loads(file.read_text()), "number": number, "previous": previous}
            file.write_bytes(in_lines(values))
            previous = digest(file.read_bytes())
            new = file.with_name(f"{number:06}.json")
            if new != file:
                file.rename(new)
                file.with_suffix(".sig").rename(new.with_suffix(".sig"))

    def signatures(self) -> list[dict[str, str]]:
        files = sorted(self.bundle.glob("sig/*/*.sig"))
        approvals = [file for file in files if file.parent.name != "reject"]
        return [
            {"key": self.fingerprint(file.stem.split("@")[0]), "name": file.stem, "role": file.parent.name}
            for file in approvals
        ]

    # What a host remembers.

    @property
    def memory(self) -> Path:
        return self.root / "state/sqlgen/trust" / self.trust_id

    def remember(self) -> None:
        """This host has verified for prod by this trust folder, as it is now."""
        entries = self.ledger()
        lines = [
            f"path {self.trust}",
            f"version {self.newest} {digest((self.version() / 'SHA256SUMS').read_bytes())}",
            f"ledger prod {len(entries)} {digest(entries[-1].read_bytes())}",
        ]
        self.memory.parent.mkdir(parents=True, exist_ok=True)
        self.memory.write_text("\n".join(sorted(lines)) + "\n")


def write_sums(folder: Path) -> None:
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_relative_to(folder / "sig") and path != folder / "SHA256SUMS"
    )
    lines = (f"{digest((folder / name).read_bytes())}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text("".join(lines))


def signer(name: str, scopes: str | Sequence[str], key: str, options: str = "") -> str:
    """A line of allowed_signers."""
    listed = scopes if isinstance(scopes, str) else ",".join(f"{scope}.v1@sqlgen" for scope in scopes)
    return f'{name} namespaces="{listed}"{options} {key}\n'


def make_keys(folder: Path) -> None:
    for who in PEOPLE:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"{who}@example.com", "-f", folder / who]
        subprocess.run(command, check=True)


def make_trust(world: World) -> None:
    """Version 1, signed by two root keys; both must sign the next."""
    folder = world.trust / "versions/1"
    (folder / "policy").mkdir(parents=True)
    for name, text in POLICIES.items():
        (folder / "policy" / name).write_text(f"# who must sign\n{text}")
    people = [signer(f"{who}@example.com", scopes, world.public(who)) for who, scopes in SIGNERS.items()]
    (folder / "allowed_signers").write_text("# who may sign as what, where\n" + "".join(people))
    roots = [signer(f"{who}@example.com", "trust.v1@sqlgen", world.public(who)) for who in ("ruth", "rolf")]
    (folder / "roots").write_text("".join(roots))
    (folder / "revoked_keys").write_text("# none yet\n")
    (folder / "revoked_bundles").write_text("")
    (folder / "version").write_text(f"number 1\nprevious {ZEROS}\nneed 2\n")
    world.seal_version(1)


def make_bundle(world: World) -> None:
    files = {
        "MANIFEST.json": MANIFEST.to_text().encode(),
        "apply.sql": APPLY,
        "rollback.sql": ROLLBACK,
        "evidence/findings.json": b"{}\n",
        "review.md": b"# Review\n",
    }
    for name, data in files.items():
        file = world.bundle / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    world.seal()


def make_ledger(world: World) -> None:
    """What was done with other bundles, in prod; that the same content was applied in staging."""
    world.entry("applied", bundle=OTHER)
    world.entry("undone", bundle=OTHER)
    world.entry("failed", bundle=OTHER)
    world.entry("applied", environment="staging", bundle=digest(b"the bundle for staging"), database="shop_staging")


def make(root: Path, keys: Path) -> World:
    """A genuine world: every verifier must accept it."""
    world = World(root, keys)
    make_keys(keys)
    make_trust(world)
    make_bundle(world)
    make_ledger(world)
    return world
