"""MODIFY and CHANGE define a column anew: what they do not repeat is lost.

MySQL and MariaDB take the definition as a whole. A MODIFY that only wanted a longer type also drops DEFAULT, NOT NULL,
AUTO_INCREMENT, ON UPDATE, COMMENT and the column's own character set, where it does not write them again; nothing is
said, and INSERTs that relied on them fail or store NULL weeks later. `op.alter_column` writes exactly what it is told:
without its `existing_…` arguments the attributes are lost, and so they are in a hand-written MODIFY.

A column made in the same range is reported too: no row is lost there, but its definition is not what was meant. Not
reported: a MODIFY that changes nothing else, since then dropping the attribute is what it is for; NOT NULL given up by
a MODIFY that keeps the type and the name (`nullable=True`); a column whose definition is not known here.

```sql before mysql mariadb
CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTO_INCREMENT,
    state VARCHAR(10) NOT NULL DEFAULT 'new' COMMENT 'where it stands',
    changed TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP
);
```

```sql bad mysql mariadb
ALTER TABLE orders MODIFY state VARCHAR(20);
```

```sql bad mysql mariadb
ALTER TABLE orders CHANGE changed changed_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP;
```

```sql good mysql mariadb
ALTER TABLE orders MODIFY state VARCHAR(20) NOT NULL DEFAULT 'new' COMMENT 'where it stands';
ALTER TABLE orders MODIFY state VARCHAR(20) NULL DEFAULT 'new' COMMENT 'where it stands';
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
```

In Alembic this loses NOT NULL, the default and the comment:

```python bad mysql mariadb
op.alter_column("orders", "state", type_=sa.String(20), existing_type=sa.String(10))
```

and this keeps them; ON UPDATE stands behind the default, in the same text:

```python good mysql mariadb
op.alter_column(
    "orders",
    "state",
    type_=sa.String(20),
    existing_type=sa.String(10),
    existing_nullable=False,
    existing_server_default=sa.text("'new'"),
    existing_comment="where it stands",
)
op.alter_column(
    "orders",
    "changed",
    existing_type=mysql.TIMESTAMP(),
    existing_nullable=True,
    existing_server_default=sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
    comment="by the server",
)
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-redefine-column
- https://mariadb.com/kb/en/alter-table/#modify-column
- https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.alter_column
"""

from sqlgen.rulekit import Advice, Before, Column, Kind, RedefineColumn, Severity, SqlType, Table, canonical, rule, say

TEXTUAL = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set")


@rule(
    severity=Severity.ERROR,
    dialects={"mysql", "mariadb"},
    since="0.1",
    help=say("Write the whole definition: the attributes that are there, too (Alembic: the existing_… arguments)."),
)
def check(change: RedefineColumn, before: Before) -> Advice | None:
    old, new, table = before.schema.column(change.table, change.column), change.to, before.table(change.table)
    if old is None or old.type is None or new.type is None:
        return None
    lost = _lost(old, new, table, before.dialect)
    if not lost or not _meant_something_else(old, new, lost, before.dialect):
        return None
    how = "CHANGE" if change.column.lower() != new.name.lower() else "MODIFY"
    message = say(
        "{how} defines {table}.{column} anew, and so drops what it does not repeat: {lost}",
        how=how,
        table=change.table,
        column=change.column,
        lost=", ".join(lost.values()),
    )
    if set(lost) & {"generated", "check", "invisible"}:  # op.alter_column has no argument for them
        return Advice(
            message,
            say(
                "Write the statement whole, with {lost}, in op.execute: op.alter_column can't say it.",
                lost=", ".join(lost.values()),
            ),
        )
    return Advice(message, say("Give alter_column all that is there: {call}", call=_call(change, old, lost)))


def _meant_something_else(old: Column, new: Column, lost: dict[str, str], dialect: str) -> bool:
    """Whether the statement does more than take something away; where it does not, that is what it is for."""
    if set(lost) != {"null"} and len(lost) > 1:
        if "null" in lost and not _gains(old, new, dialect):
            del lost["null"]  # nullable=True, and the rest was forgotten
        return bool(lost)
    return _gains(old, new, dialect)


def _gains(old: Column, new: Column, dialect: str) -> bool:
    """Whether the new definition says anything that the old one did not: another type, name, default, comment, …."""
    return (
        old.name.lower() != new.name.lower()
        or _bare(old, dialect) != _bare(new, dialect)
        or (old.nullable and not new.nullable)
        or (new.default is not None and (old.default is None or old.default.text != new.default.text))
        or new.comment not in (None, "", old.comment)
        or new.generated not in (None, old.generated)
    )


