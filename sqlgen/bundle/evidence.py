"""A range and its scripts in, the evidence out: what each statement does, and where it was written.

For machines and careful reviewers: docs/bundle-format.md, section 10. ASCII, the same bytes for the same input.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlgen.bundle import effects_json, source_map
from sqlgen.review.document.told import Known
from sqlgen.script.runbook.page import Range

__all__ = ["files"]


def files(range: Range, texts: Mapping[str, str], known: Known | None = None) -> dict[str, str]:
    """evidence/effects.json and evidence/source-map.json; `texts` are the files of folder.files(range), `known` is
    of_range(range), where somebody has it already.

    Raises ValueError, a mistake of ours, where a script does not hold exactly the statements of its steps.
    """
    steps = {"apply.sql": range.up, "resume.sql": range.up, "rollback.sql": range.down}
    maps = {
        name: source_map.mapped(texts[name], each, range.target, resume=name == "resume.sql")
        for name, each in steps.items()
        if name in texts
    }
    return {
        "evidence/effects.json": _text(effects_json.document(range, maps, known)),
        "evidence/source-map.json": _text(source_map.document(maps)),
    }


def _text(document: dict[str, Any]) -> str:
    """JSON with a line for each statement: `grep` finds it, and a large range takes half the room."""
    scripts = [f"    {json.dumps(name)}: [\n{_rows(rows)}\n    ]" for name, rows in document["scripts"].items()]
    head = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in document.items() if key != "scripts"]
    return "{\n" + ",\n".join(head) + ',\n  "scripts": {\n' + ",\n".join(scripts) + "\n  }\n}\n"


def _rows(rows: list[dict[str, Any]]) -> str:
    return ",\n".join(f"      {json.dumps(row)}" for row in rows)
