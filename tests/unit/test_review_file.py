"""review.json: the same review always gives the same text, and nothing but such a text gives a review."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, find, given, settings

from sqlgen.errors import VerificationError
from sqlgen.review.document import file
from sqlgen.review.document.model import Document
from tests.unit.reviews import documents

ALL_SORTS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@ALL_SORTS
@given(documents())
def test_a_review_is_read_as_it_was_written(document: Document) -> None:
    text = file.write(document)
    assert file.read(text) == document
    assert text.isascii()
    assert text.isprintable() or set(filter(lambda char: not char.isprintable(), text)) == {"\n"}
