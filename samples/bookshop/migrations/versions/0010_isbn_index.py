"""find books by ISBN

Revision ID: 0010_isbn_index
Revises: 0008_wider_columns
Create Date: 2026-03-19 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0010_isbn_index'
down_revision: Union[str, Sequence[str], None] = '0008_wider_columns'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    with op.get_context().autocommit_block():
        op.create_index(op.f("ix_books_isbn"), "books", ["isbn"], unique=False, postgresql_concurrently=True)


def downgrade() -> None:
    """Downgrade schema."""
    with op.get_context().autocommit_block():
        op.drop_index(op.f("ix_books_isbn"), table_name="books", postgresql_concurrently=True)
