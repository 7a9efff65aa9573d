"""A bundle, a role and a key in; sig/ROLE/NAME.sig out. And back.

The signature covers SHA256SUMS; role and environment are its namespace, so an approval can't be moved to another
bundle, role or environment. With a trust folder, what verification will say of the signature is said at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlgen.bundle.asked import Asked, asked, unmet
from sqlgen.bundle.brought import brought
from sqlgen.bundle.inside import put, take
from sqlgen.bundle.known import known
from sqlgen.bundle.ledger import Standing
from sqlgen.bundle.manifest import Manifest
from sqlgen.bundle.reading import Opened, environment_of, open_bundle
from sqlgen.bundle.ssh import allowed, check_own, made_by, signer, ssh_sign
from sqlgen.bundle.verify import RESERVED_ROLES, ROLE, fingerprint_of, namespace
from sqlgen.errors import Message, SigningError, say


@dataclass(frozen=True, slots=True)
class Signed:
    """What signing a bundle gave."""

    file: Path
    """The signature that was written."""
    bundle_id: str
    role: str
    environment: str
    principal: str
    key: str
    """The key's fingerprint, `SHA256:…`."""
    breakglass: str | None
    """The bundle's reason to be an emergency, by whose policy this counts; None: it is none."""
    expires: str | None
    rejected_by: tuple[str, ...]
    """Who has rejected the bundle: until they take it back, no signature helps."""
    doubts: tuple[Message, ...] = ()
    """What the trust folder has against this signature, or this bundle; empty where none was given."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An approval that is no longer there."""

    bundle_id: str
    role: str
    environment: str
    principal: str
    key: str
    """The key's fingerprint, `SHA256:…`."""


def sign(bundle: Path, *, role: str, key: Path, principal: str | None, trust: Path | None = None) -> Signed:
    """Sign a bundle in a role. `key` is a private key file, or a public one whose private half ssh-agent holds.

    `principal` is the signer's name in allowed_signers; None: the key's comment. An older signature by the same name in
    the same role is replaced. Which roles there are is said by the policy in `trust`, None: by the manifest. Raises
    VerificationError when the bundle is not as it was built, or the trust folder not as it was signed, SigningError
    when this key, name or role can't sign it, ToolMissing, OutputError. Nothing is written unless the new signature
    verifies.
    """
    with ExitStack() as undo:
        opened = open_bundle(bundle, undo)
        brought(opened)
        name = signer(key, principal)
        _is_role(role)
        environment = environment_of(opened.manifest)
        asks = None if trust is None else asked(trust, opened.manifest)
        _check_role(opened.manifest, role, asks)
        stands = Standing() if trust is None else known(trust, opened.manifest, opened.bundle_id).standing
        rejected_by = {path.stem for path in opened.copy.glob("sig/reject/*.json")}
        rejected_by |= {each.name for each in stands.rejections}
        _not_rejected_by(rejected_by, name)
        scope = namespace(role, environment, breakglass=opened.manifest.breakglass is not None)
        armored = ssh_sign(key, scope, opened.sums)
        fingerprint = check_own(armored, name, scope, opened.sums)
        _nobody_twice(opened.copy, role, name, fingerprint)
        doubts: list[Message] = []
        if asks is not None:
            _nobody_twice_by_renewal(opened.copy, asks, role, name, fingerprint)
            may = allowed(armored, name, scope, opened.sums, asks.version.folder)
            doubts = [*_of_signature(asks, opened, role, name, fingerprint, may=may), *_of_bundle(asks, opened, stands)]
    file = f"sig/{role}/{name}.sig"
    put(bundle, {file: armored})
    return Signed(
        bundle / file,
        opened.bundle_id,
        role,
        environment,
        name,
        fingerprint,
        opened.manifest.breakglass,
        opened.manifest.expires,
        tuple(sorted(rejected_by)),
        tuple(doubts),
    )


def take_back(bundle: Path, *, role: str, key: Path, principal: str | None) -> TakenBack:
    """Remove one's own approval. Raises SigningError when there is none, or when another key made it, and as `sign`."""
    with ExitStack() as undo:
        opened = open_bundle(bundle, undo)
        name = signer(key, principal)
        _is_role(role)
        environment = environment_of(opened.manifest)
        file = f"sig/{role}/{name}.sig"
        if not (opened.copy / file).is_file():
            others = ", ".join(path.parent.name for path in sorted(opened.copy.glob(f"sig/*/{name}.sig")))
            raise SigningError(
                say("{name} has not signed this bundle as {role}", name=name, role=role),
                hint=say("That name signed as: {others}", others=others)
                if others
                else say("See who has: sqlgen show DIR. Only they can take it back, or --as NAME is missing."),
            )
        text = f"sqlgen: {name} takes back the approval as {role} of {opened.bundle_id}\n".encode()
        scope = namespace(role, environment, breakglass=opened.manifest.breakglass is not None)
        fingerprint = check_own(ssh_sign(key, scope, text), name, scope, text)
        other = made_by((opened.copy / file).read_bytes())
        # what is no signature holds for nobody: whoever it names may clear it away
        if other not in (None, fingerprint):
            raise SigningError(
                say("another key made the approval by {name}: {key}", name=name, key=other),
                hint=say("Take it back with that key; where it is lost, remove the file: {file}", file=bundle / file),
            )
    take(bundle, [file])
    return TakenBack(opened.bundle_id, role, environment, name, fingerprint)


