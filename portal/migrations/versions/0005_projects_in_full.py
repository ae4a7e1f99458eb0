"""Projects in full: what a promise is, how it goes, what it costs, who answers, what changed

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("project_change", "progress_report", "remedy")
"""Published words that stay as they were said."""

COMMENTS = (
    (
        "county_setting",
        "key",
        "'profile' or 'deadlines'",
        "'profile', 'deadlines', 'lights' or 'upkeep'",
    ),
    (
        "project",
        "department_id",
        "牵头单位; empty when unknown",
        "牵头单位 now; empty when unknown",
    ),
    (
        "project",
        "due_on",
        "promised completion",
        "completion as promised now; differs from promised_on only by a decision",
    ),
)
"""Columns that mean more than before: table, column, what their comment said and says."""


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "leader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False, comment="short stable key for addresses"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False, comment="the office held"),
        sa.Column(
            "sort_order", sa.Integer(), nullable=False, comment="the county's own order of leaders"
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="holds the office now"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader")),
        sa.UniqueConstraint("code", name=op.f("uq_leader_code")),
    )
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False, comment="who accepted"),
        sa.Column(
            "standard", sa.String(), nullable=False, comment="the standard it was held against"
        ),
        sa.Column(
            "result",
            sa.Enum("passed", "conditional", "failed", name="result", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "is_final", sa.Boolean(), nullable=False, comment="of the whole project, not of a part"
        ),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_acceptance_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
    )
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acceptance_project_id"), ["project_id"], unique=False)

    op.create_table(
        "blocker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "land",
                "funds",
                "approval",
                "other",
                name="blockerkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column(
            "department_id",
            sa.Integer(),
            nullable=False,
            comment="department that leads its removal",
        ),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="to be removed by"),
        sa.Column(
            "resolved_on", sa.Date(), nullable=True, comment="removed on; empty while it stands"
        ),
        sa.Column("resolution", sa.String(), nullable=False, comment="how it was removed"),
        sa.CheckConstraint(
            "resolved_on IS NULL OR resolved_on >= raised_on",
            name=op.f("ck_blocker_resolved_later"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_blocker_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_blocker_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocker")),
    )
    with op.batch_alter_table("blocker", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_blocker_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_blocker_project_id"), ["project_id"], unique=False)

    op.create_table(
        "fund_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "central",
                "province",
                "city",
                "county",
                "upper",
                "social",
                "other",
                name="fundkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "name", sa.String(), nullable=False, comment="the fund or investor, may be empty"
        ),
        sa.Column("approved_fen", sa.BigInteger(), nullable=False, comment="approved, 分"),
        sa.Column("in_place_fen", sa.BigInteger(), nullable=False, comment="in place (到位), 分"),
        sa.Column("due_on", sa.Date(), nullable=True, comment="to be in place by"),
        sa.Column("document_no", sa.String(), nullable=False, comment="文号 of the approval"),
        sa.CheckConstraint("approved_fen >= 0", name=op.f("ck_fund_source_approved_not_negative")),
        sa.CheckConstraint(
            "in_place_fen <= approved_fen", name=op.f("ck_fund_source_in_place_within_approved")
        ),
        sa.CheckConstraint("in_place_fen >= 0", name=op.f("ck_fund_source_in_place_not_negative")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_fund_source_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_source")),
    )
    with op.batch_alter_table("fund_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fund_source_project_id"), ["project_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("handed_over_on", sa.Date(), nullable=False),
        sa.Column("body", sa.String(), nullable=False, comment="管护主体: who looks after it"),
        sa.Column(
            "funding", sa.String(), nullable=False, comment="管护资金: from what, how much a year"
        ),
        sa.Column(
            "rules", sa.String(), nullable=False, comment="管护制度: by which rules, how often"
        ),
        sa.Column("phone", sa.String(), nullable=False, comment="where a fault is reported"),
        sa.Column(
            "operator",
            sa.String(),
            nullable=False,
            comment="company or association that runs it, where society takes part",
        ),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_handover_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("project_id", name=op.f("uq_handover_project_id")),
    )
    op.create_table(
        "hazard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum("general", "major", name="hazardlevel", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("fix_by", sa.Date(), nullable=False, comment="to be gone by"),
        sa.Column("fixed_on", sa.Date(), nullable=True, comment="gone on; empty while it stands"),
        sa.Column("fix_note", sa.String(), nullable=False, comment="what was done"),
        sa.CheckConstraint(
            "fixed_on IS NULL OR fixed_on >= found_on", name=op.f("ck_hazard_fixed_later")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_hazard_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard")),
    )
    with op.batch_alter_table("hazard", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hazard_project_id"), ["project_id"], unique=False)

    op.create_table(
        "honour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "quality",
                "safety",
                "clean",
                "heart",
                "other",
                name="honourkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("awarded_by", sa.String(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_honour_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_honour")),
    )
    with op.batch_alter_table("honour", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_honour_project_id"), ["project_id"], unique=False)

    op.create_table(
        "inspection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "routine",
                "random",
                "open",
                "covert",
                name="inspectionkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False, comment="who inspected"),
        sa.Column(
            "result",
            sa.Enum("passed", "conditional", "failed", name="result", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("finding", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_inspection_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspection_project_id"), ["project_id"], unique=False)

    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True, comment="the task it is a part of"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "grain",
            sa.Enum("month", "week", "day", name="grain", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "planned_on", sa.Date(), nullable=False, comment="to be reached by the end of this day"
        ),
        sa.Column(
            "actual_on", sa.Date(), nullable=True, comment="reached on; empty while it is not"
        ),
        sa.Column("person", sa.String(), nullable=False, comment="who answers for it"),
        sa.Column("post", sa.String(), nullable=False, comment="the post that person holds"),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["milestone.id"],
            name=op.f("fk_milestone_parent_id_milestone"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_milestone_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_milestone_project_id_planned_on"),
            ["project_id", "planned_on"],
            unique=False,
        )

    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "builder",
                "designer",
                "surveyor",
                "supervisor",
                "tester",
                "supplier",
                name="participantrole",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False, comment="统一社会信用代码, 18 signs"),
        sa.Column("person", sa.String(), nullable=False, comment="its person in charge on site"),
        sa.Column("scope", sa.String(), nullable=False, comment="which part or material"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_participant_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_project_id"), ["project_id"], unique=False)

    op.create_table(
        "plan_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "by_on", sa.Date(), nullable=False, comment="end of a month or quarter, as planned"
        ),
        sa.Column(
            "percent",
            sa.Numeric(precision=7, scale=2),
            nullable=False,
            comment="percent of the year's target by then; over 100 when stretched",
        ),
        sa.CheckConstraint("percent >= 0", name=op.f("ck_plan_point_percent_not_negative")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_plan_point_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_point")),
        sa.UniqueConstraint("project_id", "by_on", name=op.f("uq_plan_point_project_id_by_on")),
    )
    op.create_table(
        "progress_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False, comment="the day the report speaks of"),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "in_progress",
                "completed",
                "paused",
                "stopped",
                name="projectstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
            comment="status as reported",
        ),
        sa.Column(
            "percent",
            sa.Numeric(precision=9, scale=2),
            nullable=True,
            comment="completion in percent",
        ),
        sa.Column(
            "planned",
            sa.Numeric(precision=9, scale=2),
            nullable=True,
            comment="percent the plan wanted on that day, frozen",
        ),
        sa.Column("invested_fen", sa.BigInteger(), nullable=True, comment="work done in money, 分"),
        sa.Column("narrative", sa.String(), nullable=False, comment="what was done"),
        sa.Column(
            "problems", sa.String(), nullable=False, comment="what holds it up, may be empty"
        ),
        sa.Column("next_step", sa.String(), nullable=False, comment="what comes next"),
        sa.Column("published_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column(
            "batch_id",
            sa.Integer(),
            nullable=True,
            comment="the import it came by; shown nowhere once that is undone",
        ),
        sa.CheckConstraint(
            "percent IS NOT NULL OR narrative <> ''", name=op.f("ck_progress_report_says_something")
        ),
        sa.CheckConstraint(
            "percent IS NULL OR percent >= 0", name=op.f("ck_progress_report_percent_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_progress_report_batch_id_import_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_progress_report_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_report")),
    )
    with op.batch_alter_table("progress_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_progress_report_project_id_as_of"), ["project_id", "as_of"], unique=False
        )

    op.create_table(
        "project_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False, comment="user name; shown to staff only"),
        sa.Column(
            "organisation",
            sa.String(),
            nullable=False,
            comment="on whose behalf; shown to everybody",
        ),
        sa.Column(
            "section", sa.String(), nullable=False, comment="key of projects.sections.SECTIONS"
        ),
        sa.Column(
            "row", sa.String(), nullable=False, comment="what the row is called, may be empty"
        ),
        sa.Column(
            "field", sa.String(), nullable=False, comment="name of the field, '' when the row went"
        ),
        sa.Column("before", sa.String(), nullable=False, comment="as a reader would have seen it"),
        sa.Column("after", sa.String(), nullable=False, comment="as a reader sees it now"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_change_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_change")),
    )
    with op.batch_alter_table("project_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_change_project_id_id"), ["project_id", "id"], unique=False
        )

    op.create_table(
        "project_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "section", sa.String(), nullable=False, comment="key of projects.sections.SECTIONS"
        ),
        sa.Column(
            "operation",
            sa.Enum("add", "change", "remove", name="operation", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("target_id", sa.Integer(), nullable=True, comment="the row changed or removed"),
        sa.Column(
            "before",
            sa.JSON(),
            nullable=False,
            comment="what the row said when the draft was begun; field -> written value",
        ),
        sa.Column("after", sa.JSON(), nullable=False, comment="field -> written value"),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "published",
                "returned",
                "dropped",
                name="draftstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("author", sa.String(), nullable=False, comment="user name"),
        sa.Column("author_account_id", sa.Integer(), nullable=True, comment="empty for the system"),
        sa.Column(
            "department_id",
            sa.Integer(),
            nullable=True,
            comment="the author's department, for officers",
        ),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column(
            "submitted_at", portal.db.UtcDateTime(), nullable=True, comment="handed in for review"
        ),
        sa.Column(
            "decided_at", portal.db.UtcDateTime(), nullable=True, comment="published or returned"
        ),
        sa.Column("decided_by", sa.String(), nullable=False, comment="user name of the reviewer"),
        sa.Column(
            "note", sa.String(), nullable=False, comment="the reviewer's words to the author"
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(operation = 'add') = (target_id IS NULL)",
            name=op.f("ck_project_draft_target_unless_add"),
        ),
        sa.ForeignKeyConstraint(
            ["author_account_id"],
            ["account.id"],
            name=op.f("fk_project_draft_author_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_project_draft_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_draft_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_draft")),
    )
    with op.batch_alter_table("project_draft", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_draft_project_id_state_id"),
            ["project_id", "state", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_project_draft_state_submitted_at_id"),
            ["state", "submitted_at", "id"],
            unique=False,
        )

    op.create_table(
        "project_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "county_leader",
                "first",
                "in_charge",
                "lead",
                "assist",
                name="dutyrole",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False, comment="person in charge, for those roles"),
        sa.Column("post", sa.String(), nullable=False, comment="the post that person holds"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True, comment="last day; empty while it lasts"),
        sa.CheckConstraint(
            "(role = 'county_leader') = (leader_id IS NOT NULL)",
            name=op.f("ck_project_duty_leader_if_county_leader"),
        ),
        sa.CheckConstraint(
            "(role IN ('lead', 'assist')) = (department_id IS NOT NULL)",
            name=op.f("ck_project_duty_department_if_lead_or_assist"),
        ),
        sa.CheckConstraint(
            "name <> '' OR role NOT IN ('first', 'in_charge')",
            name=op.f("ck_project_duty_person_has_a_name"),
        ),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on",
            name=op.f("ck_project_duty_ends_after_it_begins"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_project_duty_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leader.id"], name=op.f("fk_project_duty_leader_id_leader")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_duty_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_duty")),
    )
    with op.batch_alter_table("project_duty", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_duty_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_project_duty_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_project_duty_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False, comment="place within the project"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "quantity",
            sa.Numeric(precision=18, scale=4),
            nullable=True,
            comment="the year's target; empty: none was set, and no rate is shown",
        ),
        sa.Column(
            "unit", sa.String(), nullable=False, comment="unit of quantity and done, such as 公里"
        ),
        sa.Column(
            "done", sa.Numeric(precision=18, scale=4), nullable=True, comment="reached so far"
        ),
        sa.Column(
            "percent",
            sa.Numeric(precision=9, scale=2),
            nullable=True,
            comment="completion as published, where no quantities are given",
        ),
        sa.Column(
            "is_lower_better",
            sa.Boolean(),
            nullable=False,
            comment="the target is a ceiling, such as a rate of unemployment",
        ),
        sa.Column("due_on", sa.Date(), nullable=True, comment="own deadline, where it has one"),
        sa.Column(
            "owner", sa.String(), nullable=False, comment="业主单位 as published, may be empty"
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "done IS NULL OR done >= 0", name=op.f("ck_project_item_done_not_negative")
        ),
        sa.CheckConstraint(
            "quantity IS NULL OR quantity >= 0", name=op.f("ck_project_item_quantity_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_item_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_item")),
    )
    with op.batch_alter_table("project_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_item_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="1, 2, ... within the project; on its poster",
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("town_code", sa.String(), nullable=True),
        sa.Column(
            "latitude",
            sa.Numeric(precision=9, scale=6),
            nullable=True,
            comment="degrees north, WGS 84",
        ),
        sa.Column(
            "longitude",
            sa.Numeric(precision=9, scale=6),
            nullable=True,
            comment="degrees east, WGS 84",
        ),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "in_progress",
                "completed",
                "paused",
                "stopped",
                name="projectstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "percent",
            sa.Numeric(precision=9, scale=2),
            nullable=True,
            comment="completion in percent",
        ),
        sa.Column("note", sa.String(), nullable=False, comment="what is done or holds it up"),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)",
            name=op.f("ck_project_site_both_coordinates"),
        ),
        sa.CheckConstraint(
            "latitude IS NULL OR (latitude BETWEEN -90 AND 90)",
            name=op.f("ck_project_site_latitude_on_earth"),
        ),
        sa.CheckConstraint(
            "longitude IS NULL OR (longitude BETWEEN -180 AND 180)",
            name=op.f("ck_project_site_longitude_on_earth"),
        ),
        sa.CheckConstraint(
            "percent IS NULL OR percent >= 0", name=op.f("ck_project_site_percent_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_site_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["town_code"], ["town.code"], name=op.f("fk_project_site_town_code_town")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_site")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_project_site_project_id_number")),
    )
    with op.batch_alter_table("project_site", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_site_town_code"), ["town_code"], unique=False)

    op.create_table(
        "project_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "collection",
                "candidate",
                "vote",
                "list",
                "work",
                "acceptance",
                "notice",
                "evaluation",
                "upkeep",
                name="stage",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=False, comment="文号, may be empty"),
        sa.Column("note", sa.String(), nullable=False, comment="what happened, in a sentence"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_stage_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_stage")),
        sa.UniqueConstraint("project_id", "stage", name=op.f("uq_project_stage_project_id_stage")),
    )
    op.create_table(
        "project_standing",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="the day it was made for"),
        sa.Column(
            "light",
            sa.Enum(
                "done",
                "ahead",
                "on_time",
                "late",
                "severe",
                "waiting",
                "unknown",
                "paused",
                "stopped",
                name="light",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "rank",
            sa.Integer(),
            nullable=False,
            comment="how grave the light is, 0 first; for sorting",
        ),
        sa.Column(
            "ends_on",
            sa.Date(),
            nullable=False,
            comment="promised completion now, or the end of the list's year",
        ),
        sa.Column(
            "planned",
            sa.Numeric(precision=9, scale=2),
            nullable=False,
            comment="percent the plan wants",
        ),
        sa.Column(
            "gap",
            sa.Numeric(precision=9, scale=2),
            nullable=True,
            comment="done minus planned, percentage points",
        ),
        sa.Column(
            "ratio",
            sa.Numeric(precision=9, scale=2),
            nullable=True,
            comment="done in percent of planned",
        ),
        sa.Column(
            "start_late",
            sa.Integer(),
            nullable=False,
            comment="0 no, 1 yellow, 2 red: not begun in time",
        ),
        sa.Column(
            "funds_behind",
            sa.Integer(),
            nullable=False,
            comment="0 no, 1 yellow, 2 red: paid behind plan",
        ),
        sa.Column(
            "is_stale", sa.Boolean(), nullable=False, comment="no report within the county's rhythm"
        ),
        sa.Column(
            "needs_rejudging",
            sa.Boolean(),
            nullable=False,
            comment="may read otherwise tomorrow: work is neither accepted nor stopped",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_project_standing_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_project_standing")),
    )
    with op.batch_alter_table("project_standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_standing_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_standing_ends_on"), ["ends_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_project_standing_light_project_id"),
            ["light", "project_id"],
            unique=False,
        )

    op.create_table(
        "quality_test",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False, comment="who tested"),
        sa.Column("tested_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False, comment="what was tested"),
        sa.Column(
            "result",
            sa.Enum("passed", "conditional", "failed", name="result", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("document_no", sa.String(), nullable=False, comment="number of the report"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_quality_test_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_test")),
    )
    with op.batch_alter_table("quality_test", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quality_test_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "revisit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False, comment="months after completion"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="to be made by"),
        sa.Column("done_on", sa.Date(), nullable=True, comment="made on; empty while it is due"),
        sa.Column("by", sa.String(), nullable=False, comment="who went"),
        sa.Column(
            "checklist",
            sa.JSON(),
            nullable=False,
            comment="point of the county's checklist -> whether it is in order",
        ),
        sa.Column("score", sa.Integer(), nullable=True, comment="0 to 100"),
        sa.Column("summary", sa.String(), nullable=False, comment="what was seen"),
        sa.CheckConstraint(
            "(score IS NULL) = (done_on IS NULL)", name=op.f("ck_revisit_scored_when_done")
        ),
        sa.CheckConstraint(
            "score IS NULL OR (score BETWEEN 0 AND 100)", name=op.f("ck_revisit_score_of_hundred")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_revisit_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisit")),
        sa.UniqueConstraint("project_id", "months", name=op.f("uq_revisit_project_id_months")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("photo", "document", name="filekind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "phase",
            sa.Enum("before", "during", "after", name="phase", native_enum=False, length=32),
            nullable=True,
            comment="of a photo",
        ),
        sa.Column(
            "description",
            sa.String(),
            nullable=False,
            comment="what a photo shows, for those who cannot see it; the title of a document",
        ),
        sa.Column(
            "name", sa.String(), nullable=False, comment="file name offered when it is saved"
        ),
        sa.Column(
            "revisit_id", sa.Integer(), nullable=True, comment="the revisit a photo was taken on"
        ),
        sa.Column("taken_on", sa.Date(), nullable=True, comment="day of the photo or document"),
        sa.CheckConstraint(
            "(kind = 'photo') = (phase IS NOT NULL)", name=op.f("ck_attachment_phase_of_photos")
        ),
        sa.CheckConstraint("description <> ''", name=op.f("ck_attachment_described")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_attachment_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_attachment_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["revisit_id"], ["revisit.id"], name=op.f("fk_attachment_revisit_id_revisit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_file_id"), ["file_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attachment_project_id_kind_id"),
            ["project_id", "kind", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_attachment_revisit_id"), ["revisit_id"], unique=False)

    op.create_table(
        "blocker_assist",
        sa.Column("blocker_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blocker_id"],
            ["blocker.id"],
            name=op.f("fk_blocker_assist_blocker_id_blocker"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_blocker_assist_department_id_department"),
        ),
        sa.PrimaryKeyConstraint("blocker_id", "department_id", name=op.f("pk_blocker_assist")),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "source_id",
            sa.Integer(),
            nullable=True,
            comment="out of which source, where it is known",
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="分"),
        sa.Column("purpose", sa.String(), nullable=False, comment="what for"),
        sa.Column("payee", sa.String(), nullable=False, comment="the company or unit paid"),
        sa.Column(
            "due_on", sa.Date(), nullable=True, comment="to be paid by, as contract or law has it"
        ),
        sa.Column("paid_on", sa.Date(), nullable=True, comment="paid on; empty while it is owed"),
        sa.Column("document_no", sa.String(), nullable=False, comment="number of the voucher"),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_amount_positive")),
        sa.CheckConstraint(
            "paid_on IS NOT NULL OR due_on IS NOT NULL", name=op.f("ck_payment_has_a_date")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_payment_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["fund_source.id"], name=op.f("fk_payment_source_id_fund_source")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payment_project_id_paid_on"), ["project_id", "paid_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_payment_source_id"), ["source_id"], unique=False)

    op.create_table(
        "project_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "date",
                "target",
                "pause",
                "resume",
                "stop",
                name="decisionkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.String(), nullable=False, comment="the body that decided"),
        sa.Column("document_no", sa.String(), nullable=False, comment="number of the decision"),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=True, comment="promised completion until then"),
        sa.Column(
            "due_after", sa.Date(), nullable=True, comment="promised completion from then on"
        ),
        sa.Column("item_id", sa.Integer(), nullable=True, comment="the item whose target changed"),
        sa.Column(
            "target_before", sa.String(), nullable=False, comment="target until then, in words"
        ),
        sa.Column(
            "target_after", sa.String(), nullable=False, comment="target from then on, in words"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["project_item.id"],
            name=op.f("fk_project_decision_item_id_project_item"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_decision_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_decision")),
    )
    with op.batch_alter_table("project_decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_decision_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "remedy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column(
            "number", sa.Integer(), nullable=False, comment="version, 1, 2, ... within the project"
        ),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False, comment="what is done about it"),
        sa.Column(
            "new_date",
            sa.Date(),
            nullable=False,
            comment="new internal date by which it is made up",
        ),
        sa.Column("published_at", portal.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_remedy_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["progress_report.id"], name=op.f("fk_remedy_report_id_progress_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_remedy_project_id_number")),
    )
    op.create_table(
        "revisit_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("revisit_id", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False, comment="who has to fix it"),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="to be fixed by"),
        sa.Column("fixed_on", sa.Date(), nullable=True, comment="fixed on; empty while it stands"),
        sa.Column("fix_note", sa.String(), nullable=False, comment="what was done"),
        sa.CheckConstraint(
            "fixed_on IS NULL OR fixed_on >= found_on", name=op.f("ck_revisit_problem_fixed_later")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_revisit_problem_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_revisit_problem_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["revisit_id"], ["revisit.id"], name=op.f("fk_revisit_problem_revisit_id_revisit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisit_problem")),
    )
    with op.batch_alter_table("revisit_problem", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revisit_problem_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_revisit_problem_project_id"), ["project_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_revisit_problem_revisit_id"), ["revisit_id"], unique=False
        )

    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "before",
                sa.JSON(),
                nullable=False,
                server_default=sa.text("'{}'"),
                comment="what the changed projects said before, to undo the batch",
            )
        )
        batch_op.add_column(
            sa.Column(
                "undone_at", portal.db.UtcDateTime(), nullable=True, comment="when it was undone"
            )
        )
        batch_op.add_column(
            sa.Column(
                "undone_by",
                sa.String(),
                nullable=False,
                server_default=sa.text("''"),
                comment="user name of who undid it",
            )
        )

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "leader_id",
                sa.Integer(),
                nullable=True,
                comment="分包县级领导 now; kept by its duty rows",
            )
        )
        batch_op.add_column(
            sa.Column(
                "level",
                sa.Enum("county", "city", "province", name="level", native_enum=False, length=32),
                nullable=False,
                server_default=sa.text("'county'"),
                comment="县定, or assessed above",
            )
        )
        batch_op.add_column(
            sa.Column(
                "nature",
                sa.Enum("works", "service", "policy", name="nature", native_enum=False, length=32),
                nullable=False,
                server_default=sa.text("'works'"),
                comment="what kind of promise",
            )
        )
        batch_op.add_column(
            sa.Column(
                "stage",
                sa.Enum(
                    "collection",
                    "candidate",
                    "vote",
                    "list",
                    "work",
                    "acceptance",
                    "notice",
                    "evaluation",
                    "upkeep",
                    name="stage",
                    native_enum=False,
                    length=32,
                ),
                nullable=False,
                server_default=sa.text("'list'"),
                comment="furthest stage on record, kept by project_stage",
            )
        )
        batch_op.add_column(
            sa.Column(
                "document_no",
                sa.String(),
                nullable=False,
                server_default=sa.text("''"),
                comment="文号 of the list, may be empty",
            )
        )
        batch_op.add_column(
            sa.Column(
                "invested_fen", sa.BigInteger(), nullable=True, comment="work done in money, 分"
            )
        )
        batch_op.add_column(
            sa.Column(
                "promised_on",
                sa.Date(),
                nullable=True,
                comment="completion as first promised; never changed once published",
            )
        )
        batch_op.add_column(
            sa.Column(
                "stretch_percent",
                sa.Numeric(precision=6, scale=2),
                nullable=False,
                server_default=sa.text("'100'"),
                comment="what a straight plan reaches by the end; 120 where the aim is stretched",
            )
        )
        batch_op.add_column(
            sa.Column(
                "is_green_channel",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="绿色通道",
            )
        )
        batch_op.add_column(
            sa.Column(
                "handed_over_on",
                sa.Date(),
                nullable=True,
                comment="day of handover to whoever looks after it; kept by handover",
            )
        )
        batch_op.add_column(
            sa.Column(
                "withdrawn_at",
                portal.db.UtcDateTime(),
                nullable=True,
                comment="the import it came by was undone; shown nowhere",
            )
        )
        batch_op.add_column(
            sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("'1'"))
        )
        batch_op.create_index(batch_op.f("ix_project_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_withdrawn_at"), ["withdrawn_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_field"), ["field"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_level"), ["level"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_stage"), ["stage"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_project_updated_at_id"), ["updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_project_status_nature_handed_over_on"),
            ["status", "nature", "handed_over_on"],
            unique=False,
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_project_leader_id_leader"), "leader", ["leader_id"], ["id"]
        )
    fill_in()
    for table, column, before, now in COMMENTS:
        comment_on(table, column, now, before)
    for table in TABLES:
        refuse_changes(table)


def comment_on(table: str, column: str, now: str, before: str) -> None:
    """Say anew what a column means; SQLite keeps no comments."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column(table, column, comment=now, existing_comment=before)


