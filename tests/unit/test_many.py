"""Many projects in one repository: which they are, what their report says, whatever checks them."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlgen.checking import many
from sqlgen.cli.check import exit_code
from sqlgen.errors import UsageError
from sqlgen.review.report import Part, Report, Trouble
from sqlgen.review.summary import judge
from tests.unit.building import commit, git, project, revision, sqlgen, write
from tests.unit.test_check_scenarios import DROP, OLD, at_home

__all__ = ["at_home"]


@pytest.fixture(scope="module")
def monorepo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three projects, of which two have a new revision and one can't be loaded; and folders that hold none."""
    top = tmp_path_factory.mktemp("monorepo")
    for name in ("billing", "orders", "users"):
        project(top / "services" / name, revisions=OLD, settings="")
    write(top / "services" / "README.md", "services\n")
    write(top / "services" / "web" / "package.json", "{}\n")
    write(top / "services" / "web" / "node_modules" / "x" / "alembic.ini", "[alembic]\nscript_location = y\n")
    write(top / ".gitignore", "__pycache__/\n")
    commit(top)
    git(top, "checkout", "--quiet", "-b", "feature")
    for name in ("orders", "users"):
        write(top / "services" / name / "migrations" / "versions" / "c3.py", revision("c3", "b2", *DROP))
    write(top / "services" / "users" / "migrations" / "env.py", "raise RuntimeError('no such service')\n")
    commit(top)
    return top


def test_a_monorepo_gives_one_report_that_is_the_same_however_many_processes_make_it(monorepo: Path) -> None:
    words = ("check", "--project", "services/*", "--output-format", "json")
    alone = sqlgen(*words, "--jobs", "1", cwd=monorepo)
    together = sqlgen(*words, "--jobs", "3", "-v", cwd=monorepo)
    assert together.out == alone.out
    assert alone.code == together.code == 2
    document = json.loads(alone.out)
    projects: dict[str, Any] = {each["name"]: each for each in document["projects"]}
    assert list(projects) == ["services/billing", "services/orders", "services/users"]
    assert "nothing new" in projects["services/billing"]["notes"][0]
    assert projects["services/billing"]["trouble"] is projects["services/orders"]["trouble"] is None
    trouble = projects["services/users"]["trouble"]
    assert trouble["path"] == "services/users/migrations/env.py"
    assert [(each["project"], each["rule"], each["path"], each["line"]) for each in document["findings"]] == [
        ("services/orders", "drop-column", "services/orders/migrations/versions/c3.py", 10)
    ]
    assert "RuntimeError: no such service" in together.err, "what its env.py raised, since -v asks for it"
    assert f"error: services/users: {trouble['message']}" in alone.err.replace("migrations/env.py:1: ", "")


def test_shares_of_a_monorepo_are_its_report_cut_in_pieces(monorepo: Path, tmp_path: Path) -> None:
    words = ("check", "--project", "**/alembic.ini", "--sql", f"{tmp_path}/", "--output-format", "json", "--jobs", "1")
    shares = [sqlgen(*words, "--shard", f"{number}/4", cwd=monorepo) for number in (1, 2, 3, 4)]
    assert [done.code for done in shares] == [0, 1, 2, 0]
    names = [each["name"] for done in shares for each in json.loads(done.out)["projects"]]
    assert names == ["services/billing", "services/orders", "services/users"]
    assert "DROP COLUMN phone" in (tmp_path / "services" / "orders.sql").read_text()


def test_the_sql_of_many_projects_needs_a_folder(monorepo: Path) -> None:
    done = sqlgen("check", "--project", "services/*", "--sql", "new.sql", "--jobs", "1", cwd=monorepo)
    assert done.code == 2
    assert "--sql new.sql/" in done.err
    assert not (monorepo / "new.sql").exists()

    done = sqlgen("check", "--project", "services/*", "--sql", "new/sql/", "--jobs", "1", cwd=monorepo)
    assert "DROP COLUMN phone" in (monorepo / "new" / "sql" / "services" / "orders.sql").read_text()
    write(monorepo / "taken", "a file\n")
    done = sqlgen("check", "--project", "services/*", "--sql", "taken/", "--jobs", "1", cwd=monorepo)
    assert (done.code, "the folder taken/services can't be made" in done.err) == (2, True)


# ---- which projects


def test_a_project_is_found_once_by_whatever_names_it(monorepo: Path, tmp_path: Path) -> None:
    services = monorepo / "services"
    assert many.find(["services/*", "**/alembic.ini", "services/orders"], monorepo) == (
        services / "billing",
        services / "orders",
        services / "users",
    )
    flask = tmp_path / "flask"
    write(flask / "migrations" / "alembic.ini", "[alembic]\n")
    write(flask / "migrations" / "env.py", "")
    write(tmp_path / "modern" / "pyproject.toml", '[tool.alembic]\nscript_location = "%(here)s/m"\n')
    write(tmp_path / "other" / "pyproject.toml", "[tool.black]\n")
    assert many.find(["*"], tmp_path) == (flask, tmp_path / "modern")
    found = many.find(["**/*.ini", "**/pyproject.toml"], tmp_path)
    assert many.names(found, tmp_path) == ("flask", "modern")