def _bare(column: Column, dialect: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The type without its character set."""
    known = canonical(str(column.type), dialect)
    kept = tuple(one for one in known.modifiers if not one.startswith(("character set", "collate")))
    return known.name, known.args, kept


# ---- what is lost: attribute → as SQL writes it


def _lost(old: Column, new: Column, table: Table | None, dialect: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if not old.nullable and new.nullable and not _in_primary_key(old, table):
        found["null"] = "NOT NULL"
    if old.default is not None and not old.default.is_null and new.default is None:
        found["default"] = f"DEFAULT {old.default.text}"
    if old.on_update is not None and new.on_update is None:
        found["on update"] = f"ON UPDATE {old.on_update}"
    if old.generated == "auto_increment" and new.generated is None:
        found["auto_increment"] = "AUTO_INCREMENT"
    if old.generated in ("stored", "virtual") and new.generated is None:
        found["generated"] = f"GENERATED ALWAYS AS ({old.expression})"
    if old.comment and new.comment is None:
        found["comment"] = f"COMMENT {_text(old.comment)}"
    if old.invisible and not new.invisible:
        found["invisible"] = "INVISIBLE"
    if (charset := _charset_lost(old, new, table, dialect)) is not None:
        found["charset"] = charset
    for one in table.constraints if table is not None and dialect == "mariadb" else ():
        # MariaDB keeps a CHECK written at a column with the column; MySQL makes it one of the table's.
        again = any(each.kind is Kind.CHECK for each in new.constraints)
        if one.kind is Kind.CHECK and one.name is None and one.columns == (old.name,) and not again:
            found["check"] = f"CHECK ({one.expression})"
    return found


def _in_primary_key(column: Column, table: Table | None) -> bool:
    keys = [one for one in table.constraints if one.kind is Kind.PRIMARY_KEY] if table is not None else []
    return any(name.lower() == column.name.lower() for one in keys for name in one.columns)


def _charset_lost(old: Column, new: Column, table: Table | None, dialect: str) -> str | None:
    """The character set or collation of its own that a column loses to its table's."""
    before, after = canonical(str(old.type), dialect), canonical(str(new.type), dialect)
    if before.name not in TEXTUAL or after.name not in TEXTUAL or _charset(after) or new.collation:
        return None
    own = _charset(before) or (f"collate {old.collation.lower()}" if old.collation else "")
    if not own or table is None:
        return None
    settings = {name: value.strip("'\"`").lower() for name, value in table.settings}
    if own.startswith("character set") and own.split()[2] == settings.get("charset"):
        return None
    return own.upper().replace(own.split()[-1].upper(), own.split()[-1])


def _charset(type: SqlType) -> str:
    return next((one for word in ("character set", "collate") for one in type.modifiers if one.startswith(word)), "")


# ---- the call of Alembic that keeps it


def _call(change: RedefineColumn, old: Column, lost: dict[str, str]) -> str:
    new = change.to
    words = [_quote(change.table.name), _quote(change.column)]
    if change.column.lower() != new.name.lower():
        words.append(f"new_column_name={_quote(new.name)}")
    written = " ".join([str(new.type), *([lost["charset"]] if "charset" in lost else [])])
    if canonical(str(old.type), "mysql") != canonical(written, "mysql"):
        words.append(f"type_={_type(written)}")
    words.append(f"existing_type={_type(str(old.type))}")
    if not old.nullable and (not new.nullable or "null" in lost or old.generated == "auto_increment"):
        words.append("existing_nullable=False")
    else:
        words.append(
            f"nullable={new.nullable}" if old.nullable != new.nullable else f"existing_nullable={new.nullable}"
        )
    default = " ".join(
        [*([old.default.text] if old.default else []), *([f"ON UPDATE {old.on_update}"] if old.on_update else [])]
    )
    if default and ("default" in lost or "on update" in lost or new.default == old.default):
        words.append(f"existing_server_default=sa.text({_quote(default)})")
    if old.generated == "auto_increment":
        words.append("existing_autoincrement=True")
    if new.comment is not None and new.comment != old.comment:
        words.append(f"comment={_quote(new.comment)}")
    elif old.comment:
        words.append(f"existing_comment={_quote(old.comment)}")
    if change.table.schema is not None:
        words.append(f"schema={_quote(change.table.schema)}")
    return f"op.alter_column({', '.join(words)})"


def _type(written: str) -> str:
    """A type of sqlalchemy.dialects.mysql: it has each of MySQL's by its name in capitals."""
    known = canonical(written, "mysql")
    name = {"int": "INTEGER"}.get(known.name, known.name.upper())
    quotes = known.name in ("enum", "set")
    words = [_quote(arg) if quotes else arg for arg in known.args]
    if known.name in ("datetime", "timestamp", "time") and words:
        words = [f"fsp={words[0]}"]
    for modifier in known.modifiers:
        word, _, value = modifier.rpartition(" ")
        keyword = {"character set": "charset", "collate": "collation"}.get(word)
        words.append(f"{keyword}={_quote(value)}" if keyword else f"{modifier}=True")
    return f"mysql.{name}({', '.join(words)})"


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