def fill_in() -> None:
    """Say of the projects on record what the new columns want to know."""
    op.execute("UPDATE project SET promised_on = due_on")
    op.execute("UPDATE project SET stage = 'work' WHERE status = 'in_progress'")
    op.execute("UPDATE project SET stage = 'acceptance' WHERE status = 'completed'")


def refuse_changes(table: str) -> None:
    """Let the database refuse to change or delete rows that are only ever added."""
    if op.get_bind().dialect.name != "sqlite":
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


def downgrade() -> None:
    """Go one step back."""
    for table, column, before, now in COMMENTS:
        comment_on(table, column, before, now)
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_project_leader_id_leader"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_project_status_nature_handed_over_on"))
        batch_op.drop_index(batch_op.f("ix_project_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_project_stage"))
        batch_op.drop_index(batch_op.f("ix_project_level"))
        batch_op.drop_index(batch_op.f("ix_project_field"))
        batch_op.drop_index(batch_op.f("ix_project_withdrawn_at"))
        batch_op.drop_index(batch_op.f("ix_project_leader_id"))
        batch_op.drop_column("version")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("handed_over_on")
        batch_op.drop_column("is_green_channel")
        batch_op.drop_column("stretch_percent")
        batch_op.drop_column("promised_on")
        batch_op.drop_column("invested_fen")
        batch_op.drop_column("document_no")
        batch_op.drop_column("stage")
        batch_op.drop_column("nature")
        batch_op.drop_column("level")
        batch_op.drop_column("leader_id")

    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_column("undone_by")
        batch_op.drop_column("undone_at")
        batch_op.drop_column("before")

    with op.batch_alter_table("revisit_problem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revisit_problem_revisit_id"))
        batch_op.drop_index(batch_op.f("ix_revisit_problem_project_id"))
        batch_op.drop_index(batch_op.f("ix_revisit_problem_department_id"))

    op.drop_table("revisit_problem")
    op.drop_table("remedy")
    with op.batch_alter_table("project_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_decision_project_id"))

    op.drop_table("project_decision")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_source_id"))
        batch_op.drop_index(batch_op.f("ix_payment_project_id_paid_on"))

    op.drop_table("payment")
    op.drop_table("blocker_assist")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_revisit_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_project_id_kind_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_file_id"))

    op.drop_table("attachment")
    op.drop_table("revisit")
    with op.batch_alter_table("quality_test", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quality_test_project_id"))

    op.drop_table("quality_test")
    with op.batch_alter_table("project_standing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_standing_light_project_id"))
        batch_op.drop_index(batch_op.f("ix_project_standing_ends_on"))
        batch_op.drop_index(batch_op.f("ix_project_standing_day"))

    op.drop_table("project_standing")
    op.drop_table("project_stage")
    with op.batch_alter_table("project_site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_site_town_code"))

    op.drop_table("project_site")
    with op.batch_alter_table("project_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_item_project_id"))

    op.drop_table("project_item")
    with op.batch_alter_table("project_duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_duty_project_id"))
        batch_op.drop_index(batch_op.f("ix_project_duty_leader_id"))
        batch_op.drop_index(batch_op.f("ix_project_duty_department_id"))

    op.drop_table("project_duty")
    with op.batch_alter_table("project_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_draft_state_submitted_at_id"))
        batch_op.drop_index(batch_op.f("ix_project_draft_project_id_state_id"))

    op.drop_table("project_draft")
    with op.batch_alter_table("project_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_change_project_id_id"))

    op.drop_table("project_change")
    with op.batch_alter_table("progress_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_progress_report_project_id_as_of"))

    op.drop_table("progress_report")
    op.drop_table("plan_point")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_project_id"))

    op.drop_table("participant")
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_milestone_project_id_planned_on"))

    op.drop_table("milestone")
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspection_project_id"))

    op.drop_table("inspection")
    with op.batch_alter_table("honour", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_honour_project_id"))

    op.drop_table("honour")
    with op.batch_alter_table("hazard", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hazard_project_id"))

    op.drop_table("hazard")
    op.drop_table("handover")
    with op.batch_alter_table("fund_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fund_source_project_id"))

    op.drop_table("fund_source")
    with op.batch_alter_table("blocker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blocker_project_id"))
        batch_op.drop_index(batch_op.f("ix_blocker_department_id"))

    op.drop_table("blocker")
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acceptance_project_id"))

    op.drop_table("acceptance")
    op.drop_table("leader")
