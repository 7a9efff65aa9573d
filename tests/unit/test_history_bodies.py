"""What a revision file has for the way back, read without running it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqlgen.history.bodies import downgrade
from sqlgen.segments import Downgrade


def read(tmp_path: Path, text: str) -> Downgrade | None:
    path = tmp_path / "r1.py"
    path.write_text(text)
    found = downgrade(path)
    return None if found is None else Downgrade(*found)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("def upgrade():\n    pass\n", "missing"),
        ("def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n", "empty"),
        ("def downgrade():\n    '''Nothing to do.'''\n    return None\n", "empty"),
        ("def downgrade():\n    raise NotImplementedError('restore the backup')\n", "raises"),
        ("def downgrade():\n    op.drop_table('users')\n", "present"),
        ("\ndef downgrade():\n    pass\n\n\ndef downgrade():\n    op.drop_table('users')\n", "present"),
    ],
)
def test_a_downgrade_is_missing_empty_raises_or_is_there(tmp_path: Path, text: str, state: str) -> None:
    found = read(tmp_path, text)

    assert found is not None
    assert found.state == state


@pytest.mark.parametrize("text", ["from shared import downgrade\n", "downgrade = nothing\n", "def upgrade(:\n", "\0"])
def test_a_downgrade_that_is_made_elsewhere_can_not_be_seen(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) is None


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert downgrade(tmp_path / "none.py") is None


def test_words_are_those_of_all_strings(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "def downgrade():\n"
        "    with op.batch_alter_table('users') as batch:\n"
        "        batch.add_column(sa.Column('Phone', sa.String(40)))\n"
        "    op.execute('UPDATE users SET phone = old.phone')\n",
    )

    assert found is not None
    assert found.words == frozenset({"users", "phone", "update", "set", "old"})


@pytest.mark.parametrize(
    "body",
    [
        "restore(op)",
        "for table in TABLES:\n        op.create_table(table)",
        "op.execute(SQL)",
        "op.execute(f'DROP TABLE {1}')",
        "if True:\n        op.drop_table('users')",
    ],
)
def test_words_that_may_come_from_elsewhere_are_not_known(tmp_path: Path, body: str) -> None:
    found = read(tmp_path, f"\ndef downgrade():\n    {body}\n")

    assert found == Downgrade("present", None)
