"""Types of PostgreSQL with values that are at their limits, and the functions that try each pair on a server."""

from __future__ import annotations

__all__ = ["COMMON", "DEFINITIONS", "PROBE", "SINCE", "TYPES"]

DEFINITIONS = """
CREATE EXTENSION citext;
CREATE TYPE state AS ENUM ('new', 'cancelled');
CREATE TYPE color AS ENUM ('red');
CREATE DOMAIN plain AS varchar(20);
CREATE DOMAIN checked AS integer CHECK (VALUE NOT IN (1, 42, 9999900));
"""

TYPES: dict[str, tuple[str, ...]] = {
    "smallint": ("0", "42", "-32768", "32767"),
    "integer": ("0", "42", "-2147483648", "2147483647"),
    "bigint": ("0", "42", "-9223372036854775808", "9223372036854775807"),
    "numeric": ("0.1", "42", "1e200", "1e400", "-1e40", "1.0000000000000000001"),
    "numeric(5)": ("-99999", "42"),
    "numeric(3,1)": ("-99.9", "0.1", "42"),
    "numeric(10,2)": ("-99999999.99", "0.05", "42"),
    "numeric(12,2)": ("-9999999999.99", "9999999999.99", "0.05", "42"),
    "numeric(12,4)": ("-99999999.9999", "0.0005", "42"),
    "numeric(5,-2)": ("9999900", "-100"),
    "numeric(20)": ("-99999999999999999999", "42"),
    "real": ("0.1", "42", "3.4e38", "-1.1754944e-38", "1.17e-38", "16777217", "Infinity"),
    "double precision": (
        "0.1",
        "42",
        "-2.2250738585072014e-308",
        "1.7e308",
        "2.3e-308",
        "9007199254740993",
        "Infinity",
        "0.30000000000000004",
    ),
    "boolean": ("true", "false"),
    "varchar": ("a", "'<\\q", "x" * 100, "über"),
    "varchar(5)": ("a", "'<\\q", "abcde", "über"),
    "varchar(20)": ("a", "'<\\q", "x" * 20),
    "text": ("a", "'<\\q", "x" * 100, "über"),
    "bpchar": ("a", "x" * 100, "'<\\q"),
    "char(5)": ("a", "'<\\q", "abcde"),
    "char(20)": ("a", "'<\\q", "x" * 20),
    "citext": ("A", "'<\\q", "x" * 100),
    "name": ("a", "'<\\q", "x" * 63),
    "date": ("2024-01-01", "4713-01-01 BC", "infinity"),
    "time": ("00:00:00", "23:59:59.123456"),
    "time(3)": ("00:00:00", "23:59:58.123"),
    "timetz": ("12:00:00+05", "12:00:00.123456+05:30"),
    "timestamp": ("4713-01-01 00:00:00.123456 BC", "2024-03-31 02:30:00", "2024-06-01 10:00:00.123456"),
    "timestamp(3)": ("4713-01-01 00:00:00.123 BC", "2024-03-31 02:30:00", "2024-06-01 10:00:00.123"),
    "timestamp(0)": ("4713-01-01 00:00:00 BC", "2024-03-31 02:30:00", "2024-06-01 10:00:00"),
    "timestamptz": ("2024-10-27 02:30:00+02", "2024-10-27 02:30:00+01", "2024-06-01 10:00:00.123456+00"),
    "timestamptz(3)": ("2024-10-27 02:30:00+02", "2024-10-27 02:30:00+01", "2024-06-01 10:00:00.123+00"),
    "interval": ("-178956960 years -11 mons -2147483640 days -2147483640:59:59.999999", "04:05:06.123456"),
    "interval(3)": ("-178956960 years -11 mons -2147483640 days -2147483640:59:59.999", "04:05:06.123"),
    "interval day to second": (
        "-178956960 years -11 mons -2147483640 days -2147483640:59:59.999999",
        "1 year 2 mons 3 days 04:05:06.123456",
    ),
    "interval second(3)": (
        "-178956960 years -11 mons -2147483640 days -2147483640:59:59.999",
        "1 year 2 mons 3 days 04:05:06.123",
    ),
    "interval hour": (
        "-178956960 years -11 mons -2147483640 days -2147483640:00:00",
        "1 year 2 mons 3 days 04:00:00",
    ),
    "interval year to month": (
        "-178956960 years -11 mons",
        "1 year 2 mons",
    ),
    "bit(4)": ("1010", "0001"),
    "bit(8)": ("10101010", "00000001"),
    "varbit": ("1", "10" * 40),
    "varbit(4)": ("1", "1010"),
    "varbit(8)": ("1", "10101010"),
    "bytea": ("\\x00ff", "\\x02", "a" * 50),
    "json": ('{"b": 1, "a": 2}', '{"a": "\\u0000"}', "[]", '"' + "a" * 70 + '"'),
    "jsonb": ('{"b": 1, "a": 2}', "[]", "1", "1.00000000000000000001", "2.5", '"' + "a" * 70 + '"'),
    "uuid": ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",),
    "inet": ("10.1.2.3/8", "10.1.2.3", "1111:2222:3333:4444:5555:6666:7777:8888/127"),
    "cidr": ("10.0.0.0/8", "1111:2222:3333:4444:5555:6666:7777:8888/128"),
    "macaddr": ("08:00:2b:01:02:03",),
    "macaddr8": ("08:00:2b:01:02:03:04:05", "08:00:2b:ff:fe:01:02:03"),
    "xml": ("<a>1</a>", f"<a>{'1' * 70}</a>"),
    "tsvector": ("a b", "'x':1", "'" + "x" * 70 + "':1"),
    "int4range": ("[-2147483648,2147483647)", "empty"),
    "integer[]": ("{}", "{42,-2147483648,1111111111,1111111111,1111111111,1111111111,1111111111}"),
    "bigint[]": ("{}", "{42,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807}"),
    "text[]": ("{}", "{" + "a" * 70 + "}"),
    "varchar(5)[]": ("{}", "{abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde}"),
    "state": ("new", "cancelled"),
    "color": ("red",),
    "plain": ("a", "'<\\q", "x" * 20),
    "checked": ("0", "99", "-2147483648", "2147483647"),
}
"""No string ends in spaces, and no date is beyond the range of timestamps: the matrix leaves these aside."""

