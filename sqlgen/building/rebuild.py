"""A bundle and a repository in; whether the bundle is what its commit gives, and the first difference, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from sqlgen import pipeline
from sqlgen.building import make
from sqlgen.building.order import ALLOW, HotfixOrder, again
from sqlgen.building.source import as_it_is, at_commit, check_read, interpreter
from sqlgen.bundle.brought import brought, statistics
from sqlgen.bundle.build import STATS
from sqlgen.bundle.manifest import Manifest, parse
from sqlgen.bundle.reading import Opened, open_bundle
from sqlgen.bundle.verify import MANIFEST
from sqlgen.errors import Message, VerificationError, say
from sqlgen.messages import visible
from sqlgen.settings import Request


@dataclass(frozen=True, slots=True)
class Difference:
    """The first line that differs; None: there is no such line."""

    file: str
    line: int
    there: str | None
    """In the bundle."""
    here: str | None
    """As it was built now."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A bundle, and what building it again gave."""

    bundle_id: str
    source: Message
    """What it was built from now: a commit, or a folder."""
    files: tuple[str, ...]
    """Those that differ, sorted; empty: the same bundle."""
    difference: Difference | None
    causes: tuple[Message, ...]
    """What explains it."""
    taken: tuple[Message, ...]
    """What nothing here can tell: it was built with what the manifest says."""
    uncommitted: bool
    """Whether the bundle itself says that it was built from work that was not committed."""

    def verdict(self) -> Message:
        """What is the same, where nothing differs."""
        if self.uncommitted:
            return say("the same as the working tree here gives; it was built from work that was not committed")
        return say("the same, byte for byte, from {source}", source=self.source)

    def told(self) -> Iterator[Message]:
        """What differs, in words."""
        yield from self.causes
        yield say("files that differ: {files}", files=", ".join(self.files))
        if (first := self.difference) is not None:
            nothing = say("(no such line)")
            yield say("first difference: {file}, line {line}", file=first.file, line=first.line)
            yield say("  in the bundle: {text}", text=nothing if first.there is None else first.there)
            yield say("  built now:     {text}", text=nothing if first.here is None else first.here)


def rebuild(bundle: Path, request: Request, progress: pipeline.Progress | None = None) -> Rebuilt:
    """Build the bundle again, from its commit where it has one, and compare all but the signatures.

    The commit is checked out in a working tree of its own unless it is the one that stands here, unchanged.
    `request` says where the project is and what no manifest holds (-x, --shadow, --baseline, --python).
    Raises VerificationError for a bundle that is not as it was built, UsageError where its commit or such a value is
    missing.
    """
    with ExitStack() as undo:
        opened = open_bundle(bundle, undo)
        manifest, theirs = opened.manifest, {name: opened.read(name) for name in opened.digests()}
        kept, doubt = _brought(opened)
        order = again(manifest, request)
        uncommitted = "--allow-dirty" in manifest.overrides
        folder, source = undo.enter_context((as_it_is if uncommitted else at_commit)(manifest, request))
        order = replace(
            order,
            request=replace(order.request, project=folder),
            interpreter=interpreter(manifest, request),
            hotfix=hotfix_of(manifest, opened.copy),
            promoted_from=None if doubt else manifest.promoted_from,
            evidence=kept,
            stats=statistics(opened),
            allow=frozenset(ALLOW),
            fail_on="never",
        )
        draft = make.drafted(order, progress)
        check_read(manifest, request, folder, draft.emission.read)
        ours = make.files(draft)
    if not doubt:
        ours[MANIFEST] = replace(parse(ours[MANIFEST]), renews=manifest.renews).to_text().encode()
    differ = tuple(sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)))
    causes = (*doubt, *_causes(manifest, ours)) if differ else ()
    first = _first(differ, theirs, ours)
    return Rebuilt(opened.bundle_id, source, differ, first, causes, tuple(_taken(manifest)), uncommitted)


def _brought(opened: Opened) -> tuple[dict[str, bytes], tuple[Message, ...]]:
    """What comes from elsewhere, and has signatures of its own; or what is wrong with it."""
    try:
        return brought(opened), ()
    except VerificationError as error:
        return {}, (error.message,)


def _taken(manifest: Manifest) -> Iterator[Message]:
    """What the bundle was built with that neither the commit nor the project has."""
    said = {
        "created": manifest.created,
        "expires": manifest.expires,
        "ticket": manifest.ticket,
        "breakglass": manifest.breakglass,
        "options": " ".join(manifest.options),
        "built_with": " ".join(f"{name} {value}" for name, value in manifest.built_with.items()),
    }
    for key, value in said.items():
        if value:
            yield say("taken as the manifest says: {key} {value}", key=key, value=value)
    if "--stats" in manifest.options:
        yield say("taken from the bundle: {file}", file=STATS)


def hotfix_of(manifest: Manifest, copy: Path) -> HotfixOrder | None:
    """The hotfix that a bundle holds; None: it is made of revisions. `copy`: the bundle's folder."""
    held = manifest.hotfix
    if held is None:
        return None
    back = None if held.rollback is None else copy / held.rollback
    return HotfixOrder(copy / held.file, ",".join(held.at), back, held.revision)


_ORDER = ("apply.sql", "resume.sql", "rollback.sql", "no-rollback.md", "preflight.sql", "postcheck.sql")


def _first(differ: tuple[str, ...], theirs: Mapping[str, bytes], ours: Mapping[str, bytes]) -> Difference | None:
    if not differ:
        return None
    name = next((each for each in _ORDER if each in differ), differ[0])
    there, here = (_lines(each.get(name)) for each in (theirs, ours))
    for number, (one, other) in enumerate(zip_longest(there, here), start=1):
        if one != other:
            return Difference(name, number, one, other)
    return None


def _lines(data: bytes | None) -> list[str]:
    if data is None:
        return []
    return [visible(line) for line in data.decode("utf-8", "backslashreplace").split("\n")]


def _causes(manifest: Manifest, ours: Mapping[str, bytes]) -> Iterator[Message]:
    about = parse(ours[MANIFEST])
    for tool in sorted(manifest.tools.keys() | about.tools.keys()):
        there, here = manifest.tools.get(tool), about.tools.get(tool)
        if there != here:
            yield say(
                "it was built with {tool} {there}, and here is {here}",
                tool=tool,
                there=there or say("(none)"),
                here=here or say("(none)"),
            )
    if "--allow-dirty" in manifest.overrides:
        yield say("it was built from a working tree that was not what was committed")
    if manifest.volatile:
        yield say("it holds values that another rendering does not have")
    if manifest.content_id == about.content_id:
        yield say("the content id is the same: the statements are")
