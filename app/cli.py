"""The `wishes` command. Long work shows a progress bar; every command ends in words.

Imports stand inside the commands, so that `wishes --help` answers at once.
"""

# ruff: noqa: PLC0415

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from app.ballots.counting.papers import Overvote, Repeat
from app.ballots.counting.results import Rule

cli = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False, add_completion=False)

Port = Annotated[int, typer.Option(help="Port to listen on.")]
FileIn = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
Host = Annotated[str, typer.Option(help="Address to listen on.")]


@cli.command()
def migrate() -> None:
    """Bring the database to the newest tables."""
    from app.core.migrate import upgrade
    from app.core.settings import Settings

    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_address)
    typer.echo("The database is up to date.")


@cli.command()
def new_migration(number: str, message: str) -> None:
    """Write a migration from the difference between tables and database (for developers)."""
    from app.core.migrate import new_revision
    from app.core.settings import Settings

    new_revision(Settings().database_address, message, number)


@cli.command()
def check(
    *,
    migrations_only: Annotated[
        bool, typer.Option(help="Only: do the migrations reach the tables? (no site needed)")
    ] = False,
) -> None:
    """Look this installation over and say what to mend; ends with 1 when something must be."""
    from app.core.checkup import check_migrations, check_site
    from app.results.command import check_records

    found = check_migrations() if migrations_only else check_site(check_records)
    for line in found:
        typer.echo(("ok    " if line.ok else "MEND  ") + line.text)
    raise typer.Exit(0 if all(line.ok for line in found) else 1)


@cli.command()
def seed() -> None:
    """Load the wishes, plans, wards and help contacts that the project ships; safe to repeat."""
    from app.core.clock import utc_now
    from app.core.settings import Settings
    from app.sample import load_reference

    db = _open_database(Settings())
    with db.session(writes=True) as session:
        for line in load_reference(session, now=utc_now()):
            typer.echo(line)


@cli.command(name="count")
def count_ballots(
    file: Annotated[Path, typer.Argument(help="CSV file of ballots; layouts in docs/counting.md.")],
    *,
    rule: Annotated[Rule, typer.Option(help="How to count.")],
    seats: Annotated[int, typer.Option(help="How many win.")] = 1,
    max_choices: Annotated[
        int | None, typer.Option(help="Choices a paper may make, or ranks that are read.")
    ] = None,
    options: Annotated[str, typer.Option(help="Options on the paper: A|B|C.")] = "",
    tie_order: Annotated[str, typer.Option(help="Order announced for ties: B|A|C.")] = "",
    seed: Annotated[str, typer.Option(help="Or the seed announced to draw that order.")] = "",
    overvote: Annotated[Overvote, typer.Option(help="Two at one rank.")] = Overvote.STOP,
    repeat: Annotated[Repeat, typer.Option(help="An option marked again.")] = Repeat.SKIP,
    max_skipped: Annotated[
        int | None, typer.Option(help="Empty ranks in a row passed over; not given: any.")
    ] = None,
    out_together: Annotated[bool, typer.Option(help="irv: drop the hopeless at once.")] = False,
    look_back: Annotated[bool, typer.Option(help="Ties: ask earlier rounds first.")] = True,
    json: Annotated[bool, typer.Option("--json", help="Exact figures for a machine.")] = False,
) -> None:
    """Count a file of ballots, exactly; ends with 2 and a reason when it cannot."""
    from app.ballots.counting import Handling, command

    try:
        result = command.count_file(
            file,
            rule=rule,
            seats=seats,
            max_choices=max_choices,
            options=command.split_names(options),
            tie_order=command.split_names(tie_order),
            seed=seed,
            handling=Handling(overvote, repeat, max_skipped, out_together, look_back),
        )
    except command.PROBLEMS as problem:
        typer.echo(command.tell_problem(problem), err=True)
        raise typer.Exit(2) from None
    typer.echo(command.write_json(result) if json else "\n".join(command.tell(result)))


@cli.command()
def bundle(ballot_id: int, file: Annotated[Path, typer.Argument(dir_okay=False)]) -> None:
    """Write the audit bundle of a closed ballot. CONFIDENTIAL: it holds every single vote."""
    from app.results.command import write_bundle

    _with_progress(
        f"Packing ballot {ballot_id}", lambda db, at, _: write_bundle(db, at, ballot_id, file)
    )


@cli.command()
def verify(files: Annotated[list[Path], typer.Argument(exists=True)]) -> None:
    """Check an audit bundle, or an older and a newer one; ends with 0 when everything holds."""
    from app.results.command import run_verifier

    raise typer.Exit(run_verifier(files))


@cli.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: int = 1) -> None:
    """Serve the site (behind a proxy that speaks HTTPS, in production)."""
    import uvicorn

    from app.core.logs import configure_logs

    configure_logs()
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        timeout_graceful_shutdown=5,
    )


