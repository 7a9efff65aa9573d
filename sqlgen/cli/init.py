"""`sqlgen init`: look at a repository, ask or be told, show what would be written, write all of it or nothing."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.language import settle_for
from sqlgen.cli.options import DialectOption, NameOption, ProjectOption, QuietOption, ServerVersionOption
from sqlgen.cli.output import data, tell
from sqlgen.errors import ExitCode, OutputError, UsageError
from sqlgen.messages import Message, apart, in_english, say, visible

if TYPE_CHECKING:
    from sqlgen.cli.init_asking import Asker
    from sqlgen.initializing import File, Found, Planned, Site


def command(
    project: ProjectOption = None,
    name: NameOption = "alembic",
    dialect: DialectOption = None,
    server_version: ServerVersionOption = None,
    runs: Annotated[
        str | None,
        typer.Option(
            "--runs",
            metavar="WHO",
            help=in_english(say("Who runs migrations in production: bundle (a DBA) or alembic.")),
        ),
    ] = None,
    env: Annotated[
        list[str] | None,
        typer.Option(
            "--env", metavar="NAME=DATABASE", help=in_english(say("An environment and its database; repeatable."))
        ),
    ] = None,
    ci: Annotated[
        str | None,
        typer.Option(
            "--ci",
            metavar="HOSTS",
            help=in_english(say("github, gitlab, jenkins, azure, pre-commit, or none; with commas.")),
        ),
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="NAME",
            help=in_english(say("A database, where env.py asks the application which there are; repeatable.")),
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=in_english(say("Ask nothing, and write.")))] = False,
    quiet: QuietOption = False,
) -> int:
    """Write the settings, and what CI needs, for the Alembic projects that are here. No file is ever overwritten."""
    from sqlgen.cli.init_asking import Asker, checked_hosts, checked_wishes
    from sqlgen.initializing import host_files, look, runs_of, settings_files

    settle_for(project)
    wishes, hosts = checked_wishes(dialect, server_version, runs, env), checked_hosts(ci)
    asker = Asker(not yes and sys.stdin.isatty() and sys.stderr.isatty())
    start = (project or Path()).resolve()
    found = look(start, name=name, targets=tuple(target or ()))
    if not quiet:
        _tell_found(found)
    wishes = replace(asker.wishes(found, wishes), flask_app=os.environ.get("FLASK_APP") or None)
    hosts = asker.hosts(found, hosts)
    settings, notes = settings_files(found, wishes)
    planned = [host_files(host, found, runs_of(found.sites, found.top)) for host in hosts]
    files = [*settings, *(file for plan in planned for file in plan.files)]
    notes = (*notes, *(note for plan in planned for note in plan.notes))
    wanted = _free(files, found.top, asker)
    _show(wanted, planned, found.top)
    if not quiet:
        for note in notes:
            tell(say("note: {note}", note=note))
    if any(not file.same for file in wanted):
        _write(wanted, found.top, asker, yes=yes, quiet=quiet)
    elif not quiet:
        tell(say("nothing is to be written: all is there"))
    if not quiet:
        _next(found)
    return ExitCode.CLEAN


def _tell_found(found: Found) -> None:
    for site in found.sites:
        tell(say("found {site}", site=_about(site, found.top)))
        if site.unnamed_targets and not site.targets:
            tell(
                say(
                    "  for several databases, which only the application names: `sqlgen doctor` lists them; "
                    "say them as --target NAME, so that CI checks each"
                )
            )
        if site.without_app and not os.environ.get("FLASK_APP"):
            tell(say("  Flask finds the application by FLASK_APP: set it, or write it under environ in the settings"))
    for trouble in found.troubles:
        tell(say("left out: {trouble}", trouble=trouble))
    if found.in_git:
        hosts = ", ".join(found.hosts) or say("no file of it")
        tell(say("default branch: {branch}; CI: {hosts}", branch=found.branch, hosts=hosts))
    else:
        tell(say("this is no git repository: sqlgen check compares with one, the rest works without"))


def _about(site: Site, top: Path) -> Message:
    """`Alembic in backend (alembic.ini): postgresql by env.py, asynchronous, for engine1 and engine2`."""
    config = site.project.config
    named = config.relative_to(top).as_posix() if config.is_relative_to(top) else str(config)
    words = [say("{kind} in {file}", kind=site.kind, file=named)]
    if site.dialect is not None:
        words.append(say("{dialect}, says {file}", dialect=site.dialect.dialect, file=site.dialect.source))
    else:
        words.append(say("no file says for which database"))
    if site.asynchronous:
        words.append(say("asynchronous"))
    if site.targets:
        words.append(say("for several databases: {names}", names=", ".join(site.targets)))
    if site.sections:
        words.append(say("more sections: {names}", names=", ".join(site.sections)))
    return apart(words)


def _free(files: list[File], top: Path, asker: Asker) -> list[File]:
    """Those that can be written. Raises UsageError where another file has the name, and nobody says to go on."""
    from sqlgen.initializing import difference

    wanted = []
    for file in files:
        if not file.in_the_way:
            wanted.append(file)
            continue
        shown = file.path.relative_to(top).as_posix()
        data(difference(file, top))
        if not asker.agrees(say("{file} is there and says something else. Leave it, and go on?", file=shown)):
            raise UsageError(
                say("{file} is there and says something else; nothing was written", file=shown),
                hint=say("Put in what is missing yourself, or move it away, or leave its --ci out."),
            )
    return wanted


def _show(files: list[File], planned: list[Planned], top: Path) -> None:
    from sqlgen.initializing import difference

    for file in files:
        data(difference(file, top))
    for plan in planned:
        for paste in plan.pastes:
            tell(say("{file} is there: put this into it", file=paste.file))
            data("\n".join(visible(line) for line in paste.text.splitlines()) + "\n")


def _write(files: list[File], top: Path, asker: Asker, *, yes: bool, quiet: bool) -> None:
    from sqlgen.cli.all_or_nothing import write_all

    new = [file for file in files if not file.same]
    if not yes and not asker.agrees(say("Write these files?"), default=True):
        raise UsageError(say("nothing was written"), hint=say("Add --yes to write what is shown above."))
    for file in new:
        if (file.path.read_bytes() if file.path.is_file() else None) != file.before:
            raise OutputError(
                say("{file} was changed meanwhile; nothing was written", file=file.path),
                hint=say("Run sqlgen init again."),
            )
    write_all({file.path: file.after for file in new})
    if not quiet:
        for file in new:
            tell(say("wrote {file}", file=file.path.relative_to(top).as_posix()))


def _next(found: Found) -> None:
    """What to run now."""
    import shlex

    from sqlgen.initializing import runs_of

    every = one = runs_of(found.sites, found.top)[0].words
    if any("*" in word for word in every) or every.count("--project") > 1:  # only sqlgen check takes several
        one = ("--project", found.sites[0].within(found.top))
    for each, words in (("doctor", one), ("check", every)):
        line = shlex.join(["sqlgen", each, *words])
        if words and Path.cwd() != found.top:
            tell(say("next, in {folder}: {command}", folder=found.top, command=line))
        else:
            tell(say("next: {command}", command=line))
