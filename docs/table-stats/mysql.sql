-- Rows and bytes of the tables of this database, as sqlgen.stats/1, for MySQL and MariaDB. It only reads.
-- mysql -N -B -r --default-character-set=utf8mb4 shop < mysql.sql > stats.json
--
-- Rows are InnoDB's estimate. MySQL keeps it for a day, unless it is told not to.
/*!80000 SET SESSION information_schema_stats_expiry = 0 */;
SELECT line
FROM (
    SELECT
        0 AS number,
        CONCAT(
            '{"schema": "sqlgen.stats/1", "server": ',
            JSON_QUOTE(CONCAT(IF(VERSION() LIKE '%MariaDB%', 'MariaDB ', 'MySQL '), VERSION())),
            ', "taken": "', DATE_FORMAT(CURRENT_DATE, '%Y-%m-%d'), '", "tables": ['
        ) AS line
    UNION ALL
    SELECT
        ROW_NUMBER() OVER (ORDER BY TABLE_NAME),
        CONCAT(
            IF(ROW_NUMBER() OVER (ORDER BY TABLE_NAME) = 1, '', ','),
            JSON_OBJECT(
                'schema', TABLE_SCHEMA, 'name', TABLE_NAME, 'rows', COALESCE(TABLE_ROWS, 0), 'bytes', COALESCE(DATA_LENGTH, 0)
            )
        )
    FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
    UNION ALL
    SELECT 4294967295, ']}'
) AS found
ORDER BY number;
