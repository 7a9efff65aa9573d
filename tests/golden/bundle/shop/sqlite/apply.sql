-- sqlgen: a script for sqlite3
--
-- What:        upgrade, alembic_version base -> 0001_users, 1 revision(s)
-- Environment: prod
-- Database:    bookshop (the guard refuses any other)
-- Run it with: sqlite3 -batch -bail -safe -init /dev/null bookshop < apply.sql > apply.log 2>&1
-- Needs:       sqlite3 3.37 or newer for -safe, which keeps the script inside this one database (3.26 without it)
-- Needs:       no other writer for longer than the timeout below; those who read may go on until COMMIT
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              sqlite3 ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).
--              The script is one transaction: after an error nothing of it stands; remove the cause and run it again.
--              Typed at the prompt (.read), an error in a step leaves the transaction open: type ROLLBACK; then.
-- Revisions:
--     1. 0001_users  create users  (migrations/versions/0001_users.py)
--
-- What sqlite3 must do, whatever its options and .sqliterc say.
.bail on
.echo off
.headers off
.mode list
.changes off
.timer off
.eqp off
.stats off
.timeout 2000
PRAGMA ignore_check_constraints = OFF;
PRAGMA legacy_alter_table = OFF;
PRAGMA recursive_triggers = OFF;

-- The guard: does this script belong to this database, as it stands?
DROP VIEW IF EXISTS temp.sqlgen_at;
DROP VIEW IF EXISTS temp.sqlgen_keys;
DROP TABLE IF EXISTS temp.sqlgen_guard;
DROP TABLE IF EXISTS temp.sqlgen_things;
CREATE TEMP VIEW sqlgen_at AS
  SELECT count(*) || ':' || coalesce(group_concat(row, ','), '') AS state,
    coalesce(group_concat(row, ','), '') AS rows
  FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1);
-- Rows that refer to nothing.
CREATE TEMP VIEW sqlgen_keys AS
  SELECT t.name AS child, k.parent FROM main.sqlite_master AS t, pragma_foreign_key_check(t.name) AS k
  WHERE t.type = 'table' AND NOT EXISTS (
    SELECT 1 FROM (
      SELECT *, (SELECT count(*) FROM pragma_foreign_key_list(t.name) AS s WHERE s.id = r.id) AS size
      FROM pragma_foreign_key_list(t.name) AS r WHERE seq = 0) AS f
    WHERE EXISTS (SELECT 1 FROM pragma_table_info(f."table")) AND NOT (
      size = (SELECT count(*) FROM pragma_table_info(f."table") WHERE pk > 0) AND NOT EXISTS (
        SELECT 1 FROM pragma_foreign_key_list(t.name) AS c WHERE c.id = f.id
        AND c."to" COLLATE NOCASE NOT IN (SELECT name FROM pragma_table_info(f."table") WHERE pk > 0))
      OR f."to" IS NOT NULL AND EXISTS (
        SELECT 1 FROM pragma_index_list(f."table") AS i WHERE i."unique" AND NOT i.partial
        AND size = (SELECT count(*) FROM pragma_index_info(i.name)) AND NOT EXISTS (
          SELECT 1 FROM pragma_foreign_key_list(t.name) AS c WHERE c.id = f.id
          AND c."to" COLLATE NOCASE NOT IN (SELECT name FROM pragma_index_info(i.name))))));
