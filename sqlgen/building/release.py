"""A release file in; which bundles it orders, and once they are built the index page of the release, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlgen.building.make import Draft
from sqlgen.building.order import Order
from sqlgen.bundle.manifest import Manifest, parse
from sqlgen.bundle.verify import MANIFEST
from sqlgen.errors import say
from sqlgen.lint.finding import Severity
from sqlgen.markdown import cell, code
from sqlgen.messages import listed, speaking
from sqlgen.review.faces import HTML, MARKDOWN
from sqlgen.settings import SERVICE, Request
from sqlgen.settings.file import read_toml
from sqlgen.settings.reader import Reader


@dataclass(frozen=True, slots=True)
class Part:
    """One bundle of a release."""

    name: str
    """Its folder in the release: the project's name, a hyphen, the environment."""
    environment: str
    order: Order


@dataclass(frozen=True, slots=True)
class Release:
    """A release file."""

    name: str
    parts: tuple[Part, ...]
    """In the order of its environments, then of its projects."""


def read(path: Path) -> Release:
    """Read a release file. Raises SettingsError, with the line, for what is not as it must be.

    name = "2026-11"
    environments = ["staging", "prod"]
    expires = "14d"

    [[project]]
    folder = "shop"
    range = "ledger:{env}..head"
    """
    reader = _Reader(path)
    keys = {
        "name": reader.filled,
        "environments": reader.names,
        "expires": reader.filled,
        "ticket": reader.filled,
        "project": reader.entries(_project(reader)),
    }
    values = reader.table(read_toml(path), "", keys)
    for needed in ("environments", "project"):
        if not values.get(needed):
            raise reader.failed(
                needed,
                say("the release file has no {key}", key=needed),
                say('Write environments = ["staging", "prod"], and a [[project]] with folder and range for each.'),
            )
    for project in values["project"]:
        _known(reader, project, values["environments"])
    parts = tuple(
        (project["at"], _part(reader, values, project, environment))
        for environment in values["environments"]
        for project in values["project"]
        if environment in project.get("environments", values["environments"])
    )
    _no_twins(reader, parts)
    return Release(values.get("name", path.stem), tuple(part for _, part in parts))


def _known(reader: Reader, project: Mapping[str, Any], environments: Sequence[str]) -> None:
    """Raises SettingsError for an environment that the release does not have: nothing is left out in silence."""
    for key, names in (("environments", project.get("environments", ())), ("range", project["range"])):
        for name in names:
            if name is not None and name not in environments:
                raise reader.failed(
                    f"{project['at']}.{key}",
                    say("{folder} names an environment that the release does not have: {name}",
                        folder=project["folder"], name=name),
                    say("Add it to environments at the top, or take it out here; there are {known}.",
                        known=", ".join(environments)),
                )  # fmt: skip


class _Reader(Reader):
    """Finds the lines of the second project, too."""

    def _line(self, key: str) -> int | None:
        found = re.match(r"project\[(\d+)\](?:\.(\w+))?", key)
        if found is None:
            return super()._line(key)
        lines = self.path.read_text(encoding="utf-8-sig").splitlines()
        heads = [number for number, line in enumerate(lines, 1) if re.match(r"\s*\[\[\s*project\s*\]\]", line)]
        if len(heads) < int(found[1]):
            return None  # written in one line, or with quotes
        head = heads[int(found[1]) - 1]
        end = min([number for number in heads if number > head], default=len(lines) + 1)
        own = (number for number in range(head, end) if re.match(rf"\s*{found[2]}\s*=", lines[number - 1]))
        return next(own, head)


def _project(reader: Reader) -> Any:
    def build(key: str, value: Any) -> dict[str, Any]:
        keys = {
            "folder": reader.filled,
            "name": reader.service,
            "range": _range(reader),
            "environments": reader.names,
        }
        values = reader.table(reader.a_table(key, value), key + ".", keys)
        for needed in ("folder", "range"):
            if needed not in values:
                raise reader.failed(
                    key,
                    say("{key} has no {needed}", key=key, needed=needed),
                    say('Say where the project is and what of it: folder = "shop", range = "v1:v2".'),
                )
        return {**values, "at": key}

    return build


def _range(reader: Reader) -> Any:
    """A text for all environments, in which {env} is the environment's name, or a table with one for each."""

    def build(key: str, value: Any) -> Mapping[str | None, str]:
        if isinstance(value, dict):
            return {name: reader.filled(f"{key}.{name}", text) for name, text in value.items()}
        return {None: reader.filled(key, value)}

    return build


