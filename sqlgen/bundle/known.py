"""A trust folder and a bundle in, what the ledger says of it out, and how it differs from those that were rejected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlgen.bundle.ledger import Entry, OfBundle, Restored, Standing, Word, believed, standing
from sqlgen.bundle.ledger.reading import check_links
from sqlgen.bundle.manifest import Manifest
from sqlgen.bundle.verify import Link


@dataclass(frozen=True, slots=True)
class RevisionChange:
    """A revision that an earlier, rejected bundle did not have, has otherwise, or had alone."""

    id: str
    how: str
    """new, changed or gone."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A bundle that was rejected before: for the same service and environment, from the same revisions."""

    rejection: Word
    changes: tuple[RevisionChange, ...]
    """What is new, changed or gone since then, in the order in which revisions are applied."""
    same_content: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What a ledger says of a bundle, each entry signed by one who may."""

    entries: tuple[Entry, ...]
    """Those about this bundle, or about the one that it renews, in their order; and the last by which the database was
    set back since."""
    standing: Standing
    earlier: tuple[Earlier, ...]
    """In the order in which they were rejected."""


def known(trust: Path, manifest: Manifest, bundle_id: str) -> Known:
    """What the ledger of the manifest's environment says. Raises VerificationError when it can't be trusted."""
    assert manifest.environment is not None
    found = believed(trust, manifest.environment)
    ids = {bundle_id, manifest.renews}
    about = [(link, entry) for link, entry in found if isinstance(entry, OfBundle) and entry.bundle in ids]
    own = _signed(trust, [*about, *_set_back(found, about, manifest)])
    words = [
        (link, entry)
        for link, entry in found
        if isinstance(entry, Word) and entry.bundle not in ids and entry.kind != "reviewed" and _alike(entry, manifest)
    ]
    rejections = _standing_rejections([entry for entry in _signed(trust, words) if isinstance(entry, Word)])
    earlier = tuple(_earlier(each, manifest) for each in rejections)
    return Known(own, standing(own, {each for each in ids if each is not None}), earlier)


def _signed(trust: Path, found: Sequence[tuple[Link, Entry]]) -> tuple[Entry, ...]:
    """In their order. Raises VerificationError."""
    ordered = sorted(found, key=lambda each: each[1].number)
    check_links(trust, [link for link, _ in ordered])
    return tuple(entry for _, entry in ordered)


def _set_back(
    found: Sequence[tuple[Link, Entry]], about: Sequence[tuple[Link, Entry]], manifest: Manifest
) -> list[tuple[Link, Entry]]:
    """The last entry that says so of the bundle's database, where one about the bundle stands before it."""
    place = manifest.service, manifest.database
    back = [(link, entry) for link, entry in found if isinstance(entry, Restored) and entry.place == place]
    return [(link, entry) for link, entry in back[-1:] if about and about[0][1].number < entry.number]


def _alike(entry: Word, manifest: Manifest) -> bool:
    return (entry.service, entry.environment, entry.lower) == (manifest.service, manifest.environment, manifest.lower)


def _standing_rejections(entries: Sequence[Word]) -> list[Word]:
    """Those that nobody took back, in their order."""
    words = (word for id in {each.bundle for each in entries} for word in standing(entries, {id}).rejections)
    return sorted(words, key=lambda each: each.number)


def _earlier(rejection: Word, manifest: Manifest) -> Earlier:
    return Earlier(rejection, tuple(_changes(rejection, manifest)), rejection.content_id == manifest.content_id)


def _changes(rejection: Word, manifest: Manifest) -> Iterator[RevisionChange]:
    then = {each.id: each.sha256 for each in rejection.revisions}
    now = {each.id: each.sha256 for each in manifest.revisions}
    for id, digest in now.items():
        if then.get(id) != digest:
            yield RevisionChange(id, "changed" if id in then else "new")
    for id in then:
        if id not in now:
            yield RevisionChange(id, "gone")
