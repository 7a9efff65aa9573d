"""A genuine world with real keys, made once; every attack gets a copy of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.attacks.asking")

from tests.attacks import worlds  # noqa: E402
from tests.attacks.asking import all_accept  # noqa: E402
from tests.attacks.worlds import World  # noqa: E402


@pytest.fixture(scope="session")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A bundle that two reviewers and a DBA have signed. Every verifier must accept it first."""
    world = worlds.make(tmp_path_factory.mktemp("genuine"), tmp_path_factory.mktemp("keys"))
    with pytest.MonkeyPatch.context() as patch:
        copies = tmp_path_factory.mktemp("copies")
        patch.setenv("TMPDIR", str(copies))
        patch.setattr("tempfile.tempdir", None)
        assert f"bundle id {world.bundle_id}" in all_accept(world)
    return world


@pytest.fixture
def world(genuine: World, tmp_path: Path) -> World:
    """A copy of the genuine world, to attack, on a host that has verified nothing yet."""
    shutil.copytree(genuine.root, tmp_path / "w", ignore=shutil.ignore_patterns("state-*"))
    return World(tmp_path / "w", genuine.keys)


@pytest.fixture(autouse=True)
def private_copies_go_where_the_test_can_see_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder
