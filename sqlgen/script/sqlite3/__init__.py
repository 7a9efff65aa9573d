"""Scripts for sqlite3."""
