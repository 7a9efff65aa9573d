"""A wish in, `next/` changed: policies, what is revoked, root keys."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sqlgen.bundle.trust.draft import (
    REVOKED_BUNDLES,
    REVOKED_KEYS,
    ROOTS,
    SIGNERS,
    TRUST_SCOPE,
    appended,
    begin,
    entries,
    revoked_keys,
    save_change,
)
from sqlgen.bundle.trust.keys import check_environment, read_key, revoked, signer_name, signer_of, signers, written
from sqlgen.bundle.verify import RESERVED_ROLES, ROLE, SUMS
from sqlgen.errors import SigningError, UsageError, say
from sqlgen.messages import visible


def policy(
    folder: Path,
    environment: str,
    roles: Mapping[str, int],
    *,
    breakglass: bool = False,
    after: Sequence[str] = (),
    carry: Sequence[str] = (),
    ticket: bool = False,
) -> None:
    """Say what an environment needs, or needs in an emergency; what was said before does no longer hold.

    `roles`: how many people, 1 to 9. `after`: environments where the same content must have been applied. `carry`:
    roles in which a renewed bundle's approvals count. Raises UsageError, OutputError.
    """
    text = policy_text(environment, roles, after=after, carry=carry, ticket=ticket)
    draft = begin(folder)
    if breakglass and f"policy/{environment}" not in draft.files:
        raise UsageError(
            say("{environment} has no policy yet", environment=environment),
            hint=say(
                "Say first what it needs on other days: sqlgen trust policy {path} {environment} review=1 dba=1",
                path=folder,
                environment=environment,
            ),
        )
    save_change(folder, draft, draft.with_file(_policy_file(environment, breakglass=breakglass), text))


def remove_policy(folder: Path, environment: str, *, breakglass: bool = False) -> None:
    """Take an environment's policies away, or that for emergencies alone. Raises UsageError, OutputError.

    What people may sign there stays in allowed_signers; `check` names it.
    """
    draft = begin(folder)
    name = _policy_file(environment, breakglass=breakglass)
    if name not in draft.files:
        raise UsageError(
            say("there is no such policy"), hint=say("See them with sqlgen trust check {path}", path=folder)
        )
    left = draft.with_file(name, None).with_file(_policy_file(environment, breakglass=True), None)
    if not any(each.startswith("policy/") for each in left.files):
        raise UsageError(
            say("a trust folder without a policy would let nothing through"),
            hint=say("Add that of another environment first."),
        )
    save_change(folder, draft, left)


def _policy_file(environment: str, *, breakglass: bool) -> str:
    return f"policy/{check_environment(environment)}{'.breakglass' if breakglass else ''}"


def revoke_key(folder: Path, *, name: str | None = None, public_key: Path | None = None, because: str = "") -> None:
    """Let no signature of these keys count any more: all that stand under a name, or the one in a file.

    The lines in allowed_signers stay, so that verifiers can say that a key is revoked. Raises UsageError when there is
    no such key, SigningError, OutputError.
    """
    draft = begin(folder)
    listed = signers(draft.files.get(SIGNERS, ""), SIGNERS)
    if public_key is not None:
        key = read_key(public_key, private=True)
        owner = next((each.name for each in listed if each.key == key.key), key.comment)
        keys = {key.key: f"{key.kind} {key.key} {_ascii(owner)}".strip()}
    else:
        keys = {each.key: f"{each.kind} {each.key} {name}" for each in listed if each.name == name}
    if not keys:
        raise UsageError(
            say("{name} has no key in allowed_signers", name=repr(name)),
            hint=say("Give the key itself with --public-key FILE. A root key goes with: sqlgen trust roots --remove"),
        )
    text = draft.files.get(REVOKED_KEYS, "")
    new = [line for key, line in keys.items() if key not in revoked_keys(draft)]
    if not new:
        raise UsageError(
            say("this is revoked already"), hint=say("See what waits to be signed with sqlgen trust check.")
        )
    save_change(folder, draft, draft.with_file(REVOKED_KEYS, appended(text, *_reason(because), *new)))


def revoke_bundle(folder: Path, bundle: str | Path, *, because: str = "") -> str:
    """Let a bundle, by its id or its folder, not be applied any more; gives the id. Raises UsageError, OutputError."""
    found = _bundle_id(bundle)
    draft = begin(folder)
    text = draft.files.get(REVOKED_BUNDLES, "")
    if any(line.split(" ")[0] == found for line in entries(text)):
        raise UsageError(
            say("this is revoked already"), hint=say("See what waits to be signed with sqlgen trust check.")
        )
    save_change(folder, draft, draft.with_file(REVOKED_BUNDLES, appended(text, *_reason(because), found)))
    return found


def roots(
    folder: Path, *, add: Sequence[tuple[Path, str | None]] = (), remove: Sequence[str] = (), need: int | None = None
) -> None:
    """Change whose signatures make a version, and how many. This holds for the version after the next.

    Raises UsageError when too few would be left, SigningError, OutputError.
    """
    draft = begin(folder)
    text = draft.files.get(ROOTS, "")
    for name in remove:
        kept = [line for line in text.removesuffix("\n").split("\n") if line.split(" ")[0] != name]
        if name not in {each.name for each in signers(text, ROOTS)}:
            raise UsageError(
                say("there is no root key of {name}", name=repr(name)),
                hint=say("They are: {names}", names=", ".join(each.name for each in signers(text, ROOTS))),
            )
        text = "".join(f"{line}\n" for line in kept)
    for path, owner in add:
        if read_key(path, private=True).key in revoked_keys(draft):
            raise revoked(path)
        text = appended(text, root_line(path, owner, text))
    left = len(signers(text, ROOTS))
    wanted = draft.need if need is None else need
    if not 1 <= wanted <= min(9, left):
        raise UsageError(
            say("{need} of {count} root keys can't sign", need=wanted, count=left),
            hint=say("--need is at least 1, and not more than there are root keys; add one with --add KEY.pub"),
        )
    save_change(folder, draft, draft.with_file(ROOTS, text).with_version(need=wanted))


def root_line(path: Path, name: str | None, text: str) -> str:
    """The line of a root key for `roots`, whose text is given. Raises SigningError for one that is there already."""
    key = read_key(path, private=True)
    signer = signer_of(signer_name(name, key), (TRUST_SCOPE,), key)
    for other in signers(text, ROOTS):
        if other.name == signer.name or other.key == signer.key:
            raise SigningError(
                say("{name} has a root key already, or this is it", name=other.name),
                hint=say("Each root key has its own name: the signatures of different people are counted."),
            )
    return written(signer)


def policy_text(
    environment: str,
    roles: Mapping[str, int],
    *,
    after: Sequence[str] = (),
    carry: Sequence[str] = (),
    ticket: bool = False,
) -> str:
    """The file of a policy. Raises UsageError for one that asks for nothing, or for what can't be asked for."""
    if not roles:
        raise UsageError(
            say("a policy without a role would accept everything"),
            hint=say("Say who must sign in {environment}, as in review=1 dba=1", environment=environment),
        )
    for role, need in roles.items():
        if not ROLE.fullmatch(role) or role in RESERVED_ROLES or not 1 <= need <= 9:
            raise UsageError(
                say("{role}={need} can't be asked for", role=role, need=need),
                hint=say(
                    "Use small letters and 1 to 9 people, as in review=1; these are no roles: {reserved}.",
                    reserved=", ".join(sorted(RESERVED_ROLES)),
                ),
            )
    _check_conditions(environment, roles, after, carry)
    lines = [f"{role} {need}" for role, need in roles.items()]
    lines += [f"after {check_environment(each)}" for each in dict.fromkeys(after)]
    lines += [f"carry {role}" for role in dict.fromkeys(carry)] + (["need ticket"] if ticket else [])
    return "".join(f"{line}\n" for line in lines)


