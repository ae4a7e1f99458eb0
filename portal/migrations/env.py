"""Let Alembic see the portal's engine and every model."""

from alembic import context

import portal  # noqa: F401 - importing the portal is importing every model
from portal.db import Base

engine = context.config.attributes["engine"]
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
