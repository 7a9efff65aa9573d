"""A second reader of statements: the SQLAlchemy constructs that Alembic executes in, facts out.

It shares nothing with the readers of text but the vocabulary, so that what both say is known twice. What it leaves out
stands in `comparing.EXCLUDED`, with the reason; a statement of which it says nothing (None) has the reason at that line
of `reading`: mostly, that the database has no such statement. Imports SQLAlchemy, Alembic and the vocabulary only, so
that it can run in another project's interpreter.
"""
