"""What the commands of `sqlgen trust` share: words are read, next/ is changed and signed, and what happened is said."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sqlgen.cli.output import data, tell
from sqlgen.errors import ExitCode, Message, UsageError, say

if TYPE_CHECKING:
    from sqlgen.bundle.trust import Standing


@contextmanager
def change(folder: Path, key: Path | None, *, yes: bool) -> Iterator[None]:
    """Says what the change inside does to next/ and which names in it nothing else has, and signs it with a key."""
    from sqlgen.bundle import trust

    before = trust.begin(folder)
    yield
    after = trust.begin(folder)
    if after == before:
        data(f"{say('that is so already; nothing was changed')}\n")
    elif key is not None:
        sign(folder, key, None, yes=yes)
    else:
        listed(trust.changes(before, after))
        for warning in trust.typos(before, after):
            tell(say("warning: {what}", what=warning))
        standing = trust.where_it_stands(folder)
        if standing is not None:
            data(f"{waiting(standing)}\n")


def waiting(standing: Standing) -> Message:
    if standing.signed:
        signed = say("signed by {names}; ", names=", ".join(standing.signed))
    else:
        signed = say("not signed yet; ")
    return say(
        "next/, version {number}: {signed}needs {need} of {names}",
        number=standing.number,
        signed=signed,
        need=standing.need,
        names=", ".join((*standing.signed, *standing.missing)),
    )


def away(folder: Path) -> Message:
    return say("to throw these changes away: rm -r {path}", path=shlex.quote(str(folder / "next")))


def listed(lines: Sequence[Message]) -> None:
    data("".join(f"  {line}\n" for line in lines))


def sign(folder: Path, key: Path | None, principal: str | None, *, yes: bool) -> None:
    from sqlgen.bundle import trust

    def look(changes: Sequence[Message], warnings: Sequence[Message]) -> None:
        tell(say("this version says:"))
        for change in changes:
            tell(f"  {change}")
        for warning in warnings:
            tell(say("warning: {what}", what=warning))
        asked = not yes and sys.stdin.isatty() and sys.stderr.isatty()
        if asked and not typer.confirm(str(say("Sign it?")), err=True):
            # before version 1 there is nothing to go back to
            later = (folder / "versions").is_dir()
            tell(say("not signed; {away}", away=away(folder)) if later else say("not signed"))
            raise typer.Exit(ExitCode.FINDINGS)

    number = trust.sign(folder, key, principal=principal, look=look)
    if number is None:
        standing = trust.where_it_stands(folder)
        if standing is not None:
            more = standing.need - len(standing.signed)
            names = ", ".join(standing.missing)
            data(f"{say('signed; {more} more of {names} must sign: pass next/ on', more=more, names=names)}\n")
        return
    what = say("signed: version {number} holds now. Commit it: versions/{number} is new, next/ is gone", number=number)
    data(f"{what}\n")
    if number == 1:
        id = trust.check(folder, now=datetime.now(UTC)).id
        data(f"{say('its id, to tell to everybody who verifies: {id}', id=id)}\n")


def root_key(text: str) -> tuple[Path, str | None]:
    """`KEY` or `NAME=KEY`."""
    name, equals, path = text.partition("=")
    return (Path(path), name) if equals and not Path(text).exists() else (Path(text), None)


def environment_policy(text: str) -> tuple[str, dict[str, int]]:
    """`prod:review=1,dba=1`."""
    environment, colon, roles = text.partition(":")
    if not colon:
        raise UsageError(
            say("{text} is no policy", text=repr(text)), hint=say("Write ENV:ROLE=N,…, as in prod:review=1,dba=1")
        )
    return environment, roles_of(roles.split(","))


def roles_of(words: Sequence[str]) -> dict[str, int]:
    roles: dict[str, int] = {}
    for word in words:
        role, _, need = word.partition("=")
        if not role or not need.isdecimal() or role in roles:
            raise UsageError(
                say("{word} does not say how many people in a role", word=repr(word)),
                hint=say("Write each role once, with a number, as in review=1 dba=1"),
            )
        roles[role] = int(need)
    return roles


def day_of(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise UsageError(say("{text} is not a date", text=text), hint=say("Write a day, as in 2027-01-31.")) from None