def _is_role(role: str) -> None:
    if not ROLE.fullmatch(role) or role in RESERVED_ROLES:
        raise SigningError(
            say("{role} is no role that can sign", role=repr(role)),
            hint=say("Use one of the policy's roles: --role review"),
        )


def _check_role(manifest: Manifest, role: str, asks: Asked | None) -> None:
    if asks is not None:
        if role not in asks.roles:
            raise SigningError(
                say("the policy {name} does not ask for the role {role}", name=asks.name, role=role),
                hint=say("Sign in one of its roles: {roles}.", roles=", ".join(asks.roles)),
            )
    # in an emergency another policy counts, of which the builder's settings say nothing
    elif manifest.breakglass is None and manifest.required_roles and role not in manifest.required_roles:
        raise SigningError(
            say("this bundle does not ask for the role {role}", role=role),
            hint=say(
                "Sign in one of its roles: {roles}. Where the policy asks for {role}, show it: --trust TRUST",
                roles=", ".join(sorted(manifest.required_roles)),
                role=role,
            ),
        )


def _not_rejected_by(rejected_by: set[str], name: str) -> None:
    if name in rejected_by:
        raise SigningError(
            say("{name} rejected this bundle", name=name),
            hint=say("Take that back first: sqlgen sign DIR --withdraw --key KEY"),
        )


def _nobody_twice(copy: Path, role: str, name: str, fingerprint: str) -> None:
    """Say now what verification would refuse later: one person or one key with two signatures."""
    for other in sorted(copy.glob("sig/*/*.sig")):
        if other.parent.name == "reject" or (other.parent.name, other.stem) == (role, name):
            continue
        if other.stem == name or made_by(other.read_bytes()) == fingerprint:
            raise SigningError(
                say("{who} signed this already as {role}", who=other.stem, role=other.parent.name),
                hint=say(
                    "Nobody counts twice. Let another person, with another key, sign as {role}; or take that one back: "
                    "sqlgen sign DIR --withdraw --role {other} --key KEY",
                    role=role,
                    other=other.parent.name,
                ),
            )


def _nobody_twice_by_renewal(copy: Path, asks: Asked, role: str, name: str, fingerprint: str) -> None:
    """The same of approvals that the policy carries; those can't be taken back."""
    for other, who, key in _carried(copy, asks):
        if (other, who, key) != (role, name, fingerprint) and (who == name or key == fingerprint):
            raise SigningError(
                say("{who} signed as {role} what this bundle renews, and the policy carries that", who=who, role=other),
                hint=say("Nobody counts twice. Let another person, with another key, sign as {role}.", role=role),
            )


def _carried(copy: Path, asks: Asked) -> Iterator[tuple[str, str, str | None]]:
    """Role, name and key of approvals of the renewed bundle, in the roles that the policy carries."""
    for file in sorted(copy.glob("renewal/sig/*/*.sig")):
        if file.parent.name in asks.policy.carry:
            yield file.parent.name, file.stem, made_by(file.read_bytes())


def _of_signature(
    asks: Asked, opened: Opened, role: str, name: str, fingerprint: str, *, may: bool
) -> Iterator[Message]:
    """What verification will say of the new signature."""
    if not may and fingerprint in map(fingerprint_of, asks.version.revoked_keys):
        yield say("the trust folder revokes this key, so verification refuses the bundle with this signature")
    elif not may:
        yield say(
            "the trust folder does not let {name} sign as {role} for {policy} with this key, so verification refuses "
            "the bundle with this signature. Its keepers allow it with sqlgen trust add; --withdraw --role {role} "
            "takes the signature back",
            name=name,
            role=role,
            policy=asks.name,
        )
    if (role, name, fingerprint) in _carried(opened.copy, asks):
        yield say("the policy carries your approval of the bundle that this one renews, so it counted without this")


def _of_bundle(asks: Asked, opened: Opened, stands: Standing) -> Iterator[Message]:
    """What no signature helps."""
    if not asks.version.revoked_bundles.isdisjoint({opened.bundle_id, opened.manifest.renews}):
        yield say("the trust folder revokes this bundle")
    if stands.applied is not None:
        yield say("this bundle was applied already: entry {number} of the ledger", number=stands.applied.number)
    for each in unmet(asks, opened):
        what = say("a ticket") if each.environment is None else say("a receipt of {env}", env=each.environment)
        yield say("the policy {name} needs {what}, which this bundle does not have", name=asks.name, what=what)