def _part(reader: Reader, values: Mapping[str, Any], project: Mapping[str, Any], environment: str) -> Part:
    ranges: Mapping[str | None, str] = project["range"]
    text = ranges.get(environment, ranges.get(None))
    if text is None:
        raise reader.failed(
            f"{project['at']}.range",
            say("{folder} has no range for {environment}", folder=project["folder"], environment=environment),
            say('Add it to the table, or write one for all: range = "ledger:{{env}}..head".'),
        )
    folder = reader.path.parent / project["folder"]
    if not folder.exists():
        raise reader.failed(
            f"{project['at']}.folder",
            say("there is no folder {folder}", folder=folder),
            say("Write the path relative to the release file, with /."),
        )
    name = project.get("name", folder.resolve().name)
    if not SERVICE.fullmatch(name):
        raise reader.failed(
            f"{project['at']}.folder",
            say("no bundle can be named after the folder {name}", name=name),
            say('Give the project a name: name = "shop".'),
        )
    order = Order(
        Request(project=folder, env=environment),
        text.replace("{env}", environment),
        expires=values.get("expires"),
        ticket=values.get("ticket"),
    )
    return Part(f"{name}-{environment}".lower(), environment, order)


def _no_twins(reader: Reader, parts: Sequence[tuple[str, Part]]) -> None:
    """parts: each with the key of its project."""
    seen: set[str] = set()
    for at, part in parts:
        if part.name in seen:
            raise reader.failed(
                f"{at}.folder",
                say("two projects of the release would write {name}", name=part.name),
                say('Give one of them a name of its own: name = "shop-eu".'),
            )
        seen.add(part.name)


def with_flags(part: Part, *, fail_on: str | None, allow: frozenset[str]) -> Order:
    """The order with what the command line says for all parts."""
    return replace(part.order, fail_on=fail_on, allow=allow)


@dataclass(frozen=True, slots=True)
class Built:
    """A part of the release, and what came of it."""

    part: Part
    draft: Draft
    files: Mapping[str, bytes]
    bundle_id: str


def index(release: Release, built: Sequence[Built]) -> str:
    """The page that people begin with: Markdown, the same bytes for the same bundles. In the first one's language."""
    with speaking(built[0].draft.workspace.settings.written_in):
        return "\n".join(_lines(release, built)) + "\n"


def _lines(release: Release, built: Sequence[Built]) -> Iterator[str]:
    yield f"# {say('Release {name}', name=release.name)}"
    for environment in dict.fromkeys(each.part.environment for each in built):
        yield ""
        yield f"## {environment}"
        yield ""
        yield (
            f"| {say('bundle')} | {say('from')} | {say('to')} | {say('revisions')} | {say('findings')} "
            f"| {say('data destroyed')} | {say('way back')} | {say('expires')} | {say('signatures')} |"
        )
        yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
        here = [each for each in built if each.part.environment == environment]
        for each in here:
            yield _row(each, parse(each.files[MANIFEST]))
        if any(each.draft.refusals for each in here):
            yield ""
        for each in here:
            yield from (
                f"- **{say('override')}** {code(each.part.name)}{say(': ')}{cell(str(refusal.override))}"
                for refusal in each.draft.refusals
            )
        yield ""
        yield f"{say('Sign what you have read, in your role; then verify and apply each as its runbook.md says:')}"
        yield ""
        for each in here:
            yield f"    sqlgen sign {each.part.name} --role ROLE --key KEY"
        yield ""
        for each in here:
            yield f"    sh TRUST/verify.sh TRUST {environment} {each.part.name}"
    yield ""
    yield f"## {say('Ids')}"
    yield ""
    yield f"| {say('bundle')} | {say('bundle id')} | {say('content id')} |"
    yield "| --- | --- | --- |"
    contents: dict[str, list[str]] = {}
    for each in built:
        content = parse(each.files[MANIFEST]).content_id
        contents.setdefault(content, []).append(each.part.name)
        yield f"| [{cell(each.part.name)}]({each.part.name}/{HTML}) | {code(each.bundle_id)} | {code(content)} |"
    alike = [names for names in contents.values() if len(names) > 1]
    if alike:
        yield ""
    for names in alike:
        yield f"- {say('the same statements: {bundles}', bundles=', '.join(map(code, names)))}"
    if alike:
        yield ""
        yield str(
            say(
                "Where the policy of an environment wants that the same content was applied in another one before "
                "(after), a bundle of this release can't prove it: when the first is applied, make the next from it, "
                "with sqlgen promote BUNDLE --env ENV --trust TRUST -o OUT, and sign that one instead."
            )
        )


def _row(built: Built, manifest: Manifest) -> str:
    judged = built.draft.judged
    counts = {say("errors"): judged.count(Severity.ERROR), say("warnings"): judged.count(Severity.WARNING)}
    found = [say("{what}: {count}", what=what, count=count) for what, count in counts.items() if count]
    findings = listed(found) if found else say("none")
    back = say("none") if manifest.no_rollback else say("in part") if manifest.no_way_back else say("whole")
    cells = (
        f"[{cell(built.part.name)}]({built.part.name}/{HTML}) ([Markdown]({built.part.name}/{MARKDOWN}))",
        code(", ".join(manifest.lower) or "base"),
        code(", ".join(manifest.upper)),
        str(len(manifest.revisions)),
        str(findings),
        cell(", ".join(manifest.destroys)) or str(say("none")),
        str(back),
        manifest.expires or str(say("never")),
        cell(", ".join(f"{role} {need}" for role, need in sorted(manifest.required_roles.items()))) or "–",
    )
    return f"| {' | '.join(cells)} |"
