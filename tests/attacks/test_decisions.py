# ruff: noqa: E501  a row of the table is a line
"""One row per attack on what people decide of a bundle: rejections, renewals, promotions, emergencies."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import Any

import pytest

from sqlgen.bundle.manifest import PromotedFrom
from tests.attacks.asking import all_accept, all_refuse
from tests.attacks.changes import Attack, Row, edit, policy, put, remove, revoke, rows, signed_by, then, trusting
from tests.attacks.worlds import MANIFEST, OTHER, POLICIES, TWIN, World, digest, in_lines

# Rejections.


def rejected(who: str = "bob", **how: Any) -> Attack:
    return lambda world: world.reject(who, **how)


def entry(kind: str, who: str = "dora", **how: Any) -> Attack:
    """An entry of the ledger about this bundle."""
    return lambda world: world.entry(kind, who, **how)


# Renewals.


def renewal(
    new: Attack | None = None,
    *,
    old: Attack | None = None,
    signed: tuple[tuple[str, str], ...] = (("dba", "dora"),),
    carried: tuple[tuple[str, str], ...] = (("review", "alice"), ("review", "bob"), ("dba", "dora")),
    **changes: Any,
) -> Attack:
    """The genuine bundle has expired; the same under a new date, with its approvals, is signed by `signed`.

    `old` changes the expired bundle before people sign it, `new` the new one; `changes` are those of its manifest.
    """

    def attack(world: World) -> None:
        world.manifest(expires="2026-03-01T00:00:00Z")
        signed_by(*carried)(world)
        if old is not None:
            old(world)
        folder = world.root / "renewal"
        shutil.copytree(world.bundle / "sig", folder / "sig")
        shutil.copy(world.bundle / "SHA256SUMS", folder / "sha256sums.txt")
        shutil.copy(world.bundle / "MANIFEST.json", folder / "manifest.json")
        renews = world.bundle_id
        shutil.copytree(folder, world.bundle / "renewal", dirs_exist_ok=True)
        how = {"expires": "2999-01-01T00:00:00Z", "renews": renews, **changes}
        (world.bundle / "MANIFEST.json").write_text(replace(MANIFEST, **how).to_text())
        if new is not None:
            new(world)
        world.sums()
        signed_by(*signed)(world)

    return attack


def with_a_renewal(name: str) -> Attack:
    """The bundle that is renewed has a file where renewals are kept, approved by all."""

    def attack(world: World) -> None:
        put(f"bundle/{name}", b"-- anything\n")(world)
        world.seal()

    return attack


def about_renewed(attack: Attack) -> Attack:
    """`attack` on the bundle that was renewed: what the ledger or the trust folder say of it."""

    def attacking(world: World) -> None:
        renewal()(world)
        attack(world)

    return attacking


def renewed_id(world: World) -> str:
    return digest((world.bundle / "renewal/sha256sums.txt").read_bytes())


def of_another(world: World) -> None:
    """Its approvals are of another bundle, which the manifest does not name."""
    path = world.bundle / "renewal/sha256sums.txt"
    path.write_text(path.read_text().replace(digest((world.bundle / "apply.sql").read_bytes()), digest(b"harmless")))


def approved_by_eve(world: World) -> None:
    data = (world.bundle / "renewal/sha256sums.txt").read_bytes()
    (world.bundle / "renewal/sig/review/alice@example.com.sig").write_bytes(world.signature("eve", "review.prod", data))


def approved_another(world: World) -> None:
    """Alice's good signature of another bundle."""
    data = (world.bundle / "renewal/sha256sums.txt").read_bytes() + b"x"
    signature = world.signature("alice", "review.prod", data)
    (world.bundle / "renewal/sig/review/alice@example.com.sig").write_bytes(signature)


def unworded(world: World) -> None:
    """A renewal's folder in a bundle whose manifest does not say that it renews."""
    renewal()(world)
    (world.bundle / "MANIFEST.json").write_text(MANIFEST.to_text())
    world.sums()
    signed_by(("dba", "dora"))(world)


def twice_under_two_names(world: World) -> None:
    """Alice's approval is carried, and she signs again, with the same key under another name."""
    world.add_signer("alice2@example.com", ("review.prod",), "alice")
    renewal(carried=(("review", "alice"),), signed=(("dba", "dora"),))(world)
    world.sign("review", "alice", name="alice2@example.com")


