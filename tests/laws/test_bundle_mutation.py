"""Any change to bundle, signatures, trust folder or ledger is refused by every verifier, in one step, with a reason.

What is changed is a frozen world of tests/golden, so a failure can be repeated. A change counts unless it changes no
byte, or is one that the format does not look at: what lies beside the versions, an old signature of another's entry.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.attacks.asking import EVERY, VERIFIERS, ask, called
from tests.attacks.worlds import World

SHOP = Path(__file__).parents[1] / "golden/bundle/shop"
BUNDLE = "mysql"
"""A renewed one: it has the most to be changed."""


def below(folder: str) -> list[str]:
    return sorted(path.relative_to(SHOP).as_posix() for path in (SHOP / folder).rglob("*") if path.is_file())


BUNDLES = below(BUNDLE)
TRUST = [*below("trust/versions"), *below("trust/ledger/prod")]
LOOKED_AT = re.compile(r"trust/versions/[1-9][0-9]*/.*|trust/ledger/prod/[0-9]{6}\.(json|sig)")

Change = Callable[[Path], None]
ODD = ["A", "a.sql", "sig/x", "sig/dba/a.sig", "sig/ci/a.sig", "x/y/z", "con", ".x", "-", "a\nb", "\x1b"]
ODD_TRUST = ["versions/3/version", "versions/1/policy/x", "versions/2/sig/a.sig", "versions/x", "next/version"]
ODD_TRUST += ["ledger/prod/000006.json", "ledger/prod/000006.sig", "ledger/prod/x", "ledger/live/000001.json"]


def names(files: list[str]) -> st.SearchStrategy[str]:
    text = st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1, max_size=20)
    odd = [f"{BUNDLE}/{name}" for name in ODD] if files is BUNDLES else [f"trust/{name}" for name in ODD_TRUST]
    folder = BUNDLE if files is BUNDLES else "trust/versions/2"
    in_folder = text.filter(lambda name: name not in {".", ".."}).map(lambda name: f"{folder}/{name}")
    return st.one_of(st.sampled_from(files), st.sampled_from(odd), in_folder)


@st.composite
def byte_changes(draw: st.DrawFn, files: list[str]) -> Change:
    path, at, what = draw(st.sampled_from(files)), draw(st.integers(0, 4000)), draw(st.binary(max_size=3))
    cut = draw(st.integers(0, 3))

    def change(root: Path) -> None:
        if (root / path).is_file():  # an earlier change may have taken it away
            data = (root / path).read_bytes()
            where = at % (len(data) + 1)
            (root / path).write_bytes(data[:where] + what + data[where + cut :])

    return change


@st.composite
def line_changes(draw: st.DrawFn, files: list[str]) -> Change:
    path, at = draw(st.sampled_from(files)), draw(st.integers(0, 100))
    how = draw(st.sampled_from(["swap", "double", "drop", "crlf"]))

    def change(root: Path) -> None:
        if not (root / path).is_file() or not (root / path).read_bytes():
            return
        lines = (root / path).read_bytes().splitlines(keepends=True)
        where = at % len(lines)
        if how == "swap":
            lines[where], lines[0] = lines[0], lines[where]
        elif how == "double":
            lines.insert(where, lines[where])
        elif how == "drop":
            lines.pop(where)
        else:
            lines = [line.replace(b"\n", b"\r\n") for line in lines]
        (root / path).write_bytes(b"".join(lines))

    return change


@st.composite
def tree_changes(draw: st.DrawFn, files: list[str]) -> Change:
    path, other = draw(st.sampled_from(files)), draw(names(files))
    how = draw(st.sampled_from(["add", "remove", "rename", "link", "hard link", "folder", "pipe", "copy", "swap"]))

    def change(root: Path) -> None:
        target = root / other
        if any(each.exists() and not (each.is_file() or each.is_dir()) for each in (root / path, target)):
            return  # a pipe by now: to read or write it would wait for ever
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if how == "add":
                target.write_bytes(b"SELECT 1;\n")
            elif how == "remove":
                (root / path).unlink()
            elif how == "rename":
                (root / path).rename(target)
            elif how == "link":
                target.symlink_to(root / path)
            elif how == "hard link":
                os.link(root / path, target)
            elif how == "folder":
                target.mkdir()
            elif how == "pipe":
                os.mkfifo(target)
            elif how == "copy":
                shutil.copy(root / path, target)
            else:
                one, two = (root / path).read_bytes(), target.read_bytes()
                (root / path).write_bytes(two)
                target.write_bytes(one)
        except OSError:
            return  # the name is taken, or nothing is there: this change changes nothing

    return change


def changes(files: list[str]) -> st.SearchStrategy[list[Change]]:
    return st.lists(st.one_of(byte_changes(files), line_changes(files), tree_changes(files)), min_size=1, max_size=3)


def tree(root: Path) -> dict[str, bytes | str]:
    return {path.relative_to(root).as_posix(): kind(path) for path in root.rglob("*")}


def kind(path: Path) -> bytes | str:
    if path.is_symlink():
        return "link"
    if path.is_dir():
        return "folder"
    if not path.is_file():
        return "special"
    return path.read_bytes() if path.lstat().st_nlink == 1 else "hard link"


def counts(name: str) -> bool:
    """Must a change of this be refused? The others may be accepted or not, but by all alike."""
    if name.startswith("trust/ledger"):
        # Signatures of entries that are neither the last nor about this bundle are not looked at.
        return LOOKED_AT.fullmatch(name) is not None and (name.endswith(".json") or "/000005." in name)
    return name.startswith(f"{BUNDLE}/") or LOOKED_AT.fullmatch(name) is not None


GENUINE = {name: what for name, what in tree(SHOP).items() if name.split("/")[0] in {BUNDLE, "trust"}}


def what_is_signed(armor: bytes | str) -> tuple[bytes, ...] | bytes | str:
    """A signature without its reserved field, which ssh-keygen ignores; anything else as it is."""
    try:
        assert isinstance(armor, bytes)
        blob = base64.b64decode(b"".join(armor.split(b"\n")[1:-2]), validate=True)
        parts, at = [blob[:10]], 10
        while at < len(blob):
            size = int.from_bytes(blob[at : at + 4], "big")
            parts.append(blob[at + 4 : at + 4 + size])
            at += 4 + size
    except (ValueError, AssertionError):
        return armor
    return (*parts[:3], *parts[4:])


def judge(how: list[Change]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder, "w"), Path(folder, "keys"))
        for part in (BUNDLE, "trust"):
            shutil.copytree(SHOP / part, world.root / part)
        world.keys.mkdir()
        world.bundle = world.root / BUNDLE
        for change in how:
            change(world.root)
        now = tree(world.root)
        changed = {name for name in GENUINE.keys() | now.keys() if GENUINE.get(name) != now.get(name)}
        Path(folder, "copies").mkdir()
        with mock.patch.dict(os.environ, TMPDIR=str(Path(folder, "copies"))), mock.patch("tempfile.tempdir", None):
            said = ask(world) if EVERY or not changed or in_four(changed) else {"called": called(world)}
        codes = {each.code for each in said.values()}
        steps = {each.reason.partition(":")[0] for each in said.values()}
        story = (sorted(changed), {name: (each.code, each.reason, each.notes) for name, each in said.items()})
        assert len(codes) == 1, story
        assert codes <= {0, 3}, story
        assert len(steps) == 1, story
        if not changed:
            assert codes == {0}, story
        if codes == {0}:
            assert not [name for name in changed if counts(name) and not same_signature(name, now)], story


def in_four(changed: set[str]) -> bool:
    """One change in four is put to all verifiers; `make deep` puts all to all."""
    return zlib.crc32(repr(sorted(changed)).encode()) % 4 == 0


def same_signature(name: str, now: dict[str, bytes | str]) -> bool:
    if not name.endswith(".sig") or name not in now or name not in GENUINE:
        return False
    return what_is_signed(now[name]) == what_is_signed(GENUINE[name])


def nothing(root: Path) -> None:
    assert root.is_dir()


# Four programs look at each example, and the story of a failure says it all: nothing is gained by making it smaller.
phases = (Phase.explicit, Phase.generate)
checks = list(HealthCheck)
quick = settings(max_examples=25, deadline=None, derandomize=True, phases=phases, suppress_health_check=checks)
deep = settings(max_examples=1000, deadline=None, phases=phases, suppress_health_check=checks)


def test_the_world_that_is_changed_is_looked_at_in_all_its_parts() -> None:
    last = json.loads((SHOP / "trust/ledger/prod/000005.json").read_text())
    assert last["number"] == len(list((SHOP / "trust/ledger/prod").glob("*.json")))
    assert (len(BUNDLES), len(TRUST)) > (15, 30)
    assert len(VERIFIERS) >= 3


@quick
@given(changes(BUNDLES))
@example([nothing])
def test_every_verifier_refuses_every_change_to_a_bundle(how: list[Change]) -> None:
    judge(how)


@quick
@given(changes(TRUST))
@example([nothing])
def test_every_verifier_refuses_every_change_to_a_trust_folder(how: list[Change]) -> None:
    judge(how)


@pytest.mark.deep
@deep
@given(changes(BUNDLES))
def test_every_verifier_refuses_a_thousand_changes_to_a_bundle(how: list[Change]) -> None:
    judge(how)


@pytest.mark.deep
@deep
@given(changes(TRUST))
def test_every_verifier_refuses_a_thousand_changes_to_a_trust_folder(how: list[Change]) -> None:
    judge(how)
