"""`sqlgen init` on projects as the tools make them: what it finds, what it writes, and that it works afterwards."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sqlgen.cli.all_or_nothing import write_all
from sqlgen.cli.init_asking import checked_wishes
from sqlgen.errors import OutputError, ProjectError, SettingsError, UsageError
from sqlgen.initializing import HOSTS, Found, Wishes, host_files, look, runs_of, settings_files
from sqlgen.messages import speaking
from sqlgen.settings import load

TEMPLATES = ("generic", "async", "multidb", "pyproject", "pyproject_async")
REVISION = """\
from alembic import op

revision = "a1"
down_revision = None


def upgrade({arguments}):
    op.execute("CREATE TABLE orders (id integer PRIMARY KEY)")


def downgrade({arguments}):
    op.execute("DROP TABLE orders")
"""


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


def sqlgen(*arguments: str, cwd: Path, **environment: str) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", "sqlgen", *arguments],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project of each of Alembic's templates, and two of Flask-Migrate's."""
    folder = tmp_path_factory.mktemp("made")
    for template in TEMPLATES:
        project = folder / template
        project.mkdir()
        command = [sys.executable, "-m", "alembic", "init", "-t", template, "migrations"]
        subprocess.run(command, cwd=project, check=True, capture_output=True)
    for name, options in (("flask", ()), ("flask_multidb", ("--multidb",))):
        project = folder / name
        project.mkdir()
        (project / "shop.py").write_text(APP)
        command = [sys.executable, "-m", "flask", "--app", "shop", "db", "init", *options]
        subprocess.run(command, cwd=project, check=True, capture_output=True)
    return folder


APP = """\
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    app.config["SQLALCHEMY_BINDS"] = {"audit": "sqlite://"}
    db.init_app(app)
    Migrate(app, db)
    return app
"""


def project(
    made: Path, tmp_path: Path, name: str, *, url: str | None = "postgresql+asyncpg://u:hunter2@h/shop"
) -> Path:
    """A copy of one of them in a repository of its own, with its URL put in and one revision."""
    root = tmp_path / name
    shutil.copytree(made / name, root)
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "trunk", str(root)], check=True)
    ini = root / "alembic.ini"
    if url is not None and ini.is_file():
        lines = ini.read_text().splitlines()
        ini.write_text(
            "\n".join(f"sqlalchemy.url = {url}" if line.startswith("sqlalchemy.url") else line for line in lines) + "\n"
        )
    arguments = "engine_name" if "multidb" in name else ""
    (root / "migrations" / "versions" / "a1_orders.py").write_text(REVISION.format(arguments=arguments))
    return root


# ---- projects as the tools make them


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_template_of_alembic_is_linted_with_what_init_wrote(made: Path, tmp_path: Path, template: str) -> None:
    root = project(made, tmp_path, template)
    before = contents(root)
    done = sqlgen("init", "--yes", "--env", "prod=shop", "--ci", "github", cwd=root)
    assert done.code == 0, done.err
    assert "hunter2" not in done.out + done.err
    assert {name: data for name, data in contents(root).items() if name in before and name != "pyproject.toml"} == {
        name: data for name, data in before.items() if name != "pyproject.toml"
    }
    shown = json.loads(sqlgen("config", "show", "--output-format", "json", cwd=root).out)
    assert shown["source"] == ("pyproject.toml" if "pyproject" in template else "sqlgen.toml")
    assert (shown["dialect"], shown["env"]["prod"]["database"]) == ("postgresql", "shop")
    command = next(line for line in done.err.splitlines() if line.startswith("next: sqlgen doctor"))
    doctor = sqlgen(*command.split()[2:], cwd=root)
    assert doctor.code == 0, doctor.err
    target = command.split()[3:]
    linted = sqlgen("lint", "base:head", "--env", "prod", "--output-format", "json", *target, cwd=root)
    assert linted.code in (0, 1), linted.err
    assert ("asynchronous" in done.err) == ("async" in template)


