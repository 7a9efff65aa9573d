"""A SECURITY DEFINER function without a search_path of its own runs what its caller puts in the way.

Such a function has its owner's rights, and looks names up in its caller's search_path. A caller who makes a table or a
function of the same name, in a schema that comes first or in `pg_temp`, has it run with the owner's rights.

Not reported: a function whose search_path the same revision sets with ALTER FUNCTION.

```sql bad postgresql
CREATE FUNCTION may_login(name text) RETURNS boolean LANGUAGE sql SECURITY DEFINER
AS 'SELECT count(*) = 1 FROM users WHERE users.name = may_login.name';
```

```sql good postgresql
CREATE FUNCTION may_login(name text) RETURNS boolean LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp
AS 'SELECT count(*) = 1 FROM users WHERE users.name = may_login.name';
```

```sql good postgresql
CREATE FUNCTION may_login(name text) RETURNS boolean LANGUAGE sql SECURITY DEFINER
AS 'SELECT count(*) = 1 FROM users WHERE users.name = may_login.name';
ALTER FUNCTION may_login(text) SET search_path = public, pg_temp;
```

In Alembic:

```python good postgresql
op.execute(
    "CREATE FUNCTION may_login(name text) RETURNS boolean LANGUAGE sql SECURITY DEFINER "
    "SET search_path = public, pg_temp "
    "AS 'SELECT count(*) = 1 FROM users WHERE users.name = may_login.name'"
)
```

`pg_temp` last: it is looked in first where it is not named.

Sources:
- https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY
- https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SEARCH-PATH
"""

from collections.abc import Iterator

from sqlgen.rulekit import AlterObject, CreateObject, Item, Message, Name, Severity, Step, kind_of, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say("Add SET search_path = public, pg_temp to the function, with the schemas that it needs before pg_temp."),
)
def check(step: Step) -> Iterator[tuple[Item, Message]]:
    open_to_callers: dict[tuple[str, Name], Item] = {}
    for item in step.items:
        for fact in item.facts:
            match fact:
                case CreateObject(kind=kind, name=name):
                    options = dict(fact.options)
                    if options.get("security") == "definer" and "search_path" not in options:
                        open_to_callers[kind, name] = item
                case AlterObject(kind=kind, name=name, change=change) if "search_path" in change:
                    open_to_callers.pop((kind, name), None)
                case _:
                    pass
    for (kind, name), item in open_to_callers.items():
        yield (
            item,
            say(
                "{kind} {name} has its owner's rights and looks names up where its caller says",
                kind=kind_of(kind),
                name=name,
            ),
        )
