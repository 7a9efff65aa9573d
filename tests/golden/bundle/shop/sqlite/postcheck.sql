-- sqlgen: read-only checks for sqlite3
--
-- What:        whether the database is what apply.sql makes of it, base -> 0001_users
-- Database:    bookshop (the guard refuses any other)
-- Run it with: sqlite3 -batch -bail -readonly -init /dev/null bookshop < postcheck.sql > postcheck.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: POSTCHECK OK or POSTCHECK FAILED;
--              the client ends with 0 for the first one.
--              Catalogs are read, nothing is changed.
--
.bail on
.echo off
.headers off
.mode list
DROP TABLE IF EXISTS temp.sqlgen_check;
CREATE TEMP TABLE sqlgen_check (number INTEGER, level TEXT, told TEXT, fine TEXT, expected TEXT, found TEXT);
ATTACH 'file:sqlgen?mode=memory' AS sqlgen_none;
CREATE TABLE sqlgen_none."alembic_version" (version_num TEXT);
DROP TABLE IF EXISTS temp.sqlgen_at;
CREATE TEMP TABLE sqlgen_at (heads TEXT, at NUMERIC);
INSERT INTO temp.sqlgen_at
  SELECT heads, CASE heads WHEN 'base' THEN 0 WHEN '0001_users' THEN 1 ELSE -1 END FROM (SELECT (SELECT coalesce(group_concat(version_num, ','), 'base') FROM (SELECT version_num FROM "alembic_version" ORDER BY 1)) AS heads);
