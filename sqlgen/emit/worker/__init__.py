"""What runs in the worker process: standard library, alembic and sqlalchemy only, Python 3.10 or newer.

The parent never imports this package. `__main__.py` is run by path, so sqlgen need not be installed beside the project.
"""
