-- sqlgen: read-only checks for sqlcmd
--
-- What:        whether the database is what apply.sql makes of it, base -> 0001_users
-- Needs:       NOT RUN ON A REAL SERVER: made by the manuals
-- Database:    bookshop (the guard refuses any other)
-- Run it with: sqlcmd -S HOST -E -d bookshop -b -I -x -X1 -f 65001 -i postcheck.sql > postcheck.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: POSTCHECK OK or POSTCHECK FAILED;
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
INSERT @sqlgen VALUES (1, N'title', N'[sqlgen] the database', NULL, NULL, NULL);
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
INSERT @sqlgen VALUES (4, N'title', N'[sqlgen] the version table', NULL, NULL, NULL);
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN @heads = N''0001_users'' THEN N''0001_users'' ELSE @heads END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (5, N'fail', N'the revision that the database is at', N'the revision that the database is at: 0001_users',
    N'0001_users', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN @mark = N'''' THEN N''none'' ELSE @mark END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (6, N'fail', N'record of a half-done step', N'record of a half-done step: none',
    N'none', @found);
END
INSERT @sqlgen VALUES (7, N'title', N'[sqlgen] the schema that the revisions make', NULL, NULL, NULL);
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN OBJECT_ID(N''[users]'') IS NULL THEN N''not there'' ELSE ISNULL(STUFF((SELECT N'', '' + c.name + N'' '' + t.name + CASE WHEN t.name IN (N''char'', N''varchar'', N''binary'', N''varbinary'') THEN N''('' + CASE c.max_length WHEN -1 THEN N''max'' ELSE CAST(c.max_length AS nvarchar(10)) END + N'')'' WHEN t.name IN (N''nchar'', N''nvarchar'') THEN N''('' + CASE c.max_length WHEN -1 THEN N''max'' ELSE CAST(c.max_length / 2 AS nvarchar(10)) END + N'')'' WHEN t.name IN (N''decimal'', N''numeric'') THEN N''('' + CAST(c.precision AS nvarchar(4)) + N'','' + CAST(c.scale AS nvarchar(4)) + N'')'' WHEN t.name IN (N''datetime2'', N''datetimeoffset'', N''time'') THEN N''('' + CAST(c.scale AS nvarchar(4)) + N'')'' ELSE N'''' END + CASE c.is_nullable WHEN 0 THEN N'' not null'' ELSE N'''' END FROM sys.columns AS c JOIN sys.types AS t ON t.user_type_id = c.user_type_id WHERE c.object_id = OBJECT_ID(N''[users]'') ORDER BY c.column_id FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N''''), N''none'') END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (8, N'fail', N'(0001_users): columns of users', N'(0001_users): columns of users',
    N'id int not null, name varchar(50) not null, email varchar(120) not null, phone varchar(20), created_at datetime not null', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN OBJECT_ID(N''[users]'') IS NULL THEN N''not there'' ELSE ISNULL((SELECT N''('' + STUFF((SELECT N'', '' + c.name FROM sys.index_columns AS x JOIN sys.columns AS c ON c.object_id = x.object_id AND c.column_id = x.column_id WHERE x.object_id = k.parent_object_id AND x.index_id = k.unique_index_id AND x.key_ordinal > 0 ORDER BY x.key_ordinal FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N'''') + N'')'' FROM sys.key_constraints AS k WHERE k.parent_object_id = OBJECT_ID(N''[users]'') AND k.type = ''PK''), N''none'') END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (9, N'fail', N'(0001_users): primary key of users', N'(0001_users): primary key of users',
    N'(id)', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN OBJECT_ID(N''[users]'') IS NULL THEN N''not there'' ELSE ISNULL(STUFF((SELECT N''; '' + entry FROM (SELECT CASE k.is_system_named WHEN 1 THEN N'''' ELSE k.name + N'' '' END + N''('' + STUFF((SELECT N'', '' + c.name FROM sys.index_columns AS x JOIN sys.columns AS c ON c.object_id = x.object_id AND c.column_id = x.column_id WHERE x.object_id = k.parent_object_id AND x.index_id = k.unique_index_id AND x.key_ordinal > 0 ORDER BY x.key_ordinal FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N'''') + N'')'' AS entry FROM sys.key_constraints AS k WHERE k.parent_object_id = OBJECT_ID(N''[users]'') AND k.type = ''UQ'') AS entries ORDER BY entry COLLATE Latin1_General_BIN2 FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N''''), N''none'') END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (10, N'fail', N'(0001_users): unique constraints of users', N'(0001_users): unique constraints of users',
    N'none', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN OBJECT_ID(N''[users]'') IS NULL THEN N''not there'' ELSE ISNULL(STUFF((SELECT N''; '' + entry FROM (SELECT CASE f.is_system_named WHEN 1 THEN N'''' ELSE f.name + N'' '' END + N''('' + STUFF((SELECT N'', '' + COL_NAME(x.parent_object_id, x.parent_column_id) FROM sys.foreign_key_columns AS x WHERE x.constraint_object_id = f.object_id ORDER BY x.constraint_column_id FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N'''') + N'')'' + N'' -> '' + CASE SCHEMA_NAME(o.schema_id) WHEN SCHEMA_NAME() THEN N'''' WHEN N''dbo'' THEN N'''' ELSE SCHEMA_NAME(o.schema_id) + N''.'' END + o.name + N'' '' + N''('' + STUFF((SELECT N'', '' + COL_NAME(x.referenced_object_id, x.referenced_column_id) FROM sys.foreign_key_columns AS x WHERE x.constraint_object_id = f.object_id ORDER BY x.constraint_column_id FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N'''') + N'')'' + CASE f.update_referential_action WHEN 0 THEN N'''' ELSE N'' onupdate '' + LOWER(REPLACE(f.update_referential_action_desc, N''_'', N'' '')) END + CASE f.delete_referential_action WHEN 0 THEN N'''' ELSE N'' ondelete '' + LOWER(REPLACE(f.delete_referential_action_desc, N''_'', N'' '')) END AS entry FROM sys.foreign_keys AS f JOIN sys.objects AS o ON o.object_id = f.referenced_object_id WHERE f.parent_object_id = OBJECT_ID(N''[users]'')) AS entries ORDER BY entry COLLATE Latin1_General_BIN2 FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N''''), N''none'') END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (11, N'fail', N'(0001_users): foreign keys of users', N'(0001_users): foreign keys of users',
    N'none', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN OBJECT_ID(N''[users]'') IS NULL THEN N''not there'' ELSE ISNULL(STUFF((SELECT N''; '' + entry FROM (SELECT name AS entry FROM sys.check_constraints WHERE parent_object_id = OBJECT_ID(N''[users]'') AND is_system_named = 0) AS entries ORDER BY entry COLLATE Latin1_General_BIN2 FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N''''), N''none'') END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (12, N'fail', N'(0001_users): checks of users', N'(0001_users): checks of users',
    N'none', @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(CASE WHEN OBJECT_ID(N''[users]'') IS NULL THEN N''not there'' ELSE ISNULL(STUFF((SELECT N''; '' + entry FROM (SELECT i.name + N'' '' + N''('' + STUFF((SELECT N'', '' + c.name FROM sys.index_columns AS x JOIN sys.columns AS c ON c.object_id = x.object_id AND c.column_id = x.column_id WHERE x.object_id = i.object_id AND x.index_id = i.index_id AND x.key_ordinal > 0 ORDER BY x.key_ordinal FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N'''') + N'')'' + CASE i.is_unique WHEN 1 THEN N'' unique'' ELSE N'''' END + CASE i.is_disabled WHEN 1 THEN N'' INVALID'' ELSE N'''' END AS entry FROM sys.indexes AS i WHERE i.object_id = OBJECT_ID(N''[users]'') AND i.type > 0 AND i.is_primary_key = 0 AND i.is_unique_constraint = 0) AS entries ORDER BY entry COLLATE Latin1_General_BIN2 FOR XML PATH(N''''), TYPE).value(N''.'', N''nvarchar(max)''), 1, 2, N''''), N''none'') END AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (13, N'fail', N'(0001_users): indexes of users', N'(0001_users): indexes of users',
    N'none', @found);
END
INSERT @sqlgen VALUES (14, N'title', N'[sqlgen] what is not compared', NULL, NULL, NULL);
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(N''defaults, comments, the text of CHECK constraints and of views, functions, rights and rows'' AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (15, N'fail', N'of all tables', N'of all tables',
    NULL, @found);
END
BEGIN
  SET @found = NULL;
  BEGIN TRY
    EXEC sys.sp_executesql
      N'SELECT @found = CAST(N''all but names, columns and UNIQUE'' AS nvarchar(max))',
      N'@found nvarchar(max) OUTPUT, @place decimal(9, 1), @heads nvarchar(max), @mark nvarchar(400)', @found OUTPUT, @place, @heads, @mark;
  END TRY
  BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (208, 229, 262, 297, 300, 371, 916) BEGIN; THROW; END
  END CATCH
  INSERT @sqlgen VALUES (16, N'fail', N'of all indexes', N'of all indexes',
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
IF @failed = 0 PRINT N'sqlgen result: POSTCHECK OK: ' + CAST(@asked - @warned AS nvarchar(10)) + N' check(s) hold, ' + CAST(@warned AS nvarchar(10)) + N' warning(s)';
ELSE
BEGIN
  PRINT N'sqlgen result: POSTCHECK FAILED: ' + CAST(@failed AS nvarchar(10)) + N' of ' + CAST(@asked - @warned AS nvarchar(10)) + N' check(s) do not hold, ' + CAST(@warned AS nvarchar(10)) + N' warning(s); the database is not what the revisions make of it';
  RAISERROR(N'sqlgen: a check failed, the lines above say which', 16, 1);
END
GO
