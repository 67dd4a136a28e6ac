{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

lots as (
    select * from {{ ref('prep_payment_lots') }}
    where outcome <> 'factored'
),

clients as (
    select * from {{ ref('dim_clients') }}
),

thresholds as (
    select * from {{ ref('prep_client_thresholds') }}
),

client_terms as (
    select
        as_of_on,
        client_id,
        {{ divide('sum(lot_ttc_eur * term_days)', 'sum(lot_ttc_eur)', 'decimal(9, 2)') }} as average_term_days
    from lots
    group by as_of_on, client_id
),

-- Clients of one type and of like terms: whom a client resembles until it has a history of its own.
final as (
    select
        client_terms.as_of_on,
        client_terms.client_id,
        clients.client_type,
        clients.is_intercompany,
        case
            when client_terms.average_term_days <= thresholds.short_term_days
                then '0-' || cast(thresholds.short_term_days as integer)
            when client_terms.average_term_days <= thresholds.medium_term_days
                then
                    cast(thresholds.short_term_days as integer) + 1
                    || '-' || cast(thresholds.medium_term_days as integer)
            else cast(thresholds.medium_term_days as integer) + 1 || '+'
        end as term_class
    from client_terms
    inner join clients on client_terms.client_id = clients.client_id
    cross join thresholds
)

select * from final
