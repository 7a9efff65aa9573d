"""Options that several commands share, spelled once."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from sqlgen.errors import UsageError, say
from sqlgen.messages import in_english

if TYPE_CHECKING:
    from sqlgen.settings.model import Transaction


def _color(word: str) -> str:
    if word not in ("auto", "always", "never"):
        raise UsageError(say("--color can't be {word}", word=word), hint=say("Use --color auto, always or never."))
    return word


def transaction_mode(word: str | None) -> Transaction | None:
    """What `--transaction` says. Raises UsageError for what it can't say."""
    match word:
        case None | "range" | "revision" | "none":
            return word
        case _:
            raise UsageError(
                say("--transaction can't be {word}", word=word),
                hint=say(
                    "Use --transaction range, revision or none; or leave it out, for what the client can do best."
                ),
            )


ProjectOption = Annotated[
    Path | None,
    typer.Option(
        "--project", metavar="DIR", help=in_english(say("The Alembic project: a folder, or its alembic.ini."))
    ),
]
NameOption = Annotated[
    str,
    typer.Option(
        "-n", "--name", metavar="SECTION", help=in_english(say("The section of alembic.ini, as with alembic -n."))
    ),
]
DialectOption = Annotated[
    str | None,
    typer.Option(
        "--dialect", metavar="NAME", help=in_english(say("postgresql, mysql, mariadb, sqlite, mssql or oracle."))
    ),
]
ServerVersionOption = Annotated[
    str | None,
    typer.Option("--server-version", metavar="N", help=in_english(say("The server's version, such as 16 or 10.11."))),
]
ClientOption = Annotated[
    str | None,
    typer.Option(
        "--client",
        metavar="NAME",
        help=in_english(say("Who runs the script: psql, mysql, sqlite3, sqlcmd, sqlplus or plain.")),
    ),
]
EnvOption = Annotated[
    str | None,
    typer.Option("--env", metavar="NAME", help=in_english(say("An environment of the settings, such as prod."))),
]
PythonOption = Annotated[
    Path | None,
    typer.Option("--python", metavar="PATH", help=in_english(say("The interpreter that has the project's packages."))),
]
XOption = Annotated[
    list[str] | None,
    typer.Option("-x", metavar="KEY=VALUE", help=in_english(say("Passed to env.py, as with Alembic."))),
]
ReadsOption = Annotated[
    str | None,
    typer.Option(
        "--reads",
        metavar="POLICY",
        help=in_english(say("What becomes of revisions that read rows: error, empty or shadow.")),
    ),
]
ShadowOption = Annotated[
    str | None,
    typer.Option(
        "--shadow",
        metavar="URL",
        envvar="SQLGEN_SHADOW",
        show_envvar=False,
        help=in_english(say("An empty database, or a server: revisions that read are recorded there.")),
    ),
]
OnlineBranchesOption = Annotated[
    bool,
    typer.Option("--online-branches", help=in_english(say("Tell revisions that ask that this is not offline mode."))),
]
BaselineOption = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help=in_english(say("The schema before the first revision: a dump of a database, or a snapshot.")),
    ),
]
TimeoutOption = Annotated[
    str | None,
    typer.Option(
        "--timeout", metavar="TIME", help=in_english(say("For each revision: 60s, unless the settings say more."))
    ),
]
StubOption = Annotated[
    list[str] | None,
    typer.Option(
        "--stub", metavar="PACKAGE", help=in_english(say("Go on without a package that is not installed; repeatable."))
    ),
]
AllowConnectOption = Annotated[
    bool,
    typer.Option(
        "--allow-connect", help=in_english(say("Let env.py and revisions connect and run programs by themselves."))
    ),
]
TargetOption = Annotated[
    str | None,
    typer.Option(
        "--target", metavar="NAME", help=in_english(say("The database, where env.py runs the migrations for several."))
    ),
]
FormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--output-format",
        metavar="FMT[=FILE]",
        help=in_english(
            say(
                "text, concise, markdown, json, sarif, github, gitlab, junit, csv, or auto: what the CI host reads; "
                "repeatable."
            )
        ),
    ),
]
TEXT_OR_JSON = ("text", "json")
TextOrJsonOption = Annotated[
    list[str] | None,
    typer.Option("--output-format", metavar="FMT[=FILE]", help=in_english(say("text or json; repeatable."))),
]
KeyOption = Annotated[
    Path,
    typer.Option(
        "--key", metavar="KEY", help=in_english(say("A private key file, or a .pub whose key ssh-agent holds."))
    ),
]
SignerOption = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="NAME", help=in_english(say("The signer's name in allowed_signers; else the key's comment."))
    ),
]
FailOnOption = Annotated[
    str | None,
    typer.Option(
        "--fail-on", metavar="LEVEL", help=in_english(say("error, warning or never: what makes the exit code 1."))
    ),
]
ColorOption = Annotated[
    str,
    typer.Option(
        "--color", metavar="WHEN", help=in_english(say("auto, always or never.")), show_default=False, callback=_color
    ),
]
QuietOption = Annotated[bool, typer.Option("-q", "--quiet", help=in_english(say("Say nothing but data and errors.")))]
VerboseOption = Annotated[
    bool, typer.Option("-v", "--verbose", help=in_english(say("Say more: tracebacks, what env.py printed.")))
]
TransactionOption = Annotated[
    str | None,
    typer.Option(
        "--transaction",
        metavar="MODE",
        help=in_english(say("What commits together: range, revision or none (by statement).")),
    ),
]
ExpiresOption = Annotated[
    str | None,
    typer.Option("--expires", metavar="WHEN", help=in_english(say("2026-12-31, or 14d after the commit; else never."))),
]
TicketOption = Annotated[
    str | None,
    typer.Option(
        "--ticket", metavar="ID", help=in_english(say("Where this was asked for; it stands in the manifest."))
    ),
]
BreakglassOption = Annotated[
    str | None,
    typer.Option(
        "--breakglass",
        metavar="WHY",
        help=in_english(say("An emergency: judged by the trust folder's breakglass policy; a review must follow.")),
    ),
]
AllowIncompleteOption = Annotated[
    bool,
    typer.Option(
        "--allow-incomplete", help=in_english(say("Build although a revision is not, or not wholly, rendered."))
    ),
]
AllowDirtyOption = Annotated[
    bool,
    typer.Option("--allow-dirty", help=in_english(say("Build although the working tree is not what was committed."))),
]
AllowHeadsOption = Annotated[
    bool, typer.Option("--allow-heads", help=in_english(say("Build although the history has several heads.")))
]
AllowVolatileOption = Annotated[
    bool,
    typer.Option("--allow-volatile", help=in_english(say("Build with values that another rendering would not have."))),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help=in_english(say("Replace a bundle that is there, its signatures too.")))
]
StatsOption = Annotated[
    Path | None,
    typer.Option(
        "--stats",
        metavar="FILE",
        help=in_english(say("Rows and bytes of the tables, by which the review estimates times.")),
    ),
]
DownOption = Annotated[bool, typer.Option("--down", help=in_english(say("The rollback of the range.")))]
RangeArgument = Annotated[
    str,
    typer.Argument(metavar="RANGE", help=in_english(say("base:head, v1:v2, git:v1.0..git:v1.1, ledger:prod..head, …"))),
]


