"""Two bundles in, what differs out: manifest, revisions, statements, findings, files, signatures."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlgen.bundle.reading import Opened, open_bundle
from sqlgen.bundle.ssh import made_by
from sqlgen.bundle.verify import MANIFEST
from sqlgen.errors import VerificationError, say
from sqlgen.script.marks import read_back

SCRIPTS = ("apply.sql", "rollback.sql")
_ELSEWHERE = frozenset({"content_id", "format", "revisions"})
"""Keys of the manifest that have a place of their own in a Difference."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that the manifests, or the findings, say in two ways."""

    key: str
    """Of the manifest; `finding`."""
    item: str | None
    """Which of several; None: the key has one value."""
    before: str | None
    """In A; None: only B has it."""
    after: str | None
    """In B; None: only A has it."""


@dataclass(frozen=True, slots=True)
class ScriptChange:
    """How the user's statements of a script differ."""

    file: str
    statements: bool
    """The lines are those of the user's statements; False: of the file, for it could not be read back."""
    lines: tuple[str, ...]
    """A unified diff, without line ends."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two bundles."""

    path: Path
    bundle_id: str
    content_id: str
    signatures: tuple[str, ...]
    """`ROLE NAME KEY`, as they claim; rejections, too."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What there is to say of two bundles, in the order of A and B."""

    a: Side
    b: Side
    manifest: tuple[Change, ...]
    revisions: tuple[Change, ...]
    scripts: tuple[ScriptChange, ...]
    findings: tuple[Change, ...]
    files: tuple[Change, ...]
    """By path: digests."""
    signatures: tuple[Change, ...]

    @property
    def same_bytes(self) -> bool:
        """One bundle id: what is signed is the same."""
        return self.a.bundle_id == self.b.bundle_id

    @property
    def same_content(self) -> bool:
        """Both claim one content id, and their scripts do hold the same statements."""
        return self.a.content_id == self.b.content_id and not self.scripts

    @property
    def contradicts(self) -> bool:
        """Both claim one content id, but the statements differ: one of the two was not made by sqlgen."""
        return self.a.content_id == self.b.content_id and bool(self.scripts)


def diff(a: Path, b: Path) -> Difference:
    """Compare two bundles. Raises UsageError for one that is not there, VerificationError for one that was changed."""
    with ExitStack() as undo:
        one, other = _open(a, undo), _open(b, undo)
        sides = _side(a, one), _side(b, other)
        before, after = one.digests(), other.digests()
        return Difference(
            *sides,
            manifest=tuple(_manifest(_json(one.read(MANIFEST)), _json(other.read(MANIFEST)))),
            revisions=tuple(_revisions(one, other)),
            scripts=tuple(each for name in SCRIPTS for each in _script(name, one, other)),
            findings=tuple(_findings(one, other)),
            files=tuple(_pairs("file", {**before, MANIFEST: ""}, {**after, MANIFEST: ""})),
            signatures=tuple(_lists("signature", sides[0].signatures, sides[1].signatures)),
        )


def _open(bundle: Path, undo: ExitStack) -> Opened:
    try:
        return open_bundle(bundle, undo)
    except VerificationError as error:
        raise VerificationError(say("{bundle}: {error}", bundle=bundle, error=error), hint=error.hint) from error


def _side(path: Path, opened: Opened) -> Side:
    signatures = [
        f"{file.parent.name} {file.stem} {made_by(file.read_bytes())}" for file in opened.copy.glob("sig/*/*.sig")
    ]
    return Side(path, opened.bundle_id, opened.manifest.content_id, tuple(sorted(signatures)))


