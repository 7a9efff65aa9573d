"""merge the two indexes

Revision ID: 0011_merge
Revises: 0009_order_date_index, 0010_isbn_index
Create Date: 2026-03-20 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0011_merge'
down_revision: Union[str, Sequence[str], None] = ('0009_order_date_index', '0010_isbn_index')
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    pass


def downgrade() -> None:
    """Downgrade schema."""
    pass
