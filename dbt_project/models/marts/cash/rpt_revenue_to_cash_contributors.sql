with

moves as (
    select
        *,
        row_number() over (
            partition by bridge_month, step order by abs(step_eur) desc, subject_id asc, segment asc
        ) as contributor_rank
    from {{ ref('fct_bridge_moves') }}
    where step_eur is not null
),

steps as (
    {%- for step, is_level, _, _ in bridge_steps() %}
        select
            {{ loop.index }} as step_position,
            '{{ step }}' as step,
            {{ is_level }} as is_level
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

subjects as (
    select
        'deal' as subject_kind,
        deal_id as subject_id,
        coalesce(deal_name, deal_id) as subject_label,
        client_id
    from {{ ref('fct_deals') }}
    union all
    select
        'order' as subject_kind,
        order_id as subject_id,
        coalesce(order_number, order_id) as subject_label,
        client_id
    from {{ ref('fct_orders') }}
    union all
    select
        'client' as subject_kind,
        client_id as subject_id,
        client_name as subject_label,
        client_id
    from {{ ref('dim_clients') }}
),

final as (
    select
        moves.bridge_month,
        steps.step_position,
        moves.step,
        steps.is_level,
        cast(moves.contributor_rank as integer) as contributor_rank,
        moves.subject_kind,
        moves.subject_id,
        subjects.subject_label,
        clients.client_name,
        moves.segment,
        moves.step_eur
    from moves
    inner join steps on moves.step = steps.step
    inner join subjects on moves.subject_kind = subjects.subject_kind and moves.subject_id = subjects.subject_id
    left join {{ ref('dim_clients') }} as clients on subjects.client_id = clients.client_id
    where moves.contributor_rank <= 20
)

select * from final
