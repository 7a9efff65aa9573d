"""A range and a server in, what happens to a database on the way up, down and up again out."""
