-- dialect: mssql
-- about: nullable-to-not-null-data
CREATE TABLE users (id INT NULL, name NVARCHAR(40) NOT NULL);
-- range
ALTER TABLE users ADD CONSTRAINT pk_users PRIMARY KEY (id);
