"""Steps in, a script for SQL*Plus and SQLcl out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.script.form import Form
from sqlgen.script.target import Target
from sqlgen.segments import Step


def render(steps: Sequence[Step], target: Target, form: Form) -> str:
    """The whole script, ending with a newline."""
    raise NotImplementedError


def command(target: Target, file: str) -> str:
    """How a script of this name is run."""
    raise NotImplementedError
