"""Names and bytes in; attacks out: functions that spoil a world, to be put together in rows of tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.worlds import World, signer

Attack = Callable[[World], object]
Row = tuple[str, Attack, str]
"""Its name, as in docs/threat-model.md; what is done; the reason, with or without what stands in parentheses."""


def rows(table: tuple[Row, ...]) -> list[object]:
    return [pytest.param(do, reason, id=name.replace(" ", "-")) for name, do, reason in table]


def edit(name: str, old: str, new: str) -> Attack:
    """Change a file below the world's root, once."""

    def attack(world: World) -> None:
        path = world.root / name
        data = path.read_bytes()
        assert old.encode() in data, f"{old} is not in {name}"
        path.write_bytes(data.replace(old.encode(), new.encode(), 1))

    return attack


def put(name: str, data: bytes = b"SELECT 1;\n") -> Attack:
    def attack(world: World) -> None:
        path = world.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return attack


def remove(name: str) -> Attack:
    def attack(world: World) -> None:
        path = world.root / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    return attack


def then(*attacks: Attack) -> Attack:
    def attack(world: World) -> None:
        for one in attacks:
            one(world)

    return attack


def sums(change: Callable[[bytes], bytes]) -> Attack:
    """Change SHA256SUMS and have it signed by everybody: only its grammar is left to refuse it."""

    def attack(world: World) -> None:
        path = world.bundle / "SHA256SUMS"
        path.write_bytes(change(path.read_bytes()))
        world.sign_all()

    return attack


def seal(world: World) -> None:
    world.seal()


def seal_version(world: World) -> None:
    world.seal_version()


def manifest_text(old: str, new: str) -> Attack:
    return then(edit("bundle/MANIFEST.json", old, new), seal)


def sql(data: bytes) -> Attack:
    return then(put("bundle/apply.sql", data), seal)


def listed(name: str) -> Attack:
    """A file that the sums list, signed by everybody."""
    return then(put(f"bundle/{name}"), seal)


def policy(text: str, name: str = "prod") -> Attack:
    return lambda world: world.policy(text, name)


def trusting(name: str, data: bytes) -> Attack:
    """A file of the newest version, signed by the root keys."""
    return lambda world: then(put(f"trust/versions/{world.newest}/{name}", data), seal_version)(world)


def trusting_edit(name: str, old: str, new: str) -> Attack:
    return lambda world: then(edit(f"trust/versions/{world.newest}/{name}", old, new), seal_version)(world)


def add_signer(name: str, scopes: tuple[str, ...], who: str) -> Attack:
    return lambda world: world.add_signer(name, scopes, who)


def revoke(who: str) -> Attack:
    return lambda world: trusting("revoked_keys", f"{world.public(who)}\n".encode())(world)


def signed_by(*signatures: tuple[str, str]) -> Attack:
    def attack(world: World) -> None:
        shutil.rmtree(world.bundle / "sig")
        for role, who in signatures:
            world.sign(role, who)

    return attack


def signature_bytes(change: Callable[[bytes], bytes]) -> Attack:
    def attack(world: World) -> None:
        path = world.bundle / "sig/dba/dora@example.com.sig"
        path.write_bytes(change(path.read_bytes()))

    return attack


def big_signature(path: Path) -> None:
    """More of it, in the right form."""
    first, *body, last = path.read_text().splitlines()
    path.write_text("\n".join([first, *["A" * 70] * 1000, *body, last, ""]))


def remember(world: World) -> None:
    world.remember()


def signer_line(world: World, name: str, scopes: tuple[str, ...], who: str, options: str = "") -> str:
    return signer(name, scopes, world.public(who), options)
