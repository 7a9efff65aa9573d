"""Which environment variables the project asked for in vain: os.getenv() gives None, and what fails is further on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any


def watch(ours: Callable[[str], bool]) -> list[str]:
    """The names that code in the project's own files did not find in os.environ, in order; filled from now on."""
    missed: list[str] = []
    plain: Any = type(os.environ)

    class Watched(plain):  # type: ignore[misc]  # a class found when running
        def __getitem__(self, key: str) -> Any:
            try:
                return super().__getitem__(key)
            except KeyError:
                if key not in missed and ours(_asker()):
                    missed.append(key)
                raise

    os.environ.__class__ = Watched  # the same object, since others hold it already
    return missed


def _asker() -> str:
    """The file that asked, through os.getenv() or environ.get()."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__") in ("os", "collections.abc"):
        frame = frame.f_back
    return frame.f_code.co_filename


def unset(error: BaseException) -> list[str]:
    """The variables that a settings object of pydantic's did not find, all of them; empty for other errors."""
    if type(error).__name__ != "ValidationError" or not type(error).__module__.startswith("pydantic"):
        return []
    details: Any = error
    missing = [each["loc"] for each in details.errors() if each["type"] in ("missing", "value_error.missing")]
    settings = getattr(error, "model", None) or _settings(error)
    if settings is None or not missing:
        return []
    names: list[str] = []
    for place in missing:
        names += _names(settings, tuple(map(str, place)))
    return sorted(set(names))


def _settings(error: BaseException) -> Any:
    """The class of settings that was made, found on the way from where it failed."""
    trace = error.__traceback__
    while trace is not None:
        for value in trace.tb_frame.f_locals.values():
            kind = value if isinstance(value, type) else type(value)
            if any(base.__name__ == "BaseSettings" for base in kind.__mro__[1:]):
                return kind
        trace = trace.tb_next
    return None


def _names(settings: Any, place: tuple[str, ...]) -> list[str]:
    """How the variable of a field is called: docs.pydantic.dev, Settings Management, "Environment variable names"."""
    config = getattr(settings, "model_config", None)
    if config is None:  # pydantic 1
        field = getattr(settings, "__fields__", {}).get(place[0])
        extra = getattr(getattr(field, "field_info", None), "extra", {})
        return [name.upper() for name in sorted(extra.get("env_names", place[:1]))][:1]
    if place[0] not in getattr(settings, "model_fields", {}):  # an alias is the whole name
        return [place[0] if config.get("case_sensitive") else place[0].upper()]
    between = config.get("env_nested_delimiter") or "__"
    name = config.get("env_prefix", "") + between.join(place)
    return [name if config.get("case_sensitive") else name.upper()]