def test_a_project_for_several_databases_is_checked_for_each(made: Path, tmp_path: Path) -> None:
    root = project(made, tmp_path, "multidb")
    found = look(root)
    assert [run.arguments for run in runs_of(found.sites, found.top)] == ["--target engine1", "--target engine2"]
    done = sqlgen("init", "--yes", "--ci", "github,gitlab,jenkins,azure,pre-commit", cwd=root)
    assert done.code == 0, done.err
    for name in (".github/workflows/sqlgen.yml", ".gitlab/sqlgen.gitlab-ci.yml", "Jenkinsfile", "azure-pipelines.yml",
                 ".pre-commit-config.yaml"):  # fmt: skip
        text = (root / name).read_text()
        assert text.count("--target engine1") >= 1, name
        assert text.count("--target engine2") >= 1, name


def test_flask_migrate_is_found_and_its_application_is_written_down(made: Path, tmp_path: Path) -> None:
    root = project(made, tmp_path, "flask")
    done = sqlgen("init", "--yes", cwd=root, FLASK_APP="shop")
    assert done.code == 0, done.err
    assert "found Flask-Migrate in migrations/alembic.ini; sqlite, says shop.py" in done.err
    assert load(root).environ == {"FLASK_APP": "shop"}
    assert sqlgen("doctor", cwd=root).code == 0  # without FLASK_APP: the settings say it


def test_the_databases_of_flask_migrate_are_those_that_are_named(made: Path, tmp_path: Path) -> None:
    root = project(made, tmp_path, "flask_multidb")
    unnamed = sqlgen("init", "--ci", "none", cwd=root, FLASK_APP="shop")
    assert "only the application names" in unnamed.err
    targets = ("--target", "default", "--target", "audit")
    done = sqlgen("init", "--yes", *targets, "--ci", "gitlab", cwd=root, FLASK_APP="shop")
    assert done.code == 0, done.err
    assert '- "--target audit"' in (root / ".gitlab" / "sqlgen.gitlab-ci.yml").read_text()
    command = next(line for line in done.err.splitlines() if line.startswith("next: sqlgen doctor"))
    assert sqlgen(*command.split()[2:], cwd=root).code == 0


def test_a_placeholder_url_names_no_database(made: Path, tmp_path: Path) -> None:
    root = project(made, tmp_path, "generic", url=None)
    assert look(root).sites[0].dialect is None
    assert sqlgen("init", "--yes", cwd=root).code == 0
    assert load(root).dialect is None


# ---- what is found without running anything


def ini(folder: Path, url: str = "postgresql://h/d", name: str = "migrations", more: str = "") -> Path:
    """A project of one file of each kind."""
    (folder / name / "versions").mkdir(parents=True)
    (folder / name / "env.py").write_text("from alembic import context\n")
    (folder / "alembic.ini").write_text(f"[alembic]\nscript_location = {name}\nsqlalchemy.url = {url}\n{more}")
    return folder


@pytest.mark.parametrize(
    ("file", "text", "dialect"),
    [
        ("migrations/env.py", 'URL = "mysql+pymysql://root:hunter2@h/d"\n', "mysql"),
        ("migrations/env.py", '# URL = "mysql://h/d"\n', None),
        (".env", "DATABASE_URL=postgres://u:hunter2@h/d\n", "postgresql"),
        ("settings.py", 'A = "sqlite:///test.db"\nB = "postgresql://h/d"\n', None),
        ("requirements.txt", "alembic\nasyncpg==0.30\n", "postgresql"),
        ("requirements.txt", "asyncpg\npymysql\n", None),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["psycopg[binary]>=3"]\n', "postgresql"),
    ],
)
def test_the_dialect_is_what_a_file_says_and_nothing_where_two_are_said(
    tmp_path: Path, file: str, text: str, dialect: str | None
) -> None:
    ini(tmp_path, "driver://user:pass@localhost/dbname")
    (tmp_path / file).write_text(text)
    guess = look(tmp_path).sites[0].dialect
    assert (guess.dialect if guess else None) == dialect
    assert guess is None or guess.source == Path(file).name


