# ruff: noqa: E501  a row of the table is a line
"""One row per attack on the ledger: what was applied, what was taken back, and what a host remembers of it."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from tests.attacks.asking import all_accept, all_refuse
from tests.attacks.changes import Attack, Row, big_signature, edit, put, remember, remove, rows, then, trusting_edit
from tests.attacks.worlds import LEFT_OUT, OTHER, TWIN, World, in_lines


def entry(kind: str, who: str = "dora", **how: Any) -> Attack:
    """An entry about this bundle, unless `how` says another one."""
    return lambda world: world.entry(kind, who, **how)


def ledger(number: int, ending: str = "json") -> str:
    return f"trust/ledger/prod/{number:06}.{ending}"


def drop(number: int) -> Attack:
    return then(remove(ledger(number)), remove(ledger(number, "sig")))


def change(number: int, /, **values: object) -> Attack:
    """Change an entry; the writer has its signer's key."""

    def attack(world: World) -> None:
        file = world.root / ledger(number)
        file.write_bytes(in_lines({**json.loads(file.read_text()), **values}))
        world.sign_entry(file, "dora", scope="receipt.prod")

    return attack


def in_scope(number: int, scope: str, who: str = "dora") -> Attack:
    return lambda world: world.sign_entry(world.root / ledger(number), who, scope=scope)


def deep(levels: int) -> object:
    value: object = 3
    for _ in range(levels):
        value = [value]
    return value


def big_ledger_signature(world: World) -> None:
    big_signature(world.root / ledger(3, "sig"))


def closed(name: str) -> Attack:
    """A folder that whoever verifies may not enter, nor list."""

    def attack(world: World) -> None:
        (world.root / name).chmod(0)
        world.unprivileged = True

    return attack


def link_to_nowhere(name: str) -> Attack:
    """As when a volume is not mounted."""
    return then(remove(name), lambda world: (world.root / name).symlink_to("nowhere"))


def swapped(world: World) -> None:
    for ending in ("json", "sig"):
        one, other = (world.root / ledger(number, ending) for number in (2, 3))
        kept = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(kept)


def move_from_staging(world: World) -> None:
    """The entry of the other environment, with all that anybody could make fit: it is not signed again."""
    file = world.ledger("staging")[-1]
    for ending in ("json", "sig"):
        shutil.copy(file.with_suffix(f".{ending}"), world.root / ledger(5, ending))


def rechain(world: World) -> None:
    world.rechain()


def linked(world: World) -> None:
    file = world.root / ledger(3)
    file.rename(world.root / "entry.json")
    file.symlink_to(world.root / "entry.json")


def elsewhere(world: World) -> None:
    """A name that JSON, awk and shells write in ways of their own."""
    world.manifest(database="my  shop\\n é 'x' $y", service='"s" 1e0')


def for_tenants(world: World) -> None:
    world.manifest(database=None, tenants=("a", "b"), tenants_are="databases")


def next_version(world: World) -> None:
    world.next_version()
    world.seal_version()


def receipts(until: str) -> Attack:
    """Dora may sign receipts for a time only."""

    def attack(world: World) -> None:
        trusting_edit("allowed_signers", ",receipt.prod.v1@sqlgen", "")(world)
        with (world.version() / "allowed_signers").open("a") as file:
            file.write(f'dora@example.com namespaces="receipt.prod.v1@sqlgen",{until} {world.public("dora")}\n')
        world.seal_version()

    return attack


APPLIED = "step 14: the bundle was applied already"
UNREAD = "step 14: the ledger can't be read"
BROKEN = "step 14: the ledger is broken"
NOT_SEEN = "step 14: the ledger is not what this host has seen"
UNSIGNED = "step 14: an entry of the ledger is not signed by one who may"

