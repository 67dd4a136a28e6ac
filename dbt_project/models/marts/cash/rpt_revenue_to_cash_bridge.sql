with

moves as (
    select * from {{ ref('fct_bridge_moves') }}
),

loaded as (
    select
        exists(
            select 1 from moves
            where step = 'promised'
        ) as has_promises,
        exists(select 1 from {{ ref('fct_deliveries') }}) as has_deliveries,
        exists(select 1 from {{ ref('fct_invoices') }}) as has_invoices,
        exists(select 1 from {{ ref('fct_payments') }}) as has_cash
),

steps as (
    {%- for step, is_level, tax_basis, needs in bridge_steps() %}
        select
            {{ loop.index }} as step_position,
            '{{ step }}' as step,
            {{ is_level }} as is_level,
            '{{ tax_basis }}' as tax_basis,
            {{ needs }} as is_loaded
        from loaded
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

cells as (
    select
        bridge_month,
        segment
    from moves
    group by bridge_month, segment
),

amounts as (
    select
        bridge_month,
        segment,
        step,
        cast(sum(step_eur) as decimal(18, 2)) as step_eur,
        count(*) as subject_count,
        count(*) - count(step_eur) as unknown_count
    from moves
    group by bridge_month, segment, step
),

placed as (
    select
        cells.bridge_month,
        cells.segment,
        steps.step_position,
        steps.step,
        steps.is_level,
        steps.tax_basis,
        case when steps.is_loaded then coalesce(amounts.step_eur, 0) end as step_eur,
        case when steps.is_loaded then coalesce(amounts.subject_count, 0) end as subject_count,
        case when steps.is_loaded then coalesce(amounts.unknown_count, 0) end as unknown_count
    from cells
    cross join steps
    left join amounts
        on
            cells.bridge_month = amounts.bridge_month
            and cells.segment = amounts.segment
            and steps.step = amounts.step
),

-- A running amount stops being known at the first step whose data are not loaded.
walked as (
    select
        *,
        case
            when count(step_eur) over walk = step_position
                then sum(case when step = 'promised' or not is_level then step_eur end) over walk
        end as reached_eur,
        sum(case when step in ('promised', 'vat') then step_eur end) over walk as promised_ttc_eur
    from placed
    window walk as (partition by bridge_month, segment order by step_position)
),

gaps as (
    select
        *,
        case when is_level and tax_basis = 'ttc' then step_eur - promised_ttc_eur end as gap_ttc_eur
    from walked
),

final as (
    select
        bridge_month,
        segment,
        {{ month_end('bridge_month') }} <= {{ as_of() }} as is_closed,
        step_position,
        step,
        is_level,
        tax_basis,
        step_eur,
        cast(reached_eur as decimal(18, 2)) as reached_eur,
        subject_count,
        unknown_count,
        cast(gap_ttc_eur as decimal(18, 2)) as gap_ttc_eur,
        {{ divide('gap_ttc_eur', 'promised_ttc_eur') }} as gap_ratio
    from gaps
)

select * from final
