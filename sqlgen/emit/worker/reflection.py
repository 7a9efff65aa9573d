"""What SQLAlchemy asks of a database's catalogs: answered from the replayed schema, and noted.

SQLite answers for itself, from a database in memory. PostgreSQL's answers come as SQLAlchemy's own structures,
MySQL's and MariaDB's as the text of SHOW CREATE TABLE, which SQLAlchemy reads. SQL Server and Oracle say what there is,
and nothing of what it is like. Other dialects have no answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import default, reflection
from sqlalchemy.exc import NoSuchTableError

from .offline import Offline, in_order
from .postgresql_types import Known, column_type

OF_ONE = (
    "get_check_constraints",
    "get_columns",
    "get_foreign_keys",
    "get_indexes",
    "get_pk_constraint",
    "get_table_comment",
    "get_table_options",
    "get_unique_constraints",
    "get_view_definition",
    "has_index",
    "has_schema",
    "has_sequence",
    "has_table",
    "has_type",
)
"""Questions about one thing, its name first."""

OF_ALL = (
    "get_materialized_view_names",
    "get_schema_names",
    "get_sequence_names",
    "get_table_names",
    "get_temp_table_names",
    "get_temp_view_names",
    "get_view_names",
)
"""Questions about everything there is of a kind."""

OF_MANY = (
    "get_multi_check_constraints",
    "get_multi_columns",
    "get_multi_foreign_keys",
    "get_multi_indexes",
    "get_multi_pk_constraint",
    "get_multi_table_comment",
    "get_multi_table_options",
    "get_multi_unique_constraints",
    "has_multi_table",
)
"""Questions that are answered table by table."""


def reflecting(base: type[Any]) -> Any:
    """The class to mix in before a dialect's own."""
    answers: tuple[type[Any], ...] = ()
    match getattr(base, "name", ""):
        case "postgresql":
            answers = (PostgresqlAnswers,)
        case "mysql" | "mariadb":
            answers = (MysqlAnswers,)
        case "sqlite":
            pass
        case "mssql" | "oracle":
            answers = (NamesAlone,)
        case _:
            answers = (NoAnswers,)
    noted: Any = type("Noted", answers, {"_depth": 0})
    _add_notes(noted, (*answers, base))
    return noted


def noting(base: type[Any]) -> Any:
    """The dialect of a real database, which answers for itself; what it says is noted."""
    noted: Any = type("Noted" + base.__name__, (base,), {"_depth": 0, "supports_statement_cache": True})
    _add_notes(noted, (base,))
    for many in OF_MANY:
        stock = getattr(default.DefaultDialect, many, None)  # it asks table by table, which is noted then
        if getattr(base, many, stock) is not stock:
            setattr(noted, many, _noting_each(many, noted))
    return noted


def _noting_each(name: str, noted: type[Any]) -> Callable[..., Any]:
    """The method that asks the one below it about several tables, and notes the answer for each."""
    one = name.replace("_multi", "")

    def method(self: Any, connection: Any, *args: Any, **kw: Any) -> Any:
        outermost, self._depth = self._depth == 0, self._depth + 1
        try:
            answers = getattr(super(noted, self), name)(connection, *args, **kw)
            answers = answers if isinstance(answers, dict) else dict(answers)
        finally:
            self._depth -= 1
        for (schema, table), answer in answers.items() if outermost else ():
            self.log.reflected(one, (table, schema), answer)
        return answers

    method.__name__ = name
    return method


def _add_notes(noted: Any, answering: tuple[type[Any], ...]) -> None:
    """answering: the classes that answer, the dialect last."""
    for name in (*OF_ONE, *OF_ALL, *OF_MANY):
        if any(hasattr(each, name) for each in answering):
            setattr(noted, name, _noting(name, noted))
    noted.inspector = type("Inspector", (Ordered, getattr(answering[-1], "inspector", reflection.Inspector)), {})


