-- sqlgen: read-only checks for sqlcmd
--
-- What:        whether apply.sql can take the database from base to 0001_users
-- Needs:       NOT RUN ON A REAL SERVER: made by the manuals
-- Database:    bookshop (the guard refuses any other)
-- Run it with: sqlcmd -S HOST -E -d bookshop -b -I -x -X1 -f 65001 -i preflight.sql > preflight.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: PREFLIGHT OK or PREFLIGHT FAILED;
--              the client ends with 0 for the first one.
--              Catalogs are read, nothing is changed.
--
:on error exit
GO
SET NOCOUNT ON; SET XACT_ABORT ON; SET IMPLICIT_TRANSACTIONS OFF; SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
SET ANSI_NULLS ON; SET ANSI_PADDING ON; SET ANSI_WARNINGS ON; SET ANSI_NULL_DFLT_ON ON; SET ARITHABORT ON;
SET CONCAT_NULL_YIELDS_NULL ON; SET QUOTED_IDENTIFIER ON; SET NUMERIC_ROUNDABORT OFF; SET ROWCOUNT 0;
SET DATEFORMAT mdy;
SET LOCK_TIMEOUT 5000;
GO
DECLARE @found nvarchar(max);
DECLARE @sqlgen TABLE (number int, level nvarchar(10), told nvarchar(max), fine nvarchar(max),
  expected nvarchar(max), found nvarchar(max));
DECLARE @rows int = 0, @at nvarchar(max) = N'', @mark nvarchar(400) = N'', @told nvarchar(3900);
DECLARE @heads nvarchar(max), @place decimal(9, 1);
IF OBJECT_ID(N'[alembic_version]', N'U') IS NOT NULL
  SELECT @rows = COUNT(*), @at = ISNULL(STUFF((SELECT N',' + CAST(version_num AS nvarchar(400))
    FROM [alembic_version] ORDER BY version_num COLLATE Latin1_General_BIN2
    FOR XML PATH('')), 1, 1, N''), N'') FROM [alembic_version];
IF OBJECT_ID(N'[alembic_version_sqlgen]', N'U') IS NOT NULL
  SELECT @mark = ISNULL(MAX(mark), N'') FROM [alembic_version_sqlgen];