def test_the_url_goes_before_what_other_files_say(tmp_path: Path) -> None:
    ini(tmp_path, "mysql://h/d")
    (tmp_path / "requirements.txt").write_text("psycopg2\n")
    guess = look(tmp_path).sites[0].dialect
    assert guess is not None
    assert (guess.dialect, guess.source) == ("mysql", "alembic.ini")


@pytest.mark.parametrize(
    ("files", "branch"),
    [
        ({"refs/remotes/origin/HEAD": "ref: refs/remotes/origin/release/2\n", "refs/heads/main": "0\n"}, "release/2"),
        ({"refs/heads/master": "0\n"}, "master"),
        ({"packed-refs": "# pack-refs\n0123 refs/heads/master\n"}, "master"),
        ({}, "main"),
    ],
)
def test_the_default_branch_is_the_one_that_origin_has_checked_out(
    tmp_path: Path, files: Mapping[str, str], branch: str
) -> None:
    ini(tmp_path)
    (tmp_path / ".git").mkdir()
    for name, text in files.items():
        path = tmp_path / ".git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert look(tmp_path).branch == branch


def test_the_default_branch_is_found_from_a_worktree(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--initial-branch", "trunk", "here")
    git("-C", "here", "commit", "--allow-empty", "-m", "x")
    git("clone", "here", "clone")
    git("-C", "clone", "worktree", "add", "-b", "work", "../tree")
    ini(tmp_path / "tree")
    assert look(tmp_path / "tree").branch == "trunk"


def test_ci_is_what_the_repository_has_files_of(tmp_path: Path) -> None:
    ini(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github").mkdir()
    (tmp_path / "Jenkinsfile").write_text("pipeline {}\n")
    assert look(tmp_path).hosts == ("github", "jenkins")


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("git@github.com:me/shop.git", ("github",)),
        ("https://me:token@github.example.com/me/shop", ("github",)),
        ("ssh://git@gitlab.example.com:2222/me/shop.git", ("gitlab",)),
        ("git@ssh.dev.azure.com:v3/me/shop/shop", ("azure",)),
        ("https://git.example.com/github.com/mirror", ()),
        ("/srv/github.com/shop.git", ()),
    ],
)
def test_without_files_ci_is_that_of_the_host_it_was_cloned_from(
    url: str, hosts: tuple[str, ...], tmp_path: Path
) -> None:
    ini(tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", url], check=True)
    assert look(tmp_path).hosts == hosts
    (tmp_path / "Jenkinsfile").write_text("pipeline {}\n")
    assert look(tmp_path).hosts == ("jenkins",)


def test_settings_that_are_there_are_named_as_seen_from_here(tmp_path: Path) -> None:
    ini(tmp_path)
    (tmp_path / "sqlgen.toml").write_text('dialect = "sqlite"\n')
    kept = sqlgen("init", "--yes", "--dialect", "sqlite", cwd=tmp_path / "migrations")
    assert "note: ../sqlgen.toml has settings already: they stay as they are" in kept.err
    other = sqlgen("init", "--yes", "--dialect", "mysql", cwd=tmp_path / "migrations")
    assert (other.code, "error: ../sqlgen.toml has settings already, and" in other.err) == (2, True)


def test_a_project_is_found_from_a_folder_of_its_own(tmp_path: Path) -> None:
    ini(tmp_path)
    (tmp_path / "migrations" / "alembic.ini").write_text("[alembic]\n")
    (tmp_path / "alembic.ini").unlink()
    for start in ("migrations", "migrations/versions", "migrations/alembic.ini"):
        outside = look(tmp_path / start)  # no repository
        assert (outside.top, outside.in_git, outside.sites[0].within(outside.top)) == (tmp_path, False, "."), start
    (tmp_path / ".git").mkdir()
    inside = look(tmp_path / "migrations" / "versions")
    assert (inside.top, inside.in_git) == (tmp_path, True)
    done = sqlgen("init", "--yes", "--ci", "gitlab", cwd=tmp_path / "migrations")
    assert done.code == 0, done.err
    assert (tmp_path / "sqlgen.toml").is_file()


def test_a_folder_without_a_project_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(ProjectError, match="there is no Alembic project"):
        look(tmp_path)


# ---- several projects, several sections


def several(tmp_path: Path, *urls: str) -> Found:
    (tmp_path / ".git").mkdir()
    for number, url in enumerate(urls):
        ini(tmp_path / "services" / f"s{number}", url)
    return look(tmp_path)


def test_projects_that_say_the_same_share_their_settings_and_one_run(tmp_path: Path) -> None:
    found = several(tmp_path, "postgresql://h/a", "postgresql://h/b", "postgresql://h/c")
    assert [run.arguments for run in runs_of(found.sites, found.top)] == ["--project services/*"]
    files, _ = settings_files(found, Wishes())
    assert [file.path for file in files] == [tmp_path / "sqlgen.toml"]
    write_all({file.path: file.after for file in files})
    assert load(tmp_path / "services" / "s2").dialect == "postgresql"


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "zh-CN"), ("en", None)])
def test_the_reports_of_ci_are_in_the_language_of_who_sets_it_up(
    tmp_path: Path, language: str, said: str | None
) -> None:
    with speaking(language):
        wishes = checked_wishes(None, None, None, None)
    files, _ = settings_files(several(tmp_path, "postgresql://h/a"), wishes)
    write_all({file.path: file.after for file in files})
    assert load(tmp_path / "services" / "s0").language == said


