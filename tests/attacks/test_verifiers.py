"""What both verifiers accept, and how they end when it is not the bundle's fault."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sqlgen.bundle.verify import Verified, verify
from sqlgen.errors import ToolMissing, UsageError, VerificationError

if TYPE_CHECKING:
    from tests.attacks.conftest import World

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden/bundle"
GOLDEN_ID = "710b2b9fec607465c58e049acfcbf983ae7ee101d27c74bf360d4081ac426290"
VERIFY_SH = ROOT / "sqlgen/bundle/verify.sh"


def both(world: World, shell: tuple[str, ...]) -> tuple[Verified, subprocess.CompletedProcess[str]]:
    verified, result = world.python(), world.shell(shell)
    assert isinstance(verified, Verified), verified
    assert (result.returncode, result.stderr) == (0, "")
    return verified, result


def test_both_say_the_same_of_a_good_bundle(world: World, shell: tuple[str, ...]) -> None:
    verified, result = both(world, shell)
    path, *rest = result.stdout.splitlines()
    assert rest == [
        f"bundle id {verified.bundle_id}",
        *(f"signed by {s.role} {s.principal} {s.key}" for s in verified.signatures),
    ]
    copies = Path(path.removeprefix("VERIFIED ")), verified.copy
    for copy in copies:
        assert copy.parent.parent == Path(os.environ["TMPDIR"])
        assert copy.parent.stat().st_mode & 0o777 == 0o700
        for file in world.bundle.rglob("*"):
            if file.is_file():
                assert (copy / file.relative_to(world.bundle)).read_bytes() == file.read_bytes()


def test_the_frozen_bundle_is_verified_for_ever(shell: tuple[str, ...]) -> None:
    verified = verify(GOLDEN / "trust", "prod", GOLDEN / "bundle", now=datetime.now(UTC))
    assert verified.bundle_id == GOLDEN_ID
    assert verified.expires is None
    command = [*shell, str(VERIFY_SH), str(GOLDEN / "trust"), "prod", str(GOLDEN / "bundle")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"bundle id {GOLDEN_ID}\n" in result.stdout
    assert {s.principal for s in verified.signatures} == {"alice@example.com", "bob@example.com", "dora@example.com"}


def test_a_policy_for_each_environment(world: World, shell: tuple[str, ...]) -> None:
    (world.trust / "policy").rename(world.trust / "p")
    (world.trust / "policy").mkdir()
    (world.trust / "p").rename(world.trust / "policy/prod")
    both(world, shell)


def test_trust_files_may_have_comments_and_no_final_newline(world: World, shell: tuple[str, ...]) -> None:
    for name in ("allowed_signers", "policy"):
        path = world.trust / name
        path.write_text("# Zoë keeps this list\n\n" + path.read_text().removesuffix("\n"))
    (world.trust / "revoked_keys").write_text(f"# laptop stolen\n{world.public('eve')} eve@example.com")
    (world.trust / "revoked_bundles").write_text("0" * 64 + " withdrawn")
    (world.trust / "ledger").write_bytes(b"")
    both(world, shell)


def test_a_comment_that_looks_like_a_signer_is_a_comment(world: World, shell: tuple[str, ...]) -> None:
    path = world.trust / "allowed_signers"
    path.write_text(path.read_text() + "# eve ssh-rsa short\n#x namespaces ssh-rsa AAAA\n")
    both(world, shell)


def test_a_key_within_its_time(world: World, shell: tuple[str, ...]) -> None:
    path = world.trust / "allowed_signers"
    path.write_text(path.read_text().replace('" ssh', '",valid-after="20200101",valid-before="29990101" ssh'))
    both(world, shell)


def test_text_in_any_language_is_accepted(world: World, shell: tuple[str, ...]) -> None:
    text = "-- é ß 漢字 😀 \u200c \xa0 \ud7ff \ue000 \ufffd \U0010fffd\n\tSELECT 'x'; -- no newline at the end"
    (world.bundle / "apply.sql").write_text(text, encoding="utf-8")
    (world.bundle / "rollback.sql").write_bytes(b"")
    world.seal()
    both(world, shell)


def test_paths_with_spaces_and_links_to_the_folders_work(world: World, shell: tuple[str, ...]) -> None:
    spaced = world.root / "a b $(touch x) 'c'"
    spaced.mkdir()
    for name in ("bundle", "trust"):
        (world.root / name).rename(spaced / name)
        (world.root / name).symlink_to(spaced / name)
    both(world, shell)


def test_a_bundle_that_changes_after_it_was_verified_does_not_change_the_copy(world: World) -> None:
    verified = world.python()
    assert isinstance(verified, Verified)
    before = (verified.copy / "apply.sql").read_bytes()
    (world.bundle / "apply.sql").write_text("DROP TABLE books;\n")
    assert (verified.copy / "apply.sql").read_bytes() == before


def test_a_trust_folder_inside_the_bundle_is_refused(world: World, shell: tuple[str, ...]) -> None:
    shutil.copytree(world.trust, world.bundle / "trust")
    inside = type(world)(world.root, world.keys)
    with pytest.raises(VerificationError, match="step 1: the trust folder lies inside the bundle"):
        verify(world.bundle / "trust", "prod", world.bundle, now=datetime.now(UTC))
    command = [*shell, str(VERIFY_SH), str(world.bundle / "trust"), "prod", str(inside.bundle)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (3, "REFUSED: step 1: the trust folder lies inside the bundle\n")


@pytest.mark.parametrize("environment", ["", "Prod", "prod eu", "../prod", "-x", ".prod", "prod\n", "*"])
def test_a_bad_environment_name_is_a_usage_error(world: World, shell: tuple[str, ...], environment: str) -> None:
    with pytest.raises(UsageError):
        world.python(environment)
    result = world.shell(shell, environment)
    assert result.returncode == 2
    assert "usage: verify.sh TRUST ENV DIR" in result.stderr


@pytest.mark.parametrize("missing", ["trust", "bundle"])
def test_a_folder_that_is_not_there_is_a_usage_error(world: World, shell: tuple[str, ...], missing: str) -> None:
    script = world.trust / "verify.sh"
    arguments = {"trust": world.trust, "bundle": world.bundle, missing: world.root / "nothing"}
    with pytest.raises(UsageError, match=f"there is no .*{missing}"):
        verify(arguments["trust"], "prod", arguments["bundle"], now=datetime.now(UTC))
    command = [*shell, str(script), str(arguments["trust"]), "prod", str(arguments["bundle"])]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert re.match(f"there is no .*{missing}", result.stderr)


@pytest.mark.parametrize("arguments", [[], ["a"], ["a", "b"], ["a", "b", "c", "d"]])
def test_verify_sh_wants_three_arguments(shell: tuple[str, ...], arguments: list[str]) -> None:
    result = subprocess.run([*shell, str(VERIFY_SH), *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 2


def old_ssh_keygen(folder: Path) -> str:
    """A PATH on which ssh-keygen answers as OpenSSH 8.0 does."""
    folder.mkdir()
    (folder / "ssh-keygen").write_text("#!/bin/sh\necho 'unknown option -- Y' >&2\nexit 1\n")
    (folder / "ssh-keygen").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_an_old_ssh_keygen_refuses_nothing_but_says_so(
    world: World, shell: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", old_ssh_keygen(tmp_path / "old"))
    with pytest.raises(ToolMissing, match="too old"):
        world.python()
    result = world.shell(shell)
    assert result.returncode == 2
    assert "ssh-keygen is too old" in result.stderr


def test_a_missing_ssh_keygen_is_said(
    world: World, shell: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for tool in ("find", "grep", "sed", "sha256sum", shell[0]):
        (few / tool).symlink_to(str(shutil.which(tool)))
    monkeypatch.setenv("PATH", str(few))
    with pytest.raises(ToolMissing, match="ssh-keygen is missing"):
        world.python()
    result = world.shell(shell)
    assert (result.returncode, result.stderr.splitlines()[0]) == (2, "ssh-keygen is missing")


def test_an_ssh_keygen_that_always_succeeds_verifies_nothing(
    world: World, shell: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exit code of 0 is not enough: the line that names signer, namespace and key must be there."""
    path = old_ssh_keygen(tmp_path / "yes")
    (tmp_path / "yes/ssh-keygen").write_text("#!/bin/sh\nexit 0\n")
    monkeypatch.setenv("PATH", path)
    said = world.python()
    assert isinstance(said, str)
    assert said.startswith("step 10:")
    result = world.shell(shell)
    assert (result.returncode, result.stderr) == (3, f"REFUSED: {said}\n")


