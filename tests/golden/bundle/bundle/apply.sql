CREATE TABLE books (
  id integer PRIMARY KEY,
  title text
);
-- é 漢字 😀
