{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- What is still to be done: orders signed and not delivered, and what may still be signed.
with

orders as (
    select * from {{ ref('fct_order_promises') }}
    where undelivered_ht_eur > 0
),

proposals as (
    select * from {{ ref('prep_open_proposals') }}
),

final as (
    select
        order_id as promise_id,
        'order' as promise_kind,
        client_id,
        team,
        sale_type,
        coalesce(main_offer_id, 'unknown') as offer_id,
        promised_first_on,
        promised_last_on,
        promised_last_on as due_on,
        undelivered_ht_eur as needed_ht_eur,
        1 as probability_ratio
    from orders
    union all
    select
        proposal_id as promise_id,
        proposal_kind as promise_kind,
        client_id,
        coalesce(team, 'unknown') as team,
        sale_type,
        offer_id,
        promised_on as promised_first_on,
        promised_on as promised_last_on,
        due_on,
        proposed_ht_eur as needed_ht_eur,
        probability_ratio
    from proposals
)

select * from final
