# ruff: noqa: E501  a row of the table is a line
"""One row per attack on a bundle, its signatures or the trust folder. Every verifier must refuse it, for its reason.

`genuine` in conftest.py makes sure first that every verifier accepts the bundle that is attacked here.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.attacks.conftest import World

Attack = Callable[["World"], object]


def edit(name: str, old: str, new: str, *, folder: str = "bundle") -> Attack:
    def attack(world: World) -> None:
        path = world.root / folder / name
        data = path.read_bytes()
        assert old.encode() in data
        path.write_bytes(data.replace(old.encode(), new.encode(), 1))

    return attack


def put(name: str, data: bytes = b"SELECT 1;\n", *, folder: str = "bundle") -> Attack:
    def attack(world: World) -> None:
        path = world.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return attack


def remove(name: str, *, folder: str = "bundle") -> Attack:
    return lambda world: (world.root / folder / name).unlink()


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


def manifest_text(old: str, new: str) -> Attack:
    return then(edit("MANIFEST.json", old, new), lambda world: world.seal())


def sql(data: bytes) -> Attack:
    return then(put("apply.sql", data), lambda world: world.seal())


def signed_by(*signatures: tuple[str, str]) -> Attack:
    def attack(world: World) -> None:
        for old in world.bundle.glob("sig/*/*.sig"):
            old.unlink()
        for role, who in signatures:
            world.sign(role, who)
        for folder in world.bundle.glob("sig/*"):
            if not any(folder.iterdir()):
                folder.rmdir()

    return attack


def add_signer(name: str, scopes: str, who: str) -> Attack:
    def attack(world: World) -> None:
        with (world.trust / "allowed_signers").open("a") as file:
            file.write(f'{name} namespaces="{scopes}" {world.public(who)}\n')

    return attack


def sparse(name: str, size: int) -> Attack:
    def attack(world: World) -> None:
        with (world.bundle / name).open("wb") as file:
            file.truncate(size)

    return attack


def twins(world: World) -> None:
    """One key under two names, both of them let in."""
    add_signer("alice2@example.com", "review.prod.v1@sqlgen", "alice")(world)
    signed_by(("review", "alice"), ("dba", "dora"))(world)
    world.sign("review", "alice", name="alice2@example.com")


def two_roles_with_one_key(world: World) -> None:
    add_signer("alice-the-dba@example.com", "dba.prod.v1@sqlgen", "alice")(world)
    signed_by(("review", "alice"), ("review", "bob"))(world)
    world.sign("dba", "alice", name="alice-the-dba@example.com")


def two_keys_of_one_person(world: World) -> None:
    add_signer("alice@example.com", "dba.prod.v1@sqlgen", "eve")(world)
    signed_by(("review", "alice"), ("review", "bob"))(world)
    world.sign("dba", "eve", name="alice@example.com")


def bundle_id(world: World) -> str:
    return hashlib.sha256((world.bundle / "SHA256SUMS").read_bytes()).hexdigest()


def listed(name: str) -> Attack:
    return then(put(name), lambda world: world.seal())


def many_files(world: World) -> None:
    for number in range(1000):
        put(f"many/f{number}.txt", b"")(world)


def twisted_armor(world: World) -> None:
    """The same base64 in lines of another length: ssh-keygen itself would accept it."""
    path = world.bundle / "sig/dba/dora@example.com.sig"
    first, *body, last = path.read_text().splitlines()
    text = "".join(body)
    path.write_text("\n".join([first, *(text[i : i + 60] for i in range(0, len(text), 60)), last, ""]))


NOT_SAME = "step 6: a file is not in SHA256SUMS"
BAD_NAME = "step 2: a name is not allowed"
SUMS_LINE = "step 5: SHA256SUMS has an ill-formed line"
SUMS_BYTES = "step 5: SHA256SUMS has characters other than ASCII, or CRLF"
SPECIAL = "step 3: a link or special file is in the bundle"
MANIFEST_FORM = "step 8: MANIFEST.json is ill-formed"
NO_FIT = "step 10: a signature does not fit this bundle, role and environment"
NOT_ALLOWED = "step 10: a signature's key is not allowed for this name, role and environment"
SIGNERS_LINE = "step 1: allowed_signers has an ill-formed line"
POLICY_LINE = "step 1: policy has an ill-formed line"
CONTROL = "step 13: a SQL file has a control character or is not UTF-8"

# fmt: off
ATTACKS: tuple[tuple[str, Attack, str], ...] = (
    # files
    ("a byte is changed", edit("apply.sql", "books", "hooks"), "step 7: a checksum does not match (apply.sql)"),
    ("a byte is changed and the sums recomputed", then(edit("apply.sql", "books", "hooks"), lambda w: w.sums()), NO_FIT),
    ("line ends are rewritten", edit("apply.sql", "\n", "\r\n"), "step 7: a checksum does not match (apply.sql)"),
    ("a file is added", put("extra.sql"), f"{NOT_SAME} (extra.sql)"),
    ("a file is added in a folder", put("evidence/extra.sql"), f"{NOT_SAME} (evidence/extra.sql)"),
    ("a file is removed", remove("rollback.sql"), "step 6: a file of SHA256SUMS is missing (rollback.sql)"),
    ("a file is renamed", lambda w: (w.bundle / "rollback.sql").rename(w.bundle / "undo.sql"), f"{NOT_SAME} (undo.sql)"),
    ("two files are swapped", then(put("apply.sql", b"DROP TABLE books;\n"), put("rollback.sql", b"CREATE\n")), "step 7: a checksum does not match (apply.sql)"),
    ("an empty folder is added", lambda w: (w.bundle / "resume").mkdir(), "step 6: a folder is empty (resume)"),
    ("sig is a file", then(put("sig.tmp"), lambda w: shutil.rmtree(w.bundle / "sig"), lambda w: (w.bundle / "sig.tmp").rename(w.bundle / "sig")), f"{NOT_SAME} (sig)"),
    # file types
    ("a file is a symbolic link", then(remove("apply.sql"), lambda w: (w.bundle / "apply.sql").symlink_to("rollback.sql")), f"{SPECIAL} (apply.sql)"),
    ("a link leads out of the bundle", then(remove("apply.sql"), lambda w: (w.bundle / "apply.sql").symlink_to("/etc/passwd")), f"{SPECIAL} (apply.sql)"),
    ("a folder is a link", lambda w: (w.bundle / "more").symlink_to(w.trust), f"{SPECIAL} (more)"),
    ("sig is a link", lambda w: (w.bundle / "sig").rename(w.root / "sig") and (w.bundle / "sig").symlink_to("../sig"), f"{SPECIAL} (sig)"),
    ("a link leads nowhere", lambda w: (w.bundle / "x.sql").symlink_to("nowhere"), f"{SPECIAL} (x.sql)"),
    ("a file is a hard link", lambda w: os.link(w.bundle / "apply.sql", w.root / "outside.sql"), "step 3: a hard link is in the bundle (apply.sql)"),
    ("a file is a pipe", then(remove("apply.sql"), lambda w: os.mkfifo(w.bundle / "apply.sql")), f"{SPECIAL} (apply.sql)"),
    ("a huge file", sparse("huge.sql", 1 << 40), "step 3: a file is too big (huge.sql)"),
    ("many big files", then(*(sparse(f"big{i}.sql", 1 << 24) for i in range(5))), "step 3: the bundle is too big"),
    ("too many files", many_files, "step 2: the bundle has too many files"),
    # names
    ("a capital letter", listed("Apply.sql"), f"{BAD_NAME} (Apply.sql)"),
    ("a case twin of the manifest", put("manifest.json"), f"{BAD_NAME} (manifest.json)"),
    ("a case twin of the sums", put("sha256sums"), f"{BAD_NAME} (sha256sums)"),
    ("MANIFEST.json in a folder", put("evidence/MANIFEST.json"), f"{BAD_NAME} (evidence/MANIFEST.json)"),
    ("a hidden file", put(".psqlrc"), f"{BAD_NAME} (.psqlrc)"),
    ("a name like an option", put("-rf"), f"{BAD_NAME} (-rf)"),
    ("a space in a name", put("apply.sql "), f"{BAD_NAME} (apply.sql )"),
    ("a backslash in a name", put("..\\apply.sql"), f"{BAD_NAME} (..\\apply.sql)"),
    ("a newline in a name", put("a\nb"), BAD_NAME),
    ("a newline that forges a good name", put("a\n./b"), BAD_NAME),
    ("an escape sequence in a name", put("a\x1b[2Jb"), f"{BAD_NAME} (a?[2Jb)"),
    ("a homoglyph in a name", put("аpply.sql"), f"{BAD_NAME} (??pply.sql)"),
    ("a name that is not UTF-8", lambda w: (w.bundle / os.fsdecode(b"a\xff")).write_bytes(b""), f"{BAD_NAME} (a?)"),
    ("a Windows device", listed("con.sql"), f"{BAD_NAME} (con.sql)"),
    ("a folder named like a Windows device", listed("lpt1/x.sql"), f"{BAD_NAME} (lpt1)"),
    ("a final dot", listed("apply.sql."), f"{BAD_NAME} (apply.sql.)"),
    ("a path that is too long", listed("x" * 150 + "/" + "y" * 51), f"{BAD_NAME} ({'x' * 150}/{'y' * 51})"),
    # SHA256SUMS
    ("no sums", remove("SHA256SUMS"), "step 5: SHA256SUMS is missing"),
    ("sums with CRLF", sums(lambda b: b.replace(b"\n", b"\r\n")), SUMS_BYTES),
    ("sums without the final newline", sums(lambda b: b[:-1]), "step 5: SHA256SUMS lacks its final newline"),
    ("empty sums", sums(lambda b: b""), "step 5: SHA256SUMS lacks its final newline"),
    ("an empty line in the sums", sums(lambda b: b.replace(b"\n", b"\n\n", 1)), f"{SUMS_LINE} (2)"),
    ("a line twice in the sums", sums(lambda b: b.replace(b.splitlines()[0] + b"\n", (b.splitlines()[0] + b"\n") * 2)), "step 5: SHA256SUMS is not sorted or has a name twice"),
    ("sums in another order", sums(lambda b: b"".join(reversed(b.splitlines(keepends=True)))), "step 5: SHA256SUMS is not sorted or has a name twice"),
    ("garbage in the sums", sums(lambda b: b + b"garbage\n"), SUMS_LINE),
    ("capital digits in the sums", sums(lambda b: b[:64].upper() + b[64:]), f"{SUMS_LINE} (1)"),
    ("binary marks in the sums", sums(lambda b: b.replace(b"  apply", b" *apply")), SUMS_LINE),
    ("an absolute path in the sums", sums(lambda b: b + b"0" * 64 + b"  /etc/passwd\n"), SUMS_LINE),
    ("a path upwards in the sums", sums(lambda b: b + b"0" * 64 + b"  ../x\n"), SUMS_LINE),
    ("a path upwards inside a path in the sums", sums(lambda b: b + b"0" * 64 + b"  x/../y\n"), SUMS_LINE),
    ("a signature in the sums", sums(lambda b: b + b"0" * 64 + b"  sig/dba/x.sig\n"), SUMS_LINE),
    ("a Windows device in the sums", sums(lambda b: b + b"0" * 64 + b"  x/nul.txt\n"), SUMS_LINE),
    ("a NUL in the sums", sums(lambda b: b.replace(b"apply.sql", b"apply.sql\0x")), SUMS_BYTES),
    ("huge sums", sums(lambda b: b * 200), "step 5: SHA256SUMS is too big"),
    ("MD5 sums", sums(lambda b: re.sub(rb"^[0-9a-f]{64}", b"0" * 32, b, flags=re.M)), f"{SUMS_LINE} (1)"),
    # MANIFEST.json
    ("no manifest", then(remove("MANIFEST.json"), lambda w: w.seal()), "step 8: MANIFEST.json is missing"),
    ("another environment", lambda w: w.manifest(environment="staging"), "step 8: the bundle is for another environment (staging)"),
    ("no environment", lambda w: w.manifest(environment=None), "step 8: the bundle is bound to no environment"),
    ("an expired bundle", lambda w: w.manifest(expires="2020-01-01T00:00:00Z"), "step 8: the bundle expired (2020-01-01T00:00:00Z)"),
    ("a format of the future", manifest_text("sqlgen.bundle/1", "sqlgen.bundle/2"), "step 8: MANIFEST.json has an unknown format"),
    ("two environments in the manifest", manifest_text('  "expires"', '  "environment": "prod",\n  "expires"'), MANIFEST_FORM),
    ("keys out of order in the manifest", manifest_text('  "client": "psql",\n', '  "zz": "psql",\n'), MANIFEST_FORM),
    ("a manifest without its environment", manifest_text('  "environment": "prod",\n', ""), MANIFEST_FORM),
    ("a manifest that is no JSON", then(put("MANIFEST.json", b"hello\n"), lambda w: w.seal()), MANIFEST_FORM),
    ("an empty manifest", then(put("MANIFEST.json", b""), lambda w: w.seal()), MANIFEST_FORM),
    ("an escape sequence in the manifest", manifest_text('"psql"', '"\x1b[2Jpsql"'), MANIFEST_FORM),
    ("a manifest with an empty value", manifest_text('  "client": "psql",', '  "client": ,'), MANIFEST_FORM),
    ("a manifest with CRLF", then(lambda w: (w.bundle / "MANIFEST.json").write_bytes((w.bundle / "MANIFEST.json").read_bytes().replace(b"\n", b"\r\n")), lambda w: w.seal()), MANIFEST_FORM),
    # signatures
    ("no signatures", lambda w: shutil.rmtree(w.bundle / "sig"), "step 11: too few signatures for a role (review: 0 of 2)"),
    ("one reviewer of two", signed_by(("review", "alice"), ("dba", "dora")), "step 11: too few signatures for a role (review: 1 of 2)"),
    ("no DBA", signed_by(("review", "alice"), ("review", "bob")), "step 11: too few signatures for a role (dba: 0 of 1)"),
    ("an unknown signer", signed_by(("review", "alice"), ("review", "eve"), ("dba", "dora")), f"{NOT_ALLOWED} (sig/review/eve@example.com.sig)"),
    ("an unknown signer beside enough known ones", lambda w: w.sign("review", "eve"), f"{NOT_ALLOWED} (sig/review/eve@example.com.sig)"),
    ("a signer in a role that is not theirs", signed_by(("review", "alice"), ("review", "bob"), ("dba", "alice")), f"{NOT_ALLOWED} (sig/dba/alice@example.com.sig)"),
    ("a signature moved to another role", lambda w: (w.bundle / "sig/review/alice@example.com.sig").rename(w.bundle / "sig/dba/alice@example.com.sig"), f"{NO_FIT} (sig/dba/alice@example.com.sig)"),
    ("a signature under another name", lambda w: (w.bundle / "sig/review/alice@example.com.sig").rename(w.bundle / "sig/review/dora@example.com.sig"), f"{NOT_ALLOWED} (sig/review/dora@example.com.sig)"),
    ("a signature for another environment", lambda w: w.sign("dba", "dora", scope="dba.staging.v1@sqlgen"), f"{NO_FIT} (sig/dba/dora@example.com.sig)"),
    ("a signature for git", lambda w: w.sign("dba", "dora", scope="git"), f"{NO_FIT} (sig/dba/dora@example.com.sig)"),
    ("signatures of an earlier bundle", then(put("apply.sql", b"DROP TABLE books;\n"), lambda w: w.sums()), NO_FIT),
    ("a role that the policy does not have", lambda w: w.sign("ci", "eve"), "step 9: a signature is for a role that the policy does not have (sig/ci/eve@example.com.sig)"),
    ("SQL under sig", put("sig/dba/apply.sql"), "step 9: a file under sig/ is not a signature (sig/dba/apply.sql)"),
    ("a file at the top of sig", put("sig/note.sig"), "step 9: a file under sig/ is not a signature (sig/note.sig)"),
    ("a file deep under sig", put("sig/dba/x/y.sig"), "step 9: a file under sig/ is not a signature (sig/dba/x/y.sig)"),
    ("a signature that is none", put("sig/dba/dora@example.com.sig", b"junk\n"), "step 9: a signature file is ill-formed (sig/dba/dora@example.com.sig)"),
    ("an empty signature", put("sig/dba/dora@example.com.sig", b""), "step 9: a signature file is ill-formed (sig/dba/dora@example.com.sig)"),
    ("text behind a signature", lambda w: put("sig/dba/dora@example.com.sig", (w.bundle / "sig/dba/dora@example.com.sig").read_bytes() + b"DROP\n")(w), "step 9: a signature file is ill-formed (sig/dba/dora@example.com.sig)"),
    ("two signatures in one file", lambda w: put("sig/dba/dora@example.com.sig", (w.bundle / "sig/dba/dora@example.com.sig").read_bytes() * 2)(w), "step 9: a signature file is ill-formed (sig/dba/dora@example.com.sig)"),
    ("a signature with CRLF", lambda w: put("sig/dba/dora@example.com.sig", (w.bundle / "sig/dba/dora@example.com.sig").read_bytes().replace(b"\n", b"\r\n"))(w), "step 9: a signature file is ill-formed (sig/dba/dora@example.com.sig)"),
    ("a signature in other lines", twisted_armor, "step 9: a signature file is ill-formed (sig/dba/dora@example.com.sig)"),
    ("a signature with broken base64", lambda w: put("sig/dba/dora@example.com.sig", (w.bundle / "sig/dba/dora@example.com.sig").read_bytes().replace(b"U1NI", b"U1NJ"))(w), f"{NO_FIT} (sig/dba/dora@example.com.sig)"),
    # people
    ("one person in two roles", two_keys_of_one_person, "step 11: one person signed twice (alice@example.com)"),
    ("one key under two names", twins, "step 11: one key signed twice (alice2@example.com, alice@example.com)"),
    ("one key in two roles", two_roles_with_one_key, "step 11: one key signed twice (alice-the-dba@example.com, alice@example.com)"),
    ("a revoked key", lambda w: (w.trust / "revoked_keys").write_text(w.public("dora") + "\n"), "step 10: a signature's key is revoked (sig/dba/dora@example.com.sig)"),
    ("a key that is no longer valid", edit("allowed_signers", 'dba.prod.v1@sqlgen" ', 'dba.prod.v1@sqlgen",valid-before="20200101" ', folder="trust"), f"{NOT_ALLOWED} (sig/dba/dora@example.com.sig)"),
    ("a key that is not valid yet", edit("allowed_signers", 'dba.prod.v1@sqlgen" ', 'dba.prod.v1@sqlgen",valid-after="29990101" ', folder="trust"), f"{NOT_ALLOWED} (sig/dba/dora@example.com.sig)"),
    ("a revoked bundle", lambda w: (w.trust / "revoked_bundles").write_text(f"{bundle_id(w)} withdrawn\n"), "step 12: the bundle is revoked"),
    ("a bundle that was applied", lambda w: (w.trust / "ledger").write_text(f"{bundle_id(w)} prod 2026-01-02\n"), "step 12: the bundle was applied already"),
    # the trust folder
    ("no revocation list", remove("revoked_keys", folder="trust"), "step 1: revoked_keys is missing"),
    ("a broken revocation list", put("revoked_keys", b"dora\n", folder="trust"), "step 1: revoked_keys has an ill-formed line (1)"),
    ("a revocation list with CRLF", lambda w: (w.trust / "revoked_keys").write_text(w.public("dora") + "\r\n"), "step 1: revoked_keys has an ill-formed line (1)"),
    ("a NUL that hides a revocation", lambda w: (w.trust / "revoked_keys").write_text(f"# gone\0{w.public('dora')}\n"), "step 1: revoked_keys has an ill-formed line (1)"),
    ("a NUL in a list", put("revoked_keys", b"\0\n", folder="trust"), "step 1: revoked_keys has an ill-formed line (1)"),
    ("no allowed signers", remove("allowed_signers", folder="trust"), "step 1: allowed_signers is missing"),
    ("allowed signers are empty", put("allowed_signers", b"# nobody\n", folder="trust"), "step 1: allowed_signers is empty"),
    ("a wildcard for people", edit("allowed_signers", "alice@example.com namespaces", "* namespaces", folder="trust"), f"{SIGNERS_LINE} (2)"),
    ("a wildcard in a name", edit("allowed_signers", "alice@example.com namespaces", "*@example.com namespaces", folder="trust"), f"{SIGNERS_LINE} (2)"),
    ("a wildcard for roles", edit("allowed_signers", "review.prod.v1@sqlgen", "*.prod.v1@sqlgen", folder="trust"), f"{SIGNERS_LINE} (2)"),
    ("two people on one line", edit("allowed_signers", "alice@example.com namespaces", "alice@example.com,eve@example.com namespaces", folder="trust"), f"{SIGNERS_LINE} (2)"),
    ("a key for every namespace", lambda w: put("allowed_signers", f"eve@example.com {w.public('eve')}\n".encode(), folder="trust")(w), f"{SIGNERS_LINE} (1)"),
    ("a certificate authority", edit("allowed_signers", "alice@example.com namespaces", "alice@example.com cert-authority,namespaces", folder="trust"), f"{SIGNERS_LINE} (2)"),
    ("a DSA key", edit("allowed_signers", "ssh-ed25519", "ssh-dss", folder="trust"), f"{SIGNERS_LINE} (2)"),
    ("a short RSA key", edit("allowed_signers", "ssh-ed25519 ", "ssh-rsa ", folder="trust"), "step 1: allowed_signers has an RSA key of fewer than 2048 bits (2)"),
    ("no policy", remove("policy", folder="trust"), "step 1: there is no policy for this environment (prod)"),
    ("an empty policy", put("policy", b"# nothing\n\n", folder="trust"), "step 1: the policy is empty"),
    ("a threshold of zero", put("policy", b"review 0\n", folder="trust"), f"{POLICY_LINE} (1)"),
    ("a policy without a number", put("policy", b"review\n", folder="trust"), f"{POLICY_LINE} (1)"),
    ("a policy with CRLF", put("policy", b"review 2\r\n", folder="trust"), f"{POLICY_LINE} (1)"),
    ("a role twice in the policy", put("policy", b"review 2\nreview 1\n", folder="trust"), "step 1: the policy has a role twice or a reserved one (2)"),
    ("a receipt as an approval", put("policy", b"review 2\nreceipt 1\n", folder="trust"), "step 1: the policy has a role twice or a reserved one (2)"),
    ("a policy for other environments only", then(remove("policy", folder="trust"), put("policy/staging", b"review 1\n", folder="trust")), "step 1: there is no policy for this environment (prod)"),
    ("a broken list of revoked bundles", put("revoked_bundles", b"the one from friday\n", folder="trust"), "step 1: revoked_bundles has an ill-formed line (1)"),
    ("a broken ledger", put("ledger", b"{}\n", folder="trust"), "step 1: ledger has an ill-formed line (1)"),
    # SQL text
    ("a carriage return that hides code", sql(b"-- nothing\rDROP TABLE books;\n"), f"{CONTROL} (apply.sql)"),
    ("a terminal escape", sql(b"-- \x1b[2J\n"), f"{CONTROL} (apply.sql)"),
    ("a NUL", sql(b"SELECT 1;\0\n"), f"{CONTROL} (apply.sql)"),
    ("a form feed", sql(b"SELECT 1;\f\n"), f"{CONTROL} (apply.sql)"),
    ("a control character of 8 bits", sql("-- \x9b2J\n".encode()), f"{CONTROL} (apply.sql)"),
    ("text that reads backwards", sql("-- \u202e\n".encode()), f"{CONTROL} (apply.sql)"),
    ("a bidi isolate", sql("-- \u2067\n".encode()), f"{CONTROL} (apply.sql)"),
    ("a line separator", sql("-- \u2028DROP TABLE books;\n".encode()), f"{CONTROL} (apply.sql)"),
    ("latin-1", sql(b"-- \xe9\n"), f"{CONTROL} (apply.sql)"),
    ("overlong UTF-8", sql(b"-- \xc0\xaf\n"), f"{CONTROL} (apply.sql)"),
    ("a surrogate in UTF-8", sql(b"-- \xed\xa0\x80\n"), f"{CONTROL} (apply.sql)"),
    ("a control character in a folder", then(put("resume/from-2.sql", b"\x07\n"), lambda w: w.seal()), f"{CONTROL} (resume/from-2.sql)"),
)
# fmt: on
ROWS = [pytest.param(do, reason, id=name.replace(" ", "-")) for name, do, reason in ATTACKS]

# What cannot be shown alike: a name that is more than one line for a shell.
DIFFERENT_DETAIL = {"a newline in a name", "a newline that forges a good name"}


@pytest.mark.parametrize(("attack", "reason"), ROWS)
def test_python_refuses(world: World, attack: Attack, reason: str, tmp_path: Path) -> None:
    attack(world)
    said = world.python()
    assert isinstance(said, str), "accepted"
    assert said == reason or said.startswith(f"{reason} (")
    assert not list((tmp_path / "copies").iterdir()), "a private copy was left behind"


@pytest.mark.parametrize(("attack", "reason"), ROWS)
def test_verify_sh_refuses(
    world: World,
    attack: Attack,
    reason: str,
    shell: tuple[str, ...],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    attack(world)
    result = world.shell(shell)
    said = result.stderr.removeprefix("REFUSED: ").removesuffix("\n")
    assert (result.returncode, result.stdout) == (3, ""), result
    assert said == reason or said.startswith(f"{reason} ("), result.stderr
    assert not list((tmp_path / "copies").iterdir()), "a private copy was left behind"
    if not any(name.replace(" ", "-") in request.node.name for name in DIFFERENT_DETAIL):
        assert said == world.python(), "the verifiers give different reasons"
