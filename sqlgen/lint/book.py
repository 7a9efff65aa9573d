"""Packs and settings in, a Book of rules out. It fails closed: a rule that can't be loaded is an error, never a gap."""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sqlgen.errors import Message, SettingsError, say
from sqlgen.lint.finding import Severity
from sqlgen.lint.packs import RuleFile, rule_files
from sqlgen.lint.rule import Rule

SEVERITIES = ("error", "warning", "info", "off")


@dataclass(frozen=True, slots=True)
class BookRule:
    """A rule as it holds for a project."""

    id: str
    harm: str
    """The folder of its file: locking, losing, …"""
    page: str
    """The docstring of its file."""
    name: str
    """The pack and the path in it, the same on every machine: standard/losing/drop_column.py."""
    path: Path
    sha256: str
    """Of the bytes of the file that were run, in hex."""
    rule: Rule
    severity: Severity | None
    """None: off."""
    options: Any
    """An instance of the file's Options, None where it has none."""


@dataclass(frozen=True, slots=True)
class Book:
    """All rules of a project, sorted by id."""

    rules: tuple[BookRule, ...]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(rule.id for rule in self.rules)

    @property
    def of_branches(self) -> frozenset[str]:
        """The rules that judge what a branch does to the history."""
        return frozenset(rule.id for rule in self.rules if rule.rule.of_branches)

    def on(self, dialect: str) -> tuple[BookRule, ...]:
        """The rules that are on and say something about this dialect."""
        return tuple(rule for rule in self.rules if rule.severity is not None and rule.rule.claims(dialect))


def load(
    packs: Sequence[str],
    *,
    root: Path,
    options: Mapping[str, Mapping[str, object]] | None = None,
    severities: Mapping[str, str] | None = None,
    preset: str = "default",
    named: Set[str] = frozenset(),
) -> Book:
    """Load every rule of the packs, with the options and severities of `[tool.sqlgen.rule.ID]`.

    `preset` ("default" or "strict") says which rules are on that the settings don't name. `root` is what relative packs
    are relative to; `named` are further rules that must exist.

    Raises SettingsError, with file, line and a hint, for: no pack at all; a pack that does not exist or is empty; a
    file that does not import, has no page, or does not declare exactly one rule; an id twice; a setting for a rule that
    does not exist; an option that does not exist or has the wrong type.
    """
    options, severities = options or {}, severities or {}
    loaded: dict[str, BookRule] = {}
    if not packs:
        raise SettingsError(
            say("the settings name no rules, so that nothing would be judged"),
            hint=say('Write rules = ["standard"], which is the default.'),
        )
    for file in rule_files(packs, root):
        if (twin := loaded.get(file.id)) is not None:
            raise SettingsError(
                say("the rule {id} is there twice: {one} and {other}", id=file.id, one=twin.name, other=file.name),
                hint=say("Rename one of the files; a file's name is the rule's id."),
                file=file.path,
                line=1,
            )
        loaded[file.id] = _load(file, options.get(file.id, {}), severities.get(file.id), preset)
    for id in sorted({*options, *severities, *named}):
        if id not in loaded:
            raise SettingsError(
                say("the settings name a rule that does not exist: {id}", id=id),
                hint=nearest(id, loaded, say("Run sqlgen rules to see the names.")),
            )
    return Book(tuple(loaded[id] for id in sorted(loaded)))


def nearest(name: str, known: Mapping[str, object] | Sequence[str] | frozenset[str], otherwise: Message) -> Message:
    """A hint that offers the known name nearest to a mistyped one."""
    close = get_close_matches(name, sorted(known), n=1)
    return say("Did you mean {name}?", name=close[0]) if close else otherwise


def _load(file: RuleFile, options: Mapping[str, object], severity: str | None, preset: str) -> BookRule:
    source = file.path.read_bytes()
    module = _run(file, source)
    page = module.__doc__ or ""
    if not page.strip():
        raise SettingsError(
            say("the rule {id} has no page", id=file.id),
            hint=say("Begin the file with a docstring: first line the harm, then why, then examples."),
            file=file.path,
            line=1,
        )
    declared = [value for value in vars(module).values() if isinstance(value, Rule)]
    if len(declared) != 1:
        raise SettingsError(
            say("the file declares {n} rules, and must declare one", n=len(declared)),
            hint=say("Decorate exactly one function with @rule(…); move helpers for several rules into rule files."),
            file=file.path,
            line=1,
        )
    rule = declared[0]
    return BookRule(
        id=file.id,
        harm=file.harm,
        page=page,
        name=file.name,
        path=file.path,
        # of the text as repositories keep it: git may check it out with CRLF
        sha256=hashlib.sha256(source.replace(b"\r\n", b"\n")).hexdigest(),
        rule=rule,
        severity=_severity(file.id, rule, severity, on=bool(options) or is_on(preset, rule.default, rule.strict)),
        options=_options(file.id, rule, options),
    )


