"""A worker's record in, the values that it stands for out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlgen.emit import problems
from sqlgen.emit.process import Record
from sqlgen.emit.trace import Assumption, Emitted, Header, Inputs, Note, Read, Rendered, Source

if TYPE_CHECKING:
    from sqlgen.schema.model import Model


def header(record: Record) -> Header:
    """What env.py configured."""
    return Header(
        record["dialect"],
        record["version_table"],
        record["version_table_schema"],
        tuple(sorted(record["versions"].items())),
        record["transaction_per_migration"],
        None if record["model"] is None else model(record["model"], record["dialect"]),
    )


def model(record: Record, dialect: str) -> Model:
    """What target_metadata maps."""
    from sqlgen.facts.vocabulary import Name  # the worker is started before these are loaded
    from sqlgen.schema.model import Model, ModelColumn, ModelTable

    default_schema = {"postgresql": "public", "mssql": "dbo"}.get(dialect)
    tables = [
        ModelTable(
            Name(name, None if schema == default_schema else schema),
            {column[0]: ModelColumn(*column) for column in columns},
            managed,
            tuple((file, called) for file, called in code),
        )
        for schema, name, columns, managed, code in record["tables"]
    ]
    return Model(dialect, {table.name: table for table in tables}, frozenset(record["conventions"]))


def rendered(record: Record) -> Rendered:
    """A revision that came to its end, or failed."""
    return Rendered(
        record["revision"],
        record["direction"],
        tuple(
            Emitted(sql, op, construct, _source(source), transaction, autocommit, read)
            for sql, op, construct, source, transaction, autocommit, read in record["statements"]
        ),
        None if record["failure"] is None else problems.failure(record["failure"]),
        tuple(Read(sql, what, _source(source), *rows) for sql, what, source, *rows in record["reads"]),
        tuple(
            Assumption(question, tuple(arguments), answer, _source(source), after)
            for question, arguments, answer, source, after in record["assumptions"]
        ),
        tuple(Note(kind, text, _source(source)) for kind, text, source in record["notes"]),
    )


def inputs(record: Record) -> Inputs:
    """What the run depended on: the `inputs` of its last record."""
    return Inputs(tuple(record["files"]), tuple(record["variables"]))


def _source(fields: list[object] | None) -> Source | None:
    match fields:
        case [str() as file, int() as line, int() as end_line, int() as column, list() as helpers]:
            return Source(file, line, end_line, column, tuple(map(str, helpers)))
        case _:
            return None