# Promotions.

AFTER = POLICIES["prod"] + "after staging\n"


def promoted(change: Attack | None = None, **changes: object) -> Attack:
    """The bundle comes with staging's receipt; `changes` are those of the receipt, which is signed all the same."""

    def attack(world: World) -> None:
        world.policy(AFTER)
        file = world.ledger("staging")[0]
        if changes:
            file.write_bytes(in_lines({**json.loads(file.read_text()), **changes}))
            world.sign_entry(file, "dora", scope="receipt.staging")
        folder = world.bundle / "evidence/receipts"
        folder.mkdir(parents=True)
        shutil.copy(file, folder / "staging.json")
        shutil.copy(file.with_suffix(".sig"), folder / "staging.sig")
        promoted_from = PromotedFrom(json.loads(file.read_text())["bundle"], "staging")
        (world.bundle / "MANIFEST.json").write_text(replace(MANIFEST, promoted_from=promoted_from).to_text())
        if change is not None:
            change(world)
        world.seal()

    return attack


def staging_restored(world: World) -> None:
    """What staging's ledger says last stands in the place of the receipt."""
    file = world.entry("restored", environment="staging", database="shop_staging")
    shutil.copy(file, world.bundle / "evidence/receipts/staging.json")
    shutil.copy(file.with_suffix(".sig"), world.bundle / "evidence/receipts/staging.sig")


def receipt_by(who: str, scope: str = "receipt.staging") -> Attack:
    def attack(world: World) -> None:
        file = world.bundle / "evidence/receipts/staging.json"
        file.with_suffix(".sig").write_bytes(world.signature(who, scope, file.read_bytes()))

    return attack


def by_rita(world: World) -> None:
    """A receipt by one who is allowed nothing else."""
    world.add_signer("rita@example.com", ("receipt.staging",), "rita")
    promoted(receipt_by("rita"), name="rita@example.com")(world)


def without_rita(world: World) -> None:
    """She left; her key was not lost."""
    signers = world.next_version() / "allowed_signers"
    lines = signers.read_text().splitlines(keepends=True)
    signers.write_text("".join(line for line in lines if not line.startswith("rita")))
    world.seal_version()


def revoked_rita(world: World) -> None:
    (world.next_version() / "revoked_keys").write_text(f"{world.public('rita')}\n")
    world.seal_version()


# Emergencies.

EMERGENCY = {"breakglass": "orders are lost every minute", "ticket": "OPS-42"}


def breakglass(*signed: tuple[str, str], scope: str = "dba.prod.breakglass", **changes: Any) -> Attack:
    """A bundle for an emergency, signed by the DBA alone."""

    def attack(world: World) -> None:
        (world.bundle / "MANIFEST.json").write_text(replace(MANIFEST, **{**EMERGENCY, **changes}).to_text())
        world.sums()
        shutil.rmtree(world.bundle / "sig")
        for role, who in signed or (("dba", "dora"),):
            world.sign(role, who, scope=scope)

    return attack


REJECTED = "step 14: the bundle was rejected (bob@example.com)"
NO_REJECTION = "step 10: a rejection is ill-formed"
REJECTION = "(sig/reject/bob@example.com.sig)"
NO_FIT = "step 11: a signature does not fit this bundle, role and environment"
NOT_ALLOWED = "step 11: a signature's key is not allowed for this name, role and environment"
MORE = "step 12: the renewal changes more than the expiry"
INCOMPLETE = "step 12: the renewal is incomplete"
NOT_OF = "step 12: the renewal is not of the bundle that it names"
TOO_FEW = "step 13: too few signatures for a role"
NO_RECEIPT = "step 15: the policy needs a receipt (staging)"
BAD_RECEIPT = "step 15: the receipt is not good (staging)"

