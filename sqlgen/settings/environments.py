"""`[tool.sqlgen.env.NAME]` in, an Environment out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlgen.errors import say
from sqlgen.settings.model import CLIENTS, FAIL_ON, PRESETS, SEVERITIES, TRANSACTIONS, Environment, RuleSetting
from sqlgen.settings.reader import Reader


def environment(reader: Reader) -> Callable[[str, Any], Environment]:
    """What reads one environment; its key ends with its name."""

    def build(key: str, value: Any) -> Environment:
        name = key.rsplit(".", 1)[-1]
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
            raise reader.failed(
                key,
                say("an environment can't be called {name}", name=name),
                say("Use lower-case letters, digits and hyphens, such as [tool.sqlgen.env.prod]."),
            )
        values = reader.table(reader.a_table(key, value), key + ".", _keys(reader))
        for option in ("lock_timeout", "statement_timeout"):
            if option in values:
                values[f"{option}_ms"] = values.pop(option)
        _check_tenants(reader, key, values)
        return Environment(name, **values)

    return build


def _keys(reader: Reader) -> Mapping[str, Callable[[str, Any], Any]]:
    return {
        "database": reader.filled,
        "schema": reader.filled,
        "identity": reader.filled,
        "server_version": reader.version,
        "client": reader.one_of((*dict.fromkeys(CLIENTS.values()), "plain")),
        "transaction": reader.one_of(TRANSACTIONS),
        "lock_timeout": reader.duration,
        "statement_timeout": reader.duration,
        "role": reader.filled,
        "tenants": reader.names,
        "tenants_are": reader.one_of(("databases", "schemas")),
        "roles": reader.counts,
        "fail_on": reader.one_of(FAIL_ON),
        "preset": reader.one_of(PRESETS),
        "rule": reader.each(rule_setting(reader)),
    }


def _check_tenants(reader: Reader, key: str, values: Mapping[str, Any]) -> None:
    """Whether the tenants say the same as the other keys do."""
    are = values.get("tenants_are", "databases")
    if "tenants_are" in values and "tenants" not in values:
        raise reader.failed(
            f"{key}.tenants_are",
            say("{key}.tenants_are says what the tenants are, and there are none", key=key),
            say('Name them in their order, the canary first: tenants = ["a", "b"].'),
        )
    one = "database" if are == "databases" else "schema"
    if "tenants" in values and one in values:
        raise reader.failed(
            f"{key}.{one}",
            say("{key} has one {one}, and tenants that are {are}", key=key, one=one, are=are),
            say("Leave one of the two out: a script runs in each tenant, one after another."),
        )


def rule_setting(reader: Reader) -> Callable[[str, Any], RuleSetting]:
    """What reads one `[tool.sqlgen.rule.ID]`, of the project or of an environment."""

    def build(key: str, value: Any) -> RuleSetting:
        options = dict(reader.a_table(key, value))
        severity = options.pop("severity", None)
        if severity is not None:
            reader.one_of(SEVERITIES)(f"{key}.severity", severity)
        return RuleSetting(severity, tuple(sorted(options.items())))

    return build
