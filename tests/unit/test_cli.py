"""The command line as people meet it: streams, exit codes, and what each wrong turn is told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sqlgen.settings import load
from tests.unit.building import review

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


def sqlgen(*arguments: str, cwd: Path, stdin: bytes = b"", **environment: str) -> Done:
    """Run the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "sqlgen", *arguments],
        cwd=cwd,
        input=stdin,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the sample, outside git."""
    folder = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    (tmp_path / ".git").mkdir()
    return folder


def break_revision(shop: Path, name: str, line: str) -> None:
    """Put a line of Python at the top of a revision's upgrade()."""
    path = shop / "migrations" / "versions" / f"{name}.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("def upgrade() -> None:\n", f"def upgrade() -> None:\n    {line}\n"), encoding="utf-8")


def test_emit_writes_only_the_script_on_stdout_whatever_env_py_prints(shop: Path) -> None:
    env = shop / "migrations" / "env.py"
    env.write_text('print("检测到的表: DROP TABLE users;")\n' + env.read_text(encoding="utf-8"), encoding="utf-8")
    done = sqlgen("emit", "base:0002", cwd=shop)
    assert done.code == 0
    assert done.out.startswith("-- sqlgen: a script for sqlite3\n")
    assert "检测到的表" not in done.out
    assert "检测到的表: DROP TABLE users;" in done.err
    assert "not part of the SQL" in done.err


def test_emit_o_writes_the_file_whole_with_lf(shop: Path) -> None:
    out = shop / "up.sql"
    assert sqlgen("emit", "base:head", "-o", str(out), cwd=shop) == Done(0, "", "")
    assert out.read_bytes().decode() == sqlgen("emit", "base:head", cwd=shop).out
    assert b"\r" not in out.read_bytes()


def test_emit_into_a_folder_that_is_not_there_leaves_nothing(shop: Path) -> None:
    done = sqlgen("emit", "base:head", "-o", "nowhere/up.sql", cwd=shop)
    assert done.code == 2
    assert "error: nowhere/up.sql can't be written: No such file or directory" in done.err
    assert "hint: Name a file in a folder that exists" in done.err
    assert not (shop / "nowhere").exists()


def test_a_revision_that_raises_is_a_gate_and_exit_code_4_and_the_rest_is_rendered(shop: Path) -> None:
    break_revision(shop, "0006_lowercase_emails", "1 / 0")
    done = sqlgen("emit", "base:head", "--dialect", "postgresql", cwd=shop)
    assert done.code == 4
    assert "0006_lowercase_emails.py:" in done.err
    assert "ZeroDivisionError" in done.err
    assert "DROP TABLE wishlists" in done.out  # a later revision
    assert "ZeroDivisionError" in done.out  # the gate says why


def test_a_bundle_is_refused_when_a_revision_can_not_be_rendered(shop: Path) -> None:
    break_revision(shop, "0006_lowercase_emails", "1 / 0")
    done = sqlgen("bundle", "base:head", "--env", "staging", "-o", "out", cwd=shop)
    assert done.code == 4
    assert "no bundle was built: 0006_lowercase_emails can't be rendered" in done.err
    assert not (shop / "out").exists()
    done = sqlgen("bundle", "base:head", "--env", "staging", "-o", "out", "--allow-incomplete", cwd=shop)
    assert done.code == 4
    manifest = json.loads((shop / "out" / "MANIFEST.json").read_text())
    assert manifest["overrides"] == ["--allow-incomplete"]
    assert [each["revision"] for each in manifest["incomplete"]] == ["0006_lowercase_emails"]


def test_lint_finds_at_the_line_of_the_op_and_fails_only_at_the_level(shop: Path) -> None:
    done = sqlgen("lint", "0008:head", "--dialect", "postgresql", cwd=shop)
    assert done.code == 1
    assert "migrations/versions/0009_order_date_index.py:24:5: error index-create-blocking\n" in done.out
    assert done.err == ""
    assert sqlgen("lint", "0008:head", "--dialect", "postgresql", "--fail-on", "never", cwd=shop).code == 0
    assert sqlgen("lint", "0011:0012", "--dialect", "mariadb", cwd=shop).code == 0  # a warning only
    assert sqlgen("lint", "0011:0012", "--dialect", "mariadb", "--fail-on", "warning", cwd=shop).code == 1