# fmt: off
ATTACKS: tuple[Row, ...] = (
    ("a revoked bundle", lambda w: then(put("trust/versions/1/revoked_bundles", f"{w.bundle_id} withdrawn\n".encode()), lambda w: w.seal_version())(w), "step 14: the bundle is revoked"),
    ("a bundle that was applied", entry("applied"), f"{APPLIED} (4)"),
    ("a bundle that was applied, undone and applied again", then(entry("applied"), entry("undone"), entry("applied")), f"{APPLIED} (6)"),
    ("a bundle that was applied and then failed", then(entry("applied"), entry("failed")), f"{APPLIED} (4)"),
    ("a bundle that was undone before it was applied", then(entry("undone"), entry("applied")), f"{APPLIED} (5)"),
    ("another bundle that was undone", then(entry("applied"), entry("undone", bundle=OTHER)), f"{APPLIED} (4)"),
    ("a receipt by a key that has run out since", then(receipts('valid-before="20260301Z"'), entry("applied")), f"{APPLIED} (4)"),
    ("a bundle of the same content that was applied", entry("applied", bundle=TWIN), f"{APPLIED} (4)"),
    ("a bundle of the same content that was applied in an odd place", then(elsewhere, entry("applied", bundle=TWIN)), f"{APPLIED} (4)"),
    ("a bundle for tenants that was applied", then(for_tenants, entry("applied")), f"{APPLIED} (4)"),
    # forged entries
    ("a forged rollback of the same content", then(entry("applied"), entry("undone", bundle=TWIN, key="eve")), f"{UNSIGNED} (5)"),
    ("a forged rollback", then(entry("applied"), entry("undone", key="eve")), f"{UNSIGNED} (5)"),
    ("a rollback signed by a reviewer", then(entry("applied"), entry("undone", "alice")), f"{UNSIGNED} (5)"),
    ("a rollback signed as an approval", then(entry("applied"), entry("undone"), in_scope(5, "dba.prod")), f"{UNSIGNED} (5)"),
    ("a rollback signed for another environment", then(entry("applied"), entry("undone"), in_scope(5, "receipt.staging")), f"{UNSIGNED} (5)"),
    ("a rollback signed as a rejection", then(entry("applied"), entry("undone"), in_scope(5, "reject.prod")), f"{UNSIGNED} (5)"),
    ("a rollback that was written over a failure", then(entry("applied"), entry("failed", script="rollback.sql"), edit(ledger(5), '"failed"', '"undone"')), f"{UNSIGNED} (5)"),
    ("a rollback by a key that was not valid then", then(receipts('valid-after="20260601Z"'), entry("undone")), f"{UNSIGNED} (4)"),
    ("a receipt by a trust version that is not there", entry("applied", trust_version=9), f"{BROKEN} (4)"),
    ("a forged rejection in the ledger", entry("rejected", "bob", key="eve"), f"{UNSIGNED} (4)"),
    ("a forged withdrawal", then(entry("rejected", "bob"), entry("withdrawn", "bob", key="eve")), f"{UNSIGNED} (5)"),
    ("a withdrawal that another signed under that name", then(entry("rejected", "bob"), entry("withdrawn", "bob", key="alice")), f"{UNSIGNED} (5)"),
    ("a forged end of the ledger", entry("undone", bundle=OTHER, key="eve"), f"{UNSIGNED} (4)"),
    # a database that was set back
    ("a bundle that was applied again behind a restored database", then(entry("applied"), entry("restored"), entry("applied")), f"{APPLIED} (6)"),
    ("a bundle of the same content that was applied behind a restored database", then(entry("applied"), entry("restored"), entry("applied", bundle=TWIN)), f"{APPLIED} (6)"),
    ("a restored database of another name", then(entry("applied"), entry("restored", database="hr")), f"{APPLIED} (4)"),
    ("a restored database of another service", then(entry("applied"), entry("restored", service="billing")), f"{APPLIED} (4)"),
    ("a restored database of another environment", then(entry("applied"), entry("restored", environment="staging")), f"{APPLIED} (4)"),
    ("a restored database whose entry was moved from another environment", then(entry("applied"), entry("restored", environment="staging", number=5), move_from_staging), f"{BROKEN} (5)"),
    ("a restored database whose entry was taken out", then(entry("applied"), entry("restored"), entry("applied"), drop(5)), f"{BROKEN} (5)"),
    ("a restored database whose entry was cut off", then(entry("applied"), entry("restored"), remember, drop(5)), NOT_SEEN),
    ("a restored database, by one who may not say so", then(entry("applied"), entry("restored", "alice")), f"{UNSIGNED} (5)"),
    ("a restored database, by a stranger", then(entry("applied"), entry("restored", key="eve")), f"{UNSIGNED} (5)"),
    ("a restored database, by a stranger, and an entry behind it", then(entry("applied"), entry("restored", key="eve"), entry("failed", bundle=OTHER)), f"{UNSIGNED} (5)"),
    ("a restored database, signed for another environment", then(entry("applied"), entry("restored"), in_scope(5, "receipt.staging")), f"{UNSIGNED} (5)"),
    ("a restored database, signed as a review", then(entry("applied"), entry("restored"), in_scope(5, "review.prod", "alice")), f"{UNSIGNED} (5)"),
    ("a restored database without a reason", then(entry("applied"), entry("restored", because=LEFT_OUT)), f"{BROKEN} (5)"),
    ("a restored database with an empty reason", then(entry("applied"), entry("restored", because="")), f"{BROKEN} (5)"),
    ("a restored database with a reason that is no text", then(entry("applied"), entry("restored", because=["Sunday"])), f"{BROKEN} (5)"),
    ("a restored database without rows", then(entry("applied"), entry("restored", rows=LEFT_OUT)), f"{BROKEN} (5)"),
    ("a restored database with rows that are a text", then(entry("applied"), entry("restored", rows="a1")), f"{BROKEN} (5)"),
    ("a restored database with a row that is a number", then(entry("applied"), entry("restored", rows=["a1", 2])), f"{BROKEN} (5)"),
    ("a restored database with a row that is empty", then(entry("applied"), entry("restored", rows=["a1", ""])), f"{BROKEN} (5)"),
    ("a restored database with a row that Alembic refuses", then(entry("applied"), entry("restored", rows=["a-1"])), f"{BROKEN} (5)"),
    ("a restored database with a row that ends its literal", then(entry("applied"), entry("restored", rows=["a1'"])), f"{BROKEN} (5)"),
    ("a restored database with a row of two words", then(entry("applied"), entry("restored", rows=["a1 b2"])), f"{BROKEN} (5)"),
    ("a restored database with a row with a backslash", then(entry("applied"), entry("restored", rows=["a\\1"])), f"{BROKEN} (5)"),
    ("a restored database with a list of rows in a list", then(entry("applied"), entry("restored", rows=[["a1"]])), f"{BROKEN} (5)"),
    ("a restored database of a bundle", then(entry("applied"), lambda w: w.entry("restored", bundle=w.bundle_id)), f"{BROKEN} (5)"),
    ("a restored database of a content", then(entry("applied"), lambda w: w.entry("restored", content_id=w.values()["content_id"])), f"{BROKEN} (5)"),
    ("a receipt without a bundle", entry("applied", bundle=LEFT_OUT), f"{BROKEN} (4)"),
    ("a receipt without a content", entry("applied", content_id=LEFT_OUT), f"{BROKEN} (4)"),
    ("a rejection that a restored database does not end", then(entry("rejected", "bob"), entry("restored")), "step 14: the bundle was rejected (bob@example.com)"),
    # the chain
    ("an edited entry", edit(ledger(1), "sqlgen result", "nothing to see"), BROKEN),
    ("an entry that was taken out", drop(2), BROKEN),
    ("the first entry was taken out", drop(1), BROKEN),
    ("entries in another order", swapped, BROKEN),
    ("an entry that was put in twice", then(lambda w: shutil.copy(w.root / ledger(3), w.root / ledger(4)), lambda w: shutil.copy(w.root / ledger(3, "sig"), w.root / ledger(4, "sig"))), BROKEN),
    ("an entry with another's number", change(3, number=4), BROKEN),
    ("an entry that follows from nothing", change(3, previous="0" * 64), BROKEN),
    ("an entry of another environment", change(3, environment="staging"), BROKEN),
    ("an entry of a kind nobody knows", change(3, kind="forgotten"), BROKEN),
    ("an entry of a format of the future", change(3, format="sqlgen.ledger/2"), BROKEN),
    ("an entry with an older trust version", then(next_version, entry("failed", bundle=OTHER), entry("failed", bundle=OTHER, trust_version=1)), BROKEN),
    ("an entry that is no document", put(ledger(3), b"applied\n"), BROKEN),
    ("an entry with CRLF", lambda w: (w.root / ledger(3)).write_bytes((w.root / ledger(3)).read_bytes().replace(b"\n", b"\r\n")), BROKEN),
    ("an entry with two kinds", edit(ledger(3), '  "log_sha256"', '  "kind": "undone",\n  "log_sha256"'), BROKEN),
    ("an entry without its signature", remove(ledger(3, "sig")), BROKEN),
    ("a signature without its entry", put(ledger(4, "sig"), b"x\n"), BROKEN),
    ("an application of rollback.sql", entry("applied", script="rollback.sql"), f"{BROKEN} (4)"),
    ("a rollback of apply.sql", then(entry("applied"), entry("undone", script="apply.sql")), f"{BROKEN} (5)"),
    ("a rollback of resume.sql", then(entry("applied"), entry("undone", script="resume.sql")), f"{BROKEN} (5)"),
    ("an entry that is too big", entry("failed", bundle=OTHER, result="x" * 300_000), f"{BROKEN} (4)"),
    ("an entry that is too deep", entry("failed", bundle=OTHER, exit_code=deep(9)), f"{BROKEN} (4)"),
    ("an entry that is far too deep", entry("failed", bundle=OTHER, exit_code=[[deep(500)]]), f"{BROKEN} (4)"),
    ("an entry with a number that is too long", entry("failed", bundle=OTHER, exit_code=10**20), f"{BROKEN} (4)"),
    ("an entry with a number that is none", entry("failed", bundle=OTHER, exit_code=float("nan")), f"{BROKEN} (4)"),
    ("an entry with a number without end", entry("failed", bundle=OTHER, exit_code=float("-inf")), f"{BROKEN} (4)"),
    ("an entry's signature that is too big", big_ledger_signature, f"{UNSIGNED} (3)"),
    # a ledger that can't be read
    ("a ledger that nobody may enter", then(entry("applied"), closed("trust/ledger")), UNREAD),
    ("a ledger of an environment that nobody may enter", then(entry("applied"), closed("trust/ledger/prod")), UNREAD),
    ("a ledger that is a file", then(remove("trust/ledger/prod"), put("trust/ledger/prod", b"")), UNREAD),
    ("a ledger that leads nowhere", link_to_nowhere("trust/ledger"), UNREAD),
    ("a ledger of an environment that leads nowhere", link_to_nowhere("trust/ledger/prod"), UNREAD),
    # what this host remembers
    ("a ledger that was cut", then(entry("applied"), remember, drop(4)), NOT_SEEN),
    ("a ledger that was cut and goes on", then(entry("applied"), remember, drop(4), entry("failed")), NOT_SEEN),
    ("a ledger that was taken away", then(entry("applied"), remember, remove("trust/ledger")), NOT_SEEN),
    ("a ledger that was written anew", then(entry("applied", bundle=OTHER), remember, change(1, database="hr"), rechain), NOT_SEEN),
)

