"""Things in, SQL that is true where the catalogs have them out."""