def test_projects_that_differ_have_settings_of_their_own(tmp_path: Path) -> None:
    found = several(tmp_path, "postgresql://h/a", "mysql://h/b")
    files, _ = settings_files(found, Wishes())
    assert [file.path.parent.name for file in files] == ["s0", "s1"]
    with pytest.raises(UsageError, match="does not say for which"):
        settings_files(found, Wishes(environments=(("prod", "shop"),)))


def test_projects_in_different_places_are_named_one_by_one(tmp_path: Path) -> None:
    ini(tmp_path / "api")
    ini(tmp_path / "deep" / "er" / "worker")
    found = look(tmp_path)
    assert [run.arguments for run in runs_of(found.sites, tmp_path)] == ["--project api --project deep/er/worker"]


def test_a_project_that_can_not_be_read_is_told_and_hides_no_other(tmp_path: Path) -> None:
    ini(tmp_path / "good")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "alembic.ini").write_text("[alembic]\nscript_location = gone\n")
    found = look(tmp_path)
    assert [site.within(tmp_path) for site in found.sites] == ["good"]
    assert "script_location leads to" in str(found.troubles[0])


def test_each_section_of_an_ini_file_has_its_run(tmp_path: Path) -> None:
    ini(tmp_path, more="\n[audit]\nscript_location = migrations\n")
    found = look(tmp_path)
    assert [run.arguments for run in runs_of(found.sites, tmp_path)] == ["--name alembic", "--name audit"]


def test_one_of_two_projects_in_a_folder_is_named_in_its_settings(tmp_path: Path) -> None:
    ini(tmp_path)
    (tmp_path / "migrations" / "alembic.ini").write_text("[alembic]\n")
    with pytest.raises(ProjectError, match="two Alembic projects"):
        look(tmp_path)
    found = look(tmp_path / "migrations" / "alembic.ini")
    files, _ = settings_files(found, Wishes())
    write_all({file.path: file.after for file in files})
    assert load(tmp_path).alembic == "migrations/alembic.ini"


