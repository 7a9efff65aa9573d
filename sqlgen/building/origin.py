"""A project's folder in; the commit, the times and the day that a bundle built from it has out."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlgen.building.order import Order
from sqlgen.bundle.verify import utc
from sqlgen.errors import UsageError, say
from sqlgen.history import git


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a bundle comes from. Its times come from SOURCE_DATE_EPOCH, else the commit; there may be neither."""

    repository: git.Repository | None
    commit: str | None
    project: str | None
    """Where the project lies in its repository, with `/`; None: at its top, or outside git."""
    created: datetime | None
    today: date
    """The day by which allowances are judged."""


def origin(root: Path, order: Order) -> Origin:
    """Where the project at `root` stands. Raises UsageError when SOURCE_DATE_EPOCH is no number."""
    recorded = order.recorded
    outside = recorded is not None and recorded.commit is None  # of git: what is built again is so, too
    here = None if outside else git.repository(root)
    found = here.commit if here is not None else None
    created = order.created
    if created is None and recorded is None:
        created = source_date() or (found.time if found else None)
    below = here.name(root) if here is not None and found is not None else None
    return Origin(
        here,
        found.id if found else None,
        None if below == "." else below,
        created,
        created.date() if created else datetime.now(UTC).date(),
    )


def source_date() -> datetime | None:
    """SOURCE_DATE_EPOCH (reproducible-builds.org), None when unset. Raises UsageError when it is no number."""
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(text))
    except (ValueError, OverflowError):
        raise UsageError(
            say("SOURCE_DATE_EPOCH is {text}", text=text), hint=say("Set it to whole seconds since 1970, or unset it.")
        ) from None


def expiry(text: str, created: datetime | None) -> datetime:
    """`2026-12-31` is the end of that day, UTC; `14d` counts from `created`. Raises UsageError for anything else."""
    days = re.fullmatch(r"(\d+)d", text)
    if days and created is None:
        raise UsageError(
            say("{text} needs a commit to count from, and there is none", text=text),
            hint=say("Write a date: --expires 2026-12-31."),
        )
    try:
        if days and created:
            end = created + timedelta(days=int(days[1]))
        else:
            end = datetime.combine(date.fromisoformat(text), time(), UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise UsageError(
            say("{text} is not a date", text=text),
            hint=say("Write --expires 2026-12-31, or 14d for days after the commit."),
        ) from None
    if created is not None and end <= created:
        raise UsageError(
            say("--expires {text} is over before the commit was made, at {created}", text=text, created=utc(created)),
            hint=say("Write a later date, or days after the commit, such as 14d."),
        )
    return end
