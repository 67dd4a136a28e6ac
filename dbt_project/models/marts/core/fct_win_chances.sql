with

raw_chances as (
    select * from {{ ref('prep_raw_chances') }}
),

thresholds as (
    select * from {{ ref('prep_funnel_thresholds') }}
),

company_chances as (
    select raw_chances.*
    from raw_chances
    cross join thresholds
    where raw_chances.stage_id = 'all' and raw_chances.at_risk_count >= thresholds.minimum_count
),

stage_chances as (
    select
        raw_chances.*,
        {{ shrunk(
            'raw_chances.won_ratio', 'raw_chances.closed_count', 'company_chances.won_ratio', 'thresholds.shrinkage_count'
        ) }} as win_probability_ratio
    from raw_chances
    inner join company_chances
        on raw_chances.learned_on = company_chances.learned_on and raw_chances.age_weeks = company_chances.age_weeks
    cross join thresholds
    where raw_chances.segment = 'all' and raw_chances.stage_id <> 'all'
),

-- Few closings say little: those of a segment weigh against those of its stage, and these against those of all stages.
shrunk_chances as (
    select
        company_chances.*,
        company_chances.won_ratio as win_probability_ratio
    from company_chances
    union all
    select * from stage_chances
    union all
    select
        raw_chances.*,
        {{ shrunk(
            'raw_chances.won_ratio', 'raw_chances.closed_count', 'stage_chances.win_probability_ratio',
            'thresholds.shrinkage_count'
        ) }} as win_probability_ratio
    from raw_chances
    inner join stage_chances
        on
            raw_chances.learned_on = stage_chances.learned_on
            and raw_chances.stage_id = stage_chances.stage_id
            and raw_chances.age_weeks = stage_chances.age_weeks
    cross join thresholds
    where raw_chances.segment <> 'all'
),

final as (
    select
        learned_on,
        stage_id,
        segment,
        age_weeks,
        cast(at_risk_count as integer) as at_risk_count,
        cast(closed_count as integer) as closed_count,
        won_ratio as raw_win_ratio,
        win_probability_ratio
    from shrunk_chances
)

select * from final
