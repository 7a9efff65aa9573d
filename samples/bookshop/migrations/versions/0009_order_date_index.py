"""find orders by date

Revision ID: 0009_order_date_index
Revises: 0008_wider_columns
Create Date: 2026-03-19 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0009_order_date_index'
down_revision: Union[str, Sequence[str], None] = '0008_wider_columns'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Unsafe on purpose: 0010_isbn_index shows how to build an index while writes go on.
    op.create_index(op.f("ix_orders_placed_at"), "orders", ["placed_at"], unique=False)


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_index(op.f("ix_orders_placed_at"), table_name="orders")
