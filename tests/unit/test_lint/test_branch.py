"""What a branch does to the history: findings, the allowances that cover them, and those that nothing uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sqlgen.errors import HistoryError
from sqlgen.lint import engine
from sqlgen.lint.allowances import NONE, REVISION_DELETED, Allowances, collect
from sqlgen.lint.asking import RuleFailed
from sqlgen.lint.book import Book, load
from sqlgen.lint.branch import (
    BaselineGrown,
    BranchFact,
    DeletedRevision,
    EditedRevision,
    ManyHeads,
    ModelDrift,
    ReparentedRevision,
    UnsoundHistory,
    WrongParent,
)
from sqlgen.lint.branching import judge_branch
from sqlgen.lint.finding import Finding, Severity
from sqlgen.rulekit import CreateTable, Message, rule, say
from sqlgen.rulekit import EditedRevision as Seen
from sqlgen.schema import Schema
from sqlgen.segments import Step
from sqlgen.settings import AllowSetting

TODAY = date(2026, 1, 1)
FILE = "migrations/versions/b2.py"
EDITED = EditedRevision("b2", FILE, 9, ("upgrade",), "origin/main")
PARENT = WrongParent("b2", FILE, 4, ("a1",), ("a9",), "origin/main")
DRIFT = ModelDrift("column", "models", "users", "email", "VARCHAR(50)", None)
ALL: tuple[BranchFact, ...] = (
    EDITED,
    PARENT,
    DRIFT,
    DeletedRevision("a2", "migrations/versions/a2.py", None, None, "origin/main"),
    ReparentedRevision("b2", FILE, 4, ("a1",), ("a3",), "origin/main"),
    ManyHeads(("b2", "c3"), ("c3",), "b2", FILE, 4, "origin/main"),
    UnsoundHistory("there is no revision a7", "Add its file.", FILE, 4),
    BaselineGrown("sqlgen-baseline.json", 5, 2, ("drop-column",), "origin/main"),
)
REVISION = """\
{top}
revision = "b2"

down_revision = "a1"


def upgrade():
    {above}
    op.execute("SELECT 1")


def downgrade():
    {below}
    pass
"""


def written(top: str = "", above: str = "", below: str = "") -> str:
    return REVISION.format(top=top, above=above, below=below)


STEP = Step("b2", "", "upgrade", (), (), FILE, ())


def allowed(text: str, **settings: object) -> Allowances:
    return collect([STEP], lambda _: text, dialect="", **settings)


def judge(
    *facts: BranchFact, book: Book, allowances: Allowances = NONE, dialect: str = "", project: str = ""
) -> tuple[Finding, ...]:
    return judge_branch(facts, book, dialect=dialect, project=project, allowances=allowances, today=TODAY)


def told(findings: Sequence[Finding]) -> dict[str, bool]:
    """Rule → whether it is allowed."""
    return {one.rule: one.allowed is not None for one in findings}


def in_the_run(allowances: Allowances, book: Book) -> list[str]:
    """What the run over the new revision says of the same allowances."""
    schema = Schema("postgresql")
    found = engine.lint([STEP], book, dialect="postgresql", schema=schema, allowances=allowances, today=TODAY)
    return [one.rule for one in found]


# ---- findings


def test_each_fact_is_judged_by_its_rule_whatever_the_dialect(standard: Book) -> None:
    for dialect in ("", "postgresql", "oracle"):
        found = judge(*ALL, book=standard, dialect=dialect)

        assert [one.rule for one in found] == [
            "revision-edited",
            "parent-not-head",
            "model-drift",
            "revision-deleted",
            "revision-reparented",
            "multiple-heads",
            "history-unsound",
            "baseline-grown",
        ]
        assert [one.rule for one in found if one.severity is not Severity.ERROR] == ["model-drift"]


def test_a_finding_stands_at_its_fact_and_counts_as_forward(standard: Book) -> None:
    (found,) = judge(EDITED, book=standard, project="services/shop")

    assert (found.file, found.line, found.end_line, found.column) == (FILE, 9, 9, None)
    assert (found.revision, found.direction, found.statement, found.sql) == ("b2", "upgrade", None, "")
    assert found.project == "services/shop"
    assert str(found.message) == (
        "revision b2 is on origin/main already: databases that ran it will never see the change"
    )
    assert str(found.help) == (
        f"Put the change into a new revision; git checkout origin/main -- {FILE} brings this one back."
    )


def test_a_wrong_parent_is_told_the_head_to_name_and_the_other_way(standard: Book) -> None:
    (found,) = judge(PARENT, book=standard)

    assert "revision b2 comes after a1, and origin/main stands at a9" in str(found.message)
    assert "down_revision = 'a9'" in str(found.help)
    assert "alembic merge heads" in str(found.help)


def test_a_fingerprint_holds_neither_lines_nor_what_others_do_on_the_base_branch(standard: Book) -> None:
    before = judge(EDITED, PARENT, book=standard)
    after = judge(replace(EDITED, line=70), replace(PARENT, line=71, base_heads=("d4",)), book=standard)

    assert [one.fingerprint for one in before] == [one.fingerprint for one in after]


def test_no_two_findings_have_one_fingerprint(standard: Book) -> None:
    others = (replace(DRIFT, column="name"), replace(DRIFT, kind="type"), replace(EDITED, revision="a1"), EDITED)
    found = judge(*ALL, *others, book=standard)

    assert len({one.fingerprint for one in found}) == len(found) == len(ALL) + len(others)


def test_severities_and_options_are_those_of_the_settings() -> None:
    book = load(
        ["standard"],
        root=Path(),
        severities={"revision-edited": "off", "parent-not-head": "info"},
        options={"model-drift": {"ignore": ("users", "celery_*"), "unmapped_tables": True}},
    )
    unmapped = ModelDrift("table", "history", "old_users", None, None, None)
    ignored = replace(unmapped, table="celery_task")
    found = judge(EDITED, PARENT, DRIFT, unmapped, ignored, book=book)

    assert [(one.rule, one.severity) for one in found] == [
        ("parent-not-head", Severity.INFO),
        ("model-drift", Severity.WARNING),
    ]
    assert "old_users" in str(found[1].message)


TEAM_RULE = '''"""A team looks at all that a branch does.

