"""A trust folder and an environment in, the entries of its ledger out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from sqlgen.bundle.ledger.entry import Entry, parse
from sqlgen.bundle.verify import ENVIRONMENT, Link, chain, check_link, check_remembered, check_versions
from sqlgen.errors import UsageError, VerificationError, say


def environments(trust: Path) -> tuple[str, ...]:
    """The environments that have a ledger, sorted."""
    folder = trust / "ledger"
    found = sorted(each.name for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
    return tuple(name for name in found if ENVIRONMENT.fullmatch(name))


def entries(trust: Path, environment: str) -> tuple[Entry, ...]:
    """All entries, first one first; their signatures are not looked at. Raises VerificationError for a broken chain,
    and for an entry that is not written as sqlgen writes it."""
    return tuple(entry for _, entry in linked(trust, environment))


def linked(trust: Path, environment: str) -> tuple[tuple[Link, Entry], ...]:
    """The same, each with its place in the chain, by which check_link finds out who signed it."""
    if not ENVIRONMENT.fullmatch(environment):
        raise UsageError(
            say("{name} is no environment name", name=repr(environment)),
            hint=say("Use small letters, digits, - and _, as in prod."),
        )
    return tuple((link, _entry(link)) for link in chain(trust, environment))


def believed(trust: Path, environment: str) -> tuple[tuple[Link, Entry], ...]:
    """The same of a trust folder that is as its root keys signed it: the chain has what this host remembers, and its
    last entry, which holds the digests of all before it, is signed by one who may. Raises VerificationError."""
    versions = check_versions(trust)
    found = linked(trust, environment)
    check_remembered(versions, environment, [link for link, _ in found])
    if found:
        check_link(trust, found[-1][0])
    return found


def signed(trust: Path, environment: str) -> tuple[Entry, ...]:
    """All entries of such a ledger, each signed by one who may. Raises VerificationError; it names the environment."""
    try:
        found = believed(trust, environment)
        check_links(trust, [link for link, _ in found])
    except VerificationError as error:
        what = say("the ledger of {environment}: {why}", environment=environment, why=error.message)
        raise VerificationError(what, hint=error.hint) from error
    return tuple(entry for _, entry in found)


def check_links(trust: Path, links: Sequence[Link]) -> None:
    """Check these signatures, several at a time. Raises VerificationError for the first that is not good."""
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        for _ in pool.map(partial(check_link, trust), links):
            pass


def _entry(link: Link) -> Entry:
    try:
        entry = parse(link.values)
        as_written = entry.to_text().encode() == link.path.read_bytes()
    except (KeyError, TypeError, ValueError, OSError):
        as_written = False
    if not as_written:
        raise VerificationError(
            say("step 14: the ledger is broken ({number})", number=link.number),
            hint=say(
                "{path} is not written as sqlgen writes it. Restore it from the repository. Where two people wrote "
                "this number, keep the pushed entry, and write the other one again: sqlgen receipt.",
                path=link.path,
            ),
        )
    return entry
