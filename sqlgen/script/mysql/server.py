"""What a mysql script asks of the server and the session before it begins: the right one, and one that it may change.

Each check is SQL that sets a variable, and a WHEN … THEN … for the guard: the first that holds is why it refuses.

The lock: SET SESSION TRANSACTION READ ONLY makes the server refuse by the kind of the statement, whoever runs it: SUPER
and READ ONLY ADMIN concern @@read_only, not this (sql/sql_parse.cc, CF_DISALLOW_IN_RO_TRANS, in both servers; measured
as root on MariaDB 10.11). It does not hold within a transaction that is open already, so the script begins with
ROLLBACK, and on MariaDB proves the lock by a statement that must be refused and does nothing: DROP TEMPORARY TABLE IF
EXISTS.

What an account without rights of its own sees. Measured on MariaDB 10.11: @@read_only, the status Slaves_running, the
comment of the schema, its own rights in information_schema; not SHOW REPLICA STATUS and performance_schema. MySQL 8.0
manual: @@read_only, @@super_read_only, its own rights. A channel that is set up but stopped is seen by those alone who
may read performance_schema.replication_connection_configuration, which information_schema.tables lists just for them;
on MariaDB with performance_schema = OFF, its default, that is empty, and such a channel is not seen unless the server
is read only.

A server's own name: @@server_uuid on MySQL. On MariaDB @@server_uid, measured on 10.11.19: the SHA-1 of its port and
the machine's network address, so that it stays when the server is made anew; older servers have no such variable, and a
script that names an identity refuses there.

A database says which environment it belongs to in its comment, `sqlgen.environment=NAME`, on MariaDB: ALTER DATABASE …
COMMENT, since 10.5. MySQL's databases have no comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.facts.vocabulary import AlterObject, CreateObject, DropObject, constraints_of
from sqlgen.messages import Message, say
from sqlgen.script.mysql.blocks import LOCK, READ_ONLY, keep, literal, prepared, quoted_name, same
from sqlgen.script.path import text
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step
from sqlgen.statements import TokenKind, scan

NOTHING = " Nothing was changed."


def questions(steps: Sequence[Step], target: Target) -> Iterator[str]:
    """Statements that find out what `reasons` judge."""
    yield "SET @sqlgen_replica = 0, @sqlgen_locked = 0, @sqlgen_missing = '', @sqlgen_name = '', @sqlgen_marked = '';"
    if target.dialect == "mariadb":
        yield "DELIMITER //"
        yield "BEGIN NOT ATOMIC"
        yield "  DECLARE EXIT HANDLER FOR 1792 SET @sqlgen_locked = 1;"
        yield "  DECLARE EXIT HANDLER FOR SQLEXCEPTION SET @sqlgen_locked = 0;"
        yield "  EXECUTE IMMEDIATE 'DROP TEMPORARY TABLE IF EXISTS sqlgen_lock';"
        yield "END"
        yield "//"
        yield "DELIMITER ;"
        yield "SELECT MAX(variable_value) INTO @sqlgen_name FROM information_schema.global_variables"
        yield "WHERE variable_name = 'SERVER_UID';"
        yield "SELECT MAX(variable_value) > 0 INTO @sqlgen_replica FROM information_schema.global_status"
        yield "WHERE variable_name = 'SLAVES_RUNNING';"
        yield "SELECT MAX(schema_comment) INTO @sqlgen_marked FROM information_schema.schemata"
        yield "WHERE schema_name = DATABASE();"
        yield "SET @sqlgen_marked = IF(LOCATE('sqlgen.environment=', COALESCE(@sqlgen_marked, '')) = 0, NULL,"
        yield "  SUBSTRING_INDEX(SUBSTRING_INDEX(SUBSTRING_INDEX("
        yield "    @sqlgen_marked, 'sqlgen.environment=', -1), ',', 1), ';', 1));"
    else:
        yield f"SET @sqlgen_locked = @@SESSION.{READ_ONLY[target.dialect]}, @sqlgen_name = @@server_uuid;"
    yield from prepared(
        "IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'performance_schema'\n"
        "  AND table_name = 'replication_connection_configuration'),\n"
        "  'SELECT COUNT(*) + @sqlgen_replica INTO @sqlgen_replica\n"
        "  FROM performance_schema.replication_connection_configuration\n"
        "  WHERE LEFT(channel_name, 17) <> ''group_replication''', 'DO 0')"
    )
    yield from _rights(steps, target)
    yield f"SET @sqlgen_lock = COALESCE(GET_LOCK({LOCK}, 1), 0);"


def reasons(target: Target) -> Iterator[str]:
    """WHEN … THEN …, of the server, the session and the database."""
    told = say("NOT APPLIED: no database is selected. Name it on the command line.")
    yield f"WHEN DATABASE() IS NULL THEN {literal(text(told))}"
    databases = target.databases or target.schemas
    if databases:
        told = say("NOT APPLIED: this script is for database {database}, this one is ", database=", ".join(databases))
        yield from _when(f"NOT {is_here(target)}", told, "DATABASE()")
    if target.identity is not None:
        told = say("NOT APPLIED: this script is for the server {name}, this one calls itself ", name=target.identity)
        yield from _when(f"NOT ({same('@sqlgen_name', target.identity)})", told, "COALESCE(@sqlgen_name, '?')")
    if target.environment is not None and target.dialect == "mariadb":
        told = say(
            "NOT APPLIED: this script is for {environment}; the comment of this database says sqlgen.environment=",
            environment=target.environment,
        )
        marked = f"@sqlgen_marked IS NOT NULL AND NOT ({same('@sqlgen_marked', target.environment)})"
        yield from _when(marked, told, "@sqlgen_marked")
    if target.role is not None:
        told = say("NOT APPLIED: the role {role} is not set, this session has ", role=target.role)
        names = [target.role] if target.dialect == "mariadb" else [f"{quoted_name(target.role)}@{quoted_name('%')}"]
        yield from _when(f"NOT ({same('CURRENT_ROLE()', names[0])})", told, "COALESCE(CURRENT_ROLE(), 'none')")
    told = say("NOT APPLIED: this server is a replica, or read only; run the script on its primary.")
    yield f"WHEN @@read_only <> 0 OR @@innodb_read_only <> 0 OR COALESCE(@sqlgen_replica, 1) <> 0\n{_then(told)}"
    told = say("NOT APPLIED: this session does not write the binary log (sql_log_bin): replicas would miss the change.")
    yield f"WHEN @@sql_log_bin = 0\n{_then(told)}"
    told = say(
        "NOT APPLIED: the read-only lock that keeps a refused script from changing anything does not hold in this "
        "session. Use a new connection."
    )
    yield f"WHEN COALESCE(@sqlgen_locked, 0) <> 1\n{_then(told)}"
    told = say("NOT APPLIED: another sqlgen script is running in this database. Run this one again when it has ended.")
    yield f"WHEN @sqlgen_lock <> 1\n{_then(told)}"
    told = say("NOT APPLIED: this account lacks rights on the database that the script needs: ")
    yield from _when("COALESCE(@sqlgen_missing, '') <> ''", told, "@sqlgen_missing")


def is_here(target: Target) -> str:
    """SQL: the database is one that the script is for."""
    databases = target.databases or target.schemas
    return f"({' OR '.join(same('DATABASE()', name) for name in databases)})" if databases else "TRUE"


def _when(condition: str, told: Message, found: str) -> Iterator[str]:
    yield f"WHEN {condition}"
    yield f"  THEN CONCAT({literal(keep(told))}, {found}, {literal('.' + NOTHING)})"


def _then(told: Message) -> str:
    return f"  THEN {literal(text(told) + NOTHING)}"


# ---- rights

_RIGHTS = {
    "ALTER": ("ALTER",),
    "INSERT": ("INSERT",),
    "REPLACE": ("INSERT", "DELETE"),
    "UPDATE": ("UPDATE",),
    "DELETE": ("DELETE",),
    "TRUNCATE": ("DROP",),
    "RENAME": ("ALTER", "CREATE", "DROP", "INSERT"),
    "CREATE TABLE": ("CREATE",),
    "CREATE INDEX": ("INDEX",),
    "CREATE UNIQUE": ("INDEX",),
    "DROP TRIGGER": ("TRIGGER",),
    "DROP TABLE": ("DROP",),
    "DROP INDEX": ("INDEX",),
    "DROP VIEW": ("DROP",),
}
"""By a statement's first words. MySQL 8.0 manual, 8.2.2; MariaDB, GRANT."""


