"""How long each dbt model took in the last run of a home: `PILOTAGE_HOME=... python -m tests.benchmark.nodes`.

Prints one line of JSON, wall seconds by relation, from what Dagster keeps of the run.
"""

import json

import dagster as dg

from orchestration.resources import REPOSITORY, prepare_environment


def run() -> None:
    """Read the materialisations of the last run."""
    prepare_environment()
    seconds = {}
    with dg.DagsterInstance.from_config(str(REPOSITORY)) as instance:
        last = instance.get_runs(limit=1)[0]
        for entry in instance.all_logs(last.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
            event = entry.get_dagster_event()
            spent = event.step_materialization_data.materialization.metadata.get("Execution Duration")
            if spent is not None and event.asset_key is not None:
                seconds[".".join(event.asset_key.path)] = spent.value
    print(json.dumps(seconds))


if __name__ == "__main__":
    run()
