"""In what two bundles differ, as `sqlgen diff` says it: real ones, and small ones in which one thing differs."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sqlgen.bundle.diff import Difference, diff
from sqlgen.bundle.manifest import AllowedFinding, RevisionFile
from sqlgen.bundle.reject import reject
from sqlgen.bundle.renew import renew
from sqlgen.bundle.sign import sign
from sqlgen.errors import UsageError, VerificationError
from tests.unit import building
from tests.unit.bundles import bundle_id, here, keygen, make

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def script(*statements: str, guard: str = "-- for prod\n") -> bytes:
    """A script with its marks, around which stands what sqlgen adds."""
    parts = [guard]
    for number, text in enumerate(statements, start=1):
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        parts.append(f"-- sqlgen: statement {number}, {len(text)} characters, sha256 {digest}\n{text};\n")
    return "".join((*parts, f"-- sqlgen: end, {len(statements)} statement{'s' * (len(statements) != 1)}\n")).encode()


def findings(*found: dict[str, Any]) -> bytes:
    return json.dumps({"schema": "sqlgen.findings/1", "findings": found}).encode()


def finding(rule: str, fingerprint: str, **more: Any) -> dict[str, Any]:
    values = {"severity": "warning", "revision": "a1", "message": f"{rule} locks books", "allowed": None}
    return {"rule": rule, "fingerprint": fingerprint, **values, **more}


class Pair:
    """Two bundles that start alike."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(
        self, a: dict[str, Any] | None = None, b: dict[str, Any] | None = None, **files: tuple[bytes, bytes]
    ) -> Difference:
        for side, (name, changes) in enumerate((("a", a), ("b", b))):
            shutil.rmtree(self.root / name, ignore_errors=True)
            contents = {"apply.sql": script("CREATE TABLE books (id integer)")}
            paths = {"apply": "apply.sql", "rollback": "rollback.sql", "findings": "evidence/findings.json"}
            contents |= {paths.get(each, f"{each}.md"): texts[side] for each, texts in files.items()}
            make(self.root / name, files=contents, **(changes or {}))
        return diff(self.root / "a", self.root / "b")


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def said(pair: Pair, *options: str, code: int) -> str:
    result = here("diff", "a", "b", *options, folder=pair.root)
    assert result.code == code, result.err
    return result.out


def changes(found: tuple[Any, ...]) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(each.key, each.item, each.before, each.after) for each in found]


def test_the_same_bundle_twice(pair: Pair) -> None:
    found = pair()
    assert found.same_bytes
    assert found.same_content
    assert said(pair, code=0).startswith("the same bytes, and the same signatures\nA  a\n")
    assert (found.manifest, found.revisions, found.scripts, found.findings, found.files) == ((), (), (), (), ())


def test_only_the_signatures_differ(pair: Pair, tmp_path: Path) -> None:
    pair()
    alice = sign(tmp_path / "a", role="author", key=keygen(tmp_path / "alice"), principal=None)
    dora = keygen(tmp_path / "dora", comment="dora@example.com")
    reject(tmp_path / "b", because="it locks", key=dora, principal=None, now=NOW)
    found = diff(tmp_path / "a", tmp_path / "b")
    assert found.same_bytes
    text = said(pair, code=0)
    assert text.startswith("the same bytes: only the signatures differ\n")
    assert f"- signature: author alice@example.com {alice.key}\n" in text
    assert "+ signature: reject dora@example.com SHA256:" in text


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("environment", "staging", "- environment: prod\n+ environment: staging\n"),
        ("expires", None, "- expires: 2026-07-01T00:00:00Z\n"),
        ("commit", "c0ffee", "+ commit: c0ffee\n"),
        ("ticket", "OPS-1", "+ ticket: OPS-1\n"),
        ("overrides", ("--allow-dirty",), "+ override: --allow-dirty\n"),
        ("required_roles", {"author": 2, "dba": 1}, "- required roles author: 1\n+ required roles author: 2\n"),
        ("rules", {"drop-column": "0a" * 32}, "+ rule drop-column: 0a0a0a0a0a0a…\n"),
        ("tenants", ("north",), "+ tenants: north\n"),
        (
            "allowances",
            (AllowedFinding("drop-column", "a1", "nobody reads it", None, "a1.py:3"),),
            "+ allowed: because nobody reads it, revision a1, rule drop-column, where a1.py:3\n",
        ),
    ],
)
def test_one_key_of_the_manifest_differs(pair: Pair, key: str, value: Any, line: str) -> None:
    found = pair(None, {key: value})
    assert not found.same_bytes
    assert found.same_content
    text = said(pair, code=0)
    assert text.startswith(f"the same statements; what differs: {key}\n")
    assert line in text


