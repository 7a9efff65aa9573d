"""The public projects whose packages carry their Alembic revisions, and the dialects for which these are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Dialect = Literal["postgresql", "mariadb", "sqlite"]


@dataclass(frozen=True, slots=True)
class Project:
    """A package on the Python package index."""

    name: str
    version: str
    versions: dict[Dialect, str] = field(hash=False)
    """The folder of revision files inside the installed package, for each dialect."""
    naming: dict[str, str] = field(default_factory=dict, hash=False)
    """The naming convention that the project's own metadata has."""
    by_hand: dict[Dialect, dict[str, str]] = field(default_factory=dict, hash=False)
    """Revision → SQL that stands for its upgrade, where Alembic can't run it even online: a shadow database comes no
    further than there. Such revisions are not counted, those behind them are."""


@dataclass(frozen=True, slots=True)
class Case:
    """One project on one dialect: what everything below is done to."""

    project: Project
    dialect: Dialect

    @property
    def name(self) -> str:
        return f"{self.project.name}-{self.dialect}"


_PREFECT = "prefect/server/database/_migrations/versions"
_PREFECT_NAMES = {
    "ix": "ix_%(table_name)s__%(column_0_N_name)s",
    "uq": "uq_%(table_name)s__%(column_0_N_name)s",
    "ck": "ck_%(table_name)s__%(constraint_name)s",
    "fk": "fk_%(table_name)s__%(column_0_N_name)s__%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# These two look for invalid indexes, with `%I` in a text that psycopg2 takes for a placeholder.
_PREFECT_BY_HAND = {
    "c8d5f2a71b3e": "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_event_resources__occurred"
    " ON event_resources (occurred);\n",
    "d4a7e1c93f52": "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_flow_run__state_type_coalesce_start_time"
    " ON flow_run (state_type, (coalesce(start_time, expected_start_time)));\n",
}


def _openstack(name: str, version: str, folder: str, other: Dialect) -> Project:
    return Project(name, version, {"mariadb": folder, other: folder})


PROJECTS = (
    Project("ckan", "2.12.0", {"postgresql": "ckan/migration/versions"}),
    _openstack("octavia", "19.0.0", "octavia/db/migration/alembic_migrations/versions", "sqlite"),
    _openstack("magnum", "23.0.0", "magnum/db/sqlalchemy/alembic/versions", "postgresql"),
    _openstack("glance", "33.0.0", "glance/db/sqlalchemy/alembic_migrations/versions", "postgresql"),
    _openstack("designate", "23.0.0", "designate/storage/sqlalchemy/alembic/versions", "postgresql"),
    Project(
        "prefect",
        "3.8.8",
        {"postgresql": f"{_PREFECT}/postgresql", "sqlite": f"{_PREFECT}/sqlite"},
        naming=_PREFECT_NAMES,
        by_hand={"postgresql": _PREFECT_BY_HAND},
    ),
)

CASES = tuple(Case(project, dialect) for project in PROJECTS for dialect in project.versions)