def _rights(steps: Sequence[Step], target: Target) -> Iterator[str]:
    """@sqlgen_missing: the rights that no grant on the server, the database or one of its tables gives to this account.
    Where a role or PUBLIC may give them, it is not judged."""
    items = [item for step in steps for item in step.items]
    needed = dict.fromkeys(right for item in items for right in (*_needed(item.sql), *_made(item, target)))
    if target.version_table_schema is None:
        needed |= dict.fromkeys(("CREATE", "DROP", "SELECT", "INSERT", "UPDATE", "DELETE"))
    if not needed:
        return
    account = "CONCAT('''', LEFT(CURRENT_USER(),\n  CHAR_LENGTH(CURRENT_USER())"
    account += " - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1),"
    account += " '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''')"
    wanted = " UNION ALL SELECT ".join(
        literal(right) + (" AS wanted" if not n else "") for n, right in enumerate(needed)
    )
    given = "CAST(privilege_type AS BINARY) = CAST(wanted AS BINARY)"
    given += "\n  AND (CAST(grantee AS BINARY) = CAST(@sqlgen_account AS BINARY) OR grantee NOT LIKE '%@%')"
    source = "information_schema"
    yield f"SET @sqlgen_account = {account};"
    yield "SELECT COALESCE(GROUP_CONCAT(wanted SEPARATOR ', '), '') INTO @sqlgen_missing"
    yield f"FROM (SELECT {wanted}) AS needed"
    yield "WHERE COALESCE(CURRENT_ROLE(), 'NONE') = 'NONE'"
    yield f"AND NOT EXISTS (SELECT 1 FROM {source}.user_privileges WHERE {given})"
    yield f"AND NOT EXISTS (SELECT 1 FROM {source}.schema_privileges WHERE {given} AND DATABASE() LIKE table_schema)"
    yield f"AND NOT EXISTS (SELECT 1 FROM {source}.table_privileges WHERE {given} AND table_schema = DATABASE());"


