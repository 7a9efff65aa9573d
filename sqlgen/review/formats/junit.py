"""JUnit XML, for the test views of CI hosts: what is new, what was fixed.

A suite is a revision (or an .sql file), a case a kind of harm, after the folders of the rule packs, "other" for rules
that stand in none of them, "rendering" and "rollback". Cases that pass are there too: hosts call a case fixed that
failed on the target branch and passes now, and of one that is gone they say nothing (GitLab,
lib/gitlab/ci/reports/test_suite_comparer.rb). Several findings share their case: of cases with the same names GitLab
takes the first (https://docs.gitlab.com/ci/testing/unit_test_reports/).

* failure: findings of severity error or warning; infos and findings on the way back, which fail no check, are output.
* error: a revision that is not, or not wholly, rendered; a project that could not be checked.
* skipped: all that was found is allowed; or nothing could be judged: the revision was not rendered, the check failed.

Findings of the baseline stand nowhere. Names hold no line, and there is no time: the same findings make the same bytes.
The form is that of Jenkins' xunit plugin, which refuses what its schema does not know (junit-10.xsd); there a place may
have no attribute but a suite's `file`, so that each text begins with `path:line:column`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from sqlgen.errors import SettingsError
from sqlgen.lint.finding import Severity
from sqlgen.lint.packs import STANDARD, rule_files
from sqlgen.messages import Message, place, say, visible
from sqlgen.review.formats import Style
from sqlgen.review.report import Entry, Part, Report
from sqlgen.segments import Step

_OTHER = "other"
_SEVERE = (Severity.ERROR, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class _Suite:
    """A revision, a file, or what is about a project as such."""

    name: str | None
    """The revision or the file; None: the project."""
    file: str | None
    cases: Mapping[str, Sequence[Entry]]
    """By name; those without entries pass."""
    unjudged: frozenset[str] = frozenset()
    """Cases of which nothing is known."""


def render(report: Report, style: Style) -> str:
    """One document for all projects; a project's own suite comes first, then its revisions as they run."""
    root = ElementTree.Element("testsuites", name="sqlgen")
    packs = _Packs()
    for part in report.parts:
        package = ".".join(filter(None, ("sqlgen", visible(part.name))))
        for suite in _suites(report, part, packs.harms(part)):
            root.append(_suite(suite, package))
    for what in ("tests", "failures", "errors"):
        root.set(what, str(sum(int(suite.get(what, "0")) for suite in root)))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


@dataclass(frozen=True, slots=True)
class _Packs:
    """The rule packs of all projects, each read once."""

    _read: dict[tuple[str, Path], Mapping[str, str]] = field(default_factory=dict)

    def harms(self, part: Part) -> Mapping[str, str]:
        """The harm of each rule of a project. A pack that is not to be found from its folder is left out."""
        found: dict[str, str] = {}
        for pack in part.packs:
            key = (pack, Path() if pack == STANDARD else part.folder)
            if key not in self._read:
                try:
                    self._read[key] = {file.id: file.harm for file in rule_files([pack], key[1])}
                except SettingsError:
                    self._read[key] = {}
            found |= self._read[key]
        return found


def _suites(report: Report, part: Part, harms: Mapping[str, str]) -> Iterator[_Suite]:
    told: dict[str, list[Entry]] = {}
    for entry in report.entries:
        if entry.part is part and not (entry.allowed is not None and entry.allowed.baseline):
            told.setdefault(entry.revision or entry.path or "", []).append(entry)
    failed = [entry for entries in told.values() for entry in entries if entry.kind == "failed"]
    yield _Suite(None, None, {"check": failed, **_by_case(told.pop("", []), harms)})
    steps: dict[str, list[Step]] = {}
    files = {step.file or "": report.path(part, step.file or "") for step in part.steps}
    for step in part.steps:
        steps.setdefault(step.revision or files[step.file or ""], []).append(step)
    for key, its in steps.items():
        unjudged = part.trouble is not None or any(step.gap for step in its if step.direction == "upgrade")
        file = files[its[0].file] if its[0].file else None
        yield _of_step(key, file, its, _by_case(told.pop(key, []), harms), harms, unjudged=unjudged)
    for key, entries in told.items():
        if cases := _by_case(entries, harms):
            yield _Suite(key, entries[0].path, cases)  # not judged as a whole: nothing of it passes


