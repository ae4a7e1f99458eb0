"""Decisions explained: why something is not shown, an appeal for each decision, what was adopted

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHILE_OPEN = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("decided_at IS NULL"))


def upgrade() -> None:
    """Go one step forward."""
    op.add_column(
        "answer",
        sa.Column(
            "adoption",
            sa.Enum("adopted", "partly", "declined", name="adoption", native_enum=False, length=32),
            nullable=True,
            comment="what became of a suggestion; empty for other kinds",
        ),
    )
    op.create_index(op.f("ix_answer_department_id_id"), "answer", ["department_id", "id"])
    op.add_column(
        "case",
        sa.Column(
            "withheld_reason",
            sa.String(),
            nullable=True,
            comment="key of kinds.WITHHOLD_REASONS, where a person decided against publication",
        ),
    )
    with op.batch_alter_table("case_appeal", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_case_appeal_case_id_against"), type_="unique")
        batch_op.create_index("uq_case_appeal_open", ["case_id"], unique=True, **WHILE_OPEN)
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "note",
                sa.String(),
                nullable=False,
                server_default=sa.text("''"),
                comment="why it is not shown, or not as it came; the writer reads it",
            )
        )
        batch_op.alter_column("note", server_default=None)


def downgrade() -> None:
    """Go one step back; a case with two appeals of one kind is refused, not bent."""
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_column("note")
    with op.batch_alter_table("case_appeal", schema=None) as batch_op:
        batch_op.drop_index("uq_case_appeal_open", **WHILE_OPEN)
        batch_op.create_unique_constraint(
            batch_op.f("uq_case_appeal_case_id_against"), ["case_id", "against"]
        )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_column("withheld_reason")
    op.drop_index(op.f("ix_answer_department_id_id"), "answer")
    op.drop_column("answer", "adoption")
