"""A trust folder, an environment and a bundle in; a private copy that may be applied out, or a refusal.

The step numbers and reasons are those of docs/bundle-format.md. verify.sh beside this file takes the same steps and
gives the same reasons. This file needs nothing but Python 3.9 and ssh-keygen: a copy of it in a trust folder verifies
without sqlgen, by `python3 verify.py [--rollback | --audit --as-of RECEIPT] TRUST ENV DIR`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from sqlgen.errors import Message, ToolMissing, UsageError, VerificationError, say
else:  # a file of its own: the same words without sqlgen

    class _Said(Exception):
        exit_code = 2

        def __init__(self, message, *, hint):
            super().__init__(message)
            self.hint = hint

    class UsageError(_Said):
        pass

    class ToolMissing(_Said):
        pass

    class VerificationError(_Said):
        exit_code = 3

    def say(template, **values):
        return template.format_map({name: _visible(str(value)) for name, value in values.items()})

    def _visible(text):
        hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        return "".join(
            char.encode("unicode_escape").decode() if unicodedata.category(char) in hidden else char for char in text
        )


FORMAT, LEDGER_FORMAT, REJECTION_FORMAT = "sqlgen.bundle/1", "sqlgen.ledger/1", "sqlgen.rejection/1"
SUMS, MANIFEST = "SHA256SUMS", "MANIFEST.json"

MAX_ENTRIES = 1000
"""Files and folders in a bundle, signatures included."""
MAX_FILE = 16 * 1024 * 1024
MAX_TOTAL = 64 * 1024 * 1024
MAX_SUMS = 64 * 1024
MAX_PATH = 200
"""Characters of a file's path inside the bundle."""
MAX_SIGNATURE = 64 * 1024
"""Of a signature, and of a rejection."""
MAX_ENTRY = 256 * 1024
"""Of an entry of the ledger."""
MAX_TRUST_FILE = 1024 * 1024
MAX_TRUST = 64 * 1024 * 1024
"""Of all versions of a trust folder, and of a ledger."""
MAX_DEPTH, MAX_NUMBER = 8, 20
"""Of the JSON in rejections and entries: lists and objects within each other, characters of a number."""

TEXTS = (".sql", ".sh", ".md", ".py", ".html", ".json")
"""Endings of the files that people read, or that run."""

ENVIRONMENT = re.compile(r"[a-z0-9][a-z0-9_-]*")
ROLE = re.compile(r"[a-z][a-z0-9_-]*")
RESERVED_ROLES = frozenset({"receipt", "reject", "trust", "after", "carry", "need"})
"""Namespaces that must never count as an approval, and the words that begin a condition of a policy."""
MACHINE = "ci"
"""The role of machines: a name or a key that has it has no other."""
RECEIPTS = ("applied", "failed", "undone")
"""Kinds of the ledger's entries that say what was run."""
_FORTH, _BACK = ("apply.sql", "resume.sql"), "rollback.sql"
_SCRIPTS = {"applied": _FORTH, "undone": (_BACK,)}
"""What a run of this kind can only have been of."""
RESTORED = "restored"
"""The kind of entry that says that the database was set back. It is about no bundle."""
_SCOPES = dict.fromkeys((*RECEIPTS, RESTORED), "receipt") | {
    "rejected": "reject",
    "withdrawn": "reject",
    "reviewed": "review",
}
_ROOT_SCOPE = "trust.v1@sqlgen"
_NOTHING_BEFORE = "0" * 64

_PART = r"[a-z0-9][a-z0-9_.@+-]*(?<!\.)"
_NAME = re.compile(_PART)
# Windows opens a device for these names, whatever extension follows.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SUMS_LINE = re.compile(r"([0-9a-f]{64})  ([a-z0-9][a-z0-9_.@+/-]*|MANIFEST\.json)")
_LINE = re.compile(r'  "([a-z0-9_]+)": ([ -~]+)')
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_SIGNATURE_PATH = re.compile(rf"(?:renewal/)?sig/([a-z][a-z0-9_-]*)/({_PART})\.sig")
_REJECTION_PATH = re.compile(rf"sig/reject/({_PART})\.(sig|json)")
_SIGNATURE = re.compile(
    r"-----BEGIN SSH SIGNATURE-----\n(?:[A-Za-z0-9+/]{70}\n)*[A-Za-z0-9+/=]{1,70}\n-----END SSH SIGNATURE-----\n"
)
_GOOD = re.compile(r'Good "([^"]*)" signature for (\S+) with \S+ key (SHA256:[A-Za-z0-9+/]+)')
_BAD_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_RUN = "-- Run it with: "
_RUN_FILE = re.compile(r"(.*) ((?:apply|rollback)\.sql)(.*)")
"""The last one is the script; a database may be called so, too."""
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

_KEY_TYPE = (
    r"(?:ssh-ed25519|sk-ssh-ed25519@openssh\.com|ecdsa-sha2-nistp(?:256|384|521)"
    r"|sk-ecdsa-sha2-nistp256@openssh\.com|ssh-rsa)"
)
# One key has one spelling, so that different texts are different keys: base64 without stray bits, and of an RSA key the
# exponent 65537 and a modulus without zeros too many. The other types have one form anyway.
_RSA = "AAAAB3NzaC1yc2EAAAADAQABAAA[A-P][A-Za-z0-9+/][AQgw][CD]"
_KEY = rf"({_KEY_TYPE}) ((?:(?<!ssh-rsa )|(?={_RSA}))[A-Za-z0-9+/]+(?:[AEIMQUYcgkosw048]=|[AQgw]==)?)(?: [ -~]*)?"
_SCOPE = r"[a-z][a-z0-9_-]*\.[a-z0-9][a-z0-9_-]*(?:\.breakglass)?\.v1@sqlgen"
_SIGNER_LINE = re.compile(
    rf'({_PART}) namespaces="({_SCOPE}(?:,{_SCOPE})*)"((?:,valid-(?:after|before)="[0-9]{{8,14}}Z?")*) {_KEY}'
)
_ROOT_LINE = re.compile(rf'({_PART}) namespaces="({re.escape(_ROOT_SCOPE)})"() {_KEY}')
_REVOKED_LINE = re.compile(_KEY)
_SHORT_RSA = 372
"""Base64 characters of an RSA public key of 2048 bits; a shorter one is refused."""
_POLICY_LINE = re.compile(
    r"after (?P<after>[a-z0-9][a-z0-9_-]*)|carry (?P<carry>[a-z][a-z0-9_-]*)|need (?P<need>ticket)"
    r"|(?P<role>[a-z][a-z0-9_-]*) (?P<people>[1-9])"
)
_ID_LINE = re.compile(r"([0-9a-f]{64})(?: [ -~]*)?")
_VERSION_LINES = tuple(
    re.compile(form) for form in (r"number ([1-9][0-9]{0,5})", r"previous ([0-9a-f]{64})", r"need ([1-9])")
)
_POLICY_FILE = re.compile(r"policy/[a-z0-9][a-z0-9_-]*(?:\.breakglass)?")
_VERSION_FILES = (SUMS, "allowed_signers", "revoked_bundles", "revoked_keys", "roots", "version")
_EXAMPLES = {
    SUMS: "DIGEST  allowed_signers, sorted as by sha256sum",
    "allowed_signers": 'alice@example.com namespaces="review.prod.v1@sqlgen" ssh-ed25519 AAAA…',
    "revoked_bundles": "BUNDLE-ID any words",
    "revoked_keys": "ssh-ed25519 AAAA…",
    "roots": 'ruth@example.com namespaces="trust.v1@sqlgen" ssh-ed25519 AAAA…',
    "version": "number N, previous DIGEST, need K: three lines",
}


# What comes out.


@dataclass(frozen=True)
class Signature:
    """A signature that counts."""

    role: str
    principal: str
    key: str
    """The key's fingerprint, `SHA256:…`."""


@dataclass(frozen=True)
class Approved:
    """A bundle that the policy of its environment accepts."""

    bundle_id: str
    content_id: str
    environment: str
    trust_id: str
    trust_version: int
    """The version of the trust folder that it was judged by."""
    signatures: tuple[Signature, ...]
    """Sorted by role and name."""
    carried: tuple[Signature, ...]
    """Approvals of the bundle that this one renews, where the policy counts them."""
    expires: str | None
    ticket: str | None
    breakglass: bool
    revoked_since: tuple[tuple[str, str], ...]
    """Names and fingerprints of signers whose key is revoked by now, where it was judged by an earlier moment."""


@dataclass(frozen=True)
class Verified(Approved):
    """A bundle that may be applied, or rolled back."""

    copy: Path
    """The private copy (mode 0700) that was verified. Apply this one; the caller removes its parent folder."""
    command: str | None
    """What to run, in whatever folder: it names the copy's script by its path."""
    notes: tuple[Message, ...]
    """For the person at the terminal: what this host did not know, or can't remember."""


@dataclass(frozen=True)
class Audited(Approved):
    """A bundle that was rightly run, when an entry of the ledger says that it was."""

    receipt: Link
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class Policy:
    """What an environment needs."""

    roles: tuple[tuple[str, int], ...]
    """Roles and how many people must have signed, in the order of the file."""
    after: tuple[str, ...] = ()
    carry: frozenset[str] = frozenset()
    ticket: bool = False


@dataclass(frozen=True)
class Signer:
    """A line of allowed_signers or roots."""

    name: str
    scopes: tuple[str, ...]
    """The namespaces, in full."""
    kind: str
    """The key's type: ssh-ed25519, …"""
    key: str
    """In base64."""
    valid: str
    """`,valid-after="…",valid-before="…"`, or nothing."""


@dataclass(frozen=True)
class Version:
    """A version of a trust folder, its files checked for form."""

    folder: Path
    number: int
    previous: str
    """The sha256 of the SHA256SUMS of the version before; 64 zeros in version 1."""
    need: int
    """How many root keys must sign the next version."""
    digest: str
    """The sha256 of its SHA256SUMS."""
    signers: tuple[Signer, ...]
    roots: tuple[Signer, ...]
    revoked_keys: frozenset[str]
    """In base64, without the type."""
    revoked_bundles: frozenset[str]
    policies: Mapping[str, Policy]
    """By the names of their files: prod, prod.breakglass, …"""

    @property
    def has_times(self) -> bool:
        """Do any of its signers have a day on which they begin or end?"""
        return any(signer.valid for signer in self.signers)


@dataclass(frozen=True)
class Memory:
    """What this host remembers of trust folders."""

    file: Path
    """What it remembers of this one."""
    lines: frozenset[bytes] = frozenset()
    """Empty: it has never seen this trust folder."""
    version: tuple[int, str] | None = None
    ledger: Mapping[str, tuple[int, str]] | None = None
    """Environment → number and digest of the last entry that was seen."""