# fmt: off
ATTACKS: tuple[Row, ...] = (
    # rejections
    ("a rejected bundle", rejected(), REJECTED),
    ("a rejection by one who approved it", rejected("alice"), "step 14: the bundle was rejected (alice@example.com)"),
    ("a rejection that was taken out of the bundle", entry("rejected", "bob"), REJECTED),
    ("a rejection that somebody else takes back", then(entry("rejected", "bob"), entry("withdrawn", "alice")), REJECTED),
    ("a rejection after one was taken back", then(entry("rejected", "bob"), entry("withdrawn", "bob"), entry("rejected", "bob")), REJECTED),
    ("a rejection in the bundle that only the ledger takes back", then(rejected(), entry("rejected", "bob"), entry("withdrawn", "bob")), REJECTED),
    ("a second rejection that nobody takes back", then(entry("rejected", "alice"), entry("rejected", "bob"), entry("withdrawn", "alice")), REJECTED),
    ("a forged rejection", rejected(key="eve"), f"{NOT_ALLOWED} {REJECTION}"),
    ("a rejection by one who may not", rejected("eve"), f"{NOT_ALLOWED} (sig/reject/eve@example.com.sig)"),
    ("an edited rejection", then(rejected(), edit("bundle/sig/reject/bob@example.com.json", "an hour", "a second")), f"{NO_FIT} {REJECTION}"),
    ("an approval in the place of a rejection", rejected(scope="review.prod"), f"{NO_FIT} {REJECTION}"),
    ("a rejection of another bundle", rejected(bundle=OTHER), NO_REJECTION),
    ("a rejection for another environment", rejected(environment="staging"), NO_REJECTION),
    ("a rejection under another name", rejected(name="alice@example.com"), NO_REJECTION),
    ("a rejection of a format of the future", rejected(format="sqlgen.rejection/2"), NO_REJECTION),
    ("a rejection that is no document", then(rejected(), put("bundle/sig/reject/bob@example.com.json", b"no\n")), NO_REJECTION),
    ("a rejection that is too big", rejected(because="x" * 70_000), NO_REJECTION),
    ("a rejection with a list", rejected(because=["it", "locks"]), NO_REJECTION),
    ("a rejection without its signature", then(rejected(), remove("bundle/sig/reject/bob@example.com.sig")), NO_REJECTION),
    ("a signature without its rejection", then(rejected(), remove("bundle/sig/reject/bob@example.com.json")), NO_REJECTION),
    ("a signature of a rejection that is none", then(rejected(), put("bundle/sig/reject/bob@example.com.sig", b"no\n")), "step 10: a signature file is ill-formed (sig/reject/bob@example.com.sig)"),
    ("a rejection by a revoked key", then(rejected("alice"), revoke("alice"), remove("bundle/sig/review")), "step 11: a signature's key is revoked (sig/reject/alice@example.com.sig)"),
    # renewals
    ("a renewal under a policy that carries nothing", then(renewal(), policy("review 2\ndba 1\n")), f"{TOO_FEW} (review: 0 of 2)"),
    ("a renewal that nobody signed", then(renewal(), remove("bundle/sig")), f"{TOO_FEW} (dba: 0 of 1)"),
    ("a role that the policy does not carry", renewal(signed=(("review", "alice"), ("review", "bob"))), f"{TOO_FEW} (dba: 0 of 1)"),
    ("a person carried and counted again", renewal(carried=(("review", "alice"),), signed=(("review", "alice"), ("dba", "dora"))), f"{TOO_FEW} (review: 1 of 2)"),
    ("a key carried and counted again under another name", twice_under_two_names, "step 13: one key signed twice (alice2@example.com, alice@example.com)"),
    ("a renewal with fewer approvals than were needed", renewal(carried=(("review", "alice"), ("dba", "dora"))), f"{TOO_FEW} (review: 1 of 2)"),
    ("a renewal with another script", renewal(put("bundle/apply.sql", b"DROP TABLE books;\n")), f"{MORE} (apply.sql)"),
    ("a renewal with a file more", renewal(put("bundle/extra.sql")), f"{MORE} (extra.sql)"),
    ("a renewal with a file less", renewal(remove("bundle/rollback.sql")), f"{MORE} (rollback.sql)"),
    ("a renewal with more in its folder", renewal(put("bundle/renewal/extra.sql")), f"{MORE} (renewal/extra.sql)"),
    ("a renewal of a bundle with a file in its folder", renewal(old=with_a_renewal("renewal/extra.sql")), f"{MORE} (renewal/extra.sql)"),
    ("a renewal of a bundle that hides another renewal", renewal(old=with_a_renewal("renewal/manifest.json")), f"{MORE} (renewal/manifest.json)"),
    ("a renewal for another database", renewal(database="hr"), f"{MORE} (database)"),
    ("a renewal with a ticket of its own", renewal(ticket="OPS-42"), f"{MORE} (ticket)"),
    ("a renewal that forgets a key", renewal(server_version=None, database=None), f"{MORE} (database)"),
    ("a renewal of another bundle", renewal(renews=OTHER), NOT_OF),
    ("a renewal with the approvals of another bundle", renewal(of_another), NOT_OF),
    ("a renewal with an edited manifest of the renewed", renewal(edit("bundle/renewal/manifest.json", '"shop"', '"hr"'), database="hr"), NOT_OF),
    ("a renewal without the sums of the renewed", renewal(remove("bundle/renewal/sha256sums.txt")), f"{INCOMPLETE} (renewal/sha256sums.txt)"),
    ("a renewal without the manifest of the renewed", renewal(remove("bundle/renewal/manifest.json")), f"{INCOMPLETE} (renewal/manifest.json)"),
    ("a renewal without its folder", renewal(remove("bundle/renewal")), f"{INCOMPLETE} (renewal/manifest.json)"),
    ("a renewal whose manifest does not say so", unworded, f"{TOO_FEW} (review: 0 of 2)"),
    ("a renewal with a forged approval", renewal(approved_by_eve), "step 11: a signature's key is not allowed for this name, role and environment (renewal/sig/review/alice@example.com.sig)"),
    ("a renewal with an approval of another bundle", renewal(approved_another), "step 11: a signature does not fit this bundle, role and environment (renewal/sig/review/alice@example.com.sig)"),
    ("a renewal with an approval by a revoked key", then(renewal(), revoke("alice")), "step 11: a signature's key is revoked (renewal/sig/review/alice@example.com.sig)"),
    ("a renewal with an approval that is none", renewal(put("bundle/renewal/sig/review/alice@example.com.sig", b"no\n")), "step 10: a signature file is ill-formed (renewal/sig/review/alice@example.com.sig)"),
    ("a renewal of a rejected bundle", renewal(old=rejected()), "step 10: a file under sig/ is not a signature (renewal/sig/reject/bob@example.com.json)"),
    ("a renewal of a revoked bundle", about_renewed(lambda w: trusting("revoked_bundles", f"{renewed_id(w)} withdrawn\n".encode())(w)), "step 14: the bundle is revoked"),
    ("a renewal of a bundle that the ledger says was rejected", about_renewed(lambda w: w.entry("rejected", "bob", bundle=renewed_id(w))), REJECTED),
    ("a renewal of a bundle that was applied", about_renewed(lambda w: w.entry("applied", bundle=renewed_id(w))), "step 14: the bundle was applied already"),
    ("a renewal of a bundle that another renewal brought", about_renewed(entry("applied", bundle=TWIN)), "step 14: the bundle was applied already (4)"),
    ("a renewal that expired, too", renewal(expires="2026-04-01T00:00:00Z"), "step 9: the bundle expired (2026-04-01T00:00:00Z)"),
    ("a renewal that says its id in another way", renewal(edit("bundle/MANIFEST.json", '"renews": "', '"renews": "x')), "step 9: MANIFEST.json is ill-formed"),
    # promotions
    ("a promotion without a receipt", policy(AFTER), NO_RECEIPT),
    ("a promotion without the receipt's signature", promoted(remove("bundle/evidence/receipts/staging.sig")), BAD_RECEIPT),
    ("a receipt for another content", promoted(content_id=digest(b"other")), BAD_RECEIPT),
    ("a receipt of another environment", promoted(environment="prod"), BAD_RECEIPT),
    ("a receipt of a failure", promoted(kind="failed"), BAD_RECEIPT),
    ("a receipt of a rollback", promoted(kind="undone"), BAD_RECEIPT),
    ("a receipt of a restored database", promoted(staging_restored), BAD_RECEIPT),
    ("a receipt of what did not verify", promoted(verified=False, why_not="step 9: the bundle expired"), BAD_RECEIPT),
    ("an edited receipt", promoted(edit("bundle/evidence/receipts/staging.json", "shop_staging", "shop_stagin_")), BAD_RECEIPT),
    ("a receipt that a stranger signed", promoted(receipt_by("eve")), BAD_RECEIPT),
    ("a receipt that a reviewer signed", promoted(receipt_by("alice"), name="alice@example.com"), BAD_RECEIPT),
    ("a receipt signed for another environment", promoted(receipt_by("dora", "receipt.prod")), BAD_RECEIPT),
    ("a receipt signed as an approval", promoted(receipt_by("alice", "review.staging"), name="alice@example.com"), BAD_RECEIPT),
    ("a receipt that is no document", promoted(then(put("bundle/evidence/receipts/staging.json", b"no\n"), receipt_by("dora"))), BAD_RECEIPT),
    ("a receipt of a trust version that is not there", promoted(trust_version=7), BAD_RECEIPT),
    ("a receipt by a key that was revoked since", then(by_rita, revoked_rita), BAD_RECEIPT),
    # emergencies
    ("an emergency without a policy for it", then(remove("trust/versions/1/policy/prod.breakglass"), lambda w: w.seal_version(), breakglass()), "step 9: there is no breakglass policy for this environment"),
    ("an emergency without a ticket", breakglass(ticket=None), "step 15: the policy needs a ticket"),
    ("an emergency with ordinary signatures", breakglass(scope="dba.prod"), f"{NO_FIT} (sig/dba/dora@example.com.sig)"),
    ("an emergency signed by one who may not then", breakglass(("dba", "alice")), f"{NOT_ALLOWED} (sig/dba/alice@example.com.sig)"),
    ("an emergency with a role of ordinary days", breakglass(("review", "alice")), "step 10: a signature is for a role that the policy does not have (sig/review/alice@example.com.sig)"),
    ("an ordinary bundle with signatures for an emergency", lambda w: w.sign("dba", "dora", scope="dba.prod.breakglass"), f"{NO_FIT} (sig/dba/dora@example.com.sig)"),
    ("a bundle that calls itself an emergency afterwards", then(edit("bundle/MANIFEST.json", '  "client"', '  "breakglass": "now",\n  "client"'), lambda w: w.sums()), "step 10: a signature is for a role that the policy does not have (sig/review/alice@example.com.sig)"),
    ("an emergency without a reason", then(edit("bundle/MANIFEST.json", '  "client"', '  "breakglass": "",\n  "client"'), lambda w: w.seal()), "step 9: MANIFEST.json is ill-formed"),
    ("a policy that wants a ticket", policy(POLICIES["prod"] + "need ticket\n"), "step 15: the policy needs a ticket"),
)

