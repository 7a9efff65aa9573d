"""What init writes for CI: by the published schemas, by zizmor and shellcheck, and run for real as far as it can be."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from sqlgen.cli.all_or_nothing import write_all
from sqlgen.initializing import HOSTS, Run, host_files, look, runs_of
from sqlgen.initializing.hosts import installing

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
REVISION = """\
from alembic import op
import sqlalchemy as sa

revision = {id!r}
down_revision = {down!r}


def upgrade():
    {up}


def downgrade():
    op.drop_table("orders")
"""
ENV = """\
from alembic import context

context.configure(dialect_name="postgresql")
with context.begin_transaction():
    context.run_migrations()
"""


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone in which a branch adds a revision with a finding, and all that init writes."""
    folder = tmp_path_factory.mktemp("ci")
    origin = folder / "origin"
    versions = origin / "migrations" / "versions"
    versions.mkdir(parents=True)
    (origin / "migrations" / "env.py").write_text(ENV)
    (origin / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (versions / "a1.py").write_text(
        REVISION.format(id="a1", down=None, up='op.create_table("orders", sa.Column("id"))')
    )
    git(folder, "init", "--quiet", "--initial-branch", "main", str(origin))
    found = look(origin)
    plans = [host_files(host, found, runs_of(found.sites, found.top)) for host in HOSTS]
    write_all({file.path: file.after for plan in plans for file in plan.files})
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "one")
    git(folder, "clone", "--quiet", str(origin), "clone")
    clone = folder / "clone"
    git(clone, "switch", "--quiet", "-c", "work")
    up = 'op.create_index("ix", "orders", ["id"])'
    (clone / "migrations" / "versions" / "a2.py").write_text(REVISION.format(id="a2", down="a1", up=up))
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "two")
    return clone


def load(path: Path) -> dict[str, Any]:
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if True in found:  # YAML 1.1 takes the key `on` for a truth value
        found["on"] = found.pop(True)
    return found


def workflow(folder: Path, name: str) -> dict[str, Any]:
    return load(folder / ".github" / "workflows" / name)