def test_findings_as_json_keep_their_shape(shop: Path) -> None:
    done = sqlgen("lint", "0012:0013", "--dialect", "postgresql", "--output-format", "json", cwd=shop)
    assert done.code == 0  # the only finding is allowed
    document = json.loads(done.out)
    assert list(document) == ["schema", "projects", "findings", "incomplete", "remarks", "summary"]
    assert document["schema"] == "sqlgen.findings/1"
    (finding,) = document["findings"]
    keys = "project rule severity message help path file line end_line column revision direction dialect statement sql"
    assert list(finding) == [*keys.split(), "sql_line", "fingerprint", "allowed"]
    assert finding["rule"] == "drop-column"
    assert (finding["file"], finding["revision"]) == ("migrations/versions/0013_drop_phone.py", "0013_drop_phone")
    assert finding["allowed"]["until"] == "2030-12-31"
    assert len(finding["fingerprint"]) == 64


def test_several_formats_at_once_go_to_files(shop: Path) -> None:
    formats = ("--output-format", "markdown", "--output-format", "json=findings.json")
    done = sqlgen("lint", "0008:head", *formats, cwd=shop)
    assert done.out.startswith("<!-- sqlgen:report key=")
    assert json.loads((shop / "findings.json").read_text())["findings"]
    done = sqlgen("lint", "0008:head", "--output-format", "json", "--output-format", "text", cwd=shop)
    assert (done.code, done.out) == (2, "")
    assert "two output formats would both go to stdout" in done.err


def test_findings_in_a_sql_file_point_into_that_file(tmp_path: Path) -> None:
    (tmp_path / "up.sql").write_text("SET lock_timeout = '5s';\n\nDROP TABLE 订单;\n", encoding="utf-8")
    done = sqlgen("lint", "up.sql", "--dialect", "postgresql", "--output-format", "json", cwd=tmp_path)
    assert done.code == 1
    found = {(each["rule"], each["file"], each["line"]) for each in json.loads(done.out)["findings"]}
    assert found == {("drop-table", "up.sql", 3), ("unguarded-drop", "up.sql", 3)}
    helps = " ".join(each["help"] for each in json.loads(done.out)["findings"])
    assert "-- sqlgen: allow drop-table" in helps  # a # would be an operator there
    assert "# sqlgen" not in helps


def test_stdin_is_linted_and_formatted(tmp_path: Path) -> None:
    text = b"delete from orders;\n"
    done = sqlgen("lint", "-", "--dialect", "mariadb", cwd=tmp_path, stdin=text)
    assert done.code == 1
    assert "<stdin>:1:1: error delete-without-where" in done.out
    assert sqlgen("format", "-", "--dialect", "mariadb", cwd=tmp_path, stdin=text).out == "DELETE FROM orders;\n"


def test_format_check_and_diff_write_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_text("select 1;\n", encoding="utf-8")
    assert sqlgen("format", "a.sql", "--check", "--dialect", "postgresql", cwd=tmp_path).code == 1
    diff = sqlgen("format", "a.sql", "--diff", "--dialect", "postgresql", cwd=tmp_path)
    assert "-select 1;" in diff.out
    assert "+SELECT 1;" in diff.out
    assert path.read_text(encoding="utf-8") == "select 1;\n"
    assert sqlgen("format", "a.sql", "--dialect", "postgresql", cwd=tmp_path).code == 0
    assert path.read_text(encoding="utf-8") == "SELECT 1;\n"
    assert sqlgen("format", "a.sql", "--check", "--dialect", "postgresql", cwd=tmp_path).code == 0