def test_lists_in_another_order_differ(pair: Pair) -> None:
    found = pair({"tenants": ("north", "south")}, {"tenants": ("south", "north")})
    assert changes(found.manifest) == [("tenants", None, "north, south", "south, north")]


def test_a_renewal_differs_in_its_last_day(pair: Pair, tmp_path: Path) -> None:
    pair()
    shutil.rmtree(tmp_path / "b")
    renew(tmp_path / "a", tmp_path / "b", expires=datetime(2999, 1, 1, tzinfo=UTC), now=NOW)
    assert said(pair, code=0).startswith("the same statements; what differs: expires, renews\n")


def test_revisions_come_go_change_and_move(pair: Pair) -> None:
    one, two = RevisionFile("a1", "a1.py", "1a" * 32), RevisionFile("a2", "a2.py", "2a" * 32)
    other, three = RevisionFile("a2", "a2.py", "2b" * 32), RevisionFile("a3", "a3.py", "3a" * 32)
    found = pair({"revisions": (one, two)}, {"revisions": (other, three)})
    assert changes(found.revisions) == [
        ("revisions", "a1", f"a1.py {'1a' * 32}", None),
        ("revisions", "a2", f"a2.py {'2a' * 32}", f"a2.py {'2b' * 32}"),
        ("revisions", "a3", None, f"a3.py {'3a' * 32}"),
    ]
    assert "- revision a2: a2.py 2a2a2a2a2a2a…\n+ revision a2: a2.py 2b2b2b2b2b2b…\n" in said(pair, code=0)
    found = pair({"revisions": (one, two)}, {"revisions": (two, one)})
    assert changes(found.revisions) == [("revisions", None, "a1, a2", "a2, a1")]


def test_a_statement_differs(pair: Pair) -> None:
    found = pair(
        None,
        {"content_id": "02" * 32},
        apply=(script("CREATE TABLE books (id int)", "SELECT 1"), script("CREATE TABLE books (id bigint)", "SELECT 1")),
        rollback=(script("DROP TABLE books"), script("DROP TABLE books", guard="-- for staging\n")),
    )
    assert not found.same_content
    assert [(each.file, each.statements) for each in found.scripts] == [("apply.sql", True)]
    assert found.scripts[0].lines == (
        "--- a/apply.sql",
        "+++ b/apply.sql",
        "@@",
        "-CREATE TABLE books (id int);",
        "+CREATE TABLE books (id bigint);",
        " ",
        " SELECT 1;",
        " ",
    )
    assert said(pair, code=1).startswith("other statements\n")


def test_other_guards_are_no_other_statements(pair: Pair) -> None:
    found = pair(apply=(script("SELECT 1"), script("SELECT 1", guard="-- for staging\n")))
    assert found.same_content
    assert not found.same_bytes
    assert "files\n  ~ apply.sql\n" in said(pair, code=0)


def test_one_content_id_for_other_statements_is_found_out(pair: Pair) -> None:
    """Whoever forges a bundle writes into its manifest what they like."""
    found = pair(apply=(script("SELECT 1"), script("DROP TABLE books")))
    assert found.a.content_id == found.b.content_id
    assert found.contradicts
    assert "both claim the same content id, but their scripts differ" in said(pair, code=1)


def test_a_script_that_can_not_be_read_back_is_compared_as_a_file(pair: Pair) -> None:
    spoiled = script("SELECT 1").replace(b"SELECT 1;", b"SELECT 2;")
    found = pair(apply=(script("SELECT 1"), spoiled))
    assert not found.scripts[0].statements
    assert "-SELECT 1;" in found.scripts[0].lines
    assert "apply.sql, as a file: its statements can't be read back" in said(pair, code=1)


def test_findings_come_and_go_and_are_allowed(pair: Pair) -> None:
    stays, goes, comes = (finding(f"rule-{name}", name) for name in "abc")
    allowed = finding("rule-a", "a", allowed={"because": "we waited", "until": None})
    found = pair(findings=(findings(stays, goes, goes), findings(allowed, goes, comes)))
    assert changes(found.findings) == [
        (
            "finding",
            "rule-a",
            "warning in a1: rule-a locks books",
            "warning in a1: rule-a locks books, allowed: we waited",
        ),
        ("finding", "rule-b", "warning in a1: rule-b locks books", None),
        ("finding", "rule-c", None, "warning in a1: rule-c locks books"),
    ]
    assert "+ finding rule-c: warning in a1: rule-c locks books\n" in said(pair, code=0)


