"""docs/script-messages.md and its Chinese twin: what scripts say, in both languages. `make golden` writes them anew."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sqlgen.markdown import cell
from sqlgen.messages import CHINESE, ENGLISH, speaking, translated
from tools.messages import said

PAGES = {ENGLISH: Path("docs/script-messages.md"), CHINESE: Path("docs/script-messages.zh-CN.md")}
HEADS = {
    ENGLISH: (
        "# What scripts say\n\n"
        "English | [简体中文](script-messages.zh-CN.md)\n\n"
        "`apply.sql`, `rollback.sql`, `resume.sql`, `preflight.sql` and `postcheck.sql` speak English whatever the "
        "settings say: programs look for their words, and they meet consoles and databases in any encoding. Here is "
        "what they say, in Chinese beside it. What stands in ‹ › is filled in; behind a line that ends with a blank, "
        "the database says the rest. The words in capitals (APPLIED, NOT APPLIED, …) are never translated.\n\n"
        "A line that several clients' scripts have is under *all clients*. Lines are sorted by how they begin.\n\n"
        "This file is written from the sources (`make golden`).\n"
    ),
    CHINESE: (
        "# 脚本输出对照表\n\n"
        "[English](script-messages.md) | 简体中文\n\n"
        "不管配置里是什么语言，`apply.sql`、`rollback.sql`、`resume.sql`、`preflight.sql` 和 `postcheck.sql` "
        "都输出英文：程序要认其中的字样，脚本也会遇到各种编码的控制台和数据库。这里列出它们会说的话，"
        "旁边是中文。‹ › 里的内容会被填入实际的值；以空格结尾的句子，后面的内容由数据库给出。"
        "大写的字样（APPLIED、NOT APPLIED 等）从不翻译。\n\n"
        "几种客户端的脚本都有的话，列在“所有客户端”之下。按英文开头的字母排序。\n\n"
        "本文件由源代码生成（`make golden`）。\n"
    ),
}
COLUMNS = {ENGLISH: "| the script says | in Chinese |", CHINESE: "| 脚本输出 | 中文 |"}
CLIENTS = {
    "psql": "psql",
    "mysql": "mysql, mariadb",
    "sqlite3": "sqlite3",
    "sqlcmd": "sqlcmd",
    "sqlplus": "SQL*Plus",
    "plain": "plain",
}
SECTIONS = {
    "": {ENGLISH: "All clients", CHINESE: "所有客户端"},
    **{folder: {ENGLISH: name, CHINESE: name} for folder, name in CLIENTS.items()},
    "checks": {ENGLISH: "preflight.sql, postcheck.sql", CHINESE: "preflight.sql、postcheck.sql"},
    "losses": {ENGLISH: "What is destroyed or lost", CHINESE: "销毁和丢失的数据"},
}
KINDS = "sqlgen/facts/kinds.py"
"""Scripts name kinds of things, too."""
NOT_IN_SCRIPTS = ("runbook/", "faithful/", "folder.py", "split.py", "tenants.py", "__init__.py", "target.py")
"""The runbook is in the language of the settings; the others refuse to write a script."""


@cache
def lines() -> dict[str, list[str]]:
    """Section → what its scripts say, sorted."""
    found: dict[str, list[str]] = {section: [] for section in SECTIONS}
    for text, files in said("sqlgen").items():
        files = ["sqlgen/script/kinds.py" if file == KINDS else file for file in files]
        inside = [file.removeprefix("sqlgen/script/") for file in files if file.startswith("sqlgen/script/")]
        homes = {
            file.partition("/")[0] if "/" in file else "" for file in inside if not file.startswith(NOT_IN_SCRIPTS)
        }
        if homes and re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", text)):
            found[homes.pop() if len(homes) == 1 else ""].append(text)
    return {section: sorted(texts, key=lambda text: (text.casefold(), text)) for section, texts in found.items()}


def page(language: str) -> str:
    parts = [HEADS[language]]
    for section, texts in lines().items():
        rows = [COLUMNS[language], "| --- | --- |", *rows_of(texts)]
        parts.append("\n".join([f"## {SECTIONS[section][language]}", "", *rows]) + "\n")
    return "\n".join(parts)


def rows_of(texts: list[str]) -> Iterator[str]:
    with speaking(CHINESE):
        for text in texts:
            yield f"| {shown(text)} | {shown(translated(text))} |"


def shown(template: str) -> str:
    """In a table, on one line, with what is filled in as ‹name›."""
    text = re.sub(r"\{(\w+)\}", r"‹\1›", template.replace("{{", "\0").replace("}}", "\1"))
    lines = text.replace("\0", "{").replace("\1", "}").strip().split("\n")
    return "<br>".join(cell(line).replace("\\`", "`") for line in lines)  # code is code


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_what_the_scripts_say(language: str) -> None:
    expected = page(language)
    if os.environ.get("SQLGEN_WRITE_GOLDEN"):
        PAGES[language].write_text(expected, encoding="utf-8")

    assert PAGES[language].read_text(encoding="utf-8") == expected, "make golden writes it anew"


def test_what_a_script_says_is_on_the_page() -> None:
    """A line of the sample's scripts that begins with the words of one of ours is found by them."""
    script = Path("samples/bookshop/expected/postgresql/release/apply.sql").read_text(encoding="utf-8")
    begins = [text.partition("{")[0] for texts in lines().values() for text in texts]
    told = [line for line in script.splitlines() if "sqlgen: step" in line or "NOT APPLIED: " in line]
    assert len(told) > 5
    assert [line for line in told if not any(begin and begin in line for begin in begins)] == []
