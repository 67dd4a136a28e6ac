{{ config(
    description='Every check of severity error holds, on every day shown; what is checked is stated.',
    meta={'dagster': {'ref': {'name': 'ctl_reconciliations'}}},
) }}

with

checks as (
    select * from {{ ref('map_reconciliations') }}
),

results as (
    select * from {{ ref('ctl_reconciliations') }}
),

sides as (
    select check_id from {{ ref('prep_reconciled_sides') }}
    group by check_id
),

failures as (
    select
        check_id || ' / ' || as_of_on as row_label,
        'both sides of a check are equal' as reason
    from results
    where severity = 'error' and not is_reconciled
    union all
    select
        sides.check_id as row_label,
        'a check that is made is stated' as reason
    from sides
    left join checks on sides.check_id = checks.check_id
    where checks.check_id is null or checks.severity not in ('error', 'warn')
)

select * from failures
