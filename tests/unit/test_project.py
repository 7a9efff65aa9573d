"""The Alembic project is found as Alembic finds it, or the error says what to type."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from sqlgen.errors import ProjectError
from sqlgen.project import Project, find


def environment(folder: Path, versions: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "env.py").write_text("raise SystemExit('env.py was run')\n")
    if versions:
        (folder / "versions").mkdir()
    return folder


def put(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(textwrap.dedent(text))
    return file


def shop(root: Path, options: str = "") -> Path:
    """What `alembic init migrations` makes."""
    environment(root / "migrations")
    url = "postgresql://shop:p%%40ss@db.example.com/shop"
    text = f"[alembic]\nscript_location = %(here)s/migrations\npath_separator = os\nsqlalchemy.url = {url}\n{options}\n"
    return put(root / "alembic.ini", text)


def refusal(start: Path, *, config: Path | None = None, name: str = "alembic") -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        find(start, config=config, name=name)
    assert str(caught.value.hint)
    return caught.value


def as_alembic_has_it(found: Project) -> ScriptDirectory:
    """Alembic's own reading, from the folder where it would run."""
    config = Config(found.ini, toml_file=found.pyproject, ini_section=found.section)
    here = Path.cwd()
    os.chdir(found.root)
    try:
        script = ScriptDirectory.from_config(config)
        assert Path(script.dir).resolve() == found.script_location
        assert [path.resolve() for path in script._version_locations] == list(found.version_locations)
        assert script.recursive_version_locations == found.recursive_version_locations
        assert script.sourceless == found.sourceless
    finally:
        os.chdir(here)
    return script


def test_alembic_ini_is_found_from_a_folder_below(tmp_path: Path) -> None:
    ini = shop(tmp_path)
    (tmp_path / "src" / "shop").mkdir(parents=True)
    found = find(tmp_path / "src" / "shop")
    assert found == find(tmp_path) == find(ini) == find(tmp_path, config=ini)
    assert (found.root, found.config, found.kind, found.section) == (tmp_path, ini, "ini", "alembic")
    assert found.script_location == tmp_path / "migrations"
    assert found.version_locations == (tmp_path / "migrations" / "versions",)
    assert found.url == "postgresql://shop:p%%40ss@db.example.com/shop"
    assert found.likely_dialect == "postgresql"
    assert replace(found, url="driver://user:pass@localhost/dbname").likely_dialect is None
    assert replace(found, url=None).likely_dialect is None
    assert found.options["script_location"] == "%(here)s/migrations"
    assert "here" not in found.options
    as_alembic_has_it(found)


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    shop(tmp_path)
    (tmp_path / "other" / ".git").mkdir(parents=True)
    (tmp_path / "other" / "src").mkdir()
    assert "there is no Alembic project in" in str(refusal(tmp_path / "other" / "src"))


def test_a_relative_script_location_counts_from_the_ini_file(tmp_path: Path) -> None:
    environment(tmp_path / "migrations")
    put(tmp_path / "alembic.ini", "[alembic]\nscript_location = migrations\n")
    found = find(tmp_path)
    assert (found.root, found.script_location) == (tmp_path, tmp_path / "migrations")
    as_alembic_has_it(found)


def test_an_ini_file_in_a_folder_of_its_own_runs_from_above(tmp_path: Path) -> None:
    environment(tmp_path / "migrations")
    put(tmp_path / "deploy" / "alembic.ini", "[alembic]\nscript_location = migrations\n")
    found = find(tmp_path / "deploy")
    assert (found.root, found.script_location) == (tmp_path, tmp_path / "migrations")
    as_alembic_has_it(found)


def test_pyproject_toml_is_read(tmp_path: Path) -> None:
    environment(tmp_path / "migrations")
    (tmp_path / "more").mkdir()
    text = """
        [tool.alembic]
        script_location = "%(here)s/migrations"
        version_locations = ["%(here)s/migrations/versions", "more"]
        recursive_version_locations = true
        """
    pyproject = put(tmp_path / "pyproject.toml", text)
    found = find(tmp_path)
    assert (found.kind, found.config, found.ini, found.pyproject) == ("pyproject", pyproject, None, pyproject)
    assert found.version_locations == (tmp_path / "migrations" / "versions", tmp_path / "more")
    assert found.recursive_version_locations
    as_alembic_has_it(found)


