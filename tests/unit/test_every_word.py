"""Every word that a person reads can be translated: in a language that is made up for it, nothing English is left.

The made-up translation of `building {index} blocks writes` is `⟦building ⟧{index}⟦ blocks writes⟧`. So whatever stands
outside of ⟦ ⟧ is a value: a name, a path, code, what others say (an exception, a parser, the operating system), one of
the settings' own words. An English word there was never said, or was glued to a message, or given to one as a value.
"""

from __future__ import annotations

import re
import shutil
import string
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from sqlgen import messages
from sqlgen.bundle.manifest import Manifest
from sqlgen.cli.main import COMMANDS, GROUPS
from sqlgen.lint.pages import pages
from tests.unit.building import Done, commit, project, sqlgen, trust_folder

LOOKS = {"SQLGEN_LANGUAGE": "zh-CN", "COLUMNS": "100", "SOURCE_DATE_EPOCH": "1767225600"}
_TRANSLATED = re.compile(r"⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"(?<![\w./`'\"«<=$@\\-])[A-Za-z][a-z]+(?:'[a-z]+)?(?![\w/`'\"=@(\\-]|\.\w)")
"""A plain word: nothing that is joined to a digit, an underscore, a slash, a hyphen or a quote, and no capitals."""

_QUOTED = re.compile(
    r"\w+Error: .*|syntax`? error at or near|No such file or directory|git fetch \S+ \S+|SHA256:\S+"  # others' words
    r"|::\w+ [^:]*::|<!--.*?-->|<[^>]*>"  # what formats are made of
)
_SETTINGS = """
error warning info off default strict never always auto text concise markdown json sarif github gitlab junit csv toml
preset rule upgrade downgrade base head heads prod staging bundle alembic revision segment none plain empty shadow
dba receipt reject incomplete failed
locking rewriting losing breaking design failing running naming history security unread
"""
"""Words that are typed as they stand, roles, and the kinds of harm, which are folders."""
_CALLED = """
postgresql mysql mariadb sqlite mssql oracle psql sqlcmd sqlplus git python Python sqlalchemy sqlgen Alembic fetchall
PostgreSQL MySQL MariaDB SQLite Oracle Jenkins GitHub GitLab Azure azure jenkins
"""
PAGES = pages(("standard",), Path())
RULES = frozenset(page.id for page in PAGES)
VALUES = frozenset((_SETTINGS + _CALLED).split())


def made_up(text: str) -> str:
    """⟦ ⟧ around all that is not a value."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:  # a page's text, which has no values
        return f"⟦{text}⟧"
    return "".join(
        (f"⟦{literal.replace('{', '{{').replace('}', '}}')}⟧" if literal else "") + (f"{{{name}}}" if name else "")
        for literal, name, _, _ in parts
    )


@pytest.fixture(autouse=True)
def _a_language_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def catalogue(language: str, domain: str = "sqlgen") -> Callable[[str], str]:
        return str if language == messages.ENGLISH else (lambda text: f"⟦{text}⟧") if domain == "pages" else made_up

    monkeypatch.setattr(messages, "_catalogue", catalogue)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history with something of everything that is told."""
    made = project(tmp_path_factory.mktemp("shop") / "qshop", revisions=REVISIONS, settings=SETTINGS)
    commit(made)
    return made


SETTINGS = """\
language = "zh-CN"
dialect = "postgresql"
service = "qshop"

[env.prod]
database = "qshop"
roles = { qdba = 1 }

[rule.drop-table]
severity = "warning"

[[allow]]
rule = "drop-column"
revision = "b2"
because = "qbecause"
"""
REVISIONS = {
    "a1": ("op.execute('CREATE TABLE qbooks (qid INT PRIMARY KEY, qisbn INT)')", "op.execute('DROP TABLE qbooks')"),
    "b2": ("op.execute('ALTER TABLE qbooks DROP COLUMN qisbn')", "pass"),
    "c3": (
        "op.execute('CREATE INDEX qix ON qbooks (qid)')\nop.execute('UPDATE qbooks SET qid = 1')\n"
        "op.execute('ALTER TABLE qbooks ALTER qid TYPE bigint')",
        "op.execute('DROP INDEX qix')",
    ),
    "d4": (
        "qn = op.get_bind().execute(__import__('sqlalchemy').text('SELECT qid FROM qbooks')).fetchall()",
        "raise ValueError('qno')",
    ),
    "e5": ("op.execute('DO $$ BEGIN EXECUTE qx; END $$')\nop.execute('FROB qthing')", "open('qfile').read()"),
}


def left(text: str, shop: Path | None = None, more: Collection[str] = ()) -> list[str]:
    """Lines with plain words outside of what is translated, but for those of the project's files, and `more`."""
    known = {*VALUES, *COMMANDS, *more, *RULES}
    for path in () if shop is None else (path for path in shop.rglob("*") if path.suffix in (".py", ".toml", ".ini")):
        known.update(re.findall(r"[A-Za-z]+", path.read_text(encoding="utf-8")))
    text = _QUOTED.sub(" ", _TRANSLATED.sub(" ", text))
    return [line for line in text.splitlines() if set(_WORD.findall(line)) - known]


def commands() -> Iterator[tuple[str, ...]]:
    yield ()
    for name in COMMANDS:
        yield (name,)
        if name in GROUPS:
            app = import_module(f"sqlgen.cli.{name}").app
            yield from ((name, str(each.name)) for each in app.registered_commands)


def test_help(tmp_path: Path) -> None:
    for command in commands():
        shown = sqlgen(*command, "--help", cwd=tmp_path, **LOOKS).out
        below = {name for _, name in (each for each in commands() if len(each) == 2)}
        assert left(re.sub(r"\n {4,}", "", shown), more=below) == [], command


MISTAKES = (
    "emitt",
    "emit",
    "emit base:head --nope",
    "emit base:head extra",
    "emit base:head --timeout",
    "emit base:head --timeout soon",
    "emit base:head --raw=1",
    "emit qnowhere:head",
    "emit head:base",
    "emit base:head --env nowhere",
    "emit base:head --project gone",
    "emit base:head --split half",
    "emit base:head -o gone/deep/",
    "check --jobs x",
    "check --jobs 0",
    "upgrade head",
    "current",
    "trust policyy",
    "trust",
    "explain nothing",
    "rules --output-format xml",
    "lint base:head --fail-on sometimes",
    "lint base:head --output-format xml",
    "lint gone.sql",
    "bundle base:head --env prod",
    "bundle base:head --env prod -o out",
    "bundle --check gone",
    "show gone",
    "verify gone prod gone",
    "sign gone --role dba --key gone",
    "why qnothing",
    "snapshot a1:b2",
    "diff gone gone",
    "promote gone --env prod -o out",
    "receipt gone gone --key gone",
    "release gone.toml -o out",
    "format gone.sql",
    "init --ci qnowhere",
    "rehearse base:head",
    "ledger status gone",
    "ledger verify gone",
)


@pytest.mark.parametrize("line", MISTAKES)
def test_errors(line: str, shop: Path) -> None:
    done = sqlgen(*line.split(), cwd=shop, **LOOKS)
    assert done.code != 0
    assert "⟦" in done.err
    assert left(done.err, shop, more=re.findall(r"\w+", line)) == []


TOLD = {
    "lint": "lint base:heads --output-format text",
    "concise": "lint base:heads --output-format concise",
    "markdown": "lint base:heads --output-format markdown",
    "no base": "check --since gone --output-format concise",
    "github": "lint base:heads --output-format github",
    "junit": "lint base:heads --output-format junit",
    "check": "check --since HEAD --output-format text",
    "comment": "check --since HEAD --output-format markdown",
    "doctor": "doctor -v",
    "history": "history",
    "allowances": "allowances",
    "rules": "rules",
    "why": "why qbooks",
    "why column": "why qbooks.qisbn -v",
    "emit": "emit base:heads -v -o out/",
}


def said(done: Done) -> str:
    return f"{done.out}\n{done.err}"


@pytest.mark.parametrize("name", TOLD)
def test_what_commands_tell(name: str, shop: Path, tmp_path: Path) -> None:
    done = sqlgen(*TOLD[name].replace("out/", f"{tmp_path}/out/").split(), cwd=shop, **LOOKS)
    assert done.code in (0, 1, 2, 4), done.err
    assert "⟦" in said(done) or name == "history"
    assert left(said(done), shop, more=re.findall(r"\w+", TOLD[name])) == []


def test_the_runbook_of_a_range(shop: Path, tmp_path: Path) -> None:
    for range_text in ("base:b2", "a1:c3"):
        sqlgen("emit", range_text, "-o", f"{tmp_path}/{range_text[:2]}/", cwd=shop, **LOOKS)
    for page in tmp_path.rglob("*.md"):
        lines = page.read_text(encoding="utf-8").splitlines()
        prose = "\n".join(line for line in lines if not line.startswith("    "))
        assert left(re.sub(r"`[^`]*`", "", prose), shop) == [], page.name


def test_pages_of_rules(shop: Path) -> None:
    for page in PAGES[::10]:
        shown = _TRANSLATED.sub(" ", sqlgen("explain", page.id, cwd=shop, **LOOKS).out)
        prose = "\n".join(line for line in shown.splitlines() if not line.startswith("  "))
        assert left(prose, shop, more=[option.name for option in page.options]) == [], page.id


def test_an_english_word_that_was_never_said_is_found() -> None:
    assert left("⟦building ⟧an index⟦ blocks writes⟧") == [" an index "]
    assert left("⟦building ⟧ix_books⟦ blocks writes to ⟧books.id (SHARE)") == []


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen makes the keys")
def test_what_is_told_of_bundles_trust_and_ledgers(shop: Path, tmp_path: Path) -> None:
    trust, out, log = trust_folder(tmp_path), tmp_path / "out", tmp_path / "run.log"
    log.write_text("sqlgen result: NOT APPLIED: it failed\n", encoding="utf-8")
    dora, found = f"--key {tmp_path}/dora", []
    for line in (
        f"bundle base:b2 --env prod -o {out} --fail-on never --expires 2099-01-01",
        f"bundle --check {out}",
        f"show {out}",
        f"show {out} --trust {trust}",
        f"verify {trust} prod {out}",
        f"sign {out} --role dba {dora}",
        f"show {out} --trust {trust}",
        f"verify {trust} prod {out}",
        f"verify {trust} staging {out}",
        f"receipt {trust} {out} --log {log} {dora} --as dora@example.com",
        f"ledger status {trust}",
        f"ledger check {trust}",
        f"show {out} --trust {trust}",
        f"promote {out} --env staging -o {tmp_path}/promoted --trust {trust}",
        f"renew {out} --expires 2099-02-01 -o {tmp_path}/renewed",
        f"diff {out} {tmp_path}/renewed",
        f"sign {out} --role dba --reject --because qbecause {dora}",
        f"verify {trust} prod {out}",
        f"trust check {trust}",
        f"trust grant {trust} dba {tmp_path}/eve.pub",
        f"trust revoke {trust} {tmp_path}/eve.pub --because qbecause",
        f"trust check {trust}",
    ):
        done = sqlgen(*line.split(), cwd=shop, **LOOKS)
        told = re.sub(re.escape(str(tmp_path)), "", said(done))
        assert "⟦" in told, line
        keys = [each.name for each in fields(Manifest)]
        found += [(line, each) for each in left(told, shop, more=[*re.findall(r"\w+", line), *keys])]
    assert found == []
