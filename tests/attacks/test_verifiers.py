"""What the verifiers print and remember, and how they end when it is not the bundle's fault."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sqlgen.bundle.verify import verify
from sqlgen.errors import ToolMissing, VerificationError
from tests.attacks import asking
from tests.attacks.asking import HAS_BUSYBOX, Verifier, all_accept, all_refuse, ask, state
from tests.attacks.worlds import World

PROGRAMS = [
    pytest.param(each, id=each.__name__)
    for each in (asking.script, asking.dash, *((asking.busybox,) if HAS_BUSYBOX else ()))
]


def test_busybox_is_among_the_shells() -> None:
    if not HAS_BUSYBOX:
        reason = "busybox is not installed"
        if os.environ.get("SQLGEN_REQUIRE_SERVERS") == "1":
            pytest.fail(f"SQLGEN_REQUIRE_SERVERS=1, but {reason}")
        pytest.skip(reason)
    assert asking.busybox in asking.VERIFIERS


def test_all_print_the_same_of_a_good_bundle(world: World) -> None:
    assert all_accept(world) == (
        "VERIFIED COPY",
        f"bundle id {world.bundle_id}",
        f"content id {world.values()['content_id']}",
        f"environment prod, version 1 of trust folder {world.trust_id}",
        f"signed by dba dora@example.com {world.fingerprint('dora')}",
        f"signed by review alice@example.com {world.fingerprint('alice')}",
        f"signed by review bob@example.com {world.fingerprint('bob')}",
        "run: psql -X -v ON_ERROR_STOP=1 -d shop -f 'COPY/apply.sql' > apply.log 2>&1",
    )


def test_a_rollback_is_run_with_its_own_command(world: World) -> None:
    world.mode = ("--rollback",)
    last = all_accept(world)[-1]
    assert last == "run: psql -X -v ON_ERROR_STOP=1 -d shop -f 'COPY/rollback.sql' > rollback.log 2>&1"


@pytest.mark.parametrize(("mode", "words"), [((), "canary"), (("--rollback",), "rollback canary")])
def test_many_tenants_begin_with_the_canary(world: World, mode: tuple[str, ...], words: str) -> None:
    (world.bundle / "tenants.sh").write_text("#!/bin/sh\n")
    world.seal()
    world.mode = mode
    assert all_accept(world)[-1] == f"run: sh 'COPY/tenants.sh' {words}"


def test_a_script_that_does_not_say_how_to_run_it_has_no_command(world: World) -> None:
    (world.bundle / "apply.sql").write_text("CREATE TABLE books (id integer);\n")
    world.seal()
    assert [line for line in all_accept(world) if line.startswith("run:")] == []


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_command_runs_in_a_shell_whatever_the_folder_is_called(
    world: World, program: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = world.root / "it's $(touch x) `here`"
    odd.mkdir()
    monkeypatch.setenv("TMPDIR", str(odd))
    client = world.root / "client"
    client.mkdir()
    write(client / "psql", 'shift 6\ncat "$1"')
    monkeypatch.setenv("PATH", f"{client}:{os.environ['PATH']}")
    command = program(world).lines[-1].removeprefix("run: ")
    subprocess.run(["sh", "-c", command], cwd=world.root, check=True)
    assert (world.root / "apply.log").read_bytes() == (world.bundle / "apply.sql").read_bytes()
    assert not list(world.root.glob("**/x"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_copy_is_the_bundle_and_nobody_elses(world: World, program: Verifier) -> None:
    copy = Path(program(world).lines[0].removeprefix("VERIFIED "))
    assert copy.parent.parent == Path(os.environ["TMPDIR"])
    assert copy.parent.stat().st_mode & 0o777 == 0o700
    before = {file.relative_to(world.bundle): file.read_bytes() for file in world.bundle.rglob("*") if file.is_file()}
    (world.bundle / "apply.sql").write_text("DROP TABLE books;\n")
    assert {file.relative_to(copy): file.read_bytes() for file in copy.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("name", ["x apply.sql", "x rollback.sql", "shop\u200b\u061c\u200f\u00ad\U000e0041"])
def test_the_command_is_printed_as_it_is_and_its_last_word_is_the_script(world: World, name: str) -> None:
    command = f"psql -X -d '{name}' -f apply.sql > apply.log 2>&1"
    (world.bundle / "apply.sql").write_text(f"-- Run it with: {command}\nSELECT 1;\n")
    world.seal()
    assert all_accept(world)[-1] == f"run: psql -X -d '{name}' -f 'COPY/apply.sql' > apply.log 2>&1"


@pytest.mark.parametrize("result", ["   x", "  ", " a|", "\\x\\n %s\\", "\u200b", ""])
def test_a_result_is_printed_as_it_is_written(world: World, result: str) -> None:
    world.entry("applied", result=result)
    world.mode = ("--audit", "--as-of", "4")
    written = json.dumps(result)[1:-1]
    assert all_accept(world)[0].partition("example.com, ")[2] == (written or "-")


def test_text_in_any_language_is_accepted(world: World) -> None:
    text = "-- é ß 漢字 😀 \u200c \xa0 \ud7ff \ue000 \ufffd \U0010fffd\n\tSELECT 'x'; -- no newline at the end"
    (world.bundle / "apply.sql").write_text(text, encoding="utf-8")
    (world.bundle / "rollback.sql").write_bytes(b"")
    world.seal()
    all_accept(world)


def test_paths_with_spaces_and_links_to_the_folders_work(world: World) -> None:
    spaced = world.root / "a b $(touch x) 'c'"
    spaced.mkdir()
    for name in ("bundle", "trust"):
        (world.root / name).rename(spaced / name)
        (world.root / name).symlink_to(spaced / name)
    all_accept(world)


# What a host remembers.


def memory(world: World, name: str) -> str:
    return (state(world, name) / "sqlgen/trust" / world.trust_id).read_text()


def test_all_remember_the_same(world: World) -> None:
    all_accept(world)
    world.remember()
    expected = world.memory.read_text()
    names = {each.__name__ for each in asking.VERIFIERS}
    assert {name: memory(world, name) for name in names} == dict.fromkeys(names, expected)


def test_the_first_time_the_id_is_said_and_the_next_time_not(world: World) -> None:
    note = f"note: this host had not seen trust folder {world.trust_id} before"
    first, second = ask(world), ask(world)
    for name, said in first.items():
        if name != "called":
            assert note in said.notes
            assert second[name].notes == ""


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_one_verifier_remembers_the_others_know(world: World, program: Verifier) -> None:
    world.next_version()
    world.seal_version()
    assert program(world).code == 0
    shutil.copytree(state(world, program.__name__), world.root / "state")
    shutil.rmtree(state(world, program.__name__))
    shutil.rmtree(world.trust / "versions/2")
    shutil.rmtree(next(Path(os.environ["TMPDIR"]).iterdir()))
    all_refuse(world, "step 2: the trust folder is older than what this host has seen")


def test_what_is_refused_is_not_remembered(world: World) -> None:
    world.next_version()
    world.seal_version()
    (world.bundle / "apply.sql").write_text("DROP TABLE books;\n")
    all_refuse(world, "step 8: a checksum does not match (apply.sql)")
    assert not [file for each in world.root.glob("state-*") for file in each.rglob("*") if file.is_file()]


def test_a_trust_folder_at_two_paths_is_one(world: World) -> None:
    all_accept(world)
    shutil.copytree(world.trust, world.root / "b-trust")
    first, world.trust = world.trust, world.root / "b-trust"
    all_accept(world)
    lines = sorted([f"path {first}", f"path {world.trust}"])
    for each in asking.VERIFIERS:
        assert [line for line in memory(world, each.__name__).splitlines() if line.startswith("path")] == lines


@pytest.mark.parametrize("mode", ["--rollback", "--audit"])
def test_what_is_asked_about_the_past_remembers_no_more_of_the_ledger(world: World, mode: str) -> None:
    world.entry("applied")
    world.remember()
    before = world.memory.read_text()
    world.entry("failed")
    world.mode = (mode, "--as-of", "4") if mode == "--audit" else (mode,)
    all_accept(world)
    assert {memory(world, each.__name__) for each in asking.VERIFIERS} == {before}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_host_that_cannot_remember_says_so(world: World, program: Verifier) -> None:
    (world.root / f"state-{program.__name__}").write_text("a file, no folder\n")
    said = program(world)
    assert said.code == 0
    assert "note: this host can't remember the trust folder" in said.notes


@pytest.mark.parametrize("program", PROGRAMS)
def test_memory_is_in_the_home_folder_where_nothing_else_is_said(
    world: World, program: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(world.root / "home"))
    monkeypatch.setattr(asking, "state", lambda *_: "")
    assert program(world).code == 0
    file = world.root / "home/.local/state/sqlgen/trust" / world.trust_id
    assert file.read_text().startswith("ledger prod 3 ")
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_host_without_a_home_remembers_nothing(
    world: World, program: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.chdir(world.root)
    monkeypatch.setattr(asking, "state", lambda *_: "")
    said = program(world)
    assert said.code == 0
    assert "note: this host can't remember the trust folder: /dev/null/.local/state/sqlgen/trust" in said.notes
    assert not list(world.root.glob("~*"))


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("folder", ["sqlgen", "sqlgen/trust"])
def test_a_memory_that_nobody_may_enter_is_a_refusal(world: World, program: Verifier, folder: str) -> None:
    world.remember()
    world.unprivileged = True
    closed = state(world, program.__name__) / folder
    closed.chmod(0)
    said = program(world)
    closed.chmod(0o700)
    assert said.reason == "step 2: what this host remembers can't be read (STATE/sqlgen/trust)"


def test_a_trust_folder_behind_a_link_is_remembered_by_both_paths(world: World) -> None:
    all_accept(world)
    world.trust.rename(world.root / "kept")
    (world.root / "called").symlink_to("kept")
    first, world.trust = world.trust, world.root / "called"
    all_accept(world)
    lines = sorted(f"path {path}" for path in (first, world.root / "called", world.root / "kept"))
    for each in asking.VERIFIERS:
        assert [line for line in memory(world, each.__name__).splitlines() if line.startswith("path")] == lines


# Arguments and tools.


@pytest.mark.parametrize("environment", ["", "Prod", "prod eu", "../prod", "-x", ".prod", "prod\n", "*"])
def test_a_bad_environment_name_is_a_usage_error(world: World, environment: str) -> None:
    world.environment = environment
    assert {name: said.code for name, said in ask(world).items() if said.code != 2} == {}


@pytest.mark.parametrize("missing", ["trust", "bundle"])
def test_a_folder_that_is_not_there_is_a_usage_error(world: World, missing: str) -> None:
    setattr(world, missing, world.root / "nothing")
    for said in ask(world).values():
        assert said.code == 2
        assert f"there is no {'trust folder' if missing == 'trust' else 'bundle'}" in said.notes


def test_odd_bytes_of_paths_are_not_shown(world: World) -> None:
    world.bundle = world.root / "n\x1b[31mo\u202e"
    for said in ask(world).values():
        assert said.code == 2
        assert f"there is no bundle {world.root}/n?[31mo???" in said.notes


def test_a_line_break_in_the_trust_folders_path_is_a_usage_error(world: World) -> None:
    world.trust = world.trust.rename(world.root / "tr\nust")
    assert {name: said.code for name, said in ask(world).items()} == dict.fromkeys(ask(world), 2)
    (world.root / "called").symlink_to(world.trust)
    world.trust = world.root / "called"
    assert {name: said.code for name, said in ask(world).items()} == dict.fromkeys(ask(world), 2)


def test_a_line_break_in_the_folder_for_copies_is_a_usage_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world.root / "tm\np"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    assert {name: said.code for name, said in ask(world).items()} == dict.fromkeys(ask(world), 2)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a"],
        ["a", "b"],
        ["a", "b", "c", "d"],
        ["--rollback"],
        ["--audit", "a", "b", "c"],
        ["--sometimes", "a", "b", "c"],
    ],
)
@pytest.mark.parametrize("name", ["verify.py", "verify.sh"])
def test_wrong_arguments_show_the_usage(world: World, name: str, arguments: list[str]) -> None:
    command = [sys.executable, "-I", "-S"] if name == "verify.py" else ["sh"]
    file = asking.alone(world, name)
    result = subprocess.run([*command, str(file), *arguments], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"usage: {name} " in result.stderr


@pytest.fixture
def own_ssh_keygen(world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is found before the real ssh-keygen, by busybox' shell, too."""
    first = world.root / "first"
    first.mkdir()
    program = first / "ssh-keygen"
    monkeypatch.setenv("PATH", f"{first}:{os.environ['PATH']}")
    tools = world.root / "keys/busybox"
    if HAS_BUSYBOX:
        tools.mkdir(parents=True)
        for name in asking.applets():
            (tools / name).symlink_to(str(shutil.which("busybox")))
        (tools / "ssh-keygen").symlink_to(program)
    original = world.keys
    programs = original / "programs"
    world.keys = world.root / "keys"
    world.keys.mkdir(exist_ok=True)
    if programs.exists():
        shutil.copytree(programs, world.keys / "programs")
    return program