DETACH sqlgen_none;
INSERT INTO temp.sqlgen_check VALUES (1, 'title', '[sqlgen] the database', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 2, 'fail', 'the database file', 'the database file: bookshop', 'bookshop',
  CASE WHEN (replace('/' || (SELECT file FROM pragma_database_list WHERE name = 'main'), '\', '/') LIKE '%/bookshop' ESCAPE '~') THEN 'bookshop' ELSE (SELECT file FROM pragma_database_list WHERE name = 'main') END;
INSERT INTO temp.sqlgen_check VALUES (3, 'title', '[sqlgen] the version table', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 4, 'fail', 'the revision that the database is at', 'the revision that the database is at: 0001_users', '0001_users',
  CASE WHEN (SELECT heads FROM temp.sqlgen_at) = '0001_users' THEN '0001_users' ELSE (SELECT heads FROM temp.sqlgen_at) END;
INSERT INTO temp.sqlgen_check VALUES (5, 'title', '[sqlgen] the schema that the revisions make', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 6, 'fail', '(0001_users): columns of users', '(0001_users): columns of users', 'id integer, name text not null, email text not null, phone text, created_at numeric not null',
  CASE WHEN EXISTS (SELECT 1 FROM pragma_table_xinfo('users')) THEN coalesce((SELECT group_concat(entry, ', ') FROM (
    SELECT name || ' ' || CASE WHEN upper(type) LIKE '%INT%' THEN 'integer' WHEN upper(type) LIKE '%CHAR%' OR upper(type) LIKE '%CLOB%' OR upper(type) LIKE '%TEXT%' THEN 'text' WHEN upper(type) LIKE '%BLOB%' OR type = '' THEN 'blob' WHEN upper(type) LIKE '%REAL%' OR upper(type) LIKE '%FLOA%' OR upper(type) LIKE '%DOUB%' THEN 'real' ELSE 'numeric' END || CASE WHEN "notnull" AND name NOT IN ('id') THEN ' not null' ELSE '' END AS entry
    FROM pragma_table_xinfo('users') WHERE hidden <> 1 ORDER BY cid)), 'none') ELSE 'not there' END;
INSERT INTO temp.sqlgen_check SELECT 7, 'fail', '(0001_users): primary key of users', '(0001_users): primary key of users', '(id)',
  CASE WHEN EXISTS (SELECT 1 FROM pragma_table_xinfo('users')) THEN coalesce((SELECT '(' || group_concat(name, ', ') || ')' FROM (SELECT name FROM pragma_table_xinfo('users') WHERE pk > 0 ORDER BY pk)), 'none') ELSE 'not there' END;
INSERT INTO temp.sqlgen_check SELECT 8, 'fail', '(0001_users): unique constraints of users', '(0001_users): unique constraints of users', 'none',
  CASE WHEN EXISTS (SELECT 1 FROM pragma_table_xinfo('users')) THEN coalesce((SELECT group_concat(entry, '; ') FROM (
    SELECT '(' || (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) || ')' AS entry FROM pragma_index_list('users') AS l WHERE origin = 'u' ORDER BY 1)), 'none') ELSE 'not there' END;
INSERT INTO temp.sqlgen_check SELECT 9, 'fail', '(0001_users): foreign keys of users', '(0001_users): foreign keys of users', 'none',
  CASE WHEN EXISTS (SELECT 1 FROM pragma_table_xinfo('users')) THEN coalesce((SELECT group_concat(entry, '; ') FROM (
    SELECT '(' || group_concat("from", ', ') || ') -> ' || max("table") || ' (' || group_concat(coalesce("to", key, '?'), ', ') || ')' || CASE max(on_update) WHEN 'NO ACTION' THEN '' ELSE ' onupdate ' || lower(max(on_update)) END || CASE max(on_delete) WHEN 'NO ACTION' THEN '' ELSE ' ondelete ' || lower(max(on_delete)) END AS entry FROM (SELECT f.*, (SELECT name FROM pragma_table_xinfo(f."table") WHERE pk = f.seq + 1) AS key FROM pragma_foreign_key_list('users') AS f ORDER BY id, seq) GROUP BY id ORDER BY 1)), 'none') ELSE 'not there' END;
INSERT INTO temp.sqlgen_check SELECT 10, 'fail', '(0001_users): indexes of users', '(0001_users): indexes of users', 'none',
  CASE WHEN EXISTS (SELECT 1 FROM pragma_table_xinfo('users')) THEN coalesce((SELECT group_concat(entry, '; ') FROM (
    SELECT l.name || ' ' || '(' || (SELECT group_concat(part, ', ') FROM (SELECT coalesce(name, '?') || CASE WHEN "desc" THEN ' desc' ELSE '' END AS part FROM pragma_index_xinfo(l.name) WHERE key ORDER BY seqno)) || ')' || CASE WHEN "unique" THEN ' unique' ELSE '' END || CASE WHEN partial THEN ' where' ELSE '' END AS entry FROM pragma_index_list('users') AS l WHERE l.name NOT LIKE 'sqlite~_autoindex~_%' ESCAPE '~' ORDER BY 1)), 'none') ELSE 'not there' END;
INSERT INTO temp.sqlgen_check VALUES (11, 'title', '[sqlgen] what is not compared', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 12, 'fail', 'of all tables', 'of all tables', NULL,
  'CHECK constraints, the length of types, defaults, what PRIMARY KEY alone makes NOT NULL, the text of views and triggers, and rows';
INSERT INTO temp.sqlgen_check SELECT 13, 'fail', 'of all indexes', 'of all indexes', NULL,
  'expressions, predicates and collations';
SELECT line AS sqlgen FROM (
  SELECT number, CASE WHEN level = 'title' THEN told
    WHEN found IS NULL OR expected IS NULL THEN 'note ' || told || ': ' || coalesce(replace(replace(replace(replace(found, char(13), '?'), char(27), '?'), char(8), '?'), char(10), char(10) || '                 '),
      'not visible to this user')
    WHEN expected = found THEN 'ok   ' || fine
    ELSE CASE level WHEN 'warn' THEN 'WARN ' ELSE 'FAIL ' END || told || char(10) ||
      '       expected: ' || expected || char(10) || '       found:    ' || replace(replace(replace(replace(found, char(13), '?'), char(27), '?'), char(8), '?'), char(10), char(10) || '                 ') END AS line
  FROM temp.sqlgen_check UNION ALL
  SELECT 14, CASE failed WHEN 0 THEN 'sqlgen result: POSTCHECK OK: ' || (asked - warned) || ' check(s) hold, ' || (warned) || ' warning(s)'
    ELSE 'sqlgen result: POSTCHECK FAILED: ' || (failed) || ' of ' || (asked - warned) || ' check(s) do not hold, ' || (warned) || ' warning(s); the database is not what the revisions make of it' END FROM (
    SELECT count(CASE WHEN level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL THEN 1 END) AS asked, count(CASE WHEN level = 'fail' AND level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL AND expected <> found THEN 1 END) AS failed, count(CASE WHEN level = 'warn' AND level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL AND expected <> found THEN 1 END) AS warned FROM temp.sqlgen_check)
) ORDER BY number;
-- An error (integer overflow) where something failed, so that sqlite3 ends with 1.
SELECT 1 FROM (SELECT min(count(*), 1) AS failed FROM temp.sqlgen_check WHERE level = 'fail' AND level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL AND expected <> found)
WHERE abs(-9223372036854775807 - failed) < 0;
