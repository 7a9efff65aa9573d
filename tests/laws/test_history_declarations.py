"""What is read from a revision file's form is what a parse of the whole file gives."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import alembic
import pytest
from alembic import util
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mako.template import Template

from sqlgen.errors import HistoryError
from sqlgen.history import Revision
from sqlgen.history.declarations import Forms, declared
from sqlgen.history.files import _parsed

TOPS = (
    '"""make it\n\nRevision ID: §\n"""\n',
    '"""make "§"\'s it"""\n',
    '""""make" é"""  \n',
    '"""a\\n§"""\n',
    '""""""\n',
    '"""a\n"""\ndef §(): pass\n',
    '"""\ndef f():\n  "§"\n"""\n',
    "'''a'''\n",
    'r"""a"""\n',
    '"""a""" \'§\'\n',
    '"""a"""; revision = "§"\n',
    "# -*- coding: latin-1 -*-\n",
    '# -*- coding: latin-1 -*-\n"""é"""\n',
    '#!/usr/bin/python\n# vim: fileencoding=cp1252 :\n"""é"""\n',
    '# -*- coding: utf-8 -*-\n"""é"""\n',
    '# encoding: utf-8-sig\n"""é"""\n',
    '\n  # "§" é\n#\n\n"""é"""\n',
    '# a\n """é"""\n',
    "\n",
)
NAMES = ("revision", "down_revision", "depends_on", "branch_labels", "x")
VALUES = (
    "None",
    "'§'",
    '"§"',
    "('§',)",
    "('§', '§')",
    '["§", "§", "§"]',
    "('§')",
    "('§' '§')",
    "'§' + '§'",
    "'§', None",
    "{'§', '§'}",
    "''",
    "()",
    "'''§'''",
    "''''§'''",
    "'a' '§'",
    "u'§'",
    "b'§'",
    "f'§'",
    "f'{\"§\"}'",
    "x",
    "'\"'if'§'else'\"'",
    "'='if'='else'§'",
    "'§-§'",
    "'§\\'§'",
    "'é'",
    "'§'  # the '§'",
    "(\n    '§',\n    # '§\n    '§',\n)",
    "7",
    "'§'.lower()",
)
LINES = (
    "from alembic import op",
    "from typing import Sequence, Union",
    "from base import down_revision",
    "import revision.x",
    "import os as depends_on",
    "import sqlalchemy as sa  # '§'",
    "# it's '§'",
    "if '§': revision = '§'",
    "revision, down_revision = '§', '§'",
    "revision = down_revision = '§'",
    "revision: str",
    "(\nrevision\n) = '§'",
    "del revision",
    "x['§'] = '§'",
    "SQL = '''\ndef f('§'):\n'''",
    "SQL = '''§",
    "  ",
    "\f",
    "",
)
TAILS = (
    "def upgrade() -> None:\n    op.execute('§')\n\n\ndef downgrade():\n    pass\n",
    "",
    'def upgrade():\n    op.execute("""\nSELECT 1\n""")\n',
    'def upgrade():\n    op.execute("""\nSELECT revision\n""")\n',
    "def revision():\n    pass\n",
    "@x\nclass depends_on:\n    pass\n",
    "def f():\n    pass\nif x:\n    down_revision = '§'\n",
    "def f():\n    pass\nｒevision = '§'\n",
    "def f():\n    pass\nfrom base import *\n",
)
IDS = st.sampled_from(("a", "b", "1975ea83b712", "ae1027a6acf0", "if", "or", "f", "_", "revision"))


@st.composite
def lines(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return draw(st.sampled_from(LINES))
    note = draw(st.sampled_from(("", ": str", ": Union[str, Sequence[str], None]", ': "§"')))
    return f"{draw(st.sampled_from(NAMES))}{note} = {draw(st.sampled_from(VALUES))}"


@st.composite
def sources(draw: st.DrawFn) -> str:
    """A file whose ids are left open: §. Mostly one part of it is odd."""
    odd = draw(st.sets(st.sampled_from(("top", "middle", "tail")), min_size=1, max_size=3))
    top = draw(st.sampled_from(TOPS)) if "top" in odd else TOPS[0]
    tail = draw(st.sampled_from(TAILS)) if "tail" in odd else TAILS[0]
    middle = ["revision = '§'", "down_revision = '§'"]
    for at, line in draw(st.lists(st.tuples(st.integers(0, 2), lines()), max_size=2)) if "middle" in odd else ():
        middle.insert(at, line)
    return top + "\n".join(middle) + "\n\n" + tail


def filled(source: str, ids: list[str]) -> bytes:
    first, *rest = source.split("§")
    return "".join((first, *(ids[index % len(ids)] + text for index, text in enumerate(rest)))).encode()


def parsed(source: bytes) -> Revision | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _parsed(ast.parse(source), "/p/a_.py", "a_.py")
        except (HistoryError, SyntaxError):
            return None


@given(sources(), st.lists(IDS, min_size=1, max_size=7), st.lists(IDS, min_size=1, max_size=7))
@settings(max_examples=600, deadline=None)
@example("\"\"\"a\"\"\"\nrevision = '§'\ndown_revision = '\"'if'§'else'\"'\n\ndef f(): pass\n", ["a"], ["a", "if"])
@example("\"\"\"a\"\"\"\nrevision = '§'\ndown_revision = '§', '§'\n\ndef f(): pass\n", ["a", "b", "c"], ["a", "b", "b"])
def test_a_known_form_gives_what_a_parse_gives(source: str, first: list[str], second: list[str]) -> None:
    forms: Forms = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text in (filled(source, first), filled(source, second)):
            found = declared(text, forms, "/p/a_.py", "a_.py")
            assert found is None or found == parsed(text)


@pytest.mark.parametrize("template", sorted(Path(alembic.__file__).parent.glob("templates/*/script.py.mako")), ids=str)
@pytest.mark.parametrize("parent", [None, "ae1027a6acf0", ("ae1027a6acf0", "27c6a30d7c24")])
def test_what_alembic_writes_is_read_by_its_form(template: Path, parent: str | tuple[str, ...] | None) -> None:
    written = Template(filename=str(template)).render_unicode(  # type: ignore[no-untyped-call, unused-ignore]
        message='the "first" 用户',
        up_revision="1975ea83b712",
        down_revision=parent,
        branch_labels=None,
        depends_on=None,
        create_date="2026-01-01 00:00:00",
        comma=util.format_as_comma,
        imports="from sqlalchemy.dialects import postgresql",
        upgrades="pass",
        downgrades="pass",
        config=Config(),
    )
    forms: Forms = {}
    found = declared(written.encode(), forms, "/p/a_.py", "a_.py")
    assert found is not None
    assert found == parsed(written.encode())
    assert (found.id, found.message) == ("1975ea83b712", 'the "first" 用户')


class Config:
    """What the templates for several databases ask."""

    def get_main_option(self, name: str, default: str = "") -> str:
        return default
