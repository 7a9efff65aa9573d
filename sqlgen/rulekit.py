"""All that a rule file imports, beside the standard library.

A rule is one file. Its name is its id (`drop_column.py` is `drop-column`), its docstring is its page, and one function
decorated with `rule` judges. The annotation of that function's first parameter says what it sees:

* a fact, or a union of facts: every statement of the range that does this
* `Item` or `Statement`: every statement
* `Segment`: statements that the engine commits together; `Step`: one revision; `Range`: all of them, once they
  have all been read: `before.schema` is what they leave, `before.schema.beginning()` what they found
* `EditedRevision`, `ManyHeads`, … (`BranchFact` for all): what a branch does to the history; `before` then knows
  the dialect alone

The second parameter, `Before`, is what holds just before it; the third, the file's frozen dataclass `Options`, comes
from `[tool.sqlgen.rule.ID]`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Set
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sqlgen.durations import required_milliseconds
from sqlgen.effects import Algorithm, Blocks, Commits, Effect, Lock, Server, TypeChange, Work, combined
from sqlgen.facts.kinds import kind_of
from sqlgen.facts.types import SqlType, canonical
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AlterColumnType,
    AlterObject,
    AttachIndex,
    AttachPartition,
    Begin,
    Block,
    Column,
    Commit,
    Constraint,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    Default,
    Delete,
    Describe,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropObject,
    DropPartition,
    DropTable,
    External,
    Fact,
    Grant,
    Insert,
    Kind,
    LockTable,
    Maintain,
    Name,
    Opaque,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    Rollback,
    Savepoint,
    Select,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetOption,
    SetTableOption,
    Truncate,
    Update,
    ValidateConstraint,
    Volatility,
    constraints_of,
)
from sqlgen.lint.allowances import ExpiredAllowance, HeldAllowance, MalformedAllowance, UnusedAllowance
from sqlgen.lint.branch import (
    BRANCH_FACTS,
    BaselineGrown,
    BranchFact,
    DeletedRevision,
    EditedRevision,
    ManyHeads,
    ModelDrift,
    ReparentedRevision,
    UnsoundHistory,
    WrongParent,
)
from sqlgen.lint.finding import Severity
from sqlgen.lint.patterns import required_pattern
from sqlgen.lint.repeating import once_only
from sqlgen.lint.roundtrip import RoundTrip
from sqlgen.lint.rows import changes_many
from sqlgen.lint.rule import EVERY_DIALECT, Advice, Before, Check, Rule
from sqlgen.lint.session import Done, Transaction
from sqlgen.messages import Message, apart, both, joined, say
from sqlgen.schema import Schema, Table
from sqlgen.schema.model import Model, ModelColumn, ModelTable
from sqlgen.schema.naming import is_not_null, is_of_type, spelled
from sqlgen.segments import Item, Segment, Step
from sqlgen.statements.executable import is_run
from sqlgen.statements.model import Statement, Token, TokenKind
from sqlgen.statements.scan import scan

Range = tuple[Step, ...]
"""All steps of a run, in the order in which they run."""

__all__ = [
    "EVERY_DIALECT",
    "AddColumn",
    "AddConstraint",
    "AddEnumValue",
    "Advice",
    "Algorithm",
    "AlterColumnType",
    "AlterObject",
    "AttachIndex",
    "AttachPartition",
    "BaselineGrown",
    "Before",
    "Begin",
    "Block",
    "Blocks",
    "BranchFact",
    "Column",
    "Commit",
    "Commits",
    "Constraint",
    "CreateEnum",
    "CreateIndex",
    "CreateObject",
    "CreateTable",
    "Default",
    "Delete",
    "DeletedRevision",
    "Describe",
    "DetachPartition",
    "Done",
    "DropColumn",
    "DropConstraint",
    "DropIndex",
    "DropNotNull",
    "DropObject",
    "DropPartition",
    "DropTable",
    "EditedRevision",
    "Effect",
    "ExpiredAllowance",
    "External",
    "Fact",
    "Grant",
    "HeldAllowance",
    "Insert",
    "Item",
    "Kind",
    "Lock",
    "LockTable",
    "Maintain",
    "MalformedAllowance",
    "ManyHeads",
    "Message",
    "Model",
    "ModelColumn",
    "ModelDrift",
    "ModelTable",
    "Name",
    "Opaque",
    "Range",
    "RedefineColumn",
    "RenameColumn",
    "RenameObject",
    "RenameTable",
    "ReparentedRevision",
    "Rollback",
    "RoundTrip",
    "Rule",
    "Savepoint",
    "Schema",
    "Segment",
    "Select",
    "Server",
    "SetColumnOption",
    "SetDefault",
    "SetNotNull",
    "SetOption",
    "SetTableOption",
    "Severity",
    "SqlType",
    "Statement",
    "Step",
    "Table",
    "Token",
    "TokenKind",
    "Transaction",
    "Truncate",
    "TypeChange",
    "UnsoundHistory",
    "UnusedAllowance",
    "Update",
    "ValidateConstraint",
    "Volatility",
    "Work",
    "WrongParent",
    "apart",
    "both",
    "canonical",
    "changes_many",
    "combined",
    "constraints_of",
    "is_not_null",
    "is_of_type",
    "is_run",
    "joined",
    "kind_of",
    "once_only",
    "required_milliseconds",
    "required_pattern",
    "rule",
    "say",
    "scan",
    "spelled",
]

SUBJECTS: frozenset[type] = frozenset(
    (
        *get_args(Fact),
        Item,
        Statement,
        Segment,
        Step,
        RoundTrip,
        tuple,
        MalformedAllowance,
        ExpiredAllowance,
        HeldAllowance,
        UnusedAllowance,
        *BRANCH_FACTS,
    )
)
"""What a rule can see; `tuple` stands for `Range`."""
DIALECTS = frozenset(("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"))


def rule(
    *,
    severity: Severity,
    help: Message,
    since: str,
    dialects: Set[str] = EVERY_DIALECT,
    default: bool = True,
    strict: bool = True,
    once: bool = False,
) -> Callable[[Check], Rule]:
    """Turn a check into the Rule of its file.

    `help` says what to do, as an order. `since` is the version of the pack that brought the rule. `default=False`: on
    in the preset "strict" only; with `strict=False` too, when the settings name it. `once=True`: one finding per
    revision says enough.

    Raises TypeError when the check's parameters do not say what it sees, or an argument is of another type; the loader
    turns that into a SettingsError.
    """
    if not isinstance(severity, Severity):
        raise TypeError(say("severity is Severity.ERROR, WARNING or INFO, not {value}", value=repr(severity)))
    if not isinstance(help, Message):
        raise TypeError(say("help is say({text}), not the text alone", text=repr(help)))
    if isinstance(dialects, str) or not dialects <= EVERY_DIALECT | DIALECTS:
        raise TypeError(
            say("dialects is a set of {known}, not {value}", known=", ".join(sorted(DIALECTS)), value=repr(dialects))
        )

    def declare(check: Check) -> Rule:
        hints = get_type_hints(check)
        names = list(inspect.signature(check).parameters)
        if not 1 <= len(names) <= 3 or any(name not in hints for name in names):
            raise TypeError(say("a check takes what it sees, then Before, then Options, each with its type"))
        if len(names) > 1 and hints[names[1]] is not Before:
            raise TypeError(say("the second parameter of a check is Before, not {kind}", kind=hints[names[1]]))
        sees = _seen(hints[names[0]])
        if 0 < len(BRANCH_FACTS.intersection(sees)) < len(sees):
            raise TypeError(say("a check sees what runs, or what a branch does to the history: write a rule for each"))
        options = hints[names[2]] if len(names) == 3 else None
        if options is not None and not is_dataclass(options):
            raise TypeError(say("the third parameter of a check is the file's frozen dataclass Options"))
        return Rule(
            check=check,
            severity=severity,
            dialects=frozenset(dialects),
            help=help,
            since=since,
            default=default,
            sees=sees,
            options=options,
            takes=len(names),
            once=once,
            strict=strict,
        )

    return declare


def _seen(annotation: Any) -> tuple[type, ...]:
    if get_origin(annotation) in (Union, UnionType):
        return tuple(kind for part in get_args(annotation) for kind in _seen(part))
    kind = tuple if annotation == Range else annotation
    if kind not in SUBJECTS:
        raise TypeError(f"a check can't see {annotation}: name a fact, Item, Statement, Segment, Step or Range")
    return (kind,)
