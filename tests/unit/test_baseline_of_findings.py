"""The baseline of findings: what an old history has is accepted as it is, and nothing else is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sqlgen.checking.accepted import created, pruned
from sqlgen.errors import UsageError
from sqlgen.lint.baseline import FILE, Baseline, Known, baseline_of, grown, made_of, parse, read
from sqlgen.lint.branch import BaselineGrown
from sqlgen.lint.finding import Allowed, Finding, Severity
from sqlgen.messages import say
from tests.unit.building import commit, project, revision, sqlgen, write

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "docs/schemas/baseline-1.schema.json").read_text(encoding="utf-8"))
)

# ---- the value


def finding(rule: str = "drop-table", revision: str = "a1", sql: str = "DROP TABLE t", **more: object) -> Finding:
    made = Finding(
        rule=rule,
        severity=Severity.ERROR,
        message=say("it is gone"),
        help=say("Keep it."),
        file=f"migrations/versions/{revision}.py",
        line=7,
        end_line=7,
        column=5,
        revision=revision,
        direction="upgrade",
        dialect="sqlite",
        statement=1,
        sql=sql,
        identity=(rule, revision, str(more.get("direction", "upgrade")), sql, 0),
    )
    return replace(made, **more)  # type: ignore[arg-type]


FINDINGS = st.lists(
    st.builds(
        finding,
        rule=st.sampled_from(["drop-table", "drop-column"]),
        revision=st.sampled_from(["a1", "b2", "修订"]),
        sql=st.text(max_size=5),
        file=st.none() | st.text(max_size=5),
    )
)


@settings(max_examples=60, deadline=None)
@given(FINDINGS, st.randoms())
def test_the_file_is_the_same_in_whichever_order_things_are_found_and_reads_back(found: list[Finding], random) -> None:  # type: ignore[no-untyped-def]
    whole = made_of({each.fingerprint: each for each in found}.values())
    shuffled = list(whole.findings)
    random.shuffle(shuffled)

    assert baseline_of(shuffled).text() == whole.text()
    assert parse(whole.text().encode(), FILE) == whole
    SCHEMA.validate(json.loads(whole.text()))
    assert whole.text().count("\n") == (len(whole.findings) + 5 if whole.findings else 4)
    assert "\r" not in whole.text()


@settings(max_examples=60, deadline=None)
@given(FINDINGS, FINDINGS)
def test_what_was_made_again_is_the_same_and_pruning_takes_nothing_of_it(
    old: list[Finding], now: list[Finding]
) -> None:
    made = created(made_of(old), now, whole=True)

    assert created(made, now, whole=True).text() == made.text()
    assert pruned(made, now, unjudged=()).text() == made.text()
    assert all(each.allowed for each in made.cover(now))
    assert pruned(made_of(old), now, unjudged=()).fingerprints <= made_of(old).fingerprints, "pruning adds nothing"


def test_what_stands_in_it_is_covered_and_nothing_else_is() -> None:
    old, new = finding(), finding(sql="DROP TABLE u")
    by_hand = finding(sql="DROP TABLE v", allowed=Allowed("gone", None, "a.py:1"))
    back = finding(sql="DROP TABLE w", direction="downgrade")
    held = baseline_of(Known(each.rule, each.revision, None, each.fingerprint) for each in (old, by_hand, back))

    covered = held.cover([old, new, by_hand, back])

    assert [each.allowed and (each.allowed.where, each.allowed.baseline) for each in covered] == [
        (FILE, True),
        None,
        ("a.py:1", False),
        None,
    ]


def test_a_line_that_says_another_rule_or_revision_covers_nothing() -> None:
    old = finding()
    line = Known(old.rule, old.revision, old.file, old.fingerprint)

    assert baseline_of([line]).cover([old])[0].allowed is not None
    assert baseline_of([replace(line, rule="naming")]).cover([old])[0].allowed is None
    assert baseline_of([replace(line, revision="b2")]).cover([old])[0].allowed is None


def test_neither_severity_nor_place_nor_file_decide() -> None:
    held = made_of([finding()])
    moved = finding(severity=Severity.WARNING, line=90, file="migrations/versions/renamed.py", statement=8)

    assert held.cover([moved])[0].allowed is not None


def test_what_somebody_allowed_and_what_a_rollback_loses_is_not_written_down() -> None:
    by_hand = finding(sql="x", allowed=Allowed("gone", None, "a.py:1"))
    known = finding(allowed=Allowed("there", None, FILE, baseline=True))

    assert made_of([by_hand, finding(sql="y", direction="downgrade"), known]) == made_of([finding()])


def test_growth_is_what_the_base_branch_does_not_have() -> None:
    one, two, three = finding(), finding("drop-column", "b2"), finding("drop-table", "b2")
    before, after = made_of([one, two]), made_of([one, two, three])

    assert grown(before, after, "origin/main") == BaselineGrown(FILE, 6, 1, ("drop-table",), "origin/main")
    assert after.text().splitlines()[6 - 1].strip().startswith('{"rule": "drop-table", "revision": "b2"')
    assert grown(after, before) is None
    assert grown(after, after) is None
    assert grown(None, after) is None, "the first one is no growth"
    assert grown(before, None) is None


def test_letters_of_all_scripts_stand_as_they_are_and_what_hides_text_does_not() -> None:
    text = made_of([finding(file="版本/a\u202e\udcff.py")]).text()

    assert "版本/a\\u202e\\udcff.py" in text
    assert parse(text.encode(), FILE).findings[0].file == "版本/a\u202e\udcff.py"


GOOD = made_of([finding()]).text()


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        (GOOD.replace(' "findings"', "\n findings"), "is not JSON", 4),
        ("[" * 100_000, "is not JSON", None),
        ("[]", "the file is no baseline of findings", None),
        ("{}", "the file is no baseline of findings", None),
        (GOOD.replace("sqlgen.baseline/1", "sqlgen.schema/1"), "the file is no baseline of findings", None),
        (GOOD.replace("sqlgen.baseline/1", "sqlgen.baseline/2"), "is sqlgen.baseline/2, and this sqlgen knows", None),
        (GOOD.replace('"schema"', '"more": 1, "schema"'), "the file is no baseline of findings", None),
        (GOOD.replace('"rule": "drop-table", ', ""), "finding 1 of the baseline is not as it must be", None),
        (GOOD.replace('"drop-table"', "7"), "finding 1 of the baseline is not as it must be", None),
        (GOOD.replace('"fingerprint": "', '"fingerprint": "x'), "finding 1 of the baseline is not", None),
        (GOOD.replace("    {", "<<<<<<< HEAD\n    {"), "the marks of a merge conflict", 4),
        (
            made_of([finding()]).text().replace("}\n  ]", "},\n" + GOOD.splitlines()[3] + "\n  ]"),
            "a finding stands twice in the baseline",
            5,
        ),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(text: str, why: str, line: int | None) -> None:
    assert parse(GOOD.encode(), FILE)
    with pytest.raises(UsageError) as refused:
        parse(text.encode(), FILE)

    assert why in str(refused.value)
    assert (refused.value.file, refused.value.line) == (FILE, line)


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("baseline/1", "baseline/2"),
        GOOD.replace('"schema"', '"more": 1, "schema"'),
        GOOD.replace('"rule": "drop-table", ', ""),
        GOOD.replace('"fingerprint": "', '"fingerprint": "x'),
    ],
)
def test_the_published_schema_takes_what_is_read_and_refuses_what_is_refused(text: str) -> None:
    assert SCHEMA.is_valid(json.loads(GOOD))
    assert not SCHEMA.is_valid(json.loads(text))
    with pytest.raises(UsageError):
        parse(text.encode(), FILE)


def test_bytes_that_are_no_utf_8_are_refused_and_a_mark_at_the_top_is_not() -> None:
    with pytest.raises(UsageError, match="is not UTF-8"):
        parse(GOOD.encode("utf-16"), FILE)
    assert parse(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), FILE) == made_of([finding()])


def test_where_there_is_none_nothing_is_covered(tmp_path: Path) -> None:
    assert read(tmp_path / FILE) is None
    assert Baseline().cover([finding()])[0].allowed is None
    with pytest.raises(UsageError, match="can't be read"):
        read(tmp_path)


# ---- a history

HISTORY = {
    "a1": ("op.execute('CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT)')", "op.execute('DROP TABLE books')"),
    "b2": ("op.execute('DELETE FROM logs')", "op.execute('DELETE FROM logs')"),
    "c3": ("op.execute('ALTER TABLE books DROP COLUMN title')", "op.execute('DELETE FROM books')"),
}
NEW = revision("d4", "c3", "op.execute('DELETE FROM visits')", "pass")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An old history with its baseline of findings."""
    top = tmp_path_factory.mktemp("old")
    (top / ".git").mkdir()
    folder = project(top / "shop", revisions=HISTORY)
    done = sqlgen("baseline", "create", cwd=folder)
    assert (done.code, done.out) == (0, ""), done.err
    return folder


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    """A copy, to be changed."""
    (tmp_path / ".git").mkdir()
    return shutil.copytree(made, tmp_path / "shop")


