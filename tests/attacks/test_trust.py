# ruff: noqa: E501  a row of the table is a line
"""One row per attack on the trust folder: its files, its versions, and what a host remembers of them."""

from __future__ import annotations

import shutil

import pytest

from tests.attacks.asking import all_accept, all_refuse
from tests.attacks.changes import (
    Attack,
    Row,
    edit,
    policy,
    put,
    remember,
    remove,
    rows,
    seal_version,
    then,
    trusting,
    trusting_edit,
)
from tests.attacks.worlds import World, digest, signer

BOTH = ("ruth", "rolf")


def next_version(*attacks: Attack, by: tuple[str, ...] = BOTH, need: int = 2) -> Attack:
    """A version more, changed by `attacks`, then signed."""

    def attack(world: World) -> None:
        world.next_version(need=need)
        for one in attacks:
            one(world)
        world.seal_version(by=by)

    return attack


def in_newest(name: str, data: bytes) -> Attack:
    """A file of the newest version, not signed anew."""
    return lambda world: put(f"trust/versions/{world.newest}/{name}", data)(world)


def roots(*who: str, names: tuple[str, ...] = ()) -> Attack:
    """Who keeps root keys; `names`: other names than theirs."""

    def attack(world: World) -> None:
        named = zip(names or who, who, strict=True)
        lines = (signer(f"{name}@example.com", "trust.v1@sqlgen", world.public(key)) for name, key in named)
        (world.version() / "roots").write_text("".join(lines))

    return attack


def rotated(world: World) -> None:
    """Version 2 takes ruth's root key out and rita's in."""
    next_version(roots("rita", "rolf"))(world)


def revoked_root(world: World) -> None:
    (world.version() / "revoked_keys").write_text(f"{world.public('ruth')}\n")


def two_names_of_one_root(world: World) -> None:
    then(roots("ruth", "ruth", "rolf", names=("ruth", "ruth2", "rolf")), seal_version, next_version(by=("ruth",)))(
        world
    )
    world.root_signature("ruth", name="ruth2@example.com")


def strangers_root(world: World) -> None:
    """A stranger writes their key into the roots of an old version, where nobody looks, and signs the next by it."""
    next_version(by=("eve", "rolf"))(world)
    with (world.version(1) / "roots").open("a") as file:
        file.write(signer("eve@example.com", "trust.v1@sqlgen", world.public("eve")))


def another_number(world: World) -> None:
    next_version(edit("trust/versions/2/version", "number 2", "number 3"))(world)


def other_trust(world: World) -> None:
    """The same people, by the same names, under a policy that asks for less, and other root keys."""
    then(roots("eve"), in_newest("version", b"number 1\nprevious " + b"0" * 64 + b"\nneed 1\n"))(world)
    then(in_newest("policy/prod", b"dba 1\n"), lambda w: w.seal_version(by=("eve",)))(world)


def machine_in_another_spelling(world: World) -> None:
    """A machine's key, and the same key written in another way under a person's name."""
    world.rsa_key("robot")
    file = world.version() / "allowed_signers"
    lines = [line for line in file.read_text().splitlines(keepends=True) if not line.startswith(("alice", "robot"))]
    lines.append(signer("robot@example.com", ("ci.prod",), world.public("robot-rsa")))
    lines.append(signer("alice@example.com", ("review.prod",), world.respelled("robot-rsa")))
    file.write_text("".join(lines))
    world.seal_version()
    sign_as_alice(world, "robot-rsa")


def sign_as_alice(world: World, key: str) -> None:
    data = (world.bundle / "SHA256SUMS").read_bytes()
    (world.bundle / "sig/review/alice@example.com.sig").write_bytes(world.signature(key, "review.prod", data))


def rsa_for_alice(world: World) -> None:
    world.rsa_key("robot")
    trusting_edit("allowed_signers", world.public("alice"), world.public("robot-rsa"))(world)
    sign_as_alice(world, "robot-rsa")


