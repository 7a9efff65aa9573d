"""A Flask-Migrate project in, its application's context out: its env.py asks for current_app."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import sys
from typing import Any

from .offline import Offline


def context_of(env: str) -> contextlib.AbstractContextManager[Any]:
    """The application's context, as `flask db` has it, for an env.py that wants one; else one that does nothing.

    Raises Offline when the application can't be found.
    """
    try:
        with open(env, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):  # Alembic says it better
        return contextlib.nullcontext()
    if not re.search(r"^\s*from flask import .*\bcurrent_app\b", text, re.MULTILINE):
        return contextlib.nullcontext()
    app = _app()
    if "migrate" not in getattr(app, "extensions", {}):
        raise Offline("no-migrate", name=str(app.name))
    found: contextlib.AbstractContextManager[Any] = app.app_context()
    return found


def _app() -> Any:
    cli: Any = importlib.import_module("flask.cli")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # as `flask` and `python -m flask` do
    os.environ["FLASK_RUN_FROM_CLI"] = "true"  # app.run() does nothing then
    cli.load_dotenv()
    try:
        return cli.ScriptInfo(app_import_path=os.environ.get("FLASK_APP")).load_app()
    except cli.NoAppException as error:
        if isinstance(error.__context__, ImportError) and "an ImportError was raised" in str(error):
            raise error.__context__ from None  # of what the application imports
        raise Offline("no-app", why=" ".join(str(error).split())) from error
