"""forget phone numbers

Revision ID: 0013_drop_phone
Revises: 0012_book_slugs
Create Date: 2026-03-26 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0013_drop_phone'
down_revision: Union[str, Sequence[str], None] = '0012_book_slugs'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # sqlgen: allow drop-column because "nothing reads it since release 4.2, and the numbers must go" until 2030-12-31
    op.drop_column("users", "phone")


def downgrade() -> None:
    """Downgrade schema."""
    op.add_column("users", sa.Column("phone", sa.String(length=20), nullable=True))
