"""Which language is spoken where: people at the terminal have theirs, and what is written has that of the settings."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlgen.cli.help import wrapped
from sqlgen.cli.language import VARIABLE
from sqlgen.emit.said import packed, unpacked
from sqlgen.messages import CHINESE, ENGLISH, Message, cells, in_english, joined, say, speak, speaking
from tests.unit.building import SETTINGS, commit, contents, manifest, project, sqlgen, write

EVERYWHERE = {
    "chinese": {"LC_ALL": "zh_CN.UTF-8"},
    "english": {VARIABLE: "en", "LANG": "zh_CN.UTF-8"},
}
REVISIONS = {
    "a1": ("op.execute('CREATE TABLE books (id INTEGER PRIMARY KEY, 书名 TEXT)')", "op.execute('DROP TABLE books')"),
    "b2": ("op.execute('ALTER TABLE books DROP COLUMN 书名')", "pass"),
    "c3": ("op.get_bind().execute(__import__('sqlalchemy').text('SELECT 1')).scalar() / 0", "op.execute('FROB x')"),
}
"""A finding, a downgrade that does nothing, a revision that can't be rendered, a statement that can't be read."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its settings say no language."""
    made = project(tmp_path_factory.mktemp("shop") / "shop", revisions=REVISIONS)
    commit(made)
    return made


@pytest.fixture
def chinese(shop: Path, tmp_path: Path) -> Path:
    """The same, with settings that say Chinese."""
    copy = tmp_path / "shop"
    shutil.copytree(shop, copy)
    write(copy / "sqlgen.toml", f'language = "zh-CN"\n{SETTINGS}')
    commit(copy)
    return copy


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text.replace("书名", ""))


# ---- values of messages


def test_what_is_ours_and_chinese_stands_without_blanks_and_names_stand_apart() -> None:
    def told(what: Message | str) -> str:
        return str(say("{what} is destroyed, and downgrade() does not bring it back", what=what))

    with speaking(CHINESE):
        assert told(say("column {table}.{column}", table="书", column="名")).startswith("列 书.名 会被销毁，")
        assert told(say("every row of {table}", table="书")).startswith("书 的全部数据行会被销毁，")
        assert told("书").startswith("书 会被销毁，")


# ---- the terminal


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ENGLISH),
        ({"LANG": "zh_CN.UTF-8"}, CHINESE),
        ({"LANG": "zh_CN.GB18030"}, CHINESE),
        ({"LANG": "zh"}, CHINESE),
        ({"LANG": "zh_SG.UTF-8@pinyin"}, CHINESE),
        ({"LANG": "zh_TW.UTF-8"}, ENGLISH),
        ({"LANG": "zh_HK.UTF-8"}, ENGLISH),
        ({"LANG": "zh_Hant"}, ENGLISH),
        ({"LANG": "de_DE.UTF-8"}, ENGLISH),
        ({"LANG": "C.UTF-8"}, ENGLISH),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, ENGLISH),
        ({"LANG": "C", "LC_MESSAGES": "zh_CN.UTF-8"}, CHINESE),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": ""}, CHINESE),
        ({"LANG": "zh_CN.UTF-8", VARIABLE: "en"}, ENGLISH),
        ({VARIABLE: "zh-CN"}, CHINESE),
        ({VARIABLE: "zh_cn"}, CHINESE),
        ({VARIABLE: "ZH", "LC_ALL": "C"}, CHINESE),
        ({VARIABLE: "", "LC_ALL": "zh_CN"}, CHINESE),
    ],
)
def test_the_variable_goes_before_the_locale(environ: dict[str, str], expected: str, tmp_path: Path) -> None:
    done = sqlgen("emit", cwd=tmp_path, **environ)
    assert done.code == 2
    assert done.err.startswith("错误：缺少参数" if expected == CHINESE else "error: missing argument")
    assert is_chinese(done.err) == (expected == CHINESE)


def test_another_language_is_refused_in_english(tmp_path: Path) -> None:
    done = sqlgen("rules", cwd=tmp_path, **{VARIABLE: "tlh"})
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: SQLGEN_LANGUAGE can't be tlh\n"
        "hint: Use en or zh-CN; or leave it out, for the language of the settings or of the locale.\n"
    )


@pytest.mark.parametrize(
    "command", [("lint", "base:b2"), ("doctor",), ("rules",), ("explain", "drop-column"), ("check", "--since", "HEAD")]
)
def test_the_settings_go_before_the_locale_and_the_variable_before_them(
    command: tuple[str, ...], chinese: Path
) -> None:
    assert is_chinese(sqlgen(*command, cwd=chinese, LC_ALL="C").out)
    assert not is_chinese(sqlgen(*command, cwd=chinese, **{VARIABLE: "en", "LC_ALL": "zh_CN.UTF-8"}).out)


