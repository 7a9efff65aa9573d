"""The order of the stages, on one page: history → emit → statements → layout → facts → lint → script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from sqlgen import facts, layout, volatile
from sqlgen.emit import Run
from sqlgen.emit.missing import missing
from sqlgen.emit.replay import Replay, Start
from sqlgen.emit.trace import Rendered
from sqlgen.errors import Message, SettingsError, say
from sqlgen.facts.vocabulary import Name
from sqlgen.history import Move, Range
from sqlgen.history import resolve as resolve_range
from sqlgen.history.bodies import downgrade
from sqlgen.lint import allowances, baseline, engine
from sqlgen.lint.baseline import Baseline
from sqlgen.lint.book import Book
from sqlgen.lint.env_file import session_options
from sqlgen.lint.finding import Finding
from sqlgen.lint.roundtrip import Trips
from sqlgen.linting import numbers
from sqlgen.pending import plain
from sqlgen.policies import Policies
from sqlgen.policies import read as read_policies
from sqlgen.recording import record
from sqlgen.redaction import redaction
from sqlgen.replaying import Versions, run, start_at
from sqlgen.review.summary import Judged, judge
from sqlgen.schema import Schema
from sqlgen.schema.model import Model
from sqlgen.script import plan
from sqlgen.script.target import Target
from sqlgen.segments import Downgrade, Step
from sqlgen.settings import Environment, client, known_dialect
from sqlgen.statements import split
from sqlgen.steps import from_recording, needs_a_database, step
from sqlgen.workspace import Workspace

Progress = Callable[[int, int], None]
"""(revisions done, revisions in all)"""


@dataclass(frozen=True, slots=True)
class Emission:
    """A range, rendered: formatted, read, and with its places."""

    steps: tuple[Step, ...]
    dialect: str
    version_table: str
    version_table_schema: str | None
    output: str
    """What env.py and the revisions printed."""
    versions: tuple[tuple[str, str], ...]
    shadow_left: Message | None = None
    """What a recording left behind in a database."""
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Packages that are not installed, and the revisions that failed for want of them."""
    joined: bool = False
    """Whether `alembic upgrade` would run all revisions in one transaction."""
    model: Model | None = None
    """The tables that env.py's target_metadata maps, where they were asked for."""
    read: tuple[str, ...] = ()
    """Files of the project that were read, absolute paths, where they were asked for."""


def resolve(workspace: Workspace, text: str, *, down: bool = False) -> Range:
    """The revisions of a range, in the order in which they run; `ledger:ENV..END` begins where the ledger says that ENV
    stands, `git:X..git:Y` leads from the heads at one commit to those at another. Raises UsageError, HistoryError,
    VerificationError for a ledger that can't be believed."""
    return resolve_range(workspace.graph, plain(workspace, text), down=down)


def emit(
    workspace: Workspace,
    moves: Sequence[Move],
    progress: Progress | None = None,
    *,
    models: bool = False,
    inputs: bool = False,
) -> Emission:
    """Run the moves through Alembic offline; lay out and read what they emit, revision by revision.

    models: say what target_metadata maps, where the upgrade ends at the heads: the code is what it is there.
    inputs: say which files were read.
    """
    policies = read_policies(workspace)
    models = models and _reaches_the_heads(workspace, moves)
    with _replayed(workspace, moves, progress, models=models, inputs=inputs) as running:
        likely = workspace.dialect or workspace.project.likely_dialect
        if likely is not None:
            _load_parsers(likely)  # while the worker starts
        dialect = known_dialect(running.header.dialect)
        assert dialect is not None
        steps: list[Step] = []
        calling: dict[int, Rendered] = {}
        for move, rendered in zip(moves, running, strict=True):
            if any(note.kind == volatile.CALLS for note in rendered.notes):
                calling[len(steps)] = rendered
            steps.append(step(move, rendered, dialect, policies))
    for number, rendered in _with_volatile(workspace, moves, calling, dialect):
        steps[number] = step(moves[number], rendered, dialect, policies)
    left = None
    if wanted := _to_be_recorded(steps, running.trace.revisions, policies):
        recording = record(workspace, moves[: wanted[-1] + 1], dialect, policies, progress)
        for number in wanted:
            steps[number] = from_recording(steps[number], recording, dialect)
        left = recording.left if recording is not None else None
    trace = running.trace
    table, schema = trace.version_table, trace.version_table_schema
    lacking = missing(trace.revisions)
    joined, model = not running.header.transaction_per_migration, running.header.model
    read = running.inputs.files if running.inputs is not None else ()
    without = redaction(workspace)
    told, output = tuple(map(without.step, steps)), without.text(trace.output)
    left = left and without.message(left)
    return Emission(told, dialect, table, schema, output, trace.versions, left, lacking, joined, model, read)


