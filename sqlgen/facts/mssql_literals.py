"""Names and SQL that stand in literals of SQL Server, and the batches that Alembic writes to drop a constraint by them.

Source: alembic/ddl/mssql.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.facts.reader import Cursor, literal
from sqlgen.facts.vocabulary import DropConstraint, Fact, Kind, Name, SetDefault
from sqlgen.statements.model import Statement, TokenKind
from sqlgen.statements.scan import scan

__all__ = ["dropped_by_lookup", "inside", "path"]


def inside(text: str) -> Cursor:
    """A cursor over text that stands in a literal."""
    return Cursor(Statement("", text, "", scan(text, "mssql"), 0, 1, 1), "mssql", "dbo")


def path(text: str) -> Name:
    """A name as sp_rename takes it in a literal: 'dbo.[order lines]'."""
    cursor = inside(text)
    name = cursor.name()
    if not cursor.done():
        raise cursor.unread()
    return name


# ---- Alembic's drops of constraints whose names the engine chose

# alembic/ddl/mssql.py, _exec_drop_col_constraint and _exec_drop_col_fk_constraint; up to Alembic 1.16 without
# QUOTENAME. Each ' stands for a literal.
_HEAD = "declare @const_name varchar ( 256 ) select @const_name ="
_QUOTED, _PLAIN = "quotename ( [name] )", "[name]"
_ON_COLUMN = """
    from sys . {catalog} where parent_object_id = object_id ( ' )
    and col_name ( parent_object_id , parent_column_id ) = ' exec ( ' + @const_name )
    """
_FOREIGN_KEY = """
    from sys . foreign_keys fk join sys . foreign_key_columns fkc on fk . object_id = fkc . constraint_object_id
    where fkc . parent_object_id = object_id ( ' )
    and col_name ( fkc . parent_object_id , fkc . parent_column_id ) = ' exec ( ' + @const_name )
    """
_LOOKUPS = (
    (_ON_COLUMN.format(catalog="default_constraints"), None),
    (_ON_COLUMN.format(catalog="check_constraints"), Kind.CHECK),
    (_FOREIGN_KEY, Kind.FOREIGN_KEY),
)


def dropped_by_lookup(cursor: Cursor) -> Fact | None:
    """What Alembic writes to drop a column's default, check or foreign key; None, the cursor where it was, for else."""
    for name in (_QUOTED, _PLAIN):
        for tail, kind in _LOOKUPS:
            literals = _match(cursor, f"{_HEAD} {name} {tail}".split())
            if literals is not None:
                table, column = _altered(literals[2]), literals[1]
                if kind is None:
                    return SetDefault(table, column, None)
                return DropConstraint(table, None, kind, columns=(column,))
    return None


def _match(cursor: Cursor, pattern: Sequence[str]) -> list[str] | None:
    """Go past tokens that read like the pattern: the literals in them; None where they do not."""
    literals = []
    for number, wanted in enumerate(pattern, cursor.number):
        token = cursor.tokens[number] if number < len(cursor.tokens) else None
        if token is None:
            return None
        if wanted == "'" and token.kind is TokenKind.STRING:
            literals.append(literal(token.text, "mssql"))
        elif token.text.lower() != wanted:
            return None
    cursor.number += len(pattern)
    return literals


def _altered(text: str) -> Name:
    cursor = inside(text)
    cursor.expect("ALTER", "TABLE")
    name = cursor.name()
    cursor.expect("DROP", "CONSTRAINT")
    return name
