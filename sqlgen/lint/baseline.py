"""The baseline of findings: what was found in an old history when sqlgen came to it, in a file beside alembic.ini.

    {"rule": "drop-column", "revision": "8c1d", "file": "migrations/versions/8c1d.py", "fingerprint": "…"}

A line for each finding. What stands in it fails nothing and is shown as a count; everything else is as new. Only the
fingerprint, the rule and the revision decide; the file is for readers, and may have another name by now. A statement
that was edited has another fingerprint: it is judged again. How severe a rule is makes no difference.

Not to be confused with the schema before the first revision (`--baseline`), which is `sqlgen.baseline`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlgen.errors import Message, UsageError, say
from sqlgen.lint.branch import BaselineGrown
from sqlgen.lint.finding import Allowed, Finding

FILE = "sqlgen-baseline.json"
"""In the project's root."""
SCHEMA = "sqlgen.baseline/1"


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that was there when the baseline was made."""

    rule: str
    revision: str | None
    """None: it is one of an .sql file, or about an allowance that stands in no revision; `file` says where."""
    file: str | None
    fingerprint: str
    """Finding.fingerprint."""

    @property
    def order(self) -> tuple[str, str, str]:
        """Where it stands in the file. Not by the revision's file, which may get another name."""
        return (self.revision or f"\0{self.file}", self.rule, self.fingerprint)

    @property
    def in_sql(self) -> bool:
        """Whether it is one of an .sql file, which no history leads to."""
        return self.revision is None and self.file is not None and not self.file.endswith((".py", ".toml"))


