"""What the worker reported of env.py in, an error with a hint out."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from sqlgen.emit.interpreter import Interpreter
from sqlgen.emit.problems import Record, exception, reason
from sqlgen.errors import EnvironmentFailed, Message, ProjectError, SqlgenError, UsageError, say

ONLY_FOR_ENV = frozenset({"never-configured", "never-run", "no-app", "no-migrate", "no-target", "no-toml", "targets"})
"""What no revision can be the reason of."""


def environment_failed(record: Record, interpreter: Interpreter) -> SqlgenError:
    """env.py, or what is read before it, did not get through."""
    message, hint = _environment(record, interpreter)
    error: type[SqlgenError] = EnvironmentFailed
    match record["kind"]:
        case "no-toml":
            error = ProjectError
        case "targets" | "no-target":
            error = UsageError
    made = error(message, hint=hint, file=record["file"], line=record["line"])
    made.add_note(record["detail"])
    return made


def packages_missing(names: Sequence[str], record: Record | None, interpreter: Interpreter) -> EnvironmentFailed:
    """What env.py imports, itself or through the project's own modules, and what is not installed: all of it."""
    options = " ".join(f"--stub {name}" for name in names)
    if len(names) == 1:
        message = say("the module {name} is not installed for {python}", name=names[0], python=interpreter.path)
        hint = say(
            "Install it there, give the interpreter that runs the project: --python PATH, or go on without it: "
            "{options}",
            options=options,
        )
    else:
        message = say(
            "these modules are not installed for {python}: {names}", names=", ".join(names), python=interpreter.path
        )
        hint = say(
            "Install them there, give the interpreter that runs the project: --python PATH, or go on without them: "
            "{options}",
            options=options,
        )
    if record is None:
        return EnvironmentFailed(message, hint=hint)
    made = EnvironmentFailed(message, hint=hint, file=record["file"], line=record["line"])
    made.add_note(record["detail"])
    return made


def in_project(name: str, root: Path) -> bool:
    """Whether a module lies in the project."""
    top = name.partition(".")[0]
    return any((base / top).is_dir() or (base / f"{top}.py").is_file() for base in (root, root / "src"))


def _environment(record: Record, interpreter: Interpreter) -> tuple[Message, Message]:
    text, values, where = exception(record), record["values"], interpreter.path
    match record["kind"]:
        case "module":
            return (
                say("the module {name} can't be imported", name=values["name"]),
                say("It lies in the project: set `prepend_sys_path = .` in the [alembic] section"),
            )
        case "settings":
            return (
                say("the settings want environment variables: {names}", names=", ".join(values["names"].split())),
                _variables(values["names"].split()),
            )
        case "interpolation":
            return (
                say("{option} holds %({name})s, and nothing gives {name} a value", **values),
                say(
                    "Write %% for a percent sign that is meant; if env.py fills it from a variable, let it do so in "
                    "the branch for context.is_offline_mode() too"
                ),
            )
        case "percent":
            return (
                say("{option} holds a single percent sign, which begins the name of another option", **values),
                say("Write %% for it in the ini file"),
            )
        case "unreadable":
            return (
                say("{name} can't be read: {why}", **values),
                say("Run sqlgen as a user who may read it"),
            )
        case "variable":
            return (
                say("it wants the environment variable {name}", name=values["name"]),
                say(
                    'Add {name} = "…" below [tool.sqlgen.environ]: a placeholder, not a real password',
                    name=values["name"],
                ),
            )
        case "exit":
            return (
                say("it ended the program: sys.exit({code})", code=values["code"]),
                say("Let it go on when context.is_offline_mode() holds"),
            )
        case "never-configured":
            return (
                say("env.py never called context.configure()"),
                say("Call it in the branch for context.is_offline_mode(), as the env.py of `alembic init` does"),
            )
        case "never-run":
            return (
                say("env.py never called context.run_migrations()"),
                say("Call it in the branch for context.is_offline_mode(), as the env.py of `alembic init` does"),
            )
        case "unconfigured":
            return (
                say("env.py runs the migrations before context.configure()"),
                say("Call context.configure(url=…) first, as the env.py of `alembic init` does"),
            )
        case "targets":
            names = values["names"].split("\n")
            return (
                say("env.py runs the migrations for {count} databases; a script is for one", count=len(names)),
                say("Choose one: {options}", options=", or ".join(f"--target {shlex.quote(name)}" for name in names)),
            )
        case "no-target":
            names = values["names"].split("\n")
            return (
                say("env.py runs no migrations for {name}", name=values["name"]),
                say("Choose one: {options}", options=", or ".join(f"--target {shlex.quote(name)}" for name in names)),
            )
        case "no-app":
            return (
                say("env.py needs the Flask application, and it is not found: {why}", why=values["why"]),
                say(
                    'Add FLASK_APP = "…" below [tool.sqlgen.environ], as `flask --app` takes it: "shop", "shop:create"'
                ),
            )
        case "no-migrate":
            return (
                say("env.py needs Flask-Migrate, and the application {name} has none", name=values["name"]),
                say("Let what FLASK_APP names call Migrate(app, db), or migrate.init_app(app, db)"),
            )
        case "dialect":
            return _unknown_dialect(values["name"])
        case "url" | "no-url" | "exception" if record["missed"]:
            return _wants_variables(text, record["missed"])
        case "url" | "no-url":
            return (
                say("env.py gives no database URL that can be read: {text}", text=text),
                say(
                    "Set sqlalchemy.url, or give the dialect: --dialect postgresql, or "
                    '`dialect = "postgresql"` in [tool.sqlgen]'
                ),
            )
        case "async" | "waits":
            return (
                say("it waits for something that offline does not come: {text}", text=text),
                say(
                    "Give env.py the offline branch of `alembic init -t async`: "
                    "context.configure(url=…), without an engine"
                ),
            )
        case "connects" | "no-driver":
            return (
                say("it connects to the database, though nothing may be needed of it: {text}", text=text),
                say("Give env.py the branch `if context.is_offline_mode():` with context.configure(url=…)"),
            )
        case "input":
            return (
                say("it asks for input, and there is none"),
                say("Let it ask only when context.is_offline_mode() does not hold"),
            )
        case "no-toml":
            return (
                say("Alembic {version} can't read pyproject.toml", version=values["version"]),
                say("Install alembic 1.16 or newer for {python}, or move the settings to alembic.ini", python=where),
            )
        case _:
            return (reason(record), say("See whether `alembic upgrade head --sql` works; -v shows the traceback"))


def _wants_variables(text: str | Message, names: list[str]) -> tuple[Message, Message]:
    """It failed after os.getenv() or os.environ.get() had found nothing: that is the likely cause, and may not be."""
    return (
        say("{text}; these environment variables are not set: {names}", text=text, names=", ".join(names)),
        _variables(names),
    )


def _variables(names: Sequence[str]) -> Message:
    return say(
        "Add {lines} below [tool.sqlgen.environ]: placeholders, not real passwords.",
        lines=", ".join(f'{name} = "…"' for name in names),
    )


def _unknown_dialect(name: str) -> tuple[Message, Message]:
    message = say("there is no SQLAlchemy dialect {name}", name=name)
    if name.startswith("driver"):  # the URL that `alembic init` writes
        return message, say("Put the database's URL into sqlalchemy.url, or give --dialect postgresql")
    if name.startswith("postgres"):
        return message, say("Write postgresql: SQLAlchemy dropped the name postgres")
    return message, say(
        "Use postgresql, mysql, mariadb, sqlite, mssql or oracle, or install the package that brings {name}", name=name
    )
