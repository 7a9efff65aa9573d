"""`sqlgen trust`: the folder that says who may sign what, for the people who keep it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sqlgen.cli.output import data
from sqlgen.cli.trust_steps import away, change, day_of, environment_policy, listed, roles_of, root_key, sign, waiting
from sqlgen.errors import UsageError, say
from sqlgen.messages import in_english

app = typer.Typer(
    rich_markup_mode=None,
    help=in_english(
        say(
            "Keep a trust folder: who may sign as what and where, how many must. Commands change next/, the version "
            "in the making; root keys sign it, and then it holds."
        )
    ),
)

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help=in_english(say("The trust folder.")))]
SignOption = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="ROOTKEY", help=in_english(say("Sign next/ at once with this root key, as sign does."))
    ),
]
YesOption = Annotated[
    bool, typer.Option("--yes", help=in_english(say("Sign without asking; only a terminal is asked.")))
]
BecauseOption = Annotated[
    str, typer.Option("--because", metavar="WHY", help=in_english(say("The reason, kept beside it.")))
]
_ROOT_HELP = in_english(say("A root key, private or .pub, or NAME=KEY where its comment is not its owner's name."))


@app.callback()
def _group() -> None:
    pass


@app.command("init")
def init_command(
    folder: FolderArgument,
    root: Annotated[list[str], typer.Option("--root", metavar="KEY", help=_ROOT_HELP)],
    policy: Annotated[
        list[str],
        typer.Option(
            "--policy", metavar="ENV:ROLE=N,…", help=in_english(say("What an environment needs: prod:review=1,dba=1"))
        ),
    ],
    need: Annotated[
        int, typer.Option("--need", metavar="K", help=in_english(say("How many root keys sign a version.")))
    ] = 1,
) -> None:
    """Make a trust folder. Its first version is in next/: add people, then let root keys sign it."""
    from sqlgen.bundle import trust

    policies = dict(environment_policy(each) for each in policy)
    if len(policies) < len(policy):
        raise UsageError(say("an environment has two policies"), hint=say("Give each environment one --policy."))
    trust.init(folder, policies=policies, roots=[root_key(each) for each in root], need=need)
    data(
        str(
            say(
                "made {folder}; version 1 is in next/, and nobody has signed it yet\n"
                "now add everybody who signs: sqlgen trust add {folder} KEY.pub --role ROLE --env {environment}\n"
                "then sign it: sqlgen trust sign {folder} --key ROOTKEY\n",
                folder=folder,
                environment=next(iter(policies)),
            )
        )
    )


@app.command("policy")
def policy_command(
    folder: FolderArgument,
    environment: Annotated[str, typer.Argument(metavar="ENV", help=in_english(say("The environment, such as prod.")))],
    roles: Annotated[
        list[str] | None, typer.Argument(metavar="ROLE=N…", help=in_english(say("How many people, in which roles.")))
    ] = None,
    breakglass: Annotated[
        bool, typer.Option("--breakglass", help=in_english(say("What it needs in an emergency.")))
    ] = False,
    after: Annotated[
        list[str] | None,
        typer.Option("--after", metavar="ENV", help=in_english(say("The same content must have been applied there."))),
    ] = None,
    carry: Annotated[
        list[str] | None,
        typer.Option(
            "--carry", metavar="ROLE", help=in_english(say("Approvals in this role hold for a renewed bundle, too."))
        ),
    ] = None,
    ticket: Annotated[
        bool, typer.Option("--need-ticket", help=in_english(say("The bundle must name a ticket.")))
    ] = False,
    drop: Annotated[bool, typer.Option("--remove", help=in_english(say("There is no such policy any more.")))] = False,
    key: SignOption = None,
    yes: YesOption = False,
) -> None:
    """Say what an environment needs. It takes the place of what was said before, conditions included."""
    from sqlgen.bundle import trust

    with change(folder, key, yes=yes):
        if drop:
            if roles or after or carry or ticket:
                raise UsageError(
                    say("a policy that is removed asks for nothing"), hint=say("Leave the roles and conditions out.")
                )
            trust.remove_policy(folder, environment, breakglass=breakglass)
        else:
            trust.policy(
                folder,
                environment,
                roles_of(roles or []),
                breakglass=breakglass,
                after=after or (),
                carry=carry or (),
                ticket=ticket,
            )


@app.command("add")
def add_command(
    folder: FolderArgument,
    public_key: Annotated[Path, typer.Argument(metavar="KEY.pub", help=in_english(say("Whose key may sign.")))],
    environment: Annotated[
        list[str], typer.Option("--env", metavar="ENV", help=in_english(say("Where; more than once.")))
    ],
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role", metavar="ROLE", help=in_english(say("author, review, dba, …; more than once. ci: a machine."))
        ),
    ] = None,
    principal: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help=in_english(say("Whose key it is; else the key's comment."))),
    ] = None,
    receipt: Annotated[
        bool | None,
        typer.Option(
            "--receipt/--no-receipt", help=in_english(say("May sign what was run and with which result; a dba may."))
        ),
    ] = None,
    breakglass: Annotated[
        bool, typer.Option("--breakglass", help=in_english(say("The roles are for emergencies, and only for those.")))
    ] = False,
    valid_after: Annotated[
        str | None,
        typer.Option("--valid-after", metavar="DAY", help=in_english(say("The key counts from this day on, UTC."))),
    ] = None,
    valid_before: Annotated[
        str | None,
        typer.Option(
            "--valid-before",
            metavar="DAY",
            help=in_english(
                say("The first day on which it does not, UTC. Days need OpenSSH 8.7 wherever it is verified.")
            ),
        ),
    ] = None,
    key: SignOption = None,
    yes: YesOption = False,
) -> None:
    """Let somebody sign. Everybody but a machine may also reject; what a key may do already, it keeps."""
    from sqlgen.bundle import trust

    with change(folder, key, yes=yes):
        trust.add(
            folder,
            public_key,
            roles=role or (),
            environments=environment,
            principal=principal,
            breakglass=breakglass,
            receipt=receipt,
            valid_after=day_of(valid_after),
            valid_before=day_of(valid_before),
        )


@app.command("remove")
def remove_command(
    folder: FolderArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help=in_english(say("The name in allowed_signers.")))],
    role: Annotated[
        list[str] | None,
        typer.Option("--role", metavar="ROLE", help=in_english(say("Only this role; else all of them."))),
    ] = None,
    environment: Annotated[
        list[str] | None, typer.Option("--env", metavar="ENV", help=in_english(say("Only there; else everywhere.")))
    ] = None,
    key: SignOption = None,
    yes: YesOption = False,
) -> None:
    """Take from somebody what they may sign. For a key that was lost, use revoke."""
    from sqlgen.bundle import trust

    with change(folder, key, yes=yes):
        trust.remove(folder, name, roles=role or (), environments=environment or ())


@app.command("revoke")
def revoke_command(
    folder: FolderArgument,
    name: Annotated[
        str | None, typer.Option("--key-of", metavar="NAME", help=in_english(say("All keys under this name.")))
    ] = None,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", metavar="FILE", help=in_english(say("This key, whoever has it.")))
    ] = None,
    bundle: Annotated[
        str | None,
        typer.Option("--bundle", metavar="ID|DIR", help=in_english(say("A bundle: nobody may apply it any more."))),
    ] = None,
    because: BecauseOption = "",
    key: SignOption = None,
    yes: YesOption = False,
) -> None:
    """Revoke a key or a bundle. Signatures that the key made before don't count any more, either."""
    from sqlgen.bundle import trust

    if sum(each is not None for each in (name, public_key, bundle)) != 1:
        raise UsageError(
            say("it must be one thing that is revoked"), hint=say("Give one of --key-of, --public-key and --bundle.")
        )
    with change(folder, key, yes=yes):
        if bundle is not None:
            trust.revoke_bundle(folder, bundle, because=because)
        else:
            trust.revoke_key(folder, name=name, public_key=public_key, because=because)


