"""A trust folder, an environment and a bundle in; a private copy that may be applied out, or a refusal.

The step numbers and reasons are those of docs/bundle-format.md. verify.sh beside this file takes the same steps and
gives the same reasons. Standard library and sqlgen.errors only: it starts quickly and can be carried to other hosts.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlgen.errors import ToolMissing, UsageError, VerificationError, say

FORMAT = "sqlgen.bundle/1"
SUMS, MANIFEST = "SHA256SUMS", "MANIFEST.json"

MAX_ENTRIES = 1000
"""Files and folders in a bundle, signatures included."""
MAX_FILE = 16 * 1024 * 1024
MAX_TOTAL = 64 * 1024 * 1024
MAX_SUMS = 64 * 1024
MAX_PATH = 200
"""Characters of a file's path inside the bundle."""

ENVIRONMENT = re.compile(r"[a-z0-9][a-z0-9_-]*")
ROLE = re.compile(r"[a-z][a-z0-9_-]*")
RESERVED_ROLES = frozenset({"receipt", "reject", "trust"})
"""Namespaces that must never count as an approval."""
_PART = r"[a-z0-9][a-z0-9_.@+-]*(?<!\.)"
_NAME = re.compile(_PART)
# Windows opens a device for these names, whatever extension follows.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_SUMS_LINE = re.compile(r"([0-9a-f]{64})  ([a-z0-9][a-z0-9_.@+/-]*|MANIFEST\.json)")
_MANIFEST_LINE = re.compile(r'  "([a-z_]+)": ([ -~]+)')
_TIME = re.compile(r'"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)"')
_SIGNATURE_PATH = re.compile(rf"sig/([a-z][a-z0-9_-]*)/({_PART})\.sig")
_SIGNATURE = re.compile(
    r"-----BEGIN SSH SIGNATURE-----\n(?:[A-Za-z0-9+/]{70}\n)*[A-Za-z0-9+/=]{1,70}\n-----END SSH SIGNATURE-----\n"
)
_KEY_TYPE = (
    r"(?:ssh-ed25519|sk-ssh-ed25519@openssh\.com|ecdsa-sha2-nistp(?:256|384|521)"
    r"|sk-ecdsa-sha2-nistp256@openssh\.com|ssh-rsa)"
)
_KEY = rf"({_KEY_TYPE}) ([A-Za-z0-9+/]+={{0,2}})(?: [ -~]*)?"
_NAMESPACE = r"[a-z][a-z0-9_-]*\.[a-z0-9][a-z0-9_-]*\.v1@sqlgen"
_SIGNER_LINE = re.compile(
    rf'{_PART} namespaces="{_NAMESPACE}(?:,{_NAMESPACE})*"(?:,valid-(?:after|before)="[0-9]{{8,14}}Z?")* {_KEY}'
)
_SIGNER_EXAMPLE = 'alice@example.com namespaces="review.prod.v1@sqlgen" ssh-ed25519 AAAA…'
_REVOKED_LINE = re.compile(_KEY)
_SHORT_RSA = 372
"""Base64 characters of an RSA public key of 2048 bits; a shorter one is refused."""
_POLICY_LINE = re.compile(r"([a-z][a-z0-9_-]*) ([1-9])")
_ID_LINE = re.compile(r"([0-9a-f]{64})(?: [ -~]*)?")
_GOOD = re.compile(r'Good "([^"]*)" signature for (\S+) with \S+ key (SHA256:[A-Za-z0-9+/]+)')
_BAD_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that counts."""

    role: str
    principal: str
    key: str
    """The key's fingerprint, `SHA256:…`."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A bundle that the policy of its environment accepts."""

    copy: Path
    """The private copy (mode 0700) that was verified. Apply this one; the caller removes its parent folder."""
    bundle_id: str
    environment: str
    signatures: tuple[Signature, ...]
    expires: str | None


@dataclass(frozen=True, slots=True)
class Trust:
    """What a trust folder says for one environment, its files checked for form."""

    allowed_signers: Path
    revoked_keys: Path
    policy: tuple[tuple[str, int], ...]
    """Roles and how many people must have signed, in the order of the file."""
    revoked_bundles: frozenset[str]
    applied: frozenset[str]


def verify(trust: Path, environment: str, bundle: Path, *, now: datetime) -> Verified:
    """Check a bundle against a trust folder for an environment. `now` carries a time zone.

    Raises VerificationError for every reason not to apply the bundle, UsageError for arguments that are no folders or
    no environment name, ToolMissing when ssh-keygen is absent or too old. Leaves nothing behind when it raises.
    """
    _check_arguments(trust, environment, bundle)
    trusted = read_trust(trust, environment, bundle)
    with ExitStack() as undo:
        copy, bundle_id = check_integrity(bundle, undo)
        expires = _manifest(copy, environment, now)
        signatures = _signatures(copy, environment, trusted)
        _thresholds(signatures, trusted.policy)
        _not_revoked(bundle_id, trusted)
        _sql_text(copy)
        undo.pop_all()
        return Verified(copy, bundle_id, environment, signatures, expires)


def check_integrity(bundle: Path, undo: ExitStack) -> tuple[Path, str]:
    """Steps 2 to 7: make a private copy; check that nothing was added, removed or changed since it was built.

    Gives the copy, which `undo` removes, and the bundle id. Raises VerificationError.
    """
    try:
        private = Path(tempfile.mkdtemp(prefix="sqlgen-verified."))
        undo.callback(shutil.rmtree, private, ignore_errors=True)
        copy = private / "bundle"
        _copy(bundle, _shape(bundle), copy)
    except OSError as error:
        raise VerificationError(
            say("step 4: the bundle can't be read or copied ({why})", why=error.strerror or error),
            hint=say("Make sure that you may read every file of the bundle and that there is space in TMPDIR."),
        ) from error
    sums = _sums(copy)
    _same_set(copy, sums)
    for name, expected in sums.items():
        if hashlib.sha256((copy / name).read_bytes()).hexdigest() != expected:
            raise VerificationError(
                say("step 7: a checksum does not match ({name})", name=name),
                hint=say("Fetch the bundle again; mail, editors and git's autocrlf change line ends. Never edit it."),
            )
    return copy, hashlib.sha256((copy / SUMS).read_bytes()).hexdigest()


def _check_arguments(trust: Path, environment: str, bundle: Path) -> None:
    """Raise UsageError unless both folders are there and the environment has a good name."""
    if not ENVIRONMENT.fullmatch(environment):
        raise UsageError(
            say("{name} is no environment name", name=repr(environment)),
            hint=say("Use small letters, digits, - and _: sqlgen verify TRUST prod DIR"),
        )
    if not trust.is_dir():
        raise UsageError(
            say("there is no trust folder {path}", path=trust),
            hint=say("Give the folder with allowed_signers, policy and revoked_keys: sqlgen verify TRUST ENV DIR"),
        )
    if not bundle.is_dir():
        raise UsageError(
            say("there is no bundle {path}", path=bundle),
            hint=say("Give the bundle's folder, unpacked: sqlgen verify TRUST ENV DIR"),
        )


# Step 1: the trust folder.


def read_trust(trust: Path, environment: str, bundle: Path) -> Trust:
    """Read the trust folder's files for one environment; anything ill-formed is refused."""
    try:
        if trust.resolve().is_relative_to(bundle.resolve()):
            raise VerificationError(
                say("step 1: the trust folder lies inside the bundle"),
                hint=say("Use your own trust folder; whoever made the bundle must not choose whom you trust."),
            )
        signers = list(_trust_lines(trust / "allowed_signers", _SIGNER_LINE, _SIGNER_EXAMPLE))
        _no_short_rsa(signers)
        for _ in _trust_lines(trust / "revoked_keys", _REVOKED_LINE, "ssh-ed25519 AAAA…"):
            pass
        return Trust(
            trust / "allowed_signers",
            trust / "revoked_keys",
            _policy(trust, environment),
            _ids(trust / "revoked_bundles"),
            _ids(trust / "ledger"),
        )
    except OSError as error:
        raise VerificationError(
            say("step 1: the trust folder can't be read ({why})", why=error.strerror or error),
            hint=say("Make sure that you may read every file in {path}.", path=trust),
        ) from error


def _trust_lines(path: Path, form: re.Pattern[str], example: str) -> Iterator[tuple[int, re.Match[str]]]:
    if not path.is_file():
        raise VerificationError(
            say("step 1: {file} is missing", file=path.name),
            hint=say("Create {path}; an empty revoked_keys means that no key is revoked.", path=path),
        )
    # Cut at \n alone: a CR or another line end must make the line ill-formed. latin-1 reads every byte.
    lines = path.read_bytes().decode("latin-1").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        if (not line or line.startswith("#")) and "\0" not in line:
            continue
        match = form.fullmatch(line)
        if match is None:
            raise VerificationError(
                say("step 1: {file} has an ill-formed line ({line})", file=path.name, line=number),
                hint=say("Correct that line of {path}, as in: {example}", path=path, example=example),
            )
        yield number, match


