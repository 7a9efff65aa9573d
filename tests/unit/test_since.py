"""What a branch does to a history, in real repositories: three versions of it, compared by the ids of revisions."""

from __future__ import annotations

import itertools
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from sqlgen import project as projects
from sqlgen.errors import UsageError
from sqlgen.history import git as gits
from sqlgen.history import read
from sqlgen.history.since import Base, Changes, changes
from tests.unit.building import commit, git, project, revision, write

VERSIONS = "migrations/versions"


@dataclass(frozen=True, slots=True)
class Repo:
    """A project with the revisions a1, b2 and c3 on main, and the branch `work` checked out."""

    top: Path
    root: Path
    """Of the project."""

    def add(self, id: str, down: str | tuple[str, ...] | None, up: str = "pass", *, file: str | None = None) -> None:
        write(self.root / VERSIONS / f"{file or id}.py", revision(id, down, up, "pass"))

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.root / VERSIONS / file
        text = path.read_bytes().decode()
        assert old in text
        write(path, text.replace(old, new))

    def remove(self, file: str) -> None:
        (self.root / VERSIONS / file).unlink()

    def on(self, branch: str, *more: str) -> None:
        git(self.top, "checkout", "--quiet", branch, *more)

    def changes(self, tip: str = "main") -> Changes:
        return compared(self.root, tip)

    def merged(self, tip: str = "main") -> set[str]:
        """The heads of the history once this branch is merged into the tip, as git merges it."""
        here = git(self.top, "rev-parse", "HEAD")
        git(self.top, "checkout", "--quiet", "--detach", tip)
        git(self.top, "merge", "--quiet", "-m", "merge", here)
        heads = set(read(projects.find(self.root)).effective_heads)
        git(self.top, "checkout", "--quiet", "work")
        return heads


def compared(root: Path, tip: str = "main") -> Changes:
    repository = gits.repository(root)
    assert repository is not None
    assert repository.commit is not None
    (id,) = gits.commits(repository, [tip])
    assert id is not None
    merge_base = gits.merge_base(repository, id, repository.commit.id)
    assert merge_base is not None
    return changes(projects.find(root), repository, Base(tip, id, merge_base))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("since") / "书店 one"
    project(top)
    write(top / "shop/models.py", "MODELS = 1\n")
    commit(top)
    git(top, "checkout", "--quiet", "-b", "work")
    return top


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Repo:
    top = tmp_path / template.name
    shutil.copytree(template, top)
    return Repo(top, top)


def ids(found: Changes) -> dict[str, list[str]]:
    """What is told, by ids; without what is not told."""
    told = {
        "new": [each.id for each in found.new],
        "edited": [each.now.id for each in found.edited],
        "deleted": [each.before.id for each in found.deleted],
        "reparented": [each.now.id for each in found.reparented],
        "ignored": [each.id for each in found.ignored],
    }
    return {what: each for what, each in told.items() if each}


def heads(found: Changes) -> tuple[tuple[str, ...], ...]:
    return found.base_heads, found.heads, found.merged_heads


# ---- the law


BODIES, PARENTS = ("a", "b", "c"), ("p", "q", "r")
BASES = [None, ("a", "p")]
TIPS = [None, *itertools.product(BODIES[:2], PARENTS[:2])]
HERES = [None, *itertools.product(BODIES, PARENTS)]


def verdict(base: object, tip: object, here: object) -> set[str]:
    """The table in the module's docstring, in other words: whatever this branch alone made another is told."""
    if here is None:
        return {"deleted"} if base and tip else set()
    others = [each for each in (base, tip) if each]
    if not others:
        return {"new"}
    assert isinstance(here, tuple)
    told = {"edited": [each[0] for each in others], "reparented": [each[1] for each in others]}  # type: ignore[index]
    return {what for (what, theirs), ours in zip(told.items(), here, strict=True) if ours not in theirs}