def test_what_alembic_init_with_the_pyproject_template_makes_is_one_project(tmp_path: Path) -> None:
    environment(tmp_path / "migrations")
    pyproject = put(tmp_path / "pyproject.toml", '[tool.alembic]\nscript_location = "%(here)s/migrations"\n')
    ini = put(tmp_path / "alembic.ini", "[alembic]\nsqlalchemy.url = sqlite:///shop.db\n")
    found = find(tmp_path)
    assert found == find(pyproject) == find(ini)
    assert (found.kind, found.ini, found.pyproject) == ("pyproject", ini, pyproject)
    assert found.url == "sqlite:///shop.db"
    assert found.likely_dialect == "sqlite"
    as_alembic_has_it(found)


def test_a_pyproject_toml_without_alembic_is_passed_over(tmp_path: Path) -> None:
    ini = shop(tmp_path)
    put(tmp_path / "pyproject.toml", "[tool.ruff]\nline-length = 120\n")
    assert find(tmp_path).config == ini


def test_flask_migrate_needs_no_script_location(tmp_path: Path) -> None:
    environment(tmp_path / "migrations")
    ini = put(tmp_path / "migrations" / "alembic.ini", "[alembic]\n# template used to generate migration files\n")
    found = find(tmp_path)
    assert found == find(ini) == find(tmp_path / "migrations")
    assert (found.root, found.script_location, found.url) == (tmp_path, tmp_path / "migrations", None)


@pytest.mark.parametrize(
    ("options", "folders"),
    [
        ("path_separator = os\nversion_locations = one{os}two", ("one", "two")),
        ("path_separator = newline\nversion_locations =\n  %(here)s/one\n  %(here)s/two", ("one", "two")),
        ("path_separator = ;\nversion_locations = one; two", ("one", "two")),
        ("path_separator = space\nversion_locations = one two", ("one", "two")),
    ],
)
def test_version_locations_are_split_as_alembic_splits_them(
    tmp_path: Path, options: str, folders: tuple[str, ...]
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    environment(tmp_path / "migrations", versions=False)
    put(tmp_path / "alembic.ini", f"[alembic]\nscript_location = migrations\n{options.format(os=os.pathsep)}\n")
    found = find(tmp_path)
    assert found.version_locations == tuple(tmp_path / folder for folder in folders)
    as_alembic_has_it(found)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "options",
    [
        "version_locations = one, two",
        "version_locations = one two",
        "version_path_separator = :\nversion_locations = one:two",
    ],
)
def test_older_ways_to_split_version_locations_are_known(tmp_path: Path, options: str) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    environment(tmp_path / "migrations", versions=False)
    put(tmp_path / "alembic.ini", f"[alembic]\nscript_location = migrations\nprepend_sys_path =\n{options}\n")
    found = find(tmp_path)
    assert found.version_locations == (tmp_path / "one", tmp_path / "two")
    as_alembic_has_it(found)


def test_a_package_is_found_without_importing_it(tmp_path: Path) -> None:
    environment(tmp_path / "src" / "shopdb" / "migrations")
    put(tmp_path / "src" / "shopdb" / "__init__.py", "raise SystemExit('the package was imported')\n")
    put(tmp_path / "alembic.ini", "[alembic]\nscript_location = shopdb:migrations\n")
    assert find(tmp_path).script_location == tmp_path / "src" / "shopdb" / "migrations"


def test_an_installed_package_is_found_without_importing_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    environment(site / "shopdb_installed" / "migrations")
    put(site / "shopdb_installed" / "__init__.py", "raise SystemExit('the package was imported')\n")
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    put(tmp_path / "app" / "alembic.ini", "[alembic]\nscript_location = shopdb_installed:migrations\n")
    assert find(tmp_path / "app").script_location == site / "shopdb_installed" / "migrations"
    assert "shopdb_installed" not in sys.modules


def test_a_package_that_is_nowhere_is_named(tmp_path: Path) -> None:
    put(tmp_path / "alembic.ini", "[alembic]\nscript_location = nowhere_at_all:migrations\n")
    error = refusal(tmp_path)
    assert "no folder of a package nowhere_at_all leads there" in str(error)
    assert "%(here)s" in str(error.hint)