@dataclass(frozen=True)
class Versions:
    """A trust folder whose versions follow from each other, and from what this host has seen."""

    trust: Path
    """What was read: the trust folder, or a private copy of it."""
    paths: frozenset[bytes]
    """Where the trust folder is, as lines of what is remembered."""
    id: str
    """The digest of version 1."""
    digests: tuple[str, ...]
    """Of the versions 1, 2, …"""
    memory: Memory


@dataclass(frozen=True)
class Link:
    """An entry of the ledger, in its place in the chain."""

    number: int
    path: Path
    digest: str
    """The sha256 of its bytes."""
    values: Mapping[str, object]
    """Its keys, read from JSON."""
    place: tuple[str, str] = ("null", "null")
    """Database and service, as the entry writes them."""
    result: str = "-"
    """The result as the entry writes it: in ASCII, whatever the log held."""

    def text(self, key: str) -> str:
        """The value of a key whose form `chain` has checked: at, bundle, content_id, kind, name; `-`: it has none."""
        return str(self.values.get(key, "-"))


@dataclass(frozen=True)
class _Case:
    """What a bundle is judged by."""

    versions: Versions
    newest: Version
    version: Version
    """The one that judges; in an audit, and in a rollback of what was tried, that of then."""
    environment: str
    moment: str
    rollback: bool
    receipt: Link | None = None
    """The entry of the ledger that is audited, or by which the bundle to be rolled back was tried."""
    links: tuple[Link, ...] = ()
    """The ledger, where that entry was looked up in it."""

    @property
    def at(self) -> str | None:
        """The time for ssh-keygen to judge by; None: now, or no key has times."""
        return self.moment if self.receipt is not None and self.version.has_times else None


@dataclass(frozen=True)
class _Says:
    """What a verifier needs of MANIFEST.json."""

    content_id: str
    expires: str | None
    ticket: str | None
    breakglass: bool
    renews: str | None
    place: tuple[str, str]
    """Database and service, as the manifest writes them."""
    tenants: bool


def verify(trust: Path, environment: str, bundle: Path, *, now: datetime, rollback: bool = False) -> Verified:
    """Check a bundle against a trust folder for an environment. `now` carries a time zone.

    With `rollback`: are these the bytes that were approved, however late, and whatever became of them and of those who
    signed, once the ledger says that the bundle was rightly applied or tried? Raises
    VerificationError for every reason not to apply the bundle, UsageError for arguments that are no folders or no
    environment name, ToolMissing when ssh-keygen is absent or too old. Leaves nothing behind when it raises.
    """
    _check_arguments(trust, environment, bundle)
    with ExitStack() as always, ExitStack() as undo:
        version, versions = _check_trust(trust, environment, bundle, always, policy=not rollback)
        case = _Case(versions, version, version, environment, utc(now), rollback)
        copy, approved, links = _judge(case, bundle, undo)
        command = _command(copy, rollback)
        notes = _remember(versions, environment, None if rollback else links)
        undo.pop_all()
        return Verified(**vars(approved), copy=copy, command=command, notes=notes)


def audit(trust: Path, environment: str, bundle: Path, *, receipt: str) -> Audited:
    """Was it right to run this bundle, when the ledger says that it was run? `receipt`: an entry's number or its file.

    Raises what `verify` raises; then it was not, or the bundle is not what it was. Leaves nothing behind.
    """
    _check_arguments(trust, environment, bundle)
    with ExitStack() as undo:
        last, versions = _check_trust(trust, environment, bundle, undo, policy=False)
        links = chain(versions.trust, environment)
        entry = _find(links, receipt)
        version = _version_of(versions.trust, entry)
        back = entry.values.get("script") == _BACK
        if not back:
            _check_policy(version, environment)
        case = _Case(versions, last, version, environment, entry.text("at"), back, entry, links)
        approved = _judge(case, bundle, undo)[1]
    entry = replace(entry, path=trust / "ledger" / environment / entry.path.name)
    return Audited(**vars(approved), receipt=entry, notes=_remember(versions, environment, None))


def report(found: Verified | Audited) -> tuple[Message | str, ...]:
    """What a verifier prints, line by line. Paths and the command stand there as they are: people copy them."""
    first: Message | str = ""
    if isinstance(found, Verified):
        first = f"VERIFIED {found.copy}"
    else:
        first = say(
            "WAS VALID {at}, {kind} by {name}, {result}",
            at=found.receipt.text("at"),
            kind=found.receipt.text("kind"),
            name=found.receipt.text("name"),
            result=found.receipt.result,
        )
    lines = [
        first,
        say("bundle id {id}", id=found.bundle_id),
        say("content id {id}", id=found.content_id),
        say(
            "environment {environment}, version {version} of trust folder {id}",
            environment=found.environment,
            version=found.trust_version,
            id=found.trust_id,
        ),
    ]
    for each in found.signatures:
        lines.append(say("signed by {role} {name} {key}", role=each.role, name=each.principal, key=each.key))
    for each in found.carried:
        lines.append(say("carried {role} {name} {key}", role=each.role, name=each.principal, key=each.key))
    if found.breakglass:
        lines.append(say("breakglass, ticket {ticket}: a review must follow", ticket=found.ticket))
    for name, key in found.revoked_since:
        lines.append(say("revoked since: {name} {key}", name=name, key=key))
    if isinstance(found, Verified) and found.command is not None:
        lines.append(f"{say('run:')} {found.command}")  # as it is: somebody copies it
    return tuple(lines)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


def _command(copy: Path, rollback: bool) -> str | None:
    """What the script says of itself: how it is run. It is found where it lies, whatever the folder one is in."""
    script, tenants = copy / (_BACK if rollback else "apply.sql"), copy / "tenants.sh"
    if not script.is_file():
        return None
    if tenants.is_file():
        return f"sh {_quoted(tenants)} {'rollback ' if rollback else ''}canary"
    for line in script.read_text(encoding="utf-8").split("\n"):
        if line.startswith(_RUN):
            command = line[len(_RUN) :]
            match = _RUN_FILE.fullmatch(command)
            return f"{match[1]} {_quoted(copy / match[2])}{match[3]}" if match is not None else command or None
    return None


def _judge(case: _Case, bundle: Path, undo: ExitStack) -> tuple[Path, Approved, tuple[Link, ...] | None]:
    """Steps 3 to 16: the private copy, which `undo` removes, what is known of it, and the ledger if it was read."""
    copy, bundle_id = check_integrity(bundle, undo)
    if case.rollback:
        case = _as_it_was_tried(case, bundle_id)
    policies = case.version.policies
    says = _manifest(copy, case)
    policy = policies[case.environment + (".breakglass" if says.breakglass else "")]
    signatures, rejections = _signatures(copy, bundle_id, says, policy, case)
    carried: tuple[Signature, ...] = ()
    if says.renews is not None:
        renewed = _renewal(copy, says, policy, case)
        carried = tuple(each for each in renewed if each.role in policy.carry and each not in signatures)
    _thresholds(signatures, carried, policy)
    links = None
    if case.receipt is not None or not case.rollback:
        links = _not_applied_nor_rejected(bundle_id, says, rejections, case)
    if not case.rollback:
        _conditions(copy, says, policy, case)
    _clean_text(copy)
    approved = Approved(
        bundle_id=bundle_id,
        content_id=says.content_id,
        environment=case.environment,
        trust_id=case.versions.id,
        trust_version=case.version.number,
        signatures=tuple(sorted(signatures, key=_by_role)),
        carried=tuple(sorted(carried, key=_by_role)),
        expires=says.expires,
        ticket=says.ticket,
        breakglass=says.breakglass,
        revoked_since=_revoked_since((*signatures, *carried), case),
    )
    return copy, approved, links


def _as_it_was_tried(case: _Case, bundle_id: str) -> _Case:
    """A rollback goes by the entry by which the bundle was rightly applied or tried; without one by what it is given.

    So it can be taken back, though people left and keys were revoked since. Raises VerificationError: step 14, step 1.
    """
    links = chain(case.versions.trust, case.environment) if case.receipt is None else case.links
    before = links if case.receipt is None else links[: case.receipt.number - 1]
    tried = [link for link in before if link.text("bundle") == bundle_id and _is_try(link)]
    if tried:
        version, moment = _version_of(case.versions.trust, tried[-1]), tried[-1].text("at")
        case = replace(case, version=version, moment=moment, receipt=case.receipt or tried[-1], links=links)
    _check_policy(case.version, case.environment)
    return case


def _is_try(link: Link) -> bool:
    values = link.values
    return values["kind"] in ("applied", "failed") and values.get("script") in _FORTH and values.get("verified") is True


def _revoked_since(signers: Sequence[Signature], case: _Case) -> tuple[tuple[str, str], ...]:
    if case.receipt is None:
        return ()
    gone = {fingerprint_of(key) for key in case.newest.revoked_keys}
    every = (*signers, check_link(case.versions.trust, case.receipt))
    return tuple(dict.fromkeys((each.principal, each.key) for each in every if each.key in gone))


def _by_role(signature: Signature) -> tuple[str, str]:
    return signature.role, signature.principal


def check_integrity(bundle: Path, undo: ExitStack) -> tuple[Path, str]:
    """Steps 3 to 8: make a private copy; check that nothing was added, removed or changed since it was built.

    Gives the copy, which `undo` removes, and the bundle id. Raises VerificationError.
    """
    copy = _private(undo) / "bundle"
    try:
        _copy(bundle, _shape(bundle), copy)
    except OSError as error:
        raise _uncopied(error) from error
    sums = _sums(copy)
    _same_set(copy, sums)
    for name, expected in sums.items():
        if hashlib.sha256((copy / name).read_bytes()).hexdigest() != expected:
            raise VerificationError(
                say("step 8: a checksum does not match ({name})", name=name),
                hint=say("Fetch the bundle again; mail, editors and git's autocrlf change line ends. Never edit it."),
            )
    return copy, _sha256(copy / SUMS)


def _private(undo: ExitStack) -> Path:
    """A folder (mode 0700) for what must not change any more, which `undo` removes."""
    try:
        private = Path(tempfile.mkdtemp(prefix="sqlgen-verified."))
    except OSError as error:
        raise _uncopied(error) from error
    undo.callback(shutil.rmtree, private, ignore_errors=True)
    return private


def _uncopied(error: OSError) -> VerificationError:
    return VerificationError(
        say("step 5: the bundle can't be read or copied"),
        hint=say(
            "Make sure that you may read every file of it and that there is space in TMPDIR: {why}.",
            why=error.strerror or error,
        ),
    )