@pytest.mark.parametrize("name", ["two words", 'quo"te', "$(id)", "a;b", "a\nb"])
def test_a_name_that_no_ci_file_can_pass_on_is_refused(tmp_path: Path, name: str) -> None:
    ini(tmp_path / name)
    found = look(tmp_path)
    for host in HOSTS:
        with pytest.raises(UsageError, match="can't stand in a file for CI"):
            host_files(host, found, runs_of(found.sites, tmp_path))


# ---- what is written


def test_a_pyproject_file_keeps_every_byte_and_grows_at_its_end(tmp_path: Path) -> None:
    ini(tmp_path)
    for before in (b'[project]\r\nname = "\xe5\x95\x86"  # no newline', b"[tool.x]\n", b""):
        (tmp_path / "pyproject.toml").write_bytes(before)
        (file,), _ = settings_files(look(tmp_path), Wishes(environments=(("prod", "商店"), ("a-b", 'q"uo'))))
        assert file.after.startswith(before)
        if b"\r\n" in before:
            assert file.after.count(b"\n") == file.after.count(b"\r\n")
        table = tomllib.loads(file.after.decode())["tool"]["sqlgen"]
        assert table["env"] == {"prod": {"database": "商店"}, "a-b": {"database": 'q"uo'}}


def test_where_nothing_can_stand_behind_a_pyproject_file_another_one_is_written(tmp_path: Path) -> None:
    ini(tmp_path)
    (tmp_path / "pyproject.toml").write_text("tool = {x = {}}\n")
    (file,), _ = settings_files(look(tmp_path), Wishes())
    assert file.path.name == "sqlgen.toml"


def test_what_would_not_load_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    ini(tmp_path)
    with pytest.raises(SettingsError):
        settings_files(look(tmp_path), Wishes(environments=(("prod", ""),)))


def test_a_second_run_changes_nothing(made: Path, tmp_path: Path) -> None:
    root = project(made, tmp_path, "pyproject")
    arguments = ("init", "--yes", "--env", "prod=shop", "--ci", "github,gitlab,jenkins,azure,pre-commit")
    assert sqlgen(*arguments, cwd=root).code == 0
    before = contents(root)
    again = sqlgen(*arguments, cwd=root)
    assert again.code == 0, again.err
    assert again.out == ""
    assert "nothing is to be written" in again.err
    assert contents(root) == before
    other = sqlgen("init", "--yes", "--env", "prod=elsewhere", cwd=root)
    assert other.code == 2
    assert 'env.prod.database = "elsewhere"' in other.err
    assert contents(root) == before


def test_a_file_that_is_in_the_way_is_shown_and_nothing_at_all_is_written(tmp_path: Path) -> None:
    ini(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "sqlgen-comment.yml").write_text("name: mine\n")
    before = contents(tmp_path)
    done = sqlgen("init", "--yes", cwd=tmp_path)
    assert done.code == 2
    assert "-name: mine\n" in done.out
    assert "sqlgen-comment.yml is there and says something else; nothing was written" in done.err
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("host", "file", "own"),
    [
        ("gitlab", ".gitlab-ci.yml", ".gitlab/sqlgen.gitlab-ci.yml"),
        ("jenkins", "Jenkinsfile", None),
        ("azure", "azure-pipelines.yml", None),
        ("pre-commit", ".pre-commit-config.yaml", None),
    ],
)
def test_a_file_of_the_repository_stays_and_the_text_to_paste_is_shown(
    tmp_path: Path, host: str, file: str, own: str | None
) -> None:
    ini(tmp_path)
    (tmp_path / file).write_text("# ours\n")
    planned = host_files(host, look(tmp_path), runs_of(look(tmp_path).sites, tmp_path))
    assert [each.path.relative_to(tmp_path).as_posix() for each in planned.files] == ([own] if own else [])
    (paste,) = planned.pastes
    assert paste.file == file
    assert "sqlgen" in paste.text


