"""A file and lines in, a place with its address at the commit out."""

from __future__ import annotations

from posixpath import normpath
from urllib.parse import quote

from sqlgen.review.document.model import Place
from sqlgen.review.document.source import Source
from sqlgen.segments import Item


def placed(source: Source, file: str | None, line: int | None = None, end_line: int | None = None) -> Place | None:
    """None where no file is known."""
    return None if file is None else Place(file, line, end_line, _url(source, file, line))


def of(source: Source, item: Item) -> Place | None:
    """Where a statement was written."""
    at = item.place
    return None if at is None else placed(source, at.file, at.line, at.end_line)


def _url(source: Source, file: str, line: int | None) -> str | None:
    """Files are named from the project's folder, which may lie below the top of its repository. The commit has no page
    for what lies outside, and another one of what is not as it was committed."""
    if source.source_url is None or source.commit is None:
        return None
    path = normpath(f"{source.project or '.'}/{file}")
    if file.startswith("/") or path.startswith("../") or path in source.changed:
        return None
    if not path.isprintable() and any("\ud800" <= char <= "\udfff" for char in path):
        return None  # its name is no text
    fields = {"{commit}": source.commit, "{path}": quote(path), "{line}": str(line or 1)}
    url = source.source_url
    for name, value in fields.items():
        url = url.replace(name, value)
    return url
