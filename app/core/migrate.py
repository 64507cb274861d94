"""Bring a database to the newest revision, or ask whether the tables drifted from the models."""

from alembic import command
from alembic.config import Config

from app.core.settings import ROOT


def _config(address: str) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["address"] = address
    return config


def upgrade(address: str, revision: str = "head") -> None:
    """Run every migration that is still to come."""
    command.upgrade(_config(address), revision)


def check(address: str) -> None:
    """Raise when the models say something the migrations do not."""
    command.check(_config(address))


def new_revision(address: str, message: str, number: str) -> None:
    """Write a revision from the difference between models and database (for developers)."""
    command.revision(_config(address), message, autogenerate=True, rev_id=number)
