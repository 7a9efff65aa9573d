"""Steps as they were rendered in, the same steps without secrets and without this host's paths out.

What a revision raised, asked or noted is told in manifests, reviews and scripts, which others read. The statements
themselves are what runs, and stay as they are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote, urlsplit

from sqlgen.messages import Message, say
from sqlgen.segments import Step
from sqlgen.workspace import Workspace

_SHORTEST = 3
"""Characters: what is shorter stands in too many words, and hides nothing."""
_PASSWORD = re.compile(r"(?<=://)([^\s:/@'\"]*):[^\s/@'\"]+@")
_PACKAGES = re.compile(r"(?:[A-Za-z]:)?(?:/[^\s'\"/]+)*/(?:site|dist)-packages/")


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is replaced, in this order: the longest first."""

    secrets: tuple[tuple[str, str], ...]
    """Text → what stands there instead."""
    paths: tuple[tuple[re.Pattern[str], str], ...]

    def text(self, text: str) -> str:
        """The same words, without secrets and with paths as everybody has them."""
        for secret, name in self.secrets:
            text = text.replace(secret, name)
        text = _PACKAGES.sub("", _PASSWORD.sub(r"\1:***@", text))
        for path, shown in self.paths:
            text = path.sub(partial(_shown, shown), text)
        return text

    def message(self, message: Message) -> Message:
        """The same of a sentence's values."""
        return replace(message, values=tuple((name, self._value(value)) for name, value in message.values))

    def _value(self, value: str | Message) -> str | Message:
        return self.message(value) if isinstance(value, Message) else self.text(value)

    def step(self, step: Step) -> Step:
        """The same of all that is said of a revision; not of its statements."""
        gap = step.gap and replace(
            step.gap, reason=self.message(step.gap.reason), file=step.gap.file and self.text(step.gap.file)
        )
        queries = tuple(replace(each, sql=self.text(each.sql), what=self.text(each.what)) for each in step.queries)
        notes = tuple(replace(each, text=self.text(each.text)) for each in step.notes)
        return replace(step, gap=gap, queries=queries, notes=notes)


def redaction(workspace: Workspace) -> Redaction:
    """What must not be told of this run: values of -x, passwords and URLs that it was given, where it runs."""
    root = workspace.project.root
    found: dict[str, str] = {}
    for text, name in _secrets(workspace):
        for spelled in (text, repr(text)[1:-1], quote(text, safe=""), quote_plus(text), unquote(text)):
            if len(spelled) >= _SHORTEST:
                found.setdefault(spelled, f"‹{name}›")
    return Redaction(
        tuple(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair))),
        tuple((_path(path), shown) for path, shown in _places(root)),
    )


def _secrets(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Secrets, each with its name."""
    for pair in workspace.request.x:
        name, _, value = pair.partition("=")
        yield value, f"-x {name}"
    if workspace.request.shadow:
        yield from _of_url(workspace.request.shadow, "--shadow")
    for name, value in {**os.environ, **workspace.settings.environ}.items():
        if "://" in value and _password(value):
            yield from _of_url(value, name)


def _of_url(url: str, name: str) -> Iterator[tuple[str, str]]:
    yield url, name
    if password := _password(url):
        yield password, str(say("password of {name}", name=name))


def _password(url: str) -> str | None:
    try:
        return urlsplit(url).password
    except ValueError:
        return None


def _places(root: Path) -> Iterator[tuple[Path, str]]:
    """Folders, the innermost first, and what stands for them: what is in the project is told from there."""
    repository = next((folder for folder in root.parents if (folder / ".git").exists()), None)
    for folder in dict.fromkeys((root, root.resolve())):
        yield folder, ""
    if repository is not None:
        for folder in dict.fromkeys((repository, repository.resolve())):
            yield folder, f"{Path(os.path.relpath(repository, root)).as_posix()}/"
    home = os.path.expanduser("~")  # which stays where nobody knows one
    if os.path.isabs(home):
        yield Path(home), "~/"


def _shown(shown: str, found: re.Match[str]) -> str:
    return shown if found[1] else shown.rstrip("/") or "."


def _path(folder: Path) -> re.Pattern[str]:
    """Finds it with what separates it from the file in it, and where it stands alone."""
    if folder == Path(folder.anchor):
        return re.compile(r"(?!)")
    return re.compile(rf"(?<![\w./~-]){re.escape(str(folder))}(?:([/\\])|(?![\w.-]))")
