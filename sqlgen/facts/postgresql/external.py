"""A parse tree in, what leaves the database out: functions that reach files, programs and other servers.

Sources: PostgreSQL manual, 9.28.10 Generic File Access Functions, 33.4 Server-Side Functions (large objects), F.11
dblink, F.1 adminpack (gone with 17).
"""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from sqlgen.facts.postgresql.names import strings
from sqlgen.facts.reader import words
from sqlgen.facts.vocabulary import External

__all__ = ["calls_out"]

_CALLED = words("""
    pg_read_file pg_read_binary_file pg_stat_file pg_ls_dir pg_ls_logdir pg_ls_waldir pg_ls_tmpdir
    pg_ls_archive_statusdir lo_import lo_export pg_file_write pg_file_read pg_file_rename pg_file_unlink pg_file_sync
    pg_logdir_ls
    """)
_HINTS = ("dblink", "lo_import", "lo_export", "pg_read_", "pg_stat_file", "pg_ls_", "pg_file_", "pg_logdir_ls")


def calls_out(tree: Message, text: str) -> Iterator[External]:
    """The calls of such functions in a statement, in the order of the tree, with their first literal argument."""
    lower = text.lower()
    if any(hint in lower for hint in _HINTS):
        yield from dict.fromkeys(_calls(tree))


def _calls(tree: Message) -> Iterator[External]:
    if tree.DESCRIPTOR.name == "FuncCall":
        name = strings(tree.funcname)[-1]
        if name in _CALLED or (name.startswith("dblink") and name not in _LOCAL):
            constants = (one.a_const for one in tree.args if one.HasField("a_const"))
            target = next((one.sval.sval for one in constants if one.HasField("sval")), None)
            yield External(name.upper(), target)
    for field, value in tree.ListFields():
        if field.message_type is not None:
            for child in value if field.is_repeated else (value,):
                yield from _calls(child)


_LOCAL = ("dblink_get_connections", "dblink_disconnect", "dblink_get_pkey", "dblink_current_query")
"""Those that ask nothing of another server."""