@app.command("roots")
def roots_command(
    folder: FolderArgument,
    new: Annotated[list[str] | None, typer.Option("--add", metavar="KEY", help=_ROOT_HELP)] = None,
    gone: Annotated[
        list[str] | None, typer.Option("--remove", metavar="NAME", help=in_english(say("A root key's owner.")))
    ] = None,
    need: Annotated[
        int | None, typer.Option("--need", metavar="K", help=in_english(say("How many root keys sign a version.")))
    ] = None,
    key: SignOption = None,
    yes: YesOption = False,
) -> None:
    """Change the root keys. Those of the newest version sign this change, too; the new ones sign what follows."""
    from sqlgen.bundle import trust

    if not new and not gone and need is None:
        raise UsageError(
            say("there is nothing to change"), hint=say("Give --add KEY, --remove NAME or --need K; check shows them.")
        )
    with change(folder, key, yes=yes):
        trust.roots(folder, add=[root_key(each) for each in new or ()], remove=gone or (), need=need)


@app.command("sign")
def sign_command(
    folder: FolderArgument,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="ROOTKEY",
            help=in_english(say("A root key: a file, or a .pub with ssh-agent. Not needed where enough have signed.")),
        ),
    ] = None,
    principal: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help=in_english(say("Its name in roots; else found by the key."))),
    ] = None,
    yes: YesOption = False,
) -> None:
    """Say what next/ changes, and sign it. With signatures of enough root keys it becomes the newest version."""
    sign(folder, key, principal, yes=yes)


@app.command("check")
def check_command(folder: FolderArgument) -> None:
    """Check it as verifiers do. Says what holds, what waits to be signed, and what keepers should look at."""
    from sqlgen.bundle import trust

    checked = trust.check(folder, now=datetime.now(UTC))
    if checked.id is None:
        data(f"{say('no version yet: verifiers refuse this trust folder')}\n")
    else:
        data(f"{say('trust folder {id}, version {number}', id=checked.id, number=checked.number)}\n")
        listed(checked.says)
    if checked.waiting is not None:
        data(f"{waiting(checked.waiting)}\n")
        listed(checked.waiting.changes)
        if checked.id is not None:
            data(f"  {away(folder)}\n")
    for warning in checked.warnings:
        data(f"{say('warning: {what}', what=warning)}\n")


@app.command("verifiers")
def verifiers_command(folder: FolderArgument) -> None:
    """Put in this sqlgen's verify.sh and verify.py. Look at what changes before you commit it."""
    from sqlgen.bundle import trust

    trust.put_verifiers(folder)
    data(f"{say('verify.sh and verify.py of this sqlgen are in {folder}', folder=folder)}\n")