```history bad
base: a1 -> b2
here: a1
```

Sources:
- none
"""
from sqlgen.rulekit import Before, BranchFact, Message, Severity, rule, say


@rule(severity=Severity.INFO, since="1", help=say("Talk to us."), once={once})
def check(fact: BranchFact, before: Before) -> Message:
    return say("{{what}} of {{revision}}, {{dialect}}", what=type(fact).__name__, revision=before.revision,
               dialect=before.dialect)
'''


@pytest.mark.parametrize(
    ("once", "said"),
    [
        (False, ["EditedRevision of b2, oracle", "WrongParent of b2, oracle", "ModelDrift of , oracle"]),
        (True, ["EditedRevision of b2, oracle", "ModelDrift of , oracle"]),
    ],
)
def test_a_team_s_rule_sees_all_that_a_branch_does(once: bool, said: list[str], tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "branch_news.py").write_text(TEAM_RULE.format(once=once))
    book = load(["./team"], root=tmp_path)

    assert [str(one.message) for one in judge(EDITED, PARENT, DRIFT, book=book, dialect="oracle")] == said


def test_a_rule_that_raises_ends_the_run(standard: Book) -> None:
    def check(edited: Seen) -> Message:
        raise ZeroDivisionError("in the rule")

    one = next(each for each in standard.rules if each.id == "revision-edited")
    broken = replace(one, rule=replace(one.rule, check=check, takes=1))

    with pytest.raises(RuleFailed, match="revision-edited raised ZeroDivisionError"):
        judge(EDITED, book=Book((broken,)))


def test_a_rule_sees_statements_or_branches_and_not_both() -> None:
    def check(either: CreateTable | Seen) -> Message:
        return say("either")

    with pytest.raises(TypeError, match="a rule for each"):
        rule(severity=Severity.ERROR, help=say("Do not."), since="1")(check)


# ---- allowances

TOP = '# sqlgen: allow revision-edited because "it fails everywhere"'


def test_a_comment_at_the_top_of_the_file_covers_its_finding_wherever_that_stands(standard: Book) -> None:
    (found,) = judge(EDITED, book=standard, allowances=allowed(written(top=TOP)))

    assert found.allowed is not None
    assert (found.allowed.because, found.allowed.where) == ("it fails everywhere", f"{FILE}:1")


def test_a_comment_in_a_function_covers_the_line_below_it_alone(standard: Book) -> None:
    at = allowed(written(above=TOP))
    elsewhere = allowed(written(below=TOP))

    assert told(judge(EDITED, book=standard, allowances=at)) == {"revision-edited": True}
    assert told(judge(EDITED, book=standard, allowances=elsewhere)) == {
        "revision-edited": False,
        "allowance-unused": False,
    }


def test_a_comment_covers_its_rule_in_its_file_alone(standard: Book) -> None:
    other = replace(EDITED, revision="a1", file="migrations/versions/a1.py")
    found = judge(EDITED, other, PARENT, book=standard, allowances=allowed(written(top=TOP)))

    assert [one.allowed is not None for one in found] == [True, False, False]


@pytest.mark.parametrize(("facts", "unused"), [((PARENT,), []), ((), ["allowance-unused"])])
def test_each_of_the_two_passes_judges_the_allowances_for_its_own_rules(
    facts: tuple[BranchFact, ...], unused: list[str], standard: Book
) -> None:
    text = written(
        top='# sqlgen: allow parent-not-head because "merged together with main"',
        above='# sqlgen: allow drop-column because "unread"',
    )
    both = allowed(text)

    assert in_the_run(both, standard) == ["allowance-unused"], "that for drop-column"
    assert [one.rule for one in judge(*facts, book=standard, allowances=both) if one.allowed is None] == unused


def test_an_entry_of_the_settings_covers_its_revision_and_is_never_unused(standard: Book) -> None:
    entries = [AllowSetting("revision-edited", "not released", "b2")]
    settings = allowed("", entries=entries, entries_file="sqlgen.toml", revisions={"a1", "b2"})
    other = replace(EDITED, revision="a1")

    found = judge(EDITED, other, book=standard, allowances=settings)

    assert [one.allowed is not None for one in found] == [
        True,
        False,
    ]
    assert judge(book=standard, allowances=settings) == ()


def test_a_revision_that_is_gone_can_be_named_in_the_settings(standard: Book) -> None:
    gone = DeletedRevision("a2", "migrations/versions/a2.py", None, None, "origin/main")
    entries = [AllowSetting(REVISION_DELETED, "squashed", "a2"), AllowSetting("drop-table", "old", "a2")]
    settings = allowed("", entries=entries, entries_file="sqlgen.toml", revisions={"a1", "b2"})
    found = judge(gone, book=standard, allowances=settings)

    assert REVISION_DELETED in standard.of_branches
    assert told(found) == {REVISION_DELETED: True}
    assert in_the_run(settings, standard) == ["allowance-malformed"], "that for drop-table"


def test_an_expired_allowance_covers_nothing_and_is_told_once(standard: Book) -> None:
    both = allowed(written(top=f"{TOP} until 2025-12-31"))

    assert told(judge(EDITED, book=standard, allowances=both)) == {"revision-edited": False, "allowance-expired": False}
    assert in_the_run(both, standard) == []


def test_a_malformed_allowance_is_told_where_its_rules_are_asked(standard: Book) -> None:
    branch = allowed(written(top="# sqlgen: allow revision-edited"))
    statement = allowed(written(above="# sqlgen: allow drop-column"))

    assert told(judge(EDITED, book=standard, allowances=branch)) == {
        "revision-edited": False,
        "allowance-malformed": False,
    }
    assert in_the_run(branch, standard) == []
    assert told(judge(EDITED, book=standard, allowances=statement)) == {"revision-edited": False}
    assert in_the_run(statement, standard) == ["allowance-malformed"]


def test_nothing_covers_a_history_that_is_not_sound_and_nothing_is_unused_there(standard: Book) -> None:
    unsound = UnsoundHistory("there is no revision a7", "Add its file.", FILE, 4)
    text = written(top='# sqlgen: allow history-unsound, parent-not-head because "it will come"')

    assert told(judge(unsound, book=standard, allowances=allowed(text))) == {"history-unsound": False}


def test_a_history_that_is_not_sound_is_an_error_where_its_rule_is_off() -> None:
    off = load(["standard"], root=Path(), severities={"history-unsound": "off"})

    with pytest.raises(HistoryError, match="there is no revision a7") as raised:
        judge(UnsoundHistory("there is no revision a7", "Add its file.", FILE, 4), book=off)
    assert (str(raised.value.hint), raised.value.file, raised.value.line) == ("Add its file.", FILE, 4)


def test_a_team_that_asks_for_owners_asks_here_too() -> None:
    book = load(["standard"], root=Path(), severities={"allowance-unowned": "error"})
    owned = allowed(written(top=f"{TOP} owner @dba"))

    assert "allowance-unowned" in told(judge(EDITED, book=book, allowances=allowed(written(top=TOP))))
    assert "allowance-unowned" not in told(judge(EDITED, book=book, allowances=owned))
