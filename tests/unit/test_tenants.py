"""tenants.sh with clients that only say what they are told: how it judges them, and what it hands on."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from sqlgen.errors import SettingsError
from sqlgen.script import Target, command, tenants

PSQL = Target("postgresql", "psql", "16", "prod", None, tenants=("a", "b", "c"))
OTHERS = {
    "schemas": Target("postgresql", "psql", None, "prod", "shop", tenants=("a", "B c"), tenants_are="schemas"),
    "unbound schemas": Target("postgresql", "psql", None, "prod", None, tenants=("a", "b"), tenants_are="schemas"),
    "mysql": Target("mysql", "mysql", "8.0", "prod", None, tenants=("a", "b")),
    "mariadb": Target("mariadb", "mysql", None, "prod", None, tenants=("a", "b")),
    "mssql": Target("mssql", "sqlcmd", "2022", "prod", None, tenants=("a", "b")),
    "oracle": Target("oracle", "sqlplus", "19", "prod", None, tenants=("A.EXAMPLE", "B")),
    "sqlite": Target("sqlite", "sqlite3", None, "prod", None, tenants=("a.db", "b.db")),
}


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1]


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with tenants.sh and its scripts, and a folder with the client."""

    path: Path

    @classmethod
    def of(cls, path: Path, target: Target, client: str) -> Place:
        """client: what it does, in shell; it finds its arguments in "$@", and for psql the tenant in $last."""
        text = tenants.render(target)
        assert text is not None
        for name in ("apply", "rollback", "resume", "preflight", "postcheck"):
            (path / f"{name}.sql").write_text(f"-- {name}\n", encoding="utf-8")
        (path / "tenants.sh").write_text(text, encoding="utf-8")
        name = next(word for word in command(target, "apply").split() if "=" not in word)
        (path / "bin").mkdir()
        stub = f'#!/bin/sh\nfor word; do [ "$word" = -f ] && break; last=$word; done\n{client}\n'
        (path / "bin" / name).write_text(stub, encoding="utf-8")
        (path / "bin" / name).chmod(0o755)
        return cls(path)

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "PATH": f"{self.path / 'bin'}:{os.environ['PATH']}"}

    def sh(self, *words: str, **environment: str) -> Done:
        done = subprocess.run(
            ["sh", "tenants.sh", *words],
            cwd=self.path,
            env={**self.env, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return Done(done.returncode, done.stdout)


SAYS = {
    "well": ("echo 'sqlgen result: APPLIED: database a is at {d4}'", 0),
    "well, and again": ("echo 'sqlgen result: ALREADY APPLIED: database a is at {d4}'", 0),
    "well, though it says so in an error": ("echo 'psql:./my apply.sql:9: ERROR:  sqlgen result: ALREADY APPLIED'", 0),
    "another exit code": ("echo 'sqlgen result: APPLIED: database a is at {d4}'; exit 3", 1),
    "another exit code, again": ("echo 'sqlgen result: ALREADY APPLIED: x'; exit 3", 1),
    "refused": ("echo 'psql:./apply.sql:9: ERROR:  sqlgen result: NOT APPLIED: at {a1}; no'; exit 3", 1),
    "refused, errors ignored": ("echo 'sqlgen result: NOT APPLIED: database a is at {a1}'", 1),
    "stopped behind a step": ("echo 'sqlgen result: APPLIED: x'; echo 'sqlgen result: NOT APPLIED yet: at {b2}'", 1),
    "nothing at all": ("true", 1),
    "a statement that it repeats": ("echo \"LINE 1: INSERT INTO t VALUES ('sqlgen result: APPLIED')\"", 1),
    "an indented line": ("echo '  sqlgen result: APPLIED'", 1),
    "a longer word": ("echo 'sqlgen result: NOT  APPLIED'", 1),
    "killed": ("echo 'sqlgen result: APPLIED'; kill -9 $$", 1),
}


@pytest.mark.parametrize("case", SAYS)
def test_what_a_client_says_and_ends_with_decides(tmp_path: Path, case: str) -> None:
    client, code = SAYS[case]
    done = Place.of(tmp_path, PSQL, client).sh("all")
    assert done.code == code, done.out
    if code == 0:
        assert done.last == "tenants.sh: apply: DONE in 3 of 3"
    else:
        assert "tenants.sh: apply: NOT DONE; done in 0 of 3, stopped by a\n" in done.out
        assert done.out.count("not reached") == 2
        assert [path.name for path in (tmp_path / "tenants-logs").iterdir()] == ["1-a.apply.log"]


@pytest.mark.parametrize("kind", ["mysql", "mariadb", "sqlite"])
def test_clients_that_end_with_1_where_nothing_is_left_to_do_are_understood(tmp_path: Path, kind: str) -> None:
    said = "Runtime error near line 9: CHECK constraint failed: " if kind == "sqlite" else ""
    for name in OTHERS[kind].tenants if kind == "sqlite" else ():
        (tmp_path / name).touch()
    place = Place.of(tmp_path, OTHERS[kind], f"echo '{said}sqlgen result: ALREADY APPLIED: x (19)'; exit 1")
    assert place.sh("all").code == 0
    (tmp_path / "two").mkdir()
    for name in OTHERS[kind].tenants if kind == "sqlite" else ():
        (tmp_path / "two" / name).touch()
    assert Place.of(tmp_path / "two", OTHERS[kind], "echo 'sqlgen result: APPLIED: x'; exit 1").sh("all").code == 1


def test_a_run_goes_on_where_the_one_before_stopped_and_the_logs_keep_both(tmp_path: Path) -> None:
    client = """
    if [ -e done-$last ]; then echo 'sqlgen result: ALREADY APPLIED: x'; exit; fi
    if [ $last = b ] && [ ! -e mended ]; then echo 'psql:a:1: ERROR:  no'; exit 3; fi
    touch done-$last
    echo 'sqlgen result: APPLIED: x'
    """
    place = Place.of(tmp_path, PSQL, client)
    assert "sh tenants.sh all" in place.sh("canary").last
    assert sorted(path.name for path in tmp_path.glob("done-*")) == ["done-a"]
    assert place.sh("all").code == 1
    (tmp_path / "mended").touch()
    done = place.sh("all")
    assert (done.code, done.last) == (0, "tenants.sh: apply: DONE in 3 of 3")
    table = [line.split() for line in done.out.splitlines() if line.endswith(".log")]
    logs = [f"tenants-logs/{number}-{name}.apply.log" for number, name in enumerate("abc", 1)]
    assert table == [["a", "ALREADY", "APPLIED", logs[0]], ["b", "APPLIED", logs[1]], ["c", "APPLIED", logs[2]]]
    kept = (tmp_path / logs[1]).read_text(encoding="utf-8")
    assert kept.index("ERROR:  no") < kept.index("result: APPLIED")


def test_checks_change_nothing_so_all_of_them_are_made(tmp_path: Path) -> None:
    client = """
    if [ $last = a ]; then
        printf 'ok   rights\\nFAIL table t\\n       expected: there\\n       found:    not there\\nnote backup: none\\n'
        echo 'sqlgen result: PREFLIGHT FAILED: 1 of 9'; exit 3
    fi
    echo 'sqlgen result: PREFLIGHT OK: 9 checks'
    """
    place = Place.of(tmp_path, PSQL, client)
    done = place.sh("preflight", "all")
    assert done.code == 1
    assert "tenants.sh: preflight: NOT DONE; done in 2 of 3\n" in done.out
    assert [line for line in done.out.splitlines() if line.startswith("    | ")] == [
        "    | FAIL table t",
        "    |        expected: there",
        "    |        found:    not there",
    ]
    assert place.sh("preflight", "only", "b").code == 0
    assert place.sh("postcheck", "only", "b").code == 1  # that is another result
    assert place.sh("apply", "only", "b").code == 1


def test_a_signal_lets_the_one_that_runs_end_and_begins_no_other(tmp_path: Path) -> None:
    place = Place.of(tmp_path, PSQL, "touch began; sleep 1; echo 'sqlgen result: APPLIED: x'")
    running = subprocess.Popen(
        ["sh", "tenants.sh", "all"], cwd=tmp_path, env=place.env, stdout=subprocess.PIPE, text=True
    )
    while not (tmp_path / "began").exists():
        time.sleep(0.02)
    running.send_signal(signal.SIGTERM)
    out, _ = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "tenants.sh: apply: NOT DONE; done in 1 of 3, stopped by a signal\n" in out
    assert out.count("not reached") == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "say canary, all or only NAME"),
        (("everything",), "say canary, all or only NAME"),
        (("apply",), "say canary, all or only NAME"),
        (("resume", "all"), "say canary, all or only NAME"),  # psql's script goes on by itself
        (("only",), "only which one?"),
        (("only", "d"), "there is no d in this file"),
        (("all", "-h", "db1"), "-h is not understood"),
    ],
)
def test_words_that_it_does_not_know_run_nothing(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    place = Place.of(tmp_path, PSQL, "touch ran; echo 'sqlgen result: APPLIED: x'")
    done = place.sh(*words)
    assert done.code == 2
    assert done.last.startswith(f"tenants.sh: {told}")
    assert not (tmp_path / "ran").exists()
    (tmp_path / "apply.sql").unlink()
    done = place.sh("all")
    assert (done.code, done.last) == (2, "tenants.sh: there is no ./apply.sql beside this file")


def test_no_log_is_written_into_a_bundle(tmp_path: Path) -> None:
    inside, outside = tmp_path / "release 42", tmp_path / "logs"
    inside.mkdir()
    place = Place.of(inside, PSQL, "touch ran; echo 'sqlgen result: APPLIED: x'")
    (inside / "SHA256SUMS").touch()
    done = place.sh("all")
    assert (done.code, "tenants-logs would lie in the bundle" in done.last) == (2, True)
    assert not (inside / "tenants-logs").exists()
    assert not (inside / "ran").exists()
    assert place.sh("all", SQLGEN_LOGS=str(outside)).code == 0
    assert len(list(outside.iterdir())) == 3


SHOW = """echo "PGOPTIONS=${PGOPTIONS-}" >> called; printf '<%s> ' "$@" >> called; echo >> called
echo 'sqlgen result: APPLIED: x'"""


def test_the_options_of_the_command_line_come_before_those_of_the_script(tmp_path: Path) -> None:
    place = Place.of(tmp_path, PSQL, SHOW)
    assert place.sh("canary", "--", "-h", "db 1", "-v", "ON_ERROR_STOP=0").code == 0
    called = (tmp_path / "called").read_text(encoding="utf-8").splitlines()
    assert called == [
        "PGOPTIONS=",
        "<-h> <db 1> <-v> <ON_ERROR_STOP=0> <-X> <-v> <ON_ERROR_STOP=1> <-d> <a> <-f> <./apply.sql> ",
    ]


def test_a_schema_is_the_search_path(tmp_path: Path) -> None:
    place = Place.of(tmp_path, OTHERS["schemas"], SHOW)
    assert place.sh("all").code == 0
    called = (tmp_path / "called").read_text(encoding="utf-8").splitlines()
    assert called[0::2] == ['PGOPTIONS= -c search_path="a"', r'PGOPTIONS= -c search_path="B\ c"']
    assert all("<-d> <shop>" in line for line in called[1::2])
    other = tmp_path / "other"
    other.mkdir()
    assert Place.of(other, OTHERS["unbound schemas"], SHOW).sh("all", "--", "-d", "x").code == 0
    assert "<-d> <x> <-X> <-v> <ON_ERROR_STOP=1> <-f>" in (other / "called").read_text(encoding="utf-8")


def test_checks_are_run_by_their_own_command(tmp_path: Path) -> None:
    place = Place.of(tmp_path, OTHERS["mariadb"], SHOW)
    assert place.sh("preflight", "canary").code == 1  # that client says APPLIED
    assert place.sh("apply", "canary").code == 0
    checks, run = (tmp_path / "called").read_text(encoding="utf-8").splitlines()[1::2]
    assert "<--raw>" in checks
    assert "<--raw>" not in run


def test_an_option_file_of_mysql_takes_the_place_of_no_defaults(tmp_path: Path) -> None:
    place = Place.of(tmp_path, OTHERS["mysql"], SHOW)
    assert place.sh("canary", "--", "-h", "db").code == 0
    assert place.sh("canary", "--", "--defaults-extra-file=my.cnf", "-h", "db").code == 0
    plain, with_file = (tmp_path / "called").read_text(encoding="utf-8").splitlines()[1::2]
    assert plain.startswith("<--no-defaults> <-h> <db> <--binary-mode>")
    assert with_file.startswith("<--defaults-extra-file=my.cnf> <-h> <db> <--binary-mode>")
    assert plain.endswith("<a> ")


def test_sqlcmd_and_sqlplus_get_the_tenant_where_their_command_has_the_database(tmp_path: Path) -> None:
    for kind, wanted in {
        "mssql": "<-S> <h> <-d> <a> <-b> <-I> <-x> <-X1> <-f> <65001> <-i> <./apply.sql> ",
        "oracle": "<-S> <h> <-S> <-L> <-R> <3> </@A> ",
    }.items():
        (tmp_path / kind).mkdir()
        place = Place.of(tmp_path / kind, OTHERS[kind], SHOW)
        assert place.sh("canary", "--", "-S", "h").code == 0
        assert place.sh("resume", "canary").code == (0 if kind == "mssql" else 2)  # Oracle's goes on by itself
        assert (tmp_path / kind / "called").read_text(encoding="utf-8").splitlines()[1] == wanted


def test_sqlite_makes_no_new_file_for_a_name_that_is_wrong(tmp_path: Path) -> None:
    place = Place.of(tmp_path, OTHERS["sqlite"], "touch ran; echo 'sqlgen result: APPLIED: x'")
    done = place.sh("all")
    assert done.code == 1
    assert "NOT APPLIED: there is no file a.db" in done.out
    assert not (tmp_path / "ran").exists()


def test_without_tenants_or_a_client_there_is_none() -> None:
    assert tenants.render(Target("postgresql", "psql", None, "prod", "shop")) is None
    assert tenants.render(Target("postgresql", "plain", None, "prod", None, tenants=("a",))) is None


@pytest.mark.parametrize("name", ["", "-d", "a\nb", "a\\b", "dbname=x host=evil", "postgresql://evil/x", "\u202ea"])
def test_a_name_that_a_client_would_take_for_something_else_is_refused(name: str) -> None:
    assert tenants.render(Target("postgresql", "psql", None, None, None, tenants=("a", "b; $(x) 'y' \"z\"")))
    with pytest.raises(SettingsError, match=r"can't stand in a script|would not take"):
        tenants.render(Target("postgresql", "psql", None, None, None, tenants=("a", name)))
