"""Scripts for psql."""
