"""verify.py as a file of its own, and as what the rest of sqlgen reads trust folders and ledgers by."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sqlgen.bundle.verify import (
    Link,
    Policy,
    Signature,
    chain,
    check_link,
    check_remembered,
    check_versions,
    fingerprint_of,
    newest,
    read_version,
    report,
    root_signatures,
    signer_line,
    verify,
    version_folder,
)
from sqlgen.errors import VerificationError
from tests.attacks import worlds
from tests.attacks.worlds import World

ROOT = Path(__file__).parents[2]
VERIFY_PY = ROOT / "sqlgen/bundle/verify.py"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> World:
    return worlds.make(tmp_path_factory.mktemp("genuine"), tmp_path_factory.mktemp("keys"))


@pytest.fixture
def world(genuine: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A copy of a genuine world, with verify.py in its trust folder, on a host that has verified nothing."""
    shutil.copytree(genuine.root, tmp_path / "w")
    world = World(tmp_path / "w", genuine.keys)
    shutil.copyfile(VERIFY_PY, world.trust / "verify.py")
    (tmp_path / "copies").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "copies"))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("XDG_STATE_HOME", str(world.root / "state"))
    return world


def run(
    world: World, *mode: str, python: str = sys.executable, code: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The file as people run it; `code` runs first, in the same process."""
    file = str(world.trust / "verify.py")
    start = (
        [file] if code is None else ["-c", f"{code}\nimport runpy, sys\nrunpy.run_path({file!r}, run_name='__main__')"]
    )
    return subprocess.run(
        [python, "-I", *start, *mode, str(world.trust), "prod", str(world.bundle)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={**os.environ, **variables},
    )


def copies() -> list[Path]:
    return list(Path(os.environ["TMPDIR"]).iterdir())


# A file of its own.


def test_it_is_written_in_the_python_of_2020() -> None:
    ast.parse(VERIFY_PY.read_text(encoding="utf-8"), feature_version=(3, 9))


def installed(name: str) -> str | None:
    """A Python that starts: on PATH, or one of pyenv's."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = [shutil.which(name), *root.glob(f"versions/*/bin/{name}")]
    starts = (
        str(each) for each in found if each and not subprocess.run([each, "-c", ""], capture_output=True).returncode
    )
    return next(starts, None)


@pytest.mark.parametrize("name", ["python3.9", "python3.10", "python3.12", "python3.13"])
def test_it_runs_on_other_pythons(world: World, name: str) -> None:
    python = installed(name)
    if python is None:
        pytest.skip(f"there is no {name} here")
    assert (good := run(world, python=python)).returncode == 0, good.stderr
    assert good.stdout.splitlines()[1] == f"bundle id {world.bundle_id}"
    world.entry("applied")
    assert run(world, "--audit", "--as-of", "4", python=python).returncode == 0
    assert "REFUSED: step 14: the bundle was applied already (4)\n" in run(world, python=python).stderr


def test_it_never_imports_sqlgen(world: World) -> None:
    code = (
        f"import atexit, sys\nsys.path.append({str(ROOT)!r})\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    )
    result = run(world, code=code)
    assert result.returncode == 0, result.stderr
    loaded = {name.split(".")[0] for name in result.stderr.splitlines()[-1].split()}
    assert "hashlib" in loaded
    assert "sqlgen" not in loaded


def test_it_needs_nothing_that_windows_does_not_have(world: World) -> None:
    code = "for name in ('O_NOFOLLOW', 'O_NONBLOCK', 'getuid', 'fork'): delattr(os, name)"
    result = run(world, code=f"import os, signal\n{code}\ndel signal.SIGHUP")
    assert result.returncode == 0, result.stderr


def test_it_prints_what_the_command_prints(world: World) -> None:
    result = run(world)
    command = [sys.executable, "-m", "sqlgen", "verify", str(world.trust), "prod", str(world.bundle)]
    same = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    first, last = result.stdout.splitlines(), same.stdout.splitlines()
    assert first[1:-1] == last[1:-1]
    assert [line.replace(first[0].removeprefix("VERIFIED "), "COPY") for line in first] == [
        line.replace(last[0].removeprefix("VERIFIED "), "COPY") for line in last
    ]
    script = f"{first[0].removeprefix('VERIFIED ')}/apply.sql"
    assert first[-1] == f"run: psql -X -v ON_ERROR_STOP=1 -d shop -f '{script}' > apply.log 2>&1"
    world.entry("applied")
    refused = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (refused.returncode, refused.stderr) == (3, run(world).stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["TRUST", "prod"],
        ["TRUST", "prod", "BUNDLE", "more"],
        ["--audit", "TRUST", "prod", "BUNDLE"],
        ["--audit", "--as-of", "1"],
        ["--rollback", "--audit", "TRUST", "prod", "BUNDLE"],
        ["--what", "TRUST", "prod", "BUNDLE"],
        ["TRUST", "Prod", "BUNDLE"],
        ["/nowhere", "prod", "BUNDLE"],
        ["TRUST", "prod", "/nowhere"],
    ],
)
@pytest.mark.parametrize("program", ["file", "command"])
def test_a_wrong_command_line_is_said_with_a_hint(world: World, program: str, arguments: list[str]) -> None:
    places = {"TRUST": str(world.trust), "BUNDLE": str(world.bundle)}
    start = [str(world.trust / "verify.py")] if program == "file" else ["-m", "sqlgen", "verify"]
    command = [sys.executable, *start, *(places.get(word, word) for word in arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (result.returncode, result.stdout) == (2, "")
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["error", "hint"]


def test_a_mistake_of_the_program_is_a_refusal_and_leaves_nothing(world: World) -> None:
    broken = "hashlib.sha256 = lambda data: real(data) if data[:2] != b'--' else 1 / 0"
    result = run(world, code=f"import hashlib\nreal = hashlib.sha256\n{broken}")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == "REFUSED: verify.py could not finish (ZeroDivisionError: division by zero)\n"
    assert copies() == []


def test_lines_that_nobody_can_read_are_no_verdict(world: World) -> None:
    command = [sys.executable, str(world.trust / "verify.py"), str(world.trust), "prod", str(world.bundle)]
    with open("/dev/full", "w") as full:
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 3
    assert "REFUSED: verify.py could not finish (OSError: " in result.stderr.splitlines()[-1]
    assert copies() == []


def a_keygen(world: World, script: str) -> str:
    """A PATH on which ssh-keygen is this shell script; `$real` is the real one."""
    folder = world.root / "bin"
    folder.mkdir()
    (folder / "ssh-keygen").write_text(f"#!/bin/sh\nreal={shutil.which('ssh-keygen')}\n{script}\n")
    (folder / "ssh-keygen").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_leaves_nothing(world: World, number: signal.Signals) -> None:
    path = a_keygen(world, f'case $* in *dba.prod*) : >"{world.root}/here"; exec sleep 20 ;; esac; exec "$real" "$@"')
    command = [sys.executable, str(world.trust / "verify.py"), str(world.trust), "prod", str(world.bundle)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PATH": path}
    ) as process:
        for _ in range(1000):
            if (world.root / "here").exists():
                break
            time.sleep(0.02)
        assert len(copies()) == 2  # of the bundle, and of the trust folder
        process.send_signal(number)
        out, error = process.communicate()
    assert (process.returncode, out, error) == (3, "", "REFUSED: verify.py was interrupted\n")
    assert copies() == []


@pytest.mark.parametrize(
    ("script", "word"),
    [
        ("echo 'unknown option -- Y' >&2; exit 1", "ssh-keygen is too old"),
        ("", "ssh-keygen can't be run"),
    ],
)
def test_a_program_that_is_no_help_is_said(world: World, script: str, word: str) -> None:
    path = a_keygen(world, script)
    if not script:
        (world.root / "bin/ssh-keygen").chmod(0o644)
        path = str(world.root / "bin")
    result = run(world, PATH=path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {word}")
    assert "\nhint: Install OpenSSH" in result.stderr
    assert copies() == []


@pytest.mark.parametrize(
    "script",
    [
        "exit 0",
        'echo "Good \\"dba.prod.v1@sqlgen\\" signature for mallory@example.com with ED25519 key SHA256:abc"',
        'echo "Good signature"',
        'exec 2>/dev/null; "$real" "$@" | sed "s/^Good/Nice/"',
    ],
)
def test_a_program_that_says_yes_to_everything_verifies_nothing(world: World, script: str) -> None:
    assert run(world).returncode == 0
    shutil.rmtree(world.root / "state")
    result = run(world, PATH=a_keygen(world, script))
    assert result.returncode == 3
    assert result.stderr.startswith(
        "REFUSED: step 2: a signature of the trust folder is not good (sig/rolf@example.com.sig)"
    )


# What a host remembers.


def remembered(world: World) -> list[str]:
    return world.memory.read_text().splitlines()


def test_the_first_time_the_id_is_said_and_then_remembered(world: World) -> None:
    note = (
        f"note: this host had not seen trust folder {world.trust_id} before: ask its keepers whether this is its id\n"
    )
    assert run(world).stderr == note
    head = world.ledger()[-1]
    assert remembered(world) == [
        f"ledger prod 3 {worlds.digest(head.read_bytes())}",
        f"path {world.trust}",
        f"version 1 {world.trust_id}",
    ]
    assert world.memory.stat().st_mode & 0o777 == 0o600
    before = world.memory.stat()
    assert run(world).stderr == ""
    assert world.memory.stat().st_ino == before.st_ino, "nothing is written where nothing is new"
    assert list(world.memory.parent.iterdir()) == [world.memory]


def test_what_is_new_is_remembered_and_nothing_forgotten(world: World) -> None:
    run(world)
    path = remembered(world)[1]
    world.next_version()
    world.seal_version(2)
    world.entry("failed")
    moved = world.root / "moved here"
    world.trust.rename(moved)
    moved_world = World(world.root, world.keys)
    moved_world.trust = moved
    assert run(moved_world).returncode == 0
    digests = [worlds.digest(file.read_bytes()) for file in (moved_world.ledger()[-1], moved / "versions/2/SHA256SUMS")]
    assert remembered(moved_world) == [f"ledger prod 4 {digests[0]}", f"path {moved}", path, f"version 2 {digests[1]}"]


@pytest.mark.parametrize("mode", [("--rollback",), ("--audit", "--as-of", "4")])
def test_a_rollback_or_an_audit_keeps_what_is_known_of_the_ledger(world: World, mode: tuple[str, ...]) -> None:
    run(world)
    before = remembered(world)
    world.entry("applied")
    world.next_version()
    world.seal_version(2)
    assert (result := run(world, *mode)).returncode == 0, result.stderr
    assert remembered(world)[:2] == before[:2]
    assert remembered(world)[2].startswith("version 2 ")


def test_another_run_that_saw_more_is_not_overwritten(world: World) -> None:
    run(world)
    newer = [f"ledger prod 9 {'a' * 64}", f"path {world.trust}", f"version 7 {'b' * 64}"]
    text = "\\n".join(newer)
    path = a_keygen(world, f'printf "{text}\\n" >"{world.memory}"; exec "$real" "$@"')
    assert run(world, PATH=path).returncode == 0
    assert remembered(world) == newer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello\n",
        "path /x\n",
        "version 2\n",
        "version 1 abc\n",
        "version 1 ID",
        "version 1 ID\nversion 1 ID\n",
        "version 1 ID\nledger prod 0 ID\n",
    ],
)
def test_a_memory_that_is_no_memory_is_refused(world: World, text: str) -> None:
    run(world)
    world.memory.write_text(text.replace("ID", world.trust_id))
    result = run(world)
    assert result.returncode == 3
    assert f"REFUSED: step 2: what this host remembers can't be read ({world.memory})\n" in result.stderr


def test_a_host_that_can_not_remember_says_so(world: World) -> None:
    (world.root / "state").write_text("no folder")
    result = run(world)
    assert result.returncode == 0
    assert result.stderr.splitlines()[1] == (
        f"note: this host can't remember the trust folder: {world.memory} can't be written"
    )


def test_an_entry_that_only_this_host_has_seen_is_told_with_both_possibilities(world: World) -> None:
    lost = world.entry("failed", bundle=worlds.OTHER)
    assert run(world).returncode == 0
    lost.unlink()
    lost.with_suffix(".sig").unlink()
    world.entry("undone", bundle=worlds.OTHER)
    result = run(world)
    assert (result.returncode, result.stdout) == (3, "")
    refused, hint = result.stderr.splitlines()
    assert refused == "REFUSED: step 14: the ledger is not what this host has seen"
    assert "If somebody rewrote the ledger, find out who" in hint
    assert f"sqlgen ledger forget TRUST prod, or delete the line 'ledger prod ...' in {world.memory}." in hint
    world.memory.write_text("".join(f"{line}\n" for line in remembered(world) if not line.startswith("ledger prod ")))
    assert run(world).returncode == 0


# What to do.


def a_folder_of_bundles(world: World) -> None:
    above = world.root / "release-1"
    above.mkdir()
    shutil.copytree(world.bundle, above / "shop")
    shutil.copytree(world.bundle, above / "billing")
    (above / "index.md").write_text("# Release 1\n")
    world.bundle = above


def another_role(world: World) -> None:
    world.sign("ci", "robot")


def after_staging(world: World) -> None:
    world.policy("review 2\ndba 1\nafter staging\n")


def two_of_one_number(world: World) -> None:
    file = world.ledger()[2]
    file.write_text(f"<<<<<<< ours\n{file.read_text()}=======\n{file.read_text()}>>>>>>> theirs\n")


@pytest.mark.parametrize(
    ("change", "mode", "reason", "hint"),
    [
        (a_folder_of_bundles, (), "step 3: a name is not", "Give one of them: billing, shop."),
        (another_role, (), "step 10: a signature is for a role", "Delete that file, and sign in one of"),
        (after_staging, (), "step 15: the policy needs", "sqlgen promote DIR --env prod --trust TRUST -o OUT"),
        (World.remember, ("--audit", "--as-of", "9"), "step 14: there is no such", "sqlgen show DIR --trust TRUST"),
        (two_of_one_number, (), "step 14: the ledger is broken (3)", "keep the entry of the common ledger and record"),
    ],
)
def test_a_refusal_says_what_to_do(
    world: World, change: Callable[[World], None], mode: tuple[str, ...], reason: str, hint: str
) -> None:
    assert run(world).returncode == 0
    change(world)
    shutil.rmtree(world.root / "state")
    result = run(world, *mode)
    assert result.returncode == 3
    assert result.stderr.startswith(f"REFUSED: {reason}")
    assert hint in result.stderr.splitlines()[1]


# What others read by it.


def test_a_version_is_read_as_values(world: World) -> None:
    version = read_version(version_folder(world.trust, newest(world.trust)), "prod")
    assert (version.number, version.previous, version.need) == (1, worlds.ZEROS, 2)
    assert version.digest == world.trust_id
    assert version.policies["prod"] == Policy((("review", 2), ("dba", 1)), carry=frozenset({"review"}))
    alice = version.signers[0]
    assert (alice.name, alice.scopes[0], alice.valid) == ("alice@example.com", "review.prod.v1@sqlgen", "")
    assert f"{alice.kind} {alice.key}" == world.public("alice")
    assert fingerprint_of(alice.key) == world.fingerprint("alice")
    assert [each.name for each in version.roots] == ["ruth@example.com", "rolf@example.com"]


def test_all_policies_are_judged_where_no_environment_is_named(world: World) -> None:
    (world.version() / "policy/staging").write_text("review 1\nreview 1\n")
    assert read_version(world.version(), "prod").number == 1
    with pytest.raises(VerificationError, match=r"step 1: the policy has a role twice or a reserved one \(2\)"):
        read_version(world.version(), None)


def test_a_version_in_the_making_is_read_too(world: World) -> None:
    new = world.next_version()
    worlds.write_sums(new)
    following = new.rename(world.trust / "next")
    assert read_version(following, None).number == 2
    assert newest(world.trust) == 1
    assert root_signatures(following, world.version(1)) == ()
    assert {each.key for each in root_signatures(world.version(1), world.version(1))} == {
        world.fingerprint("ruth"),
        world.fingerprint("rolf"),
    }


def test_versions_that_this_host_has_seen_are_checked_again_where_everything_is(world: World) -> None:
    world.next_version()
    world.seal_version(2)
    verify(world.trust, "prod", world.bundle, now=NOW)
    shutil.rmtree(world.version(1) / "sig")
    assert check_versions(world.trust).id == world.trust_id
    with pytest.raises(VerificationError, match=r"step 2: too few root keys signed a version \(1: 0 of 2\)"):
        check_versions(world.trust, everything=True)


def test_a_chain_has_every_entry_with_its_values(world: World) -> None:
    links = chain(world.trust, "prod")
    assert [(link.number, link.text("kind")) for link in links] == [(1, "applied"), (2, "undone"), (3, "failed")]
    assert [link.digest for link in links] == [worlds.digest(file.read_bytes()) for file in world.ledger()]
    assert chain(world.trust, "nowhere") == ()
    assert check_link(world.trust, links[0]) == Signature("receipt", "dora@example.com", world.fingerprint("dora"))
    check_remembered(check_versions(world.trust), "prod", links)


def test_an_entry_that_changes_behind_its_link_is_not_signed(world: World) -> None:
    link = chain(world.trust, "prod")[-1]
    check_link(world.trust, link)
    world.entry("failed", bundle=worlds.OTHER)
    shutil.copy(world.ledger()[-1], link.path)
    shutil.copy(world.ledger()[-1].with_suffix(".sig"), link.path.with_suffix(".sig"))
    with pytest.raises(VerificationError, match=r"step 14: an entry of the ledger is not signed by one who may \(3\)"):
        check_link(world.trust, link)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"number": 7}, "another number"),
        ({"number": True}, "a flag for a number"),
        ({"number": 4.0}, "a fraction"),
        ({"kind": "cancelled"}, "no kind"),
        ({"kind": None}, "nothing for a kind"),
        ({"at": "2026-02-01"}, "no moment"),
        ({"bundle": "abc"}, "no id"),
        ({"content_id": None}, "no content"),
        ({"environment": "staging"}, "another environment"),
        ({"format": "sqlgen.ledger/2"}, "a format of the future"),
        ({"name": "Dora"}, "no name"),
        ({"trust_version": 0}, "no version"),
        ({"trust_version": 2}, "a version that is not there"),
        ({"previous": worlds.ZEROS}, "no entry before"),
    ],
)
def test_an_entry_without_its_form_breaks_the_chain(world: World, change: dict[str, object], why: str) -> None:
    file = world.entry("failed", bundle=worlds.OTHER)
    assert len(chain(world.trust, "prod")) == 4
    file.write_bytes(worlds.in_lines({**json.loads(file.read_text()), **change}))
    with pytest.raises(VerificationError, match=r"step 14: the ledger is broken \(4\)"):
        chain(world.trust, "prod")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("trust/ledger/prod/000003.json", "step 14: the ledger is broken (3)"),
        ("trust/ledger/prod/000003.sig", "step 14: an entry of the ledger is not signed by one who may (3)"),
        ("trust/versions/1/roots", "step 1: a file of the trust folder is not known (roots)"),
        ("trust/versions/1/sig/ruth@example.com.sig", "step 1: a file of the trust folder is not known"),
        ("state/sqlgen/trust/ID", "step 2: what this host remembers can't be read"),
        ("bundle/apply.sql", "step 4: a link or special file is in the bundle (apply.sql)"),
    ],
)
def test_nobody_waits_for_a_pipe_that_nobody_writes_to(world: World, file: str, reason: str) -> None:
    assert run(world).returncode == 0
    path = world.root / file.replace("ID", world.trust_id)
    path.unlink()
    os.mkfifo(path)
    result = run(world)
    assert result.returncode == 3
    assert result.stderr.startswith(f"REFUSED: {reason}")


