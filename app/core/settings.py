"""Settings, read once from the environment (prefix `WISHES_`), safe by default on one machine."""

import hashlib
import hmac
import secrets
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """Everything a site may change without changing code."""

    model_config = SettingsConfigDict(env_prefix="WISHES_", extra="ignore")

    database_url: str = Field(
        default="", description="SQLAlchemy address; empty means SQLite inside data_dir"
    )
    data_dir: Path = Field(
        default=ROOT / "var", description="Folder for the SQLite file, keys, uploads and models"
    )
    secret_key: str = Field(
        default="", repr=False, description="Root secret; empty means one kept in data_dir/secret"
    )
    base_url: str = Field(
        default="http://localhost:8000", description="The address printed in QR codes and feeds"
    )
    site_name: str = "Child Friendly Leeds Wishes"
    sample_site: bool = Field(
        default=False, description="Shows on every page that the content is invented"
    )
    secure_cookies: bool = Field(
        default=False,
        description="Cookies of staff, seats and tablets only over HTTPS; on in production",
    )
    worker: bool = Field(default=True, description="Run background work inside the server process")
    page_cache_seconds: int = Field(
        default=30, description="How long a public page may be kept by a browser or proxy"
    )
    upload_limit_mb: int = Field(default=20, description="Largest file staff may upload")

    gate_minimum: int = Field(default=10, description="Smallest group of respondents released")
    gate_hide_below: int = Field(
        default=8, description="Counts from 1 to one less than this are hidden in breakdowns"
    )
    gate_round_to: int = Field(default=5, description="Other counts are rounded to this")
    gate_percent_from: int = Field(
        default=50, description="Percentages are shown only where the group is at least this big"
    )
    update_due_days: int = Field(
        default=90, description="An action with no update for this long is shown as overdue"
    )
    recount_days: int = Field(
        default=28, description="How long single votes are kept after a ballot closed, for recounts"
    )
    kiosk_idle_seconds: int = Field(
        default=30, description="A shared tablet nobody touches for this long asks, then resets"
    )
    session_idle_minutes: int = 60
    session_absolute_hours: int = 12

    @property
    def database_address(self) -> str:
        """The address in the form SQLAlchemy wants, with our driver named."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / 'wishes.db'}"
        for short in ("postgres://", "postgresql://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    @property
    def key_dir(self) -> Path:
        """Folder of the ballots' keys. Leave it out of backups: a destroyed key must be gone."""
        return self.data_dir / "keys"

    def key(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, derived from the root secret (HMAC-SHA256).

        The root secret lives outside the database, so a copy of the database alone opens nothing.
        """
        return hmac.new(self.root_secret(), purpose.encode(), hashlib.sha256).digest()

    def root_secret(self) -> bytes:
        """The configured secret, or one made at first use and kept readable by its owner only."""
        if self.secret_key:
            return self.secret_key.encode()
        path = self.data_dir / "secret"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48), encoding="ascii")
        return path.read_bytes()
