"""Count what is unread in conversations by small indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1350"
down_revision = "20261128_1340"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_conversations_buyer_unread', 'conversations', ['buyer_id'], unique=False, sqlite_where=sa.text('buyer_unread > 0'), postgresql_where=sa.text('buyer_unread > 0'))
    op.create_index('ix_conversations_seller_unread', 'conversations', ['seller_id'], unique=False, sqlite_where=sa.text('seller_unread > 0'), postgresql_where=sa.text('seller_unread > 0'))


def downgrade() -> None:
    op.drop_index('ix_conversations_seller_unread', table_name='conversations', sqlite_where=sa.text('seller_unread > 0'), postgresql_where=sa.text('seller_unread > 0'))
    op.drop_index('ix_conversations_buyer_unread', table_name='conversations', sqlite_where=sa.text('buyer_unread > 0'), postgresql_where=sa.text('buyer_unread > 0'))