def test_settings_that_say_no_language_leave_the_terminal_its_own(shop: Path) -> None:
    assert is_chinese(sqlgen("lint", "base:b2", cwd=shop, LC_ALL="zh_CN.UTF-8").out)
    assert not is_chinese(sqlgen("lint", "base:b2", cwd=shop).out)


def test_an_error_in_the_settings_is_told_in_the_terminals_language(chinese: Path) -> None:
    write(chinese / "sqlgen.toml", 'language = "zh-TW"\n')
    assert is_chinese(sqlgen("lint", "base:b2", cwd=chinese, LC_ALL="zh_CN.UTF-8").err)
    assert not is_chinese(sqlgen("lint", "base:b2", cwd=chinese).err)


# ---- what is written


FORMATS = ("json", "sarif", "github", "gitlab", "junit", "csv", "markdown")


def written(folder: Path, out: Path, **environ: str) -> dict[str, bytes]:
    """Every format that is for others, and what people get in a file, by one command each."""
    out.mkdir()
    formats = [f"--output-format={name}={out / name}" for name in (*FORMATS, "text", "concise")]
    lint = sqlgen("lint", "base:heads", *formats, cwd=folder, **environ)
    check = [f"--output-format={name}={out / name}.check" for name in FORMATS]
    checked = sqlgen("check", "--since", "HEAD", *check, "--no-drift", cwd=folder, **environ)
    doctor = sqlgen("doctor", "--output-format=json", cwd=folder, **environ)
    why = sqlgen("why", "books", "--output-format=json", cwd=folder, **environ)
    rules = sqlgen("rules", "--output-format=json", cwd=folder, **environ)
    baseline = sqlgen("baseline", "create", "base:b2", cwd=folder, **environ)
    held = (folder / "sqlgen-baseline.json").read_bytes()
    (folder / "sqlgen-baseline.json").unlink()
    emit = sqlgen("emit", "base:heads", "-o", f"{out}/emitted/", "-q", cwd=folder, **environ)
    codes = [done.code for done in (lint, checked, doctor, why, rules, baseline, emit)]
    assert codes == [4, 0, 4, 0, 0, 0, 4], [done.err for done in (lint, checked, doctor, why, rules, baseline, emit)]
    printed = {"doctor": doctor.out, "why": why.out, "rules": rules.out}
    return {**contents(out), **{name: text.encode() for name, text in printed.items()}, "baseline": held}


