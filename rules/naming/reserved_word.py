"""A name that is a reserved word has to be quoted in every statement that somebody writes by hand.

SQLAlchemy quotes it, so nobody notices. Then a report, a fix in production or a psql session says `SELECT * FROM user`,
which on PostgreSQL is not the table but the name of the role, and elsewhere a syntax error.

On in the preset "strict". Reported are tables and columns that are made or renamed, not those of temporary tables and
of the copy in a SQLite rebuild. Option `also`: further dialects whose words count, for a schema that is to run on
several.

```sql before postgresql mysql mariadb sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql sqlite
CREATE TABLE "order" (id INTEGER PRIMARY KEY);
```

```sql bad mysql mariadb
CREATE TABLE `order` (id INTEGER PRIMARY KEY);
```

```sql bad postgresql sqlite
ALTER TABLE users RENAME TO "group";
```

```sql good postgresql mysql mariadb sqlite
CREATE TABLE orders (id INTEGER PRIMARY KEY, position INTEGER);
```

```python bad postgresql mysql mariadb sqlite
op.add_column("users", sa.Column("group", sa.Integer))
```

```python good postgresql mysql mariadb sqlite
op.add_column("users", sa.Column("group_name", sa.Integer))
```

Sources:
- https://www.postgresql.org/docs/current/sql-keywords-appendix.html
- https://dev.mysql.com/doc/refman/8.4/en/keywords.html
- https://mariadb.com/kb/en/reserved-words/
- https://www.sqlite.org/lang_keywords.html
"""

from dataclasses import dataclass
from typing import Literal

from sqlgen.rulekit import AddColumn, Before, CreateTable, Message, RenameColumn, RenameTable, Severity, rule, say


@dataclass(frozen=True, slots=True)
class Options:
    also: tuple[Literal["postgresql", "mysql", "mariadb", "sqlite"], ...] = ()
    """Further dialects whose reserved words count."""


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mysql", "mariadb", "sqlite"},
    since="0.1",
    default=False,
    help=say('Choose another name; where only Python needs this one: mapped_column("name_in_the_database").'),
)
def check(
    made: CreateTable | AddColumn | RenameTable | RenameColumn, before: Before, options: Options
) -> Message | None:
    for name in _names(made):
        for dialect in (before.dialect, *options.also):
            if name.lower() in RESERVED[dialect]:
                return say(
                    "{name} is a reserved word of {dialect}: SQL by hand has to quote it", name=name, dialect=dialect
                )
    return None


def _names(made: CreateTable | AddColumn | RenameTable | RenameColumn) -> list[str]:
    match made:
        case CreateTable(table=table, columns=columns):
            passes = made.temporary or table.name.startswith("_alembic_tmp_")
            return [] if passes else [table.name, *(column.name for column in columns)]
        case AddColumn(column=column):
            return [column.name]
        case RenameTable(to=table):
            return [table.name]
        case RenameColumn(to=to):
            return [to]


# Those that PostgreSQL 15 (pg_get_keywords(), catcode R and T), MariaDB 10.11 and SQLite 3.40 refuse as the name of a
# table or a column; MySQL's of manual 8.4, 11.3.
_POSTGRESQL = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate
    collation column concurrently constraint create cross current_catalog current_date current_role
    current_schema current_time current_timestamp current_user default deferrable desc distinct do else end
    except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into
    is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on
    only or order outer overlaps placing primary references returning right select session_user similar some
    symmetric table tablesample then to trailing true union unique user using variadic verbose when where window
    with
"""
_MYSQL_AND_MARIADB = """
    accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call
    cascade case change char character check collate column condition constraint continue convert create cross
    current_date current_time current_timestamp current_user cursor databases day_hour day_microsecond
    day_minute day_second dec decimal declare default delayed delete desc describe deterministic distinct
    distinctrow div double drop dual each else elseif enclosed escaped except exists exit explain false fetch
    float float4 float8 for force foreign from fulltext grant group having high_priority hour_microsecond
    hour_minute hour_second if ignore in index infile inner inout insensitive insert int int1 int2 int3 int4
    int8 integer intersect interval into is iterate join key keys kill leading leave left like limit linear
    lines load localtime localtimestamp lock long longblob longtext loop low_priority match maxvalue mediumblob
    mediumint mediumtext middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not
    null numeric on optimize optionally or order out outer outfile over partition precision primary procedure
    purge range read read_write reads real recursive references regexp release rename repeat replace require
    resignal restrict return revoke right rlike row_number rows schemas second_microsecond select sensitive
    separator set show signal smallint spatial specific sql sql_big_result sql_calc_found_rows sql_small_result
    sqlexception sqlstate sqlwarning ssl starting straight_join table terminated then tinyblob tinyint tinytext
    to trailing trigger true undo union unique unlock unsigned update usage use using utc_date utc_time
    utc_timestamp values varbinary varchar varcharacter varying when where while with write xor year_month
    zerofill
"""
_MYSQL = """
    cube cume_dist dense_rank empty first_value function generated get grouping groups io_after_gtids
    io_before_gtids json_table lag last_value lateral lead manual master_bind nth_value ntile of optimizer_costs
    parallel percent_rank qualify rank row stored system tablesample virtual window
"""
_MARIADB = """
    current_role do_domain_ids ignore_domain_ids offset page_checksum parse_vcol_expr ref_system_id returning
    stats_auto_recalc stats_persistent stats_sample_pages
"""
_SQLITE = """
    add all alter and as autoincrement between case check collate commit constraint create default deferrable
    delete distinct drop else escape except exists foreign from group having if in index insert intersect into
    is isnull join limit not nothing notnull null on or order primary references returning select set table then
    to transaction union unique update using values when where
"""
RESERVED = {
    "postgresql": frozenset(_POSTGRESQL.split()),
    "mysql": frozenset((_MYSQL_AND_MARIADB + _MYSQL).split()),
    "mariadb": frozenset((_MYSQL_AND_MARIADB + _MARIADB).split()),
    "sqlite": frozenset(_SQLITE.split()),
}