def revoked_in_another_spelling(world: World) -> None:
    rsa_for_alice(world)
    trusting("revoked_keys", f"{world.respelled('robot-rsa')}\n".encode())(world)


def root_in_another_spelling(world: World) -> None:
    world.rsa_key("robot")
    lines = (
        signer(f"{name}@example.com", "trust.v1@sqlgen", key)
        for name, key in (("ruth", world.public("robot-rsa")), ("rolf", world.respelled("robot-rsa")))
    )
    trusting("roots", "".join(lines).encode())(world)


def stray_bits(world: World) -> None:
    """Base64 of which the last bits are left out when it is read."""
    key = "ecdsa-sha2-nistp256 " + "A" * 138
    trusting("revoked_keys", f"{key}B=\n".encode())(world)


def linked_version(number: int) -> Attack:
    def attack(world: World) -> None:
        next_version()(world)
        world.version(number).rename(world.root / "elsewhere")
        world.version(number).symlink_to(world.root / "elsewhere")

    return attack


def behind_a_link(world: World) -> None:
    """What the operator calls the trust folder is a link; one day it leads to another's."""
    (world.root / "called").symlink_to("trust")
    world.trust = world.root / "called"
    remember(world)
    shutil.copytree(world.root / "trust", world.root / "other")
    (world.root / "called").unlink()
    (world.root / "called").symlink_to("other")
    then(roots("eve"), in_other("version", b"number 1\nprevious " + b"0" * 64 + b"\nneed 1\n"))(world)
    world.seal_version(by=("eve",))


def in_other(name: str, data: bytes) -> Attack:
    return put(f"other/versions/1/{name}", data)


def trust_in_bundle(world: World) -> None:
    shutil.copytree(world.trust, world.bundle / "trust")
    world.trust = world.bundle / "trust"


def no_root_but_the_file(name: str) -> Attack:
    def attack(world: World) -> None:
        (world.version() / name).chmod(0)
        world.unprivileged = True

    return attack


def unreadable_memory(world: World) -> None:
    world.memory.unlink()
    world.memory.mkdir()


def memory_is(make: Attack) -> Attack:
    """In place of the folder in which this host remembers."""

    def attack(world: World) -> None:
        remember(world)
        shutil.rmtree(world.memory.parent)
        make(world)

    return attack


def older(world: World) -> None:
    then(next_version(), remember, remove("trust/versions/2"))(world)


def as_before_versions(world: World) -> None:
    """A trust folder as it was before there were versions: nothing says who may change it."""
    for file in ("allowed_signers", "revoked_keys"):
        shutil.copy(world.version() / file, world.trust / file)
    shutil.copy(world.version() / "policy/prod", world.trust / "policy")
    shutil.rmtree(world.trust / "versions")


SHORT_RSA = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC" + "x" * 168 + "Q=="
"""In form, of 1024 bits."""
UNREAD = "step 1: the trust folder can't be read"
UNKNOWN = "step 1: a file of the trust folder is not known"
FORGOT = "step 2: what this host remembers can't be read"
MACHINE = "step 1: a machine has a person's role"
SIGNERS_LINE = "step 1: allowed_signers has an ill-formed line"
REVOKED_LINE = "step 1: revoked_keys has an ill-formed line (1)"
POLICY_LINE = "step 1: policy/prod has an ill-formed line"
VERSION_LINE = "step 1: version has an ill-formed line"
ROOTS_LINE = "step 1: roots has an ill-formed line"
RESERVED = "step 1: the policy has a role twice or a reserved one"
NOT_GOOD = "step 2: a signature of the trust folder is not good"
TOO_FEW = "step 2: too few root keys signed a version"

