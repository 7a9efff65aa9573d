"""A world in; what each verifier says of it out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from sqlgen.bundle.verify import audit, verify
from sqlgen.errors import SqlgenError
from tests.attacks.worlds import World

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "sqlgen/bundle"
STATE = "STATE"
"""In reasons, the folder in which a verifier remembers; each has its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one verifier said."""

    code: int
    reason: str
    """`step N: reason (detail)`; empty where it accepts."""
    lines: tuple[str, ...] = ()
    """Its stdout; empty where Python was called directly."""
    notes: str = ""
    """All of stderr."""


Verifier = Callable[[World], Said]


def called(world: World) -> Said:
    """sqlgen.bundle.verify, in this process."""
    try:
        with mock.patch.dict(os.environ, XDG_STATE_HOME=str(state(world, "called"))):
            if "--audit" in world.mode:
                audit(world.trust, world.environment, world.bundle, receipt=world.mode[-1])
            else:
                rollback = "--rollback" in world.mode
                now = datetime.now(UTC)
                verify(world.trust, world.environment, world.bundle, now=now, rollback=rollback)
    except SqlgenError as error:
        reason = str(error).replace(str(world.root / "state-called"), STATE)
        return Said(int(error.exit_code), reason if error.exit_code == 3 else "", notes=str(error))
    return Said(0, "")


def script(world: World) -> Said:
    """verify.py as it lies in a trust folder: one file, with nothing of sqlgen to import."""
    file = alone(world, "verify.py")
    return run(world, "script", [sys.executable, "-I", "-S", str(file)])


def dash(world: World) -> Said:
    """verify.sh under dash."""
    return run(world, "dash", [shutil.which("dash") or "sh", str(alone(world, "verify.sh"))])


def busybox(world: World) -> Said:
    """verify.sh under busybox' shell, with busybox' tools and ssh-keygen and no others."""
    tools = world.keys / "busybox"
    if not tools.is_dir():
        tools.mkdir()
        for name in applets():
            (tools / name).symlink_to(str(shutil.which("busybox")))
        (tools / "ssh-keygen").symlink_to(str(shutil.which("ssh-keygen")))
    return run(world, "busybox", [str(tools / "sh"), str(alone(world, "verify.sh"))], PATH=str(tools))


def applets() -> list[str]:
    return subprocess.run(["busybox", "--list"], capture_output=True, text=True, check=True).stdout.split()


HAS_BUSYBOX = shutil.which("busybox") is not None
EVERY = bool(os.environ.get("SQLGEN_ALL_VERIFIERS"))
VERIFIERS: tuple[Verifier, ...] = (called, script, dash, *((busybox,) if HAS_BUSYBOX else ()))


def alone(world: World, name: str) -> Path:
    """A byte copy of a verifier, where nothing else of sqlgen is."""
    file = world.keys / "programs" / name
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        shutil.copyfile(SCRIPTS / name, file)
    return file


def state(world: World, name: str) -> Path:
    """What this host remembers, for each verifier by itself."""
    own = world.root / f"state-{name}"
    if not own.exists() and (world.root / "state").exists():
        shutil.copytree(world.root / "state", own, symlinks=True)
    return own


def run(world: World, name: str, command: list[str], **variables: str) -> Said:
    if world.unprivileged:
        command = [*UNPRIVILEGED, *command]
    result = subprocess.run(
        [*command, *world.mode, str(world.trust), world.environment, str(world.bundle)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "XDG_STATE_HOME": str(state(world, name)), **variables},
    )
    refused = [line for line in result.stderr.splitlines() if line.startswith("REFUSED: ")]
    assert len(refused) == (result.returncode == 3), (result.args, result.stdout, result.stderr)
    assert "Traceback" not in result.stderr, result.stderr
    reason = refused[0].removeprefix("REFUSED: ").replace(str(world.root / f"state-{name}"), STATE) if refused else ""
    return Said(result.returncode, reason, tuple(result.stdout.splitlines()), result.stderr)


# Root reads every file, whatever its mode says; without these rights it is a user like others.
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
UNPRIVILEGED = (str(shutil.which("setpriv")), "--bounding-set=-dac_override,-dac_read_search", "--") if IS_ROOT else ()


def ask(world: World, about: str = "") -> dict[str, Said]:
    """What each verifier says. A world in which root's rights are off can't be judged in this process by root.

    `about` tells the question. There are hundreds of them, so one of four is put to all verifiers, the next to
    verify.py in one way and verify.sh under dash, the third to verify.sh, the fourth to verify.py; `make deep` asks all
    of all.
    """
    python = script if world.unprivileged and IS_ROOT else called
    lot = 0 if EVERY or not about else zlib.crc32(about.encode()) % 4
    if lot == 0:
        asked = [each for each in VERIFIERS if not (python is script and each is called)]
    else:
        asked = [[python, dash], [dash], [python]][lot - 1]
    return {each.__name__: each(world) for each in asked}


def all_refuse(world: World, reason: str) -> str:
    """Every verifier refuses, for this reason and in the same words; gives the words."""
    said = ask(world, os.environ["PYTEST_CURRENT_TEST"])
    words = {name: each.reason for name, each in said.items()}
    assert {name: each.code for name, each in said.items()} == dict.fromkeys(said, 3), said
    assert {name: text for name, text in words.items() if text != reason and not text.startswith(f"{reason} (")} == {}
    if not newline_in_a_name(world):
        assert len(set(words.values())) == 1, f"the verifiers give different reasons: {words}"
    assert [each.lines for each in said.values() if each.lines] == []
    left = list(Path(os.environ["TMPDIR"]).iterdir())
    assert left == [], "a private copy was left behind"
    return next(iter(words.values()))


def newline_in_a_name(world: World) -> bool:
    """Such a name is more than one line for a shell, so it can't show it as Python does."""
    return any("\n" in path.name for path in world.bundle.rglob("*"))


def all_accept(world: World) -> tuple[str, ...]:
    """Every verifier accepts, and prints the same lines; gives them, without the path of the copy."""
    said = ask(world)
    assert {name: (each.code, each.notes) for name, each in said.items() if each.code} == {}
    printed = {name: without_path(each.lines) for name, each in said.items() if name != "called"}
    assert len(set(printed.values())) == 1, f"the verifiers print different lines: {printed}"
    return printed["script"]


def without_path(lines: tuple[str, ...]) -> tuple[str, ...]:
    if not lines or not lines[0].startswith("VERIFIED "):
        return lines
    path = lines[0].removeprefix("VERIFIED ")
    assert Path(path).parent.stat().st_mode & 0o777 == 0o700
    return tuple(line.replace(path, "COPY") for line in lines)
