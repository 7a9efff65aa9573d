"""The wheel: what is in it, and that it runs where only its dependencies are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel built from that sdist, as a package index would have them."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment with the wheel, and no sqlgen from this checkout in sight."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    wheel = next(built.glob("*.whl"))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(wheel)], check=True)
    # The dependencies come from the environment that runs the tests: its folder, without its .pth files, and so
    # without the editable sqlgen.
    site = next((folder / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n" + sysconfig.get_path("platlib") + "\n")
    return folder / "bin"


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_rules_the_verifier_and_the_licence(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    rules = {str(path.relative_to(ROOT / "rules")) for path in (ROOT / "rules").rglob("*.py")}
    assert rules
    assert {f"sqlgen/rules/{name}" for name in rules} <= names
    assert {"sqlgen/bundle/verify.sh", "sqlgen/bundle/verify.py", "sqlgen/py.typed"} <= names
    assert {f"sqlgen/schemas/{path.name}" for path in (ROOT / "docs" / "schemas").iterdir()} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {"sqlgen/review/html/style.css", "sqlgen/review/html/script.js"} <= names
    templates = {path.name for path in (ROOT / "sqlgen" / "templates").iterdir()}
    assert {f"sqlgen/templates/{name}" for name in templates} <= names


def test_the_wheel_holds_nothing_but_the_package(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        tops = {name.split("/")[0] for name in wheel.namelist()}
    assert len(tops) == 2
    assert "sqlgen" in tops
    assert all(top == "sqlgen" or top.endswith(".dist-info") for top in tops)


def test_the_sdist_holds_what_the_wheel_is_made_from(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.split("/", 1)[1] for name in sdist.getnames() if "/" in name}
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "sqlgen/bundle/verify.sh"} <= names
    assert any(name.startswith("rules/") for name in names)


def test_the_installed_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    from sqlgen import __version__

    assert run([str(installed / "sqlgen"), "--version"], tmp_path) == f"sqlgen {__version__}\n"


def test_the_installed_command_finds_the_rules_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    where = run([str(installed / "python"), "-c", "import sqlgen; print(sqlgen.__file__)"], tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)
    listed = run([str(installed / "sqlgen"), "rules"], tmp_path)
    for path in (ROOT / "rules").rglob("*.py"):
        if not path.name.startswith("_"):
            assert path.stem.replace("_", "-") in listed


def test_the_installed_command_lints_a_file(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "change.sql").write_text("DROP TABLE orders;\n")
    command = [str(installed / "sqlgen"), "lint", "change.sql", "--dialect", "postgresql"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "unguarded-drop" in done.stdout


def test_the_installed_command_writes_what_ci_needs(installed: Path, tmp_path: Path) -> None:
    made = [sys.executable, "-m", "alembic", "init", "migrations"]
    subprocess.run(made, cwd=tmp_path, check=True, capture_output=True)
    run([str(installed / "sqlgen"), "init", "--yes", "--ci", "github,gitlab,jenkins,azure,pre-commit"], tmp_path)
    assert (tmp_path / ".github" / "workflows" / "sqlgen-comment.yml").is_file()
    assert (tmp_path / "Jenkinsfile").is_file()


@pytest.mark.skipif("SQLGEN_REQUIRE_SERVERS" not in os.environ, reason="installs from the index: runs where CI does")
def test_pre_commit_installs_the_hooks_from_a_clone(tmp_path: Path) -> None:
    def git(*words: str, cwd: Path = tmp_path) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        return subprocess.run(["git", *who, *words], cwd=cwd, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet", "--initial-branch", "main")
    repo = {"repo": str(ROOT), "rev": git("rev-parse", "HEAD", cwd=ROOT), "hooks": [{"id": "sqlgen-format"}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(json.dumps({"repos": [repo]}))  # JSON is YAML
    (tmp_path / "sqlgen.toml").write_text('dialect = "postgresql"\n')
    (tmp_path / "a.sql").write_text("select  1;\n")
    git("add", ".")
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "store")}
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert "files were modified by this hook" in done.stdout, done.stdout + done.stderr
    assert (tmp_path / "a.sql").read_text() == "SELECT 1;\n"


@pytest.mark.skipif("SQLGEN_REQUIRE_SERVERS" not in os.environ, reason="fetches all wheels: runs where CI does")
def test_a_wheelhouse_is_all_that_a_host_without_a_network_needs(tmp_path: Path) -> None:
    house = tmp_path / "wheelhouse"
    made = subprocess.run(
        ["make", "--no-print-directory", "wheelhouse", f"WHEELHOUSE={house}"], cwd=ROOT, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    subprocess.run(["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=house, check=True)
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    install = [str(venv / "bin/pip"), "install", "--quiet", "--no-index", "--find-links", str(house), "alembic-sqlgen"]
    done = subprocess.run(install, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "sqlgen" in run([str(venv / "bin/sqlgen"), "--version"], tmp_path)
    assert "CREATE TABLE" in run([str(venv / "bin/sqlgen"), "emit", "base:head"], ROOT / "samples/bookshop")
