{%- set followed = [
    'stage_id', 'stage_entered_on', 'pipeline_state', 'proposed_ht_eur', 'shown_ht_eur', 'shown_origin',
    'expected_close_on'
] -%}

with

entries as (
    select * from {{ ref('prep_deal_entries') }}
),

stages as (
    select * from {{ ref('dim_stages') }}
),

changes as (
    select
        deal_id,
        moved_on as changed_on,
        move_number as change_number,
        stage_id,
        moved_on as stage_entered_on,
        pipeline_state,
        null as proposed_ht_eur,
        null as shown_ht_eur,
        null as shown_origin,
        null as expected_close_on
    from {{ ref('prep_deal_moves') }}
    union all
    select
        deal_id,
        known_on as changed_on,
        known_number as change_number,
        null as stage_id,
        null as stage_entered_on,
        null as pipeline_state,
        proposed_ht_eur,
        shown_ht_eur,
        shown_origin,
        expected_close_on
    from {{ ref('prep_deal_amounts') }}
),

-- What is known of a deal is true until something newer is.
carried as (
    select
        {%- for column in followed %}
            {{ last_known(column, 'in_time') }} as {{ column }},
        {%- endfor %}
        deal_id,
        changed_on as from_on,
        lead(changed_on, 1, date '9999-12-31') over in_time as to_on
    from changes
    window in_time as (partition by deal_id order by changed_on, change_number)
),

-- A day is told as it ended.
followed as (
    select
        *,
        lag(pipeline_state) over (partition by deal_id order by from_on) as state_before
    from carried
    where from_on < to_on
),

final as (
    select
        followed.deal_id,
        entries.client_id,
        entries.client_type,
        entries.segment,
        entries.team,
        entries.was_seen_at_entry,
        entries.pipeline,
        followed.stage_id,
        stages.stage_position,
        followed.stage_entered_on,
        followed.pipeline_state,
        followed.from_on,
        case when followed.pipeline_state = 'open' then followed.to_on else followed.from_on + 1 end as to_on,
        followed.state_before is null as is_entry,
        coalesce(followed.state_before <> 'open', false) as is_reopening,
        followed.expected_close_on,
        coalesce(followed.shown_origin = 'crm', false) as was_shown,
        case
            when followed.proposed_ht_eur is not null then 'proposal'
            when followed.shown_ht_eur is not null then followed.shown_origin
            else 'unknown'
        end as amount_origin,
        coalesce(
            case when followed.pipeline_state = 'won' then nullif(entries.signed_ht_eur, 0) end,
            followed.proposed_ht_eur,
            followed.shown_ht_eur
        ) as pipeline_ht_eur,
        case
            when followed.pipeline_state <> 'open' then null
            when followed.to_on > {{ as_of() }}
                then coalesce(entries.probability_ratio, stages.default_probability_ratio)
            else stages.default_probability_ratio
        end as crm_probability_ratio
    from followed
    inner join entries on followed.deal_id = entries.deal_id
    left join stages on followed.stage_id = stages.stage_id
    -- A closed deal is in the pipeline on the day of its closing only: there the bridge finds how it left.
    where followed.pipeline_state = 'open' or followed.pipeline_state is distinct from followed.state_before
)

select * from final
