"""Edits of a revision file that look like none: each changes what runs, and none of it by a line of plain code."""

from __future__ import annotations

import pytest

from sqlgen.history.meaning import difference

HEAD = '''\
"""make the orders"""
from alembic import op
import sqlalchemy as sa
revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None
'''
RUNS = '    op.execute("SELECT 1")\n'


def body(*lines: str) -> str:
    return "def upgrade():\n" + "".join(f"    {line}\n" for line in lines) + RUNS


def executes(sql: str) -> str:
    return HEAD + f"def upgrade():\n    op.execute({sql!r})\n"


LETTER = '"""DROP TABLE users"""'
HIDDEN = {
    "a docstring that is executed": (body('"""SELECT 1"""', "op.execute(upgrade.__doc__)"), '"""SELECT 1"""', LETTER),
    "a docstring by getattr": (body('"""SELECT 1"""', 'f(getattr(upgrade, "__d" "oc__"))'), '"""SELECT 1"""', LETTER),
    "a docstring under a decorator": ('@sql\ndef upgrade():\n    """SELECT 1"""\n', '"""SELECT 1"""', LETTER),
    "a docstring of what is handed over": (
        "def data():\n    '''SELECT 1'''\n" + body("run(data)"),
        "'''SELECT 1'''",
        "'''DROP TABLE users'''",
    ),
    "a docstring of a class with a base": (
        "class Sql(Base):\n    '''SELECT 1'''\n" + body("Sql.run()"),
        "'''SELECT 1'''",
        "'''DROP TABLE users'''",
    ),
    "the module's docstring": (body("op.execute(__doc__)"), HEAD.split("\n")[0], LETTER),
    "an annotation that is a call": (body("def f(): pass"), "def f()", 'def f() -> op.drop_table("users")'),
    "an annotation of an argument": (body("def f(x): pass"), "(x)", '(x: op.drop_table("users"))'),
    "an annotation of the module": (body(), "def", 'x: op.drop_table("users")\ndef'),
    "an annotation that is read": ("X: 'tags'\n" + body("op.drop_table(__annotations__['X'])"), "'tags'", "'users'"),
    "the target of an annotation": (body(), RUNS, f'    op.drop_table("users").x: int\n{RUNS}'),
    "a name that an annotation makes local": (body("T"), "    T\n", "    T: str\n    T\n"),
    "a TYPE_CHECKING that is called": (body(), RUNS, f'    if op.drop_table("users").TYPE_CHECKING: pass\n{RUNS}'),
    "a TYPE_CHECKING from elsewhere": (
        body(),
        "def upgrade():\n",
        'from sqlalchemy import true as TYPE_CHECKING\nif TYPE_CHECKING:\n    T = "users"\ndef upgrade():\n',
    ),
    "the order of two imports of one name": (
        "from shop import tags as T\nfrom shop import users as T\n" + body("op.drop_table(T)"),
        "from shop import tags as T\nfrom shop import users as T\n",
        "from shop import users as T\nfrom shop import tags as T\n",
    ),
    "an import before and behind a value": (
        'from shop import T\nT = "tags"\n' + body("op.drop_table(T)"),
        'from shop import T\nT = "tags"\n',
        'T = "tags"\nfrom shop import T\n',
    ),
    "a function before and behind a value": (
        'upgrade = print\ndef upgrade():\n    op.drop_table("users")\n',
        'upgrade = print\ndef upgrade():\n    op.drop_table("users")\n',
        'def upgrade():\n    op.drop_table("users")\nupgrade = print\n',
    ),
    "the order of what is decorated": (
        "@step\ndef a(): pass\n@step\ndef b(): pass\n",
        "@step\ndef a(): pass\n@step\ndef b(): pass\n",
        "@step\ndef b(): pass\n@step\ndef a(): pass\n",
    ),
    "a declaration that does something": (body(), "labels = None", "labels = op.drop_table('users')"),
    "a declaration that sets another name": (
        'T = "tags"\n' + body("op.drop_table(T)"),
        "depends_on = None",
        "depends_on = (T := 'users') and None",
    ),
    "a comment that is executed": (
        "def upgrade():\n    exec(open(__file__).read().split('#!')[-1])\n#!pass\n",
        "#!pass",
        "#!op.drop_table('users')",
    ),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_what_changes_what_runs_is_an_edit(what: str) -> None:
    code, old, new = HIDDEN[what]
    before = HEAD + code
    assert old in before
    now = before.replace(old, new, 1)
    assert difference(now.encode(), before.encode(), "b2.py") is not None
    assert difference(before.encode(), now.encode(), "b2.py") is not None
    assert difference(before.encode(), before.replace("\n", "\r\n").encode(), "b2.py") is None


SQL = {
    "a literal": ("UPDATE t SET a = '-- sqlgen: allow x'", "UPDATE t SET a = '-- sqlgen: allow x'; DROP TABLE t; --'"),
    "text between dollars": ("SELECT run($$ /* sqlgen: allow x */ $$)", "SELECT run($$ /* sqlgen: allow y */ $$)"),
    "a minus of MySQL": ("SELECT 5--sqlgen: allow x\n", "SELECT 5--sqlgen: allow x + 1\n"),
    "a literal of MySQL": (r"SELECT 'a\' -- sqlgen: allow x'", r"SELECT 'a\' -- sqlgen: allow x', sleep(9)"),
    "a name in brackets": ("SELECT [it's -- sqlgen: allow a]", "SELECT [it's -- sqlgen: allow b]"),
}


@pytest.mark.parametrize("what", SQL)
def test_what_is_no_comment_to_some_engine_is_no_allowance(what: str) -> None:
    before, now = SQL[what]
    assert difference(executes(now).encode(), executes(before).encode(), "b2.py") is not None


def test_an_allowance_in_a_text_that_is_not_only_sent_as_sql_is_data() -> None:
    before = HEAD + "def upgrade():\n    op.drop_table('-- sqlgen: allow tags'.split()[-1])\n"
    assert difference(before.replace("tags", "users").encode(), before.encode(), "b2.py") is not None
    before = HEAD + "Q = '-- sqlgen: allow tags'\ndef upgrade():\n    op.execute(Q)\n"
    assert difference(before.replace("tags", "users").encode(), before.encode(), "b2.py") is None
    before += "    op.drop_table(Q[-4:])\n"
    assert difference(before.replace("tags", "users").encode(), before.encode(), "b2.py") is not None