def utc(moment: datetime) -> str:
    """`2026-01-31T09:30:00Z`. A moment without a time zone is a mistake of the caller: ValueError."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment without a time zone")
    return (moment.replace(tzinfo=None) - offset).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _plain(path: Path, most: int, flags: int = _READ) -> bytes:
    """A file's bytes, links followed. Raises OSError for a pipe, which nobody may ever write to, and a bigger file."""
    plain = stat.S_ISREG(path.stat().st_mode)  # before it is opened: a device may do something then
    if plain:
        with open(os.open(path, flags), "rb") as file:
            plain = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            data = file.read(most + 1) if plain else b""
    if not plain or len(data) > most:
        raise OSError(f"{_printable(path.name)} is no plain file, or too big")
    return data


def _listed(folder: Path) -> list[str]:
    """The names in a folder; none where nothing is, beyond doubt. Raises OSError: it can't be listed or entered."""
    try:
        os.stat(os.path.join(folder, "."))  # Path would leave out the dot, and enter nothing
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        nearest = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
        if nearest == folder or not nearest.exists():  # a file, or a link to what may be back tomorrow
            raise
        return []


def _check_arguments(trust: Path, environment: str, bundle: Path) -> None:
    """Raise UsageError unless both folders are there and the environment has a good name."""
    if not ENVIRONMENT.fullmatch(environment):
        raise UsageError(
            say("{name} is no environment name", name=repr(_printable(environment))),
            hint=say("Use small letters, digits, - and _, as in: TRUST prod DIR"),
        )
    if not trust.is_dir():
        raise UsageError(
            say("there is no trust folder {path}", path=_printable(str(trust))),
            hint=say("Give the folder that holds versions/, then the environment, then the bundle: TRUST ENV DIR"),
        )
    if not bundle.is_dir():
        raise UsageError(
            say("there is no bundle {path}", path=_printable(str(bundle))),
            hint=say("Give the bundle's folder, unpacked: TRUST ENV DIR"),
        )
    temporary = [os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP")]
    for path in (str(trust), str(trust.resolve()), *temporary):
        if "\n" in path:
            raise UsageError(
                say("a path has a line break in it: {path}", path=_printable(path)),
                hint=say("What a host remembers, and the command to run, are single lines: rename the folder."),
            )


# Step 1: the newest version of the trust folder.


def _check_trust(
    trust: Path, environment: str, bundle: Path, undo: ExitStack, *, policy: bool
) -> tuple[Version, Versions]:
    """Steps 1 and 2, of a copy that `undo` removes. Without `policy` there need be none for the environment by now."""
    if _below(bundle, trust):
        raise VerificationError(
            say("step 1: the trust folder lies inside the bundle"),
            hint=say("Use your own trust folder; whoever made the bundle must not choose whom you trust."),
        )
    newest(trust)
    copy = _copy_trust(trust, environment, undo)
    last = newest(copy)
    versions = _read_all(copy, last)
    if policy:
        _check_policy(versions[last], environment)
    return versions[last], _check_versions(copy, versions, everything=False, paths=_path_lines(trust))


def _copy_trust(trust: Path, environment: str, undo: ExitStack) -> Path:
    """What is judged of a trust folder, so that nobody changes it between one look at it and the next."""
    copy, total = _private(undo) / "trust", 0
    try:
        (copy / "versions").mkdir(parents=True)
        for number in _numbers_in(trust):
            source, target = version_folder(trust, number), version_folder(copy, number)
            if not _is_folder(source):
                target.touch()
                continue
            contents = _contents(source)
            total += sum(len(data or b"") for data in contents.values())
            if total > MAX_TRUST:
                raise OSError("it holds too much")
            _put(target, contents)
    except OSError as error:
        raise _unreadable(trust / "versions", error) from error
    _copy_ledger(trust / "ledger" / environment, copy / "ledger" / environment)
    return copy


def _put(folder: Path, contents: Mapping[str, bytes | None]) -> None:
    """Write a version's files. What was no plain file is none here, either, or one that a version does not have."""
    folder.mkdir()
    for name, data in contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        if data is not None or name in ("policy", "sig"):
            (folder / name).write_bytes(data or b"")
        else:
            (folder / name).mkdir()


def _copy_ledger(source: Path, copy: Path) -> None:
    """Entries and signatures. What can't be read is empty in the copy, and a ledger that can't be listed is a file."""
    copy.parent.mkdir()
    try:
        names, total = [name for name in _listed(source) if _ENTRY_FILE.fullmatch(name)], 0
        copy.mkdir()
    except OSError:
        copy.touch()
        return
    for name in names:
        data = b""
        with suppress(OSError):
            data = _plain(source / name, MAX_ENTRY)
        total += len(data)
        if total > MAX_TRUST:
            shutil.rmtree(copy)
            copy.touch()
            return
        (copy / name).write_bytes(data)


def _below(folder: Path, path: Path) -> bool:
    folder, path = folder.resolve(), path.resolve()
    return folder == path or folder in path.parents


def newest(trust: Path) -> int:
    """The number of the newest version of a trust folder. Raises VerificationError when there is none."""
    numbers = _numbers_in(trust)
    if not numbers:
        raise VerificationError(
            say("step 1: the trust folder has no version"),
            hint=say(
                "Look for {path}/1. New ones are made with sqlgen trust init, and signed.", path=trust / "versions"
            ),
        )
    return max(numbers)


def _numbers_in(trust: Path) -> list[int]:
    folder = trust / "versions"
    try:
        return sorted(int(name) for name in os.listdir(folder) if re.fullmatch("[1-9][0-9]{0,5}", name))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise _unreadable(folder, error) from error


def version_folder(trust: Path, number: int) -> Path:
    """Where a version of a trust folder lies, whether it is there or not."""
    return trust / "versions" / str(number)


def read_version(folder: Path, environment: str | None) -> Version:
    """Step 1 for one version's folder; `next/` may be one. `environment` None: all policies, whichever there are.

    Raises VerificationError, and for an environment without a policy.
    """
    version = _read(folder)
    for each in [environment] if environment is not None else _environments(version):
        _check_policy(version, each)
    return version


def _environments(version: Version) -> list[str]:
    return sorted({name.partition(".")[0] for name in version.policies})


def _read(folder: Path, prefix: str = "") -> Version:
    """A version whose files are all there, and in their form. `prefix` stands before their names in what is refused."""
    contents = _contents(folder)
    _complete(contents, prefix)
    return _parsed(folder, contents, prefix)


def _contents(folder: Path) -> dict[str, bytes | None]:
    """All files of a version by their paths; None is what is no plain file, or lies deeper. Sorted by path."""
    found: dict[str, bytes | None] = {}
    waiting = [""]
    try:
        while waiting:
            below = waiting.pop()
            for name in os.listdir(folder / below):
                path, name = folder / below / name, below + name
                status = os.lstat(path)
                if stat.S_ISDIR(status.st_mode) and name in ("policy", "sig"):
                    waiting.append(name + "/")
                else:
                    plain = stat.S_ISREG(status.st_mode)
                    found[name] = _plain(path, MAX_TRUST_FILE, _READ | _NO_LINKS) if plain else None
    except OSError as error:
        raise _unreadable(folder, error) from error
    return dict(sorted(found.items()))


def _unreadable(folder: Path, error: OSError) -> VerificationError:
    return VerificationError(
        say("step 1: the trust folder can't be read"),
        hint=say("Make sure that you may read every file in {path}: {why}.", path=folder, why=error.strerror or error),
    )


def _complete(contents: Mapping[str, bytes | None], prefix: str) -> None:
    policies = [name for name in contents if _POLICY_FILE.fullmatch(name)]
    for name in (*_VERSION_FILES, *(() if policies else ("policy",))):
        if name not in contents:
            raise VerificationError(
                say("step 1: a file of the trust folder is missing ({file})", file=prefix + name),
                hint=say("Fetch the trust folder again: each version has it, an empty one if need be."),
            )
    for name, data in contents.items():
        known = name in _VERSION_FILES or name in policies or _is_root_signature(name)
        if not known or data is None:
            raise _not_known(prefix + name)


def _not_known(name: str) -> VerificationError:
    return VerificationError(
        say("step 1: a file of the trust folder is not known ({file})", file=_printable(name)),
        hint=say("Take it out: a version holds its own plain files and no others, and is a folder itself."),
    )


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(os.lstat(path).st_mode)


def _is_root_signature(name: str) -> bool:
    return name.startswith("sig/") and name.endswith(".sig") and _NAME.fullmatch(name[4:-4]) is not None


def _parsed(folder: Path, contents: Mapping[str, bytes | None], prefix: str = "") -> Version:
    def lines(name: str, form: re.Pattern[str]) -> list[tuple[int, re.Match[str]]]:
        return list(_lines(prefix + name, contents[name] or b"", form))

    bad = _bad_sum(contents[SUMS] or b"")
    if bad is not None:
        raise _ill_formed(prefix + SUMS, bad)
    signers = lines("allowed_signers", _SIGNER_LINE)
    policies = {name: lines(name, _POLICY_LINE) for name in contents if name.startswith("policy/")}
    bundles = lines("revoked_bundles", _ID_LINE)
    keys = lines("revoked_keys", _REVOKED_LINE)
    roots = lines("roots", _ROOT_LINE)
    number, previous, need = _numbers(prefix, contents["version"] or b"", {match[1] for _, match in roots})
    _no_short_rsa(prefix, {"allowed_signers": signers, "roots": roots})
    version = Version(
        folder=folder,
        number=number,
        previous=previous,
        need=need,
        digest=hashlib.sha256(contents[SUMS] or b"").hexdigest(),
        signers=tuple(_signer(match) for _, match in signers),
        roots=tuple(_signer(match) for _, match in roots),
        revoked_keys=frozenset(match[2] for _, match in keys),
        revoked_bundles=frozenset(match[1] for _, match in bundles),
        policies={name[len("policy/") :]: _policy(found) for name, found in policies.items()},
    )
    _no_machine_for_a_person(version)
    return version


def _bad_sum(data: bytes) -> int | None:
    """The number of the first line of a version's SHA256SUMS that is ill-formed, or not behind the one before."""
    sums, bad = _sums_lines(data)
    names = [name for name, _ in sums]
    for number in range(1, len(names)):
        if names[number] <= names[number - 1]:
            return number + 1
    return bad


def _lines(name: str, data: bytes, form: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """The lines of a file that are no comments, with their numbers. latin-1 reads every byte."""
    for number, line in enumerate(data.decode("latin-1").split("\n"), start=1):
        odd = "\r" in line or "\0" in line
        if (not line or line.startswith("#")) and not odd:
            continue
        match = None if odd else form.fullmatch(line)
        if match is None:
            raise _ill_formed(name, number)
        yield number, match


def _ill_formed(name: str, number: int) -> VerificationError:
    example = _EXAMPLES.get(name.rpartition("/")[2], "review 1, after staging, carry review, or need ticket")
    return VerificationError(
        say("step 1: {file} has an ill-formed line ({line})", file=name, line=number),
        hint=say("It must look like this: {example}. Let the keepers of the trust folder correct it.", example=example),
    )


def _numbers(prefix: str, data: bytes, roots: Collection[str]) -> tuple[int, str, int]:
    """`version`: the number, the digest of the version before, and how many root keys sign the next one."""
    lines = data.decode("latin-1").split("\n")
    if lines[-1] == "":
        lines.pop()
    found = []
    for number, form in enumerate(_VERSION_LINES, start=1):
        match = form.fullmatch(lines[number - 1]) if number <= len(lines) else None
        if match is None:
            raise _ill_formed(f"{prefix}version", number)
        found.append(match[1])
    if len(lines) > len(found):
        raise _ill_formed(f"{prefix}version", len(found) + 1)
    if int(found[2]) > len(roots):
        raise _ill_formed(f"{prefix}version", len(found))
    return int(found[0]), found[1], int(found[2])


def _signer(match: re.Match[str]) -> Signer:
    name, scopes, valid, kind, key = match.groups()
    return Signer(name, tuple(scopes.split(",")), kind, key, valid)


def signer_line(line: str) -> bool:
    """May this line stand in allowed_signers?"""
    match = _SIGNER_LINE.fullmatch(line)
    return match is not None and not _short_rsa(match)


def _short_rsa(match: re.Match[str]) -> bool:
    return match[4] == "ssh-rsa" and len(match[5]) < _SHORT_RSA


def _no_short_rsa(prefix: str, files: Mapping[str, Sequence[tuple[int, re.Match[str]]]]) -> None:
    if not files["allowed_signers"]:
        raise VerificationError(
            say("step 1: {file} is empty", file=prefix + "allowed_signers"),
            hint=say("Add a line for each person who may sign."),
        )
    for name, lines in files.items():
        for number, match in lines:
            if _short_rsa(match):
                raise VerificationError(
                    say(
                        "step 1: {file} has an RSA key of fewer than 2048 bits ({line})",
                        file=prefix + name,
                        line=number,
                    ),
                    hint=say("Replace it by an ed25519 key: ssh-keygen -t ed25519"),
                )


def _no_machine_for_a_person(version: Version) -> None:
    machines = [each for each in version.signers if MACHINE in _roles(each)]
    names, keys = {each.name for each in machines}, {each.key for each in machines}
    people = [each for each in version.signers if _roles(each) != {MACHINE}]
    for each in (*people, *version.roots):
        if each.name in names or each.key in keys:
            raise VerificationError(
                say("step 1: a machine has a person's role ({name})", name=each.name),
                hint=say(
                    "Whoever has the role {role} has no other: give people names and keys of their own.", role=MACHINE
                ),
            )


def _roles(signer: Signer) -> set[str]:
    return {scope.partition(".")[0] for scope in signer.scopes}


def _policy(lines: Sequence[tuple[int, re.Match[str]]]) -> Policy:
    found = [match for _, match in lines]
    return Policy(
        roles=tuple((match["role"], int(match["people"])) for match in found if match["role"]),
        after=tuple(dict.fromkeys(match["after"] for match in found if match["after"])),
        carry=frozenset(match["carry"] for match in found if match["carry"]),
        ticket=any(match["need"] for match in found),
    )


def _check_policy(version: Version, environment: str) -> None:
    """Does the version say, for this environment, what must be signed?"""
    if environment not in version.policies:
        raise VerificationError(
            say("step 1: there is no policy for this environment ({environment})", environment=environment),
            hint=say("Let the keepers of the trust folder write one: sqlgen trust policy"),
        )
    for name in (environment, f"{environment}.breakglass"):
        policy = version.policies.get(name)
        if policy is None:
            continue
        file = f"policy/{name}"
        if not policy.roles:
            raise VerificationError(
                say("step 1: the policy is empty"),
                hint=say("{file} needs a line for each role, such as: review 1", file=file),
            )
        seen: set[str] = set()
        for number, match in _lines(file, (version.folder / file).read_bytes(), _POLICY_LINE):
            role = match["role"]
            if role is not None and (role in seen or role in RESERVED_ROLES):
                raise VerificationError(
                    say("step 1: the policy has a role twice or a reserved one ({line})", line=number),
                    hint=say(
                        "Keep one line for each role of {file}; these are reserved: {roles}.",
                        file=file,
                        roles=", ".join(sorted(RESERVED_ROLES)),
                    ),
                )
            seen.add(role)
        if policy.carry.issuperset(role for role, _ in policy.roles):
            raise VerificationError(
                say("step 1: the policy carries every role"),
                hint=say("Somebody must sign a renewed bundle: take a line with carry out of {file}.", file=file),
            )


# Step 2: all versions, and what this host remembers.


def check_versions(trust: Path, *, everything: bool = False) -> Versions:
    """Steps 1 and 2 for all versions: each follows from the one before, and they from what this host has seen.

    Signatures are those behind the version that this host remembers; with `everything` those of all versions.
    Policies are checked for their form alone. Raises VerificationError.
    """
    return _check_versions(trust, _read_all(trust, newest(trust)), everything, _path_lines(trust))


def _read_all(trust: Path, last: int) -> dict[int, Version]:
    """Step 1 for all versions that are there, the newest one first."""
    numbers = sorted({*_numbers_in(trust), last}, reverse=True)
    for number in reversed(numbers):
        if not _is_folder(version_folder(trust, number)):
            raise _not_known(f"versions/{number}")
    return {number: _read(version_folder(trust, number), _prefix(number, last)) for number in numbers}


def _check_versions(
    trust: Path, versions: Mapping[int, Version], everything: bool, paths: frozenset[bytes]
) -> Versions:
    last = max(versions)
    for number, version in versions.items():
        _as_signed(version, _prefix(number, last))
    memory = Memory(_memory_folder())
    if 1 in versions:
        memory = _recall(paths, versions[1].digest)
        _not_going_back(memory, versions)
    for number in range(1, last + 1):
        if number not in versions:
            raise VerificationError(
                say("step 2: a version of the trust folder is missing ({number})", number=number),
                hint=say("Fetch the whole trust folder: versions are never taken out."),
            )
    for number in range(1, last + 1):
        before = _NOTHING_BEFORE if number == 1 else versions[number - 1].digest
        if (versions[number].number, versions[number].previous) != (number, before):
            raise VerificationError(
                say("step 2: a version does not follow from the one before ({number})", number=number),
                hint=say(
                    "Ask the keepers of the trust folder: somebody changed what was signed, or mixed two of them."
                ),
            )
    seen = 0 if everything or memory.version is None else memory.version[0]
    for number in range(seen + 1, last + 1):
        _enough_roots(versions[number], versions[max(number - 1, 1)], _prefix(number, last))
    return Versions(trust, paths, versions[1].digest, tuple(versions[n].digest for n in range(1, last + 1)), memory)


def _prefix(number: int, last: int) -> str:
    """What stands before the names of a version's files, in what is refused."""
    return "" if number == last else f"versions/{number}/"


def _as_signed(version: Version, prefix: str) -> None:
    """The files of a version are those of its SHA256SUMS."""
    contents = _contents(version.folder)
    listed = dict(_sums_lines(contents[SUMS] or b"")[0])
    there = {
        name: hashlib.sha256(data or b"").hexdigest()
        for name, data in contents.items()
        if name != SUMS and not name.startswith("sig/")
    }
    for name in sorted({*listed, *there}):
        if listed.get(name) != there.get(name):
            raise VerificationError(
                say("step 2: the trust folder is not as it was signed ({file})", file=prefix + name),
                hint=say("Fetch it again. Changes are made in next/, and signed: sqlgen trust sign"),
            )


def _not_going_back(memory: Memory, versions: Mapping[int, Version]) -> None:
    if memory.version is None:
        return
    number, digest = memory.version
    if number > max(versions):
        raise VerificationError(
            say("step 2: the trust folder is older than what this host has seen"),
            hint=say("This host has seen version {number}. Fetch the trust folder again.", number=number),
        )
    if number in versions and versions[number].digest != digest:
        raise VerificationError(
            say("step 2: the trust folder is not what this host has seen"),
            hint=say(
                "Version {number} is another one. Ask its keepers; {file} is what this host remembers.",
                number=number,
                file=memory.file,
            ),
        )


def _enough_roots(version: Version, before: Version, prefix: str) -> None:
    good = root_signatures(version.folder, before.folder, prefix)
    have = len({each.key for each in good})
    if have < before.need:
        raise VerificationError(
            say(
                "step 2: too few root keys signed a version ({number}: {have} of {need})",
                number=version.number,
                have=have,
                need=before.need,
            ),
            hint=say("Let the keepers of the trust folder sign it: sqlgen trust sign"),
        )


def root_signatures(folder: Path, by: Path, prefix: str = "") -> tuple[Signature, ...]:
    """The signatures of a version's folder (or of `next/`), good by the roots and revoked keys of the version in `by`.

    Raises VerificationError for one that is not good.
    """
    good = []
    data = (folder / SUMS).read_bytes()
    for name, armored in _contents(folder).items():
        if not name.startswith("sig/"):
            continue
        who, key = name[len("sig/") : -len(".sig")], None
        if armored is not None and _is_root_signature(name) and _is_signature(armored):
            key = _key_of(folder / name, data, by / "roots", by / "revoked_keys", who, _ROOT_SCOPE)
        if key is None:
            raise VerificationError(
                say("step 2: a signature of the trust folder is not good ({file})", file=prefix + _printable(name)),
                hint=say("Take it out, or let one of the root keys sign this version: sqlgen trust sign"),
            )
        good.append(Signature("trust", who, key))
    return tuple(good)


def _is_signature(armored: bytes) -> bool:
    return len(armored) <= MAX_SIGNATURE and _SIGNATURE.fullmatch(armored.decode("latin-1")) is not None


# What a host remembers.


def _memory_folder() -> Path:
    """Where nobody says what is home, a place at which nothing can be remembered."""
    state, home = Path(os.environ.get("XDG_STATE_HOME", "")), os.environ.get("HOME") or os.environ.get("USERPROFILE")
    return (state if state.is_absolute() else Path(home or os.devnull) / ".local/state") / "sqlgen/trust"


_MEMORY_LINE = re.compile(
    rb"path (?P<path>.+)|version (?P<number>[1-9][0-9]{0,5}) (?P<digest>[0-9a-f]{64})"
    rb"|ledger (?P<env>[a-z0-9][a-z0-9_-]*) (?P<last>[1-9][0-9]{0,5}) (?P<entry>[0-9a-f]{64})"
)


def _recall(paths: frozenset[bytes], id: str) -> Memory:
    """What this host remembers of the trust folder with this id. Raises VerificationError: another one was here."""
    folder = _memory_folder()
    found = Memory(folder / id)
    for file in _memories(folder):
        memory = _memory(file)
        if file.name == id:
            found = memory
        elif not paths.isdisjoint(memory.lines):
            raise VerificationError(
                say("step 2: another trust folder was here before"),
                hint=say(
                    "Its id was {old}, now it is {new}. Ask its keepers. If that is right, remove {file}.",
                    old=file.name,
                    new=id,
                    file=file,
                ),
            )
    return found


def _path_lines(trust: Path) -> frozenset[bytes]:
    """Where a trust folder is: as it was given, from the root on, and without links, which may lead elsewhere."""
    here = os.environ.get("PWD", "")  # as `cd` went there
    with suppress(OSError):
        here = here if os.path.isabs(here) and os.path.samefile(here, ".") else os.getcwd()
    given = os.path.normpath(os.path.join(here, trust))
    return frozenset(b"path " + os.fsencode(each) for each in (given, trust.resolve()))


def _memories(folder: Path) -> list[Path]:
    try:
        return sorted(folder / name for name in _listed(folder) if _DIGEST.fullmatch(name))
    except OSError as error:
        raise _forgot(folder) from error


def _memory(file: Path) -> Memory:
    try:
        lines = _plain(file, MAX_TRUST_FILE).split(b"\n")
    except OSError as error:
        raise _forgot(file) from error
    matches = [_MEMORY_LINE.fullmatch(line) for line in lines[:-1]]
    versions = [(int(m["number"]), m["digest"].decode()) for m in matches if m is not None and m["number"]]
    if lines[-1] or None in matches or len(versions) != 1:
        raise _forgot(file)
    ledger = {m["env"].decode(): (int(m["last"]), m["entry"].decode()) for m in matches if m is not None and m["env"]}
    return Memory(file, frozenset(lines[:-1]), versions[0], ledger)


def _forgot(file: Path) -> VerificationError:
    return VerificationError(
        say("step 2: what this host remembers can't be read ({file})", file=file),
        hint=say("Look at it. If you remove it, this host forgets which versions and entries it has seen."),
    )


def check_remembered(versions: Versions, environment: str, links: Sequence[Link]) -> None:
    """The ledger still has the entry that this host saw last. Raises VerificationError: step 14."""
    seen = (versions.memory.ledger or {}).get(environment)
    if seen is not None and (len(links) < seen[0] or links[seen[0] - 1].digest != seen[1]):
        raise VerificationError(
            say("step 14: the ledger is not what this host has seen"),
            hint=say(
                "This host has seen another entry {number}, or it is gone. If somebody rewrote the ledger, find out "
                "who, and fetch the trust folder again. If an entry of this host never got into the common ledger: "
                "sqlgen ledger forget TRUST {environment}, or delete the line 'ledger {environment} ...' in {file}.",
                number=seen[0],
                environment=environment,
                file=versions.memory.file,
            ),
        )


def _remember(versions: Versions, environment: str, links: Sequence[Link] | None) -> tuple[Message, ...]:
    """Write down what was seen; what there is to say about that. `links` None: the ledger was not judged."""
    notes = []
    memory = versions.memory
    if memory.version is None:
        notes.append(
            say(
                "note: this host had not seen trust folder {id} before: ask its keepers whether this is its id",
                id=versions.id,
            )
        )
    try:
        with suppress(VerificationError):  # somebody else may have written since
            memory = _memory(memory.file) if memory.file.exists() else memory
        _write_down(memory, versions, environment, links)
    except OSError:
        notes.append(say("note: this host can't remember the trust folder: {file} can't be written", file=memory.file))
    return tuple(notes)


def _write_down(memory: Memory, versions: Versions, environment: str, links: Sequence[Link] | None) -> None:
    lines = {line for line in memory.lines if line.startswith(b"path ")} | versions.paths
    number, digest = max(memory.version or (0, ""), (len(versions.digests), versions.digests[-1]))
    lines.add(f"version {number} {digest}".encode())
    ledger = dict(memory.ledger or {})
    if links:
        ledger[environment] = max(ledger.get(environment, (0, "")), (links[-1].number, links[-1].digest))
    lines.update(f"ledger {each} {last} {entry}".encode() for each, (last, entry) in ledger.items())
    if lines == memory.lines:
        return
    memory.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=".", dir=memory.file.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b"".join(line + b"\n" for line in sorted(lines)))
        os.replace(beside, memory.file)
    except OSError:
        with suppress(OSError):
            os.unlink(beside)
        raise


# The ledger.


def chain(trust: Path, environment: str) -> tuple[Link, ...]:
    """The ledger of an environment, from its first entry to its last: forms and hashes; signatures are not looked at.

    Raises VerificationError: step 14.
    """
    folder = trust / "ledger" / environment
    try:
        names = {name for name in _listed(folder) if _ENTRY_FILE.fullmatch(name)}
    except OSError as error:
        raise VerificationError(
            say("step 14: the ledger can't be read"),
            hint=say(
                "Make sure that you may list and enter ledger/{environment} of the trust folder.",
                environment=environment,
            ),
        ) from error
    last = newest(trust)
    links: list[Link] = []
    for number in range(1, 1 + max([int(name[:6]) for name in names], default=0)):
        path = folder / f"{number:06}.json"
        if not names.issuperset({path.name, f"{number:06}.sig"}):
            raise _broken(number)
        try:
            data = _plain(path, MAX_ENTRY)
        except OSError as error:
            raise _broken(number) from error
        values, lines = _entry(data, environment) or {}, manifest_lines(data) or {}
        result = lines.get("result", "null")
        result = result[1:-1] or "-" if result.startswith('"') else "-"
        link = Link(number, path, hashlib.sha256(data).hexdigest(), values, _place(lines), result)
        before = links[-1] if links else None
        if not link.values or not _follows(link, before, last):
            raise _broken(number)
        links.append(link)
    return tuple(links)


_ENTRY_FILE = re.compile(r"[0-9]{6}\.(?:json|sig)")


def _broken(number: int) -> VerificationError:
    return VerificationError(
        say("step 14: the ledger is broken ({number})", number=number),
        hint=say(
            "Fetch the trust folder again. Entries are never changed or taken out; ask who changed this one. Where two "
            "people wrote one number at once, keep the entry of the common ledger and record the other log again."
        ),
    )


def _place(lines: Mapping[str, str]) -> tuple[str, str]:
    """Where a bundle belongs, as a manifest or an entry writes it."""
    return lines.get("database", "null"), lines.get("service", "null")


def _entry(data: bytes, environment: str) -> dict[str, object] | None:
    """The keys of an entry of this environment's ledger; None when it does not have the form that verifiers need."""
    values = _document(data)
    if values is None:
        return None
    restored = values.get("kind") == RESTORED
    if restored and not _is_restored(data):
        return None
    forms = _ENTRY_FORMS if restored else {**_ENTRY_FORMS, "bundle": _DIGEST, "content_id": _DIGEST}
    texts = {
        key: value
        for key, value in values.items()
        if isinstance(value, str) and (key not in forms or forms[key].fullmatch(value))
    }
    good = texts.keys() >= forms.keys() and texts["kind"] in _SCOPES and _good_part(texts["name"])
    if not good or (texts.get("format"), texts["environment"]) != (LEDGER_FORMAT, environment):
        return None
    numbers = [values.get(key) for key in ("number", "trust_version")]
    if not all(type(number) is int and number >= 1 for number in numbers):
        return None
    rare = [key for key in ("script", "verified") if key in values]
    scripts = _SCRIPTS.get(texts["kind"], (*_FORTH, _BACK))
    if ("script" in values and values["script"] not in scripts) or type(values.get("verified", True)) is not bool:
        return None
    return values if _as_written(data, values, (*forms, "format", "number", "trust_version", *rare)) else None


def _is_restored(data: bytes) -> bool:
    """Has an entry about no bundle a reason, and the rows of a version table?"""
    lines = manifest_lines(data) or {}
    return (
        lines.keys().isdisjoint({"bundle", "content_id"})
        and _REASON.fullmatch(lines.get("because", "")) is not None
        and _ROWS.fullmatch(lines.get("rows", "")) is not None
    )


_REASON = re.compile('"[^"].*')
_ROW = r'"(?:[^ "$*+,:;@\\\'`-]|\\u[0-9a-f]{4})+"'
"""A revision id, as JSON writes it."""
_ROWS = re.compile(rf"\[(?:{_ROW}(?:, {_ROW})*)?\]")
_ENTRY_FORMS = {
    "at": _MOMENT,
    "environment": ENVIRONMENT,
    "kind": ROLE,
    "name": _NAME,
    "previous": _DIGEST,
}


def _document(data: bytes) -> dict[str, object] | None:
    """A text in the line grammar as JSON values; each line is read alone, so that no line can hold two keys."""
    lines = manifest_lines(data) if len(data) <= MAX_ENTRY else None
    try:
        return None if lines is None else {key: _value(value) for key, value in lines.items()}
    except (ValueError, RecursionError):
        return None


def _value(text: str) -> object:
    """What a JSON text says, if every verifier reads it alike. Raises ValueError and RecursionError."""

    def number(digits: str) -> float:
        if len(digits) > MAX_NUMBER or digits.endswith(("N", "y")):  # NaN, Infinity
            raise ValueError(digits)
        return int(digits) if re.fullmatch("-?[0-9]+", digits) else float(digits)

    value: object = json.loads(text, parse_int=number, parse_float=number, parse_constant=number)
    depth = 0
    for mark in re.findall(r"[\[\]{}]", re.sub(r'"(?:[^"\\]|\\.)*"', "", text)):
        depth += 1 if mark in "[{" else -1
        if depth > MAX_DEPTH:
            raise ValueError(text)
    return value


def _as_written(data: bytes, values: Mapping[str, object], keys: Iterable[str]) -> bool:
    """Does a document write these plain values in the one way there is? Then `grep` reads what JSON reads."""
    lines = manifest_lines(data) or {}
    return all(lines[key] == json.dumps(values[key]) for key in keys)


def _follows(link: Link, before: Link | None, last: int) -> bool:
    """Is this the next entry?"""
    version, oldest = link.values["trust_version"], 1 if before is None else before.values["trust_version"]
    assert isinstance(version, int)
    assert isinstance(oldest, int)
    return (
        link.values["number"] == link.number
        and link.values["previous"] == (_NOTHING_BEFORE if before is None else before.digest)
        and oldest <= version <= last
    )


def check_link(trust: Path, link: Link) -> Signature:
    """Who signed an entry of the ledger, by the version of the trust folder that it names; after check_versions.

    Raises VerificationError: step 14.
    """
    version = _version_of(trust, link)
    data = b""
    with suppress(OSError):
        data = _plain(link.path, MAX_ENTRY)
    signature = _entry_signature(link.path.with_suffix(".sig"), data, link.values, version, version)
    if signature is None or hashlib.sha256(data).hexdigest() != link.digest:
        raise VerificationError(
            say("step 14: an entry of the ledger is not signed by one who may ({number})", number=link.number),
            hint=say("Ask {name}, whose name it bears; only signed entries count.", name=link.text("name")),
        )
    return signature


def _version_of(trust: Path, link: Link) -> Version:
    number = link.values["trust_version"]
    assert isinstance(number, int)
    return _read(version_folder(trust, number), _prefix(number, newest(trust)))


def _entry_signature(
    path: Path, data: bytes, values: Mapping[str, object], version: Version, revoked: Version
) -> Signature | None:
    """A signature over an entry, by the signers of `version`, with no key that is revoked in `revoked`."""
    try:
        if not _is_signature(_plain(path, MAX_SIGNATURE)):
            return None
    except OSError:
        return None
    role, name = _SCOPES[str(values["kind"])], str(values["name"])
    key = _key_of(
        path,
        data,
        version.folder / "allowed_signers",
        revoked.folder / "revoked_keys",
        name,
        namespace(role, str(values["environment"])),
        str(values["at"]) if version.has_times else None,
    )
    return None if key is None else Signature(role, name, key)


def _find(links: Sequence[Link], receipt: str) -> Link:
    """The receipt that an audit is about: by its number, or by a file with its bytes."""
    found = None
    if re.fullmatch("[0-9]+", receipt):
        found = next((link for link in links if str(link.number) == receipt), None)
    else:
        with suppress(OSError):
            digest = hashlib.sha256(_plain(Path(receipt), MAX_ENTRY)).hexdigest()
            found = next((link for link in links if link.digest == digest), None)
    if found is None or found.values["kind"] not in RECEIPTS:
        raise VerificationError(
            say("step 14: there is no such receipt"),
            hint=say("Give its number, or its file: ledger/ENV/000001.json. sqlgen show DIR --trust TRUST lists them."),
        )
    return found


# Steps 3 to 8: the bundle's files.


def good_name(name: str) -> bool:
    """Is this a path that a bundle may hold, on every file system?"""
    if name in {SUMS, MANIFEST}:
        return True
    if len(name) > MAX_PATH or name in {SUMS.lower(), MANIFEST.lower()}:
        return False
    return all(_good_part(part) for part in name.split("/"))


def _good_part(part: str) -> bool:
    return _NAME.fullmatch(part) is not None and not _DEVICE.fullmatch(part)


def good_text(data: bytes) -> bool:
    """UTF-8 without control characters (LF and TAB may stand), bidi controls and Unicode line ends?"""
    try:
        return not _BAD_TEXT.search(data.decode())
    except UnicodeDecodeError:
        return False


def _shape(bundle: Path) -> list[tuple[str, os.stat_result]]:
    """Every entry below `bundle`, sorted by path, with its own status, not that of what it points at."""
    entries = sorted(_walk(bundle), key=lambda entry: os.fsencode(entry[0]))
    if len(entries) > MAX_ENTRIES:
        raise VerificationError(
            say("step 3: the bundle has too many files"),
            hint=say("A bundle holds at most {most} files and folders. Ask who sent it.", most=MAX_ENTRIES),
        )
    for name, _ in entries:
        if not good_name(name):
            raise VerificationError(
                say("step 3: a name is not allowed ({name})", name=_printable(name)),
                hint=_why_named_so([name for name, _ in entries]),
            )
    _only_plain(entries)
    return entries


def _why_named_so(names: Collection[str]) -> Message:
    below = [name[: -len(SUMS) - 1] for name in names if name.endswith(f"/{SUMS}")]
    bundles = [] if SUMS in names else [folder for folder in below if good_name(folder)]
    if bundles:
        return say("It is a folder of bundles. Give one of them: {names}.", names=", ".join(bundles))
    return say("Ask who sent the bundle: sqlgen writes small letters, digits and _ . @ + - only.")


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


def _only_plain(entries: Sequence[tuple[str, os.stat_result]]) -> None:
    """Step 4, of the source before it is copied, and of each file as it is read."""
    files = [(name, status) for name, status in entries if not stat.S_ISDIR(status.st_mode)]
    for name, status in files:
        if not stat.S_ISREG(status.st_mode):
            raise VerificationError(
                say("step 4: a link or special file is in the bundle ({name})", name=name),
                hint=say("Ask who sent the bundle; it holds plain files and folders only."),
            )
    for name, status in files:
        if status.st_nlink > 1:
            raise VerificationError(
                say("step 4: a hard link is in the bundle ({name})", name=name),
                hint=say("Copy the bundle with cp -R and verify the copy, or ask who sent it."),
            )
    for name, status in files:
        if status.st_size > MAX_FILE:
            raise VerificationError(
                say("step 4: a file is too big ({name})", name=name),
                hint=say("A file of a bundle holds at most {most} bytes. Ask who sent it.", most=MAX_FILE),
            )
    if sum(status.st_size for _, status in files) > MAX_TOTAL:
        raise VerificationError(
            say("step 4: the bundle is too big"),
            hint=say("Files of a bundle hold at most {most} bytes together. Ask who sent it.", most=MAX_TOTAL),
        )


def _printable(name: str) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "?" for byte in os.fsencode(name))


