"""sqlgen turns an Alembic history into SQL that a DBA can trust."""

__version__ = "0.1.0"
