"""A place in the history and the tables that are asked about in, the schema there as far as it is about them out.

To replay a history of thousands of revisions for one new column takes longer than all else together. A revision can
only change a table that it names, in letters: so those that don't name one of these tables, nor what goes with them,
need not be run. Whatever could make a name of parts, or reach things that it does not name, is run all the same. Where
the few don't tell of every table that is asked about how it stands, all of them are run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from sqlgen.baseline import file_of
from sqlgen.emit.replay import Replay, Start
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    Begin,
    Commit,
    CreateEnum,
    CreateIndex,
    CreateTable,
    Delete,
    Describe,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    Fact,
    Insert,
    LockTable,
    Name,
    RedefineColumn,
    RenameColumn,
    Rollback,
    Savepoint,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetOption,
    SetTableOption,
    Update,
    ValidateConstraint,
)
from sqlgen.history import Move, between
from sqlgen.history.files import content
from sqlgen.linting import numbers
from sqlgen.policies import read as read_policies
from sqlgen.replaying import run
from sqlgen.schema import Schema
from sqlgen.segments import Step
from sqlgen.workspace import Workspace

_OWN = (
    AddColumn | AddConstraint | Begin | Commit | CreateEnum | CreateIndex | CreateTable | Delete | Describe | DropIndex
    | DropNotNull | Insert | LockTable | Rollback | Savepoint | SetColumnOption | SetDefault | SetNotNull | SetOption
    | SetTableOption | Update | ValidateConstraint
)  # fmt: skip
"""What is about the table that it names, and those that it refers to; and what makes something new."""
_SHARED = AlterColumnType | DropColumn | DropConstraint | RedefineColumn | RenameColumn
"""What is about the tables that refer to it as well."""
FEW = 200
"""Of a history as short as that, all is run."""


@dataclass(frozen=True, slots=True)
class Old:
    """The revisions before a place, read."""

    moves: tuple[Move, ...]
    texts: tuple[bytes, ...]
    """Of their files, in small letters."""
    plain: tuple[bool, ...]
    """Of which of them the text is all; see is_plain."""


def read_old(workspace: Workspace, lower: tuple[str, ...]) -> Old | None:
    """What leads to `lower`; None where it is so little that all of it can be run, where there was something
    before the first one (`--baseline`), and for what can't be read."""
    moves = between(workspace.graph, (), lower).steps
    if len(moves) < FEW or file_of(workspace) is not None:
        return None
    try:
        texts = [content(move.revision.absolute) for move in moves]
    except OSError:
        return None
    elsewhere = {revision for revision, _ in read_policies(workspace).overrides}
    plain = [move.revision.id not in elsewhere and is_plain(text) for move, text in zip(moves, texts, strict=True)]
    return Old(moves, tuple(text.lower() for text in texts), tuple(plain))


def schema_near(workspace: Workspace, dialect: str, old: Old, steps: Sequence[Step]) -> Schema | None:
    """The schema behind the old revisions, as far as it is about what these steps name; nothing is known of others.

    None where it has to be found from the whole history.
    """
    forward = [fact for step in steps if step.direction == "upgrade" for item in step.items for fact in item.facts]
    facts = [fact for step in steps for item in step.items for fact in item.facts]
    tables = {name for fact in facts for name in _tables(fact)}
    if not tables or not _are_about_tables(steps, forward, facts):
        return None
    types = {fact.type.name.lower() for fact in forward if isinstance(fact, CreateEnum)}
    if any(_naming(types, old.texts)):
        return None  # it may be there already
    words = {name.name.lower() for name in tables}
    naming = _naming(words, old.texts)
    some = [move for move, plain, named in zip(old.moves, old.plain, naming, strict=True) if named or not plain]
    if len(some) > len(old.moves) // 2:
        return None
    schema = _replayed(workspace, dialect, some)
    for table in schema.tables():
        if table.name.name.lower() not in words:
            schema.taint(table.name)  # revisions that were not run may have changed it
    made = {fact.table for fact in forward if isinstance(fact, CreateTable)}
    there = tables - {name for name in made if not any(_naming({name.name.lower()}, old.texts))}
    shared = {fact.table for fact in forward if isinstance(fact, _SHARED)}
    if not all(map(schema.is_complete, there)) or any(_others(schema, name, words) for name in shared):
        return None
    return schema


def _are_about_tables(steps: Sequence[Step], forward: Sequence[Fact], facts: Sequence[Fact]) -> bool:
    """Whether all that they do is about tables that they name."""
    indexes = {fact.name for fact in forward if isinstance(fact, CreateIndex)}
    dropped = {fact.index.name for fact in facts if isinstance(fact, DropIndex)}  # it does not say of which table
    whole = all(step.gap is None for step in steps if step.direction == "upgrade")
    return whole and dropped <= indexes and all(isinstance(fact, _OWN | _SHARED) for fact in forward)


def _others(schema: Schema, table: Name, words: set[str]) -> bool:
    """Whether tables refer to it that revisions may have changed which were not run."""
    return any(each.name.name.lower() not in words for each in schema.referrers(table))


def _tables(fact: Fact) -> Iterator[Name]:
    """The tables that a fact is about: its own, and those that its constraints refer to."""
    table = getattr(fact, "table", None)
    if isinstance(table, Name):
        yield table
    if isinstance(fact, Describe) and fact.kind == "table":
        yield fact.name
    own = getattr(fact, "constraint", None)
    for constraint in (*getattr(fact, "constraints", ()), own):
        references = getattr(constraint, "references", None)
        if isinstance(references, Name):
            yield references