OBJECTS = {
    "view": ("CREATE VIEW",),
    "trigger": ("TRIGGER",),
    "function": ("CREATE ROUTINE",),
    "procedure": ("CREATE ROUTINE",),
    "event": ("EVENT",),
}
"""What CREATE of an object needs, whatever stands between its first words (OR REPLACE, DEFINER). MySQL 8.4 manual,
15.1.13, 15.1.17, 15.1.22, 15.1.23."""


def _made(item: Item, target: Target) -> Iterator[str]:
    """What the facts need. REFERENCES for a foreign key on MySQL (8.4 manual, 15.1.20.5): on MariaDB 10.11 the SELECT
    that the script needs anyway is enough, measured. Of other databases nothing is said."""
    for fact in item.facts:
        if isinstance(fact, CreateObject) and fact.name.schema is None:
            yield from OBJECTS.get(fact.kind, ())
            if fact.kind == "view" and fact.or_replace:
                yield "DROP"
        elif isinstance(fact, AlterObject | DropObject) and fact.kind == "event" and fact.name.schema is None:
            yield "EVENT"
        if target.dialect == "mysql":
            referred = (one.references for one in constraints_of(fact))
            yield from ("REFERENCES" for name in referred if name is not None and name.schema is None)


def _needed(sql: str) -> tuple[str, ...]:
    words: list[str] = []
    for token in scan(sql, "mysql"):
        if token.kind is TokenKind.WORD:
            words.append(token.text.upper())
        if len(words) == 2:
            break
    return _RIGHTS.get(" ".join(words)) or _RIGHTS.get(words[0] if words else "", ())
