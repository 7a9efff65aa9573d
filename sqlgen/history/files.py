"""A project in, its revision files out: read with ast, never imported."""

from __future__ import annotations

import ast
import errno
import os
import re
import stat
import unicodedata
import warnings
from collections.abc import Iterator
from pathlib import Path

from sqlgen.errors import HistoryError
from sqlgen.history.constants import Assigned, Constant, assigned
from sqlgen.history.declarations import Forms, declared, end_of_head
from sqlgen.history.revision import Revision
from sqlgen.messages import say
from sqlgen.project import Project

# Alembic 1.20.1, script/base.py: _only_source_rev_file, _sourceless_rev_file, _legacy_rev. The same since 1.13.
_SOURCE = re.compile(r"(?!\.#|__init__).*\.py$")
_COMPILED = re.compile(r"(?!\.#|__init__).*\.py[co]$")
_LEGACY = re.compile(r"([a-f0-9]+)\.py$")

# Alembic 1.20.1, script/revision.py: _revision_illegal_chars. They mean something in a revision argument.
_REFUSED_BY_ALEMBIC = frozenset("@-+:")
_CHUNK = 1 << 16
"""Of a regular file, a read that gives fewer bytes was the last one."""

# What could end a literal, a comment or a statement in a script that carries the id.
_HARMFUL = frozenset("'\"`\\$;*")


def revisions(project: Project) -> tuple[Revision, ...]:
    """Every revision of a project, in the order in which Alembic loads the files: it decides ties in the graph's order.

    Raises HistoryError, with file and line, for the first file that can't be read.
    """
    forms: Forms = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a migration is not this command's business
        return tuple(read_file(path, file, forms) for path, file, _ in source_files(project))


def is_source(name: str) -> bool:
    """Whether Alembic takes a file of this name for a revision."""
    return _SOURCE.match(name) is not None


def source_files(project: Project) -> Iterator[tuple[str, str, str]]:
    """The files that Alembic would load: absolute with symbolic links resolved, relative to the project's root, and
    the path in the folder of revisions. Raises HistoryError for a folder that can't be read."""
    seen: set[str] = set()
    for folder, entries in _folders(project):
        relative = _relative(folder, project.root)
        if project.sourceless:
            _refuse_compiled(folder, [entry.name for entry in entries], project)
        for entry in entries:
            if not is_source(entry.name):
                continue
            path = entry.path
            file = f"{relative}/{entry.name}"
            if entry.is_symlink():  # as ScriptDirectory._load_revisions does; it skips a file that it has seen
                path = os.path.realpath(path)
                file = _relative(path, project.root)
            if path not in seen:
                seen.add(path)
                yield path, file, entry.path


def _folders(project: Project) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """As Alembic's Script._list_py_dir: a folder's files by name, then, when recursive, its folders by name."""
    for location in project.version_locations:
        todo = [str(location)]
        while todo:
            folder = todo.pop()
            inner, files = _listed(folder)
            cached = os.path.basename(folder) == "__pycache__"
            if project.sourceless or not cached:
                yield folder, files
            if not project.recursive_version_locations:
                inner = [name for name in inner if project.sourceless and name == "__pycache__"]
            todo += (os.path.join(folder, name) for name in reversed(inner))


