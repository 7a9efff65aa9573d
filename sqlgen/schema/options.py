"""MySQL's table options under change: comment, engine, character set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlgen.facts.reader import literal
from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import Column, Constraint, Kind, Part
from sqlgen.schema.draft import Draft

__all__ = ["SERVER", "TEXTUAL", "apply", "charset_of", "default_collation", "is_hashed", "shorten"]

SERVER = {
    # What a server gives to a table that says nothing: MariaDB 10.11 as Debian sets it up, MySQL 8.0.
    "mariadb": ("utf8mb4", "utf8mb4_general_ci"),
    "mysql": ("utf8mb4", "utf8mb4_0900_ai_ci"),
}

TEXTUAL = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set")


def apply(draft: Draft, settings: Iterable[tuple[str, str]]) -> None:
    """Take settings as CREATE TABLE or ALTER TABLE writes them."""
    new = {name: _plain(value) for name, value in settings}
    if "comment" in new:
        draft.comment = dict(settings)["comment"] or None
    before = charset_of(draft.settings, draft.dialect)
    if "convert" in new:
        for key, column in draft.columns.items():
            draft.columns[key] = _converted(column, draft)
        new["charset"] = new.pop("convert")
        new.setdefault("collate", "")
    elif "charset" in new or "collate" in new:
        for key, column in draft.columns.items():
            if _follows(column.type, draft.dialect) and column.collation is None:
                draft.columns[key] = replace(
                    column, type=f"{column.type} CHARACTER SET {before[0]} COLLATE {before[1]}"
                )
    if "charset" in new and "collate" not in new:
        new["collate"] = ""
    elif "collate" in new and "charset" not in new:
        new["charset"] = new["collate"].partition("_")[0]
    draft.settings.update((name, value) for name, value in new.items() if name != "comment")


def _converted(column: Column, draft: Draft) -> Column:
    """A column of the table's character set. MariaDB's JSON is a LONGTEXT then, which keeps its check."""
    if draft.dialect == "mariadb" and canonical(column.type or "", "mysql").name == "json":
        if not any(one.kind is Kind.CHECK and one.columns == (column.name,) for one in draft.constraints):
            test = f"json_valid(`{column.name}`)"
            draft.constraints = [*draft.constraints, Constraint(Kind.CHECK, None, (column.name,), expression=test)]
        return replace(column, type="LONGTEXT", collation=None)
    return replace(column, type=_without_charset(column.type), collation=None)


_WIDEST = {"utf8mb4": 4, "utf8mb3": 3, "utf8": 3, "gbk": 2, "big5": 2, "ucs2": 2, "utf16": 4, "utf32": 4}


def shorten(draft: Draft) -> None:
    """An index over a whole TEXT or BLOB gets the length that InnoDB can hold of it: 3,072 bytes. It keeps it."""
    for indexes in (draft.indexes, draft.brought):
        for key, index in indexes.items():
            if index.unique or index.method == "fulltext":
                continue
            parts = index.parts or tuple(Part() for _ in index.columns)
            new = tuple(
                replace(part, length=part.length or _longest(draft, name))
                for name, part in zip(index.columns, parts, strict=True)
            )
            if new != parts:
                indexes[key] = replace(index, parts=new)


def _longest(draft: Draft, column: str) -> int | None:
    known = draft.columns.get(draft.key(column))
    written = (known.type if known is not None else None) or ""
    name = canonical(written, draft.dialect).name
    if name.endswith("blob"):
        return 3072
    if written.upper() == "JSON":
        return 768 if draft.dialect == "mariadb" else None  # its character set is utf8mb4, whatever the table's is
    return 3072 // _WIDEST.get(charset_of(draft.settings, draft.dialect)[0], 1) if name.endswith("text") else None


def is_hashed(draft: Draft, columns: tuple[str, ...]) -> bool:
    """Whether MariaDB keeps a unique key over these columns as a hash: one of them is too long for an index."""
    return draft.dialect == "mariadb" and any(_longest(draft, name) is not None for name in columns)


def _plain(value: str) -> str:
    return literal(value, "mysql") if value[:1] in ("'", '"') else value.strip("`")


def charset_of(settings: dict[str, str], dialect: str) -> tuple[str, str]:
    """The character set and the collation of a table."""
    charset, collation = SERVER.get(dialect, ("", ""))
    if settings.get("charset"):
        charset = settings["charset"].lower()
        charset = "utf8mb3" if charset == "utf8" else charset
        collation = default_collation(charset, dialect)
    return charset, _collation(settings["collate"].lower()) if settings.get("collate") else collation


def _collation(name: str) -> str:
    return f"utf8mb3_{name.removeprefix('utf8_')}" if name.startswith("utf8_") else name


def default_collation(charset: str, dialect: str) -> str:
    """information_schema.character_sets.default_collate_name of MariaDB 10.11 and MySQL 8.0."""
    if charset == "utf8mb4" and dialect == "mysql":
        return "utf8mb4_0900_ai_ci"
    return {"latin1": "latin1_swedish_ci", "binary": "binary", "big5": "big5_chinese_ci", "gbk": "gbk_chinese_ci"}.get(
        charset, f"{charset}_general_ci"
    )


def _follows(type_: str | None, dialect: str) -> bool:
    """Whether a column has the table's character set, having none of its own."""
    known = canonical(type_ or "", dialect)
    return known.name in TEXTUAL and not any(word.startswith(("character set", "collate")) for word in known.modifiers)


def _without_charset(type_: str | None) -> str | None:
    words = (type_ or "").split()
    kept: list[str] = []
    while words:
        lower = [word.lower() for word in words[:3]]
        if lower[:2] == ["character", "set"]:
            del words[:3]
        elif lower[:1] in (["charset"], ["collate"]):
            del words[:2]
        else:
            kept.append(words.pop(0))
    return " ".join(kept) if type_ is not None else None
