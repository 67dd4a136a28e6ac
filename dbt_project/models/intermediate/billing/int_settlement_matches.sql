-- Payments settle an instalment up to what it owes when they arrive, in order of effect; the excess stays with the
-- payment, unallocated. The other kinds are what the sender says: an excess is a credit of the client. Euros follow
-- the document's currency cumulatively: settled in whole in its currency, an instalment is settled in whole in euro.
with

legs as (
    select * from {{ ref('int_settlement_legs') }}
),

places as (
    select * from {{ ref('int_settlement_places') }}
),

dues as (
    select * from {{ ref('int_instalment_dues') }}
),

placed as (
    select
        legs.*,
        places.instalment_id as placed_instalment_id,
        places.is_spread,
        places.placed_doc_amount,
        dues.instalment_number,
        dues.due_doc_amount,
        dues.due_ttc_eur,
        legs.bounced_on is not null as is_bounced,
        case when dues.due_doc_amount < 0 then -1 else 1 end as direction
    from places
    inner join legs on places.leg_id = legs.leg_id
    inner join dues on places.instalment_id = dues.instalment_id
),

arrived as (
    select
        *,
        coalesce(sum(placed_doc_amount) over (
            partition by placed_instalment_id, is_bounced
            order by effective_on, leg_id rows between unbounded preceding and 1 preceding
        ), 0) as earlier_doc_amount
    from placed
),

capped as (
    select
        *,
        case
            when allocation_kind <> 'payment' or is_bounced or placed_doc_amount * direction <= 0 then placed_doc_amount
            else direction * greatest(
                least(placed_doc_amount * direction, (due_doc_amount - earlier_doc_amount) * direction), 0
            )
        end as matched_doc_amount
    from arrived
),

cumulated as (
    select
        *,
        cast(sum(matched_doc_amount) over (
            partition by placed_instalment_id, case when is_bounced then leg_id end
            order by effective_on, leg_id rows unbounded preceding
        ) as decimal(18, 2)) as reached_doc_amount
    from capped
    where matched_doc_amount <> 0
),

final as (
    select
        leg_id || case when is_spread then '/' || instalment_number else '' end as match_id,
        placed_instalment_id as instalment_id,
        invoice_id,
        allocation_kind,
        payment_id,
        credit_note_id,
        cast(matched_doc_amount as decimal(18, 2)) as matched_doc_amount,
        cast(case
            when due_ttc_eur = due_doc_amount then matched_doc_amount
            else
                {{ prorate('due_ttc_eur', 'reached_doc_amount', 'due_doc_amount') }}
                - {{ prorate('due_ttc_eur', '(reached_doc_amount - matched_doc_amount)', 'due_doc_amount') }}
        end as decimal(18, 2)) as matched_ttc_eur,
        cash_on,
        effective_on,
        allocated_on,
        bounced_on,
        case when is_spread then 'oldest_first' else allocation_quality end as allocation_method
    from cumulated
)

select * from final
