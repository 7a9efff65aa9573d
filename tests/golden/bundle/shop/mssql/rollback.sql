-- sqlgen: a script for sqlcmd
--
-- WHAT THIS ROLLBACK LOSES:
--   0001_users (migrations/versions/0001_users.py)
--     destroys table users, with its rows
-- Dump the tables that it destroys data of first: runbook.md of the bundle has the commands, or that of: sqlgen emit RANGE -o DIR/
--
-- What:        downgrade, alembic_version 0001_users -> base, 1 revision(s)
-- Environment: prod
-- Database:    bookshop (the guard refuses any other)
-- Run it with: sqlcmd -S HOST -E -d bookshop -b -I -x -X1 -f 65001 -i rollback.sql > rollback.log 2>&1
-- Needs:       SQL Server 2016 or newer, or Azure SQL. NOT RUN ON A REAL SERVER: made by Microsoft's documents, and tested against the clients' rules for lines
-- Needs:       ODBC's sqlcmd or go-sqlcmd, with these options (-U USER in place of -E for a login of the server's own)
-- Needs:       Management Studio as a second choice: a new window, SQLCMD mode or not; without it the first batch is reported as an error, which does no harm
-- Needs:       to mark a database as an environment's: EXEC sp_addextendedproperty 'sqlgen.environment', 'prod'
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              sqlcmd ends with 0 for the first two, else with 1. Run again after an error, it goes on where it stopped.
-- Revisions:
--     1. 0001_users  create users  (migrations/versions/0001_users.py)
--

:on error exit
GO
-- The session. A NOEXEC that an earlier script left on would pass over all of this one in silence.
SET NOEXEC OFF;
GO
SET NOCOUNT ON; SET XACT_ABORT ON; SET IMPLICIT_TRANSACTIONS OFF; SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
SET ANSI_NULLS ON; SET ANSI_PADDING ON; SET ANSI_WARNINGS ON; SET ANSI_NULL_DFLT_ON ON; SET ARITHABORT ON;
SET CONCAT_NULL_YIELDS_NULL ON; SET QUOTED_IDENTIFIER ON; SET NUMERIC_ROUNDABORT OFF; SET ROWCOUNT 0;
SET DATEFORMAT mdy;
SET LOCK_TIMEOUT 2000;
EXEC sys.sp_set_session_context @key = N'sqlgen.ok', @value = 0;
EXEC sys.sp_set_session_context @key = N'sqlgen.part', @value = 0;
EXEC sys.sp_set_session_context @key = N'sqlgen.from', @value = 2147483647;
EXEC sys.sp_set_session_context @key = N'sqlgen.behind', @value = -1;
EXEC sys.sp_set_session_context @key = N'sqlgen.skip', @value = 0;
EXEC sys.sp_set_session_context @key = N'sqlgen.why', @value = N'';
GO

-- The guard: does this script belong to this database, as it stands?
DECLARE @rows int = 0, @at nvarchar(max) = N'', @mark nvarchar(400) = N'', @told nvarchar(3900);
DECLARE @lock int, @primary bit, @environment nvarchar(400), @from int, @behind int = -1,
  @why nvarchar(3900) = N'';
EXEC @lock = sys.sp_getapplock @Resource = N'sqlgen', @LockMode = N'Exclusive', @LockOwner = N'Session',
  @LockTimeout = 1000;
IF OBJECT_ID(N'[alembic_version]', N'U') IS NOT NULL
  SELECT @rows = COUNT(*), @at = ISNULL(STUFF((SELECT N',' + CAST(version_num AS nvarchar(400))
    FROM [alembic_version] ORDER BY version_num COLLATE Latin1_General_BIN2
    FOR XML PATH('')), 1, 1, N''), N'') FROM [alembic_version];
IF OBJECT_ID(N'[alembic_version_sqlgen]', N'U') IS NOT NULL
  SELECT @mark = ISNULL(MAX(mark), N'') FROM [alembic_version_sqlgen];
