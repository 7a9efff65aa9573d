-- dialect: postgresql
-- server: 15
-- about: detach-partition-blocking
CREATE TABLE events (id integer, day date) PARTITION BY RANGE (day);
-- range
ALTER TABLE events DETACH PARTITION events_1; -- expect: detach-partition-blocking
