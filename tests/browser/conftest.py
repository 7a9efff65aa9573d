"""One Chromium for all tests of a process."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.browser import chromium


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Browser]:
    program = chromium.found()
    if program is None:
        assert "SQLGEN_REQUIRE_SERVERS" not in os.environ, "no Chromium is installed; the tests need one here"
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium fonts-noto-cjk poppler-utils)")
    found = chromium.Browser(program, tmp_path_factory.mktemp("profile"))
    yield found
    found.close()