def test_no_room_for_the_copy_is_a_refusal(
    world: World, shell: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nothing"))
    # Python falls back to /tmp, so take that away too.
    monkeypatch.setattr("tempfile.mkdtemp", no_space)
    said = world.python()
    assert isinstance(said, str)
    assert said.startswith("step 4: the bundle can't be read or copied")
    result = world.shell(shell)
    assert (result.returncode, result.stderr) == (3, "REFUSED: step 4: the bundle can't be read or copied\n")


def no_space(**_: object) -> str:
    raise OSError(28, "No space left on device")


def test_a_step_that_fails_unexpectedly_is_a_refusal(
    world: World, shell: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool that dies must never look like success, nor leave the copy behind."""
    if "busybox" in shell:
        pytest.skip("busybox does not look for its own tools on PATH")
    monkeypatch.setenv("PATH", old_ssh_keygen(tmp_path / "broken"))
    (tmp_path / "broken/ssh-keygen").rename(tmp_path / "broken/cut")
    result = world.shell(shell)
    assert result.returncode == 3
    assert "REFUSED" in result.stderr
    assert not list((tmp_path / "copies").iterdir())


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
        with pytest.raises(VerificationError, match="step 8: the bundle expired"):
            verify(world.trust, "prod", world.bundle, now=moment)


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


def reasons_in_python() -> set[str]:
    text = (ROOT / "sqlgen/bundle/verify.py").read_text()
    found = re.findall(r'say\(\s*"(step \d+: [^"]*?)(?: \(\{[^"]*\))?"', text)
    named = {found.index("step 1: {file} is missing"), found.index("step 1: {file} has an ill-formed line")}
    return {reason for index, reason in enumerate(found) if index not in named}


def reasons_in_shell() -> set[str]:
    text = VERIFY_SH.read_text().replace('"$ill"', "'MANIFEST.json is ill-formed'")
    found = re.findall(r"(?:refuse|none) (\d+) (?:'([^']*)'|\"([^\"]*)\")", text)
    return {f"step {step}: {one or other}" for step, one, other in found if step != "0" and "$(" not in one + other}


def test_both_verifiers_and_the_format_document_have_the_same_reasons() -> None:
    python = reasons_in_python()
    assert len(python) > 30
    assert python == reasons_in_shell()
    document = (ROOT / "docs/bundle-format.md").read_text()
    assert [
        reason
        for reason in sorted(python)
        if f"| {reason.removeprefix('step ').replace(': ', ' | ')} |" not in document
    ] == []


def test_every_attack_and_no_other_stands_in_the_threat_model() -> None:
    table = (ROOT / "docs/threat-model.md").read_text()
    attacks = re.findall(r'^    \("([^"]*)", ', (ROOT / "tests/attacks/test_tampering.py").read_text(), re.MULTILINE)
    named = re.findall(r"`([a-zA-Z0-9 .-]+)`", table.partition("## Attacks")[2])
    assert len(attacks) > 100
    assert sorted(attacks) == sorted(name for name in named if name in set(attacks))
