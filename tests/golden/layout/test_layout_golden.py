"""Whole scripts, laid out: read NAME.laid.sql beside NAME.sql. `make golden` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sqlgen.layout import format_script

HERE = Path(__file__).parent
SCRIPTS = sorted(path for path in HERE.glob("*/*.sql") if not path.name.endswith(".laid.sql"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_script_is_laid_out_as_it_was_read_and_approved(script: Path) -> None:
    dialect = script.parent.name
    laid = format_script(script.read_text(encoding="utf-8"), dialect).text
    expected = script.with_suffix(".laid.sql")
    if os.environ.get("SQLGEN_WRITE_GOLDEN"):
        expected.write_text(laid, encoding="utf-8")
    assert laid == expected.read_text(encoding="utf-8")
    assert format_script(laid, dialect).text == laid
