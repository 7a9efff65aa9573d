"""The book fails closed: a rule that can't be loaded is an error with a file, a line and a hint, never a gap."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from sqlgen.errors import SettingsError
from sqlgen.lint.book import Book, load
from sqlgen.lint.finding import Severity

GOOD = '''"""Deletes are odd."""

from dataclasses import dataclass
from typing import Literal

from sqlgen.rulekit import Before, Delete, Message, Severity, rule, say


@dataclass(frozen=True, slots=True)
class Options:
    limit: int = 3
    words: tuple[str, ...] = ()
    mode: Literal["strict", "loose"] = "strict"
    share: float = 0.5
    on: bool = False


@rule(severity=Severity.WARNING, since="1", help=say("Don't."), default=True)
def check(delete: Delete, before: Before, options: Options) -> Message | None:
    return say("a delete of at most {limit}", limit=options.limit)
'''


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "db-rules"
    (folder / "losing").mkdir(parents=True)
    (folder / "losing" / "odd_delete.py").write_text(GOOD)
    return folder


def _load(pack: Path, **settings: object) -> Book:
    return load(["./db-rules"], root=pack.parent, **settings)  # type: ignore[arg-type]


def test_a_pack_is_a_folder_of_rule_files(pack: Path) -> None:
    (rule,) = _load(pack).rules

    assert (rule.id, rule.harm, rule.name) == ("odd-delete", "losing", "db-rules/losing/odd_delete.py")
    assert rule.severity is Severity.WARNING
    assert rule.page == "Deletes are odd."
    assert rule.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()


def test_packs_add_up_and_the_book_is_sorted(pack: Path) -> None:
    book = load(["standard", "./db-rules"], root=pack.parent)

    assert [rule.id for rule in book.rules] == sorted(book.ids)
    assert {"odd-delete", "drop-table", "unparsed-statement"} <= book.ids


def test_an_installed_package_can_be_a_pack(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = pack.parent / "site" / "acme_rules"
    package.parent.mkdir()
    pack.rename(package)
    (package / "__init__.py").write_text("raise SystemExit('a pack is read, not imported')\n")
    monkeypatch.syspath_prepend(str(package.parent))

    assert load(["acme_rules"], root=pack.parent).ids == {"odd-delete"}


def test_what_was_digested_is_what_runs(pack: Path) -> None:
    _load(pack)

    assert not list(pack.rglob("*.pyc")), "no cached copy is written or read"


def test_settings_change_severities_and_options(pack: Path) -> None:
    off = _load(pack, severities={"odd-delete": "off"})
    changed = _load(
        pack,
        severities={"odd-delete": "error"},
        options={"odd-delete": {"limit": 9, "words": ["a", "b"], "mode": "loose", "share": 1, "on": True}},
    )

    assert off.rules[0].severity is None
    assert off.on("postgresql") == ()
    assert changed.rules[0].severity is Severity.ERROR
    options = changed.rules[0].options
    assert (options.limit, options.words, options.mode, options.share, options.on) == (
        9,
        ("a", "b"),
        "loose",
        1.0,
        True,
    )


def test_a_rule_that_is_off_by_default_is_on_when_the_settings_name_it(pack: Path) -> None:
    file = pack / "losing" / "odd_delete.py"
    file.write_text(GOOD.replace("default=True", "default=False"))

    assert _load(pack).on("sqlite") == ()
    assert len(_load(pack, severities={"odd-delete": "info"}).on("sqlite")) == 1
    assert len(_load(pack, options={"odd-delete": {"limit": 1}}).on("sqlite")) == 1


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("from typing import Literal", "import nowhere_at_all", "ModuleNotFoundError", 4),
        ("def check(delete", "def check(delete:", "SyntaxError", 19),
        ("from typing import Literal", "from typing import Literal\n\n1 / 0", "ZeroDivisionError", 6),
        ('"""Deletes are odd."""\n', "", "the rule odd-delete has no page", 1),
        (GOOD, '"""A page."""\n', "the file declares 0 rules", 1),
        (
            "def check",
            "def first(delete: Delete) -> None: ...\n\n\n@rule(severity=Severity.INFO, since='1', help=say('.'))"
            "\ndef check",
            "the file declares 2 rules",
            1,
        ),
        ("delete: Delete", "delete: int", "a check can't see <class 'int'>", 18),
        ("delete: Delete", "delete", "a check takes what it sees", 18),
        ('help=say("Don\'t.")', 'help="Don\'t."', "not the text alone", 18),
        ("Severity.WARNING", '"warning"', "severity is Severity.ERROR, WARNING or INFO", 18),
        ("default=True", 'dialects={"postgres"}', "not {'postgres'}", 18),
        ("default=True", 'dialects="mysql"', "not 'mysql'", 18),
        ("before: Before", "before: Delete", "the second parameter of a check is Before", 18),
        ("options: Options", "options: int", "the file's frozen dataclass Options", 18),
        ('help=say("Don\'t."), ', "", "missing 1 required keyword-only argument: 'help'", 18),
    ],
)
def test_a_file_that_is_no_rule_is_an_error(pack: Path, old: str, new: str, message: str, line: int) -> None:
    file = pack / "losing" / "odd_delete.py"
    file.write_text(GOOD.replace(old, new, 1))

    with pytest.raises(SettingsError) as raised:
        _load(pack)

    assert message in str(raised.value)
    assert raised.value.file == str(file)
    assert str(raised.value.hint)
    assert raised.value.line == line


def test_a_rule_that_does_not_import_leaves_no_module_behind(pack: Path) -> None:
    (pack / "losing" / "odd_delete.py").rename(pack / "losing" / "left_over.py").write_text("1 / 0\n")

    with pytest.raises(SettingsError):
        _load(pack)

    assert "sqlgen_rule_left_over" not in sys.modules


def test_one_id_twice_is_an_error(pack: Path) -> None:
    (pack / "locking").mkdir()
    (pack / "locking" / "odd_delete.py").write_text(GOOD)

    with pytest.raises(SettingsError, match="the rule odd-delete is there twice") as raised:
        _load(pack)

    assert "db-rules/locking/odd_delete.py and db-rules/losing/odd_delete.py" in str(raised.value)


@pytest.mark.parametrize("packs", [["./no-such-folder"], ["no_such_package"], ["standrad"], ["./empty"]])
def test_a_pack_that_is_not_there_or_empty_is_an_error(tmp_path: Path, packs: list[str]) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(SettingsError) as raised:
        load(packs, root=tmp_path)

    assert "rule pack" in str(raised.value)


def test_a_file_whose_name_is_no_id_is_an_error(pack: Path) -> None:
    (pack / "losing" / "Odd-Delete.py").write_text(GOOD)

    with pytest.raises(SettingsError, match=r"Odd-Delete\.py can't be the name of a rule"):
        _load(pack)


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        ({"options": {"odd-delet": {}}}, "a rule that does not exist: odd-delet", "Did you mean odd-delete?"),
        ({"severities": {"xyz": "off"}}, "a rule that does not exist: xyz", "Run sqlgen rules to see the names."),
        ({"named": {"odd-delet"}}, "a rule that does not exist: odd-delet", "Did you mean odd-delete?"),
        ({"options": {"odd-delete": {"limt": 1}}}, "no option limt", "Did you mean limit?"),
        ({"options": {"odd-delete": {"zzz": 1}}}, "no option zzz", "Its options are: limit, mode, on, share, words."),
        ({"options": {"odd-delete": {"limit": "9"}}}, "limit: '9' is not a whole number", "Write a whole number."),
        ({"options": {"odd-delete": {"limit": True}}}, "limit: True is not a whole number", "Write a whole number."),
        ({"options": {"odd-delete": {"on": 1}}}, "on: 1 is not true or false", "Write true or false."),
        ({"options": {"odd-delete": {"words": "a"}}}, "words: 'a' is not a list", "Write a list in [brackets]."),
        ({"options": {"odd-delete": {"words": [1]}}}, "words: 1 is not text", 'Write text in "quotes".'),
        ({"options": {"odd-delete": {"mode": "stric"}}}, "mode: stric is not one of", "Did you mean strict?"),
        ({"severities": {"odd-delete": "eror"}}, "eror is not a severity", "Did you mean error?"),
    ],
)
def test_settings_that_fit_no_rule_are_errors(
    pack: Path, settings: dict[str, dict[str, object]], message: str, hint: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        _load(pack, **settings)

    assert message in str(raised.value)
    assert str(raised.value.hint) == hint


def test_no_pack_at_all_is_refused_since_nothing_would_be_judged(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no rules"):
        load([], root=tmp_path)


def test_an_option_for_a_rule_without_options_is_an_error() -> None:
    with pytest.raises(SettingsError, match="the rule drop-table has no options, and the settings give it accept"):
        load(["standard"], root=Path(), options={"drop-table": {"accept": []}})


def test_an_option_that_is_no_time_is_an_error() -> None:
    with pytest.raises(SettingsError, match='the options of lock-timeout-unsafe-value do not fit: "soon" is no time'):
        load(["standard"], root=Path(), options={"lock-timeout-unsafe-value": {"longest": "soon"}})


def test_a_guard_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(SettingsError, match="if-exist is not one of its values") as raised:
        load(["standard"], root=Path(), options={"unguarded-drop": {"accept": ["if-exist"]}})

    assert str(raised.value.hint) == "Did you mean if-exists?"


@pytest.mark.parametrize(
    ("declared", "default", "strict"),
    [("default=True", True, True), ("default=False", False, True), ("default=False, strict=False", False, False)],
)
def test_presets_say_which_rules_are_on_without_being_named(
    pack: Path, declared: str, default: bool, strict: bool
) -> None:
    (pack / "losing" / "odd_delete.py").write_text(GOOD.replace("default=True", declared))
    for preset, on in (("default", default), ("strict", strict)):
        (rule,) = _load(pack, preset=preset).rules
        assert (rule.severity is not None) is on, preset

    (named,) = _load(pack, severities={"odd-delete": "info"}).rules
    assert named.severity is Severity.INFO
