{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

orders as (
    select * from {{ ref('fct_orders') }}
),

deals as (
    select
        deal_id,
        nullif(first_proposed_ht_eur, 0) as first_proposed_ht_eur
    from {{ ref('fct_deals') }}
),

states as (
    select * exclude (client_id, signed_on) from {{ ref('fct_order_euro_states') }}
    where as_of_on = {{ as_of() }}
),

final as (
    select
        states.*,
        cast(date_trunc('month', orders.signed_on) as date) as signed_month,
        orders.client_type,
        orders.signed_ht_eur,
        orders.signature_ht_eur,
        -- A deal with several orders was proposed once: its proposal stays with the first of them.
        case
            when
                row_number() over (partition by orders.deal_id order by orders.signed_on, orders.order_id) = 1
                then coalesce(deals.first_proposed_ht_eur, 0)
            else 0
        end as proposed_ht_eur,
        case when deals.first_proposed_ht_eur is null then orders.signature_ht_eur else 0 end as unquoted_ht_eur
    from states
    inner join orders on states.order_id = orders.order_id
    left join deals on orders.deal_id = deals.deal_id
)

select * from final