def test_format_writes_no_file_when_one_of_them_is_not_there_or_not_text(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("create table t (a int)")
    (tmp_path / "wide.sql").write_text("select 1", encoding="utf-16")
    for other in ("gone.sql", "wide.sql"):
        assert sqlgen("format", "a.sql", other, "--dialect", "sqlite", cwd=tmp_path).code == 2
        assert (tmp_path / "a.sql").read_text() == "create table t (a int)"


def test_a_bundle_with_findings_is_refused_and_the_override_is_recorded(shop: Path) -> None:
    arguments = ("bundle", "0004:head", "--env", "prod", "-o", "out", "--output-format", "json")
    done = sqlgen(*arguments, cwd=shop)
    assert done.code == 1
    assert "no bundle was built: findings at or above error stand open" in done.err
    assert not (shop / "out").exists()
    assert sqlgen(*arguments, "--fail-on", "never", cwd=shop).code == 0
    manifest = json.loads((shop / "out" / "MANIFEST.json").read_text())
    assert manifest["overrides"] == ["--fail-on"]
    assert manifest["database"] == "bookshop"
    [override] = [each.text for each in review(shop / "out").cautions if each.kind == "override"]
    assert override in (shop / "out" / "review.md").read_text(encoding="utf-8")


def test_a_bundle_is_never_written_over_another_without_force(shop: Path) -> None:
    arguments = ("bundle", "base:0003", "--env", "staging", "-o", "out")
    assert sqlgen(*arguments, cwd=shop).code == 0
    before = (shop / "out" / "SHA256SUMS").read_bytes()
    done = sqlgen("bundle", "base:0004", "--env", "staging", "-o", "out", cwd=shop)
    assert done.code == 2
    assert "--force" in done.err
    assert (shop / "out" / "SHA256SUMS").read_bytes() == before
    assert sqlgen(*arguments, "--force", cwd=shop).code == 0
    (shop / "mine").mkdir()
    (shop / "mine" / "notes.txt").write_text("keep me")
    done = sqlgen("bundle", "base:0003", "--env", "staging", "-o", "mine", cwd=shop)
    assert (done.code, done.out) == (2, "")
    assert "hint: Give another folder with -o DIR.\n" in done.err
    done = sqlgen("bundle", "base:0003", "--env", "staging", "-o", "mine", "--force", cwd=shop)
    assert done.code == 2
    assert (shop / "mine" / "notes.txt").read_text() == "keep me"


def test_created_and_expires_come_from_source_date_epoch(shop: Path) -> None:
    done = sqlgen(
        *("bundle", "base:0003", "--env", "staging", "-o", "out", "--expires", "14d"),
        cwd=shop,
        SOURCE_DATE_EPOCH="1767225600",
    )
    assert done.code == 0
    manifest = json.loads((shop / "out" / "MANIFEST.json").read_text())
    assert (manifest["created"], manifest["expires"]) == ("2026-01-01T00:00:00Z", "2026-01-15T00:00:00Z")
    done = sqlgen(
        "bundle", "base:0003", "-o", "late", "--expires", "2025-12-31", cwd=shop, SOURCE_DATE_EPOCH="1767225600"
    )
    assert done.code == 2
    assert "over before the commit" in done.err
    assert not (shop / "late").exists()


@pytest.mark.parametrize("value", ["soon", "²", "-99999999999999", "99999999999999999999"])
def test_a_source_date_epoch_that_is_no_time_is_said(shop: Path, value: str) -> None:
    done = sqlgen("lint", "base:0001", cwd=shop, SOURCE_DATE_EPOCH=value)
    assert (done.code, done.out) == (2, "")
    assert f"SOURCE_DATE_EPOCH is {value}" in done.err


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("emit", "0004"), "0004 does not say where the database stands", "base:0004_orders"),
        (("emit", "head:base"), "backwards", "--down"),
        (("emit", "base:nosuch"), "nosuch", ""),
        (("emit", "base:head", "--dialect", "postgres"), "there is no dialect postgres", "--dialect postgresql"),
        (("emit", "base:head", "--env", "stagin"), "there is no environment stagin", "--env staging"),
        (
            ("emit", "base:head", "--client", "psql"),
            "psql does not run sqlite scripts",
            "--client sqlite3, or --client",
        ),
        (("emit", "base:head", "--server-version", "new"), "new is not a server version", "--server-version 16"),
        (("lint", "base:head", "--server-version", "²"), "² is not a server version", "--server-version 16"),
        (("bundle", "base:head", "-o", "out", "--expires", "9999-12-31"), "9999-12-31 is not a date", "2026-12-31"),
        (("emit", "base:head", "--python", "/no/such/python"), "/no/such/python", ""),
        (("emit",), "missing argument", "sqlgen emit --help"),
        (("emit", "-1"), "no such option: -1", "head-1:head --down"),
        (("emit", "base:head", "--sql"), "no such option: --sql", "Leave --sql out"),
        (("upgrade", "head", "--sql"), "no such command", "sqlgen emit START:END;"),
        (("downgrade", "head"), "no such command", "sqlgen emit START:END --down"),
        (("current",), "no such command", "sqlgen history"),
        (("config", "show", "--nope"), "no such option", "sqlgen config show --help"),
        (("emit", "base:head", "--raw", "--preflight"), "--raw and --preflight each write a file", "-o DIR/"),
        (("emit", "base:head", "--resume"), "a script for sqlite3 and sqlite that stopped", "the same script again"),
        (("emit", "base:head", "--resume", "--down"), "a rollback that stopped", "the same rollback script again"),
        (("emit", "base:head", "--split", "file"), "--split can't be file", "revision, segment or none"),
        (("emit", "base:head", "--split", "revision"), "--split writes several files", "-o DIR/"),
        (("emit", "base:head", "--split", "revision", "-o", "up.sql"), "--split writes several", "-o DIR/"),
        (("emit", "base:head", "--split", "revision", "--preflight", "-o", "up/"), "can't be split", "--split out"),
        (("emit", "base:head", "--transaction", "all"), "--transaction can't be all", "range, revision or none"),
        (("emit", "base:head", "--transaction", "none"), "always one transaction", "Leave --transaction (or"),
        (("emit", "base:head", "-o", "no/where/"), "the folder no/where can't be made", "inside one that exists"),
        (("lint", "base:head", "--color", "red"), "--color can't be red", "auto, always or never"),
        (("emitt", "base:head"), "no such command", "sqlgen --help"),
        (("lint",), "there is nothing to lint", "prev:head"),
        (("lint", "gone.sql"), "there is no file gone.sql", ".sql files that exist"),
        (("lint", "base:head", "--fail-on", "always"), "there is no level always", "error, warning, never"),
        (
            ("lint", "base:head", "--output-format", "xml"),
            "there is no output format xml",
            "text, concise, markdown, json, sarif, github, gitlab, junit, csv",
        ),
        (("lint", "migrations/versions/0009_order_date_index.py"), "is Python, not SQL", "lint prev:REVISION"),
        (("lint", "base:head", "--project", "gone"), "gone does not exist", "folder of the Alembic project"),
        (("config", "show", "--project", "gone"), "gone does not exist", "folder of the Alembic project"),
        (("rules", "--project", "gone"), "gone does not exist", "folder of the Alembic project"),
        (("format", "gone.sql"), "there is no file gone.sql", ".sql files"),
        (("explain", "drop-colum"), "there is no rule drop-colum", "Did you mean drop-column?"),
        (("bundle", "base:head", "-o", "out", "--expires", "soon"), "soon is not a date", "--expires 2026-12-31"),
        (("bundle", "base:head", "-o", "out", "--expires", "3d"), "3d needs a commit to count", "--expires 2026-12-31"),
        (("bundle", "base:head"), "it is not said where the bundle shall be", "-o DIR"),
        (("bundle", "-o", "out"), "it is not said what the bundle is made of", "--sql FILE and --at REV"),
        (("bundle", "-o", "out", "--sql", "x.sql"), "where the database stands that x.sql is for", "--at REV"),
        (("bundle", "base:head", "-o", "out", "--at", "0004"), "it is not said what the bundle is made of", "no range"),
        (("bundle", "--check", "out", "-o", "x"), "so nothing else can be asked of it", "-x, --shadow, --baseline"),
        (
            ("bundle", "base:head", "-o", "out", "--env", "prod", "--ticket", "a b"),
            "'a b' can't be a ticket",
            "letters",
        ),
        (("show", "nowhere"), "there is no bundle nowhere", ""),
        (("history", "base:nosuch"), "nosuch", ""),
    ],
)
def test_a_wrong_turn_gets_one_sentence_a_hint_and_exit_code_2(
    shop: Path, arguments: tuple[str, ...], message: str, hint: str
) -> None:
    done = sqlgen(*arguments, cwd=shop)
    assert done.code == 2
    assert done.out == ""
    error, *rest = done.err.splitlines()
    assert error.startswith("error: ")
    assert message.lower() in error.lower()
    assert rest[0].startswith("hint: ")
    assert hint in rest[0]
    assert "Traceback" not in done.err


