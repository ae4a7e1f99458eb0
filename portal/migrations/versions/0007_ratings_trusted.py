"""Ratings that people can trust: residents, waves, counts, follow-ups, appeals, ballots

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COMMENTS = (
    (
        "county_setting",
        "key",
        "'profile', 'deadlines', 'lights' or 'upkeep'",
        "'profile', 'deadlines', 'lights', 'upkeep' or 'ratings'",
    ),
    (
        "rating",
        "rater",
        "keyed pseudonym of the browser, 64 hex digits",
        "keyed pseudonym of the contact, else of the browser, 64 hex digits",
    ),
    ("rating", "comment_visibility", None, "of words and photos"),
    (
        "message",
        "recipient",
        "'account:<id>' or 'case:<reference>'",
        "'case:<reference>', 'code:<token>' or 'resident:<id>'",
    ),
)
"""Columns that mean more than before: table, column, what their comment said and says."""

CHECKS = {
    "doubt_if_not_counted": "(standing IN ('set_aside', 'rejected')) = (doubt IS NOT NULL)",
    "erased_at_if": "(standing = 'erased') = (erased_at IS NOT NULL)",
    "resident_if_verified": "resident_id IS NULL OR proof = 'verified'",
    "staff_enter_their_channels": "(proof = 'staff') = (channel IN ('phone', 'visit'))",
}
"""What may never be false of a rating, whoever writes."""

OF_PROJECTS = {
    "invested_not_negative": "invested_fen IS NULL OR invested_fen >= 0",
    "stretch_positive": "stretch_percent > 0",
}
"""What the models demanded of a project from revision 0005 on, and the database did not."""

EARLIER = (
    "SELECT e.id FROM rating e JOIN rating l "
    "ON l.project_id = e.project_id AND l.rater = e.rater AND l.id > e.id"
)
"""Ratings of one rater before the last."""


def upgrade() -> None:
    """Go one step forward."""
    drop_guard("rating_revision", ("update", "delete"))
    op.create_table(
        "ballot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "year", sa.Integer(), nullable=False, comment="the year of the list that was voted on"
        ),
        sa.Column("title", sa.String(), nullable=False, comment="name of the ballot as published"),
        sa.Column("body", sa.String(), nullable=False, comment="who voted, such as 县人大常委会"),
        sa.Column("held_on", sa.Date(), nullable=False, comment="day of the vote"),
        sa.Column(
            "members",
            sa.Integer(),
            nullable=False,
            comment="全体组成人员, of whom the rule counts halves",
        ),
        sa.Column(
            "present",
            sa.Integer(),
            nullable=False,
            comment="到会 as published; may be more than members where the source is wrong",
        ),
        sa.Column("is_secret", sa.Boolean(), nullable=False, comment="无记名"),
        sa.Column(
            "rule",
            sa.String(),
            nullable=False,
            comment="key of rules.RULES; the rule as it stood that day",
        ),
        sa.Column("document_no", sa.String(), nullable=False, comment="文号, may be empty"),
        sa.Column(
            "source",
            sa.String(),
            nullable=False,
            comment="where it was published, words or an address",
        ),
        sa.Column(
            "recorded_at",
            portal.db.UtcDateTime(),
            nullable=False,
            comment="first written down here",
        ),
        sa.Column(
            "changed_at",
            portal.db.UtcDateTime(),
            nullable=True,
            comment="last corrected; the figures before are in the audit trail",
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("members > 0", name=op.f("ck_ballot_members_positive")),
        sa.CheckConstraint("present >= 0", name=op.f("ck_ballot_present_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("year", "held_on", "title", name=op.f("uq_ballot_year_held_on_title")),
    )
    op.create_table(
        "code_challenge",
        sa.Column("token", sa.String(), nullable=False, comment="random, known to the browser"),
        sa.Column(
            "method",
            sa.Enum("sms", "email", "identity", name="method", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("pseudonym", sa.String(), nullable=False, comment="whom it verifies"),
        sa.Column(
            "contact", sa.LargeBinary(), nullable=False, comment="sealed; where the code is sent"
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="wrong codes so far"),
        sa.Column("sent_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column(
            "used_at", portal.db.UtcDateTime(), nullable=True, comment="verified; a code works once"
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_code_challenge")),
    )
    with op.batch_alter_table("code_challenge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_code_challenge_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_code_challenge_pseudonym"), ["pseudonym"], unique=False
        )

    op.create_table(
        "resident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "pseudonym",
            sa.String(),
            nullable=False,
            comment="keyed index of the contact or of the identity, 64 hex digits",
        ),
        sa.Column(
            "method",
            sa.Enum("sms", "email", "identity", name="method", native_enum=False, length=32),
            nullable=False,
            comment="how verified last",
        ),
        sa.Column(
            "contact",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed phone or e-mail; only if the resident wants an answer",
        ),
        sa.Column(
            "cookie_key",
            sa.String(),
            nullable=False,
            comment="what a signed cookie must name; drawn anew to sign every browser out",
        ),
        sa.Column("verified_at", portal.db.UtcDateTime(), nullable=False, comment="last verified"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_resident_pseudonym")),
    )
    op.create_table(
        "ballot_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column(
            "sort_order",
            sa.Integer(),
            nullable=False,
            comment="place in the published table, from 1",
        ),
        sa.Column(
            "project_id",
            sa.Integer(),
            nullable=True,
            comment="the project meant; empty where unknown",
        ),
        sa.Column("name", sa.String(), nullable=False, comment="what was voted on, as published"),
        sa.Column("satisfied", sa.Integer(), nullable=False, comment="满意, votes"),
        sa.Column("basic", sa.Integer(), nullable=False, comment="基本满意, votes"),
        sa.Column("unsatisfied", sa.Integer(), nullable=False, comment="不满意, votes"),
        sa.CheckConstraint("basic >= 0", name=op.f("ck_ballot_line_basic_not_negative")),
        sa.CheckConstraint("satisfied >= 0", name=op.f("ck_ballot_line_satisfied_not_negative")),
        sa.CheckConstraint(
            "unsatisfied >= 0", name=op.f("ck_ballot_line_unsatisfied_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_line_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_ballot_line_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_line")),
        sa.UniqueConstraint(
            "ballot_id", "sort_order", name=op.f("uq_ballot_line_ballot_id_sort_order")
        ),
    )
    with op.batch_alter_table("ballot_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_line_project_id"), ["project_id"], unique=False)

    op.create_table(
        "interested_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "pseudonym",
            sa.String(),
            nullable=False,
            comment="keyed index of the contact, as of residents; the contact itself is not kept",
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "staff",
                "contractor",
                "device",
                "network",
                "pace",
                "uniform",
                "text",
                "speed",
                "appeal",
                name="doubt",
                native_enum=False,
                length=32,
            ),
            nullable=False,
            comment="staff or contractor",
        ),
        sa.Column("project_id", sa.Integer(), nullable=True, comment="empty: of every project"),
        sa.Column(
            "department_id",
            sa.Integer(),
            nullable=True,
            comment="only this unit's projects; may be empty",
        ),
        sa.Column(
            "ending",
            sa.String(),
            nullable=False,
            comment="last two characters, to tell one from another",
        ),
        sa.Column("note", sa.String(), nullable=False, comment="whose list it is from"),
        sa.Column("added_by", sa.String(), nullable=False, comment="user name"),
        sa.Column("added_at", portal.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('staff', 'contractor')", name=op.f("ck_interested_contact_kind_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_interested_contact_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_interested_contact_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interested_contact")),
        sa.UniqueConstraint(
            "pseudonym", "project_id", name=op.f("uq_interested_contact_pseudonym_project_id")
        ),
    )
    with op.batch_alter_table("interested_contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_interested_contact_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_interested_contact_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_follower",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("since", portal.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_follower_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_project_follower_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("project_id", "resident_id", name=op.f("pk_project_follower")),
    )
    with op.batch_alter_table("project_follower", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_follower_resident_id"), ["resident_id"], unique=False
        )

    op.create_table(
        "rating_wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, ... within the project"),
        sa.Column(
            "kind",
            sa.Enum(
                "completion", "revisit", "extra", name="wavekind", native_enum=False, length=32
            ),
            nullable=False,
            comment="what it follows",
        ),
        sa.Column("revisit_id", sa.Integer(), nullable=True, comment="the revisit that opened it"),
        sa.Column("opens_on", sa.Date(), nullable=False, comment="first day on which one can rate"),
        sa.Column(
            "closes_on",
            sa.Date(),
            nullable=True,
            comment="last day; empty: open until the next wave opens",
        ),
        sa.Column(
            "invited_at",
            portal.db.UtcDateTime(),
            nullable=True,
            comment="when those who followed or complained were told",
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "closes_on IS NULL OR closes_on >= opens_on",
            name=op.f("ck_rating_wave_closes_after_opening"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_rating_wave_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["revisit_id"],
            ["revisit.id"],
            name=op.f("fk_rating_wave_revisit_id_revisit"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_wave")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_rating_wave_project_id_number")),
        sa.UniqueConstraint("revisit_id", name=op.f("uq_rating_wave_revisit_id")),
    )
    with op.batch_alter_table("rating_wave", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rating_wave_invited_at_opens_on"),
            ["invited_at", "opens_on"],
            unique=False,
        )

    op.create_table(
        "rating_score",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=True),
        sa.Column("n5", sa.Integer(), nullable=False, comment="非常满意"),
        sa.Column("n4", sa.Integer(), nullable=False, comment="满意"),
        sa.Column("n3", sa.Integer(), nullable=False, comment="基本满意"),
        sa.Column("n2", sa.Integer(), nullable=False, comment="不满意"),
        sa.Column("n1", sa.Integer(), nullable=False, comment="非常不满意"),
        sa.Column(
            "others",
            sa.Integer(),
            nullable=False,
            comment="counted ratings of the wave that are not verified",
        ),
        sa.Column(
            "set_aside",
            sa.Integer(),
            nullable=False,
            comment="ratings of all waves that do not count",
        ),
        sa.Column(
            "lower",
            sa.Double(),
            nullable=False,
            comment="lower bound of the Wilson interval, 0 to 1; -1 below the minimum of ratings",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_rating_score_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["rating_wave.id"], name=op.f("fk_rating_score_wave_id_rating_wave")
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_rating_score")),
    )
    with op.batch_alter_table("rating_score", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rating_score_lower_project_id"), ["lower", "project_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rating_score_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "rating_tally",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("cut", sa.String(), nullable=False, comment="a counts.Cut"),
        sa.Column("key", sa.String(), nullable=False, comment="channel, town, dimension, ..."),
        sa.Column(
            "proof",
            sa.Enum("verified", "staff", "none", name="proof", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=False, comment="1 to 5; 0 where none is meant"),
        sa.Column("n", sa.Integer(), nullable=False, comment="how many"),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["rating_wave.id"], name=op.f("fk_rating_tally_wave_id_rating_wave")
        ),
        sa.PrimaryKeyConstraint(
            "wave_id", "cut", "key", "proof", "level", name=op.f("pk_rating_tally")
        ),
    )
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column(
            "department_id",
            sa.Integer(),
            nullable=True,
            comment="牵头单位 at the last step; while it runs, the project's lead answers",
        ),
        sa.Column(
            "proof",
            sa.Enum("verified", "staff", "none", name="proof", native_enum=False, length=32),
            nullable=False,
            comment="of the rating, until the call",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "called",
                "planned",
                "asked",
                "closed",
                "void",
                name="state",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "level_before", sa.Integer(), nullable=False, comment="the bad level that opened it"
        ),
        sa.Column(
            "has_contact",
            sa.Boolean(),
            nullable=False,
            comment="the resident wanted an answer: a call was promised",
        ),
        sa.Column("opened_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column(
            "due_at",
            portal.db.UtcDateTime(),
            nullable=True,
            comment="when what the department owes next is due; empty while it owes nothing",
        ),
        sa.Column(
            "call_due_at", portal.db.UtcDateTime(), nullable=False, comment="promised call, as made"
        ),
        sa.Column(
            "remedy_due_at",
            portal.db.UtcDateTime(),
            nullable=False,
            comment="promised remedy, as made",
        ),
        sa.Column("called_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "reached", "not_reached", "no_contact", name="outcome", native_enum=False, length=32
            ),
            nullable=True,
            comment="of the last call",
        ),
        sa.Column(
            "was_called_in_time",
            sa.Boolean(),
            nullable=True,
            comment="frozen with the first call or its miss; false: a promised call was missed",
        ),
        sa.Column(
            "remedied_at",
            portal.db.UtcDateTime(),
            nullable=True,
            comment="when the remedy was reported",
        ),
        sa.Column(
            "remedy",
            sa.Enum("fixed", "explained", name="remedy", native_enum=False, length=32),
            nullable=True,
            comment="what kind",
        ),
        sa.Column(
            "remedy_text",
            sa.String(),
            nullable=False,
            comment="what was done, as the department wrote it",
        ),
        sa.Column(
            "remedy_visibility",
            sa.Enum(
                "private",
                "public",
                "withheld",
                name="commentvisibility",
                native_enum=False,
                length=32,
            ),
            nullable=False,
            comment="a moderator decides",
        ),
        sa.Column(
            "planned_on", sa.Date(), nullable=True, comment="to be fixed by, where it takes longer"
        ),
        sa.Column(
            "was_remedied_in_time",
            sa.Boolean(),
            nullable=True,
            comment="frozen with the remedy, or when it ended too late without one",
        ),
        sa.Column(
            "asked_until", sa.Date(), nullable=True, comment="last day of the second question"
        ),
        sa.Column("replied_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column(
            "level_after", sa.Integer(), nullable=True, comment="what the resident said then"
        ),
        sa.Column(
            "reply_note",
            sa.String(),
            nullable=False,
            comment="the resident's words then, staff only; erased with the rating",
        ),
        sa.Column(
            "closing",
            sa.Enum("better", "same", "no_reply", name="close", native_enum=False, length=32),
            nullable=True,
            comment="how it ended",
        ),
        sa.Column(
            "closed_at",
            portal.db.UtcDateTime(),
            nullable=True,
            comment="when it ended or was stopped",
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('open', 'called', 'planned')) = (due_at IS NOT NULL)",
            name=op.f("ck_follow_up_due_if_owed"),
        ),
        sa.CheckConstraint(
            "(state IN ('closed', 'void')) = (closed_at IS NOT NULL)",
            name=op.f("ck_follow_up_closed_at_if_ended"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closing IS NOT NULL)",
            name=op.f("ck_follow_up_closing_if_closed"),
        ),
        sa.CheckConstraint(
            "state <> 'asked' OR remedy IS NOT NULL", name=op.f("ck_follow_up_asked_after_remedy")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (called_at IS NULL)", name=op.f("ck_follow_up_outcome_of_call")
        ),
        sa.CheckConstraint(
            "(remedy IS NULL) = (remedied_at IS NULL)",
            name=op.f("ck_follow_up_remedy_has_its_time"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_follow_up_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_follow_up_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name=op.f("fk_follow_up_rating_id_rating")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["rating_wave.id"], name=op.f("fk_follow_up_wave_id_rating_wave")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("rating_id", name=op.f("uq_follow_up_rating_id")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_up_department_id_state_closed_at_id"),
            ["department_id", "state", "closed_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_follow_up_due_at_id"), ["due_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_follow_up_project_id_remedy_visibility_id"),
            ["project_id", "remedy_visibility", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_follow_up_remedy_visibility_remedied_at_id"),
            ["remedy_visibility", "remedied_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_follow_up_state_asked_until"), ["state", "asked_until"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_follow_up_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "rating_appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum("mistaken", "malicious", name="ground", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "reason", sa.String(), nullable=False, comment="the department's words; staff only"
        ),
        sa.Column("filed_by", sa.String(), nullable=False, comment="user name"),
        sa.Column("filed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column(
            "ruling",
            sa.Enum("upheld", "dismissed", name="ruling", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column(
            "decided_by",
            sa.String(),
            nullable=False,
            comment="user name; empty while undecided",
        ),
        sa.Column("decided_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column(
            "decision_note",
            sa.String(),
            nullable=False,
            comment="why it was decided so; may be shown",
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(ruling IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_rating_appeal_ruling_if_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_rating_appeal_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_rating_appeal_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name=op.f("fk_rating_appeal_rating_id_rating")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_appeal")),
        sa.UniqueConstraint("rating_id", name=op.f("uq_rating_appeal_rating_id")),
    )
    with op.batch_alter_table("rating_appeal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rating_appeal_decided_at_filed_at_id"),
            ["decided_at", "filed_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_rating_appeal_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_rating_appeal_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "rating_addition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column(
            "project_id",
            sa.Integer(),
            nullable=False,
            comment="of the rating; to find a project's without its ratings",
        ),
        sa.Column("level", sa.Integer(), nullable=False, comment="how satisfied by then"),
        sa.Column("comment", sa.String(), nullable=False, comment="may be empty"),
        sa.Column(
            "comment_visibility",
            sa.Enum(
                "private",
                "public",
                "withheld",
                name="commentvisibility",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("given_at", portal.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "level BETWEEN 1 AND 5", name=op.f("ck_rating_addition_level_is_one_of_five")
        ),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name=op.f("fk_rating_addition_rating_id_rating")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_rating_addition_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_addition")),
        sa.UniqueConstraint("rating_id", name=op.f("uq_rating_addition_rating_id")),
    )
    with op.batch_alter_table("rating_addition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rating_addition_comment_visibility_given_at_id"),
            ["comment_visibility", "given_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_rating_addition_project_id_comment_visibility_id"),
            ["project_id", "comment_visibility", "id"],
            unique=False,
        )

    op.create_table(
        "rating_doubt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column(
            "doubt",
            sa.Enum(
                "staff",
                "contractor",
                "device",
                "network",
                "pace",
                "uniform",
                "text",
                "speed",
                "appeal",
                name="doubt",
                native_enum=False,
                length=32,
            ),
            nullable=False,
            comment="class of the reason; public",
        ),
        sa.Column(
            "burst", sa.Integer(), nullable=False, comment="how many ratings fell under it together"
        ),
        sa.Column("rule", sa.JSON(), nullable=False, comment="the rule as it stood"),
        sa.Column("set_aside_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("decided_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column(
            "decided_by", sa.String(), nullable=False, comment="user name; empty while undecided"
        ),
        sa.Column(
            "decision",
            sa.Enum(
                "counted",
                "set_aside",
                "rejected",
                "erased",
                name="standing",
                native_enum=False,
                length=32,
            ),
            nullable=True,
            comment="counted or rejected",
        ),
        sa.Column("reason", sa.String(), nullable=False, comment="why it was decided so"),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decision IS NULL)",
            name=op.f("ck_rating_doubt_decision_if_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name=op.f("fk_rating_doubt_rating_id_rating")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_doubt")),
    )
    with op.batch_alter_table("rating_doubt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_doubt_rating_id"), ["rating_id"], unique=False)

    op.create_table(
        "rating_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_rating_photo_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name=op.f("fk_rating_photo_rating_id_rating")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_photo")),
        sa.UniqueConstraint("rating_id", "file_id", name=op.f("uq_rating_photo_rating_id_file_id")),
    )
    with op.batch_alter_table("rating_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_photo_file_id"), ["file_id"], unique=False)

    op.create_table(
        "follow_up_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("act", sa.String(), nullable=False, comment="a key of workflow.STEP_LABELS"),
        sa.Column(
            "actor",
            sa.String(),
            nullable=False,
            comment="user name, 'resident' or 'system'; staff only",
        ),
        sa.Column("role", sa.String(), nullable=False, comment="the role the actor acted in"),
        sa.Column(
            "note",
            sa.String(),
            nullable=False,
            comment="the staff's words with the act, may be empty",
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_up.id"],
            name=op.f("fk_follow_up_event_follow_up_id_follow_up"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_event")),
    )
    with op.batch_alter_table("follow_up_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_up_event_follow_up_id"), ["follow_up_id"], unique=False
        )

    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wave_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("resident_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "proof",
                sa.Enum("verified", "staff", "none", name="proof", native_enum=False, length=32),
                nullable=False,
                server_default=sa.text("'none'"),
                comment="how it is known that one resident gave it",
            )
        )
        batch_op.add_column(
            sa.Column(
                "channel",
                sa.Enum(
                    "web", "qr", "phone", "visit", name="channel", native_enum=False, length=32
                ),
                nullable=False,
                server_default=sa.text("'web'"),
                comment="how it came",
            )
        )
        batch_op.add_column(
            sa.Column("site_id", sa.Integer(), nullable=True, comment="whose poster was scanned")
        )
        batch_op.add_column(
            sa.Column(
                "town_code", sa.String(), nullable=True, comment="of the site, else of the project"
            )
        )
        batch_op.add_column(
            sa.Column(
                "marks",
                sa.JSON(),
                nullable=False,
                server_default=sa.text("'{}'"),
                comment="Dimension -> level; may be empty",
            )
        )
        batch_op.add_column(
            sa.Column(
                "reasons",
                sa.JSON(),
                nullable=False,
                server_default=sa.text("'[]'"),
                comment="Reason keys of a bad rating",
            )
        )
        batch_op.add_column(
            sa.Column(
                "wants_answer",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="may be called back; a contact is kept",
            )
        )
        batch_op.add_column(
            sa.Column(
                "entered_by",
                sa.String(),
                nullable=False,
                server_default=sa.text("''"),
                comment="user name of the staff, empty for residents",
            )
        )
        batch_op.add_column(
            sa.Column(
                "standing",
                sa.Enum(
                    "counted",
                    "set_aside",
                    "rejected",
                    "erased",
                    name="standing",
                    native_enum=False,
                    length=32,
                ),
                nullable=False,
                server_default=sa.text("'counted'"),
                comment="whether it counts",
            )
        )
        batch_op.add_column(
            sa.Column(
                "doubt",
                sa.Enum(
                    "staff",
                    "contractor",
                    "device",
                    "network",
                    "pace",
                    "uniform",
                    "text",
                    "speed",
                    "appeal",
                    name="doubt",
                    native_enum=False,
                    length=32,
                ),
                nullable=True,
                comment="why it does not count",
            )
        )
        batch_op.add_column(
            sa.Column(
                "is_cleared",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="released by a moderator: not judged again",
            )
        )
        batch_op.add_column(
            sa.Column(
                "is_disputed",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="an appeal is open; it still counts",
            )
        )
        batch_op.add_column(
            sa.Column(
                "network",
                sa.String(),
                nullable=True,
                comment="keyed index of the network it came from",
            )
        )
        batch_op.add_column(
            sa.Column(
                "device",
                sa.String(),
                nullable=True,
                comment="keyed index of the browser it came from",
            )
        )
        batch_op.add_column(
            sa.Column(
                "text",
                sa.String(),
                nullable=True,
                comment="keyed index of the words, to find copies",
            )
        )
        batch_op.add_column(
            sa.Column(
                "is_uniform",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="every answer the same extreme, no words",
            )
        )
        batch_op.add_column(
            sa.Column(
                "signals_until",
                sa.Date(),
                nullable=True,
                comment="network, device and text are forgotten after this day",
            )
        )
        batch_op.add_column(
            sa.Column(
                "said_at",
                portal.db.UtcDateTime(),
                nullable=True,
                comment="last said; given_at until it is changed",
            )
        )
        batch_op.add_column(
            sa.Column(
                "erased_at",
                portal.db.UtcDateTime(),
                nullable=True,
                comment="the resident erased it",
            )
        )

    fill_in()
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.alter_column("wave_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("said_at", existing_type=portal.db.UtcDateTime(), nullable=False)
        batch_op.drop_index(batch_op.f("ix_rating_comment_visibility_given_at_id"))
        batch_op.drop_index(batch_op.f("ix_rating_project_id_level"))
        batch_op.drop_constraint(batch_op.f("uq_rating_project_id_rater"), type_="unique")
        batch_op.create_index(
            batch_op.f("ix_rating_comment_visibility_said_at_id"),
            ["comment_visibility", "said_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_rating_project_id_comment_visibility_id"),
            ["project_id", "comment_visibility", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_rating_rater_id"), ["rater", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_rating_resident_id_id"), ["resident_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_rating_signals_until"), ["signals_until"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rating_site_id"), ["site_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_rating_standing_said_at_id"), ["standing", "said_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rating_town_code"), ["town_code"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_rating_wave_id_device"), ["wave_id", "device"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_rating_wave_id_network_said_at"),
            ["wave_id", "network", "said_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_rating_wave_id_said_at"), ["wave_id", "said_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_rating_wave_id_text"), ["wave_id", "text"], unique=False
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_rating_wave_id_rater"), ["wave_id", "rater"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_rating_town_code_town"), "town", ["town_code"], ["code"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_rating_resident_id_resident"), "resident", ["resident_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_rating_wave_id_rating_wave"), "rating_wave", ["wave_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_rating_site_id_project_site"),
            "project_site",
            ["site_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.drop_column("changed_at")
        batch_op.drop_constraint(batch_op.f("ck_rating_nothing_empty_is_public"), type_="check")
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_rating_{name}"), rule)

    with op.batch_alter_table("rating_revision", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "marks",
                sa.JSON(),
                nullable=False,
                server_default=sa.text("'{}'"),
                comment="Dimension -> level",
            )
        )
        batch_op.add_column(
            sa.Column(
                "reasons",
                sa.JSON(),
                nullable=False,
                server_default=sa.text("'[]'"),
                comment="Reason keys",
            )
        )

    with op.batch_alter_table("project", schema=None) as batch_op:
        for name, rule in OF_PROJECTS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_project_{name}"), rule)

    count()
    for table, column, before, now in COMMENTS:
        comment_on(table, column, now, before)
    allow_erasing()
    refuse_changes("follow_up_event", ("UPDATE", "DELETE"))


def fill_in() -> None:
    """Put the ratings on record into a first wave of their project, as given by a browser."""
    day = "date(min(r.given_at))" if is_sqlite() else "CAST(min(r.given_at) AS date)"
    op.execute(
        "INSERT INTO rating_wave (project_id, number, kind, opens_on, version) "
        f"SELECT p.id, 1, 'completion', COALESCE(p.completed_on, {day}), 1 "
        "FROM project p JOIN rating r ON r.project_id = p.id GROUP BY p.id, p.completed_on"
    )
    op.execute(
        "UPDATE rating SET said_at = COALESCE(changed_at, given_at), "
        "wave_id = (SELECT w.id FROM rating_wave w WHERE w.project_id = rating.project_id), "
        "town_code = (SELECT p.town_code FROM project p WHERE p.id = rating.project_id)"
    )


def count() -> None:
    """Count the ratings on record; none is verified, so that there is no headline yet."""
    for cut, key in (("total", "''"), ("channel", "'web'"), ("town", "town_code")):
        op.execute(
            "INSERT INTO rating_tally (wave_id, cut, key, proof, level, n) "
            f"SELECT wave_id, '{cut}', {key}, 'none', level, count(*) FROM rating "
            f"WHERE {key} IS NOT NULL GROUP BY 1, 3, 5"
        )
    op.execute(
        "INSERT INTO rating_score "
        "(project_id, wave_id, n5, n4, n3, n2, n1, others, set_aside, lower) "
        "SELECT project_id, max(wave_id), 0, 0, 0, 0, 0, count(*), 0, -1 "
        "FROM rating GROUP BY project_id"
    )


def is_sqlite() -> bool:
    """Say which of the two databases is at hand."""
    return op.get_bind().dialect.name == "sqlite"


def comment_on(table: str, column: str, now: str | None, before: str | None) -> None:
    """Say anew what a column means; SQLite keeps no comments."""
    if not is_sqlite():
        op.alter_column(table, column, comment=now, existing_comment=before)


def allow_erasing() -> None:
    """Refuse to change earlier words of a rating, or to delete them unless it is erased."""
    if is_sqlite():
        refuse_changes("rating_revision", ("UPDATE",))
        op.execute(
            "CREATE TRIGGER rating_revision_no_delete BEFORE DELETE ON rating_revision "
            "WHEN (SELECT erased_at FROM rating WHERE id = OLD.rating_id) IS NULL "
            "BEGIN SELECT RAISE(ABORT, 'rating_revision is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN "
        "IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM rating "
        "WHERE id = OLD.rating_id AND erased_at IS NOT NULL) THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        "CREATE TRIGGER rating_revision_append_only BEFORE UPDATE OR DELETE ON rating_revision "
        "FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased()"
    )


def refuse_changes(table: str, acts: tuple[str, ...]) -> None:
    """Let the database itself refuse these acts on a table."""
    if not is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {' OR '.join(acts)} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in acts:
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def drop_guard(table: str, acts: tuple[str, ...]) -> None:
    """Take the triggers of a table off."""
    if not is_sqlite():
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        return
    for act in acts:
        op.execute(f"DROP TRIGGER {table}_no_{act}")


def downgrade() -> None:
    """Go one step back; of several waves only what was said last can stay."""
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in OF_PROJECTS:
            batch_op.drop_constraint(batch_op.f(f"ck_project_{name}"), type_="check")

    for table, column, before, now in COMMENTS:
        comment_on(table, column, before, now)
    drop_guard("follow_up_event", ("update", "delete"))
    drop_guard("rating_revision", ("update", "delete"))
    if not is_sqlite():
        op.execute("DROP FUNCTION refuse_unless_erased()")
    with op.batch_alter_table("follow_up_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_event_follow_up_id"))

    op.drop_table("follow_up_event")
    with op.batch_alter_table("rating_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_photo_file_id"))

    op.drop_table("rating_photo")
    with op.batch_alter_table("rating_doubt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_doubt_rating_id"))

    op.drop_table("rating_doubt")
    with op.batch_alter_table("rating_appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_appeal_project_id"))
        batch_op.drop_index(batch_op.f("ix_rating_appeal_department_id"))
        batch_op.drop_index(batch_op.f("ix_rating_appeal_decided_at_filed_at_id"))

    op.drop_table("rating_appeal")
    with op.batch_alter_table("rating_addition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_addition_project_id_comment_visibility_id"))
        batch_op.drop_index(batch_op.f("ix_rating_addition_comment_visibility_given_at_id"))

    op.drop_table("rating_addition")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_wave_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_state_asked_until"))
        batch_op.drop_index(batch_op.f("ix_follow_up_remedy_visibility_remedied_at_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_project_id_remedy_visibility_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_due_at_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_department_id_state_closed_at_id"))

    op.drop_table("follow_up")
    with op.batch_alter_table("rating_revision", schema=None) as batch_op:
        batch_op.drop_column("reasons")
        batch_op.drop_column("marks")

    op.execute(f"DELETE FROM rating_revision WHERE rating_id IN ({EARLIER})")
    op.execute(f"DELETE FROM rating WHERE id IN ({EARLIER})")
    op.execute(
        "UPDATE rating SET comment_visibility = 'private' "
        "WHERE comment = '' AND comment_visibility = 'public'"
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "changed_at",
                portal.db.UtcDateTime(),
                nullable=True,
                comment="last changed by the resident",
            )
        )
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_rating_{name}"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_rating_nothing_empty_is_public"),
            "comment <> '' OR comment_visibility <> 'public'",
        )
        batch_op.drop_constraint(batch_op.f("fk_rating_site_id_project_site"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_rating_wave_id_rating_wave"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_rating_resident_id_resident"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_rating_town_code_town"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_rating_wave_id_rater"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_rating_wave_id_text"))
        batch_op.drop_index(batch_op.f("ix_rating_wave_id_said_at"))
        batch_op.drop_index(batch_op.f("ix_rating_wave_id_network_said_at"))
        batch_op.drop_index(batch_op.f("ix_rating_wave_id_device"))
        batch_op.drop_index(batch_op.f("ix_rating_town_code"))
        batch_op.drop_index(batch_op.f("ix_rating_standing_said_at_id"))
        batch_op.drop_index(batch_op.f("ix_rating_site_id"))
        batch_op.drop_index(batch_op.f("ix_rating_signals_until"))
        batch_op.drop_index(batch_op.f("ix_rating_resident_id_id"))
        batch_op.drop_index(batch_op.f("ix_rating_rater_id"))
        batch_op.drop_index(batch_op.f("ix_rating_project_id_comment_visibility_id"))
        batch_op.drop_index(batch_op.f("ix_rating_comment_visibility_said_at_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_rating_project_id_rater"), ["project_id", "rater"]
        )
        batch_op.create_index(
            batch_op.f("ix_rating_project_id_level"), ["project_id", "level"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_rating_comment_visibility_given_at_id"),
            ["comment_visibility", "given_at", "id"],
            unique=False,
        )
        batch_op.drop_column("erased_at")
        batch_op.drop_column("said_at")
        batch_op.drop_column("signals_until")
        batch_op.drop_column("is_uniform")
        batch_op.drop_column("text")
        batch_op.drop_column("device")
        batch_op.drop_column("network")
        batch_op.drop_column("is_disputed")
        batch_op.drop_column("is_cleared")
        batch_op.drop_column("doubt")
        batch_op.drop_column("standing")
        batch_op.drop_column("entered_by")
        batch_op.drop_column("wants_answer")
        batch_op.drop_column("reasons")
        batch_op.drop_column("marks")
        batch_op.drop_column("town_code")
        batch_op.drop_column("site_id")
        batch_op.drop_column("channel")
        batch_op.drop_column("proof")
        batch_op.drop_column("resident_id")
        batch_op.drop_column("wave_id")

    refuse_changes("rating_revision", ("UPDATE", "DELETE"))
    op.drop_table("rating_tally")
    with op.batch_alter_table("rating_score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_score_wave_id"))
        batch_op.drop_index(batch_op.f("ix_rating_score_lower_project_id"))

    op.drop_table("rating_score")
    with op.batch_alter_table("rating_wave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_wave_invited_at_opens_on"))

    op.drop_table("rating_wave")
    with op.batch_alter_table("project_follower", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_follower_resident_id"))

    op.drop_table("project_follower")
    with op.batch_alter_table("interested_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interested_contact_project_id"))
        batch_op.drop_index(batch_op.f("ix_interested_contact_department_id"))

    op.drop_table("interested_contact")
    with op.batch_alter_table("ballot_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_line_project_id"))

    op.drop_table("ballot_line")
    op.drop_table("resident")
    with op.batch_alter_table("code_challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_challenge_pseudonym"))
        batch_op.drop_index(batch_op.f("ix_code_challenge_expires_at"))

    op.drop_table("code_challenge")
    op.drop_table("ballot")
