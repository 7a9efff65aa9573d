# ruff: noqa: E501  a row of the table is a line
"""One row per attack on what is asked afterwards: may this be rolled back, and was it right to run it then?"""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.attacks.asking import all_accept, all_refuse
from tests.attacks.changes import Attack, Row, edit, manifest_text, put, remember, remove, rows, seal_version, then
from tests.attacks.worlds import OTHER, TWIN, World

APPLIED = 4
"""The number of the entry that says that the bundle was applied."""


def entry(kind: str, who: str = "dora", **how: Any) -> Attack:
    return lambda world: world.entry(kind, who, **how)


def short_lived(world: World) -> None:
    world.manifest(expires="2026-03-01T00:00:00Z")


def put_away(name: str) -> Attack:
    return lambda world: (world.version() / name).unlink()


def as_of(receipt: str | int = APPLIED) -> Attack:
    def attack(world: World) -> None:
        world.mode = ("--audit", "--as-of", str(receipt))

    return attack


def revoked_since(world: World) -> None:
    """Dora has a new key, bob's was lost, and alice left."""
    folder = world.next_version()
    signers = folder / "allowed_signers"
    lines = signers.read_text().splitlines(keepends=True)
    signers.write_text("".join(line for line in lines if not line.startswith(("alice", "dora"))))
    (folder / "revoked_keys").write_text(f"{world.public('dora')}\n{world.public('bob')}\n")
    (folder / "policy/prod").write_text("review 3\ndba 2\n")
    world.seal_version()


def version(*changes: Attack) -> Attack:
    """A version more, with these changes."""
    return then(lambda world: world.next_version(), *changes, seal_version)


def put_in_newest(name: str, text: str) -> Attack:
    return lambda world: (world.version() / name).write_text(text)


def revoke(world: World) -> None:
    put_in_newest("revoked_keys", f"{world.public('dora')}\n")(world)


def revoke_bundle(world: World) -> None:
    put_in_newest("revoked_bundles", f"{world.bundle_id} withdrawn\n")(world)


def copied(change: bytes = b"") -> Attack:
    """The receipt as a file of somebody's own."""

    def attack(world: World) -> None:
        file = world.root / "receipt.json"
        file.write_bytes(world.ledger()[APPLIED - 1].read_bytes() + change)
        as_of(str(file))(world)

    return attack


AUDITED = then(short_lived, entry("applied"))
"""The bundle was applied, and has expired since."""
LATER = then(AUDITED, revoked_since)
"""And everybody who signed it has another key now, or left."""
BOB_REVOKED = version(lambda world: put_in_newest("revoked_keys", f"{world.public('bob')}\n")(world))
ROLLBACK: Attack = lambda world: setattr(world, "mode", ("--rollback",))  # noqa: E731

NONE = "step 14: there is no such receipt"
OF_ANOTHER = "step 14: the receipt is of another bundle"
UNSIGNED = "step 14: an entry of the ledger is not signed by one who may"
BROKEN = "step 14: the ledger is broken"
NOT_SEEN = "step 14: the ledger is not what this host has seen"
NOT_ALLOWED = "step 11: a signature's key is not allowed for this name, role and environment"
BY_DORA = f"{NOT_ALLOWED} (sig/dba/dora@example.com.sig)"

