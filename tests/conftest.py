"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sqlgen.messages import ENGLISH, speak


@pytest.fixture(autouse=True, scope="session")
def _a_cache_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is kept in, or taken from, the cache of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SQLGEN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _english() -> Iterator[None]:
    """What is said is looked for in English, whatever the locale of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SQLGEN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    """What a test makes others speak ends with it."""
    yield
    speak(ENGLISH)