def _copy(bundle: Path, entries: Sequence[tuple[str, os.stat_result]], copy: Path) -> None:
    """Step 5. From here on only the copy is read, so nobody can change the bundle between the check and its use."""
    copy.mkdir(mode=0o700)
    total = 0
    for name, status in entries:
        if stat.S_ISDIR(status.st_mode):
            (copy / name).mkdir(mode=0o700)
            continue
        with open(os.open(bundle / name, _READ | _NO_LINKS), "rb") as source:
            _only_plain([(name, os.fstat(source.fileno()))])
            data = source.read(MAX_FILE + 1)
        total += len(data)
        if len(data) > MAX_FILE or total > MAX_TOTAL:
            raise OSError("it grows while it is read")
        with open(copy / name, "xb", opener=_only_mine) as target:
            target.write(data)


def _only_mine(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sums(copy: Path) -> dict[str, str]:
    """Step 6: SHA256SUMS, whose bytes are what is signed: name → hex digest."""
    path = copy / SUMS
    rebuild = say("Ask for the bundle as sqlgen wrote it.")
    fetch = say("Fetch the bundle again; mail, editors and git's autocrlf change line ends.")
    if not path.is_file():
        raise VerificationError(
            say("step 6: SHA256SUMS is missing"), hint=say("Give the folder that sqlgen bundle wrote.")
        )
    if path.stat().st_size > MAX_SUMS:
        raise VerificationError(say("step 6: SHA256SUMS is too big"), hint=rebuild)
    data = path.read_bytes()
    if re.search(rb"[^\n -~]", data):
        raise VerificationError(say("step 6: SHA256SUMS has characters other than ASCII, or CRLF"), hint=fetch)
    sums, bad = _sums_lines(data)
    if bad is not None:
        raise VerificationError(say("step 6: SHA256SUMS has an ill-formed line ({line})", line=bad), hint=rebuild)
    if not data.endswith(b"\n"):
        raise VerificationError(say("step 6: SHA256SUMS lacks its final newline"), hint=fetch)
    names = [name for name, _ in sums]
    if names != sorted(set(names)):
        raise VerificationError(say("step 6: SHA256SUMS is not sorted or has a name twice"), hint=rebuild)
    return dict(sums)


def _sums_lines(data: bytes) -> tuple[list[tuple[str, str]], int | None]:
    """Names and digests of a SHA256SUMS, and the number of the first line that does not have its form."""
    text = data.decode("latin-1")
    found: list[tuple[str, str]] = []
    for number, line in enumerate(text[: len(text) - text.endswith("\n")].split("\n") if text else [], start=1):
        match = _SUMS_LINE.fullmatch(line)
        if match is None or match[2].split("/")[0] == "sig" or not good_name(match[2]):
            return found, number
        found.append((match[2], match[1]))
    return found, None


def _same_set(copy: Path, sums: Mapping[str, str]) -> None:
    """Step 7: every file outside sig/ is listed, every listed file is there, and every folder holds one."""
    files = _files(copy)
    folders = {name for name, _ in _walk(copy)}.difference(files)
    listed = {name for name in files if not name.startswith("sig/")} - {SUMS}
    ask = say("Ask for the bundle as sqlgen wrote it; keep your own notes outside its folder.")
    for name in sorted(listed - sums.keys()):
        raise VerificationError(say("step 7: a file is not in SHA256SUMS ({name})", name=name), hint=ask)
    for name in sorted(sums.keys() - listed):
        raise VerificationError(say("step 7: a file of SHA256SUMS is missing ({name})", name=name), hint=ask)
    used = {parent for name in files for parent in _parents(name)}
    for name in sorted(folders - used):
        raise VerificationError(
            say("step 7: a folder is empty ({name})", name=name), hint=say("Remove it: rmdir {name}", name=name)
        )


def _files(copy: Path) -> list[str]:
    return sorted(name for name, status in _walk(copy) if stat.S_ISREG(status.st_mode))


def _parents(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


# Step 9: the manifest, read line by line, since nothing is signed yet as far as we know.


def manifest_lines(data: bytes) -> dict[str, str] | None:
    """The keys of MANIFEST.json and their JSON values as written; None when it is not in the format's line grammar."""
    lines = data.decode("latin-1").split("\n")
    if len(lines) < 4 or lines[0] != "{" or lines[-2:] != ["}", ""]:
        return None
    values: dict[str, str] = {}
    for number, line in enumerate(lines[1:-2], start=1):
        last = number == len(lines) - 3
        match = _LINE.fullmatch(line if last or not line.endswith(",") else line[:-1])
        if match is None or line.endswith(",") == last or (values and match[1] <= next(reversed(values))):
            return None
        values[match[1]] = match[2]
    return values


_MOMENT_OR_NULL = rf'null|"({_MOMENT.pattern})"'
_MANIFEST_FORMS = {
    "content_id": re.compile(r'"([0-9a-f]{64})"'),
    "environment": re.compile(r'null|"([a-z0-9][a-z0-9_-]*)"'),
    "expires": re.compile(_MOMENT_OR_NULL),
}
_RARE_FORMS = {
    "breakglass": re.compile(r'"(.+)"'),
    "renews": re.compile(r'"([0-9a-f]{64})"'),
    "ticket": re.compile(r'"([A-Za-z0-9._/#:@+-]{1,200})"'),
}


def _manifest(copy: Path, case: _Case) -> _Says:
    path = copy / MANIFEST
    ask = say("Ask for the bundle as sqlgen wrote it.")
    if not path.is_file():
        raise VerificationError(say("step 9: MANIFEST.json is missing"), hint=ask)
    lines = manifest_lines(path.read_bytes())
    forms = {**_MANIFEST_FORMS, **{key: form for key, form in _RARE_FORMS.items() if key in (lines or {})}}
    found = {key: form.fullmatch((lines or {}).get(key, "")) for key, form in forms.items()}
    if lines is None or "format" not in lines:
        raise VerificationError(say("step 9: MANIFEST.json is ill-formed"), hint=ask)
    if lines["format"] != f'"{FORMAT}"':
        raise VerificationError(
            say("step 9: MANIFEST.json has an unknown format"),
            hint=say("This verifier reads {format}. Use the version that the bundle was made with.", format=FORMAT),
        )
    if None in found.values():
        raise VerificationError(say("step 9: MANIFEST.json is ill-formed"), hint=ask)
    values = {key: match[1] for key, match in found.items() if match is not None}
    _fits(values, case)
    return _Says(
        content_id=values["content_id"],
        expires=values["expires"],
        ticket=values.get("ticket"),
        breakglass="breakglass" in values,
        renews=values.get("renews"),
        place=_place(lines),
        tenants="tenants" in lines,
    )


def _fits(values: Mapping[str, str], case: _Case) -> None:
    """Is it for here and now?"""
    here, bound, expires = case.environment, values["environment"], values["expires"]
    if bound is None:
        raise VerificationError(
            say("step 9: the bundle is bound to no environment"),
            hint=say("Ask for one that was built with --env {environment}.", environment=here),
        )
    if bound != here:
        raise VerificationError(
            say("step 9: the bundle is for another environment ({bound})", bound=bound),
            hint=say("Apply it there, or ask for one that was built with --env {env}.", env=here),
        )
    # Both are ISO times in UTC with fixed widths, so they compare as text.
    if expires is not None and case.moment >= expires and not case.rollback:
        raise VerificationError(
            say("step 9: the bundle expired ({when})", when=expires),
            hint=say("Ask for it with a later day (sqlgen renew), or for a new bundle of the same range."),
        )
    if "breakglass" in values and f"{here}.breakglass" not in case.version.policies:
        raise VerificationError(
            say("step 9: there is no breakglass policy for this environment"),
            hint=say("Emergencies have no way of their own here: ask for an ordinary bundle."),
        )


# Steps 10 and 11: signatures.


def _signatures(
    copy: Path, bundle_id: str, says: _Says, policy: Policy, case: _Case
) -> tuple[tuple[Signature, ...], tuple[str, ...]]:
    """Every file under sig/ is a good signature or a good rejection: who approved, and who rejected."""
    names = [name for name in _files(copy) if name.startswith("sig/")]
    rejections = {match[0]: match for match in map(_REJECTION_PATH.fullmatch, names) if match is not None}
    approvals = [name for name in names if name not in rejections]
    armored = [name for name in names if name.endswith(".sig")]
    _look_like_signatures(copy, approvals, armored, policy)
    for name, match in rejections.items():
        twin = f"sig/reject/{match[1]}.{'sig' if match[2] == 'json' else 'json'}"
        if twin not in rejections or (match[2] == "json" and not _is_rejection(copy / name, match[1], bundle_id, case)):
            raise VerificationError(
                say("step 10: a rejection is ill-formed ({name})", name=name),
                hint=say("Ask {who} whether this bundle was rejected, and why.", who=match[1]),
            )
    sums = (copy / SUMS).read_bytes()
    claims = [_approval(name, sums, says, case) for name in approvals]
    scope = namespace("reject", case.environment)
    for name, match in rejections.items():
        if match[2] == "sig":
            data = (copy / name).with_suffix(".json").read_bytes()
            claims.append(_Claim(name, "reject", match[1], scope, data))
    good = _all_good(copy, claims, case)
    people = sorted({match[1] for match in rejections.values()})
    return tuple(each for each in good if each.role != "reject"), tuple(people)


@dataclass(frozen=True)
class _Claim:
    """A file that claims to be somebody's signature."""

    file: str
    role: str
    principal: str
    scope: str
    data: bytes
    """What it should be over."""


def _approval(name: str, sums: bytes, says: _Says, case: _Case) -> _Claim:
    role, file = name.split("/")[-2:]
    scope = namespace(role, case.environment, breakglass=says.breakglass)
    return _Claim(name, role, file[: -len(".sig")], scope, sums)


def _look_like_signatures(copy: Path, approvals: Iterable[str], armored: Iterable[str], policy: Policy) -> None:
    """Step 10, of approvals and of all files that end in .sig."""
    roles = {role for role, _ in policy.roles}
    matches = {name: _SIGNATURE_PATH.fullmatch(name) for name in approvals}
    for name, match in matches.items():
        if match is None:
            raise VerificationError(
                say("step 10: a file under sig/ is not a signature ({name})", name=name),
                hint=say("Ask for the bundle as it was signed: sig/ROLE/NAME.sig and nothing else."),
            )
    for name, match in matches.items():
        if match is not None and match[1] not in roles:
            raise VerificationError(
                say("step 10: a signature is for a role that the policy does not have ({name})", name=name),
                hint=say(
                    "Delete that file, and sign in one of the policy's roles: {roles}.", roles=", ".join(sorted(roles))
                ),
            )
    for name in armored:
        if (copy / name).stat().st_size > MAX_SIGNATURE or not _is_signature((copy / name).read_bytes()):
            raise VerificationError(
                say("step 10: a signature file is ill-formed ({name})", name=name),
                hint=say("Fetch the bundle again, or let that person sign again with sqlgen sign."),
            )


def _is_rejection(path: Path, name: str, bundle_id: str, case: _Case) -> bool:
    data = path.read_bytes() if path.stat().st_size <= MAX_SIGNATURE else b""
    values = _document(data)
    if values is None:
        return False
    at, because = values.get("at"), values.get("because")
    wanted = {"bundle": bundle_id, "environment": case.environment, "format": REJECTION_FORMAT, "name": name}
    good = isinstance(at, str) and _MOMENT.fullmatch(at) is not None and isinstance(because, str)
    return good and values == {"at": at, "because": because, **wanted} and _as_written(data, values, ("at", *wanted))


def namespace(role: str, environment: str, *, breakglass: bool = False) -> str:
    """What a signature says beside the bytes: who signs as what, for where, and whether in an emergency."""
    return f"{role}.{environment}{'.breakglass' if breakglass else ''}.v1@sqlgen"


def _all_good(copy: Path, claims: Iterable[_Claim], case: _Case) -> tuple[Signature, ...]:
    """Step 11: every one of them is judged by ssh-keygen, and good. `-Y verify` alone decides."""
    signers, revoked = case.version.folder / "allowed_signers", case.version.folder / "revoked_keys"
    good, bad = [], []
    for claim in claims:
        key = _key_of(copy / claim.file, claim.data, signers, revoked, claim.principal, claim.scope, case.at)
        if key is None:
            bad.append((_why_not(copy, claim, case), claim))
        else:
            good.append(Signature(claim.role, claim.principal, key))
    if bad:
        why, claim = min(bad, key=lambda each: (each[0], each[1].file))
        raise _not_good(why, claim)
    return tuple(good)


_UNFIT, _NOT_ALLOWED, _REVOKED = 1, 2, 3


def _why_not(copy: Path, claim: _Claim, case: _Case) -> int:
    this = ["-n", claim.scope, "-s", str(copy / claim.file)]
    if ssh_keygen(["check-novalidate", *this], claim.data).returncode != 0:
        return _UNFIT
    signers = case.version.folder / "allowed_signers"
    key = _key_of(copy / claim.file, claim.data, signers, None, claim.principal, claim.scope, case.at)
    return _NOT_ALLOWED if key is None else _REVOKED


def _not_good(why: int, claim: _Claim) -> VerificationError:
    if why == _UNFIT:
        return VerificationError(
            say("step 11: a signature does not fit this bundle, role and environment ({name})", name=claim.file),
            hint=say("Let that person sign this bundle: sqlgen sign DIR --role {role} --key KEY", role=claim.role),
        )
    if why == _REVOKED:
        return VerificationError(
            say("step 11: a signature's key is revoked ({name})", name=claim.file),
            hint=say("Ask for a new bundle that is signed with a good key; this one can't be trusted."),
        )
    return VerificationError(
        say("step 11: a signature's key is not allowed for this name, role and environment ({name})", name=claim.file),
        hint=say(
            "If that person should sign here, add {scope} to allowed_signers: sqlgen trust add", scope=claim.scope
        ),
    )


def _key_of(
    path: Path, data: bytes, signers: Path, revoked: Path | None, name: str, scope: str, at: str | None = None
) -> str | None:
    """The fingerprint of the key that signed `data` so; None when ssh-keygen does not accept it. `at`: as of then."""
    arguments = ["verify", "-f", str(signers), "-I", name, "-n", scope, "-s", str(path)]
    if revoked is not None:
        arguments += ["-r", str(revoked)]
    if at is not None:
        arguments.append("-Overify-time=" + re.sub("[^0-9]", "", at))
    result = ssh_keygen(arguments, data)
    good = _GOOD.fullmatch(result.stdout.decode("latin-1").rstrip("\r\n")) if result.returncode == 0 else None
    return good[3] if good is not None and (good[1], good[2]) == (scope, name) else None


def ssh_keygen(arguments: Sequence[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run `ssh-keygen -Y …` with `data` on its stdin, in UTC. Raises ToolMissing when there is none that can."""
    try:
        result = subprocess.run(
            ["ssh-keygen", "-Y", *arguments],
            input=data,
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C", "TZ": "UTC0"},
        )
    except FileNotFoundError as error:
        raise ToolMissing(
            say("ssh-keygen is missing"),
            hint=say("Install OpenSSH 8.2 or later: apt install openssh-client, or dnf install openssh."),
        ) from error
    except OSError as error:
        raise ToolMissing(
            say("ssh-keygen can't be run: {why}", why=error.strerror or error),
            hint=say("Install OpenSSH 8.2 or later, and look at PATH."),
        ) from error
    if b"option -- Y" in result.stderr:
        raise ToolMissing(
            say("ssh-keygen is too old: it has no -Y"),
            hint=say("Install OpenSSH 8.2 or later, or use a host that has it (RHEL 8 has 8.0)."),
        )
    return result


def fingerprint_of(key: str) -> str:
    """`SHA256:…` as ssh-keygen prints it, for a public key in base64; nothing for what is no base64."""
    try:
        digest = hashlib.sha256(base64.b64decode(key, validate=True)).digest()
    except binascii.Error:
        return ""
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


# Step 12: a renewed bundle.


def _renewal(copy: Path, says: _Says, policy: Policy, case: _Case) -> tuple[Signature, ...]:
    """The approvals of the bundle that this one renews; nothing but the expiry is another one there."""
    sums, manifest = "renewal/sha256sums.txt", "renewal/manifest.json"
    for name in (manifest, sums):
        if not (copy / name).is_file():
            raise _incomplete(name)
    data = (copy / sums).read_bytes()
    listed, bad = _sums_lines(data)
    old = dict(listed)
    if hashlib.sha256(data).hexdigest() != says.renews or old.get(MANIFEST) != _sha256(copy / manifest):
        raise VerificationError(
            say("step 12: the renewal is not of the bundle that it names"),
            hint=say("Ask for the bundle as sqlgen renew wrote it."),
        )
    was = manifest_lines((copy / manifest).read_bytes())
    if bad is not None:
        raise _incomplete(sums)
    if was is None:
        raise _incomplete(manifest)
    names = [name for name in _files(copy) if name.startswith("renewal/sig/")]
    _only_expiry(copy, old, was, {sums, manifest, *names})
    _look_like_signatures(copy, names, names, policy)
    return _all_good(copy, [_approval(name, data, says, case) for name in names], case)


def _only_expiry(copy: Path, old: Mapping[str, str], was: Mapping[str, str], renewal: Collection[str]) -> None:
    this = _sums(copy)
    now = manifest_lines((copy / MANIFEST).read_bytes()) or {}
    differs = [
        name
        for name in sorted({*this, *old})
        if (name.startswith("renewal/") and name in old)
        or (name not in (MANIFEST, *renewal) and this.get(name) != old.get(name))
    ]
    differs += [key for key in sorted({*now, *was} - {"expires"}) if key != "renews" and now.get(key) != was.get(key)]
    differs += ["renews"] if "renews" in was else []
    for what in differs:
        raise VerificationError(
            say("step 12: the renewal changes more than the expiry ({what})", what=what),
            hint=say("Approvals of other bytes do not count for these: let people sign this bundle."),
        )


def _incomplete(name: str) -> VerificationError:
    return VerificationError(
        say("step 12: the renewal is incomplete ({name})", name=name),
        hint=say("Ask for the bundle as sqlgen renew wrote it."),
    )


# Step 13: enough people.


def _thresholds(signatures: Sequence[Signature], carried: Sequence[Signature], policy: Policy) -> None:
    """Every signature comes from another person and another key, so counting files counts both."""
    every = (*signatures, *carried)
    for name in _twice(each.principal for each in every):
        raise VerificationError(
            say("step 13: one person signed twice ({name})", name=name),
            hint=say("Keep one of {name}'s signatures and let somebody else sign.", name=name),
        )
    for key in _twice(each.key for each in every):
        names = sorted(each.principal for each in every if each.key == key)
        raise VerificationError(
            say("step 13: one key signed twice ({one}, {other})", one=names[0], other=names[1]),
            hint=say("Give each person a key of their own in allowed_signers."),
        )
    for role, need in policy.roles:
        have = sum(each.role == role for each in every)
        if have < need:
            raise VerificationError(
                say(
                    "step 13: too few signatures for a role ({role}: {have} of {need})", role=role, have=have, need=need
                ),
                hint=say("Let another person sign: sqlgen sign DIR --role {role} --key KEY", role=role),
            )


def _twice(values: Iterable[str]) -> list[str]:
    """What is there more than once, sorted."""
    ordered = sorted(values)
    return [one for one, other in zip(ordered, ordered[1:]) if one == other]  # noqa: B905, RUF007  # Python 3.9


# Step 14: applied, revoked, rejected.


def _not_applied_nor_rejected(bundle_id: str, says: _Says, rejections: Sequence[str], case: _Case) -> tuple[Link, ...]:
    """The ledger, which does not speak against this bundle."""
    ids = {bundle_id, says.renews}
    trust, entry = case.versions.trust, case.receipt
    if entry is not None and entry.text("bundle") != bundle_id:
        raise VerificationError(
            say("step 14: the receipt is of another bundle"),
            hint=say("It is of bundle {id}.", id=entry.text("bundle")),
        )
    judged = entry is None or not case.rollback
    if entry is None and rejections:
        raise _rejected(rejections[0])
    if judged and not ids.isdisjoint(case.version.revoked_bundles):
        raise VerificationError(
            say("step 14: the bundle is revoked"), hint=say("Ask for the bundle that takes its place.")
        )
    links = chain(trust, case.environment) if entry is None else case.links
    check_remembered(case.versions, case.environment, links)
    about = [link for link in links if link.text("bundle") in ids or _same_content(link, says)]
    # No receipt before the last of these says what is there now.
    back = [link for link in links if link.values["kind"] == RESTORED and link.place == says.place]
    about += [link for link in back if entry is None or link.number < entry.number][-1:]
    about.sort(key=lambda link: link.number)
    # The last entry holds the digests of all before it, so its signature is one over the whole chain.
    for number in sorted({link.number for link in (*about, *links[-1:])}):
        check_link(trust, links[number - 1])
    if judged:
        before = [link for link in about if entry is None or link.number < entry.number]
        _no_rejection_stands([link for link in before if link.text("bundle") in ids])
        _not_applied(before)
    return links


def _same_content(link: Link, says: _Says) -> bool:
    """Is the entry about the same statements for the same place? Who they are for, of the tenants, it doesn't say."""
    return not says.tenants and (link.text("content_id"), link.place) == (says.content_id, says.place)


def _no_rejection_stands(about: Sequence[Link]) -> None:
    last = {link.text("name"): link for link in about if link.values["kind"] in ("rejected", "withdrawn")}
    for name in sorted(name for name, link in last.items() if link.values["kind"] == "rejected"):
        raise _rejected(name)


def _not_applied(about: Sequence[Link]) -> None:
    """By the last entry that says so. A rollback that failed leaves it open, and so does a database that was set back:
    the script looks at it."""
    runs = [
        link
        for link in about
        if link.values["kind"] in ("applied", "undone", RESTORED)
        or (link.values["kind"], link.values.get("script")) == ("failed", _BACK)
    ]
    if runs and runs[-1].values["kind"] == "applied":
        raise VerificationError(
            say("step 14: the bundle was applied already ({number})", number=runs[-1].number),
            hint=say("Look into the ledger; to go on, ask for a bundle that starts where the database is."),
        )


def _rejected(name: str) -> VerificationError:
    return VerificationError(
        say("step 14: the bundle was rejected ({name})", name=name),
        hint=say("Ask {name} why: sqlgen show DIR says it, too. Whoever rejects can withdraw.", name=name),
    )


# Step 15: the other conditions of the policy.


def _conditions(copy: Path, says: _Says, policy: Policy, case: _Case) -> None:
    if says.ticket is None and (policy.ticket or says.breakglass):
        raise VerificationError(
            say("step 15: the policy needs a ticket"),
            hint=say("Ask for a bundle that was built with --ticket."),
        )
    for environment in policy.after:
        if not (copy / f"evidence/receipts/{environment}.json").is_file():
            raise VerificationError(
                say("step 15: the policy needs a receipt ({environment})", environment=environment),
                hint=say(
                    "Apply it in {environment} first, then promote it: "
                    "sqlgen promote DIR --env {here} --trust TRUST -o OUT",
                    environment=environment,
                    here=case.environment,
                ),
            )
    for environment in policy.after:
        receipt = copy / f"evidence/receipts/{environment}.json"
        if not was_applied(receipt, environment, says.content_id, case.versions.trust, case.version):
            raise VerificationError(
                say("step 15: the receipt is not good ({environment})", environment=environment),
                hint=say(
                    "It must say, signed, that this content was applied in {environment}, by a bundle that verified.",
                    environment=environment,
                ),
            )


def was_applied(path: Path, environment: str, content_id: str, trust: Path, version: Version) -> bool:
    """Whether a receipt, with its signature beside it, says so of this content, by one who might; after check_versions.

    `version`: the one that judges, in which the key must not be revoked.
    """
    data = path.read_bytes()
    values = _entry(data, environment)
    if values is None or (values["kind"], values.get("content_id")) != ("applied", content_id):
        return False
    if values.get("verified") is not True:
        return False
    number = values["trust_version"]
    if not isinstance(number, int) or number > version.number:
        return False
    then = _read(version_folder(trust, number), _prefix(number, newest(trust)))
    return _entry_signature(path.with_suffix(".sig"), data, values, then, version) is not None


# Step 16: the texts.


def _clean_text(copy: Path) -> None:
    """What a person reads in a file is what the client, the shell or the next reader reads."""
    for name in _files(copy):
        if name.endswith(TEXTS) and not good_text((copy / name).read_bytes()):
            raise VerificationError(
                say("step 16: a text file has a control character or is not UTF-8 ({name})", name=name),
                hint=say("Ask for a bundle without it; such characters hide text from the reader."),
            )


# As a program of its own.

_USAGE = "usage: verify.py [--rollback | --audit --as-of RECEIPT] TRUST ENV DIR"


def main(arguments: Sequence[str]) -> int:
    """Verify as the command line says, and print what `sqlgen verify` prints; the exit code."""
    try:
        _print(_run(arguments))
        return 0
    except (UsageError, ToolMissing, VerificationError) as error:
        word = "REFUSED" if isinstance(error, VerificationError) else "error"
        sys.stderr.write(f"{word}: {error}\nhint: {error.hint}\n")
        return int(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("REFUSED: verify.py was interrupted\n")
    except Exception as error:  # whatever else happens, the bundle is not verified
        sys.stderr.write(f"REFUSED: verify.py could not finish ({type(error).__name__}: {error})\n")
    return 3


def _run(arguments: Sequence[str]) -> Verified | Audited:
    given, rollback, receipt = list(arguments), False, None
    if given[:1] == ["--rollback"]:
        rollback, given = True, given[1:]
    elif given[:2] == ["--audit", "--as-of"]:
        receipt, given = "".join(given[2:3]), given[3:]
    if len(given) != 3 or given[0].startswith("--"):
        raise UsageError(say("a trust folder, an environment and a bundle are needed"), hint=say(_USAGE))
    trust, environment, bundle = Path(given[0]), given[1], Path(given[2])
    if receipt is not None:
        return audit(trust, environment, bundle, receipt=receipt)
    return verify(trust, environment, bundle, now=datetime.now(timezone.utc), rollback=rollback)  # noqa: UP017


def _print(found: Verified | Audited) -> None:
    """Raises OSError when nobody can read it; then no copy is left behind."""
    try:
        for note in found.notes:
            sys.stderr.write(f"{note}\n")
        sys.stdout.write("".join(f"{line}\n" for line in report(found)))
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing fails at exit
        if isinstance(found, Verified):
            shutil.rmtree(found.copy.parent, ignore_errors=True)
        raise


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    for stream, errors in ((sys.stdout, "surrogateescape"), (sys.stderr, "backslashreplace")):
        stream.reconfigure(encoding="utf-8", newline="\n", errors=errors)  # type: ignore[union-attr]
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    sys.exit(main(sys.argv[1:]))
