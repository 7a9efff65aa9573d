"""Scripts for SQL*Plus and SQLcl."""