# ---- what commands on a project share

_SHARED: dict[str, tuple[Any, Any]] = {
    "project": (ProjectOption, None),
    "name": (NameOption, "alembic"),
    "dialect": (DialectOption, None),
    "server_version": (ServerVersionOption, None),
    "client": (ClientOption, None),
    "env": (EnvOption, None),
    "python": (PythonOption, None),
    "x": (XOption, None),
    "reads": (ReadsOption, None),
    "shadow": (ShadowOption, None),
    "online_branches": (OnlineBranchesOption, False),
    "baseline": (BaselineOption, None),
    "timeout": (TimeoutOption, None),
    "stub": (StubOption, None),
    "allow_connect": (AllowConnectOption, False),
    "target": (TargetOption, None),
}
"""The options that make a settings.Request, in the order of the help: name → type and default."""


def _is_argument(parameter: inspect.Parameter) -> bool:
    metadata = getattr(parameter.annotation, "__metadata__", ())
    return any(isinstance(each, typer.models.ArgumentInfo) for each in metadata)


def on_project(*, without: Collection[str] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the shared options; it gets them as one settings.Request, `asked`, its first parameter.

    They stand in its help behind its arguments. `without`: names of those that the command has no use for.
    """
    shared = {name: one for name, one in _SHARED.items() if name not in without}

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        _, *own = inspect.signature(command).parameters.values()

        @functools.wraps(command)
        def given(**values: Any) -> Any:
            from sqlgen.cli.common import request
            from sqlgen.cli.language import settle_for
            from sqlgen.cli.output import made_for

            asked = request(**{name: values.pop(name) for name in shared})
            settle_for(asked.project)
            with made_for(values.get("output_format") or ()):
                return command(asked, **values)

        options = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, (kind, default) in shared.items()
        ]
        kinds = get_type_hints(command, localns={"Request": object}, include_extras=True)
        own = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=kinds[each.name]) for each in own]
        arguments = [each for each in own if _is_argument(each)]
        parameters = [*arguments, *options, *(each for each in own if each not in arguments)]
        given.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # typer reads it
        given.__annotations__ = {each.name: each.annotation for each in parameters}
        return given

    return decorate
