"""What the worker reported in, a Failure or an error with a hint out: all the sentences of this stage."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlgen.emit.interpreter import Interpreter
from sqlgen.emit.process import MOST_PRINTED
from sqlgen.emit.said import unpacked
from sqlgen.emit.trace import Failure
from sqlgen.emit.unwritable import PREFIX, unwritable
from sqlgen.errors import EnvironmentFailed, Message, SqlgenError, ToolMissing, say

Record = dict[str, Any]


def failure(record: Record) -> Failure:
    """Why one revision could not be rendered, and what to write instead where that is known."""
    mentions, packages = tuple(record.get("mentions", ())), tuple(record.get("packages", ()))
    return Failure(reason(record), record["file"], record["line"], record["detail"], mentions, packages, record["kind"])


def reason(record: Record) -> Message:
    """The sentence for one revision, or for env.py where it has none of its own."""
    text, values = exception(record), record["values"]
    match record["kind"]:
        case "exception":
            return say("{text}", text=text)
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
        case "placeholder":
            return say(
                "{names} would be left in the SQL as a placeholder; write the value with sa.literal(…) or as SQL text",
                names=values["names"],
            )
        case "shadow-name":
            return say(
                "`{sql}` names the shadow database {name}: on another database it would be wrong; where that name is "
                "an accident, give --shadow a database of another name",
                **values,
            )
        case "shadow-raw":
            return say("it uses {name} of the driver's own connection, which can't be recorded", name=values["name"])
        case "beyond":
            return say("{sql} would change more than the scratch database, so it is not run", **values)
        case "elsewhere":
            return say("it works on a connection to {name}, which is not the scratch database", **values)
        case "no-async-driver":
            return say("no asynchronous driver is installed that can be used: {names}", **values)
        case "rollback":
            return say(
                "it rolls back the transaction of its migration, and what it executed before with it; "
                "take back a part with begin_nested()"
            )
        case "server-key":
            return say(
                "it uses the key that the database would make for `{sql}`; give the key in the statement", **values
            )
        case "connection":
            return say(
                "it uses {name} of the driver's connection, and offline there is no driver; "
                "op.execute and op.get_bind() work without one",
                name=values["name"],
            )
        case "driver-style":
            return say("its parameters are written as for {style}, and can't be put into the text", **values)
        case "reflection" | "unconfigured":
            return say("it inspects the database, and offline there is none to inspect")
        case "reflection-of":
            return say("it asks the database for {name}, which can't be told from the migrations", name=values["name"])
        case "unsure":
            return say("it asks the schema, and the answer is not known: {why}", why=unpacked(values["why"]))
        case "fails":
            return say("`{sql}` fails: {why}", **values)
        case "doubted":
            return say(
                "it asks for {name}, which is not known since revision {revision} could not be rendered", **values
            )
        case "doubted-all":
            return say(
                "it asks what there is, which is not known since revision {revision} could not be rendered", **values
            )
        case "batch":
            return say(
                "batch_alter_table has to recreate the table, and offline the table is not known; "
                "give it as batch_alter_table(…, copy_from=sa.Table(…))"
            )
        case "length":
            return say("{text}; give a length, such as String(255)", text=text)
        case "literal":
            return say("{text}; give the value as SQL text: sa.text(…) or op.execute", text=text)
        case kind if kind.startswith(PREFIX):
            return unwritable(kind, values)
        case "renamed":
            return say("when run, the file says it is revision {found}, and not {expected}", **values)
        case "no-function":
            return say("the file has no function {name}()", name=values["name"])
        case "module":
            return say(
                "{text}; install it where Alembic runs, choose that interpreter with --python, or go on with "
                "--stub {package}",
                text=text,
                package=values["name"].partition(".")[0],
            )
        case "dialect" | "url" | "no-url":
            return say("it makes an engine of its own: {text}; op.get_bind() is the connection to use", text=text)
        case kind:
            return _doing(kind, text, values)


def _doing(kind: str, text: str | Message, values: dict[str, str]) -> Message:
    """What it does beside its SQL."""
    match kind:
        case "input":
            return say("it asks for input, and there is none: {text}", text=text)
        case "exit":
            return say("it ends the program: sys.exit({code})", code=values["code"])
        case "variable" | "settings":
            return say(
                "it wants the environment variable {name}; add it below [tool.sqlgen.environ]",
                name=values.get("name") or ", ".join(values["names"].split()),
            )
        case "interpolation" | "percent" | "unreadable":
            return say("{text}", text=text)
        case "own-connection":
            return say(
                "it connects to the database by itself; op.get_bind() is the migration's connection "
                "(--allow-connect permits others)"
            )
        case "connects" | "no-driver":
            return say(
                "it connects to the database by itself: {text}; op.get_bind() is the migration's connection", text=text
            )
        case "database-file":
            return say(
                "it opens the SQLite database {name} by itself (--allow-connect permits it)", name=values["name"]
            )
        case "socket":
            return say("it opens a network connection to {to} (--allow-connect permits it)", to=values["to"])
        case "process":
            return say("it runs another program: {what} (--allow-connect permits it)", what=values["what"])
        case "thread":
            return say(
                "the thread {name} executes a statement, and its place in the script would be chance; "
                "execute it in upgrade() or downgrade() itself",
                name=values["name"],
            )
        case "async" | "waits":
            return say("it awaits something other than the migration's connection, and offline nothing answers")
        case "stub":
            return say("the stand-in {name} of a missing package reached the SQL; install the package", **values)
        case _:
            raise ValueError(kind)  # a test compares the kinds


def crashed(ending: str) -> Message:
    return say("the worker process ended while it ran: {ending}", ending=ending)


def took_too_long(seconds: float) -> Message:
    return say("it did not finish within {seconds} s (--timeout gives it longer)", seconds=f"{seconds:g}")


def printed_too_much() -> Message:
    return say("it printed more than {megabytes} MB", megabytes=MOST_PRINTED // 1_000_000)


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


def ended_early(done: int, of: int) -> EnvironmentFailed:
    """env.py went on to its end, though the migrations had not: it kept an exception to itself."""
    return EnvironmentFailed(
        say("env.py ended after {done} of {of} revisions", done=done, of=of),
        hint=say("Let exceptions of context.run_migrations() out of env.py, so that they can be shown"),
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


def exception(record: Record) -> str | Message:
    """`KeyError: 'x'`, as Python shows it, without the addresses of objects: they differ from run to run."""
    match record["kind"]:  # refusals of our own, that are told as exceptions of others are
        case "no-url":
            return say("context.configure() was given no URL")
        case "no-driver":
            return say("{name} is not installed", name=record["values"]["name"])
        case "waits":
            return say("something is awaited that is not the migration's connection")
    text = record["text"]
    return f"{record['type']}: {text}" if text else str(record["type"])


def _tail(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return " / ".join(lines[-3:]) or "-"
