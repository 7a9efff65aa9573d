"""A person's or a machine's key and a wish in, `next/` changed: who may sign as what, where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlgen.bundle.trust.draft import SIGNERS, appended, begin, revoked_keys, save_change
from sqlgen.bundle.trust.keys import (
    check_environment,
    numbered,
    read_key,
    revoked,
    role_of,
    signer_name,
    signer_of,
    written,
)
from sqlgen.bundle.verify import MACHINE, RESERVED_ROLES, ROLE, Signer, namespace
from sqlgen.errors import Message, SigningError, UsageError, say


def add(
    folder: Path,
    public_key: Path,
    *,
    roles: Sequence[str],
    environments: Sequence[str],
    principal: str | None = None,
    breakglass: bool = False,
    receipt: bool | None = None,
    valid_after: date | None = None,
    valid_before: date | None = None,
) -> str:
    """Let the owner of a public key sign in these roles for these environments; gives the name under which.

    `principal` None: the key's comment. Who is no machine may also reject there; `receipt`, None: where a role is dba,
    may sign what was run. `breakglass`: the roles are those of the policy for emergencies, and not of the other. What
    the same name with the same key may do already stays. Raises UsageError, SigningError for a key that can't be used,
    OutputError.
    """
    key = read_key(public_key)
    name = signer_name(principal, key)
    scopes = _scopes(roles, environments, breakglass=breakglass, receipt="dba" in roles if receipt is None else receipt)
    days = (("valid-after", valid_after), ("valid-before", valid_before))
    # Without a Z, which OpenSSH before 9.1 does not know: verifiers take these times as UTC.
    valid = ",".join(f'{word}="{day:%Y%m%d}"' for word, day in days if day is not None)
    if valid_after is not None and valid_before is not None and valid_after >= valid_before:
        raise UsageError(
            say("the key would never be valid"), hint=say("--valid-before is a day later than --valid-after.")
        )
    draft = begin(folder)
    text = draft.files.get(SIGNERS, "")
    signer = signer_of(name, scopes, key, valid)
    for index, other in numbered(text, SIGNERS):
        _no_clash(signer, other)
        if (other.name, other.key) == (name, key.key):
            merged = replace(signer, scopes=tuple(sorted({*other.scopes, *scopes})), valid=valid or other.valid)
            lines = text.split("\n")
            lines[index] = written(merged)
            save_change(folder, draft, draft.with_file(SIGNERS, "\n".join(lines)))
            return name
    if key.key in revoked_keys(draft):
        raise revoked(public_key)
    save_change(folder, draft, draft.with_file(SIGNERS, appended(text, written(signer))))
    return name


def remove(folder: Path, name: str, *, roles: Sequence[str] = (), environments: Sequence[str] = ()) -> None:
    """Take from a person, or a machine, what they may do: all of it, or in these roles, in these environments.

    A role is taken in emergencies, too. Raises UsageError when there is nothing to take; OutputError.
    """
    draft = begin(folder)
    lines: list[str | None] = list(draft.files.get(SIGNERS, "").split("\n"))
    taken = False
    for index, signer in numbered(draft.files.get(SIGNERS, ""), SIGNERS):
        left = tuple(scope for scope in signer.scopes if not _meant(scope, roles, environments))
        if signer.name == name and left != signer.scopes:
            taken = True
            what_is_left = [scope for scope in left if not scope.startswith("reject.")]
            lines[index] = written(replace(signer, scopes=left)) if what_is_left else None
    if not taken:
        raise UsageError(
            say("there is nothing of {name} to remove", name=repr(name)),
            hint=say("See who may do what with sqlgen trust check {path}", path=folder),
        )
    save_change(folder, draft, draft.with_file(SIGNERS, "\n".join(line for line in lines if line is not None)))


def _scopes(roles: Sequence[str], environments: Sequence[str], *, breakglass: bool, receipt: bool) -> tuple[str, ...]:
    for role in roles:
        if role in RESERVED_ROLES:
            hints = {"receipt": say("Use --receipt."), "trust": say("Root keys go with sqlgen trust roots.")}
            raise UsageError(
                say("{role} is no role of people", role=role),
                hint=hints.get(role, say("Use a role of the policy, as in --role review. Anybody may reject.")),
            )
        if not ROLE.fullmatch(role):
            raise UsageError(
                say("{role} is no role", role=repr(role)), hint=say("Use small letters, digits, - and _, as in review.")
            )
    machine = MACHINE in roles
    if machine and (len(set(roles)) > 1 or receipt):
        raise _two_kinds(say("a machine can't have a person's role"))
    if not environments or not (roles or receipt):
        raise UsageError(
            say("there is nothing that this key may do"), hint=say("Say as what, and where: --role dba --env prod")
        )
    scopes: set[str] = set()
    for environment in map(check_environment, environments):
        scopes |= {namespace(role, environment, breakglass=breakglass) for role in roles}
        if not machine:
            scopes.add(namespace("reject", environment))
        if receipt:
            scopes.add(namespace("receipt", environment))
    return tuple(sorted(scopes))


def _no_clash(new: Signer, old: Signer) -> None:
    """Raise SigningError when a key would count for two names, or a machine for a person."""
    same_name, same_key = old.name == new.name, old.key == new.key
    if same_key and not same_name:
        raise SigningError(
            say("{name} has this key already", name=old.name),
            hint=say("Let {name} make a key of their own: nobody may count as two people.", name=new.name),
        )
    if (same_name or same_key) and _machine(old) != _machine(new):
        raise _two_kinds(say("{name} would be a machine and a person", name=old.name))


def _machine(signer: Signer) -> bool:
    return any(role_of(scope)[0] == MACHINE for scope in signer.scopes)


def _two_kinds(message: Message) -> SigningError:
    return SigningError(
        message,
        hint=say("The role {ci} is for machines, with names and keys that nothing else has.", ci=MACHINE),
    )


def _meant(scope: str, roles: Sequence[str], environments: Sequence[str]) -> bool:
    role, environment, _ = role_of(scope)
    return (not roles or role in roles) and (not environments or environment in environments)
