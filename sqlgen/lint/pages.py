"""Rule files in, their pages out, read with `ast`: nothing is imported, so that `rules` and `explain` are fast."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from sqlgen.errors import SettingsError, say
from sqlgen.lint import histories
from sqlgen.lint.packs import RuleFile, rule_files

VERDICTS = ("before", "bad", "good")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block of a page, opened by three backticks and `sql VERDICT DIALECT…`, or `python VERDICT DIALECT…` for
    what stands in upgrade(). `python before` has the application's models, as `metadata`. `history VERDICT` tells of a
    branch, for all dialects: `histories` reads it."""

    verdict: str
    """"bad": the rule speaks; "good": no rule does; "before": what stood before the range, for the blocks below it."""
    dialects: tuple[str, ...]
    """("*",) for a history."""
    sql: str
    """Or Python, or a history."""
    line: int
    """The line of the file on which it begins."""
    language: str = "sql"
    runs: str = "bundle"
    """Who runs it, from a last word `runs=alembic` or `runs=file`: then no preamble sets limits before it."""


@dataclass(frozen=True, slots=True)
class Option:
    """A field of the rule's Options."""

    name: str
    type: str
    default: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What `sqlgen explain` shows of a rule."""

    id: str
    harm: str
    title: str
    """The first line of the docstring, without its full stop."""
    text: str
    """What follows it, up to `Sources:`: Markdown, with the fenced examples in their places."""
    examples: tuple[Example, ...]
    sources: tuple[str, ...]
    severity: str
    """"error", "warning" or "info"."""
    dialects: tuple[str, ...]
    """Sorted; ("*",) for a rule that holds for each."""
    since: str
    help: str
    default: bool
    """Whether it is on in the preset "default"."""
    options: tuple[Option, ...]
    name: str
    """The pack and the path in it: standard/losing/drop_column.py."""
    strict: bool = True
    """Whether it is on in the preset "strict"."""


def pages(packs: Sequence[str], root: Path) -> tuple[Page, ...]:
    """The pages of all rules of the packs, sorted by harm and id. Raises SettingsError for a file without a page."""
    read = [page(file) for file in rule_files(packs, root)]
    return tuple(sorted(read, key=lambda page: (page.harm, page.id)))


def page(file: RuleFile) -> Page:
    """The page of one rule file. Raises SettingsError naming file and line."""
    try:
        tree = ast.parse(file.path.read_bytes())
    except (SyntaxError, ValueError) as error:
        raise SettingsError(
            say("the rule file can't be read: {error}", error=error),
            hint=say("Make it a Python file, or move it out of the pack."),
            file=file.path,
            line=getattr(error, "lineno", None),
        ) from error
    doc = ast.get_docstring(tree, clean=True)
    if not doc or not doc.strip():
        raise SettingsError(
            say("the rule {id} has no page", id=file.id),
            hint=say("Begin the file with a docstring: first line the harm, then why, then examples."),
            file=file.path,
            line=1,
        )
    declared = _declared(tree, file)
    title, _, body = doc.partition("\n")
    text, _, sources = body.partition("\nSources:\n")
    return Page(
        id=file.id,
        harm=file.harm,
        title=title.strip().removesuffix("."),
        text=text.strip(),
        examples=tuple(_examples(doc, tree.body[0].lineno, file)),
        sources=tuple(line[2:].strip() for line in sources.splitlines() if line.startswith("- ")),
        severity=_severity(declared),
        dialects=_dialects(declared),
        since=_constant(declared.get("since"), ""),
        help=_help(declared.get("help")),
        default=_constant(declared.get("default"), True),
        options=_options(tree),
        name=file.name,
        strict=_constant(declared.get("strict"), True),
    )


def _examples(doc: str, first_line: int, file: RuleFile) -> list[Example]:
    found: list[Example] = []
    fence: tuple[str, tuple[str, ...], int, str, str] | None = None
    sql: list[str] = []
    plain = False
    for number, line in enumerate(doc.splitlines(), first_line):
        words = line.removeprefix("```").split() if line.startswith("```") else None
        if fence is not None and words is not None:
            verdict, dialects, at, language, runs = fence
            if language == "history":
                _check_history(sql, at, file)
            found.append(Example(verdict, dialects, "\n".join(sql) + "\n", at, language, runs))
            fence, sql = None, []
        elif fence is not None:
            sql.append(line)
        elif plain:
            plain = words is None
        elif words and words[0] == "history":
            if len(words) != 2 or words[1] not in ("bad", "good"):
                raise SettingsError(
                    say("an example of a history does not say what it is: {line}", line=line),
                    hint=say("Open it with ```history bad or ```history good: it holds for all dialects."),
                    file=file.path,
                    line=number,
                )
            fence = (words[1], ("*",), number + 1, "history", "bundle")
        elif words and (words[0] == "sql" or (words[0] == "python" and len(words) > 1)):
            if len(words) < 3 or words[1] not in VERDICTS:
                raise SettingsError(
                    say("an example says neither what it is nor for which dialects: {line}", line=line),
                    hint=say("Open it with ```sql, then bad, good or before, then dialects: ```sql bad postgresql"),
                    file=file.path,
                    line=number,
                )
            dialects = tuple(word for word in words[2:] if not word.startswith("runs="))
            runs = "".join(word.removeprefix("runs=") for word in words[2:] if word.startswith("runs="))
            fence = (words[1], dialects, number + 1, words[0], runs or "bundle")
        else:
            plain = words is not None
    return found


def _check_history(lines: list[str], first_line: int, file: RuleFile) -> None:
    try:
        histories.read("\n".join(lines))
    except ValueError as error:
        number, why = error.args
        raise SettingsError(
            say("an example of a history can't be read: {why}", why=why),
            hint=say("Write it as docs/writing-rules.md has it: here: a1 -> b2 -> c3"),
            file=file.path,
            line=first_line + number,
        ) from None


# ---- what the decorator says


def _declared(tree: ast.Module, file: RuleFile) -> dict[str, ast.expr]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and _name(decorator.func) == "rule":
                return {word.arg: word.value for word in decorator.keywords if word.arg is not None}
    raise SettingsError(
        say("the file declares no rule"),
        hint=say("Decorate its check with @rule(severity=…, help=say(…), since=…), or move the file out of the pack."),
        file=file.path,
        line=1,
    )


def _name(node: ast.expr | None) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _severity(declared: dict[str, ast.expr]) -> str:
    return _name(declared.get("severity")).lower()


def _constant(node: ast.expr | None, default: T) -> T:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, type(default)) else default


def _dialects(declared: dict[str, ast.expr]) -> tuple[str, ...]:
    node = declared.get("dialects")
    if not isinstance(node, (ast.Set, ast.List, ast.Tuple)):
        return ("*",)
    return tuple(sorted(str(item.value) for item in node.elts if isinstance(item, ast.Constant)))


def _help(node: ast.expr | None) -> str:
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        return str(node.args[0].value)
    return ""


def _options(tree: ast.Module) -> tuple[Option, ...]:
    found: list[Option] = []
    body = next((n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Options"), [])
    for node, after in zip_longest(body, body[1:]):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            text = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                text = " ".join(str(after.value.value).split())
            default = "" if node.value is None else ast.unparse(node.value)
            found.append(Option(node.target.id, ast.unparse(node.annotation), default, text))
    return tuple(found)
