"""What the worker reported in, a Failure or an error with a hint out: all the sentences of this stage."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlgen.emit.interpreter import Interpreter
from sqlgen.emit.trace import Failure
from sqlgen.errors import EnvironmentFailed, Message, ProjectError, SqlgenError, ToolMissing, say

Record = dict[str, Any]


def failure(record: Record) -> Failure:
    """Why one revision could not be rendered, and what to write instead where that is known."""
    reason = _reason(record)
    return Failure(str(reason), record["file"], record["line"], record["detail"], tuple(record.get("mentions", ())))


def _reason(record: Record) -> Message:
    text, values = _exception(record), record["values"]
    match record["kind"]:
        case "colon":
            return say(
                "the SQL text holds :{name}, which is read as a parameter without a value, and would become NULL; "
                "write \\\\:{name} for a colon that is meant, or give the value with sa.text(…).bindparams({name}=…)",
                name=values["name"],
            )
        case "unbound":
            return say(
                "no value is given for {name}, and NULL would be written; give the values in the statement itself: "
                ".values({name}=…) or op.bulk_insert",
                name=values["name"],
            )
        case "values-dropped":
            return say(
                "values are given beside the statement ({names}), which offline mode drops; "
                "write them into it with .bindparams(…) or .values(…), and use op.execute",
                names=values["names"] or values["sql"],
            )
        case "placeholder":
            return say(
                "{names} would be left in the SQL as a placeholder; write the value with sa.literal(…) or as SQL text",
                names=values["names"],
            )
        case "result":
            return say("it reads the result of `{sql}` ({name}), and offline there is no database to ask", **values)
        case "connection":
            return say(
                "it uses the connection's {name}, and offline there is no connection; "
                "op.execute and the other op functions work without one",
                name=values["name"],
            )
        case "reflection":
            return say("it inspects the database, and offline there is none to inspect")
        case "batch":
            return say(
                "batch_alter_table has to recreate the table, and offline the table is not known; "
                "give it as batch_alter_table(…, copy_from=sa.Table(…))"
            )
        case "length":
            return say("{text}; give a length, such as String(255)", text=text)
        case "literal":
            return say("{text}; give the value as SQL text: sa.text(…) or op.execute", text=text)
        case "input":
            return say("it asks for input, and there is none: {text}", text=text)
        case "renamed":
            return say("when run, the file says it is revision {found}, and not {expected}", **values)
        case "no-function":
            return say("the file has no function {name}()", name=values["name"])
        case "variable":
            return say("it wants the environment variable {name}; add it below [tool.sqlgen.environ]", **values)
        case "module":
            return say("{text}; install it where Alembic runs, or choose that interpreter with --python", text=text)
        case _:
            return say("{text}", text=text)


def crashed(ending: str) -> str:
    return str(say("the worker process ended while it ran: {ending}", ending=ending))


def took_too_long(seconds: float) -> str:
    return str(say("it did not finish within {seconds} s", seconds=f"{seconds:g}"))


def last_place(output: str, root: Path, path: str | None) -> tuple[str | None, int | None]:
    """Where the worker was when it died, from what Python's faulthandler printed: in the revision file, else in the
    project. Without such a print: the revision file."""
    found = [(name, int(line)) for name, line in re.findall(r'^  File "(.+)", line (\d+) in ', output, re.MULTILINE)]
    for name, line in found:
        if name == path:
            return _relative(name, root), line
    for name, line in found:
        if Path(name).is_relative_to(root) and "site-packages" not in name:
            return _relative(name, root), line
    return (None if path is None else _relative(path, root)), None


def _relative(path: str, root: Path) -> str:
    return Path(path).relative_to(root).as_posix() if Path(path).is_relative_to(root) else path


def environment_failed(record: Record, root: Path, interpreter: Interpreter) -> SqlgenError:
    """env.py, or what is read before it, did not get through."""
    message, hint = _environment(record, root, interpreter)
    error = ProjectError if record["kind"] in ("no-toml",) else EnvironmentFailed
    made = error(message, hint=hint, file=record["file"], line=record["line"])
    made.add_note(record["detail"])
    return made


def _environment(record: Record, root: Path, interpreter: Interpreter) -> tuple[Message, Message]:
    text, values, where = _exception(record), record["values"], interpreter.path
    match record["kind"]:
        case "module":
            name = values["name"]
            top = name.partition(".")[0]
            if (root / top).is_dir() or (root / f"{top}.py").is_file():
                return (
                    say("the module {name} can't be imported", name=name),
                    say("It lies in the project: set `prepend_sys_path = .` in the [alembic] section"),
                )
            return (
                say("the module {name} is not installed for {python}", name=name, python=where),
                say("Install it there, or give the interpreter that runs the project: --python PATH"),
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
        case "twice":
            return (
                say("env.py runs the migrations more than once, as for several databases; only one can be rendered"),
                say("Let env.py pick one database by context.get_x_argument(), and name it with -x db=NAME"),
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
        case "async":
            return (
                say("it uses an async engine where there is none: {text}", text=text),
                say(
                    "Give env.py the offline branch of `alembic init -t async`: "
                    "context.configure(url=…), without an engine"
                ),
            )
        case "connects" | "no-driver":
            text = str(say("{name} is not installed", name=values["name"])) if record["kind"] == "no-driver" else text
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
            return (
                say("{text}", text=text),
                say("See whether `alembic upgrade head --sql` works; -v shows the traceback"),
            )


def _wants_variables(text: str, names: list[str]) -> tuple[Message, Message]:
    """It failed after os.getenv() or os.environ.get() had found nothing: that is the likely cause, and may not be."""
    return (
        say("{text}; these environment variables are not set: {names}", text=text, names=", ".join(names)),
        say(
            "Add {lines} below [tool.sqlgen.environ]: placeholders, not real passwords.",
            lines=", ".join(f'{name} = "…"' for name in names),
        ),
    )


def ended_early(done: int, of: int) -> EnvironmentFailed:
    """env.py went on to its end, though the migrations had not: it kept an exception to itself."""
    return EnvironmentFailed(
        say("env.py ended after {done} of {of} revisions", done=done, of=of),
        hint=say("Let exceptions of context.run_migrations() out of env.py, so that they can be shown"),
    )


def _unknown_dialect(name: str) -> tuple[Message, Message]:
    message = say("there is no SQLAlchemy dialect {name}", name=name)
    if name.startswith("driver"):  # the URL that `alembic init` writes
        return message, say("Put the database's URL into sqlalchemy.url, or give --dialect postgresql")
    if name.startswith("postgres"):
        return message, say("Write postgresql: SQLAlchemy dropped the name postgres")
    return message, say(
        "Use postgresql, mysql, mariadb or sqlite, or install the package that brings {name}", name=name
    )


def interpreter_unfit(record: Record, interpreter: Interpreter) -> ToolMissing:
    """The interpreter runs, but lacks what a worker needs, or has it too old."""
    name, where = record["name"], interpreter.path
    if "version" in record:
        return ToolMissing(
            say("{path} has {name} {version}, which is too old", path=where, name=name, version=record["version"]),
            hint=say("It has to be {least} or newer; another interpreter: --python PATH", least=record["least"]),
        )
    missing = record.get("needs", name)
    return ToolMissing(
        say("{path} ({why}) has no {name}", path=where, why=interpreter.why, name=missing),
        hint=say("Install alembic there, or give the interpreter that runs the project: --python PATH"),
    )


def worker_died(ready: bool, ending: str, interpreter: Interpreter, output: str) -> SqlgenError:
    """The process ended before env.py had started the migrations."""
    if ready:
        return EnvironmentFailed(
            say("env.py ended the worker process: {ending}", ending=ending),
            hint=say(
                "See what it does when context.is_offline_mode() holds; it printed: {output}", output=_tail(output)
            ),
        )
    return ToolMissing(
        say("{path} does not work as a Python interpreter: {ending}", path=interpreter.path, ending=ending),
        hint=say(
            "Give the interpreter that runs the project: --python PATH; it printed: {output}", output=_tail(output)
        ),
    )


def _exception(record: Record) -> str:
    """`KeyError: 'x'`, as Python shows it, without the addresses of objects: they differ from run to run."""
    text = re.sub(r" at 0x[0-9a-fA-F]+\b", "", record["text"])
    return f"{record['type']}: {text}" if text else str(record["type"])


def _tail(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return " / ".join(lines[-3:]) or "-"