def _replayed(workspace: Workspace, dialect: str, moves: Sequence[Move]) -> Schema:
    replay = Replay(
        lambda _: Start(Schema(dialect), ()), server_version=numbers(workspace.server_version), keep=dialect == "sqlite"
    )
    if moves:
        with run(workspace, moves, replay) as running:
            for _ in running:
                pass
    return replay.schema(dialect)


# ---- which revisions


def _naming(words: Iterable[str], texts: Sequence[bytes]) -> Iterator[bool]:
    """Which of these texts, in small letters, have one of the words."""
    wanted = [word.encode() for word in sorted(words)]
    either = re.compile(rb"(?<!\w)(?:" + b"|".join(map(re.escape, wanted)) + rb")(?!\w)")
    for text in texts:  # most of them don't even have the letters
        yield any(word in text for word in wanted) and either.search(text) is not None


# Each pattern begins with a letter that stands there rarely, and looks back from there: a history is read in a third of
# the time that it takes otherwise.
_IMPORTS = re.compile(rb"\n[ \t]*(?:from|import)[ \t]+([\w.]+)")
_KNOWN = frozenset(
    b"alembic sqlalchemy sqlmodel typing __future__ collections datetime decimal enum logging uuid".split()
)
"""Modules that know of no table."""
_CALLS = re.compile(rb"op(?<!\wop)\.(\w+)")
_PLAIN_CALLS = frozenset(
    b"create_table drop_table add_column drop_column alter_column create_index drop_index create_foreign_key "
    b"create_primary_key create_unique_constraint create_check_constraint create_exclude_constraint drop_constraint "
    b"bulk_insert execute f batch_alter_table create_table_comment drop_table_comment".split()
)
_REFLECTS = tuple(
    b"get_bind get_context inspect reflect autoload automap metadata getattr globals locals exec( eval( open( read_ "
    b"rename_table".split()
)
"""What looks at tables instead of naming them."""
_PREFIXED = (b'f"', b"f'", b'r"', b"r'")
_F_STRING = re.compile(rb"""["'](?:(?<=[^\w][fF].)|(?<=[^\w][fF][rR].)|(?<=[^\w][rR][fF].))""")
_MAKES_NAMES = (
    re.compile(rb"\.(?:format|format_map|join|lower|upper|title|[lr]?strip|replace|split|removeprefix|removesuffix)\("),
    re.compile(rb"""%(?:[sdrif(]|(?<=\s%)\s|(?<=["']%)\w)"""),  # the operator
    re.compile(rb"\+(?!\d)"),  # +00:00 is the time zone of a date
    re.compile(rb"\\[uUxN0-7]"),  # letters written as numbers
    re.compile(rb"__(?!future__)"),  # __file__, __table__
    re.compile(rb"op as\b(?<!\wop as)"),  # another name for it
)
"""What makes names of parts, or gives things other names."""
_REACHES = (
    *((verb, re.compile(verb + rb"(?<!\w%b)\s+(?!table\b)\w" % verb)) for verb in b"drop alter create replace".split()),
    *(
        (word, re.compile(word + rb"(?<!\w%b)\b" % word))
        for word in b"rename cascade do call partition search_path use attach".split()
    ),
    *((word, re.compile(word + rb"(?<!\w%b)" % word)) for word in (b"exec", b"inherit")),  # and EXECUTE, INHERITS
    (b"select", re.compile(rb"""["']\s*select\b""")),
)
"""In SQL, in small letters: what may change a table that it does not name; and the word that stands in it."""
_UNNAMED_INDEX = re.compile(rb"drop_index\((?![^)]*table_name)")


_HEAD = re.compile(
    rb'''
    """[^"\\]*"""\n
    (?P<imports>(?:(?:from\ [\w.]+\ )?import\ [\w,\ .]+\n|(?:\#[^\n]*)?\n)*)
    (?:(?:revision|down_revision|branch_labels|depends_on)(?::\ [\w,\ .|[\]]+)?\ =\ (?:None|"\w+"|'\w+')\n)+
    ''',
    re.VERBOSE,
)
"""As Alembic writes it: a docstring, imports, and what the revision is called."""


def is_plain(text: bytes) -> bool:
    """Whether a revision changes no table that it does not name, as far as its text shows beyond doubt."""
    head = _HEAD.match(text)  # half of most files, and much the same in all
    if head is None:
        return _is_plain(text)
    return _is_plain_head(head["imports"]) and _is_plain(text[head.end() :])


@cache
def _is_plain_head(imports: bytes) -> bool:
    return _is_plain(imports)


def _is_plain(text: bytes) -> bool:
    text = b"\n" + text  # so that something stands before whatever is looked for
    if any(word in text for word in _REFLECTS) or any(found.search(text) for found in _MAKES_NAMES):
        return False
    small = text.lower()
    if any(quote in small for quote in _PREFIXED) and _F_STRING.search(text):
        return False
    if _UNNAMED_INDEX.search(text):
        return False
    if any(module.partition(b".")[0] not in _KNOWN for module in _IMPORTS.findall(text)):
        return False
    calls = set(_CALLS.findall(text))
    if not calls <= _PLAIN_CALLS:
        return False
    if b"execute" not in calls:
        return True
    sql = text.replace(b"op.execute(", b"").replace(b"Create Date:", b"").lower()
    return not any(word in sql and found.search(sql) for word, found in _REACHES)