class Ordered:
    """Mixed into the dialect's Inspector: reflected tables have indexes and constraints in a fixed order."""

    def reflect_table(self, table: Any, *args: Any, **kw: Any) -> None:
        super().reflect_table(table, *args, **kw)  # type: ignore[misc]
        in_order(table)


def _noting(name: str, noted: type[Any]) -> Callable[..., Any]:
    """The method that asks the one below it, and notes the answer: of lists, only of those the project asked for."""

    def method(self: Any, connection: Any, *args: Any, **kw: Any) -> Any:
        outermost, self._depth = self._depth == 0, self._depth + 1
        named = (*args, kw["schema"]) if "schema" in kw else args
        answer = None
        try:
            answer = getattr(super(noted, self), name)(connection, *args, **kw)
        except NoSuchTableError:
            if name in OF_ONE:
                self.log.reflected(name, named, None)
            raise
        finally:
            self._depth -= 1
        if name in OF_ONE or (outermost and name in OF_ALL):
            self.log.reflected(name, named, answer)
        return answer

    method.__name__ = name
    return method if name in OF_MANY else reflection.cache(method)


def _noted(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A question that only PostgreSQL's Inspector has: it calls the dialect's method under a name of its own."""

    def noting(ask: Callable[..., Any]) -> Callable[..., Any]:
        def method(self: Any, connection: Any, *args: Any, **kw: Any) -> Any:
            answer = ask(self, connection, *args, **kw)
            self.log.reflected(name, args, answer)
            return answer

        return method

    return noting


class _Asking:
    """What the answers for PostgreSQL and MySQL share."""

    log: Any
    default_schema_name: str | None

    def _within(self, schema: str | None) -> str | None:
        """None for the default schema."""
        return None if schema is None or schema == self.default_schema_name else str(schema)

    def _exists(self, kind: str, name: str, schema: str | None) -> bool:
        return bool(self.log.ask({"of": "exists", "kind": kind, "name": str(name), "schema": self._within(schema)}))

    def _names(self, schema: str | None) -> Any:
        return self.log.ask({"of": "names", "schema": self._within(schema)})

    def _described(self, name: str, schema: str | None) -> Any:
        found = self.log.ask({"of": "table", "name": str(name), "schema": self._within(schema)})
        if found is None:
            raise NoSuchTableError(f"{schema}.{name}" if schema else name)
        return found

    def has_table(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        return any(self._exists(kind, table_name, schema) for kind in ("table", "view", "materialized view"))

    def has_sequence(self, connection: Any, sequence_name: str, schema: str | None = None, **kw: Any) -> bool:
        return self._exists("sequence", sequence_name, schema)

    def has_schema(self, connection: Any, schema_name: str, **kw: Any) -> bool:
        return schema_name in self.get_schema_names(connection)

    def get_schema_names(self, connection: Any, **kw: Any) -> list[str]:
        return list(self._names(None)["schemas"])

    def get_table_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        return list(self._names(schema)["tables"])

    def get_view_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        return list(self._names(schema)["views"])

    def get_sequence_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        return list(self._names(schema)["sequences"])

    def get_view_definition(self, connection: Any, view_name: str, schema: str | None = None, **kw: Any) -> str:
        raise Offline("reflection-of", name="get_view_definition")

    def get_temp_table_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        return []

    def get_temp_view_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        return []


class PostgresqlAnswers(_Asking):
    """The parent gives SQLAlchemy's structures, with types as format_type() spells them."""

    ischema_names: dict[str, Any]

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list[Any]:
        columns = [dict(column) for column in self._described(table_name, schema)["columns"]]
        known = Known(self.ischema_names, self._enums, lambda within: list(self._types(within)["domains"]))
        for column in columns:
            column["type"] = column_type(column["type"], column.pop("collation", None), known)
        return columns

    def _enums(self) -> list[Any]:
        return list(self._types(None)["all_enums"])

    def _types(self, schema: str | None) -> Any:
        """What the columns of a table need of what else there is."""
        return self.log.ask({"of": "types", "schema": self._within(schema)})

    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        return self._described(table_name, schema)["pk"]

    def get_foreign_keys(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        return self._described(table_name, schema)["fks"]

    def get_indexes(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        return self._described(table_name, schema)["indexes"]

    def get_unique_constraints(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        return self._described(table_name, schema)["uniques"]

    def get_check_constraints(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        return self._described(table_name, schema)["checks"]

    def get_table_comment(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        return {"text": self._described(table_name, schema)["comment"]}

    def get_table_options(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        return {}

    def has_index(
        self, connection: Any, table_name: str, index_name: str, schema: str | None = None, **kw: Any
    ) -> bool:
        if not self.has_table(connection, table_name, schema):
            return False
        return any(index["name"] == index_name for index in self.get_indexes(connection, table_name, schema))

    def has_type(self, connection: Any, type_name: str, schema: str | None = None, **kw: Any) -> bool:
        return self._exists("type", type_name, schema)

    @_noted("get_enums")
    def _load_enums(self, connection: Any, schema: str | None = None, **kw: Any) -> list[Any]:
        return [
            {
                "name": enum["name"],
                "schema": enum["schema"] or self.default_schema_name,
                "visible": enum["schema"] is None,
                "labels": enum["labels"],
            }
            for enum in self._names(None if schema == "*" else schema)["all_enums" if schema == "*" else "enums"]
        ]

    def get_materialized_view_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        return list(self._names(schema)["materialized_views"])

    @_noted("get_foreign_table_names")
    def _get_foreign_table_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        return []

    @_noted("get_domains")
    def _load_domains(self, connection: Any, schema: str | None = None, **kw: Any) -> list[Any]:
        if schema == "*":
            raise Offline("reflection-of", name="get_domains(schema='*')")
        shown = self._names(schema)["domains"]
        own = {"schema": schema or self.default_schema_name}
        return [{**each, **own, "type": each["type"].partition("(")[0], "collation_schema": None} for each in shown]

    def get_table_oid(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> int:
        raise Offline("reflection-of", name="get_table_oid")


class MysqlAnswers(_Asking):
    """The parent gives the text of SHOW CREATE TABLE."""

    def get_schema_names(self, connection: Any, **kw: Any) -> list[str]:
        own = () if self.default_schema_name is None else (self.default_schema_name,)
        return sorted({"information_schema", *own, *self._names(None)["schemas"]})

    def _setup_parser(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        text = self._described(table_name, schema)["show_create"]
        return self._tabledef_parser.parse(text, "utf8mb4")  # type: ignore[attr-defined]

    _needs_correct_for_88718_96365 = False  # SQLAlchemy finds it out in initialize()

    def _correct_for_mysql_bugs_88718_96365(self, fkeys: Any, connection: Any) -> None:
        """The replayed schema has no such bugs."""


for _name in OF_MANY[:-1]:
    setattr(_Asking, _name, getattr(default.DefaultDialect, _name))


def _has_multi_table(self: Any, connection: Any, table_names: Any, schema: str | None = None, **kw: Any) -> Any:
    return {(schema, name): self.has_table(connection, name, schema) for name in table_names}


_Asking.has_multi_table = _has_multi_table  # type: ignore[attr-defined]


class NamesAlone(_Asking):
    """The parent says whether a table, a view or a sequence is there: that is all that guards ask."""


class NoAnswers:
    """A dialect whose schema is not replayed."""


def _refusing(kind: str, **values: str) -> Callable[..., Any]:
    def method(self: Any, connection: Any, *args: Any, **kw: Any) -> Any:
        raise Offline(kind, **values)

    return method


_NAMES = ("has_sequence", "has_table", "get_sequence_names", "get_table_names", "get_view_names")

for _name in (*OF_ONE, *OF_ALL):
    setattr(NoAnswers, _name, _refusing("reflection"))
    if _name not in _NAMES:
        setattr(NamesAlone, _name, _refusing("reflection-of", name=_name))