def test_each_way_in_which_three_versions_can_differ_has_its_verdict(tmp_path: Path) -> None:
    cases = {f"x{number}": case for number, case in enumerate(itertools.product(BASES, TIPS, HERES)) if any(case)}
    project(tmp_path, revisions={})
    for id in PARENTS:
        write(tmp_path / VERSIONS / f"{id}.py", revision(id, None, "pass", "pass"))

    def put(side: int) -> None:
        for id, case in cases.items():
            path, version = tmp_path / VERSIONS / f"{id}.py", case[side]
            path.unlink(missing_ok=True)
            if version is not None:
                body, parent = version
                text = revision(id, parent, f"op.execute('SELECT {body}')  # {side}", "pass")
                write(path, text.replace("make", f"make {side}"))
        commit(tmp_path)

    put(0)
    git(tmp_path, "checkout", "--quiet", "-b", "work")
    put(2)
    git(tmp_path, "checkout", "--quiet", "main")
    put(1)
    git(tmp_path, "checkout", "--quiet", "work")
    found = ids(compared(tmp_path))
    for id, case in cases.items():
        assert {what for what, told in found.items() if id in told} == verdict(*case), (id, case)
    assert sum(map(len, found.values())) > 60


# ---- stories


def test_nothing_new_is_nothing_at_all(repo: Repo) -> None:
    found = repo.changes()
    assert ids(found) == {}
    assert heads(found) == (("c3",),) * 3
    assert (found.unsound, found.surroundings, found.code_changed, found.unread) == (None, (), False, ())
    assert found.graph is not None
    assert set(found.graph.by_id) == {"a1", "b2", "c3"}


@pytest.mark.parametrize("how", ["committed", "staged", "untracked"])
def test_new_revisions_are_told_oldest_first_committed_or_not(repo: Repo, how: str) -> None:
    repo.add("z4", "c3")
    repo.add("y5", "z4")
    repo.add("a6", "y5")
    if how != "untracked":
        git(repo.top, "add", "--all")
    if how == "committed":
        commit(repo.top)
    found = repo.changes()
    assert ids(found) == {"new": ["z4", "y5", "a6"]}
    assert heads(found) == (("c3",), ("a6",), ("a6",))


def test_two_branches_that_each_add_one_have_two_heads_once_they_are_merged(repo: Repo) -> None:
    repo.add("d4", "c3")
    commit(repo.top)
    repo.on("main")
    repo.add("e4", "c3")
    commit(repo.top)
    repo.on("work")
    found = repo.changes()
    assert ids(found) == {"new": ["d4"]}
    assert heads(found) == (("e4",), ("d4",), ("d4", "e4"))
    assert set(found.merged_heads) == repo.merged()
    git(repo.top, "rebase", "--quiet", "main")
    assert heads(repo.changes()) == (("e4",), ("d4", "e4"), ("d4", "e4"))
    repo.edit("d4.py", "'c3'", "'e4'")
    commit(repo.top)
    found = repo.changes()
    assert ids(found) == {"new": ["d4"]}
    assert heads(found) == (("e4",), ("d4",), ("d4",))


def test_the_merge_commit_of_a_request_in_a_clone_of_two_commits_has_all_that_is_needed(
    repo: Repo, tmp_path: Path
) -> None:
    repo.add("d4", "c3")
    commit(repo.top)
    repo.edit("b2.py", "DROP TABLE tags", "DROP TABLE IF EXISTS tags")
    commit(repo.top)
    repo.on("main")
    repo.add("e4", "c3")
    commit(repo.top)
    base = git(repo.top, "rev-parse", "HEAD")
    git(repo.top, "checkout", "--quiet", "-b", "merged")
    git(repo.top, "merge", "--quiet", "--no-ff", "-m", "merge", "work")
    git(tmp_path, "clone", "--quiet", "--depth=2", "--branch=merged", f"file://{repo.top}", "runner")
    found = compared(tmp_path / "runner", base)
    assert ids(found) == {"new": ["d4"], "edited": ["b2"]}
    assert heads(found) == (("e4",), ("d4", "e4"), ("d4", "e4"))


