"""`wishes demo`: the sample site on this machine, set up at the first start, sign-ins printed."""

import json
from dataclasses import asdict
from pathlib import Path

import pyotp
import typer
import uvicorn
from rich.progress import Progress, SpinnerColumn, TextColumn

from app.core.clock import utc_now
from app.core.db import Database
from app.core.logs import configure_logs
from app.core.migrate import upgrade
from app.core.settings import Settings
from app.main import create_app
from app.sample.people import SampleAccount
from app.sample.seeding import SampleSite, seed_sample


def demo_settings(port: int) -> Settings:
    """The sample lives in a folder of its own, and every page says what it is."""
    settings = Settings()
    folder = settings.data_dir / "sample"
    return settings.model_copy(
        update={
            "data_dir": folder,
            "database_url": "",
            "sample_site": True,
            "base_url": f"http://localhost:{port}",
        }
    )


def serve_demo(*, host: str, port: int) -> None:
    """Set up (once), print where to go, serve until stopped."""
    settings = demo_settings(port)
    site = set_up(settings)
    _print(settings, site)
    configure_logs()
    app = create_app(settings)
    app.state.sample_sign_ins = lambda: [
        {"who": one.who, "email": one.email, "password": one.password,
         "code": pyotp.TOTP(one.totp_secret).now()}
        for one in site.accounts
    ]  # fmt: skip
    uvicorn.run(
        app, host=host, port=port, access_log=False, log_level="warning",
        timeout_graceful_shutdown=2,
    )  # fmt: skip


def set_up(settings: Settings) -> SampleSite:
    """Migrate and fill the sample database unless that was done before.

    The note of sign-ins is written last, so a set-up that was stopped halfway starts again.
    """
    note = settings.data_dir / "sign-ins.json"
    if note.exists():
        upgrade(settings.database_address)
        found = json.loads(note.read_text(encoding="utf-8"))
        accounts = [SampleAccount(**one) for one in found["accounts"]]
        return SampleSite(accounts, found["class_code"])
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    for old in settings.data_dir.glob("wishes.db*"):
        old.unlink()
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), transient=True) as bar:
        task = bar.add_task("Setting up the sample site")
        upgrade(settings.database_address)
        db = Database(settings.database_address)
        site = seed_sample(
            db, settings, now=utc_now(),
            progress=lambda step: bar.update(task, description=step),
        )  # fmt: skip
        db.close()
    _keep(note, site)
    return site


def _keep(note: Path, site: SampleSite) -> None:
    note.touch(mode=0o600)
    note.write_text(json.dumps(asdict(site), indent=1), encoding="utf-8")


def _print(settings: Settings, site: SampleSite) -> None:
    say = typer.echo
    say(f"\n{settings.site_name}: a sample site. Everything on it is invented.\n")
    say(f"  Public site    {settings.base_url}")
    say(f"  Take part      {settings.base_url}/j   with the code {site.class_code}")
    say(f"  Staff desk     {settings.base_url}/staff   (the page shows the code of the moment)\n")
    for one in site.accounts:
        say(f"  {one.who:<18} {one.email:<34} {one.password}")
    say("\nStop with Ctrl+C. Start afresh: delete the folder " + str(settings.data_dir) + "\n")