@pytest.fixture(scope="module")
def english_files(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return written(shop, tmp_path_factory.mktemp("english") / "out")


def test_neither_the_locale_nor_the_variable_moves_a_byte_of_what_is_written(
    shop: Path, tmp_path: Path, english_files: dict[str, bytes]
) -> None:
    made = written(shop, tmp_path / "out", **{VARIABLE: "zh-CN", "LC_ALL": "zh_CN.UTF-8"})
    assert sorted(made) == sorted(english_files)
    assert [name for name in made if made[name] != english_files[name]] == []


def test_what_is_written_is_in_the_language_of_the_settings(
    chinese: Path, tmp_path: Path, english_files: dict[str, bytes]
) -> None:
    made = written(chinese, tmp_path / "out", **{VARIABLE: "en"})
    told = {name for name, data in made.items() if is_chinese(as_text(name, data))}
    silent = {"gitlab.check", "junit.check", "csv.check", "baseline"}  # nothing was found; fingerprints
    scripts = {name for name in made if name.endswith((".sql", ".sh"))}
    assert told == made.keys() - silent - scripts
    assert {name: made[name] for name in scripts} == {name: english_files[name] for name in scripts}
    assert made["baseline"] == english_files["baseline"]


def as_text(name: str, data: bytes) -> str:
    """What a reader of the format sees: JSON in ASCII has escapes."""
    text = data.decode()
    return json.dumps(json.loads(text), ensure_ascii=False) if text.startswith(("{", "[")) else text


def test_scripts_are_english_and_ascii_but_for_what_the_project_says(chinese: Path, tmp_path: Path) -> None:
    assert sqlgen("emit", "base:heads", "-o", f"{tmp_path}/out/", "-q", cwd=chinese, LC_ALL="zh_CN.UTF-8").code == 4
    scripts = [path for path in (tmp_path / "out").iterdir() if path.suffix == ".sql"]
    assert {path.name for path in scripts} >= {"apply.sql", "preflight.sql", "postcheck.sql"}
    for path in scripts:
        text = path.read_text(encoding="utf-8").replace("书名", "")
        assert text.isascii(), path.name
        assert "could not be rendered" in text or "can't be rendered" in text or path.name != "apply.sql"


def test_a_bundle_of_a_chinese_project_is_the_same_wherever_it_is_built(chinese: Path, tmp_path: Path) -> None:
    build = ("bundle", "base:b2", "--env", "prod", "--fail-on", "never", "--allow-dirty")
    made = []
    for name, environ in EVERYWHERE.items():
        out = tmp_path / name
        done = sqlgen(*build, "-o", out, cwd=chinese, **environ)
        assert done.code == 0, done.err
        made.append(contents(out))
    assert manifest(tmp_path / "chinese").language == CHINESE
    assert all(each == made[0] for each in made[1:])
    assert is_chinese(made[0]["runbook.md"].decode())
    assert is_chinese(made[0]["review.md"].decode())
    for environ in EVERYWHERE.values():
        assert sqlgen("bundle", "--check", tmp_path / "chinese", cwd=chinese, **environ).code == 0


def test_processes_speak_the_language_of_the_one_that_started_them(shop: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(shop, tmp_path / name, ignore=shutil.ignore_patterns(".git"))
        write(tmp_path / name / "migrations/versions/d4.py", "revision = 'd4'\ndown_revision = 'gone'\n")
    commit(tmp_path)
    many = ("check", "--since", "HEAD", "--project", "one", "--project", "two", "--jobs")
    two, alone = (sqlgen(*many, jobs, cwd=tmp_path, **{VARIABLE: "zh-CN"}) for jobs in ("2", "1"))
    assert two == alone
    assert is_chinese(two.out)


# ---- widths

TEXT = st.text(st.sampled_from("锁表 阻塞读写，。：（）“”abc --env {x} 1"), max_size=120)


@given(TEXT, st.integers(4, 60))
def test_wrapped_text_is_the_same_text_in_lines_that_fit(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert cells(line) <= width or not any(line[at].isspace() for at in range(1, len(line) - 1))
        assert line == line.strip() or line == lines[0].rstrip()


@given(TEXT)
def test_no_line_begins_with_a_mark_that_belongs_to_the_one_before(text: str) -> None:
    lines = wrapped(" ".join(text.split()), 20)
    for line in lines[1:]:
        assert line[0] not in "，。：）”" or f" {line[0]}" in text


HELP = ("bundle", "lint", "trust", "ledger", "check")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_help_fits_the_terminal_in_both_languages(width: int, tmp_path: Path) -> None:
    for language in (ENGLISH, CHINESE):
        for command in ((), *((name,) for name in HELP)):
            shown = sqlgen(*command, "--help", cwd=tmp_path, COLUMNS=str(width), **{VARIABLE: language}).out
            wide = [line for line in shown.splitlines() if cells(line) > width and not line.startswith("  sqlgen ")]
            assert wide == []
            assert is_chinese(shown) == (language == CHINESE)


def test_marks_stand_under_what_they_mark(shop: Path) -> None:
    out = sqlgen("lint", "a1:b2", cwd=shop, **{VARIABLE: "zh-CN"}).out.splitlines()
    at = next(number for number, line in enumerate(out) if "^" in line)
    code, marks = out[at - 1], out[at]
    begin, end = marks.index("^"), len(marks.rstrip())
    assert cells(code[: code.index("op.")]) == begin
    assert cells(code.rstrip()) == end


@pytest.mark.parametrize("command", [("doctor",), ("rules",)])
def test_columns_stand_one_under_the_other(command: tuple[str, ...], shop: Path) -> None:
    out = sqlgen(*command, cwd=shop, **{VARIABLE: "zh-CN"}).out
    rows = out[out.rindex("\n\n") + 2 :].splitlines() if command == ("doctor",) else out.splitlines()
    last = {cells(row) - cells(row.split("  ")[-1].lstrip()) for row in rows}
    assert len(last) == 1, out


# ---- messages


def test_a_message_in_a_message_is_in_the_language_that_is_spoken_at_last() -> None:
    inner = say("there is no way back")
    outer = say("{path} can't be read: {why}", path="a.sql", why=inner)
    english = str(outer)
    with speaking(CHINESE):
        assert is_chinese(str(outer))
        assert "no way back" not in str(outer)
        assert in_english(outer) == english
    assert str(outer) == english


def test_a_list_of_messages_is_one() -> None:
    both = joined([say("there is no way back"), "b{x}"], "; ")
    assert str(both) == "there is no way back; b{x}"
    with speaking(CHINESE):
        assert is_chinese(str(both))
        assert str(both).endswith("; b{x}")
    assert str(joined([])) == ""


@given(st.recursive(st.text(), lambda inner: st.builds(lambda a, b: say("{a} {b}", a=a, b=b), inner, inner)))
def test_what_is_sent_to_a_worker_comes_back_the_same(value: str | Message) -> None:
    message = value if isinstance(value, Message) else say("{value}", value=value)
    assert unpacked(packed(message)) == message


@pytest.fixture(autouse=True)
def _nothing_is_said_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    assert not {VARIABLE, "LC_ALL", "LANG"} & os.environ.keys()
    yield
    speak(ENGLISH)
