"""`[tool.sqlgen]` in pyproject.toml, or sqlgen.toml, in; frozen Settings out."""

from __future__ import annotations

from sqlgen.settings.clients import client
from sqlgen.settings.file import load
from sqlgen.settings.model import (
    CLIENTS,
    DIALECTS,
    FAIL_ON,
    PLAIN,
    PRESETS,
    READS,
    SERVER_VERSION,
    SERVICE,
    SEVERITIES,
    AllowSetting,
    Environment,
    Request,
    RevisionSetting,
    RuleSetting,
    Settings,
    known_dialect,
)

__all__ = [
    "CLIENTS",
    "DIALECTS",
    "FAIL_ON",
    "PLAIN",
    "PRESETS",
    "READS",
    "SERVER_VERSION",
    "SERVICE",
    "SEVERITIES",
    "AllowSetting",
    "Environment",
    "Request",
    "RevisionSetting",
    "RuleSetting",
    "Settings",
    "client",
    "known_dialect",
    "load",
]