def _json(data: bytes) -> dict[str, Any]:
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _manifest(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in sorted(before.keys() | after.keys() - _ELSEWHERE):
        old, new = before.get(key), after.get(key)
        if old == new or key in _ELSEWHERE:
            continue
        if isinstance(old, dict | None) and isinstance(new, dict | None):
            yield from _pairs(key, _texts(old or {}), _texts(new or {}))
        elif isinstance(old, list | None) and isinstance(new, list | None):
            yield from _lists(key, [_text(each) for each in old or []], [_text(each) for each in new or []])
        else:
            yield Change(key, None, _optional(old), _optional(new))


def _pairs(key: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Values under names."""
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Change(key, name, before.get(name), after.get(name))


def _lists(key: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """What went, what came; or else that the order is another one."""
    went, came = Counter(before) - Counter(after), Counter(after) - Counter(before)
    yield from (Change(key, text, text, None) for text in went.elements())
    yield from (Change(key, text, None, text) for text in came.elements())
    if not went and not came and list(before) != list(after):
        yield Change(key, None, ", ".join(before), ", ".join(after))


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in values.items()}


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    """A value of JSON in words: `rule x, revision a1` for an object."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(each)}" for name, each in value.items() if each is not None)
    if isinstance(value, list):
        return " ".join(_text(each) for each in value)
    return value if isinstance(value, str) else json.dumps(value)


def _revisions(one: Opened, other: Opened) -> Iterator[Change]:
    before = {each.id: each for each in one.manifest.revisions}
    after = {each.id: each for each in other.manifest.revisions}
    for id in [*before, *(id for id in after if id not in before)]:
        old, new = before.get(id), after.get(id)
        if old is None or new is None or (old.sha256, old.file) != (new.sha256, new.file):
            texts = (None if each is None else f"{each.file} {each.sha256}" for each in (old, new))
            yield Change("revisions", id, *texts)
    kept = [[id for id in each if id in before and id in after] for each in (before, after)]
    if kept[0] != kept[1]:
        yield Change("revisions", None, ", ".join(kept[0]), ", ".join(kept[1]))


def _script(name: str, one: Opened, other: Opened) -> Iterator[ScriptChange]:
    before, after = one.read(name).decode(errors="replace"), other.read(name).decode(errors="replace")
    mine, theirs = _statements(before, one), _statements(after, other)
    read = mine is not None and theirs is not None
    if mine is not None and theirs is not None:
        before, after = ("".join(f"{each};\n\n" for each in side) for side in (mine, theirs))
    lines = tuple(difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm=""))
    if lines:
        # their lines are not those of a file, so they have no numbers
        yield ScriptChange(name, read, tuple("@@" if read and each.startswith("@@ ") else each for each in lines))


def _statements(script: str, opened: Opened) -> tuple[str, ...] | None:
    """The user's statements; none where there is no script; None where they can't be read back."""
    if not script:
        return ()
    try:
        return read_back(script, opened.manifest.dialect)
    except VerificationError:
        return None


def _findings(one: Opened, other: Opened) -> Iterator[Change]:
    """What went, came, or is said otherwise. One that says the same of another statement is none of these: that the
    statement is another one is told by the scripts."""
    before, after = (_found(each.read("evidence/findings.json")) for each in (one, other))
    for mark in sorted(before.keys() & after.keys()):
        if before[mark] != after[mark]:
            yield Change("finding", mark[0], before[mark][1], after[mark][1])
    went = Counter(before[mark] for mark in sorted(before.keys() - after.keys()))
    came = Counter(after[mark] for mark in sorted(after.keys() - before.keys()))
    yield from (Change("finding", rule, words, None) for rule, words in (went - came).elements())
    yield from (Change("finding", rule, None, words) for rule, words in (came - went).elements())


def _found(data: bytes) -> dict[tuple[str, str, int], tuple[str, str]]:
    """Rule, fingerprint and which one of several → the rule and what it says; without lines, which move."""
    found: dict[tuple[str, str, int], tuple[str, str]] = {}
    listed = _json(data).get("findings")
    for each in listed if isinstance(listed, list) else []:
        if not isinstance(each, dict):
            continue
        rule, fingerprint = str(each.get("rule")), str(each.get("fingerprint"))
        number = sum(known[:2] == (rule, fingerprint) for known in found)
        allowed = each.get("allowed")
        because = say(", allowed: {why}", why=allowed.get("because")) if isinstance(allowed, dict) else ""
        words = say(
            "{severity} in {revision}{back}: {message}{because}",
            severity=each.get("severity"),
            revision=each.get("revision"),
            back=say(", downgrade") if each.get("direction") == "downgrade" else "",
            message=each.get("message"),
            because=because,
        )
        found[rule, fingerprint, number] = (rule, str(words))
    return found
