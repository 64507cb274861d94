"""The `wishes` command. Long work shows a progress bar; every command ends in words."""

import typer

cli = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False, add_completion=False)


@cli.command()
def migrate() -> None:
    """Bring the database to the newest tables."""
    from app.core.migrate import upgrade  # noqa: PLC0415  # alembic is slow to import
    from app.core.settings import Settings  # noqa: PLC0415

    upgrade(Settings().database_address)
    typer.echo("The database is up to date.")


def main() -> None:
    """Entry point of the console script."""
    cli()


if __name__ == "__main__":
    main()