def lines(folder: Path) -> list[tuple[str, str | None]]:
    document = json.loads((folder / FILE).read_text())
    return [(each["rule"], each["revision"]) for each in document["findings"]]


def test_after_it_nothing_is_open_whether_all_is_linted_or_one_revision(made: Path) -> None:
    text = (made / FILE).read_text()

    assert ("delete-without-where", "b2") in lines(made)
    assert ("drop-column", "c3") in lines(made), "in the whole history the table is new; it is not for its readers"
    for asked in ("base:head", "prev:head"):
        done = sqlgen("lint", asked, "--fail-on", "warning", cwd=made)
        assert (done.code, "error" in done.out) == (0, False), done.out
        assert "in the baseline" in done.out
    again, pruning = sqlgen("baseline", "create", cwd=made), sqlgen("baseline", "prune", cwd=made)
    assert (again.code, pruning.code) == (0, 0)
    assert (made / FILE).read_text() == text
    assert "b2.py:10" not in text
    assert all(Path(each["file"]).name in text for each in json.loads(text)["findings"])


def test_it_does_not_grow_unless_somebody_says_so_and_what_is_mended_is_pruned(shop: Path) -> None:
    before, path = (shop / FILE).read_bytes(), shop / "migrations/versions/d4.py"
    write(path, NEW)

    refused = sqlgen("baseline", "create", cwd=shop)
    assert refused.code == 1
    assert "migrations/versions/d4.py:10" in refused.err
    assert "delete-without-where: " in refused.err
    assert f"error: {FILE}: the baseline of findings would grow by " in refused.err
    assert (shop / FILE).read_bytes() == before

    assert sqlgen("baseline", "create", "--grow", cwd=shop).code == 0
    assert ("delete-without-where", "d4") in lines(shop)
    assert sqlgen("lint", "base:head", cwd=shop).code == 0

    path.unlink()
    done = sqlgen("baseline", "prune", cwd=shop)
    assert (done.code, (shop / FILE).read_bytes()) == (0, before), "nothing else is taken out"
    assert " taken out; " in done.err