def _of_step(
    name: str,
    file: str | None,
    steps: Sequence[Step],
    found: Mapping[str, Sequence[Entry]],
    harms: Mapping[str, str],
    *,
    unjudged: bool,
) -> _Suite:
    """What was judged, whether something was found or not."""
    up = [step for step in steps if step.direction == "upgrade"]
    kinds = (*sorted(set(harms.values())), _OTHER)
    names = (
        *(kinds if up else ()),
        *(("rendering",) if steps[0].revision else ()),
        *(("rollback",) if len(up) < len(steps) else ()),
    )
    cases: Mapping[str, Sequence[Entry]] = dict.fromkeys(names, ())
    return _Suite(name, file, {**cases, **found}, frozenset(kinds if unjudged else ()))


def _by_case(entries: Sequence[Entry], harms: Mapping[str, str]) -> dict[str, Sequence[Entry]]:
    cases: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind != "failed":
            cases.setdefault(_case(entry, harms), []).append(entry)
    return {**cases}


def _case(entry: Entry, harms: Mapping[str, str]) -> str:
    if entry.direction == "downgrade" and not (entry.kind == "incomplete" and entry.part.judged.down_only):
        return "rollback"
    return "rendering" if entry.kind == "incomplete" else harms.get(entry.rule, _OTHER)


# ---- XML


def _suite(suite: _Suite, package: str) -> ElementTree.Element:
    """Jenkins takes what stands before the last dot of a class name for its package."""
    classname = package if suite.name is None else f"{package}.{visible(suite.name)}"
    cases = [_xml(name, entries, classname, suite) for name, entries in suite.cases.items()]
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    attributes = {"name": classname, "package": package}
    if suite.file is not None:
        attributes["file"] = visible(suite.file)
    made = ElementTree.Element("testsuite", attributes | {name: str(count) for name, count in counts.items()})
    made.extend(cases)
    return made


def _xml(name: str, entries: Sequence[Entry], classname: str, suite: _Suite) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=classname, name=visible(name))
    counted = [entry for entry in entries if entry.severity in _SEVERE and name != "rollback"]
    broken = [entry for entry in counted if entry.kind != "finding"]
    standing = [entry for entry in counted if entry.kind == "finding" and entry.allowed is None]
    allowed = [entry for entry in counted if entry.allowed is not None]
    output = [entry for entry in entries if entry.severity not in _SEVERE or name == "rollback"]
    if broken:
        _told(case, "error", broken)
    elif standing:
        _told(case, "failure", standing)
    elif allowed:
        _told(case, "skipped", allowed)
    elif name in suite.unjudged:
        ElementTree.SubElement(case, "skipped", message=str(say("not judged")))
    if broken or standing:  # a team may call a folder of its pack "rendering"
        output = [*(standing if broken else ()), *allowed, *output]
    if output:
        ElementTree.SubElement(case, "system-out").text = "\n\n".join(map(_text, output))
    return case


def _told(case: ElementTree.Element, tag: str, entries: Sequence[Entry]) -> None:
    """All of them: the first in short, and with how many others; each in full in the text."""
    first, more = entries[0], len(entries) - 1
    short: Message | str = " ".join(first.message.split("\n"))
    if first.allowed is not None:
        short = say("allowed: {message}", message=short)
    if more:
        short = say("{first} (and {count} more)", first=short, count=more)
    made = ElementTree.SubElement(case, tag, type=visible(first.rule), message=visible(str(short)))
    made.text = "\n\n".join(map(_text, entries))


def _text(entry: Entry) -> str:
    """Lines that XML can hold: visible() escapes all that it forbids (XML 1.0, 2.2)."""
    allowed = entry.allowed
    lines = [f"{place(entry.path, entry.line, entry.column)}{entry.severity.label} {entry.rule}: {entry.message}"]
    if allowed is None:
        lines.append(str(say("help: {help}", help=entry.help)))
    else:
        until = say(" until {date}", date=allowed.until) if allowed.until else ""
        owner = say(", {owner}", owner=allowed.owner) if allowed.owner else ""
        because = say("allowed because {reason}{until}{owner}", reason=allowed.because, until=until, owner=owner)
        lines.append(str(because))
    return "\n".join(visible(line) for text in (*lines, entry.sql) if text for line in text.split("\n"))
