"""English and Chinese are equal: whatever is said in one is said in the other. `make messages` brings the catalogues up
to date with the sources; an empty translation is for somebody to write."""

from __future__ import annotations

import re
import string
from functools import cache

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tools import messages as catalogues

each_domain = pytest.mark.parametrize("domain", catalogues.DOMAINS)
_CODE = re.compile(r"`[^`]+`")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORDS = re.compile(r"\b[A-Za-z]?[a-z]+\b")


said = cache(catalogues.said)


@cache
def entries(domain: str) -> list[Message]:
    with (catalogues.LOCALE / f"{domain}.po").open("rb") as file:
        return [each for each in read_po(file) if each.id]


def pairs(domain: str) -> list[tuple[str, str]]:
    return [(str(each.id), str(each.string)) for each in entries(domain)]


@each_domain
def test_a_catalogue_holds_what_is_said_and_nothing_else(domain: str) -> None:
    assert [text for text, _ in pairs(domain)] == list(said(domain)), "make messages brings it up to date"
    assert len(entries(domain)) > {"sqlgen": 2000, "pages": 300}[domain]


@each_domain
def test_everything_that_is_said_is_said_in_chinese(domain: str) -> None:
    assert [text for text, chinese in pairs(domain) if not chinese.strip()] == []
    assert [each.id for each in entries(domain) if each.fuzzy] == []


@each_domain
def test_the_files_are_the_bytes_that_the_tool_writes(domain: str) -> None:
    made = catalogues.catalogue(said(domain), catalogues.translations(domain))
    assert (catalogues.LOCALE / f"{domain}.po").read_bytes() == catalogues.po(made)
    assert (catalogues.LOCALE / f"{domain}.mo").read_bytes() == catalogues.mo(made), "make messages compiles it"


def fields(template: str) -> set[str]:
    parsed = [part for part in string.Formatter().parse(template) if part[1] is not None]
    assert all(name and not spec and conversion is None for _, name, spec, conversion in parsed), template
    return {str(name) for _, name, _, _ in parsed}


def test_a_translation_has_the_same_values() -> None:
    for text, chinese in pairs("sqlgen"):
        if chinese:
            assert fields(chinese) == fields(text), text


def test_a_page_has_the_same_code() -> None:
    for text, chinese in pairs("pages"):
        if chinese:
            assert sorted(_CODE.findall(chinese)) == sorted(_CODE.findall(text)), text


@each_domain
def test_lines_and_their_ends_stay(domain: str) -> None:
    for text, chinese in pairs(domain):
        if chinese:
            assert chinese.count("\n") == text.count("\n"), text
            assert chinese[-1:].isspace() <= text[-1:].isspace(), text


def test_a_sentence_is_chinese() -> None:
    """Not the English text once more: a template of four words and more, but for commands, has Chinese characters."""
    texts = [pair for pair in pairs("sqlgen") if not pair[0].startswith("sqlgen ")]
    sentences = [pair for pair in texts if len(_WORDS.findall(re.sub(r"\{\w+\}", "", pair[0]))) > 3]
    assert len(sentences) > 1500
    assert [text for text, chinese in sentences if chinese and not _CHINESE.search(chinese)] == []
