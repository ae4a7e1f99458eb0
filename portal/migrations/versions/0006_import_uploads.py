"""Uploaded tables that are looked at before anything is imported

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "import_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False, comment="user name of who uploaded it"),
        sa.Column("year", sa.Integer(), nullable=False, comment="the year the list is of"),
        sa.Column(
            "as_of",
            sa.Date(),
            nullable=True,
            comment="the day the table speaks of, where a person said so",
        ),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False, comment="SHA-256 of the file, hex"),
        sa.Column("rows", sa.JSON(), nullable=False, comment="the cells, row by row"),
        sa.Column(
            "merged",
            sa.JSON(),
            nullable=False,
            comment="cells (row, column) that only repeat a merged cell",
        ),
        sa.Column(
            "others", sa.JSON(), nullable=False, comment="names of sheets that were not read"
        ),
        sa.Column(
            "header",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="first and last row and the columns, where a person corrected them",
        ),
        sa.Column(
            "left_out",
            sa.JSON(),
            nullable=False,
            comment="first rows (from 1) of projects that a person does not want imported",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open", "imported", "dropped", name="uploadstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "batch_id",
            sa.Integer(),
            nullable=True,
            comment="what it became; empty when it changed nothing",
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_upload_batch_id_import_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_upload")),
    )
    with op.batch_alter_table("import_upload", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_upload_state_id"), ["state", "id"], unique=False
        )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("import_upload")