def _listed(folder: str) -> tuple[list[str], list[os.DirEntry[str]]]:
    """Its folders, without symbolic links to folders, and its files, both by name. Raises HistoryError."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except FileNotFoundError:  # told when the project was found, but to those who expect it
        return [], []
    except OSError as error:
        raise HistoryError(
            say("the folder can't be read: {reason}", reason=error.strerror),
            hint=say("Make it readable, or correct version_locations."),
            file=folder,
        ) from error
    inner: list[str] = []
    files: list[os.DirEntry[str]] = []
    for entry in entries:
        linked = entry.is_symlink()
        if not (os.path.isdir(entry.path) if linked else entry.is_dir()):
            files.append(entry)
        elif not linked:
            inner.append(entry.name)
    return inner, files


def _refuse_compiled(folder: str, names: list[str], project: Project) -> None:
    """With `sourceless = true` Alembic loads compiled revisions without a source beside them or above __pycache__."""
    cached = os.path.basename(folder) == "__pycache__"
    beside = os.listdir(os.path.dirname(folder)) if cached else names
    stems = {name.split(".")[0] for name in beside if name.endswith(".py")}
    for name in names:
        stem = name.split(".")[0]
        if _COMPILED.match(name) and stem not in stems:
            raise HistoryError(
                say("the revision is compiled Python without its source, which can't be read"),
                hint=say("Put {name} beside it, or remove `sourceless = true`.", name=f"{stem}.py"),
                file=_relative(os.path.join(folder, name), project.root),
            )


def _relative(path: str, root: Path) -> str:
    try:
        return os.path.relpath(path, root).replace(os.sep, "/")
    except ValueError:  # another drive on Windows
        return path.replace(os.sep, "/")


def read_file(path: str, file: str, forms: Forms) -> Revision:
    """Read one revision file. `file` is how errors name it. Raises HistoryError when it is not one."""
    return read_source(_source(path, file), path, file, forms)


def read_source(source: bytes, path: str, file: str, forms: Forms) -> Revision:
    """The same for what is, or was, in the file."""
    if b"\0" in source:
        raise HistoryError(
            say("the file is not UTF-8 text; PowerShell's `>` writes UTF-16"),
            hint=say("Save it as UTF-8, or remove it from the versions folder when it is no revision."),
            file=file,
            line=1,
        )
    if b"\r" in source:
        source = source.replace(b"\r\n", b"\n")  # as Python's tokenizer does
    plain = b"\r" not in source  # to Python, a bare CR ends a line as well
    revision = declared(source, forms, path, file) if plain else None
    return revision or _parsed((_parse_head(source) if plain else None) or parse(source, file), path, file)


def _parsed(tree: ast.Module, path: str, file: str) -> Revision:
    names = assigned(tree.body)
    line = names["revision"].line if "revision" in names else 1
    docstring = ast.get_docstring(tree, clean=False) or ""
    labels = names.get("branch_labels")
    unread = labels is not None and not labels.known
    if "down_revision" not in names:
        raise HistoryError(
            say("the file declares no down_revision"),
            hint=say('Add `down_revision = "…"` with the id of the revision before it, or `down_revision = None`.'),
            file=file,
            line=line,
        )
    return Revision(
        id=_id(names, os.path.basename(path), file),
        down=_ids(names, "down_revision", file),
        depends_on=_ids(names, "depends_on", file),
        labels=() if unread else _ids(names, "branch_labels", file),
        message=docstring.strip().split("\n", 1)[0].strip(),
        absolute=path,
        file=file,
        line=line,
        down_line=names["down_revision"].line,
        depends_line=names["depends_on"].line if "depends_on" in names else line,
        unread_labels=labels.line if labels is not None and unread else None,
    )


def _parse_head(source: bytes) -> ast.Module | None:
    """The file up to its first function: a fifth of the time, as the rest is most of it. None: parse it whole."""
    end = end_of_head(source)
    if end is None:
        return None
    try:
        return ast.parse(source[:end])
    except (SyntaxError, RecursionError, MemoryError):
        return None  # the cut went through a string, or the file is broken: it is told with the whole file


def _source(path: str, file: str) -> bytes:
    try:
        return content(path)
    except OSError as error:
        raise HistoryError(
            say("the file can't be read: {reason}", reason=error.strerror),
            hint=say("Make it readable, or remove it from the versions folder."),
            file=file,
        ) from error


def content(path: str) -> bytes:
    """A file's content, in a third of the time that open() takes: a history has thousands of small files."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):  # /dev/zero has no end, a pipe no beginning
            raise OSError(errno.EINVAL, str(say("it is no regular file")))
        parts = [os.read(handle, _CHUNK)]
        while len(parts[-1]) == _CHUNK:
            parts.append(os.read(handle, _CHUNK))
    finally:
        os.close(handle)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def parse(source: bytes, file: str) -> ast.Module:
    """The whole file. Raises HistoryError, with file and line, when it does not parse."""
    tree = _compile(source, file, ast.PyCF_ONLY_AST)
    assert isinstance(tree, ast.Module)
    return tree


def _compile(source: bytes, file: str, flags: int = 0) -> object:
    try:
        return compile(source, file, "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        raise HistoryError(
            say("the file does not parse as Python: {reason}", reason=error.msg),
            hint=say("Correct this line; Alembic can't load the file either."),
            file=file,
            line=max(error.lineno or 1, 1),
        ) from error
    except (RecursionError, MemoryError) as error:
        raise HistoryError(
            say("the file nests expressions too deeply to be parsed"),
            hint=say("Split the deepest expression over several statements."),
            file=file,
        ) from error


def _id(names: dict[str, Assigned], name: str, file: str) -> str:
    legacy = _LEGACY.match(name)
    if "revision" not in names and legacy is not None:
        return legacy[1]
    if "revision" not in names:
        raise HistoryError(
            say("the file declares no revision"),
            hint=say('Add `revision = "…"`, or move the file out of the versions folder when it is no revision.'),
            file=file,
            line=1,
        )
    match names["revision"]:
        case Assigned(value=str(text), known=True) if text:
            return _safe(text, file, names["revision"].line)
    raise _not_literal("revision", file, names["revision"].line)


def _ids(names: dict[str, Assigned], name: str, file: str) -> tuple[str, ...]:
    """None, a text, or several texts; each once, as Alembic's dedupe_tuple keeps them."""
    if name not in names:
        return ()
    found, line = names[name], names[name].line
    if not found.known:
        raise _not_literal(name, file, line)
    value: Constant = (found.value,) if isinstance(found.value, str) else found.value
    if value is None:
        return ()
    if not isinstance(value, tuple):
        raise _not_literal(name, file, line)
    texts = tuple(text for text in value if isinstance(text, str) and text)
    if len(texts) != len(value):
        raise _not_literal(name, file, line)
    return tuple(dict.fromkeys(texts))


def _not_literal(name: str, file: str, line: int) -> HistoryError:
    hint = (
        say('Write it as a text: `revision = "1975ea83b712"`.')
        if name == "revision"
        else say(
            'Write the value itself: None, `{name} = "1975ea83b712"` or `{name} = ("1975ea83b712", "ae1027a6acf0")`.',
            name=name,
        )
    )
    return HistoryError(
        say("the value of {name} can't be read without running the file", name=name), hint=hint, file=file, line=line
    )


def _safe(text: str, file: str, line: int) -> str:
    refused = sorted(char for char in set(text) if char in _REFUSED_BY_ALEMBIC)
    if refused:
        raise HistoryError(
            say("Alembic refuses {chars} in the revision id {id}", chars=" ".join(refused), id=text),
            hint=say("Use letters, digits and _ in revision ids."),
            file=file,
            line=line,
        )
    if any(char in _HARMFUL or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in text):
        raise HistoryError(
            say("the revision id {id} holds a character that is not safe in a script", id=text),
            hint=say("Use letters, digits and _ in revision ids."),
            file=file,
            line=line,
        )
    return text
