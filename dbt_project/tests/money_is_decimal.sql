{{ config(
    description='I25: no amount, price or ratio of staging, intermediate and marts is a floating-point number.',
    meta={'dagster': {'ref': {'name': 'fct_margin_entries'}}},
) }}
-- depends_on: {{ ref('fct_margin_entries') }}

select
    table_schema,
    table_name,
    column_name,
    data_type
from information_schema.columns
where
    table_schema in ('staging', 'intermediate', 'marts', 'seeds')
    and (
        column_name like '%\_eur' escape '\'
        or column_name like '%\_amount' escape '\'
        or column_name like '%\_price' escape '\'
        or column_name like '%\_ratio' escape '\'
        or column_name like '%\_cost' escape '\'
    )
    and upper(data_type) in ('FLOAT', 'DOUBLE', 'REAL')
