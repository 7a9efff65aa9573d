"""What counts as an edit: two texts of a revision file that do the same, and two that do not."""

from __future__ import annotations

import textwrap

import pytest

from sqlgen.errors import HistoryError
from sqlgen.history.meaning import Difference, difference

BEFORE = '''\
"""make the orders

Revision ID: b2
Create Date: 2026-01-01
"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None

TABLE = "orders"


def columns():
    return [sa.Column("id", sa.Integer(), primary_key=True)]


def upgrade():
    op.create_table(TABLE, *columns())
    op.execute("""
        UPDATE orders SET total = 0
    """)


def downgrade():
    op.drop_table(TABLE)
'''

OP = "from alembic import op"


def compared(now: str, before: str = BEFORE) -> Difference | None:
    return difference(now.encode(), before.encode(), "b2.py")


def changed(old: str, new: str) -> str:
    assert old in BEFORE
    return BEFORE.replace(old, new)


SAME = {
    "nothing": BEFORE,
    "line ends": BEFORE.replace("\n", "\r\n"),
    "a byte order mark": "\ufeff" + BEFORE,
    "the docstring": changed("make the orders", "make the orders, finally"),
    "no docstring": BEFORE[BEFORE.index("from alembic") :],
    "a comment": changed("    op.drop_table", "    # sqlgen: allow drop-table because \"new\"\n    op.drop_table"),
    "a comment behind the code": changed("op.drop_table(TABLE)", "op.drop_table(TABLE)  # noqa"),
    "a docstring of a function": changed("def upgrade():\n", 'def upgrade():\n    """Up."""\n'),
    "an allowance in the SQL": changed("        UPDATE", "  -- sqlgen: allow no-where because 'x'\n        UPDATE"),
    "an allowance behind the SQL": changed("total = 0", "total = 0 /* sqlgen: allow no-where because 'x' */"),
    "layout": changed("(TABLE, *columns())", "(\n        TABLE,\n        *columns(),\n    )"),
    "quotes": changed('TABLE = "orders"', "TABLE = 'orders'"),
    "a prefix of Python 2": changed('TABLE = "orders"', 'TABLE = u"orders"'),
    "a text in two pieces": changed('"orders"', '"ord" "ers"'),
    "parentheses": changed('TABLE = "orders"', 'TABLE = ("orders")'),
    "annotations": changed('revision = "b2"', 'revision: str = "b2"')
    .replace('TABLE = "orders"', 'TABLE: Final[str] = "orders"')
    .replace("def upgrade():", "def upgrade() -> None:"),
    "imports for annotations": changed("from alembic", "from typing import Sequence, Union\nfrom alembic"),
    "the order of imports": changed(f"{OP}\nimport sqlalchemy as sa", f"import sqlalchemy as sa\n{OP}"),
    "an import that is not used": changed("as sa\n", "as sa\nfrom sqlalchemy.dialects import postgresql\n"),
    "imports for the type checker": changed(
        "TABLE =", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop import Order\nTABLE ="
    ),
    "the order of functions": BEFORE[: BEFORE.index("def upgrade")]
    + BEFORE[BEFORE.index("def downgrade") :]
    + BEFORE[BEFORE.index("def upgrade") : BEFORE.index("def downgrade")],
    "a pass beside code": changed("    op.drop_table", "    pass\n    op.drop_table"),
    "the parent": changed('down_revision = "a1"', 'down_revision = ("a1", "a2")'),
    "the parents in one line": changed('revision = "b2"\ndown_revision = "a1"', 'revision, down_revision = "b2", "a1"'),
    "a label": changed("branch_labels = None", 'branch_labels = ("billing",)'),
}  # fmt: skip


@pytest.mark.parametrize("what", SAME)
def test_what_does_not_run_does_not_count(what: str) -> None:
    assert compared(SAME[what]) is None
    assert compared(BEFORE, SAME[what]) is None


