-- sqlgen: read-only checks for psql
--
-- What:        whether the database is what apply.sql makes of it, base -> 0001_users
-- Database:    bookshop_live (the guard refuses any other)
-- Run it with: psql -X -v ON_ERROR_STOP=1 -d bookshop_live -f postcheck.sql > postcheck.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: POSTCHECK OK or POSTCHECK FAILED;
--              the client ends with 0 for the first one.
--              Catalogs are read, nothing is changed.
--
\set ON_ERROR_STOP on
\set ON_ERROR_ROLLBACK off
\set AUTOCOMMIT on
\set SINGLELINE off
\set SINGLESTEP off
\set QUIET on
\set ECHO none
\set FETCH_COUNT 0
\set SHOW_CONTEXT never
\timing off
\o
\pset pager off
\pset tuples_only on
\pset format unaligned
\pset expanded off
SET default_transaction_read_only = on;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET lock_timeout = '5s';
DO $sqlgen$
BEGIN
  PERFORM set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit';
END
$sqlgen$;
DO $sqlgen$
DECLARE
  found text;
  mark text := '';
  at numeric;
BEGIN
  IF to_regclass('"alembic_version"') IS NULL THEN
    found := 'base';
  ELSIF NOT has_table_privilege(to_regclass('"alembic_version"'), 'SELECT') THEN
    found := 'not visible to this user';
  ELSE
    SELECT coalesce(string_agg(version_num::text, ',' ORDER BY version_num::text COLLATE "C"), 'base') INTO found FROM "alembic_version";
    mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  END IF;
  at := CASE found WHEN 'base' THEN 0 WHEN '0001_users' THEN 1 ELSE -1 END;
  PERFORM set_config('sqlgen.heads', found, false), set_config('sqlgen.mark', mark, false),
    set_config('sqlgen.at', at::text, false);
END
$sqlgen$;
DO $sqlgen$
BEGIN
  PERFORM set_config('sqlgen.asked_' || part, '', false) FROM generate_series(1, 1) AS part;