def write(program: Path, text: str) -> None:
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)


def test_an_old_ssh_keygen_refuses_nothing_but_says_so(world: World, own_ssh_keygen: Path) -> None:
    """As OpenSSH 8.0 answers."""
    write(own_ssh_keygen, "echo 'unknown option -- Y' >&2\nexit 1")
    for said in ask(world).values():
        assert said.code == 2
        assert "ssh-keygen is too old" in said.notes


def test_an_ssh_keygen_that_always_succeeds_verifies_nothing(world: World, own_ssh_keygen: Path) -> None:
    """An exit code of 0 is not enough: the line that names signer, namespace and key must be there."""
    write(own_ssh_keygen, "exit 0")
    all_refuse(world, "step 2: a signature of the trust folder is not good (sig/rolf@example.com.sig)")


def test_a_trust_folder_that_changes_meanwhile_changes_nothing(
    world: World, genuine: World, own_ssh_keygen: Path
) -> None:
    """Once everything is read and found good, and ssh-keygen is asked, a stranger's line stands there for a moment."""
    with_keys = World(world.root, genuine.keys)
    with_keys.sign("review", "eve")
    real, file, others = shutil.which("ssh-keygen", path=os.defpath), world.version() / "allowed_signers", world.root
    shutil.copy(file, others / "good")
    line = f'eve@example.com namespaces="review.prod.v1@sqlgen" {with_keys.public("eve")}\n'
    (others / "evil").write_text(file.read_text() + line)
    change = f"cp '{others}/evil' '{file}'; '{real}' \"$@\"; status=$?; cp '{others}/good' '{file}'; exit $status"
    write(own_ssh_keygen, change)
    reason = "step 11: a signature's key is not allowed for this name, role and environment"
    all_refuse(world, f"{reason} (sig/review/eve@example.com.sig)")