def test_two_keys_do_not_fit_on_a_line(world: World) -> None:
    """Whoever reads the text as a whole would see another bundle than whoever reads it line by line."""
    file = world.entry("applied")
    chain(world.trust, "prod")
    text = file.read_text().replace('"client": "psql"', f'"client": "psql", "x": "{world.bundle_id}"')
    file.write_text(text)
    with pytest.raises(VerificationError, match=r"step 14: the ledger is broken \(4\)"):
        chain(world.trust, "prod")


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEa0"
RSA = "AAAAB3NzaC1yc2EAAAADAQABAAABgQDx"


@pytest.mark.parametrize(
    ("line", "good"),
    [
        (f'alice@example.com namespaces="review.prod.v1@sqlgen" {KEY}', True),
        (f'alice@example.com namespaces="dba.prod.breakglass.v1@sqlgen,dba.prod.v1@sqlgen" {KEY} laptop', True),
        (f'alice@example.com namespaces="review.prod.v1@sqlgen",valid-before="20270101" {KEY}', True),
        (f'* namespaces="review.prod.v1@sqlgen" {KEY}', False),
        (f'alice@example.com namespaces="*.prod.v1@sqlgen" {KEY}', False),
        (f'alice@example.com namespaces="trust.v1@sqlgen" {KEY}', False),
        (f'alice@example.com,bob@example.com namespaces="review.prod.v1@sqlgen" {KEY}', False),
        (f'alice@example.com cert-authority,namespaces="review.prod.v1@sqlgen" {KEY}', False),
        (f'alice@example.com namespaces="review.prod.v1@sqlgen" {KEY}\n', False),
        (f'alice@example.com namespaces="review.prod.v1@sqlgen" {KEY} \u00e9', False),
        ('alice@example.com namespaces="review.prod.v1@sqlgen" ssh-dss AAAA', False),
        (f'alice@example.com namespaces="review.prod.v1@sqlgen" ssh-rsa {RSA.ljust(371, "x")}', False),
        (f'alice@example.com namespaces="review.prod.v1@sqlgen" ssh-rsa {RSA.ljust(372, "x")}', True),
        (f'alice@example.com namespaces="review.prod.v1@sqlgen" ssh-rsa {RSA.ljust(542, "x")}Q==', True),
        (f'alice@example.com namespaces="review.prod.v1@sqlgen" ssh-rsa {RSA.ljust(542, "x")}R==', False),
        (f'alice@example.com namespaces="review.prod.v1@sqlgen" ssh-rsa {"A" * 372}', False),
        (f'alice@example.com namespaces="review.prod.v1@sqlgen" {KEY}E=', True),
        (f'alice@example.com namespaces="review.prod.v1@sqlgen" {KEY}F=', False),
    ],
)
def test_who_may_stand_in_allowed_signers(line: str, good: bool) -> None:
    assert signer_line(line) == good


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("cat < apply.sql > apply.log 2>&1", "apply.sql"),
        ("cat rollback.sql > rollback.log 2>&1", "rollback.sql"),
        ("echo apply.sql apply.sql rollback.sql apply.sql", "apply.sql"),
        ("cat tenants.sh", None),
    ],
)
def test_what_is_printed_runs_from_anywhere_whatever_the_folders_are_called(
    world: World, monkeypatch: pytest.MonkeyPatch, written: str, name: str | None
) -> None:
    (world.bundle / "apply.sql").write_text(f"-- Run it with: {written}\n-- Run it with: rm -rf apply.sql\nSELECT 1;\n")
    world.seal()
    odd = world.root / 'it\'s $(touch here) "odd"'
    odd.mkdir()
    monkeypatch.setenv("TMPDIR", str(odd))
    monkeypatch.setattr("tempfile.tempdir", None)
    verified = verify(world.trust, "prod", world.bundle, now=NOW)
    command = str(report(verified)[-1]).removeprefix("run: ")
    if name is None:
        assert command == written
        return
    elsewhere = world.root / "elsewhere"
    elsewhere.mkdir()
    shown = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, cwd=elsewhere)
    if written.startswith("echo"):
        assert shown.stdout == f"apply.sql apply.sql rollback.sql {verified.copy}/apply.sql\n"
    else:
        log = elsewhere / name.replace(".sql", ".log")
        assert log.read_bytes() == (verified.copy / name).read_bytes()
    assert not (elsewhere / "here").exists()


def test_links_are_followed_by_number_and_text() -> None:
    link = Link(3, Path("ledger/prod/000003.json"), "a" * 64, {"kind": "applied"})
    assert link.text("kind") == "applied"