END
$sqlgen$;
SELECT 1 WHERE set_config('sqlgen.asked_1', (SELECT json_agg(asked) FROM (VALUES
  (1, 'title', '[sqlgen] the database', NULL, NULL::text, NULL::text, true),
  (2, 'fail', 'the database', 'the database: bookshop_live', 'bookshop_live',
    (CASE WHEN current_database()::text IN ('bookshop_live') THEN 'bookshop_live' ELSE current_database()::text END)::text, true),
  (3, 'fail', 'the environment (setting sqlgen.environment)', 'the environment (setting sqlgen.environment): live, or not marked', 'live, or not marked',
    (CASE WHEN coalesce(nullif(current_setting('sqlgen.environment', true), ''), 'not marked') IN ('not marked', 'live') THEN 'live, or not marked' ELSE coalesce(nullif(current_setting('sqlgen.environment', true), ''), 'not marked') END)::text, true),
  (4, 'title', '[sqlgen] the version table', NULL, NULL::text, NULL::text, true),
  (5, 'fail', 'the revision that the database is at', 'the revision that the database is at: 0001_users', '0001_users',
    (CASE WHEN current_setting('sqlgen.heads') = '0001_users' THEN '0001_users' ELSE current_setting('sqlgen.heads') END)::text, true),
  (6, 'fail', 'record of a half-done step', 'record of a half-done step: none', 'none',
    (CASE WHEN current_setting('sqlgen.mark') = '' THEN 'none' ELSE current_setting('sqlgen.mark') END)::text, true),
  (7, 'title', '[sqlgen] the schema that the revisions make', NULL, NULL::text, NULL::text, true),
  (8, 'fail', '(0001_users): columns of users', '(0001_users): columns of users', 'id integer not null, name character varying(50) not null, email character varying(120) not null, phone character varying(20), created_at timestamp without time zone not null',
    (CASE WHEN to_regclass('"users"') IS NULL THEN 'not there' ELSE COALESCE((SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END,
          ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = to_regclass('"users"') AND attnum > 0 AND NOT attisdropped), 'none') END)::text, true),
  (9, 'fail', '(0001_users): primary key of users', '(0001_users): primary key of users', 'pk_users (id)',
    (CASE WHEN to_regclass('"users"') IS NULL THEN 'not there' ELSE COALESCE((SELECT conname || ' ' || '(' || (SELECT string_agg(attname, ', ' ORDER BY place)
          FROM unnest(conkey) WITH ORDINALITY AS k (num, place)
          JOIN pg_attribute ON attrelid = conrelid AND attnum = k.num) || ')' FROM pg_constraint WHERE conrelid = to_regclass('"users"') AND contype = 'p'), 'none') END)::text, true),
  (10, 'fail', '(0001_users): unique constraints of users', '(0001_users): unique constraints of users', 'none',
    (CASE WHEN to_regclass('"users"') IS NULL THEN 'not there' ELSE COALESCE((SELECT string_agg(entry, '; ' ORDER BY entry COLLATE "C") FROM (
          SELECT conname || ' ' || '(' || (SELECT string_agg(attname, ', ' ORDER BY place)
          FROM unnest(conkey) WITH ORDINALITY AS k (num, place)
          JOIN pg_attribute ON attrelid = conrelid AND attnum = k.num) || ')' AS entry FROM pg_constraint AS t WHERE conrelid = to_regclass('"users"') AND contype = 'u') AS entries), 'none') END)::text, true),
  (11, 'fail', '(0001_users): foreign keys of users', '(0001_users): foreign keys of users', 'none',
    (CASE WHEN to_regclass('"users"') IS NULL THEN 'not there' ELSE COALESCE((SELECT string_agg(entry, '; ' ORDER BY entry COLLATE "C") FROM (
          SELECT conname || ' ' || '(' || (SELECT string_agg(attname, ', ' ORDER BY place)
          FROM unnest(conkey) WITH ORDINALITY AS k (num, place)
          JOIN pg_attribute ON attrelid = conrelid AND attnum = k.num) || ')' || ' -> ' || (SELECT CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE nspname || '.' END || relname
          FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace WHERE c.oid = confrelid) || ' ' || '(' || (SELECT string_agg(attname, ', ' ORDER BY place)
          FROM unnest(confkey) WITH ORDINALITY AS k (num, place)
          JOIN pg_attribute ON attrelid = confrelid AND attnum = k.num) || ')' || CASE confupdtype WHEN 'r' THEN ' onupdate restrict' WHEN 'c' THEN ' onupdate cascade' WHEN 'n' THEN ' onupdate set null' WHEN 'd' THEN ' onupdate set default' ELSE '' END || CASE confdeltype WHEN 'r' THEN ' ondelete restrict' WHEN 'c' THEN ' ondelete cascade' WHEN 'n' THEN ' ondelete set null' WHEN 'd' THEN ' ondelete set default' ELSE '' END AS entry FROM pg_constraint AS t WHERE conrelid = to_regclass('"users"') AND contype = 'f') AS entries), 'none') END)::text, true),
  (12, 'fail', '(0001_users): checks of users', '(0001_users): checks of users', 'none',
    (CASE WHEN to_regclass('"users"') IS NULL THEN 'not there' ELSE COALESCE((SELECT string_agg(entry, '; ' ORDER BY entry COLLATE "C") FROM (
          SELECT conname::text AS entry FROM pg_constraint AS t WHERE conrelid = to_regclass('"users"') AND contype = 'c') AS entries), 'none') END)::text, true),
  (13, 'fail', '(0001_users): indexes of users', '(0001_users): indexes of users', 'none',
    (CASE WHEN to_regclass('"users"') IS NULL THEN 'not there' ELSE COALESCE((SELECT string_agg(entry, '; ' ORDER BY entry COLLATE "C") FROM (
          SELECT c.relname || ' (' || (SELECT string_agg(CASE WHEN place > COALESCE((to_jsonb(i) ->> 'indnkeyatts')::int, i.indnatts) THEN 'include ' ELSE '' END || COALESCE(attname, '?')
          || CASE WHEN i.indisexclusion THEN '' ELSE CASE i.indoption[place - 1] & 3 WHEN 1 THEN ' desc nulls last' WHEN 2 THEN ' nulls first' WHEN 3 THEN ' desc' ELSE '' END END, ', ' ORDER BY place)
          FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (num, place)
          LEFT JOIN pg_attribute ON attrelid = i.indrelid AND attnum = k.num AND num > 0
          WHERE (NOT i.indisexclusion OR place <= COALESCE((to_jsonb(i) ->> 'indnkeyatts')::int, i.indnatts))) || ')' || CASE WHEN i.indisunique THEN ' unique' ELSE '' END || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END || CASE WHEN i.indisexclusion THEN '' ELSE (SELECT CASE amname WHEN 'btree' THEN '' ELSE ' using ' || amname END FROM pg_am AS a WHERE a.oid = c.relam)
          || CASE WHEN to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype = 'u') THEN ' nulls not distinct' ELSE '' END || CASE WHEN i.indpred IS NULL THEN '' ELSE ' where' END END AS entry FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass('"users"') AND NOT i.indisprimary) AS entries), 'none') END)::text, true),
  (14, 'title', '[sqlgen] what is not compared', NULL, NULL::text, NULL::text, true),
  (15, 'fail', 'of all tables', 'of all tables', NULL,
    ('defaults, comments, the text of CHECK constraints and of views, functions, rights and rows')::text, true),
  (16, 'fail', 'of all indexes', 'of all indexes', NULL,
    ('expressions, predicates, classes of operators, collations and storage')::text, true)
) AS asked (number, level, told, fine, expected, found, due))::text, false) IS NULL;
WITH asked AS (
  SELECT answer.* FROM generate_series(1, 1) AS part,
    json_to_recordset(current_setting('sqlgen.asked_' || part)::json) AS answer
      (number int, level text, told text, fine text, expected text, found text, due boolean)
), judged AS (
  SELECT *, CASE WHEN level = 'title' THEN '' WHEN found IS NULL OR expected IS NULL THEN 'note '
    WHEN expected = found THEN 'ok   ' WHEN level = 'warn' THEN 'WARN ' ELSE 'FAIL ' END AS verdict FROM (
    SELECT number, level, told, fine, expected,
      replace(regexp_replace(found, '[\x01-\x09\x0b-\x1f\x7f]', '?', 'g'),
        chr(10), chr(10) || '                 ') AS found FROM asked WHERE due
  ) AS clean
), counted AS (
  SELECT count(*) FILTER (WHERE verdict IN ('ok   ', 'FAIL ')) AS asked,
    count(*) FILTER (WHERE verdict = 'FAIL ') AS failed, count(*) FILTER (WHERE verdict = 'WARN ') AS warned
  FROM judged
)
SELECT line AS sqlgen FROM (
  SELECT number, CASE WHEN verdict = 'ok   ' THEN verdict || fine ELSE verdict || told END || CASE
    WHEN verdict IN ('', 'ok   ') THEN ''
    WHEN verdict = 'note ' THEN ': ' || coalesce(found, 'not visible to this user')
    ELSE chr(10) || '       expected: ' || expected || chr(10) || '       found:    ' || found END AS line
  FROM judged
  UNION ALL SELECT 17, set_config('sqlgen.result', CASE failed WHEN 0 THEN 'sqlgen result: POSTCHECK OK: ' || asked || ' check(s) hold, ' || warned || ' warning(s)'
    ELSE 'sqlgen result: POSTCHECK FAILED: ' || failed || ' of ' || asked || ' check(s) do not hold, ' || warned || ' warning(s); the database is not what the revisions make of it' END, false) FROM counted
) AS told ORDER BY number;
-- The exit code.
DO $sqlgen$
BEGIN
  IF current_setting('sqlgen.result') LIKE '%POSTCHECK FAILED%' THEN
    RAISE EXCEPTION 'sqlgen: the postcheck failed';
  END IF;
END
$sqlgen$;
