"""Intake, moderation and routing in full: taxonomy, targets, files, assists, appeals, hot spots

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CHANNEL = sa.Enum(
    "web", "phone", "walk_in", "paper", "internal", name="channel", native_enum=False, length=32
)

ASSIGNED_BEFORE = "state IN ('submitted', 'rejected', 'withdrawn') OR department_id IS NOT NULL"
"""The check of the main road, before cases could be merged."""

CASE_CHECKS = {
    "department_once_assigned": (
        "state IN ('submitted', 'rejected', 'withdrawn', 'merged') OR department_id IS NOT NULL"
    ),
    "some_are_never_public": ("visibility <> 'public' OR (kind <> 'report' AND NOT is_conflicted)"),
    "parent_if_merged": "(state = 'merged') = (parent_id IS NOT NULL)",
    "risk_is_a_class": "risk BETWEEN 0 AND 3",
}
"""What may never be false of a case, whoever writes."""

ADDED_ONLY = ("contact_view", "case_note")
"""Tables whose rows are only ever added."""

COMMENTS = (
    (
        "county_setting",
        "key",
        "'profile', 'deadlines', 'lights', 'upkeep' or 'ratings'",
        "'profile', 'deadlines', 'lights', 'upkeep', 'ratings' or 'intake'",
    ),
    (
        "message",
        "recipient",
        "'case:<reference>', 'code:<token>' or 'resident:<id>'",
        "'case:<reference>', 'joiner:<id>', 'code:<token>' or 'resident:<id>'",
    ),
)
"""Columns that mean more than before: table, column, what their comment said and says."""


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "use",
            sa.Enum(
                "assign",
                "reject",
                "withhold",
                "send-back",
                "answer",
                name="phraseuse",
                native_enum=False,
                length=32,
            ),
            nullable=False,
            comment="the form it is offered in",
        ),
        sa.Column("title", sa.String(), nullable=False, comment="what the list calls it"),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
        sa.UniqueConstraint("use", "title", name=op.f("uq_phrase_use_title")),
    )
    with op.batch_alter_table("phrase", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_phrase_use_sort_order_id"), ["use", "sort_order", "id"], unique=False
        )

    op.create_table(
        "routing_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trained_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False, comment="cases it learned from"),
        sa.Column("labels", sa.Integer(), nullable=False, comment="departments it can tell apart"),
        sa.Column("accuracy", sa.Double(), nullable=False, comment="cross-validated, 0 to 1"),
        sa.Column(
            "threshold",
            sa.Double(),
            nullable=False,
            comment="confidence from which it was right as often as wanted, 0 to 1",
        ),
        sa.Column(
            "coverage",
            sa.Double(),
            nullable=False,
            comment="share of cases at or above the threshold",
        ),
        sa.Column(
            "sha256",
            sa.String(),
            nullable=False,
            comment="of data, 64 hex digits; checked before use",
        ),
        sa.Column(
            "data",
            sa.LargeBinary(),
            nullable=False,
            comment="routing.classifier.Classifier.to_bytes",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_model")),
    )
    op.create_table(
        "case_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "submission_key", sa.String(), nullable=False, comment="of the form it came with"
        ),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column(
            "name", sa.String(), nullable=False, comment="what the sender called it; may be empty"
        ),
        sa.Column(
            "created_at", portal.db.UtcDateTime(), nullable=False, comment="forgotten a day later"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_case_upload_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_upload")),
        sa.UniqueConstraint(
            "submission_key", "file_id", name=op.f("uq_case_upload_submission_key_file_id")
        ),
    )
    with op.batch_alter_table("case_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_upload_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_upload_file_id"), ["file_id"], unique=False)

    op.create_table(
        "category_route",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_code", sa.String(), nullable=False),
        sa.Column(
            "town_code", sa.String(), nullable=True, comment="empty: wherever no town has its own"
        ),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day on which it holds"),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["category.code"],
            name=op.f("fk_category_route_category_code_category"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_category_route_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["town_code"], ["town.code"], name=op.f("fk_category_route_town_code_town")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_route")),
        sa.UniqueConstraint(
            "category_code",
            "town_code",
            "valid_from",
            name=op.f("uq_category_route_category_code_town_code_valid_from"),
        ),
    )
    with op.batch_alter_table("category_route", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_category_route_department_id"), ["department_id"], unique=False
        )

    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False, comment="the queue's own parameters"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_filter_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_saved_filter_account_id_name")),
    )
    op.create_table(
        "case_appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "against",
            sa.Enum(
                "refusal",
                "withholding",
                "redaction",
                name="appealkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "decided_before_by",
            sa.String(),
            nullable=False,
            comment="user name of who decided first and may not decide again",
        ),
        sa.Column(
            "text",
            sa.String(),
            nullable=False,
            comment="why, in the resident's words; never published",
        ),
        sa.Column("filed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column(
            "decided_by",
            sa.String(),
            nullable=False,
            comment="user name, empty until then; staff only",
        ),
        sa.Column("decided_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column(
            "reply", sa.String(), nullable=False, comment="what the writer reads, empty until then"
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_granted IS NULL)",
            name=op.f("ck_case_appeal_decided_with_outcome"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_appeal_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_appeal")),
        sa.UniqueConstraint("case_id", "against", name=op.f("uq_case_appeal_case_id_against")),
    )
    with op.batch_alter_table("case_appeal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_appeal_decided_at_filed_at_id"),
            ["decided_at", "filed_at", "id"],
            unique=False,
        )

    op.create_table(
        "case_assist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=False, comment="what it is asked for; staff only"),
        sa.Column("asked_by", sa.String(), nullable=False, comment="user name"),
        sa.Column("asked_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column(
            "due_at", portal.db.UtcDateTime(), nullable=False, comment="its own day, as promised"
        ),
        sa.Column(
            "text", sa.String(), nullable=False, comment="its part, for the lead; empty until given"
        ),
        sa.Column("given_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("was_in_time", sa.Boolean(), nullable=True, comment="frozen when given"),
        sa.Column(
            "ended_at",
            portal.db.UtcDateTime(),
            nullable=True,
            comment="no longer needed, or the case left",
        ),
        sa.CheckConstraint(
            "(given_at IS NULL) = (was_in_time IS NULL)",
            name=op.f("ck_case_assist_frozen_when_given"),
        ),
        sa.CheckConstraint(
            "given_at IS NULL OR ended_at IS NULL", name=op.f("ck_case_assist_given_or_ended")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_assist_case_id_case")),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_case_assist_department_id_department"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assist")),
    )
    with op.batch_alter_table("case_assist", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_assist_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_case_assist_department_id_given_at_due_at"),
            ["department_id", "given_at", "due_at"],
            unique=False,
        )

    op.create_table(
        "case_cluster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("project", "place", "category", name="scope", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "key",
            sa.String(),
            nullable=False,
            comment="project id, town code and place, or category code",
        ),
        sa.Column(
            "label",
            sa.String(),
            nullable=False,
            comment="name of the project, place or category then",
        ),
        sa.Column("raised_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column(
            "first_at", portal.db.UtcDateTime(), nullable=False, comment="its oldest case came in"
        ),
        sa.Column(
            "last_at", portal.db.UtcDateTime(), nullable=False, comment="its newest case came in"
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open", "joined", "dismissed", name="clusterstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "joint_case_id", sa.Integer(), nullable=True, comment="the case that answers all"
        ),
        sa.Column("decided_by", sa.String(), nullable=False, comment="user name, empty until then"),
        sa.Column("decided_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column(
            "note", sa.String(), nullable=False, comment="why it was dismissed; may be empty"
        ),
        sa.CheckConstraint(
            "(state = 'joined') = (joint_case_id IS NOT NULL)",
            name=op.f("ck_case_cluster_joint_if_joined"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)",
            name=op.f("ck_case_cluster_decided_at_if_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["joint_case_id"], ["case.id"], name=op.f("fk_case_cluster_joint_case_id_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_cluster")),
    )
    with op.batch_alter_table("case_cluster", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_cluster_joint_case_id"), ["joint_case_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_case_cluster_scope_key"), ["scope", "key"], unique=False
        )
        batch_op.create_index(
            "uq_case_cluster_open",
            ["scope", "key"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            batch_op.f("ix_case_cluster_state_raised_at_id"),
            ["state", "raised_at", "id"],
            unique=False,
        )

    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "file_id", sa.Integer(), nullable=False, comment="as it came, without camera data"
        ),
        sa.Column(
            "name",
            sa.String(),
            nullable=False,
            comment="what the sender called it, for staff; may be empty",
        ),
        sa.Column(
            "visibility",
            sa.Enum(
                "private", "public", "withheld", name="visibility", native_enum=False, length=32
            ),
            nullable=False,
            comment="decided one by one",
        ),
        sa.Column("public_file_id", sa.Integer(), nullable=True, comment="what the public sees"),
        sa.CheckConstraint(
            "visibility <> 'public' OR public_file_id IS NOT NULL",
            name=op.f("ck_case_file_public_has_its_file"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_file_case_id_case")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_case_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["public_file_id"],
            ["stored_file.id"],
            name=op.f("fk_case_file_public_file_id_stored_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("case_id", "file_id", name=op.f("uq_case_file_case_id_file_id")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_file_file_id"), ["file_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_case_file_public_file_id"), ["public_file_id"], unique=False
        )

    op.create_table(
        "case_joiner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "person",
            sa.String(),
            nullable=False,
            comment="keyed pseudonym of the contact, else of the browser, 64 hex digits",
        ),
        sa.Column(
            "contact",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed phone or e-mail to tell of the answer; empty if not wanted",
        ),
        sa.Column("joined_at", portal.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_joiner_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_joiner")),
        sa.UniqueConstraint("case_id", "person", name=op.f("uq_case_joiner_case_id_person")),
    )
    op.create_table(
        "case_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False, comment="user name"),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_note_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_note_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "seen_at",
            portal.db.UtcDateTime(),
            nullable=False,
            comment="last sign; old ones are deleted",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_case_presence_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_case_presence_case_id_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_presence")),
        sa.UniqueConstraint(
            "case_id", "account_id", name=op.f("uq_case_presence_case_id_account_id")
        ),
    )
    with op.batch_alter_table("case_presence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_presence_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_case_presence_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "case_question",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "text", sa.String(), nullable=False, comment="as the resident wrote it; never published"
        ),
        sa.Column("asked_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column(
            "due_at", portal.db.UtcDateTime(), nullable=False, comment="promised reply, as made"
        ),
        sa.Column(
            "reply",
            sa.String(),
            nullable=False,
            comment="as the department wrote it, empty until then",
        ),
        sa.Column("replied_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column(
            "public_reply",
            sa.String(),
            nullable=False,
            comment="as released to the writer, empty until then",
        ),
        sa.Column(
            "released_at", portal.db.UtcDateTime(), nullable=True, comment="by the moderator"
        ),
        sa.CheckConstraint(
            "(reply = '') = (replied_at IS NULL)",
            name=op.f("ck_case_question_replied_at_if_replied"),
        ),
        sa.CheckConstraint(
            "released_at IS NULL OR replied_at IS NOT NULL",
            name=op.f("ck_case_question_reply_then_release"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_case_question_case_id_case")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_question")),
    )
    op.create_table(
        "case_suggestion",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "department_id",
            sa.Integer(),
            nullable=True,
            comment="the first of the list; empty when nothing points",
        ),
        sa.Column("confidence", sa.Double(), nullable=False, comment="of the first, 0 to 1"),
        sa.Column(
            "model_id",
            sa.Integer(),
            nullable=True,
            comment="the learned model that took part, if any",
        ),
        sa.Column("made_at", portal.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "confidence BETWEEN 0 AND 1", name=op.f("ck_case_suggestion_confidence_is_a_share")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_case_suggestion_case_id_case")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_case_suggestion_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["routing_model.id"],
            name=op.f("fk_case_suggestion_model_id_routing_model"),
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_suggestion")),
    )
    op.create_table(
        "case_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "department",
                "person",
                "contractor",
                name="targetkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "department_id",
            sa.Integer(),
            nullable=True,
            comment="the unit, or where the person works",
        ),
        sa.Column(
            "account_id",
            sa.Integer(),
            nullable=True,
            comment="the person, where they have a desk here",
        ),
        sa.Column(
            "name",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed; of the person or contractor, as the resident wrote it",
        ),
        sa.CheckConstraint(
            "kind <> 'contractor' OR account_id IS NULL",
            name=op.f("ck_case_target_contractor_has_no_desk"),
        ),
        sa.CheckConstraint(
            "kind <> 'department' OR department_id IS NOT NULL",
            name=op.f("ck_case_target_department_is_named"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_case_target_account_id_account")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_target_case_id_case")),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_case_target_department_id_department"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_target")),
    )
    with op.batch_alter_table("case_target", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_target_account_id_case_id"), ["account_id", "case_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_case_target_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_case_target_department_id_case_id"),
            ["department_id", "case_id"],
            unique=False,
        )

    op.create_table(
        "contact_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UtcDateTime(), nullable=False),
        sa.Column(
            "actor",
            sa.String(),
            nullable=False,
            comment="user name; shown to inspectors, not to the writer",
        ),
        sa.Column("role", sa.String(), nullable=False, comment="the role the actor acted in"),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False, comment="as given; the writer reads it"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_contact_view_case_id_case")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_contact_view_department_id_department"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_view")),
    )
    with op.batch_alter_table("contact_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_view_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_cluster_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_case_cluster_member_case_id_case")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"],
            ["case_cluster.id"],
            name=op.f("fk_case_cluster_member_cluster_id_case_cluster"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_cluster_member")),
        sa.UniqueConstraint(
            "cluster_id", "case_id", name=op.f("uq_case_cluster_member_cluster_id_case_id")
        ),
    )
    with op.batch_alter_table("case_cluster_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_cluster_member_case_id"), ["case_id"], unique=False
        )

    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "entered_by",
                sa.String(),
                nullable=False,
                server_default=sa.text("''"),
                comment="user name of the staff who entered it for a resident; else empty",
            )
        )
        batch_op.add_column(
            sa.Column(
                "town_code",
                sa.String(),
                nullable=True,
                comment="where it happens, if the resident said",
            )
        )
        batch_op.add_column(
            sa.Column(
                "place",
                sa.String(),
                nullable=False,
                server_default=sa.text("''"),
                comment="where exactly, in words; may be empty",
            )
        )
        batch_op.add_column(
            sa.Column(
                "details",
                sa.JSON(),
                nullable=False,
                server_default=sa.text("'[]'"),
                comment="the category's questions as asked, each with its answer",
            )
        )
        batch_op.add_column(
            sa.Column(
                "first_department_id",
                sa.Integer(),
                nullable=True,
                comment="where it was sent first in this round",
            )
        )
        batch_op.add_column(
            sa.Column(
                "was_sent_by_system",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="whether no person sent it there",
            )
        )
        batch_op.add_column(
            sa.Column(
                "was_misrouted",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="whether a person sent it elsewhere afterwards; stays",
            )
        )
        batch_op.add_column(
            sa.Column(
                "risk",
                sa.Integer(),
                nullable=False,
                server_default=sa.text("0"),
                comment="3 danger, 2 livelihood, 1 pressing, 0 ordinary",
            )
        )
        batch_op.add_column(
            sa.Column(
                "is_conflicted",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="complains about a department or its people: never public",
            )
        )
        batch_op.add_column(
            sa.Column(
                "returns",
                sa.Integer(),
                nullable=False,
                server_default=sa.text("0"),
                comment="how often departments handed it back, ever",
            )
        )
        batch_op.add_column(
            sa.Column(
                "is_settled",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="the inspection office ruled whose it is: no more returns",
            )
        )
        batch_op.add_column(
            sa.Column(
                "objection_due_at",
                portal.db.UtcDateTime(),
                nullable=True,
                comment="until when the department may hand it back, as promised on assignment",
            )
        )
        batch_op.add_column(
            sa.Column(
                "owned_at",
                portal.db.UtcDateTime(),
                nullable=True,
                comment="since when it is the department's for good: signed, or silent (首办)",
            )
        )
        batch_op.add_column(
            sa.Column(
                "parent_id",
                sa.Integer(),
                nullable=True,
                comment="the case that answers it, while merged",
            )
        )
        batch_op.add_column(
            sa.Column(
                "origin_id", sa.Integer(), nullable=True, comment="the letter it was split from"
            )
        )
        batch_op.add_column(
            sa.Column(
                "follow_up_id",
                sa.Integer(),
                nullable=True,
                comment="of a bad rating, if it goes on here",
            )
        )
        batch_op.add_column(
            sa.Column(
                "joined",
                sa.Integer(),
                nullable=False,
                server_default=sa.text("0"),
                comment="how many others joined; kept with case_joiner",
            )
        )
        batch_op.drop_index(batch_op.f("ix_case_project_id"))
        batch_op.drop_index(batch_op.f("ix_case_state_submitted_at_id"))
        batch_op.create_index(batch_op.f("ix_case_origin_id"), ["origin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_case_project_id_submitted_at"),
            ["project_id", "submitted_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_state_objection_due_at"),
            ["state", "objection_due_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_state_risk_submitted_at_id"),
            ["state", "risk", "submitted_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_town_code_submitted_at"),
            ["town_code", "submitted_at"],
            unique=False,
        )
        batch_op.create_unique_constraint(batch_op.f("uq_case_follow_up_id"), ["follow_up_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_case_town_code_town"), "town", ["town_code"], ["code"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_case_parent_id_case"), "case", ["parent_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_case_first_department_id_department"),
            "department",
            ["first_department_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_case_origin_id_case"), "case", ["origin_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_case_follow_up_id_follow_up"), "follow_up", ["follow_up_id"], ["id"]
        )
        batch_op.drop_constraint(op.f("ck_case_department_once_assigned"), type_="check")
        for name, check in CASE_CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_case_{name}"), check)
        batch_op.alter_column(
            "channel",
            existing_type=sa.String(),
            type_=CHANNEL,
            existing_nullable=False,
            comment="how it came",
            existing_comment="how it came: 'web'",
        )

    op.execute(
        'UPDATE "case" SET first_department_id = department_id, returns = '
        "(SELECT count(*) FROM case_event e WHERE e.case_id = \"case\".id AND e.action = 'return')"
    )
    op.execute("UPDATE \"case\" SET objection_due_at = due_at WHERE state = 'assigned'")

    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "before",
                sa.JSON(none_as_null=True),
                nullable=True,
                comment="what an undo puts back; empty where none is offered",
            )
        )
        batch_op.create_index(batch_op.f("ix_case_event_at"), ["at"], unique=False)

    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "parent_code",
                sa.String(),
                nullable=True,
                comment="the group it belongs to; empty for a group",
            )
        )
        batch_op.add_column(
            sa.Column(
                "is_active",
                sa.Boolean(),
                nullable=False,
                server_default=sa.true(),
                comment="offered to residents and staff",
            )
        )
        batch_op.add_column(
            sa.Column(
                "words",
                sa.JSON(),
                nullable=False,
                server_default=sa.text("'[]'"),
                comment="what residents call it",
            )
        )
        batch_op.add_column(
            sa.Column(
                "questions",
                sa.JSON(),
                nullable=False,
                server_default=sa.text("'[]'"),
                comment="asked in addition: key, label, kind (text, choice, date), choices, required",
            )
        )
        batch_op.add_column(
            sa.Column(
                "stopper",
                sa.JSON(),
                nullable=False,
                server_default=sa.text("'{}'"),
                comment="where to go instead: code, title, advice, phone, severity; empty for none",
            )
        )
        batch_op.drop_constraint(batch_op.f("uq_category_name"), type_="unique")
        batch_op.create_index(
            batch_op.f("ix_category_parent_code_sort_order"),
            ["parent_code", "sort_order"],
            unique=False,
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_category_parent_code_name"), ["parent_code", "name"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_category_parent_code_category"), "category", ["parent_code"], ["code"]
        )
        batch_op.create_check_constraint(
            op.f("ck_category_not_its_own_parent"), "parent_code <> code"
        )

    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "content",
                sa.Integer(),
                nullable=True,
                comment="of the answer's content, 5 to 1; free",
            )
        )
        batch_op.add_column(
            sa.Column(
                "speed", sa.Integer(), nullable=True, comment="of how fast it came, 5 to 1; free"
            )
        )
        for name in ("content", "speed"):
            batch_op.create_check_constraint(
                op.f(f"ck_verdict_{name}_is_one_of_five"), f"{name} BETWEEN 1 AND 5"
            )

    for table in ADDED_ONLY:
        put_guard(table)
    for table, column, before, now in COMMENTS:
        comment_on(table, column, before, now)


def is_sqlite() -> bool:
    """Say whether this is SQLite."""
    return op.get_bind().dialect.name == "sqlite"


def comment_on(table: str, column: str, before: str, now: str) -> None:
    """Say what a column means; SQLite keeps no comments."""
    if not is_sqlite():
        op.alter_column(table, column, comment=now, existing_comment=before)


def put_guard(table: str) -> None:
    """Let the database refuse to change or delete rows, as revision 0002 does."""
    if not is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def drop_guard(table: str) -> None:
    """Take the triggers of a table off."""
    if not is_sqlite():
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        return
    for act in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{act}")


def downgrade() -> None:
    """Go one step back; what only this revision knows is refused, not bent."""
    for table, column, before, now in COMMENTS:
        comment_on(table, column, now, before)
    for table in ADDED_ONLY:
        drop_guard(table)
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        for name in ("content", "speed"):
            batch_op.drop_constraint(op.f(f"ck_verdict_{name}_is_one_of_five"), type_="check")
        batch_op.drop_column("speed")
        batch_op.drop_column("content")

    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_category_not_its_own_parent"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_category_parent_code_category"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_category_parent_code_name"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_category_parent_code_sort_order"))
        batch_op.create_unique_constraint(batch_op.f("uq_category_name"), ["name"])
        batch_op.drop_column("stopper")
        batch_op.drop_column("questions")
        batch_op.drop_column("words")
        batch_op.drop_column("is_active")
        batch_op.drop_column("parent_code")

    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_event_at"))
        batch_op.drop_column("before")
    if is_sqlite():  # the table was made anew, and its triggers went with the old one
        put_guard("case_event")

    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.alter_column(
            "channel",
            existing_type=CHANNEL,
            type_=sa.String(),
            existing_nullable=False,
            comment="how it came: 'web'",
            existing_comment="how it came",
        )
        for name in CASE_CHECKS:
            batch_op.drop_constraint(op.f(f"ck_case_{name}"), type_="check")
        batch_op.create_check_constraint(op.f("ck_case_department_once_assigned"), ASSIGNED_BEFORE)
        batch_op.drop_constraint(batch_op.f("fk_case_follow_up_id_follow_up"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_case_origin_id_case"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("fk_case_first_department_id_department"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_case_parent_id_case"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_case_town_code_town"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_case_follow_up_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_case_town_code_submitted_at"))
        batch_op.drop_index(batch_op.f("ix_case_state_risk_submitted_at_id"))
        batch_op.drop_index(batch_op.f("ix_case_state_objection_due_at"))
        batch_op.drop_index(batch_op.f("ix_case_project_id_submitted_at"))
        batch_op.drop_index(batch_op.f("ix_case_parent_id"))
        batch_op.drop_index(batch_op.f("ix_case_origin_id"))
        batch_op.create_index(
            batch_op.f("ix_case_state_submitted_at_id"),
            ["state", "submitted_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_case_project_id"), ["project_id"], unique=False)
        batch_op.drop_column("joined")
        batch_op.drop_column("follow_up_id")
        batch_op.drop_column("origin_id")
        batch_op.drop_column("parent_id")
        batch_op.drop_column("owned_at")
        batch_op.drop_column("objection_due_at")
        batch_op.drop_column("is_settled")
        batch_op.drop_column("returns")
        batch_op.drop_column("is_conflicted")
        batch_op.drop_column("risk")
        batch_op.drop_column("was_misrouted")
        batch_op.drop_column("was_sent_by_system")
        batch_op.drop_column("first_department_id")
        batch_op.drop_column("details")
        batch_op.drop_column("place")
        batch_op.drop_column("town_code")
        batch_op.drop_column("entered_by")

    with op.batch_alter_table("case_cluster_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_cluster_member_case_id"))

    op.drop_table("case_cluster_member")
    with op.batch_alter_table("contact_view", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_view_case_id"))

    op.drop_table("contact_view")
    with op.batch_alter_table("case_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_target_department_id_case_id"))
        batch_op.drop_index(batch_op.f("ix_case_target_case_id"))
        batch_op.drop_index(batch_op.f("ix_case_target_account_id_case_id"))

    op.drop_table("case_target")
    op.drop_table("case_suggestion")
    op.drop_table("case_question")
    with op.batch_alter_table("case_presence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_presence_seen_at"))
        batch_op.drop_index(batch_op.f("ix_case_presence_account_id"))

    op.drop_table("case_presence")
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_note_case_id"))

    op.drop_table("case_note")
    op.drop_table("case_joiner")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_file_public_file_id"))
        batch_op.drop_index(batch_op.f("ix_case_file_file_id"))

    op.drop_table("case_file")
    with op.batch_alter_table("case_cluster", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_cluster_state_raised_at_id"))
        batch_op.drop_index(batch_op.f("ix_case_cluster_scope_key"))
        batch_op.drop_index(batch_op.f("ix_case_cluster_joint_case_id"))

    op.drop_table("case_cluster")
    with op.batch_alter_table("case_assist", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_assist_department_id_given_at_due_at"))
        batch_op.drop_index(batch_op.f("ix_case_assist_case_id"))

    op.drop_table("case_assist")
    with op.batch_alter_table("case_appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_appeal_decided_at_filed_at_id"))

    op.drop_table("case_appeal")
    op.drop_table("saved_filter")
    with op.batch_alter_table("category_route", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_category_route_department_id"))

    op.drop_table("category_route")
    with op.batch_alter_table("case_upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_upload_file_id"))
        batch_op.drop_index(batch_op.f("ix_case_upload_created_at"))

    op.drop_table("case_upload")
    op.drop_table("routing_model")
    with op.batch_alter_table("phrase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phrase_use_sort_order_id"))

    op.drop_table("phrase")
