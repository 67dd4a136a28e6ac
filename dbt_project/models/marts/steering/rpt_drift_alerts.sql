{%- set families = [
    'discount', 'invoicing', 'unbilled', 'solvency', 'lateness', 'margin', 'forecast', 'capacity', 'link'
] -%}

with

rules as (
    select * from {{ ref('map_alert_rules') }}
),

observations as (
    {%- for family in families %}
        select
            rule_id,
            as_of_on,
            entity_kind,
            entity_id,
            entity_label,
            observed_quantity,
            cast(observed_count as bigint) as observed_count,
            cast(stake_eur as decimal(18, 2)) as stake_eur,
            evidence_sql
        from {{ ref('prep_' ~ family ~ '_alerts') }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

-- The days on which a rule was looked at, whatever it saw: on them alone can it have held without interruption.
watched as (
    select
        *,
        dense_rank() over (partition by rule_id order by as_of_on) as day_number,
        min(as_of_on) over (partition by rule_id) as watched_from_on
    from observations
),

beyond as (
    select
        watched.*,
        watched.day_number
        - row_number() over (
            partition by watched.rule_id, watched.entity_kind, watched.entity_id order by watched.as_of_on
        ) as run_number
    from watched
    inner join rules on watched.rule_id = rules.rule_id
    where
        coalesce(watched.observed_count >= rules.minimum_count, true)
        and case rules.direction
            when 'above' then watched.observed_quantity >= rules.threshold_quantity
            else watched.observed_quantity <= rules.threshold_quantity
        end
),

-- What is at stake on a day decides whether it is worth an alert, not since when it has lasted.
runs as (
    select
        *,
        min(as_of_on) over (partition by rule_id, entity_kind, entity_id, run_number) as first_seen_on
    from beyond
),

final as (
    select
        runs.rule_id,
        runs.as_of_on,
        runs.entity_kind,
        runs.entity_id,
        runs.entity_label,
        rules.family,
        rules.family_label_fr,
        rules.rule_label_fr,
        runs.as_of_on = {{ as_of() }} as is_latest,
        runs.observed_quantity,
        rules.threshold_quantity,
        rules.direction,
        rules.unit,
        runs.observed_count,
        runs.stake_eur,
        rules.stake_label_fr,
        cast(row_number() over (
            partition by runs.as_of_on
            order by runs.stake_eur desc, runs.rule_id asc, runs.entity_kind asc, runs.entity_id asc
        ) as integer) as stake_rank,
        runs.first_seen_on,
        runs.watched_from_on,
        cast({{ months_between('runs.first_seen_on', 'runs.as_of_on') }} as integer) as held_month_count,
        rules.meaning_fr,
        rules.advice_fr,
        runs.evidence_sql
    from runs
    inner join rules on runs.rule_id = rules.rule_id
    where runs.stake_eur >= rules.minimum_stake_eur and runs.as_of_on >= {{ months_before(as_of(), 12) }}
)

select * from final
