-- sqlgen: read-only checks for sqlite3
--
-- What:        whether apply.sql can take the database from base to 0001_users
-- Database:    bookshop (the guard refuses any other)
-- Run it with: sqlite3 -batch -bail -readonly -init /dev/null bookshop < preflight.sql > preflight.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: PREFLIGHT OK or PREFLIGHT FAILED;
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
INSERT INTO temp.sqlgen_check VALUES (1, 'title', '[sqlgen] the server and the database', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 2, 'fail', 'the database file', 'the database file: bookshop', 'bookshop',
  CASE WHEN (replace('/' || (SELECT file FROM pragma_database_list WHERE name = 'main'), '\', '/') LIKE '%/bookshop' ESCAPE '~') THEN 'bookshop' ELSE (SELECT file FROM pragma_database_list WHERE name = 'main') END;
INSERT INTO temp.sqlgen_check SELECT 3, 'fail', 'the server''s version', 'the server''s version', NULL,
  sqlite_version();
INSERT INTO temp.sqlgen_check SELECT 4, 'fail', 'the environment that the script is for', 'the environment that the script is for', NULL,
  'prod';
INSERT INTO temp.sqlgen_check VALUES (5, 'title', '[sqlgen] where the script will start', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 6, 'fail', 'the revision that the database is at', 'the revision that the database is at: base', 'base',
  CASE WHEN (SELECT at FROM temp.sqlgen_at) >= 0 THEN 'base' ELSE (SELECT heads FROM temp.sqlgen_at) END;
INSERT INTO temp.sqlgen_check SELECT 7, 'fail', 'the script will start', 'the script will start', NULL,
  CASE WHEN (SELECT at FROM temp.sqlgen_at) < 0 THEN 'nowhere: it will refuse' WHEN (SELECT at FROM temp.sqlgen_at) = 1 THEN 'nowhere: all of it is done, ALREADY APPLIED' WHEN (SELECT at FROM temp.sqlgen_at) = 0 THEN 'at step 1 of 1 (0001_users)' WHEN (SELECT at FROM temp.sqlgen_at) = 0.5 THEN 'inside step 1 of 1 (0001_users), which is half done' END;
INSERT INTO temp.sqlgen_check VALUES (8, 'title', '[sqlgen] what its statements need', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 9, 'fail', 'migrations/versions/0001_users.py:23 (0001_users): table users', 'migrations/versions/0001_users.py:23 (0001_users): table users: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'users' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 0;
INSERT INTO temp.sqlgen_check SELECT 10, 'fail', 'not asked', 'not asked', NULL,
  'the database is not on the script''s path' WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN -1 AND -1;
INSERT INTO temp.sqlgen_check SELECT 11, 'fail', 'not asked', 'not asked', NULL,
  'all of it is done' WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 1 AND 1;
INSERT INTO temp.sqlgen_check VALUES (12, 'title', '[sqlgen] what this user may do', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 13, 'fail', 'rights', 'rights', NULL,
  'the file and its folder must be writable for the user that runs the script; SQL can''t see that';
INSERT INTO temp.sqlgen_check VALUES (14, 'title', '[sqlgen] the tables that it touches', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 15, 'fail', 'size of the file, in bytes', 'size of the file, in bytes', NULL,
  ((SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)) || ', ' || ((SELECT freelist_count FROM pragma_freelist_count) * (SELECT page_size FROM pragma_page_size)) || ' of them free';
INSERT INTO temp.sqlgen_check VALUES (16, 'title', '[sqlgen] who is in the way', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 17, 'fail', 'others that use the file', 'others that use the file', NULL,
  'not visible in SQL; the script waits for them up to 2 s';
INSERT INTO temp.sqlgen_check SELECT 18, 'fail', 'journal mode', 'journal mode', NULL,
  (SELECT journal_mode FROM pragma_journal_mode);
INSERT INTO temp.sqlgen_check SELECT 19, 'fail', 'violations of foreign keys that are there already', 'violations of foreign keys that are there already', NULL,
  (SELECT CAST(count(*) AS TEXT) FROM pragma_foreign_key_check);
INSERT INTO temp.sqlgen_check VALUES (20, 'title', '[sqlgen] what there is to fall back on', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 21, 'fail', 'backup', 'backup', NULL,
  'SQLite knows of none; sqlite3 FILE ".backup COPY" makes one while others use the file';
SELECT line AS sqlgen FROM (
  SELECT number, CASE WHEN level = 'title' THEN told
    WHEN found IS NULL OR expected IS NULL THEN 'note ' || told || ': ' || coalesce(replace(replace(replace(replace(found, char(13), '?'), char(27), '?'), char(8), '?'), char(10), char(10) || '                 '),
      'not visible to this user')
    WHEN expected = found THEN 'ok   ' || fine
    ELSE CASE level WHEN 'warn' THEN 'WARN ' ELSE 'FAIL ' END || told || char(10) ||
      '       expected: ' || expected || char(10) || '       found:    ' || replace(replace(replace(replace(found, char(13), '?'), char(27), '?'), char(8), '?'), char(10), char(10) || '                 ') END AS line
  FROM temp.sqlgen_check UNION ALL
  SELECT 22, CASE failed WHEN 0 THEN 'sqlgen result: PREFLIGHT OK: ' || (asked - warned) || ' check(s) hold, ' || (warned) || ' warning(s)'
    ELSE 'sqlgen result: PREFLIGHT FAILED: ' || (failed) || ' of ' || (asked - warned) || ' check(s) do not hold, ' || (warned) || ' warning(s); do not run the script before each FAIL above is understood' END FROM (
    SELECT count(CASE WHEN level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL THEN 1 END) AS asked, count(CASE WHEN level = 'fail' AND level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL AND expected <> found THEN 1 END) AS failed, count(CASE WHEN level = 'warn' AND level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL AND expected <> found THEN 1 END) AS warned FROM temp.sqlgen_check)
) ORDER BY number;
-- An error (integer overflow) where something failed, so that sqlite3 ends with 1.
SELECT 1 FROM (SELECT min(count(*), 1) AS failed FROM temp.sqlgen_check WHERE level = 'fail' AND level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL AND expected <> found)
WHERE abs(-9223372036854775807 - failed) < 0;