def test_outside_any_project_the_error_says_where_one_is(shop: Path) -> None:
    done = sqlgen("emit", "base:head", cwd=shop.parent)
    assert done.code == 2
    assert "error: " in done.err
    assert "--project bookshop" in done.err


def test_a_utf_16_sql_file_from_powershell_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "up.sql").write_bytes("DROP TABLE x;".encode("utf-16"))
    done = sqlgen("lint", "up.sql", "--dialect", "postgresql", cwd=tmp_path)
    assert done.code == 2
    assert "up.sql is UTF-16, not UTF-8" in done.err
    assert "-o FILE" in done.err


def test_env_py_that_wants_a_variable_gets_the_line_to_add(shop: Path) -> None:
    env = shop / "migrations" / "env.py"
    text = env.read_text(encoding="utf-8")
    env.write_text('import os\nos.environ["SHOP_DATABASE_URL"]\n' + text, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if key != "SHOP_DATABASE_URL"}
    assert "SHOP_DATABASE_URL" not in environment
    done = sqlgen("emit", "base:head", cwd=shop)
    assert done.code == 2
    assert "SHOP_DATABASE_URL" in done.err
    assert "[tool.sqlgen.environ]" in done.err
    settings = shop / "sqlgen.toml"
    settings.write_text(settings.read_text() + '\n[environ]\nSHOP_DATABASE_URL = "sqlite://"\n')
    assert sqlgen("emit", "base:head", cwd=shop).code == 0


