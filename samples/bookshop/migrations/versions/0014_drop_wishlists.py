"""wishlists are gone

Revision ID: 0014_drop_wishlists
Revises: 0013_drop_phone
Create Date: 2026-03-27 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0014_drop_wishlists'
down_revision: Union[str, Sequence[str], None] = '0013_drop_phone'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Unsafe on purpose: nothing checks that the table is no longer used.
    op.drop_table("wishlists")


def downgrade() -> None:
    """Downgrade schema."""
    op.create_table(
        "wishlists",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_wishlists_user_id")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_wishlists_book_id")),
        sa.PrimaryKeyConstraint("user_id", "book_id", name=op.f("pk_wishlists")),
    )