# fmt: off
ATTACKS: tuple[Row, ...] = (
    # its files
    ("a trust folder inside the bundle", trust_in_bundle, "step 1: the trust folder lies inside the bundle"),
    ("a trust file that can't be read", no_root_but_the_file("revoked_keys"), "step 1: the trust folder can't be read"),
    ("no version", remove("trust/versions"), "step 1: the trust folder has no version"),
    ("a trust folder without versions", as_before_versions, "step 1: the trust folder has no version"),
    ("no revocation list", then(remove("trust/versions/1/revoked_keys"), seal_version), "step 1: a file of the trust folder is missing (revoked_keys)"),
    ("no list of revoked bundles", then(remove("trust/versions/1/revoked_bundles"), seal_version), "step 1: a file of the trust folder is missing (revoked_bundles)"),
    ("no allowed signers", then(remove("trust/versions/1/allowed_signers"), seal_version), "step 1: a file of the trust folder is missing (allowed_signers)"),
    ("no roots", then(remove("trust/versions/1/roots"), seal_version), "step 1: a file of the trust folder is missing (roots)"),
    ("no word about the version", then(remove("trust/versions/1/version"), seal_version), "step 1: a file of the trust folder is missing (version)"),
    ("a version without sums", remove("trust/versions/1/SHA256SUMS"), "step 1: a file of the trust folder is missing (SHA256SUMS)"),
    ("a file that a version does not have", trusting("notes", b"trust eve\n"), "step 1: a file of the trust folder is not known (notes)"),
    ("an empty folder in a version", lambda w: (w.version() / "x").mkdir(), "step 1: a file of the trust folder is not known (x)"),
    ("a trust file that is a link", then(lambda w: (w.version() / "revoked_keys").rename(w.root / "r"), lambda w: (w.version() / "revoked_keys").symlink_to(w.root / "r"), seal_version), "step 1: a file of the trust folder is not known (revoked_keys)"),
    ("a broken revocation list", trusting("revoked_keys", b"dora\n"), REVOKED_LINE),
    ("a revocation list with CRLF", lambda w: trusting("revoked_keys", f"{w.public('dora')}\r\n".encode())(w), REVOKED_LINE),
    ("a NUL that hides a revocation", lambda w: trusting("revoked_keys", f"# gone\0{w.public('dora')}\n".encode())(w), REVOKED_LINE),
    ("a NUL in a list", trusting("revoked_keys", b"\0\n"), REVOKED_LINE),
    ("a carriage return in a comment", trusting("revoked_keys", b"# nobody\r\n"), REVOKED_LINE),
    ("a broken list of revoked bundles", trusting("revoked_bundles", b"the one from friday\n"), "step 1: revoked_bundles has an ill-formed line (1)"),
    ("allowed signers are empty", trusting("allowed_signers", b"# nobody\n"), "step 1: allowed_signers is empty"),
    ("a wildcard for people", trusting_edit("allowed_signers", "alice@example.com namespaces", "* namespaces"), f"{SIGNERS_LINE} (2)"),
    ("a wildcard in a name", trusting_edit("allowed_signers", "alice@example.com namespaces", "*@example.com namespaces"), f"{SIGNERS_LINE} (2)"),
    ("a wildcard for roles", trusting_edit("allowed_signers", "review.prod.v1@sqlgen", "*.prod.v1@sqlgen"), f"{SIGNERS_LINE} (2)"),
    ("two people on one line", trusting_edit("allowed_signers", "alice@example.com namespaces", "alice@example.com,eve@example.com namespaces"), f"{SIGNERS_LINE} (2)"),
    ("a key for every namespace", lambda w: trusting("allowed_signers", f"eve@example.com {w.public('eve')}\n".encode())(w), f"{SIGNERS_LINE} (1)"),
    ("a certificate authority", trusting_edit("allowed_signers", "alice@example.com namespaces", "alice@example.com cert-authority,namespaces"), f"{SIGNERS_LINE} (2)"),
    ("a DSA key", trusting_edit("allowed_signers", "ssh-ed25519", "ssh-dss"), f"{SIGNERS_LINE} (2)"),
    ("a short RSA key", lambda w: trusting_edit("allowed_signers", w.public("alice"), SHORT_RSA)(w), "step 1: allowed_signers has an RSA key of fewer than 2048 bits (2)"),
    ("a machine in a person's role by its key in another spelling", machine_in_another_spelling, f"{SIGNERS_LINE} (5)"),
    ("a key of another type than it says", trusting_edit("allowed_signers", "ssh-ed25519 ", "ssh-rsa "), f"{SIGNERS_LINE} (2)"),
    ("a revoked key in another spelling", revoked_in_another_spelling, REVOKED_LINE),
    ("a revoked key with stray bits", stray_bits, REVOKED_LINE),
    ("a root key in another spelling", root_in_another_spelling, f"{ROOTS_LINE} (2)"),
    ("a short RSA root key", lambda w: trusting_edit("roots", w.public("ruth"), SHORT_RSA)(w), "step 1: roots has an RSA key of fewer than 2048 bits (1)"),
    # machines
    ("a machine in a person's role on one line", trusting_edit("allowed_signers", "ci.prod.v1@sqlgen", "ci.prod.v1@sqlgen,review.prod.v1@sqlgen"), MACHINE),
    ("a machine in a person's role by its name", lambda w: w.add_signer("robot@example.com", ("review.prod",), "eve"), f"{MACHINE} (robot@example.com)"),
    ("a machine in a person's role by its key", lambda w: w.add_signer("rob@example.com", ("review.prod",), "robot"), MACHINE),
    ("a machine in a person's role elsewhere", lambda w: w.add_signer("rob@example.com", ("dba.staging",), "robot"), MACHINE),
    ("a machine in a person's role in an emergency", lambda w: w.add_signer("robot@example.com", ("dba.prod.breakglass",), "robot"), MACHINE),
    ("a machine that signs receipts", lambda w: w.add_signer("robot@example.com", ("receipt.prod",), "robot"), MACHINE),
    ("a machine that keeps a root key", then(roots("ruth", "rolf", "robot"), seal_version), f"{MACHINE} (robot@example.com)"),
    # policies
    ("no policy", then(remove("trust/versions/1/policy"), put("trust/versions/1/policy/dev", b"review 1\n"), seal_version), "step 1: there is no policy for this environment (prod)"),
    ("a policy for other environments only", then(remove("trust/versions/1/policy/prod"), seal_version), "step 1: there is no policy for this environment (prod)"),
    ("an empty policy", policy("# nothing\n\n"), "step 1: the policy is empty"),
    ("a policy of conditions alone", policy("need ticket\n"), "step 1: the policy is empty"),
    ("a threshold of zero", policy("review 0\n"), f"{POLICY_LINE} (1)"),
    ("a policy without a number", policy("review\n"), f"{POLICY_LINE} (1)"),
    ("a policy with CRLF", policy("review 2\r\n"), f"{POLICY_LINE} (1)"),
    ("a policy with a word nobody knows", policy("review 2\nwithout dba\n"), f"{POLICY_LINE} (2)"),
    ("a broken policy of another environment", policy("review many\n", "staging"), "step 1: policy/staging has an ill-formed line (1)"),
    ("a role twice in the policy", policy("review 2\nreview 1\n"), f"{RESERVED} (2)"),
    ("a receipt as an approval", policy("review 2\nreceipt 1\n"), f"{RESERVED} (2)"),
    ("a rejection as an approval", policy("reject 1\n"), f"{RESERVED} (1)"),
    ("a word of policies as a role", policy("need 1\n"), f"{RESERVED} (1)"),
    ("a policy that carries every role", policy("review 2\ndba 1\ncarry review\ncarry dba\n"), "step 1: the policy carries every role"),
    # versions
    ("a version that is a link", linked_version(2), f"{UNKNOWN} (versions/2)"),
    ("an older version that is a link", linked_version(1), f"{UNKNOWN} (versions/1)"),
    ("a version that is a link to nowhere", lambda w: w.version(2).symlink_to("nowhere"), f"{UNKNOWN} (versions/2)"),
    ("a version that is a file", put("trust/versions/7", b"x\n"), f"{UNKNOWN} (versions/7)"),
    ("a trust file that is too big", trusting("revoked_bundles", b"# nothing\n" * 120_000), UNREAD),
    ("a version with another's number", another_number, "step 2: a version does not follow from the one before (2)"),
    ("a version that asks for nobody", trusting_edit("version", "need 2", "need 0"), f"{VERSION_LINE} (3)"),
    ("a version that asks for more than there are", trusting_edit("version", "need 2", "need 3"), f"{VERSION_LINE} (3)"),
    ("a version with a comment", trusting_edit("version", "need", "# need\nneed"), f"{VERSION_LINE} (3)"),
    ("a root key for other namespaces", trusting_edit("roots", 'trust.v1@sqlgen"', 'trust.v1@sqlgen,dba.prod.v1@sqlgen"'), f"{ROOTS_LINE} (1)"),
    ("a root key with a time", trusting_edit("roots", 'sqlgen" ', 'sqlgen",valid-before="29990101Z" '), f"{ROOTS_LINE} (1)"),
    ("a wildcard in roots", trusting_edit("roots", "ruth@example.com", "*"), f"{ROOTS_LINE} (1)"),
    ("garbage in the sums of a version", lambda w: in_newest("SHA256SUMS", (w.version() / "SHA256SUMS").read_bytes() + b"garbage\n")(w), "step 1: SHA256SUMS has an ill-formed line"),
    ("an edited trust file", edit("trust/versions/1/policy/prod", "review 2", "review 1"), "step 2: the trust folder is not as it was signed (policy/prod)"),
    ("an edited trust file and its sums", then(edit("trust/versions/1/policy/prod", "review 2", "review 1"), lambda w: w.seal_version(by=()), lambda w: w.root_signature("eve", name="ruth@example.com"), lambda w: w.root_signature("eve", name="rolf@example.com")), NOT_GOOD),
    ("a trust file that the sums do not list", lambda w: then(in_newest("SHA256SUMS", b"".join(line for line in (w.version() / "SHA256SUMS").read_bytes().splitlines(keepends=True) if b"revoked_keys" not in line)), lambda w: w.root_signature("ruth"), lambda w: w.root_signature("rolf"))(w), "step 2: the trust folder is not as it was signed (revoked_keys)"),
    ("the first version unsigned", remove("trust/versions/1/sig"), f"{TOO_FEW} (1: 0 of 2)"),
    ("an unsigned version", next_version(by=()), f"{TOO_FEW} (2: 0 of 2)"),
    ("a version that one root key of two signed", next_version(by=("ruth",)), f"{TOO_FEW} (2: 1 of 2)"),
    ("a version that asks for fewer than the one before", next_version(in_newest("policy/prod", b"dba 1\n"), by=("ruth",), need=1), f"{TOO_FEW} (2: 1 of 2)"),
    ("a root key under two names", two_names_of_one_root, f"{TOO_FEW} (2: 1 of 2)"),
    ("a version that a revoked root key signed", then(next_version(revoked_root), next_version()), f"{NOT_GOOD} (sig/ruth@example.com.sig)"),
    ("a version that strangers signed", next_version(by=("eve", "robot")), NOT_GOOD),
    ("a version that its own new root key signed", next_version(roots("eve", "rolf"), by=("eve", "rolf")), NOT_GOOD),
    ("a version that a former root key signed", then(rotated, next_version(by=("ruth", "rolf"))), NOT_GOOD),
    ("a root key written into an old version", strangers_root, "step 2: the trust folder is not as it was signed (versions/1/roots)"),
    ("a root signature for a bundle", lambda w: (w.version() / "sig/ruth@example.com.sig").write_bytes(w.signature("ruth", "dba.prod", (w.version() / "SHA256SUMS").read_bytes())), NOT_GOOD),
    ("a version in the middle is missing", then(next_version(), next_version(), remove("trust/versions/2")), "step 2: a version of the trust folder is missing (2)"),
    ("the first version is missing", then(next_version(), remember, remove("trust/versions/1")), "step 2: a version of the trust folder is missing (1)"),
    ("a version that follows from another", then(lambda w: w.next_version(previous=digest(b"another")), seal_version), "step 2: a version does not follow from the one before (2)"),
    # what this host remembers
    ("an older version after a newer one", older, "step 2: the trust folder is older than what this host has seen"),
    ("another version of the same number", then(next_version(), remember, in_newest("policy/prod", b"dba 1\n"), seal_version), "step 2: the trust folder is not what this host has seen"),
    ("a later version of another past", then(next_version(), remember, in_newest("policy/prod", b"dba 1\n"), seal_version, next_version()), "step 2: the trust folder is not what this host has seen"),
    ("a memory that is no memory", then(remember, lambda w: w.memory.write_text("version 9\n")), "step 2: what this host remembers can't be read"),
    ("a memory that can't be read", then(remember, unreadable_memory), "step 2: what this host remembers can't be read"),
    ("a memory that is a file", memory_is(put("state/sqlgen/trust", b"")), f"{FORGOT} (STATE/sqlgen/trust)"),
    ("a memory that leads nowhere", memory_is(lambda w: w.memory.parent.symlink_to("nowhere")), f"{FORGOT} (STATE/sqlgen/trust)"),
    ("another trust folder behind the same link", behind_a_link, "step 2: another trust folder was here before"),
    ("another trust folder at the same path", then(remember, other_trust), "step 2: another trust folder was here before"),
)
# fmt: on


