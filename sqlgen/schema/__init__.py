"""Facts in, the schema they leave behind out. Standard library only."""

from sqlgen.schema.fold import Schema
from sqlgen.schema.guarded import certainty
from sqlgen.schema.table import Table

__all__ = ["Schema", "Table", "certainty"]
