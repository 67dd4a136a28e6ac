with

moves as (
    select * from {{ ref('prep_outlook_moves') }}
),

steps as (
    {%- for step, is_level, tax_basis in outlook_steps() %}
        select
            {{ loop.index }} as step_position,
            '{{ step }}' as step,
            {{ is_level }} as is_level,
            '{{ tax_basis }}' as tax_basis
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

cells as (
    select
        outlook_month,
        segment
    from moves
    group by outlook_month, segment
),

amounts as (
    select
        outlook_month,
        segment,
        step,
        sum(step_eur) as step_eur,
        count(*) as subject_count,
        count(*) - count(step_eur) as unknown_count
    from moves
    group by outlook_month, segment, step
),

final as (
    select
        {{ as_of() }} as as_of_on,
        cells.outlook_month,
        cells.segment,
        steps.step_position,
        steps.step,
        steps.is_level,
        steps.tax_basis,
        cast(coalesce(amounts.step_eur, 0) as decimal(18, 2)) as step_eur,
        cast(coalesce(amounts.subject_count, 0) as bigint) as subject_count,
        cast(coalesce(amounts.unknown_count, 0) as bigint) as unknown_count
    from cells
    cross join steps
    left join amounts
        on
            cells.outlook_month = amounts.outlook_month
            and cells.segment = amounts.segment
            and steps.step = amounts.step
)

select * from final
