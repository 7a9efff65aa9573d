"""`sqlgen config show`: the settings that hold here, and where they come from."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sqlgen.cli.language import settle
from sqlgen.cli.options import ProjectOption
from sqlgen.cli.output import data
from sqlgen.errors import UsageError, say
from sqlgen.messages import in_english

app = typer.Typer(rich_markup_mode=None, help=in_english(say("Look at the settings.")))


@app.callback()
def _group() -> None:
    pass


@app.command("show")
def command(
    project: ProjectOption = None,
    output_format: Annotated[
        str, typer.Option("--output-format", metavar="FMT", help=in_english(say("toml or json.")))
    ] = "toml",
) -> None:
    """Print the settings that hold here, defaults included, and the file they come from."""
    from sqlgen.cli.common import project_folder
    from sqlgen.settings import load

    if output_format not in ("toml", "json"):
        raise UsageError(
            say("there is no output format {name}", name=output_format),
            hint=say("Use one of {known}.", known="toml, json"),
        )
    start = project_folder(project)
    settings = load(start)
    settle(settings)
    values = asdict(settings)
    source = values.pop("source")
    shown = None if source is None else Path(source).name if Path(source).parent == start else str(source)
    if output_format == "json":
        data(json.dumps({"source": shown, **values}, indent=2, default=str) + "\n")
        return
    data(f"# {say('from {file}', file=shown) if shown else say('no settings file: these are the defaults')}\n")
    data("[tool.sqlgen]\n" + "".join(_lines(values, "tool.sqlgen")))


def _lines(values: dict[str, object], prefix: str) -> list[str]:
    """TOML: plain keys first, then tables, then arrays of tables; unset keys as comments."""
    plain, tables = [], []
    for key, value in values.items():
        if isinstance(value, dict):
            for name, table in value.items():
                if isinstance(table, dict):
                    rows = _lines({k: v for k, v in table.items() if k != "name"}, f"{prefix}.{key}.{_key(name)}")
                    tables += [f"\n[{prefix}.{key}.{_key(name)}]\n", *rows]
            scalars = {name: item for name, item in value.items() if not isinstance(item, dict)}
            if scalars:
                tables += [
                    f"\n[{prefix}.{key}]\n",
                    *(f"{_key(name)} = {_toml(item)}\n" for name, item in scalars.items()),
                ]
        elif key == "allow" and isinstance(value, tuple):
            for entry in value:
                tables += [f"\n[[{prefix}.allow]]\n", *_lines(entry, f"{prefix}.allow")]
        elif key in ("options", "roles") and isinstance(value, tuple):
            pairs = ", ".join(f"{name} = {_toml(item)}" for name, item in value)
            plain += (
                [f"{_key(name)} = {_toml(item)}\n" for name, item in value]
                if key == "options"
                else [f"{key} = {{ {pairs} }}\n"]
            )
        elif value is None or (key == "tenants" and not value):
            plain.append(f"# {say('{key} is not set', key=key)}\n")
        elif key == "tenants_are" and not values["tenants"]:
            continue
        elif key.endswith("_ms"):
            plain.append(f'{key.removesuffix("_ms")} = "{value}ms"\n')
        else:
            plain.append(f"{key} = {_toml(value)}\n")
    return plain + tables


def _key(name: str) -> str:
    """A key that TOML takes bare, or in quotes (TOML 1.0, keys)."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: object) -> str:
    """JSON's strings, numbers, booleans and arrays are TOML's as well (TOML 1.0, basic strings)."""
    return json.dumps(value, ensure_ascii=False, default=str)