EDITS = {
    "a value": (changed('TABLE = "orders"', 'TABLE = "order"'), ("module",), 'TABLE = "order"'),
    "a call": (changed("op.drop_table(TABLE)", "op.drop_column(TABLE)"), ("downgrade",), "op.drop_column(TABLE)"),
    "the SQL": (changed("total = 0", "total = 1"), ("upgrade",), 'op.execute("""'),
    "a space in the SQL": (changed("total = 0", "total =  0"), ("upgrade",), 'op.execute("""'),
    "a comment in the SQL": (changed("UPDATE", "-- all of them\nUPDATE"), ("upgrade",), 'op.execute("""'),
    "a type": (changed("sa.Integer()", "sa.BigInteger()"), ("columns",), "sa.BigInteger()"),
    "1 and True": (changed("primary_key=True", "primary_key=1"), ("columns",), "primary_key=1"),
    "another package": (changed("TABLE =", "import geoalchemy2\nTABLE ="), ("module",), "import geoalchemy2"),
    "another origin of a name": (changed("from alembic import op", "from shop import op"), ("module",), "from shop"),
    "a new function": (changed("def upgrade", "def more():\n    op.f()\n\n\ndef upgrade"), ("more",), "def more"),
    "two of them": (
        changed("op.create_table(TABLE", "op.create_table('x'").replace("op.drop_table(TABLE)", "op.drop_table('x')"),
        ("upgrade", "downgrade"),
        "op.create_table('x'",
    ),
    "one more": (changed("op.drop_table(TABLE)\n", "op.drop_table(TABLE)\n    op.f()\n"), ("downgrade",), "op.f()"),
    "one less": (changed("    op.create_table(TABLE, *columns())\n", ""), ("upgrade",), 'op.execute("""'),
    "the last one gone": (changed("    op.drop_table(TABLE)\n", "    pass\n"), ("downgrade",), "def downgrade"),
    "a decorator": (changed("def upgrade", "@twice\ndef upgrade"), ("upgrade",), "twice"),
    "a default": (changed("def columns()", "def columns(n=1)"), ("columns",), "def columns(n=1)"),
    "a name that it declares and uses": (
        changed('op.drop_table(TABLE)', 'op.drop_table(down_revision)'),
        ("module", "downgrade"),
        'down_revision = "a1"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", EDITS)
def test_what_runs_counts_with_the_function_and_the_first_line(what: str) -> None:
    now, functions, line = EDITS[what]
    found = compared(now)
    assert found is not None
    assert found.functions == functions
    assert found.line is not None
    assert line in now.splitlines()[found.line - 1]


def test_what_is_only_gone_has_no_line() -> None:
    gone = BEFORE[: BEFORE.index("\n\ndef downgrade")] + "\n"
    assert compared(gone) == Difference(("downgrade",), None)
    assert compared(BEFORE, gone) == Difference(("downgrade",), BEFORE[: BEFORE.index("def downgrade")].count("\n") + 1)


def test_a_dataclass_is_made_of_its_annotations() -> None:
    text = textwrap.dedent("""\
        class Row:
            id: {}
            name: str
    """)
    assert compared(text.format("int"), text.format("int")) is None
    assert compared(text.format("str"), text.format("int")) == Difference(("Row",), 2)


def test_a_text_that_does_not_parse_is_an_error_now_and_no_more_than_a_difference_before() -> None:
    broken = changed("def downgrade():", "def downgrade(:")
    with pytest.raises(HistoryError) as caught:
        compared(broken)
    assert (caught.value.file, caught.value.line) == ("b2.py", broken[: broken.index("def downgrade")].count("\n") + 1)
    found = compared(BEFORE, broken)
    assert found is not None
    assert {"upgrade", "downgrade"} <= set(found.functions)


def test_other_encodings_are_read_as_python_reads_them() -> None:
    text = "# -*- coding: latin-1 -*-\ndef upgrade():\n    op.execute('café')\n"
    assert difference(text.encode("latin-1"), text.replace("latin-1", "utf-8").encode(), "a.py") is None
    with pytest.raises(HistoryError):
        difference(text.replace("# -*- coding: latin-1 -*-\n", "").encode("latin-1"), b"", "a.py")


def test_an_escape_that_python_warns_of_is_not_this_comparison_s_business() -> None:
    assert compared("def upgrade():\n    op.execute('\\d')\n", "def upgrade():\n    op.execute('\\\\d')\n") is None


@pytest.mark.parametrize("terms", [900, 3000])
def test_what_is_nested_too_deep_to_be_walked_is_compared_word_by_word(terms: int) -> None:
    text = "def upgrade():\n    op.execute(" + " + ".join(["'x'"] * terms) + ")\n"
    assert compared(text.replace("    op", "  # why\n  op"), text) is None
    assert compared(text.replace("'x')", "'y')"), text) == Difference(("module",), 2)
    assert compared(text + "    op.f()\n", text) == Difference(("module",), 3)
    assert compared(text, "(") is not None