def signer_line(line: str) -> bool:
    """May this line stand in allowed_signers?"""
    match = _SIGNER_LINE.fullmatch(line)
    return match is not None and not _short_rsa(match)


def _short_rsa(match: re.Match[str]) -> bool:
    return match[1] == "ssh-rsa" and len(match[2]) < _SHORT_RSA


def _no_short_rsa(signers: list[tuple[int, re.Match[str]]]) -> None:
    if not signers:
        raise VerificationError(
            say("step 1: allowed_signers is empty"),
            hint=say("Add a line for each person who may sign."),
        )
    for number, match in signers:
        if _short_rsa(match):
            raise VerificationError(
                say("step 1: allowed_signers has an RSA key of fewer than 2048 bits ({line})", line=number),
                hint=say("Replace it by an ed25519 key: ssh-keygen -t ed25519"),
            )


def _policy(trust: Path, environment: str) -> tuple[tuple[str, int], ...]:
    path = trust / "policy"
    if path.is_dir():
        path = path / environment
    if not path.is_file():
        raise VerificationError(
            say("step 1: there is no policy for this environment ({environment})", environment=environment),
            hint=say("Write one line per role into {path}, such as: review 1", path=path),
        )
    roles: dict[str, int] = {}
    for number, match in _trust_lines(path, _POLICY_LINE, "review 1"):
        role = match[1]
        if role in roles or role in RESERVED_ROLES:
            raise VerificationError(
                say("step 1: the policy has a role twice or a reserved one ({line})", line=number),
                hint=say("Keep one line per role; receipt, reject and trust can't be required."),
            )
        roles[role] = int(match[2])
    if not roles:
        raise VerificationError(
            say("step 1: the policy is empty"),
            hint=say("Write one line per role into {path}, such as: review 1", path=path),
        )
    return tuple(roles.items())


def _ids(path: Path) -> frozenset[str]:
    if not path.exists():
        return frozenset()
    return frozenset(match[1] for _, match in _trust_lines(path, _ID_LINE, "BUNDLE-ID any words"))


# Steps 2 to 7: the bundle's files.


def good_name(name: str) -> bool:
    """Is this a path that a bundle may hold, on every file system?"""
    if name in {SUMS, MANIFEST}:
        return True
    if len(name) > MAX_PATH or name in {SUMS.lower(), MANIFEST.lower()}:
        return False
    return all(_NAME.fullmatch(part) and not _DEVICE.fullmatch(part) for part in name.split("/"))


def good_text(data: bytes) -> bool:
    """UTF-8 without control characters (LF and TAB may stand), bidi controls and Unicode line ends?"""
    try:
        return not _BAD_TEXT.search(data.decode())
    except UnicodeDecodeError:
        return False


def _shape(bundle: Path) -> list[tuple[str, os.stat_result]]:
    """Every entry below `bundle`, sorted by path, with its own status, not that of what it points at."""
    entries = sorted(_walk(bundle))
    if len(entries) > MAX_ENTRIES:
        raise VerificationError(
            say("step 2: the bundle has too many files"),
            hint=say("A bundle holds at most {most} files and folders. Ask who sent it.", most=MAX_ENTRIES),
        )
    for name, _ in entries:
        if not good_name(name):
            raise VerificationError(
                say("step 2: a name is not allowed ({name})", name=_printable(name)),
                hint=say("Ask who sent the bundle: sqlgen writes small letters, digits and _ . @ + - only."),
            )
    total = 0
    for name, status in entries:
        _one_plain_entry(name, status)
        total += status.st_size if stat.S_ISREG(status.st_mode) else 0
    if total > MAX_TOTAL:
        raise VerificationError(
            say("step 3: the bundle is too big"),
            hint=say("Files of a bundle hold at most {most} bytes together. Ask who sent it.", most=MAX_TOTAL),
        )
    return entries


def _walk(bundle: Path) -> Iterator[tuple[str, os.stat_result]]:
    folders, seen = [""], 0
    while folders:
        folder = folders.pop()
        with os.scandir(bundle / folder) as entries:
            for entry in entries:
                status = os.lstat(entry.path)  # DirEntry.stat has no st_nlink on Windows
                yield folder + entry.name, status
                seen += 1
                if stat.S_ISDIR(status.st_mode) and len(folder) <= MAX_PATH:
                    folders.append(folder + entry.name + "/")
                if seen > MAX_ENTRIES:
                    return


