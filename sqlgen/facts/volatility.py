"""Names of functions in, how often the engine evaluates them.

Sources: PostgreSQL manual, 38.7 Function Volatility Categories, and `pg_proc.provolatile` of a PostgreSQL 15 server;
the modules uuid-ossp and pgcrypto (manual, appendix F). MySQL 8.0 manual, 11.6 Data Type Default Values; MariaDB
knowledge base, CREATE TABLE, DEFAULT; SQLite, lang_createtable.html, 3.2 The DEFAULT clause; Transact-SQL reference,
System Functions, Date and Time; Oracle Database SQL Language Reference, Functions.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlgen.facts.reader import words
from sqlgen.facts.vocabulary import Volatility

__all__ = ["changes_nothing", "of_function", "worst"]


_VOLATILE = words("""
    clock_timestamp timeofday random random_normal setseed gen_random_uuid uuidv4 uuidv7 nextval currval lastval
    setval set_config pg_sleep pg_notify gen_random_bytes gen_salt uuid_generate_v1 uuid_generate_v1mc
    uuid_generate_v4
    uuid uuid_short rand sysdate sleep random_bytes
    randomblob
    newid newsequentialid
    sys_guid dbms_random
    """)
"""The last lines: MySQL and MariaDB, SQLite, SQL Server, Oracle."""

_STABLE = words("""
    now transaction_timestamp statement_timestamp current_timestamp current_date current_time localtimestamp localtime
    current_user session_user user current_role current_catalog current_schema current_database current_setting
    txid_current pg_current_xact_id pg_backend_pid version to_char to_date to_timestamp to_number to_json to_jsonb
    json_build_object jsonb_build_object json_build_array jsonb_build_array row_to_json array_to_string concat
    concat_ws format make_timestamptz pg_typeof age date_part to_tsvector to_tsquery to_regclass convert
    convert_from convert_to
    curdate curtime unix_timestamp utc_timestamp utc_date utc_time from_unixtime system_user database schema
    datetime strftime julianday unixepoch
    getdate getutcdate sysdatetime sysutcdatetime sysdatetimeoffset suser_sname suser_name suser_id user_name user_id
    original_login host_name app_name db_name db_id object_id schema_name
    systimestamp sys_context userenv uid sessiontimezone dbtimezone
    """)

# PostgreSQL has timezone and date_trunc both as immutable and as stable functions, by the types of their arguments:
# over now() they are as stable as that, over constants they are constant for the statement.
_CONSTANT = words("""
    abs array_append array_cat array_fill array_length array_prepend array_remove array_replace ascii box btrim ceil
    ceiling char_length character_length chr coalesce cos date_trunc daterange decode degrees div encode exp float8
    floor greatest initcap int4range int8range json_object jsonb_object jsonb_set jsonb_strip_nulls least left length
    ln log lower lpad ltrim make_date make_interval make_time make_timestamp md5 mod nullif numrange octet_length
    overlay pi point position power quote_ident radians regexp_replace repeat replace reverse right round rpad rtrim
    sha224 sha256 sha384 sha512 sign sin split_part sqrt string_to_array strpos substr substring tan timezone translate
    trim trunc tsrange tstzrange upper uuid_nil uuid_generate_v3 uuid_generate_v5 uuid_ns_dns uuid_ns_url uuid_ns_oid
    uuid_ns_x500
    bin_to_uuid cast char hex ifnull json_array json_quote linestring polygon st_geomfromtext unhex uuid_to_bin
    iif instr json
    len datalength dateadd datediff datepart datefromparts replicate stuff charindex patindex space str choose try_cast
    try_convert
    nvl2 to_clob to_nclob hextoraw rawtohex empty_clob empty_blob add_months months_between last_day numtodsinterval
    numtoyminterval to_dsinterval to_yminterval sys_extract_utc from_tz
    """)

# Aggregates, window functions, functions that return rows and questions about the catalog (PostgreSQL manual, 9.21 to
# 9.26; MySQL 8.4 manual, 14.19, 14.20), and volatile ones whose value alone is volatile.
_ASK = words("""
    count min max sum avg array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or
    every bit_and bit_or stddev variance percentile_cont percentile_disc group_concat total json_arrayagg
    json_objectagg row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
    unnest generate_series generate_subscripts json_array_elements jsonb_array_elements json_array_elements_text
    jsonb_array_elements_text json_each jsonb_each json_each_text jsonb_each_text json_object_keys jsonb_object_keys
    regexp_split_to_table regexp_matches regexp_match array_position array_to_json jsonb_typeof json_typeof
    jsonb_array_length json_array_length json_extract json_extract_path_text jsonb_extract_path_text cardinality
    format_type obj_description col_description shobj_description pg_get_constraintdef pg_get_indexdef pg_get_expr
    pg_get_viewdef pg_get_functiondef pg_get_serial_sequence pg_get_triggerdef pg_get_userbyid pg_table_is_visible
    pg_type_is_visible pg_relation_size pg_total_relation_size pg_database_size pg_size_pretty pg_is_in_recovery
    has_table_privilege has_schema_privilege has_database_privilege has_column_privilege to_regtype to_regnamespace
    to_regproc current_schemas inet_server_addr inet_server_port sqlite_version typeof found_rows last_insert_id
    row_count connection_id exists extract any all isnull if nvl length substring_index
    clock_timestamp timeofday random random_normal gen_random_uuid uuidv4 uuidv7 uuid uuid_short rand sysdate
    currval lastval randomblob
    """)

_PRAGMAS = words("""
    collation_list compile_options database_list foreign_key_check foreign_key_list foreign_keys function_list
    index_info index_list index_xinfo integrity_check quick_check table_info table_list table_xinfo user_version
    """)
"""PRAGMAs that answer when no value is given. sqlite.org, pragma.html."""

_EXTENSION_PREFIXES = ("uuid_", "gen_random_", "gen_salt")
"""Functions of uuid-ossp and pgcrypto, which people install into a schema of their own."""

_ORDER = (Volatility.CONSTANT, Volatility.STABLE, Volatility.UNKNOWN, Volatility.VOLATILE)


def of_function(name: str, schema: str | None = None) -> Volatility:
    """How a function behaves over constant arguments; UNKNOWN for one that is not in the table.

    `schema` is the one written before the name, None where there is none.
    """
    name = name.lower()
    if schema not in (None, "pg_catalog", "public") and not name.startswith(_EXTENSION_PREFIXES):
        return Volatility.UNKNOWN
    if name in _VOLATILE:
        return Volatility.VOLATILE
    if name in _STABLE:
        return Volatility.STABLE
    return Volatility.CONSTANT if name in _CONSTANT else Volatility.UNKNOWN


def changes_nothing(name: str) -> bool:
    """Whether a query that calls it, as facts name what is called, only asks. A name that is not known may do more."""
    if name.startswith("pragma "):
        return name.removeprefix("pragma ") in _PRAGMAS
    bare = name.rpartition(".")[2]
    known = of_function(bare) in (Volatility.CONSTANT, Volatility.STABLE)
    return name.removeprefix("pg_catalog.") == bare and (known or bare in _ASK)


def worst(parts: Iterable[Volatility]) -> Volatility:
    """As volatile as the most volatile part; something unknown may be volatile, so it ranks above stable."""
    return max(parts, key=_ORDER.index, default=Volatility.CONSTANT)
