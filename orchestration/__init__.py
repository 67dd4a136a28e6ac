"""Who runs when: the only layer that knows ingestion, dbt, the quality doors and publication."""