def _one_plain_entry(name: str, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        return
    if not stat.S_ISREG(status.st_mode):
        raise VerificationError(
            say("step 3: a link or special file is in the bundle ({name})", name=name),
            hint=say("Ask who sent the bundle; it holds plain files and folders only."),
        )
    if status.st_nlink > 1:
        raise VerificationError(
            say("step 3: a hard link is in the bundle ({name})", name=name),
            hint=say("Copy the bundle with cp -R and verify the copy, or ask who sent it."),
        )
    if status.st_size > MAX_FILE:
        raise VerificationError(
            say("step 3: a file is too big ({name})", name=name),
            hint=say("A file of a bundle holds at most {most} bytes. Ask who sent it.", most=MAX_FILE),
        )


def _printable(name: str) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "?" for byte in os.fsencode(name))


def _copy(bundle: Path, entries: list[tuple[str, os.stat_result]], copy: Path) -> None:
    """Step 4. From here on only the copy is read, so nobody can change the bundle between the check and its use."""
    copy.mkdir(mode=0o700)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    for name, status in entries:
        if stat.S_ISDIR(status.st_mode):
            (copy / name).mkdir(mode=0o700)
            continue
        descriptor = os.open(bundle / name, flags)
        with open(descriptor, "rb") as source:
            _one_plain_entry(name, os.fstat(source.fileno()))
            data = source.read(MAX_FILE + 1)
        with open(copy / name, "xb", opener=lambda path, how: os.open(path, how, 0o600)) as target:
            target.write(data)


def _sums(copy: Path) -> dict[str, str]:
    """Step 5: SHA256SUMS, whose bytes are what is signed: name → hex digest."""
    path = copy / SUMS
    rebuild = say("Ask for the bundle as sqlgen wrote it.")
    fetch = say("Fetch the bundle again; mail, editors and git's autocrlf change line ends.")
    if not path.is_file():
        raise VerificationError(
            say("step 5: SHA256SUMS is missing"), hint=say("Give the folder that sqlgen bundle wrote.")
        )
    if path.stat().st_size > MAX_SUMS:
        raise VerificationError(say("step 5: SHA256SUMS is too big"), hint=rebuild)
    text = path.read_bytes().decode("latin-1")
    if re.search(r"[^\n -~]", text):
        raise VerificationError(say("step 5: SHA256SUMS has characters other than ASCII, or CRLF"), hint=fetch)
    names: list[str] = []
    digests: list[str] = []
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else [], start=1):
        match = _SUMS_LINE.fullmatch(line)
        if match is None or match[2].split("/")[0] == "sig" or not good_name(match[2]):
            raise VerificationError(
                say("step 5: SHA256SUMS has an ill-formed line ({line})", line=number),
                hint=rebuild,
            )
        names.append(match[2])
        digests.append(match[1])
    if not text.endswith("\n"):
        raise VerificationError(say("step 5: SHA256SUMS lacks its final newline"), hint=fetch)
    if names != sorted(set(names)):
        raise VerificationError(say("step 5: SHA256SUMS is not sorted or has a name twice"), hint=rebuild)
    return dict(zip(names, digests, strict=True))


def _same_set(copy: Path, sums: dict[str, str]) -> None:
    """Step 6: every file outside sig/ is listed, every listed file is there, and every folder holds one."""
    files = _files(copy)
    folders = {name for name, _ in _walk(copy)}.difference(files)
    listed = {name for name in files if not name.startswith("sig/")} - {SUMS}
    ask = say("Ask for the bundle as sqlgen wrote it; keep your own notes outside its folder.")
    for name in sorted(listed - sums.keys()):
        raise VerificationError(say("step 6: a file is not in SHA256SUMS ({name})", name=name), hint=ask)
    for name in sorted(sums.keys() - listed):
        raise VerificationError(say("step 6: a file of SHA256SUMS is missing ({name})", name=name), hint=ask)
    used = {parent for name in files for parent in _parents(name)}
    for name in sorted(folders - used):
        raise VerificationError(
            say("step 6: a folder is empty ({name})", name=name), hint=say("Remove it: rmdir {name}", name=name)
        )


def _files(copy: Path) -> list[str]:
    return sorted(name for name, status in _walk(copy) if stat.S_ISREG(status.st_mode))


