-- dialect: postgresql
-- server: 13
-- about: detach-partition-blocking
CREATE TABLE events (id integer, day date) PARTITION BY RANGE (day);
-- range
-- There is no other form before 14.
ALTER TABLE events DETACH PARTITION events_1;
