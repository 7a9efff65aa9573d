"""`sqlgen check` on real git repositories, as a pull request has them: rule, place and exit code, and no old story."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.unit.building import ENV, Done, commit, git, project, revision, sqlgen, write

HOSTS = ("CI", "GITHUB_", "GITLAB_", "BITBUCKET_", "BUILD_", "SYSTEM_", "CHANGE_", "TF_", "JENKINS_", "SQLGEN_")
OLD = {
    # Both would be findings, if anybody judged them again.
    "a1": (
        "op.execute('CREATE TABLE users (id INTEGER PRIMARY KEY, phone TEXT, fax TEXT)')",
        "op.execute('DROP TABLE users')",
    ),
    "b2": ("op.execute('ALTER TABLE users DROP COLUMN fax')", "pass"),
}
DROP = ("op.execute('ALTER TABLE users DROP COLUMN phone')", "op.execute('ALTER TABLE users ADD COLUMN phone TEXT')")
HARMLESS = ("op.execute('CREATE TABLE tags (id INTEGER PRIMARY KEY)')", "op.execute('DROP TABLE tags')")
C3 = "migrations/versions/c3.py"


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No CI host, no cache, no settings of whoever runs the tests."""
    for name in os.environ:
        if name.startswith(HOSTS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SQLGEN_CACHE", "off")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Two revisions on main, and a branch at the same commit."""
    return repository(tmp_path / "shop")


def repository(folder: Path) -> Path:
    project(folder, revisions=OLD, settings="")
    write(folder / ".gitignore", "__pycache__/\n")
    commit(folder)
    git(folder, "checkout", "--quiet", "-b", "feature")
    return folder


def origin(folder: Path) -> str:
    """The repository as a host has it: bare, with main as its default branch."""
    bare = folder.with_suffix(".git")
    git(folder, "clone", "--quiet", "--bare", folder, bare)
    git(bare, "symbolic-ref", "HEAD", "refs/heads/main")
    return f"file://{bare}"


def add(
    folder: Path, id: str, down: str | tuple[str, ...] | None, body: tuple[str, str] = DROP, *, name: str = ""
) -> Path:
    path = folder / "migrations" / "versions" / f"{name or id}.py"
    write(path, revision(id, down, *body))
    return path


@dataclass(frozen=True, slots=True)
class Checked:
    done: Done
    document: dict[str, Any]

    @property
    def found(self) -> list[tuple[str, str]]:
        """(rule, path:line) of everything on the way forward."""
        return [
            (each["rule"], f"{each['path']}:{each['line']}")
            for each in self.document["findings"]
            if each["direction"] != "downgrade"
        ]

    @property
    def revisions(self) -> set[str | None]:
        return {each["revision"] for each in self.document["findings"]}

    @property
    def since(self) -> dict[str, Any]:
        [project] = self.document["projects"]
        return {key: value for key, value in project["since"].items() if isinstance(value, list) and value}

    @property
    def notes(self) -> str:
        return "\n".join(note for project in self.document["projects"] for note in project["notes"])

    @property
    def trouble(self) -> dict[str, Any]:
        [project] = self.document["projects"]
        trouble: dict[str, Any] = project["trouble"]
        return trouble


def check(folder: Path, *arguments: str, **environ: str) -> Checked:
    done = sqlgen("check", "--output-format", "json", *arguments, cwd=folder, **environ)
    assert done.out, done.err
    return Checked(done, json.loads(done.out))


DROPS = ("drop-column", f"{C3}:10")


# ---- one branch


def test_one_new_revision_untracked_staged_and_committed(shop: Path) -> None:
    add(shop, "c3", "b2")
    untracked = check(shop)
    assert untracked.found == [DROPS]
    assert untracked.revisions == {"c3"}
    assert untracked.done.code == 1
    commit(shop)
    committed = check(shop, "--sql", "new.sql")
    assert committed.document["findings"] == untracked.document["findings"]
    assert committed.since == {"new": ["c3"]}
    assert (shop / "new.sql").read_text() == "-- c3  make c3\nALTER TABLE users DROP COLUMN phone;\n"


def test_the_report_for_people_names_the_base_the_line_of_the_call_and_what_going_back_loses(shop: Path) -> None:
    add(shop, "c3", "b2", (DROP[0], "pass"))
    done = sqlgen("check", cwd=shop)
    assert done.code == 1
    assert f"{C3}:10:5: error drop-column" in done.out
    assert "compared with main" in done.out
    assert "going back loses: c3: downgrade() does nothing, column users.phone does not come back" in done.out
    assert "a1" not in done.out
    assert "b2" not in done.out
    assert done.err == ""
    assert sqlgen("check", "--fail-on", "never", cwd=shop).code == 0


def test_nothing_new_is_one_sentence_and_nothing_runs(shop: Path) -> None:
    write(shop / "migrations" / "env.py", "raise SystemExit('nobody runs this')\n")
    commit(shop)
    git(shop, "branch", "--force", "main")
    checked = check(shop)
    assert checked.done.code == 0
    assert checked.found == []
    assert (
        checked.notes
        == f"nothing new since main ({git(shop, 'rev-parse', 'main')[:8]}): 2 revisions, as on the base branch"
    )
    git(shop, "checkout", "--quiet", "main")
    add(shop, "c3", "b2")
    commit(shop)
    git(shop, "checkout", "--quiet", "feature")
    assert "main" in check(shop).notes
    assert "which is ahead, at c3: 2 revisions here" in check(shop).notes


def test_a_comment_a_docstring_and_an_allowance_in_an_old_revision_are_no_edit(shop: Path) -> None:
    path = shop / "migrations" / "versions" / "b2.py"
    text = path.read_text().replace(
        '"""make b2"""', '"""Make b2, with more words."""\n# sqlgen: allow drop-column because "old"'
    )
    write(path, text)
    checked = check(shop)
    assert checked.done.code == 0
    assert "nothing new since main" in checked.notes


def test_an_edited_old_revision_is_an_error_and_judged_by_what_it_does_now(shop: Path) -> None:
    path = shop / "migrations" / "versions" / "b2.py"
    write(path, path.read_text().replace("DROP COLUMN fax", "DROP COLUMN phone"))
    checked = check(shop)
    assert checked.done.code == 1
    edited = "migrations/versions/b2.py:10"
    rules = ("revision-edited", "drop-column", "irreversible-revision")
    assert checked.found == [(rule, edited) for rule in rules]
    assert checked.since == {"edited": ["b2"]}
    assert "edited revisions are judged by what they do now: b2" in checked.notes


def test_an_edited_revision_before_new_ones_is_run_alone(shop: Path) -> None:
    path = shop / "migrations" / "versions" / "a1.py"
    write(path, path.read_text().replace("phone TEXT", "phone TEXT, mail TEXT"))
    add(shop, "c3", "b2")
    checked = check(shop, "--sql", "new.sql")
    assert checked.found == [("revision-edited", "migrations/versions/a1.py:10"), DROPS]
    assert [line for line in (shop / "new.sql").read_text().splitlines() if line.startswith("--")] == [
        "-- a1  make a1",
        "-- c3  make c3",
    ]
    [drop] = [each for each in checked.document["findings"] if each["rule"] == "drop-column"]
    assert drop["statement"] == 2


def test_a_deleted_revision_that_others_come_after_breaks_the_history_and_both_are_told(shop: Path) -> None:
    add(shop, "c3", "b2")
    (shop / "migrations" / "versions" / "b2.py").unlink()
    checked = check(shop)
    assert checked.done.code == 1
    assert checked.found == [("history-unsound", f"{C3}:6"), ("revision-deleted", f"{C3}:6")]
    assert checked.since == {"new": ["c3"], "deleted": ["b2"]}
    assert checked.document["summary"]["statements"] == 0


def test_a_deleted_head_is_told_without_a_place(shop: Path) -> None:
    (shop / "migrations" / "versions" / "b2.py").unlink()
    checked = check(shop)
    assert checked.done.code == 1
    assert [rule for rule, _ in checked.found] == ["revision-deleted"]


def test_a_branch_that_deletes_every_revision_is_told_each_though_git_keeps_no_folder(shop: Path) -> None:
    git(shop, "rm", "--quiet", "-r", "migrations/versions")
    shutil.rmtree(shop / "migrations" / "versions", ignore_errors=True)
    checked = check(shop)
    assert checked.done.code == 1
    assert [rule for rule, _ in checked.found] == ["revision-deleted"] * 2
    assert checked.since == {"deleted": ["a1", "b2"]}


def test_a_broken_file_is_told_at_its_line(shop: Path) -> None:
    write(add(shop, "c3", "b2"), "def upgrade(:\n")
    checked = check(shop)
    assert checked.done.code == 1
    assert checked.found == [("history-unsound", f"{C3}:1")]


def test_a_reparented_old_revision_is_an_error_and_only_the_new_one_is_judged(shop: Path) -> None:
    """b2 has to run before c3 could be judged, but nobody hears of b2's own statements."""
    add(shop, "c3", "a1")
    add(shop, "b2", "c3", OLD["b2"])
    checked = check(shop)
    assert checked.done.code == 1
    assert checked.found == [("revision-reparented", "migrations/versions/b2.py:6"), DROPS]
    assert checked.since == {"new": ["c3"], "reparented": ["b2"]}


# ---- two branches


def test_two_branches_rebase_and_squash(shop: Path) -> None:
    add(shop, "c3", "b2")
    commit(shop)
    git(shop, "checkout", "--quiet", "main")
    add(shop, "d4", "b2", HARMLESS)
    commit(shop)
    git(shop, "checkout", "--quiet", "feature")

    behind = check(shop)
    assert behind.found == [("parent-not-head", f"{C3}:6"), DROPS]
    assert behind.since == {"new": ["c3"]}, "what the base branch did since is not this branch's"

    git(shop, "merge", "--quiet", "-m", "merge", "main")
    assert check(shop).found == [("multiple-heads", f"{C3}:6"), DROPS]

    merge = add(shop, "e5", ("c3", "d4"), ("pass", "pass"))
    merged = check(shop)
    assert merged.found == [DROPS]
    assert merged.since == {"new": ["c3", "e5"]}
    assert "e5" not in merged.notes, "a merge does nothing, so going back over it loses nothing"

    merge.unlink()
    add(shop, "c3", "d4")
    commit(shop)
    assert check(shop).found == [DROPS], "rebased: c3 comes after main's head"

    git(shop, "checkout", "--quiet", "main")
    git(shop, "merge", "--squash", "--quiet", "feature")
    commit(shop, "squashed")
    git(shop, "checkout", "--quiet", "feature")
    squashed = check(shop)
    assert squashed.done.code == 0
    assert "nothing new" in squashed.notes


def test_several_heads_that_were_there_before_are_nobodys_fault(tmp_path: Path) -> None:
    shop = project(tmp_path / "shop", revisions=OLD, settings="")
    add(shop, "x1", None, HARMLESS)
    commit(shop)
    git(shop, "checkout", "--quiet", "-b", "feature")
    add(shop, "c3", "b2")
    assert check(shop).found == [DROPS]
    add(shop, "y1", None, ("pass", "pass"))
    checked = check(shop)
    assert checked.found == [("multiple-heads", "migrations/versions/y1.py:6"), DROPS]


# ---- where it runs


def test_a_shallow_clone_says_what_to_fetch(shop: Path, tmp_path: Path) -> None:
    add(shop, "c3", "b2")
    commit(shop)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=feature", origin(shop), clone)
    host = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main"}
    checked = check(clone, **host)
    assert checked.done.code == 2
    assert "fetch-depth: 0" in checked.trouble["hint"]
    assert checked.trouble["message"] in checked.done.err
    [command] = re.findall(r"git fetch .*[^.]", checked.trouble["hint"])
    subprocess.run(command, cwd=clone, shell=True, check=True, capture_output=True)
    assert check(clone, **host).found == [DROPS]


def test_a_pull_request_from_a_fork_needs_no_token_and_writes_the_summary_alone(shop: Path, tmp_path: Path) -> None:
    """actions/checkout: the merge commit of the pull request, detached, with the base as its first parent."""
    add(shop, "c3", "b2")
    commit(shop)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", origin(shop), clone)
    git(clone, "checkout", "--quiet", "--detach", "origin/main")
    git(clone, "merge", "--quiet", "--no-ff", "-m", "merge", "origin/feature")
    before = {path: path.stat().st_mtime_ns for path in clone.rglob("*")}
    summary = tmp_path / "summary.md"
    summary.touch()
    done = sqlgen(
        "check",
        cwd=clone,
        GITHUB_ACTIONS="true",
        GITHUB_EVENT_NAME="pull_request",
        GITHUB_BASE_REF="main",
        GITHUB_HEAD_REF="feature",
        GITHUB_REF="refs/pull/7/merge",
        GITHUB_SHA=git(clone, "rev-parse", "HEAD"),
        GITHUB_WORKSPACE=str(clone),
        GITHUB_STEP_SUMMARY=str(summary),
    )
    assert done.code == 1, done.err
    [annotation] = [line for line in done.out.splitlines() if line.startswith("::error")]
    assert f"file={C3}" in annotation
    assert "line=10" in annotation
    assert "drop-column" in summary.read_text()
    assert {path: path.stat().st_mtime_ns for path in clone.rglob("*")} == before


def test_a_worktree_and_a_submodule(shop: Path, tmp_path: Path) -> None:
    add(shop, "c3", "b2")
    commit(shop)
    worktree = tmp_path / "worktree"
    git(shop, "worktree", "add", "--quiet", "--detach", worktree, "feature")
    assert check(worktree, "--since", "main").found == [DROPS]
    outer = tmp_path / "outer"
    outer.mkdir()
    write(outer / "README", "everything\n")
    commit(outer)
    git(
        outer,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "-b",
        "main",
        origin(shop),
        "parts/shop",
    )
    commit(outer)
    git(outer, "checkout", "--quiet", "-b", "feature")
    git(outer / "parts" / "shop", "checkout", "--quiet", "origin/feature")
    commit(outer)
    checked = check(outer, "--project", "parts/shop")
    assert checked.found == [("drop-column", f"parts/shop/{C3}:10")]


def test_outside_of_git_there_is_no_base(tmp_path: Path) -> None:
    checked = check(project(tmp_path / "shop", revisions=OLD))
    assert checked.done.code == 2
    assert "git repository" in checked.trouble["message"]
    assert "sqlgen lint" in checked.trouble["hint"]


# ---- what comes besides


MODELS = """\
import sqlalchemy as sa
metadata = sa.MetaData()
users = sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("phone", sa.Text))
"""


def test_models_are_compared_where_this_branch_may_have_made_a_difference(shop: Path) -> None:
    write(shop / "models.py", MODELS)
    write(shop / "migrations" / "env.py", "import sys; sys.path.insert(0, '.')\nimport models\n" + ENV.replace(
        "dialect_opts", "target_metadata=models.metadata, dialect_opts"))  # fmt: skip
    commit(shop)
    git(shop, "branch", "--force", "main")
    assert check(shop).done.code == 0

    write(
        shop / "models.py",
        MODELS.replace('sa.Column("phone", sa.Text)', 'sa.Column("phone", sa.Text), sa.Column("mail", sa.Text)'),
    )
    forgotten = check(shop)
    assert [rule for rule, _ in forgotten.found] == ["model-drift"]
    assert "users.mail" in forgotten.document["findings"][0]["message"]
    assert check(shop, "--no-drift").found == []
    commit(shop)
    git(shop, "branch", "--force", "main")

    add(shop, "c3", "b2")
    checked = check(shop)
    assert drifts(checked) == [], "users.mail was forgotten by another branch"
    assert ("orm-model-still-maps", DROPS[1]) in checked.found, "this one tells of users.phone"

    write(shop / "models.py", "raise RuntimeError('no models')\n")
    (shop / C3).unlink()
    broken = check(shop)
    assert broken.done.code == 0
    assert "the models were not compared" in broken.notes


CLASSES = """\
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Mail(Base):
    __tablename__ = "mails"
    id: Mapped[int] = mapped_column(primary_key=True)
    old: Mapped[str | None] = mapped_column(sa.Text)


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str | None] = mapped_column(sa.Text)
"""
MORE = (
    "op.execute('CREATE TABLE mails (id INTEGER PRIMARY KEY)')",
    "op.execute('DROP TABLE mails')",
)


@pytest.fixture
def mapped(shop: Path) -> Path:
    """A history with classes that map it, but for mails.old, which was forgotten long ago."""
    write(shop / "models.py", CLASSES)
    write(shop / "migrations" / "env.py", "import sys; sys.path.insert(0, '.')\nimport models\n" + ENV.replace(
        "dialect_opts", "target_metadata=models.Base.metadata, dialect_opts"))  # fmt: skip
    add(shop, "c3", "b2", MORE)
    commit(shop)
    git(shop, "branch", "--force", "main")
    return shop


def drifts(checked: Checked) -> list[tuple[str, str]]:
    """(place, message)"""
    found = [each for each in checked.document["findings"] if each["rule"] == "model-drift"]
    return [(f"{each['path']}:{each['line']}:{each['column']}", each["message"]) for each in found]


def test_a_difference_that_a_new_revision_makes_stands_at_its_call(mapped: Path) -> None:
    body = ("op.execute('ALTER TABLE users ADD COLUMN note TEXT')", "op.drop_column('users', 'note')")
    path = add(mapped, "d4", "c3", body)
    line = 1 + path.read_text().split("\n").index(f"    {body[0]}")
    told = [(f"migrations/versions/d4.py:{line}:5", "revision d4 makes users.note, and no model maps it")]
    assert drifts(check(mapped)) == told

    write(mapped / "models.py", CLASSES.replace("class User", "LENGTH = 3\n\n\nclass User"))
    assert len(drifts(check(mapped))) == 2, "what stands beside the classes may be part of them"
    write(mapped / "models.py", CLASSES.replace("class User", "# a comment\nclass User"))
    assert drifts(check(mapped)) == told, "mails.old is nobody's here"


def test_a_difference_that_the_models_make_stands_at_the_mapped_column(mapped: Path) -> None:
    write(mapped / "models.py", f"{CLASSES}    mail: Mapped[str | None] = mapped_column(sa.Text)\n")
    line = CLASSES.count("\n") + 1
    assert drifts(check(mapped)) == [
        (f"models.py:{line}:5", "the models map users.mail (TEXT), and no revision adds it")
    ]

    column = "    phone: Mapped[str | None] = mapped_column(sa.Text)\n"
    write(mapped / "models.py", CLASSES.replace(column, ""))
    [(place, _)] = drifts(check(mapped))
    assert place == f"models.py:{1 + CLASSES.split(chr(10)).index('class User(Base):')}:1"


def test_what_a_rule_about_statements_tells_of_the_models_is_told_once(mapped: Path) -> None:
    add(mapped, "d4", "c3", ('op.drop_column("users", "phone")', "pass"))
    rules = [rule for rule, _ in check(mapped).found]
    assert "orm-model-still-maps" in rules
    assert "model-drift" not in rules

    write(mapped / "models.py", f"{CLASSES}    mail: Mapped[str] = mapped_column(sa.Text)\n")
    add(mapped, "d4", "c3", ("op.execute('ALTER TABLE users ADD COLUMN mail TEXT')", "pass"))
    assert [rule for rule, _ in check(mapped).found] == ["not-null-in-model-only"]

    write(mapped / "sqlgen.toml", 'dialect = "sqlite"\n[rule.not-null-in-model-only]\nseverity = "off"\n')
    assert [rule for rule, _ in check(mapped).found] == ["model-drift"]


def test_a_revision_that_cannot_be_rendered_is_exit_code_4_and_a_downgrade_that_cannot_be_is_not(shop: Path) -> None:
    path = add(shop, "c3", "b2", ("pass", "raise RuntimeError('no')"))
    assert check(shop).done.code == 0
    write(path, revision("c3", "b2", "raise RuntimeError('no')", "pass"))
    checked = check(shop)
    assert checked.done.code == 4
    [hole] = [each for each in checked.document["incomplete"] if each["direction"] == "upgrade"]
    assert (hole["revision"], hole["path"], hole["line"]) == ("c3", C3, 10)


def test_an_environment_that_fails_is_told_beside_what_was_found_until_then(shop: Path) -> None:
    add(shop, "c3", "b2")
    (shop / "migrations" / "versions" / "b2.py").write_text(revision("b2", "a1", "pass", "pass"))
    write(shop / "migrations" / "env.py", "raise RuntimeError('no settings')\n")
    checked = check(shop)
    assert checked.done.code == 2
    assert [rule for rule, _ in checked.found] == ["revision-edited"]
    assert checked.trouble["path"] == "migrations/env.py"
    assert checked.trouble["line"] == 1
    assert "migrations/env.py" in checked.notes


def test_what_the_baseline_of_findings_holds_fails_nothing_and_its_growth_does(shop: Path) -> None:
    add(shop, "c3", "b2")
    made = sqlgen("baseline", "create", cwd=shop)
    assert made.code == 0, made.err
    assert DROPS in check(shop).found, "the first baseline is no place for what the same branch brings"
    commit(shop)
    git(shop, "branch", "--force", "main")
    add(shop, "c3", "b2", (DROP[0], DROP[1].replace("TEXT", "VARCHAR(9)")))
    rules = {each["rule"] for each in check(shop).document["findings"] if each["allowed"] is None}
    assert "revision-edited" in rules
    assert "drop-column" not in rules, "what was there before is known"
    git(shop, "checkout", "--quiet", ".")
    path = shop / "sqlgen-baseline.json"
    text = path.read_text()
    add(shop, "d4", "c3", ("op.execute('DROP TABLE users')", "pass"))
    path.unlink()
    assert sqlgen("baseline", "create", cwd=shop).code == 0
    grown = check(shop)
    assert text != path.read_text()
    assert [rule for rule, _ in grown.found if rule == "baseline-grown"] == ["baseline-grown"]


def test_a_rehearsal_says_whether_it_is_the_same(shop: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("there is no sqlite3")
    write(shop / "migrations" / "env.py", ONLINE)
    commit(shop)
    git(shop, "branch", "--force", "main")
    path = add(shop, "c3", "b2", HARMLESS)
    checked = check(shop, "--rehearse", "sqlite://")
    assert "rehearsal of b2 -> c3 on sqlite" in checked.notes
    assert "THE SAME" in checked.notes
    assert checked.done.code == 0
    write(path, revision("c3", "b2", HARMLESS[0], "op.execute('CREATE TABLE left_behind (id INTEGER PRIMARY KEY)')"))
    other = check(shop, "--rehearse", "sqlite://", "--fail-on", "never")
    assert "NOT THE SAME" in other.notes
    assert "left_behind" in other.notes
    assert other.done.code == 1


ONLINE = """\
from alembic import context
import sqlalchemy

url = context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
else:
    with sqlalchemy.create_engine(url).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""


def test_a_comment_says_how_to_ask_for_the_same_without_what_may_be_secret(shop: Path) -> None:
    add(shop, "c3", "b2")
    write(shop / "dumps" / "prod.sql", "CREATE TABLE orders (id INTEGER PRIMARY KEY);\n")
    given = [
        *("--dialect", "postgresql", "--fail-on", "never", "--stub", "acme", "--baseline", "dumps/prod.sql"),
        *("-x", "password=hunter2", "--reads", "empty", "--no-drift", "--since", "main"),
    ]
    done = sqlgen("check", *given, "--output-format", "markdown", cwd=shop)
    [again] = [line for line in done.out.split("\n") if line.startswith("sqlgen check")]
    assert again == (
        "sqlgen check --since main --dialect postgresql --reads empty --baseline dumps/prod.sql --fail-on never "
        "--stub acme --no-drift"
    )
    assert sqlgen(*again.split()[1:], cwd=shop).code == 0
    linted = sqlgen("lint", "b2:c3", "--dialect", "postgresql", "-x", "a=b", "--output-format", "markdown", cwd=shop)
    assert "\nsqlgen lint b2:c3 --dialect postgresql\n" in linted.out


def test_ctrl_c_is_said(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sqlgen.checking.many.find", pressed)
    assert sqlgen("check", cwd=shop) == Done(130, "", "interrupted\n")


def test_what_to_do_is_told_in_each_format_once(shop: Path) -> None:
    hint = "Did you mean main?"
    for format in ("text", "concise", "github", "json", "csv"):
        done = sqlgen("check", "--since", "mian", "--output-format", format, cwd=shop)
        assert done.code == 2
        assert f"{done.out}{done.err}".count(hint) == (2 if format == "json" else 1), format
