"""Findings and the statements that they are about: each stands in one script, and every face shows it there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from sqlgen.cli.review_screen import screen
from sqlgen.review import html, markdown
from sqlgen.review.document.attached import attached
from sqlgen.review.document.model import Document, Finding
from tests.unit.review_sample import sample
from tests.unit.reviews import documents


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents())
def test_each_finding_on_a_statement_stands_in_one_script(document: Document) -> None:
    forward, back = attached(document), attached(document, back=True)
    assert all(held for found in (forward, back) for held in found.values())
    assert sum(len(held) for found in (forward, back) for held in found.values()) == sum(
        each.statement is not None for each in document.findings
    )
    if document.about.down_only:
        assert not back


@pytest.mark.parametrize("direction", ["upgrade", "downgrade"])
def test_of_a_way_back_alone_every_face_shows_findings_on_its_statements(direction: str) -> None:
    whole = sample()
    found = Finding("made-up-rule", "error", "it is gone", "Keep it.", direction, "a1f3", 1, None, None)  # type: ignore[arg-type]
    alone = replace(whole, about=replace(whole.about, down_only=True), rollback=(), findings=(found,))
    for text in (html.render(alone, {}), markdown.render(alone, {}), screen(alone, None, 120, False)):
        assert "made-up-rule" in text