SELECT @environment = CAST(value AS nvarchar(400)) FROM sys.extended_properties
WHERE class = 0 AND name = N'sqlgen.environment';
IF OBJECT_ID(N'sys.fn_hadr_is_primary_replica') IS NOT NULL
  AND HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW SERVER STATE') = 1
  EXEC sys.sp_executesql N'SELECT @primary = sys.fn_hadr_is_primary_replica(DB_NAME())',
    N'@primary bit OUTPUT', @primary OUTPUT;
IF @mark = N'' AND (@rows = 1 AND @at + N'}' = N'0001_users}' COLLATE Latin1_General_BIN2) SET @from = 0;
IF @why = N'' AND (@@TRANCOUNT > 0)
  SET @why = N'NOT APPLIED: this session has a transaction open. Commit it or roll it back, then run this again. Nothing was changed.';
IF @why = N'' AND (DB_NAME() COLLATE Latin1_General_BIN2 NOT IN (N'bookshop'))
  SET @why = N'NOT APPLIED: this script is for database bookshop, this one is ' + DB_NAME() + N'. Nothing was changed.';
IF @why = N'' AND (@environment + N'}' <> N'prod}' COLLATE Latin1_General_BIN2)
  SET @why = N'NOT APPLIED: this script is for environment prod, the database is marked for ' + @environment + N'. Nothing was changed.';
IF @why = N'' AND (DATABASEPROPERTYEX(DB_NAME(), 'Updateability') <> 'READ_WRITE' OR @primary = 0)
  SET @why = N'NOT APPLIED: the database is read-only, or not the primary replica. Nothing was changed.';
IF @why = N'' AND (ISNULL(@lock, -999) < 0)
  SET @why = N'NOT APPLIED: another sqlgen script is running in this database. Run this one again when it has ended. Nothing was changed.';
IF @why = N'' AND (OBJECT_ID(N'[alembic_version]', N'U') IS NULL)
  SET @why = N'NOT APPLIED: there is no table alembic_version in database ' + DB_NAME() + N'. Nothing was changed.';
IF @why = N'' AND (@mark = N'' AND (@rows = 0 AND @at + N'}' = N'}' COLLATE Latin1_General_BIN2))
  SET @why = N'ALREADY APPLIED: database ' + DB_NAME() + N' is at {}';
IF @why = N'' AND (HAS_PERMS_BY_NAME(N'[users]', N'OBJECT', N'ALTER') = 0)
  SET @why = N'NOT APPLIED: this login lacks the right ALTER on [users]. Nothing was changed.';
IF @why = N'' AND (HAS_PERMS_BY_NAME(N'[alembic_version]', N'OBJECT', N'SELECT') = 0)
  SET @why = N'NOT APPLIED: this login lacks the right SELECT on [alembic_version]. Nothing was changed.';
IF @why = N'' AND (HAS_PERMS_BY_NAME(N'[alembic_version]', N'OBJECT', N'INSERT') = 0)
  SET @why = N'NOT APPLIED: this login lacks the right INSERT on [alembic_version]. Nothing was changed.';
IF @why = N'' AND (HAS_PERMS_BY_NAME(N'[alembic_version]', N'OBJECT', N'UPDATE') = 0)
  SET @why = N'NOT APPLIED: this login lacks the right UPDATE on [alembic_version]. Nothing was changed.';
IF @why = N'' AND (HAS_PERMS_BY_NAME(N'[alembic_version]', N'OBJECT', N'DELETE') = 0)
  SET @why = N'NOT APPLIED: this login lacks the right DELETE on [alembic_version]. Nothing was changed.';
IF @why = N'' AND (@mark <> N'' AND @from IS NULL)
  SET @why = N'NOT APPLIED: an earlier run stopped in the middle of a step: ' + SUBSTRING(@mark, 9, 400) + N'. This script does not know the way from there: finish that step with the script that began it, or look what stands of it and ask who made it. Nothing was changed.';