def _run(file: RuleFile, source: bytes) -> ModuleType:
    """Run the bytes that were digested: neither a cached nor a changed copy.

    The rules that come with sqlgen are trusted as its modules are: Python compiles them once, which saves most of the
    time that loading takes.
    """
    module = ModuleType(f"sqlgen_rule_{file.path.stem}")
    module.__file__ = str(file.path)
    sys.modules[module.__name__] = module  # dataclasses and type hints look a class's module up by name
    try:
        if file.shipped:
            code = SourceFileLoader(module.__name__, str(file.path)).get_code(module.__name__)
        else:
            code = compile(source, str(file.path), "exec", dont_inherit=True)
        assert code is not None, "a source file has code"
        exec(code, module.__dict__)
    except (Exception, SystemExit) as error:  # a user's file: whatever it raises means that the rule can't be loaded
        del sys.modules[module.__name__]
        raise SettingsError(
            say("the rule {id} does not import: {type}: {error}", id=file.id, type=type(error).__name__, error=error),
            hint=say(
                "Correct the file, or move it out of the pack. A rule imports sqlgen.rulekit and no other module."
            ),
            file=file.path,
            line=line_in(file.path, error),
        ) from error
    return module


def line_in(path: Path, error: BaseException) -> int | None:
    """The last line of the file `path` that an exception went through, from 1; None when it never did."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def is_on(preset: str, default: bool, strict: bool) -> bool:
    """Whether a rule is on in a preset, by what it declares."""
    return default or (preset == "strict" and strict)


def _severity(id: str, rule: Rule, setting: str | None, *, on: bool) -> Severity | None:
    if setting is None:
        return rule.severity if on else None
    if setting not in SEVERITIES:
        raise SettingsError(
            say("tool.sqlgen.rule.{id}.severity: {severity} is not a severity", id=id, severity=setting),
            hint=nearest(setting, SEVERITIES, say('Write "error", "warning", "info" or "off".')),
        )
    return None if setting == "off" else Severity[setting.upper()]


# ---- options


def _options(id: str, rule: Rule, given: Mapping[str, object]) -> Any:
    if rule.options is None:
        if given:
            name = min(given)
            raise SettingsError(
                say("the rule {id} has no options, and the settings give it {name}", id=id, name=name),
                hint=say("Take {name} out of [tool.sqlgen.rule.{id}].", name=name, id=id),
            )
        return None
    fields = {field.name: field for field in dataclasses.fields(rule.options)}
    hints = get_type_hints(rule.options)
    values: dict[str, object] = {}
    for name, value in given.items():
        if name not in fields:
            known = ", ".join(sorted(fields))
            raise SettingsError(
                say("the rule {id} has no option {name}", id=id, name=name),
                hint=nearest(name, fields, say("Its options are: {known}.", known=known)),
            )
        values[name] = _fit(hints[name], value, f"tool.sqlgen.rule.{id}.{name}")
    try:
        return rule.options(**values)
    except (TypeError, ValueError) as error:
        raise SettingsError(
            say("the options of {id} do not fit: {error}", id=id, error=error),
            hint=say("Run sqlgen explain {id} to see what it takes.", id=id),
        ) from error


def _fit(hint: Any, value: object, key: str) -> object:
    """A TOML value as the option's type: bool, int, float, str, Literal, or tuple and frozenset of these."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (tuple, frozenset) and isinstance(value, (list, tuple)):
        return origin(_fit(args[0], each, key) for each in value)
    if origin is Literal:
        if value in args:
            return value
        known = tuple(str(arg) for arg in args)
        raise SettingsError(
            say("{key}: {value} is not one of its values", key=key, value=value),
            hint=nearest(str(value), known, say("Write one of: {known}.", known=", ".join(known))),
        )
    if isinstance(hint, type) and type(value) is hint:
        return value
    if hint is float and type(value) is int:
        return float(value)
    raise SettingsError(
        say("{key}: {value} is not {wanted}", key=key, value=repr(value), wanted=_in_words(hint)),
        hint=say("Write {wanted}.", wanted=_in_words(hint)),
    )


def _in_words(hint: Any) -> str:
    words = {bool: "true or false", int: "a whole number", float: "a number", str: 'text in "quotes"'}
    if get_origin(hint) in (tuple, frozenset):
        return "a list in [brackets]"
    return words.get(hint, str(hint))
