"""When the pipeline runs: every morning, after the night's exports and before anybody reads."""

from __future__ import annotations

import dagster as dg

from orchestration.resources import TIMEZONE

REFRESH_TIME = "0 6 * * *"
"""Outside 02:00-03:00, which daylight saving skips in March and repeats in October."""

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Load the senders, audit, build the marts, audit again, publish. Driven by what the warehouse holds: "
    "one run catches up any number of missed mornings.",
    executor_def=dg.in_process_executor,
    config={"loggers": {"console": {"config": {"log_level": "WARNING"}}}},
    tags={"dagster/max_runtime": "7200"},
)

every_morning = dg.ScheduleDefinition(
    name="every_morning",
    description="Every day at 06:00 in Paris, summer and winter.",
    job=refresh,
    cron_schedule=REFRESH_TIME,
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
