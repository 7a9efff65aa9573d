"""one user per e-mail address

Revision ID: 0007_unique_email
Revises: 0006_lowercase_emails
Create Date: 2026-03-13 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0007_unique_email'
down_revision: Union[str, Sequence[str], None] = '0006_lowercase_emails'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def users(*constraints: sa.Constraint) -> sa.Table:
    """The table as it is here: batch mode needs it to work offline on SQLite."""
    return sa.Table(
        "users",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        *constraints,
    )


def upgrade() -> None:
    """Upgrade schema."""
    # Unsafe on purpose: the index behind the constraint is built while writes to users wait.
    with op.batch_alter_table("users", copy_from=users()) as batch:
        batch.create_unique_constraint(op.f("uq_users_email"), ["email"])


def downgrade() -> None:
    """Downgrade schema."""
    with op.batch_alter_table(
        "users", copy_from=users(sa.UniqueConstraint("email", name=op.f("uq_users_email")))
    ) as batch:
        batch.drop_constraint(op.f("uq_users_email"), type_="unique")
