"""Let Alembic see the portal's engine and every model."""

from alembic import context

from portal import (  # noqa: F401 - importing the rooms is importing every model
    create_app,
    limits,
)
from portal.db import Base

engine = context.config.attributes.get("engine") or create_app().extensions["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
