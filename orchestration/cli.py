"""The command `pilotage`: a thin layer of verbs over the Dagster job and the published file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.resources import Settings

FAILED = 1
MISUSED = 2

app = typer.Typer(
    help="From a company's exports to published marts: what became of the signed euro.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def demo() -> None:
    """Create the demo company, run the whole pipeline on it, print the answers."""
    from ingestion.demo import LAST_DAY, write_demo

    console = _open_console()
    with _explained(console):
        settings = _settings()
        as_of = settings.as_of if "as_of" in settings.model_fields_set else LAST_DAY
        settings = _settings(as_of=as_of, senders=("files",), files_dir=settings.demo / "exports")
        if not settings.demo.exists():
            console.print("Creating the demo company")
            draft = settings.home / ".demo.draft"
            _remove(draft)
            write_demo(draft / "exports", draft / "truth", seed=7)
            draft.rename(settings.demo)
        _refresh(settings, console)
        _answer(settings, console)


@app.command()
def run(
    force: Annotated[bool, typer.Option("--force", help="Build and publish even if nothing has changed.")] = False,
) -> None:
    """Run the pipeline on the configured senders."""
    console = _open_console()
    with _explained(console):
        _refresh(_settings(), console, force=force)


@app.command()
def answers() -> None:
    """Print the answers to the headline questions, from the published file."""
    console = _open_console()
    with _explained(console):
        _answer(_settings(), console)


@app.command()
def revert(
    publication_id: Annotated[
        str | None, typer.Argument(help="Version to go back to; the one before by default.")
    ] = None,
) -> None:
    """Give readers the publication before the current one, or a named one."""
    from orchestration import publication
    from orchestration.lock import hold

    console = _open_console()
    with _explained(console):
        settings = _settings()
        with hold(settings.home, "revert", on_wait=console.print):
            reached = publication.revert(settings.published, publication_id)
        console.print(f"Readers now have the publication {reached}. The next successful run publishes again.")


@app.command()
def dev(port: Annotated[int, typer.Option(help="Port of the Dagster UI.")] = 3000) -> None:
    """Open the Dagster UI and start its daemon, on 127.0.0.1."""
    from orchestration.resources import REPOSITORY, prepare_environment, settle_dagster_home

    console = _open_console()
    with _explained(console):
        settings = _settings()
        prepare_environment()
        os.chdir(settle_dagster_home(settings))
        console.print(f"Dagster UI: http://127.0.0.1:{port} (Ctrl-C stops it)")
        quiet = "ignore:Function `dev_command` is superseded"
        code = ["-m", "orchestration.definitions", "-d", str(REPOSITORY)]
        arguments = ["-W", quiet, "-m", "dagster", "dev", *code, "-h", "127.0.0.1", "-p", str(port)]
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - no shell is wanted


@app.command()
def docs() -> None:
    """Write the documentation of the dbt project as one static page."""
    from orchestration.dbt_runner import DbtRun
    from orchestration.lock import hold

    console = _open_console()
    with _explained(console):
        settings = _settings()
        with hold(settings.home, "docs", on_wait=console.print):
            DbtRun(settings).invoke(["docs", "generate", "--static"])
        console.print(f"{settings.dbt_target / 'static_index.html'}")


def _open_console() -> Console:
    from rich.console import Console

    return Console(soft_wrap=True)


def _settings(**overrides: object) -> Settings:
    from orchestration.resources import load_settings

    return load_settings(**overrides)


def _remove(folder: os.PathLike[str]) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _refresh(settings: Settings, console: Console, *, force: bool = False) -> None:
    from orchestration.resources import export_settings

    export_settings(settings)
    from orchestration.runner import refresh

    if not refresh(settings, console, force=force):
        raise typer.Exit(FAILED)


def _answer(settings: Settings, console: Console) -> None:
    from orchestration.answers import print_answers

    print_answers(settings.published, console)


@contextmanager
def _explained(console: Console) -> Iterator[None]:
    """Turn the errors that a person can mend into a sentence and an exit code, without a traceback."""
    from orchestration.resources import PipelineError, SettingsError

    try:
        yield
    except PipelineError as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(MISUSED if isinstance(error, SettingsError) else FAILED) from None


if __name__ == "__main__":
    app()
