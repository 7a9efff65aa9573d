"""A trust folder in, what its newest version says and what its keepers must know out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlgen.bundle.trust.advice import advice
from sqlgen.bundle.trust.changes import changes
from sqlgen.bundle.trust.draft import pending, standing
from sqlgen.bundle.trust.make import VERIFIERS, verifier
from sqlgen.bundle.trust.publish import Standing, check_form, where_it_stands
from sqlgen.bundle.verify import check_versions, newest, read_version, version_folder
from sqlgen.errors import Message, SqlgenError, say


@dataclass(frozen=True, slots=True)
class Checked:
    """What a trust folder says, and what its keepers should look at."""

    id: str | None
    """None: nobody has signed a version yet."""
    number: int
    """Of the newest version; 0 where there is none."""
    says: tuple[Message, ...]
    """Root keys, policies and people of the newest version."""
    waiting: Standing | None
    """`next/`, where there is one that follows from the newest version."""
    warnings: tuple[Message, ...]
    """Of `next/`, those that the newest version does not give."""


def check(folder: Path, *, now: datetime) -> Checked:
    """Steps 1 and 2 of verifying, for all versions and environments, and then what only keepers care about.

    Raises VerificationError for what verifiers would refuse, UsageError where there is no trust folder.
    """
    newest_draft = standing(folder)
    number = 0 if newest_draft is None else newest(folder)
    versions = [read_version(version_folder(folder, each), None) for each in range(1, number + 1)]
    id = check_versions(folder, everything=True).id if versions else None
    warnings = other_verifiers(folder)
    waiting, warned_of_next = None, []
    try:
        waiting = where_it_stands(folder)
        draft = pending(folder)
        if draft is not None:
            warned_of_next = advice(check_form(draft), now)
    except SqlgenError as error:
        warnings.append(say("next/ can't be signed: {why}. {hint}", why=error.message, hint=error.hint))
    warned = advice(versions[-1], now) if versions else []
    warnings += warned
    warnings += [say("next/: {what}", what=each) for each in warned_of_next if each not in warned]
    says = () if newest_draft is None or not versions else changes(None, newest_draft)
    return Checked(id, number, says, waiting, tuple(warnings))


def other_verifiers(folder: Path) -> list[Message]:
    """Those of a trust folder that are not the ones of this sqlgen, and what to do about it."""
    warnings = []
    for name in VERIFIERS:
        try:
            same = (folder / name).read_bytes() == verifier(name)
        except OSError:
            same = False
        if not same:
            warnings.append(
                say(
                    "{name} is not that of this sqlgen. Look at what differs, and take this one with "
                    "sqlgen trust verifiers {folder}",
                    name=name,
                    folder=folder,
                )
            )
    return warnings
