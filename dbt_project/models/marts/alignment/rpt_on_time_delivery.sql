{%- set promises = ['first', 'last'] -%}

with

-- A subscription is served month after month: it has no day of delivery.
orders as (
    select * from {{ ref('fct_order_promises') }}
    where
        sale_type <> 'subscription' and undelivered_ht_eur is not null
        and promised_first_on <= {{ month_end(as_of()) }}
),

-- What is not delivered is late from the day after its promise on: waiting does not improve the rate.
judged as (
    select
        cast(date_trunc('month', promised_first_on) as date) as promised_month,
        team,
        {%- for promise in promises %}
            coalesce(delivered_on <= promised_{{ promise }}_on, false) as is_{{ promise }}_kept,
            coalesce(delivered_on, {{ as_of() }}) > promised_{{ promise }}_on as is_{{ promise }}_broken,
        {%- endfor %}
        promised_last_on > promised_first_on as is_postponed,
        coalesce(delivered_on, {{ as_of() }}) - promised_first_on as late_days
    from orders
),

months as (
    select
        judged.promised_month,
        case when cells.is_every_team then 'all' else judged.team end as team,
        count(*) as order_count,
        count(*) filter (where judged.is_postponed) as postponed_count,
        {%- for promise in promises %}
            count(*) filter (where judged.is_{{ promise }}_kept) as {{ promise }}_kept_count,
            count(*) filter (where judged.is_{{ promise }}_broken) as {{ promise }}_broken_count,
        {%- endfor %}
        sum(judged.late_days) filter (where judged.is_first_broken) as late_days
    from judged
    cross join (values (false), (true)) as cells (is_every_team)
    group by 1, 2
),

years as (
    select
        {%- for promise in promises %}
            months.{{ promise }}_kept_count + months.{{ promise }}_broken_count as {{ promise }}_due_count,
            sum(months.{{ promise }}_kept_count) over in_year as year_{{ promise }}_kept_count,
            sum(months.{{ promise }}_kept_count + months.{{ promise }}_broken_count) over in_year
                as year_{{ promise }}_due_count,
        {%- endfor %}
        months.*
    from months
    window in_year as (
        partition by team order by promised_month range between interval '11 months' preceding and current row
    )
),

final as (
    select
        years.promised_month,
        years.team,
        cast(years.order_count as integer) as order_count,
        cast(years.postponed_count as integer) as postponed_count,
        {%- for promise in promises %}
            cast(years.{{ promise }}_kept_count as integer) as {{ promise }}_kept_count,
            cast(years.{{ promise }}_broken_count as integer) as {{ promise }}_broken_count,
            {%- for rate in [promise, 'year_' ~ promise] %}
                case
                    when years.{{ rate }}_due_count >= thresholds.minimum_promise_count
                        then {{ divide('years.' ~ rate ~ '_kept_count', 'years.' ~ rate ~ '_due_count') }}
                end as {{ rate }}_on_time_ratio,
            {%- endfor %}
        {%- endfor %}
        {{ divide('years.late_days', 'years.first_broken_count', 'decimal(9, 2)') }} as average_late_days
    from years
    cross join {{ ref('prep_capacity_thresholds') }} as thresholds
)

select * from final
