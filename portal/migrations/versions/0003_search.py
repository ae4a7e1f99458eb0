"""Let texts be searched in Chinese, by the means of the database at hand

Whoever rebuilds search_entry on SQLite (batch mode does) must make its triggers again.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the entries and what finds them."""
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.String(), nullable=False, comment="what kind of thing, e.g. 'project'"
        ),
        sa.Column(
            "ident", sa.Integer(), nullable=False, comment="the id of the thing in its own table"
        ),
        sa.Column(
            "tokens", sa.String(), nullable=False, comment="its text as search.tokens spells it"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "ident", name=op.f("uq_search_entry_kind_ident")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _index_with_fts5()
    else:
        _index_with_tsvector()


def downgrade() -> None:
    """Take both away; dropping the table takes its triggers, vectors and indexes along."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_entry")


def _index_with_fts5() -> None:
    """An index without texts of its own; triggers tell it what search_entry holds."""
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5"
        "(tokens, content='search_entry', content_rowid='id', tokenize='ascii')"
    )
    add = "INSERT INTO search_index (rowid, tokens) VALUES (new.id, new.tokens);"
    forget = (
        "INSERT INTO search_index (search_index, rowid, tokens) "
        "VALUES ('delete', old.id, old.tokens);"
    )
    for act, steps in (("INSERT", add), ("DELETE", forget), ("UPDATE", forget + " " + add)):
        op.execute(
            f"CREATE TRIGGER search_entry_{act.lower()} AFTER {act} ON search_entry "
            f"BEGIN {steps} END"
        )


def _index_with_tsvector() -> None:
    """A stored vector: computing it again for each candidate made common words 20 times slower."""
    op.execute(
        "ALTER TABLE search_entry ADD COLUMN vector tsvector "
        "GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, tokens)) STORED"
    )
    op.execute(
        "CREATE INDEX ix_search_entry_vector ON search_entry "
        "USING gin (vector) WITH (fastupdate = off)"  # else readers search a pile of late entries
    )
