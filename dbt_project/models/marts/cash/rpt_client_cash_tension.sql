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

-- Without a single settlement loaded, the aging is empty, and every invoice would look open.
measures as (
    select
        years.client_id,
        years.as_of_on,
        years.invoiced_ttc_eur,
        years.invoiced_ht_eur,
        {%- for debt in debts %}
            cast(coalesce(debts.{{ debt }}_ttc_eur, 0) as decimal(18, 2)) as {{ debt }}_ttc_eur,
        {%- endfor %}
        {{ divide('coalesce(months.receivable_euro_days, 0)', 'extract(day from years.as_of_on)', 'decimal(18, 2)') }}
            as average_receivable_ttc_eur,
        {%- for measure in ['peak_receivable_ttc_eur', 'overdue_euro_days', 'carried_euro_days'] %}
            cast(coalesce(months.{{ measure }}, 0) as decimal(18, 2)) as {{ measure }},
        {%- endfor %}
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

companies as (
    select
        as_of_on,
        sum(receivable_ttc_eur) as company_receivable_ttc_eur,
        sum(invoiced_ht_eur) as company_invoiced_ht_eur,
        count(*) filter (where invoiced_ht_eur > 0) as buyer_count
    from measures
    group by as_of_on
),

shares as (
    select
        measures.*,
        {{ divide('measures.receivable_ttc_eur', 'companies.company_receivable_ttc_eur') }} as receivable_share_ratio,
        {{ divide('measures.invoiced_ht_eur', 'greatest(companies.company_invoiced_ht_eur, 0)') }}
            as sales_share_ratio,
        companies.buyer_count,
        row_number() over (
            partition by measures.as_of_on order by measures.invoiced_ht_eur desc, measures.client_id asc
        ) as sales_rank
    from measures
    inner join companies on measures.as_of_on = companies.as_of_on
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
    cross join {{ ref('prep_client_thresholds') }} as thresholds
),

final as (
    select
        flagged.client_id,
        flagged.as_of_on,
        clients.client_name,
        clients.client_type,
        clients.is_intercompany,
        coalesce(clients.insolvent_on <= flagged.as_of_on, false) as is_insolvent,
        flagged.invoiced_ttc_eur as year_sales_ttc_eur,
        flagged.invoiced_ht_eur as year_sales_ht_eur,
        {%- for debt in debts %}
            flagged.{{ debt }}_ttc_eur,
        {%- endfor %}
        {%- for measure in [
            'average_receivable_ttc_eur', 'peak_receivable_ttc_eur', 'overdue_euro_days', 'carried_euro_days',
            'financing_cost_eur', 'year_pay_days', 'receivable_share_ratio', 'sales_share_ratio'
        ] %}
            flagged.{{ measure }},
        {%- endfor %}
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
