"""verify.sh by itself: under every shell and awk, with tools that fail, and when somebody interrupts it.

That it refuses what the other verifiers refuse, in their words, is in tests/attacks.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from sqlgen.bundle import verify
from tests.attacks import worlds
from tests.attacks.worlds import OTHER, World

VERIFY_SH = Path(__file__).parents[2] / "sqlgen/bundle/verify.sh"
TOOLS = (
    *("awk", "cat", "chmod", "cp", "date", "find", "grep", "mkdir", "mktemp", "mv", "printf", "rm"),
    *("sed", "sha256sum", "sort", "ssh-keygen", "tr", "wc", "xargs"),
)
"""Every program that verify.sh starts."""
SHELLS = [pytest.param(name, id=name) for name in ("dash", "bash", "busybox") if shutil.which(name)]
AWKS = [
    pytest.param(name.split(), id=name) for name in ("gawk", "mawk", "busybox awk") if shutil.which(name.split()[0])
]


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> World:
    return worlds.make(tmp_path_factory.mktemp("genuine"), tmp_path_factory.mktemp("keys"))


@pytest.fixture
def world(genuine: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    (tmp_path / "copies").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "copies"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shutil.copytree(genuine.root, tmp_path / "w")
    return World(tmp_path / "w", genuine.keys)


def tools(folder: Path, *names: str) -> Path:
    """A folder for PATH that holds these programs and no others; `name=program arguments` gives one under a name."""
    folder.mkdir()
    for each in names:
        name, _, command = each.partition("=")
        program, *arguments = (command or name).split()
        found = shutil.which(program)
        assert found is not None, program
        if arguments:
            script(folder / name, f'exec {found} {" ".join(arguments)} "$@"')
        else:
            (folder / name).symlink_to(found)
    return folder


def script(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def run(world: World, *command: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*(command or ("sh",)), str(VERIFY_SH), str(world.trust), "prod", str(world.bundle)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=world.root,  # what goes wrong stays there
        env={**os.environ, **({"PATH": str(path)} if path else {})},
    )


def left() -> list[Path]:
    return list(Path(os.environ["TMPDIR"]).iterdir())


def expected(world: World, copy: str) -> list[str]:
    people = (("dba", "dora"), ("review", "alice"), ("review", "bob"))
    return [
        f"VERIFIED {copy}",
        f"bundle id {world.bundle_id}",
        f"content id {world.values()['content_id']}",
        f"environment prod, version 1 of trust folder {world.trust_id}",
        *(f"signed by {role} {who}@example.com {world.fingerprint(who)}" for role, who in people),
        f"run: psql -X -v ON_ERROR_STOP=1 -d shop -f '{copy}/apply.sql' > apply.log 2>&1",
    ]


def accepts(world: World, result: subprocess.CompletedProcess[str]) -> None:
    assert result.returncode == 0, result.stderr
    (made,) = left()
    assert result.stdout.splitlines() == expected(world, f"{made}/bundle")
    assert [each.name for each in made.iterdir()] == ["bundle"], "scratch files were left beside the copy"
    assert "REFUSED" not in result.stderr


def refuses(result: subprocess.CompletedProcess[str], reason: str = "") -> None:
    assert (result.returncode, result.stdout) == (3, ""), result
    assert f"REFUSED: {reason}" in result.stderr
    assert left() == []


# Shells and tools.


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_prints_the_lines_of_the_format(world: World, shell: str, tmp_path: Path) -> None:
    if shell == "busybox":
        applets = subprocess.run(["busybox", "--list"], capture_output=True, text=True, check=True).stdout.split()
        path = tools(tmp_path / "bin", *(f"{name}=busybox" for name in applets), "ssh-keygen")
        accepts(world, run(world, str(path / "sh"), path=path))
    else:
        accepts(world, run(world, shell, path=tools(tmp_path / "bin", shell, *TOOLS)))


@pytest.mark.parametrize("awk", AWKS)
def test_every_awk_says_the_same(world: World, awk: list[str], tmp_path: Path) -> None:
    others = (name for name in TOOLS if name != "awk")
    path = tools(tmp_path / "bin", "sh", f"awk={' '.join(awk)}", *others)
    accepts(world, run(world, path=path))
    for file in left():
        shutil.rmtree(file)
    world.entry("applied")
    refuses(run(world, path=path), "step 14: the bundle was applied already (4)")


@pytest.mark.skipif(shutil.which("shasum") is None, reason="Perl's shasum, as macOS has it, is not installed")
def test_shasum_does_for_sha256sum(world: World, tmp_path: Path) -> None:
    path = tools(tmp_path / "bin", "sh", "perl", "shasum", *(name for name in TOOLS if name != "sha256sum"))
    accepts(world, run(world, path=path))


@pytest.mark.parametrize("tool", ["awk", "find", "grep", "sed", "sha256sum", "sort", "ssh-keygen", "tr", "xargs"])
def test_a_missing_tool_is_named(world: World, tool: str, tmp_path: Path) -> None:
    path = tools(tmp_path / "bin", "sh", *(name for name in TOOLS if name != tool))
    result = run(world, path=path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{tool} is missing\nusage: ")


NEEDED = [name for name in TOOLS if name not in ("chmod", "mv", "printf", "rm")]
"""Without chmod, mv and rm nothing wrong is accepted; dash has a printf of its own."""


@pytest.mark.parametrize("way", ["exit 0", "exit 1", "exit 2", "kill -9 $$"])
@pytest.mark.parametrize("tool", NEEDED)
def test_a_tool_that_says_nothing_is_never_taken_for_a_yes(world: World, tool: str, way: str, tmp_path: Path) -> None:
    path = tools(tmp_path / "bin", "dash", *(name for name in TOOLS if name != tool))
    script(path / tool, way)
    result = run(world, "dash", path=path)
    assert (result.returncode in (2, 3), result.stdout) == (True, ""), result
    assert left() == []


@pytest.mark.parametrize("tool", ["awk", "cat", "sed", "sort", "tr", "find", "xargs", "sha256sum"])
def test_a_tool_whose_output_is_cut_is_never_taken_for_a_yes(world: World, tool: str, tmp_path: Path) -> None:
    """It fails behind its first bytes, as one that is killed or has no more memory."""
    path = tools(tmp_path / "bin", "dash", "head", *(name for name in TOOLS if name != tool))
    script(path / tool, f'{shutil.which(tool)} "$@" | head -c 20; exit 137')
    result = run(world, "dash", path=path)
    assert (result.returncode in (2, 3), result.stdout) == (True, ""), result
    assert left() == []


def count(world: World, folder: Path) -> int:
    """How many programs one run starts."""
    folder.mkdir()
    for name in TOOLS:
        script(folder / name, f'echo {name} >> "{folder}.log"\nexec {shutil.which(name)} "$@"')
    result = run(world, str(shutil.which("dash") or "sh"), path=folder)
    assert result.returncode == 0, result.stderr
    return len(Path(f"{folder}.log").read_text().splitlines())


def test_neither_files_nor_entries_make_it_start_more_programs(world: World, tmp_path: Path) -> None:
    """What it costs is what it starts: about a hundred programs, for a bundle of twenty files as for one of five."""
    assert count(world, tmp_path / "first") < 140
    few = count(world, tmp_path / "few")
    for number in range(30):
        world.entry("applied", bundle=OTHER, at=f"2026-03-01T12:00:{number:02}Z")
        (world.bundle / f"evidence/more{number}.json").write_text("{}\n")
        (world.bundle / f"more{number}.sql").write_text("SELECT 1;\n")
    world.seal()
    assert count(world, tmp_path / "many") <= few + 3  # it has the new last entry to remember


# What it reads.


@pytest.mark.parametrize("awk", AWKS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"kind": "failed"', r'"kind": "\u0066ailed"'),
        ('"number": 4,', '"number": 4 ,'),
        ('"to": ["a1"]', '"to": ["a1"}'),
        ('"to": ["a1"]', '"to": ["a\0"]'),
        ('"to": ["a1"]', '"to": ["é"]'),
        ("\n}\n", "\n}"),
        ("\n}\n", "\n}\n\n"),
        ("{\n", "\n{\n"),
        ("{\n", "{\r\n"),
    ],
)
def test_an_entry_written_in_another_way_is_none(
    world: World, awk: list[str], old: str, new: str, tmp_path: Path
) -> None:
    """By whichever awk: some of them end a line at a NUL."""
    path = tools(tmp_path / "bin", "sh", f"awk={' '.join(awk)}", *(name for name in TOOLS if name != "awk"))
    entry = world.entry("failed", bundle=OTHER)
    assert run(world, path=path).returncode == 0
    for each in left():
        shutil.rmtree(each)
    assert old in entry.read_text()
    entry.write_bytes(entry.read_text().replace(old, new, 1).encode())
    entry.with_suffix(".sig").write_bytes(world.signature("dora", "receipt.prod", entry.read_bytes()))
    shutil.rmtree(os.environ["XDG_STATE_HOME"])
    refuses(run(world, path=path), "step 14: the ledger is broken (4)\n")


# Where it runs.


def test_an_entry_that_only_this_host_has_seen_is_forgotten_by_hand(world: World) -> None:
    """Two people wrote entry 4 at once; this host's was given up for the other's."""
    world.entry("failed", bundle=OTHER)
    accepts(world, run(world))
    shutil.rmtree(left()[0])
    world.entry("applied", bundle=OTHER).rename(world.ledger()[3])
    world.ledger()[3].with_name("000005.sig").unlink()
    file = world.ledger()[3]
    file.write_bytes(worlds.in_lines({**json.loads(file.read_text()), "number": 4, "previous": previous(world)}))
    world.sign_entry(file, "dora")
    refused = run(world)
    refuses(refused, "step 14: the ledger is not what this host has seen\n")
    memory = Path(os.environ["XDG_STATE_HOME"], "sqlgen/trust", world.trust_id)
    assert refused.stderr.splitlines()[1:] == [
        "note: somebody rewrote it, or an entry of this host never got into it; "
        f"then delete the line 'ledger prod ...' in {memory}"
    ]
    memory.write_text("".join(line for line in memory.read_text().splitlines(True) if "ledger prod " not in line))
    accepts(world, run(world))


def test_what_another_run_remembered_meanwhile_stays(world: World, tmp_path: Path) -> None:
    """The other one saw version 2; who still looks at version 1 does not make this host forget it."""
    accepts(world, run(world))
    shutil.rmtree(left()[0])
    memory = Path(os.environ["XDG_STATE_HOME"], "sqlgen/trust", world.trust_id)
    newer = f"version 2 {'b' * 64}"
    lines = [newer if line.startswith("version ") else line for line in memory.read_text().splitlines()]
    (tmp_path / "newer").write_text("\n".join(lines) + "\n")
    path = tools(tmp_path / "bin", "sh", *(name for name in TOOLS if name != "ssh-keygen"))
    script(path / "ssh-keygen", f'cp "{tmp_path}/newer" "{memory}"\nexec {shutil.which("ssh-keygen")} "$@"')
    accepts(world, run(world, path=path))
    assert newer in memory.read_text().splitlines()


def test_what_becomes_of_the_trust_folder_meanwhile_changes_nothing(world: World, tmp_path: Path) -> None:
    """Somebody empties it as soon as the first signature is looked at; the entries and keys of the copy count."""
    path = tools(tmp_path / "bin", "sh", *(name for name in TOOLS if name != "ssh-keygen"))
    script(path / "ssh-keygen", f'rm -rf "{world.trust}"/*\nexec {shutil.which("ssh-keygen")} "$@"')
    wanted = [f"trust folder {world.trust_id}", "run: psql"]
    result = run(world, path=path)
    assert result.returncode == 0, result.stderr
    assert all(each in result.stdout for each in wanted)
    assert list(world.trust.iterdir()) == []


def previous(world: World) -> str:
    return worlds.digest(world.ledger()[2].read_bytes())


@pytest.mark.parametrize("shell", SHELLS)
def test_carriage_returns_in_the_file_are_told(world: World, shell: str, tmp_path: Path) -> None:
    saved = tmp_path / "verify.sh"
    saved.write_bytes(VERIFY_SH.read_bytes().replace(b"\n", b"\r\n"))
    command = [*((shell, "sh") if shell == "busybox" else (shell,)), str(saved), "trust", "prod", "bundle"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=world.root)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == "verify.sh: its lines end in carriage returns; fetch it again"


def test_odd_folders_are_only_folders(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / """it's a "folder" $(touch x) `touch y` = \\n * """
    (odd / "copies").mkdir(parents=True)
    for name in ("bundle", "trust"):
        (world.root / name).rename(odd / name)
    world.bundle, world.trust = odd / "bundle", odd / "trust"
    monkeypatch.setenv("TMPDIR", str(odd / "copies"))
    monkeypatch.setenv("XDG_STATE_HOME", str(odd / "state"))
    result = run(world)
    assert result.returncode == 0, result.stderr
    (made,) = left()
    (tmp_path / "bin").mkdir()
    script(tmp_path / "bin/psql", 'for each; do :; done; printf "%s\\n" "$each"')  # says its last argument
    command = f'PATH="{tmp_path}/bin:$PATH"; {result.stdout.splitlines()[-1].removeprefix("run: ")}'
    subprocess.run(["sh", "-c", command], check=True, cwd=world.root)
    assert (world.root / "apply.log").read_text() == f"{made}/bundle/apply.sql\n"
    assert f"path {odd}/trust\n" in (odd / "state/sqlgen/trust" / world.trust_id).read_text()
    again = run(world)
    assert (again.returncode, again.stderr) == (0, ""), "it does not know what it wrote down itself"


def test_relative_folders_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(world.root)
    (world.root / "here").mkdir()
    monkeypatch.setenv("TMPDIR", "here")
    monkeypatch.setenv("CDPATH", "/tmp:/")
    command = ["sh", str(VERIFY_SH), "trust", "prod", "bundle"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    first = result.stdout.splitlines()[0].removeprefix("VERIFIED ")
    assert first.startswith(f"{world.root}/here/")
    assert (Path(first) / "apply.sql").read_bytes() == worlds.APPLY


def test_without_a_home_it_verifies_and_says_that_it_cannot_remember(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME")
    result = run(world)
    assert result.returncode == 0
    assert re.search(r"^note: this host can't remember the trust folder: .* can't be written$", result.stderr, re.M)


def test_a_folder_of_others_notes_is_no_hindrance(world: World) -> None:
    memory = Path(os.environ["XDG_STATE_HOME"]) / "sqlgen/trust"
    memory.mkdir(parents=True)
    (memory / "README").write_text("what hosts remember\n")
    (memory / ("a" * 64)).write_text(f"path /elsewhere\nversion 3 {'b' * 64}\n")
    accepts(world, run(world))


# How it ends.


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("shell", SHELLS)
def test_who_interrupts_it_finds_nothing_left(world: World, shell: str, number: int, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.mkdir()
    script(slow / "ssh-keygen", f'echo here > "{slow}/reached"\nsleep 0.3\nexec {shutil.which("ssh-keygen")} "$@"')
    command = [*((shell, "sh") if shell == "busybox" else (shell,)), str(VERIFY_SH)]
    process = subprocess.Popen(
        [*command, str(world.trust), "prod", str(world.bundle)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PATH": f"{slow}:{os.environ['PATH']}"},
    )
    while not (slow / "reached").exists() and process.poll() is None:
        time.sleep(0.01)
    assert left() != []
    process.send_signal(number)
    said, complaint = process.communicate(timeout=60)
    assert (process.returncode, said) == (3, "")
    assert complaint.endswith("REFUSED: verify.sh was interrupted\n")
    assert left() == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a device of Linux")
def test_what_can_not_be_printed_is_not_verified(world: World) -> None:
    with Path("/dev/full").open("w") as full:
        command = ["sh", str(VERIFY_SH), str(world.trust), "prod", str(world.bundle)]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 3
    assert "REFUSED: verify.sh could not finish" in result.stderr
    assert left() == []


def test_who_reads_the_first_line_alone_has_the_copy_all_the_same(world: World) -> None:
    command = f'sh "{VERIFY_SH}" "{world.trust}" prod "{world.bundle}" | head -n 1'
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert Path(result.stdout.removeprefix("VERIFIED ").removesuffix("\n"), "apply.sql").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--audit"],
        ["--audit", "--as-of"],
        ["--audit", "--as-of", "1"],
        ["--rollback"],
        ["--rolback", "a", "b", "c"],
    ],
)
def test_wrong_arguments_show_the_usage(arguments: Sequence[str]) -> None:
    result = subprocess.run(["sh", str(VERIFY_SH), *arguments], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert "usage: verify.sh [--rollback | --audit --as-of RECEIPT] TRUST ENV DIR\n" in result.stderr


# How it is written.


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_finds_nothing() -> None:
    result = subprocess.run(["shellcheck", str(VERIFY_SH)], capture_output=True, text=True, check=False)
    assert result.stdout == ""


JSON = (
    *('""', '"a b"', r'"\"\\\/\b\f\n\r\tA"', r'"\u00e9\ud83d"', "0", "-0", "12", "-1.50e+3", "true", "false", "null"),
    *("[]", "{}", "[ ]", "{ }", '[1, "a", [true, {}], {"a": [], "b": {"c": null}}]', '{"a": 1, "b": [{}, {}]}'),
    *('["a[", "]{"]', r'{"a\"": "}"}', "[[[[[[[[]]]]]]]]", '"[[[[[[[[[[["', "-2345678901234567e90"),
)
NOT_JSON = (
    *('"', '"a', 'a"', '"a" b', '"a""b"', r'"\x"', r'"\u12g4"', r'"\"', "01", "1 2", "1.", ".5", "+1", "1e", "--1"),
    *("tru", "True", "nul", "truefalse", "[", "]", "[1", "1]", "[1,]", "[,1]", "[1 2]", "{1}", "{1: 2}", '{"a"}'),
    *('{"a": }', '{"a": 1,}', '{"a": 1 "b": 2}', '{"a": 1: 2}', "[}", "{]", '["a": 1]', "[[]", "[]]", "v", "\x7f"),
)
TOO_MUCH = ("[[[[[[[[[]]]]]]]]]", '{"a": [[[[[[[[]]]]]]]]}', "[12345678901234567890.1]", "123456789012345678901")
"""JSON that is refused all the same: no reader is kept busy, and none reads another number."""


ROWS = (
    *("[]", '["a1"]', '["a1", "b2", "c3"]', r'["\u4fee\u8ba2", "a\u00e91"]', '["v1.2_a"]'),
    *(f'["{char}"]' for char in "!#%&()./09<=>?AZ[]^_az{|}~"),
)
NO_ROWS = (
    *("", "{}", "null", '"a1"', "[1]", "[[]]", '[""]', '["a1",]', '["a1","b2"]', '["a1" , "b2"]', '["a1", ""]'),
    *("[ ]", " []", "[] ", '["a1"', '"a1"]', '["a1"]]', '[["a1"]]', '["a1", 2]', '["a1"], ["b2"]', '["a1"] "x"'),
    *(r'["\u4FEE"]', r'["\u4fe"]', r'["\n"]', r'["\\"]', r'["\""]', r'["\/"]'),
    *(f'["a{char}1"]' for char in " \"$'*+,-:;@\\`"),
)


@pytest.mark.parametrize("awk", AWKS)
def test_its_awk_knows_rows_from_what_is_none_as_python_does(awk: list[str]) -> None:
    found = re.search(r"^forms='\n(.*?)^'\n", VERIFY_SH.read_text(), re.M | re.S)
    assert found is not None
    assert {text: bool(verify._ROWS.fullmatch(text)) for text in (*ROWS, *NO_ROWS)} == (
        dict.fromkeys(ROWS, True) | dict.fromkeys(NO_ROWS, False)
    )
    program = found[1] + '{ print are_rows($0) ? "yes" : "no" }'
    result = subprocess.run(
        [*awk, program],
        input="".join(f"{text}\n" for text in (*ROWS, *NO_ROWS)),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    said = dict(zip((*ROWS, *NO_ROWS), result.stdout.splitlines(), strict=True))
    assert said == dict.fromkeys(ROWS, "yes") | dict.fromkeys(NO_ROWS, "no")


@pytest.mark.parametrize("awk", AWKS)
def test_its_awk_knows_json_from_what_is_none(awk: list[str]) -> None:
    found = re.search(r"^forms='\n(.*?)^'\n", VERIFY_SH.read_text(), re.M | re.S)
    assert found is not None
    program = found[1] + '{ print is_json($0) ? "yes" : "no" }'
    for text in (*JSON, *TOO_MUCH):
        json.loads(text)
    for text in NOT_JSON:
        with pytest.raises(ValueError, match=r"."):
            json.loads(text)
    result = subprocess.run(
        [*awk, program],
        input="".join(f"{text}\n" for text in (*JSON, *NOT_JSON, *TOO_MUCH)),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    said = dict(zip((*JSON, *NOT_JSON, *TOO_MUCH), result.stdout.splitlines(), strict=True))
    assert said == dict.fromkeys(JSON, "yes") | dict.fromkeys((*NOT_JSON, *TOO_MUCH), "no")
