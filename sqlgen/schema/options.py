"""MySQL's table options under change: comment, engine, character set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlgen.facts.reader import literal
from sqlgen.facts.types import canonical
from sqlgen.schema.table import Draft

__all__ = ["SERVER", "TEXTUAL", "apply", "charset_of", "default_collation"]

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
            draft.columns[key] = replace(column, type=_without_charset(column.type), collation=None)
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