# fmt: off
ATTACKS: tuple[Row, ...] = (
    # --rollback
    ("a rollback with a script that was changed", then(AUDITED, edit("bundle/rollback.sql", "books", "hooks"), ROLLBACK), "step 8: a checksum does not match (rollback.sql)"),
    ("a rollback of a bundle that nobody approved", then(AUDITED, remove("bundle/sig"), ROLLBACK), "step 13: too few signatures for a role (review: 0 of 2)"),
    ("a rollback in another environment", then(AUDITED, lambda w: setattr(w, "environment", "staging"), ROLLBACK), "step 9: the bundle is for another environment (prod)"),
    ("a rollback by an older trust folder", then(AUDITED, version(), remember, remove("trust/versions/2"), ROLLBACK), "step 2: the trust folder is older than what this host has seen"),
    ("a rollback with hidden characters", then(put("bundle/rollback.sql", b"-- \x1b[2J\n"), lambda w: w.seal(), ROLLBACK), "step 16: a text file has a control character or is not UTF-8 (rollback.sql)"),
    ("a rollback of what nobody applied, by those who left since", then(revoked_since, ROLLBACK), BY_DORA),
    ("a rollback of what a stranger says was applied", then(entry("applied", key="eve"), revoked_since, ROLLBACK), f"{UNSIGNED} (4)"),
    ("a rollback of what a reviewer says was applied", then(entry("applied", "alice"), revoked_since, ROLLBACK), f"{UNSIGNED} (4)"),
    ("a rollback of what was applied without verifying", then(entry("applied", verified=False), revoked_since, ROLLBACK), BY_DORA),
    ("a rollback of what was rolled back and never applied", then(entry("failed", script="rollback.sql"), revoked_since, ROLLBACK), BY_DORA),
    ("a rollback of another bundle of the same content", then(entry("applied", bundle=TWIN), revoked_since, ROLLBACK), BY_DORA),
    ("a rollback of what too few had signed then", then(version(put_in_newest("policy/prod", "review 3\ndba 1\n")), entry("applied"), version(put_in_newest("policy/prod", "review 2\ndba 1\n")), ROLLBACK), "step 13: too few signatures for a role (review: 2 of 3)"),
    ("a rollback of what a revoked key had signed then", then(BOB_REVOKED, entry("applied"), version(put_in_newest("revoked_keys", "")), ROLLBACK), "step 11: a signature's key is revoked (sig/review/bob@example.com.sig)"),
    ("a rollback by a ledger with an edited receipt", then(LATER, entry("failed", bundle=OTHER), edit("trust/ledger/prod/000004.json", "APPLIED", "PERFECT"), ROLLBACK), f"{BROKEN} (5)"),
    ("a rollback by a ledger that was written anew", then(LATER, remember, edit("trust/ledger/prod/000003.json", "FAILED", "UNKNOWN"), lambda w: w.rechain(), lambda w: w.sign_entry(w.ledger()[3], "dora"), ROLLBACK), NOT_SEEN),
    ("a rollback of what was applied behind a database that a stranger restored", then(entry("restored", key="eve"), entry("applied"), ROLLBACK), f"{UNSIGNED} (4)"),
    ("a rollback where there is no policy", then(version(put_away("policy/prod")), ROLLBACK), "step 1: there is no policy for this environment (prod)"),
    # --audit: the receipt
    ("an audit by a receipt that is not there", then(AUDITED, as_of(9)), NONE),
    ("an audit by the number zero", then(AUDITED, as_of(0)), NONE),
    ("an audit by a number with zeros", then(AUDITED, as_of("0004")), NONE),
    ("an audit by a number of seven digits", then(AUDITED, as_of("0000004")), NONE),
    ("an audit by a file that is not there", then(AUDITED, as_of("nothing.json")), NONE),
    ("an audit by a file that the ledger does not have", then(AUDITED, copied(b"\n")), NONE),
    ("an audit of a rollback of what nobody applied, by a revoked key", then(BOB_REVOKED, entry("undone"), as_of()), "step 11: a signature's key is revoked (sig/review/bob@example.com.sig)"),
    ("an audit by a rejection", then(entry("rejected", "bob"), as_of()), NONE),
    ("an audit by the receipt of another bundle", then(AUDITED, as_of(1)), OF_ANOTHER),
    ("an audit by a restored database", then(AUDITED, entry("restored"), as_of(5)), NONE),
    ("an audit of a bundle that was applied twice before its database was restored", then(entry("applied"), entry("applied"), entry("restored"), as_of(5)), "step 14: the bundle was applied already (4)"),
    ("an audit of a bundle that was applied again behind a database that a stranger restored", then(entry("applied"), entry("restored", key="eve"), entry("applied"), as_of(6)), f"{UNSIGNED} (5)"),
    ("an audit by an edited receipt", then(AUDITED, edit("trust/ledger/prod/000004.json", "APPLIED", "PERFECT"), as_of()), f"{UNSIGNED} (4)"),
    ("an audit by a receipt that a stranger signed", then(entry("applied", key="eve"), as_of()), f"{UNSIGNED} (4)"),
    ("an audit by a receipt that a reviewer signed", then(entry("applied", "alice"), as_of()), f"{UNSIGNED} (4)"),
    ("an audit by a receipt that the next entry does not follow", then(AUDITED, entry("undone"), edit("trust/ledger/prod/000004.json", "APPLIED", "PERFECT"), as_of()), "step 14: the ledger is broken"),
    ("an audit with a cut ledger", then(AUDITED, entry("undone"), remember, remove("trust/ledger/prod/000005.json"), remove("trust/ledger/prod/000005.sig"), as_of()), "step 14: the ledger is not what this host has seen"),
    # --audit: the bundle
    ("an audit of a bundle that was changed since", then(AUDITED, edit("bundle/apply.sql", "books", "hooks"), as_of()), "step 8: a checksum does not match (apply.sql)"),
    ("an audit of a bundle that was sealed anew", then(AUDITED, manifest_text('"shop"', '"hr"'), as_of()), OF_ANOTHER),
    ("an audit of what had expired then", then(lambda w: w.manifest(expires="2026-01-15T00:00:00Z"), entry("applied"), as_of()), "step 9: the bundle expired (2026-01-15T00:00:00Z)"),
    ("an audit of approvals by a key that was revoked then", then(version(revoke), entry("applied"), as_of()), "step 11: a signature's key is revoked (sig/dba/dora@example.com.sig)"),
    ("an audit of approvals by one who came later", then(lambda w: w.sign("review", "eve"), entry("applied"), version(lambda w: w.add_signer("eve@example.com", ("review.prod",), "eve")), as_of()), f"{NOT_ALLOWED} (sig/review/eve@example.com.sig)"),
    ("an audit of approvals that were too few then", then(version(put_in_newest("policy/prod", "review 3\ndba 1\n")), entry("applied"), version(put_in_newest("policy/prod", "review 2\ndba 1\n")), as_of()), "step 13: too few signatures for a role (review: 2 of 3)"),
    ("an audit of what had expired then, as if it had been rolled back", then(lambda w: w.manifest(expires="2026-01-15T00:00:00Z"), entry("applied", script="rollback.sql"), as_of()), f"{BROKEN} (4)"),
    ("an audit of a bundle that was revoked then", then(version(revoke_bundle), entry("applied"), as_of()), "step 14: the bundle is revoked"),
    ("an audit of a bundle that was applied twice", then(entry("applied"), entry("applied"), as_of(5)), "step 14: the bundle was applied already (4)"),
    ("an audit of a bundle that was rejected then", then(entry("rejected", "bob"), entry("applied"), as_of(5)), "step 14: the bundle was rejected (bob@example.com)"),
    ("an audit by a trust folder that was edited", then(LATER, edit("trust/versions/1/policy/prod", "review 2", "review 1"), as_of()), "step 2: the trust folder is not as it was signed (versions/1/policy/prod)"),
)

