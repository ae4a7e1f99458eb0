"""Let Alembic see the portal's engine and every model."""

from typing import Any

from alembic import context

from portal import search  # importing the portal is importing every model
from portal.db import Base

VECTOR = {search.VECTOR, f"ix_search_entry_{search.VECTOR}"}


def has_model(name: str | None, kind: str, parents: Any) -> bool:
    """False for what the database keeps by itself, in its own way, to search search_entry."""
    if kind == "table":
        return not (name or "").startswith(search.INDEX)
    return not (parents.get("table_name") == "search_entry" and name in VECTOR)


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=has_model,
        render_as_batch=engine.dialect.name == "sqlite",
        compare_type=True,
    )
    # Batch mode makes a table anew: with the guard on, dropping the old one would take the
    # rows that lean on it for orphans. What leans is checked before anything is kept.
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        connection.connection.execute("PRAGMA foreign_keys=OFF")
    with context.begin_transaction():
        context.run_migrations()
    if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("a migration would leave rows that point nowhere")
    connection.commit()
    if is_sqlite:
        connection.connection.execute("PRAGMA foreign_keys=ON")
