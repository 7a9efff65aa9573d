"""A trust folder in, where each service stands in each environment out, and what is still open there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlgen.bundle.ledger.entry import Entry, OfBundle, Receipt
from sqlgen.bundle.ledger.places import Place, places
from sqlgen.bundle.ledger.reading import environments, signed
from sqlgen.bundle.ledger.standing import Content, standing
from sqlgen.bundle.manifest import Manifest
from sqlgen.bundle.verify import check_versions, newest, read_version, utc, version_folder

State = Literal["applied", "undone", "failed", "rejected", "revoked", "expired", "pending"]


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A service in an environment."""

    environment: str
    place: Place


@dataclass(frozen=True, slots=True)
class Due:
    """Something that somebody still has to do."""

    kind: Literal["review", "failure"]
    environment: str
    receipt: Receipt
    place: Place | None = None
    """Where it failed; None: of a review."""


@dataclass(frozen=True, slots=True)
class BundleState:
    """A bundle that was asked for."""

    name: str
    bundle: str
    """The bundle id."""
    environment: str | None
    state: State
    by: OfBundle | None
    """The entry that decides; None: there is none. It may be of another bundle with the same content."""

    @property
    def other(self) -> str | None:
        """The id of that other bundle: it was applied as that one."""
        return self.by.bundle if self.by is not None and self.by.bundle != self.bundle else None


@dataclass(frozen=True, slots=True)
class Status:
    """What the ledgers of a trust folder say."""

    standpoints: tuple[Standpoint, ...]
    due: tuple[Due, ...]
    bundles: tuple[BundleState, ...] = ()


def status(trust: Path, bundles: Sequence[tuple[str, Manifest, str]] = (), *, now: datetime) -> Status:
    """`bundles`: a name to show, the manifest and the bundle id of each. Every signature is checked.

    Raises VerificationError for a trust folder or a ledger that can't be believed.
    """
    check_versions(trust)
    revoked = read_version(version_folder(trust, newest(trust)), None).revoked_bundles
    ledgers = {environment: signed(trust, environment) for environment in environments(trust)}
    standpoints = sorted(
        (Standpoint(environment, place) for environment, found in ledgers.items() for place in places(found)),
        key=lambda each: (each.place.service or "", each.place.database or "", each.environment),
    )
    due = [each for environment, found in ledgers.items() for each in _due(environment, found)]
    states = [_state(bundle, ledgers, revoked, utc(now)) for bundle in bundles]
    return Status(tuple(standpoints), tuple(due), tuple(states))


def _due(environment: str, entries: Sequence[Entry]) -> list[Due]:
    """Emergencies without a review, by bundle, then failures without a success."""
    bundles = dict.fromkeys(each.bundle for each in entries if isinstance(each, OfBundle))
    reviews = [standing(entries, {bundle}).review_due for bundle in bundles]
    return [
        *(Due("review", environment, receipt) for receipt in reviews if receipt is not None),
        *(Due("failure", environment, at.failed, at) for at in places(entries) if at.failed is not None),
    ]


def _state(
    bundle: tuple[str, Manifest, str], ledgers: dict[str, tuple[Entry, ...]], revoked: frozenset[str], now: str
) -> BundleState:
    name, manifest, bundle_id = bundle
    ids = {bundle_id, manifest.renews or bundle_id}
    # of the tenants the ledger does not say whose they were
    alike: Content | None = None if manifest.tenants else (manifest.content_id, manifest.service, manifest.database)
    stands = standing(ledgers.get(manifest.environment or "", ()), ids, alike)
    applied = None if stands.back_open is not None else stands.applied
    rejection = stands.rejections[-1] if stands.rejections else None
    # what was done comes first, then who is against it, then what time made of it
    said: tuple[tuple[State, OfBundle | None, bool], ...] = (
        ("applied", applied, applied is not None),
        ("revoked", None, bool(ids & revoked)),
        ("rejected", rejection, rejection is not None),
        ("failed", stands.failed, stands.failed is not None),
        ("undone", stands.undone, stands.undone is not None),
        ("expired", None, manifest.expires is not None and now >= manifest.expires),
        ("pending", None, True),
    )
    state, by = next((state, by) for state, by, holds in said if holds)
    return BundleState(name, bundle_id, manifest.environment, state, by)
