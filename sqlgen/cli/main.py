"""The sqlgen command: its commands, in the order in which people meet them, and the one place where errors end."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated, Any

import typer
import typer.main

from sqlgen.cli import bundle, config, emit, explain, format, history, lint, rules, show, sign, verify
from sqlgen.cli.output import complain, painter, prepare_streams, tell
from sqlgen.errors import ExitCode, SqlgenError, UsageError
from sqlgen.messages import say

app = typer.Typer(
    name="sqlgen",
    help=str(say("Turn an Alembic history into SQL that a DBA can trust.")),
    rich_markup_mode=None,  # plain help: rich costs a third of the start-up budget
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        from sqlgen import __version__

        sys.stdout.write(f"sqlgen {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help=str(say("Print the version.")), callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


app.command("history")(history.command)
app.command("emit")(emit.command)
app.command("lint")(lint.command)
app.command("format")(format.command)
app.command("bundle")(bundle.command)
app.command("sign")(sign.command)
app.command("verify")(verify.command)
app.command("show")(show.command)
app.command("rules")(rules.command)
app.command("explain")(explain.command)
app.add_typer(config.app, name="config")


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    prepare_streams()
    sys.exit(main(sys.argv[1:] if arguments is None else arguments))


def main(arguments: list[str]) -> int:
    """Run the command line; the exit code."""
    paint = painter("auto", sys.stderr)
    try:
        result: Any = typer.main.get_command(app).main(
            arguments or ["--help"], prog_name="sqlgen", standalone_mode=False
        )
    except SqlgenError as error:
        complain(error, paint)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output went away: nothing left to say, and nothing more to write at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.CLEAN
    except (KeyboardInterrupt, typer.Abort):
        tell(say("interrupted"))
        return 130
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
    return int(result or 0)


def _usage(error: typer.TyperException, arguments: list[str]) -> UsageError:
    """A usage error of the command line's parser, in our own words."""
    command = next((word for word in arguments if not word.startswith("-")), "")
    known = {info.name for info in app.registered_commands}
    text = error.format_message().strip().rstrip(".")
    return UsageError(
        say("{text}", text=text[:1].lower() + text[1:] if text[1:2].islower() else text),
        hint=say("See sqlgen {command} --help.", command=command) if command in known else say("See sqlgen --help."),
    )