GENUINE: tuple[tuple[str, Attack, str], ...] = (
    ("a rejection that the same person took back", then(entry("rejected", "bob"), entry("withdrawn", "bob")), "signed by"),
    ("a rejection of another bundle in the ledger", entry("rejected", "bob", bundle=OTHER), "signed by"),
    ("a renewal", renewal(), "carried review alice@example.com"),
    ("a renewal that one of them signs again", renewal(signed=(("review", "alice"), ("dba", "dora"))), "carried review bob@example.com"),
    ("a renewal that all of them sign again", renewal(signed=(("review", "alice"), ("review", "bob"), ("dba", "dora"))), "signed by review bob@example.com"),
    ("a renewal without an end", renewal(expires=None), "carried review bob@example.com"),
    ("a renewal after the other was undone", about_renewed(lambda w: then(entry("applied", bundle=renewed_id(w)), entry("undone", bundle=renewed_id(w)))(w)), "carried"),
    ("a renewal beside another one that was applied", about_renewed(entry("applied", bundle=OTHER)), "carried"),
    ("a promotion", promoted(), "signed by"),
    ("a promotion that nobody asked for", then(promoted(), policy(POLICIES["prod"])), "signed by"),
    ("a promotion from a database that was restored since", promoted(lambda w: w.entry("restored", environment="staging", database="shop_staging")), "signed by"),
    ("a promotion with a receipt by one who left since", then(by_rita, without_rita), "signed by"),
    ("a bundle with a ticket", then(policy(POLICIES["prod"] + "need ticket\n"), lambda w: w.manifest(ticket="OPS-42")), "signed by"),
    ("an emergency", breakglass(), "breakglass, ticket OPS-42: a review must follow"),
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