@pytest.mark.parametrize(("attack", "reason"), rows(ATTACKS))
def test_every_verifier_refuses(world: World, attack: Attack, reason: str) -> None:
    attack(world)
    all_refuse(world, reason)


def commented(world: World) -> None:
    for name in ("allowed_signers", "roots", "policy/prod"):
        file = world.version() / name
        file.write_text(f"# Zoë keeps this list\n\n{file.read_text()}# eve ssh-rsa short\n#x namespaces ssh-rsa AAAA\n")
    (world.version() / "revoked_keys").write_text(f"# laptop stolen\n{world.public('eve')} eve@example.com\n")
    (world.version() / "revoked_bundles").write_text("0" * 64 + " withdrawn\n")
    world.seal_version()


def within_time(world: World) -> None:
    options = ',valid-after="20200101Z",valid-before="29990101Z" ssh'
    then(edit("trust/versions/1/allowed_signers", '" ssh', f'"{options}'), seal_version)(world)


def kept(*attacks: Attack) -> Attack:
    """This host has verified before; then something happens that it must accept."""
    return then(remember, *attacks)


# fmt: off
GENUINE: tuple[tuple[str, Attack, str], ...] = (
    ("comments and words behind what is listed", commented, "version 1"),
    ("a key within its time", within_time, "version 1"),
    ("an RSA key", rsa_for_alice, "version 1"),
    ("other names beside the versions", then(*(put(f"trust/versions/{name}/x") for name in ("2 ", "02", "1000000", "\n.", "2\n", "x\n2"))), "version 1"),
    ("a version in the making", lambda w: shutil.copytree(w.version(), w.trust / "next"), "version 1"),
    ("a broken version in the making", put("trust/next/policy/prod", b"anything\r\n"), "version 1"),
    ("no policy for emergencies", then(remove("trust/versions/1/policy/prod.breakglass"), seal_version), "version 1"),
    ("one root key", then(roots("ruth"), trusting_edit("version", "need 2", "need 1"), lambda w: w.seal_version(by=("ruth",))), "version 1"),
    ("two of three root keys", then(roots("ruth", "rolf", "rita"), lambda w: w.seal_version(by=("ruth", "rita"))), "version 1"),
    ("a root key was changed", then(rotated, next_version(by=("rita", "rolf"))), "version 3"),
    ("more than nine versions", then(*(next_version() for _ in range(10))), "version 11"),
    ("a version more since then", kept(next_version()), "version 2"),
    ("nothing new since then", kept(), "version 1"),
)
# fmt: on


@pytest.mark.parametrize(("change", "words"), rows(GENUINE))
def test_every_verifier_accepts(world: World, change: Attack, words: str) -> None:
    change(world)
    assert any(words in line for line in all_accept(world))