def test_a_named_section_is_chosen(tmp_path: Path) -> None:
    environment(tmp_path / "stock")
    put(tmp_path / "alembic.ini", "[stock]\nscript_location = %(here)s/stock\nsqlalchemy.url = sqlite://\n")
    assert "--name stock" in str(refusal(tmp_path).hint)
    found = find(tmp_path, name="stock")
    assert (found.section, found.script_location, found.url) == ("stock", tmp_path / "stock", "sqlite://")
    as_alembic_has_it(found)


def test_the_multidb_template_is_one_project(tmp_path: Path) -> None:
    environment(tmp_path / "migrations")
    text = """
        [alembic]
        script_location = %(here)s/migrations
        databases = engine1, engine2
        [engine1]
        sqlalchemy.url = sqlite:///one.db
        [engine2]
        sqlalchemy.url = sqlite:///two.db
        """
    put(tmp_path / "alembic.ini", text)
    found = find(tmp_path)
    assert (found.url, found.options["databases"]) == (None, "engine1, engine2")


def test_no_project_names_those_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    shop(tmp_path / "services" / "shop")
    shop(tmp_path / "backend")
    shop(tmp_path / "node_modules" / "x")
    error = refusal(tmp_path)
    assert str(error.hint) == "Say which, for example --project backend; found: backend, services/shop"
    for number in range(6):
        shop(tmp_path / f"a{number}")
    assert str(refusal(tmp_path).hint).endswith("found: a0, a1, a2, a3, a4 and 3 more")


def test_no_project_anywhere_says_where_it_looked(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    error = refusal(tmp_path)
    assert str(error) == f"there is no Alembic project in {tmp_path} or above it"
    assert "--project DIR" in str(error.hint)


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert str(refusal(tmp_path / "nope")) == f"{tmp_path / 'nope'} does not exist"


def test_alembic_ini_beside_flask_migrate_is_two_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shop(tmp_path)
    put(tmp_path / "migrations" / "alembic.ini", "[alembic]\n")
    error = refusal(tmp_path)
    assert str(error) == f"there are two Alembic projects in {tmp_path}: alembic.ini and migrations/alembic.ini"
    assert str(error.hint) == "Choose one: --project alembic.ini or --project migrations/alembic.ini"
    assert find(tmp_path / "migrations" / "alembic.ini").root == tmp_path
    assert find(tmp_path / "alembic.ini").config == tmp_path / "alembic.ini"


def test_an_ini_file_and_pyproject_toml_that_differ_are_two_projects(tmp_path: Path) -> None:
    ini = shop(tmp_path)
    environment(tmp_path / "other")
    pyproject = put(tmp_path / "pyproject.toml", '[tool.alembic]\nscript_location = "other"\n')
    assert "alembic.ini and pyproject.toml" in str(refusal(tmp_path))
    first, second = find(ini), find(pyproject)
    assert (first.script_location, first.pyproject) == (tmp_path / "migrations", None)
    assert (second.script_location, second.ini) == (tmp_path / "other", None)


def test_an_ini_file_and_pyproject_toml_that_agree_are_one_project(tmp_path: Path) -> None:
    ini = shop(tmp_path)
    put(tmp_path / "pyproject.toml", '[tool.alembic]\nscript_location = "migrations"\n')
    assert (find(tmp_path).config, find(tmp_path).kind) == (ini, "ini")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("name", ["alembic.ini", "pyproject.toml"])
def test_a_configuration_file_from_powershell_is_named(tmp_path: Path, encoding: str, name: str) -> None:
    (tmp_path / name).write_text("[alembic]\nscript_location = migrations\n", encoding=encoding)
    error = refusal(tmp_path)
    assert "not plain UTF-8 text: PowerShell's `>` writes UTF-16" in str(error)
    assert error.file == str(tmp_path / name)


def test_a_configuration_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "alembic.ini").write_bytes(b"[alembic]\n# caf\xe9\n")
    error = refusal(tmp_path)
    assert (error.line, str(error.message)) == (2, "the file is not UTF-8 text")


def test_an_ini_file_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    put(tmp_path / "alembic.ini", "script_location = migrations\n")
    error = refusal(tmp_path)
    assert error.line == 1
    assert "the file is not an ini file" in str(error)