def test_an_ssh_keygen_that_names_another_verifies_nothing(world: World, own_ssh_keygen: Path) -> None:
    """Good, but for somebody else."""
    key = "SHA256:" + "A" * 43
    write(own_ssh_keygen, f"echo 'Good \"trust.v1@sqlgen\" signature for eve@example.com with ED25519 key {key}'")
    all_refuse(world, "step 2: a signature of the trust folder is not good (sig/rolf@example.com.sig)")


@pytest.mark.parametrize("program", PROGRAMS[:2])
def test_a_missing_ssh_keygen_is_said(world: World, program: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    few = world.root / "few"
    few.mkdir()
    for tool in asking.applets() if HAS_BUSYBOX else ("find", "grep", "sed", "sha256sum", "awk", "sort", "dash"):
        found = shutil.which(tool)
        if found is not None and tool != "ssh-keygen":
            (few / tool).symlink_to(found)
    monkeypatch.setenv("PATH", str(few))
    said = program(world)
    assert said.code == 2
    assert "ssh-keygen is missing" in said.notes


def test_a_missing_ssh_keygen_is_said_to_callers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(world.root))
    with pytest.raises(ToolMissing, match="ssh-keygen is missing"):
        verify(world.trust, "prod", world.bundle, now=datetime.now(UTC))


