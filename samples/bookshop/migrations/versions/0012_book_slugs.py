"""a readable address for every book

Revision ID: 0012_book_slugs
Revises: 0011_merge
Create Date: 2026-03-23 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0012_book_slugs'
down_revision: Union[str, Sequence[str], None] = '0011_merge'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.add_column("books", sa.Column("slug", sa.String(length=200), nullable=True))
    # Unsafe on purpose: every row of books is changed, and stays locked until the transaction ends.
    op.execute("UPDATE books SET slug = lower(replace(title, ' ', '-'))")


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column("books", "slug")