@dataclass(frozen=True, slots=True)
class Baseline:
    """Findings that nobody has allowed one by one, sorted; no fingerprint stands twice."""

    findings: tuple[Known, ...] = ()

    @property
    def fingerprints(self) -> frozenset[str]:
        return frozenset(known.fingerprint for known in self.findings)

    def cover(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The same findings; those that stand here, and that nothing else allows, are allowed by the baseline."""
        held = {(known.fingerprint, known.rule, known.revision) for known in self.findings}
        because = Allowed(say("it was there when the baseline was made"), None, FILE, baseline=True)
        return tuple(
            replace(each, allowed=because)
            if each.allowed is None and _counts(each) and (each.fingerprint, each.rule, each.revision or None) in held
            else each
            for each in findings
        )

    def text(self) -> str:
        """The file: the same bytes for the same findings, one a line."""
        lines = ",\n".join(f"    {_line(known)}" for known in self.findings)
        held = f"[\n{lines}\n  ]" if lines else "[]"
        return f'{{\n  "schema": "{SCHEMA}",\n  "findings": {held}\n}}\n'


def made_of(findings: Iterable[Finding]) -> Baseline:
    """A baseline that holds these findings, but for those that an allowance covers, and those of a rollback: they fail
    nothing, and what going back loses is to be said each time."""
    return baseline_of(
        Known(each.rule, each.revision or None, each.file, each.fingerprint)
        for each in findings
        if _counts(each) and (each.allowed is None or each.allowed.baseline)
    )


def baseline_of(known: Iterable[Known]) -> Baseline:
    """A baseline with these lines, in order; of two about the same finding the last one."""
    once = {each.fingerprint: each for each in known}
    return Baseline(tuple(sorted(once.values(), key=lambda each: each.order)))


def _counts(finding: Finding) -> bool:
    return finding.direction != "downgrade"


def grown(before: Baseline | None, now: Baseline | None, base: str = "") -> BaselineGrown | None:
    """What stands in `now` alone; `base` is the branch that has `before`.

    `before` None, where the base branch has no baseline: to make the first one is no growth. It is a new file, which
    whoever reviews the branch sees as such, and there is nothing that it could be measured by.
    """
    if before is None or now is None:
        return None
    old = before.fingerprints
    new = [known for known in now.findings if known.fingerprint not in old]
    if not new:
        return None
    lines = now.text().splitlines()
    first = next(number for number, line in enumerate(lines, 1) if new[0].fingerprint in line)
    return BaselineGrown(FILE, first, len(new), tuple(sorted({known.rule for known in new})), base)


def read(path: Path) -> Baseline | None:
    """The baseline in a file; None where there is none. Raises UsageError for a file that is none."""
    try:
        if path.exists() and not path.is_file():  # /dev/zero has no end
            raise OSError(say("it is no regular file"))
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(
            say("the baseline of findings can't be read: {reason}", reason=error.strerror or error),
            hint=say("Make it a file that you may read, or take it away."),
            file=path,
        ) from None
    return parse(data, path)


def parse(data: bytes, file: str | Path) -> Baseline:
    """The baseline that the bytes of a file hold; `file` is what an error calls it. Raises UsageError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong(file, say("the baseline of findings is not UTF-8")) from None
    conflict = re.search(r"^(?:<{7}|={7}|>{7})(?: |$)", text, re.MULTILINE)
    if conflict is not None:
        raise UsageError(
            say("the baseline of findings holds the marks of a merge conflict"),
            hint=say(
                "Keep the lines of both sides, each once, with commas between them; then `sqlgen baseline prune`."
            ),
            file=file,
            line=text.count("\n", 0, conflict.start()) + 1,
        )
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise _wrong(
            file, say("the baseline of findings is not JSON: {reason}", reason=error.msg), error.lineno
        ) from None
    except RecursionError:
        raise _wrong(file, say("the baseline of findings is not JSON: too deep")) from None
    return baseline_of(_checked(document, text, file))


def _checked(document: Any, text: str, file: str | Path) -> list[Known]:
    schema = document.get("schema") if isinstance(document, dict) else None
    if isinstance(schema, str) and schema.startswith("sqlgen.baseline/") and schema != SCHEMA:
        raise UsageError(
            say("the baseline of findings is {schema}, and this sqlgen knows {known}", schema=schema, known=SCHEMA),
            hint=say("Use the sqlgen that wrote it, or remove it and make it anew: sqlgen baseline create."),
            file=file,
        )
    if schema != SCHEMA or document.keys() != {"schema", "findings"} or not isinstance(document["findings"], list):
        raise _wrong(
            file, say('the file is no baseline of findings: {{"schema": "{schema}", "findings": […]}}', schema=SCHEMA)
        )
    found: dict[str, Known] = {}
    for number, value in enumerate(document["findings"], 1):
        known = _known(value)
        if known is None:
            raise _wrong(file, say("finding {number} of the baseline is not as it must be", number=number))
        if known.fingerprint in found:
            raise UsageError(
                say("a finding stands twice in the baseline: {fingerprint}", fingerprint=known.fingerprint),
                hint=say("Take one of the two lines out; merging two branches can leave both."),
                file=file,
                line=_line_of(text, known.fingerprint),
            )
        found[known.fingerprint] = known
    return list(found.values())


_KEYS = ("rule", "revision", "file", "fingerprint")


def _known(value: Any) -> Known | None:
    """None: it is no finding."""
    if not isinstance(value, dict) or value.keys() != set(_KEYS):
        return None
    rule, revision, file, fingerprint = (value[key] for key in _KEYS)
    texts = isinstance(rule, str) and isinstance(revision, str | None) and isinstance(file, str | None)
    if not texts or not isinstance(fingerprint, str) or not re.fullmatch(r"[0-9a-f]{64}", fingerprint):
        return None
    return Known(rule, revision, file, fingerprint)


def _line_of(text: str, fingerprint: str) -> int:
    """Of the second place at which it stands."""
    return text.count("\n", 0, text.rindex(fingerprint)) + 1


def _wrong(file: str | Path, what: Message, line: int | None = None) -> UsageError:
    hint = say("Take it back from git, or remove it and make it anew: sqlgen baseline create.")
    return UsageError(what, hint=hint, file=file, line=line)


def _line(known: Known) -> str:
    """One finding as JSON; letters of all scripts as they are, but nothing that hides or turns text around."""
    values = {key: getattr(known, key) for key in _KEYS}
    text = json.dumps(values, ensure_ascii=False)
    return text if text.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