def test_an_edit_has_the_function_and_the_line_and_a_comment_is_none(repo: Repo) -> None:
    repo.edit("a1.py", "def upgrade", "# sqlgen: allow drop-table because 'empty'\ndef upgrade")
    repo.edit("b2.py", "def upgrade():\n", "def upgrade():\n    # as it was\n")
    repo.edit("b2.py", "DROP TABLE tags", "DROP TABLE IF EXISTS tags")
    found = repo.changes()
    assert ids(found) == {"edited": ["b2"]}
    (edit,) = found.edited
    assert edit.functions == ("downgrade",)
    assert "IF EXISTS" in edit.now.path.read_text().splitlines()[edit.line - 1]
    assert (edit.now.file, edit.before.file) == (f"{VERSIONS}/b2.py",) * 2
    assert found.graph is not None


def test_what_the_base_branch_did_after_the_merge_base_is_not_ours(repo: Repo) -> None:
    repo.add("d4", "c3")
    commit(repo.top)
    repo.on("main")
    repo.edit("b2.py", "DROP TABLE tags", "DROP TABLE IF EXISTS tags")
    repo.edit("c3.py", "'b2'", "'a1'")
    repo.add("e4", "c3")
    write(repo.top / "migrations/env.py", "from alembic import context\n")
    commit(repo.top)
    repo.on("work")
    found = repo.changes()
    assert ids(found) == {"new": ["d4"]}
    assert heads(found) == (("b2", "e4"), ("d4",), ("b2", "d4", "e4"))
    assert set(found.merged_heads) == repo.merged()
    assert found.surroundings == ()


def test_a_deleted_revision_names_its_child_and_leaves_no_graph(repo: Repo) -> None:
    repo.remove("b2.py")
    repo.add("d4", "c3")
    found = repo.changes()
    assert ids(found) == {"new": ["d4"], "deleted": ["b2"]}
    (gone,) = found.deleted
    assert gone.before.file == f"{VERSIONS}/b2.py"
    assert gone.child is not None
    assert gone.child.id == "c3"
    assert (found.graph, found.heads) == (None, ())
    assert found.unsound is not None
    assert (found.unsound.file, "b2" in str(found.unsound.message)) == (f"{VERSIONS}/c3.py", True)


def test_the_last_revision_deleted_has_no_child_and_the_history_is_sound(repo: Repo) -> None:
    repo.remove("c3.py")
    commit(repo.top)
    found = repo.changes()
    assert ids(found) == {"deleted": ["c3"]}
    assert found.deleted[0].child is None
    assert heads(found) == (("c3",), ("b2",), ("b2",))
    assert set(found.merged_heads) == repo.merged()


def test_a_re_parented_revision_is_no_edit(repo: Repo) -> None:
    repo.edit("c3.py", "'b2'", "'a1'")
    found = repo.changes()
    assert ids(found) == {"reparented": ["c3"]}
    (edit,) = found.reparented
    assert (edit.before.down, edit.now.down, edit.functions) == (("b2",), ("a1",), ())
    assert "down_revision" in edit.now.path.read_text().splitlines()[edit.line - 1]
    assert heads(found) == (("c3",), ("b2", "c3"), ("b2", "c3"))


def test_a_new_dependency_stands_on_its_own_line(repo: Repo) -> None:
    repo.edit("c3.py", "down_revision = 'b2'", "down_revision = 'b2'\ndepends_on = ('a1',)")
    (edit,) = repo.changes().reparented
    assert "depends_on" in edit.now.path.read_text().splitlines()[edit.line - 1]


def test_a_label_for_a_dependency_or_another_order_of_parents_is_nothing(repo: Repo) -> None:
    repo.on("main")
    repo.add("d4", "b2")
    repo.add("m5", ("c3", "d4"))
    repo.add("n6", "m5")
    repo.edit("n6.py", "\n\n\ndef upgrade", "\ndepends_on = 'd4'\n\n\ndef upgrade")
    commit(repo.top)
    repo.on("work")
    git(repo.top, "reset", "--quiet", "--hard", "main")
    repo.edit("m5.py", "('c3', 'd4')", "('d4', 'c3')")
    repo.edit("d4.py", "\n\n\ndef upgrade", "\nbranch_labels = 'billing'\n\n\ndef upgrade")
    repo.edit("n6.py", "depends_on = 'd4'", "depends_on = ['billing']")
    assert ids(repo.changes()) == {}


