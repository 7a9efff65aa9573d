-- dialect: postgresql mysql mariadb
-- about: apply-simulation-failed
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES users (id));
-- range
DROP TABLE users; -- expect: apply-simulation-failed
CREATE TABLE teams (id integer PRIMARY KEY);
CREATE TABLE players (id integer PRIMARY KEY, team_id integer, CONSTRAINT fk_team FOREIGN KEY (team_id) REFERENCES teams (id));
DROP TABLE players, teams;
