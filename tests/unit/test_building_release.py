"""`sqlgen release`: the bundles of several projects and environments, all or none, and the page that lists them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.unit.building import REVISIONS, SETTINGS, Done, commit, contents, manifest, project, revision, sqlgen, write

RELEASE = """\
name = "2026-11"
environments = ["staging", "prod"]
expires = "14d"
ticket = "OPS-42"

[[project]]
folder = "shop"
range = "base:head"

[[project]]
folder = "services/billing"
range = { staging = "base:head", prod = "b2:head" }
"""
DROP = ("op.execute('DROP TABLE legacy')", "pass")


@pytest.fixture
def mono(tmp_path: Path) -> Path:
    top = tmp_path / "mono"
    project(top / "shop")
    more = {**REVISIONS, "c3": ("op.execute('CREATE TABLE bills (id INTEGER PRIMARY KEY)')", "op.drop_table('bills')")}
    project(top / "services/billing", dialect="postgresql", revisions=more)
    write(top / "release.toml", RELEASE)
    commit(top)
    return top


def release(mono: Path, *arguments: str) -> Done:
    return sqlgen("release", "release.toml", "-o", "../out", *arguments, cwd=mono)


def test_each_project_has_a_bundle_for_each_environment_and_a_page_lists_them(mono: Path, tmp_path: Path) -> None:
    done = release(mono)
    assert done.code == 0, done.err
    out = tmp_path / "out"
    names = ["billing-prod", "billing-staging", "shop-prod", "shop-staging"]
    assert {path.name for path in out.iterdir()} == {*names, "index.md"}
    assert done.err.endswith("begin with ../out/index.md\n")
    about = {name: manifest(out / name) for name in names}
    assert {(each.ticket, each.expires) for each in about.values()} == {("OPS-42", "2026-02-15T02:00:00Z")}
    assert [about[name].environment for name in names] == ["prod", "staging", "prod", "staging"]
    assert [about[name].lower for name in names] == [("b2",), (), (), ()]
    assert [about[name].project for name in names] == ["services/billing", "services/billing", "shop", "shop"]
    page = (out / "index.md").read_text(encoding="utf-8")
    for name in names:
        assert f"| [{name}]({name}/review.html) | `{done.err.split(f'{name}{chr(10)}bundle id ')[1][:64]}`" in page
        assert f"    sqlgen sign {name} --role ROLE --key KEY\n" in page
    assert all((out / link).is_file() for link in re.findall(r"\]\(([^)]*)\)", page))
    assert "| `b2` | `c3` | 1 | " in page
    assert "- the same statements: `shop-staging`, `shop-prod`\n" in page
    assert "billing-staging`, `billing-prod" not in page
    assert "(after), a bundle of this release can't prove it: when the first is applied, make the next from it" in page
    assert release(mono, "--env", "prod", "-o", "../prod").code == 0
    assert "sqlgen promote" not in (tmp_path / "prod/index.md").read_text()


def test_the_same_release_gives_the_same_bytes_and_each_bundle_can_be_built_again(mono: Path, tmp_path: Path) -> None:
    assert release(mono).code == 0
    os.rename(tmp_path / "out", tmp_path / "before")
    assert release(mono).code == 0
    assert contents(tmp_path / "out") == contents(tmp_path / "before")
    assert sqlgen("bundle", "--check", "../out/billing-prod", cwd=mono).code == 0


def test_the_page_is_in_the_language_of_the_first_project(mono: Path, tmp_path: Path) -> None:
    write(mono / "shop/sqlgen.toml", f'language = "zh-CN"\n{SETTINGS}')
    commit(mono)
    assert release(mono, "--env", "prod").code == 0
    assert (tmp_path / "out/index.md").read_text(encoding="utf-8").startswith("# 发版 2026-11\n")


def test_when_one_can_not_be_built_nothing_is_written_and_all_reasons_are_told(mono: Path, tmp_path: Path) -> None:
    assert release(mono, "--env", "prod").code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["billing-prod", "index.md", "shop-prod"]
    os.rename(tmp_path / "out", tmp_path / "before")
    write(mono / "services/billing/migrations/versions/c3.py", revision("c3", "b2", *DROP))
    write(mono / "shop/migrations/versions/c3.py", revision("c3", "b2", "1 / 0", "pass"))
    commit(mono)
    done = release(mono)
    assert done.code == 4
    assert "shop-staging:\nerror: no bundle was built: c3 can't be rendered\n" in done.err
    assert "billing-prod:\nerror: no bundle was built: findings at or above error stand open\n" in done.err
    assert done.err.endswith("no release was written: 4 of 4 bundles could not be built\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["before", "mono"]
    told = re.search(r"to see more: sqlgen (lint b2:head --project services/billing --env prod)\n", done.err)
    assert told is not None
    assert "error drop-table" in sqlgen(*told[1].split(), cwd=mono).out
    done = release(mono, "--fail-on", "never", "--allow-incomplete")
    assert done.code == 4
    assert "warning: billing-prod: built although findings at or above error stand open\n" in done.err
    page = (tmp_path / "out/index.md").read_text(encoding="utf-8")
    assert "- **override** `billing-prod`: built although findings at or above error stand open\n" in page
    assert "- **override** `shop-prod`: built although revisions can't be rendered\n" in page
    assert "| errors: 2 |" in page or "| errors: 2, warnings: " in page


def test_a_dirty_tree_stops_all_of_them(mono: Path, tmp_path: Path) -> None:
    write(mono / "shop/sqlgen.toml", SETTINGS + "# more\n")
    done = release(mono)
    assert (done.code, done.err.count("the working tree is not what was committed: shop/sqlgen.toml")) == (2, 4)
    assert release(mono, "--allow-dirty").code == 0


def test_ranges_may_name_the_environment(mono: Path) -> None:
    write(mono / "release.toml", RELEASE.replace('"base:head"\n', '"ledger:{env}..head"\n', 1))
    commit(mono)
    done = release(mono)
    assert done.code == 2
    assert done.err.count("ledger: asks for a trust folder, and the settings name none") == 2


def test_a_project_may_be_for_some_environments_and_have_a_name_of_its_own(mono: Path, tmp_path: Path) -> None:
    text = RELEASE.replace('folder = "shop"\n', 'folder = "shop"\nname = "Shop.EU"\nenvironments = ["prod"]\n')
    write(mono / "release.toml", text.replace('name = "2026-11"\n', ""))
    commit(mono)
    assert release(mono).code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"shop.eu-prod", "billing-staging", "billing-prod", "index.md"}
    assert (tmp_path / "out/index.md").read_text(encoding="utf-8").startswith("# Release release\n")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('environments = ["staging", "prod"]\n', "", None, "the release file has no environments"),
        (RELEASE[RELEASE.index("[[project]]") :], "", None, "the release file has no project"),
        ('expires = "14d"', "expires = 14", 3, "expires can't be 14"),
        ('ticket = "OPS-42"', 'tickte = "OPS-42"', 4, "there is no setting tickte"),
        ('folder = "services/billing"', 'folder = "services/nothing"', 11, "there is no folder services/nothing"),
        ('folder = "services/billing"\n', "", 10, "has no folder"),
        ('range = "base:head"', 'range = ""', 8, "range can't be ''"),
        (', prod = "b2:head"', "", 12, "services/billing has no range for prod"),
        ('prod = "b2:head"', 'prod = "b2:head", prd = "b2:head"', 12, "that the release does not have: prd"),
        (
            'range = "base:head"',
            'range = "base:head"\nenvironments = ["prd"]',
            9,
            "that the release does not have: prd",
        ),
        ('folder = "services/billing"', 'folder = "shop"', 11, "two projects of the release would write shop-staging"),
        ('folder = "shop"', 'folder = "shop"\nname = "a b"', 8, "name can't be 'a b'"),
        ("[[project]]", "[[project", 6, "not a TOML file"),
    ],
)
def test_a_release_file_that_is_not_as_it_must_be_is_told_with_its_line(
    mono: Path, tmp_path: Path, old: str, new: str, line: int | None, reason: str
) -> None:
    assert old in RELEASE
    write(mono / "release.toml", RELEASE.replace(old, new, 1))
    done = release(mono)
    assert done.code == 2
    assert reason in done.err
    assert "hint: " in done.err
    assert done.err.startswith(f"error: release.toml:{'' if line is None else f'{line}:'} ")
    assert not (tmp_path / "out").exists()


def test_a_folder_with_a_name_for_no_bundle_needs_another(mono: Path) -> None:
    os.rename(mono / "shop", mono / "书 店")
    write(mono / "release.toml", RELEASE.replace('"shop"', '"书 店"'))
    commit(mono)
    done = release(mono)
    assert (done.code, "error: release.toml:7: no bundle can be named after the folder 书 店" in done.err) == (2, True)
    write(mono / "release.toml", RELEASE.replace('"shop"', '"书 店"\nname = "shop"'))
    commit(mono)
    assert release(mono).code == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("release.toml", "-o", "shop"), "shop is there already"),
        (("nothing.toml", "-o", "../out"), "there is no release file nothing.toml"),
        (("release.toml", "-o", "../out", "--env", "test"), "the release has nothing for test"),
        (("release.toml", "-o", "release.toml/out"), "release.toml/out can't be written: File exists"),
        (("release.toml", "-o", "../out", "--fail-on", "sometimes"), "sometimes"),
    ],
)
def test_a_wrong_turn_is_told_before_anything_is_rendered(
    mono: Path, tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    done = sqlgen("release", *arguments, cwd=mono)
    assert done.code == 2
    assert reason in done.err
    assert "hint: " in done.err
    assert not (tmp_path / "out").exists()