def test_a_renamed_file_is_nothing_and_an_id_changed_in_place_is_two_things(repo: Repo) -> None:
    git(repo.top, "mv", f"{VERSIONS}/a1.py", f"{VERSIONS}/2026_a1_books.py")
    repo.edit("c3.py", "revision = 'c3'", "revision = 'c4'")
    found = repo.changes()
    assert ids(found) == {"new": ["c4"], "deleted": ["c3"]}
    assert heads(found) == (("c3",), ("c4",), ("c4",))


def test_a_squash_merged_copy_is_not_new_and_what_is_stacked_on_it_is(repo: Repo) -> None:
    repo.add("d4", "c3")
    commit(repo.top)
    repo.on("work", "-B", "stacked")
    repo.add("e5", "d4")
    commit(repo.top)
    repo.on("main")
    git(repo.top, "merge", "--quiet", "--squash", "work")
    repo.edit("d4.py", "make d4", "make d4 (#7)")
    commit(repo.top)
    repo.on("stacked")
    found = repo.changes()
    assert ids(found) == {"new": ["e5"]}
    assert heads(found) == (("d4",), ("e5",), ("e5",))
    repo.on("main")
    repo.edit("d4.py", "pass", "op.execute('SELECT 1')")
    commit(repo.top)
    repo.on("stacked")
    found = repo.changes()
    assert ids(found) == {"new": ["e5"], "edited": ["d4"]}


# ---- histories that are broken


def test_a_syntax_error_in_a_new_revision_is_told_with_its_line_and_the_rest_is_compared(repo: Repo) -> None:
    repo.add("d4", "c3", "op.execute(")
    repo.edit("b2.py", "DROP TABLE tags", "DROP TABLE IF EXISTS tags")
    found = repo.changes()
    assert ids(found) == {"new": ["d4"], "edited": ["b2"]}
    assert found.unsound is not None
    assert found.unsound.file == f"{VERSIONS}/d4.py"
    assert (found.unsound.line, found.graph, found.heads) == (10, None, ())


@pytest.mark.parametrize(
    "text", [b"\xff\xfe\x00r", "revision = 'é'\n".encode("latin-1"), b"x = 1\n", b"revision = f()\n"]
)
def test_a_file_that_is_no_revision_is_told_here_and_there(repo: Repo, text: bytes) -> None:
    (repo.top / VERSIONS / "b2.py").write_bytes(text)
    repo.add("d4", "c3")
    found = repo.changes()
    assert found.unsound is not None
    assert found.unsound.file == f"{VERSIONS}/b2.py"
    assert ids(found) == {"new": ["d4"], "deleted": ["b2"]}
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    repo.add("b2", "a1")
    found = repo.changes()
    assert found.unsound is None
    assert ids(found) == {"new": ["b2"]}
    assert [each.file for each in found.unread] == [f"{VERSIONS}/b2.py"]
    assert found.unread[0].error.file == f"{VERSIONS}/b2.py"


def test_a_base_whose_code_does_not_parse_is_another_one(repo: Repo) -> None:
    repo.edit("b2.py", "op.execute('CREATE", "op.execute('CREATE TABLE')) ('")
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    git(repo.top, "checkout", "--quiet", "HEAD~1", "--", VERSIONS)
    found = repo.changes()
    assert ids(found) == {"edited": ["b2"]}
    assert found.unsound is None