IF @why = N'' AND (@from IS NULL)
  SET @why = N'NOT APPLIED: this script goes from {0001_users} to {}; alembic_version holds {' + @at + N'}. Nothing was changed.';
EXEC sys.sp_set_session_context @key = N'sqlgen.why', @value = @why;
IF @why = N''
BEGIN
  PRINT N'sqlgen: the guard passed, from {0001_users} to {}';
  EXEC sys.sp_set_session_context @key = N'sqlgen.ok', @value = 1;
  EXEC sys.sp_set_session_context @key = N'sqlgen.from', @value = @from;
  EXEC sys.sp_set_session_context @key = N'sqlgen.behind', @value = @behind;
END
ELSE IF @why LIKE N'NOT APPLIED%'
BEGIN
  PRINT N'sqlgen result: ' + @why;
  IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
  SET @told = N'sqlgen guard: stopped, the line above says why';
  RAISERROR(N'%s', 16, 1, @told);
  SET NOEXEC ON;
END
GO

-- -----------------------------------------------------------------------------
-- step 1 of 1: 0001_users  create users  (migrations/versions/0001_users.py)
--   0001_users -> base, one transaction
-- -----------------------------------------------------------------------------
SET NOCOUNT ON; SET XACT_ABORT ON; SET IMPLICIT_TRANSACTIONS OFF; SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
SET ANSI_NULLS ON; SET ANSI_PADDING ON; SET ANSI_WARNINGS ON; SET ANSI_NULL_DFLT_ON ON; SET ARITHABORT ON;
SET CONCAT_NULL_YIELDS_NULL ON; SET QUOTED_IDENTIFIER ON; SET NUMERIC_ROUNDABORT OFF; SET ROWCOUNT 0;
SET DATEFORMAT mdy;
DECLARE @rows int = 0, @at nvarchar(max) = N'', @mark nvarchar(400) = N'', @told nvarchar(3900);
EXEC sys.sp_set_session_context @key = N'sqlgen.part', @value = 0;
IF ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.ok') AS int), 0) = 1 AND ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.from') AS int), 0) < 1
BEGIN
  BEGIN TRANSACTION;
  IF OBJECT_ID(N'[alembic_version]', N'U') IS NOT NULL
    SELECT @rows = COUNT(*), @at = ISNULL(STUFF((SELECT N',' + CAST(version_num AS nvarchar(400))
      FROM [alembic_version] ORDER BY version_num COLLATE Latin1_General_BIN2
      FOR XML PATH('')), 1, 1, N''), N'') FROM [alembic_version] WITH (TABLOCKX, HOLDLOCK);
  IF OBJECT_ID(N'[alembic_version_sqlgen]', N'U') IS NOT NULL
    SELECT @mark = ISNULL(MAX(mark), N'') FROM [alembic_version_sqlgen];
  IF NOT ((@rows = 1 AND @at + N'}' = N'0001_users}' COLLATE Latin1_General_BIN2) AND (@mark = N'' COLLATE Latin1_General_BIN2))
  BEGIN
    IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
    SET @told = N'step 1 (0001_users) can not begin: alembic_version or its record is not as it must be then: ' + @at + N' ' + @mark;
    RAISERROR(N'%s', 16, 1, @told);
    SET NOEXEC ON;
  END
  ELSE
  BEGIN
    PRINT N'sqlgen result: NOT APPLIED yet: step 1 of 1 (0001_users) is running; it is rolled back if it fails; it began at ' + CONVERT(nvarchar(8), GETDATE(), 108);
    EXEC sys.sp_set_session_context @key = N'sqlgen.part', @value = 1;
  END