def test_no_room_for_the_copy_is_a_refusal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(**_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("TMPDIR", str(world.root / "nothing"))
    monkeypatch.setattr("tempfile.mkdtemp", no_space)  # Python falls back to /tmp, so take that away too
    for each in asking.VERIFIERS:
        if each is not asking.script:
            said = each(world)
            assert said.reason.startswith("step 5: the bundle can't be read or copied"), (each.__name__, said)


@pytest.mark.parametrize(
    "tool", ["awk", "sed", "sort", "grep", "find", "cp", "tr", "wc", "cat", "xargs", "sha256sum", "date"]
)
def test_a_tool_that_dies_is_never_taken_for_a_yes(world: World, tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """busybox' shell does not look for its own tools on PATH, so this is dash alone."""
    broken = world.root / "broken"
    broken.mkdir()
    write(broken / tool, "exit 2")
    monkeypatch.setenv("PATH", f"{broken}:{os.environ['PATH']}")
    said = asking.dash(world)
    assert (said.code, said.lines) in {(3, ()), (2, ())}
    assert not list(Path(os.environ["TMPDIR"]).iterdir())


# The clock.


def test_a_clock_without_a_time_zone_is_a_mistake_of_the_caller(world: World) -> None:
    world.manifest(expires="2026-01-01T00:00:00Z")
    with pytest.raises(ValueError, match="without a time zone"):
        verify(world.trust, "prod", world.bundle, now=datetime(2026, 1, 1))


@pytest.mark.parametrize(("now", "good"), [("2025-12-31T23:59:59Z", True), ("2026-01-01T01:00:00+01:00", False)])
def test_a_bundle_is_good_until_the_moment_it_expires(world: World, now: str, good: bool) -> None:
    world.manifest(expires="2026-01-01T00:00:00Z")
    moment = datetime.fromisoformat(now)
    if good:
        assert verify(world.trust, "prod", world.bundle, now=moment).expires == "2026-01-01T00:00:00Z"
    else:
        with pytest.raises(VerificationError, match="step 9: the bundle expired"):
            verify(world.trust, "prod", world.bundle, now=moment)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "UTC"])
def test_a_keys_time_is_utc_on_every_host(world: World, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    this_hour = datetime.now(UTC).strftime("%Y%m%d%H0000")
    file = world.version() / "allowed_signers"
    file.write_text(file.read_text().replace('" ssh', f'",valid-after="{this_hour}" ssh', 1))  # alice's
    world.seal_version()
    all_accept(world)


# The command and the module.


def test_the_command_says_what_the_files_say(world: World) -> None:
    arguments = ["verify", str(world.trust), "prod", str(world.bundle)]
    command = [sys.executable, "-m", "sqlgen", *arguments]
    state_home = {**os.environ, "XDG_STATE_HOME": str(world.root / "state-cli")}
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=state_home)
    assert asking.without_path(tuple(result.stdout.splitlines())) == all_accept(world)


def test_verifying_imports_the_standard_library_and_errors_alone() -> None:
    code = "import sys, sqlgen.bundle.verify; print(*sorted(m for m in sys.modules if m.split('.')[0] == 'sqlgen'))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == [
        "sqlgen",
        "sqlgen.bundle",
        "sqlgen.bundle.verify",
        "sqlgen.errors",
        "sqlgen.messages",
    ]
