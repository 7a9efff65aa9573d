"""The sqlgen command: its commands, in the order in which people meet them, and the one place where errors end."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
import typer.main

from sqlgen.cli.help import in_our_words, mistake
from sqlgen.cli.language import begin
from sqlgen.cli.output import ReaderGone, complain, painter, prepare_streams, tell
from sqlgen.errors import ExitCode, SqlgenError, UsageError
from sqlgen.messages import ENGLISH, Message, in_english, say, speaking

COMMANDS = (
    "init",
    "doctor",
    "check",
    "history",
    "emit",
    "lint",
    "allowances",
    "baseline",
    "format",
    "snapshot",
    "rehearse",
    "review",
    "bundle",
    "promote",
    "release",
    "sign",
    "renew",
    "verify",
    "trust",
    "show",
    "diff",
    "receipt",
    "ledger",
    "why",
    "rules",
    "explain",
    "config",
)
GROUPS = ("baseline", "trust", "ledger", "config")
"""Those of them that have commands of their own."""


@speaking(ENGLISH)  # modules are made once, and help.py says in each run what they say
def build(names: Sequence[str] = COMMANDS) -> typer.Typer:
    """The command line with these commands. Only the one that runs is built: all together cost more than it does."""
    app = typer.Typer(
        name="sqlgen",
        help=in_english(say("Turn an Alembic history into SQL that a DBA can trust.")),
        rich_markup_mode=None,  # plain help: rich costs a third of the start-up budget
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_root)
    for name in names:
        module = import_module(f"sqlgen.cli.{name}")
        if name in GROUPS:
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(module.command)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from sqlgen import __version__

        sys.stdout.write(f"sqlgen {__version__}\n")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", help=in_english(say("Print the version.")), callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(500_000)  # modules and histories are no garbage: to look for it costs a tenth of a short run
    prepare_streams()
    code = main(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(code)  # the interpreter says what could not be written
    atexit._run_exitfuncs()
    os._exit(code)  # nothing is left to do but to free memory, object by object


def main(arguments: list[str]) -> int:
    """Run the command line; the exit code."""
    paint = painter("auto", sys.stderr)
    try:
        begin(os.environ)
        app = build([name for name in COMMANDS if name in arguments[:1]] or COMMANDS)
        command = typer.main.get_command(app)
        in_our_words(command)
        result: Any = command.main(arguments or ["--help"], prog_name="sqlgen", standalone_mode=False)
    except SqlgenError as error:
        if {"-v", "--verbose"} & set(arguments):
            for note in getattr(error, "__notes__", ()):  # the traceback of env.py
                tell(note.rstrip())
        complain(error, paint)
        return error.exit_code
    except ReaderGone:
        return 128 + 13  # what SIGPIPE gives elsewhere: nobody may take it for a clean run
    except (KeyboardInterrupt, typer.Abort):
        result = _INTERRUPTED
    except typer.TyperException as error:
        complain(_usage(error, arguments), paint)
        return ExitCode.USAGE
    except Exception:  # the boundary: whatever else escapes is a bug of ours, and says so
        traceback.print_exc()
        complain(
            SqlgenError(
                say("this is a bug in sqlgen"),
                hint=say("Report it with the lines above and the command: {command}.", command=" ".join(arguments)),
            ),
            paint,
        )
        return ExitCode.BUG
    if result == _INTERRUPTED:  # newer versions of the parser return it, and say nothing
        tell(say("interrupted"))
    return int(result or 0)


_INTERRUPTED = 128 + 2  # what SIGINT gives elsewhere


def _usage(error: typer.TyperException, arguments: list[str]) -> UsageError:
    """A usage error of the command line's parser, in our own words."""
    words = [word for word in arguments if not word.startswith("-")]
    command = words[0] if words else ""
    return UsageError(mistake(error), hint=_turned(command, arguments) or _see(words))


def _turned(command: str, arguments: list[str]) -> Message | None:
    """What to type instead of what Alembic's tutorials teach."""
    if command in ("upgrade", "downgrade"):
        down = " --down" if command == "downgrade" else ""
        return say("Write sqlgen emit START:END{down}; `sqlgen history` lists the revisions.", down=down)
    if command in ("current", "heads", "branches"):
        return say(
            "Run sqlgen history: it marks the heads. sqlgen never connects, so it can't tell where a database is."
        )
    back = next((word for word in arguments[1:] if word[:1] == "-" and word[1:].isdigit()), None)
    if back is not None and command in ("emit", "lint", "review", "bundle"):
        return say(
            "Write head{back}:head --down; or A{back}:A --down, with the revision that `alembic current` shows for A.",
            back=back,
        )
    if "--sql" in arguments and command == "emit":
        return say("Leave --sql out: sqlgen emit always writes SQL.")
    return None


def _see(words: list[str]) -> Message:
    """Where the options of a command are listed."""
    if len(words) > 1 and words[0] in GROUPS and words[1] in _commands(words[0]):
        return say("See sqlgen {group} {command} --help.", group=words[0], command=words[1])
    if words and words[0] in COMMANDS:
        return say("See sqlgen {command} --help.", command=words[0])
    return say("See sqlgen --help.")


def _commands(group: str) -> set[str | None]:
    """The commands of a group."""
    return {each.name for each in import_module(f"sqlgen.cli.{group}").app.registered_commands}