def test_a_finding_that_says_the_same_of_another_statement_neither_comes_nor_goes(pair: Pair) -> None:
    """The fingerprint knows the statement, the words do not: nobody could tell a - from its +."""
    found = pair(
        findings=(findings(finding("rule-a", "a"), finding("rule-a", "b")), findings(finding("rule-a", "c"))),
        apply=(script("SELECT 1"), script("SELECT 2")),
    )
    assert changes(found.findings) == [("finding", "rule-a", "warning in a1: rule-a locks books", None)]
    assert said(pair, code=1).count("finding rule-a") == 1
    back = finding("rule-a", "b", direction="downgrade")
    found = pair(findings=(findings(finding("rule-a", "a", direction="upgrade")), findings(back)))
    assert changes(found.findings) == [
        ("finding", "rule-a", "warning in a1: rule-a locks books", None),
        ("finding", "rule-a", None, "warning in a1, downgrade: rule-a locks books"),
    ]


@pytest.mark.parametrize("junk", [b"", b"[]", b"nonsense", b'{"findings": 7}', b'{"findings": [7]}'])
def test_findings_that_can_not_be_read_are_a_file_that_differs(pair: Pair, junk: bytes) -> None:
    found = pair(findings=(findings(finding("rule-a", "a")), junk))
    assert changes(found.findings) == [("finding", "rule-a", "warning in a1: rule-a locks books", None)]
    assert [each.item for each in found.files] == ["evidence/findings.json"]


def test_files_come_and_go(pair: Pair, tmp_path: Path) -> None:
    pair()
    shutil.rmtree(tmp_path / "b")
    make(tmp_path / "b", files={"apply.sql": script("CREATE TABLE books (id integer)"), "rollback.sql": script()})
    assert "files\n  + rollback.sql\n" in said(pair, code=0)


def test_what_stands_in_a_bundle_moves_no_cursor(pair: Pair) -> None:
    pair(None, {"breakglass": "\x1b[2Jnothing to see"})
    text = said(pair, "--color", "never", code=0)
    assert "+ breakglass: \\x1b[2Jnothing to see\n" in text
    assert "\x1b" not in text


def test_colours(pair: Pair) -> None:
    pair(None, {"ticket": "OPS-1"}, apply=(script("SELECT 1"), script("SELECT 2")))
    text = said(pair, "--color", "always", code=1)
    assert "\x1b[32m+ ticket: OPS-1\x1b[0m\n" in text
    assert "\x1b[31m-SELECT 1;\x1b[0m\n" in text
    assert "\x1b" not in said(pair, code=1)


def test_a_bundle_that_was_changed_is_named(pair: Pair, tmp_path: Path) -> None:
    pair()
    (tmp_path / "b/apply.sql").write_text("DROP TABLE books;\n")
    with pytest.raises(VerificationError, match=r"/b: step 8: a checksum does not match \(apply\.sql\)"):
        diff(tmp_path / "a", tmp_path / "b")
    assert said(pair, code=3) == ""
    with pytest.raises(UsageError, match="there is no bundle"):
        diff(tmp_path / "a", tmp_path / "nothing")


def test_json(pair: Pair, tmp_path: Path) -> None:
    pair(None, {"ticket": "OPS-1"}, apply=(script("SELECT 1"), script("SELECT 2")))
    document = json.loads(said(pair, "--output-format", "json", code=1))
    assert document["schema"] == "sqlgen.diff/1"
    assert (document["same_bytes"], document["same_content"]) == (False, False)
    assert document["b"]["bundle_id"] == bundle_id(tmp_path / "b")
    assert document["manifest"] == [{"key": "ticket", "item": None, "before": None, "after": "OPS-1"}]
    assert document["scripts"][0]["lines"][-3:] == ["-SELECT 1;", "+SELECT 2;", " "]


def test_two_builds_of_a_project(tmp_path: Path) -> None:
    """One for staging and one for prod of the same commit; then one with another statement."""
    project = building.project(tmp_path / "shop")

    def build(name: str, environment: str) -> None:
        building.commit(project, name)
        result = here("bundle", "base:head", "--env", environment, "-o", tmp_path / name, "-q", folder=project)
        assert result.code == 0, result.err

    build("staging", "staging")
    build("prod", "prod")
    found = diff(tmp_path / "staging", tmp_path / "prod")
    assert found.same_content
    assert {"environment", "database"} <= {each.key for each in found.manifest}
    assert "apply.sql" in {each.item for each in found.files}
    revision = project / "migrations/versions/c3.py"
    revision.write_text(revision.read_text().replace("ix_tags", "ix_labels"))
    build("later", "prod")
    found = diff(tmp_path / "prod", tmp_path / "later")
    assert not found.same_content
    assert [each.item for each in found.revisions] == ["c3"]
    assert [each.file for each in found.scripts] == ["apply.sql", "rollback.sql"]
    lines = found.scripts[0].lines
    assert any(line.startswith("-CREATE INDEX ix_tags") for line in lines)
    assert any(line.startswith("+CREATE INDEX ix_labels") for line in lines)
