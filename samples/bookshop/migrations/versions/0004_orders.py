"""create orders

Revision ID: 0004_orders
Revises: 0003_books
Create Date: 2026-03-09 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0004_orders'
down_revision: Union[str, Sequence[str], None] = '0003_books'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.SmallInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("pending", "paid", "shipped", "returned", name="order_status"),
            server_default="pending",
            nullable=False,
        ),
        sa.Column("placed_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_orders_user_id")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_orders_book_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_table("orders")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP TYPE order_status")
