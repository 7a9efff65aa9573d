"""What was done, as an entry of the ledger; entry to JSON and back. docs/bundle-format.md, section 7.

A `Receipt` says what was run and what came out. A `Word` is what somebody says of a bundle: that it must not be
applied, that this is taken back, that an emergency was looked at afterwards. A `Restored` is about no bundle: the
database was set back, from a dump or otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from sqlgen import documents
from sqlgen.bundle.manifest import Manifest
from sqlgen.bundle.verify import RESTORED
from sqlgen.documents import Key, Rare

FORMAT = "sqlgen.ledger/1"
RECEIPTS = ("applied", "failed", "undone")
WORDS = {"rejected": "reject", "withdrawn": "reject", "reviewed": "review"}
ROLES = {**dict.fromkeys((*RECEIPTS, RESTORED), "receipt"), **WORDS}
"""Kind → the role in whose namespace it is signed."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A revision of the bundle."""

    id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A signature that counts for the bundle."""

    key: str
    """The key's fingerprint, `SHA256:…`."""
    name: str
    role: str
    carried: Rare[bool] = False
    """It is of the bundle that this one renews, and the policy lets it count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every entry says. `at` to `trust_version` are filled in when it is appended."""

    kind: str
    environment: str
    at: str = ""
    """When it was signed, as `2026-01-31T09:30:00Z`."""
    name: str = ""
    """Who signed it, as allowed_signers has it."""
    number: int = 0
    previous: str = ""
    """sha256 of the bytes of the entry before; 64 zeros in the first."""
    trust_version: int = 0
    database: Rare[str | None] = None
    service: Rare[str | None] = None

    @property
    def place(self) -> tuple[str | None, str | None]:
        """Service and database: whose ledger within the environment's it is."""
        return self.service, self.database

    @property
    def role(self) -> str:
        """In whose namespace it is signed."""
        return ROLES[self.kind]

    def to_text(self) -> str:
        """The entry's file."""
        return documents.write(self, format=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfBundle(Entry):
    """What entries say of the bundle that they are about."""

    bundle: str
    """The bundle id."""
    content_id: str
    lower: Annotated[tuple[str, ...], Key("from")]
    upper: Annotated[tuple[str, ...], Key("to")]
    revisions: tuple[Recorded, ...]
    breakglass: Rare[str | None] = None
    ticket: Rare[str | None] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(OfBundle):
    """A script was run. `kind` is applied, failed or undone."""

    client: str
    exit_code: int | None
    log_sha256: str
    result: str | None
    """What the last result line of the log says; None: it has none."""
    script: str
    """apply.sql, resume.sql or rollback.sql."""
    signatures: tuple[Approval, ...]
    """Those that count, its own first; where the bundle did not verify, its own as they claim."""
    verified: bool
    why_not: Rare[str | None] = None
    """Why the bundle did not verify."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(OfBundle):
    """Somebody says something of the bundle. `kind` is rejected, withdrawn or reviewed."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored(Entry):
    """The database was set back, from a dump, a backup or a copy of another one. No receipt before it says what is
    there now. `kind` is restored."""

    because: str
    rows: tuple[str, ...]
    """What its version table holds now; an empty one is base."""


def about(manifest: Manifest, bundle_id: str) -> dict[str, Any]:
    """What an entry takes from a bundle that is bound to an environment: the arguments that Receipt and Word share."""
    assert manifest.environment is not None
    return {
        "bundle": bundle_id,
        "content_id": manifest.content_id,
        "environment": manifest.environment,
        "lower": manifest.lower,
        "upper": manifest.upper,
        "revisions": tuple(Recorded(each.id, each.sha256) for each in manifest.revisions),
        "breakglass": manifest.breakglass,
        "database": manifest.database,
        "service": manifest.service,
        "ticket": manifest.ticket,
    }


def word(kind: str, manifest: Manifest, bundle_id: str, because: str) -> Word:
    """What somebody says of a bundle: rejected, withdrawn."""
    return Word(kind=kind, because=because, **about(manifest, bundle_id))


def parse(values: Mapping[str, object]) -> Entry:
    """An entry from its parsed JSON. Raises KeyError, TypeError."""
    kind = values["kind"]
    if kind not in ROLES:
        raise TypeError(f"{kind!r} is no kind of entry")
    return documents.read(Receipt if kind in RECEIPTS else Restored if kind == RESTORED else Word, values)