def test_a_broken_pyproject_toml_is_named(tmp_path: Path) -> None:
    put(tmp_path / "pyproject.toml", "[tool.alembic\n")
    assert "the file is not valid TOML" in str(refusal(tmp_path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("script_location = 7", "script_location is not a text"),
        ('script_location = "%(where)s/migrations"', "script_location can't be interpolated"),
        ('script_location = "migrations"\nversion_locations = "versions"', "version_locations is not a list of texts"),
        ('script_location = "migrations"\nsourceless = "true"', "sourceless is not true or false"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(tmp_path: Path, text: str, message: str) -> None:
    environment(tmp_path / "migrations")
    put(tmp_path / "pyproject.toml", f"[tool.alembic]\n{text}\n")
    assert message in str(refusal(tmp_path))


def test_an_ini_value_that_can_not_be_interpolated_is_named(tmp_path: Path) -> None:
    put(tmp_path / "alembic.ini", "[alembic]\nscript_location = %(where)s/migrations\n")
    assert "script_location can't be interpolated" in str(refusal(tmp_path))


def test_a_per_cent_sign_in_the_url_is_env_py_s_business(tmp_path: Path) -> None:
    shop(tmp_path)
    (tmp_path / "alembic.ini").write_text(
        "[alembic]\nscript_location = migrations\nsqlalchemy.url = mysql://u:a%40b@h/d\n"
    )
    assert find(tmp_path).url == "mysql://u:a%40b@h/d"


def test_an_unknown_path_separator_is_named(tmp_path: Path) -> None:
    shop(tmp_path)
    put(
        tmp_path / "alembic.ini",
        "[alembic]\nscript_location = migrations\npath_separator = |\nversion_locations = a|b\n",
    )
    error = refusal(tmp_path)
    assert "path_separator can't be |" in str(error)
    assert "path_separator = os" in str(error.hint)


def test_a_missing_script_location_is_answered_with_the_line_to_write(tmp_path: Path) -> None:
    environment(tmp_path / "database")
    put(tmp_path / "alembic.ini", "[alembic]\nsqlalchemy.url = sqlite://\n")
    error = refusal(tmp_path)
    assert "the file gives no script_location" in str(error)
    assert str(error.hint) == "Add `script_location = %(here)s/database` under [alembic]."


def test_a_missing_section_is_answered_with_the_line_to_write(tmp_path: Path) -> None:
    put(tmp_path / "alembic.ini", "[loggers]\nkeys = root\n")
    error = refusal(tmp_path)
    assert "the file has no [alembic] section" in str(error)
    assert str(error.hint) == "Add `script_location = %(here)s/migrations` under [alembic]."


def test_a_script_location_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    put(tmp_path / "alembic.ini", "[alembic]\nscript_location = migratoins\n")
    assert "script_location leads to migratoins, which is no folder" in str(refusal(tmp_path))


def test_a_missing_env_py_is_named(tmp_path: Path) -> None:
    shop(tmp_path)
    (tmp_path / "migrations" / "env.py").unlink()
    assert "there is no env.py in migrations" in str(refusal(tmp_path))


def test_a_missing_versions_folder_is_named(tmp_path: Path) -> None:
    shop(tmp_path)
    (tmp_path / "migrations" / "versions").rmdir()
    error = refusal(tmp_path)
    assert "the folder of revisions migrations/versions does not exist" in str(error)
    assert error.file == str(tmp_path / "alembic.ini")


def test_one_missing_folder_of_several_is_not_passed_over(tmp_path: Path) -> None:
    shop(tmp_path, f"version_locations = migrations/versions{os.pathsep}migrations/more")
    assert "migrations/more does not exist" in str(refusal(tmp_path))


def test_a_pyproject_toml_that_was_asked_for_must_have_the_table(tmp_path: Path) -> None:
    pyproject = put(tmp_path / "pyproject.toml", "[project]\nname = 'shop'\n")
    assert "the file has no [tool.alembic] table" in str(refusal(pyproject))


def test_finding_a_project_imports_neither_alembic_nor_sqlalchemy(tmp_path: Path) -> None:
    shop(tmp_path)
    code = (
        "import sys; from pathlib import Path; from sqlgen.project import find; from sqlgen.history import read\n"
        "read(find(Path(sys.argv[1])))\n"
        "print(sorted(name for name in sys.modules if name in {'alembic', 'sqlalchemy', 'typer'}))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
