"""What the documents promise: commands that exist, links that lead somewhere, two languages that say the same."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from sqlgen.cli.main import build

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = ROOT / "README.md"


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


DOCUMENTS = sorted(path for path in tracked() if path.suffix == ".md" and "expected" not in path.parts)
SCRIPTS = [ROOT / "samples" / "demo.sh"]


def prose(path: Path) -> str:
    """The document without its code blocks."""
    return re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)


def code_blocks(text: str) -> list[str]:
    return re.findall(r"^```[^\n]*\n(.*?)^```$", text, re.M | re.S)


def command_lines(path: Path) -> Iterator[str]:
    """Every `sqlgen …` line: in code blocks, between backticks in running text, in scripts."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        blocks = code_blocks(text)
        inline = re.findall(r"`(sqlgen [^`]+)`", prose(path))
        lines = [*inline, *(line for block in blocks for line in block.splitlines())]
    else:
        lines = text.splitlines()
    for line in lines:
        # `$ sqlgen …`, `run 0 sqlgen …`, `run: sqlgen …`; not a result line such as "sqlgen result: APPLIED"
        found = re.match(r"\s*(?:\$ |run \d |- |run: )*(?:[A-Z_]+=\S+ )*(sqlgen (?!result:)[^#|>]+)", line)
        if found:
            yield found[1].strip()


ALL_LINES = [
    pytest.param(line, id=f"{path.name}: {line}")
    for path in [*DOCUMENTS, *SCRIPTS]
    for line in dict.fromkeys(command_lines(path))
]


@pytest.mark.parametrize("line", ALL_LINES)
def test_each_command_line_in_a_document_exists(line: str) -> None:
    words = shlex.split(line.replace("…", "").replace("[", "").replace("]", ""))[1:]
    command = typer.main.get_command(build())
    while words and hasattr(command, "commands") and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    assert not words or words[0].startswith("-") or not hasattr(command, "commands"), f"no command {words[0]}"
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    used = {word.split("=")[0] for word in words if re.match(r"-{1,2}[a-z]", word)}
    assert used <= known | {"--help", "-h"}, f"no option {', '.join(sorted(used - known))}"


def test_the_readmes_show_enough_commands_to_be_worth_checking() -> None:
    assert len(list(command_lines(ENGLISH))) > 15


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_link_leads_to_a_file_and_heading_that_exist(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = path if not name else (path.parent / name).resolve()
        assert file.is_relative_to(ROOT), f"{target} leaves the repository"
        assert file.exists(), f"{target} is not there"
        if anchor:
            assert anchor in anchors(file), f"{target} names no heading"


def anchors(path: Path) -> set[str]:
    """Headings as GitHub makes them into anchors: lower case, punctuation dropped, spaces to hyphens."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    }


def outline(path: Path) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", prose(path), re.M)]


TWINS = [
    (path.with_name(path.name.replace(".zh-CN", "")), path) for path in DOCUMENTS if path.name.endswith(".zh-CN.md")
]


@pytest.mark.parametrize(("english", "chinese"), TWINS, ids=lambda path: path.name)
def test_both_languages_have_the_same_headings_tables_code_and_commands(english: Path, chinese: Path) -> None:
    assert outline(english) == outline(chinese)
    in_english, in_chinese = english.read_text(encoding="utf-8"), chinese.read_text(encoding="utf-8")
    assert len(code_blocks(in_english)) == len(code_blocks(in_chinese))
    assert in_english.count("\n|") == in_chinese.count("\n|")
    assert sorted(command_lines(english)) == sorted(command_lines(chinese))


def test_each_english_document_that_names_a_chinese_one_has_it() -> None:
    assert ENGLISH in dict(TWINS)
    for path in DOCUMENTS:
        if "[简体中文](" in path.read_text(encoding="utf-8"):
            assert path in dict(TWINS), path


def test_no_tracked_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    places = {str(ROOT) + "/", str(Path.home()) + "/"} - {"/"}
    for path in tracked():
        content = path.read_bytes().decode("utf-8", "replace")
        assert not [place for place in places if place in content], path
