"""The tables of attacks, docs/threat-model.md and docs/bundle-format.md say the same."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.attacks import test_archives, test_audit, test_decisions, test_ledger, test_tampering, test_trust

DOCS = Path(__file__).parents[2] / "docs"
TABLES = (test_tampering.ATTACKS, test_trust.ATTACKS, test_decisions.ATTACKS, test_ledger.ATTACKS, test_audit.ATTACKS)
ROWS = [row for table in TABLES for row in table]


def without_detail(reason: str) -> str:
    reason = re.sub(r" \([^()]*\)$", "", reason)
    return re.sub(r"^step 1: \S+ has an (ill-formed line|RSA key of fewer)", r"step 1: FILE has an \1", reason)


def reasons_of_the_format() -> set[str]:
    section = (DOCS / "bundle-format.md").read_text().partition("| step | reason |")[2]
    found: list[tuple[str, str]] = re.findall(r"^\| (\d+) \| (.+) \|$", section, re.MULTILINE)
    return {without_detail(f"step {step}: {reason}") for step, reason in found}


def test_every_reason_of_the_format_is_the_answer_to_an_attack_and_no_other_is() -> None:
    asserted = {without_detail(reason) for _, _, reason in ROWS}
    assert len(asserted) > 70
    assert asserted == reasons_of_the_format()


def test_every_attack_has_a_name_of_its_own() -> None:
    names = Counter([name for name, _, _ in ROWS] + list(test_archives.NAMES))
    assert {name: times for name, times in names.items() if times > 1} == {}


def test_every_attack_and_no_other_stands_in_the_threat_model() -> None:
    names = {name for name, _, _ in ROWS} | set(test_archives.NAMES)
    table = (DOCS / "threat-model.md").read_text().partition("## Attacks")[2].partition("## ")[0]
    rows = re.findall(r"^\| .* \| .* \| (.*) \|$", table, re.MULTILINE)
    named = Counter(name for row in rows for name in re.findall(r"`([^`]+)`", row))
    assert sorted(named) == sorted(names)
    assert {name: times for name, times in named.items() if times > 1} == {}
