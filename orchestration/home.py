"""The home folder as a Dagster resource: a run holds it from its first step to its last."""

from collections.abc import Iterator
from functools import partial

import dagster as dg

from orchestration.lock import Owner, hold
from orchestration.resources import Settings


def build_home(settings: Settings) -> dg.ResourceDefinition:
    """The resource `home`: the settings, for as long as this run alone may write in their home folder."""

    @dg.resource(description="The settings, and the right to write in their home folder: one run at a time.")
    def home(context: dg.InitResourceContext) -> Iterator[Settings]:
        instance = context.instance or dg.DagsterInstance.get()
        with hold(
            settings.home,
            context.run_id or "outside of a run",
            on_wait=context.log.warning if context.log else print,
            on_dead_owner=partial(bury, instance),
        ):
            yield settings

    return home


def bury(instance: dg.DagsterInstance, owner: Owner) -> None:
    """Close the run of a process that was killed, and free the slots that it still holds."""
    instance.event_log_storage.free_concurrency_slots_for_run(owner.run_id)
    run = instance.get_run_by_id(owner.run_id)
    if run is not None and not run.is_finished:
        instance.report_run_failed(
            run, f"The run was killed with its process ({owner}). What it published before is untouched."
        )