def test_two_projects_in_one_folder_are_called_by_their_files(tmp_path: Path) -> None:
    for name in ("alembic.ini", "second.ini"):
        write(tmp_path / "a" / name, "[alembic]\nscript_location = %(here)s/m\n")
    assert many.names(many.find(["a/*.ini"], tmp_path), tmp_path) == ("a/alembic.ini", "a/second.ini")


@pytest.mark.parametrize(("text", "why"), [("nowhere/*", "no Alembic project matches"), ("nowhere", "does not exist")])
def test_what_names_no_project_is_an_error_with_a_hint(text: str, why: str, tmp_path: Path) -> None:
    write(tmp_path / "nowhere.txt", "")
    with pytest.raises(UsageError, match=why) as caught:
        many.find([text], tmp_path)
    assert "glob" in str(caught.value.hint).lower()


# ---- laws


PATHS = st.lists(st.from_regex(r"/[a-z]{1,6}(/[a-z]{1,6})?", fullmatch=True).map(Path), unique=True, max_size=40)


@given(PATHS, st.integers(1, 12), st.randoms(use_true_random=False))
def test_shares_are_disjoint_and_whole_and_alike_in_size_and_do_not_depend_on_the_order(
    projects: list[Path], count: int, random: Any
) -> None:
    shares = [many.shard(projects, f"{number}/{count}") for number in range(1, count + 1)]
    together = [project for share in shares for project in share]
    assert sorted(together) == sorted(projects)
    assert len(set(together)) == len(together)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    shuffled = list(projects)
    random.shuffle(shuffled)
    assert [many.shard(shuffled, f"{number}/{count}") for number in range(1, count + 1)] == shares


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "1/0", "a/b", "-1/3", "1/3/3"])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--shard"):
        many.shard([Path("/a")], text)


CODES = (70, 2, 3, 4, 1)
"""The order that the documentation gives."""


@given(st.lists(st.sampled_from((2, 3, 70)), max_size=4), st.booleans(), st.booleans())
def test_the_exit_code_is_the_worst_of_all_projects(troubles: list[int], fails: bool, clean: bool) -> None:
    parts = [_part(f"p{number}", trouble=Trouble("x", "y", None, None, code)) for number, code in enumerate(troubles)]
    parts += [_part("fails", fails=True)] * fails + [_part("clean")] * clean
    held = {*troubles, *([1] if fails else [])}
    assert exit_code(Report(tuple(parts), Path("/"))) == next((code for code in CODES if code in held), 0)


def _part(name: str, *, fails: bool = False, trouble: Trouble | None = None) -> Part:
    return Part(Path("/") / name, judge((), (), ""), name, fails=fails, trouble=trouble)


# ---- what goes wrong with one of them


def _check(project: Path, *, tell: Any, progress: object) -> Part:
    """In place of a check; a process that is spawned finds it by its name."""
    match project.name:
        case "bug":
            raise ZeroDivisionError("ours")
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "sleeps":
            (project.parent / "begun").touch()
            try:
                time.sleep(60)
            finally:
                (project.parent / "left").touch()
    tell(f"looked at {project.name}", False)
    return Part(project, judge((), (), ""))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bug_and_a_killed_process_are_the_trouble_of_their_project_alone(jobs: int) -> None:
    names = ["a", "bug", *(["killed"] if jobs > 1 else []), "z"]
    told: list[str] = []
    report = many.check_all(
        [Path("/") / name for name in names],
        _check,
        names=names,
        top=Path("/"),
        jobs=jobs,
        tell=lambda line, _: told.append(str(line)),
    )
    troubles = {part.name: part.trouble for part in report.parts}
    assert list(troubles) == names
    assert troubles["a"] is troubles["z"] is None
    assert {name for name, trouble in troubles.items() if trouble and trouble.exit_code == 70} == {*names} - {"a", "z"}
    assert [line for line in told if "looked at" in line] == ["a: looked at a", "z: looked at z"]
    assert any("ZeroDivisionError: ours" in line for line in told)
    assert exit_code(report) == 70


def test_who_stops_listening_stops_the_processes_and_what_they_have_begun(tmp_path: Path) -> None:
    results = many._in_processes([tmp_path / "a", tmp_path / "sleeps"], _check, 2)
    next(results)
    while not (tmp_path / "begun").exists():
        time.sleep(0.01)
    results.close()
    assert (tmp_path / "left").exists()
