"""`sqlgen diff A B`: in what two bundles differ, in words or as JSON."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sqlgen.cli.options import TEXT_OR_JSON, ColorOption, TextOrJsonOption
from sqlgen.cli.output import deliver, painter, wanted
from sqlgen.errors import ExitCode, Message, say
from sqlgen.messages import in_english, visible

if TYPE_CHECKING:
    from sqlgen.bundle.diff import Change, Difference, ScriptChange

_SCHEMA = "sqlgen.diff/1"
_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
Paint = Callable[[str, str], str]


def command(
    a: Annotated[Path, typer.Argument(metavar="A", help=in_english(say("A bundle, as the one that was approved.")))],
    b: Annotated[Path, typer.Argument(metavar="B", help=in_english(say("Another one, as the one that is new.")))],
    output_format: TextOrJsonOption = None,
    color: ColorOption = "auto",
) -> int:
    """Say in what two bundles differ: statements, revisions, findings, rules, who signed. Exit code 0: both hold the
    same statements (the environment, the last day or the signatures may differ); 1: they do not; 3: one of them was
    changed since it was built.
    """
    from sqlgen.bundle.diff import diff

    wants = wanted(output_format or [], TEXT_OR_JSON)
    found = diff(a, b)
    paint = painter(color, sys.stdout)
    deliver(
        wants,
        {
            "text": lambda: "".join(f"{line}\n" for line in _lines(found, paint)),
            "json": lambda: _as_json(found),
        },
    )
    return ExitCode.CLEAN if found.same_content else ExitCode.FINDINGS


def _lines(found: Difference, paint: Paint) -> Iterator[str]:
    yield paint("bold", str(_verdict(found)))
    for letter, side in (("A", found.a), ("B", found.b)):
        yield f"{letter}  {visible(str(side.path))}"
        yield f"   {say('bundle id    {id}', id=side.bundle_id)}"
        yield f"   {say('content id   {id}', id=side.content_id)}"
    for each in (*found.revisions, *found.manifest, *found.findings):
        yield from _change(each, paint)
    names = [f"{_sign(each)} {each.item}" for each in found.files]
    if names:
        yield str(say("files"))
        yield from (f"  {_painted(name, paint)}" for name in names)
    for each in found.signatures:
        yield from _change(each, paint)
    for script in found.scripts:
        yield ""
        yield from _script(script, paint)


def _verdict(found: Difference) -> Message:
    if found.same_bytes:
        if found.signatures:
            return say("the same bytes: only the signatures differ")
        return say("the same bytes, and the same signatures")
    if found.contradicts:
        return say(
            "both claim the same content id, but their scripts differ: one of them says of itself what is not so"
        )
    if found.same_content:
        keys = sorted({each.key for each in found.manifest})
        return say("the same statements; what differs: {keys}", keys=", ".join(keys) or say("files"))
    return say("other statements")


def _change(each: Change, paint: Paint) -> Iterator[str]:
    """One line for what came or went, two for what changed."""
    label = _label(each.key)
    name = "" if each.item is None or each.item in (each.before, each.after) else f" {each.item}"
    for sign, text in (("-", each.before), ("+", each.after)):
        if text is not None:
            short = _DIGEST.sub(r"\1…", text) if each.key in ("revisions", "rules") else text
            yield _painted(f"{sign} {label}{name}: {short}", paint)


def _label(key: str) -> str:
    return {"revisions": "revision", "allowances": "allowed", "overrides": "override", "rules": "rule"}.get(
        key, key.replace("_", " ")
    )


def _sign(each: Change) -> str:
    return "+" if each.before is None else "-" if each.after is None else "~"


def _script(script: ScriptChange, paint: Paint) -> Iterator[str]:
    if not script.statements:
        yield str(say("{file}, as a file: its statements can't be read back", file=script.file))
    for line in script.lines:
        yield paint("bold", visible(line)) if line.startswith(("--- ", "+++ ", "@@")) else _painted(line, paint)


def _painted(line: str, paint: Paint) -> str:
    style = {"-": "error", "+": "good", "~": "warning"}.get(line[:1])
    return visible(line) if style is None else paint(style, visible(line))


def _as_json(found: Difference) -> str:
    import dataclasses
    import json

    document: dict[str, Any] = {
        "schema": _SCHEMA,
        "same_bytes": found.same_bytes,
        "same_content": found.same_content,
        **dataclasses.asdict(found),
    }
    for side in ("a", "b"):
        document[side]["path"] = str(document[side]["path"])
    return json.dumps(document, indent=2) + "\n"
