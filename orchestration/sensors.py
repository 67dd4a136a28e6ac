"""What is said when a run fails, in words for whoever reads the log in the morning."""

import dagster as dg

from orchestration.failures import explain_run


@dg.run_failure_sensor(
    name="explain_failure",
    description="Logs in plain words what failed, why, and that readers still have the previous publication.",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def explain_failure(context: dg.RunFailureSensorContext) -> None:
    """Log the explanation of a failed run."""
    run = context.dagster_run
    context.log.error(f"{run.job_name}, run {run.run_id}:\n{explain_run(context.instance, run.run_id)}")
