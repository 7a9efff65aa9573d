"""A target with tenants in, the shell script out that runs the one script in each of them, one after another.

The script is for a POSIX shell; tenants.sh beside this file is what it is made of. It runs the very command that the
headers name, so that what is said of a client's options holds for each tenant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import resources

from sqlgen import script
from sqlgen.messages import ENGLISH, speaking
from sqlgen.script.checks import script as checks_script
from sqlgen.script.header import unproven
from sqlgen.script.path import check_names, named, shell, text
from sqlgen.script.target import Target

_TENANT, _FILE = "sqlgen_tenant", "sqlgen_file"
_RESULT = "sqlgen result: "
_BEFORE = {
    "psql": ("psql:.*:[0-9]*: ERROR:  ",),
    "mysql": ("ERROR [0-9]* ([0-9A-Z]*) at line [0-9]*: ",),
    "sqlite3": (
        r"Runtime error near line [0-9]*: \(CHECK constraint failed: \)\{0,1\}",
        r"Error: near line [0-9]*: \(CHECK constraint failed: \)\{0,1\}",  # before 3.38
    ),
    "sqlcmd": (),
    "sqlplus": ("ORA-[0-9]*: ",),
}
"""What a client writes before the message of an error, on its line; basic regular expressions."""
_CONNECTION = {
    "psql": "PGHOST, PGPORT, PGUSER, PGPASSFILE and its other variables",
    "mysql": "its options; MYSQL_PWD, or --defaults-extra-file=FILE as their first, say the password",
    "sqlite3": "the current folder: names are paths from there",
    "sqlcmd": "SQLCMDSERVER, SQLCMDUSER, SQLCMDPASSWORD, or Windows",
    "sqlplus": "the wallet: each name is a connect identifier",
}
"""PostgreSQL manual, 34.15 Environment Variables; MySQL manual, 6.2.2.3 Command-Line Options that Affect Option-File
Handling; Microsoft, sqlcmd utility, environment variables."""
_OPTIONS = {
    "psql": "-h HOST -U USER",
    "mysql": "-h HOST -u USER",
    "sqlite3": "none that are needed",
    "sqlcmd": "-S HOST -E",
    "sqlplus": "none that are needed",
}


@speaking(ENGLISH)
def render(target: Target) -> str | None:
    """tenants.sh; None where there are no tenants, or no client that a shell could run.

    Raises SettingsError for a name that a script or a client would not take as it is.
    """
    if not target.tenants or target.client == "plain":
        return None
    check_names(target)
    actions = ["resume"] if script.resumes_apart(target) else []
    actions += ["rollback", "preflight", "postcheck"]
    patterns = [f"-e 's/^{before}{_RESULT}//p'" for before in ("", *_BEFORE[target.client])]
    again = "; where a step is half done: sh $0 resume only NAME" if script.resumes_apart(target) else ""
    warning = unproven(target)
    values = {
        "UNPROVEN": "" if warning is None else f"# {text(warning)}\n",
        "COUNT": str(len(target.tenants)),
        "WIDTH": str(max(len(name.encode()) for name in target.tenants)),  # printf counts bytes
        "ARE": target.tenants_are,
        "ACTIONS": ", ".join(actions),
        "CHOICES": " | ".join(("apply", *actions)),
        "OPTIONS": _OPTIONS[target.client],
        "CONNECTION": _CONNECTION[target.client],
        "TENANTS": "\n".join(_tenants(target)),
        "COMMAND": _commands(target),
        "RESULTS": " \\\n        ".join(patterns),
        # these clients end with an error where a script has nothing left to do
        "AGAIN": "" if target.client == "psql" else ' | "$action":1:"ALREADY APPLIED"*',
        "RESUME": again,
    }
    whole = resources.files("sqlgen.script").joinpath("tenants.sh").read_text(encoding="utf-8")
    return re.sub(r"@([A-Z]+)@", lambda found: values[found[1]], whole)


def _tenants(target: Target) -> list[str]:
    digits = len(str(len(target.tenants)))
    found = []
    for number, name in enumerate(target.tenants, start=1):
        log = f"{number:0{digits}}-{re.sub('[^A-Za-z0-9._-]', '_', name)}"
        setting = _search_path(name) if target.tenants_are == "schemas" else ""
        found.append(f'    "$what" {number} {shell(name)} {log} {shell(setting)} "$@"')
    return found


def _search_path(schema: str) -> str:
    """For PGOPTIONS, where a backslash keeps what would end an option. PostgreSQL manual, 34.1.2, options."""
    value = re.sub(r"([\\ ])", r"\\\1", named(schema))
    return f"-c search_path={value}"


def _commands(target: Target) -> str:
    """The client's commands; those for checks apart, where they have other options."""
    before, run = _command(target, script.command)
    _, check = _command(target, checks_script.command)
    lines = list(before)
    if run == check:
        lines.append(run)
    else:
        lines += ["case $action in", f"    preflight | postcheck) {check} ;;", f"    *) {run} ;;", "esac"]
    return "\n".join(f"    {line}" for line in lines)


def _command(target: Target, named: Callable[[Target, str], str]) -> tuple[tuple[str, ...], str]:
    """A command with the tenant, the script and the options in their places, and the lines that stand before it."""
    schemas = target.tenants_are == "schemas"
    whole = named(replace(target, database=target.database if schemas else _TENANT, tenants=()), _FILE)
    changes = [(f" > {_FILE}.log 2>&1", ""), (f"{_FILE}.sql", '"$script"')]
    if not schemas:  # a connect identifier of Oracle's is without the domain
        changes.append((_TENANT, '"${tenant%%.*}"' if target.client == "sqlplus" else '"$tenant"'))
    elif target.database is None:
        changes.append((" -d DATABASE", ""))
    before: tuple[str, ...] = ()
    match target.client:
        case "psql":
            path = 'PGOPTIONS="${PGOPTIONS-} $setting" ' if schemas else ""
            changes.append(("psql ", path + 'psql "$@" '))
        case "mysql":
            changes += [(" -h HOST -u USER -p", ""), (" --no-defaults", ' "$@"')]
            before = _FIRST_OF_MYSQL
        case "sqlcmd":
            changes.append((" -S HOST -E", ' "$@"'))
        case "sqlplus":
            changes.append((" sqlplus ", ' sqlplus "$@" '))
        case "sqlite3":
            changes.append(("sqlite3 ", 'sqlite3 "$@" '))
            before = _NO_NEW_FILE
    return before, _changed(whole, changes)


_FIRST_OF_MYSQL = (
    "case ${1-} in",
    "    --defaults-*) ;; # is only taken as the first",
    '    *) set -- --no-defaults "$@" ;;',
    "esac",
)
_NO_NEW_FILE = (
    'if [ ! -f "$tenant" ]; then # sqlite3 would make it',
    f"    printf '{_RESULT}NOT APPLIED: there is no file %s\\n' \"$tenant\"",
    "    return 1",
    "fi",
)


def _changed(whole: str, changes: Sequence[tuple[str, str]]) -> str:
    """Raises ValueError, a mistake of ours, where the command does not hold what is to be changed."""
    for old, new in changes:
        if whole.count(old) != 1:
            raise ValueError(f"not once in the client's command: {old!r} in {whole!r}")
        whole = whole.replace(old, new)
    return whole