def test_a_statement_that_was_edited_is_new_and_one_that_was_moved_is_not(shop: Path) -> None:
    versions = shop / "migrations/versions"
    text = (versions / "b2.py").read_text()
    (versions / "b2.py").rename(versions / "renamed.py")
    write(versions / "renamed.py", text.replace("def upgrade():\n", "def upgrade():\n    # why\n\n"))

    assert sqlgen("lint", "base:head", cwd=shop).code == 0

    write(versions / "renamed.py", text.replace("DELETE FROM logs", "DELETE FROM log_lines"))
    done = sqlgen("lint", "base:head", cwd=shop)
    assert done.code == 1
    assert "renamed.py:10" in done.out


def test_of_a_part_of_the_history_what_is_found_is_added(shop: Path) -> None:
    whole = (shop / FILE).read_text()

    assert sqlgen("baseline", "create", "prev:b2", cwd=shop).code == 0
    assert (shop / FILE).read_text() == whole

    (shop / FILE).unlink()
    assert sqlgen("baseline", "create", "prev:b2", cwd=shop).code == 0
    assert {id for _, id in lines(shop)} == {"b2"}
    assert sqlgen("baseline", "create", cwd=shop).code == 1
    assert {id for _, id in lines(shop)} == {"b2"}


def test_a_revision_that_can_not_be_rendered_is_never_in_it(shop: Path) -> None:
    whole = (shop / FILE).read_text()
    path = shop / "migrations/versions/b2.py"
    write(path, path.read_text().replace("def upgrade():\n", "def upgrade():\n    raise ValueError('no')\n"))

    for words in (("create",), ("prune",)):
        done = sqlgen("baseline", *words, cwd=shop)
        assert (done.code, (shop / FILE).read_text()) == (4, whole), "what is known of it stays until it is judged"
        assert "incomplete: b2 can't be rendered, so it is not" in done.err


