"""A client's log in, what it says of a script's run out. Logs may hold secrets: only the result line is kept."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlgen.errors import UsageError, say
from sqlgen.messages import visible

MOST = 2000
"""Characters of a result line that are kept."""
MAX_LOG = 1 << 30
"""Bytes of a log that are read."""
_PIECE = 1 << 20
"""Bytes that are read at once."""
_LINE = 1 << 16
"""Characters of a line that are looked at."""
_TELLING = 4
"""Characters from which on a revision's name does not stand in just any file."""
_SCRIPT = "-- sqlgen: "
"""How the first line of our scripts begins."""
_OURS = ("[sqlgen]", "sqlgen: ", "sqlgen result: ", "tenants.sh: ")
"""What only our scripts make a client print."""
_MARK = "sqlgen result: "
_OUTCOME = re.compile(r"(?:ALREADY )?APPLIED(?=:|$)|NOT APPLIED|PREFLIGHT|POSTCHECK")
_AT = re.compile(r"(?:ALREADY )?APPLIED: (?:database (?P<database>.*?)|the database) is at \{(?P<heads>[^{}]*)\}")
_STEP = re.compile(r"\bstep (?P<number>\d+) of (?P<total>\d+) \((?P<revision>[^()\s]+)\)")
_FILE = re.compile(r"^psql:(?:.*/)?(?P<file>apply|resume|rollback|preflight|postcheck)\.sql:\d+: ")
_TENANTS = re.compile(r"tenants\.sh: (?P<action>[a-z]+): (?P<done>(?:NOT )?DONE)\b.*?\bin (?P<good>\d+) of (?P<of>\d+)")


@dataclass(frozen=True, slots=True)
class Log:
    """What a log says."""

    path: Path
    sha256: str
    """Of its bytes."""
    result: str | None = None
    """The last result line, from the word behind `sqlgen result: ` on; None: there is none."""
    file: str | None = None
    """The script that the client names: apply, resume, rollback, preflight, postcheck."""
    steps: tuple[tuple[int, int, str], ...] = ()
    """Number, total and revision of each step that it names."""
    tenants: tuple[str, bool, int, int] | None = None
    """The last line of tenants.sh: action, whether all that were asked for are done, in how many, of how many."""
    ours: bool = False
    """Whether a line is one that only our scripts make a client print, or names one of the revisions asked for."""
    script: bool = False
    """Whether it begins as our scripts do."""

    @property
    def outcome(self) -> str | None:
        """The first words of the result: APPLIED, ALREADY APPLIED, NOT APPLIED, PREFLIGHT, POSTCHECK."""
        found = None if self.result is None else _OUTCOME.match(self.result)
        return found and found[0]

    @property
    def heads(self) -> tuple[str, ...] | None:
        """Where the database is, by a result that says it was reached; None: it does not say."""
        found = None if self.result is None else _AT.match(self.result)
        return None if found is None else tuple(sorted(filter(None, found["heads"].split(","))))

    @property
    def database(self) -> str | None:
        """The database's name, by such a result."""
        found = None if self.result is None else _AT.match(self.result)
        return None if found is None or found["database"] is None else found["database"].strip('"')


def read(path: Path, revisions: Collection[str] = ()) -> Log:
    """Read a log in UTF-8 or, as PowerShell's > writes it, UTF-16: once, in pieces, whatever its lines are like.

    `revisions`: those of the bundle. Raises UsageError.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            said = _read(path, _lines(_texts(path, file, digest)), revisions)
    except OSError as error:
        raise UsageError(
            say("the log {path} can't be read: {why}", path=path, why=error.strerror or error),
            hint=say("Give the file that the client's output went to: --log apply.log"),
        ) from error
    return replace(said, sha256=digest.hexdigest())


def _texts(path: Path, file: io.BufferedReader, digest: hashlib._Hash) -> Iterator[str]:
    """The log's text, every line end a line feed."""
    decoder, size = None, 0
    while piece := file.read(_PIECE):
        size += len(piece)
        if size > MAX_LOG:
            raise UsageError(
                say("the log {path} is too big: more than {size} MiB", path=path, size=MAX_LOG >> 20),
                hint=say("The result stands in its last lines: tail -c 100000000 {path} > end.log", path=path),
            )
        digest.update(piece)
        decoder = decoder or io.IncrementalNewlineDecoder(_decoder(piece), translate=True)
        yield decoder.decode(piece)
    if decoder is not None:
        yield decoder.decode(b"", final=True)


def _lines(texts: Iterator[str]) -> Iterator[str]:
    """Lines, the long ones cut: no log can make us hold more than a piece of it."""
    rest = ""
    for text in texts:
        *whole, rest = (rest + text).split("\n")
        yield from (line[:_LINE] for line in whole)
        rest = rest[:_LINE]
    yield rest


def _read(path: Path, lines: Iterator[str], revisions: Collection[str]) -> Log:
    result, file, tenants, ours, first = None, None, None, False, None
    steps: dict[tuple[int, int, str], None] = {}
    traces = (*_OURS, *(each for each in revisions if len(each) >= _TELLING))
    for line in lines:
        first = line if first is None else first
        said = _result(line)
        result = result if said is None else said
        ours = ours or any(each in line for each in traces)
        if line.startswith("psql:") and (named := _FILE.match(line)):
            file = named["file"]
        if " of " in line and len(steps) < 10_000:
            steps.update(((int(each["number"]), int(each["total"]), each["revision"]), None) for each in _steps(line))
            if total := _TENANTS.match(line):
                tenants = (total["action"], total["done"] == "DONE", int(total["good"]), int(total["of"]))
                result = visible(line.strip())[:MOST]
    script = (first or "").startswith(_SCRIPT)
    return Log(path, "", result, file, tuple(steps), tenants, ours or file is not None or bool(steps), script)


def _steps(line: str) -> Iterator[re.Match[str]]:
    """None of a statement that a client repeats."""
    return iter(()) if "'" in line else _STEP.finditer(line)


def _result(line: str) -> str | None:
    before, mark, said = line.partition(_MARK)
    # a client that repeats what it runs shows the line's text in a statement, or in the comment at the top
    if not mark or "'" in before or before.startswith("--") or before.rstrip().endswith('CONSTRAINT "'):
        return None
    said = said.rstrip().rstrip("|").rstrip()
    if before.rstrip().endswith('"'):
        said = said.removesuffix('"')
    return visible(said)[:MOST] if _OUTCOME.match(said) else None


def _decoder(start: bytes) -> codecs.IncrementalDecoder:
    sixteen = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return codecs.getincrementaldecoder("utf-16" if sixteen else "utf-8-sig")("replace")
