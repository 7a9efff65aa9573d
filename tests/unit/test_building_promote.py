"""`sqlgen promote`: what was applied in staging, for production, with the receipt; verified by all three."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.building import SETTINGS, Done, commit, contents, manifest, project, review, sqlgen, trust_folder, write


@dataclass(frozen=True, slots=True)
class Place:
    """A project, a trust folder whose prod comes after staging, and a bundle for staging that dora signed."""

    folder: Path

    @property
    def shop(self) -> Path:
        return self.folder / "shop"

    def staging(self, *arguments: str) -> None:
        done = self("bundle", *(arguments or ("base:head",)), "--env", "staging", "-o", "../staging")
        assert done.code == 0, done.err
        self.sign("staging")

    def sign(self, bundle: str) -> None:
        assert self("sign", f"../{bundle}", "--role", "dba", "--key", "../dora").code == 0

    def record(self, result: str, script: str = "apply.sql", bundle: str = "staging") -> None:
        write(self.folder / "run.log", f"{script}\nsqlgen result: {result}\n")
        receipt = ("receipt", f"../{bundle}", "--trust", "../trust", "--log", "../run.log", "--key", "../dora")
        done = self(*receipt, "--script", script)
        assert done.code == 0, done.err

    def promote(self, *arguments: str, trust: bool = True) -> Done:
        return self("promote", "../staging", "--env", "prod", "-o", "../out",
                    *(("--trust", "../trust") if trust else ("--without-receipt",)), *arguments)  # fmt: skip

    def __call__(self, *arguments: str) -> Done:
        return sqlgen(*arguments, cwd=self.shop)


APPLIED, UNDONE = "APPLIED: the database is at {c3}", "APPLIED: the database is at {}"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    commit(project(tmp_path / "shop"))
    trust_folder(tmp_path, after="staging")
    made = Place(tmp_path)
    made.staging()
    return made


def verdicts(place: Place, *about: str) -> list[tuple[int, str]]:
    """What the three verifiers say of it for production: exit codes and reasons."""
    commands = [
        [sys.executable, "-m", "sqlgen", "verify"],
        [sys.executable, "trust/verify.py"],
        ["sh", "trust/verify.sh"],
    ]
    done = [
        subprocess.run([*each, *(about or ("trust", "prod", "out"))], cwd=place.folder, capture_output=True, text=True)
        for each in commands
    ]
    return [(each.returncode, each.stderr.partition("REFUSED: ")[2].split("\n")[0]) for each in done]


def test_what_was_applied_in_staging_is_promoted_with_the_receipt_as_evidence(place: Place) -> None:
    place.record(APPLIED)
    done = place.promote("--expires", "2999-01-01", "--ticket", "OPS-42")
    assert (done.code, done.err.splitlines()[0]) == (0, "bundle ../out")
    before, after = manifest(place.folder / "staging"), manifest(place.folder / "out")
    assert after.content_id == before.content_id
    assert (after.environment, after.database, after.commit) == ("prod", "shop", before.commit)
    assert (after.expires, after.ticket) == ("2999-01-02T00:00:00Z", "OPS-42")
    assert after.options == ("--expires", "--ticket")
    assert after.promoted_from is not None
    assert (after.promoted_from.environment, len(after.promoted_from.bundle)) == ("staging", 64)
    files, ledger = contents(place.folder / "out"), place.folder / "trust/ledger/staging"
    assert files["evidence/receipts/staging.json"] == (ledger / "000001.json").read_bytes()
    assert files["evidence/receipts/staging.sig"] == (ledger / "000001.sig").read_bytes()
    assert "| promoted from | staging, bundle " in files["review.md"].decode()
    place.sign("out")
    assert verdicts(place) == [(0, "")] * 3
    # It can be built again, also once main has gone on.
    write(place.shop / "migrations/versions/a1.py", "broken(\n")
    commit(place.shop)
    assert place("bundle", "--check", "../out").out.startswith("the same, byte for byte")


def test_without_a_receipt_a_policy_that_asks_for_one_refuses_it(place: Place) -> None:
    assert place.promote(trust=False).code == 0
    assert "evidence/receipts/staging.json" not in contents(place.folder / "out")
    assert manifest(place.folder / "out").promoted_from is None
    place.sign("out")
    assert verdicts(place) == [(3, "step 15: the policy needs a receipt (staging)")] * 3


def test_text_is_looked_at_also_where_the_ledger_has_no_entry_yet(place: Place) -> None:
    out = place.folder / "staging"
    trust = ("trust", "staging", "staging")
    assert {code for code, _ in verdicts(place, *trust)} == {0}
    files = {name: data for name, data in contents(out).items() if name != "SHA256SUMS" and not name.startswith("sig/")}
    files["apply.sql"] += b"-- \x1b[8m\n"
    shutil.rmtree(out)
    for name, data in files.items():
        write(out / name, data.decode())
    sums = sorted((name, hashlib.sha256(data).hexdigest()) for name, data in files.items())
    write(out / "SHA256SUMS", "".join(f"{digest}  {name}\n" for name, digest in sums))
    place.sign("staging")
    reason = "step 16: a text file has a control character or is not UTF-8 (apply.sql)"
    assert verdicts(place, *trust) == [(3, reason)] * 3


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ((), "was applied in staging"),
        ((("FAILED: at {a1}", "apply.sql"),), "was applied in staging"),
        (((APPLIED, "apply.sql"), (UNDONE, "rollback.sql")), "in staging this content was rolled back again"),
    ],
)
def test_what_was_not_applied_or_was_undone_is_not_promoted(
    place: Place, results: tuple[tuple[str, str], ...], reason: str
) -> None:
    for result, script in results:
        place.record(result, script)
    done = place.promote()
    assert done.code == 2
    assert reason in done.err
    assert "hint: Apply it there first, and sign the receipt" in done.err
    assert not (place.folder / "out").exists()


def test_what_ran_where_the_database_was_set_back_since_is_promoted(place: Place) -> None:
    """The dump takes back what it brought, and not that it did run."""
    place.record(APPLIED)
    back = ("ledger", "restored", "../trust", "staging", "--at", "base", "--because", "Sunday's dump")
    assert place(*back, "--key", "../dora").code == 0
    done = place.promote()
    assert done.code == 0, done.err
    assert json.loads(contents(place.folder / "out")["evidence/receipts/staging.json"])["number"] == 1
    status = place("ledger", "status", "../trust", "--project", ".", "--output-format", "json")
    places = {each["environment"]: each for each in json.loads(status.out)["places"]}
    assert (places["staging"]["at"], places["staging"]["pending"]) == ([], ["a1", "b2", "c3"])
    assert sorted(places) == ["prod", "staging"]


def test_what_was_applied_without_being_verified_is_no_evidence(place: Place) -> None:
    signatures = place.folder / "staging/sig"
    signatures.rename(place.folder / "sig")
    write(place.folder / "run.log", f"sqlgen result: {APPLIED}\n")
    receipt = ("receipt", "../staging", "--trust", "../trust", "--log", "../run.log", "--key", "../dora")
    assert place(*receipt, "--script", "apply.sql").code == 3
    (place.folder / "sig").rename(signatures)
    done = place.promote()
    assert (done.code, (place.folder / "out").exists()) == (2, False)
    assert "in staging this content was applied, but not verified before (entry 1)" in done.err
    place.record(UNDONE, "rollback.sql")
    place.record(f"{APPLIED} now")
    assert place.promote().code == 0
    number = json.loads(contents(place.folder / "out")["evidence/receipts/staging.json"])["number"]
    assert number == 3


def test_a_ledger_that_was_changed_is_refused(place: Place) -> None:
    place.record(APPLIED)
    assert place.promote().code == 0
    entry = place.folder / "trust/ledger/staging/000001.json"
    entry.write_bytes(entry.read_bytes().replace(b'"name": "dora', b'"name": "eve'))
    done = place.promote("--force")
    assert (done.code, "step 14: " in done.err) == (3, True)


def test_a_receipt_of_a_renewed_or_another_bundle_of_the_same_content_counts(place: Place) -> None:
    (place.folder / "staging").rename(place.folder / "first")
    place.staging("base:head", "--ticket", "OPS-1")
    place.record(APPLIED, bundle="first")
    assert place.promote().code == 0
    assert manifest(place.folder / "out").ticket == "OPS-1"


def test_settings_that_give_other_statements_are_refused(place: Place) -> None:
    place.record(APPLIED)
    up = "op.execute('CREATE TABLE ' + context.get_x_argument(as_dictionary=True).get('name', 'x') + ' (id INTEGER)')"
    c3 = place.shop / "migrations/versions/c3.py"
    write(
        c3,
        c3.read_text()
        .replace("import op", "import context, op")
        .replace("op.execute('CREATE INDEX ix_tags ON tags (id)')", up),
    )
    commit(place.shop)
    os.rename(place.folder / "staging", place.folder / "old")
    place.staging("base:head", "-x", "name=one")
    done = place.promote(trust=False)
    assert (done.code, "this bundle was built with -x name=" in done.err) == (2, True)
    done = place.promote("-x", "name=two", trust=False)
    assert done.code == 3
    assert "REFUSED: prod would get other statements than staging had\n" in done.err
    assert "sqlgen diff ../staging OTHER" in done.err
    assert not (place.folder / "out").exists()
    assert place.promote("-x", "name=one", trust=False).code == 0


def test_another_client_or_server_version_is_another_script_and_the_same_content(place: Place) -> None:
    text = (place.shop / "sqlgen.toml").read_text()
    write(place.shop / "sqlgen.toml", text.replace('database = "shop"', 'database = "shop"\nclient = "plain"'))
    commit(place.shop)
    os.rename(place.folder / "staging", place.folder / "old")
    place.staging()
    assert place.promote(trust=False).code == 0
    before, after = manifest(place.folder / "staging"), manifest(place.folder / "out")
    assert (before.client, after.client) == ("sqlite3", "plain")
    assert before.content_id == after.content_id
    assert place.promote("--force", "--client", "sqlite3", trust=False).code == 0
    assert manifest(place.folder / "out").client == "sqlite3"
    assert place("bundle", "--check", "../out").code == 0


def test_findings_and_roles_are_those_of_the_new_environment(place: Place) -> None:
    write(
        place.shop / "sqlgen.toml", SETTINGS.replace('database = "shop"\n', 'database = "shop"\nfail_on = "warning"\n')
    )
    commit(place.shop)
    os.rename(place.folder / "staging", place.folder / "old")
    place.staging()
    done = place.promote(trust=False)
    assert (done.code, "findings at or above warning stand open" in done.err) == (1, True)
    assert place.promote("--fail-on", "never", trust=False).code == 0
    about = manifest(place.folder / "out")
    assert (about.overrides, about.required_roles) == (("--fail-on",), {"review": 1, "dba": 1})
    assert place("bundle", "--check", "../out").code == 0


def test_a_hotfix_is_promoted_and_an_emergency_is_not(place: Place) -> None:
    write(place.folder / "fix.sql", "UPDATE books SET id = 8 WHERE id = 7;\n")
    os.rename(place.folder / "staging", place.folder / "old")
    fix = ("bundle", "--sql", "../fix.sql", "--at", "b2", "--env", "staging", "-o", "../staging")
    assert place(*fix, "--breakglass", "books can't be sold", "--ticket", "OPS-42").code == 0
    assert place.promote(trust=False).code == 0
    before, after = manifest(place.folder / "staging"), manifest(place.folder / "out")
    assert (after.content_id, after.hotfix) == (before.content_id, before.hotfix)
    assert (before.breakglass, after.breakglass, after.ticket) == ("books can't be sold", None, "OPS-42")
    assert place("bundle", "--check", "../out").code == 0
    assert place.promote("--force", "--breakglass", "still", trust=False).code == 0
    assert manifest(place.folder / "out").breakglass == "still"


def test_an_emergency_needs_a_ticket_and_the_breakglass_policy_decides_who_signs(place: Place) -> None:
    bundle = ("bundle", "base:head", "--env", "prod", "-o", "../out", "--breakglass", "books can't be sold")
    done = place(*bundle)
    assert (done.code, (place.folder / "out").exists()) == (2, False)
    assert "an emergency needs a ticket\nhint: Say where it is written down: --ticket OPS-99" in done.err
    assert place(*bundle, "--ticket", "OPS-42").code == 0
    about = manifest(place.folder / "out")
    assert (about.breakglass, about.ticket, about.required_roles) == ("books can't be sold", "OPS-42", {})
    told = review(place.folder / "out")
    assert told.sign_off == "This is an emergency: the breakglass policy of your trust folder decides who signs."
    assert (told.roles, told.cautions[0].kind) == ({}, "emergency")
    assert ("BREAKGLASS", "books can't be sold; a review must follow") in [
        (row.name, row.text) for row in told.about.rows
    ]
    # The genuine one: without an emergency the settings' roles stand there.
    assert place(*bundle[:6], "--force").code == 0
    assert manifest(place.folder / "out").required_roles == {"review": 1, "dba": 1}
    assert review(place.folder / "out").roles == {"review": 1, "dba": 1}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("../staging", "-o", "../out"), "it is not said where to promote to"),
        (("../staging", "--env", "staging", "-o", "../out"), "the bundle is for staging"),
        (("../staging", "--env", "nowhere", "-o", "../out", "--without-receipt"), "there is no environment nowhere"),
        (("../nothing", "--env", "prod", "-o", "../out"), "there is no bundle ../nothing"),
        (("../staging", "--env", "prod", "-o", "../out", "--trust", "../none"), "there is no trust folder ../none"),
        (("../staging", "--env", "prod", "-o", "../staging"), "the folder ../staging is there already"),
    ],
)
def test_a_wrong_turn_is_told(place: Place, arguments: tuple[str, ...], reason: str) -> None:
    done = place("promote", *arguments)
    assert done.code == 2
    assert reason in done.err
    assert "hint: " in done.err