def test_an_id_that_stands_twice_and_a_cycle_are_unsound_and_nothing_else(repo: Repo) -> None:
    repo.add("d4", "c3")
    shutil.copy(repo.top / VERSIONS / "d4.py", repo.top / VERSIONS / "copy.py")
    found = repo.changes()
    assert ids(found) == {"new": ["d4"]}
    assert found.unsound is not None
    repo.remove("copy.py")
    repo.edit("d4.py", "'c3'", "'e5'")
    repo.add("e5", "d4")
    found = repo.changes()
    assert sorted(ids(found)["new"]) == ["d4", "e5"]
    assert found.unsound is not None
    assert "cycle" in str(found.unsound.message)


def test_a_copy_of_an_old_revision_is_no_edit_of_it(repo: Repo) -> None:
    repo.add("b2", "a1", "op.execute('SELECT 1')", file="0_copy")
    found = repo.changes()
    assert found.unsound is not None
    assert ids(found) in ({}, {"edited": ["b2"]})  # which of the two is meant, nobody knows


# ---- where files lie


def test_line_ends_of_a_checkout_are_no_edit(repo: Repo, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--branch=main", "-c", "core.autocrlf=true", repo.top, "windows")
    copy = Repo(tmp_path / "windows", tmp_path / "windows")
    assert b"\r\n" in (copy.top / VERSIONS / "a1.py").read_bytes()
    assert ids(copy.changes()) == {}
    git(copy.top, "config", "core.autocrlf", "false")
    copy.add("d4", "c3")
    os.utime(copy.top / VERSIONS / "a1.py", (1, 1))
    assert ids(copy.changes()) == {"new": ["d4"]}
    copy.edit("a1.py", "books", "book")
    assert ids(copy.changes()) == {"new": ["d4"], "edited": ["a1"]}


def test_a_working_tree_of_its_own_and_a_project_below_the_top(repo: Repo, tmp_path: Path) -> None:
    (repo.top / "services").mkdir()
    for name in ("alembic.ini", "migrations", "sqlgen.toml"):
        git(repo.top, "mv", name, f"services/{name}")
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    git(repo.top, "worktree", "add", "--quiet", "-b", "other", tmp_path / "beside")
    beside = Repo(tmp_path / "beside", tmp_path / "beside/services")
    beside.add("d4", "c3")
    write(beside.root / "sql/views.sql", "SELECT 1\n")
    found = beside.changes()
    assert ids(found) == {"new": ["d4"]}
    assert found.new[0].file == f"{VERSIONS}/d4.py"
    assert found.surroundings == ("sql/views.sql",)
    assert ids(Repo(repo.top, repo.top / "services").changes()) == {}


def test_a_folder_that_was_renamed_with_its_configuration(repo: Repo) -> None:
    git(repo.top, "mv", "migrations", "alembic")
    write(repo.top / "alembic.ini", "[alembic]\nscript_location = alembic\nsqlalchemy.url = sqlite:///shop\n")
    found = repo.changes()
    assert ids(found) == {}
    assert heads(found) == (("c3",),) * 3
    (repo.top / "alembic/versions/b2.py").unlink()
    commit(repo.top)
    assert ids(repo.changes()) == {"deleted": ["b2"]}


def test_a_folder_that_is_no_longer_named_still_counts_on_the_base(repo: Repo) -> None:
    write(repo.top / "more/d4.py", revision("d4", "c3", "pass", "pass"))
    ini = "[alembic]\nscript_location = migrations\nversion_locations = migrations/versions more\n"
    write(repo.top / "alembic.ini", ini)
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    assert ids(repo.changes()) == {}
    write(repo.top / "alembic.ini", ini.replace(" more", ""))
    found = repo.changes()
    assert ids(found) == {"deleted": ["d4"]}
    assert heads(found) == (("d4",), ("c3",), ("c3",))
    assert found.surroundings == ("alembic.ini",)


@pytest.mark.parametrize(
    "key", ["recursive_version_locations = true", "version_locations = {} migrations/versions/more"]
)
def test_a_file_of_the_base_becomes_a_new_revision_when_the_configuration_begins_to_name_it(
    repo: Repo, key: str
) -> None:
    write(repo.top / "migrations/versions/more/d4.py", revision("d4", "c3", "pass", "pass"))
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    ini = repo.top / "alembic.ini"
    ini.write_text(f"{ini.read_text()}\n{key.format('migrations/versions')}\n")
    found = repo.changes()
    assert ids(found) == {"new": ["d4"]}
    assert found.ignored == ()
    commit(repo.top)
    assert ids(repo.changes()) == {"new": ["d4"]}


def test_a_project_that_was_moved_as_a_whole_beside_another_one(repo: Repo) -> None:
    project(repo.top / "other", revisions={"a1": ("op.execute('SELECT 1')", "pass"), "b9": ("pass", "pass")})
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    (repo.top / "services/shop").mkdir(parents=True)
    for name in ("alembic.ini", "migrations", "sqlgen.toml"):
        git(repo.top, "mv", name, f"services/shop/{name}")
    shutil.rmtree(repo.top / "other")
    moved = Repo(repo.top, repo.top / "services/shop")
    moved.add("d4", "c3")
    moved.remove("b2.py")
    moved.edit("c3.py", "'b2'", "'a1'")
    found = moved.changes()
    assert ids(found)["new"] == ["d4"]
    assert ids(found)["reparented"] == ["c3"]
    assert "b2" in ids(found)["deleted"]


def test_folders_within_folders_count_when_alembic_looks_into_them(repo: Repo) -> None:
    write(repo.top / VERSIONS / "2026/d4.py", revision("d4", "c3", "pass", "pass"))
    assert ids(repo.changes()) == {}
    ini = "[alembic]\nscript_location = migrations\nrecursive_version_locations = true\n"
    write(repo.top / "alembic.ini", ini)
    assert ids(repo.changes()) == {"new": ["d4"]}
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    git(repo.top, "mv", f"{VERSIONS}/a1.py", f"{VERSIONS}/2026/a1.py")
    assert ids(repo.changes()) == {}


def test_a_link_to_a_revision_counts_for_what_it_leads_to(repo: Repo) -> None:
    write(repo.top / "shared/d4.py", revision("d4", "c3", "op.execute('SELECT 1')", "pass"))
    (repo.top / VERSIONS / "d4.py").symlink_to("../../shared/d4.py")
    assert ids(repo.changes()) == {"new": ["d4"]}
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    assert ids(repo.changes()) == {}
    write(repo.top / "shared/d4.py", revision("d4", "c3", "op.execute('SELECT 2')", "pass"))
    found = repo.changes()
    assert ids(found) == {"edited": ["d4"]}
    assert found.edited[0].now.file == "shared/d4.py"
    (repo.top / VERSIONS / "d4.py").unlink()
    shutil.copy(repo.top / "shared/d4.py", repo.top / VERSIONS / "d4.py")
    assert ids(repo.changes()) == {"edited": ["d4"]}


def test_a_link_that_leads_out_of_the_repository_is_nobody_s_change(repo: Repo, tmp_path: Path) -> None:
    write(tmp_path / "d4.py", revision("d4", "c3", "pass", "pass"))
    (repo.top / VERSIONS / "d4.py").symlink_to(tmp_path / "d4.py")
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    assert ids(repo.changes()) == {}


def test_what_git_ignores_is_loaded_and_is_nobody_s_change(repo: Repo) -> None:
    write(repo.top / ".gitignore", "local_*.py\n")
    repo.add("d4", "c3", file="local_d4")
    repo.add("e5", "c3")
    found = repo.changes()
    assert ids(found) == {"new": ["e5"], "ignored": ["d4"]}
    assert found.heads == ("e5", "d4")


def test_folders_outside_of_the_repository_are_nobody_s_change(repo: Repo, tmp_path: Path) -> None:
    write(tmp_path / "plugin/z9.py", revision("z9", None, "pass", "pass"))
    ini = f"[alembic]\nscript_location = migrations\nversion_locations = migrations/versions {tmp_path}/plugin\n"
    write(repo.top / "alembic.ini", ini.replace(" /", ";/").replace("\n[", "\n") + "version_path_separator = ;\n")
    write(repo.top / "alembic.ini", (repo.top / "alembic.ini").read_text().replace("versions ", "versions;"))
    found = repo.changes()
    assert ids(found) == {}
    assert found.heads == ("c3", "z9")
    assert found.base_heads == ("c3", "z9")


def test_a_history_that_lies_outside_of_the_repository_has_no_branch(repo: Repo, tmp_path: Path) -> None:
    (repo.top / VERSIONS).rename(tmp_path / "versions")
    ini = (
        f"[alembic]\nscript_location = migrations\nversion_locations = {tmp_path}/versions\npath_separator = newline\n"
    )
    write(repo.top / "alembic.ini", ini)
    with pytest.raises(UsageError, match="lie outside of the repository") as caught:
        repo.changes()
    assert "the repository that has them" in str(caught.value.hint)


def test_a_checkout_without_the_revisions_says_so(repo: Repo) -> None:
    git(repo.top, "status")  # refreshes what git knows of a copied file
    git(repo.top, "sparse-checkout", "set", "--no-cone", "/*", "!/migrations/versions/b2.py")
    with pytest.raises(UsageError, match=r"migrations/versions/b2\.py is not checked out") as caught:
        repo.changes()
    assert "git sparse-checkout add migrations/versions" in str(caught.value.hint)


def test_parents_come_first_without_a_graph_too(repo: Repo) -> None:
    for id, down in (("x1", "x2"), ("x2", "x3"), ("x3", "c3"), ("y1", ("x1", "y2")), ("y2", "x3"), ("z0", "gone")):
        repo.add(id, down)
    found = repo.changes()
    assert found.unsound is not None
    order = ids(found)["new"]
    assert sorted(order) == ["x1", "x2", "x3", "y1", "y2", "z0"]
    assert all(
        order.index(down) < order.index(up) for up, down in (("x1", "x2"), ("x2", "x3"), ("y1", "y2"), ("y1", "x1"))
    )


def test_what_git_can_not_say_is_never_taken_for_nothing(repo: Repo) -> None:
    repo.remove("b2.py")
    base = repo.changes().base
    repository = gits.repository(repo.top)
    assert repository is not None
    blob = git(repo.top, "rev-parse", f"main:{VERSIONS}/b2.py")
    (repo.top / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(UsageError, match=r"git does not have the content of migrations/versions/b2\.py"):
        repo.changes()
    write(repo.top / ".git/index", "broken")
    with pytest.raises(UsageError, match="git fails: ") as caught:
        changes(projects.find(repo.root), repository, base)
    assert "git fsck" in str(caught.value.hint)


def test_a_change_that_git_is_told_not_to_look_at_is_not_the_branch_s(repo: Repo) -> None:
    git(repo.top, "update-index", "--assume-unchanged", f"{VERSIONS}/b2.py")
    repo.edit("b2.py", "DROP TABLE tags", "DROP TABLE IF EXISTS tags")
    assert ids(repo.changes()) == {}


# ---- submodules


@pytest.fixture
def outer(repo: Repo, tmp_path: Path) -> Path:
    """A repository in which the project is a submodule."""
    top = tmp_path / "outer"
    write(top / "README", "")
    commit(top)
    git(top, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", "-b", "work", repo.top, "shop")
    commit(top)
    git(top, "checkout", "--quiet", "-b", "work")
    return top


def test_a_project_in_a_submodule_is_compared_in_its_own_repository(outer: Path) -> None:
    inner = Repo(outer / "shop", outer / "shop")
    inner.add("d4", "c3")
    assert ids(inner.changes("origin/main")) == {"new": ["d4"]}


def test_folders_of_revisions_in_a_submodule_are_compared_with_the_commit_that_the_base_names(
    repo: Repo, tmp_path: Path
) -> None:
    plugin = tmp_path / "plugin"
    write(plugin / "versions/p1.py", revision("p1", None, "pass", "pass"))
    commit(plugin)
    git(repo.top, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", plugin, "plugin")
    ini = "[alembic]\nscript_location = migrations\nversion_locations = migrations/versions plugin/versions\n"
    write(repo.top / "alembic.ini", ini)
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    assert ids(repo.changes()) == {}
    inner = repo.top / "plugin"
    write(inner / "versions/p2.py", revision("p2", "p1", "pass", "pass"))
    assert ids(repo.changes()) == {"new": ["p2"]}
    commit(inner)
    commit(repo.top)
    found = repo.changes()
    assert ids(found) == {"new": ["p2"]}
    assert heads(found) == (("c3", "p1"), ("c3", "p2"), ("c3", "p2"))
    (inner / "versions/p1.py").unlink()
    assert ids(repo.changes()) == {"new": ["p2"], "deleted": ["p1"]}


def test_a_submodule_without_the_commit_of_the_base_says_how_to_get_it(repo: Repo, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    write(plugin / "versions/p1.py", revision("p1", None, "pass", "pass"))
    commit(plugin)
    git(repo.top, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", plugin, "plugin")
    ini = "[alembic]\nscript_location = migrations\nversion_locations = migrations/versions plugin/versions\n"
    write(repo.top / "alembic.ini", ini)
    commit(repo.top)
    git(repo.top, "branch", "--force", "main")
    write(plugin / "versions/p2.py", revision("p2", "p1", "pass", "pass"))
    missing = commit(plugin)
    git(repo.top, "update-index", "--cacheinfo", f"160000,{missing},plugin")
    git(repo.top, "commit", "--quiet", "-m", "ahead")
    git(repo.top, "branch", "--force", "main")
    with pytest.raises(UsageError) as caught:
        repo.changes()
    assert f"git -C plugin fetch origin {missing}" in str(caught.value.hint)


# ---- what lies around


def test_what_lies_around_the_revisions_is_told_and_other_code_apart(repo: Repo) -> None:
    write(repo.top / "migrations/env.py", "from alembic import context\n")
    write(repo.top / "migrations/helpers/types.py", "")
    write(repo.top / "migrations/sql/view.sql", "SELECT 1\n")
    write(repo.top / "sqlgen.toml", "")
    (repo.top / "alembic.ini").write_text((repo.top / "alembic.ini").read_text() + "\n")
    for name in ("README.md", "migrations/README", "migrations/versions/.gitkeep"):
        write(repo.top / name, "")
    found = repo.changes()
    assert found.surroundings == (
        "alembic.ini",
        "migrations/env.py",
        "migrations/helpers/types.py",
        "migrations/sql/view.sql",
        "sqlgen.toml",
    )
    assert not found.code_changed
    write(repo.top / "shop/models.py", "MODELS = 2\n")
    assert repo.changes().code_changed
    commit(repo.top)
    repo.on("main")
    git(repo.top, "merge", "--quiet", "--squash", "work")
    commit(repo.top)
    repo.on("work")
    found = repo.changes()
    assert (found.surroundings, found.code_changed) == ((), False)


def test_git_is_called_no_more_than_six_times_and_only_what_differs_is_read(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add("d4", "c3")
    write(repo.top / "shop/models.py", "MODELS = 2\n")
    commit(repo.top)
    repo.on("main")
    repo.add("e4", "c3")
    commit(repo.top)
    repo.on("work")
    calls: list[str] = []
    run = gits._run

    def counted(folder: Path, *arguments: str, stdin: bytes = b"") -> object:
        calls.append(stdin.decode())
        return run(folder, *arguments, stdin=stdin)

    repository = gits.repository(repo.root)
    assert repository is not None
    base = repo.changes().base
    monkeypatch.setattr(gits, "_run", counted)
    assert ids(changes(projects.find(repo.root), repository, base)) == {"new": ["d4"]}
    assert len(calls) <= 6
    assert [call for call in calls if call] == [git(repo.top, "rev-parse", f"main:{VERSIONS}/e4.py") + "\n"]
