"""Keep photos and documents in the database

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of kept files."""
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False, comment="number of the file"),
        sa.Column("sha256", sa.String(), nullable=False, comment="SHA-256 of data, 64 hex digits"),
        sa.Column(
            "media_type",
            sa.Enum(
                "image/jpeg",
                "image/png",
                "application/pdf",
                name="mediatype",
                native_enum=False,
                length=32,
            ),
            nullable=False,
            comment="what data is, told by content",
        ),
        sa.Column("size", sa.Integer(), nullable=False, comment="length of data, bytes"),
        sa.Column("width", sa.Integer(), nullable=True, comment="of a photo, pixels"),
        sa.Column("height", sa.Integer(), nullable=True, comment="of a photo, pixels"),
        sa.Column(
            "data",
            sa.LargeBinary(),
            nullable=False,
            comment="the remade file; read only when it is sent",
        ),
        sa.Column(
            "created_at",
            portal.db.UtcDateTime(),
            nullable=False,
            comment="when it was first kept",
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_stored_file_sha256_is_whole")),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_nothing_empty_is_kept")),
        sa.CheckConstraint(
            "(width IS NULL) = (height IS NULL)", name=op.f("ck_stored_file_both_edges_or_none")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_file_sha256")),
    )


def downgrade() -> None:
    """Drop the table of kept files."""
    op.drop_table("stored_file")
