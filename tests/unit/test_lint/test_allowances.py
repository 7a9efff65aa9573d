"""Allowances: found where authors write them, with a reason, for as long as they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sqlgen import facts
from sqlgen.errors import SettingsError
from sqlgen.lint import engine
from sqlgen.lint.allowances import Allowance, Allowances, Lines, OneRevision, collect
from sqlgen.lint.book import Book, load
from sqlgen.lint.coverage import Coverage
from sqlgen.lint.finding import Allowed, Finding
from sqlgen.lint.wording import Wording, parse
from sqlgen.messages import Message
from sqlgen.schema import Schema
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.settings import AllowSetting
from sqlgen.statements import split
from sqlgen.steps import _with_comments

DAY = date(2026, 12, 31)
WHOLE = Wording(("drop-table",), "x", DAY, "@dba")
FILE = "migrations/versions/0001.py"
REVISION = '''"""Drop what nobody reads."""

revision = "0001"


def upgrade():
    # sqlgen: allow drop-column because "unmapped in 4.1" until 2026-12-31
    op.drop_column("users", "phone")
    op.drop_column(
        "users",
        "fax",  # sqlgen: allow drop-column, unguarded-drop because 'nobody has one'
    )
    op.drop_table("logs")  # sqlgen: allow drop-table because "archived"
    with op.batch_alter_table("orders") as batch:
        batch.drop_column("note")  # sqlgen: allow drop-column because "moved to remarks"

    # sqlgen: allow drop-table because "a blank line stands between"

    op.drop_table("carts")


def downgrade():
    op.drop_index("ix")  # sqlgen: allow unguarded-drop because "made by hand"
    if op.get_bind().dialect.name == "mysql":
        op.drop_table("only_there")  # sqlgen: allow drop-table because "MySQL alone has it"
'''


def _step(*statements: tuple[str, int, int], direction: str = "upgrade", gap: Gap | None = None) -> Step:
    items = []
    for sql, line, end_line in statements:
        for statement in split(sql, "postgresql"):
            read = facts.read(statement, "postgresql")
            items.append(Item(statement, read, Place(FILE, line, end_line, 5), 1))
    return Step("0001", "", direction, (), ("0001",), FILE, tuple(items), gap)  # type: ignore[arg-type]


UPGRADE = (
    ("ALTER TABLE users DROP COLUMN phone", 8, 8),
    ("ALTER TABLE users DROP COLUMN fax", 9, 12),
    ("DROP TABLE logs", 13, 13),
    ("ALTER TABLE orders DROP COLUMN note", 14, 14),
    ("DROP TABLE carts", 19, 19),
)


def _harm(book: Book) -> Book:
    """The rules that these tests speak of, and no new ones beside them."""
    others = ("allowance-", "drop-", "rename-", "unguarded-drop", "update-", "delete-", "add-required", "unparsed")
    return Book(tuple(rule for rule in book.rules if rule.id.startswith(others)))


@pytest.fixture(scope="module")
def guarded() -> Book:
    """A transaction is no guard: two rules speak of one DROP."""
    accept = ["if-exists", "block", "allowance"]
    return _harm(load(["standard"], root=Path(), options={"unguarded-drop": {"accept": accept}}))


ASKED_FOR: dict[str, dict[str, object]] = {"allowance-unowned": {}, "allowance-unlimited": {"max_days": 90}}


@pytest.fixture(scope="module")
def policy() -> Book:
    """A team asks for an owner, and for a last day within 90 days."""
    severities = {"allowance-unowned": "error", "allowance-unlimited": "warning"}
    return _harm(load(["standard"], root=Path(), options=ASKED_FOR, severities=severities))


@pytest.fixture
def lint(guarded: Book) -> Callable[..., tuple[Finding, ...]]:
    def run(
        *steps: Step,
        text: str = REVISION,
        entries: tuple[AllowSetting, ...] = (),
        today: date = date(2026, 11, 21),
        book: Book = guarded,
    ) -> tuple[Finding, ...]:
        held = collect(steps, lambda file: text if file == FILE else None, dialect="postgresql", entries=entries)
        schema = Schema("postgresql")
        return engine.lint(
            steps, book, dialect="postgresql", lock_timeout_ms=5000, schema=schema, allowances=held, today=today
        )

    return run


def _said(found: tuple[Finding, ...]) -> list[tuple[str, int | None, str | None]]:
    return [(f.rule, f.line, None if f.allowed is None else f.allowed.because) for f in found]


def test_an_allowance_stands_above_beside_or_inside_its_call(lint: Callable[..., tuple[Finding, ...]]) -> None:
    found = lint(_step(*UPGRADE))

    assert _said(found) == [
        ("allowance-unused", 17, None),
        ("drop-column", 8, "unmapped in 4.1"),
        ("drop-column", 9, "nobody has one"),
        ("unguarded-drop", 9, "nobody has one"),
        ("drop-table", 13, "archived"),
        ("drop-column", 14, "moved to remarks"),
        ("drop-table", 19, None),
        ("unguarded-drop", 19, None),
    ]


def test_an_allowed_finding_says_why_until_when_and_where(lint: Callable[..., tuple[Finding, ...]]) -> None:
    finding = next(f for f in lint(_step(*UPGRADE)) if f.line == 8)

    assert finding.allowed is not None
    assert (finding.allowed.until, finding.allowed.where) == ("2026-12-31", f"{FILE}:7")


def test_an_allowance_holds_on_its_last_day_and_not_on_the_next(lint: Callable[..., tuple[Finding, ...]]) -> None:
    step = _step(UPGRADE[0])
    text = REVISION.split("    op.drop_column(\n")[0]

    on_the_day = lint(step, text=text, today=date(2026, 12, 31))
    after = lint(step, text=text, today=date(2027, 1, 1))

    assert _said(on_the_day) == [("drop-column", 8, "unmapped in 4.1")]
    assert _said(after) == [("allowance-expired", 7, None), ("drop-column", 8, None), ("unguarded-drop", 8, None)]


def test_what_did_not_run_is_not_called_unused(lint: Callable[..., tuple[Finding, ...]]) -> None:
    text = REVISION[REVISION.index("def downgrade") :]
    ran = _step(("DROP INDEX ix", 2, 2), direction="downgrade")
    broken = _step(direction="downgrade", gap=Gap("it raised", FILE, 2))

    assert _said(lint(ran, text=text)) == [("unguarded-drop", 2, "made by hand")]
    assert _said(lint(_step(), text=text)) == [], "the upgrade says nothing of the downgrade's allowances"
    assert _said(lint(broken, text=text)) == []


def test_an_allowance_in_a_helper_is_unused_only_where_the_helper_ran(lint: Callable[..., tuple[Finding, ...]]) -> None:
    text = (
        "def _drop():\n"
        '    op.drop_table("t")  # sqlgen: allow drop-table because "a copy is kept"\n\n'
        "def upgrade():\n    op.create_table('t')\n\n"
        "def downgrade():\n    _drop()\n"
    )
    assert _said(lint(_step(("CREATE TABLE t (id integer)", 5, 5)), text=text)) == []
    assert _said(lint(_step(("SELECT 1", 2, 2)), text=text)) == [("allowance-unused", 2, None)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('# sqlgen: allow drop-table because "all of it"\ndef upgrade():\n    op.drop_table("t")\n', 1),
        ('revision = "a1"  # sqlgen: allow drop-table because "all"\ndef upgrade():\n    op.drop_table("t")\n', 1),
        ('def upgrade():\n    f()\n    op.drop_table("t")\n    # sqlgen: allow drop-table because "end"\n', 4),
    ],
)
def test_an_allowance_where_no_statement_can_come_from_is_unused(
    text: str, line: int, lint: Callable[..., tuple[Finding, ...]]
) -> None:
    assert ("allowance-unused", line, None) in _said(lint(_step(("DROP TABLE t", 3, 3)), text=text))


@pytest.mark.parametrize(
    "text",
    [
        'def downgrade(): op.drop_table("t")  # sqlgen: allow drop-table because "gone"\n',
        '# sqlgen: allow drop-table because "gone"\ndowngrade = lambda: op.drop_table("t")\n',
        'if True:\n    def downgrade():\n        # sqlgen: allow drop-table because "x"\n        op.drop_table("t")\n',
    ],
)
def test_an_allowance_from_which_a_statement_may_come_another_time_is_not(
    text: str, lint: Callable[..., tuple[Finding, ...]]
) -> None:
    assert _said(lint(_step(("SELECT 1", 9, 9)), text=text)) == []


def test_an_allowance_that_was_needless_only_because_the_object_is_new_is_not_unused(
    lint: Callable[..., tuple[Finding, ...]],
) -> None:
    text = 'def upgrade():\n    op.drop_table("t")  # sqlgen: allow drop-table because "gone"\n'
    made = _step(("CREATE TABLE t (id integer)", 1, 1), ("DROP TABLE t", 2, 2))

    assert _said(lint(made, text=text)) == []
    assert _said(lint(_step(("SELECT 1", 2, 2)), text=text)) == [("allowance-unused", 2, None)]


def test_comments_in_the_text_of_an_execute_are_allowances_for_their_statement(
    lint: Callable[..., tuple[Finding, ...]],
) -> None:
    sql = """-- sqlgen: allow drop-table because "first"