def _check_conditions(environment: str, roles: Mapping[str, int], after: Sequence[str], carry: Sequence[str]) -> None:
    for role in carry:
        if role not in roles:
            raise UsageError(
                say("{role} is no role of this policy", role=repr(role)),
                hint=say("--carry takes one of: {roles}", roles=", ".join(roles)),
            )
    if set(carry) == set(roles):
        raise UsageError(
            say("a renewed bundle would need no signature at all"),
            hint=say("Leave one role without --carry: somebody must look at it again."),
        )
    if environment in after:
        raise UsageError(
            say("{environment} can't come after itself", environment=environment),
            hint=say("Name the environment before it, as in --after staging"),
        )


def _bundle_id(bundle: str | Path) -> str:
    if re.fullmatch(r"[0-9a-f]{64}", str(bundle)):
        return str(bundle)
    try:
        return hashlib.sha256((Path(bundle) / SUMS).read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(
            say("{bundle} is neither a bundle id nor a bundle's folder", bundle=bundle),
            hint=say("An id has 64 digits, as sqlgen show prints it; a folder holds SHA256SUMS."),
        ) from error


def _reason(because: str) -> Iterable[str]:
    """As a comment above the line: there, words in any script may stand."""
    return [f"# {visible(because)}"] if because else []


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()
