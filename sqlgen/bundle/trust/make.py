"""Root keys and policies in, a new trust folder out, with its first version in the making."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from sqlgen.bundle.trust.draft import NEXT, NOTHING, Draft, unwritable, written_aside
from sqlgen.bundle.trust.keys import check_environment
from sqlgen.bundle.trust.rules import policy_text, root_line
from sqlgen.errors import OutputError, UsageError, say

VERIFIERS = ("verify.sh", "verify.py")
_SIGNERS = '# NAME namespaces="ROLE.ENV.v1@sqlgen,ROLE.ENV.v1@sqlgen" KEYTYPE KEY\n'
_REVOKED_BUNDLES = "# BUNDLE-ID, one line for each bundle that must not be applied\n"
_REVOKED_KEYS = "# KEYTYPE KEY, one line for each key that no longer counts\n"
_LEDGER = """\
# The ledger

What was applied stands here: a folder for each environment, an entry for each time, `000001.json` with its signature
`000001.sig`. `sqlgen ledger` writes and checks them. Nothing is ever changed or taken out. Commit and push what is new.
"""


def init(
    folder: Path,
    *,
    policies: Mapping[str, Mapping[str, int]],
    roots: Sequence[tuple[Path, str | None]],
    need: int = 1,
) -> None:
    """Make a trust folder: the verifiers, a page for its keepers, an empty ledger, and `next/`, not signed yet.

    `policies`: environment → role → how many people must have signed, 1 to 9. `roots`: the root keys' files and their
    owners' names, None: the key's comment; `need` of them sign each version. Raises UsageError, SigningError for files
    that hold no good key, OutputError when the folder is there and holds anything, or can't be written.
    """
    files = {
        "allowed_signers": _SIGNERS,
        "revoked_bundles": _REVOKED_BUNDLES,
        "revoked_keys": _REVOKED_KEYS,
        "roots": "".join(f"{line}\n" for line in _root_lines(roots, need)),
        "version": f"number 1\nprevious {NOTHING}\nneed {need}\n",
    }
    if not policies:
        raise UsageError(
            say("a trust folder without a policy would let nothing through"),
            hint=say("Say what an environment needs, as in --policy prod:review=1,dba=1"),
        )
    for environment, roles in policies.items():
        files[f"policy/{check_environment(environment)}"] = policy_text(environment, roles)
    if folder.exists() and (not folder.is_dir() or any(_ours(path) for path in folder.iterdir())):
        raise OutputError(
            say("{path} is there already", path=folder),
            hint=say("Give a new folder; one that is there is changed with sqlgen trust policy, add, revoke, roots."),
        )
    _write(folder, Draft(files))


def verifier(name: str) -> bytes:
    """verify.sh or verify.py as this sqlgen has it."""
    return resources.files("sqlgen.bundle").joinpath(name).read_bytes()


def _ours(path: Path) -> bool:
    """Whether a trust folder can't be made beside this: a git repository may be there already, with its page."""
    return path.name != ".git"


def _root_lines(roots: Sequence[tuple[Path, str | None]], need: int) -> list[str]:
    lines: list[str] = []
    for path, name in roots:
        lines.append(root_line(path, name, "".join(f"{line}\n" for line in lines)))
    if not 1 <= need <= min(9, len(lines)):
        raise UsageError(
            say("{need} of {count} root keys can't sign", need=need, count=len(lines)),
            hint=say("--need is at least 1, and not more than there are --root."),
        )
    return lines


def _write(folder: Path, draft: Draft) -> None:
    """All of it in a new folder, which is then renamed; in an empty one or a new git repository, file by file."""
    place = folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not folder.exists():
            place = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
            mask = os.umask(0)
            os.umask(mask)
            place.chmod(0o777 & ~mask)
        try:
            _fill(place, draft)
            if place != folder:
                os.rename(place, folder)
        except BaseException:
            _empty(place, folder)
            raise
    except OSError as error:
        raise unwritable(folder, error) from error


def put_verifiers(folder: Path) -> None:
    """Put verify.sh and verify.py of this sqlgen into a trust folder. Raises OutputError."""
    if not any((folder / name).is_dir() for name in (NEXT, "versions")):
        raise UsageError(say("there is no trust folder {path}", path=folder), hint=say("Give a trust folder."))
    try:
        _put_verifiers(folder)
    except OSError as error:
        raise unwritable(folder, error) from error


def _put_verifiers(folder: Path) -> None:
    for name in VERIFIERS:
        new = folder / f".{name}.new"
        try:
            new.write_bytes(verifier(name))
            new.chmod(0o755)
            os.replace(new, folder / name)
        finally:
            new.unlink(missing_ok=True)


def _fill(place: Path, draft: Draft) -> None:
    _put_verifiers(place)
    page = resources.files("sqlgen.bundle.trust").joinpath("keepers.md").read_text(encoding="utf-8")
    (place / "README.md").write_bytes(page.encode())
    # Whoever checks the repository out on Windows gets the bytes that were signed.
    (place / ".gitattributes").write_bytes(b"* -text\n")
    (place / "ledger").mkdir()
    (place / "ledger" / "README.md").write_bytes(_LEDGER.encode())
    os.rename(written_aside(place, draft), place / NEXT)


def _empty(place: Path, folder: Path) -> None:
    if place != folder:
        shutil.rmtree(place, ignore_errors=True)
        return
    for name in (*VERIFIERS, "README.md", ".gitattributes"):
        (place / name).unlink(missing_ok=True)
    for name in ("ledger", NEXT):
        shutil.rmtree(place / name, ignore_errors=True)