def test_one_is_needed_to_be_pruned_and_a_damaged_one_stops_everything(shop: Path) -> None:
    (shop / FILE).write_text("{")
    for words in (("lint", "base:head"), ("baseline", "create")):
        done = sqlgen(*words, cwd=shop)
        assert done.code == 2
        assert f"{FILE}:1: the baseline of findings is not JSON" in done.err
    (shop / FILE).unlink()
    done = sqlgen("baseline", "prune", cwd=shop)
    assert (done.code, "there is no baseline of findings" in done.err) == (2, True)
    assert not (shop / FILE).exists()


def test_findings_of_sql_files_are_kept_in_it_wherever_one_stands(shop: Path) -> None:
    write(shop / "sql/old.sql", "DELETE FROM logs;\n")
    write(shop / "sql/new.sql", "DELETE FROM logs;\n")
    asked = ("--dialect", "sqlite")

    assert sqlgen("lint", "sql/old.sql", *asked, cwd=shop).code == 1
    refused = sqlgen("baseline", "create", "sql/old.sql", *asked, cwd=shop)
    assert (refused.code, "sql/old.sql:1" in refused.err) == (1, True)
    assert sqlgen("baseline", "create", "sql/old.sql", *asked, "--grow", cwd=shop).code == 0
    whole = (shop / FILE).read_text()

    assert sqlgen("lint", "sql/old.sql", *asked, cwd=shop).code == 0
    assert sqlgen("lint", "old.sql", *asked, cwd=shop / "sql").code == 0
    assert sqlgen("lint", "sql/new.sql", *asked, cwd=shop).code == 1
    assert sqlgen("baseline", "create", cwd=shop).code == 0
    assert sqlgen("baseline", "prune", cwd=shop).code == 0
    assert (shop / FILE).read_text() == whole, "a run over the history leaves them"
    (shop / "sql/old.sql").unlink()
    assert sqlgen("baseline", "prune", cwd=shop).code == 0
    assert (None in {id for _, id in lines(shop)}) is False
    done = sqlgen("baseline", "create", "-", *asked, cwd=shop)
    assert (done.code, "has no name to be known by" in done.err) == (2, True)


def test_a_bundle_is_built_over_what_it_holds_and_the_file_belongs_into_git(shop: Path, tmp_path: Path) -> None:
    (tmp_path / ".git").rmdir()
    text = (shop / FILE).read_text()
    (shop / FILE).unlink()
    commit(tmp_path)
    words = ("bundle", "prev:b2", "--env", "prod", "-o")

    refused = sqlgen(*words, shop / "one", cwd=shop)
    assert (refused.code, "findings at or above error stand open" in refused.err) == (1, True)

    write(shop / FILE, text)
    dirty = sqlgen(*words, shop / "two", cwd=shop)
    assert (dirty.code, FILE in dirty.err) == (2, True), dirty.err

    commit(tmp_path)
    built = sqlgen(*words, shop / "three", cwd=shop)
    assert built.code == 0, built.err


def test_an_entry_of_the_settings_that_is_over_is_the_same_finding_when_the_history_goes_on(
    shop: Path, call_today: Callable[[str], dict[str, str]]
) -> None:
    entry = '\n[[allow]]\nrule = "drop-table"\nbecause = "old"\nuntil = "2026-01-01"\n'
    write(shop / "sqlgen.toml", (shop / "sqlgen.toml").read_text() + entry)
    environ = call_today("2026-06-01")
    assert sqlgen("baseline", "create", "--grow", cwd=shop, **environ).code == 0
    assert lines(shop).count(("allowance-expired", None)) == 1
    write(shop / "migrations/versions/d4.py", NEW.replace("DELETE FROM visits", "SELECT 1"))

    assert sqlgen("lint", "base:head", "--fail-on", "warning", cwd=shop, **environ).code == 0


@pytest.fixture
def call_today() -> Callable[[str], dict[str, str]]:
    """The variable that says which day it is."""
    from datetime import UTC, datetime

    return lambda day: {"SOURCE_DATE_EPOCH": str(int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()))}
