"""Findings as SARIF 2.1.0, for code scanning: a run for each project, dialect and environment.

The format, whose sections stand in brackets: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. What
GitHub reads of it, and its limits:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import sqlgen
from sqlgen.lint.finding import Allowed, Severity
from sqlgen.messages import Message, say
from sqlgen.review.counts import rollback
from sqlgen.review.descriptors import descriptors
from sqlgen.review.formats import Style
from sqlgen.review.report import Entry, Part, Report, new_sql

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RUNS = 20
"""In a file; GitHub refuses one with more."""
_RESULTS = (25_000, 5_000, 1_000, 200)
"""In a run: GitHub refuses more than the first, and shows as many as the second. The others are tried where the file is
still too big."""
_BYTES = 10_000_000
"""Of the file, compressed with gzip; GitHub refuses more."""
_EMBEDDED = 1_000_000
"""Characters of a project's SQL. Of more, each result has its own statement, and that is all."""
_TOP, _MADE = "SRCROOT", "EMITTED"
"""What paths are relative to: the top of the repository; nothing that there is, for SQL that was written nowhere."""
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Run:
    category: str
    """What GitHub keeps the alerts of this run apart by; unique in the file."""
    parts: tuple[Part, ...]
    entries: tuple[Entry, ...]


def render(report: Report, style: Style) -> str:
    """JSON text, ASCII only, with a final newline. No times and no absolute paths: the same for the same report.

    Allowed findings are left out unless the style asks for them. They carry `suppressions` then [3.27.23], which GitHub
    does not read: there, each would be an open alert.
    """
    runs = [*_runs(report, style)]
    for most in _RESULTS:
        document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report, run, most) for run in runs]}
        text = json.dumps(document) + "\n"  # on one line: the encoder that indents takes five times as long
        if len(text) <= _BYTES or len(gzip.compress(text.encode())) <= _BYTES:
            break
    return text


def _runs(report: Report, style: Style) -> Iterator[_Run]:
    """One for each part; where these are more than GitHub takes, one for each dialect and environment."""
    shares: dict[tuple[str, str | int], list[Part]] = {}
    many = len(report.parts) > _RUNS
    for number, part in enumerate(report.parts):
        shares.setdefault((_kind(part), "" if many else number), []).append(part)
    of_part: dict[int, list[Entry]] = {id(part): [] for part in report.parts}
    for entry in report.listed if style.allowed else report.open:
        of_part[id(entry.part)].append(entry)
    seen: Counter[str] = Counter()
    for (kind, _), parts in shares.items():
        category = "/".join(each for each in ("sqlgen", kind, "" if many else parts[0].name) if each)
        seen[category] += 1
        category += f"#{seen[category]}" if seen[category] > 1 else ""
        yield _Run(category, tuple(parts), tuple(entry for part in parts for entry in of_part[id(part)]))


def _kind(part: Part) -> str:
    dialect = part.judged.dialect
    return f"{dialect}@{quote(part.environment, safe='')}" if part.environment else dialect


def _run(report: Report, run: _Run, most: int) -> Json:
    entries, cut = _worst(run.entries, most)
    rules = descriptors(run.parts, entries)
    places = {each["id"]: number for number, each in enumerate(rules)}
    sql = {id(part): _Sql(part, number) for number, part in enumerate(_with_sql(run.parts, entries))}
    return {
        "tool": {"driver": {"name": "sqlgen", "version": sqlgen.__version__, "rules": rules}},
        # What comes behind the last slash names this one run; nothing does, so that the same report is the same text.
        "automationDetails": {"id": f"{run.category}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _TOP: {"description": {"text": str(say("The top of the repository."))}},
            _MADE: {"description": {"text": str(say("SQL that sqlgen made of revisions, and wrote to no file."))}},
        },
        "artifacts": [each.artifact() for each in sql.values()],
        "invocations": [_invocation(report, run, cut)],
        "results": [_result(report, entry, places[entry.rule], sql.get(id(entry.part))) for entry in entries],
        "properties": {"projects": [_project(part) for part in run.parts], "resultsCut": cut},
    }


def _worst(entries: Sequence[Entry], most: int) -> tuple[Sequence[Entry], int]:
    """As many as are shown, and how many are left out. Where GitHub shows some alone, the worst stand first: it takes
    them "prioritized by severity", which was not so for all (github/docs#38085)."""
    if len(entries) <= min(most, _RESULTS[1]):
        return entries, 0
    by_severity = sorted(entries, key=lambda entry: (-entry.severity, entry.kind == "finding"))
    return by_severity[:most], max(0, len(entries) - most)


def _project(part: Part) -> Json:
    since = part.since
    told = {
        "name": part.name,
        "dialect": part.judged.dialect,
        "environment": part.environment,
        "base": None if since is None else since.base,
        "mergeBase": None if since is None else since.merge_base,
    }
    return {name: value for name, value in told.items() if value is not None}


# ---- what could not be done


def _invocation(report: Report, run: _Run, cut: int) -> Json:
    """[3.20] Whether it went well, and what people should know of it besides results."""
    told = [
        _notification(each, _LEVELS[each.severity], each.message, [_location(report, each)]) for each in run.entries
    ]
    failed = [part.trouble for part in run.parts if part.trouble is not None]
    for part in run.parts:
        name = f"{part.name}: " if part.name else ""
        told += [_notification("note", "note", f"{name}{note}") for note in _notes(part)]
    if cut:
        what = say("{count} results are left out, the least bad ones: code scanning takes no more", count=cut)
        told.append(_notification("cut", "warning", str(what)))
    said: Json = {"executionSuccessful": not failed, "toolExecutionNotifications": [each for each in told if each]}
    return {**said, "exitCode": max(trouble.exit_code for trouble in failed)} if failed else said


