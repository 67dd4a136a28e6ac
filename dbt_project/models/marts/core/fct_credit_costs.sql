with

balances as (
    select
        *,
        cast({{ days_between('balance_from_on', 'least(balance_to_on, ' ~ as_of() ~ ')') }} as integer) as open_days
    from {{ ref('fct_instalment_balances') }}
    where balance_from_on < {{ as_of() }}
),

rates as (
    select * from {{ ref('legal_credit_cost_rates') }}
),

carried as (
    select
        invoice_id,
        min(order_id) as order_id,
        min(client_id) as client_id,
        min(issued_on) as issued_on,
        cast(sum(open_ttc_eur * open_days) as decimal(18, 2)) as euro_days
    from balances
    group by invoice_id
),

final as (
    select
        carried.invoice_id,
        carried.order_id,
        carried.client_id,
        carried.issued_on,
        carried.euro_days,
        rates.yearly_rate_ratio,
        {{ prorate('carried.euro_days', 'rates.yearly_rate_ratio', '365') }} as credit_cost_eur
    from carried
    inner join rates on carried.issued_on between rates.valid_from_on and rates.valid_to_on
)

select * from final