def steps(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    return [step for job in jobs for step in job["steps"]]


def shell(script: str, folder: Path, *, program: str = "bash", **environment: str) -> subprocess.CompletedProcess[str]:
    """As a runner runs a step: bash -e, with sqlgen installed."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "CI"))}
    clean.pop("VIRTUAL_ENV", None)
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    options = ["-e", "-o", "pipefail"] if program == "bash" else ["-e"]
    return subprocess.run(
        [program, *options, "-c", script],
        cwd=folder,
        env={**clean, "PATH": path, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
    )


# ---- by their schemas


def schema_errors(name: str, *files: Path, more: tuple[str, ...] = ()) -> str:
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", f"vendor.{name}", *more, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_files_are_what_their_schemas_say(branch: Path, tmp_path: Path) -> None:
    azure = ("--data-transform", "azure-pipelines", "--regex-variant", "nonunicode")
    workflows = sorted((branch / ".github" / "workflows").iterdir())
    assert len(workflows) == 2
    assert schema_errors("github-workflows", *workflows) == ""
    assert schema_errors("github-actions", ROOT / "action.yml") == ""
    assert schema_errors("azure-pipelines", branch / "azure-pipelines.yml", more=azure) == ""
    assert gitlab_errors(branch / ".gitlab-ci.yml", tmp_path) == ""
    assert gitlab_errors(branch / ".gitlab" / "sqlgen.gitlab-ci.yml", tmp_path) == ""
    broken = tmp_path / "broken.yml"
    broken.write_text((branch / ".gitlab/sqlgen.gitlab-ci.yml").read_text().replace("when: always", "when: ever"))
    assert "'ever' is not one of" in gitlab_errors(broken, tmp_path)


def gitlab_errors(file: Path, folder: Path) -> str:
    """The schema says nothing of hidden jobs, so each job is held against it with what it extends."""
    document = load(file)
    whole = folder / "whole.yml"
    names = [name for name in document if not name.startswith(".")]
    whole.write_text(yaml.safe_dump({name: merged(document, name) for name in names}))
    return schema_errors("gitlab-ci", whole, more=("--data-transform", "gitlab-ci"))


def merged(document: Mapping[str, Any], name: str) -> Any:
    """A job with what it extends: https://docs.gitlab.com/ci/yaml/yaml_optimization/#merge-details."""

    def merge(base: Any, own: Any) -> Any:
        if not (isinstance(base, dict) and isinstance(own, dict)):
            return own
        return {key: merge(base.get(key), own[key]) if key in own else base[key] for key in {**base, **own}}

    job = document[name]
    return merge(document[job["extends"]], job) if isinstance(job, dict) and "extends" in job else job


def test_files_for_several_runs_are_what_their_schemas_say(branch: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(branch / "migrations", copy / "migrations")
    shutil.copy(branch / "alembic.ini", copy)
    runs = (Run("a", ("--target", "a")), Run("b.c", ("--project", "x/*", "--shard", "1/2")))
    for host in HOSTS:
        write_all({file.path: file.after for file in host_files(host, look(copy), runs).files})
    matrix = workflow(copy, "sqlgen.yml")["jobs"]["check"]["strategy"]["matrix"]["include"]
    assert [(each["name"], each["arguments"]) for each in matrix] == [
        ("a", "--target a"),
        ("b.c", "--project x/* --shard 1/2"),
    ]
    gitlab = load(copy / ".gitlab/sqlgen.gitlab-ci.yml")
    assert gitlab["sqlgen"]["parallel"]["matrix"] == [{"SQLGEN_ARGUMENTS": ["--target a", "--project x/* --shard 1/2"]}]
    azure = load(copy / "azure-pipelines.yml")["strategy"]["matrix"]
    assert azure["run_b_c"] == {"report": "b.c", "arguments": "--project x/* --shard 1/2"}
    hooks = load(copy / ".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert [hook["id"] for hook in hooks] == ["sqlgen-lint", "sqlgen-lint-b.c", "sqlgen-format"]
    assert schema_errors("github-workflows", *sorted((copy / ".github/workflows").iterdir())) == ""
    assert gitlab_errors(copy / ".gitlab/sqlgen.gitlab-ci.yml", tmp_path) == ""


def test_pre_commit_takes_the_manifest_and_what_init_writes(branch: Path) -> None:
    for command, folder, file in (
        ("validate-manifest", ROOT, ".pre-commit-hooks.yaml"),
        ("validate-config", branch, ".pre-commit-config.yaml"),
    ):
        subprocess.run([str(BIN / "pre-commit"), command, str(folder / file)], check=True, capture_output=True)


# ---- what they may do


def test_zizmor_finds_nothing_in_workflows_and_action(branch: Path) -> None:
    command = [str(BIN / "zizmor"), "--offline", "--quiet", "--format", "plain", "--persona", "pedantic"]
    for place in (branch / ".github" / "workflows", ROOT / "action.yml"):
        done = subprocess.run([*command, str(place)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_no_expression_is_part_of_a_script_and_each_action_is_pinned(branch: Path) -> None:
    documents = [workflow(branch, "sqlgen.yml"), workflow(branch, "sqlgen-comment.yml"), load(ROOT / "action.yml")]
    scripts = [step["run"] for document in documents for step in steps(document) if "run" in step]
    assert len(scripts) == 5
    assert not [script for script in scripts if "${{" in script]
    used = [step["uses"] for document in documents for step in steps(document) if "uses" in step]
    assert len(used) == 3
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each) for each in used)


def test_the_check_may_only_read_and_the_comment_runs_no_code_of_the_branch(branch: Path) -> None:
    check, comment = workflow(branch, "sqlgen.yml"), workflow(branch, "sqlgen-comment.yml")
    events = {"pull_request": {"types": ["opened", "synchronize", "reopened", "edited"]}, "merge_group": None}
    assert (check["on"], check["permissions"]) == (events, {"contents": "read"})
    assert all("permissions" not in job for job in check["jobs"].values())
    assert list(comment["on"]) == ["workflow_run"]
    assert comment["on"]["workflow_run"]["workflows"] == [check["name"]]
    assert comment["permissions"] == {}
    assert comment["jobs"]["comment"]["permissions"] == {"actions": "read", "pull-requests": "write"}
    assert [list(step) for step in steps(comment)] == [["name", "shell", "env", "run"]]
    for name in ("sqlgen.yml", "sqlgen-comment.yml"):
        text = (branch / ".github" / "workflows" / name).read_text()
        assert "pull_request_target" not in text
        assert "secrets." not in text


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_finds_nothing_in_the_scripts(branch: Path) -> None:
    found = {f"action {index}": step["run"] for index, step in enumerate(steps(load(ROOT / "action.yml")))}
    found |= {f"github {each['name']}": each["run"] for each in steps(workflow(branch, "sqlgen.yml")) if "run" in each}
    azure = load(branch / "azure-pipelines.yml")["steps"]
    found |= {f"azure {index}": step["script"] for index, step in enumerate(azure) if "script" in step}
    found |= {f"jenkins {index}": script for index, script in enumerate(jenkins(branch))}
    assert len(found) == 8
    for name, script in found.items():
        command = [
            "shellcheck",
            "--shell",
            "sh" if name.startswith("jenkins") else "bash",
            "--exclude",
            "SC1091,SC2086",
            "-",
        ]
        done = subprocess.run(command, input=f"set -e\n{script}", capture_output=True, text=True)
        assert done.returncode == 0, f"{name}\n{done.stdout}"


def jenkins(folder: Path) -> list[str]:
    """Its shell scripts."""
    return re.findall(r"sh '''\n(.*?)'''", (folder / "Jenkinsfile").read_text(), re.S)


# ---- the checks, run


def test_the_check_of_the_workflow_leaves_a_report_and_the_number(branch: Path, tmp_path: Path) -> None:
    document = workflow(branch, "sqlgen.yml")
    (script,) = (step["run"] for step in steps(document) if step.get("name") == "Check")
    summary = tmp_path / "summary.md"
    runner = {"RUNNER_TEMP": str(tmp_path), "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    event = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main"}
    done = shell(script, branch, ARGUMENTS="", NUMBER="17", **runner, **event)
    assert done.returncode == 1, done.stderr
    assert "::error file=migrations/versions/a2.py,line=" in done.stdout
    assert (tmp_path / "sqlgen" / "number").read_text() == "17\n"
    assert "index-create-blocking" in (tmp_path / "sqlgen" / "report.md").read_text()
    assert "index-create-blocking" in summary.read_text()
    results = json.loads((tmp_path / "sqlgen" / "sqlgen.sarif").read_text())["runs"][0]["results"]
    assert [each["ruleId"] for each in results] == ["index-create-blocking"]


def test_the_action_says_its_outputs_and_ends_as_the_check_does(branch: Path, tmp_path: Path) -> None:
    (tmp_path / "sqlgen-venv" / "bin").mkdir(parents=True)
    (tmp_path / "sqlgen-venv" / "bin" / "sqlgen").symlink_to(BIN / "sqlgen")
    script = steps(load(ROOT / "action.yml"))[1]["run"]
    given = {"ARGUMENTS": "--no-drift", "DIRECTORY": ".", "PYTHON": "", "NUMBER": "3", "VIRTUAL_ENV": ""}
    runner = {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(tmp_path / "out"), "GITHUB_ACTIONS": "true"}
    done = shell(script, branch, **given, **runner, GITHUB_BASE_REF="main")
    assert done.returncode == 1, done.stderr
    outputs = dict(line.split("=", 1) for line in (tmp_path / "out").read_text().splitlines())
    assert outputs["exit-code"] == "1"
    assert Path(outputs["report"]).is_file()
    assert Path(outputs["sarif"]).is_file()
    assert (Path(outputs["folder"]) / "number").read_text() == "3\n"


def test_an_input_of_the_action_is_never_a_command(branch: Path, tmp_path: Path) -> None:
    install, check = (step["run"] for step in steps(load(ROOT / "action.yml")))
    trap = tmp_path / "trap"
    hostile = f"1; touch {trap} $(touch {trap}) `touch {trap}`"
    done = shell(install, branch, VERSION=hostile, GITHUB_ACTION_PATH=str(ROOT), RUNNER_TEMP=str(tmp_path))
    assert (done.returncode, "version can't be that" in done.stdout) == (2, True)
    (tmp_path / "sqlgen-venv" / "bin").mkdir(parents=True)
    (tmp_path / "sqlgen-venv" / "bin" / "sqlgen").symlink_to(BIN / "sqlgen")
    given = {"ARGUMENTS": hostile, "DIRECTORY": ".", "PYTHON": "", "NUMBER": hostile, "VIRTUAL_ENV": ""}
    shell(check, branch, **given, RUNNER_TEMP=str(tmp_path), GITHUB_OUTPUT=str(tmp_path / "out"))
    assert not trap.exists()


def test_the_job_of_gitlab_leaves_its_reports_and_the_default_branch_an_empty_one(branch: Path, tmp_path: Path) -> None:
    document = load(branch / ".gitlab" / "sqlgen.gitlab-ci.yml")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(branch), str(clone))
    base = git(branch, "rev-parse", "origin/main")
    variables = {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
    }
    git(clone, "fetch", "--quiet", str(branch), "+refs/remotes/origin/main:refs/remotes/origin/main")
    (job, after) = (merged(document, name) for name in ("sqlgen", "sqlgen-default-branch"))
    done = shell("\n".join(job["script"]), clone, **job["variables"], **variables)
    assert done.returncode == 1, done.stderr
    reports = job["artifacts"]["reports"]
    (finding,) = json.loads((clone / reports["codequality"]).read_text())
    assert finding["location"]["path"] == "migrations/versions/a2.py"
    assert "index-create-blocking" in (clone / reports["junit"]).read_text()
    assert (after["artifacts"]["expire_in"], after["artifacts"]["reports"]) == ("never", reports)
    later = shell("\n".join(after["script"]), clone, **after["variables"], GITLAB_CI="true")
    assert later.returncode == 0, later.stderr
    assert json.loads((clone / reports["codequality"]).read_text()) == []


def test_the_step_of_azure_leaves_its_reports(branch: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--branch", "work", str(branch), str(clone))
    git(clone, "fetch", "--quiet", str(branch), "+refs/remotes/origin/main:refs/remotes/origin/main")
    document = load(branch / "azure-pipelines.yml")
    (script,) = (step["script"] for step in document["steps"] if step.get("displayName") == "sqlgen check")
    done = shell(script, clone, TF_BUILD="True", SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main")
    assert done.returncode == 1, done.stdout + done.stderr
    assert {"sqlgen-junit.xml", "sqlgen-report.md"} <= {path.name for path in clone.iterdir()}


def test_the_stage_of_jenkins_fetches_its_target_and_leaves_its_reports(branch: Path, tmp_path: Path) -> None:
    """Jenkins clones the one branch that it builds."""
    clone = tmp_path / "clone"
    origin = tmp_path / "origin"
    git(tmp_path, "clone", "--quiet", "--bare", str(branch), str(origin))
    git(origin, "fetch", "--quiet", str(branch), "+refs/remotes/origin/main:refs/heads/main")
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--branch", "work", origin.as_uri(), str(clone))
    fetch, check = jenkins(branch)
    check = re.sub(r"^ *(python3? -m|\. ).*\n", "", check, flags=re.M)  # sqlgen is installed
    variables = {
        "CHANGE_ID": "4",
        "CHANGE_TARGET": "main",
        "JENKINS_URL": "http://jenkins/",
        "WORKSPACE_TMP": str(tmp_path),
    }
    before = shell(check, clone, program="sh", **variables)
    assert before.returncode == 2
    assert shell(fetch, clone, program="sh", **variables).returncode == 0
    done = shell(check, clone, program="sh", **variables)
    assert done.returncode == 1, done.stdout + done.stderr
    assert {"sqlgen-check.xml", "sqlgen-check.sarif"} <= {path.name for path in clone.iterdir()}


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({"requirements.txt": "x"}, ["python -m pip install -r requirements.txt"]),
        (
            {"uv.lock": "x", "pyproject.toml": "[project]\n"},
            ["python -m pip install uv", "uv sync --frozen --project ."],
        ),
        ({"pyproject.toml": '[project]\nname = "x"\n'}, ["python -m pip install ."]),
        ({"pyproject.toml": '[tool.poetry]\nname = "x"\n'}, ["python -m pip install ."]),
        ({"pyproject.toml": "[tool.other]\n"}, ["# what env.py imports: python -m pip install -r requirements.txt"]),
    ],
)
def test_what_env_py_imports_is_installed_as_the_repository_says(
    branch: Path, tmp_path: Path, files: Mapping[str, str], lines: list[str]
) -> None:
    shutil.copytree(branch / "migrations", tmp_path / "migrations")
    shutil.copy(branch / "alembic.ini", tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    *found, own = installing(look(tmp_path))
    assert found == lines
    assert re.fullmatch(r"python -m pip install alembic-sqlgen==[0-9.a-z]+", own)


PAGES = [
    ("github", ".github/workflows/sqlgen.yml"),
    ("github", ".github/workflows/sqlgen-comment.yml"),
    ("gitlab", ".gitlab/sqlgen.gitlab-ci.yml"),
    ("gitlab", ".gitlab-ci.yml"),
    ("jenkins", "Jenkinsfile"),
    ("azure", "azure-pipelines.yml"),
    ("pre-commit", ".pre-commit-config.yaml"),
]


@pytest.mark.parametrize("language", ["", ".zh-CN"])
@pytest.mark.parametrize(("page", "file"), PAGES)
def test_the_files_to_copy_are_those_that_init_writes(
    branch: Path, tmp_path: Path, page: str, file: str, language: str
) -> None:
    shutil.copytree(branch / "migrations", tmp_path / "migrations")
    shutil.copy(branch / "alembic.ini", tmp_path)
    (tmp_path / "requirements.txt").write_text("x\n")
    found = look(tmp_path)
    (text,) = (
        each.after.decode()
        for each in host_files(page, found, runs_of(found.sites, tmp_path)).files
        if each.path == tmp_path / file
    )
    document = (ROOT / "docs" / "ci" / f"{page}{language}.md").read_text(encoding="utf-8")
    assert f"\n{text}```\n" in document


# ---- the comment, against a GitHub of our own

HEAD = "a" * 40
TOKEN = "ghs_token"


@dataclass
class GitHub:
    """What the API is asked for, as far as the comment needs it: https://docs.github.com/en/rest."""

    artifacts: list[tuple[str, bytes]] = field(default_factory=list)
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, token: str | None, body: Any) -> tuple[int, Any]:
        self.asked.append(f"{method} {path}")
        path, _, query = path.partition("?")
        if path.startswith("/storage/"):
            if token is not None:  # it is another host's
                self.leaked.append(token)
                return 400, b"an Authorization header is not wanted here"
            return 200, self.artifacts[int(path.removeprefix("/storage/"))][1]
        if token != f"Bearer {TOKEN}":
            return 401, {"message": "Bad credentials"}
        page = int(dict(part.split("=") for part in query.split("&"))["page"]) if query else 1
        match path.removeprefix("/repos/o/r").strip("/").split("/"), method:
            case ["actions", "runs", "99", "artifacts"], "GET":
                rows = [{"id": index, "name": name, "expired": False} for index, (name, _) in enumerate(self.artifacts)]
                return 200, {"artifacts": rows[100 * (page - 1) : 100 * page]}
            case ["actions", "artifacts", number, "zip"], "GET":
                return 302, f"/storage/{number}"
            case ["pulls", number], "GET" if number.isdigit() and int(number) in self.pulls:
                return 200, self.pulls[int(number)]
            case ["issues", number, "comments"], "GET" if int(number) in self.pulls:
                return 200, self.comments[100 * (page - 1) : 100 * page]
            case ["issues", number, "comments"], "POST" if int(number) in self.pulls:
                self.comments.append(
                    {"id": 1000 + len(self.comments), "body": body["body"], "user": BOT, "on": int(number)}
                )
                return 201, self.comments[-1]
            case ["issues", "comments", number], "PATCH":
                (comment,) = (each for each in self.comments if each["id"] == int(number))
                comment["body"] = body["body"]
                return 200, comment
        return 404, {"message": "Not Found"}


BOT = {"login": "github-actions[bot]"}


@pytest.fixture
def github() -> Iterator[tuple[GitHub, str]]:
    state = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            code, answer = state.answer(self.command, self.path, self.headers.get("Authorization"), body)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(code)
            if code == 302:
                host, port = self.server.server_address[:2]
                self.send_header("Location", f"http://{host}:{port}{answer}")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _any

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def pull(number: int, *, sha: str = HEAD, repository: int | None = 7, state: str = "open") -> dict[str, Any]:
    repo = None if repository is None else {"id": repository}
    return {"number": number, "state": state, "head": {"sha": sha, "repo": repo}}


def archive(**files: str | bytes) -> bytes:
    """An artifact; `report_md` names report.md."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name.replace("report_md", "report.md"), text)
    return data.getvalue()


Comment = Callable[[], subprocess.CompletedProcess[str]]


@pytest.fixture
def comment(github: tuple[GitHub, str], tmp_path: Path) -> Comment:
    """Run the step of the second workflow."""
    template = ROOT / "sqlgen" / "templates" / "github-comment.yml"
    (step,) = steps(load(template))
    assert step["shell"] == "python"
    empty = tmp_path / "empty"
    empty.mkdir()

    def run() -> subprocess.CompletedProcess[str]:
        variables = {
            "TOKEN": TOKEN,
            "RUN": "99",
            "HEAD": HEAD,
            "HEAD_REPOSITORY": "7",
            "GITHUB_API_URL": github[1],
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": "o/r",
        }
        done = subprocess.run(
            [sys.executable, "-c", step["run"]],
            cwd=empty,
            env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **variables},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert list(empty.iterdir()) == []  # nothing is unpacked
        assert github[0].leaked == []
        return done

    return run


def test_a_report_becomes_a_comment_and_the_next_one_takes_its_place(
    github: tuple[GitHub, str], comment: Comment
) -> None:
    state, _ = github
    state.pulls[17] = pull(17)
    state.comments += [{"id": number, "body": "hello", "user": {"login": "somebody"}} for number in range(150)]
    state.artifacts = [("sqlgen-report-check", archive(number="17\n", report_md="first\n"))]
    comment()
    assert (state.comments[-1]["on"], state.comments[-1]["body"]) == (17, "<!-- sqlgen-report-check -->\nfirst\n")
    state.artifacts = [("sqlgen-report-check", archive(number="17\n", report_md="商店 𝒳\n"))]
    comment()
    assert len(state.comments) == 151
    assert state.comments[-1]["body"] == "<!-- sqlgen-report-check -->\n商店 𝒳\n"


def test_each_run_of_a_matrix_has_its_comment(github: tuple[GitHub, str], comment: Comment) -> None:
    state, _ = github
    state.pulls[17] = pull(17)
    state.artifacts = [
        ("sqlgen-report-a", archive(number="17", report_md="A")),
        ("coverage", b"not ours"),
        ("sqlgen-report-b", archive(number="17", report_md="B")),
    ]
    comment()
    comment()
    assert [each["body"] for each in state.comments] == ["<!-- sqlgen-report-a -->\nA", "<!-- sqlgen-report-b -->\nB"]
    assert "GET /repos/o/r/actions/artifacts/1/zip" not in state.asked


def test_a_branch_can_not_flood_its_pull_request(github: tuple[GitHub, str], comment: Comment) -> None:
    state, _ = github
    state.pulls[17] = pull(17)
    state.artifacts = [(f"sqlgen-report-{number}", archive(number="17", report_md="R")) for number in range(120)]
    comment()
    assert len(state.comments) == 20


def test_a_comment_of_somebody_else_is_never_changed(github: tuple[GitHub, str], comment: Comment) -> None:
    state, _ = github
    state.pulls[17] = pull(17)
    theirs = {"id": 1, "body": "<!-- sqlgen-report-check -->\nmine", "user": {"login": "somebody"}}
    state.comments = [{"id": 0, "body": None, "user": None}, theirs]  # of an account that is gone
    state.artifacts = [("sqlgen-report-check", archive(number="17", report_md="R"))]
    comment()
    assert theirs["body"].endswith("mine")
    assert len(state.comments) == 3


def test_a_report_calls_nobody_and_hides_nothing(github: tuple[GitHub, str], comment: Comment) -> None:
    state, _ = github
    state.pulls[17] = pull(17)
    report = "<!-- sqlgen:report key=1 -->\n@team look, a@b.example <!-- sqlgen-report-other --> <!-- open\0"
    state.artifacts = [("sqlgen-report-check", archive(number="17", report_md=report))]
    comment()
    body = state.comments[0]["body"]
    assert body == "<!-- sqlgen-report-check -->\n@\u200bteam look, a@\u200bb.example   open"


@pytest.mark.parametrize(
    "number",
    ["1; rm -rf /", "17 18", "-17", "+17", "0", "017", "1_7", "１７", "9" * 30, "", "\n17", "17\n\n", "$(id)", "17\x00",
     "../18", b"\xff17"],
)  # fmt: skip
def test_a_number_that_is_none_is_refused(github: tuple[GitHub, str], comment: Comment, number: str | bytes) -> None:
    state, _ = github
    state.pulls |= {17: pull(17), 1: pull(1)}
    state.artifacts = [("sqlgen-report-check", archive(number=number, report_md="R"))]
    assert "::warning title=sqlgen::sqlgen-report-check: there is no number of a pull request in it" in comment().stdout
    assert state.comments == []


@pytest.mark.parametrize(
    ("theirs", "why"),
    [
        (pull(17, sha="b" * 40), "is not the commit that was checked"),
        (pull(17, repository=8), "is not the commit that was checked"),
        (pull(17, repository=None), "is not the commit that was checked"),
        (pull(17, state="closed"), "is closed"),
        (None, "can't be read (404)"),
    ],
)
def test_a_comment_goes_only_to_the_open_pull_request_that_was_checked(
    github: tuple[GitHub, str], comment: Comment, theirs: dict[str, Any] | None, why: str
) -> None:
    state, _ = github
    if theirs is not None:
        state.pulls[17] = theirs
    state.artifacts = [("sqlgen-report-check", archive(number="17", report_md="R"))]
    assert why in comment().stdout
    assert state.comments == []


@pytest.mark.parametrize(
    "data",
    [
        b"no archive",
        archive(number="17"),
        archive(number="17", report_md=b"\xff\xfe"),
        archive(number="17", report_md="  \n"),
        archive(number="17", report_md="x" * 5_000_000),
        archive(number="1" * 1_000_000, report_md="R"),
        archive(number="17", report_md="R", filler=os.urandom(4_100_000)),
    ],
    ids=["no archive", "no report", "no text", "empty", "bomb", "long number", "large"],
)
def test_an_archive_that_holds_no_report_is_refused(github: tuple[GitHub, str], comment: Comment, data: bytes) -> None:
    state, _ = github
    state.pulls[17] = pull(17)
    state.artifacts = [("sqlgen-report-check", data)]
    assert "nothing is posted" in comment().stdout
    assert state.comments == []


def test_names_in_an_archive_lead_nowhere(github: tuple[GitHub, str], comment: Comment, tmp_path: Path) -> None:
    state, _ = github
    state.pulls[17] = pull(17)
    data = io.BytesIO(archive(number="17", report_md="R"))
    with zipfile.ZipFile(data, "a") as made:
        made.writestr("../../escaped", "x")
        made.writestr("json.py", "raise SystemExit('run')")
    state.artifacts = [("sqlgen-report-check", data.getvalue())]
    comment()
    assert len(state.comments) == 1
    assert not list(tmp_path.rglob("escaped"))


def test_a_report_longer_than_a_comment_may_be_becomes_a_link(github: tuple[GitHub, str], comment: Comment) -> None:
    state, _ = github
    state.pulls[17] = pull(17)
    state.artifacts = [("sqlgen-report-check", archive(number="17", report_md="商" * 65_537))]
    comment()
    assert "https://github.example/o/r/actions/runs/99" in state.comments[0]["body"]
    assert len(state.comments[0]["body"]) < 300


@pytest.mark.parametrize(
    "name", ["sqlgen-report-", "sqlgen-report-a b", "sqlgen-report--->x", "sqlgen-report-" + "a" * 61]
)
def test_an_artifact_with_a_name_that_is_none_of_ours_is_not_read(
    github: tuple[GitHub, str], comment: Comment, name: str
) -> None:
    state, _ = github
    state.pulls[17] = pull(17)
    state.artifacts = [(name, archive(number="17", report_md="R"))]
    comment()
    assert state.comments == []
    assert not [each for each in state.asked if each.endswith("/zip")]


# ---- pre-commit, run


def with_hooks(branch: Path, folder: Path) -> Path:
    """A clone whose hooks are those of the manifest, run with the sqlgen that is installed here."""
    clone = folder / "clone"
    git(folder, "clone", "--quiet", str(branch.parent / "origin"), str(clone))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for hook in hooks:
        hook["entry"] = f"{BIN / 'sqlgen'}{hook['entry'].removeprefix('sqlgen')}"
        hook["language"] = "system"  # pre-commit would install it from the package index: docs/ci/pre-commit.md
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (clone / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    (clone / "sqlgen.toml").write_text('dialect = "postgresql"\n')
    git(clone, "add", ".")
    return clone


def pre_commit(clone: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PRE_COMMIT_HOME": str(clone.parent / "store"), "PRE_COMMIT_COLOR": "never"}
    for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI"):
        environment.pop(name, None)
    return subprocess.run(
        [str(BIN / "pre-commit"), "run", *words], cwd=clone, env=environment, capture_output=True, text=True
    )


def test_the_hooks_look_at_what_is_about_to_be_committed(branch: Path, tmp_path: Path) -> None:
    clone = with_hooks(branch, tmp_path)
    (clone / "readme.txt").write_text("x")
    git(clone, "add", "readme.txt")
    skipped = pre_commit(clone)
    assert skipped.returncode == 0, skipped.stdout
    assert skipped.stdout.count("Skipped") == 2
    git(clone, "commit", "--quiet", "--no-verify", "-m", "hooks")

    up = 'op.create_index("ix", "orders", ["id"])'
    (clone / "migrations" / "versions" / "a9.py").write_text(REVISION.format(id="a9", down="a1", up=up))
    (clone / "change.sql").write_text("select  1;\n")
    git(clone, "add", ".")
    failed = pre_commit(clone)
    assert failed.returncode == 1
    assert "index-create-blocking" in failed.stdout
    assert "files were modified by this hook" in failed.stdout
    assert (clone / "change.sql").read_text() == "SELECT 1;\n"

    up = 'op.add_column("orders", sa.Column("note", sa.Text))'
    (clone / "migrations" / "versions" / "a9.py").write_text(REVISION.format(id="a9", down="a1", up=up))
    git(clone, "add", ".")
    passed = pre_commit(clone)
    assert passed.returncode == 0, passed.stdout
    assert passed.stdout.count("Passed") == 2