def _reaches_the_heads(workspace: Workspace, moves: Sequence[Move]) -> bool:
    last = next((move for move in reversed(moves) if move.direction == "upgrade"), None)
    return last is not None and set(last.after) == set(workspace.graph.effective_heads)


def _replayed(
    workspace: Workspace,
    moves: Sequence[Move],
    progress: Progress | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    models: bool = False,
    inputs: bool = False,
) -> Run:
    """A run of these moves, for which what is there before them is replayed when one asks."""

    def start(dialect: str) -> Start:
        return start_at(workspace, moves[0].before, dialect, running.versions)

    replay = Replay(start, server_version=numbers(workspace.server_version))
    running = run(workspace, moves, replay, progress, environ=environ, models=models, inputs=inputs)
    return running


def _to_be_recorded(steps: Sequence[Step], rendered: Sequence[Rendered], policies: Policies) -> list[int]:
    """Which of them are gaps that a database may close."""
    return [
        number
        for number, (each, its) in enumerate(zip(steps, rendered, strict=True))
        if each.gap is not None and policies.of(each.revision) == "shadow" and needs_a_database(its)
    ]


def _with_volatile(
    workspace: Workspace, moves: Sequence[Move], calling: Mapping[int, Rendered], dialect: str
) -> Iterator[tuple[int, Rendered]]:
    """The revisions that call what may give another value each time, with the values that a second run did not have."""
    if not calling:
        return
    with _replayed(workspace, moves[: max(calling) + 1], environ=volatile.other_time()) as running:
        for number, rendered in enumerate(running):
            if number in calling:
                yield number, volatile.mark(calling[number], rendered, dialect)


def _load_parsers(dialect: str) -> None:
    """The first statement loads the dialect's parsers: let it be this one."""
    (statement,) = split("SELECT 1", dialect)
    layout.layout(statement, dialect)
    facts.read(statement, dialect)


