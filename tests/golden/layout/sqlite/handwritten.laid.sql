.bail on
BEGIN IMMEDIATE;
CREATE TABLE t(
    id integer PRIMARY KEY AUTOINCREMENT,
    name text NOT NULL DEFAULT 'x',
    [weird name] int,
    `b t` blob,
    "key" text,
    desc text,
    "date" text,
    replace int, -- names that look like keywords
    CHECK (length(name) > 0 AND desc <> ''),
    UNIQUE (name, "key")
) strict;
CREATE TABLE u(
    key text,
    value any,
    PRIMARY KEY (key)
) WITHOUT ROWID;
create trigger trg after update on t begin update t set name = case when new.name = '' then 'x' else new.name end; select 1; end;
INSERT INTO t (name, replace) VALUES ('a', 1), ('b', 2);
INSERT OR REPLACE INTO u VALUES (1, 2) RETURNING *;
ALTER TABLE t RENAME COLUMN replace TO title;
ALTER TABLE u RENAME TO date;
CREATE UNIQUE INDEX IF NOT EXISTS ix
    ON t (name DESC, lower("key") COLLATE nocase)
    WHERE name IS NOT NULL AND length(name) > 3 OR title IS NULL;
DELETE FROM t WHERE id IN (SELECT id FROM t) AND name LIKE 'a%' AND name GLOB '*x';
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
SELECT i, i * 2 AS key, CASE WHEN i > 5 THEN 'big' ELSE 'small' END desc
FROM n
WHERE i BETWEEN 2 AND 8
ORDER BY i DESC;
COMMIT;
SELECT 1
go
.quit