@cli.command()
def demo(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve an invented sample site with printed sign-ins (first time: sets it up, ~1 minute)."""
    from app.sample.demo import serve_demo

    serve_demo(host=host, port=port)


@cli.command()
def add_staff(
    email: str,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[
        str, typer.Option(help="youth_worker, officer, safeguarding_lead or administrator.")
    ],
) -> None:
    """Invite somebody; prints a one-time link that sets up password and second factor."""
    from app.accounts.service import add_staff as invite
    from app.core.clock import utc_now
    from app.core.errors import Refused
    from app.core.settings import Settings
    from app.staff.rules import Role

    if role not in set(Role):
        raise typer.BadParameter(f"Choose one of: {', '.join(Role)}.", param_hint="--role")
    settings = Settings()
    try:
        with _open_database(settings).session(writes=True) as session:
            invited = invite(session, email=email, name=name, role=Role(role), now=utc_now())
    except Refused as refused:
        typer.echo(f"Not invited: {refused.reason.replace('_', ' ')}.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Give this link to {name}. It works once, for seven days:")
    typer.echo(settings.base_url.rstrip("/") + invited.path)


@cli.command()
def import_register(file: FileIn) -> None:
    """Take a school register in (CSV or XLSX extract); schools are known by their URN."""
    from app.core.clock import utc_now
    from app.places.service import read_register

    def run(db: Any, _settings: Any, progress: Any) -> str:
        with db.session(writes=True) as session:
            result = read_register(
                session, file, file_name=file.name, actor_id=None, now=utc_now(), progress=progress
            )
        for number, problem in result.problems:
            typer.echo(f"  row {number}: {problem.replace('_', ' ')}")
        return (
            f"{result.added} schools added, {result.changed} changed, {result.unchanged} "
            f"unchanged, {len(result.problems)} rows left out. Open now: {result.open_schools}."
        )

    _with_progress(f"Reading {file.name}", run)


@cli.command()
def import_texts(
    file: FileIn,
    *,
    text_column: Annotated[str, typer.Option(help="Heading of the column with the words.")],
    source: Annotated[str, typer.Option(help="Short name of the source, like town-comments.")],
    id_column: Annotated[str, typer.Option(help="Heading of the row's own id, if any.")] = "",
    title: Annotated[str, typer.Option(help="Title of the source, when it is new.")] = "",
    language: Annotated[str, typer.Option(help="Language of the texts.")] = "en",
) -> None:
    """Take free texts in from elsewhere (CSV or XLSX); all of the file or nothing."""
    from app.core.clock import utc_now
    from app.sample.reference import find_or_register_source
    from app.texts.service.importing import import_texts_file

    def run(db: Any, settings: Any, progress: Any) -> str:
        with db.session(writes=True) as session:
            source_id = find_or_register_source(session, source, title=title, now=utc_now())
        row = import_texts_file(
            db, settings, file, text_column=text_column, id_column=id_column,
            source_id=source_id, language=language, now=utc_now(), progress=progress,
        )  # fmt: skip
        for error in row.row_errors[:50]:
            typer.echo(f"  row {error['row']}: {str(error['reason']).replace('_', ' ')}")
        return (
            f"{row.added} texts added, {row.known} known from before, "
            f"{len(row.row_errors)} rows left out ({row.status})."
        )

    _with_progress(f"Reading {file.name}", run)


@cli.command()
def suggest() -> None:
    """Let the classifier suggest wishes for every text that waits (trains it the first time)."""
    from app.core.clock import utc_now
    from app.texts.service.sorting import ensure_model, suggest_all

    def run(db: Any, settings: Any, progress: Any) -> str:
        ensure_model(db, settings, utc_now())
        started = time.perf_counter()
        done = suggest_all(db, settings, utc_now(), progress=progress)
        rate = done / (time.perf_counter() - started)
        return f"{done} texts have a suggestion now, {rate:,.0f} stored a second."

    _with_progress("Sorting texts", run)


def _open_database(settings: Any) -> Any:
    """The site's database with the metadata whole: a command may touch one floor only, and a
    foreign key to a floor that nobody imported could not be resolved."""
    from app import tables  # noqa: F401  # the import is the point
    from app.core.db import Database

    return Database(settings.database_address)


def _with_progress(title: str, run: Callable[[Any, Any, Any], str]) -> None:
    """Open the site's database, run with a progress bar, end in words and a rate."""
    from rich.progress import Progress

    from app.core.errors import Refused
    from app.core.settings import Settings

    settings = Settings()
    db = _open_database(settings)
    started = time.perf_counter()
    try:
        with Progress(transient=True) as bar:
            task = bar.add_task(title, total=None)
            words = run(
                db, settings,
                lambda done, total: bar.update(task, completed=done, total=total or None),
            )  # fmt: skip
    except Refused as refused:
        typer.echo(f"Nothing was changed: {refused.reason.replace('_', ' ')}.", err=True)
        raise typer.Exit(1) from None
    finally:
        db.close()
    typer.echo(f"{words} ({time.perf_counter() - started:.1f} seconds)")


def main() -> None:
    """Entry point of the console script."""
    cli()


if __name__ == "__main__":
    main()