CREATE TEMP TABLE sqlgen_things (what TEXT NOT NULL, told TEXT NOT NULL, holds INTEGER NOT NULL);
CREATE TEMP TABLE sqlgen_guard (what TEXT NOT NULL, found, wanted,
  CONSTRAINT "sqlgen result: NOT APPLIED: a transaction is open in this session: end it with COMMIT or ROLLBACK, or set the tool to auto-commit, then run this again; nothing was changed"
  CHECK (what <> 'open' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: this script is for the database file bookshop; nothing was changed"
  CHECK (what <> 'database' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: a check before this one did not pass; nothing was changed"
  CHECK (what <> 'passed' OR found IS wanted),
  CONSTRAINT "sqlgen result: ALREADY APPLIED: the database is at {0001_users}; nothing was changed"
  CHECK (what <> 'start' OR found IS NOT '1:0001_users'),
  CONSTRAINT "sqlgen result: NOT APPLIED: this script goes from {} to {0001_users}, the line above says what alembic_version holds; nothing was changed"
  CHECK (what <> 'start' OR found IS wanted OR found IS '1:0001_users'),
  CONSTRAINT "sqlgen result: NOT APPLIED: alembic_version says {}, but the schema is another one; compare it with what the script needs; nothing was changed"
  CHECK (what <> 'things' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: the statement before was undone: the guard did not pass, or an error rolled all back"
  CHECK (what <> 'alive' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: the guard, a statement or a stamp failed; everything was rolled back"
  CHECK (what <> 'whole' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: there are new violations of foreign keys; everything was rolled back"
  CHECK (what <> 'keys after' OR coalesce(found <= wanted, 0)),
  CONSTRAINT "sqlgen result: NOT APPLIED: the schema is not what it must be now; everything was rolled back"
  CHECK (what <> 'made' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: the final check failed; everything was rolled back"
  CHECK (what <> 'end' OR found IS wanted));
SELECT 'sqlgen: the database file is ' || file FROM pragma_database_list WHERE name = 'main';
PRAGMA foreign_keys = ON;
INSERT INTO temp.sqlgen_guard SELECT 'on', foreign_keys, 1 FROM pragma_foreign_keys;
-- Off for the transaction, as a table that is rebuilt is dropped for a moment; checked at the end instead.
PRAGMA foreign_keys = OFF;
INSERT INTO temp.sqlgen_guard SELECT 'open', found - foreign_keys, 1 FROM pragma_foreign_keys,
  temp.sqlgen_guard WHERE what = 'on';
INSERT INTO temp.sqlgen_guard SELECT 'database', EXISTS (
  SELECT 1 FROM pragma_database_list WHERE name = 'main' AND (
    replace(substr('/' || file, -9), '\', '/') = '/bookshop'
  )), 1;
INSERT INTO temp.sqlgen_things SELECT 'start', column1, column2 FROM (VALUES
  ('table users is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'users' COLLATE NOCASE))
);
SELECT 'sqlgen result: NOT APPLIED yet: waiting, for up to 2 s, for the right to write to the database' || strftime(' (%H:%M:%S)', 'now', 'localtime');
BEGIN IMMEDIATE;
-- Where that failed and its error was ignored, this opens a transaction: no statement commits by itself.
SAVEPOINT sqlgen_all;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'passed', count(*), 2
  FROM temp.sqlgen_guard WHERE what IN ('open', 'database');
-- Anew where it went with a transaction that was open before, and is rolled back now.
CREATE TEMP TABLE IF NOT EXISTS sqlgen_guard (what TEXT NOT NULL, found, wanted,
  CHECK (what NOT IN ('alive', 'whole', 'keys after', 'made', 'end') OR found IS wanted));
SAVEPOINT sqlgen;
CREATE TABLE IF NOT EXISTS "main"."alembic_version" (
  version_num VARCHAR(32) NOT NULL, CONSTRAINT "alembic_version_pkc" PRIMARY KEY (version_num)
);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 1 FROM temp.sqlgen_guard WHERE what IN ('passed'); RELEASE sqlgen;
SELECT 'sqlgen: alembic_version holds {' || (SELECT rows FROM temp.sqlgen_at) || '}' || '';
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'start', (SELECT state FROM temp.sqlgen_at), '0:';
SELECT 'sqlgen: ' || told FROM temp.sqlgen_things WHERE what = 'start' AND NOT holds
  AND EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'start');
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'things', count(*), 1
  FROM temp.sqlgen_things WHERE what = 'start' AND holds;
-- Where the guard refused and its error was ignored, each statement below is undone by the check behind it.
INSERT INTO temp.sqlgen_guard SELECT 'keys before', count(*), 0 FROM temp.sqlgen_keys;

-- -----------------------------------------------------------------------------
-- step 1 of 1: 0001_users  create users  (migrations/versions/0001_users.py)
--   base -> 0001_users, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {}; step 1 of 1 (0001_users) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 1, julianday('now'));
SAVEPOINT sqlgen;
-- sqlgen: statement 1, 235 characters, sha256 bbac513aafe8432c, migrations/versions/0001_users.py:23 op.create_table
CREATE TABLE users (
    id INTEGER NOT NULL,
    name VARCHAR(50) NOT NULL,
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(20),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 1, 1);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 3 FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
INSERT INTO "main"."alembic_version" (version_num) VALUES ('0001_users');
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 3 FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 1 of 1 (0001_users) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 1 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- The end: did everything run, are foreign keys, schema and version table as they must be?
PRAGMA ignore_check_constraints = OFF;
INSERT OR ROLLBACK INTO temp.sqlgen_guard
  SELECT 'whole', count(*), 8 FROM temp.sqlgen_guard WHERE what IN ('open', 'database', 'passed', 'start', 'things', 'keys before', 'ran', 'stamp');
INSERT INTO temp.sqlgen_guard SELECT 'keys now', count(*), 0 FROM temp.sqlgen_keys;
SELECT 'sqlgen: ' || count(*) || ' row(s) of ' || child || ' refer to nothing in ' || parent
  FROM temp.sqlgen_keys WHERE (SELECT found FROM temp.sqlgen_guard WHERE what = 'keys now') > (SELECT found FROM temp.sqlgen_guard WHERE what = 'keys before') GROUP BY child, parent;
INSERT INTO temp.sqlgen_things SELECT 'end', column1, column2 FROM (VALUES
  ('table users is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'users' COLLATE NOCASE))
);
SELECT 'sqlgen: ' || told FROM temp.sqlgen_things WHERE what = 'end' AND NOT holds
  AND EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'whole');
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'keys after', (SELECT found FROM temp.sqlgen_guard WHERE what = 'keys now'), (SELECT found FROM temp.sqlgen_guard WHERE what = 'keys before');
INSERT OR ROLLBACK INTO temp.sqlgen_guard
  SELECT 'made', count(*), 1 FROM temp.sqlgen_things WHERE what = 'end' AND holds;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'end', CASE WHEN
  (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('whole', 'keys after', 'made')) = 3
  THEN (SELECT state FROM temp.sqlgen_at) END, '1:0001_users';
COMMIT;

-- The result, computed from the database. Foreign keys are on from here, for the rest of the session.
PRAGMA foreign_keys = ON;
CREATE TEMP TABLE IF NOT EXISTS sqlgen_guard (what TEXT NOT NULL, found, wanted);
CREATE TEMP TABLE IF NOT EXISTS sqlgen_things (what TEXT NOT NULL, told TEXT NOT NULL, holds INTEGER NOT NULL);
INSERT INTO temp.sqlgen_guard SELECT 'at', (SELECT state FROM temp.sqlgen_at), (SELECT rows FROM temp.sqlgen_at);
INSERT INTO temp.sqlgen_guard SELECT 'hint', 0, '';
SELECT 'sqlgen result: ' || CASE
  WHEN NOT EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'open') THEN 'NOT APPLIED: a transaction is open in this session: end it with COMMIT or ROLLBACK, or set the tool to auto-commit, then run this again; nothing was changed'
  WHEN (SELECT foreign_keys FROM pragma_foreign_keys) = 0 THEN 'NOT APPLIED: COMMIT failed, others are reading; run COMMIT again, or ROLLBACK and then this script'
  WHEN NOT EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'database') THEN 'NOT APPLIED: this script is for the database file bookshop'
  WHEN (SELECT found FROM temp.sqlgen_guard WHERE what = 'at') IS '1:0001_users' AND EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'end') THEN 'APPLIED' || ': the database is at {' || coalesce((SELECT wanted FROM temp.sqlgen_guard WHERE what = 'at'), '') || '}'
  WHEN (SELECT found FROM temp.sqlgen_guard WHERE what = 'at') IS '1:0001_users' THEN 'ALREADY APPLIED' || ': the database is at {' || coalesce((SELECT wanted FROM temp.sqlgen_guard WHERE what = 'at'), '') || '}'
  WHEN (SELECT found FROM temp.sqlgen_guard WHERE what = 'at') IS NOT NULL AND (SELECT found FROM temp.sqlgen_guard WHERE what = 'at') IS NOT '0:' THEN 'NOT APPLIED: this script goes from {} to {0001_users}, alembic_version holds {' || coalesce((SELECT wanted FROM temp.sqlgen_guard WHERE what = 'at'), '') || '}' || (SELECT wanted FROM temp.sqlgen_guard WHERE what = 'hint')
  WHEN EXISTS (SELECT 1 FROM temp.sqlgen_things WHERE what = 'start' AND NOT holds) THEN 'NOT APPLIED: alembic_version says {}, but the schema is another one; compare it with what the script needs: ' || (SELECT group_concat(told, '; ') FROM temp.sqlgen_things WHERE what = 'start' AND NOT holds)
  WHEN 1 THEN 'NOT APPLIED: a statement failed, see its error; everything was rolled back'
  END AS sqlgen;
-- sqlgen: end, 1 statement
