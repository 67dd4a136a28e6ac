with

-- Without a single order nothing is signed, and there is no bridge.
months as (
    select cast(date_trunc('month', as_of_on) as date) as bridge_month
    from {{ ref('dim_as_of') }}
    where exists (select 1 from {{ ref('fct_orders') }})
),

-- What a subject receives and settles comes in parts; its other moves are whole.
cash_parts as (
    {%- for moved in ['cash_moves', 'receipts'] %}
        select * from {{ ref('prep_bridge_' ~ moved) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

moves as (
    {%- for moved in ['promise_moves', 'booking_moves'] %}
        select * from {{ ref('prep_bridge_' ~ moved) }}
        union all
    {%- endfor %}
    select
        bridge_month,
        segment,
        step,
        subject_kind,
        subject_id,
        sum(step_eur) as step_eur
    from cash_parts
    group by bridge_month, segment, step, subject_kind, subject_id
),

-- A promise without an amount moves nothing, and is kept to be counted.
final as (
    select
        moves.bridge_month,
        moves.segment,
        moves.step,
        moves.subject_kind,
        moves.subject_id,
        cast(moves.step_eur as decimal(18, 2)) as step_eur
    from moves
    inner join months on moves.bridge_month = months.bridge_month
    where moves.step_eur is distinct from 0
)

select * from final