def lint(
    workspace: Workspace,
    emission: Emission,
    rules: Book,
    *,
    today: date,
    before: Callable[[], Schema] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Judged:
    """Judge the steps, upgrades and then downgrades; the rollback begins at the schema with which the upgrade ends.

    What the first steps don't say of older tables comes from the history before them, when a rule asks: from `before`,
    where the caller needs that schema, too. `texts`: SQL files that are not the project's, by the name that the steps
    have for them. What stands in the project's baseline of findings is covered by it. Raises UsageError for a baseline
    of findings that is none.
    """
    known = baseline.read(workspace.project.root / baseline.FILE) or Baseline()
    found = find(workspace, emission, rules, today=today, before=before, texts=texts)
    return judge(known.cover(found), emission.steps, emission.dialect)


def find(
    workspace: Workspace,
    emission: Emission,
    rules: Book,
    *,
    today: date,
    before: Callable[[], Schema] | None = None,
    texts: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """What lint finds, whether or not the baseline of findings has it."""
    environment = workspace.environment or Environment("")
    steps, dialect = emission.steps, emission.dialect
    runs = workspace.settings.runs
    env_options = _env_options(workspace, dialect, runs)
    found: list[Finding] = []
    before = before or partial(schema_at, workspace, dialect, emission.versions, steps[0].before)
    trips = Trips() if any(step.direction == "downgrade" for step in steps) else None
    for direction in ("upgrade", "downgrade"):
        part = [with_way_back(workspace, step) for step in steps if step.direction == direction]
        if not part:
            continue
        schema = Schema(dialect, before)
        found += engine.lint(
            part,
            rules,
            dialect=dialect,
            server_version=numbers(workspace.server_version),
            runs=runs,
            lock_timeout_ms=environment.lock_timeout_ms,
            statement_timeout_ms=environment.statement_timeout_ms,
            env_options=env_options,
            joined=emission.joined,
            version_table=Name(emission.version_table, emission.version_table_schema),
            model=emission.model,
            trips=trips,
            schema=schema,
            allowances=allowances_of(workspace, part, dialect, texts or {}),
            today=today,
            project=workspace.project.within,
        )
        before = partial(_same, schema)
    return tuple(found)


def _env_options(workspace: Workspace, dialect: str, runs: str) -> dict[str, str | None]:
    """What env.py sets where alembic upgrade runs the migrations."""
    file = workspace.project.script_location / "env.py"
    if runs != "alembic" or not file.is_file():
        return {}
    return session_options(file.read_text(encoding="utf-8", errors="replace"), dialect)


def with_way_back(workspace: Workspace, step: Step) -> Step:
    """The step of an upgrade with what its file has for the way back."""
    if step.direction == "downgrade" or step.revision not in workspace.graph.by_id:  # a hotfix is not in the history
        return step
    found = downgrade(workspace.graph.by_id[step.revision].path)
    return step if found is None else replace(step, downgrade=Downgrade(*found))


def _same(schema: Schema) -> Schema:
    return schema


def schema_at(workspace: Workspace, dialect: str, versions: Versions, heads: tuple[str, ...]) -> Schema:
    """What is there at some heads, by the history; see start_at."""
    return start_at(workspace, heads, dialect, versions).schema


def allowances_of(
    workspace: Workspace, steps: Sequence[Step], dialect: str, texts: Mapping[str, str]
) -> allowances.Allowances:
    """What may stand in these steps, by their files and the settings."""

    def text_of(file: str) -> str | None:
        if file in texts:
            return texts[file]
        try:
            return (workspace.project.root / file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return None

    settings = workspace.settings
    return allowances.collect(
        steps,
        text_of,
        dialect=dialect,
        entries=settings.allow,
        entries_file=settings.file,
        revisions=workspace.graph.by_id.keys(),
    )


def target(workspace: Workspace, emission: Emission) -> Target:
    """What a script is made for: the command line over the environment over the settings over the defaults.

    Raises UsageError for a client that does not run such scripts, and for what the engine or the client can't do.
    """
    settings, request, dialect = workspace.settings, workspace.request, emission.dialect
    environment = workspace.environment
    found = Target(
        dialect=dialect,
        client=client(dialect, request.client or (environment.client if environment else None) or settings.client),
        server_version=workspace.server_version,
        environment=None,
        database=None,
        version_table=emission.version_table,
        version_table_schema=emission.version_table_schema,
        transaction=request.transaction,
    )
    if environment is not None:
        found = _within(found, environment)
    plan.mode(found)
    return found


def _within(found: Target, environment: Environment) -> Target:
    """The same target in an environment. Raises SettingsError for what the environment says in vain."""
    _check_dialect(environment, found.dialect)
    return replace(
        found,
        environment=environment.name,
        database=environment.database,
        lock_timeout_ms=environment.lock_timeout_ms,
        statement_timeout_ms=environment.statement_timeout_ms,
        role=environment.role,
        transaction=found.transaction or environment.transaction,
        schema=environment.schema,
        identity=environment.identity,
        tenants=environment.tenants,
        tenants_are=environment.tenants_are,
    )


def _check_dialect(environment: Environment, dialect: str) -> None:
    """Whether what the environment says means something to the dialect: nothing of it is passed over in silence."""
    said = {
        "schema": environment.schema is not None,
        "role": environment.role is not None,
        'tenants_are = "schemas"': environment.tenants_are == "schemas",
    }
    known = {"role": ("postgresql", "mysql", "mariadb")}
    for key, given in said.items():
        if given and dialect not in known.get(key, ("postgresql",)):
            raise SettingsError(
                say(
                    "[tool.sqlgen.env.{name}] says {key}, and {dialect} has none",
                    name=environment.name,
                    key=key,
                    dialect=dialect,
                ),
                hint=say("Leave it out there, or give the environment of another dialect."),
            )