def test_v_shows_the_traceback_of_env_py(shop: Path) -> None:
    env = shop / "migrations" / "env.py"
    env.write_text('raise RuntimeError("no luck")\n' + env.read_text(encoding="utf-8"), encoding="utf-8")
    plain, verbose = sqlgen("emit", "base:head", cwd=shop), sqlgen("emit", "base:head", "-v", cwd=shop)
    assert (plain.code, verbose.code) == (2, 2)
    assert "Traceback" not in plain.err
    assert "-v shows the traceback" in plain.err
    assert verbose.err.startswith("Traceback")
    assert verbose.err.endswith(plain.err)


def test_colours_only_where_they_are_wanted(shop: Path) -> None:
    plain = sqlgen("lint", "0008:head", cwd=shop).out
    assert "\x1b" not in plain
    assert "\x1b[31m" in sqlgen("lint", "0008:head", "--color", "always", cwd=shop).out
    assert "\x1b[31m" in sqlgen("lint", "0008:head", cwd=shop, FORCE_COLOR="1").out
    assert "\x1b" not in sqlgen("lint", "0008:head", cwd=shop, FORCE_COLOR="1", NO_COLOR="1").out


def test_a_reader_that_goes_away_is_no_error_and_no_clean_run(shop: Path) -> None:
    command = f"'{sys.executable}' -m sqlgen emit base:head --project '{shop}' | true"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (141, "")  # 128 + SIGPIPE, as git and cat give


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
def test_a_full_disk_behind_stdout_is_said(shop: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sqlgen", "emit", "prev:head"], cwd=shop, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 2
    assert b"error: stdout can't be written: No space left on device\n" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell's >&-")
def test_where_stdout_is_closed_the_exit_code_tells(shop: Path) -> None:
    words = f"{sys.executable} -m sqlgen lint prev:head --fail-on never >&-"
    done = subprocess.run(["sh", "-c", words], cwd=shop, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(os.name == "nt", reason="named pipes")
def test_a_pipe_is_written_to_and_stays_a_pipe(shop: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        done = sqlgen("lint", "prev:head", "--fail-on", "never", "--output-format", f"json={pipe}", cwd=shop)
        out, _ = reader.communicate(timeout=20)
    assert done.code == 0
    assert json.loads(out)["schema"] == "sqlgen.findings/1"
    assert pipe.is_fifo()


def test_version_and_config_show(shop: Path) -> None:
    assert sqlgen("--version", cwd=shop).out.startswith("sqlgen ")
    shown = sqlgen("config", "show", cwd=shop)
    assert shown.code == 0
    assert '[tool.sqlgen.env.prod]\ndatabase = "bookshop"' in shown.out
    assert json.loads(sqlgen("config", "show", "--output-format", "json", cwd=shop).out)["dialect"] == "sqlite"


def test_what_config_show_prints_holds_when_it_is_read_again(tmp_path: Path) -> None:
    text = """[environ]
"MY.URL" = 'sqlite:///"x"'
[rule.unguarded-drop]
severity = "warning"
accept = ["if-exists"]
[env.prod]
database = "shop"
lock_timeout = "2min"
roles = { dba = 1, review = 2 }
[env.shops]
database = "shops"
identity = "7301234567890123456"
transaction = "none"
tenants = ["north", "书店"]
tenants_are = "schemas"
[[allow]]
rule = "drop-table"
because = "a copy is kept"
until = 2030-12-31
"""
    (tmp_path / "sqlgen.toml").write_text(text, encoding="utf-8")
    again = tmp_path / "again"
    again.mkdir()
    (again / "pyproject.toml").write_text(sqlgen("config", "show", cwd=tmp_path).out, encoding="utf-8")
    assert replace(load(again), source=None) == replace(load(tmp_path), source=None)


def test_history_lists_oldest_first_and_a_range_alone(shop: Path) -> None:
    lines = sqlgen("history", cwd=shop).out.splitlines()
    assert lines[0].startswith("base -> 0001_users, create users")
    assert "(head)" in lines[-1]
    assert len(sqlgen("history", "0012:head", cwd=shop).out.splitlines()) == 2
    rows = json.loads(sqlgen("history", "--output-format", "json", cwd=shop).out)
    assert [row["revision"] for row in rows][:2] == ["0001_users", "0002_roles"]


def test_a_statement_that_is_left_as_it_was_is_said(shop: Path) -> None:
    break_revision(shop, "0006_lowercase_emails", 'op.execute("create view v as select 1+1 from users")')
    done = sqlgen("emit", "0005:0006", cwd=shop)
    assert done.code == 0
    assert "create view v as select 1+1 from users" in done.out
    assert "note: statements left as they were written: 1 (-v says why)" in done.err
    done = sqlgen("emit", "0005:0006", "-v", cwd=shop)
    assert "migrations/versions/0006_lowercase_emails.py:22: note: left as it was written: " in done.err
    assert sqlgen("emit", "0005:0006", "-q", cwd=shop).err == ""


def test_a_settings_allowance_that_allows_nothing_is_found_in_the_settings(shop: Path) -> None:
    settings = shop / "sqlgen.toml"
    allow = '\n[[allow]]\nrule = "drop-tabel"\nbecause = "frozen"\n'
    settings.write_text(settings.read_text(encoding="utf-8") + allow, encoding="utf-8")
    done = sqlgen("lint", "0013:head", cwd=shop)
    assert "sqlgen.toml: error allowance-malformed\n" in done.out
    assert "there is no rule drop-tabel" in done.out
