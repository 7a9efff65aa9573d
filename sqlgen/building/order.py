"""What a bundle is built from, as somebody asks for it, or as the manifest of another bundle says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlgen.bundle.manifest import Manifest, PromotedFrom
from sqlgen.errors import Message, UsageError, say
from sqlgen.review.document.stats import Stats
from sqlgen.settings import Request

ALLOW = ("--allow-incomplete", "--allow-dirty", "--allow-heads", "--allow-volatile")
"""The flags that override a refusal to build; `--fail-on` overrides the one of findings."""


@dataclass(frozen=True, slots=True)
class HotfixOrder:
    """Hand-written SQL for a database that stands at `at`."""

    sql: Path
    at: str
    """A revision, as ranges have it."""
    rollback: Path | None = None
    revision: str | None = None
    """The revision id that the database is at afterwards; None: one made from the SQL."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which bundle is wanted. Times that are None come from SOURCE_DATE_EPOCH or the commit."""

    request: Request
    range: str | None
    """None for a hotfix."""
    hotfix: HotfixOrder | None = None
    expires: str | None = None
    """As people write it: a date, or `14d` after the commit."""
    expires_at: datetime | None = None
    """The moment itself, where it is known; `expires` is then not asked."""
    created: datetime | None = None
    ticket: str | None = None
    breakglass: str | None = None
    fail_on: str | None = None
    allow: frozenset[str] = frozenset()
    """Those of ALLOW that were given."""
    promoted_from: PromotedFrom | None = None
    evidence: Mapping[str, bytes] = field(default_factory=dict)
    """Files that are put in besides those that are made."""
    stats: Stats | None = None
    """Rows and bytes of tables, by which the review estimates."""
    interpreter: Path | None = None
    """The project's, where the request names none and there is none beside the project: a commit was checked out."""
    recorded: Manifest | None = None
    """The manifest of the bundle that is built again: its options and times hold."""

    @property
    def rendering(self) -> Request:
        """The request as it is rendered."""
        return replace(self.request, python=self.request.python or self.interpreter)

    def options(self) -> tuple[str, ...]:
        """The names of the options that were given, sorted."""
        if self.recorded is not None:
            return self.recorded.options
        return tuple(sorted({*self._valued(), *self._secret(), *self.allow}))

    def built_with(self) -> Mapping[str, str]:
        """Values of options that neither are secrets nor paths, nor stand elsewhere in the manifest."""
        if self.recorded is not None:
            return self.recorded.built_with
        return {name: value for name, value in self._valued().items() if name not in _ELSEWHERE}

    def _valued(self) -> dict[str, str]:
        asked = self.request
        values = {
            "--dialect": asked.dialect,
            "--server-version": asked.server_version,
            "--client": asked.client,
            "--expires": self.expires,
            "--ticket": self.ticket,
            "--breakglass": self.breakglass,
            "--fail-on": self.fail_on,
            "--name": None if asked.name == "alembic" else asked.name,
            "--reads": asked.reads,
            "--online-branches": "yes" if asked.online_branches else None,
            "--allow-connect": "yes" if asked.allow_connect else None,
            "--timeout": None if asked.timeout_ms is None else f"{asked.timeout_ms}ms",
            "--stub": ",".join(asked.stub) or None,
            "--target": asked.target,
        }
        return {name: value for name, value in values.items() if value is not None}

    def _secret(self) -> list[str]:
        asked = self.request
        given = {
            "--python": asked.python,
            "--shadow": asked.shadow,
            "--baseline": asked.baseline,
            "-x": asked.x,
            "--stats": self.stats,
        }
        return [name for name, value in given.items() if value]


_ELSEWHERE = frozenset({"--dialect", "--server-version", "--client", "--expires", "--ticket", "--breakglass"})
"""What the manifest says under a key of its own."""


def again(manifest: Manifest, request: Request) -> Order:
    """The order that gave a bundle. `request`: what the manifest can't say (where the project is, -x, --shadow, …).

    Raises UsageError where such an option was given then and is not now.
    """
    missing = [name for name in _needed(manifest) if name not in _given(request)]
    if missing:
        raise UsageError(
            say("this bundle was built with {names}, whose values it does not hold", names=", ".join(missing)),
            hint=say("Give them again: {names}.", names=" ".join(f"{name} …" for name in missing)),
        )
    said = manifest.built_with
    return Order(
        request=replace(
            request,
            name=said.get("--name", request.name),
            dialect=manifest.dialect if "--dialect" in manifest.options else None,
            server_version=manifest.server_version if "--server-version" in manifest.options else None,
            client=manifest.client if "--client" in manifest.options else None,
            env=manifest.environment,
            online_branches="--online-branches" in said,
            reads=said.get("--reads"),
            timeout_ms=int(said["--timeout"].removesuffix("ms")) if "--timeout" in said else None,
            stub=tuple(said["--stub"].split(",")) if "--stub" in said else (),
            allow_connect="--allow-connect" in said,
            target=said.get("--target"),
        ),
        range=None if manifest.hotfix else f"{_heads(manifest.lower)}:{_heads(manifest.upper)}",
        created=_moment(manifest.created),
        expires_at=_moment(manifest.expires),
        ticket=manifest.ticket,
        breakglass=manifest.breakglass,
        fail_on=said.get("--fail-on"),
        allow=frozenset(ALLOW) & frozenset(manifest.options),
        recorded=manifest,
    )


def _needed(manifest: Manifest) -> list[str]:
    names = [name for name in ("--shadow", "--baseline") if name in manifest.options]
    return names + [f"-x {name}=" for name in manifest.x_names]


def _given(request: Request) -> set[str]:
    given = {"--shadow": request.shadow, "--baseline": request.baseline}
    names = {name for name, value in given.items() if value}
    return names | {f"-x {pair.partition('=')[0]}=" for pair in request.x}


def _heads(heads: tuple[str, ...]) -> str:
    return ",".join(heads) or "base"


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no bundle is built, unless somebody overrides it."""

    flag: str
    """What overrides it."""
    message: Message
    hint: Message
    override: Message
    """What manifest and review say where it was overridden."""
    overridden: bool
    exit_code: int
