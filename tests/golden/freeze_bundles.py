"""Nothing in; the folder tests/golden/bundle/shop out, once: bundles of each dialect that must verify for ever.

`python -m tests.golden.freeze_bundles FOLDER`. The keys are thrown away, so nobody can make these signatures again, and
the folder is never made anew. A later format gets a folder of its own beside it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.attacks.worlds import ZEROS, World, signer

SHOP = Path(__file__).parents[2] / "samples/bookshop"
KEYS = {
    "ruth": ("ed25519", None),
    "rolf": ("ecdsa", "521"),
    "rita": ("ed25519", None),
    "alice": ("ed25519", None),
    "bob": ("ecdsa", "256"),
    "dora": ("rsa", "3072"),
    "robot": ("ecdsa", "384"),
}
SIGNERS = {
    "alice": ("review.prod", "review.live", "review.staging", "reject.prod"),
    "bob": ("review.prod", "review.live", "reject.prod"),
    "dora": ("dba.prod", "dba.live", "dba.prod.breakglass", "receipt.prod", "receipt.staging"),
    "robot": ("ci.prod",),
}
POLICIES = {
    "prod": "review 2\ndba 1\ncarry review\n",
    "prod.breakglass": "dba 1\n",
    "live": "review 1\ndba 1\nafter staging\nneed ticket\n",
    "staging": "review 1\n",
}
RANGE = "base:0001_users"


def freeze(folder: Path) -> None:
    folder.mkdir()  # never over what is there
    with tempfile.TemporaryDirectory() as scratch:
        world = World(folder, Path(scratch, "keys"))
        make_keys(world)
        make_trust(world)
        shop = project(Path(scratch, "shop"))
        promoted(world, shop)
        renewed(world, shop)
        emergency(world, shop)
        for dialect in ("mariadb", "mssql", "oracle"):
            build(world, shop, dialect, "--env", "prod", "--dialect", dialect)
            sign(world, ("review", "alice"), ("review", "bob"), ("dba", "dora"))
        ledger(world)


def make_keys(world: World) -> None:
    world.keys.mkdir()
    for who, (kind, bits) in KEYS.items():
        size = [] if bits is None else ["-b", bits]
        command = ["ssh-keygen", "-q", "-t", kind, *size, "-N", "", "-C", f"{who}@example.com", "-f", world.key(who)]
        subprocess.run(command, check=True)


def make_trust(world: World) -> None:
    """Two versions; the second has another root key, and revokes nothing that is needed here."""
    first = world.trust / "versions/1"
    (first / "policy").mkdir(parents=True)
    for name, text in POLICIES.items():
        (first / "policy" / name).write_text(text)
    people = [signer(f"{who}@example.com", scopes, world.public(who)) for who, scopes in SIGNERS.items()]
    (first / "allowed_signers").write_text("# who may sign as what, where\n" + "".join(people))
    (first / "revoked_keys").write_text("# none yet\n")
    (first / "revoked_bundles").write_text("")
    (first / "version").write_text(f"number 1\nprevious {ZEROS}\nneed 2\n")
    roots(world, "ruth", "rolf")
    world.seal_version(by=("ruth", "rolf"))
    second = world.next_version(need=2)
    roots(world, "rita", "rolf")
    (second / "revoked_keys").write_text(f"# taken out of the roots\n{world.public('ruth')}\n")
    world.seal_version(by=("ruth", "rolf"))


def roots(world: World, *who: str) -> None:
    lines = (signer(f"{each}@example.com", "trust.v1@sqlgen", world.public(each)) for each in who)
    (world.version() / "roots").write_text("".join(lines))


def project(folder: Path) -> Path:
    """The bookshop as a repository of its own, with an environment more."""
    shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("expected", "__pycache__"))
    with (folder / "sqlgen.toml").open("a") as file:
        file.write('\n[env.live]\ndatabase = "bookshop_live"\nroles = { review = 1, dba = 1 }\n')
    when = "2026-01-31T09:30:00Z"
    author = ("-c", "user.name=alice", "-c", "user.email=alice@example.com")
    dates = {**os.environ, "GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when}
    for command in (("init", "-q"), ("add", "-A"), (*author, "commit", "-q", "-m", "the shop")):
        subprocess.run(["git", *command], cwd=folder, env=dates, check=True)
    return folder


def sqlgen(shop: Path, *arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "sqlgen", *arguments], cwd=shop, check=True)


def build(world: World, shop: Path, name: str, *options: str) -> None:
    world.bundle = world.root / name
    sqlgen(shop, "bundle", RANGE, "--fail-on", "never", "-o", world.bundle, *options)


def sign(world: World, *signatures: tuple[str, str], environment: str = "prod") -> None:
    for role, who in signatures:
        world.sign(role, who, scope=f"{role}.{environment}")


def promoted(world: World, shop: Path) -> None:
    """Applied in staging, by a bundle that is not kept; then for live."""
    build(world, shop, "staging", "--env", "staging", "--dialect", "postgresql")
    sign(world, ("review", "alice"), environment="staging")
    world.entry("applied", environment="staging", database="bookshop_staging")
    staging, world.bundle = world.bundle, world.root / "postgresql"
    options = ("--trust", world.trust, "--ticket", "OPS-41", "--fail-on", "never")
    sqlgen(shop, "promote", staging, "--env", "live", "-o", world.bundle, *options)
    shutil.rmtree(staging)
    sign(world, ("review", "alice"), ("dba", "dora"), environment="live")


def renewed(world: World, shop: Path) -> None:
    build(world, shop, "expired", "--env", "prod", "--dialect", "mysql", "--expires", "2026-02-28")
    sign(world, ("review", "alice"), ("review", "bob"), ("dba", "dora"))
    expired, world.bundle = world.bundle, world.root / "mysql"
    sqlgen(shop, "renew", expired, "--expires", "2999-12-31", "-o", world.bundle)
    shutil.rmtree(expired)
    sign(world, ("dba", "dora"))


def emergency(world: World, shop: Path) -> None:
    why = ("--breakglass", "orders can't be placed", "--ticket", "OPS-42")
    build(world, shop, "sqlite", "--env", "prod", "--dialect", "sqlite", *why)
    world.sign("dba", "dora", scope="dba.prod.breakglass")


def ledger(world: World) -> None:
    """mariadb was rejected, and that was taken back; mssql was applied and undone; oracle was applied."""
    world.bundle = world.root / "mariadb"
    world.entry("rejected", "bob", because="it locks books for an hour")
    world.entry("withdrawn", "bob", because="it runs at night")
    world.bundle = world.root / "mssql"
    world.entry("applied", database="bookshop")
    world.entry("undone", database="bookshop")
    world.bundle = world.root / "oracle"
    world.entry("applied", database="bookshop")


if __name__ == "__main__":
    freeze(Path(sys.argv[1]).resolve())