def _parents(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


# Step 8: the manifest, read line by line, since nothing is signed yet as far as we know.


def manifest_lines(data: bytes) -> dict[str, str] | None:
    """The keys of MANIFEST.json and their JSON values as written; None when it is not in the format's line grammar."""
    lines = data.decode("latin-1").split("\n")
    if len(lines) < 4 or lines[0] != "{" or lines[-2:] != ["}", ""]:
        return None
    values: dict[str, str] = {}
    for number, line in enumerate(lines[1:-2], start=1):
        last = number == len(lines) - 3
        match = _MANIFEST_LINE.fullmatch(line if last else line.removesuffix(","))
        if match is None or line.endswith(",") == last or (values and match[1] <= next(reversed(values))):
            return None
        values[match[1]] = match[2]
    return values


def _manifest(copy: Path, environment: str, now: datetime) -> str | None:
    path = copy / MANIFEST
    ask = say("Ask for the bundle as sqlgen wrote it.")
    if not path.is_file():
        raise VerificationError(say("step 8: MANIFEST.json is missing"), hint=ask)
    values = manifest_lines(path.read_bytes())
    if values is None:
        raise VerificationError(say("step 8: MANIFEST.json is ill-formed"), hint=ask)
    if values.get("format") != f'"{FORMAT}"':
        raise VerificationError(
            say("step 8: MANIFEST.json has an unknown format"),
            hint=say("This sqlgen reads {format}. Use the version that the bundle was made with.", format=FORMAT),
        )
    bound = re.fullmatch(r'null|"([a-z0-9][a-z0-9_-]*)"', values.get("environment", ""))
    expiry = re.fullmatch(rf"null|{_TIME.pattern}", values.get("expires", ""))
    if bound is None or expiry is None:
        raise VerificationError(say("step 8: MANIFEST.json is ill-formed"), hint=ask)
    if bound[1] is None:
        raise VerificationError(
            say("step 8: the bundle is bound to no environment"),
            hint=say("Ask for one that was built with --env {environment}.", environment=environment),
        )
    if bound[1] != environment:
        raise VerificationError(
            say("step 8: the bundle is for another environment ({bound})", bound=bound[1]),
            hint=say("Apply it there, or ask for one that was built with --env {env}.", env=environment),
        )
    # Both are ISO times in UTC with fixed widths, so they compare as text.
    if expiry[1] is not None and utc(now) >= expiry[1]:
        raise VerificationError(
            say("step 8: the bundle expired ({when})", when=expiry[1]),
            hint=say("Ask for a new bundle of the same range, and for new signatures."),
        )
    return expiry[1]


def utc(moment: datetime) -> str:
    """`2026-01-31T09:30:00Z`. A moment without a time zone is a mistake of the caller: ValueError."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment without a time zone")
    return (moment.replace(tzinfo=None) - offset).strftime("%Y-%m-%dT%H:%M:%SZ")


# Steps 9 to 12: signatures.


def _signatures(copy: Path, environment: str, trust: Trust) -> tuple[Signature, ...]:
    """Steps 9 and 10: every file under sig/ is a good signature, or the bundle is refused."""
    roles = {role for role, _ in trust.policy}
    signed: list[tuple[str, str, str]] = []
    for name in _files(copy):
        if not name.startswith("sig/"):
            continue
        match = _SIGNATURE_PATH.fullmatch(name)
        if match is None:
            raise VerificationError(
                say("step 9: a file under sig/ is not a signature ({name})", name=name),
                hint=say("Ask for the bundle as it was signed: sig/ROLE/NAME.sig and nothing else."),
            )
        signed.append((name, match[1], match[2]))
    for name, role, _ in signed:
        if role not in roles:
            raise VerificationError(
                say("step 9: a signature is for a role that the policy does not have ({name})", name=name),
                hint=say("Sign in one of the policy's roles: {roles}.", roles=", ".join(sorted(roles))),
            )
        if not _SIGNATURE.fullmatch((copy / name).read_bytes().decode("latin-1")):
            raise VerificationError(
                say("step 9: a signature file is ill-formed ({name})", name=name),
                hint=say("Fetch the bundle again, or let that person sign again with sqlgen sign."),
            )
    data = (copy / SUMS).read_bytes()
    return tuple(_check(copy / name, name, role, who, environment, trust, data) for name, role, who in signed)


def namespace(role: str, environment: str) -> str:
    """What a signature says beside the bytes: who signs as what, for where."""
    return f"{role}.{environment}.v1@sqlgen"


def _check(path: Path, name: str, role: str, principal: str, environment: str, trust: Trust, data: bytes) -> Signature:
    """Step 10: one signature, judged by ssh-keygen; `-Y verify` alone decides, the other calls only tell why not."""
    scope = namespace(role, environment)
    by = ["verify", "-f", str(trust.allowed_signers), "-I", principal]
    this = ["-n", scope, "-s", str(path)]
    result = ssh_keygen([*by, "-r", str(trust.revoked_keys), *this], data)
    if result.returncode == 0:
        good = _GOOD.fullmatch(result.stdout.decode("latin-1").removesuffix("\n"))
        if good is not None and (good[1], good[2]) == (scope, principal):
            return Signature(role, principal, good[3])
    if ssh_keygen(["check-novalidate", *this], data).returncode != 0:
        raise VerificationError(
            say("step 10: a signature does not fit this bundle, role and environment ({name})", name=name),
            hint=say("Let that person sign this bundle: sqlgen sign DIR --role {role} --key KEY", role=role),
        )
    if ssh_keygen([*by, *this], data).returncode == 0:
        raise VerificationError(
            say("step 10: a signature's key is revoked ({name})", name=name),
            hint=say("Ask for a new bundle that is signed with a good key; this one can't be trusted."),
        )
    raise VerificationError(
        say("step 10: a signature's key is not allowed for this name, role and environment ({name})", name=name),
        hint=say("If that person should sign here, add namespaces={scope} to allowed_signers.", scope=scope),
    )


def ssh_keygen(arguments: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run `ssh-keygen -Y …` with `data` on its stdin. Raises ToolMissing when there is none that can."""
    try:
        result = subprocess.run(
            ["ssh-keygen", "-Y", *arguments],
            input=data,
            capture_output=True,
            check=False,
            env=os.environ | {"LC_ALL": "C"},
        )
    except FileNotFoundError as error:
        raise ToolMissing(
            say("ssh-keygen is missing"),
            hint=say("Install OpenSSH 8.2 or later: apt install openssh-client, or dnf install openssh."),
        ) from error
    if b"option -- Y" in result.stderr:
        raise ToolMissing(
            say("ssh-keygen is too old: it has no -Y"),
            hint=say("Install OpenSSH 8.2 or later, or use a host that has it (RHEL 8 has 8.0)."),
        )
    return result


def _thresholds(signatures: tuple[Signature, ...], policy: tuple[tuple[str, int], ...]) -> None:
    """Step 11: every signature comes from another person and another key, so counting files counts both."""
    for index, one in enumerate(signatures):
        for other in signatures[:index]:
            if one.principal == other.principal:
                raise VerificationError(
                    say("step 11: one person signed twice ({name})", name=one.principal),
                    hint=say("Keep one of {name}'s signatures and let somebody else sign.", name=one.principal),
                )
            if one.key == other.key:
                raise VerificationError(
                    say("step 11: one key signed twice ({one}, {other})", one=other.principal, other=one.principal),
                    hint=say("Give each person a key of their own in allowed_signers."),
                )
    for role, need in policy:
        have = sum(signature.role == role for signature in signatures)
        if have < need:
            raise VerificationError(
                say(
                    "step 11: too few signatures for a role ({role}: {have} of {need})", role=role, have=have, need=need
                ),
                hint=say("Let another person sign: sqlgen sign DIR --role {role} --key KEY", role=role),
            )


def _not_revoked(bundle_id: str, trust: Trust) -> None:
    """Step 12."""
    if bundle_id in trust.revoked_bundles:
        raise VerificationError(
            say("step 12: the bundle is revoked"), hint=say("Ask for the bundle that takes its place.")
        )
    if bundle_id in trust.applied:
        raise VerificationError(
            say("step 12: the bundle was applied already"),
            hint=say("Look into the ledger; to go on, ask for a bundle that starts where the database is."),
        )


def _sql_text(copy: Path) -> None:
    """Step 13: what a person reads in a SQL file is what the client reads."""
    for name in _files(copy):
        if not name.endswith(".sql"):
            continue
        if not good_text((copy / name).read_bytes()):
            raise VerificationError(
                say("step 13: a SQL file has a control character or is not UTF-8 ({name})", name=name),
                hint=say("Ask for a bundle without it; such characters hide code from the reader."),
            )
