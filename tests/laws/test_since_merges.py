"""What is said of a branch is what git makes of it: histories that two branches changed at random, merged for real."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from sqlgen import project as projects
from sqlgen.history import git as gits
from sqlgen.history.here import Here, read_here
from sqlgen.history.since import Base, Changes, changes, standing
from tests.unit.building import commit, git, project, revision, write


class Shop:
    """A project whose revisions are changed by dice."""

    def __init__(self, top: Path, dice: random.Random) -> None:
        self.top, self.versions, self.dice = top, top / "migrations/versions", dice
        project(top, revisions={})
        write(self.versions / "README", "")  # or git takes the folder away with the last revision
        for number in range(dice.randrange(1, 7)):
            self.add(f"m{number}")
        commit(top)

    def ids(self) -> list[str]:
        return sorted(each.id for each in self.read().revisions)

    def read(self) -> Here:
        return read_here(projects.find(self.top))

    def add(self, id: str) -> None:
        known = self.ids()
        down = tuple(self.dice.sample(known, min(len(known), self.dice.choice([1, 1, 1, 2])))) or None
        text = revision(id, down, f"op.execute('SELECT {self.dice.randrange(5)}')", "pass")
        if known and self.dice.random() < 0.2:
            text = text.replace("\n\n\ndef up", f"\ndepends_on = {self.dice.choice(known)!r}\n\n\ndef up")
        write(self.versions / f"{id}.py", text)

    def change(self, branch: str) -> None:
        """Commit a few changes on a branch."""
        git(self.top, "checkout", "--quiet", branch)
        for number in range(self.dice.randrange(4)):
            self.change_one(f"{branch}{number}")
        commit(self.top)

    def change_one(self, new: str) -> None:
        files = sorted(self.versions.glob("*.py"))
        what = self.dice.choice(["add", "add", "edit", "comment", "delete", "reparent", "rename"])
        if what == "add" or not files:
            self.add(new)
            return
        file = self.dice.choice(files)
        text = file.read_text()
        match what:
            case "edit":
                write(file, text.replace("SELECT ", f"SELECT '{new}', "))
            case "comment":
                write(file, text.replace("def upgrade", f"# {new}\ndef upgrade"))
            case "delete":
                file.unlink()
            case "reparent":
                parent = f"down_revision = {self.dice.choice([*self.ids(), None])!r}"
                lines = [parent if line.startswith("down_revision") else line for line in text.split("\n")]
                write(file, "\n".join(lines))
            case "rename":
                file.rename(file.with_name(f"{new}_{file.name}"))


def told(top: Path) -> Changes:
    repository = gits.repository(top)
    assert repository is not None
    tip, head = gits.commits(repository, ["main", "work"])
    assert tip is not None
    assert head is not None
    merge_base = gits.merge_base(repository, tip, head)
    assert merge_base is not None
    return changes(projects.find(top), repository, Base("main", tip, merge_base))


def ids(here: Here) -> set[str]:
    return {each.id for each in here.revisions}


@pytest.mark.parametrize("seed", [0, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 15])
def test_a_merge_brings_what_is_new_takes_what_is_deleted_and_has_the_heads_that_were_said(
    tmp_path: Path, seed: int
) -> None:
    shop = Shop(tmp_path, random.Random(seed))
    git(tmp_path, "branch", "work")
    shop.change("main")
    shop.change("work")
    found = told(tmp_path)
    git(tmp_path, "checkout", "--quiet", "main")
    before = shop.read()
    assert set(found.base_heads) == set(standing(before.revisions))
    assert before.graph is None or set(found.base_heads) == set(before.graph.effective_heads)
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    merged = subprocess.run(["git", *who, "merge", "--quiet", "-m", "merge", "work"], cwd=tmp_path, capture_output=True)
    assert merged.returncode == 0, "choose a seed that does not change the same lines on both sides"
    after = shop.read()
    assert {each.id for each in found.new} == ids(after) - ids(before)
    assert {each.before.id for each in found.deleted} == ids(before) - ids(after)
    assert set(found.merged_heads) == set(standing(after.revisions))