SET @heads = CASE WHEN NOT (OBJECT_ID(N'[alembic_version]', N'U') IS NOT NULL) THEN N'base' WHEN @rows = 0 THEN N'base' ELSE @at END;
SET @place = CASE @heads COLLATE Latin1_General_BIN2 WHEN N'base' THEN 0 WHEN N'0001_users' THEN 1 ELSE -1 END;
INSERT @sqlgen VALUES (1, N'title', N'[sqlgen] the server and the database', NULL, NULL, NULL);
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN DB_NAME() COLLATE Latin1_General_BIN2 IN (N''bookshop'') THEN N''bookshop'' ELSE DB_NAME() COLLATE Latin1_General_BIN2 END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (2, N'fail', N'the database', N'the database: bookshop',
    N'bookshop', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN ISNULL((SELECT CAST(value AS nvarchar(400)) FROM sys.extended_properties WHERE class = 0 AND name = N''sqlgen.environment''), N''not marked'') COLLATE Latin1_General_BIN2 IN (N''not marked'', N''prod'') THEN N''prod, or not marked'' ELSE ISNULL((SELECT CAST(value AS nvarchar(400)) FROM sys.extended_properties WHERE class = 0 AND name = N''sqlgen.environment''), N''not marked'') END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (3, N'fail', N'the environment (extended property sqlgen.environment)', N'the environment (extended property sqlgen.environment): prod, or not marked',
    N'prod, or not marked', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CAST(SERVERPROPERTY(''ProductVersion'') AS nvarchar(40)) AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (4, N'fail', N'the server''s version', N'the server''s version',
    NULL, @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(SUSER_SNAME() + N'', in the database '' + USER_NAME() AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (5, N'fail', N'the user', N'the user',
    NULL, @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CAST(DATABASEPROPERTYEX(DB_NAME(), ''Updateability'') AS nvarchar(40)) AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (6, N'fail', N'the database is', N'the database is: READ_WRITE',
    N'READ_WRITE', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CAST(@@TRANCOUNT AS nvarchar(10)) AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (7, N'fail', N'@@TRANCOUNT', N'@@TRANCOUNT: 0',
    N'0', @found);
END
INSERT @sqlgen VALUES (8, N'title', N'[sqlgen] where the script will start', NULL, NULL, NULL);
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN @place >= 0 THEN N''base'' ELSE @heads END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (9, N'fail', N'the revision that the database is at', N'the revision that the database is at: base',
    N'base', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN @place < 0 THEN N''nowhere: it will refuse'' WHEN @place = 1 THEN N''nowhere: all of it is done, ALREADY APPLIED'' WHEN @place = 0 THEN N''at step 1 of 1 (0001_users)'' END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (10, N'fail', N'the script will start', N'the script will start',
    NULL, @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN @mark = N'''' OR @place <> FLOOR(@place) THEN N''none'' ELSE @mark END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (11, N'fail', N'no step is half done but by this script', N'no step is half done but by this script: none',
    N'none', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN APPLOCK_TEST(N''public'', N''sqlgen'', N''Exclusive'', N''Session'') = 1 THEN N''none'' ELSE N''another session'' END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (12, N'fail', N'no other sqlgen script is running in this database', N'no other sqlgen script is running in this database: none',
    N'none', @found);
END
INSERT @sqlgen VALUES (13, N'title', N'[sqlgen] what its statements need', NULL, NULL, NULL);
IF @place BETWEEN 0 AND 0
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN (OBJECT_ID(N''[users]'', N''U'') IS NOT NULL) THEN ''there'' ELSE ''not there'' END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (14, N'fail', N'migrations/versions/0001_users.py:23 (0001_users): table users', N'migrations/versions/0001_users.py:23 (0001_users): table users: not there',
    N'not there', @found);
END
IF @place BETWEEN -1 AND -1
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(N''the database is not on the script''''s path'' AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (15, N'fail', N'not asked', N'not asked',
    NULL, @found);
END
IF @place BETWEEN 1 AND 1
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(N''all of it is done'' AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (16, N'fail', N'not asked', N'not asked',
    NULL, @found);
END
INSERT @sqlgen VALUES (17, N'title', N'[sqlgen] what this user may do', NULL, NULL, NULL);
IF OBJECT_ID(N'[alembic_version]') IS NOT NULL
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN HAS_PERMS_BY_NAME(N''[alembic_version]'', N''OBJECT'', N''SELECT'') = 1 AND HAS_PERMS_BY_NAME(N''[alembic_version]'', N''OBJECT'', N''INSERT'') = 1 AND HAS_PERMS_BY_NAME(N''[alembic_version]'', N''OBJECT'', N''UPDATE'') = 1 AND HAS_PERMS_BY_NAME(N''[alembic_version]'', N''OBJECT'', N''DELETE'') = 1 THEN N''select, insert, update, delete'' ELSE ISNULL(NULLIF(RTRIM(CASE WHEN HAS_PERMS_BY_NAME(N''[alembic_version]'', N''OBJECT'', N''SELECT'') = 1 THEN N''select '' ELSE N'''' END + CASE WHEN HAS_PERMS_BY_NAME(N''[alembic_version]'', N''OBJECT'', N''INSERT'') = 1 THEN N''insert '' ELSE N'''' END + CASE WHEN HAS_PERMS_BY_NAME(N''[alembic_version]'', N''OBJECT'', N''UPDATE'') = 1 THEN N''update '' ELSE N'''' END + CASE WHEN HAS_PERMS_BY_NAME(N''[alembic_version]'', N''OBJECT'', N''DELETE'') = 1 THEN N''delete '' ELSE N'''' END), N''''), N''none'') END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (18, N'fail', N'rights on alembic_version', N'rights on alembic_version: select, insert, update, delete',
    N'select, insert, update, delete', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN HAS_PERMS_BY_NAME(DB_NAME(), N''DATABASE'', N''CREATE TABLE'') = 1 THEN N''yes'' ELSE N''no'' END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (19, N'fail', N'this login may CREATE TABLE', N'this login may CREATE TABLE: yes',
    N'yes', @found);
END
INSERT @sqlgen VALUES (20, N'title', N'[sqlgen] who is in the way', NULL, NULL, NULL);
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN HAS_PERMS_BY_NAME(NULL, NULL, N''VIEW SERVER STATE'') = 1 THEN ISNULL(STUFF((SELECT N'', session '' + CAST(s.session_id AS nvarchar(10)) + N'', login '' + s.login_name + N'', '' + s.status + N'', since '' + CONVERT(nvarchar(30), t.transaction_begin_time, 120) FROM sys.dm_tran_session_transactions AS x JOIN sys.dm_tran_active_transactions AS t ON t.transaction_id = x.transaction_id JOIN sys.dm_exec_sessions AS s ON s.session_id = x.session_id WHERE s.database_id = DB_ID() AND s.session_id <> @@SPID AND t.transaction_begin_time < DATEADD(minute, -1, SYSDATETIME()) FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N''''), N''none'') END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (21, N'fail', N'transactions older than 1 minute', N'transactions older than 1 minute',
    NULL, @found);
END
INSERT @sqlgen VALUES (22, N'title', N'[sqlgen] what there is to fall back on', NULL, NULL, NULL);
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN HAS_PERMS_BY_NAME(NULL, NULL, N''VIEW SERVER STATE'') = 1 THEN ISNULL(STUFF((SELECT N''; '' + CASE is_primary_replica WHEN 1 THEN N''primary'' ELSE N''secondary'' END + N'' '' + synchronization_state_desc + N'', '' + ISNULL(CAST(redo_queue_size AS nvarchar(30)), N''?'') + N'' KB to redo'' FROM sys.dm_hadr_database_replica_states WHERE database_id = DB_ID() FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N''''), N''none'') END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (23, N'fail', N'replicas', N'replicas',
    NULL, @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(ISNULL((SELECT TOP (1) CASE type WHEN ''D'' THEN N''full'' WHEN ''I'' THEN N''differential'' WHEN ''L'' THEN N''log'' ELSE type END + N'' backup finished at '' + CONVERT(nvarchar(30), backup_finish_date, 120) FROM msdb.dbo.backupset WHERE database_name = DB_NAME() ORDER BY backup_finish_date DESC), N''none in msdb.dbo.backupset'') AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (24, N'fail', N'backup', N'backup',
    NULL, @found);
END
DECLARE @number int = 0, @line nvarchar(max), @asked int, @failed int, @warned int;
SELECT @asked = COUNT(*),
  @failed = ISNULL(SUM(CASE WHEN level = N'fail' AND NOT (expected COLLATE Latin1_General_BIN2 = found) THEN 1 ELSE 0 END), 0),
  @warned = ISNULL(SUM(CASE WHEN level = N'warn' AND NOT (expected COLLATE Latin1_General_BIN2 = found) THEN 1 ELSE 0 END), 0)
FROM @sqlgen WHERE level <> N'title' AND expected IS NOT NULL AND found IS NOT NULL;
WHILE 1 = 1
BEGIN
  SELECT TOP (1) @number = number, @line = CASE
    WHEN level = N'title' THEN told
    WHEN expected IS NULL OR found IS NULL THEN N'note ' + told + N': '
      + ISNULL(REPLACE(REPLACE(found, NCHAR(13), N'?'), NCHAR(10), NCHAR(10) + N'                 '), N'not visible to this user')
    WHEN expected COLLATE Latin1_General_BIN2 = found THEN N'ok   ' + fine
    ELSE CASE level WHEN N'warn' THEN N'WARN ' ELSE N'FAIL ' END + told
      + NCHAR(10) + N'       expected: ' + expected + NCHAR(10) + N'       found:    ' + REPLACE(REPLACE(found, NCHAR(13), N'?'), NCHAR(10), NCHAR(10) + N'                 ') END
  FROM @sqlgen WHERE number > @number ORDER BY number;
  IF @@ROWCOUNT = 0 BREAK;
  WHILE LEN(@line) > 3900
  BEGIN
    PRINT LEFT(@line, 3900);
    SET @line = N'                 ' + SUBSTRING(@line, 3901, LEN(@line));
  END
  PRINT @line;
END
IF @failed = 0 PRINT N'sqlgen result: PREFLIGHT OK: ' + CAST(@asked - @warned AS nvarchar(10)) + N' check(s) hold, ' + CAST(@warned AS nvarchar(10)) + N' warning(s)';
ELSE
BEGIN
  PRINT N'sqlgen result: PREFLIGHT FAILED: ' + CAST(@failed AS nvarchar(10)) + N' of ' + CAST(@asked - @warned AS nvarchar(10)) + N' check(s) do not hold, ' + CAST(@warned AS nvarchar(10)) + N' warning(s); do not run the script before each FAIL above is understood';
  RAISERROR(N'sqlgen: a check failed, the lines above say which', 16, 1);
END
GO
