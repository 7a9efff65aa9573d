"""A kind of thing in, as facts name it, its name for people out."""

from __future__ import annotations

from sqlgen.messages import Message, say

__all__ = ["kind_of"]


def kind_of(kind: str) -> Message | str:
    """Those that one meets, in words; others, such as `rule`, as the engine calls them."""
    match kind:
        case "table":
            return say("table")
        case "column":
            return say("column")
        case "index":
            return say("index")
        case "constraint":
            return say("constraint")
        case "enum value":
            return say("enum value")
        case "view":
            return say("view")
        case "materialized view":
            return say("materialized view")
        case "sequence":
            return say("sequence")
        case "function":
            return say("function")
        case "procedure":
            return say("procedure")
        case "trigger":
            return say("trigger")
        case "type":
            return say("type")
        case "domain":
            return say("domain")
        case "schema":
            return say("schema")
        case "extension":
            return say("extension")
        case "policy":
            return say("policy")
        case "database":
            return say("database")
        case _:
            return kind
