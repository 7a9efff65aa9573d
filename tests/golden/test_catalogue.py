"""rules/README.md and rules/README.zh-CN.md are what the pages say. `make golden` writes them anew."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

import pytest

from sqlgen.lint.page_texts import in_language
from sqlgen.lint.pages import Page, pages
from sqlgen.messages import CHINESE, ENGLISH, speaking

READMES = {ENGLISH: Path("rules/README.md"), CHINESE: Path("rules/README.zh-CN.md")}
HEADS = {
    ENGLISH: (
        "# The standard rules\n\n"
        "English | [简体中文](README.zh-CN.md)\n\n"
        "{count} rules, by kind of harm. One rule is one file: its name is the rule's id, its docstring is its page, "
        "the examples of the page are its tests. `sqlgen explain RULE` shows the page, `sqlgen rules` what holds in a "
        "project.\n\n"
        "The preset `default` is about safety, with little noise; `strict` turns on all but what is a team's own "
        "policy. Severity and options are set in `[tool.sqlgen.rule.ID]`, and per environment in "
        "`[tool.sqlgen.env.NAME.rule.ID]`.\n\n"
        "This file is written from the pages (`make golden`).\n"
    ),
    CHINESE: (
        "# 标准规则\n\n"
        "[English](README.md) | 简体中文\n\n"
        "{count} 条规则，按危害类别排列。一条规则是一个文件：文件名就是规则名，文档字符串就是它的说明页，"
        "页上的示例就是它的测试。`sqlgen explain RULE` 显示说明页，`sqlgen rules` 列出一个项目里生效的规则。\n\n"
        "预设 `default` 只管安全，很少误报；`strict` 打开其余所有规则，只有属于团队自己策略的除外。级别和选项写在 "
        "`[tool.sqlgen.rule.ID]` 里，按环境写在 `[tool.sqlgen.env.NAME.rule.ID]` 里。\n\n"
        "本文件由说明页生成（`make golden`）。\n"
    ),
}
COLUMNS = {
    ENGLISH: "| rule | says | severity | preset | dialects |",
    CHINESE: "| 规则 | 说什么 | 级别 | 预设 | 数据库 |",
}
ALL = {ENGLISH: "all", CHINESE: "全部"}


def catalogue(language: str) -> str:
    """The catalogue as Markdown: a table for each kind of harm."""
    with speaking(language):
        read = [in_language(page) for page in pages(["standard"], Path())]
    parts = [HEADS[language].format(count=len(read))]
    for harm, group in groupby(read, key=lambda page: page.harm):
        rows = [COLUMNS[language], "| --- | --- | --- | --- | --- |", *(_row(page, language) for page in group)]
        parts.append("\n".join([f"## {harm}", "", *rows]) + "\n")
    return "\n".join(parts)


def _row(page: Page, language: str) -> str:
    preset = "default" if page.default else "strict" if page.strict else "–"
    dialects = ALL[language] if page.dialects == ("*",) else ", ".join(page.dialects)
    path = page.name.removeprefix("standard/")
    title = page.title.replace("|", "\\|")
    return f"| [{page.id}]({path}) | {title} | {page.severity} | {preset} | {dialects} |"


@pytest.mark.parametrize("language", READMES)
def test_the_catalogue_is_what_the_pages_say(language: str) -> None:
    expected, readme = catalogue(language), READMES[language]
    if os.environ.get("SQLGEN_WRITE_GOLDEN"):
        readme.write_text(expected, encoding="utf-8")

    assert readme.read_text(encoding="utf-8") == expected, "make golden writes it anew"
