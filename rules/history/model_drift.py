"""The models and the schema that the revisions make are not the same: queries fail, or a revision was forgotten.

A model without its table or column fails with the first query. A column of another type, or one that may be NULL where
the models count on a value, fails later and elsewhere. The next `alembic revision --autogenerate` puts the difference
into a revision about something else.

The revisions up to the heads are replayed, and compared with env.py's target_metadata as `alembic check` would, but
without a database: tables, columns, types, NOT NULL. What is not known for certain is not reported: a table that some
statement may have changed which sqlgen can't read, a type that the engine might spell otherwise. Indexes, constraints
and defaults are not compared; neither are views mapped as tables, which `info={"is_view": True}` says.

A difference stands at the call of the new revision that makes it; else at the mapped column, or its class, where this
branch changed that class or what stands beside classes in its file. What was so before is left out, and so is what
orm-model-still-maps or not-null-in-model-only says of a statement. Of plain Table objects no place is known: all code
counts as theirs.

Tables that only the revisions have are left out: env.py may keep them from Alembic (include_object, include_name), and
nothing but Alembic can ask it. So are missing tables where most are missing: they were there before Alembic came. Other
tables that are not Alembic's stand in the option `ignore`.

```history bad
schema: users(id INTEGER NOT NULL)
models: users(id INTEGER NOT NULL, email VARCHAR(50))
```

```history bad
schema: users(id INTEGER NOT NULL, phone VARCHAR(20))
models: users(id INTEGER NOT NULL)
```

```history bad
schema: users(id INTEGER NOT NULL)
models: users(id INTEGER NOT NULL)
models: orders(id INTEGER NOT NULL)
```

```history bad
schema: users(id INTEGER NOT NULL, email VARCHAR(50))
models: users(id INTEGER NOT NULL, email VARCHAR(100))
```

```history bad
schema: users(id INTEGER NOT NULL, email VARCHAR(50))
models: users(id INTEGER NOT NULL, email VARCHAR(50) NOT NULL)
```

```history good
schema: users(id INTEGER NOT NULL, email VARCHAR(50) NOT NULL)
schema: celery_task(id INTEGER NOT NULL)
models: users(id INTEGER NOT NULL, email VARCHAR(50) NOT NULL)
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/autogenerate.html#running-alembic-check-to-test-for-new-upgrade-operations
- https://alembic.sqlalchemy.org/en/latest/autogenerate.html#what-does-autogenerate-detect-and-what-does-it-not-detect
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from sqlgen.rulekit import Advice, Before, Message, ModelDrift, Severity, rule, say


@dataclass(frozen=True, slots=True)
class Options:
    ignore: tuple[str, ...] = ()
    """Tables of which nothing is said, as patterns: "celery_*"."""
    unmapped_tables: bool = False
    """Whether a table that only the revisions have is reported."""


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Write the revision that is missing: alembic revision --autogenerate; or correct the model."),
)
def check(drift: ModelDrift, before: Before, options: Options) -> Message | Advice | None:
    if any(fnmatchcase(drift.table, pattern) for pattern in options.ignore):
        return None
    names = {"table": drift.table, "column": drift.column, "models": drift.models, "history": drift.history}
    match drift.kind, drift.side:
        case "table" | "column", "models" if drift.revision:
            what = drift.table if drift.column is None else f"{drift.table}.{drift.column}"
            return say("the models map {what}, and after {revision} there is none", what=what, revision=drift.revision)
        case "column", "history" if drift.revision:
            return Advice(
                say(
                    "revision {revision} makes {table}.{column}, and no model maps it", revision=drift.revision, **names
                ),
                _AHEAD,
            )
        case "table", "models":
            return say("the models map the table {table}, and no revision makes it", **names)
        case "table", _:
            if not options.unmapped_tables:
                return None
            return Advice(say("the revisions make the table {table}, and no model maps it", **names), _UNMAPPED)
        case "column", "models":
            return say("the models map {table}.{column} ({models}), and no revision adds it", **names)
        case "column", _:
            return Advice(say("the revisions make {table}.{column}, and no model maps it", **names), _UNMAPPED)
        case _:
            return say("the models say that {table}.{column} is {models}, and the revisions make it {history}", **names)


_AHEAD = say('Map it; where that comes in a later release, say so: # sqlgen: allow model-drift because "…"')
_UNMAPPED = say("Drop it in a revision once no code that runs needs it, or map it.")
