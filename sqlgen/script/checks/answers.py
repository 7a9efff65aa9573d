"""An answer to a question of reflection in, the text in which the catalogs are asked for the same out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from sqlgen.script.checks.column_types import comparable

What = Literal[
    "relation",
    "columns",
    "primary key",
    "unique constraints",
    "indexes",
    "foreign keys",
    "checks",
    "comment",
    "index",
    "sequence",
    "type",
    "schema",
    "tables",
    "views",
    "materialized views",
    "sequences",
    "enums",
    "labels",
    "server version",
]

THERE, NOT_THERE, NONE = "there", "not there", "none"


def name_of(entry: Any) -> str:
    return str(entry["name"] if isinstance(entry, dict) else entry)


def _enum(entry: dict[str, Any]) -> str:
    return f"{entry['name']} ({', '.join(entry['labels'])})"


LISTS: dict[str, tuple[What, Callable[[Any], str]]] = {
    "get_table_names": ("tables", str),
    "get_view_names": ("views", str),
    "get_materialized_view_names": ("materialized views", str),
    "get_sequence_names": ("sequences", str),
    "get_enums": ("enums", _enum),
}

EXISTENCE: dict[str, What] = {
    "has_table": "relation",
    "has_sequence": "sequence",
    "has_type": "type",
    "has_schema": "schema",
}


def _columns(answer: list[dict[str, Any]], dialect: str) -> dict[str, Any]:
    parts, untyped = [], []
    for column in answer:
        type_ = comparable(str(column["type"]), dialect)
        if type_ is None:
            untyped.append(column["name"])
        words = [column["name"], type_ or "?", *([] if column["nullable"] else ["not null"])]
        parts.append(" ".join(words))
    return {"expected": ", ".join(parts) or NONE, "untyped": tuple(untyped)}


def _primary_key(answer: dict[str, Any], dialect: str) -> dict[str, Any]:
    columns = answer["constrained_columns"]
    name = f"{answer['name']} " if dialect == "postgresql" and answer.get("name") else ""
    return {"expected": f"{name}({', '.join(columns)})" if columns else NONE}


def _unique(answer: list[dict[str, Any]], dialect: str) -> dict[str, Any]:
    return _sorted(f"{_named(one, dialect)}({', '.join(one['column_names'])})" for one in answer)


def _indexes(answer: list[dict[str, Any]], dialect: str) -> dict[str, Any]:
    """SQLite's own indexes, which are told only where they are asked for, are left out, as are expressions."""
    return _sorted(
        f"{one['name']} ({', '.join(name or '?' for name in one['column_names'])}){' unique' if one['unique'] else ''}"
        for one in answer
        if not (dialect == "sqlite" and str(one["name"]).startswith("sqlite_autoindex_"))
    )


def _foreign_keys(answer: list[dict[str, Any]], dialect: str) -> dict[str, Any]:
    def shown(one: dict[str, Any]) -> Iterator[str]:
        schema = f"{one['referred_schema']}." if one["referred_schema"] else ""
        yield f"{_named(one, dialect)}({', '.join(one['constrained_columns'])}) -> {schema}{one['referred_table']}"
        yield f" ({', '.join(one['referred_columns'])})"
        if dialect not in ("mysql", "mariadb"):  # there RESTRICT and NO ACTION are one, and told in different ways
            for event in ("onupdate", "ondelete"):
                action = one["options"].get(event)
                if action and action.upper() != "NO ACTION":
                    yield f" {event} {action.lower()}"

    return _sorted("".join(shown(one)) for one in answer)


def _checks(answer: list[dict[str, Any]], dialect: str) -> dict[str, Any]:
    return _sorted(str(one["name"]) for one in answer if one["name"] is not None)


def _comment(answer: dict[str, Any], dialect: str) -> dict[str, Any]:
    return {"expected": answer.get("text") or NONE}


def _named(one: dict[str, Any], dialect: str) -> str:
    """SQLite keeps no names of constraints in its catalogs."""
    return "" if dialect == "sqlite" or one["name"] is None else f"{one['name']} "


def _sorted(parts: Iterator[str]) -> dict[str, Any]:
    return {"expected": "; ".join(sorted(parts, key=str.encode)) or NONE}


CONTENTS: dict[str, tuple[What, Callable[[Any, str], dict[str, Any]]]] = {
    "get_columns": ("columns", _columns),
    "get_pk_constraint": ("primary key", _primary_key),
    "get_unique_constraints": ("unique constraints", _unique),
    "get_indexes": ("indexes", _indexes),
    "get_foreign_keys": ("foreign keys", _foreign_keys),
    "get_check_constraints": ("checks", _checks),
    "get_table_comment": ("comment", _comment),
}
