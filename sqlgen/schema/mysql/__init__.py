"""MySQL's and MariaDB's answers: SHOW CREATE TABLE of a table that the schema knows."""
