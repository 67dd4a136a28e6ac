"""Everything that Dagster shows, put together: what was discovered, and nothing else."""

import dagster as dg

from data_quality import suites
from ingestion.source import discover
from orchestration.assets import build_dbt_assets, build_ingestion, build_publication
from orchestration.checks import build_door
from orchestration.dbt_runner import prepare_manifest
from orchestration.frozen import find_append_only
from orchestration.home import build_home
from orchestration.publication import SCHEMA
from orchestration.resources import load_settings, prepare_environment
from orchestration.schedules import every_morning, refresh
from orchestration.sensors import explain_failure

prepare_environment()
settings = load_settings()
senders = [discover()[name] for name in settings.senders]

raw = [build_ingestion(source) for source in senders]
manifest = prepare_manifest(settings)
marts = build_dbt_assets(manifest)
doors = [build_door(schema, suites.discover(schema)) for schema in [*(source.dataset for source in senders), SCHEMA]]
published = build_publication(
    marts=sorted(key for key in marts.keys if key.path[0] == SCHEMA),
    audits=sorted(key for judge in [*raw, *doors] for key in judge.check_keys),
    append_only=find_append_only(manifest),
)

defs = dg.Definitions(
    assets=[*raw, marts, published],
    asset_checks=doors,
    jobs=[refresh],
    schedules=[every_morning],
    sensors=[explain_failure],
    resources={"home": build_home(settings)},
    executor=dg.in_process_executor,
)
