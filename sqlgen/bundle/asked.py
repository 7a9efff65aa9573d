"""A trust folder and a bundle in, what the policy asks of it out: roles, and which conditions are not met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlgen.bundle.manifest import Manifest
from sqlgen.bundle.reading import Opened
from sqlgen.bundle.verify import (
    Policy,
    Version,
    check_versions,
    newest,
    read_version,
    version_folder,
    was_applied,
)
from sqlgen.errors import VerificationError, say


@dataclass(frozen=True, slots=True)
class Asked:
    """By what a bundle is judged."""

    trust: Path
    version: Version
    """The newest one."""
    name: str
    """The policy's: prod, prod.breakglass."""
    policy: Policy

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(role for role, _ in self.policy.roles)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition of the policy that the bundle does not meet."""

    kind: str
    """ticket or receipt."""
    environment: str | None
    """Of a receipt."""
    found: bool
    """There is a receipt, but it is not good."""


def asked(trust: Path, manifest: Manifest) -> Asked:
    """The policy for a bundle that is bound to an environment: for emergencies, where it is one.

    Raises VerificationError for a trust folder that is not as its root keys signed it, or that has no such policy.
    """
    assert manifest.environment is not None
    check_versions(trust)
    version = read_version(version_folder(trust, newest(trust)), manifest.environment)
    name = manifest.environment if manifest.breakglass is None else f"{manifest.environment}.breakglass"
    if name not in version.policies:
        raise VerificationError(
            say("step 9: there is no breakglass policy for this environment"),
            hint=say("Let the keepers of the trust folder write one: sqlgen trust policy --breakglass"),
        )
    return Asked(trust, version, name, version.policies[name])


def unmet(asks: Asked, opened: Opened) -> tuple[Unmet, ...]:
    """Conditions that are not met, as step 15 has them. Nobody's signature helps there: it must be built again."""
    return tuple(_unmet(asks, opened))


def _unmet(asks: Asked, opened: Opened) -> Iterator[Unmet]:
    manifest = opened.manifest
    if manifest.ticket is None and (asks.policy.ticket or manifest.breakglass is not None):
        yield Unmet("ticket", None, found=False)
    for environment in asks.policy.after:
        receipt = opened.copy / f"evidence/receipts/{environment}.json"
        if not receipt.is_file():
            yield Unmet("receipt", environment, found=False)
        elif not was_applied(receipt, environment, manifest.content_id, asks.trust, asks.version):
            yield Unmet("receipt", environment, found=True)