GENUINE: tuple[tuple[str, Attack, str], ...] = (
    ("an expired bundle that was applied, to be rolled back", then(AUDITED, ROLLBACK), "-f 'COPY/rollback.sql' > rollback.log 2>&1"),
    ("a revoked bundle to be rolled back", then(AUDITED, version(revoke_bundle), ROLLBACK), "/rollback.sql"),
    ("a bundle to be rolled back by those who left since", then(LATER, ROLLBACK), "-f 'COPY/rollback.sql' > rollback.log 2>&1"),
    ("a bundle to be rolled back by a key that was revoked since", then(LATER, ROLLBACK), "revoked since: dora@example.com"),
    ("a bundle to be rolled back after a failure", then(entry("failed"), revoked_since, ROLLBACK), "version 1 of trust folder"),
    ("a bundle to be rolled back after it was resumed", then(entry("applied", script="resume.sql"), revoked_since, ROLLBACK), "version 1 of trust folder"),
    ("a bundle to be rolled back where there is no policy any more", then(AUDITED, version(put_away("policy/prod")), ROLLBACK), "version 1 of trust folder"),
    ("a bundle to be rolled back once more", then(LATER, lambda w: w.add_signer("rita@example.com", ("receipt.prod",), "rita"), entry("undone", "rita"), ROLLBACK), "version 1 of trust folder"),
    ("a bundle to be rolled back that was applied twice", then(entry("applied"), version(), entry("applied"), ROLLBACK), "version 2 of trust folder"),
    ("a bundle to be rolled back that nobody applied yet", ROLLBACK, "version 1 of trust folder"),
    ("a rollback of what a key signed that was revoked since", then(AUDITED, BOB_REVOKED, entry("undone"), as_of(5)), "WAS VALID 2026-02-01T12:00:04Z, undone by dora@example.com"),
    ("a rollback after a failure, by one who left since", then(entry("failed"), BOB_REVOKED, entry("undone"), as_of(5)), "revoked since: bob@example.com"),
    ("a bundle on the day", then(AUDITED, as_of()), "WAS VALID 2026-02-01T12:00:03Z, applied by dora@example.com, sqlgen result: APPLIED"),
    ("a bundle a year later", then(LATER, as_of()), "revoked since: bob@example.com"),
    ("a bundle by the file of the receipt", then(LATER, lambda w: as_of(str(w.ledger()[APPLIED - 1]))(w)), "version 1 of trust folder"),
    ("a bundle by somebody's copy of the receipt", then(LATER, copied()), "version 1 of trust folder"),
    ("a bundle that failed", then(entry("failed"), as_of()), "WAS VALID 2026-02-01T12:00:03Z, failed by dora@example.com, sqlgen result: FAILED"),
    ("a receipt without a result", then(entry("applied", result=None), as_of()), "WAS VALID 2026-02-01T12:00:03Z, applied by dora@example.com, -"),
    ("a bundle that was rejected and revoked since", then(AUDITED, entry("rejected", "bob"), version(revoke_bundle), as_of()), "WAS VALID"),
    ("a bundle that was undone and applied again", then(entry("applied"), entry("undone"), entry("applied"), as_of(6)), "WAS VALID"),
    ("a bundle that was applied again behind a restored database", then(entry("applied"), entry("restored"), entry("applied"), as_of(6)), "WAS VALID"),
    ("a bundle whose database was restored since", then(LATER, lambda w: w.add_signer("rita@example.com", ("receipt.prod",), "rita"), entry("restored", "rita"), as_of()), "WAS VALID"),
    ("a bundle whose database was restored since, by a stranger, and then by one who may", then(entry("applied"), entry("restored", key="eve"), entry("restored"), as_of()), "WAS VALID"),
    ("a bundle to be rolled back whose database was restored since", then(LATER, lambda w: w.add_signer("rita@example.com", ("receipt.prod",), "rita"), entry("restored", "rita"), ROLLBACK), "version 1 of trust folder"),
    ("a rollback after the bundle had expired", then(lambda w: w.manifest(expires="2026-01-15T00:00:00Z"), entry("undone"), as_of()), "WAS VALID 2026-02-01T12:00:03Z, undone by"),
    ("an audit of an old bundle by a host that remembers", then(LATER, remember, as_of()), "WAS VALID"),
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


def test_an_audit_leaves_no_copy_and_names_no_command(world: World) -> None:
    then(LATER, as_of())(world)
    lines = all_accept(world)
    assert not [line for line in lines if "run: " in line or "COPY" in line]
    assert not list((world.root.parent / "copies").iterdir())
    shutil.rmtree(world.bundle)  # nothing of it is kept open or linked