DROP TABLE a; -- sqlgen: allow unguarded-drop because "beside it"
DROP TABLE /* sqlgen: allow drop-table because "inside" */ b;
DROP TABLE c;"""

    found = lint(_step((sql, 3, 3)), text="")

    assert _said(found) == [
        ("drop-table", 3, "first"),
        ("unguarded-drop", 3, "beside it"),
        ("drop-table", 3, "inside"),
        ("drop-table", 3, None),
        ("unguarded-drop", 3, None),
    ]


def _text_of_an_execute(sql: str) -> Step:
    """The statements of one text, with the comments that belong to them, as the stages before hand them on."""
    step = _step(("SELECT 1", 3, 3))
    (item,) = step.items
    cuts = [each for each, _ in _with_comments(split(sql, "postgresql"), "postgresql")]
    return replace(step, items=tuple(replace(item, statement=one, facts=facts.read(one, "postgresql")) for one in cuts))


@pytest.mark.parametrize(
    ("sql", "allowed"),
    [
        ("DROP TABLE IF EXISTS a;\n{}\nDROP TABLE IF EXISTS b", [None, "x"]),
        ("DROP TABLE IF EXISTS a; {}\nDROP TABLE IF EXISTS b", ["x", None]),
        ("DROP TABLE IF EXISTS a {}\n; DROP TABLE IF EXISTS b", ["x", None]),
        ("{}\nDROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b", ["x", None]),
    ],
)
def test_a_comment_in_a_text_belongs_to_the_statement_below_it_or_before_it_on_its_line(
    sql: str, allowed: list[str | None], lint: Callable[..., tuple[Finding, ...]]
) -> None:
    step = _text_of_an_execute(sql.format('-- sqlgen: allow drop-table because "x"'))

    assert _said(lint(step, text="")) == [("drop-table", 3, each) for each in allowed]


def test_an_allowance_that_could_mean_either_of_two_statements_means_neither(
    lint: Callable[..., tuple[Finding, ...]],
) -> None:
    comment = '/* sqlgen: allow drop-table because "which one?" */'
    found = lint(_text_of_an_execute(f"DROP TABLE IF EXISTS a; {comment} DROP TABLE IF EXISTS b"), text="")
    alone = lint(_text_of_an_execute(f"{comment} DROP TABLE IF EXISTS b"), text="")

    assert _said(found) == [("allowance-malformed", 3, None), ("drop-table", 3, None), ("drop-table", 3, None)]
    assert "could mean either" in str(found[0].message)
    assert _said(alone) == [("drop-table", 3, "which one?")]


def test_a_setting_allows_for_one_revision_and_is_unused_when_it_finds_nothing(
    lint: Callable[..., tuple[Finding, ...]],
) -> None:
    here = AllowSetting("drop-table", "frozen", "0001")
    elsewhere = AllowSetting("drop-table", "frozen", "0002")
    step = _step(("DROP TABLE IF EXISTS a", 3, 3))

    assert _said(lint(step, text="", entries=(here,))) == [("drop-table", 3, "frozen")]
    assert _said(lint(step, text="", entries=(elsewhere,))) == [("drop-table", 3, None)]
    assert _said(lint(_step(("SELECT 1", 3, 3)), text="", entries=(here, elsewhere))) == [
        ("allowance-unused", None, None)
    ]


def test_a_setting_for_a_revision_that_there_is_not_is_malformed() -> None:
    entries = (AllowSetting("drop-table", "x", "0001"), AllowSetting("drop-table", "y", "00"))
    found = collect((), lambda _: None, dialect="postgresql", entries=entries, revisions=("0001", "0002"))

    assert [each.because for each in found.held] == ["x"]
    assert [str(each.why) for each in found.malformed] == ["there is no revision 00; its whole id is asked for"]


def test_an_allowed_finding_says_who_answers_for_it(lint: Callable[..., tuple[Finding, ...]]) -> None:
    step = _step(("DROP TABLE IF EXISTS t", 2, 2))
    comment = 'def upgrade():\n    f()  # sqlgen: allow drop-table because "gone" owner @dba until 2026-12-31\n'
    entry = AllowSetting("drop-table", "gone", until="2026-12-31", owner="@dba")

    (by_comment,) = lint(step, text=comment)
    (by_setting,) = lint(step, text="", entries=(entry,))

    assert by_comment.allowed == Allowed("gone", "2026-12-31", f"{FILE}:2", "@dba")
    assert by_setting.allowed == Allowed("gone", "2026-12-31", "tool.sqlgen.allow[1]", "@dba")


@pytest.mark.parametrize(
    ("says", "findings"),
    [
        ("owner @dba until 2026-12-31", []),
        ("until 2026-12-31", ["allowance-unowned"]),
        ("owner @dba", ["allowance-unlimited"]),
        ("", ["allowance-unlimited", "allowance-unowned"]),
        ("owner @dba until 2027-02-19", []),
        ("owner @dba until 2027-02-20", ["allowance-unlimited"]),
        ("until 2026-11-20", ["allowance-expired"]),
    ],
)
def test_a_team_can_ask_for_an_owner_and_for_a_last_day(
    says: str, findings: list[str], lint: Callable[..., tuple[Finding, ...]], policy: Book
) -> None:
    text = f'def upgrade():\n    f()  # sqlgen: allow drop-table because "gone" {says}\n'
    step = _step(("DROP TABLE IF EXISTS t", 2, 2))

    of_allowances = [f for f in lint(step, text=text, book=policy) if f.rule.startswith("allowance-")]
    without = [f.rule for f in lint(step, text=text) if f.rule.startswith("allowance-")]

    assert [(f.rule, f.file, f.line) for f in of_allowances] == [(rule, FILE, 2) for rule in findings]
    assert without == [rule for rule in findings if rule == "allowance-expired"], "off where nobody asks"


def test_what_a_team_asks_of_allowances_is_asked_of_those_that_the_run_concerns(
    lint: Callable[..., tuple[Finding, ...]], policy: Book
) -> None:
    everywhere, here, elsewhere = (AllowSetting("drop-table", "frozen", each) for each in (None, "0001", "0002"))
    step = _step(("DROP TABLE IF EXISTS a", 3, 3))

    def asked(*entries: AllowSetting) -> int:
        return sum(f.rule == "allowance-unowned" for f in lint(step, text="", entries=entries, book=policy))

    assert [asked(everywhere), asked(here), asked(elsewhere)] == [1, 1, 0]


def test_the_most_days_that_a_team_gives_can_not_be_less_than_none() -> None:
    with pytest.raises(SettingsError, match="max_days is 0 or more"):
        load(["standard"], root=Path(), options={"allowance-unlimited": {"max_days": -1}})


def test_an_expired_setting_allows_nothing(lint: Callable[..., tuple[Finding, ...]]) -> None:
    entry = AllowSetting("drop-table", "frozen", None, "2026-11-20")

    assert _said(lint(_step(("DROP TABLE IF EXISTS a", 3, 3)), text="", entries=(entry,))) == [
        ("allowance-expired", None, None),
        ("drop-table", 3, None),
    ]


def test_an_unknown_rule_is_named_with_the_nearest_one(lint: Callable[..., tuple[Finding, ...]]) -> None:
    text = 'def upgrade():\n    op.drop_table("t")  # sqlgen: allow drop-tables because "gone"\n'
    found = lint(_step(("DROP TABLE IF EXISTS t", 2, 2)), text=text)

    malformed = found[0]
    assert (malformed.rule, malformed.line, malformed.statement) == ("allowance-malformed", 2, None)
    assert str(malformed.message) == "this allows nothing: there is no rule drop-tables: Did you mean drop-table?"
    assert found[1].allowed is None


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ("sqlgen: allow drop-column", "it gives no reason"),
        ("sqlgen: allow drop-column because", "the reason after because stands in quotes"),
        ("sqlgen: allow drop-column because gone", "the reason after because stands in quotes"),
        ('sqlgen: allow drop-column because "gone', "the reason after because stands in quotes"),
        ('sqlgen: allow drop-column because "  "', "the reason is empty"),
        ('sqlgen: allow because "gone"', "an empty name is not the name of a rule"),
        ('sqlgen: allow drop-column, because "gone"', "an empty name is not the name of a rule"),
        ('sqlgen: allow drop column because "gone"', "drop column is not the name of a rule"),
        ('sqlgen: allow * because "gone"', "* is not the name of a rule"),
        ('sqlgen: ignore drop-column because "gone"', "after sqlgen: stands ignore"),
        ('sqlgen: allow drop-column because "gone" until tomorrow', "tomorrow is not a day like"),
        ('sqlgen: allow drop-column because "gone" until 2026-02-30', "2026-02-30 is not a day of the calendar"),
        ('sqlgen: allow drop-column because "gone" forever', "after the reason stands forever"),
        ('sqlgen: allow drop-column because "gone" owner', "after owner stands no name"),
        ('sqlgen: allow drop-column because "gone" owner until 2026-12-31', "after owner stands no name"),
        ('sqlgen: allow drop-column because "gone" owner @dba, until 2026-12-31', "@dba, is no owner"),
        ('sqlgen: allow drop-column because "gone" owner #dba', "#dba is no owner"),
        ('sqlgen: allow drop-column because "gone" owner "', "the quotes around the owner do not close"),
        ('sqlgen: allow drop-column because "gone" owner " "', "the owner is empty"),
        ('sqlgen: allow drop-column because "gone" owner the dba', "after the reason stands dba"),
        ('sqlgen: allow drop-column because "gone" owner @a owner @b', "it says owner twice"),
        (
            'sqlgen: allow drop-column because "gone" until 2026-12-31 until 2027-12-31',
            "2026-12-31 until 2027-12-31 is",
        ),
        ('sqlgen: allow drop-column because "gone" until owner @dba', "owner @dba is not a day like"),
        (
            'sqlgen: allow drop-column because "gone" until 2026-12-31 owner @dba until 2027-01-01',
            "it says until twice",
        ),
        ('sqlgen allow drop-column "gone"', "it gives no reason"),
    ],
)
def test_a_malformed_allowance_says_what_is_wrong(comment: str, why: str) -> None:
    parsed = parse(comment)

    assert isinstance(parsed, Message)
    assert str(parsed).startswith(why)


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ('sqlgen: allow drop-column because "x"', Wording(("drop-column",), "x")),
        ("sqlgen:allow drop-column because 'x'", Wording(("drop-column",), "x")),
        (
            "sqlgen: allow drop-column,drop-table because \"a, b; 'c'\" until 2026-12-31",
            Wording(("drop-column", "drop-table"), "a, b; 'c'", DAY),
        ),
        ("sqlgen: allow drop-table because “表已清空”", Wording(("drop-table",), "表已清空")),
        ('sqlgen: allow drop-table because "x" owner @dba', Wording(("drop-table",), "x", None, "@dba")),
        ('sqlgen: allow drop-table because "x" owner @dba until 2026-12-31', WHOLE),
        ('sqlgen: allow drop-table because "x" until 2026-12-31 owner @dba', WHOLE),
        ('sqlgen: allow drop-table because "x"\n   owner @dba\n   until   2026-12-31', WHOLE),
        (
            'sqlgen: allow drop-table because "x" until 2026-12-31 owner "the owner until May"',
            replace(WHOLE, owner="the owner until May"),
        ),
        ("sqlgen: allow drop-table because “x” owner 「数据库组」 until 2026-12-31", replace(WHOLE, owner="数据库组")),
        ('sqlgen: allow drop-table because "x" owner 张三 until 2026-12-31', replace(WHOLE, owner="张三")),
        *(
            (f'sqlgen: allow drop-table because "x" owner {name} until 2026-12-31', replace(WHOLE, owner=name))
            for name in ("alice@example.com", "@org/data-team", "team-data", "slack:dba", "alice+sql@example.com")
        ),
    ],
)
def test_a_well_formed_allowance_is_read(comment: str, expected: Wording) -> None:
    assert parse(comment) == expected


@pytest.mark.parametrize("comment", ["sqlgen is great", "see sqlgen: allow drop-column", "noqa", ""])
def test_another_comment_is_no_allowance(comment: str) -> None:
    assert parse(comment) is None


def test_a_string_that_looks_like_an_allowance_is_none() -> None:
    text = "def upgrade():\n    op.execute('''\n# sqlgen: allow drop-table because \"x\"\n''')\n"

    assert collect([_step(("SELECT 1", 2, 4))], lambda _: text, dialect="postgresql") == Allowances()


def test_a_file_that_is_not_python_or_not_there_allows_nothing() -> None:
    step = _step(("SELECT 1", 2, 4))

    assert collect([step], lambda _: "def (: # sqlgen: allow x because 'y'", dialect="postgresql") == Allowances()
    assert collect([step], lambda _: None, dialect="postgresql") == Allowances()


def test_the_last_line_of_a_script_may_carry_an_allowance(fired: Callable[..., list[str]]) -> None:
    assert fired('DROP TABLE IF EXISTS a; -- sqlgen: allow drop-table because "gone"') == []
    assert fired('DROP TABLE IF EXISTS a;\n-- sqlgen: allow drop-table because "gone"') == [
        "allowance-unused",
        "drop-table",
    ]


def test_an_allowance_in_a_file_covers_the_statements_on_its_lines() -> None:
    lines = Lines(FILE, frozenset({7, 8}), "upgrade", False)
    allowance = Allowance(("drop-table",), "x", None, f"{FILE}:7", lines, "", FILE, 7)
    coverage = Coverage([allowance])

    def used(place: Place | None) -> Allowance | None:
        return coverage.use("drop-table", 0, 0, "0001", place)

    assert used(Place(FILE, 8, 9, 1)) is allowance
    assert used(Place(FILE, 1, 7, 1)) is allowance
    assert used(Place(FILE, 9, 9, 1)) is None
    assert used(Place(FILE, 5, 6, 1)) is None
    assert used(Place(str(Path(FILE).parent / "0002.py"), 8, 9, 1)) is None
    assert used(None) is None


def test_a_setting_without_a_revision_covers_every_one() -> None:
    allowance = Allowance(("drop-table",), "x", None, "tool.sqlgen.allow[1]", OneRevision(None), "", None, None)

    assert Coverage([allowance]).use("drop-table", 3, 4, "0009", None) is allowance
