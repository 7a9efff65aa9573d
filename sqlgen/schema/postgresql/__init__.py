"""PostgreSQL's answers: what its catalogs say of a table that the schema knows."""
