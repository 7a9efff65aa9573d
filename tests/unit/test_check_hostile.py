"""`sqlgen check` on branches that were made to pass it: what they hide has to be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.building import commit, git, revision, write
from tests.unit.test_check_scenarios import DROP, DROPS, add, at_home, check, repository, shop

__all__ = ["at_home", "shop"]

FILE = "sqlgen-baseline.json"


def known(folder: Path) -> list[dict[str, Any]]:
    """What check finds, as lines of a baseline that somebody writes by hand."""
    return [
        {key: each[name] or None for key, name in LINE.items()}
        for each in check(folder).document["findings"]
        if each["direction"] != "downgrade"
    ]


LINE = {"rule": "rule", "revision": "revision", "file": "path", "fingerprint": "fingerprint"}


def write_baseline(path: Path, findings: list[dict[str, Any]]) -> None:
    once = {each["fingerprint"]: each for each in findings}
    write(path, json.dumps({"schema": "sqlgen.baseline/1", "findings": [*once.values()]}))


def test_the_first_baseline_holds_nothing_that_its_own_branch_brings(shop: Path) -> None:
    add(shop, "c3", "b2")
    write(shop / "migrations" / "versions" / "b2.py", revision("b2", "a1", *DROP))
    found = check(shop).found
    assert {rule for rule, _ in found} >= {"revision-edited", "drop-column"}
    write_baseline(shop / FILE, known(shop))
    commit(shop)
    checked = check(shop)
    assert checked.found == found
    assert checked.done.code == 1


def test_a_baseline_does_not_hold_its_own_growth(shop: Path) -> None:
    write_baseline(shop / FILE, [])
    commit(shop)
    git(shop, "branch", "--force", "main")
    add(shop, "c3", "b2")
    lines: list[dict[str, Any]] = []
    for _ in range(3):
        lines += known(shop)
        write_baseline(shop / FILE, lines)
    assert "baseline-grown" in {each["rule"] for each in lines}
    checked = check(shop)
    assert [each["rule"] for each in checked.document["findings"] if each["allowed"] is None] == ["baseline-grown"]
    assert checked.done.code == 1


def test_a_baseline_behind_a_link_is_the_first_one_too(shop: Path) -> None:
    write_baseline(shop / FILE, [])
    commit(shop)
    git(shop, "branch", "--force", "main")
    add(shop, "c3", "b2")
    write_baseline(shop.parent / "elsewhere.json", known(shop))
    (shop / FILE).unlink()
    (shop / FILE).symlink_to("../elsewhere.json")
    assert "baseline-grown" in {rule for rule, _ in check(shop).found}


def test_a_tag_with_the_name_of_the_base_hides_nothing(shop: Path) -> None:
    add(shop, "c3", "b2")
    commit(shop)
    git(shop, "tag", "main")
    checked = check(shop, "--since", "main")
    assert checked.done.code == 2
    assert "refs/tags/main, refs/heads/main" in checked.trouble["message"]
    assert DROPS in check(shop).found


def test_a_project_s_folder_that_is_committed_as_a_repository_is_refused(tmp_path: Path) -> None:
    top = tmp_path / "top"
    folder = repository(top / "shop")
    for name in (".git",):  # the project's own repository becomes the one around it
        (folder / name).rename(top / name)
    commit(top)
    git(top, "branch", "--force", "main")
    git(top, "clone", "--quiet", "--bare", top, tmp_path / "bare")
    add(folder, "c3", "b2")
    commit(top)
    assert [rule for rule, _ in check(folder).found][:1] == ["drop-column"]
    for name in ("HEAD", "config", "objects", "packed-refs", "refs"):
        (tmp_path / "bare" / name).rename(folder / name)
    checked = check(folder)
    assert checked.done.code == 2
    assert "bare repository" in checked.trouble["message"]


def changed_besides(folder: Path) -> str:
    return next((line for line in check(folder).notes.splitlines() if line.startswith("changed besides")), "")


def test_what_an_old_revision_imports_or_names_is_told_when_it_changes(shop: Path) -> None:
    body = "from shop.tables import drops\n    from . import near\n    drops(open('data/rows.json').read())"
    add(shop, "c3", "b2", (body, "pass"))
    for name in ("shop/tables.py", "shop/models.py", "data/rows.json", "data/other.json", "op.py"):
        write(shop / name, "")
    commit(shop)
    git(shop, "branch", "--force", "main")
    for name in ("shop/models.py", "data/other.json", "op.py"):
        write(shop / name, "X = 1\n")
    assert changed_besides(shop) == ""
    for name in ("shop/tables.py", "data/rows.json"):
        write(shop / name, "X = 1\n")
    assert changed_besides(shop).endswith("with it: shop/tables.py, data/rows.json")


def test_what_runs_in_place_of_a_file_comes_first_among_many(shop: Path) -> None:
    """A compiled file that is never compared with its source, and attributes by which a checkout is another text."""
    for number in range(9):
        write(shop / f"a{number}.sql", "SELECT 1\n")
    write(shop / ".gitattributes", "*.py working-tree-encoding=UTF-7\n")
    write(shop / "migrations" / "versions" / "__pycache__" / "b2.cpython-311.pyc", "")
    git(shop, "add", "--force", ".")
    commit(shop)
    assert "with it: migrations/versions/__pycache__/b2.cpython-311.pyc, .gitattributes, a0.sql" in changed_besides(
        shop
    )


def test_compiled_files_that_nobody_committed_are_no_change(shop: Path) -> None:
    (shop / ".gitignore").unlink()
    commit(shop)
    write(shop / "migrations" / "versions" / "__pycache__" / "b2.cpython-311.pyc", "")
    assert changed_besides(shop) == ""


def test_a_folder_of_revisions_outside_of_the_repository_is_told(shop: Path) -> None:
    write(shop.parent / "more" / "c3.py", revision("c3", "b2", *DROP))
    ini = shop / "alembic.ini"
    write(ini, ini.read_text() + f"version_locations = migrations/versions {shop.parent}/more\n")
    assert "lie outside of the repository, and no branch has them: ../more/c3.py" in check(shop).notes


def test_a_branch_that_changes_what_it_is_judged_by_says_what(shop: Path) -> None:
    settings = shop / "sqlgen.toml"
    text = settings.read_text() if settings.exists() else ""
    write(shop / "pyproject.toml", '[project]\nname = "shop"\nversion = "1"\n')
    commit(shop)
    git(shop, "branch", "--force", "main")
    add(shop, "c3", "b2")
    write(shop / "pyproject.toml", '[project]\nname = "shop"\nversion = "2"\n')
    assert "judged by" not in check(shop).notes
    write(shop / "ci" / "shared.toml", '[rule.drop-column]\nseverity = "off"\n')
    write(settings, f'extends = "ci/shared.toml"\nfail_on = "never"\n{text}')
    told = check(shop)
    assert told.found == []
    assert (
        "this branch changes what it is judged by: ci/shared.toml: rule.drop-column.severity, "
        "sqlgen.toml: extends, sqlgen.toml: fail_on"
    ) in told.notes
    settings.unlink()
    write(shop / FILE, '{"schema": "sqlgen.baseline/1", "findings": []}')
    assert f"judged by: {FILE}" in check(shop).notes


RULE = '''"""None.

```sql bad
ALTER TABLE t DROP COLUMN a;
```
"""

from sqlgen.rulekit import DropColumn, Message, Severity, rule, say

{loaded}


@rule(severity=Severity.ERROR, since="0.1", help=say("no"))
def check(fact: DropColumn) -> Message:
    {asked}
    return say("no")
'''


@pytest.mark.parametrize(("loaded", "asked"), [("raise SystemExit(0)", "pass"), ("", "raise SystemExit(0)")])
def test_a_rule_that_ends_the_program_is_an_error(shop: Path, loaded: str, asked: str) -> None:
    write(shop / "sqlgen.toml", 'rules = ["standard", "./own"]\n')
    write(shop / "own" / "safety" / "no_columns.py", RULE.format(loaded=loaded, asked=asked))
    add(shop, "c3", "b2")
    checked = check(shop)
    assert checked.done.code != 0
    assert "no-columns" in checked.trouble["message"]
    assert "SystemExit" in checked.trouble["message"]
