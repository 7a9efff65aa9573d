"""Lines of a log in, the commands that GitHub's runner takes from them out: ActionCommand.cs, written again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# src/Runner.Worker/ActionCommandManager.cs: the Command of each extension, and stop-commands.
KNOWN = frozenset(
    {
        "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path",
        "notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Command:
    name: str
    data: str
    properties: dict[str, str] = field(default_factory=dict)


def commands(log: str, *, any_name: bool = False) -> list[Command]:
    """What the lines of a log say to the runner. any_name: whatever the command is called."""
    found = (_of_line(line, any_name) for line in re.split(r"\r\n|\r|\n", log))
    return [each for each in found if each is not None]


def _of_line(line: str, any_name: bool) -> Command | None:
    return _second(line, any_name) or _first(line, any_name)


def _second(line: str, any_name: bool) -> Command | None:
    """TryParseV2."""
    line = line.lstrip()
    if not line.startswith("::") or (end := line.find("::", 2)) < 0:
        return None
    name, _, properties = line[2:end].partition(" ")
    if name.lower() not in KNOWN and not any_name:
        return None
    told = dict(pair.split("=", 1) for pair in properties.strip().split(",") if re.fullmatch("[^=]+=.+", pair, re.S))
    unescaped = {key: _data(value.replace("%3A", ":").replace("%2C", ",")) for key, value in told.items()}
    return Command(name, _data(line[end + 2 :]), unescaped)


def _first(line: str, any_name: bool) -> Command | None:
    """TryParse."""
    at = line.find("##[")
    if at < 0 or (end := line.find("]", at)) < 0:
        return None
    name = line[at + 3 : end].partition(" ")[0]
    return Command(name, line[end + 1 :]) if any_name or name.lower() in KNOWN else None


def _data(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