def test_without_a_terminal_and_without_yes_it_is_shown_and_not_written(tmp_path: Path) -> None:
    ini(tmp_path)
    before = contents(tmp_path)
    done = sqlgen("init", cwd=tmp_path)
    assert done.code == 2
    assert '+dialect = "postgresql"' in done.out
    assert "Add --yes" in done.err
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--ci", "github,travis"), "there is no CI called travis here"),
        (("--env", "prod"), "--env can't be prod"),
        (("--dialect", "postgre"), "there is no dialect postgre"),
        (("--runs", "nobody"), "--runs can't be nobody"),
        (("--server-version", "sixteen"), "sixteen is not a server version"),
    ],
)
def test_an_option_that_can_not_be_is_refused(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    ini(tmp_path)
    done = sqlgen("init", "--yes", *arguments, cwd=tmp_path)
    assert (done.code, said in done.err) == (2, True), done.err
    assert not (tmp_path / "sqlgen.toml").exists()


def test_write_all_writes_all_or_nothing_and_keeps_modes_and_links(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    write_all({tmp_path / "link": b"new", tmp_path / "a" / "b" / "c": b"deep"})
    assert ((tmp_path / "real").read_bytes(), (tmp_path / "a/b/c").read_bytes()) == (b"new", b"deep")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o640
    (tmp_path / "folder").mkdir()
    before = contents(tmp_path)
    with pytest.raises(OutputError, match="folder can't be written: Is a directory"):
        write_all({tmp_path / "x" / "y": b"1", tmp_path / "real": b"2", tmp_path / "folder": b"3"})
    assert contents(tmp_path) == before
    assert not (tmp_path / "x").exists()


# ---- at a terminal


def at_a_terminal(folder: Path, *answers: str) -> tuple[int, str]:
    """The wizard in a terminal of its own: its exit code and all that it showed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "sqlgen", "init"]
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
        shown = b""
        while True:
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # Linux says so where the other side is closed: pty(7)
                break
            if not chunk:
                break
            shown += chunk
    os.close(ours)
    return process.returncode, shown.decode()


def test_the_wizard_asks_again_until_an_answer_can_be_used(tmp_path: Path) -> None:
    ini(tmp_path, "driver://user:pass@localhost/dbname")
    (tmp_path / ".git").mkdir()
    answers = ("postgre", "mysql", "8.4", "alembic", "prod=shop, staging=shop_staging", "gitlab", "y")
    code, shown = at_a_terminal(tmp_path, *answers)
    assert code == 0, shown
    assert "there is no dialect postgre" in shown
    settings = load(tmp_path)
    assert (settings.dialect, settings.server_version, settings.runs) == ("mysql", "8.4", "alembic")
    assert {name: each.database for name, each in settings.env.items()} == {"prod": "shop", "staging": "shop_staging"}
    assert (tmp_path / ".gitlab-ci.yml").is_file()


def test_the_wizard_takes_what_was_found_where_nothing_is_answered(tmp_path: Path) -> None:
    ini(tmp_path)
    (tmp_path / ".git").mkdir()
    code, shown = at_a_terminal(tmp_path, "", "", "", "", "", "")
    assert code == 0, shown
    assert load(tmp_path).dialect == "postgresql"
    assert sorted(contents(tmp_path)) == ["alembic.ini", "migrations/env.py", "sqlgen.toml"]


def test_the_wizard_leaves_what_is_there_and_writes_nothing_unless_told_to(tmp_path: Path) -> None:
    ini(tmp_path)
    (tmp_path / ".git").mkdir()
    before = contents(tmp_path)
    code, shown = at_a_terminal(tmp_path, "", "", "", "", "none", "n")
    assert (code, "nothing was written" in shown) == (2, True)
    assert contents(tmp_path) == before
