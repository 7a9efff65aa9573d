"""PostgreSQL's functions that defaults, checks and indexes call: what they take and give. Source: pg_proc, 15."""

from __future__ import annotations

__all__ = ["FUNCTIONS", "SPECIAL"]

_STAMP = "timestamp with time zone"
_PLAIN = "timestamp without time zone"

FUNCTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    **dict.fromkeys(("now", "clock_timestamp", "statement_timestamp", "transaction_timestamp"), ((), _STAMP)),
    **dict.fromkeys(("gen_random_uuid", "uuid_generate_v4", "uuid_generate_v1", "uuid_generate_v1mc"), ((), "uuid")),
    **dict.fromkeys(("lower", "upper", "initcap", "md5", "reverse"), (("text",), "text")),
    **dict.fromkeys(("btrim", "ltrim", "rtrim", "trim"), (("text", "text"), "text")),
    **dict.fromkeys(
        ("length", "char_length", "character_length", "octet_length", "ascii", "bit_length"), (("text",), "integer")
    ),
    "replace": (("text", "text", "text"), "text"),
    "split_part": (("text", "text", "integer"), "text"),
    "left": (("text", "integer"), "text"),
    "right": (("text", "integer"), "text"),
    "random": ((), "double precision"),
    "timezone": (("text", "same"), _PLAIN),
    "date_trunc": (("text", "same"), "last"),
    "nextval": (("regclass",), "bigint"),
    "currval": (("regclass",), "bigint"),
    "current_setting": (("text",), "text"),
    "to_tsvector": (("regconfig", "text"), "tsvector"),
    "jsonb_typeof": (("jsonb",), "text"),
    "json_typeof": (("json",), "text"),
    "jsonb_build_object": ((), "jsonb"),
    "json_build_object": ((), "json"),
    "jsonb_build_array": ((), "jsonb"),
    "json_build_array": ((), "json"),
    "array_length": (("same", "integer"), "integer"),
    "cardinality": (("same",), "integer"),
    "abs": (("same",), "last"),
    "regexp_replace": (("text", "text", "text", "text"), "text"),
    "date": (("same",), "date"),
}
"""Name → the types of the arguments ("same": as they are), and of the result ("last": that of the last argument)."""

SPECIAL = ("coalesce", "greatest", "least")
"""Expressions that look like functions: all arguments are of one type."""
