"""The `wishes` command. Long work shows a progress bar; every command ends in words.

Imports stand inside the commands, so that `wishes --help` answers at once.
"""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from app.ballots.counting.papers import Overvote, Repeat
from app.ballots.counting.results import Rule

cli = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False, add_completion=False)

Port = Annotated[int, typer.Option(help="Port to listen on.")]
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

    found = check_migrations() if migrations_only else check_site()
    for line in found:
        typer.echo(("ok    " if line.ok else "MEND  ") + line.text)
    raise typer.Exit(0 if all(line.ok for line in found) else 1)


@cli.command()
def seed() -> None:
    """Load the wishes, plans, wards and help contacts that the project ships; safe to repeat."""
    from app.core.clock import utc_now
    from app.core.db import Database
    from app.core.settings import Settings
    from app.sample import load_reference

    db = Database(Settings().database_address)
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


def main() -> None:
    """Entry point of the console script."""
    cli()


if __name__ == "__main__":
    main()