END
ELSE IF ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.ok') AS int), 0) = 1 PRINT N'step 1 of 1 (0001_users): its beginning or all of it was done before';
GO
IF @@ERROR <> 0 OR (ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.part') AS int), 0) = 1 AND @@TRANCOUNT = 0) BEGIN IF @@TRANCOUNT > 0 ROLLBACK; SET NOEXEC ON; END
-- sqlgen: statement 1, 16 characters behind 74 doubled, sha256 6c84380b12b4e53a, migrations/versions/0001_users.py:36 op.drop_table
GO
IF ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.part') AS int), 0) = 1
EXEC (N'DROP TABLE users');
GO
IF @@ERROR <> 0 OR (ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.part') AS int), 0) = 1 AND @@TRANCOUNT = 0) BEGIN IF @@TRANCOUNT > 0 ROLLBACK; SET NOEXEC ON; END
GO
DECLARE @rows int = 0, @at nvarchar(max) = N'', @mark nvarchar(400) = N'', @told nvarchar(3900);
DECLARE @hit int = 1;
IF ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.part') AS int), 0) = 1
BEGIN
  DELETE FROM [alembic_version] WHERE version_num = '0001_users';
  IF @@ROWCOUNT <> 1 SET @hit = 0;
  IF @hit <> 1
  BEGIN
    IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
    SET @told = N'step 1 (0001_users): its stamp did not hit exactly one row';
    RAISERROR(N'%s', 16, 1, @told);
    SET NOEXEC ON;
  END
  ELSE
    WHILE @@TRANCOUNT > 0 COMMIT TRANSACTION;
  IF @hit = 1 PRINT N'step 1 of 1 (0001_users) is done: ' + CONVERT(nvarchar(8), GETDATE(), 108);
END
GO

-- The result, computed from the database.
SET NOEXEC OFF;
GO
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
DECLARE @rows int = 0, @at nvarchar(max) = N'', @mark nvarchar(400) = N'', @told nvarchar(3900);
DECLARE @why nvarchar(3900) = ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.why') AS nvarchar(3900)), N''),
  @result nvarchar(3900);
IF OBJECT_ID(N'[alembic_version]', N'U') IS NOT NULL
  SELECT @rows = COUNT(*), @at = ISNULL(STUFF((SELECT N',' + CAST(version_num AS nvarchar(400))
    FROM [alembic_version] ORDER BY version_num COLLATE Latin1_General_BIN2
    FOR XML PATH('')), 1, 1, N''), N'') FROM [alembic_version];
IF OBJECT_ID(N'[alembic_version_sqlgen]', N'U') IS NOT NULL
  SELECT @mark = ISNULL(MAX(mark), N'') FROM [alembic_version_sqlgen];
SET @result = CASE
  WHEN @why <> N'' THEN @why
  WHEN ISNULL(CAST(SESSION_CONTEXT(N'sqlgen.ok') AS int), 0) = 1 AND @mark = N'' AND (@rows = 0 AND @at + N'}' = N'}' COLLATE Latin1_General_BIN2)
    THEN N'APPLIED' + N': database ' + DB_NAME() + N' is at {' + @at + N'}'
  WHEN @mark <> N'' THEN N'NOT APPLIED' + N': database ' + DB_NAME() + N' is at {' + @at + N'}' + N'; it stopped in the middle of a step: ' + SUBSTRING(@mark, 9, 400)
  ELSE N'NOT APPLIED' + N': database ' + DB_NAME() + N' is at {' + @at + N'}' + N'; the first error above says why' END;
PRINT N'sqlgen result: ' + @result;
IF APPLOCK_MODE(N'public', N'sqlgen', N'Session') <> N'NoLock'
  EXEC sys.sp_releaseapplock @Resource = N'sqlgen', @LockOwner = N'Session';
IF @result LIKE N'NOT APPLIED%' BEGIN SET @told = N'sqlgen: the line above says why'; RAISERROR(N'%s', 16, 1, @told); END
GO
-- sqlgen: end, 1 statement
