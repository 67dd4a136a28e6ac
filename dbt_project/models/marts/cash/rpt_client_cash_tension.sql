{%- set debts = ['receivable', 'overdue', 'disputed', 'issued_over_90_days', 'overdue_over_90_days'] -%}

with

years as (
    select * from {{ ref('prep_client_years') }}
),

months as (
    select * from {{ ref('prep_receivable_months') }}
),

debts as (
    select * from {{ ref('prep_client_debts') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

thresholds as (
    select * from {{ ref('prep_client_thresholds') }}
),

-- Without a single settlement loaded, the aging is empty, and every invoice would look open.
measures as (
    select
        years.client_id,
        years.as_of_on,
        years.invoiced_ttc_eur,
        years.invoiced_ht_eur,
        {%- for debt in debts %}
            coalesce(debts.{{ debt }}_ttc_eur, 0) as {{ debt }}_ttc_eur,
        {%- endfor %}
        coalesce(months.receivable_euro_days, 0) as receivable_euro_days,
        coalesce(months.peak_receivable_ttc_eur, 0) as peak_receivable_ttc_eur,
        coalesce(months.overdue_euro_days, 0) as overdue_euro_days,
        coalesce(months.carried_euro_days, 0) as carried_euro_days,
        case when months.client_id is null then 0 else months.financing_cost_eur end as financing_cost_eur,
        {{ divide(
            'years.pay_euro_days + coalesce(debts.late_pay_euro_days, 0)',
            'years.cashed_ttc_eur + coalesce(debts.late_ttc_eur, 0)', 'decimal(9, 2)'
        ) }} as year_pay_days
    from years
    left join months on years.client_id = months.client_id and years.as_of_on = months.as_of_on
    left join debts on years.client_id = debts.client_id and years.as_of_on = debts.as_of_on
    where exists (select 1 from {{ ref('rpt_ar_aging') }})
),

shares as (
    select
        *,
        as_of_on - cast(date_trunc('month', as_of_on) as date) + 1 as month_days,
        {{ divide('receivable_ttc_eur', 'sum(receivable_ttc_eur) over company') }} as receivable_share_ratio,
        {{ divide('invoiced_ht_eur', 'greatest(sum(invoiced_ht_eur) over company, 0)') }} as sales_share_ratio,
        row_number() over by_sales as sales_rank,
        count(*) filter (where invoiced_ht_eur > 0) over company as buyer_count
    from measures
    window
        company as (partition by as_of_on),
        by_sales as (partition by as_of_on order by invoiced_ht_eur desc, client_id asc)
),

-- High volumes, or a large part of what clients owe, paid late: a client that is both large and slow.
flagged as (
    select
        shares.*,
        coalesce(
            shares.year_pay_days >= thresholds.tension_pay_days
            and (
                (
                    shares.invoiced_ht_eur > 0
                    and shares.sales_rank <= ceil(shares.buyer_count * thresholds.tension_revenue_ratio)
                )
                or shares.receivable_share_ratio >= thresholds.tension_receivable_ratio
            ),
            false
        ) as has_tension
    from shares
    cross join thresholds
),

final as (
    select
        flagged.client_id,
        flagged.as_of_on,
        clients.client_name,
        clients.client_type,
        clients.is_intercompany,
        coalesce(clients.insolvent_on <= flagged.as_of_on, false) as is_insolvent,
        cast(flagged.invoiced_ttc_eur as decimal(18, 2)) as year_sales_ttc_eur,
        cast(flagged.invoiced_ht_eur as decimal(18, 2)) as year_sales_ht_eur,
        {%- for debt in debts %}
            cast(flagged.{{ debt }}_ttc_eur as decimal(18, 2)) as {{ debt }}_ttc_eur,
        {%- endfor %}
        {{ divide('flagged.receivable_euro_days', 'flagged.month_days', 'decimal(18, 2)') }}
            as average_receivable_ttc_eur,
        cast(flagged.peak_receivable_ttc_eur as decimal(18, 2)) as peak_receivable_ttc_eur,
        cast(flagged.overdue_euro_days as decimal(18, 2)) as overdue_euro_days,
        cast(flagged.carried_euro_days as decimal(18, 2)) as carried_euro_days,
        cast(flagged.financing_cost_eur as decimal(18, 2)) as financing_cost_eur,
        flagged.year_pay_days,
        flagged.receivable_share_ratio,
        flagged.sales_share_ratio,
        cast(flagged.sales_rank as integer) as sales_rank,
        flagged.has_tension,
        cast(row_number() over (
            partition by flagged.as_of_on
            order by flagged.has_tension desc, flagged.carried_euro_days desc, flagged.client_id asc
        ) as integer) as tension_rank
    from flagged
    inner join clients on flagged.client_id = clients.client_id
)

select * from final
