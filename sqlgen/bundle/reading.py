"""A bundle's folder in; a private copy that is as it was built, its id and its manifest out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlgen.bundle.manifest import Manifest, parse
from sqlgen.bundle.verify import MANIFEST, SUMS, check_integrity
from sqlgen.errors import SigningError, UsageError, say


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle in which nothing was added, removed or changed since it was built."""

    copy: Path
    bundle_id: str
    manifest: Manifest

    @property
    def sums(self) -> bytes:
        """SHA256SUMS, which is what is signed."""
        return (self.copy / SUMS).read_bytes()

    def read(self, name: str) -> bytes:
        """A file's bytes; nothing where it is not there."""
        file = self.copy / name
        return file.read_bytes() if file.is_file() else b""

    def digests(self) -> dict[str, str]:
        """File → sha256, of all files outside sig/ but SHA256SUMS."""
        return digests(self.sums)


def open_bundle(bundle: Path, undo: ExitStack) -> Opened:
    """Copy and check a bundle; `undo` removes the copy.

    Raises UsageError when there is none, VerificationError when it is not as it was built.
    """
    if not bundle.is_dir():
        raise UsageError(say("there is no bundle {path}", path=bundle), hint=say("Give the folder of a bundle."))
    _not_above_bundles(bundle)
    copy, bundle_id = check_integrity(bundle, undo)
    manifest = copy / MANIFEST
    return Opened(copy, bundle_id, parse(manifest.read_bytes() if manifest.is_file() else b""))


def environment_of(manifest: Manifest) -> str:
    """What a signature on this bundle is for. Raises SigningError when it is bound to none."""
    if manifest.environment is None:
        raise SigningError(
            say("this bundle is bound to no environment, so there is nothing to approve it for"),
            hint=say("Build it with --env ENV: a signature holds for one environment."),
        )
    return manifest.environment


def _not_above_bundles(folder: Path) -> None:
    """Raises UsageError for a folder that is no bundle but holds some, such as a release's."""
    try:
        if any((folder / name).exists() for name in (SUMS, MANIFEST)):
            return
        inside = sorted(path.name for path in folder.iterdir() if (path / SUMS).is_file())
    except OSError:
        return
    if inside:
        raise UsageError(
            say("{path} is no bundle; these lie in it: {names}", path=folder, names=", ".join(inside)),
            hint=say("Give one of them: {path}", path=folder / inside[0]),
        )


def digests(sums: bytes) -> dict[str, str]:
    """SHA256SUMS, whose form was checked: file → sha256."""
    lines = (line.split("  ", 1) for line in sums.decode("ascii").splitlines())
    return {name: digest for digest, name in lines}