SINCE = {"numeric(5,-2)": 15}
"""What came with a later version."""

COMMON = (
    "smallint", "integer", "bigint", "numeric", "numeric(10,2)", "numeric(12,2)", "numeric(12,4)", "double precision",
    "boolean", "varchar(5)", "varchar(20)", "text", "char(5)", "citext", "date", "timestamp", "timestamp(3)",
    "timestamptz", "json", "jsonb", "uuid", "state", "plain",
)  # fmt: skip
"""Those that are tried each time; all are, by `make deep`."""

PROBE = """
CREATE FUNCTION tried(sql text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN EXECUTE sql; RETURN true; EXCEPTION WHEN OTHERS THEN RETURN false; END $$;

-- The work of ALTER COLUMN … TYPE: rewrite, index or metadata.
CREATE FUNCTION work_of(old text, new text, cast_to text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    file oid; index_file oid; altered text; found text;
BEGIN
    altered := format('ALTER TABLE probed ALTER c TYPE %s%s', new, ' USING c' || nullif(cast_to, ''));
    EXECUTE format('CREATE TABLE probed (c %s)', old);
    file := pg_relation_filenode('probed');
    IF tried('CREATE INDEX probed_c ON probed (c)') THEN
        index_file := pg_relation_filenode(to_regclass('probed_c'));
        -- The new type may have no order for the index.
        IF NOT tried(altered) THEN DROP INDEX probed_c; EXECUTE altered; END IF;
    ELSE
        EXECUTE altered;
    END IF;
    found := CASE WHEN pg_relation_filenode('probed') <> file THEN 'rewrite'
                  WHEN pg_relation_filenode(to_regclass('probed_c')) <> index_file THEN 'index' ELSE 'metadata' END;
    DROP TABLE probed;
    RETURN found;
END $$;

-- A pair: what ALTER COLUMN … TYPE does, whether a value fails, and whether one comes back as another.
CREATE FUNCTION pair(old text, given text, new text, got text, written boolean,
                     OUT work text, OUT fails boolean, OUT loses boolean)
LANGUAGE plpgsql AS $$
DECLARE
    cast_to text := CASE WHEN written THEN '::' || new ELSE '' END;
    insert_it text; look text; number integer; same boolean;
BEGIN
    fails := false; loses := false;
    insert_it := format('INSERT INTO %I SELECT c%s FROM %I WHERE n = ', got, cast_to, given);
    BEGIN
        EXECUTE insert_it || '0';
    EXCEPTION WHEN datatype_mismatch OR cannot_coerce THEN work := 'refused'; RETURN;
    END;
    work := work_of(old, new, cast_to);
    -- Back by its cast, or by its text; the text of char(n) too, which has no spaces at its end.
    look := format('SELECT x.c%s%s::text = y.c::text FROM %I AS x, %I AS y WHERE y.n = ',
        CASE WHEN new NOT LIKE 'char%' AND tried(format('SELECT NULL::%s::%s', new, old)) THEN '::' ELSE '::text::' END,
        old, got, given);
    FOR number IN EXECUTE format('SELECT n FROM %I', given) LOOP
        BEGIN
            EXECUTE insert_it || number;
        EXCEPTION WHEN OTHERS THEN fails := true; CONTINUE;
        END;
        BEGIN
            EXECUTE look || number INTO same;
        EXCEPTION WHEN OTHERS THEN same := false;
        END;
        loses := loses OR NOT same;
        EXECUTE format('DELETE FROM %I', got);
    END LOOP;
END $$;
"""
