"""A log and the bundle that it is of in, what was run and what came out; a log of something else is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlgen.bundle.ledger.logs import Log
from sqlgen.bundle.manifest import Manifest
from sqlgen.errors import Message, UsageError, say

SCRIPTS = ("apply.sql", "resume.sql", "rollback.sql")
_CHECKS = ("preflight", "postcheck")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of one of a bundle's scripts."""

    script: str
    """One of SCRIPTS."""
    kind: str
    """applied, failed, undone."""

    @property
    def back(self) -> bool:
        """Whether it leads back."""
        return self.script == "rollback.sql"


def run(log: Log, manifest: Manifest, script: str | None, exit_code: int | None = None) -> Run:
    """Which script was run, and how it ended. `script`: what the caller says; else the log tells, its name last.
    `exit_code`: how the client ended; None: nobody said.

    Raises UsageError for a log of another bundle, of a script that makes no entry, of no run at all, and where nothing
    tells.
    """
    _refuse_checks(log)
    if script is not None and script not in SCRIPTS:
        raise UsageError(
            say("{script} is no script that changes a database", script=script),
            hint=say("Use --script apply.sql, resume.sql or rollback.sql."),
        )
    _refuse_no_run(log, exit_code)
    _refuse_other_database(log, manifest)
    told = {direction for direction in (_by_heads(log, manifest), *_by_steps(log, manifest)) if direction}
    if log.tenants is not None and log.tenants[0] not in _CHECKS:
        told.add(_direction(f"{log.tenants[0]}.sql"))
    name = script or _named(log)
    if len(told | ({_direction(name)} if name else set())) > 1:
        raise UsageError(
            say("the log {path} is not of {script}", path=log.path, script=name)
            if len(told) == 1
            else say("the log {path} holds runs of several scripts", path=log.path),
            hint=say("Give the log of one run, and no other --script."),
        )
    if name is None:
        name = _only(told, manifest, log)
    return Run(name, _kind(log, manifest, name))


def _kind(log: Log, manifest: Manifest, script: str) -> str:
    done = "undone" if script == "rollback.sql" else "applied"
    if manifest.tenants:
        return done if _all_tenants(log, manifest) else "failed"
    reached = log.heads is not None and log.outcome in ("APPLIED", "ALREADY APPLIED")
    return done if reached else "failed"


def _all_tenants(log: Log, manifest: Manifest) -> bool:
    """Raises UsageError where some of them are done and the others were not asked for, or the log is one tenant's."""
    whole = say("Give what sh tenants.sh all printed; it goes past those that are done.")
    if log.tenants is None:
        if log.outcome is None:
            return False
        raise UsageError(
            say("the bundle is for {count} tenants, and the log is of one of them", count=len(manifest.tenants)),
            hint=whole,
        )
    _, done, good, of = log.tenants
    if of != len(manifest.tenants):
        raise UsageError(
            say("the log is of {of} tenants, and the bundle has {count}", of=of, count=len(manifest.tenants)),
            hint=say("Give the log of this bundle."),
        )
    if done and good < of:
        raise UsageError(
            say("{good} of {of} tenants are done, and the others are still to come", good=good, of=of), hint=whole
        )
    return done


def _refuse_no_run(log: Log, exit_code: int | None) -> None:
    """A file without a trace of the bundle may be anything, unless the client itself failed: it may not have been
    there, or have reached no server."""
    if log.result is not None:
        return
    if log.script:
        raise UsageError(
            say("{path} is a script, not the log of its run", path=log.path),
            hint=say("Give the file that the client's output went to: --log apply.log"),
        )
    if not log.ours and not exit_code:
        raise UsageError(
            say("{path} holds nothing that a run of this bundle prints", path=log.path),
            hint=say(
                "Give the file that the client's output went to. If the client itself failed, as when it reached no "
                "server, say how it ended: --exit-code N"
            ),
        )


def _refuse_checks(log: Log) -> None:
    checks = {"PREFLIGHT": "preflight", "POSTCHECK": "postcheck"}.get(log.outcome or "")
    checks = checks or (log.file if log.file in _CHECKS else None)
    checks = checks or (log.tenants[0] if log.tenants is not None and log.tenants[0] in _CHECKS else None)
    if checks is not None:
        raise UsageError(
            say("{path} is the log of {script}.sql, which changes nothing", path=log.path, script=checks),
            hint=say("Give the log of apply.sql, resume.sql or rollback.sql; only these make an entry."),
        )


def _refuse_other_database(log: Log, manifest: Manifest) -> None:
    """Oracle's name is that of the container, and the manifest's may have a domain."""
    if manifest.database is None or log.database is None or manifest.dialect == "oracle":
        return
    if log.database.casefold() != manifest.database.casefold():
        raise UsageError(
            say("the log is of database {log}, and the bundle is for {database}", log=log.database,
                database=manifest.database),
            hint=say("Give the log of this bundle, or the bundle that the log is of."),
        )  # fmt: skip


def _direction(script: str) -> str:
    return "back" if script == "rollback.sql" else "forth"


def _by_heads(log: Log, manifest: Manifest) -> str | None:
    """By where the database is now."""
    if log.heads is None:
        return None
    if set(log.heads) == set(manifest.upper):
        return "forth"
    if set(log.heads) == set(manifest.lower):
        return "back"
    raise _other(
        log,
        say(
            "it ends at {at}; the bundle leads from {lower} to {upper}",
            at=", ".join(log.heads) or "base",
            lower=", ".join(manifest.lower) or "base",
            upper=", ".join(manifest.upper) or "base",
        ),
    )


def _by_steps(log: Log, manifest: Manifest) -> list[str]:
    """By the order of the revisions that it names; nothing where that is the same both ways."""
    forth = [each.id for each in manifest.revisions] or ([manifest.hotfix.revision] if manifest.hotfix else [])
    found = []
    for number, total, revision in log.steps:
        if revision not in forth:
            raise _other(log, say("it runs revision {revision}, which the bundle does not hold", revision=revision))
        if total == len(forth) and 1 <= number <= total:
            up, down = forth[number - 1] == revision, forth[total - number] == revision
            if up != down:
                found.append("forth" if up else "back")
    return found


def _other(log: Log, why: Message) -> UsageError:
    return UsageError(
        say("the log {path} is not of this bundle: {why}", path=log.path, why=why),
        hint=say("Give the log of this bundle, or the bundle that the log is of."),
    )


def _named(log: Log) -> str | None:
    """By the name that the client says, or by that of the log: the commands in the scripts write apply.log."""
    if log.file is not None:
        return f"{log.file}.sql"
    words = set(re.split(r"[^a-z]+", log.path.name.lower())) & {"apply", "resume", "rollback"}
    return f"{words.pop()}.sql" if len(words) == 1 else None


def _only(told: set[str], manifest: Manifest, log: Log) -> str:
    if told == {"back"}:
        return "rollback.sql"
    if told == {"forth"} and manifest.dialect not in ("mysql", "mariadb", "mssql"):
        return "apply.sql"
    raise UsageError(
        say("the log {path} does not say which script it is of", path=log.path),
        hint=say("Say it: --script apply.sql, resume.sql or rollback.sql."),
    )