def _notes(part: Part) -> Iterator[Message]:
    yield from part.notes
    if (told := rollback(part.judged)) is not None:
        yield told


def _notification(what: Entry | str, level: str, text: str, locations: Iterable[Json] = ()) -> Json:
    """[3.58] Nothing for a finding, which is a result alone; what is incomplete or failed is both, since code scanning
    shows results alone."""
    name = what if isinstance(what, str) else what.kind
    if name == "finding":
        return {}
    told = {"descriptor": {"id": name}, "level": level, "message": {"text": text}}
    return {**told, "locations": [*locations]} if locations else told


# ---- results


def _result(report: Report, entry: Entry, rule: int, sql: _Sql | None) -> Json:
    told = {"revision": entry.revision, "direction": entry.direction, "statement": entry.statement}
    result: Json = {
        "ruleId": entry.rule,
        "ruleIndex": rule,
        "level": _LEVELS[entry.severity],
        "message": {"text": _text(entry)},
        "locations": [_location(report, entry)],
        # GitHub matches alerts by the first of these alone, which CodeQL makes of the next 100 characters of the file;
        # `upload-sarif` fills it in where it is missing, and keeps another's, with a warning in its log
        # (github/codeql-action, src/fingerprints.ts). Ours is unique, and stays when the lines behind it change.
        "partialFingerprints": {"primaryLocationLineHash": entry.fingerprint, "sqlgen/v1": entry.fingerprint},
        "properties": {name: value for name, value in told.items() if value is not None},
    }
    if sql is not None and entry.sql_line is not None:
        result["relatedLocations"] = [sql.location(entry, entry.sql_line)]
    elif entry.sql:
        result["properties"]["sql"] = entry.sql
    if entry.allowed is not None:
        result["suppressions"] = [_suppression(entry.allowed)]
    return result


def _text(entry: Entry) -> str:
    """The harm, then what to do. `](` would be read as a link to another location [3.11.6], and SQL Server's names
    stand in brackets."""
    harm = entry.message if entry.message.endswith((".", "!", "?")) else f"{entry.message}."
    return f"{harm}\n{entry.help}".rstrip().replace("](", "] (")


def _location(report: Report, entry: Entry) -> Json:
    """Where the call stands. GitHub shows no result without a file: one that has none stands at the settings."""
    path = report.home(entry.part) if entry.path is None else entry.path
    line = entry.line or 1  # GitHub wants a region for what is about a whole file too
    # Without endColumn, it goes to the end of its last line [3.30.8].
    column = {} if entry.column is None else {"startColumn": entry.column}
    region = {"startLine": line, **column, "endLine": max(line, entry.end_line or line)}
    physical = {"artifactLocation": {"uri": _uri(path), "uriBaseId": _TOP}, "region": region}
    location: Json = {"physicalLocation": physical}
    if entry.revision is not None:
        whole = "/".join(each for each in (entry.part.name, entry.revision, entry.direction) if each)
        location["logicalLocations"] = [{"name": entry.revision, "fullyQualifiedName": whole, "kind": "revision"}]
    return location


def _uri(path: str) -> str:
    """[3.4.3] A relative reference: UTF-8, percent-encoded; bytes of a name that are no UTF-8 as they are."""
    return quote(path.encode("utf-8", "surrogateescape"))


def _suppression(allowed: Allowed) -> Json:
    in_source = not allowed.baseline and re.search(r":\d+$", allowed.where)
    told = {"owner": allowed.owner, "until": allowed.until, "where": allowed.where}
    return {
        "kind": "inSource" if in_source else "external",
        "status": "accepted",
        "justification": str(allowed.because),
        "properties": {name: value for name, value in told.items() if value is not None},
    }


# ---- the SQL that revisions make, as a second place


def _with_sql(parts: Sequence[Part], entries: Sequence[Entry]) -> Iterator[Part]:
    wanted = {id(entry.part) for entry in entries if entry.sql_line is not None}
    return (part for part in parts if id(part) in wanted)


@dataclass(frozen=True, slots=True)
class _Sql:
    """The file that a project's new SQL was written to, else one that stands in the run itself [3.24.8]."""

    part: Part
    index: int
    """Among the artifacts of the run."""

    @property
    def place(self) -> Json:
        """[3.4] Relative in any case: where `upload-sarif` says what is checked out, another scheme is refused."""
        if self.part.sql_file is not None:
            return {"uri": _uri(self.part.sql_file), "uriBaseId": _TOP, "index": self.index}
        name = "/".join(each for each in (".sqlgen", self.part.name, "new.sql") if each)
        return {"uri": _uri(name), "uriBaseId": _MADE, "index": self.index}

    def artifact(self) -> Json:
        found: Json = {"location": self.place, "sourceLanguage": "sql"}
        if self.part.sql_file is None and len(text := new_sql(self.part)[0]) <= _EMBEDDED:
            found["contents"] = {"text": text}
        return found

    def location(self, entry: Entry, line: int) -> Json:
        last = line + entry.sql.count("\n")
        region = {"startLine": line, "endLine": last, "snippet": {"text": entry.sql}}
        return {
            "id": 1,
            "physicalLocation": {"artifactLocation": self.place, "region": region},
            "message": {"text": str(say("The SQL that it makes."))},
        }
