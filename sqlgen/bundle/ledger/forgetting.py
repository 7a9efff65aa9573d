"""A trust folder and an environment in; what this host remembers of that ledger taken out of its memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlgen.bundle.verify import ENVIRONMENT, Link, chain, check_link, check_versions
from sqlgen.errors import OutputError, UsageError, say


@dataclass(frozen=True, slots=True)
class Remembered:
    """What this host remembers of a ledger, and what is there now."""

    environment: str
    number: int
    digest: str
    """Of the entry that it saw last."""
    now: Link | None
    """The entry of that number that is there now."""
    last: Link | None
    """The last entry that is there now."""
    memory: Path
    """Where it is written down."""


def forget(trust: Path, environment: str, agree: Callable[[Remembered], bool]) -> bool:
    """Drop what this host remembers of a ledger; the rest of its memory stays. Whether `agree` had it so.

    Raises UsageError where there is nothing to forget, since the ledger has what is remembered; VerificationError for
    a trust folder or a ledger that can't be believed as it is now; OutputError.
    """
    if not ENVIRONMENT.fullmatch(environment):
        raise UsageError(
            say("{name} is no environment name", name=repr(environment)),
            hint=say("Use small letters, digits, - and _, as in prod."),
        )
    memory = check_versions(trust).memory
    seen = (memory.ledger or {}).get(environment)
    links = chain(trust, environment)
    now = None if seen is None else next((link for link in links if link.number == seen[0]), None)
    if seen is None or (now is not None and now.digest == seen[1]):
        raise UsageError(
            say("this host remembers nothing of the ledger of {environment}", environment=environment)
            if seen is None
            else say("the ledger has entry {number} as this host remembers it", number=seen[0]),
            hint=say("There is nothing to forget."),
        )
    if links:
        check_link(trust, links[-1])
    found = Remembered(environment, *seen, now, links[-1] if links else None, memory.file)
    if not agree(found):
        return False
    _without(memory.file, f"ledger {environment} ".encode())
    return True


def _without(file: Path, start: bytes) -> None:
    """Take the lines that begin so out of the file."""
    beside = None
    try:
        lines = file.read_bytes().splitlines(keepends=True)
        handle, beside = tempfile.mkstemp(prefix=".", dir=file.parent)  # mode 0600
        with os.fdopen(handle, "wb") as written:
            written.writelines(line for line in lines if not line.startswith(start))
        os.replace(beside, file)
    except OSError as error:
        if beside is not None:
            with suppress(OSError):
                os.unlink(beside)
        raise OutputError(
            say("{path} can't be written: {why}", path=file, why=error.strerror or error),
            hint=say("Nothing was forgotten. Make sure that you may write there and that there is space."),
        ) from error
