"""What tests expect of a statement that can't be read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.facts.vocabulary import Opaque


@dataclass(frozen=True)
class Unread:
    """Equal to an Opaque with this reason, in English."""

    why: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Opaque) and str(other.why) == self.why

    __hash__ = None  # type: ignore[assignment]