GENUINE: tuple[tuple[str, Attack, str], ...] = (
    ("a bundle that was undone", then(entry("applied"), entry("undone")), "signed by"),
    ("a bundle that failed", entry("failed"), "signed by"),
    ("a bundle whose rollback failed", then(entry("applied"), entry("failed", script="rollback.sql")), "signed by"),
    ("a bundle of the same content that was undone", then(entry("applied", bundle=TWIN), entry("undone", bundle=TWIN)), "signed by"),
    ("a bundle that was undone by one of the same content", then(entry("applied"), entry("undone", bundle=TWIN)), "signed by"),
    ("a bundle of the same content that was rejected", entry("rejected", "bob", bundle=TWIN), "signed by"),
    ("the same content in another database", entry("applied", bundle=TWIN, database="hr"), "signed by"),
    ("the same content of another service", entry("applied", bundle=TWIN, service="billing"), "signed by"),
    ("a bundle that was applied before its database was restored", then(entry("applied"), entry("restored")), "signed by"),
    ("a bundle of the same content that was applied before its database was restored", then(entry("applied", bundle=TWIN), entry("restored")), "signed by"),
    ("a bundle that was applied before its database was restored twice", then(entry("applied"), entry("restored", rows=["b2", "c3"]), entry("failed"), entry("restored")), "signed by"),
    ("a bundle that was applied and rolled back behind a restored database", then(entry("applied"), entry("restored"), entry("applied"), entry("undone")), "signed by"),
    ("a bundle that was applied before its odd database was restored", then(elsewhere, entry("applied"), entry("restored")), "signed by"),
    ("a bundle for tenants that was applied before they were restored", then(for_tenants, entry("applied"), entry("restored")), "signed by"),
    ("a restored database with rows of many kinds", then(entry("applied"), entry("restored", rows=["1975ea83b712", "v1.2_a", "a/b(c)!~", "修订", "\U0001f4da"])), "signed by"),
    ("a restored database for a reason with quotes", then(entry("applied"), entry("restored", because='"quoted" \\ é')), "signed by"),
    ("a restored database that nothing was applied in", entry("restored"), "signed by"),
    ("a forged entry of a restored database in the middle", then(entry("restored", key="eve"), entry("restored")), "signed by"),
    ("a restored database of another service, by a stranger, in the middle", then(entry("restored", key="eve", service="billing"), entry("failed", bundle=OTHER)), "signed by"),
    ("the same content for other tenants", then(for_tenants, entry("applied", bundle=TWIN)), "signed by"),
    ("no ledger", remove("trust/ledger"), "signed by"),
    ("a ledger of other environments", remove("trust/ledger/prod"), "signed by"),
    ("a broken ledger of another environment", put("trust/ledger/staging/000001.json", b"x\n"), "signed by"),
    ("notes beside the ledger", put("trust/ledger/prod/readme.md", b"# Ledger\n"), "signed by"),
    ("an entry that is a link", linked, "signed by"),
    ("an entry with lists in lists", entry("failed", bundle=OTHER, exit_code=deep(8)), "signed by"),
    ("an entry with a long number", entry("failed", bundle=OTHER, exit_code=10**19), "signed by"),
    ("an entry with brackets in a string", entry("failed", bundle=OTHER, result="[" * 20 + '"' + "1" * 30), "signed by"),
    ("an entry more since then", then(remember, entry("failed")), "signed by"),
    ("a forged entry about another bundle in the middle", then(entry("undone", bundle=OTHER, key="eve"), entry("failed", bundle=OTHER)), "signed by"),
    ("a ledger that was cut, on a host that had not seen it", then(entry("applied"), drop(4)), "signed by"),
)
# fmt: on


@pytest.mark.parametrize(("attack", "reason"), rows(ATTACKS))
def test_every_verifier_refuses(world: World, attack: Attack, reason: str) -> None:
    attack(world)
    all_refuse(world, reason)


@pytest.mark.parametrize(("change", "words"), rows(GENUINE))
def test_every_verifier_accepts(world: World, change: Attack, words: str) -> None:
    change(world)
    assert any(words in line for line in all_accept(world))
