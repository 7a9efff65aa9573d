"""People and their keys in, a trust folder out: what a verifier believes, kept apart from every bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from sqlgen.bundle.verify import ENVIRONMENT, RESERVED_ROLES, ROLE, good_name, namespace, signer_line
from sqlgen.errors import OutputError, SigningError, UsageError, say


def init(folder: Path, *, roles: Mapping[str, int]) -> None:
    """Make a trust folder: policy, allowed_signers without signers, an empty revoked_keys, and verify.sh.

    `roles` says how many people must have signed in each role, 1 to 9. Raises OutputError when the folder is there and
    holds anything, UsageError for roles that can't be required.
    """
    for role, need in roles.items():
        if not ROLE.fullmatch(role) or role in RESERVED_ROLES or not 1 <= need <= 9:
            raise UsageError(
                say("{role} = {need} is no role that can be required", role=role, need=need),
                hint=say("Use small letters and 1 to 9 people, as in review=1; receipt, reject, trust are reserved."),
            )
    if not roles:
        raise UsageError(
            say("a policy without a role would accept everything"), hint=say("Name at least one role, as in review=1.")
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(
            say("{path} is there already", path=folder), hint=say("Give a new folder, or edit the files in this one.")
        )
    texts = {
        "allowed_signers": '# NAME namespaces="ROLE.ENV.v1@sqlgen,ROLE.ENV.v1@sqlgen" KEYTYPE KEY\n',
        "policy": "# ROLE PEOPLE\n" + "".join(f"{role} {need}\n" for role, need in roles.items()),
        "revoked_keys": "# KEYTYPE KEY, one line per key that must no longer count\n",
        "verify.sh": resources.files("sqlgen.bundle").joinpath("verify.sh").read_text(encoding="utf-8"),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_bytes(text.encode())
        (folder / "verify.sh").chmod(0o755)
    except OSError as error:
        raise _unwritable(folder, error) from error


def add(
    folder: Path, public_key: Path, *, roles: Sequence[str], environments: Sequence[str], principal: str | None = None
) -> str:
    """Let the owner of a public key sign in these roles for these environments; gives the name under which.

    `principal` None: the key's comment. Raises UsageError, SigningError for a file that is no public key or a name that
    no signer can have, OutputError.
    """
    scopes = [_scope(role, environment) for environment in environments for role in roles]
    try:
        words = public_key.read_text(encoding="utf-8").split(maxsplit=2)
    except (OSError, UnicodeDecodeError) as error:
        raise SigningError(
            say("{path} can't be read: {why}", path=public_key, why=error),
            hint=say("Give the public key, which ends in .pub."),
        ) from error
    name = principal if principal is not None else words[2].strip() if len(words) == 3 else ""
    if "/" in name or not good_name(f"sig/x/{name}.sig"):
        raise SigningError(
            say("{name} can't be a signer's name", name=repr(name)),
            hint=say("Say it with --as NAME: small letters, digits and _ . @ + -, as in --as you@example.com"),
        )
    line = f'{name} namespaces="{",".join(scopes)}" {" ".join(words[:2])}'
    if not signer_line(line):
        raise SigningError(
            say("{path} holds no public key that may sign", path=public_key),
            hint=say("Give an OpenSSH public key (.pub) of type ed25519, ecdsa or rsa with 2048 bits or more."),
        )
    try:
        with (folder / "allowed_signers").open("a", encoding="ascii", newline="\n") as file:
            file.write(line + "\n")
    except OSError as error:
        raise _unwritable(folder, error) from error
    return name


def _scope(role: str, environment: str) -> str:
    if not ROLE.fullmatch(role) or not ENVIRONMENT.fullmatch(environment):
        raise UsageError(
            say("{role} in {environment} is no role and environment", role=repr(role), environment=repr(environment)),
            hint=say("Use small letters, digits, - and _, as in review and prod."),
        )
    return namespace(role, environment)


def _unwritable(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        say("{path} can't be written: {why}", path=folder, why=error.strerror or error),
        hint=say("Give a folder that you may write into."),
    )
