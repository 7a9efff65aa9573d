"""A project in, whether its env.py may map models out: its text is looked at, nothing is run."""

from __future__ import annotations

import re

from sqlgen.project import Project

_COMMENT = re.compile(r"^\s*#.*", re.MULTILINE)
"""Alembic's templates have `# target_metadata = mymodel.Base.metadata` in one."""
_GIVEN = re.compile(r"\btarget_metadata\b\s*(?::[^=\n]*)?=(?!=)\s*(\w*)")


def maps_models(project: Project) -> bool:
    """False where env.py says `target_metadata = None`, as Alembic's templates do, and nothing else of it; and where it
    calls configure() without it.

    To load the models, env.py has to be run: there is no need for that then.
    """
    try:
        text = (project.script_location / "env.py").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    text = _COMMENT.sub("", text)
    given = set(_GIVEN.findall(text)) - {"target_metadata"}  # context.configure(target_metadata=target_metadata)
    if given or "target_metadata" in text:
        return given != {"None"}
    return "**" in text or "context.configure(" not in text
