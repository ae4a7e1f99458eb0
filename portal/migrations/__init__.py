"""Bringing the database to the shape the models have."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine

HERE = Path(__file__).parent


def upgrade(engine: Engine) -> None:
    """Run every migration that has not been run."""
    command.upgrade(_config(engine), "head")


def differences(engine: Engine) -> str:
    """Return in words how the database differs from the models; '' when it does not."""
    try:
        command.check(_config(engine))
    except CommandError as error:
        return str(error)
    return ""


def revise(engine: Engine, message: str) -> None:
    """Write a migration from what the models have and the database has not."""
    command.revision(_config(engine), message, autogenerate=True)


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    return config
